"""Lists by state: what the address asks for, and the links of the other states."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from portal.plan.forms.consulting import STANDINGS
from portal.plan.models import ProposalState


def wanted_state() -> ProposalState | None:
    """The state of which the address asks."""
    asked = request.args.get("state", "")
    return next((state for state in ProposalState if state.value == asked), None)


def state_chips(endpoint: str, chosen: ProposalState | None, **values: Any) -> list[dict[str, Any]]:
    """Filters by state, “all” first."""
    every = {"label": _("All"), "url": url_for(endpoint, **values), "current": chosen is None}
    return [every] + [
        {"label": _(state.label), "url": url_for(endpoint, state=state.value, **values), "current": state is chosen}
        for state in ProposalState
    ]


def comment_chips(endpoint: str, number: int) -> list[dict[str, Any]]:
    """Filters by what was done with a comment."""
    chosen = wanted_state()
    every = {"label": _("All"), "url": url_for(endpoint, number=number), "current": chosen is None}
    return [every] + [
        {"label": label, "url": url_for(endpoint, number=number, state=state.value), "current": state is chosen}
        for state, label in STANDINGS.items()
    ]
