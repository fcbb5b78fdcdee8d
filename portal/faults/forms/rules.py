"""Forms of who gets what, and of the texts that are ready."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.fields import (
    CheckboxField,
    DateField,
    NumberField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    choice,
    choices_of,
)
from portal.core.forms import Form
from portal.core.i18n import NAMES, plain
from portal.core.texts import Translated
from portal.faults.models import CannedReply, FaultCategory, FaultState, Hours, RoutingRule
from portal.faults.operations import ReplyInput, RuleInput
from portal.organisation.models import Community, Unit

_CATEGORY: dict[str, Any] = {"required": False, "mark_optional": False, "blank": _l("Whatever it is")}


def _categories(rows: Iterable[FaultCategory]) -> list[Any]:
    """Groups and what is in them."""
    return [
        choice(row.id, f"{plain(row.group.name)}: {plain(row.name)}" if row.parent_id else plain(row.name))
        for row in rows
    ]


class RuleForm(Form):
    """Which reports go to which unit."""

    position = NumberField(
        _l("Number in the order"),
        min=-10_000,
        max=10_000,
        help=_l("The first rule that fits holds; small numbers come first."),
    )
    category = SelectField(_l("What is broken"), **_CATEGORY)
    community = SelectField(_l("Community"), required=False, mark_optional=False, blank=_l("Everywhere"))
    hours = RadiosField(_l("When"), choices=choices_of(Hours), default=Hours.ALWAYS)
    valid_from = DateField(_l("First day"), required=False)
    valid_to = DateField(_l("Last day"), required=False)
    unit = SelectField(_l("Unit that gets it"), missing=_l("Choose the unit that gets it"))

    def offer(
        self, categories: Sequence[FaultCategory], communities: Sequence[Community], units: Sequence[Unit]
    ) -> None:
        """Fill in what can be chosen."""
        self.category.choices = _categories(categories)
        self.community.choices = [choice(row.id, plain(row.name)) for row in communities]
        self.unit.choices = [choice(row.id, plain(row.name)) for row in units]

    def validate(self, extra_validators: Any = None) -> bool:
        """The days must follow each other."""
        fine = super().validate(extra_validators)
        if fine and self.valid_from.data and self.valid_to.data and self.valid_to.data < self.valid_from.data:
            self.valid_to.refuse(_("The last day cannot lie before the first"))
            return False
        return fine

    @property
    def given(self) -> RuleInput:
        """For the operation."""
        return RuleInput(
            unit_id=self.unit.data,
            category_id=self.category.data or None,
            community_id=self.community.data or None,
            hours=self.hours.data,
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
            position=int(self.position.data),
        )


def rule_data(row: RoutingRule | None) -> dict[str, Any]:
    """A rule for the fields of the form."""
    if row is None:
        return {"position": 0, "hours": Hours.ALWAYS}
    names = ("position", "hours", "valid_from", "valid_to")
    chosen = {"category": row.category_id, "community": row.community_id, "unit": row.unit_id}
    return {**chosen, **{name: getattr(row, name) for name in names}}


class ReplyForm(Form):
    """A text that is ready; title and text in each language are added by `reply_form`."""

    languages: Sequence[str] = ()

    state = SelectField(
        _l("For which state"),
        choices=choices_of(FaultState),
        required=False,
        mark_optional=False,
        blank=_l("Any of them"),
    )
    category = SelectField(_l("What is broken"), **_CATEGORY)
    closed = CheckboxField(_l("No longer used: it is not offered any more"))

    def offer(self, categories: Sequence[FaultCategory]) -> None:
        """Fill in the categories."""
        self.category.choices = _categories(categories)

    @property
    def given(self) -> ReplyInput:
        """For the operation."""
        return ReplyInput(
            title=self._texts("title"),
            text=self._texts("text"),
            state=self.state.data or None,
            category_id=self.category.data or None,
            closed=bool(self.closed.data),
        )

    def _texts(self, name: str) -> Translated:
        return Translated({code: text for code in self.languages if (text := self[f"{name}_{code}"].data)})


def reply_form(languages: Sequence[str]) -> type[ReplyForm]:
    """The form with title and text in each language: whoever reads it must be able to."""
    names: dict[str, Any] = {"languages": tuple(languages)}
    for code in languages:
        named = {"language": NAMES.get(code, code)}
        names[f"title_{code}"] = TextField(_l("Title (%(language)s)", **named), max=120)
        names[f"text_{code}"] = TextAreaField(_l("Text (%(language)s)", **named), max=2000, rows=4)
    return type("WrittenReplyForm", (ReplyForm,), names)


def reply_data(row: CannedReply | None) -> dict[str, Any]:
    """A text for the fields of the form."""
    if row is None:
        return {}
    texts = {f"{name}_{code}": text for name in ("title", "text") for code, text in getattr(row, name).items()}
    return {**texts, "state": row.state, "category": row.category_id, "closed": row.closed}
