"""What the health check says beyond that somebody answers: whether sending is frozen.

The health check itself never opens the ledger: anybody may ask it, often, and it must not fail.
"""

from approvals.ledger import Ledger


class Watch:
    """A worker. `frozen`: whether sending was frozen when it last looked, which it does after every
    commit and once a second; None before it has looked, as a process does that waits."""

    name = "watch"

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.frozen: bool | None = None

    def once(self) -> int:
        """Look; there is never more to do."""
        with self._ledger.reading() as reading:
            self.frozen = reading.frozen() is not None
        return 0
