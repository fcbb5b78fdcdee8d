"""The register at the desk: who sees what, filters, corrections, exports, the printed day."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core.texts import Translated
from portal.documents import operations
from portal.documents.models import Correction, Direction, Entry, LinkKind, Marking
from portal.organisation.models import Role, Unit
from tests.documents.conftest import MakeEntry, MakeIssued
from tests.factories import NOW, make_staff, make_unit, make_user
from tests.support.client import Client

ENTRY = {"subject": "Αίτημα φωτισμού", "party": "Σύλλογος Κατοίκων", "direction": "incoming", "marking": "none"}


@pytest.fixture(autouse=True)
def today(frozen: Callable[..., object]) -> None:
    frozen(NOW)


@pytest.fixture
def registry(session: Session) -> Unit:
    return make_unit(session, code="protocol")


@pytest.fixture
def unit(session: Session) -> Unit:
    return make_unit(session)


@pytest.fixture
def clerk(session: Session, unit: Unit) -> User:
    return make_staff(session, unit)


def place(entry: Entry) -> dict[str, object]:
    return {"book": "main", "year": entry.year, "number": entry.number}


def test_everybody_sees_what_is_theirs_to_see(
    session: Session, client: Client, make_entry: MakeEntry, registry: Unit, unit: Unit
) -> None:
    above, other = unit, make_unit(session)
    below = make_unit(session, parent=above)
    plain, marked = make_entry(unit_id=below.id), make_entry(unit_id=below.id, marking=Marking.CONFIDENTIAL)
    people = {
        "clerk": (make_staff(session, below), {plain, marked}),
        "head above": (make_staff(session, above, Role.HEAD), {plain, marked}),
        "clerk above": (make_staff(session, above), set()),
        "clerk elsewhere": (make_staff(session, other), set()),
        "registry": (make_staff(session, registry), {plain}),
        "administrator": (make_staff(session, other, Role.ADMINISTRATOR), {plain, marked}),
    }

    for name, (person, seen) in people.items():
        client.sign_in(person)
        listed = client.get("documents_desk.register").texts("td.num")
        found = client.get("documents_desk.register", q="δέντρου").texts("td.num")
        assert set(listed) == set(found) == {entry.full_reference for entry in seen}, name
        for entry in (plain, marked):
            client.get("documents_desk.entry", **place(entry), status=200 if entry in seen else 404)


def test_the_register_is_for_staff(session: Session, client: Client) -> None:
    client.get("documents_desk.register", status=303)
    client.sign_in(make_user(session)).get("documents_desk.register", status=403)


def test_an_empty_register_says_so(client: Client, clerk: User) -> None:
    page = client.sign_in(clerk).get("documents_desk.register", lang="en")

    assert "Nothing is registered yet" in page.text


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"direction": "outgoing"}, {2}),
        ({"number": "3"}, {3}),
        ({"year": "2025"}, set()),
        ({"year": "2026"}, {1, 2, 3}),
        ({"marking": "personal-data"}, {3}),
        ({"q": "υδρευσησ"}, {2}),
        ({"q": "2 / 2026"}, {2}),
        ({"q": "2026/2"}, {2}),
        ({"since-day": "4", "since-month": "3", "since-year": "2026"}, {3}),
        ({"until-day": "3", "until-month": "3", "until-year": "2026"}, {1, 2}),
    ],
    ids=str,
)
def test_filters_stand_in_the_address(
    client: Client, make_entry: MakeEntry, unit: Unit, clerk: User, asked: dict[str, str], numbers: set[int]
) -> None:
    make_entry(unit_id=unit.id)
    make_entry(unit_id=unit.id, direction=Direction.OUTGOING, subject="Διακοπή ύδρευσης", party="ΔΕΥΑ")
    make_entry(unit_id=unit.id, marking=Marking.PERSONAL_DATA, now=NOW + timedelta(days=1))

    page = client.sign_in(clerk).get("documents_desk.register", **asked)

    assert {int(text.split("/")[0]) for text in page.texts("td.num")} == numbers


def test_a_wrong_filter_is_said_at_the_field(client: Client, clerk: User) -> None:
    assert client.sign_in(clerk).get("documents_desk.register", year="abc", lang="en", status=422).errors


def test_pages_follow_each_other_by_key(client: Client, make_entry: MakeEntry, unit: Unit, clerk: User) -> None:
    for _ in range(30):
        make_entry(unit_id=unit.id)

    first = client.sign_in(clerk).get("documents_desk.register")
    second = client.get(str(first.one("nav.pager a[rel=next]")["href"]))

    numbers = [int(text.split("/")[0]) for page in (first, second) for text in page.texts("td.num")]
    assert numbers == list(range(30, 0, -1))
    assert not second.select("a[rel=next]")


def test_a_page_asks_no_more_when_there_are_more_rows(
    session: Session, client: Client, make_entry: MakeEntry, unit: Unit, clerk: User
) -> None:
    def statements(endpoint: str, **values: object) -> int:
        client.get(endpoint, **values)  # from here on the process remembers what seldom changes
        said: list[str] = []
        listener = lambda *args: said.append(args[2])  # noqa: E731
        sa.event.listen(session.get_bind(), "before_cursor_execute", listener)
        client.get(endpoint, **values)
        sa.event.remove(session.get_bind(), "before_cursor_execute", listener)
        # the municipality's profile is read once a minute, whatever the page
        return len([line for line in said if line.startswith(("SELECT", "WITH")) and "FROM municipality" not in line])

    client.sign_in(clerk)
    addresses = [("documents_desk.register", {}), ("documents_desk.register", {"q": "δέντρου"})]
    addresses += [("documents_desk.export", {"kind": "csv"}), ("documents_desk.day", {"on": "2026-03-03"})]
    entry = make_entry(unit_id=unit.id)
    few = [statements(endpoint, **values) for endpoint, values in addresses]
    for _ in range(20):
        entry = make_entry(unit_id=unit.id)
        operations.correct(session, entry, operations.Correcting("–", subject="Κοπή δέντρου"), by=clerk, now=NOW)

    assert [statements(endpoint, **values) for endpoint, values in addresses] == few


def test_a_document_is_registered_by_hand_with_its_file_and_its_link(
    session: Session, client: Client, make_entry: MakeEntry, unit: Unit, clerk: User
) -> None:
    earlier = make_entry(unit_id=unit.id)
    pdf = (io.BytesIO(b"%PDF-1.4\n%%EOF"), "απάντηση.pdf")
    page = client.sign_in(clerk).get("documents_desk.new")

    typed = ENTRY | {"unit": str(unit.id), "link_kind": "answers", "link_to": "2026/1", "files": pdf}
    told = client.submit(page, typed, follow=True)

    assert told.h1 == "2/2026 ΕΙΣ"
    entry = session.scalars(sa.select(Entry).where(Entry.number == 2)).one()
    assert (entry.registered_by_id, entry.files[0].attachment.name) == (clerk.id, "απάντηση.pdf")
    assert client.get("documents_desk.file", attachment_id=entry.files[0].attachment_id, **place(entry)).status == 200
    assert "2/2026" in client.get("documents_desk.entry", **place(earlier)).one("section[aria-labelledby=links]").text


def test_a_second_press_of_the_button_registers_nothing(
    session: Session, client: Client, unit: Unit, clerk: User
) -> None:
    page = client.sign_in(clerk).get("documents_desk.new")

    places = {client.submit(page, ENTRY | {"unit": str(unit.id)}).location for _ in range(2)}

    assert len(places) == 1
    assert len(session.scalars(sa.select(Entry)).all()) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"subject": ""}, "Write in a few words"),
        ({"party": ""}, "Write who sent"),
        ({"unit": ""}, "Choose the unit"),
        ({"unit": "999999"}, "Choose"),
        ({"link_to": "2026/99", "link_kind": "answers"}, "no such entry"),
        ({"link_kind": "answers"}, "Write the number"),
        ({"link_to": "99", "link_kind": "answers"}, "with its year"),
        ({"files": b"MZ executable"}, "not a file of a kind"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_and_nothing_is_registered(
    session: Session, client: Client, unit: Unit, clerk: User, wrong: dict[str, Any], said: str
) -> None:
    page = client.sign_in(clerk).get("documents_desk.new", lang="en")
    if "files" in wrong:
        wrong = {"files": (io.BytesIO(wrong["files"]), "a.pdf")}

    again = client.submit(page, ENTRY | {"unit": str(unit.id)} | wrong, status=422)

    assert said in " ".join(again.errors)
    assert session.scalars(sa.select(Entry)).all() == []


def test_an_entry_of_another_unit_cannot_be_linked(
    session: Session, client: Client, make_entry: MakeEntry, unit: Unit, clerk: User
) -> None:
    hidden, own = make_entry(unit_id=make_unit(session).id), make_entry(unit_id=unit.id, registered_by_id=clerk.id)
    client.sign_in(clerk)

    answer = {"kind": "answers", "reference": hidden.reference}
    page = client.post("documents_desk.link_submit", answer, **place(own), lang="en", status=422)
    client.post("documents_desk.link_submit", answer, **place(hidden), status=404)

    assert "no such entry" in page.errors[0]


def test_a_correction_is_seen_by_everybody_who_sees_the_entry(
    session: Session, client: Client, make_entry: MakeEntry, unit: Unit, clerk: User
) -> None:
    entry = make_entry(unit_id=unit.id, registered_by_id=clerk.id)
    page = client.sign_in(clerk).get("documents_desk.correct", **place(entry))

    told = client.submit(page, {"subject": "Αίτηση κλαδέματος", "reason": "Λάθος θέμα"}, follow=True)

    assert told.texts("dl del")[0].endswith("Αίτηση κοπής δέντρου")
    assert told.texts("dl ins")[0].endswith("Αίτηση κλαδέματος")
    assert "Λάθος θέμα" in told.one("section[aria-labelledby=corrections]").text
    assert list(session.scalars(sa.select(Correction)).one().changes) == ["subject"]


def test_a_correction_needs_a_reason_and_the_right(
    session: Session, client: Client, make_entry: MakeEntry, unit: Unit, clerk: User
) -> None:
    own, others = make_entry(unit_id=unit.id, registered_by_id=clerk.id), make_entry(unit_id=unit.id)
    client.sign_in(clerk)

    page = client.submit(client.get("documents_desk.correct", **place(own), lang="en"), {"subject": "Άλλο"}, status=422)

    assert page.errors == ["Write why the entry is corrected"]
    client.get("documents_desk.correct", **place(others), status=403)
    client.post("documents_desk.correct_submit", {}, **place(others), status=403)


def test_a_head_takes_a_document_back(
    session: Session, client: Client, make_entry: MakeEntry, make_issued: MakeIssued, unit: Unit, clerk: User
) -> None:
    issued = make_issued(entry_id=make_entry(unit_id=unit.id, direction=Direction.OUTGOING).id)
    client.sign_in(clerk).get("documents_desk.revoke", code=issued.code, status=403)
    client.sign_out().sign_in(make_staff(session, unit, Role.HEAD))

    told = client.submit(client.get("documents_desk.revoke", code=issued.code), {"reason": "Λάθος"}, follow=True)

    assert "Λάθος" in told.text
    session.refresh(issued)
    assert issued.revoked_at == NOW


def test_the_exports_say_what_is_right_and_hold_no_formulas(
    session: Session, client: Client, make_entry: MakeEntry, unit: Unit, clerk: User
) -> None:
    entry = make_entry(unit_id=unit.id, party="=HYPERLINK(1)")
    make_entry(unit_id=make_unit(session).id)
    operations.correct(session, entry, operations.Correcting("–", subject="Κλάδεμα; «δέντρου»"), by=clerk, now=NOW)
    operations.correct(session, entry, operations.Correcting("–", subject="Κοπή; «δέντρου»"), by=clerk, now=NOW)
    client.sign_in(clerk)

    text = client.get("documents_desk.export", kind="csv", lang="en").response.data.decode("utf-8-sig")
    sheet = client.get("documents_desk.export", kind="xlsx", lang="en").response.data

    headings, line = csv.reader(io.StringIO(text), delimiter=";")
    assert headings[:5] == ["Year", "Number", "Direction", "Registered", "Subject"]
    assert line[:6] == ["2026", "1", "Incoming", "2026-03-03 10:00", "Κοπή; «δέντρου»", "'=HYPERLINK(1)"]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert rows[1][:6] == [2026.0, 1.0, "Incoming", "2026-03-03 10:00", "Κοπή; «δέντρου»", "=HYPERLINK(1)"]
    assert len(rows) == 2
    client.get("documents_desk.export", kind="exe", status=404)


def test_the_register_of_a_day_is_that_of_athens(
    client: Client, make_entry: MakeEntry, unit: Unit, clerk: User
) -> None:
    for hours in (-11, -9, 13, 15):  # 23:00 of the day before, 1:00, 23:00, 1:00 of the next
        make_entry(unit_id=unit.id, now=NOW + timedelta(hours=hours))

    page = client.sign_in(clerk).get("documents_desk.day", on="2026-03-03")

    assert page.texts("td.num") == ["2/2026 ΕΙΣ", "3/2026 ΕΙΣ"]
    client.get("documents_desk.day", on="2026-13-40", status=404)
    client.get("documents_desk.day", on="0001-01-01", status=404)
    client.get("documents_desk.day", on="9999-12-31", status=404)


def test_links_of_rooms_above_are_shown(
    client: Client, make_entry: MakeEntry, unit: Unit, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.documents import desk  # noqa: PLC0415 – the list that is changed here

    entry = make_entry(unit_id=unit.id)
    monkeypatch.setattr(desk, "entry_links", desk.entry_links)
    desk.entry_links.append(lambda _session, one: [("Η υπόθεση", f"/el/desk/cases/2026-{one.number}/")])
    try:
        page = client.sign_in(clerk).get("documents_desk.entry", **place(entry))
    finally:
        desk.entry_links.pop()

    assert page.one("main a[href='/el/desk/cases/2026-1/']").text == "Η υπόθεση"


def test_a_link_says_what_it_does(
    session: Session, client: Client, make_entry: MakeEntry, unit: Unit, clerk: User
) -> None:
    first, second = make_entry(unit_id=unit.id), make_entry(unit_id=unit.id)
    operations.link(session, second, first, kind=LinkKind.REPLACES, now=NOW)
    operations.ensure_book(session, "main", Translated(el="Άλλο"))

    page = client.sign_in(clerk).get("documents_desk.entry", **place(second), lang="en")

    assert "This document replaces 1/2026" in page.text
