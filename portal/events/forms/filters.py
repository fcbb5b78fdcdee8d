"""The filters of the agenda as a form in the address of its page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.fields import CheckboxField, DayField, SearchField, SelectField, choice, choices_of
from portal.core.forms import SearchForm
from portal.core.i18n import NAMES as LANGUAGES
from portal.core.i18n import translate as _
from portal.core.texts import N_
from portal.events.models import Audience
from portal.events.queries import RADII

#: what is said of a name in the address that could not be understood
PROBLEMS = {
    "from": N_("Write the first day as a date, or leave it empty"),
    "to": N_("The last day cannot be before the first"),
    "near": N_("Choose a place from the list"),
}
_PLAIN: dict[str, Any] = {"required": False, "mark_optional": False}


class AgendaForm(SearchForm):
    """Everything a list of events can be narrowed by; its names are those of the address."""

    q = SearchField(_l("What are you looking for?"), max=100)
    first = DayField(_l("From"), name="from")
    last = DayField(_l("Until"), name="to")
    category = SelectField(_l("Category"), blank=_l("Everything"), **_PLAIN)
    community = SelectField(_l("Community"), blank=_l("Everywhere"), **_PLAIN)
    near = SelectField(_l("Near"), blank=_l("Anywhere"), **_PLAIN)
    km = SelectField(_l("How far"), blank=_l("%(km)s km", km=RADII[1]), **_PLAIN)
    audience = SelectField(_l("For whom"), blank=_l("For anybody"), choices=choices_of(Audience), **_PLAIN)
    spoken = SelectField(_l("Language of the event"), blank=_l("In any language"), **_PLAIN)
    free = CheckboxField(_l("Free of charge"), **_PLAIN)
    step_free = CheckboxField(_l("Without steps"), **_PLAIN)

    def offer(
        self,
        *,
        categories: Sequence[tuple[str, str]],
        communities: Sequence[tuple[str, str]],
        places: Mapping[str, str],
    ) -> None:
        """Fill in what can be chosen; places are “lat,lon” → name."""
        self.category.choices = _choices(categories)
        self.community.choices = _choices(communities)
        self.near.choices = _choices(places.items())
        self.km.choices = [choice(str(km), _("%(km)s km", km=km)) for km in RADII if km != RADII[1]]
        self.spoken.choices = _choices(LANGUAGES.items())

    def note(self, problems: Collection[str], say: Any) -> None:
        """Say at the fields what could not be understood."""
        for field in self.questions:
            if field.name in problems:
                field.refuse(say(PROBLEMS.get(field.name, N_("Choose one of the answers given"))))


def _choices(pairs: Iterable[tuple[str, str]]) -> list[Any]:
    return [choice(code, name) for code, name in pairs]
