"""Filing against the bare commit: one row, one commit, on the same engine with the same promises to the disk."""

from __future__ import annotations

import time
from random import Random
from statistics import median
from typing import Any

import sqlalchemy as sa

from bench.ground import PACK, Ground
from portal.casework import operations as casework
from portal.core import clock
from portal.core.clock import athens_date
from portal.core.db import db, writes
from portal.eservices import operations as eservices
from portal.eservices import queries
from portal.eservices.queries.definitions import definition_of
from portal.site.operations.demonstration.answers import Pen
from portal.site.operations.demonstration.people import population
from portal.site.operations.demonstration.samples import Samples, read

AIM = 0.25
SLUG = "general-request"
_ROW = sa.table("bench_row", sa.column("text"))


def rate(ground: Ground, *, number: int) -> float:
    """Filings a second as a share of bare commits a second."""
    writes.set(True)
    with ground.app.app_context():
        tokens = [_draft(at) for at in range(number)]
        db.session.commit()
        with db.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS bench_row (text TEXT)")
    filed, bare = [], []
    for at, token in enumerate(tokens):
        with ground.app.app_context():
            bare.append(_commit())
            spent = _file(token)
            if at > 3:  # the first ones warm up
                filed.append(spent)
    return median(bare) / median(filed)


def _draft(at: int) -> str:
    session, now, sample = db.session, clock.now(), read(PACK)
    assert sample is not None
    service = queries.service(session, SLUG)
    assert service is not None
    draft = eservices.start(session, service, owner=None, language="el", now=now)
    definition = definition_of(draft.version)
    answers = _pen(sample, at).fill(definition, {})
    answers = {name: answer for name, answer in answers.items() if name != "attachments"}
    step = definition.steps[-1].code
    eservices.keep(session, draft, answers, step=step, done=True, language="el", now=now)
    return draft.token


def _pen(sample: Samples, at: int) -> Pen:
    rng = Random(at)  # noqa: S311
    person = population(db.session, sample, rng, 12)[-1]
    return Pen(person, sample, SLUG, person.home, athens_date(clock.now()), rng, lambda *_: 0)


def _commit() -> float:
    start = time.perf_counter()
    with db.engine.begin() as connection:
        connection.execute(sa.insert(_ROW), {"text": "one row"})
    return time.perf_counter() - start


def _file(token: str) -> float:
    session: Any = db.session
    draft = queries.draft(session, token)
    assert draft is not None
    applicant = casework.Applicant("Μαρία Παπαδάκη", "m.papadaki@post.example", "el", "+306900000000")
    start = time.perf_counter()
    eservices.file(session, draft, applicant, now=clock.now(), site="http://localhost")
    session.commit()
    return time.perf_counter() - start
