"""The catalogue of open data names what is there, in every language, and every address in it is answered."""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from tests.factories.plan import make_plan
from tests.faults.open311 import settle
from tests.support.client import Client


def test_the_catalogue_leads_to_every_feed(client: Client, session: Session) -> None:
    settle(session)
    make_plan(session)
    page = client.get("/data/catalog.jsonld")

    found = page.response.json
    assert page.headers["Content-Type"] == "application/ld+json"
    assert found["@type"] == "dcat:Catalog"
    assert [row["dct:identifier"] for row in found["dcat:dataset"]] == ["faults", "events", "plan"]
    for dataset in found["dcat:dataset"]:
        assert {title["@language"] for title in dataset["dct:title"]} == {"el", "en"}
        for form in dataset["dcat:distribution"]:
            answer = client.get(urlsplit(form["dcat:downloadURL"]["@id"]).path)
            assert form["dcat:mediaType"]["@id"].endswith(answer.response.mimetype)


def test_it_says_whose_data_it_is_and_where(client: Client, session: Session) -> None:
    settle(session)

    found = client.get("/data/catalog.jsonld").response.json

    assert found["dct:publisher"]["foaf:name"] == [{"@language": "el", "@value": "Δήμος"}]
    assert found["dcat:dataset"][0]["dcat:contactPoint"]["vcard:hasEmail"]["@id"] == "mailto:info@example.org"
    assert found["dcat:service"][0]["dcat:endpointURL"]["@id"].endswith("/open311/v2")
