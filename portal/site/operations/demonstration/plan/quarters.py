"""Monitoring, quarter by quarter: units are asked, report, are asked again; the committee sees it, and it is frozen."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from portal.core.clock import athens_date
from portal.plan.operations import ReportState
from portal.plan.operations.periods import Check, Presentation, check_period, freeze, open_period, present
from portal.plan.operations.reporting import Said, accept, give_back, submit
from portal.plan.queries import periods, progress, spans
from portal.plan.queries.spans import Span
from portal.site.operations.demonstration.plan.scene import Scene
from portal.site.operations.demonstration.stage import Life, office_moment

#: days after the end of a quarter: opened, due, checked, seen by the committee, frozen
OPENED, DUE, CHECKED, PRESENTED, FROZEN = 1, 16, 24, 34, 36
#: the quarter that runs is opened so many days before today, at its second day at the earliest
RUNNING = 20


def quarters(scene: Scene) -> Iterator[tuple[datetime, Life]]:
    """Each quarter from the first one of the file on, with the moment at which it is opened."""
    span, rng = spans.parse(scene.data["first_quarter"]), scene.rng("quarters")
    while span is not None and span.first < scene.today:
        ended = span.after + timedelta(days=OPENED) < scene.today
        running = max(span.first + timedelta(days=1), scene.today - timedelta(days=RUNNING))
        day = scene.work_day(span.after + timedelta(days=OPENED) if ended else running)
        if day < scene.today:
            yield office_moment(rng, day), Quarter(scene, span, scene.rng(span.code)).run()
        span = Span(span.after, 3)


class Quarter:
    """One period from its call to its freeze, as far as time allows."""

    def __init__(self, scene: Scene, span: Span, rng: Random) -> None:
        self.scene, self.span, self.rng = scene, span, rng
        self.session, self.words = scene.session, scene.data["reports"]
        self.running = span.after > scene.today
        self.period: Any = None
        #: id of an action → how far it is, in percent
        self.percents: dict[int, int] = {}

    def run(self) -> Life:
        """From the call to the freeze."""
        scene, due = self.scene, self.span.after + timedelta(days=DUE)
        by = {"actor_id": scene.planner.id, "now": scene.stage.now}
        self.period = open_period(self.session, scene.plan, self.span, due_on=due, **by)
        known = progress.physical(self.session, scene.plan, on=min(self.period.last, athens_date(scene.stage.now)))
        self.percents = {key: found.percent for key, found in known.items()}
        rows = [report for unit in periods.reports_by_unit(self.session, self.period) for report in unit.reports]
        self.rng.shuffle(rows)
        if self.running:
            yield from self._some(rows)
            return
        yield from self._all(rows)
        yield from self._ends()

    def _some(self, rows: list[Any]) -> Life:
        """While it runs: one accepted, one returned, a few submitted, the others wait."""
        for at, report in enumerate(rows[:7]):
            yield self._on(self._ago(12 - at))
            self._submit(report)
            if at < 2:
                yield self._on(self._ago(4))
                self._looks(report, back=at == 1)

    def _ago(self, days: int) -> date:
        return max(self.scene.today - timedelta(days=days), athens_date(self.scene.stage.now))

    def _all(self, rows: list[Any]) -> Life:
        """After its end: all but the late ones in time; a few come back and are sent anew."""
        late = max(1, len(rows) // 30) if self.span.quarter == 2 else 0
        wait = rows[len(rows) - late :]
        back = {report.id for report in rows[:: max(1, len(rows) // 3)]}
        for at, report in enumerate(row for row in rows if row not in wait):
            if at % 6 == 0:
                yield self._on(self.span.after + timedelta(days=3 + at * (DUE - 5) // len(rows)))
            self._submit(report)
            if report.id in back:
                yield self._on(athens_date(self.scene.stage.now))
                self._looks(report, back=True)
                yield self._on(athens_date(self.scene.stage.now) + timedelta(days=1))
                self._submit(report)
        yield self._on(self.span.after + timedelta(days=DUE + 2))
        for report in rows:
            if report.state is ReportState.SUBMITTED:
                self._looks(report, back=False)

    def _ends(self) -> Life:
        """Checked, seen by the committee, frozen."""
        scene, number = self.scene, self.span.after.year * 10 + self.span.quarter
        yield self._on(self.span.after + timedelta(days=CHECKED))
        missing = self.words["missing"] if periods.missing(self.session, self.period) else ""
        check = Check(scene.text(self.rng.choice(self.words["remarks"])), missing)
        check_period(self.session, self.period, check, **self._planner())
        yield self._on(self.span.after + timedelta(days=PRESENTED))
        on = athens_date(scene.stage.now)
        shown = Presentation(on, f"{self.words['decision']} {number % 89 + 12}/{on.year}")
        present(self.session, self.period, shown, **self._planner())
        yield self._on(self.span.after + timedelta(days=FROZEN))
        freeze(self.session, scene.plan, self.period, **self._planner())

    def _submit(self, report: Any) -> None:
        scene, words = self.scene, self.words
        computed, number = self.percents.get(report.action_id, 0), report.action_id + self.span.quarter
        unit_head = scene.stage.staff.signer(report.unit, self.rng)
        stated = None
        said = words["done" if computed else "nothing"]
        if computed and computed < 90 and number % 11 == 0:
            stated = computed + 5
        behind = scene.pace(report.action.code)["lag"] >= words["late"] or scene.story(report.action.code).get("stops")
        given = Said(
            done=said[number % len(said)].format(title=report.action.title["el"]),
            problems=words["problems"][number % len(words["problems"])] if behind else "",
            next_steps=words["next"][number % len(words["next"])],
            stated=stated,
            why=words["why"] if stated else "",
        )
        submit(self.session, report, given, actor_id=unit_head.id, now=scene.stage.now)

    def _looks(self, report: Any, *, back: bool) -> None:
        by = self._planner()
        if back:
            give_back(self.session, report, self.rng.choice(self.words["returns"]), **by)
        else:
            accept(self.session, report, **by)

    def _planner(self) -> dict[str, Any]:
        return {"actor_id": self.scene.planner.id, "now": self.scene.stage.now}

    def _on(self, day: date) -> datetime:
        return self.scene.at_work(self.rng, day)
