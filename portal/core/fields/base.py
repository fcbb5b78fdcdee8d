"""What every field shares: label, hint, message, and the way from what was typed to an answer and back.

A field knows four things about its answer: `typed` (what stands in the control, shown again as it was), `data` (the
value for the code), `answer` (the same as JSON keeps it) and `errors` (sentences for people). Bad input is a message,
never an exception.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, cast

import wtforms
from flask import current_app
from flask_babel import gettext as _
from markupsafe import Markup, escape
from wtforms.validators import StopValidation, ValidationError

#: Text people read: a string, or one that is translated when it is shown.
Text = Any
Validator = Callable[[Any, Any], None]


def component(name: str, params: Mapping[str, Any]) -> Markup:
    """A GOV.UK component as HTML; each macro is loaded once per application."""
    macros: dict[str, Any] = current_app.extensions.setdefault("govuk_components", {})
    if name not in macros:
        template = current_app.jinja_env.get_template(f"govuk_frontend_jinja/components/{name}/macro.html")
        macros[name] = getattr(template.module, "govuk" + name.title().replace("-", ""))
    return Markup(macros[name](params))  # noqa: S704 – the macro escapes


class Required:
    """An answer must be given. The message says what to do: `Required(_l("Enter the date the shop opened"))`."""

    def __init__(self, message: Text = "") -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ARG002 – the signature of a validator
        """Stop at an empty answer.

        :raises StopValidation: nothing was answered.
        """
        if field.is_empty():
            raise StopValidation(str(self.message) or field.missing_message())


@functools.cache
def _keywords(kind: Any) -> frozenset[str]:
    """Constructor keywords of a field class: its annotated attributes and those of its bases, as in a dataclass."""
    ours = [base for base in kind.__mro__ if issubclass(base, Field)]
    annotations = [item for base in ours for item in inspect.get_annotations(base).items()]
    return frozenset(name for name, annotation in annotations if not str(annotation).startswith("ClassVar"))


class Field(wtforms.Field):
    """A question of a form. Annotated attributes, here and in subclasses, are keywords of the constructor."""

    #: What helps to answer, under the label.
    help: Text = ""
    #: Whether an answer must be given; otherwise the label says "(optional)".
    required: bool = True
    #: The message when the answer is missing; the default names the label.
    missing: Text = ""
    #: When the question is asked: a mark for scripts (`data-when`); the server decides, with `Form.skip`.
    when: str = ""
    #: More CSS classes for the control.
    classes: str = ""
    #: What the browser may fill in (`name`, `email`, `street-address`, …).
    autocomplete: str = ""
    #: Whether an optional field says so in its label.
    mark_optional: bool = True

    #: `data` while nothing is answered.
    empty: ClassVar[Any] = None
    #: Whether the answer is kept; a note is only read.
    keeps: ClassVar[bool] = True

    def __init__(self, label: Text, validators: Sequence[Validator] = (), **options: Any) -> None:
        for name in _keywords(cast("Any", type(self))) & options.keys():
            setattr(self, name, options.pop(name))
        named = any(isinstance(validator, Required) for validator in validators)
        self.required = self.required or named
        if self.required and not named:
            validators = (Required(self.missing), *validators)
        #: What stands in the control.
        self.typed: Any = ""
        #: True when the question was not asked: neither validated nor kept.
        self.skipped = False
        self.errors: Sequence[str] = ()
        super().__init__(label, validators, **options)

    # -- from the request, or from what is stored

    def process_data(self, value: Any) -> None:
        """Take a value of the code or a stored answer; what cannot be understood is shown, but counts as no answer."""
        self.data = self.empty
        try:
            self.data = self.empty if value is None else self.load(value)
        except (ValueError, TypeError, ArithmeticError, AttributeError, KeyError):
            self.typed = str(value)
        else:
            self.typed = self.show(self.data)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take what was sent; files and further values under the same name are not for this field."""
        self.data = self.empty
        self.typed = self.clean(next((value for value in valuelist if isinstance(value, str)), ""))
        if self.typed:
            self.data = self.read(self.typed)

    def clean(self, text: str) -> str:
        """What is kept of the text that was sent."""
        return text.strip()

    def read(self, text: str) -> Any:
        """The value of what was typed.

        :raises ValidationError: it cannot be understood; the message says what to do.
        """
        return text

    def load(self, value: Any) -> Any:
        """`data` from a value of the code or a stored answer."""
        return value

    def show(self, value: Any) -> Any:
        """What stands in the control for a value."""
        return "" if value is None else str(value)

    @property
    def answer(self) -> Any:
        """The answer as JSON keeps it; None when there is none."""
        return None if self.data in (None, "") else str(self.data)

    # -- validation

    def is_empty(self) -> bool:
        """Whether nothing was answered."""
        return not self.typed

    def check(self) -> None:
        """Look at the limits of a value that could be read.

        :raises ValidationError: it is outside them.
        """

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 – the signature of WTForms
        """One message at a time: what cannot be read is not looked at further.

        :raises StopValidation: what was typed cannot be used.
        """
        if self.process_errors:
            raise StopValidation
        if not self.is_empty():
            try:
                self.check()
            except ValidationError as error:
                raise StopValidation(str(error)) from error

    def validate(self, form: Any, extra_validators: Iterable[Validator] = ()) -> bool:
        """Fill `errors`. They become plain strings here: a lazy one would reach the page unescaped."""
        if self.skipped:
            self.errors = []
            return True
        super().validate(form, extra_validators)
        self.errors = [str(error) for error in self.errors]
        return not self.errors

    def refuse(self, message: Text) -> None:
        """Say what is wrong with this answer, when only the rules could tell (`Refused`)."""
        self.errors = [*self.errors, str(message)]

    def missing_message(self) -> str:
        """What is said when an answer is missing."""
        return str(self.missing) or _("Fill in “%(label)s”", label=self.title)

    def problems(self) -> list[tuple[str, str]]:
        """For the summary: the id of the control to go to and the message, one per thing to do."""
        return [(self.first_id, str(error)) for error in list(self.errors)[:1]]

    # -- on the page

    @property
    def title(self) -> str:
        """The label as it was given."""
        return str(self.label.text)

    @property
    def label_text(self) -> str:
        """The label as people see it."""
        if self.required or not self.mark_optional:
            return self.title
        return str(_("%(label)s (optional)", label=self.title))

    @property
    def help_text(self) -> str:
        """The hint as people see it."""
        return str(self.help)

    @property
    def first_id(self) -> str:
        """The id of the first control."""
        return str(self.id)

    def __call__(self, *, autofocus: bool = False, heading: bool = False, **attributes: Any) -> Markup:
        """The field as HTML; keywords that are not named here become attributes of the control.

        :param heading: the label is the heading of the page.
        """
        names = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        if autofocus:
            names["autofocus"] = {"value": True, "optional": True}
        html = self.render(self.params(heading=heading, attributes=names))
        if not self.when:
            return html
        # two of the components cannot take attributes for their group, so all of them get it here
        group = '<div class="govuk-form-group'
        marked = f'<div data-when="{escape(self.when)}"{group[4:]}'
        return Markup(str(html).replace(group, marked, 1))  # noqa: S704 – escaped, both of them

    def params(self, *, heading: bool, attributes: Mapping[str, Any]) -> dict[str, Any]:
        """What all components want to know."""
        error = {"text": self.errors[0], "visuallyHiddenText": _("Error")} if self.errors else None
        return {
            "id": self.id,
            "name": self.name,
            "label": self._caption("govuk-label", heading=heading),
            "fieldset": {"legend": self._caption("govuk-fieldset__legend", heading=heading)},
            "hint": {"text": self.help_text} if self.help_text else None,
            "errorMessage": error,
            "classes": self.classes,
            "attributes": dict(attributes),
            "autocomplete": self.autocomplete or None,
            "value": self.typed,
        }

    def _caption(self, block: str, *, heading: bool) -> dict[str, Any]:
        return {"text": self.label_text, "isPageHeading": heading, "classes": f"{block}--l" if heading else ""}

    def render(self, params: dict[str, Any]) -> Markup:
        """The component of this kind of field."""
        raise NotImplementedError
