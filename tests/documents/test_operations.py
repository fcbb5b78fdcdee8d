"""The register gives numbers without gaps and forgets nothing; documents are issued, replaced, taken back."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.core import audit, search
from portal.core.db import db, writes
from portal.core.outbox import Job
from portal.core.texts import Translated
from portal.documents import operations
from portal.documents.models import Counter, Direction, Entry, EntryLink, LinkKind, Marking
from tests.documents.conftest import MakeEntry, MakeIssued
from tests.factories import NOW, make_unit, make_user


def test_numbers_run_from_one_in_each_year_of_athens(make_entry: MakeEntry) -> None:
    first = make_entry(now=datetime(2026, 12, 31, 21, 59, tzinfo=UTC))
    second = make_entry(now=datetime(2026, 12, 31, 22, 1, tzinfo=UTC))

    assert (first.reference, second.reference) == ("2026/1", "2027/1")
    assert make_entry(direction=Direction.OUTGOING, marking=Marking.PERSONAL_DATA).full_reference == "2/2026 ΕΞ ΠΔ"


def test_books_count_for_themselves(session: Session, make_entry: MakeEntry) -> None:
    operations.ensure_book(session, "secret", Translated(el="Εμπιστευτικό"))
    operations.ensure_book(session, "secret", Translated(el="Εμπιστευτικό"))

    assert make_entry(book="secret").number == make_entry().number == 1
    with pytest.raises(LookupError):
        make_entry(book="none")


def test_twenty_threads_leave_no_gap_and_no_double(committed_app: Flask) -> None:
    failures: list[Exception] = []

    def file_some(number: int) -> None:
        writes.set(True)
        with committed_app.app_context():
            for turn in range(5):
                try:
                    new = operations.NewEntry(Direction.INCOMING, f"Αίτηση {number}", "Κάτοικος")
                    operations.register(db.session, new, now=NOW)
                    db.session.rollback() if turn == 2 else db.session.commit()
                except Exception as error:  # noqa: BLE001 – told by the assertion
                    failures.append(error)

    threads = [threading.Thread(target=file_some, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    with committed_app.app_context():
        assert list(db.session.scalars(sa.select(Entry.number).order_by(Entry.number))) == list(range(1, 81))
        assert list(audit.breaks(db.session)) == []


def test_a_second_press_registers_nothing_and_leaves_no_gap(session: Session, make_entry: MakeEntry) -> None:
    first = make_entry(once="a-token-of-a-form-0001")
    again = make_entry(once="a-token-of-a-form-0001")

    assert again is first
    assert session.scalar(sa.select(Counter.last)) == 1
    assert make_entry().number == 2


def test_registering_takes_few_statements(session: Session, make_entry: MakeEntry) -> None:
    make_entry()
    session.flush()
    said: list[str] = []
    sa.event.listen(session.get_bind(), "before_cursor_execute", lambda *args: said.append(args[2]))
    try:
        make_entry()
        session.flush()
    finally:
        statements = [line for line in said if not line.startswith(("SAVEPOINT", "RELEASE"))]

    assert len(statements) == 5, statements  # two of them are postings and words of the search


def test_a_line_is_never_edited_and_never_deleted(session: Session, make_entry: MakeEntry) -> None:
    entry = make_entry()
    session.commit()

    entry.subject = "Κάτι άλλο"
    with pytest.raises(ValueError, match="corrected, not edited"):
        session.flush()
    session.rollback()
    session.delete(entry)
    with pytest.raises(ValueError, match="never deleted"):
        session.flush()
    session.rollback()


def test_a_correction_shows_what_is_right_and_keeps_what_was(session: Session, make_entry: MakeEntry) -> None:
    clerk, unit = make_user(session), make_unit(session)
    entry = make_entry(subject="Αίτημα φωτισμού")
    right = operations.Correcting(
        "Λάθος θέμα", subject="Αίτημα ύδρευσης", party=entry.party, marking=Marking.CONFIDENTIAL, unit_id=unit.id
    )

    operations.correct(session, entry, right, by=clerk, now=NOW)

    assert (entry.subject, entry.current("subject")) == ("Αίτημα φωτισμού", "Αίτημα ύδρευσης")
    assert entry.is_corrected("subject")
    assert not entry.is_corrected("party")
    assert (entry.marking, entry.current_marking, entry.current_unit_id) == (
        Marking.NONE,
        Marking.CONFIDENTIAL,
        unit.id,
    )
    assert entry.corrections[0].changes["subject"] == {"was": "Αίτημα φωτισμού", "is": "Αίτημα ύδρευσης"}


def test_a_correction_that_changes_nothing_is_refused(session: Session, make_entry: MakeEntry) -> None:
    entry = make_entry()

    with pytest.raises(operations.NothingToCorrect):
        operations.correct(
            session, entry, operations.Correcting("–", subject=entry.subject), by=make_user(session), now=NOW
        )


def test_an_entry_is_found_in_greek_as_registered_and_as_corrected(session: Session, make_entry: MakeEntry) -> None:
    unit = make_unit(session)
    entry = make_entry(subject="Κλάδεμα πλατάνων", unit_id=unit.id)
    operations.correct(
        session, entry, operations.Correcting("–", subject="Κοπή πλατάνου"), by=make_user(session), now=NOW
    )
    session.flush()

    for words in ("πλατανοσ", "ΚΛΑΔΕΜΑ", "παπαδακη", str(entry.number)):
        assert [e.ref_id for e in search.find(session, words, scopes=[f"unit-{unit.id}"], kinds=["entry"])] == [
            entry.id
        ]
    assert search.find(session, "πλάτανος", scopes=["unit-0"], kinds=["entry"]) == []


def test_a_marked_entry_is_found_by_its_unit_and_not_by_the_registry(session: Session, make_entry: MakeEntry) -> None:
    unit = make_unit(session)
    entry = make_entry(marking=Marking.PERSONAL_DATA, unit_id=unit.id)
    session.flush()

    def found(scope: str) -> list[int]:
        return [e.ref_id for e in search.find(session, "δέντρο", scopes=[scope], kinds=["entry"])]

    assert found(f"unit-{unit.id}") == [entry.id]
    assert found("unmarked") == []


def test_linking_twice_is_the_same_as_once(session: Session, make_entry: MakeEntry) -> None:
    incoming, outgoing = make_entry(), make_entry(direction=Direction.OUTGOING)

    for _ in range(2):
        operations.link(session, outgoing, incoming, kind=LinkKind.ANSWERS, now=NOW)

    assert len(session.scalars(sa.select(EntryLink)).all()) == 1


def test_an_issued_document_has_a_code_and_waits_for_its_seal(session: Session, make_issued: MakeIssued) -> None:
    issued = make_issued()

    assert len(issued.code) == 14
    assert set(issued.code) <= {*operations.ALPHABET, "-"}
    assert session.scalar(sa.select(Job.payload).where(Job.kind == "documents.seal")) == {"code": issued.code}


def test_a_document_is_superseded_once(session: Session, make_issued: MakeIssued) -> None:
    old = make_issued()
    new = make_issued(supersedes=old.id)

    assert old.superseded_by_id == new.id
    with pytest.raises(operations.AlreadySuperseded):
        make_issued(supersedes=old.id)


def test_a_document_is_taken_back_once(session: Session, make_issued: MakeIssued) -> None:
    issued, head = make_issued(), make_user(session)

    operations.revoke(session, issued, reason="Λάθος στοιχεία", by_id=head.id, now=NOW)

    assert issued.revoked_at == NOW
    with pytest.raises(operations.AlreadyRevoked):
        operations.revoke(session, issued, reason="–", by_id=head.id, now=NOW)


def test_of_two_who_make_the_pdf_at_once_one_stays(session: Session, make_issued: MakeIssued, app: Flask) -> None:
    issued, store = make_issued(), app.extensions["portal"].store

    def made_by_somebody_else_meanwhile(document: object) -> bytes:
        operations.produce(session, issued, make=lambda _: b"%PDF first", store=store, now=NOW)
        return b"%PDF second"

    produced = operations.produce(session, issued, make=made_by_somebody_else_meanwhile, store=store, now=NOW)

    assert store.get(produced.sha256) == b"%PDF first"
