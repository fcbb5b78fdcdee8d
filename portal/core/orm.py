"""Declarative base, naming convention and the column types all rooms share."""

import enum
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

from portal.core.texts import Translated


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """A moment, kept in UTC; naive datetimes are refused, so that no local time slips in."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """:raises ValueError: if the datetime has no time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment, with UTC as its zone on either database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Money(sa.types.TypeDecorator[Decimal]):
    """Euro with two decimals; kept in cents on SQLite, which has no exact decimals."""

    impl = sa.Numeric(14, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Cents as an integer on SQLite, NUMERIC elsewhere."""
        return dialect.type_descriptor(sa.BigInteger() if dialect.name == "sqlite" else sa.Numeric(14, 2))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """:raises ValueError: if the amount has fractions of a cent."""
        if value is None:
            return None
        if value != value.quantize(Decimal("0.01")):
            raise ValueError(f"money has two decimals: {value}")
        return int(value * 100) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """The amount in euro."""
        if value is None:
            return None
        return (Decimal(value) / 100 if dialect.name == "sqlite" else Decimal(value)).quantize(Decimal("0.01"))


class TranslatedText(sa.types.TypeDecorator[Translated]):
    """A `Translated`, kept as JSON."""

    impl = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, str] | None, dialect: Dialect) -> dict[str, str] | None:
        """A plain dictionary for the database."""
        return None if value is None else dict(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Translated | None:
        """The text as `Translated`."""
        return None if value is None else Translated(value)


class Choices(sa.types.TypeDecorator[Any]):
    """A `Choice`, kept as its value in a short string: a new member needs no migration."""

    impl = sa.String(40)
    cache_ok = True

    def __init__(self, kind: type[enum.Enum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """:raises ValueError: if the value is not a member."""
        return None if value is None else str(self.kind(value).value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The member."""
        return None if value is None else self.kind(value)


#: JSON that PostgreSQL can index
Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
#: 64-bit key; SQLite's rowid must be called INTEGER
BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

#: the largest key that both databases hold
LARGEST_KEY = 2**63 - 1

Key = Annotated[int, mapped_column(BigKey, primary_key=True)]
Euro = Annotated[Decimal, mapped_column(Money)]
Flag = Annotated[bool, mapped_column(default=False, server_default=sa.false())]
Code = Annotated[str, mapped_column(sa.String(80))]
#: values, figures and answers whose shape is stated beside the column
Data = Annotated[dict[str, Any], mapped_column(Json, default=dict)]
Items = Annotated[list[Any], mapped_column(Json, default=list)]


class Base(DeclarativeBase):
    """Every table of the portal."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UTCDateTime,
        date: sa.Date,
        Translated: TranslatedText,
        int: BigKey,
        str: sa.Text,
    }


def add_row(session: Session, kind: type[Base], /, **values: Any) -> int:
    """Write a row at once and give its key, for a fifth of what an object costs that the session looks after.

    For what is only ever added – jobs, lines of a history – and read in other transactions. What waits in the session
    is written before it.
    """
    written = cast("sa.CursorResult[Any]", session.execute(_insert(kind), values))
    return int(written.inserted_primary_key[0])  # type: ignore[index]  # there is one: the table has a key


@cache
def _insert(kind: type[Base]) -> sa.Insert:
    return sa.insert(kind.__table__)  # type: ignore[arg-type]  # a mapped class may also stand for a join; ours do not
