"""What people are asked for the plan: questionnaires written by the planner, and what is answered to them."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from portal.core.clock import ATHENS
from portal.eservices.operations import Audience, QuestionKind, answering, questions
from portal.eservices.operations import questionnaires as operations
from portal.eservices.queries import questionnaires as reads
from portal.plan.operations.making import TaskInput, write_task
from portal.plan.queries.making import stages
from portal.site.operations.demonstration.plan.scene import Item, Scene
from portal.site.operations.demonstration.stage import Life, office_moment

_LANGUAGES = ("el", "en")


def questionnaires(scene: Scene) -> Iterator[tuple[datetime, Life]]:
    """Each with the moment at which it is written."""
    for at, item in enumerate(scene.data.get("questionnaires") or ()):
        rng = scene.rng(f"questionnaire {at}")
        yield office_moment(rng, scene.work_day(scene.day(item["written"]))), _questionnaire(scene, item, rng)


def _questionnaire(scene: Scene, item: Item, rng: Random) -> Life:
    row = _written(scene, item)
    if task := item.get("task"):
        _linked(scene, row.code, task)
    yield scene.at_work(rng, item["written"] + 1)
    operations.publish(scene.session, row, actor_id=scene.planner.id, now=scene.stage.now)
    for number, moment in enumerate(_moments(scene, item, rng)):
        yield moment
        language = "en" if rng.random() < item["english"] else "el"
        given = _answers(item, row, language, rng)
        answering.answer(scene.session, row, given, once=str(number), language=language, now=scene.stage.now)
    if "released" not in item:
        return
    yield scene.at_work(rng, item["released"])
    for question in reads.questions_of(row):
        different = {text.text: text for text in reads.written(scene.session, row, question.id)}
        for text in list(different.values())[: item["shown"]]:
            answering.release(scene.session, row, text, shown=True, actor_id=scene.planner.id, now=scene.stage.now)


def _written(scene: Scene, item: Item) -> Any:
    by: dict[str, Any] = {"actor_id": scene.planner.id, "now": scene.stage.now}
    given = operations.QuestionnaireInput(
        title=scene.text(item["title"]),
        introduction=scene.text(item["introduction"]),
        opens_on=scene.day(item["opens"]),
        closes_on=scene.day(item["closes"]),
        audience=Audience.EVERYBODY,
        subject="plan",
        sample=True,
    )
    row = operations.write_questionnaire(scene.session, None, given, **by)
    for one in item["questions"]:
        asked = questions.QuestionInput(
            kind=QuestionKind(one["kind"]),
            label=scene.text(one["label"]),
            languages=_LANGUAGES,
            options=[scene.text(option) for option in one.get("options", ())],
            required=one.get("required", False),
            least=one.get("least", 0),
            most=one.get("most", 100),
        )
        questions.put_question(scene.session, row, asked, seen=row.seen, **by)
    return row


def _linked(scene: Scene, code: str, task: str) -> None:
    """The task of the plan that the questionnaire belongs to, found by words of its title."""
    found = [row for stage in stages(scene.session, scene.plan) for row in stage.tasks if task in row.title["el"]]
    for row in found[:1]:
        given = {name: getattr(row, name) for name in TaskInput.__dataclass_fields__} | {"questionnaire": code}
        by: dict[str, Any] = {"actor_id": scene.planner.id, "now": scene.stage.now}
        write_task(scene.session, scene.plan, row, TaskInput(**given), seen=row.seen, **by)


def _moments(scene: Scene, item: Item, rng: Random) -> list[datetime]:
    """When people answer: most in the first days, at any hour of the day."""
    first, last = scene.day(item["opens"]), min(scene.day(item["closes"]), scene.today - timedelta(days=1))
    days = [int(rng.triangular(0, (last - first).days + 0.99, 2)) for _ in range(item["answers"])]
    hours = [(rng.randint(8, 22), rng.randrange(60), rng.randrange(60)) for _ in days]
    pairs = zip(days, hours, strict=True)
    return sorted(datetime.combine(first + timedelta(days=day), time(*hour), ATHENS) for day, hour in pairs)


def _answers(item: Item, row: Any, language: str, rng: Random) -> dict[str, Any]:
    given = {}
    for one, question in zip(item["questions"], reads.questions_of(row), strict=True):
        if one.get("required") or rng.random() < one.get("answered", 0.9):
            given[question.id] = _answer(one, question, language, rng)
    return given


def _answer(one: Item, question: Any, language: str, rng: Random) -> Any:
    if "texts" in one:
        return rng.choice(one["texts"][language])
    if "values" in one:
        return str(rng.choice(one["values"]))
    values = [str(option["value"]) for option in question.data["options"]]
    if "chances" in one:
        return [value for value, chance in zip(values, one["chances"], strict=True) if rng.random() < chance]
    return rng.choices(values, one["weights"])[0]
