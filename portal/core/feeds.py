"""Feeds for machines: iCalendar, Atom and JSON, written line by line and sent as they are written.

A feed is asked for again and again, mostly for nothing: what it is made of is compared first (see `kept`), and whoever
has it already is told so (304) before a single line is made.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import chain
from threading import Lock
from typing import Any

from flask import Response, current_app, request, stream_with_context
from sqlalchemy.orm import Session
from werkzeug.http import http_date

from portal.core import clock, kept, stamps
from portal.core.db import db

ICALENDAR, ATOM, JSON, GEOJSON = "text/calendar", "application/atom+xml", "application/json", "application/geo+json"
PROBLEM = "application/problem+json"
#: feeds are sent in pieces of about so many bytes
PIECE = 32_000
#: a line of iCalendar has so many octets at most, without its end
_OCTETS = 75
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: an amount, as files have it
_FIGURE = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
#: when the clocks of Athens change, since the Union has one rule for it
ATHENS_ZONE = tuple(
    b"BEGIN:VTIMEZONE|TZID:Europe/Athens|BEGIN:DAYLIGHT|TZOFFSETFROM:+0200|TZOFFSETTO:+0300|TZNAME:EEST|"
    b"DTSTART:19960331T030000|RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU|END:DAYLIGHT|BEGIN:STANDARD|TZOFFSETFROM:+0300|"
    b"TZOFFSETTO:+0200|TZNAME:EET|DTSTART:19961027T040000|RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU|END:STANDARD|"
    b"END:VTIMEZONE".split(b"|")
)


# -- answering


class Seen:
    """When this process first saw each feed as it is now: its Last-Modified; bounded."""

    def __init__(self, most: int = 2_000) -> None:
        self.most = most
        self.feeds: OrderedDict[str, tuple[str, datetime]] = OrderedDict()
        self.lock = Lock()

    def since(self, address: str, etag: str, now: datetime) -> datetime | None:
        """That moment; None in its first seconds, in which a second one could still follow."""
        with self.lock:
            known = self.feeds.pop(address, None)
            first = known[1] if known and known[0] == etag else now
            self.feeds[address] = (etag, first)
            if len(self.feeds) > self.most:
                self.feeds.popitem(last=False)
        return first if now - first > timedelta(seconds=2) else None


def answer(
    make: Callable[[Session], Iterable[bytes]],
    mimetype: str,
    *,
    rooms: tuple[str, ...],
    asked: str,
    name: str,
    now: datetime,
) -> Response:
    """A feed, streamed; or 304 if whoever asks has it. `asked` is everything that decides what stands in it.

    It is read in a session of its own: that of the request is closed before a stream has ended.
    """
    address = f"{request.host_url}{request.path}?{asked}"
    etag = kept.etag_of(address, stamps.marks(db.session, rooms), clock.athens_date(now))
    seen: Seen = current_app.extensions.setdefault("seen_feeds", Seen())
    since = seen.since(address, etag, now)
    response = Response(mimetype=mimetype)
    response.set_etag(etag)
    if since:
        response.headers["Last-Modified"] = http_date(since)
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.make_conditional(request)
    if response.status_code != 304:
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
        session = db.sessionmaker()
        response.call_on_close(session.close)
        parts = make(session)
        db.session.close()  # it would hold a second connection as long as somebody reads
        _fill(response, pieces(parts))
    return response


def _fill(response: Response, parts: Iterator[bytes]) -> None:
    """Put the pieces into an answer: a single one as it is, more of them one after the other."""
    first, second = next(parts), next(parts, None)
    if second is None:
        response.set_data(first)
    else:
        response.headers.pop("Content-Length", None)  # of the empty answer that was compared with what is known
        response.response = stream_with_context(chain((first, second), parts))


def pieces(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Small parts put together: a piece for each would cost more than its making."""
    waiting: list[bytes] = []
    size = 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size > PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def problem(title: str, *, status: int = 400, **more: Any) -> Response:
    """What is wrong with a request, for machines (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, **more}
    return Response(json.dumps(body, ensure_ascii=False), status=status, mimetype=PROBLEM)


# -- iCalendar (RFC 5545)


def escaped(text: str) -> str:
    """A text as the value of a property."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    if text.isprintable():
        return text
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).replace("\n", "\\n")


def parameter(text: str) -> str:
    """A text as the value of a parameter."""
    return '"' + _CONTROL.sub("", text).replace("\n", " ").replace('"', "'") + '"'


def folded(line: str) -> bytes:
    """A line with its end, folded where it is longer than 75 octets, never within a letter."""
    return folded_lines((line,))


def folded_lines(lines: Iterable[str]) -> bytes:
    """Many lines at once."""
    rows = [raw if len(raw := line.encode()) <= _OCTETS else _fold(raw) for line in lines]
    return b"\r\n".join(rows) + b"\r\n"


def _fold(raw: bytes) -> bytes:
    parts, start, room = [], 0, _OCTETS
    while len(raw) - start > room:
        end = start + room
        while raw[end] & 0xC0 == 0x80:  # the second byte of a letter, or a later one
            end -= 1
        parts.append(raw[start:end])
        start, room = end, _OCTETS - 1  # the blank at its beginning counts
    parts.append(raw[start:])
    return b"\r\n ".join(parts)


def stamp(moment: datetime) -> str:
    """A moment, in UTC."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return f"{moment.isoformat(timespec='seconds')[:19].replace('-', '').replace(':', '')}Z"


def calendar(name: str, product: str, components: Iterable[bytes]) -> Iterator[bytes]:
    """A calendar in the time of Athens around its components."""
    yield b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
    yield folded(f"PRODID:{escaped(product)}")
    yield b"CALSCALE:GREGORIAN\r\n"
    yield folded(f"NAME:{escaped(name)}") + folded(f"X-WR-CALNAME:{escaped(name)}")
    yield b"X-WR-TIMEZONE:Europe/Athens\r\nREFRESH-INTERVAL;VALUE=DURATION:PT6H\r\nX-PUBLISHED-TTL:PT6H\r\n"
    yield b"\r\n".join(ATHENS_ZONE) + b"\r\n"
    yield from components
    yield b"END:VCALENDAR\r\n"


# -- tables


def table(headings: list[str], rows: Iterable[list[Any]]) -> Iterator[bytes]:
    """Lines for spreadsheets. Semicolons and a byte order mark: so those of Greek offices open it by a double click."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    buffer.write("\ufeff")
    writer.writerow(headings)
    for row in rows:
        writer.writerow([harmless(value) for value in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is kept a text; a figure below zero is a figure."""
    is_formula = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{value}" if is_formula and not _FIGURE.fullmatch(value) else value


# -- JSON and Atom


def document(head: dict[str, Any], items_name: str, items: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """A JSON object whose last member is a list that is written as it is read."""
    write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    yield f"{write(head)[:-1]}{',' if head else ''}{write(items_name)}:[".encode()
    for number, item in enumerate(items):
        yield (",\n" if number else "\n").encode() + write(item).encode()
    yield b"\n]}\n"


def xml(text: str) -> str:
    """A text between tags, or in an attribute."""
    return escape(_NOT_XML.sub("", text))


def atom(head: dict[str, str], entries: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """A feed (RFC 4287). Head: title, id, updated, self, page, language; an entry: see `_entry`."""
    yield (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{head["language"]}">\n'
        f"<title>{xml(head['title'])}</title><id>{xml(head['id'])}</id><updated>{head['updated']}</updated>\n"
        f'<link rel="self" type="{ATOM}" href="{xml(head["self"])}"/>'
        f'<link rel="alternate" type="text/html" href="{xml(head["page"])}"/>\n'
        f"<author><name>{xml(head['author'])}</name></author>\n"
    ).encode()
    for entry in entries:
        yield _entry(entry)
    yield b"</feed>\n"


def _entry(entry: dict[str, Any]) -> bytes:
    """Id, title, page, updated, published (or nothing), summary, categories: [(code, label)]; a point as GeoRSS."""
    shelves = "".join(f'<category term="{xml(code)}" label="{xml(label)}"/>' for code, label in entry["categories"])
    published = f"<published>{entry['published']}</published>" if entry["published"] else ""
    point = entry.get("point")
    place = f'<point xmlns="http://www.georss.org/georss">{point[0]} {point[1]}</point>' if point else ""
    return (
        f'<entry xml:lang="{entry["language"]}"><id>{xml(entry["id"])}</id><title>{xml(entry["title"])}</title>'
        f'<link rel="alternate" type="text/html" href="{xml(entry["page"])}"/>'
        f"<updated>{entry['updated']}</updated>{published}{shelves}{place}<summary>{xml(entry['summary'])}</summary></entry>\n"
    ).encode()
