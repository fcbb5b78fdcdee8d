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
PUBLIC = ("service", "action", "indicator", "page")


def found_by_public(
    session: Session, text: str, *, kind: str = "", before: int | None = None
) -> Sequence[search.SearchEntry]:
    """What everybody may find, newest first; `before` is the id the last page ended with."""
    kinds = [kind] if kind in PUBLIC else list(PUBLIC)
    return search.find(session, text, kinds=kinds, before=before)


def found_by_staff(
    session: Session, text: str, mandate: Mandate, *, kind: str, before: int | None = None
) -> Sequence[search.SearchEntry]:
    """Cases or register entries that a staff member may see, newest first."""
    if kind == "entry":
        scopes = reader(session, mandate).scopes
    elif mandate.is_administrator:
        scopes = ["cases"]
    else:
        scopes = [f"unit-{number}" for number in sorted(mandate.seen_unit_ids)]
    return search.find(session, text, scopes=scopes, kinds=[kind], before=before) if scopes else []
