"""The plan in the words of IATI 2.03, as far as they fit: activities with budgets, transactions and results."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.texts import Translated
from portal.plan.models import Action, IndicatorKind, MoneyEntry, MoneyStage, Plan, Standing
from portal.plan.queries.board import Board, BoardLine, board
from portal.plan.queries.tree import indicators
from portal.plan.queries.values import IndicatorReading, values

#: code lists of IATI: type of a transaction (2 outgoing commitment, 4 expenditure), of a result, state of an activity
_TRANSACTIONS = {MoneyStage.COMMITTED: "2", MoneyStage.PAID: "4"}
_RESULTS = {IndicatorKind.INPUT: "9", IndicatorKind.OUTPUT: "1", IndicatorKind.RESULT: "2"}
_PLANNED, _RUNNING, _FINISHED, _CANCELLED, _SUSPENDED = "1", "2", "3", "5", "6"


def activities(session: Session, plan: Plan, on: date, prefix: str) -> Iterator[dict[str, Any]]:
    """Each action as an activity; `prefix` makes its identifier unique in the world."""
    held = board(session, plan, on=on)
    results, transactions = _results(session, plan, on), _transactions(session, plan, on)
    for line in held.lines:
        row = line.action
        yield {
            "iati-identifier": f"{prefix}-{row.code}",
            "title": _narratives(row.title),
            "description": _narratives(row.description),
            "activity-status": {"code": _status(line)},
            "activity-date": _dates(line),
            "location": _location(line),
            "budget": _budgets(held, line),
            "transaction": transactions.get(row.id, []),
            "result": results.get(row.code, []),
        }


def _narratives(text: Translated) -> list[dict[str, str]]:
    return [{"lang": code, "narrative": words} for code, words in text.items() if words]


def _status(line: BoardLine) -> str:
    if line.action.standing is Standing.CANCELLED:
        return _CANCELLED
    if line.action.standing is Standing.SUSPENDED:
        return _SUSPENDED
    if line.how.percent is not None and line.how.percent >= 100:
        return _FINISHED
    return _RUNNING if line.how.percent or line.how.time else _PLANNED


def _dates(line: BoardLine) -> list[dict[str, str]]:
    days = (("1", line.action.starts_on), ("3", line.action.ends_on))
    return [{"type": code, "iso-date": day.isoformat()} for code, day in days if day]


def _location(line: BoardLine) -> list[dict[str, Any]]:
    row = line.action
    places: list[dict[str, Any]] = [{"administrative": {"code": code}} for code in row.communities]
    return [*places, {"point": {"pos": f"{row.lat} {row.lon}"}}] if row.lat is not None else places


def _budgets(held: Board, line: BoardLine) -> list[dict[str, Any]]:
    return [
        {
            "type": "1",
            "status": "1",
            "period-start": f"{year}-01-01",
            "period-end": f"{year}-12-31",
            "value": {"currency": "EUR", "value-date": f"{year}-01-01", "amount": f"{amounts.budgeted:.2f}"},
        }
        for year, amounts in held.by_year([line]).items()
        if amounts.budgeted
    ]


def _transactions(session: Session, plan: Plan, on: date) -> dict[int, list[dict[str, Any]]]:
    row = MoneyEntry
    query = sa.select(row.action_id, row.id, row.stage, row.on, row.amount, row.reference).where(
        row.plan_id == plan.id, row.action_id.is_not(None), row.stage.in_(_TRANSACTIONS), row.on <= on
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for action_id, number, stage, day, amount, reference in session.execute(query.order_by(row.id)):
        found.setdefault(action_id or 0, []).append(
            {
                "ref": reference or str(number),
                "transaction-type": {"code": _TRANSACTIONS[stage]},
                "transaction-date": day.isoformat(),
                "value": {"currency": "EUR", "value-date": day.isoformat(), "amount": f"{amount:.2f}"},
            }
        )
    return found


def _results(session: Session, plan: Plan, on: date) -> dict[str, list[dict[str, Any]]]:
    """Code of an action → the indicators that measure it or its objective, as results."""
    rows = indicators(session, plan)
    readings = values(session, plan, today=on, every=rows)
    codes = session.scalars(sa.select(Action.code).where(Action.plan_id == plan.id, ~Action.closed)).all()
    found: dict[str, list[dict[str, Any]]] = {}
    for code in codes:
        mine = [row for row in rows if row.belongs_to in {code, code.rpartition(".")[0]}]
        found[code] = [_result(row, readings[row.id]) for row in mine]
    return found


def _result(row: Any, reading: IndicatorReading) -> dict[str, Any]:
    targets = {target.year: target.value for target in row.targets}
    return {
        "type": _RESULTS[row.kind],
        "title": _narratives(row.title),
        "indicator": {
            "reference": row.code,
            "ascending": row.direction.value == "up",
            "baseline": {"year": row.baseline_year, "value": None if row.baseline is None else f"{row.baseline:f}"},
            "period": [
                {
                    "period-start": f"{year}-01-01",
                    "period-end": f"{year}-12-31",
                    "target": f"{target:f}",
                    "actual": f"{reading.value:f}" if year == reading.year and reading.value is not None else None,
                }
                for year, target in sorted(targets.items())
            ],
        },
    }
