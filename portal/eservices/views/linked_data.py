"""A service for machines: CPSV-AP terms (the European vocabulary of public services) beside those of schema.org."""

from __future__ import annotations

from typing import Any

from flask import url_for

from portal.core.deadlines import DayKind
from portal.core.texts import Translated
from portal.eservices.models import Service
from portal.eservices.queries.definitions import Definition
from portal.organisation.models import Municipality, TimeLimit

CONTEXT = {
    "@vocab": "https://schema.org/",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
}


def public_service(
    service: Service, definition: Definition, limit: TimeLimit, body: Municipality | None
) -> dict[str, Any]:
    """JSON-LD of a service, every text in every language it has."""
    address = url_for("eservices.service", slug=service.slug, _external=True)
    authority = {"@type": ["GovernmentOrganization", "cv:PublicOrganisation"], "name": texts(body.name if body else {})}
    unit = _unit(service, authority)
    linked: dict[str, Any] = {
        "@context": CONTEXT,
        "@id": address,
        "@type": ["GovernmentService", "cpsv:PublicService"],
        "dct:identifier": service.slug,
        "name": texts(service.title),
        "description": texts(service.summary),
        "url": address,
        "category": texts(service.category.name),
        "cv:hasCompetentAuthority": authority,
        "provider": unit,
        "cv:hasContactPoint": unit,
        "availableChannel": {"@type": "ServiceChannel", "serviceUrl": address},
    }
    return linked | _described(definition, limit)


def _unit(service: Service, authority: dict[str, Any]) -> dict[str, Any]:
    """Who handles it, and how to reach them."""
    unit = {"@type": "GovernmentOrganization", "name": texts(service.unit.name), "parentOrganization": authority}
    reach = (("email", service.unit.email), ("telephone", service.unit.phone))
    return unit | {key: value for key, value in reach if value}


def _described(definition: Definition, limit: TimeLimit) -> dict[str, Any]:
    """What the definition says: needs, cost, law, time."""
    # the vocabulary counts calendar days
    days = limit.days if limit.day_kind is DayKind.CALENDAR else -(-limit.days * 7 // 5)
    described: dict[str, Any] = {
        "audience": {"@type": "Audience", "name": texts(definition.text("audience"))},
        "cv:processingTime": f"P{days}D",
        "cv:hasInput": [{"@type": "cv:Evidence", "dct:title": texts(need)} for need in definition.texts("needs")],
        "cv:hasCost": {"@type": "cv:Cost", "dct:description": texts(definition.text("cost"))},
        "cv:hasLegalResource": [
            {"@type": "eli:LegalResource", "dct:title": texts(law)} for law in definition.texts("legal_basis")
        ],
        "cv:hasChannel": {"@type": "cv:Channel", "dct:description": texts(definition.text("how"))},
    }
    mitos = definition.data.get("mitos_id")
    return described | ({"identifier": mitos} if mitos else {})


def texts(text: Translated | dict[str, str]) -> list[dict[str, str]]:
    """A text as language-tagged strings."""
    return [{"@language": language, "@value": value} for language, value in text.items()]
