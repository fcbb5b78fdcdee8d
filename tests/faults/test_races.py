"""Two at once: a report is filed once, opened again once, and one of two is told."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from portal.casework import operations as casework
from portal.core.db import db
from portal.core.texts import Translated
from portal.faults import operations
from portal.faults.models import Fault, FaultCategory, FaultState, Tile
from portal.faults.operations import Change
from tests.factories import NOW, make_fault, new_report
from tests.support.together import Both

DONE = Change(state=FaultState.REPAIRED, note=Translated(el="Έγινε."))


def test_what_is_sent_twice_at_once_is_filed_once(committed_app: Flask, both: Both) -> None:
    with committed_app.app_context():
        code = new_report(db.session).category.code
        db.session.commit()

    def send() -> str:
        category = db.session.scalars(sa.select(FaultCategory).where(FaultCategory.code == code)).one()
        return operations.report(db.session, new_report(db.session, category=category, once="page"), now=NOW).fault.slug

    first, second = both(send)

    assert first == second
    with committed_app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Fault)) == 1


def test_of_two_who_disagree_at_once_one_opens_it(committed_app: Flask, both: Both) -> None:
    with committed_app.app_context():
        number = make_fault(db.session).id
        operations.change_state(db.session, db.session.get_one(Fault, number), DONE, actor=None, now=NOW)
        db.session.commit()

    def disagree() -> str:
        operations.disagree(db.session, db.session.get_one(Fault, number), "Όχι.", actor=None, now=NOW)
        return "opened"

    said = both(disagree)

    assert sorted(map(str, said)).count("opened") == 1
    assert set(said) & {casework.NotClosed, operations.TooLateToDisagree}
    with committed_app.app_context():
        assert db.session.get_one(Fault, number).reopened == 1
        counted = sa.select(sa.func.sum(Tile.number)).where(Tile.level == 0)
        assert db.session.scalar(counted.where(Tile.is_open)) == 1
        assert db.session.scalar(counted.where(Tile.is_open.is_(False))) == 0
