"""Values that no feed gives: entered for a period by the unit in charge, with a source; the newest holds."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.errors import Refused
from portal.organisation.models import Role, Unit
from portal.plan.models import Confidence, Frequency, Indicator, IndicatorValue, Plan
from portal.plan.operations import values as entering
from portal.plan.operations.values import NewValue
from portal.plan.queries.values import values
from tests.factories import DAY, NOW, make_staff
from tests.plan.samples import indicator
from tests.support.client import Client

CODE = "Δ.2.1.05"


@pytest.fixture(autouse=True)
def in_march(frozen: Any) -> None:
    frozen(NOW)


@pytest.fixture
def row(plan: Plan, session: Session) -> Indicator:
    """An indicator of every quarter that the technical unit answers for."""
    found = indicator(session, CODE)
    found.frequency = Frequency.QUARTER
    found.unit_id = session.scalars(sa.select(Unit.id).where(Unit.code == "technical")).one()
    session.flush()
    return found


def staff(session: Session, role: Role = Role.HEAD, code: str = "technical") -> Any:
    return make_staff(session, session.scalars(sa.select(Unit).where(Unit.code == code)).one(), role)


def enter(session: Session, row: Indicator, span: str = "2026-Q1", value: str | None = "36.5", **given: Any) -> Any:
    new = NewValue(span, None if value is None else Decimal(value), **({"source": "Έκθεση ΔΕΥΑ"} | given))
    return entering.enter_value(session, row, new, actor_id=None, now=NOW)


def held(session: Session, plan: Plan, row: Indicator) -> tuple[Decimal | None, Confidence]:
    reading = values(session, plan, today=DAY)[row.id]
    return reading.value, reading.confidence


def test_the_newest_value_of_a_period_holds(plan: Plan, session: Session, row: Indicator) -> None:
    enter(session, row)
    assert held(session, plan, row) == (Decimal("36.5"), Confidence.PARTIAL)

    second = enter(session, row, value="35")

    assert held(session, plan, row)[0] == Decimal(35)
    assert len(session.scalars(sa.select(IndicatorValue)).all()) == 2
    assert enter(session, row, value="35").id == second.id
    session.commit()
    last = audit.history(session, ("plan_indicator", row.id))[-1]
    assert (last.action, last.data) == ("plan.value.entered", {"span": "2026-Q1", "row": second.id})


def test_a_value_is_taken_back_and_stays_in_the_history(plan: Plan, session: Session, row: Indicator) -> None:
    enter(session, row)

    enter(session, row, value=None, source="Λάθος μονάδα")

    assert held(session, plan, row) == (None, Confidence.MISSING)
    with pytest.raises(entering.NothingToTakeBack):
        enter(session, row, value=None, source="…")
    enter(session, row, value="34")
    assert held(session, plan, row)[0] == Decimal(34)


@pytest.mark.parametrize(
    ("frequency", "span", "refusal"),
    [
        ("quarter", "2026", entering.WrongSpan),
        ("quarter", "2026-02", entering.WrongSpan),
        ("month", "2026-Q1", entering.WrongSpan),
        ("year", "2026-Q1", entering.WrongSpan),
        ("quarter", "", entering.WrongSpan),
        ("quarter", "2026-Q5", entering.WrongSpan),
        ("quarter", "2026-Q2", entering.SpanAhead),
        ("month", "2026-04", entering.SpanAhead),
        ("year", "2027", entering.SpanAhead),
    ],
)
def test_the_period_fits_the_frequency_and_has_begun(
    session: Session, row: Indicator, frequency: str, span: str, refusal: type[Refused]
) -> None:
    row.frequency = Frequency(frequency)

    with pytest.raises(refusal):
        enter(session, row, span)


def test_what_the_portal_works_out_is_not_entered(plan: Plan, session: Session, row: Indicator) -> None:
    with pytest.raises(entering.NotEntered):
        enter(session, indicator(session, "Δ.2.1.01"))
    row.calculation = "Δ.2.1.01 / Δ.2.1.02"
    with pytest.raises(entering.NotEntered):
        enter(session, row)
    row.calculation, row.closed = "", True
    with pytest.raises(entering.NotEntered):
        enter(session, row)


def test_a_whole_year_is_complete_unless_it_is_said_to_be_partial(plan: Plan, session: Session, row: Indicator) -> None:
    row.frequency = Frequency.YEAR

    enter(session, row, "2026", partial=True)
    assert held(session, plan, row)[1] is Confidence.PARTIAL
    enter(session, row, "2026", partial=False)
    assert held(session, plan, row)[1] is Confidence.COMPLETE


# -- pages


def test_the_head_enters_a_value_and_takes_it_back(session: Session, row: Indicator, client: Client) -> None:
    client.sign_in(staff(session))
    page = client.get("plan_desk.value", code=CODE, lang="en")
    assert page.texts("#span option")[1:3] == ["1st quarter 2026", "4th quarter 2025"]

    client.submit(page, {"span": "2026-Q1", "value": "36.5", "source": "Water company, page 12"})
    shown = client.get("plan_desk.value", code=CODE, lang="en")
    assert "holds" in shown.texts("tbody tr")[0]
    client.submit(shown, {"span": "2026-Q1", "source": "Wrong unit", "gone": "yes"})

    rows = client.get("plan_desk.value", code=CODE, lang="en").texts("tbody tr")
    assert ("taken back" in rows[0], "replaced" in rows[1]) == (True, True)


@pytest.mark.parametrize(
    "fields",
    [
        {"span": "2026-Q1", "source": "…"},
        {"span": "2026-Q1", "value": "5", "source": ""},
        {"span": "2026-Q1", "value": "5", "source": "…", "gone": "yes"},
        {"span": "2026-Q1", "source": "…", "gone": "yes"},
        {"span": "2026", "value": "5", "source": "…"},
        {"span": "2026-Q1", "value": "0,12345", "source": "…"},
        {"span": "2026-Q1", "value": "9" * 15, "source": "…"},
    ],
)
def test_what_is_missing_or_odd_is_told(
    session: Session, row: Indicator, client: Client, fields: dict[str, str]
) -> None:
    client.sign_in(staff(session))

    page = client.post("plan_desk.value_submit", fields, code=CODE, status=422)

    assert page.errors
    assert session.scalars(sa.select(IndicatorValue)).all() == []


def test_only_the_unit_in_charge_and_planners_enter_values(session: Session, row: Indicator, client: Client) -> None:
    fields = {"span": "2026-Q1", "value": "5", "source": "…"}
    for user in (staff(session, Role.HEAD, "citizens"), staff(session, Role.CLERK)):
        client.sign_in(user)
        client.get("plan_desk.value", code=CODE, status=403)
        client.post("plan_desk.value_submit", fields, code=CODE, status=403)

    client.sign_in(staff(session, Role.PLANNER, "citizens"))
    client.post("plan_desk.value_submit", fields, code=CODE)
    assert "fed" not in client.get("plan_desk.value", code="Δ.2.1.01").select("form")
    client.post("plan_desk.value_submit", fields | {"span": "2026-Q1"}, code="Δ.2.1.01", status=409)
    client.get("plan_desk.value", code="Δ.9.9.99", status=404)


def test_the_list_names_what_is_to_be_fed(session: Session, row: Indicator, client: Client) -> None:
    client.sign_in(staff(session))
    mine = client.get("plan_desk.fed", lang="en")
    assert [len(mine.select(f"a[href*='{part}']")) > 0 for part in ("1.1.1.01", "2.1.1.01")] == [True, False]
    assert mine.select("a[href$='/values/']")

    client.sign_in(staff(session, Role.PLANNER))
    everything = client.get("plan_desk.fed", lang="en")
    assert everything.select("a[href*='2.1.1.01']")
    assert everything.select("a[href$='/money/orphans/']")


def test_a_period_long_gone_can_be_entered(session: Session, row: Indicator) -> None:
    assert enter(session, row, "2023-Q4").at == NOW
    assert enter(session, row, "2023-Q4", value="1").at - NOW == timedelta(0)
