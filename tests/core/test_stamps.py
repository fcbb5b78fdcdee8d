"""Stamps: whoever changes what public pages show leaves a new one, and nobody else does."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import stamps
from portal.eservices.models import Draft, Service
from portal.organisation.models import Place, Unit

ROOMS = ("organisation", "eservices")


@pytest.fixture
def stock() -> str:
    return "municipality"


def marks(session: Session) -> dict[str, str]:
    return stamps.marks(session, ROOMS)


def test_a_changed_row_leaves_a_new_stamp_on_its_room_alone(session: Session) -> None:
    before = marks(session)

    session.scalars(sa.select(Place).limit(1)).one().closed = True
    session.commit()

    assert marks(session)["organisation"] != before["organisation"]
    assert marks(session)["eservices"] == before["eservices"]


@pytest.mark.parametrize(
    "statement",
    [
        sa.update(Service).values(closed=True),
        sa.update(Service.__table__).values(closed=True),
        sa.delete(Service).where(Service.slug == "none at all"),
    ],
)
def test_so_does_a_statement(session: Session, statement: sa.UpdateBase) -> None:
    before = marks(session)

    session.execute(statement)
    session.commit()

    assert marks(session)["eservices"] != before["eservices"]


def test_what_was_rolled_back_leaves_none_and_no_stamp_comes_twice(session: Session) -> None:
    first = marks(session)
    seen = {first["organisation"]}
    for _ in range(3):
        session.scalars(sa.select(Unit).limit(1)).one().phone = "2810"
        session.flush()
        session.rollback()
        session.commit()
        assert marks(session) == first

    for number in range(3):
        session.scalars(sa.select(Unit).limit(1)).one().phone = str(number)
        session.commit()
        assert marks(session)["organisation"] not in seen
        seen.add(marks(session)["organisation"])


def test_what_only_its_owner_sees_leaves_none(session: Session) -> None:
    before = marks(session)

    session.execute(sa.update(Draft).values(language="en"))
    session.commit()

    assert marks(session) == before
