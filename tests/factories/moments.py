"""The time at which tests happen, unless they say another: a Tuesday, ten in the morning in Greece."""

from datetime import UTC, date, datetime

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
DAY = date(2026, 3, 3)
