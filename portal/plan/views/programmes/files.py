"""A programme as a file: for spreadsheets, for machines, and as a tagged document."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask import Response, abort, jsonify

from portal.accounts.access import public
from portal.core import feeds, pdf
from portal.core.db import db
from portal.core.i18n import format_date, format_money, language, plain
from portal.core.i18n import translate as _
from portal.core.kept import made_of
from portal.core.limits import limiter
from portal.organisation import queries as organisation
from portal.plan.models import Programme
from portal.plan.queries import programmes as reads
from portal.plan.queries.lines import QUARTERS, Line, Lines
from portal.plan.views.base import blueprint
from portal.plan.views.programmes import tables
from portal.plan.views.programmes.pages import approved_or_404, measures_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: of the columns of the spreadsheet, in characters
_WIDTHS = (8, 30, 30, 30, 12, 50, 14, 30, 30, 30, 30, 30, 18, 16, 40, 30, 30)


@blueprint.get("/plan/programmes/<int:year>/<string:kind>/programme.<string:form>")
@public
@limiter.limit("60/minute")
@made_of("organisation", "plan")
def programme_file(year: int, kind: str, form: str) -> Response:
    """The approved programme as csv, xlsx, json or pdf."""
    _plan, row = approved_or_404(year, kind)
    make = _FORMS.get(form) or abort(404)
    response = make(row, reads.lines_of(row))
    where = "inline" if form in {"json", "pdf"} else "attachment"
    name = f"programme-{row.year}-{row.kind.value}-{row.number}.{form}"
    response.headers["Content-Disposition"] = f'{where}; filename="{name}"'
    return response


def as_csv(row: Programme, lines: Lines) -> Response:
    """For the spreadsheets of Greek offices."""
    cells = ([_text(value) for value in values] for values in tables.rows(row, lines))
    return Response(b"".join(feeds.table(tables.headings(), cells)), mimetype="text/csv")


def _text(value: Any) -> Any:
    return tables.amount(value) if isinstance(value, Decimal) else value


def as_xlsx(row: Programme, lines: Lines) -> Response:
    """With amounts that can be added up."""
    import xlsxwriter  # noqa: PLC0415 – 13 MB that most processes never need

    out = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, safe) as book:
        sheet = book.add_worksheet(str(row.year))
        sheet.freeze_panes(1, 0)
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        for column, (heading, width) in enumerate(zip(tables.headings(), _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, heading, bold)
        for number, values in enumerate(tables.rows(row, lines), start=1):
            for column, value in enumerate(values):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                else:
                    sheet.write_number(number, column, float(value), money if isinstance(value, Decimal) else None)
    return Response(out.getvalue(), mimetype=XLSX)


def as_json(row: Programme, lines: Lines) -> Response:
    """For machines."""
    return jsonify(tables.document(row, lines))


def as_pdf(row: Programme, lines: Lines) -> Response:
    """For paper and for the archive."""
    return Response(pdf.render("plan/programme", printed(row, lines), language()), mimetype="application/pdf")


_FORMS: dict[str, Callable[[Programme, Lines], Response]] = {
    "csv": as_csv,
    "xlsx": as_xlsx,
    "json": as_json,
    "pdf": as_pdf,
}


def printed(row: Programme, lines: Lines) -> dict[str, Any]:
    """What stands in the document: the same lines in words."""
    body = organisation.municipality(db.session)
    profile = body.profile if body else {}
    return {
        "title": f"{_(row.kind.label)} {row.year}",
        "date": format_date(row.decided_on),
        "municipality": {"name": plain(body.name) if body else "", "emblem": profile.get("emblem") or ""},
        "decision": row.decision,
        "ada": row.ada,
        "total": format_money(lines.total),
        "number": len(lines.lines),
        "sources": [[tables.source_words(lines, code), format_money(found)] for code, found in lines.by_source.items()],
        "axes": [_axis(row, lines, code) for code in lines.axes],
    }


def _axis(row: Programme, lines: Lines, code: str) -> dict[str, Any]:
    held = lines.of_axis(code)
    return {
        "name": tables.named(lines, "node", code),
        "total": format_money(held.total),
        "measures": [
            {
                "name": tables.named(lines, "node", measure),
                "lines": [_line(row, lines, line) for line in held if line.measure == measure],
            }
            for measure in measures_of(held)
        ],
    }


def _line(row: Programme, lines: Lines, line: Line) -> dict[str, Any]:
    return {
        "code": line.action,
        "title": plain(line.title),
        "kind": _(line.kind.label),
        "quarters": [tables.quarter_words(line, row.year, quarter) or "–" for quarter in QUARTERS],
        "costs": [
            [tables.source_words(lines, cost.source), cost.budget_code or "–", format_money(cost.amount)]
            for cost in line.costs
        ],
        "total": format_money(line.total),
        "preconditions": plain(line.preconditions),
        "place": tables.place_words(lines, line),
        "unit": tables.unit_words(lines, line),
    }
