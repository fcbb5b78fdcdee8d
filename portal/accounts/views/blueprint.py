"""Where the pages of accounts are mounted, and what they share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from portal.core.errors import Refused
from portal.core.i18n import language
from portal.core.i18n import translate as _

Page = Response | tuple[str, int]

blueprint = Blueprint("accounts", __name__, url_prefix="/<lang:lang>/account")


@contextmanager
def refusal_at(field: Any) -> Iterator[None]:
    """What the rules refuse is said at a field; the page is shown again with what was typed."""
    try:
        yield
    except Refused as refusal:
        field.refuse(_(refusal.message, **refusal.values))


def page(name: str, form: Any, **values: Any) -> tuple[str, int]:
    """A page of accounts with its form; 422 when something has to be corrected."""
    return render_template(name, form=form, **values), form.status


def stale_link(kind: str) -> tuple[str, int]:
    """What is said when a link is too old or was used; `kind` is where a new one is asked for."""
    return render_template("accounts/stale_link.html", kind=kind), 410


def to_mailbox() -> Response:
    """Tell people to look into their mailbox; the same whatever was sent."""
    return redirect(f"/{language()}/account/check-mail/", 303)
