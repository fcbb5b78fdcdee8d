"""The crew's pages: my jobs, here, done – also when a telephone sends twice – and the route of the day."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import clock
from portal.faults.models import FaultState, Moment, Work
from tests.factories import make_fault, make_fault_category
from tests.factories.faults import LAT, LON
from tests.faults.test_desk import Stage, photograph
from tests.faults.test_desk import desk as _desk
from tests.faults.test_desk import stage as _stage
from tests.support.client import Client

desk, stage = _desk, _stage
FORM = "[data-kept-form] form"


def test_jobs_come_by_due_date_or_by_distance(desk: Client, session: Session, stage: Stage) -> None:
    urgent = make_fault(
        session, category=make_fault_category(session, limit_code="fault-1"), lat=LAT + 0.02, now=clock.now()
    )

    by_day = desk.get("faults_desk.crew").texts(".fault-jobs .num")
    by_way = desk.get("faults_desk.crew", near=f"{LAT},{LON}").texts(".fault-jobs .num")

    assert by_day == [urgent.reference, stage.fault.reference]
    assert by_way == [stage.fault.reference, urgent.reference]


@pytest.mark.parametrize("near", ["", "nonsense", "nan,nan", "inf,0", "1e400,1", "95,200", "35.3"])
def test_a_position_that_makes_no_sense_is_none(desk: Client, near: str) -> None:
    desk.get("faults_desk.crew", near=near)
    desk.get("faults_desk.route", start=near)


def test_a_job_is_taken_begun_and_done(desk: Client, session: Session, stage: Stage) -> None:
    page = desk.get("faults_desk.job", slug=stage.fault.slug)
    desk.submit(page, form="form[action*='/take/']")
    desk.submit(desk.get("faults_desk.job", slug=stage.fault.slug), form="form[action*='/here/']")
    session.refresh(stage.fault)
    begun = stage.fault.state

    page = desk.get("faults_desk.job", slug=stage.fault.slug)
    given = {"photos": (photograph(), "after.jpg"), "note": "Άλλαξε η λάμπα", "minutes": "25", "materials": "1 λάμπα"}
    desk.submit(page, given, form=FORM)
    session.expire_all()

    work = session.scalars(sa.select(Work)).one()
    assert begun is FaultState.REPAIRING
    assert stage.fault.state is FaultState.REPAIRED
    assert stage.fault.case.assignee_id == stage.clerk.id
    assert [(photo.moment, photo.public) for photo in stage.fault.photos] == [(Moment.AFTER, True)]
    assert (work.minutes, work.materials, work.user_id) == (25, "1 λάμπα", stage.clerk.id)
    assert "25" in desk.get("casework_desk.case", slug=stage.fault.slug).text


def test_what_a_telephone_sends_twice_is_noted_once(desk: Client, session: Session, stage: Stage) -> None:
    page = desk.get("faults_desk.job", slug=stage.fault.slug)
    fields = {"once": page.one(f"{FORM} [name=once]")["value"], "note": "Έγινε", "minutes": "5"}

    answers = [_sent(desk, stage, fields) for _ in range(2)]

    assert answers == [{"noted": True}] * 2
    assert session.scalar(sa.select(sa.func.count()).select_from(Work)) == 1


def _sent(desk: Client, stage: Stage, fields: dict[str, Any]) -> Any:
    """As the script sends a form that was kept."""
    answer = desk.post(
        "faults_desk.done", fields, slug=stage.fault.slug, status=200, headers={"Accept": "application/json"}
    )
    return json.loads(answer.text)


def test_what_came_too_late_is_refused(desk: Client, stage: Stage) -> None:
    page = desk.get("faults_desk.job", slug=stage.fault.slug)
    desk.submit(page, {"note": "Έγινε"}, form=FORM)

    answer = desk.post("faults_desk.done", {"note": "Κι εγώ", "once": "z" * 32}, slug=stage.fault.slug, status=409)

    assert answer.text


def test_repaired_needs_a_photograph_or_a_note(desk: Client, session: Session, stage: Stage) -> None:
    page = desk.get("faults_desk.job", slug=stage.fault.slug)

    again = desk.submit(page, {"minutes": "5"}, form=FORM, status=422)
    broken = desk.submit(page, {"photos": (photograph(), "after.jpg"), "minutes": "x"}, form=FORM, status=422)
    session.refresh(stage.fault)

    assert again.errors
    assert broken.errors
    assert stage.fault.is_open


def test_others_do_not_repair_it(client: Client, stage: Stage) -> None:
    client.sign_in(stage.stranger).get("faults_desk.job", slug=stage.fault.slug, status=403)
    client.post("faults_desk.done", {"note": "Έγινε"}, slug=stage.fault.slug, status=403)


def test_the_route_goes_from_the_start_to_the_nearest(desk: Client, session: Session, stage: Stage) -> None:
    far, near = (make_fault(session, lat=LAT + by, now=clock.now()) for by in (0.003, 0.001))
    chosen = {"choose": "yes", "job": [far.slug, near.slug], "start": f"{LAT},{LON}"}

    page = desk.get("faults_desk.route", **chosen)

    assert page.texts(".fault-stops .num") == [near.reference, far.reference]
    assert [mark["label"] for mark in json.loads(str(page.one("[data-map]")["data-shapes"]))][:2] == ["1", "2"]
    assert page.select(".fault-stops a[href^='geo:']")
    assert len(page.select("input[name=job][checked]")) == 2


def test_today_begins_with_what_is_due(desk: Client, session: Session, stage: Stage) -> None:
    stage.fault.planned_on, stage.fault.state = clock.athens_date(clock.now()), FaultState.PLANNED
    make_fault(session, now=clock.now())

    page = desk.get("faults_desk.route")

    assert page.texts(".fault-stops .num") == [stage.fault.reference]
