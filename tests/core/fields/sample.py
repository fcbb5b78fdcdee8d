"""A form with every kind of field, and what is typed into it when everything is right."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from bs4 import BeautifulSoup
from werkzeug.datastructures import FileStorage, MultiDict

from portal.core import fields as f
from portal.core.choices import Choice
from portal.core.forms import Form


class Kind(Choice):
    CAFE = "cafe", "Café"
    SHOP = "shop", "Shop"


class Everything(Form):
    name = f.TextField("Full name", max=50, autocomplete="name", help="As on your identity card")
    notes = f.TextAreaField("Notes", required=False, max=100)
    email = f.EmailField("Email address")
    phone = f.PhoneField("Phone")
    password = f.PasswordField("Password")
    seats = f.NumberField("Seats", min=1, max=500)
    area = f.NumberField("Area", decimals=2, unit="m²", min=0)
    fee = f.MoneyField("Fee", max=1000)
    opened = f.DateField("Opening date", not_before="2000-01-01", not_after=date(2030, 12, 31), autocomplete="bday")
    outside = f.YesNoField("Tables outside?")
    kind = f.RadiosField("Kind", choices=f.choices_of(Kind))
    zone = f.SelectField("Zone", choices=[f.choice(1, "One"), f.choice(2, "Two")])
    days = f.CheckboxesField("Days", choices=[f.choice("mo", "Monday"), f.choice("tu", "Tuesday")], max=1)
    agree = f.CheckboxField("I agree", required=True)
    papers = f.FileField("Papers", max_files=2, max_size=1000)
    afm = f.AfmField("AFM")
    amka = f.AmkaField("AMKA")
    iban = f.IbanField("IBAN")
    address = f.AddressField("Address")
    place = f.PlaceField("Place", communities=[f.choice("93090101", "Anopoli")])
    owners = f.RepeatingGroup(
        "Owners",
        fields={"name": f.TextField("Owner"), "share": f.NumberField("Share", max=100, required=False)},
        max=3,
        row_label="Owner",
    )
    true = f.StatementField("This is true", text="I own the shop.\nAlone.")
    note = f.NoteField("Cost", text="Worked out", value="12 €")
    find = f.SearchField("Find")


RIGHT: dict[str, Any] = {
    "name": "Μαρία Παπαδάκη",
    "email": "Maria@Example.com",
    "phone": "2897 022222",
    "password": " long secret ",
    "seats": "20",
    "area": "12,5",
    "fee": "12,50",
    "opened-day": "27",
    "opened-month": "Μαρτίου",
    "opened-year": "2020",
    "outside": "yes",
    "kind": "shop",
    "zone": "2",
    "days": "tu",
    "agree": "yes",
    "afm": "EL 090000045",
    "amka": "010180-01238",
    "iban": "gr16 0110 1250 0000 0001 2300 695",
    "address-street": "Κεντρική",
    "address-postcode": "700 14",
    "address-town": "Χερσόνησος",
    "place-words": "Στο λιμάνι",
    "owners": "0",
    "owners-0-name": "Άννα",
    "true": "yes",
}


def paper(data: bytes = b"%PDF", name: str = "plan.pdf") -> FileStorage:
    return FileStorage(io.BytesIO(data), filename=name)


def sent(form: type[Form], *without: str, **changes: Any) -> Any:
    """A form as it was posted: everything right, but for the changes."""
    values = MultiDict({key: value for key, value in RIGHT.items() if key not in without})
    values.setlist("papers", [paper()])
    for key, value in changes.items():
        values.setlist(key.replace("__", "-"), value if isinstance(value, list) else [value])
    return form(formdata=values)


def one(field: Any, /, **values: Any) -> Any:
    """The field `x` of a form that was posted and looked at; values may be lists, keys are full names."""
    kind = type("One", (Form,), {"x": field})
    formdata = MultiDict({})
    for key, value in values.items():
        formdata.setlist(key.replace("__", "-"), value if isinstance(value, list) else [value])
    form = kind(formdata=formdata)
    form.validate()
    return form.x


def page(html: Any) -> BeautifulSoup:
    return BeautifulSoup(str(html), "html5lib")
