"""Whatever is asked of Open311: no failure, nothing private, nobody's name; and other programs understand it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.casework.operations import Applicant
from portal.core import clock
from portal.core.db import db, writes
from tests.factories import make_fault, make_fault_category
from tests.faults.georeport import SCHEMAS, read_json, read_xml
from tests.faults.open311 import BASE, KEY, fields, settle
from tests.support.browser import Live
from tests.support.client import Client

SECRET = Applicant("Αριάδνη Μυστικοπούλου", "ariadne@secret.example.org", "el", phone="6999123456")
PERSONAL = ("Μυστικοπούλου", "ariadne", "6999123456", "κρυφό")
NAMES = [
    *("service_request_id", "service_code", "start_date", "end_date", "updated_after", "updated_before", "status"),
    *("lat", "long", "radius", "page", "page_size", "jurisdiction_id", "lang", "extensions", "api_key"),
    *("address_string", "address_id", "description", "email", "first_name", "phone", "device_id", "account_id"),
    *("media_url", "attribute[wet]", "attribute[who][]", "attribute[]"),
]
KNOWN = ["open", "closed", "here", "el", "en", "true", KEY, "yes", "35.3177", "25.3904", "harbour", "1e400"]
PATHS = {
    "requests": "service_requests",
    "servicerequestupdates": "service_request_updates",
    "services": "services",
}
VALUES = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.floats().map(str),
    st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
    st.sampled_from(
        ["open", "closed", "here", "el", "en", "true", KEY, "yes", "35.3177", "25.3904", "harbour", "1e400"]
    ),
)
ASKED = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8)


@pytest.fixture
def stocked(session: Session) -> list[str]:
    """One report for everybody, one that is private, one that staff have hidden; their numbers."""
    category, _program = settle(session)
    make = {"reporter": SECRET, "now": clock.now()}
    shown = make_fault(session, category=category, text="Λακκούβα", **make)
    private = make_fault(session, category=make_fault_category(session, private=True), text="κρυφό", **make)
    hidden = make_fault(session, category=category, text="κρυφό", **make)
    hidden.shown = False
    session.commit()
    return [shown.slug, private.slug, hidden.slug]


MANY = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@MANY
@given(
    asked=ASKED,
    path=st.sampled_from(["requests", "servicerequestupdates", "services"]),
    kind=st.sampled_from(["json", "xml"]),
)
def test_whatever_is_asked_nothing_fails_and_nothing_leaks(
    client: Client, stocked: list[str], asked: dict[str, str], path: str, kind: str
) -> None:
    query = urlencode(asked, errors="surrogatepass") if asked else ""
    response = client.browser.get(f"{BASE}/{path}.{kind}?{query}")
    text = response.get_data(as_text=True)
    response.close()

    assert response.status_code in {200, 400, 404}
    assert not [word for word in (*PERSONAL, *stocked[1:]) if word in text and word not in str(asked)]
    if "%00" not in query:
        read = {"json": read_json, "xml": read_xml}[kind]
        read(PATHS[path] if response.status_code == 200 else "errors", text.encode())


@MANY
@given(asked=ASKED, kind=st.sampled_from(["json", "xml"]))
def test_whatever_is_filed_is_taken_whole_or_refused_with_a_reason(
    client: Client, session: Session, stocked: list[str], asked: dict[str, str], kind: str
) -> None:
    data = {"api_key": KEY} | asked
    response = client.browser.post(f"{BASE}/requests.{kind}", data=data)
    writes.set(True)

    assert response.status_code in {200, 400, 403, 404}
    read = {"json": read_json, "xml": read_xml}[kind]
    read("filed" if response.status_code == 200 else "errors", response.get_data())


@pytest.mark.parametrize("number", [1, 2], ids=["private", "hidden"])
def test_what_is_not_public_is_not_there(client: Client, stocked: list[str], number: int) -> None:
    slug = stocked[number]

    for path in (f"requests/{slug}", f"tokens/{slug}"):
        client.get(f"{BASE}/{path}.json", status=404)
    for path in ("requests", "servicerequestupdates"):
        page = client.get(f"{BASE}/{path}.json?service_request_id={slug}")
        assert page.response.json == []


def test_a_private_category_can_be_reported_but_not_read(client: Client, session: Session) -> None:
    settle(session)
    category = make_fault_category(session, private=True)
    data = fields(category, email="ariadne@secret.example.org", **{"attribute[wet]": None})

    page = client.post(f"{BASE}/requests.json", data, status=200, csrf=False)

    [row] = read_json("filed", page.response.data)
    client.get(f"{BASE}/requests/{row['service_request_id']}.json", status=404)


# -- the programs of others


@pytest.fixture
def serving(committed_app: Flask) -> Iterator[Live]:
    """A portal with two reports, in the network."""
    with committed_app.app_context():
        category, _program = settle(db.session)
        for text in ("Λακκούβα", "Άλλη λακκούβα"):
            make_fault(db.session, category=category, text=text, now=clock.now())
        make_fault(db.session, now=clock.now())
        db.session.commit()
    live = Live(committed_app)
    yield live
    live.close()
    assert threading.active_count() < 50


@pytest.mark.parametrize("kind", ["json", "xml"])
def test_the_public_client_reads_services_definitions_and_requests(serving: Live, kind: str) -> None:
    georeport = pytest.importorskip("georeport")
    them = georeport.GeoReport(f"{serving.url}{BASE}", jurisdiction="here", output_format=kind)

    services = them.get_service_list()
    [code] = [row["service_code"] for row in services if row["service_name"] == "Λακκούβα"]
    definition = them.get_service_definition(code)
    found = them.get_service_requests(service_code=code, status="open")
    one = them.get_service_request(found[0]["service_request_id"])

    attributes = definition["attributes"] if kind == "json" else definition["attributes"]["attribute"]
    assert [row["code"] for row in attributes] == ["wet", "deep", "mark", "side", "who"]
    assert [row["description"] for row in found] == ["Άλλη λακκούβα", "Λακκούβα"]
    assert one == found[0]


def test_what_openapi_describes_is_answered_so(app: Flask, session: Session, stocked: list[str]) -> None:
    schemathesis = pytest.importorskip("schemathesis")
    names = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
    wanted = [getattr(schemathesis.checks, name) for name in names]
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)

    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def asked(case: Any) -> None:
            response = case.call()
            case.validate_response(response, checks=wanted)
            assert not [word for word in (*PERSONAL, *stocked[1:]) if word in response.text]

        asked()


def test_openapi_says_what_the_specification_says(client: Client, session: Session) -> None:
    page = client.get("/api/v1/openapi.json")

    document = page.response.json
    shapes = document["components"]["schemas"]
    for name, shape in (
        ("service_requests", "Request"),
        ("services", "Service"),
        ("filed", "Filed"),
        ("token", "Token"),
    ):
        assert set(shapes[shape]["properties"]) == set(SCHEMAS[name]["items"]["properties"]), shape
        jsonschema.Draft202012Validator.check_schema(shapes[shape])
    known = {rule.rule for rule in client.app.url_map.iter_rules()}
    for path in document["paths"]:
        parts = path.replace("{format}", "<string:kind>").replace("{service_request_id}", "<string:slug>")
        assert parts.replace("{service_code}", "<string:code>").replace("{token}", "<string:token>") in known
