"""What people read is in the catalogues, and every language is complete; names have labels and explanations."""

from __future__ import annotations

from typing import TypeVar

from flask import Flask

import portal.app  # noqa: F401 – every room is loaded
from portal.core import catalogues
from portal.core.choices import Choice
from portal.core.facts import Fact, listeners_of
from portal.settings import ROOT
from tests.support.databases import fresh

Kind = TypeVar("Kind")


def subclasses(kind: type[Kind]) -> list[type[Kind]]:
    return [found for direct in kind.__subclasses__() for found in (direct, *subclasses(direct))]


def test_every_choice_has_a_label_that_is_translated() -> None:
    known = {message.id for message in catalogues.extracted(ROOT)}
    ours = [kind for kind in subclasses(Choice) if kind.__module__.startswith("portal.")]

    without = [f"{kind.__name__}.{member.name}" for kind in ours for member in kind if member.label not in known]

    assert ours
    assert without == []


def test_every_fact_says_what_it_means() -> None:
    ours = [kind for kind in subclasses(Fact) if kind.__module__.startswith("portal.")]

    assert ours
    assert [kind.__name__ for kind in ours if not kind.__doc__ or kind.__doc__.startswith(f"{kind.__name__}(")] == []
    assert [kind.__name__ for kind in ours if not kind.__module__.endswith(".facts")] == []


def test_some_fact_is_heard() -> None:
    assert any(listeners_of(kind) for kind in subclasses(Fact))


def test_the_catalogues_are_fresh_and_every_offered_language_is_complete() -> None:
    app: Flask = fresh("sqlite").app()

    assert list(catalogues.flaws(ROOT, app.config["LANGUAGES"])) == []
