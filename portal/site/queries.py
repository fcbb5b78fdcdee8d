"""Reads that span rooms: search results with what they are called."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.core import search
from portal.core.texts import N_
from portal.documents.policy import reader
from portal.organisation.policy import Mandate

#: kind of a search entry → msgid of what it is called
KINDS = {
    "service": N_("Service"),
    "action": N_("Action of the plan"),
    "indicator": N_("Indicator of the plan"),
    "page": N_("Page"),
    "case": N_("Case"),
    "entry": N_("Protocol"),
}
#: cases and entries each on one page; queue and register have the rest, page by page
MOST_BY_STAFF = 10
PUBLIC = ("service", "action", "indicator", "page")


def found_by_public(session: Session, text: str, *, kind: str = "", before: int | None = None) -> Sequence[search.Hit]:
    """What everybody may find, newest first; `before` is the id the last page ended with."""
    kinds = [kind] if kind in PUBLIC else list(PUBLIC)
    return search.find(session, text, kinds=kinds, before=before)


def found_by_staff(session: Session, text: str, mandate: Mandate) -> tuple[Sequence[search.Hit], Sequence[search.Hit]]:
    """The newest cases and register entries that a staff member may see."""
    # the units of a case are the units of its entries; no case is in the scopes that only entries have
    scopes = reader(session, mandate).scopes
    found = search.find_each(session, text, scopes=scopes, kinds=["case", "entry"], most=MOST_BY_STAFF)
    return found["case"], found["entry"]
