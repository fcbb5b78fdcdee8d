"""What can be wrong with the calculations of a workbook."""

from collections.abc import Iterator, Mapping, Sequence

from portal.core.texts import N_
from portal.plan.operations.workbook import INDICATORS, Problem, Row
from portal.plan.queries.calculation import BadCalculation, parse

COLUMN = "Υπολογισμός"


def calculation_problems(rows: Sequence[Row]) -> Iterator[Problem]:
    """Calculations that cannot be read, speak of what is not there, or of themselves; and those beside a feed."""
    known = {row.code for row in rows}
    speaks: dict[str, tuple[str, ...]] = {}
    for row in rows:
        text = row.values.get("calculation")
        if not text:
            continue
        try:
            speaks[row.code] = parse(text).codes
        except BadCalculation as bad:
            message = N_("The calculation cannot be read from “%(rest)s” on. Write it like Δ.1.2.01 / Δ.1.2.02 * 100.")
            yield Problem(INDICATORS, row.number, COLUMN, message, {"rest": str(bad)})
            continue
        if row.values.get("feed"):
            message = N_("An indicator has a feed or a calculation, not both. Empty one of the two.")
            yield Problem(INDICATORS, row.number, COLUMN, message)
        for code in speaks[row.code]:
            if code not in known:
                message = N_("The code %(code)s is not in its sheet. Add it there, or correct the code.")
                yield Problem(INDICATORS, row.number, COLUMN, message, {"code": code})
    for row in rows:
        if row.code in speaks and _in_a_circle(row.code, speaks):
            message = N_("This calculation comes back to itself. Calculate it from other indicators.")
            yield Problem(INDICATORS, row.number, COLUMN, message)


def _in_a_circle(code: str, speaks: Mapping[str, Sequence[str]]) -> bool:
    seen: set[str] = set()
    ahead = list(speaks.get(code, ()))
    while ahead:
        one = ahead.pop()
        if one == code:
            return True
        if one not in seen:
            seen.add(one)
            ahead += speaks.get(one, ())
    return False
