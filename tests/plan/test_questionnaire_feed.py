"""Answers to questionnaires move the plan, and the task that one belongs to shows how many there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.core.facts import listeners_of
from portal.core.texts import Translated
from portal.eservices.facts import QuestionnaireAnswered
from portal.organisation.models import Role
from portal.plan import operations, queries
from portal.plan.models import Plan, StageKind
from portal.plan.operations.making import TaskInput, write_task
from portal.plan.queries import making, spans
from tests.factories import NOW, make_answer, make_questionnaire, make_staff, make_unit
from tests.plan.samples import furnish, indicator, sheets, written
from tests.support.client import Client

FEED = "eservices.questionnaire-answers"
TASK = TaskInput(stage=StageKind.PREPARATION, title=Translated(el="Ερωτηματολόγια", en="Questionnaires"))


@pytest.fixture(autouse=True)
def _then(frozen: Callable[[datetime], Any]) -> None:
    frozen(NOW)


@pytest.fixture
def plan(session: Session) -> Plan:
    """A plan whose first indicator counts the answers to all questionnaires, the second to one."""
    furnish(session)
    content = sheets()
    for row in content["Δείκτες"][1:]:
        row[22], row[23] = "", ""
    content["Δείκτες"][1][22] = FEED
    operations.import_plan(session, operations.read(written(content)), now=NOW)
    return session.query(Plan).one()


def value(session: Session, code: str) -> Any:
    points = queries.indicator_series(session, indicator(session, code)).years
    return next((point.value for point in points if point.span == spans.year(2026)), None)


def test_the_plan_listens_for_answers() -> None:
    assert [listener.__module__ for listener in listeners_of(QuestionnaireAnswered)].count("portal.plan.feeds") == 1


def test_every_answer_counts_once(plan: Plan, session: Session) -> None:
    one, other = make_questionnaire(session), make_questionnaire(session)
    for once in ("a", "b", "b"):
        make_answer(session, one, once=once)
    make_answer(session, other)

    assert value(session, "Δ.2.1.01") == 3
    assert operations.recount(session).unchanged


def test_where_the_figure_comes_from(plan: Plan, session: Session, client: Client) -> None:
    row = make_questionnaire(session)
    make_answer(session, row)
    client.language = "en"

    page = client.get("plan.evidence", code="Δ.2.1.01")
    assert "Our neighbourhood" in page.text
    assert "1 answer behind it" in page.text
    assert "See the answers behind it" in client.get("plan.indicator", code="Δ.2.1.01").text


def test_a_task_shows_how_many_have_answered(plan: Plan, session: Session, client: Client) -> None:
    row = make_questionnaire(session)
    make_answer(session, row)
    task = write_task(session, plan, None, TASK, actor_id=None, now=NOW)
    client.language = "en"
    client.sign_in(make_staff(session, make_unit(session), Role.PLANNER))

    client.submit(client.get("plan_desk.task", number=task.id), {"questionnaire": row.code})

    page = client.get("plan_desk.making")
    assert "Our neighbourhood · 1 answer" in page.text
    assert f"/desk/questionnaires/{row.code}/results/" in str(page.select("main td a"))
    kept = client.get("plan_desk.task", number=task.id).one("#questionnaire option[selected]")
    assert kept["value"] == row.code


def test_a_questionnaire_that_is_gone_is_not_shown(plan: Plan, session: Session) -> None:
    write_task(session, plan, None, replace(TASK, questionnaire="gone"), actor_id=None, now=NOW)

    assert making.asked(session, making.stages(session, plan)) == {}
