"""How the actions of a plan stand on a day: progress, money, light – and what the planning unit should look at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.choices import Choice
from portal.core.texts import N_, Translated
from portal.plan.models import Action, Light, Plan, Standing
from portal.plan.queries.finance import Amounts, by_action
from portal.plan.queries.judging import SILENT_MONTHS, Judgement, State, judge
from portal.plan.queries.progress import Progress, physical, planned


class Warning(Choice):  # noqa: A001 – the field's word
    """What should be looked at early."""

    BEHIND = "behind", N_("Behind schedule")
    SILENT = "silent", N_("No evidence for months")
    OVERSPENT = "overspent", N_("More was spent than budgeted")
    UNPAID = "unpaid", N_("Much is done, nothing was paid")
    SPENT_ONLY = "spent-only", N_("Much was paid, nothing is done")


@dataclass(frozen=True)
class ActionStanding:
    """How an action stands."""

    id: int
    code: str
    title: Translated
    standing: Standing
    unit_id: int | None
    #: None: it has no milestones
    progress: Progress | None
    #: what the timetable says, in percent
    planned: int
    #: how much of its time is over, in percent
    time: int
    amounts: Amounts
    judgement: Judgement
    warnings: tuple[Warning, ...]

    @property
    def percent(self) -> int | None:
        """What evidence says, in percent."""
        return self.progress.percent if self.progress else None

    @property
    def light(self) -> Light:
        """Its colour."""
        return self.judgement.light


def standings(session: Session, plan: Plan, *, on: date) -> dict[str, ActionStanding]:
    """Code → how an action stands at the end of a day, in the order of the plan; five statements."""
    progress, amounts = physical(session, plan, on=on), by_action(session, plan, on=on)
    row = Action
    columns = (row.id, row.code, row.title, row.standing, row.unit_id, row.starts_on, row.ends_on)
    query = sa.select(*columns).where(row.plan_id == plan.id, ~row.closed).order_by(row.position)
    return {
        found.code: standing_of(found, progress.get(found.id), amounts.get(found.id, Amounts()), on=on)
        for found in session.execute(query)
    }


def standing_of(row: Any, held: Progress | None, money: Amounts, *, on: date) -> ActionStanding:
    """How an action stands at the end of a day, of its own columns, its progress and its money."""
    should = planned([one.milestone for one in held.milestones], on) if held else 0
    state = State(
        standing=row.standing,
        percent=held.percent if held else None,
        planned=should,
        ended=bool(row.ends_on and row.ends_on < on),
        begun=bool(row.starts_on and row.starts_on <= on),
        silent_months=_months(held.last_on if held and held.last_on else row.starts_on, on),
        spent=_spent(money),
    )
    time, about = elapsed(row.starts_on, row.ends_on, on), tuple(_warnings(state, money))
    return ActionStanding(
        row.id, row.code, row.title, row.standing, row.unit_id, held, should, time, money, judge(state), about
    )


def elapsed(starts_on: date | None, ends_on: date | None, on: date) -> int:
    """How much of a time is over at the end of a day, in percent."""
    if starts_on is None or ends_on is None or on < starts_on:
        return 0
    return min(100, 100 * ((on - starts_on).days + 1) // ((ends_on - starts_on).days + 1))


def lights(rows: Iterable[ActionStanding]) -> Mapping[Light, int]:
    """How many of each colour."""
    counted = dict.fromkeys(Light, 0)
    for row in rows:
        counted[row.light] += 1
    return counted


def _months(since: date | None, on: date) -> int:
    if since is None or since >= on:
        return 0
    return (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day)


def _spent(money: Amounts) -> Decimal | None:
    if not money.budgeted:
        return None
    return max(money.committed, money.invoiced, money.paid) / money.budgeted


def _warnings(state: State, money: Amounts) -> Iterable[Warning]:
    if state.standing is not Standing.VALID:
        return
    percent = state.percent or 0
    if judge(state).light in {Light.YELLOW, Light.RED} and state.planned > percent:
        yield Warning.BEHIND
    if state.begun and percent < 100 and state.silent_months >= SILENT_MONTHS:
        yield Warning.SILENT
    if state.spent is not None and state.spent > 1:
        yield Warning.OVERSPENT
    if percent >= 50 and money.budgeted and not money.paid:
        yield Warning.UNPAID
    if state.percent == 0 and money.budgeted and money.paid * 4 > money.budgeted:
        yield Warning.SPENT_ONLY
