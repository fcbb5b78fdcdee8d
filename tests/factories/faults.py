"""Fault reports, filed as people file them."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.casework.operations import Applicant
from portal.core.deadlines import DayKind
from portal.core.texts import Translated
from portal.faults import operations
from portal.faults.models import Application, Body, Fault, FaultCategory, RoutingRule
from portal.faults.operations import NewReport
from portal.organisation.models import Community, Place, TimeLimit
from tests.factories.moments import NOW
from tests.factories.organisation import make_community, make_time_limit, make_unit

#: the rules of the pack that reports ask for: days and what they count
FAULT_LIMITS = {
    "fault-1": (1, DayKind.WORKING),
    "fault-3": (3, DayKind.WORKING),
    "fault-5": (5, DayKind.WORKING),
    "fault-10": (10, DayKind.WORKING),
    "fault-20": (20, DayKind.WORKING),
    "fault-dispute": (15, DayKind.CALENDAR),
}
#: a harbour; the place of a report that is given none
LAT, LON = 35.3177, 25.3904
_numbers = itertools.count(1)


def make_fault_limits(session: Session) -> None:
    """The time limits of `FAULT_LIMITS` that are not there yet."""
    known = set(session.scalars(sa.select(TimeLimit.code)))
    for code, (days, kind) in FAULT_LIMITS.items():
        if code not in known:
            make_time_limit(session, code, days, day_kind=kind)


def make_fault_category(session: Session, *, parent: FaultCategory | None = None, **given: Any) -> FaultCategory:
    """Something that can be reported, without a name too; in a group of its own unless one is given."""
    group = parent or _category(session, f"group-{next(_numbers)}", limit_code="fault-10")
    number = next(_numbers)
    return _category(session, **({"code": f"fault-category-{number}", "parent": group, "anonymous": True} | given))


def _category(session: Session, code: str, **given: Any) -> FaultCategory:
    number = next(_numbers)
    made: dict[str, Any] = {
        "code": code,
        "name": Translated(el=f"Βλάβη {number}", en=f"Fault {number}"),
        "help": Translated(),
        "keywords": Translated(),
        "limit_code": "fault-5",
        "questions": [],
        "position": number,
    }
    return _added(session, FaultCategory(**(made | given)))


def make_fault_unit(session: Session, **given: Any) -> RoutingRule:
    """A rule of routing, with the unit (`rule.unit`) that gets every report for which no earlier rule holds."""
    unit = given.pop("unit", None) or make_unit(session)
    return _added(session, RoutingRule(**({"unit": unit, "position": next(_numbers)} | given)))


def make_place(session: Session, *, lat: float = LAT, lon: float = LON, **given: Any) -> Place:
    """A known point, in a community of its own unless one is given."""
    number = next(_numbers)
    made: dict[str, Any] = {"code": f"place-{number}", "name": Translated(el=f"Τόπος {number}", en=f"Place {number}")}
    given["community"] = given.get("community") or make_community(session)
    return _added(session, Place(**(made | {"lat": lat, "lon": lon} | given)))


def make_body(session: Session, **given: Any) -> Body:
    """Somebody else who is responsible for something."""
    number = next(_numbers)
    made: dict[str, Any] = {
        "code": f"body-{number}",
        "name": Translated(el=f"Φορέας {number}", en=f"Body {number}"),
        "about": Translated(el="Δίκτυα ύδρευσης.", en="Water mains."),
        "email": f"body{number}@example.org",
    }
    return _added(session, Body(**(made | given)))


def make_application(session: Session, **given: Any) -> Application:
    """A program that may file reports; its key is known to nobody unless its `key_hash` is given."""
    number = next(_numbers)
    made: dict[str, Any] = {"name": f"Application {number}", "key_hash": f"{number:064x}", "created_at": NOW}
    return _added(session, Application(**(made | given)))


def new_report(
    session: Session, *, lat: float = LAT, lon: float = LON, category: FaultCategory | None = None, **given: Any
) -> NewReport:
    """What somebody reports; with the time limits, the rule of routing and the known place that filing it needs.

    Its `reporter` is an invented person unless one is given; None is nobody in particular.
    """
    number = next(_numbers)
    _ready(session, lat, lon)
    made: dict[str, Any] = {
        "text": f"Βλάβη με αριθμό {number}.",
        "language": "el",
        "reporter": Applicant(f"Αναφέρων {number}", f"reporter{number}@example.org", "el"),
    }
    wanted = category or make_fault_category(session)
    return NewReport(category=wanted, lat=lat, lon=lon, **(made | given))


def make_fault(session: Session, *, lat: float = LAT, lon: float = LON, now: datetime = NOW, **given: Any) -> Fault:
    """A report as `operations.report` files it; `community` says in which community its place lies."""
    if community := given.pop("community", None):
        make_place(session, lat=lat, lon=lon, community=community)
    return operations.report(session, new_report(session, lat=lat, lon=lon, **given), now=now).fault


def _ready(session: Session, lat: float, lon: float) -> None:
    """What every report needs, if it is not there yet."""
    make_fault_limits(session)
    everything = [column.is_(None) for column in (RoutingRule.category_id, RoutingRule.community_id)]
    if not session.scalar(sa.select(sa.exists().where(*everything))):
        make_fault_unit(session, position=1_000_000)
    try:
        operations.community_at(session, lat, lon)
    except operations.OutsideMunicipality:
        make_place(session, lat=lat, lon=lon, community=session.scalars(sa.select(Community).limit(1)).first())


Row = TypeVar("Row")


def _added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
