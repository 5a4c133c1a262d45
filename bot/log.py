"""Where operators read: one line a fact, in UTC, on standard error.

What somebody wrote can stand in a line, but it cannot make one: what nobody would see in it, such
as a line break, is spelt out, and the lines of a traceback are set in. A line that repeats itself
is written once and then counted, so that no stranger can fill a disk with it. Nothing that is
logged, not even wrongly, fails whoever logs it.
"""

import logging
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from traceback import walk_tb
from types import TracebackType
from typing import TextIO

from approvals.words import visible
from approvals.worker import Ticks

THIRD_PARTIES = ("httpx", "httpcore", "slack_sdk", "slack_bolt", "uvicorn", "asyncio", "urllib3")
"""Held at WARNING: at INFO some of them log whole requests."""

COUNTED_SECONDS = 10
"""For so long after a line the same one is counted instead of written."""

LONGEST = 4000
"""Characters of a message; what somebody sent may be longer."""

Later = Callable[[float, Callable[[], None]], object]
"""Has something done in so many seconds."""

Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def configure(level: str) -> None:
    """Log from `level` on; other people's libraries from WARNING on."""
    root = logging.getLogger()
    root.handlers[:] = [Counting(sys.stderr, time.monotonic, _later)]
    root.setLevel(level)
    for name in THIRD_PARTIES:
        logging.getLogger(name).setLevel(logging.WARNING)


class OneLine(logging.Formatter):
    """When, how grave, who, and what, in one line; a traceback below it, set in."""

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s: %(message)s")
        self.converter = time.gmtime

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the base's name
        whole = visible(record.message)
        record.message = whole if len(whole) <= LONGEST else f"{whole[: LONGEST - 1]}…"
        return super().formatMessage(record)

    def formatException(self, ei: Raised) -> str:  # noqa: N802 - the base's name
        return _set_in(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - the base's name
        return _set_in(super().formatStack(stack_info))


def _set_in(text: str) -> str:
    return "\n".join(f"  {visible(line)}" for line in text.split("\n"))


@dataclass(slots=True)
class _Seen:
    """A line that was written at `at`, and how often it came since."""

    at: float
    record: logging.LogRecord
    more: int = 0


class Counting(logging.StreamHandler[TextIO]):
    """Writes to `stream`; counts what repeats itself. `later` has the counts written, when nothing
    else is logged any more."""

    def __init__(self, stream: TextIO, ticks: Ticks, later: Later) -> None:
        super().__init__(stream)
        self.setFormatter(OneLine())
        self._ticks = ticks
        self._later = later
        self._seen: dict[tuple[object, ...], _Seen] = {}

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._count_or_write(record)
        except Exception:
            self.handleError(record)

    def _count_or_write(self, record: logging.LogRecord) -> None:
        self._write_counts(until=self._ticks() - COUNTED_SECONDS)
        key = _likeness(record)
        if seen := self._seen.get(key):
            if not seen.more:
                self._later(COUNTED_SECONDS, self.write_counts)
            seen.more += 1
            return
        self._seen[key] = _Seen(self._ticks(), record)
        super().emit(record)

    def write_counts(self) -> None:
        """Say how often what was counted came, once that has been for a while."""
        with self.lock or threading.RLock():
            self._write_counts(until=self._ticks() - COUNTED_SECONDS)

    def close(self) -> None:
        """Say what was counted, at the end."""
        with self.lock or threading.RLock():
            self._write_counts(until=self._ticks())
        super().close()

    def _write_counts(self, until: float) -> None:
        for key, seen in [*self._seen.items()]:
            if seen.at <= until:
                del self._seen[key]
                if seen.more:
                    super().emit(_counted(seen))


def _likeness(record: logging.LogRecord) -> tuple[object, ...]:
    """Equal for lines that say the same: the same words over another traceback do not."""
    kind, _, trace = record.exc_info or (None, None, None)
    way = tuple((frame.f_code, line) for frame, line in walk_tb(trace))
    return record.name, record.levelno, record.getMessage(), kind, way


def _counted(seen: _Seen) -> logging.LogRecord:
    old = seen.record
    said = f"{seen.more} more like this: {old.getMessage()}"
    return logging.LogRecord(old.name, old.levelno, old.pathname, old.lineno, said, None, None)


def _later(seconds: float, do: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, do)
    timer.daemon = True
    timer.start()
