"""The weekly digest: nobody gets it unasked, everybody once a week, and one press ends it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from portal.core import following, mail
from portal.core.letters import Letter
from portal.core.outbox import Job
from portal.core.texts import Translated
from portal.events import operations
from portal.events.models import Event, Price, Status, Subscription
from portal.events.operations import DigestWanted
from portal.events.queries import digests
from tests.factories import NOW
from tests.factories.events import make_category, make_event, make_venue
from tests.support.client import Client

#: Thursday of the week of `NOW`, four in the afternoon in Athens, and the one after
THURSDAY = datetime(2026, 3, 5, 14, 0, tzinfo=NOW.tzinfo)
NEXT = THURSDAY + timedelta(days=7)
FRIDAY = date(2026, 3, 6)
Drain = Callable[[datetime], int]


def subscribed(
    session: Session, wanted: str = "", *, language: str = "el", email: str = "a@example.org"
) -> Subscription:
    """Somebody who asked and confirmed."""
    operations.ask_for_digest(session, DigestWanted(email, wanted, language), now=NOW)
    row = session.scalars(sa.select(Subscription).order_by(Subscription.id.desc())).first()
    assert row is not None
    following.confirm(session, row, now=NOW)
    return row


def sent(session: Session, drain: Drain, now: datetime) -> list[Letter]:
    """The digests of that moment."""
    before = session.scalar(sa.select(sa.func.max(Letter.id))) or 0
    rounds = iter(range(9))
    while operations.send_digests(session, now=now):
        assert next(rounds, None) is not None, "whoever was written to is due again at once"
    with time_machine.travel(now, tick=False):  # the worker's own routine asks the clock
        drain(now)
    session.expire_all()
    rows = session.scalars(sa.select(Letter).where(Letter.id > before).order_by(Letter.id)).all()
    return [row for row in rows if "unsubscribe" in row.body]


def put_off(session: Session, event: Event, status: Status, now: datetime) -> None:
    note = Translated(el="Λόγω καιρού", en="Because of the weather")
    operations.set_status(session, event, status, note, actor_id=None, now=now)


# -- asking


def test_a_digest_is_asked_for_and_confirmed(client: Client, session: Session, drain: Drain) -> None:
    make_category(session, code="music", name=Translated(el="Μουσική", en="Music"))
    page = client.get("events.subscribe", lang="en", category="music", when="today")
    assert "Category: Music" in page.text

    after = client.submit(page, {"email": "Ann@Example.org"}, follow=True)
    drain(NOW + timedelta(days=900))

    row = session.scalars(sa.select(Subscription)).one()
    letter = session.scalars(sa.select(Letter)).one()
    assert after.h1 == "Check your email"
    assert (row.email, row.language, row.filter, row.confirmed_at) == ("ann@example.org", "en", "category=music", None)
    assert letter.recipient == "ann@example.org"
    link = re.search(r"http://localhost(/en/events/subscribe/\S+)", letter.body)
    assert link
    client.submit(client.get(link[1]), follow=True)
    session.expire_all()
    assert session.scalars(sa.select(Subscription)).one().confirmed_at


def test_a_filter_is_said_in_words(client: Client, session: Session, drain: Drain) -> None:
    make_event(session, on=FRIDAY, audience=("families",), spoken=("fr",), price=Price.FREE)
    subscribed(session, "audience=families&spoken=fr&free=1", language="en")

    page = client.get("events.subscribe", lang="en", audience="families", spoken="fr", free="1", q="<b>%s</b>")
    [letter] = sent(session, drain, THURSDAY)

    lines = ["For whom: Families", "Language of the event: Français", "Free"]
    assert page.texts("main .govuk-list li") == [*lines, "Words: <b>%s</b>"]
    assert "- " + "\n- ".join(lines) in letter.body


def test_opening_a_link_changes_nothing(client: Client, session: Session) -> None:
    operations.ask_for_digest(session, DigestWanted("a@example.org", "", "el"), now=NOW)
    token = session.scalars(sa.select(Subscription.token)).one()

    client.get("events.confirm_digest", token=token)
    client.get("events.unsubscribe", token=token)

    session.expire_all()
    row = session.scalars(sa.select(Subscription)).one()
    assert row.confirmed_at is None


def test_the_answer_is_the_same_for_who_has_it_already(client: Client, session: Session, drain: Drain) -> None:
    subscribed(session, email="a@example.org")
    pages = [
        client.submit(client.get("events.subscribe"), {"email": email}, follow=True)
        for email in ("a@example.org", "new@example.org")
    ]
    drain(NOW + timedelta(days=900))

    known = session.scalars(sa.select(Letter).where(Letter.recipient == "a@example.org").order_by(Letter.id.desc()))
    assert pages[0].text == pages[1].text
    assert "/events/unsubscribe/" in known.first().body  # type: ignore[union-attr]
    assert session.scalar(sa.select(sa.func.count()).select_from(Subscription)) == 2


def test_nobodys_mailbox_is_filled_by_others(session: Session) -> None:
    for number in range(20):
        operations.ask_for_digest(session, DigestWanted("a@example.org", f"q=w{number}", "el"), now=NOW)
        operations.ask_for_digest(session, DigestWanted("a@example.org", "q=w0", "el"), now=NOW)

    assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == 5


def test_an_email_is_needed(client: Client) -> None:
    page = client.submit(client.get("events.subscribe", lang="en"), {"email": "ann"}, status=422)

    assert page.errors


def test_what_nobody_confirms_is_forgotten(session: Session) -> None:
    operations.ask_for_digest(session, DigestWanted("a@example.org", "", "el"), now=NOW)

    assert following.forget_unconfirmed(session, Subscription.created_at, now=NOW + timedelta(days=6)) == 0
    assert following.forget_unconfirmed(session, Subscription.created_at, now=NOW + timedelta(days=8)) == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"when": "today", "from": "2026-01-01", "category": "music"}, "category=music"),
        ({"free": "1", "step_free": "yes", "category": "<x>"}, "free=1"),
        ({"km": "3"}, ""),
        ({"near": "35.3,25.4", "km": "10"}, "near=35.3%2C25.4&km=10"),
        ({"lang": "en", "after": "x"}, ""),
    ],
)
def test_a_subscription_keeps_what_can_be_understood(given: dict[str, str], kept: str) -> None:
    assert digests.standing(given, now=NOW) == kept


def test_a_filter_always_fits_into_its_column() -> None:
    long = {"q": "ά" * 5000, "near": "٣" * 5000 + ",1", "free": "1" * 3000, "category": "a" * 3000, "km": "1" * 300}

    assert len(digests.standing(long, now=NOW)) <= 2000


# -- sending


def test_a_digest_comes_on_thursday_at_four_and_once(session: Session, drain: Drain) -> None:
    subscribed(session)
    make_event(session, on=FRIDAY)

    assert sent(session, drain, THURSDAY - timedelta(minutes=1)) == []
    assert len(sent(session, drain, THURSDAY)) == 1
    assert sent(session, drain, THURSDAY + timedelta(days=2)) == []


def test_a_digest_that_is_late_still_comes_in_its_week(session: Session, drain: Drain) -> None:
    subscribed(session)
    make_event(session, on=date(2026, 3, 9))

    assert len(sent(session, drain, THURSDAY + timedelta(days=3))) == 1
    assert sent(session, drain, THURSDAY + timedelta(days=4)) == []


def test_who_confirms_after_the_letter_waits_for_the_next(session: Session, drain: Drain) -> None:
    row = subscribed(session)
    row.confirmed_at = THURSDAY + timedelta(hours=1)
    make_event(session, on=FRIDAY + timedelta(days=7))

    assert sent(session, drain, THURSDAY + timedelta(hours=2)) == []
    assert len(sent(session, drain, NEXT)) == 1


def test_who_has_not_confirmed_gets_nothing(session: Session, drain: Drain) -> None:
    operations.ask_for_digest(session, DigestWanted("a@example.org", "", "el"), now=NOW)
    make_event(session, on=FRIDAY)

    assert sent(session, drain, THURSDAY) == []


def test_nothing_to_say_is_no_letter(session: Session, drain: Drain) -> None:
    subscribed(session)
    make_event(session, on=FRIDAY + timedelta(days=30))

    assert sent(session, drain, THURSDAY) == []


def test_a_digest_says_what_is_on_day_by_day(session: Session, drain: Drain) -> None:
    subscribed(session, language="en")
    venue = make_venue(session, name=Translated(el="Λιμάνι", en="Harbour"))
    make_event(session, on=FRIDAY, title=Translated(el="Συναυλία", en="Concert"), venue=venue, price=Price.FREE)
    make_event(session, on=FRIDAY, at=time(9), rule="FREQ=WEEKLY;COUNT=9", title=Translated(el="Αγορά", en="Market"))
    make_event(session, on=date(2026, 3, 1), at=None, minutes=1440 * 30, title=Translated(el="Έκθεση", en="Exhibition"))

    [letter] = sent(session, drain, THURSDAY)

    assert letter.subject == "The agenda from 5 March to 14 March"
    assert letter.body.index("Going on") < letter.body.index("Exhibition") < letter.body.index("Friday 6 March")
    assert "20:00 Concert\n  Harbour · Free" in letter.body
    assert "09:00 Market\n  Also on: Fri 13 Mar" in letter.body
    assert "until 30 March" in letter.body
    assert letter.body.count("http://localhost/en/events/") == 5


def test_a_digest_is_that_of_its_filter(session: Session, drain: Drain) -> None:
    music = make_category(session, code="music")
    make_event(session, on=FRIDAY, category=music, title=Translated(el="Συναυλία"))
    make_event(session, on=FRIDAY, title=Translated(el="Αγώνας"))
    subscribed(session, "category=music")

    [letter] = sent(session, drain, THURSDAY)

    assert "Συναυλία" in letter.body
    assert "Αγώνας" not in letter.body


def test_only_within_reach_is_near(session: Session, drain: Drain) -> None:
    make_event(session, on=FRIDAY, title=Translated(el="Γωνία"), venue=make_venue(session, lat=35.326, lon=25.4007))
    make_event(session, on=FRIDAY, title=Translated(el="Εδώ"), venue=make_venue(session))
    subscribed(session, "near=35.3177,25.3904&km=1")

    [letter] = sent(session, drain, THURSDAY)

    assert "Εδώ" in letter.body
    assert "Γωνία" not in letter.body


def test_a_cancelled_event_is_named_in_the_next_digest(session: Session, drain: Drain) -> None:
    subscribed(session, language="en")
    event = make_event(session, on=date(2026, 3, 14), title=Translated(el="Συναυλία", en="Concert"))
    other = make_event(session, on=date(2026, 3, 18), title=Translated(el="Χορός", en="Dance"))
    sent(session, drain, THURSDAY)

    put_off(session, event, Status.CANCELLED, THURSDAY + timedelta(days=1))
    put_off(session, other, Status.CANCELLED, THURSDAY + timedelta(days=1))
    [letter] = sent(session, drain, NEXT)

    assert "Changed since our last letter" in letter.body
    assert "14 Mar 2026, 20:00: Cancelled\n  Because of the weather" in letter.body
    assert "[Cancelled] 20:00 Dance" in letter.body
    assert letter.body.count("Because of the weather") == 1


def test_a_moved_one_is_named_with_its_new_time(session: Session, drain: Drain) -> None:
    subscribed(session, language="en")
    event = make_event(session, on=date(2026, 3, 14), title=Translated(el="Συναυλία", en="Concert"))
    row = event.occurrences[0]
    sent(session, drain, THURSDAY)

    later = row.starts_at + timedelta(days=30)
    moved = operations.Single(Status.MOVED, starts_at=later, ends_at=later + timedelta(hours=2))
    operations.change_one(session, row, moved, actor_id=None, now=THURSDAY + timedelta(days=1))
    [letter] = sent(session, drain, NEXT)

    assert "14 Mar 2026, 20:00: Moved\n  New time: 13 Apr 2026, 21:00" in letter.body
    assert "Nothing that you asked for is on" in letter.body


def test_one_that_was_taken_out_is_named(session: Session, drain: Drain) -> None:
    subscribed(session, language="en")
    event = make_event(session, on=date(2026, 3, 14), title=Translated(el="Συναυλία", en="Concert"))
    sent(session, drain, THURSDAY)

    operations.withdraw(session, event, actor=None, now=THURSDAY + timedelta(days=1))
    [letter] = sent(session, drain, NEXT)

    assert "Concert\n  14 Mar 2026, 20:00: no longer in the agenda" in letter.body


def test_the_worker_writes_digests_by_itself(session: Session, drain: Drain) -> None:
    subscribed(session)
    make_event(session, on=FRIDAY)

    with time_machine.travel(THURSDAY, tick=False):
        drain(THURSDAY)

    assert session.scalars(sa.select(Letter).where(Letter.body.contains("unsubscribe"))).one()


def test_what_is_over_is_not_told_any_more(session: Session, drain: Drain) -> None:
    subscribed(session)
    event = make_event(session, on=FRIDAY)
    sent(session, drain, THURSDAY)

    put_off(session, event, Status.CANCELLED, THURSDAY + timedelta(hours=20))

    assert sent(session, drain, NEXT) == []


def test_many_are_written_in_batches_with_few_questions(session: Session, drain: Drain) -> None:
    for number in range(120):
        subscribed(session, email=f"a{number}@example.org")
    make_event(session, on=FRIDAY)

    counts = [operations.send_digests(session, now=THURSDAY) for _ in range(4)]

    assert counts == [50, 50, 20, 0]
    letters = sa.select(sa.func.count()).where(Job.dedupe.startswith("events.digest:"))
    assert session.scalar(letters) == 120


# -- ending


def test_one_press_in_a_mail_program_ends_it(client: Client, session: Session) -> None:
    token = subscribed(session).token

    done = client.post(
        "events.unsubscribe_submit", {"List-Unsubscribe": "One-Click"}, csrf=False, status=200, token=token
    )

    assert not done.is_html
    assert session.scalars(sa.select(Subscription)).all() == []
    client.post("events.unsubscribe_submit", {"List-Unsubscribe": "One-Click"}, csrf=False, status=200, token=token)


def test_any_other_post_needs_its_token(client: Client, session: Session) -> None:
    row = subscribed(session)

    client.post("events.unsubscribe_submit", {"x": "1"}, csrf=False, status=422, token=row.token)

    assert session.scalars(sa.select(Subscription)).one()


def test_it_is_ended_by_hand(client: Client, session: Session) -> None:
    row = subscribed(session)

    page = client.submit(client.get("events.unsubscribe", token=row.token, lang="en"), follow=True)

    assert page.h1 == "You will get no more of these letters"
    assert session.scalars(sa.select(Subscription)).all() == []


def test_a_link_that_is_too_old_says_so(client: Client) -> None:
    page = client.get("events.confirm_digest", token="nothing", lang="en", status=410)

    assert page.select("a[href$='/events/subscribe/']")


def test_a_digest_carries_what_mail_programs_need(app: Flask, session: Session, drain: Drain) -> None:
    row = subscribed(session)
    make_event(session, on=FRIDAY)
    operations.send_digests(session, now=THURSDAY)
    job = session.scalars(sa.select(Job).where(Job.dedupe.startswith("events.digest:"))).one()

    with app.app_context():
        headers = mail.endings(job.payload["ends"], "el")

    assert headers == {
        "List-Unsubscribe": f"<http://localhost/el/events/unsubscribe/{row.token}/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    with app.app_context():
        assert mail.endings({}, "el") == {}
