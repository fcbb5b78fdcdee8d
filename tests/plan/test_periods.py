"""Monitoring periods: opened, reminded of, checked, presented, frozen – and what was frozen never changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.db import db
from portal.core.facts import record
from portal.core.letters import Letter
from portal.core.outbox import Job
from portal.core.texts import Translated
from portal.organisation.models import Role, Unit
from portal.plan import jobs, operations
from portal.plan.models import (
    Action,
    ActionReport,
    Frozen,
    IndicatorValue,
    MoneyStage,
    Period,
    PeriodState,
    Plan,
    ReportState,
    Standing,
)
from portal.plan.operations import decisions, periods, reporting
from portal.plan.operations.periods import Check, Presentation
from portal.plan.queries import periods as reads
from portal.plan.queries import picture, since, spans
from tests.factories import DAY, NOW, make_staff
from tests.factories.plan import action_of, make_evidence, make_money, make_plan
from tests.plan.samples import decided, indicator, on, sheets, written
from tests.support.client import Client
from tests.support.together import Both

QUARTER = spans.Span(date(2025, 10, 1), 3)
DUE = DAY + timedelta(days=10)
LATER = NOW + timedelta(days=30)
SEEN = Presentation(date(2026, 3, 2), "117/2026", "ψ297ωημ-σι0")


@pytest.fixture(autouse=True)
def in_march(frozen: Any) -> None:
    frozen(NOW)


def unit(session: Session, code: str = "technical") -> Unit:
    return session.scalars(sa.select(Unit).where(Unit.code == code)).one()


def opened(session: Session, plan: Plan, span: spans.Span = QUARTER, due_on: date = DUE) -> Period:
    return periods.open_period(session, plan, span, due_on=due_on, actor_id=None, now=NOW)


def accepted(session: Session, period: Period, *, by: int, **given: Any) -> None:
    """Every report of a period is sent and accepted."""
    for row in session.scalars(sa.select(ActionReport).where(ActionReport.period_id == period.id)):
        reporting.submit(session, row, reporting.Said(done="Έγινε", **given), actor_id=by, now=NOW)
        reporting.accept(session, row, actor_id=by, now=NOW)


def frozen_period(session: Session, plan: Plan, **said: Any) -> Period:
    """A period with all its steps behind it."""
    planner = make_staff(session, unit(session, "citizens"), Role.PLANNER).id
    period = opened(session, plan)
    accepted(session, period, by=planner, **said)
    remarks = Translated(el="Όλα καλά", en="All is well")
    periods.check_period(session, period, Check(remarks), actor_id=planner, now=NOW)
    periods.present(session, period, SEEN, actor_id=planner, now=NOW)
    periods.freeze(session, plan, period, actor_id=planner, now=NOW)
    return period


def values_of(session: Session, period: Period) -> dict[tuple[str, str], Any]:
    session.expire_all()
    rows = session.scalars(sa.select(Frozen).where(Frozen.period_id == period.id))
    return {(row.kind, row.code): dict(row.values) for row in rows}


# -- opening


def test_each_action_that_runs_gets_a_report(plan: Plan, session: Session) -> None:
    period = opened(session, plan)

    rows = session.scalars(sa.select(ActionReport)).all()

    assert sorted((row.action.code, row.unit.code, row.state) for row in rows) == [
        ("1.1.1.01", "technical", ReportState.DUE),
        ("2.1.1.01", "citizens", ReportState.DUE),
    ]
    assert (period.code, period.last) == ("2025-Q4", date(2025, 12, 31))


@pytest.mark.parametrize(
    "change", [{"standing": Standing.CANCELLED}, {"unit_id": None}, {"closed": True}, {"starts_on": date(2026, 1, 1)}]
)
def test_what_does_not_run_is_not_asked_for(change: dict[str, Any], plan: Plan, session: Session) -> None:
    session.execute(sa.update(Action).where(Action.code == "1.1.1.01").values(**change))
    session.expire_all()

    opened(session, plan)

    assert [row.action.code for row in session.scalars(sa.select(ActionReport))] == ["2.1.1.01"]


def test_a_period_is_opened_once_in_the_plan_and_not_ahead(plan: Plan, session: Session) -> None:
    opened(session, plan)
    with pytest.raises(periods.PeriodExists):
        opened(session, plan)
    with pytest.raises(periods.NotInPlan):
        opened(session, plan, spans.Span(date(2023, 10, 1), 3))
    with pytest.raises(periods.NotBegun):
        opened(session, plan, spans.Span(date(2026, 4, 1), 3), date(2026, 7, 15))
    with pytest.raises(periods.DueTooEarly):
        opened(session, plan, spans.Span(date(2026, 1, 1), 3), date(2026, 3, 31))
    with pytest.raises(periods.DueTooEarly):
        opened(session, plan, spans.Span(date(2025, 7, 1), 3), DAY - timedelta(days=1))


def test_heads_get_one_letter_with_all_their_actions(
    plan: Plan, session: Session, drain: Callable[[datetime], int]
) -> None:
    head = make_staff(session, unit(session), Role.HEAD)
    make_staff(session, unit(session))
    action_of(session, "2.1.1.01").unit = unit(session)

    opened(session, plan)
    drain(NOW)

    [letter] = session.scalars(sa.select(Letter)).all()
    assert letter.recipient == head.email
    assert "1.1.1.01 Νέοι αγωγοί" in letter.body
    assert "2.1.1.01" in letter.body
    assert "/el/desk/plan/reports/" in letter.body


def letters(session: Session) -> list[str]:
    rows = session.scalars(sa.select(Job).where(Job.kind == "mail").order_by(Job.id))
    return [row.payload["values"]["stage"] for row in rows]


def test_units_are_reminded_three_days_before_and_once_after(plan: Plan, session: Session) -> None:
    head = make_staff(session, unit(session), Role.HEAD)
    period = opened(session, plan)
    report = session.scalars(sa.select(ActionReport).where(ActionReport.unit_id == unit(session).id)).one()

    told = {day: periods.remind(session, now=NOW + timedelta(days=day)) for day in (6, 7, 8, 10, 11, 12, 30)}

    assert told == {6: 0, 7: 1, 8: 0, 10: 0, 11: 1, 12: 0, 30: 0}
    assert letters(session) == ["open", "soon", "late"]
    other = opened(session, plan, spans.Span(date(2025, 7, 1), 3))
    for row in session.scalars(sa.select(ActionReport).where(ActionReport.period_id == other.id)):
        reporting.submit(session, row, reporting.Said(done="Έγινε"), actor_id=head.id, now=NOW)
    assert periods.remind(session, now=NOW + timedelta(days=7)) == 0, "nothing is missing there"
    assert (report.state, period.state) == (ReportState.DUE, PeriodState.OPEN)


def test_the_worker_reminds(plan: Plan, session: Session, app: Flask) -> None:
    make_staff(session, unit(session), Role.HEAD)
    opened(session, plan, due_on=DAY + timedelta(days=2))

    jobs.remind(session)

    assert letters(session) == ["open", "soon"]
    assert app.extensions["portal"].routines["plan.remind"][1] is jobs.remind


# -- checked, presented, frozen


def test_a_period_is_checked_when_all_is_accepted_or_somebody_says_why_not(plan: Plan, session: Session) -> None:
    planner = make_staff(session, unit(session, "citizens"), Role.PLANNER).id
    period = opened(session, plan)

    with pytest.raises(periods.ReportsMissing):
        periods.check_period(session, period, Check(missing_why=" "), actor_id=planner, now=NOW)
    periods.check_period(session, period, Check(missing_why="Χωρίς προϊστάμενο"), actor_id=planner, now=NOW)

    assert (period.state, period.missing_why) == (PeriodState.CHECKED, "Χωρίς προϊστάμενο")
    with pytest.raises(reporting.PeriodClosed):
        accepted(session, period, by=planner)


def test_a_period_that_runs_cannot_be_checked(plan: Plan, session: Session) -> None:
    planner = make_staff(session, unit(session, "citizens"), Role.PLANNER).id
    period = opened(session, plan, spans.Span(date(2026, 1, 1), 3), date(2026, 4, 15))
    accepted(session, period, by=planner)

    with pytest.raises(periods.PeriodRuns):
        periods.check_period(session, period, Check(), actor_id=planner, now=NOW)
    periods.check_period(session, period, Check(missing_why="Περιττό"), actor_id=planner, now=on(2026, 4, 1))

    assert (period.state, period.missing_why) == (PeriodState.CHECKED, "")


def test_the_steps_come_one_after_the_other_and_once(plan: Plan, session: Session) -> None:
    planner = make_staff(session, unit(session, "citizens"), Role.PLANNER).id
    period = opened(session, plan)
    accepted(session, period, by=planner)

    with pytest.raises(periods.PeriodMoved):
        periods.present(session, period, SEEN, actor_id=planner, now=NOW)
    periods.check_period(session, period, Check(), actor_id=planner, now=NOW)
    with pytest.raises(periods.PeriodMoved):
        periods.freeze(session, plan, period, actor_id=planner, now=NOW)
    periods.present(session, period, SEEN, actor_id=planner, now=NOW)
    with pytest.raises(periods.PeriodMoved):
        periods.present(session, period, SEEN, actor_id=planner, now=NOW)
    periods.freeze(session, plan, period, actor_id=planner, now=NOW)
    with pytest.raises(periods.PeriodMoved):
        periods.freeze(session, plan, period, actor_id=planner, now=LATER)

    assert (period.state, period.decision, period.ada) == (PeriodState.FROZEN, "117/2026", "Ψ297ΩΗΜ-ΣΙ0")
    session.commit()
    trail = [entry.action.rpartition(".")[2] for entry in audit.history(session, ("plan_period", period.id))]
    assert trail == ["opened", "checked", "presented", "frozen"]


@pytest.mark.parametrize(
    ("shown", "refusal"),
    [
        (Presentation(date(2025, 12, 31), "1"), periods.BadSession),
        (Presentation(DAY + timedelta(days=1), "1"), periods.BadSession),
        (Presentation(DAY, " "), periods.DecisionMissing),
        (Presentation(DAY, "1", "117/2026"), decisions.BadAda),
    ],
)
def test_a_session_can_have_been(shown: Presentation, refusal: type[Exception], plan: Plan, session: Session) -> None:
    period = opened(session, plan)
    periods.check_period(session, period, Check(missing_why="…"), actor_id=1, now=NOW)

    with pytest.raises(refusal):
        periods.present(session, period, shown, actor_id=1, now=NOW)


def test_freezing_keeps_what_the_pages_show(plan: Plan, session: Session) -> None:
    make_evidence(session, "1.1.1.01-1", on=date(2025, 3, 1))
    make_evidence(session, "1.1.1.01-2", on=date(2025, 12, 1), quantity="5")
    make_money(session, "1.1.1.01", "1000.10", on=date(2025, 12, 31), year=2025)
    make_money(session, None, "0.01", on=date(2025, 12, 31), year=2025)
    make_money(session, "1.1.1.01", "5.00", on=date(2026, 1, 1))

    period = frozen_period(session, plan, stated=60, why="Λείπει το πρακτικό")

    values = values_of(session, period)
    action = values["action", "1.1.1.01"]
    assert (action["computed"], action["stated"], action["why"]) == ("52", "60", "Λείπει το πρακτικό")
    assert (action["paid"], action["budgeted"]) == ("1000.10", "1340000.55")
    assert values["axis", "1"]["computed"] == "52"
    assert values["plan", ""]["paid"] == "1000.11", "what no action explains is part of the whole"
    assert values["plan", ""]["version"] == "1"
    assert values["indicator", "Δ.2.1.01"]["target"] == "2"
    assert {kind for kind, _code in values} == set(picture.KINDS)


def test_only_what_was_accepted_is_part_of_a_period(plan: Plan, session: Session) -> None:
    planner = make_staff(session, unit(session, "citizens"), Role.PLANNER).id
    period = opened(session, plan)
    report = session.scalars(sa.select(ActionReport).where(ActionReport.unit_id == unit(session).id)).one()
    reporting.submit(session, report, reporting.Said("Όλα", stated=99, why="Έτσι"), actor_id=planner, now=NOW)

    shown = picture.snapshot(session, plan, period).figures["action", "1.1.1.01"].values

    assert (shown["stated"], shown["done"], shown["unit"]) == (None, None, None)


def test_what_was_frozen_cannot_be_written_anew(plan: Plan, session: Session) -> None:
    period = frozen_period(session, plan)
    row = session.scalars(sa.select(Frozen).where(Frozen.period_id == period.id).limit(1)).one()

    point = session.begin_nested()
    row.values = {"computed": "100"}
    with pytest.raises(TypeError):
        session.flush()
    point.rollback()
    point = session.begin_nested()
    session.delete(row)
    with pytest.raises(TypeError):
        session.flush()
    point.rollback()


def test_what_comes_later_stands_beside_it(plan: Plan, session: Session) -> None:
    period = frozen_period(session, plan)
    assert since.changed_since(session, plan, period) == []

    late = make_evidence(session, "1.1.1.01-1", on=date(2025, 6, 1), at=LATER)
    make_money(session, "1.1.1.01", "12.50", on=date(2025, 7, 1), year=2025, at=LATER)
    record(session, decided(7, decided_at=on(2025, 11, 5)))

    changed = {(row.then.kind, row.then.code): row for row in since.changed_since(session, plan, period)}
    action = changed["action", "1.1.1.01"]
    said = {row.name: (row.then, row.now) for row in action.differences}
    assert said["computed"] == ("0", "20")
    assert said["paid"] == ("0.00", "12.50")
    assert (action.later.evidence, action.later.money) == ([late], 1)
    assert ("plan", "") in changed
    assert [(row.then, row.now) for row in changed["indicator", "Δ.2.1.01"].differences if row.name == "value"] == [
        ("0", "1")
    ]
    assert changed["indicator", "Δ.2.1.01"].later.contributions == 1


def test_what_happened_after_the_period_changes_nothing(plan: Plan, session: Session) -> None:
    period = frozen_period(session, plan)

    make_evidence(session, "1.1.1.01-1", on=date(2026, 1, 1), at=LATER)
    make_money(session, "1.1.1.01", "12.50", on=date(2026, 1, 1), at=LATER)
    record(session, decided(7, decided_at=on(2026, 1, 5)))

    assert since.changed_since(session, plan, period) == []


STEPS = st.one_of(
    st.tuples(st.just("evidence"), st.sampled_from(["1.1.1.01-1", "1.1.1.01-2"]), st.integers(1, 20)),
    st.tuples(st.just("money"), st.sampled_from(list(MoneyStage)), st.integers(-10_000, 10_000_000)),
    st.tuples(st.just("fact"), st.integers(1, 50), st.integers(1, 400)),
    st.tuples(st.just("value"), st.sampled_from(["2025", "2025-Q4"]), st.integers(0, 1000)),
    st.tuples(st.just("action"), st.sampled_from(list(Standing)), st.integers(0, 1)),
    st.tuples(st.just("workbook"), st.sampled_from([3, 4, 5]), st.integers(0, 10**6)),
    st.tuples(st.just("recount"), st.none(), st.just(0)),
)


def later_on(session: Session, step: tuple[str, Any, int]) -> None:
    """Something that is told late, about the time before a period was frozen."""
    what, which, number = step
    day = date(2025, 1, 1) + timedelta(days=number % 365)
    if what == "evidence":
        make_evidence(session, which, on=day, quantity=number if which.endswith("2") else None, at=LATER)
    elif what == "money":
        make_money(session, "1.1.1.01", str(Decimal(number) / 100), stage=which, on=day, year=2025, at=LATER)
    elif what == "fact":
        record(session, decided(which, days=number, decided_at=on(2025, 6, 5)))
    elif what == "value":
        of = indicator(session, "Δ.2.1.05").id
        session.add(IndicatorValue(indicator_id=of, span=which, value=number, source="Μέτρηση", at=LATER))
    elif what == "workbook":
        content = sheets()
        content["Χρηματοδότηση"][1][which] = number
        operations.import_plan(session, operations.read(written(content)), now=LATER)
    elif what == "recount":
        operations.recount(session)
    else:
        session.execute(sa.update(Action).where(Action.code == "1.1.1.01").values(standing=which))
    session.flush()
    session.expire_all()


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=st.lists(STEPS, max_size=6))
def test_frozen_values_never_change_whatever_is_added_later(
    steps: list[tuple[str, Any, int]], plan: Plan, session: Session
) -> None:
    point = session.begin_nested()
    period = frozen_period(session, plan)
    before = values_of(session, period)
    assert before == {key: dict(row.values) for key, row in picture.snapshot(session, plan, period).figures.items()}

    for step in steps:
        later_on(session, step)

    assert values_of(session, period) == before
    now = picture.snapshot(session, plan, period).figures
    told = {(row.then.kind, row.then.code) for row in since.changed_since(session, plan, period)}
    compared = set(since.COMPARED)
    differing = {
        key for key, values in before.items() if any(values.get(n) != now[key].values.get(n) for n in compared)
    }
    assert told == differing
    point.rollback()
    session.expire_all()


# -- two at once, with real commits


def test_of_two_who_open_it_at_once_one_is_told(committed_app: Flask, both: Both) -> None:
    with committed_app.app_context():
        number = make_plan(db.session).id
        db.session.commit()

    def open_it() -> str:
        opened(db.session, db.session.get_one(Plan, number))
        return "opened"

    said = both(open_it)

    assert sorted(map(str, said)) == sorted(["opened", str(periods.PeriodExists)])


def test_of_two_who_freeze_at_once_one_is_told(committed_app: Flask, both: Both) -> None:
    with committed_app.app_context():
        plan = make_plan(db.session)
        number, period = plan.id, opened(db.session, plan)
        periods.check_period(db.session, period, Check(missing_why="…"), actor_id=1, now=NOW)
        periods.present(db.session, period, SEEN, actor_id=1, now=NOW)
        db.session.commit()
        key = period.id

    def freeze() -> str:
        plan, period = db.session.get_one(Plan, number), db.session.get_one(Period, key)
        periods.freeze(db.session, plan, period, actor_id=None, now=NOW)
        return "frozen"

    said = both(freeze)

    assert sorted(map(str, said)) == sorted(["frozen", str(periods.PeriodMoved)])


# -- pages


def test_a_planner_takes_a_period_from_call_to_freeze(plan: Plan, session: Session, client: Client) -> None:
    client.sign_in(make_staff(session, unit(session, "citizens"), Role.PLANNER))
    assert client.get("plan_desk.periods").select(".empty")
    page = client.get("plan_desk.open_period")
    assert page.one("select[name=span] option[selected]")["value"] == "2025-Q4", "the quarter that has just ended"
    due = {"due_on-day": "20", "due_on-month": "3", "due_on-year": "2026"}

    client.post("plan_desk.open_period_submit", {"span": "2025-Q3", **due, "due_on-month": "2"}, status=422)
    client.post("plan_desk.open_period_submit", {"span": "2025-Q4", **due})
    assert "Νέοι αγωγοί" in client.get("plan_desk.period", code="2025-Q4").text
    client.get("plan.period", code="2025-Q4", status=404)

    client.post("plan_desk.check_submit", {"missing_why": ""}, code="2025-Q4", status=422)
    client.get("plan_desk.check", code="2025-Q4")
    client.post(
        "plan_desk.check_submit",
        {"missing_why": "Χωρίς προϊστάμενο", "remarks_el": "Πρόοδος", "remarks_en": "Progress"},
        code="2025-Q4",
    )
    seen = {"presented_on-day": "2", "presented_on-month": "3", "presented_on-year": "2026", "decision": "117/2026"}
    client.get("plan_desk.present", code="2025-Q4")
    page = client.post("plan_desk.present_submit", {**seen, "ada": "117/2026"}, code="2025-Q4", status=422)
    assert len(page.errors) == 1
    client.post("plan_desk.present_submit", {**seen, "ada": "Ψ297ΩΗΜ-ΣΙ0"}, code="2025-Q4")
    client.post("plan_desk.check_submit", {}, code="2025-Q4", status=422)
    page = client.get("plan.period", code="2025-Q4")
    assert "Χωρίς προϊστάμενο" in page.text
    client.get("plan_desk.freeze", code="2025-Q4")
    client.post("plan_desk.freeze_submit", {}, code="2025-Q4")
    client.post("plan_desk.freeze_submit", {}, code="2025-Q4", status=409)

    page = client.get("plan.period", code="2025-Q4", lang="en")
    assert "Progress" in page.text
    assert "Ψ297ΩΗΜ-ΣΙ0" in page.text
    assert client.get("plan.period_since", code="2025-Q4").h1
    assert client.get("plan_desk.periods").select("table")


def test_a_frozen_page_stays_and_the_page_beside_it_tells(plan: Plan, session: Session, client: Client) -> None:
    period = frozen_period(session, plan, stated=60, why="Λείπει το πρακτικό")
    before = client.get("plan.period", code=period.code).text
    assert "60" in before
    assert "Λείπει το πρακτικό" in before

    make_evidence(session, "1.1.1.01-1", on=date(2025, 6, 1), at=LATER)
    make_money(session, "1.1.1.01", "12.50", on=date(2025, 7, 1), year=2025, at=LATER)

    assert client.get("plan.period", code=period.code).text == before
    page = client.get("plan.period_since", code=period.code, lang="en")
    assert "Decision, of 1 June 2025" in page.text
    assert "€12.50" in page.text
    assert client.get("plan.periods").select("table")


def test_units_and_residents_do_not_run_periods(plan: Plan, session: Session, client: Client) -> None:
    opened(session, plan)
    client.sign_in(make_staff(session, unit(session), Role.HEAD))

    client.get("plan_desk.periods", status=403)
    client.post("plan_desk.check_submit", {"missing_why": "…"}, code="2025-Q4", status=403)
    client.get("plan.period", code="2025-Q4", status=404)
    assert client.get("plan.periods").select(".empty")


def test_what_can_be_opened_are_quarters_and_years_that_have_begun(plan: Plan, session: Session) -> None:
    opened(session, plan)

    found = [span.code for span in reads.to_open(session, plan, today=DAY)]

    assert found[:4] == ["2026-Q1", "2026", "2025-Q3", "2025-Q2"]
    assert found[-1] == "2024"
