"""Documents that came by post or went from unit to unit: registered by hand, one corrected, one restricted."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from portal.core.clock import athens_date
from portal.documents import operations as documents
from portal.documents.operations import Direction, LinkKind, Marking
from portal.site.operations.demonstration.stage import Life, Stage


class Registry:
    """The entries of the samples, in the order in which they stand there."""

    def __init__(self, stage: Stage, rng: Random) -> None:
        self.stage, self.rng = stage, rng
        self.made: list[Any] = []

    def run(self, items: Sequence[Mapping[str, Any]]) -> Life:
        """Register each on its day."""
        for item in items:
            day = athens_date(self.stage.until) - timedelta(days=item["days"])
            yield self.stage.at_work(self.rng, day)
            self._register(item)
            if "correction" in item:
                yield self.stage.office_hour(self.rng, 1)
                self._correct(item["correction"])

    def _register(self, item: Mapping[str, Any]) -> None:
        stage, direction = self.stage, Direction(item["direction"])
        unit = stage.staff.units[item["unit"]]
        attached = [stage.attach(self.rng, photo=False).id] if direction is Direction.INCOMING else []
        clerk = self._clerk()
        new = documents.NewEntry(
            direction=direction,
            subject=item["subject"],
            party=item["party"],
            party_reference=item.get("reference"),
            marking=Marking(item.get("marking", "none")),
            unit_id=unit.id,
            registered_by_id=clerk.id,
            attachment_ids=tuple(attached),
        )
        entry = documents.register(stage.session, new, now=stage.now)
        self.made.append(entry)
        if "answers" in item:
            earlier = self.made[item["answers"]]
            kind = LinkKind.ANSWERS
            documents.link(stage.session, entry, earlier, kind=kind, now=stage.now, by_id=clerk.id)

    def _correct(self, item: Mapping[str, Any]) -> None:
        unit = self.stage.staff.units[item["unit"]]
        correcting = documents.Correcting(item["reason"], unit_id=unit.id)
        documents.correct(self.stage.session, self.made[-1], correcting, by=self._clerk(), now=self.stage.now)

    def _clerk(self) -> Any:
        return self.stage.staff.handler(self.stage.staff.units["protocol"], self.rng)
