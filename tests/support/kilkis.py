"""Kilkis as journeys need it: without its plan, the files that its planner brings, and how a council decides."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from flask import Flask

from portal.core.db import db, writes
from portal.plan.operations import read
from portal.plan.operations.exporting import written
from portal.plan.operations.workbook import ACTIONS, Row
from portal.site.cli import PACKS, load_pack
from tests.support import databases
from tests.support.somebody import Somebody

KILKIS = PACKS / "kilkis"
DECISION, ADA = "Δημοτικό Συμβούλιο 12/2024", "Ψ297ΩΗΜ-ΣΙ0"
#: the road to Megali Vrysi ends in October 2026, until the council gives it seven months more
ROAD, ROAD_TITLE = "1.3.2.03", "Βελτίωση του δρόμου Κιλκίς – Μεγάλης Βρύσης"
POOL, POOL_TITLE = "2.4.1.01", "Κατασκευή κλειστού δημοτικού κολυμβητηρίου"
#: what the accounting system exports of the road's code of the budget
MOVEMENTS = """Ημερομηνία;Κ.Α.;Στάδιο;Έτος;Ποσό;Παραστατικό;Αιτιολογία
20/11/2025;30.7323.0015;Δέσμευση;2025;150.000,00;Α-812;Σύμβαση δρόμου
15/01/2026;30.7323.0015;Δέσμευση;2026;355.000,00;Α-15;Σύμβαση δρόμου
15/09/2026;30.7323.0015;Πληρωμή;2026;312.500,40;ΧΕ-1440;1ος λογαριασμός
"""


def without_a_plan(engine_kind: str, folder: Path) -> Iterator[Flask]:
    """The portal of Kilkis on the day on which it begins: its units and its people."""
    pack = folder / "pack"
    shutil.copytree(KILKIS, pack, ignore=shutil.ignore_patterns("plan.xlsx"))
    database = databases.fresh(engine_kind)
    app = database.app(municipality="kilkis")
    writes.set(True)
    with app.app_context():
        load_pack(pack)
        db.session.commit()
    yield app
    databases.drop(app, database)


def workbook(folder: Path, **titles: str) -> Path:
    """The workbook of the pack as its council approved it, with other Greek titles of actions, by `code=title`."""
    book = read((KILKIS / "plan.xlsx").read_bytes())
    head = {**book.plan, "decision": {"el": DECISION}, "decided_on": date(2024, 2, 14), "ada": ADA}
    actions = tuple(titled(row, titles.get(row.code)) for row in book.rows[ACTIONS])
    path = folder / "plan.xlsx"
    path.write_bytes(written(replace(book, plan=head, rows={**book.rows, ACTIONS: actions})))
    return path


def titled(row: Row, title: str | None) -> Row:
    """The row under another title, if there is one."""
    return replace(row, values={**row.values, "title": {**row.values["title"], "el": title}}) if title else row


def movements(folder: Path) -> Path:
    """The export of the accounting system."""
    path = folder / "movements.csv"
    path.write_text(MOVEMENTS)
    return path


def brings_the_plan(planner: Somebody, folder: Path) -> None:
    """The first workbook is the plan, as the council had approved it."""
    planner.opens("/el/desk/plan/")
    planner.follows("Upload a workbook")
    planner.fills(file=workbook(folder))
    planner.presses("Look at the changes")
    planner.presses("Apply these changes")


def brings_it_anew(planner: Somebody, folder: Path, *, on: date) -> None:
    """From then on a workbook begins a revision: the council decides, and it holds from that day."""
    planner.follows("Workbook of the plan")
    planner.fills(file=workbook(folder, **{POOL: POOL_TITLE}))
    planner.presses("Look at the changes")
    planner.reads(POOL_TITLE)
    planner.presses("Begin a revision with these changes")
    planner.fills(title_el="Κλειστό κολυμβητήριο", reasons_el="Να λειτουργεί και τον χειμώνα.")
    planner.presses("Begin the revision")
    puts_before_the_council(planner, "Η μελέτη προβλέπει κλειστό κολυμβητήριο.")
    notes_the_decision(planner, "88/2026", on)


def puts_before_the_council(planner: Somebody, reason: str) -> None:
    """One reason for all that changes."""
    planner.unfolds("Give one reason to all that have none")
    planner.fills(reason=reason)
    planner.presses("Give this reason")
    planner.presses("Bring it before the council")


def notes_the_decision(planner: Somebody, number: str, on: date) -> None:
    """It holds from its day, which is today."""
    planner.fills(decision=number, decided_on=on, ada=ADA, valid_from=on)
    planner.presses("Note the decision")
    planner.is_told("The decision is noted, and the plan is now as the revision says.")


def brings_the_accounts(planner: Somebody, folder: Path) -> None:
    """The movements of the accounting system: the road is known by its code of the budget."""
    planner.opens("/el/desk/plan/accounting/")
    planner.fills(file=movements(folder))
    planner.presses("Look at the file")
    planner.reads(ROAD, "312.500,40")
    planner.main.locator("form .actions button").first.click()
    planner.page.wait_for_load_state()
