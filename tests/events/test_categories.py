"""Categories are written at the desk: named in every language, put in order, closed; events keep what they have."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import clock, search
from portal.core.texts import Translated
from portal.events import operations, queries
from portal.events.models import EventCategory
from portal.events.operations import CategoryInput, LastShelf, ShelfExists
from portal.events.queries import desk as reads
from tests.factories.events import make_category, make_event
from tests.factories.moments import NOW
from tests.support.agenda import Stage, furnish, written
from tests.support.client import Client

SOON = clock.athens_date(clock.now()) + timedelta(days=20)


@pytest.fixture
def stage(session: Session) -> Stage:
    return furnish(session)


@pytest.fixture
def desk(client: Client, stage: Stage) -> Client:
    return client.sign_in(stage.clerk)


@pytest.fixture
def shelves(session: Session, stage: Stage) -> list[EventCategory]:
    """Three shelves without room between them."""
    session.delete(stage.category)
    return [
        make_category(session, code=code, name=Translated(el=name), position=at, from_pack=True)
        for at, (code, name) in enumerate([("a", "Άλφα"), ("b", "Βήτα"), ("c", "Γάμα")])
    ]


def write(
    session: Session, stage: Stage, row: EventCategory | None, name: str, after: EventCategory | None, **given: bool
) -> EventCategory:
    values = CategoryInput(name=Translated(el=name), after_id=after.id if after else None, **given)
    return operations.write_category(session, row, values, actor_id=stage.clerk.id, now=NOW)


def order(session: Session) -> str:
    return "".join(row.code[0] for row in reads.all_categories(session))


# -- the operation


def test_a_category_goes_where_it_is_put(session: Session, stage: Stage, shelves: list[EventCategory]) -> None:
    a, b, c = shelves

    write(session, stage, None, "Δέλτα", a)
    assert order(session) == "adbc"

    for name in ("Έψιλον", "Ζήτα", "Ήτα", "Θήτα", "Ιώτα"):  # each between the same two
        write(session, stage, None, name, a)
    assert order(session) == "aitizedbc"

    write(session, stage, c, "Γάμα", None)
    assert order(session)[0] == "c"
    write(session, stage, a, "Άλφα", b)
    assert order(session)[-1] == "a"
    assert [row.from_pack for row in shelves] == [False, True, False]


def test_a_category_that_stays_where_it_is_moves_no_other(
    session: Session, stage: Stage, shelves: list[EventCategory]
) -> None:
    a, b, _c = shelves
    before = [row.position for row in shelves]

    write(session, stage, b, "Βήτα και άλλα", a)

    assert [row.position for row in shelves] == before
    assert b.name == {"el": "Βήτα και άλλα"}


def test_two_categories_have_not_the_same_name(session: Session, stage: Stage, shelves: list[EventCategory]) -> None:
    for row in (None, shelves[1]):
        with pytest.raises(ShelfExists):
            write(session, stage, row, "αλφα", None)


def test_one_category_stays_open(session: Session, stage: Stage, shelves: list[EventCategory]) -> None:
    for row in shelves[:2]:
        write(session, stage, row, row.name["el"], None, closed=True)

    with pytest.raises(LastShelf):
        write(session, stage, shelves[2], "Γάμα", None, closed=True)

    assert [row.code for row in queries.categories(session)] == ["c"]


def test_coming_events_are_found_by_the_new_name(session: Session, stage: Stage) -> None:
    event = make_event(session, on=SOON, category=stage.category)

    write(session, stage, stage.category, "Κουκλοθέατρο", None)

    assert [hit.ref_id for hit in search.find(session, "κουκλοθέατρο", kinds=["event"])] == [event.id]


# -- the pages


def test_a_category_is_added_and_changed(desk: Client, session: Session, stage: Stage) -> None:
    assert desk.get("events_desk.events").select("a[href$='/desk/events/categories/']")
    page = desk.get("events_desk.new_category")
    wrong = desk.submit(page, {"name_el": ""}, status=422)

    desk.submit(wrong, {"name_el": "Αφήγηση", "name_en": "Storytelling", "after": ""})
    made = session.scalars(sa.select(EventCategory).order_by(EventCategory.id.desc())).first()
    listed = desk.get("events_desk.categories")

    assert made is not None
    assert (made.code, made.name, made.from_pack) == (
        "storytelling",
        {"el": "Αφήγηση", "en": "Storytelling"},
        False,
    )
    assert listed.select("tbody a")[0].text == "Αφήγηση"

    again = desk.submit(desk.get("events_desk.new_category"), {"name_en": "storytelling"}, status=409)
    assert again.one("#name_en")["value"] == "storytelling"
    change = desk.get("events_desk.category", code=made.code)
    desk.submit(change, {"name_en": "", "after": str(stage.category.id)})
    session.refresh(made)

    assert made.name == {"el": "Αφήγηση"}
    assert reads.all_categories(session)[-1] is made
    desk.get("events_desk.category", code="nothing", status=404)


def test_a_closed_category_is_not_offered_but_its_events_keep_it(desk: Client, session: Session, stage: Stage) -> None:
    other = make_category(session)
    event = make_event(session, on=SOON, category=stage.category, venue=stage.venue)
    desk.submit(desk.get("events_desk.category", code=stage.category.code), {"closed": "yes"})

    new = {option["value"] for option in desk.get("events_desk.new").select("#category option")}
    page = desk.get("events_desk.edit", slug=event.slug)
    desk.submit(page, {"title_el": "Νέος τίτλος"}, form="main form[enctype]")
    session.refresh(event)

    assert str(other.id) in new
    assert str(stage.category.id) not in new
    assert (event.title["el"], event.category_id) == ("Νέος τίτλος", stage.category.id)
    refused = {**written(stage, SOON), "category": str(stage.category.id)}
    desk.submit(desk.get("events_desk.new"), refused, form="main form[enctype]", status=422)
