"""Reports of faults that are being written, so that each screen of the form can be visited."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.core import clock
from portal.faults.models import QuestionKind
from portal.faults.operations import drafts
from tests.factories.faults import LAT, LON, make_fault_category

LABEL = {"el": "Τι;", "en": "What?"}


def begun_reports(session: Session) -> dict[str, str]:
    """Who writes one → the token that their browser holds.

    Nobody in particular has come up to the code of the letter, with a question of each kind; the administrator has only
    said where it is, and is asked what.
    """
    now = clock.now()
    choices = [{"code": code, "label": LABEL} for code in ("one", "other")]
    kinds = [{"code": kind.value, "kind": kind.value, "label": LABEL, "choices": choices} for kind in QuestionKind]
    category = make_fault_category(session, questions=kinds)
    told = {"category": category.code, "text": "Έσβησε.", "done": True, "email": "anna@example.org"}
    tokens = {}
    for who, more in (("nobody", told), ("administrator", {})):
        draft, tokens[who] = drafts.begin(session, now=now)
        drafts.keep(session, draft, {"lat": LAT, "lon": LON, "address": "Λιμάνι", **more}, now=now)
        if more:
            drafts.send_code(session, draft, language="el", now=now)
    return tokens
