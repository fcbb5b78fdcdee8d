"""A municipality pack becomes rows: idempotent, reporting what changed, closing what vanished.

The format is described in docs/municipality-pack.md.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import facts
from portal.core.deadlines import DayKind
from portal.organisation.facts import UnitClosed
from portal.organisation.models import Community, DayOff, Municipality, Place, Post, TimeLimit, Unit, UnitKind
from portal.organisation.operations.reading import Pack, PackError, entry_of
from portal.organisation.operations.rows import bring, close_missing, once, text


def load_pack(session: Session, pack: Pack, *, now: datetime) -> list[str]:
    """Bring the rows up to date with the pack; what changed, a line each. Who hears of a closed unit may refuse.

    :raises PackError: if an entry is not as it should be, or refers to something that the pack does not contain.
    """
    with entry_of(pack.folder, "municipality", pack.municipality):
        changes = [*_municipality(session, pack), *_feasts(session, pack)]
    with entry_of(pack.folder, "organisation", pack.organisation):
        changes += [*_units(session, pack, now), *_posts(session, pack)]
    with entry_of(pack.folder, "places", pack.places):
        changes += [*_communities(session, pack), *_places(session, pack)]
    changes += _time_limits(session, pack)
    session.flush()
    return changes


def _municipality(session: Session, pack: Pack) -> list[str]:
    profile = json.loads(json.dumps(pack.municipality, default=str))  # days that YAML has read become text again
    values = {"name": text(profile["name"]), "profile": profile}
    others = session.scalar(sa.select(Municipality.code).where(Municipality.code != profile["code"]))
    if others:
        raise PackError(f"this installation serves {others}; a second municipality needs an installation of its own")
    return [line for line in [bring(session, Municipality, {"code": profile["code"]}, values)[1]] if line]


def _units(session: Session, pack: Pack, now: datetime) -> list[str]:
    changes: list[str] = []
    known: dict[str, Unit] = {}
    for position, item in enumerate(pack.organisation["units"]):
        with entry_of(pack.folder, "organisation", item):
            once(known, item["code"])
            values = {
                "kind": UnitKind(item["kind"]),
                "name": text(item["name"]),
                "email": item.get("email"),
                "phone": item.get("phone"),
                "position": position,
                "closed": False,
                "sample": bool(item.get("sample")),
                "parent_id": known[item["parent"]].id if item.get("parent") else None,
            }
            row, line = bring(session, Unit, {"code": item["code"]}, values)
        session.flush()
        known[row.code] = row
        changes += [line] if line else []
    return changes + _close_units(session, pack, known, now)


def _close_units(session: Session, pack: Pack, known: Mapping[str, Unit], now: datetime) -> list[str]:
    """Close the units that vanished, and tell who takes over what they had."""
    heirs: dict[str, int] = {}
    for item in pack.organisation.get("closed") or ():
        with entry_of(pack.folder, "organisation", item):
            if item["code"] in known:
                raise ValueError(f"{item['code']} stands among the units as well")
            heirs[item["code"]] = known[item["taken_over_by"]].id
    gone = session.scalars(sa.select(Unit).where(Unit.closed.is_(False), Unit.code.not_in(list(known)))).all()
    lines = close_missing(session, Unit, known)
    session.flush()
    for unit in gone:
        facts.record(session, UnitClosed(unit_id=unit.id, heir_id=heirs.get(unit.code), at=now))
    return lines


def _posts(session: Session, pack: Pack) -> list[str]:
    unit_ids = dict(session.execute(sa.select(Unit.code, Unit.id)).all())
    changes: list[str] = []
    codes: list[str] = []
    for unit in pack.organisation["units"]:
        for item in unit.get("posts", ()):
            with entry_of(pack.folder, "organisation", item):
                once(codes, item["code"])
                values = {
                    "unit_id": unit_ids[unit["code"]],
                    "title": text(item["title"]),
                    "is_head": bool(item.get("head")),
                    "closed": False,
                }
                _row, line = bring(session, Post, {"code": item["code"]}, values)
            codes.append(item["code"])
            changes += [line] if line else []
    return changes + close_missing(session, Post, codes)


def _communities(session: Session, pack: Pack) -> list[str]:
    changes: list[str] = []
    codes: list[str] = []
    for unit in pack.places["municipal_units"]:
        for item in unit["communities"]:
            with entry_of(pack.folder, "places", item):
                once(codes, item["code"])
                values = {
                    "name": text(item["name"]),
                    "official_name": item["official"],
                    "municipal_unit_code": unit["code"],
                    "municipal_unit_name": text(unit["name"]),
                    "position": len(codes),
                    "closed": False,
                }
                _row, line = bring(session, Community, {"code": item["code"]}, values)
            codes.append(item["code"])
            changes += [line] if line else []
    session.flush()
    return changes + close_missing(session, Community, codes)


def _places(session: Session, pack: Pack) -> list[str]:
    community_ids = dict(session.execute(sa.select(Community.code, Community.id)).all())
    changes: list[str] = []
    codes: list[str] = []
    communities = (c for unit in pack.places["municipal_units"] for c in unit["communities"])
    for community in communities:
        for item in community.get("places", ()):
            with entry_of(pack.folder, "places", item):
                once(codes, item["code"])
                values = {
                    "community_id": community_ids[community["code"]],
                    "name": text(item["name"]),
                    "aliases": "\n".join(item.get("aliases", ())),
                    "lat": float(item["lat"]),
                    "lon": float(item["lon"]),
                    "closed": False,
                }
                _row, line = bring(session, Place, {"code": item["code"]}, values)
            codes.append(item["code"])
            changes += [line] if line else []
    return changes + close_missing(session, Place, codes)


def _feasts(session: Session, pack: Pack) -> list[str]:
    changes: list[str | None] = []
    days: list[tuple[str]] = []
    for item in pack.municipality.get("feasts", ()):
        with entry_of(pack.folder, "municipality", item):
            day = str(item["day"])
            once(days, (day,))
            date.fromisoformat(day if len(day) == 10 else f"2024-{day}")  # a leap year: every day that can be
            values = {
                "name": text(item["name"]),
                "working": bool(item.get("working")),
                "needs_confirmation": bool(item.get("needs_confirmation")),
            }
            changes.append(bring(session, DayOff, {"on": day}, values)[1])
        days.append((day,))
    return [line for line in changes if line] + _drop_missing(session, DayOff, ["on"], days)


def _time_limits(session: Session, pack: Pack) -> list[str]:
    changes: list[str | None] = []
    keys: list[tuple[str, date]] = []
    for item in pack.time_limits:
        with entry_of(pack.folder, "time-limits", item):
            key = {"code": item["code"], "valid_from": _day(item["valid_from"])}
            once(keys, tuple(key.values()))
            values = {
                "days": _number(item["days"]),
                "day_kind": DayKind(item["day_kind"]),
                "valid_to": _day(item["valid_to"]) if item.get("valid_to") else None,
                "citation": text(item["citation"]),
                "needs_confirmation": bool(item.get("needs_confirmation")),
            }
            changes.append(bring(session, TimeLimit, key, values)[1])
        keys.append((item["code"], item["valid_from"]))
    return [line for line in changes if line] + _drop_missing(session, TimeLimit, ["code", "valid_from"], keys)


def _drop_missing(
    session: Session, kind: type[Any], key: Sequence[str], known: Collection[tuple[Any, ...]]
) -> list[str]:
    """Remove the rows that the pack no longer has and nothing refers to: cases keep the days they were given."""
    gone = [row for row in session.scalars(sa.select(kind)) if tuple(getattr(row, name) for name in key) not in known]
    for row in gone:
        session.delete(row)
    return [f"gone: {kind.__tablename__} {' '.join(str(getattr(row, name)) for name in key)}" for row in gone]


def _day(value: Any) -> date:
    """:raises ValueError: if YAML did not read it as a day."""
    if not isinstance(value, date):
        raise ValueError(f"{value!r} is no day: write 2026-01-31")  # noqa: TRY004 – the content of a file
    return value


def _number(value: Any) -> int:
    """:raises ValueError: if it is no number of days."""
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"{value!r} is no number of days")
    return value
