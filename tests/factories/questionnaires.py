"""Questionnaires."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.core.texts import Translated
from portal.eservices.models import QuestionKind, Questionnaire
from portal.eservices.operations import answering, questions
from portal.eservices.operations import questionnaires as operations
from tests.factories.moments import DAY, NOW

#: one of each kind, in the order q1 … q6
QUESTIONS: tuple[tuple[QuestionKind, str, dict[str, Any]], ...] = (
    (QuestionKind.ONE, "What first?", {"options": ("Roads", "Trees", "Lights"), "required": True}),
    (QuestionKind.SEVERAL, "What do you use?", {"options": ("Library", "Pool")}),
    (QuestionKind.SCALE, "How content are you?", {}),
    (QuestionKind.NUMBER, "How many live with you?", {"least": 1, "most": 30}),
    (QuestionKind.SHORT, "Which street?", {}),
    (QuestionKind.LONG, "Anything else?", {}),
)
ANSWERS = {"q1": "a2", "q2": ["a1"], "q3": "4", "q4": "3", "q5": "Minoos", "q6": "More shade."}


def translated(text: str) -> Translated:
    """The same words in both languages, told apart by their language."""
    return Translated(el=f"{text} (el)", en=text)


def question_input(kind: QuestionKind, label: str, **given: Any) -> questions.QuestionInput:
    """A question in both languages."""
    options = [translated(text) for text in given.pop("options", ())]
    return questions.QuestionInput(kind=kind, label=translated(label), languages=("el", "en"), options=options, **given)


def questionnaire_input(**given: Any) -> operations.QuestionnaireInput:
    """Words and days, twenty from the day of the tests on."""
    values: dict[str, Any] = {
        "title": translated("Our neighbourhood"),
        "introduction": translated("Six short questions."),
        "opens_on": DAY,
        "closes_on": DAY + timedelta(days=19),
    }
    return operations.QuestionnaireInput(**(values | given))


def make_questionnaire(
    session: Session, *, published: bool = True, now: datetime = NOW, day: date | None = None, **given: Any
) -> Questionnaire:
    """A questionnaire with a question of each kind."""
    if day is not None:
        given = {"opens_on": day, "closes_on": day + timedelta(days=19)} | given
    row = operations.write_questionnaire(session, None, questionnaire_input(**given), actor_id=None, now=now)
    for kind, label, more in QUESTIONS:
        questions.put_question(session, row, question_input(kind, label, **more), seen=row.seen, actor_id=None, now=now)
    if published:
        operations.publish(session, row, actor_id=None, now=now)
    return row


def make_answer(
    session: Session,
    row: Questionnaire,
    *,
    once: str = "page",
    language: str = "el",
    now: datetime = NOW,
    given: Mapping[str, Any] | None = None,
) -> bool:
    """An answer to every question, unless `given` says which."""
    return answering.answer(session, row, ANSWERS if given is None else given, once=once, language=language, now=now)
