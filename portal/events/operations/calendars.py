"""Reading calendars of others (RFC 5545): every event that can be understood, and why the others cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from icalendar import vDuration

from portal.core.texts import N_
from portal.events.models import Status
from portal.events.operations.contentlines import (
    Component,
    ImportProblem,
    Property,
    Unreadable,
    components,
    one_line,
    plain,
)
from portal.events.operations.walltimes import Moment, Series, Zones, in_athens, minutes_between, moments
from portal.events.queries.recurrence import HORIZON, Timing, moment, named, on_the_clock, starts, time_of

#: of an event that does not say when it ends
_MINUTES = 60
_DAY = 24 * 60
#: a file holds so many events at most
MOST_EVENTS = 5_000
_STATUS = {"CANCELLED": Status.CANCELLED}


@dataclass(frozen=True, kw_only=True)
class ReadSingle:
    """A time that is different."""

    recurrence_id: str
    starts_at: datetime
    ends_at: datetime
    status: Status
    note: str
    location: str


@dataclass(frozen=True, kw_only=True)
class ReadEvent:
    """An event as it stands in a calendar, in the time of Athens."""

    line: int
    uid: str
    timing: Timing
    title: str
    text: str
    location: str
    url: str
    contact: str
    categories: tuple[str, ...]
    status: Status
    note: str
    sequence: int
    created: datetime | None
    modified: datetime | None
    #: UID of the event it is part of
    parent: str
    singles: tuple[ReadSingle, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a file holds."""

    name: str
    events: list[ReadEvent]
    problems: list[ImportProblem]
    #: the UIDs of everything in it, readable or not
    uids: frozenset[str]
    #: to its end: what is not in it, its owner has taken out
    whole: bool


def read(raw: bytes, *, today: date) -> Reading:
    """Everything in a file that can be taken, and each line that stands against the rest."""
    calendars, problems = components(raw)
    zones = Zones(calendars, raw)
    parts = [part for calendar in calendars for part in calendar.walk("VEVENT")]
    whole = bool(calendars) and not problems
    if len(parts) > MOST_EVENTS:
        problems.append(ImportProblem(parts[MOST_EVENTS].line, N_("There are too many events in this calendar.")))
    of: dict[str, list[Component]] = {}
    for part in parts[:MOST_EVENTS]:
        of.setdefault(part.text("UID"), []).append(part)
    events = []
    for uid, group in of.items():
        try:
            events += [_event(uid, group, zones, problems, today=today)]
        except Unreadable as error:
            problems.append(error.problem)
    name = next((each.text("X-WR-CALNAME") or each.text("NAME") for each in calendars), "")
    problems.sort(key=lambda problem: problem.line)
    return Reading(name[:200], events, problems, frozenset(of), whole)


def _event(uid: str, group: list[Component], zones: Zones, problems: list[ImportProblem], *, today: date) -> ReadEvent:
    for part in group:
        if part.problem:
            raise Unreadable.of(part.problem)
    if not uid or len(uid) > 255:
        raise Unreadable(group[0].line, N_("This event has no UID, or too long a one."))
    masters = sorted((part for part in group if not part.get("RECURRENCE-ID")), key=_revision)
    if not masters:
        raise Unreadable(group[0].line, N_("This changes a date of a series that is not in the file."))
    twice = N_("This event stands in the file a second time; the newer one counts.")
    problems += [ImportProblem(part.line, twice) for part in masters[:-1]]
    master = masters[-1]
    _fit(master)
    series = _series(master, zones)
    found = _with_texts(uid, master, in_athens(series, today=today))
    singles = [_single(part, series, found, zones) for part in group if part.get("RECURRENCE-ID")]
    return _with_singles(found, singles, today=today)


def _revision(part: Component) -> tuple[int, str]:
    return _number(part.text("SEQUENCE")), part.text("LAST-MODIFIED") or part.text("DTSTAMP")


def _fit(part: Component) -> None:
    """Refuse what the agenda has no place for."""
    if not part.text("SUMMARY"):
        raise Unreadable(part.line, N_("This event has no title (SUMMARY)."))
    for name in ("RRULE", "DTSTART"):
        if len(part.all(name)) > 1:
            raise Unreadable(part.all(name)[1].line, N_("%(name)s stands there twice."), name=name)
    line = part.get("EXRULE")
    if line:
        raise Unreadable(line.line, N_("Rules of exceptions (EXRULE) are not supported."))
    line = part.get("CLASS")
    if line and line.text.upper() in {"PRIVATE", "CONFIDENTIAL"}:
        raise Unreadable(line.line, N_("This event is marked as private."))


def _series(part: Component, zones: Zones) -> Series:
    begins, minutes = _times(part, zones)
    extra = tuple(_further(part, zones, minutes))
    left_out = tuple(each for line in part.all("EXDATE") if line.value for each in moments(line, zones))
    return Series(begins, minutes, part.get("RRULE"), extra, left_out)


def _times(part: Component, zones: Zones) -> tuple[Moment, int]:
    """When it begins, and how many minutes it takes."""
    line = part.get("DTSTART")
    if line is None:
        raise Unreadable(part.line, N_("This event does not say when it begins (DTSTART)."))
    begins = moments(line, zones)[0]
    begins = replace(begins, theirs=begins.theirs.replace(second=0))
    minutes = _minutes(part, begins, zones)
    flag = part.text("X-MICROSOFT-CDO-ALLDAYEVENT").upper() == "TRUE"
    if flag and not begins.all_day and begins.theirs.time() == datetime.min.time() and minutes % _DAY == 0:
        return Moment(begins.theirs, all_day=True), minutes
    return begins, minutes


def _minutes(part: Component, begins: Moment, zones: Zones) -> int:
    least = _DAY if begins.all_day else _MINUTES
    line = part.get("DTEND") or part.get("DURATION")
    if line is None:
        return least
    if line.name == "DURATION":
        minutes = _duration(line) // timedelta(minutes=1)
    else:
        ends = moments(line, zones)[0]
        if ends.all_day != begins.all_day:
            raise Unreadable(line.line, N_("DTSTART and DTEND: one is a day, the other a time."))
        minutes = minutes_between(begins, ends)
    if minutes < 0 or (begins.all_day and minutes % _DAY):
        raise Unreadable(line.line, N_("%(name)s: it would end before it begins."), name=line.name)
    return minutes or least


def _duration(line: Property) -> timedelta:
    try:
        found: timedelta = vDuration.from_ical(line.value.strip())  # type: ignore[no-untyped-call]
    except (ValueError, OverflowError):
        raise Unreadable(line.line, N_("DURATION: “%(value)s” is not a length of time."), value=line.value) from None
    return found


def _further(part: Component, zones: Zones, minutes: int) -> Iterator[Moment]:
    for line in part.all("RDATE"):
        if "/" in line.value:
            for period in line.value.split(","):
                _same_length(replace(line, value=period), zones, minutes)
        if line.value:
            yield from moments(line, zones)


def _same_length(line: Property, zones: Zones, minutes: int) -> None:
    """A further date may come as a period, but takes as long as the others."""
    begins, _sep, ends = line.value.partition("/")
    if ends.upper().startswith(("P", "+P")):
        length = _duration(replace(line, value=ends)) // timedelta(minutes=1)
    else:
        start, end = (moments(replace(line, value=each), zones)[0] for each in (begins, ends))
        length = minutes_between(start, end)
    if length != minutes:
        raise Unreadable(line.line, N_("RDATE: a further date that takes longer or shorter is not supported."))


def _single(part: Component, series: Series, event: ReadEvent, zones: Zones) -> ReadSingle:
    named_by = part.get("RECURRENCE-ID")
    assert named_by is not None
    if named_by.parameters.get("RANGE"):
        raise Unreadable(named_by.line, N_("A change of this and all following dates is not supported."))
    which, (begins, minutes) = moments(named_by, zones)[0], _times(part, zones)
    all_day = series.begins.all_day
    at = which.local if not which.all_day or all_day else datetime.combine(which.theirs, event.timing.start.time())
    starts_at = on_the_clock(begins.local)
    status, note, _text = _status(part)
    return ReadSingle(
        recurrence_id=named(at.replace(second=0), all_day=all_day),
        starts_at=starts_at,
        ends_at=on_the_clock(begins.local + timedelta(minutes=minutes)),
        status=status,
        note=note,
        location=one_line(part.text("LOCATION"))[:500],
    )


def _with_singles(event: ReadEvent, singles: list[ReadSingle], *, today: date) -> ReadEvent:
    """The event with its different times; what its rule does not give is added to its dates."""
    timing = event.timing
    singles = [each for each in singles if not _is_plain(each, event)]
    names = {each.recurrence_id for each in singles}
    timing = replace(timing, left_out=tuple(name for name in timing.left_out if name not in names))
    last = max(today, timing.starts_on) + HORIZON
    given = {named(start, all_day=timing.starts_at is None) for start in starts(timing, last)}
    missing = sorted(name for name in names - given if name[:10] <= last.isoformat())
    singles = sorted({each.recurrence_id: each for each in singles}.values(), key=lambda each: each.recurrence_id)
    return replace(event, timing=replace(timing, extra=(*timing.extra, *missing)), singles=tuple(singles))


def _is_plain(single: ReadSingle, event: ReadEvent) -> bool:
    """Whether it says what the rule says anyway; some write all of them out."""
    same = (single.status, single.note, single.location) == (event.status, event.note, event.location)
    given = time_of(event.timing, moment(single.recurrence_id))
    known = single.recurrence_id not in event.timing.left_out
    return same and known and (single.starts_at, single.ends_at) == (given.starts_at, given.ends_at)


def _with_texts(uid: str, part: Component, timing: Timing) -> ReadEvent:
    status, note, text = _status(part)
    return ReadEvent(
        line=part.line,
        uid=uid,
        timing=timing,
        title=one_line(part.text("SUMMARY"))[:300],
        text=text,
        location=one_line(part.text("LOCATION"))[:500],
        url=part.text("URL")[:500],
        contact=part.text("CONTACT")[:500],
        categories=tuple(text for line in part.all("CATEGORIES") for text in line.texts),
        status=status,
        note=note,
        sequence=_number(part.text("SEQUENCE")),
        created=_utc(part.get("CREATED")),
        modified=_utc(part.get("LAST-MODIFIED") or part.get("DTSTAMP")),
        parent=_parent(part)[:255],
    )


def _status(part: Component) -> tuple[Status, str, str]:
    """Status, its reason, and the description; our own feeds say the first two exactly, and in the text as well."""
    text = plain(part.text("DESCRIPTION"))
    own = part.text("X-PORTAL-STATUS")
    if own in set(Status) and own != Status.SCHEDULED:
        return Status(own), part.text("X-PORTAL-NOTE"), text.partition("\n\n")[2]
    return _STATUS.get(part.text("STATUS").upper(), Status.SCHEDULED), "", text


def _parent(part: Component) -> str:
    parents = (line for line in part.all("RELATED-TO") if line.parameters.get("RELTYPE", "PARENT").upper() == "PARENT")
    return next((line.text for line in parents), "")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _utc(line: Property | None) -> datetime | None:
    """A stamp; one that cannot be read is none."""
    if line is None:
        return None
    try:
        return moments(line, Zones((), b""))[0].within(UTC).replace(tzinfo=UTC)
    except Unreadable:
        return None
