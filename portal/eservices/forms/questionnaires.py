"""Forms of questionnaires: the sheet that people answer, and for the desk its words, its questions, filters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import zip_longest
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.core.fields import (
    CheckboxField,
    DateField,
    DayField,
    Field,
    NumberField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    choice,
    choices_of,
)
from portal.core.forms import OnceField, SearchForm
from portal.core.i18n import NAMES
from portal.core.texts import Translated
from portal.core.wording import WordedForm, in_languages, text_data
from portal.eservices.forms.fields import Setting
from portal.eservices.forms.steps import StepForm, step_form
from portal.eservices.models import Audience, QuestionKind, Questionnaire
from portal.eservices.operations.questionnaires import QuestionnaireInput
from portal.eservices.operations.questions import LARGEST, QuestionInput
from portal.eservices.queries.definitions import Definition, Question
from portal.eservices.queries.questionnaires import kind_of
from portal.eservices.queries.results import Only

#: what a questionnaire can be asked for
SUBJECTS = (("", _l("Nothing in particular")), ("plan", _l("The operational plan")))
_LATER: dict[str, Any] = {"required": False, "mark_optional": False}
_FREE = "kind == 'one' or kind == 'several'"


class SheetForm(StepForm):
    """The questions of a questionnaire, answered once for each page that is opened."""

    once = OnceField()


def sheet_form(row: Questionnaire, language: str, day: date, **options: Any) -> SheetForm:
    """The sheet, with what was sent; `options` as for every form."""
    definition = Definition(row.definition)
    [step] = definition.steps
    form = step_form(definition, step, Setting(language), SheetForm)(**options)
    assert isinstance(form, SheetForm)
    form.settle({}, day)
    return form


class _SeenForm(WordedForm):
    """A form that knows which state of the questionnaire its page showed."""

    words_first = True

    seen = HiddenField()

    @property
    def seen_state(self) -> int:
        """Its number; 0 where none came."""
        sent = str(self.seen.data or "")
        return int(sent) if sent.isdecimal() and len(sent) < 9 else 0


class QuestionnaireForm(_SeenForm):
    """What a questionnaire is called, for whom it is, and when; its words in each language are added."""

    opens_on = DateField(_l("First day"))
    closes_on = DateField(_l("Last day"))
    audience = RadiosField(
        _l("Who is asked?"),
        choices=[
            choice(Audience.EVERYBODY, _l(Audience.EVERYBODY.label), _l("It stands in the list of questionnaires.")),
            choice(Audience.LINK, _l(Audience.LINK.label), _l("It stands in no list; you send the link yourselves.")),
        ],
        default=Audience.EVERYBODY,
    )
    subject = SelectField(_l("What is it for?"), choices=[choice(code, name) for code, name in SUBJECTS], **_LATER)

    @property
    def given(self) -> QuestionnaireInput:
        """For the operation."""
        return QuestionnaireInput(
            title=self.texts("title"),
            introduction=self.texts("introduction"),
            opens_on=self.opens_on.data,
            closes_on=self.closes_on.data,
            audience=self.audience.data,
            subject=self.subject.data or "",
        )


def _title(*, language: str, required: bool) -> Field:
    return TextField(_l("Title (%(language)s)", language=language), max=200, required=required)


def _introduction(*, language: str, required: bool) -> Field:
    label = _l("What people read before they answer (%(language)s)", language=language)
    return TextAreaField(label, max=2000, rows=4, required=required)


def questionnaire_form(languages: Sequence[str]) -> type[QuestionnaireForm]:
    """The form with its words in each language."""
    words = {"title": _title, "introduction": _introduction}
    return in_languages(QuestionnaireForm, languages, words, needed=languages)


def questionnaire_data(row: Questionnaire) -> dict[str, Any]:
    """A questionnaire for the fields of the form."""
    known = {name: getattr(row, name) for name in ("opens_on", "closes_on", "audience", "subject")}
    return {**known, **text_data(title=row.title, introduction=row.introduction), "seen": str(row.seen)}


class QuestionForm(_SeenForm):
    """A question; its words and answers in each language are added."""

    kind = RadiosField(
        _l("How is it answered?"), choices=choices_of(QuestionKind), missing=_l("Choose how it is answered")
    )
    least = NumberField(_l("Smallest number"), min=0, max=LARGEST, default=0, when="kind == 'number'", **_LATER)
    most = NumberField(_l("Largest number"), min=0, max=LARGEST, default=100, when="kind == 'number'", **_LATER)
    required = CheckboxField(_l("It must be answered"), required=False)

    def validate(self, extra_validators: Any = None) -> bool:
        """What the chosen kind does not ask is not looked at."""
        kind, options = self.kind.data, {f"options_{code}" for code in self.languages}
        if kind is not None:
            asked = {QuestionKind.ONE: options, QuestionKind.SEVERAL: options, QuestionKind.NUMBER: {"least", "most"}}
            self.skip((options | {"least", "most"}) - asked.get(kind, set()))
        return super().validate(extra_validators)

    @property
    def given(self) -> QuestionInput:
        """For the operation: lines of different languages that stand beside each other are one answer."""
        lines = {
            code: [line.strip()[:200] for line in str(self[f"options_{code}"].data or "").splitlines() if line.strip()]
            for code in self.languages
        }
        return QuestionInput(
            kind=self.kind.data,
            label=self.texts("label"),
            languages=self.languages,
            options=[
                Translated({code: text for code, text in zip(lines, row, strict=True) if text})
                for row in zip_longest(*lines.values())
            ],
            required=bool(self.required.data),
            least=int(self.least.data or 0),
            most=int(self.most.data or 0),
        )

    @property
    def questions(self) -> list[Field]:
        """The words of the question, how it is answered, the answers, the rest."""
        order = ("label", "kind", "options")
        found = super().questions
        return sorted(found, key=lambda field: next((n for n, p in enumerate(order) if field.name.startswith(p)), 9))


def _label(*, language: str, required: bool) -> Field:
    return TextField(_l("Question (%(language)s)", language=language), max=300, required=required)


def _options(*, language: str, required: bool) -> Field:  # noqa: ARG001 – only some kinds need them
    label = _l("Answers to choose from, one a line (%(language)s)", language=language)
    return TextAreaField(label, max=4000, rows=6, when=_FREE, **_LATER)


def question_form(languages: Sequence[str]) -> type[QuestionForm]:
    """The form with its words in each language."""
    return in_languages(QuestionForm, languages, {"label": _label, "options": _options}, needed=languages)


def question_data(question: Question, languages: Sequence[str]) -> dict[str, Any]:
    """A question for the fields of the form."""
    data: dict[str, Any] = {"kind": kind_of(question), "required": question.required}
    offered = question.data.get("options") or () if data["kind"] is not QuestionKind.SCALE else ()
    if data["kind"] is QuestionKind.NUMBER:
        data |= {"least": question.data["min"], "most": question.data["max"]}
    lines = {code: "\n".join(str(option.get(code, "")) for option in offered) for code in languages}
    return {**data, **text_data(label=question.label, options=lines)}


class ResultsForm(SearchForm):
    """Whose answers are counted."""

    language = SelectField(_l("Language"), blank=_l("All languages"), **_LATER)
    since = DayField(_l("From"))
    until = DayField(_l("Until"))

    def offer(self, languages: Sequence[str]) -> None:
        """Fill in the languages."""
        self.language.choices = [choice(code, NAMES.get(code, code)) for code in languages]

    @property
    def only(self) -> Only:
        """For the query; what cannot be understood asks for nothing."""
        return Only(self.language.data or "", _day(self.since.data), _day(self.until.data))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
