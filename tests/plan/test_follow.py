"""Who follows the plan is told what is new, once a week at most; nobody who has not confirmed it, nothing twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import following as core
from portal.core import outbox
from portal.core.letters import Letter
from portal.core.texts import Translated
from portal.plan.models import Funding, FundingAmount, PeriodState, Plan, PlanFollow
from portal.plan.operations import following
from portal.plan.operations.following import FollowWanted
from tests.factories import NOW
from tests.factories.plan import action_of, make_evidence, make_period
from tests.support.client import Client

Drain = Callable[[datetime], int]
MAINS = "1.1.1.01"
ANNA = "anna@example.org"
#: Tuesdays, nine in the morning in Greece
TUESDAY = datetime(2026, 3, 10, 7, 0, tzinfo=NOW.tzinfo)
NEXT = TUESDAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def _then(frozen: Callable[[datetime], Any]) -> None:
    frozen(NOW)


@pytest.fixture
def client(client: Client) -> Client:
    """Somebody who reads English."""
    client.language = "en"
    return client


def follows(session: Session, kind: str = "action", code: str = MAINS, email: str = ANNA) -> PlanFollow:
    """Somebody who follows and confirmed it."""
    wanted = FollowWanted(email=email, language="en", kind=kind, code=code)
    row = following.ask_to_follow(session, wanted, now=NOW)
    assert row is not None
    following.confirm_follow(session, row, now=NOW)
    return row


def letters(session: Session, email: str = ANNA) -> list[Letter]:
    session.expire_all()
    return list(session.scalars(sa.select(Letter).where(Letter.recipient == email).order_by(Letter.id)))


def link(letter: Letter, name: str) -> str:
    found = re.search(rf"http://localhost(/\w\w/plan/{name}/\S+)", letter.body)
    assert found, letter.body
    return found[1]


def test_it_is_asked_for_confirmed_and_ended(plan: Plan, session: Session, client: Client, drain: Drain) -> None:
    form = client.get("plan.follow", kind="action", code=MAINS)
    assert form.one("select[name=action] option[selected]")["value"] == MAINS
    page = client.submit(form, {"email": "Anna@Example.org"}, follow=True)
    drain(NOW)

    assert page.h1 == "Check your email"
    [letter] = letters(session)
    assert "Action 1.1.1.01: New mains" in letter.body
    asking = client.get(link(letter, "follow"))
    assert session.scalars(sa.select(PlanFollow.confirmed_at)).one() is None, "opening a link changes nothing"
    assert client.submit(asking, follow=True).h1 == "We keep you informed"
    token = session.scalars(sa.select(PlanFollow.token)).one()
    ended = client.submit(client.get("plan.unfollow", token=token), follow=True)
    assert ended.h1 == "You will get no more of these letters"
    assert session.scalar(sa.select(sa.func.count()).select_from(PlanFollow)) == 0
    client.get("plan.confirm_follow", token=token, status=410)


@pytest.mark.parametrize("chosen", [{}, {"action": MAINS, "axis": "1"}])
def test_one_thing_is_followed_at_a_time(plan: Plan, client: Client, chosen: dict[str, str]) -> None:
    page = client.post("plan.follow_submit", {"email": ANNA, **chosen}, status=422)

    assert len(page.errors) == 1


def test_the_answer_is_the_same_whoever_follows_already(plan: Plan, session: Session, client: Client) -> None:
    follows(session)
    form = {"action": MAINS, "axis": "", "community": ""}

    pages = [
        client.post("plan.follow_submit", {"email": who, **form}, follow=True).text for who in (ANNA, "b@example.org")
    ]

    assert pages[0] == pages[1]


def test_nobodys_mailbox_is_filled_by_others(plan: Plan, session: Session) -> None:
    wishes = [("action", MAINS), ("action", "2.1.1.01"), ("axis", "1"), ("axis", "2"), ("community", "93090302")]
    wishes += [("community", "93090301")]

    asked = [
        following.ask_to_follow(session, FollowWanted(email=ANNA, language="en", kind=kind, code=code), now=NOW)
        for kind, code in wishes
    ]

    assert [row is not None for row in asked] == [True] * 5 + [False]
    nothing = FollowWanted(email="b@example.org", language="en", kind="axis", code="9")
    assert following.ask_to_follow(session, nothing, now=NOW) is None


@pytest.mark.parametrize(("kind", "code"), [("action", MAINS), ("axis", "1"), ("community", "93090302")])
def test_what_is_new_is_told_once(plan: Plan, session: Session, drain: Drain, kind: str, code: str) -> None:
    follows(session, kind, code)
    make_evidence(session, f"{MAINS}-1", title=Translated(el="Σύμβαση", en="The contract"))

    following.send_weekly(session, now=TUESDAY)
    following.send_weekly(session, now=TUESDAY + timedelta(hours=1))
    following.send_weekly(session, now=NEXT)
    drain(NEXT)

    told = [letter.body for letter in letters(session) if letter.subject == "What is new in the operational plan"]
    assert len(told) == 1
    assert "Milestone reached: Contract" in told[0]
    assert "New evidence: The contract" in told[0]
    assert f"/en/plan/actions/{MAINS}/" in told[0]


def test_a_light_that_changes_is_told(plan: Plan, session: Session, drain: Drain) -> None:
    row = follows(session)
    row.told = {**row.told, "lights": {MAINS: "green"}}

    following.send_weekly(session, now=TUESDAY)
    drain(TUESDAY)

    assert "It was “On its way”, now it is “Off its way”." in letters(session)[-1].body


def test_a_period_that_became_final_is_told(plan: Plan, session: Session, drain: Drain) -> None:
    follows(session)
    make_period(session, plan, "2025-Q4", state=PeriodState.FROZEN, frozen_at=NOW)

    following.send_weekly(session, now=TUESDAY)
    drain(TUESDAY)

    body = letters(session)[-1].body
    assert "The figures of the period 4th quarter 2025 have become final" in body
    assert "http://localhost/en/plan/periods/2025-Q4/" in body


def test_another_end_and_another_budget_are_told_once(plan: Plan, session: Session, drain: Drain) -> None:
    follows(session)
    action = action_of(session, MAINS)
    amount = session.scalars(sa.select(FundingAmount).join(Funding).where(Funding.action_id == action.id)).first()
    assert amount is not None
    action.ends_on, amount.amount = date(2028, 6, 30), amount.amount + 1000
    session.flush()

    for day in (TUESDAY, NEXT):
        following.send_weekly(session, now=day)
    drain(NEXT)

    [body] = [letter.body for letter in letters(session) if letter.subject == "What is new in the operational plan"]
    assert "- It ends on 30 June 2028; until now the plan said 30 June 2026." in body
    assert "- Its budget is €1,341,000.55; until now the plan said €1,340,000.55." in body
    assert "What was decided, and why: http://localhost/en/plan/versions/" in body


def test_who_was_last_told_before_ends_and_budgets_were_kept_is_told_of_no_change(plan: Plan, session: Session) -> None:
    row = follows(session)
    row.told = {key: value for key, value in row.told.items() if key not in {"ends", "budgets"}}

    assert following.send_weekly(session, now=TUESDAY) == 1

    assert not [job for job in session.scalars(sa.select(outbox.Job)) if job.payload["template"] == "plan/weekly"]
    assert row.told["ends"][MAINS]


def test_nothing_is_told_of_what_others_follow_before_tuesday_or_unconfirmed(
    plan: Plan, session: Session, drain: Drain
) -> None:
    follows(session, "axis", "2")
    wanted = FollowWanted(email="b@example.org", language="en", kind="action", code=MAINS)
    following.ask_to_follow(session, wanted, now=NOW)
    make_evidence(session, f"{MAINS}-1")

    assert following.send_weekly(session, now=TUESDAY - timedelta(hours=3)) == 0
    assert following.send_weekly(session, now=TUESDAY) == 1
    drain(TUESDAY)

    subjects = {letter.subject for who in (ANNA, "b@example.org") for letter in letters(session, who)}
    assert "What is new in the operational plan" not in subjects


def test_what_nobody_confirms_is_forgotten(plan: Plan, session: Session) -> None:
    follows(session)
    wanted = FollowWanted(email="b@example.org", language="en", kind="action", code=MAINS)
    following.ask_to_follow(session, wanted, now=NOW)

    assert core.forget_unconfirmed(session, PlanFollow.created_at, now=NOW + timedelta(days=8)) == 1
    assert session.scalars(sa.select(PlanFollow.email)).all() == [ANNA]


def test_one_press_in_a_mail_program_ends_it(plan: Plan, session: Session, client: Client) -> None:
    row = follows(session)

    client.post("plan.unfollow_submit", {"List-Unsubscribe": "One-Click"}, token=row.token, csrf=False, status=200)

    assert session.scalar(sa.select(sa.func.count()).select_from(PlanFollow)) == 0
