"""Answers as people read them: the summary on the review page, in the receipt, on the pages of the case."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import phonenumbers
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from portal.core.clock import ATHENS
from portal.core.texts import N_, Translated
from portal.eservices.queries.answers import Answers, group_fields
from portal.eservices.queries.definitions import Definition, Question, Step
from portal.eservices.queries.words import said

#: English dates are British: 22 November 2026
_DATES = {"en": "en_GB"}
_YES_NO = {"yes": N_("Yes"), "no": N_("No")}
DECLARED = N_("I declare it")
#: the words of law 1599/1986, article 8, before what is declared
PREAMBLE = N_(
    "On my own responsibility, knowing the penalties of article 22, paragraph 6 of law 1599/1986, I declare that:"
)
POINT = N_("Point on the map: %(lat)s, %(lon)s")


@dataclass(frozen=True)
class Reader:
    """Who reads, and what stands behind the codes in the answers."""

    language: str
    #: community code → its name
    communities: Mapping[str, Translated] = field(default_factory=dict)
    #: attachment id → file name
    files: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """A question and its answer in words."""

    label: str
    value: str
    #: ids of the files that are the answer
    files: tuple[int, ...] = ()


@dataclass(frozen=True)
class Part:
    """A step and its rows."""

    step: Step
    title: str
    rows: tuple[Row, ...]


def summary(definition: Definition, answers: Answers, reader: Reader) -> list[Part]:
    """Every step that has answers, in order; `answers` are settled ones."""
    parts = []
    for step in definition.steps:
        rows = [row for question in step.questions for row in rows_of(question, answers.get(question.id), reader)]
        if rows:
            parts.append(Part(step, step.title.text(reader.language), tuple(rows)))
    return parts


def rows_of(question: Question, answer: Any, reader: Reader) -> list[Row]:
    """One row, or for a group one for each of its rows; none where nothing was answered."""
    if answer in (None, "", [], {}):
        return []
    label = question.label.text(reader.language)
    if question.type == "group":
        return [
            Row(f"{label} {number}", _joined_row(question, row, reader), _files_of(question, row))
            for number, row in enumerate(answer, start=1)
        ]
    files = tuple(int(item) for item in answer) if question.type == "file" else ()
    return [Row(label, in_words(question, answer, reader), files)]


def _joined_row(group: Question, row: Answers, reader: Reader) -> str:
    said_parts = [
        f"{question.label.text(reader.language)}: {in_words(question, row[question.id], reader)}"
        for question in group_fields(group)
        if row.get(question.id) not in (None, "", [])
    ]
    return "\n".join(said_parts)


def _files_of(group: Question, row: Answers) -> tuple[int, ...]:
    return tuple(int(i) for q in group.fields if q.type == "file" for i in row.get(q.id) or ())


def in_words(question: Question, answer: Any, reader: Reader) -> str:
    """An answer as people read it, in the reader's language."""
    if answer in (None, "", [], {}):
        return ""
    try:
        return str(_WRITERS.get(question.type, _plain)(question, answer, reader))
    except (InvalidOperation, ValueError, TypeError, KeyError, AttributeError):
        return str(answer)  # an answer of an odd shape is shown rather than lost


def _plain(_question: Question, answer: Any, _reader: Reader) -> str:
    return str(answer)


def _number(question: Question, answer: Any, reader: Reader) -> str:
    unit = Translated(question.data.get("unit") or {}).text(reader.language)
    return f"{format_decimal(Decimal(str(answer)), locale=reader.language)} {unit}".strip()


def _money(_question: Question, answer: Any, reader: Reader) -> str:
    return str(format_currency(Decimal(str(answer)), "EUR", locale=reader.language))


def _date(_question: Question, answer: Any, reader: Reader) -> str:
    return day(date.fromisoformat(str(answer)), reader.language)


def _yes_no(_question: Question, answer: Any, reader: Reader) -> str:
    return said(_YES_NO[answer], reader.language)


def _choice(question: Question, answer: Any, reader: Reader) -> str:
    return question.option(str(answer)).text(reader.language)


def _choices(question: Question, answer: Sequence[str], reader: Reader) -> str:
    return ", ".join(_choice(question, value, reader) for value in answer)


def _file(_question: Question, answer: Sequence[Any], reader: Reader) -> str:
    return ", ".join(reader.files.get(int(number), f"#{number}") for number in answer)


def _phone(_question: Question, answer: Any, _reader: Reader) -> str:
    try:
        number = phonenumbers.parse(str(answer), "GR")
    except phonenumbers.NumberParseException:
        return str(answer)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _iban(_question: Question, answer: Any, _reader: Reader) -> str:
    text = str(answer)
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _address(_question: Question, answer: Mapping[str, str], _reader: Reader) -> str:
    street = " ".join(part for part in (answer.get("street"), answer.get("number")) if part)
    code = answer.get("postcode") or ""
    town = " ".join(part for part in (f"{code[:3]} {code[3:]}".strip(), answer.get("town")) if part)
    return ", ".join(part for part in (street, town) if part)


def _community(_question: Question, answer: Any, reader: Reader) -> str:
    return reader.communities.get(str(answer), Translated(el=str(answer))).text(reader.language)


def _place(question: Question, answer: Mapping[str, Any], reader: Reader) -> str:
    point = ""
    if answer.get("lat") and answer.get("lon"):
        point = said(POINT, reader.language) % {"lat": answer["lat"], "lon": answer["lon"]}
    community = _community(question, answer["community"], reader) if answer.get("community") else ""
    return ", ".join(part for part in (answer.get("words"), community, point) if part)


def _statement(question: Question, _answer: Any, reader: Reader) -> str:
    return f"{said(DECLARED, reader.language)}: {question.text.text(reader.language)}"


def _calculated(question: Question, answer: Any, reader: Reader) -> str:
    return {"money": _money, "number": _number}.get(str(question.data.get("as")), _choice)(question, answer, reader)


_WRITERS: dict[str, Callable[[Question, Any, Reader], str]] = {
    "number": _number,
    "money": _money,
    "date": _date,
    "yes_no": _yes_no,
    "choice": _choice,
    "choices": _choices,
    "file": _file,
    "phone": _phone,
    "iban": _iban,
    "address": _address,
    "community": _community,
    "place": _place,
    "statement": _statement,
    "calculated": _calculated,
}


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in the place of their `{names}`; an unknown name stays empty, nothing else is understood."""
    parts = []
    for at, piece in enumerate(text.replace("}", "{").split("{")):
        parts.append(values.get(piece.strip(), "") if at % 2 else piece)
    return "".join(parts)


def day(value: date, language: str) -> str:
    """22 November 2026."""
    return format_date(value, "long", locale=_DATES.get(language, language))


def moment(value: datetime, language: str) -> str:
    """22 November 2026, 18:05 – in Athens."""
    local = value.astimezone(ATHENS)
    return f"{day(local.date(), language)}, {local:%H:%M}"
