"""Reads of the queue: everything that waits for someone, by deadline."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.models import Case, Watch
from portal.casework.queries.rows import CASE_COLUMNS, PAGE, CaseRow
from portal.core import search
from portal.core.clock import start_of
from portal.organisation import queries as organisation
from portal.organisation.policy import Mandate

_REFERENCE = re.compile(r"[0-9]{4}[/-][0-9]{1,9}")
#: counters stop here and show “99+”
MOST_COUNTED = 100
#: a deadline this near is soon
SOON = timedelta(days=3)


@dataclass(frozen=True)
class QueueFilter:
    """What a queue shows; each field stands in the address of the page."""

    #: "open", "mine", "unassigned", "waiting", "late", "soon", "information", "closed"
    view: str = "open"
    kind: str = ""
    #: code of the kind's subject, e.g. the slug of a service
    subject: str = ""
    unit_id: int | None = None
    community_id: int | None = None
    filed_from: date | None = None
    filed_to: date | None = None
    text: str = ""
    #: where the last page ended: sort value and id
    after: tuple[str, int] | None = None


VIEWS = ("open", "mine", "unassigned", "waiting", "soon", "late", "information", "closed")


def queue(
    session: Session, mandate: Mandate, wanted: QueueFilter, *, today: date, most: int = PAGE
) -> Sequence[CaseRow]:
    """A page of the queue: open cases by deadline, closed ones newest first, found ones newest first."""
    given: dict[str, Any] = {}
    if wanted.text:
        lines: sa.Select[Any] = sa.select(*CASE_COLUMNS, User.full_name).outerjoin(User, User.id == Case.assignee_id)
        lines = lines.where(*_conditions(mandate, wanted, today, today + SOON))
        return _found(session, lines, mandate, wanted, most)
    if wanted == QueueFilter(wanted.view):
        query, given = _view(mandate, wanted.view), {"today": today, "soon": today + SOON, "most": most}
    else:
        query = _page(mandate, wanted, today, today + SOON, most)
    return [CaseRow(*row) for row in session.execute(query, given)]


@lru_cache(maxsize=500)
def _view(mandate: Mandate, view: str) -> sa.Select[Any]:
    """The first page of a view without filters: what most people ask for most of the day, put together once."""
    today, soon = (sa.bindparam(name, type_=sa.Date()) for name in ("today", "soon"))
    return _page(mandate, QueueFilter(view), today, soon, sa.bindparam("most", type_=sa.Integer()))


def _page(mandate: Mandate, wanted: QueueFilter, today: Any, soon: Any, most: Any) -> sa.Select[Any]:
    """The statement of a page; days and number of lines are values, or the places where values go."""
    lines: sa.Select[Any] = sa.select(*CASE_COLUMNS, User.full_name)
    query = lines.outerjoin(User, User.id == Case.assignee_id)
    query = _in_order(query, wanted).limit(most)
    units = _several_units(mandate, wanted)
    if not units:
        return query.where(*_conditions(mandate, wanted, today, soon))
    page = _in_order(sa.select(Case.id), wanted).limit(most)
    pages = [page.where(*_conditions(mandate, wanted, today, soon, [unit])).subquery() for unit in units]
    return query.where(Case.id.in_(sa.union_all(*(sa.select(one.c.id) for one in pages))))


def _several_units(mandate: Mandate, wanted: QueueFilter) -> list[int]:
    """The units of a view that spans several: an index knows the order in each, so each gives its first page."""
    own = wanted.view in {"mine", "information"} or mandate.is_administrator or wanted.unit_id
    return sorted(mandate.seen_unit_ids) if not own and len(mandate.seen_unit_ids) > 1 else []


def _in_order(query: sa.Select[Any], wanted: QueueFilter) -> sa.Select[Any]:
    """Closed cases newest first, open ones by deadline, from where the last page ended."""
    if wanted.view == "closed":
        query = query.order_by(Case.closed_at.desc(), Case.id.desc())
        if wanted.after:
            moment = datetime.fromisoformat(wanted.after[0])
            query = query.where(sa.tuple_(Case.closed_at, Case.id) < sa.tuple_(moment, wanted.after[1]))
        return query
    query = query.order_by(Case.due_on, Case.id)
    if wanted.after:
        day = date.fromisoformat(wanted.after[0])
        query = query.where(sa.tuple_(Case.due_on, Case.id) > sa.tuple_(day, wanted.after[1]))
    return query


class Found(list[CaseRow]):
    """What a search finds, newest first."""

    #: the case after which looking goes on, where it ended before the page was full
    rest: int | None = None


def _found(session: Session, query: sa.Select[Any], mandate: Mandate, wanted: QueueFilter, most: int) -> list[CaseRow]:
    if _REFERENCE.fullmatch(wanted.text):  # a whole number means one case, not every case with such digits
        query = query.where(Case.reference == wanted.text.replace("-", "/"))
        return [CaseRow(*row) for row in session.execute(query)]
    # what is mine or for my information may be any unit's: these views are short, so their rows are asked one by one
    short = wanted.view in {"mine", "information"}
    units = organisation.unit_ids(session) if short or mandate.is_administrator else sorted(mandate.seen_unit_ids)
    last = wanted.after[1] if wanted.after else None
    sought = search.Sought(wanted.text, "case", [f"unit-{number}" for number in units], last)
    if short:
        query = query.where(search.matching(session, sought, Case.id)).order_by(Case.id.desc()).limit(most)
        return [CaseRow(*row) for row in session.execute(query.where(Case.id < last) if last else query)]
    rows, rest = search.page(session, sought, query, Case.id, most=most)
    found = Found(CaseRow(*row) for row in rows)
    found.rest = rest
    return found


def next_after(rows: Sequence[CaseRow], wanted: QueueFilter, *, most: int = PAGE) -> tuple[str, int] | None:
    """Where the next page starts; None if this was the last."""
    if isinstance(rows, Found) and rows.rest:
        return "", rows.rest
    if len(rows) < most:
        return None
    last = rows[-1]
    return ((last.closed_at or last.due_on) if wanted.view == "closed" else last.due_on).isoformat(), last.id


def counters(session: Session, mandate: Mandate, *, today: date) -> dict[str, int]:
    """How many cases each view of the open queue holds, counted up to `MOST_COUNTED`, in one statement."""
    given = {
        "user": mandate.user_id,
        "units": sorted(mandate.seen_unit_ids),
        "today": today,
        "soon": today + SOON,
        "most": MOST_COUNTED,
    }
    counted = session.execute(_counting(everything=mandate.is_administrator), given).one()
    return dict(zip(_COUNTED, counted, strict=True))


_COUNTED = tuple(view for view in VIEWS if view != "closed")


@cache
def _counting(*, everything: bool) -> sa.Select[Any]:
    """The statement of `counters`: every page of the desk asks it, so it is put together once."""
    units: sa.BindParameter[Any] = sa.bindparam("units", expanding=True)
    given = _Given(
        user_id=sa.bindparam("user"),
        seen=units,
        units=None if everything else Case.unit_id.in_(units),
        today=sa.bindparam("today"),
        soon=sa.bindparam("soon"),
    )
    most: sa.BindParameter[int] = sa.bindparam("most", type_=sa.Integer())
    columns = []
    for view in _COUNTED:
        conditions = [Case.closed_at.is_(None), *_of_view(view, given)]
        rows = sa.select(sa.literal(1)).select_from(Case).where(*conditions).limit(most).subquery()
        columns.append(sa.select(sa.func.count()).select_from(rows).scalar_subquery().label(view))
    return sa.select(*columns)


@dataclass(frozen=True)
class _Given:
    """What a view is narrowed by: values, or the places where values go."""

    user_id: Any
    #: units whose cases are seen
    seen: Any
    #: the condition that a case is one of these; None for who sees everything
    units: sa.ColumnElement[bool] | None
    today: Any
    soon: Any


def _of_view(view: str, given: _Given) -> list[sa.ColumnElement[bool]]:
    """What a view asks of a case besides being open or closed."""
    if view == "mine":
        return [Case.assignee_id == given.user_id]
    if view == "information":
        watched = sa.select(Watch.case_id).where(Watch.unit_id.in_(given.seen), Watch.seen.is_(False))
        return [Case.id.in_(watched)]
    own = [] if given.units is None else [given.units]
    narrower: dict[str, list[sa.ColumnElement[bool]]] = {
        "unassigned": [Case.assignee_id.is_(None)],
        # the clock stands as long as the applicant owes something; SQLite would not know its index by a bound phase
        "waiting": [Case.paused_on.is_not(None)],
        "late": [Case.due_on < given.today, Case.paused_on.is_(None)],
        "soon": [Case.due_on >= given.today, Case.due_on <= given.soon, Case.paused_on.is_(None)],
    }
    return own + narrower.get(view, [])


def _conditions(
    mandate: Mandate, wanted: QueueFilter, today: Any, soon: Any, units: Sequence[int] = ()
) -> list[sa.ColumnElement[bool]]:
    """The WHERE of a view and its filters, limited to what the mandate may see, or to some of its units."""
    conditions: list[sa.ColumnElement[bool]] = []
    if not wanted.text or wanted.view not in {"open", "closed"}:
        conditions.append(Case.closed_at.is_not(None) if wanted.view == "closed" else Case.closed_at.is_(None))
    seen = sorted(mandate.seen_unit_ids)
    within = None if mandate.is_administrator else _one_or_many(Case.unit_id, units or seen)
    conditions += _of_view(wanted.view, _Given(mandate.user_id, seen, within, today, soon))
    if wanted.filed_from:
        conditions.append(Case.filed_at >= start_of(wanted.filed_from))
    if wanted.filed_to:
        conditions.append(Case.filed_at < start_of(wanted.filed_to + timedelta(days=1)))
    for column in ("kind", "unit_id", "community_id"):
        if getattr(wanted, column):
            conditions.append(getattr(Case, column) == getattr(wanted, column))
    if wanted.subject:
        conditions.append(Case.subject_code == wanted.subject)
    return conditions


def _one_or_many(column: Any, values: Sequence[int]) -> sa.ColumnElement[bool]:
    """Equality where there is one value: only then an index gives the order as well."""
    condition: sa.ColumnElement[bool] = column == values[0] if len(values) == 1 else column.in_(values)
    return condition
