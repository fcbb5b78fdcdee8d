"""The sample plan after two years: evidence of every kind, money at every stage, values, periods, a revision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.casework.models import Case
from portal.core.texts import Translated
from portal.documents import operations as documents
from portal.documents.operations import Direction, NewEntry
from portal.events.models import Event
from portal.faults.models import Fault
from portal.organisation.models import Unit
from portal.plan import operations
from portal.plan.models import EvidenceKind, FundingSource, IndicatorValue, MoneyStage, Plan
from portal.plan.operations import periods
from portal.plan.operations.periods import Check, Presentation
from portal.plan.operations.reporting import Said, accept, submit
from portal.plan.queries.periods import reports_by_unit
from portal.plan.queries.spans import Span
from tests.factories import DAY, NOW, make_case, make_event, make_fault, make_staff
from tests.factories.plan import make_evidence, make_money
from tests.plan.samples import decided, indicator, on
from tests.support.consulted import consulted
from tests.support.programmes import drawn_up
from tests.support.revised import revised

MAINS = "1.1.1.01"
#: somebody who is named in everything that the public must not read
NAME = "Ονοματεπώνυμο Πολίτη"


@dataclass
class Things:
    """What stands behind the evidence."""

    case: Case
    fault: Fault
    event: Event
    #: protocol number of a document without marking
    document: str


def lived(session: Session, plan: Plan) -> Things:
    """Let two years pass."""
    things = _evidence(session)
    _money(session)
    _values(session, plan)
    planner = make_staff(session, session.scalars(sa.select(Unit).where(Unit.code == "citizens")).one())
    revised(session, actor_id=planner.id)
    for first, frozen in ((date(2025, 10, 1), True), (date(2025, 7, 1), False)):
        _period(session, plan, Span(first, 3), planner.id, frozen=frozen)
    drawn_up(session)
    consulted(session)
    session.commit()
    return things


def _evidence(session: Session) -> Things:
    unit = session.scalars(sa.select(Unit).where(Unit.code == "technical")).one()
    case, fault, event = make_case(session, unit, detail=NAME), make_fault(session), make_event(session, on=DAY)
    for row in (case, fault.case):
        row.phase, row.closed_at = type(row.phase)("closed"), NOW
    case.state = "approved"
    new = NewEntry(Direction.INCOMING, f"Πιστοποίηση {NAME}", NAME)
    entry = documents.register(session, new, now=NOW)
    make_evidence(session, f"{MAINS}-1", on=date(2024, 9, 1), url="https://diavgeia.gov.gr/decision/view/Ψ297ΩΗΜ-ΣΙ0")
    kinds: dict[EvidenceKind, dict[str, Any]] = {
        EvidenceKind.ENTRY: {"reference": f"entry:{entry.id}", "quantity": "2.5", "on": date(2025, 11, 3)},
        EvidenceKind.CASE: {"reference": f"case:{case.id}", "quantity": "1.25"},
        EvidenceKind.FAULT: {"reference": f"fault:{fault.id}", "quantity": "0.5"},
        EvidenceKind.EVENT: {"reference": f"event:{event.id}", "milestone_id": None},
        EvidenceKind.PHOTO: {"milestone_id": None},
        EvidenceKind.LINK: {"url": "https://example.org/1", "milestone_id": None},
    }
    for kind, given in kinds.items():
        said = Translated(el=f"Στοιχείο {kind.value}", en=f"Proof {kind.value}")
        make_evidence(session, f"{MAINS}-2", kind=kind, title=said, **given)
    return Things(case, fault, event, entry.reference)


def _money(session: Session) -> None:
    own = session.scalars(sa.select(FundingSource).where(FundingSource.code == "ΙΠ")).one()
    for number, year in enumerate((2025, 2026)):
        day, cents = date(year, 2, 3), Decimal(f"0.{17 + number}")
        for stage, euro in ((MoneyStage.COMMITTED, 5000), (MoneyStage.INVOICED, 3000), (MoneyStage.PAID, 2000)):
            given: dict[str, Any] = {"stage": stage, "year": year, "on": day, "title": NAME}
            make_money(session, MAINS, str(euro + cents), reference=f"ΧΕ {number}", **given)
            make_money(session, "2.1.1.01", "10.05", source_id=own.id, **given)
            make_money(session, None, "7.07", source_id=None, **given)
    make_money(session, MAINS, "-0.02", source_id=own.id)


def _values(session: Session, plan: Plan) -> None:
    of = indicator(session, "Δ.2.1.05").id
    for span, value in (("2025", "39.5"), ("2026-Q1", "37.25")):
        session.add(IndicatorValue(indicator_id=of, span=span, value=Decimal(value), source="Μετρητές", at=NOW))
    facts = [decided(9000 + day, decided_at=on(2025, 11, day), days=day) for day in range(1, 24)]
    facts += [decided(9100 + day, decided_at=on(2026, 2, day), within_limit=False) for day in range(1, 4)]
    for fact in facts:
        operations.hear(session, fact)


def _period(session: Session, plan: Plan, span: Span, actor_id: int, *, frozen: bool) -> None:
    by: dict[str, Any] = {"actor_id": actor_id, "now": NOW}
    period = periods.open_period(session, plan, span, due_on=DAY + timedelta(days=10), **by)
    for unit in reports_by_unit(session, period):
        for report in unit.reports:
            said = Said(done="Προχωρά", problems="", next_steps="", stated=77, why="Υπάρχει τιμολόγιο")
            submit(session, report, said, **by)
            accept(session, report, **by)
    periods.check_period(session, period, Check(missing_why="–"), **by)
    periods.present(session, period, Presentation(DAY, "12/2026", "Ψ297ΩΗΜ-ΣΙ0"), **by)
    if frozen:
        periods.freeze(session, plan, period, **by)
