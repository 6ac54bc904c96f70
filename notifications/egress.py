"""The guard on the way out: requests that a tenant or a person can aim reach public addresses and nothing else.

What counts is checked where a connection is made: the host is looked up once, every address of the answer is judged,
and the connection goes to one of those. A second answer of the name server, a redirect or a library's own idea of an
address changes nothing. docs/decisions/webhooks.md says why.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError

#: From the first byte of the connection to the last of the answer, however slowly it trickles.
SECONDS = 15
CONNECT_SECONDS = 5
LONGEST_ANSWER = 64 * 1024
EXCERPT = 500
# A cloud's own services, at addresses that look like anybody's: even inside, nobody has business there.
_METADATA = tuple(map(ipaddress.ip_network, ("168.63.129.16/32", "192.0.0.0/24", "fd00:ec2::/32", "fec0::/10")))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class EgressError(ValueError):
    """Where nothing is sent, in a sentence for whoever named it."""


class NoAddressError(EgressError):
    """The name has no address: now, perhaps."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back of one request; without a status nothing did, and `text` says why."""

    status: int | None
    text: str
    took_ms: int


def check(url: str) -> None:
    """Raise EgressError where `url` is not an address that anything may be sent to."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise EgressError("This is not an address. It looks like https://hooks.example.com/path.") from None
    if parts.scheme not in {"http", "https"}:
        raise EgressError("The address begins with https://.")
    if parts.username is not None or parts.password is not None:
        raise EgressError("The address holds a user name or a password. Leave them out.")
    if not parts.hostname or any(mark.isspace() or not mark.isprintable() for mark in url):
        raise EgressError("This is not an address. It looks like https://hooks.example.com/path.")
    look_up(parts.hostname, port or (443 if parts.scheme == "https" else 80))


def look_up(host: str, port: int) -> list[str]:
    """The addresses of `host`, each good to connect to. Raises EgressError where one is not, or where there is none."""
    if port < 1024 and port not in {80, 443}:
        raise EgressError(f"Port {port} belongs to another kind of service. Use 443, 80, or one from 1024 on.")
    try:
        found = resolve(host, port)
    except (OSError, UnicodeError):
        raise NoAddressError(f"{host} has no address: the name is not known.") from None
    for address in found:
        if not _is_allowed(ipaddress.ip_address(address.partition("%")[0])):
            raise EgressError(f"{host} is not on the internet, but inside a private network. Nothing is sent there.")
    return found


def resolve(host: str, port: int) -> list[str]:
    """What the name server says, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def reach_words(otherwise: str = "") -> str:
    """Where addresses may lie here, for whoever types one; `otherwise` where they lie on the internet."""
    inside = "Addresses inside the operator's network are allowed on this installation."
    return inside if settings.EGRESS_PRIVATE_NETWORKS else otherwise


def _is_allowed(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        # An IPv4 address in the clothes of an IPv6 one goes where the IPv4 address goes.
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner:
            return _is_allowed(inner)
    nowhere = address.is_multicast or address.is_link_local or address.is_unspecified
    if nowhere or any(address in network for network in _METADATA):
        return False
    is_inside = address.is_loopback or (address.is_private and not address.is_reserved)
    return settings.EGRESS_PRIVATE_NETWORKS if is_inside else address.is_global and not address.is_reserved


@dataclass(slots=True)
class Exchange:
    """Requests that belong together, whichever library makes them: their answers, and the time for all of them."""

    until: float
    answers: list[Answer] = field(default_factory=list)

    def seconds_left(self) -> float:
        return self.until - time.monotonic()


_in_force: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


@contextlib.contextmanager
def exchange() -> Iterator[Exchange]:
    """Hear every request that is made inside."""
    ours = Exchange(until=time.monotonic() + SECONDS)
    token = _in_force.set(ours)
    try:
        yield ours
    finally:
        _in_force.reset(token)


def _current() -> Exchange:
    return _in_force.get() or Exchange(until=time.monotonic() + SECONDS)


class _Guarded:
    """A connection to an address that was checked. The host's name stays what TLS verifies."""

    _line: socket.socket | None = None
    _deadline: threading.Timer | None = None

    def _new_conn(self) -> socket.socket:
        this: Any = self
        host, error = this._dns_host, None
        for address in look_up(host, this.port):
            try:
                # A numeric address is not looked up again.
                this._dns_host = address
                sock: socket.socket = super()._new_conn()  # type: ignore[misc]  # of the connection beside it
            except NewConnectionError as unreachable:
                error = unreachable
            else:
                self._line = sock.dup()
                self._deadline = threading.Timer(_current().seconds_left(), self._hang_up, [self._line])
                self._deadline.daemon = True
                self._deadline.start()
                return sock
            finally:
                this._dns_host = host
        raise error or NoAddressError(f"{host} has no address.")

    @staticmethod
    def _hang_up(line: socket.socket) -> None:
        """Timeouts count from byte to byte; whoever sends one now and then would hold a worker for ever."""
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        if self._deadline is not None and self._line is not None:
            self._deadline.cancel()
            self._line.close()
        super().close()  # type: ignore[misc]  # of the connection beside it


class _GuardedHTTP(_Guarded, HTTPConnection):
    pass


class _GuardedHTTPS(_Guarded, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _GuardedHTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedHTTPS


class GuardedAdapter(requests.adapters.HTTPAdapter):
    """Sends to checked addresses: by no proxy, following no redirect, reading no endless answer."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}

    def send(self, request: Any, *_: Any, verify: Any = True, **__: Any) -> requests.Response:
        exchange, began = _current(), time.monotonic()
        status, said = None, ""
        try:
            if exchange.seconds_left() <= 0:
                raise requests.Timeout
            wait = (CONNECT_SECONDS, SECONDS)
            response = super().send(request, stream=True, timeout=wait, verify=verify or True, proxies={})
            # Whoever follows redirects finds none.
            response.headers.pop("Location", None)
            body = b""
            while len(body) < LONGEST_ANSWER and (piece := response.raw.read1(LONGEST_ANSWER, decode_content=True)):
                body += piece
            response.close()
            if exchange.seconds_left() <= 0:
                # It was cut off, and what there is of it may look whole.
                raise requests.Timeout
            # What `requests` keeps of an answer that was read.
            response._content, response._content_consumed = body[:LONGEST_ANSWER], True
            status, said = response.status_code, body[: EXCERPT * 4].decode("utf-8", "replace")[:EXCERPT]
        except EgressError as error:
            said = str(error)
            raise
        except (requests.RequestException, HTTPError) as error:
            said = _words(error, late=exchange.seconds_left() <= 0)
            # In our words alone: the library's hold the address, and with it the keys that are in it.
            raise requests.ConnectionError(said) from None
        finally:
            exchange.answers.append(Answer(status, said, round((time.monotonic() - began) * 1000)))
        return response


# Whatever in this program talks through `requests` (apprise's services do, each by itself) passes the guard.
requests.sessions.HTTPAdapter = GuardedAdapter  # type: ignore[misc]  # that is the point


def post(url: str, body: str, headers: dict[str, str]) -> Answer:
    """Post `body` and give the answer; where none came it has no status. Raises EgressError."""
    check(url)
    with exchange() as heard, contextlib.suppress(requests.RequestException), requests.Session() as session:
        # Nothing of ours goes along: no credentials of a .netrc.
        session.trust_env = False
        session.post(url, data=body.encode(), headers=headers, allow_redirects=False)
    return heard.answers[-1] if heard.answers else Answer(None, "Nothing can be sent to this address.", 0)


def _words(error: Exception, *, late: bool) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "Its certificate could not be verified."
    if late or isinstance(error, requests.exceptions.Timeout):
        return f"It did not answer within {SECONDS} s."
    return "It took no connection, or broke it off."
