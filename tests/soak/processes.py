"""The processes: the one that serves, often a second one that waits for its end, and their ends.

Only processes that were started here are ended, each by its id, with SIGKILL.
"""

import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from random import Random
from urllib.request import urlopen

from tests.served import free_port

SPARES = 0.7
"""How often a second process stands by."""

AT_RANDOM = "at a random time"


class Ended(Exception):
    """A process ended by itself."""


class Process:
    """One `serve`. `arrived` hears of each point that it reaches, on a thread of its own, before
    the process goes on from there."""

    def __init__(
        self,
        port: int,
        folder: Path,
        settings: Mapping[str, str],
        arrived: "Callable[[Process, str], None]",
    ) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._arrived = arrived
        self._killed = False
        self._points, theirs = socket.socketpair()
        with theirs, (folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.soak.entry", str(theirs.fileno())],
                cwd=folder,
                env={**settings, "PORT": str(port)},
                stdin=subprocess.DEVNULL,
                stderr=log,
                pass_fds=[theirs.fileno()],
            )
        threading.Thread(target=self._listen, daemon=True).start()

    def kill(self) -> None:
        """End it now, wherever it is."""
        self._killed = True
        self._process.kill()
        self._process.wait()

    @property
    def serves(self) -> bool:
        """What its health check says."""
        with suppress(OSError), urlopen(f"{self.url}/healthz", timeout=1) as answer:
            return b"serving" in answer.read()
        return False

    def check(self) -> None:
        """Raises Ended."""
        status = self._process.poll()
        if status is not None and not self._killed:
            raise Ended(f"a process ended by itself, with status {status}")

    def _listen(self) -> None:
        with suppress(OSError), self._points, self._points.makefile("r") as said:
            for point in said:
                self._arrived(self, point.strip())
                self._points.send(b".")


class Crew:
    """One or two processes, of which one serves. `watch` hears of each point that is reached.
    `doomed` is the point at which the next process dies that reaches it. `kills` counts, by point.
    """

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str],
        chance: Random,
        watch: Callable[[str], None],
    ) -> None:
        self.doomed: str | None = None
        self.kills: Counter[str] = Counter()
        self._folder = folder
        self._settings = settings
        self._chance = chance
        self._watch = watch
        self._ports = cycle([free_port() for _ in range(4)])
        self._running: list[Process] = []
        self._lock = threading.RLock()

    def start(self) -> None:
        """Let the first ones come; together they make the ledger."""
        with self._lock:
            self._fill()

    def url(self) -> str:
        """Where requests go, as a load balancer would see it: to the one that serves, if any."""
        with self._lock:
            self._running.sort(key=lambda process: not process.serves)
            return self._running[0].url

    def kill(self) -> None:
        """End the one that served when somebody last looked, at whatever it is doing."""
        with self._lock:
            self._end(self._running[0], AT_RANDOM)

    def deploy(self, policy: Mapping[str, str]) -> None:
        """Have these settings of the policy: where they are others, all are started again."""
        with self._lock:
            if policy.items() <= self._settings.items():
                return
            self._settings = {**self._settings, **policy}
            self.close()
            self._fill()

    def check(self) -> None:
        """Raises Ended where a process ended that nobody killed."""
        with self._lock:
            for process in self._running:
                process.check()

    def close(self) -> None:
        """End all of them."""
        with self._lock:
            while self._running:
                self._running.pop().kill()

    def _arrived(self, process: Process, point: str) -> None:
        self._watch(point)
        with self._lock:
            if point == self.doomed and process in self._running:
                self.doomed = None
                self._end(process, point)

    def _end(self, process: Process, where: str) -> None:
        process.kill()
        self.kills[where] += 1
        self._running.remove(process)
        self._fill()

    def _fill(self) -> None:
        """Have one that serves, and often a second one."""
        while len(self._running) < 1 + (self._chance.random() < SPARES):
            self._begin()

    def _begin(self) -> None:
        port = next(self._ports)
        self._running.append(Process(port, self._folder, self._settings, self._arrived))
