"""Organisers submit an event: without an account or with one, once, and come back to it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from portal.casework.models import Case
from portal.casework.policy import hash_of
from portal.core import clock
from portal.core.letters import Letter
from portal.events import operations
from portal.events.forms.times import WEEKDAYS
from portal.events.models import Event, Proposal, Publication
from portal.events.operations import Writer
from portal.events.operations.drafts import hash_of_page
from portal.events.queries import submitted
from tests.factories.casework import make_case
from tests.factories.events import event_input, make_event, make_venue
from tests.support.agenda import Stage, day, furnish, writer, written
from tests.support.client import Client, Page

SOON = clock.athens_date(clock.now()) + timedelta(days=20)
WRITING = "main form[enctype]"
ANOTHER_DAY = list(WEEKDAYS)[(SOON.weekday() + 1) % 7]


@pytest.fixture
def stage(session: Session) -> Stage:
    return furnish(session)


def events(session: Session) -> list[Event]:
    session.expire_all()
    return list(session.scalars(sa.select(Event).order_by(Event.id)))


def only(session: Session) -> Event:
    [found] = events(session)
    return found


def letters(session: Session, drain: Callable[[datetime], int]) -> list[Letter]:
    drain(clock.now())
    session.expire_all()
    return list(session.scalars(sa.select(Letter).order_by(Letter.id)))


def link_in(letter: Letter, part: str) -> str:
    [line] = [line for line in letter.body.splitlines() if f"/{part}/" in line]
    parts = urlsplit(line.strip())
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def write(client: Client, stage: Stage, **given: Any) -> Page:
    page = client.get("events.submit")
    return client.submit(page, {**written(stage, SOON), **writer(), **given}, form=WRITING)


def picture() -> tuple[io.BytesIO, str]:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "blue").save(data, "PNG")
    data.seek(0)
    return data, "afisa.png"


# -- without an account


def test_an_event_is_submitted_without_an_account_once_its_address_is_confirmed(
    client: Client, session: Session, stage: Stage, drain: Callable[[datetime], int]
) -> None:
    preview = client.get(write(client, stage).location)
    client.submit(preview, form="#hand-in form")

    assert "Συναυλία στο λιμάνι" in preview.text
    assert only(session).publication is Publication.DRAFT
    assert session.scalars(sa.select(Case)).all() == []

    [confirm] = letters(session, drain)
    elsewhere = Client(client.app, session)
    done = elsewhere.submit(elsewhere.get(link_in(confirm, "confirm")), follow=True)
    event = only(session)

    assert event.publication is Publication.SUBMITTED
    assert event.case is not None
    assert event.case.unit_id == stage.unit.id
    assert event.case.reference in done.text
    assert event.organiser is not None
    assert event.organiser.email == "lyra@example.org"
    assert [letter.recipient for letter in letters(session, drain)] == ["lyra@example.org"] * 2


def test_the_letter_brings_its_organiser_back(
    client: Client, session: Session, stage: Stage, drain: Callable[[datetime], int]
) -> None:
    client.submit(client.get(write(client, stage).location), form="#hand-in form")
    [confirm] = letters(session, drain)
    client.submit(client.get(link_in(confirm, "confirm")))
    received = letters(session, drain)[-1]
    another = Client(client.app, session)

    page = another.get(link_in(received, "manage"), follow=True)

    assert "key=" not in page.response.request.url
    assert "Συναυλία" in page.h1
    Client(client.app, session).get("events.manage", slug=only(session).slug, key="AAAA-BBBB-CCCC", status=404)
    Client(client.app, session).get("events.manage", slug=only(session).slug, status=404)


def test_a_second_press_files_nothing_twice(
    client: Client, session: Session, stage: Stage, drain: Callable[[datetime], int]
) -> None:
    page = client.get("events.submit")
    for _ in range(2):
        first = client.submit(page, {**written(stage, SOON), **writer()}, form=WRITING)
    preview = client.get(first.location)
    client.submit(preview, form="#hand-in form")
    confirm = client.get(link_in(letters(session, drain)[0], "confirm"))
    for _ in range(2):
        done = client.submit(confirm)

    assert done.location.endswith("/filed/")
    assert len(events(session)) == 1
    assert len(session.scalars(sa.select(Case)).all()) == 1


def test_a_link_that_is_too_old_says_so(
    client: Client, session: Session, stage: Stage, drain: Callable[[datetime], int], frozen: Any
) -> None:
    client.submit(client.get(write(client, stage).location), form="#hand-in form")
    link = link_in(letters(session, drain)[0], "confirm")
    frozen(clock.now() + timedelta(days=4))

    client.get(link, status=410)

    assert only(session).publication is Publication.DRAFT


def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(client: Client, session: Session, stage: Stage) -> None:
    page = client.get("events.submit")
    sent = {
        **written(stage, SOON, starts_at="25 past", venue="", repeats="dates", price=""),
        **writer(writer_email="lyra"),
        "image": picture(),
    }

    wrong = client.submit(page, sent, form=WRITING, status=422)

    assert len(wrong.select(".govuk-error-summary li")) >= 5
    assert wrong.one("#title_el")["value"] == "Συναυλία στο λιμάνι"
    assert wrong.one("#starts_at")["value"] == "25 past"
    assert "afisa" in wrong.text  # the picture stays, although the rest was wrong
    assert events(session) == []

    better = {**written(stage, SOON), **writer(), "image_alt_el": "Η αφίσα"}
    client.submit(wrong, better, form=WRITING)

    assert only(session).image is not None
    assert only(session).image_alt == {"el": "Η αφίσα"}
    client.get("events.image", slug=only(session).slug)
    Client(client.app, session).get("events.image", slug=only(session).slug, status=404)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"ends_at": "23:30", "starts_at": ""}, "starts_at"),
        (day("ends_on", SOON - timedelta(days=1)), "ends_at"),
        ({"repeats": "weekly", **day("until", SOON - timedelta(days=9))}, "until"),
        ({"repeats": "weekly", "weekdays": [ANOTHER_DAY]}, "weekdays"),
        ({"age_from": "12", "age_to": "6"}, "age_to"),
        ({"booking_url": "javascript:alert(1)"}, "booking_url"),
        ({"title_el": ""}, "title_el"),
    ],
)
def test_what_does_not_fit_together_is_said(
    client: Client, session: Session, stage: Stage, given: dict[str, str], field: str
) -> None:
    page = client.get("events.submit")

    wrong = client.submit(page, {**written(stage, SOON), **writer(), **given}, form=WRITING, status=422)

    assert wrong.select(f"#{field}-error")
    assert events(session) == []


def test_it_is_written_in_the_readers_language(client: Client, session: Session, stage: Stage) -> None:
    client.language = "en"
    page = client.get("events.submit")
    sent = {**written(stage, SOON, "en", title_en="Concert"), "title_el": "Συναυλία", **writer()}

    client.submit(page, sent, form=WRITING)

    assert only(session).title == {"en": "Concert", "el": "Συναυλία"}


# -- times


@pytest.mark.parametrize(
    ("given", "rule", "minutes"),
    [
        ({"ends_at": "01:00"}, None, 240),
        ({"ends_at": ""}, None, 120),
        ({"starts_at": "", "ends_at": "", **day("ends_on", SOON + timedelta(days=2))}, None, 3 * 1440),
        ({"repeats": "daily", **day("until", date(2030, 5, 1))}, "FREQ=DAILY;UNTIL=20300501T235959", 150),
        ({"repeats": "weekly", "weekdays": list(WEEKDAYS)}, f"FREQ=WEEKLY;BYDAY={','.join(WEEKDAYS)}", 150),
        ({"repeats": "monthly", "monthly": "day"}, "FREQ=MONTHLY", 150),
    ],
)
def test_times_in_words_become_a_rule(
    client: Client, session: Session, stage: Stage, given: dict[str, Any], rule: str | None, minutes: int
) -> None:
    write(client, stage, **given)

    assert only(session).rule == rule
    assert only(session).minutes == minutes


def test_other_dates_keep_the_hour_unless_another_is_given(client: Client, session: Session, stage: Stage) -> None:
    other = SOON + timedelta(days=7)
    last = SOON + timedelta(days=9)
    dates = {**day("dates-0-on", other), "dates-0-at": "", **day("dates-1-on", last), "dates-1-at": "19:00"}

    write(client, stage, repeats="dates", **dates)

    assert only(session).extra == [f"{other}T21:00", f"{last}T19:00"]
    assert len(only(session).occurrences) == 3


def test_adding_a_date_changes_nothing_but_the_page(client: Client, session: Session, stage: Stage) -> None:
    page = client.get("events.submit")

    more = client.submit(page, {**written(stage, SOON), "dates-add": "1"}, form=WRITING, status=200)

    assert more.one("#title_el")["value"] == "Συναυλία στο λιμάνι"
    assert len(more.select("#dates .rows > li")) == len(page.select("#dates .rows > li")) + 1
    assert events(session) == []


# -- with an account, and afterwards


def test_with_an_account_it_is_sent_at_once(client: Client, session: Session, stage: Stage) -> None:
    client.sign_in(stage.resident)
    preview = client.get(write(client, stage, writer_email="").location)

    done = client.submit(preview, form="#hand-in form", follow=True)
    event = only(session)

    assert event.publication is Publication.SUBMITTED
    assert event.case is not None
    assert event.case.applicant_id == stage.resident.id
    assert event.case.reference in done.text
    assert "Συναυλία" in client.get("events.mine").text
    assert "Συναυλία" in client.get("casework.case", slug=event.case.slug).text


def test_a_trusted_organiser_publishes_at_once(
    client: Client, session: Session, stage: Stage, drain: Callable[[datetime], int]
) -> None:
    write(client, stage, writer_email=stage.trusted.email)
    client.submit(client.get("events.preview", slug=only(session).slug), form="#hand-in form")
    [confirm] = letters(session, drain)

    client.submit(client.get(link_in(confirm, "confirm")))

    assert only(session).publication is Publication.PUBLISHED


def test_typing_somebody_elses_address_changes_nothing_of_theirs(
    client: Client, session: Session, stage: Stage
) -> None:
    name = stage.trusted.name

    write(client, stage, writer_email=stage.trusted.email, writer_name="Άλλος")
    client.submit(client.get("events.preview", slug=only(session).slug), form="#hand-in form")
    session.refresh(stage.trusted)

    assert stage.trusted.name == name
    assert only(session).publication is Publication.DRAFT


def submitted_event(session: Session, stage: Stage, **given: Any) -> Event:
    """An event of the resident, in the queue."""
    wanted = event_input(session, category=stage.category, venue=stage.venue, starts_on=SOON, **given)
    event = operations.create(session, wanted, host="example.org", actor_id=stage.resident.id, now=clock.now())
    who = Writer("Μαρία", stage.resident.email, "el")
    operations.hand_in(session, event, who, unit_code="culture", user=stage.resident, now=clock.now())
    return event


def test_a_change_before_publication_is_applied_and_told(client: Client, session: Session, stage: Stage) -> None:
    event = submitted_event(session, stage)
    client.sign_in(stage.resident)
    page = client.get("events.change", slug=event.slug)

    client.submit(page, {"title_el": "Νέος τίτλος"}, form=WRITING)
    session.refresh(event)

    assert event.title["el"] == "Νέος τίτλος"
    assert event.sequence == 0
    assert event.case is not None
    assert len(client.get("casework.case", slug=event.case.slug).select(".timeline > li")) == 2


def test_nothing_changes_when_the_form_is_sent_as_it_is(client: Client, session: Session, stage: Stage) -> None:
    event = submitted_event(session, stage, rule="FREQ=WEEKLY;COUNT=5", extra=(f"{SOON + timedelta(days=3)}T18:00",))
    before = operations.input_of(event)
    client.sign_in(stage.resident)

    client.submit(client.get("events.change", slug=event.slug), form=WRITING)
    session.refresh(event)

    assert operations.input_of(event) == before


def test_a_change_of_a_published_event_waits_for_staff(client: Client, session: Session, stage: Stage) -> None:
    event = submitted_event(session, stage)
    operations.publish(session, event, actor=stage.clerk, now=clock.now())
    client.sign_in(stage.resident)
    page = client.get("events.change", slug=event.slug)

    client.submit(page, {"title_el": "Νέος τίτλος", "starts_at": "22:00", "ends_at": "23:00"}, form=WRITING)
    session.refresh(event)
    proposal = session.scalars(sa.select(Proposal)).one()

    assert event.title["el"] != "Νέος τίτλος"
    assert proposal.values["title"]["el"] == "Νέος τίτλος"
    assert proposal.values["starts_at"] == "22:00:00"
    assert not proposal.case.is_closed
    assert proposal.case.reference in client.get("events.manage", slug=event.slug).text


def test_a_trusted_organiser_changes_a_published_event(client: Client, session: Session, stage: Stage) -> None:
    event = submitted_event(session, stage)
    operations.publish(session, event, actor=stage.clerk, now=clock.now())
    assert event.organiser is not None
    event.organiser.trusted = True
    client.sign_in(stage.resident)

    client.submit(client.get("events.change", slug=event.slug), {"title_el": "Νέος τίτλος"}, form=WRITING)
    session.refresh(event)

    assert event.title["el"] == "Νέος τίτλος"


def test_an_event_is_withdrawn(client: Client, session: Session, stage: Stage) -> None:
    event = submitted_event(session, stage)
    client.sign_in(stage.resident)

    client.submit(client.get("events.withdraw", slug=event.slug))
    session.refresh(event)

    assert event.publication is Publication.WITHDRAWN
    assert event.case is not None
    assert event.case.is_closed
    client.get("events.change", slug=event.slug, status=409)


def test_nobody_manages_what_is_not_theirs(client: Client, session: Session, stage: Stage) -> None:
    event = make_event(session, on=SOON)
    client.sign_in(stage.resident)

    for endpoint in ("manage", "change", "preview", "withdraw", "filed"):
        client.get(f"events.{endpoint}", slug=event.slug, status=404)


def test_drafts_that_were_never_sent_are_forgotten(client: Client, session: Session, stage: Stage) -> None:
    write(client, stage)
    kept = make_event(session, published=False)

    assert operations.forget_drafts(session, now=clock.now()) == 0
    assert operations.forget_drafts(session, now=clock.now() + timedelta(days=31)) == 1
    assert only(session).id == kept.id


def test_my_events_say_what_to_do_when_there_are_none(client: Client, stage: Stage) -> None:
    assert client.sign_in(stage.resident).get("events.mine").select(".empty")


def test_the_token_of_a_page_opens_nothing(session: Session, stage: Stage) -> None:
    event = make_event(session, published=False)
    event.secret_hash = hash_of_page("token")

    assert not submitted.secret_fits(event, "token")


def test_a_permit_is_completed_by_its_link(client: Client, session: Session, stage: Stage) -> None:
    place, permit = make_venue(session, closed=True), make_case(session)
    event = make_event(session, on=SOON, published=False, venue=place, organiser=stage.trusted)
    event.secret_hash, event.permit_id = hash_of("the-secret"), permit.id
    preview = client.get("events.manage", slug=event.slug, key="the-secret", follow=True)

    client.submit(
        client.get("events.change", slug=event.slug), {"summary_el": "Τι είναι", "price": "free"}, form=WRITING
    )
    session.refresh(event)

    assert preview.h1 == event.title["el"]
    assert event.venue_id == place.id
    assert event.summary["el"] == "Τι είναι"
