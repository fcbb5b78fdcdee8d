"""Is a service definition right? Everything wrong is collected, with file and line, before anything is loaded."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from portal.accounts.models import IdentityLevel
from portal.eservices.models import ServiceKind
from portal.eservices.operations import reading
from portal.eservices.operations.checking_forms import check_form, placeholders
from portal.eservices.operations.reading import Place, Problem, Sheet

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: key → kind of its value; "!" marks those that must be there
SERVICE = {
    "slug": "code!",
    "version": "number!",
    "kind": "word!",
    "title": "text!",
    "summary": "text!",
    "category": "word!",
    "life_events": "words",
    "keywords": "keywords",
    "audience": "text!",
    "needs": "texts",
    "cost": "text!",
    "legal_basis": "texts!",
    "time_limit": "word!",
    "identity": "word!",
    "unit": "word!",
    "how": "text",
    "mitos_id": "string",
    "detail": "string",
    "tariffs": "rows",
    "outcome": "mapping",
    "form": "rows",
}
TARIFF = {
    "code": "code!",
    "amount": "string!",
    "name": "text!",
    "valid_from": "date!",
    "valid_to": "date",
    "citation": "text!",
    "sample": "flag",
    "needs_confirmation": "flag",
}
OUTCOME = {"title": "text!", "approved": "texts!", "rejected": "texts", "valid_for_months": "number"}
#: marks that may stand beside the languages of a text
MARKS = {"needs_confirmation", "sample"}


@dataclass(frozen=True)
class Known:
    """What the rest of the pack defines."""

    languages: tuple[str, ...] = ("el",)
    units: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    life_events: frozenset[str] = frozenset()
    limits: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = field(default=())


def known_in(folder: Path) -> Known:
    """The languages, units, categories, life events and time limits of a pack."""
    names = ("municipality.yaml", "organisation.yaml", "catalogue.yaml", "time-limits.yaml")
    sheets = {name: reading.read(folder / name, name) if (folder / name).exists() else Sheet(name) for name in names}
    for sheet in sheets.values():
        if sheet.data is None and not sheet.problems:
            sheet.blame((), "this file is missing")
    main, units, catalogue, limits = (sheets[name] for name in names)
    check_catalogue(catalogue, _languages(main))
    return Known(
        languages=_languages(main),
        units=_codes(units.at(("units",))),
        categories=_codes(catalogue.at(("categories",))),
        life_events=_codes(catalogue.at(("life_events",))),
        limits=_codes(limits.data),
        problems=tuple(problem for sheet in sheets.values() for problem in sheet.problems),
    )


def _languages(sheet: Sheet) -> tuple[str, ...]:
    found = sheet.at(("languages",))
    return tuple(str(code) for code in found) if isinstance(found, list) else ("el",)


def _codes(rows: Any) -> frozenset[str]:
    return frozenset(str(row["code"]) for row in rows or () if isinstance(row, Mapping) and "code" in row)


def check_catalogue(sheet: Sheet, languages: Collection[str]) -> None:
    """Categories and life events."""
    for key in ("categories", "life_events"):
        kinds = {"code": "code!", "name": "text!"} | ({"summary": "text!"} if key == "categories" else {})
        for number in range(len(sheet.at((key,)) or ())):
            check_keys(sheet, (key, number), kinds, languages)


def check_service(sheet: Sheet, known: Known, slug: str) -> None:
    """Everything about one service; problems end in the sheet."""
    if not isinstance(sheet.data, dict):
        if not sheet.problems:
            sheet.blame((), "this file is empty")
        return
    check_keys(sheet, (), SERVICE, known.languages)
    if sheet.data.get("slug") not in (None, slug):
        sheet.blame(("slug",), f"the slug must be the name of the file, {slug}")
    among = {
        "kind": [kind.value for kind in ServiceKind],
        "identity": [level.value for level in IdentityLevel],
        "category": known.categories,
        "unit": known.units,
        "time_limit": known.limits,
    }
    for key, allowed in among.items():
        _one_of(sheet, (key,), sheet.data.get(key), allowed)
    for number, event in enumerate(_list(sheet.data.get("life_events"))):
        _one_of(sheet, ("life_events", number), event, known.life_events)
    for number in range(len(_list(sheet.data.get("tariffs")))):
        check_keys(sheet, ("tariffs", number), TARIFF, known.languages)
        _check_amount(sheet, ("tariffs", number, "amount"))
    if "outcome" in sheet.data:
        check_keys(sheet, ("outcome",), OUTCOME, known.languages)
    if "form" in sheet.data:
        _check_online(sheet, known)


def _check_online(sheet: Sheet, known: Known) -> None:
    check_form(sheet, known.languages, check_keys)
    if not isinstance(sheet.data.get("outcome"), dict):
        sheet.blame((), "a service that can be filed online needs an `outcome`")
        return
    placeholders(sheet)


def _check_amount(sheet: Sheet, place: Place) -> None:
    try:
        Decimal(str(sheet.at(place)))
    except InvalidOperation:
        sheet.blame(place, 'the amount must be a number in quotes, like "30.00"')


def _one_of(sheet: Sheet, place: Place, value: Any, allowed: Collection[str]) -> None:
    if isinstance(value, str) and value not in allowed:
        sheet.blame(place, f"there is no {place[0]} “{value}”; known: {', '.join(sorted(allowed))}")


def check_keys(sheet: Sheet, place: Place, kinds: Mapping[str, str], languages: Collection[str]) -> None:
    """No unknown key, none missing, each value of its kind."""
    data = sheet.at(place)
    if not isinstance(data, dict):
        sheet.blame(place, "keys and values belong here")
        return
    for key in data.keys() - kinds.keys():
        sheet.blame((*place, key), f"there is no key “{key}” here")
    for key, kind in kinds.items():
        value = data.get(key)
        if value is None:
            if kind.endswith("!"):
                sheet.blame(place, f"“{key}” is missing")
        elif message := _wrong(value, kind.rstrip("!")):
            sheet.blame((*place, key), f"“{key}” {message}")
        elif kind.rstrip("!") in {"text", "texts"}:
            check_texts(sheet, (*place, key), languages)


def _wrong(value: Any, kind: str) -> str:
    """What is wrong with a value of a kind, in words; nothing if it is right."""
    if kind == "number":
        return "" if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else "must be a whole number"
    if kind == "flag":
        return "" if isinstance(value, bool) else "must be true or false"
    if kind == "code":
        return "" if CODE.fullmatch(str(value)) else "must be small Latin letters, digits and hyphens"
    if kind == "date":
        return "" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value)) else "must be a date like 2026-01-01"
    if kind == "amount":
        return _wrong_amount(value)
    right: dict[str, type | tuple[type, ...]] = {
        **dict.fromkeys(("word", "string"), str),
        **dict.fromkeys(("text", "mapping", "keywords"), dict),
        **dict.fromkeys(("texts", "rows", "words"), list),
    }
    names = {str: "must be a text (write it in quotes)", dict: "must have keys and values", list: "must be a list"}
    wanted = right[kind]
    return "" if isinstance(value, wanted) else names[wanted]  # type: ignore[index]


def _wrong_amount(value: Any) -> str:
    try:
        return "" if not isinstance(value, bool) and Decimal(str(value)).is_finite() else "must be a number"
    except InvalidOperation:
        return "must be a number"


def check_texts(sheet: Sheet, place: Place, languages: Collection[str]) -> None:
    """A text, or a list of them, must exist in every language of the pack."""
    value = sheet.at(place)
    if isinstance(value, list):
        for number in range(len(value)):
            check_texts(sheet, (*place, number), languages)
        return
    if not isinstance(value, dict):
        sheet.blame(place, "a text is written per language: {el: …, en: …}")
        return
    for key in value.keys() - set(languages) - MARKS:
        sheet.blame((*place, key), f"there is no language “{key}” in this pack")
    for language in languages:
        if not isinstance(value.get(language), str) or not value[language].strip():
            sheet.blame(place, f"the text is missing in “{language}”")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
