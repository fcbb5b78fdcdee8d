"""Progress, money and lights of actions, and what indicators show."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from portal.plan.models import Indicator, IndicatorValue, Light, MoneyStage, Plan, Standing
from portal.plan.queries import finance, progress, standing, values
from portal.plan.queries.judging import Ground, State, judge
from tests.factories import NOW
from tests.factories.plan import action_of, make_evidence, make_money, milestone_of
from tests.plan.samples import indicator

#: after the contract was due, in the middle of the mains
DAY = date(2025, 12, 31)


def of(session: Session, plan: Plan, on: date = DAY) -> progress.Progress:
    return progress.physical(session, plan, on=on)[action_of(session, "1.1.1.01").id]


class TestProgress:
    def test_evidence_on_milestones_adds_up_by_their_weights(self, plan: Plan, session: Session) -> None:
        make_evidence(session, "1.1.1.01-1", on=date(2024, 9, 1))
        make_evidence(session, "1.1.1.01-2", on=date(2025, 3, 1), quantity="2.5")
        make_evidence(session, "1.1.1.01-2", on=date(2025, 6, 1), quantity="2.5")

        found = of(session, plan)

        assert (found.percent, found.number, found.last_on) == (20 + 32, 3, date(2025, 6, 1))
        assert [one.done for one in found.milestones] == [None, Decimal("5.0")]
        assert of(session, plan, date(2025, 5, 31)).percent == 20 + 16
        assert of(session, plan, date(2024, 8, 31)).percent == 0

    def test_what_was_taken_back_does_not_count(self, plan: Plan, session: Session) -> None:
        make_evidence(session, "1.1.1.01-1", on=DAY, revoked_at=NOW)

        assert of(session, plan).percent == 0

    def test_more_than_the_whole_is_the_whole(self, plan: Plan, session: Session) -> None:
        make_evidence(session, "1.1.1.01-2", on=date(2025, 1, 1), quantity=12)
        make_evidence(session, "1.1.1.01-2", on=date(2025, 2, 1), quantity=3)

        assert of(session, plan).percent == 80
        assert of(session, plan).milestones[1].reached_on == date(2025, 2, 1)
        assert of(session, plan).milestones[1].done == 15

    @pytest.mark.parametrize(
        ("on", "percent"),
        [
            (date(2024, 9, 29), 0),
            (date(2024, 9, 30), 20),
            (date(2025, 12, 31), 20 + 32),
            (date(2026, 3, 31), 20 + 32 + 23),
            (date(2026, 6, 30), 100),
        ],
    )
    @pytest.mark.usefixtures("plan")
    def test_the_timetable_grows_within_the_years(self, session: Session, on: date, percent: int) -> None:
        steps = [milestone_of(session, f"1.1.1.01-{number}") for number in (1, 2)]

        assert progress.planned(steps, on) == percent


class TestMoney:
    def test_stages_add_up_and_orphans_belong_to_no_action(self, plan: Plan, session: Session) -> None:
        make_money(session, "1.1.1.01", "100000.10", year=2025)
        make_money(session, "1.1.1.01", "-0.10", year=2025)
        make_money(session, "1.1.1.01", "300000.00", year=2026, stage=MoneyStage.COMMITTED)
        make_money(session, None, "77.77", year=2025)
        number = action_of(session, "1.1.1.01").id

        assert finance.by_action(session, plan)[number] == finance.Amounts(
            Decimal("1340000.55"), Decimal("300000.00"), Decimal(0), Decimal("100000.00")
        )
        assert finance.by_action(session, plan, years=[2025])[number].absorption == Decimal("14.7")
        assert finance.by_year(session, plan)[2025].paid == Decimal("100077.77")
        assert finance.of_plan(session, plan).paid == Decimal("100077.77")
        assert sum(one.paid for one in finance.by_source(session, plan).values()) == Decimal("100077.77")
        assert [entry.amount for entry in finance.orphans(session, plan)] == [Decimal("77.77")]


def state(**given: object) -> State:
    usual: dict[str, object] = {
        "standing": Standing.VALID,
        "percent": 50,
        "planned": 50,
        "ended": False,
        "begun": True,
        "silent_months": 0,
    }
    return State(**usual | given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "light", "ground"),
    [
        ({}, Light.GREEN, Ground.ON_TIME),
        ({"planned": 59}, Light.GREEN, Ground.ON_TIME),
        ({"planned": 60}, Light.YELLOW, Ground.BEHIND),
        ({"planned": 75}, Light.RED, Ground.FAR_BEHIND),
        ({"ended": True}, Light.RED, Ground.OVERDUE),
        ({"ended": True, "percent": 100}, Light.GREEN, Ground.DONE),
        ({"silent_months": 6}, Light.YELLOW, Ground.SILENT),
        ({"percent": None}, Light.GREY, Ground.NOTHING_TO_SAY),
        ({"begun": False, "percent": 0, "planned": 0}, Light.GREY, Ground.NOT_BEGUN),
        ({"spent": Decimal("1.01")}, Light.RED, Ground.OVERSPENT),
        ({"standing": Standing.SUSPENDED, "planned": 99}, Light.YELLOW, Ground.SUSPENDED),
        ({"standing": Standing.CANCELLED, "spent": Decimal(9)}, Light.GREY, Ground.CANCELLED),
    ],
)
def test_lights_follow_the_rules(given: dict[str, object], light: Light, ground: Ground) -> None:
    assert (judge(state(**given)).light, judge(state(**given)).ground) == (light, ground)


def test_an_action_stands_by_evidence_time_and_money(plan: Plan, session: Session) -> None:
    make_evidence(session, "1.1.1.01-1", on=date(2024, 9, 1))

    found = standing.standings(session, plan, on=DAY)

    mains, portal = found["1.1.1.01"], found["2.1.1.01"]
    assert (mains.percent, mains.planned, mains.light) == (20, 52, Light.RED)
    assert set(mains.warnings) == {standing.Warning.BEHIND, standing.Warning.SILENT}
    assert (portal.percent, portal.judgement.ground) == (None, Ground.SUSPENDED)
    assert standing.lights(found.values())[Light.RED] == 1


def enter(session: Session, row: Indicator, span: str, value: str | None, **given: object) -> None:
    entered = None if value is None else Decimal(value)
    session.add(
        IndicatorValue(indicator_id=row.id, span=span, value=entered, source="Μετρητές", at=NOW, **given)  # type: ignore[arg-type]
    )
    session.flush()


def test_the_newest_entered_value_of_a_year_holds(plan: Plan, session: Session) -> None:
    row = indicator(session, "Δ.2.1.05")
    enter(session, row, "2025-Q1", "41")
    enter(session, row, "2025-Q3", "39")
    enter(session, row, "2025-Q3", "38.5")
    enter(session, row, "2024", "42")

    found = values.values(session, plan, today=DAY)[row.id]

    assert (found.value, found.previous, found.better) == (Decimal("38.5"), Decimal(42), True)
    assert found.confidence.value == "partial"
    assert (found.target, found.light) == (Decimal(40), Light.GREEN)
    assert values.values(session, plan, today=date(2025, 6, 30))[row.id].value == Decimal(41)
    enter(session, row, "2025", "45")
    assert values.values(session, plan, today=DAY)[row.id].light is Light.YELLOW
    enter(session, row, "2025", None)
    assert values.values(session, plan, today=DAY)[row.id].value == Decimal("38.5")


def test_a_calculation_takes_the_values_of_others(plan: Plan, session: Session) -> None:
    losses, other = indicator(session, "Δ.2.1.05"), indicator(session, "Δ.2.1.04")
    other.feed, other.calculation = None, "100 - (Δ.2.1.05 + 2) / 4"
    enter(session, losses, "2025", "38")

    found = values.values(session, plan, today=DAY + timedelta(days=0))

    assert (found[other.id].value, found[other.id].confidence.value) == (Decimal(90), "complete")
    other.calculation = "Δ.2.1.05 / (Δ.2.1.05 - 38)"
    assert values.values(session, plan, today=DAY)[other.id].value is None
