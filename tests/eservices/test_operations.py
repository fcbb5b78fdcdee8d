"""Drafts, filing and deciding: what happens, what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import IdentityLevel
from portal.casework import operations as casework
from portal.casework.models import Case, EventKind, Phase, TimelineEvent
from portal.core import audit, facts
from portal.core.files import Attachment
from portal.core.outbox import Job
from portal.core.web import Portal
from portal.documents.models import Channel, EntryFile, EntryLink, Issued
from portal.eservices import operations, policy, queries
from portal.eservices.facts import RequestDecided, RequestFiled
from portal.eservices.models import Decision, Draft, DraftFile, Outcome, Submission
from tests.eservices.conftest import ANSWERS, World, applicant, make_draft
from tests.factories import NOW, make_staff, make_user


def letters_to(session: Session, email: str) -> list[dict[str, object]]:
    jobs = session.scalars(sa.select(Job).where(Job.kind == "mail").order_by(Job.id))
    return [job.payload for job in jobs if job.payload["to"] == email]


class TestDrafts:
    def test_an_account_fills_in_what_it_knows(self, session: Session, world: World) -> None:
        question = {"id": "name", "type": "text", "label": {}, "prefill": "account.full_name"}
        version = world.terrace.version
        assert version is not None
        version.definition = {**version.definition, "form": [{"step": "a", "title": {}, "fields": [question]}]}

        draft = operations.start(session, world.terrace, owner=make_user(session), language="el", now=NOW)

        assert draft.answers["name"].startswith("Κάτοικος")

    def test_a_service_may_ask_for_a_proved_identity(self, session: Session, world: World) -> None:
        world.terrace.identity = IdentityLevel.B

        for owner in (None, make_user(session)):
            with pytest.raises(operations.LevelTooLow):
                operations.start(session, world.terrace, owner=owner, language="el", now=NOW)

        proved = make_user(session, level=IdentityLevel.B)
        assert operations.start(session, world.terrace, owner=proved, language="el", now=NOW).owner_id == proved.id

    @pytest.mark.usefixtures("world")
    def test_what_is_filed_at_the_counter_is_not_begun(self, session: Session) -> None:
        counter = queries.service(session, "counter-only")
        assert counter is not None

        with pytest.raises(operations.NotOnline):
            operations.start(session, counter, owner=None, language="el", now=NOW)

    def test_old_drafts_go_with_their_files(self, session: Session, world: World, machine: Portal) -> None:
        make_draft(session, world, machine)

        assert operations.expire(session, now=NOW + timedelta(days=60)) == 0
        assert operations.expire(session, now=NOW + timedelta(days=61)) == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == 0

    @pytest.mark.usefixtures("filed_case")
    def test_files_of_a_filed_draft_stay(self, session: Session) -> None:
        assert operations.expire(session, now=NOW + timedelta(days=61)) == 1
        session.expire_all()

        assert session.scalars(sa.select(DraftFile)).all() == []
        assert len(session.scalars(sa.select(EntryFile)).all()) == 1

    def test_a_discarded_draft_leaves_nothing(self, session: Session, world: World, machine: Portal) -> None:
        operations.discard(session, make_draft(session, world, machine))

        for table in (Draft, DraftFile, Attachment):
            assert session.scalars(sa.select(table)).all() == []


class TestFiling:
    def test_a_draft_becomes_a_case(self, session: Session, world: World, machine: Portal) -> None:
        draft = make_draft(session, world, machine)

        filed = operations.file(session, draft, applicant(), now=NOW, site="http://portal.example")
        session.commit()

        case = filed.case
        assert (case.kind, case.subject_code, case.state) == ("request", "terrace", "filed")
        assert case.unit_id == world.unit.id
        assert case.community_id == world.community.id
        assert case.detail == "Ο Γλάρος, Αγίας Παρασκευής 5, 700 14 Λιμένας"
        assert case.due_on == date(2026, 4, 22)
        submission = queries.submission(session, case.id)
        assert submission is not None
        assert submission.answers == ANSWERS | {"plan": [draft.files[0].attachment_id], "fee": "50.00"}
        assert [file.attachment_id for file in case.entry.files] == [draft.files[0].attachment_id]
        assert {e.action for e in audit.history(session, ("case", case.id))} >= {"eservices.request.filed"}

    def test_the_receipt_says_everything(self, session: Session, world: World, machine: Portal) -> None:
        draft = make_draft(session, world, machine)

        case = operations.file(session, draft, applicant(language="en"), now=NOW, site="http://portal.example").case

        receipt = session.scalars(sa.select(Issued)).one()
        content = receipt.content
        assert receipt.title["el"] == "Αποδεικτικό: Τραπεζάκια έξω"
        assert content["statement"].endswith("\nAll of it is true.")
        assert (receipt.template, receipt.language) == ("eservices/receipt", "en")
        assert content["reference"] == case.reference
        assert content["due"] == "22 April 2026"
        assert content["service"] == "Tables outside"
        assert content["answers"][0]["rows"][0] == {"label": "Name of the shop", "value": "Ο Γλάρος"}
        assert content["tracking"]["url"] == f"http://portal.example/en/track/?reference={case.slug}"
        assert content["municipality"]["lines"] == ["Street 1", "1"]

    def test_the_applicant_gets_a_letter_with_code_and_receipt(
        self, session: Session, world: World, machine: Portal
    ) -> None:
        filed = operations.file(session, make_draft(session, world, machine), applicant(), now=NOW)

        (letter,) = letters_to(session, "anna@example.org")
        assert letter["template"] == "eservices/filed"
        assert letter["values"]["secret"] == filed.secret  # type: ignore[index]
        assert letter["documents"] == [session.scalars(sa.select(Issued.code)).one()]

    def test_filing_twice_is_filing_once(self, session: Session, world: World, machine: Portal) -> None:
        draft = make_draft(session, world, machine)

        first = operations.file(session, draft, applicant(), now=NOW)
        second = operations.file(session, draft, applicant(), now=NOW)

        assert second.case is first.case
        assert second.secret == ""
        assert len(session.scalars(sa.select(Submission)).all()) == 1

    def test_what_was_filed_is_final(self, session: Session, world: World, machine: Portal) -> None:
        draft = make_draft(session, world, machine)
        operations.file(session, draft, applicant(), now=NOW)

        with pytest.raises(operations.FiledAlready):
            operations.keep(session, draft, {"shop": "x"}, step="shop", done=True, language="el", now=NOW)
        with pytest.raises(operations.FiledAlready):
            operations.discard(session, draft)

    def test_an_open_question_stops_it(self, session: Session, world: World, machine: Portal) -> None:
        draft = make_draft(session, world, machine, neighbour="yes")

        with pytest.raises(operations.Incomplete, match="Όνομα γείτονα"):
            operations.file(session, draft, applicant(), now=NOW)

    def test_the_level_is_asked_again(self, session: Session, world: World, machine: Portal) -> None:
        draft = make_draft(session, world, machine)
        world.terrace.identity = IdentityLevel.A

        with pytest.raises(operations.LevelTooLow):
            operations.file(session, draft, applicant(), now=NOW)

    def test_a_closed_service_takes_nothing(self, session: Session, world: World, machine: Portal) -> None:
        draft = make_draft(session, world, machine)
        world.terrace.closed = True

        with pytest.raises(operations.NotOnline):
            operations.file(session, draft, applicant(), now=NOW)

    def test_it_is_announced(
        self, session: Session, world: World, machine: Portal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        heard: list[facts.Fact] = []
        monkeypatch.setitem(facts._listeners, RequestFiled, [lambda _session, fact: heard.append(fact)])

        case = operations.file(session, make_draft(session, world, machine), applicant(), now=NOW).case

        assert heard == [
            RequestFiled(
                case_id=case.id,
                service="terrace",
                kind="request",
                online=True,
                unit_id=world.unit.id,
                community_id=world.community.id,
                at=NOW,
            )
        ]


class TestDeciding:
    def test_an_approval_issues_the_document_and_closes_the_case(
        self, session: Session, world: World, filed_case: Case
    ) -> None:
        later = NOW + timedelta(days=10)

        decision = operations.decide(
            session, filed_case, operations.Ruling(Outcome.APPROVED), actor=world.clerk, now=later
        )
        session.commit()

        document = decision.document
        assert (filed_case.state, filed_case.phase, filed_case.closed_at) == ("approved", Phase.CLOSED, later)
        assert document.content["paragraphs"] == [
            "Στον/στην Άννα Κρητικού για «Ο Γλάρος» στις 3 Μαρτίου 2026, 12,5 τ.μ.."
        ]
        assert document.content["signer"]["name"] == "Μαρία Παπαδάκη"
        assert document.title["en"] == "Permit"
        assert document.valid_until == date(2027, 3, 13)
        assert document.entry is not None
        assert document.entry.full_reference == "2/2026 ΕΞ ΠΔ"
        link = session.scalars(sa.select(EntryLink)).one()
        assert (link.from_id, link.to_id, link.kind) == (document.entry_id, filed_case.entry_id, "answers")
        line = session.scalars(sa.select(TimelineEvent).where(TimelineEvent.kind == EventKind.DECIDED)).one()
        assert line.issued_id == document.id
        letter = letters_to(session, "anna@example.org")[-1]
        assert (letter["template"], letter["documents"]) == ("eservices/decided", [document.code])

    @pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.APPROVED_IN_PART])
    def test_a_refusal_needs_reasons(self, session: Session, world: World, filed_case: Case, outcome: Outcome) -> None:
        with pytest.raises(operations.ReasonsMissing):
            operations.decide(session, filed_case, operations.Ruling(outcome, "  "), actor=world.clerk, now=NOW)

        decision = operations.decide(
            session, filed_case, operations.Ruling(outcome, "Δεν χωράει."), actor=world.clerk, now=NOW
        )
        assert decision.document.content["reasons"] == "Δεν χωράει."
        assert filed_case.state == outcome.value

    def test_a_case_is_decided_once(self, session: Session, world: World, filed_case: Case) -> None:
        operations.decide(session, filed_case, operations.Ruling(Outcome.APPROVED), actor=world.clerk, now=NOW)

        with pytest.raises(casework.CaseClosedAlready):
            operations.decide(session, filed_case, operations.Ruling(Outcome.APPROVED), actor=world.clerk, now=NOW)
        assert len(session.scalars(sa.select(Decision)).all()) == 1

    def test_whoever_saw_an_older_version_is_told(self, session: Session, world: World, filed_case: Case) -> None:
        ruling = operations.Ruling(Outcome.APPROVED, seen_version=filed_case.version - 1)

        with pytest.raises(casework.CaseChanged):
            operations.decide(session, filed_case, ruling, actor=world.clerk, now=NOW)

    def test_a_preview_writes_nothing(self, session: Session, world: World, filed_case: Case) -> None:
        content = operations.preview(
            session, filed_case, operations.Ruling(Outcome.APPROVED), actor=world.clerk, now=NOW
        )

        assert content["title"] == "Άδεια"
        assert not session.new
        assert len(session.scalars(sa.select(Issued)).all()) == 1

    def test_history_tells_the_same_as_the_moment(
        self, session: Session, world: World, filed_case: Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        heard: list[facts.Fact] = []
        monkeypatch.setitem(facts._listeners, RequestDecided, [lambda _session, fact: heard.append(fact)])
        later = NOW + timedelta(days=10)

        operations.decide(session, filed_case, operations.Ruling(Outcome.APPROVED), actor=world.clerk, now=later)
        session.commit()

        assert [*queries.replay_decisions(session)] == heard
        (fact,) = heard
        assert isinstance(fact, RequestDecided)
        assert (fact.service, fact.category, fact.unit, fact.community) == (
            "terrace",
            "businesses",
            "revenue",
            "gouves",
        )
        assert (fact.days, fact.within_limit, fact.outcome) == (10, True, "approved")


class TestForSomebody:
    def whom(self, world: World, **given: bool) -> operations.ForSomebody:
        return operations.ForSomebody(world.clerk, Channel.COUNTER, **given)

    def test_what_a_clerk_files_is_not_online_and_names_them(
        self, session: Session, world: World, machine: Portal
    ) -> None:
        draft = make_draft(session, world, machine, whom=self.whom(world))

        filed = operations.file(session, draft, applicant(email=""), now=NOW, site="http://portal.example")
        session.commit()

        assert not filed.case.online
        line = session.scalars(sa.select(TimelineEvent)).one()
        assert (line.actor_id, line.data["channel"]) == (world.clerk.id, "counter")
        assert filed.case.entry.registered_by_id == world.clerk.id
        told = [e for e in audit.history(session, ("case", filed.case.id)) if e.action == "eservices.request.filed"]
        assert [(e.actor_id, e.data["channel"]) for e in told] == [(world.clerk.id, "counter")]

    def test_nobody_writes_to_an_applicant_without_an_address(
        self, session: Session, world: World, machine: Portal
    ) -> None:
        draft = make_draft(session, world, machine, whom=self.whom(world))

        case = operations.file(session, draft, applicant(email=""), now=NOW, site="http://portal.example").case
        casework.ask(session, case, "Ποιο όνομα;", actor=world.clerk, now=NOW)

        assert letters_to(session, "") == []
        receipt = session.scalars(sa.select(Issued)).one()
        assert "letter" not in receipt.content["tracking"]["secret_hint"]

    def test_the_code_stands_on_the_print_only(self, session: Session, world: World, machine: Portal) -> None:
        draft = make_draft(session, world, machine, whom=self.whom(world))
        filed = operations.file(session, draft, applicant(email=""), now=NOW, site="http://portal.example")
        content = session.scalars(sa.select(Issued)).one().content

        printed = operations.with_secret(content, filed.secret, "el")

        assert filed.secret in printed["tracking"]["secret_hint"]
        assert filed.secret not in str(content)

    def test_identity_is_looked_at_before_the_form(self, session: Session, world: World) -> None:
        world.terrace.identity = IdentityLevel.B

        with pytest.raises(operations.IdentityUnchecked):
            operations.start_for(session, world.terrace, self.whom(world), language="el", now=NOW)

        seen = self.whom(world, identity_checked=True)
        draft = operations.start_for(session, world.terrace, seen, language="el", now=NOW)
        assert (draft.owner_id, draft.filed_by_id, draft.answers) == (None, world.clerk.id, {})

    def test_what_is_begun_for_others_belongs_to_the_clerk(self, session: Session, world: World) -> None:
        draft = operations.start_for(session, world.terrace, self.whom(world), language="el", now=NOW)

        assert policy.may_open(world.clerk, draft)
        assert not policy.may_open(make_staff(session, world.unit), draft)
        assert not policy.may_open(None, draft)
        assert [*queries.drafts_for_others(session, world.clerk.id)] == [draft]
        assert [*queries.drafts_of(session, world.clerk.id)] == []
