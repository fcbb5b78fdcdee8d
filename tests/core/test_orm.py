"""Column types, translated texts, choices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.choices import Choice
from portal.core.orm import Choices, Money, TranslatedText, UTCDateTime, add_row
from portal.core.outbox import Job
from portal.core.texts import Translated


class Colour(Choice):
    BLUE = "blue", "Blue"
    GREEN = "green", "Green"


SAMPLES = sa.Table(
    "samples",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UTCDateTime),
    sa.Column("price", Money),
    sa.Column("name", TranslatedText),
    sa.Column("colour", Choices(Colour)),
    prefixes=["TEMPORARY"],
)


@pytest.fixture
def table(session: Session) -> sa.Table:
    session.execute(sa.schema.CreateTable(SAMPLES))
    return SAMPLES


def there_and_back(session: Session, table: sa.Table, column: str, value: object) -> object:
    session.execute(table.delete())
    session.execute(table.insert().values({column: value}))
    return session.scalar(sa.select(table.c[column]))


def test_a_moment_comes_back_in_utc(session: Session, table: sa.Table) -> None:
    athens = timezone(timedelta(hours=2))

    found = there_and_back(session, table, "at", datetime(2026, 3, 3, 10, 30, 15, 123456, tzinfo=athens))

    assert found == datetime(2026, 3, 3, 8, 30, 15, 123456, tzinfo=UTC)
    assert isinstance(found, datetime)
    assert found.tzinfo is UTC or found.utcoffset() == timedelta(0)


def test_moments_are_compared_by_the_database(session: Session, table: sa.Table) -> None:
    there_and_back(session, table, "at", datetime(2026, 3, 3, 8, tzinfo=UTC))
    later = datetime(2026, 3, 3, 9, 59, tzinfo=timezone(timedelta(hours=2)))

    assert session.scalar(sa.select(sa.func.count()).where(table.c.at > later)) == 1


def test_a_moment_without_a_zone_is_refused(session: Session, table: sa.Table) -> None:
    with pytest.raises(sa.exc.StatementError, match="a moment needs a time zone"):
        there_and_back(session, table, "at", datetime(2026, 3, 3, 8))  # noqa: DTZ001


@pytest.mark.parametrize("amount", ["0.00", "0.01", "226.15", "-339.23", "999999999999.99", "45230.5", "7"])
def test_money_is_exact(session: Session, table: sa.Table, amount: str) -> None:
    found = there_and_back(session, table, "price", Decimal(amount))

    assert found == Decimal(amount)
    assert str(found) == f"{Decimal(amount):.2f}"


def test_money_is_summed_by_the_database(session: Session, table: sa.Table) -> None:
    session.execute(table.insert(), [{"price": Decimal("0.10")}, {"price": Decimal("0.20")}])

    assert session.scalar(sa.select(sa.func.sum(table.c.price, type_=Money))) == Decimal("0.30")


def test_fractions_of_a_cent_are_refused(session: Session, table: sa.Table) -> None:
    with pytest.raises(sa.exc.StatementError, match="money has two decimals"):
        there_and_back(session, table, "price", Decimal("0.005"))


def test_a_text_keeps_its_languages(session: Session, table: sa.Table) -> None:
    found = there_and_back(session, table, "name", Translated(el="Δήμος", en="Municipality"))

    assert isinstance(found, Translated)
    assert found.text("en") == "Municipality"


@pytest.mark.parametrize(
    ("text", "wanted", "language"),
    [
        ({"el": "Δήμος", "en": "Municipality"}, "en", "en"),
        ({"el": "Δήμος", "en": ""}, "en", "el"),
        ({"el": "Δήμος"}, "fr", "el"),
        ({"de": "Gemeinde"}, "fr", "de"),
        ({}, "en", "en"),
    ],
)
def test_a_text_falls_back_to_greek_then_to_any(text: dict[str, str], wanted: str, language: str) -> None:
    translated = Translated(text)

    assert translated.language(wanted) == language
    assert translated.text(wanted) == text.get(language, "")


def test_a_choice_is_kept_by_its_value(session: Session, table: sa.Table) -> None:
    assert there_and_back(session, table, "colour", Colour.GREEN) is Colour.GREEN
    assert session.scalar(sa.select(sa.cast(table.c.colour, sa.String))) == "green"
    assert Colour.GREEN.label == "Green"


def test_a_value_that_is_no_choice_is_refused(session: Session, table: sa.Table) -> None:
    with pytest.raises(sa.exc.StatementError, match="not a valid Colour"):
        there_and_back(session, table, "colour", "red")


def test_a_row_that_is_added_has_its_defaults_and_its_key(session: Session) -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)

    first = add_row(session, Job, kind="tests", payload={"name": "Άννα"}, created_at=now, due_at=now)
    second = add_row(session, Job, kind="tests", payload={}, created_at=now, due_at=now)

    job = session.get_one(Job, first)
    assert (job.payload, job.due_at, job.attempts, job.done_at) == ({"name": "Άννα"}, now, 0, None)
    assert second > first


def test_what_waits_in_the_session_is_written_before_a_row_that_is_added(session: Session) -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    waiting = Job(kind="tests", payload={}, created_at=now, due_at=now)
    session.add(waiting)

    assert add_row(session, Job, kind="tests", payload={}, created_at=now, due_at=now) > waiting.id
