"""Pages of the planning unit, and of the units that report to it."""

from portal.plan.desk import (
    accounting,
    connections,
    consulting,
    feeding,
    making,
    money,
    periods,
    programmes,
    proposals,
    reports,
    revision_rows,
    revision_steps,
    revisions,
    workbook,
)
from portal.plan.desk.base import blueprint

__all__ = [
    "accounting",
    "blueprint",
    "connections",
    "consulting",
    "feeding",
    "making",
    "money",
    "periods",
    "programmes",
    "proposals",
    "reports",
    "revision_rows",
    "revision_steps",
    "revisions",
    "workbook",
]
