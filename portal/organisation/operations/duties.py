"""Duties are given and end; substitutions are duties with the name of who is away."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import audit
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.texts import N_
from portal.organisation.models import Duty, Role


class DutyEnded(Refused):
    """The dates of a duty contradict each other."""

    message = N_("A duty cannot end before it starts.")


@dataclass(frozen=True)
class NewDuty:
    """A role in a unit, from a day to a day."""

    unit_id: int
    role: Role
    starts_on: date
    ends_on: date | None = None
    post_id: int | None = None
    #: the person who is away
    substitutes_id: int | None = None


def assign(session: Session, user: User, new: NewDuty, *, actor_id: int | None, now: datetime) -> Duty:
    """Give somebody a duty; it makes them staff.

    :raises DutyEnded: if it ends before it starts.
    """
    if new.ends_on and new.ends_on < new.starts_on:
        raise DutyEnded
    duty = Duty(user_id=user.id, **vars(new))
    user.is_staff = True
    session.add(duty)
    session.flush()
    audit.record(
        session,
        "organisation.duty.assigned",
        subject=("user", user.id),
        actor_id=actor_id,
        now=now,
        unit=new.unit_id,
        role=new.role.value,
    )
    return duty


def end(session: Session, duty: Duty, *, on: date, actor_id: int, now: datetime) -> None:
    """The duty's last day; one that has not begun by then is taken back, as if it had never been given.

    :raises DutyEnded: if the day lies before the first of a duty that has begun.
    """
    if duty.starts_on > athens_date(now):
        session.delete(duty)
    elif on < duty.starts_on:
        raise DutyEnded
    else:
        duty.ends_on = on
    session.flush()
    audit.record(
        session,
        "organisation.duty.ended",
        subject=("user", duty.user_id),
        actor_id=actor_id,
        now=now,
        unit=duty.unit_id,
        role=duty.role.value,
        on=on.isoformat(),
    )
