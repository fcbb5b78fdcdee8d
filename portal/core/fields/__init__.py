"""Fields that draw themselves with the GOV.UK components: `{{ form.name }}`. How to use them: docs/forms.md."""

from __future__ import annotations

from portal.core.fields.base import Field, Required, component
from portal.core.fields.checkboxes import CheckboxesField, CheckboxField, StatementField
from portal.core.fields.choices import RadiosField, SelectField, YesNoField, choice, choices_of
from portal.core.fields.codes import AfmField, AmkaField, IbanField
from portal.core.fields.compound import AddressField, answers_of
from portal.core.fields.dates import DateField
from portal.core.fields.files import FileField
from portal.core.fields.groups import RepeatingGroup
from portal.core.fields.notes import NoteField
from portal.core.fields.numbers import MoneyField, NumberField
from portal.core.fields.places import PlaceField
from portal.core.fields.text import (
    DayField,
    EmailField,
    PasswordField,
    PhoneField,
    SearchField,
    TextAreaField,
    TextField,
)

__all__ = [
    "AddressField",
    "AfmField",
    "AmkaField",
    "CheckboxField",
    "CheckboxesField",
    "DateField",
    "DayField",
    "EmailField",
    "Field",
    "FileField",
    "IbanField",
    "MoneyField",
    "NoteField",
    "NumberField",
    "PasswordField",
    "PhoneField",
    "PlaceField",
    "RadiosField",
    "RepeatingGroup",
    "Required",
    "SearchField",
    "SelectField",
    "StatementField",
    "TextAreaField",
    "TextField",
    "YesNoField",
    "answers_of",
    "choice",
    "choices_of",
    "component",
]
