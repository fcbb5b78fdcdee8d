"""The work of making a plan: the usual tasks, a task, its letters; for the planning unit alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.db import db
from portal.core.letters import Letter
from portal.core.texts import Translated
from portal.documents import operations as documents
from portal.documents.models import Entry
from portal.organisation.models import Role
from portal.plan.models import Plan, StageKind, StageTask
from portal.plan.operations import making as operations
from portal.plan.operations.decisions import BadAda
from portal.plan.operations.making import NotDoneYet, TaskChanged, TaskInput, TaskLetter, TasksThere
from portal.plan.operations.stages import USUAL
from portal.plan.queries import making as reads
from tests.factories import DAY, NOW, make_staff, make_unit
from tests.factories.plan import make_plan
from tests.support.client import Client
from tests.support.together import Both

TASK = TaskInput(stage=StageKind.PREPARATION, title=Translated(el="Επιστολές", en="Letters"))


@pytest.fixture(autouse=True)
def _then(frozen: Callable[[datetime], Any]) -> None:
    frozen(NOW)


def written(session: Session, plan: Plan, **given: Any) -> StageTask:
    values = vars(TASK) | given
    return operations.write_task(session, plan, None, TaskInput(**values), actor_id=None, now=NOW)


def test_the_usual_tasks_fill_three_stages_and_name_their_law(plan: Plan, session: Session) -> None:
    number = operations.begin_tasks(session, plan, first_day=date(2026, 3, 2), actor_id=None, now=NOW)

    stages = reads.stages(session, plan)
    assert number == len(USUAL)
    assert [stage.kind for stage in stages] == list(StageKind)
    assert all(stage.tasks for stage in stages)
    assert stages[0].tasks[0].due_on == date(2026, 3, 16)
    assert "3463/2006" in stages[0].tasks[0].note
    assert all(task.title["en"] for stage in stages for task in stage.tasks)


def test_the_usual_tasks_are_added_once(plan: Plan, session: Session) -> None:
    written(session, plan)

    with pytest.raises(TasksThere):
        operations.begin_tasks(session, plan, first_day=DAY, actor_id=None, now=NOW)


def test_of_two_who_begin_at_once_one_is_told(committed_app: Flask, both: Both) -> None:
    with committed_app.app_context():
        number = make_plan(db.session).id
        db.session.commit()

    def begin() -> int:
        plan = db.session.get_one(Plan, number)
        return operations.begin_tasks(db.session, plan, first_day=DAY, actor_id=None, now=NOW)

    said = both(begin)

    assert sorted(map(str, said)) == sorted([str(len(USUAL)), str(TasksThere)])


def test_a_task_is_done_by_a_decision_whose_ada_is_checked(plan: Plan, session: Session) -> None:
    task = written(session, plan, done_on=DAY, decision="117/2020", ada="ψ297ΩΗΜ-ΣΙ0")

    assert task.ada == "Ψ297ΩΗΜ-ΣΙ0"
    with pytest.raises(BadAda):
        written(session, plan, ada="117/2020")
    with pytest.raises(NotDoneYet):
        written(session, plan, done_on=date(2030, 1, 1))


def test_of_two_who_change_a_task_one_is_told(plan: Plan, session: Session) -> None:
    task = written(session, plan)
    seen = task.seen
    operations.write_task(session, plan, task, TASK, seen=seen, actor_id=None, now=NOW)

    with pytest.raises(TaskChanged):
        operations.write_task(session, plan, task, TASK, seen=seen, actor_id=None, now=NOW)


def test_a_letter_goes_to_each_address_once_even_if_it_is_sent_twice(
    plan: Plan, session: Session, drain: Callable[[datetime], int]
) -> None:
    task = written(session, plan)
    letter = TaskLetter("Συμμετοχή", "Παρακαλούμε.", ["a@example.org", "B@example.org", "b@example.org"], "el")

    sent = [operations.send_letter(session, task, letter, once="page", actor_id=None, now=NOW) for _ in range(2)]
    drain(NOW)

    assert [each.addresses for each in sent] == [2, 2]
    assert len({each.reference for each in sent}) == 1
    found = session.scalars(sa.select(Letter).order_by(Letter.recipient)).all()
    assert [row.recipient for row in found] == ["a@example.org", "b@example.org"]
    assert found[0].subject == "Συμμετοχή"
    assert "Παρακαλούμε." in found[0].body
    assert found[0].body.startswith(f"Αριθμός πρωτοκόλλου {sent[0].reference}\n\nΠαρακαλούμε.")
    entry = session.scalars(sa.select(Entry)).one()
    assert (entry.reference, entry.direction) == (sent[0].reference, documents.Direction.OUTGOING)
    assert entry.party == "a@example.org, b@example.org"


# -- pages


@pytest.fixture
def desk(plan: Plan, session: Session, client: Client) -> Client:
    """A planner who reads English."""
    client.language = "en"
    return client.sign_in(make_staff(session, make_unit(session), Role.PLANNER))


def test_the_desk_begins_with_the_usual_tasks(desk: Client) -> None:
    page = desk.get("plan_desk.making")
    assert "no tasks yet" in page.text

    desk.submit(page)

    page = desk.get("plan_desk.making")
    assert len(page.select("main tbody tr")) == len(USUAL)
    assert page.texts("main h2")[0] == "1. Preparation and organisation"
    assert not page.select("main form")
    again = {"first_day-day": "1", "first_day-month": "3", "first_day-year": "2026"}
    assert "There are tasks already" in desk.post("plan_desk.making_submit", again, status=409).text


def test_a_task_is_written_changed_and_taken_away(desk: Client, session: Session) -> None:
    form = desk.get("plan_desk.new_task")
    desk.submit(form, {"title_el": "", "stage": "strategy"}, status=422)
    desk.submit(form, {"title_el": "Διαβούλευση", "stage": "strategy"})
    task = session.scalars(sa.select(StageTask)).one()

    page = desk.get("plan_desk.task", number=task.id)
    bad = desk.submit(page, {"ada": "όχι"}, status=422)
    assert "not an ΑΔΑ" in bad.errors[0]
    desk.submit(page, {"note": "Έγινε", "done_on-day": "2", "done_on-month": "3", "done_on-year": "2026"})
    assert "Somebody else" in desk.submit(page, {"note": "άλλο"}, status=409).text

    session.expire_all()
    assert (task.note, task.done_on) == ("Έγινε", date(2026, 3, 2))
    desk.post("plan_desk.drop_task_submit", number=task.id)
    assert session.scalar(sa.select(sa.func.count()).select_from(StageTask)) == 0


def test_a_letter_is_sent_from_a_task(desk: Client, plan: Plan, session: Session) -> None:
    number = written(session, plan).id
    form = desk.get("plan_desk.task_letter", number=number)

    bad = desk.submit(form, {"addresses": "a@example.org\nnobody", "subject": "Θ", "text": "Κ"}, status=422)
    desk.submit(form, {"addresses": "a@example.org", "subject": "Θ", "text": "Κ"})

    assert "nobody" in bad.errors[0]
    assert "Θ – to 1 address" in desk.get("plan_desk.task", number=number).text
    assert [entry.action for entry in audit.history(session, ("plan_task", number))][-1] == "plan.task.letter"


def test_the_desk_is_for_the_planning_unit(plan: Plan, session: Session, client: Client) -> None:
    client.sign_in(make_staff(session, make_unit(session)))

    client.get("plan_desk.making", status=403)
    client.get("plan_desk.task", number=1, status=403)
    client.post("plan_desk.new_task_submit", status=403)
