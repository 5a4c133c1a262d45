"""What goes wrong on Slack's side: faults asked for by a test, and Slack's rate limits."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

LONGEST_HANG = 60.0


@dataclass(frozen=True, slots=True)
class Fault:
    """How one call of a Web API method goes wrong.

    `error`: a 200 that says `ok: false`. `status`: an HTTP status with no usable body, such as 500.
    `retry_after`: 429 with so many seconds. `hangs`: no answer until `calm`. With `done` the work
    is done first and only the answer is lost, so that a bot that tries again does it twice.
    """

    error: str | None = None
    status: int = 200
    retry_after: int | None = None
    hangs: bool = False
    done: bool = False


class Faults:
    """The faults that wait to happen, by method; "*" stands for every method."""

    def __init__(self) -> None:
        self.outage = False
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[Fault]] = {}
        self._calm = threading.Event()

    def fail(self, method: str, fault: Fault, times: int) -> None:
        """Let the next `times` calls of a method go wrong."""
        with self._lock:
            self._calm.clear()
            self._waiting.setdefault(method, deque()).extend([fault] * times)

    def take(self, method: str) -> Fault | None:
        """The fault for this call, used up; None where it goes well."""
        with self._lock:
            if self.outage:
                return Fault(status=503)
            for name in (method, "*"):
                if self._waiting.get(name):
                    return self._waiting[name].popleft()
            return None

    def hang(self) -> bool:
        """Wait until it is calm, though never for ever; whether it became calm."""
        return self._calm.wait(LONGEST_HANG)

    def calm(self) -> None:
        """Forget all faults and let hanging calls go."""
        with self._lock:
            self.outage = False
            self._waiting.clear()
            self._calm.set()


class Pace:
    """Counts calls in windows of time, as Slack's rate limits do."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[str, deque[datetime]] = {}

    def wait(self, key: str, calls: int, seconds: int) -> int:
        """Seconds to wait before a call under `key`; 0 counts it, as it may go ahead."""
        now = self._clock()
        with self._lock:
            seen = self._seen.setdefault(key, deque())
            while seen and now - seen[0] >= timedelta(seconds=seconds):
                seen.popleft()
            if len(seen) < calls:
                seen.append(now)
                return 0
            return ceil((seen[0] + timedelta(seconds=seconds) - now).total_seconds())
