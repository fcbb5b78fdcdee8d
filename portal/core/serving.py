"""Web server and worker side by side on one machine: whichever dies is started again.

The supervisor imports nothing of the portal, so that it stays small, and opens the port itself: while the web server
starts anew, callers wait instead of being turned away. `python -m portal.core.serving`, or `flask serve`.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from types import FrameType

#: children get this long to finish what they have begun, in seconds
GRACE = 25
#: a child that dies younger than this is started again only after a pause, which doubles up to `LONGEST_PAUSE`
YOUNG, LONGEST_PAUSE = 5.0, 16.0
#: for the C library: threads share two heaps, where one for each of them would hold several MB that nobody uses
THRIFT = {"MALLOC_ARENA_MAX": "2"}
_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux


class Supervisor:
    """Keeps programs running until it is told to stop; none of them outlives it."""

    def __init__(self, commands: Mapping[str, Sequence[str]], listener: socket.socket | None = None) -> None:
        self.commands = commands
        #: the open port, which the programs get
        self.listener = listener
        self.running: dict[int, str] = {}
        self.born: dict[str, float] = {}
        self.pauses = dict.fromkeys(commands, 0.0)
        self.stopping = False

    def run(self) -> None:
        """Start everything; come back when all of it has ended after SIGTERM or SIGINT."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGALRM, self._kill)
        for name in self.commands:
            if not self.stopping:
                self._start(name)
        while self.running:
            number, status = os.wait()
            name = self.running.pop(number, "")
            if name and not self.stopping:
                self._say(f"{name} ended with {os.waitstatus_to_exitcode(status)} and is started again")
                self._start_again(name)

    def _start(self, name: str) -> None:
        parent = os.getpid()
        child = subprocess.Popen(  # noqa: S603 – our own commands
            self.commands[name],
            pass_fds=[self.listener.fileno()] if self.listener else [],
            env={**THRIFT, **os.environ},
            process_group=0,  # Ctrl-C reaches the supervisor alone, which then asks politely
            preexec_fn=lambda: _die_with(parent),  # noqa: PLW1509 – there are no threads here
        )
        self.running[child.pid], self.born[name] = name, time.monotonic()
        child.returncode = 0  # this class waits for it, not subprocess
        if self.stopping:  # it was told to while this child was being born
            os.kill(child.pid, signal.SIGTERM)

    def _start_again(self, name: str) -> None:
        age = time.monotonic() - self.born[name]
        self.pauses[name] = 0.0 if age > YOUNG else min(max(1.0, self.pauses[name] * 2), LONGEST_PAUSE)
        time.sleep(self.pauses[name])
        if not self.stopping:
            self._start(name)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True
        if self.listener:
            self.listener.close()  # whoever comes next may have the port while the last jobs are finished
        signal.alarm(GRACE)
        self._tell(signal.SIGTERM)

    def _kill(self, _number: int, _frame: FrameType | None) -> None:
        self._tell(signal.SIGKILL)

    def _tell(self, number: int) -> None:
        for child in list(self.running):
            with contextlib.suppress(ProcessLookupError):  # it has just ended
                os.kill(child, number)

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)  # noqa: T201 – the log is not set up here


def _die_with(parent: int) -> None:
    """In the child: end when the parent ends, however it ends (Linux; elsewhere only with its knowledge)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGTERM)
        if os.getppid() != parent:  # it was faster
            os._exit(1)


def commands(socket_number: int, workers: int) -> dict[str, list[str]]:
    """What runs: gunicorn on the open socket, and one worker."""
    web = [sys.executable, "-m", "gunicorn", "wsgi:app", f"--bind=fd://{socket_number}", f"--workers={workers}"]
    web += ["--worker-class=gthread", "--threads=4", "--preload", "--no-control-socket", "--log-level=warning"]
    web += ["--max-requests=20000", "--max-requests-jitter=5000", "--timeout=60", "--graceful-timeout=20"]
    return {"web": web, "worker": [sys.executable, "-m", "flask", "--app", "wsgi", "work"]}


def serve(host: str, port: int, workers: int) -> None:
    """Serve until told to stop."""
    with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
        listener.listen(2048)
        listener.set_inheritable(True)
        Supervisor(commands(listener.fileno(), workers), listener).run()


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="flask serve", description="Web server and worker, until stopped.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, 4), help="web processes")
    chosen = parser.parse_args(arguments)
    try:
        serve(chosen.host, chosen.port, chosen.workers)
    except OSError as error:
        raise SystemExit(f"{chosen.host}:{chosen.port} cannot be opened: {error.strerror}") from None


if __name__ == "__main__":
    main()
