"""What eservices announces."""

from dataclasses import dataclass
from datetime import datetime

from portal.core.facts import Fact


@dataclass(frozen=True, kw_only=True)
class RequestFiled(Fact):
    """A request or declaration has been filed."""

    case_id: int
    #: slug of the service
    service: str
    #: "request" or "declaration"
    kind: str
    #: in the portal, not at the counter
    online: bool
    unit_id: int
    community_id: int | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RequestDecided(Fact):
    """A request or declaration has its decision."""

    case_id: int
    #: slug of the service
    service: str
    #: code of its category
    category: str
    #: "approved", "approved-in-part", "rejected"
    outcome: str
    online: bool
    #: code of the unit that decided
    unit: str
    #: code of the community it concerns
    community: str | None
    filed_at: datetime
    decided_at: datetime
    #: calendar days from filing, without those the applicant owed something
    days: int
    within_limit: bool


@dataclass(frozen=True, kw_only=True)
class QuestionnaireAnswered(Fact):
    """Somebody has answered a questionnaire; nobody knows who."""

    answer_id: int
    #: code of the questionnaire
    questionnaire: str
    #: what it is asked for, e.g. "plan"
    subject: str
    #: in which they read it
    language: str
    at: datetime
