"""Reads of the queue: everything that waits for someone, by deadline."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.models import Case, Phase, Watch
from portal.casework.queries.cases import PAGE
from portal.core import search
from portal.core.clock import start_of
from portal.core.deadlines import Clock, DayKind
from portal.core.texts import Translated
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


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A line of the queue."""

    id: int
    reference: str
    kind: str
    title: Translated
    detail: str
    applicant_name: str
    language: str
    online: bool
    phase: Phase
    state: str
    unit_id: int
    clock_from: date
    due_on: date
    day_kind: DayKind
    paused_on: date | None
    filed_at: datetime
    closed_at: datetime | None
    handler: str | None

    @property
    def slug(self) -> str:
        """The reference as a part of an address."""
        return self.reference.replace("/", "-")

    @property
    def clock(self) -> Clock:
        """The legal clock as it stands."""
        return Clock(self.clock_from, self.due_on, self.day_kind, self.paused_on)


_COLUMNS = [getattr(Case, name) for name in QueueRow.__slots__ if name != "handler"]


def queue(
    session: Session, mandate: Mandate, wanted: QueueFilter, *, today: date, most: int = PAGE
) -> Sequence[QueueRow]:
    """A page of the queue: open cases by deadline, closed ones newest first, found ones newest first."""
    query = sa.select(*_COLUMNS, User.full_name).outerjoin(User, User.id == Case.assignee_id).limit(most)
    units = _several_units(mandate, wanted)
    if wanted.text:
        query = _found(session, query.where(*_conditions(mandate, wanted, today)), mandate, wanted)
    elif units:
        page = _in_order(sa.select(Case.id), wanted).limit(most)
        pages = [page.where(*_conditions(mandate, wanted, today, [unit])).subquery() for unit in units]
        query = _in_order(query, wanted).where(Case.id.in_(sa.union_all(*(sa.select(one.c.id) for one in pages))))
    else:
        query = _in_order(query, wanted).where(*_conditions(mandate, wanted, today))
    return [QueueRow(*row) for row in session.execute(query)]


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


def _found(session: Session, query: sa.Select[Any], mandate: Mandate, wanted: QueueFilter) -> sa.Select[Any]:
    if _REFERENCE.fullmatch(wanted.text):  # a whole number means one case, not every case with such digits
        return query.where(Case.reference == wanted.text.replace("-", "/"))
    # what is mine or for my information may be any unit's: the view's own conditions are narrow enough
    wide = mandate.is_administrator or wanted.view in {"mine", "information"}
    scopes = ["cases"] if wide else [f"unit-{number}" for number in sorted(mandate.seen_unit_ids)]
    condition = search.matching(session, wanted.text, scopes=scopes, kinds=["case"])
    entry = search.SearchEntry
    # `condition` holds the kind already: saying it again would make SQLite read every entry of the kind
    query = query.join(entry, entry.ref_id == Case.id).order_by(entry.id.desc())
    if condition is None:
        return query.where(sa.false())
    query = query.where(condition)
    return query.where(entry.ref_id < wanted.after[1]) if wanted.after else query


def next_after(rows: Sequence[QueueRow], wanted: QueueFilter, *, most: int = PAGE) -> tuple[str, int] | None:
    """Where the next page starts; None if this was the last."""
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
    mandate: Mandate, wanted: QueueFilter, today: date, units: Sequence[int] = ()
) -> list[sa.ColumnElement[bool]]:
    """The WHERE of a view and its filters, limited to what the mandate may see, or to some of its units."""
    conditions: list[sa.ColumnElement[bool]] = []
    if not wanted.text or wanted.view not in {"open", "closed"}:
        conditions.append(Case.closed_at.is_not(None) if wanted.view == "closed" else Case.closed_at.is_(None))
    seen = sorted(mandate.seen_unit_ids)
    within = None if mandate.is_administrator else _one_or_many(Case.unit_id, units or seen)
    conditions += _of_view(wanted.view, _Given(mandate.user_id, seen, within, today, today + SOON))
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
