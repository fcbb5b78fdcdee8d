"""Feeds longer than a piece: read to their end while they are sent, when the request's own session is closed."""

from __future__ import annotations

import json

import icalendar
import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core.db import db
from portal.events.models import Event, Occurrence

NUMBER = 3000


@pytest.fixture
def stock() -> str:
    return "municipality"


def test_a_long_feed_is_streamed_to_its_end(committed_app: Flask) -> None:
    grown = committed_app.test_cli_runner().invoke(args=["demo", "grow", "--occurrences", str(NUMBER)])
    assert grown.exit_code == 0, grown.output
    days = "from=2000-01-01&to=2100-01-01"
    with committed_app.app_context():
        public = sa.select(sa.func.count()).where(Occurrence.shown)
        shown = db.session.scalar(public)
        events = set(db.session.scalars(sa.select(Event.uid).where(Event.publication == "published")))
        assert shown
        assert events
        pool = db.engine.pool

    for path in ("/events.json", "/events.ics"):
        answer = committed_app.test_client().get(f"{path}?{days}", buffered=False)
        assert answer.is_streamed, path
        body = b"".join(answer.response)
        answer.close()
        if path.endswith("json"):
            assert len(json.loads(body)["events"]) == shown
        else:
            found = icalendar.Calendar.from_ical(body).walk("VEVENT")
            assert events <= {str(each["UID"]) for each in found}
            left = [each for each in found if str(each["UID"]) not in events]
            assert all(each["STATUS"] == "CANCELLED" for each in left)  # what was taken out again lately
        assert pool.checkedout() == 0, "a connection was not given back"
