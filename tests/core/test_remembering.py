"""What a process remembers: read once, and never shown when it is no longer true."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from portal.core import stamps
from portal.core.db import db
from portal.core.remembering import MOST, remembered
from portal.organisation import queries as organisation
from portal.organisation.models import DayOff

ROOM = organisation.ROOM


@pytest.fixture
def opened(app: Flask) -> Iterator[sessionmaker[Session]]:
    """What opens sessions, each with a transaction of its own; the room has a stamp."""
    with app.app_context():
        with db.sessionmaker.begin() as session:
            stamps.touch(session, ROOM)
        yield db.sessionmaker


@pytest.fixture
def reader() -> tuple[Callable[[Session], int], list[int]]:
    """Counts the days off, and notes each time that it has to."""
    read: list[int] = []

    def count(session: Session) -> int:
        read.append(session.scalar(sa.select(sa.func.count()).select_from(DayOff)) or 0)
        return read[-1]

    return count, read


def test_it_is_read_once_while_nothing_changes(
    opened: sessionmaker[Session], reader: tuple[Callable[[Session], int], list[int]]
) -> None:
    count, read = reader
    for _ in range(3):
        with opened() as session:
            assert remembered(session, ROOM, "test", count) == 0
    assert read == [0]


def test_a_change_is_seen_by_the_next_transaction_and_by_its_own(
    opened: sessionmaker[Session], reader: tuple[Callable[[Session], int], list[int]]
) -> None:
    count, _read = reader
    with opened() as session:
        remembered(session, ROOM, "test", count)
    with opened.begin() as session:
        session.add(DayOff(on="05-11", name={"el": "Τοπική εορτή"}))
        assert remembered(session, ROOM, "test", count) == 1
        session.flush()
        assert remembered(session, ROOM, "test", count) == 1
    with opened() as session:
        assert remembered(session, ROOM, "test", count) == 1


def test_what_was_undone_is_not_remembered(
    opened: sessionmaker[Session], reader: tuple[Callable[[Session], int], list[int]]
) -> None:
    count, _read = reader
    with opened() as session:
        session.add(DayOff(on="05-11", name={"el": "Τοπική εορτή"}))
        assert remembered(session, ROOM, "test", count) == 1
        session.rollback()
        assert remembered(session, ROOM, "test", count) == 0


def test_one_stamp_is_asked_for_everything_in_a_transaction(opened: sessionmaker[Session]) -> None:
    with opened() as session:
        organisation.places(session)
        organisation.working_calendar(session)
    asked: list[str] = []
    with opened() as session:
        listen = lambda *given: asked.append(given[2])  # noqa: E731
        sa.event.listen(session.connection(), "before_cursor_execute", listen)
        organisation.places(session)
        organisation.working_calendar(session)
        assert len(asked) == 1
        assert "FROM stamp" in asked[0]


def test_little_is_remembered_at_a_time_and_all_of_it_is_true(opened: sessionmaker[Session]) -> None:
    for _ in range(2):
        with opened() as session:
            for number in range(2 * MOST):
                assert remembered(session, ROOM, "test", lambda _session, told=number: told, of=number) == number
