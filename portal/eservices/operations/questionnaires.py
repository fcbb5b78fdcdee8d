"""A questionnaire on its way: written as a draft, published, closed, its results shown; copied for the next time."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.texts import N_, Translated
from portal.eservices.models import Audience, Questionnaire, QuestionnaireState
from portal.eservices.queries.questionnaires import questions_of

#: a copy is open for so long, until somebody says otherwise
USUAL_DAYS = timedelta(days=20)


class WrongDays(Refused):
    """Over before it begins."""

    message = N_("The last day of the questionnaire cannot lie before its first day, or in the past.")


class QuestionnaireChanged(Refused):
    """Somebody else has changed it meanwhile."""

    message = N_("Somebody else has changed this questionnaire. Look at it as it is now.")


class PublishedAlready(Refused):
    """What people answer stays as it is."""

    message = N_("This questionnaire has been published: its words and questions stay as they are. You can copy it.")


class NoQuestions(Refused):
    """There is nothing to answer."""

    message = N_("Add at least one question before you publish it.")


class NotPublished(Refused):
    """A draft has no answers."""

    message = N_("This questionnaire is a draft. Publish it first.")


class ClosedAlready(Refused):
    """It ends once."""

    message = N_("This questionnaire is closed already.")


class ShownAlready(Refused):
    """They are public once."""

    message = N_("Everybody can read the results already.")


@dataclass(frozen=True, kw_only=True)
class QuestionnaireInput:
    """What it is called, what people read before they answer, and when they can."""

    title: Translated
    introduction: Translated
    opens_on: date
    closes_on: date
    audience: Audience = Audience.EVERYBODY
    subject: str = ""
    sample: bool = False


def write_questionnaire(
    session: Session,
    row: Questionnaire | None,
    given: QuestionnaireInput,
    *,
    seen: int = 0,
    actor_id: int | None,
    now: datetime,
) -> Questionnaire:
    """A new draft, or one as it is from now on.

    :raises WrongDays: if it would be over already. :raises PublishedAlready: if it is no draft any more.
    :raises QuestionnaireChanged: if it is not as whoever writes has seen it.
    """
    if given.closes_on < given.opens_on or given.closes_on < athens_date(now):
        raise WrongDays
    if row is None:
        row = Questionnaire(
            code=secrets.token_hex(6),
            definition={"form": []},
            created_by_id=actor_id,
            created_at=now,
            **vars(given),
        )
        session.add(row)
    else:
        open_draft(session, row, seen=seen)
        for name, value in vars(given).items():
            setattr(row, name, value)
    session.flush()
    note(session, row, "written", actor_id, now=now)
    return row


def open_draft(session: Session, row: Questionnaire, *, seen: int) -> None:
    """Hold a draft to change it, if it is as whoever changes it has seen it.

    :raises PublishedAlready: if it is no draft any more. :raises QuestionnaireChanged: if it is another one by now.
    """
    _hold(session, row)
    if row.published_at is not None:
        raise PublishedAlready
    if row.seen != seen:
        raise QuestionnaireChanged
    row.seen += 1


def publish(session: Session, row: Questionnaire, *, actor_id: int | None, now: datetime) -> None:
    """From its first day on people can answer it.

    :raises PublishedAlready: if it was. :raises NoQuestions: if it asks nothing. :raises WrongDays: if it is over.
    """
    _hold(session, row)
    if row.published_at is not None:
        raise PublishedAlready
    if not questions_of(row):
        raise NoQuestions
    if row.closes_on < athens_date(now):
        raise WrongDays
    row.published_at = now
    _changed(session, row, "published", actor_id, now=now)


def close(session: Session, row: Questionnaire, *, actor_id: int | None, now: datetime) -> None:
    """Let nobody answer any more, before its last day is over.

    :raises NotPublished: if it is a draft. :raises ClosedAlready: if it is.
    """
    _hold(session, row)
    state = row.state(athens_date(now))
    if state is QuestionnaireState.DRAFT:
        raise NotPublished
    if state is QuestionnaireState.CLOSED:
        raise ClosedAlready
    row.closed_at = now
    _changed(session, row, "closed", actor_id, now=now)


def show_results(session: Session, row: Questionnaire, *, actor_id: int | None, now: datetime) -> None:
    """Let everybody read the results while it is still open.

    :raises NotPublished: if it is a draft. :raises ShownAlready: if everybody reads them.
    """
    _hold(session, row)
    if row.published_at is None:
        raise NotPublished
    if row.shows_results(athens_date(now)):
        raise ShownAlready
    row.results_at = now
    _changed(session, row, "results shown", actor_id, now=now)


def copy(session: Session, row: Questionnaire, *, actor_id: int | None, now: datetime) -> Questionnaire:
    """A draft with the same words and questions, which opens today until somebody says otherwise."""
    opens_on = athens_date(now)
    given = QuestionnaireInput(
        title=row.title,
        introduction=row.introduction,
        opens_on=opens_on,
        closes_on=opens_on + USUAL_DAYS,
        audience=row.audience,
        subject=row.subject,
    )
    made = write_questionnaire(session, None, given, actor_id=actor_id, now=now)
    made.definition = row.definition
    session.flush()
    return made


def discard(session: Session, row: Questionnaire, *, actor_id: int | None, now: datetime) -> None:
    """Throw a draft away.

    :raises PublishedAlready: if it is no draft any more.
    """
    _hold(session, row)
    if row.published_at is not None:
        raise PublishedAlready
    note(session, row, "discarded", actor_id, now=now)
    session.delete(row)
    session.flush()


def _hold(session: Session, row: Questionnaire) -> None:
    session.refresh(row, with_for_update=True)


def _changed(session: Session, row: Questionnaire, verb: str, actor_id: int | None, *, now: datetime) -> None:
    row.seen += 1
    session.flush()
    note(session, row, verb, actor_id, now=now)


def note(session: Session, row: Questionnaire, verb: str, actor_id: int | None, *, now: datetime, **data: Any) -> None:
    """The line of the audit trail."""
    subject, key = ("questionnaire", row.id), f"eservices.questionnaire.{verb.replace(' ', '-')}"
    audit.record(session, key, subject=subject, actor_id=actor_id, now=now, **data)
