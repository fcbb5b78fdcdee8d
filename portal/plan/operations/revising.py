"""A revision of the plan: begun from the newest version, changed row by row, each change with its reason."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from portal.core import audit
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.texts import N_, Translated
from portal.plan.models import Consultation, Plan, Revision, RevisionState
from portal.plan.operations.checking import content_problems
from portal.plan.operations.content import Content, Difference, code_of, differences, dump
from portal.plan.operations.sheets import TABLES
from portal.plan.operations.workbook import Problem, Workbook
from portal.plan.queries.versions import latest_version

Row = Mapping[str, Any]
_SHEETS = {table.name: table.sheet for table in TABLES}


class NoVersion(Refused):
    """There is nothing yet that could be revised."""

    message = N_("The plan has no version yet. Bring its first workbook.")


class OtherYears(Refused):
    """A revision changes a plan; for other years there is another plan."""

    message = N_("The workbook is for the years %(years)s. A revision keeps the years of the plan.")


class SomebodyWasFaster(Refused):
    """The revision is not as it was seen."""

    message = N_("Somebody else has changed this revision meanwhile. Look at it as it is now, then try again.")


class NotNow(Refused):
    """The revision is already further, or not yet so far."""

    message = N_("This revision is already further, or not yet so far. Look at it as it is now.")


class CodeTaken(Refused):
    """Two rows would have the same code."""

    message = N_("There is already a row with the code %(code)s. Choose another code.")


class ConsultedOn(Refused):
    """People are reading and commenting on it."""

    message = N_(
        "This draft is under consultation until %(day)s, so its text stays as people read it. Change it afterwards."
    )


@dataclass(frozen=True)
class NewRevision:
    """What a revision is called and why it is, and the workbook that it is made of; None: a copy of the plan."""

    title: Translated
    reasons: Translated
    workbook: Workbook | None = None


@dataclass(frozen=True)
class By:
    """Who writes, when, and the revision as they saw it."""

    actor_id: int
    now: datetime
    seen: int


def start_revision(session: Session, plan: Plan, wanted: NewRevision, *, actor_id: int, now: datetime) -> Revision:
    """Begin a revision of the newest version.

    :raises NoVersion: there is none. :raises OtherYears: the workbook is for another plan.
    """
    base = latest_version(session, plan)
    if base is None:
        raise NoVersion
    content = deepcopy(base.content)
    if wanted.workbook is not None:
        content = dump(wanted.workbook)
        years = [content["plan"][key] for key in ("first_year", "last_year")]
        if years != [plan.first_year, plan.last_year]:
            raise OtherYears(years="–".join(map(str, years)))
    revision = Revision(
        plan_id=plan.id,
        title=wanted.title,
        reasons=wanted.reasons,
        base_id=base.id,
        content=content,
        why={},
        created_at=now,
        created_by_id=actor_id,
    )
    session.add(revision)
    session.flush()
    audit.record(session, "plan.revision.started", subject=about(revision), actor_id=actor_id, now=now)
    return revision


def about(revision: Revision) -> tuple[str, int]:
    """The revision, as the audit names it."""
    return "plan_revision", revision.id


def hold(session: Session, revision: Revision, seen: int | None, *states: RevisionState) -> None:
    """Take a revision for oneself until the end of the transaction, if it is as it was seen.

    :raises SomebodyWasFaster: it is not. :raises NotNow: it is in none of these states.
    """
    query = sa.select(Revision).where(Revision.id == revision.id).with_for_update(of=Revision)
    session.execute(query.options(undefer(Revision.content)), execution_options={"populate_existing": True}).all()
    if revision.state not in states:
        raise NotNow
    if seen is not None and revision.seen != seen:
        raise SomebodyWasFaster
    revision.seen += 1


def differences_of(revision: Revision) -> list[Difference]:
    """What it changes of the version it was made from."""
    return list(differences(revision.base.content, revision.content))


def unexplained(revision: Revision) -> list[Difference]:
    """What it changes without a reason."""
    return [each for each in differences_of(revision) if not revision.why.get(each.key)]


def problems_of(session: Session, revision: Revision) -> list[Problem]:
    """Everything that does not fit in the plan as it would be."""
    return content_problems(session, revision.content)


def row_of(content: Content, kind: str, code: str) -> dict[str, Any] | None:
    """A row of a content; of "plan" there is one."""
    if kind == "plan":
        return dict(content["plan"])
    rows = content["sheets"].get(_SHEETS[kind], ())
    return next((row for row in rows if code_of(row) == code), None)


def write_row(session: Session, revision: Revision, kind: str, code: str, values: Row | None, *, by: By) -> str:
    """Set a row of the plan as it would be; None: take it out; without a code: a new one. The code it has now.

    :raises NotNow: the revision is no draft any more. :raises SomebodyWasFaster: it has changed meanwhile.
    :raises CodeTaken: there is another row with the code of a new one. :raises ConsultedOn: people comment on its text.
    """
    hold(session, revision, by.seen, RevisionState.DRAFT)
    _unless_consulted_on(session, revision, athens_date(by.now))
    content = deepcopy(revision.content)
    written = code
    if kind == "plan":
        content["plan"] |= dict(values or {})
    else:
        written = _put(content["sheets"].setdefault(_SHEETS[kind], []), code, values)
    revision.content = content
    said = {"row": f"{kind}:{written or code}", "taken_out": values is None}
    audit.record(session, "plan.revision.changed", subject=about(revision), actor_id=by.actor_id, now=by.now, **said)
    session.flush()
    return written


def _unless_consulted_on(session: Session, revision: Revision, today: date) -> None:
    about = sa.select(sa.func.max(Consultation.closes_on)).where(Consultation.revision_id == revision.id)
    if until := session.scalar(about.where(Consultation.opens_on <= today, Consultation.closes_on >= today)):
        raise ConsultedOn(day=f"{until:%d/%m/%Y}")


def _put(rows: list[dict[str, Any]], code: str, values: Row | None) -> str:
    at = next((index for index, row in enumerate(rows) if code and code_of(row) == code), len(rows))
    if values is None:
        del rows[at : at + 1]
        return ""
    row = {**(rows[at] if at < len(rows) else {}), **values}
    found = code_of(row)
    if any(code_of(other) == found for index, other in enumerate(rows) if index != at):
        raise CodeTaken(code=found)
    rows[at : at + 1] = [row]
    return found


def undo_row(session: Session, revision: Revision, kind: str, code: str, *, by: By) -> None:
    """Leave a row as the valid plan has it.

    :raises NotNow: the revision is no draft any more. :raises SomebodyWasFaster: it has changed meanwhile.
    """
    base = row_of(revision.base.content, kind, code)
    here = row_of(revision.content, kind, code) is not None
    write_row(session, revision, kind, code if here else "", base, by=by)


def explain(session: Session, revision: Revision, reasons: Mapping[str, str], *, by: By) -> None:
    """Set reasons: key of a difference → why; "" takes one away.

    :raises NotNow: the revision is no draft any more. :raises SomebodyWasFaster: it has changed meanwhile.
    """
    hold(session, revision, by.seen, RevisionState.DRAFT)
    changes = {each.key for each in differences_of(revision)}
    held = {**revision.why, **{key: text.strip() for key, text in reasons.items()}}
    revision.why = {key: text for key, text in held.items() if text and key in changes}
    audit.record(
        session,
        "plan.revision.explained",
        subject=about(revision),
        actor_id=by.actor_id,
        now=by.now,
        rows=sorted(reasons),
    )
    session.flush()


def explain_rest(session: Session, revision: Revision, reason: str, *, by: By) -> None:
    """Give one reason to everything that has none yet.

    :raises NotNow: the revision is no draft any more. :raises SomebodyWasFaster: it has changed meanwhile.
    """
    explain(session, revision, {each.key: reason for each in unexplained(revision)}, by=by)
