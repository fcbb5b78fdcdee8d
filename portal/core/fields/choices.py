"""Questions with given answers: yes or no, one of a few, one of many.

Choices are `choice(value, label)`, a list or a function that returns one. A value may be text, a number or a member of
an enum: `data` is the value itself.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from portal.core.choices import Choice
from portal.core.fields.base import Field, Text, component
from portal.core.fields.text import clean

Choices = Iterable[SelectChoice] | Callable[[], Iterable[SelectChoice]]


def choice(value: Any, label: Text, hint: Text = "") -> SelectChoice:
    """One possible answer, with an optional hint under it."""
    return SelectChoice(value, label, {"hint": hint} if hint else {})


def choices_of(kind: type[Choice], *members: Choice) -> list[SelectChoice]:
    """The members of an enum (or only those given) as choices, with their labels translated."""
    return [choice(member, _l(member.label)) for member in members or kind]


def sent_as(value: Any) -> str:
    """A value as a page sends it."""
    return str(value.value) if isinstance(value, enum.Enum) else str(value)


class ChoiceField(Field):
    """One of several answers."""

    def __init__(self, label: Text, validators: Sequence[Any] = (), *, choices: Choices = (), **options: Any) -> None:
        self._choices = choices
        super().__init__(label, validators, **options)

    @property
    def choices(self) -> list[SelectChoice]:
        """The possible answers."""
        return list(self._choices() if callable(self._choices) else self._choices)

    @choices.setter
    def choices(self, choices: Choices) -> None:
        """A view may set them after the form is made: what was sent is looked up again."""
        self._choices = choices
        self.data = self.value_of(self.typed)

    def value_of(self, sent: str) -> Any:
        """The value that was chosen; None if there is no such choice."""
        return next((item.value for item in self.choices if sent and sent_as(item.value) == sent), None)

    def clean(self, text: str) -> str:
        """One short line."""
        return clean(text)[:200]

    def read(self, text: str) -> Any:
        """The value that was chosen."""
        return self.value_of(text)

    def load(self, value: Any) -> Any:
        """The choice that was stored; one that is not offered any more stays what it is."""
        found = self.value_of(sent_as(value))
        return value if found is None else found

    def show(self, value: Any) -> str:
        """The value as a page sends it."""
        return "" if value is None else sent_as(value)

    @property
    def answer(self) -> Any:
        """The value as a page sends it."""
        return None if self.data is None else sent_as(self.data)

    def check(self) -> None:
        """Only what is offered can be chosen.

        :raises ValidationError: something else was sent.
        """
        self.data = self.value_of(self.typed)
        if self.data is None:
            raise ValidationError(_("Choose one of the answers given for “%(label)s”", label=self.title))

    def missing_message(self) -> str:
        """Asks for a choice."""
        return str(self.missing) or _("Choose an answer for “%(label)s”", label=self.title)

    def items(self, attributes: dict[str, Any]) -> list[dict[str, Any]]:
        """The answers for the macros; the first one takes the attributes (so that it can take the focus)."""
        hints = [item.render_kw.get("hint") for item in self.choices]
        return [
            {
                "value": sent_as(item.value),
                "text": str(item.label),
                "hint": {"text": str(hint)} if hint else None,
                "checked": self.is_chosen(sent_as(item.value)),
                "attributes": attributes if at == 0 else {},
            }
            for at, (item, hint) in enumerate(zip(self.choices, hints, strict=True))
        ]

    def is_chosen(self, sent: str) -> bool:
        """Whether an answer is marked."""
        return bool(self.typed == sent)


class RadiosField(ChoiceField):
    """One of a few answers, all in sight. `inline` puts short ones beside each other."""

    inline: bool = False

    def render(self, params: dict[str, Any]) -> Markup:
        """Radio buttons in a fieldset."""
        classes = f"{self.classes} govuk-radios--inline" if self.inline else self.classes
        params |= {"idPrefix": self.id, "items": self.items(params["attributes"]), "attributes": {}, "classes": classes}
        return component("radios", params)


class YesNoField(RadiosField):
    """Yes or no; `data` is True or False, `answer` "yes" or "no"."""

    inline: bool = True

    def __init__(self, label: Text, validators: Sequence[Any] = (), **options: Any) -> None:
        options.setdefault("choices", [choice("yes", _l("Yes")), choice("no", _l("No"))])
        super().__init__(label, validators, **options)

    def value_of(self, sent: str) -> bool | None:
        """True, False, or None when neither was sent."""
        return {"yes": True, "no": False}.get(sent)

    def load(self, value: Any) -> bool:
        """A truth value, or "yes" and "no"."""
        return value if isinstance(value, bool) else {"yes": True, "no": False}[value]

    def show(self, value: Any) -> str:
        """As a page sends it."""
        return "" if value is None else "yes" if value else "no"

    @property
    def answer(self) -> Any:
        """As a page sends it."""
        return self.show(self.data) or None

    def missing_message(self) -> str:
        """Asks for one of the two."""
        return str(self.missing) or _("Choose yes or no for “%(label)s”", label=self.title)


class SelectField(ChoiceField):
    """One of many answers, in a list that opens. `blank` is what stands there before a choice is made.

    A choice without a value takes its place: there is one way to say nothing.
    """

    blank: Text = _l("Choose from the list")

    def render(self, params: dict[str, Any]) -> Markup:
        """A select, the blank entry first."""
        entries = [{**item, "selected": item["checked"], "attributes": {}} for item in self.items({})]
        if all(entry["value"] for entry in entries):
            entries.insert(0, {"value": "", "text": str(self.blank)})
        return component("select", params | {"items": entries, "value": None})
