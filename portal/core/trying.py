"""Doing what a form asks for: a refusal is said at its field, or above all of them, and nothing typed is lost."""

from collections.abc import Callable, Mapping
from typing import Any

from portal.core.db import db
from portal.core.errors import Refused
from portal.core.i18n import translate as _


def tried(form: Any, do: Callable[[], object], fields: Mapping[type[Refused], str] | None = None) -> int:
    """Do what a form asks for: 0 if it is done, else the status with which the page is shown again.

    `fields` names the field at which a refusal of some kind is said. Who calls it commits; what was refused is undone.
    """
    if not form.validate_on_submit():
        return 422
    try:
        do()
    except Refused as refusal:
        db.session.rollback()
        message = _(refusal.message, **refusal.values)
        name = next((name for kind, name in (fields or {}).items() if isinstance(refusal, kind)), "")
        if name and not getattr(form[name], "skipped", False):
            form[name].refuse(message)
            return 422
        form.form_errors.append(message)
        return 409
    return 0
