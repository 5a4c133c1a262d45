"""What lies outside of the program: time, CCPayment, Slack, and the two ways there.

Everything runs in one thread on a virtual clock. Both services are the sandbox's, called without
HTTP; the clients in front of them are the real ones, down to the place where bytes would leave.
"""

import errno
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, NoReturn
from urllib.error import URLError
from urllib.request import Request

import httpx
from slack_sdk import WebClient
from starlette.responses import Response

from approvals.ccpayment.wire import Wire
from sandbox.ccpayment import HungUp, Knobs, Mode, PretendCCPayment, Reply
from sandbox.ccpayment.book import Book
from sandbox.ccpayment.catalogue import BALANCES, CATALOGUE
from sandbox.slack import PretendSlack
from sandbox.slack.cast import FINANCE
from sandbox.slack.workspace import User
from tests.core import ACCOUNTS, CALLS, SECRET
from tests.simulation.edges import Edges
from tests.simulation.grounds import Grounds
from tests.simulation.heard import Heard
from tests.simulation.rules import EVERYBODY

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HEAD = "the head file"
SLACK_SECONDS = 10.0
"""How long the program waits for Slack."""

Trace = Callable[[str], None]


class Time:
    """The true time, and the bot's own idea of it, which is `error` seconds off."""

    def __init__(self) -> None:
        self.now = START
        self.error = 0.0

    def true(self) -> datetime:
        return self.now

    def bot(self) -> datetime:
        return self.now + timedelta(seconds=self.error)

    def on(self, seconds: float) -> None:
        """Let time pass for everybody."""
        self.now += timedelta(seconds=seconds)

    def come_right(self, *, waits: bool) -> None:
        """Correct the bot's clock: one that is ahead goes back, or `waits` for the true time."""
        if waits and self.error > 0:
            self.on(self.error)
        self.error = 0.0


@dataclass(frozen=True, slots=True)
class Moment:
    """Who is who: whom Slack lists in the user group, and who is a member."""

    listed: frozenset[str]
    active: frozenset[str]


class World:
    """All of the outside; `account` is the one at CCPayment. `lost` says what becomes of the next
    call there ("connect", "request", "answer"), by the call's name, and `garbled` with which HTTP
    status the next answer comes, whatever it says (0: half of it is missing); `mute` is how many of
    the next calls to Slack end in silence, done or not; `disk_full` how many of the next writes to
    the disk fail. `leaving` is told Timestamp and body of each create call before anybody hears it;
    `heard` is what CCPayment said, and `grounds` holds what the program concludes against that.
    `faults` counts what was done to the program, by kind; `only`, where it is set, is the one mode
    in which CCPayment goes wrong."""

    def __init__(
        self,
        chance: Random,
        trace: Trace,
        *,
        api: str,
        knobs: Knobs,
        settles: timedelta,
        paced: bool = False,
        only: Mode | None = None,
    ) -> None:
        self.account = ACCOUNTS[api]
        self.chance = chance
        self.only = only
        self.trace = trace
        self.time = Time()
        self.faults: Counter[str] = Counter()
        self.edges = Edges(chance, self._pass_time)
        self.lost: dict[str, str] = {}
        self.garbled: dict[str, int] = {}
        self.mute = 0
        self.disk_full = 0
        self.leaving: Callable[[int, str], None] = lambda timestamp, body: None
        self.gateway = PretendCCPayment(
            self.account.app_id,
            SECRET,
            self.time.true,
            chance,
            api=api,
            book=Book(self.time.true, chance, settle_after=settles),
            knobs=knobs,
        )
        codes = self.gateway.declined_codes
        self.heard = Heard(api, self.account.app_id, SECRET, codes)
        self.grounds = Grounds(api, self.heard)
        self.slack = PretendSlack(clock=self.time.true, rate_limits=paced)
        self._moments: list[Moment] = []
        self._everybody_is_there()

    def _pass_time(self, seconds: float) -> None:
        self.faults["time passes at an edge"] += 1
        self.trace(f"… {seconds:g} s pass")
        self.time.on(seconds)

    def calm(self) -> None:
        """From now on everything works, and all clocks are right."""
        self.edges.quiet = True
        self.edges.disarm()
        self.gateway.switch(Mode.NORMAL)
        self.gateway.knobs = replace(self.gateway.knobs, ahead=0.0)
        self.time.come_right(waits=self.chance.random() < 0.5)
        self.lost.clear()
        self.garbled.clear()
        self.mute = 0
        self.disk_full = 0
        self.slack.calm()
        self._everybody_is_there()
        self.gateway.book.catalogue = CATALOGUE
        self.gateway.book._deposits.update(BALANCES)

    def write(self, what: str) -> None:
        """Something is about to be written to the disk. Raises where there is no room."""
        if not self.disk_full:
            return
        self.disk_full -= 1
        self.trace(f"  no room on the disk for {what}")
        if what == HEAD:
            raise OSError(errno.ENOSPC, "No space left on device")
        raise sqlite3.OperationalError("database or disk is full")

    # Who is who, and what is worth what.

    def person_is(self, user: User) -> None:
        """From now on this is what Slack says of somebody."""
        self.slack._workspace.users[user.id] = user
        self._remember()

    def group_is(self, members: Sequence[str], *, disabled: bool = False) -> None:
        """From now on these are in the user group."""
        self.slack.set_group(FINANCE.id, members, disabled=disabled)
        self._remember()

    @property
    def changes(self) -> int:
        """How often it has changed who is who."""
        return len(self._moments)

    def since(self, changes: int) -> list[Moment]:
        """Who was who from then on, until now."""
        return self._moments[changes - 1 :]

    def price(self, symbol: str) -> Decimal | None:
        """What CCPayment says that a coin is worth, if it does."""
        return self.gateway.book.catalogue.coin(symbol).price or None

    def _everybody_is_there(self) -> None:
        self.slack._workspace.users.update({one.id: one for one in EVERYBODY})
        self.group_is(FINANCE.members)

    def _remember(self) -> None:
        workspace = self.slack._workspace
        group = (workspace.groups or {})[FINANCE.id]
        ours = (one for one in workspace.users.values() if one.team_id == self.slack.team_id)
        usable = (one.id for one in ours if not (one.deleted or one.is_restricted))
        listed = frozenset(() if group.disabled else group.members)
        self._moments.append(Moment(listed, frozenset(usable)))


class AtOnce(Wire):
    """Makes its calls in the thread of whoever asks: nobody has to be waited for here, and a kill
    must reach the caller."""

    def _start(self, call: Any) -> None:
        self._run(call)


class Way(httpx.BaseTransport):
    """The way to CCPayment. What is later than the caller waits, it takes for a time-out; that
    long passes then, whatever the service has done."""

    def __init__(self, world: World) -> None:
        self._world = world

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        world, call, asked = self._world, call_of(request.url.path), self._world.time.bot()
        began, connects = world.time.now, request.extensions["timeout"]["connect"]
        world.edges.reach(f"before {call}")
        lost = world.lost.pop(call, None)
        if lost == "connect" or (world.time.now - began).total_seconds() > connects:
            world.trace(f"  {call}: no connection")
            raise httpx.ConnectError("connection refused", request=request)
        if call in CALLS[world.account.api]["withdraw"]:
            timestamp = int(request.headers["timestamp"])
            world.leaving(timestamp, request.content.decode())
            world.heard.leaves(timestamp, request.content, world.time.true())
        answer: Any = HungUp()
        if lost != "request":
            answer = world.gateway.answer(request.url.path, request.headers, request.content)
        world.edges.reach(f"after {call}")
        return self._answered(request, call, HungUp() if lost else answer, asked)

    def _answered(
        self, request: httpx.Request, call: str, answer: Any, asked: datetime
    ) -> httpx.Response:
        world, patience = self._world, request.extensions["timeout"]["read"]
        if isinstance(answer, HungUp):
            world.trace(f"  {call}: the connection broke")
            raise httpx.ReadError("connection reset", request=request)
        if answer.after > patience:
            world.time.on(patience)
            world.trace(f"  {call}: no answer within {patience:g} s")
            raise httpx.ReadTimeout("timed out", request=request)
        world.time.on(answer.after)
        answer = self._garbled(call, answer)
        world.trace(f"  {call}: {answer.status} {_shortly(answer.body)}")
        headers = {name.lower(): value for name, value in answer.headers.items()}
        world.heard.answered(
            *(call, request.content, answer.status, headers, answer.body, asked, world.time.bot())
        )
        return httpx.Response(
            answer.status,
            headers=dict(answer.headers),
            stream=httpx.ByteStream(answer.body),
            request=request,
        )

    def _garbled(self, call: str, answer: Reply) -> Reply:
        """What somebody on the way makes of an answer."""
        status = self._world.garbled.pop(call, None)
        if status is None:
            return answer
        if not status:
            return replace(answer, body=answer.body[: len(answer.body) // 2])
        elsewhere = {"Location": f"/ccpayment/{self._world.account.api}/{call}"}
        return replace(answer, status=status, headers={**answer.headers, **elsewhere})


class SlackClient(WebClient):
    """slack_sdk's own client, down to the place where it would open a connection."""

    def __init__(self, world: World) -> None:
        super().__init__(world.slack.token, f"{world.slack.address}/api/", retry_handlers=[])
        self._world = world

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        world, method = self._world, url.rpartition("/")[2]
        world.edges.reach(f"before {method}")
        if world.mute:
            return self._silence(method, req)
        got = self._asked(method, req)
        world.edges.reach(f"after {method}")
        world.trace(f"  {method}: {got.status_code} {_shortly(bytes(got.body))}")
        body = bytes(got.body).decode()
        return {"status": got.status_code, "headers": dict(got.headers), "body": body}

    def _asked(self, method: str, req: Request) -> Response:
        headers = {name.lower(): value for name, value in req.header_items()}
        data = req.data if isinstance(req.data, bytes) else b""
        return self._world.slack.server.answer(method, "", headers, data)

    def _silence(self, method: str, req: Request) -> NoReturn:
        """Nothing is heard, though it may be done."""
        world = self._world
        world.mute -= 1
        done = world.chance.random() < 0.5
        if done:
            self._asked(method, req)
        world.time.on(SLACK_SECONDS)
        world.trace(f"  {method}: no answer, {'done' if done else 'not done'}")
        raise URLError(TimeoutError("timed out"))


def call_of(path: str) -> str:
    """What comes after the generation: `bill/info` of `/ccpayment/v1/bill/info`."""
    return path.split("/", 3)[3]


def _shortly(body: bytes) -> str:
    text = " ".join(body[:400].decode(errors="replace").split())
    return text if len(text) <= 110 else f"{text[:107]}…"
