"""Fixtures around `tests.core`, for modules that say `pytest_plugins = ["tests.stage"]`.

One server serves all tests of a run; each test gets a pretend CCPayment of its own behind it. It
speaks API v1; a module that says `APIS = ("v1", "v2")` has each of its tests run on either.
"""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from starlette.types import Receive, Scope, Send

from sandbox.ccpayment import Knobs, PretendCCPayment
from sandbox.ccpayment.book import Duplicates
from sandbox.serving import serving
from tests.core import ACCOUNTS, APP_IDS, SECRET, Clock, Office, Program, World
from tests.sides import SIDES, START, Side, pretended


class Stage:
    """Whatever CCPayment is pretended now, at one address."""

    def __init__(self) -> None:
        self.pretend = self.renew(Clock())
        self.url = ""

    def renew(self, clock: Clock, api: str = "v1") -> PretendCCPayment:
        """One that would pay a reference twice, so that nothing but us keeps it from that."""
        knobs = Knobs(slow=30, duplicates=Duplicates.TAKEN)
        self.pretend = PretendCCPayment(
            APP_IDS[api], SECRET, clock, Random(7), api=api, knobs=knobs
        )
        return self.pretend

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.pretend.app(scope, receive, send)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what has to do with an API on each that the module names, unless it names its own."""
    apis = getattr(metafunc.module, "APIS", ())
    named = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    itself = any(names == "api" or "api" in tuple(names) for names in named)
    if apis and "api" in metafunc.fixturenames and not itself:
        metafunc.parametrize("api", apis)


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    stage = Stage()
    with serving(stage) as stage.url:
        yield stage


@pytest.fixture(scope="session")
def nowhere() -> Iterator[int]:
    """A port that is taken, but on which nobody listens."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        yield deaf.getsockname()[1]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def api() -> str:
    """The generation of CCPayment's API."""
    return "v1"


@pytest.fixture(params=SIDES)
def side(request: pytest.FixtureRequest, stage: Stage) -> Side:
    """The gateway of a generation, in front of a pretend CCPayment."""
    clock = Clock(START)
    stage.pretend = pretended(request.param, clock)
    return SIDES[request.param](stage.url, stage.pretend, clock)


@pytest.fixture
def new_world(stage: Stage, nowhere: int, api: str) -> Callable[[Clock], World]:
    """Makes a world of its own around a clock; the one before is over."""
    return lambda clock: World(stage.url, stage.renew(clock, api), clock, nowhere, api)


@pytest.fixture
def world(new_world: Callable[[Clock], World], clock: Clock) -> World:
    return new_world(clock)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "payouts.db"


@pytest.fixture
def office(path: Path, clock: Clock, api: str) -> Iterator[Office]:
    office = Office(path, clock, account=ACCOUNTS[api])
    yield office
    office.ledger.close()


@pytest.fixture
def program(path: Path, world: World) -> Iterator[Program]:
    program = Program(path, world)
    yield program
    program.ledger.close()
