"""What pages of the plan stand on: the newest plan, or one of its indicators, else there is no such page."""

from collections.abc import Collection, Sequence

from flask import abort

from portal.accounts.access import visitor
from portal.core.db import db
from portal.core.orm import LARGEST_KEY
from portal.organisation.access import current_mandate
from portal.organisation.operations import Role
from portal.plan import queries
from portal.plan.models import Action, ActionReport, Consultation, Indicator, Node, Period, Plan, ProgrammeKind
from portal.plan.operations.outline import Outline, outline
from portal.plan.policy import may_feed, may_report
from portal.plan.queries import board, consulting, periods


def plan_or_404() -> Plan:
    """The newest plan."""
    return queries.current_plan(db.session) or abort(404)


def plan_and_axes_or_404() -> tuple[Plan, Sequence[Node]]:
    """The newest plan with its axes."""
    return board.plan_and_axes(db.session) or abort(404)


def indicator_or_404(code: str) -> tuple[Plan, Indicator]:
    """The indicator at an address, with its plan."""
    return queries.indicator(db.session, code) or abort(404)


def plan_with(year: int) -> Plan:
    """The newest plan, if that is one of its years."""
    plan = plan_or_404()
    return plan if year in plan.years else abort(404)


def programme_kind(code: str) -> ProgrammeKind:
    """The kind of programme in an address."""
    return next((kind for kind in ProgrammeKind if kind.value == code), None) or abort(404)


def period_or_404(code: str, *, public: bool = False) -> tuple[Plan, Period]:
    """The monitoring period at an address; of public pages only once it was presented."""
    plan = plan_or_404()
    found = periods.period(db.session, plan, code) or abort(404)
    if public and found.state not in periods.PUBLIC:
        abort(404)
    return plan, found


def is_planner() -> bool:
    """Whether whoever looks at a public page keeps the plan."""
    user = visitor()
    return user is not None and user.is_staff and current_mandate().has(Role.PLANNER)


def report_to_see(number: int) -> ActionReport:
    """The report at an address, for the heads of its unit and for planners."""
    found = (periods.report(db.session, number) if number < LARGEST_KEY else None) or abort(404)
    mandate = current_mandate()
    if not (mandate.has(Role.PLANNER) or may_report(mandate, found.unit_id)):
        abort(403)
    return found


def report_to_write(number: int) -> ActionReport:
    """The report at an address, for the heads of its unit alone."""
    found = report_to_see(number)
    if not may_report(current_mandate(), found.unit_id):
        abort(403)
    return found


def action_to_feed(code: str) -> tuple[Plan, Action]:
    """The action at an address, for planners and the heads of its unit."""
    found = queries.action(db.session, code) or abort(404)
    return found if may_feed(current_mandate(), found[1].unit_id) else abort(403)


def indicator_to_feed(code: str) -> tuple[Plan, Indicator]:
    """The indicator at an address, for planners and the heads of its unit."""
    found = indicator_or_404(code)
    return found if may_feed(current_mandate(), found[1].unit_id) else abort(403)


def fed_unit_ids() -> Collection[int] | None:
    """The units whose actions somebody feeds; None: planners feed all."""
    mandate = current_mandate()
    return None if mandate.has(Role.PLANNER) else mandate.headed_ids


def consultation_or_404(number: int) -> Consultation:
    """The consultation at an address."""
    return consulting.consultation(db.session, number) or abort(404)


def draft_of(row: Consultation) -> Outline:
    """What is consulted on."""
    return outline(consulting.content_of(db.session, row) or abort(404))
