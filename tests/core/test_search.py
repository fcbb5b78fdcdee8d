"""Search in Greek: the same rows on both databases, however the words are written."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal.core import search
from portal.core.search import Findable, SearchEntry
from portal.core.search.index import SearchPosting
from portal.core.texts import Translated

#: a room's own table, as far as a search needs one
OTHER = aliased(SearchEntry)

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
    return {entry.ref_id for entry in search.find(session, text, kinds=("thing",), scopes=scopes)}


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
    (first,) = search.find(rows, "βεβαίωση", kinds=("thing",), most=1)
    (second,) = search.find(rows, "βεβαίωση", kinds=("thing",), most=1, before=first.id)

    assert [first.ref_id, second.ref_id] == [6, 1]
    assert search.find(rows, "βεβαίωση", kinds=("thing",), before=second.id) == []


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Οδός", "οδοσ"), ("ΟΔΟΣ", "οδοσ"), ("Μαΐου", "μαιου"), ("Ἀθῆναι", "αθηναι"), ("Straße", "strasse"), ("É", "e")],
)
def test_folding_takes_accents_capitals_and_the_final_sigma(text: str, folded: str) -> None:
    assert search.fold(text) == folded


def postings(session: Session) -> set[tuple[int, int]]:
    return {
        (row.token, row.entry_id) for row in session.execute(sa.select(SearchPosting.token, SearchPosting.entry_id))
    }


def expected_postings(session: Session) -> set[tuple[int, int]]:
    columns = SearchEntry.id, SearchEntry.kind, SearchEntry.scopes, SearchEntry.stems
    return {
        (search.token(kind, scope, stem), key)
        for key, kind, scopes, stems in session.execute(sa.select(*columns))
        for scope in scopes
        for stem in stems.split()
    }


def test_the_index_says_what_the_entries_say_whatever_happens_to_them(rows: Session) -> None:
    search.put(rows, Findable("thing", 4, Translated(el="Φύτευση δένδρων"), Translated(), {}, scopes=("unit-7",)))
    search.rescope(rows, "thing", 1, ["unit-7", "unit-8"])
    search.remove(rows, "thing", 2)

    assert postings(rows) == expected_postings(rows) != set()


def test_whoever_finds_it_after_a_rescope_finds_it_by_the_same_words(rows: Session) -> None:
    search.rescope(rows, "thing", 5, ["unit-8"])

    assert found(rows, "παπαδάκης", ("unit-7",)) == found(rows, "παπαδ", ("unit-7",)) == set()
    assert found(rows, "παπαδάκης", ("unit-8",)) == found(rows, "παπαδ", ("unit-8",)) == {5}


def many(session: Session, words: list[str], scope: str = "unit-1", first: int = 100) -> None:
    """Entries with these words, oldest first."""
    for number, text in enumerate(words, first):
        search.add(session, Findable("thing", number, Translated(el=text), Translated(), {}, scopes=(scope,)))


def test_all_words_are_asked_for_in_any_order_however_rare_they_are(rows: Session) -> None:
    many(rows, ["πεύκο"] * 5 + ["κυπαρίσσι"] * 3 + ["κυπαρίσσι πεύκο", "πεύκο και κυπαρίσσι"] + ["πεύκο"] * 30)

    for text in ("πεύκο κυπαρίσσι", "κυπαρίσσι πεύκο", "πευκ κυπαρισσ", "πεύκο πεύκα κυπαρίσσι"):
        assert found(rows, text, ("unit-1",)) == {108, 109}
    assert found(rows, "πεύκο κυπαρίσσι βεβαίωση", ("unit-1", "public")) == set()


def test_words_of_one_scope_do_not_meet_words_of_another(rows: Session) -> None:
    many(rows, ["πεύκο"], "unit-1")
    many(rows, ["κυπαρίσσι"], "unit-2", first=200)

    assert found(rows, "πεύκο κυπαρίσσι", ("unit-1", "unit-2")) == set()


def test_scopes_meet_newest_first_and_nothing_is_found_twice(rows: Session) -> None:
    for number in range(100, 140):
        scopes = ("unit-1", "unit-2") if number % 3 else ("unit-2",)
        search.add(rows, Findable("thing", number, Translated(el="πεύκο"), Translated(), {}, scopes=scopes))

    hits = search.find(rows, "πεύκο", kinds=("thing",), scopes=("unit-1", "unit-2"), most=10)

    assert [hit.ref_id for hit in hits] == list(range(139, 129, -1))


def test_beginnings_do_not_follow_where_whole_words_end(rows: Session) -> None:
    many(rows, ["184", "18412", "184"])
    first = search.find(rows, "184", kinds=("thing",), scopes=("unit-1",), most=2)

    assert [hit.ref_id for hit in first] == [102, 100]
    assert not search.find(rows, "184", kinds=("thing",), scopes=("unit-1",), before=first[-1].id)
    assert found(rows, "18", ("unit-1",)) == {100, 101, 102}


def test_the_shortest_words_come_first_where_a_beginning_has_too_many(
    rows: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search.walking, "MOST_COMPLETIONS", 2)
    many(rows, ["123456", "1237", "123567", "1239"])

    assert found(rows, "123", ("unit-1",)) == {101, 103}


def test_a_page_whose_filter_lets_few_through_ends_early_and_says_where(
    rows: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search.finding, "WINDOW", 5)
    monkeypatch.setattr(search.finding, "MOST_LOOKED_AT", 10)
    many(rows, ["πεύκο"] * 30)
    query = sa.select(OTHER.ref_id).where(OTHER.kind == "thing", OTHER.ref_id.in_([101, 102, 125]))

    seen, after, pages = [], None, 0
    while pages == 0 or after:
        sought = search.Sought("πεύκο", "thing", ("unit-1",), after)
        found_now, after = search.page(rows, sought, query, OTHER.ref_id, most=2)
        seen += [row.ref_id for row in found_now]
        pages += 1

    assert (seen, pages) == ([125, 102, 101], 3)


def test_windows_hold_everything_once(rows: Session) -> None:
    many(rows, ["πεύκο"] * 23)

    sizes = [len(ids) for ids in search.windows(rows, search.Sought("πεύκο", "thing", ("unit-1",)), first=20)]
    last = [len(ids) for ids in search.windows(rows, search.Sought("πεύκο", "thing", ("unit-1",), after=101))]

    assert (sizes, last) == ([20, 3], [1])
