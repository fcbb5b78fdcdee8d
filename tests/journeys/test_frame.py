"""The frame of every page in a real browser: narrow, wide, without scripts, in either language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

OpenPage = Callable[..., Page]
#: pages that anybody may open, and that stand without data
PAGES = ("", "services/", "search/", "track/", "verify/", "account/sign-in/", "account/register/", "contact/")


@pytest.fixture
def stock() -> str:
    return "municipality"


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_the_window(open_page: OpenPage, width: int) -> None:
    page = open_page(width=width)
    for path in PAGES:
        answer = page.goto(f"/el/{path}")
        assert answer is not None
        assert answer.status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, path


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_language_changes_and_the_place_stays(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/el/track/")

    page.get_by_role("link", name="English").first.click()

    expect(page).to_have_url("/en/track/")
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_first_key_leads_to_the_content(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/el/services/")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_first_visit_is_light(open_page: OpenPage) -> None:
    page = open_page(width=360)
    received: list[int] = []
    page.on("requestfinished", lambda request: received.append(_size(request)))

    page.goto("/el/", wait_until="networkidle")

    assert sum(received) <= 100_000


def _size(request: object) -> int:
    sizes: dict[str, int] = request.sizes()  # type: ignore[attr-defined]
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]
