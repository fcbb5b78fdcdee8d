"""The desk of the agenda: who may, publish and refuse, all languages, one date, who came, venues, whom one trusts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.outbox import Job
from portal.core.texts import Translated
from portal.events import operations
from portal.events.models import Counting, Event, Organiser, Proposal, Publication, Status, Venue
from portal.events.operations import Writer
from portal.events.queries import desk as reads
from tests.casework.test_statements import needed
from tests.factories.events import event_input, make_event, make_organiser, make_venue
from tests.support.agenda import Stage, day, furnish, written
from tests.support.client import Client

TODAY = clock.athens_date(clock.now())
SOON = TODAY + timedelta(days=20)
FORM = "main form[enctype]"


@pytest.fixture
def stage(session: Session) -> Stage:
    return furnish(session)


@pytest.fixture
def desk(client: Client, stage: Stage) -> Client:
    return client.sign_in(stage.clerk)


@pytest.fixture
def waiting(session: Session, stage: Stage) -> Event:
    """An event that a resident has submitted, in English."""
    title = Translated(en="Harbour concert")
    wanted = event_input(session, category=stage.category, venue=stage.venue, starts_on=SOON, title=title)
    event = operations.create(session, wanted, host="example.org", actor_id=stage.resident.id, now=clock.now())
    writer = Writer("Lyra", stage.resident.email, "en")
    operations.hand_in(session, event, writer, unit_code="culture", user=stage.resident, now=clock.now())
    return event


@pytest.fixture
def letters(session: Session) -> Callable[[], list[dict[str, Any]]]:
    def written_ones() -> list[dict[str, Any]]:
        session.expire_all()
        return [job.payload for job in session.scalars(sa.select(Job).where(Job.kind == "mail").order_by(Job.id))]

    return written_ones


# -- who may


@pytest.mark.parametrize("endpoint", ["events", "new", "this_month", "over", "venues"])
def test_the_desk_of_the_agenda_is_for_its_unit(client: Client, stage: Stage, endpoint: str) -> None:
    client.sign_in(stage.stranger).get(f"events_desk.{endpoint}", status=403)
    client.sign_in(stage.clerk).get(f"events_desk.{endpoint}", follow=True)


def test_only_heads_say_whom_one_trusts(client: Client, stage: Stage) -> None:
    client.sign_in(stage.clerk).get("events_desk.organisers", status=403)
    assert "events_desk" not in client.get("events_desk.events").text
    client.sign_in(stage.head).get("events_desk.organisers")


def test_the_menu_leads_there_who_may(client: Client, stage: Stage) -> None:
    there = client.sign_in(stage.clerk).get("site_desk.home").select("a[href$='/desk/events/']")
    elsewhere = client.sign_in(stage.stranger).get("site_desk.home").select("a[href$='/desk/events/']")

    assert there
    assert not elsewhere


# -- publish, refuse


def test_a_submission_is_published_from_its_case(
    desk: Client, session: Session, waiting: Event, letters: Callable[[], list[dict[str, Any]]]
) -> None:
    assert waiting.case is not None
    page = desk.get("casework_desk.case", slug=waiting.case.slug)

    desk.submit(page, form="form[action*='/publish/']")
    session.refresh(waiting)

    assert "Harbour concert" in page.text
    assert waiting.publication is Publication.PUBLISHED
    assert waiting.case.is_closed
    assert letters()[-1]["template"] == "events/published"
    assert "Harbour concert" in Client(desk.app, session, "en").get("events.event", slug=waiting.slug).text


def test_a_second_press_publishes_nothing_twice(desk: Client, waiting: Event) -> None:
    page = desk.get("events_desk.event", slug=waiting.slug)
    desk.submit(page, form="form[action*='/publish/']")

    desk.submit(page, form="form[action*='/publish/']", status=409)


def test_an_event_is_refused_with_a_reason(
    desk: Client, session: Session, waiting: Event, letters: Callable[[], list[dict[str, Any]]]
) -> None:
    page = desk.get("events_desk.refuse", slug=waiting.slug)
    wrong = desk.submit(page, {"text": " "}, status=422)

    desk.submit(wrong, {"text": "It is a private party."})
    session.refresh(waiting)

    assert waiting.publication is Publication.REFUSED
    assert letters()[-1]["template"] == "events/refused"
    assert letters()[-1]["values"]["text"] == "It is a private party."


def test_what_may_be_the_same_is_suggested(desk: Client, session: Session, stage: Stage, waiting: Event) -> None:
    alike = make_event(session, on=SOON + timedelta(days=1), title=Translated(en="Concert at the harbour"))
    there = make_event(session, on=SOON, venue=stage.venue)
    other = make_event(session, on=SOON)

    found = {double.event.id: double for double in reads.doubles(session, waiting)}
    page = desk.get("events_desk.event", slug=waiting.slug)

    assert found.keys() <= {alike.id, there.id}
    assert there.id in found
    assert found[there.id].same_place
    assert there.title["el"] in page.text
    assert other.title["el"] not in page.text


@pytest.mark.parametrize(("title", "is_one"), [("Harbour  Concert!", True), ("Λαϊκή αγορά", False)])
def test_similar_titles_are_doubles(session: Session, waiting: Event, title: str, *, is_one: bool) -> None:
    other = make_event(session, on=SOON, title=Translated(en=title))

    assert (other.id in {double.event.id for double in reads.doubles(session, waiting)}) is is_one


# -- wished changes


@pytest.fixture
def proposal(session: Session, stage: Stage, waiting: Event) -> Proposal:
    operations.publish(session, waiting, actor=stage.clerk, now=clock.now())
    wanted = operations.input_of(waiting)
    wanted = type(wanted)(**vars(wanted) | {"title": Translated(en="Concert on the quay"), "minutes": 180})
    made = operations.propose(session, waiting, wanted, unit_code="culture", actor=stage.resident, now=clock.now())
    assert made is not None
    return made


def test_wished_changes_are_taken_over(
    desk: Client, session: Session, waiting: Event, proposal: Proposal, letters: Callable[[], list[dict[str, Any]]]
) -> None:
    page = desk.get("casework_desk.case", slug=proposal.case.slug)

    desk.submit(page, form="form[action*='/changes/accept/']")
    session.refresh(waiting)

    assert "Concert on the quay" in page.text
    assert (waiting.title, waiting.minutes) == ({"en": "Concert on the quay"}, 180)
    assert proposal.case.is_closed
    assert letters()[-1]["values"]["change"] is True


def test_wished_changes_are_refused_with_a_reason(
    desk: Client, session: Session, waiting: Event, proposal: Proposal
) -> None:
    desk.submit(desk.get("events_desk.refuse_changes", slug=waiting.slug), {"text": "Too late."})
    session.refresh(waiting)

    assert waiting.title == {"en": "Harbour concert"}
    assert proposal.case.is_closed
    desk.get("events_desk.refuse_changes", slug=waiting.slug, status=404)


def test_a_second_wish_replaces_the_first(session: Session, stage: Stage, waiting: Event, proposal: Proposal) -> None:
    wanted = operations.input_of(waiting)
    wanted = type(wanted)(**vars(wanted) | {"minutes": 60})

    again = operations.propose(session, waiting, wanted, unit_code="culture", actor=None, now=clock.now())

    assert again is proposal
    assert proposal.values == {"minutes": 60}


# -- write


def test_staff_write_an_event_in_all_languages(desk: Client, session: Session, stage: Stage) -> None:
    page = desk.get("events_desk.new")
    sent = {**written(stage, SOON), "title_en": "Concert", "organiser": str(stage.trusted.id)}

    for _ in range(2):
        done = desk.submit(page, sent, form=FORM)
    event = session.scalars(sa.select(Event)).one()

    assert event.title == {"el": "Συναυλία στο λιμάνι", "en": "Concert"}
    assert event.organiser_id == stage.trusted.id
    assert event.publication is Publication.DRAFT
    assert done.location.endswith(f"/{event.slug}/")
    assert event.title["el"] in desk.get("events_desk.events", view="draft").text


def test_staff_translate_with_the_original_in_view_and_the_organiser_is_told(
    desk: Client, session: Session, waiting: Event, letters: Callable[[], list[dict[str, Any]]]
) -> None:
    page = desk.get("events_desk.edit", slug=waiting.slug)

    desk.submit(page, {"title_el": "Συναυλία στο λιμάνι"}, form=FORM)
    session.refresh(waiting)

    assert page.one("#title_en")["value"] == "Harbour concert"
    assert waiting.title == {"el": "Συναυλία στο λιμάνι", "en": "Harbour concert"}
    assert letters()[-1]["template"] == "events/changed_by_staff"
    assert letters()[-1]["values"]["columns"] == ["Title"]


def test_two_people_at_once_one_is_told(desk: Client, session: Session, waiting: Event) -> None:
    page = desk.get("events_desk.edit", slug=waiting.slug)
    desk.submit(page, {"title_el": "Πρώτος"}, form=FORM)

    late = desk.submit(page, {"title_el": "Δεύτερος"}, form=FORM, status=409)
    session.refresh(waiting)

    assert waiting.title["el"] == "Πρώτος"
    assert late.one("#title_el")["value"] == "Δεύτερος"


def test_an_event_needs_a_title_and_a_place(desk: Client, session: Session, stage: Stage) -> None:
    page = desk.get("events_desk.new")

    wrong = desk.submit(page, {**written(stage, SOON), "title_el": "", "venue": ""}, form=FORM, status=422)

    assert wrong.select("#title_el-error")
    assert wrong.select("#place_el-error")


def test_another_one_like_it(desk: Client, session: Session, waiting: Event) -> None:
    page = desk.get("events_desk.clone", slug=waiting.slug)

    done = desk.submit(page, day("starts_on", SOON + timedelta(days=365)), follow=True)

    assert done.one("#title_en")["value"] == "Harbour concert"
    assert len(session.scalars(sa.select(Event)).all()) == 2


# -- how it stands


def test_an_event_is_cancelled_with_a_note_in_both_languages(
    desk: Client, session: Session, waiting: Event, letters: Callable[[], list[dict[str, Any]]]
) -> None:
    page = desk.get("events_desk.status", slug=waiting.slug)

    desk.submit(page, {"status": "cancelled", "note_el": "Λόγω καιρού", "note_en": "Because of the weather"})
    session.refresh(waiting)

    assert waiting.status is Status.CANCELLED
    assert waiting.status_note == {"el": "Λόγω καιρού", "en": "Because of the weather"}
    assert letters()[-1]["values"]["status"] == "Cancelled"


def test_one_date_alone_is_moved(desk: Client, session: Session) -> None:
    event = make_event(session, on=SOON, rule="FREQ=WEEKLY;COUNT=3")
    row = event.occurrences[1]
    planned = row.recurrence_id
    page = desk.get("events_desk.one", slug=event.slug, recurrence=planned)

    desk.submit(page, {"status": "moved", "note_el": "Μία ώρα μετά", "starts_at": "21:00", "ends_at": "22:30"})
    session.expire_all()

    assert row.recurrence_id == planned
    assert (row.status, row.single) == (Status.MOVED, True)
    assert row.starts_at.astimezone(clock.ATHENS).hour == 21
    assert [other.single for other in event.occurrences] == [False, True, False]
    desk.get("events_desk.one", slug=event.slug, recurrence="2020-01-01", status=404)


def test_this_and_following(desk: Client, session: Session) -> None:
    event = make_event(session, on=SOON, rule="FREQ=WEEKLY;COUNT=4", venue=make_venue(session))
    third = event.occurrences[2].recurrence_id
    page = desk.get("events_desk.following", slug=event.slug, recurrence=third)

    done = desk.submit(page, {"starts_at": "18:00", "ends_at": "19:00"}, form=FORM)
    session.expire_all()
    made = session.scalars(sa.select(Event).order_by(Event.id.desc()).limit(1)).one()

    assert made.slug in done.location
    assert [len(each.occurrences) for each in (event, made)] == [2, 2]
    assert {row.starts_at.astimezone(clock.ATHENS).hour for row in made.occurrences} == {18}


# -- who came


def test_attendance_is_entered_where_it_is_missing(desk: Client, session: Session) -> None:
    event = make_event(session, on=TODAY - timedelta(days=2), venue=make_venue(session))
    make_event(session, on=SOON)
    row = event.occurrences[0]
    listed = desk.get("events_desk.over")
    link = listed.select("main table a[href*='/attendance/']")

    desk.submit(
        desk.get(str(link[0]["href"])), {"people": "120", "counting": "estimated", "evaluation": "Λίγες θέσεις"}
    )
    session.refresh(row)

    assert len(link) == 1
    assert (row.attendance, row.counting, row.evaluation) == (120, Counting.ESTIMATED, "Λίγες θέσεις")
    assert desk.get("events_desk.over").select(".empty")


def test_attendance_of_what_has_not_begun_is_refused(desk: Client, session: Session) -> None:
    event = make_event(session, on=SOON)
    page = desk.get("events_desk.attendance", slug=event.slug, recurrence=event.occurrences[0].recurrence_id)

    wrong = desk.submit(page, {"people": "5", "counting": "counted"}, status=409)

    assert wrong.one("#people")["value"] == "5"


# -- lists, month, venues, organisers


@pytest.mark.parametrize("view", ["coming", "submitted", "draft", "published", "refused", "withdrawn", "nonsense"])
def test_every_view_of_the_list(desk: Client, session: Session, waiting: Event, view: str) -> None:
    make_event(session, on=SOON, title=Translated(el="Ορατή"))

    page = desk.get("events_desk.events", view=view)

    assert ("Harbour" in page.text) is (view == "submitted")
    assert ("Ορατή" in page.text) is (view in {"coming", "published", "nonsense"})


def test_the_next_page_of_a_view(desk: Client, session: Session) -> None:
    for _ in range(reads.PAGE + 1):
        make_event(session, on=SOON, published=False)
    first = desk.get("events_desk.events", view="draft")

    second = desk.get(str(first.one("a[rel=next]")["href"]))

    assert len(second.select("main tbody tr")) == 1
    desk.get("events_desk.events", view="draft", after="2026-99-01_x")


def test_the_month_says_what_overlaps(desk: Client, session: Session, stage: Stage) -> None:
    one = make_event(session, on=SOON, venue=stage.venue)
    two = make_event(session, on=SOON, venue=stage.venue, published=False)
    make_event(session, on=SOON, venue=make_venue(session))
    cancelled = make_event(session, on=SOON, venue=stage.venue)
    operations.set_status(session, cancelled, Status.CANCELLED, Translated(), actor_id=None, now=clock.now())

    rows = {row.event_id: row for row in reads.month(session, SOON).rows}
    page = desk.get("events_desk.month", month=f"{SOON:%Y-%m}")

    assert rows[one.id].conflicts == (two.title,)
    assert rows[two.id].conflicts == (one.title,)
    assert rows[cancelled.id].conflicts == ()
    assert len(page.select(".month-days .tag.late")) == 2 + 1  # and that one is cancelled
    assert cancelled.title["el"] in page.text
    desk.get("events_desk.month", month=f"{SOON:%Y-%m}", venue=stage.venue.code)
    desk.get("events_desk.month", month="2026-13", status=404)


def test_a_month_that_does_not_fit_goes_on_from_a_day(
    desk: Client, session: Session, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "MOST_OF_MONTH", 3)
    first = (SOON + timedelta(days=31)).replace(day=1)
    days = [first, first, first + timedelta(days=4), first + timedelta(days=4), first + timedelta(days=9)]
    made = [make_event(session, on=on, venue=make_venue(session)) for on in days]
    month = f"{first:%Y-%m}"

    page = desk.get("events_desk.month", month=month)
    onward = desk.get(str(page.one(".month-days ~ nav a[rel=next]")["href"]))

    assert [len(shown.select(".month-days > li > ul > li")) for shown in (page, onward)] == [2, 3]
    assert made[2].title["el"] in onward.text
    assert not onward.select(".month-days ~ nav")
    assert not desk.get("events_desk.month", month=month, venue=stage.venue.code).select(".month-days ~ nav")
    for odd in ("0", "1", "32", "x", "9" * 30):
        assert len(desk.get("events_desk.month", month=month, **{"from": odd}).select(".month-days > li")) == 1


def test_a_day_that_does_not_fit_says_so(
    desk: Client, session: Session, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "MOST_OF_MONTH", 2)
    first = (SOON + timedelta(days=31)).replace(day=1)
    for on in (first, first, first, first + timedelta(days=1)):
        make_event(session, on=on, venue=stage.venue)

    shown = reads.month(session, first)
    page = desk.get("events_desk.month", month=f"{first:%Y-%m}")

    assert (len(shown.rows), shown.more, shown.cut) == (2, first + timedelta(days=1), True)
    assert page.select(".govuk-inset-text")
    assert len(desk.get(str(page.one(".month-days ~ nav a")["href"])).select(".month-days > li > ul > li")) == 1


def test_a_venue_is_added_and_changed(desk: Client, session: Session, stage: Stage) -> None:
    event = make_event(session, on=SOON, venue=stage.venue)
    page = desk.get("events_desk.venue", code=stage.venue.code)

    desk.submit(page, {"step_free": "no", "hearing_loop": "yes"})
    session.expire_all()

    assert (stage.venue.step_free, stage.venue.hearing_loop, stage.venue.parking) == (False, True, None)
    assert not event.occurrences[0].step_free

    wrong = desk.submit(desk.get("events_desk.new_venue"), {"lat": "35.3"}, status=422)
    desk.submit(wrong, {"name_el": "Θερινό σινεμά", "lat": "35.3", "lon": "25.4"})

    made = session.scalars(sa.select(Venue).order_by(Venue.id.desc()).limit(1)).one()
    assert (made.code, made.lat, made.from_pack) == ("therino-sinema", 35.3, False)


def test_an_organiser_is_trusted_and_no_longer(client: Client, session: Session, stage: Stage) -> None:
    row = make_organiser(session, name="Α Σύλλογος")
    client.sign_in(stage.head)

    for expected in (True, False):
        client.submit(client.get("events_desk.organisers"), form=f"form[action*='/{row.id}/trust/']")
        session.refresh(row)
        assert row.trusted is expected
    assert session.get(Organiser, row.id) is row


# -- how many statements


@pytest.mark.parametrize("endpoint", ["events", "over", "month", "event", "edit"])
def test_a_page_of_the_desk_asks_little_however_much_there_is(
    desk: Client, session: Session, stage: Stage, endpoint: str
) -> None:
    past = [make_event(session, on=TODAY - timedelta(days=3), venue=make_venue(session)) for _ in range(2)]
    values = {"month": {"month": f"{TODAY:%Y-%m}"}, "event": {"slug": past[0].slug}, "edit": {"slug": past[0].slug}}
    few = needed(desk, session, f"events_desk.{endpoint}", **values.get(endpoint, {}))
    for number in range(8):
        for days in (-4, 4):
            make_event(
                session, on=TODAY + timedelta(days=days), venue=make_venue(session), title=Translated(el=f"Ν{number}")
            )

    many = needed(desk, session, f"events_desk.{endpoint}", **values.get(endpoint, {}))

    assert len(many) <= len(few)
    assert len(many) <= 8, "\n".join(many)


def test_the_case_of_a_submitted_event_asks_little_however_much_takes_place_that_day(
    desk: Client, session: Session, waiting: Event
) -> None:
    assert waiting.case is not None
    few = needed(desk, session, "casework_desk.case", slug=waiting.case.slug)
    for number in range(8):
        make_event(session, on=SOON, title=Translated(el=f"Ν{number}"))

    many = needed(desk, session, "casework_desk.case", slug=waiting.case.slug)

    assert len(many) == len(few)
    assert len(many) <= 8, "\n".join(many)
