"""Rules of the case: filing, conversation, routing, closing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.casework import operations, policy
from portal.casework.facts import CaseFiled
from portal.casework.models import Assignment, AssignmentKind, Case, EventKind, Phase
from portal.casework.queries import history
from portal.core import audit, search
from portal.core.deadlines import DayKind
from portal.core.facts import Fact
from portal.core.letters import Letter
from portal.documents.models import Channel
from tests.casework.conftest import House, found_in, last
from tests.factories import NOW, make_unit
from tests.factories.casework import make_case, make_filed

Letters = Callable[[], list[dict[str, Any]]]
DAY = timedelta(days=1)


def kinds_of(session: Session, case: Case) -> list[EventKind]:
    return [event.kind for event in history(session, case, internal=True)]


# -- filing


def test_a_filed_case_has_a_number_a_clock_and_its_unit(session: Session, house: House, heard: list[Fact]) -> None:
    filed = make_filed(session, house.unit, applicant=house.resident, search_words="τραπεζοκαθίσματα")

    case = filed.case
    assert case.reference == f"{NOW.year}/1"
    assert case.entry.number == 1
    assert (case.clock_from, case.due_on) == (date(2026, 3, 3), date(2026, 4, 22))
    assert (case.state, case.phase, case.warn_on) == ("filed", Phase.OPEN, date(2026, 4, 7))
    assert case.limit_citation["el"]
    given = session.scalars(sa.select(Assignment)).one()
    assert (given.unit_id, given.user_id, given.kind) == (house.unit.id, None, AssignmentKind.ACTION)
    assert kinds_of(session, case) == [EventKind.FILED]
    assert heard == [
        CaseFiled(
            case_id=case.id,
            kind="request",
            subject_code="general-request",
            unit_id=house.unit.id,
            community_id=None,
            online=True,
            at=NOW,
        )
    ]


def test_a_filed_case_is_found_by_its_unit_and_stands_in_the_audit_trail(session: Session, house: House) -> None:
    case = make_case(session, house.unit, applicant=house.resident, search_words="τραπεζοκαθίσματα")
    session.commit()

    for words in ("ΤΡΑΠΕΖΟΚΑΘΊΣΜΑΤΑ", "Μαρία", case.reference):
        assert found_in(session, words, house.unit) == [case.id]
    assert found_in(session, "Μαρία", house.other) == []
    assert search.find(session, "Μαρία", kinds=("case",)) == []
    assert [entry.action for entry in audit.history(session, ("case", case.id))] == ["casework.case.filed"]
    assert list(audit.breaks(session)) == []


def test_a_limit_of_working_days_leaves_out_holidays(session: Session, house: House) -> None:
    case = make_case(session, house.unit, limit_code="certificate", now=NOW + 20 * DAY)  # Monday 23 March

    assert case.day_kind is DayKind.WORKING
    assert case.due_on == date(2026, 4, 7)  # 25 March is a holiday


def test_without_a_rule_for_the_day_nothing_is_filed(session: Session, house: House) -> None:
    with pytest.raises(LookupError, match="no time limit 'unknown'"):
        make_case(session, house.unit, limit_code="unknown")


def test_the_secret_code_is_known_to_the_applicant_only(session: Session, house: House) -> None:
    filed = make_filed(session, house.unit)

    assert filed.secret not in str(vars(filed.case))
    assert policy.secret_fits(filed.case, f" {filed.secret.lower().replace('-', ' ')} ")
    assert not policy.secret_fits(filed.case, "K7PM-3XWD-9QRT")
    assert not policy.secret_fits(filed.case, "")


def test_a_case_filed_at_the_counter_names_who_wrote_it_down(session: Session, house: House) -> None:
    case = make_case(session, house.unit, channel=Channel.COUNTER, filed_by=house.clerk)

    line = last(session, case)
    assert (line.actor_id, line.channel) == (house.clerk.id, Channel.COUNTER)
    assert case.entry.registered_by_id == house.clerk.id
    assert not case.online


# -- conversation


def test_a_question_stops_the_clock_and_reaches_the_applicant(session: Session, house: House, letters: Letters) -> None:
    case = make_case(session, house.unit, applicant=house.resident)

    operations.ask(session, case, "  Which shop? ", actor=house.clerk, now=NOW + 7 * DAY)

    assert (case.phase, case.state) == (Phase.WAITING_APPLICANT, "waiting-applicant")
    assert (case.paused_on, case.warn_on) == (date(2026, 3, 10), None)
    event = last(session, case)
    assert (event.kind, event.text, event.public, event.actor_id) == (
        EventKind.ASKED,
        "Which shop?",
        True,
        house.clerk.id,
    )
    [letter] = letters()
    assert (letter["to"], letter["language"], letter["template"]) == (
        house.resident.email,
        "en",
        "casework/question",
    )
    assert letter["values"]["text"] == "Which shop?"


@pytest.mark.parametrize(
    ("limit", "due_on", "warn_on"),
    [
        # 10 calendar days did not count; 2 May is a Saturday
        ("general-request", date(2026, 5, 4), date(2026, 4, 16)),
        # 8 working days did not count; 25 March is a holiday
        ("certificate", date(2026, 3, 30), date(2026, 3, 22)),
    ],
)
def test_an_answer_moves_the_deadline_by_the_days_that_did_not_count(
    session: Session, house: House, limit: str, due_on: date, warn_on: date
) -> None:
    case = make_case(session, house.unit, limit_code=limit)
    operations.ask(session, case, "Which?", actor=house.clerk, now=NOW + 7 * DAY)

    operations.answer(session, case, "This one.", actor=None, now=NOW + 17 * DAY)

    assert (case.state, case.paused_on, case.paused_days) == ("filed", None, 10)
    assert (case.due_on, case.warn_on) == (due_on, warn_on)
    assert last(session, case).data == {"due_on": due_on.isoformat()}


def test_an_answer_gives_the_case_back_to_its_handler(session: Session, house: House) -> None:
    case = make_case(session, house.unit)
    operations.take(session, case, actor=house.clerk, now=NOW)
    operations.ask(session, case, "Which?", actor=house.clerk, now=NOW)

    operations.add_documents(session, case, [], text="This.", actor=None, now=NOW)

    assert (case.state, case.assignee_id) == ("in-progress", house.clerk.id)
    assert last(session, case).kind is EventKind.ANSWERED


def test_words_of_ones_own_accord_leave_the_clock_alone(session: Session, house: House) -> None:
    case = make_case(session, house.unit)

    operations.add_documents(session, case, [], text="One more thing.", actor=None, now=NOW + DAY)

    assert (case.state, case.due_on) == ("filed", date(2026, 4, 22))
    assert last(session, case).kind is EventKind.DOCUMENTS


def test_a_message_reaches_the_applicant_and_a_note_does_not(session: Session, house: House, letters: Letters) -> None:
    case = make_case(session, house.unit)

    operations.write_message(session, case, "It goes well.", actor=house.clerk, now=NOW)
    operations.note(session, case, "Ask the engineer.", actor=house.clerk, now=NOW)

    assert [letter["template"] for letter in letters()] == ["casework/message"]
    shown = history(session, case, internal=False)
    assert [event.kind for event in shown] == [EventKind.FILED, EventKind.MESSAGE]
    assert len(history(session, case, internal=True)) == 3


@pytest.mark.parametrize("deed", ["ask", "write_message", "note", "wait_for_other", "extend", "forward", "answer"])
def test_nothing_is_said_without_words(session: Session, house: House, deed: str) -> None:
    case, by = make_case(session, house.unit), {"actor": house.clerk, "now": NOW}
    deeds: dict[str, Callable[[], object]] = {
        "ask": lambda: operations.ask(session, case, " \n", **by),
        "write_message": lambda: operations.write_message(session, case, "", **by),
        "note": lambda: operations.note(session, case, "", **by),
        "wait_for_other": lambda: operations.wait_for_other(session, case, reason="", **by),
        "extend": lambda: operations.extend(session, case, days=5, reason=" ", **by),
        "forward": lambda: operations.forward(session, case, unit_id=house.other.id, reason="", **by),
        "answer": lambda: operations.add_documents(session, case, [], text=" ", **by),
    }

    with pytest.raises(operations.TextMissing):
        deeds[deed]()

    assert kinds_of(session, case) == [EventKind.FILED]


# -- waiting and more time


def test_while_another_body_must_act_the_clock_goes_on(session: Session, house: House) -> None:
    case = make_case(session, house.unit)

    operations.wait_for_other(session, case, reason="The Forest Service must agree.", actor=house.clerk, now=NOW)

    assert (case.phase, case.paused_on, case.due_on) == (Phase.WAITING_OTHER, None, date(2026, 4, 22))
    assert last(session, case).public
    operations.resume(session, case, actor=house.clerk, now=NOW + 9 * DAY)
    assert (case.phase, case.due_on, case.paused_days) == (Phase.OPEN, date(2026, 4, 22), 0)


def test_staff_can_go_on_without_an_answer(session: Session, house: House) -> None:
    case = make_case(session, house.unit)
    operations.ask(session, case, "Which?", actor=house.clerk, now=NOW)

    operations.resume(session, case, text="Found it.", actor=house.clerk, now=NOW + 2 * DAY)

    assert (case.paused_on, case.paused_days, case.due_on) == (None, 2, date(2026, 4, 24))


def test_an_extension_tells_why_until_when_and_who(session: Session, house: House, letters: Letters) -> None:
    case = make_case(session, house.unit, applicant=house.resident)

    operations.extend(session, case, days=10, reason="An expert is ill.", actor=house.clerk, now=NOW)

    assert case.due_on == date(2026, 5, 4)
    assert case.warn_on == date(2026, 4, 16)
    [letter] = letters()
    assert letter["template"] == "casework/extended"
    values = letter["values"]
    assert (values["text"], values["due_on"], values["handler"]) == (
        "An expert is ill.",
        "2026-05-04",
        "Άννα Χειρίστρια",
    )


@pytest.mark.parametrize("deed", ["ask", "wait_for_other", "forward"])
def test_what_needs_work_to_go_on_is_refused_while_it_waits(session: Session, house: House, deed: str) -> None:
    case, by = make_case(session, house.unit), {"actor": house.clerk, "now": NOW}
    operations.ask(session, case, "Which?", **by)
    deeds: dict[str, Callable[[], object]] = {
        "ask": lambda: operations.ask(session, case, "And which else?", **by),
        "wait_for_other": lambda: operations.wait_for_other(session, case, reason="For them.", **by),
        "forward": lambda: operations.forward(session, case, unit_id=house.other.id, reason="Theirs.", **by),
    }

    with pytest.raises(operations.CaseWaits):
        deeds[deed]()

    assert case.paused_on == NOW.date()


# -- what the applicant sends reaches somebody


@pytest.mark.parametrize("said", ["The answer to your question", "has added something"])
def test_whoever_has_the_case_is_told_what_came_in_once(
    session: Session, house: House, drain: Callable[[datetime], int], said: str
) -> None:
    case = make_case(session, house.unit)
    house.clerk.language = "en"
    operations.take(session, case, actor=house.clerk, now=NOW)
    if "answer" in said:
        operations.ask(session, case, "Which?", actor=house.clerk, now=NOW)

    operations.add_documents(session, case, [], text="A secret.", actor=None, now=NOW)
    drain(NOW)

    [letter] = session.scalars(sa.select(Letter).where(Letter.recipient == house.clerk.email))
    assert said in letter.subject
    assert f"/en/desk/cases/{case.slug}/" in letter.body
    assert "A secret." not in letter.body


def test_what_comes_in_before_anybody_took_it_is_the_heads_matter(
    session: Session, house: House, letters: Letters
) -> None:
    below = make_unit(session, house.unit)

    for unit in (house.unit, below):
        operations.add_documents(session, make_case(session, unit), [], text="More.", actor=None, now=NOW)
    lonely = make_case(session, make_unit(session))
    operations.add_documents(session, lonely, [], text="More.", actor=None, now=NOW)

    told = [(letter["to"], letter["language"]) for letter in letters() if letter["template"] == "casework/answered"]
    assert told == [(house.head.email, "en")] * 2
