"""What casework does for the worker: warnings before deadlines, every quarter of an hour."""

from sqlalchemy.orm import Session

from portal.casework import operations
from portal.core import clock


def warn(session: Session) -> None:
    """Warn about cases whose time runs out."""
    while operations.warn(session, now=clock.now()):
        session.commit()
