"""Shelves and venues come from the pack: `events.yaml`, see docs/municipality-pack.md.

What staff have changed at the desk is theirs: a load leaves it alone.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.texts import Translated
from portal.events.models import EventCategory, Venue
from portal.events.operations.places import spread
from portal.events.operations.shelves import GAP
from portal.organisation import operations as organisation
from portal.organisation.models import Community

FILE = "events"
#: what a venue offers; what is not said is not known
_OFFERS = ("step_free", "accessible_toilet", "hearing_loop", "parking")


def load_places(session: Session, folder: Path, *, now: datetime) -> list[str]:
    """Bring categories and venues up to date with the pack; what changed, a line each.

    :raises PackError: if an entry is not as it should be, or names a community that the pack does not contain.
    """
    content = organisation.read_file(folder, FILE)
    changes = _categories(session, folder, content.get("categories") or ())
    changes += _venues(session, folder, content.get("venues") or (), now)
    session.flush()
    if changes:
        subject = ("agenda", 0)
        audit.record(session, "events.pack.loaded", subject=subject, actor_id=None, now=now, changes=len(changes))
    return changes


def _categories(session: Session, folder: Path, items: Collection[Mapping[str, Any]]) -> list[str]:
    changes: list[str | None] = []
    codes: list[str] = []
    for position, item in enumerate(items):
        with organisation.entry_of(folder, FILE, item):
            organisation.once(codes, item["code"])
            values = {"name": organisation.text(item["name"]), "position": position * GAP}
            changes.append(_bring(session, EventCategory, item["code"], values)[1])
        codes.append(item["code"])
    gone = organisation.close_missing(session, EventCategory, codes, EventCategory.from_pack)
    return [line for line in changes if line] + gone


def _venues(session: Session, folder: Path, items: Collection[Mapping[str, Any]], now: datetime) -> list[str]:
    community_ids = dict(session.execute(sa.select(Community.code, Community.id)).all())
    changes: list[str] = []
    codes: list[str] = []
    for item in items:
        with organisation.entry_of(folder, FILE, item):
            organisation.once(codes, item["code"])
            row, line = _bring(session, Venue, item["code"], _venue(item, community_ids))
            if line and line.startswith("changed"):
                session.flush()
                spread(session, row, now=now)
        codes.append(item["code"])
        changes += [line] if line else []
    return changes + organisation.close_missing(session, Venue, codes, Venue.from_pack)


def _venue(item: Mapping[str, Any], community_ids: Mapping[str, int]) -> dict[str, Any]:
    return {
        "name": organisation.text(item["name"]),
        "address": organisation.text(item["address"]) if item.get("address") else Translated(),
        "community_id": community_ids[item["community"]] if item.get("community") else None,
        "lat": _degrees(item, "lat", 90),
        "lon": _degrees(item, "lon", 180),
        "notes": organisation.text(item["notes"]) if item.get("notes") else Translated(),
    } | {name: _yes_or_no(item, name) for name in _OFFERS}


def _bring(session: Session, kind: Any, code: str, values: dict[str, Any]) -> tuple[Any, str | None]:
    """As `organisation.bring`, but for what was changed at the desk."""
    row = session.scalar(sa.select(kind).where(kind.code == code))
    if row is not None and not row.from_pack:
        return row, None
    return organisation.bring(session, kind, {"code": code}, values | {"closed": False, "from_pack": True})


def _degrees(item: Mapping[str, Any], name: str, most: float) -> float | None:
    if item.get(name) is None:
        return None
    value = float(item[name])
    if abs(value) > most:
        raise ValueError(f"{name} {value} is no place on Earth")
    return value


def _yes_or_no(item: Mapping[str, Any], name: str) -> bool | None:
    value = item.get(name)
    if value is not None and not isinstance(value, bool):
        raise ValueError(f"{name} is {value!r}: write true or false, or leave it out")
    return value
