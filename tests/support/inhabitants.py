"""A municipality with one thing of each kind in it, and everybody who might ask for it.

What matters is whose things they are: a case, a draft, a letter of one resident (the owner), handled by one unit. The
people and the addresses are plain values, so that they outlive every session.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.access import Purpose, hashed, link_for
from portal.accounts.models import IdentityLevel, User
from portal.casework import operations as casework
from portal.casework.models import Case
from portal.casework.operations import Applicant
from portal.core import clock, files, letters, outbox, seals
from portal.core.texts import Translated
from portal.core.web import portal
from portal.documents import operations as documents
from portal.documents.models import Book, Entry
from portal.documents.operations import NewEntry
from portal.eservices import operations as eservices
from portal.eservices import queries as services
from portal.events import operations as events
from portal.events.access import confirmation
from portal.faults import operations as faults
from portal.faults.models import Asked, CannedReply, RoutingRule
from portal.faults.models.grid import Near
from portal.organisation.models import Duty, Municipality, Role, Unit
from portal.plan.models import Action, Indicator
from tests.factories import (
    make_application,
    make_body,
    make_calendar,
    make_event,
    make_fault,
    make_fault_category,
    make_fault_unit,
    make_staff,
    make_user,
    make_venue,
)
from tests.support.asked import asked
from tests.support.begun import begun_reports
from tests.support.consulted import consulted
from tests.support.fed import fed
from tests.support.filing import SERVICE, ready_drafts
from tests.support.monitored import monitored
from tests.support.planned import shown
from tests.support.programmes import drawn_up
from tests.support.revised import revised

PASSWORD = "θάλασσα και αλάτι 2026"


@dataclass
class Inhabitants:
    """Who is there, and what there is."""

    #: name → what the session of their browser holds
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: name of a thing → the values of an address that lead to it
    things: dict[str, dict[str, Any]] = field(default_factory=dict)


def settle(app: Flask, session: Session) -> Inhabitants:
    """Bring in everybody and everything, in a database that holds the municipality."""
    town = Inhabitants()
    with app.test_request_context():
        found = services.service(session, SERVICE)
        assert found is not None
        # a unit that neither keeps the register nor plans, so that everybody's rights differ
        found.unit = session.scalars(sa.select(Unit).where(Unit.code == "buildings-lighting")).one()
        people = _people(session, found.unit)
        town.people = {"nobody": {}, "code holder": {}} | {name: _cookie(user) for name, user in people.items()}
        _cases(session, people, town)
        _drafts(session, people, town)
        _offices(session, people, found.unit, town)
        _letters(session, people, town)
        _digest(session, town)
        _faults(session, people, town)
        for who, token in begun_reports(session).items():
            town.people[who]["fault_draft"] = token
        _fault_rules(session, town)
        _agenda(session, town)
        _submitted(session, people, town)
        town.things |= revised(session, actor_id=people["planner"].id)
        town.things |= drawn_up(session)
        town.things |= monitored(session, actor_id=people["planner"].id)
        town.things |= consulted(session)
        town.things |= asked(session)
        town.things |= fed(session)
        town.things |= shown(session, _file(session, "plan photo"))
        session.commit()
    session.close()
    return town


def _cookie(user: User) -> dict[str, Any]:
    return {"_user_id": user.fs_uniquifier, "_fresh": True, "fs_cc": "set", "fs_paa": time.time()}


def _people(session: Session, unit: Unit) -> dict[str, User]:
    other, planning, registry = (
        session.scalars(sa.select(Unit).where(Unit.code == code)).one()
        for code in ("technical-works", "planning", "protocol")
    )
    secret = hashed(PASSWORD)
    known = {"password": secret, "level": IdentityLevel.B, "level_proof": "Δελτίο ταυτότητας"}
    return {
        "owner": make_user(session, email="owner@example.org", **known),
        "resident": make_user(session, email="resident@example.org", **known),
        "clerk": make_staff(session, unit, password=secret),
        "other clerk": make_staff(session, other, password=secret),
        "head": make_staff(session, unit, Role.HEAD, password=secret),
        "other head": make_staff(session, other, Role.HEAD, password=secret),
        "planner": make_staff(session, planning, Role.PLANNER, password=secret),
        "registry": make_staff(session, registry, password=secret),
        "administrator": make_staff(session, planning, Role.ADMINISTRATOR, password=secret),
    }


def _file(session: Session, words: str) -> int:
    kept = files.keep(session, portal.store, files.CleanFile("note.txt", "text/plain", words.encode()), now=clock.now())
    return kept.id


def _cases(session: Session, people: dict[str, User], town: Inhabitants) -> None:
    """The owner's case with a message, a file and a receipt; one that was sent to the other unit for information."""
    now, owner = clock.now(), people["owner"]
    applicant = Applicant(owner.full_name, owner.email, "el", user_id=owner.id)
    cases: list[Case] = []
    for name, token in zip(("case", "informed"), ready_drafts(session, 2, now=now), strict=True):
        draft = services.draft(session, token)
        assert draft is not None
        draft.owner_id = owner.id
        case = eservices.file(session, draft, applicant, now=now).case
        file = _file(session, name)
        casework.add_documents(session, case, [file], text="Ορίστε.", actor=owner, now=now)
        town.things[name] = {"slug": case.slug, "attachment_id": file, "action": "note"}
        town.things[f"{name} filed"] = {"slug": SERVICE, "token": token}
        cases.append(case)
    town.people["code holder"] = {"cases": [cases[0].id]}
    other = session.scalars(sa.select(Unit).where(Unit.code == "technical-works")).one()
    informing = casework.Routing(other.id, None, casework.AssignmentKind.INFORMATION, "Για ενημέρωση.")
    casework.route(session, cases[1], informing, actor=people["clerk"], now=now)
    town.things["foreign file"] = town.things["case"] | {"attachment_id": town.things["informed"]["attachment_id"]}
    _counter(session, people["clerk"], town)
    submission = services.submission(session, cases[0].id)
    assert submission is not None
    documents.produce(session, submission.receipt, make=seals.sealed_pdf, store=portal.store, now=now)
    town.things["document"] = {"code": submission.receipt.code}


def _counter(session: Session, clerk: User, town: Inhabitants) -> None:
    """What a clerk has filed for somebody, and what they have only begun."""
    now = clock.now()
    for name, token in zip(("counter filed", "counter draft"), ready_drafts(session, 2, now=now), strict=True):
        draft = services.draft(session, token)
        assert draft is not None
        draft.filed_by, draft.channel = clerk, eservices.Channel.COUNTER
        town.things[name] = {"slug": SERVICE, "token": token, "step": "request"}
        if name == "counter filed":
            eservices.file(session, draft, Applicant("Άννα Μελά", "", "el"), now=now)


def _drafts(session: Session, people: dict[str, User], town: Inhabitants) -> None:
    """A draft of the owner's account, and one that belongs to whoever has its address."""
    for name, owner in (("draft", people["owner"]), ("loose draft", None)):
        [token] = ready_drafts(session, 1, now=clock.now())
        draft = services.draft(session, token)
        assert draft is not None
        draft.owner_id = owner and owner.id
        town.things[name] = {"slug": SERVICE, "token": token, "step": "request"}
    for name, slug in (("service", SERVICE), ("proved service", "permanent-residence")):
        town.things[name] = {"slug": slug}


def _offices(session: Session, people: dict[str, User], unit: Unit, town: Inhabitants) -> None:
    """Lines of the register with and without marking, the plan, a duty, a day."""
    for name, marking in (("entry", documents.Marking.NONE), ("marked entry", documents.Marking.CONFIDENTIAL)):
        file = _file(session, name)
        wanted = NewEntry(
            documents.Direction.INCOMING, "Θέμα", "Κάποιος", marking=marking, unit_id=unit.id, attachment_ids=(file,)
        )
        entry: Entry = documents.register(session, wanted, now=clock.now())
        book = session.get_one(Book, entry.book_id)
        place = {"book": book.code, "year": entry.year, "number": entry.number}
        town.things[name] = place | {"attachment_id": file}
    town.things["foreign entry file"] = town.things["entry"] | {"attachment_id": town.things["case"]["attachment_id"]}
    town.things["day"] = {"on": clock.athens_date(clock.now()).isoformat()}
    town.things["export"] = {"kind": "csv"}
    town.things["action"] = {"code": session.scalars(sa.select(Action.code).limit(1)).one()}
    town.things["indicator"] = {
        "code": session.scalars(sa.select(Indicator.code).where(Indicator.feed.is_not(None)).limit(1)).one()
    }
    duty = session.scalars(sa.select(Duty.id).where(Duty.user_id == people["clerk"].id)).one()
    town.things["duty"] = {"duty_id": duty}


def _letters(session: Session, people: dict[str, User], town: Inhabitants) -> None:
    """A letter in the mailbox, one that could not be sent, and links of letters to the owner."""
    now, owner = clock.now(), people["owner"]
    job = session.get_one(outbox.Job, outbox.enqueue(session, "mail", {"to": owner.email}, now=now))
    job.dead_at, job.attempts, job.error = now, outbox.MAX_ATTEMPTS, "no route"
    session.flush()
    sent = letters.Letter(
        recipient=owner.email, language="el", subject="Θέμα", body="Κείμενο", job_id=job.id, sent_at=now
    )
    session.add(sent)
    session.flush()
    town.things |= {
        "letter": {"letter_id": sent.id},
        "job": {"job_id": job.id},
        "person": {"user_id": people["resident"].id},
        "confirm link": {"token": link_for(Purpose.CONFIRM)(owner)},
        "reset link": {"token": link_for(Purpose.RESET)(owner)},
        "email link": {"token": link_for(Purpose.CHANGE_EMAIL, "new@example.org")(owner)},
    }


def _agenda(session: Session, town: Inhabitants) -> None:
    """An event in the agenda, and one that is only a draft."""
    for name, published in (("event", True), ("event draft", False)):
        event = make_event(session, on=clock.athens_date(clock.now()), now=clock.now(), published=published)
        town.things[name] = {"slug": event.slug}
    town.things["month"] = {"month": f"{clock.now():%Y-%m}"}


def _submitted(session: Session, people: dict[str, User], town: Inhabitants) -> None:
    """The owner's event in the queue, a published one with wished changes, a draft whose address is to be confirmed."""
    now, owner = clock.now(), people["owner"]
    municipality = session.scalars(sa.select(Municipality)).one()
    municipality.profile = {**municipality.profile, "events_unit": "buildings-lighting"}
    writer = events.Writer(owner.full_name, owner.email, "el")
    venue = make_venue(session)
    for name in ("own event", "wished event"):
        event = make_event(session, on=clock.athens_date(now), published=False, venue=venue, now=now)
        events.hand_in(session, event, writer, unit_code="buildings-lighting", user=owner, now=now)
        town.things[name] = {"slug": event.slug}
    events.publish(session, event, actor=people["clerk"], now=now)
    wish = replace(events.input_of(event), minutes=60)
    events.propose(session, event, wish, unit_code="buildings-lighting", actor=owner, now=now)
    town.things["event date"] = {"slug": event.slug, "recurrence": event.occurrences[0].recurrence_id}
    town.things["venue"] = {"code": venue.code}
    town.things["category"] = {"code": event.category.code}
    town.things["organiser"] = {"organiser_id": event.organiser_id}
    town.things["others calendar"] = {"number": make_calendar(session, category=event.category).id}
    draft = make_event(session, on=clock.athens_date(now), published=False, now=now)
    town.things["event link"] = {"token": confirmation(draft, writer)}


def _digest(session: Session, town: Inhabitants) -> None:
    """A weekly digest that waits to be confirmed."""
    row = events.ask_for_digest(session, events.DigestWanted("owner@example.org", "", "el"), now=clock.now())
    assert row is not None
    town.things["digest"] = {"token": row.token}


def _faults(session: Session, people: dict[str, User], town: Inhabitants) -> None:
    """Two reports of the owner with a photograph each, for the clerk's unit; one of them is not for the public."""
    now, owner = clock.now(), people["owner"]
    unit = session.scalars(sa.select(Unit).where(Unit.code == "buildings-lighting")).one()
    reporter = Applicant(owner.full_name, owner.email, "el", user_id=owner.id)
    for name, private in (("fault", False), ("private fault", True)):
        category = make_fault_category(session, private=private)
        make_fault_unit(session, unit=unit, category=category, position=-1)
        file = _file(session, f"{name} photo")
        fault = make_fault(session, category=category, reporter=reporter, photo_ids=(file,), now=now)
        [photo] = fault.photos
        photo.public = True
        town.things[name] = {"slug": fault.slug, "number": photo.id, "kind": "json", "token": fault.slug}
    town.things["fault category"] = {"code": category.code, "kind": "xml"}
    _followers(session, town, category=make_fault_category(session))


def _followers(session: Session, town: Inhabitants, **given: Any) -> None:
    """A report that is repaired, whose reporter is asked whether it is so; a supporter, and somebody who follows."""
    now = clock.now()
    fault = make_fault(session, now=now, **given)
    supporter = faults.support(session, fault, email="anna@example.org", language="el", user=None, now=now)
    near = Near(fault.lat, fault.lon, 500)
    wanted = faults.FollowWanted(email="anna@example.org", language="el", near=near)
    follow = faults.ask_to_follow(session, wanted, now=now)
    assert supporter
    assert follow
    repaired = faults.Change(state=faults.FaultState.REPAIRED, note=Translated(el="Έγινε."))
    faults.change_state(session, fault, repaired, actor=None, now=now)
    asked = session.scalars(sa.select(Asked).order_by(Asked.id.desc()).limit(1)).one()
    town.things |= {
        "fault supporter": {"token": supporter.token},
        "fault follow": {"token": follow.token},
        "fault asked": {"token": asked.token},
    }


def _fault_rules(session: Session, town: Inhabitants) -> None:
    """A program with a key, another body, a rule of routing, a text that is ready."""
    town.things["fault body"] = {"code": make_body(session).code}
    town.things["application"] = {"number": make_application(session).id}
    town.things["routing rule"] = {"number": session.scalars(sa.select(RoutingRule.id).limit(1)).one()}
    town.things["canned reply"] = {"code": session.scalars(sa.select(CannedReply.code).limit(1)).one()}
