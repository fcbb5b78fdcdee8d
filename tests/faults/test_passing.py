"""Reports are passed on: to another portal by Open311, which is followed until it is done, or by letter."""

from __future__ import annotations

import http.server
import io
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from portal.casework.models import TimelineEvent
from portal.core import clock, letters, worker
from portal.core.db import db, writes
from portal.core.outbox import Job
from portal.core.texts import Translated
from portal.faults import operations
from portal.faults.models import Body, Fault, FaultPhoto, FaultState, Jurisdiction, Source
from portal.faults.operations import Change, passing, programs
from tests.factories import NOW, make_body, make_fault, make_fault_category, make_staff, make_unit
from tests.faults.open311 import KEY, settle
from tests.support import databases
from tests.support.browser import Live

NOTE = Translated(el="Ο αγωγός είναι της ΔΕΥΑ.", en="The pipe belongs to the water company.")


def work(app: Flask, later: timedelta = timedelta(0)) -> None:
    """What waits in the outbox, until nothing does."""
    writes.set(True)
    while worker.drain(app, now=clock.now() + later):
        pass
    writes.set(True)


def passed(session: Session, body: Body, **given: Any) -> Fault:
    """A report that is passed on to a body."""
    fault = make_fault(session, now=clock.now(), **given)
    change = operations.Change(state=FaultState.PASSED_ON, note=NOTE, body=body)
    operations.pass_on(session, fault, change, actor=make_staff(session, make_unit(session)), now=clock.now())
    return fault


@pytest.fixture
def other(engine_kind: str) -> Iterator[Live]:
    """A second portal with a database of its own: that of the body."""
    database = databases.fresh(engine_kind)
    app = database.app()
    with app.app_context():
        writes.set(True)
        category, _program = settle(db.session)
        category.code, category.questions = "leak", []
        db.session.commit()
    serving = Live(app)
    yield serving
    serving.close()
    databases.drop(app, database)


def at_home(app: Flask, other: Live, **given: Any) -> str:
    """File a report here and pass it on; its number."""
    with app.app_context():
        body = make_body(db.session, open311_url=f"{other.url}/open311/v2", open311_key=KEY, **given)
        category = make_fault_category(db.session)
        rule = Jurisdiction(category=category, body=body, citation=Translated(), service_code="leak")
        db.session.add(rule)
        fault = passed(db.session, body, category=category, text="Τρέχει νερό", address="Δημοκρατίας 5")
        db.session.commit()
        return fault.slug


def home(app: Flask, slug: str) -> dict[str, Any]:
    """What stands here of a report."""
    with app.app_context():
        fault = db.session.scalars(sa.select(Fault).where(Fault.slug == slug)).one()
        notes = [step.note.get("el", "") for step in fault.steps]
        return {"state": fault.state, "number": fault.body_reference, "notes": notes, "closed": fault.case.is_closed}


def there(other: Live, do: Callable[[Session, Fault], Any]) -> Any:
    """Do something with the report in the other portal."""
    with other.app.app_context():
        writes.set(True)
        fault = db.session.scalars(sa.select(Fault)).one()
        done = do(db.session, fault)
        db.session.commit()
        return done


def change(state: FaultState, note: str, **given: Any) -> Callable[[Session, Fault], None]:
    def do(session: Session, fault: Fault) -> None:
        actor = make_staff(session, make_unit(session))
        wanted = Change(state=state, note=Translated(el=note), **given)
        operations.change_state(session, fault, wanted, actor=actor, now=clock.now())

    return do


@pytest.mark.parametrize(("state", "note"), [(FaultState.REPAIRED, "Αλλάχτηκε"), (FaultState.IMPOSSIBLE, "Ιδιωτικός")])
def test_a_report_is_filed_in_another_portal_and_followed_to_its_end(
    committed_app: Flask, other: Live, state: FaultState, note: str
) -> None:
    slug = at_home(committed_app, other)

    work(committed_app)
    found = there(other, lambda _session, fault: (fault.slug, fault.text, fault.category.code, fault.source))
    assert home(committed_app, slug)["number"] == found[0]
    assert found[1].startswith("Τρέχει νερό")
    assert slug in found[1]
    assert found[2:] == ("leak", Source.OPEN311)

    tomorrow = (clock.now() + timedelta(days=1)).date()
    there(other, change(FaultState.PLANNED, "Αύριο το πρωί", planned_on=tomorrow))
    for hours in (1, 2):  # what they said already is written once
        work(committed_app, timedelta(hours=hours))
    now = home(committed_app, slug)
    assert (now["state"], len(now["notes"])) == (FaultState.PASSED_ON, 3)
    assert now["notes"][-1].endswith(": Αύριο το πρωί")

    there(other, change(state, note))
    work(committed_app, timedelta(hours=3))
    now = home(committed_app, slug)
    assert (now["state"], now["closed"]) == (state, True)
    assert now["notes"][-1].endswith(f": {note}")


def test_what_fails_is_tried_again_and_arrives_once(committed_app: Flask, other: Live) -> None:
    slug = at_home(committed_app, other)
    with committed_app.app_context():
        body = db.session.scalars(sa.select(Body)).one()
        body.open311_key = "wrong"
        db.session.commit()
    work(committed_app)
    with committed_app.app_context():
        job = db.session.scalars(sa.select(Job).where(Job.kind == passing.SEND)).one()
        assert "403" in (job.error or "")
        db.session.scalars(sa.select(Body)).one().open311_key = KEY
        db.session.commit()

    work(committed_app, timedelta(minutes=2))

    number = home(committed_app, slug)["number"]
    with committed_app.app_context():  # as if the answer had been lost
        fault = db.session.scalars(sa.select(Fault)).one()
        fault.body_reference = ""
        job = db.session.scalars(sa.select(Job).where(Job.kind == passing.SEND)).one()
        job.done_at, job.payload = None, {"fault": fault.id, "body": fault.body_id, "step": fault.steps[-1].id}
        db.session.commit()
    work(committed_app, timedelta(hours=1))
    assert home(committed_app, slug)["number"] == number != ""


def test_nothing_of_who_reported_it_leaves_the_house(session: Session) -> None:
    body = make_body(session, open311_url="https://water.example.org/v2", open311_jurisdiction="water")
    fault = passed(session, body)

    sent = json.dumps(passing.parcel(session, fault, body, site="https://portal.example.org"), ensure_ascii=False)

    assert fault.case.applicant_email not in sent
    assert fault.case.applicant_name not in sent
    assert '"jurisdiction_id": "water"' in sent


def test_a_body_without_a_server_gets_a_letter(session: Session, drain: Callable[..., int]) -> None:
    question = {"code": "wet", "kind": "yes-no", "label": {"el": "Βγαίνει νερό;"}}
    category = make_fault_category(session, questions=[question])
    body = make_body(session, email="water@example.org")
    fault = passed(session, body, category=category, answers={"wet": True}, address="Δημοκρατίας 5", text="Τρέχει νερό")

    drain(clock.now())

    [letter] = letters.mailbox(session, recipient="water@example.org")
    assert fault.reference in letter.subject
    for words in ("Δημοκρατίας 5", "Τρέχει νερό", "Βγαίνει νερό;: Ναι", NOTE["el"], f"/el/faults/{fault.slug}/"):
        assert words in letter.body
    assert fault.case.applicant_email not in letter.body
    assert fault.case.applicant_name not in letter.body


def test_a_token_is_asked_for_its_number(session: Session) -> None:
    body = make_body(session, open311_url="https://water.example.org/v2")
    fault = passed(session, body)

    passing.take_number(session, fault, b'[{"token": 17}]', now=NOW)

    job = session.scalars(sa.select(Job).where(Job.kind == passing.ASK)).one()
    assert job.payload["token"] == "17"
    assert passing.token_url(body, "1/7") == "https://water.example.org/v2/tokens/1%2F7.json"
    passing.take_number(session, fault, b'[{"service_request_id": 638344, "token": 17}]', now=NOW)
    assert fault.body_reference == "638344"


@pytest.mark.parametrize("answer", [b"", b"<html>", b"{}", b"[1]", b"[]", b"[{}]"])
def test_an_answer_that_is_no_open311_fails(session: Session, answer: bytes) -> None:
    fault = passed(session, make_body(session, open311_url="https://water.example.org/v2"))

    with pytest.raises(passing.NotUnderstood):
        passing.take_number(session, fault, answer, now=NOW)


# -- photographs of programs


class Pictures(http.server.BaseHTTPRequestHandler):
    """Gives a picture, a page, or nothing."""

    def do_GET(self) -> None:
        out = io.BytesIO()
        Image.new("RGB", (64, 48), "navy").save(out, "JPEG")
        body = {"/1.jpg": out.getvalue(), "/page": b"<html>a page</html>"}.get(self.path)
        self.send_response(200 if body else 404)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def pictures() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pictures)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(("path", "photos", "later"), [("/1.jpg", 1, 0), ("/page", 0, 0), ("/none", 0, 200)])
def test_a_photograph_is_fetched_or_staff_read_why_not(
    committed_app: Flask, pictures: str, path: str, photos: int, later: int
) -> None:
    with committed_app.app_context():
        category, program = settle(db.session)
        session: Session = db.session
        wanted = operations.NewReport(
            category=category, lat=35.3177, lon=25.3904, text="", language="el", reporter=None, source=Source.OPEN311
        )
        programs.report_for(session, program, wanted, media_url=f"{pictures}{path}", now=clock.now())
        session.commit()

    for minutes in (0, later // 10, later // 2, later):
        work(committed_app, timedelta(minutes=minutes))

    with committed_app.app_context():
        kept = db.session.scalars(sa.select(FaultPhoto)).all()
        notes = [row.text for row in db.session.scalars(sa.select(TimelineEvent)) if pictures in row.text]
        assert (len(kept), len(notes)) == (photos, 1 - photos)
        assert all(photo.public is False for photo in kept)
