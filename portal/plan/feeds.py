"""What the plan hears: each feed is declared here once; connecting it to indicators is data that staff edit."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.core.clock import start_of
from portal.core.facts import listen
from portal.core.texts import N_
from portal.eservices import queries as eservices
from portal.eservices.facts import QuestionnaireAnswered, RequestDecided
from portal.eservices.queries import questionnaires
from portal.events import queries as events
from portal.events.facts import EventHeld
from portal.faults import queries as faults
from portal.faults.facts import FaultReopened, FaultReported, FaultResolved
from portal.plan import operations
from portal.plan.models import Aggregate, Dimension, Feed, register_feed
from portal.plan.queries import dimensions

REQUEST_DIMENSIONS = (
    Dimension("service", N_("Service"), dimensions.services),
    Dimension("category", N_("Category of services"), dimensions.categories),
    Dimension("unit", N_("Unit in charge"), dimensions.units),
    Dimension("community", N_("Community"), dimensions.communities),
)


def _place_of(*names: str) -> Callable[[Any], Mapping[str, str]]:
    """Those of a fact's dimensions that are known."""
    return lambda fact: {name: value for name in names if (value := getattr(fact, name))}


def _request_feed(code: str, label: str, formula: str, *, unit: str, aggregate: Aggregate, value: str = "") -> Feed:
    """A feed that hears of decided requests; `value` names the member of the fact that is counted, else each is 1."""
    return register_feed(
        Feed(
            code=f"eservices.{code}",
            label=label,
            formula=formula,
            unit=unit,
            fact=RequestDecided,
            aggregate=aggregate,
            dimensions=REQUEST_DIMENSIONS,
            reference=lambda fact: f"case:{fact.case_id}",
            at=lambda fact: fact.decided_at,
            value=lambda fact: int(getattr(fact, value)) if value else 1,
            place=_place_of("service", "category", "unit", "community"),
            replay=eservices.replay_decisions,
        )
    )


REQUESTS_DECIDED = _request_feed(
    "requests-decided",
    N_("Requests decided"),
    N_("How many requests and declarations were decided, counted on the day of the decision."),
    unit=N_("requests"),
    aggregate=Aggregate.COUNT,
)
WITHIN_LIMIT = _request_feed(
    "within-limit",
    N_("Requests decided in time"),
    N_("Requests decided before their time limit ran out, out of all that were decided, in percent."),
    unit="%",
    aggregate=Aggregate.SHARE,
    value="within_limit",
)
DAYS_TO_DECIDE = _request_feed(
    "days-to-decide",
    N_("Days to a decision"),
    N_(
        "The median of the days from filing to decision: half of the requests took fewer, half took more. "
        "Days of waiting for the applicant do not count."
    ),
    unit=N_("days"),
    aggregate=Aggregate.MEDIAN,
    value="days",
)
FILED_ONLINE = _request_feed(
    "filed-online",
    N_("Requests filed online"),
    N_("Decided requests filed on the portal and not at the counter, out of all that were decided, in percent."),
    unit="%",
    aggregate=Aggregate.SHARE,
    value="online",
)


@listen(RequestDecided)
def request_decided(session: Session, fact: RequestDecided) -> None:
    """Count it."""
    operations.hear(session, fact)


QUESTIONNAIRE_ANSWERS = register_feed(
    Feed(
        code="eservices.questionnaire-answers",
        label=N_("Answers to questionnaires"),
        formula=N_("How many people answered a questionnaire, counted on the day of the answer."),
        unit=N_("responses"),
        fact=QuestionnaireAnswered,
        aggregate=Aggregate.COUNT,
        dimensions=(Dimension("questionnaire", N_("Questionnaire"), dimensions.questionnaires),),
        reference=lambda fact: f"answer:{fact.answer_id}",
        at=lambda fact: fact.at,
        value=lambda _fact: 1,
        place=_place_of("questionnaire"),
        replay=questionnaires.replay_answers,
        behind="answer",
        told_by="questionnaire",
    )
)


@listen(QuestionnaireAnswered)
def questionnaire_answered(session: Session, fact: QuestionnaireAnswered) -> None:
    """Count it."""
    operations.hear(session, fact)


EVENT_DIMENSIONS = (
    Dimension("category", N_("Category of events"), dimensions.shelves),
    Dimension("community", N_("Community"), dimensions.communities),
)


def _event_feed(
    code: str, label: str, formula: str, *, unit: str, aggregate: Aggregate, value: Callable[[EventHeld], int]
) -> Feed:
    """A feed that hears of events that were held; one whose visitors are corrected counts as it was last noted."""
    return register_feed(
        Feed(
            code=f"events.{code}",
            label=label,
            formula=formula,
            unit=unit,
            fact=EventHeld,
            aggregate=aggregate,
            dimensions=EVENT_DIMENSIONS,
            reference=lambda fact: f"occurrence:{fact.occurrence_id}",
            at=lambda fact: start_of(fact.on),
            told=lambda fact: fact.noted_at,
            value=value,
            place=_place_of("category", "community"),
            replay=events.replay_held,
            behind="event",
            told_by="category",
        )
    )


EVENTS_HELD = _event_feed(
    "held",
    N_("Events held"),
    N_("How many events were held and had their visitors noted, counted on the day; each day of a series is one."),
    unit=N_("events"),
    aggregate=Aggregate.COUNT,
    value=lambda _fact: 1,
)
VISITORS = _event_feed(
    "visitors",
    N_("Visitors of events"),
    N_("The sum of the people who came to the events of the agenda, counted or estimated by whoever held them."),
    unit=N_("visitors"),
    aggregate=Aggregate.SUM,
    value=lambda fact: fact.attendance,
)
STEP_FREE = _event_feed(
    "share-step-free",
    N_("Events without steps"),
    N_("Events held at a place that can be reached and used without a step, out of all that were held, in percent."),
    unit="%",
    aggregate=Aggregate.SHARE,
    value=lambda fact: int(fact.step_free),
)
TWO_LANGUAGES = _event_feed(
    "share-two-languages",
    N_("Events announced in two languages or more"),
    N_("Events whose title and summary stood in the agenda in two languages or more, out of all held, in percent."),
    unit="%",
    aggregate=Aggregate.SHARE,
    value=lambda fact: int(len(fact.written_in) > 1),
)


@listen(EventHeld)
def event_held(session: Session, fact: EventHeld) -> None:
    """Count it, or put right what was counted."""
    operations.hear(session, fact)


FAULT_DIMENSIONS = (
    Dimension("group", N_("Group of faults"), dimensions.fault_groups),
    Dimension("category", N_("Category of faults"), dimensions.fault_categories),
    Dimension("community", N_("Community"), dimensions.communities),
)


def _fault_feed(
    code: str, label: str, formula: str, *, unit: str, aggregate: Aggregate, value: Callable[[Any], int], **other: Any
) -> Feed:
    """A feed of fault reports, about repairs unless `other` says more; each counts as what was last said of it."""
    hearing: dict[str, Any] = {"fact": FaultResolved, "replay": faults.replay_repairs}
    return register_feed(
        Feed(
            code=f"faults.{code}",
            label=label,
            formula=formula,
            unit=unit,
            aggregate=aggregate,
            dimensions=FAULT_DIMENSIONS,
            reference=lambda fact: f"case:{fact.case_id}",
            at=lambda fact: fact.at,
            value=value,
            place=_place_of("group", "category", "community"),
            behind="fault",
            told_by="category",
            **(hearing | other),
        )
    )


FAULTS_REPORTED = _fault_feed(
    "reported",
    N_("Faults reported"),
    N_("How many faults were reported, counted on the day of the report; what was reported twice counts twice."),
    unit=N_("reports"),
    aggregate=Aggregate.COUNT,
    value=lambda _fact: 1,
    fact=FaultReported,
    replay=faults.replay_reported,
)
FAULTS_REPAIRED = _fault_feed(
    "repaired",
    N_("Faults repaired"),
    N_(
        "How many faults were repaired, counted on the day of the repair. A fault that came back does not count "
        "until it is repaired again."
    ),
    unit=N_("repairs"),
    aggregate=Aggregate.SUM,
    value=lambda fact: int(isinstance(fact, FaultResolved)),
    also=(FaultReopened,),
)
REPAIRED_IN_TIME = _fault_feed(
    "in-time",
    N_("Faults repaired in time"),
    N_(
        "Faults repaired within the days of the municipality's own standard, out of all that were repaired, in percent."
    ),
    unit="%",
    aggregate=Aggregate.SHARE,
    value=lambda fact: int(fact.within_limit),
)
DAYS_TO_REPAIR = _fault_feed(
    "days-to-repair",
    N_("Days to a repair"),
    N_(
        "The median of the days from the report to the repair, the last one if a fault came back: "
        "half of the repairs took fewer, half took more."
    ),
    unit=N_("days"),
    aggregate=Aggregate.MEDIAN,
    value=lambda fact: fact.days,
)
REOPENED_SHARE = _fault_feed(
    "reopened-share",
    N_("Faults opened again"),
    N_(
        "Reports that had to be opened again because somebody told us that it was not done, "
        "out of all that were repaired or opened again, in percent."
    ),
    unit="%",
    aggregate=Aggregate.SHARE,
    value=lambda fact: int(isinstance(fact, FaultReopened) or fact.reopened > 0),
    also=(FaultReopened,),
)


@listen(FaultReported)
def fault_reported(session: Session, fact: FaultReported) -> None:
    """Count it."""
    operations.hear(session, fact)


@listen(FaultResolved)
def fault_resolved(session: Session, fact: FaultResolved) -> None:
    """Count it; if it had come back, in place of the repair that did not hold."""
    operations.hear(session, fact)


@listen(FaultReopened)
def fault_reopened(session: Session, fact: FaultReopened) -> None:
    """What was counted as repaired is not."""
    operations.hear(session, fact)
