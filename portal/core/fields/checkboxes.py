"""Boxes to tick: some of several answers, a single one, and a solemn declaration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup
from wtforms.validators import ValidationError

from portal.core.fields.base import Field, Text, component
from portal.core.fields.choices import ChoiceField, sent_as


class CheckboxesField(ChoiceField):
    """Some of several answers; `data` and `answer` are lists."""

    #: How many may be chosen.
    min: int = 0
    max: int = 0

    empty: ClassVar[Any] = ()

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take all values, each once."""
        sent = [self.clean(value) for value in valuelist[:500] if isinstance(value, str)]
        self.typed = list(dict.fromkeys(value for value in sent if value))
        self.data = self.value_of(self.typed)

    def process_data(self, value: Any) -> None:
        """Take a list of values; anything else counts as none."""
        values = list(value) if isinstance(value, list | tuple | set | frozenset) else []
        self.typed = [sent_as(item) for item in values]
        self.data = self.value_of(self.typed) if self.choices else values

    def value_of(self, sent: Any) -> list[Any]:
        """The values that were chosen, in the order of the choices."""
        return [item.value for item in self.choices if sent_as(item.value) in sent]

    @property
    def answer(self) -> list[str]:
        """The values as a page sends them."""
        return [sent_as(value) for value in self.data]

    def check(self) -> None:
        """Only what is offered, and not too few or too many.

        :raises ValidationError: otherwise.
        """
        self.data = self.value_of(self.typed)
        if len(self.data) < len(self.typed):
            raise ValidationError(_("Choose among the answers given for “%(label)s”", label=self.title))
        if self.max and len(self.data) > self.max:
            raise ValidationError(
                ngettext(
                    "Choose at most %(num)d answer for “%(label)s”",
                    "Choose at most %(num)d answers for “%(label)s”",
                    self.max,
                    label=self.title,
                )
            )
        if len(self.data) < self.min:
            raise ValidationError(
                ngettext(
                    "Choose at least %(num)d answer for “%(label)s”",
                    "Choose at least %(num)d answers for “%(label)s”",
                    self.min,
                    label=self.title,
                )
            )

    def is_chosen(self, sent: str) -> bool:
        """Whether a box is ticked."""
        return sent in self.typed

    def render(self, params: dict[str, Any]) -> Markup:
        """Checkboxes in a fieldset."""
        params |= {"idPrefix": self.id, "items": self.items(params["attributes"]), "attributes": {}}
        return component("checkboxes", params)


class CheckboxField(Field):
    """One box to tick; `data` is True or False, `answer` "yes" or None. With `required` it must be ticked."""

    required: bool = False
    mark_optional: bool = False

    empty: ClassVar[Any] = False

    def read(self, text: str) -> bool:  # noqa: ARG002 – a box is ticked whatever its value says
        """A box that was sent is ticked."""
        return True

    def clean(self, text: str) -> str:
        """A box says yes or nothing."""
        return "yes" if text.strip() else ""

    def load(self, value: Any) -> bool:
        """A truth value, or "yes"."""
        return value in (True, "yes")

    def show(self, value: Any) -> str:
        """As a page sends it."""
        return "yes" if value else ""

    @property
    def answer(self) -> Any:
        """"yes", or None."""  # fmt: skip
        return "yes" if self.data else None

    def missing_message(self) -> str:
        """Asks for the tick."""
        return str(self.missing) or _("Tick the box “%(label)s” to continue", label=self.title)

    def render(self, params: dict[str, Any]) -> Markup:
        """A single box; its label is the question."""
        box = {"value": "yes", "text": self.label_text, "checked": bool(self.typed), "attributes": params["attributes"]}
        box["hint"] = params["hint"]
        return component(
            "checkboxes",
            params | {"idPrefix": self.id, "items": [box], "attributes": {}, "fieldset": None, "hint": None},
        )


class StatementField(CheckboxField):
    """A solemn declaration (law 1599/1986, article 8): its text, and the box that makes it one's own."""

    required: bool = True
    #: What is declared, a paragraph a line.
    text: Text = ""
    #: The words of the law before it.
    preamble: Text = _l(
        "On my own responsibility, knowing the penalties of article 22, paragraph 6 of law 1599/1986, I declare that:"
    )

    def missing_message(self) -> str:
        """Says why the tick is needed."""
        return str(self.missing) or _("Read the declaration and tick the box to make it yours")

    def render(self, params: dict[str, Any]) -> Markup:
        """The text set apart, and the box under it."""
        paragraphs = [str(self.preamble), *str(self.text).splitlines()]
        html = Markup("").join(
            Markup('<p class="govuk-body">{}</p>').format(line) for line in paragraphs if line.strip()
        )
        text_id = f"{self.id}-text"
        inset = component("inset-text", {"id": text_id, "html": html})
        box = super().render(params | {"describedBy": text_id})
        return Markup('<div class="govuk-form-group">{}{}</div>').format(inset, box)
