"""Forms of the work of making a plan: when it begins, a task, a letter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import ValidationError

from portal.core.fields import DateField, NumberField, SelectField, TextAreaField, TextField, choice, choices_of
from portal.core.forms import Form, IdempotentForm
from portal.core.i18n import plain
from portal.core.texts import Translated
from portal.plan.forms.wording import WordedForm, in_languages, text_data
from portal.plan.models import StageKind, StageTask
from portal.plan.operations.making import MOST_ADDRESSES, TaskInput, TaskLetter

_LATER: dict[str, Any] = {"required": False, "mark_optional": False}


class BeginForm(Form):
    """When the work begins."""

    first_day = DateField(_l("First day of the work"), help=_l("The days of the usual tasks are counted from it."))


class TaskForm(WordedForm):
    """A task; its title in each language is added by `task_form`."""

    words_first = True

    stage = SelectField(_l("Stage"), choices=choices_of(StageKind), missing=_l("Choose the stage"))
    unit = SelectField(_l("Who does it"), blank=_l("Nobody yet"), **_LATER)
    due_on = DateField(_l("To be done by"), required=False)
    note = TextAreaField(_l("What it needs, and what came of it"), max=4000, rows=4, required=False)
    questionnaire = SelectField(
        _l("Questionnaire"),
        blank=_l("None"),
        help=_l("The workspace then shows how many have answered it, and leads to the answers."),
        **_LATER,
    )
    done_on = DateField(_l("Done on"), required=False)
    decision = TextField(_l("Decision that ends it, number and date"), max=200, required=False)
    ada = TextField(_l("ΑΔΑ"), max=20, required=False, help=_l("As Diavgeia gives it, for example Ψ297ΩΗΜ-ΣΙ0"))
    position = NumberField(_l("Number in the order"), min=0, max=10_000, default=500)
    seen = HiddenField()

    def offer(self, units: Sequence[tuple[int, Translated]], questionnaires: Sequence[tuple[str, Translated]]) -> None:
        """Fill in the units and the questionnaires."""
        self.unit.choices = [choice(number, plain(name)) for number, name in units]
        self.questionnaire.choices = [choice(code, plain(name)) for code, name in questionnaires]

    @property
    def given(self) -> TaskInput:
        """For the operation."""
        return TaskInput(
            stage=self.stage.data,
            title=self.texts("title"),
            note=str(self.note.data or ""),
            unit_id=self.unit.data or None,
            due_on=self.due_on.data,
            done_on=self.done_on.data,
            decision=str(self.decision.data or ""),
            ada=str(self.ada.data or ""),
            questionnaire=self.questionnaire.data or "",
            position=int(self.position.data),
        )


def task_form(languages: Sequence[str]) -> type[TaskForm]:
    """The form with a title in each language."""
    return in_languages(TaskForm, languages, {"title": partial(_titled, max=300)})


def _titled(*, language: str, required: bool, **options: Any) -> TextField:
    return TextField(_l("What is to be done (%(language)s)", language=language), required=required, **options)


def task_data(row: StageTask) -> dict[str, Any]:
    """A task for the fields of the form."""
    names = ("stage", "note", "due_on", "done_on", "decision", "ada", "questionnaire", "position")
    known = {name: getattr(row, name) for name in names}
    return {**known, **text_data(title=row.title), "unit": row.unit_id, "seen": str(row.seen)}


class LetterForm(IdempotentForm):
    """A letter to the bodies involved."""

    addresses = TextAreaField(
        _l("Email addresses, one a line"),
        max=10_000,
        rows=5,
        help=_l("Each gets a letter of its own and does not see the others."),
    )
    subject = TextField(_l("Subject"), max=200)
    text = TextAreaField(_l("Text"), max=8000, rows=10)

    def validate_addresses(self, _field: Any) -> None:
        """Every line is an address.

        :raises ValidationError: one is not, or there are too many.
        """
        lines = self.lines
        if len(lines) > MOST_ADDRESSES:
            raise ValidationError(_("A letter goes to %(most)s addresses at most", most=MOST_ADDRESSES))
        for line in lines:
            try:
                validate_email(line[:400], check_deliverability=False)
            except EmailNotValidError as wrong:
                raise ValidationError(_("“%(line)s” is not an email address", line=line[:80])) from wrong

    @property
    def lines(self) -> list[str]:
        """The addresses as they were typed."""
        return [line.strip() for line in str(self.addresses.data or "").splitlines() if line.strip()]

    def letter(self, language: str) -> TaskLetter:
        """For the operation."""
        return TaskLetter(str(self.subject.data), str(self.text.data), self.lines, language)
