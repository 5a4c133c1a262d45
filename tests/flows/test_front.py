"""The front door as strangers see it: silent, half, endless, broken, and too many connections."""

import logging
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Event
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot import front
from bot.front import Limits, within
from sandbox.serving import serving

SOON = 0.2
"""Seconds, where a test waits for a deadline."""

PATIENCE = 10.0
LONG = 1000.0
"""More than any test waits."""

HEAD = b"POST /read HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n"
QUICK = b"GET /quick HTTP/1.1\r\nHost: here\r\n\r\n"


class House:
    """An app that reads, answers at once, refuses without reading, and waits to be let go."""

    def __init__(self) -> None:
        self.let_go = Event()
        self.waits = Event()
        self.app = Starlette(
            routes=[
                Route("/read", self._read, methods=["POST"]),
                Route("/refuse", lambda _: Response(status_code=401), methods=["POST"]),
                Route("/quick", lambda _: PlainTextResponse("quick")),
                Route("/large", lambda _: PlainTextResponse("x" * 1_000_000)),
                Route("/slow", self._slow),
            ]
        )

    async def _read(self, request: Request) -> Response:
        try:
            return PlainTextResponse(str(len(await request.body())))
        except ClientDisconnect:
            return Response(status_code=400)

    async def _slow(self, _: Request) -> Response:
        self.waits.set()
        await run_in_threadpool(self.let_go.wait, PATIENCE)
        return PlainTextResponse("slow")


@pytest.fixture
def house() -> House:
    return House()


@contextmanager
def open_to(house: House, **limits: Any) -> Iterator["Door"]:
    limits = {"arriving": LONG, "flushing": LONG, "resting": LONG} | limits
    with serving(house.app, limits=Limits(**limits)) as url, ExitStack() as connections:
        yield Door(url, connections)


class Door:
    """The server, from outside."""

    def __init__(self, url: str, connections: ExitStack) -> None:
        self.url = url
        self._port = int(url.rpartition(":")[2])
        self._connections = connections

    def connect(self, first: bytes = b"") -> socket.socket:
        """A connection that is held until the test ends, on which this was sent."""
        connection = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE)
        self._connections.enter_context(connection)
        connection.sendall(first)
        return connection

    def is_quick(self) -> bool:
        return httpx.get(f"{self.url}/quick", timeout=PATIENCE).text == "quick"


def ended(connection: socket.socket) -> bool:
    """Whether the other side ends it before it says anything. Waits for that."""
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


def told(connection: socket.socket, last: bytes) -> bool:
    """Whether what is said ends so. Waits for that."""
    said = b""
    while not said.endswith(last) and (part := connection.recv(4096)):
        said += part
    return said.endswith(last)


def still_open(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


@pytest.mark.parametrize(
    "first",
    [b"", b"P", b"GET /quick HTTP/1.1\r\nHost: he", HEAD % 1000, HEAD % 1000 + b"x" * 999],
    ids=["silent", "a letter", "half a head", "no body", "most of a body"],
)
def test_a_request_that_does_not_arrive_is_given_up(house: House, first: bytes) -> None:
    """However far it has come, a request that is not whole in time takes its connection along."""
    with open_to(house, arriving=SOON) as door:
        assert ended(door.connect(first))
        assert door.is_quick()


def test_dripping_does_not_help(house: House) -> None:
    """The deadline is one for the whole request: another byte does not put it off."""
    with open_to(house, arriving=SOON) as door:
        connection = door.connect(HEAD % 1_000_000)
        sent = 0
        with pytest.raises(ConnectionError):  # noqa: PT012
            while sent < 1_000_000:
                connection.sendall(b"x")
                sent += 1
        assert door.is_quick()


def test_a_connection_rests_between_requests(house: House) -> None:
    """A proxy may keep its connection for a minute and more; each request has its own deadline, and
    resting is no request. In the end it is closed."""
    assert Limits().resting >= 75
    with open_to(house, arriving=SOON, resting=3 * SOON) as door:
        connection = door.connect()
        for _ in range(3):
            connection.sendall(QUICK)
            assert told(connection, b"quick")
        assert ended(connection)


def test_the_longest_waiting_makes_room(house: House) -> None:
    """At the cap somebody new comes in and the one that has waited longest goes."""
    with open_to(house, connections=5) as door:
        first, *others = [door.connect(b"G") for _ in range(5)]
        assert door.is_quick()
        assert ended(first)
        assert [still_open(one) for one in others] == [True] * 4


def test_a_flood_keeps_nobody_out(house: House) -> None:
    """Ten times as many connections as there is room for, and each new one is answered."""
    with open_to(house, connections=5) as door:
        for _ in range(50):
            door.connect(HEAD % 1000 + b"x")
        assert door.is_quick()


def test_who_is_being_answered_stays(house: House) -> None:
    """No flood ends a request that has arrived: it gets its answer."""
    with open_to(house, connections=3) as door:
        slow = door.connect(b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\n")
        assert house.waits.wait(PATIENCE)
        crowd = [door.connect(b"G") for _ in range(9)]
        assert ended(crowd[0])
        house.let_go.set()
        assert told(slow, b"slow")


def test_half_bodies_together_have_a_bound(house: House) -> None:
    """What half requests hold together is bounded: beyond it the longest waiting goes, and whole
    ones come through."""
    with open_to(house, held=1_000_000) as door:
        half = HEAD % 400_000 + b"x" * 300_000
        crowd = [door.connect(half) for _ in range(6)]
        assert [ended(one) for one in crowd[:3]] == [True] * 3
        answer = httpx.post(f"{door.url}/read", content=b"x" * 400_000, timeout=PATIENCE)
        assert answer.text == "400000"


def test_what_nobody_reads_is_not_held(house: House) -> None:
    """A request that is refused by its head may go on sending: none of it is kept."""
    with open_to(house, held=1_000_000) as door:
        refused = door.connect(
            b"POST /refuse HTTP/1.1\r\nHost: here\r\nContent-Length: 9000000\r\n\r\n"
        )
        assert refused.recv(4096).startswith(b"HTTP/1.1 401")
        for _ in range(8):
            refused.sendall(b"x" * 1_000_000)
        assert door.is_quick()
        assert still_open(refused)


def test_an_answer_that_nobody_takes_is_given_up(house: House) -> None:
    """Who asks and asks and never reads is not waited for."""
    with open_to(house, flushing=SOON) as door:
        connection = door.connect()
        with pytest.raises(ConnectionError):  # noqa: PT012
            for _ in range(1000):
                connection.sendall(b"GET /large HTTP/1.1\r\nHost: here\r\n\r\n" * 100)
        assert door.is_quick()


def test_the_end_waits_for_requests_and_not_for_strangers(house: House) -> None:
    """A server that ends answers what has arrived, and does not wait for what never will."""
    with ExitStack() as connections:
        limits = Limits(arriving=LONG, draining=LONG, unfinished=SOON)
        with serving(house.app, limits=limits) as url:
            door = Door(url, connections)
            crowd = [door.connect(first) for first in (b"", b"G", HEAD % 1000, HEAD % 9 + b"x" * 8)]
            slow = door.connect(b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\n")
            assert house.waits.wait(PATIENCE)
            house.let_go.set()
        assert [ended(one) for one in crowd] == [True] * 4
        assert told(slow, b"slow")


PIECES = [
    b"GET /quick HTTP/1.1\r\nHost: here\r\n\r\n",
    b"GET http://here/quick HTTP/1.1\r\nHost: here\r\n\r\n",
    b"GET * HTTP/1.1\r\nHost: here\r\n\r\n",
    b"CONNECT here:443 HTTP/1.1\r\nHost: here\r\n\r\n",
    b"POST /refuse HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"POST /read HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"POST /read HTTP/1.1\r\nHost: here\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n",
    b"GET /quick HTTP/1.1\r\nHost: here\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
    b"GET /quick HTTP/1.0\r\n\r\n",
    b"GET /%ff%00 HTTP/1.1\r\nHost: \xff\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00",
    b"3\r\nabc\r\n",
    b"0\r\n\r\n",
    b"zz\r\n",
    b"\r\n",
    b"Content-Length: -1\r\n\r\n",
    b"x" * 70_000,
]


def test_no_bytes_are_an_error_of_ours(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever is sent, in whatever order, is answered below 500 or not at all, without a traceback
    in the log, and the next one is answered as always."""

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=40), min_size=1, max_size=6))
    def nothing_breaks(pieces: list[bytes]) -> None:
        with socket.create_connection(("127.0.0.1", door._port), timeout=PATIENCE) as connection:
            said = b""
            try:
                for piece in pieces:
                    connection.sendall(piece)
                connection.shutdown(socket.SHUT_WR)
                while part := connection.recv(65536):
                    said += part
            except OSError:
                pass
        assert b"HTTP/1.1 5" not in said

    caplog.set_level(logging.WARNING)
    with open_to(house, arriving=SOON, flushing=SOON) as door:
        nothing_breaks()
        assert door.is_quick()
    assert [line for line in caplog.records if line.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("descriptors", [64, 256, 1024, 65536])
def test_half_of_the_descriptors_are_left_to_the_rest(descriptors: int) -> None:
    """However few file descriptors there are, the door takes no more than half, those accepted in
    one go included; and there is always a door."""
    limits = within(descriptors)
    assert limits.backlog >= 1
    assert limits.connections >= 1
    assert limits.connections + limits.backlog <= descriptors // 2 or descriptors >= 2048


def test_more_descriptors_are_asked_for() -> None:
    """What the system would give is taken, as far as it is of use, and never less than before."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 512), hard))
        assert front.raised() >= min(soft, front.MOST_DESCRIPTORS)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
