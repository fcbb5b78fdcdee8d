"""Who may do what by their duties."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.organisation import queries
from portal.organisation.models import Role


@dataclass(frozen=True)
class Mandate:
    """What somebody's duties let them do on a day."""

    user_id: int
    #: units they work in
    unit_ids: frozenset[int]
    #: units they head, with all below them
    headed_ids: frozenset[int]
    #: units on whose cases they act: those where they are clerk, and those they head
    acting_ids: frozenset[int]
    roles: frozenset[Role]

    @property
    def is_administrator(self) -> bool:
        """Sees everything."""
        return Role.ADMINISTRATOR in self.roles

    @property
    def seen_unit_ids(self) -> frozenset[int]:
        """Units whose cases they see."""
        return self.unit_ids | self.headed_ids

    def has(self, *roles: Role) -> bool:
        """Whether one of these roles is theirs; administrators have all."""
        return self.is_administrator or not self.roles.isdisjoint(roles)


def mandate(session: Session, user: User, on: date) -> Mandate:
    """The mandate of a person on a day, from their duties and substitutions."""
    rows = queries.duty_units(session, user.id, on) if user.is_staff else ()
    headed = frozenset(unit_id for unit_id, role, _own in rows if role is Role.HEAD)
    return Mandate(
        user_id=user.id,
        unit_ids=frozenset(unit_id for unit_id, _role, own in rows if own),
        headed_ids=headed,
        acting_ids=headed | {unit_id for unit_id, role, _own in rows if role is Role.CLERK},
        roles=frozenset(role for _unit_id, role, _own in rows),
    )
