"""Every page without arguments can be found by whoever may see it: by a menu or a link, never by its address alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.architecture.access_matrix import rows
from tests.support.inhabitants import Inhabitants
from tests.support.visits import Visits

#: nothing leads there, and why that is right
EXCEPTIONS = {
    "accounts.check_mail": "comes after a form was sent",
    "faults.report_check": "comes after the first two screens of a report",
    "faults.report_code": "comes after a report was checked",
    "faults.report_what": "comes after the first screen of a report",
    "machines.front_door": "for who types the bare address; it leads home",
    "machines.robots": "for machines, at an address they know",
    "machines.security": "for machines, at an address they know",
    "machines.sitemap": "for machines; robots.txt names it",
    "health.healthz": "for machines, see the handbook",
    "health.metrics": "for machines, see the handbook",
    "health.readyz": "for machines, see the handbook",
}
#: paths, and whole addresses as feeds need them
OURS = ("/", "http://localhost/")
#: so many addresses of the same page are looked at: one service has a form, another has none
MOST_OF_A_KIND = 2


@pytest.fixture
def stock() -> str:
    return "municipality"


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)  # links are the same on both
def test_every_page_can_be_found(visits: Visits, town: Inhabitants) -> None:
    found = {who: reached(visits, who) for who in town.people}
    anybody = set().union(*found.values())
    lost = []
    for row in rows():
        if not is_page(visits, row.endpoint) or row.endpoint in EXCEPTIONS:
            continue
        desk = row.endpoint.partition(".")[0].endswith("_desk")
        if not desk and row.endpoint not in anybody:
            lost.append(f"{row.endpoint}: nobody finds it")
        if desk:
            able = [who for who, mark in row.marks.items() if mark == "+"]
            lost += [f"{row.endpoint}: {who} does not find it" for who in able if row.endpoint not in found[who]]

    assert lost == [], "\n".join(["", *lost])
    assert EXCEPTIONS.keys() & anybody == set(), "these are found after all: take them off the list"


def is_page(visits: Visits, endpoint: str) -> bool:
    """Whether an endpoint is opened by its address alone."""
    [rule] = visits.app.url_map.iter_rules(endpoint)
    return "GET" in (rule.methods or ()) and rule.arguments <= {"lang"}


def reached(visits: Visits, who: str) -> set[str]:
    """The endpoints to which links lead, from home and from the desk."""
    found: set[str] = set()
    looked_at: Counter[str] = Counter()
    waiting, seen = ["/el/", "/el/desk/"], {"/el/", "/el/desk/"}
    while waiting:
        path = waiting.pop(0)
        endpoint = endpoint_of(visits, path)
        if endpoint is None or looked_at[endpoint] >= MOST_OF_A_KIND:
            continue
        looked_at[endpoint] += 1
        response = visits.ask(who, "GET", path).response
        if response.status_code < 400:
            found.add(endpoint)
        fresh = [target for target in links(response) if target not in seen]
        seen.update(fresh)
        waiting += fresh
    return found


def links(response: TestResponse) -> Iterator[str]:
    """The addresses of the portal on a page: of links, of forms that ask, of a redirect."""
    if location := response.headers.get("Location"):
        yield location
    if response.mimetype == "text/html":
        page = BeautifulSoup(response.get_data(as_text=True), "lxml")
        targets = [str(tag["href"]) for tag in page.select("a[href], link[href]")]
        targets += [str(tag["action"]) for tag in page.select("form[action]") if tag.get("method", "get") == "get"]
        yield from (target.removeprefix("http://localhost") for target in targets if target.startswith(OURS))


def endpoint_of(visits: Visits, path: str) -> str | None:
    """The endpoint that answers a path; None: no page of ours."""
    try:
        with visits.app.app_context():  # languages are known to the application
            return str(visits.app.url_map.bind("localhost").match(urlsplit(path).path, method="GET")[0])
    except HTTPException:
        return None
