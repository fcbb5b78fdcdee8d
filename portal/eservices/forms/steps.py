"""One page of a service's form: made from the definition, judged by the server, never losing what was typed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _

from portal.core.fields import Field, FileField, NoteField, RepeatingGroup
from portal.core.forms import Form
from portal.eservices.forms.fields import Setting, field_of
from portal.eservices.queries.answers import Answers, Sheet, sheet
from portal.eservices.queries.definitions import SILENT, Definition, Question, Step
from portal.eservices.queries.expressions import Expression
from portal.eservices.queries.readable import Reader, in_words

#: hidden inputs that say which conditional questions the page showed
SHOWN = "step-shown"
#: the button that works the amounts out without going on
RECKON = "step-reckon"
#: kinds of fields whose answers the script can read
JUDGED_BY_SCRIPT = {"yes_no", "choice", "choices", "text", "number", "money"}
_NOT_FOR_SCRIPTS = (ast.Call, ast.BinOp, ast.IfExp, ast.UnaryOp)


@dataclass(frozen=True)
class Item:
    """A question on the page."""

    question: Question
    field: Any
    #: its condition holds
    asked: bool
    #: the condition for the script; empty: only the server can tell
    when: str = ""


class StepForm(Form):
    """The questions of one step."""

    definition: Definition
    step: Step
    setting: Setting
    #: what all answers together mean, set by `settle`
    state: Sheet
    #: questions that the answers opened and nobody has seen yet: the page points at them
    news: Sequence[str] = ()

    def field_for(self, question: Question) -> Any:
        """The field of a question."""
        return self._fields[_key(question)]

    @property
    def own_answers(self) -> dict[str, Any]:
        """Question → answer as it stands now, valid or not."""
        return {q.id: self._answer(q) for q in self.step.questions if q.type not in SILENT}

    def _answer(self, question: Question) -> Any:
        answer = self.field_for(question).answer
        return [int(number) for number in answer] if question.type == "file" else answer

    @property
    def good_answers(self) -> dict[str, Any]:
        """Answers to questions that are asked, without those that have to be corrected."""
        own = self.own_answers
        return {q.id: own[q.id] for q in self.step.questions if q.id in own and self._is_good(q)}

    def _is_good(self, question: Question) -> bool:
        field = self.field_for(question)
        return question.id in self.state.asked and not field.errors and not field.process_errors

    def settle(self, others: Answers, on: date) -> None:
        """Decide with all answers which questions are asked, and show what is worked out."""
        self.state = sheet(self.definition, {**others, **self.own_answers}, on)
        self.skip(set(self._not_asked()))
        reader = Reader(self.setting.language)
        for question in self.step.questions:
            field = self.field_for(question)
            if question.type == "calculated" and isinstance(field, NoteField):
                result = self.state.values.get(question.id)
                field.value = "" if result is None else in_words(question, str(result), reader)
                if result is None:
                    field.text = _("Worked out when the questions it depends on are answered.")

    def _not_asked(self) -> Iterator[str]:
        """Names in the page of the fields that are left out."""
        for question in self.step.questions:
            field = self.field_for(question)
            if question.id not in self.state.asked:
                yield field.name
            if isinstance(field, RepeatingGroup):
                numbers = [number for number, row in field.rows.items() if row in field.filled]
                for at, number in enumerate(numbers):
                    for inner in question.fields:
                        if f"{question.id}-{at}-{inner.id}" not in self.state.asked:
                            yield f"{question.id}-{number}-{inner.id}"

    def items(self) -> Iterator[Item]:
        """What the page shows, in order; questions that only an answer on this page can open come hidden."""
        for question in self.step.questions:
            asked = question.id in self.state.asked
            when = self._for_script(question.when)
            if asked or when:
                yield Item(question, self.field_for(question), asked, when)

    def _for_script(self, condition: Expression | None) -> str:
        if condition is None or any(isinstance(node, _NOT_FOR_SCRIPTS) for node in ast.walk(condition.tree)):
            return ""
        here = {question.id for question in self.step.questions if question.type in JUDGED_BY_SCRIPT}
        return condition.text if condition.names <= here else ""

    def opened(self) -> list[Question]:
        """Conditional questions that are asked now and that the page which was sent did not show."""
        shown = set(request.form.getlist(SHOWN))
        return [
            question
            for question in self.step.questions
            if question.when and question.id in self.state.asked - shown and self.field_for(question).is_empty()
        ]

    def forgive(self, questions: Sequence[Question]) -> None:
        """No message for questions that nobody has seen yet."""
        for question in questions:
            self.field_for(question).errors = []

    def forgive_empty(self) -> None:
        """Only what was typed wrong is worth a message: the amounts are worked out before all is filled in."""
        self.forgive([q for q in self.step.questions if self.field_for(q).is_empty()])

    @property
    def reckons(self) -> bool:
        """Whether the page has amounts or texts to be worked out."""
        return any(question.type == "calculated" for question in self.step.questions)

    @property
    def only_reckon(self) -> bool:
        """Whether the button was pressed that works them out."""
        return RECKON in request.form

    @property
    def file_fields(self) -> list[tuple[str, FileField]]:
        """The questions for files that are asked: id and field."""
        pairs = [(q.id, self.field_for(q)) for q in self.step.questions if q.type == "file"]
        return [(name, field) for name, field in pairs if not field.skipped]

    @property
    def csrf_is_stale(self) -> bool:
        """Whether the page was too old or not ours; then nothing of it is kept."""
        token = self._fields.get("csrf_token")
        return token is not None and not token.validate(self)

    @property
    def rows_changed(self) -> bool:
        """Whether a button added or removed a row."""
        return any(isinstance(field, RepeatingGroup) and field.changed for field in self)


def _key(question: Question) -> str:
    """The attribute of the form: whatever a pack calls a question, it hides nothing of the form's own."""
    return f"q_{question.id}"


def step_form(definition: Definition, step: Step, setting: Setting, kind: type[StepForm] = StepForm) -> type[StepForm]:
    """The form of one step; `kind` may have fields of its own."""
    names: dict[str, Any] = {"definition": definition, "step": step, "setting": setting}
    for question in step.questions:
        unbound = field_of(question, setting)
        unbound.name = question.id
        names[_key(question)] = unbound
    return type("ServiceStepForm", (kind,), names)


def sent_step(definition: Definition, step: Step, setting: Setting, answers: Answers, on: date) -> StepForm:
    """The form with what was sent, or, on a page that is only looked at, with what is kept."""
    form = step_form(definition, step, setting)(data=_data(step, answers))
    form.settle(answers, on)
    return form


def kept_step(definition: Definition, step: Step, setting: Setting, answers: Answers, on: date) -> StepForm:
    """The form with the answers that are kept, to look at them again before filing."""
    form = step_form(definition, step, setting)(formdata=None, data=_data(step, answers), meta={"csrf": False})
    form.settle(answers, on)
    return form


def _data(step: Step, answers: Answers) -> dict[str, Any]:
    return {_key(question): answers[question.id] for question in step.questions if question.id in answers}


def unfinished(
    definition: Definition, done: Sequence[str], setting: Setting, answers: Answers, on: date
) -> Mapping[str, list[str]]:
    """Steps that cannot be filed as they are: code → messages; a step that was never completed has none."""
    found: dict[str, list[str]] = {}
    for step in asked_steps(definition, sheet(definition, answers, on)):
        form = kept_step(definition, step, setting, answers, on)
        if not form.validate():
            found[step.code] = [message for f in form if isinstance(f, Field) for _where, message in f.problems()]
        elif step.code not in done:
            found[step.code] = []
    return found


def asked_steps(definition: Definition, state: Sheet) -> list[Step]:
    """The steps that ask anything at all."""
    return [step for step in definition.steps if any(question.id in state.asked for question in step.questions)]
