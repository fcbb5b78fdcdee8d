"""The pages behind the two links of letters that come again and again: one confirms them, one ends them.

Opening a link changes nothing, since mail programs do so too; the button on its page does. So does the one press that
mail programs offer beside the letter (RFC 8058): it comes without a form's token and needs only that of its address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.db import db
from portal.core.forms import Form
from portal.core.i18n import translate as _

Page = Response | tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class LinkPages:
    """What a room says and does there; each of its four views is one of the methods, which commit in its place."""

    #: the template that asks whether it was meant, and says that it is confirmed
    confirming: str
    #: the template that asks whether to end it, and says that nothing is sent any more
    ending: str
    #: (session, token) → the row behind a link
    find: Callable[..., Any]
    #: operations on (session, row, now=…)
    on_confirm: Callable[..., None]
    on_end: Callable[..., None]
    #: row → what else the templates say of it
    about: Callable[[Any], Mapping[str, Any]] = lambda _row: {}

    def ask(self, token: str) -> Page:
        """Ask whether it was meant; once confirmed, say so."""
        return self._page(self.confirming, self._found(token), Form(), gone=410)

    def confirm(self, token: str) -> Page:
        """Confirm it."""
        form, found = Form(), self._found(token)
        if found is None or not form.validate_on_submit():
            return self._page(self.confirming, found, form, gone=410)
        self.on_confirm(db.session, found, now=clock.now())
        db.session.commit()
        return redirect(request.path, 303)

    def ask_end(self, token: str) -> Page:
        """Ask whether to end it; a link behind which nothing is any more says so."""
        return self._page(self.ending, self._found(token), Form())

    def end(self, token: str) -> Page:
        """End it: by the button of the page, or by the one press in a mail program, which is not sent anywhere else."""
        form, found = Form(), self._found(token)
        one_click = request.form.get("List-Unsubscribe") == "One-Click"
        if not one_click and not form.validate_on_submit():
            return self._page(self.ending, found, form)
        if found is not None:
            self.on_end(db.session, found, now=clock.now())
            db.session.commit()
        said = _("You will get no more of these letters.")
        return Response(said, mimetype="text/plain") if one_click else redirect(request.path, 303)

    def _found(self, token: str) -> Any:
        return self.find(db.session, token)

    def _page(self, name: str, found: Any, form: Form, *, gone: int = 200) -> tuple[str, int]:
        """The page of a link; `gone` is its status where nothing is behind the link any more."""
        about = self.about(found) if found else {}
        return render_template(name, form=form, found=found, **about), form.status if found else gone
