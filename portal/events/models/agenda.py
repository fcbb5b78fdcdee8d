"""Events, the times at which they take place, where, and by whom."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.casework.models import Case
from portal.core.files import Attachment
from portal.core.orm import Base, Choices, Code, Data, Flag, Items, Json, Key, Money
from portal.core.texts import Translated
from portal.events.models.choices import Counting, Price, Publication, Status
from portal.events.models.notices import Notice
from portal.organisation.models import Community

#: what takes longer is found by its end
LONG = timedelta(days=7)
#: SQLite takes such an index only for a condition written in the same way: `Occurrence.long` is “long = 1” there
_ODD: dict[str, Any] = {
    "postgresql_where": sa.text("single OR attendance IS NOT NULL"),
    "sqlite_where": sa.text("single = 1 OR attendance IS NOT NULL"),
}
_LONG: dict[str, Any] = {"postgresql_where": sa.text("long"), "sqlite_where": sa.text("long = 1")}


class EventCategory(Base):
    """A shelf of the agenda."""

    __tablename__ = "event_category"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Translated]
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    closed: Mapped[Flag]
    #: from the pack, and not changed at the desk since: a load of the pack brings it up to date, or closes it
    from_pack: Mapped[Flag]


class Venue(Base):
    """A place where events are held, and what it offers to whom; None: not known."""

    __tablename__ = "event_venue"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Translated]
    address: Mapped[Translated]
    community_id: Mapped[int | None] = mapped_column(sa.ForeignKey("community.id"), index=True)
    lat: Mapped[float | None] = mapped_column(sa.Double)
    lon: Mapped[float | None] = mapped_column(sa.Double)
    #: can be reached and used without a step
    step_free: Mapped[bool | None]
    accessible_toilet: Mapped[bool | None]
    hearing_loop: Mapped[bool | None]
    parking: Mapped[bool | None]
    #: what else there is to know
    notes: Mapped[Translated]
    closed: Mapped[Flag]
    #: from the pack, and not changed at the desk since: a load of the pack brings it up to date, or closes it
    from_pack: Mapped[Flag]

    community: Mapped[Community | None] = relationship()


class Organiser(Base):
    """Who holds events: a service of the municipality, an association, a business, a person."""

    __tablename__ = "event_organiser"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(sa.String(200))
    #: in small letters; by it an organiser is known again
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    phone: Mapped[str | None] = mapped_column(sa.String(32))
    url: Mapped[str | None] = mapped_column(sa.String(500))
    #: publishes at once, without moderation
    trusted: Mapped[Flag]
    #: an account that manages its events
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)

    user: Mapped[User | None] = relationship()


class Event(Base):
    """Something that is announced: once, on several dates, or by a rule; its `Occurrence` rows follow from it.

    Its times are those of the clock on the wall in Athens, without a zone: a market at nine is at nine in winter and in
    summer.
    """

    __tablename__ = "event"
    __table_args__ = (
        sa.CheckConstraint("minutes > 0", name="takes_time"),
        sa.Index("ix_event_publication_starts_on", "publication", "starts_on", "id"),
        sa.UniqueConstraint("calendar_id", "calendar_uid"),
    )

    id: Mapped[Key]
    #: iCalendar UID; never changes, nor is it used again
    uid: Mapped[str] = mapped_column(sa.String(255), unique=True)
    slug: Mapped[Code] = mapped_column(unique=True)
    #: iCalendar SEQUENCE: rises with every change that moves or cancels something
    sequence: Mapped[int] = mapped_column(sa.Integer, default=0)
    publication: Mapped[Publication] = mapped_column(Choices(Publication), default=Publication.DRAFT)
    status: Mapped[Status] = mapped_column(Choices(Status), default=Status.SCHEDULED)
    #: why it was moved, postponed or cancelled, for everybody to read
    status_note: Mapped[Translated]

    title: Mapped[Translated]
    #: two lines at most
    summary: Mapped[Translated]
    text: Mapped[Translated]
    image_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachment.id"))
    #: without an image of its own: name of a drawing in static/img/events; empty: none
    picture: Mapped[str] = mapped_column(sa.String(40), default="")
    image_alt: Mapped[Translated]
    image_credit: Mapped[str] = mapped_column(default="")
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("event_category.id"), index=True)
    #: values of `Audience`
    audience: Mapped[Items]
    age_from: Mapped[int | None] = mapped_column(sa.SmallInteger)
    age_to: Mapped[int | None] = mapped_column(sa.SmallInteger)
    #: codes of the languages spoken in it; empty: none in particular
    spoken: Mapped[Items]
    price: Mapped[Price] = mapped_column(Choices(Price), default=Price.UNKNOWN)
    price_from: Mapped[Decimal | None] = mapped_column(Money)
    price_to: Mapped[Decimal | None] = mapped_column(Money)
    price_text: Mapped[Translated]
    organiser_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event_organiser.id"), index=True)
    venue_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event_venue.id"), index=True)
    #: where at the venue, or where if there is no venue
    place: Mapped[Translated]
    #: [{"url": …, "title": …}]
    links: Mapped[Items]
    booking_url: Mapped[str | None] = mapped_column(sa.String(500))
    contact: Mapped[str] = mapped_column(default="")
    #: the festival it belongs to
    umbrella_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event.id"), index=True)
    #: what those who live nearby must know, as `Notice.data` writes it, and the day until which that matters
    notices: Mapped[Items]
    noticed_until: Mapped[date | None] = mapped_column(index=True)

    #: first day, in Athens
    starts_on: Mapped[date]
    #: None: the whole day
    starts_at: Mapped[time | None] = mapped_column(sa.Time)
    #: how long it takes on the wall's clock; whole days: 1440 each
    minutes: Mapped[int] = mapped_column(sa.Integer)
    #: RFC 5545 RRULE without the name, with UNTIL in the event's own local time; None: no rule
    rule: Mapped[str | None] = mapped_column(sa.String(500))
    #: further starts (RDATE) and starts that are left out (EXDATE), local, as ISO text: 2026-08-15T21:00 or 2026-08-15
    extra: Mapped[Items]
    left_out: Mapped[Items]
    #: occurrences exist up to this day; the worker rolls it on
    rolled_to: Mapped[date | None] = mapped_column(index=True)

    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    #: the case in which it was submitted
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("casework_case.id"), unique=True)
    #: the case whose approval began it: a permit to use a public place
    permit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("casework_case.id"), unique=True)
    #: hash of the secret by which its organiser comes back to it
    secret_hash: Mapped[str | None] = mapped_column(sa.String(64))
    #: the calendar it is read from, its UID there, and its values as they were last read
    calendar_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event_calendar.id"))
    calendar_uid: Mapped[str | None] = mapped_column(sa.String(255))
    as_read: Mapped[Data]
    #: people and organisers of a case see the version they acted on
    version: Mapped[int] = mapped_column(sa.Integer, default=1)

    category: Mapped[EventCategory] = relationship()
    organiser: Mapped[Organiser | None] = relationship()
    venue: Mapped[Venue | None] = relationship()
    image: Mapped[Attachment | None] = relationship()
    case: Mapped[Case | None] = relationship(foreign_keys=[case_id])
    permit: Mapped[Case | None] = relationship(foreign_keys=[permit_id])
    umbrella: Mapped["Event | None"] = relationship(remote_side="Event.id")
    occurrences: Mapped[list["Occurrence"]] = relationship(
        back_populates="event", order_by="Occurrence.starts_at", cascade="all, delete-orphan", passive_deletes=True
    )
    __mapper_args__ = {"version_id_col": version}

    @property
    def all_day(self) -> bool:
        """Whether it has days and no hours."""
        return self.starts_at is None

    @property
    def local_start(self) -> datetime:
        """Its first start on the wall's clock, without a zone."""
        return datetime.combine(self.starts_on, self.starts_at or time())

    @property
    def recurs(self) -> bool:
        """Whether there can be more than one occurrence."""
        return bool(self.rule or self.extra)

    @property
    def noticed(self) -> list[Notice]:
        """Its road closures and noise hours, in the order of time."""
        return sorted((Notice.read(data) for data in self.notices), key=lambda notice: (notice.since, notice.until))

    @property
    def nearby(self) -> list[Notice]:
        """The same, as long as it takes place."""
        return [] if self.status in {Status.CANCELLED, Status.POSTPONED} else self.noticed


class Occurrence(Base):
    """One time at which an event takes place; made from its rule, or changed on its own.

    What lists filter by stands here once more, so that a list reads one table in the order of time.
    """

    __tablename__ = "event_occurrence"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "recurrence_id"),
        sa.Index("ix_event_occurrence_shown", "shown", "starts_at", "id"),
        # a list begins with what still goes on: the few that take weeks are found by their end, others started lately
        sa.Index("ix_event_occurrence_long", "ends_at", "id", **_LONG),
        sa.Index("ix_event_occurrence_category", "category_id", "shown", "starts_at", "id"),
        sa.Index("ix_event_occurrence_community", "community_id", "shown", "starts_at", "id"),
        # what feeds tell of besides the rule
        sa.Index("ix_event_occurrence_odd", "event_id", **_ODD),
        sa.Index("ix_event_occurrence_at_venue", "at_venue_id", "shown", "starts_at", "id"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    #: the local start that the rule gave it (RECURRENCE-ID): 2026-08-15T21:00 or 2026-08-15; stays when it is moved
    recurrence_id: Mapped[str] = mapped_column(sa.String(16))
    #: in UTC; of whole days the first moment in Athens, and that of the day after the last
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    status: Mapped[Status] = mapped_column(Choices(Status), default=Status.SCHEDULED)
    status_note: Mapped[Translated]
    #: changed on its own: the rule no longer touches it
    single: Mapped[Flag]
    #: elsewhere than its event
    venue_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event_venue.id"))

    #: takes more than `LONG`
    long: Mapped[Flag]
    #: a public one: its event is published
    shown: Mapped[Flag]
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("event_category.id"))
    #: its own venue, or that of its event; what follows is what that venue was when last looked at
    at_venue_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event_venue.id"))
    community_id: Mapped[int | None] = mapped_column(sa.ForeignKey("community.id"))
    free: Mapped[Flag]
    step_free: Mapped[Flag]
    lat: Mapped[float | None] = mapped_column(sa.Double)
    lon: Mapped[float | None] = mapped_column(sa.Double)

    #: people who came, once it is over
    attendance: Mapped[int | None] = mapped_column(sa.Integer)
    counting: Mapped[Counting | None] = mapped_column(Choices(Counting))
    evaluation: Mapped[str] = mapped_column(default="")
    #: what `EventHeld` told besides attendance, as it was then: whatever is changed later, history stays
    held: Mapped[dict[str, Any] | None] = mapped_column(Json)

    event: Mapped[Event] = relationship(back_populates="occurrences")
    venue: Mapped[Venue | None] = relationship(foreign_keys=[venue_id])
