"""The public pages of the plan: how it stands, by what that is shown, and the way from a figure to its records."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.core.texts import Translated
from portal.plan.models import (
    ActionReport,
    EvidenceKind,
    IndicatorValue,
    MoneyStage,
    PeriodState,
    Plan,
    ReportState,
)
from portal.plan.queries.board import page_of
from tests.casework.test_statements import counted
from tests.factories import DAY, NOW
from tests.factories.plan import action_of, make_evidence, make_money, make_period
from tests.plan.samples import indicator
from tests.support.client import Client

WORKS = Translated(el="Πιστοποίηση", en="Works")
MAINS, ONLINE = "1.1.1.01", "2.1.1.01"
PAGES: list[tuple[str, dict[str, Any]]] = [
    ("plan.overview", {}),
    ("plan.actions", {}),
    ("plan.action", {"code": MAINS}),
    ("plan.axis", {"code": "1"}),
    ("plan.communities", {}),
    ("plan.community", {"code": "93090302"}),
    ("plan.map", {}),
    ("plan.timeline", {}),
    ("plan.money", {}),
    ("plan.amounts", {}),
    ("plan.indicators", {}),
    ("plan.indicator", {"code": "Δ.2.1.05"}),
    ("plan.rules", {}),
    ("plan.data", {}),
    ("plan.follow", {}),
]


@pytest.fixture(autouse=True)
def _in_march(frozen: Any) -> None:
    frozen(NOW)


@pytest.fixture
def client(client: Client) -> Client:
    """Somebody who reads English."""
    client.language = "en"
    return client


@pytest.fixture
def begun(plan: Plan, session: Session) -> Session:
    """The mains: a contract, five of twelve and a half kilometres, and what they cost."""
    make_evidence(session, f"{MAINS}-1", on=date(2024, 9, 1))
    make_evidence(session, f"{MAINS}-2", on=date(2026, 2, 1), quantity=5, title=WORKS)
    make_money(session, MAINS, "100000.10", reference="ΧΕ 17", title="Ονοματεπώνυμο Αναδόχου")
    make_money(session, MAINS, "250000.00", stage=MoneyStage.COMMITTED, reference="ΑΑΥ 3")
    make_money(session, None, "40.00", reference="ΧΕ 99")
    return session


def test_the_overview_says_how_the_plan_stands(begun: Session, client: Client) -> None:
    page = client.get("plan.overview")

    assert page.texts(".plan-lights li") == [
        "0 On its way",
        "2 Needs attention",
        "0 Off its way",
        "0 Cannot be said yet",
    ]
    assert "52%" in page.text
    assert page.select("svg.plan-strip")
    assert page.texts("tr.total td")[:4] == ["€1,340,061.15", "€250,000", "€0", "€100,040.10"]


def test_lights_lead_to_the_actions_that_have_them(begun: Session, client: Client) -> None:
    make_money(begun, MAINS, "2000000.00")
    overview = client.get("plan.overview")

    listed = client.get(str(overview.select(".plan-lights a")[0]["href"]))

    assert listed.texts(".plan-line h2") == ["Online services"]
    assert listed.one("select[name=light] option[selected]")["value"] == "yellow"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [MAINS, ONLINE]),
        ({"axis": "2"}, [ONLINE]),
        ({"community": "93090302"}, [MAINS]),
        ({"kind": "operation"}, [ONLINE]),
        ({"unit": "citizens"}, [MAINS, ONLINE]),
        ({"standing": "suspended"}, [ONLINE]),
        ({"axis": "2", "kind": "work"}, []),
    ],
)
def test_actions_are_narrowed_by_filters(
    begun: Session, client: Client, wanted: dict[str, str], found: list[str]
) -> None:
    page = client.get("plan.actions", **wanted)

    links = [str(link["href"]).rstrip("/").rpartition("/")[2] for link in page.select(".plan-line h2 a")]
    assert links == found
    assert bool(page.select(".empty")) is not bool(found)


def test_a_filter_that_is_none_is_named(begun: Session, client: Client) -> None:
    page = client.get("plan.actions", light="purple", status=422)

    assert page.errors


def test_lists_go_on_by_the_code_of_their_last_row() -> None:
    rows = ["a", "b", "c", "d", "e"]

    assert page_of(rows, str, "", 2) == (["a", "b"], "b")
    assert page_of(rows, str, "b", 2) == (["c", "d"], "d")
    assert page_of(rows, str, "d", 2) == (["e"], "")
    assert page_of(rows, str, "never there", 9) == (rows, "")


def test_an_action_shows_each_milestone_with_its_evidence(begun: Session, client: Client) -> None:
    page = client.get("plan.action", code=MAINS)

    assert page.one(".plan-how .big").get_text() == "52%"
    assert page.texts(".plan-steps h3") == ["Contract", "Mains"]
    assert "5 of 12.5 km" in page.text
    assert "1 Feb 2026 · Decision: Works · 5 km" in page.text
    assert page.select("[data-map]")
    assert page.select(".crumbs a[href$='/plan/axes/1/']")


def test_an_action_says_why_it_has_its_light(begun: Session, client: Client) -> None:
    page = client.get("plan.action", code=ONLINE)

    assert "It is suspended." in page.text
    assert page.select("a[href$='/plan/rules/']")


def test_evidence_that_was_taken_back_is_gone(begun: Session, client: Client) -> None:
    make_evidence(begun, f"{MAINS}-2", quantity=7, title=Translated(el="Λάθος", en="Wrong"), revoked_at=NOW)

    page = client.get("plan.action", code=MAINS)

    assert "Wrong" not in page.text
    assert page.one(".plan-how .big").get_text() == "52%"


def test_what_the_unit_said_is_read_once_the_committee_has_it(begun: Session, plan: Plan, client: Client) -> None:
    action = action_of(begun, MAINS)
    period = make_period(begun, plan)
    report = ActionReport(
        period_id=period.id,
        action_id=action.id,
        unit_id=action.unit_id,
        state=ReportState.ACCEPTED,
        computed=52,
        stated=60,
        why="Υπάρχει τιμολόγιο",
        done="Σκάφτηκε ο δρόμος",
    )
    begun.add(report)
    begun.flush()

    assert "Σκάφτηκε" not in client.get("plan.action", code=MAINS).text
    period.state, period.presented_on = PeriodState.PRESENTED, DAY
    shown = client.get("plan.action", code=MAINS).text
    assert "Σκάφτηκε ο δρόμος" in shown
    assert "the evidence says 52%, the unit says 60%" in shown
    assert "Presented to the Municipal Committee: 1st quarter 2026" in shown
    report.state = ReportState.RETURNED
    assert "Σκάφτηκε" not in client.get("plan.action", code=MAINS).text


def test_an_amount_is_three_clicks_from_the_overview_and_names_nobody(begun: Session, client: Client) -> None:
    overview = client.get("plan.overview")
    action = client.get("plan.action", code=MAINS)

    paid = client.get(str(action.select("#money a[href*='stage=paid']")[0]["href"]))
    all_paid = client.get(str(overview.select("tr.total a[href*='stage=paid']")[0]["href"]))

    assert paid.texts("tbody tr") == ["3 Mar 2026 Paid 1.1.1.01 New mains ΕΣΠΑ ΧΕ 17 2026 €100,000.10"]
    assert [text.rpartition(" ")[2] for text in all_paid.texts("tbody tr")] == ["€40.00", "€100,000.10"]
    assert "none named" in all_paid.text
    assert "Ονοματεπώνυμο" not in all_paid.text


def test_money_adds_up_in_every_cut(begun: Session, client: Client) -> None:
    page = client.get("plan.money")

    def column(caption: str, number: int) -> Decimal:
        [table] = [each for each in page.select("table") if caption in each.caption.get_text()]  # type: ignore[union-attr]
        rows = [row.select("th, td") for row in table.select("tbody tr:not(.total)")]
        return sum((Decimal(row[number].get_text().replace("€", "").replace(",", "")) for row in rows), Decimal(0))

    for caption in ("Money by year", "Money by source", "Money by axis"):
        assert column(caption, 1) == Decimal("1340061.15"), caption
        assert column(caption, 4) == Decimal("100040.10"), caption


def test_the_community_has_its_actions_and_those_of_everybody(begun: Session, client: Client) -> None:
    page = client.get("plan.community", code="93090302")

    assert page.texts(".plan-line h2") == ["New mains"]
    assert page.texts(".plan-lines a") == ["Online services"]
    assert page.select("a[href*='/faults/?community=93090302']")
    assert page.select("a[href*='/events/?community=93090302']")
    assert client.get("plan.community", code="93090301").select(".empty")
    client.get("plan.community", code="nowhere", status=404)


def test_the_map_says_in_words_what_it_draws(begun: Session, client: Client) -> None:
    page = client.get("plan.map")

    assert "New mains" in str(page.one("[data-map]")["data-shapes"])
    assert page.texts(".plan-lines a") == ["New mains"]


def test_the_time_line_draws_and_lists(begun: Session, client: Client) -> None:
    page = client.get("plan.timeline")

    assert len(page.select(".plan-gantt rect.ground")) == 2
    assert len(page.select(".plan-gantt rect.done")) == 1
    assert len(page.select(".plan-gantt .mark")) == 2
    assert [text.split()[0] for text in page.texts("tbody tr")] == [MAINS, ONLINE]
    assert len(client.get("plan.timeline", axis="2").select("tbody tr")) == 1
    client.get("plan.timeline", axis="9", status=404)


def test_an_axis_has_its_measures_objectives_and_actions(begun: Session, client: Client) -> None:
    page = client.get("plan.axis", code="1")

    assert page.h1 == "1. Environment"
    assert page.texts(".plan-line h5") == ["New mains"]
    client.get("plan.axis", code="1.1", status=404)
    client.get("plan.axis", code="9", status=404)


def test_the_rules_state_the_numbers_that_hold(plan: Plan, client: Client) -> None:
    text = client.get("plan.rules").text

    assert "It is far behind its timetable. (25 points or more) Off its way" in text
    assert "no evidence for months. (6 months or more) Needs attention" in text


def test_an_indicator_that_a_unit_reports_shows_what_was_entered(begun: Session, client: Client) -> None:
    row = indicator(begun, "Δ.2.1.05")
    for span, value, when in (("2025", "39.5", NOW), ("2026-Q1", "38", NOW), ("2026-Q1", "37", NOW)):
        entry = IndicatorValue(indicator_id=row.id, span=span, value=Decimal(value), source="Μετρητές", at=when)
        begun.add(entry)
        begun.flush()

    page = client.get("plan.indicator", code="Δ.2.1.05")

    assert "In 2026 so far: 37%, target 36%" in page.text
    assert page.texts("table:last-of-type tbody tr")[-2:] == [
        "2026-Q1 37% Μετρητές Complete",
        "2025 39.5% Μετρητές Complete",
    ]
    assert "38%" not in page.text


def test_a_photograph_is_shown_until_it_is_taken_back(begun: Session, client: Client) -> None:
    photo = make_evidence(begun, f"{MAINS}-2", kind=EvidenceKind.PHOTO)

    client.get("plan.photo", number=photo.id, status=404)  # it has no file
    client.get("plan.photo", number=999, status=404)


@pytest.mark.parametrize(("endpoint", "values"), PAGES)
def test_a_page_is_small_and_asks_little(begun: Session, client: Client, endpoint: str, values: dict[str, Any]) -> None:
    client.get(endpoint, **values)
    client.app.extensions.pop("kept_pages", None)

    with counted(begun) as told:
        page = client.get(endpoint, **values)

    assert len(told) <= 9, "\n".join(told)
    assert len(page.response.get_data()) < 60_000


def test_before_a_plan_is_there_its_pages_are_not(client: Client) -> None:
    for endpoint in ("plan.actions", "plan.map", "plan.timeline", "plan.money", "plan.communities", "plan.follow"):
        client.get(endpoint, status=404)
