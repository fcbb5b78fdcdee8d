"""Units, duties, communities, rules."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core.deadlines import DayKind
from portal.core.texts import Translated
from portal.organisation.models import Community, Duty, Role, TimeLimit, Unit, UnitKind

_numbers = itertools.count(1)


def make_unit(session: Session, parent: Unit | None = None, **given: Any) -> Unit:
    """A department, below another unit if one is given."""
    number = next(_numbers)
    made: dict[str, Any] = {
        "code": f"unit-{number}",
        "kind": UnitKind.DEPARTMENT,
        "parent": parent,
        "name": Translated(el=f"Τμήμα {number}", en=f"Department {number}"),
        "position": number,
    }
    return _added(session, Unit(**(made | given)))


def make_duty(session: Session, user: User, unit: Unit, role: Role = Role.CLERK, **given: Any) -> Duty:
    """A duty that began long ago and goes on."""
    made: dict[str, Any] = {"user": user, "unit": unit, "role": role, "starts_on": date(2020, 1, 1)}
    return _added(session, Duty(**(made | given)))


def make_community(session: Session, **given: Any) -> Community:
    """A community of a municipal unit."""
    number = next(_numbers)
    made: dict[str, Any] = {
        "code": f"community-{number}",
        "name": Translated(el=f"Κοινότητα {number}", en=f"Community {number}"),
        "official_name": f"Κοινότητας {number}",
        "municipal_unit_code": "unit-a",
        "municipal_unit_name": Translated(el="Δημοτική Ενότητα Α", en="Municipal Unit A"),
        "position": number,
    }
    return _added(session, Community(**(made | given)))


def make_time_limit(session: Session, code: str = "general", days: int = 50, **given: Any) -> TimeLimit:
    """A rule that has been valid for long."""
    made: dict[str, Any] = {
        "code": code,
        "days": days,
        "day_kind": DayKind.CALENDAR,
        "valid_from": date(2000, 1, 1),
        "citation": Translated(el="άρθρο 4 ν. 2690/1999", en="article 4 of law 2690/1999"),
    }
    return _added(session, TimeLimit(**(made | given)))


Row = TypeVar("Row")


def _added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
