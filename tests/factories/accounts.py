"""People."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.organisation.models import Role, Unit
from tests.factories.moments import NOW
from tests.factories.organisation import make_duty

_numbers = itertools.count(1)


def make_user(session: Session, **given: Any) -> User:
    """A resident with a confirmed e-mail address."""
    number = next(_numbers)
    made: dict[str, Any] = {
        "email": f"resident{number}@example.org",
        "full_name": f"Κάτοικος {number}",
        "language": "el",
        "fs_uniquifier": f"uniquifier-{number}",
        "confirmed_at": NOW,
        "created_at": NOW,
    }
    user = User(**(made | given))
    session.add(user)
    session.flush()
    return user


def make_staff(session: Session, unit: Unit, role: Role = Role.CLERK, **given: Any) -> User:
    """Somebody who works in a unit."""
    user = make_user(session, is_staff=True, **given)
    make_duty(session, user, unit, role)
    return user
