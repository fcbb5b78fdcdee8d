"""Fetching what stands at the address of others: briefly, not too much of it, never from inside our own network."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from portal.core.errors import Refused
from portal.core.texts import N_

MOST_BYTES = 5_000_000
#: seconds for each step, and for all of them
STEP, ALL = 10.0, 30.0
_REDIRECTS = 4
#: what is asked for unless something else is
CALENDAR = "text/calendar, */*;q=0.1"
_AS = {"Accept-Encoding": "identity", "User-Agent": "portal"}
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


def fetch(url: str, *, etag: str | None = None, accept: str = CALENDAR, inside: bool = False) -> Fetched:
    """What stands at an address (http, https, webcal); `inside`: private networks as well, for tests.

    :raises NotFetched: if that is not possible within the limits.
    """
    deadline = time.monotonic() + ALL
    headers = {"Accept": accept} | ({"If-None-Match": etag} if etag else {})
    url = url.replace("webcal://", "https://", 1)
    for _turn in range(_REDIRECTS):
        try:
            connection = _connect(url, inside=inside)
            try:
                found = _ask(connection, url, headers, deadline)
            finally:
                connection.close()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _why(error) from None
        if isinstance(found, Fetched):
            return found
        url = urljoin(url, found)
    raise NotFetched(N_("The address leads on and on: too many redirects."))


def send(url: str, fields: Mapping[str, str], *, headers: Mapping[str, str], inside: bool = False) -> bytes:
    """Send a form to an address, once and to no other; what is answered.

    :raises NotFetched: if it is not taken, with the beginning of what is said about it.
    """
    deadline = time.monotonic() + ALL
    parts = urlsplit(url)
    form = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    try:
        connection = _connect(url, inside=inside)
        try:
            connection.request("POST", parts.path or "/", urlencode(fields).encode(), _AS | form | dict(headers))
            with connection.getresponse() as response:
                body = _body(response, deadline)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _why(error) from None
    if response.status not in {200, 201}:
        said = " ".join(body[:400].decode(errors="replace").split())
        raise NotFetched(REFUSES, answer=f"{response.status} {response.reason} {said}")
    return body


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


def _ask(
    connection: http.client.HTTPConnection, url: str, headers: Mapping[str, str], deadline: float
) -> Fetched | str:
    """What it gives, or where it sends us."""
    parts, etag = urlsplit(url), headers.get("If-None-Match")
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    connection.request("GET", path, headers=_AS | dict(headers))
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
