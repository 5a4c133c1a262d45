"""A few histories in every run of the tests; `make simulate` plays as many as are wanted."""

import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.ccpayment import Mode
from sandbox.ccpayment.faults import On
from sandbox.ccpayment.server import WIRES
from tests import core
from tests.simulation.faults import CALLS, modes_at
from tests.simulation.history import APIS, play
from tests.simulation.world import call_of

ROOT = Path(__file__).parents[2]
SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
def test_money_leaves_at_most_once(seed: int, tmp_path: Path) -> None:
    """Whatever breaks, each payout is paid at most once, as approved, and comes to its end."""
    assert play(seed, tmp_path).wrong == []


@pytest.mark.parametrize(("api", "mode"), [(api, mode) for api in APIS for mode in modes_at(api)])
def test_every_mode_is_survived(api: str, mode: Mode, tmp_path: Path) -> None:
    """The same holds where CCPayment goes wrong again and again in one way, at either API."""
    told = play(7, tmp_path, only=mode, api=api)
    assert told.wrong == [] or told.beyond


@pytest.mark.parametrize("api", APIS)
def test_calls_are_those_of_the_service(api: str) -> None:
    """What can get lost on its way is a call that there is, and every create call is known."""
    wire = WIRES[api]
    assert set(CALLS[api]) <= set(map(call_of, wire.endpoints))
    creates = {call_of(path) for path, on in wire.kinds.items() if on is On.WITHDRAWAL}
    assert creates == core.CALLS[api]["withdraw"] <= set(CALLS[api])


@pytest.mark.parametrize("seed", [2, 3])
def test_a_seed_is_a_history(seed: int) -> None:
    """The same seed gives the same trace, to the last line, in another process too."""
    first, again = (_traced(seed, hashes) for hashes in ("1", "2"))
    assert first == again
    assert len(first.splitlines()) > 20


def _traced(seed: int, hashes: str) -> str:
    """The trace of `seed` in a process whose sets are ordered by another chance."""
    command = [sys.executable, "-m", "tests.simulation", "--trace", str(seed)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={"PYTHONHASHSEED": hashes},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
