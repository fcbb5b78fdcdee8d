"""Who may do what with an event."""

from portal.accounts.models import User
from portal.events.models import Event, Publication
from portal.organisation.policy import Mandate


def may_write(mandate: Mandate, unit_id: int) -> bool:
    """Clerks and heads of the unit that keeps the agenda write and decide, and administrators."""
    return mandate.is_administrator or unit_id in mandate.acting_ids


def may_trust(mandate: Mandate, unit_id: int) -> bool:
    """Whom one trusts is for heads and administrators to say."""
    return mandate.is_administrator or unit_id in mandate.headed_ids


def is_organiser(user: User | None, event: Event) -> bool:
    """Whether somebody's account submitted it, or holds its organiser."""
    if user is None:
        return False
    of_case = event.case is not None and event.case.applicant_id == user.id
    return (
        of_case
        or event.created_by_id == user.id
        or (event.organiser is not None and event.organiser.user_id == user.id)
    )


def changes_at_once(event: Event) -> bool:
    """What an organiser changes in a published event waits for staff, unless they trust the organiser."""
    trusted = event.organiser is not None and event.organiser.trusted
    return event.publication is not Publication.PUBLISHED or trusted


def can_change(event: Event) -> bool:
    """What was refused or withdrawn stays as it is."""
    return event.publication not in {Publication.REFUSED, Publication.WITHDRAWN}
