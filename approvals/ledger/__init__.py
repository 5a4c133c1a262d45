"""The ledger: payouts, approvals, attempts, cards and the audit log, in one SQLite file.

Every change is one transaction that holds the new state, who allowed it and the audit line:
together or not at all. There is no job table: the state is the queue, and `due_at` says when
somebody must look.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from approvals.content import Account
from approvals.ledger import patience
from approvals.ledger.change import Change, WrongLedger
from approvals.ledger.door import Door, UnknownLedger, looking
from approvals.ledger.head import Head, Mark, rewound
from approvals.ledger.patience import within
from approvals.ledger.reading import Frozen, Reading
from approvals.ledger.rows import Audience, Card, Freeze
from approvals.ledger.upgrade import bring_up

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
    "within",
]


class Ledger:
    """The file at `path`, opened when it is first used. After every commit the bells are rung, so
    that workers start at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._door = Door(path)
        self._head = Head(path)
        self._bells: list[threading.Event] = []
        self.failed = False
        """Whether the last change came to nothing because of the disk or the file."""

    @property
    def in_place(self) -> bool:
        """Whether the file that was opened still lies at its path."""
        return self._door.in_place

    def open(self) -> None:
        """Open the file now. Raises UnknownLedger where it is something else."""
        self._door.open()

    @contextmanager
    def change(self) -> Iterator["Change"]:
        """One transaction. Everything in the block is committed when it ends without an
        exception; otherwise nothing is. The head file follows, and the log learns what is grave,
        before anybody else gets in. Raises Busy where it took longer than this thread may wait
        (`within`)."""
        made: list[Change] = []
        with self._noting(), self._door.writing(lambda: self._follow(made[0])) as db:
            made.append(Change(db))
            made[0].rewound = self._rewound(made[0])
            yield made[0]
        if made[0].appended is not None:  # else it may have written nothing
            self.failed = False
        self.ring()

    def prove(self) -> None:
        """Write what is written already, file and head, as durably as a change. Raises what a
        change would."""
        with self._noting(), self._door.writing(self._rewrite_head) as db:
            (kept,) = db.execute("PRAGMA user_version").fetchone()
            db.execute(f"PRAGMA user_version = {int(kept)}")
        self.failed = False

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """What a constraint refuses is an error of ours, and says nothing about the disk."""
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except (sqlite3.Error, OSError):
            self.failed = True
            raise

    @contextmanager
    def reading(self) -> Iterator["Reading"]:
        """One moment of the ledger, to read as long as wanted. Raises Busy, as `change` does."""
        with self._door.reading() as db:
            yield Reading(db)

    def ring(self) -> None:
        """Wake whoever waits for news: after a commit, or where a clock was turned."""
        for bell in self._bells:
            bell.set()

    def bell(self) -> threading.Event:
        """An event that is set after every commit."""
        bell = threading.Event()
        self._bells.append(bell)
        return bell

    def bind(
        self, team: str, account: Account, at: datetime, *, restored: bool = False
    ) -> str | None:
        """Make this the ledger of one team and account, or raise WrongLedger if it is another's. A
        file of an earlier format is brought up to ours: only the process that serves may do this.

        In the same transaction it is frozen if it is not the ledger that it was: an old copy was
        put back, the head file beside it was lost, or somebody says so (`restored`). Returns why,
        as the end of a sentence; None where all is as it was left.
        """
        self._door.upgrade(lambda found, earlier: self._bring_up(found, earlier, team, account, at))
        with self.change() as change:
            why = "the disk was restored from a copy" if restored else change.rewound
            self._head.begin(change)  # inside: two programs may start at once
            change.bind(team, account, at)
            if why is not None:
                change.freeze(Freeze.REWOUND, why, at, "serve")
        return why

    def _bring_up(
        self, found: Database, earlier: int, team: str, account: Account, at: datetime
    ) -> None:
        """Bring up what is ours. Whether it is an old copy shows only before the first new line."""

        def first(change: Change) -> None:
            why = self._rewound(change)
            change.bind(team, account, at)
            if why is not None:
                change.freeze(Freeze.REWOUND, why, at, "serve")

        self._follow(bring_up(found, self._path, earlier, at, first))

    def _rewound(self, reading: Reading) -> str | None:
        try:
            return rewound(self._head.read(), reading)
        except ValueError:
            return "the head file beside the ledger cannot be read"

    def _follow(self, change: Change) -> None:
        """The head file follows, unless it tells of lines that this ledger has lost: they must not
        be forgotten before the freeze that says so is on record."""
        if change.appended is not None:
            patience.recorded()
        if change.appended is not None and change.rewound is None:
            self._head.write(Mark(*change.appended))
        change.tell()

    def _rewrite_head(self) -> None:
        if mark := self._head.read():
            self._head.write(mark)

    def close(self) -> None:
        """Close the file."""
        self._door.close()


@contextmanager
def evidence(path: Path) -> Iterator[Reading]:
    """One moment of the ledger at `path`, for who may do no more than read it: nothing is made and
    no byte of it is changed. Raises UnknownLedger where it is something else."""
    with looking(path) as db:
        yield Reading(db)
