"""Letters that come again and again, whatever they tell of: the same rules hold for the wishes of every room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import following
from portal.core.audit import AuditEntry
from portal.core.following import MOST_WAITING, Weekly, Wish
from portal.core.outbox import Job
from portal.events.models import Subscription
from portal.faults.models import Follow
from portal.plan.models import PlanFollow
from tests.factories import NOW
from tests.support.client import Client

ANNA = "anna@example.org"
#: the week of `NOW` from Thursday on
DUE = Weekly(3, time(16))
THURSDAY = datetime(2026, 3, 5, 14, 0, tzinfo=UTC)
#: each table, what a wish of it says, and what else it needs
KINDS: dict[type[Wish], tuple[str, dict[str, Any]]] = {
    Subscription: ("filter", {"language": "en"}),
    Follow: ("metres", {"language": "en"}),
    PlanFollow: ("code", {"language": "en", "kind": "axis", "told": {}}),
}
#: the pages of a room's links
PAGES = {
    Subscription: ("events.confirm_digest", "events.unsubscribe"),
    Follow: ("faults.confirm_follow", "faults.unfollow"),
    PlanFollow: ("plan.confirm_follow", "plan.unfollow"),
}


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def kind(request: pytest.FixtureRequest) -> type[Wish]:
    """A table of wishes."""
    found: type[Wish] = request.param
    return found


def asked(session: Session, kind: type[Wish], what: int = 1, *, email: str = ANNA, now: datetime = NOW) -> Wish | None:
    name, further = KINDS[kind]
    said = {"email": email, name: what if kind is Follow else str(what)}
    return following.ask(session, kind, said, now=now, **further)


def made(session: Session, kind: type[Wish], what: int = 1, *, email: str = ANNA, confirmed: bool = False) -> Wish:
    row = asked(session, kind, what, email=email)
    assert row is not None
    if confirmed:
        following.confirm(session, row, now=NOW)
    return row


def count(session: Session, kind: type[Wish]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0


def noted(session: Session) -> list[tuple[str, str, int]]:
    session.commit()
    query = sa.select(AuditEntry.action, AuditEntry.subject_kind, AuditEntry.subject_id).order_by(AuditEntry.id)
    return [(action, table, number) for action, table, number in session.execute(query)]


def test_what_is_wished_already_is_not_wished_again(session: Session, kind: type[Wish]) -> None:
    row = made(session, kind)

    assert asked(session, kind, email=" Anna@Example.ORG ") is row
    assert count(session, kind) == 1
    assert (row.email, row.confirmed_at, len(row.token)) == (ANNA, None, 43)
    assert noted(session) == [(f"{kind.noted}.asked", kind.__tablename__, row.id)]


def test_nobodys_mailbox_is_filled_by_others(session: Session, kind: type[Wish]) -> None:
    for number in range(3):
        made(session, kind, 100 + number, confirmed=True)  # what is confirmed does not wait
    rows = [asked(session, kind, number) for number in range(MOST_WAITING + 2)]

    assert [row is not None for row in rows] == [True] * MOST_WAITING + [False] * 2
    assert asked(session, kind, 0) is rows[0], "who waits already is found"
    assert asked(session, kind, email="other@example.org") is not None


def test_an_address_has_so_many_wishes_at_most(
    session: Session, kind: type[Wish], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kind, "most", 2)
    rows = [made(session, kind, number, confirmed=True) for number in range(2)]

    assert asked(session, kind, 9) is None
    assert asked(session, kind, 1) is rows[1]


def test_who_was_slower_by_a_moment_gets_the_same_wish(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"email": ANNA, "filter": "1", "language": "en", "token": "x" * 43, "created_at": NOW}

    def meanwhile(*_given: object) -> bool:
        session.execute(sa.insert(Subscription).values(**told, named={}))
        return False

    monkeypatch.setattr(following, "_too_many", meanwhile)

    assert following.ask(session, Subscription, {"email": ANNA, "filter": "1", "language": "en"}, now=NOW)
    assert session.scalars(sa.select(Subscription.token)).all() == ["x" * 43]


def test_the_link_is_sent_once_an_hour(session: Session, kind: type[Wish]) -> None:
    row = made(session, kind)
    for minutes in (0, 20, 59, 60):
        following.send_link(session, row, {"about": "x"}, now=NOW + timedelta(minutes=minutes))

    jobs = session.scalars(sa.select(Job.payload).where(Job.kind == "mail").order_by(Job.id)).all()
    assert len(jobs) == 2
    assert (jobs[0]["to"], jobs[0]["template"], jobs[0]["ends"]) == (ANNA, kind.asking, {})
    assert jobs[0]["values"] == {"about": "x", "token": row.token, "known": False}


def test_it_is_confirmed_once_and_ended_without_a_trace_of_the_address(session: Session, kind: type[Wish]) -> None:
    row = made(session, kind)
    number = row.id
    for hours in (1, 2):
        following.confirm(session, row, now=NOW + timedelta(hours=hours))

    assert row.confirmed_at == NOW + timedelta(hours=1)
    assert following.wished(session, row.token, kind=kind) is row
    following.end(session, row, now=NOW)
    assert count(session, kind) == 0
    verbs = ("asked", "confirmed", "ended")
    assert noted(session) == [(f"{kind.noted}.{verb}", kind.__tablename__, number) for verb in verbs]


def test_what_nobody_confirms_in_a_week_is_forgotten(session: Session, kind: type[Wish]) -> None:
    made(session, kind, 1)
    kept = made(session, kind, 2, confirmed=True)

    forget = following.forget_unconfirmed
    assert forget(session, kind.created_at, now=NOW + timedelta(days=7)) == 0  # type: ignore[arg-type]  # a column
    assert forget(session, kind.created_at, now=NOW + timedelta(days=8)) == 1  # type: ignore[arg-type]
    assert session.scalars(sa.select(kind.id)).all() == [kept.id]


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        (datetime(2026, 3, 2, 0, 0, tzinfo=UTC), THURSDAY),
        (datetime(2026, 3, 8, 21, 59, tzinfo=UTC), THURSDAY),
        (datetime(2026, 3, 8, 22, 0, tzinfo=UTC), THURSDAY + timedelta(days=7)),  # Monday in Athens
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), datetime(2026, 7, 2, 13, 0, tzinfo=UTC)),  # summer time
    ],
)
def test_a_week_begins_on_its_day_in_athens(now: datetime, begins: datetime) -> None:
    assert DUE.begins(now) == begins


def test_a_letter_is_due_once_a_week_to_who_had_confirmed(session: Session, kind: type[Wish]) -> None:
    early, late = (made(session, kind, number, confirmed=True) for number in (1, 2))
    late.confirmed_at = THURSDAY
    made(session, kind, 3)

    def due(now: datetime, most: int = 9) -> list[Wish]:
        return list(following.take_due(session, kind, DUE, now=now, most=most))

    assert due(THURSDAY - timedelta(minutes=1)) == []
    assert due(THURSDAY + timedelta(hours=1)) == [early]
    assert due(THURSDAY + timedelta(days=2)) == []
    following_week = THURSDAY + timedelta(days=7)
    assert [due(following_week, most=1) for _turn in range(3)] == [[early], [late], []]


def test_the_letter_of_a_week_is_written_once_with_the_page_that_ends_it(session: Session, kind: type[Wish]) -> None:
    row = made(session, kind, confirmed=True)
    for days in (0, 1, 7):
        following.send_weekly(session, row, "plan/weekly", {"lines": []}, now=THURSDAY + timedelta(days=days))

    jobs = session.scalars(sa.select(Job).where(Job.kind == "mail").order_by(Job.id)).all()
    assert [job.dedupe for job in jobs] == [f"plan.weekly:{row.id}:2026-W{week}" for week in (10, 11)]
    assert jobs[0].payload["values"] == {"lines": [], "token": row.token}
    assert jobs[0].payload["ends"] == {"endpoint": PAGES[kind][1], "token": row.token}


# -- the pages of its links


def test_opening_a_link_changes_nothing_and_its_button_does(
    session: Session, client: Client, kind: type[Wish], frozen: Callable[[datetime], Any]
) -> None:
    frozen(NOW)
    confirm, end = PAGES[kind]
    token = made(session, kind).token

    asking, ending = client.get(confirm, token=token), client.get(end, token=token)
    session.expire_all()
    assert session.scalars(sa.select(kind.confirmed_at)).one() is None
    client.submit(asking, follow=True)
    session.expire_all()
    assert session.scalars(sa.select(kind.confirmed_at)).one() == NOW
    assert client.submit(ending).location.endswith(ending.response.request.path)
    session.expire_all()
    assert count(session, kind) == 0
    client.get(confirm, token=token, status=410)
    client.get(end, token=token)


def test_only_the_one_press_of_mail_programs_needs_no_token_of_a_form(
    session: Session, client: Client, kind: type[Wish]
) -> None:
    (confirm, end), press = PAGES[kind], {"List-Unsubscribe": "One-Click"}
    token = made(session, kind).token

    client.post(f"{confirm}_submit", press, csrf=False, status=422, token=token)
    client.post(f"{end}_submit", {"x": "1"}, csrf=False, status=422, token=token)
    session.expire_all()
    assert session.scalars(sa.select(kind.confirmed_at)).one() is None
    for _turn in range(2):  # the second time there is nothing any more
        done = client.post(f"{end}_submit", press, csrf=False, status=200, lang="en", token=token)
        assert done.text == "You will get no more of these letters."
    assert count(session, kind) == 0
