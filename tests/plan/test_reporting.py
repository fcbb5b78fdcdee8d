"""What units report: computed beside stated, a reason for every difference, returned, accepted, and two at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.db import db
from portal.core.outbox import Job
from portal.core.texts import Translated
from portal.organisation.models import Role, Unit
from portal.plan.models import ActionReport, Period, Plan, ReportState
from portal.plan.operations import periods, reporting
from portal.plan.operations.reporting import Said
from portal.plan.queries import periods as reads
from portal.plan.queries import spans
from portal.plan.queries.waiting import Waiting, waiting
from tests.factories import DAY, NOW, make_staff, make_unit
from tests.factories.plan import make_evidence, make_money, make_plan
from tests.support.client import Client
from tests.support.together import Both

SAID = Said(done="Υπογράφηκε η σύμβαση.", problems="", next_steps="Εγκατάσταση εργοταξίου.")
FAR = spans.Span(date(2025, 10, 1), 3)


@pytest.fixture(autouse=True)
def in_march(frozen: Any) -> None:
    frozen(NOW)


def unit(session: Session, code: str = "technical") -> Unit:
    return session.scalars(sa.select(Unit).where(Unit.code == code)).one()


def opened(session: Session, span: spans.Span = FAR) -> Period:
    plan = session.scalars(sa.select(Plan)).one()
    due_on = max(DAY, span.after) + timedelta(days=10)
    return periods.open_period(session, plan, span, due_on=due_on, actor_id=None, now=NOW)


def report_on(session: Session, code: str = "1.1.1.01") -> ActionReport:
    rows = session.scalars(sa.select(ActionReport).order_by(ActionReport.id.desc()))
    return next(row for row in rows if row.action.code == code)


@pytest.fixture
def head(plan: Plan, session: Session) -> Any:
    return make_staff(session, unit(session), Role.HEAD)


@pytest.fixture
def report(head: Any, session: Session) -> ActionReport:
    opened(session)
    return report_on(session)


def test_a_report_takes_what_evidence_comes_to_on_the_last_day(
    report: ActionReport, head: Any, session: Session
) -> None:
    make_evidence(session, "1.1.1.01-1", on=date(2025, 12, 31))
    make_evidence(session, "1.1.1.01-2", on=date(2026, 1, 1), quantity="12.5")

    reporting.submit(session, report, SAID, seen=1, actor_id=head.id, now=NOW)

    assert (report.state, report.computed, report.stated) == (ReportState.SUBMITTED, 20, None)
    assert report.submitted_by is head
    assert [entry.action for entry in _trail(session, report)] == ["plan.report.submitted"]


def _trail(session: Session, report: ActionReport) -> list[audit.AuditEntry]:
    session.commit()
    return audit.history(session, ("plan_report", report.id))


def test_another_percent_needs_a_reason(report: ActionReport, head: Any, session: Session) -> None:
    with pytest.raises(reporting.WhyMissing):
        reporting.submit(session, report, Said(done="Κάτι", stated=30), actor_id=head.id, now=NOW)
    with pytest.raises(reporting.BadPercent):
        reporting.submit(session, report, Said(done="Κάτι", stated=101, why="…"), actor_id=head.id, now=NOW)

    reporting.submit(session, report, Said(done="Κάτι", stated=30, why="Λείπει το πρακτικό"), actor_id=head.id, now=NOW)

    assert (report.computed, report.stated, report.why) == (0, 30, "Λείπει το πρακτικό")


def test_the_same_percent_is_no_other_opinion(report: ActionReport, head: Any, session: Session) -> None:
    reporting.submit(session, report, Said(done="Τίποτα", stated=0, why="Έτσι"), actor_id=head.id, now=NOW)

    assert (report.stated, report.why) == (None, "")


def test_where_nothing_can_be_worked_out_a_percent_needs_a_reason_too(head: Any, session: Session) -> None:
    opened(session)
    report = report_on(session, "2.1.1.01")

    with pytest.raises(reporting.WhyMissing):
        reporting.submit(session, report, Said(done="Κάτι", stated=30), actor_id=head.id, now=NOW)
    reporting.submit(session, report, Said(done="Κάτι", stated=30, why="Κατ’ εκτίμηση"), actor_id=head.id, now=NOW)

    assert (report.computed, report.stated) == (None, 30)


def test_a_report_says_what_was_done(report: ActionReport, head: Any, session: Session) -> None:
    with pytest.raises(reporting.DoneMissing):
        reporting.submit(session, report, Said(done="  "), actor_id=head.id, now=NOW)


def test_what_is_kept_is_not_sent(report: ActionReport, head: Any, session: Session) -> None:
    reporting.keep(session, report, Said(problems="Βροχές", stated=50), actor_id=head.id, now=NOW)

    assert (report.state, report.problems, report.stated) == (ReportState.DUE, "Βροχές", 50)
    with pytest.raises(reporting.NotSubmitted):
        reporting.accept(session, report, actor_id=head.id, now=NOW)


def test_a_report_goes_back_with_a_reason_and_a_letter(report: ActionReport, head: Any, session: Session) -> None:
    with pytest.raises(reporting.NotSubmitted):
        reporting.give_back(session, report, "Γιατί;", actor_id=head.id, now=NOW)
    reporting.submit(session, report, SAID, actor_id=head.id, now=NOW)
    with pytest.raises(reporting.ReasonMissing):
        reporting.give_back(session, report, " ", actor_id=head.id, now=NOW)

    reporting.give_back(session, report, "Συμπληρώστε τα μέτρα.", actor_id=head.id, now=NOW)

    assert (report.state, report.returned_why) == (ReportState.RETURNED, "Συμπληρώστε τα μέτρα.")
    letters = [job.payload for job in session.scalars(sa.select(Job)) if job.payload["template"] == "plan/returned"]
    assert [(letter["to"], letter["values"]["reason"]) for letter in letters] == [(head.email, "Συμπληρώστε τα μέτρα.")]


def test_an_accepted_report_changes_only_when_it_was_returned(
    report: ActionReport, head: Any, session: Session
) -> None:
    reporting.submit(session, report, SAID, actor_id=head.id, now=NOW)
    reporting.accept(session, report, actor_id=head.id, now=NOW)

    with pytest.raises(reporting.ReportAccepted):
        reporting.submit(session, report, SAID, actor_id=head.id, now=NOW)
    with pytest.raises(reporting.NotSubmitted):
        reporting.accept(session, report, actor_id=head.id, now=NOW)
    reporting.give_back(session, report, "Ένα λάθος.", actor_id=head.id, now=NOW)
    reporting.submit(session, report, SAID, actor_id=head.id, now=NOW)

    assert report.state is ReportState.SUBMITTED


def test_whoever_saw_an_older_version_is_told(report: ActionReport, head: Any, session: Session) -> None:
    seen = report.version
    reporting.submit(session, report, SAID, seen=seen, actor_id=head.id, now=NOW)

    with pytest.raises(reporting.ReportChanged):
        reporting.accept(session, report, seen=seen, actor_id=head.id, now=NOW)


def test_what_was_accepted_before_stands_beside_it(report: ActionReport, head: Any, session: Session) -> None:
    reporting.submit(session, report, SAID, actor_id=head.id, now=NOW)
    opened(session, spans.Span(date(2026, 1, 1), 3))
    newer = report_on(session)

    assert reads.report_before(session, newer) is None, "it is not accepted yet"
    reporting.accept(session, report, actor_id=head.id, now=NOW)
    assert reads.report_before(session, newer) is report


# -- two at once, with real commits


def test_of_two_who_send_at_once_one_is_told(committed_app: Flask, both: Both) -> None:
    with committed_app.app_context():
        make_plan(db.session)
        head = make_staff(db.session, unit(db.session), Role.HEAD).id
        opened(db.session)
        number = report_on(db.session).id
        db.session.commit()

    def send() -> str:
        report = db.session.get_one(ActionReport, number)
        reporting.submit(db.session, report, SAID, seen=1, actor_id=head, now=NOW)
        return "sent"

    said = both(send)

    assert sorted(map(str, said)) == sorted(["sent", str(reporting.ReportChanged)])


def test_nobody_sends_while_the_period_is_checked(committed_app: Flask, both: Both) -> None:
    with committed_app.app_context():
        make_plan(db.session)
        head = make_staff(db.session, unit(db.session), Role.HEAD).id
        period = opened(db.session).id
        number = report_on(db.session).id
        db.session.commit()
    turns = iter(["send", "check"])

    def act() -> str:
        if next(turns) == "send":
            reporting.submit(db.session, db.session.get_one(ActionReport, number), SAID, actor_id=head, now=NOW)
            return "sent"
        check = periods.Check(missing_why="Δεν απάντησαν.")
        periods.check_period(db.session, db.session.get_one(Period, period), check, actor_id=head, now=NOW)
        return "checked"

    said = set(both(act))

    assert said in ({"sent", "checked"}, {reporting.PeriodClosed, "checked"})


# -- pages


def test_a_head_reports_on_their_actions_alone(
    report: ActionReport, head: Any, client: Client, session: Session
) -> None:
    stranger = make_staff(session, unit(session, "citizens"), Role.HEAD)
    client.sign_in(stranger)
    assert "Νέοι αγωγοί" not in client.get("plan_desk.my_reports").text
    client.get("plan_desk.report", number=report.id, status=403)
    client.post("plan_desk.report_submit", {"done": "Όλα", "seen": "1"}, number=report.id, status=403)

    client.sign_in(head)
    page = client.get("plan_desk.my_reports")
    assert "Νέοι αγωγοί" in page.text
    client.post("plan_desk.report_submit", {"done": "Υπογράφηκε", "seen": "1"}, number=report.id)

    session.expire_all()
    assert (report.state, report.done) == (ReportState.SUBMITTED, "Υπογράφηκε")


def test_a_planner_reads_and_does_not_write(report: ActionReport, client: Client, session: Session) -> None:
    client.sign_in(make_staff(session, unit(session, "citizens"), Role.PLANNER))

    page = client.get("plan_desk.report", number=report.id)

    assert page.select("textarea[name=done]") == []
    client.post("plan_desk.report_submit", {"done": "Όλα", "seen": "1"}, number=report.id, status=403)


def test_what_was_typed_stays_when_something_is_missing(
    report: ActionReport, head: Any, client: Client, session: Session
) -> None:
    client.sign_in(head)
    fields = {"done": "Υπογράφηκε", "stated": "45", "seen": "1"}

    page = client.post("plan_desk.report_submit", fields, number=report.id, status=422)

    assert page.one("textarea[name=done]").get_text().strip() == "Υπογράφηκε"
    assert len(page.errors) == 1
    client.post("plan_desk.report_submit", {"done": "", "seen": "1"}, number=report.id, status=422)
    client.post("plan_desk.report_submit", {"keep": "yes", "done": "", "seen": "1"}, number=report.id)
    page = client.post("plan_desk.report_submit", {"done": "Πάλι", "seen": "1"}, number=report.id, status=409)
    assert page.one("textarea[name=done]").get_text().strip() == "Πάλι"
    session.expire_all()
    assert page.one("input[name=seen]")["value"] == str(report.version)


def test_a_planner_accepts_or_returns(report: ActionReport, head: Any, client: Client, session: Session) -> None:
    reporting.submit(session, report, Said(done="Έγινε", stated=45, why="Νεότερα"), actor_id=head.id, now=NOW)
    client.sign_in(make_staff(session, unit(session, "citizens"), Role.PLANNER))
    page = client.get("plan_desk.report", number=report.id)
    assert "Νεότερα" in page.text

    client.post("plan_desk.return_submit", {"reason": "", "seen": "2"}, number=report.id, status=422)
    client.post("plan_desk.accept_submit", {"seen": "1"}, number=report.id, status=409)
    client.post("plan_desk.accept_submit", {"seen": "2"}, number=report.id)
    session.expire_all()
    assert report.state is ReportState.ACCEPTED
    client.post("plan_desk.return_submit", {"reason": "Ένα λάθος", "seen": "3"}, number=report.id)
    session.expire_all()
    assert (report.state, report.returned_why) == (ReportState.RETURNED, "Ένα λάθος")
    client.sign_in(head)
    assert "Ένα λάθος" in client.get("plan_desk.report", number=report.id).text


def test_the_head_of_the_unit_above_is_asked_where_a_unit_has_none(plan: Plan, session: Session) -> None:
    above = make_unit(session, name=Translated(el="Διεύθυνση"))
    unit(session).parent = above
    director = make_staff(session, above, Role.HEAD)
    opened(session)

    asked = [job.payload for job in session.scalars(sa.select(Job)) if job.payload["template"] == "plan/reports"]

    assert [(letter["to"], [row["code"] for row in letter["values"]["actions"]]) for letter in asked] == [
        (director.email, ["1.1.1.01"])
    ]


# -- what waits for the planning unit


def test_what_waits_for_the_planning_unit_is_counted(report: ActionReport, head: Any, session: Session) -> None:
    plan = session.scalars(sa.select(Plan)).one()
    every = len(session.scalars(sa.select(ActionReport.id)).all())
    assert waiting(session, plan) == Waiting(0, every, 0, 0, 0, 0)

    reporting.submit(session, report, SAID, actor_id=head.id, now=NOW)
    make_money(session, None, "120.00")
    make_money(session, "1.1.1.01", "80.00")

    assert waiting(session, plan) == Waiting(1, every - 1, 0, 0, 0, 1)


def test_the_hub_leads_to_what_waits(report: ActionReport, head: Any, session: Session, client: Client) -> None:
    reporting.submit(session, report, SAID, actor_id=head.id, now=NOW)
    client.sign_in(make_staff(session, make_unit(session), Role.PLANNER))

    hub = client.get("plan_desk.overview", lang="en")
    assert hub.texts(".figures li")[0] == "1 report to look at"
    period = client.get("plan_desk.period", code="2025-Q4", lang="en")

    assert len(period.select("section[aria-labelledby=submitted] tbody tr")) == 1
    assert "1.1.1.01" in period.one("section[aria-labelledby=submitted]").get_text()
