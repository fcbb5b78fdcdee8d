"""Evidence of actions as a whole that other rooms tell: repaired faults, events that were held, completed cases."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from portal.casework import queries as casework
from portal.casework.queries import QueueFilter
from portal.core.clock import athens_date
from portal.events import queries as events
from portal.events.queries import AgendaFilter
from portal.faults import queries as faults
from portal.faults.operations import FaultState
from portal.faults.queries import FaultFilter
from portal.organisation.policy import mandate
from portal.plan.operations import EvidenceKind
from portal.plan.operations.evidence import NewEvidence, add_evidence
from portal.site.operations.demonstration.plan.scene import Item, Scene
from portal.site.operations.demonstration.stage import Life

#: events are looked for in so many days before
BACK = timedelta(days=120)


@dataclass(frozen=True)
class Found:
    """Something that happened: the number it is found by, and its day."""

    number: str
    on: date


def shown_elsewhere(scene: Scene) -> Life:
    """Each piece on its day; where nothing of the sort has happened by then, there is none."""
    rng, used = scene.rng("elsewhere"), set[str]()
    for item in sorted(scene.data["shown_by"], key=lambda item: scene.day(item["day"])):
        yield scene.at_work(rng, item["day"])
        action = scene.action(item["action"])
        known = _FIND[item["kind"]](scene, item, rng) if action else []
        found = next((each for each in known if each.number not in used), None)
        if found is None:
            continue
        used.add(found.number)
        new = NewEvidence(EvidenceKind(item["kind"]), scene.text(item["title"]), found.on, number=found.number)
        add_evidence(scene.session, action, new, mandate=scene.mandate, now=scene.stage.now)


def _faults(scene: Scene, item: Item, _rng: Random) -> list[Found]:
    wanted = FaultFilter(state=FaultState.REPAIRED, category=item["of"])
    rows = faults.lines(scene.session, wanted, today=athens_date(scene.stage.now))
    return [Found(row.slug, athens_date(row.closed_at)) for row in rows if row.closed_at]


def _events(scene: Scene, item: Item, _rng: Random) -> list[Found]:
    now = scene.stage.now
    today = athens_date(now)
    wanted = AgendaFilter(since=today - BACK, until=today - timedelta(days=1), category=item["of"])
    rows = events.lines(scene.session, wanted, most=200)
    held = [row for row in rows if row.ends_at <= now and row.status.value in {"scheduled", "moved"}]
    return [Found(row.slug, athens_date(row.starts_at)) for row in reversed(held)]


def _cases(scene: Scene, item: Item, rng: Random) -> list[Found]:
    """Among those of the unit that answers for the action."""
    today, unit = athens_date(scene.stage.now), scene.action(item["action"]).unit
    theirs = mandate(scene.session, scene.stage.staff.signer(unit, rng), today)
    rows = casework.queue(scene.session, theirs, QueueFilter(view="closed", subject=item["of"]), today=today)
    done = (row for row in rows if row.closed_at and row.state == "approved")
    return [Found(row.reference, athens_date(row.closed_at)) for row in done if row.closed_at]


_FIND: Mapping[str, Callable[[Scene, Item, Random], list[Found]]] = {"fault": _faults, "event": _events, "case": _cases}
