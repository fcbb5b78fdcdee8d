"""The first thread through the house, in a real browser: filed, asked about, decided, verified, counted."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from portal.core import clock
from portal.core.db import db
from portal.plan.operations import recount
from tests.support.browser import Live, apart
from tests.support.words import words_in

PASSWORD = "epideixi-2026-kalimera"
#: requests decided in the year, of the sample plan
INDICATOR = "Δ.5.1.01"


@pytest.fixture
def stock() -> str:
    return "municipality"


def photograph() -> bytes:
    """A picture as a telephone sends it, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "Some telephone"
    out = io.BytesIO()
    Image.new("RGB", (1600, 1200), (180, 190, 200)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def sign_in(page: Page, email: str, language: str) -> None:
    page.goto(f"/{language}/account/sign-in/")
    page.locator("input[type=email]").fill(email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("input[type=password]").press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def go_on(page: Page) -> None:
    page.locator(
        "main form button[type=submit]:not(.govuk-button--warning):not(.govuk-button--secondary)"
    ).first.click()


def file_residence(page: Page, language: str) -> str:
    """Fill in the three steps of the residence certificate; the protocol number."""
    page.goto(f"/{language}/services/permanent-residence/")
    page.locator("main .govuk-button--start").click()
    for name, value in {"street": "Ελευθερίου Βενιζέλου", "number": "12", "postcode": "70007", "town": "Μάλια"}.items():
        page.locator(f"[name=home_address-{name}]").fill(value)
    page.locator("[name=home_community]").select_option("93090301")
    for name, value in {"day": "1", "month": "5", "year": "2019"}.items():
        page.locator(f"[name=resident_since-{name}]").fill(value)
    go_on(page)
    page.locator("[name=purpose][value=school]").check()
    page.locator("[name=send_directly][value=no]").check()
    expect(page.locator("[name=recipient_name]")).to_be_hidden()
    go_on(page)
    page.locator("[name=evidence_kind][value=bill]").check()
    page.locator("input[type=file]").set_input_files(
        {"name": "λογαριασμός.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    )
    page.locator("[name=truth]").check()
    go_on(page)
    expect(page.locator("main")).to_contain_text("Ελευθερίου Βενιζέλου 12")
    go_on(page)
    page.wait_for_url("**/filed/**")
    return re.findall(r"20\d\d/\d+", page.locator("main").inner_text())[0]


def seals_of(data: bytes) -> list[bool]:
    reader = PdfFileReader(io.BytesIO(data))
    seals = reader.embedded_signatures
    return [validate_pdf_signature(seal, ValidationContext(trust_roots=[seal.signer_cert])).intact for seal in seals]


@pytest.mark.parametrize("language", ["el", "en"])
def test_a_request_goes_from_the_resident_to_the_plan(
    live: Live, open_page: Callable[..., Page], language: str
) -> None:
    say = words_in(live.app, language)
    resident, desk = open_page(width=360, language=language), open_page()
    sign_in(resident, "resident@hersonissos.example", language)
    reference = file_residence(resident, language)
    slug = reference.replace("/", "-")
    live.drain()

    # staff take the case and ask; the clock stands
    sign_in(desk, "registrar@hersonissos.example", "el")
    desk.goto("/el/desk/cases/")
    desk.get_by_role("row").filter(has_text=reference).get_by_role("link").click()
    desk.locator("form[action$='/take/'] button").click()
    desk.goto(f"/el/desk/cases/{slug}/ask/")
    desk.locator("textarea[name=text]").fill("Στείλτε μας και τη δεύτερη σελίδα του λογαριασμού.")
    go_on(desk)
    resident.goto(f"/{language}/cases/{slug}/")
    expect(resident.locator("main")).to_contain_text(say("We are waiting for you."))
    expect(resident.locator("main")).to_contain_text("τη δεύτερη σελίδα")

    # the answer sets the clock going again
    resident.locator("textarea[name=text]").fill("Την επισυνάπτω.")
    resident.locator("main form input[type=file]").set_input_files(
        {"name": "σελίδα-2.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    )
    resident.locator("main form[enctype] button[type=submit]").click()
    expect(resident.locator("main")).to_contain_text(say("It is with us."))

    # approved, sealed, delivered
    desk.goto(f"/el/desk/services/{slug}/decide/")
    desk.locator("[name=outcome][value=approved]").check()
    desk.locator("main form button[type=submit]").first.click()
    desk.locator("button[name=sign]").click()
    desk.wait_for_url(f"**/desk/cases/{slug}/")
    live.drain()
    resident.goto(f"/{language}/cases/{slug}/")
    link = resident.locator("main a[href$='.pdf']").first.get_attribute("href") or ""
    original = resident.request.get(live.url + link).body()
    assert apart(lambda: seals_of(original)) == [True]

    # anyone can verify it; one byte changed is seen
    visitor = open_page(width=360, language=language)
    visitor.goto(link.replace("/documents/", "/verify/").removesuffix(".pdf") + "/")
    expect(visitor.locator("h1")).to_have_text(say("The document is genuine and in force"))
    for data, heading in (
        (original, "The document is genuine and in force"),
        (flipped(original), "This file was altered"),
    ):
        visitor.goto(f"/{language}/verify/")
        visitor.locator("input[type=file]").set_input_files(
            {"name": "a.pdf", "mimeType": "application/pdf", "buffer": data}
        )
        visitor.locator("main form[enctype] button[type=submit]").click()
        expect(visitor.locator("h1")).to_have_text(say(heading))

    # the plan has counted it, with a link to the evidence; counting anew changes nothing
    day = clock.athens_date(clock.now())
    desk.goto(f"/el/plan/indicators/{INDICATOR}/evidence/?period={day.year}")
    expect(desk.locator("main")).to_contain_text(reference)
    visitor.goto(f"/{language}/plan/indicators/{INDICATOR}/evidence/?period={day.year}")
    expect(visitor.locator("main")).not_to_contain_text(reference)
    with live.app.app_context():
        assert recount(db.session).unchanged
        db.session.rollback()


def flipped(data: bytes) -> bytes:
    """The same file with one bit of its text changed."""
    changed = bytearray(data)
    changed[len(changed) // 3] ^= 1
    return bytes(changed)
