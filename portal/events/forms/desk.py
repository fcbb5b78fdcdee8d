"""Forms of the desk: how it stands, one date, who came, a venue, a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

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
from portal.core.fields.places import CoordinateField
from portal.core.forms import Form
from portal.events.forms.times import TimeField, hours_fit, hours_in, hours_of
from portal.events.forms.words import translated
from portal.events.models import Counting, Occurrence, Status, Venue
from portal.events.operations import Attendance, Single, VenueInput
from portal.events.queries.recurrence import on_the_clock, on_the_wall

_NOT_SAID = choice("", _l("Not known"))


class SeenForm(Form):
    """Something done with what the page showed: a second press finds another version."""

    seen = HiddenField()


class ReasonForm(SeenForm):
    """Refuse."""

    text = TextAreaField(
        _l("Reason (the organiser reads it)"), max=2000, missing=_l("Write the reason; the organiser will read it")
    )


class InternalReasonForm(ReasonForm):
    """Refuse what nobody has submitted."""

    text = TextAreaField(_l("Reason (colleagues read it)"), max=2000, missing=_l("Write the reason"))


class CloneForm(Form):
    """Another one like it."""

    starts_on = DateField(_l("First day of the new event"), missing=_l("Enter the day on which it takes place"))


class AttendanceForm(Form):
    """Who came."""

    people = NumberField(_l("How many people came?"), min=0, max=1_000_000, missing=_l("Enter how many people came"))
    counting = RadiosField(
        _l("How do you know?"), choices=choices_of(Counting), inline=True, missing=_l("Say whether they were counted")
    )
    evaluation = TextAreaField(
        _l("What should be remembered?"), max=2000, required=False, help=_l("Only colleagues read it.")
    )

    @property
    def attendance(self) -> Attendance:
        """For the operation."""
        return Attendance(int(self.people.data), self.counting.data, self.evaluation.data)


class StatusForm(SeenForm):
    """How an event stands; a note in each language is added by `status_form`."""

    languages: Sequence[str] = ()

    status = RadiosField(_l("How does it stand?"), choices=choices_of(Status), missing=_l("Choose how it stands"))


class SingleForm(StatusForm):
    """One date alone."""

    starts_on = DateField(_l("Day"), missing=_l("Enter the day on which it takes place"))
    starts_at = TimeField(_l("Begins at"), required=False)
    ends_at = TimeField(_l("Ends at"), required=False)
    ends_on = DateField(_l("Last day"), required=False, help=_l("Only if it goes on for several days without a break."))
    venue = SelectField(_l("Venue"), required=False, blank=_l("The venue of the whole event"))

    def validate(self, extra_validators: Any = None) -> bool:
        """The hours must fit together."""
        return super().validate(extra_validators) and hours_fit(self)

    def single(self, row: Occurrence) -> Single:
        """For the operation; a time that was not changed is not given."""
        hours = hours_in(self)
        start = datetime.combine(hours.starts_on, hours.starts_at or datetime.min.time())
        starts_at = on_the_clock(start)
        ends_at = on_the_clock(start + timedelta(minutes=hours.minutes()))
        moved = (starts_at, ends_at) != (row.starts_at, row.ends_at)
        note = translated(self, "note")
        return Single(
            self.status.data, note, starts_at if moved else None, ends_at if moved else None, self.venue.data or None
        )


def status_form(languages: Sequence[str], *, single: bool = False) -> type[StatusForm]:
    """The form with a note in each language."""
    notes = {
        f"note_{code}": TextAreaField(_l("Note for everybody"), max=500, rows=3, required=False) for code in languages
    }
    return type("NotedForm", (SingleForm if single else StatusForm,), {"languages": tuple(languages), **notes})


def single_data(row: Occurrence, *, all_day: bool) -> dict[str, Any]:
    """One date for the fields of its form."""
    start, end = on_the_wall(row.starts_at), on_the_wall(row.ends_at)
    minutes = int((end - start).total_seconds() // 60)
    notes = {f"note_{code}": text for code, text in row.status_note.items()}
    times = hours_of(start.date(), None if all_day else start.time(), minutes)
    return {**times, **notes, "status": row.status, "venue": row.venue_id}


# -- venues


def _known(label: Any) -> RadiosField:
    answers = [choice("yes", _l("Yes")), choice("no", _l("No")), _NOT_SAID]
    return RadiosField(label, choices=answers, required=False, mark_optional=False, inline=True)


class VenueForm(Form):
    """A venue; its texts in each language are added by `venue_form`."""

    languages: Sequence[str] = ()

    community = SelectField(_l("Community"), required=False, blank=_l("None of them"))
    lat = CoordinateField(_l("Latitude"), low=34, high=42, required=False)
    lon = CoordinateField(_l("Longitude"), low=19, high=30, required=False)
    step_free = _known(_l("Can it be reached and used without a step?"))
    accessible_toilet = _known(_l("Is there an accessible toilet?"))
    hearing_loop = _known(_l("Is there a hearing loop?"))
    parking = _known(_l("Is there parking?"))
    closed = CheckboxField(_l("No longer used: it is not offered any more"))

    def validate(self, extra_validators: Any = None) -> bool:
        """A name in one language at least, and a whole point or none."""
        fine = super().validate(extra_validators)
        if not any(self[f"name_{code}"].data for code in self.languages):
            self[f"name_{self.languages[0]}"].refuse(_("Write the name of the venue"))
            fine = False
        if (self.lat.data is None) != (self.lon.data is None):
            self.lon.refuse(_("Give both the latitude and the longitude, or neither"))
            fine = False
        return fine

    @property
    def given(self) -> VenueInput:
        """For the operation."""
        facts = {name: _FACTS[self[name].data or ""] for name in FACTS}
        lat, lon = self.lat.data, self.lon.data
        return VenueInput(
            name=translated(self, "name"),
            address=translated(self, "address"),
            notes=translated(self, "notes"),
            community_id=self.community.data or None,
            lat=None if lat is None else float(lat),
            lon=None if lon is None else float(lon),
            closed=bool(self.closed.data),
            **facts,
        )


FACTS = ("step_free", "accessible_toilet", "hearing_loop", "parking")
_FACTS = {"yes": True, "no": False, "": None}


def venue_form(languages: Sequence[str]) -> type[VenueForm]:
    """The form with the texts of each language."""
    names: dict[str, Any] = {"languages": tuple(languages)}
    for code in languages:
        names[f"name_{code}"] = TextField(_l("Name"), max=150, required=False)
        names[f"address_{code}"] = TextField(_l("Address"), max=200, required=False)
        names[f"notes_{code}"] = TextAreaField(_l("What else there is to know"), max=1000, rows=3, required=False)
    return type("WrittenVenueForm", (VenueForm,), names)


def venue_data(venue: Venue) -> dict[str, Any]:
    """A venue for the fields of its form."""
    texts = {
        f"{name}_{code}": text for name in ("name", "address", "notes") for code, text in getattr(venue, name).items()
    }
    words = {True: "yes", False: "no", None: ""}
    facts = {name: words[getattr(venue, name)] for name in FACTS}
    plain = {"lat": venue.lat, "lon": venue.lon, "closed": venue.closed, "community": venue.community_id}
    return {**texts, **facts, **plain}
