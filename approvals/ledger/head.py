"""The head file: how far this ledger has come, written beside it after every commit.

No backup contains `<ledger>.head`, so a ledger that was put back from a copy is recognised: it is
behind its head, or contradicts it, or has lines and no head. Such a ledger starts frozen, for what
it has forgotten may have been paid. The head is on the disk before any request leaves.
"""

import json
import os
from pathlib import Path

from approvals.audit import GENESIS
from approvals.ledger.reading import Reading


class Head:
    """The head file of the ledger at `ledger`."""

    def __init__(self, ledger: Path) -> None:
        self._file = Path(f"{ledger}.head")

    def write(self, lines: int, newest: str) -> None:
        """Write number and hash of the newest line, durably and all at once. Raises OSError."""
        fresh = self._file.with_name(f"{self._file.name}.new")
        with fresh.open("w", encoding="ascii") as out:
            json.dump({"lines": lines, "hash": newest}, out)
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
            self.write(0, GENESIS)

    def rewound(self, reading: Reading) -> str | None:
        """Why the ledger is not the one that this head was written for, as a sentence; None where
        it is."""
        newest = reading.newest()
        lines = newest[0] if newest else 0
        try:
            head = json.loads(self._file.read_text(encoding="ascii"))
            expected, expected_hash = int(head["lines"]), str(head["hash"])
        except FileNotFoundError:
            return "the head file beside the ledger is missing" if lines else None
        except (ValueError, KeyError, TypeError):
            return "the head file beside the ledger cannot be read"
        if lines < expected:
            missing = expected - lines
            return f"the ledger is an old copy: the last {missing} lines of its record are missing"
        if expected and reading.hash_at(expected) != expected_hash:
            return f"the ledger's record is not the one it was: line {expected} differs"
        return None
