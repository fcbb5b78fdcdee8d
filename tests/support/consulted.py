"""What there is of the making of a plan: a task, proposals, a consultation with a comment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.clock import athens_date
from portal.core.texts import Translated
from portal.plan import queries
from portal.plan.models import Node, NodeLevel, StageKind
from portal.plan.operations import commenting, consulting, making, proposals
from portal.plan.operations.commenting import NewComment
from portal.plan.operations.consulting import ConsultationInput
from portal.plan.operations.making import TaskInput
from portal.plan.operations.proposals import NewProposal


def consulted(session: Session) -> dict[str, dict[str, Any]]:
    """Name of a thing → the values of an address that lead to it."""
    now, plan = clock.now(), queries.current_plan(session)
    assert plan is not None
    task = TaskInput(stage=StageKind.PREPARATION, title=Translated(el="Επιστολές", en="Letters"))
    made: dict[str, dict[str, Any]] = {
        "stage task": {"number": making.write_task(session, plan, None, task, actor_id=None, now=now).id}
    }
    for name in ("proposal", "hidden proposal"):
        new = NewProposal(title="Σκιά", text="Στις στάσεις.", language="el", email="anna@example.org")
        row = proposals.propose(session, plan, new, user=None, once=name, now=now)
        assert row is not None
        proposals.confirm_proposal(session, row, now=now)
        made[name] = {"number": row.id, "token": row.token}
    proposals.hide_proposal(session, row, "Ονόματα.", actor_id=None, now=now)
    words, today = Translated(el="Διαβούλευση", en="Consultation"), athens_date(now)
    given = ConsultationInput(title=words, text=words, opens_on=today, closes_on=today + timedelta(days=20))
    consultation = consulting.open_consultation(session, plan, given, actor_id=None, now=now)
    axis = session.scalars(sa.select(Node.code).where(Node.level == NodeLevel.AXIS, Node.plan_id == plan.id)).first()
    said = NewComment(text="Δέντρα.", language="el", part=axis or "", email="anna@example.org")
    comment = commenting.comment(session, consultation, said, user=None, once="comment", now=now)
    assert comment is not None
    commenting.confirm_comment(session, comment, now=now)
    return made | {
        "consultation": {"number": consultation.id, "code": axis},
        "comment": {"number": comment.id, "token": comment.token},
    }
