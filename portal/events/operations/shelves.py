"""The shelves of the agenda are written, put in order and closed by staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.texts import N_, Translated
from portal.events.models import Event, EventCategory
from portal.events.operations.places import free_code
from portal.events.operations.writing import find_by_words
from portal.events.queries.imported import names_of

#: between two shelves there is room for others, so that one that is put there moves no other: the pack knows its own
GAP = 1000


class ShelfExists(Refused):
    """The same name twice."""

    message = N_("There is a category with this name already.")


class LastShelf(Refused):
    """Nobody could write an event any more."""

    message = N_("This is the only category that is open: one must stay.")


@dataclass(frozen=True, kw_only=True)
class CategoryInput:
    """Everything about a category that people write; see `models.EventCategory`."""

    name: Translated
    #: the category after which it stands; None: it is the first
    after_id: int | None = None
    closed: bool = False


def write_category(
    session: Session, category: EventCategory | None, given: CategoryInput, *, actor_id: int, now: datetime
) -> EventCategory:
    """A new category, or a changed one: events keep the one they have, also when it is closed.

    :raises ShelfExists: if another one has the name in some language. :raises LastShelf: if none would be open.
    """
    rows = _locked(session)
    others = [row for row in rows if row is not category]
    _check(others, given)
    row = category or EventCategory(code=free_code(session, EventCategory, given.name, "category"))
    renamed = category is not None and category.name != given.name
    if category is None or _before(rows, category) != given.after_id:
        row.position = _place(others, given.after_id)
    row.name, row.closed = given.name, given.closed
    row.from_pack = False  # from now on the pack has no say in it
    session.add(row)
    session.flush()
    if renamed:
        _spread(session, row, now=now)
    subject = ("event_category", row.id)
    audit.record(session, "events.category.written", subject=subject, actor_id=actor_id, now=now)
    return row


def _locked(session: Session) -> list[EventCategory]:
    """All of them in their order; one writer at a time, as two would not see each other's name and place."""
    query = sa.select(EventCategory).order_by(EventCategory.position, EventCategory.id).with_for_update()
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _check(others: Sequence[EventCategory], given: CategoryInput) -> None:
    if any(names_of(row.name) & names_of(given.name) for row in others):
        raise ShelfExists
    if given.closed and all(row.closed for row in others):
        raise LastShelf


def _before(rows: Sequence[EventCategory], row: EventCategory) -> int | None:
    """After which one it stands now."""
    at = rows.index(row)
    return rows[at - 1].id if at else None


def _place(others: Sequence[EventCategory], after_id: int | None) -> int:
    """A position after one of the others; where there is no room, those that follow make some."""
    at = next((number for number, row in enumerate(others, start=1) if row.id == after_id), 0)
    low = others[at - 1].position if at else (others[0].position - 2 * GAP if others else -GAP)
    if at == len(others):
        return low + GAP
    if others[at].position - low < 2:
        for row in others[at:]:
            row.position += 2 * GAP
    return (low + others[at].position) // 2


def _spread(session: Session, category: EventCategory, *, now: datetime) -> None:
    """It is called otherwise: coming events are found by its name as it is now."""
    coming = sa.or_(Event.starts_on >= athens_date(now), Event.rule.is_not(None))
    for event in session.scalars(sa.select(Event).where(Event.category_id == category.id, coming)):
        find_by_words(session, event)
