"""Who may see a case, and who may act on it."""

import hmac
from hashlib import sha256

from portal.accounts.models import User
from portal.casework.models import Case
from portal.organisation.policy import Mandate


def may_see(mandate: Mandate, case: Case, *, watched: bool = False) -> bool:
    """Staff see the cases of their units, those given to them, and those sent to them for information."""
    return (
        mandate.is_administrator
        or case.unit_id in mandate.seen_unit_ids
        or case.assignee_id == mandate.user_id
        or watched
    )


def may_act(mandate: Mandate, case: Case) -> bool:
    """Clerks and heads act on open cases of their units, and whoever a case was given to."""
    if case.is_closed:
        return False
    return mandate.is_administrator or case.assignee_id == mandate.user_id or case.unit_id in mandate.acting_ids


def may_route(mandate: Mandate, case: Case) -> bool:
    """Whoever may act may give the case to somebody else."""
    return may_act(mandate, case)


def is_applicant(user: User | None, case: Case) -> bool:
    """Whether this is the person who filed it."""
    return user is not None and case.applicant_id == user.id


def secret_fits(case: Case, secret: str) -> bool:
    """Whether somebody without an account has the code that was given at filing."""
    return hmac.compare_digest(case.secret_hash, hash_of(secret))


def hash_of(secret: str) -> str:
    """What is kept of a secret code; spaces, hyphens and capitals do not matter."""
    return sha256("".join(c for c in secret.upper() if c.isalnum()).encode()).hexdigest()
