"""A municipality as small as it can be for its plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

import portal.plan.feeds  # noqa: F401 – the feeds make themselves known
from portal.eservices.facts import RequestDecided
from portal.plan import models, operations
from portal.plan.models import Plan
from tests.factories import NOW
from tests.plan.samples import furnish, sheets, written


@pytest.fixture
def house(session: Session) -> Session:
    """Units, communities and services that the workbook names."""
    furnish(session)
    return session


@pytest.fixture
def plan(house: Session) -> Plan:
    """The plan of `sheets`, imported."""
    operations.import_plan(house, operations.read(written(sheets())), now=NOW)
    return house.query(Plan).one()


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[RequestDecided]], None]:
    """Make the feeds replay these facts."""

    def tell(facts: list[RequestDecided]) -> None:
        def replay(_session: Session) -> Iterator[RequestDecided]:
            return iter(facts)

        for code, feed in list(models.feeds().items()):
            if feed.fact is RequestDecided:
                monkeypatch.setitem(models.hearing._feeds, code, replace(feed, replay=replay))

    return tell
