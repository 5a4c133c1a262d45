"""A transport that goes nowhere but to this machine: the sandbox must never reach a real service,
whatever it is told."""

import httpx

HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


class Elsewhere(Exception):
    """Somebody tried to leave this machine."""


class Loopback(httpx.HTTPTransport):
    """Like httpx's own, but refuses every other host. Raises Elsewhere."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host not in HOSTS:
            raise Elsewhere(f"the sandbox does not call {request.url.host}")
        return super().handle_request(request)


def loopback() -> httpx.BaseTransport:
    """A fresh one for each call: no proxy, no second try."""
    return Loopback(trust_env=False, retries=0)
