"""The way from evidence to the case, document or event itself, for staff who may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from portal.casework import policy as casework_policy
from portal.casework import queries as casework
from portal.core.db import db
from portal.documents import policy as documents_policy
from portal.documents import queries as documents
from portal.events import queries as events
from portal.faults import queries as faults
from portal.organisation.access import current_mandate
from portal.plan.models import Evidence
from portal.plan.queries.behind import key_of, keys_of


def records_behind(rows: Sequence[Evidence]) -> Mapping[int, str]:
    """Evidence → the address of its record; as many statements for one as for a hundred."""
    pages: dict[str, Mapping[int, str]] = {
        "entry": _entries(keys_of(rows, "entry")),
        "event": {
            key: url_for("events.event", slug=slug)
            for key, slug in events.public_slugs(db.session, keys_of(rows, "event")).items()
        },
    }
    of_fault = faults.case_ids(db.session, keys_of(rows, "fault"))
    cases = _cases([*keys_of(rows, "case"), *of_fault.values()])
    pages["case"], pages["fault"] = cases, {key: cases[case] for key, case in of_fault.items() if case in cases}
    return {
        row.id: address
        for row in rows
        for kind, found in pages.items()
        if (key := key_of(row, kind)) is not None and (address := found.get(key))
    }


def _entries(keys: Sequence[int]) -> dict[int, str]:
    found = documents.entries_by_id(db.session, keys)
    if not found:
        return {}
    reader = documents_policy.reader(db.session, current_mandate())
    return {key: _entry_url(row) for key, row in found.items() if documents_policy.may_see(reader, row)}


def _entry_url(row: Any) -> str:
    return url_for("documents_desk.entry", book=row.book.code, year=row.year, number=row.number)


def _cases(keys: Sequence[int]) -> dict[int, str]:
    mandate, found = current_mandate(), casework.cases_by_id(db.session, keys)
    seen = {key: case for key, case in found.items() if casework_policy.may_see(mandate, case)}
    return {key: url_for("casework_desk.case", slug=case.slug) for key, case in seen.items()}
