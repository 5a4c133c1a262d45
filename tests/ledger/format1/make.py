"""Makes v1.sql and v2.sql beside it: ledgers of format 1, as the first release left them.

They were made by that release itself, its commit 5e8fe39, and are not made anew: what it wrote then
is what must be read now. To make one all the same, for a look at how:

    OLD=$(mktemp -d) && git archive 5e8fe39 | tar -x -C "$OLD"
    PYTHONPATH="$OLD" .venv/bin/python tests/ledger/format1/make.py v1 > "$OLD/v1.sql"

In each: payout 1 settled, under a policy that was changed since; 2 certainly absent, "Send again"
can be pressed; 3 waits for the second of two approvals; 4 rejected; 5 approved, but its attempt
could not connect; 6 in doubt after an attempt. Sending was frozen and unfrozen between 4 and 5.
"""

import socket
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import httpx

from approvals.ccpayment.generations import GENERATIONS
from approvals.ccpayment.wire import direct
from approvals.content import Account
from approvals.gateway import Gateway
from approvals.ledger.head import Head, Mark
from sandbox.ccpayment import Knobs, Mode, PretendCCPayment
from sandbox.serving import serving
from tests.core import AMPLE, APP_IDS, DANA, ELI, POLICY, RITA, SECRET, Clock, Program, World
from tests.policies import TIERS
from tests.policies import policy as tiered

ACCOUNTS = {
    api: Account(api, APP_IDS[api], f"https://ccpayment.{api}.invalid") for api in ("v1", "v2")
}
"""Whose ledgers these are: what a content names must not hang on a port."""

XRP: dict[str, Any] = {
    "amount": "25",
    "coin": "XRP",
    "network": "XRP",
    "destination": "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH",
}
MEMOS = {"v1": "", "v2": "0012345"}
"""The pretend API v2 takes no payment without a memo where a network has them."""


class Elsewhere(httpx.BaseTransport):
    """The way to an address that does not exist, led to the world's; what is broken there, to a
    port on which nobody listens."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._real = direct()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        there = httpx.URL(self._world.url)
        sending = any(call in request.url.path.lower() for call in ("withdraw", "applyapp"))
        looking = "record" in request.url.path.lower()
        unreachable = "withdraw" in self._world.broken and sending and not looking
        port = self._world.nowhere if unreachable else there.port
        request.url = request.url.copy_with(scheme="http", host=there.host, port=port)
        return self._real.handle_request(request)

    def close(self) -> None:
        self._real.close()


def gateway(world: World) -> Gateway:
    """The account's gateway in this world."""
    account = ACCOUNTS[world.api]
    generation = GENERATIONS[account.api].gateway
    return generation(
        account, SECRET, world.clock, deadlines=AMPLE, transport=lambda: Elsewhere(world)
    )


def put(path: Path, api: str) -> Path:
    """The ledger as it was left, with its head file, at `path`."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(Path(__file__).with_name(f"{api}.sql").read_text("utf-8"))
        db.execute("PRAGMA journal_mode = WAL")
        lines, newest = db.execute("SELECT max(number), hash FROM audit").fetchone()
    Head(path).write(Mark(lines, newest))
    return path


def put_unserved(path: Path) -> Path:
    """A ledger of format 1 whose program ended before its first line: tables, and no record."""
    put(path, "v1")
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(
            "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; DELETE FROM audit;"
            "DELETE FROM approvals; DELETE FROM attempts; DELETE FROM cards; DELETE FROM payouts;"
            "DELETE FROM policies; DELETE FROM seen; DELETE FROM ledger;"
            "INSERT INTO ledger (id, format, next_number) VALUES (1, 1, 1);"
        )
    Path(f"{path}.head").unlink()
    return path


def made(path: Path, world: World) -> None:
    """Let all that happen in a ledger at `path`."""
    program = Program(path, world, gateway=gateway(world))
    program.ledger.bind(RITA.team, ACCOUNTS[world.api], world.clock())
    with program.ledger.change() as change:
        change.adopt(POLICY, "Every member may ask for payouts.", world.clock())
    program.approved()
    program.work(rounds=4, seconds=5)  # 1 settles
    program.ledger.close()

    program = Program(path, world, gateway=gateway(world), policy=tiered(TIERS))
    world.pretend.switch(Mode.REQUEST_LOST, once=True)
    program.approved(what=program.ask(**XRP, memo=MEMOS[world.api]))
    program.work(rounds=20, seconds=60)  # 2 is absent
    program.approve(program.asked(what=program.ask(amount="1500", reason="Invoice 1044")))
    program.reject(program.asked(what=program.ask(amount="40", reason="Invoice 1045")))
    program.desk.freeze(ELI, trigger=program.trigger())
    for approver in (DANA, ELI):
        program.clock.on(seconds=30)
        program.desk.unfreeze(approver, trigger=program.trigger())
    program.approved(what=program.ask(amount="60", reason="Invoice 1046"))
    world.broken.add("withdraw")
    program.work()  # 5 is unsent
    world.broken.clear()
    world.pretend.switch(Mode.REQUEST_LOST, once=True)
    program.clock.on(seconds=5)
    program.approved(what=program.ask(amount="70", reason="Invoice 1047"))
    program.work()  # 6 is in doubt
    program.ledger.close()


def _dumped(api: str) -> str:
    clock, knobs = Clock(), Knobs(slow=30)
    pretend = PretendCCPayment(APP_IDS[api], SECRET, clock, Random(7), api=api, knobs=knobs)
    with socket.socket() as deaf, serving(pretend.app) as url, tempfile.TemporaryDirectory() as at:
        deaf.bind(("127.0.0.1", 0))
        ledger = Path(at) / "payouts.db"
        made(ledger, World(url, pretend, clock, deaf.getsockname()[1], api))
        with closing(sqlite3.connect(ledger)) as db:
            return "\n".join(db.iterdump())


if __name__ == "__main__":
    told = "-- A ledger of format 1, made by the first release: see make.py."
    sys.stdout.write(f"{told}\n{_dumped(sys.argv[1])}\n")
