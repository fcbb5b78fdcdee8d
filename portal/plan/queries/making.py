"""The work of making a plan: its tasks by stage, and how far each stage is."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.plan.models import Plan, StageKind, StageTask


@dataclass(frozen=True)
class Stage:
    """A stage with its tasks, in their order."""

    kind: StageKind
    tasks: Sequence[StageTask]

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(task.done_on is not None for task in self.tasks)


def stages(session: Session, plan: Plan) -> list[Stage]:
    """The three stages."""
    query = sa.select(StageTask).where(StageTask.plan_id == plan.id).options(joinedload(StageTask.unit))
    tasks = session.scalars(query.order_by(StageTask.position, StageTask.id).limit(500)).all()
    return [Stage(kind, [task for task in tasks if task.stage is kind]) for kind in StageKind]


def task(session: Session, number: int) -> StageTask | None:
    """The task with that number."""
    return session.get(StageTask, number)
