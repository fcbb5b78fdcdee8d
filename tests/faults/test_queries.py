"""Reports as the public reads them: filters, pages, parts of the map, and whose a report is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import tallying
from portal.core.texts import Translated
from portal.faults import operations, queries
from portal.faults.models import CannedReply, Fault, FaultState, Jurisdiction
from portal.faults.models.grid import SIDES, Box, Near, cell
from portal.faults.operations import Change
from portal.faults.queries import FaultFilter, Group, feeds, lists, maps
from tests.factories import (
    DAY,
    LAT,
    LON,
    NOW,
    make_body,
    make_community,
    make_fault,
    make_fault_category,
    make_place,
)

NOTE = Translated(el="Έγινε.")
EVERYWHERE = Box(-90, -180, 90, 180)


def end(session: Session, fault: Fault, state: FaultState) -> None:
    operations.change_state(session, fault, Change(state=state, note=NOTE), actor=None, now=NOW)


def found(session: Session, *, today: date = DAY, most: int = 100, **wanted: Any) -> list[int]:
    return [row.id for row in queries.lines(session, FaultFilter(**wanted), today=today, most=most)]


@pytest.fixture
def scattered(session: Session) -> list[Fault]:
    """Reports of three categories all over the municipality, some of them closed, one hidden."""
    rng = Random(7)  # noqa: S311
    kinds = [make_fault_category(session) for _ in range(3)]
    rows = [
        make_fault(
            session, lat=LAT + rng.uniform(-0.09, 0.09), lon=LON + rng.uniform(-0.09, 0.09), category=kinds[n % 3]
        )
        for n in range(40)
    ]
    for row in rows[::5]:
        end(session, row, FaultState.REPAIRED)
    rows[7].shown = False
    session.flush()
    operations.recount(session)
    return rows


# -- filters


def test_a_list_begins_with_the_newest_and_shows_what_is_public(session: Session, scattered: list[Fault]) -> None:
    assert found(session) == [row.id for row in reversed(scattered) if row.shown]


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        ({"group": Group.OPEN}, lambda row: row.is_open),
        ({"group": Group.CLOSED}, lambda row: not row.is_open),
        ({"group": Group.REPAIRED}, lambda row: row.state is FaultState.REPAIRED),
        ({"group": Group.OVERDUE}, lambda row: row.is_open and row.due_on < date(2026, 3, 20)),
        ({"state": FaultState.RECEIVED}, lambda row: row.state is FaultState.RECEIVED),
        ({"since": DAY, "until": DAY}, lambda _row: True),
        ({"since": DAY + timedelta(1)}, lambda _row: False),
        ({"until": DAY - timedelta(1)}, lambda _row: False),
    ],
)
def test_a_filter_shows_what_it_says(
    session: Session, scattered: list[Fault], wanted: dict[str, Any], holds: Callable[[Fault], bool]
) -> None:
    expected = [row.id for row in reversed(scattered) if row.shown and holds(row)]

    assert found(session, today=date(2026, 3, 20), **wanted) == expected


def test_a_category_a_group_and_a_community_are_filters(session: Session) -> None:
    east, lamp = make_community(session), make_fault_category(session)
    here = make_fault(session, category=lamp, community=east)
    other = make_fault(session, category=make_fault_category(session, parent=lamp.parent), lat=36.0)

    assert found(session, category=lamp.code) == [here.id]
    assert found(session, category=lamp.group.code) == [other.id, here.id]
    assert found(session, category="no-such") == []
    assert found(session, community=east.code) == [other.id, here.id]
    assert found(session, community="no-such") == []


def test_a_day_begins_and_ends_in_athens(session: Session) -> None:
    midnight = NOW.replace(hour=22) - timedelta(days=1)  # of the second to the third of March
    before, after = make_fault(session, now=midnight - timedelta(seconds=1)), make_fault(session, now=midnight)

    assert found(session, until=date(2026, 3, 2)) == [before.id]
    assert found(session, since=DAY) == [after.id]


def test_the_public_reads_the_redacted_text_and_nothing_personal(session: Session) -> None:
    fault = make_fault(session, text="Ο κύριος Τάδε το έσπασε.")
    fault.public_text = "Έσπασε."
    session.flush()

    [line] = queries.lines(session, FaultFilter(), today=DAY)

    assert line.text == "Έσπασε."
    assert not any("applicant" in name or "email" in name for name in line.__slots__)


# -- pages


def test_pages_follow_one_another_without_a_gap(session: Session, scattered: list[Fault]) -> None:
    seen: list[int] = []
    before: int | None = None
    while True:
        rows = queries.lines(session, FaultFilter(before=before), today=DAY, most=7)
        seen += [row.id for row in rows]
        before = queries.next_before(rows, most=7)
        if before is None:
            break

    assert seen == found(session)


# -- parts of the map


def boxes() -> list[Box]:
    """Small and large parts of the map, on the borders of squares and across them."""
    rng = Random(11)  # noqa: S311
    made = [EVERYWHERE, Box(LAT - 1, LON - 1, LAT + 1, LON + 1), Box(1, 1, 1, 1)]
    for side in (0.001, 0.004, 0.02, 0.06, 0.3):
        for _ in range(2):
            south, west = LAT + rng.uniform(-0.1, 0.1), LON + rng.uniform(-0.1, 0.1)
            made.append(Box(south, west, south + side, west + side * rng.uniform(0.2, 3)))
    return made


def inside(box: Box, rows: Sequence[Fault]) -> list[int]:
    return [row.id for row in reversed(rows) if row.shown and box.holds(row.lat, row.lon)]


@pytest.mark.parametrize("group", [Group.ALL, Group.OPEN])
def test_square_by_square_finds_what_a_plain_condition_finds(
    session: Session, scattered: list[Fault], group: Group
) -> None:
    rows = [row for row in scattered if group is Group.ALL or row.is_open]
    found_any = 0

    for box in boxes():
        assert found(session, box=box, group=group) == inside(box, rows), box
        found_any += len(inside(box, rows))

    assert found_any > 80


def test_the_newest_of_a_part_come_first_however_many_squares(session: Session, scattered: list[Fault]) -> None:
    for box in boxes():
        assert found(session, box=box, most=3) == inside(box, scattered)[:3]


def test_pages_of_a_part_of_the_map_follow_one_another(session: Session, scattered: list[Fault]) -> None:
    box = Box(LAT - 0.05, LON - 0.05, LAT + 0.05, LON + 0.05)
    whole = inside(box, scattered)

    assert found(session, box=box, before=whole[3]) == whole[4:]


def test_squares_cover_a_part_of_the_map(session: Session, scattered: list[Fault]) -> None:
    for box in boxes():
        covering = box.covering()
        if covering is None:
            continue
        level, cells = covering
        assert len(cells) == len(set(cells)) <= 12
        assert {cell(row.lat, row.lon, level) for row in scattered if box.holds(row.lat, row.lon)} <= set(cells)


def test_around_a_point_is_a_circle(session: Session, scattered: list[Fault]) -> None:
    near = Near(LAT, LON, 4_000)

    numbers = found(session, near=near)

    assert numbers == [row.id for row in reversed(scattered) if row.shown and near.distance(row.lat, row.lon) <= 4_000]
    assert 0 < len(numbers) < len(inside(near.box, scattered))


def test_pages_around_a_point_follow_one_another(session: Session, scattered: list[Fault]) -> None:
    near = Near(LAT, LON, 4_000)
    seen: list[int] = []
    before: int | None = None
    for _ in range(100):
        rows = queries.lines(session, FaultFilter(near=near, before=before), today=DAY, most=4)
        seen += [row.id for row in rows]
        before = queries.next_before(rows, most=4)
        if before is None:
            break

    assert seen == found(session, near=near)


def test_what_is_open_near_here_begins_with_the_nearest(session: Session, scattered: list[Fault]) -> None:
    pairs = queries.around(session, Near(LAT, LON, 6_000), today=DAY, most=5)

    distances = [distance for _line, distance in pairs]
    near = Near(LAT, LON, 6_000)
    every = sorted(near.distance(row.lat, row.lon) for row in scattered if row.is_open and row.shown)
    assert distances == pytest.approx(every[:5])
    assert all(line.is_open for line, _distance in pairs)


def test_a_degree_of_latitude_is_as_long_as_it_is() -> None:
    assert Near(35, 25, 1).distance(36, 25) == pytest.approx(111_195, rel=0.001)
    assert Near(35, 25, 1).distance(35, 26) == pytest.approx(91_085, rel=0.001)


# -- pictures


def test_few_are_drawn_as_points_many_as_circles(
    session: Session, scattered: list[Fault], monkeypatch: pytest.MonkeyPatch
) -> None:
    points = queries.picture(session, FaultFilter(), today=DAY)
    monkeypatch.setattr(maps, "FEW", 10)
    circles = queries.picture(session, FaultFilter(), today=DAY)

    assert (points.number, len(points.points), points.circles) == (39, 39, ())
    assert (circles.number, circles.points) == (39, ())
    assert sum(circle.number for circle in circles.circles) == 39


@pytest.mark.parametrize("wanted", [{"group": Group.OPEN}, {"group": Group.CLOSED}, {"category": True}])
def test_circles_count_what_a_list_shows(
    session: Session, scattered: list[Fault], monkeypatch: pytest.MonkeyPatch, wanted: dict[str, Any]
) -> None:
    monkeypatch.setattr(maps, "FEW", 0)
    if wanted.get("category"):
        wanted = {"category": scattered[0].group.code}

    drawn = queries.picture(session, FaultFilter(**wanted), today=DAY)

    assert drawn.number == sum(circle.number for circle in drawn.circles) == len(found(session, **wanted)) > 5


def test_a_circle_stands_where_its_reports_are(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "FEW", 0)
    for lat in (35.3110, 35.3120):
        make_fault(session, lat=lat, lon=25.3910)
    tallying.settle(session)

    [circle] = queries.picture(session, FaultFilter(box=Box(35.305, 25.385, 35.315, 25.395)), today=DAY).circles

    assert (circle.lat, circle.lon, circle.number) == (pytest.approx(35.3115), pytest.approx(25.3910), 2)


@pytest.mark.parametrize("wanted", [{"state": FaultState.RECEIVED}, {"since": DAY}, {"group": Group.OVERDUE}])
def test_what_the_numbers_do_not_know_is_drawn_from_the_newest(
    session: Session, scattered: list[Fault], monkeypatch: pytest.MonkeyPatch, wanted: dict[str, Any]
) -> None:
    late = date(2026, 3, 20)
    whole = queries.picture(session, FaultFilter(**wanted), today=late)
    monkeypatch.setattr(maps, "FEW", 3)
    monkeypatch.setattr(maps, "SAMPLE", 5)
    drawn = queries.picture(session, FaultFilter(**wanted), today=late)

    assert [line.id for line in whole.points] == found(session, today=late, **wanted)
    assert (whole.cut, drawn.cut, drawn.points) == (False, True, ())
    assert sum(circle.number for circle in drawn.circles) == drawn.number == 5


def test_a_square_is_as_large_as_it_says() -> None:
    assert [cell(35.0, 25.0, level) != cell(35.0 + side, 25.0, level) for level, side in enumerate(SIDES)] == [True] * 4


# -- whose it is


def test_the_rule_that_says_most_holds(session: Session) -> None:
    category, east, west = make_fault_category(session), make_community(session), make_community(session)
    whole, group, there, exact, both = (make_body(session) for _ in range(5))
    rules = [
        (None, None, whole),
        (category.parent, None, group),
        (category.parent, east, there),
        (category, None, exact),
        (category, east, both),
    ]
    for of, community, body in reversed(rules):
        session.add(Jurisdiction(category=of, community=community, body=body, citation=Translated()))
    session.flush()

    def whose(category: Any, community: Any) -> Any:
        rule = queries.jurisdiction(session, category, community and community.id)
        return rule and rule.body

    assert whose(category, east) == both
    assert whose(category, west) == whose(category, None) == exact
    sibling = make_fault_category(session, parent=category.parent)
    assert (whose(sibling, east), whose(sibling, west)) == (there, group)
    assert whose(make_fault_category(session), east) == whole


def test_without_a_rule_it_is_ours(session: Session) -> None:
    category = make_fault_category(session)
    session.add(Jurisdiction(category=make_fault_category(session), body=make_body(session), citation=Translated()))

    assert queries.jurisdiction(session, category, make_community(session).id) is None


# -- what staff choose from


def test_replies_fit_the_category_and_the_state(session: Session) -> None:
    category = make_fault_category(session)
    given: list[tuple[str, dict[str, Any]]] = [
        ("any", {}),
        ("group", {"category_id": category.parent_id}),
        ("done", {"category_id": category.id, "state": FaultState.REPAIRED}),
        ("other", {"category_id": make_fault_category(session).id}),
        ("closed", {"closed": True}),
    ]
    for position, (code, values) in enumerate(given):
        text = Translated(el=code)
        session.add(CannedReply(code=code, title=text, text=text, position=position, **values))
    session.flush()

    def codes(state: FaultState | None = None) -> list[str]:
        return [reply.code for reply in queries.replies(session, category, state)]

    assert codes() == ["any", "group", "done"]
    assert codes(FaultState.REPAIRED) == ["any", "group", "done"]
    assert codes(FaultState.CONFIRMED) == ["any", "group"]


def test_categories_stand_in_their_order_each_in_its_group(session: Session) -> None:
    make_place(session)
    second, first = make_fault_category(session), make_fault_category(session)
    second.group.position, first.group.position = 2, 1
    gone = make_fault_category(session, parent=first.group, closed=True)
    session.flush()

    assert queries.categories(session) == [first.group, first, second.group, second]
    assert gone in queries.categories(session, closed=True)


def test_a_list_takes_the_same_number_of_statements_however_long(session: Session, scattered: list[Fault]) -> None:
    session.expire_all()
    seen: list[str] = []
    bind = session.get_bind()
    sa.event.listen(bind, "before_cursor_execute", note := lambda *args: seen.append(args[2]))

    lists.lines(session, FaultFilter(), today=DAY, most=50)

    sa.event.remove(bind, "before_cursor_execute", note)
    assert len(seen) == 1


def test_a_period_is_paged_along_the_moments_whatever_the_numbers(session: Session) -> None:
    for day in (3, 1, 2, 2, 9):  # imported out of their order; the last lies outside
        make_fault(session, now=NOW - timedelta(days=day))
    wanted = FaultFilter(since=(NOW - timedelta(days=5)).date())

    first = lists.lines(session, wanted, today=DAY, most=2)
    rest = lists.lines(session, replace(wanted, before=first[-1].id), today=DAY, most=9)

    days = [(NOW - row.reported_at).days for row in (*first, *rest)]
    assert days == [1, 2, 2, 3]
    assert len({row.id for row in (*first, *rest)}) == 4
    assert [row.id for row in feeds.rows(session, wanted, today=DAY)] == [row.id for row in (*first, *rest)]
