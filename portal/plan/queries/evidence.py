"""What stands behind a figure: its contributions, down to the case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.texts import Translated
from portal.plan.models import Contribution, Feed, Indicator, feeds
from portal.plan.queries.series import matching
from portal.plan.queries.spans import Span

PAGE = 20


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A contribution; who may see the case behind it learns its number, everybody else does not."""

    id: int
    on: date
    value: int
    reference: str
    dimensions: Mapping[str, Any]

    @property
    def case_id(self) -> int | None:
        """The case behind it, if it is one."""
        kind, _, number = self.reference.partition(":")
        return int(number) if kind == "case" and number.isdecimal() else None

    @property
    def key(self) -> str:
        """Where a page that ends with this row is continued."""
        return f"{self.on}_{self.id}"


def evidence(
    session: Session, indicator: Indicator, span: Span, *, before: tuple[date, int] | None = None, most: int = PAGE
) -> Sequence[EvidenceRow]:
    """The contributions of a span, newest first; `before` is where the last page ended."""
    if indicator.feed is None or indicator.feed not in feeds():
        return []
    row = Contribution
    query = sa.select(row.id, row.on, row.value, row.reference, row.dimensions).where(
        *matching(indicator.feed, indicator.feed_filter), row.on >= span.first, row.on < span.after
    )
    if before:
        query = query.where(sa.tuple_(row.on, row.id) < sa.tuple_(*before))
    rows = session.execute(query.order_by(row.on.desc(), row.id.desc()).limit(most))
    return [EvidenceRow(*values) for values in rows]


def parse_key(key: str) -> tuple[date, int] | None:
    """What `EvidenceRow.key` says; None where it says nothing."""
    day, _, number = key.partition("_")
    try:
        return (date.fromisoformat(day), int(number)) if number.isdecimal() and len(number) < 19 else None
    except ValueError:
        return None


def names(session: Session, feed: Feed, codes: Sequence[str] = ()) -> dict[str, Mapping[str, Translated]]:
    """How the values of a feed's dimensions are called, or those of some: dimension → code → name."""
    wanted = (dimension for dimension in feed.dimensions if not codes or dimension.code in codes)
    return {dimension.code: dimension.choices(session) for dimension in wanted}
