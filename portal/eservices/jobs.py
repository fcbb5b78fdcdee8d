"""What eservices does for the worker: drafts that nobody touched for sixty days go."""

from sqlalchemy.orm import Session

from portal.core import clock
from portal.eservices import operations


def expire(session: Session) -> None:
    """Throw old drafts away, some hundred in each transaction."""
    while operations.expire(session, now=clock.now()):
        session.commit()
