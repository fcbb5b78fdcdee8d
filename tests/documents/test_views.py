"""Anybody can check a document, by code or by file; no file is too strange to be answered."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.documents import operations, queries
from tests.documents.conftest import MakeEntry, MakeIssued, Produce
from tests.factories import DAY, NOW, make_user
from tests.support.client import Client, Page


@pytest.fixture(autouse=True)
def today(frozen: Callable[..., object]) -> None:
    frozen(NOW)


def upload(client: Client, data: bytes, name: str = "document.pdf", **options: Any) -> Page:
    return client.post("documents.verify_submit", {"file": (io.BytesIO(data), name)}, lang="en", status=200, **options)


def test_the_page_asks_for_a_code_or_a_file(client: Client) -> None:
    assert client.get("documents.verify", lang="en").h1 == "Is a document genuine?"


@pytest.mark.parametrize("between", ["", " ", " - "])
def test_a_code_is_understood_however_it_is_written(client: Client, make_issued: MakeIssued, between: str) -> None:
    code = make_issued().code

    page = client.get("documents.verify", code=code.lower().replace("-", between), status=302)

    assert page.location.endswith(f"/verify/{code}/")


def test_what_is_no_code_is_said_at_the_field(client: Client) -> None:
    assert "not a code of ours" in client.get("documents.verify", code="123", lang="en", status=422).errors[0]


def test_the_address_in_the_qr_code_says_valid(
    client: Client, make_issued: MakeIssued, make_entry: MakeEntry, produce: Produce
) -> None:
    issued = make_issued(entry_id=make_entry().id)
    produce(issued)

    page = client.get("documents.verified", code=issued.code, lang="en")

    assert page.h1 == "The document is genuine and in force"
    for words in (issued.code, "1/2026 ΕΙΣ", "Intact", "Δήμος Χερσονήσου"):
        assert words in page.text


def test_an_unknown_code_is_no_document_of_ours(client: Client) -> None:
    assert (
        client.get("documents.verified", code="2222-2222-2222", lang="en", status=404).h1
        == "We do not know this document"
    )
    client.get("documents.verified", code="x" * 300, status=404)


def test_a_replaced_document_leads_to_the_newer_one(client: Client, make_issued: MakeIssued, produce: Produce) -> None:
    old = make_issued()
    new = make_issued(supersedes=old.id)
    produce(old)

    page = client.get("documents.verified", code=old.code, lang="en")

    assert "newer one" in page.h1
    assert page.one(f"main a[href$='/verify/{new.code}/']")


def test_a_document_that_was_taken_back_says_why(session: Session, client: Client, make_issued: MakeIssued) -> None:
    issued = make_issued()
    operations.revoke(session, issued, reason="Wrong person", by_id=make_user(session).id, now=NOW)

    page = client.get("documents.verified", code=issued.code, lang="en")

    assert page.h1 == "The document was taken back"
    assert "Wrong person" in page.text


def test_a_document_is_in_force_on_its_last_day_and_not_after(client: Client, make_issued: MakeIssued) -> None:
    last, over = make_issued(valid_until=DAY), make_issued(valid_until=DAY - timedelta(days=1))

    assert "in force" in client.get("documents.verified", code=last.code, lang="en").h1
    assert "no longer in force" in client.get("documents.verified", code=over.code, lang="en").h1


def test_the_file_as_issued_is_valid(client: Client, make_issued: MakeIssued, produce: Produce) -> None:
    page = upload(client, produce(make_issued()))

    assert page.h1 == "The document is genuine and in force"
    assert "not one byte" in page.text


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_one_byte_makes_it_altered_and_names_the_original(
    client: Client, make_issued: MakeIssued, produce: Produce, share: float
) -> None:
    issued = make_issued()
    data = bytearray(produce(issued))
    data[int(len(data) * share)] ^= 1

    page = upload(client, bytes(data))

    assert page.h1 == "This file was altered"
    assert page.one(f"main a[href$='/documents/{issued.code}.pdf']")


def test_a_file_that_goes_on_after_the_seal_is_altered(
    client: Client, make_issued: MakeIssued, produce: Produce
) -> None:
    assert upload(client, produce(make_issued()) + b"\n% more").h1 == "This file was altered"


def test_a_truncated_file_is_altered(client: Client, make_issued: MakeIssued, produce: Produce) -> None:
    data = produce(make_issued())

    assert upload(client, data[: len(data) * 2 // 3]).h1 == "This file was altered"


#: a catalogue that is its own page tree and its own signature field
LOOP = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R/AcroForm<</Fields[1 0 R]/SigFlags 3>>/Kids[1 0 R]/Parent 1 0 R>>"
    b"endobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer<</Size 2/Root 1 0 R/Prev 9>>\n"
    b"startxref\n125\n%%EOF"
)


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7",
        b"%PDF-1.4\nstartxref\n0\n%%EOF",
        LOOP,
        b"%PDF-1.7\ntrailer<</Encrypt 1 0 R/Root 1 0 R>>\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\n" + b"[" * 20_000 + b"\nstartxref\n9\n%%EOF",
        b"\xff\xd8\xff\xe0" + b"\x00" * 100,
        b"<script>alert(1)</script>",
        b" 2222-2222-2222" * 1000,
    ],
)
def test_whatever_is_sent_is_answered(client: Client, data: bytes) -> None:
    assert upload(client, data).h1 == "We do not know this document"


def test_no_file_and_too_large_a_file_are_said_at_the_field(
    client: Client, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = client.post("documents.verify_submit", {}, lang="en", status=422)
    assert post.errors == ["Choose the PDF file that you want to verify"]
    at_hand = app.extensions["portal"]
    monkeypatch.setattr(at_hand, "settings", replace(at_hand.settings, max_file_mb=0))
    large = {"file": (io.BytesIO(b"%PDF-1.7"), "large.pdf")}
    assert "too large" in client.post("documents.verify_submit", large, lang="en", status=422).errors[0]


def test_the_original_is_made_on_the_spot_and_stays_the_same(
    session: Session, client: Client, make_issued: MakeIssued
) -> None:
    issued = make_issued()

    first = client.get("documents.original", code=issued.code)
    again = client.get("documents.original", code=issued.code)

    data = first.response.data
    assert data.startswith(b"%PDF")
    assert data == again.response.data
    assert first.headers["Content-Type"] == "application/pdf"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert f"decision-{issued.code}.pdf" in first.headers["Content-Disposition"]
    session.refresh(issued)
    assert issued.sha256


def test_without_a_code_there_is_no_original(client: Client) -> None:
    client.get("documents.original", code="2222-2222-2222", status=404)
    client.get("documents.original", code="nonsense", status=404)


def test_codes_are_read_as_people_write_them() -> None:
    assert queries.normal_code("7kq2 mwxa–39ft") == "7KQ2-MWXA-39FT"
    assert queries.normal_code("7ΚQ2-ΜWΧΑ-39FΤ") == "7KQ2-MWXA-39FT"
    assert queries.normal_code("7KQ2-MWXA-39F") is None
    assert queries.normal_code("0000-0000-0000") is None
