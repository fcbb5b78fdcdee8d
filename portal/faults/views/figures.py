"""What is reported and repaired, by community, by category and over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import abort, render_template, request, url_for

from portal.accounts.access import public
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import format_date, format_number, ngettext, plain
from portal.core.kept import made_of
from portal.faults import queries
from portal.faults.models import FaultCategory
from portal.faults.queries import figures as numbers
from portal.faults.queries.figures import Figures
from portal.faults.views.base import blueprint
from portal.organisation import queries as organisation
from portal.organisation.models import Community


@blueprint.get("/figures/")
@public
@made_of("organisation", "faults")
def figures() -> str:
    """The figures of this year and the last; over time of one community or category if the address names it."""
    months = numbers.months(clock.athens_date(clock.now()))
    communities = organisation.communities(db.session)
    categories = queries.categories(db.session, closed=True)
    chosen, key = _chosen(communities, categories)
    found = numbers.by_place_and_kind(db.session, since=months[0])
    return render_template(
        "faults/figures.html",
        chosen=plain(chosen.name) if chosen else "",
        all=found.get(key, Figures()),
        communities=[_row(row, found.get((row.id, 0)), community=row.code) for row in communities],
        categories=_by_category(categories, found, _group(chosen)),
        since=months[0],
        **_over_time(months, numbers.by_month(db.session, months, key)),
    )


def _chosen(communities: Sequence[Community], categories: Sequence[FaultCategory]) -> tuple[Any, numbers.Key]:
    """What the address names, and under which key its figures are."""
    place, kind = request.args.get("community", ""), request.args.get("category", "")
    if not place and not kind:
        return None, numbers.ALL
    rows: Sequence[Any] = communities if place else categories
    chosen = next((row for row in rows if row.code == (place or kind)), None)
    if chosen is None:
        abort(404)
    return chosen, (chosen.id, 0) if place else (0, chosen.id)


def _row(row: Any, found: Figures | None, **address: Any) -> dict[str, Any]:
    return {
        "name": row.name,
        "figures": found or Figures(),
        "url": url_for("faults.figures", **address),
        "list_url": url_for("faults.overview", **address),
    }


def _group(chosen: Any) -> int | None:
    """The group that is looked into."""
    return chosen.group.id if isinstance(chosen, FaultCategory) else None


def _by_category(
    categories: Sequence[FaultCategory], found: Mapping[numbers.Key, Figures], opened: int | None
) -> list[dict[str, Any]]:
    """Groups; the one that is looked into is followed by what is in it and was reported."""
    rows = []
    for row in categories:
        if row.parent_id is None:
            rows.append(_row(row, found.get((0, row.id)), category=row.code))
        elif row.parent_id == opened and (0, row.id) in found:
            rows.append(_row(row, found[0, row.id], category=row.code) | {"inside": True})
    return rows


def _over_time(months: Sequence[date], monthly: Mapping[date, Figures]) -> dict[str, Any]:
    """What is drawn: for each month a point."""
    each = [(format_date(month, "MMM yy"), monthly.get(month, Figures())) for month in months]
    return {
        "reported": [
            {"label": label, "value": found.reported, "words": format_number(found.reported)} for label, found in each
        ],
        "repaired": [
            {"label": label, "value": found.repaired, "words": format_number(found.repaired)} for label, found in each
        ],
        "in_time": [{"label": label, "value": found.in_time, "words": f"{found.in_time} %"} for label, found in each],
        "median": [
            {"label": label, "value": found.median_days, "words": _days(found.median_days)} for label, found in each
        ],
    }


def _days(days: int | None) -> str:
    return "" if days is None else ngettext("%(num)s day", "%(num)s days", days)
