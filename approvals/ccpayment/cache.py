"""The catalogue, kept for a while: for showing it and for reading what people type.

The sender never uses it: before money leaves, the gateway is asked afresh.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from approvals.catalogue import Catalogue
from approvals.clocks import within
from approvals.gateway import GatewayTrouble
from approvals.silence import Silence, sentence
from approvals.times import Clock

log = logging.getLogger(__name__)

THREAD = "catalogue"

FRESH = timedelta(minutes=5)
"""Up to this age the catalogue is simply given: half of how long its prices count."""
USABLE = timedelta(hours=1)
"""Up to this age it is given while a new one is fetched; older, its prices mislead."""
PATIENCE = timedelta(milliseconds=1500)
"""How long somebody waits for the first one. Slack gives us 3 s for everything."""


class CatalogueCache:
    """One fetch at a time, on a thread of its own, so that nobody waits for a silent gateway who
    could be served the last catalogue instead. Safe to use from several threads.

    `fetch` may raise anything. Asking now and then keeps the catalogue fresh.
    """

    def __init__(
        self,
        fetch: Callable[[], Catalogue],
        clock: Clock,
        *,
        fresh: timedelta = FRESH,
        usable: timedelta = USABLE,
        patience: timedelta = PATIENCE,
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._fresh = fresh
        self._usable = usable
        self._patience = patience
        self._lock = threading.Lock()
        self._last: Catalogue | None = None
        self._trouble: GatewayTrouble | None = None  # of the last fetch
        self._landing: threading.Event | None = None  # of the fetch under way

    def get(self) -> Catalogue:
        """The catalogue, at most `usable` old. Raises GatewayTrouble where there is none in time:
        why not is what the fetch that was waited for came to."""
        with self._lock:
            if last := self._up_to(self._fresh):
                return last
            landing = self._landing or self._take_off()
            if last := self._up_to(self._usable):
                return last
        landed = landing.wait(self._patience.total_seconds())
        with self._lock:
            if last := self._up_to(self._usable):
                return last
            trouble = self._trouble if landed else None
        raise trouble or GatewayTrouble(_late(self._patience), silence=Silence.SLOW)

    def known(self) -> Catalogue | None:
        """The last catalogue, whatever its age, at once: for names, which people read while
        CCPayment is silent too. Asks nobody."""
        with self._lock:
            return self._last

    def _up_to(self, age: timedelta) -> Catalogue | None:
        last = self._last
        return last if last and within(self._clock() - last.fetched_at, age) else None

    def _take_off(self) -> threading.Event:
        landing = threading.Event()
        threading.Thread(target=self._fly, args=(landing,), name=THREAD, daemon=True).start()
        self._landing = landing
        return landing

    def _fly(self, landing: threading.Event) -> None:
        fetched, trouble = None, None
        try:
            fetched = self._fetch()
        except GatewayTrouble as error:
            trouble = error
            log.warning("the catalogue could not be fetched: %s", sentence(error))
        except Exception as error:
            trouble = GatewayTrouble(f"an error of our own ({type(error).__name__})")
            log.warning("the catalogue could not be fetched: %s", error)
        with self._lock:
            self._last = fetched or self._last
            self._trouble = trouble
            self._landing = None
        landing.set()


def _late(patience: timedelta) -> str:
    return f"time-out after {patience.total_seconds():g} s"


class Keeper:
    """A worker that keeps the catalogue fresh, so that nobody waits for the first fetch."""

    name = "catalogue"

    def __init__(self, cache: CatalogueCache) -> None:
        self._cache = cache

    def once(self) -> int:
        """Have a look; an old catalogue is then fetched again. Never any work left over."""
        with suppress(GatewayTrouble):
            self._cache.get()
        return 0
