"""The filters of the reports as a form in the address of its page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.fields import DayField, SelectField, choice, choices_of
from portal.core.forms import SearchForm
from portal.core.i18n import format_number
from portal.core.i18n import translate as _
from portal.core.texts import N_
from portal.faults.models import FaultState
from portal.faults.queries.addresses import MEANT, RADII

#: what is said of a name in the address that could not be understood
PROBLEMS = {
    "from": N_("Write the first day as a date, or leave it empty"),
    "to": N_("The last day cannot be before the first"),
    "near": N_("Choose a place from the list"),
}
_PLAIN: dict[str, Any] = {"required": False, "mark_optional": False}


class FaultsForm(SearchForm):
    """Everything a list of reports can be narrowed by; its names are those of the address."""

    category = SelectField(_l("What is broken"), blank=_l("Everything"), **_PLAIN)
    community = SelectField(_l("Community"), blank=_l("Everywhere"), **_PLAIN)
    near = SelectField(_l("Near"), blank=_l("Anywhere"), **_PLAIN)
    km = SelectField(_l("How far"), blank=_l("%(km)s km", km=MEANT), **_PLAIN)
    state = SelectField(_l("State"), blank=_l("Any"), choices=choices_of(FaultState), **_PLAIN)
    first = DayField(_l("Reported from"), name="from")
    last = DayField(_l("Until"), name="to")

    def offer(
        self,
        *,
        categories: Sequence[tuple[str, str]],
        communities: Sequence[tuple[str, str]],
        places: Mapping[str, str],
    ) -> None:
        """Fill in what can be chosen; places are “lat,lon” → name."""
        self.category.choices = pairs(categories)
        self.community.choices = pairs(communities)
        self.near.choices = pairs(places.items())
        self.km.choices = [choice(f"{km:g}", kilometres(km)) for km in RADII if km != MEANT]

    def note(self, problems: Collection[str]) -> None:
        """Say at the fields what could not be understood."""
        for field in self.questions:
            if field.name in problems:
                field.refuse(_(PROBLEMS.get(field.name, N_("Choose one of the answers given"))))


def kilometres(km: float) -> str:
    """How far, in words: 0.5 km."""
    return _("%(km)s km", km=format_number(km))


def pairs(rows: Iterable[tuple[str, str]]) -> list[Any]:
    """Code and name as choices."""
    return [choice(code, name) for code, name in rows]
