"""Answering a questionnaire: once for each page that was opened, without a word about who answers."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core import facts, tallying
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.texts import N_
from portal.eservices.facts import QuestionnaireAnswered
from portal.eservices.models import (
    QuestionKind,
    Questionnaire,
    QuestionnaireAnswer,
    QuestionnaireState,
    QuestionnaireTally,
    QuestionnaireText,
)
from portal.eservices.operations.questionnaires import note
from portal.eservices.queries.answers import settled, unanswered
from portal.eservices.queries.definitions import Definition, Question
from portal.eservices.queries.questionnaires import WORDS, kind_of, questions_of


class NotOpen(Refused):
    """Too early or too late."""

    message = N_("This questionnaire is not open: it cannot be answered now.")


class Unanswered(Refused):
    """A question that must be answered was not."""

    message = N_("A question has no answer yet: “%(question)s”.")


class WrongAnswer(Refused):
    """An answer that the question does not offer."""

    message = N_("This is no answer to “%(question)s”.")


class NothingAnswered(Refused):
    """An empty sheet is no answer."""

    message = N_("Answer at least one question.")


def answer(
    session: Session, row: Questionnaire, given: Mapping[str, Any], *, once: str, language: str, now: datetime
) -> bool:
    """Keep an answer; whether it is a new one: the same page pressed twice is one answer.

    :raises NotOpen: before its first day, after its last one, once it was closed, and of a draft.
    :raises Unanswered: :raises WrongAnswer: :raises NothingAnswered: as their messages say.
    """
    day, mark = athens_date(now), sha256(f"{row.code}\n{once}".encode()).hexdigest()
    if session.scalar(sa.select(QuestionnaireAnswer.id).where(QuestionnaireAnswer.once == mark)) is not None:
        return False
    if row.state(day) is not QuestionnaireState.OPEN:
        raise NotOpen
    kept = _checked(row, given, language=language, now=now)
    words = {question.id for question in questions_of(row) if kind_of(question) in WORDS}
    chosen = {name: value for name, value in kept.items() if name not in words}
    made = QuestionnaireAnswer(questionnaire_id=row.id, answers=chosen, language=language, at=now, once=mark)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # both presses came at the same moment
        return False
    for name in words & kept.keys():
        session.add(QuestionnaireText(questionnaire_id=row.id, answer_id=made.id, question=name, text=kept[name]))
    session.flush()
    for question, value in _counted(kept, words):
        tallying.add(session, QuestionnaireTally, (row.id, question, value, language, day), number=1)
    note(session, row, "answered", None, now=now)
    facts.record(
        session,
        QuestionnaireAnswered(
            answer_id=made.id, questionnaire=row.code, subject=row.subject, language=language, at=now
        ),
    )
    return True


def _checked(row: Questionnaire, given: Mapping[str, Any], *, language: str, now: datetime) -> dict[str, Any]:
    """What was answered to the questions there are, as it is kept."""
    definition, day = Definition(row.definition), athens_date(now)
    for _step, question in unanswered(definition, given, day):
        raise Unanswered(question=question.label.text(language))
    kept = settled(definition, given, day)
    if not kept:
        raise NothingAnswered
    for question in definition.questions():
        if question.id in kept and not _fits(question, kept[question.id]):
            raise WrongAnswer(question=question.label.text(language))
    return kept


def _fits(question: Question, answer: Any) -> bool:
    """Whether an answer is one that the question offers."""
    kind, offered = kind_of(question), {str(option["value"]) for option in question.data.get("options") or ()}
    if kind is QuestionKind.SEVERAL:
        return isinstance(answer, list) and len(set(answer)) == len(answer) and set(answer) <= offered
    if not isinstance(answer, str):
        return False
    if kind is QuestionKind.NUMBER:
        return answer.isdecimal() and question.data["min"] <= int(answer) <= question.data["max"]
    return len(answer) <= question.data["max"] if kind in WORDS else answer in offered


def _counted(kept: Mapping[str, Any], words: set[str]) -> Iterator[tuple[str, str]]:
    """The tallies that an answer raises: question and value."""
    yield "", ""
    for name, value in kept.items():
        yield name, ""
        if name not in words:
            yield from ((name, str(each)) for each in (value if isinstance(value, list) else [value]))


def release(
    session: Session, row: Questionnaire, text: QuestionnaireText, *, shown: bool, actor_id: int | None, now: datetime
) -> None:
    """Let everybody read what somebody wrote, or no longer."""
    if text.released is shown:
        return
    text.released = shown
    session.flush()
    note(session, row, "text released" if shown else "text taken back", actor_id, now=now, text=text.id)
