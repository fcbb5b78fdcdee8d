"""Who may do what with the plan."""

from portal.organisation.operations import Role
from portal.organisation.policy import Mandate


def may_report(mandate: Mandate, unit_id: int) -> bool:
    """Whoever heads a unit says how far its actions are; nobody else does, administrators neither."""
    return unit_id in mandate.headed_ids


def may_feed(mandate: Mandate, unit_id: int | None) -> bool:
    """Who adds evidence, amounts and values: planners, and the heads of the unit that answers for the action."""
    return mandate.has(Role.PLANNER) or unit_id in mandate.headed_ids
