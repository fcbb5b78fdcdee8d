"""Two contents side by side for people: word by word, cell by cell and euro by euro."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.plan.operations.content import Content, Difference, differences
from portal.plan.operations.importing import TRANSLATED, What
from portal.plan.operations.workbook import ACTIONS, FUNDING

_ZERO = Decimal("0.00")
#: two texts that share less are not compared word by word: nobody could read that
ANOTHER_TEXT = 0.3


@dataclass(frozen=True)
class Piece:
    """Some words; `mark` is "del" for what goes, "ins" for what comes, "" for what stays."""

    text: str
    mark: str = ""


@dataclass(frozen=True)
class Cell:
    """What stands in a cell before and after; words where it is a text, else the values."""

    key: str
    #: of a text
    language: str = ""
    #: of a figure by year
    year: int = 0
    before: Any = None
    after: Any = None
    words: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Line:
    """What differs in one row, for people."""

    difference: Difference
    what: What
    cells: tuple[Cell, ...]

    @property
    def key(self) -> str:
        """By which reasons are kept."""
        return self.difference.key


def lines(before: Content, after: Content) -> list[Line]:
    """What differs between two contents, in the order of the sheets."""
    return [_line(difference) for difference in differences(before, after)]


def _line(difference: Difference) -> Line:
    if difference.before is None or difference.after is None:
        what = What.NEW if difference.before is None else What.CLOSED
        return Line(difference, what, ())
    found = [cell for key, pair in difference.fields.items() for cell in _cells(key, *pair)]
    return Line(difference, What.CHANGED, tuple(found))


def _cells(key: str, before: Any, after: Any) -> Iterator[Cell]:
    if key in TRANSLATED and (isinstance(before, dict) or isinstance(after, dict)):
        old, new = before or {}, after or {}
        for language in {**old, **new}:
            if old.get(language) != new.get(language):
                words = compared_words(old.get(language) or "", new.get(language) or "")
                yield Cell(key, language, words=tuple(words))
    elif key in {"amounts", "targets"}:
        old, new = before or {}, after or {}
        for year in sorted({*old, *new}):
            if old.get(year) != new.get(year):
                yield Cell(key, year=int(year), before=old.get(year), after=new.get(year))
    else:
        yield Cell(key, before=before, after=after)


def compared_words(before: str, after: str) -> Iterator[Piece]:
    """Two texts word by word; the pieces without "ins" are the one, those without "del" the other."""
    old, new = (re.findall(r"\s+|\S+", text) for text in (before, after))
    if difflib.SequenceMatcher(None, before.split(), after.split(), autojunk=False).ratio() < ANOTHER_TEXT:
        yield from _replaced(before, after)
        return
    gone = come = ""
    for kind, start, end, new_start, new_end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left, right = "".join(old[start:end]), "".join(new[new_start:new_end])
        # a space between two words that change belongs to them
        if kind != "equal" or (left.isspace() and (gone or come)):
            gone, come = gone + left, come + right
            continue
        yield from _replaced(gone, come)
        gone = come = ""
        yield Piece(left)
    yield from _replaced(gone, come)


def _replaced(gone: str, come: str) -> Iterator[Piece]:
    if gone:
        yield Piece(gone, "del")
    if come:
        yield Piece(come, "ins")


@dataclass(frozen=True)
class Amount:
    """What an action may cost in a year from a source, under a code of the budget."""

    action: str
    source: str
    budget_code: str
    year: int
    euro: Decimal

    @property
    def axis(self) -> str:
        """The code of its axis."""
        return self.action.split(".")[0]

    @property
    def measure(self) -> str:
        """The code of its measure."""
        return ".".join(self.action.split(".")[:2])


def amounts(content: Content) -> Iterator[Amount]:
    """Every amount that is not nothing."""
    for row in content["sheets"].get(FUNDING, ()):
        for year, euro in (row.get("amounts") or {}).items():
            if euro is not None and Decimal(euro):
                yield Amount(row["action"], row["source"], row.get("budget_code") or "", int(year), Decimal(euro))


@dataclass(frozen=True)
class Euro:
    """Money before and after."""

    before: Decimal = _ZERO
    after: Decimal = _ZERO

    @property
    def difference(self) -> Decimal:
        """How much more; below zero: how much less."""
        return self.after - self.before


Cut = Callable[[Amount], Any]


def money(before: Content, after: Content, by: Cut) -> dict[Any, Euro]:
    """Both budgets added up by anything that an amount knows, in its order; also what does not differ."""
    old, new = (_added(amounts(content), by) for content in (before, after))
    return {key: Euro(old.get(key, _ZERO), new.get(key, _ZERO)) for key in sorted({**old, **new})}


def differing(sums: Mapping[Any, Euro]) -> dict[Any, Euro]:
    """Only what differs."""
    return {key: euro for key, euro in sums.items() if euro.difference}


def _added(rows: Iterable[Amount], by: Cut) -> dict[Any, Decimal]:
    total: dict[Any, Decimal] = {}
    for row in rows:
        total[by(row)] = total.get(by(row), _ZERO) + row.euro
    return total


def titles(content: Content, sheet: str = ACTIONS) -> dict[str, dict[str, str]]:
    """Code → title of the rows of a sheet."""
    return {row["code"]: row["title"] for row in content["sheets"].get(sheet, ())}


@dataclass(frozen=True)
class Comparison:
    """All of it."""

    lines: list[Line]
    #: (action, source, year) → money, only where it differs
    money: dict[tuple[str, str, int], Euro]
    by_axis: dict[str, Euro]
    by_year: dict[int, Euro]
    #: only where it differs
    by_source: dict[str, Euro]
    total: Euro


def compared(before: Content, after: Content) -> Comparison:
    """Two contents, word by word and euro by euro."""
    whole = money(before, after, lambda _row: "")
    return Comparison(
        lines(before, after),
        differing(money(before, after, lambda row: (row.action, row.source, row.year))),
        money(before, after, lambda row: row.axis),
        money(before, after, lambda row: row.year),
        differing(money(before, after, lambda row: row.source)),
        whole.get("", Euro()),
    )
