"""Who serves: of all processes on one ledger, one.

A second process waits until the first has ended; meanwhile it answers the health check and tells
clicks to come back, and its workers do nothing. The lock is the operating system's, so it is free
as soon as its holder is gone, however that ended.
"""

import fcntl
import logging
import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

ASK_AGAIN_SECONDS = 0.2
"""How often a waiting process asks for the lock."""

log = logging.getLogger(__name__)


class Worker(Protocol):
    """Something that runs while this process serves."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


class Turn:
    """Runs `workers` once it is this process's turn, until `stop`."""

    def __init__(self, ledger: Path, workers: Sequence[Worker]) -> None:
        self._lock = os.open(f"{ledger}.serving", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._workers = workers
        self._stopping = threading.Event()
        self._serves = threading.Event()
        self._thread = threading.Thread(target=self._run, name="turn", daemon=True)

    @property
    def come(self) -> bool:
        """Whether this process serves now."""
        return self._serves.is_set()

    def start(self) -> None:
        """Serve at once if nobody else does, else as soon as nobody does."""
        if self._taken():
            self._begin()
        else:
            log.warning("another process serves this ledger; waiting for it to end")
            self._thread.start()

    def stop(self) -> None:
        """Let every worker finish its step, then let the next process serve."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()
        if self.come:
            self._serves.clear()
            for worker in reversed(self._workers):
                worker.stop()
        os.close(self._lock)

    def _run(self) -> None:
        while not self._stopping.wait(ASK_AGAIN_SECONDS):
            if self._taken():
                self._begin()
                return

    def _taken(self) -> bool:
        with suppress(BlockingIOError):
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def _begin(self) -> None:
        for worker in self._workers:
            worker.start()
        self._serves.set()
        log.info("serving")
