"""By what a list of actions is narrowed, as a form in the address of its page."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.fields import SelectField, choices_of
from portal.core.forms import SearchForm
from portal.plan.models import ActionKind, Light, Standing
from portal.plan.queries.board import ActionFilter

_PLAIN: dict[str, Any] = {"required": False, "mark_optional": False}


class ActionsForm(SearchForm):
    """Its names are those of the address."""

    axis = SelectField(_l("Axis"), blank=_l("All"), **_PLAIN)
    community = SelectField(_l("Community"), blank=_l("Everywhere"), **_PLAIN)
    light = SelectField(_l("How it stands"), blank=_l("Any"), choices=choices_of(Light), **_PLAIN)
    kind = SelectField(_l("Kind"), blank=_l("Any"), choices=choices_of(ActionKind), **_PLAIN)
    unit = SelectField(_l("Carried out by"), blank=_l("Any unit"), **_PLAIN)
    standing = SelectField(_l("In the plan"), blank=_l("Any"), choices=choices_of(Standing), **_PLAIN)

    def filter(self) -> ActionFilter:
        """What was chosen."""
        return ActionFilter(
            axis=self.axis.data or "",
            community=self.community.data or "",
            light=Light(self.light.data) if self.light.data else None,
            standing=Standing(self.standing.data) if self.standing.data else None,
            kind=ActionKind(self.kind.data) if self.kind.data else None,
            unit=self.unit.data or "",
        )

    def given(self) -> dict[str, str]:
        """What was chosen, as addresses write it."""
        return {field.name: str(field.data) for field in self.questions if field.data}
