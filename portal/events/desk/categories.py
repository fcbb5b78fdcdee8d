"""Categories: the shelves of the agenda, what they are called, in which order they stand."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import languages
from portal.core.i18n import translate as _
from portal.events import operations
from portal.events.access import agenda_staff
from portal.events.desk.base import blueprint
from portal.events.forms.categories import category_data, category_form
from portal.events.models import EventCategory
from portal.events.operations import LastShelf, ShelfExists
from portal.events.queries import desk as reads


@blueprint.get("/categories/")
@agenda_staff
def categories() -> str:
    """Every category in its order."""
    rows = reads.all_categories(db.session)
    return render_template("events/desk_categories.html", rows=rows, codes=languages())


def _form(category: EventCategory | None, *, sent: bool) -> Any:
    rows = reads.all_categories(db.session)
    data, kind = category_data(rows, category), category_form(languages())
    form: Any = kind(data=data) if sent else kind(formdata=None, data=data)
    form.offer([row for row in rows if row is not category])
    return form


def _category(code: str) -> EventCategory:
    found = reads.category_by_code(db.session, code)
    if found is None:
        abort(404)
    return found


def _show(form: Any, category: EventCategory | None) -> str:
    return render_template("events/desk_category.html", form=form, category=category)


@blueprint.get("/categories/new/")
@agenda_staff
def new_category() -> str:
    """An empty form."""
    return _show(_form(None, sent=False), None)


@blueprint.post("/categories/new/")
@agenda_staff
def new_category_submit() -> Any:
    """A new category."""
    return _write(None)


@blueprint.get("/categories/<string:code>/")
@agenda_staff
def category(code: str) -> str:
    """One category."""
    found = _category(code)
    return _show(_form(found, sent=False), found)


@blueprint.post("/categories/<string:code>/")
@agenda_staff
def category_submit(code: str) -> Any:
    """Change it."""
    return _write(_category(code))


def _write(found: EventCategory | None) -> Any:
    form = _form(found, sent=True)
    if not form.validate_on_submit():
        return _show(form, found), 422
    try:
        operations.write_category(db.session, found, form.given, actor_id=person().id, now=clock.now())
    except (LastShelf, ShelfExists) as refusal:
        form.form_errors.append(_(refusal.message))
        return _show(form, found), 409
    db.session.commit()
    flash(_("The category is saved."), "success")
    return redirect(url_for(".categories"))
