"""Run an ASGI app on a loopback port in a thread, for as long as a `with` block lasts."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"


@contextmanager
def serving(app: ASGIApp, port: int = 0, *, instead: bool = False) -> Iterator[str]:
    """Serve `app` on loopback and yield its base address, such as `http://127.0.0.1:41233`.

    Port 0 takes any free one. The socket is bound before the thread starts, so the address is
    reachable as soon as it is known. Where the port is not to be had, any free one is taken
    `instead`, or OSError is raised.
    """
    # IPPROTO_TCP is named because asyncio sets TCP_NODELAY only on sockets that say so.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            if not instead:
                raise
            listener.bind((LOOPBACK, 0))
        listener.listen()
        config = uvicorn.Config(
            app,
            workers=1,
            proxy_headers=False,
            log_level="warning",
            access_log=False,
            lifespan="on",
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
