"""Questions with several inputs of their own, such as an address. Each input is a field and has its own message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta
from wtforms.utils import unset_value
from wtforms.validators import ValidationError

from portal.core.fields.base import Field, component
from portal.core.fields.text import TextField


def inner_form(fields: Mapping[str, Any], prefix: str) -> BaseForm:
    """The inputs inside a question; their names begin with `prefix` and a dash."""
    return BaseForm(fields, prefix=prefix, meta=DefaultMeta())


def typed_anything(form: BaseForm) -> bool:
    """Whether any input of an inner form is filled."""
    return any(not field.is_empty() for field in form)


def answers_of(form: Any) -> dict[str, Any]:
    """Name → answer of the questions of a form that were asked."""
    ours = {name: field for name, field in form._fields.items() if isinstance(field, Field)}
    return {name: field.answer for name, field in ours.items() if field.keeps and not field.skipped}


class CompoundField(Field):
    """A fieldset of inputs; `data` and `answer` are dicts, None when nothing was filled in."""

    def parts(self) -> dict[str, Any]:
        """The inputs: name → field."""
        raise NotImplementedError

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:  # noqa: ARG002 – as in WTForms
        """Let each input take its part."""
        given = self.default if data is unset_value else data
        self.process_errors: list[str] = []
        self.object_data = given
        self.inner = inner_form(self.parts(), self.name)
        self.inner.process(formdata, data=given if isinstance(given, Mapping) else {})
        self._collect()

    def _collect(self) -> None:
        self.data = None if self.is_empty() else {name: field.data for name, field in self.inner._fields.items()}

    @property
    def answer(self) -> Any:
        """The answers of the inputs."""
        return None if self.is_empty() else answers_of(self.inner)

    def is_empty(self) -> bool:
        """Whether no input is filled."""
        return not typed_anything(self.inner)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Each input first; the question as a whole only when they are right."""
        self.errors = []
        if self.skipped or (self.is_empty() and not self.required):
            return True
        if not self.inner.validate():
            self.errors = [message for _where, message in self.problems()]
            return False
        self._collect()
        #: messages about the whole, shown at the fieldset
        return bool(super().validate(form, extra_validators))

    def problems(self) -> list[tuple[str, str]]:
        """Those of the inputs, or else of the whole."""
        inner = [problem for field in self.inner for problem in field.problems()]
        return inner or super().problems()

    @property
    def first_id(self) -> str:
        """The first input."""
        return str(next(iter(self.inner)).first_id)

    def render(self, params: dict[str, Any]) -> Markup:
        """A fieldset with the inputs in it."""
        own = None if any(field.errors for field in self.inner) else params["errorMessage"]
        return fieldset(params | {"errorMessage": own}, self.body(params["attributes"]))

    def body(self, attributes: dict[str, Any]) -> Markup:
        """The inputs; the first takes the attributes."""
        first, *others = self.inner
        return Markup("").join([first(**attributes), *(field() for field in others)])


def fieldset(params: dict[str, Any], body: Markup) -> Markup:
    """Legend, hint and message over a body, tied together for those who listen to the page."""
    hint_id, error_id = f"{params['id']}-hint", f"{params['id']}-error"
    hint = component("hint", params["hint"] | {"id": hint_id}) if params["hint"] else ""
    error = component("error-message", params["errorMessage"] | {"id": error_id}) if params["errorMessage"] else ""
    legend = params["fieldset"]["legend"]
    legend["classes"] = legend["classes"] or "govuk-fieldset__legend--m"
    inside = component(
        "fieldset",
        {
            "legend": legend,
            "describedBy": " ".join(name for name, there in ((hint_id, hint), (error_id, error)) if there),
            "attributes": {"id": params["id"]},
            "html": Markup("{}{}{}").format(hint, error, body),
        },
    )
    marked = " govuk-form-group--error" if error else ""
    return Markup('<div class="govuk-form-group{}">{}</div>').format(marked, inside)


class AddressField(CompoundField):
    """A postal address in Greece: `{street, number, postcode, town}`."""

    def parts(self) -> dict[str, Any]:
        """Villages have streets without numbers, so the number may stay empty."""
        return {
            "street": TextField(
                _l("Street, or name of the place"),
                max=120,
                autocomplete="address-line1",
                missing=_l("Enter the street, or the name of the place"),
            ),
            "number": TextField(_l("Number"), max=12, required=False, classes="govuk-input--width-4"),
            "postcode": PostcodeField(_l("Postcode")),
            "town": TextField(
                _l("Town or village"), max=80, autocomplete="address-level2", missing=_l("Enter the town or village")
            ),
        }


class PostcodeField(TextField):
    """A Greek postcode: five digits, kept without its space."""

    max: int = 12
    inputmode: str = "numeric"
    autocomplete: str = "postal-code"
    classes: str = "govuk-input--width-5"

    def read(self, text: str) -> str:
        """Five digits.

        :raises ValidationError: anything else.
        """
        code = text.replace(" ", "").replace("-", "")
        if not re.fullmatch(r"[1-8][0-9]{4}", code):
            raise ValidationError(_("Enter a postcode of five digits, like 700 14"))
        return code

    def missing_message(self) -> str:
        """Names the postcode."""
        return str(self.missing) or _("Enter the postcode")
