"""Who serves: of all processes on one ledger, one.

A second process waits until the first has ended; meanwhile it answers the health check and tells
clicks to come back, puts no policy in force, and its workers do nothing. The lock is the operating
system's, so it is free as soon as its holder is gone, however that ended.
"""

import fcntl
import logging
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from approvals.ledger.family import made
from approvals.worker import Loop

ASK_AGAIN_SECONDS = 0.2
"""How often a waiting process asks for the lock."""

log = logging.getLogger(__name__)


class Worker(Protocol):
    """Something that runs while this process serves."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


class Turn:
    """Does `begin` and then runs `loops` when it is this process's turn, until `stop`."""

    def __init__(self, ledger: Path, begin: Callable[[], None], loops: Sequence[Loop]) -> None:
        self._lock = os.fdopen(made(Path(f"{ledger}.serving")), "r+b", buffering=0)
        self._begin = begin
        self._loops = loops
        self._ours = False
        self._stopping = threading.Event()
        self._serves = threading.Event()
        self._thread = threading.Thread(target=self._run, name="turn", daemon=True)

    @property
    def come(self) -> bool:
        """Whether this process serves now."""
        return self._serves.is_set()

    def take(self) -> None:
        """Begin, if nobody else serves. Raises what `begin` raises; then it is nobody's turn."""
        if self._free():
            try:
                self._begin()
            except BaseException:
                self.leave()
                raise
            self._ours = True

    def start(self) -> None:
        """Serve now if the turn was taken, else as soon as nobody else does."""
        if self._ours:
            self._serve()
        else:
            log.warning("another process serves this ledger; waiting for it to end")
            self._thread.start()

    def end(self) -> None:
        """No worker begins anything more. It waits for nothing, so a signal may say it."""
        for loop in self._loops:
            loop.end()

    def stop(self) -> None:
        """Let every worker finish its step, then let the next process serve."""
        self.end()
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()
        if self.come:
            self._serves.clear()
            for loop in reversed(self._loops):
                loop.stop()
        self.leave()

    def leave(self) -> None:
        """Let the next process serve; there is nothing left to stop."""
        self._lock.close()

    def _run(self) -> None:
        while not self._ours and not self._stopping.wait(ASK_AGAIN_SECONDS):
            try:
                self.take()
            except Exception:
                log.exception("cannot serve this ledger; ending")
                os._exit(1)  # nothing runs here yet, so there is nothing to finish
        if self._ours:
            self._serve()

    def _free(self) -> bool:
        with suppress(BlockingIOError):
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def _serve(self) -> None:
        for loop in self._loops:
            loop.start()
        self._serves.set()
        log.info("serving")
