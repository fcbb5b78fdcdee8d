"""Somebody before a browser, as a story tells it: they follow links, fill in forms, press buttons and read letters.

Links and buttons are named by the English text of the catalogues, and found in the language of the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from portal.core.db import db
from portal.core.letters import Letter
from portal.site.cli import PASSWORD
from tests.support.browser import Live
from tests.support.words import words_in

Say = Callable[[str], str]


class Somebody:
    """A person, their window and their letters."""

    def __init__(self, live: Live, page: Page, email: str, language: str = "el") -> None:
        self.live = live
        self.page = page
        self.main = page.locator("main")
        self.email = email
        self.say = words_in(live.app, language)

    def opens(self, path: str) -> None:
        """An address that they know, or that a letter names; they sign in where they are asked to."""
        self.page.goto(path)
        if "/account/sign-in/" in self.page.url:
            self.page.locator("input[type=email]").fill(self.email)
            self.page.locator("input[type=password]").fill(PASSWORD)
            self.page.locator("input[type=password]").press("Enter")
            self.page.wait_for_url(lambda url: "sign-in" not in url)

    def follows(self, *links: str) -> None:
        """One link after the other; each stands on the page to which the one before it led."""
        for link in links:
            self.main.get_by_role("link", name=self.say(link)).first.click()
            self.page.wait_for_load_state()

    def presses(self, button: str) -> None:
        """A button of the page."""
        self.main.get_by_role("button", name=self.say(button), exact=True).first.click()
        self.page.wait_for_load_state()

    def unfolds(self, summary: str) -> None:
        """What stands behind a line."""
        self.main.locator("summary", has_text=self.say(summary)).click()

    def fills(self, **fields: str | date | Path) -> None:
        """Fields by their names: text, days, files."""
        for name, value in fields.items():
            if isinstance(value, date):
                for part in ("day", "month", "year"):
                    self.main.locator(f"[name={name}-{part}]").fill(str(getattr(value, part)))
            elif isinstance(value, Path):
                self.main.locator(f"[name={name}]").set_input_files(value)
            else:
                self.main.locator(f"[name={name}]").fill(value)

    def picks(self, **fields: str) -> None:
        """One of a list, or one of several buttons, by its value."""
        for name, value in fields.items():
            if (button := self.main.locator(f"input[name={name}][value='{value}']")).count():
                button.check()
            else:
                self.main.locator(f"select[name={name}]").select_option(value)

    def reads(self, *words: str) -> None:
        """The page says all of this, and is no wider than the window."""
        for each in words:
            expect(self.main).to_contain_text(each)
        assert self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, self.page.url

    def is_told(self, message: str) -> None:
        """What they did was done."""
        expect(self.page.locator(".flash")).to_contain_text(self.say(message))

    def rows(self) -> list[list[str]]:
        """The cells of all rows of the tables of the page."""
        cells = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
        found = self.main.locator("tbody tr").evaluate_all(cells)
        return [[" ".join(cell.split()) for cell in row] for row in found]

    def letters(self) -> list[Letter]:
        """What they have got, the newest last; whatever is under way arrives first."""
        self.live.drain()
        with self.live.app.app_context():
            query = sa.select(Letter).where(Letter.recipient == self.email).order_by(Letter.id)
            return list(db.session.scalars(query))

    def fetches(self, link: str) -> bytes:
        """The file behind a link of the page."""
        path = self.main.get_by_role("link", name=self.say(link)).first.get_attribute("href")
        answer = self.page.request.get(f"{self.live.url}{path}")
        assert answer.ok, answer.text()
        return answer.body()


def address(letter: str, part: str) -> str:
    """The path of a link in a letter."""
    return re.findall(rf"https?://[^/\s]+(/\S*{part}\S*)", letter)[0]
