"""What is reported and repaired, by community, by category and over time."""

from __future__ import annotations

from collections.abc import Sequence
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
    """The figures of the last two years; of one community or category if the address names it."""
    months = numbers.months(clock.athens_date(clock.now()))
    communities = organisation.communities(db.session)
    categories = queries.categories(db.session, closed=True)
    chosen, about = _chosen(communities, categories)
    monthly = numbers.by_month(db.session, since=months[0], **about)
    places, kinds = numbers.by_place_and_kind(db.session, since=months[0])
    return render_template(
        "faults/figures.html",
        chosen=plain(chosen.name) if chosen else "",
        all=numbers.together(monthly.values()),
        communities=[_row(row, places.get(row.id, Figures()), community=row.code) for row in communities],
        categories=_by_category(categories, kinds, _group(chosen)),
        since=months[0],
        **_over_time(months, monthly),
    )


def _chosen(communities: Sequence[Community], categories: Sequence[FaultCategory]) -> tuple[Any, dict[str, Any]]:
    """What the address names, and what is asked of the figures for it."""
    place, kind = request.args.get("community", ""), request.args.get("category", "")
    if not place and not kind:
        return None, {}
    rows: Sequence[Any] = communities if place else categories
    chosen = next((row for row in rows if row.code == (place or kind)), None)
    if chosen is None:
        abort(404)
    if place:
        return chosen, {"community_id": chosen.id}
    return chosen, {"category_ids": [row.id for row in categories if chosen.id in {row.id, row.parent_id}]}


def _row(row: Any, found: Figures, **address: Any) -> dict[str, Any]:
    return {
        "name": row.name,
        "figures": found,
        "url": url_for("faults.figures", **address),
        "list_url": url_for("faults.overview", **address),
    }


def _group(chosen: Any) -> int | None:
    """The group that is looked into."""
    return chosen.group.id if isinstance(chosen, FaultCategory) else None


def _by_category(
    categories: Sequence[FaultCategory], kinds: dict[int, Figures], opened: int | None
) -> list[dict[str, Any]]:
    """Groups; the one that is looked into is followed by what is in it and was ever reported."""
    found = []
    for row in categories:
        inside = [kinds[each.id] for each in categories if each.parent_id == row.id and each.id in kinds]
        if row.parent_id is None:
            found.append(_row(row, numbers.together([*inside, kinds.get(row.id, Figures())]), category=row.code))
        elif row.parent_id == opened and row.id in kinds:
            found.append(_row(row, kinds[row.id], category=row.code) | {"inside": True})
    return found


def _over_time(months: Sequence[date], monthly: dict[date, Figures]) -> dict[str, Any]:
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
