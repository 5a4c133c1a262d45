"""What the health checks say: whether it serves, and whether what it is for works.

`/healthz` answers 503 where a restart, or somebody, is needed: a worker fails or does not get on,
the ledger's file is not the one that was opened, or cannot be read or written. `/readyz` answers
200 only where people are served now. Anybody may ask, often: the ledger is looked at when somebody
asks, at most once in ten seconds, on a thread of its own that nobody waits for long.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from approvals.ledger import Ledger
from approvals.worker import Ail, Loop, Ticks

LOOK_HOLDS = 10
"""Seconds for which a look at the ledger is believed."""

PATIENCE = 2.0
"""Seconds that a look may take: hosts ask with short deadlines."""

GONE = "the ledger's file is gone, or another one lies in its place"
SILENT = "the ledger does not answer"
UNUSABLE = "the ledger cannot be read or written"
AILS = {
    Ail.FAILING: "the {name} has failed for 10 s and more",
    Ail.STUCK: "the {name} does not come to the end of a step",
}

log = logging.getLogger(__name__)


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


def waiting_for(whom: str) -> Starlette:
    """An app for as long as the real one cannot be built: alive, and ready for nothing."""

    async def alive(_: Request) -> Response:
        return JSONResponse({"status": "starting", "waits_for": whom})

    async def not_yet(_: Request) -> Response:
        return Response(status_code=503)

    rest = Route("/{path:path}", not_yet, methods=["GET", "POST"])
    return Starlette(routes=[Route("/healthz", alive), rest])


class Health:
    """Answers the health checks. `ready` says whether this process serves, or still waits for
    another one to end: it does not look at the ledger then. `frozen`, whether nothing is sent at
    present, as far as it knows; `further`, what else is said. None of them may wait or fail."""

    def __init__(
        self,
        ledger: Ledger,
        loops: Sequence[Loop],
        *,
        ready: Callable[[], bool],
        frozen: Callable[[], bool | None],
        further: Callable[[], Mapping[str, str]] = dict,
        ticks: Ticks,
        patience: float = PATIENCE,
    ) -> None:
        self._ledger = ledger
        self._loops = loops
        self._ready = ready
        self._frozen = frozen
        self._further = further
        self._ticks = ticks
        self._patience = patience
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="health")
        self._look: asyncio.Future[str | None] | None = None
        self._looked_at = ticks()

    def routes(self) -> list[Route]:
        """Where it is asked."""
        return [Route("/healthz", self._alive), Route("/readyz", self._is_ready)]

    async def _alive(self, _: Request) -> Response:
        if not self._ready():
            return JSONResponse({"status": "starting"})
        wrong, frozen = await self._wrong(), self._frozen()
        said: dict[str, object] = {"status": "failing" if wrong else "serving"}
        said |= {**({} if frozen is None else {"frozen": frozen}), **self._further()}
        return JSONResponse(said | ({"why": wrong} if wrong else {}), 503 if wrong else 200)

    async def _is_ready(self, _: Request) -> Response:
        serves = self._ready() and not await self._wrong()
        return JSONResponse({"ready": serves}, 200 if serves else 503)

    async def _wrong(self) -> list[str]:
        """All that is wrong, as ends of sentences."""
        ailing = ((loop.name, loop.ail()) for loop in self._loops)
        found = [AILS[ail].format(name=name) for name, ail in ailing if ail]
        if not self._ledger.in_place:
            return [*found, GONE]
        told = await self._asked()
        return [*found, told] if told else found

    async def _asked(self) -> str | None:
        """What the last look at the ledger found; a new one, where that is too old."""
        look, age = self._look, self._ticks() - self._looked_at
        if look is None or (look.done() and age >= LOOK_HOLDS):
            self._looked_at = self._ticks()
            loop = asyncio.get_running_loop()
            self._look = look = loop.run_in_executor(self._pool, self._looked)
        await asyncio.wait([look], timeout=self._patience)
        return look.result() if look.done() else SILENT

    def _looked(self) -> str | None:
        """Read; and write, if that failed when it was last tried."""
        try:
            with self._ledger.reading() as reading:
                reading.frozen()
            if self._ledger.failed:
                self._ledger.prove()
        except Exception:
            log.exception("a look at the ledger failed")
            return UNUSABLE
        return None
