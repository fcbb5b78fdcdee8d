"""The form of a category: its name in each language, where it stands, whether it is still used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.fields import CheckboxField, SelectField, TextField, choice
from portal.core.forms import Form
from portal.core.i18n import plain
from portal.events.forms.words import translated
from portal.events.models import EventCategory
from portal.events.operations import CategoryInput


class CategoryForm(Form):
    """A category; its name in each language is added by `category_form`."""

    languages: Sequence[str] = ()

    after = SelectField(
        _l("Where it stands"),
        required=False,
        mark_optional=False,
        blank=_l("First of all"),
        help=_l("In this order they stand in lists of choices."),
    )
    closed = CheckboxField(_l("No longer used: it is not offered any more; events keep it"))

    def offer(self, others: Sequence[EventCategory]) -> None:
        """Fill in after which ones it can stand."""
        self.after.choices = [choice(row.id, _l("After: %(name)s", name=plain(row.name))) for row in others]

    def validate(self, extra_validators: Any = None) -> bool:
        """A name in one language at least."""
        fine = super().validate(extra_validators)
        if not any(self[f"name_{code}"].data for code in self.languages):
            self[f"name_{self.languages[0]}"].refuse(_("Write the name of the category"))
            return False
        return fine

    @property
    def given(self) -> CategoryInput:
        """For the operation."""
        return CategoryInput(
            name=translated(self, "name"), after_id=self.after.data or None, closed=bool(self.closed.data)
        )


def category_form(languages: Sequence[str]) -> type[CategoryForm]:
    """The form with the name in each language."""
    names: dict[str, Any] = {"languages": tuple(languages)}
    for code in languages:
        names[f"name_{code}"] = TextField(_l("Name"), max=60, required=False, mark_optional=False)
    return type("WrittenCategoryForm", (CategoryForm,), names)


def category_data(rows: Sequence[EventCategory], category: EventCategory | None) -> dict[str, Any]:
    """A category among all of them, for the fields of its form; a new one stands last."""
    at = rows.index(category) if category else len(rows)
    names = {f"name_{code}": text for code, text in category.name.items()} if category else {}
    return {**names, "after": rows[at - 1].id if at else None, "closed": bool(category and category.closed)}
