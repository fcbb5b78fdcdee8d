"""The sealed PDF: Greek that can be read, tagged, for the archive, with a seal that breaks at one byte."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask, url_for
from pypdf import PdfReader
from sqlalchemy.orm import Session

from portal.core import pdf, seals
from portal.core.demonstration_seal import DEMONSTRATION_NAME
from portal.documents import jobs
from portal.settings import ROOT, Settings
from tests.documents.conftest import CONTENT, MakeIssued, Produce
from tests.factories import NOW


def read(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def test_the_pdf_says_in_greek_what_the_content_says(make_issued: MakeIssued, produce: Produce) -> None:
    issued = make_issued()

    document = read(produce(issued))

    text = document.pages[0].extract_text()
    for words in (
        "Δήμος Χερσονήσου",
        "Βεβαίωση μόνιμης κατοικίας",
        "18500/2026 ΕΞ",
        "Γεώργιος Σταυρακάκης",
        issued.code,
    ):
        assert words in text
    assert '*η αιτούσα* #eval("1")' in text, "what is typed is never a command"


def test_the_pdf_is_tagged_and_for_the_archive(make_issued: MakeIssued, produce: Produce) -> None:
    data = produce(make_issued())
    root = read(data).trailer["/Root"]

    assert root["/Lang"] == "el"
    assert root["/MarkInfo"]["/Marked"]
    assert read(data).pages[-1]["/Tabs"] == "/S"
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata


def test_the_printed_address_is_the_page_that_verifies(app: Flask) -> None:
    with app.test_request_context():
        assert seals.verify_address("7KQ2-MWXA-39FT", "el") == "http://localhost" + url_for(
            "documents.verified", lang="el", code="7KQ2-MWXA-39FT"
        )


def test_the_receipt_shows_every_answer_and_breaks_long_words(app: Flask) -> None:
    content = {
        **CONTENT,
        "title": "Απόδειξη",
        "filed_at": "3 Μαρτίου 2026, 10:00",
        "service": "Κοπή δέντρου",
        "applicant": "Ω" * 300,
        "due": "22 Απριλίου 2026",
        "answers": [{"step": "Πού", "rows": [{"label": "Πού ακριβώς;", "value": "Δίπλα\nστο σχολείο"}] * 60}],
    }
    with app.test_request_context():
        document = read(pdf.render("eservices/receipt", content, "el"))

    assert len(document.pages) > 1
    assert sum(page.extract_text().count("στο σχολείο") for page in document.pages) == 60


def test_the_seal_is_intact_and_breaks_at_one_byte(make_issued: MakeIssued, produce: Produce, app: Flask) -> None:
    data = produce(make_issued())
    changed = bytearray(data)
    changed[len(data) // 3] ^= 1

    with app.app_context():
        whole, broken = seals.inspect(data), seals.inspect(bytes(changed))

    assert whole
    assert (whole.ours, whole.intact, whole.name) == (True, True, DEMONSTRATION_NAME)
    assert broken is None or not broken.intact


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"\x00" * 5000, b"PK\x03\x04" * 99])
def test_whatever_is_no_sealed_pdf_has_no_seal(app: Flask, data: bytes) -> None:
    with app.app_context():
        assert seals.inspect(data) is None


def test_without_a_key_nothing_is_sealed(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(seals.NoSeal, match="PORTAL_SEAL_FILE"):
        seals._signer(Settings(data_dir=tmp_path))
    with pytest.raises(seals.NoSeal, match="cannot be read"):
        seals._signer(Settings(data_dir=tmp_path, seal_file=str(tmp_path / "none.p12")))


def test_the_worker_makes_each_pdf_once(
    session: Session, make_issued: MakeIssued, drain: Callable[[datetime], int], app: Flask
) -> None:
    issued = make_issued()

    drain(NOW)
    session.refresh(issued)
    first = issued.sha256
    with app.test_request_context():
        enclosure = jobs.enclose(session, issued.code)

    assert first
    assert issued.sha256 == first
    assert enclosure.data.startswith(b"%PDF")
    assert enclosure.name == f"decision-{issued.code}.pdf"


def test_waiting_documents_are_made_by_a_command(session: Session, make_issued: MakeIssued, app: Flask) -> None:
    issued = make_issued()
    session.commit()

    result = app.test_cli_runner().invoke(args=["documents", "produce"])

    session.refresh(issued)
    assert "1 documents" in result.output
    assert issued.sha256


def test_the_fixed_words_of_all_templates_go_to_the_catalogue() -> None:
    fixed = set()
    for path in (ROOT / "templates" / "pdf").rglob("*.typ"):
        found = [text for _line, text in pdf.texts(path.read_text())]
        with path.open("rb") as file:
            assert [row[2] for row in pdf.extract(file, (), (), options={})] == found
        fixed |= {path.name} if found else set()

    # that of the plan's reports gets all its words from what it prints
    assert {path.name for path in (ROOT / "templates" / "pdf").rglob("*.typ")} - fixed == {"document.typ"}
