"""Two at once: one case, one decision."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.models import Case
from portal.core.db import db, writes
from portal.core.errors import Refused
from portal.documents.models import Entry
from portal.eservices import operations, queries
from portal.eservices.models import Decision, Draft, Outcome
from tests.eservices.conftest import World, applicant, build_world, make_draft
from tests.factories import NOW


def at_once(app: Flask, work: Callable[[Session], Any], times: int = 4) -> list[Any]:
    """What each of several threads got, each with its own transaction: a result or the refusal."""
    barrier, results = threading.Barrier(times), []

    def run() -> None:
        writes.set(True)
        with app.app_context():
            barrier.wait()
            try:
                results.append(work(db.session))
                db.session.commit()
            except Refused as refusal:
                db.session.rollback()
                results.append(refusal)

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def arranged(app: Flask) -> tuple[str, int]:
    """A draft that can be filed and the clerk, committed."""
    with app.app_context():
        world: World = build_world(db.session)
        token, clerk = make_draft(db.session, world, app.extensions["portal"]).token, world.clerk.id
        db.session.commit()
    return token, clerk


def test_a_draft_filed_by_many_presses_is_one_case(committed_app: Flask) -> None:
    token, _clerk = arranged(committed_app)

    def press(session: Session) -> str:
        draft = session.scalars(sa.select(Draft).where(Draft.token == token)).one()
        return operations.file(session, draft, applicant(), now=NOW).case.reference

    assert set(at_once(committed_app, press)) == {"2026/1"}
    with committed_app.app_context():
        assert len(db.session.scalars(sa.select(Case)).all()) == 1
        assert len(db.session.scalars(sa.select(Entry)).all()) == 1


def test_a_case_decided_by_many_is_decided_once(committed_app: Flask) -> None:
    token, clerk = arranged(committed_app)
    with committed_app.app_context():
        draft = queries.draft(db.session, token)
        assert draft is not None
        number = operations.file(db.session, draft, applicant(), now=NOW).case.id
        db.session.commit()

    def press(session: Session) -> str:
        case, actor = session.get_one(Case, number), session.get_one(User, clerk)
        operations.decide(session, case, operations.Ruling(Outcome.APPROVED), actor=actor, now=NOW)
        return "decided"

    results = at_once(committed_app, press)
    assert results.count("decided") == 1
    assert all(isinstance(result, Refused) for result in results if result != "decided")
    with committed_app.app_context():
        assert len(db.session.scalars(sa.select(Decision)).all()) == 1
        assert len(db.session.scalars(sa.select(Entry)).all()) == 2
