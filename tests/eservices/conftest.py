"""A municipality with two services: a terrace with every kind of trouble in its form, and one for the counter only."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.models import Case
from portal.casework.operations import Applicant
from portal.core import files
from portal.core.texts import Translated
from portal.core.web import Portal
from portal.eservices import operations, queries
from portal.eservices.models import Draft, Service
from portal.organisation.models import Community, Municipality, Unit
from tests.factories import NOW, make_community, make_staff, make_time_limit, make_unit
from tests.support.client import Client, Page

PACK = Path(__file__).parent / "pack"
#: answers to everything the terrace asks, but for the files
ANSWERS: dict[str, Any] = {
    "shop": "Ο Γλάρος",
    "address": {"street": "Αγίας Παρασκευής", "number": "5", "postcode": "70014", "town": "Λιμένας"},
    "community": "gouves",
    "neighbour": "no",
    "area": "12.5",
    "tables": [{"seats": "4"}, {"seats": "2"}],
    "truth": "yes",
}
#: the same as the pages send it
SHOP = {
    "shop": "Ο Γλάρος",
    "address-street": "Αγίας Παρασκευής",
    "address-number": "5",
    "address-postcode": "700 14",
    "address-town": "Λιμένας",
    "community": "gouves",
    "neighbour": "no",
}
SPACE = {"area": "12,5", "tables": "0", "tables-0-seats": "4"}


@dataclass(frozen=True)
class World:
    """What every test here stands on."""

    unit: Unit
    community: Community
    terrace: Service
    clerk: User


def build_world(session: Session) -> World:
    """A unit with a clerk, a community, a time limit, and the catalogue of the test pack."""
    unit = make_unit(session, code="revenue", name=Translated(el="Έσοδα", en="Revenue"))
    name = Translated(el="Δήμος Δοκιμών", en="Municipality of Tests")
    profile = {
        "code": "testing",
        "name": dict(name),
        "languages": ["el", "en"],
        "contact": {"address": {"el": "Οδός 1", "en": "Street 1"}, "phone": "1"},
        "colours": {},
        "map": {},
    }
    session.add(Municipality(code="testing", name=name, profile=profile))
    community = make_community(session, code="gouves", name=Translated(el="Γούβες", en="Gouves"))
    make_time_limit(session, "general-request", 50)
    operations.load_services(session, PACK, now=NOW)
    terrace = queries.service(session, "terrace")
    assert terrace is not None
    return World(unit, community, terrace, make_staff(session, unit, full_name="Μαρία Παπαδάκη"))


@pytest.fixture
def world(session: Session) -> World:
    """The world in the test's own transaction."""
    return build_world(session)


def picture(name: str = "plan.png") -> tuple[io.BytesIO, str]:
    """A small picture as a browser sends it."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "#0b4f79").save(out, "PNG")
    return io.BytesIO(out.getvalue()), name


def make_draft(session: Session, world: World, portal: Portal, **changes: Any) -> Draft:
    """A draft of the terrace that can be filed."""
    whom, owner = changes.pop("whom", None), changes.pop("owner", None)
    if whom:
        draft = operations.start_for(session, world.terrace, whom, language="el", now=NOW)
    else:
        draft = operations.start(session, world.terrace, owner=owner, language="el", now=NOW)
    data, name = picture()
    kept = files.keep(session, portal.store, files.examine(data.read(), name, portal.intake), now=NOW)
    operations.attach(session, draft, "plan", kept)
    answers = ANSWERS | {"plan": [kept.id]} | changes
    for step in ("shop", "space", "papers"):
        operations.keep(session, draft, answers, step=step, done=True, language="el", now=NOW)
    return draft


def the_draft(session: Session) -> Draft:
    """The only draft, as it stands in the database."""
    return session.scalars(sa.select(Draft).execution_options(populate_existing=True)).one()


def fill_in(client: Client, place: dict[str, str]) -> Page:
    """Every step, as somebody without scripts does; the review page."""
    client.post("eservices.step_submit", SHOP, **place, step="shop")
    client.post("eservices.step_submit", SPACE, **place, step="space")
    client.post("eservices.step_submit", {"plan": picture(), "truth": "yes"}, **place, step="papers")
    return client.get("eservices.review", **place)


def applicant(**changes: Any) -> Applicant:
    """Somebody without an account."""
    given: dict[str, Any] = {"name": "Άννα Κρητικού", "email": "anna@example.org", "language": "el", "phone": None}
    return Applicant(**(given | changes))


@pytest.fixture
def machine(app: Any) -> Portal:
    """The store and the rules for files of the application under test."""
    portal: Portal = app.extensions["portal"]
    return portal


@pytest.fixture
def filed_case(session: Session, world: World, machine: Portal) -> Case:
    """A case of the terrace, just filed."""
    return operations.file(session, make_draft(session, world, machine), applicant(), now=NOW).case
