"""Growth of what the plan is fed with by hand: evidence of its actions, and amounts of the accounts.

The contributions of what was heard stay as they are: a recount of the plan changes nothing.
"""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.clock import athens_date
from portal.core.orm import Base
from portal.site.cli.growth.sinks import NothingToGrow, Sink, quick, stamped

TABLES = {
    "plan_evidence": "action_id milestone_id kind url title on quantity at",
    "plan_money": "plan_id action_id source_id budget_code stage year on amount reference title key at",
}
#: four fifths of all amounts have an action
EXPLAINED = 0.8
STAGES = ("committed", "invoiced", "paid")


def grow_proofs(session: Session, *, evidence: int, amounts: int, now: datetime) -> tuple[int, int]:
    """Grow to so many pieces of evidence and so many amounts; how many were added. Commits: it is for benchmarks only.

    :raises NothingToGrow: if there is no plan.
    """
    tables = [Base.metadata.tables[name] for name in TABLES]
    there = [session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables]
    missing = max(evidence - there[0], 0), max(amounts - there[1], 0)
    plan = session.execute(sa.text("SELECT id, first_year, last_year FROM plan ORDER BY id DESC")).first()
    if plan is None:
        raise NothingToGrow("load the municipality first; its pack needs a plan")
    actions, milestones, lines = _ground(session)
    session.commit()
    engine = session.get_bind()
    assert isinstance(engine, sa.Engine)  # its own transactions, its own settings
    days = _Days(date(plan.first_year, 1, 1), athens_date(now), now, Random(f"growth: {there}"))  # noqa: S311
    with engine.connect() as connection:
        with quick(connection, list(TABLES), rebuild=False):
            sink = Sink(connection, "plan_evidence", TABLES["plan_evidence"])
            for at in range(missing[0]):
                sink.add(*_piece(at, actions, milestones, days))
            sink.flush()
            sink = Sink(connection, "plan_money", TABLES["plan_money"])
            for at in range(there[1], there[1] + missing[1]):
                sink.add(plan.id, *_amount(at, lines, days, cents=connection.dialect.name == "sqlite"))
            sink.flush()
        connection.execute(sa.text("ANALYZE"))
        connection.commit()
    stamped(session, "plan")
    return missing


class _Days:
    """Days of the plan until today, and the moments at which something was written down."""

    def __init__(self, first: date, today: date, now: datetime, rng: Random) -> None:
        self.first, self.today, self.now, self.rng = first, today, now, rng

    def day(self) -> date:
        """Any of them."""
        return self.first + timedelta(days=self.rng.randrange(max((self.today - self.first).days, 1)))

    def moment(self, day: date) -> str:
        """Noon of a day, as both databases read it."""
        return f"{datetime.combine(day, time(12), tzinfo=UTC).isoformat(' ')[:19]}.000000"


def _ground(session: Session) -> tuple[list[int], list[Any], list[Any]]:
    """Actions, their milestones with a quantity, and the lines of their funding."""
    actions = list(session.scalars(sa.text("SELECT id FROM plan_action ORDER BY id")))
    milestones = session.execute(
        sa.text("SELECT id, action_id FROM plan_milestone WHERE quantity IS NOT NULL ORDER BY id")
    ).all()
    lines = session.execute(sa.text("SELECT action_id, source_id, budget_code FROM plan_funding ORDER BY id")).all()
    if not actions or not lines:
        raise NothingToGrow("the plan has no actions with funding")
    return actions, list(milestones), list(lines)


def _piece(at: int, actions: list[int], milestones: list[Any], days: _Days) -> tuple[Any, ...]:
    """A link; every second one on a milestone, of which it is a small part."""
    day = days.day()
    if milestones and at % 2:
        milestone = days.rng.choice(milestones)
        owner, milestone_id, quantity = milestone.action_id, milestone.id, "0.001"
    else:
        owner, milestone_id, quantity = days.rng.choice(actions), None, None
    title = json.dumps({"el": f"Πιστοποίηση εργασιών {at}", "en": f"Certificate of works {at}"})
    address = f"https://example.org/certificates/{at}"
    return owner, milestone_id, "link", address, title, day.isoformat(), quantity, days.moment(day)


def _amount(at: int, lines: list[Any], days: _Days, *, cents: bool) -> tuple[Any, ...]:
    """A line of the accounts; SQLite keeps cents."""
    rng, day, line = days.rng, days.day(), days.rng.choice(lines)
    euro = Decimal(rng.randrange(1_000, 100_000)).scaleb(-2)
    stage, owner = STAGES[at % 3], line.action_id if rng.random() < EXPLAINED else None
    return (
        *(owner, line.source_id if owner else None, line.budget_code, stage, day.year, day.isoformat()),
        *(int(euro * 100) if cents else str(euro), f"{stage} {at}", f"Παραστατικό {at}", f"growth:{at}"),
        days.moment(day),
    )
