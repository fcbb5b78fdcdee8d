"""The questions of a draft, written on screen: each becomes a field of the form engine, checked by its own checks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.core.texts import N_, Translated, missing_languages
from portal.eservices.models import QuestionKind, Questionnaire
from portal.eservices.operations.checking import check_keys
from portal.eservices.operations.checking_forms import check_form
from portal.eservices.operations.questionnaires import note, open_draft
from portal.eservices.operations.reading import Sheet
from portal.eservices.queries.questionnaires import SCALE

MOST_QUESTIONS = 30
MOST_OPTIONS = 20
#: a number is counted as it is, so there are not more of them
LARGEST = 10_000
#: the one page of a questionnaire
STEP = {"step": "questions", "title": {"el": "Ερωτήσεις", "en": "Questions"}}
#: what the ends of a scale mean; what lies between needs no words
_ENDS = {"1": {"el": "1 – καθόλου", "en": "1 – not at all"}, "5": {"el": "5 – πάρα πολύ", "en": "5 – very much"}}
_TYPES = {
    QuestionKind.ONE: "choice",
    QuestionKind.SEVERAL: "choices",
    QuestionKind.SCALE: "choice",
    QuestionKind.NUMBER: "number",
    QuestionKind.SHORT: "text",
    QuestionKind.LONG: "long_text",
}
_LENGTHS = {QuestionKind.SHORT: 200, QuestionKind.LONG: 2000}


class TooManyQuestions(Refused):
    """Nobody reads to the end."""

    message = N_("A questionnaire has at most %(most)s questions.")


class WrongOptions(Refused):
    """They cannot be chosen between."""

    message = N_(
        "Write between 2 and %(most)s different answers, one a line, and as many lines in every language, "
        "in the same order."
    )


class WrongLimits(Refused):
    """No number lies between them."""

    message = N_("The largest number must be more than the smallest, and at most %(most)s.")


class WordsMissing(Refused):
    """Everybody must understand what is asked."""

    message = N_("Write the question in every language of the portal.")


class BadQuestion(Refused):
    """The form engine does not take it."""

    message = N_("This question cannot be asked as it is: %(problem)s")


class NoSuchQuestion(Refused):
    """It is gone."""

    message = N_("There is no such question any more.")


@dataclass(frozen=True, kw_only=True)
class QuestionInput:
    """What is asked, and how it is answered."""

    kind: QuestionKind
    label: Translated
    #: those in which it must be written
    languages: Collection[str]
    #: the answers to choose from
    options: Sequence[Translated] = ()
    required: bool = False
    #: of a number
    least: int = 0
    most: int = 100


def put_question(
    session: Session,
    row: Questionnaire,
    given: QuestionInput,
    *,
    name: str = "",
    seen: int,
    actor_id: int | None,
    now: datetime,
) -> str:
    """A new question at the end, or the one with that name as it is from now on; its name.

    :raises WordsMissing: :raises WrongOptions: :raises WrongLimits: :raises TooManyQuestions: as their messages say.
    :raises NoSuchQuestion: if there is none with that name. :raises BadQuestion: if the form engine refuses it.
    :raises PublishedAlready: :raises QuestionnaireChanged: as for the questionnaire.
    """
    open_draft(session, row, seen=seen)
    fields = _fields(row)
    name_or_new = name or _free_name(fields)
    field = field_of(name_or_new, given)
    if not name:
        if len(fields) >= MOST_QUESTIONS:
            raise TooManyQuestions(most=MOST_QUESTIONS)
        fields.append(field)
    else:
        fields[_place(fields, name)] = field
    row.definition = _checked(_definition(fields), given.languages)
    session.flush()
    note(session, row, "question", actor_id, now=now, name=name_or_new)
    return name_or_new


def arrange(
    session: Session, row: Questionnaire, name: str, how: str, *, seen: int, actor_id: int | None, now: datetime
) -> None:
    """Move a question "up" or "down" by one place, or "drop" it.

    :raises NoSuchQuestion: if there is none with that name.
    :raises PublishedAlready: :raises QuestionnaireChanged: as for the questionnaire.
    """
    open_draft(session, row, seen=seen)
    fields = _fields(row)
    at = _place(fields, name)
    field = fields.pop(at)
    if how != "drop":
        fields.insert(max(at + (1 if how == "down" else -1), 0), field)
    row.definition = _definition(fields)
    session.flush()
    note(session, row, "arranged", actor_id, now=now, name=name, how=how)


def field_of(name: str, given: QuestionInput) -> dict[str, Any]:
    """A question as the form engine knows it.

    :raises WordsMissing: :raises WrongOptions: :raises WrongLimits: as their messages say.
    """
    if missing_languages(given.label, list(given.languages)):
        raise WordsMissing
    field: dict[str, Any] = {
        "id": name,
        "type": _TYPES[given.kind],
        "label": dict(given.label),
        "required": given.required,
    }
    if given.kind in {QuestionKind.ONE, QuestionKind.SEVERAL}:
        field["options"] = _options(given.options, given.languages)
    if given.kind is QuestionKind.SCALE:
        field["options"] = [
            {"value": value, **_ENDS.get(value, dict.fromkeys(given.languages, value))} for value in SCALE
        ]
    if given.kind is QuestionKind.NUMBER:
        if not 0 <= given.least < given.most <= LARGEST:
            raise WrongLimits(most=LARGEST)
        field |= {"min": given.least, "max": given.most, "decimals": 0}
    if given.kind in _LENGTHS:
        field["max"] = _LENGTHS[given.kind]
    return field


def _options(options: Sequence[Translated], languages: Collection[str]) -> list[dict[str, str]]:
    different = all(len({option.get(code) for option in options}) == len(options) for code in languages)
    if not 2 <= len(options) <= MOST_OPTIONS or not different:
        raise WrongOptions(most=MOST_OPTIONS)
    if any(missing_languages(option, list(languages)) for option in options):
        raise WrongOptions(most=MOST_OPTIONS)
    return [{"value": f"a{number}", **option} for number, option in enumerate(options, start=1)]


def _fields(row: Questionnaire) -> list[dict[str, Any]]:
    return [dict(field) for step in row.definition.get("form") or () for field in step["fields"]]


def _free_name(fields: Sequence[dict[str, Any]]) -> str:
    return f"q{max((int(field['id'][1:]) for field in fields), default=0) + 1}"


def _place(fields: Sequence[dict[str, Any]], name: str) -> int:
    found = next((at for at, field in enumerate(fields) if field["id"] == name), None)
    if found is None:
        raise NoSuchQuestion
    return found


def _definition(fields: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"form": [{**STEP, "fields": list(fields)}] if fields else []}


def _checked(definition: dict[str, Any], languages: Collection[str]) -> dict[str, Any]:
    """The definition, if the form engine takes it."""
    sheet = Sheet("questionnaire", definition)
    check_form(sheet, languages, check_keys)
    if sheet.problems:
        raise BadQuestion(problem=sheet.problems[0].message)
    return definition
