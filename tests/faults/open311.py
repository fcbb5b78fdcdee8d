"""What the tests of Open311 share: asking in both formats, and a municipality that has something to report."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from portal.core.texts import Translated
from portal.faults.models import Application, FaultCategory
from portal.faults.queries.applications import hash_of_key
from portal.organisation.models import Municipality
from tests.factories import NOW, make_application, make_fault_category, make_place
from tests.factories.faults import LAT, LON, new_report
from tests.faults.georeport import read_json, read_xml
from tests.support.client import Client, Page

BASE = "/open311/v2"
KEY = "a-key-of-a-program"
DAY = timedelta(days=1)
QUESTIONS: list[dict[str, Any]] = [
    {"code": "wet", "kind": "yes-no", "label": {"el": "Βγαίνει νερό;", "en": "Is there water?"}, "required": True},
    {"code": "deep", "kind": "number", "label": {"el": "Βάθος (εκ.)", "en": "Depth (cm)"}},
    {"code": "mark", "kind": "text", "label": {"el": "Τι γράφει;"}, "help": {"el": "Στην πινακίδα"}},
    {
        "code": "side",
        "kind": "one",
        "label": {"el": "Πλευρά"},
        "choices": [{"code": "left", "label": {"el": "Αριστερά"}}, {"code": "right", "label": {"el": "Δεξιά"}}],
    },
    {
        "code": "who",
        "kind": "several",
        "label": {"el": "Ποιους εμποδίζει"},
        "choices": [{"code": "cars", "label": {"el": "Οχήματα"}}, {"code": "feet", "label": {"el": "Πεζούς"}}],
    },
]


def settle(session: Session) -> tuple[FaultCategory, Application]:
    """A municipality, a category with questions, and a program with a key."""
    profile = {"code": "here", "name": {"el": "Δήμος"}, "contact": {"email": "info@example.org", "phone": "210"}}
    session.add(Municipality(code="here", name=Translated(el="Δήμος", en="Municipality"), profile=profile))
    category = make_fault_category(
        session,
        name=Translated(el="Λακκούβα", en="Pothole"),
        help=Translated(el="Τρύπα στο οδόστρωμα"),
        keywords=Translated(el="δρόμος, τρύπα"),
        questions=QUESTIONS,
    )
    new_report(session, category=category)  # the rules that filing needs
    make_place(session, code="harbour", name=Translated(el="Λιμάνι Χερσονήσου", en="Harbour"))
    return category, make_application(session, key_hash=hash_of_key(KEY))


def fields(category: FaultCategory, **given: Any) -> dict[str, Any]:
    """A filing with everything that must be said."""
    least = {"api_key": KEY, "service_code": category.code, "lat": str(LAT), "long": str(LON), "attribute[wet]": "yes"}
    return {name: value for name, value in (least | given).items() if value is not None}


def post(client: Client, data: dict[str, Any], *, kind: str = "json", status: int = 200, **headers: str) -> Any:
    """File, and read the answer."""
    page = client.post(f"{BASE}/requests.{kind}", data, status=status, csrf=False, headers=headers)
    return told(page, "filed" if status == 200 else "errors", kind)


def ask(client: Client, path: str, *, name: str = "", kind: str = "json", status: int = 200, **query: Any) -> Any:
    """Read an answer: `path` without its format, `name` of the document if it is not that of the path."""
    words = urlencode({each.rstrip("_"): value for each, value in query.items()}, doseq=True)
    page = client.get(f"{BASE}/{path}.{kind}" + (f"?{words}" if words else ""), status=status)
    return told(page, "errors" if status >= 400 else name or "service_requests", kind)


def told(page: Page, name: str, kind: str) -> Any:
    """The document in an answer, checked."""
    expected = {"json": "application/json", "xml": "text/xml; charset=utf-8"}[kind]
    assert page.headers["Content-Type"].startswith(expected), page.headers["Content-Type"]
    return {"json": read_json, "xml": read_xml}[kind](name, page.response.data)


def ids(client: Client, **query: Any) -> list[str]:
    """Numbers of the reports that are found."""
    return [row["service_request_id"] for row in ask(client, "requests", **query)]


def iso(moment: Any) -> str:
    """As the W3C writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


__all__ = ["BASE", "DAY", "KEY", "NOW", "ask", "fields", "ids", "iso", "post", "settle", "told"]
