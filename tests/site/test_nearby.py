"""Whoever reports a fault is told what the agenda knows of the place."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from portal.core import clock
from portal.events.models.notices import Notice, NoticeKind
from portal.site.views.nearby import events_at
from tests.factories import DAY, NOW, make_event, make_venue

LAT, LON = 35.3177, 25.3904


def test_closed_roads_and_events_around_a_point_are_told(app: Flask, session: Session) -> None:
    here, far = make_venue(session, lat=LAT, lon=LON), make_venue(session, lat=LAT + 0.02, lon=LON)
    closing = make_event(session, on=DAY, venue=here)
    closing.notices = [Notice(NoticeKind.ROAD_CLOSURE, NOW, NOW + timedelta(hours=5), "Odos Minoos").data()]
    closing.noticed_until = clock.athens_date(NOW)
    other = make_event(session, on=DAY, venue=here)
    make_event(session, on=DAY, venue=far)
    session.commit()

    with app.test_request_context("/el/"):
        found = events_at(session, LAT + 0.001, LON, NOW)

    assert [url.rsplit("/", 2)[1] for _words, url in found] == [closing.slug, other.slug]
    assert "Odos Minoos" in found[0][0]
