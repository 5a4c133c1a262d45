"""Guards, taken out one by one: `python -m tests.mutants [NAME …] [--jobs 2] [--histories]`.

A guard that nothing misses is not held by anything. For each guard of guards.txt the tree is copied
without it, and the tests and simulated histories that are named there must go red; with it, all of
them must be green. The whole table, once it holds, is written into docs/reliability.md.

With `--histories` the guards of the sending path meet simulated histories alone, the same for each,
whatever tests there are. Which history was the first to fail is kept in seen.txt, and the table has
a column for it.
"""

import argparse
import compileall
import os
import queue
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode
from shutil import copy, copytree, ignore_patterns
from tempfile import TemporaryDirectory
from typing import TypeVar

from click import echo

from tests.figures import put
from tests.mutants.table import SEEN, Mutant, Unfit, mutants, seen

ROOT = Path(__file__).parents[2]
COPIED = ("approvals", "bot", "sandbox", "tests")

LONGEST = 180
LONGEST_HISTORIES = 1800
"""Seconds for one catcher, and for all histories; what does not end by then has noticed too."""

HISTORIES = 2000
"""How many histories a guard meets that must be seen by them alone, from seed 1 on."""

RED, BROKEN = 1, 2
"""The exit status of tests or histories that fail, and of those that do not even run."""

Came = TypeVar("Came")


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a mutant. `survived`: the catchers that noticed nothing, or did not run."""

    mutant: Mutant
    survived: tuple[str, ...]
    seconds: float


def main() -> int:
    """Exit status 0 where every mutant was caught, else 1."""
    arguments = _arguments()
    try:
        wanted = [one for one in mutants() if not arguments.names or one.name in arguments.names]
        with TemporaryDirectory(prefix="countersign-mutants-") as folder:
            trees = [_copied(Path(folder) / str(number)) for number in range(arguments.jobs)]
            if arguments.histories:
                return _meet_histories(trees, [one for one in wanted if one.sends])
            if not _green(trees[0], wanted):
                return 1
            ran = _run(trees, wanted)
    except Unfit as unfit:
        echo(f"guards.txt does not fit: {unfit}")
        return 1
    missed = [one for one in ran if one.survived]
    echo(f"{len(ran) - len(missed)} of {len(ran)} mutants caught")
    if not missed and not arguments.names:
        put("mutants", _table(ran))
    return 1 if missed else 0


def _copied(tree: Path) -> Path:
    for folder in COPIED:
        copytree(ROOT / folder, tree / folder, ignore=ignore_patterns("__pycache__"))
    copy(ROOT / "pyproject.toml", tree)
    # Compiled code that is checked by its source, not by the time of it, for time stands still.
    compileall.compile_dir(tree, quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
    return tree


def _green(tree: Path, wanted: Iterable[Mutant]) -> bool:
    """Whether nothing is red as long as no guard is missing."""
    named = sorted({catcher for mutant in wanted for catcher in mutant.catchers})
    tests = [one for one in named if "::" in one]
    red = [one for one in named if one not in tests and _status(tree, one) != 0]
    if tests and _status(tree, *tests) != 0:
        red += [one for one in tests if _status(tree, one) != 0]
    for one in red:
        echo(f"is red though no guard is missing: {one}")
    return not red


def _run(trees: list[Path], wanted: Iterable[Mutant]) -> list[Ran]:
    def run(tree: Path, mutant: Mutant) -> Ran:
        began = time.monotonic()
        with _without(tree, mutant):
            survived = tuple(one for one in mutant.catchers if _status(tree, one) != RED)
        verdict = f"NOT CAUGHT by {', '.join(survived)}" if survived else "caught"
        seconds = time.monotonic() - began
        echo(f"{seconds:6.1f} s  {mutant.name}: {verdict}")
        return Ran(mutant, survived, seconds)

    return _in_each(trees, wanted, run)


def _meet_histories(trees: list[Path], wanted: list[Mutant]) -> int:
    """Play histories without each guard until one fails, and keep which that was."""
    if _first_seen(trees[0]):
        echo("a history fails though no guard is missing")
        return RED

    def meet(tree: Path, mutant: Mutant) -> int:
        began = time.monotonic()
        with _without(tree, mutant):
            first = _first_seen(tree)
        said = f"seen by history {first}" if first else f"NOT SEEN by {HISTORIES} histories"
        echo(f"{time.monotonic() - began:6.1f} s  {mutant.name}: {said}")
        return first

    met = dict(zip((one.name for one in wanted), _in_each(trees, wanted, meet), strict=True))
    kept = {**seen(), **met}
    rows = [f"{kept[one.name]} {one.name}\n" for one in mutants() if one.name in kept]
    SEEN.write_text("".join(rows), "utf-8")
    echo(f"{sum(map(bool, met.values()))} of {len(met)} guards are seen by histories alone")
    return 0


def _in_each(
    trees: list[Path], wanted: Iterable[Mutant], do: Callable[[Path, Mutant], Came]
) -> list[Came]:
    """What comes of each mutant, as many at once as there are trees."""
    free: queue.SimpleQueue[Path] = queue.SimpleQueue()
    for tree in trees:
        free.put(tree)

    def with_a_tree(mutant: Mutant) -> Came:
        tree = free.get()
        try:
            return do(tree, mutant)
        finally:
            free.put(tree)

    with ThreadPoolExecutor(len(trees)) as pool:
        return list(pool.map(with_a_tree, wanted))


@contextmanager
def _without(tree: Path, mutant: Mutant) -> Iterator[None]:
    """The tree lacks this guard in the block."""
    files = {change.file: (tree / change.file).read_text("utf-8") for change in mutant.changes}
    try:
        for change in mutant.changes:
            file = tree / change.file
            file.write_text(change.made(file.read_text("utf-8")), "utf-8")
        yield
    finally:
        for name, text in files.items():
            (tree / name).write_text(text, "utf-8")


def _first_seen(tree: Path) -> int:
    """The number of the first history that fails in this tree; 0 where none of all does. One that
    hangs has been seen by the last."""
    command = ["tests.simulation", str(HISTORIES), "--start", "1", "--first"]
    done = _ran(tree, command, LONGEST_HISTORIES)
    if done is None:
        return HISTORIES
    failed = re.search(rb"^FAILED seed (\d+):", done.stdout, re.MULTILINE)
    if failed is None and b"0 histories failed" not in done.stdout:
        raise Unfit(f"the histories do not run: {done.stderr.decode()[-300:]}")
    return int(failed[1]) if failed else 0


def _status(tree: Path, *catchers: str) -> int:
    first, *more = catchers[0].split()
    histories = first == "simulation"
    how = ["tests.simulation", *more] if histories else ["pytest", "-x", *catchers]
    done = _ran(tree, how, LONGEST * len(catchers))
    if done is None:
        return RED
    broken = histories and b"histories failed" not in done.stdout
    return BROKEN if broken else done.returncode


def _ran(tree: Path, module: list[str], longest: int) -> subprocess.CompletedProcess[bytes] | None:
    """What came of a module that was run in this tree; None where it did not end in time."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(
            [sys.executable, "-m", *module],
            cwd=tree,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=longest,
        )
    except subprocess.TimeoutExpired:
        return None


def _table(ran: list[Ran]) -> str:
    first = seen()
    rows = [
        (
            one.mutant.name,
            one.mutant.guard,
            "<br>".join(map(_named, one.mutant.catchers)),
            _alone(first.get(one.mutant.name)),
        )
        for one in ran
    ]
    heading = [("guard", "what it is for", "caught by", "first history"), ("---",) * 4]
    return "\n".join(f"| {' | '.join(row)} |" for row in heading + rows)


def _alone(first: int | None) -> str:
    """Which simulated history was the first to fail, with no test beside it."""
    if first is None:
        return ""
    return str(first) if first else f"none of {HISTORIES:,}"


def _named(catcher: str) -> str:
    """A test by its file and name; simulated histories by how they are run."""
    file, _, test = catcher.rpartition("::")
    return f"`{Path(file).name}` {test}" if file else f"`python -m tests.{catcher}`"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("names", nargs="*", help="guards of guards.txt; all, if none is named")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="at once")
    parser.add_argument("--histories", action="store_true", help="no tests, but histories alone")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
