"""How the plan comes about: the tasks of its stages, what people propose, and what they are asked."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from portal.organisation import queries as organisation
from portal.plan.operations import Origin, ProposalState, StageKind
from portal.plan.operations.commenting import NewComment, answer_comment, comment, confirm_comment, support_comment
from portal.plan.operations.consulting import ConsultationInput, open_consultation, publish_report
from portal.plan.operations.making import TaskInput, begin_tasks, write_task
from portal.plan.operations.proposals import (
    NewProposal,
    Verdict,
    confirm_proposal,
    decide_proposal,
    enter_proposal,
    propose,
)
from portal.plan.queries import making as reads
from portal.site.operations.demonstration.people import Person
from portal.site.operations.demonstration.plan.scene import Item, Scene
from portal.site.operations.demonstration.stage import Life, office_moment


def tasks(scene: Scene) -> Life:
    """The work that led to the plan, written down when it was taken over, and what is still to be done."""
    data, by = scene.data["tasks"], {"actor_id": scene.planner.id, "now": scene.stage.now}
    begin_tasks(scene.session, scene.plan, first_day=data["first_day"], **by)
    units = scene.stage.staff.units
    for stage in reads.stages(scene.session, scene.plan):
        for at, row in enumerate(stage.tasks):
            given = {name: getattr(row, name) for name in TaskInput.__dataclass_fields__}
            done = (row.due_on or data["first_day"]) + timedelta(days=data["delays"][at % len(data["delays"])])
            decision = data["decisions"].get(row.position, "")
            unit = units.get(data["units"][at % len(data["units"])])
            changed = {"done_on": done, "decision": decision, "unit_id": unit.id if unit else None}
            write_task(scene.session, scene.plan, row, TaskInput(**given | changed), seen=row.seen, **by)
    for item in data["more"]:
        yield scene.at_work(scene.rng(item["title"]["el"]), item["written"])
        due = scene.day(item["due"])
        given = {"title": scene.text(item["title"]), "note": item.get("note", ""), "due_on": due}
        more = TaskInput(stage=StageKind(item["stage"]), unit_id=units["planning"].id, position=900, **given)
        write_task(scene.session, scene.plan, None, more, actor_id=scene.planner.id, now=scene.stage.now)


def proposals(scene: Scene) -> Iterator[tuple[datetime, Life]]:
    """Each with the moment at which it is made; whoever is merged with comes first."""
    made: dict[str, Any] = {}
    for at, item in enumerate(scene.data["proposals"]):
        rng = scene.rng(f"proposal {at}")
        moment = office_moment(rng, scene.day(item["made"]))
        if moment < scene.stage.until:
            yield moment, _proposal(scene, item, made, rng)


def _proposal(scene: Scene, item: Item, made: dict[str, Any], rng: Random) -> Life:
    row = yield from _proposed(scene, item, rng)
    made[item["title"]] = row
    if "answered" not in item:
        return
    yield scene.at_work(rng, item["answered"])
    state, other = ProposalState(item["state"]), made.get(item.get("with", ""))
    answer = scene.text(item["answer"])
    verdict = Verdict(state=state, answer=answer, action_code=item.get("action", ""), merged_id=other and other.id)
    decide_proposal(scene.session, row, verdict, actor_id=scene.planner.id, now=scene.stage.now)


def _proposed(scene: Scene, item: Item, rng: Random) -> Any:
    """By whoever proposes it: residents themselves, staff what others decided or the data say."""
    session, now, origin = scene.session, scene.stage.now, Origin(item["origin"])
    communities = {row.code: row.id for row in organisation.communities(session)}
    given: dict[str, Any] = {
        "title": item["title"],
        "text": item["text"],
        "language": item.get("language", "el"),
        "origin": origin,
        "community_id": communities.get(item.get("community", "")),
    }
    if origin is not Origin.RESIDENT:
        unit = scene.stage.staff.units.get(item.get("unit", ""))
        given |= {"rank": item.get("rank"), "reference": item.get("reference", "")}
        given["unit_id"] = unit.id if unit else None
        return enter_proposal(session, scene.plan, NewProposal(**given), actor_id=scene.planner.id, now=now)
    person = _person(scene, rng, given["language"])
    given |= {"name": person.name, "email": person.email}
    row = propose(session, scene.plan, NewProposal(**given), user=person.user, once=item["title"], now=now)
    assert row is not None  # nobody has many that wait
    yield now + timedelta(minutes=rng.randint(3, 40))
    confirm_proposal(session, row, now=scene.stage.now)
    return row


def _person(scene: Scene, rng: Random, language: str) -> Person:
    return rng.choice([person for person in scene.crowd if person.language == language] or list(scene.crowd))


def consultations(scene: Scene) -> Iterator[tuple[datetime, Life]]:
    """Each with the moment at which it is prepared."""
    for at, item in enumerate(scene.data["consultations"]):
        rng = scene.rng(f"consultation {at}")
        moment = office_moment(rng, scene.work_day(scene.day(item["prepared"])))
        if moment < scene.stage.until:
            yield moment, _consultation(scene, item, rng)


def _consultation(scene: Scene, item: Item, rng: Random) -> Life:
    draft = scene.drafts.get(item["about"])
    given = ConsultationInput(
        title=scene.text(item["title"]),
        text=scene.text(item["text"]),
        opens_on=scene.day(item["opens"]),
        closes_on=scene.day(item["closes"]),
        revision_id=draft.id if draft else None,
    )
    by = {"actor_id": scene.planner.id, "now": scene.stage.now}
    row = open_consultation(scene.session, scene.plan, given, **by)
    said: list[tuple[Any, Item]] = []
    for each in sorted(item["comments"], key=lambda each: scene.day(each["day"])):
        yield scene.at_work(rng, each["day"])
        said.append(((yield from _comment(scene, row, each, rng)), each))
    if "reported" not in item:
        return
    yield scene.at_work(rng, item["answered"])
    for one, each in said:
        state, answer = ProposalState(each["state"]), scene.text(each["answer"])
        answer_comment(scene.session, one, state, answer, actor_id=scene.planner.id, now=scene.stage.now)
    yield scene.at_work(rng, item["reported"])
    publish_report(scene.session, row, scene.text(item["report"]), actor_id=scene.planner.id, now=scene.stage.now)


def _comment(scene: Scene, row: Any, item: Item, rng: Random) -> Any:
    person = _person(scene, rng, item.get("language", "el"))
    new = NewComment(
        text=item["text"],
        language=person.language,
        part=item.get("part", ""),
        name=person.name if item.get("named", True) else "",
        organisation=item.get("organisation", ""),
        email=person.email,
    )
    made = comment(scene.session, row, new, user=person.user, once=item["text"], now=scene.stage.now)
    assert made is not None  # nobody has many that wait
    if person.user is None:
        yield scene.stage.now + timedelta(minutes=rng.randint(3, 40))
        confirm_comment(scene.session, made, now=scene.stage.now)
    for other in [other for other in scene.crowd if other.user is not None][: item.get("support", 0)]:
        support_comment(scene.session, made, user=other.user, now=scene.stage.now)
    yield scene.stage.now + timedelta(minutes=2)
    return made
