"""How the plan of the demonstration is made, followed and revised: `plan-demo.yaml`, see docs/demonstration.md."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from portal.plan import queries
from portal.site.operations.demonstration.people import Person
from portal.site.operations.demonstration.plan import asking, elsewhere, making, paper, spending, works
from portal.site.operations.demonstration.plan.quarters import quarters
from portal.site.operations.demonstration.plan.scene import Scene, read
from portal.site.operations.demonstration.stage import Life, Stage

__all__ = ["lives"]


def lives(stage: Stage, folder: Path, crowd: Sequence[Person]) -> list[tuple[datetime, Life]]:
    """Everything that happens to the plan, with the moment at which it begins; nothing where a pack says nothing."""
    data, plan = read(folder), queries.current_plan(stage.session)
    if data is None or plan is None:
        return []
    scene = Scene(stage, plan, data, folder.name, crowd)
    begun = [
        (scene.begins, paper.revised(scene)),
        (scene.later(hours=1), making.tasks(scene)),
        (scene.later(hours=2), works.evidence(scene)),
        (scene.later(hours=3), works.figures(scene)),
        (scene.later(hours=4), spending.imports(scene)),
        (scene.later(hours=5), paper.programmes(scene)),
        (scene.later(hours=6), elsewhere.shown_elsewhere(scene)),
    ]
    begun += quarters(scene)
    begun += making.proposals(scene)
    begun += making.consultations(scene)
    begun += asking.questionnaires(scene)
    return [*begun, (stage.until, scene.end())]
