"""What lies behind a history when it begins: an empty ledger, or two payouts that were settled.

Making either takes longer than all of a history's steps, so each is made once and then copied. That
CCPayment does not know a reference can be learned only where it has taken another one before; so
both beginnings are needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from approvals.asking import Ask
from approvals.ledger import Ledger
from sandbox.ccpayment import Knobs
from sandbox.ccpayment.book import Order
from sandbox.slack.cast import DANA, RITA
from sandbox.slack.workspace import TEAM, Channel, Message
from tests.core import ACCOUNTS
from tests.simulation import steps
from tests.simulation.people import KNOWN_ADDRESS, ask_for, asks, buttons, press, screen
from tests.simulation.stage import Stage
from tests.simulation.witness import Press
from tests.simulation.world import START, World

NAME = "ledger.db"
AGO = timedelta(days=1)
SETTLES = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Past:
    """The ledger's files by the end of their names, what CCPayment took, who approved, and the
    conversations and messages that Slack has."""

    files: tuple[tuple[str, bytes], ...]
    withdrawals: tuple[Order, ...] = ()
    presses: tuple[Press, ...] = ()
    channels: Mapping[str, Channel] = field(default_factory=dict)
    messages: Mapping[tuple[str, str], Message] = field(default_factory=dict)

    def lay(self, folder: Path) -> Path:
        """Put the files into `folder`; the ledger's path."""
        for end, content in self.files:
            (folder / f"{NAME}{end}").write_bytes(content)
        return folder / NAME

    def happened(self, world: World) -> None:
        """Let the services know of it."""
        world.gateway.book.withdrawals.extend(self.withdrawals)
        world.slack._workspace.channels.update(self.channels)
        world.slack._workspace._messages.update(self.messages)


@cache
def blank(api: str) -> Past:
    """A ledger that was bound to its team and account, and nothing else."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        ledger = Ledger(path)
        ledger.bind(TEAM, ACCOUNTS[api], START - AGO)
        ledger.close()
        return Past(_files(path))


@cache
def two_settled(api: str) -> Past:
    """Yesterday Rita asked for two payouts, Dana approved them, and they were settled."""
    with TemporaryDirectory() as folder:
        stage = _yesterday(api, blank(api).lay(Path(folder)))
        for place in (0, KNOWN_ADDRESS):
            _settled(stage, asks(api)[place], f"yesterday {place}")
        stage.life.end()
        orders = tuple(stage.world.gateway.book.withdrawals)
        slack = stage.world.slack._workspace
        presses, files = stage.witness.known.presses, _files(stage.path)
        return Past(files, orders, presses, slack.channels, slack._messages)


def _settled(stage: Stage, ask: Ask, trigger: str) -> None:
    ask_for(stage, RITA, ask, again=False, trigger=f"{trigger} asked")
    steps.work(stage, "courier")
    shown = [one for card in screen(stage, DANA) for one in buttons(card)]
    approve = next(one for one in shown if one.act in steps.YES)  # a menu's options come later
    press(stage, DANA, approve, f"{trigger} approved")
    for name in ("sender", "sender", "courier"):
        steps.work(stage, name)
        stage.world.time.on(5)


def _yesterday(api: str, path: Path) -> Stage:
    chance = Random(0)
    world = World(chance, lambda text: None, api=api, knobs=Knobs(), settles=SETTLES)
    world.time.now -= AGO
    return Stage(path, world, chance, declines=False, most=1)


def _files(path: Path) -> tuple[tuple[str, bytes], ...]:
    return tuple((end, path.with_name(NAME + end).read_bytes()) for end in ("", ".head"))
