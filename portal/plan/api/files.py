"""The plan as files: tables (CSV), one document (JSON), a workbook (XLSX), IATI, and what each column means."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import Any

import xlsxwriter
from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from portal.accounts.access import public
from portal.core import clock, feeds, stamps
from portal.core.db import db
from portal.core.i18n import speak
from portal.core.i18n import translate as _
from portal.core.texts import LEGAL_LANGUAGE
from portal.core.web import portal
from portal.organisation import queries as organisation
from portal.plan.models import Plan
from portal.plan.queries import current_plan
from portal.plan.queries.aid import activities
from portal.plan.queries.tables import TABLES

blueprint = Blueprint("plan_data", __name__)
#: what the files are made of; an indicator is fed by contributions, which stand in the room itself
ROOMS = ("organisation", "plan")
stamps.watch(ROOMS)
CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: a spreadsheet holds no more rows
MOST_ROWS = 1_000_000
#: gives the bytes: (session, plan, day, language)
Make = Callable[[Session, Plan, date, str], Iterator[bytes]]


@blueprint.get("/plan.csv")
@public
def actions() -> Response:
    """The actions of the plan, one a line."""
    return table("actions")


@blueprint.get("/plan/<string:code>.csv")
@public
def table(code: str) -> Response:
    """One of the tables; the page of the data names them."""
    found = next((each for each in TABLES if each.code == code), None) or abort(404)

    def make(session: Session, plan: Plan, on: date, lang: str) -> Iterator[bytes]:
        return feeds.table(found.names, (_cells(row) for row in found.rows(session, plan, on, lang)))

    return _answer(make, CSV, f"plan-{code}.csv")


@blueprint.get("/plan.json")
@public
def document() -> Response:
    """All tables in one document."""
    return _answer(_document, feeds.JSON, "plan.json")


@blueprint.get("/plan.xlsx")
@public
def workbook() -> Response:
    """All tables as the sheets of a workbook, the first one telling what their columns mean."""
    return _answer(_workbook, XLSX, "plan.xlsx")


@blueprint.get("/plan-iati.json")
@public
def iati() -> Response:
    """Budgets, transactions and results in the words of IATI."""
    town = organisation.municipality(db.session)
    prefix = f"GR-DIMOS-{town.profile.get('code', '0') if town else '0'}"

    def make(session: Session, plan: Plan, on: date, _lang: str) -> Iterator[bytes]:
        head = {"version": "2.03", "generated-datetime": on.isoformat(), "default-currency": "EUR"}
        return feeds.document(head, "iati-activities", activities(session, plan, on, prefix))

    return _answer(make, feeds.JSON, "plan-iati.json")


@blueprint.get("/plan-fields.json")
@public
def fields() -> Response:
    """The data dictionary: what each table holds and what each of its columns means."""
    lang = _language()
    found = {
        each.code: {"title": _(each.title), "columns": {name: _(said) for name, said in each.columns}}
        for each in TABLES
    }
    body = json.dumps({"language": lang, "tables": found}, ensure_ascii=False, indent=1)
    response = Response(body, mimetype=feeds.JSON)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


# -- how they are written


def _cells(row: list[Any]) -> list[Any]:
    return [int(value) if isinstance(value, bool) else value for value in row]


def _document(session: Session, plan: Plan, on: date, lang: str) -> Iterator[bytes]:
    write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    site = portal.settings.public_url.rstrip("/")
    head = {
        "plan": {
            "code": plan.code,
            "title": dict(plan.title),
            "first_year": plan.first_year,
            "last_year": plan.last_year,
        },
        "on": on.isoformat(),
        "language": lang,
        "page": f"{site}/{lang}/plan/",
        "fields": f"{site}/plan-fields.json",
    }
    yield write(head)[:-1].encode()
    for each in TABLES:
        yield f",\n{write(each.code)}:[".encode()
        for number, item in enumerate(each.items(session, plan, on, lang)):
            yield (",\n" if number else "\n").encode() + write(item).encode()
        yield b"]"
    yield b"}\n"


def _workbook(session: Session, plan: Plan, on: date, lang: str) -> Iterator[bytes]:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False}) as book:
        _sheet(book, "fields", ["table", "column", "meaning"], _meanings())
        for each in TABLES:
            _sheet(book, each.code, each.names, each.rows(session, plan, on, lang))
    yield out.getvalue()


def _sheet(book: Any, name: str, headings: list[str], rows: Iterator[list[Any]]) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, headings)
    for number, row in enumerate(islice(rows, MOST_ROWS), start=1):
        for column, value in enumerate(_cells(row)):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif value is not None:
                sheet.write_number(number, column, value)


def _meanings() -> Iterator[list[Any]]:
    for each in TABLES:
        for name, said in each.columns:
            yield [each.code, name, _(said)]


# -- what is asked for


def _language() -> str:
    """The language that the address asks for; Greek where it says nothing. Anything else in it is refused."""
    language = request.args.get("lang", LEGAL_LANGUAGE)
    unknown = sorted(set(request.args) - {"lang"})
    if unknown or language not in current_app.config["LANGUAGES"]:
        raise BadAddress(unknown or ["lang"])
    speak(language)
    return language


class BadAddress(HTTPException):
    """An address that asks for something that cannot be understood."""

    code = 400

    def __init__(self, names: list[str]) -> None:
        detail = _("Something in the address is not known or cannot be read: %(names)s.", names=", ".join(names))
        super().__init__(response=feeds.problem(_("We could not read this"), detail=detail, unknown=names))


def _answer(make: Make, mimetype: str, name: str) -> Response:
    """A file of the newest plan; 404 before one was loaded."""
    lang, now = _language(), clock.now()
    plan = current_plan(db.session) or abort(404)
    key, on = plan.id, clock.athens_date(now)

    def made(session: Session) -> Iterator[bytes]:
        # a generator: nothing is read before the session of the request is closed
        yield from make(session, session.get_one(Plan, key), on, lang)

    return feeds.answer(made, mimetype, rooms=ROOMS, asked=f"lang={lang}", name=name, now=now)
