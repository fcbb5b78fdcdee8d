"""What actions cost: exports of the accounting system, quarter by quarter, with what no action explains."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from portal.core import files
from portal.core.clock import athens_date
from portal.plan.operations import MoneyStage
from portal.plan.operations.accounting import take_export
from portal.plan.operations.ledgers import read_ledger
from portal.plan.operations.mapping import columns_of, keep_columns
from portal.plan.operations.money import Marking, give_action, mark_document
from portal.plan.queries import finance, spans
from portal.site.operations.demonstration.plan.scene import Item, Scene
from portal.site.operations.demonstration.stage import Life

HEADINGS = (
    "Κωδικός δράσης", "Κ.Α.", "Πηγή χρηματοδότησης", "Στάδιο", "Ημερομηνία", "Οικονομικό έτος", "Ποσό",
    "Αριθμός παραστατικού", "Αιτιολογία",
)  # fmt: skip
COMMITTED, INVOICED, PAID = "Δέσμευση", "Τιμολόγιο", "Πληρωμή"
#: an amount below this is invoiced at once
SMALL = Decimal(30_000)
CENT = Decimal("0.01")


@dataclass(frozen=True, order=True)
class Booking:
    """A row of the accounts."""

    on: date
    action: str
    budget_code: str
    source: str
    stage: str
    year: int
    amount: Decimal
    reference: str
    title: str

    @property
    def cells(self) -> tuple[str, ...]:
        """As the accounting system writes it."""
        day, amount = f"{self.on:%d/%m/%Y}", f"{self.amount:.2f}".replace(".", ",")
        named = (self.action, self.budget_code, self.source, self.stage)
        return (*named, day, str(self.year), amount, self.reference, self.title)


def imports(scene: Scene) -> Life:
    """One export for each quarter, some days after its end, and one of the quarter that runs; then what follows."""
    rng = scene.rng("money")
    rows = sorted([*_bookings(scene, rng), *_orphans(scene)])
    first = date.min
    while rows:
        on = scene.work_day(_export_day(scene, first))
        if on >= scene.today:
            on = scene.today - timedelta(days=2)
        yield scene.at_work(rng, on)
        last = spans.quarter_of(on).first if on < scene.today - timedelta(days=2) else on
        taken = [row for row in rows if first <= row.on < last]
        if taken:
            _take(scene, taken, last)
        first = last
        if last == on:
            break
    yield from _marked(scene, rng)
    yield from _given(scene, rng)


def _export_day(scene: Scene, first: date) -> date:
    begun = scene.begins.date()
    if first == date.min:
        return begun + timedelta(days=8)
    return spans.quarter_of(first).after + timedelta(days=9)


def _take(scene: Scene, rows: list[Booking], until: date) -> None:
    """Take them as a file, as somebody would on the page of the accounts."""
    out = io.StringIO()
    lines = csv.writer(out, delimiter=";", lineterminator="\r\n")
    lines.writerow(HEADINGS)
    lines.writerows(row.cells for row in rows)
    data, now, actor_id = out.getvalue().encode("utf-8-sig"), scene.stage.now, scene.planner.id
    ledger = read_ledger(data)
    columns = columns_of(scene.session, scene.plan, ledger)
    keep_columns(scene.session, scene.plan, ledger, columns, actor_id=actor_id, now=now)
    clean = files.CleanFile(name=f"logistirio-{until:%Y-%m-%d}.csv", media_type="text/csv", data=data)
    kept = files.keep(scene.session, scene.stage.setting.store, clean, now=now)
    take_export(scene.session, scene.plan, ledger, columns, attachment_id=kept.id, actor_id=actor_id, now=now)


def _bookings(scene: Scene, rng: Random) -> Iterator[Booking]:
    actions = {row["code"]: row for row in scene.rows("Δράσεις")}
    for funding in scene.rows("Χρηματοδότηση"):
        action = actions[funding["action"]]
        for year, budget in funding["amounts"].items():
            if Decimal(budget or 0):
                for row in _of_year(scene, action, funding, (int(year), Decimal(budget)), rng):
                    if row.on < scene.today and scene.goes_on(row.action, row.on):
                        yield row


def _of_year(scene: Scene, action: Item, funding: Item, budget: tuple[int, Decimal], rng: Random) -> Iterator[Booking]:
    """What is committed in a year, invoiced in a few parts, and paid some weeks after each."""
    year, amount = budget
    pace = scene.pace(action["code"])
    begin, end = date.fromisoformat(action["starts_on"]), date.fromisoformat(action["ends_on"])
    share = Decimal(str(pace["spend"])) * Decimal(rng.randint(90, 99)) / 100
    committed = (amount * share).quantize(CENT) - CENT * rng.randint(1, 4999)
    given: dict[str, Any] = {
        "action": action["code"],
        "budget_code": funding["budget_code"] or "",
        "source": funding["source"],
        "year": year,
    }
    day = max(begin, date(year, 2, 1)) + timedelta(days=rng.randint(3, 40))
    number, title = rng.randint(100, 990), action["title"]["el"]
    yield _booked(COMMITTED, day, committed, f"ΑΑΥ {number}/{year}", f"Ανάληψη υποχρέωσης: {title}", given)
    parts = 1 if committed < SMALL else rng.choice((2, 3, 3, 4))
    last, spent = min(end, date(year, 12, 20)), committed * Decimal(str(pace.get("paid", pace["share"])))
    for at in range(1, parts + 1):
        part = (spent / parts).quantize(CENT)
        on = day + timedelta(days=15 + pace["lag"] // 2 + int((last - day).days * at / (parts + 1)))
        if part > 0 and on.year == year:
            named = f"{at}ος λογαριασμός: {title}" if parts > 1 else title
            yield _booked(INVOICED, on, part, f"Τ {rng.randint(1, 900)}/{year}", named, given)
            paid_on = on + timedelta(days=rng.randint(18, 50))
            yield _booked(PAID, paid_on, part, f"ΧΕΠ {rng.randint(1000, 4990)}/{paid_on.year}", named, given)


def _booked(stage: str, on: date, amount: Decimal, reference: str, title: str, given: dict[str, Any]) -> Booking:
    return Booking(on=on, stage=stage, amount=amount, reference=reference, title=title[:300], **given)


def _orphans(scene: Scene) -> Iterator[Booking]:
    """What was invoiced and paid, and no action of the plan says for what."""
    for item in scene.data["orphans"]:
        named = {"action": "", "budget_code": item["budget_code"], "source": item["source"], "year": item["day"].year}
        for stage, days in ((INVOICED, 12), (PAID, 0)):
            on = item["day"] - timedelta(days=days)
            if on < scene.today:
                yield _booked(stage, on, Decimal(str(item["amount"])), item["reference"], item["title"], named)


def _marked(scene: Scene, rng: Random) -> Life:
    """A document of the register that says what was spent, marked with its action."""
    for item in scene.data["marked"]:
        yield scene.at_work(rng, item["days"])
        action = scene.action(item["action"])
        number = scene.registered(rng, unit=action.unit, subject=item["subject"])
        on = athens_date(scene.stage.now)
        marking = Marking(number, action, MoneyStage(item["stage"]), on.year, Decimal(str(item["amount"])), on)
        mark_document(scene.session, scene.plan, marking, mandate=scene.mandate, now=scene.stage.now)


def _given(scene: Scene, rng: Random) -> Life:
    """One of the orphans is given its action."""
    item = scene.data["given"]
    yield scene.at_work(rng, item["days"])
    action = scene.action(item["action"])
    wanted = [row.id for row in finance.orphans(scene.session, scene.plan) if row.reference == item["reference"]]
    if action is not None and wanted:
        actor_id, now = scene.planner.id, scene.stage.now
        give_action(scene.session, scene.plan, wanted, action, actor_id=actor_id, now=now)
