"""What happens to accounts that other rooms may want to hear."""

from dataclasses import dataclass
from datetime import datetime

from portal.core.facts import Fact


@dataclass(frozen=True, kw_only=True)
class AccountClosed(Fact):
    """Somebody closed their account: who they were is gone, what they filed stays with the municipality."""

    user_id: int
    at: datetime
