"""Time goes by when somebody asks: the sandbox's clock, and what becomes due meanwhile.

Whatever waits for minutes or days in real life (an absence, a hold, an expiry) takes a press here.
The clock is the whole program's and both pretended services'. It is not simply set forward: it goes
from one thing that is due to the next, and waits until that is done, as it would be in real life.
"""

import threading
import time
from datetime import datetime, timedelta

from approvals.ledger import Ledger
from approvals.payout import State
from approvals.times import Clock, from_text, utc_now

LONGEST = timedelta(days=1)
"""What can go by at once."""

PATIENCE_SECONDS = 15.0
"""Real seconds that it may take; then the clock is set forward for the rest."""

REST_SECONDS = 2.0
"""Real seconds in which what is due at one moment is usually done."""

STEP = timedelta(seconds=1)
"""The clock goes on by so much at least."""

_GLANCE = 0.005

_EVER = timedelta(days=365)
_ANY = dict.fromkeys(State, _EVER)
"""What is due late is not due at once here: this clock only goes forward."""


class SandboxClock:
    """Like `true`, and ahead of it by all that people let go by. Starts with the true time."""

    def __init__(self, true: Clock = utc_now) -> None:
        self._true = true
        self._lock = threading.Lock()
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return self._true() + self.ahead

    def on(self, by: timedelta) -> None:
        """Let this much time go by, at once."""
        with self._lock:
            self.ahead += by


def let_pass(by: timedelta, clock: SandboxClock, ledger: Ledger) -> None:
    """Let time go by, and everything be done that becomes due in it. Raises ValueError for none or
    too much of it."""
    if not timedelta(0) < by <= LONGEST:
        raise ValueError(f"time goes by in steps of up to {LONGEST}, not {by}")
    end, given_up = clock() + by, time.monotonic() + PATIENCE_SECONDS
    while (left := end - clock()) > timedelta(0):
        _rest(clock, ledger)
        hurried = time.monotonic() > given_up
        due = end if hurried else min(end, _next(clock(), end, ledger))
        clock.on(min(left, max(STEP, due - clock())))
        ledger.ring()
    _rest(clock, ledger)


def _next(now: datetime, end: datetime, ledger: Ledger) -> datetime:
    """When something is due after `now`; `end` where nothing is before that."""
    with ledger.reading() as reading:
        payouts = [from_text(due) for _, due, _ in reading.due(_ANY, end)]
        cards = [card.due_at for card in reading.due_cards(end, _EVER) if card.due_at]
    return min((due for due in (*payouts, *cards) if due > now), default=end)


def _rest(clock: SandboxClock, ledger: Ledger) -> None:
    """Wait until nothing is due at this moment and every request has its answer, though not long:
    what fails is tried later."""
    given_up = time.monotonic() + REST_SECONDS
    while _busy(clock(), ledger) and time.monotonic() < given_up:
        time.sleep(_GLANCE)


def _busy(now: datetime, ledger: Ledger) -> bool:
    with ledger.reading() as reading:
        unanswered = any(one.attempt and one.attempt.outcome is None for one in reading.open())
        return bool(unanswered or reading.due(_ANY, now) or reading.due_cards(now, _EVER))
