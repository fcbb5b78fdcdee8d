"""What is somebody else's is passed on – to their Open311 server, or by letter – and followed until it is done."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import outbox
from portal.core.letters import Recipient, write
from portal.core.texts import LEGAL_LANGUAGE, Translated
from portal.faults.models import Body, Fault, FaultState
from portal.faults.operations.history import step
from portal.faults.operations.states import Change, change_state
from portal.faults.queries import catalogue, elsewhere
from portal.organisation import queries as organisation

#: jobs: a report is sent, its number is asked for, what became of many is asked for
SEND, ASK, FOLLOW = "faults.pass-on", "faults.ask-number", "faults.follow"
#: reports in one question
BATCH = 50
#: what Open311 takes, and what we keep of what others say
LONGEST, NOTE = 4000, 2000
_CLOSED = Translated(el="Ο φορέας δηλώνει ότι η υπόθεση έκλεισε.", en="They say that it is closed.")


class NotUnderstood(Exception):
    """The other server has answered something that is no Open311; the job is tried again, and shown if it stays so."""


def pass_on(
    session: Session,
    fault: Fault,
    change: Change,
    *,
    actor: User | None,
    now: datetime,
    seen_version: int | None = None,
) -> int:
    """Hand it to the body of a change to “passed on”; the number of the line of its history.

    With the number that it has there already it is not sent once more.

    :raises: what `states.change_state` raises.
    """
    number = change_state(session, fault, change, actor=actor, now=now, seen_version=seen_version)
    body = change.body
    assert body is not None, "change_state asks for it"
    fault.body_reference = change.body_reference
    if change.body_reference:
        return number
    if body.open311_url:
        outbox.enqueue(session, SEND, {"fault": fault.id, "body": body.id, "step": number}, now=now)
    else:
        _write(session, fault, body, change.note, now=now)
    session.flush()
    return number


def _write(session: Session, fault: Fault, body: Body, note: Translated, *, now: datetime) -> None:
    """Everything but who reported it; whoever needs that asks us."""
    values = {
        "title": dict(fault.category.name),
        "reference": fault.reference,
        "slug": fault.slug,
        "shown": fault.shown,
        "address": fault.address,
        "community": dict(fault.community.name) if fault.community else {},
        "lat": fault.lat,
        "lon": fault.lon,
        "text": fault.said,
        "answers": said_answers(fault),
        "reported_at": fault.reported_at.isoformat(),
        "note": dict(note),
    }
    to = Recipient(body.email, LEGAL_LANGUAGE, body.name.text(LEGAL_LANGUAGE))
    write(session, to, "faults/pass_on", values, now=now)


def said_answers(fault: Fault) -> list[tuple[dict[str, str], str]]:
    """What was asked in every language, and what was answered in words."""
    found = []
    for question in fault.category.questions:
        answer = fault.answers.get(question["code"])
        if answer not in (None, "", []):
            choices = {each["code"]: Translated(each["label"]) for each in question.get("choices", ())}
            codes = answer if isinstance(answer, list) else [answer]
            texts = [choices[code].text(LEGAL_LANGUAGE) if code in choices else _plain(code) for code in codes]
            found.append((dict(question["label"]), ", ".join(texts)))
    return found


def _plain(answer: Any) -> str:
    return {True: "Ναι", False: "Όχι"}[answer] if isinstance(answer, bool) else str(answer)


# -- to another server


def parcel(session: Session, fault: Fault, body: Body, *, site: str) -> dict[str, str]:
    """The form that the other server gets; we are who reports it."""
    rule = catalogue.jurisdiction(session, fault.category, fault.community_id, body_id=body.id)
    page = f"{site}/{LEGAL_LANGUAGE}/faults/{fault.slug}/" if fault.shown else ""
    asked = [f"{Translated(label).text(LEGAL_LANGUAGE)}: {answer}" for label, answer in said_answers(fault)]
    public = [photo.id for photo in fault.photos if photo.public]
    row = organisation.municipality(session)
    fields = {
        "api_key": body.open311_key,
        "jurisdiction_id": body.open311_jurisdiction,
        "service_code": (rule.service_code if rule else "") or fault.category.code,
        "lat": str(fault.lat),
        "long": str(fault.lon),
        "address_string": fault.address,
        "description": "\n".join(filter(None, [fault.said, *asked, fault.reference, page]))[:LONGEST],
        "email": (row.profile.get("contact") or {}).get("email", "") if row else "",
        "first_name": row.name.text(LEGAL_LANGUAGE) if row else "",
        "lang": fault.language,
        "media_url": f"{page}photos/{public[0]}/" if public and page else "",
    }
    return {name: value for name, value in fields.items() if value}


def take_number(session: Session, fault: Fault, answer: bytes, *, now: datetime) -> None:
    """Keep what it is called there; of a token alone, ask for the number later.

    :raises NotUnderstood: if there is neither.
    """
    row = (*rows(answer), {})[0]
    if number := row.get("service_request_id"):
        fault.body_reference = str(number)[:120]
    elif token := row.get("token"):
        payload = {"fault": fault.id, "body": fault.body_id, "token": str(token)[:200]}
        outbox.enqueue(session, ASK, payload, now=now, dedupe=f"{ASK}:{fault.id}:{payload['token']}")
    else:
        raise NotUnderstood(repr(answer[:200]))
    session.flush()


def rows(answer: bytes) -> list[dict[str, Any]]:
    """The reports in an answer.

    :raises NotUnderstood: if it is no list of them.
    """
    try:
        found = json.loads(answer)
    except ValueError:
        raise NotUnderstood(repr(answer[:200])) from None
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise NotUnderstood(repr(answer[:200]))
    return found


def question(body: Body, numbers: Collection[str]) -> str:
    """The address at which what became of reports is asked for, in the language of the law if they know several."""
    asked = {"service_request_id": ",".join(numbers), "extensions": "true", "lang": LEGAL_LANGUAGE}
    if body.open311_jurisdiction:
        asked["jurisdiction_id"] = body.open311_jurisdiction
    return f"{body.open311_url}/requests.json?{urlencode(asked)}"


def token_url(body: Body, token: str) -> str:
    """The address at which the number behind a token is asked for."""
    asked = {"jurisdiction_id": body.open311_jurisdiction} if body.open311_jurisdiction else {}
    return f"{body.open311_url}/tokens/{quote(token, safe='')}.json" + (f"?{urlencode(asked)}" if asked else "")


def ask_bodies(session: Session, *, now: datetime) -> None:
    """Write the jobs that ask each body what became of its reports; each can fail on its own."""
    for body_id, last in elsewhere.batches(session, size=BATCH):
        outbox.enqueue(session, FOLLOW, {"body": body_id, "after": last}, now=now)


def hear(session: Session, faults: Sequence[Fault], answers: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """Write down what is new of each; what is closed there is closed here."""
    by_number = {str(row.get("service_request_id")): row for row in answers}
    for fault in faults:
        row = by_number.get(fault.body_reference)
        if row is not None and fault.state is FaultState.PASSED_ON and not fault.case.is_closed:
            _hear(session, fault, row, now=now)


def _hear(session: Session, fault: Fault, row: Mapping[str, Any], *, now: datetime) -> None:
    assert fault.body is not None
    said = " ".join(str(row.get("status_notes") or "").split())[:NOTE]
    name = fault.body.name
    note = Translated({LEGAL_LANGUAGE: f"{name.text(LEGAL_LANGUAGE)}: {said}"}) if said else Translated()
    if row.get("status") == "closed":
        closed = note or Translated({code: f"{name.text(code)}: {text}" for code, text in _CLOSED.items()})
        change_state(session, fault, Change(state=_outcome(row), note=closed), actor=None, now=now)
    elif note and not any(each.note == note for each in fault.steps):
        step(session, fault, FaultState.PASSED_ON, note=note, actor=None, now=now)


def _outcome(row: Mapping[str, Any]) -> FaultState:
    """Open311 knows closed alone; a server like ours says what it means by it. Whoever reported it is asked anyway."""
    more = row.get("extended_attributes")
    state = more.get("state") if isinstance(more, dict) else None
    return FaultState.REPAIRED if state in {None, FaultState.REPAIRED.value} else FaultState.IMPOSSIBLE
