"""Whatever facts are heard in whatever order, however often: the figures are those that history gives from scratch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.core.facts import Fact, record
from portal.core.texts import Translated
from portal.eservices.facts import RequestDecided
from portal.events import operations as events
from portal.events.models import Counting, EventCategory, Occurrence
from portal.faults import operations as faults
from portal.faults.models import Fault, FaultCategory, FaultState
from portal.organisation.models import Community
from portal.plan import models, operations
from portal.plan.models import Contribution, Feed, Plan, Tally, feeds
from portal.plan.queries import indicator_series, series
from tests.factories import LAT, NOW, make_category, make_event, make_fault, make_fault_category, make_place, make_user
from tests.factories.events import make_venue
from tests.plan.samples import decided, furnish, indicator, sheets, written

#: what indicators count besides all of a feed
FILTERS = {
    "eservices.days-to-decide": "service=pruning;community=93090302",
    "events.visitors": "category=shelf-0",
    "faults.repaired": "category=lamp-1",
    "faults.reported": "community=93090301",
}
DONE, CANNOT = Translated(el="Έγινε."), Translated(el="Δεν γίνεται.")


@dataclass
class World:
    """What things can happen to, and the facts they announced, in their order."""

    session: Session
    plan: Plan
    categories: Sequence[FaultCategory]
    shelves: Sequence[EventCategory]
    venues: Sequence[Any]
    worker: Any
    now: datetime = NOW
    reports: list[Fault] = field(default_factory=list)
    events: list[Occurrence] = field(default_factory=list)
    told: list[Fact] = field(default_factory=list)


@pytest.fixture
def world(session: Session) -> World:
    """A plan with an indicator for every feed, and some that count a part of one."""
    furnish(session)
    content = sheets()
    pattern = content["Δείκτες"][1]
    wanted = [*((code, "") for code in feeds()), *FILTERS.items()]
    for at, (feed, chosen) in enumerate(wanted, start=1):
        row = [f"Δ.2.1.{at:02}", *pattern[1:]]
        row[22], row[23] = feed, chosen
        content["Δείκτες"][at : at + 1] = [row]
    shelves = [make_category(session, code=f"shelf-{at}") for at in range(2)]
    categories = [make_fault_category(session, code=f"lamp-{at}") for at in range(2)]
    places = session.scalars(sa.select(Community).order_by(Community.code)).all()
    for at, place in enumerate(places):
        make_place(session, lat=LAT + at, community=place)
    venues = [None, make_venue(session, community_id=places[0].id), make_venue(session, step_free=False)]
    operations.import_plan(session, operations.read(written(content)), now=NOW)
    return World(session, session.query(Plan).one(), categories, shelves, venues, make_user(session))


# -- what can happen; which of several things it happens to, and how much


def reported(world: World, which: int, much: int) -> None:
    category, lat = world.categories[which % 2], LAT + much % 2
    world.reports.append(make_fault(world.session, category=category, lat=lat, now=world.now))


def changed(world: World, which: int, state: FaultState, note: Translated) -> None:
    fault = world.reports[which % len(world.reports)]
    faults.change_state(world.session, fault, faults.Change(state=state, note=note), actor=None, now=world.now)


def repaired(world: World, which: int, _much: int) -> None:
    changed(world, which, FaultState.REPAIRED, DONE)


def given_up(world: World, which: int, _much: int) -> None:
    changed(world, which, FaultState.IMPOSSIBLE, CANNOT)


def disputed(world: World, which: int, _much: int) -> None:
    fault = world.reports[which % len(world.reports)]
    faults.disagree(world.session, fault, "Πάλι χάλασε.", actor=None, now=world.now)


def called_otherwise(world: World, which: int, much: int) -> None:
    fault = world.reports[which % len(world.reports)]
    faults.recategorise(world.session, fault, world.categories[much % 2], actor=world.worker, now=world.now)


def announced(world: World, which: int, much: int) -> None:
    english = {"en": "Feast"} if much % 3 else {}
    title = Translated(el="Γιορτή", **english)
    event = make_event(
        world.session,
        on=world.now.date() - timedelta(days=1 + much % 40),
        category=world.shelves[which % 2],
        venue=world.venues[which % 3],
        title=title,
        summary=Translated(el="Με λύρα.", **english),
    )
    world.events += event.occurrences


def attended(world: World, which: int, much: int) -> None:
    row = world.events[which % len(world.events)]
    row.event.category = world.shelves[much % 2]  # moved to another shelf since
    world.session.flush()
    came = events.Attendance(much, Counting.COUNTED)
    events.note_attendance(world.session, row, came, actor_id=None, now=world.now)


def request_decided(world: World, which: int, much: int) -> None:
    service, community = ("pruning", "market-stall")[which % 2], (None, "93090301", "93090302")[much % 3]
    values = {"days": much, "within_limit": much < 20, "online": bool(which % 2), "decided_at": world.now}
    fact = decided(1000 + len(world.told), service=service, community=community, **values)
    record(world.session, fact)


HAPPENINGS = (
    reported, repaired, repaired, repaired, given_up, disputed, disputed, disputed, called_otherwise,
    announced, attended, attended, attended, request_decided,
)  # fmt: skip
STEP = st.tuples(st.sampled_from(HAPPENINGS), st.integers(0, 2), st.integers(0, 60), st.integers(0, 6 * 24))
#: something to speak of, what happens to it, and much later
STEPS = st.lists(STEP, min_size=8, max_size=25).map(
    lambda steps: [(reported, 0, 0, 0), (reported, 1, 1, 5), (announced, 1, 7, 0), *steps, (repaired, 0, 0, 900)]
)


def live(world: World, steps: Sequence[Any]) -> None:
    """Let things happen, hours after each other; what the rules refuse does not."""
    for happens, which, much, hours in steps:
        world.now += timedelta(hours=hours, minutes=1)
        try:
            happens(world, which, much)
        except (Refused, ZeroDivisionError):  # nothing there yet that it could happen to
            continue


# -- hearing of it


@contextmanager
def undone(world: World) -> Iterator[World]:
    """The same world, in which nothing has happened; what happens is taken back at the end."""
    point = world.session.begin_nested()
    try:
        yield replace(world, reports=[], events=[], told=[])
    finally:
        point.rollback()
        world.session.expire_all()


@contextmanager
def remembered(world: World) -> Iterator[None]:
    """What is said is remembered, and counted by nobody."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "hear", lambda _session, fact: world.told.append(fact))
        yield


@contextmanager
def history(world: World) -> Iterator[None]:
    """Decisions are replayed from what was said, in another order; everything else from the rows of its room."""

    def replay(_session: Session) -> Iterator[Fact]:
        return (fact for fact in reversed(world.told) if isinstance(fact, RequestDecided))

    with pytest.MonkeyPatch.context() as patch:
        for code, feed in list(feeds().items()):
            if feed.fact is RequestDecided:
                patch.setitem(models.hearing._feeds, code, replace(feed, replay=replay))
        yield


def shuffled(told: Sequence[Fact], data: st.DataObject) -> list[Fact]:
    """In any order, some twice; only what was said of one thing at one moment (a correction) keeps its order."""
    twice = data.draw(st.lists(st.integers(0, len(told) - 1), max_size=6)) if told else []
    order: list[int] = data.draw(st.permutations([*range(len(told)), *twice]))
    places: dict[Any, list[int]] = {}
    for place, at in enumerate(order):
        places.setdefault(moment(told[at]), []).append(place)
    for same in places.values():
        for place, at in zip(same, sorted(order[place] for place in same), strict=True):
            order[place] = at
    return [told[at] for at in order]


def moment(fact: Fact) -> Any:
    """Of what a fact speaks, and when it was said."""
    return {(feed.reference(fact), feed.told_at(fact)) for feed in feeds().values() if feed.hears(fact)}.pop()


def rows(session: Session) -> tuple[list[Any], list[Any]]:
    """All contributions and tallies."""
    row, tally = Contribution, Tally
    columns = row.feed, row.reference, row.on, row.value, row.dimensions, row.recorded_at
    heard = session.execute(sa.select(*columns).order_by(row.feed, row.reference)).all()
    counted = session.execute(sa.select(tally.indicator_id, tally.month, tally.value, tally.number)).all()
    return [tuple(each) for each in heard], sorted(tuple(each) for each in counted)


def shown(session: Session) -> dict[str, series.Series]:
    """What every indicator shows, of all months, quarters and years."""
    session.expire_all()
    return {row.code: indicator_series(session, row) for row in session.scalars(sa.select(models.Indicator))}


def by_hand(session: Session, told: Sequence[Fact]) -> dict[str, series.Series]:
    """The same from the facts alone, in the order in which they were said, without the code that counts them."""
    found = {}
    for row in session.scalars(sa.select(models.Indicator)):
        feed: Feed = feeds()[row.feed or ""]
        last = {feed.reference(fact): fact for fact in told if feed.hears(fact)}
        months: series.Months = {}
        for fact in last.values():
            if row.feed_filter.items() <= dict(feed.place(fact)).items():
                month: date = feed.on(fact).replace(day=1)
                months.setdefault(month, Counter())[feed.value(fact)] += 1
        found[row.code] = series.series_of(feed.aggregate, months)
    return found


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS, data=st.data())
def test_facts_heard_in_any_order_give_what_a_recount_gives(world: World, steps: Any, data: st.DataObject) -> None:
    with undone(world) as lived, history(lived):
        session = lived.session
        with remembered(lived):
            live(lived, steps)
        heard = shuffled(lived.told, data)
        recounted_after, connected_after = (data.draw(st.integers(0, 2 * len(heard))) for _ in range(2))

        for at, fact in enumerate(heard):
            record(session, fact)
            if at == recounted_after:
                operations.recount(session)
            if at == connected_after:
                row, feed = indicator(session, "Δ.2.1.01"), operations.Connection("faults.reopened-share")
                operations.bind(session, row, feed, actor_id=lived.worker.id, now=lived.now)
        before, figures = rows(session), shown(session)
        told = operations.recount(session)

        assert list(told.differences()) == []
        assert rows(session) == before
        assert figures == shown(session) == by_hand(session, lived.told)


def test_an_older_word_that_comes_late_changes_nothing(world: World) -> None:
    with undone(world) as lived, history(lived):
        with remembered(lived):
            live(lived, [(reported, 0, 0, 0), (repaired, 0, 0, 30), (disputed, 0, 0, 30), (repaired, 0, 0, 300)])
            live(lived, [(announced, 0, 1, 1), (attended, 0, 7, 1), (attended, 0, 12, 1)])

        for fact in reversed(lived.told):
            record(lived.session, fact)

        values = {code: each.years[-1].value for code, each in shown(lived.session).items() if each.years}
        assert values == {
            code: each.years[-1].value for code, each in by_hand(lived.session, lived.told).items() if each.years
        }
        assert {row[3] for row in rows(lived.session)[0] if row[0] == "events.visitors"} == {12}
        assert operations.recount(lived.session).unchanged
