"""Making a programme, changing its lines, approving it. What was approved stays; a change of it is the next number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.texts import N_
from portal.plan.models import Plan, PlanVersion, Programme, ProgrammeKind, ProgrammeState
from portal.plan.operations.decisions import check_ada
from portal.plan.operations.programmes.drafting import NoVersion, places, planned_lines
from portal.plan.queries import programmes as reads
from portal.plan.queries.lines import Line, Lines
from portal.plan.queries.versions import version_on


class DraftExists(Refused):
    """One is being prepared already."""

    message = N_("This programme is being prepared already. Open it and go on from there.")


class NothingDrafted(Refused):
    """It is approved: what was decided is not changed."""

    message = N_("This programme is approved and does not change. Begin a change of it first.")


class ProgrammeChanged(Refused):
    """Somebody else was faster."""

    message = N_(
        "Somebody else has changed this programme since you opened it. Look at it again, then repeat what you wanted."
    )


class NoSuchLine(Refused):
    """Neither the programme nor the plan has it."""

    message = N_("Neither the plan nor the programme has a line for action %(code)s in this year.")


class DecidedLater(Refused):
    """A decision of tomorrow."""

    message = N_("A decision cannot be dated after today.")


@dataclass(frozen=True)
class Approval:
    """The decision by which a programme holds."""

    #: number, as people write it
    number: str
    on: date
    ada: str = ""


def make_programme(
    session: Session, plan: Plan, year: int, kind: ProgrammeKind, *, actor_id: int | None, now: datetime
) -> Programme:
    """A draft from the version of the plan that is in force; after an approved one its next number.

    :raises NoVersion: if no version is in force.
    :raises NotAYearOfThePlan: if the plan says nothing of that year.
    :raises DraftExists: if one is being prepared already.
    """
    version = _in_force(session, plan, now)
    lines = planned_lines(session, version, year, kind)
    return _drafted(session, Programme(plan_id=plan.id, year=year, kind=kind), version, lines, actor_id, now)


def revise_programme(session: Session, plan: Plan, row: Programme, *, actor_id: int | None, now: datetime) -> Programme:
    """The next number of an approved programme, as a draft with the same lines.

    :raises DraftExists: if one is being prepared already.
    """
    version = _in_force(session, plan, now)
    fresh = Programme(plan_id=plan.id, year=row.year, kind=row.kind)
    return _drafted(session, fresh, version, reads.lines_of(row), actor_id, now)


def _in_force(session: Session, plan: Plan, now: datetime) -> PlanVersion:
    version = version_on(session, plan, athens_date(now))
    if version is None:
        raise NoVersion
    return version


def _drafted(
    session: Session, row: Programme, version: PlanVersion, lines: Lines, actor_id: int | None, now: datetime
) -> Programme:
    plan = session.get_one(Plan, row.plan_id)
    newest = reads.programme(session, plan, row.year, row.kind)
    if newest is not None and newest.state is ProgrammeState.DRAFT:
        raise DraftExists
    row.number, row.state, row.seen = newest.number + 1 if newest else 1, ProgrammeState.DRAFT, 1
    row.version_id, row.content, row.made_at = version.id, lines.dump(), now
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:  # somebody was faster by a moment
        raise DraftExists from error
    _note(session, row, "made", actor_id, now, version=version.number, lines=len(lines.lines))
    return row


def change_line(
    session: Session, row: Programme, line: Line, *, seen: int, actor_id: int | None, now: datetime
) -> Programme:
    """Write a line of a draft anew; one that it does not have yet is added.

    :raises ProgrammeChanged: if it is no longer as whoever writes has seen it.
    :raises NothingDrafted: if it is approved.
    """
    _claim(session, row, seen)
    names = places(session)
    _write(row, lambda lines: replace(_with(lines, line), names={**lines.names, **names}))
    _note(session, row, "line-changed", actor_id, now, line=line.action)
    return row


def take_line(
    session: Session, plan: Plan, row: Programme, code: str, *, seen: int, actor_id: int | None, now: datetime
) -> Programme:
    """Make a line of a draft what the plan in force says: changed, added, or taken out.

    :raises NoSuchLine: if there is none in either.
    :raises ProgrammeChanged: if it is no longer as whoever asks has seen it.
    :raises NothingDrafted: if it is approved.
    """
    _claim(session, row, seen)
    version = _in_force(session, plan, now)
    planned = planned_lines(session, version, row.year, row.kind)
    line = planned.get(code)
    if line is None and reads.lines_of(row).get(code) is None:
        raise NoSuchLine(code=code)
    _write(row, lambda lines: replace(_with(lines, line) if line else _without(lines, code), names=planned.names))
    row.version_id = version.id
    _note(session, row, "line-taken", actor_id, now, line=code)
    return row


def approve_programme(
    session: Session, row: Programme, approval: Approval, *, seen: int, actor_id: int | None, now: datetime
) -> None:
    """It is decided; from now on everybody reads it.

    :raises DecidedLater: if the decision is of a day to come.
    :raises ProgrammeChanged: if it is no longer as whoever approves has seen it.
    :raises NothingDrafted: if it is approved already.
    :raises BadAda: if the ΑΔΑ cannot be one.
    """
    if approval.on > athens_date(now):
        raise DecidedLater
    _claim(session, row, seen)
    row.ada = check_ada(approval.ada)
    row.decision, row.decided_on = approval.number, approval.on
    row.state = ProgrammeState.APPROVED
    row.seen += 1
    _note(session, row, "approved", actor_id, now, decision=approval.number)


def _claim(session: Session, row: Programme, seen: int) -> None:
    """Lock it; it must be a draft, and as it was seen."""
    session.flush()
    session.refresh(row, with_for_update=True)
    if row.seen != seen:
        raise ProgrammeChanged
    if row.state is not ProgrammeState.DRAFT:
        raise NothingDrafted


def _write(row: Programme, change: Callable[[Lines], Lines]) -> None:
    row.content = change(reads.lines_of(row)).dump()
    row.seen += 1


def _with(lines: Lines, line: Line) -> Lines:
    rest = [each for each in lines if each.action != line.action]
    return replace(lines, lines=tuple(sorted([*rest, line], key=_order)))


def _without(lines: Lines, code: str) -> Lines:
    return replace(lines, lines=tuple(each for each in lines if each.action != code))


def _order(line: Line) -> list[int]:
    return [int(part) for part in line.action.split(".")]


def _note(session: Session, row: Programme, verb: str, actor_id: int | None, now: datetime, **data: object) -> None:
    session.flush()
    place = {"year": row.year, "kind": row.kind.value, "number": row.number}
    subject = ("programme", row.id)
    audit.record(session, f"plan.programme.{verb}", subject=subject, actor_id=actor_id, now=now, **place, **data)
