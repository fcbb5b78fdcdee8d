"""What was answered, in figures: read from the tallies, so that a hundred thousand answers cost what ten do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.clock import athens_date
from portal.core.texts import Translated
from portal.eservices.models import (
    QuestionKind,
    Questionnaire,
    QuestionnaireAnswer,
    QuestionnaireTally,
    QuestionnaireText,
)
from portal.eservices.queries.definitions import Question
from portal.eservices.queries.questionnaires import kind_of, questions_of

#: numbers of more sizes than these are put into as many ranges
MOST_COLUMNS = 10
_AT_ONCE = 500


@dataclass(frozen=True)
class Only:
    """Whose answers are counted: those in a language, those of some days."""

    language: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Figure:
    """How many gave an answer."""

    label: Translated
    number: int
    #: of those who answered the question, in whole percent
    share: int


@dataclass(frozen=True)
class Result:
    """What was answered to one question."""

    question: Question
    kind: QuestionKind
    #: how many answered it
    answered: int
    figures: Sequence[Figure] = ()
    #: of numbers and scales; None where nobody answered
    mean: Decimal | None = None
    median: Decimal | None = None


@dataclass(frozen=True)
class Results:
    """What was answered to all of them."""

    #: how many answered the questionnaire
    answers: int
    each: Sequence[Result]


def results(session: Session, row: Questionnaire, only: Only | None = None) -> Results:
    """The figures of every question, in one statement."""
    held: dict[str, dict[str, int]] = {}
    for question, value, number in session.execute(_counted(row, only or Only())).all():
        held.setdefault(question, {})[value] = int(number)
    each = [_result(question, held.get(question.id, {})) for question in questions_of(row)]
    return Results(held.get("", {}).get("", 0), each)


def _counted(row: Questionnaire, only: Only) -> sa.Select[str, str, int]:
    tally = QuestionnaireTally
    query = sa.select(tally.question, tally.value, sa.func.sum(tally.number)).where(tally.questionnaire_id == row.id)
    if only.language:
        query = query.where(tally.language == only.language)
    if only.since is not None:
        query = query.where(tally.on >= only.since)
    if only.until is not None:
        query = query.where(tally.on <= only.until)
    return query.group_by(tally.question, tally.value)


def _result(question: Question, counts: Mapping[str, int]) -> Result:
    kind, answered = kind_of(question), counts.get("", 0)
    if kind is QuestionKind.NUMBER:
        numbers = {int(value): number for value, number in counts.items() if value}
        figures = [Figure(label, number, _share(number, answered)) for label, number in _ranges(numbers)]
        return Result(question, kind, answered, figures, _mean(numbers), _median(numbers))
    figures = [
        Figure(question.option(value), counts.get(value, 0), _share(counts.get(value, 0), answered))
        for value in (str(option["value"]) for option in question.data.get("options") or ())
    ]
    if kind is not QuestionKind.SCALE:
        return Result(question, kind, answered, figures)
    numbers = {int(value): number for value, number in counts.items() if value}
    return Result(question, kind, answered, figures, _mean(numbers), _median(numbers))


def _share(number: int, answered: int) -> int:
    return round(100 * number / answered) if answered else 0


def _mean(numbers: Mapping[int, int]) -> Decimal | None:
    many = sum(numbers.values())
    total = sum(value * number for value, number in numbers.items())
    return (Decimal(total) / many).quantize(Decimal("0.1")) if many else None


def _median(numbers: Mapping[int, int]) -> Decimal | None:
    many = sum(numbers.values())
    if not many:
        return None
    low, high = _at(numbers, (many - 1) // 2), _at(numbers, many // 2)
    return Decimal(low + high) / 2


def _at(numbers: Mapping[int, int], place: int) -> int:
    """The number at a place, if all of them stood in a row by size."""
    passed = 0
    for value in sorted(numbers):
        passed += numbers[value]
        if place < passed:
            return value
    raise IndexError(place)


def _ranges(numbers: Mapping[int, int]) -> Iterator[tuple[Translated, int]]:
    """Each number with how many gave it; of many different ones, ranges of the same width."""
    if not numbers:
        return
    low, high = min(numbers), max(numbers)
    if len(numbers) <= MOST_COLUMNS:
        yield from ((Translated(el=str(value)), numbers[value]) for value in sorted(numbers))
        return
    width = -(-(high - low + 1) // MOST_COLUMNS)
    for start in range(low, high + 1, width):
        end = start + width - 1
        inside = sum(number for value, number in numbers.items() if start <= value <= end)
        yield Translated(el=f"{start}–{end}" if end > start else str(start)), inside


@dataclass(frozen=True)
class AnswerRow:
    """One answer for a spreadsheet: the day, the language, and question → what was answered."""

    on: date
    language: str
    answers: Mapping[str, Any]


def answer_rows(session: Session, row: Questionnaire) -> Iterator[AnswerRow]:
    """Every answer with its words, the oldest first, read while they are written out."""
    answer, text, after = QuestionnaireAnswer, QuestionnaireText, 0
    every = sa.select(answer.id, answer.at, answer.language, answer.answers).where(answer.questionnaire_id == row.id)
    while found := session.execute(every.where(answer.id > after).order_by(answer.id).limit(_AT_ONCE)).all():
        words: dict[int, dict[str, str]] = {}
        texts = sa.select(text.answer_id, text.question, text.text).where(text.answer_id.in_([one.id for one in found]))
        for key, question, said in session.execute(texts):
            words.setdefault(key, {})[question] = said
        for one in found:
            yield AnswerRow(athens_date(one.at), one.language, {**one.answers, **words.get(one.id, {})})
        after = found[-1].id
