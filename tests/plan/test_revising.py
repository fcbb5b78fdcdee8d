"""Revisions: changed row by row with reasons, decided, in force on their day; two at once; numbers that add up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import audit
from portal.core.db import db
from portal.core.texts import Translated
from portal.plan import jobs, operations, queries
from portal.plan.models import Action, Plan, PlanVersion, Revision, RevisionState
from portal.plan.operations import comparing, consulting, deciding, merging, revising
from portal.plan.operations.consulting import ConsultationInput
from portal.plan.operations.content import Content, code_of, differences, dump, load
from portal.plan.operations.deciding import RevisionDecision
from portal.plan.operations.decisions import BadAda, check_ada
from portal.plan.operations.picturing import pictured
from portal.plan.operations.revising import By, NewRevision
from portal.plan.queries.versions import latest_version, version_on
from tests.factories import DAY, NOW, make_user
from tests.factories.plan import make_plan
from tests.plan.samples import sheets, written
from tests.support.together import Both

ADA = "Ψ297ΩΗΜ-ΣΙ0"
REASON = "Αναπροσαρμογή τιμών."


@pytest.fixture
def actor(plan: Plan, session: Session) -> User:
    return make_user(session)


def begin(session: Session, actor: User, *, workbook: Any = None) -> Revision:
    plan = session.scalars(sa.select(Plan)).one()
    wanted = NewRevision(Translated(el="1η αναθεώρηση"), Translated(el="Νέα στοιχεία"), workbook)
    return revising.start_revision(session, plan, wanted, actor_id=actor.id, now=NOW)


def by(revision: Revision, actor: User | None = None) -> By:
    return By(actor.id if actor else revision.created_by_id or 0, NOW, revision.seen)


def change(session: Session, revision: Revision, kind: str, code: str, /, **values: Any) -> None:
    """Change a row, with a reason."""
    written_code = revising.write_row(session, revision, kind, code, values, by=by(revision))
    revising.explain(session, revision, {f"{kind}:{written_code}": REASON}, by=by(revision))


def decided(session: Session, revision: Revision, valid_from: date = DAY) -> PlanVersion | None:
    """Propose and decide."""
    deciding.propose(session, revision, by=by(revision))
    decision = RevisionDecision("45/2026", DAY, ADA, valid_from)
    return deciding.decide(session, revision, decision, by=by(revision))


def rows(content: Content) -> dict[str, Any]:
    """A content without the order of its rows."""
    return {"plan": content["plan"]} | {
        sheet: {code_of(row): row for row in found} for sheet, found in content["sheets"].items()
    }


def test_a_revision_begins_as_the_plan_is(session: Session, actor: User) -> None:
    revision = begin(session, actor)

    assert revision.state is RevisionState.DRAFT
    assert revising.differences_of(revision) == []
    with pytest.raises(deciding.NothingChanges):
        deciding.propose(session, revision, by=by(revision))


def test_a_revision_of_an_exported_workbook_changes_nothing(session: Session, actor: User, plan: Plan) -> None:
    book = operations.read(operations.export_plan(session, plan))

    assert revising.differences_of(begin(session, actor, workbook=book)) == []


def test_a_workbook_of_other_years_is_another_plan(session: Session, actor: User, plan: Plan) -> None:
    book = load(plan_content(session))
    book.plan["last_year"] = 2029  # type: ignore[index]  # a dictionary it is

    with pytest.raises(revising.OtherYears):
        begin(session, actor, workbook=book)


def test_a_revision_needs_a_plan_with_a_version(session: Session, actor: User, plan: Plan) -> None:
    session.execute(sa.delete(PlanVersion))

    with pytest.raises(revising.NoVersion):
        begin(session, actor)


def test_a_draft_stays_as_it_is_while_people_comment_on_it(session: Session, actor: User, plan: Plan) -> None:
    revision, words = begin(session, actor), Translated(el="Διαβούλευση")
    days = {"opens_on": DAY, "closes_on": DAY + timedelta(days=14)}
    asked = ConsultationInput(title=words, text=words, revision_id=revision.id, **days)
    consulting.open_consultation(session, plan, asked, actor_id=actor.id, now=NOW)

    with pytest.raises(revising.ConsultedOn, match="17/03/2026"):
        change(session, revision, "action", "1.1.1.01", ends_on="2027-12-31")

    later = By(actor.id, NOW + timedelta(days=15), revision.seen)
    revising.write_row(session, revision, "action", "1.1.1.01", {"ends_on": "2027-12-31"}, by=later)
    assert [each.key for each in revising.differences_of(revision)] == ["action:1.1.1.01"]


def plan_content(session: Session) -> Content:
    latest = latest_version(session, session.scalars(sa.select(Plan)).one())
    assert latest
    return latest.content


def test_every_change_needs_a_reason(session: Session, actor: User) -> None:
    revision = begin(session, actor)
    revising.write_row(session, revision, "action", "1.1.1.01", {"title": {"el": "Αγωγοί"}}, by=by(revision))
    revising.write_row(session, revision, "action", "2.1.1.01", {"priority": 2}, by=by(revision))

    with pytest.raises(deciding.ReasonsMissing) as missing:
        deciding.propose(session, revision, by=by(revision))

    assert missing.value.values == {"number": 2}
    revising.explain(session, revision, {"action:1.1.1.01": " Γιατί έτσι. ", "action:9.9.9.99": "x"}, by=by(revision))
    assert revision.why == {"action:1.1.1.01": "Γιατί έτσι."}
    revising.explain_rest(session, revision, REASON, by=by(revision))
    deciding.propose(session, revision, by=by(revision))
    assert revision.state is RevisionState.PROPOSED
    assert revision.proposed_at == NOW


@pytest.mark.parametrize(
    ("kind", "code", "values", "column"),
    [
        ("action", "1.1.1.01", {"unit": "nobody"}, "Υπηρεσία"),
        ("action", "1.1.1.01", {"title": {}}, "Τίτλος"),
        ("milestone", "1.1.1.01-1", {"weight": 30}, "Βαρύτητα"),
        ("funding", "2.1.1.01/ΙΠ/", {"amounts": {"2024": "0", "2025": "0", "2026": "0", "2027": "1", "2028": "0"}},
         "Π/Υ 2027"),
        ("milestone", "", {"code": "1.1.1.02-1", "action": "1.1.1.02", "title": {"el": "α"}, "due_on": "2025-01-01",
                           "weight": 100}, "Δράση"),
    ],
)  # fmt: skip
def test_what_would_not_fit_is_not_proposed(
    session: Session, actor: User, kind: str, code: str, values: Mapping[str, Any], column: str
) -> None:
    revision = begin(session, actor)
    change(session, revision, kind, code, **values)

    with pytest.raises(operations.WorkbookRefused) as refused:
        deciding.propose(session, revision, by=by(revision))

    assert column in {problem.column for problem in refused.value.problems}
    assert revision.state is RevisionState.DRAFT


def test_rows_are_added_taken_out_and_left_as_they_were(session: Session, actor: User) -> None:
    revision = begin(session, actor)
    new = {"action": "1.1.1.01", "source": "ΙΠ", "budget_code": "30.1", "amounts": {"2024": "5.00"}}

    code = revising.write_row(session, revision, "funding", "", new, by=by(revision))
    assert code == "1.1.1.01/ΙΠ/30.1"
    with pytest.raises(revising.CodeTaken):
        revising.write_row(session, revision, "funding", "", new, by=by(revision))
    revising.write_row(session, revision, "project", "1.1.1.01.01", None, by=by(revision))
    assert [each.key for each in revising.differences_of(revision)] == [
        "funding:1.1.1.01/ΙΠ/30.1",
        "project:1.1.1.01.01",
    ]
    revising.undo_row(session, revision, "funding", code, by=by(revision))
    revising.undo_row(session, revision, "project", "1.1.1.01.01", by=by(revision))
    assert revising.differences_of(revision) == []
    revising.write_row(session, revision, "plan", "", {"vision": {"el": "Άλλο"}}, by=by(revision))
    revising.undo_row(session, revision, "plan", "", by=by(revision))
    assert revising.differences_of(revision) == []


def test_what_is_decided_for_today_holds_at_once(session: Session, actor: User, plan: Plan) -> None:
    revision = begin(session, actor)
    change(session, revision, "action", "1.1.1.01", title={"el": "Αγωγοί παντού", "en": "Mains everywhere"})

    version = decided(session, revision)

    assert version
    assert (version.number, version.valid_from, version.ada, version.decision) == (2, DAY, ADA, "45/2026")
    assert revision.state is RevisionState.IN_FORCE
    assert revision.version_id == version.id
    assert rows(version.content) == rows(revision.content)
    title = sa.select(Action.title).where(Action.code == "1.1.1.01")
    assert session.scalars(title).one()["el"] == "Αγωγοί παντού"
    before = version_on(session, plan, DAY - timedelta(days=1))
    assert before
    assert pictured(before.content).axes[0].branches[0].branches[0].actions[0].title["el"] == "Νέοι αγωγοί"
    session.commit()
    told = [entry.action.removeprefix("plan.revision.") for entry in audit.history(session, revising.about(revision))]
    assert told == ["started", "changed", "explained", "proposed", "decided", "in-force"]


def test_what_is_decided_for_later_waits_for_its_day(
    session: Session, actor: User, plan: Plan, frozen: Callable[..., Any], app: Flask
) -> None:
    revision = begin(session, actor)
    change(session, revision, "action", "1.1.1.01", priority=3)
    assert decided(session, revision, DAY + timedelta(days=2)) is None
    with pytest.raises(revising.NotNow):
        deciding.bring_into_force(session, revision, now=NOW)
    session.commit()

    for days, state in ((1, RevisionState.DECIDED), (2, RevisionState.IN_FORCE)):
        frozen(NOW + timedelta(days=days))
        jobs.bring_due_revisions(session)
        assert revision.state is state
    found = version_on(session, plan, DAY + timedelta(days=1))
    assert found
    assert found.number == 1


def test_a_decision_has_days_that_follow_each_other_and_a_true_ada(session: Session, actor: User) -> None:
    revision = begin(session, actor)
    change(session, revision, "action", "1.1.1.01", priority=3)
    deciding.propose(session, revision, by=by(revision))

    def decide(on: date, ada: str, valid_from: date) -> None:
        deciding.decide(session, revision, RevisionDecision("1/2026", on, ada, valid_from), by=by(revision))

    with pytest.raises(deciding.DecidedTooLate):
        decide(DAY + timedelta(days=1), ADA, DAY + timedelta(days=1))
    with pytest.raises(deciding.HoldsTooEarly):
        decide(DAY, ADA, DAY - timedelta(days=1))
    with pytest.raises(BadAda):
        decide(DAY, "Ψ297ΩΗΜ", DAY)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" ψ297ωημ-σι0 ", ADA), ("6Ω7Μ46ΜΤΛΠ-ΥΒ1", "6Ω7Μ46ΜΤΛΠ-ΥΒ1"), ("BΛ0AΩHM-EΓ4", "ΒΛ0ΑΩΗΜ-ΕΓ4"), ("", "")],
)
def test_an_ada_is_kept_as_diavgeia_writes_it(typed: str, kept: str) -> None:
    assert check_ada(typed) == kept


@pytest.mark.parametrize("typed", ["45/2026", "Ψ297ΩΗΜ-ΣΙ", "Ψ297ΩΗΜ-ΣΙ00", "DFG45QR-AB1", "-", "Ψ297ΩΗΜΣΙ0"])
def test_what_is_no_ada_is_refused(typed: str) -> None:
    with pytest.raises(BadAda):
        check_ada(typed)


def test_a_rejected_revision_changes_nothing_and_says_why(session: Session, actor: User, plan: Plan) -> None:
    revision = begin(session, actor)
    change(session, revision, "action", "1.1.1.01", priority=3)
    deciding.propose(session, revision, by=by(revision))
    deciding.take_back(session, revision, by=by(revision))
    assert revision.state is RevisionState.DRAFT
    deciding.propose(session, revision, by=by(revision))

    deciding.reject(session, revision, " Δεν υπάρχουν χρήματα. ", by=by(revision))

    assert (revision.state, revision.rejected_why) == (RevisionState.REJECTED, "Δεν υπάρχουν χρήματα.")
    with pytest.raises(revising.NotNow):
        change(session, revision, "action", "1.1.1.01", priority=1)
    latest = latest_version(session, plan)
    assert latest
    assert latest.number == 1


def test_a_revision_of_a_plan_that_moved_is_carried_over(session: Session, actor: User, plan: Plan) -> None:
    first, second = begin(session, actor), begin(session, actor)
    change(session, first, "action", "1.1.1.01", priority=3, title={"el": "Αγωγοί", "en": "New mains"})
    change(session, second, "action", "1.1.1.01", title={"el": "Νέοι αγωγοί", "en": "New water mains"})
    decided(session, first)

    with pytest.raises(deciding.BaseMoved):
        deciding.propose(session, second, by=by(second))
    assert deciding.collisions(session, second) == []
    deciding.carry_over(session, second, leave_out=False, by=by(second))
    version = decided(session, second)

    assert version
    action = session.scalars(sa.select(Action).where(Action.code == "1.1.1.01")).one()
    assert (action.title, action.priority) == ({"el": "Αγωγοί", "en": "New water mains"}, 3)


def test_what_collides_is_named_and_left_out_if_wished(session: Session, actor: User, plan: Plan) -> None:
    first, second = begin(session, actor), begin(session, actor)
    change(session, first, "action", "1.1.1.01", priority=3)
    change(session, first, "project", "1.1.1.01.01", amount="50000.00")
    change(session, second, "action", "1.1.1.01", priority=2, sample=False)
    revising.write_row(session, second, "project", "1.1.1.01.01", None, by=by(second))
    decided(session, first)

    with pytest.raises(deciding.Collides):
        deciding.carry_over(session, second, leave_out=False, by=by(second))
    left = deciding.carry_over(session, second, leave_out=True, by=by(second))

    assert [(each.kind, each.columns) for each in left] == [("action", ("priority",)), ("project", ())]
    assert [each.fields for each in revising.differences_of(second)] == [{"sample": (True, False)}]


def test_a_decided_revision_under_which_the_plan_moved_waits(
    session: Session, actor: User, plan: Plan, frozen: Callable[..., Any], app: Flask
) -> None:
    waiting, first = begin(session, actor), begin(session, actor)
    change(session, waiting, "action", "1.1.1.01", priority=3)
    change(session, first, "action", "1.1.1.01", priority=2)
    decided(session, waiting, DAY + timedelta(days=1))
    decided(session, first)
    session.commit()

    frozen(NOW + timedelta(days=1))
    jobs.bring_due_revisions(session)

    assert waiting.state is RevisionState.DECIDED
    with pytest.raises(deciding.Collides):
        deciding.carry_over(session, waiting, leave_out=True, by=by(waiting))
    deciding.reject(session, waiting, "Συγκρούεται", by=by(waiting))


def test_of_two_who_write_one_is_told(session: Session, actor: User) -> None:
    revision = begin(session, actor)
    other = by(revision)
    change(session, revision, "action", "1.1.1.01", priority=3)

    for late in (
        lambda: revising.write_row(session, revision, "action", "1.1.1.01", {"priority": 2}, by=other),
        lambda: revising.explain(session, revision, {}, by=other),
        lambda: deciding.propose(session, revision, by=other),
        lambda: deciding.reject(session, revision, "", by=other),
    ):
        with pytest.raises(revising.SomebodyWasFaster):
            late()


def test_two_revisions_at_once_make_one_version(committed_app: Flask, both: Both) -> None:
    with committed_app.app_context():
        make_plan(db.session)
        actor = make_user(db.session)
        numbers = []
        for priority in (2, 3):
            revision = begin(db.session, actor)
            change(db.session, revision, "action", "1.1.1.01", priority=priority)
            deciding.propose(db.session, revision, by=by(revision))
            numbers.append(revision.id)
        db.session.commit()
    waiting = iter(numbers)

    def decide() -> int:
        revision = db.session.get_one(Revision, next(waiting))
        decision = RevisionDecision("45/2026", DAY, ADA, DAY)
        version = deciding.decide(db.session, revision, decision, by=by(revision))
        assert version
        return version.number

    said = both(decide)

    assert set(said) == {2, deciding.BaseMoved}
    with committed_app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(PlanVersion)) == 2


# -- numbers and texts that cannot lie


CENTS = st.integers(0, 10**9).map(lambda cents: str(Decimal(cents) / 100 + Decimal("0.00")))
WORDS = st.text("αβγ δε\n", max_size=12)


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """The sample plan with other words, amounts and rows."""
    content = deepcopy(SAMPLE)
    for sheet, key in (("Δράσεις", "title"), ("Δείκτες", "definition")):
        for row in content["sheets"][sheet]:
            if draw(st.booleans()):
                row[key] = {"el": draw(WORDS.filter(str.strip)), **draw(st.sampled_from([{}, {"en": "words"}]))}
    for row in content["sheets"]["Χρηματοδότηση"]:
        row["amounts"] = {year: draw(CENTS) for year in row["amounts"]}
    for sheet in ("Χρηματοδότηση", "Έργα", "Ορόσημα", "Δείκτες"):
        found = content["sheets"][sheet]
        if draw(st.booleans()):
            found[:] = [row for row in found if draw(st.booleans())]
    more = {"action": "1.1.1.01", "source": "ΙΠ", "budget_code": draw(st.sampled_from(["", "30.1"]))}
    content["sheets"]["Χρηματοδότηση"].append({**more, "amounts": {"2024": draw(CENTS), "2026": draw(CENTS)}})
    return content


SAMPLE = dump(operations.read(written(sheets())))


@given(before=contents(), after=contents())
@settings(max_examples=60, deadline=None)
def test_differences_put_into_the_one_give_the_other(before: Content, after: Content) -> None:
    result, collisions = merging.merged(before, after, before)

    assert rows(result) == rows(after)
    assert collisions == []
    assert not list(differences(result, after))
    assert rows(dump(load(after)))["Δράσεις"] == rows(after)["Δράσεις"]


@given(before=contents(), after=contents())
@settings(max_examples=60, deadline=None)
def test_money_adds_up_in_every_cut(before: Content, after: Content) -> None:
    def raw(content: Content) -> Decimal:
        cells = [row["amounts"].values() for row in content["sheets"]["Χρηματοδότηση"]]
        return sum((Decimal(value) for row in cells for value in row if value), Decimal(0))

    cuts: list[comparing.Cut] = [
        lambda row: row.action,
        lambda row: row.measure,
        lambda row: row.axis,
        lambda row: row.year,
        lambda row: row.source,
        lambda row: (row.action, row.source, row.year),
    ]
    for cut in cuts:
        sums = comparing.money(before, after, cut).values()
        assert sum(euro.before for euro in sums) == raw(before)
        assert sum(euro.after for euro in sums) == raw(after)
        differing = comparing.differing(comparing.money(before, after, cut)).values()
        assert sum(euro.difference for euro in differing) == raw(after) - raw(before)
    tree = pictured(after)
    assert tree.total == raw(after)
    assert sum(tree.by_year.values()) == raw(after)
    assert sum(sum(by_year.values()) for by_year in tree.by_source.values()) == raw(after)


@given(before=WORDS, after=WORDS)
@settings(max_examples=100, deadline=None)
def test_words_that_stay_and_go_are_the_old_text_and_those_that_come_the_new(before: str, after: str) -> None:
    pieces = list(comparing.compared_words(before, after))

    assert "".join(piece.text for piece in pieces if piece.mark != "ins") == before
    assert "".join(piece.text for piece in pieces if piece.mark != "del") == after


def _amounts(*given: str) -> dict[str, str]:
    return dict(zip(map(str, range(2024, 2029)), (*given, *["0.00"] * 5), strict=False))


#: what a small revision changes, given some words and an amount
CHANGES: list[Any] = [
    ("action", "1.1.1.01", "title", lambda text, _cents: {"el": text}),
    ("action", "2.1.1.01", "description", lambda text, _cents: {"el": text}),
    ("funding", "1.1.1.01/ΕΣΠΑ/25.7312.001", "amounts", lambda _text, cents: _amounts("60000.00", cents)),
    ("funding", "2.1.1.01/ΙΠ/", "amounts", lambda _text, cents: _amounts(cents)),
]
TITLES = st.text("αβγδ ", min_size=1, max_size=8).map(str.strip).filter(bool)
#: days since the one before, what, its words, its amount
STEPS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(CHANGES), TITLES, CENTS), min_size=1, max_size=4)


def lines_of(tree: queries.Tree) -> list[Any]:
    """What a page shows of a tree."""
    return [
        (
            axis.code,
            axis.title,
            line.code,
            line.title,
            line.kind,
            line.starts_on,
            line.ends_on,
            line.standing,
            line.by_year,
        )
        for axis in tree.axes
        for line in axis.lines()
    ]


@given(steps=STEPS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_as_it_was_on_a_day_is_what_was_shown_on_that_day(
    session: Session, actor: User, plan: Plan, steps: Any
) -> None:
    point = session.begin_nested()
    day, shown = DAY, {DAY: lines_of(queries.tree(session, plan))}
    for days, (kind, code, key, value), text, cents in steps:
        for _ in range(days):
            day += timedelta(days=1)
            shown[day] = lines_of(queries.tree(session, plan))
        now = NOW + (day - DAY)
        revision = begin(session, actor)
        revising.write_row(session, revision, kind, code, {key: value(text, cents)}, by=by(revision))
        if revising.differences_of(revision):
            revising.explain_rest(session, revision, REASON, by=by(revision))
            deciding.propose(session, revision, by=by(revision))
            decision = RevisionDecision("1", day, ADA, day)
            said = By(actor.id, now, revision.seen)
            assert deciding.decide(session, revision, decision, by=said)
        session.expire_all()
        shown[day] = lines_of(queries.tree(session, plan))

    for on, lines in shown.items():
        version = version_on(session, plan, on)
        assert version
        assert lines_of(pictured(version.content)) == lines
    point.rollback()
