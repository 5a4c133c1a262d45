"""Killing the program between any two steps of a payout's life, and starting it again.

An edge is before or after a commit, or before or after a call of the gateway. Each test lives one
life once to count its edges, and then once more for each of them, to be killed there.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from approvals.desk import Earlier
from approvals.errors import Stale
from approvals.payout import Kind, Payout, State
from sandbox.ccpayment import Mode
from tests.core import DANA, PLENTY, RITA, Clock, Program, Tapped, TappedLedger, World

pytest_plugins = ["tests.stage"]

ROOT = Path(__file__).parents[2]
APIS = ("v1", "v2")
ROUNDS = 6
NewWorld = Callable[[Clock], World]


class Killed(BaseException):
    """Nothing of ours may catch this."""


@dataclass
class Edges:
    """Counts edges, and kills at one of them: never at -1."""

    kill_at: int = -1
    passed: list[str] = field(default_factory=list)

    def __call__(self, edge: str) -> None:
        self.passed.append(edge)
        if len(self.passed) - 1 == self.kill_at:
            raise Killed(edge)


@dataclass
class Life:
    """One payout, whatever happens to the program: what people did, and what they were told."""

    path: Path
    world: World
    told: list[str] = field(default_factory=list)

    def program(self, edges: Edges) -> Program:
        """The program, started anew on the file as it lies there."""
        gateway = self.world.taught()
        return Program(
            self.path,
            self.world,
            gateway=Tapped(gateway, edges),
            ledger=lambda path: TappedLedger(path, edges),
        )

    def live(self, edges: Edges) -> None:
        """Until the end, or until it is killed."""
        program = self.program(edges)
        try:
            self._ask_and_approve(program)
            for _ in range(ROUNDS):
                self._unblock(program)
                program.work()
                program.clock.on(seconds=11)
        finally:
            program.ledger.close()

    def _ask_and_approve(self, program: Program) -> None:
        """Whoever was not told of an end asks again after a crash, and clicks again."""
        made = program.desk.request(program.ask(), RITA, trigger=f"ask {len(self.told)}")
        payout = made.first if isinstance(made, Earlier) else made
        self.told.append("requested")
        program.clerk.once()
        trigger = f"click {len(self.told)}"
        try:
            program.desk.approve(1, payout.digest, DANA, PLENTY, trigger=trigger)
        except Stale:
            assert "approved" in program.kinds()
        self.told.append("approved")

    def _unblock(self, program: Program) -> None:
        """The network recovers after the first attempt that could not connect."""
        if "unsent" in program.kinds():
            self.world.broken.clear()

    def check(self) -> Payout:
        """What must hold after everything. Returns the payout."""
        program = self.program(Edges())
        try:
            payout = program.payout()
            kinds = program.kinds()
            assert set(self.told) <= set(kinds)
            assert kinds.count("requested") == kinds.count("approved") == 1
            assert program.verified().payouts == 1
            assert program.rewound() is None
        finally:
            program.ledger.close()
        assert self.world.sent <= 1
        assert self.world.orders <= 1
        assert payout.state is State.SETTLED or self.world.orders == 0
        in_doubt = payout.state is State.SENDING and payout.left
        assert payout.state.final or in_doubt
        return payout


LIVES = {
    "accepted": (Mode.NORMAL, frozenset({State.SETTLED, State.SENDING})),
    "answer lost": (Mode.ANSWER_LOST, frozenset({State.SETTLED, State.SENDING})),
    "request lost": (Mode.REQUEST_LOST, frozenset({State.SENDING})),
    "declined": (Mode.DECLINED, frozenset({State.FAILED, State.SENDING})),
    "unreachable": (Mode.NORMAL, frozenset({State.SETTLED, State.SENDING})),
}


def begin(name: str, path: Path, world: World) -> Life:
    world.pretend.switch(LIVES[name][0])
    world.broken = {"withdraw"} if name == "unreachable" else set()
    return Life(path, world)


@pytest.mark.parametrize("name", LIVES)
def test_killed_anywhere(name: str, tmp_path: Path, new_world: NewWorld) -> None:
    """Killed before or after any commit or gateway call and started again: never a second
    withdrawal, never a lost step that somebody was told of, never a payout that is stuck."""
    edges = Edges()
    whole = begin(name, tmp_path / "whole.db", new_world(Clock()))
    whole.live(edges)
    whole.check()
    ends = set()
    for number, edge in enumerate(list(edges.passed)):
        life = begin(name, tmp_path / f"{number}.db", new_world(Clock()))
        with pytest.raises(Killed, match=edge):
            life.live(Edges(kill_at=number))
        life.live(Edges())
        ends.add(life.check().state)
    assert ends == LIVES[name][1]


def test_killed_twice(tmp_path: Path, new_world: NewWorld) -> None:
    """Killed a second time on the way back, at each edge of it: the same holds."""
    first = Edges()
    begin("accepted", tmp_path / "whole.db", new_world(Clock())).live(first)
    claims = [number for number, edge in enumerate(first.passed) if edge == "before withdraw"]
    for number in range(12):
        life = begin("accepted", tmp_path / f"{number}.db", new_world(Clock()))
        for kill_at in (claims[0], number):
            with pytest.raises(Killed):
                life.live(Edges(kill_at=kill_at))
        life.live(Edges())
        assert life.check().state is State.SENDING
        assert life.world.sent == 0


DYING = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from tests.core import Clock, Program, Tapped, World

path, url, api, now, edge = sys.argv[1:]
clock = Clock(datetime.fromisoformat(now))
world = World(url, None, clock, 0, api)

def tap(event):
    if event == edge:
        os.kill(os.getpid(), signal.SIGKILL)

program = Program(Path(path), world, gateway=Tapped(world.gateway(), tap))
program.approved()
program.work()
"""


@pytest.mark.parametrize(
    ("edge", "sent", "end"),
    [("before withdraw", 0, State.SENDING), ("after withdraw", 1, State.SETTLED)],
)
def test_a_process_that_is_shot(path: Path, world: World, edge: str, sent: int, end: State) -> None:
    """A process that is killed by SIGKILL between claim and answer leaves a file that another one
    can go on with: what was committed is there, and nothing is sent again."""
    told = [str(path), world.url, world.api, str(world.clock()), edge]
    command = [sys.executable, "-c", DYING, *told]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    died = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    assert died.returncode == -signal.SIGKILL
    assert world.sent == sent
    program = Program(path, world)
    assert program.kinds() == ["requested", "approved", "claimed"]
    assert program.payout().attempts[0].outcome is None
    payout = program.work(rounds=10, seconds=6)
    assert (payout.state, world.sent) == (end, sent)
    assert payout.attempts[0].outcome is Kind.DOUBTED
    assert program.verified().payouts == 1
    assert program.rewound() is None
    program.ledger.close()
