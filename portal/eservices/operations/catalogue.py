"""The catalogue comes from the pack: categories, life events, services and the versions of their definitions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import IdentityLevel
from portal.core import audit, search
from portal.core.texts import Translated
from portal.eservices.models import LifeEvent, Service, ServiceCategory, ServiceKind, ServiceVersion
from portal.eservices.operations import reading
from portal.eservices.operations.checking import check_service, known_in
from portal.eservices.operations.reading import Problem, Sheet
from portal.organisation.models import Unit

#: keys whose change needs a new version: what was filed with them must stay readable
VERSIONED = ("form", "outcome", "tariffs", "detail", "kind")


class BadPack(ValueError):
    """The files have problems; nothing was loaded."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = list(problems)


def read_services(folder: Path) -> tuple[dict[str, Sheet], list[Problem]]:
    """Every service of a pack by its slug, and everything that is wrong with them, in the order of files and lines."""
    known = known_in(folder)
    sheets = {
        path.stem: reading.read(path, f"services/{path.name}") for path in sorted((folder / "services").glob("*.yaml"))
    }
    for slug, sheet in sheets.items():
        check_service(sheet, known, slug)
    problems = [*known.problems, *(problem for sheet in sheets.values() for problem in sheet.problems)]
    return sheets, sorted(set(problems))


def check_services(folder: Path) -> list[Problem]:
    """What is wrong with the service definitions of a pack; nothing: they can be loaded."""
    return read_services(folder)[1]


def load_services(session: Session, pack_dir: Path, *, now: datetime) -> list[str]:
    """Bring the catalogue up to the pack; the lines say what changed, none: nothing did.

    :raises BadPack: if a file has an error, or a form changed and kept its version.
    """
    sheets, problems = read_services(pack_dir)
    if problems:
        raise BadPack(problems)
    shelves = reading.read(pack_dir / "catalogue.yaml").data
    changes = _load_rows(session, ServiceCategory, shelves.get("categories") or (), "category")
    changes += _load_rows(session, LifeEvent, shelves.get("life_events") or (), "life event")
    changes += _load_all(session, sheets, now)
    session.flush()
    if changes:
        audit.record(
            session,
            "eservices.catalogue.loaded",
            subject=("catalogue", 0),
            actor_id=None,
            now=now,
            changes=len(changes),
        )
    return changes


def _load_rows(
    session: Session, kind: type[ServiceCategory | LifeEvent], rows: Iterable[Mapping[str, Any]], noun: str
) -> list[str]:
    found: Sequence[Any] = session.scalars(sa.select(kind)).all()
    existing = {row.code: row for row in found}
    changes = []
    for position, data in enumerate(rows):
        values = {key: Translated(data[key]) for key in ("name", "summary") if key in data}
        row = existing.pop(data["code"], None)
        if row is None:
            session.add(kind(code=data["code"], position=position, closed=False, **values))
            changes.append(f"{noun} {data['code']}: new")
        elif _update(row, {**values, "position": position, "closed": False}):
            changes.append(f"{noun} {data['code']}: changed")
    for row in existing.values():
        if not row.closed:
            row.closed = True
            changes.append(f"{noun} {row.code}: closed")
    session.flush()
    return changes


def _update(row: Any, values: Mapping[str, Any]) -> bool:
    """Set what differs; whether anything did."""
    different = {key: value for key, value in values.items() if getattr(row, key) != value}
    for key, value in different.items():
        setattr(row, key, value)
    return bool(different)


def _load_all(session: Session, sheets: Mapping[str, Sheet], now: datetime) -> list[str]:
    existing = {service.slug: service for service in session.scalars(sa.select(Service))}
    categories = {row.code: row.id for row in session.scalars(sa.select(ServiceCategory))}
    units = {row.code: row.id for row in session.scalars(sa.select(Unit).where(Unit.closed.is_(False)))}
    changes = []
    for slug, sheet in sheets.items():
        data = sheet.data
        if data["unit"] not in units:
            raise BadPack([Problem(sheet.file, sheet.line(("unit",)), "load the organisation before the services")])
        values = _columns(data) | {"category_id": categories[data["category"]], "unit_id": units[data["unit"]]}
        changes += _load_one(session, existing.pop(slug, None), sheet, values, now)
    for service in existing.values():
        if not service.closed:
            service.closed = True
            search.remove(session, "service", service.id)
            changes.append(f"service {service.slug}: closed")
    return changes


def _columns(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": ServiceKind(data["kind"]),
        "title": Translated(data["title"]),
        "summary": Translated(data["summary"]),
        "life_events": list(data.get("life_events") or ()),
        "identity": IdentityLevel(data["identity"]),
        "online": bool(data.get("form")),
        "closed": False,
    }


def _load_one(
    session: Session, service: Service | None, sheet: Sheet, values: Mapping[str, Any], now: datetime
) -> list[str]:
    data, is_new = sheet.data, service is None
    if service is None:
        service = Service(slug=data["slug"], version_id=None, **values)
        session.add(service)
        session.flush()
        changed = True
    else:
        changed = _update(service, values)
    changed = _keep_version(session, service, sheet, now) or changed
    if not changed:
        return []
    session.flush()
    search.put(session, findable(service, data))
    return [f"service {service.slug}: {'new' if is_new else 'changed'}"]


def _keep_version(session: Session, service: Service, sheet: Sheet, now: datetime) -> bool:
    """Keep the definition; whether it is a new or different one.

    :raises BadPack: if the form or the outcome changed under the same number, or the number went down.
    """
    data, current = sheet.data, service.version
    if current is not None and current.number == data["version"]:
        if any(current.definition.get(key) != data.get(key) for key in VERSIONED):
            message = f"the form or the outcome changed: raise `version` to {current.number + 1}"
            raise BadPack([Problem(sheet.file, sheet.line(("version",)), message)])
        if current.definition == data:
            return False
        current.definition = data  # words around the form may be corrected in place
        return True
    if current is not None and current.number > data["version"]:
        raise BadPack([Problem(sheet.file, sheet.line(("version",)), f"version {current.number} was loaded before")])
    version = ServiceVersion(service_id=service.id, number=data["version"], definition=data, loaded_at=now)
    session.add(version)
    session.flush()
    service.version, service.version_id = version, version.id
    return True


def findable(service: Service, data: Mapping[str, Any]) -> search.Findable:
    """What the search knows of a service."""
    keywords = [word for words in (data.get("keywords") or {}).values() for word in words]
    texts = [Translated(data[key]).joined() for key in ("audience",) if data.get(key)]
    return search.Findable(
        kind="service",
        ref_id=service.id,
        title=service.title,
        summary=service.summary,
        link={"endpoint": "eservices.service", "slug": service.slug},
        words="\n".join([*keywords, *texts]),
    )
