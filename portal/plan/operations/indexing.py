"""Actions and indicators that people find with the search."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import search
from portal.core.search import Findable
from portal.core.texts import Translated
from portal.organisation import queries as organisation
from portal.plan.models import Action, Indicator, Node, Plan


def index(session: Session, plan: Plan, rows: Iterable[Action | Indicator]) -> None:
    """Make rows findable for everybody, or those that are closed no longer findable."""
    rows = list(rows)
    if not rows:
        return
    names = {community.code: community.name for community in organisation.communities(session)}
    query = sa.select(Node.id, Node.title).where(Node.plan_id == plan.id)
    titles = dict(session.execute(query).all())
    for row in rows:
        kind = "action" if isinstance(row, Action) else "indicator"
        if row.closed:
            search.remove(session, kind, row.id)
        else:
            search.put(session, _action(row, titles, names) if isinstance(row, Action) else _indicator(row))


def _action(row: Action, titles: Mapping[int, Translated], names: Mapping[str, Translated]) -> Findable:
    places = " ".join(names[code].joined() for code in row.communities if code in names)
    return Findable(
        kind="action",
        ref_id=row.id,
        title=row.title,
        summary=titles.get(row.node_id, Translated()),
        link={"endpoint": "plan.action", "code": row.code},
        words=f"{row.code} {row.description.joined()} {places}",
    )


def _indicator(row: Indicator) -> Findable:
    return Findable(
        kind="indicator",
        ref_id=row.id,
        title=row.title,
        summary=row.definition,
        link={"endpoint": "plan.indicator", "code": row.code},
        words=row.code,
    )
