"""Several people, or one attacker, at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from flask import Flask

from portal.accounts import operations
from portal.accounts.models import User
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.limits import SqlStorage, init_app
from portal.settings import Settings
from tests.factories import NOW

AT_ONCE = 12


def at_once(app: Flask, work: Callable[[], object]) -> list[object]:
    """What `AT_ONCE` threads get that begin together."""
    start = threading.Barrier(AT_ONCE)

    def one(_number: int) -> object:
        with app.app_context():
            start.wait()
            return work()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_guesses_made_at_once_are_counted_one_by_one(committed_app: Flask) -> None:
    looked: list[object] = []

    def guess() -> object:
        try:
            operations.sign_in(db.session, "maria@example.org", looked.append, now=NOW)  # type: ignore[arg-type]
        except Refused as refusal:
            db.session.commit()
            return type(refusal)
        raise AssertionError("nobody is let in")

    answers = at_once(committed_app, guess)

    assert len(looked) == 5
    assert answers.count(operations.Locked) == AT_ONCE - 5


def test_one_email_gets_one_account(committed_app: Flask) -> None:
    wanted = operations.Registration("maria@example.org", "Μαρία", "hash", "el")

    def register() -> None:
        operations.register(db.session, wanted, lambda user: user.fs_uniquifier, now=NOW)
        db.session.commit()

    at_once(committed_app, register)

    with committed_app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 1


def test_requests_made_at_once_are_all_counted(committed_app: Flask) -> None:
    settings: Settings = committed_app.extensions["portal"].settings
    committed_app.extensions["portal"].settings = Settings(**{**vars(settings), "rate_limits": True})
    init_app(committed_app, committed_app.extensions["portal"].settings)
    storage = SqlStorage("portal://")

    counts = at_once(committed_app, lambda: storage.incr("somebody", 60))

    assert sorted(map(int, map(str, counts))) == list(range(1, AT_ONCE + 1))
    with committed_app.app_context():
        storage.incr("somebody else", 0)
        assert storage.incr("somebody else", 60) == 1
        assert (storage.get("somebody"), storage.get("nobody")) == (AT_ONCE, 0)
        assert storage.get_expiry("somebody") > storage.get_expiry("nobody")
        committed_app.extensions["portal"].routines["rate-limits"][1](db.session)
        storage.clear("somebody")
        assert storage.get("somebody") == 0
        assert storage.reset() == 1
