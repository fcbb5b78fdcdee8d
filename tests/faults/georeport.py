"""GeoReport v2 as schemas, written from the text of the specification: of JSON answers, and of the same in XML.

https://wiki.open311.org/GeoReport_v2 and https://wiki.open311.org/Service_Discovery. What "may not be returned" may be
null, what is not said to be so may not; a field that the specification does not know is a fault.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
from lxml import etree

#: "a common subset of ISO 8601 as per the w3 note. Timezone information must be included."
MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"
TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
MAYBE: dict[str, Any] = {"type": ["string", "null"], "minLength": 1}
URL: dict[str, Any] = {"type": ["string", "null"], "pattern": "^https?://"}
WHEN: dict[str, Any] = {"type": "string", "pattern": MOMENT}


def exact(fields: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """An object with these fields and no others."""
    required = [name for name in fields if name not in optional]
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}


def many(items: dict[str, Any], least: int = 0) -> dict[str, Any]:
    """A list of them."""
    return {"type": "array", "items": items, "minItems": least}


SERVICE = exact(
    {
        "service_code": TEXT,
        "service_name": TEXT,
        "description": MAYBE,
        "metadata": {"type": "boolean"},
        "type": {"enum": ["realtime", "batch", "blackbox"]},
        "keywords": MAYBE,
        "group": MAYBE,
    }
)
DATATYPES = ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
ATTRIBUTE = exact(
    {
        "variable": {"type": "boolean"},
        "code": TEXT,
        "datatype": {"enum": DATATYPES},
        "required": {"type": "boolean"},
        "datatype_description": MAYBE,
        "order": {"type": "integer", "minimum": 1},
        "description": TEXT,
        "values": many(exact({"key": TEXT, "name": TEXT})),
    }
)
#: extensions are asked for by `extensions=true`
EXTENDED = exact(
    {
        "title": TEXT,
        "language": {"type": "string", "pattern": "^[a-z]{2,3}$"},
        "state": TEXT,
        "supporters": {"type": "integer", "minimum": 0},
        "url": TEXT,
    }
)
REQUEST = exact(
    {
        "service_request_id": TEXT,
        "status": {"enum": ["open", "closed"]},
        "status_notes": MAYBE,
        "service_name": TEXT,
        "service_code": TEXT,
        "description": {"type": ["string", "null"], "maxLength": 4000, "minLength": 1},
        "agency_responsible": MAYBE,
        "service_notice": MAYBE,
        "requested_datetime": WHEN,
        "updated_datetime": WHEN,
        "expected_datetime": {"type": ["string", "null"], "pattern": MOMENT},
        "address": MAYBE,
        "address_id": MAYBE,
        "zipcode": MAYBE,
        "lat": {"type": "number", "minimum": -90, "maximum": 90},
        "long": {"type": "number", "minimum": -180, "maximum": 180},
        "media_url": URL,
        "extended_attributes": EXTENDED,
    },
    optional=("extended_attributes",),
)
UPDATE = exact(
    {
        "update_id": TEXT,
        "service_request_id": TEXT,
        "status": {"enum": ["open", "closed"]},
        "updated_datetime": WHEN,
        "description": TEXT,
        "media_url": URL,
        "extended_attributes": exact({"state": TEXT, "planned_on": MAYBE}),
    },
    optional=("extended_attributes",),
)
ENDPOINT = exact(
    {
        "specification": {"const": "http://wiki.open311.org/GeoReport_v2"},
        "url": TEXT,
        "changeset": TEXT,
        "type": {"enum": ["production", "test"]},
        "formats": many({"enum": ["text/xml", "application/json"]}, 1),
    }
)
#: name of the document in XML → its schema
SCHEMAS: dict[str, dict[str, Any]] = {
    "services": many(SERVICE),
    "service_definition": exact({"service_code": TEXT, "attributes": many(ATTRIBUTE)}),
    "service_requests": many(REQUEST),
    "filed": many(exact({"service_request_id": TEXT, "service_notice": MAYBE, "account_id": {"type": "null"}}), 1),
    "token": many(exact({"service_request_id": TEXT, "token": TEXT}), 1),
    "service_request_updates": many(UPDATE),
    "errors": many(exact({"code": {"type": "integer"}, "description": TEXT}), 1),
    "discovery": exact({"changeset": TEXT, "contact": TEXT, "key_service": TEXT, "endpoints": many(ENDPOINT, 1)}),
}
#: list → what each thing in it is called in XML
ITEMS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}


def read_json(name: str, data: bytes) -> Any:
    """A document, if it is as the specification says."""
    found = json.loads(data.decode("utf-8"))
    jsonschema.validate(found, SCHEMAS[name])
    return found


def read_xml(name: str, data: bytes) -> Any:
    """The same from XML, checked by an XSD and brought into the form of JSON by the "Spark convention"."""
    assert data.startswith(b'<?xml version="1.0" encoding="utf-8"?>'), "the XML declaration names the encoding"
    parser = etree.XMLParser(resolve_entities=False)
    root = etree.fromstring(data, parser)
    xsd(name).assertValid(root)
    found = _spark(root, SCHEMAS[name])
    jsonschema.validate(found, SCHEMAS[name])
    return found


def _spark(element: Any, schema: dict[str, Any]) -> Any:
    """What is repeated becomes a list even if there is one of it; what is empty null."""
    kind = schema.get("type")
    if kind == "array":
        return [_spark(child, schema["items"]) for child in element]
    if kind == "object":
        return {child.tag: _spark(child, schema["properties"][child.tag]) for child in element}
    text = element.text or ""
    if kind == "boolean":
        return text == "true"
    if kind == "integer":
        return int(text)
    return float(text) if kind == "number" else (text or None)


@cache
def xsd(name: str) -> Any:
    """The XSD of a document: element names, their order free, their number, and the types of their texts."""
    root = {"filed": "service_requests", "token": "service_requests"}.get(name, name)
    parts = "".join(_declared(root, SCHEMAS[name]))
    text = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{parts}</xs:schema>'
    return etree.XMLSchema(etree.fromstring(text.encode()))


def _declared(name: str, schema: dict[str, Any], occurs: str = "") -> Iterator[str]:
    kind = schema.get("type")
    if kind == "array":
        inner = "".join(
            _declared(ITEMS[name], schema["items"], f'minOccurs="{schema["minItems"]}" maxOccurs="unbounded"')
        )
        yield _nested(name, occurs, f"<xs:sequence>{inner}</xs:sequence>")
    elif kind == "object":
        fields = schema["properties"]
        least = {each: "" if each in schema["required"] else 'minOccurs="0"' for each in fields}
        inner = "".join(part for each, inside in fields.items() for part in _declared(each, inside, least[each]))
        yield _nested(name, occurs, f"<xs:all>{inner}</xs:all>")
    else:
        simple = {"boolean": "xs:boolean", "number": "xs:double", "integer": "xs:integer"}
        yield f'<xs:element name="{name}" type="{simple.get(str(kind), "xs:string")}" {occurs}/>'


def _nested(name: str, occurs: str, inner: str) -> str:
    return f'<xs:element name="{name}" {occurs}><xs:complexType>{inner}</xs:complexType></xs:element>'
