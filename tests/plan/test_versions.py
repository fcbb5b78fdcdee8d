"""Versions and revisions on screen: what everybody reads of them, and how the planning unit makes them."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core.texts import Translated
from portal.organisation.models import Role, Unit
from portal.plan.models import Action, Plan, PlanVersion, Revision, RevisionState
from portal.plan.operations import deciding, revising
from portal.plan.operations.deciding import RevisionDecision
from portal.plan.operations.revising import By, NewRevision
from tests.factories import DAY, NOW, make_staff, make_user
from tests.plan.samples import sheets, written
from tests.support.client import Client, Page

ADA = "Ψ297ΩΗΜ-ΣΙ0"


@pytest.fixture(autouse=True)
def in_march(frozen: Any) -> None:
    frozen(NOW)


@pytest.fixture
def planner(plan: Plan, session: Session, client: Client) -> User:
    """Somebody of the planning unit, signed in."""
    unit = session.scalars(sa.select(Unit).where(Unit.code == "citizens")).one()
    user = make_staff(session, unit, Role.PLANNER)
    client.sign_in(user)
    return user


@pytest.fixture
def revised(plan: Plan, session: Session) -> Revision:
    """The plan with a second version from today: another title, other amounts, a project less."""
    actor = make_user(session)
    wanted = NewRevision(Translated(el="1η αναθεώρηση", en="1st revision"), Translated(el="Ακρίβεια", en="Prices"))
    row = revising.start_revision(session, plan, wanted, actor_id=actor.id, now=NOW)

    def by() -> By:
        return By(actor.id, NOW, row.seen)

    title = {"el": "Νέοι αγωγοί ύδρευσης", "en": "New water mains"}
    years = {"2024": "120000.00", "2025": "700000.00", "2026": "540000.00", "2027": "0.00", "2028": "0.00"}
    revising.write_row(session, row, "action", "1.1.1.01", {"title": title, "unit": "citizens"}, by=by())
    revising.write_row(session, row, "funding", "1.1.1.01/ΕΣΠΑ/25.7312.001", {"amounts": years}, by=by())
    revising.write_row(session, row, "project", "1.1.1.01.01", None, by=by())
    revising.explain_rest(session, row, "Οι τιμές των υλικών ανέβηκαν.", by=by())
    deciding.propose(session, row, by=by())
    deciding.decide(session, row, RevisionDecision("45/2026", DAY, ADA, DAY), by=by())
    return row


def begun(client: Client, session: Session) -> Revision:
    """A new revision, begun on screen."""
    page = client.get("plan_desk.new_revision")
    client.submit(page, {"title_el": "1η αναθεώρηση", "reasons_el": "Ακρίβεια"})
    return session.scalars(sa.select(Revision).order_by(Revision.id.desc()).limit(1)).one()


def open_row(client: Client, row: Revision, kind: str, code: str | None = None) -> Page:
    return client.get("plan_desk.revision_row", number=row.id, kind=kind, code=code, lang="en")


# -- what everybody reads


def test_all_versions_are_listed_with_their_decisions(revised: Revision, client: Client) -> None:
    page = client.get("plan.versions", lang="en")

    assert page.texts(".versions h3") == ["1st revision", "As approved"]
    assert "Version 2, from 3 March 2026 · 45/2026 · ΑΔΑ Ψ297ΩΗΜ-ΣΙ0" in page.text


def test_a_day_leads_to_the_version_of_that_day(revised: Revision, client: Client) -> None:
    for day, number in ((DAY - timedelta(days=1), 1), (DAY, 2), (DAY + timedelta(days=900), 2)):
        asked = {"on-day": day.day, "on-month": day.month, "on-year": day.year}
        answer = client.get("plan.versions", status=302, **asked)
        assert answer.location == client.path("plan.version", number=number, on=day.isoformat())

    early = client.get("plan.versions", lang="en", **{"on-day": 1, "on-month": 1, "on-year": 2020})
    assert "On 1 January 2020 the plan did not hold yet" in early.text
    assert client.get("plan.versions", status=422, **{"on-day": 31, "on-month": 2, "on-year": 2026}).errors


def test_the_plan_is_shown_as_it_was(revised: Revision, client: Client) -> None:
    old = client.get("plan.version", number=1, lang="en", on="2026-03-02")
    new = client.get("plan.version", number=2, lang="en")

    assert "The plan as it was on 2 March 2026." in old.text
    assert "until version 2 of 3 March 2026" in old.text
    assert "New mains" in old.text
    assert "€1,340,000.55" in old.text
    assert "New water mains" in new.text
    assert "€1,360,000.00" in new.text
    assert "it is the newest" in new.text
    client.get("plan.version", number=3, status=404)
    client.get("plan.version", number=1, on="nonsense")


def test_a_change_is_shown_word_by_word_and_euro_by_euro_with_its_reason(revised: Revision, client: Client) -> None:
    page = client.get("plan.changes", number=2, lang="en")

    assert page.texts(".difference h3") == [
        "Changed Action 1.1.1.01 New water mains",
        "Changed Funding 1.1.1.01/ΕΣΠΑ/25.7312.001 New water mains",
        "No longer in the plan Project 1.1.1.01.01 Study of the mains",
    ]
    assert "put in: water" in page.texts("ins")
    assert "before: Technical" in page.text or "before:" in page.text
    assert len(page.select(".why")) == 3
    rows = page.select("table")[0].select("tbody tr")
    assert rows[0].get_text(" ", strip=True) == (
        "1.1.1.01 New water mains ΕΣΠΑ 2025 €680,000.55 €700,000.00 +€19,999.45"
    )
    assert "before €1,340,061.15, after €1,360,060.60, difference +€19,999.45" in page.text
    client.get("plan.changes", number=1, status=404)


def test_pages_of_versions_are_small_and_ask_little(revised: Revision, client: Client) -> None:
    for endpoint, values in (("plan.versions", {}), ("plan.version", {"number": 2}), ("plan.changes", {"number": 2})):
        assert len(client.get(endpoint, **values).response.get_data()) < 60_000


# -- how the planning unit makes them


@pytest.mark.parametrize("role", [None, Role.CLERK, Role.HEAD])
def test_revisions_are_for_the_planning_unit(revised: Revision, session: Session, client: Client, role: Any) -> None:
    unit = session.scalars(sa.select(Unit).where(Unit.code == "technical")).one()
    client.sign_in(make_staff(session, unit, role) if role else make_user(session))

    client.get("plan_desk.revisions", status=403)
    client.get("plan_desk.revision", number=revised.id, status=403)
    client.post("plan_desk.decide_submit", number=revised.id, status=403)


def test_a_revision_goes_from_a_row_to_the_plan(planner: User, plan: Plan, session: Session, client: Client) -> None:
    assert client.get("plan_desk.revisions").select(".empty")
    row = begun(client, session)
    listed = client.get("plan_desk.revision_rows", number=row.id, q="αγωγοι")
    assert listed.texts("td.code a") == ["1.1.1.01"]

    client.submit(open_row(client, row, "action", "1.1.1.01"), {"title_en": "New water mains", "priority": "2"})
    page = client.get("plan_desk.revision", number=row.id, lang="en")
    assert "1 change has no reason yet" in page.text
    [field] = [str(area["name"]) for area in page.select("textarea[name^=why_]")]
    client.post("plan_desk.reasons_submit", {"seen": row.seen, field: "Όνομα"}, number=row.id)
    page = client.get("plan_desk.revision", number=row.id, lang="en")
    client.submit(page, form="form[action$='/propose/']")
    page = client.get("plan_desk.revision", number=row.id, lang="en")
    days = {
        f"{name}-{part}": getattr(DAY, part)
        for name in ("decided_on", "valid_from")
        for part in ("day", "month", "year")
    }
    refused = client.submit(
        page, {"decision": "45/2026", "ada": "45/2026", **days}, form="form[action$='/decide/']", status=422
    )
    assert refused.errors == ["“45/2026” is not an ΑΔΑ. Copy it from the decision, for example Ψ297ΩΗΜ-ΣΙ0."]
    client.submit(refused, {"ada": ADA}, form="form[action$='/decide/']")

    session.expire_all()
    assert row.state is RevisionState.IN_FORCE
    action = session.scalars(sa.select(Action).where(Action.code == "1.1.1.01")).one()
    assert (action.title["en"], action.priority) == ("New water mains", 2)
    assert "The plan is so since 3 March 2026" in client.get("plan_desk.revision", number=row.id, lang="en").text


KINDS = [
    ("source", "ΙΠ"), ("goal", "Σ1"), ("axis", "1"), ("measure", "1.1"), ("objective", "1.1.1"), ("action", "1.1.1.01"),
    ("funding", "1.1.1.01/ΕΣΠΑ/25.7312.001"), ("milestone", "1.1.1.01-2"), ("project", "1.1.1.01.01"),
    ("indicator", "Δ.2.1.03"), ("plan", None),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "code"), KINDS)
def test_a_row_that_is_saved_as_it_is_does_not_change(
    planner: User, plan: Plan, session: Session, client: Client, kind: str, code: str | None
) -> None:
    row = begun(client, session)

    client.submit(open_row(client, row, kind, code))

    session.expire_all()
    assert revising.differences_of(row) == []
    assert open_row(client, row, kind).h1


def test_rows_are_added_taken_out_and_set_back(planner: User, plan: Plan, session: Session, client: Client) -> None:
    row = begun(client, session)
    new = {"action": "2.1.1.01", "source": "ΕΣΠΑ", "budget_code": "30.1"} | {
        f"amounts_{y}": "0" for y in range(2024, 2029)
    }

    client.submit(open_row(client, row, "funding"), {**new, "amounts_2025": "100.50"})
    again = client.submit(open_row(client, row, "funding"), new, status=409)
    client.submit(open_row(client, row, "project", "1.1.1.01.01"), form="form[action*='/take-out/']")

    assert "There is already a row with the code" in again.text
    session.expire_all()
    assert [each.key for each in revising.differences_of(row)] == ["funding:2.1.1.01/ΕΣΠΑ/30.1", "project:1.1.1.01.01"]
    for _each in range(2):
        client.submit(client.get("plan_desk.revision", number=row.id), form="form[action*='/undo/']")
    session.expire_all()
    assert revising.differences_of(row) == []


def test_what_is_wrong_in_a_row_is_said_at_its_field(
    planner: User, plan: Plan, session: Session, client: Client
) -> None:
    row = begun(client, session)

    page = client.submit(open_row(client, row, "action", "1.1.1.01"), {"title_el": "", "priority": "7"}, status=422)
    new = client.submit(
        open_row(client, row, "project"),
        {"code": "x", "action": "1.1.1.01", "title_el": "Μελέτη", "kind": "study", "amount": "5"},
        status=422,
    )

    assert len(page.errors) == 2
    assert new.errors == ["“x” is not a code of this kind. Write it like 1.2.3.04.01."]
    for kind, code in (("action", "9.9.9.99"), ("smile", None)):
        client.get("plan_desk.revision_row", number=row.id, kind=kind, code=code, status=404)
    client.get("plan_desk.revision_rows", number=row.id, kind="smile", status=404)
    client.get("plan_desk.revision", number=999, status=404)


def test_who_writes_second_is_told_and_loses_nothing(
    planner: User, plan: Plan, session: Session, client: Client
) -> None:
    row = begun(client, session)
    mine = open_row(client, row, "action", "1.1.1.01")
    client.submit(open_row(client, row, "action", "2.1.1.01"), {"priority": "3"})

    page = client.submit(mine, {"title_el": "Οι αγωγοί μου"}, status=409)

    assert "Somebody else has changed this revision meanwhile" in page.text
    assert page.one("input[name=title_el]")["value"] == "Οι αγωγοί μου"
    client.submit(page)
    session.expire_all()
    assert len(revising.differences_of(row)) == 2


def test_a_revision_that_fits_no_more_says_what_does_not(
    planner: User, plan: Plan, session: Session, client: Client
) -> None:
    row = begun(client, session)
    client.submit(open_row(client, row, "milestone", "1.1.1.01-1"), {"weight": "30"})
    page = client.get("plan_desk.revision", number=row.id, lang="en")

    assert "1 thing does not fit" in page.text
    assert not page.select("form[action$='/propose/']")
    refused = client.post("plan_desk.propose_submit", {"seen": row.seen}, number=row.id, status=409)
    assert refused.select(".govuk-error-summary")
    client.submit(page, {"reason": "Γιατί έτσι"}, form="form[action$='/reasons/rest/']")
    client.submit(page_of(client, row), {"why": "Δεν χρειάζεται"}, form="form[action$='/reject/']")
    assert "Δεν χρειάζεται" in page_of(client, row).text


def page_of(client: Client, row: Revision) -> Page:
    return client.get("plan_desk.revision", number=row.id, lang="en")


def test_a_revision_under_which_the_plan_moved_is_carried_over(
    planner: User, plan: Plan, session: Session, client: Client
) -> None:
    row = begun(client, session)
    client.submit(open_row(client, row, "action", "1.1.1.01"), {"title_en": "My mains", "priority": "2"})
    other = begun(client, session)

    def by() -> By:
        return By(planner.id, NOW, other.seen)

    revising.write_row(session, other, "action", "1.1.1.01", {"priority": 3}, by=by())
    revising.explain_rest(session, other, "Επείγει", by=by())
    deciding.propose(session, other, by=by())
    deciding.decide(session, other, RevisionDecision("1", DAY, ADA, DAY), by=by())

    page = page_of(client, row)
    assert "Action 1.1.1.01 My mains: Priority" in page.text
    client.submit(page, form="form[action$='/carry-over/']")

    session.expire_all()
    assert row.base.number == 2
    assert [list(each.fields) for each in revising.differences_of(row)] == [["title"]]


def test_a_proposed_revision_is_taken_back(planner: User, plan: Plan, session: Session, client: Client) -> None:
    row = begun(client, session)
    client.submit(open_row(client, row, "action", "1.1.1.01"), {"priority": "2"})
    client.submit(page_of(client, row), {"reason": "Επείγει"}, form="form[action$='/reasons/rest/']")
    client.submit(page_of(client, row), form="form[action$='/propose/']")
    client.submit(page_of(client, row), form="form[action$='/take-back/']")

    session.expire_all()
    assert row.state is RevisionState.DRAFT


def test_a_decided_revision_waits_on_its_page(planner: User, plan: Plan, session: Session, client: Client) -> None:
    row = begun(client, session)
    client.submit(open_row(client, row, "action", "1.1.1.01"), {"priority": "2"})
    client.submit(page_of(client, row), {"reason": "Επείγει"}, form="form[action$='/reasons/rest/']")
    client.submit(page_of(client, row), form="form[action$='/propose/']")
    later = DAY + timedelta(days=3)
    session.expire_all()
    deciding.decide(session, row, RevisionDecision("1", DAY, ADA, later), by=By(planner.id, NOW, row.seen))

    page = page_of(client, row)

    assert "On 6 March 2026 the plan changes by itself" in page.text
    assert client.submit(page, form="form[action$='/in-force/']", status=409).select(".govuk-error-summary")


def test_a_workbook_begins_a_revision_once_the_plan_has_been_in_force(
    planner: User, plan: Plan, session: Session, client: Client
) -> None:
    content = sheets()
    content["Δράσεις"][1][2] = "Άλλοι αγωγοί"
    data = {"file": (io.BytesIO(written(content)), "plan.xlsx")}

    shown = client.post("plan_desk.workbook_submit", data, status=200, lang="en")
    assert shown.texts("main form button") == ["Begin a revision with these changes"]
    form = client.get(client.submit(shown).location)
    client.submit(form, {"title_el": "Από βιβλίο", "reasons_el": "Ακρίβεια"})

    row = session.scalars(sa.select(Revision)).one()
    assert [each.key for each in revising.differences_of(row)] == ["action:1.1.1.01"]
    assert session.scalar(sa.select(sa.func.count()).select_from(PlanVersion)) == 1
