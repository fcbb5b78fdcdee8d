"""What the tests of casework share: two units with their people, and what leaves by letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.models import Case
from portal.casework.queries import EventRow, history
from portal.core import clock, facts, search
from portal.core.facts import Fact
from portal.core.outbox import Job
from portal.organisation.models import Role, Unit
from tests.factories import make_staff, make_unit, make_user
from tests.factories.casework import make_case, make_limits
from tests.support.client import Client


@dataclass(frozen=True)
class House:
    """A unit with clerk and head, another unit with its clerk, and a resident."""

    unit: Unit
    other: Unit
    clerk: User
    head: User
    stranger: User
    resident: User


def furnish(session: Session) -> House:
    """The house in a database that has nothing yet."""
    make_limits(session)
    unit, other = make_unit(session), make_unit(session)
    return House(
        unit,
        other,
        make_staff(session, unit, full_name="Άννα Χειρίστρια"),
        make_staff(session, unit, Role.HEAD, full_name="Πέτρος Προϊστάμενος", language="en"),
        make_staff(session, other, full_name="Ζωή Αλλού"),
        make_user(session, full_name="Μαρία Κάτοικος", language="en"),
    )


@pytest.fixture
def house(session: Session) -> House:
    """The house of `session`."""
    return furnish(session)


@pytest.fixture
def case(session: Session, house: House) -> Case:
    """A case of the resident, filed today."""
    return make_case(session, house.unit, applicant=house.resident, now=clock.now())


@pytest.fixture
def desk(client: Client, house: House) -> Client:
    """The clerk at the desk."""
    return client.sign_in(house.clerk)


@pytest.fixture
def letters(session: Session) -> Callable[[], list[dict[str, Any]]]:
    """The letters that wait to be sent, oldest first, as their payloads."""

    def waiting() -> list[dict[str, Any]]:
        session.flush()
        jobs = session.scalars(sa.select(Job).where(Job.kind == "mail").order_by(Job.id))
        return [job.payload for job in jobs]

    return waiting


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Fact]:
    """The facts that are announced."""
    told: list[Fact] = []
    monkeypatch.setattr(facts, "record", lambda _session, fact: told.append(fact))
    return told


def found_in(session: Session, words: str, unit: Unit) -> list[int]:
    """The cases that the staff of a unit find."""
    return [entry.ref_id for entry in search.find(session, words, scopes=[f"unit-{unit.id}"], kinds=["case"])]


def last(session: Session, case: Case) -> EventRow:
    """The newest line of the timeline."""
    return history(session, case, internal=True)[-1]
