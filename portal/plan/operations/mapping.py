"""Which column of an accounting export is what, and what its words for the stages mean; kept from import to import."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.errors import Refused
from portal.core.texts import N_
from portal.plan.models import MoneyMapping, MoneyStage, Plan
from portal.plan.operations.greek import folded
from portal.plan.operations.ledgers import FIELDS, REQUIRED, Ledger

#: rows with this word are left out, e.g. warrants that are counted again when they are paid
LEFT_OUT = "-"
#: a column with more words than this is none of stages
MOST_WORDS = 20
#: how words begin, or what they hold, that are understood without asking
_WORDS = (
    (MoneyStage.COMMITTED, ("δεσμευ", "αναληψη", "ααυ", "committed", "commitment")),
    (MoneyStage.INVOICED, ("τιμολ", "invoice")),
    (MoneyStage.PAID, ("πληρω", "εξοφλ", "paid", "payment")),
)


class TooManyWords(Refused):
    """Not a column of stages."""

    message = N_("The column “%(heading)s” has more than %(most)s different words. Choose the one that says the stage.")


class ColumnMissing(Refused):
    """A column without which nothing is an amount, or one that is not in the file."""

    message = N_("Choose a column for the day and one for the amount, each a different one.")


@dataclass(frozen=True)
class Columns:
    """What each column is, and each word."""

    #: field → heading; "": the file has no such column
    headings: Mapping[str, str]
    #: word in the column of stages → value of a stage, or `LEFT_OUT`; under "" that of rows without a word
    stages: Mapping[str, str] = field(default_factory=dict)

    def stage(self, word: str) -> str:
        """The stage of a word; "": it has not been said."""
        held = {folded(known): stage for known, stage in self.stages.items()}
        return held.get(folded(word), "")


def columns_of(session: Session, plan: Plan, ledger: Ledger) -> Columns:
    """What was kept, as far as it fits this file, and what goes without saying."""
    kept = kept_mapping(session, plan)
    named = dict(kept.columns) if kept else {}
    headings = {
        name: said if (said := named.get(name)) == "" or said in ledger.headings else ledger.guessed.get(name, "")
        for name in FIELDS
    }
    stages = dict(kept.stages) if kept else {}
    columns = Columns({name: heading or "" for name, heading in headings.items()}, stages)
    try:
        words = words_of(ledger, columns)
    except TooManyWords:  # it is called so, and is none of stages
        columns, words = Columns(dict(columns.headings) | {"stage": ""}, stages), [""]
    for word in words:
        if not columns.stage(word) and (guess := _guess(word)):
            stages[word] = guess
    return Columns(columns.headings, stages)


def kept_mapping(session: Session, plan: Plan) -> MoneyMapping | None:
    """What this municipality has said last."""
    return session.scalar(sa.select(MoneyMapping).where(MoneyMapping.plan_id == plan.id))


def known_headings(session: Session, plan: Plan) -> list[str]:
    """The headings that it has named."""
    kept = kept_mapping(session, plan)
    return [heading for heading in kept.columns.values() if heading] if kept else []


def words_of(ledger: Ledger, columns: Columns) -> list[str]:
    """The different words for stages, in the order of the file; [""] where there is no column of stages.

    :raises TooManyWords: it is a column of something else.
    """
    heading = columns.headings.get("stage", "")
    if not heading:
        return [""]
    found: dict[str, str] = {}
    for _number, cells in ledger.rows:
        word = word_in(cells.get(heading))
        found.setdefault(folded(word), word)
        if len(found) > MOST_WORDS:
            raise TooManyWords(heading=heading, most=MOST_WORDS)
    return [word for word in found.values() if word]


def word_in(cell: object) -> str:
    """A cell of the column of stages as a word."""
    return " ".join(str(cell if cell is not None else "").split())[:200]


def is_complete(ledger: Ledger, columns: Columns) -> bool:
    """Whether nothing has to be asked before the rows can be read."""
    needed = all(columns.headings.get(name) for name in REQUIRED)
    return needed and all(columns.stage(word) for word in words_of(ledger, columns))


def keep_columns(
    session: Session, plan: Plan, ledger: Ledger, columns: Columns, *, actor_id: int, now: datetime
) -> MoneyMapping:
    """Keep what somebody has said of the columns and words of a file; words of other files stay known.

    :raises ColumnMissing: day or amount have no column, or one stands for two things. :raises TooManyWords: see there.
    """
    said = {name: columns.headings.get(name, "") for name in FIELDS}
    used = [heading for heading in said.values() if heading]
    if not all(said[name] for name in REQUIRED) or len(set(used)) < len(used) or not set(used) <= set(ledger.headings):
        raise ColumnMissing
    words_of(ledger, Columns(said))
    row = kept_mapping(session, plan)
    if row is None:
        row = MoneyMapping(plan_id=plan.id, columns={}, stages={}, changed_at=now)
        session.add(row)
    known = {folded(word) for word in columns.stages}
    others = {word: stage for word, stage in row.stages.items() if folded(word) not in known}
    row.columns, row.stages, row.changed_at = said, others | dict(columns.stages), now
    session.flush()
    audit.record(
        session, "plan.money.columns-kept", subject=("plan", plan.id), actor_id=actor_id, now=now, columns=said
    )
    return row


def _guess(word: str) -> str:
    bare = folded(word)
    return next((stage.value for stage, parts in _WORDS if any(part in bare for part in parts)), "")
