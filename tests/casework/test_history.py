"""The timeline of a case is append-only."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.casework import operations
from portal.casework.models import TimelineEvent
from portal.casework.operations import Closing
from portal.casework.queries import history
from tests.casework.conftest import House
from tests.factories import NOW
from tests.factories.casework import make_case


def test_what_was_written_stays_whatever_comes_after(session: Session, house: House) -> None:
    case, by = make_case(session, house.unit), {"actor": house.clerk, "now": NOW}
    operations.ask(session, case, "Which?", **by)
    before = [(event.id, event.kind, event.text, event.at) for event in history(session, case, internal=True)]

    operations.answer(session, case, "This.", actor=None, now=NOW)
    operations.forward(session, case, unit_id=house.other.id, reason="Theirs.", **by)
    operations.close(session, case, Closing("approved"), **by)

    after = [(event.id, event.kind, event.text, event.at) for event in history(session, case, internal=True)]
    assert after[: len(before)] == before
    assert len(after) == len(before) + 3
    assert [number for number, *_ in after] == sorted(number for number, *_ in after)


def one_line(session: Session, house: House) -> TimelineEvent:
    case = make_case(session, house.unit)
    return session.scalars(sa.select(TimelineEvent).where(TimelineEvent.case_id == case.id)).one()


def test_a_line_cannot_be_changed(session: Session, house: House) -> None:
    line = one_line(session, house)

    line.text = "It never was like this."

    with pytest.raises(TypeError, match="append-only"):
        session.flush()


def test_a_line_cannot_be_deleted(session: Session, house: House) -> None:
    session.delete(one_line(session, house))

    with pytest.raises(TypeError, match="append-only"):
        session.flush()
