"""What one application decides and another has to know: site hears the one and calls the other."""

from sqlalchemy.orm import Session

from portal.core.facts import listen
from portal.eservices import queries as eservices
from portal.eservices.facts import RequestDecided
from portal.events.operations import permits as events
from portal.organisation import queries as organisation
from portal.site.operations import permits


@listen(RequestDecided)
def permit_becomes_event(session: Session, fact: RequestDecided) -> None:
    """Whoever may use a public place for an event finds it begun in the agenda."""
    if fact.service != permits.SERVICE or not fact.outcome.startswith("approved"):
        return
    submission = eservices.submission(session, fact.case_id)
    given = permits.permitted(submission) if submission else None
    town = organisation.municipality(session)
    if given is not None:
        events.begin_permitted(session, given, host=town.code if town else "portal", now=fact.decided_at)
