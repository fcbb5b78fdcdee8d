"""The register as a table for spreadsheets, streamed: a million lines need no more memory than ten."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

from flask import Response, stream_with_context

from portal.core.clock import ATHENS
from portal.core.feeds import harmless
from portal.core.i18n import plain
from portal.core.i18n import translate as _
from portal.documents.models import Direction, Marking
from portal.documents.queries import ExportRow

#: a sheet of the format holds so many lines, with the headings
MOST_LINES = 1_048_576
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_csv(rows: Iterable[ExportRow]) -> Response:
    """Semicolons and a byte order mark: so the spreadsheets of Greek offices open it by a double click."""
    headings, words = _headings(), _words()

    def lines() -> Iterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=";")
        buffer.write("\ufeff")
        writer.writerow(headings)
        for row in rows:
            writer.writerow([harmless(value) for value in _cells(row, words)])
            if buffer.tell() > 32_000:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue()

    response = Response(stream_with_context(lines()), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename="register.csv")
    return response


def as_xlsx(rows: Iterable[ExportRow]) -> Response:
    """Written line by line into a temporary file, which is then sent."""
    words = _words()
    file = tempfile.TemporaryFile()  # noqa: SIM115 – `_pieces` closes it
    import xlsxwriter  # noqa: PLC0415 – 13 MB that most processes never need

    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for column, (heading, width) in enumerate(zip(_headings(), _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, bold)
    for line, row in enumerate(rows, 1):
        if line == MOST_LINES:
            break
        for column, value in enumerate(_cells(row, words)):
            (sheet.write_number if isinstance(value, int) else sheet.write_string)(line, column, value)
    book.close()
    file.seek(0)
    response = Response(_pieces(file), mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename="register.xlsx")
    return response


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(65_536):
            yield piece


KINDS: dict[str, Callable[[Iterable[ExportRow]], Response]] = {"csv": as_csv, "xlsx": as_xlsx}
_WIDTHS = (8, 10, 12, 18, 60, 40, 24, 30, 18, 10)


def _headings() -> list[str]:
    return [
        *(_("Year"), _("Number"), _("Direction"), _("Registered"), _("Subject"), _("From or to")),
        *(_("Their number and date"), _("Unit"), _("Marking"), _("Corrected")),
    ]


def _words() -> dict[Any, str]:
    """The words for every code, translated once and not for every line."""
    labels: dict[Any, str] = {member: _(member.label) for kind in (Direction, Marking) for member in kind}
    return labels | {Marking.NONE: "", True: _("yes"), False: ""}


def _cells(row: ExportRow, words: dict[Any, str]) -> list[Any]:
    entry = row.entry
    moment = entry.registered_at.astimezone(ATHENS).strftime("%Y-%m-%d %H:%M")
    return [
        *(entry.year, entry.number, words[entry.direction], moment, row.subject, row.party),
        *(row.party_reference, plain(row.unit), words[entry.current_marking], words[row.corrected]),
    ]
