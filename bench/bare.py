"""The measure: the smallest page with Flask, Jinja and SQLAlchemy that lists twenty cases of the same database.

For feeds it is a loop by hand over as many rows: read past the mapper, written by formatting, streamed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, render_template
from jinja2 import DictLoader
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

LAYOUT = """<!doctype html>
<html lang="el">
<head><meta charset="utf-8">
<title>{% block title %}{% endblock %}</title><link rel="stylesheet" href="/bare.css"></head>
<body><nav><a href="/">Home</a> <a href="/cases/">Cases</a></nav><main>{% block main %}{% endblock %}</main></body>
</html>
"""
LIST = """{% extends "layout.html" %}
{% block title %}Cases{% endblock %}
{% block main %}
<h1>Cases</h1>
<table>
<tr><th>Number</th><th>What</th><th>Who</th><th>State</th><th>Due</th></tr>
{% for case in cases %}
<tr><td><a href="/cases/{{ case.id }}/">{{ case.reference }}</a></td><td>{{ case.title.el }} {{ case.detail }}</td>
<td>{{ case.applicant_name }}</td><td>{{ case.state }}</td><td>{{ case.due_on }}</td></tr>
{% endfor %}
</table>
{% endblock %}
"""


#: columns of an event and of its occurrence; texts are JSON
_EVENT = sa.table(
    "event",
    *(sa.column(name) for name in ("id", "uid", "slug", "status", "rule", "minutes")),
    *(sa.column(name, sa.JSON) for name in ("title", "summary", "text", "place")),
    *(sa.column(name, sa.Date) for name in ("starts_on",)),
    *(sa.column(name, sa.Time) for name in ("starts_at",)),
    *(sa.column(name, sa.DateTime) for name in ("changed_at", "created_at")),
)
_OCCURRENCE = sa.table(
    "event_occurrence",
    *(sa.column(name) for name in ("id", "event_id", "status", "free", "step_free", "lat", "lon")),
    *(sa.column(name, sa.DateTime) for name in ("starts_at", "ends_at")),
)
#: columns of a fault report, and of its category
_FAULT = sa.table(
    "fault",
    *(sa.column(name) for name in ("id", "slug", "state", "lat", "lon", "address", "text", "category_id")),
    *(sa.column(name, sa.Boolean) for name in ("is_open", "shown")),
    *(sa.column(name, sa.DateTime) for name in ("reported_at", "changed_at")),
    sa.column("due_on", sa.Date),
)
#: what the plan has heard
_CONTRIBUTION = sa.table(
    "plan_contribution",
    *(sa.column(name) for name in ("id", "feed", "reference", "value")),
    sa.column("on", sa.Date),
    sa.column("dimensions", sa.JSON),
)
_CATEGORY = sa.table("fault_category", sa.column("id"), sa.column("code"), sa.column("name", sa.JSON))


class Base(DeclarativeBase):
    """Its own mapping: the portal's models are no part of the measure."""


class Case(Base):
    """The columns that the page shows."""

    __tablename__ = "casework_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str]
    title: Mapped[Any] = mapped_column(sa.JSON)
    detail: Mapped[str]
    applicant_name: Mapped[str]
    state: Mapped[str]
    due_on: Mapped[date]


def create_bare(url: str) -> Flask:
    """An application with one page, on a database of the portal."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"layout.html": LAYOUT, "list.html": LIST})
    engine = sa.create_engine(url)
    app.extensions["engine"] = engine

    @app.get("/cases/")
    def cases() -> str:
        with Session(engine) as session:
            rows = session.scalars(sa.select(Case).order_by(Case.id).limit(20)).all()
            return render_template("list.html", cases=rows)

    @app.get("/feed/<kind>/<int:rows>")
    def feed(kind: str, rows: int) -> Response:
        return Response(LOOPS[kind](engine, rows), mimetype="text/plain")

    return app


def _calendar(engine: sa.Engine, rows: int) -> Iterator[str]:
    """So many events as a calendar."""
    yield "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bare//\r\n"
    with engine.connect() as connection:
        for row in connection.execute(sa.select(_EVENT).order_by(_EVENT.c.id).limit(rows)):
            begins = f"{row.starts_on:%Y%m%d}" + (f"T{row.starts_at:%H%M%S}" if row.starts_at else "")
            yield (
                f"BEGIN:VEVENT\r\nUID:{row.uid}\r\nDTSTAMP:{row.changed_at:%Y%m%dT%H%M%SZ}\r\n"
                f"DTSTART;TZID=Europe/Athens:{begins}\r\nDURATION:PT{row.minutes}M\r\n"
                f"CREATED:{row.created_at:%Y%m%dT%H%M%SZ}\r\nSTATUS:{row.status}\r\n"
                f"SUMMARY:{_escaped(row.title)}\r\nDESCRIPTION:{_escaped(row.summary)} {_escaped(row.text)}\r\n"
                f"LOCATION:{_escaped(row.place)}\r\nURL:/events/{row.slug}/\r\n"
                + (f"RRULE:{row.rule}\r\n" if row.rule else "")
                + "END:VEVENT\r\n"
            )
    yield "END:VCALENDAR\r\n"


def _escaped(text: dict[str, str]) -> str:
    return text.get("el", "").replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _listed(engine: sa.Engine, rows: int) -> Iterator[str]:
    """So many occurrences as JSON."""
    wanted = [*_OCCURRENCE.c, _EVENT.c.uid, _EVENT.c.slug, _EVENT.c.title, _EVENT.c.summary, _EVENT.c.place]
    query = sa.select(*wanted).join(_EVENT, _EVENT.c.id == _OCCURRENCE.c.event_id)
    yield '{"events": ['
    with engine.connect() as connection:
        for number, row in enumerate(connection.execute(query.order_by(_OCCURRENCE.c.id).limit(rows))):
            item = row._asdict()
            for name in ("title", "summary", "place"):
                item[name] = item[name].get("el", "")
            for name in ("starts_at", "ends_at"):
                item[name] = item[name].isoformat()
            yield ("," if number else "") + json.dumps(item, ensure_ascii=False)
    yield "]}"


def _features(engine: sa.Engine, rows: int) -> Iterator[str]:
    """So many fault reports as GeoJSON."""
    yield '{"type": "FeatureCollection", "features": ['
    for number, item in enumerate(_reports(engine, rows)):
        point = {"type": "Point", "coordinates": [item.pop("lon"), item.pop("lat")]}
        feature = {"type": "Feature", "id": item["slug"], "geometry": point, "properties": item}
        yield ("," if number else "") + json.dumps(feature, ensure_ascii=False)
    yield "]}"


def _requests(engine: sa.Engine, rows: int) -> Iterator[str]:
    """So many fault reports as Open311 names them."""
    yield "["
    for number, item in enumerate(_reports(engine, rows)):
        named = {"service_request_id": item["slug"], "service_code": item["code"], "service_name": item["name"]}
        named |= {"status": "open" if item["is_open"] else "closed", "description": item["text"]}
        named |= {"requested_datetime": item["reported_at"], "updated_datetime": item["changed_at"]}
        named |= {"address": item["address"], "lat": item["lat"], "long": item["lon"]}
        yield ("," if number else "") + json.dumps(named, ensure_ascii=False)
    yield "]"


def _reports(engine: sa.Engine, rows: int) -> Iterator[dict[str, Any]]:
    query = sa.select(*_FAULT.c, _CATEGORY.c.code, _CATEGORY.c.name).where(_FAULT.c.shown)
    query = query.join(_CATEGORY, _CATEGORY.c.id == _FAULT.c.category_id).order_by(_FAULT.c.id.desc())
    with engine.connect() as connection:
        for row in connection.execute(query.limit(rows)):
            item = row._asdict()
            item["name"] = item["name"].get("el", "")
            for name in ("reported_at", "changed_at"):
                item[name] = item[name].isoformat()
            item["due_on"] = item["due_on"].isoformat()
            yield item


def _rows_of_plan(engine: sa.Engine, rows: int) -> Iterator[str]:
    """So many contributions as JSON; the tables of the plan have rows of that size."""
    yield "["
    with engine.connect() as connection:
        for row in connection.execute(sa.select(_CONTRIBUTION).order_by(_CONTRIBUTION.c.id).limit(rows)):
            yield json.dumps(row._asdict() | {"on": row.on.isoformat()}, ensure_ascii=False)
    yield "]"


#: ending of a feed → its loop
LOOPS: dict[str, Callable[[sa.Engine, int], Iterator[str]]] = {
    "ics": _calendar,
    "json": _listed,
    "geojson": _features,
    "open311": _requests,
    "plan": _rows_of_plan,
}
