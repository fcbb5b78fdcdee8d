"""A gateway for text messages on this machine: it keeps what it is given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl

#: fields of a form, with the header `Authorization` as `token`
Message = dict[str, str]


@contextmanager
def gateway(answer: int = 200) -> Iterator[tuple[str, list[Message]]]:
    """Its address, and the messages that it was given."""
    kept: list[Message] = []

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            fields = dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
            kept.append(fields | {"token": self.headers.get("Authorization", "")})
            self.send_response(answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Takes) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/send", kept
        finally:
            server.shutdown()
