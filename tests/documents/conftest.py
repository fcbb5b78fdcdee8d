"""Documents for tests: an entry, an issued document, its sealed PDF."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.core import seals
from portal.core.texts import Translated
from portal.core.web import portal
from portal.documents import operations
from portal.documents.models import Direction, Entry, Issued
from tests.factories import NOW

#: what a decision prints
CONTENT: dict[str, Any] = {
    "municipality": {"name": "Δήμος Χερσονήσου", "lines": ["Γούρνες Ηρακλείου"], "emblem": ""},
    "full_reference": "18500/2026 ΕΞ",
    "date": "3 Μαρτίου 2026",
    "incoming": "18412/2026 ΕΙΣ, 2 Μαρτίου 2026",
    "recipient": "Μαρία Παπαδάκη",
    "paragraphs": ['Βεβαιώνεται ότι *η αιτούσα* #eval("1") κατοικεί μόνιμα στον Δήμο Χερσονήσου.'],
    "signer": {"name": "Γεώργιος Σταυρακάκης", "title": "Ο Προϊστάμενος"},
}

MakeEntry = Callable[..., Entry]
MakeIssued = Callable[..., Issued]
Produce = Callable[[Issued], bytes]


@pytest.fixture
def make_entry(session: Session) -> MakeEntry:
    """A line of the register; the rest invented."""

    def make(**given: Any) -> Entry:
        made = {"direction": Direction.INCOMING, "subject": "Αίτηση κοπής δέντρου", "party": "Μαρία Παπαδάκη"}
        now = given.pop("now", NOW)
        return operations.register(session, operations.NewEntry(**(made | given)), now=now)

    return make


@pytest.fixture
def make_issued(session: Session) -> MakeIssued:
    """A document that is issued, without its PDF."""

    def make(**given: Any) -> Issued:
        made = {
            "template": "eservices/decision",
            "language": "el",
            "title": Translated(el="Βεβαίωση μόνιμης κατοικίας", en="Certificate of permanent residence"),
            "content": CONTENT,
        }
        return operations.issue(session, operations.NewDocument(**(made | given)), now=NOW)

    return make


@pytest.fixture
def produce(app: Flask, session: Session) -> Produce:
    """Make and seal the PDF of a document, as the worker does; its bytes."""

    def make(issued: Issued) -> bytes:
        with app.test_request_context():
            made = operations.produce(session, issued, make=seals.sealed_pdf, store=portal.store, now=NOW)
            session.commit()
            return portal.store.get(str(made.sha256))

    return make
