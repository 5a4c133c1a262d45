"""How long somebody waits for the ledger, and what they may be told afterwards.

A person who waits for an answer reads that it failed as soon as a few seconds are over. Whatever
went on record after that moment would be a decision that nobody knows of. So the thread of a
listener has an end: where the ledger is not free until then, or the step is not ready to be
committed, nothing is done. Workers have none; they wait for as long as it takes.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from approvals.errors import Busy


@dataclass(slots=True)
class Patience:
    """Until when a thread waits, on the machine's steady clock; and whether anything went on record
    since."""

    until: float
    recorded: bool = False

    @property
    def left(self) -> float:
        """Seconds; none where the time is over."""
        return max(0, self.until - time.monotonic())


_patience: ContextVar[Patience | None] = ContextVar("patience", default=None)


@contextmanager
def within(seconds: float) -> Iterator[Patience]:
    """For this thread, until the block ends: whoever would wait longer, or commit later, raises
    Busy."""
    patience = Patience(time.monotonic() + seconds)
    token = _patience.set(patience)
    try:
        yield patience
    finally:
        _patience.reset(token)


def left() -> float | None:
    """Seconds that this thread may still wait; None where it has no end."""
    patience = _patience.get()
    return None if patience is None else patience.left


def in_time() -> None:
    """The last moment before a commit. Raises Busy."""
    if left() == 0:
        raise Busy("the time for it was over before it could be committed")


def recorded() -> None:
    """Something went on record: from now on nobody may be told that nothing was done."""
    if (patience := _patience.get()) is not None:
        patience.recorded = True
