"""The checker of service definitions, and how the catalogue is loaded from a pack."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import search
from portal.core.texts import Translated
from portal.eservices import operations, queries
from portal.eservices.models import ServiceVersion
from portal.organisation.models import Unit
from portal.settings import ROOT
from tests.factories import NOW, make_unit

PACK = Path(__file__).parent / "pack"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack of its own for each test to spoil."""
    return Path(shutil.copytree(PACK, tmp_path / "pack"))


def spoil(pack: Path, old: str, new: str, file: str = "services/terrace.yaml") -> None:
    path = pack / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{text.count(old)} × {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("name", sorted(p.name for p in (ROOT / "portal" / "municipalities").iterdir() if p.is_dir()))
def test_the_packs_that_ship_are_right(name: str) -> None:
    assert [str(p) for p in operations.check_services(ROOT / "portal" / "municipalities" / name)] == []


def test_nothing_is_wrong_with_a_right_pack(pack: Path) -> None:
    assert operations.check_services(pack) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("unit: revenue", "unit: revenues", 15, "there is no unit “revenues”"),
        ("category: businesses", "category: shops", 6, "there is no category"),
        ("time_limit: general-request", "time_limit: soon", 13, "there is no time_limit"),
        ("identity: none", "identity: C", 14, "there is no identity"),
        ("kind: request", "kind: wish", 3, "there is no kind"),
        ("audience: {el: Για καταστήματα., en: For shops.}", "audience: {el: Για όλους.}", 9, "missing in “en”"),
        ("audience: {el: Για καταστήματα., en: For shops.}", "audience: Για όλους", 9, "must have keys and values"),
        ("detail: ", "details: ", 17, "there is no key “details”"),
        ('detail: "{shop}', 'detail: "{store}', 17, "there is no field “store”"),
        ("fee {fee}.", "fee {price}.", 24, "there is no field “price”"),
        ("slug: terrace", "slug: veranda", 1, "the name of the file"),
        ("version: 1", "version: one", 2, "must be a whole number"),
        ("when: \"neighbour == 'yes'\"", "when: \"neigbour == 'yes'\"", 34, "no field “neigbour” before"),
        ("when: \"neighbour == 'yes'\"", "when: \"neighbour == 'ja'\"", 34, "has no answer 'ja'"),
        ("when: \"neighbour == 'yes'\"", 'when: "area > 1"', 34, "no field “area” before"),
        ("when: \"neighbour == 'yes'\"", 'when: "neighbour > 1"', 34, "do not fit together"),
        ("tariff('zone-a')", "tariff('zone-b')", 39, "there is no tariff “zone-b”"),
        ("round(area *", "round(len(area) *", 39, "there is no function len()"),
        ("sum(tables, 'seats')", "sum(tables, 'chairs')", 47, "have no number “chairs”"),
        ("as: money", "as: euros", 39, "either money, number or text"),
        ("type: statement", "type: oath", 52, "there is no type “oath”"),
        ("id: truth", "id: plan", 52, "there is another field “plan”"),
        ("kinds: [pdf, image]", "kinds: [pdf, word]", 51, "known: pdf, image"),
        ("max_files: 2", "max_files: 12", 51, "between 1 and 10"),
        ("- step: papers", "- step: space", 48, "there is another step “space”"),
        ("- step: papers", "- step: review", 48, "a step is named"),
        ('amount: "3.00"', 'amount: "three"', 19, "must be a number in quotes"),
        ("version: 1", "version: 1\nversion: 2", 3, "stands here twice"),
        ("kind: request", "kind: [request", 4, "this is not YAML"),
    ],
)
def test_a_mistake_is_found_with_its_line(pack: Path, old: str, new: str, line: int, words: str) -> None:
    spoil(pack, old, new)

    problems = operations.check_services(pack)

    assert any(p.line == line and words in p.message for p in problems), [str(p) for p in problems]
    assert {p.file for p in problems} == {"services/terrace.yaml"}


@pytest.fixture
def revenue(session: Session) -> Unit:
    return make_unit(session, code="revenue", name=Translated(el="Έσοδα", en="Revenue"))


@pytest.mark.usefixtures("revenue")
class TestLoading:
    """From the files into the database."""

    def test_loading_twice_changes_nothing(self, session: Session, pack: Path) -> None:
        first = operations.load_services(session, pack, now=NOW)

        assert "service terrace: new" in first
        assert operations.load_services(session, pack, now=NOW) == []

    def test_services_are_found_by_their_words(self, session: Session, pack: Path) -> None:
        operations.load_services(session, pack, now=NOW)

        assert [e.link["slug"] for e in search.find(session, "πεζοδρόμιο", kinds=("service",))] == ["terrace"]
        assert [
            e.link["slug"]
            for e in search.find(session, "TRAPEZ", kinds=("service",))
            + search.find(session, "τραπεζάκι", kinds=("service",))
        ] == ["terrace"]

    def test_a_changed_form_needs_a_new_version(self, session: Session, pack: Path) -> None:
        operations.load_services(session, pack, now=NOW)
        spoil(pack, "max: 80", "max: 90")

        with pytest.raises(operations.BadPack, match=r"terrace.yaml:2: .*raise `version` to 2"):
            operations.load_services(session, pack, now=NOW)

        spoil(pack, "version: 1", "version: 2")
        assert operations.load_services(session, pack, now=NOW) == ["service terrace: changed"]
        numbers = session.scalars(sa.select(ServiceVersion.number).order_by(ServiceVersion.id)).all()
        assert sorted(numbers) == [1, 1, 2]

    def test_words_around_the_form_change_in_place(self, session: Session, pack: Path) -> None:
        operations.load_services(session, pack, now=NOW)
        spoil(pack, "cost: {el: Ανά τ.μ., en: Per m².}", "cost: {el: Δωρεάν., en: Free.}")

        assert operations.load_services(session, pack, now=NOW) == ["service terrace: changed"]

    def test_what_vanished_is_closed_and_comes_back(self, session: Session, pack: Path) -> None:
        operations.load_services(session, pack, now=NOW)
        file = pack / "services" / "counter-only.yaml"
        text = file.read_text()
        file.unlink()

        assert operations.load_services(session, pack, now=NOW) == ["service counter-only: closed"]
        assert [s.slug for s in queries.services(session)] == ["terrace"]

        file.write_text(text)
        assert operations.load_services(session, pack, now=NOW) == ["service counter-only: changed"]
        assert search.find(session, "γραφείο", kinds=("service",))

    def test_a_pack_with_problems_is_not_loaded(self, session: Session, pack: Path) -> None:
        spoil(pack, "unit: revenue", "unit: revenues")

        with pytest.raises(operations.BadPack):
            operations.load_services(session, pack, now=NOW)

        assert queries.services(session) == []
