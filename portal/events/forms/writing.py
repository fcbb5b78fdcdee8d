"""The form in which an event is written: by its organiser in one language, by staff in all of them side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.core.fields import (
    CheckboxesField,
    DateField,
    FileField,
    MoneyField,
    NumberField,
    RadiosField,
    RepeatingGroup,
    SelectField,
    TextField,
    choice,
    choices_of,
)
from portal.core.forms import IdempotentForm
from portal.core.i18n import NAMES, format_date
from portal.core.texts import Translated
from portal.events.forms.links import ADDRESS, links_field, links_in
from portal.events.forms.pictures import DrawingField
from portal.events.forms.times import (
    WEEKDAYS,
    Monthly,
    Pattern,
    Repeat,
    TimeField,
    hours_fit,
    hours_in,
    pattern_of,
)
from portal.events.forms.words import IN_BOTH, TEXTS, WriterFields, text_fields, translated
from portal.events.models import Audience, Price
from portal.events.operations import EventInput
from portal.events.queries.recurrence import named

_PLAIN: dict[str, Any] = {"required": False, "mark_optional": False}


class EventForm(IdempotentForm):
    """Everything about an event but its texts, which `event_form` adds for each language."""

    #: the languages of its texts, the first one is the writer's
    languages: Sequence[str] = ()
    #: staff may leave any language empty as long as one is there
    by_staff: bool = False

    category = SelectField(_l("Kind of event"), missing=_l("Choose what kind of event it is"))
    starts_on = DateField(_l("First day"), missing=_l("Enter the day on which it takes place"))
    starts_at = TimeField(
        _l("Begins at"), required=False, help=_l("For example 20:30. Leave it empty if it takes whole days.")
    )
    ends_at = TimeField(_l("Ends at"), required=False, help=_l("If you leave it empty we assume two hours."))
    ends_on = DateField(_l("Last day"), required=False, help=_l("Only if it goes on for several days without a break."))
    repeats = RadiosField(_l("Does it take place again?"), default=Repeat.NO)
    weekdays = CheckboxesField(
        _l("On which days of the week?"),
        choices=[choice(code, _l(label)) for code, label in WEEKDAYS.items()],
        when="repeats == 'weekly'",
        **_PLAIN,
    )
    monthly = RadiosField(
        _l("On which day of the month?"),
        choices=choices_of(Monthly),
        default=Monthly.DAY,
        when="repeats == 'monthly'",
        **_PLAIN,
    )
    until = DateField(
        _l("Until when does it repeat?"),
        required=False,
        help=_l("Leave it empty if it goes on without an end."),
        when="repeats != 'no' and repeats != 'dates'",
    )
    dates = RepeatingGroup(
        _l("Other dates"),
        fields={
            "on": DateField(_l("Day"), help=""),
            "at": TimeField(_l("Begins at"), required=False, help=_l("Empty: at the same time.")),
        },
        required=False,
        mark_optional=False,
        max=60,
        row_label=_l("Date"),
        add_label=_l("Add a date"),
        when="repeats == 'dates'",
    )
    left_out = RepeatingGroup(
        _l("Not on these days"),
        fields={"on": DateField(_l("Day"), help="")},
        required=False,
        max=60,
        row_label=_l("Date"),
        add_label=_l("Add a date"),
    )
    venue = SelectField(_l("Venue"), required=False, blank=_l("Another place, which I write below"))
    audience = CheckboxesField(_l("For whom is it?"), choices=choices_of(Audience), required=False)
    age_from = NumberField(_l("From the age of"), min=0, max=120, required=False, classes="govuk-input--width-3")
    age_to = NumberField(_l("Up to the age of"), min=0, max=120, required=False, classes="govuk-input--width-3")
    spoken = CheckboxesField(
        _l("Languages spoken there"),
        choices=[choice(code, name) for code, name in NAMES.items()],
        required=False,
        help=_l("Leave it empty if no language is needed, as at a concert."),
    )
    price = RadiosField(_l("What does it cost?"), choices=choices_of(Price), missing=_l("Choose what it costs"))
    price_from = MoneyField(_l("Price, or the lowest price"), required=False, when="price == 'paid'")
    price_to = MoneyField(_l("Highest price"), required=False, when="price == 'paid'")
    image = FileField(_l("Picture"), kinds=("image",), required=False)
    image_credit = TextField(_l("Who made the picture"), max=200, required=False)
    contact = TextField(
        _l("For questions"), max=200, required=False, help=_l("Telephone or e-mail that everybody may read.")
    )
    booking_url = TextField(
        _l("Address for tickets or bookings"),
        max=500,
        required=False,
        inputmode="url",
        pattern=ADDRESS,
        pattern_message=_l("Write the whole address, like https://www.example.org/tickets"),
    )
    links = links_field()

    def offer(self, *, categories: Sequence[tuple[int, str]], venues: Sequence[tuple[int, str]]) -> None:
        """Fill in what can be chosen."""
        self.category.choices = [choice(number, name) for number, name in categories]
        self.venue.choices = [choice(number, name) for number, name in venues]
        known = Repeat.KEPT.value if self.repeats.object_data is Repeat.KEPT else ""
        self.repeats.choices = choices_of(Repeat, *(each for each in Repeat if known or each is not Repeat.KEPT))

    def offer_staff(self, *, organisers: Sequence[tuple[int, str]], festivals: Sequence[tuple[int, str]]) -> None:
        """Fill in what only staff choose."""
        self["organiser"].choices = [choice(number, name) for number, name in organisers]
        self["umbrella"].choices = [choice(number, name) for number, name in festivals]

    def validate(self, extra_validators: Any = None) -> bool:
        """What belongs together must fit together."""
        fine = super().validate(extra_validators)
        if any(field.changed for field in (self.dates, self.left_out, self.links)):
            return False
        return all([fine, self._hours_fit(), self._repeats_fit(), self._texts_fit(), self._numbers_fit()])

    def _hours_fit(self) -> bool:
        if self._wrong("starts_on", "starts_at", "ends_at", "ends_on"):
            return True
        return hours_fit(self)

    def _wrong(self, *names: str) -> bool:
        return any(self[name].errors for name in names) or self.starts_on.data is None

    def _repeats_fit(self) -> bool:
        first, until = self.starts_on.data, self.until.data
        if self._pattern().until and first and until < first:
            self.until.refuse(_("It cannot stop repeating before it begins"))
            return False
        pattern = self._pattern()
        if not self.by_staff and first and pattern.weekdays and not pattern.holds(first):
            self.weekdays.refuse(
                _("The first day, %(day)s, must be one of them", day=format_date(first, "EEEE d MMMM"))
            )
            return False
        if self.repeats.data is Repeat.DATES and not self.dates.filled:
            self.dates.refuse(_("Add the other dates, or say that it takes place once"))
            return False
        return True

    def _pattern(self) -> Pattern:
        repeat = self.repeats.data or Repeat.NO
        until = None if repeat in {Repeat.NO, Repeat.DATES, Repeat.KEPT} else self.until.data
        return Pattern(repeat, tuple(self.weekdays.data), self.monthly.data or Monthly.DAY, until)

    def _texts_fit(self) -> bool:
        problems = []
        if not any(self._text("title", code) for code in self.languages):
            problems.append((f"title_{self.languages[0]}", _("Write the title of the event")))
        if not self.image.is_empty() and not any(self._text("image_alt", code) for code in self.languages):
            problems.append(
                (f"image_alt_{self.languages[0]}", _("Say what the picture shows, for people who cannot see it"))
            )
        if not self.venue.data and not any(self._text("place", code) for code in self.languages):
            problems.append((f"place_{self.languages[0]}", _("Choose a venue, or write where it takes place")))
        for name, message in problems:
            if not self[name].errors:
                self[name].refuse(message)
        return not problems

    def _text(self, name: str, code: str) -> str:
        return str(self[f"{name}_{code}"].data or "") if f"{name}_{code}" in self else ""

    def _numbers_fit(self) -> bool:
        fine = True
        for low, high in (("age_from", "age_to"), ("price_from", "price_to")):
            if self[low].data is not None and self[high].data is not None and self[high].data < self[low].data:
                self[high].refuse(_("This must not be less than the one before"))
                fine = False
        return fine

    # -- to the operation's input, and back

    def given(self, known: EventInput | None, *, image_id: int | None) -> EventInput:
        """What was written, over what is known of the event and was not asked."""
        known = known or EventInput(title=Translated(), category_id=0, starts_on=self.starts_on.data)
        paid = self.price.data is Price.PAID
        texts: dict[str, Any] = {name: translated(self, name, getattr(known, name)) for name in TEXTS}
        return replace(
            known,
            **texts,
            **self._times(known),
            category_id=self.category.data,
            venue_id=self.venue.data or None,
            audience=tuple(member.value for member in self.audience.data),
            age_from=None if self.age_from.data is None else int(self.age_from.data),
            age_to=None if self.age_to.data is None else int(self.age_to.data),
            spoken=tuple(self.spoken.data),
            price=self.price.data,
            price_from=self.price_from.data if paid else None,
            price_to=self.price_to.data if paid else None,
            image_id=image_id,
            image_credit=self.image_credit.data,
            **self._chosen_by_staff(with_image=image_id is not None),
            contact=self.contact.data,
            booking_url=self.booking_url.data or None,
            links=links_in(self),
        )

    def _chosen_by_staff(self, *, with_image: bool) -> dict[str, Any]:
        if not self.by_staff:
            return {"picture": ""} if with_image else {}
        drawing = None if with_image else self["picture"].data
        values = {"organiser_id": self["organiser"].data or None, "umbrella_id": self["umbrella"].data or None}
        return {**values, "picture": drawing.value if drawing else ""}

    def _times(self, known: EventInput) -> dict[str, Any]:
        hours, pattern = hours_in(self), self._pattern()
        whole = hours.starts_at is None
        before = pattern_of(known.rule, known.starts_on, known.starts_at, dates=bool(known.extra))
        kept = pattern.repeat is Repeat.KEPT or (
            pattern == before and (known.starts_on, known.starts_at) == (hours.starts_on, hours.starts_at)
        )
        rows = [(row["on"], row.get("at")) for row in self.dates.data] if pattern.repeat is not Repeat.NO else []
        moments = [datetime.combine(on, time() if whole else at or hours.starts_at or time()) for on, at in rows]
        out = [datetime.combine(row["on"], hours.starts_at or time()) for row in self.left_out.data]
        return {
            "starts_on": hours.starts_on,
            "starts_at": hours.starts_at,
            "minutes": hours.minutes(),
            "rule": known.rule if kept else pattern.rule(hours.starts_on, hours.starts_at),
            "extra": tuple(named(each, all_day=whole) for each in sorted(set(moments))),
            "left_out": tuple(named(each, all_day=whole) for each in sorted(set(out)))
            if pattern.repeat is not Repeat.NO
            else (),
        }


def event_form(languages: Sequence[str], *, by_staff: bool = False, asks_writer: bool = False) -> type[EventForm]:
    """The form with the texts of these languages; organisers must write in the first one."""
    names: dict[str, Any] = {"languages": tuple(languages), "by_staff": by_staff, "seen": HiddenField()}
    for number, code in enumerate(languages):
        fields = text_fields(code, required=number == 0 and not by_staff)
        asked = (
            fields if by_staff or number == 0 else {n: f for n, f in fields.items() if n.rpartition("_")[0] in IN_BOTH}
        )
        names |= asked
    if by_staff:
        names |= {
            "organiser": SelectField(_l("Organiser"), required=False, blank=_l("Nobody in particular")),
            "umbrella": SelectField(_l("Part of a festival"), required=False, blank=_l("None")),
            "picture": DrawingField(
                _l("One of our drawings"),
                required=False,
                help=_l("It is shown where the event has no picture of its own."),
            ),
        }
    bases: tuple[Any, ...] = (WriterFields, EventForm) if asks_writer else (EventForm,)
    return type("WrittenEventForm", bases, names)
