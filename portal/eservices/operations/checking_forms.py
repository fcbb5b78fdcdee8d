"""Is a form definition right? Fields with their own keys, conditions and formulas that can be worked out, {names}."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from portal.eservices.operations.checking_conditions import check_expression
from portal.eservices.operations.reading import Place, Sheet
from portal.eservices.queries.expressions import Value

#: checks keys and kinds of values; handed in by `checking`
KeyCheck = Callable[[Sheet, Place, Mapping[str, str], Collection[str]], None]

NAME = re.compile(r"[a-z][a-z0-9_]*")
STEP_CODE = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
#: addresses that the pages of a draft need for themselves
TAKEN_STEPS = {"review", "link", "discard"}
COMMON = {"id": "word!", "type": "word!", "when": "string"}
ASKED = COMMON | {"label": "text!", "help": "text", "required": "flag", "prefill": "string"}
#: kind of field → the keys it knows
FIELDS: dict[str, dict[str, str]] = {
    "text": ASKED | {"max": "number", "pattern": "string"},
    "long_text": ASKED | {"max": "number"},
    "number": ASKED | {"min": "amount", "max": "amount", "decimals": "number", "unit": "text"},
    "money": ASKED | {"min": "amount", "max": "amount"},
    "date": ASKED | {"not_before": "string", "not_after": "string"},
    "choice": ASKED | {"options": "rows!"},
    "choices": ASKED | {"options": "rows!", "min": "number", "max": "number"},
    "file": ASKED | {"max_files": "number", "kinds": "words"},
    "group": ASKED | {"fields": "rows!", "min": "number", "max": "number"},
    "calculated": COMMON | {"label": "text!", "help": "text", "formula": "string!", "as": "word!", "texts": "mapping"},
    "note": COMMON | {"text": "text!"},
    "statement": COMMON | {"label": "text!", "text": "text!", "required": "flag"},
} | dict.fromkeys(("yes_no", "afm", "amka", "iban", "phone", "email", "address", "place", "community"), ASKED)
#: what cannot stand in a row
NOT_IN_ROWS = {"group", "file", "calculated", "note", "statement", "place", "address"}
PREFILLS = {"account.full_name", "account.email", "account.phone", "account.afm"}
#: a value of each kind, to try conditions and formulas with
SAMPLES: dict[str, Value] = {
    "number": Decimal(2),
    "money": Decimal(2),
    "date": date(2026, 1, 1),
    "choices": [],
    "file": [],
    "group": [],
}
#: names in texts of the outcome that are no fields
GIVEN_NAMES = {"applicant", "reference", "filed_on", "community"}


def check_form(sheet: Sheet, languages: Collection[str], check_keys: KeyCheck) -> None:
    """Every step and field, in order: a condition may only name what comes before it."""
    samples: dict[str, Value] = {}
    fields: dict[str, Mapping[str, Any]] = {}
    codes: set[str] = set()
    for number, step in enumerate(_rows(sheet, ("form",))):
        place: Place = ("form", number)
        check_keys(sheet, place, {"step": "word!", "title": "text!", "fields": "rows!"}, languages)
        code = str(step.get("step", ""))
        if not STEP_CODE.fullmatch(code) or code in TAKEN_STEPS:
            sheet.blame((*place, "step"), "a step is named by small Latin letters, digits and hyphens, not “review”")
        if code in codes:
            sheet.blame((*place, "step"), f"there is another step “{code}”")
        codes.add(code)
        for at, one in enumerate(_rows(sheet, (*place, "fields"))):
            _check_field(sheet, (*place, "fields", at), (samples, fields), languages, check_keys)
            samples[str(one.get("id"))] = _sample(one)
            fields[str(one.get("id"))] = one


def _rows(sheet: Sheet, place: Place) -> list[Mapping[str, Any]]:
    rows = sheet.at(place)
    if not isinstance(rows, list) or not rows:
        sheet.blame(place, "a list with at least one entry belongs here")
        return []
    return [row if isinstance(row, dict) else {} for row in rows]


def _sample(field: Mapping[str, Any]) -> Value:
    if field.get("type") == "calculated":
        return "x" if field.get("as") == "text" else Decimal(2)
    return SAMPLES.get(str(field.get("type")), "x")


def _check_field(
    sheet: Sheet,
    place: Place,
    before: tuple[dict[str, Value], dict[str, Mapping[str, Any]]],
    languages: Collection[str],
    check_keys: KeyCheck,
    *,
    in_row: bool = False,
) -> None:
    field = sheet.at(place)
    kind = field.get("type") if isinstance(field, dict) else None
    if kind not in FIELDS:
        sheet.blame((*place, "type"), f"there is no type “{kind}”; known: {', '.join(sorted(FIELDS))}")
        return
    if in_row and kind in NOT_IN_ROWS:
        sheet.blame((*place, "type"), f"a “{kind}” cannot stand in a row of a group")
    check_keys(sheet, place, FIELDS[kind], languages)
    if not NAME.fullmatch(str(field.get("id", ""))):
        sheet.blame((*place, "id"), "an id is small Latin letters, digits and underscores")
    if field.get("id") in before[1]:
        sheet.blame((*place, "id"), f"there is another field “{field['id']}”")
    if field.get("prefill") not in (None, *PREFILLS):
        sheet.blame((*place, "prefill"), f"known: {', '.join(sorted(PREFILLS))}")
    for key in ("when", "formula"):
        if isinstance(field.get(key), str):
            check_expression(sheet, (*place, key), *before)
    _check_own(sheet, place, field, languages)
    if kind == "group":
        _check_rows(sheet, place, before, languages, check_keys)


def _check_rows(
    sheet: Sheet,
    place: Place,
    before: tuple[dict[str, Value], dict[str, Mapping[str, Any]]],
    languages: Collection[str],
    check_keys: KeyCheck,
) -> None:
    samples, fields = dict(before[0]), dict(before[1])
    for at, one in enumerate(_rows(sheet, (*place, "fields"))):
        own = {name: value for name, value in fields.items() if name not in before[1]}
        _check_field(sheet, (*place, "fields", at), (samples, fields), languages, check_keys, in_row=True)
        if one.get("id") in own:
            continue
        samples[str(one.get("id"))], fields[str(one.get("id"))] = _sample(one), one


def _check_own(sheet: Sheet, place: Place, field: Mapping[str, Any], languages: Collection[str]) -> None:
    """What only this kind of field can have wrong."""
    if isinstance(field.get("options"), list):
        _check_options(sheet, (*place, "options"), languages)
    if isinstance(field.get("pattern"), str):
        try:
            re.compile(field["pattern"])
        except re.error:
            sheet.blame((*place, "pattern"), "this is no regular expression")
    if isinstance(field.get("max_files"), int) and not 1 <= field["max_files"] <= 10:
        sheet.blame((*place, "max_files"), "between 1 and 10 files")
    if isinstance(field.get("kinds"), list) and not {*map(str, field["kinds"])} <= {"pdf", "image"}:
        sheet.blame((*place, "kinds"), "known: pdf, image")
    for key in ("not_before", "not_after"):
        if key in field and not re.fullmatch(r"today|\d{4}-\d{2}-\d{2}", str(field[key])):
            sheet.blame((*place, key), "either `today` or a date like 2026-01-01")
    if field.get("type") == "calculated" and field.get("as") not in {"money", "number", "text"}:
        sheet.blame((*place, "as"), "either money, number or text")
    for result in field.get("texts") or {}:
        _languages(sheet, (*place, "texts", str(result)), languages)


def _check_options(sheet: Sheet, place: Place, languages: Collection[str]) -> None:
    seen: set[str] = set()
    for number, option in enumerate(_rows(sheet, place)):
        value = option.get("value")
        if not isinstance(value, str):
            sheet.blame((*place, number), "“value” must be a text (write yes, no and numbers in quotes)")
        elif value in seen:
            sheet.blame((*place, number), f"there is another option “{value}”")
        seen.add(str(value))
        _languages(sheet, (*place, number), languages)


def _languages(sheet: Sheet, place: Place, languages: Collection[str]) -> None:
    texts = sheet.at(place)
    for language in languages:
        if not isinstance(texts, dict) or not isinstance(texts.get(language), str):
            sheet.blame(place, f"the text is missing in “{language}”")


def placeholders(sheet: Sheet) -> None:
    """{names} in the line of the queue and in the outcome are fields, or given by the house."""
    fields = {
        str(field.get("id"))
        for step in sheet.data.get("form") or ()
        if isinstance(step, dict)
        for field in step.get("fields") or ()
        if isinstance(field, dict)
    }
    places: list[Place] = [("detail",)]
    for key in ("approved", "rejected"):
        for number, text in enumerate(sheet.at(("outcome", key)) or ()):
            places += [("outcome", key, number, language) for language in (text if isinstance(text, dict) else ())]
    for place in places:
        for name in re.findall(r"\{([^{}]*)\}", str(sheet.at(place) or "")):
            if name not in fields | GIVEN_NAMES:
                sheet.blame(place, f"there is no field “{name}”")
