"""Reads of questionnaires: those that can be answered, those that could, how many answered, and their history."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.eservices.facts import QuestionnaireAnswered
from portal.eservices.models import (
    Audience,
    QuestionKind,
    Questionnaire,
    QuestionnaireAnswer,
    QuestionnaireTally,
    QuestionnaireText,
)
from portal.eservices.queries.definitions import Definition, Question

#: a page of a list
PAGE = 30
#: so many are open at once on a page
MOST_OPEN = 20
#: the answers of a scale
SCALE = tuple("12345")
_KINDS = {
    "choice": QuestionKind.ONE,
    "choices": QuestionKind.SEVERAL,
    "number": QuestionKind.NUMBER,
    "text": QuestionKind.SHORT,
    "long_text": QuestionKind.LONG,
}
#: kinds that are answered in one's own words
WORDS = frozenset({QuestionKind.SHORT, QuestionKind.LONG})


def kind_of(question: Question) -> QuestionKind:
    """How a question of a questionnaire is answered."""
    values = tuple(str(option["value"]) for option in question.data.get("options") or ())
    return QuestionKind.SCALE if question.type == "choice" and values == SCALE else _KINDS[question.type]


def questions_of(row: Questionnaire) -> tuple[Question, ...]:
    """Its questions in their order."""
    return tuple(Definition(row.definition).questions())


def questionnaire(session: Session, code: str) -> Questionnaire | None:
    """The one with that code."""
    return session.scalar(sa.select(Questionnaire).where(Questionnaire.code == code))


def _running(day: date) -> sa.ColumnElement[bool]:
    shown = Questionnaire.published_at.is_not(None) & (Questionnaire.audience == Audience.EVERYBODY)
    return shown & Questionnaire.closed_at.is_(None) & (Questionnaire.closes_on >= day)


def open_questionnaires(session: Session, day: date, *, coming: bool = False) -> Sequence[Questionnaire]:
    """Those that everybody can answer on a day, the first to close first; with those that open later if wanted."""
    query = sa.select(Questionnaire).where(_running(day))
    if not coming:
        query = query.where(Questionnaire.opens_on <= day)
    return session.scalars(query.order_by(Questionnaire.closes_on, Questionnaire.id).limit(MOST_OPEN)).all()


def former_questionnaires(session: Session, day: date, *, before: int | None = None) -> Sequence[Questionnaire]:
    """A page of those that everybody could answer, the newest first."""
    over = sa.or_(Questionnaire.closed_at.is_not(None), Questionnaire.closes_on < day)
    shown = Questionnaire.published_at.is_not(None) & (Questionnaire.audience == Audience.EVERYBODY)
    return _page(session, sa.select(Questionnaire).where(shown, over), before)


def all_questionnaires(session: Session, *, before: int | None = None) -> Sequence[Questionnaire]:
    """A page of all, drafts included, the newest first."""
    return _page(session, sa.select(Questionnaire), before)


def _page(session: Session, query: sa.Select[Any], before: int | None) -> Sequence[Questionnaire]:
    if before is not None:
        query = query.where(Questionnaire.id < before)
    return session.scalars(query.order_by(Questionnaire.id.desc()).limit(PAGE)).all()


def by_code(session: Session, codes: Collection[str]) -> Mapping[str, Questionnaire]:
    """Code → questionnaire, of those there are."""
    if not codes:
        return {}
    found = session.scalars(sa.select(Questionnaire).where(Questionnaire.code.in_(sorted(codes))))
    return {row.code: row for row in found}


def answer_counts(session: Session, rows: Collection[Questionnaire]) -> dict[int, int]:
    """Questionnaire id → how many answered it; nothing of those that nobody did."""
    if not rows:
        return {}
    tally = QuestionnaireTally
    query = sa.select(tally.questionnaire_id, sa.func.sum(tally.number)).where(
        tally.questionnaire_id.in_([row.id for row in rows]), tally.question == "", tally.value == ""
    )
    return {key: int(number) for key, number in session.execute(query.group_by(tally.questionnaire_id))}


def written(
    session: Session, row: Questionnaire, question: str, *, before: int | None = None
) -> Sequence[QuestionnaireText]:
    """A page of what people wrote to a question, the newest first, each with its answer."""
    query = sa.select(QuestionnaireText).where(
        QuestionnaireText.questionnaire_id == row.id, QuestionnaireText.question == question
    )
    query = query.options(joinedload(QuestionnaireText.answer))
    if before is not None:
        query = query.where(QuestionnaireText.id < before)
    return session.scalars(query.order_by(QuestionnaireText.id.desc()).limit(PAGE)).all()


class Words(NamedTuple):
    """What somebody wrote, and the language of the page they wrote it on."""

    text: str
    language: str


def released_texts(session: Session, row: Questionnaire) -> dict[str, list[Words]]:
    """Question → what everybody may read, the newest first; of each question a page of them at most."""
    text, answer = QuestionnaireText, QuestionnaireAnswer
    place = sa.func.row_number().over(partition_by=text.question, order_by=text.id.desc()).label("place")
    ranked = sa.select(text.question, text.text, text.answer_id, text.id, place).where(
        text.questionnaire_id == row.id, text.released.is_(True)
    )
    newest = ranked.subquery()
    query = sa.select(newest.c.question, newest.c.text, answer.language).join(answer, answer.id == newest.c.answer_id)
    found: dict[str, list[Words]] = {}
    for question, *words in session.execute(query.where(newest.c.place <= PAGE).order_by(newest.c.id.desc())):
        found.setdefault(question, []).append(Words(*words))
    return found


def text(session: Session, row: Questionnaire, number: int) -> QuestionnaireText | None:
    """Words that somebody wrote in an answer to this questionnaire."""
    query = sa.select(QuestionnaireText).where(
        QuestionnaireText.id == number, QuestionnaireText.questionnaire_id == row.id
    )
    return session.scalar(query)


def replay_answers(session: Session) -> Iterator[QuestionnaireAnswered]:
    """Every answer of history as the fact it announced, oldest first; streamed."""
    answer, asked = QuestionnaireAnswer, Questionnaire
    query = (
        sa.select(answer.id, asked.code, asked.subject, answer.language, answer.at)
        .join(asked, asked.id == answer.questionnaire_id)
        .order_by(answer.id)
        .execution_options(yield_per=1000)
    )
    for key, code, subject, language, at in session.execute(query):
        yield QuestionnaireAnswered(answer_id=key, questionnaire=code, subject=subject, language=language, at=at)
