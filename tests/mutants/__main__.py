"""Guards, taken out one by one: `python -m tests.mutants [NAME …] [--jobs 2]`.

A guard that nothing misses is not held by anything. For each guard of guards.txt the tree is copied
without it, and the tests and simulated histories that are named there must go red; with it, all of
them must be green. The whole table, once it holds, is written into docs/reliability.md.
"""

import argparse
import compileall
import os
import queue
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode
from shutil import copy, copytree, ignore_patterns
from tempfile import TemporaryDirectory

from click import echo

from tests.figures import put
from tests.mutants.table import Mutant, Unfit, mutants

ROOT = Path(__file__).parents[2]
COPIED = ("approvals", "bot", "sandbox", "tests")

LONGEST = 180
"""Seconds for one catcher; what does not end by then has noticed too."""

RED, BROKEN = 1, 2
"""The exit status of tests or histories that fail, and of those that do not even run."""


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
    free: queue.SimpleQueue[Path] = queue.SimpleQueue()
    for tree in trees:
        free.put(tree)

    def run(mutant: Mutant) -> Ran:
        tree = free.get()
        try:
            ran = _without(tree, mutant)
        finally:
            free.put(tree)
        verdict = f"NOT CAUGHT by {', '.join(ran.survived)}" if ran.survived else "caught"
        echo(f"{ran.seconds:6.1f} s  {mutant.name}: {verdict}")
        return ran

    with ThreadPoolExecutor(len(trees)) as pool:
        return list(pool.map(run, wanted))


def _without(tree: Path, mutant: Mutant) -> Ran:
    began = time.monotonic()
    files = {change.file: (tree / change.file).read_text("utf-8") for change in mutant.changes}
    try:
        for change in mutant.changes:
            file = tree / change.file
            file.write_text(change.made(file.read_text("utf-8")), "utf-8")
        survived = tuple(one for one in mutant.catchers if _status(tree, one) != RED)
    finally:
        for name, text in files.items():
            (tree / name).write_text(text, "utf-8")
    return Ran(mutant, survived, time.monotonic() - began)


def _status(tree: Path, *catchers: str) -> int:
    first, *more = catchers[0].split()
    histories = first == "simulation"
    how = ["tests.simulation", *more] if histories else ["pytest", "-x", *catchers]
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", *how],
            cwd=tree,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=LONGEST * len(catchers),
        )
    except subprocess.TimeoutExpired:
        return RED
    broken = histories and b"histories failed" not in done.stdout
    return BROKEN if broken else done.returncode


def _table(ran: list[Ran]) -> str:
    rows = [
        (one.mutant.name, one.mutant.guard, "<br>".join(map(_named, one.mutant.catchers)))
        for one in ran
    ]
    heading = [("guard", "what it is for", "caught by"), ("---", "---", "---")]
    return "\n".join(f"| {' | '.join(row)} |" for row in heading + rows)


def _named(catcher: str) -> str:
    """A test by its file and name; simulated histories by how they are run."""
    file, _, test = catcher.rpartition("::")
    return f"`{Path(file).name}` {test}" if file else f"`python -m tests.{catcher}`"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("names", nargs="*", help="guards of guards.txt; all, if none is named")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="at once")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
