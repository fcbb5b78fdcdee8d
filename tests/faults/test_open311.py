"""GeoReport v2, sentence by sentence: each test quotes what the specification says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.casework.models import Case
from portal.core import files
from portal.core.outbox import Job
from portal.core.texts import Translated
from portal.core.web import portal
from portal.faults import operations
from portal.faults.models import Application, Body, Fault, FaultCategory, FaultPhoto, FaultState, Source
from portal.faults.operations import Change, programs
from tests.factories import (
    NOW,
    make_application,
    make_body,
    make_fault,
    make_fault_category,
    make_staff,
    make_unit,
    new_report,
)
from tests.factories.faults import LAT, LON
from tests.faults.open311 import BASE, DAY, ask, fields, ids, iso, post, settle
from tests.support.client import Client
from tests.support.photographs import photograph

KINDS = ("json", "xml")


@pytest.fixture(autouse=True)
def now(frozen: Callable[..., Any]) -> Any:
    return frozen(NOW)


@pytest.fixture
def ready(session: Session) -> tuple[FaultCategory, Application]:
    return settle(session)


@pytest.fixture
def category(ready: tuple[FaultCategory, Application]) -> FaultCategory:
    return ready[0]


@pytest.fixture
def photo(app: Flask, session: Session) -> Callable[[], int]:
    """Keeps a photograph, and gives its number."""

    def kept() -> int:
        with app.app_context():
            clean = files.examine(photograph(), "1.jpg", files.Intake())
            return files.keep(session, portal.store, clean, now=NOW).id

    return kept


def change(session: Session, fault: Fault, state: FaultState, note: str = "", **given: Any) -> None:
    actor = make_staff(session, make_unit(session))
    text = Translated(el=note) if note else Translated()
    operations.change_state(session, fault, Change(state=state, note=text, **given), actor=actor, now=NOW)


# -- discovery, formats, encoding


@pytest.mark.parametrize("kind", KINDS)
def test_the_discovery_file_must_be_provided_as_both_xml_and_json(client: Client, category: Any, kind: str) -> None:
    found = ask(client, "discovery", name="discovery", kind=kind)

    [endpoint] = found["endpoints"]
    assert endpoint["url"] == f"http://localhost{BASE}"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert "info@example.org" in found["key_service"]


def test_discovery_may_also_be_served_without_its_end(client: Client, category: Any) -> None:
    page = client.get(f"{BASE}/discovery")

    assert page.response.json["endpoints"][0]["type"] == "test"


@pytest.mark.parametrize(("kind", "header"), [("json", "application/json"), ("xml", "text/xml; charset=utf-8")])
def test_the_content_type_headers_should_look_like_this(client: Client, category: Any, kind: str, header: str) -> None:
    page = client.get(f"{BASE}/services.{kind}")

    assert page.headers["Content-Type"].startswith(header)
    assert page.headers["Access-Control-Allow-Origin"] == "*"


def test_utf8_is_required_everywhere(client: Client, category: FaultCategory) -> None:
    post(client, fields(category, description="Λακκούβα 🕳 <b>μεγάλη</b> & βαθιά\nδεύτερη γραμμή"))

    for kind in KINDS:
        [row] = ask(client, "requests", kind=kind)
        assert row["description"] == "Λακκούβα 🕳 <b>μεγάλη</b> & βαθιά\nδεύτερη γραμμή"


def test_errors_are_404_for_resources_that_do_not_exist(client: Client, category: Any) -> None:
    for path in ("services/none", "requests/2020-1", "tokens/none"):
        for kind in KINDS:
            assert ask(client, path, kind=kind, status=404)[0]["code"] == 404
    assert client.get(f"{BASE}/services.html", status=404).headers["Content-Type"].startswith("text/xml")


# -- jurisdiction_id, optional arguments


def test_implementations_can_treat_jurisdiction_id_as_optional(client: Client, category: Any) -> None:
    assert ask(client, "services", name="services") == ask(client, "services", name="services", jurisdiction_id="here")


@pytest.mark.parametrize("path", ["services", "requests", "requests/2020-1", "tokens/x", "discovery"])
def test_404_jurisdiction_id_provided_was_not_found(client: Client, category: Any, path: str) -> None:
    [error] = ask(client, path, jurisdiction_id="elsewhere", status=404)

    assert "elsewhere" in error["description"]


def test_a_null_parameter_should_be_treated_as_a_non_declared_one(client: Client, session: Session) -> None:
    settle(session)
    make_fault(session)
    nothing = dict.fromkeys(("jurisdiction_id", "service_code", "start_date", "status_", "page", "lat"), "")

    assert ids(client, **nothing) == ids(client) != []


# -- GET Service List, GET Service Definition


@pytest.mark.parametrize("kind", KINDS)
def test_services_lists_acceptable_request_types(client: Client, category: FaultCategory, kind: str) -> None:
    [row] = ask(client, "services", name="services", kind=kind)

    assert row == {
        "service_code": category.code,
        "service_name": "Λακκούβα",
        "description": "Τρύπα στο οδόστρωμα",
        "metadata": True,
        "type": "realtime",
        "keywords": "δρόμος, τρύπα",
        "group": category.group.name["el"],
    }


def test_metadata_is_false_where_no_additional_information_is_required(client: Client, session: Session) -> None:
    settle(session)
    plain = make_fault_category(session)

    rows = {row["service_code"]: row["metadata"] for row in ask(client, "services", name="services")}
    assert rows[plain.code] is False
    assert ask(client, f"services/{plain.code}", name="service_definition")["attributes"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_attributes_are_defined_for_a_service_code(client: Client, category: FaultCategory, kind: str) -> None:
    found = ask(client, f"services/{category.code}", name="service_definition", kind=kind, lang="en")

    rows = {row["code"]: row for row in found["attributes"]}
    types = ["singlevaluelist", "number", "string", "singlevaluelist", "multivaluelist"]
    assert [row["datatype"] for row in rows.values()] == types
    assert [row["order"] for row in rows.values()] == [1, 2, 3, 4, 5]
    assert rows["wet"]["required"] is True
    assert rows["wet"]["description"] == "Is there water?"
    assert [value["key"] for value in rows["wet"]["values"]] == ["yes", "no"]
    assert rows["mark"]["datatype_description"] == "Στην πινακίδα"
    assert rows["who"]["values"] == [{"key": "cars", "name": "Οχήματα"}, {"key": "feet", "name": "Πεζούς"}]


def test_404_for_what_is_closed_or_a_group(client: Client, session: Session) -> None:
    category, _program = settle(session)
    ask(client, f"services/{category.group.code}", status=404)
    category.closed = True

    ask(client, f"services/{category.code}", status=404)
    assert ask(client, "services", name="services") == []


# -- POST Service Request


@pytest.mark.parametrize("kind", KINDS)
def test_a_request_is_created_and_its_id_returned_at_once(client: Client, session: Session, kind: str) -> None:
    category, program = settle(session)
    data = fields(
        category,
        address_string="Δημοκρατίας 5, Λιμάνι Χερσονήσου",
        description="Μεγάλη λακκούβα",
        first_name="Μαρία",
        last_name="Παπαδάκη",
        email="maria@example.org",
        phone="6900000000",
        device_id="tt222111",
        account_id="123456",
        **{"attribute[deep]": "12.5", "attribute[side]": "left", "attribute[who][]": ["feet", "cars"]},
    )

    [row] = post(client, data, kind=kind)

    fault = session.scalars(sa.select(Fault)).one()
    assert row["service_request_id"] == fault.slug
    assert fault.answers == {"wet": True, "deep": "12.5", "side": "left", "who": ["cars", "feet"]}
    assert (fault.source, fault.application_id, fault.text) == (Source.OPEN311, program.id, "Μεγάλη λακκούβα")
    assert (fault.case.applicant_name, fault.case.applicant_email) == ("Μαρία Παπαδάκη", "maria@example.org")
    assert (fault.lat, fault.lon, fault.address) == (LAT, LON, data["address_string"])
    [read] = ask(client, f"requests/{fault.slug}", kind=kind)
    assert read["status"] == "open"


@pytest.mark.parametrize("given", [{"api_key": None}, {"api_key": "wrong"}])
def test_403_missing_or_invalid_api_key(client: Client, session: Session, category: Any, given: Any) -> None:
    for kind in KINDS:
        [error] = post(client, fields(category, **given), kind=kind, status=403)
        assert error["code"] == 403
    assert session.scalar(sa.select(sa.func.count()).select_from(Fault)) == 0


def test_403_for_a_program_that_was_closed(client: Client, ready: Any) -> None:
    category, program = ready
    program.closed = True

    post(client, fields(category), status=403)


@pytest.mark.parametrize(
    ("status", "given"),
    [
        (404, {"jurisdiction_id": "elsewhere"}),
        (404, {"service_code": "none"}),
        (400, {"service_code": None}),
        (400, {"lat": None, "long": None}),
        (400, {"lat": "91"}),
        (400, {"lat": "nan"}),
        (400, {"lat": "35.3", "long": None}),
        (400, {"lat": "48.1", "long": "11.5"}),
        (400, {"lat": None, "long": None, "address_string": "Nowhere at all"}),
        (400, {"lat": None, "long": None, "address_id": "none"}),
        (400, {"description": "x" * 4001}),
        (400, {"email": "no address"}),
        (400, {"media_url": "file:///etc/passwd"}),
        (400, {"lang": "../el"}),
        (400, {"attribute[wet]": None}),
        (400, {"attribute[wet]": "perhaps"}),
        (400, {"attribute[deep]": "many"}),
        (400, {"attribute[deep]": "inf"}),
        (400, {"attribute[side]": ["left", "right"]}),
        (400, {"attribute[who][]": ["feet", "wings"]}),
        (400, {"attribute[other]": "1"}),
    ],
    ids=str,
)
def test_400_or_404_for_what_cannot_be_created(
    client: Client, session: Session, category: Any, status: int, given: dict[str, Any]
) -> None:
    errors = post(client, fields(category, **given), status=status)

    assert {row["code"] for row in errors} == {status}
    assert session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0


def test_multiple_errors_can_be_returned(client: Client, category: FaultCategory) -> None:
    errors = post(client, fields(category, **{"attribute[wet]": None, "attribute[deep]": "x"}), status=400, kind="xml")

    assert len(errors) == 2


@pytest.mark.parametrize("given", [{"address_id": "harbour"}, {"address_string": "στο λιμανι χερσονησου, απέναντι"}])
def test_a_full_location_is_lat_and_long_or_address_string_or_address_id(
    client: Client, session: Session, category: Any, given: dict[str, str]
) -> None:
    post(client, fields(category, lat=None, long=None, **given))

    fault = session.scalars(sa.select(Fault)).one()
    assert (fault.lat, fault.lon) == (LAT, LON)
    assert fault.address


def test_a_category_that_asks_for_a_name_says_so(client: Client, session: Session) -> None:
    category, _program = settle(session)
    category.anonymous = False

    [error] = post(client, fields(category), status=400)

    assert error["description"]
    post(client, fields(category, email="maria@example.org"))


def test_the_same_sent_twice_is_filed_once_if_the_program_says_so(client: Client, ready: Any) -> None:
    category, program = ready
    headers = {"Idempotency-Key": "1"}

    first, second = (post(client, fields(category), **headers) for _turn in range(2))
    third = post(client, fields(category), **{"Idempotency-Key": "2"})

    assert first == second != third
    assert program.filed == 2


def test_a_program_files_so_many_a_day(client: Client, session: Session, frozen: Any) -> None:
    category, program = settle(session)
    program.most_a_day = 1
    post(client, fields(category))

    assert post(client, fields(category), status=429, kind="xml")[0]["code"] == 429
    assert session.scalar(sa.select(sa.func.count()).select_from(Fault)) == 1
    frozen(NOW + DAY)
    post(client, fields(category))


def test_what_is_too_much_for_a_day_is_never_written(session: Session) -> None:
    program = make_application(session, most_a_day=1)
    operations.report_for(session, program, new_report(session, once="1"), now=NOW)
    wanted = new_report(session, once="2")

    with pytest.raises(operations.TooManyToday):
        operations.report_for(session, program, wanted, now=NOW)
    again = operations.report_for(session, program, new_report(session, once="1"), now=NOW)

    assert session.scalars(sa.select(Fault)).all() == [again], "not even to be taken back; the same is still known"


def test_the_text_keeps_its_language(client: Client, session: Session, category: Any) -> None:
    post(client, fields(category, description="Ein Loch", lang="de", email="gast@example.org"))

    fault = session.scalars(sa.select(Fault)).one()
    assert (fault.language, fault.case.language) == ("de", "en")


def test_media_at_an_address_is_fetched_later(client: Client, session: Session, category: Any) -> None:
    post(client, fields(category, media_url="https://pictures.example.org/1.jpg"))

    [job] = session.scalars(sa.select(Job).where(Job.kind == programs.MEDIA))
    assert job.payload["url"] == "https://pictures.example.org/1.jpg"
    assert session.scalars(sa.select(FaultPhoto)).all() == []


# -- GET service_request_id from a token


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_gives_the_service_request_id(client: Client, session: Session, kind: str) -> None:
    fault = make_fault(session)

    rows = ask(client, f"tokens/{fault.slug}", name="token", kind=kind)

    assert rows == [{"service_request_id": fault.slug, "token": fault.slug}]


# -- GET Service Requests


def test_several_service_request_ids_override_all_other_arguments(client: Client, session: Session) -> None:
    old, other, _third = (make_fault(session, now=NOW - DAY * days) for days in (400, 1, 0))

    assert ids(client, service_request_id=f"{old.slug}, {other.slug}", status_="closed") == [other.slug, old.slug]
    assert ids(client, service_request_id=[old.slug, other.slug]) == [other.slug, old.slug]
    assert ids(client, service_request_id="2020-1") == []


def test_service_code_defaults_to_all_and_can_be_declared_several_times(client: Client, session: Session) -> None:
    faults = [make_fault(session) for _ in range(3)]
    codes = [fault.category.code for fault in faults]

    assert len(ids(client)) == 3
    assert ids(client, service_code=codes[0]) == [faults[0].slug]
    assert set(ids(client, service_code=f"{codes[0]},{codes[2]}")) == {faults[0].slug, faults[2].slug}
    assert set(ids(client, service_code=codes[:2])) == {faults[0].slug, faults[1].slug}
    assert ids(client, service_code=faults[1].group.code) == [faults[1].slug]
    ask(client, "requests", service_code="none", status=404)


def test_the_range_defaults_to_the_most_recent_90_days(client: Client, session: Session) -> None:
    recent, _old = make_fault(session, now=NOW - 89 * DAY), make_fault(session, now=NOW - 92 * DAY)

    assert ids(client) == [recent.slug]


def test_start_date_and_end_date_match_requested_datetime(client: Client, session: Session) -> None:
    faults = [make_fault(session, now=NOW - days * DAY) for days in (400, 300, 200)]
    around = {"start_date": iso(NOW - 301 * DAY), "end_date": iso(NOW - 299 * DAY)}

    assert ids(client, **around) == [faults[1].slug]
    assert ids(client, start_date=iso(NOW - 401 * DAY)) == [faults[0].slug]
    assert ids(client, end_date=iso(NOW - 200 * DAY)) == [faults[2].slug]
    exactly = f"{NOW - 200 * DAY + timedelta(hours=2):%Y-%m-%dT%H:%M:%S}+02:00"
    assert ids(client, start_date=exactly, end_date=exactly) == [faults[2].slug]


@pytest.mark.parametrize(
    "given",
    [
        {"start_date": "2010-01-01T00:00:00Z", "end_date": "2010-04-02T00:00:00Z"},
        {"start_date": "2010-01-02T00:00:00Z", "end_date": "2010-01-01T00:00:00Z"},
        {"start_date": "2010-01-01T00:00:00"},
        {"start_date": "yesterday"},
        {"end_date": "2010-13-01T00:00:00Z"},
        {"end_date": "0001-01-01T00:00:00+14:00"},
        {"status": "solved"},
        {"page": "0"},
        {"page": "1000"},
        {"page_size": "-1"},
        {"lat": "35"},
        {"lat": "35", "long": "25", "radius": "-1"},
        {"lat": "inf", "long": "25"},
    ],
    ids=str,
)
def test_dates_must_use_the_w3_format_and_may_not_span_more_than_90_days(
    client: Client, session: Session, given: dict[str, str]
) -> None:
    words = "&".join(f"{name}={value}" for name, value in given.items())

    for kind in KINDS:
        page = client.get(f"{BASE}/requests.{kind}?{words}", status=400)
        assert page.headers["Content-Type"].startswith({"json": "application/json", "xml": "text/xml"}[kind])


def test_status_is_open_or_closed_and_defaults_to_all(client: Client, session: Session) -> None:
    open_one, closed = make_fault(session), make_fault(session)
    change(session, closed, FaultState.REPAIRED, "Έγινε")

    assert ids(client, status_="open") == [open_one.slug]
    assert ids(client, status_="closed") == [closed.slug]
    assert len(ids(client, status_="open,closed")) == len(ids(client)) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_request_is_told_with_these_fields(client: Client, session: Session, kind: str) -> None:
    settle(session)
    fault = make_fault(session, address="Δημοκρατίας 5", text="Σκοτάδι", now=NOW - DAY)
    change(session, fault, FaultState.PLANNED, "Τη Δευτέρα", planned_on=NOW.date() + 3 * DAY)

    [row] = ask(client, f"requests/{fault.slug}", kind=kind)

    assert row["requested_datetime"] == iso(NOW - DAY)
    assert row["updated_datetime"] == iso(NOW)
    assert row["expected_datetime"].startswith(f"{NOW.date() + 3 * DAY}T23:59:59+0")
    assert (row["status"], row["status_notes"]) == ("open", "Τη Δευτέρα")
    assert (row["description"], row["address"]) == ("Σκοτάδι", "Δημοκρατίας 5")
    assert row["agency_responsible"] == "Δήμος"
    assert (row["lat"], row["long"], row["media_url"]) == (LAT, LON, None)


def test_with_status_closed_updated_datetime_is_when_it_was_closed(client: Client, session: Session) -> None:
    fault = make_fault(session, now=NOW - DAY)
    change(session, fault, FaultState.REPAIRED, "Έγινε")
    fault.changed_at = NOW + DAY

    [row] = ask(client, f"requests/{fault.slug}")

    assert row["updated_datetime"] == iso(NOW)


def test_another_body_is_the_agency_that_is_responsible(client: Client, session: Session) -> None:
    fault, body = make_fault(session), make_body(session)
    change(session, fault, FaultState.PASSED_ON, "Δικό τους", body=body)

    assert ask(client, f"requests/{fault.slug}")[0]["agency_responsible"] == body.name["el"]


def test_media_url_is_a_photograph_that_the_public_may_see(client: Client, session: Session, photo: Any) -> None:
    fault = make_fault(session, photo_ids=(photo(), photo()))
    assert ask(client, f"requests/{fault.slug}")[0]["media_url"] is None
    fault.photos[1].public = True

    found = ask(client, f"requests/{fault.slug}")[0]["media_url"]

    assert found == f"http://localhost/el/faults/{fault.slug}/photos/{fault.photos[1].id}/"


def test_the_first_1000_are_returned_in_pages(client: Client, session: Session) -> None:
    faults = [make_fault(session, now=NOW - timedelta(hours=turn)) for turn in range(5)]
    slugs = [fault.slug for fault in faults]

    assert ids(client, page_size=2) == slugs[:2]
    assert ids(client, page_size=2, page=3) == slugs[4:]
    page = client.get(f"{BASE}/requests.json?page_size=2")
    assert page.headers["Link"] == f'<http://localhost{BASE}/requests.json?page_size=2&page=2>; rel="next"'
    assert "Link" not in client.get(f"{BASE}/requests.json?page_size=2&page=3").headers


# -- what we add


def test_extensions_are_told_if_they_are_asked_for(client: Client, session: Session) -> None:
    fault = make_fault(session, language="de", address="Δημοκρατίας 5")

    for kind in KINDS:
        [row] = ask(client, "requests", extensions="true", kind=kind)
        assert row["extended_attributes"] == {
            "title": f"{fault.category.name['el']}, Δημοκρατίας 5",
            "language": "de",
            "state": "received",
            "supporters": 0,
            "url": f"http://localhost/el/faults/{fault.slug}/",
        }
    assert "extended_attributes" not in ask(client, "requests")[0]


def test_answers_speak_the_language_that_is_asked_for(client: Client, session: Session) -> None:
    category, _program = settle(session)
    make_fault(session, category=category)

    assert ask(client, "requests", lang="en")[0]["service_name"] == "Pothole"
    assert ask(client, "requests", lang="xx")[0]["service_name"] == "Λακκούβα"


def test_reports_are_found_around_a_point(client: Client, session: Session) -> None:
    here, _far = make_fault(session), make_fault(session, lat=LAT + 0.01)
    close = make_fault(session, lat=LAT + 0.002)

    assert ids(client, lat=LAT, long=LON) == [close.slug, here.slug]
    assert ids(client, lat=LAT, long=LON, radius=50) == [here.slug]
    assert ids(client, lat=LAT, long=LON, page_size=1, page=2) == [here.slug]


def test_reports_are_found_by_when_they_changed(client: Client, session: Session) -> None:
    old = make_fault(session, now=NOW - 200 * DAY)
    make_fault(session, now=NOW - 5 * DAY)
    change(session, old, FaultState.CONFIRMED)

    assert ids(client, updated_after=iso(NOW - DAY)) == [old.slug]
    assert ids(client, updated_after=iso(NOW - DAY), start_date=iso(NOW - 2 * DAY)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_histories_are_told_line_by_line(client: Client, session: Session, kind: str) -> None:
    fault, _other = make_fault(session, now=NOW - DAY), make_fault(session, now=NOW - DAY)
    change(session, fault, FaultState.REPAIRED, "Έγινε")
    name = "service_request_updates"

    rows = ask(client, "servicerequestupdates", name=name, kind=kind, service_request_id=fault.slug, extensions="true")
    assert [(row["status"], row["extended_attributes"]["state"]) for row in rows] == [
        ("open", "received"),
        ("closed", "repaired"),
    ]
    assert rows[1]["description"] == "Έγινε"
    assert len(ask(client, "servicerequestupdates", name=name, kind=kind)) == 3
    assert len(ask(client, "servicerequestupdates", name=name, kind=kind, start_date=iso(NOW))) == 1


def test_what_has_not_changed_is_not_sent_again(client: Client, session: Session) -> None:
    make_fault(session)
    first = client.get(f"{BASE}/requests.json")
    again = {"If-None-Match": first.headers["ETag"]}

    client.get(f"{BASE}/requests.json", headers=again, status=304)
    make_fault(session)
    client.get(f"{BASE}/requests.json", headers=again, status=200)


def test_bodies_are_not_asked_for_where_none_is_named(client: Client, session: Session) -> None:
    assert session.scalars(sa.select(Body)).all() == []
    make_fault(session)
    statements: list[str] = []
    listen = lambda *given: statements.append(given[2])  # noqa: E731
    bind: Any = session.get_bind()
    sa.event.listen(bind, "before_cursor_execute", listen)
    first = len(ids(client)), len([each for each in statements if each.startswith("SELECT")])
    for _ in range(5):
        make_fault(session)
    statements.clear()

    second = len(ids(client)), len([each for each in statements if each.startswith("SELECT")])

    sa.event.remove(bind, "before_cursor_execute", listen)
    assert (first[0], second[0]) == (1, 6)
    assert first[1] == second[1] <= 8
