"""The frame of every page: municipality, menus, links."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request, url_for
from flask_login import current_user

from portal.casework.desk.words import capped, queue_counts
from portal.casework.queries import state_of
from portal.core.db import db
from portal.core.i18n import COOKIE, language, plain, preferred
from portal.core.i18n import translate as _
from portal.core.search import SearchEntry
from portal.core.web import portal
from portal.events.access import keeps_agenda
from portal.faults.access import repairs
from portal.organisation import queries as organisation
from portal.organisation.access import current_mandate
from portal.organisation.operations import Role
from portal.organisation.policy import Mandate

#: the pack's profile is read again after so many seconds
PROFILE_AGE = 60
#: the choice of a language is remembered for so many seconds
YEAR = 365 * 24 * 3600
#: pages below a link of their own in a room that has another link as well
_COUNTER = "eservices_desk.counter"
BELONGS_TO = dict.fromkeys([_COUNTER, "eservices_desk.begin", "eservices_desk.begin_submit"], _COUNTER)
_ASKED = "eservices_desk.questionnaires"
_FED, _REPORTS = "plan_desk.fed", "plan_desk.my_reports"
#: beginnings of the names of the pages of the plan that belong to either
_OF_FED, _OF_REPORTS = ("evidence_", "value", "money", "orphans", "accounting"), ("report",)


def init_app(app: Flask) -> None:
    """Give every template its frame."""
    app.context_processor(frame)
    app.after_request(remember_language)
    app.jinja_env.globals.update(state_of=state_of, entry_values=entry_values)


def remember_language(response: Response) -> Response:
    """Whoever reads in another language than their browser asks for has chosen it: the front door remembers."""
    chosen = response.mimetype == "text/html" and response.status_code == 200 and request.url_rule is not None
    if chosen and "lang" in request.url_rule.arguments and language() != preferred():  # type: ignore[union-attr]
        response.set_cookie(COOKIE, language(), YEAR, samesite="Lax", httponly=True, secure=portal.settings.https)
    return response


def entry_values(entry: SearchEntry) -> dict[str, Any]:
    """What the address of something found needs besides its endpoint."""
    return {name: value for name, value in entry.link.items() if name != "endpoint"}


def frame() -> dict[str, Any]:
    """What the layouts ask for; the menus only where a page is being answered."""
    context: dict[str, Any] = {"municipality": municipality(), "links": links()}
    if has_request_context():
        context |= {"menu": LazyMenu(menu), "footer_menu": LazyMenu(footer_menu), "desk_menu": LazyMenu(desk_menu)}
    return context


class LazyMenu:
    """A menu that is put together only when a page walks through it: the desk has no foot, the public no desk."""

    def __init__(self, make: Callable[[], list[dict[str, Any]]]) -> None:
        self.make = make

    def __iter__(self) -> Any:
        """The items, or the sections of `{title, items}`."""
        made = g.setdefault("menus", {})
        if self.make not in made:
            made[self.make] = self.make()
        return iter(made[self.make])


@dataclass(frozen=True)
class Profile:
    """`municipality.yaml` as it was read."""

    data: Mapping[str, Any]
    #: stamp of the room as the page knew it that read this, if it did
    stamp: str | None
    #: by the process's own clock
    read_at: float
    #: language → what the layouts say of the municipality: every page says it, so it is put together once
    words: dict[str, dict[str, Any]] = field(default_factory=dict)


def profile() -> Profile:
    """What is said of the municipality; kept for a minute, or until a page that is kept knows better."""
    kept: Profile | None = current_app.extensions.get("municipality")
    stamp = g.get("stamps", {}).get("organisation", kept and kept.stamp)
    if kept is None or kept.stamp != stamp or time.monotonic() - kept.read_at > PROFILE_AGE:
        row = organisation.municipality(db.session)
        data = row.profile if row else {"name": {"el": "Δήμος"}, "contact": {}, "colours": {}}
        kept = current_app.extensions["municipality"] = Profile(data, stamp, time.monotonic())
    return kept


def municipality() -> dict[str, Any]:
    """The municipality in the reader's language."""
    kept = profile()
    if language() not in kept.words:
        kept.words[language()] = _in_words(kept.data)
    return kept.words[language()]


def _in_words(data: Mapping[str, Any]) -> dict[str, Any]:
    contact = data.get("contact", {})
    return {
        "code": data.get("code", ""),
        "name": plain(data["name"]),
        "name_genitive": plain(data.get("name_genitive", data["name"])),
        "portal_name": plain(data.get("portal_name")) or _("Online services"),
        "region": plain(data.get("region")),
        "seat": plain(data.get("seat")),
        "emblem": data.get("emblem", "img/hersonissos/emblem.svg"),
        "picture": data.get("picture", ""),
        "colours": data.get("colours", {}),
        "map": data.get("map", {}),
        "often": data.get("often", []),
        "emergency": [{"number": item["number"], "name": plain(item["name"])} for item in data.get("emergency", [])],
        "contact": {key: plain(value) if isinstance(value, dict) else value for key, value in contact.items()},
    }


def links() -> dict[str, str]:
    """Addresses that the layouts need."""
    lang = language()
    return {
        "home": f"/{lang}/",
        "account": f"/{lang}/account/",
        "sign_in": f"/{lang}/account/sign-in/",
        "sign_out": f"/{lang}/account/sign-out/",
        "desk": f"/{lang}/desk/",
        "desk_search": f"/{lang}/desk/search/",
        "search": f"/{lang}/search/",
    }


@lru_cache(maxsize=500)
def _address(lang: str, endpoint: str, **values: Any) -> str:
    """Addresses of menus do not change while the process runs."""
    return url_for(endpoint, lang=lang, **values)


def _belongs_to(endpoint: str) -> str:
    """The page whose item of the menu is current on a page."""
    room, _dot, name = endpoint.partition(".")
    if room == "plan_desk":
        return _FED if name.startswith(_OF_FED) else _REPORTS if name.startswith(_OF_REPORTS) else endpoint
    if room == "eservices_desk" and "question" in name:
        return _ASKED
    return BELONGS_TO.get(endpoint, endpoint)


def _item(label: str, endpoint: str, *, count: int = 0, hot: bool = False, **values: Any) -> dict[str, Any]:
    """A link of a menu; it is current on its own page, and on every page of a room that has one link only."""
    here = _belongs_to(request.endpoint or "")
    if endpoint == here:
        current = all(request.args.get(name, "open") == value for name, value in values.items())
    else:
        room = endpoint.partition(".")[0]
        same = here.partition(".")[0] == room and values.get("view", "open") == "open"
        current = (
            same and room not in {"site", "site_desk"} and not {endpoint, here} & {*BELONGS_TO, _ASKED, _FED, _REPORTS}
        )
    return {
        "label": label,
        "url": _address(language(), endpoint, **values),
        "current": current,
        "count": capped(count) if count else None,
        "hot": hot,
    }


def menu() -> list[dict[str, Any]]:
    """The main menu."""
    return [
        _item(_("Home"), "site.home"),
        _item(_("Services"), "eservices.catalogue"),
        _item(_("Report a fault"), "faults.report"),
        _item(_("Events"), "events.agenda"),
        _item(_("Where is my case?"), "casework.track"),
        _item(_("Operational plan"), "plan.overview"),
        _item(_("Check a document"), "documents.verify"),
    ]


def footer_menu() -> list[dict[str, Any]]:
    """The columns of the foot."""
    portal_items = [
        _item(_("Accessibility"), "site.accessibility"),
        _item(_("Privacy"), "site.privacy"),
        _item(_("Cookies"), "site.cookies"),
    ]
    if portal.settings.demonstration:
        portal_items += [_item(_("Mailbox"), "site.mailbox"), _item(_("Style guide"), "site.styleguide")]
    help_items = [_item(_("Contact"), "site.contact"), _item(_("Check a document"), "documents.verify")]
    help_items += [_item(_("Search"), "site.search"), _item(_("Open data"), "site.open_data")]
    return [{"title": _("The portal"), "items": portal_items}, {"title": _("Help"), "items": help_items}]


def desk_menu() -> list[dict[str, Any]]:
    """The side menu of the desk, by what the person may do."""
    if not (current_user.is_authenticated and current_user.is_staff):
        return []
    mandate, counts = current_mandate(), queue_counts()
    work = [
        _item(_("Overview"), "site_desk.home"),
        _item(_("Cases"), "casework_desk.queue", count=counts["open"], view="open"),
        _item(_("My cases"), "casework_desk.queue", count=counts["mine"], view="mine"),
        _item(_("Late"), "casework_desk.queue", count=counts["late"], hot=True, view="late"),
        _item(_("For information"), "casework_desk.queue", count=counts["information"], view="information"),
        _item(_("Protocol register"), "documents_desk.register"),
    ]
    rooms = [_item(_("Services"), "eservices_desk.services")]
    if mandate.has(Role.CLERK):
        work.append(_item(_("File for somebody"), "eservices_desk.counter"))
    if mandate.has(Role.CLERK, Role.HEAD) and keeps_agenda():
        rooms.append(_item(_("Agenda of events"), "events_desk.events"))
    if repairs():
        rooms.append(_item(_("Faults and repairs"), "faults_desk.crew"))
    if mandate.has(Role.HEAD):
        rooms.append(_item(_("Reports on the plan"), "plan_desk.my_reports"))
    if mandate.has(Role.PLANNER):
        rooms.append(_item(_("Operational plan"), "plan_desk.overview"))
        rooms.append(_item(_("Questionnaires"), _ASKED))
    if mandate.has(Role.PLANNER, Role.HEAD):
        rooms.append(_item(_("Evidence, money and values"), "plan_desk.fed"))
    sections = [{"title": _("Work"), "items": work}, {"title": _("Applications"), "items": rooms}]
    house = _house(mandate)
    return [*sections, {"title": _("Administration"), "items": house}] if house else sections


def _house(mandate: Mandate) -> list[dict[str, Any]]:
    items = []
    if mandate.has(Role.CLERK):
        items.append(_item(_("People"), "site_desk.people"))
    if mandate.is_administrator or mandate.has(Role.HEAD):
        items.append(_item(_("Duties and substitutes"), "site_desk.duties"))
    if mandate.is_administrator:
        items.append(_item(_("Messages and background jobs"), "site_desk.jobs"))
    if portal.settings.demonstration:
        items.append(_item(_("Mailbox"), "site.mailbox"))
    return items
