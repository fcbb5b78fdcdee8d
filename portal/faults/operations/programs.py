"""Reports that other programs file by Open311: so many a day, and photographs that lie at an address of theirs."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.casework import operations as casework
from portal.core import outbox
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.texts import N_, Translated
from portal.faults.models import Application, Fault, FaultPhoto
from portal.faults.operations.filing import NewReport, filed_before, report

#: the job that fetches a photograph
MEDIA = "faults.media"


class TooManyToday(Refused):
    """The program has a limit."""

    message = N_("This program has filed as many reports as it may in one day. Try again tomorrow.")


def report_for(
    session: Session, application: Application, new: NewReport, *, media_url: str = "", now: datetime
) -> Fault:
    """File what a program sends; the same sent twice – by `once` – is filed once, and counts once.

    :raises TooManyToday: if it has filed as many as it may. Besides, whatever `filing.report` raises.
    """
    # one after the other: neither the count nor `once` is missed by two at the same moment
    session.refresh(application, with_for_update=True)
    if new.once and (known := filed_before(session, new.once)):
        return known
    today = athens_date(now)
    filed = application.filed if application.counted_on == today else 0
    if filed >= application.most_a_day:
        raise TooManyToday
    fault = report(session, new, now=now).fault
    application.filed, application.counted_on = filed + 1, today
    if media_url:
        payload = {"fault": fault.id, "url": media_url}
        outbox.enqueue(session, MEDIA, payload, now=now)
    session.flush()
    return fault


def add_photo(session: Session, fault: Fault, attachment_id: int, *, now: datetime) -> None:
    """A photograph that came after the report; staff look at it before the public does."""
    session.add(FaultPhoto(fault_id=fault.id, attachment_id=attachment_id, alt=Translated(), at=now))
    session.flush()


def refuse_photo(session: Session, fault: Fault, url: str, why: str, *, now: datetime) -> None:
    """Staff read in the case that there was a photograph, and why it was not taken."""
    casework.note(session, fault.case, f"{url[:500]}: {why}", actor=None, now=now)
