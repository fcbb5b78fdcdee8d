"""Duties, mandates and substitutions by date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from portal.core import audit
from portal.organisation import queries
from portal.organisation.models import Duty, Role
from portal.organisation.operations import DutyEnded, NewDuty, assign, end
from portal.organisation.policy import Mandate, mandate
from tests.factories import DAY, NOW, make_duty, make_staff, make_unit, make_user

ONE = timedelta(days=1)


def test_a_duty_makes_staff_and_stands_in_the_audit_trail(session: Session) -> None:
    user, unit = make_user(session), make_unit(session)

    assign(session, user, NewDuty(unit.id, Role.CLERK, DAY), actor_id=None, now=NOW)
    session.commit()

    assert user.is_staff
    [entry] = audit.history(session, ("user", user.id))
    assert (entry.action, entry.data) == ("organisation.duty.assigned", {"unit": unit.id, "role": "clerk"})


def test_a_duty_cannot_end_before_it_starts(session: Session) -> None:
    user, unit = make_user(session), make_unit(session)

    with pytest.raises(DutyEnded):
        assign(session, user, NewDuty(unit.id, Role.CLERK, DAY, DAY - ONE), actor_id=None, now=NOW)

    assert not user.is_staff
    duty = make_duty(session, user, unit, starts_on=DAY)
    with pytest.raises(DutyEnded):
        end(session, duty, on=DAY - ONE, actor_id=user.id, now=NOW)
    assert duty.ends_on is None


def test_a_duty_that_has_begun_ends_and_stays_readable(session: Session) -> None:
    unit = make_unit(session)
    user = make_staff(session, unit)
    [duty] = queries.duties_of(session, user.id, DAY)

    end(session, duty, on=DAY - ONE, actor_id=user.id, now=NOW)

    assert queries.duties_of(session, user.id, DAY) == []
    assert queries.duties_of(session, user.id, DAY - ONE) == [duty]


def test_a_duty_that_never_began_is_taken_back(session: Session) -> None:
    user, unit = make_user(session), make_unit(session)
    duty = make_duty(session, user, unit, starts_on=DAY + 10 * ONE)
    number = duty.id

    end(session, duty, on=DAY - ONE, actor_id=user.id, now=NOW)
    session.commit()

    assert session.get(Duty, number) is None
    assert [entry.action for entry in audit.history(session, ("user", user.id))] == ["organisation.duty.ended"]


@pytest.mark.parametrize(
    ("on", "holds"),
    [(date(2026, 2, 28), False), (date(2026, 3, 1), True), (date(2026, 3, 31), True), (date(2026, 4, 1), False)],
)
def test_a_substitute_acts_from_the_first_to_the_last_day(session: Session, on: date, holds: bool) -> None:  # noqa: FBT001
    unit, other = make_unit(session), make_unit(session)
    away, substitute = make_staff(session, unit, Role.HEAD), make_staff(session, other)
    dates = {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 31)}
    make_duty(session, substitute, unit, Role.HEAD, substitutes=away, **dates)

    found = mandate(session, substitute, on)

    assert (unit.id in found.acting_ids, Role.HEAD in found.roles) == (holds, holds)
    assert other.id in found.acting_ids
    assert unit.id in mandate(session, away, on).headed_ids


def test_a_head_heads_everything_below_and_nothing_above(session: Session) -> None:
    top = make_unit(session)
    middle, sister = make_unit(session, top), make_unit(session, top)
    bottom = make_unit(session, middle)
    head = make_staff(session, middle, Role.HEAD)

    found = mandate(session, head, DAY)

    assert found.unit_ids == {middle.id}
    assert found.headed_ids == found.acting_ids == found.seen_unit_ids == {middle.id, bottom.id}
    assert sister.id not in found.seen_unit_ids


def test_roles_other_than_clerk_and_head_read_and_do_not_act(session: Session) -> None:
    unit, below = make_unit(session), make_unit(session)
    below.parent = unit
    for role in (Role.PLANNER, Role.SECRETARY, Role.CASHIER):
        found = mandate(session, make_staff(session, unit, role), DAY)
        assert (found.seen_unit_ids, found.acting_ids, found.has(role)) == ({unit.id}, frozenset(), True)


def test_several_duties_add_up(session: Session) -> None:
    first, second = make_unit(session), make_unit(session)
    user = make_staff(session, first)
    make_duty(session, user, second, Role.PLANNER)
    make_duty(session, user, second, Role.CASHIER)

    found = mandate(session, user, DAY)

    assert found.unit_ids == {first.id, second.id}
    assert found.roles == {Role.CLERK, Role.PLANNER, Role.CASHIER}
    assert found.acting_ids == {first.id}


def test_residents_and_former_staff_have_no_mandate(session: Session) -> None:
    unit = make_unit(session)
    former = make_user(session, is_staff=False)
    make_duty(session, former, unit, Role.ADMINISTRATOR)
    ended = make_user(session, is_staff=True)
    make_duty(session, ended, unit, Role.ADMINISTRATOR, ends_on=DAY - ONE)

    for user in (former, ended, make_user(session)):
        found = mandate(session, user, DAY)
        assert (found.seen_unit_ids, found.is_administrator, found.has(Role.CLERK)) == (frozenset(), False, False)


def test_administrators_have_every_role(session: Session) -> None:
    found: Mandate = mandate(session, make_staff(session, make_unit(session), Role.ADMINISTRATOR), DAY)

    assert all(found.has(role) for role in Role)


def test_units_in_a_circle_do_not_hang(session: Session) -> None:
    first = make_unit(session)
    second = make_unit(session, first)
    first.parent = second
    session.flush()

    assert mandate(session, make_staff(session, first, Role.HEAD), DAY).headed_ids == {first.id, second.id}


def test_people_of_a_unit_by_day_and_role(session: Session) -> None:
    unit = make_unit(session)
    clerk, head = make_staff(session, unit), make_staff(session, unit, Role.HEAD)
    make_duty(session, make_user(session), unit, starts_on=DAY + ONE)

    assert [duty.user for duty in queries.people_of(session, unit.id, DAY)] == [clerk, head]
    assert [duty.user for duty in queries.people_of(session, unit.id, DAY, [Role.HEAD])] == [head]


def test_running_and_coming_duties_are_listed(session: Session) -> None:
    unit, other = make_unit(session), make_unit(session)
    user = make_user(session)
    running = make_duty(session, user, unit)
    coming = make_duty(session, user, unit, starts_on=DAY + ONE)
    make_duty(session, user, unit, ends_on=DAY - ONE)
    elsewhere = make_duty(session, user, other)

    assert queries.duties_in(session, {unit.id}, DAY) == [running, coming]
    assert queries.duties_in(session, None, DAY) == [running, coming, elsewhere]
    assert queries.duties_in(session, frozenset(), DAY) == []
