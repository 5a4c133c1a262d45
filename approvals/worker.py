"""Workers: what is due, one row at a time, for ever.

A worker is `once()` plus a loop. Its clock is given at construction; tests call `once`. A row whose
step raises is put off with back-off and reported, never spun on. After every commit the workers are
woken, so a step starts in milliseconds; a slow poll covers the rest. A loop that is told to end
finishes the step at hand and begins no other.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import Enum, auto
from typing import ClassVar, Protocol

from approvals.errors import LostRace
from approvals.ledger import Ledger
from approvals.payout import Payout, State
from approvals.times import Clock

POLL_SECONDS = 1
"""How often a worker looks although nobody woke it."""

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=5)
"""The back-off doubles from the first wait to the longest."""

FAILING_SECONDS = 10
"""A worker ails once nothing that it began has succeeded for so long."""

STUCK_SECONDS = 120
"""A worker ails once a step takes so long: the longest has some ten calls outside, of at most 10 s
each."""

Ticks = Callable[[], float]
"""Seconds since no moment in particular, which only ever go forward."""

log = logging.getLogger(__name__)


def back_off(
    tries: int, first: timedelta = FIRST_WAIT, longest: timedelta = LONGEST_WAIT
) -> timedelta:
    """How long to wait after so many tries in a row that came to nothing."""
    return min(longest, first * (1 << min(tries, 20)))


def waited(tries: int) -> timedelta:
    """How much time has passed for certain after so many of these waits, whatever clocks say."""
    return sum(map(back_off, range(tries)), timedelta())


class Worker(Protocol):
    """Something that has work now and then."""

    @property
    def name(self) -> str:
        """For the log and the thread."""
        ...

    def once(self) -> int:
        """Do what is due now; how many rows that were."""
        ...


class Ail(Enum):
    """What is wrong with a worker."""

    FAILING = auto()
    STUCK = auto()


class Pace:
    """Between a loop and its worker, who asks before each step whether there is to be one."""

    def __init__(self, ticks: Ticks = lambda: 0) -> None:
        self._ticks = ticks
        self.ended = False
        """Set to begin nothing more; also by a signal, which may do no more than that."""
        self.stepped = ticks()
        """When a step began, or the whole round."""

    def goes_on(self) -> bool:
        """Whether another step may begin."""
        self.stepped = self._ticks()
        return not self.ended


class Stepping:
    """A worker whose round has steps. The loop that runs it sets its pace."""

    pace = Pace()


class Loop:
    """Runs a worker in a thread of its own, from `start` until `stop`."""

    def __init__(self, worker: Worker, bell: threading.Event, ticks: Ticks) -> None:
        self._worker = worker
        self._bell = bell
        self._ticks = ticks
        self._pace = Pace(ticks)
        if isinstance(worker, Stepping):
            worker.pace = self._pace
        self._working = False
        self._failing: float | None = None
        self._thread = threading.Thread(target=self._run, name=worker.name, daemon=True)

    @property
    def name(self) -> str:
        """The worker's."""
        return self._worker.name

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def end(self) -> None:
        """Begin nothing more. It waits for nothing, so a signal may say it."""
        self._pace.ended = True

    def stop(self) -> None:
        """Finish the step at hand, then end."""
        self.end()
        self._bell.set()
        self._thread.join()

    def ail(self) -> Ail | None:
        """What is wrong with it, if anything is; any thread may ask."""
        now, failing = self._ticks(), self._failing
        if self._thread.ident and not (self._thread.is_alive() or self._pace.ended):
            return Ail.STUCK
        if self._working and now - self._pace.stepped >= STUCK_SECONDS:
            return Ail.STUCK
        if failing is not None and now - failing >= FAILING_SECONDS:
            return Ail.FAILING
        return None

    def _run(self) -> None:
        while self._pace.goes_on():
            self._bell.clear()
            if not self._worked():
                self._bell.wait(POLL_SECONDS)

    def _worked(self) -> bool:
        self._working = True
        try:
            worked = self._worker.once() > 0
        except Exception:
            log.exception("%s: a round failed", self._worker.name)
            self._failing = self._ticks() if self._failing is None else self._failing
            return False
        else:
            self._failing = None
            return worked
        finally:
            self._working = False


class PayoutWorker(Stepping):
    """Owns the payouts in some states: looks at each that is due, one after the other. `longest`
    names the states, each with the longest time for which the worker ever puts a payout off, but
    for what it waits for by a time on its row: what is due later is due now, for it was put off by
    a clock that was wrong."""

    name: str
    longest: ClassVar[Mapping[State, timedelta]]

    def __init__(self, ledger: Ledger, *, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def once(self) -> int:
        """Take one step for every payout that is due; how many those were."""
        due = self._due()
        for payout, picked_up, tries in due:
            if not self.pace.goes_on():
                break
            try:
                self.step(payout, picked_up, tries)
            except LostRace:
                log.info("%s: payout %d moved meanwhile", self.name, payout.number)
            except Exception:
                log.exception("%s: payout %d", self.name, payout.number)
                self.put_off(payout, picked_up, tries)
        return len(due)

    def step(self, payout: Payout, picked_up: str, tries: int) -> None:
        """What this worker does for a payout that is due."""
        raise NotImplementedError

    def put_off(self, payout: Payout, picked_up: str, tries: int) -> None:
        """Try again later, and later still each time."""
        with self._ledger.change() as change:
            due = self._clock() + back_off(tries)
            change.put_off(payout, picked_up, due, tries + 1)

    def _due(self) -> tuple[tuple[Payout, str, int], ...]:
        with self._ledger.reading() as reading:
            return reading.due(self.longest, self._clock())
