"""One life of the program: everything of ours, built around the file as it lies there.

What it does with the outside and with the file passes an edge, at which it can be killed. A new
life knows nothing but the file, and the policy that whoever runs it has deployed.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random

from sqlite_utils import Database

from approvals.catalogue import Catalogue
from approvals.ccpayment.generations import GENERATIONS
from approvals.clerk import Clerk
from approvals.content import Content
from approvals.desk import Desk
from approvals.gateway import Gateway
from approvals.ledger import Change, Ledger, Reading
from approvals.policy import Policy, read_policy
from approvals.rosters import Rosters
from approvals.rulebook import Rulebook
from approvals.sender import Sender
from approvals.worker import Worker
from bot import wiring
from bot.courier import Courier
from bot.people import SlackPeople
from bot.trouble import Reach
from sandbox.ccpayment import Knobs
from sandbox.slack.cast import PAYOUTS
from sandbox.slack.workspace import TEAM
from tests.core import SECRET
from tests.simulation.rules import Rules
from tests.simulation.world import HEAD, AtOnce, SlackClient, Way, World

WORKSPACE = "https://sandbox.slack.com/"
PARTS = ("", "-wal")
"""What a ledger consists of while it is in use."""


class EdgedLedger(Ledger):
    """The ledger, with an edge around each commit. It reads on connections that stay open, since
    opening one takes longer than all that is read."""

    def __init__(self, path: Path, world: World) -> None:
        self._world = world
        self._edges = world.edges
        self._newest = 0
        self._eyes: list[Database] = []
        self._idle: list[Database] = []
        self._uri = f"{path.absolute().as_uri()}?mode=ro"
        super().__init__(path)

    @contextmanager
    def change(self) -> Iterator[Change]:
        self._edges.reach("before a transaction")
        with super().change() as change:
            self._newest = (change.newest() or (0, ""))[0]
            yield change
            self._edges.kill("before a commit")
            self._world.write("a commit")
        self._edges.reach("after a commit")

    def _follow(self, change: Change) -> None:
        for number in range(self._newest + 1, (change.appended or (0, ""))[0] + 1):
            if line := change.line(number):
                self._world.grounds.written(change, line)
        self._edges.kill("between a commit and its head")
        self._world.write(HEAD)
        super()._follow(change)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        eye = self._idle.pop() if self._idle else self._open()
        eye.execute("BEGIN")
        try:
            yield Reading(eye)
        finally:
            eye.execute("ROLLBACK")
            self._idle.append(eye)

    def _open(self) -> Database:
        connection = sqlite3.connect(self._uri, uri=True, isolation_level=None)
        eye = Database(connection, execute_plugins=False)
        self._eyes.append(eye)
        return eye

    def close(self) -> None:
        for eye in self._eyes:
            eye.close()
        super().close()


def client(world: World, *, declines: bool = True) -> Gateway:
    """The real client of this world's CCPayment. `declines`: it was told which codes mean that, as
    far as they are not in the vendor's own table."""
    codes = map(str, world.gateway.declined_codes) if declines else ()
    made = GENERATIONS[world.account.api].gateway(
        world.account, SECRET, world.time.bot, declined_codes=frozenset(codes)
    )
    made._wire = AtOnce(
        world.account.url, connect=timedelta(seconds=3), transport=lambda: Way(world)
    )
    return made


@cache
def catalogue(api: str) -> Catalogue:
    """What CCPayment pays out when a history begins."""
    untouched = World(Random(0), lambda text: None, api=api, knobs=Knobs(), settles=timedelta())
    gateway = client(untouched)
    return replace(gateway.catalogue(), explorers=gateway.explorers())


@cache
def policy(text: str) -> Policy:
    """The policy that somebody deployed."""
    return read_policy(text)


class Meanwhile:
    """Stands for the lock of whoever asks about groups: nobody can wait for it here, where all is
    one thread, so the time for which they would wait passes instead."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._held = False

    def acquire(self, timeout: float) -> bool:
        if self._held:
            self._world.time.on(timeout)
            return False
        self._held = True
        return True

    def release(self) -> None:
        self._held = False


class Life:
    """The program from a start to its end, under the policy `rules`. `restored`: it is told that
    the disk was put back. Raises UnusablePolicy."""

    def __init__(
        self,
        path: Path,
        world: World,
        chance: Random,
        rules: Rules,
        *,
        declines: bool,
        restored: bool = False,
    ) -> None:
        self.path = path
        self.rules = rules
        self._policy = policy(rules.text)
        clock = world.time.bot
        self.gateway = client(world, declines=declines)
        slack = SlackClient(world)
        self.people = SlackPeople(slack, TEAM, clock)
        self.ledger = EdgedLedger(path, world)
        try:
            self.rosters = self._rosters(world)
            self._open(world, restored=restored)
        except BaseException:
            self.ledger.close()
            raise
        self.rulebook = Rulebook(self._policy, self.rosters.current, self.rosters.last)
        self.desk = Desk(
            self.ledger,
            self.rulebook,
            world.account,
            clock=clock,
            nonce=lambda: f"{chance.getrandbits(128):032x}",
        )
        self.workers: dict[str, Worker] = {
            "clerk": Clerk(self.ledger, self.gateway, clock=clock),
            "sender": Sender(
                self.ledger, self.gateway, self.people, self.rulebook, clock=clock, random=chance
            ),
            "courier": Courier(
                self.ledger,
                slack,
                Rulebook(self._policy, self.rosters.last),
                channel=PAYOUTS.id,
                network=_network,
                explorer=_explorer,
                workspace=WORKSPACE,
                reach=Reach(),
                clock=clock,
            ),
            "groups": self.rosters,
        }

    def _rosters(self, world: World) -> Rosters:
        """As `serve` does. Raises UnusablePolicy."""
        groups = self._policy.slack_groups | wiring._earlier_groups(self.ledger)
        rosters = Rosters(self.people, groups, world.time.bot)
        vars(rosters)["_asking"] = Meanwhile(world)
        wiring._sound(self._policy, rosters)
        return rosters

    def _open(self, world: World, *, restored: bool) -> None:
        """As `serve` does: bind it, freeze it if it is not the ledger that it was, and put the
        policy in force."""
        now = world.time.bot()
        self.ledger.bind(TEAM, world.account, now, restored=restored)
        wiring._adopt(self.ledger, self._policy, world.time.bot())

    def end(self) -> None:
        """Let go of the file."""
        self.ledger.close()


def _network(content: Content) -> str | None:
    token = catalogue(content.account.api).token(content.token_id)
    return token.network if token else None


def _explorer(content: Content) -> str | None:
    return catalogue(content.account.api).explorers.get(content.chain)


def copied(path: Path, to: Path) -> None:
    """What lies on the disk at this moment: without the head file, which no backup contains."""
    for part in PARTS:
        if (lying := Path(f"{path}{part}")).exists():
            shutil.copyfile(lying, f"{to}{part}")


def put_back(copy: Path, path: Path) -> None:
    """Replace the ledger by an earlier copy of it."""
    for part in (*PARTS, "-shm"):
        Path(f"{path}{part}").unlink(missing_ok=True)
    copied(copy, path)
