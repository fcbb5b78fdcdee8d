"""The one place that asks the machine what time it is; pages, commands and the worker call it, rules are told."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ATHENS = ZoneInfo("Europe/Athens")


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def athens_date(moment: datetime) -> date:
    """The day in Greece on which a moment falls; deadlines and protocol years count these."""
    return moment.astimezone(ATHENS).date()


def start_of(day: date) -> datetime:
    """The first moment of a day in Greece, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=ATHENS).astimezone(UTC)
