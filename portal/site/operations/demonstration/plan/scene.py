"""What all that happens to the plan has in common: the file, the plan as the workbook has it, who does what."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

import yaml

from portal.core.clock import ATHENS, athens_date
from portal.core.texts import Translated
from portal.documents import operations as documents
from portal.documents.operations import Direction
from portal.organisation import queries as organisation
from portal.organisation.operations import Role
from portal.organisation.policy import Mandate, mandate
from portal.plan import queries
from portal.plan.operations import rehearsal
from portal.plan.operations.content import Content, dump
from portal.plan.operations.exporting import workbook_of
from portal.site.operations.demonstration.people import Person
from portal.site.operations.demonstration.stage import Life, Stage

FILE = "plan-demo.yaml"
#: what every pack says alike
WORDS = Path(__file__).parent / "words.yaml"
Item = Mapping[str, Any]


def read(folder: Path) -> Item | None:
    """What happens to the plan of a pack; None where it says nothing."""
    path = folder / FILE
    if not path.exists():
        return None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    ours, own = (yaml.load(each.read_text(), loader) for each in (WORDS, path))  # noqa: S506 – both are safe
    return {**ours, **own}


class Scene:
    """One plan on the stage."""

    def __init__(self, stage: Stage, plan: Any, data: Item, pack: str, crowd: Sequence[Person]) -> None:
        self.stage, self.session, self.plan, self.data, self.pack, self.crowd = (
            stage, stage.session, plan, data, pack, crowd,
        )  # fmt: skip
        self.today = athens_date(stage.until)
        #: the plan as the workbook has it; in the end it is so again
        self.content: Content = dump(workbook_of(self.session, plan))
        #: rows of the revision that is being prepared, for those who are asked about it
        self.drafts: dict[str, Any] = {}
        #: rows of actions, once they were read
        self.actions: dict[str, Any] = {}

    @property
    def begins(self) -> datetime:
        """The moment at which the municipality begins to keep its plan here."""
        return datetime.combine(self.data["begins"], time(9), ATHENS)

    def later(self, **given: int) -> datetime:
        """So much after the beginning."""
        return self.begins + timedelta(**given)

    def rng(self, what: str) -> Random:
        """The same chances every time."""
        return Random(f"{self.pack}: plan, {what}")  # noqa: S311

    def day(self, given: date | int) -> date:
        """A day of the file: a date, or so many days from today."""
        return given if isinstance(given, date) else self.today + timedelta(days=given)

    def at_work(self, rng: Random, day: date | int) -> datetime:
        """A moment in the office hours of that day or the next working day, later than now."""
        return self.stage.at_work(rng, self.day(day))

    def work_day(self, day: date) -> date:
        """That day, or the next on which people work."""
        return self.stage.calendar.on_or_after(day)

    def text(self, given: Any) -> Translated:
        """A text of the file."""
        return Translated(given if isinstance(given, Mapping) else {"el": given} if given else {})

    def rows(self, sheet: str) -> list[dict[str, Any]]:
        """The rows of a sheet of the workbook."""
        return list(self.content["sheets"][sheet])

    def action(self, code: str) -> Any:
        """The row of an action; None: the plan does not have it at that time."""
        if code not in self.actions:
            found = queries.action(self.session, code)
            if found is None:
                return None
            self.actions[code] = found[1]
        return None if self.actions[code].closed else self.actions[code]

    def story(self, code: str) -> Item:
        """What the file says of an action."""
        found: Item = self.data["actions"].get(code) or {}
        return found

    def pace(self, code: str) -> Item:
        """How late an action is and how much of what is planned it does: its own, or one in turn."""
        paces = self.data["paces"]
        order = [row["code"] for row in self.rows("Δράσεις")]
        lag, share = paces[order.index(code) % len(paces)]
        return {"lag": lag, "share": share, "spend": 1.0} | dict(self.story(code))

    def goes_on(self, code: str, day: date) -> bool:
        """Whether something is done for an action on that day."""
        last: date = self.story(code).get("stops", self.today)
        return day <= min(last, self.today)

    @cached_property
    def planner(self) -> Any:
        """Whoever plans."""
        for duty in organisation.duties_in(self.session, None, self.today):
            if duty.role is Role.PLANNER and duty.starts_on <= self.today:
                return duty.user
        return self.stage.staff.signer(self.stage.staff.units["planning"], Random(0))  # noqa: S311

    @cached_property
    def mandate(self) -> Mandate:
        """What the planner may do."""
        return mandate(self.session, self.planner, self.today)

    def registered(self, rng: Random, *, unit: Any, subject: str) -> str:
        """The number of a document that comes in."""
        stage = self.stage
        new = documents.NewEntry(
            direction=Direction.INCOMING,
            subject=subject,
            party=rng.choice(self.data["parties"]),
            unit_id=unit.id if unit else None,
            registered_by_id=stage.staff.handler(stage.staff.units["protocol"], rng).id,
            attachment_ids=(stage.attach(rng, photo=False).id,),
        )
        return str(documents.register(self.session, new, now=stage.now).reference)

    def end(self) -> Life:
        """All of it is a sample, and says so."""
        rehearsal.call_samples(self.session, self.plan)
        yield from ()
