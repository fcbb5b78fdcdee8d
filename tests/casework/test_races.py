"""Two people at one case: nothing happens twice, nothing is lost, one of them is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.casework import operations
from portal.casework.models import Case, EventKind, TimelineEvent
from portal.core import audit
from portal.core.db import db
from portal.core.outbox import Job
from tests.casework.conftest import House, furnish
from tests.factories import NOW
from tests.factories.casework import make_case
from tests.support.client import Client

DAY = timedelta(days=1)


def test_a_closed_case_cannot_be_claimed(session: Session, house: House) -> None:
    case = make_case(session, house.unit)
    operations.withdraw(session, case, actor=None, now=NOW)

    with pytest.raises(operations.CaseClosedAlready):
        operations.claim(session, case)


def test_whoever_saw_an_older_version_is_told(session: Session, house: House) -> None:
    case = make_case(session, house.unit)
    seen = case.version
    operations.take(session, case, actor=house.head, now=NOW)

    with pytest.raises(operations.CaseChanged):
        operations.claim(session, case, seen_version=seen)


def test_a_note_makes_a_new_version_too_so_that_nothing_is_sent_twice(session: Session, house: House) -> None:
    case = make_case(session, house.unit)
    seen = case.version
    operations.claim(session, case, seen_version=seen)
    operations.note(session, case, "Once.", actor=house.clerk, now=NOW)

    with pytest.raises(operations.CaseChanged):
        operations.claim(session, case, seen_version=seen)


# -- with real commits


@pytest.fixture
def at_once(committed_app: Flask) -> Callable[[Callable[[int], object]], list[object]]:
    """Do something twice at the same time, in threads of their own."""

    def both(deed: Callable[[int], object]) -> list[object]:
        ready = Barrier(2)

        def run(number: int) -> object:
            ready.wait()
            return deed(number)

        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(run, range(2)))

    return both


def test_of_two_who_act_at_once_one_is_told(
    committed_app: Flask, at_once: Callable[[Callable[[int], object]], list[object]]
) -> None:
    with committed_app.app_context():
        house = furnish(db.session)
        case = make_case(db.session, house.unit)
        actors, case_id, seen = [house.clerk.id, house.head.id], case.id, case.version
        db.session.commit()

    def take(number: int) -> str:
        with committed_app.app_context():
            found, actor = db.session.get_one(Case, case_id), db.session.get_one(type(house.clerk), actors[number])
            try:
                operations.claim(db.session, found, seen_version=seen)
                operations.take(db.session, found, actor=actor, now=NOW)
                db.session.commit()
            except operations.CaseChanged:
                db.session.rollback()
                return "told"
            return "taken"

    assert sorted(at_once(take)) == ["taken", "told"]
    with committed_app.app_context():
        kinds = list(db.session.scalars(sa.select(TimelineEvent.kind).order_by(TimelineEvent.id)))
        assert kinds == [EventKind.FILED, EventKind.TAKEN]
        assert list(audit.breaks(db.session)) == []


def test_a_button_pressed_twice_sends_one_letter(
    committed_app: Flask, at_once: Callable[[Callable[[int], object]], list[object]]
) -> None:
    with committed_app.app_context():
        house = furnish(db.session)
        case = make_case(db.session, house.unit)
        slug, seen, clerk = case.slug, case.version, house.clerk
        db.session.commit()
        db.session.refresh(clerk)
        db.session.expunge(clerk)
    clients = [Client(committed_app).sign_in(clerk) for _ in range(2)]
    data = {"text": "It goes well.", "seen": str(seen), "csrf_token": ""}

    def press(number: int) -> int:
        client = clients[number]
        sent = data | {"csrf_token": client.csrf_token()}
        path = f"/el/desk/cases/{slug}/message/"
        return client.browser.post(path, data=sent).status_code

    assert sorted(at_once(press)) == [302, 409]
    with committed_app.app_context():
        letters = db.session.scalars(sa.select(Job).where(Job.kind == "mail")).all()
        assert len(letters) == 1
        messages = db.session.scalars(sa.select(TimelineEvent).where(TimelineEvent.kind == EventKind.MESSAGE))
        assert len(messages.all()) == 1
