"""The workbook of the plan: what it may say, what is answered to what it may not, and that nothing gets lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import search
from portal.organisation.operations import PackError
from portal.plan import operations, queries
from portal.plan.models import Action, FundingAmount, Indicator, Node, Plan
from tests.factories import NOW
from tests.plan.samples import Sheets, cells_of, indicator, sheets, written

PACKS = Path(__file__).parents[2] / "portal" / "municipalities"


def take(session: Session, content: Sheets) -> list[str]:
    """Import it; what changed."""
    return [str(change) for change in operations.import_plan(session, operations.read(written(content)), now=NOW)]


def problems(content: Sheets) -> list[tuple[str, int | None, str | None]]:
    """Where a workbook is wrong, as it stands."""
    return [(found.sheet, found.row, found.column) for found in operations.read(written(content)).problems]


def test_a_workbook_becomes_a_plan_to_the_cent(plan: Plan, session: Session) -> None:
    action = session.scalars(sa.select(Action).where(Action.code == "1.1.1.01")).one()

    assert plan.code == "2024-2028"
    assert action.total == Decimal("1340000.55")
    assert action.communities == ["93090302"]
    assert action.unit
    assert action.unit.code == "technical"
    assert action.node.title["en"] == "Fewer leaks"
    assert queries.tree(session, plan).total == Decimal("1340061.15")


def test_the_same_workbook_twice_changes_nothing(plan: Plan, session: Session) -> None:
    assert take(session, sheets()) == []


def test_the_order_of_rows_is_free(plan: Plan, session: Session) -> None:
    content = sheets()
    for rows in content.values():
        rows[1:] = rows[:0:-1]

    assert take(session, content) == []


def test_what_changed_is_named(plan: Plan, session: Session) -> None:
    content = sheets()
    content["Δράσεις"][1][2] = "Άλλοι αγωγοί"
    content["Χρηματοδότηση"][1][3] = 120001
    content["Ορόσημα"][1][5:6], content["Ορόσημα"][2][5:6] = [30], [70]
    content["Δείκτες"][1][12] = 3

    assert take(session, content) == [
        "changed: action 1.1.1.01: title",
        "changed: funding 1.1.1.01/ΕΣΠΑ/25.7312.001: amounts",
        "changed: milestone 1.1.1.01-1: weight",
        "changed: milestone 1.1.1.01-2: weight",
        "changed: indicator Δ.2.1.01: targets",
    ]


def test_what_vanished_is_closed_and_comes_back(plan: Plan, session: Session) -> None:
    content = sheets()
    gone, money = content["Δράσεις"].pop(2), content["Χρηματοδότηση"].pop(2)

    assert take(session, content) == ["closed: action 2.1.1.01", "closed: funding 2.1.1.01/ΙΠ/"]
    assert queries.tree(session, plan).number == 1
    assert not search.find(session, "ψηφιακή πύλη", kinds=("action",))
    content["Δράσεις"].append(gone)
    content["Χρηματοδότηση"].append(money)
    assert take(session, content) == ["changed: action 2.1.1.01: closed", "changed: funding 2.1.1.01/ΙΠ/: closed"]
    assert search.find(session, "ψηφιακή πύλη", kinds=("action",))


def test_import_of_an_export_changes_nothing(plan: Plan, session: Session) -> None:
    data = operations.export_plan(session, plan)

    assert operations.import_plan(session, operations.read(data), now=NOW) == []
    assert cells_of(operations.export_plan(session, plan)) == cells_of(data)


def test_an_export_is_the_workbook_it_came_from(plan: Plan, session: Session) -> None:
    assert cells_of(operations.export_plan(session, plan)) == cells_of(written(sheets()))


@pytest.mark.parametrize("name", ["hersonissos", "kilkis"])
def test_the_workbooks_of_the_packs_are_well_formed(name: str) -> None:
    assert operations.read((PACKS / name / "plan.xlsx").read_bytes()).problems == ()


def test_a_plan_is_found_by_its_words(plan: Plan, session: Session) -> None:
    assert [entry.title["en"] for entry in queries.found(session, "μοχός")] == ["New mains"]
    assert [entry.link for entry in queries.found(session, "απώλειες")] == [
        {"endpoint": "plan.indicator", "code": "Δ.2.1.05"}
    ]


def change(sheet: str, row: int, column: str, value: Any) -> Callable[[Sheets], None]:
    def spoil(content: Sheets) -> None:
        content[sheet][row][content[sheet][0].index(column)] = value

    return spoil


def remove_sheet(content: Sheets) -> None:
    del content["Μέτρα"]


def rename_column(content: Sheets) -> None:
    content["Άξονες"][0][2] = "Ονομασία"


BROKEN = [
    (change("Πηγές", 1, "Κωδικός", "Ε Σ"), ("Πηγές", 2, "Κωδικός")),
    (change("Άξονες", 1, "Στρατηγικός στόχος", "Σ9"), ("Άξονες", 2, "Στρατηγικός στόχος")),
    (change("Χρηματοδότηση", 1, "Δράση", "9.9.9.99"), ("Χρηματοδότηση", 2, "Δράση")),
    (change("Χρηματοδότηση", 1, "Πηγή", "ΣΑΤΑ"), ("Χρηματοδότηση", 2, "Πηγή")),
    (lambda content: content["Χρηματοδότηση"].append(content["Χρηματοδότηση"][1]), ("Χρηματοδότηση", 4, "Δράση")),
    (change("Ορόσημα", 1, "Βαρύτητα", 30), ("Ορόσημα", 2, "Βαρύτητα")),
    (change("Ορόσημα", 1, "Βαρύτητα", 120), ("Ορόσημα", 2, "Βαρύτητα")),
    (change("Ορόσημα", 1, "Κωδικός", "1.1.1.02-1"), ("Ορόσημα", 2, "Κωδικός")),
    (change("Ορόσημα", 2, "Ποσότητα", 13), ("Ορόσημα", 3, "Ποσότητα")),
    (change("Ορόσημα", 2, "Μονάδα", ""), ("Ορόσημα", 3, "Μονάδα")),
    (change("Ορόσημα", 2, "Έως", datetime(2027, 1, 1)), ("Ορόσημα", 3, "Έως")),  # noqa: DTZ001
    (change("Έργα", 1, "Προϋπολογισμός", 2_000_000), ("Έργα", 2, "Προϋπολογισμός")),
    (change("Δράσεις", 1, "Γεωγραφικό πλάτος", 95), ("Δράσεις", 2, "Γεωγραφικό πλάτος")),
    (change("Δράσεις", 1, "Κατάσταση", "παγωμένη"), ("Δράσεις", 2, "Κατάσταση")),
    (change("Δείκτες", 5, "Υπολογισμός", "Δ.2.1.01 /"), ("Δείκτες", 6, "Υπολογισμός")),
    (change("Δείκτες", 5, "Υπολογισμός", "Δ.9.9.01 * 2"), ("Δείκτες", 6, "Υπολογισμός")),
    (change("Δείκτες", 5, "Υπολογισμός", "Δ.2.1.05 + 1"), ("Δείκτες", 6, "Υπολογισμός")),
    (change("Δείκτες", 1, "Υπολογισμός", "Δ.2.1.02 + 1"), ("Δείκτες", 2, "Υπολογισμός")),
    (change("Άξονες", 1, "Κωδικός", ""), ("Άξονες", 2, "Κωδικός")),
    (change("Άξονες", 2, "Κωδικός", "1"), ("Άξονες", 3, "Κωδικός")),
    (change("Άξονες", 1, "Τίτλος", " "), ("Άξονες", 2, "Τίτλος")),
    (change("Μέτρα", 1, "Κωδικός", 1.1), ("Μέτρα", 2, "Κωδικός")),
    (change("Μέτρα", 1, "Κωδικός", datetime(2024, 1, 1)), ("Μέτρα", 2, "Κωδικός")),  # noqa: DTZ001
    (change("Μέτρα", 1, "Άξονας", "7"), ("Μέτρα", 2, "Άξονας")),
    (change("Μέτρα", 1, "Άξονας", "2"), ("Μέτρα", 2, "Κωδικός")),
    (change("Στόχοι", 1, "Κωδικός", "1.1"), ("Στόχοι", 2, "Κωδικός")),
    (change("Δράσεις", 1, "Είδος", "έργο"), ("Δράσεις", 2, "Είδος")),
    (change("Χρηματοδότηση", 1, "Π/Υ 2024", "120.000 €"), ("Χρηματοδότηση", 2, "Π/Υ 2024")),
    (change("Χρηματοδότηση", 1, "Π/Υ 2024", 1.005), ("Χρηματοδότηση", 2, "Π/Υ 2024")),
    (change("Χρηματοδότηση", 1, "Π/Υ 2024", -1), ("Χρηματοδότηση", 2, "Π/Υ 2024")),
    (change("Χρηματοδότηση", 1, "Π/Υ 2024", True), ("Χρηματοδότηση", 2, "Π/Υ 2024")),
    (change("Χρηματοδότηση", 1, "Π/Υ 2024", ""), ("Χρηματοδότηση", 2, "Π/Υ 2024")),
    (change("Χρηματοδότηση", 1, "Π/Υ 2028", 5), ("Χρηματοδότηση", 2, "Π/Υ 2028")),
    (change("Δράσεις", 1, "Έναρξη", "1 Μαρτίου"), ("Δράσεις", 2, "Έναρξη")),
    (change("Δράσεις", 1, "Έναρξη", datetime(2019, 1, 1)), ("Δράσεις", 2, "Έναρξη")),  # noqa: DTZ001
    (change("Δράσεις", 1, "Έναρξη", datetime(2026, 7, 1)), ("Δράσεις", 2, "Λήξη")),  # noqa: DTZ001
    (change("Δράσεις", 1, "Προτεραιότητα", 4), ("Δράσεις", 2, "Προτεραιότητα")),
    (change("Δράσεις", 1, "Κοινότητες", "93090302;93090302"), ("Δράσεις", 2, "Κοινότητες")),
    (change("Δράσεις", 1, "Ενδεικτικό", "yes"), ("Δράσεις", 2, "Ενδεικτικό")),
    (change("Δράσεις", 1, "Τίτλος", "α" * 5000), ("Δράσεις", 2, "Τίτλος")),
    (change("Δείκτες", 1, "Κωδικός", "Δ.9.9.01"), ("Δείκτες", 2, "Κωδικός")),
    (change("Δείκτες", 1, "Ανήκει σε", "1.1.1"), ("Δείκτες", 2, "Ανήκει σε")),
    (change("Δείκτες", 1, "Ανήκει σε", "2.1.9"), ("Δείκτες", 2, "Ανήκει σε")),
    (change("Δείκτες", 1, "Έτος βάσης", 23), ("Δείκτες", 2, "Έτος βάσης")),
    (change("Δείκτες", 1, "Φίλτρο", "service"), ("Δείκτες", 2, "Φίλτρο")),
    (change("Σχέδιο", 2, "Τιμή", "φέτος"), ("Σχέδιο", 3, "Τιμή")),
    (change("Σχέδιο", 1, "Κλειδί", "titlos"), ("Σχέδιο", 2, "Κλειδί")),
    (change("Σχέδιο", 3, "Τιμή", 2020), ("Σχέδιο", None, "Τιμή")),
    (remove_sheet, ("Μέτρα", None, None)),
    (rename_column, ("Άξονες", 1, "Ονομασία")),
    (lambda content: content.update({"Φύλλο1": [["α"]]}), ("Φύλλο1", None, None)),
    (lambda content: content["Άξονες"].extend(["9", "", "Τίτλος"] for _ in range(5001)), ("Άξονες", 5002, None)),
]


@pytest.mark.parametrize(("spoil", "where"), BROKEN)
def test_a_problem_is_named_with_its_place(spoil: Callable[[Sheets], None], where: Any) -> None:
    content = sheets()
    spoil(content)

    assert where in problems(content)


REFERENCES = [
    (change("Δράσεις", 1, "Συνεργαζόμενες", "citizens;nobody"), ("Δράσεις", 2, "Συνεργαζόμενες")),
    (change("Δείκτες", 1, "Υπεύθυνη υπηρεσία", "nobody"), ("Δείκτες", 2, "Υπεύθυνη υπηρεσία")),
    (change("Δράσεις", 1, "Υπηρεσία", "nobody"), ("Δράσεις", 2, "Υπηρεσία")),
    (change("Δράσεις", 1, "Κοινότητες", "93090302;1"), ("Δράσεις", 2, "Κοινότητες")),
    (change("Δείκτες", 1, "Τροφοδοσία", "eservices.smiles"), ("Δείκτες", 2, "Τροφοδοσία")),
    (change("Δείκτες", 1, "Φίλτρο", "colour=green"), ("Δείκτες", 2, "Φίλτρο")),
    (change("Δείκτες", 1, "Φίλτρο", "service=smiles"), ("Δείκτες", 2, "Φίλτρο")),
    (change("Δείκτες", 5, "Φίλτρο", "service=pruning"), ("Δείκτες", 6, "Φίλτρο")),
]


@pytest.mark.parametrize(("spoil", "where"), REFERENCES)
def test_what_does_not_exist_is_refused(house: Session, spoil: Callable[[Sheets], None], where: Any) -> None:
    content = sheets()
    spoil(content)

    with pytest.raises(operations.WorkbookRefused) as refused:
        take(house, content)

    assert [(found.sheet, found.row, found.column) for found in refused.value.problems] == [where]
    assert house.scalar(sa.select(sa.func.count()).select_from(Node)) == 0


def test_every_problem_is_collected() -> None:
    content = sheets()
    expected = [BROKEN[index] for index in (0, 5, 12, 20, 26, 27, 37, 40)]
    for spoil, _ in expected:
        spoil(content)

    assert {where for _, where in expected} <= set(problems(content))


def test_every_message_can_be_written(house: Session) -> None:
    for spoil, _ in BROKEN:
        content = sheets()
        spoil(content)
        for problem in operations.read(written(content)).problems:
            assert "%(" not in str(problem)


@pytest.mark.parametrize("data", [b"", b"no spreadsheet", b"PK\x03\x04broken"])
def test_a_file_that_is_no_spreadsheet_is_one_problem(data: bytes) -> None:
    assert len(operations.read(data).problems) == 1


def test_what_staff_connected_stays_connected(plan: Plan, session: Session) -> None:
    row = indicator(session, "Δ.2.1.05")
    operations.bind(session, row, operations.Connection("eservices.filed-online"), actor_id=1, now=NOW)

    assert take(session, sheets()) == []
    assert indicator(session, "Δ.2.1.05").feed == "eservices.filed-online"


def test_a_pack_names_the_problems_of_its_workbook(house: Session, tmp_path: Path) -> None:
    content = sheets()
    content["Δράσεις"][1][13] = "nobody"
    (tmp_path / "plan.xlsx").write_bytes(written(content))

    with pytest.raises(PackError, match=r"plan\.xlsx: Δράσεις · 2 · Υπηρεσία: There is no unit"):
        operations.import_pack_plan(house, tmp_path, now=NOW)


def test_money_and_targets_are_kept_apart_by_year(plan: Plan, session: Session) -> None:
    amounts = session.scalars(sa.select(FundingAmount.amount).order_by(FundingAmount.id)).all()
    targets = {target.year: target.value for target in indicator(session, "Δ.2.1.04").targets}

    assert Decimal("680000.55") in amounts
    assert targets == {2026: 60, 2027: 70, 2028: 80}
    assert session.scalar(sa.select(sa.func.count()).select_from(Indicator)) == 5
