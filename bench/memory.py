"""How much memory a web process takes, once it has shown every page."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench import pages
from bench.ground import Ground
from portal.core.serving import THRIFT
from portal.settings import ROOT

AIM = 120


@dataclass(frozen=True)
class Memory:
    """Of one web process, in MB: all that it touches, and its own share of what it has in common with others."""

    rss: float
    pss: float


def memory(ground: Ground) -> Memory:
    """Start the web server as `make serve` does, show every page ten times, look."""
    settings = ground.app.extensions["portal"].settings
    path = settings.data_dir / "bench.sock"
    names = ("data_dir", "database_url", "demonstration", "public_url", "secret_key", "rate_limits", "log_level")
    environment = {f"PORTAL_{name.upper()}": _text(getattr(settings, name)) for name in names}
    arguments = ["wsgi:app", f"--bind=unix:{path}", "--workers=1", "--worker-class=gthread", "--threads=4"]
    arguments += ["--preload", "--no-control-socket", "--log-level=error"]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *arguments], cwd=ROOT, env={**THRIFT, **os.environ, **environment}
    )
    try:
        _wait(path)
        _visit(ground, path)
        return _look(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _text(value: object) -> str:
    return {True: "1", False: "0"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _wait(path: Path) -> None:
    for _ in range(300):
        with socket.socket(socket.AF_UNIX) as line:
            if path.exists() and line.connect_ex(str(path)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the web server did not start")


class _Connection(http.client.HTTPConnection):
    """HTTP through a socket in the file system."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost")
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self.path))


def _visit(ground: Ground, path: Path) -> None:
    cast = pages.cast(ground.app)
    for page in pages.PAGES * 10:
        browser = pages.client(ground.app, cast.users.get(page.actor, ""))
        cookie = browser.get_cookie("session")
        connection = _Connection(path)
        headers = {"Cookie": f"session={cookie.value}"} if cookie else {}
        connection.request("GET", pages.address(ground.app, page, cast), headers=headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{page.name} answers {answer.status}")


def _look(parent: int) -> Memory:
    """The web process is the only child of the one that was started."""
    child = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()[0]
    text = Path(f"/proc/{child}/smaps_rollup").read_text()
    rss, pss = (int(re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)[1]) / 1024 for name in ("Rss", "Pss"))  # type: ignore[index]
    return Memory(rss, pss)
