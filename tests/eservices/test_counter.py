"""The counter: staff file for somebody, on the same pages as everybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import IdentityLevel
from portal.casework.models import Case
from portal.core.outbox import Job
from portal.documents.models import Channel
from portal.eservices.models import Draft
from portal.organisation.models import Role
from tests.eservices.conftest import World, fill_in, the_draft
from tests.factories import NOW, make_staff
from tests.support.client import Client


@pytest.fixture(autouse=True)
def _then(frozen: Callable[[datetime], Any], world: World, client: Client) -> None:
    frozen(NOW)
    client.sign_in(world.clerk)


def begin(client: Client, session: Session, channel: str = "counter") -> dict[str, str]:
    """Begin a terrace for somebody; the values of its pages' addresses."""
    page = client.get("eservices_desk.begin", slug="terrace")
    client.submit(page, {"channel": channel})
    return {"slug": "terrace", "token": the_draft(session).token}


def test_a_service_is_chosen_and_what_was_begun_goes_on(client: Client, session: Session) -> None:
    page = client.get("eservices_desk.counter")
    assert [link["href"] for link in page.select("main td a")] == ["/el/desk/counter/terrace/"]
    current = [link["href"] for link in page.select(".side-small a[aria-current]")]
    assert current == ["/el/desk/counter/"]

    place = begin(client, session, "post")

    assert place["token"] in str(client.get("eservices_desk.counter").select("main li a"))
    assert the_draft(session).channel is Channel.POST
    client.get("eservices_desk.begin", slug="counter-only", status=404)


def test_all_the_way_for_somebody_without_an_email_address(client: Client, session: Session) -> None:
    place = begin(client, session)
    papers = client.get("eservices.step", lang="en", **place, step="papers")
    assert "The applicant has signed this declaration on paper" in papers.text
    review = fill_in(client, place)

    filed = client.submit(review, {"name": "Άννα Κρητικού", "language": "en"})
    page = client.get(filed.location)

    case = session.scalars(sa.select(Case)).one()
    assert (case.applicant_name, case.applicant_email, case.language) == ("Άννα Κρητικού", "", "en")
    assert (case.applicant_id, case.online) == (None, False)
    assert session.scalars(sa.select(Job).where(Job.kind == "mail")).all() == []
    assert page.select("a[href$='/receipt.pdf']")
    assert "Άννα Κρητικού" in page.h1
    printed = client.get("eservices.receipt", **place)
    assert printed.response.data.startswith(b"%PDF")
    desk = client.get("casework_desk.case", slug=case.slug)
    assert "Μαρία Παπαδάκη" in desk.text


def test_who_it_is_for_must_be_said(client: Client, session: Session) -> None:
    review = fill_in(client, begin(client, session))

    assert len(client.submit(review, {"language": "el"}, status=422).errors) == 1
    assert len(client.submit(review, {"name": "Άννα", "email": "anna", "language": "xx"}, status=422).errors) == 2
    assert session.scalars(sa.select(Case)).all() == []


def test_how_it_came_in_and_the_identity_are_asked(client: Client, session: Session, world: World) -> None:
    world.terrace.identity = IdentityLevel.B
    page = client.get("eservices_desk.begin", slug="terrace")

    assert len(client.submit(page, status=422).errors) == 1
    assert len(client.submit(page, {"channel": "counter"}, status=422).errors) == 1
    assert session.scalars(sa.select(Draft)).all() == []

    assert "/apply/" in client.submit(page, {"channel": "counter", "identity": "yes"}).location
    review = fill_in(client, {"slug": "terrace", "token": the_draft(session).token})
    assert "/filed/" in client.submit(review, {"name": "Άννα", "language": "el"}).location


def test_the_form_of_one_clerk_is_no_other_clerks(client: Client, session: Session, world: World) -> None:
    place = begin(client, session)

    client.sign_in(make_staff(session, world.unit))
    client.get("eservices.step", **place, step="shop", status=404)
    client.get("eservices.receipt", **place, status=404)
    client.sign_out()
    assert "next=" in client.get("eservices.step", **place, step="shop", status=303).location


def test_only_clerks_file_for_somebody(client: Client, session: Session, world: World) -> None:
    client.sign_in(make_staff(session, world.unit, Role.PLANNER))

    client.get("eservices_desk.counter", status=403)
    client.post("eservices_desk.begin_submit", {"channel": "counter"}, slug="terrace", status=403)


def test_a_form_that_is_thrown_away_leads_back_to_the_desk(client: Client, session: Session) -> None:
    place = begin(client, session)

    assert client.post("eservices.discard", **place).location.endswith("/desk/counter/")
