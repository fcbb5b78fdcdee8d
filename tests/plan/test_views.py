"""The pages of the plan: what everybody reads, and what only the planning unit does."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.casework.models import Case
from portal.core.db import db
from portal.core.facts import record
from portal.organisation.models import Role, Unit
from portal.plan import operations
from portal.plan.models import Action, IndicatorValue, Plan, PlanVersion, Revision
from tests.factories import NOW, make_staff, make_user
from tests.plan.samples import cells_of, decided, indicator, on, sheets, written
from tests.support.client import Client
from tests.support.scanner import clamd


@pytest.fixture(autouse=True)
def in_march(frozen: Any) -> None:
    frozen(NOW)


@pytest.fixture
def told(plan: Plan, session: Session) -> Session:
    """A plan that has heard of a few decisions."""
    for number in range(1, 31):
        record(session, decided(number, days=number, within_limit=number > 3))
    record(session, decided(31, days=4, decided_at=on(2025, 11, 5)))
    return session


def unit(session: Session, code: str = "technical") -> Unit:
    return session.scalars(sa.select(Unit).where(Unit.code == code)).one()


def planner(session: Session) -> Any:
    return make_staff(session, unit(session, "citizens"), Role.PLANNER)


@contextmanager
def statements(client: Client) -> Iterator[list[str]]:
    """What is asked of the database meanwhile, savepoints apart."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        if not text.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(text)

    with client.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_before_a_plan_is_loaded_the_page_says_so(client: Client) -> None:
    assert client.get("plan.overview").select(".empty")
    client.get("plan.indicators", status=404)


def test_the_plan_is_a_tree_with_its_money(told: Session, client: Client) -> None:
    page = client.get("plan.overview", lang="en")

    assert page.h1 == "Plan 2024–2028"
    assert page.texts(".plan-axes h3") == ["1. Environment", "2. Administration"]
    assert "€1,340,061.15" in page.text
    axis = client.get(str(page.select(".plan-axes a")[0]["href"]))
    assert axis.one("a[href$='/plan/actions/1.1.1.01/']").get_text() == "New mains"


def test_the_plan_is_searched(told: Session, client: Client) -> None:
    assert client.get("plan.overview", q="μοχος").texts(".plan-list a") == ["Νέοι αγωγοί"]
    assert client.get("plan.overview", q="ελέφαντας").select(".empty")
    assert client.get("plan.overview", q="'\"<script>").select(".empty")


def test_an_action_says_what_where_who_when_and_how_much(told: Session, client: Client) -> None:
    page = client.get("plan.action", code="1.1.1.01", lang="en")

    assert "Mochos" in page.text
    assert "Fewer leaks" in page.text
    assert "€680,000.55" in page.text
    assert "1 March 2024 – 30 June 2026" in page.text
    assert len(page.select(".chart rect.column")) == 5
    client.get("plan.action", code="9.9.9.99", status=404)


def test_an_action_without_a_place_is_everywhere(told: Session, client: Client) -> None:
    page = client.get("plan.action", code="2.1.1.01", lang="en")

    assert "The whole municipality" in page.text
    assert "In 2026 so far: 90%, target 90%" in page.text


def test_the_indicators_are_listed_with_their_targets(told: Session, client: Client) -> None:
    rows = client.get("plan.indicators", lang="en").texts("tbody tr")

    assert len(rows) == 5
    assert rows[1] == "Δ.2.1.02 Εμπρόθεσμα (en) sample 90% 90% 0 worse than last year Complete On its way"


def test_an_indicator_says_where_its_figure_comes_from(told: Session, client: Client) -> None:
    page = client.get("plan.indicator", code="Δ.2.1.03", lang="en")

    assert "Service: Service pruning" in page.text
    assert "In 2026 so far: 15.5 ημέρες, target 10 ημέρες" in page.text
    assert "The median of the days from filing to decision" in page.text
    assert page.select("a[href$='evidence/?period=2026-Q1']")


def test_an_indicator_without_a_feed_is_reported_by_the_unit(told: Session, client: Client) -> None:
    page = client.get("plan.indicator", code="Δ.2.1.05", lang="en")

    assert "The unit in charge reports it" in page.text
    client.get("plan.evidence", code="Δ.2.1.05", status=404)


def test_evidence_names_nobody_and_no_number(told: Session, client: Client) -> None:
    page = client.get("plan.evidence", code="Δ.2.1.03", lang="en")

    assert page.texts(".chip[aria-current]") == ["Q1 2026"]
    assert page.texts("tbody tr")[0] == "3 Mar 2026 Service pruning Mochos 30 days"
    assert not page.select("tbody a")
    assert "case:" not in page.response.get_data(as_text=True)


def test_staff_find_the_way_to_the_cases_they_may_see(
    told: Session, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = Case(id=30, reference="2026/130", unit_id=unit(told).id)
    theirs = Case(id=29, reference="2026/129", unit_id=unit(told, "citizens").id)
    monkeypatch.setattr("portal.casework.queries.cases_by_id", lambda _session, _keys: {30: ours, 29: theirs})
    clerk, resident = make_staff(told, unit(told)), make_user(told)

    seen = client.sign_in(clerk).get("plan.evidence", code="Δ.2.1.03")
    hidden = client.sign_in(resident).get("plan.evidence", code="Δ.2.1.03")

    assert seen.texts("tbody a") == ["2026/130"]
    assert seen.one("tbody a")["href"] == client.path("casework_desk.case", slug="2026-130")
    assert "2026/129" not in seen.text
    assert "2026/1" not in hidden.text


def test_evidence_goes_on_page_by_page(told: Session, client: Client) -> None:
    first = client.get("plan.evidence", code="Δ.2.1.03", period="2026")
    second = client.get(str(first.one("a[rel=next]")["href"]))

    assert (len(first.select("tbody tr")), len(second.select("tbody tr"))) == (20, 10)
    assert not second.select("a[rel=next]")


@pytest.mark.parametrize("period", ["2026-Q9", "x", "2026-01-01"])
def test_what_is_no_period_is_no_page(told: Session, client: Client, period: str) -> None:
    client.get("plan.evidence", code="Δ.2.1.03", period=period, status=404)


def test_an_empty_period_says_so(told: Session, client: Client) -> None:
    assert client.get("plan.evidence", code="Δ.2.1.03", period="2024-Q1").select(".empty")


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("plan.overview", {}),
        ("plan.action", {"code": "1.1.1.01"}),
        ("plan.indicators", {}),
        ("plan.indicator", {"code": "Δ.2.1.04"}),
        ("plan.evidence", {"code": "Δ.2.1.04"}),
    ],
)
def test_a_page_asks_little_of_the_database(
    told: Session, client: Client, endpoint: str, values: dict[str, str]
) -> None:
    client.get(endpoint, **values)

    with statements(client) as seen:
        client.get(endpoint, **values)

    assert len(seen) <= 8, "\n".join(seen)


def test_a_large_plan_is_still_a_small_page(plan: Plan, session: Session, client: Client) -> None:
    content = sheets()
    pattern = content["Δράσεις"][1]
    long = "Ανακατασκευή δικτύων και αναβάθμιση εγκαταστάσεων στις κοινότητες του δήμου"
    content["Δράσεις"] += [[f"1.1.1.{number:02}", *pattern[1:2], long, *pattern[3:]] for number in range(2, 60)]
    operations.import_plan(session, operations.read(written(content)), now=NOW)

    size = len(client.get("plan.overview").response.get_data())

    assert session.scalar(sa.select(sa.func.count()).select_from(Action)) == 60
    assert size < 60_000, size


@pytest.mark.parametrize("role", [None, Role.CLERK, Role.HEAD])
def test_the_desk_of_the_plan_is_for_planners(told: Session, client: Client, role: Role | None) -> None:
    user = make_staff(told, unit(told), role) if role else make_user(told)
    client.sign_in(user)

    client.get("plan_desk.overview", status=403)
    client.get("plan_desk.indicator", code="Δ.2.1.05", status=403)
    client.post("plan_desk.indicator_submit", code="Δ.2.1.05", status=403)
    client.get("plan_desk.workbook", status=403)
    client.post("plan_desk.workbook_submit", status=403)
    client.post("plan_desk.take_submit", status=403)
    client.get("plan_desk.workbook_download", status=403)


def test_a_planner_sees_what_a_feed_would_give_and_connects_it(told: Session, client: Client) -> None:
    client.sign_in(planner(told))
    overview = client.get("plan_desk.overview", lang="en")
    assert len(overview.select("tbody tr")) == 5
    page = client.get("plan_desk.indicator", code="Δ.2.1.05", lang="en")
    choice = {"feed": "eservices.within-limit", "service": "pruning"}

    shown = client.submit(page, choice, button="show", status=200)

    assert "Service: Service pruning" in shown.text
    assert shown.texts("main > table tbody tr") == ["Q1 2026 90% 30", "Q4 2025 100% 1"]
    assert indicator(told, "Δ.2.1.05").feed is None
    fields = {**choice, "category": "", "unit": "", "community": ""}
    client.post("plan_desk.indicator_submit", fields, code="Δ.2.1.05")
    assert indicator(told, "Δ.2.1.05").feed_filter == {"service": "pruning"}
    again = client.get("plan_desk.indicator", code="Δ.2.1.05", lang="en")
    assert again.one("select[name=feed] option[selected]")["value"] == "eservices.within-limit"
    assert again.one("select[name=service] option[selected]")["value"] == "pruning"


def test_a_planner_sees_what_units_entered_among_what_is_counted(told: Session, client: Client) -> None:
    client.sign_in(planner(told))
    row = indicator(told, "Δ.2.1.05")
    told.add(IndicatorValue(indicator_id=row.id, span="2026", value=Decimal(35), source="Μετρητές", at=NOW))
    told.flush()

    page = client.get("plan_desk.overview", lang="en")

    assert "Reported by the unit 35% 36%" in page.texts("tbody tr")[4]


@pytest.mark.parametrize(
    ("endpoint", "item"),
    [
        ("plan_desk.overview", "Operational plan"),
        ("plan_desk.periods", "Operational plan"),
        ("plan_desk.fed", "Evidence, money and values"),
        ("plan_desk.accounting", "Evidence, money and values"),
        ("plan_desk.orphans", "Evidence, money and values"),
    ],
)
def test_one_item_of_the_menu_is_current(told: Session, client: Client, endpoint: str, item: str) -> None:
    client.sign_in(planner(told))

    # the menu stands there twice: at the side, and behind a button where the screen is narrow
    assert set(client.get(endpoint, lang="en").texts("nav a[aria-current=page]")) == {item}


def test_a_feed_that_is_not_there_cannot_be_chosen(told: Session, client: Client) -> None:
    client.sign_in(planner(told))

    page = client.post("plan_desk.indicator_submit", {"feed": "smiles"}, code="Δ.2.1.05", status=422)

    assert len(page.errors) == 1
    assert indicator(told, "Δ.2.1.05").feed is None


def upload(client: Client, data: bytes, **options: Any) -> Any:
    return client.post("plan_desk.workbook_submit", {"file": (io.BytesIO(data), "plan.xlsx")}, lang="en", **options)


def test_a_workbook_with_problems_is_answered_with_all_of_them(told: Session, client: Client) -> None:
    client.sign_in(planner(told))
    content = sheets()
    content["Χρηματοδότηση"][1][3] = "πολλά"
    content["Δράσεις"][2][13] = "nobody"

    page = upload(client, written(content), status=422)

    assert page.texts("tbody tr")[0].startswith("Χρηματοδότηση 2 Π/Υ 2024 “πολλά” is not a number.")
    assert (
        upload(client, b"no spreadsheet", status=422).texts("tbody tr")[0].startswith("– – – This is not a spreadsheet")
    )
    assert client.post("plan_desk.workbook_submit", {}, status=422).errors


def test_a_workbook_is_scanned_like_every_file(
    told: Session, client: Client, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.sign_in(planner(told))
    portal = app.extensions["portal"]
    with clamd(lambda _: b"stream: Eicar-Signature FOUND\0") as address:
        monkeypatch.setattr(portal, "intake", replace(portal.intake, clamav=address))

        page = upload(client, written(sheets()), status=422)

    assert page.errors == ["“plan.xlsx” contains harmful software and was not kept. Choose another file."]


def test_a_workbook_shows_its_changes_before_it_is_taken(told: Session, client: Client) -> None:
    client.sign_in(planner(told))
    content = sheets()
    content["Δράσεις"][1][2] = "Άλλοι αγωγοί"
    del content["Δράσεις"][2], content["Χρηματοδότηση"][2]

    shown = upload(client, written(content), status=200)

    assert shown.texts("tbody tr") == [
        "Changed Action 1.1.1.01 New mains title",
        "No longer in the plan Action 2.1.1.01 Online services",
        "No longer in the plan Funding 2.1.1.01/ΙΠ/",
    ]
    title = sa.select(Action.title).where(Action.code == "1.1.1.01")
    begin = client.get(client.submit(shown).location)
    client.submit(begin, {"title_el": "1η αναθεώρηση", "reasons_el": "Ακρίβεια"})
    told.expire_all()
    assert told.scalars(title).one()["el"] == "Νέοι αγωγοί"
    assert told.scalars(sa.select(Revision)).one().content["sheets"]["Δράσεις"][0]["title"]["el"] == "Άλλοι αγωγοί"


def test_the_first_workbook_is_taken_as_it_is(house: Session, client: Client) -> None:
    client.sign_in(planner(house))

    shown = upload(client, written(sheets()), status=200)
    client.submit(shown)

    assert len(house.scalars(sa.select(Action)).all()) == 2
    assert [row.number for row in house.scalars(sa.select(PlanVersion))] == [1]


def test_a_workbook_that_changes_nothing_says_so(told: Session, client: Client) -> None:
    client.sign_in(planner(told))

    assert upload(client, written(sheets()), status=200).select(".empty")


def test_taking_what_was_never_brought_leads_back(told: Session, client: Client) -> None:
    client.sign_in(planner(told))

    assert client.post("plan_desk.take_submit", {"file_id": "999999"}).location.endswith("/desk/plan/workbook/")
    assert client.post("plan_desk.take_submit", {"file_id": "x"}).location.endswith("/desk/plan/workbook/")


def test_the_present_workbook_is_taken_along(told: Session, client: Client) -> None:
    client.sign_in(planner(told))

    response = client.get("plan_desk.workbook_download").response

    assert cells_of(response.get_data()) == cells_of(written(sheets()))


def test_the_commands_import_export_and_recount(told: Session, client: Client, tmp_path: Any) -> None:
    told.commit()
    runner = client.app.test_cli_runner()
    file = tmp_path / "plan.xlsx"

    exported = runner.invoke(args=["plan", "export", str(file)])
    imported = runner.invoke(args=["plan", "import", str(file)])
    checked = runner.invoke(args=["plan", "recount", "--check"])
    file.write_bytes(b"broken")
    refused = runner.invoke(args=["plan", "import", str(file)])

    assert (exported.exit_code, imported.output) == (0, "nothing changed\n")
    # the facts of this test stand in no history
    assert (checked.exit_code, "DIFFERENT" in checked.output) == (1, True)
    assert refused.exit_code == 1
    told.expire_all()
    assert indicator(told, "Δ.2.1.01").targets
