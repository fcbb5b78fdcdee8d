"""Who may do what with a report."""

from portal.casework import policy as casework
from portal.casework.models import Case
from portal.organisation.models import Role
from portal.organisation.policy import Mandate


def may_act(mandate: Mandate, case: Case) -> bool:
    """Whoever acts on its open case says what becomes of it."""
    return casework.may_act(mandate, case)


def may_redact(mandate: Mandate, case: Case) -> bool:
    """The same people keep what is private from the public, also when it is closed."""
    mine = case.assignee_id == mandate.user_id or case.unit_id in mandate.acting_ids
    return mandate.is_administrator or mine


def may_set_rules(mandate: Mandate) -> bool:
    """Heads and administrators say who gets what, and what is answered again and again."""
    return mandate.has(Role.HEAD)
