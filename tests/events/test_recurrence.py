"""When events take place: rules on the wall's clock, across the change to summer time and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.events.queries.recurrence import ATHENS, BadRule, Timing, on_the_wall, starts, times

FIRST = date(2026, 3, 21)


def weekly(**changes: object) -> Timing:
    values = {"starts_on": FIRST, "starts_at": time(9), "minutes": 300, "rule": "FREQ=WEEKLY;BYDAY=SA"} | changes
    return Timing(**values)  # type: ignore[arg-type]


def test_a_market_at_nine_is_at_nine_in_winter_and_in_summer() -> None:
    found = list(times(weekly(), date(2026, 4, 11)))

    assert [each.recurrence_id for each in found] == [
        "2026-03-21T09:00",
        "2026-03-28T09:00",
        "2026-04-04T09:00",
        "2026-04-11T09:00",
    ]
    assert [each.starts_at.hour for each in found] == [7, 7, 6, 6]  # in UTC; the clocks change on 29 March
    assert all((each.ends_at - each.starts_at).seconds == 5 * 3600 for each in found)


def test_and_back_in_october() -> None:
    found = list(times(weekly(starts_on=date(2026, 10, 17)), date(2026, 11, 1)))

    assert [each.starts_at.hour for each in found] == [6, 6, 7]


def test_a_time_that_the_clock_skips_is_read_with_the_offset_before_it() -> None:
    [each] = times(Timing(date(2026, 3, 29), time(3, 30), 60), date(2026, 3, 29))

    assert each.starts_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert on_the_wall(each.starts_at).time() == time(4, 30)
    assert each.recurrence_id == "2026-03-29T03:30"


def test_a_time_that_comes_twice_is_the_first() -> None:
    [each] = times(Timing(date(2026, 10, 25), time(3, 30), 60), date(2026, 10, 25))

    assert each.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_whole_days_end_with_the_day_however_long_it_is() -> None:
    [each] = times(Timing(date(2026, 3, 29), None, 1440), date(2026, 4, 1))

    assert each.recurrence_id == "2026-03-29"
    assert each.starts_at == datetime(2026, 3, 28, 22, tzinfo=UTC)
    assert each.ends_at == datetime(2026, 3, 29, 21, tzinfo=UTC)  # twenty-three hours


def test_dates_are_added_and_left_out() -> None:
    timing = weekly(extra=("2026-04-01T18:00",), left_out=("2026-03-28T09:00",))

    assert [start.isoformat() for start in starts(timing, date(2026, 4, 4))] == [
        "2026-03-21T09:00:00",
        "2026-04-01T18:00:00",
        "2026-04-04T09:00:00",
    ]


def test_the_first_start_stands_even_where_the_rule_does_not_give_it() -> None:
    monday = date(2026, 3, 23)

    assert starts(weekly(starts_on=monday), date(2026, 3, 28))[0].date() == monday


def test_until_is_local_and_included() -> None:
    rule = "FREQ=WEEKLY;BYDAY=SA;UNTIL=20260404T090000"

    assert len(starts(weekly(rule=rule), date(2027, 1, 1))) == 3


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("", None),
        ("FREQ=SECONDLY", "FREQ=SECONDLY; only DAILY"),
        ("BYDAY=MO", "FREQ is missing"),
        ("FREQ=WEEKLY;BYDAY=XX", "cannot be read: “FREQ=WEEKLY;BYDAY=XX”"),
        ("FREQ=DAILY;INTERVAL=x", "cannot be read: “FREQ=DAILY;INTERVAL=x”"),
        ("FREQ=DAILY;UNTIL=20260101T090000", "before the first date"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20260404T090000", "COUNT and UNTIL"),
    ],
)
def test_a_rule_that_cannot_be_read_says_why(rule: str, why: str | None) -> None:
    if why is None:
        assert len(starts(weekly(rule=rule), date(2026, 4, 4))) == 1
        return
    with pytest.raises(BadRule, match=why):
        starts(weekly(rule=rule), date(2026, 4, 4))


def test_a_rule_without_an_end_stops_at_the_horizon_and_a_flood_is_refused() -> None:
    assert starts(weekly(rule="FREQ=DAILY"), date(2027, 9, 1))[-1].date() == date(2027, 9, 1)
    with pytest.raises(BadRule, match="more than"):
        starts(weekly(rule="FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12"), date(2027, 9, 1))


RULES = st.builds(
    lambda freq, interval, count: f"FREQ={freq};INTERVAL={interval};COUNT={count}",
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]),
    st.integers(1, 5),
    st.integers(1, 40),
)


@given(RULES, st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.times())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_wall_shows_what_the_rule_says(rule: str, day: date, at: time) -> None:
    at = at.replace(second=0, microsecond=0)
    timing = Timing(day, at, 60, rule)

    found = list(times(timing, date(2050, 1, 1)))

    given = rrulestr(rule, dtstart=datetime.combine(day, at))
    expected = [start for start in given if start.date() <= date(2050, 1, 1)]  # a month without a 31st is left out
    for each, start in zip(found, expected, strict=True):
        assert each.recurrence_id == start.isoformat(timespec="minutes")
        real = start.replace(tzinfo=ATHENS).astimezone(UTC).astimezone(ATHENS).replace(tzinfo=None)
        assert on_the_wall(each.starts_at) == real  # the hour that is skipped shows as the next one
