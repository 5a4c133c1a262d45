"""Servers that behave as the pretend CCPayment never would: they drip, hang, lie, or say one thing
to everybody."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from approvals.ccpayment import wire
from approvals.gateway import Gateway
from tests.sides import Answer, Side

Script = Callable[["Misbehaving", socket.socket], None]


@dataclass
class Misbehaving:
    """A server that reads what comes first and then follows its script."""

    listener: socket.socket
    script: Script
    stop: threading.Event = field(default_factory=threading.Event)
    heard: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self) -> None:
        while True:
            try:
                conn, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            with conn, suppress(OSError):
                self.heard.append(conn.recv(65536))
                self.script(self, conn)


@contextmanager
def misbehaving(script: Script) -> Iterator[Misbehaving]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Misbehaving(listener, script)
        thread = threading.Thread(target=server.serve)
        thread.start()
        try:
            yield server
        finally:
            server.stop.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def silence(server: Misbehaving, _: socket.socket) -> None:
    """Hears everything and says nothing."""
    server.stop.wait(30)


class Canned(ThreadingHTTPServer):
    """Answers everything with what it was last told to say; `times`: so often."""

    times = 0

    def say(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Canned(BaseHTTPRequestHandler):
    server: Canned

    def do_POST(self) -> None:
        self.server.times += 1
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response_only(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        """Not into the tests' output."""


@contextmanager
def canned() -> Iterator[Canned]:
    with Canned(("127.0.0.1", 0), _Canned) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def hearing(side: Side, answer: Answer) -> Iterator[Gateway]:
    """A gateway to which everything is answered with this."""
    with canned() as server:
        server.say(200, *answer)
        yield side.gateway(url=server.url)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def helpers_end() -> None:
    """Every helper thread that a call has started comes to its end."""
    for thread in threading.enumerate():
        if thread.name == wire.THREAD:
            thread.join(5)
            assert not thread.is_alive()
