"""One HTTP call with one deadline over everything.

httpx bounds each connect, read and write, but not their sum: a server that drips its answer byte
by byte keeps a call alive for ever, and a slow name server holds a connect beyond its time-out. So
the call runs on a helper thread, and whoever asked waits until the deadline and no longer. Then the
call is cut: its socket is shut down, and a request that has not left yet never will.
docs/decisions/0001-one-deadline-over-everything.md has the alternatives.

What is known of a call that brought no answer is a type: `NothingLeft` where no byte of the request
can have left, a plain `GatewayTrouble` for everything else.
"""

import logging
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from ipaddress import ip_address
from typing import Any

import httpx

from approvals.ccpayment.fields import words
from approvals.gateway import GatewayTrouble
from approvals.silence import Silence

log = logging.getLogger(__name__)

THREAD = "gateway call"

# httpcore announces each step before and after it is taken. These come before the first byte of a
# request; after any other, also one that a later version may add, a request may have left.
_CONNECTING = ("connection.connect_tcp.", "connection.start_tls.")
_CONNECTED = ("connection.connect_tcp.complete", "connection.start_tls.complete")


class NothingLeft(GatewayTrouble):
    """No connection came about, so no byte of the request left."""

    def __init__(self, why: str) -> None:
        super().__init__(why, silence=Silence.UNREACHABLE)


class _Cut(Exception):
    """The deadline has passed; nothing more may happen."""


class _TooLong(Exception):
    """The answer is longer than whoever asked is willing to hold."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long is waited, in real time: for a connection (TCP and TLS each), for a whole call, and
    for a whole call while a person waits for us in turn (Slack gives us 3 s)."""

    connect: timedelta = timedelta(seconds=3)
    call: timedelta = timedelta(seconds=8)
    person: timedelta = timedelta(milliseconds=1500)


DEADLINES = Deadlines()


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer. Header names in any case; `body` as the bytes on the wire. `source` is
    the public address that we asked from; None where this host only knows a private one."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    source: str | None = None


Transport = Callable[[], httpx.BaseTransport]
"""Makes the transport of one call. Each call has a connection of its own: one that was kept alive
may be dead without knowing it, and then nobody can say whether a request has left."""


@cache
def _tls() -> ssl.SSLContext:
    """Made once, for it costs 40 ms. Verifies certificates and host names."""
    return httpx.create_ssl_context(trust_env=False)


def direct() -> httpx.BaseTransport:
    """To the address itself: no proxy, no second try."""
    return httpx.HTTPTransport(verify=_tls(), trust_env=False, retries=0)


class Wire:
    """Posts to one host. Safe to use from several threads."""

    def __init__(self, url: str, *, connect: timedelta, transport: Transport = direct) -> None:
        self._url = url.rstrip("/")
        self._connect = connect
        self._transport = transport

    def post(
        self, path: str, headers: Mapping[str, str], body: bytes, *, within: timedelta, most: int
    ) -> Reply:
        """Send exactly `body`, once, and wait `within` for the whole answer of at most `most`
        bytes. Redirects are answers like any other. Raises NothingLeft or GatewayTrouble."""
        call = _Call(path, headers, body, within, most)
        self._start(call)
        try:
            result = call.result.get(timeout=within.total_seconds())
        except queue.Empty:
            raise call.cut() from None
        if isinstance(result, Reply):
            return result
        raise _trouble(result, within) from result

    def _start(self, call: "_Call") -> None:
        threading.Thread(target=self._run, args=(call,), name=THREAD, daemon=True).start()

    def _run(self, call: "_Call") -> None:
        try:
            call.result.put(self._exchange(call))
        except Exception as error:
            call.result.put(error)

    def _exchange(self, call: "_Call") -> Reply:
        timeout = httpx.Timeout(call.within.total_seconds(), connect=self._connect.total_seconds())
        with (
            httpx.Client(
                transport=self._transport(),
                timeout=timeout,
                trust_env=False,
                follow_redirects=False,
            ) as client,
            client.stream(
                "POST",
                f"{self._url}{call.path}",
                # What is signed is what is on the wire, so nothing may be packed.
                headers={**call.headers, "Accept-Encoding": "identity", "Connection": "close"},
                content=call.body,
                extensions={"trace": call.trace},
            ) as response,
        ):
            content = b"".join(_capped(response.iter_raw(), call.most))
            return Reply(response.status_code, response.headers, content, call.source)


class _Call:
    """One call on its helper thread, and the hand on its collar."""

    def __init__(
        self, path: str, headers: Mapping[str, str], body: bytes, within: timedelta, most: int
    ) -> None:
        self.path = path
        self.headers = headers
        self.body = body
        self.within = within
        self.most = most
        self.result: queue.SimpleQueue[Reply | Exception] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._over = False
        self._step = ""
        self._socket: socket.socket | None = None
        self.source: str | None = None

    def trace(self, step: str, info: Mapping[str, Any]) -> None:
        """Called by httpcore on the helper thread around each step; raising stops the call."""
        stream = info["return_value"] if step in _CONNECTED else None
        with self._lock:
            if self._over:
                if stream is not None:
                    stream.close()
                raise _Cut
            self._step = step
            if stream is not None:
                self._socket = stream.get_extra_info("socket")
                self.source = _public(stream.get_extra_info("client_addr"))

    def cut(self) -> GatewayTrouble:
        """End the call, wherever it is, and say what is known of it."""
        with self._lock:
            self._over = True
            if self._socket is not None:
                # Closing would not wake a thread that waits in `recv`; shutting down does.
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)
            if self._step.startswith(_CONNECTING):
                return NothingLeft(f"no connection within {_seconds(self.within)}")
            return _late(self.within)


def _public(address: tuple[str, int] | None) -> str | None:
    """The address, where others see it as we do."""
    known = address is not None and ip_address(address[0]).is_global
    return address[0] if address and known else None


def _capped(chunks: Iterator[bytes], most: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise _TooLong(f"an answer of more than {most} bytes")
        yield chunk


def _trouble(error: Exception, within: timedelta) -> GatewayTrouble:
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout():
            return NothingLeft(words(f"could not connect: {error}") or "could not connect")
        case httpx.TimeoutException():
            return _late(within)
        case _TooLong():
            return GatewayTrouble(str(error))
        case _:
            log.warning("a connection broke: %s: %s", type(error).__name__, error)
            return GatewayTrouble("the connection broke", silence=Silence.UNREACHABLE)


def _late(within: timedelta) -> GatewayTrouble:
    return GatewayTrouble(f"time-out after {_seconds(within)}", silence=Silence.SLOW)


def _seconds(time: timedelta) -> str:
    return f"{time.total_seconds():g} s"
