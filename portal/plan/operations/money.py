"""Amounts of the actions: marked on registered documents, set right by an opposite amount, given an action."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.texts import N_
from portal.organisation.policy import Mandate
from portal.plan.models import Action, Funding, FundingSource, MoneyEntry, MoneyStage, Plan
from portal.plan.operations import records

#: stages that are entered; what is budgeted stands in the plan itself
STAGES = (MoneyStage.COMMITTED, MoneyStage.INVOICED, MoneyStage.PAID)
#: how the key of an opposite amount begins
OPPOSITE = "opposite:"


class DayAhead(Refused):
    """Money of tomorrow."""

    message = N_("That day has not come yet. Enter the day of the document.")


class YearOutside(Refused):
    """The plan does not cover that year."""

    message = N_("The plan covers the years %(first)s to %(last)s. Choose one of them.")


class NothingOf(Refused):
    """An amount of nothing, or less."""

    message = N_("The amount must be more than 0. If an amount was wrong, take it out.")


class AlreadyMarked(Refused):
    """The same document counts already."""

    message = N_(
        "The document %(number)s is already marked with this action, stage, source and year. If the amount was wrong,"
        " take it out first."
    )


class AlreadyTakenOut(Refused):
    """Somebody was faster, or it is itself what takes something out."""

    message = N_("This amount has been taken out already.")


class NoLongerOrphans(Refused):
    """Somebody was faster."""

    message = N_("Some of these amounts have an action already. Look at the list again.")


@dataclass(frozen=True)
class Marking:
    """An amount that stands on a registered document."""

    #: its protocol number
    number: str
    action: Action
    stage: MoneyStage
    year: int
    amount: Decimal
    on: date
    source: FundingSource | None = None
    title: str = ""


def mark_document(session: Session, plan: Plan, new: Marking, *, mandate: Mandate, now: datetime) -> MoneyEntry:
    """Write down what a registered document commits, invoices or pays for an action.

    :raises Refused: those of this module, and `records.NothingThere`; nothing is written then.
    """
    if new.on > athens_date(now):
        raise DayAhead
    if new.year not in plan.years:
        raise YearOutside(first=plan.first_year, last=plan.last_year)
    if new.amount <= 0:
        raise NothingOf
    found = records.entry(session, new.number, mandate=mandate, now=now)
    source = new.source or only_source(new.action, "")
    entry = MoneyEntry(
        plan_id=plan.id,
        action_id=new.action.id,
        source_id=source.id if source else None,
        budget_code=_budget_code(new.action, source),
        stage=new.stage,
        year=new.year,
        on=new.on,
        amount=new.amount,
        reference=found.number,
        title=new.title,
        entry_id=found.id,
        key=_key(session, plan, found, new, source),
        by_id=mandate.user_id,
        at=now,
    )
    session.add(entry)
    session.flush()
    about, stage = ("plan_money", entry.id), new.stage.value
    audit.record(session, "plan.money.marked", subject=about, actor_id=mandate.user_id, now=now, stage=stage)
    return entry


def take_out(session: Session, entry: MoneyEntry, *, why: str, actor_id: int, now: datetime) -> MoneyEntry:
    """Set an amount right by its opposite, from this day on; what was said until now stays as it was said.

    :raises AlreadyTakenOut: its opposite is there, or it is one itself.
    """
    hold(session, entry.plan_id)
    if entry.key.startswith(OPPOSITE) or is_taken_out(session, entry):
        raise AlreadyTakenOut
    session.refresh(entry)
    same = ("plan_id", "action_id", "source_id", "budget_code", "stage", "year", "reference", "entry_id", "sample")
    opposite = MoneyEntry(
        **{name: getattr(entry, name) for name in same},
        on=max(athens_date(now), entry.on),
        amount=-entry.amount,
        title=why[:300],
        key=f"{OPPOSITE}{entry.id}",
        by_id=actor_id,
        at=now,
    )
    session.add(opposite)
    session.flush()
    about = ("plan_money", entry.id)
    audit.record(session, "plan.money.taken-out", subject=about, actor_id=actor_id, now=now, by=opposite.id)
    return opposite


def give_action(
    session: Session, plan: Plan, entry_ids: Collection[int], action: Action, *, actor_id: int, now: datetime
) -> int:
    """Say for which action amounts were spent; each with its opposite, where it has one. How many rows changed.

    :raises NoLongerOrphans: one of them has an action, or is not there.
    """
    hold(session, plan.id)
    rows = _with_opposites(session, plan, entry_ids)
    if not rows or any(row.action_id is not None for row in rows) or not set(entry_ids) <= {row.id for row in rows}:
        raise NoLongerOrphans
    for row in rows:
        source = None if row.source_id else only_source(action, row.budget_code)
        row.action_id = action.id
        row.source_id = row.source_id or (source.id if source else None)
        about = ("plan_money", row.id)
        audit.record(
            session, "plan.money.given-action", subject=about, actor_id=actor_id, now=now, plan_action=action.id
        )
    session.flush()
    return len(rows)


def only_source(action: Action, budget_code: str) -> FundingSource | None:
    """The source that a code of the budget has in an action, or the one source that it has; None: there are several."""
    rows: Sequence[Funding] = [row for row in action.funding if budget_code and row.budget_code == budget_code]
    found = {row.source_id: row.source for row in rows or action.funding}
    return next(iter(found.values())) if len(found) == 1 else None


def is_taken_out(session: Session, entry: MoneyEntry) -> bool:
    """Whether its opposite is there."""
    key = f"{OPPOSITE}{entry.id}"
    query = sa.select(MoneyEntry.id).where(MoneyEntry.plan_id == entry.plan_id, MoneyEntry.key == key)
    return session.scalar(query) is not None


def hold(session: Session, plan_id: int) -> None:
    """Whoever writes down money of a plan waits until this transaction ends."""
    session.execute(sa.select(Plan.id).where(Plan.id == plan_id).with_for_update())


def _with_opposites(session: Session, plan: Plan, entry_ids: Collection[int]) -> Sequence[MoneyEntry]:
    rows = session.scalars(
        sa.select(MoneyEntry).where(MoneyEntry.plan_id == plan.id, MoneyEntry.id.in_(entry_ids))
    ).all()
    first = [int(row.key.removeprefix(OPPOSITE)) for row in rows if row.key.startswith(OPPOSITE)]
    opposite = [f"{OPPOSITE}{row.id}" for row in rows] + [f"{OPPOSITE}{number}" for number in first]
    more = sa.or_(MoneyEntry.id.in_([*entry_ids, *first]), MoneyEntry.key.in_(opposite))
    query = sa.select(MoneyEntry).where(MoneyEntry.plan_id == plan.id, more).order_by(MoneyEntry.id)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _budget_code(action: Action, source: FundingSource | None) -> str:
    """The code of the budget, where there is only one that it can be."""
    codes = {row.budget_code for row in action.funding if source is None or row.source_id == source.id}
    return codes.pop() if len(codes) == 1 else ""


def _key(session: Session, plan: Plan, found: records.Found, new: Marking, source: FundingSource | None) -> str:
    """By what a document is not marked twice with the same; what was taken out may be marked again.

    :raises AlreadyMarked: it is marked so already.
    """
    hold(session, plan.id)
    of = (found.reference, new.stage.value, new.action.id, source.id if source else "", new.year)
    base = ":".join(str(part) for part in of)
    query = sa.select(MoneyEntry).where(MoneyEntry.plan_id == plan.id, MoneyEntry.key.startswith(f"{base}#"))
    held = session.scalars(query).all()
    if any(not is_taken_out(session, row) for row in held):
        raise AlreadyMarked(number=found.number)
    return f"{base}#{len(held) + 1}"
