"""Evidence and contributions lead on to what they are about, and never to anybody's name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.documents.models import Entry, Marking
from portal.events.models import Occurrence, Publication
from portal.organisation.models import Role, Unit
from portal.plan import operations
from portal.plan.models import Contribution, Evidence, EvidenceKind, Indicator, Plan
from tests.casework.test_statements import counted
from tests.factories import DAY, NOW, make_event, make_fault, make_staff
from tests.factories.plan import make_money
from tests.plan.samples import decided, indicator, on
from tests.support.client import Client, Page
from tests.support.lived import MAINS, NAME, Things, lived


@pytest.fixture(autouse=True)
def _in_march(frozen: Any) -> None:
    frozen(NOW)


@pytest.fixture
def things(session: Session, plan: Plan) -> Things:
    return lived(session, plan)


@pytest.fixture
def client(client: Client) -> Client:
    client.language = "en"
    return client


def proof(client: Client, session: Session, kind: EvidenceKind) -> Page:
    """The page of the evidence of a kind, as the page of the action leads to it."""
    number = session.scalars(sa.select(Evidence.id).where(Evidence.kind == kind)).first()
    [link] = client.get("plan.action", code=MAINS).select(f"#evidence-{number} a[href*='/plan/evidence/']")
    return client.get(str(link["href"]))


def test_a_fault_leads_to_its_report_while_that_is_public(things: Things, session: Session, client: Client) -> None:
    page = proof(client, session, EvidenceKind.FAULT)
    client.get(str(page.one("main a[href*='/faults/']")["href"]))

    things.fault.shown = False
    assert "not public" in proof(client, session, EvidenceKind.FAULT).text
    things.fault.shown, things.fault.category.private = True, True
    page = proof(client, session, EvidenceKind.FAULT)
    assert not page.select("main a[href*='/faults/']")
    assert things.fault.slug not in str(page.soup)


def test_an_event_leads_to_its_page_while_it_is_in_the_agenda(things: Things, session: Session, client: Client) -> None:
    page = proof(client, session, EvidenceKind.EVENT)
    client.get(str(page.one("main a[href*='/events/']")["href"]))

    things.event.publication = Publication.WITHDRAWN
    page = proof(client, session, EvidenceKind.EVENT)
    assert "no longer in the agenda" in page.text
    assert things.event.slug not in str(page.one("main"))


def test_a_document_is_known_by_its_number_alone(things: Things, session: Session, client: Client) -> None:
    page = proof(client, session, EvidenceKind.ENTRY)
    assert {things.document, "3 March 2026"} <= set(page.texts("dd"))
    assert NAME not in str(page.soup)

    session.execute(sa.update(Entry).values(current_marking=Marking.PERSONAL_DATA))
    page = proof(client, session, EvidenceKind.ENTRY)
    assert things.document not in page.text
    assert "only the services may see" in page.text


def test_of_a_case_everybody_reads_a_line_without_a_name(things: Things, session: Session, client: Client) -> None:
    page = proof(client, session, EvidenceKind.CASE)

    assert page.texts("section dt") == ["What it was", "State", "Filed", "Completed", "Unit in charge"]
    case = things.case
    for secret in (case.reference, case.slug, case.applicant_name, case.detail, str(case.title["el"])):
        assert secret not in str(page.one("main")), secret


def test_a_decision_leads_to_where_it_is_published(things: Things, session: Session, client: Client) -> None:
    page = proof(client, session, EvidenceKind.DECISION)

    assert page.one("section a")["href"] == "https://diavgeia.gov.gr/decision/view/Ψ297ΩΗΜ-ΣΙ0"
    assert "diavgeia.gov.gr" in client.get("plan.action", code=MAINS).texts("li[id^=evidence-] a")
    periods = client.get("plan.period", code="2025-Q4")
    assert "/decision/view/" in str(periods.one("a[href^='https://diavgeia.gov.gr/']")["href"])


def test_an_ada_is_enough_for_a_decision(plan: Plan, session: Session, client: Client) -> None:
    client.sign_in(make_staff(session, session.scalars(sa.select(Unit).filter_by(code="technical")).one(), Role.HEAD))
    on = {"on-day": str(DAY.day), "on-month": str(DAY.month), "on-year": str(DAY.year)}
    given = {"kind": "decision", "title_el": "Απόφαση 12/2026", **on}

    client.post("plan_desk.evidence_submit", given | {"url": "ψ297ωημ-σι0"}, code=MAINS)
    page = client.post("plan_desk.evidence_submit", given | {"url": "ΩΗΜ"}, code=MAINS, status=422)

    assert session.scalars(sa.select(Evidence.url)).all() == ["https://diavgeia.gov.gr/decision/view/Ψ297ΩΗΜ-ΣΙ0"]
    assert len(page.errors) == 1


def test_what_was_taken_back_has_no_page(things: Things, session: Session, client: Client) -> None:
    number = session.scalars(sa.select(Evidence.id)).first()
    session.execute(sa.update(Evidence).where(Evidence.id == number).values(revoked_at=NOW))

    client.get("plan.proof", number=number, status=404)
    client.get("plan.proof", number=987_654, status=404)
    client.get("plan.proof", number=2**63 - 1, status=404)


# -- contributions


def contribute(session: Session, feed: str, references: list[str]) -> Indicator:
    """An indicator with that feed, and contributions that refer to these records."""
    row = indicator(session, "Δ.2.1.01")
    row.feed, row.feed_filter = feed, {}
    for reference in references:
        made = {"on": DAY, "value": 1, "dimensions": {}, "recorded_at": NOW}
        session.add(Contribution(feed=feed, reference=reference, **made))
    session.flush()
    return row


def test_held_events_and_repaired_faults_lead_to_their_pages(plan: Plan, session: Session, client: Client) -> None:
    shown, hidden = make_fault(session), make_fault(session)
    hidden.shown = False
    session.flush()
    contribute(session, "faults.repaired", [f"case:{shown.case_id}", f"case:{hidden.case_id}"])
    page = client.get("plan.evidence", code="Δ.2.1.01", period="2026-Q1")
    assert [str(link["href"]) for link in page.select("tbody a")] == [f"/en/faults/{shown.slug}/"]

    held, draft = make_event(session), make_event(session, published=False)
    keys = [session.scalars(sa.select(Occurrence.id).filter_by(event_id=row.id)).one() for row in (held, draft)]
    contribute(session, "events.held", [f"occurrence:{key}" for key in keys])
    page = client.get("plan.evidence", code="Δ.2.1.01", period="2026-Q1")
    assert [str(link["href"]) for link in page.select("tbody a")] == [f"/en/events/{held.slug}/"]


def test_requests_lead_nowhere(things: Things, client: Client) -> None:
    page = client.get("plan.evidence", code="Δ.2.1.01", period="2025-Q4")

    assert len(page.select("tbody tr")) == 20
    assert not page.select("tbody a")


def test_more_contributions_need_no_more_statements(plan: Plan, session: Session, client: Client) -> None:
    def asked() -> int:
        session.commit()
        client.get("plan.evidence", code="Δ.2.1.01", period="2026-Q1")
        client.app.extensions.pop("kept_pages", None)
        with counted(session) as told:
            client.get("plan.evidence", code="Δ.2.1.01", period="2026-Q1")
        return len(told)

    contribute(session, "faults.repaired", [f"case:{make_fault(session).case_id}"])
    few = asked()
    contribute(session, "faults.repaired", [f"case:{make_fault(session).case_id}" for _ in range(9)])

    assert asked() == few <= 9


# -- for staff


def test_staff_go_on_to_what_they_may_see(things: Things, session: Session, client: Client) -> None:
    def ways(of: str, role: Role) -> list[str]:
        unit = session.scalars(sa.select(Unit).where(Unit.code == of)).one()
        client.sign_in(make_staff(session, unit, role))
        page = client.get("plan_desk.evidence_of", code=MAINS)
        return [str(link["href"]) for link in page.select("tbody td a") if "take-back" not in str(link["href"])]

    head, planner = ways("technical", Role.HEAD), ways("citizens", Role.PLANNER)

    case = f"/en/desk/cases/{things.case.slug}/"
    assert case in head
    assert case not in planner
    assert f"/en/events/{things.event.slug}/" in planner


# -- what was frozen


def test_an_indicator_shows_what_was_frozen_beside_what_the_day_gives_now(
    things: Things, session: Session, client: Client
) -> None:
    def rows() -> list[str]:
        return client.get("plan.indicator", code="Δ.2.1.01").texts("#frozen tbody tr")

    assert rows() == ["4th quarter 2025 23 23 nothing"]
    operations.hear(session, decided(9999, decided_at=on(2025, 12, 30)))
    session.flush()
    assert rows() == ["4th quarter 2025 23 24 What has changed since 4th quarter 2025"]
    assert "frozen on 3 March 2026: 23 αιτήματα" in client.get("plan.evidence", code="Δ.2.1.01", period="2025-Q4").text
    assert "frozen" not in client.get("plan.evidence", code="Δ.2.1.01", period="2025-Q3").one("main").get_text()


def test_entered_and_calculated_values_are_compared_too(things: Things, session: Session, client: Client) -> None:
    page = client.get("plan.indicator", code="Δ.2.1.05")
    assert page.texts("#frozen tbody tr") == ["4th quarter 2025 39.5% 39.5% nothing"]


def test_a_calculated_indicator_says_at_its_head_what_it_says_below(
    plan: Plan, session: Session, client: Client
) -> None:
    row = indicator(session, "Δ.2.1.05")
    row.calculation = "Δ.2.1.01 * 2"
    operations.hear(session, decided(1, decided_at=on(2026, 2, 1)))

    page = client.get("plan.indicator", code="Δ.2.1.05")

    assert page.texts(".big") == ["2%", "2%"]
    assert "2%" in client.get("plan.action", code="2.1.1.01").text


# -- amounts


def test_lists_of_amounts_say_what_they_come_to(plan: Plan, session: Session, client: Client) -> None:
    make_money(session, MAINS, "10.10")
    make_money(session, None, "5.05", source_id=None)
    make_money(session, MAINS, "99.00", on=DAY + timedelta(days=1))

    def total(**wanted: Any) -> str:
        return next(text for text in client.get("plan.amounts", **wanted).texts("main > p, main p") if "In all" in text)

    assert total(stage="paid") == "In all: €15.15"
    assert total(stage="paid", action="-", source="-") == "In all: €5.05"
    assert total(stage="budgeted", year=2026) == "In all: €540,030.30"
    page = client.get("plan.amounts", stage="budgeted", action=MAINS, year=2025)
    assert page.texts("tbody tr") == ["1.1.1.01 New mains sample ΕΣΠΑ 25.7312.001 2025 €680,000.55"]
    assert page.select("a[href$='/plan/versions/1/']")
    assert client.get("plan.amounts", stage="budgeted", action="-").select(".empty")


def test_the_lines_of_the_plan_are_paged_by_their_place(
    plan: Plan, session: Session, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.plan.queries import planned  # noqa: PLC0415
    from portal.plan.views import money  # noqa: PLC0415

    monkeypatch.setattr(money, "PAGE_OF_AMOUNTS", 2)
    monkeypatch.setattr(planned.planned, "__kwdefaults__", {"after": "", "most": 2})
    page, found = client.get("plan.amounts", stage="budgeted"), []
    for _ in range(3):
        found += page.texts("tbody td:last-child")
        if more := page.select(".pager a"):
            page = client.get(str(more[0]["href"]))

    assert found == ["€120,000.00", "€680,000.55", "€540,000.00", "€10.10", "€20.20", "€30.30"]
    client.get("plan.amounts", stage="budgeted", after="x_y")
