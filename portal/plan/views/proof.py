"""A piece of evidence: what was shown, for which action, and what stands behind it."""

from __future__ import annotations

from flask import Response, abort, render_template

from portal.accounts.access import public
from portal.casework import queries as casework
from portal.core import downloads
from portal.core.db import db
from portal.core.orm import LARGEST_KEY
from portal.plan.models import Evidence
from portal.plan.queries import record
from portal.plan.queries.behind import behind
from portal.plan.views.base import blueprint

#: seconds for which a browser keeps a photograph: staff may take it back
KEPT = 600


@blueprint.get("/plan/evidence/<int:number>/")
@public
def proof(number: int) -> str:
    """What was shown, and what everybody may know of the record behind it."""
    found = (record.shown_evidence(db.session, number) if number < LARGEST_KEY else None) or abort(404)
    held = behind(db.session, found)
    return render_template(
        "plan/proof.html",
        evidence=found,
        action=found.action,
        behind=held,
        case_kind=casework.kind_of(held.case) if held.case else None,
        case_state=casework.state_of(held.case) if held.case else None,
    )


@blueprint.get("/plan/evidence/<int:number>/photo/")
@public
def photo(number: int) -> Response:
    """A photograph that shows how far an action is."""
    found: Evidence = record.shown_photo(db.session, number) or abort(404)
    assert found.attachment is not None
    response = downloads.stored(found.attachment)
    response.headers["Cache-Control"] = f"public, max-age={KEPT}"
    return response
