"""Those who look at pages besides us: the Nu HTML checker and axe, over many pages at once.

`nu` starts one Java for all of them; `Window` shows each in one browser, with the real style sheets.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from portal.settings import ROOT
from tests.support.browser import Silent
from tests.support.photographs import photograph

NU = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
#: opens what is folded in the page, so that it is looked at too; by how many pixels the page is too wide
WIDTH = """() => {
  document.querySelectorAll("main details").forEach(details => { details.open = true });
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  return wide > 0 ? [`${wide} pixels wider than the window`] : [];
}"""
#: what axe has against the page
VIOLATIONS = """async () => {
  const {violations} = await axe.run(document, {resultTypes: ["violations"], preload: false});
  const places = rule => rule.nodes.map(node => `${node.target.join(" ")} – ${node.failureSummary}`).join("; ");
  return violations.map(rule => `${rule.id}: ${rule.help}: ${places(rule)}`.replaceAll("\\n", " ").slice(0, 600));
}"""
#: of a report or of evidence: pages are looked at without the store that has them
PHOTOGRAPH = re.compile(r"/.*/(photos/\d+|evidence/\d+/photo)/")
ELEMENT = re.compile(r'<(\w+)(?:[^>]*?\bclass="([^"]*)")?')


@dataclass(frozen=True)
class Sight:
    """A page as somebody saw it."""

    who: str
    path: str
    #: what they had sent, or what is special about it
    how: str
    language: str
    html: str = field(repr=False)

    def __str__(self) -> str:
        return f"{self.who} at {self.path} {self.how}".strip()

    @property
    def shape(self) -> int:
        """The same for pages that are built of the same elements."""
        return hash(tuple(ELEMENT.findall(self.html)))


def nu(sights: Sequence[Sight], folder: Path) -> Iterator[str]:
    """What the Nu HTML checker calls an error on these pages, in words."""
    for number, sight in enumerate(sights):
        (folder / f"{number}.html").write_text(sight.html)
    command = ["java", "-jar", str(NU), "--format", "json", "--exit-zero-always", "--errors-only", str(folder)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    for message in json.loads(said)["messages"]:
        sight = sights[int(Path(message["url"]).stem)]
        yield f"{sight}: {message['message']} {message.get('extract', '')!r}"


def nu_is_missing() -> str:
    """Why there is no Nu HTML checker here; empty: there is one."""
    if not NU.exists():
        return "no Nu HTML checker: vnu-jar is not installed"
    return "" if shutil.which("java") else "no Nu HTML checker: java is not installed"


@dataclass(frozen=True)
class Window:
    """How somebody looks at pages."""

    width: int
    scheme: str
    scripts: bool

    def look(
        self, browser: Browser, sights: Sequence[Sight], styles: Mapping[str, bytes], *questions: str
    ) -> Iterator[str]:
        """What the questions (`WIDTH`, `VIOLATIONS`) find on these pages; `styles` are sheets that the portal makes."""
        with _served(sights, styles, scripts=self.scripts) as url:
            context = browser.new_context(
                viewport={"width": self.width, "height": 900},
                color_scheme=self.scheme,  # type: ignore[arg-type]
            )
            page = context.new_page()
            missing: set[str] = set()
            page.on(
                "response", lambda got: missing.add(f"{got.url} answers {got.status}") if got.status > 399 else None
            )
            for number, sight in enumerate(sights):
                page.goto(f"{url}/{number}", wait_until="domcontentloaded")
                yield from (f"{sight}: {flaw}" for question in questions for flaw in page.evaluate(question))
            context.close()
            yield from missing  # without its sheets a page looks different


@contextmanager
def _served(sights: Sequence[Sight], styles: Mapping[str, bytes], *, scripts: bool) -> Iterator[str]:
    """A server of these pages by their numbers, each with axe in it."""
    app = SharedDataMiddleware(_answering(sights, styles, scripts=scripts), {"/static": str(ROOT / "static")})
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _answering(sights: Sequence[Sight], styles: Mapping[str, bytes], *, scripts: bool) -> Callable[..., Response]:
    @Request.application
    def answer(request: Request) -> Response:
        if request.path == "/axe.js":
            return Response(AXE_SCRIPT, mimetype="text/javascript", headers={"Cache-Control": "max-age=600"})
        if request.path in styles:
            return Response(styles[request.path], mimetype="text/css", headers={"Cache-Control": "max-age=600"})
        if PHOTOGRAPH.fullmatch(request.path):
            return Response(photograph(), mimetype="image/jpeg")
        if not request.path[1:].isdigit():
            return Response(status=404)
        html = sights[int(request.path[1:])].html.replace("</head>", '<script src="/axe.js"></script></head>', 1)
        return Response(html if scripts else html.replace('type="module"', 'type="text/plain"'), mimetype="text/html")

    return answer
