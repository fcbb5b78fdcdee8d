"""A walk through the portal: who opens which page, and the forms that stand there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.accounts.models import User
from portal.casework.desk.actions import ACTIONS
from portal.core import clock
from portal.eservices import operations, queries
from portal.eservices.queries.definitions import definition_of
from tests.architecture.access_matrix import rows
from tests.support.hostile import Sheet, sheets
from tests.support.inhabitants import Inhabitants
from tests.support.visits import Visits


def pages(visits: Visits, town: Inhabitants) -> Iterator[tuple[str, str]]:
    """Who opens which page: somebody for each line of the access matrix, and nobody in particular where they may."""
    for row in rows():
        things = [town.things.get(row.thing, {})]
        if row.endpoint == "casework_desk.act":
            things = [things[0] | {"action": action} for action in ACTIONS]
        [rule] = visits.app.url_map.iter_rules(row.endpoint)
        allowed = [name for name, mark in row.marks.items() if mark == "+"]
        strangers = [name for name in allowed if name == "nobody"]
        for who in dict.fromkeys(allowed[-1:] + strangers) if "GET" in (rule.methods or ()) else ():
            yield from ((who, visits.address(row.endpoint, thing)) for thing in things)


def steps(visits: Visits, session: Session) -> Iterator[tuple[str, str]]:
    """Each step of each service, in a draft of the owner."""
    paths, owner = [], session.scalars(sa.select(User).where(User.email == "owner@example.org")).one()
    for service in queries.services(session):
        if service.version and service.online:
            draft = operations.start(session, service, owner=owner, language="el", now=clock.now())
            for step in definition_of(service.version).steps:
                values = {"slug": service.slug, "token": draft.token, "step": step.code}
                paths.append(visits.address("eservices.step", values))
    session.commit()
    session.close()
    yield from (("owner", path) for path in paths)


def forms_of(visits: Visits, opened: Iterable[tuple[str, str]]) -> Iterator[Sheet]:
    """The forms of these pages, each once."""
    answers = ((who, path, visits.ask(who, "GET", path).response) for who, path in opened)
    return forms_on((who, path, answer.get_data(as_text=True)) for who, path, answer in answers if _is_page(answer))


def forms_on(pages: Iterable[tuple[str, str, str]]) -> Iterator[Sheet]:
    """The forms of pages that were answered – to whom, where, what –, each once."""
    seen = set()
    for who, path, page in pages:
        for sheet in sheets(page, who, path):
            key = (sheet.path, frozenset(sheet.fields))
            if key not in seen and sheet.fields:
                seen.add(key)
                yield sheet


def _is_page(answer: TestResponse) -> bool:
    return answer.mimetype == "text/html"
