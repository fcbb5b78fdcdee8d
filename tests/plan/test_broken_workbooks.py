"""What is wrong with a workbook beside its values, in XLSX and in ODS: told with its place, and nothing is taken."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
import xlsxwriter
from sqlalchemy.orm import Session

from portal.plan import operations
from portal.plan.models import Action, Node, Plan
from portal.plan.operations import ledgers, packages, reading
from portal.plan.operations.survey.looking import foreign, letters, number_of, percent
from tests.factories import NOW
from tests.plan.samples import Raw, Sheets, sheets, written, written_as_ods

Place = tuple[str, int | None, str | None]
Touch = Callable[[xlsxwriter.Workbook], object]
MERGED, EURO, FORMULA = "are merged. Split them", "Convert it to euro", "formula has no value"
HIDDEN, ROWS, NUMBER = "sheet is hidden", "are hidden", "Write only the number"
MONEY = "Χρηματοδότηση"


def found(data: bytes) -> list[tuple[Place, str]]:
    """Every problem: where it is, and what it says."""
    return [
        ((each.sheet, each.row, each.column), each.message % each.values) for each in operations.read(data).problems
    ]


def refused(session: Session, data: bytes, where: Place, remedy: str) -> None:
    """It is said where and what to do, and nothing is taken."""
    said = [text for place, text in found(data) if place == where]
    assert said, found(data)
    assert any(remedy in text for text in said), said
    with pytest.raises(operations.WorkbookRefused):
        operations.import_plan(session, operations.read(data), now=NOW)
    assert [session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Plan, Node, Action)] == [0] * 3


def put(sheet: str, row: int, column: int, value: Any, sign: str) -> Touch:
    """A number in a format."""
    return lambda book: book.get_worksheet_by_name(sheet).write(
        row, column, value, book.add_format({"num_format": sign})
    )


def merge(sheet: str, *area: int) -> Touch:
    return lambda book: book.get_worksheet_by_name(sheet).merge_range(*area, "ένα")


def hide_rows(book: xlsxwriter.Workbook) -> None:
    for row in (1, 2):
        book.get_worksheet_by_name("Δείκτες").set_row(row, None, None, {"hidden": True})
    book.get_worksheet_by_name("Δείκτες").set_row(4, None, None, {"hidden": True})
    book.get_worksheet_by_name("Δείκτες").set_row(40, None, None, {"hidden": True})


TOUCHED: list[tuple[Touch, Place, str]] = [
    (merge("Άξονες", 0, 2, 0, 3), ("Άξονες", 1, "ένα"), f"C1:D1 {MERGED}"),
    (merge(MONEY, 1, 3, 2, 3), (MONEY, 2, "Π/Υ 2024"), f"D2:D3 {MERGED}"),
    (merge("Δράσεις", 1, 2, 1, 3), ("Δράσεις", 2, "Τίτλος"), f"C2:D2 {MERGED}"),
    (merge("Άξονες", 9, 0, 9, 8), ("Άξονες", 10, "Κωδικός"), f"A10:I10 {MERGED}"),
    (put(MONEY, 1, 3, 5000, "[$$-409]#,##0.00"), (MONEY, 2, "Π/Υ 2024"), f"in $. {EURO}"),
    (put(MONEY, 1, 4, 5000, '#,##0.00 "USD"'), (MONEY, 2, "Π/Υ 2025"), f"in USD. {EURO}"),
    (put(MONEY, 2, 4, 5000, "[$£-809]#,##0"), (MONEY, 3, "Π/Υ 2025"), f"in £. {EURO}"),
    (put("Έργα", 1, 5, 5000, '#,##0 "λίρες"'), ("Έργα", 2, "Προϋπολογισμός"), f"in λίρες. {EURO}"),
    (put("Δείκτες", 1, 11, 0.9, "0%"), ("Δείκτες", 2, "Στόχος 2024"), "90, and not 0.9"),
    (lambda book: book.get_worksheet_by_name("Έργα").hide(), ("Έργα", None, None), HIDDEN),
    (hide_rows, ("Δείκτες", 2, None), f"Rows 2 to 3 {ROWS}"),
    (hide_rows, ("Δείκτες", 5, None), f"Rows 5 to 5 {ROWS}"),
    (lambda book: book.get_worksheet_by_name(MONEY).write_formula(1, 3, "=5+5", None, ""),
     (MONEY, 2, "Π/Υ 2024"), FORMULA),
    (lambda book: book.get_worksheet_by_name(MONEY).write_formula(1, 4, "=1/0", None, "#DIV/0!"),
     (MONEY, 2, "Π/Υ 2025"), "error #DIV/0!"),
    (lambda book: book.get_worksheet_by_name("Δράσεις").write_formula(1, 2, "=A99", None, "#REF!"),
     ("Δράσεις", 2, "Τίτλος"), "error #REF!"),
    (lambda book: book.get_worksheet_by_name("Έργα").write(2, 16383, "x"), ("Έργα", 3, "XFD"), "Delete what stands"),
    (lambda book: book.get_worksheet_by_name("Έργα").write(1_048_575, 0, "9"), ("Έργα", 5002, None), "than 5000 rows"),
]  # fmt: skip


@pytest.mark.parametrize(("touch", "where", "remedy"), TOUCHED)
def test_what_is_no_value_is_told_with_its_place(house: Session, touch: Touch, where: Place, remedy: str) -> None:
    refused(house, written(sheets(), touch), where, remedy)


def cell(sheet: str, row: int, column: int, value: Any) -> Callable[[Sheets], None]:
    def spoil(content: Sheets) -> None:
        content[sheet][row][column] = value

    return spoil


def money(kind: str, more: str = "") -> Raw:
    return Raw(f'office:value-type="{kind}" office:value="5000" {more}', "5000")


SPOILED: list[tuple[Callable[[Sheets], None], Place, str]] = [
    (cell(MONEY, 1, 3, money("float", 'table:number-rows-spanned="2"')), (MONEY, 2, "Π/Υ 2024"), f"D2:D3 {MERGED}"),
    (cell("Άξονες", 0, 2, Raw('office:value-type="string" table:number-columns-spanned="2"', "Τίτλος")),
     ("Άξονες", 1, "Τίτλος"), f"C1:D1 {MERGED}"),
    (cell(MONEY, 1, 3, money("currency", 'office:currency="USD"')), (MONEY, 2, "Π/Υ 2024"), f"in USD. {EURO}"),
    (cell("Δείκτες", 1, 11, money("percentage")), ("Δείκτες", 2, "Στόχος 2024"), "90, and not 0.9"),
    (cell(MONEY, 1, 3, Raw('table:formula="of:=5+5"')), (MONEY, 2, "Π/Υ 2024"), FORMULA),
    (cell(MONEY, 1, 3, Raw('table:formula="of:=1/0" office:value-type="string"', "#DIV/0!")),
     (MONEY, 2, "Π/Υ 2024"), "error #DIV/0!"),
    (cell(MONEY, 2, 6, money("float", 'table:number-columns-repeated="16000"')), (MONEY, 3, "WQP"), "Delete"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "where", "remedy"), SPOILED)
def test_the_same_is_told_of_an_ods(house: Session, spoil: Callable[[Sheets], None], where: Place, remedy: str) -> None:
    content = sheets()
    spoil(content)

    refused(house, written_as_ods(content), where, remedy)


ROWS_OF_ODS = [
    ({("Δείκτες", 2): 'table:visibility="collapse"'}, "", ("Δείκτες", 2, None), f"Rows 2 to 2 {ROWS}"),
    ({("Δείκτες", 6): 'table:visibility="filter"'}, "", ("Δείκτες", 6, None), f"Rows 6 to 6 {ROWS}"),
    ({("Άξονες", 3): 'table:number-rows-repeated="1000000"'}, "", ("Άξονες", 5002, None), "than 5000 rows"),
    (
        {},
        '<style:style style:name="style-Έργα"><style:table-properties table:display="false"/></style:style>',
        ("Έργα", None, None),
        HIDDEN,
    ),
]


@pytest.mark.parametrize(("rows", "head", "where", "remedy"), ROWS_OF_ODS)
def test_hidden_and_repeated_rows_of_an_ods_are_told(
    house: Session, rows: dict[tuple[str, int], str], head: str, where: Place, remedy: str
) -> None:
    refused(house, written_as_ods(sheets(), rows, head), where, remedy)


TYPED = [
    (cell(MONEY, 1, 3, "5.000 $"), (MONEY, 2, "Π/Υ 2024"), NUMBER),
    (cell(MONEY, 1, 3, "5000 λίρες"), (MONEY, 2, "Π/Υ 2024"), NUMBER),
    (cell("Δράσεις", 1, 15, "01/03/2024"), ("Δράσεις", 2, "Έναρξη"), "Type a real date"),
    (cell("Δράσεις", 1, 15, 45352), ("Δράσεις", 2, "Έναρξη"), "Type a real date"),
    (cell("Μέτρα", 1, 1, "1.1"), ("Μέτρα", 2, "Άξονας"), "Write it like"),
    (cell("Στόχοι", 1, 1, "1.1.1"), ("Στόχοι", 2, "Μέτρο"), "Write it like"),
]


@pytest.mark.parametrize("write", [written, written_as_ods])
@pytest.mark.parametrize(("spoil", "where", "remedy"), TYPED)
def test_what_is_typed_wrongly_is_told_in_both_formats(
    house: Session, write: Callable[[Sheets], bytes], spoil: Callable[[Sheets], None], where: Place, remedy: str
) -> None:
    content = sheets()
    spoil(content)

    refused(house, write(content), where, remedy)


def test_calculations_that_come_back_to_each_other_are_a_circle(house: Session) -> None:
    content = sheets()
    for row, other in ((3, "Δ.2.1.05"), (5, "Δ.2.1.03")):
        content["Δείκτες"][row][21:24] = [f"{other} * 2", "", ""]

    refused(house, written(content), ("Δείκτες", 4, "Υπολογισμός"), "comes back to itself")


def test_an_ods_is_taken_like_an_xlsx(house: Session) -> None:
    operations.import_plan(house, operations.read(written_as_ods(sheets())), now=NOW)

    assert operations.import_plan(house, operations.read(written(sheets())), now=NOW) == []


@pytest.mark.parametrize("sign", ["#,##0.00 [$€-408]", "[$EUR] #,##0", '#,##0.00 "€"', "#,##0.00 €", '0" %"', "0.00"])
def test_euro_in_any_format_and_plain_numbers_are_taken(house: Session, sign: str) -> None:
    book = operations.read(written(sheets(), put(MONEY, 1, 3, 120000, sign)))

    assert book.problems == ()


@pytest.mark.parametrize(
    ("code", "money", "share"),
    [
        ("General", "", False),
        ("[$-408]d mmmm yyyy", "", False),
        ("_-* #,##0.00 [$€-408]_-", "", False),
        ("[$kr-41D] #,##0", "kr", False),
        ("$#,##0.00;[Red]-$#,##0.00", "$", False),
        ('"₺"0', "₺", False),
        ("0.0 \\%", "", False),
        ("0.00%", "", True),
    ],
)
def test_a_format_says_in_what_money_it_is(code: str, money: str, share: bool) -> None:  # noqa: FBT001
    assert (foreign(code), percent(code)) == (money, share)


@pytest.mark.parametrize(("number", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (16384, "XFD")])
def test_columns_have_the_names_of_a_spreadsheet(number: int, name: str) -> None:
    assert (letters(number), number_of(name)) == (name, number)


# -- files that are something else


OLE = packages.OLD_CONTAINER + b"\0" * 600
LOCKED = {"META-INF/manifest.xml": b"<manifest:encryption-data/>", "content.xml": b"\x13"}


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return out.getvalue()


def bomb() -> bytes:
    """A workbook of 70 MB of the same letter."""
    with zipfile.ZipFile(io.BytesIO(written(sheets()))) as good:
        parts = {name: good.read(name) for name in good.namelist()}
    return packed(parts | {"xl/sharedStrings.xml": b"a" * (packages.MOST_BYTES + 10_000_000)})


def liar() -> bytes:
    """The same bomb, which says that there is next to nothing in it."""
    size = (packages.MOST_BYTES + 10_000_000).to_bytes(4, "little")
    return bomb().replace(size, (1000).to_bytes(4, "little"))


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "old": (lambda: OLE, "old format of Excel (XLS). Save it as XLSX or ODS"),
    "locked": (lambda: OLE + "EncryptedPackage".encode("utf-16-le") + OLE, "protected by a password. Save it without"),
    "locked ODS": (lambda: packed(LOCKED), "protected by a password. Save it without one"),
    "bomb": (bomb, "Copy its sheets to a new workbook"),
    "bomb that lies": (liar, "not a spreadsheet that can be read"),
    "letter": (lambda: packed({"word/document.xml": b"<w/>"}), "not a spreadsheet that can be read"),
    "entities": (lambda: packed({"content.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}), "not a spreadsheet"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_something_else_says_what_to_do(house: Session, name: str) -> None:
    data, remedy = FILES[name]

    refused(house, data(), ("", None, None), remedy)


def test_a_ledger_that_goes_too_far_is_refused_before_it_is_laid_out() -> None:
    for row, column, refusal in ((1_048_575, 16_383, ledgers.TooManyRows), (3, 16_383, ledgers.TooWide)):
        far = written(
            {"Φύλλο": [["Ποσό", "Ημερομηνία"]]}, lambda book, at=(row, column): book.worksheets()[0].write(*at, 1)
        )

        with pytest.raises(refusal):
            ledgers.read_ledger(far)


# -- large ones


def large(rows: int) -> bytes:
    """A sheet of so many rows."""
    content = sheets()
    content["Πηγές"] += [[f"ΠΗΓΗ-{number}", "Πηγή", ""] for number in range(3, rows + 1)]
    return written(content)


def test_fifty_thousand_rows_are_refused_at_once(house: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    data = large(50_000)
    monkeypatch.setattr(reading, "CalamineWorkbook", None)  # no cell is laid out
    began = time.process_time()

    refused(house, data, ("Πηγές", 5002, None), "The sheet has more than 5000 rows. Remove some.")

    assert len(found(data)) == 1
    assert time.process_time() - began < 10  # three readings; far less, unless rows beyond the limit are looked at


def test_as_many_rows_as_are_allowed_are_read() -> None:
    book = operations.read(large(reading.MOST_ROWS))

    assert book.problems == ()
    assert len(book.rows["Πηγές"]) == reading.MOST_ROWS
    assert found(large(reading.MOST_ROWS + 1))[0][0] == ("Πηγές", reading.MOST_ROWS + 2, None)
