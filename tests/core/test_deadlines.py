"""Working days, Easter, and clocks that pause."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.deadlines import Clock, DayKind, WorkingCalendar, clock_for

GREECE = WorkingCalendar()
days = st.dates(date(2000, 1, 1), date(2060, 12, 31))
limits = st.integers(0, 120)
kinds = st.sampled_from(DayKind)


def last_working_day(year: int, month: int) -> date:
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return GREECE.on_or_before(first_of_next - timedelta(days=1))


@pytest.mark.parametrize(
    ("year", "ends"),
    [
        (2024, ["2024-04-30", "2024-07-31", "2024-10-31", "2025-01-31"]),
        (2025, ["2025-04-30", "2025-07-31", "2025-10-31", "2026-01-30"]),
        (2026, ["2026-04-30", "2026-07-31", "2026-10-30", "2027-01-29"]),
        (2027, ["2027-04-29"]),  # 30 April 2027 is Orthodox Good Friday
    ],
)
def test_quarters_are_paid_by_the_last_working_day_of_the_month_after(year: int, ends: list[str]) -> None:
    months = [(year, 4), (year, 7), (year, 10), (year + 1, 1)][: len(ends)]

    assert [last_working_day(*month).isoformat() for month in months] == ends


@pytest.mark.parametrize(
    ("easter", "back_at_work"),
    [
        ("2024-05-05", "2024-05-08"),  # 1 May falls in Holy Week and is kept on the Tuesday after Easter
        ("2025-04-20", "2025-04-22"),
        ("2026-04-12", "2026-04-14"),
        ("2027-05-02", "2027-05-05"),  # 1 May is Holy Saturday
        ("2028-04-16", "2028-04-18"),
    ],
)
def test_orthodox_easter_moves_the_days_off(easter: str, back_at_work: str) -> None:
    sunday = date.fromisoformat(easter)
    clean_monday, good_friday = sunday - timedelta(days=48), sunday - timedelta(days=2)
    easter_monday, whit_monday = sunday + timedelta(days=1), sunday + timedelta(days=50)

    assert not any(map(GREECE.is_working, (clean_monday, good_friday, sunday, easter_monday, whit_monday)))
    assert GREECE.on_or_after(good_friday) == date.fromisoformat(back_at_work)


@pytest.mark.parametrize("day", ["2026-01-01", "2026-01-06", "2026-03-25", "2026-05-01", "2026-10-28", "2026-12-25"])
def test_fixed_holidays_are_off(day: str) -> None:
    assert not GREECE.is_working(date.fromisoformat(day))


def test_local_feasts_and_exceptions_count() -> None:
    calendar = WorkingCalendar(frozenset({(11, 11)}), {date(2026, 11, 12): True, date(2026, 10, 28): False})

    assert not calendar.is_working(date(2026, 11, 11))
    assert not calendar.is_working(date(2026, 11, 12))
    assert calendar.is_working(date(2026, 10, 28))
    assert GREECE.is_working(date(2026, 11, 11))


@pytest.mark.parametrize(
    ("start", "length", "kind", "end"),
    [
        ("2026-03-03", 5, DayKind.WORKING, "2026-03-10"),
        ("2026-04-08", 3, DayKind.WORKING, "2026-04-15"),  # Good Friday to Easter Monday lie between
        ("2026-04-02", 8, DayKind.CALENDAR, "2026-04-14"),  # 10 April is Good Friday: the next working day
        ("2026-03-03", 50, DayKind.CALENDAR, "2026-04-22"),
        ("2026-03-03", 0, DayKind.WORKING, "2026-03-03"),
    ],
)
def test_a_limit_begins_on_the_day_after(start: str, length: int, kind: DayKind, end: str) -> None:
    assert GREECE.add(date.fromisoformat(start), length, kind).isoformat() == end


def test_a_clock_that_stood_ends_as_many_days_later() -> None:
    clock = clock_for(date(2026, 3, 3), 10, DayKind.WORKING, GREECE)
    assert clock.due_on == date(2026, 3, 17)

    stands = clock.pause(date(2026, 3, 5))
    runs = stands.resume(date(2026, 3, 10), GREECE)

    assert stands.paused_on == date(2026, 3, 5)
    assert runs == Clock(clock.started_on, date(2026, 3, 20), DayKind.WORKING)


def test_a_clock_that_stands_does_not_grow_late() -> None:
    clock = clock_for(date(2026, 3, 3), 5, DayKind.CALENDAR, GREECE).pause(date(2026, 3, 5))

    assert not clock.is_late(date(2027, 1, 1))
    assert clock.share(date(2027, 1, 1)) == clock.share(date(2026, 3, 5))


def test_an_extension_moves_the_end_by_days_of_its_kind() -> None:
    clock = clock_for(date(2026, 3, 3), 5, DayKind.WORKING, GREECE).extend(5, GREECE)

    assert clock.due_on == date(2026, 3, 17)


@given(days, limits, kinds)
def test_a_limit_ends_on_a_working_day_and_never_before_its_days_are_over(
    start: date, length: int, kind: DayKind
) -> None:
    end = GREECE.add(start, length, kind)

    assert end >= start + timedelta(days=length)
    assert GREECE.is_working(end) or (length == 0 and kind is DayKind.WORKING)


@given(days, st.integers(0, 60), kinds)
def test_what_was_added_is_found_between(start: date, length: int, kind: DayKind) -> None:
    found = GREECE.between(start, GREECE.add(start, length, kind), kind)

    assert found == length if kind is DayKind.WORKING else found >= length


@given(days, st.integers(0, 900))
def test_working_days_are_counted_as_if_one_by_one(start: date, length: int) -> None:
    feasts = frozenset({(7, 20), (2, 29)})
    town = WorkingCalendar(feasts, {start + timedelta(days=n): bool(n % 2) for n in (1, 2, 6, 7, 40, 1000)})
    end = start + timedelta(days=length)

    one_by_one = sum(town.is_working(start + timedelta(days=n)) for n in range(1, length + 1))

    assert town.between(start, end, DayKind.WORKING) == one_by_one


@given(days, days, kinds)
def test_between_has_a_direction(one: date, other: date, kind: DayKind) -> None:
    assert GREECE.between(one, other, kind) == -GREECE.between(other, one, kind)


@given(days, st.integers(1, 60), kinds, st.lists(st.integers(0, 40), max_size=4))
def test_pauses_only_ever_move_the_end_back(start: date, length: int, kind: DayKind, pauses: list[int]) -> None:
    clock, today = clock_for(start, length, kind, GREECE), start
    for pause in pauses:
        before = clock.due_on
        clock = clock.pause(today).pause(today + timedelta(days=1))
        today += timedelta(days=pause)
        clock = clock.resume(today, GREECE).resume(today, GREECE)
        assert clock.due_on >= before
        assert clock.paused_on is None


@given(days, st.integers(1, 60), kinds)
def test_the_share_grows_from_nothing_to_one(start: date, length: int, kind: DayKind) -> None:
    clock = clock_for(start, length, kind, GREECE)

    assert clock.share(start) == 0
    assert clock.share(clock.due_on) == 1
    assert clock.is_late(clock.due_on + timedelta(days=1))
    assert not clock.is_late(clock.due_on)
