"""Who stands before a case: its applicant, somebody with its secret code, or staff."""

from flask import abort, g, session

from portal.accounts.access import visitor
from portal.accounts.models import User
from portal.casework import policy, queries
from portal.casework.models import Case
from portal.core.db import db
from portal.organisation.access import current_mandate

#: cases opened by their secret code in this browser session
OPENED = "cases"


def own_case(slug: str) -> Case:
    """The case, if whoever asks has filed it or opened it by its code; else 404, which tells nobody that it exists."""
    found = queries.case_by_slug(db.session, slug)
    if found is None or not (policy.is_applicant(visitor(), found) or found.id in session.get(OPENED, ())):
        abort(404)
    return found


def may_see(found: Case) -> bool:
    """Whether the staff member who has signed in may see the case."""
    return policy.may_see(current_mandate(), found) or unread(found) is not None


def unread(found: Case) -> bool | None:
    """Whether the case waits to be read for information by my units; None: it was not sent to them. Asked once."""
    asked: dict[int, bool | None] = g.setdefault("unread", {})
    if found.id not in asked:
        asked[found.id] = queries.unread(db.session, found, current_mandate())
    return asked[found.id]


def seen_case(slug: str) -> Case:
    """The case, if the staff member may see it; 404 if there is none, 403 if it is not theirs."""
    found = queries.case_by_slug(db.session, slug)
    if found is None:
        abort(404)
    if not may_see(found):
        abort(403)
    return found


def applicant_account(found: Case) -> User | None:
    """The applicant, if it is an account that acts; None for somebody who came by the code."""
    user = visitor()
    return user if policy.is_applicant(user, found) else None
