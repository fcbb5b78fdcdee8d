"""The documents of the plan say what its pages say, in PDF and DOCX, Greek and English; what was frozen stays."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.core.i18n import speak
from portal.core.texts import Translated
from portal.organisation.models import Role, Unit
from portal.plan.models import Action, Funding, IndicatorValue, MoneyEntry, Period, Plan
from portal.plan.operations import money, periods
from portal.plan.operations.periods import Check, Presentation
from portal.plan.queries import accounts, picture
from portal.plan.queries.spans import Span
from portal.plan.views import documents
from portal.plan.views.documents import evaluating, files
from portal.plan.views.documents.paper import Document
from portal.plan.views.documents.writing import as_docx, printed
from tests.factories import NOW, make_staff
from tests.factories.plan import action_of, make_evidence, make_money
from tests.plan.samples import indicator
from tests.support.client import Client
from tests.support.papers import pdf_text

QUARTER = Span(date(2025, 10, 1), 3)
SEEN = Presentation(date(2026, 3, 2), "117/2026", "Ψ297ΩΗΜ-ΣΙ0")
LATER = NOW + timedelta(days=30)
MAINS = "1.1.1.01"
HERE: dict[str, Any] = {"code": "2025-Q4"}
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Say = Callable[[str], None]


@pytest.fixture(autouse=True)
def in_march(frozen: Any) -> None:
    frozen(NOW)


@pytest.fixture
def say(app: Flask) -> Any:
    """Documents are made in a language, as in a request."""
    with app.test_request_context():
        yield speak


def checked(session: Session, plan: Plan, span: Span = QUARTER) -> Period:
    due_on = NOW.date() + timedelta(days=10)
    period = periods.open_period(session, plan, span, due_on=due_on, actor_id=None, now=NOW)
    remarks = Translated(el="Όλα <καλά>\nκαι & μετρημένα", en="All <well>\nand & counted")
    periods.check_period(session, period, Check(remarks, "Άδεια"), actor_id=1, now=NOW)
    return period


def presented(session: Session, plan: Plan, span: Span = QUARTER) -> Period:
    period = checked(session, plan, span)
    periods.present(session, period, SEEN, actor_id=1, now=NOW)
    return period


def frozen_one(session: Session, plan: Plan, span: Span = QUARTER) -> Period:
    period = presented(session, plan, span)
    periods.freeze(session, plan, period, actor_id=None, now=NOW)
    return period


@pytest.fixture
def busy(session: Session, plan: Plan) -> Plan:
    """The plan with evidence, money and a value at the end of 2025."""
    make_evidence(session, f"{MAINS}-1", on=date(2025, 3, 1))
    make_evidence(session, f"{MAINS}-2", on=date(2025, 12, 1), quantity="5")
    make_money(session, MAINS, "1234.56", on=date(2025, 12, 30), year=2025)
    make_money(session, None, "0.44", on=date(2025, 12, 31), year=2025)
    make_money(session, MAINS, "700.00", on=date(2026, 1, 1), year=2026)
    row = indicator(session, "Δ.2.1.05")
    value = IndicatorValue(indicator_id=row.id, span="2025", value=Decimal("38.5"), source="Μετρητές", at=NOW)
    session.add(value)
    session.flush()
    return plan


def planner(session: Session) -> Any:
    return make_staff(session, session.scalars(sa.select(Unit).where(Unit.code == "citizens")).one(), Role.PLANNER)


def docx_text(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            ET.fromstring(package.read(name))  # noqa: S314 – made by ourselves
        tree = ET.fromstring(package.read("word/document.xml"))  # noqa: S314 – made by ourselves
    paragraphs = (" ".join(node.text or "" for node in each.iter(f"{_W}t")) for each in tree.iter(f"{_W}p"))
    return " ".join(" ".join(text.split()) for text in paragraphs)


READ: dict[str, Callable[[bytes], str]] = {"pdf": pdf_text, "docx": docx_text}


def taken(client: Client, endpoint: str, form: str, **values: Any) -> str:
    return READ[form](client.get(endpoint, form=form, **values).response.data)


def values_of(of: Document, table: str, row: int) -> list[Any]:
    return [cell.value for cell in of.table(table).lines[row]]


# -- the report of a period


@pytest.mark.parametrize("form", READ)
def test_page_report_and_file_say_the_same(form: str, busy: Plan, session: Session, client: Client) -> None:
    frozen_one(session, busy)

    page = client.get("plan.period", lang="en", **HERE).text
    page += client.get("plan.period_indicators", lang="en", **HERE).text
    text = taken(client, "plan.report", form, lang="en", **HERE)

    for figure in ("52%", "€1,234.56", "38.5%", "117/2026", "Ψ297ΩΗΜ-ΣΙ0", "It is suspended."):
        assert figure in page, figure
        assert figure in text, figure
    assert "€1,235.00" in text, "the whole plan, with what no action explains"
    assert "Provisional" not in text
    assert "All <well> and & counted" in text
    assert "Early warnings" not in text, "that is for staff"


@pytest.mark.parametrize("form", READ)
def test_the_report_is_greek_too(form: str, busy: Plan, session: Session, client: Client) -> None:
    frozen_one(session, busy)

    text = taken(client, "plan.report", form, lang="el", **HERE)

    assert "1.234,56 €" in text.replace("\xa0", " ")
    assert "Περιβάλλον" in text
    assert "31 Δεκεμβρίου 2025" in text


def test_the_report_keeps_its_numbers(busy: Plan, session: Session, say: Say) -> None:
    period = frozen_one(session, busy)
    say("en")

    report = documents.report(period, picture.frozen_picture(session, period))

    action = [None, None, 52, None, 52, Decimal("1340000.55"), 0, 0, Decimal("1234.56"), Decimal("0.1")]
    assert values_of(report, "Actions of axis 1", 0) == action
    whole = values_of(report, "Physical and financial progress by axis", -1)
    assert whole == [None, 52, Decimal("1340061.15"), 0, 0, Decimal("1235.00"), Decimal("0.1")]
    assert values_of(report, "Lights by axis", -1) == [None, 2, 1, 1, 0, 0]


def test_a_frozen_report_stays_what_it_is(busy: Plan, session: Session, client: Client) -> None:
    frozen_one(session, busy)
    before = {form: taken(client, "plan.report", form, **HERE) for form in READ}

    make_evidence(session, f"{MAINS}-2", on=date(2025, 12, 2), at=LATER)
    make_money(session, MAINS, "99.99", on=date(2025, 12, 30), year=2025, at=LATER)
    session.execute(sa.update(Action).values(title={"el": "Άλλο", "en": "Other"}))
    session.expire_all()

    assert {form: taken(client, "plan.report", form, **HERE) for form in READ} == before


def test_before_it_is_frozen_the_report_is_provisional_and_follows(
    busy: Plan, session: Session, client: Client
) -> None:
    presented(session, busy)
    before = taken(client, "plan.report", "docx", lang="en", **HERE)

    make_evidence(session, f"{MAINS}-2", on=date(2025, 12, 2))
    after = taken(client, "plan.report", "docx", lang="en", **HERE)

    assert "Provisional figures" in before
    assert "52%" in before
    assert "100%" in after


def test_what_was_not_presented_is_for_the_planning_unit(busy: Plan, session: Session, client: Client) -> None:
    checked(session, busy)
    client.get("plan.report", status=404, form="pdf", **HERE)
    client.get("plan.report", status=404, form="pdf", staff=1, **HERE)

    client.sign_in(planner(session))
    text = taken(client, "plan.report", "pdf", lang="en", staff=1, **HERE)

    assert "Early warnings" in text
    assert "has not seen this report yet" in text
    assert "Early warnings" not in taken(client, "plan.report", "docx", lang="en", **HERE)
    client.get("plan.report", status=404, form="odt", **HERE)


def test_what_units_wrote_is_in_the_version_for_staff(busy: Plan, session: Session, say: Say) -> None:
    period = frozen_one(session, busy)
    shown = picture.frozen_picture(session, period)
    shown.figures["action", MAINS].values["problems"] = "Βροχές"  # type: ignore[index]
    say("en")

    staff = printed(documents.report(period, shown, for_staff=True))

    assert "Βροχές" in str(staff)
    assert "Βροχές" not in str(printed(documents.report(period, shown)))


# -- the account of a year


def test_the_account_of_a_year_adds_up(busy: Plan, session: Session, say: Say) -> None:
    frozen_one(session, busy)
    say("en")

    found = accounts.account(session, busy, 2025, today=NOW.date())
    account = documents.annual_account(found)

    assert (found.on, found.period is None) == (date(2025, 12, 31), False)
    assert (found.money.total.budgeted, found.money.total.paid) == (Decimal("680020.75"), Decimal("1235.00"))
    for table in ("Money of 2025 by source", "Money of 2025 by axis"):
        for column in range(1, 5):
            rows = [row[column].value or 0 for row in account.table(table).rows]
            assert sum(rows) == account.table(table).total[column].value
    assert values_of(account, "Planned and done: axis 1", 0)[5:] == [
        Decimal("680000.55"), 0, 0, Decimal("1234.56"), Decimal("0.2"),
    ]  # fmt: skip


def test_the_account_of_a_frozen_year_stays(busy: Plan, session: Session, client: Client) -> None:
    frozen_one(session, busy)
    before = {form: taken(client, "plan.account", form, year=2025, lang="en") for form in READ}

    make_money(session, MAINS, "99.99", on=date(2025, 12, 30), year=2025, at=LATER)
    make_evidence(session, f"{MAINS}-2", on=date(2025, 12, 2), at=LATER)
    orphan = session.scalars(sa.select(MoneyEntry).where(MoneyEntry.action_id.is_(None))).one()
    money.give_action(session, busy, [orphan.id], action_of(session, MAINS), actor_id=1, now=LATER)
    session.execute(sa.update(Funding).values(closed=True))
    session.expire_all()

    assert {form: taken(client, "plan.account", form, year=2025, lang="en") for form in READ} == before
    assert all("€1,235.00" in text for text in before.values())
    assert all("Final figures" in text for text in before.values())


def test_the_account_of_a_year_that_runs_is_provisional(busy: Plan, session: Session, client: Client) -> None:
    text = taken(client, "plan.account", "docx", year=2026, lang="en")

    assert "Provisional figures" in text
    assert "€700.00" in text
    assert "€540,030.30" in text
    client.get("plan.account", status=404, form="pdf", year=2027)
    client.get("plan.account", status=404, form="pdf", year=2023)
    client.get("plan.account", status=404, form="csv", year=2026)


# -- the plan


@pytest.mark.parametrize("form", READ)
def test_the_plan_is_a_document_with_its_tables(form: str, plan: Plan, client: Client) -> None:
    text = taken(client, "plan.document", form, lang="en")

    for words in (
        "Plan 2024–2028",
        "A living place",
        "New mains",
        "Approved study",
        "25",
        "€1,340,061.15",
        "€680,000.55",
    ):
        assert words in text
    for words in ("Fewer leaks", "Mochos", "12.5 km", "5.5 (2023)", "Partnership Agreement"):
        assert words in text
    assert client.get("plan.money", lang="en").text.count("€1,340,061.15") >= 1


def test_the_tables_of_the_plan_add_up(plan: Plan, say: Say) -> None:
    say("en")

    text = documents.plan_text(files.text_of(plan, 0))

    for name in ("Budget by source and year", "Budget by axis and year", "Budget by measure and year"):
        table = text.table(name)
        for column in range(1, 7):
            assert sum(row[column].value or 0 for row in table.rows) == table.total[column].value
        assert table.total[-1].value == Decimal("1340061.15")


def test_a_version_is_a_document_that_stays(plan: Plan, session: Session, client: Client) -> None:
    before = taken(client, "plan.document", "docx", number=1, lang="en")

    session.execute(sa.update(Action).values(title={"el": "Άλλο", "en": "Other"}))
    session.expire_all()

    assert taken(client, "plan.document", "docx", number=1, lang="en") == before
    assert "Other" in taken(client, "plan.document", "docx", lang="en")
    client.get("plan.document", status=404, form="docx", number=7)


# -- the evaluation


@pytest.mark.parametrize("form", READ)
def test_frozen_periods_stand_side_by_side(form: str, busy: Plan, session: Session, client: Client) -> None:
    client.get("plan.evaluation", status=404, form=form)
    frozen_one(session, busy, Span(date(2025, 1, 1), 3))
    frozen_one(session, busy)

    text = taken(client, "plan.evaluation", form, lang="en")

    assert "Interim evaluation" in text
    assert "20% 52%" in text, "of the first quarter, and of the last"
    assert "€0.00 €1,235.00" in text


def test_of_many_periods_the_last_of_each_year_is_shown() -> None:
    spans = [Span(date(year, month, 1), 3) for year in (2024, 2025) for month in (1, 4, 7, 10)]
    rows = [Period(code=span.code, first=span.first, after=span.after) for span in spans]

    assert [row.code for row in evaluating.chosen(rows[::-1])] == ["2024-Q4", "2025-Q4"]
    assert [row.code for row in evaluating.chosen(rows[:3])] == ["2024-Q1", "2024-Q2", "2024-Q3"]


# -- the page, and the files themselves


def test_the_page_leads_to_every_document(busy: Plan, session: Session, client: Client) -> None:
    assert "No period was presented yet" in client.get("plan.documents", lang="en").text
    frozen_one(session, busy)

    page = client.get("plan.documents", lang="en")

    addresses = [link["href"] for link in page.select(".main a[href], main a[href]")]
    for end in ("document.pdf", "document.docx", "evaluation.pdf", "accounts/2024.docx", "periods/2025-Q4/report.pdf"):
        assert any(str(address).endswith(end) for address in addresses), end


def test_the_same_document_is_the_same_file(plan: Plan, say: Say) -> None:
    say("en")
    text = documents.plan_text(files.text_of(plan, 0))

    assert as_docx(text) == as_docx(text)


def test_a_heading_row_repeats_and_tables_have_names(plan: Plan, say: Say) -> None:
    say("en")
    data = as_docx(documents.plan_text(files.text_of(plan, 0)))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        tree = ET.fromstring(package.read("word/document.xml"))  # noqa: S314 – made by ourselves

    heads = [table for table in tree.iter(f"{_W}tbl") if table.find(f"{_W}tr/{_W}trPr/{_W}tblHeader") is not None]

    assert len(heads) >= 8
    names = [caption.get(f"{_W}val") for table in heads for caption in table.iter(f"{_W}tblCaption")]
    assert len(names) == len(heads)
    assert all(names)
    levels = {style.get(f"{_W}val") for style in tree.iter(f"{_W}pStyle")}
    assert {"Heading1", "Heading2", "Heading3", "Heading4"} <= levels
