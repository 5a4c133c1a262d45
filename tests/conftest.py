"""What holds for every test: nothing leaves this machine, and no ledger stays open."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from approvals.ledger.door import Door

LOOPBACK = {"127.0.0.1", "::1", "localhost", None, ""}


def _loopback(host: object) -> None:
    """Fail the test past any `except Exception`: the product must not take this for an answer."""
    if host not in LOOPBACK:
        pytest.fail(f"a test reached for {host}; only loopback is allowed")


def _connecting(real: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX:
            _loopback(address[0])
        return real(self, address)

    return guarded


def _resolving(real: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        _loopback(host.decode() if isinstance(host, bytes) else host)
        return real(host, *args, **kwargs)

    return guarded


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    """Whoever looks up or connects to anything but loopback fails instead of leaving."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _connecting(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", _connecting(socket.socket.connect_ex))
        patch.setattr(socket, "getaddrinfo", _resolving(socket.getaddrinfo))
        yield


@pytest.fixture(autouse=True)
def _ledgers_end(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A ledger that a test leaves open is closed when the test is over: newer Pythons complain of
    one that nobody closed, at some other test's expense."""
    opened: list[Door] = []
    make = Door.__init__

    def noted(self: Door, path: Path) -> None:
        make(self, path)
        opened.append(self)

    monkeypatch.setattr(Door, "__init__", noted)
    yield
    for door in opened:
        door.close()
