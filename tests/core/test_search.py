"""Search in Greek: the same rows on both databases, however the words are written."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import search
from portal.core.search import Findable
from portal.core.texts import Translated

ROWS = [
    ("Βεβαίωση μόνιμης κατοικίας", "Permanent residence certificate", "κάτοικος διεύθυνση"),
    ("Άδεια για τραπεζοκαθίσματα", "Use of pavement for tables and chairs", "κατάστημα πεζοδρόμιο 12.3"),
    ("Θέση στάθμευσης ατόμων με αναπηρία", "Parking place for disabled persons", "ΑμεΑ"),
    ("Κλάδεμα δένδρων", "Pruning of trees", "πράσινο δένδρο"),
    ("Αίτηση 2026/18412 του Γιώργου Παπαδάκη", "Request 2026/18412 by Giorgos Papadakis", ""),
    ("Βεβαίωση οικογενειακής κατάστασης", "Family status certificate", "οικογένεια"),
]


@pytest.fixture
def rows(session: Session) -> Session:
    for number, (greek, english, words) in enumerate(ROWS, 1):
        scopes = ("unit-7",) if number == 5 else ("public",)
        item = Findable("thing", number, Translated(el=greek, en=english), Translated(), {}, words, scopes)
        search.put(session, item)
    session.flush()
    return session


def found(session: Session, text: str, scopes: tuple[str, ...] = ("public",)) -> set[int]:
    return {entry.ref_id for entry in search.find(session, text, scopes=scopes)}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("βεβαιωση", {1, 6}),
        ("Βεβαίωσης", {1, 6}),
        ("ΒΕΒΑΙΩΣΕΙΣ", {1, 6}),
        ("κατοικιας", {1}),
        ("ΤΡΑΠΕΖΟΚΑΘΙΣΜΑΤΑ", {2}),
        ("τραπεζοκαθισμάτων", {2}),
        ("τραπεζ", {2}),
        ("θεσεις σταθμευσησ", {3}),
        ("δέντρο", set()),
        ("δένδρα", {4}),
        ("certificates", {1, 6}),
        ("PERMANENT residence", {1}),
        ("tree", {4}),
        ("chair", {2}),
        ("12.3", {2}),
        ("αμεα", {3}),
        ("οικογένειες βεβαίωση", {6}),
        ("βεβαίωση τραπεζοκαθίσματα", set()),
        ("βε", {1, 6}),
        ("...", set()),
        ("", set()),
        ("' OR 1=1 --", set()),
        ('"βεβαίωση* NEAR( AND', set()),
        ("βεβαίωση & ! | :* <->", {1, 6}),
        ("residence' | 'x", set()),
        ("x", set()),
        ("k thing", set()),
        ("x_public", set()),
        ("ῥεβαίωση", set()),
    ],
)
def test_words_find_their_rows(rows: Session, text: str, numbers: set[int]) -> None:
    assert found(rows, text) == numbers


def test_only_who_may_find_it_finds_it(rows: Session) -> None:
    assert found(rows, "18412") == set()
    assert found(rows, "18412", ("unit-7", "public")) == {5}
    assert found(rows, "παπαδακης", ("unit-7",)) == {5}
    assert found(rows, "2026/18412", ("unit-7",)) == {5}
    assert found(rows, "184", ("unit-7",)) == {5}


def test_what_changes_is_found_by_its_new_words_alone(rows: Session) -> None:
    item = Findable("thing", 4, Translated(el="Φύτευση θάμνων", en="Planting of shrubs"), Translated(), {})
    search.put(rows, item)
    rows.flush()

    assert found(rows, "κλάδεμα") == set()
    assert found(rows, "θάμνος φύτευση") == {4}


def test_what_is_removed_is_not_found(rows: Session) -> None:
    search.remove(rows, "thing", 1)

    assert found(rows, "βεβαιωση") == {6}


def test_kinds_limit_what_is_found(rows: Session) -> None:
    search.add(rows, Findable("case", 1, Translated(el="Βεβαίωση"), Translated(), {}))
    rows.flush()

    assert [entry.kind for entry in search.find(rows, "βεβαίωση", kinds=("case",))] == ["case"]
    assert len(search.find(rows, "βεβαίωση", kinds=("case", "thing"))) == 3


def test_pages_follow_one_another_by_key(rows: Session) -> None:
    (first,) = search.find(rows, "βεβαίωση", most=1)
    (second,) = search.find(rows, "βεβαίωση", most=1, before=first.id)

    assert [first.ref_id, second.ref_id] == [6, 1]
    assert search.find(rows, "βεβαίωση", before=second.id) == []


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Οδός", "οδοσ"), ("ΟΔΟΣ", "οδοσ"), ("Μαΐου", "μαιου"), ("Ἀθῆναι", "αθηναι"), ("Straße", "strasse"), ("É", "e")],
)
def test_folding_takes_accents_capitals_and_the_final_sigma(text: str, folded: str) -> None:
    assert search.fold(text) == folded


def test_the_index_is_rebuilt_from_the_rows(rows: Session) -> None:
    if rows.get_bind().dialect.name == "sqlite":
        rows.execute(sa.text("INSERT INTO search_fts(search_fts) VALUES ('integrity-check')"))
        rows.execute(sa.text("INSERT INTO search_fts(search_fts) VALUES ('rebuild')"))
    assert found(rows, "βεβαιωση") == {1, 6}
