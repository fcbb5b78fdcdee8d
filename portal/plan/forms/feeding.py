"""Forms by which the strands are fed: evidence, amounts, values of indicators."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.fields import (
    CheckboxesField,
    CheckboxField,
    DateField,
    FileField,
    MoneyField,
    NumberField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    choice,
    choices_of,
)
from portal.core.forms import Form
from portal.core.i18n import format_date, format_money, format_number, plain
from portal.core.texts import Translated
from portal.plan.models import Action, EvidenceKind, FundingSource, Milestone, MoneyEntry
from portal.plan.operations.evidence import NUMBERED
from portal.plan.operations.money import STAGES, Marking

#: what databases keep of a figure without losing a digit
LARGEST_FIGURE = Decimal(10) ** 10


class EvidenceForm(Form):
    """What shows that something was done."""

    kind = RadiosField(_l("What shows it?"), choices=choices_of(EvidenceKind), missing=_l("Choose what shows it"))
    number = TextField(
        _l("Its number"),
        max=200,
        when="kind == 'entry' or kind == 'case' or kind == 'event' or kind == 'fault'",
        missing=_l("Enter the number by which it is found"),
        help=_l("Documents, cases and faults: for example 2026/18412. Events: the address of their page."),
    )
    url = TextField(
        _l("Its address on the web"),
        max=500,
        when="kind == 'decision' or kind == 'link'",
        pattern=r"https?://[^\s/]+\.[^\s]+|[^\W_]{4,14}[-–][^\W_]{3}",
        pattern_message=_l("Enter a whole address that begins with https://, or the ΑΔΑ of the decision"),
        missing=_l("Enter the address where everybody can read it"),
        help=_l("Of a decision, its ΑΔΑ or the page where it is published."),
    )
    photo = FileField(
        _l("Photograph"),
        kinds=("image",),
        when="kind == 'photo'",
        missing=_l("Add the photograph"),
        help=_l("Everybody will see it: no faces and no number plates, please."),
    )
    milestone = SelectField(
        _l("Milestone"),
        required=False,
        mark_optional=False,
        blank=_l("The action as a whole – its progress does not move"),
    )
    quantity = NumberField(
        _l("How much of the milestone’s quantity"),
        required=False,
        decimals=4,
        min=0,
        max=LARGEST_FIGURE,
        help=_l("Only what this adds. Leave it empty if the milestone is reached, or has no quantity."),
    )
    on = DateField(_l("Day on which it happened"), not_after="today")
    title_el = TextField(
        _l("What the public reads, in Greek"), max=300, help=_l("A few words, without names of people.")
    )
    title_en = TextField(_l("The same in English"), max=300, required=False)

    def settle(self, milestones: Sequence[Milestone]) -> None:
        """Fill in the milestones; leave out what the chosen kind does not ask."""
        self.milestone.choices = [choice(row.code, _named(row)) for row in milestones]
        kind = self.kind.data
        asked = "number" if kind in NUMBERED else "photo" if kind is EvidenceKind.PHOTO else "url"
        self.skip({"number", "url", "photo"} - {asked} if kind else {"number", "url", "photo"})

    @property
    def title(self) -> Translated:
        """What the public reads."""
        said = {"el": str(self.title_el.data or ""), "en": str(self.title_en.data or "")}
        return Translated({language: text for language, text in said.items() if text})


def _named(milestone: Milestone) -> str:
    name = f"{milestone.code} {plain(milestone.title)}"
    if milestone.quantity is None:
        return name
    return f"{name} ({format_number(milestone.quantity)} {plain(milestone.unit_of_measure)})"


class ReasonForm(Form):
    """Why something is taken back."""

    why = TextAreaField(
        _l("Why"), max=300, rows=3, missing=_l("Say why"), help=_l("It stays beside what is taken back.")
    )


class MarkForm(Form):
    """An amount that stands on a registered document."""

    number = TextField(
        _l("Protocol number"), max=40, missing=_l("Enter the protocol number"), help=_l("For example 2026/18412.")
    )
    action = SelectField(_l("Action"), missing=_l("Choose the action"))
    stage = RadiosField(
        _l("What the document does"), choices=choices_of(type(STAGES[0]), *STAGES), missing=_l("Choose the stage")
    )
    amount = MoneyField(_l("Amount"), min=Decimal("0.01"))
    on = DateField(_l("Day of the document"), not_after="today")
    year = SelectField(_l("Year of the budget"), missing=_l("Choose the year"))
    source = SelectField(
        _l("Source"), required=False, mark_optional=False, blank=_l("The only source that the action has")
    )
    title = TextField(_l("For what, in a few words"), max=300, required=False, help=_l("Without names of people."))

    def settle(self, actions: Sequence[Action], sources: Sequence[FundingSource], years: Sequence[int]) -> None:
        """Fill in what can be chosen."""
        self.action.choices = actions_to_choose(actions)
        self.source.choices = [choice(row.id, f"{row.code} – {plain(row.title)}") for row in sources if not row.closed]
        self.year.choices = [choice(year, str(year)) for year in years]

    def marking(self, actions: Sequence[Action], sources: Sequence[FundingSource]) -> Marking:
        """For the operation."""
        return Marking(
            number=str(self.number.data),
            action=next(row for row in actions if row.code == self.action.data),
            stage=self.stage.data,
            year=self.year.data,
            amount=self.amount.data,
            on=self.on.data,
            source=next((row for row in sources if row.id == self.source.data), None),
            title=str(self.title.data or ""),
        )


class OrphansForm(Form):
    """Which amounts were spent for which action."""

    entries = CheckboxesField(_l("Amounts without an action"), min=1, missing=_l("Choose at least one amount"))
    action = SelectField(_l("They were for this action"), missing=_l("Choose the action"))

    def settle(self, entries: Sequence[MoneyEntry], actions: Sequence[Action]) -> None:
        """Fill in what can be chosen."""
        self.entries.choices = [choice(row.id, _amount_named(row), _found_by(row)) for row in entries]
        self.action.choices = actions_to_choose(actions)


def actions_to_choose(actions: Sequence[Action]) -> list[object]:
    """Actions as the entries of a list."""
    return [choice(row.code, f"{row.code} {plain(row.title)}") for row in actions]


def _amount_named(row: MoneyEntry) -> str:
    return " · ".join((format_date(row.on, "medium"), _(row.stage.label), format_money(row.amount)))


def _found_by(row: MoneyEntry) -> str:
    budget_code = str(_("budget code %(code)s", code=row.budget_code)) if row.budget_code else ""
    return " · ".join(part for part in (budget_code, row.reference, row.title) if part)


class ValueForm(Form):
    """The value of an indicator for a span, and where it is from."""

    span = SelectField(_l("Period"), missing=_l("Choose the period"))
    value = NumberField(
        _l("Value"), decimals=4, min=-LARGEST_FIGURE, max=LARGEST_FIGURE, required=False, mark_optional=False
    )
    source = TextAreaField(
        _l("Where it is from"),
        max=500,
        rows=3,
        missing=_l("Say where the value is from"),
        help=_l("For example: annual report of the water company, page 12. Everybody can read it."),
    )
    partial = CheckboxField(_l("It covers only a part of what it should"), required=False)
    gone = CheckboxField(
        _l("There is no value: take back what was entered for this period, and say above why"), required=False
    )

    def validate(self, extra_validators: object = None) -> bool:
        """A value, or none on purpose."""
        fine = super().validate(extra_validators)
        if not self.value.errors and (self.value.data is None) is not bool(self.gone.data):
            both = _("Either enter a value, or take the old one back – not both")
            self.value.refuse(both if self.gone.data else _("Enter the value"))
            return False
        return fine
