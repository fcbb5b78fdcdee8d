"""An approved permit for a public place begins an event, and residents nearby learn what it means for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.models import IdentityLevel
from portal.casework.models import Case
from portal.casework.operations import Applicant
from portal.core import files
from portal.core.clock import ATHENS
from portal.core.outbox import Job
from portal.core.texts import Translated
from portal.eservices import operations as eservices
from portal.eservices import queries as services
from portal.eservices.models import Outcome
from portal.events import operations as events
from portal.events.models import Event, NoticeKind, Publication, Status, Venue
from portal.events.queries import AgendaFilter, Near
from portal.events.queries.notices import nearby
from portal.organisation.models import Unit
from tests.factories import DAY, NOW, make_staff, make_user
from tests.support.client import Client

SATURDAY = date(2026, 3, 28)
ANSWERS: dict[str, Any] = {
    "event_title": "Βραδιά λύρας",
    "event_kind": "music",
    "organiser": "association",
    "organiser_name": "Πολιτιστικός Σύλλογος Μοχού",
    "starts_on": "2026-03-28",
    "ends_on": "2026-03-29",
    "starts_at": "19:30",
    "ends_at": "00:30",
    "people": "300",
    "spot": {"lat": "35.26512", "lon": "25.42391", "community": "93090302", "words": "Πλάτανος Μοχού"},
    "features": ["closure", "sound"],
    "closures": [
        {
            "street": "Κεντρική οδός",
            "stretch": "Από την πλατεία έως το σχολείο",
            "closed_on": "2026-03-28",
            "closed_from": "17:00",
            "closed_until": "01:00",
        }
    ],
    "music_until": "23:00",
    "contact_name": "Άννα Μελά",
    "contact_phone": "6970000000",
    "undertaking": "yes",
}


@pytest.fixture
def stock() -> str:
    return "municipality"


def filed(app: Flask, session: Session, **changes: Any) -> Case:
    """The permit is asked for."""
    service, portal = services.service(session, "public-place-event"), app.extensions["portal"]
    assert service is not None
    owner = make_user(session, email="anna@example.org", level=IdentityLevel.B, level_proof="Δελτίο ταυτότητας")
    draft = eservices.start(session, service, owner=owner, language="el", now=NOW)
    sketch = files.keep(session, portal.store, files.CleanFile("note.txt", "text/plain", b"x"), now=NOW)
    eservices.attach(session, draft, "sketch", sketch)
    answers = ANSWERS | {"sketch": [sketch.id]} | changes
    for step in ("event", "place", "safety"):
        eservices.keep(session, draft, answers, step=step, done=True, language="el", now=NOW)
    return eservices.file(session, draft, Applicant("Άννα Μελά", owner.email, "el", user_id=owner.id), now=NOW).case


def decide(session: Session, case: Case, outcome: Outcome = Outcome.APPROVED, *, now: datetime = NOW) -> None:
    unit = session.get(Unit, case.unit_id)
    assert unit is not None
    reasons = "" if outcome is Outcome.APPROVED else "Ο χώρος είναι πιασμένος."
    clerk = make_staff(session, unit)
    eservices.decide(session, case, eservices.Ruling(outcome, reasons), actor=clerk, now=now)


def begun(app: Flask, session: Session, **changes: Any) -> Event:
    case = filed(app, session, **changes)
    decide(session, case)
    return session.scalars(sa.select(Event).where(Event.permit_id == case.id)).one()


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ATHENS)


def test_an_approved_permit_is_a_draft_with_place_time_and_organiser(app: Flask, session: Session) -> None:
    event = begun(app, session)

    assert (event.publication, event.title) == (Publication.DRAFT, {"el": "Βραδιά λύρας"})
    assert event.category.code == "music"
    assert event.organiser is not None
    assert (event.organiser.name, event.organiser.email) == ("Πολιτιστικός Σύλλογος Μοχού", "anna@example.org")
    assert [(row.starts_at, row.ends_at) for row in event.occurrences] == [
        (moment(SATURDAY, 19, 30), moment(SATURDAY + timedelta(days=1), 0, 30)),
        (moment(SATURDAY + timedelta(days=1), 19, 30), moment(SATURDAY + timedelta(days=2), 0, 30)),
    ]
    assert event.venue is not None
    assert event.venue.community is not None
    assert event.venue.community.code == "93090302"


def test_roads_and_music_are_told_to_neighbours(app: Flask, session: Session) -> None:
    event = begun(app, session)
    sunday = SATURDAY + timedelta(days=1)

    assert [(each.kind, each.since, each.until) for each in event.nearby] == [
        (NoticeKind.ROAD_CLOSURE, moment(SATURDAY, 17), moment(sunday, 1)),
        (NoticeKind.NOISE, moment(SATURDAY, 19, 30), moment(SATURDAY, 23)),
        (NoticeKind.NOISE, moment(sunday, 19, 30), moment(sunday, 23)),
    ]
    assert event.nearby[0].text == "Κεντρική οδός, Από την πλατεία έως το σχολείο"
    assert event.noticed_until == sunday


def test_a_venue_that_is_there_is_the_place(app: Flask, session: Session) -> None:
    venue = session.scalars(sa.select(Venue).where(Venue.lat.is_not(None), Venue.closed.is_(False)).limit(1)).first()
    assert venue is not None
    spot = {"lat": str(venue.lat), "lon": str(venue.lon), "community": "93090302", "words": "Μπροστά στο καφενείο"}

    event = begun(app, session, spot=spot)

    assert event.venue is venue
    assert event.place == {"el": "Μπροστά στο καφενείο"}


def test_a_place_in_words_alone_is_enough(app: Flask, session: Session) -> None:
    event = begun(app, session, spot={"community": "93090302", "words": "Στην πλατεία"})

    assert event.venue is not None
    assert (event.venue.name, event.venue.lat, event.venue.closed) == ({"el": "Στην πλατεία"}, None, True)


def test_a_refused_permit_begins_nothing(app: Flask, session: Session) -> None:
    decide(session, filed(app, session), Outcome.REJECTED)

    assert session.scalars(sa.select(Event).where(Event.permit_id.is_not(None))).all() == []


def test_a_permit_that_comes_too_late_begins_nothing(app: Flask, session: Session) -> None:
    decide(session, filed(app, session), now=NOW + timedelta(days=60))

    assert session.scalars(sa.select(Event).where(Event.permit_id.is_not(None))).all() == []


def test_a_form_of_before_with_hours_in_words_begins_an_event_too(app: Flask, session: Session) -> None:
    case = filed(app, session, features=["closure"], ends_on="2026-03-28")
    submission = services.submission(session, case.id)
    assert submission is not None
    old = [{"street": "Κεντρική οδός", "stretch": "Όλη", "hours": "Σάββατο βράδυ"}]
    submission.answers = submission.answers | {"closures": old, "starts_at": "βράδυ"}

    decide(session, case)

    event = session.scalars(sa.select(Event).where(Event.permit_id == case.id)).one()
    assert [each.text for each in event.nearby] == ["Κεντρική οδός, Όλη, Σάββατο βράδυ"]


def test_the_organiser_opens_the_draft_by_the_link_of_the_letter(app: Flask, session: Session, client: Client) -> None:
    event = begun(app, session)
    letters = session.scalars(sa.select(Job).where(Job.kind == "mail").order_by(Job.id)).all()
    letter = next(job.payload for job in letters if job.payload.get("template") == "events/permitted")

    client.get("events.manage", slug=event.slug, key="wrong", status=404)
    page = client.get("events.manage", slug=event.slug, key=letter["values"]["secret"], follow=True)

    assert letter["to"] == "anna@example.org"
    assert "Βραδιά λύρας" in page.text


def test_the_notices_are_listed_for_a_community_and_near_a_place(app: Flask, session: Session) -> None:
    event = begun(app, session)
    here, away = Near(35.265, 25.424, 1), Near(35.318, 25.39, 1)
    soon = moment(SATURDAY - timedelta(days=3), 12)
    everywhere = AgendaFilter(DAY)
    community = replace(everywhere, community="93090302")

    def listed(wanted: AgendaFilter, now: datetime = soon) -> int:
        return len(nearby(session, wanted, now=now))

    assert listed(community) == 0, "not before it is published"
    events.publish(session, event, actor=None, now=NOW)

    assert listed(community) == listed(replace(everywhere, near=here)) == 3
    assert listed(everywhere) == listed(replace(everywhere, near=away)) == 0
    assert listed(replace(community, near=away)) == 0
    assert listed(community, now=NOW) == 0, "not weeks before"
    assert listed(community, now=moment(SATURDAY, 23, 30)) == 2, "not afterwards"

    events.set_status(session, event, Status.CANCELLED, Translated(), actor_id=None, now=NOW)
    assert listed(community) == 0


def test_neighbours_read_it_on_the_pages(
    app: Flask, session: Session, client: Client, frozen: Callable[[datetime], Any]
) -> None:
    event = begun(app, session)
    events.publish(session, event, actor=None, now=NOW)
    frozen(moment(SATURDAY - timedelta(days=3), 12))

    page = client.get("events.event", slug=event.slug, lang="en")
    listed = client.get("events.agenda", lang="en", community="93090302", **{"from": "2026-03-25"})
    plain = client.get("events.agenda", lang="en", **{"from": "2026-03-25"})

    words = "from 28 Mar 2026, 17:00 to 29 Mar 2026, 01:00 – Κεντρική οδός"
    assert words in page.text
    assert words in listed.text
    assert words not in plain.text
