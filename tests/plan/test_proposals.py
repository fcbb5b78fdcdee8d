"""Proposals for the plan: from residents, councils, units and the data; each is answered with a reason, once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import following
from portal.core.db import db
from portal.core.facts import record
from portal.core.letters import Letter
from portal.core.texts import Translated
from portal.organisation.models import Role
from portal.plan.models import Origin, Plan, PlanProposal, ProposalState
from portal.plan.operations import proposals as operations
from portal.plan.operations.proposals import NewProposal, Verdict
from portal.plan.queries import needs
from portal.plan.queries import proposals as reads
from tests.factories import NOW, make_community, make_fault, make_fault_category, make_staff, make_unit, make_user
from tests.factories.plan import make_plan
from tests.plan.samples import decided
from tests.support.client import Client
from tests.support.together import Both

Drain = Callable[[datetime], int]
WHY = Translated(el="Περιλαμβάνεται.", en="It is in the plan.")
NO = Verdict(state=ProposalState.REFUSED, answer=WHY)
FIELDS = {"title": "Shade at the bus stops", "text": "It is hot.", "name": "Anna", "email": "anna@example.org"}


@pytest.fixture(autouse=True)
def _then(frozen: Callable[[datetime], Any]) -> None:
    frozen(NOW)


@pytest.fixture
def client(client: Client) -> Client:
    """Somebody who reads English."""
    client.language = "en"
    return client


def new(**given: Any) -> NewProposal:
    made = {"title": "Σκιά", "text": "Κάνει ζέστη.", "language": "el", "email": "anna@example.org"}
    return NewProposal(**made | given)


def proposed(
    session: Session, plan: Plan, *, user: User | None = None, once: str = "page", **given: Any
) -> PlanProposal:
    """A proposal of a resident that is confirmed."""
    row = operations.propose(session, plan, new(**given), user=user, once=once, now=NOW)
    assert row is not None
    operations.confirm_proposal(session, row, now=NOW)
    return row


def entered(session: Session, plan: Plan, **given: Any) -> PlanProposal:
    return operations.enter_proposal(session, plan, new(**given), actor_id=None, now=NOW)


def decide(session: Session, row: PlanProposal, verdict: Verdict) -> None:
    operations.decide_proposal(session, row, verdict, actor_id=None, now=NOW)


def last_letter(session: Session, email: str = "anna@example.org") -> Letter:
    session.expire_all()
    return session.scalars(sa.select(Letter).where(Letter.recipient == email).order_by(Letter.id.desc())).first()  # type: ignore[return-value]


# -- operations


def test_nobody_sees_what_is_not_confirmed(plan: Plan, session: Session) -> None:
    row = operations.propose(session, plan, new(), user=None, once="page", now=NOW)

    assert row is not None
    assert reads.proposals(session, plan) == []
    operations.confirm_proposal(session, row, now=NOW)
    assert reads.proposals(session, plan) == [row]


def test_an_account_needs_no_confirmation(plan: Plan, session: Session) -> None:
    user = make_user(session, email="eleni@example.org")

    row = operations.propose(session, plan, new(email=""), user=user, once="page", now=NOW)

    assert row is not None
    assert (row.confirmed_at, row.email, row.user_id) == (NOW, "eleni@example.org", user.id)


def test_nobodys_mailbox_is_filled_by_others(plan: Plan, session: Session) -> None:
    rows = [
        operations.propose(session, plan, new(), user=None, once=f"page {number}", now=NOW)
        for number in range(operations.MOST_WAITING + 1)
    ]

    assert rows[-1] is None
    assert None not in rows[:-1]


def test_what_nobody_confirms_is_forgotten(plan: Plan, session: Session) -> None:
    operations.propose(session, plan, new(), user=None, once="one", now=NOW)
    kept = proposed(session, plan, once="two")

    assert following.forget_unconfirmed(session, PlanProposal.at, now=NOW + timedelta(days=8)) == 1
    assert session.scalars(sa.select(PlanProposal)).all() == [kept]


def test_a_button_pressed_twice_is_one_proposal(committed_app: Flask, both: Both) -> None:
    with committed_app.app_context():
        number = make_plan(db.session).id
        db.session.commit()

    def press() -> int:
        plan = db.session.get_one(Plan, number)
        row = operations.propose(db.session, plan, new(), user=None, once="page", now=NOW)
        assert row is not None
        return row.id

    first, second = both(press)

    assert first == second


def test_of_two_who_answer_at_once_one_is_told(committed_app: Flask, both: Both) -> None:
    with committed_app.app_context():
        number = proposed(db.session, make_plan(db.session)).id
        db.session.commit()

    def answer() -> str:
        decide(db.session, db.session.get_one(PlanProposal, number), NO)
        return "answered"

    said = both(answer)

    assert sorted(map(str, said)) == sorted(["answered", str(operations.AlreadyDecided)])


def test_it_is_accepted_as_an_action_that_there_is(plan: Plan, session: Session) -> None:
    row = proposed(session, plan)
    verdict = Verdict(state=ProposalState.ACCEPTED, answer=WHY, action_code="1.1.1.01")

    with pytest.raises(operations.NoSuchAction):
        decide(session, row, Verdict(state=ProposalState.ACCEPTED, answer=WHY, action_code="9.9.9.99"))
    decide(session, row, verdict)

    assert (row.state, row.action_code, row.decided_at) == (ProposalState.ACCEPTED, "1.1.1.01", NOW)
    with pytest.raises(operations.AlreadyDecided):
        decide(session, row, NO)


def test_it_is_merged_with_another_one_and_never_with_itself(plan: Plan, session: Session) -> None:
    row, other = proposed(session, plan), proposed(session, plan, once="other")

    for wrong in (row.id, None, 999):
        with pytest.raises(operations.CannotMerge):
            decide(session, row, Verdict(state=ProposalState.MERGED, answer=WHY, merged_id=wrong))
    decide(session, row, Verdict(state=ProposalState.MERGED, answer=WHY, merged_id=other.id))

    assert row.merged is other
    with pytest.raises(operations.CannotMerge):
        decide(session, other, Verdict(state=ProposalState.MERGED, answer=WHY, merged_id=row.id))


def test_its_author_must_be_able_to_read_the_reason(plan: Plan, session: Session) -> None:
    row = proposed(session, plan, language="en")

    with pytest.raises(operations.NoReason):
        decide(session, row, Verdict(state=ProposalState.REFUSED, answer=Translated(el="Όχι.")))


def test_its_author_is_told_in_their_language(plan: Plan, session: Session, drain: Drain) -> None:
    row = proposed(session, plan, language="en", title="Shade")
    decide(session, row, NO)
    drain(NOW)

    letter = last_letter(session)
    assert letter.subject == "Your proposal for the plan: Not accepted"
    assert "It is in the plan." in letter.body
    assert f"/en/plan/proposals/mine/{row.token}/" in letter.body


def test_a_council_gives_each_place_once(plan: Plan, session: Session) -> None:
    community = make_community(session)
    council: dict[str, Any] = {"origin": Origin.COMMUNITY, "community_id": community.id}
    entered(session, plan, **council, rank=1)
    entered(session, plan, **council, rank=2)

    with pytest.raises(operations.RankTaken):
        entered(session, plan, **council, rank=1)


def test_the_data_say_where_faults_come_back(plan: Plan, session: Session) -> None:
    category = make_fault_category(session)
    for _ in range(3):
        make_fault(session, category=category, address="Λιμάνι")

    [spot] = needs.needs(session, [], now=NOW)

    assert (spot.kind, spot.number, spot.address) == ("spot", 3, "Λιμάνι")
    assert needs.needs(session, [spot.reference], now=NOW) == []
    entered(session, plan, origin=Origin.DATA, reference=spot.reference)
    with pytest.raises(operations.AlreadyProposed):
        entered(session, plan, origin=Origin.DATA, reference=spot.reference)


def test_the_data_say_which_service_is_late(plan: Plan, session: Session) -> None:
    for number in range(1, 13):
        record(session, decided(number, days=9, within_limit=number > 6))

    [late] = needs.needs(session, [], now=NOW)

    assert (late.kind, late.number, late.in_time) == ("service", 12, 50)
    assert needs.needs(session, [late.reference], now=NOW) == []
    assert needs.needs(session, [], now=NOW + timedelta(days=800)) == []


# -- pages


def test_a_resident_proposes_and_confirms_by_a_link(plan: Plan, session: Session, client: Client, drain: Drain) -> None:
    done = client.submit(client.get("plan.propose"), FIELDS)
    assert "sent=1" in done.location
    assert client.get(done.location).h1 == "Check your email"
    drain(NOW)
    link = re.search(r"http://[^/]+(/en/plan/proposals/mine/\S+)", last_letter(session).body)
    assert link

    page = client.get(link[1])
    assert client.get("plan.proposals").select(".empty")
    client.submit(page)

    assert client.get(link[1]).h1 == "Your proposal"
    listed = client.get("plan.proposals")
    assert "Shade at the bus stops" in listed.text
    row = session.scalars(sa.select(PlanProposal)).one()
    for shown in (listed, client.get("plan.proposal", number=row.id)):
        assert "Anna" not in shown.text
        assert "anna@" not in shown.text


def test_a_wrong_form_is_told_at_its_fields(plan: Plan, client: Client) -> None:
    page = client.submit(client.get("plan.propose"), {"title": "", "text": "", "email": "nobody"}, status=422)

    assert len(page.errors) == 3


def test_who_has_signed_in_sees_it_at_once(plan: Plan, session: Session, client: Client) -> None:
    client.sign_in(make_user(session, email="eleni@example.org"))
    form = client.get("plan.propose")
    assert not form.select("[name=email]")

    done = client.submit(form, {"title": "Σκιά", "text": "Ζέστη"})

    assert client.get(done.location).h1 == "Your proposal"


def test_the_list_is_filtered_and_paged_by_key(plan: Plan, session: Session, client: Client) -> None:
    rows = [proposed(session, plan, once=str(number), title=f"Number {number}") for number in range(22)]
    decide(session, rows[0], NO)

    first = client.get("plan.proposals")
    second = client.get(str(first.one("a[rel=next]")["href"]))

    assert len(first.select("main .plan-lines li")) == 20
    assert second.texts("main .plan-lines li a") == ["Number 1", "Number 0"]
    assert client.get("plan.proposals", state="refused").texts("main .plan-lines li a") == ["Number 0"]
    client.get("plan.proposals", state="nonsense", before="x")


def test_a_link_that_was_never_sent_says_so(plan: Plan, client: Client) -> None:
    assert client.get("plan.proposal_link", token="nothing", status=410).h1 == "This link does not work any more"
    client.post("plan.proposal_link_submit", token="nothing", status=410)


@pytest.fixture
def desk(plan: Plan, session: Session, client: Client) -> Client:
    """A planner."""
    return client.sign_in(make_staff(session, make_unit(session), Role.PLANNER))


def test_the_desk_answers_a_proposal(desk: Client, plan: Plan, session: Session) -> None:
    row = proposed(session, plan, title="Σκιά")
    form = desk.get("plan_desk.proposal", number=row.id)
    answers = {"answer_el": "Ναι.", "answer_en": "Yes.", "state": "accepted"}

    assert desk.submit(form, answers | {"action_code": "7"}, status=422).errors
    desk.submit(form, answers | {"action_code": "1.1.1.01"})

    assert "It became the action 1.1.1.01." in desk.get("plan.proposal", number=row.id).text
    assert "answered already" in desk.submit(form, answers | {"action_code": "1.1.1.01"}, status=409).text


def test_the_desk_enters_what_a_council_proposes(desk: Client, session: Session) -> None:
    community = make_community(session)
    form = desk.get("plan_desk.new_proposal")
    filled = {"title": "Δρόμος", "text": "Προς το λιμάνι", "origin": "community"}

    assert len(desk.submit(form, filled, status=422).errors) == 2
    desk.submit(form, filled | {"community": str(community.id), "rank": "1"})
    desk.submit(form, filled | {"community": str(community.id), "rank": "1"})  # the same page once more
    fresh = desk.get("plan_desk.new_proposal")
    assert desk.submit(fresh, filled | {"community": str(community.id), "rank": "1"}, status=422).errors

    row = session.scalars(sa.select(PlanProposal)).one()
    assert (row.origin, row.rank) == (Origin.COMMUNITY, 1)
    assert "number 1 in the order of the council" in desk.get("plan.proposals").text


def test_the_data_become_a_proposal_by_one_press(desk: Client, session: Session) -> None:
    for number in range(1, 13):
        record(session, decided(number, days=9, within_limit=False))

    page = desk.get("plan_desk.needs")
    desk.submit(page)

    row = session.scalars(sa.select(PlanProposal)).one()
    assert (row.origin, row.email) == (Origin.DATA, "")
    assert row.text == "Only 0 % of 12 decisions of the last twelve months were in time."
    assert desk.get("plan_desk.needs").select(".empty")
    desk.submit(page)
    assert len(session.scalars(sa.select(PlanProposal)).all()) == 1


def test_what_is_taken_down_only_its_author_reads(desk: Client, plan: Plan, session: Session, drain: Drain) -> None:
    row = proposed(session, plan)
    page = desk.get("plan_desk.hide_proposal", number=row.id)
    assert desk.submit(page, {"why": ""}, status=422).errors
    desk.submit(page, {"why": "It names a neighbour."})
    drain(NOW)

    assert desk.get("plan.proposals").select(".empty")
    desk.get("plan.proposal", number=row.id, status=404)
    assert "It names a neighbour." in last_letter(session).body
    assert "It names a neighbour." in desk.get("plan.proposal_link", token=row.token).text
    with pytest.raises(operations.GoneProposal):
        decide(session, row, NO)
