"""The export of the accounting system: read as programs write it, refused with place and remedy, taken once."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.core.files import Attachment, StoredFile
from portal.organisation.models import Role, Unit
from portal.plan.models import MoneyEntry, MoneyImport, MoneyMapping, MoneyStage, Plan
from portal.plan.operations import accounting, greek, mapping
from portal.plan.operations.accounting import ExportRefused, Preview
from portal.plan.operations.cells import BadCell
from portal.plan.operations.ledgers import LedgerRefused, read_ledger
from portal.plan.operations.mapping import Columns
from portal.plan.queries import finance
from tests.factories import NOW, make_staff
from tests.factories.plan import action_of, make_money
from tests.support.client import Client

HEAD = ["Ημερομηνία", "Κ.Α.", "Δράση", "Πηγή", "Στάδιο", "Ποσό", "Αρ. παραστατικού", "Αιτιολογία"]
ROWS = [
    ["15/01/2026", "25.7312.001", "", "", "Δέσμευση", "1.234,56", "ΑΑΥ 12", "Αγωγοί"],
    ["20/01/2026", "", "2.1.1.01", "", "Τιμολόγιο", "100,00", "Τ 7", "Πύλη"],
    ["02/02/2026", "25-7312.001", "", "ΕΣΠΑ", "Πληρωμή", "1.000", "ΧΕ 3", "Αγωγοί"],
    ["03/02/2026", "10.6117", "", "", "Πληρωμή", "50,5", "ΧΕ 4", "Κάτι άλλο"],
]


@pytest.fixture(autouse=True)
def in_march(frozen: Any) -> None:
    frozen(NOW)


def csv_of(rows: list[list[str]], *, separator: str = ";", encoding: str = "utf-8") -> bytes:
    return "\r\n".join(separator.join(row) for row in rows).encode(encoding)


def xlsx_of(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet("Κινήσεις")
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(at, column, value)
    return out.getvalue()


def actor(session: Session) -> Any:
    unit = session.scalars(sa.select(Unit).where(Unit.code == "citizens")).one()
    return make_staff(session, unit, Role.PLANNER)


def kept(session: Session) -> int:
    if session.get(StoredFile, "0" * 64) is None:
        session.add(StoredFile(sha256="0" * 64, size=1, media_type="text/csv", stored_at=NOW))
        session.flush()
    row = Attachment(sha256="0" * 64, name="export.csv", media_type="text/csv", size=1, added_at=NOW)
    session.add(row)
    session.flush()
    return row.id


def looked_at(session: Session, plan: Plan, data: bytes) -> Preview:
    ledger = read_ledger(data)
    return accounting.preview(session, plan, ledger, mapping.columns_of(session, plan, ledger), now=NOW)


def taken(session: Session, plan: Plan, data: bytes) -> MoneyImport:
    ledger = read_ledger(data)
    columns = mapping.columns_of(session, plan, ledger)
    given = {"attachment_id": kept(session), "actor_id": actor(session).id, "now": NOW}
    return accounting.take_export(session, plan, ledger, columns, **given)


def entries(session: Session) -> list[MoneyEntry]:
    return list(session.scalars(sa.select(MoneyEntry).order_by(MoneyEntry.id)))


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1253", "utf-16"])
def test_files_are_read_as_programs_write_them(plan: Plan, session: Session, separator: str, encoding: str) -> None:
    quoted = [[f'"{cell}"' if "," in cell else cell for cell in row] for row in [HEAD, *ROWS]]

    seen = looked_at(session, plan, csv_of(quoted, separator=separator, encoding=encoding))

    assert seen.problems == ()
    assert [line.amount for line in seen.new] == [Decimal(n) for n in ("1234.56", "100.00", "1000.00", "50.50")]
    assert [line.stage.value for line in seen.new] == ["committed", "invoiced", "paid", "paid"]
    assert [line.on for line in seen.new][:2] == [date(2026, 1, 15), date(2026, 1, 20)]


def test_a_spreadsheet_says_the_same_as_a_text_file(plan: Plan, session: Session) -> None:
    real = [
        [datetime(2026, 1, 15), "25.7312.001", "", "", "Δέσμευση", 1234.56, "ΑΑΥ 12", "Αγωγοί"],  # noqa: DTZ001
        *ROWS[1:],
    ]
    above: list[list[Any]] = [["ΔΗΜΟΣ"], [], HEAD, *real, ["ΣΥΝΟΛΟ", "", "", "", "", 2385.06]]
    taken(session, plan, csv_of([HEAD, *ROWS]))

    seen = looked_at(session, plan, xlsx_of(above))

    assert (seen.problems, len(seen.new), len(seen.known), seen.left_out) == ((), 0, 4, 1)


def test_rows_find_their_action_by_its_code_else_by_the_budget(plan: Plan, session: Session) -> None:
    seen = looked_at(session, plan, csv_of([HEAD, *ROWS]))

    assert [line.action and line.action.code for line in seen.new] == ["1.1.1.01", "2.1.1.01", "1.1.1.01", None]
    assert [line.source and line.source.code for line in seen.new] == ["ΕΣΠΑ", "ΙΠ", "ΕΣΠΑ", None]
    assert [line.number for line in seen.orphans] == [5]
    assert seen.totals() == {
        MoneyStage.COMMITTED: Decimal("1234.56"),
        MoneyStage.INVOICED: Decimal("100.00"),
        MoneyStage.PAID: Decimal("1050.50"),
    }
    assert [(action and action.code, number) for action, _sums, number in seen.by_action()] == [
        ("1.1.1.01", 2),
        ("2.1.1.01", 1),
        (None, 1),
    ]


def test_taking_a_file_twice_adds_nothing(plan: Plan, session: Session) -> None:
    first, again = taken(session, plan, csv_of([HEAD, *ROWS])), taken(session, plan, csv_of([HEAD, *ROWS]))

    assert (first.rows, first.known, again.rows, again.known) == (4, 0, 4, 4)
    assert len(entries(session)) == 4
    amounts = finance.by_action(session, plan)[action_of(session, "1.1.1.01").id]
    assert (amounts.committed, amounts.paid) == (Decimal("1234.56"), Decimal("1000.00"))


def test_the_same_row_twice_in_a_file_is_two_amounts(plan: Plan, session: Session) -> None:
    taken(session, plan, csv_of([HEAD, ROWS[1], ROWS[1]]))

    assert len(entries(session)) == 2
    assert taken(session, plan, csv_of([HEAD, ROWS[1], ROWS[1], ROWS[1]])).known == 2


def test_a_row_that_only_looks_like_one_that_is_there_is_pointed_out(plan: Plan, session: Session) -> None:
    taken(session, plan, csv_of([HEAD, ROWS[1]]))

    seen = looked_at(session, plan, csv_of([HEAD, [*ROWS[1][:-1], "Πύλη (διόρθωση κειμένου)"]]))

    assert (len(seen.new), seen.alike) == (1, 1)


def row(**changed: str) -> list[str]:
    names = ("on", "budget_code", "action", "source", "stage", "amount", "reference", "title")
    return [changed.get(name, cell) for name, cell in zip(names, ROWS[0], strict=True)]


#: what is wrong → the row, and the column and words of the answer
BROKEN: dict[str, tuple[list[str], str, str]] = {
    "no day": (row(on=""), "Ημερομηνία", "empty"),
    "no real day": (row(on="31/02/2026"), "Ημερομηνία", "is not a day"),
    "a day in words": (row(on="χθες"), "Ημερομηνία", "is not a day"),
    "a day of a spreadsheet": (row(on="46037"), "Ημερομηνία", "is not a day"),
    "a day of another age": (row(on="01/01/0026"), "Ημερομηνία", "is not a day"),
    "tomorrow": (row(on="04/03/2026"), "Ημερομηνία", "has not come"),
    "before the plan": (row(on="31/12/2023"), "Ημερομηνία", "2024 to 2028, not 2023"),
    "no stage": (row(stage=""), "Στάδιο", "empty"),
    "a stage nobody knows": (row(stage="Μετάθεση"), "Στάδιο", "has not been explained"),
    "no amount": (row(amount=""), "Ποσό", "empty"),
    "an amount in words": (row(amount="χίλια"), "Ποσό", "is not an amount"),
    "dollars": (row(amount="$ 100,00"), "Ποσό", "is not an amount"),
    "two amounts": (row(amount="100,00 200,00 -"), "Ποσό", "is not an amount"),
    "two ways": (row(amount="1,234"), "Ποσό", "two ways"),
    "three decimals": (row(amount="1.234,567"), "Ποσό", "more than two decimals"),
    "odd thousands": (row(amount="12.34,00"), "Ποσό", "is not an amount"),
    "too much": (row(amount="99999999999999"), "Ποσό", "too large"),
    "not finite": (row(amount="NaN"), "Ποσό", "is not an amount"),
    "an exponent": (row(amount="1e5"), "Ποσό", "is not an amount"),
    "a formula": (row(amount="=1+1"), "Ποσό", "is not an amount"),
    "an error": (row(amount="#REF!"), "Ποσό", "is not an amount"),
    "an unknown action": (row(action="9.9.9.99"), "Δράση", "no action 9.9.9.99"),
    "an unknown source": (row(source="Λαχείο"), "Πηγή", "no source “Λαχείο”"),
    "a long number": (row(reference="9" * 121), "Αρ. παραστατικού", "120"),
    "one cell too many": ([*ROWS[0], "και κάτι"], "", "behind the last column"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_row_is_answered_with_its_place_and_nothing_is_taken(plan: Plan, session: Session, what: str) -> None:
    broken, column, said = BROKEN[what]
    data = csv_of([HEAD, ROWS[1], broken])

    seen = looked_at(session, plan, data)

    [problem] = seen.problems
    assert (problem.row, problem.column or "") == (3, column)
    assert said in problem.message % problem.values
    with pytest.raises(ExportRefused):
        taken(session, plan, data)
    assert entries(session) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "cannot be read"),
        (b"MZ\x90\x00" + bytes(200), "cannot be read"),
        (b"%PDF-1.7\n\x00\x01", "cannot be read"),
        (b"PK\x03\x04 but no archive", "cannot be read"),
        (xlsx_of([]), "cannot be read"),
        ("λόγια χωρίς στήλες".encode(), "cannot be read"),
        (b"1;2;3\n4;5;6\n", "No line with headings"),
        (csv_of([HEAD]), "nothing below the headings"),
        (csv_of([[*HEAD[:-1], "Ποσό"], ROWS[0]]), "stands there twice"),
        (csv_of([HEAD, *[ROWS[0]] * 20_001]), "more than 20000 rows"),
    ],
)
def test_a_file_that_is_none_is_answered_with_what_to_do(data: bytes, said: str) -> None:
    with pytest.raises(LedgerRefused, match=said):
        read_ledger(data)


def test_a_code_that_the_spreadsheet_spoilt_is_pointed_out(plan: Plan, session: Session) -> None:
    seen = looked_at(session, plan, xlsx_of([HEAD, ["15/01/2026", 25.7312, "", "", "Πληρωμή", 1, "", ""]]))

    assert [problem.column for problem in seen.problems] == ["Κ.Α."]


def test_unknown_words_are_asked_for_and_kept(plan: Plan, session: Session) -> None:
    data = csv_of([["Πότε", "Τι", "Πόσα"], ["15/01/2026", "ΧΕΠ", "10,00"], ["16/01/2026", "ΠΡΟΣ", "5,00"]])
    ledger = read_ledger(data)
    columns = mapping.columns_of(session, plan, ledger)
    assert not mapping.is_complete(ledger, columns)

    said = Columns({"on": "Πότε", "amount": "Πόσα", "stage": "Τι"}, {"ΧΕΠ": "paid", "ΠΡΟΣ": mapping.LEFT_OUT})
    mapping.keep_columns(session, plan, ledger, said, actor_id=actor(session).id, now=NOW)

    again = read_ledger(data, known=mapping.known_headings(session, plan))
    assert mapping.is_complete(again, mapping.columns_of(session, plan, again))
    seen = looked_at(session, plan, data)
    assert ([line.amount for line in seen.new], seen.left_out) == ([Decimal("10.00")], 1)


@pytest.mark.parametrize(
    "headings",
    [{"on": "Πότε"}, {"amount": "Πόσα"}, {"on": "Πότε", "amount": "Πότε"}, {"on": "Πότε", "amount": "Αλλού"}],
)
def test_day_and_amount_need_a_column_each(plan: Plan, session: Session, headings: dict[str, str]) -> None:
    ledger = read_ledger(csv_of([["Πότε", "Πόσα"], ["15/01/2026", "10,00"]]))

    with pytest.raises(mapping.ColumnMissing):
        mapping.keep_columns(session, plan, ledger, Columns(headings), actor_id=1, now=NOW)


def test_a_column_with_a_hundred_words_is_none_of_stages(plan: Plan, session: Session) -> None:
    rows = [["15/01/2026", f"λέξη {number}", "1,00"] for number in range(100)]
    ledger = read_ledger(csv_of([["Ημερομηνία", "Είδος", "Ποσό"], *rows]))

    assert mapping.columns_of(session, plan, ledger).headings["stage"] == ""
    wanted = Columns({"on": "Ημερομηνία", "amount": "Ποσό", "stage": "Είδος"})
    with pytest.raises(mapping.TooManyWords):
        mapping.keep_columns(session, plan, ledger, wanted, actor_id=1, now=NOW)


@pytest.mark.parametrize(
    ("text", "euro"),
    [
        ("1.234,56", "1234.56"), ("1234,5", "1234.50"), ("1.234", "1234.00"), ("1,234.56", "1234.56"),
        ("0,10", "0.10"), ("12.5", "12.50"), ("-3,00", "-3.00"), ("3,00-", "-3.00"), ("(3,00)", "-3.00"),
        ("€ 1.000.000,00", "1000000.00"), ("5 ευρώ", "5.00"), ("1\xa0234,00", "1234.00"), ("−7", "-7.00"),
        (7, "7.00"), (0.1 + 0.2, "0.30"), ("1,230", None), ("1.23.45", None), ("--1", None), ("", None), (0.123, None),
    ],
)  # fmt: skip
def test_amounts_are_read_the_greek_way(text: Any, euro: str | None) -> None:
    if euro is None:
        with pytest.raises(BadCell):
            greek.amount(text)
    else:
        assert greek.amount(text) == Decimal(euro)


@given(st.integers(-(10**11), 10**11))
def test_every_amount_comes_back(cents: int) -> None:
    value = Decimal(cents).scaleb(-2)
    written = f"{value:,.2f}".translate(str.maketrans(",.", ".,"))

    assert greek.amount(written) == greek.amount(f"{value:f}") == value


@pytest.mark.parametrize(
    "text", ["31/12/2025", "31-12-2025", "31.12.25", "2025-12-31", "2025-12-31T00:00:00", "31/12/2025 12:30"]
)
def test_days_are_read_as_programs_write_them(text: str) -> None:
    assert greek.day(text) == date(2025, 12, 31)


_ROW = st.tuples(
    st.sampled_from(["15/01/2025", "16/02/2026", "01/03/2026"]),
    st.sampled_from(["25.7312.001", "", "77.1"]),
    st.sampled_from(["", "1.1.1.01", "2.1.1.01"]),
    st.sampled_from(["", "ΕΣΠΑ", "ΙΠ"]),
    st.sampled_from(["Δέσμευση", "Τιμολόγιο", "Πληρωμή"]),
    st.integers(-10_000_000, 10_000_000).filter(bool).map(lambda cents: f"{cents / 100:.2f}".replace(".", ",")),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(_ROW, min_size=1, max_size=12), data=st.data())
def test_any_order_and_any_split_of_a_file_comes_to_the_same(
    plan: Plan, session: Session, rows: list[tuple[str, ...]], data: st.DataObject
) -> None:
    numbered = [[*each, f"Π {at}", ""] for at, each in enumerate(rows)]
    shuffled = data.draw(st.permutations(numbered))
    cut = data.draw(st.integers(0, len(rows)))
    point = session.begin_nested()
    taken(session, plan, csv_of([HEAD, *numbered]))
    whole = cuts(session, plan)
    point.rollback()
    session.expire_all()
    point = session.begin_nested()
    for part in (shuffled[:cut], shuffled[cut:], shuffled[cut // 2 :]):  # the last overlaps both
        if part:
            taken(session, plan, csv_of([HEAD, *part]))
    split = cuts(session, plan)
    point.rollback()
    session.expire_all()

    assert split == whole


def cuts(session: Session, plan: Plan) -> dict[str, Any]:
    """The amounts in every cut; each adds up to the whole."""
    found: dict[str, Any] = {
        "source": finance.by_source(session, plan),
        "year": finance.by_year(session, plan),
        "both": finance.by_source_and_year(session, plan),
    }
    whole = finance.of_plan(session, plan)
    for parts in found.values():
        total = finance.Amounts()
        for part in parts.values():
            total = total.plus(part)
        assert total == whole
    actions = finance.by_action(session, plan)
    lost = {stage: Decimal("0.00") for stage in ("committed", "invoiced", "paid")}
    for row in finance.orphans(session, plan):
        lost[row.stage.value] += row.amount
    for stage, amount in lost.items():
        assert sum((getattr(each, stage) for each in actions.values()), amount) == getattr(whole, stage)
    return {**found, "action": actions, "orphans": lost, "plan": whole}


# -- pages


def bring(client: Client, data: bytes, **options: Any) -> Any:
    return client.post("plan_desk.accounting_submit", {"file": (io.BytesIO(data), "export.csv")}, lang="en", **options)


def test_a_file_is_shown_before_it_is_taken(plan: Plan, session: Session, client: Client) -> None:
    client.sign_in(actor(session))
    client.get("plan_desk.accounting")

    bring(client, csv_of([HEAD, *ROWS], encoding="cp1253"))
    page = client.get("plan_desk.accounting", lang="en")

    assert page.texts(".figure") == ["4 new rows", "0 known already", "1 without an action", "0 left out"]
    assert entries(session) == []
    client.submit(page, form="main form[action$='take/']")
    assert len(entries(session)) == 4
    after = client.get("plan_desk.accounting", lang="en")
    assert "export.csv" in after.text
    bring(client, csv_of([HEAD, *ROWS]))
    again = client.get("plan_desk.accounting", lang="en")
    assert "There is nothing new in this file." in again.text
    assert not again.select("form[action$='take/']")


def test_problems_are_listed_and_block_the_taking(plan: Plan, session: Session, client: Client) -> None:
    client.sign_in(actor(session))
    bring(client, csv_of([HEAD, ROWS[0], row(amount="χίλια", on="")]))

    page = client.get("plan_desk.accounting", lang="en")

    assert page.texts("tbody tr") == [
        "3 Ημερομηνία This cell is empty. Fill it in.",
        "3 Ποσό “χίλια” is not an amount. Write it like 1.234,56.",
    ]
    number = session.scalars(sa.select(Attachment.id)).one()
    client.post("plan_desk.accounting_take_submit", {"seen": str(number)})
    assert entries(session) == []


def test_unknown_columns_are_asked_for_once(plan: Plan, session: Session, client: Client) -> None:
    client.sign_in(actor(session))
    data = csv_of([["Πότε", "Τι", "Πόσα"], ["15/01/2026", "ΧΕΠ", "10,00"]])
    bring(client, data)
    page = client.get("plan_desk.accounting", lang="en")
    form = "main form[action$='columns/']"

    missing = client.submit(page, form=form, status=422)
    assert len(missing.errors) == 2
    client.submit(
        page, {"column_on": "Πότε", "column_amount": "Πόσα", "column_stage": "Τι", "word_0": "paid"}, form=form
    )
    words = client.get("plan_desk.accounting", lang="en")
    assert "“ΧΕΠ” means" in words.text
    assert not words.select("select[name=word_0] option[selected]")
    client.submit(words, {"word_0": "invoiced"}, form=form)

    assert client.get("plan_desk.accounting", lang="en").texts(".figure")[0] == "1 new rows"
    held = session.scalars(sa.select(MoneyMapping)).one()
    assert held.stages["ΧΕΠ"] == "invoiced"
    assert client.get("plan_desk.accounting", columns=1, lang="en").select(form)


def test_what_is_no_export_is_refused_at_the_field(plan: Plan, session: Session, client: Client) -> None:
    client.sign_in(actor(session))

    page = bring(client, b"%PDF-1.7\n\x00", status=422)

    assert page.errors == [
        "This file cannot be read. Export it from the accounting system as CSV, XLSX or ODS and choose it again."
    ]
    assert bring(client, b"", status=422).errors


def test_only_the_planning_unit_brings_exports(plan: Plan, session: Session, client: Client) -> None:
    unit = session.scalars(sa.select(Unit).where(Unit.code == "technical")).one()
    client.sign_in(make_staff(session, unit, Role.HEAD))

    client.get("plan_desk.accounting", status=403)
    for endpoint in ("accounting_submit", "accounting_columns_submit", "accounting_take_submit"):
        client.post(f"plan_desk.{endpoint}", status=403)


def test_without_a_file_nothing_is_taken(plan: Plan, session: Session, client: Client) -> None:
    make_money(session, None, "5.00")
    client.sign_in(actor(session))

    for endpoint in ("accounting_columns_submit", "accounting_take_submit"):
        assert client.post(f"plan_desk.{endpoint}").location.endswith("/desk/plan/accounting/")
    assert len(entries(session)) == 1
