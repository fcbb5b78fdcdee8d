"""Who may see which line of the register, as a predicate on a row and as the same condition in SQL."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.documents.models import Entry, Marking
from portal.organisation.models import Unit
from portal.organisation.policy import Mandate
from portal.organisation.queries import unit_ids

#: code of the unit that keeps the register
REGISTRY = "protocol"


@dataclass(frozen=True)
class Reader:
    """Somebody of the staff who reads the register."""

    mandate: Mandate
    #: works in the unit that keeps the register, or administers everything
    keeps_register: bool
    #: every unit there is, for administrators
    all_unit_ids: frozenset[int] = frozenset()

    @property
    def sees_all_unmarked(self) -> bool:
        """Registry and administrators see what carries no marking, of whatever unit."""
        return self.keeps_register or self.mandate.is_administrator

    @property
    def only_units(self) -> list[int] | None:
        """The units whose entries are all that they see; None: they see more than that."""
        return None if self.sees_all_unmarked else sorted(self.mandate.seen_unit_ids)

    @property
    def scopes(self) -> list[str]:
        """The scopes of the search index that are theirs; `search_scopes` is the other half."""
        everything = self.mandate.is_administrator
        seen = self.all_unit_ids if everything else self.mandate.seen_unit_ids
        scopes = [f"unit-{number}" for number in sorted(seen)]
        if everything:
            return [*scopes, "no-unit"]
        return [*scopes, "unmarked"] if self.keeps_register else scopes


def reader(session: Session, mandate: Mandate) -> Reader:
    """The mandate, with the knowledge whether its holder keeps the register."""
    if mandate.is_administrator:
        return Reader(mandate, keeps_register=True, all_unit_ids=frozenset(unit_ids(session)))
    registry = session.scalar(sa.select(Unit.id).where(Unit.code == REGISTRY))
    return Reader(mandate, registry in mandate.seen_unit_ids)


def may_see(reader: Reader, entry: Entry) -> bool:
    """Whether somebody may know of an entry: their own units' always, others' only without marking."""
    if entry.current_unit_id in reader.mandate.seen_unit_ids or reader.mandate.is_administrator:
        return True
    return reader.keeps_register and entry.current_marking is Marking.NONE


def seen_by(reader: Reader) -> sa.ColumnElement[bool]:
    """`may_see` as a condition on `Entry`."""
    if reader.mandate.is_administrator:
        return sa.true()
    own = Entry.current_unit_id.in_(sorted(reader.mandate.seen_unit_ids))
    return sa.or_(own, Entry.current_marking == Marking.NONE) if reader.keeps_register else own


def may_register(reader: Reader) -> bool:
    """Whether somebody may register documents by hand: everybody with a duty."""
    return bool(reader.mandate.unit_ids)


def may_correct(reader: Reader, entry: Entry) -> bool:
    """Whether somebody may correct an entry: the registry, whoever made it, the heads of its unit, administrators."""
    mandate = reader.mandate
    return may_see(reader, entry) and (
        reader.sees_all_unmarked
        or entry.registered_by_id == mandate.user_id
        or entry.current_unit_id in mandate.headed_ids
    )


def may_revoke(reader: Reader, entry: Entry) -> bool:
    """Whether somebody may take back a document issued under an entry: heads of its unit, administrators."""
    return reader.mandate.is_administrator or entry.current_unit_id in reader.mandate.headed_ids


def search_scopes(entry: Entry) -> list[str]:
    """The scopes under which the search index knows an entry; `Reader.scopes` is the other half."""
    unit = f"unit-{entry.current_unit_id}" if entry.current_unit_id else "no-unit"
    return [unit, "unmarked"] if entry.current_marking is Marking.NONE else [unit]
