"""Reads of organisation: the working calendar with feasts, dated rules."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from portal.core.deadlines import DayKind
from portal.core.texts import Translated
from portal.organisation import queries
from portal.organisation.models import DayOff
from tests.factories import make_time_limit


def day_off(session: Session, on: str, *, working: bool = False) -> None:
    session.add(DayOff(on=on, name=Translated(el="Εορτή"), working=working))
    session.flush()


def test_public_holidays_are_no_working_days(session: Session) -> None:
    calendar = queries.working_calendar(session)

    for holiday in (date(2026, 2, 23), date(2026, 3, 25), date(2026, 4, 10), date(2026, 4, 13), date(2026, 12, 25)):
        assert not calendar.is_working(holiday), holiday
    assert calendar.is_working(date(2026, 3, 3))
    assert not calendar.is_working(date(2026, 3, 7))


def test_a_local_feast_is_off_every_year_and_an_exception_once(session: Session) -> None:
    day_off(session, "11-11")
    day_off(session, "2026-03-03")
    calendar = queries.working_calendar(session)

    assert not calendar.is_working(date(2026, 11, 11))
    assert not calendar.is_working(date(2027, 11, 11))
    assert not calendar.is_working(date(2026, 3, 3))
    assert calendar.is_working(date(2027, 3, 3))


def test_the_services_may_work_on_a_day_that_would_be_off(session: Session) -> None:
    day_off(session, "2026-11-11", working=True)
    day_off(session, "11-11")
    calendar = queries.working_calendar(session)

    assert calendar.is_working(date(2026, 11, 11))
    assert not calendar.is_working(date(2027, 11, 11))


def test_a_limit_of_working_days_jumps_over_the_local_feast(session: Session) -> None:
    day_off(session, "11-11")

    assert queries.working_calendar(session).add(date(2026, 11, 10), 2, DayKind.WORKING) == date(2026, 11, 13)


@pytest.mark.parametrize(
    ("on", "days"), [(date(2004, 5, 23), 60), (date(2004, 5, 24), 50), (date(2019, 1, 1), 50), (date(2026, 1, 1), 40)]
)
def test_a_rule_is_the_one_of_its_day(session: Session, on: date, days: int) -> None:
    make_time_limit(session, "general", 60, valid_from=date(1999, 3, 9), valid_to=date(2004, 5, 23))
    make_time_limit(session, "general", 50, valid_from=date(2004, 5, 24))
    make_time_limit(session, "general", 40, valid_from=date(2025, 1, 1))

    assert queries.time_limit(session, "general", on).days == days


def test_a_day_without_a_rule_is_an_error_of_the_pack(session: Session) -> None:
    make_time_limit(session, "general", 60, valid_from=date(1999, 3, 9), valid_to=date(2004, 5, 23))

    for on in (date(1999, 3, 8), date(2004, 5, 24)):
        with pytest.raises(LookupError, match="no time limit 'general'"):
            queries.time_limit(session, "general", on)


def test_no_such_unit_is_an_error(session: Session) -> None:
    with pytest.raises(LookupError, match="no unit 'nowhere'"):
        queries.unit(session, "nowhere")


def test_before_its_pack_there_is_no_municipality(session: Session) -> None:
    assert queries.municipality(session) is None
