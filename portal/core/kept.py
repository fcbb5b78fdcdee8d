"""Public pages that are kept: made once, then sent again until something they are made of changes.

A page is kept for visitors without a session only, in the memory of a process, as it went over the wire. Each request
asks the database for the stamps of the rooms (one statement), so nobody is ever shown a page that is no longer true;
whoever has the same page already is told so (304).
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from threading import Lock
from typing import Any, ParamSpec

from flask import Response, current_app, g, make_response, request, session

from portal.core import clock, stamps
from portal.core.db import db
from portal.core.web import compress
from portal.settings import ROOT

P = ParamSpec("P")
#: all pages of a process together
MOST_BYTES = 6_000_000


@dataclass(frozen=True)
class Page:
    """A page as it goes over the wire."""

    etag: str
    body: bytes
    headers: tuple[tuple[str, str], ...]


class Shelf:
    """The kept pages of a process; those that nobody has asked for longest are dropped first."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most, self.bytes = most, 0
        self.pages: OrderedDict[tuple[Any, ...], Page] = OrderedDict()
        self.lock = Lock()

    def get(self, key: tuple[Any, ...], etag: str) -> Page | None:
        """The page, if it is still the same."""
        with self.lock:
            page = self.pages.get(key)
            if page is None or page.etag != etag:
                return None
            self.pages.move_to_end(key)
            return page

    def put(self, key: tuple[Any, ...], page: Page) -> None:
        """Keep a page, in the place of others if need be."""
        with self.lock:
            old = self.pages.pop(key, None)
            self.bytes += len(page.body) - (len(old.body) if old else 0)
            self.pages[key] = page
            while self.bytes > self.most:
                _key, dropped = self.pages.popitem(last=False)
                self.bytes -= len(dropped.body)


def made_of(*rooms: str) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """A public page that shows what these rooms keep, the day, and nothing of whoever looks at it."""
    stamps.watch(rooms)

    def decorate(view: Callable[P, Any]) -> Callable[P, Any]:
        @wraps(view)
        def kept(*args: P.args, **kwargs: P.kwargs) -> Any:
            if current_app.session_interface.get_cookie_name(current_app) in request.cookies:
                return view(*args, **kwargs)
            return _answer(rooms, lambda: view(*args, **kwargs))

        return kept

    return decorate


def _answer(rooms: tuple[str, ...], make: Callable[[], Any]) -> Response:
    packed = request.accept_encodings.best_match(["br"]) == "br"
    key = (request.host_url, request.full_path, g.lang, packed)
    g.stamps = stamps.marks(db.session, rooms)
    etag = etag_of(*key, g.stamps, clock.athens_date(clock.now()))
    shelf: Shelf = current_app.extensions.setdefault("kept_pages", Shelf())
    page = shelf.get(key, etag)
    if page is None:
        made = make_response(make())
        if made.status_code != 200 or session.modified or made.is_streamed:
            return made
        compress(made)
        page = Page(etag, made.get_data(), tuple(made.headers.items()))
        shelf.put(key, page)
    return _sent(page)


def _sent(page: Page) -> Response:
    response = Response(page.body, headers=list(page.headers))
    response.set_etag(page.etag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


def etag_of(*values: object) -> str:
    """The tag of what is made by this version of the portal of these values."""
    return hashlib.sha256(repr((_made_by(), values)).encode()).hexdigest()[:32]


@cache
def _made_by() -> str:
    """What pages are made by: with a new version of the portal, none that a browser has is the same."""
    sources = [ROOT / "static" / "dist" / "manifest.json"]
    for folder, kinds in (("templates", "*.html"), ("translations", "*.mo"), ("portal", "*.py")):
        sources += sorted((ROOT / folder).rglob(kinds))
    marks = [(path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in sources if path.exists()]
    return hashlib.sha256(repr(marks).encode()).hexdigest()
