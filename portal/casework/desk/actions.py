"""What staff can do with an open case: for each action one form and one operation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework import forms, operations
from portal.casework.models import AssignmentKind, Case
from portal.core.texts import N_
from portal.core.uploads import keep_uploads


def _files(session: Session, form: Any, now: datetime) -> list[int]:
    return [kept.id for kept in keep_uploads(session, form.files.data or (), now=now)]


def _ask(session: Session, found: Case, form: Any, user: User, now: datetime) -> None:
    files = _files(session, form, now)
    operations.ask(session, found, form.text.data, attachment_ids=files, actor=user, now=now)


def _message(session: Session, found: Case, form: Any, user: User, now: datetime) -> None:
    files = _files(session, form, now)
    operations.write_message(session, found, form.text.data, attachment_ids=files, actor=user, now=now)


def _route(session: Session, found: Case, form: Any, user: User, now: datetime) -> None:
    kind = AssignmentKind(form.kind.data)
    person_id = int(form.person.data) if form.person.data and kind is AssignmentKind.ACTION else None
    to = operations.Routing(int(form.unit.data), person_id, kind, form.text.data or "")
    operations.route(session, found, to, actor=user, now=now)


def _forward(session: Session, found: Case, form: Any, user: User, now: datetime) -> None:
    operations.forward(session, found, unit_id=int(form.unit.data), reason=form.text.data, actor=user, now=now)


def _extend(session: Session, found: Case, form: Any, user: User, now: datetime) -> None:
    operations.extend(session, found, days=int(form.days.data), reason=form.text.data, actor=user, now=now)


@dataclass(frozen=True)
class Action:
    """Something staff can do with an open case: one form, one operation."""

    #: msgids
    label: str
    done: str
    form: type[forms.DeskForm]
    perform: Callable[[Session, Case, Any, User, datetime], None]
    #: states in which it makes sense; empty: all open ones
    states: frozenset[str] = frozenset()

    def fits(self, found: Case) -> bool:
        """Whether it can be done with the case as it stands."""
        return not found.is_closed and (not self.states or found.state in self.states)

    def do(self, session: Session, found: Case, form: Any, user: User, now: datetime) -> None:
        """Do it with the case as it was seen.

        :raises CaseError: if the case has changed, is closed, or is in no state for it.
        :raises FileRefused: for a file that cannot be taken.
        """
        operations.claim(session, found, seen_version=form.seen_version)
        if not self.fits(found):
            raise operations.CaseError
        self.perform(session, found, form, user, now)


_working = frozenset({"filed", "in-progress"})
_waiting = frozenset({"waiting-applicant", "waiting-other"})
ACTIONS: dict[str, Action] = {
    "take": Action(
        N_("Take it"),
        N_("The case is yours now."),
        forms.TakeForm,
        lambda s, c, _f, u, n: operations.take(s, c, actor=u, now=n),
    ),
    "ask": Action(
        N_("Ask the applicant"), N_("The question is on its way; the clock is stopped."), forms.AskForm, _ask, _working
    ),
    "message": Action(N_("Write to the applicant"), N_("The message is on its way."), forms.MessageForm, _message),
    "route": Action(N_("Assign the case"), N_("The case was assigned."), forms.RouteForm, _route),
    "note": Action(
        N_("Add a note"),
        N_("The note was added."),
        forms.NoteForm,
        lambda s, c, f, u, n: operations.note(s, c, f.text.data, actor=u, now=n),
    ),
    "wait": Action(
        N_("Wait for another body"),
        N_("The applicant sees whom the case is waiting for."),
        forms.WaitForm,
        lambda s, c, f, u, n: operations.wait_for_other(s, c, reason=f.text.data, actor=u, now=n),
        _working,
    ),
    "resume": Action(
        N_("Continue"),
        N_("Work continues."),
        forms.ResumeForm,
        lambda s, c, f, u, n: operations.resume(s, c, text=f.text.data or "", actor=u, now=n),
        _waiting,
    ),
    "extend": Action(
        N_("Extend the deadline"), N_("The applicant was told the new deadline."), forms.ExtendForm, _extend
    ),
    "forward": Action(
        N_("Send to the competent service"),
        N_("The case was sent on, and the applicant was told."),
        forms.ForwardForm,
        _forward,
        _working,
    ),
}
