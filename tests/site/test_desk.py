"""Staff pages that span rooms: overview, search, people, duties, letters and jobs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.models import IdentityLevel, User
from portal.casework import operations
from portal.core import clock, letters, outbox
from portal.core.letters import Recipient
from portal.organisation import queries as organisation
from portal.organisation.models import Role, Unit
from tests.factories import make_duty, make_staff, make_unit, make_user
from tests.factories.casework import make_case
from tests.support.client import Client, Page

PAGES = ("home", "search", "people", "duties", "jobs")


@pytest.fixture
def unit(session: Session) -> Unit:
    return make_unit(session)


def signed_in(client: Client, session: Session, unit: Unit, role: Role = Role.CLERK) -> User:
    """Somebody of the unit, at the client."""
    user = make_staff(session, unit, role)
    client.sign_in(user)
    return user


def menu(page: Page) -> dict[str, str]:
    """The entries of the side menu and whether they are the page at hand."""
    return {str(a["href"]): str(a.get("aria-current", "")) for a in page.select(".side")[0].select("li a")}


# -- rights


@pytest.mark.parametrize(
    ("role", "closed"),
    [
        (Role.CLERK, {"duties", "jobs"}),
        (Role.HEAD, {"people", "jobs"}),
        (Role.PLANNER, {"people", "duties", "jobs"}),
        (Role.ADMINISTRATOR, set()),
    ],
)
def test_each_role_opens_its_own_pages_and_sees_only_those_in_the_menu(
    client: Client, session: Session, unit: Unit, role: Role, closed: set[str]
) -> None:
    signed_in(client, session, unit, role)
    offered = menu(client.get("site_desk.home"))

    for page in PAGES:
        client.get(f"site_desk.{page}", status=403 if page in closed else 200)
        if page != "search":
            assert (client.path(f"site_desk.{page}") in offered) is (page not in closed), page


def test_the_desk_is_for_staff(client: Client, session: Session) -> None:
    for page in PAGES:
        client.get(f"site_desk.{page}", status=303)
    client.sign_in(make_user(session))
    for page in PAGES:
        client.get(f"site_desk.{page}", status=403)


def test_one_entry_of_the_menu_is_the_page_at_hand(client: Client, session: Session, unit: Unit) -> None:
    signed_in(client, session, unit, Role.ADMINISTRATOR)
    paths = [client.path(f"site_desk.{page}") for page in ("home", "people", "duties", "jobs")]
    paths += [client.path("casework_desk.queue", view=view) for view in ("open", "mine", "late", "information")]

    for path in paths:
        assert [url for url, current in menu(client.get(path)).items() if current] == [path]


# -- overview and search


def test_the_overview_shows_what_is_most_urgent_and_what_is_mine(client: Client, session: Session, unit: Unit) -> None:
    user = signed_in(client, session, unit)
    late, mine = (make_case(session, unit, now=clock.now() - timedelta(days=n)) for n in (70, 1))
    operations.take(session, mine, actor=user, now=clock.now())

    page = client.get("site_desk.home")

    assert [cell.get_text(strip=True) for cell in page.select("section[aria-labelledby=urgent] td.code")] == [
        late.reference,
        mine.reference,
    ]
    assert [cell.get_text(strip=True) for cell in page.select("section[aria-labelledby=mine] td.code")] == [
        mine.reference
    ]
    assert page.texts(".figures b") == ["2", "1", "0", "1"]


def test_the_overview_of_an_empty_desk_is_a_page(client: Client, session: Session, unit: Unit) -> None:
    signed_in(client, session, unit)

    assert client.get("site_desk.home").select(".empty")


def test_staff_find_the_cases_of_their_units_only(client: Client, session: Session, unit: Unit) -> None:
    signed_in(client, session, unit)
    ours = make_case(session, unit, search_words="αμπελώνας")
    theirs = make_case(session, search_words="αμπελώνας")
    session.flush()

    page = client.get("site_desk.search", q="ΑΜΠΕΛΏΝΑΣ")

    assert page.select(f'.found a[href="{client.path("casework_desk.case", slug=ours.slug)}"]')
    assert theirs.reference not in page.text


@pytest.mark.parametrize("text", ["", "!!", "qwertyuiop"])
def test_a_search_that_finds_nothing_is_a_page(client: Client, session: Session, unit: Unit, text: str) -> None:
    signed_in(client, session, unit)

    assert not client.get("site_desk.search", q=text).select(".found a")


def test_staff_without_a_duty_find_nothing(client: Client, session: Session, unit: Unit) -> None:
    client.sign_in(make_user(session, is_staff=True))
    make_case(session, unit, search_words="αμπελώνας")
    session.flush()

    assert not client.get("site_desk.search", q="αμπελώνας").select(".found a")
    assert client.get("site_desk.home").select(".empty")


# -- people


def test_a_clerk_proves_who_somebody_is(client: Client, session: Session, unit: Unit) -> None:
    clerk = signed_in(client, session, unit)
    resident = make_user(session)
    page = client.submit(client.get("site_desk.people"), {"email": f" {resident.email.upper()} "})

    missing = client.submit(page, {"how": ""}, form="main form[method=post]", status=422)
    assert len(missing.errors) == 1
    client.submit(page, {"how": "Δελτίο ταυτότητας"}, form="main form[method=post]")

    session.expire_all()
    assert resident.level is IdentityLevel.B
    assert clerk.full_name in str(resident.level_proof)
    assert not client.get("site_desk.people", email=resident.email).select("main form[method=post]")


def test_nobody_proves_themselves_or_somebody_who_is_not_there(client: Client, session: Session, unit: Unit) -> None:
    clerk = signed_in(client, session, unit)

    client.post("site_desk.prove", {"how": "Me."}, status=403, user_id=clerk.id)
    client.post("site_desk.prove", {"how": "Who?"}, status=404, user_id=99999)
    client.post("site_desk.prove", {"how": "Who?"}, status=404, user_id=10**30)
    assert client.get("site_desk.people", email="nobody@example.org").select(".empty")
    session.expire_all()
    assert clerk.level is IdentityLevel.A


# -- duties


def give(client: Client, in_unit: Unit, who: User, answers: int | None = None, **fields: Any) -> Page:
    """Fill in the form of a new duty."""
    page = client.get("site_desk.duties")
    start = {"starts_on-day": "1", "starts_on-month": "6", "starts_on-year": "2030"}
    wanted = {"person": str(who.id), "unit": str(in_unit.id), "role": "clerk"} | start | fields
    return client.submit(page, wanted, form="section[aria-labelledby=new] form", status=answers)


def until(day: int, month: int, year: int) -> dict[str, str]:
    return {"ends_on-day": str(day), "ends_on-month": str(month), "ends_on-year": str(year)}


def test_a_head_names_a_substitute_in_their_own_units(client: Client, session: Session, unit: Unit) -> None:
    head = signed_in(client, session, unit, Role.HEAD)
    substitute = make_staff(session, make_unit(session), full_name="Ζωή Αλλού")

    give(client, unit, substitute, role="head", substitutes=str(head.id), **until(30, 6, 2030))

    [duty] = organisation.people_of(session, unit.id, date(2030, 6, 30), [Role.HEAD])[1:]
    assert (duty.user_id, duty.substitutes_id, duty.ends_on) == (substitute.id, head.id, date(2030, 6, 30))
    assert "Ζωή Αλλού" in client.get("site_desk.duties").text


def test_a_duty_that_ends_before_it_starts_is_told_at_its_field(client: Client, session: Session, unit: Unit) -> None:
    head = signed_in(client, session, unit, Role.HEAD)

    refused = give(client, unit, head, 422, **until(31, 5, 2030))

    assert len(refused.errors) == 1
    assert refused.one("#ends_on-day")["value"] == "31"


@pytest.mark.parametrize("missing", ["person", "unit", "role", "starts_on-day"])
def test_a_duty_needs_who_where_what_and_when(client: Client, session: Session, unit: Unit, missing: str) -> None:
    head = signed_in(client, session, unit, Role.HEAD)

    assert give(client, unit, head, 422, **{missing: ""}).errors
    assert len(organisation.people_of(session, unit.id, date(2030, 6, 30))) == 1


def test_a_head_gives_no_duties_elsewhere_and_makes_no_administrators(
    client: Client, session: Session, unit: Unit
) -> None:
    head, other = signed_in(client, session, unit, Role.HEAD), make_unit(session)

    give(client, other, head, 422)
    give(client, unit, head, 422, role="administrator")

    session.expire_all()
    assert organisation.people_of(session, other.id, date(2030, 6, 30)) == []


def test_a_duty_ends_today_at_the_latest(client: Client, session: Session, unit: Unit) -> None:
    signed_in(client, session, unit, Role.HEAD)
    clerk, today = make_staff(session, unit), clock.athens_date(clock.now())
    [duty] = organisation.duties_of(session, clerk.id, today)
    elsewhere = make_duty(session, clerk, make_unit(session))
    form = f'main form[action="{client.path("site_desk.end_duty", duty_id=duty.id)}"]'

    client.submit(client.get("site_desk.duties"), form=form)
    client.post("site_desk.end_duty", status=404, duty_id=elsewhere.id)

    session.expire_all()
    assert duty.ends_on == today - timedelta(days=1)
    assert elsewhere.ends_on is None


# -- letters and jobs


def test_a_dead_letter_is_shown_and_tried_again(client: Client, session: Session, unit: Unit) -> None:
    signed_in(client, session, unit, Role.ADMINISTRATOR)
    assert client.get("site_desk.jobs").select(".empty")
    letters.write(session, Recipient("a@example.org", "el"), "accounts/closed", {}, now=clock.now())
    session.flush()
    job = session.query(outbox.Job).filter_by(kind="mail").one()
    job.attempts = outbox.MAX_ATTEMPTS
    outbox.fail(session, job, error="no such host", now=clock.now())

    page = client.get("site_desk.jobs")
    assert "no such host" in page.text
    assert "a@example.org" in page.text
    client.submit(page)

    session.expire_all()
    assert (job.dead_at, job.attempts) == (None, 0)
    client.post("site_desk.again", status=404, job_id=job.id)


def test_letters_of_the_demonstration_can_be_read(
    client: Client, session: Session, unit: Unit, drain: Callable[[datetime], int]
) -> None:
    user = signed_in(client, session, unit)
    assert client.get("site.mailbox").select(".empty")
    case = make_case(session, unit, now=clock.now())
    operations.ask(session, case, "Ποιο <b>κατάστημα</b>;", actor=user, now=clock.now())
    drain(clock.now())

    box = client.get("site.mailbox", to=case.applicant_email)
    letter = client.get(str(box.one("td.whole a")["href"]))

    assert case.reference in letter.h1
    assert "Ποιο <b>κατάστημα</b>;" in letter.text
    assert not client.get("site.mailbox", to="nobody@example.org").select("table")
    client.get("site.letter", status=404, letter_id=99999)


def test_outside_the_demonstration_nobody_reads_letters(
    app: Flask, client: Client, session: Session, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = app.extensions["portal"]
    monkeypatch.setattr(portal, "settings", replace(portal.settings, demonstration=False))
    signed_in(client, session, unit, Role.ADMINISTRATOR)

    client.get("site.mailbox", status=404)
    client.get("site.letter", status=404, letter_id=1)
    client.get("site.styleguide", status=404)
    assert client.path("site.mailbox") not in menu(client.get("site_desk.home"))
