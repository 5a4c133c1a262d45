"""The head file: how far this ledger has come, written beside it after every commit.

No backup contains `<ledger>.head`, so a ledger that was put back from a copy is recognised: it is
behind its head, or contradicts it, or has lines and no head. Such a ledger starts frozen, for what
it has forgotten may have been paid; until that is on record, nothing written to it moves the head.
The head is on the disk before any request leaves.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from approvals.audit import GENESIS
from approvals.ledger.family import made
from approvals.ledger.reading import Reading


@dataclass(frozen=True, slots=True)
class Mark:
    """How many lines the ledger had, and the hash of the newest."""

    lines: int
    newest: str


class Head:
    """The head file of the ledger at `ledger`."""

    def __init__(self, ledger: Path) -> None:
        self._file = Path(f"{ledger}.head")

    def write(self, mark: Mark) -> None:
        """Write it down, durably and all at once. Raises OSError."""
        fresh = self._file.with_name(f"{self._file.name}.new")
        with os.fdopen(made(fresh, afresh=True), "w", encoding="ascii") as out:
            json.dump({"lines": mark.lines, "hash": mark.newest}, out)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(self._file)
        folder = os.open(self._file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def begin(self, reading: Reading) -> None:
        """Write the first head of a ledger without lines."""
        if reading.newest() is None and not self._file.exists():
            self.write(Mark(0, GENESIS))

    def read(self) -> "Mark | None":
        """What was written last; None where there is no file. Raises ValueError for a file that
        cannot be read."""
        try:
            head = json.loads(self._file.read_text(encoding="ascii"))
            return Mark(int(head["lines"]), str(head["hash"]))
        except FileNotFoundError:
            return None
        except (KeyError, TypeError) as unreadable:
            raise ValueError("not a head file") from unreadable


def rewound(head: Mark | None, reading: Reading) -> str | None:
    """Why this is not the ledger that `head` was written for, as the end of a sentence; None where
    it is. Nobody may write meanwhile: a head may lag behind its ledger, never lead it."""
    newest = reading.newest()
    lines = newest[0] if newest else 0
    if head is None:
        return "the head file beside the ledger is missing" if lines else None
    if lines < head.lines:
        missing = head.lines - lines
        return f"the ledger is an old copy: the last {missing} lines of its record are missing"
    if head.lines and reading.hash_at(head.lines) != head.newest:
        return f"the ledger's record is not the one it was: line {head.lines} differs"
    return None
