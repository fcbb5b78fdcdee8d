"""Links and drawings of an event: written in its form, wished by its organiser, shown on its page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import clock
from portal.events import operations
from portal.events.models import Drawing, Event, Proposal, Publication
from portal.events.operations import Writer
from portal.settings import ROOT
from tests.factories.events import make_event, make_organiser
from tests.support.agenda import Stage, furnish, writer, written
from tests.support.client import Client

SOON = clock.athens_date(clock.now()) + timedelta(days=20)
FORM = "main form[enctype]"
BAND = {"url": "https://band.example.org/", "title": "The band"}


@pytest.fixture
def stage(session: Session) -> Stage:
    return furnish(session)


@pytest.fixture
def desk(client: Client, stage: Stage) -> Client:
    return client.sign_in(stage.clerk)


def link(number: int = 0, **given: str) -> dict[str, str]:
    return {f"links-{number}-{name}": value for name, value in (BAND | given).items()}


def last(session: Session) -> Event:
    session.expire_all()
    return session.scalars(sa.select(Event).order_by(Event.id.desc())).first() or pytest.fail("no event")


def test_every_drawing_has_a_name_and_every_name_its_drawing() -> None:
    assert {path.stem for path in (ROOT / "static" / "img" / "events").glob("*.svg")} == set(Drawing)


def test_links_are_written_and_shown(desk: Client, session: Session, stage: Stage) -> None:
    page = desk.get("events_desk.new")

    desk.submit(page, {**written(stage, SOON), **link()}, form=FORM)
    event = last(session)
    operations.publish(session, event, actor=stage.clerk, now=clock.now())

    assert event.links == [BAND]
    assert desk.get("events.event", slug=event.slug).one("a[href='https://band.example.org/']").text == "The band"
    assert "The band: https://band.example.org/" in desk.get("events_desk.event", slug=event.slug).text
    saved = desk.submit(desk.get("events_desk.edit", slug=event.slug), form=FORM, follow=True)
    assert "Δεν άλλαξε" in saved.text or "Nothing was changed" in saved.text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "www.example.org", "", "https://a b"])
def test_only_whole_addresses_are_links(client: Client, session: Session, stage: Stage, url: str) -> None:
    page = client.get("events.submit")

    wrong = client.submit(page, {**written(stage, SOON), **writer(), **link(url=url)}, form=FORM, status=422)

    assert wrong.select("#links-0-url-error")
    assert wrong.one("#links-0-title")["value"] == "The band"


def test_five_links_are_enough(desk: Client, stage: Stage) -> None:
    many = {name: value for number in range(6) for name, value in link(number).items()}

    wrong = desk.submit(desk.get("events_desk.new"), {**written(stage, SOON), **many}, form=FORM, status=422)

    assert wrong.select("#links-error")


def test_a_link_can_be_added_without_scripts(client: Client, stage: Stage) -> None:
    page = client.get("events.submit")

    more = client.submit(page, {**written(stage, SOON), **link(), "links-add": "1"}, form=FORM, status=200)

    assert more.one("#links-0-url")["value"] == BAND["url"]
    assert more.select("#links-1-url")
    assert not more.select(".govuk-error-summary")


@pytest.fixture
def own(session: Session, stage: Stage) -> Event:
    """An event that its organiser has submitted, and staff have published with a drawing."""
    event = make_event(
        session, on=SOON, published=False, category=stage.category, venue=stage.venue, picture="music", links=(BAND,)
    )
    holder = Writer("Λύρα", stage.resident.email, "el")
    operations.hand_in(session, event, holder, unit_code="culture", user=stage.resident, now=clock.now())
    operations.publish(session, event, actor=stage.clerk, now=clock.now())
    return event


def test_links_that_an_organiser_wishes_wait_and_are_taken_over(
    client: Client, session: Session, stage: Stage, own: Event
) -> None:
    client.sign_in(stage.resident)
    page = client.get("events.change", slug=own.slug)
    assert not page.select("input[name=picture]")

    client.submit(page, link(1, url="https://video.example.org/1", title=""), form=FORM)
    session.expire_all()
    proposal = session.scalars(sa.select(Proposal)).one()
    seen = client.sign_in(stage.clerk).get("events_desk.event", slug=own.slug)
    client.submit(seen, form="form[action*='/changes/accept/']")
    session.refresh(own)

    assert proposal.values == {"links": [BAND, {"url": "https://video.example.org/1", "title": ""}]}
    assert "https://video.example.org/1" in seen.text
    assert own.links == proposal.values["links"]
    assert own.picture == "music"


def test_an_organiser_who_changes_nothing_wishes_nothing(
    client: Client, session: Session, stage: Stage, own: Event
) -> None:
    page = client.sign_in(stage.resident).get("events.change", slug=own.slug)

    client.submit(page, form=FORM)

    assert session.scalars(sa.select(Proposal)).all() == []


@pytest.mark.parametrize(("chosen", "kept"), [("feast", "feast"), ("", ""), (None, "music")])
def test_staff_choose_a_drawing(desk: Client, session: Session, own: Event, chosen: str | None, kept: str) -> None:
    page = desk.get("events_desk.edit", slug=own.slug)
    assert page.one("input[name=picture][checked]")["value"] == "music"
    assert len(page.select(".event-drawings img[alt='']")) == len(Drawing)

    desk.submit(page, {} if chosen is None else {"picture": chosen}, form=FORM)
    session.refresh(own)

    assert own.picture == kept
    assert own.publication is Publication.PUBLISHED


def test_a_drawing_that_is_none_is_refused(desk: Client, own: Event) -> None:
    page = desk.get("events_desk.edit", slug=own.slug)

    desk.submit(page, {"picture": "../../secret"}, form=FORM, status=422)


def test_an_event_keeps_its_organiser_and_its_festival_however_many_there_are(
    desk: Client, session: Session, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    festival = make_event(session, on=SOON - timedelta(days=300), at=None, minutes=3 * 1440)
    event = make_event(session, on=SOON, venue=stage.venue, organiser=make_organiser(session), umbrella=festival)
    organiser_id = event.organiser_id

    def nobody(*_args: Any, **_options: Any) -> list[Any]:
        return []

    monkeypatch.setattr("portal.events.queries.desk.organisers", nobody)

    desk.submit(desk.get("events_desk.edit", slug=event.slug), {"contact": "2897022222"}, form=FORM)
    session.refresh(event)

    assert (event.contact, event.organiser_id, event.umbrella_id) == ("2897022222", organiser_id, festival.id)
