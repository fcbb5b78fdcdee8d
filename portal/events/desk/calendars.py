"""Calendars of others that are read on a schedule: which there are, what came of the last reading, read one now."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.forms import Form
from portal.core.i18n import languages, ngettext, plain
from portal.core.i18n import translate as _
from portal.core.texts import N_
from portal.events import access, queries
from portal.events.access import agenda_staff
from portal.events.desk.base import blueprint
from portal.events.desk.words import edited_words
from portal.events.forms.calendars import CalendarForm, calendar_data, calendar_form
from portal.events.forms.desk import SeenForm
from portal.events.models import Calendar
from portal.events.operations import sources as operations
from portal.events.queries import desk as reads
from portal.events.queries import sources as sources_read


class CalendarChangedMeanwhile(Refused):
    """Somebody else was faster."""

    message = N_(
        "Somebody else has changed this calendar since you opened it. Look at it again, then repeat your wish."
    )


def seen_as(calendar: Calendar) -> str:
    """What a page showed of a calendar, in short; without what each reading changes."""
    shown = [calendar_data(calendar), calendar.closed]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


def outcome_words(report: dict[str, Any]) -> list[str]:
    """What a reading brought; what it did not is left out."""
    count = {name: int(report.get(name, 0)) for name in ("new", "changed", "unchanged", "vanished", "ours", "more")}
    problems = len(report.get("problems", ())) + count["more"]
    words = {
        ngettext("%(num)s new", "%(num)s new", count["new"]): count["new"],
        ngettext("%(num)s changed", "%(num)s changed", count["changed"]): count["changed"],
        ngettext("%(num)s as before", "%(num)s as before", count["unchanged"]): count["unchanged"],
        ngettext("%(num)s taken out", "%(num)s taken out", count["vanished"]): count["vanished"],
        ngettext("%(num)s of our own", "%(num)s of our own", count["ours"]): count["ours"],
        ngettext("%(num)s problem", "%(num)s problems", problems): problems,
    }
    return [text for text, number in words.items() if number]


def _problems(report: dict[str, Any]) -> list[tuple[int, str, dict[str, str]]]:
    return [(each["line"], each["reason"], each["values"]) for each in report.get("problems", ())]


def _calendar(number: int) -> Calendar:
    found = db.session.get(Calendar, number)
    if found is None:
        abort(404)
    return found


def _claim(calendar: Calendar, form: Any) -> None:
    """Lock the calendar; it must be as the page showed it.

    :raises CalendarChangedMeanwhile: if it is not.
    """
    db.session.refresh(calendar, with_for_update=True)
    if form.seen.data != seen_as(calendar):
        raise CalendarChangedMeanwhile


def _back_to(calendar: Calendar) -> Response:
    return redirect(url_for(".calendar", number=calendar.id))


@blueprint.get("/calendars/")
@agenda_staff
def calendars() -> str:
    """Every calendar, and what came of its last reading."""
    rows = sources_read.sources(db.session)
    return render_template("events/desk_calendars.html", rows=rows, outcome=outcome_words)


@blueprint.get("/calendars/<int:number>/")
@agenda_staff
def calendar(number: int) -> str:
    """One calendar: its last reading line by line, what waits, what was edited here."""
    source = sources_read.source(db.session, _calendar(number).id)
    assert source is not None
    report = source.calendar.report
    return render_template(
        "events/desk_calendar.html",
        source=source,
        calendar=source.calendar,
        report=report,
        problems=[(line, _(why, **values)) for line, why, values in _problems(report)],
        outcome=outcome_words(report),
        waiting=sources_read.waiting(db.session, source.calendar),
        edited=sources_read.edited(db.session, source.calendar),
        edited_words=edited_words,
        seen=seen_as(source.calendar),
    )


# -- write


def _form(calendar: Calendar | None, *, sent: bool) -> CalendarForm:
    """The form with what can be chosen, and what the calendar has already even if it is offered no more."""
    data = calendar_data(calendar) | {"seen": seen_as(calendar)} if calendar else {"every_hours": 24, "language": "el"}
    kind = calendar_form(trusting=access.trusts())
    form = kind(data=data) if sent else kind(formdata=None, data=data)
    own: list[Any] = [calendar.category, calendar.organiser, calendar.venue] if calendar else [None] * 3
    offered = queries.categories(db.session), reads.organisers(db.session, most=1000), queries.venues(db.session)
    pairs = [
        {row.id: plain(row.name) for row in (*rows, *([kept] if kept else []))}
        for rows, kept in zip(offered, own, strict=True)
    ]
    categories, organisers, venues = (sorted(each.items(), key=lambda pair: pair[1]) for each in pairs)
    form.offer(categories=categories, organisers=organisers, venues=venues, languages=languages())
    return form


def _show(form: CalendarForm, calendar: Calendar | None) -> str:
    return render_template("events/desk_calendar_form.html", form=form, calendar=calendar)


@blueprint.get("/calendars/new/")
@agenda_staff
def new_calendar() -> str:
    """An empty form."""
    return _show(_form(None, sent=False), None)


@blueprint.post("/calendars/new/")
@agenda_staff
def new_calendar_submit() -> Any:
    """A new calendar."""
    return _write(None)


@blueprint.get("/calendars/<int:number>/change/")
@agenda_staff
def change_calendar(number: int) -> str:
    """The form with what it says now."""
    found = _calendar(number)
    return _show(_form(found, sent=False), found)


@blueprint.post("/calendars/<int:number>/change/")
@agenda_staff
def change_calendar_submit(number: int) -> Any:
    """Change it."""
    return _write(_calendar(number))


def _write(found: Calendar | None) -> Any:
    form = _form(found, sent=True)
    if not form.validate_on_submit():
        return _show(form, found), 422
    try:
        if found:
            _claim(found, form)
        trusted = bool(found and found.trusted)
        row = operations.write_calendar(db.session, found, form.given, actor_id=person().id, now=clock.now())
    except operations.AddressKnown as refusal:
        form.url.refuse(_(refusal.message, **refusal.values))
        return _show(form, found), 422
    except CalendarChangedMeanwhile as refusal:
        form.form_errors.append(_(refusal.message))
        form.seen.data = seen_as(found) if found else ""
        return _show(form, found), 409
    db.session.commit()
    flash(_("The calendar is saved."), "success")
    if trusted and not row.trusted and not access.trusts():
        flash(_("Its address is another one now: new events wait until a head trusts it again."), "notice")
    return _back_to(row)


# -- read, pause


@blueprint.post("/calendars/<int:number>/read/")
@agenda_staff
def read_calendar(number: int) -> Any:
    """Have it read at once; a second press changes nothing."""
    found, form = _calendar(number), Form()
    if not form.validate_on_submit():
        abort(400)
    asked = operations.ask_to_read(db.session, found, actor_id=person().id, now=clock.now())
    db.session.commit()
    if asked:
        flash(_("The calendar is being read. This takes a moment; then open this page again."), "success")
    else:
        flash(_("The calendar is being read already."), "notice")
    return _back_to(found)


@blueprint.post("/calendars/<int:number>/pause/")
@agenda_staff
def pause_calendar(number: int) -> Any:
    """Read it no longer, for a while."""
    return _set_paused(number, paused=True)


@blueprint.post("/calendars/<int:number>/resume/")
@agenda_staff
def resume_calendar(number: int) -> Any:
    """Read it again."""
    return _set_paused(number, paused=False)


def _set_paused(number: int, *, paused: bool) -> Any:
    found, form = _calendar(number), SeenForm()
    if not form.validate_on_submit():
        abort(400)
    _claim(found, form)
    operations.set_paused(db.session, found, paused=paused, actor_id=person().id, now=clock.now())
    db.session.commit()
    if paused:
        flash(_("Paused: nothing is read until somebody resumes it. Its events stay in the agenda."), "success")
    else:
        flash(_("Resumed: it is read again with the next round, within the hour."), "success")
    return _back_to(found)
