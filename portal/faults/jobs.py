"""What faults does for the worker: steps are told, reports passed on and followed, photographs of others fetched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from portal.core import clock, fetching, files, following
from portal.core.i18n import translate
from portal.core.outbox import Job
from portal.core.web import portal
from portal.faults import operations
from portal.faults.models import Body, Fault, Follow, Supporter
from portal.faults.operations import drafts, passing, programs, telling
from portal.faults.queries import elsewhere

#: so often an address is tried before its photograph is given up
TRIES = 4


def tell(session: Session, payload: Mapping[str, Any], _job: int) -> None:
    """Write some of the letters of a step."""
    operations.tell(session, payload, now=clock.now())


def send_weekly(session: Session) -> None:
    """Write the digests that are due, some in each transaction; forget what nobody has confirmed."""
    while operations.send_weekly(session, now=clock.now()):
        session.commit()
    for asked_at in (Follow.created_at, Supporter.at):
        following.forget_unconfirmed(session, asked_at, now=clock.now())


def pass_on(session: Session, payload: Mapping[str, Any], _job: int) -> None:
    """Send a report to the Open311 server of a body; what is sent again after a failure bears the same key."""
    fault, body = session.get_one(Fault, payload["fault"]), session.get_one(Body, payload["body"])
    if fault.body_id != body.id or fault.body_reference or fault.case.is_closed:
        return  # decided otherwise meanwhile
    fields = passing.parcel(session, fault, body, site=portal.settings.public_url.rstrip("/"))
    url, headers = f"{body.open311_url}/requests.json", {"Idempotency-Key": f"{fault.slug}-{payload['step']}"}
    session.commit()  # nobody waits for the database while we wait for others
    answer = fetching.send(url, fields, headers=headers, inside=current_app.testing)
    passing.take_number(session, fault, answer, now=clock.now())


def ask_number(session: Session, payload: Mapping[str, Any], _job: int) -> None:
    """Ask by a token what a report is called there; as long as they do not know, the job is tried again.

    :raises NotUnderstood: if they do not know yet.
    """
    fault, body = session.get_one(Fault, payload["fault"]), session.get_one(Body, payload["body"])
    if fault.body_id != body.id or fault.body_reference:
        return
    url = passing.token_url(body, payload["token"])
    session.commit()
    answer = _read(url)
    if not any(row.get("service_request_id") for row in passing.rows(answer)):
        raise passing.NotUnderstood("there is no number yet")
    passing.take_number(session, fault, answer, now=clock.now())


def look_elsewhere(session: Session) -> None:
    """Ask each body with a server what became of its reports, each in jobs of its own."""
    passing.ask_bodies(session, now=clock.now())


def follow(session: Session, payload: Mapping[str, Any], _job: int) -> None:
    """Ask what became of some reports, and write down what is new."""
    body = session.get_one(Body, payload["body"])
    given = {"after": payload["after"], "size": passing.BATCH}
    numbers = [fault.body_reference for fault in elsewhere.passed_on(session, body.id, **given)]
    if not numbers:
        return
    url = passing.question(body, numbers)
    session.commit()
    answers = passing.rows(_read(url))
    passing.hear(session, elsewhere.passed_on(session, body.id, **given), answers, now=clock.now())


def _read(url: str) -> bytes:
    return fetching.fetch(url, accept="application/json", inside=current_app.testing).body or b""


def fetch_photo(session: Session, payload: Mapping[str, Any], job: int) -> None:
    """Take the photograph that a program has named, by the rules of every upload; staff read why not.

    :raises NotFetched: if it is not there; it is tried again some times.
    """
    fault, url = session.get_one(Fault, payload["fault"]), payload["url"]
    tried = session.get_one(Job, job).attempts
    session.commit()
    now = clock.now()
    try:
        body = fetching.fetch(url, accept="image/*", inside=current_app.testing).body or b""
        clean = files.examine(body, url.rpartition("/")[2], replace(portal.intake, kinds=("image",)))
    except (fetching.NotFetched, files.FileRefused) as why:
        if isinstance(why, fetching.NotFetched) and tried < TRIES:
            raise
        programs.refuse_photo(session, fault, url, translate(why.message, **why.values), now=now)
        return
    attachment = files.keep(session, portal.store, clean, now=now)
    programs.add_photo(session, fault, attachment.id, now=now)


def forget_drafts(session: Session) -> None:
    """Throw away reports that nobody has sent, some hundred in each transaction."""
    while drafts.forget_drafts(session, now=clock.now()):
        session.commit()


handlers: dict[str, Callable[..., None]] = {
    telling.KIND: tell,
    programs.MEDIA: fetch_photo,
    passing.SEND: pass_on,
    passing.ASK: ask_number,
    passing.FOLLOW: follow,
}
#: name → (every so many seconds, what)
routines: Mapping[str, tuple[int, Any]] = {
    "faults.weekly": (3_600, send_weekly),
    "faults.follow": (3_600, look_elsewhere),
}
