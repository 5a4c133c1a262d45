"""Reads guards.txt: each guard, what the program becomes without it, and what must notice.

    ## name of the guard
    What it is for, in a sentence or two.

    path/of/the/file.py
    -a line that is taken out
    +a line that comes instead
     a line that stays

    tests/…::a_test_that_must_fail
    simulation 200 --start 1

Whatever the lines of a change say must stand in the file exactly once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("guards.txt")
SEEN = Path(__file__).with_name("seen.txt")
"""What simulated histories alone saw: a line a guard, `17 its name`: which history was the first
to fail without it; 0 where none of all did. Written by `make mutants ARGS=--histories`."""

SENDING_PATH = (
    "approvals/sender.py",
    "approvals/evidence.py",
    "approvals/followup.py",
    "approvals/compare.py",
    "approvals/payout.py",
    "approvals/ccpayment/",
    "approvals/ledger/head.py",
)
"""Where the guards stand that money passes on its way out."""


class Unfit(Exception):
    """The table cannot be read, or a change does not fit its file any more; a sentence."""


@dataclass(frozen=True, slots=True)
class Change:
    """In `file`, `old` becomes `new`."""

    file: str
    old: str
    new: str

    def made(self, text: str) -> str:
        """The file's text with the change. Raises Unfit."""
        if (times := text.count(self.old)) != 1:
            raise Unfit(f"{self.file} holds {times} times what is to be changed:\n{self.old}")
        return text.replace(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Mutant:
    """The program without the guard `name`; each of `catchers` must go red."""

    name: str
    guard: str
    changes: tuple[Change, ...]
    catchers: tuple[str, ...]

    @property
    def sends(self) -> bool:
        """Whether the guard stands in the sending path."""
        return any(change.file.startswith(SENDING_PATH) for change in self.changes)


def seen() -> Mapping[str, int]:
    """By the guard's name, which history was the first to fail without it; 0: none of all."""
    rows = (line.split(" ", 1) for line in SEEN.read_text("utf-8").splitlines())
    return {name: int(number) for number, name in rows}


def mutants() -> tuple[Mutant, ...]:
    """All of them, in the order of the table. Raises Unfit."""
    blocks = re.split(r"^## ", TABLE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    found = tuple(map(_mutant, blocks))
    if len({mutant.name for mutant in found}) != len(found):
        raise Unfit("two guards have one name")
    return found


def _mutant(block: str) -> Mutant:
    head, *parts, last = re.split(r"\n\n+", block.strip("\n"))
    name, _, guard = head.partition("\n")
    catchers = tuple(last.splitlines())
    if not (guard and parts and catchers):
        raise Unfit(f"{name} is not complete")
    return Mutant(name, " ".join(guard.split()), tuple(map(_change, parts)), catchers)


def _change(part: str) -> Change:
    file, *lines = part.splitlines()
    if any(line[:1] not in ("-", "+", " ") for line in lines):
        raise Unfit(f"a change of {file} has a line that is neither -, + nor a blank")
    old = [line[1:] for line in lines if line[0] in "- "]
    new = [line[1:] for line in lines if line[0] in "+ "]
    return Change(file, _text(old), _text(new))


def _text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
