"""Play histories, many at once, and say what was seen.

python -m tests.simulation 2000 --jobs 2      2,000 histories from a fresh seed
python -m tests.simulation 1000 --start 7     the histories of seeds 7 to 1006
python -m tests.simulation 500 --api v2       all of them at API v2
python -m tests.simulation 2000 --first       up to 2,000, and no more after one that failed
python -m tests.simulation --trace 42         one history, step by step
"""
# ruff: noqa: T201 - a command line prints

import argparse
import secrets
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.ccpayment import Mode
from tests.simulation.history import APIS, Told, play
from tests.simulation.tally import Tally

MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory, where there is one
CHUNK = 20
"""Histories that a process plays before it tells."""


@dataclass(frozen=True, slots=True)
class _World:
    """What is fixed for all histories, instead of being drawn for each."""

    only: Mode | None
    api: str | None


def main(arguments: list[str]) -> int:
    """The exit status: 1 where a history failed."""
    wanted = _parser().parse_args(arguments)
    world = _World(Mode(wanted.only) if wanted.only else None, wanted.api)
    if wanted.trace is not None:
        told = _played(wanted.trace, world)
        print(*told.trace, *told.wrong, sep="\n")
        return bool(told.wrong)
    start = secrets.randbelow(10**9) if wanted.start is None else wanted.start
    print(f"{wanted.histories} histories from seed {start}", flush=True)
    began, tally = time.monotonic(), Tally()
    for part in _parts(range(start, start + wanted.histories), wanted.jobs, world):
        tally.join(part)
        if wanted.first and tally.wrong:
            break
    print(*tally.lines(time.monotonic() - began), sep="\n")
    for seed, _ in sorted(tally.wrong)[:1]:
        told = _played(seed, world)
        print(f"\nseed {seed}, step by step:", *told.trace, *told.wrong, sep="\n")
    return bool(tally.wrong)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.simulation", description="Play histories.")
    parser.add_argument("histories", nargs="?", type=int, default=100, help="how many")
    parser.add_argument("--jobs", type=int, default=1, help="processes at once")
    parser.add_argument("--start", type=int, help="the first seed; a fresh one if not given")
    parser.add_argument("--first", action="store_true", help="end at the first that fails")
    parser.add_argument("--only", choices=[mode.value for mode in Mode], help="one gateway mode")
    parser.add_argument("--api", choices=APIS, help="one generation; by the seed if not given")
    parser.add_argument("--trace", type=int, metavar="SEED", help="tell one history")
    return parser


def _parts(seeds: range, jobs: int, world: _World) -> Iterator[Tally]:
    chunks = [seeds[at : at + CHUNK] for at in range(0, len(seeds), CHUNK)]
    if jobs == 1:
        yield from map(partial(_chunk, world=world), chunks)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(partial(_chunk, world=world), chunks)


def _chunk(seeds: range, *, world: _World) -> Tally:
    tally = Tally()
    for seed in seeds:
        began = time.process_time()
        tally.add(_played(seed, world), time.process_time() - began)
    return tally


def _played(seed: int, world: _World) -> Told:
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        return play(seed, Path(folder), only=world.only, api=world.api)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
