"""Run an ASGI app on a loopback port in a thread, for as long as a `with` block lasts."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

from starlette.types import ASGIApp

from bot.front import Limits, beside, listener

LOOPBACK = "127.0.0.1"


@contextmanager
def serving(
    app: ASGIApp, port: int = 0, *, instead: bool = False, limits: Limits | None = None
) -> Iterator[str]:
    """Serve `app` on loopback and yield its base address, such as `http://127.0.0.1:41233`, by the
    same server as the real bot's, within `limits`.

    Port 0 takes any free one. The socket is bound before the thread starts, so the address is
    reachable as soon as it is known. Where the port is not to be had, any free one is taken
    `instead`, or OSError is raised.
    """
    with closing(_listener(port, instead=instead)) as listening:
        address = f"http://{LOOPBACK}:{listening.getsockname()[1]}"
        with beside(app, listening, limits or Limits()):
            yield address


def _listener(port: int, *, instead: bool) -> socket.socket:
    try:
        return listener(LOOPBACK, port)
    except OSError:
        if not instead:
            raise
        return listener(LOOPBACK, 0)
