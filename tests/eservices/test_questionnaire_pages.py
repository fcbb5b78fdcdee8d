"""Pages of questionnaires: answered without an account, read by everybody once closed, written without code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.eservices.models import Audience, Questionnaire, QuestionnaireAnswer, QuestionnaireText
from portal.eservices.operations import questionnaires as operations
from portal.eservices.queries import questionnaires as reads
from portal.organisation.models import Role
from tests.eservices.conftest import World
from tests.factories import NOW, make_answer, make_questionnaire, make_staff
from tests.support.client import Client

SHEET = {"q1": "a1", "q2": ["a1", "a2"], "q3": "4", "q4": "3", "q5": "Minoos", "q6": "Shade."}
WORDS = {
    "title_el": "Το πάρκο",
    "title_en": "The park",
    "introduction_el": "Δύο ερωτήσεις.",
    "introduction_en": "Two.",
    "opens_on-day": "4",
    "opens_on-month": "3",
    "opens_on-year": "2026",
    "closes_on-day": "20",
    "closes_on-month": "3",
    "closes_on-year": "2026",
    "audience": "everybody",
    "subject": "plan",
}
CHOICE = {
    "label_el": "Τι λείπει;",
    "label_en": "What is missing?",
    "kind": "one",
    "required": "yes",
    "options_el": "Σκιά\nΠαγκάκια\n",
    "options_en": "Shade\r\nBenches",
    "least": "0",
    "most": "100",
}
OVER = NOW + timedelta(days=20)


@pytest.fixture(autouse=True)
def _then(frozen: Callable[[datetime], Any], world: World) -> None:
    frozen(NOW)


@pytest.fixture
def client(client: Client) -> Client:
    """Somebody who reads English."""
    client.language = "en"
    return client


@pytest.fixture
def planner(client: Client, session: Session, world: World) -> Client:
    """The planner at the desk."""
    return client.sign_in(make_staff(session, world.unit, Role.PLANNER))


def answers(session: Session) -> list[QuestionnaireAnswer]:
    return list(session.scalars(sa.select(QuestionnaireAnswer).order_by(QuestionnaireAnswer.id)))


def step(planner: Client, row: Questionnaire, name: str, **given: Any) -> Any:
    return planner.post("eservices_desk.step_questionnaire", {"step": name}, code=row.code, **given)


# -- the public


def test_everybody_finds_it_and_answers_it(client: Client, session: Session) -> None:
    row = make_questionnaire(session)
    assert row.code in str(client.get("eservices.catalogue").select("main a"))
    assert row.code in str(client.get("eservices.questionnaires").select("main a"))

    sheet = client.get("eservices.questionnaire", code=row.code)
    thanks = client.submit(sheet, SHEET, follow=True)

    assert thanks.h1 == "Thank you"
    assert "after 22 March 2026" in thanks.text
    [kept] = answers(session)
    assert kept.answers == {name: SHEET[name] for name in ("q1", "q2", "q3", "q4")}
    assert kept.language == "en"
    assert reads.answer_counts(session, [row]) == {row.id: 1}


def test_nothing_typed_is_lost(client: Client, session: Session) -> None:
    row = make_questionnaire(session)
    sheet = client.get("eservices.questionnaire", code=row.code)

    again = client.submit(sheet, SHEET | {"q1": "", "q4": "many"}, status=422)

    assert len(again.select(".govuk-error-summary li")) == 2
    assert again.one("#q5")["value"] == "Minoos"
    assert again.one("#q4")["value"] == "many"
    assert answers(session) == []
    client.submit(again, {"q1": "a2", "q4": "2"})
    assert answers(session)[0].answers["q2"] == ["a1", "a2"]


def test_a_second_press_answers_nothing(client: Client, session: Session) -> None:
    row = make_questionnaire(session)
    sheet = client.get("eservices.questionnaire", code=row.code)

    client.submit(sheet, SHEET)
    client.submit(sheet, SHEET)
    assert len(answers(session)) == 1
    client.submit(client.get("eservices.questionnaire", code=row.code), SHEET)
    assert len(answers(session)) == 2


def test_who_is_too_late_is_told_so(client: Client, session: Session) -> None:
    row = make_questionnaire(session)
    sheet = client.get("eservices.questionnaire", code=row.code)
    operations.close(session, row, actor_id=None, now=NOW)

    told = client.submit(sheet, SHEET, status=409)

    assert "not open" in told.text
    assert answers(session) == []


def test_before_and_after_its_days(client: Client, session: Session, frozen: Callable[[datetime], Any]) -> None:
    row = make_questionnaire(session)
    draft = make_questionnaire(session, published=False)

    frozen(NOW - timedelta(days=1))
    assert "opens on 3 March 2026" in client.get("eservices.questionnaire", code=row.code).text
    frozen(OVER)
    assert "closed" in client.get("eservices.questionnaire", code=row.code).text
    client.get("eservices.questionnaire", code=draft.code, status=404)
    client.get("eservices.questionnaire", code="nothing", status=404)


def test_results_are_read_once_it_is_closed(
    client: Client, session: Session, frozen: Callable[[datetime], Any]
) -> None:
    row = make_questionnaire(session)
    for number in range(3):
        make_answer(session, row, once=str(number))
    client.get("eservices.questionnaire_results", code=row.code, status=404)
    client.get("eservices.questionnaire_figures", code=row.code, status=404)

    frozen(OVER)
    page = client.get("eservices.questionnaire_results", code=row.code)

    assert "Trees 100% 3" in page.text
    assert len(page.select("figure.chart svg")) == 2
    assert "More shade." not in page.text
    assert row.code in str(client.get("eservices.questionnaires").select("main a"))
    figures = client.get("eservices.questionnaire_figures", code=row.code)
    assert figures.text.splitlines()[1:4] == [
        "All questions;All answers;3;100",
        "What first?;All answers;3;100",
        "What first?;Roads;0;0",
    ]


def test_released_words_stand_in_the_results(planner: Client, session: Session) -> None:
    row = make_questionnaire(session)
    make_answer(session, row)
    step(planner, row, "show")
    texts = planner.get("eservices_desk.questionnaire_texts", code=row.code, name="q6")

    planner.submit(texts)

    assert session.scalars(sa.select(QuestionnaireText.released).order_by(QuestionnaireText.question)).all() == [0, 1]
    page = planner.get("eservices.questionnaire_results", code=row.code)
    assert "More shade." in page.text
    assert "Minoos" not in page.text
    planner.submit(planner.get("eservices_desk.questionnaire_texts", code=row.code, name="q6"))
    assert "More shade." not in planner.get("eservices.questionnaire_results", code=row.code).text
    planner.get("eservices_desk.questionnaire_texts", code=row.code, name="q1", status=404)


def test_by_link_only_it_stands_in_no_list(client: Client, session: Session) -> None:
    row = make_questionnaire(session, audience=Audience.LINK)

    for page in ("eservices.catalogue", "eservices.questionnaires"):
        assert row.code not in str(client.get(page).soup)
    client.get("eservices.questionnaire", code=row.code)


# -- the desk


def test_a_questionnaire_is_written_on_screen(planner: Client, session: Session) -> None:
    form = planner.get("eservices_desk.new_questionnaire")
    place = planner.submit(form, WORDS).location
    row = session.scalars(sa.select(Questionnaire)).one()
    assert place.endswith(f"/{row.code}/")

    planner.submit(planner.get("eservices_desk.new_question", code=row.code), CHOICE)
    planner.submit(planner.get("eservices_desk.new_question", code=row.code), CHOICE | {"kind": "scale"})
    page = planner.get("eservices_desk.questionnaire", code=row.code)
    planner.submit(page, form="form[action*='q2/arrange']")
    session.refresh(row)
    assert [question.id for question in reads.questions_of(row)] == ["q2", "q1"]
    assert "Shade" in planner.get("eservices_desk.preview_questionnaire", code=row.code).text

    form = planner.get("eservices_desk.question", code=row.code, name="q1")
    assert form.one("#options_en").text.strip() == "Shade\nBenches"
    planner.submit(form, {"label_en": "What else?"})
    step(planner, row, "publish")
    session.refresh(row)
    assert row.published_at == NOW
    assert (row.subject, str(row.opens_on)) == ("plan", "2026-03-04")
    assert "What else?" in planner.get("eservices_desk.questionnaire", code=row.code).text


def test_what_is_wrong_is_said_at_the_field(planner: Client, session: Session) -> None:
    late = WORDS | {"closes_on-year": "2025"}
    form = planner.submit(planner.get("eservices_desk.new_questionnaire"), late, status=422)
    assert "cannot lie before" in " ".join(form.errors)
    assert form.one("#title_en")["value"] == "The park"

    row = make_questionnaire(session, published=False)
    wrong = CHOICE | {"options_en": "Shade"}
    form = planner.submit(planner.get("eservices_desk.new_question", code=row.code), wrong, status=422)
    assert "as many lines in every language" in " ".join(form.errors)
    assert form.one("#label_el")["value"] == "Τι λείπει;"


def test_what_the_kind_does_not_ask_is_not_looked_at(planner: Client, session: Session) -> None:
    row = make_questionnaire(session, published=False)
    other = CHOICE | {"kind": "short", "least": "many", "options_en": ""}

    planner.submit(planner.get("eservices_desk.new_question", code=row.code), other)

    session.refresh(row)
    assert reads.questions_of(row)[-1].data["max"] == 200


def test_of_two_planners_one_is_told(planner: Client, session: Session) -> None:
    row = make_questionnaire(session, published=False)
    words = planner.get("eservices_desk.change_questionnaire", code=row.code)
    question = planner.get("eservices_desk.question", code=row.code, name="q1")
    planner.submit(words)

    assert "Somebody else" in planner.submit(question, status=409).text
    assert "Somebody else" in planner.submit(words, status=409).text


def test_it_is_closed_copied_and_a_draft_thrown_away(planner: Client, session: Session) -> None:
    row = make_questionnaire(session)

    assert "is closed" in step(planner, row, "close", follow=True).text
    assert "closed already" in step(planner, row, "close", follow=True).text
    place = step(planner, row, "copy").location
    copied = session.scalars(sa.select(Questionnaire).where(Questionnaire.id != row.id)).one()
    assert place.endswith(f"/{copied.code}/")
    step(planner, copied, "discard")
    assert session.scalars(sa.select(Questionnaire)).all() == [row]
    assert row.code in str(planner.get("eservices_desk.questionnaires").soup)


def test_answers_of_some_are_looked_at(planner: Client, session: Session) -> None:
    row = make_questionnaire(session)
    make_answer(session, row, once="1")
    make_answer(session, row, once="2", language="en", given={"q1": "a1"})

    page = planner.get("eservices_desk.questionnaire_results", code=row.code, language="en")
    assert "Roads 100% 1" in page.text
    page = planner.get("eservices_desk.questionnaire_results", code=row.code, since="2026-03-04")
    assert "0 people answered" in page.text
    lines = planner.get("eservices_desk.questionnaire_answers", code=row.code).text.splitlines()
    assert lines[1:] == [
        "2026-03-03;el;Trees;Library;4;3;Minoos;More shade.",
        "2026-03-03;en;Roads;;;;;",
    ]


def test_the_desk_is_for_planners(client: Client, session: Session, world: World) -> None:
    client.sign_in(world.clerk)
    row = make_questionnaire(session)

    for page in ("questionnaire", "questionnaire_results", "questionnaire_answers"):
        client.get(f"eservices_desk.{page}", code=row.code, status=403)
    client.get("eservices_desk.questionnaires", status=403)
    step(client, row, "close", status=403)


def test_results_cost_the_same_however_many_answered(client: Client, session: Session) -> None:
    row = make_questionnaire(session)
    operations.show_results(session, row, actor_id=None, now=NOW)

    def statements() -> int:
        told: list[str] = []
        session.commit()

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.lstrip().startswith("SELECT"):
                told.append(statement)

        connection = session.connection()
        sa.event.listen(connection, "before_cursor_execute", note)
        client.get("eservices.questionnaire_results", code=row.code)
        sa.event.remove(connection, "before_cursor_execute", note)
        return len(told)

    make_answer(session, row, once="first")
    few = statements()
    for number in range(40):
        make_answer(session, row, once=str(number))
    assert statements() == few <= 8
