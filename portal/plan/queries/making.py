"""The work of making a plan: its tasks by stage, and how far each stage is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.core.texts import Translated
from portal.eservices.queries import questionnaires
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


@dataclass(frozen=True)
class Asked:
    """A questionnaire that belongs to a task."""

    title: Translated
    #: how many have answered
    answers: int


def asked(session: Session, stages: Sequence[Stage]) -> Mapping[str, Asked]:
    """Code → the questionnaire, of those that the tasks name."""
    found = questionnaires.by_code(session, {row.questionnaire for each in stages for row in each.tasks} - {""})
    counts = questionnaires.answer_counts(session, found.values())
    return {code: Asked(row.title, counts.get(row.id, 0)) for code, row in found.items()}


def to_ask_with(session: Session, row: StageTask | None) -> list[tuple[str, Translated]]:
    """The newest questionnaires, code and title, with the one that the task has already."""
    found = {one.code: one for one in questionnaires.all_questionnaires(session)}
    if row is not None and row.questionnaire:
        found = {**questionnaires.by_code(session, {row.questionnaire}), **found}
    return [(code, one.title) for code, one in found.items()]
