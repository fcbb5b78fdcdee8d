"""Staff pages: services, forms to look at, deciding."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.casework.models import Case
from portal.core.letters import Letter
from portal.eservices.models import Decision, Outcome
from tests.eservices.conftest import World
from tests.factories import NOW, make_staff, make_unit, make_user
from tests.support.client import Client


@pytest.fixture(autouse=True)
def _then(frozen: Callable[[datetime], Any], world: World, client: Client) -> None:
    frozen(NOW)
    client.sign_in(world.clerk)


def decision(session: Session) -> Decision | None:
    return session.scalar(sa.select(Decision))


def test_the_services_and_their_forms_can_be_looked_at(client: Client) -> None:
    page = client.get("eservices_desk.services")
    assert "Τραπεζάκια έξω" in page.text

    preview = client.get("eservices_desk.service", slug="terrace")
    assert "neighbour == 'yes'" in preview.text
    assert "Όνομα γείτονα" in preview.text
    client.get("eservices_desk.service", slug="counter-only")


def test_a_case_is_decided_after_a_look_at_the_document(
    client: Client, session: Session, filed_case: Case, drain: Callable[[datetime], int]
) -> None:
    assert "/decide/" in str(client.get("casework_desk.case", slug=filed_case.slug).select("main a.govuk-button"))
    page = client.get("eservices_desk.decide", slug=filed_case.slug)

    looked = client.submit(page, {"outcome": "approved"}, status=200)
    assert "Στον/στην Άννα Κρητικού" in looked.text
    assert decision(session) is None

    client.submit(looked, button="sign")
    made = decision(session)
    assert made is not None
    assert made.outcome is Outcome.APPROVED
    assert made.document.code in client.get("casework_desk.case", slug=filed_case.slug).text
    drain(NOW)
    letter = session.scalars(sa.select(Letter).order_by(Letter.id.desc())).first()
    assert letter is not None
    assert "decision-" in letter.attached


def test_reasons_are_asked_for_at_the_field(client: Client, session: Session, filed_case: Case) -> None:
    page = client.get("eservices_desk.decide", slug=filed_case.slug)

    refused = client.submit(page, {"outcome": "rejected"}, status=422)

    assert len(refused.errors) == 1
    assert client.submit(refused, {"reasons": "Δεν χωράει."}, status=200).text.count("Δεν χωράει.") == 2
    assert decision(session) is None


def test_whoever_was_slower_is_told(client: Client, session: Session, filed_case: Case) -> None:
    page = client.get("eservices_desk.decide", slug=filed_case.slug)
    looked = client.submit(page, {"outcome": "approved"}, status=200)
    filed_case.detail = "changed meanwhile"
    session.commit()

    client.submit(looked, button="sign", status=409)

    assert decision(session) is None


def test_only_who_may_act_decides(client: Client, session: Session, filed_case: Case) -> None:
    client.sign_in(make_staff(session, make_unit(session)))
    client.get("eservices_desk.decide", slug=filed_case.slug, status=403)
    client.sign_in(make_user(session))
    client.get("eservices_desk.decide", slug=filed_case.slug, status=403)
    client.sign_out()
    client.get("eservices_desk.decide", slug=filed_case.slug, status=303)


def test_there_is_no_such_case(client: Client) -> None:
    client.get("eservices_desk.decide", slug="2026-999", status=404)
