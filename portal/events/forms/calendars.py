"""The form of a calendar of others that is read on a schedule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import ValidationError

from portal.core.fields import CheckboxField, NumberField, SelectField, TextField, choice
from portal.core.forms import Form
from portal.core.i18n import NAMES
from portal.events.models import Calendar
from portal.events.operations.sources import CalendarInput

#: what stands in an address as it is
_SAFE = "/%:@!$&'()*+,;=~?"
#: a month; whatever is rarer nobody waits for
MOST_HOURS = 720


class CalendarAddressField(TextField):
    """The address of a calendar, in the one way in which we write it."""

    max: int = 500
    inputmode: str = "url"  # as a type it would have browsers judge what we read ourselves, webcal: for one
    autocomplete: str = "off"
    spellcheck: bool | None = False

    def read(self, text: str) -> str:
        """The address in letters of ASCII; what programs call webcal is https.

        :raises ValidationError: it is none, or carries a name and a password.
        """
        wrong = ValidationError(_("Write the whole address, like https://www.example.org/events.ics"))
        try:
            parts = urlsplit(re.sub(r"^webcal:", "https:", text, flags=re.IGNORECASE))
            host, port = (parts.hostname or "").encode("idna").decode(), parts.port
        except ValueError:
            raise wrong from None
        if parts.username is not None:
            raise ValidationError(_("Leave name and password out of the address: everybody at the desk reads it"))
        place = f"[{host}]" if ":" in host else host
        where = f"{place}:{port}" if port else place
        found = urlunsplit((parts.scheme, where, quote(parts.path or "/", _SAFE), quote(parts.query, _SAFE), ""))
        if parts.scheme not in {"http", "https"} or not re.fullmatch(r"[a-z0-9.:-]+", host) or len(found) > self.max:
            raise wrong
        return found


class CalendarForm(Form):
    """A calendar; whether it is trusted is asked by `calendar_form` of those who may say so."""

    seen = HiddenField()
    name = TextField(_l("Name"), max=200, help=_l("Whose calendar it is, as colleagues know them."))
    url = CalendarAddressField(
        _l("Address of the calendar"),
        missing=_l("Enter the address of the calendar"),
        help=_l(
            "The address of its iCalendar feed, often ending in .ics. It must be public: nothing is read from private "
            "networks."
        ),
    )
    category = SelectField(
        _l("Category"),
        blank=_l("Choose one"),
        missing=_l("Choose the category of its events"),
        help=_l("For events whose own category is none of ours."),
    )
    organiser = SelectField(_l("Organiser"), required=False, blank=_l("Nobody in particular"))
    venue = SelectField(
        _l("Venue"), required=False, blank=_l("As each event says"), help=_l("For events that do not say where.")
    )
    language = SelectField(_l("Language of its texts"), missing=_l("Choose the language of its texts"))
    every_hours = NumberField(
        _l("How often is it read?"),
        min=1,
        max=MOST_HOURS,
        unit=_l("hours"),
        help=_l("The hours between two readings: 24 is once a day, 168 once a week."),
        missing=_l("Enter the hours between two readings"),
    )

    def offer(
        self,
        *,
        categories: Iterable[tuple[int, str]],
        organisers: Iterable[tuple[int, str]],
        venues: Iterable[tuple[int, str]],
        languages: Sequence[str],
    ) -> None:
        """What can be chosen."""
        self.category.choices = [choice(*pair) for pair in categories]
        self.organiser.choices = [choice(*pair) for pair in organisers]
        self.venue.choices = [choice(*pair) for pair in venues]
        self.language.choices = [choice(code, NAMES.get(code, code)) for code in languages]

    @property
    def given(self) -> CalendarInput:
        """For the operation."""
        return CalendarInput(
            name=self.name.data,
            url=self.url.data,
            category_id=self.category.data,
            organiser_id=self.organiser.data or None,
            venue_id=self.venue.data or None,
            language=self.language.data,
            every_hours=int(self.every_hours.data),
            trusted=bool(self["trusted"].data) if "trusted" in self else None,
        )


class TrustingCalendarForm(CalendarForm):
    """The same for heads."""

    trusted = CheckboxField(
        _l("Trust this calendar"), help=_l("What is read is published at once. Otherwise each new event waits for you.")
    )


def calendar_form(*, trusting: bool) -> type[CalendarForm]:
    """The form of a head, or of a clerk."""
    return TrustingCalendarForm if trusting else CalendarForm


def calendar_data(calendar: Calendar) -> dict[str, Any]:
    """A calendar for the fields of its form."""
    names = ("name", "url", "language", "every_hours", "trusted")
    plain = {name: getattr(calendar, name) for name in names}
    ids = {"category": calendar.category_id, "organiser": calendar.organiser_id, "venue": calendar.venue_id}
    return {**plain, **ids}
