"""What staff do with a report: it repeats another one, is split, redacted, moved to another category."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework import operations as casework
from portal.casework.operations import Applicant
from portal.core import audit, tallying
from portal.core.outbox import Job
from portal.core.texts import Translated
from portal.faults import operations
from portal.faults.models import Fault, FaultState, Source, Supporter, Tile, Work
from portal.faults.operations import Change, Done, NewApplication, Part, Redaction
from portal.faults.queries import applications, spots, staff
from portal.faults.queries.routes import length, ordered
from portal.organisation.policy import mandate
from tests.factories import (
    DAY,
    NOW,
    make_application,
    make_fault,
    make_fault_category,
    make_fault_unit,
    make_staff,
    make_unit,
)
from tests.factories.faults import LAT, LON

LATER = NOW + timedelta(hours=3)


@pytest.fixture
def clerk(session: Session) -> User:
    return make_staff(session, make_unit(session))


@pytest.fixture(autouse=True)
def _the_numbers_of_the_map_follow(session: Session) -> Iterator[None]:
    """After every test they are what a recount finds."""
    yield
    session.flush()
    tallying.settle(session)
    kept = _numbers(session)
    operations.recount(session)
    assert kept == _numbers(session)


def _numbers(session: Session) -> dict[tuple[Any, ...], int]:
    session.expire_all()
    rows = session.scalars(sa.select(Tile).where(Tile.number != 0))
    return {(row.level, row.cell, row.category_id, row.is_open): row.number for row in rows}


@pytest.fixture
def letters(session: Session) -> Callable[[], list[dict[str, Any]]]:
    def written() -> list[dict[str, Any]]:
        return [job.payload for job in session.scalars(sa.select(Job).where(Job.kind == "mail").order_by(Job.id))]

    return written


def supporter(session: Session, fault: Fault, email: str, **given: Any) -> Supporter:
    made = {"language": "el", "token": f"token-{email}-{fault.id}", "at": NOW, "confirmed_at": NOW} | given
    row = Supporter(fault_id=fault.id, email=email, **made)
    session.add(row)
    session.flush()
    return row


def supporters(session: Session, fault: Fault) -> set[str]:
    return set(session.scalars(sa.select(Supporter.email).where(Supporter.fault_id == fault.id)))


def actions(session: Session, fault: Fault) -> list[str]:
    pending = session.info.get("audit.pending", [])
    return [entry.action for _point, entry in pending if (entry.subject_kind, entry.subject_id) == ("fault", fault.id)]


# -- it repeats another one


def test_a_repetition_is_closed_and_its_people_follow_the_first(
    session: Session, clerk: User, letters: Callable[[], list[dict[str, Any]]]
) -> None:
    first, again = make_fault(session), make_fault(session)
    supporter(session, again, "one@example.org")
    supporter(session, again, "unsure@example.org", confirmed_at=None)

    operations.merge(session, again, first, actor=clerk, now=LATER)

    assert (again.state, again.is_open, again.duplicate_of_id) == (FaultState.DUPLICATE, False, first.id)
    assert supporters(session, first) == {"one@example.org", again.case.applicant_email}
    assert first.supporters == 2
    assert letters()[-1]["values"]["note"]["en"].startswith("It was reported before as 20")
    assert "faults.fault.merged" in actions(session, first)


def test_nobody_supports_a_report_twice_nor_their_own(session: Session, clerk: User) -> None:
    same = Applicant("Κάποιος", "Me@example.org", "el")
    first, again = make_fault(session, reporter=same), make_fault(session, reporter=same)
    supporter(session, first, "known@example.org")
    supporter(session, again, "known@example.org")
    supporter(session, first, "waits@example.org", confirmed_at=None)
    supporter(session, again, "waits@example.org")

    operations.merge(session, again, first, actor=clerk, now=LATER)

    assert first.supporters == 1, "the one who had not confirmed counts now"
    assert supporters(session, first) == {"known@example.org", "waits@example.org"}


def test_a_repetition_of_a_repetition_goes_to_the_first(session: Session, clerk: User) -> None:
    first, second, third = (make_fault(session) for _ in range(3))
    operations.merge(session, second, first, actor=clerk, now=NOW)

    operations.merge(session, third, second, actor=clerk, now=LATER)

    assert third.duplicate_of_id == first.id


def test_a_report_repeats_neither_itself_nor_what_repeats_it(session: Session, clerk: User) -> None:
    first, again = make_fault(session), make_fault(session)
    operations.merge(session, again, first, actor=clerk, now=NOW)

    for other in (first, again):
        with pytest.raises(operations.SameReport):
            operations.merge(session, first, other, actor=clerk, now=LATER)


def test_a_ring_is_noticed(session: Session, clerk: User) -> None:
    one, other, third = (make_fault(session) for _ in range(3))
    for row, of in ((one, other), (other, one)):
        row.state, row.duplicate_of_id = FaultState.DUPLICATE, of.id

    with pytest.raises(operations.SameReport):
        operations.merge(session, third, one, actor=clerk, now=LATER)
    for row in (one, other):
        row.state = FaultState.RECEIVED


def test_a_closed_report_takes_no_new_one_in(session: Session, clerk: User) -> None:
    closed, new = make_fault(session), make_fault(session)
    done = Change(state=FaultState.REPAIRED, note=Translated(el="Έγινε."))
    operations.change_state(session, closed, done, actor=clerk, now=NOW)

    with pytest.raises(operations.OtherClosed):
        operations.merge(session, new, closed, actor=clerk, now=LATER)

    assert new.is_open


def test_a_private_report_does_not_go_into_a_public_one(session: Session, clerk: User) -> None:
    private, public = make_fault(session, category=make_fault_category(session, private=True)), make_fault(session)

    with pytest.raises(operations.OtherPublic):
        operations.merge(session, private, public, actor=clerk, now=LATER)
    operations.merge(session, public, private, actor=clerk, now=LATER)

    assert public.state is FaultState.DUPLICATE


def test_of_two_who_merge_one_is_told(session: Session, clerk: User) -> None:
    first, again = make_fault(session), make_fault(session)
    seen = again.case.version
    casework.note(session, casework.claim(session, again.case), "Κάτι", actor=clerk, now=NOW)
    session.flush()

    with pytest.raises(casework.CaseChanged):
        operations.merge(session, again, first, actor=clerk, now=LATER, seen_version=seen)


# -- parts


def test_each_part_is_a_report_of_its_own_without_letters(
    session: Session, clerk: User, letters: Callable[[], list[dict[str, Any]]]
) -> None:
    whole = make_fault(session, address="Ελευθερίου Βενιζέλου 12")
    other = make_unit(session)
    before = len(letters())
    parts = [Part(make_fault_category(session), unit.id, "Να κοπεί το κλαδί.") for unit in (whole.case.unit, other)]

    made = operations.split(session, whole, parts, actor=clerk, now=LATER)

    assert [row.case.unit_id for row in made] == [whole.case.unit_id, other.id]
    assert {(row.part_of_id, row.source, row.address) for row in made} == {(whole.id, Source.PART, whole.address)}
    assert len(letters()) == before, "the reporter hears of the whole alone"
    assert whole.is_open
    with pytest.raises(operations.PartOfPart):
        operations.split(session, made[0], parts, actor=clerk, now=LATER)
    with pytest.raises(operations.PartsNeeded):
        operations.split(session, whole, [], actor=clerk, now=LATER)


def test_parts_of_what_is_hidden_are_hidden(session: Session, clerk: User) -> None:
    whole = make_fault(session)
    operations.redact(session, whole, Redaction(public_text=None, shown=False), actor=clerk, now=NOW)

    [part] = operations.split(
        session, whole, [Part(make_fault_category(session), whole.case.unit_id, "Μέρος")], actor=clerk, now=LATER
    )

    assert not part.shown


def test_the_head_sees_a_whole_all_parts_of_which_are_done(session: Session) -> None:
    whole = make_fault(session)
    head = make_staff(session, whole.case.unit)
    parts = [Part(make_fault_category(session), whole.case.unit_id, text) for text in ("Ένα", "Δύο")]
    made = operations.split(session, whole, parts, actor=head, now=NOW)
    rights = mandate(session, head, DAY)

    listed = []
    for part in made:
        listed.append(list(staff.wholes(session, rights)))
        operations.finish(session, part, Done(note=Translated(el="Έγινε.")), actor=head, now=LATER)

    assert listed == [[], []]
    assert list(staff.wholes(session, rights)) == [whole]


# -- what the public reads


def test_what_the_public_reads_is_changed_and_audited(session: Session, clerk: User) -> None:
    fault = make_fault(session, text="Ρωτήστε τον Νίκο, 6912345678")

    operations.redact(session, fault, Redaction(public_text="Ρωτήστε", shown=True), actor=clerk, now=LATER)
    reworded = fault.said
    operations.redact(session, fault, Redaction(public_text=fault.text, shown=False), actor=clerk, now=LATER)

    assert (reworded, fault.public_text, fault.shown) == ("Ρωτήστε", None, False)
    assert actions(session, fault).count("faults.fault.reworded") == 2
    assert "faults.fault.hidden" in actions(session, fault)


def test_a_closed_report_is_redacted_too(session: Session, clerk: User) -> None:
    fault = make_fault(session)
    operations.finish(session, fault, Done(note=Translated(el="Έγινε.")), actor=clerk, now=NOW)

    operations.redact(session, fault, Redaction(public_text=None, shown=False), actor=clerk, now=LATER)

    assert not fault.shown


def test_a_private_category_stays_private(session: Session, clerk: User) -> None:
    fault = make_fault(session, category=make_fault_category(session, private=True))

    with pytest.raises(operations.StaysPrivate):
        operations.redact(session, fault, Redaction(public_text=None, shown=True), actor=clerk, now=LATER)


def test_of_two_who_redact_one_is_told(session: Session, clerk: User) -> None:
    fault = make_fault(session)
    seen, wanted = fault.case.version, Redaction(public_text="Άλλα", shown=True)
    operations.redact(session, fault, wanted, actor=clerk, now=NOW, seen_version=seen)

    with pytest.raises(casework.CaseChanged):
        operations.redact(session, fault, wanted, actor=clerk, now=LATER, seen_version=seen)


# -- another category


def test_another_category_brings_its_limit_and_its_unit(session: Session, clerk: User) -> None:
    fault = make_fault(session)
    urgent = make_fault_category(session, limit_code="fault-1")
    rule = make_fault_unit(session, category=urgent, position=-1)
    before = fault.due_on

    operations.recategorise(session, fault, urgent, actor=clerk, now=LATER)

    assert (fault.category_id, fault.group_id) == (urgent.id, urgent.parent_id)
    assert fault.due_on == fault.case.due_on < before
    assert (fault.case.unit_id, fault.case.subject_code) == (rule.unit_id, urgent.code)
    assert "faults.fault.recategorised" in actions(session, fault)


def test_what_becomes_private_is_hidden_and_stays_so(session: Session, clerk: User) -> None:
    fault = make_fault(session)
    operations.recategorise(session, fault, make_fault_category(session, private=True), actor=clerk, now=NOW)
    hidden = fault.shown

    operations.recategorise(session, fault, make_fault_category(session), actor=clerk, now=LATER)

    assert (hidden, fault.shown) == (False, False)


def test_a_group_or_a_closed_category_is_none(session: Session, clerk: User) -> None:
    fault = make_fault(session)
    for category in (fault.category.parent, make_fault_category(session, closed=True)):
        assert category is not None
        with pytest.raises(operations.CategoryClosed):
            operations.recategorise(session, fault, category, actor=clerk, now=LATER)


def test_what_is_closed_stays_what_it_is(session: Session, clerk: User) -> None:
    fault = make_fault(session)
    operations.finish(session, fault, Done(note=Translated(el="Έγινε.")), actor=clerk, now=NOW)
    category = make_fault_category(session)

    with pytest.raises(operations.NotAllowed):
        operations.recategorise(session, fault, category, actor=clerk, now=LATER)
    with pytest.raises(operations.NotAllowed):
        operations.split(session, fault, [Part(category, fault.case.unit_id, "Μέρος")], actor=clerk, now=LATER)
    with pytest.raises(operations.NotAllowed):
        operations.merge(session, fault, make_fault(session), actor=clerk, now=LATER)


# -- crews


def test_what_arrives_twice_is_noted_once(
    session: Session, clerk: User, letters: Callable[[], list[dict[str, Any]]]
) -> None:
    fault = make_fault(session)
    done = Done(note=Translated(el="Έγινε."), minutes=25, materials="Ασφαλτόμιγμα", once="x" * 32)

    first = operations.finish(session, fault, done, actor=clerk, now=LATER)
    written = len(letters())
    again = operations.finish(session, fault, done, actor=clerk, now=LATER)

    assert (first.id, first.minutes) == (again.id, 25)
    assert len(letters()) == written
    assert session.scalar(sa.select(sa.func.count()).select_from(Work)) == 1
    with pytest.raises(operations.NotAllowed):
        operations.finish(session, fault, Done(note=Translated(el="Κι άλλο"), once="y" * 32), actor=clerk, now=LATER)


def test_repaired_needs_a_photograph_or_a_note(session: Session, clerk: User) -> None:
    fault = make_fault(session)

    with pytest.raises(operations.ProofNeeded):
        operations.finish(session, fault, Done(minutes=5), actor=clerk, now=LATER)

    assert fault.is_open


def test_the_crew_is_there_once(session: Session, clerk: User, letters: Callable[[], list[dict[str, Any]]]) -> None:
    fault = make_fault(session)
    operations.arrive(session, fault, actor=clerk, now=NOW)
    written = len(letters())

    operations.arrive(session, fault, actor=clerk, now=LATER)

    assert (fault.state, fault.case.assignee_id) == (FaultState.REPAIRING, clerk.id)
    assert len(letters()) == written


def test_jobs_come_by_due_date_or_by_distance(session: Session) -> None:
    unit = make_unit(session)
    make_fault_unit(session, unit=unit, position=-1)
    urgent = make_fault(session, category=make_fault_category(session, limit_code="fault-1"), lat=LAT + 0.01)
    near = make_fault(session, lat=LAT)
    waits = make_fault(session)
    waits.state = FaultState.PASSED_ON
    rights = mandate(session, make_staff(session, unit), DAY)
    stranger = mandate(session, make_staff(session, make_unit(session)), DAY)

    by_day = [job.fault for job in staff.jobs(session, rights)]
    by_way = [job.fault for job in staff.jobs(session, rights, near=staff.Near(LAT, LON, 0))]

    assert by_day == [urgent, near]
    assert by_way == [near, urgent]
    assert staff.jobs(session, stranger) == []


def test_the_way_goes_to_the_nearest_and_does_not_cross_itself(session: Session) -> None:
    lats = [LAT + 0.004, LAT + 0.001, LAT + 0.003, LAT + 0.002]
    stops = [make_fault(session, lat=lat) for lat in lats]

    way = ordered(stops, (LAT, LON))

    assert [stop.lat for stop in way] == sorted(lats)
    assert length(way, (LAT, LON)) == pytest.approx(445, abs=3)
    assert ordered([], (LAT, LON)) == []


# -- spots, surroundings, applications


def test_three_at_one_place_are_a_spot(session: Session, clerk: User) -> None:
    category = make_fault_category(session)
    same = [make_fault(session, category=category, lat=LAT + 0.00005 * at) for at in range(3)]
    elsewhere = [make_fault(session, category=category, lat=LAT + 0.01 + 0.001 * at) for at in range(3)]
    other_group = make_fault(session)
    old = make_fault(session, category=category, now=NOW - timedelta(days=900))
    again = make_fault(session, category=category)
    operations.merge(session, again, same[0], actor=clerk, now=NOW)

    [spot] = spots.spots(session, now=LATER)

    assert {row.id for row in spot.faults} == {row.id for row in same}
    assert spot.number == 3
    assert not {other_group.id, old.id, *(row.id for row in elsewhere)} & {row.id for row in spot.faults}


def test_the_surroundings_keep_what_is_private(session: Session) -> None:
    unit = make_unit(session)
    make_fault_unit(session, unit=unit, position=-1)
    here = make_fault(session)
    private = make_fault(session, category=make_fault_category(session, private=True))
    public = make_fault(session, category=here.category, lat=LAT + 0.0001)
    mine = mandate(session, make_staff(session, unit), DAY)
    others = mandate(session, make_staff(session, make_unit(session)), DAY)

    seen = staff.surroundings(session, here, mine, now=LATER)
    seen_by_others = staff.surroundings(session, here, others, now=LATER)

    assert {each.fault for each in seen.open} == {private, public}
    assert [each.fault for each in seen_by_others.open] == [public]
    assert [each.fault for each in seen.same_spot] == [public]


def test_a_key_opens_its_application_until_it_is_closed(session: Session, clerk: User) -> None:
    row, key = operations.create_application(session, NewApplication(name="Ακτή"), actor=clerk, now=NOW)
    known = applications.application_for(session, key)

    operations.set_closed(session, row, closed=True, actor=clerk, now=LATER)

    assert known == row
    assert key not in row.key_hash
    assert applications.application_for(session, key) is None
    with pytest.raises(operations.NameTaken):
        operations.create_application(session, NewApplication(name=" ακτή "), actor=clerk, now=LATER)
    assert make_application(session).key_hash != row.key_hash


def test_the_audit_trail_holds(session: Session, clerk: User) -> None:
    first, again = make_fault(session), make_fault(session)
    operations.merge(session, again, first, actor=clerk, now=LATER)
    session.commit()

    assert list(audit.breaks(session)) == []
