"""Forms of site: duties, proof of identity; the style guide's form holds one field of every kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from portal.core import fields
from portal.core.forms import Form
from portal.organisation.operations import NewDuty, Role
from portal.organisation.policy import Mandate


class ProofForm(Form):
    """Somebody proves who they are, in person."""

    how = fields.TextField(
        _l("What did the person show?"),
        help=_l("Kind of document only, for example “identity card”; never its number."),
        max=120,
        required=True,
    )


class DutyForm(Form):
    """A role in a unit, from a day to a day, perhaps for somebody who is away."""

    person = fields.SelectField(_l("Who"), required=True)
    unit = fields.SelectField(_l("Unit"), required=True)
    role = fields.SelectField(_l("Role"), required=True)
    starts_on = fields.DateField(_l("From"), required=True)
    ends_on = fields.DateField(_l("Until (the last day)"), required=False)
    substitutes = fields.SelectField(_l("Instead of"), required=False, help=_l("Only for a substitution."))

    def offer(self, units: Sequence[tuple[int, str]], people: Sequence[Any], mandate: Mandate) -> None:
        """What can be chosen; roles whose pages go beyond a unit are given by administrators."""
        roles = [role for role in Role if mandate.is_administrator or role in {Role.CLERK, Role.HEAD}]
        self.unit.choices = [fields.choice(str(number), name) for number, name in units]
        self.person.choices = [fields.choice(str(user.id), f"{user.full_name} – {user.email}") for user in people]
        self.role.choices = [fields.choice(role.value, _l(role.label)) for role in roles]
        self.substitutes.choices = [fields.choice("", _l("Nobody")), *self.person.choices]

    def new_duty(self) -> NewDuty:
        """The operation's input."""
        away = int(self.substitutes.data) if self.substitutes.data else None
        return NewDuty(
            int(self.unit.data),
            Role(self.role.data),
            self.starts_on.data,
            self.ends_on.data,
            substitutes_id=away,
        )


class ButtonForm(Form):
    """A button that changes something; it only proves that the press was meant."""


WEEKEND = [fields.choice("saturday", _l("Saturday")), fields.choice("sunday", _l("Sunday"))]
PLACES = [fields.choice("malia", _l("Malia")), fields.choice("gouves", _l("Gouves"))]


class StyleguideForm(Form):
    """One field of every kind, in the words of a small application."""

    class Meta:
        csrf = False

    name = fields.TextField(_l("Full name"), help=_l("As on your identity card"), autocomplete="name", max=60)
    email = fields.EmailField(_l("Email address"))
    phone = fields.PhoneField(_l("Phone"), required=False)
    password = fields.PasswordField(_l("Password"))
    afm = fields.AfmField(_l("Tax number (AFM)"))
    amka = fields.AmkaField(_l("Social security number (AMKA)"), required=False)
    iban = fields.IbanField(_l("Bank account (IBAN)"), required=False)
    seats = fields.NumberField(_l("Seats"), min=1, max=500)
    area = fields.NumberField(_l("Area"), decimals=2, unit="m²", min=0)
    rent = fields.MoneyField(_l("Monthly rent"))
    opened = fields.DateField(_l("Opening date"), not_after="today")
    outside = fields.YesNoField(_l("Are there tables outside?"))
    days = fields.CheckboxesField(
        _l("Days with music"), choices=WEEKEND, required=False, help=_l("Choose all that apply")
    )
    kind = fields.RadiosField(
        _l("Kind of shop"),
        choices=[
            fields.choice("cafe", _l("Café"), _l("Coffee, drinks and small plates")),
            fields.choice("restaurant", _l("Restaurant")),
        ],
    )
    community = fields.SelectField(_l("Community"), choices=PLACES)
    address = fields.AddressField(_l("Address of the shop"))
    place = fields.PlaceField(_l("Where is it?"), communities=PLACES, bounds=(35.2, 25.18, 35.35, 25.52))
    partners = fields.RepeatingGroup(
        _l("Partners"),
        fields={"name": fields.TextField(_l("Name")), "share": fields.NumberField(_l("Share"), max=100, unit="%")},
        row_label=_l("Partner"),
        add_label=_l("Add another partner"),
        required=False,
        max=3,
    )
    papers = fields.FileField(_l("Floor plan"), max_files=3)
    remarks = fields.TextAreaField(_l("Remarks"), required=False, max=300)
    fee = fields.NoteField(_l("What it costs"), text=_l("Worked out from the area."), value="37,50 €")
    newsletter = fields.CheckboxField(_l("Tell me about news of the municipality"))
    declaration = fields.StatementField(_l("I make this declaration"), text=_l("What I wrote above is true."))


FILLED: dict[str, Any] = {
    "name": "Μαρία Παπαδάκη",
    "email": "maria@papadaki.example",
    "phone": "+302897022222",
    "afm": "090000045",
    "amka": "01018001238",
    "iban": "GR1601101250000000012300695",
    "seats": 24,
    "area": "37.5",
    "rent": "1250",
    "opened": "2021-05-03",
    "outside": True,
    "days": ["sunday"],
    "kind": "cafe",
    "community": "malia",
    "address": {"street": "Ελευθερίου Βενιζέλου", "number": "12", "postcode": "70007", "town": "Μάλια"},
    "place": {"lat": "35.2826", "lon": "25.4638", "community": "malia", "words": "Δίπλα στο φαρμακείο"},
    "partners": [{"name": "Νίκος Παπαδάκης", "share": 40}, {"name": "Άννα Παπαδάκη", "share": 60}],
    "remarks": "Το κατάστημα έχει ράμπα.",
    "newsletter": True,
    "declaration": True,
}
#: One mistake of each kind; what is not here was left empty.
WRONG = {
    "name": "Μαρία Παπαδάκη, " * 8,
    "email": "maria.papadaki",
    "phone": "2897",
    "afm": "123456789",
    "amka": "0101800123",
    "iban": "GR16",
    "seats": "πολλές",
    "area": "37,5555",
    "rent": "-5",
    "opened-day": "31",
    "opened-month": "2",
    "opened-year": "2021",
    "kind": "?",
    "address-postcode": "70",
    "place-lat": "35",
    "partners-0-share": "101",
    "remarks": "Το κατάστημα έχει ράμπα. " * 13,
}


def styleguide_forms() -> dict[str, StyleguideForm]:
    """The form as it is first seen, filled in, and with a mistake in every field."""
    wrong = StyleguideForm(MultiDict({f"error-{name}": value for name, value in WRONG.items()}), prefix="error")
    wrong.validate()
    return {
        "normal": StyleguideForm(None, prefix="normal"),
        "filled": StyleguideForm(None, prefix="filled", data=FILLED),
        "error": wrong,
    }
