"""Staff note a report for somebody at the counter, on the telephone or by letter; once, if it is sent twice."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from portal.core.files import Attachment
from portal.faults.models import Fault, Source
from portal.faults.operations import drafts
from portal.faults.operations.filing import NewReport, Reported, filed_before, report
from portal.faults.queries import drafts as written


def noted(session: Session, token: str) -> Fault | None:
    """What the page with this token has filed already; whoever sends it at the same moment waits for that."""
    return filed_before(session, drafts.hash_of(token))


def pictures(
    session: Session, token: str, *, more: Sequence[int] = (), gone: Collection[int] = (), now: datetime
) -> list[Attachment]:
    """The photographs that the page with this token keeps until it is filed, after adding and letting go."""
    draft = written.draft(session, drafts.hash_of(token))
    if draft is None and more:
        draft, _token = drafts.begin(session, token=token, now=now)
    if draft is None:
        return []
    if more or gone:
        drafts.change_photos(session, draft, more=more, gone=gone, now=now)
    return written.photos(session, draft)


def note(session: Session, token: str, new: NewReport, *, now: datetime) -> Reported:
    """File it with the photographs of its page.

    :raises: what `filing.report` raises, before it has written anything.
    """
    once = drafts.hash_of(token)
    draft = written.draft(session, once)
    photo_ids = tuple(draft.photo_ids) if draft else ()
    filed = report(session, replace(new, source=Source.COUNTER, once=once, photo_ids=photo_ids), now=now)
    if draft:
        draft.fault_id = filed.fault.id  # the photographs are the report's from now on
    session.flush()
    return filed
