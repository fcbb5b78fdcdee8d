"""What the invented people of a pack say and what they are answered: `samples.yaml`, see docs/demonstration.md."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import yaml

#: text in the languages of the pack
Words = Mapping[str, str]


@dataclass(frozen=True)
class Spot:
    """A street with the community it lies in."""

    street: str
    postcode: str
    town: str
    #: code of the community
    community: str
    lat: float
    lon: float


@dataclass(frozen=True)
class Samples:
    """The samples of a pack, as read."""

    data: Mapping[str, Any]
    #: service, language → how many stories were told
    told: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def cases(self) -> int:
        """How many cases a demonstration of this municipality has."""
        return int(self.data["cases"])

    @property
    def spots(self) -> list[Spot]:
        """The streets of the demonstration."""
        return [Spot(**spot) for spot in self.data["spots"]]

    @property
    def entries(self) -> Sequence[Mapping[str, Any]]:
        """Documents that were registered by hand."""
        return self.data.get("entries") or ()

    def service(self, slug: str) -> Mapping[str, Any]:
        """The samples of one service."""
        found: Mapping[str, Any] = self.data["services"].get(slug) or {}
        return found

    def lines(self, slug: str, key: str) -> list[Any]:
        """What is written at such a moment, with this service; lines of its own are the likelier ones."""
        own, common = self.service(slug).get(key) or [], self.data["common"].get(key) or []
        return [*own, *own, *own, *common]

    def story(self, slug: str, language: str) -> Mapping[str, Any]:
        """What is asked for: the stories of a service in turn, so that neighbours in a list differ."""
        stories = self.service(slug).get("stories") or {}
        told = stories.get(language) or stories.get("el") or [{}]
        self.told[slug, language] += 1
        found: Mapping[str, Any] = told[self.told[slug, language] % len(told)]
        return found

    def words(self, rng: Random, slug: str, key: str, language: str) -> str:
        """One of those lines in a language."""
        return said(rng.choice(self.lines(slug, key)), language)


def said(words: Words | str, language: str) -> str:
    """A sample in a language, else in Greek; some have only one."""
    return words if isinstance(words, str) else words.get(language) or words["el"]


def read(folder: Path) -> Samples | None:
    """The samples of a pack; None where it has none."""
    path = folder / "samples.yaml"
    return Samples(yaml.safe_load(path.read_text())) if path.exists() else None
