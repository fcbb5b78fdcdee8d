"""Questionnaires: written without code, answered once for each page, counted, and nobody is asked who they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.core import audit, tallying
from portal.core.db import db
from portal.core.texts import Translated
from portal.eservices.models import (
    Audience,
    QuestionKind,
    Questionnaire,
    QuestionnaireAnswer,
    QuestionnaireState,
    QuestionnaireText,
)
from portal.eservices.operations import answering, questions
from portal.eservices.operations import questionnaires as operations
from portal.eservices.queries import questionnaires as reads
from portal.eservices.queries.results import Only, Result, Results, answer_rows, results
from tests.factories import DAY, NOW, make_answer, make_questionnaire
from tests.factories.questionnaires import ANSWERS, question_input, questionnaire_input
from tests.support.together import Both

BY: dict[str, Any] = {"actor_id": None, "now": NOW}
LATER = NOW + timedelta(days=30)


def put(session: Session, row: Questionnaire, kind: QuestionKind, label: str = "Why?", **given: Any) -> str:
    name = given.pop("name", "")
    return questions.put_question(session, row, question_input(kind, label, **given), name=name, seen=row.seen, **BY)


def ids(row: Questionnaire) -> list[str]:
    return [question.id for question in reads.questions_of(row)]


def found(session: Session, row: Questionnaire, only: Only | None = None) -> Results:
    tallying.settle(session)
    return results(session, row, only)


def counted(result: Result) -> list[tuple[str, int, int]]:
    return [(figure.label.text("en"), figure.number, figure.share) for figure in result.figures]


def count(session: Session, model: type) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


# -- a draft


def test_a_question_of_each_kind_is_a_field_of_the_form_engine(session: Session) -> None:
    row = make_questionnaire(session, published=False)

    kinds = [reads.kind_of(question) for question in reads.questions_of(row)]
    assert kinds == list(QuestionKind)
    assert [field["type"] for field in row.definition["form"][0]["fields"]] == [
        *("choice", "choices", "choice", "number", "text", "long_text")
    ]
    assert row.definition["form"][0]["fields"][0]["options"][1] == {"value": "a2", "el": "Trees (el)", "en": "Trees"}


def test_questions_are_moved_changed_and_taken_out(session: Session) -> None:
    row = make_questionnaire(session, published=False)

    for name, how in (
        ("q1", "up"),
        ("q3", "up"),
        ("q2", "up"),
        ("q2", "up"),
        ("q3", "down"),
        ("q5", "drop"),
        ("q6", "down"),
    ):
        questions.arrange(session, row, name, how, seen=row.seen, **BY)
    assert ids(row) == ["q2", "q1", "q4", "q3", "q6"]
    put(session, row, QuestionKind.LONG, "Where?", name="q1")
    assert put(session, row, QuestionKind.SHORT) == "q7"

    assert [question.label.text("en") for question in reads.questions_of(row)][1] == "Where?"


@pytest.mark.parametrize(
    ("refusal", "kind", "given"),
    [
        (questions.WrongOptions, QuestionKind.ONE, {"options": ("Only one",)}),
        (questions.WrongOptions, QuestionKind.SEVERAL, {"options": ("Twice", "Twice")}),
        (questions.WrongOptions, QuestionKind.ONE, {"options": [str(number) for number in range(21)]}),
        (questions.WrongLimits, QuestionKind.NUMBER, {"least": 5, "most": 5}),
        (questions.WrongLimits, QuestionKind.NUMBER, {"least": 0, "most": 10_001}),
        (questions.NoSuchQuestion, QuestionKind.SHORT, {"name": "q99"}),
    ],
)
def test_what_cannot_be_asked_is_refused(
    session: Session, refusal: type[Exception], kind: QuestionKind, given: dict[str, Any]
) -> None:
    row = make_questionnaire(session, published=False)

    with pytest.raises(refusal):
        put(session, row, kind, **given)


def test_words_are_needed_in_every_language(session: Session) -> None:
    row = make_questionnaire(session, published=False)
    given = question_input(QuestionKind.ONE, "Why?", options=("A", "B"))

    with pytest.raises(questions.WordsMissing):
        questions.put_question(session, row, replace(given, label=Translated(el="Γιατί;")), seen=row.seen, **BY)
    uneven = replace(given, options=[Translated(el="Α", en="A"), Translated(el="Β")])
    session.refresh(row)
    with pytest.raises(questions.WrongOptions):
        questions.put_question(session, row, uneven, seen=row.seen, **BY)


def test_the_engine_has_the_last_word(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    row = make_questionnaire(session, published=False)
    monkeypatch.setitem(questions._TYPES, QuestionKind.SHORT, "telepathy")

    with pytest.raises(questions.BadQuestion, match="telepathy"):
        put(session, row, QuestionKind.SHORT)


def test_there_are_not_too_many_questions(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MOST_QUESTIONS", 6)
    row = make_questionnaire(session, published=False)

    with pytest.raises(questions.TooManyQuestions):
        put(session, row, QuestionKind.SHORT)


def test_of_two_who_change_it_one_is_told(session: Session) -> None:
    row = make_questionnaire(session, published=False)
    seen = row.seen
    operations.write_questionnaire(session, row, questionnaire_input(), seen=seen, **BY)

    with pytest.raises(operations.QuestionnaireChanged):
        operations.write_questionnaire(session, row, questionnaire_input(), seen=seen, **BY)
    with pytest.raises(operations.QuestionnaireChanged):
        questions.arrange(session, row, "q1", "drop", seen=seen, **BY)


def test_its_days_lie_before_us_and_in_their_order(session: Session) -> None:
    for days in ({"closes_on": DAY - timedelta(days=1)}, {"opens_on": DAY + timedelta(days=20)}):
        with pytest.raises(operations.WrongDays):
            operations.write_questionnaire(session, None, questionnaire_input(**days), **BY)


# -- published


def test_what_is_published_stays_as_it_is(session: Session) -> None:
    row = make_questionnaire(session)

    with pytest.raises(operations.PublishedAlready):
        operations.write_questionnaire(session, row, questionnaire_input(), seen=row.seen, **BY)
    with pytest.raises(operations.PublishedAlready):
        put(session, row, QuestionKind.SHORT)
    for step in (operations.publish, operations.discard):
        with pytest.raises(operations.PublishedAlready):
            step(session, row, **BY)


def test_nothing_is_published_that_asks_nothing_or_is_over(session: Session) -> None:
    empty = operations.write_questionnaire(session, None, questionnaire_input(), **BY)
    late = make_questionnaire(session, published=False)

    with pytest.raises(operations.NoQuestions):
        operations.publish(session, empty, **BY)
    with pytest.raises(operations.WrongDays):
        operations.publish(session, late, actor_id=None, now=LATER)


def test_its_state_follows_the_days(session: Session) -> None:
    draft, row = make_questionnaire(session, published=False), make_questionnaire(session)
    days = [DAY - timedelta(days=1), DAY, row.closes_on, row.closes_on + timedelta(days=1)]

    assert [row.state(day).value for day in days] == ["coming", "open", "open", "closed"]
    assert [draft.state(day) for day in days] == [QuestionnaireState.DRAFT] * 4
    assert [row.shows_results(day) for day in days] == [False, False, False, True]


def test_it_is_closed_and_its_results_shown_before_its_time(session: Session) -> None:
    row, draft = make_questionnaire(session), make_questionnaire(session, published=False)

    operations.show_results(session, row, **BY)
    assert row.shows_results(DAY)
    with pytest.raises(operations.ShownAlready):
        operations.show_results(session, row, **BY)
    operations.close(session, row, **BY)
    assert row.state(DAY) is QuestionnaireState.CLOSED
    with pytest.raises(operations.ClosedAlready):
        operations.close(session, row, **BY)
    for step in (operations.close, operations.show_results):
        with pytest.raises(operations.NotPublished):
            step(session, draft, **BY)


def test_a_copy_is_a_draft_with_the_same_questions(session: Session) -> None:
    row = make_questionnaire(session, subject="plan", audience=Audience.LINK)
    made = operations.copy(session, row, actor_id=None, now=LATER)

    assert made.code != row.code
    assert made.published_at is None
    assert (made.title, made.subject, made.audience) == (row.title, "plan", Audience.LINK)
    assert made.definition == row.definition
    assert made.opens_on == date(2026, 4, 2)


def test_a_draft_is_thrown_away(session: Session) -> None:
    operations.discard(session, make_questionnaire(session, published=False), **BY)

    assert count(session, Questionnaire) == 0


def test_who_has_the_link_only_is_asked_by_link_only(session: Session) -> None:
    everybody = make_questionnaire(session)
    make_questionnaire(session, audience=Audience.LINK)
    make_questionnaire(session, published=False)
    coming = make_questionnaire(session, day=DAY + timedelta(days=5))

    assert list(reads.open_questionnaires(session, DAY)) == [everybody]
    assert list(reads.open_questionnaires(session, DAY, coming=True)) == [everybody, coming]
    assert list(reads.former_questionnaires(session, DAY)) == []
    assert list(reads.former_questionnaires(session, everybody.closes_on + timedelta(days=1))) == [everybody]


# -- answers


def test_an_answer_is_kept_without_a_word_about_who_gave_it(session: Session) -> None:
    row = make_questionnaire(session)

    assert make_answer(session, row)

    kept = session.scalars(sa.select(QuestionnaireAnswer)).one()
    assert kept.answers == {name: value for name, value in ANSWERS.items() if name not in {"q5", "q6"}}
    assert {(text.question, text.text, text.released) for text in session.scalars(sa.select(QuestionnaireText))} == {
        ("q5", "Minoos", False),
        ("q6", "More shade.", False),
    }
    assert {column.name for column in QuestionnaireAnswer.__table__.columns} == {
        *("id", "questionnaire_id", "answers", "language", "at", "once")
    }
    session.commit()
    [entry] = [one for one in audit.history(session, ("questionnaire", row.id)) if one.action.endswith("answered")]
    assert (entry.actor_id, entry.data) == (None, {})


def test_a_page_is_answered_once(session: Session) -> None:
    row, other = make_questionnaire(session), make_questionnaire(session)

    assert [make_answer(session, row), make_answer(session, row), make_answer(session, other)] == [True, False, True]
    assert make_answer(session, row, now=LATER) is False
    assert found(session, row).answers == 1


def test_who_presses_twice_at_once_answers_once(committed_app: Flask, both: Both) -> None:
    with committed_app.app_context():
        code = make_questionnaire(db.session).code
        db.session.commit()

    def press() -> bool:
        row = reads.questionnaire(db.session, code)
        assert row is not None
        return make_answer(db.session, row)

    assert sorted(map(bool, both(press))) == [False, True]
    with committed_app.app_context():
        row = reads.questionnaire(db.session, code)
        assert row is not None
        assert reads.answer_counts(db.session, [row]) == {row.id: 1}


def test_only_an_open_questionnaire_is_answered(session: Session) -> None:
    row, closed = make_questionnaire(session), make_questionnaire(session)
    operations.close(session, closed, **BY)
    wrong = [
        (row, NOW - timedelta(days=1)),
        (row, LATER),
        (closed, NOW),
        (make_questionnaire(session, published=False), NOW),
    ]

    for one, moment in wrong:
        with pytest.raises(answering.NotOpen):
            make_answer(session, one, now=moment)
    assert count(session, QuestionnaireAnswer) == 0


@pytest.mark.parametrize(
    ("refusal", "change"),
    [
        (answering.Unanswered, {"q1": None}),
        (answering.WrongAnswer, {"q1": "a9"}),
        (answering.WrongAnswer, {"q1": ["a1"]}),
        (answering.WrongAnswer, {"q2": ["a1", "a7"]}),
        (answering.WrongAnswer, {"q2": ["a1", "a1"]}),
        (answering.WrongAnswer, {"q2": "a1"}),
        (answering.WrongAnswer, {"q3": "6"}),
        (answering.WrongAnswer, {"q4": "31"}),
        (answering.WrongAnswer, {"q4": "1.5"}),
        (answering.WrongAnswer, {"q5": "x" * 201}),
    ],
)
def test_an_answer_that_is_not_offered_is_refused(
    session: Session, refusal: type[Exception], change: dict[str, Any]
) -> None:
    row = make_questionnaire(session)

    with pytest.raises(refusal):
        make_answer(session, row, given=ANSWERS | change)
    assert count(session, QuestionnaireAnswer) == 0


def test_an_empty_sheet_is_no_answer(session: Session) -> None:
    row = operations.write_questionnaire(session, None, questionnaire_input(), **BY)
    put(session, row, QuestionKind.SHORT)
    operations.publish(session, row, **BY)

    with pytest.raises(answering.NothingAnswered):
        make_answer(session, row, given={"q1": "", "q7": "who asked?"})


# -- results


def answered(session: Session) -> Questionnaire:
    """Five answers in two languages, on two days."""
    row = make_questionnaire(session)
    sheets = [
        ("el", NOW, {"q1": "a1", "q2": ["a1", "a2"], "q3": "5", "q4": "2"}),
        ("el", NOW, {"q1": "a1", "q2": ["a1"], "q3": "4", "q4": "2"}),
        ("en", NOW, {"q1": "a2", "q3": "1", "q4": "7"}),
        ("en", NOW + timedelta(days=1), {"q1": "a1", "q3": "2"}),
        ("el", NOW + timedelta(days=1), {"q1": "a1", "q6": "Thanks."}),
    ]
    for number, (language, moment, given) in enumerate(sheets):
        make_answer(session, row, once=f"page {number}", language=language, now=moment, given=given)
    return row


def test_results_count_every_answer_and_its_share(session: Session) -> None:
    told = found(session, answered(session))

    assert told.answers == 5
    one, several, scale, number, short, long = told.each
    assert counted(one) == [("Roads", 4, 80), ("Trees", 1, 20), ("Lights", 0, 0)]
    assert (several.answered, counted(several)) == (2, [("Library", 2, 100), ("Pool", 1, 50)])
    assert [figure.number for figure in scale.figures] == [1, 1, 0, 1, 1]
    assert (scale.mean, scale.median) == (Decimal("3.0"), Decimal(3))
    assert counted(number) == [("2", 2, 67), ("7", 1, 33)]
    assert (number.mean, number.median) == (Decimal("3.7"), Decimal(2))
    assert (short.answered, long.answered, long.figures) == (0, 1, [])


def test_results_of_some(session: Session) -> None:
    row = answered(session)

    assert found(session, row, Only(language="en")).answers == 2
    assert found(session, row, Only(since=DAY + timedelta(days=1))).answers == 2
    assert found(session, row, Only(language="el", until=DAY)).each[0].answered == 2
    assert reads.answer_counts(session, [row]) == {row.id: 5}


def test_many_different_numbers_stand_in_ranges(session: Session) -> None:
    row = make_questionnaire(session)
    for number in range(1, 31):
        make_answer(session, row, once=str(number), given={"q1": "a1", "q4": str(number)})

    figures = found(session, row).each[3].figures

    assert [figure.label.text("en") for figure in figures][:2] == ["1–3", "4–6"]
    assert {figure.number for figure in figures} == {3}
    assert len(figures) == 10


def test_free_text_is_for_staff_until_it_is_released(session: Session) -> None:
    row = answered(session)
    [text] = reads.written(session, row, "q6")
    assert reads.released_texts(session, row) == {}

    answering.release(session, row, text, shown=True, **BY)
    assert reads.released_texts(session, row) == {"q6": [("Thanks.", "el")]}
    answering.release(session, row, text, shown=False, **BY)
    assert reads.released_texts(session, row) == {}


def test_every_answer_is_a_line_with_its_words(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.eservices.queries.results._AT_ONCE", 2)
    lines = list(answer_rows(session, answered(session)))

    assert [line.language for line in lines] == ["el", "el", "en", "en", "el"]
    assert lines[-1].answers == {"q1": "a1", "q6": "Thanks."}
    assert lines[-1].on == DAY + timedelta(days=1)


def test_history_tells_what_was_announced(session: Session) -> None:
    row = answered(session)

    facts = list(reads.replay_answers(session))

    assert {fact.questionnaire for fact in facts} == {row.code}
    assert [fact.language for fact in facts] == ["el", "el", "en", "en", "el"]
