"""The plan of Kilkis: from its workbook to a dashboard, a quarter from call to freeze, a revision, the next year."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Page, expect

from portal.plan.models import ProgrammeKind
from tests.support.browser import Live
from tests.support.kilkis import (
    ADA,
    DECISION,
    ROAD,
    ROAD_TITLE,
    brings_it_anew,
    brings_the_accounts,
    brings_the_plan,
    notes_the_decision,
    puts_before_the_council,
    without_a_plan,
)
from tests.support.papers import by_code, pdf_text
from tests.support.somebody import Somebody, address

EXTENSION = "Παράταση του δρόμου"
SURFACE = "Δ.1.3.02"
QUARTER = "3ο τρίμηνο 2026"
#: milestone, day, quantity, what the public reads
EVIDENCE = (
    (1, date(2025, 8, 20), "", "Έγκριση της μελέτης του δρόμου"),
    (2, date(2025, 11, 25), "", "Σύμβαση με τον ανάδοχο"),
    (3, date(2026, 9, 18), "4,1", "Πρώτη πιστοποίηση εργασιών"),
)
#: part of the plan, code and fields of the rows that the revision changes
CHANGES: tuple[tuple[str, str, dict[str, str | date]], ...] = (
    ("Actions", ROAD, {"ends_on": date(2027, 5, 31)}),
    ("Funding of actions", f"{ROAD}/ΠΕΡ", {"amounts_2026": "315000", "amounts_2027": "90000"}),
    ("Milestones", f"{ROAD}-3", {"due_on": date(2027, 4, 30), "targets_2026": "2,1", "targets_2027": "2,1"}),
    ("Milestones", f"{ROAD}-4", {"due_on": date(2027, 5, 31)}),
)


def day(month: int, of_month: int, hour: int = 10) -> datetime:
    """A moment of the story."""
    return datetime(2026, month, of_month, hour, tzinfo=ZoneInfo("Europe/Athens"))


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """Time goes where the story is."""
    with time_machine.travel(day(9, 21), tick=True) as traveller:
        yield traveller


@pytest.fixture
def committed_app(engine_kind: str, clock: time_machine.Coordinates, tmp_path: Path) -> Iterator[Flask]:
    yield from without_a_plan(engine_kind, tmp_path)


# -- the resident looks for a road


def finds_the_road(resident: Somebody) -> None:
    """On the dashboard, by a word of its title."""
    resident.opens("/el/plan/")
    resident.reads("49,1", DECISION, ADA)
    resident.fills(q="Βρύσης")
    resident.page.locator(".plan-search button").click()
    resident.follows(ROAD_TITLE)
    expect(resident.page.locator("h1")).to_have_text(ROAD_TITLE)
    resident.reads("31 Οκτωβρίου 2026", "540.000")


def asks_for_letters(resident: Somebody) -> None:
    """About the road alone; confirmed by the link of a letter."""
    resident.follows("Be told by e-mail what becomes of it")
    resident.fills(email=resident.email)
    resident.presses("Send me the link")
    resident.opens(address(resident.letters()[-1].body, "/plan/follow/"))
    resident.reads(ROAD_TITLE)
    resident.presses("Yes, send it to me")
    resident.reads(resident.say("We keep you informed"))


def news(resident: Somebody) -> str:
    """The newest of the weekly letters."""
    letter = resident.letters()[-1]
    assert letter.subject == resident.say("What is new in the operational plan")
    return letter.body


# -- a quarter, from call to freeze


def calls(planner: Somebody) -> None:
    """The quarter that has just ended; the heads of the units get a letter."""
    planner.opens("/el/desk/plan/")
    planner.follows("Monitoring periods", "Open a period")
    planner.presses("Open it and ask the units")
    planner.reads(QUARTER)


def proves(head: Somebody) -> None:
    """From the letter to the report on the road, and what shows how far it is."""
    [letter] = head.letters()
    assert f"{ROAD} {ROAD_TITLE}" in letter.body
    head.opens(address(letter.body, "/desk/plan/reports/"))
    head.follows(ROAD, "Add evidence")
    for milestone, on, quantity, title in EVIDENCE:
        head.picks(kind="decision", milestone=f"{ROAD}-{milestone}")
        head.fills(url=f"https://diavgeia.gov.gr/decision/view/{milestone}", on=on, quantity=quantity, title_el=title)
        head.presses("Add it")
        head.is_told("The evidence has been added; everybody can read it.")


def reports(head: Somebody) -> None:
    """What the unit says of the road, and the value of an indicator that only the unit knows."""
    head.follows(QUARTER)
    head.reads("64%")
    head.fills(done="Ασφαλτοστρώθηκαν 4,1 από τα 6,2 χλμ.", problems="Ο ανάδοχος ζήτησε παράταση.")
    head.presses("Send it to the planning unit")
    head.opens("/el/desk/plan/feeding/")
    head.page.get_by_role("row").filter(has_text=SURFACE).get_by_role("link").click()
    head.picks(span="2026-Q3")
    head.fills(value="9,5", source="Πρωτόκολλα παραλαβής του τριμήνου")
    head.presses("Save")
    head.is_told("Saved. It is the value that holds from now on.")


def checks(planner: Somebody) -> None:
    """What the unit wrote is accepted; the others have not written, and everybody may know why."""
    planner.opens("/el/desk/plan/periods/")
    planner.follows(QUARTER, ROAD)
    planner.reads("Ο ανάδοχος ζήτησε παράταση.")
    planner.presses("Accept")
    planner.follows("Mark as checked")
    planner.fills(missing_why="Οι άλλες υπηρεσίες αρχίζουν από το επόμενο τρίμηνο.")
    planner.presses("The period is checked")


def presents(planner: Somebody) -> None:
    """The report goes to the session on paper; what the committee decides makes it public."""
    planner.opens("/el/desk/plan/periods/2026-Q3/")
    assert planner.say("The Municipal Committee has not seen this report yet.") in pdf_text(planner.fetches("PDF"))
    planner.follows("It was presented")
    planner.fills(presented_on=date(2026, 10, 20), decision="117/2026", ada=ADA)
    planner.presses("Make it public")


def freezes(planner: Somebody) -> None:
    """Its figures are kept for good."""
    planner.follows("Freeze the figures")
    planner.presses("Freeze them for good")


def reads_the_quarter(somebody: Somebody) -> dict[str, list[str]]:
    """From the plan to the quarter, as everybody may; its lines by their codes."""
    somebody.opens("/el/plan/")
    somebody.follows("Monitoring, quarter by quarter", QUARTER)
    somebody.reads("117/2026", "Οι άλλες υπηρεσίες αρχίζουν από το επόμενο τρίμηνο.")
    lines = somebody.rows()
    somebody.follows("Values and targets")
    lines += somebody.rows()
    somebody.page.go_back()
    return {code: cells for cells in lines for code in by_code(f"{cells[0]} ")}


def says_the_same(report: str, lines: dict[str, list[str]]) -> None:
    """What stands behind each code in the report has every figure of the page."""
    said = by_code(report)
    assert len(lines) == 100
    for code, (_name, *cells) in lines.items():
        figures = [cell for cell in cells if cell[0].isdigit()]
        assert [each for each in figures if each not in said[code]] == [], code


# -- the council gives the road more time


def writes_a_revision(planner: Somebody) -> None:
    """Its end, its money, and the two milestones that are left."""
    planner.opens("/el/desk/plan/")
    planner.follows("Revisions", "New revision")
    planner.fills(title_el=EXTENSION, reasons_el="Το καλοκαίρι χάθηκε με αστοχία υλικών.")
    planner.presses("Begin the revision")
    for part, code, fields in CHANGES:
        planner.follows("Change a row of the plan", part)
        planner.fills(q=ROAD)
        planner.presses("Search")
        planner.follows(code)
        planner.fills(**fields)
        planner.presses("Save the row")
    planner.is_told("The row is saved. Now write why it changes.")


def compares(resident: Somebody) -> None:
    """What changed and why; then the plan as it was on the day before."""
    resident.opens("/el/plan/")
    resident.follows("Versions of the plan", "What changed")
    resident.reads("101/2026", "Ο ανάδοχος πήρε παράταση.")
    for before, now in (("31 Οκτωβρίου 2026", "31 Μαΐου 2027"), ("0,00\xa0€", "90.000,00\xa0€")):
        resident.reads(f"{resident.say('before:')} {before} → {resident.say('now:')} {now}")
    resident.opens("/el/plan/versions/")
    resident.fills(on=date(2026, 11, 4))
    resident.page.get_by_role("button", name=resident.say("Show the plan of that day")).click()
    resident.unfolds("Περιβάλλον και Ποιότητα Ζωής")
    expect(resident.page.locator("li", has_text=ROAD)).to_contain_text("31 Οκτ 2026 · 540.000,00")
    resident.opens(f"/el/plan/actions/{ROAD}/")
    resident.reads("31 Μαΐου 2027", "585.000")


# -- the next year


def makes(planner: Somebody, kind: ProgrammeKind) -> None:
    """A programme of 2027 from the plan in force, and its approval."""
    planner.opens("/el/desk/plan/programmes/")
    planner.picks(year="2027", kind=kind.value)
    planner.presses("Draft it from the plan")
    planner.reads(planner.say("Nowhere: plan, programmes and budget say the same."))
    planner.fills(number="Δημοτικό Συμβούλιο 120/2026", on=date(2026, 11, 26), ada=ADA)
    planner.presses("Approved")
    planner.is_told("The programme is approved; everybody can read it.")


def finds_it_there(resident: Somebody, kind: ProgrammeKind) -> None:
    """The road in a programme of 2027: what is done, and what it costs in that year."""
    resident.opens("/el/plan/")
    resident.follows("Programmes of the year", kind.label)
    resident.reads("Δημοτικό Συμβούλιο 120/2026")
    line = resident.page.locator("article", has_text=ROAD)
    expect(line).to_contain_text("Δρόμος με νέο οδόστρωμα: 2,1")
    expect(line).to_contain_text("90.000,00")


def test_the_plan_goes_from_its_workbook_to_the_programmes_of_the_next_year(
    live: Live, open_page: Callable[..., Page], clock: time_machine.Coordinates, tmp_path: Path
) -> None:
    planner, head = (Somebody(live, open_page(), f"{who}@kilkis.example") for who in ("planner", "works-head"))
    member = Somebody(live, open_page(), "member@post.example")
    resident = Somebody(live, open_page(width=360, height=740), "anna@post.example")

    # the plan is in force, and somebody reads it on a telephone
    brings_the_plan(planner, tmp_path)
    brings_it_anew(planner, tmp_path, on=date(2026, 9, 21))
    finds_the_road(resident)
    asks_for_letters(resident)

    # the quarter has ended: the unit of the road reports, the planner checks
    clock.move_to(day(10, 1))
    calls(planner)
    clock.move_to(day(10, 8))
    proves(head)
    reports(head)
    clock.move_to(day(10, 16))
    brings_the_accounts(planner, tmp_path)
    checks(planner)

    # the committee has it, everybody may read it; its figures are kept for good
    clock.move_to(day(10, 20, 13))
    presents(planner)
    lines = reads_the_quarter(member)
    assert lines[ROAD][2:] == ["64%", member.say("the same"), "85%", "312.500,40 €"]
    assert "9,5 χλμ." in lines[SURFACE]
    freezes(planner)
    clock.move_to(day(10, 27))
    told = news(resident)
    assert "Πρώτη πιστοποίηση εργασιών" in told
    assert QUARTER in told

    # the council gives the road more time and more money; the resident is told
    clock.move_to(day(11, 2))
    writes_a_revision(planner)
    puts_before_the_council(planner, "Ο ανάδοχος πήρε παράταση.")
    clock.move_to(day(11, 5))
    planner.opens("/el/desk/plan/revisions/")
    planner.follows(EXTENSION)
    notes_the_decision(planner, "101/2026", date(2026, 11, 5))
    compares(resident)
    clock.move_to(day(11, 10))
    told = news(resident)
    assert all(words in told for words in ("31 Οκτωβρίου 2026", "31 Μαΐου 2027", "540.000,00", "585.000,00"))

    # what was frozen stands as it was, on the page and on paper
    assert reads_the_quarter(member) == lines
    says_the_same(pdf_text(member.fetches("PDF")), lines)

    # the next year is made of the plan as it is now
    clock.move_to(day(11, 27))
    for kind in (ProgrammeKind.ANNUAL, ProgrammeKind.TECHNICAL):
        makes(planner, kind)
        finds_it_there(resident, kind)
