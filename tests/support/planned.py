"""What the public pages of the plan need to be looked at: an axis, a community, a photograph, somebody who follows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.texts import Translated
from portal.organisation.models import Community
from portal.plan.models import Action, Evidence, EvidenceKind
from portal.plan.operations import following


def shown(session: Session, file: int) -> dict[str, dict[str, Any]]:
    """Names of things → the values of their addresses; `file` becomes the photograph."""
    now = clock.now()
    action = session.scalars(sa.select(Action).order_by(Action.id).limit(1)).one()
    about = {"action_id": action.id, "title": Translated(el="Φωτογραφία"), "on": clock.athens_date(now), "at": now}
    photo = Evidence(kind=EvidenceKind.PHOTO, attachment_id=file, **about)
    decision = Evidence(kind=EvidenceKind.DECISION, attachment_id=file, **about)
    session.add_all([photo, decision])
    wanted = following.FollowWanted(email="anna@example.org", language="el", kind="action", code=action.code)
    row = following.ask_to_follow(session, wanted, now=now)
    assert row is not None
    session.flush()
    return {
        "plan axis": {"code": action.code.partition(".")[0]},
        "plan community": {"code": session.scalars(sa.select(Community.code).limit(1)).one()},
        "plan follow": {"token": row.token},
        "plan photo": {"number": photo.id},
        "plan evidence": {"number": decision.id},
        "plan table": {"code": "money"},
    }
