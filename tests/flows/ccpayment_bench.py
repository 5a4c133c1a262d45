"""A bench for the pretend CCPayment: one server for all tests of a file, on which each puts its own
pretence, which saves seconds."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from sandbox.serving import serving
from tests.flows.slack_bench import Switch

Bench = tuple[Switch, httpx.Client]
"""What is served, and a client for it."""


@contextmanager
def bench() -> Iterator[Bench]:
    """Serve whatever the switch is set to, until the block ends."""
    switch = Switch()
    with serving(switch) as url, httpx.Client(base_url=url, trust_env=False) as http:
        yield switch, http
