"""Databases of a size to measure on: fresh ones, grown by `flask demo grow`."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import psycopg
from flask import Flask

from bench.bare import create_bare
from portal.app import create_app
from portal.core import clock, schema
from portal.core.db import db
from portal.settings import ROOT, Settings
from portal.site.cli import growth, load_pack
from tests.support import cluster

PACK = ROOT / "portal" / "municipalities" / "hersonissos"
#: a server that is as careful as one with real data; that of the tests is not
CAREFUL = "-c listen_addresses='' -c max_connections=50 -c shared_buffers=128MB"


@dataclass(frozen=True)
class Ground:
    """One database with the portal and the bare page on it."""

    engine: str
    rows: int
    app: Flask
    bare: Flask

    @property
    def occurrences(self) -> int:
        """The agenda has a tenth as many occurrences as there are cases."""
        return self.rows // 10


def ground(folder: Path, engine: str, rows: int) -> Ground:
    """The database of that size; made and grown unless `folder` holds it already."""
    home = folder / f"{engine}-{rows}"
    url = f"sqlite:///{home}/portal.sqlite3" if engine == "sqlite" else cluster.url(folder, f"rows_{rows}")
    ready = home / "ready"
    if not ready.exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        if engine == "postgresql":
            _create(folder, f"rows_{rows}")
    app = create_app(settings(home, url))
    if not ready.exists():
        print(f"growing {engine} to {rows:,} cases", flush=True)
        _fill(app, rows)
        ready.touch()
    return Ground(engine, rows, app, create_bare(url))


def settings(home: Path, url: str) -> Settings:
    """As in the demonstration, but quiet, and without rate limits."""
    return Settings(
        data_dir=home,
        database_url=url,
        demonstration=True,
        public_url="http://localhost",
        secret_key="for measuring only",  # noqa: S106
        rate_limits=False,
        log_level="CRITICAL",
    )


def start_server(folder: Path) -> None:
    """A PostgreSQL of our own, that keeps its promises to the disk."""
    cluster.START = CAREFUL
    home = folder / "pg"
    if not home.exists():
        cluster.start(folder)
        return
    try:
        psycopg.connect(f"host={home} user=postgres dbname=postgres").close()
    except psycopg.OperationalError:  # kept from another run
        options = f"-o{CAREFUL} -c unix_socket_directories={home}"
        pg_ctl = cluster.programs() / "pg_ctl"
        cluster._run(pg_ctl, "start", "-w", f"--pgdata={home}/data", f"--log={home}/log", options, cwd=home)  # noqa: SLF001


def _fill(app: Flask, rows: int) -> None:
    with app.app_context():
        schema.upgrade()
    with app.app_context():
        load_pack(PACK)
        db.session.commit()
        growth.grow(db.session, PACK, cases=rows, now=clock.now())
        growth.grow_occurrences(db.session, PACK, occurrences=rows // 10, now=clock.now())
        growth.grow_reports(db.session, PACK, reports=rows, now=clock.now())
        growth.grow_proofs(db.session, evidence=rows // 500, amounts=rows // 100, now=clock.now())


def _create(folder: Path, name: str) -> None:
    with psycopg.connect(f"host={folder / 'pg'} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}".encode())
        connection.execute(f"CREATE DATABASE {name}".encode())
