"""Who is told of a report: supporters, followers of a place; who is asked whether it is repaired; nobody twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.casework.operations import Applicant
from portal.core import following as core
from portal.core import mail
from portal.core.letters import Letter
from portal.core.outbox import Job
from portal.core.texts import Translated
from portal.faults import operations
from portal.faults.models import Asked, Fault, FaultState, Follow, Rhythm, Supporter
from portal.faults.models.grid import Near
from portal.faults.operations import Change, FollowWanted, NothingToSupport, telling
from portal.faults.queries import following
from tests.factories import NOW, make_community, make_user
from tests.factories.faults import LAT, LON, make_fault, make_fault_category
from tests.support.client import Client

Drain = Callable[[datetime], int]
NOTE = Translated(el="Έγινε.", en="Done.")
#: the Monday after `NOW`, after eight in the morning, and the one after that
MONDAY = datetime(2026, 3, 9, 7, 0, tzinfo=NOW.tzinfo)
NEXT = MONDAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def _then(frozen: Callable[[datetime], Any]) -> None:
    frozen(NOW)


@pytest.fixture
def client(client: Client) -> Client:
    """Somebody who reads English."""
    client.language = "en"
    return client


@pytest.fixture
def fault(session: Session) -> Fault:
    """What Eleni has reported."""
    return make_fault(session, reporter=Applicant("Ελένη", "eleni@example.org", "el"), address="Λιμάνι")


def repair(session: Session, fault: Fault, *, now: datetime = NOW) -> None:
    operations.change_state(session, fault, Change(state=FaultState.REPAIRED, note=NOTE), actor=None, now=now)


def supports(session: Session, fault: Fault, email: str = "anna@example.org") -> Supporter:
    """Somebody who said “me too” and confirmed it."""
    row = operations.support(session, fault, email=email, language="en", user=None, now=NOW)
    assert row is not None
    operations.confirm_support(session, row, now=NOW)
    return row


def follows(session: Session, email: str = "flora@example.org", **given: Any) -> Follow:
    """Somebody who follows a place and confirmed it."""
    near = {} if "community_id" in given else {"near": Near(LAT, LON, 500)}
    wanted = FollowWanted(email=email, language="en", **{"rhythm": Rhythm.AT_ONCE, **near, **given})
    row = operations.ask_to_follow(session, wanted, now=NOW)
    assert row is not None
    operations.confirm_follow(session, row, now=NOW)
    return row


def letters(session: Session, email: str) -> list[str]:
    """Subjects of what somebody got."""
    session.expire_all()
    found = sa.select(Letter.subject).where(Letter.recipient == email).order_by(Letter.id)
    return list(session.scalars(found))


def last(session: Session, email: str) -> Letter:
    query = sa.select(Letter).where(Letter.recipient == email).order_by(Letter.id.desc())
    found = session.scalars(query).first()
    assert found is not None
    return found


def link(session: Session, email: str, name: str) -> str:
    found = re.search(rf"http://localhost(/\w\w/faults/{name}/\S+)", last(session, email).body)
    assert found, last(session, email).body
    return found[1]


# -- me too


def test_an_account_counts_at_once_and_once(client: Client, session: Session, fault: Fault) -> None:
    client.sign_in(make_user(session, email="anna@example.org"))

    page = client.submit(client.get("faults.support", slug=fault.slug), follow=True)
    client.submit(page, {}, follow=True) if page.select("form[method=post]:has(button.govuk-button)") else None

    session.expire_all()
    assert page.h1 == "Thank you, you count"
    assert fault.supporters == 1


def test_by_email_somebody_counts_once_the_link_is_confirmed(
    client: Client, session: Session, fault: Fault, drain: Drain
) -> None:
    page = client.submit(client.get("faults.support", slug=fault.slug), {"email": "Anna@Example.org"}, follow=True)
    drain(NOW)

    session.expire_all()
    assert page.h1 == "Check your email"
    assert fault.supporters == 0
    address = link(session, "anna@example.org", "support")
    asking = client.get(address)
    session.expire_all()
    assert fault.supporters == 0, "opening a link changes nothing"
    client.submit(asking, follow=True)
    session.expire_all()
    assert fault.supporters == 1


def test_the_answer_is_the_same_whoever_has_what_already(
    client: Client, session: Session, fault: Fault, drain: Drain
) -> None:
    supports(session, fault)
    session.commit()
    pages = [
        client.submit(client.get("faults.support", slug=fault.slug), {"email": email}, follow=True).text
        for email in ("anna@example.org", "new@example.org", "eleni@example.org")
    ]
    drain(NOW)

    assert len(set(pages)) == 1
    session.expire_all()
    assert fault.supporters == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Supporter)) == 2


def test_the_reporter_is_no_supporter(session: Session, fault: Fault) -> None:
    assert operations.support(session, fault, email="Eleni@example.org", language="el", user=None, now=NOW) is None


def test_nobodys_mailbox_is_filled_by_others(session: Session) -> None:
    before = session.scalar(sa.select(sa.func.count()).select_from(Job).where(Job.kind == "mail")) or 0
    for _number in range(8):
        fault = make_fault(session, reporter=None)
        for _turn in range(2):
            operations.support(session, fault, email="anna@example.org", language="el", user=None, now=NOW)

    after = session.scalar(sa.select(sa.func.count()).select_from(Job).where(Job.kind == "mail")) or 0
    assert after - before == 5


def test_one_press_in_a_mail_program_ends_it(client: Client, session: Session, fault: Fault) -> None:
    row = supports(session, fault)
    session.commit()

    answer = client.browser.post(f"/en/faults/support/{row.token}/end/", data={"List-Unsubscribe": "One-Click"})

    session.expire_all()
    assert answer.status_code == 200
    assert fault.supporters == 0
    assert session.scalars(sa.select(Supporter)).all() == []
    assert client.get("faults.end_support", token="x" * 20).h1 == "You will get no more of these letters"


def test_what_is_closed_or_hidden_is_not_supported(session: Session, fault: Fault) -> None:
    hidden = make_fault(session)
    hidden.shown = False
    repair(session, fault)

    for each in (fault, hidden):
        with pytest.raises(NothingToSupport):
            operations.support(session, each, email="a@example.org", language="el", user=None, now=NOW)


def test_what_nobody_confirms_is_forgotten(session: Session, fault: Fault) -> None:
    operations.support(session, fault, email="a@example.org", language="el", user=None, now=NOW)
    supports(session, fault)

    assert core.forget_unconfirmed(session, Supporter.at, now=NOW + timedelta(days=6)) == 0
    assert core.forget_unconfirmed(session, Supporter.at, now=NOW + timedelta(days=8)) == 1


# -- each step is told


def test_supporters_are_told_of_each_step_and_nobody_twice(session: Session, fault: Fault, drain: Drain) -> None:
    supports(session, fault)
    follows(session, "anna@example.org")
    drain(NOW)
    before = len(letters(session, "anna@example.org"))

    repair(session, fault)
    for job in session.scalars(sa.select(Job).where(Job.kind == telling.KIND, Job.done_at.is_(None))):
        operations.tell(session, dict(job.payload), now=NOW)  # as if it had been done, and the worker had died
    drain(NOW)

    told = letters(session, "anna@example.org")[before:]
    assert told == [f"The report {fault.reference}, which you have too: Repaired"]
    assert "Done." in last(session, "anna@example.org").body


def test_many_are_told_in_several_transactions(session: Session, fault: Fault, drain: Drain, monkeypatch: Any) -> None:
    monkeypatch.setattr(telling, "BATCH", 2)
    people = [f"p{number}@example.org" for number in range(5)]
    for email in people:
        supports(session, fault, email)
        follows(session, f"f{email}")
    repair(session, fault)
    drain(NOW)

    assert [len([s for s in letters(session, email) if "Repaired" in s]) for email in people] == [1] * 5
    assert [len([s for s in letters(session, f"f{email}") if "Repaired" in s]) for email in people] == [1] * 5


def test_whoever_follows_a_place_is_told_of_what_lies_in_it(session: Session, drain: Drain) -> None:
    community = make_community(session, code="malia")
    category = make_fault_category(session)
    follows(session, "near@example.org")
    follows(session, "far@example.org", near=Near(LAT + 0.02, LON, 500))
    follows(session, "there@example.org", community_id=community.id)
    follows(session, "lights@example.org", group_id=make_fault_category(session).group.id)
    follows(session, "weekly@example.org", rhythm=Rhythm.WEEKLY)

    fault = make_fault(session, category=category, community=community)
    operations.change_state(session, fault, Change(state=FaultState.CONFIRMED), actor=None, now=NOW)
    repair(session, fault)
    drain(NOW)

    people = ("near", "far", "there", "lights", "weekly")
    told = {who: [s for s in letters(session, f"{who}@example.org") if s.startswith("Where")] for who in people}
    assert [subject.rpartition("– ")[2] for subject in told["near"]] == ["Received", "Repaired"]
    assert told["there"] == told["near"]
    assert told["far"] == told["lights"] == told["weekly"] == []


def test_of_what_is_not_public_nobody_is_told(session: Session, drain: Drain) -> None:
    follows(session)
    private = make_fault(session, category=make_fault_category(session, private=True))
    hidden = make_fault(session)
    supports(session, hidden)
    hidden.shown = False  # before the worker has come
    repair(session, private)
    repair(session, hidden)
    drain(NOW)

    assert [subject for subject in letters(session, "flora@example.org") if "Where" in subject] == []
    assert [subject for subject in letters(session, "anna@example.org") if "which" in subject] == []


def test_letters_can_be_ended_by_the_mail_program(session: Session, fault: Fault, app: Flask) -> None:
    row = supports(session, fault)
    repair(session, fault)
    [job] = session.scalars(sa.select(Job).where(Job.kind == telling.KIND).order_by(Job.id.desc()).limit(1))
    operations.tell(session, dict(job.payload), now=NOW)

    letter = session.scalars(sa.select(Job).where(Job.kind == "mail").order_by(Job.id.desc())).first()
    assert letter is not None
    with app.app_context():
        ends = mail.endings(letter.payload["ends"], "en")
    assert ends["List-Unsubscribe"] == f"<http://localhost/en/faults/support/{row.token}/end/>"


# -- a place is followed


def test_a_place_is_followed_once_the_link_is_confirmed(client: Client, session: Session, drain: Drain) -> None:
    page = client.get("faults.follow", near=f"{LAT},{LON}", km="0.5")
    after = client.submit(page, {"email": "Flora@Example.org", "rhythm": "at-once"}, follow=True)
    drain(NOW)

    row = session.scalars(sa.select(Follow)).one()
    assert after.h1 == "Check your email"
    assert (row.email, row.lat, row.lon, row.metres, row.confirmed_at) == ("flora@example.org", LAT, LON, 500, None)
    client.submit(client.get(link(session, "flora@example.org", "follow")), follow=True)
    session.expire_all()
    assert session.scalars(sa.select(Follow)).one().confirmed_at
    token = row.token
    client.submit(client.get("faults.unfollow", token=token), follow=True)
    session.expire_all()
    assert session.scalars(sa.select(Follow)).all() == []


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({}, "Choose a community or a place"),
        ({"community": "malia", "near": f"{LAT},{LON}"}, "Choose either a community or a place, not both"),
    ],
)
def test_one_of_the_two_has_to_be_chosen(
    client: Client, session: Session, chosen: dict[str, str], message: str
) -> None:
    make_community(session, code="malia")
    session.commit()
    page = client.get("faults.follow", near=f"{LAT},{LON}")
    empty = {"near": "", "community": ""}

    page = client.submit(page, {**empty, **chosen, "email": "a@example.org"}, status=422)

    assert page.errors == [message]


def test_the_weekly_letter_says_what_is_new_once(session: Session, drain: Drain) -> None:
    old = make_fault(session)
    follows(session, "flora@example.org", rhythm=Rhythm.WEEKLY)
    new = make_fault(session, address="Λιμάνι")
    make_fault(session, lat=LAT + 0.05)
    repair(session, old)
    session.flush()

    assert operations.send_weekly(session, now=MONDAY - timedelta(hours=2)) == 0
    assert operations.send_weekly(session, now=MONDAY) == 1
    assert operations.send_weekly(session, now=MONDAY + timedelta(hours=1)) == 0
    assert operations.send_weekly(session, now=NEXT) == 1
    drain(NEXT)

    told = [subject for subject in letters(session, "flora@example.org") if "week" in subject]
    assert told == ["Faults and repairs of the week"]
    body = last(session, "flora@example.org").body
    assert f"/en/faults/{new.slug}/" in body
    assert "newly reported" in body
    assert body.count("/en/faults/2026-") == 2
    assert "/en/faults/unfollow/" in body


# -- is it repaired?


def asked(session: Session, drain: Drain, fault: Fault, email: str) -> str:
    repair(session, fault)
    drain(NOW)
    return link(session, email, "answer")


@pytest.mark.parametrize("email", ["eleni@example.org", "anna@example.org"])
def test_a_no_opens_it_again_once(client: Client, session: Session, fault: Fault, drain: Drain, email: str) -> None:
    supports(session, fault)
    address = asked(session, drain, fault, email).replace("/el/", "/en/")
    client.get(address)
    session.expire_all()
    assert not fault.is_open, "opening a link changes nothing"

    page = client.submit(client.get(address), {"agreed": "no", "why": ""}, status=422)
    page = client.submit(page, {"agreed": "no", "why": "Ακόμη σκοτεινά"}, follow=True)

    session.expire_all()
    assert page.h1 == "Thank you for your answer"
    assert (fault.is_open, fault.disputed, fault.reopened) == (True, True, 1)
    other = {"eleni@example.org": "anna@example.org"}.get(email, "eleni@example.org")
    late = client.get(link(session, other, "answer").replace("/el/", "/en/"))
    assert "somebody else has told us" in late.text
    assert not late.select("form textarea")


def test_a_yes_is_kept(client: Client, session: Session, fault: Fault, drain: Drain) -> None:
    address = asked(session, drain, fault, "eleni@example.org").replace("/el/", "/en/")

    page = client.submit(client.get(address), {"agreed": "yes"}, follow=True)

    session.expire_all()
    assert "Good to know" in page.text
    row = session.scalars(sa.select(Asked)).one()
    assert (row.agreed, fault.is_open) == (True, False)


def test_a_question_of_before_asks_nothing_any_more(session: Session, fault: Fault) -> None:
    repair(session, fault)
    first = session.scalars(sa.select(Asked)).one()
    operations.disagree(session, fault, "Όχι", actor=None, now=NOW + timedelta(days=1))
    repair(session, fault, now=NOW + timedelta(days=2))
    second = session.scalars(sa.select(Asked).where(Asked.id != first.id)).one()
    today = (NOW + timedelta(days=2)).date()

    assert not operations.can_answer(first, today=today)
    assert operations.can_answer(second, today=today)
    assert not operations.can_answer(second, today=today + timedelta(days=60))
    with pytest.raises(operations.TooLateToDisagree):
        operations.answer(session, first, agreed=False, why="Όχι", now=NOW + timedelta(days=2))


def test_who_repeats_an_earlier_report_is_not_asked(session: Session, fault: Fault) -> None:
    change = Change(state=FaultState.DUPLICATE, note=NOTE, duplicate_of=make_fault(session))
    operations.change_state(session, fault, change, actor=None, now=NOW)

    assert session.scalars(sa.select(Asked)).all() == []


def test_a_link_that_is_none_says_so(client: Client) -> None:
    for endpoint in ("faults.answer", "faults.confirm_support", "faults.confirm_follow"):
        assert client.get(endpoint, token="x" * 43, status=410).h1 == "This link does not work any more"


def test_followers_of_a_place_far_away_are_not_even_looked_at(session: Session) -> None:
    follows(session, "far@example.org", near=Near(LAT + 3, LON, 500))

    assert following.followers(session, make_fault(session), after=0, most=9) == []
