"""What faults does when something happens: with a report, or with the case that it is."""

from sqlalchemy.orm import Session

from portal.casework.facts import CaseClosed, DeadlineMoved
from portal.core.facts import listen
from portal.faults import operations, queries
from portal.faults.facts import FaultChanged
from portal.faults.models import Fault, case_kind


@listen(FaultChanged)
def tell_followers(session: Session, fact: FaultChanged) -> None:
    """Letters to many people are written by the worker."""
    operations.ask_to_tell(session, session.get_one(Fault, fact.fault_id), fact.step_id, now=fact.at)


@listen(DeadlineMoved)
def keep_deadline(session: Session, fact: DeadlineMoved) -> None:
    """Lists and maps know the day by which a report is due."""
    if fact.kind == case_kind.code and (found := queries.of_case(session, fact.case_id)):
        found.due_on = fact.due_on


@listen(CaseClosed)
def take_back(session: Session, fact: CaseClosed) -> None:
    """A reporter who withdraws the case withdraws the report."""
    if fact.kind == case_kind.code and fact.state == "withdrawn" and (found := queries.of_case(session, fact.case_id)):
        operations.withdraw(session, found, now=fact.at)
