"""Feeds of the public reports: what stands in them, for which filter, and when they need not be sent again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.core import feeds
from portal.core.texts import Translated
from portal.faults import operations
from portal.faults.models import FaultState
from portal.faults.operations import Change
from portal.faults.queries import FaultFilter, addresses
from portal.faults.queries import feeds as columns
from portal.faults.queries.lists import Group
from tests.casework.test_statements import counted
from tests.factories import NOW
from tests.factories.faults import LAT, LON, make_fault, make_fault_category
from tests.support.client import Client

ATOM, GEORSS = "{http://www.w3.org/2005/Atom}", "{http://www.georss.org/georss}"
KINDS = ("atom", "geojson", "csv")


@pytest.fixture(autouse=True)
def _then(frozen: Callable[..., Any]) -> None:
    frozen(NOW)


def features(client: Client, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(client.get(f"/faults.geojson{query}").response.data)["features"]
    return found


def lines(client: Client, query: str = "") -> list[dict[str, str]]:
    text = client.get(f"/faults.csv{query}").response.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_a_point_for_each_report(client: Client, session: Session) -> None:
    category = make_fault_category(session, code="lamp", name=Translated(el="Λαμπτήρας", en="Lamp"))
    fault = make_fault(session, category=category, text="Dark\nhere", language="en", address="Harbour")
    session.commit()

    [found] = features(client, "?lang=en")

    assert found["geometry"] == {"type": "Point", "coordinates": [LON, LAT]}
    assert found["id"] == fault.slug
    said = found["properties"]
    assert (said["category"], said["category_name"], said["state"], said["state_label"]) == (
        *("lamp", "Lamp", "received", "Received"),
    )
    assert (said["text"], said["text_language"], said["address"]) == ("Dark\nhere", "en", "Harbour")
    assert said["reported_at"] == "2026-03-03T10:00:00+02:00"
    assert said["url"] == f"http://localhost/en/faults/{fault.slug}/"


def test_the_news_feed_has_their_points(client: Client, session: Session) -> None:
    fault = make_fault(session, text="<b>&")
    session.commit()

    feed = ET.fromstring(client.get("/faults.atom?lang=en").response.data)  # noqa: S314 – our own

    [entry] = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{GEORSS}point") == f"{LAT} {LON}"
    assert str(entry.findtext(f"{ATOM}title")).startswith("Received: Fault")
    assert str(entry.findtext(f"{ATOM}summary")).endswith("<b>&")
    assert entry.findtext(f"{ATOM}id") == f"http://localhost/en/faults/{fault.slug}/"


@pytest.mark.parametrize("text", ["=1+1", "+30 2897", "-x", "@SUM(A1)", "\t=1"])
def test_a_spreadsheet_runs_nothing(client: Client, session: Session, text: str) -> None:
    make_fault(session, text=text, address=text)
    session.commit()

    [line] = lines(client)

    assert line["text"].startswith("'")
    assert line["address"].startswith("'")
    assert float(line["lat"]) == LAT


@pytest.mark.parametrize("kind", KINDS)
def test_filters_of_the_pages_hold(client: Client, session: Session, kind: str) -> None:
    make_fault(session, text="ein Wort", now=NOW - timedelta(days=60))
    repaired = make_fault(session, text="anderes")
    note = Translated(el="Έγινε")
    operations.change_state(session, repaired, Change(state=FaultState.REPAIRED, note=note), actor=None, now=NOW)
    session.commit()

    body = client.get(f"/faults.{kind}?group=overdue&near={LAT},{LON}&km=1").response.data.decode()

    assert "ein Wort" in body
    assert "anderes" not in body


def test_only_what_the_public_may_see(client: Client, session: Session) -> None:
    make_fault(session, category=make_fault_category(session, private=True))
    hidden, withdrawn = make_fault(session), make_fault(session)
    hidden.shown = False
    operations.withdraw(session, withdrawn, now=NOW)
    redacted = make_fault(session, text="Κυρία Μαρία")
    redacted.public_text = "…"
    session.commit()

    [found] = features(client)

    assert found["properties"]["text"] == "…"


@pytest.mark.parametrize("kind", KINDS)
def test_what_has_not_changed_is_not_sent_again(client: Client, session: Session, kind: str) -> None:
    fault = make_fault(session)
    session.commit()
    etag = client.get(f"/faults.{kind}").response.headers["ETag"]

    same = client.browser.get(f"/faults.{kind}", headers={"If-None-Match": etag})
    operations.change_state(session, fault, Change(state=FaultState.CONFIRMED), actor=None, now=NOW)
    session.commit()
    changed = client.browser.get(f"/faults.{kind}", headers={"If-None-Match": etag})

    assert (same.status_code, changed.status_code) == (304, 200)


@pytest.mark.parametrize("query", ["?x=1", "?group=what", "?near=here", "?lang=xx", "?box=1", "?from=soon"])
def test_what_cannot_be_read_is_refused_by_its_name(client: Client, query: str) -> None:
    answer = client.browser.get(f"/faults.csv{query}")

    assert answer.status_code == 400
    assert query[1:].partition("=")[0] in json.loads(answer.data)["detail"]


def test_they_go_on_to_the_end(client: Client, session: Session, monkeypatch: Any) -> None:
    monkeypatch.setattr(columns, "BATCH", 7)
    category = make_fault_category(session)
    slugs = [make_fault(session, category=category).slug for _number in range(21)]
    make_fault(session, category=category, lat=LAT + 0.0085, lon=LON + 0.0095)  # in a corner of the square
    session.commit()

    around = features(client, f"?near={LAT},{LON}&km=1")

    assert [found["id"] for found in around] == slugs[::-1]
    assert len(lines(client)) == 22
    assert len(list(columns.rows(session, FaultFilter(), today=NOW.date(), most=9))) == 9


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_one_does_not_say_that_it_is_empty(
    client: Client, session: Session, kind: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(feeds, "PIECE", 500)
    for _number in range(4):
        make_fault(session)
    session.commit()

    answer = client.browser.get(f"/faults.{kind}", buffered=False)

    assert answer.is_streamed
    assert "Content-Length" not in answer.headers
    assert len(b"".join(answer.response)) > feeds.PIECE
    answer.close()


def test_a_thousand_need_no_more_statements_than_one(client: Client, session: Session) -> None:
    category = make_fault_category(session)

    def needed() -> int:
        make_fault(session, category=category)
        session.commit()
        with counted(session) as told:
            client.get("/faults.geojson")
        return len(told)

    few = needed()
    for _number in range(40):
        make_fault(session, category=category)
    assert needed() == few


def test_pages_link_to_them(client: Client, session: Session) -> None:
    client.language = "en"
    make_fault(session)
    session.commit()

    page = client.get("faults.overview", group="open")

    assert [link["href"] for link in page.select("a[href*='/faults.']")] == [
        f"http://localhost/faults.{kind}?group=open&lang=en" for kind in ("atom", "csv", "geojson")
    ]


NAMES = st.sampled_from(addresses.NAMES)
VALUES = st.one_of(st.text(max_size=30), st.sampled_from([*Group, *FaultState, "35.3,25.4", "1", "35,25,36,26", "nan"]))


@given(st.dictionaries(NAMES, VALUES))
@settings(max_examples=200, deadline=None)
def test_any_address_is_read_or_named(given_: dict[str, str]) -> None:
    found = addresses.asked(given_)

    assert set(found.problems) <= set(given_)
    again = addresses.asked({name: value for name, value in given_.items() if name not in found.problems})
    assert again.problems == () or set(found.problems) & {"near", "from"}
