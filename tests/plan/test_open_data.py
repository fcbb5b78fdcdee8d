"""The plan as data: the same figures as on the pages, nothing personal, every column explained."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from portal.plan.models import MoneyStage, Plan
from portal.plan.queries.tables import TABLES
from tests.casework.test_statements import counted
from tests.factories import NOW
from tests.factories.plan import make_evidence, make_money
from tests.support.client import Client

MAINS = "1.1.1.01"


@pytest.fixture(autouse=True)
def _in_march(frozen: Any) -> None:
    frozen(NOW)


@pytest.fixture
def begun(plan: Plan, session: Session) -> Session:
    """The mains are begun, and paid in part."""
    make_evidence(session, f"{MAINS}-1", on=date(2024, 9, 1))
    make_evidence(session, f"{MAINS}-2", on=date(2026, 2, 1), quantity=5)
    make_money(session, MAINS, "100000.10", reference="ΧΕ 17", title="Ονοματεπώνυμο Αναδόχου")
    make_money(session, MAINS, "250000.00", stage=MoneyStage.COMMITTED)
    make_money(session, None, "40.00")
    return session


def rows(client: Client, code: str = "") -> list[dict[str, str]]:
    """The lines of a table."""
    page = client.get(f"/plan/{code}.csv?lang=en" if code else "/plan.csv?lang=en")
    text = page.response.get_data(as_text=True)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def document(client: Client, address: str = "/plan.json?lang=en") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get(address).response.get_data(as_text=True))
    return found


def test_the_table_of_actions_says_what_the_page_says(begun: Session, client: Client) -> None:
    [mains, online] = rows(client)

    assert (mains["code"], mains["title"], mains["percent"], mains["paid"]) == (MAINS, "New mains", "52", "100000.10")
    assert (mains["budgeted"], mains["light"]) == ("1340000.55", "yellow")
    assert online["light_reason"] == "suspended"


def test_every_table_has_the_columns_that_its_dictionary_explains(begun: Session, client: Client) -> None:
    explained = document(client, "/plan-fields.json?lang=en")["tables"]

    for table in TABLES:
        found = rows(client, table.code)
        assert found, table.code
        assert list(found[0]) == list(explained[table.code]["columns"]) == table.names


def test_page_table_document_and_workbook_have_the_same_sum(begun: Session, client: Client) -> None:
    paid = Decimal("100040.10")

    of_table = sum(Decimal(row["paid"]) for row in rows(client, "budget"))
    entries = [row for row in document(client)["money"] if row["stage"] == "paid"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/plan.xlsx").response.get_data()))
    sheet = book.get_sheet_by_name("money").to_python()

    assert of_table == paid
    assert sum(Decimal(row["amount"]) for row in entries) == paid
    assert sum(Decimal(str(row[4])) for row in sheet[1:] if row[3] == "paid") == paid
    assert book.sheet_names == ["fields", *(table.code for table in TABLES)]


def test_nobody_is_named(begun: Session, client: Client) -> None:
    for address in ("/plan.json", "/plan/money.csv", "/plan-iati.json"):
        assert "Ονοματεπώνυμο" not in client.get(address).response.get_data(as_text=True)


def test_iati_has_budgets_transactions_and_results(begun: Session, client: Client) -> None:
    found = document(client, "/plan-iati.json")

    [mains, online] = found["iati-activities"]
    assert sum(Decimal(each["value"]["amount"]) for each in mains["budget"]) == Decimal("1340000.55")
    assert [each["transaction-type"]["code"] for each in mains["transaction"]] == ["4", "2"]
    assert online["activity-status"] == {"code": "6"}
    assert {each["indicator"]["reference"] for each in online["result"]} >= {"Δ.2.1.01", "Δ.2.1.05"}


def test_who_has_it_already_is_told_so(begun: Session, client: Client) -> None:
    first = client.get("/plan.csv").headers["ETag"]

    client.get("/plan.csv", headers={"If-None-Match": first}, status=304)
    make_money(begun, MAINS, "1.00")
    assert client.get("/plan.csv").headers["ETag"] != first


@pytest.mark.parametrize("address", ["/plan.csv?lang=xx", "/plan.json?page=2"])
def test_what_cannot_be_understood_is_refused(begun: Session, client: Client, address: str) -> None:
    client.get(address, status=400)


def test_there_is_no_table_of_another_name_and_none_without_a_plan(client: Client) -> None:
    client.get("/plan/people.csv", status=404)
    client.get("/plan.csv", status=404)


def test_more_amounts_need_no_more_statements(begun: Session, client: Client) -> None:
    client.get("/plan/money.csv")
    with counted(begun) as few:
        client.get("/plan/money.csv")
    for _ in range(20):
        make_money(begun, MAINS, "1.00")
    begun.commit()

    with counted(begun) as many:
        client.get("/plan/money.csv")

    assert len(many) == len(few) <= 8


def test_the_catalogue_names_it(begun: Session, client: Client) -> None:
    found = document(client, "/data/catalog.jsonld")

    [plan] = [each for each in found["dcat:dataset"] if each["dct:identifier"] == "plan"]
    assert [form["dcat:downloadURL"]["@id"].rpartition("/")[2] for form in plan["dcat:distribution"]] == [
        "plan.csv",
        "plan.json",
        "plan.xlsx",
    ]
    assert client.get("site.open_data").select("a[href^='/plan.csv']")
