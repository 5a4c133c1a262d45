"""Workers: what is due, one row at a time, for ever.

A worker is `once()` plus a loop. Its clock is given at construction; tests call `once`. A row whose
step raises is put off with back-off and reported, never spun on. After every commit the workers are
woken, so a step starts in milliseconds; a slow poll covers the rest.
"""

import logging
import threading
from collections.abc import Mapping
from datetime import timedelta
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

log = logging.getLogger(__name__)


def back_off(
    tries: int, first: timedelta = FIRST_WAIT, longest: timedelta = LONGEST_WAIT
) -> timedelta:
    """How long to wait after so many tries in a row that came to nothing."""
    return min(longest, first * (1 << min(tries, 20)))


class Worker(Protocol):
    """Something that has work now and then."""

    @property
    def name(self) -> str:
        """For the log and the thread."""
        ...

    def once(self) -> int:
        """Do what is due now; how many rows that were."""
        ...


class Loop:
    """Runs a worker in a thread of its own, from `start` until `stop`."""

    def __init__(self, worker: Worker, bell: threading.Event) -> None:
        self._worker = worker
        self._bell = bell
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=worker.name, daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the row at hand, then end."""
        self._stopping = True
        self._bell.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping:
            self._bell.clear()
            if not self._worked():
                self._bell.wait(POLL_SECONDS)

    def _worked(self) -> bool:
        try:
            return self._worker.once() > 0
        except Exception:
            log.exception("%s: a round failed", self._worker.name)
            return False


class PayoutWorker:
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
