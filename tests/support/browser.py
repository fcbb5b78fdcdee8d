"""A real browser before a real server: `live` serves a committed database, `page` looks at it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from portal.core import clock, worker

T = TypeVar("T")
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    *("--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)


class Live:
    """The portal, served on a port of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def drain(self) -> int:
        """Do what waits in the outbox now, as the worker does; says how many jobs it were."""
        return apart(self._drain)

    def _drain(self) -> int:
        done = 0
        while jobs := worker.drain(self.app, now=clock.now()):
            done += jobs
        return done

    def close(self) -> None:
        """Answer no more."""
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()


def apart(work: Callable[[], T]) -> T:
    """Do something in a thread of its own: the browser's event loop runs in this one, and pyHanko wants one too."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


class Silent(WSGIRequestHandler):
    """A server that does not tell what it is asked."""

    def log(self, *_: Any, **__: Any) -> None:
        """Say nothing: failures show in the test."""


@pytest.fixture
def live(committed_app: Flask) -> Iterator[Live]:
    """The portal in the network, on a database of its own; `live.drain()` is its worker."""
    serving = Live(committed_app)
    yield serving
    serving.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for each worker of the test run."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("no browser: chromium is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Browser, live: Live) -> Iterator[Callable[..., Page]]:
    """Open a window of its own: `open_page(width=360, language="en", javaScriptEnabled=False)`."""
    contexts = []
    problems: list[str] = []

    def window(width: int = 1280, height: int = 900, language: str = "el", **options: Any) -> Page:
        locale = {"el": "el-GR", "en": "en-GB"}.get(language, language)
        context = browser.new_context(
            base_url=live.url, viewport={"width": width, "height": height}, locale=locale, **options
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if "Content Security Policy" in said.text else None)
        return page

    yield window
    for context in contexts:
        context.close()
    assert not problems, f"the browser complained: {problems}"


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A window of 1280 pixels, in Greek; `open_page` makes others."""
    return open_page()
