"""What answers mean together: which questions are asked, what is worked out, what is still missing.

Answers are JSON in the shapes of docs/municipality-pack.md. Everything here follows from a definition, the answers and
a day; the server asks it anew at every step, and once more before a request is filed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.eservices.queries.definitions import SILENT, Definition, Question, Step
from portal.eservices.queries.expressions import BadExpression, Scope, Value, evaluate, holds

Answers = Mapping[str, Any]


@dataclass
class Sheet:
    """The answers as values, after conditions and formulas."""

    #: id → number, text, date, list; results of formulas included
    values: dict[str, Value] = field(default_factory=dict)
    #: ids of the questions that are asked; in a row: `group-<number of the row>-id`
    asked: set[str] = field(default_factory=set)


def value_of(question: Question, answer: Any) -> Value:
    """An answer as conditions and formulas see it; None where there is none."""
    if answer in (None, "", [], {}):
        return None
    try:
        return _READ.get(question.type, str)(answer)
    except (InvalidOperation, ValueError, TypeError):
        return None


def _number(answer: Any) -> Decimal | None:
    number = Decimal(str(answer))
    return number if number.is_finite() else None


def _date(answer: Any) -> date:
    return date.fromisoformat(str(answer))


def _texts(answer: Any) -> list[str]:
    return [str(item) for item in answer]


def _nothing(_answer: Any) -> None:
    """Answers of several parts are no values."""


_READ: dict[str, Callable[[Any], Value]] = {
    "number": _number,
    "money": _number,
    "date": _date,
    "choices": _texts,
    "file": _texts,
    "address": _nothing,
    "place": _nothing,
}


def sheet(definition: Definition, answers: Answers, on: date) -> Sheet:
    """Go through the form in order: a question that is not asked has no value, whatever was answered before."""
    result = Sheet()

    def tariff(code: str) -> Decimal | None:
        return definition.tariff(code, on)

    for question in definition.questions():
        if not holds(question.when, Scope(result.values, tariff)):
            continue
        result.asked.add(question.id)
        if question.type == "group":
            result.values[question.id] = _rows(question, answers.get(question.id), result, definition, on)
        elif question.formula:
            result.values[question.id] = worked_out(question, Scope(result.values, tariff))
        else:
            result.values[question.id] = value_of(question, answers.get(question.id))
    return result


def _rows(group: Question, given: Any, outer: Sheet, definition: Definition, on: date) -> list[dict[str, Value]]:
    rows = []
    for number, answers in enumerate(given if isinstance(given, Sequence) else ()):
        row: dict[str, Value] = {}
        for question in group.fields:
            scope = Scope({**outer.values, **row}, lambda code: definition.tariff(code, on))
            if holds(question.when, scope):
                outer.asked.add(f"{group.id}-{number}-{question.id}")
                row[question.id] = value_of(question, answers.get(question.id))
        rows.append(row)
    return rows


def worked_out(question: Question, scope: Scope) -> Value:
    """The result of a formula, money rounded to cents; None where something is missing."""
    try:
        value = evaluate(question.formula, scope) if question.formula else None
    except BadExpression:
        return None
    if question.data.get("as") == "money" and isinstance(value, Decimal):
        return value.quantize(Decimal("0.01"))
    return value


def settled(definition: Definition, answers: Answers, on: date) -> dict[str, Any]:
    """The answers as they are filed: only to questions that were asked, with what was worked out."""
    state = sheet(definition, answers, on)
    kept: dict[str, Any] = {}
    for question in definition.questions():
        if question.id not in state.asked or question.type == "note":
            continue
        if question.type == "calculated":
            kept[question.id] = _result(state.values.get(question.id))
        elif question.type == "group":
            kept[question.id] = _kept_rows(question, answers.get(question.id) or [], state)
        else:
            kept[question.id] = answers.get(question.id)
    return {name: answer for name, answer in kept.items() if answer not in (None, "", [])}


def _result(value: Value) -> str | None:
    return None if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _kept_rows(group: Question, rows: Sequence[Answers], state: Sheet) -> list[dict[str, Any]]:
    return [
        {q.id: row.get(q.id) for q in group.fields if f"{group.id}-{number}-{q.id}" in state.asked}
        for number, row in enumerate(rows)
    ]


def unanswered(definition: Definition, answers: Answers, on: date) -> Iterator[tuple[Step, Question]]:
    """Required questions that are asked and have no answer."""
    state = sheet(definition, answers, on)
    for step in definition.steps:
        for question in step.questions:
            if question.id in state.asked and _lacks(question, answers.get(question.id), state):
                yield step, question


def _lacks(question: Question, answer: Any, state: Sheet) -> bool:
    if question.type in SILENT:
        return False
    if question.type != "group":
        return question.required and answer in (None, "", [], {})
    rows = answer or []
    fewest = max(int(question.data.get("min", 0)), 1 if question.required else 0)
    return len(rows) < fewest or any(
        inner.required and f"{question.id}-{number}-{inner.id}" in state.asked and row.get(inner.id) in (None, "", [])
        for number, row in enumerate(rows)
        for inner in group_fields(question)
    )


def group_fields(group: Question) -> tuple[Question, ...]:
    """The questions of a row that are answered."""
    return tuple(question for question in group.fields if question.type not in SILENT)


def community_codes(definition: Definition, answers: Answers) -> list[str]:
    """Codes of the communities that the answers name, each once, in their order."""
    codes: dict[str, None] = {}
    for question in definition.questions():
        answer = answers.get(question.id)
        if question.type == "place" and answer:
            answer = answer.get("community")
        if question.type in {"community", "place"} and answer:
            codes[str(answer)] = None
        if question.type == "group":
            columns = [inner.id for inner in question.fields if inner.type == "community"]
            codes |= {str(row[column]): None for row in answer or () for column in columns if row.get(column)}
    return list(codes)
