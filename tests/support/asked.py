"""What there is of questionnaires: a draft, an open one, and one whose results can be read, with words in it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.clock import athens_date
from portal.eservices.operations import questionnaires as operations
from portal.eservices.queries.questionnaires import written
from tests.factories import make_answer, make_questionnaire


def asked(session: Session) -> dict[str, dict[str, Any]]:
    """Name of a thing → the values of an address that lead to it."""
    now = clock.now()
    given: dict[str, Any] = {"now": now, "day": athens_date(now)}
    draft, row = make_questionnaire(session, published=False, **given), make_questionnaire(session, **given)
    told = make_questionnaire(session, **given)
    make_answer(session, told, now=now)
    operations.close(session, told, actor_id=None, now=now)
    [text] = written(session, told, "q6")
    return {
        "questionnaire draft": {"code": draft.code, "name": "q1"},
        "questionnaire": {"code": row.code, "name": "q1"},
        "questionnaire results": {"code": told.code, "name": "q1"},
        "questionnaire words": {"code": told.code, "name": "q6", "text": text.id},
    }
