"""A municipality pack becomes rows: idempotent, telling what changed, closing what vanished, naming mistakes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from flask import Flask
from sqlalchemy.orm import Session

from portal.casework.operations import UnitHasCases
from portal.core.db import db
from portal.organisation import queries
from portal.organisation.models import Community, DayOff, Municipality, Place, Post, TimeLimit, Unit
from portal.organisation.operations import PackError, load_pack, read_pack
from portal.settings import ROOT
from portal.site import cli
from tests.factories import DAY, NOW, make_case

PACKS = ROOT / "portal" / "municipalities"
#: time limits that the code asks for by name
NEEDED = ("general-request", "certificate", "declaration-check", "forward-to-competent-service")
SMALL = {
    "municipality": """
        code: sample
        name: {el: Δήμος Δείγματος, en: Municipality of Sample}
        feasts:
          - {day: "11-11", name: {el: Αγίου Μηνά}}
          - {day: 2026-06-01, name: {el: Δουλεύουμε, en: We work}, working: true}
        """,
    "organisation": """
        units:
          - {code: mayor, kind: mayor, name: {el: Δήμαρχος}, posts: [{code: mayor, title: {el: Δήμαρχος}, head: true}]}
          - {code: revenue, kind: department, parent: mayor, name: {el: Έσοδα, en: Revenue}}
        """,
    "places": """
        municipal_units:
          - code: "01"
            name: {el: Ενότητα}
            communities:
              - code: "0101"
                name: {el: Άνω Χωριό}
                official: Άνω Χωριού
                places: [{code: square, name: {el: Πλατεία}, aliases: [Plateia], lat: 35.3, lon: 25.2}]
        """,
    "time-limits": """
        - {code: general-request, days: 50, day_kind: calendar, valid_from: 2004-05-24, citation: {el: άρθρο 6}}
        """,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small pack."""
    for name, text in SMALL.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    return tmp_path


@pytest.fixture
def load(session: Session, folder: Path) -> Callable[..., list[str]]:
    """Change one file of the small pack and load it; what the load tells."""

    def changed(name: str = "", old: str = "", new: str = "") -> list[str]:
        if name:
            path = folder / f"{name}.yaml"
            text = path.read_text()
            assert text.count(old) == 1
            path.write_text(text.replace(old, new))
        return load_pack(session, read_pack(folder), now=NOW)

    return changed


@pytest.mark.parametrize("name", ["hersonissos", "kilkis"])
def test_a_pack_that_ships_loads_and_a_second_time_changes_nothing(session: Session, name: str) -> None:
    first = load_pack(session, read_pack(PACKS / name), now=NOW)

    assert all(line.startswith("new: ") for line in first)
    assert load_pack(session, read_pack(PACKS / name), now=NOW) == []
    found = queries.municipality(session)
    assert found is not None
    assert found.code == name
    for kind in (Unit, Post, Community, Place):
        assert session.scalar(sa.select(sa.func.count()).select_from(kind)), kind
    assert [queries.time_limit(session, code, DAY).code for code in NEEDED] == list(NEEDED)


@pytest.mark.parametrize("name", ["hersonissos", "kilkis"])
def test_a_pack_that_ships_says_everything_in_its_languages(name: str) -> None:
    pack = read_pack(PACKS / name)

    for unit in pack.organisation["units"]:
        for text in (unit["name"], *(post["title"] for post in unit.get("posts", ()))):
            assert set(text) >= set(pack.municipality["languages"]), text


def test_a_small_pack_becomes_rows(session: Session, load: Callable[..., list[str]]) -> None:
    assert len(load()) == 9

    revenue = queries.unit(session, "revenue")
    assert revenue.parent is not None
    assert (revenue.parent.code, revenue.kind.value, revenue.position) == ("mayor", "department", 1)
    assert [post.is_head for post in revenue.parent.posts] == [True]
    [place] = queries.places(session)
    community = session.get_one(Community, place.community_id)
    assert (community.code, place.aliases) == ("0101", "Plateia")
    assert [row.code for row in queries.communities(session)] == ["0101"]
    profile = session.scalars(sa.select(Municipality)).one().profile
    assert profile == yaml.safe_load(SMALL["municipality"]) | {"feasts": profile["feasts"]}


def test_what_changed_is_told_and_the_rest_is_left_alone(session: Session, load: Callable[..., list[str]]) -> None:
    load()

    assert load("organisation", "en: Revenue", "en: Revenue Department") == ["changed: unit revenue: name"]
    assert load("time-limits", "days: 50", "days: 40") == ["changed: time_limit general-request 2004-05-24: days"]
    assert load("places", "lat: 35.3", "lat: 35.31") == ["changed: place square: lat"]
    assert load() == []
    assert queries.unit(session, "revenue").name["en"] == "Revenue Department"


def test_what_vanished_is_closed_and_comes_back(session: Session, load: Callable[..., list[str]]) -> None:
    load()
    line = "{code: revenue, kind: department, parent: mayor, name: {el: Έσοδα, en: Revenue}}"

    assert load("organisation", f"- {line}", "") == ["closed: unit revenue"]
    assert queries.unit(session, "revenue").closed
    assert [unit.code for unit in queries.units(session)] == ["mayor"]
    assert load() == []

    assert load("organisation", "head: true}]}", f"head: true}}]}}\n          - {line}") == [
        "changed: unit revenue: closed"
    ]
    assert len(queries.units(session)) == 2


def test_a_unit_with_open_cases_is_closed_only_if_another_takes_over(
    session: Session, load: Callable[..., list[str]]
) -> None:
    load()
    case = make_case(session, queries.unit(session, "revenue"))
    line = "- {code: revenue, kind: department, parent: mayor, name: {el: Έσοδα, en: Revenue}}"

    with pytest.raises(UnitHasCases, match="1 open cases"), session.begin_nested():
        load("organisation", line, "")
    with pytest.raises(PackError, match="'nobody' is missing or unknown"):
        load("organisation", "units:", "closed: [{code: revenue, taken_over_by: nobody}]\n        units:")
    told = load("organisation", "taken_over_by: nobody", "taken_over_by: mayor")

    assert "closed: unit revenue" in told
    assert case.unit_id == queries.unit(session, "mayor").id
    with pytest.raises(PackError, match="among the units as well"):
        load("organisation", "{code: revenue,", "{code: mayor,")


def test_the_command_says_where_the_cases_are(
    committed_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "PACKS", tmp_path)
    shutil.copytree(PACKS / "kilkis", tmp_path / "kilkis")
    runner = committed_app.test_cli_runner()
    runner.invoke(args=["municipality", "load", "kilkis"])
    with committed_app.app_context():
        parents = sa.select(Unit.parent_id).where(Unit.parent_id.is_not(None))
        unit = db.session.scalars(sa.select(Unit).where(Unit.id.not_in(parents)).order_by(Unit.id.desc())).first()
        assert unit is not None
        make_case(db.session, unit)
        number, code = unit.id, unit.code
        db.session.commit()
    path = tmp_path / "kilkis" / "organisation.yaml"
    pack = yaml.safe_load(path.read_text())
    pack["units"] = [item for item in pack["units"] if item["code"] != code]
    path.write_text(yaml.safe_dump(pack, allow_unicode=True))

    told = runner.invoke(args=["municipality", "load", "kilkis"])

    assert told.exit_code == 1
    assert f"/desk/cases/?unit={number}" in told.output


def test_places_and_posts_that_vanished_are_closed(session: Session, load: Callable[..., list[str]]) -> None:
    load()

    told = load("places", "places: [{code: square, name: {el: Πλατεία}, aliases: [Plateia], lat: 35.3, lon: 25.2}]", "")
    told += load("organisation", ", posts: [{code: mayor, title: {el: Δήμαρχος}, head: true}]", "")

    assert told == ["closed: place square", "closed: post mayor"]
    assert not queries.places(session)


def test_feasts_and_rules_that_vanished_hold_no_more(session: Session, load: Callable[..., list[str]]) -> None:
    load()

    told = load("municipality", '- {day: "11-11", name: {el: Αγίου Μηνά}}', "")
    told += load("time-limits", "valid_from: 2004-05-24", "valid_from: 2004-05-25")

    assert told == [
        "changed: municipality sample: profile",
        "gone: day_off 11-11",
        "new: time_limit general-request 2004-05-25",
        "gone: time_limit general-request 2004-05-24",
    ]
    assert session.scalars(sa.select(DayOff.on)).all() == ["2026-06-01"]
    assert session.scalars(sa.select(sa.func.count()).select_from(TimeLimit)).one() == 1


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "words"),
    [
        ("organisation", "kind: department", "kind: kingdom", 4, "kingdom"),
        ("organisation", "parent: mayor", "parent: nobody", 4, "'nobody' is missing or unknown"),
        ("organisation", "name: {el: Έσοδα, en: Revenue}", "email: a@b.example", 4, "'name' is missing"),
        ("organisation", "{el: Έσοδα, en: Revenue}", "Έσοδα", 4, "'Έσοδα' is no text"),
        ("organisation", "{el: Έσοδα, en: Revenue}", "{en: Revenue}", 4, "is no text"),
        ("organisation", "code: revenue", "code: mayor", 4, "mayor stands in the file twice"),
        ("places", "lat: 35.3", "lat: north", 9, "north"),
        ("places", "official: Άνω Χωριού", "", 6, "'official' is missing"),
        ("municipality", '"11-11"', '"31-11"', 5, "month"),
        ("municipality", "code: sample", "", 3, "'code' is missing"),
        ("time-limits", "days: 50", "days: many", 2, "'many' is no number of days"),
        ("time-limits", "days: 50", "days: 0", 2, "0 is no number of days"),
        ("time-limits", "calendar", "lunar", 2, "lunar"),
        ("time-limits", "2004-05-24", "yesterday", 2, "'yesterday' is no day"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(
    load: Callable[..., list[str]], name: str, old: str, new: str, line: int, words: str
) -> None:
    with pytest.raises(PackError, match=rf"/{name}\.yaml:{line}: .*{words}"):
        load(name, old, new)


def test_a_file_that_is_no_yaml_is_named(load: Callable[..., list[str]]) -> None:
    with pytest.raises(PackError, match=r"(?s)places\.yaml.*line 3"):
        load("places", "municipal_units:", "municipal_units: [")


@pytest.mark.parametrize("text", ["", "just words", "[]"])
def test_a_file_of_another_shape_is_named(folder: Path, text: str) -> None:
    (folder / "organisation.yaml").write_text(text)

    with pytest.raises(PackError, match=r"organisation\.yaml is empty"):
        read_pack(folder)


def test_a_file_that_is_missing_is_named(folder: Path) -> None:
    (folder / "places.yaml").unlink()

    with pytest.raises(PackError, match=r"places\.yaml is missing"):
        read_pack(folder)


def test_one_installation_serves_one_municipality(load: Callable[..., list[str]]) -> None:
    load()

    with pytest.raises(PackError, match="this installation serves sample"):
        load("municipality", "code: sample", "code: another")


def test_a_broken_pack_leaves_everything_as_it_was(
    committed_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(PACKS / "kilkis", tmp_path / "kilkis")
    path = tmp_path / "kilkis" / "time-limits.yaml"
    path.write_text(path.read_text().replace("day_kind: calendar", "day_kind: lunar", 1))
    monkeypatch.setattr(cli, "PACKS", tmp_path)

    told = committed_app.test_cli_runner().invoke(args=["municipality", "load", "kilkis"])

    assert told.exit_code == 1
    assert "time-limits.yaml:" in told.output
    with committed_app.app_context():
        assert db.session.scalars(sa.select(Unit)).all() == []
