"""Entries of `faults.yaml` become the values of rows; what is wrong with one is a ValueError in words."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from portal.core.texts import Translated
from portal.faults.models import QuestionKind
from portal.organisation.operations import once, text

Item = Mapping[str, Any]
_FLAGS = ("danger", "anonymous", "private")


def category_values(item: Item, group: Item, limits: Collection[str]) -> dict[str, Any]:
    """The values of a category; what it does not say itself is as in its group."""
    said = {**{name: group[name] for name in ("icon", "limit", *_FLAGS) if name in group}, **item}
    if said["limit"] not in limits:
        raise ValueError(f"{said['limit']} is no time limit of the pack")
    return {
        "name": text(item["name"]),
        "help": optional_text(item, "help"),
        "keywords": optional_text(item, "keywords"),
        "icon": said["icon"],
        "limit_code": said["limit"],
        "questions": list(_questions(item.get("questions") or ())),
        "closed": False,
    } | {name: _yes_or_no(said, name) for name in _FLAGS}


def optional_text(item: Item, name: str) -> Translated:
    """A text that need not be there."""
    return text(item[name]) if item.get(name) else Translated()


def optional_day(item: Item, name: str) -> date | None:
    """A day that need not be there."""
    value = item.get(name)
    if value is not None and not isinstance(value, date):
        raise ValueError(f"{name} is {value!r}: write 2026-01-31")
    return value


def _questions(items: Collection[Item]) -> Iterator[dict[str, Any]]:
    codes: list[str] = []
    for item in items:
        once(codes, item["code"])
        codes.append(item["code"])
        kind, choices = QuestionKind(item["kind"]), item.get("choices") or ()
        if bool(choices) is not (kind in {QuestionKind.ONE, QuestionKind.SEVERAL}):
            raise ValueError(f"{item['code']}: questions of the kinds one and several have choices, no others")
        yield {
            "code": item["code"],
            "kind": kind.value,
            "label": text(item["label"]),
            "help": optional_text(item, "help"),
            "required": _yes_or_no(item, "required"),
            "choices": [{"code": each["code"], "label": text(each["label"])} for each in choices],
        }


def _yes_or_no(item: Item, name: str) -> bool:
    value = item.get(name, False)
    if not isinstance(value, bool):
        raise ValueError(f"{name} is {value!r}: write true or false, or leave it out")  # noqa: TRY004 – of a file
    return value
