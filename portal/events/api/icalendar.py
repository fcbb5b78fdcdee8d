"""Events as a calendar (RFC 5545): the rule itself, with what is different about single times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.core import feeds
from portal.core.i18n import translate as _
from portal.core.texts import Translated
from portal.events.models import Publication, Status
from portal.events.queries.feeds import Dates, Shelves, dates
from portal.events.queries.recurrence import is_certain, moment, on_the_clock, on_the_wall, time_from

_ZONE = ";TZID=Europe/Athens:"
#: an event that is put off has no time for now, which is as close as a calendar comes to it
_STATUS = {Status.CANCELLED: "CANCELLED", Status.POSTPONED: "TENTATIVE"}


@dataclass(frozen=True)
class Words:
    """What the texts of a calendar are made with."""

    language: str
    #: of the portal, without a slash at its end
    site: str
    shelves: Shelves


def venue_text(venue: Any, language: str) -> str:
    """The name and the address of a venue on one line; by it an import knows the venue again."""
    parts = (venue.name.text(language), (venue.address or Translated()).text(language))
    return ", ".join(part for part in parts if part)


def components(events: Iterable[tuple[Any, Sequence[Any]]], words: Words) -> Iterator[bytes]:
    """A VEVENT for each event, and one for each of its times that is different."""
    writer = _Writer(words)
    for event, odd in events:
        found = dates(event, odd)
        alone = odd[0] if odd and odd[0].single and not found.changed else None
        yield feeds.folded_lines(writer.master(event, found, alone))
        for row in found.changed:
            yield feeds.folded_lines(writer.changed(event, row, row))
        for time in found.uncertain:
            yield feeds.folded_lines(writer.changed(event, time, None))


class _Writer:
    """Writes events one after the other; what many of them share is put into words once."""

    def __init__(self, words: Words) -> None:
        lang, shelves = words.language, words.shelves
        self.lang, self.url = lang, f"URL:{words.site}/{lang}/events/"
        self.labels = {status: _(status.label) for status in Status}
        self.categories = {
            number: _text("CATEGORIES", name, lang) for number, (_code, name) in shelves.categories.items()
        }
        self.places = {number: feeds.escaped(venue_text(row, lang)) for number, row in shelves.venues.items()}
        self.points = {
            number: f"GEO:{row.lat};{row.lon}"
            for number, row in shelves.venues.items()
            if row.lat is not None and row.lon is not None
        }

    def master(self, event: Any, found: Dates, row: Any) -> list[str]:
        """The event itself; `row` is its only time if that is different."""
        all_day = event.starts_at is None and _midnights(found.starts, found.ends)
        lines = _begin(event)
        if found.rule or found.further:
            lines += (_when("DTSTART", found.starts, all_day), _when("DTEND", found.ends, all_day))
        else:
            lines += _span(found.starts, found.ends, row, all_day)
        if found.rule:
            lines.append(f"RRULE:{_in_utc(found.rule, all_day=all_day)}")
        for name, moments in (("RDATE", found.further), ("EXDATE", found.left_out)):
            if moments:
                lines.append(f"{name}{_HEAD[all_day]}{','.join(_written(each, all_day) for each in moments)}")
        return self._about(lines, event, row)

    def changed(self, event: Any, time: Any, row: Any) -> list[str]:
        """One time of a series; `row` if something else than the time is different as well."""
        named_all_day = event.starts_at is None
        begins, ends = on_the_wall(time.starts_at), on_the_wall(time.ends_at)
        lines = _begin(event)
        lines.append(_when("RECURRENCE-ID", moment(time.recurrence_id), named_all_day))
        lines += _span(begins, ends, time, named_all_day and _midnights(begins, ends))
        return self._about(lines, event, row)

    def _about(self, lines: list[str], event: Any, row: Any) -> list[str]:
        """Everything but the dates, and the end."""
        lang = self.lang
        status, note = _status(event, row)
        lines += (f"STATUS:{_STATUS.get(status, 'CONFIRMED')}", _text("SUMMARY", event.title, lang))
        about = [event.summary.text(lang).strip(), event.text.text(lang).strip()]
        if status is not Status.SCHEDULED:
            why = " ".join(note.text(lang).split())
            lines.append(f"X-PORTAL-STATUS:{status.value}")
            if why:
                lines.append(f"X-PORTAL-NOTE:{feeds.escaped(why)}")
            about.insert(0, ". ".join(part for part in (self.labels[status], why) if part))
        description = "\n\n".join(filter(None, about))
        if description:
            lines.append(f"DESCRIPTION:{feeds.escaped(description)}")
        self._where(lines, event, row)
        lines += (f"{self.url}{event.slug}/", self.categories[event.category_id])
        if event.contact:
            lines.append(f"CONTACT:{feeds.escaped(event.contact)}")
        if event.umbrella_uid:
            lines.append(f"RELATED-TO:{feeds.escaped(event.umbrella_uid)}")
        lines.append("END:VEVENT")
        return lines

    def _where(self, lines: list[str], event: Any, row: Any) -> None:
        venue_id = (row and row.venue_id) or event.venue_id
        place, venue = event.place.text(self.lang), self.places.get(venue_id, "")
        if place:
            venue = f"{feeds.escaped(place)}\\, {venue}" if venue else feeds.escaped(place)
        if venue:
            lines.append(f"LOCATION:{venue}")
        if venue_id in self.points:
            lines.append(self.points[venue_id])


def _begin(event: Any) -> list[str]:
    changed = feeds.stamp(event.changed_at)  # without a METHOD, DTSTAMP says when it was last revised
    return [
        "BEGIN:VEVENT",
        f"UID:{feeds.escaped(event.uid)}",
        f"DTSTAMP:{changed}",
        f"CREATED:{feeds.stamp(event.created_at)}",
        f"LAST-MODIFIED:{changed}",
        f"SEQUENCE:{event.sequence}",
    ]


def _status(event: Any, row: Any) -> tuple[Status, Translated]:
    """Its own unless the whole event is put off or cancelled; what was taken out does not take place either."""
    if event.publication is Publication.WITHDRAWN:
        return Status.CANCELLED, event.status_note
    if row is not None and row.status is not Status.SCHEDULED:
        return row.status, row.status_note
    return event.status, event.status_note


def _text(name: str, text: Translated, language: str) -> str:
    """A text, with its language where it is not the one that was asked for."""
    real = text.language(language)
    mark = "" if real == language else f";LANGUAGE={real}"
    return f"{name}{mark}:{feeds.escaped(text.get(real, ''))}"


#: what stands between the name and the value of a time, and of a day
_HEAD = {False: _ZONE, True: ";VALUE=DATE:"}


def _when(name: str, at: datetime, all_day: bool) -> str:  # noqa: FBT001 – one of two ways to write it
    return f"{name}{_HEAD[all_day]}{_written(at, all_day)}"


def _span(begins: datetime, ends: datetime, time: Any, all_day: bool) -> tuple[str, str]:  # noqa: FBT001 – as above
    """A time that stands for itself; if the clock skips it as it really is, and where it is shown twice in UTC."""
    if not all_day and not (is_certain(begins) and is_certain(ends)):
        time = time or time_from(begins, ends)
        begins, ends = on_the_wall(time.starts_at), on_the_wall(time.ends_at)
    if all_day or (is_certain(begins) and is_certain(ends)):
        return _when("DTSTART", begins, all_day), _when("DTEND", ends, all_day)
    return f"DTSTART:{feeds.stamp(time.starts_at)}", f"DTEND:{feeds.stamp(time.ends_at)}"


def _written(at: datetime, all_day: bool) -> str:  # noqa: FBT001 – as above
    text = at.isoformat(timespec="seconds").replace("-", "")
    return text[:8] if all_day else text.replace(":", "")


def _midnights(begins: datetime, ends: datetime) -> bool:
    """Whether these are whole days; one of them that was moved may have got hours."""
    return begins.time() == ends.time() == datetime.min.time() and ends - begins >= timedelta(days=1)


def _in_utc(rule: str, *, all_day: bool) -> str:
    """A rule as calendars want it: its UNTIL in UTC, or a day where there are only days."""
    parts = []
    for part in rule.upper().split(";"):
        name, _sep, value = part.partition("=")
        if name == "UNTIL" and not value.endswith("Z"):
            local = datetime.strptime(value, "%Y%m%dT%H%M%S" if "T" in value else "%Y%m%d")  # noqa: DTZ007 – the wall's
            value = value[:8] if all_day else feeds.stamp(on_the_clock(local))
        parts.append(f"{name}={value}")
    return ";".join(parts)
