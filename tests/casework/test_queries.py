"""Reads of casework: who sees which cases in the queue, in which order, page by page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.casework import operations, policy, queries
from portal.casework.models import AssignmentKind, Case
from portal.casework.operations import Closing, Routing
from portal.casework.queries import QueueFilter
from portal.organisation.models import Role
from portal.organisation.policy import Mandate, mandate
from tests.casework.conftest import House
from tests.factories import DAY, NOW, make_community, make_duty, make_staff, make_unit
from tests.factories.casework import make_case

ONE = timedelta(days=1)


def shown(session: Session, who: Mandate, *, today: date = DAY, **wanted: Any) -> list[str]:
    """The references of a page of the queue."""
    return [row.reference for row in queries.queue(session, who, QueueFilter(**wanted), today=today)]


@pytest.fixture
def clerk(session: Session, house: House) -> Mandate:
    return mandate(session, house.clerk, DAY)


# -- visibility


def test_a_clerk_sees_the_cases_of_their_units_and_an_administrator_all(session: Session, house: House) -> None:
    ours, theirs = make_case(session, house.unit), make_case(session, house.other)
    make_duty(session, house.stranger, house.other, Role.ADMINISTRATOR)

    assert shown(session, mandate(session, house.clerk, DAY)) == [ours.reference]
    assert shown(session, mandate(session, house.stranger, DAY)) == [ours.reference, theirs.reference]
    assert shown(session, mandate(session, house.resident, DAY)) == []


def test_a_head_sees_the_units_below_and_their_clerks_do_not_see_each_other(session: Session, house: House) -> None:
    office, sister = make_unit(session, house.unit), make_unit(session, house.unit)
    case = make_case(session, office)
    head, clerk = mandate(session, house.head, DAY), mandate(session, make_staff(session, sister), DAY)

    assert shown(session, head) == [case.reference]
    assert policy.may_act(head, case)
    assert shown(session, clerk) == []
    assert not policy.may_see(clerk, case)


def test_a_planner_of_a_unit_reads_its_cases_and_does_not_act_on_them(session: Session, house: House) -> None:
    planner = make_staff(session, house.unit, Role.PLANNER)
    make_duty(session, planner, house.other, Role.CLERK)
    here, there = make_case(session, house.unit), make_case(session, house.other)
    who = mandate(session, planner, DAY)

    assert (policy.may_see(who, here), policy.may_act(who, here)) == (True, False)
    assert (policy.may_see(who, there), policy.may_act(who, there)) == (True, True)


def test_a_case_given_to_somebody_elsewhere_is_theirs(session: Session, house: House) -> None:
    case = make_case(session, house.unit)
    case.assignee_id = house.stranger.id
    stranger = mandate(session, house.stranger, DAY)

    assert shown(session, stranger, view="mine") == [case.reference]
    assert shown(session, stranger, view="mine", text="Γενικό") == [case.reference]
    assert policy.may_act(stranger, case)


# -- views and filters


def test_each_view_shows_what_its_name_says(session: Session, house: House, clerk: Mandate) -> None:
    by: dict[str, Any] = {"actor": house.clerk, "now": NOW}
    taken, asked, late, soon, closed, watched = (
        make_case(session, house.unit, now=NOW - n * ONE) for n in (0, 1, 60, 48, 3, 2)
    )
    operations.take(session, taken, **by)
    operations.ask(session, asked, "Which?", **by)
    operations.close(session, closed, Closing("approved"), **by)
    operations.route(session, watched, Routing(house.other.id), **by)
    operations.route(session, watched, Routing(house.unit.id, kind=AssignmentKind.INFORMATION), **by)

    expected = {
        "open": [late, soon, asked, taken],
        "mine": [taken],
        "unassigned": [late, soon, asked],
        "waiting": [asked],
        "late": [late],
        "soon": [soon],
        "information": [watched],
        "closed": [closed],
    }
    assert set(expected) == set(queries.VIEWS)
    for view, cases in expected.items():
        assert shown(session, clerk, view=view) == [case.reference for case in cases], view
    counts = queries.counters(session, clerk, today=DAY)
    assert counts == {view: len(cases) for view, cases in expected.items() if view != "closed"}
    operations.mark_seen(session, watched, clerk.seen_unit_ids)
    assert shown(session, clerk, view="information") == []


def test_filters_narrow_and_combine(session: Session, house: House, clerk: Mandate) -> None:
    community = make_community(session)
    here = make_case(session, house.unit, community_id=community.id, now=NOW - 10 * ONE)
    declaration = make_case(session, house.unit, kind="declaration", subject_code="floor-area")
    plain = make_case(session, house.unit, now=NOW + ONE)

    assert shown(session, clerk, community_id=community.id) == [here.reference]
    assert shown(session, clerk, kind="declaration") == [declaration.reference]
    assert shown(session, clerk, subject="floor-area") == [declaration.reference]
    assert shown(session, clerk, filed_from=DAY) == [declaration.reference, plain.reference]
    assert shown(session, clerk, filed_to=DAY) == [here.reference, declaration.reference]
    assert shown(session, clerk, filed_from=DAY, filed_to=DAY) == [declaration.reference]
    assert shown(session, clerk, kind="declaration", community_id=community.id) == []
    assert shown(session, clerk, unit_id=house.other.id) == []


def test_a_day_of_filing_is_one_of_athens(session: Session, house: House, clerk: Mandate) -> None:
    night = NOW.replace(hour=22, minute=30)  # half past midnight of the next day
    case = make_case(session, house.unit, now=night)

    assert shown(session, clerk, filed_from=DAY + ONE) == [case.reference]
    assert shown(session, clerk, filed_to=DAY) == []


def test_words_find_cases_of_ones_units_open_and_closed(session: Session, house: House, clerk: Mandate) -> None:
    old = make_case(session, house.unit, search_words="αμπελώνας")
    new = make_case(session, house.unit, search_words="ΑΜΠΕΛΏΝΕΣ")
    make_case(session, house.other, search_words="αμπελώνας")
    operations.close(session, old, Closing("approved"), actor=house.clerk, now=NOW)
    session.flush()

    assert shown(session, clerk, text="αμπελωνας") == [new.reference, old.reference]
    assert shown(session, clerk, text=old.reference) == [old.reference]
    assert shown(session, clerk, view="late", text="αμπελωνας") == []
    assert shown(session, clerk, text="!?") == []
    assert shown(session, mandate(session, house.resident, DAY), text="αμπελωνας") == []


def test_what_is_for_information_is_found_by_words_too(session: Session, house: House) -> None:
    case = make_case(session, house.unit, search_words="αμπελώνας")
    copy = Routing(house.other.id, kind=AssignmentKind.INFORMATION)
    operations.route(session, case, copy, actor=house.clerk, now=NOW)

    found = shown(session, mandate(session, house.stranger, DAY), view="information", text="αμπελωνας")

    assert found == [case.reference]


# -- paging and counting


@pytest.mark.parametrize("view", ["open", "closed"])
@pytest.mark.parametrize("text", ["", "Γενικό"])
def test_pages_have_no_gap_and_no_double_over_ties(
    session: Session, house: House, clerk: Mandate, view: str, text: str
) -> None:
    cases = [make_case(session, house.unit, now=NOW + (n // 7) * ONE) for n in range(23)]
    if view == "closed":
        for case in cases:
            operations.close(session, case, Closing("approved"), actor=house.clerk, now=NOW + 60 * ONE)
    session.flush()

    seen, after = [], None
    for _ in range(9):
        wanted = QueueFilter(view=view, text=text, after=after)
        rows = queries.queue(session, clerk, wanted, today=DAY, most=5)
        seen += [row.reference for row in rows]
        after = queries.next_after(rows, wanted, most=5)
        if after is None:
            break

    expected = [case.reference for case in cases]
    assert seen == (expected[::-1] if view == "closed" or text else expected)


def test_counters_stop_where_nobody_counts_any_more(
    session: Session, house: House, clerk: Mandate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries.waiting, "MOST_COUNTED", 3)
    for _ in range(5):
        make_case(session, house.unit)

    counts = queries.counters(session, clerk, today=DAY)

    assert (counts["open"], counts["unassigned"], counts["mine"]) == (3, 3, 0)


def test_my_cases_come_newest_first_in_pages(session: Session, house: House) -> None:
    made = [make_case(session, house.unit, applicant=house.resident) for _ in range(5)]
    make_case(session, house.unit)

    first = queries.cases_of(session, house.resident.id, most=3)
    second = queries.cases_of(session, house.resident.id, before=first[-1].id, most=3)

    assert [case.id for case in [*first, *second]] == [case.id for case in made[::-1]]


# -- one case


def test_a_case_is_found_by_its_slug(session: Session, house: House) -> None:
    case = make_case(session, house.unit)

    assert queries.case_by_slug(session, case.slug) is case
    assert queries.case_by_slug(session, "2026-999") is None
    assert isinstance(queries.kind_of(case).label, str)


def test_units_that_watch_a_case_may_see_it(session: Session, house: House) -> None:
    case: Case = make_case(session, house.unit)
    stranger = mandate(session, house.stranger, DAY)
    assert not policy.may_see(stranger, case)

    copy = Routing(house.other.id, kind=AssignmentKind.INFORMATION)
    operations.route(session, case, copy, actor=house.clerk, now=NOW)

    assert queries.unread(session, case, stranger) is True
    assert queries.unread(session, case, mandate(session, house.clerk, DAY)) is None
    assert policy.may_see(stranger, case, watched=True)
    assert not policy.may_act(stranger, case)
    operations.mark_seen(session, case, stranger.seen_unit_ids)
    assert queries.unread(session, case, stranger) is False
