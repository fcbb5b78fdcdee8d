"""A workbook to spoil, and facts to hear."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from portal.accounts.models import IdentityLevel
from portal.core.texts import Translated
from portal.eservices.facts import RequestDecided
from portal.eservices.models import Service, ServiceCategory, ServiceKind
from portal.plan.models import Indicator
from tests.factories import NOW, make_community, make_unit

Sheets = dict[str, list[list[Any]]]
YEARS = range(2024, 2029)
_SPACES = ("office", "table", "text", "style")
_NO_ROWS: Mapping[tuple[str, int], str] = {}


def sheets() -> Sheets:
    """A workbook with two actions and five indicators, four of them fed; tests change it before it is written."""
    return {
        "Σχέδιο": [
            ["Κλειδί", "Τιμή", "Value (en)"],
            ["τίτλος", "Σχέδιο 2024–2028", "Plan 2024–2028"],
            ["έτος έναρξης", 2024],
            ["έτος λήξης", 2028],
            ["όραμα", "Ένας τόπος που ζει", "A living place"],
            ["απόφαση", "Απόφαση 12/2024", "Decision 12/2024"],
            ["ημερομηνία απόφασης", datetime(2024, 6, 28)],  # noqa: DTZ001 – a spreadsheet knows no time zones
            ["ΑΔΑ", "Ψ297ΩΗΜ-ΣΙ0"],
            ["σημείωση", "Ενδεικτικό"],
        ],
        "Πηγές": [
            ["Κωδικός", "Τίτλος", "Title (en)"],
            ["ΕΣΠΑ", "ΕΣΠΑ 2021–2027", "Partnership Agreement 2021–2027"],
            ["ΙΠ", "Ίδιοι πόροι", "Own resources"],
        ],
        "Στρατηγικοί στόχοι": [
            ["Κωδικός", "Τίτλος", "Title (en)", "Περιγραφή", "Description (en)"],
            ["Σ1", "Ποιότητα ζωής", "Quality of life", "", ""],
        ],
        "Άξονες": [
            ["Κωδικός", "Στρατηγικός στόχος", "Τίτλος", "Title (en)", "Περιγραφή", "Description (en)"],
            ["1", "Σ1", "Περιβάλλον", "Environment", "Νερό για όλους", "Water for all"],
            ["2", "", "Διοίκηση", "Administration", "", ""],
        ],
        "Μέτρα": [
            ["Κωδικός", "Άξονας", "Τίτλος", "Title (en)"],
            ["1.1", "1", "Ύδρευση", "Water"],
            ["2.1", "2", "Εξυπηρέτηση", "Service"],
        ],
        "Στόχοι": [
            ["Κωδικός", "Μέτρο", "Είδος", "Τίτλος", "Title (en)"],
            ["1.1.1", "1.1", "ειδικός", "Λιγότερες διαρροές", "Fewer leaks"],
            ["2.1.1", "2.1", "γενικός", "Γρήγορες απαντήσεις", ""],
        ],
        "Δράσεις": [_action_heading(), *_actions()],
        "Χρηματοδότηση": [
            ["Δράση", "Πηγή", "Κ.Α.", *(f"Π/Υ {year}" for year in YEARS)],
            ["1.1.1.01", "ΕΣΠΑ", "25.7312.001", 120000, 680000.55, 540000, 0, 0],
            ["2.1.1.01", "ΙΠ", "", 10.1, 20.2, 30.3, 0, 0],
        ],
        "Ορόσημα": [_milestone_heading(), *_milestones()],
        "Έργα": [
            ["Κωδικός", "Δράση", "Τίτλος", "Title (en)", "Είδος", "Προϋπολογισμός"],
            ["1.1.1.01.01", "1.1.1.01", "Μελέτη αγωγών", "Study of the mains", "Μελέτη", 60000],
        ],
        "Δείκτες": [_indicator_heading(), *_indicators()],
    }


def _action_heading() -> list[str]:
    first = "Κωδικός|Στόχος|Τίτλος|Title (en)|Περιγραφή|Description (en)|Είδος|Νέα ή συνεχιζόμενη|Κατάσταση|Κοινότητες"
    rest = "Γεωγραφικό πλάτος|Γεωγραφικό μήκος|Προτεραιότητα|Υπηρεσία|Συνεργαζόμενες|Έναρξη|Λήξη|Προϋποθέσεις"
    return [*first.split("|"), *rest.split("|"), "Preconditions (en)", "Ενδεικτικό"]


def _actions() -> list[list[Any]]:
    start, end = datetime(2024, 3, 1), datetime(2026, 6, 30)  # noqa: DTZ001 – as above
    return [
        ["1.1.1.01", "1.1.1", "Νέοι αγωγοί", "New mains", "Στον Μοχό", "At Mochos", "Έργο", "συνεχιζόμενη", "σε ισχύ",
         "93090302", 35.2639, 25.4225, 1, "technical", "citizens", start, end, "Έγκριση μελέτης", "Approved study",
         "ναι"],
        ["2.1.1.01", "2.1.1", "Ψηφιακή πύλη", "Online services", "", "", "Λειτουργία", "νέα", "σε αναστολή", "όλες",
         "", "", None, "citizens", "", start, end, "", "", "όχι"],
    ]  # fmt: skip


def _milestone_heading() -> list[str]:
    first = "Κωδικός|Δράση|Τίτλος|Title (en)|Έως|Βαρύτητα|Ποσότητα|Μονάδα|Unit (en)"
    return [*first.split("|"), *(f"Ποσότητα {year}" for year in YEARS)]


def _milestones() -> list[list[Any]]:
    first, last = datetime(2024, 9, 30), datetime(2026, 6, 30)  # noqa: DTZ001 – as above
    return [
        ["1.1.1.01-1", "1.1.1.01", "Σύμβαση", "Contract", first, 20, "", "", ""],
        ["1.1.1.01-2", "1.1.1.01", "Αγωγοί", "Mains", last, 80, 12.5, "χλμ.", "km", "", 5, 7.5],
    ]


def _indicator_heading() -> list[str]:
    first = "Κωδικός|Ανήκει σε|Τίτλος|Title (en)|Ορισμός|Definition (en)|Είδος|Μονάδα|Unit (en)|Τιμή βάσης|Έτος βάσης"
    targets = [f"Στόχος {year}" for year in YEARS]
    last = "Κατεύθυνση|Συχνότητα|Υπεύθυνη υπηρεσία|Πηγή στοιχείων|Source (en)|Υπολογισμός|Τροφοδοσία|Φίλτρο|Ενδεικτικό"
    return [*first.split("|"), *targets, *last.split("|")]


def _indicators() -> list[list[Any]]:
    def row(
        code: str, title: str, unit: str, targets: list[Any], better: str, feed: str, wanted: str = ""
    ) -> list[Any]:
        english = f"{title} (en)"
        fixed = [code, "2.1.1", title, english, "Ορισμός", "Definition", "αποτελέσματος", unit, unit, 5.5, 2023]
        owner = ["τρίμηνο", "citizens", "Πύλη", "Portal", ""] if feed else ["έτος", "", "", "", ""]
        return [*fixed, *targets, better, *owner, feed, wanted, "ναι"]

    return [
        row("Δ.2.1.01", "Αποφάσεις", "αιτήματα", [1, 2, 4, 5, 6], "αύξηση", "eservices.requests-decided"),
        row("Δ.2.1.02", "Εμπρόθεσμα", "%", [70, 80, 90, 92, 95], "αύξηση", "eservices.within-limit"),
        row("Δ.2.1.03", "Διάμεσος", "ημέρες", [30, 20, 10, 8, 5.5], "μείωση", "eservices.days-to-decide",
            "service=pruning"),
        row("Δ.2.1.04", "Ηλεκτρονικά", "%", ["", "", 60, 70, 80], "αύξηση", "eservices.filed-online",
            "community=93090302;unit=technical"),
        row("Δ.2.1.05", "Απώλειες νερού", "%", [42, 40, 36, 32, 28], "μείωση", ""),
    ]  # fmt: skip


def written(content: Sheets, touch: Callable[[xlsxwriter.Workbook], object] = lambda _book: None) -> bytes:
    """The file of a workbook; `touch` does to it what is no value of a cell."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        for name, rows in content.items():
            sheet = book.add_worksheet(name)
            for index, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(index, column, value)
                    else:
                        sheet.write(index, column, value)
        touch(book)
    return out.getvalue()


@dataclass(frozen=True)
class Raw:
    """A cell of ODS as it is written: attributes, and what it shows."""

    attributes: str
    shown: str = ""


def written_as_ods(content: Sheets, rows: Mapping[tuple[str, int], str] = _NO_ROWS, head: str = "") -> bytes:
    """The same as ODS; `rows`: attributes of rows by sheet and number, `head`: styles."""
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in _SPACES)
    tables = "".join(
        f'<table:table table:name="{name}" table:style-name="style-{name}">'
        + "".join(
            f"<table:table-row {rows.get((name, number), '')}>{''.join(map(_ods_cell, line))}</table:table-row>"
            for number, line in enumerate(lines, start=1)
        )
        + "</table:table>"
        for name, lines in content.items()
    )
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.3">'
        f"<office:automatic-styles>{head}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr("content.xml", text)
    return out.getvalue()


def _ods_cell(value: Any) -> str:
    if isinstance(value, datetime):
        value = Raw(f'office:value-type="date" office:date-value="{value:%Y-%m-%d}"')
    elif isinstance(value, (int, float)):
        value = Raw(f'office:value-type="float" office:value="{value}"', str(value))
    elif not isinstance(value, Raw):
        value = Raw('office:value-type="string"', value) if value else Raw("")
    shown = f"<text:p>{escape(value.shown)}</text:p>" if value.shown else ""
    return f"<table:table-cell {value.attributes}>{shown}</table:table-cell>"


def cells_of(data: bytes) -> Sheets:
    """What stands in a file, without empty cells at the ends."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    held: Sheets = {}
    for name in book.sheet_names:
        rows = [[cell if cell != "" else None for cell in row] for row in book.get_sheet_by_name(name).to_python()]
        held[name] = [_trimmed(row) for row in rows]
    return held


def _trimmed(row: list[Any]) -> list[Any]:
    while row and row[-1] is None:
        row = row[:-1]
    return row


def furnish(session: Session) -> None:
    """Units, communities and services that the workbook names."""
    technical = make_unit(session, code="technical")
    make_unit(session, code="citizens")
    make_community(session, code="93090302", name=Translated(el="Μοχός", en="Mochos"))
    make_community(session, code="93090301", name=Translated(el="Μάλια", en="Malia"))
    category = ServiceCategory(code="green", name=Translated(el="Πράσινο", en="Green"), summary=Translated())
    session.add(category)
    session.flush()
    for slug in ("pruning", "market-stall"):
        service = Service(
            slug=slug,
            kind=ServiceKind.REQUEST,
            title=Translated(el=f"Υπηρεσία {slug}", en=f"Service {slug}"),
            summary=Translated(el="…"),
            category_id=category.id,
            life_events=[],
            identity=IdentityLevel.A,
            unit_id=technical.id,
        )
        session.add(service)
    session.flush()


def indicator(session: Session, code: str) -> Indicator:
    """The indicator with that code."""
    session.expire_all()
    return session.query(Indicator).filter_by(code=code).one()


def decided(case_id: int, **given: Any) -> RequestDecided:
    """A request that was decided on 3 March 2026, after ten days, in time, filed on the portal."""
    made: dict[str, Any] = {
        "service": "pruning",
        "category": "green",
        "outcome": "approved",
        "online": True,
        "unit": "technical",
        "community": "93090302",
        "decided_at": NOW,
        "days": 10,
        "within_limit": True,
    }
    made |= given
    return RequestDecided(case_id=case_id, filed_at=made["decided_at"] - timedelta(days=made["days"]), **made)


def on(year: int, month: int, day: int) -> datetime:
    """Noon of a day."""
    return datetime(year, month, day, 12, tzinfo=UTC)
