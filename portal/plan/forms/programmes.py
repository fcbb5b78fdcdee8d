"""Forms of the programmes of a year: making one, writing a line, approving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.fields import (
    CheckboxesField,
    DateField,
    MoneyField,
    NumberField,
    RepeatingGroup,
    SelectField,
    TextAreaField,
    TextField,
    choice,
    choices_of,
)
from portal.core.forms import Form
from portal.core.i18n import NAMES, plain
from portal.core.texts import LEGAL_LANGUAGE, Translated
from portal.plan.forms.reporting import SeenForm
from portal.plan.models import ActionKind, Milestone, ProgrammeKind
from portal.plan.operations.programmes import Approval
from portal.plan.queries.lines import Cost, Line, Lines, Output

#: the largest amount of a line
MOST = Decimal("999999999.99")


class MakeForm(Form):
    """Which programme is made."""

    year = SelectField(_l("Year"), missing=_l("Choose the year"))
    kind = SelectField(_l("Programme"), choices=choices_of(ProgrammeKind), missing=_l("Choose the programme"))

    def offer(self, years: Sequence[int]) -> None:
        """Fill in the years of the plan."""
        self.year.choices = [choice(year, str(year)) for year in years]


class ApproveForm(SeenForm):
    """The decision that approves it."""

    number = TextField(
        _l("Number of the decision"),
        max=200,
        help=_l("As people write it, for example “Municipal Council 214/2026”."),
        missing=_l("Enter the number of the decision"),
    )
    on = DateField(_l("Day of the decision"), not_after="today", help="", missing=_l("Enter the day of the decision"))
    ada = TextField(_l("ΑΔΑ"), max=20, required=False, help=_l("The number of its publication on Diavgeia."))

    @property
    def approval(self) -> Approval:
        """For the operation."""
        return Approval(str(self.number.data), self.on.data, str(self.ada.data or ""))


@dataclass(frozen=True)
class Known:
    """What a line can point to."""

    languages: Sequence[str]
    lines: Lines
    #: the milestones of its action
    milestones: Sequence[Milestone]
    #: code → name, as they are called now
    units: Mapping[str, Translated]
    communities: Mapping[str, Translated]
    year: int


class LineForm(SeenForm):
    """A line of a programme; what depends on the plan is added by `line_form`."""

    languages: Sequence[str] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """It ends after it begins."""
        fine = super().validate(extra_validators)
        starts, ends = self["starts_on"].data, self["ends_on"].data
        if fine and starts and ends and ends < starts:
            self["ends_on"].refuse(_("It ends before it begins. Correct one of the two days"))
            return False
        return fine

    def line(self, action: str, title: Translated, kind: ActionKind) -> Line:
        """The line as it was written."""
        texts = {code: str(self[f"preconditions_{code}"].data or "") for code in self.languages}
        return Line(
            action=action,
            title=title,
            kind=kind,
            outputs=tuple(sorted(map(self._output, self["outputs"].data), key=lambda output: output.due_on)),
            starts_on=self["starts_on"].data,
            ends_on=self["ends_on"].data,
            costs=tuple(
                Cost(row["source"], str(row["budget_code"] or ""), row["amount"]) for row in self["costs"].data
            ),
            preconditions=_texts(texts),
            communities=tuple(self["communities"].data),
            unit=self["unit"].data,
        )

    def _output(self, row: Mapping[str, Any]) -> Output:
        title, unit = (
            {code: str(row[f"{name}_{code}"] or "") for code in self.languages} for name in ("title", "unit")
        )
        quantity = row["quantity"]
        return Output(
            _texts(title), row["due_on"], quantity, _texts({} if quantity is None else unit), row["milestone"] or ""
        )


def _texts(texts: Mapping[str, str]) -> Translated:
    return Translated({code: text for code, text in texts.items() if text})


def line_form(known: Known) -> type[LineForm]:
    """The form of a line, with what the plan and the municipality know."""
    fields: dict[str, Any] = {
        "languages": tuple(known.languages),
        "starts_on": DateField(_l("Begins on"), help=""),
        "ends_on": DateField(_l("Ends on"), help=""),
        "unit": SelectField(_l("Carried out by"), choices=_named(known.units), missing=_l("Choose the unit")),
        "communities": CheckboxesField(
            _l("Where"),
            choices=_named(known.communities),
            required=False,
            mark_optional=False,
            help=_l("None: the whole municipality."),
        ),
        "costs": _costs(known),
        "outputs": _outputs(known),
    }
    for code in known.languages:
        label = _l("Preconditions (%(language)s)", language=NAMES.get(code, code))
        fields[f"preconditions_{code}"] = TextAreaField(label, max=4000, rows=3, required=False, mark_optional=False)
    return type("WrittenLineForm", (LineForm,), fields)


def _named(names: Mapping[str, Translated]) -> list[Any]:
    return [choice(code, plain(name)) for code, name in names.items()]


def _costs(known: Known) -> RepeatingGroup:
    return RepeatingGroup(
        _l("Cost of the year"),
        fields={
            "source": SelectField(_l("Source"), choices=_named(known.lines.names.get("source", {}))),
            "budget_code": TextField(_l("Code of the budget (Κ.Α.)"), max=40, required=False),
            "amount": MoneyField(_l("Amount"), max=MOST),
        },
        required=False,
        mark_optional=False,
        max=20,
        row_label=_l("Source of money"),
        add_label=_l("Another source"),
    )


def _outputs(known: Known) -> RepeatingGroup:
    first, last = date(known.year, 1, 1), date(known.year, 12, 31)
    milestones = [choice(row.code, f"{row.code} {plain(row.title)}") for row in known.milestones]
    fields: dict[str, Any] = {}
    for code in known.languages:
        words = _l("What will be there (%(language)s)", language=NAMES.get(code, code))
        fields[f"title_{code}"] = TextField(words, max=300, required=code == LEGAL_LANGUAGE)
    fields["due_on"] = DateField(_l("To be there by"), help="", not_before=first, not_after=last)
    fields["quantity"] = NumberField(_l("How much"), decimals=4, min=0, required=False)
    for code in known.languages:
        words = _l("Unit of measure (%(language)s)", language=NAMES.get(code, code))
        fields[f"unit_{code}"] = TextField(words, max=60, required=False)
    fields["milestone"] = SelectField(
        _l("Milestone of the plan"), choices=milestones, required=False, blank=_l("None of them")
    )
    return RepeatingGroup(
        _l("Outputs of the year"),
        fields=fields,
        required=False,
        mark_optional=False,
        max=20,
        row_label=_l("Output"),
        add_label=_l("Another output"),
    )


def line_data(line: Line, languages: Sequence[str]) -> dict[str, Any]:
    """A line for the fields of its form."""
    return {
        **{f"preconditions_{code}": line.preconditions.get(code, "") for code in languages},
        "starts_on": line.starts_on,
        "ends_on": line.ends_on,
        "unit": line.unit,
        "communities": list(line.communities),
        "costs": [cost.dump() for cost in line.costs],
        "outputs": [
            {
                **{f"title_{code}": output.title.get(code, "") for code in languages},
                **{f"unit_{code}": output.unit_of_measure.get(code, "") for code in languages},
                "due_on": output.due_on,
                "quantity": output.quantity,
                "milestone": output.milestone,
            }
            for output in line.outputs
        ],
    }
