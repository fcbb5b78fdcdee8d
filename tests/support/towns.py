"""The municipality with its inhabitants, as a fixture; `pytest_plugins` of the root names it, files ask for `town`."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.support.inhabitants import Inhabitants, settle
from tests.support.visits import Visits


@pytest.fixture
def town(app: Flask, session: Session) -> Inhabitants:
    """Everybody and everything; for tests whose `stock` is "municipality"."""
    return settle(app, session)


@pytest.fixture
def visits(app: Flask, session: Session, town: Inhabitants) -> Visits:
    """Requests of everybody that leave nothing behind."""
    return Visits(app, session, town.people)
