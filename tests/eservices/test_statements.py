"""How many statements it takes to file a request: it is done often, and on SQLite nobody else writes meanwhile."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.web import Portal
from portal.eservices import operations, queries
from tests.eservices.conftest import World, applicant, make_draft
from tests.factories import NOW

#: what the search index needs for an entry and a case is its own affair
MOST = 20
SILENT = ("SAVEPOINT", "RELEASE")


def test_filing_takes_few_statements(session: Session, world: World, machine: Portal) -> None:
    operations.file(session, make_draft(session, world, machine), applicant(), now=NOW)  # the register gets its book
    token, told = make_draft(session, world, machine).token, []
    session.commit()
    draft = queries.draft(session, token)
    assert draft is not None

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(SILENT) and "search_" not in statement:
            told.append(statement)

    connection = session.connection()
    sa.event.listen(connection, "before_cursor_execute", note)
    operations.file(session, draft, applicant(), now=NOW)
    session.commit()
    sa.event.remove(connection, "before_cursor_execute", note)

    assert len(told) <= MOST, "\n".join(told)
