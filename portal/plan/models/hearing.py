"""How facts of other rooms become figures."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.core.clock import athens_date
from portal.core.facts import Fact
from portal.core.texts import Translated
from portal.plan.models.choices import Aggregate


@dataclass(frozen=True)
class Dimension:
    """Something by which the contributions of a feed differ, and a filter can choose."""

    code: str
    #: msgid
    label: str
    #: every code there is → how it is called
    choices: Callable[[Session], Mapping[str, Translated]]


@dataclass(frozen=True, kw_only=True)
class Feed:
    """How one kind of fact becomes figures; declared once, in `plan.feeds`."""

    code: str
    #: msgids: what it gives, how the figure comes about, and its unit
    label: str
    formula: str
    unit: str
    fact: type[Fact]
    aggregate: Aggregate
    dimensions: tuple[Dimension, ...]
    #: what is counted, so that nothing is counted twice
    reference: Callable[[Any], str]
    #: when it counts
    at: Callable[[Any], datetime]
    #: how much: 1, a number of days, or 0/1 for a share
    value: Callable[[Any], int]
    #: dimension → code; what is unknown is left out
    place: Callable[[Any], Mapping[str, str]]
    #: the same facts from history
    replay: Callable[[Session], Iterable[Any]]
    #: what stands behind its figures: "case", "event", "fault" or "answer"; by which dimension pages tell them apart
    behind: str = "case"
    told_by: str = "service"
    #: other facts that it hears, about what its own fact has said before
    also: tuple[type[Fact], ...] = ()
    #: when it was said: of two facts with one reference the later one holds; None: at the moment at which it counts
    told: Callable[[Any], datetime] | None = None

    def hears(self, fact: Fact) -> bool:
        """Whether a fact is counted by it."""
        return type(fact) in {self.fact, *self.also}

    def on(self, fact: Fact) -> date:
        """The day in Greece on which a fact counts."""
        return athens_date(self.at(fact))

    def told_at(self, fact: Fact) -> datetime:
        """The moment at which a fact was said."""
        return (self.told or self.at)(fact)


_feeds: dict[str, Feed] = {}


def register_feed(feed: Feed) -> Feed:
    """Make a feed known; `plan.feeds` does so."""
    _feeds[feed.code] = feed
    return feed


def feeds() -> Mapping[str, Feed]:
    """All feeds by code."""
    return _feeds
