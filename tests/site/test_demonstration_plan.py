"""The plan of the demonstration: monitored for two years by real operations, each odd state, figures that add up."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import athens_date
from portal.core.files import Intake, LocalStore
from portal.eservices.models import Questionnaire, QuestionnaireAnswer
from portal.eservices.queries.questionnaires import released_texts
from portal.eservices.queries.results import results
from portal.plan import operations as planning
from portal.plan.models import (
    ActionReport,
    Comment,
    Consultation,
    Evidence,
    EvidenceKind,
    Frozen,
    Light,
    MoneyEntry,
    MoneyStage,
    Origin,
    Period,
    PeriodState,
    Plan,
    PlanProposal,
    Programme,
    ProgrammeState,
    ProposalState,
    ReportState,
    Revision,
    RevisionState,
    StageTask,
)
from portal.plan.queries import finance, versions
from portal.plan.queries.judging import Ground
from portal.plan.queries.standing import Warning as Early
from portal.plan.queries.standing import standings
from portal.settings import ROOT
from portal.site import operations
from tests.factories import NOW

PACK = ROOT / "portal" / "municipalities" / "hersonissos"
TODAY = athens_date(NOW)


@pytest.fixture
def stock() -> str:
    return "municipality"


def load(session: Session, folder: Path) -> int:
    setting = operations.Setting(LocalStore(folder), Intake(), "no password opens this", "http://localhost")
    sizes = {"number": 1, "most_events": 0, "most_reports": 0}
    return operations.load_demonstration(session, PACK, setting, now=NOW, **sizes)


def count(session: Session, model: type) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_two_years_of_a_plan(app: Flask, session: Session, tmp_path: Path) -> None:
    """One load for all: it takes its time."""
    assert load(session, tmp_path) == 1
    session.commit()
    plan = session.scalars(sa.select(Plan)).one()

    each_odd_state(session, plan)
    amounts_add_up(session, plan)
    periods_are_frozen(session)
    it_was_revised(session, plan)
    people_took_part(session)
    nothing_is_ahead_of_its_time(session)

    assert planning.recount(session).unchanged
    assert planning.import_pack_plan(session, PACK, now=NOW) == []
    assert not list(audit.breaks(session))
    held = count(session, Evidence), count(session, MoneyEntry), count(session, Frozen)
    assert load(session, tmp_path) == 0
    assert (count(session, Evidence), count(session, MoneyEntry), count(session, Frozen)) == held


def each_odd_state(session: Session, plan: Plan) -> None:
    rows = standings(session, plan, on=TODAY)
    grounds = {row.judgement.ground for row in rows.values()}
    warnings = {warning for row in rows.values() for warning in row.warnings}

    assert {row.light for row in rows.values()} == set(Light)
    assert rows["1.1.2.02"].judgement.ground is Ground.CANCELLED
    assert rows["4.1.1.02"].judgement.ground is Ground.SUSPENDED
    assert {Ground.OVERDUE, Ground.OVERSPENT, Ground.DONE, Ground.ON_TIME, Ground.NOT_BEGUN} <= grounds
    assert {Early.BEHIND, Early.SILENT, Early.OVERSPENT, Early.SPENT_ONLY} <= warnings
    early = rows["3.1.1.03"]
    assert early.percent == 100
    assert early.time < 100
    assert rows["3.2.1.03"].progress is not None
    assert session.scalars(sa.select(Evidence).where(Evidence.revoked_at.is_not(None))).one().revoked_why
    assert {EvidenceKind.ENTRY, EvidenceKind.DECISION, EvidenceKind.PHOTO} <= set(
        session.scalars(sa.select(Evidence.kind))
    )


def amounts_add_up(session: Session, plan: Plan) -> None:
    whole, orphans = finance.of_plan(session, plan), finance.orphans(session, plan)
    by_action = finance.by_action(session, plan).values()

    assert len(orphans) >= 3
    astray = sum(row.amount for row in orphans if row.stage is MoneyStage.PAID)
    assert sum((row.paid for row in by_action), Decimal(0)) + astray == whole.paid
    for cut in (finance.by_source(session, plan), finance.by_year(session, plan)):
        assert sum((row.committed for row in cut.values()), Decimal(0)) == whole.committed
        assert sum((row.paid for row in cut.values()), Decimal(0)) == whole.paid
    assert whole.committed > whole.invoiced > whole.paid > 0


def periods_are_frozen(session: Session) -> None:
    rows = session.scalars(sa.select(Period).order_by(Period.first)).all()
    last = {report.state for report in session.scalars(sa.select(ActionReport).where(ActionReport.period == rows[-1]))}

    assert [row.code for row in rows] == ["2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"]
    assert [row.state for row in rows] == [PeriodState.FROZEN] * 5 + [PeriodState.OPEN]
    assert last == set(ReportState)
    assert all(row.decision and row.presented_on for row in rows[:-1])
    assert session.scalars(sa.select(ActionReport.id).where(ActionReport.stated.is_not(None))).first()
    assert {"plan", "axis", "action", "indicator"} <= set(session.scalars(sa.select(Frozen.kind)))


def it_was_revised(session: Session, plan: Plan) -> None:
    first, second = reversed(versions.versions(session, plan))
    states = session.scalars(sa.select(Revision.state).order_by(Revision.id)).all()
    actions = {row["code"]: row for row in first.content["sheets"]["Δράσεις"]}

    assert states == [RevisionState.IN_FORCE, RevisionState.DRAFT]
    assert second.decision
    assert actions["1.1.2.02"]["standing"] == "valid"
    assert "5.2.2.02" not in actions
    assert all(row.why for row in session.scalars(sa.select(Revision)))
    approved = {(row.year, row.number) for row in session.scalars(sa.select(Programme)) if row.decision}
    assert approved == {(2025, 1), (2026, 1), (2026, 2)}
    assert {ProgrammeState.APPROVED} == set(session.scalars(sa.select(Programme.state)))


def people_took_part(session: Session) -> None:
    proposals = session.scalars(sa.select(PlanProposal)).all()
    reported = session.scalars(sa.select(Consultation).order_by(Consultation.opens_on)).all()
    comments = session.scalars(sa.select(Comment)).all()

    assert {row.origin for row in proposals} == set(Origin)
    assert {row.state for row in proposals} == set(ProposalState)
    assert [bool(row.reported_at) for row in reported] == [True, False]
    assert reported[-1].closes_on > TODAY
    assert all(row.answer for row in comments if row.consultation_id == reported[0].id)
    assert any(row.supporters for row in comments)
    tasks = session.scalars(sa.select(StageTask)).all()
    people_were_asked(session, {row.questionnaire for row in tasks} - {""})
    assert {bool(row.done_on) for row in tasks} == {True, False}
    samples = [*proposals, *reported, *comments, *tasks, *session.scalars(sa.select(Evidence))]
    assert all(row.sample for row in [*samples, *session.scalars(sa.select(MoneyEntry))])


def people_were_asked(session: Session, linked: set[str]) -> None:
    """One questionnaire is over, and belongs to a task; one can be answered."""
    over, running = session.scalars(sa.select(Questionnaire).order_by(Questionnaire.id)).all()
    assert {over.code} == linked
    assert [row.state(TODAY).value for row in (over, running)] == ["closed", "open"]
    assert over.sample
    assert running.sample
    told = results(session, over)
    assert told.answers >= 120
    assert all(each.answered for each in told.each)
    assert released_texts(session, over)
    assert {"el", "en"} == set(session.scalars(sa.select(QuestionnaireAnswer.language)))


def nothing_is_ahead_of_its_time(session: Session) -> None:
    for column in (Evidence.on, MoneyEntry.on):
        assert max(session.scalars(sa.select(column))) <= TODAY
    for row in session.scalars(sa.select(Evidence)):
        assert row.on <= athens_date(row.at) <= TODAY
