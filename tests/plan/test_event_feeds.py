"""Events that were held move the plan, and a number of visitors that is corrected puts the figures right."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.facts import listeners_of, record
from portal.core.texts import Translated
from portal.events import operations as events
from portal.events.facts import EventHeld
from portal.events.models import Counting, Occurrence
from portal.events.queries import replay_held
from portal.organisation.models import Community
from portal.plan import operations, queries
from portal.plan.models import Contribution, Plan, Tally
from portal.plan.queries import spans
from tests.factories import DAY, NOW, make_community
from tests.factories.events import make_category, make_event, make_venue
from tests.plan.samples import furnish, indicator, sheets, written

LATER = NOW + timedelta(days=2)
FEEDS = ("events.held", "events.visitors", "events.share-step-free", "events.share-two-languages", "events.visitors")


@pytest.fixture
def plan(session: Session) -> Plan:
    """A plan whose indicators are fed by events, the last one by those of Malia alone."""
    furnish(session)
    content = sheets()
    for row, feed in zip(content["Δείκτες"][1:], FEEDS, strict=True):
        row[22], row[23] = feed, ""
    content["Δείκτες"][5][23] = "community=93090301"
    operations.import_plan(session, operations.read(written(content)), now=NOW)
    return session.query(Plan).one()


def values(session: Session) -> list[Decimal | None]:
    """What the five indicators show for 2026."""
    shown = []
    for number in range(1, 6):
        points = queries.indicator_series(session, indicator(session, f"Δ.2.1.0{number}")).years
        shown.append(next((point.value for point in points if point.span == spans.year(2026)), None))
    return shown


def held(session: Session, people: int, **given: Any) -> Occurrence:
    """An event that took place, with its visitors."""
    row = make_event(session, **given).occurrences[0]
    note(session, row, people)
    return row


def note(session: Session, row: Occurrence, people: int) -> None:
    events.note_attendance(session, row, events.Attendance(people, Counting.COUNTED), actor_id=None, now=LATER)


def test_the_plan_listens_for_events() -> None:
    assert [listener.__module__ for listener in listeners_of(EventHeld)].count("portal.plan.feeds") == 1


def test_an_event_that_was_held_moves_every_figure(plan: Plan, session: Session) -> None:
    sisi = make_community(session, code="93090303", name=Translated(el="Σίσι"))
    held(session, 120, venue=make_venue(session))
    held(session, 30, venue=make_venue(session, step_free=False, community_id=sisi.id), title=Translated(el="Μόνο"))

    assert values(session) == [2, 150, Decimal("50.0"), Decimal("50.0"), None]


def test_visitors_that_are_corrected_put_the_figures_right(plan: Plan, session: Session) -> None:
    row = held(session, 120)
    held(session, 120)

    note(session, row, 45)
    note(session, row, 45)

    assert values(session)[:2] == [2, 165]
    assert session.scalar(sa.select(sa.func.count()).select_from(Contribution)) == 8
    assert not session.scalar(sa.select(sa.func.count()).where(Tally.number == 0))
    assert operations.recount(session).unchanged


def test_the_last_of_a_value_leaves_no_empty_tally(plan: Plan, session: Session) -> None:
    row = held(session, 7)

    note(session, row, 8)

    of_visitors = sa.select(Tally.value, Tally.number).where(Tally.indicator_id == indicator(session, "Δ.2.1.02").id)
    assert session.execute(of_visitors).all() == [(8, 1)]


def test_what_is_changed_after_the_event_changes_no_history(plan: Plan, session: Session) -> None:
    venue = make_venue(session)
    row = held(session, 50, venue=venue)
    before = values(session)

    venue.step_free = False
    row.event.category_id = make_category(session).id
    row.event.title = Translated(el="Μόνο ελληνικά")
    session.flush()

    assert operations.recount(session).unchanged
    assert values(session) == before


def test_an_event_counts_in_its_month_and_community(plan: Plan, session: Session) -> None:
    community = indicator_community(session)
    held(session, 10, venue=make_venue(session, community_id=community), on=date(2026, 1, 31))
    held(session, 20, on=DAY)

    months = queries.indicator_series(session, indicator(session, "Δ.2.1.02")).months

    assert [point.span.code for point in months] == ["2026-01", "2026-02", "2026-03"]
    assert [point.value for point in months] == [10, 0, 20]
    assert values(session)[4] == 10


def test_history_tells_the_fact_that_was_told(plan: Plan, session: Session) -> None:
    row = held(session, 5)
    fact = next(iter(replayed(session)))

    record(session, fact)

    assert fact.attendance == row.attendance == 5
    assert values(session)[:2] == [1, 5]


def replayed(session: Session) -> list[EventHeld]:
    return list(replay_held(session))


def indicator_community(session: Session) -> int:
    return session.scalars(sa.select(Community.id).where(Community.code == "93090301")).one()
