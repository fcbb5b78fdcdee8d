"""What those who live near an event must know: closed roads, loud music."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from portal.events.models.choices import NoticeKind


@dataclass(frozen=True)
class Notice:
    """One thing to know, and from when to when."""

    kind: NoticeKind
    since: datetime
    until: datetime
    #: which road, and from where to where; as the organiser wrote it
    text: str = ""

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """As it stands in `Event.notices`."""
        moments = datetime.fromisoformat(data["from"]), datetime.fromisoformat(data["until"])
        return cls(NoticeKind(data["kind"]), *moments, data.get("text", ""))

    def data(self) -> dict[str, str]:
        """What `read` reads."""
        moments = {"from": self.since.isoformat(), "until": self.until.isoformat()}
        return {"kind": self.kind.value, **moments, "text": self.text}
