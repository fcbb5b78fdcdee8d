"""Guards by role, and the mandate of whoever has signed in."""

from collections.abc import Callable
from typing import Any

from flask import g

from portal.accounts.access import guard, person
from portal.core import clock
from portal.core.db import db
from portal.organisation.models import Role
from portal.organisation.policy import Mandate, mandate


def current_mandate() -> Mandate:
    """The mandate of the person who has signed in, read once a request."""
    if "mandate" not in g:
        g.mandate = mandate(db.session, person(), clock.athens_date(clock.now()))
    found: Mandate = g.mandate
    return found


def role_required(*roles: Role) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A guard for staff with one of these roles; administrators pass."""
    name = "role:" + ",".join(sorted(roles))
    return guard(name, lambda user: user.is_staff and current_mandate().has(*roles))
