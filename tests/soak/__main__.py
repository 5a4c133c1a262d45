"""The soak: `python -m tests.soak ROUNDS [--api v1] [--seed N] [--record]`. Real processes, killed
for real.

The real `countersign serve` runs in processes of its own between the two pretended services, with
shortened waits. It is killed with SIGKILL, at random times and at every fault point, and started
again; a requester asks and an approver presses what the card offers. Of every round comes exactly
one withdrawal, or none where the payout ended without having been sent. The rounds are played on
each generation of CCPayment's API in turn, unless one is named.
"""

import argparse
import logging
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random, SystemRandom
from tempfile import TemporaryDirectory

from click import echo

from approvals.ccpayment.generations import GENERATIONS
from approvals.payout import Payout, State
from tests.figures import put
from tests.soak.judge import wrong_in_all
from tests.soak.points import POINTS
from tests.soak.processes import AT_RANDOM, Ended
from tests.soak.rounds import Plans, Round, Wrong
from tests.soak.stage import WINDOW, Stage, stage

SECONDS_A_ROUND = 20
"""No more rounds are begun when they take longer than this on average; usually it is a few."""

LOG_LINES = 60


@dataclass(slots=True)
class Seen:
    """What came of all rounds: how they ended, by API; kills by point; what CCPayment took."""

    ends: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    taken: int = 0

    def add(self, on: Stage, ends: Counter[str]) -> None:
        """Count the rounds on one stage."""
        self.ends += Counter({f"{on.ccpayment.api}: {end}": n for end, n in ends.items()})
        self.kills += on.crew.kills
        self.taken += len(on.ccpayment.book.withdrawals)


def main() -> int:
    """Exit status 0, or 1 where something did not hold."""
    arguments = _arguments()
    seed = SystemRandom().getrandbits(32) if arguments.seed is None else arguments.seed
    echo(f"{arguments.rounds} rounds, seed {seed}")
    logging.disable()  # the pretended services are shocked by callers who die in mid-sentence
    only = f" --api {arguments.api}" if arguments.api else ""
    plans, seen, began = Plans(Random(seed)), Seen(), time.monotonic()
    for api, rounds in _shares(arguments):
        with TemporaryDirectory(prefix="countersign-soak-") as name:
            folder = Path(name)
            try:
                with stage(folder, api, Random(seed)) as on:
                    seen.add(on, _play(on, rounds, plans))
            except (Wrong, Ended) as wrong:
                echo(f"\nWRONG at API {api}: {wrong}\n\nThe end of the log:")
                echo("\n".join((folder / "log").read_text().splitlines()[-LOG_LINES:]))
                echo(f"\nAgain: python -m tests.soak {arguments.rounds}{only} --seed {seed}")
                return 1
    figures = _figures(seen, time.monotonic() - began)
    echo(figures)
    if arguments.record:
        put("soak", f"{arguments.rounds} rounds with seed {seed}.\n\n```\n{figures}\n```")
    return 0


def _shares(arguments: argparse.Namespace) -> Iterator[tuple[str, int]]:
    """How many rounds are played at which API."""
    apis = [arguments.api] if arguments.api else list(GENERATIONS)
    for place, api in enumerate(apis):
        if rounds := (arguments.rounds + place) // len(apis):
            yield api, rounds


def _play(on: Stage, rounds: int, plans: Plans) -> Counter[str]:
    """How the rounds ended. Raises Wrong, with the trace of the round, or Ended."""
    ends, latest = Counter[str](), time.monotonic() + SECONDS_A_ROUND * rounds
    for number in range(1, rounds + 1):
        plan = plans.next(number)
        one = Round(on, plan)
        try:
            payout, died = one.play()
            if time.monotonic() > latest:
                raise Wrong("it takes too long")
        except (Wrong, Ended) as wrong:
            raise Wrong("\n".join((f"round {number}: {wrong}", *one.trace))) from wrong
        ends[_end(payout)] += 1
        if not died:
            plans.missed(plan)
    threading.Event().wait(2 * WINDOW)  # whatever is still on its way to CCPayment arrives
    if broken := list(wrong_in_all(on)):
        raise Wrong("\n".join(broken))
    return ends


def _end(payout: Payout) -> str:
    """What became of a payout, as the judge has found it to be true."""
    if payout.state is State.SETTLED:
        return "settled, withdrawn exactly once"
    return "taken, failed at CCPayment" if payout.order_id else "failed, not withdrawn"


def _figures(seen: Seen, seconds: float) -> str:
    rounds, kills = seen.ends.total(), seen.kills
    reached = [point for point in POINTS if kills[point]]
    lines = [
        f"{seconds:8.0f} seconds, {seconds / rounds:.1f} a round",
        f"{rounds:8} payouts asked for and approved",
        *(f"{times:8} {end}" for end, times in sorted(seen.ends.items())),
        f"{seen.taken:8} withdrawals at CCPayment, never two for one payout",
        f"{kills.total():8} kills with SIGKILL, at {len(reached)} of {len(POINTS)} fault points:",
        f"{kills[AT_RANDOM]:8} {AT_RANDOM}",
        *(f"{kills[point]:8} {point}" for point in POINTS),
    ]
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("rounds", type=int)
    parser.add_argument("--api", choices=list(GENERATIONS), help="only there")
    parser.add_argument("--seed", type=int, help="the same plan of kills and troubles again")
    parser.add_argument("--record", action="store_true", help="into docs/reliability.md")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
