"""Open data in plain words: every address it names is there, and programs find the rest."""

from __future__ import annotations

import pytest

from portal.site.views.data import DATASETS
from portal.site.views.offered import KINDS
from tests.support.client import Client


@pytest.fixture
def stock() -> str:
    return "municipality"


def test_every_form_of_every_set_has_a_link_that_answers(client: Client) -> None:
    page = client.get("site.open_data")
    addresses = [str(link["href"]) for link in page.select("main a[href]")]

    assert len(addresses) >= sum(len(each.forms) + 1 for each in DATASETS) + 3
    for address in addresses:
        assert client.browser.get(address, follow_redirects=True).status_code == 200, address


def test_each_form_is_named_by_what_it_is_good_for() -> None:
    assert {kind for each in DATASETS for _endpoint, _media, kind in each.forms} == KINDS.keys()


def test_the_foot_of_every_page_leads_there(client: Client) -> None:
    page = client.get("site.contact")

    assert page.select('footer a[href="/el/open-data/"]')
