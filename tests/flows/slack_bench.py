"""A bench for the pretend Slack: a clock to turn, and a tiny bot that answers what a test says."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from approvals.content import Content
from bot.courier import Courier
from bot.trouble import Reach
from sandbox.serving import serving
from sandbox.slack import SIGNING_SECRET, PretendSlack
from sandbox.slack.cast import PAYOUTS
from sandbox.slack.driver import reached
from tests.core import Office

Json = dict[str, Any]
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that stands still until a test turns it. slack_sdk asks it for `now` as a number."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def now(self) -> float:
        return self.at.timestamp()

    def turn(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def read(body: bytes) -> Json:
    """What Slack sent, from the form or the JSON that it came in."""
    if body.startswith(b"{"):
        return dict(json.loads(body))
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return dict(json.loads(fields["payload"])) if "payload" in fields else fields


@dataclass
class TinyBot:
    """Keeps what it is sent, refuses what is not signed, and answers by `answer`."""

    clock: Clock
    heard: list[Json] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: Callable[[Json], Response] = lambda sent: Response()

    @property
    def last(self) -> Json:
        return self.heard[-1]

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/slack/events", self._events, methods=["POST"])])

    async def _events(self, request: Request) -> Response:
        body = await request.body()
        verifier = SignatureVerifier(SIGNING_SECRET, self.clock)  # type: ignore[arg-type]
        if not verifier.is_valid_request(body, dict(request.headers)):
            return Response(status_code=401)
        self.bodies.append(body)
        self.headers.append(dict(request.headers))
        self.heard.append(read(body))
        return await run_in_threadpool(self.answer, self.heard[-1])


@dataclass(frozen=True)
class Bench:
    slack: PretendSlack
    bot: TinyBot
    clock: Clock
    client: WebClient

    def says(self, answer: Json | str, status: int = 200) -> None:
        """Let the bot answer this from now on: JSON for a dictionary, else plain text."""
        self.bot.answer = lambda sent: (
            JSONResponse(answer, status) if isinstance(answer, dict) else Response(answer, status)
        )


@dataclass
class Switch:
    """An app that stands for another one, so that tests can change it while it is served."""

    app: ASGIApp = field(default_factory=Starlette)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@dataclass
class Stage:
    """Two servers that outlive a test, since starting and stopping them takes longer than most."""

    slack: Switch
    slack_url: str
    bot: Switch
    bot_url: str


@contextmanager
def stage() -> Iterator[Stage]:
    slack, bot = Switch(), Switch()
    with serving(slack) as slack_url, serving(bot) as bot_url:
        yield Stage(slack, reached(slack_url), bot, reached(bot_url))


def bench(on: Stage, **options: Any) -> Bench:
    """A new workspace and a new bot on the two servers, and slack_sdk's own client."""
    clock = Clock()
    bot, slack = TinyBot(clock), PretendSlack(clock=clock, bot_url=on.bot_url, **options)
    on.slack.app, on.bot.app, slack.address = slack.app, bot.app(), on.slack_url
    client = WebClient(slack.token, f"{on.slack_url}/api/", timeout=5, retry_handlers=[])
    return Bench(slack, bot, clock, client)


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action_id: str = "approve", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Approve"), **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def entry(block_id: str, element: Json, **more: Any) -> Json:
    named = {"action_id": "value", **element}
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain("Label"),
        "element": named,
        **more,
    }


def modal(*blocks: Json, **more: Any) -> Json:
    some = list(blocks) or [entry("amount", {"type": "plain_text_input"})]
    return {
        "type": "modal",
        "title": plain("Ask"),
        "submit": plain("Send"),
        "blocks": some,
        **more,
    }


def network(content: Content) -> str | None:
    return "TRC20" if content.chain == "TRX" else None


def explorer(content: Content) -> str | None:
    return "https://example.com/tx/%s" if content.chain == "TRX" else None


def courier(
    office: Office,
    client: WebClient,
    network: Callable[[Content], str | None] = network,
    reach: Reach | None = None,
) -> Courier:
    """The office's courier, who writes to this Slack."""
    return Courier(
        office.ledger,
        client,
        office.rules,
        channel=PAYOUTS.id,
        network=network,
        explorer=explorer,
        reach=reach or Reach(),
        clock=office.clock,
    )
