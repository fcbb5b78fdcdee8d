"""Amounts of actions: marked on documents once, set right by their opposite, given an action; they always add up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.documents import operations as documents
from portal.documents.operations import Direction, NewEntry
from portal.organisation.models import Role, Unit
from portal.organisation.policy import mandate
from portal.plan.models import FundingSource, MoneyEntry, MoneyStage, Plan
from portal.plan.operations import money, records
from portal.plan.operations.money import Marking
from portal.plan.queries import finance
from tests.factories import DAY, NOW, make_staff
from tests.factories.plan import action_of, make_money
from tests.support.client import Client

CODE = "1.1.1.01"


@pytest.fixture(autouse=True)
def in_march(frozen: Any) -> None:
    frozen(NOW)


def staff(session: Session, role: Role = Role.HEAD, code: str = "technical") -> Any:
    return make_staff(session, session.scalars(sa.select(Unit).where(Unit.code == code)).one(), role)


def registered(session: Session) -> Any:
    return documents.register(session, NewEntry(Direction.INCOMING, "Ένταλμα", "Ανάδοχος"), now=NOW)


def mark(session: Session, plan: Plan, number: str, **changed: Any) -> MoneyEntry:
    made: dict[str, Any] = {
        "number": number,
        "action": action_of(session, CODE),
        "stage": MoneyStage.PAID,
        "year": 2026,
        "amount": Decimal("100.10"),
        "on": DAY,
    }
    user = staff(session)
    return money.mark_document(session, plan, Marking(**(made | changed)), mandate=mandate(session, user, DAY), now=NOW)


def paid(session: Session, plan: Plan, on: date | None = None) -> Decimal:
    return finance.of_plan(session, plan, on=on).paid


def test_a_document_is_marked_with_what_it_pays(plan: Plan, session: Session) -> None:
    entry = registered(session)

    row = mark(session, plan, entry.reference)

    assert (row.entry_id, row.reference, row.budget_code) == (entry.id, entry.reference, "25.7312.001")
    assert row.source_id == session.scalars(sa.select(FundingSource.id).where(FundingSource.code == "ΕΣΠΑ")).one()
    assert paid(session, plan) == Decimal("100.10")
    session.commit()
    assert audit.history(session, ("plan_money", row.id))[-1].action == "plan.money.marked"


def test_a_document_counts_once_for_an_action_stage_source_and_year(plan: Plan, session: Session) -> None:
    number = registered(session).reference
    first = mark(session, plan, number)

    with pytest.raises(money.AlreadyMarked):
        mark(session, plan, number, amount=Decimal(5))
    mark(session, plan, number, stage=MoneyStage.INVOICED)
    mark(session, plan, number, year=2025)
    mark(session, plan, number, action=action_of(session, "2.1.1.01"))

    money.take_out(session, first, why="Λάθος ποσό", actor_id=staff(session).id, now=NOW)
    mark(session, plan, number, amount=Decimal(5))
    with pytest.raises(money.AlreadyMarked):
        mark(session, plan, number, amount=Decimal(6))


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"on": DAY + timedelta(days=1)}, money.DayAhead),
        ({"year": 2023}, money.YearOutside),
        ({"amount": Decimal(0)}, money.NothingOf),
        ({"amount": Decimal(-5)}, money.NothingOf),
        ({"number": "2026/9999"}, records.NothingThere),
    ],
)
def test_what_cannot_be_is_refused(
    plan: Plan, session: Session, changed: dict[str, Any], refusal: type[Refused]
) -> None:
    number = registered(session).reference

    with pytest.raises(refusal):
        mark(session, plan, **({"number": number} | changed))

    assert session.scalars(sa.select(MoneyEntry)).all() == []


def test_an_amount_is_taken_out_by_its_opposite_from_today_on(plan: Plan, session: Session) -> None:
    row, user = make_money(session, CODE, "70.00", on=DAY - timedelta(days=40)), staff(session)

    opposite = money.take_out(session, row, why="Διπλή εγγραφή", actor_id=user.id, now=NOW)

    assert (opposite.amount, opposite.on, opposite.title) == (Decimal("-70.00"), DAY, "Διπλή εγγραφή")
    assert (paid(session, plan), paid(session, plan, DAY - timedelta(days=1))) == (Decimal("0.00"), Decimal("70.00"))
    for again in (row, opposite):
        with pytest.raises(money.AlreadyTakenOut):
            money.take_out(session, again, why="…", actor_id=user.id, now=NOW)


def test_orphans_get_their_action_together_with_what_takes_them_out(plan: Plan, session: Session) -> None:
    rows = [make_money(session, None, amount, source_id=None) for amount in ("10.00", "20.00")]
    user, action = staff(session), action_of(session, CODE)
    opposite = money.take_out(session, rows[0], why="Λάθος", actor_id=user.id, now=NOW)

    number = money.give_action(session, plan, [row.id for row in rows], action, actor_id=user.id, now=NOW)

    assert number == 3
    assert {row.action_id for row in (*rows, opposite)} == {action.id}
    assert rows[1].source_id == action.funding[0].source_id
    assert finance.by_action(session, plan)[action.id].paid == Decimal("20.00")
    assert finance.orphans(session, plan) == []
    session.commit()
    assert audit.history(session, ("plan_money", rows[1].id))[-1].data == {"plan_action": action.id}
    with pytest.raises(money.NoLongerOrphans):
        money.give_action(session, plan, [rows[0].id], action, actor_id=user.id, now=NOW)
    with pytest.raises(money.NoLongerOrphans):
        money.give_action(session, plan, [10**9], action, actor_id=user.id, now=NOW)


_AMOUNT = st.tuples(
    st.sampled_from([None, CODE, "2.1.1.01"]),
    st.sampled_from(["ΕΣΠΑ", "ΙΠ", None]),
    st.sampled_from([MoneyStage.COMMITTED, MoneyStage.INVOICED, MoneyStage.PAID]),
    st.integers(2024, 2028),
    st.integers(-(10**9), 10**9),
    st.booleans(),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(_AMOUNT, max_size=15))
def test_amounts_add_up_in_every_cut(plan: Plan, session: Session, rows: list[tuple[Any, ...]]) -> None:
    point, user = session.begin_nested(), staff(session)
    sources = {source.code: source.id for source in session.scalars(sa.select(FundingSource))}
    wanted = dict.fromkeys(MoneyStage, Decimal("0.00"))
    for action, source, stage, year, cents, wrong in rows:
        amount = Decimal(cents).scaleb(-2)
        given = {"stage": stage, "year": year, "source_id": sources.get(source)}
        row = make_money(session, action, str(amount), **given)
        if wrong:
            money.take_out(session, row, why="…", actor_id=user.id, now=NOW)
        else:
            wanted[stage] += amount
    whole = finance.of_plan(session, plan)
    found: list[Any] = [
        finance.by_year(session, plan),
        finance.by_source(session, plan),
        finance.by_source_and_year(session, plan),
        finance.in_full(session, plan),
    ]
    orphans = finance.orphans(session, plan)
    lost = {stage: sum((row.amount for row in orphans if row.stage is stage), Decimal(0)) for stage in wanted}
    actions = finance.by_action(session, plan)
    point.rollback()
    session.expire_all()

    for stage in (MoneyStage.COMMITTED, MoneyStage.INVOICED, MoneyStage.PAID):
        name = stage.value
        assert getattr(whole, name) == wanted[stage]
        for cut in found:
            assert sum((getattr(part, name) for part in cut.values()), Decimal(0)) == wanted[stage]
        explained = sum((getattr(part, name) for part in actions.values()), Decimal(0))
        assert explained + lost[stage] == wanted[stage]
    for cut in found:
        assert sum((part.budgeted for part in cut.values()), Decimal(0)) == whole.budgeted
    assert sum((part.budgeted for part in actions.values()), Decimal(0)) == whole.budgeted
    assert len(orphans) >= sum(row[0] is None for row in rows)


#: days since the step before, what is done, to which amount, cents
_DEEDS = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.sampled_from(["enter", "enter", "take out", "explain"]),
        st.integers(0, 5),
        st.integers(-(10**7), 10**7),
    ),
    min_size=3,
    max_size=14,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=_DEEDS)
def test_the_money_of_a_day_is_what_was_shown_on_that_day(plan: Plan, session: Session, deeds: Any) -> None:
    def told(**only: Any) -> Any:
        return finance.of_plan(session, plan, **only), finance.by_year(session, plan, **only)

    point, user = session.begin_nested(), staff(session)
    now, shown, rows = NOW, {}, []
    for days, deed, which, cents in deeds:
        shown[athens_date(now)] = told()
        now += timedelta(days=days)
        try:
            if deed == "enter":
                given = {"on": athens_date(now), "year": 2026 + which % 2, "at": now}
                rows.append(make_money(session, (None, CODE)[which % 2], str(Decimal(cents).scaleb(-2)), **given))
            elif deed == "take out" and rows:
                money.take_out(session, rows[which % len(rows)], why="…", actor_id=user.id, now=now)
            elif rows:
                orphan, action = rows[which % len(rows)].id, action_of(session, "2.1.1.01")
                money.give_action(session, plan, [orphan], action, actor_id=user.id, now=now)
        except Refused:
            continue
        shown[athens_date(now)] = told()
    later = {day: told(on=day) for day in shown}
    point.rollback()
    session.expire_all()

    assert later == shown


# -- pages


def filled(number: str, **changed: str) -> dict[str, str]:
    made = {"number": number, "action": CODE, "stage": "paid", "amount": "1.234,56", "year": "2026"}
    on = {"on-day": str(DAY.day), "on-month": str(DAY.month), "on-year": str(DAY.year)}
    return made | on | changed


def test_the_head_marks_a_document_and_takes_it_out(plan: Plan, session: Session, client: Client) -> None:
    number = registered(session).reference
    client.sign_in(staff(session))
    form = client.get("plan_desk.money_new", action=CODE, lang="en")
    assert form.one("#action option[selected]")["value"] == CODE
    assert form.one("#year option[selected]")["value"] == "2026"

    client.post("plan_desk.money_submit", filled(number))
    twice = client.post("plan_desk.money_submit", filled(number), lang="en", status=422)
    assert "is already marked" in twice.errors[0]

    page = client.get("plan_desk.money", action=CODE, year=2026, stage="paid", lang="en")
    assert "€1,234.56" in page.texts("tbody tr")[0]
    row = session.scalars(sa.select(MoneyEntry)).one()
    client.get("plan_desk.money_out", number=row.id)
    client.post("plan_desk.money_out_submit", {"why": "Λάθος"}, number=row.id)
    client.post("plan_desk.money_out_submit", {"why": "Λάθος"}, number=row.id, status=409)
    after = client.get("plan_desk.money", lang="en")
    assert "taken out" in after.text
    assert after.texts(".figure")[2] == "€0.00 Paid"


def test_a_head_sees_the_amounts_of_the_own_actions_alone(plan: Plan, session: Session, client: Client) -> None:
    rows = [make_money(session, code, "5.00") for code in (CODE, "2.1.1.01", None)]
    client.sign_in(staff(session))

    assert len(client.get("plan_desk.money").select("tbody tr")) == 1
    assert not client.get("plan_desk.money", action="2.1.1.01").select("tbody tr")
    for row in rows[1:]:
        client.get("plan_desk.money_out", number=row.id, status=403)
        client.post("plan_desk.money_out_submit", {"why": "…"}, number=row.id, status=403)
    other = filled(registered(session).reference, action="2.1.1.01")
    client.post("plan_desk.money_submit", other, status=422)
    client.get("plan_desk.orphans", status=403)
    client.post("plan_desk.orphans_submit", status=403)
    client.get("plan_desk.money_out", number=2**62, status=404)


def test_the_planning_unit_gives_orphans_their_action(plan: Plan, session: Session, client: Client) -> None:
    rows = [make_money(session, None, "5.00", title=f"Δαπάνη {number}") for number in range(3)]
    client.sign_in(staff(session, Role.PLANNER))
    page = client.get("plan_desk.orphans", lang="en")
    assert len(page.select("input[type=checkbox]")) == 3

    client.submit(page, {"action": CODE}, status=422)
    client.submit(page, {"entries": [str(rows[0].id), str(rows[1].id)], "action": CODE})

    assert len(client.get("plan_desk.orphans").select("input[type=checkbox]")) == 1
    assert finance.by_action(session, plan)[action_of(session, CODE).id].paid == Decimal("10.00")
    client.submit(client.get("plan_desk.orphans"), {"entries": [str(rows[2].id)], "action": CODE})
    assert client.get("plan_desk.orphans").select(".empty")


def test_the_list_goes_on_page_by_page(plan: Plan, session: Session, client: Client) -> None:
    for _number in range(60):
        make_money(session, CODE, "1.00")
    client.sign_in(staff(session, Role.PLANNER))

    first = client.get("plan_desk.money", year=2026)
    second = client.get(str(first.one("a[rel=next]")["href"]))

    assert (len(first.select("tbody tr")), len(second.select("tbody tr"))) == (50, 10)
    assert "60,00" in second.texts(".figure")[2]
