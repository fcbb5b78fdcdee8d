"""A service definition as the code sees it: steps, questions, conditions; read from the JSON that a version keeps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from portal.core.texts import Translated
from portal.eservices.models import ServiceVersion
from portal.eservices.queries.expressions import Expression, parse

#: kinds of fields that are read and not answered
SILENT = frozenset({"note", "calculated"})


@dataclass(frozen=True)
class Question:
    """One field of a form."""

    #: as it stands in the file
    data: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Its name in answers, conditions and formulas."""
        return str(self.data["id"])

    @property
    def type(self) -> str:
        """One of the kinds of docs/municipality-pack.md."""
        return str(self.data["type"])

    @property
    def label(self) -> Translated:
        """What is asked; notes have none."""
        return Translated(self.data.get("label") or {})

    @property
    def help(self) -> Translated:
        """What helps to answer."""
        return Translated(self.data.get("help") or {})

    @property
    def text(self) -> Translated:
        """What a note says or a statement declares."""
        return Translated(self.data.get("text") or {})

    @property
    def required(self) -> bool:
        """Whether it must be answered when it is asked."""
        return bool(self.data.get("required", True)) and self.type not in SILENT

    @cached_property
    def when(self) -> Expression | None:
        """The condition under which it is asked."""
        return parse(str(self.data["when"])) if self.data.get("when") else None

    @cached_property
    def formula(self) -> Expression | None:
        """How it is worked out."""
        return parse(str(self.data["formula"])) if "formula" in self.data else None

    @cached_property
    def fields(self) -> tuple["Question", ...]:
        """The questions of a row of a group."""
        return tuple(Question(field) for field in self.data.get("fields") or ())

    def option(self, value: str) -> Translated:
        """How an answer among given ones is called, or a result in words."""
        if value in (texts := self.data.get("texts") or {}):
            return Translated(texts[value])
        found: Mapping[str, str] = next(
            (option for option in self.data.get("options") or () if str(option["value"]) == value), {}
        )
        return Translated({key: text for key, text in found.items() if key != "value"}) or Translated(el=value)


@dataclass(frozen=True)
class Step:
    """A page of the form."""

    code: str
    title: Translated
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Definition:
    """The whole of one service's definition."""

    data: Mapping[str, Any]

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The pages of the form in order; none: it cannot be filed online."""
        return tuple(
            Step(str(step["step"]), Translated(step["title"]), tuple(Question(field) for field in step["fields"]))
            for step in self.data.get("form") or ()
        )

    @property
    def title(self) -> Translated:
        """The name of the service."""
        return Translated(self.data["title"])

    def text(self, key: str) -> Translated:
        """A text of the service by its key: summary, audience, cost, how."""
        return Translated(self.data.get(key) or {})

    def texts(self, key: str) -> list[Translated]:
        """A list of texts by its key: needs, legal_basis."""
        return [Translated({k: v for k, v in text.items() if isinstance(v, str)}) for text in self.data.get(key) or ()]

    def step(self, code: str) -> Step | None:
        """The page with that code."""
        return next((step for step in self.steps if step.code == code), None)

    def questions(self) -> Iterator[Question]:
        """Every question, page by page."""
        for step in self.steps:
            yield from step.questions

    def question(self, name: str) -> Question | None:
        """The question with that id."""
        return next((question for question in self.questions() if question.id == name), None)

    def tariff(self, code: str, on: date) -> Decimal | None:
        """The amount of a tariff on a day."""
        for row in self.data.get("tariffs") or ():
            start, end = _day(row.get("valid_from")), _day(row.get("valid_to"))
            if row["code"] == code and (start is None or start <= on) and (end is None or on <= end):
                return Decimal(str(row["amount"]))
        return None


def _day(value: str | date | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def definition_of(version: ServiceVersion) -> Definition:
    """The definition that a version keeps."""
    return Definition(version.definition)
