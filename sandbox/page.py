"""The sandbox's page: what people of the pretend workspace see and do, and what lies behind it.

    browser ── GET  v1/api/state ──► all that one person sees; waits until something changed
            ── POST v1/api/<act> ──► what that person does; the answer holds only what went wrong

Each generation of CCPayment's API has a page of its own, under its name; they share their looks.

The page acts as anybody, so it must be nobody else's: only loopback names are served (another name
that leads here is DNS rebinding), acts from pages of other origins are refused, and nothing from
anywhere else is loaded or may frame it. What to draw is decided in `static/`, from Slack's own
dictionaries.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from approvals.audit import Broken
from approvals.ledger import Ledger
from approvals.ledger.reports import verify
from sandbox.ccpayment import Mode, PretendCCPayment
from sandbox.passing import SandboxClock, let_pass
from sandbox.slack import PretendSlack
from sandbox.slack.answers import Answer
from sandbox.slack.cast import DANA, ELI, MAX, NOA, RITA

STATIC = Path(__file__).with_name("static")
HOSTS = ["127.0.0.1", "localhost"]
ROLES = {
    RITA.id: "Team member",
    NOA.id: "Team member",
    DANA.id: "Finance lead",
    ELI.id: "Finance lead",
    MAX.id: "Another company",
}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
NEWS_WITHIN = 1.0
"""Seconds that a question for news stays open: so much later, at most, the server can stop."""

GLANCE = 0.05
"""Seconds between two looks at the counters of changes."""

LINES = 500
"""Audit lines that are shown; the check reads all of them."""

GONE = "That is not there any more. Look again: the page shows how it is now."

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    """What one page is over. It need not be running yet."""

    slack: PretendSlack
    ccpayment: PretendCCPayment
    ledger: Ledger
    clock: SandboxClock = field(default_factory=SandboxClock)

    @property
    def api(self) -> str:
        return self.ccpayment.api


def page(*worlds: World) -> Starlette:
    """A page over each of these worlds, at its API's name; the plain address leads to the first."""
    apis = sorted(world.api for world in worlds)
    return Starlette(
        routes=[
            Route("/", lambda _: RedirectResponse(f"{worlds[0].api}/")),
            Mount("/static", StaticFiles(directory=STATIC)),
            *(Mount(f"/{world.api}", routes=_Page(world, apis).routes()) for world in worlds),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS, www_redirect=False),
            Middleware(_own_pages_only),
        ],
    )


def _own_pages_only(app: ASGIApp) -> ASGIApp:
    """Refuses what pages from elsewhere ask, and names the rules for ours in every answer."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_rules(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        answer = Response("Only this page may act here.", 403) if _foreign(scope) else app
        await answer(scope, receive, send_with_rules)

    return guarded


def _foreign(scope: Scope) -> bool:
    """Browsers name the origin of every POST, and of all that a page asks of another site."""
    if scope["type"] != "http":
        return False
    headers = Headers(scope=scope)
    return headers.get("origin") not in (None, f"http://{headers['host']}")


class _Page:
    """One of the pages. `apis` are the names of all of them."""

    def __init__(self, world: World, apis: Sequence[str]) -> None:
        self._slack = slack = world.slack
        self._ccpayment = world.ccpayment
        self._ledger = world.ledger
        self._clock = world.clock
        self._apis = apis
        self._commit = world.ledger.bell()
        self._commits = 0
        self._acts: Mapping[str, Callable[[Json], Json]] = {
            "command": lambda said: _told(slack.command(said["as"], said["text"], said["in"])),
            "say": self._say,
            "click": self._click,
            "click_view": self._click_view,
            "suggest": self._suggest,
            "submit": lambda said: _told(slack.submit(said["as"], said["view"], said["values"])),
            "close": lambda said: _told(slack.close(said["as"], said["view"])),
            "switch": self._switch,
            "turn": self._turn,
            "pass": self._pass,
            "verify": self._verify,
        }

    def routes(self) -> list[Route]:
        return [
            Route("/", lambda _: FileResponse(STATIC / "index.html")),
            Route("/api/state", self.state),
            Route("/api/{act}", self.act, methods=["POST"]),
        ]

    async def state(self, request: Request) -> Response:
        """What a person sees, once it differs from the version `seen`; 204 while it does not."""
        seen = request.query_params.get("seen")
        loop = asyncio.get_running_loop()
        until = loop.time() + NEWS_WITHIN
        while (version := self._version()) == seen:
            if loop.time() > until or await request.is_disconnected():
                return Response(status_code=204)
            await asyncio.sleep(GLANCE)
        person = request.query_params.get("as") or RITA.id
        try:
            return JSONResponse(await run_in_threadpool(self._drawn, person, version))
        except LookupError:
            return JSONResponse({"error": f"Nobody here is {person}."}, 404)

    def _version(self) -> str:
        """Differs whenever something changed. Taken before what it is the version of is read, so
        that a change meanwhile is seen next time."""
        if self._commit.is_set():
            self._commit.clear()
            self._commits += 1
        ahead = self._clock.ahead.total_seconds()
        return f"{self._slack.version}.{self._ccpayment.version}.{self._commits}.{ahead}"

    def _drawn(self, person: str, version: str) -> Json:
        return {
            "version": version,
            "apis": self._apis,
            "ahead": self._clock.ahead.total_seconds(),
            "slack": self._slack.snapshot(person),
            "roles": ROLES,
            "ccpayment": self._ccpayment.snapshot() | {"modes": self._ccpayment.modes()},
            "audit": self._audit(),
        }

    def _audit(self) -> list[Json]:
        """The newest lines first, word for word as they are stored."""
        with self._ledger.reading() as reading:
            newest = deque(reading.log(), LINES)
        return [
            {"number": row["number"], "text": row["line"], "hash": row["hash"]}
            for row in reversed(newest)
        ]

    async def act(self, request: Request) -> Response:
        """Do what a person does, in a thread: the bot has its three seconds to answer."""
        do = self._acts.get(request.path_params["act"])
        if do is None:
            return Response(status_code=404)
        try:
            said = await request.json()
            return JSONResponse(await run_in_threadpool(do, said))
        except LookupError:
            return JSONResponse({"error": GONE})
        except (ValueError, TypeError):
            return Response(status_code=400)

    def _say(self, said: Json) -> Json:
        self._slack.say(said["as"], said["in"], said["text"], said.get("thread"))
        return {}

    def _click(self, said: Json) -> Json:
        return _told(
            self._slack.click(
                said["as"],
                said["in"],
                said["ts"],
                said["action"],
                block_id=said["block"],
                option=said.get("option"),
                version=said["version"],
            )
        )

    def _click_view(self, said: Json) -> Json:
        return _told(
            self._slack.click_view(
                said["as"],
                said["view"],
                said["action"],
                block_id=said["block"],
                option=said.get("option"),
            )
        )

    def _suggest(self, said: Json) -> Json:
        options = self._slack.suggest(
            said["as"], said["view"], said["action"], said["typed"], block_id=said["block"]
        )
        return {"options": options}

    def _switch(self, said: Json) -> Json:
        then = said.get("then")
        self._ccpayment.switch(
            Mode(said["mode"]), once=said["once"], then=Mode(then) if then else None
        )
        return {}

    def _turn(self, said: Json) -> Json:
        self._ccpayment.turn(
            duplicates=said["duplicates"],
            balance_first=bool(said["balance_first"]),
            ahead=int(said["ahead"]),
        )
        return {}

    def _pass(self, said: Json) -> Json:
        let_pass(timedelta(seconds=int(said["seconds"])), self._clock, self._ledger)
        return {}

    def _verify(self, _: Json) -> Json:
        with self._ledger.reading() as reading:
            try:
                found = verify(reading)
            except Broken as broken:
                return {"broken": str(broken)}
        return {"lines": found.lines, "payouts": found.payouts, "head": found.head}


def _told(answer: Answer) -> Json:
    """What the person who acted is shown at once; all the rest comes with the next state."""
    return {"error": answer.error, "errors": dict(answer.errors)}
