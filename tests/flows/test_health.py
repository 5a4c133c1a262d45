"""What the health checks say of a program that answers, and whose work goes wrong."""

import fcntl
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from approvals.ledger import Ledger
from approvals.worker import FAILING_SECONDS, STUCK_SECONDS, Ail, Loop, Stepping
from bot.health import GONE, LOOK_HOLDS, SILENT, UNUSABLE, Health
from sandbox.serving import serving
from tests.core import Office

pytest_plugins = ["tests.stage"]


class Ticks:
    """Seconds that a test lets go by."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class House:
    """A ledger, and the health checks over it."""

    path: Path
    ledger: Ledger
    ticks: Ticks
    url: str
    loops: list[Loop]
    ready: bool = True
    frozen: bool | None = None

    def health(self) -> tuple[int, dict[str, object]]:
        answer = httpx.get(f"{self.url}/healthz")
        return answer.status_code, answer.json()

    def is_ready(self) -> bool:
        answer = httpx.get(f"{self.url}/readyz")
        assert answer.status_code == (200 if answer.json()["ready"] else 503)
        return bool(answer.json()["ready"])

    def wrong(self) -> object:
        status, said = self.health()
        assert (status, said["status"]) == (503, "failing")
        assert not self.is_ready()
        return said["why"]


@contextmanager
def opened(office: Office, loops: list[Loop], patience: float = 2.0) -> Iterator[House]:
    ticks = Ticks()
    house = House(office.path, office.ledger, ticks, "", loops)
    health = Health(
        office.ledger,
        loops,
        ready=lambda: house.ready,
        frozen=lambda: house.frozen,
        ticks=ticks,
        patience=patience,
    )
    with serving(Starlette(routes=health.routes())) as house.url:
        yield house


@pytest.fixture
def house(office: Office) -> Iterator[House]:
    office.asked()
    with opened(office, []) as house:
        yield house


def test_health_says_whether_it_serves(house: House) -> None:
    """A process that waits for another one to end is alive, and says that it is only starting; it
    is not ready, and leaves the ledger alone."""
    house.ready = False
    assert house.health() == (200, {"status": "starting"})
    assert not house.is_ready()
    house.ready = True
    assert house.health() == (200, {"status": "serving"})
    assert house.is_ready()


@pytest.mark.parametrize("frozen", [True, False, None])
def test_health_says_whether_sending_is_frozen(house: House, frozen: bool | None) -> None:
    """Beside the status, which stays; what is not known is left out."""
    house.frozen = frozen
    told = {} if frozen is None else {"frozen": frozen}
    assert house.health() == (200, {"status": "serving", **told})
    assert house.is_ready()


def test_a_ledger_that_is_gone_is_told(house: House) -> None:
    """The file that was opened is not at its place any more, or another one is: what is written now
    would be lost at the next start."""
    assert house.health()[0] == 200
    elsewhere = house.path.rename(house.path.with_suffix(".moved"))
    assert house.wrong() == [GONE]
    house.path.write_bytes(elsewhere.read_bytes())
    assert house.wrong() == [GONE]
    elsewhere.replace(house.path)
    assert house.health()[0] == 200


def test_a_disk_that_takes_nothing_is_told(
    house: House, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """Once a change came to nothing because of the disk, the health check tries to write, and says
    so until it can."""
    caplog.set_level(logging.CRITICAL, logger="bot.health")
    assert house.health()[0] == 200
    fresh = Path(f"{house.path}.head.new")
    fresh.mkdir()  # nothing can be written there
    house.ticks.now += LOOK_HOLDS
    assert house.health()[0] == 200  # nobody tried yet
    with pytest.raises(OSError):
        office.asked()
    house.ticks.now += LOOK_HOLDS
    assert house.wrong() == [UNUSABLE]
    fresh.rmdir()
    assert house.wrong() == [UNUSABLE]  # a look holds for a while
    house.ticks.now += LOOK_HOLDS
    assert house.health()[0] == 200


def test_a_ledger_that_does_not_answer_is_told_in_time(office: Office) -> None:
    """Another process that holds the ledger for ever keeps nobody from an answer."""
    office.asked()
    with opened(office, [], patience=0.1) as house, Path(f"{office.path}.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert house.wrong() == [SILENT]
        fcntl.flock(lock, fcntl.LOCK_UN)


class Scripted(Stepping):
    """A worker that does what it is told."""

    name = "courier"

    def __init__(self, once: Callable[[], int]) -> None:
        self.once = once


def test_work_that_fails_is_told_after_a_while(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """A worker whose rounds fail ails once none has succeeded for ten seconds, and until one
    does."""

    def work() -> int:
        if broken:
            raise RuntimeError("an error of our own")
        return 0

    caplog.set_level(logging.CRITICAL, logger="approvals.worker")
    broken, ticks = [1], Ticks()
    loop = Loop(Scripted(work), threading.Event(), ticks)
    with opened(office, [loop]) as house:
        loop._worked()
        ticks.now += FAILING_SECONDS - 1
        assert loop.ail() is None
        loop._worked()
        ticks.now += 1
        assert loop.ail() is Ail.FAILING
        assert house.wrong() == ["the courier has failed for 10 s and more"]
        broken.clear()
        loop._worked()
        assert loop.ail() is None
        assert house.health()[0] == 200


def test_a_worker_that_does_not_get_on_is_told(office: Office) -> None:
    """A step may be long; one that does not end is told. Many steps are not one long step."""
    ticks, at_work, let_go = Ticks(), threading.Event(), threading.Event()

    def work() -> int:
        for _ in range(3):
            ticks.now += STUCK_SECONDS - 1
            worker.pace.goes_on()
        at_work.set()
        let_go.wait(20)
        return 0

    worker = Scripted(work)
    loop = Loop(worker, threading.Event(), ticks)
    with opened(office, [loop]) as house:
        loop.start()
        assert at_work.wait(20)
        assert loop.ail() is None
        ticks.now += STUCK_SECONDS
        assert house.wrong() == ["the courier does not come to the end of a step"]
        loop.end()
        let_go.set()
        loop.stop()
        assert loop.ail() is None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_that_died_is_told() -> None:
    """A thread that ended without being told to is a worker that does not get on."""

    def work() -> int:
        raise SystemExit

    loop = Loop(Scripted(work), threading.Event(), Ticks())
    loop.start()
    loop._thread.join(20)
    assert loop.ail() is Ail.STUCK
