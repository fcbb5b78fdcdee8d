"""Letters to whoever reported: when it came in, and at every change; in their own language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.casework.operations import Applicant
from portal.core.letters import Letter
from portal.core.texts import Translated
from portal.faults import operations
from portal.faults.models import Fault, FaultState
from portal.faults.operations import Change
from tests.factories import NOW, make_body, make_fault, make_fault_category, make_user

Drain = Callable[[datetime], int]
ENGLISH = Applicant("Ann Reader", "ann@example.org", "en")
NOTE = Translated(el="Κλείσαμε την τρύπα.", en="We filled the hole.")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def written(session: Session, drain: Drain) -> Callable[[], list[Letter]]:
    """The letters so far, oldest first, sent by the worker."""

    def sent() -> list[Letter]:
        drain(LATER)
        return list(session.scalars(sa.select(Letter).order_by(Letter.id)))

    return sent


Written = Callable[[], list[Letter]]


def change(session: Session, fault: Fault, state: FaultState, **given: Any) -> None:
    operations.change_state(session, fault, Change(state=state, **given), actor=make_user(session), now=NOW)


def test_whoever_reports_gets_the_number_and_the_code(session: Session, written: Written) -> None:
    fault = make_fault(session, reporter=ENGLISH, text="A deep hole.", address="Main street 4")

    [letter] = written()

    assert (letter.recipient, letter.language) == ("ann@example.org", "en")
    assert fault.reference in letter.subject
    for words in (
        "Dear Ann Reader",
        "Fault ",
        "Main street 4",
        "A deep hole.",
        "secret code",
        f"/en/faults/{fault.slug}/",
    ):
        assert words in letter.body
    assert "10 March 2026" in letter.body


def test_an_account_needs_no_code(session: Session, written: Written) -> None:
    user = make_user(session)
    make_fault(session, reporter=Applicant(user.full_name, user.email, "el", user_id=user.id))

    [letter] = written()

    assert "/cases/" in letter.body
    assert "κωδικός" not in letter.body.lower()


def test_of_what_is_not_public_the_letter_leads_nowhere_public(session: Session, written: Written) -> None:
    fault = make_fault(session, reporter=ENGLISH, category=make_fault_category(session, private=True))
    change(session, fault, FaultState.CONFIRMED)

    received, changed = written()

    assert f"/faults/{fault.slug}" not in received.body + changed.body
    assert "not shown to the public" in received.body


def test_nobody_in_particular_gets_no_letter(session: Session, written: Written) -> None:
    change(session, make_fault(session, reporter=None), FaultState.CONFIRMED)

    assert written() == []


@pytest.mark.parametrize(
    ("state", "given", "words"),
    [
        (FaultState.CONFIRMED, {}, "We have looked at what you reported"),
        (FaultState.PLANNED, {"planned_on": NOW.date() + timedelta(days=3)}, "6 March 2026"),
        (FaultState.REPAIRING, {}, "Work has begun"),
        (FaultState.REPAIRED, {"note": NOTE}, "We filled the hole."),
        (FaultState.IMPOSSIBLE, {"note": NOTE}, "We cannot repair"),
        (FaultState.PASSED_ON, {"note": NOTE}, "belongs to Body"),
        (FaultState.DUPLICATE, {"note": NOTE}, "Somebody has reported the same"),
    ],
)
def test_every_change_is_told(
    session: Session, written: Written, state: FaultState, given: dict[str, Any], words: str
) -> None:
    fault = make_fault(session, reporter=ENGLISH)
    if state is FaultState.PASSED_ON:
        given = given | {"body": make_body(session)}
    if state is FaultState.DUPLICATE:
        given = given | {"duplicate_of": make_fault(session, reporter=None)}
    change(session, fault, state, **given)

    letter = written()[-1]

    assert words in letter.body
    assert fault.reference in letter.subject
    assert ("18 March 2026" in letter.body) is (state in {FaultState.REPAIRED, FaultState.IMPOSSIBLE})
    assert ("/en/faults/answer/" in letter.body) is (state in {FaultState.REPAIRED, FaultState.IMPOSSIBLE})


def test_a_letter_goes_out_in_the_language_of_the_reporter(session: Session, written: Written) -> None:
    fault = make_fault(session)
    change(session, fault, FaultState.REPAIRED, note=NOTE)

    assert {letter.language for letter in written()} == {"el"}
    assert "Κλείσαμε την τρύπα." in written()[-1].body
