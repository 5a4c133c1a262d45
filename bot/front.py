"""The front door: how connections are held, so that strangers can take nothing from anybody.

uvicorn reads HTTP and runs the app. It has no deadline for a request that never becomes whole, and
no bound on what half requests hold together, so a few hundred silent connections would take every
file descriptor, those of the sender included. Here each connection is in one of four stages:

    ARRIVING ──► ANSWERING ──► RESTING ──► ARRIVING …      FLUSHING: what was said is not yet taken
    10 s         the app's own  75 s                       10 s

and all of them together have two bounds, their number and the bytes that they hold; where one is
reached, the connection goes that has waited longest without a whole request. What is answered just
then never goes. docs/decisions/0006-a-bounded-front-door.md says why, and where the figures come
from.
"""

import asyncio
import logging
import resource
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum, auto
from types import FrameType
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

MOST_CONNECTIONS = 512
BACKLOG = 128
MOST_DESCRIPTORS = 65_536
"""More is not asked for: some systems allow a billion, and some libraries count up to the limit."""

GLANCE = 0.05
"""Seconds between two looks whether the last request is answered."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many connections there may be, how many bytes of requests they may hold together, how
    many are accepted in one go, and in seconds: for a request to arrive, for an answer to be taken,
    for a connection to rest between two requests, and for requests to be answered at the end."""

    connections: int = MOST_CONNECTIONS
    held: int = 16 * 1024 * 1024
    backlog: int = BACKLOG
    arriving: float = 10
    flushing: float = 10
    resting: float = 75
    draining: float = 5
    unfinished: float = 1


def within(descriptors: int) -> Limits:
    """Limits that leave half of so many file descriptors to everything else: ledger, Slack and
    CCPayment are reached whatever happens at the door."""
    backlog = max(1, min(BACKLOG, descriptors // 8))
    connections = max(1, min(MOST_CONNECTIONS, descriptors // 2 - backlog))
    return Limits(connections=connections, backlog=backlog)


def raised() -> int:
    """How many file descriptors this process may have, once it has asked for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):  # some systems promise more than they give
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MOST_DESCRIPTORS if soft == resource.RLIM_INFINITY else soft


def listener(host: str, port: int) -> socket.socket:
    """A socket on which connections queue from now on; port 0 is any free one. Raises OSError where
    the port is not to be had."""
    # IPPROTO_TCP is named because asyncio sets TCP_NODELAY only on sockets that say so.
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen()
    except BaseException:
        opened.close()
        raise
    return opened


class Stage(Enum):
    """What a connection is at."""

    ARRIVING = auto()
    ANSWERING = auto()
    RESTING = auto()
    FLUSHING = auto()


class Crowd:
    """All connections of one server, and what they hold together."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.held = 0
        self._here: set[Connection] = set()

    def join(self, connection: "Connection") -> None:
        self._here.add(connection)

    def leave(self, connection: "Connection") -> None:
        self._here.discard(connection)

    def make_room(self) -> None:
        """As long as there are too many or they hold too much, the one goes that has waited
        longest; who is being answered stays."""
        while len(self._here) > self.limits.connections or self.held > self.limits.held:
            waiting = [one for one in self._here if one.stage is not Stage.ANSWERING]
            if not waiting:
                return
            log.warning("closed a connection to make room for others")
            min(waiting, key=lambda one: one.since).drop()


class Connection(H11Protocol):
    """uvicorn's own, with a deadline for each stage, and a place in a crowd."""

    def __init__(self, crowd: Crowd, **given: Any) -> None:
        super().__init__(**given)
        self.access_log = False
        self._crowd = crowd
        self._held = 0
        self._timer: asyncio.TimerHandle | None = None
        self._answered = False
        self._gone = False
        self.stage = Stage.ARRIVING
        self.since = 0.0
        """When it began to wait: when it was made, or its last request was answered."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.since = self.loop.time()
        self._crowd.join(self)
        self._until(self._crowd.limits.arriving)
        self._crowd.make_room()

    def data_received(self, data: bytes) -> None:
        if self._gone:
            return
        self._hold(self._held + len(data))
        super().data_received(data)
        self._settle()
        self._crowd.make_room()

    def on_response_complete(self) -> None:
        self._answered, self.since = True, self.loop.time()
        super().on_response_complete()
        self._settle()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._settle()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._settle()

    def send_400_response(self, msg: str) -> None:
        """Nothing else is said afterwards, by whoever was about to answer the beginning. What comes
        behind an answer can be wrong too; then there is nothing left to say."""
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        try:
            super().send_400_response(msg)
        except h11.LocalProtocolError:
            self.drop()

    def shutdown(self) -> None:
        """Close it, unless a request is at work; half a request has a moment to become whole."""
        try:
            super().shutdown()
        except h11.LocalProtocolError:
            self.drop()
        self._settle()
        if self.stage is Stage.ARRIVING:
            self._until(self._crowd.limits.unfinished)

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def drop(self) -> None:
        """End it now, whatever was not said yet."""
        self._forget()
        self.transport.abort()

    def _forget(self) -> None:
        self._gone = True
        self._hold(0)
        self._crowd.leave(self)
        if self._timer is not None:
            self._timer.cancel()

    def _hold(self, size: int) -> None:
        self._crowd.held += size - self._held
        self._held = size

    def _settle(self) -> None:
        """Give each new stage its own time."""
        if self._gone:
            return
        stage = self._now()
        if stage is Stage.RESTING or self.conn.our_state is h11.DONE:  # the rest is not kept
            self._hold(0)
        if stage is not self.stage:
            self.stage = stage
            self._until(self._seconds(stage))

    def _now(self) -> Stage:
        if self.transport.is_closing() or self.flow.write_paused:
            return Stage.FLUSHING
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            return Stage.ANSWERING
        fresh = self.conn.states == {h11.CLIENT: h11.IDLE, h11.SERVER: h11.IDLE}
        rests = fresh and self._answered and not self.conn.trailing_data[0]
        return Stage.RESTING if rests else Stage.ARRIVING

    def _seconds(self, stage: Stage) -> float | None:
        limits = self._crowd.limits
        return {
            Stage.ARRIVING: limits.arriving,
            Stage.RESTING: limits.resting,
            Stage.FLUSHING: limits.flushing,
        }.get(stage)

    def _until(self, seconds: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else self.loop.call_later(seconds, self._late)

    def _late(self) -> None:
        if self.stage is Stage.ARRIVING:
            log.warning("closed a connection: its request did not arrive in time")
        elif self.stage is Stage.FLUSHING:
            log.warning("closed a connection: its answer was not taken in time")
        self.drop()


@contextmanager
def beside(app: ASGIApp, listening: socket.socket, limits: Limits) -> Iterator[None]:
    """Serve `app` on a thread, on a socket that listens, which is closed when the block ends."""
    server = Front(app, limits)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


class Front(uvicorn.Server):
    """Serves `app` on sockets that listen, until SIGTERM, SIGINT or `should_exit`. `ending` is
    called by the signal itself, in the middle of whatever runs: it must not wait for anything."""

    def __init__(
        self, app: ASGIApp, limits: Limits, ending: Callable[[], None] = lambda: None
    ) -> None:
        self._limits = limits
        self._ending = ending
        crowd = Crowd(limits)

        def connection(
            config: Config,
            server_state: ServerState,
            app_state: dict[str, Any],
            _loop: asyncio.AbstractEventLoop | None = None,
        ) -> Connection:
            return Connection(
                crowd, config=config, server_state=server_state, app_state=app_state, _loop=_loop
            )

        # What uvicorn would look up by itself, in the environment or among what happens to be
        # installed, is said here.
        config = Config(
            app,
            http=connection,  # type: ignore[arg-type]
            ws="none",
            loop="asyncio",
            lifespan="on",
            workers=1,
            proxy_headers=False,
            server_header=False,
            access_log=False,
            log_config=None,
            backlog=limits.backlog,
            timeout_keep_alive=86_400,  # the stages have their own deadlines
        )
        super().__init__(config)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal: begin nothing more, at once."""
        self._ending()
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: Sequence[socket.socket] | None = None) -> None:
        """Accept nobody any more, let the requests at work be answered, for a while, and end the
        app. uvicorn's own waits for whoever holds a connection, and fails what it gives up on."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._limits.draining):
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110
                    await asyncio.sleep(GLANCE)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await self.lifespan.shutdown()
