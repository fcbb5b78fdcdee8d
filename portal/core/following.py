"""Letters that come again and again: asked for, confirmed by a letter, told once a week, ended by one press.

Nobody gets one who has not confirmed it, and nothing of an address stays once it has ended. A room makes a table of
`Wish` with what can be followed there, and has the words of its letters and the news for them.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, ClassVar, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from portal.core import audit, letters
from portal.core.clock import ATHENS, athens_date
from portal.core.letters import Recipient
from portal.core.orm import Base, Key

#: so many wishes of one address may wait to be confirmed: nobody's mailbox is filled by others
MOST_WAITING = 5
#: what nobody has confirmed by then is forgotten
PATIENCE = timedelta(days=7)


class Wish(Base):
    """Somebody's wish to be told of something."""

    __abstract__ = True
    #: how its lines in the audit begin, e.g. "plan.follow"
    noted: ClassVar[str]
    #: the letter that asks whether it was meant, e.g. "plan/follow"
    asking: ClassVar[str]
    #: the page that ends it, e.g. "plan.unfollow"
    ending: ClassVar[str]
    #: so many wishes one address may have at all
    most: ClassVar[float] = 50

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(sa.String(254), index=True)
    language: Mapped[str] = mapped_column(sa.String(8))
    #: part of the addresses that confirm and end it
    token: Mapped[str] = mapped_column(sa.String(43), unique=True)
    created_at: Mapped[datetime]
    #: second opt-in; before it nothing is sent
    confirmed_at: Mapped[datetime | None]
    #: when a weekly letter was last made, even if there was nothing to say
    sent_at: Mapped[datetime | None] = mapped_column(index=True)

    @property
    def recipient(self) -> Recipient:
        """Where its letters go, and the page by which mail programs end them."""
        return Recipient(self.email, self.language, ends={"endpoint": self.ending, "token": self.token})


W = TypeVar("W", bound=Wish)


@dataclass(frozen=True)
class Weekly:
    """When weekly letters are due: a day (0 is Monday) and an hour in Athens."""

    weekday: int
    hour: time

    def begins(self, now: datetime) -> datetime:
        """The moment of this week from which its letters are due; who confirms later waits for the next."""
        day = athens_date(now)
        return datetime.combine(day + timedelta(days=self.weekday - day.weekday()), self.hour, ATHENS)


def wished(session: Session, token: str, *, kind: type[W]) -> W | None:
    """Whose link it is."""
    return session.scalar(sa.select(kind).where(kind.token == token))


def ask(session: Session, kind: type[W], same: Mapping[str, Any], /, *, now: datetime, **further: Any) -> W | None:
    """The wish that says the `same` – email, and what of –, or a new one; None: too many wait.

    A room then writes the letter by `send_link`. Whoever asks learns nothing from the answer: who is told of the same
    already gets a letter that says so.
    """
    same = {**same, "email": same["email"].strip().lower()}
    known = sa.select(kind).filter_by(**same).limit(1)
    if found := session.scalar(known):
        return found
    if _too_many(session, kind, same["email"]):
        return None
    row = kind(**same, **further, token=secrets.token_urlsafe(32), created_at=now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # somebody was faster by a moment
        return session.scalar(known)
    _note(session, row, "asked", now=now)
    return row


def send_link(session: Session, row: Wish, values: Mapping[str, Any], *, now: datetime) -> None:
    """Write the letter with the link that confirms it, once an hour at most; `values` say what it is about."""
    filled = {**values, "token": row.token, "known": row.confirmed_at is not None}
    key = f"{row.asking.replace('/', '.')}:{row.id}:{int(now.timestamp()) // 3600}"
    letters.write(session, Recipient(row.email, row.language), row.asking, filled, now=now, dedupe=key)


def confirm(session: Session, row: Wish, *, now: datetime) -> None:
    """The link was opened and the button pressed: what is new from here on is told."""
    if row.confirmed_at is None:
        row.confirmed_at = now
        session.flush()
        _note(session, row, "confirmed", now=now)


def end(session: Session, row: Wish, *, now: datetime) -> None:
    """End it; nothing of the address stays."""
    session.delete(row)
    session.flush()
    _note(session, row, "ended", now=now)


def forget_unconfirmed(session: Session, asked_at: InstrumentedAttribute[datetime], *, now: datetime) -> int:
    """Throw away what nobody has confirmed, of the table whose moment of asking is given; how many there were."""
    kind: Any = asked_at.class_
    old = sa.delete(kind).where(kind.confirmed_at.is_(None), asked_at < now - PATIENCE)
    return cast("sa.CursorResult[Any]", session.execute(old)).rowcount


def take_due(
    session: Session, kind: type[W], weekly: Weekly, *where: Any, now: datetime, most: int, order: Sequence[Any] = ()
) -> Sequence[W]:
    """Some whose weekly letter is due; they count as told.

    A worker that stops in between goes on where it stopped, since what was written bears its moment.
    """
    since = weekly.begins(now)
    if now < since:
        return []
    due = sa.or_(kind.sent_at.is_(None), kind.sent_at < since)
    query = sa.select(kind).where(kind.confirmed_at < since, due, *where).order_by(*order, kind.id).limit(most)
    rows = session.scalars(query.with_for_update(skip_locked=True)).all()
    for row in rows:
        row.sent_at = now
    return rows


def send_weekly(session: Session, row: Wish, template: str, values: Mapping[str, Any], *, now: datetime) -> None:
    """Write somebody's letter of the week."""
    key = f"{template.replace('/', '.')}:{row.id}:{athens_date(now):%G-W%V}"
    letters.write(session, row.recipient, template, {**values, "token": row.token}, now=now, dedupe=key)


def _too_many(session: Session, kind: type[Wish], email: str) -> bool:
    mine = sa.select(sa.func.count(), sa.func.count(kind.confirmed_at)).where(kind.email == email)
    every, confirmed = session.execute(mine).one()
    return every - confirmed >= MOST_WAITING or every >= kind.most


def _note(session: Session, row: Wish, verb: str, *, now: datetime) -> None:
    audit.record(session, f"{row.noted}.{verb}", subject=(row.__tablename__, row.id), actor_id=None, now=now)
