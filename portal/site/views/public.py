"""Home, search, my account, and the pages that every public body must have."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for

from portal.accounts.access import person, public, signed_in
from portal.casework import queries as casework
from portal.core import clock, letters
from portal.core.db import db
from portal.core.i18n import format_date, format_number, plain
from portal.core.i18n import translate as _
from portal.core.kept import made_of
from portal.core.web import key, portal
from portal.eservices import queries as eservices
from portal.events import queries as events
from portal.plan import queries as plan
from portal.site import queries
from portal.site.views.layout import municipality

#: lines of the agenda on the home page
HAPPENINGS = 6

blueprint = Blueprint("site", __name__, url_prefix="/<lang:lang>")


@blueprint.get("/")
@public
@made_of("organisation", "eservices", "events", "plan")
def home() -> str:
    """Ask what people need, and show what the municipality does."""
    today = clock.athens_date(clock.now())
    fed = plan.fed_indicators(db.session)
    often = eservices.titles(db.session, municipality()["often"])
    return render_template(
        "site/home.html",
        tasks=tasks(),
        often=[{"title": plain(title), "url": url_for("eservices.service", slug=slug)} for slug, title in often],
        happenings=happenings(today),
        happenings_url=url_for("events.agenda"),
        plan_actions=[highlight(row) for row in plan.highlights(db.session, fed, today=today)],
        plan_url=url_for("plan.overview"),
        figures=figures(fed, today),
        today=today,
        search_url=url_for(".search"),
    )


def happenings(today: date) -> list[dict[str, Any]]:
    """The next events for the home page, each once; what is on once goes before what is on every day."""
    first = {line.event_id: line for line in reversed(events.lines(db.session, events.AgendaFilter(today)))}
    chosen = sorted(first.values(), key=lambda line: (line.recurs, line.starts_at))[:HAPPENINGS]
    return [happening(line, today) for line in sorted(chosen, key=lambda line: line.starts_at)]


def happening(line: events.Line, today: date) -> dict[str, Any]:
    """A line of the agenda, for the home page."""
    begins = line.starts_at.astimezone(clock.ATHENS)
    time = "" if line.all_day or begins.date() < today else f"{begins:%H:%M}"
    tags = [] if line.status.value == "scheduled" else [("late", _(line.status.label))]
    return {
        "title": plain(line.title),
        "url": url_for("events.event", slug=line.slug),
        "text": " · ".join(part for part in (time, plain(line.venue) or plain(line.place)) if part),
        "tags": tags + ([("ok", _("Free"))] if line.free else []),
        "date": max(begins.date(), today),
    }


def highlight(row: plan.Highlight) -> dict[str, Any]:
    """An indicator on its way to its target, for the home page."""
    reading = row.reading
    unit = plain(row.unit_of_measure)
    value, target = with_unit(reading.value, unit), with_unit(reading.target, unit)
    words = _("%(value)s · target of the year %(target)s", value=value, target=target)
    return {
        "title": plain(row.title),
        "url": url_for(row.link["endpoint"], code=row.link["code"]),
        "share": row.share,
        "text": words,
        "tone": row.tone,
    }


def with_unit(value: Decimal | None, unit: str) -> str:
    """A figure as people read it: 88,9%, 12 days."""
    rounded = "–" if value is None else format_number(round(value, 1).normalize() + 0)
    return f"{rounded}%" if unit == "%" else f"{rounded} {unit}".strip()


def figures(fed: Sequence[Any], today: date) -> dict[str, Any]:
    """Last month in numbers, from real cases."""
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    items = [
        {
            # the label names what is counted: beside it the unit would only be too wide for a telephone
            "value": with_unit(row.value, "%" if row.feed.unit == "%" else ""),
            "label": _(row.label),
            "url": url_for("plan.indicator", code=row.code),
        }
        for row in plan.month_figures(db.session, fed, month)
    ]
    return {"title": format_date(month, "LLLL yyyy"), "lead": _("From real cases."), "items": items}


def tasks() -> list[dict[str, str]]:
    """The four things people come for."""
    return [
        {
            "icon": "document",
            "title": _("Make a request or declaration"),
            "text": _("With a protocol number at once, at any hour"),
            "url": url_for("eservices.catalogue"),
        },
        {
            "icon": "fault",
            "title": _("Report a fault"),
            "text": _("Roads, lamps, bins, water: in a minute, in any language"),
            "url": url_for("faults.report"),
        },
        {
            "icon": "track",
            "title": _("Where is my case?"),
            "text": _("With its number, without an account"),
            "url": url_for("casework.track"),
        },
        {
            "icon": "check",
            "title": _("Check a document"),
            "text": _("Is this paper really from the municipality?"),
            "url": url_for("documents.verify"),
        },
    ]


@blueprint.get("/search/")
@public
def search() -> str:
    """Everything public, by words."""
    text, kind = request.args.get("q", "")[:100].strip(), request.args.get("kind", "")
    before = request.args.get("before", type=key)
    found = queries.found_by_public(db.session, text, kind=kind, before=before) if text else []
    return render_template(
        "site/search.html", text=text, kind=kind, found=found, kinds=queries.KINDS, public=queries.PUBLIC
    )


@blueprint.get("/account/")
@signed_in
def account() -> str:
    """My account: cases, drafts, settings."""
    cases = casework.cases_of(db.session, person().id, most=5)
    drafts = eservices.drafts_of(db.session, person().id)
    return render_template("site/account.html", cases=cases, drafts=drafts)


@blueprint.get("/contact/")
@public
@made_of("organisation")
def contact() -> str:
    """How to reach the municipality."""
    return render_template("site/contact.html")


@blueprint.get("/accessibility/")
@public
@made_of("organisation")
def accessibility() -> str:
    """The accessibility statement of law 4727/2020."""
    return render_template("site/accessibility.html")


@blueprint.get("/privacy/")
@public
@made_of("organisation")
def privacy() -> str:
    """What happens with personal data."""
    return render_template("site/privacy.html")


@blueprint.get("/cookies/")
@public
@made_of("organisation")
def cookies() -> str:
    """The two cookies of the portal."""
    return render_template("site/cookies.html")


@blueprint.get("/styleguide/")
@public
def styleguide() -> Any:
    """Every component in every state; only in demonstration mode."""
    from portal.site.forms import styleguide_forms  # noqa: PLC0415 – never loaded in production

    if not portal.settings.demonstration:
        abort(404)
    return render_template("site/styleguide.html", forms=styleguide_forms())


@blueprint.get("/mailbox/")
@public
def mailbox() -> str:
    """The letters of the demonstration, as people would receive them."""
    if not portal.settings.demonstration:
        abort(404)
    recipient = request.args.get("to", "").strip()[:254]
    rows = letters.mailbox(db.session, recipient=recipient, before=request.args.get("before", type=key), most=20)
    return render_template("site/mailbox.html", rows=rows, recipient=recipient)


@blueprint.get("/mailbox/<int:letter_id>/")
@public
def letter(letter_id: int) -> str:
    """One letter of the demonstration."""
    found = db.session.get(letters.Letter, letter_id)
    if found is None or not portal.settings.demonstration:
        abort(404)
    return render_template("site/letter.html", letter=found)
