"""A period in figures: the plan, its axes, actions and indicators as its pages show them, and the money of its year.

One shape serves both: `snapshot` works the figures out for the last day of the period, and what `freeze` keeps of it
comes back from `frozen_picture`. Figures are text, so that no decimal is lost on the way through JSON.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.core.texts import Translated
from portal.plan.models import (
    Action,
    ActionReport,
    Frozen,
    Indicator,
    Light,
    Node,
    NodeLevel,
    Period,
    Plan,
    ReportState,
)
from portal.plan.queries.finance import Amounts, of_plan
from portal.plan.queries.standing import ActionStanding, lights, standings
from portal.plan.queries.values import IndicatorReading, values
from portal.plan.queries.versions import version_on
from portal.plan.queries.yearly import year_money

#: kinds of `Frozen`, in the order in which pages show them
KINDS = ("plan", "axis", "action", "indicator", "year")
#: euro at each stage
STAGES = ("budgeted", "committed", "invoiced", "paid")
Key = tuple[str, str]
_UNSAID: Mapping[int, ActionReport] = MappingProxyType({})


@dataclass(frozen=True)
class Figures:
    """What a period says of one thing."""

    kind: str
    code: str
    values: Mapping[str, Any]

    @property
    def title(self) -> Translated:
        """How it was called."""
        return Translated(self.values["title"])

    @property
    def unit_of_measure(self) -> Translated:
        """What an indicator is measured in."""
        return Translated(self.values.get("unit_of_measure") or {})

    @property
    def light(self) -> Light:
        """Its colour."""
        return Light(self.values["light"])

    @property
    def lights(self) -> dict[Light, int]:
        """Of an axis or the plan: how many actions of each colour."""
        return {light: int(self.values["lights"][light.value]) for light in Light}

    def number(self, name: str) -> Decimal | None:
        """A figure by its name: percent, an amount, a value, a target."""
        text = self.values.get(name)
        return None if text is None else Decimal(text)


@dataclass(frozen=True)
class Picture:
    """All figures of a period, in the order of the plan."""

    figures: Mapping[Key, Figures] = field(default_factory=dict)

    def of(self, kind: str) -> list[Figures]:
        """Those of one kind."""
        return [row for row in self.figures.values() if row.kind == kind]

    @property
    def plan(self) -> Figures | None:
        """The plan as a whole."""
        return self.figures.get(("plan", ""))

    def actions_of(self, axis: str) -> list[Figures]:
        """The actions of an axis."""
        return [row for row in self.of("action") if row.values["axis"] == axis]


def frozen_picture(session: Session, period: Period) -> Picture:
    """What was frozen of a period; empty before it is."""
    rows = session.scalars(sa.select(Frozen).where(Frozen.period_id == period.id).order_by(Frozen.id))
    return _picture(Figures(row.kind, row.code, row.values) for row in rows)


def snapshot(session: Session, plan: Plan, period: Period) -> Picture:
    """What the last day of a period comes to by what is known now; of reports only what was accepted."""
    return picture_on(session, plan, period.last, _accepted(session, period))


def picture_on(session: Session, plan: Plan, on: date, said: Mapping[int, ActionReport] = _UNSAID) -> Picture:
    """What a day comes to by what is known now; `said`: action → what its unit says."""
    rows = standings(session, plan, on=on)
    samples = _samples(session, plan)
    by_axis: dict[str, list[ActionStanding]] = {}
    for row in rows.values():
        by_axis.setdefault(_axis(row.code), []).append(row)
    return _picture(
        [
            Figures("plan", "", _whole(session, plan, on, list(rows.values()))),
            *(
                Figures("axis", node.code, _branch(node.title, by_axis.get(node.code, ())))
                for node in _axes(session, plan)
            ),
            *(_action(row, said.get(row.id), sample=row.id in samples) for row in rows.values()),
            *_indicators(session, plan, on),
            Figures("year", str(on.year), year_money(session, plan, on.year, on=on).dump()),
        ]
    )


def overall(rows: Iterable[ActionStanding]) -> int | None:
    """How far several actions are: the mean of those whose progress can be worked out, rounded down; None: of none."""
    found = [row.percent for row in rows if row.percent is not None]
    return sum(found) // len(found) if found else None


def _picture(rows: Iterable[Figures]) -> Picture:
    return Picture({(row.kind, row.code): row for row in rows})


def _axis(code: str) -> str:
    return code.partition(".")[0]


def _accepted(session: Session, period: Period) -> dict[int, ActionReport]:
    """Action → its report; what was not accepted is no part of the period."""
    query = sa.select(ActionReport).where(
        ActionReport.period_id == period.id, ActionReport.state == ReportState.ACCEPTED
    )
    return {row.action_id: row for row in session.scalars(query.options(joinedload(ActionReport.unit)))}


def _samples(session: Session, plan: Plan) -> set[int]:
    """Actions whose figures are only samples."""
    return set(session.scalars(sa.select(Action.id).where(Action.plan_id == plan.id, Action.sample)))


def _axes(session: Session, plan: Plan) -> Sequence[Node]:
    query = sa.select(Node).where(Node.plan_id == plan.id, Node.level == NodeLevel.AXIS, ~Node.closed)
    return session.scalars(query.order_by(Node.position)).all()


def _text(figure: Decimal | int | None) -> str | None:
    """A figure without zeros that say nothing: both databases give the same."""
    if figure is None:
        return None
    text = f"{figure:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def _money(amounts: Amounts) -> dict[str, str | None]:
    return {**{name: f"{getattr(amounts, name):.2f}" for name in STAGES}, "absorption": _text(amounts.absorption)}


def _action(row: ActionStanding, report: ActionReport | None, *, sample: bool) -> Figures:
    return Figures("action", row.code, {
        "title": dict(row.title),
        "axis": _axis(row.code),
        "standing": row.standing.value,
        "computed": _text(row.percent),
        "planned": _text(row.planned),
        "time": _text(row.time),
        "light": row.light.value,
        "ground": row.judgement.ground.value,
        "warnings": [warning.value for warning in row.warnings],
        **_money(row.amounts),
        **_said(report),
        "sample": sample,
    })  # fmt: skip


def _said(report: ActionReport | None) -> dict[str, Any]:
    """What the unit says, beside what evidence says."""
    if report is None:
        return dict.fromkeys(("unit", "stated", "why", "done", "problems", "next_steps"))
    return {
        "unit": dict(report.unit.name),
        "stated": _text(report.stated),
        "why": report.why,
        "done": report.done,
        "problems": report.problems,
        "next_steps": report.next_steps,
    }


def _branch(title: Translated, rows: Sequence[ActionStanding]) -> dict[str, Any]:
    money = Amounts()
    for row in rows:
        money = money.plus(row.amounts)
    return {
        "title": dict(title),
        "number": str(len(rows)),
        "computed": _text(overall(rows)),
        "lights": {light.value: str(number) for light, number in lights(rows).items()},
        **_money(money),
    }


def _whole(session: Session, plan: Plan, on: date, rows: Sequence[ActionStanding]) -> dict[str, Any]:
    """Of the plan; its money holds what no action explains as well."""
    version = version_on(session, plan, on)
    money = _money(of_plan(session, plan, on=on))
    return _branch(plan.title, rows) | money | {"version": str(version.number) if version else None}


def _indicators(session: Session, plan: Plan, on: date) -> Iterable[Figures]:
    readings = values(session, plan, today=on)
    for row in session.scalars(sa.select(Indicator).where(Indicator.id.in_(readings)).order_by(Indicator.position)):
        yield Figures("indicator", row.code, _reading(row, readings[row.id]))


def _reading(row: Indicator, reading: IndicatorReading) -> dict[str, Any]:
    return {
        "title": dict(row.title),
        "belongs_to": row.belongs_to,
        "unit_of_measure": dict(row.unit_of_measure),
        "year": str(reading.year),
        "value": _text(reading.value),
        "target": _text(reading.target),
        "confidence": reading.confidence.value,
        "origin": reading.origin.value,
        "number": str(reading.number),
        "light": reading.light.value,
        "sample": row.sample,
    }
