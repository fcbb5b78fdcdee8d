"""What pages of the plan stand on: the newest plan, or one of its indicators, else there is no such page."""

from flask import abort

from portal.core.db import db
from portal.plan import queries
from portal.plan.models import Indicator, Plan


def plan_or_404() -> Plan:
    """The newest plan."""
    return queries.current_plan(db.session) or abort(404)


def indicator_or_404(code: str) -> tuple[Plan, Indicator]:
    """The indicator at an address, with its plan."""
    return queries.indicator(db.session, code) or abort(404)
