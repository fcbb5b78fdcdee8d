"""A municipality pack becomes rows: idempotent, reporting what changed, closing what vanished.

The format is described in docs/municipality-pack.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session

from portal.core.orm import Base
from portal.core.texts import Translated
from portal.organisation.models import Community, DayOff, Municipality, Place, Post, TimeLimit, Unit

Row = TypeVar("Row", bound=Base)
FILES = ("municipality", "places", "organisation", "time-limits")


class PackError(ValueError):
    """A file of the pack cannot be read, or says something impossible; names file and place."""


@dataclass(frozen=True)
class Pack:
    """The files of a pack that describe the organisation, as read."""

    folder: Path
    municipality: Mapping[str, Any]
    places: Mapping[str, Any]
    organisation: Mapping[str, Any]
    time_limits: list[Mapping[str, Any]]


def read_pack(folder: Path) -> Pack:
    """Read the files of a pack.

    :raises PackError: if one is missing or is no YAML, with its line.
    """
    contents = {}
    for name in FILES:
        path = folder / f"{name}.yaml"
        try:
            contents[name] = yaml.safe_load(path.read_text())
        except FileNotFoundError:
            raise PackError(f"{path} is missing") from None
        except yaml.YAMLError as error:
            raise PackError(str(error)) from error
    return Pack(folder, *(contents[name] for name in FILES))


def load_pack(session: Session, pack: Pack) -> list[str]:
    """Bring the rows up to date with the pack; what changed, a line each.

    :raises PackError: if the pack refers to something it does not contain.
    """
    try:
        changes = [*_municipality(session, pack), *_units(session, pack), *_posts(session, pack)]
        changes += [*_communities(session, pack), *_places(session, pack), *_feasts(session, pack)]
        changes += _time_limits(session, pack)
    except KeyError as error:
        raise PackError(f"{pack.folder.name}: {error} is missing or unknown") from error
    session.flush()
    return changes


def _bring(
    session: Session, kind: type[Row], key: Mapping[str, Any], values: Mapping[str, Any]
) -> tuple[Row, str | None]:
    """Find the row by its key or make it, set the values; the row, and what changed in words."""
    row = session.scalar(sa.select(kind).filter_by(**key))
    name = f"{kind.__tablename__} {' '.join(str(v) for v in key.values())}"
    if row is None:
        row = kind(**key, **values)
        session.add(row)
        return row, f"new: {name}"
    changed = [column for column, value in values.items() if getattr(row, column) != value]
    for column in changed:
        setattr(row, column, values[column])
    return row, f"changed: {name}: {', '.join(changed)}" if changed else None


def _close_missing(session: Session, kind: type[Any], codes: Iterable[str]) -> list[str]:
    """Close the open rows whose code the pack no longer has."""
    gone = session.scalars(sa.select(kind).where(kind.closed.is_(False), kind.code.not_in(list(codes)))).all()
    for row in gone:
        row.closed = True
    return [f"closed: {kind.__tablename__} {row.code}" for row in gone]


def _text(value: Mapping[str, str] | None) -> Translated:
    return Translated(value or {})


def _municipality(session: Session, pack: Pack) -> list[str]:
    profile = dict(pack.municipality)
    values = {"name": _text(profile["name"]), "profile": profile}
    others = session.scalar(sa.select(Municipality.code).where(Municipality.code != profile["code"]))
    if others:
        raise PackError(f"this installation serves {others}; a second municipality needs an installation of its own")
    return [line for line in [_bring(session, Municipality, {"code": profile["code"]}, values)[1]] if line]


def _units(session: Session, pack: Pack) -> list[str]:
    changes: list[str] = []
    known: dict[str, Unit] = {}
    for position, item in enumerate(pack.organisation["units"]):
        values = {
            "kind": item["kind"],
            "name": _text(item["name"]),
            "email": item.get("email"),
            "phone": item.get("phone"),
            "position": position,
            "closed": False,
            "sample": bool(item.get("sample")),
            "parent_id": known[item["parent"]].id if item.get("parent") else None,
        }
        row, line = _bring(session, Unit, {"code": item["code"]}, values)
        session.flush()
        known[row.code] = row
        changes += [line] if line else []
    return changes + _close_missing(session, Unit, known)


def _posts(session: Session, pack: Pack) -> list[str]:
    unit_ids = dict(session.execute(sa.select(Unit.code, Unit.id)).all())
    changes: list[str] = []
    codes: list[str] = []
    for unit in pack.organisation["units"]:
        for item in unit.get("posts", ()):
            values = {
                "unit_id": unit_ids[unit["code"]],
                "title": _text(item["title"]),
                "is_head": bool(item.get("head")),
                "closed": False,
            }
            _row, line = _bring(session, Post, {"code": item["code"]}, values)
            codes.append(item["code"])
            changes += [line] if line else []
    return changes + _close_missing(session, Post, codes)


def _communities(session: Session, pack: Pack) -> list[str]:
    changes: list[str] = []
    codes: list[str] = []
    for unit in pack.places["municipal_units"]:
        for item in unit["communities"]:
            values = {
                "name": _text(item["name"]),
                "official_name": item["official"],
                "municipal_unit_code": unit["code"],
                "municipal_unit_name": _text(unit["name"]),
                "position": len(codes),
                "closed": False,
            }
            _row, line = _bring(session, Community, {"code": item["code"]}, values)
            codes.append(item["code"])
            changes += [line] if line else []
    session.flush()
    return changes + _close_missing(session, Community, codes)


def _places(session: Session, pack: Pack) -> list[str]:
    community_ids = dict(session.execute(sa.select(Community.code, Community.id)).all())
    changes: list[str] = []
    codes: list[str] = []
    communities = (c for unit in pack.places["municipal_units"] for c in unit["communities"])
    for community in communities:
        for item in community.get("places", ()):
            values = {
                "community_id": community_ids[community["code"]],
                "name": _text(item["name"]),
                "aliases": "\n".join(item.get("aliases", ())),
                "lat": float(item["lat"]),
                "lon": float(item["lon"]),
                "closed": False,
            }
            _row, line = _bring(session, Place, {"code": item["code"]}, values)
            codes.append(item["code"])
            changes += [line] if line else []
    return changes + _close_missing(session, Place, codes)


def _feasts(session: Session, pack: Pack) -> list[str]:
    changes = []
    for item in pack.municipality.get("feasts", ()):
        values = {
            "name": _text(item["name"]),
            "working": bool(item.get("working")),
            "needs_confirmation": bool(item.get("needs_confirmation")),
        }
        changes.append(_bring(session, DayOff, {"on": item["day"]}, values)[1])
    return [line for line in changes if line]


def _time_limits(session: Session, pack: Pack) -> list[str]:
    changes = []
    for item in pack.time_limits:
        values = {
            "days": item["days"],
            "day_kind": item["day_kind"],
            "valid_to": item.get("valid_to"),
            "citation": _text(item["citation"]),
            "needs_confirmation": bool(item.get("needs_confirmation")),
        }
        key = {"code": item["code"], "valid_from": item["valid_from"]}
        changes.append(_bring(session, TimeLimit, key, values)[1])
    return [line for line in changes if line]
