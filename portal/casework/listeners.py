"""What casework does when it hears of the organisation."""

from sqlalchemy.orm import Session

from portal.casework import operations
from portal.core.facts import listen
from portal.organisation.facts import UnitClosed


@listen(UnitClosed)
def take_over(session: Session, fact: UnitClosed) -> None:
    """A unit that is closed keeps no open case.

    :raises UnitHasCases: if it has some and nobody was named who takes over.
    """
    operations.hand_over(session, fact.unit_id, heir_id=fact.heir_id, now=fact.at)
