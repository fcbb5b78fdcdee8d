"""From any number on any public page of the plan, three clicks at most to the records behind it.

**What a number is.** In the main part of a page: whatever stands in a cell `.num` of a table's body, in a headline
(`.figures b`, `.big`, `.plan-lights b`), and every other text with an amount in euro or a percentage – in bars, facts,
lists, headings. Not numbers: drawings (the table beside them says the same), what somebody types or chooses, years and
dates, and the thresholds on the page of the rules, which are the law of the lights and no data.

**Where its way begins.** At the links of the smallest thing around it that has any: its cell, its row (of a table, a
list, a pair of question and answer), its paragraph or article, its section, and last the whole main part. Navigation
and crumbs are no way. Links lead on over whole main parts.

**Where it ends.** Amounts: in the list of amounts with their documents or, for what is budgeted, with the lines of the
plan; in the text of a version; in the lines of an approved programme. Everything else: in the evidence of an action or
of one piece, the contributions of an indicator, its values with their source, the comments of a consultation, or one of
those of an amount, for what the plan says of itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from bs4 import NavigableString, Tag
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from portal.plan.models import Plan
from tests.factories import NOW
from tests.support.amounts import number_in
from tests.support.client import Client, Page
from tests.support.lived import NAME, Things, lived

CLICKS = 3
#: pages without figures of the plan: forms, what explains, what is taken away as a file
SILENT = {
    *("plan.comment", "plan.follow", "plan.propose", "plan.support_comment"),
    *("plan.data", "plan.documents", "plan.photo", "plan.rules"),
}
#: lists of so many variants are all alike
MOST_OF_A_KIND = 12
#: pages of records, and what of them has to be there
Records = Mapping[str, str]
MONEY: Records = {
    "plan.amounts": "tbody tr",
    "plan.version": ".plan-lines li",
    "plan.programme": ".costs tbody tr",
    "plan.consultation_part": "table tbody tr",
}
COUNTED: Records = MONEY | {
    "plan.action": "#progress",
    "plan.proof": "dl",
    "plan.evidence": "tbody tr",
    "plan.indicator": "tbody tr",
    "plan.comments": ".said-list li",
    "plan.consultation_part": ".said-list li, table tbody tr",
}
HEADLINES = ".figures b, .big, .plan-lights b, tbody .num"
#: from the smallest to the largest thing around a number
AROUND = ("td, th", "tr", "li", "dl > div", "p", "summary", "article", ".where", "details", "section", "main")
_FIGURE = re.compile(r"\d\s*%|\d[\s\u00a0]*€|€\s*\d")
_SHOWN = re.compile(r"\d")


@dataclass
class Walker:
    """Somebody who reads the public pages of the plan, and remembers them."""

    client: Client
    pages: dict[str, Page] = field(default_factory=dict)

    def open(self, path: str) -> Page:
        """A page, asked for once."""
        if path not in self.pages:
            self.pages[path] = self.client.get(path, check=False)
        return self.pages[path]

    def endpoint(self, path: str) -> str:
        """What answers at an address; "" for what is no page of the plan."""
        plain = unquote(urlsplit(path).path)
        try:
            with self.client.app.app_context():
                endpoint, _values = self.client.app.url_map.bind("localhost").match(plain)
        except HTTPException:
            return ""
        is_page = endpoint.startswith("plan.") and endpoint not in SILENT and plain.endswith("/")
        return endpoint if is_page else ""

    def links(self, tag: Tag) -> list[str]:
        """Where the links within something lead, among the pages of the plan."""
        found = []
        for link in tag.select("a[href]"):
            path = urldefrag(str(link["href"])).url
            if path.startswith("/") and link.find_parent(class_="pager") is None and self.endpoint(path):
                found.append(path)
        return list(dict.fromkeys(found))

    def every(self) -> dict[str, Page]:
        """Address → page: all that can be reached from the overview."""
        kinds: Counter[str] = Counter()
        waiting, seen = ["/en/plan/"], {"/en/plan/"}
        found: dict[str, Page] = {}
        while waiting:
            path = waiting.pop(0)
            endpoint = self.endpoint(path)
            kinds[endpoint] += 1
            if kinds[endpoint] > MOST_OF_A_KIND:
                continue
            found[path] = self.open(path)
            fresh = [link for link in self.links(found[path].one("main")) if link not in seen]
            seen.update(fresh)
            waiting += fresh
        return found

    def is_end(self, path: str, ends: Records) -> bool:
        """Whether records are listed there."""
        css = ends.get(self.endpoint(path))
        return css is not None and bool(self.open(path).select(f"main {css}"))

    def distance(self, starts: list[str], ends: Records) -> int | None:
        """How many clicks lead from some links to a page of records; None: more than anybody makes."""
        paths, seen = starts, set(starts)
        for click in range(1, CLICKS + 1):
            if any(self.is_end(path, ends) for path in paths):
                return click
            if click == CLICKS:
                break
            further = [link for path in paths for link in self.links(self.open(path).one("main"))]
            paths = [link for link in dict.fromkeys(further) if link not in seen]
            seen.update(paths)
        return None


@dataclass(frozen=True)
class Number:
    """A number on a page."""

    text: str
    tag: Tag

    @property
    def is_money(self) -> bool:
        """Whether it is an amount."""
        return "€" in self.text


def numbers(page: Page) -> Iterator[Number]:
    """Every number in the main part of a page."""
    main = page.one("main")
    for tag in main.select("svg, form, script, .crumbs, .pager, .chips"):
        tag.extract()
    shown = set()
    for tag in main.select(HEADLINES):
        text = tag.get_text(" ", strip=True)
        if _SHOWN.search(text):
            shown.add(id(tag))
            yield Number(text, tag)
    for text in main.find_all(string=_FIGURE):
        assert isinstance(text, NavigableString)
        if text.parent is not None and not any(id(parent) in shown for parent in text.parents):
            yield Number(" ".join(text.split()), text.parent)


def starts(walker: Walker, number: Number) -> list[str]:
    """The links at which its way begins."""
    for css in AROUND:
        near = _around(number.tag, css)
        if near is not None and (links := walker.links(near)):
            return links
    return []


def _around(tag: Tag, css: str) -> Tag | None:
    return next((each for each in (tag, *tag.parents) if isinstance(each, Tag) and each.css.match(css)), None)


@pytest.fixture(autouse=True)
def _in_march(frozen: Any) -> None:
    frozen(NOW)


@pytest.fixture
def things(session: Session, plan: Plan) -> Things:
    return lived(session, plan)


@pytest.fixture
def walker(client: Client, things: Things) -> Walker:
    """A reader of English."""
    client.language = "en"
    return Walker(client)


def test_every_number_leads_to_its_records(walker: Walker) -> None:
    lost, met = [], 0
    pages = walker.every()
    for path, page in pages.items():
        for number in numbers(Page(page.response)):
            met += 1
            ends = MONEY if number.is_money else COUNTED
            if not walker.is_end(path, ends) and walker.distance(starts(walker, number), ends) is None:
                lost.append(f"{path}: {number.text} in {number.tag.name}.{'.'.join(number.tag.get('class') or [])}")

    assert not lost, "\n".join(["", *dict.fromkeys(lost)])
    assert met > 300
    assert {walker.endpoint(path) for path in pages} >= COUNTED.keys() | {"plan.period_since", "plan.changes"}


def test_whatever_is_pressed_adds_up_to_what_was_pressed(walker: Walker) -> None:
    pressed: dict[str, tuple[str, Decimal]] = {}
    for path, page in walker.every().items():
        for link in page.select(".num a[href*='/plan/money/amounts/']"):
            shown = number_in(link.get_text())
            assert shown is not None
            address = str(link["href"])
            assert pressed.setdefault(address, (path, shown))[1] == shown, f"{path} and {pressed[address][0]} differ"

    assert len(pressed) > 60
    for address, (path, shown) in pressed.items():
        assert sum(listed(walker, address), Decimal(0)) == shown, f"{path}: {address}"


def listed(walker: Walker, address: str) -> Iterator[Decimal]:
    """The amounts of a list, of all its pages."""
    page = walker.open(address)
    for text in page.texts("tbody tr td.num:last-of-type"):
        amount = number_in(text)
        assert amount is not None
        yield amount
    for following in page.select(".pager a[rel=next]"):
        yield from listed(walker, str(following["href"]))


def test_nobody_is_named_on_the_way(walker: Walker, things: Things) -> None:
    for path, page in walker.every().items():
        for secret in (NAME, things.case.applicant_name, things.case.reference, things.case.slug):
            assert secret not in page.text, path
            assert secret not in str(page.soup), path
