"""The page of a report that is closed, or was: where it leads, and what its history says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.core.texts import Translated
from portal.faults import operations
from portal.faults.operations import Change, FaultState
from tests.factories import NOW, make_community, make_staff, make_unit
from tests.factories.faults import make_fault
from tests.support.client import Client

NOTE = Translated(el="Έγινε.", en="Done.")


@pytest.fixture(autouse=True)
def _then(frozen: Callable[[datetime], Any]) -> None:
    frozen(NOW)


@pytest.fixture
def client(client: Client) -> Client:
    """Somebody who reads English."""
    client.language = "en"
    return client


def test_a_report_made_again_leads_to_the_first_one(client: Client, session: Session) -> None:
    first, again = make_fault(session), make_fault(session)
    clerk = make_staff(session, make_unit(session))
    operations.merge(session, again, first, note=NOTE, actor=clerk, now=NOW)

    page = client.get("faults.fault", slug=again.slug)

    assert page.select(f'.fault-act a[href="/en/faults/{first.slug}/"]')
    assert not page.select('.fault-act a[href$="/faults/report/"]')


@pytest.mark.parametrize(
    ("state", "words"), [(FaultState.REPAIRED, "broken again"), (FaultState.IMPOSSIBLE, "has changed")]
)
def test_a_closed_report_offers_a_new_one_in_words_that_fit(
    client: Client, session: Session, state: FaultState, words: str
) -> None:
    fault = make_fault(session)
    operations.change_state(session, fault, Change(state=state, note=NOTE), actor=None, now=NOW)

    [link] = client.get("faults.fault", slug=fault.slug).select('.fault-act a[href$="/faults/report/"]')

    assert words in link.get_text()


def test_what_is_said_not_to_be_repaired_was_opened_again(client: Client, session: Session) -> None:
    fault = make_fault(session)
    operations.change_state(session, fault, Change(state=FaultState.REPAIRED, note=NOTE), actor=None, now=NOW)
    operations.disagree(session, fault, "Όχι.", actor=None, now=NOW)

    newest, *_others = client.get("faults.fault", slug=fault.slug).select("[aria-labelledby=history] li")

    assert "Opened again" in newest.get_text()


def test_an_address_that_names_the_community_is_enough(client: Client, session: Session) -> None:
    community = make_community(session, name=Translated(el="Μάλια", en="Malia"))
    fault = make_fault(session, address="Beach Road 4, Malia")
    fault.community = community
    session.flush()

    [lead] = client.get("faults.fault", slug=fault.slug).select("p.lead")

    assert lead.get_text(strip=True) == "Beach Road 4, Malia"
