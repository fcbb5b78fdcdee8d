"""Many rows at once: COPY on PostgreSQL, one prepared statement on SQLite, without the mapper in between."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import stamps
from portal.core.orm import Base

#: rows that are written at a time
BATCH = 20_000
Row = tuple[Any, ...]


class NothingToGrow(ValueError):
    """No municipality is loaded, or it has nothing that rows could be like."""


class Sink:
    """Rows of one table on their way; values are as the database takes them: text for dates, moments and JSON."""

    def __init__(self, connection: sa.Connection, table: str, columns: str) -> None:
        self.connection, self.table, self.name = connection, Base.metadata.tables[table], table
        self.named = columns.split()
        constants = _defaults(self.table, self.named)
        self.columns = [*self.named, *constants]
        self.tail = tuple(constants.values())
        self.rows: list[Row] = []

    def add(self, *row: Any) -> None:
        """One more row, in the order of the columns."""
        self.rows.append(row + self.tail)
        if len(self.rows) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        names = ", ".join(f'"{name}"' for name in self.columns)
        cursor = self.connection.connection.cursor()
        if self.connection.dialect.name == "postgresql":
            with cursor.copy(f"COPY {self.name} ({names}) FROM STDIN") as copy:
                for row in self.rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(self.columns))
            # names of our own tables and columns, no input
            cursor.executemany(f"INSERT INTO {self.name} ({names}) VALUES ({marks})", self.rows)  # noqa: S608
        cursor.close()
        self.rows.clear()


class Heap(Sink):
    """Rows that come in no order into a table that is kept in the order of its keys: put aside, sorted once."""

    def __init__(self, connection: sa.Connection, table: str, columns: str) -> None:
        super().__init__(connection, table, columns)
        self.name = f"grown_{table}"
        types = ", ".join(f"{name} {self.table.columns[name].type.compile(connection.dialect)}" for name in self.named)
        connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {self.name} ({types})")

    def settle(self) -> None:
        """Move them into their table; those that are there already stay as they are."""
        self.flush()
        names = ", ".join(self.named)
        sorted_rows = f"SELECT {names} FROM {self.name} ORDER BY {names}"  # noqa: S608 – our own names
        self.connection.exec_driver_sql(f"INSERT INTO {self.table.name} ({names}) {sorted_rows} ON CONFLICT DO NOTHING")
        self.connection.exec_driver_sql(f"DROP TABLE {self.name}")


def _defaults(table: sa.Table, named: Sequence[str]) -> dict[str, Any]:
    """What the mapper would write into required columns that are not named."""
    known: dict[str, Any] = {}
    for column in table.columns:
        if column.name in named or column.nullable or column.server_default is not None or column.name == "id":
            continue
        default = column.default
        if default is None or not (default.is_scalar or default.is_callable):
            raise LookupError(f"{table.name}.{column.name} has no plain default")
        made: Any = getattr(default, "arg", None)
        # what is made anew for each row is an empty list or object
        known[column.name] = made if default.is_scalar else json.dumps(made(None))
    return known


def next_id(session: Session, table: str) -> int:
    """The first free key."""
    column = Base.metadata.tables[table].columns["id"]
    return (session.scalar(sa.select(sa.func.max(column))) or 0) + 1


def stamped(session: Session, *rooms: str) -> None:
    """Tell the kept pages that these rooms were written to, past the session."""
    for room in rooms:
        stamps.touch(session, room)
    session.commit()


@contextmanager
def quick(connection: sa.Connection, tables: Sequence[str], *, rebuild: bool) -> Iterator[None]:
    """Write without checks that our own rows need not pass; with `rebuild`, indexes are made anew at the end."""
    indexes = _indexes(connection, tables) if rebuild else []
    with _unchecked(connection):
        for index in indexes:
            index.drop(connection)
        try:
            yield
        finally:
            for index in indexes:
                index.create(connection)
    _continue_keys(connection, tables)
    connection.commit()


@contextmanager
def _unchecked(connection: sa.Connection) -> Iterator[None]:
    """No look-ups of foreign keys, no waiting for the disk."""
    if connection.dialect.name == "postgresql":
        superuser = connection.scalar(sa.text("SELECT current_setting('is_superuser')")) == "on"
        settings = {
            "timezone": "'UTC'",
            "synchronous_commit": "off",
            "maintenance_work_mem": "'256MB'",
            "work_mem": "'256MB'",
        }
        settings |= {"session_replication_role": "replica"} if superuser else {}
        for name, value in settings.items():
            connection.exec_driver_sql(f"SET {name} = {value}")
        yield
        for name in settings:
            connection.exec_driver_sql(f"RESET {name}")
        return
    raw: Any = connection.connection.driver_connection
    connection.commit()  # pragmas are deaf within a transaction
    for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-200000"):
        raw.execute(f"PRAGMA {pragma}")
    yield
    connection.commit()
    for pragma in ("foreign_keys=ON", "synchronous=FULL", "cache_size=-16000"):
        raw.execute(f"PRAGMA {pragma}")


def _indexes(connection: sa.Connection, tables: Sequence[str]) -> list[sa.Index]:
    """Indexes that are there; constraints stay."""
    there = {index["name"] for table in tables for index in sa.inspect(connection).get_indexes(table)}
    declared = (index for table in tables for index in Base.metadata.tables[table].indexes)
    return sorted((index for index in declared if index.name in there), key=lambda index: str(index.name))


def _continue_keys(connection: sa.Connection, tables: Sequence[str]) -> None:
    """Keys that were given by hand are behind PostgreSQL's sequences."""
    if connection.dialect.name != "postgresql":
        return
    for name in tables:
        if "id" in Base.metadata.tables[name].columns:
            text = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT coalesce(max(id), 1) FROM {name}))"  # noqa: S608
            connection.execute(sa.text(text))
