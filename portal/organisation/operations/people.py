"""The invented people of a pack's demonstration, with their duties."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session

from portal.accounts.models import IdentityLevel, User
from portal.core.clock import athens_date
from portal.organisation.models import Duty, Role, Unit
from portal.organisation.operations.duties import NewDuty, assign


def load_people(
    session: Session, folder: Path, *, make_user: Callable[[Session, Mapping[str, Any]], User], now: datetime
) -> list[str]:
    """Create the people of `demonstration.yaml` who are not there yet; what was made, a line each.

    `make_user` makes an account that can sign in; it belongs to the room of accounts and its libraries.
    """
    path = folder / "demonstration.yaml"
    people = yaml.safe_load(path.read_text())["people"] if path.exists() else []
    known = {user.email: user for user in session.scalars(sa.select(User))}
    unit_ids = dict(session.execute(sa.select(Unit.code, Unit.id)).all())
    made = []
    for item in people:
        if item["email"] not in known:
            user = known[item["email"]] = make_user(session, item)
            user.level = IdentityLevel(item.get("level", "A"))
            made.append(user)
    session.flush()
    for item in people:
        if known[item["email"]] in made:
            for duty in item.get("duties", ()):
                _give(session, known, unit_ids, known[item["email"]], duty, now)
    return [f"new: person {user.email}" for user in made]


def _give(
    session: Session,
    known: Mapping[str, User],
    unit_ids: Mapping[str, int],
    user: User,
    duty: Mapping[str, Any],
    now: datetime,
) -> Duty:
    away = known[duty["substitutes"]].id if duty.get("substitutes") else None
    starts: date = duty.get("from") or athens_date(now) - timedelta(days=1000)
    new = NewDuty(unit_ids[duty["unit"]], Role(duty["role"]), starts, duty.get("to"), substitutes_id=away)
    return assign(session, user, new, actor_id=None, now=now)
