"""Fetching what stands at the address of others: briefly, not too much of it, never from inside our own network."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from portal.core.errors import Refused
from portal.core.texts import N_

MOST_BYTES = 5_000_000
#: seconds for each step, and for all of them
STEP, ALL = 10.0, 30.0
_REDIRECTS = 4
_MOVED = {301, 302, 303, 307, 308}
REFUSES = N_("The machine at this address refuses: it answers %(answer)s.")
_TOO_LONG = N_("The answer takes too long.")


class NotFetched(Refused):
    """An address that gives nothing: why, as a msgid, and what fills it."""

    def __init__(self, why: str, **values: Any) -> None:
        self.message = why
        super().__init__(**values)


@dataclass(frozen=True)
class Fetched:
    """What an address gave; without a body: what we have is still the same."""

    body: bytes | None
    etag: str | None


def fetch(url: str, *, etag: str | None = None, inside: bool = False) -> Fetched:
    """What stands at an address (http, https, webcal); `inside`: private networks as well, for tests.

    :raises NotFetched: if that is not possible within the limits.
    """
    deadline = time.monotonic() + ALL
    url = url.replace("webcal://", "https://", 1)
    for _turn in range(_REDIRECTS):
        try:
            connection = _connect(url, inside=inside)
            try:
                found = _ask(connection, url, etag, deadline)
            finally:
                connection.close()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _why(error) from None
        if isinstance(found, Fetched):
            return found
        url = urljoin(url, found)
    raise NotFetched(N_("The address leads on and on: too many redirects."))


def _why(error: Exception) -> NotFetched:
    """What went wrong on the way, as people say it."""
    if isinstance(error, socket.gaierror | UnicodeError):
        return NotFetched(N_("There is no such address: nobody knows the name of the machine."))
    if isinstance(error, ssl.SSLError):
        return NotFetched(N_("The address is not safe: its certificate is not valid."))
    if isinstance(error, TimeoutError):
        return NotFetched(_TOO_LONG)
    if isinstance(error, ConnectionError | http.client.HTTPException):
        return NotFetched(N_("The machine at this address does not answer, or not as a web server does."))
    return NotFetched(N_("The address could not be read: %(reason)s"), reason=str(error) or type(error).__name__)


def _connect(url: str, *, inside: bool) -> http.client.HTTPConnection:
    """A connection to the very machine whose address was looked at; asking twice could give two answers."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise NotFetched(N_("Only addresses that begin with https:// or http:// are read."))
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)[0][4][0]
    place = ipaddress.ip_address(str(address).partition("%")[0])
    if not inside and (not place.is_global or place.is_multicast):
        raise NotFetched(N_("The address leads into a private network. Only public addresses are read."))
    plain = socket.create_connection((str(address), port), timeout=STEP)
    connection = http.client.HTTPConnection(parts.hostname, port, timeout=STEP)
    try:
        secure = ssl.create_default_context() if parts.scheme == "https" else None
        connection.sock = secure.wrap_socket(plain, server_hostname=parts.hostname) if secure else plain
    except OSError:
        plain.close()
        raise
    return connection


def _ask(connection: http.client.HTTPConnection, url: str, etag: str | None, deadline: float) -> Fetched | str:
    """What it gives, or where it sends us."""
    parts = urlsplit(url)
    headers = {"Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "identity", "User-Agent": "portal"}
    connection.request(
        "GET",
        f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}",
        headers=headers | ({"If-None-Match": etag} if etag else {}),
    )
    with connection.getresponse() as response:
        if response.status == 304 and etag:
            return Fetched(None, etag)
        if response.status in _MOVED:
            return response.headers.get("Location", "")
        if response.status != 200:
            raise NotFetched(REFUSES, answer=f"{response.status} {response.reason}"[:100])
        return Fetched(_body(response, deadline), response.headers.get("ETag"))


def _body(response: http.client.HTTPResponse, deadline: float) -> bytes:
    body = bytearray()
    while piece := response.read1(65_536):
        body += piece
        if len(body) > MOST_BYTES:
            raise NotFetched(N_("There is more than %(size)s MB at this address."), size=MOST_BYTES // 1_000_000)
        if time.monotonic() > deadline:
            raise NotFetched(_TOO_LONG)
    return bytes(body)
