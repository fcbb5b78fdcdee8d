"""What a workbook names outside itself: units, communities, feeds, and what their filters speak of."""

from collections.abc import Iterator, Mapping
from functools import cache

from sqlalchemy.orm import Session

from portal.core.texts import N_, Translated
from portal.organisation import queries as organisation
from portal.plan.models import Dimension, feeds
from portal.plan.operations.workbook import ACTIONS, INDICATORS, Problem, Row, Workbook


def reference_problems(session: Session, workbook: Workbook) -> list[Problem]:
    """Everything that is named and does not exist."""
    units = {unit.code for unit in organisation.units(session)}
    communities = {community.code for community in organisation.communities(session)}
    problems: list[Problem] = []
    for row in workbook.rows.get(ACTIONS, ()):
        problems += _of_action(row, units, communities)

    @cache
    def known(dimension: Dimension) -> Mapping[str, Translated]:
        return dimension.choices(session)

    for row in workbook.rows.get(INDICATORS, ()):
        problems += _of_indicator(row, known)
        unit = row.values.get("unit")
        if unit is not None and unit not in units:
            message = N_("There is no unit “%(code)s”. Write the code of a unit of the municipality.")
            problems.append(Problem(INDICATORS, row.number, "Υπεύθυνη υπηρεσία", message, {"code": unit}))
    return problems


def _of_action(row: Row, units: set[str], communities: set[str]) -> Iterator[Problem]:
    unit = row.values.get("unit")
    if unit is not None and unit not in units:
        message = N_("There is no unit “%(code)s”. Write the code of a unit of the municipality.")
        yield Problem(ACTIONS, row.number, "Υπηρεσία", message, {"code": unit})
    for code in row.values.get("cooperating", ()):
        if code not in units:
            message = N_("There is no unit “%(code)s”. Write the code of a unit of the municipality.")
            yield Problem(ACTIONS, row.number, "Συνεργαζόμενες", message, {"code": code})
    for code in row.values.get("communities", ()):
        if code not in communities:
            message = N_("There is no community “%(code)s”. Write official codes joined by ; or όλες for all.")
            yield Problem(ACTIONS, row.number, "Κοινότητες", message, {"code": code})


def _of_indicator(row: Row, known: object) -> Iterator[Problem]:
    assert callable(known)
    code, wanted = row.values.get("feed"), row.values.get("feed_filter", {})
    feed = feeds().get(code or "")
    if code and feed is None:
        message = N_("There is no feed “%(code)s”. Write one of: %(known)s; or leave the cell empty.")
        yield Problem(INDICATORS, row.number, "Τροφοδοσία", message, {"code": code, "known": ", ".join(feeds())})
        return
    dimensions = {dimension.code: dimension for dimension in feed.dimensions} if feed else {}
    for name, value in wanted.items():
        if name not in dimensions:
            message = N_("This feed cannot be filtered by “%(name)s”. Remove the condition or correct it.")
            yield Problem(INDICATORS, row.number, "Φίλτρο", message, {"name": name})
        elif value not in known(dimensions[name]):
            message = N_("“%(name)s” has no value “%(value)s”. Correct the condition.")
            yield Problem(INDICATORS, row.number, "Φίλτρο", message, {"name": name, "value": value})
