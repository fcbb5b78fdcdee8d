"""What comes in and goes out by itself: calendars that are read, digests that people asked for."""

import math
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.casework.models import Case
from portal.core.following import Wish
from portal.core.orm import Base, Data, Flag, Key
from portal.events.models.agenda import Event, EventCategory, Organiser, Venue


class Calendar(Base):
    """An iCalendar address from which events are read on a schedule."""

    __tablename__ = "event_calendar"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(sa.String(200))
    url: Mapped[str] = mapped_column(sa.String(500), unique=True)
    organiser_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event_organiser.id"))
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("event_category.id"))
    venue_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event_venue.id"))
    #: language of its texts
    language: Mapped[str] = mapped_column(sa.String(8), default="el")
    every_hours: Mapped[int] = mapped_column(sa.SmallInteger, default=24)
    #: what is read is published at once
    trusted: Mapped[Flag]
    closed: Mapped[Flag]
    #: of the last answer: by it an unchanged calendar need not be sent again
    etag: Mapped[str | None] = mapped_column(sa.String(255))
    read_at: Mapped[datetime | None]
    #: the outcome of the last reading: counts, and problems with their lines
    report: Mapped[Data]

    organiser: Mapped[Organiser | None] = relationship()
    category: Mapped[EventCategory] = relationship()
    venue: Mapped[Venue | None] = relationship()


class Subscription(Wish):
    """Somebody who gets what a filter of the agenda finds by e-mail, every week."""

    __tablename__ = "event_subscription"
    __table_args__ = (sa.UniqueConstraint("email", "filter", "language"), {"info": {"private": True}})
    noted, asking, ending, most = "events.digest", "events/subscribe", "events.unsubscribe", math.inf

    #: found by the unique constraint, which begins with it
    email: Mapped[str] = mapped_column(sa.String(254))
    #: as it stands in the address of the list, in the order of the names, without days
    filter: Mapped[str] = mapped_column(sa.String(2000), default="")
    #: what the last one named: id of the occurrence → [id of the event, start as ISO text, status, Greek name of venue]
    named: Mapped[Data]


class Proposal(Base):
    """What an organiser wants changed in a published event; staff take it over or refuse it, in a case of its own."""

    __tablename__ = "event_proposal"

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("casework_case.id"), unique=True)
    #: column of the event → wished value, as `operations.proposals.packed` writes it
    values: Mapped[Data]
    at: Mapped[datetime]
    #: None: it waits
    decided_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship()
    case: Mapped[Case] = relationship()
