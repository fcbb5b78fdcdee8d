"""The questions of a category as attributes of a service definition, and what is answered to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.core.i18n import plain
from portal.core.i18n import translate as _
from portal.faults.models import FaultCategory, QuestionKind

#: what is asked → data type of Open311
DATATYPES = {
    QuestionKind.TEXT: "string",
    QuestionKind.NUMBER: "number",
    QuestionKind.YES_NO: "singlevaluelist",
    QuestionKind.ONE: "singlevaluelist",
    QuestionKind.SEVERAL: "multivaluelist",
}
_NAME = re.compile(r"attribute\[([^\]]+)\](\[\])?")
#: characters in a text, digits in a number
_LONGEST, _DIGITS = 1000, 30


def definition(category: FaultCategory) -> dict[str, Any]:
    """What a service asks besides a place and a description."""
    attributes = [_attribute(question, order) for order, question in enumerate(category.questions, 1)]
    return {"service_code": category.code, "attributes": attributes}


def _attribute(question: dict[str, Any], order: int) -> dict[str, Any]:
    return {
        "variable": True,
        "code": question["code"],
        "datatype": DATATYPES[QuestionKind(question["kind"])],
        "required": bool(question.get("required")),
        "datatype_description": plain(question.get("help")) or None,
        "order": order,
        "description": plain(question["label"]),
        "values": [{"key": key, "name": name} for key, name in _choices(question)],
    }


def _choices(question: dict[str, Any]) -> list[tuple[str, str]]:
    if question["kind"] == QuestionKind.YES_NO:
        return [("yes", _("Yes")), ("no", _("No"))]
    return [(choice["code"], plain(choice["label"])) for choice in question.get("choices", ())]


def sent(values: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Code → what was sent as `attribute[code]` and `attribute[code][]`; what is empty was not sent."""
    found: dict[str, list[str]] = {}
    for name, given in values.items():
        if match := _NAME.fullmatch(name):
            found.setdefault(match[1], []).extend(value.strip() for value in given if value.strip())
    return {code: texts for code, texts in found.items() if texts}


def answers(category: FaultCategory, given: Mapping[str, Sequence[str]]) -> tuple[dict[str, Any], list[str]]:
    """The answers as a report keeps them, and what is wrong with them."""
    kept: dict[str, Any] = {}
    problems = list(_unknown(category, given))
    for question in category.questions:
        code, texts = question["code"], given.get(question["code"], ())
        if not texts:
            if question.get("required"):
                problems.append(
                    _("attribute[%(code)s] is missing: %(label)s", code=code, label=plain(question["label"]))
                )
            continue
        answer = _answer(question, texts)
        if answer is None:
            problems.append(_("attribute[%(code)s] is not one of the answers to this question.", code=code))
        else:
            kept[code] = answer
    return kept, problems


def _unknown(category: FaultCategory, given: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for code in given:
        if category.question(code) is None:
            yield _("attribute[%(code)s] is not asked for this service.", code=code[:80])


def _answer(question: dict[str, Any], texts: Sequence[str]) -> Any:
    """None: it cannot be one."""
    kind, codes = QuestionKind(question["kind"]), [code for code, _name in _choices(question)]
    if kind is QuestionKind.SEVERAL:
        return [code for code in codes if code in texts] if set(texts) <= set(codes) else None
    [text, *more] = texts
    if more:
        return None
    if kind is QuestionKind.TEXT:
        return text if len(text) <= _LONGEST else None
    if kind is QuestionKind.NUMBER:
        return _number(text)
    if text not in codes:
        return None
    return text == "yes" if kind is QuestionKind.YES_NO else text


def _number(text: str) -> str | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return text if number.is_finite() and len(text) <= _DIGITS else None
