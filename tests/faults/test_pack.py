"""What can be reported comes from the pack: once, telling what changed, and never over what staff have written."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.texts import Translated
from portal.faults import operations, queries
from portal.faults.models import Body, CannedReply, FaultCategory, FaultState, Jurisdiction, RoutingRule
from portal.organisation import operations as organisation
from portal.organisation import queries as municipality
from portal.organisation.operations import PackError
from portal.settings import ROOT
from tests.factories import DAY, NOW, make_community, make_fault_limits, make_unit

PACKS = ROOT / "portal" / "municipalities"
SMALL = """
categories:
  - code: roads
    name: {el: Δρόμοι, en: Roads}
    icon: roads
    limit: fault-10
    anonymous: true
    categories:
      - code: pothole
        name: {el: Λακκούβα, en: Pothole}
        limit: fault-5
        questions:
          - {code: depth, kind: one, label: {el: Πόσο;}, choices: [{code: deep, label: {el: Πολύ}}]}
      - {code: sign, name: {el: Πινακίδα}, anonymous: false}
bodies:
  - {code: region, name: {el: Περιφέρεια}, about: {el: Επαρχιακοί δρόμοι}, phone: "11111"}
jurisdiction:
  - {category: sign, community: east, body: region, citation: {el: ν. 1/2020}}
routing:
  - {category: roads, hours: other, unit: night}
  - {unit: works}
replies:
  - {code: done, state: repaired, category: roads, title: {el: Έγινε}, text: {el: Η βλάβη αποκαταστάθηκε.}}
"""
Load = Callable[..., list[str]]


@pytest.fixture
def load(session: Session, tmp_path: Path) -> Load:
    """Change the small file and load it; what the load tells."""
    path = tmp_path / "faults.yaml"
    path.write_text(SMALL)
    make_fault_limits(session)
    make_community(session, code="east")
    for code in ("night", "works"):
        make_unit(session, code=code)

    def changed(old: str = "", new: str = "") -> list[str]:
        if old:
            text = path.read_text()
            assert text.count(old) == 1
            path.write_text(text.replace(old, new))
        return operations.load_faults(session, tmp_path, now=NOW)

    return changed


def _all(session: Session, kind: Any) -> Any:
    return session.scalars(sa.select(kind).order_by(kind.id)).all()


@pytest.mark.parametrize("name", ["hersonissos", "kilkis"])
def test_a_pack_that_ships_loads_and_a_second_time_changes_nothing(session: Session, name: str) -> None:
    organisation.load_pack(session, organisation.read_pack(PACKS / name), now=NOW)

    first = operations.load_faults(session, PACKS / name, now=NOW)

    assert all(line.startswith("new: fault_") for line in first)
    assert operations.load_faults(session, PACKS / name, now=NOW) == []


@pytest.mark.parametrize("name", ["hersonissos", "kilkis"])
def test_every_category_that_ships_is_complete(session: Session, name: str) -> None:
    organisation.load_pack(session, organisation.read_pack(PACKS / name), now=NOW)
    operations.load_faults(session, PACKS / name, now=NOW)

    rows = queries.categories(session)

    assert {row.code for row in rows if row.parent_id is None} >= {"roads", "lighting", "green", "water", "cleaning"}
    for row in rows:
        assert row.name.keys() == row.help.keys() == {"el", "en"}, row.code
        assert row.keywords.keys() == ({"el", "en"} if row.parent_id else set()), row.code
        assert (ROOT / "static" / "img" / "faults" / f"{row.icon}.svg").exists()
        assert municipality.time_limit(session, row.limit_code, DAY).days
        assert queries.routing(session, row, None, at=NOW).unit.closed is False
        for question in row.questions:
            texts = [question["label"], *(choice["label"] for choice in question["choices"])]
            assert all(text.keys() == {"el", "en"} for text in texts), row.code
    for reply in _all(session, CannedReply):
        assert reply.title.keys() == reply.text.keys() == {"el", "en"}


def test_what_a_category_does_not_say_is_as_in_its_group(session: Session, load: Load) -> None:
    load()

    roads, pothole, sign = _all(session, FaultCategory)
    assert (roads.parent, pothole.parent, sign.parent) == (None, roads, roads)
    assert [row.limit_code for row in (roads, pothole, sign)] == ["fault-10", "fault-5", "fault-10"]
    assert [row.anonymous for row in (roads, pothole, sign)] == [True, True, False]
    assert {row.icon for row in (roads, pothole, sign)} == {"roads"}
    assert pothole.question("depth")["choices"] == [{"code": "deep", "label": {"el": "Πολύ"}}]


def test_changes_are_told_and_what_vanished_is_closed_or_removed(session: Session, load: Load) -> None:
    assert len(load()) == 8

    assert load("el: Λακκούβα", "el: Τρύπα") == ["changed: fault_category pothole: name"]
    line = "      - {code: sign, name: {el: Πινακίδα}, anonymous: false}\n"
    rule = "  - {category: sign, community: east, body: region, citation: {el: ν. 1/2020}}\n"
    assert load(rule, "") == ["gone: fault_jurisdiction sign"]
    assert load(line, "") == ["closed: fault_category sign"]
    assert load("bodies:\n", f"{line}bodies:\n") == ["changed: fault_category sign: closed"]
    assert load("hours: other, unit: night", "hours: other, unit: works") == [
        "changed: fault_routing roads other: unit_id"
    ]
    assert load("  - {category: roads, hours: other, unit: works}\n", "") == [
        "changed: fault_routing everything always: position",
        "gone: fault_routing roads",
    ]
    assert load("code: done,", "code: ready,") == ["new: fault_reply ready", "closed: fault_reply done"]
    assert not _all(session, Jurisdiction)


def test_a_load_that_changes_something_is_audited(session: Session, load: Load) -> None:
    load()
    load()
    session.commit()

    assert [entry.data for entry in audit.history(session, ("faults", 0))] == [{"changes": 8}]


def test_what_staff_have_written_is_theirs(session: Session, load: Load) -> None:
    load()
    [reply], [night, _everything] = _all(session, CannedReply), _all(session, RoutingRule)
    [body] = _all(session, Body)
    own = make_unit(session)
    reply.text, reply.from_pack = Translated(el="Έτοιμο."), False
    night.unit, night.from_pack = own, False
    body.email = "roads@region.example"
    session.add(RoutingRule(unit=own, position=1))
    session.flush()

    assert load("el: Η βλάβη αποκαταστάθηκε.", "el: Τέλος.") == []
    assert load("  - {category: roads, hours: other, unit: night}\n", "")[-1].startswith("changed: fault_routing")

    assert (reply.text["el"], night.unit, body.email) == ("Έτοιμο.", own, "roads@region.example")
    assert len(_all(session, RoutingRule)) == 3


def test_rules_hold_in_the_order_of_the_file(session: Session, load: Load) -> None:
    load()

    assert all(before.position < after.position for before, after in pairwise(_all(session, RoutingRule)))
    assert _all(session, CannedReply)[0].state is FaultState.REPAIRED


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("limit: fault-5", "limit: fault-7", 9, "fault-7 is no time limit of the pack"),
        ("limit: fault-10\n    ", "", 3, "'limit' is missing or unknown"),
        ("anonymous: true", "anonymous: perhaps", 3, "anonymous is 'perhaps': write true or false"),
        ("code: sign, name", "code: pothole, name", 14, "pothole stands in the file twice"),
        ("kind: one", "kind: riddle", 9, "riddle"),
        ("kind: one", "kind: text", 9, "depth: questions of the kinds one and several have choices"),
        ("body: region,", "body: nobody,", 18, "'nobody' is missing or unknown"),
        ("community: east", "community: west", 18, "'west' is missing or unknown"),
        ("unit: night", "unit: day", 20, "'day' is missing or unknown"),
        ("hours: other", "hours: noon", 20, "noon"),
        ("hours: other", "valid_from: soon", 20, "valid_from is 'soon': write 2026-01-31"),
        ("category: roads, hours: other, unit: night", "unit: night", 21, "everything always stands in the file twice"),
        ("state: repaired", "state: fine", 23, "fine"),
        ("about: {el: Επαρχιακοί δρόμοι}", "about: Δρόμοι", 16, "'Δρόμοι' is no text"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(
    load: Load, tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    with pytest.raises(PackError) as told:
        load(old, new)

    assert f"{tmp_path.name}/faults.yaml:{line}: " in str(told.value)
    assert words in str(told.value)


def test_a_category_stays_in_its_group(load: Load) -> None:
    load()

    below, group = (
        "      - {code: sign, name: {el: Πινακίδα}, anonymous: false}\n",
        "  - {code: sign, name: {el: Πινακίδα}, icon: roads, limit: fault-5}\n",
    )
    with pytest.raises(PackError, match="sign cannot move to another group"):
        load(below, group)


def test_a_rule_that_names_what_is_closed_is_refused(load: Load) -> None:
    load()

    with pytest.raises(PackError, match=r"faults\.yaml:17: 'sign' is missing or unknown"):
        load("      - {code: sign, name: {el: Πινακίδα}, anonymous: false}\n", "")


def test_no_report_may_remain_for_which_no_rule_holds(load: Load) -> None:
    with pytest.raises(PackError, match=r"faults\.yaml: routing needs a last rule"):
        load("  - {unit: works}", "  - {unit: works, hours: working}")


def test_the_key_of_a_body_stays_as_staff_have_written_it(load: Load, session: Session) -> None:
    load()
    body = session.scalars(sa.select(Body)).one()
    body.open311_key, body.email, body.phone = "secret", "desk@example.org", "2"

    load()

    assert (body.open311_key, body.email) == ("secret", "desk@example.org"), "the file says nothing of them"
    assert body.phone == "11111", "the file does"
