"""Measure, print a table, and write it to bench/results.md; ratios only, never absolute times."""

from __future__ import annotations

import argparse
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

from bench import filing, memory, pages, recounting
from bench.ground import Ground, ground, start_server
from bench.measuring import Reading, measure
from portal.core import clock
from tests.support import cluster

RESULTS = Path(__file__).parent / "results.md"
#: what is measured of the databases of one engine, a line each
Told = Callable[..., Iterator[str]]
LIBRARIES = ("flask", "sqlalchemy", "jinja2")


def main() -> None:
    """Read the options, measure engine by engine."""
    wanted = _options()
    folder = Path(wanted.data or tempfile.mkdtemp(prefix=f"{cluster.PREFIX}bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    sizes = sorted(int(size) for size in wanted.rows.split(","))
    engines = wanted.engine.split(",")
    told = partial(_lines, only=wanted.only)
    if wanted.filing or wanted.recount:
        told = partial(_only, _filed if wanted.filing else _recounted)
    lines = []
    try:
        for line in told(folder, engines, sizes, quick=wanted.quick):
            print(line, flush=True)
            lines.append(line)
    finally:
        cluster.stop(folder)
        if not wanted.data:
            shutil.rmtree(folder, ignore_errors=True)
    if not (wanted.quick or wanted.filing or wanted.recount or wanted.only):
        RESULTS.write_text("\n".join(lines) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--rows", default="10000,1000000", help="numbers of cases, the smallest is what others grow from"
    )
    parser.add_argument("--engine", default="sqlite,postgresql")
    parser.add_argument("--quick", action="store_true", help="few rounds, and results.md stays as it is")
    parser.add_argument("--filing", action="store_true", help="measure filing only, and leave results.md as it is")
    parser.add_argument("--recount", action="store_true", help="measure recounts only, and leave results.md as it is")
    parser.add_argument(
        "--only", help="measure the pages with these words in their names, and leave results.md as it is"
    )
    parser.add_argument("--data", help="folder in which grown databases are kept for the next run")
    return parser.parse_args()


def _lines(
    folder: Path, engines: Sequence[str], sizes: Sequence[int], *, quick: bool, only: str | None
) -> Iterator[str]:
    yield from _head()
    for engine in engines:
        yield from _engine(folder, engine, sizes, quick=quick, only=only)


def _only(measured: Told, folder: Path, engines: Sequence[str], sizes: Sequence[int], *, quick: bool) -> Iterator[str]:
    for engine in engines:
        yield f"## {engine}"
        yield from measured(_grounds(folder, engine, sizes), quick=quick)


def _engine(folder: Path, engine: str, sizes: Sequence[int], *, quick: bool, only: str | None) -> Iterator[str]:
    grounds = _grounds(folder, engine, sizes)
    yield from ("", f"## {engine}", "")
    named = [page for page in pages.PAGES if not only or only.lower() in page.name.lower()]
    yield from _table(measure(grounds, named, seconds=1.5 if quick else 6))
    if only:
        return
    yield ""
    yield from _filed(grounds, quick=quick)
    # a million cases are seven million contributions: `--recount --rows 140000` measures one
    yield from _recounted(grounds[:1], quick=quick)
    taken = memory.memory(grounds[-1])
    missed = "" if taken.rss <= memory.AIM else f" – **missed: > {memory.AIM} MB**"
    yield f"- one web process after warm-up: {taken.rss:.0f} MB (its share: {taken.pss:.0f} MB){missed}"


def _grounds(folder: Path, engine: str, sizes: Sequence[int]) -> list[Ground]:
    if engine == "postgresql":
        start_server(folder)
    return [ground(folder, engine, rows) for rows in sizes]


def _recounted(grounds: Sequence[Ground], *, quick: bool) -> Iterator[str]:
    for one in grounds:
        found = recounting.rate(one, rounds=1 if quick else 3)
        misses = [f"< {recounting.AIM}"] if found.share < recounting.AIM else []
        misses += [] if found.unchanged else ["numbers differ"]
        missed = f" – **missed: {', '.join(misses)}**" if misses else ""
        yield (
            f"- recount of {found.contributions:,} contributions: {found.share:.2f} of the rate of plain inserts of as"
            f" many rows{missed}"
        )


def _filed(grounds: Sequence[Ground], *, quick: bool) -> Iterator[str]:
    for name, measured, aim in (("filing", filing.rate, filing.AIM), ("fault by Open311 POST", filing.posted, 0.0)):
        least = 0.0
        for one in grounds:
            found = measured(one, number=40 if quick else 150)
            least = least or found.processor
            grown = found.processor / least
            misses = [f"< {aim}"] if found.share < aim else []
            misses += [f"growth > {pages.GROWTH_AIM}"] if grown > pages.GROWTH_AIM else []
            missed = f" – **missed: {', '.join(misses)}**" if misses else ""
            yield (
                f"- {name} at {one.rows:,} cases: {found.share:.2f} of the bare commit rate;"
                f" {found.processor:.1f} × its processor time (grown {grown:.2f}),"
                f" {found.statements} statements{missed}"
            )


def _head() -> Iterator[str]:
    yield "# What pages cost"
    yield ""
    yield (
        "Processor time of a page (of the database server, too) as a multiple of the bare page of `bench/bare.py`"
        " on the same database, measured in turn in one process; “grown” is the multiple of itself at the smallest"
        " size. Rows are cases, and of the agenda occurrences. Pages for visitors are kept; “made anew” is what one"
        " costs that is not. Feeds, of about a thousand rows, are multiples of a loop by hand over as many rows."
    )
    yield (
        f"Aims: pages ≤ {pages.PAGE_AIM}, search ≤ {pages.SEARCH_AIM:.0f}, feeds ≤ {pages.FEED_AIM:.0f}, grown ≤"
        f" {pages.GROWTH_AIM}, at most {pages.STATEMENTS_AIM} data statements and {pages.KILOBYTES_AIM} kB of HTML."
    )
    yield ""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    yield f"{clock.now():%Y-%m-%d}, Python {platform.python_version()}, {libraries}"


def _table(readings: Iterable[Reading]) -> Iterator[str]:
    yield "| page | rows | × bare | grown | statements | kB | missed |"
    yield "|---|--:|--:|--:|--:|--:|---|"
    for one in readings:
        grown = f"{one.to_small:.2f}" if one.to_small else ""
        yield (
            f"| {one.page.name} | {one.rows:,} | {one.to_bare:.2f} | {grown} | {one.statements}"
            f" | {one.kilobytes:.0f} | {', '.join(one.missed)} |"
        )


if __name__ == "__main__":
    main()
