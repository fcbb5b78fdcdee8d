"""Filing against the bare commit: one row, one commit, on the same engine with the same promises to the disk.

Both are measured from BEGIN, which on SQLite waits for its turn among the writers, to the end of COMMIT. The share
depends on the disk – the slower it is, the nearer to 1 – the processor time hardly does.
"""

from __future__ import annotations

import gc
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from random import Random
from statistics import median

import sqlalchemy as sa
from flask.testing import FlaskClient

from bench.ground import PACK, Ground
from bench.measuring import counted
from portal.casework import operations as casework
from portal.core import clock
from portal.core.clock import athens_date
from portal.core.db import db, writes
from portal.eservices import operations as eservices
from portal.eservices import queries
from portal.eservices.queries.definitions import definition_of
from portal.faults import operations as faults
from portal.site.operations.demonstration.answers import Pen
from portal.site.operations.demonstration.people import population
from portal.site.operations.demonstration.samples import Samples, read

AIM = 0.25
SLUG = "general-request"
#: filings before those that count
WARM_UP = 4
_ROW = sa.table("bench_row", sa.column("text"))
_APPLICANT = casework.Applicant("Μαρία Παπαδάκη", "m.papadaki@post.example", "el", "+306900000000")


@dataclass(frozen=True)
class Rate:
    """What a filing costs."""

    #: filings a second as a share of bare commits a second
    share: float
    #: times the processor time of a bare commit in this process
    processor: float
    #: data statements of a filing, its draft included
    statements: int


def rate(ground: Ground, *, number: int) -> Rate:
    """File so many drafts, each after a bare commit, so that noise meets both."""
    writes.set(True)
    with ground.app.app_context():
        tokens = [_draft(at) for at in range(number)]
        db.session.commit()
    return _against_commits(ground, [partial(_file, token) for token in tokens])


def posted(ground: Ground, *, number: int) -> Rate:
    """The same for reports of faults that a program sends by Open311: whole requests, from the form to the answer."""
    writes.set(True)
    with ground.app.app_context():
        told = faults.NewApplication(name=f"bench {secrets.token_hex(4)}", most_a_day=number)
        _application, key = faults.create_application(db.session, told, actor=None, now=clock.now())
        db.session.commit()
    return _against_commits(ground, [partial(_post, ground.app.test_client(), key, at) for at in range(number)])


def _against_commits(ground: Ground, deeds: Sequence[Callable[[], None]]) -> Rate:
    with ground.app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS bench_row (text TEXT)")
        engine = db.engine
    bare, filed = [], []
    gc.collect()
    for deed in deeds[:-1]:
        with ground.app.app_context():
            bare.append(_spent(_commit))
            filed.append(_spent(deed))
    with ground.app.app_context(), counted(engine) as statements:
        deeds[-1]()
    (bare_wall, bare_work), (wall, work) = _medians(bare[WARM_UP:]), _medians(filed[WARM_UP:])
    return Rate(bare_wall / wall, work / bare_work, len(statements))


def _spent(call: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the clock, and of the processor."""
    start, work = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - start, time.process_time() - work


def _medians(spent: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return median(wall for wall, _work in spent), median(work for _wall, work in spent)


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


def _commit() -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.insert(_ROW), {"text": "one row"})


def _file(token: str) -> None:
    draft = queries.draft(db.session, token)
    assert draft is not None
    eservices.file(db.session, draft, _APPLICANT, now=clock.now(), site="http://localhost")
    db.session.commit()


def _post(browser: FlaskClient, key: str, at: int) -> None:
    sent = {
        "api_key": key,
        "service_code": "weeds",
        "lat": f"{35.2826 + at % 40 / 10_000:.4f}",
        "long": "25.4638",
        "description": "Ψηλά χόρτα στην άκρη του δρόμου",
        "email": "m.papadaki@post.example",
    }
    answer = browser.post("/open311/v2/requests.json", data=sent)
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(answer.text)
