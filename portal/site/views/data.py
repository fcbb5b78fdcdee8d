"""Open data: the catalogue of everything that machines may read (DCAT-AP), and the description of the interfaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask import Response, current_app, json, url_for

from portal.accounts.access import public
from portal.core import clock
from portal.core.db import db
from portal.core.feeds import ATOM, GEOJSON, ICALENDAR, JSON
from portal.core.texts import N_
from portal.core.web import portal
from portal.organisation import queries as organisation
from portal.site.views.machines import blueprint

_EU = "http://publications.europa.eu/resource/authority"
_MEDIA = "http://www.iana.org/assignments/media-types"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: languages of the portal in the list of the Union
_LANGUAGES = {"el": "ELL", "en": "ENG", "de": "DEU", "fr": "FRA", "it": "ITA", "ru": "RUS"}
#: public information may be used again by law; the pack may name other terms (`data_licence`)
_LICENCE = f"{_EU}/licence/CC_BY_4_0"
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True)
class Dataset:
    """Something that is offered, and in which forms: endpoint, media type, file type in the list of the Union."""

    code: str
    title: str
    about: str
    #: of the Union's list of themes
    theme: str
    #: where people read the same
    page: str
    forms: Sequence[tuple[str, str, str]]


DATASETS = (
    Dataset(
        "faults",
        N_("Fault reports"),
        N_("Every public report of a fault: what, where, since when, and what became of it. Nothing personal."),
        "TRAN",
        "faults.overview",
        (
            ("faults_feeds.geojson", GEOJSON, "GEOJSON"),
            ("faults_feeds.csv", "text/csv", "CSV"),
            ("faults_feeds.atom", ATOM, "ATOM"),
        ),
    ),
    Dataset(
        "events",
        N_("Events"),
        N_("The agenda of the municipality: what is on, when and where, from a month ago to a year ahead."),
        "EDUC",
        "events.agenda",
        (
            ("events_feeds.calendar", ICALENDAR, "ICS"),
            ("events_feeds.listed", JSON, "JSON"),
            ("events_feeds.mapped", GEOJSON, "GEOJSON"),
            ("events_feeds.atom", ATOM, "ATOM"),
        ),
    ),
    Dataset(
        "plan",
        N_("Operational plan"),
        N_("Actions with their money, milestones and evidence, and indicators: how far the plan is."),
        "GOVE",
        "plan.overview",
        (
            ("plan_data.actions", "text/csv", "CSV"),
            ("plan_data.document", JSON, "JSON"),
            ("plan_data.workbook", XLSX, "XLSX"),
        ),
    ),
)


@blueprint.get("/data/catalog.jsonld")
@public
def catalogue() -> Response:
    """What there is, for the catalogues of the state and of the Union."""
    return _answer({"@context": _CONTEXT, **_Catalogue().all()}, "application/ld+json")


@blueprint.get("/api/v1/openapi.json")
@public
def openapi() -> Response:
    """Every interface for machines, by OpenAPI."""
    return _answer(_described() | {"servers": [{"url": _site()}]}, JSON)


@cache
def _described() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("openapi.yaml").read_text())
    return found


def _answer(content: dict[str, Any], mimetype: str) -> Response:
    response = Response(json.dumps(content, ensure_ascii=False, indent=1), mimetype=mimetype)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _site() -> str:
    return portal.settings.public_url.rstrip("/")


class _Catalogue:
    """The catalogue of this municipality."""

    def __init__(self) -> None:
        row = organisation.municipality(db.session)
        self.profile: dict[str, Any] = row.profile if row else {}
        self.site = _site()
        self.me = f"{self.site}/data/catalog.jsonld"
        self.languages = [code for code in current_app.config["LANGUAGES"] if code in _LANGUAGES]

    def all(self) -> dict[str, Any]:
        """Everything."""
        return {
            "@id": self.me,
            "@type": "dcat:Catalog",
            "dct:title": self.said(N_("Open data of the municipality")),
            "dct:description": self.said(N_("What programs may read from this portal, free for everybody.")),
            "dct:publisher": self.publisher(),
            "dct:language": [{"@id": f"{_EU}/language/{_LANGUAGES[code]}"} for code in self.languages],
            "dct:modified": {"@type": "xsd:date", "@value": clock.athens_date(clock.now()).isoformat()},
            "foaf:homepage": {"@id": f"{self.site}/"},
            "dcat:dataset": [self.dataset(each) for each in DATASETS],
            "dcat:service": [self.service()],
        }

    def dataset(self, of: Dataset) -> dict[str, Any]:
        """One of them with its forms."""
        found = {
            "@id": f"{self.me}#{of.code}",
            "@type": "dcat:Dataset",
            "dct:identifier": of.code,
            "dct:title": self.said(of.title),
            "dct:description": self.said(of.about),
            "dct:publisher": {"@id": f"{self.me}#publisher"},
            "dct:accrualPeriodicity": {"@id": f"{_EU}/frequency/UPDATE_CONT"},
            "dcat:theme": {"@id": f"{_EU}/data-theme/{of.theme}"},
            "dcat:landingPage": {"@id": self.site + url_for(of.page)},
            "dcat:contactPoint": self.contact(),
            "dcat:distribution": [self.form(of, *form) for form in of.forms],
        }
        return found | self.place()

    def form(self, of: Dataset, endpoint: str, media: str, kind: str) -> dict[str, Any]:
        """A file of a dataset."""
        address = {"@id": self.site + url_for(endpoint)}
        return {
            "@id": f"{self.me}#{of.code}-{kind.lower()}",
            "@type": "dcat:Distribution",
            "dct:title": self.said(of.title),
            "dcat:accessURL": address,
            "dcat:downloadURL": address,
            "dcat:mediaType": {"@id": f"{_MEDIA}/{media}"},
            "dct:format": {"@id": f"{_EU}/file-type/{kind}"},
            "dct:license": {"@id": self.profile.get("data_licence") or _LICENCE},
        }

    def service(self) -> dict[str, Any]:
        """Open311, by which reports are filed as well."""
        return {
            "@id": f"{self.me}#open311",
            "@type": "dcat:DataService",
            "dct:title": "Open311 GeoReport v2",
            "dct:conformsTo": {"@id": "http://wiki.open311.org/GeoReport_v2"},
            "dcat:endpointURL": {"@id": f"{self.site}/open311/v2"},
            "dcat:endpointDescription": {"@id": self.site + url_for("machines.openapi")},
            "dcat:servesDataset": {"@id": f"{self.me}#faults"},
        }

    def publisher(self) -> dict[str, Any]:
        """Whose data it is."""
        names = [{"@language": code, "@value": text} for code, text in (self.profile.get("name") or {}).items()]
        return {"@id": f"{self.me}#publisher", "@type": "foaf:Agent", "foaf:name": names}

    def contact(self) -> dict[str, Any]:
        """Whom to ask."""
        email = (self.profile.get("contact") or {}).get("email")
        where = {"vcard:hasEmail": {"@id": f"mailto:{email}"}} if email else {}
        return {"@type": "vcard:Organization", "vcard:fn": self.publisher()["foaf:name"], **where}

    def place(self) -> dict[str, Any]:
        """The part of the world it is about."""
        bounds = (self.profile.get("map") or {}).get("bounds")
        if not bounds:
            return {}
        south, west, north, east = bounds
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        text = f"POLYGON(({', '.join(f'{lon} {lat}' for lon, lat in corners)}))"
        box = {"@type": "geo:wktLiteral", "@value": text}
        return {"dct:spatial": {"@type": "dct:Location", "dcat:bbox": box}}

    def said(self, text: str) -> list[dict[str, str]]:
        """A text in every language of the portal."""
        catalogues = current_app.extensions["catalogues"]
        return [{"@language": code, "@value": catalogues[code].gettext(text)} for code in self.languages]
