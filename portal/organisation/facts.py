"""What organisation announces."""

from dataclasses import dataclass
from datetime import datetime

from portal.core.facts import Fact


@dataclass(frozen=True, kw_only=True)
class UnitClosed(Fact):
    """A unit is no more; whoever hears of it and cannot do without refuses."""

    unit_id: int
    #: the unit that takes over what it has; None: nobody was named
    heir_id: int | None
    at: datetime
