"""Rows of the same questions: as many as people need, added and taken out by buttons that work without scripts.

A press of such a button sends the whole form; the form then does not count as sent (`Form.validate` is False, without
errors), and the page comes back with the rows changed and everything that was typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup
from wtforms.form import BaseForm
from wtforms.utils import unset_value
from wtforms.validators import ValidationError

from portal.core.fields.base import Field, Text, component
from portal.core.fields.compound import answers_of, fieldset, inner_form, typed_anything

#: More rows than any form asks for; further ones are not even looked at.
MOST_ROWS = 200


class RepeatingGroup(Field):
    """Rows of fields; `data` and `answer` are lists of dicts, rows that were left empty are left out."""

    #: The questions of a row: name → field.
    fields: Mapping[str, Any] = {}
    #: How many rows are needed and allowed.
    min: int = 0
    max: int = 10
    #: The words of the legend of a row and of the two buttons.
    row_label: Text = _l("Row")
    add_label: Text = _l("Add another")
    remove_label: Text = _l("Remove")

    empty: ClassVar[Any] = ()

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:  # noqa: ARG002 – as in WTForms
        """Make the rows and let each take its part; a pressed button changes them."""
        given = self.default if data is unset_value else data
        self.process_errors: list[str] = []
        self.object_data = given
        #: whether a button of the group was pressed
        self.changed = False
        #: the row that was just added
        self.added = -1
        stored = [row for row in given if isinstance(row, Mapping)] if isinstance(given, Sequence) else []
        numbers = list(range(len(stored))) if formdata is None else self._sent(formdata)
        while len(numbers) < max(self.min, 0 if self.changed else 1):
            numbers.append(max(numbers, default=-1) + 1)
        #: number in the names of the inputs → the row
        self.rows: dict[int, BaseForm] = {}
        for number in numbers:
            row = self.rows[number] = inner_form(self.fields, f"{self.name}-{number}")
            row.process(formdata, data=stored[number] if formdata is None and number < len(stored) else {})
        self._collect()

    def _sent(self, formdata: Any) -> list[int]:
        """The numbers of the rows that were sent, after the button that was pressed."""
        listed = [
            value
            for value in formdata.getlist(self.name)
            if isinstance(value, str) and re.fullmatch(r"[0-9]{1,4}", value)
        ]
        named = re.compile(rf"{re.escape(self.name)}-([0-9]{{1,4}})-")
        found = {int(match[1]) for key in formdata if (match := named.match(key))}
        numbers = sorted(found | {int(value) for value in listed})[:MOST_ROWS]
        removed = formdata.get(f"{self.name}-remove")
        pressed = [key for key in formdata if key.endswith("-add")]
        if f"{self.name}-add" in pressed:
            self.changed = True
            if len(numbers) < self.max:
                numbers.append(max(numbers, default=-1) + 1)
                # a browser presses one button; whoever sends several gets the cursor once
                self.added = numbers[-1] if pressed[0] == f"{self.name}-add" else -1
        elif isinstance(removed, str):
            self.changed = True
            numbers = [number for number in numbers if str(number) != removed]
        return numbers

    def _collect(self) -> None:
        self.data = [{name: field.data for name, field in row._fields.items()} for row in self.filled]

    @property
    def filled(self) -> list[BaseForm]:
        """The rows in which something was typed."""
        return [row for row in self.rows.values() if typed_anything(row)]

    @property
    def answer(self) -> list[dict[str, Any]]:
        """The answers of the rows."""
        return [answers_of(row) for row in self.filled]

    def is_empty(self) -> bool:
        """Whether no row is filled."""
        return not self.filled

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Each row first, then how many there are."""
        self.errors = []
        if self.skipped:
            return True
        needed = max(self.min, 1 if self.required else 0)
        checked = [row for at, row in enumerate(self.rows.values()) if typed_anything(row) or at < needed]
        right = [row.validate() for row in checked]  # a list: every row gets its messages
        if not all(right):
            self.errors = [message for _where, message in self.problems()]
            return False
        self._collect()
        return bool(super().validate(form, extra_validators))

    def check(self) -> None:
        """Not too many rows, not too few.

        :raises ValidationError: otherwise.
        """
        if len(self.rows) > self.max:
            raise ValidationError(
                ngettext(
                    "“%(label)s” can have %(num)d row",
                    "“%(label)s” can have up to %(num)d rows",
                    self.max,
                    label=self.title,
                )
            )
        if len(self.filled) < self.min:
            raise ValidationError(
                ngettext(
                    "Fill in at least %(num)d row of “%(label)s”",
                    "Fill in at least %(num)d rows of “%(label)s”",
                    self.min,
                    label=self.title,
                )
            )

    def problems(self) -> list[tuple[str, str]]:
        """Those of the rows, or else of the whole."""
        inner = [problem for row in self.rows.values() for field in row for problem in field.problems()]
        return inner or super().problems()

    @property
    def first_id(self) -> str:
        """The first input of the first row, or the button that adds one."""
        first = next(iter(self.rows.values()), None)
        return next(iter(first)).first_id if first else f"{self.id}-add"

    def render(self, params: dict[str, Any]) -> Markup:
        """A fieldset for all, one for each row."""
        if any(field.errors for row in self.rows.values() for field in row):
            params["errorMessage"] = None
        # Enter presses the first button of a form: without this one it would be the first "Remove"
        parts = [
            Markup('<button type="submit" class="govuk-visually-hidden" tabindex="-1" aria-hidden="true"></button>')
        ]
        rows = [self._row(at, number, row) for at, (number, row) in enumerate(self.rows.items(), start=1)]
        parts.append(Markup('<ol class="rows">{}</ol>').format(Markup("").join(rows)) if rows else Markup(""))
        if len(self.rows) < self.max:
            button = {"id": f"{self.id}-add", "name": f"{self.name}-add", "value": "1", "text": str(self.add_label)}
            parts.append(
                component(
                    "button",
                    button
                    | {"classes": "govuk-button--secondary govuk-!-margin-top-4", "attributes": {"formnovalidate": ""}},
                )
            )
        return fieldset(params, Markup("").join(parts))

    def _row(self, at: int, number: int, row: BaseForm) -> Markup:
        title = _("%(row)s %(number)s", row=str(self.row_label), number=at)
        fields = [field(autofocus=number == self.added and first == 0) for first, field in enumerate(row)]
        hidden = Markup('<input type="hidden" name="{}" value="{}">').format(self.name, number)
        body = Markup("").join([hidden, *fields, self._remove(title, number)])
        legend = {"text": title, "classes": "govuk-fieldset__legend--s"}
        inside = component("fieldset", {"legend": legend, "html": body, "attributes": {"id": f"{self.id}-{number}"}})
        return Markup("<li>{}</li>").format(inside)

    def _remove(self, title: str, number: int) -> Markup:
        if len(self.rows) <= max(self.min, 1 if self.required else 0):
            return Markup("")
        label = Markup('{}<span class="govuk-visually-hidden">: {}</span>').format(str(self.remove_label), title)
        button = {
            "name": f"{self.name}-remove",
            "value": str(number),
            "html": label,
            "classes": "govuk-button--secondary govuk-!-margin-top-4",
        }
        return component("button", button | {"attributes": {"formnovalidate": ""}})
