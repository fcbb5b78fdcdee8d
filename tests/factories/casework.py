"""Cases, filed as the rooms above file them."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework import operations
from portal.casework.models import Case
from portal.casework.operations import Applicant, Filed, NewCase
from portal.core.deadlines import DayKind
from portal.core.texts import Translated
from portal.organisation.models import TimeLimit, Unit
from tests.factories.moments import NOW
from tests.factories.organisation import make_time_limit, make_unit

#: the rules of the pack that casework asks for: days and what they count
LIMITS = {
    "general-request": (50, DayKind.CALENDAR),
    "certificate": (10, DayKind.WORKING),
    "forward-to-competent-service": (5, DayKind.CALENDAR),
}
_numbers = itertools.count(1)


def make_limits(session: Session) -> None:
    """The time limits of `LIMITS` that are not there yet."""
    known = set(session.scalars(sa.select(TimeLimit.code)))
    for code, (days, kind) in LIMITS.items():
        if code not in known:
            make_time_limit(session, code, days, day_kind=kind)


def make_filed(
    session: Session, unit: Unit | None = None, *, applicant: User | None = None, now: datetime = NOW, **given: Any
) -> Filed:
    """A request, with its secret code; filed by somebody without an account unless one is given."""
    number = next(_numbers)
    make_limits(session)
    made: dict[str, Any] = {
        "kind": "request",
        "subject_code": "general-request",
        "title": Translated(el="Γενικό αίτημα", en="General request"),
        "detail": f"Υπόθεση {number}",
        "subject": "Γενικό αίτημα",
        "unit_id": (unit or make_unit(session)).id,
        "limit_code": "general-request",
        "applicant": applicant_of(applicant, number),
    }
    return operations.file_case(session, NewCase(**(made | given)), now=now)


def make_case(session: Session, unit: Unit | None = None, **given: Any) -> Case:
    """The same, without its secret code."""
    return make_filed(session, unit, **given).case


def applicant_of(user: User | None, number: int) -> Applicant:
    """Somebody with an account, or an invented person without one."""
    if user:
        return Applicant(user.full_name, user.email, user.language, user.phone, user.id)
    return Applicant(f"Αιτών {number}", f"applicant{number}@example.org", "el", "+302897011111")
