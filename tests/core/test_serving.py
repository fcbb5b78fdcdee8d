"""The supervisor: whatever dies is started again, and nothing outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from portal.core import serving

PROGRAM = """
import sys
from portal.core.serving import Supervisor
beat = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\\\n'); time.sleep(600)"
Supervisor({name: [sys.executable, "-c", beat, f"{sys.argv[1]}/{name}"] for name in ("web", "worker")}).run()
"""


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path)], stderr=subprocess.DEVNULL) as running:
        yield running
        running.kill()


Seen = TypeVar("Seen")


def until(seen: Callable[[], Seen]) -> Seen:
    for _ in range(400):
        if found := seen():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen within 20 seconds")


def born(folder: Path, name: str, number: int) -> int:
    """The process that was started as the number-th of its name."""

    def seen() -> list[str]:
        path = folder / name
        lines = path.read_text().split() if path.exists() else []
        return lines if len(lines) >= number else []

    return int(until(seen)[number - 1])


def gone(process: int) -> bool:
    status = Path(f"/proc/{process}/status")
    return not status.exists() or "\tZ" in status.read_text()


def test_what_dies_is_started_again(supervisor: subprocess.Popen[bytes], tmp_path: Path) -> None:
    first, worker = born(tmp_path, "web", 1), born(tmp_path, "worker", 1)

    os.kill(first, signal.SIGKILL)

    assert born(tmp_path, "web", 2) != first
    assert not gone(worker)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_outlives_the_supervisor(
    supervisor: subprocess.Popen[bytes], tmp_path: Path, number: signal.Signals
) -> None:
    children = [born(tmp_path, "web", 1), born(tmp_path, "worker", 1)]

    supervisor.send_signal(number)

    assert supervisor.wait(20) == (0 if number != signal.SIGKILL else -9)
    until(lambda: all(map(gone, children)))


def test_a_port_that_is_taken_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    with serving.socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit) as refused:
        serving.main(["--port", str(taken.getsockname()[1])])

    assert "cannot be opened" in str(refused.value)
