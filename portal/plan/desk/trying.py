"""What forms of the desk share: a refusal is said at its field or above all of them, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import current_app

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.i18n import translate as _


def tried(form: Any, do: Callable[[], object], fields: Mapping[type[Refused], str] | None = None) -> int:
    """Do what a form asks for and commit: 0 if it is done, else the status with which the page is shown again."""
    if not form.validate_on_submit():
        return 422
    try:
        do()
    except Refused as refusal:
        db.session.rollback()
        message = _(refusal.message, **refusal.values)
        field = next((name for kind, name in (fields or {}).items() if isinstance(refusal, kind)), "")
        if field:
            form[field].refuse(message)
            return 422
        form.form_errors.append(message)
        return 409
    db.session.commit()
    return 0


def languages() -> list[str]:
    """The languages of the portal, Greek first."""
    return list(current_app.config["LANGUAGES"])


def today() -> date:
    """The day in Greece."""
    return clock.athens_date(clock.now())
