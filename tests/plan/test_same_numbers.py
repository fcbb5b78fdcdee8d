"""One number is the same wherever it is read: on pages, in CSV, JSON, XLSX and IATI, in DOCX and PDF – to the cent.

The open data's table of money by action, source and year is what everything else is compared with: whatever cut a page,
a file or a document makes, the same lines add up to it. Amounts come by chance, with cents, corrections and orphans.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pypdf
import pytest
import sqlalchemy as sa
from bs4 import Tag
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from portal.plan.models import Action, FundingAmount, FundingSource, IndicatorValue, MoneyStage, Plan
from portal.plan.operations import periods
from portal.plan.operations.periods import Check, Presentation
from portal.plan.queries.spans import Span
from tests.factories import DAY, NOW
from tests.factories.plan import make_evidence, make_money
from tests.plan.samples import indicator
from tests.support.amounts import docx_tables, number_in
from tests.support.client import Client

ACTIONS = ("1.1.1.01", "2.1.1.01")
STAGES = ("budgeted", "committed", "invoiced", "paid")
#: action, source (both "" where none is named), year and stage → euro
Lines = dict[tuple[str, str, int, str], Decimal]


@pytest.fixture(autouse=True)
def _in_march(frozen: Any) -> None:
    frozen(NOW)


@pytest.fixture(params=[(11, "el"), (12, "en"), (13, "el")], ids=["first", "second", "third"])
def reader(request: pytest.FixtureRequest, session: Session, plan: Plan, client: Client) -> Client:
    """Somebody who reads in one language what was spent by chance."""
    seed, client.language = request.param
    chance = Random(seed)  # noqa: S311 – amounts for a test
    for row in session.scalars(sa.select(FundingAmount)):
        row.amount = cents(chance, 900_000)
    sources = [*session.scalars(sa.select(FundingSource.id)), None]
    for _ in range(60):
        year = chance.choice((2024, 2025, 2026))
        make_money(
            session,
            chance.choice((*ACTIONS, None)),
            str(cents(chance, 9_000) * chance.choice((1, 1, 1, -1))),
            source_id=chance.choice(sources),
            stage=MoneyStage(chance.choice(STAGES[1:])),
            year=year,
            on=date(year, chance.randint(1, 2), chance.randint(1, 28)),
        )
    make_evidence(session, "1.1.1.01-1", on=date(2024, 9, 1))
    make_evidence(session, "1.1.1.01-2", on=date(2025, 12, 1), quantity=cents(chance, 12))
    value = IndicatorValue(span="2025", value=cents(chance, 50), source="Μετρητές", at=NOW)
    value.indicator_id = indicator(session, "Δ.2.1.05").id
    session.add(value)
    session.flush()
    return client


def cents(chance: Random, most: int) -> Decimal:
    """Some euro and cents, or a quantity with two digits."""
    return Decimal(chance.randint(1, most * 100)) / 100


# -- what each of them says


def of_rows(rows: list[dict[str, Any]]) -> Lines:
    """The table of money by action, source and year, from whatever file."""
    found: Lines = {}
    for row in rows:
        for stage in STAGES:
            if amount := Decimal(str(row[stage])):
                found[row["action"] or "", row["source"] or "", int(row["year"]), stage] = amount
    return found


def of_csv(client: Client, table: str) -> list[dict[str, Any]]:
    text = client.get(f"/plan/{table}.csv" if table != "actions" else "/plan.csv").response.get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def of_xlsx(client: Client, table: str) -> list[dict[str, Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/plan.xlsx").response.get_data()))
    heads, *rows = book.get_sheet_by_name(table).to_python()
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


def of_json(client: Client, address: str = "/plan.json") -> Any:
    return json.loads(client.get(address).response.get_data(as_text=True))


def added(lines: Lines, key: Callable[[str, str, int], Any]) -> dict[Any, dict[str, Decimal]]:
    """Lines by what a function makes of action, source and year."""
    found: dict[Any, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(STAGES, Decimal(0)))
    for (action, source, year, stage), amount in lines.items():
        found[key(action, source, year)][stage] += amount
    return dict(found)


def stages_of(row: Tag, client: Client) -> dict[str, Decimal]:
    """The amounts in a row of a table of money, by the order of its columns."""
    cells = [number_in(cell.get_text(), client.language) for cell in row.select("td.num")[:4]]
    return {stage: Decimal(cell or 0) for stage, cell in zip(STAGES, cells, strict=True)}


def table(client: Client, endpoint: str, number: int = 0, **values: Any) -> dict[str, dict[str, Decimal]]:
    """First cell of a row → its amounts, of one of the tables of money on a page; the total stands under ""."""
    page = client.get(endpoint, **values)
    wanted = [each for each in page.select("main table") if each.select_one("tbody tr > th[scope=row] ~ td.num")]
    found = {}
    for row in wanted[number].select("tbody tr"):
        name = row.select("th")[0].get_text(strip=True)
        found["" if "total" in (row.get("class") or []) else name] = stages_of(row, client)
    return found


def money_in(row: list[str], client: Client) -> dict[str, Decimal]:
    """The amounts of a row of a document: the four cells before the last."""
    cells = (number_in(text, client.language) for text in row[-5:-1])
    return {stage: Decimal(cell or 0) for stage, cell in zip(STAGES, cells, strict=True)}


def coded(rows: list[list[str]]) -> Iterator[tuple[str, list[str]]]:
    """Code with which a row of a document begins → the row."""
    for row in rows:
        yield row[0].split()[0], row


# -- money


def test_files_say_the_same_and_pages_add_it_up(reader: Client) -> None:
    lines = of_rows(of_csv(reader, "budget"))
    assert lines == of_rows(of_xlsx(reader, "budget")) == of_rows(of_json(reader)["budget"])

    by_year = {str(year): found for year, found in added(lines, lambda _a, _s, year: year).items()}
    whole = added(lines, lambda *_: "")
    nothing = {str(year): dict.fromkeys(STAGES, Decimal(0)) for year in range(2024, 2029)}
    assert table(reader, "plan.overview") == nothing | by_year | whole
    assert nothing | table(reader, "plan.money") == nothing | by_year | whole
    sources = {name or "–": found for name, found in added(lines, lambda _a, source, _y: source).items()}
    shown = table(reader, "plan.money", 1)
    assert {name if name in sources else "–": found for name, found in shown.items()} == sources
    by_axis = added(lines, lambda action, _s, _y: action.partition(".")[0])
    assert list(table(reader, "plan.money", 2).values()) == [by_axis[axis] for axis in ("1", "2", "")]


@pytest.mark.parametrize("code", ACTIONS)
def test_an_action_costs_the_same_everywhere(reader: Client, code: str) -> None:
    lines = {key: amount for key, amount in of_rows(of_csv(reader, "budget")).items() if key[0] == code}
    whole = added(lines, lambda *_: "")[""]
    by_year = {str(year): found for year, found in added(lines, lambda _a, _s, year: year).items()}
    by_source = added(lines, lambda _a, source, _y: source)

    page = table(reader, "plan.action", code=code)
    assert {name: found for name, found in page.items() if any(found.values())} == by_year | {"": whole}
    shown = table(reader, "plan.action", 1, code=code)
    assert {name if name in by_source else "": found for name, found in shown.items()} == by_source
    axis = table(reader, "plan.axis", code=code[0])
    assert {name: found for name, found in axis.items() if any(found.values())} == by_year | {"": whole}
    for rows in (of_csv(reader, "actions"), of_xlsx(reader, "actions"), of_json(reader)["actions"]):
        [row] = [each for each in rows if each["code"] == code]
        assert {stage: Decimal(str(row[stage])) for stage in STAGES} == whole
    [activity] = [
        each for each in of_json(reader, "/plan-iati.json")["iati-activities"] if each["iati-identifier"].endswith(code)
    ]
    assert {each["period-start"][:4]: Decimal(each["value"]["amount"]) for each in activity["budget"]} == {
        year: found["budgeted"] for year, found in by_year.items() if found["budgeted"]
    }
    for kind, stage in (("2", "committed"), ("4", "paid")):
        spent = [
            each["value"]["amount"] for each in activity["transaction"] if each["transaction-type"]["code"] == kind
        ]
        assert sum(map(Decimal, spent)) == whole[stage]


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_account_of_a_year_is_its_cut_of_the_table(reader: Client, year: int) -> None:
    lines = {key: amount for key, amount in of_rows(of_csv(reader, "budget")).items() if key[2] == year}
    tables = docx_tables(reader.get("plan.account", form="docx", year=year).response.data)
    names = list(tables)
    by_source, by_axis = (added(lines, key) for key in (lambda _a, source, _y: source, lambda a, *_: a[:1]))

    of_sources = {
        code if code in by_source else "": money_in(row, reader) for code, row in coded(tables[names[0]][:-1])
    }
    assert of_sources == by_source
    of_axes = {code if code in {"1", "2"} else "": money_in(row, reader) for code, row in coded(tables[names[1]][:-1])}
    assert of_axes == by_axis
    assert (
        money_in(tables[names[0]][-1], reader)
        == money_in(tables[names[1]][-1], reader)
        == added(lines, lambda *_: 0)[0]
    )
    for number, code in enumerate(ACTIONS, start=2):
        [(named, row), _total] = coded(tables[names[number]])
        assert (named, money_in(row, reader)) == (code, by_axis[code[0]])


# -- progress and indicators


def test_progress_is_the_same_everywhere(reader: Client) -> None:
    page = reader.get("plan.action", code=ACTIONS[0])
    percent = number_in(page.one(".plan-how .big").get_text())

    for rows in (of_csv(reader, "actions"), of_xlsx(reader, "actions"), of_json(reader)["actions"]):
        assert Decimal(str(rows[0]["percent"])) == percent
    account = docx_tables(reader.get("plan.account", form="docx", year=DAY.year).response.data)
    assert number_in(list(account.values())[2][0][2], reader.language) == percent
    for endpoint in ("plan.timeline", "plan.axis", "plan.actions", "plan.overview"):
        assert f"{percent}%" in reader.get(endpoint, **({"code": "1"} if endpoint == "plan.axis" else {})).text, (
            endpoint
        )


def test_an_indicator_says_the_same_everywhere(session: Session, reader: Client) -> None:
    entry = IndicatorValue(span="2026-Q1", value=Decimal("36.35"), source="Μετρητές", at=NOW)
    entry.indicator_id = indicator(session, "Δ.2.1.05").id
    session.add(entry)
    session.flush()
    said = "36,35" if reader.language == "el" else "36.35"

    for rows in (of_csv(reader, "indicators"), of_xlsx(reader, "indicators"), of_json(reader)["indicators"]):
        [row] = [each for each in rows if each["code"] == "Δ.2.1.05"]
        assert Decimal(str(row["value"])) == Decimal("36.35")
    activity = of_json(reader, "/plan-iati.json")["iati-activities"][1]
    [of_iati] = [each["indicator"] for each in activity["result"] if each["indicator"]["reference"] == "Δ.2.1.05"]
    assert [Decimal(each["actual"]) for each in of_iati["period"] if each["actual"]] == [Decimal("36.35")]
    pages = (("plan.indicator", {"code": "Δ.2.1.05"}), ("plan.indicators", {}), ("plan.action", {"code": ACTIONS[1]}))
    for endpoint, values in pages:
        assert f"{said}%" in reader.get(endpoint, **values).text, endpoint
    account = docx_tables(reader.get("plan.account", form="docx", year=DAY.year).response.data)
    assert any(row[2] == f"{said}%" for row in list(account.values())[-1])


# -- a frozen quarter


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_the_report_of_a_quarter_says_what_its_page_says(
    form: str, session: Session, plan: Plan, reader: Client
) -> None:
    period = periods.open_period(session, plan, Span(date(2025, 10, 1), 3), due_on=DAY, actor_id=None, now=NOW)
    periods.check_period(session, period, Check(missing_why="–"), actor_id=1, now=NOW)
    periods.present(session, period, Presentation(DAY, "12/2026"), actor_id=1, now=NOW)
    periods.freeze(session, plan, period, actor_id=None, now=NOW)
    page = reader.get("plan.period", code="2025-Q4")
    paid = {
        str(row.select_one("small").get_text()).split()[0]: row.select("td.num")[-1].get_text() for row in rows_of(page)
    }
    data = reader.get("plan.report", form=form, code="2025-Q4").response.data

    codes = session.scalars(sa.select(Action.code)).all()
    assert set(paid) == set(codes) == set(ACTIONS)
    if form == "pdf":
        text = " ".join(" ".join(each.extract_text().split()) for each in pypdf.PdfReader(io.BytesIO(data)).pages)
        for amount in paid.values():
            assert " ".join(amount.split()) in text.replace("\xa0", " ")
        return
    tables = list(docx_tables(data).values())
    for code, own in zip(ACTIONS, tables[2:4], strict=True):
        [(named, row)] = coded(own)
        assert (named, money_in(row, reader)["paid"]) == (code, number_in(paid[code], reader.language))
    by_axis = [money_in(row, reader)["paid"] for row in tables[1]]
    until = [each for each in of_csv(reader, "money") if each["stage"] == "paid" and each["on"] <= "2025-12-31"]
    spent = [
        sum(Decimal(each["amount"]) for each in until if each["action"].startswith(axis)) for axis in ("1", "2", "")
    ]
    assert by_axis == spent


def rows_of(page: Any) -> list[Tag]:
    """The rows of the actions on the page of a period."""
    found: list[Tag] = page.select("section[id^=axis-] tbody tr")
    return found
