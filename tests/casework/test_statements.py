"""How many statements a page of casework needs: few, and as many for sixty rows as for one.

Every statement that reaches the database while the page is answered is counted, but for those that move no data (BEGIN,
SAVEPOINT …) and for the one that reads the signed-in person.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.casework import operations
from portal.casework.models import AssignmentKind
from portal.casework.operations import Routing
from portal.core import clock
from tests.casework.conftest import House
from tests.factories import make_unit
from tests.factories.casework import make_case
from tests.support.client import Client

MOST = 8
SILENT = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "PRAGMA")


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The data statements that run meanwhile on the connection of the test, which is also that of the pages."""
    told: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        person = "FROM user_account" in statement and "fs_uniquifier = " in statement
        if not person and not statement.lstrip().upper().startswith(SILENT):
            told.append(statement)

    connection = session.connection()
    sa.event.listen(connection, "before_cursor_execute", listen)
    yield told
    sa.event.remove(connection, "before_cursor_execute", listen)


def needed(client: Client, session: Session, endpoint: str, **values: Any) -> list[str]:
    """The statements of a page once everything that is kept in the process is there."""
    client.get(endpoint, **values)
    with counted(session) as told:
        client.get(endpoint, **values)
    return told


@pytest.fixture
def head(client: Client, session: Session, house: House) -> Client:
    """The head of a unit with another below it."""
    make_unit(session, house.unit)
    return client.sign_in(house.head)


PAGES = [{}, {"view": "closed"}, {"view": "information"}, {"q": "Γενικό"}, {"filters": "show"}]


@pytest.mark.parametrize("values", PAGES)
def test_the_queue_needs_as_many_for_sixty_rows_as_for_one(
    head: Client, session: Session, house: House, values: dict[str, str]
) -> None:
    make_case(session, house.unit, now=clock.now())
    one = needed(head, session, "casework_desk.queue", **values)
    for _ in range(59):
        operations.take(session, make_case(session, house.unit, now=clock.now()), actor=house.clerk, now=clock.now())

    sixty = needed(head, session, "casework_desk.queue", **values)

    assert len(sixty) == len(one), "\n".join(sixty)
    assert len(sixty) <= MOST, "\n".join(sixty)


@pytest.mark.parametrize("reader", ["head", "stranger", "resident"])
def test_a_case_needs_as_many_for_sixty_lines_as_for_one(
    client: Client, session: Session, house: House, reader: str
) -> None:
    """The stranger reads it for information; the resident has filed it."""
    case = make_case(session, house.unit, applicant=house.resident, now=clock.now())
    copy = Routing(house.other.id, kind=AssignmentKind.INFORMATION)
    operations.route(session, case, copy, actor=house.clerk, now=clock.now())
    endpoint = "casework.case" if reader == "resident" else "casework_desk.case"
    client.sign_in(getattr(house, reader))
    one = needed(client, session, endpoint, slug=case.slug)
    for number in range(59):
        actor = house.clerk if number % 2 else house.head
        operations.write_message(session, case, f"{number}", actor=actor, now=clock.now())

    sixty = needed(client, session, endpoint, slug=case.slug)

    assert len(sixty) == len(one), "\n".join(sixty)
    assert len(sixty) <= MOST, "\n".join(sixty)


def test_my_cases_need_as_many_for_sixty_as_for_one(client: Client, session: Session, house: House) -> None:
    make_case(session, house.unit, applicant=house.resident, now=clock.now())
    client.sign_in(house.resident)
    one = needed(client, session, "casework.mine")
    for _ in range(59):
        make_case(session, house.unit, applicant=house.resident, now=clock.now())

    sixty = needed(client, session, "casework.mine")

    assert len(sixty) == len(one) <= MOST, "\n".join(sixty)
