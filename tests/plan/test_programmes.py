"""The programmes of a year: made from the plan, compared, approved, followed, and shown with the same numbers."""

from __future__ import annotations

import csv
import io
import json
from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pypdf
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.texts import Translated
from portal.organisation.models import Role, Unit
from portal.plan.models import ActionKind, MoneyStage, Plan, Programme, ProgrammeKind, ProgrammeState
from portal.plan.operations import programmes as operations
from portal.plan.operations import workbook
from portal.plan.operations.decisions import BadAda
from portal.plan.operations.programmes import Against, Approval, Difference, Subject
from portal.plan.queries import programmes as reads
from portal.plan.queries.lines import Cost, Line, Lines, Output
from portal.plan.queries.versions import latest_version
from tests.factories import NOW, make_staff
from tests.factories.plan import make_evidence, make_money
from tests.support.client import Client

ANNUAL, TECHNICAL = ProgrammeKind.ANNUAL, ProgrammeKind.TECHNICAL
MAINS = "1.1.1.01"
HERE = {"year": 2026, "kind": "annual"}


@pytest.fixture(autouse=True)
def in_march(frozen: Any) -> None:
    frozen(NOW)


@pytest.fixture
def draft(session: Session, plan: Plan) -> Programme:
    """The Annual Action Programme of 2026, drafted."""
    return operations.make_programme(session, plan, 2026, ANNUAL, actor_id=None, now=NOW)


@pytest.fixture
def approved(session: Session, draft: Programme) -> Programme:
    """The same, approved."""
    approve(session, draft)
    return draft


def approve(session: Session, row: Programme, **given: Any) -> None:
    approval = Approval(**{"number": "214/2026", "on": date(2026, 3, 2), "ada": "Ψ297ΩΗΜ-ΣΙ0"} | given)
    operations.approve_programme(session, row, approval, seen=row.seen, actor_id=None, now=NOW)


def line_of(row: Programme, code: str = MAINS) -> Line:
    line = reads.lines_of(row).get(code)
    assert line is not None
    return line


def change(session: Session, row: Programme, **given: Any) -> Line:
    line = replace(line_of(row), **given)
    operations.change_line(session, row, line, seen=row.seen, actor_id=None, now=NOW)
    return line


def found(session: Session, plan: Plan, row: Programme) -> list[Difference]:
    return operations.differences(session, plan, row, today=NOW.date())


# -- drafting


def test_a_draft_says_what_the_plan_wants_of_the_year(session: Session, plan: Plan, draft: Programme) -> None:
    lines = reads.lines_of(draft)

    assert [line.action for line in lines] == [MAINS], "2.1.1.01 is suspended"
    line = line_of(draft)
    assert (line.axis, line.measure, line.unit, line.communities) == ("1", "1.1", "technical", ("93090302",))
    assert line.costs == (Cost("ΕΣΠΑ", "25.7312.001", Decimal("540000.00")),)
    assert line.preconditions == {"el": "Έγκριση μελέτης", "en": "Approved study"}
    [output] = line.outputs
    assert output.milestone == f"{MAINS}-2"
    assert (output.due_on, output.quarter, output.quantity) == (date(2026, 6, 30), 2, Decimal("7.5"))
    assert line.quarters(2026) == (1, 2)
    assert plan.first_year <= draft.year <= plan.last_year


def test_what_the_year_adds_to_a_quantity_is_an_output_of_it(session: Session, plan: Plan) -> None:
    row = operations.make_programme(session, plan, 2025, ANNUAL, actor_id=None, now=NOW)

    [output] = line_of(row).outputs
    assert (output.quantity, output.unit_of_measure["en"]) == (Decimal(5), "km")
    assert (output.due_on, output.quarter) == (date(2025, 12, 31), 4)
    assert line_of(row).quarters(2025) == (1, 2, 3, 4)


def test_a_line_is_kept_whole() -> None:
    line = Line(
        action="1.2.3.04",
        title=Translated(el="Δρόμος", en="Road"),
        kind=ActionKind.WORK,
        outputs=(Output(Translated(el="χλμ."), date(2026, 5, 1), Decimal("2.5000"), Translated(el="χλμ."), "x-1"),),
        starts_on=None,
        ends_on=date(2026, 8, 1),
        costs=(Cost("ΙΠ", "", Decimal("0.10")), Cost("ΙΠ", "30.1", Decimal("0.20"))),
        communities=("1", "2"),
        unit="technical",
    )
    lines = Lines((line,), {"source": {"ΙΠ": Translated(el="Ίδιοι πόροι")}})

    assert Lines.load(json.loads(json.dumps(lines.dump()))) == lines
    assert line.total == Decimal("0.30")
    assert line.by_source == {"ΙΠ": Decimal("0.30")}
    assert line.quarters(2026) == (1, 2, 3)


@pytest.mark.parametrize("day", [date(2026, 3, 31), date(2026, 4, 1)])
def test_a_quarter_begins_with_its_first_day(day: date) -> None:
    line = Line(action="1", title=Translated(), kind=ActionKind.WORK, starts_on=day, ends_on=day)

    assert line.quarters(2026) == ((1,) if day.month == 3 else (2,))


def test_a_year_that_the_plan_does_not_have_is_refused(session: Session, plan: Plan) -> None:
    with pytest.raises(operations.NotAYearOfThePlan):
        operations.make_programme(session, plan, 2031, ANNUAL, actor_id=None, now=NOW)


def test_a_second_draft_is_refused(session: Session, plan: Plan, draft: Programme) -> None:
    with pytest.raises(operations.DraftExists):
        operations.make_programme(session, plan, draft.year, ANNUAL, actor_id=None, now=NOW)

    other = operations.make_programme(session, plan, draft.year, TECHNICAL, actor_id=None, now=NOW)
    assert other.number == 1


# -- money: whatever the plan says, the programmes say the same to the cent

_CENTS = st.integers(0, 10**9).map(lambda cents: Decimal(cents) / 100)
_SOURCES = ("ΕΣΠΑ", "ΙΠ")
_FUNDING = st.dictionaries(
    st.tuples(st.sampled_from([f"{a}.1.1.0{n}" for a in (1, 2) for n in (1, 2, 3)]), st.sampled_from(_SOURCES)),
    st.tuples(_CENTS, st.sampled_from([kind.value for kind in ActionKind])),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(funding=_FUNDING)
def test_totals_agree_with_the_plan_to_the_cent(session: Session, plan: Plan, funding: dict[Any, Any]) -> None:
    version = latest_version(session, plan)
    assert version is not None
    content = deepcopy(version.content)
    [pattern, *_rest] = content["sheets"][workbook.ACTIONS]
    kinds = {code: kind for (code, _source), (_amount, kind) in funding.items()}
    content["sheets"][workbook.ACTIONS] = [pattern | {"code": code, "kind": kind} for code, kind in kinds.items()]
    content["sheets"][workbook.MILESTONES] = []
    content["sheets"][workbook.FUNDING] = [
        {"action": code, "source": source, "budget_code": "", "amounts": {"2025": "7.77", "2026": f"{amount:.2f}"}}
        for (code, source), (amount, _kind) in funding.items()
    ]
    made = type(version)(content=content)

    for kind in ProgrammeKind:
        lines = operations.planned_lines(session, made, 2026, kind)
        wanted = {
            key: amount
            for key, (amount, _kind) in funding.items()
            if kind is ANNUAL or kinds[key[0]] in {"work", "study"}
        }
        assert lines.total == sum(wanted.values(), Decimal("0.00"))
        assert sum(lines.by_source.values(), Decimal("0.00")) == lines.total
        assert sum((lines.of_axis(code).total for code in lines.axes), Decimal("0.00")) == lines.total
        for source in _SOURCES:
            of_source = sum((amount for (_code, of), amount in wanted.items() if of == source), Decimal("0.00"))
            assert lines.by_source.get(source, Decimal("0.00")) == of_source
        for line in lines:
            of_action = sum((amount for (code, _of), amount in wanted.items() if code == line.action), Decimal("0.00"))
            assert line.total == of_action


# -- writing


def test_a_line_is_written_and_the_next_one_who_writes_is_told(session: Session, draft: Programme) -> None:
    seen = draft.seen
    change(session, draft, costs=(Cost("ΙΠ", "1", Decimal("10.50")),))

    assert line_of(draft).total == Decimal("10.50")
    with pytest.raises(operations.ProgrammeChanged):
        operations.change_line(session, draft, line_of(draft), seen=seen, actor_id=None, now=NOW)
    actions = [entry.action for entry in pending(session, draft)]
    assert actions == ["plan.programme.made", "plan.programme.line-changed"]


def pending(session: Session, row: Programme) -> list[audit.AuditEntry]:
    session.commit()
    return audit.history(session, ("programme", row.id))


def test_an_approved_programme_stays_and_its_change_is_the_next_number(
    session: Session, plan: Plan, approved: Programme
) -> None:
    with pytest.raises(operations.NothingDrafted):
        change(session, approved, unit="citizens")

    fresh = operations.revise_programme(session, plan, approved, actor_id=None, now=NOW)
    change(session, fresh, unit="citizens")

    assert (fresh.number, fresh.state) == (2, ProgrammeState.DRAFT)
    assert line_of(approved).unit == "technical"
    assert reads.programme(session, plan, 2026, ANNUAL, approved=True) is approved
    approve(session, fresh, number="300/2026")
    assert reads.programme(session, plan, 2026, ANNUAL, approved=True) is fresh
    assert reads.programme(session, plan, 2026, ANNUAL, approved=True, number=1) is approved


def test_approval_needs_a_decision_that_can_be_one(session: Session, draft: Programme) -> None:
    with pytest.raises(operations.DecidedLater):
        approve(session, draft, on=date(2026, 3, 4))
    with pytest.raises(BadAda):
        approve(session, draft, ada="ΧΧ")
    assert draft.state is ProgrammeState.DRAFT

    approve(session, draft)

    assert (draft.state, draft.decision, draft.ada) == (ProgrammeState.APPROVED, "214/2026", "Ψ297ΩΗΜ-ΣΙ0")
    with pytest.raises(operations.NothingDrafted):
        approve(session, draft)


# -- differences


def test_a_draft_from_the_plan_differs_in_nothing(session: Session, plan: Plan, draft: Programme) -> None:
    assert found(session, plan, draft) == []


def test_every_difference_from_the_plan_is_listed(session: Session, plan: Plan, draft: Programme) -> None:
    old = line_of(draft)
    new = change(
        session,
        draft,
        unit="citizens",
        ends_on=date(2026, 9, 30),
        communities=(),
        preconditions=Translated(),
        outputs=(),
        costs=(*old.costs, Cost("ΙΠ", "9", Decimal("1.00"))),
    )

    listed = {row.subject: (row.there, row.here) for row in found(session, plan, draft)}

    assert listed == {
        Subject.AMOUNT: (None, Decimal("1.00")),
        Subject.DATES: ((old.starts_on, old.ends_on), (new.starts_on, new.ends_on)),
        Subject.OUTPUTS: (old.outputs, ()),
        Subject.UNIT: ("technical", "citizens"),
        Subject.PLACE: (("93090302",), ()),
        Subject.PRECONDITIONS: (old.preconditions, {}),
    }


def test_a_line_too_many_goes_and_a_missing_one_comes_back(session: Session, plan: Plan, draft: Programme) -> None:
    foreign = replace(line_of(draft), action="1.1.1.09")
    operations.change_line(session, draft, foreign, seen=draft.seen, actor_id=None, now=NOW)
    assert [(row.subject, row.code) for row in found(session, plan, draft)] == [(Subject.EXTRA, "1.1.1.09")]

    take(session, plan, draft, "1.1.1.09")
    assert found(session, plan, draft) == []

    draft.content = Lines(()).dump()
    assert [(row.subject, row.code) for row in found(session, plan, draft)] == [(Subject.MISSING, MAINS)]
    take(session, plan, draft, MAINS)
    assert found(session, plan, draft) == []
    with pytest.raises(operations.NoSuchLine):
        take(session, plan, draft, "9.9.9.99")


def take(session: Session, plan: Plan, row: Programme, code: str) -> None:
    operations.take_line(session, plan, row, code, seen=row.seen, actor_id=None, now=NOW)


def test_the_technical_programme_must_be_what_the_annual_one_says(
    session: Session, plan: Plan, draft: Programme
) -> None:
    annex = operations.make_programme(session, plan, 2026, TECHNICAL, actor_id=None, now=NOW)
    assert found(session, plan, annex) == []

    change(session, annex, costs=(Cost("ΕΣΠΑ", "25.7312.001", Decimal("500000.00")),))

    both = [(row.against, row.there, row.here) for row in found(session, plan, annex)]
    assert both == [
        (Against.PLAN, Decimal("540000.00"), Decimal("500000.00")),
        (Against.OTHER, Decimal("540000.00"), Decimal("500000.00")),
    ]
    [of_annual] = found(session, plan, draft)
    assert (of_annual.against, of_annual.here) == (Against.OTHER, Decimal("540000.00"))


def test_the_budget_must_say_the_same(session: Session, plan: Plan, draft: Programme) -> None:
    budget = {"stage": MoneyStage.BUDGETED, "year": 2026, "budget_code": "25.7312.001"}
    make_money(session, MAINS, "540000.00", **budget)
    assert found(session, plan, draft) == []

    make_money(session, MAINS, "-40000.00", **budget)
    make_money(session, None, "7.00", **budget)

    listed = [(row.against, row.code, row.there, row.here) for row in found(session, plan, draft)]
    assert listed == [
        (Against.BUDGET, "", Decimal("7.00"), None),
        (Against.BUDGET, MAINS, Decimal("500000.00"), Decimal("540000.00")),
    ]


# -- following


def test_a_quarter_says_what_was_planned_done_and_paid(session: Session, plan: Plan, approved: Programme) -> None:
    make_evidence(session, f"{MAINS}-1", on=date(2024, 9, 1))
    make_evidence(session, f"{MAINS}-2", on=date(2026, 2, 1), quantity=5)
    make_money(session, MAINS, "100.10", on=date(2026, 1, 10))
    make_money(session, MAINS, "50.05", on=date(2026, 4, 10))

    first, second = (
        reads.follow_up(session, plan, approved, number, today=date(2026, 7, 15)).rows[0] for number in (1, 2)
    )

    assert (first.paid, first.paid_now) == (Decimal("100.10"), Decimal("100.10"))
    assert (second.paid, second.paid_now) == (Decimal("150.15"), Decimal("50.05"))
    assert (first.done, second.done, second.planned) == (52, 52, 100)
    assert first.outputs == []
    [(output, share)] = second.outputs
    assert (output.milestone, share) == (f"{MAINS}-2", 40)


# -- pages


def member(session: Session, role: Role = Role.PLANNER) -> Any:
    unit = session.scalars(sa.select(Unit).where(Unit.code == "citizens")).one()
    return make_staff(session, unit, role)


def test_only_what_is_approved_is_public(session: Session, client: Client, draft: Programme) -> None:
    assert client.get("plan.programmes").select(".empty")
    client.get("plan.programme", status=404, **HERE)
    client.get("plan.programme_file", status=404, form="json", **HERE)

    approve(session, draft)

    assert "540.000,00" in client.get("plan.programmes").text
    assert client.get("plan.programme", lang="en", **HERE).h1 == "Annual Action Programme 2026"
    client.get("plan.programme", status=404, year=2026, kind="technical")
    client.get("plan.programme", status=404, year=2026, kind="other")
    client.get("plan.programme", status=404, year=2031, kind="annual")
    client.get("plan.programme", status=404, axis="7", **HERE)
    client.get("plan.programme_quarter", quarter=2, status=404, **HERE)


def test_page_csv_spreadsheet_json_and_document_show_the_same_figures(
    session: Session, client: Client, draft: Programme
) -> None:
    old = line_of(draft)
    change(session, draft, costs=(*old.costs, Cost("ΙΠ", "30.7", Decimal("1234.56"))))
    approve(session, draft)
    total = Decimal("541234.56")

    page = client.get("plan.programme", lang="en", **HERE)
    data = client.get("plan.programme_file", form="json", lang="en", **HERE).response.get_json()
    rows = list(csv.reader(io.StringIO(body(client, "csv").decode("utf-8-sig")), delimiter=";"))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body(client, "xlsx"))).get_sheet_by_index(0).to_python()
    paper = pypdf.PdfReader(io.BytesIO(body(client, "pdf")))
    text = " ".join(each.extract_text() for each in paper.pages)

    assert reads.lines_of(draft).total == total
    assert Decimal(data["total"]) == total
    amounts = rows[0].index("Amount (€)")
    assert sum(Decimal(row[amounts]) for row in rows[1:]) == total
    assert sum(Decimal(str(row[amounts])) for row in sheet[1:]) == total
    assert [[str(cell) for cell in row[:amounts]] for row in rows] == [
        [str(cell).removesuffix(".0") for cell in row[:amounts]] for row in sheet
    ]
    assert page.text.count("€541,234.56") >= 4, "in all, by axis, by source, of the action"
    assert text.count("€541,234.56") >= 4
    for figure in ("€540,000.00", "€1,234.56"):
        assert figure in page.text
        assert figure in text
    assert paper.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert paper.trailer["/Root"]["/Lang"].startswith("en")


def body(client: Client, form: str) -> bytes:
    return client.get("plan.programme_file", form=form, lang="en", **HERE).response.data


def test_the_document_is_greek_too(client: Client, approved: Programme) -> None:
    answer = client.get("plan.programme_file", form="pdf", lang="el", **HERE).response

    text = pypdf.PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()

    assert "540.000,00 €" in text.replace("\xa0", " ")
    assert "Περιβάλλον" in text


def test_the_quarter_is_a_page(session: Session, client: Client, approved: Programme) -> None:
    make_money(session, MAINS, "100.10", on=date(2026, 1, 10))

    page = client.get("plan.programme_quarter", quarter=1, lang="en", **HERE)

    assert "€100.10" in page.text
    assert page.one(".chips [aria-current]").get_text(strip=True) == "Quarter 1"


def test_a_planner_makes_changes_and_approves_on_the_desk(session: Session, plan: Plan, client: Client) -> None:
    client.sign_in(member(session))
    page = client.get("plan_desk.programmes", lang="en")
    page = client.submit(page, {"year": "2026", "kind": "annual"}, follow=True)
    assert "Nowhere" in page.text

    form = client.get("plan_desk.programme_line", code=MAINS, lang="en", **HERE)
    page = client.submit(form, {"costs-0-amount": "500,000.10", "unit": "citizens"}, follow=True)
    assert "€500,000.10" in page.text
    assert len(page.select("form[action$='/take/']")) == 2

    decision = {"number": "214/2026", "on-day": "2", "on-month": "3", "on-year": "2026", "ada": "nonsense"}
    refused = client.submit(page, decision, form="form[action$='/approve/']", status=422)
    assert refused.errors
    page = client.submit(refused, {"ada": "Ψ297ΩΗΜ-ΣΙ0"}, form="form[action$='/approve/']", follow=True)
    assert "214/2026" in page.text
    assert not page.select("form[action$='/take/']")

    page = client.submit(page, form="form[action$='/change/']", follow=True)
    rows = session.scalars(sa.select(Programme).order_by(Programme.number)).all()
    assert [(row.number, row.state.value) for row in rows] == [(1, "approved"), (2, "draft")]
    page = client.submit(page, form="form[action$='/take/']", follow=True)
    assert "Nowhere" in page.text


def test_of_two_who_write_a_line_one_is_told(session: Session, client: Client, draft: Programme) -> None:
    client.sign_in(member(session))
    form = client.get("plan_desk.programme_line", code=MAINS, lang="en", **HERE)
    change(session, draft, unit="citizens")

    told = client.submit(form, {"costs-0-amount": "1.00"}, status=409)

    assert "Somebody else has changed" in told.text
    assert told.one("[name=costs-0-amount]")["value"] == "1.00"


def test_a_line_that_ends_before_it_begins_is_refused(session: Session, client: Client, draft: Programme) -> None:
    client.sign_in(member(session))
    form = client.get("plan_desk.programme_line", code=MAINS, lang="en", **HERE)

    wrong = client.submit(form, {"ends_on-year": "2020"}, status=422)

    assert wrong.errors == ["It ends before it begins. Correct one of the two days"]


def test_a_second_draft_is_refused_on_the_page(session: Session, client: Client, draft: Programme) -> None:
    client.sign_in(member(session))
    page = client.get("plan_desk.programmes", lang="en")

    refused = client.submit(page, {"year": "2026", "kind": "annual"}, status=409)

    assert "being prepared already" in refused.text


def test_who_does_not_plan_may_not(session: Session, client: Client, draft: Programme) -> None:
    client.sign_in(member(session, Role.HEAD))

    client.get("plan_desk.programmes", status=403)
    client.get("plan_desk.programme", status=403, **HERE)
