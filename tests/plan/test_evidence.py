"""Evidence of actions: what can be evidence, by whom, and that it counts once, until it is taken back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.errors import Refused
from portal.core.texts import Translated
from portal.documents import operations as documents
from portal.documents.operations import Direction, Marking, NewEntry
from portal.organisation.models import Role, Unit
from portal.organisation.policy import Mandate, mandate
from portal.plan.models import ActionReport, Evidence, EvidenceKind, PeriodState, Plan
from portal.plan.operations import evidence as proving
from portal.plan.operations import records
from portal.plan.operations.evidence import NewEvidence
from portal.plan.queries.progress import physical
from tests.factories import DAY, NOW, make_case, make_event, make_fault, make_staff
from tests.factories.plan import action_of, make_evidence, make_period, milestone_of
from tests.support.client import Client
from tests.support.photographs import photograph

CODE = "1.1.1.01"


@pytest.fixture(autouse=True)
def in_march(frozen: Any) -> None:
    frozen(NOW)


def unit(session: Session, code: str = "technical") -> Unit:
    return session.scalars(sa.select(Unit).where(Unit.code == code)).one()


def head(session: Session, code: str = "technical") -> Any:
    return make_staff(session, unit(session, code), Role.HEAD)


def of(session: Session, user: Any) -> Mandate:
    return mandate(session, user, DAY)


def registered(session: Session, **given: Any) -> Any:
    return documents.register(session, NewEntry(Direction.INCOMING, "Πιστοποίηση", "Ανάδοχος", **given), now=NOW)


def new(**given: Any) -> NewEvidence:
    made: dict[str, Any] = {
        "kind": EvidenceKind.LINK,
        "title": Translated(el="Πιστοποίηση εργασιών"),
        "on": DAY,
        "url": "https://example.org/1",
    }
    return NewEvidence(**(made | given))


def add(session: Session, user: Any, **given: Any) -> Evidence:
    return proving.add_evidence(session, action_of(session, CODE), new(**given), mandate=of(session, user), now=NOW)


def percent(session: Session, plan: Plan, on: date = DAY) -> int:
    action = action_of(session, CODE)
    return physical(session, plan, on=on, action_ids=[action.id])[action.id].percent


def test_a_document_is_found_by_its_number_written_either_way(plan: Plan, session: Session) -> None:
    entry, user = registered(session), head(session)

    row = add(session, user, kind=EvidenceKind.ENTRY, number=f"{entry.number}/{entry.year}", url="")

    assert (row.reference, row.added_by_id, row.at) == (f"entry:{entry.id}", user.id, NOW)
    session.commit()
    assert audit.history(session, ("plan_evidence", row.id))[-1].action == "plan.evidence.added"


def test_a_marked_document_is_there_for_those_alone_who_may_see_it(plan: Plan, session: Session) -> None:
    entry = registered(session, marking=Marking.CONFIDENTIAL, unit_id=unit(session, "citizens").id)
    given = {"kind": EvidenceKind.ENTRY, "number": entry.reference, "url": ""}

    with pytest.raises(records.NothingThere):
        add(session, head(session), **given)

    assert add(session, head(session, "citizens"), **given).reference == f"entry:{entry.id}"


def test_what_is_not_there_is_no_evidence(plan: Plan, session: Session) -> None:
    user = head(session)

    for kind in (EvidenceKind.ENTRY, EvidenceKind.CASE, EvidenceKind.EVENT, EvidenceKind.FAULT):
        for number in ("", "2026/999999", "x", "9" * 30, "1/2", "2026-1/../"):
            with pytest.raises(records.NothingThere):
                add(session, user, kind=kind, number=number, url="")


def test_a_case_is_evidence_once_it_is_completed(plan: Plan, session: Session) -> None:
    user, case = head(session), make_case(session, unit(session))
    given = {"kind": EvidenceKind.CASE, "number": case.reference, "url": ""}
    with pytest.raises(records.NotCompleted):
        add(session, user, **given)

    session.execute(sa.update(type(case)).values(phase="closed", closed_at=NOW))
    session.expire_all()

    assert add(session, user, **given).reference == f"case:{case.id}"
    foreign = head(session, "citizens")
    with pytest.raises(records.NothingThere):
        add(session, foreign, **given)
    planner = make_staff(session, unit(session, "citizens"), Role.PLANNER)
    other = milestone_of(session, "1.1.1.01-1")
    assert add(session, planner, **given, milestone=other).reference == f"case:{case.id}"


def test_an_event_is_evidence_once_it_was_held(plan: Plan, session: Session) -> None:
    user = head(session)
    past, ahead = make_event(session, on=DAY - timedelta(days=5)), make_event(session, on=DAY + timedelta(days=5))
    draft = make_event(session, on=DAY - timedelta(days=5), published=False)

    row = add(session, user, kind=EvidenceKind.EVENT, number=f"https://x.gr/el/events/{past.slug}/", url="")

    assert row.reference == f"event:{past.id}"
    with pytest.raises(records.NotHeld):
        add(session, user, kind=EvidenceKind.EVENT, number=ahead.slug, url="")
    with pytest.raises(records.NothingThere):
        add(session, user, kind=EvidenceKind.EVENT, number=draft.slug, url="")


def test_a_fault_is_evidence_once_it_is_repaired(plan: Plan, session: Session) -> None:
    user, fault = head(session), make_fault(session)
    with pytest.raises(records.NotRepaired):
        add(session, user, kind=EvidenceKind.FAULT, number=fault.reference, url="")

    session.execute(sa.update(type(fault)).values(state="repaired", is_open=False))
    session.expire_all()

    assert add(session, user, kind=EvidenceKind.FAULT, number=fault.slug, url="").reference == f"fault:{fault.id}"


def test_evidence_moves_its_milestone_by_its_quantity(plan: Plan, session: Session) -> None:
    user, mains = head(session), milestone_of(session, "1.1.1.01-2")

    add(session, user, milestone=mains, quantity=Decimal(5))
    assert percent(session, plan) == 32

    add(session, user, milestone=milestone_of(session, "1.1.1.01-1"), url="https://example.org/2")
    assert percent(session, plan) == 52
    assert percent(session, plan, DAY - timedelta(days=1)) == 0


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"on": DAY + timedelta(days=1)}, proving.NotYet),
        ({"milestone": "1.1.1.01-2", "quantity": Decimal(0)}, proving.NotAQuantity),
        ({"milestone": "1.1.1.01-2", "quantity": Decimal(-1)}, proving.NotAQuantity),
        ({"milestone": "1.1.1.01-1", "quantity": Decimal(1)}, proving.NoQuantityHere),
        ({"quantity": Decimal(1)}, proving.NoQuantityHere),
    ],
)
def test_what_cannot_be_is_refused(plan: Plan, session: Session, given: dict[str, Any], refusal: type[Refused]) -> None:
    if "milestone" in given:
        given = given | {"milestone": milestone_of(session, given["milestone"])}

    with pytest.raises(refusal):
        add(session, head(session), **given)

    assert session.scalars(sa.select(Evidence)).all() == []


def test_a_milestone_of_another_action_is_refused(plan: Plan, session: Session) -> None:
    action, user = action_of(session, "2.1.1.01"), head(session)
    wanted = new(milestone=milestone_of(session, "1.1.1.01-1"))

    with pytest.raises(proving.NotOfTheAction):
        proving.add_evidence(session, action, wanted, mandate=of(session, user), now=NOW)


def test_an_action_that_left_the_plan_takes_nothing(plan: Plan, session: Session) -> None:
    action_of(session, CODE).closed = True

    with pytest.raises(proving.OutOfThePlan):
        add(session, head(session))


def test_the_same_counts_once_and_again_after_it_was_taken_back(plan: Plan, session: Session) -> None:
    user, mains = head(session), milestone_of(session, "1.1.1.01-2")
    first = add(session, user, milestone=mains, quantity=Decimal(5))
    with pytest.raises(proving.AlreadyEvidence):
        add(session, user, milestone=mains, quantity=Decimal(5))

    proving.take_back(session, first, why="Λάθος ποσότητα", actor_id=user.id, now=NOW)

    assert percent(session, plan) == 0
    assert (first.revoked_by_id, first.revoked_why) == (user.id, "Λάθος ποσότητα")
    with pytest.raises(proving.AlreadyTakenBack):
        proving.take_back(session, first, why="…", actor_id=user.id, now=NOW)
    add(session, user, milestone=mains, quantity=Decimal("2.5"))
    assert percent(session, plan) == 16


# -- pages


def filled(**given: Any) -> dict[str, Any]:
    on = {"on-day": str(DAY.day), "on-month": str(DAY.month), "on-year": str(DAY.year)}
    made = {"kind": "decision", "url": "https://example.org/decision", "title_el": "Απόφαση 12/2026", **on}
    return made | given


def test_the_head_adds_evidence_and_everybody_sees_what_it_moves(plan: Plan, session: Session, client: Client) -> None:
    client.sign_in(head(session))
    client.get("plan_desk.fed", lang="en")

    client.post("plan_desk.evidence_submit", filled(milestone="1.1.1.01-1", title_en="Decision"), code=CODE)

    page = client.get("plan_desk.evidence_of", code=CODE, lang="en")
    assert "By evidence: 20%" in page.text
    assert any("Decision" in row and "1.1.1.01-1" in row for row in page.texts("tbody tr"))


@pytest.mark.parametrize(("state", "ways"), [(PeriodState.OPEN, ["4th quarter 2025"]), (PeriodState.CHECKED, [])])
def test_from_the_evidence_a_way_leads_to_the_report_that_is_asked_for(
    plan: Plan, session: Session, client: Client, state: PeriodState, ways: list[str]
) -> None:
    action, period = action_of(session, CODE), make_period(session, plan, "2025-Q4", state=state)
    session.add(ActionReport(period_id=period.id, action_id=action.id, unit_id=action.unit_id))
    session.flush()
    client.sign_in(head(session))

    page = client.get("plan_desk.evidence_of", code=CODE, lang="en")

    said = page.texts("main a[href*='/desk/plan/reports/']")
    assert said == [f"The report on this action: {name}" for name in ways]


def test_a_number_that_leads_nowhere_is_told_at_its_field(plan: Plan, session: Session, client: Client) -> None:
    client.sign_in(head(session))

    page = client.post(
        "plan_desk.evidence_submit", filled(kind="entry", number="2026/77", url=""), code=CODE, lang="en", status=422
    )

    assert page.errors == [
        "Nothing was found with the number “2026/77”. Check it; documents are written like 2026/18412."
    ]
    assert page.one("#number")["value"] == "2026/77"


def test_a_photograph_is_cleaned_and_a_program_is_refused(plan: Plan, session: Session, client: Client) -> None:
    import io  # noqa: PLC0415

    client.sign_in(head(session))
    bad = {"photo": (io.BytesIO(b"MZ" + bytes(200)), "photo.jpg")}

    page = client.post("plan_desk.evidence_submit", filled(kind="photo") | bad, code=CODE, lang="en", status=422)
    assert len(page.errors) == 1

    good = {"photo": (io.BytesIO(photograph()), "photo.jpg")}
    client.post("plan_desk.evidence_submit", filled(kind="photo") | good, code=CODE)
    row = session.scalars(sa.select(Evidence)).one()
    assert row.attachment is not None
    assert row.attachment.media_type == "image/jpeg"
    assert row.kind is EvidenceKind.PHOTO


def test_evidence_is_taken_back_with_a_reason(plan: Plan, session: Session, client: Client) -> None:
    row = make_evidence(session, "1.1.1.01-1")
    client.sign_in(head(session))

    client.post("plan_desk.evidence_back_submit", {}, code=CODE, number=row.id, status=422)
    client.post("plan_desk.evidence_back_submit", {"why": "Ακυρώθηκε"}, code=CODE, number=row.id)
    again = client.post("plan_desk.evidence_back_submit", {"why": "…"}, code=CODE, number=row.id, lang="en", status=409)

    assert "taken back already" in again.text
    assert "Ακυρώθηκε" in client.get("plan_desk.evidence_of", code=CODE).text


def test_only_the_heads_of_the_unit_and_planners_add_evidence(plan: Plan, session: Session, client: Client) -> None:
    row = make_evidence(session, "1.1.1.01-1")
    for user in (head(session, "citizens"), make_staff(session, unit(session))):
        client.sign_in(user)
        client.get("plan_desk.evidence_of", code=CODE, status=403)
        client.post("plan_desk.evidence_submit", filled(), code=CODE, status=403)
        client.post("plan_desk.evidence_back_submit", {"why": "…"}, code=CODE, number=row.id, status=403)

    client.sign_in(make_staff(session, unit(session, "citizens"), Role.PLANNER))
    client.post("plan_desk.evidence_submit", filled(), code=CODE)
    client.get("plan_desk.evidence_back", code=CODE, number=2**62, status=404)
    client.get("plan_desk.evidence_back", code="2.1.1.01", number=row.id, status=404)
