"""Every page and every form, as the Nu HTML checker and axe see them: no error, no violation, nothing too wide.

The pages are asked for as whoever may see them (the access matrix says who), in a municipality where nothing has
happened yet, in one with a life behind it, and in one where people use long words; the forms are sent empty in Greek
and with markup in English. They are rendered once, on SQLite, and looked at afterwards:

- the Nu HTML checker sees all of them;
- a telephone sees the Greek ones, 360 pixels wide, in the dark, without the portal's scripts and with everything open;
- a desk sees the English ones, 1280 pixels wide, by day, with scripts.

Pages that are built of the same elements are shown to axe once; of those with long words only the width is measured.
Left out: the other crossings of language, width, light and scripts; what a press of a key shows.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from pathlib import Path
from typing import Never

import pytest
import sqlalchemy as sa
from flask import Flask, abort
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.models import Case, TimelineEvent
from portal.core.db import db
from portal.core.letters import Letter
from portal.core.orm import Base
from portal.core.outbox import Job
from portal.documents.models import Entry
from portal.organisation.models import Role, Unit
from tests.architecture.access_matrix import Row, rows
from tests.factories import make_staff
from tests.support import databases, tour
from tests.support.checkers import VIOLATIONS, WIDTH, Sight, Window, nu, nu_is_missing
from tests.support.inhabitants import Inhabitants, settle
from tests.support.visits import Answer, Visits

# one worker renders the pages and looks at them
pytestmark = pytest.mark.xdist_group("every page")
TELEPHONE, DESK = Window(360, "dark", scripts=False), Window(1280, "light", scripts=True)
LENGTHENED = "with long words"
WORD = "Ηλεκτροεγκεφαλογραφηματικοπαραμετρολογικότατος"
LONG = f"{WORD} {WORD}-{WORD}_{WORD} " + "και μια λέξη ακόμη " * 12
#: what can go wrong with a page as a whole
WRONG = (400, 401, 403, 404, 405, 413, 429, 500)
#: where things stand that people wrote
WRITTEN = re.compile("/desk/|/cases/|/account/|/mailbox/|/verify/")
#: lists and searches as their addresses turn them, and an address that leads nowhere
TURNED = (
    "/{}/nowhere/",
    *("/{}/search/?q=πιστοποιητικό", "/{}/search/?q=ξξξξξξ", "/{}/services/?q=ξξξξξξ", "/{}/plan/indicators/?q=ξξξξξξ"),
    *(
        "/{}/desk/search/?q=2026",
        "/{}/desk/search/?q=ξξξξξξ",
        "/{}/desk/register/?q=ξξξξξξ",
        "/{}/desk/cases/?view=late",
    ),
)


@pytest.fixture(scope="module")
def sights() -> list[Sight]:
    with municipality("demonstration") as (app, session):
        town = settle(app, session)
        visits = Visits(app, session, town.people)
        sights = [*greek(visits, town, session), *english(visits, town, session)]
    with municipality("municipality") as (app, session):
        unit = session.scalars(sa.select(Unit).limit(1)).one()
        somebody = make_staff(session, unit, Role.ADMINISTRATOR)
        people = {"administrator": {"_user_id": somebody.fs_uniquifier, "_fresh": True, "fs_paa": time.time()}}
        session.commit()
        return [*sights, *lists(Visits(app, session, people))]


@pytest.fixture(scope="module")
def styles() -> dict[str, bytes]:
    """The sheet that the portal makes from the municipality's colours."""
    answer = databases.fresh("sqlite", "municipality").app().test_client().get("/theme.css")
    return {"/theme.css": answer.get_data()}


def test_the_nu_html_checker_finds_no_error(sights: list[Sight], tmp_path: Path) -> None:
    if missing := nu_is_missing():
        pytest.skip(missing)

    assert len(sights) > 250
    assert not (said := list(nu(sights, tmp_path))), "\n".join(["", *said])


@pytest.mark.parametrize(("language", "window"), [("el", TELEPHONE), ("en", DESK)], ids=["telephone", "desk"])
def test_axe_finds_no_violation(
    browser: Browser, sights: list[Sight], styles: dict[str, bytes], language: str, window: Window
) -> None:
    different = {one.shape: one for one in sights if one.language == language and one.how != LENGTHENED}.values()

    assert len(different) > 100
    assert not (said := list(window.look(browser, [*different], styles, WIDTH, VIOLATIONS))), "\n".join(["", *said])


def test_long_words_fit_on_a_telephone(browser: Browser, sights: list[Sight], styles: dict[str, bytes]) -> None:
    different = {one.shape: one for one in sights if one.how == LENGTHENED}.values()

    assert len(different) > 30
    assert not (said := list(TELEPHONE.look(browser, [*different], styles, WIDTH))), "\n".join(["", *said])


@contextmanager
def municipality(stock: str) -> Iterator[tuple[Flask, Session]]:
    database = databases.fresh("sqlite", stock)
    app = database.app()
    with databases.undone(app):
        with app.app_context():
            session = db.sessionmaker()
        with session:
            yield app, session
    databases.drop(app, database)


def greek(visits: Visits, town: Inhabitants, session: Session) -> Iterator[Sight]:
    """Everything, what is refused, forms sent without an answer; then what people wrote at length."""
    places = [*tour.pages(visits, town), *turned(visits, session)]
    steps = [*tour.steps(visits, session)]
    shown = [*seen(visits, [*places, *steps])]
    yield from [*shown, *refused(visits)]
    for sheet in tour.forms_on((one.who, one.path, one.html) for one in shown):
        yield from sight(visits, visits.ask(sheet.who, "POST", sheet.path), sheet.who, sheet.path, "sent empty")
    with visits.undone():
        lengthen(session)
        yield from seen(visits, [(who, path) for who, path in places if WRITTEN.search(path)], LENGTHENED)


def english(visits: Visits, town: Inhabitants, session: Session) -> Iterator[Sight]:
    """Everything, what visitors see, what is refused, forms with markup where people write; of steps these only."""
    visits.language = "en"
    shown = [*seen(visits, [*tour.pages(visits, town), *turned(visits, session), *open_to_all(visits)])]
    yield from [*shown, *refused(visits)]
    steps = seen(visits, tour.steps(visits, session))
    for sheet in tour.forms_on((one.who, one.path, one.html) for one in [*shown, *steps]):
        _, typed = next(sheet.plausible())
        answer = visits.ask(sheet.who, "POST", sheet.path, typed)
        yield from sight(visits, answer, sheet.who, sheet.path, "sent with markup")


def lists(visits: Visits) -> Iterator[Sight]:
    """Whatever needs no thing to show, where there is none yet."""
    paths = [visits.address(row.endpoint, {}) for row in rows() if not row.thing and is_page(visits, row)]
    yield from seen(visits, [("administrator", path) for path in paths], "where nothing happened yet")


def turned(visits: Visits, session: Session) -> Iterator[tuple[str, str]]:
    """Lists with a question, and a case in each state from both sides."""
    yield from (("administrator", path.format(visits.language)) for path in TURNED)
    one_each = sa.select(sa.func.min(Case.id)).group_by(Case.state)
    for case in session.scalars(sa.select(Case).where(Case.id.in_(one_each))):
        visits.people[f"applicant {case.id}"] = {"cases": [case.id]}
        yield "administrator", visits.address("casework_desk.case", {"slug": case.slug})
        yield f"applicant {case.id}", visits.address("casework.case", {"slug": case.slug})
    session.close()


def open_to_all(visits: Visits) -> Iterator[tuple[str, str]]:
    """What visitors may see without an address of their own."""
    for row in rows():
        if not row.thing and row.marks["nobody"] == "+" and is_page(visits, row):
            yield "nobody", visits.address(row.endpoint, {})


def is_page(visits: Visits, row: Row) -> bool:
    [rule] = visits.app.url_map.iter_rules(row.endpoint)
    return "GET" in (rule.methods or ())


def refused(visits: Visits) -> Iterator[Sight]:
    """Each page that says what went wrong."""
    path, view = visits.address("site.contact", {}), visits.app.view_functions["site.contact"]
    for status in WRONG:
        visits.app.view_functions["site.contact"] = wraps(view)(partial(going_wrong, status))
        answer = visits.ask("nobody", "GET", path)
        assert answer.status == status
        yield from sight(visits, answer, "nobody", path, f"going wrong with {status}")
    visits.app.view_functions["site.contact"] = view


def going_wrong(status: int, **_: object) -> Never:
    abort(status)


def seen(visits: Visits, places: Iterable[tuple[str, str]], how: str = "") -> Iterator[Sight]:
    """What is answered to them there."""
    for who, path in dict.fromkeys(places):
        yield from sight(visits, visits.ask(who, "GET", path), who, path, how)


def sight(visits: Visits, answer: Answer, who: str, path: str, how: str) -> Iterator[Sight]:
    """The answer, if it is a page."""
    if answer.response.mimetype == "text/html" and answer.status not in {302, 303}:
        yield Sight(who, path, how, visits.language, answer.response.get_data(as_text=True))


def lengthen(session: Session) -> None:
    """Whatever people write is long, and has words that fit on no line."""
    changes: dict[type[Base], dict[str, str]] = {
        Case: {"detail": LONG, "applicant_name": LONG[:200]},
        TimelineEvent: {"text": LONG},
        Letter: {"subject": LONG, "body": LONG},
        Job: {"error": LONG},
        User: {"full_name": LONG[:150]},
        Entry: {"subject": LONG, "party": LONG},
    }
    for model, values in changes.items():
        session.execute(sa.update(model).values(values))
    session.commit()
    session.close()
