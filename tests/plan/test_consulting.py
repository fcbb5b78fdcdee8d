"""Public consultation: a draft is read, commented on and supported until its last day; every comment is answered."""

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
from portal.core.letters import Letter
from portal.core.texts import Translated
from portal.organisation.models import Role
from portal.plan.models import Comment, CommentSupport, Consultation, Plan, ProposalState
from portal.plan.operations import commenting
from portal.plan.operations import consulting as operations
from portal.plan.operations.commenting import NewComment
from portal.plan.operations.consulting import ConsultationInput
from portal.plan.operations.outline import outline
from portal.plan.queries import consulting as reads
from tests.factories import DAY, NOW, make_staff, make_unit, make_user
from tests.factories.plan import make_plan
from tests.support.client import Client
from tests.support.together import Both

Drain = Callable[[datetime], int]
CLOSES = DAY + timedelta(days=20)
LATER = NOW + timedelta(days=21)
DONE = Translated(el="Έγινε δεκτό.", en="Taken.")
GIVEN = ConsultationInput(
    title=Translated(el="Διαβούλευση", en="Consultation"),
    text=Translated(el="Πείτε μας.", en="Tell us."),
    opens_on=DAY,
    closes_on=CLOSES,
)


@pytest.fixture(autouse=True)
def _then(frozen: Callable[[datetime], Any]) -> None:
    frozen(NOW)


@pytest.fixture
def client(client: Client) -> Client:
    """Somebody who reads English."""
    client.language = "en"
    return client


def opened(session: Session, plan: Plan, **given: Any) -> Consultation:
    return operations.open_consultation(session, plan, ConsultationInput(**vars(GIVEN) | given), actor_id=None, now=NOW)


@pytest.fixture
def row(plan: Plan, session: Session) -> Consultation:
    """A consultation on the plan as it is."""
    return opened(session, plan)


def said(session: Session, row: Consultation, *, user: User | None = None, once: str = "page", **given: Any) -> Comment:
    """A comment that is confirmed."""
    made = {"text": "Περισσότερα δέντρα.", "language": "el", "email": "anna@example.org"} | given
    found = commenting.comment(session, row, NewComment(**made), user=user, once=once, now=NOW)
    assert found is not None
    commenting.confirm_comment(session, found, now=NOW)
    return found


def answer(session: Session, comment: Comment, state: ProposalState, *, now: datetime = NOW) -> None:
    commenting.answer_comment(session, comment, state, DONE, actor_id=None, now=now)


def last_letter(session: Session) -> Letter:
    session.expire_all()
    return session.scalars(sa.select(Letter).order_by(Letter.id.desc())).first()  # type: ignore[return-value]


# -- operations


def test_the_draft_is_a_tree_by_axis(row: Consultation, session: Session) -> None:
    draft = outline(reads.content_of(session, row) or {})

    assert [axis.code for axis in draft.axes] == ["1", "2"]
    assert [part.code for part in draft.above("1.1.1.01")] == ["1", "1.1", "1.1.1"]
    assert str(draft.parts["1.1.1.01"].budget) == "1340000.55"
    assert draft.axis_of["1.1.1.01"] == "1"
    assert draft.axis_of["Σ1"] == ""
    assert draft.axis_of["Δ.2.1.02"] == "2"


def test_a_consultation_ends_after_it_begins(plan: Plan, session: Session) -> None:
    for wrong in ({"closes_on": DAY - timedelta(days=1)}, {"opens_on": CLOSES + timedelta(days=1)}):
        with pytest.raises(operations.WrongDays):
            opened(session, plan, **wrong)
    with pytest.raises(operations.NoDraft):
        opened(session, plan, revision_id=77)


def test_of_two_who_change_it_one_is_told(row: Consultation, session: Session) -> None:
    operations.change_consultation(session, row, GIVEN, seen=1, actor_id=None, now=NOW)

    with pytest.raises(operations.ConsultationChanged):
        operations.change_consultation(session, row, GIVEN, seen=1, actor_id=None, now=NOW)


def test_nothing_is_added_before_the_first_or_after_the_last_day(
    row: Consultation, session: Session, plan: Plan
) -> None:
    comment = said(session, row)
    new = NewComment(text="Α", language="el", email="b@example.org")
    waiting = commenting.comment(session, row, new, user=None, once="b", now=NOW)
    assert waiting is not None
    coming = opened(session, plan, opens_on=DAY + timedelta(days=2))
    on_its_last_day = NOW + timedelta(days=20)

    assert commenting.comment(session, row, new, user=None, once="c", now=on_its_last_day)
    with pytest.raises(commenting.NotOpen):
        commenting.comment(session, row, new, user=None, once="d", now=LATER)
    with pytest.raises(commenting.NotOpen):
        commenting.confirm_comment(session, waiting, now=LATER)
    with pytest.raises(commenting.NotOpen):
        commenting.support_comment(session, comment, user=make_user(session), now=LATER)
    with pytest.raises(commenting.NotOpen):
        commenting.comment(session, coming, new, user=None, once="e", now=NOW)


def test_only_a_part_of_the_draft_can_be_commented_on(row: Consultation, session: Session) -> None:
    assert said(session, row, part="1.1.1.01").part == "1.1.1.01"
    with pytest.raises(commenting.NoSuchPart):
        said(session, row, part="7.7", once="other")


def test_nobodys_mailbox_is_filled_by_others(row: Consultation, session: Session) -> None:
    new = NewComment(text="Α", language="el", email="b@example.org")
    rows = [commenting.comment(session, row, new, user=None, once=str(number), now=NOW) for number in range(6)]

    assert rows[-1] is None
    assert None not in rows[:-1]
    assert following.forget_unconfirmed(session, Comment.at, now=NOW + timedelta(days=8)) == 5


def test_a_comment_is_supported_once_and_not_by_its_author(row: Consultation, session: Session) -> None:
    author, other = make_user(session), make_user(session)
    comment = said(session, row, user=author)

    counted = [commenting.support_comment(session, comment, user=user, now=NOW) for user in (other, other, author)]

    assert counted == [True, False, False]
    assert comment.supporters == 1


def test_who_presses_twice_at_once_counts_once(committed_app: Flask, both: Both) -> None:
    with committed_app.app_context():
        session = db.session
        comment, user = said(session, opened(session, make_plan(session))), make_user(session)
        keys = comment.id, user.id
        session.commit()

    def press() -> bool:
        found, who = db.session.get_one(Comment, keys[0]), db.session.get_one(User, keys[1])
        return commenting.support_comment(db.session, found, user=who, now=NOW)

    assert sorted(map(bool, both(press))) == [False, True]
    with committed_app.app_context():
        assert db.session.get_one(Comment, keys[0]).supporters == 1
        assert db.session.scalar(sa.select(sa.func.count()).select_from(CommentSupport)) == 1


def test_the_report_waits_for_the_last_day_and_for_every_answer(row: Consultation, session: Session) -> None:
    comment, hidden = said(session, row), said(session, row, once="rude")
    commenting.hide_comment(session, hidden, "Προσβλητικό.", actor_id=None, now=NOW)
    given: dict[str, Any] = {"actor_id": None, "now": LATER}

    with pytest.raises(operations.StillOpen):
        operations.publish_report(session, row, DONE, actor_id=None, now=NOW)
    with pytest.raises(operations.NoReport):
        operations.publish_report(session, row, Translated(en="Done"), **given)
    with pytest.raises(operations.Unanswered):
        operations.publish_report(session, row, DONE, **given)
    answer(session, comment, ProposalState.MERGED)
    operations.publish_report(session, row, DONE, **given)

    with pytest.raises(operations.ReportPublished):
        answer(session, comment, ProposalState.REFUSED)
    with pytest.raises(operations.ReportPublished):
        commenting.hide_comment(session, comment, "Όχι.", **given)
    with pytest.raises(operations.ReportPublished):
        operations.publish_report(session, row, DONE, **given)
    with pytest.raises(operations.ReportPublished):
        operations.change_consultation(session, row, GIVEN, seen=row.seen, **given)


def test_figures_are_by_axis(row: Consultation, session: Session) -> None:
    first = said(session, row, part="1.1.1.01")
    said(session, row, part="1", once="b")
    said(session, row, part="", once="c")
    answer(session, first, ProposalState.ACCEPTED)
    commenting.support_comment(session, first, user=make_user(session), now=NOW)

    draft = outline(reads.content_of(session, row) or {})
    by_axis = reads.said_by_axis(reads.said_by_part(session, row), draft.axis_of)

    assert {code: (one.number, one.supporters, one.accepted) for code, one in by_axis.items()} == {
        "1": (2, 1, 1),
        "": (1, 0, 0),
    }


def test_its_author_reads_the_answer_in_their_language(row: Consultation, session: Session, drain: Drain) -> None:
    comment = said(session, row, language="en")
    with pytest.raises(commenting.NoWords):
        commenting.answer_comment(
            session, comment, ProposalState.ACCEPTED, Translated(el="Ναι."), actor_id=None, now=NOW
        )
    answer(session, comment, ProposalState.MERGED)
    drain(NOW)

    letter = last_letter(session)
    assert letter.subject == "Your comment in the public consultation has an answer"
    assert "Accepted in part" in letter.body
    assert "Taken." in letter.body
    assert f"/en/plan/comments/mine/{comment.token}/" in letter.body


# -- pages


def test_a_resident_comments_on_a_part_and_confirms_by_a_link(
    row: Consultation, session: Session, client: Client, drain: Drain
) -> None:
    assert "Open until" in client.get("plan.consultations").text
    page = client.get("plan.consultation", number=row.id)
    page = client.get(str(page.select("main a[href$='/parts/1/']")[0]["href"]))
    page = client.get(str(page.select("main a[href$='/parts/1.1.1.01/']")[0]["href"]))
    form = client.get(str(page.one("main a.govuk-button")["href"]))
    done = client.submit(form, {"text": "More trees", "name": "Anna", "email": "anna@example.org"})
    assert client.get(done.location).h1 == "Check your email"
    drain(NOW)
    link = re.search(r"http://[^/]+(/en/plan/comments/mine/\S+)", last_letter(session).body)
    assert link

    client.submit(client.get(link[1]))

    assert client.get(link[1]).h1 == "Your comment"
    shown = client.get("plan.consultation_part", number=row.id, code="1.1.1.01")
    assert "More trees" in shown.text
    assert "Anna" in shown.text
    assert "anna@" not in shown.text
    assert "1 comment" in client.get("plan.consultation_part", number=row.id, code="1").text
    assert "More trees" in client.get("plan.comments", number=row.id).text


def test_what_is_not_there_is_not_found(row: Consultation, client: Client) -> None:
    client.get("plan.consultation", number=999, status=404)
    client.get("plan.consultation_part", number=row.id, code="7.7", status=404)
    client.get("plan.comment", number=row.id, part="7.7", status=404)
    client.get("plan.comment_link", token="nothing", status=410)
    assert client.submit(client.get("plan.comment", number=row.id), {"email": "x"}, status=422).errors


def test_who_has_signed_in_supports_a_comment(row: Consultation, session: Session, client: Client) -> None:
    comment = said(session, row, part="1")
    here = {"number": row.id, "code": "1"}
    assert client.get("plan.support_comment", number=comment.id, status=303).location
    client.sign_in(make_user(session))

    page = client.get(str(client.get("plan.consultation_part", **here).one(".said a")["href"]))
    client.submit(page)

    assert client.get("plan.support_comment", number=comment.id).h1 == "Thank you, you count"
    assert "1 person says the same · you too" in client.get("plan.consultation_part", **here).text


def test_after_the_last_day_no_page_offers_anything(
    row: Consultation, session: Session, client: Client, frozen: Callable[[datetime], Any]
) -> None:
    comment = said(session, row)
    frozen(LATER)

    page = client.get("plan.consultation", number=row.id)
    assert "Ended" in page.text
    assert not page.select("main a.govuk-button")
    assert not client.get("plan.comment", number=row.id).select("main form")
    filled = {"text": "Late", "email": "b@example.org"}
    client.post("plan.comment_submit", filled, number=row.id, status=409)
    client.sign_in(make_user(session))
    client.post("plan.support_comment_submit", number=comment.id, status=409)


def test_the_overview_leads_to_what_is_open(row: Consultation, client: Client) -> None:
    page = client.get("plan.overview")

    assert page.select(f"a[href$='/plan/consultations/{row.id}/']")
    assert page.select("a[href$='/plan/proposals/new/']")


@pytest.fixture
def desk(plan: Plan, session: Session, client: Client) -> Client:
    """A planner."""
    return client.sign_in(make_staff(session, make_unit(session), Role.PLANNER))


def test_the_desk_opens_a_consultation_and_gives_more_time(desk: Client, session: Session) -> None:
    texts = {"title_el": "Διαβούλευση", "title_en": "Consultation", "text_el": "Πείτε.", "text_en": "Tell."}
    last = {"closes_on-day": "1", "closes_on-month": "4", "closes_on-year": "2026"}
    form = desk.get("plan_desk.new_consultation")

    assert desk.submit(form, texts | last | {"closes_on-year": "2025"}, status=422).errors
    desk.submit(form, texts | last)
    row = session.scalars(sa.select(Consultation)).one()
    page = desk.get("plan_desk.change_consultation", number=row.id)
    desk.submit(page, {"closes_on-day": "15"})
    assert "Somebody else" in desk.submit(page, {"closes_on-day": "20"}, status=409).text

    session.expire_all()
    assert (row.closes_on.day, row.title["en"]) == (15, "Consultation")


def test_the_desk_answers_hides_and_reports(
    desk: Client, row: Consultation, session: Session, frozen: Callable[[datetime], Any]
) -> None:
    comment, rude = said(session, row, text="Trees"), said(session, row, text="Rude words", once="b")
    page = desk.get("plan_desk.hide_comment", number=rude.id)
    assert desk.submit(page, {"why": ""}, status=422).errors
    desk.submit(page, {"why": "It insults somebody."})
    assert "1 comment waits" in desk.get("plan_desk.consultation", number=row.id).text
    form = desk.get("plan_desk.comment", number=comment.id)
    assert desk.submit(form, {"state": "merged", "answer_el": ""}, status=422).errors
    desk.submit(form, {"state": "merged", "answer_el": "Εν μέρει.", "answer_en": "In part."})
    frozen(LATER)

    desk.sign_in(session.scalars(sa.select(User).where(User.is_staff)).first())  # type: ignore[arg-type]
    page = desk.get("plan_desk.consultation_report", number=row.id)
    desk.submit(page, {"report_el": "Σας ακούσαμε.", "report_en": "We listened."})

    report = desk.get("plan.comments", number=row.id)
    assert "We listened." in report.text
    assert "In part." in report.text
    assert "Rude words" not in report.text
    assert "We listened." in desk.get("plan.consultation", number=row.id).text
    assert desk.get("plan.comments", number=row.id, state="accepted").select(".empty")
    desk.post("plan_desk.hide_comment_submit", {"why": "x"}, number=comment.id, status=409)
