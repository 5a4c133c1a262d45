"""The ledger: payouts, approvals, attempts, cards and the audit log, in one SQLite file.

Every change is one transaction that holds the new state, who allowed it and the audit line:
together or not at all. There is no job table: the state is the queue, and `due_at` says when
somebody must look.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from approvals.content import Account
from approvals.ledger.change import Change, WrongLedger
from approvals.ledger.door import Door, UnknownLedger, looking
from approvals.ledger.head import Head, Mark, rewound
from approvals.ledger.reading import Frozen, Reading
from approvals.ledger.rows import Audience, Card, Freeze

__all__ = [
    "Audience",
    "Card",
    "Change",
    "Freeze",
    "Frozen",
    "Ledger",
    "Reading",
    "UnknownLedger",
    "WrongLedger",
    "evidence",
]


class Ledger:
    """The file at `path`, opened when it is first used. After every commit the bells are rung, so
    that workers start at once."""

    def __init__(self, path: Path) -> None:
        self._door = Door(path)
        self._head = Head(path)
        self._bells: list[threading.Event] = []

    def open(self) -> None:
        """Open the file now. Raises UnknownLedger where it is something else."""
        self._door.open()

    @contextmanager
    def change(self) -> Iterator["Change"]:
        """One transaction. Everything in the block is committed when it ends without an
        exception; otherwise nothing is. The head file follows, and the log learns what is grave,
        before anybody else gets in."""
        made: list[Change] = []
        with self._door.writing(lambda: self._follow(made[0])) as db:
            made.append(Change(db))
            yield made[0]
        for bell in self._bells:
            bell.set()

    @contextmanager
    def reading(self) -> Iterator["Reading"]:
        """One moment of the ledger, to read as long as wanted."""
        with self._door.reading() as db:
            yield Reading(db)

    def bell(self) -> threading.Event:
        """An event that is set after every commit."""
        bell = threading.Event()
        self._bells.append(bell)
        return bell

    def bind(self, team: str, account: Account, at: datetime) -> None:
        """Make this the ledger of one team and account, or raise WrongLedger if it is another's."""
        with self.change() as change:
            self._head.begin(change)  # inside: two programs may start at once
            change.bind(team, account, at)

    def rewound(self) -> str | None:
        """Why this file is not the ledger that it was, as the end of a sentence: an old copy was
        put back, or the head file beside it was lost. None where all is as it was left."""
        try:
            head = self._head.read()
        except ValueError:
            return "the head file beside the ledger cannot be read"
        with self.reading() as reading:
            return rewound(head, reading)

    def _follow(self, change: Change) -> None:
        if change.appended is not None:
            self._head.write(Mark(*change.appended))
        change.tell()

    def close(self) -> None:
        """Close the file."""
        self._door.close()


@contextmanager
def evidence(path: Path) -> Iterator[Reading]:
    """One moment of the ledger at `path`, for who may do no more than read it: nothing is made and
    no byte of it is changed. Raises UnknownLedger where it is something else."""
    with looking(path) as db:
        yield Reading(db)
