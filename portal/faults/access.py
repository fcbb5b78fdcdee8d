"""Which staff have to do with reports."""

from __future__ import annotations

from flask import abort

from portal.accounts.access import guard, visitor
from portal.accounts.models import User
from portal.casework.access import may_see
from portal.core.db import db
from portal.faults import operations, policy, queries
from portal.faults.models import Fault
from portal.organisation.access import current_mandate


def repairs() -> bool:
    """Whether whoever has signed in acts for a unit: a report can be sent on to any of them."""
    user = visitor()
    if user is None or not user.is_staff:
        return False
    mandate = current_mandate()
    return mandate.is_administrator or bool(mandate.acting_ids)


def sets_rules(user: User) -> bool:
    """Whether they say who gets what."""
    return user.is_staff and repairs() and policy.may_set_rules(current_mandate())


fault_staff = guard("faults", lambda user: user.is_staff and repairs())
fault_heads = guard("faults-head", sets_rules)


def seen_fault(slug: str) -> Fault:
    """The report of an address, if the staff member may see its case; 404 if there is none, 403 if it is not theirs."""
    found = queries.fault(db.session, slug)
    if found is None:
        abort(404)
    if not may_see(found.case):
        abort(403)
    return found


def fault_to_act_on(slug: str) -> Fault:
    """The same, if they may act on it.

    :raises NotAllowed: if it is closed.
    """
    found = seen_fault(slug)
    if found.case.is_closed:
        raise operations.NotAllowed
    if not policy.may_act(current_mandate(), found.case):
        abort(403)
    return found


def fault_to_redact(slug: str) -> Fault:
    """The same, if they say what the public reads of it."""
    found = seen_fault(slug)
    if not policy.may_redact(current_mandate(), found.case):
        abort(403)
    return found
