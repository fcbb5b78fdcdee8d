"""What the plan hears is counted once, shown as it should, and the same when history is replayed."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.core.audit import AuditEntry
from portal.core.db import db
from portal.core.facts import listeners_of, record
from portal.eservices.facts import RequestDecided
from portal.organisation.models import Community
from portal.plan import models, operations, queries
from portal.plan.models import Aggregate, Contribution, Plan, Tally, feeds
from portal.plan.queries import series, spans
from tests.factories import DAY, NOW
from tests.plan.samples import decided, furnish, indicator, on, sheets, written

History = Callable[[list[RequestDecided]], None]
FACTS = [
    decided(1),
    decided(2, days=20, within_limit=False),
    decided(3, days=31, within_limit=False, online=False, decided_at=on(2026, 3, 31)),
    decided(4, service="market-stall", days=1, community=None, decided_at=on(2026, 4, 1)),
    decided(5, days=3, community="93090301", decided_at=on(2025, 12, 31)),
]


def numbers(session: Session) -> tuple[list[Any], list[Any]]:
    """All contributions and tallies."""
    row, tally = Contribution, Tally
    contributions = sa.select(row.feed, row.reference, row.on, row.value, row.recorded_at).order_by(
        row.feed, row.reference
    )
    tallies = sa.select(tally.indicator_id, tally.month, tally.value, tally.number)
    order = tally.indicator_id, tally.month, tally.value
    return list(session.execute(contributions)), list(session.execute(tallies.order_by(*order)))


def value(session: Session, code: str, year: int = 2026) -> Decimal | None:
    """What an indicator shows for a year."""
    points = queries.indicator_series(session, indicator(session, code)).years
    return next((point.value for point in points if point.span == spans.year(year)), None)


def hear(session: Session, *facts: RequestDecided) -> None:
    for fact in facts:
        record(session, fact)


def test_the_plan_listens_for_decisions() -> None:
    assert [listener.__module__ for listener in listeners_of(RequestDecided)].count("portal.plan.feeds") == 1


def test_a_decision_moves_every_indicator_that_it_concerns(plan: Plan, session: Session) -> None:
    hear(session, *FACTS)

    assert value(session, "Δ.2.1.01") == 4
    assert value(session, "Δ.2.1.02") == Decimal("50.0")
    assert value(session, "Δ.2.1.03") == 20
    assert value(session, "Δ.2.1.04") == Decimal("66.7")
    assert value(session, "Δ.2.1.05") is None
    assert value(session, "Δ.2.1.01", 2025) == 1


def test_a_decision_is_counted_once(plan: Plan, session: Session) -> None:
    hear(session, FACTS[0], FACTS[0])
    hear(session, FACTS[0])

    assert value(session, "Δ.2.1.01") == 1
    assert len(numbers(session)[0]) == 4


def test_a_decision_costs_three_statements(plan: Plan, session: Session) -> None:
    seen: list[str] = []
    session.flush()
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda _c, _u, text, *_: seen.append(text))

    hear(session, FACTS[0])

    assert len(seen) == 3, seen


def test_the_day_in_greece_decides(plan: Plan, session: Session) -> None:
    hear(session, decided(9, decided_at=on(2026, 3, 31).replace(hour=21, minute=30)))

    assert session.scalars(sa.select(Contribution.on)).first() == date(2026, 4, 1)


def test_a_closed_indicator_hears_nothing(plan: Plan, session: Session) -> None:
    content = sheets()
    del content["Δείκτες"][1]
    operations.import_plan(session, operations.read(written(content)), now=NOW)

    hear(session, FACTS[0])

    held = session.scalars(sa.select(Tally.indicator_id)).all()
    assert indicator(session, "Δ.2.1.01").id not in held
    assert held


@pytest.mark.parametrize(
    ("aggregate", "histogram", "expected"),
    [
        (Aggregate.COUNT, {}, "0"),
        (Aggregate.COUNT, {1: 3}, "3"),
        (Aggregate.SUM, {2: 3, 5: 1}, "11"),
        (Aggregate.MEAN, {1: 1, 2: 2}, "1.7"),
        (Aggregate.MEAN, {}, None),
        (Aggregate.SHARE, {1: 2, 0: 1}, "66.7"),
        (Aggregate.SHARE, {}, None),
        (Aggregate.MEDIAN, {}, None),
        (Aggregate.MEDIAN, {7: 1}, "7"),
        (Aggregate.MEDIAN, {1: 1, 4: 1}, "2.5"),
        (Aggregate.MEDIAN, {1: 1, 4: 2}, "4"),
        (Aggregate.MEDIAN, {1: 5, 400: 4}, "1"),
    ],
)
def test_a_figure_of_many_contributions(aggregate: Aggregate, histogram: dict[int, int], expected: str | None) -> None:
    assert series.figure(aggregate, histogram) == (None if expected is None else Decimal(expected))


def test_a_median_is_the_one_of_the_sorted_list() -> None:
    chance = random.Random(7)  # noqa: S311 – any numbers will do
    for _ in range(200):
        values = sorted(chance.choices(range(12), k=chance.randint(1, 30)))
        middle = Decimal(values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2

        assert series.figure(Aggregate.MEDIAN, {each: values.count(each) for each in values}) == middle


def test_a_series_has_no_gap(plan: Plan, session: Session) -> None:
    hear(session, FACTS[4], FACTS[3])

    shown = queries.indicator_series(session, indicator(session, "Δ.2.1.01"))

    assert [(point.span.code, point.value) for point in shown.quarters] == [
        ("2025-Q4", 1),
        ("2026-Q1", 0),
        ("2026-Q2", 1),
    ]
    assert [point.span.code for point in shown.months] == ["2025-12", "2026-01", "2026-02", "2026-03", "2026-04"]
    assert shown.number == 2


def test_a_year_is_compared_with_its_target(plan: Plan, session: Session) -> None:
    hear(session, *FACTS)
    row = indicator(session, "Δ.2.1.02")

    now = queries.year_readings(session, [row], today=DAY)[row.id]
    years = {each.year: each for each in queries.readings(row, queries.indicator_series(session, row), today=DAY)}

    assert (now.value, now.target, now.distance, now.tone, now.share) == (50, 90, -40, "wait", 55)
    assert years[2026] == now
    assert (years[2025].value, years[2025].tone, years[2025].share) == (100, "ok", 100)
    assert (years[2024].value, years[2024].tone) == (None, "neutral")
    assert years[2028].value is None


def test_fewer_days_are_better(plan: Plan, session: Session) -> None:
    hear(session, FACTS[2], decided(8, days=4, decided_at=on(2025, 6, 1)))
    row = indicator(session, "Δ.2.1.03")

    years = {each.year: each for each in queries.readings(row, queries.indicator_series(session, row), today=DAY)}

    assert (years[2026].value, years[2026].share, years[2026].tone) == (31, 32, "wait")
    assert years[2025].reached


def test_evidence_is_paged_newest_first(plan: Plan, session: Session) -> None:
    hear(session, *FACTS, *(decided(number) for number in range(10, 35)))
    row, span = indicator(session, "Δ.2.1.01"), spans.year(2026)

    seen: list[int | None] = []
    page = queries.evidence(session, row, span, most=10)
    while page:
        seen += [each.case_id for each in page]
        page = queries.evidence(session, row, span, before=queries.parse_key(page[-1].key), most=10)

    assert seen == [4, 3, *reversed(range(10, 35)), 2, 1]


def test_evidence_goes_by_the_filter(plan: Plan, session: Session) -> None:
    hear(session, *FACTS)

    rows = queries.evidence(session, indicator(session, "Δ.2.1.04"), spans.year(2026))

    assert [row.case_id for row in rows] == [3, 2, 1]
    assert queries.evidence(session, indicator(session, "Δ.2.1.05"), spans.year(2026)) == []


@pytest.mark.parametrize("key", ["", "x", "2026-01-01", "2026-13-01_4", "2026-01-01_x", "2026-01-01_" + "9" * 30])
def test_a_broken_place_is_no_place(key: str) -> None:
    assert queries.parse_key(key) is None


@pytest.mark.parametrize(
    ("code", "first", "after"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026-02", date(2026, 2, 1), date(2026, 3, 1)),
    ],
)
def test_a_span_has_a_code(code: str, first: date, after: date) -> None:
    span = spans.parse(code)

    assert span
    assert (span.code, span.first, span.after) == (code, first, after)


@pytest.mark.parametrize("code", ["", "26", "2026-Q5", "2026-13", "2026-1", "2026-Q4x", "٢٠٢٦", "9999"])
def test_other_words_are_no_span(code: str) -> None:
    assert spans.parse(code) is None


def test_a_recount_arrives_at_the_same_numbers(plan: Plan, session: Session, history: History) -> None:
    hear(session, *FACTS, FACTS[1])
    before = numbers(session)
    history([*FACTS[::-1], FACTS[0]])

    result = operations.recount(session)

    assert result.unchanged
    assert not list(result.differences())
    assert result.after.number == len(FACTS) * 4
    assert numbers(session) == before


def test_a_recount_names_what_differs(plan: Plan, session: Session, history: History) -> None:
    hear(session, *FACTS[:2])
    history([FACTS[0], decided(2, days=21)])

    result = operations.recount(session)
    lines = list(result.differences())

    assert not result.unchanged
    assert any(line.startswith("eservices.days-to-decide 2026-03: 2 contributions of 30") for line in lines)
    assert "Δ.2.1.03 2026-03: value 20: 1 → 0" in lines
    assert "Δ.2.1.03 2026-03: value 21: 0 → 1" in lines
    assert value(session, "Δ.2.1.02") == 100


def test_a_recount_notices_another_place(plan: Plan, session: Session, history: History) -> None:
    hear(session, FACTS[0])
    history([decided(1, community="93090301")])

    assert not operations.recount(session).unchanged


def test_a_recount_goes_in_batches(plan: Plan, session: Session, history: History) -> None:
    facts = [decided(number, days=number % 40) for number in range(1, 1203)]
    history(facts)

    result = operations.recount(session)

    assert result.after.number == 1202 * 4
    assert value(session, "Δ.2.1.01") == 1202
    assert operations.recount(session).unchanged


def test_a_recount_reads_history_while_it_writes(plan: Plan, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    session.add_all(
        Community(code=f"c-{n}", name={"el": "…"}, official_name="…", municipal_unit_code="u", municipal_unit_name={})
        for n in range(1100)
    )

    def replay(reading: Session) -> Iterator[RequestDecided]:
        for key in reading.scalars(sa.select(Community.id).execution_options(yield_per=100)):
            yield decided(key)

    for code, feed in list(feeds().items()):
        if feed.fact is RequestDecided:
            monkeypatch.setitem(models.hearing._feeds, code, replace(feed, replay=replay))

    assert operations.recount(session).after.number == 1102 * 4


def test_connecting_a_feed_shows_the_past_at_once(plan: Plan, session: Session) -> None:
    hear(session, *FACTS)
    row = indicator(session, "Δ.2.1.05")
    wanted = {"community": "93090302"}
    expected = queries.would_show(session, "eservices.days-to-decide", wanted)

    operations.bind(session, row, operations.Connection("eservices.days-to-decide", wanted), actor_id=7, now=NOW)
    session.commit()

    shown = queries.indicator_series(session, indicator(session, "Δ.2.1.05"))
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "plan.indicator.bound")).one()
    assert shown == expected
    assert [(point.span.code, point.value, point.number) for point in shown.years] == [("2026", 20, 3)]
    assert entry.data["after"] == {"feed": "eservices.days-to-decide", "filter": wanted}


def test_a_connected_feed_goes_on_counting(plan: Plan, session: Session, history: History) -> None:
    hear(session, *FACTS[:2])
    operations.bind(
        session,
        indicator(session, "Δ.2.1.05"),
        operations.Connection("eservices.requests-decided"),
        actor_id=7,
        now=NOW,
    )

    hear(session, *FACTS[2:])
    history(FACTS)

    assert value(session, "Δ.2.1.05") == 4
    assert operations.recount(session).unchanged


def test_a_feed_is_taken_away(plan: Plan, session: Session) -> None:
    hear(session, *FACTS)

    operations.bind(session, indicator(session, "Δ.2.1.01"), operations.Connection(), actor_id=7, now=NOW)

    row = indicator(session, "Δ.2.1.01")
    assert row.feed is None
    assert queries.indicator_series(session, row) == queries.Series()
    assert not session.scalar(sa.select(sa.func.count()).where(Tally.indicator_id == row.id))


@pytest.mark.parametrize(
    ("connection", "refusal"),
    [
        (operations.Connection("eservices.smiles"), operations.UnknownFeed),
        (operations.Connection("eservices.within-limit", {"colour": "green"}), operations.UnknownFilter),
        (operations.Connection(None, {"service": "pruning"}), operations.UnknownFilter),
    ],
)
def test_what_the_portal_cannot_do_is_refused(
    plan: Plan, session: Session, connection: operations.Connection, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        operations.bind(session, indicator(session, "Δ.2.1.05"), connection, actor_id=7, now=NOW)


def test_a_workbook_that_connects_a_feed_counts_the_past(plan: Plan, session: Session) -> None:
    hear(session, *FACTS)
    content = sheets()
    content["Δείκτες"][3][22] = "eservices.filed-online"
    content["Δείκτες"][3][23] = ""

    operations.import_plan(session, operations.read(written(content)), now=NOW)

    assert value(session, "Δ.2.1.03") == 75


def test_the_home_page_gets_one_of_each_sort(plan: Plan, session: Session) -> None:
    hear(session, *FACTS)

    shown = queries.highlights(session, queries.fed_indicators(session), today=DAY)

    assert [item.link["code"] for item in shown] == ["Δ.2.1.01", "Δ.2.1.02", "Δ.2.1.03"]
    assert [(item.share, item.tone) for item in shown] == [(100, "ok"), (55, "wait"), (50, "wait")]


def test_two_who_decide_at_once_are_both_counted(committed_app: Flask) -> None:
    with committed_app.app_context():
        furnish(db.session)
        operations.import_plan(db.session, operations.read(written(sheets())), now=NOW)
        db.session.commit()
    start, failures = threading.Barrier(4), []

    def decide(worker: int) -> None:
        try:
            with committed_app.app_context():
                start.wait()
                for number in range(10):
                    record(db.session, decided(worker * 100 + number))
                    db.session.commit()
        except Exception as error:  # noqa: BLE001 – told by the assertion
            failures.append(error)

    threads = [threading.Thread(target=decide, args=(worker,)) for worker in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    with committed_app.app_context():
        assert value(db.session, "Δ.2.1.01") == 40
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Contribution)) == 160
