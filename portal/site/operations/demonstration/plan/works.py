"""How far actions come: evidence on their milestones, and the figures that units enter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from portal.plan import queries
from portal.plan.operations import EvidenceKind
from portal.plan.operations.evidence import NewEvidence, add_evidence, take_back
from portal.plan.operations.values import NewValue, enter_value
from portal.plan.queries import spans
from portal.site.operations.demonstration.plan.scene import Item, Scene
from portal.site.operations.demonstration.stage import Life

#: so many days in a month of a span: a unit knows its figures some weeks after it
KNOWN_AFTER = 18


@dataclass(frozen=True)
class Step:
    """Something that was done for a milestone."""

    on: date
    #: when it is written down
    entered: date
    milestone: Mapping[str, Any]
    quantity: Decimal | None
    number: int


def evidence(scene: Scene) -> Life:
    """Every step, in the order in which it is written down."""
    rng = scene.rng("evidence")
    steps = sorted(_steps(scene, rng), key=lambda step: (step.entered, step.milestone["code"], step.number))
    wrong = scene.data["taken_back"]
    for step in steps:
        yield scene.at_work(rng, step.entered)
        action = scene.action(step.milestone["action"])
        if action is None:
            continue
        found = add_evidence(scene.session, action, _new(scene, action, step, rng), **_by(scene))
        if step.milestone["code"] == wrong["milestone"] and step.number == 1:
            twice = NewEvidence(
                EvidenceKind.DECISION, found.title, found.on, found_milestone(action, step), step.quantity
            )
            again = add_evidence(scene.session, action, twice, **_by(scene))
            yield scene.at_work(rng, step.entered + timedelta(days=6))
            now = scene.stage.now
            take_back(scene.session, again, why=wrong["why"], actor_id=scene.planner.id, now=now)


def _by(scene: Scene) -> dict[str, Any]:
    return {"mandate": scene.mandate, "now": scene.stage.now}


def found_milestone(action: Any, step: Step) -> Any:
    """The row of its milestone."""
    return next(row for row in action.milestones if row.code == step.milestone["code"])


def _steps(scene: Scene, rng: Random) -> Iterator[Step]:
    actions, late = {row["code"]: row for row in scene.rows("Δράσεις")}, scene.data["entered_late"]
    for milestone in scene.rows("Ορόσημα"):
        action = actions[milestone["action"]]
        done = _yearly if milestone["quantity"] is not None else _whole
        for number, (on, quantity) in enumerate(done(scene, action, milestone, rng), start=1):
            day = scene.work_day(on)
            entered = max(day, scene.begins.date()) + timedelta(days=rng.randint(1, 12))
            if number == 1 and milestone["code"] in late:
                entered = scene.day(late[milestone["code"]])
            if scene.goes_on(action["code"], day) and entered < scene.today:
                yield Step(day, max(entered, day), milestone, quantity, number)


def _whole(scene: Scene, action: Item, milestone: Item, rng: Random) -> Iterator[tuple[date, None]]:
    """A milestone that is reached on a day, or a while after it was due."""
    pace = scene.pace(action["code"])
    if pace["share"] == 0:
        return
    due, begin = date.fromisoformat(milestone["due_on"]), date.fromisoformat(action["starts_on"])
    yield max(due + timedelta(days=pace["lag"] + rng.randint(-6, 6)), begin + timedelta(days=12)), None


def _yearly(scene: Scene, action: Item, milestone: Item, rng: Random) -> Iterator[tuple[date, Decimal]]:
    """A quantity that grows from year to year, in a few portions each."""
    pace, due = scene.pace(action["code"]), date.fromisoformat(milestone["due_on"])
    lag = pace["lag"] // 3 if pace["lag"] > 0 else pace["lag"]
    begin = date.fromisoformat(action["starts_on"])
    whole = Decimal(milestone["quantity"]) == int(Decimal(milestone["quantity"]))
    for year, planned in milestone["targets"].items():
        amount = Decimal(planned or 0) * Decimal(str(pace["share"]))
        first, last = max(begin, date(int(year), 1, 10)), min(due, date(int(year), 12, 12))
        parts = list(_parts(amount, whole and Decimal(planned or 0) >= 4))
        for at, part in enumerate(parts, start=1):
            share = at / (len(parts) + (pace["lag"] >= 0))
            ahead = timedelta(days=int((last - first).days * share) + lag + rng.randint(-8, 8))
            yield max(first + ahead, first), part


def _parts(amount: Decimal, whole: bool) -> Iterator[Decimal]:  # noqa: FBT001 – private
    """An amount in up to three parts that add up to it; things that cannot be divided are not."""
    step = Decimal(1) if whole else Decimal("0.01")
    amount = amount.quantize(step)
    number = min(3, int(amount / step)) or 1
    part = (amount / number).quantize(step)
    for _ in range(number - 1):
        yield part
    if (rest := amount - part * (number - 1)) > 0:
        yield rest


def _new(scene: Scene, action: Any, step: Step, rng: Random) -> NewEvidence:
    words, title = scene.data["words"], step.milestone["title"]
    key = "quantity" if step.quantity is not None else next(name for name in words if title["el"].startswith(name))
    kind = EvidenceKind(rng.choice(words[key]["kinds"]))
    given: dict[str, Any] = {"milestone": found_milestone(action, step), "quantity": step.quantity}
    unit = step.milestone["unit_of_measure"]
    told = {"number": step.number, "year": step.on.year, "running": rng.randint(40, 420)}
    said = {
        code: text.format(
            title=title.get(code, ""), unit=unit.get(code, ""), amount=_number(step.quantity, code), **told
        )
        for code, text in words[key]["title"].items()
    }
    if kind is EvidenceKind.ENTRY:
        subject = f"{said['el']} – {action.title['el']}"
        given["number"] = scene.registered(rng, unit=action.unit, subject=subject[:250])
    if kind is EvidenceKind.PHOTO:
        given["attachment_id"] = scene.stage.attach(rng, photo=True).id
    return NewEvidence(kind, scene.text(said), step.on, **given)


def _number(quantity: Decimal | None, language: str) -> str:
    if quantity is None:
        return ""
    text = f"{quantity.normalize():f}"
    return text.replace(".", ",") if language == "el" else text


def figures(scene: Scene) -> Life:
    """What units enter for indicators that nothing else tells, some weeks after each span."""
    rng, silent = scene.rng("figures"), set(scene.data["figures"]["never"])
    wanted = [row for row in scene.rows("Δείκτες") if not row["feed"] and not row["calculation"]]
    entries = [
        (entered, row, span, partial)
        for row in wanted
        if row["code"] not in silent
        for span, entered, partial in _spans(scene, row, rng)
    ]
    for entered, row, span, partial in sorted(entries, key=lambda entry: (entry[0], entry[1]["code"])):
        yield scene.at_work(rng, entered)
        held = queries.indicator(scene.session, row["code"])
        if held is None:
            continue
        value, source = _figure(scene, row, span, partial=partial), scene.data["figures"]["source"]
        new = NewValue(span.code, value, source, partial=partial)
        enter_value(scene.session, held[1], new, actor_id=scene.planner.id, now=scene.stage.now)


def _spans(scene: Scene, row: Item, rng: Random) -> Iterator[tuple[spans.Span, date, bool]]:
    """Span, the day on which its figure is known, and whether it is a part of it only."""
    months = {"month": 1, "quarter": 3, "year": 12}[row["frequency"]]
    first = date(scene.plan.first_year, 1, 1)
    while first <= scene.today:
        span = spans.Span(first, months)
        known = max(span.after, scene.begins.date()) + timedelta(days=KNOWN_AFTER + rng.randint(0, 12))
        if known < scene.today:
            yield span, known, False
        elif months == 12 and rng.random() < scene.data["figures"]["early"]:
            early = max(first + timedelta(days=40), scene.today - timedelta(days=rng.randint(12, 45)))
            if early < scene.today:
                yield span, early, True
        first = span.after


def _figure(scene: Scene, row: Item, span: spans.Span, *, partial: bool) -> Decimal:
    """Between the figure before and the target, as well as the file says that its part of the plan does."""
    rng, targets = scene.rng(f"{row['code']} {span.code}"), row["targets"]
    year, target = span.first.year, Decimal(targets[str(span.first.year)] or 0)
    before = targets.get(str(year - 1)) or row["baseline"] or 0
    does = scene.data["figures"]["does"]
    share = Decimal(str(does.get(row["code"], rng.choice(does["others"]))))
    within = "μέσα στο έτος" in row["definition"].get("el", "")
    base = Decimal(0) if within else Decimal(before)
    # what is counted within the year grows through it
    told = Decimal("0.75") if partial else Decimal(span.first.month + span.months - 1) / 12
    value = base + (target - base) * share * (told if within or span.months < 12 else 1)
    digits = 0 if all(Decimal(part) == int(Decimal(part)) for part in targets.values() if part) and target > 20 else 1
    return max(Decimal(0), value).quantize(Decimal(1).scaleb(-digits))
