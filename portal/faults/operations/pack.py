"""What can be reported comes from the pack: `faults.yaml`, see docs/municipality-pack.md.

Rules of routing and replies that staff have written or changed at the desk are theirs: a load leaves them alone.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.faults.models import Body, CannedReply, FaultCategory, FaultState, Hours, Jurisdiction, RoutingRule
from portal.faults.operations.entries import Item, category_values, optional_day, optional_text
from portal.organisation import operations as organisation
from portal.organisation.models import Community, TimeLimit, Unit
from portal.organisation.operations import PackError

FILE = "faults"
#: rules and replies of the pack stand so far apart that staff can put theirs between them
GAP = 10
#: what a file may say of a body; what it does not say stays as staff have written it
_OF_BODY = ("phone", "email", "url", "open311_url", "open311_jurisdiction")


class _Codes:
    """What entries may name, by their codes."""

    def __init__(self, session: Session) -> None:
        kinds: dict[str, Any] = {"category": FaultCategory, "community": Community, "body": Body, "unit": Unit}
        self._ids: dict[str, dict[str, int]] = {}
        for noun, kind in kinds.items():
            rows = session.execute(sa.select(kind.code, kind.id).where(kind.closed.is_(False))).all()
            self._ids[noun] = dict(rows)

    def ids(self, item: Item, *nouns: str) -> dict[str, int | None]:
        """The columns of what an entry names.

        :raises KeyError: for what there is not.
        """
        return {f"{noun}_id": self._ids[noun][item[noun]] if item.get(noun) else None for noun in nouns}


def load_faults(session: Session, folder: Path, *, now: datetime) -> list[str]:
    """Bring categories, bodies, rules and replies up to date with the pack; what changed, a line each.

    :raises PackError: if an entry is not as it should be, or names something that the pack does not contain.
    """
    content = organisation.read_file(folder, FILE)
    changes = _categories(session, folder, content.get("categories") or ())
    changes += _bodies(session, folder, content.get("bodies") or ())
    session.flush()
    codes = _Codes(session)
    changes += _jurisdiction(session, folder, codes, content.get("jurisdiction") or ())
    changes += _routing(session, folder, codes, content.get("routing") or ())
    changes += _replies(session, folder, codes, content.get("replies") or ())
    session.flush()
    if changes:
        subject = ("faults", 0)
        audit.record(session, "faults.pack.loaded", subject=subject, actor_id=None, now=now, changes=len(changes))
    return changes


def _categories(session: Session, folder: Path, groups: Collection[Item]) -> list[str]:
    limits = frozenset(session.scalars(sa.select(TimeLimit.code)))
    changes: list[str] = []
    codes: list[str] = []
    for position, group in enumerate(groups):
        above: FaultCategory | None = None
        for below, item in enumerate([group, *(group.get("categories") or ())]):
            with organisation.entry_of(folder, FILE, item):
                organisation.once(codes, item["code"])
                values = category_values(item, group, limits) | {"position": below or position}
                row, line = _in_its_group(session, item["code"], above, values)
            above = above or row
            codes.append(item["code"])
            changes += [line] if line else []
    return changes + organisation.close_missing(session, FaultCategory, codes)


def _in_its_group(
    session: Session, code: str, above: FaultCategory | None, values: dict[str, Any]
) -> tuple[FaultCategory, str | None]:
    """Bring a category into the group where it stays: reports and figures know both."""
    parent_id = above.id if above else None
    for known in session.scalars(sa.select(FaultCategory.parent_id).where(FaultCategory.code == code)):
        if known != parent_id:
            raise ValueError(f"{code} cannot move to another group: give it a new code there")
    brought = organisation.bring(session, FaultCategory, {"code": code}, values | {"parent_id": parent_id})
    session.flush()
    return brought


def _bodies(session: Session, folder: Path, items: Collection[Item]) -> list[str]:
    changes: list[str | None] = []
    codes: list[str] = []
    for item in items:
        with organisation.entry_of(folder, FILE, item):
            organisation.once(codes, item["code"])
            values: dict[str, Any] = {name: str(item[name]) for name in _OF_BODY if name in item}
            values |= {"name": organisation.text(item["name"]), "about": organisation.text(item["about"])}
            key = {"code": item["code"]}
            changes.append(organisation.bring(session, Body, key, values | {"closed": False})[1])
        codes.append(item["code"])
    return [line for line in changes if line] + organisation.close_missing(session, Body, codes)


def _jurisdiction(session: Session, folder: Path, codes: _Codes, items: Collection[Item]) -> list[str]:
    changes: list[str | None] = []
    names: list[str] = []
    keys: list[dict[str, Any]] = []
    for item in items:
        with organisation.entry_of(folder, FILE, item):
            name = _called(item, "body")
            organisation.once(names, name)
            key = codes.ids(item, "category", "community") | codes.ids({"body": item["body"]}, "body")
            values = {"citation": optional_text(item, "citation"), "service_code": str(item.get("service_code", ""))}
            changes.append(organisation.bring(session, Jurisdiction, key, values, called=name)[1])
        names.append(name)
        keys.append(key)
    gone = _remove_missing(session, Jurisdiction, session.scalars(sa.select(Jurisdiction)).all(), keys)
    return [line for line in changes if line] + gone


def _routing(session: Session, folder: Path, codes: _Codes, items: Collection[Item]) -> list[str]:
    """Rules of routing.

    :raises PackError: if reports can come in for which no rule holds.
    """
    changes: list[str | None] = []
    names: list[str] = []
    keys: list[dict[str, Any]] = []
    for position, item in enumerate(items, start=1):
        with organisation.entry_of(folder, FILE, item):
            hours = Hours(item.get("hours", "always"))
            name = _called({**item, "hours": hours.value}, "hours", "valid_from")
            organisation.once(names, name)
            key: dict[str, Any] = codes.ids(item, "category", "community")
            key |= {"hours": hours, "valid_from": optional_day(item, "valid_from")}
            values: dict[str, Any] = codes.ids({"unit": item["unit"]}, "unit")
            values |= {"valid_to": optional_day(item, "valid_to"), "position": position * GAP}
            if _is_ours(session, RoutingRule, key):
                ours = key | {"from_pack": True}
                changes.append(organisation.bring(session, RoutingRule, ours, values, called=name)[1])
        names.append(name)
        keys.append(key)
    session.flush()
    rules = session.scalars(sa.select(RoutingRule)).all()
    if not any(_holds_always(rule) for rule in rules):
        raise PackError(f"{folder.name}/{FILE}.yaml: routing needs a last rule that names nothing but a unit")
    gone = _remove_missing(session, RoutingRule, [rule for rule in rules if rule.from_pack], keys)
    return [line for line in changes if line] + gone


def _holds_always(rule: RoutingRule) -> bool:
    limits = (rule.category_id, rule.community_id, rule.valid_from, rule.valid_to)
    return rule.hours is Hours.ALWAYS and not any(limits)


def _replies(session: Session, folder: Path, codes: _Codes, items: Collection[Item]) -> list[str]:
    changes: list[str | None] = []
    known: list[str] = []
    for position, item in enumerate(items, start=1):
        with organisation.entry_of(folder, FILE, item):
            organisation.once(known, item["code"])
            values: dict[str, Any] = {
                "title": organisation.text(item["title"]),
                "text": organisation.text(item["text"]),
                "state": FaultState(item["state"]) if item.get("state") else None,
                "position": position * GAP,
                "closed": False,
                "from_pack": True,
            }
            key = {"code": item["code"]}
            if _is_ours(session, CannedReply, key):
                values |= codes.ids(item, "category")
                changes.append(organisation.bring(session, CannedReply, key, values)[1])
        known.append(item["code"])
    gone = organisation.close_missing(session, CannedReply, known, CannedReply.from_pack)
    return [line for line in changes if line] + gone


def _is_ours(session: Session, kind: Any, key: Mapping[str, Any]) -> bool:
    """Whether staff have not made it theirs."""
    held = session.scalars(sa.select(kind.from_pack).filter_by(**key)).all()
    return not held or any(held)


def _called(item: Item, *names: str) -> str:
    """What a rule is about, in codes."""
    words = [item.get("category") or "everything", *(item.get(name) for name in ("community", *names))]
    return " ".join(str(word) for word in words if word)


def _remove_missing(
    session: Session, kind: Any, rows: Collection[Any], keys: Collection[Mapping[str, Any]]
) -> list[str]:
    """Remove the rules that the pack no longer has: nothing refers to them."""
    gone = [row for row in rows if not any(all(getattr(row, n) == v for n, v in key.items()) for key in keys)]
    for row in gone:
        session.delete(row)
    return [f"gone: {kind.__tablename__} {row.category.code if row.category else 'everything'}" for row in gone]
