"""The audit log: lines in a chain, each holding the hash of the one before.

A line is one JSON text. What is hashed is that text, exactly as stored, so that anybody with
`sha256sum` can check it without this program:

    hash(n) = SHA-256(text(n)),   text(n) contains hash(n - 1) as "previous"

The chain shows editing, reordering and deletion in the middle. It cannot show that its end was cut
off, or that everything was rewritten: for that, a copy of the newest hash must be held elsewhere.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from approvals.errors import IllegalStep
from approvals.payout import Actor, Event, Fact, Kind, Payout, evolve
from approvals.times import from_text, to_text

GENESIS = "0" * 64
"""What the first line names as the one before it."""


class Subject(StrEnum):
    """What a line is about."""

    PAYOUT = "payout"
    LEDGER = "ledger"


class Note(StrEnum):
    """What is on record but changes no payout."""

    OPENED = "opened"  # the ledger was bound to a team and an account
    POLICY = "policy"  # the first policy is in force
    POLICY_CHANGED = "policy changed"  # another one is
    UPGRADED = "upgraded"  # the ledger was brought to a later format
    SIGNS = "signs"  # the account was seen to sign its answers
    REFUSED = "refused"  # somebody asked for something and did not get it
    LATE = "late answer"  # an attempt's answer came after something else had decided
    FROZEN = "frozen"  # nothing is sent any more
    FREEZE_ASKED = "freeze asked"  # another reason, while it is frozen for one as grave
    UNFREEZE_ASKED = "unfreeze asked"  # one of the approvers who must agree
    UNFROZEN = "unfrozen"
    STATED = "stated"  # somebody said what the gateway's dashboard shows
    ONE_PERSON = "one person"  # these ids are one person's, as whoever knows people says
    ALARM = "alarm"  # something that must not be


@dataclass(frozen=True, slots=True)
class Line:
    """One step or refusal. `id` is the payout's number, or 0; `via` says from where it came
    ("command", "button", "sender", …)."""

    number: int
    at: datetime
    subject: Subject
    id: int
    kind: str
    by: Actor | None
    via: str
    facts: Mapping[str, Fact]
    previous: str

    def text(self) -> str:
        """The exact text that is stored and hashed. Half a surrogate pair, which UTF-8 cannot spell
        but a request may hold, is written as JSON's escape."""
        by = {"id": self.by.id, "name": self.by.name} if self.by else None
        spelled: dict[str, Any] = {
            "at": to_text(self.at),
            "by": by,
            "facts": dict(self.facts),
            "id": self.id,
            "kind": self.kind,
            "number": self.number,
            "previous": self.previous,
            "subject": self.subject,
            "via": self.via,
        }
        text = json.dumps(spelled, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return text.encode(errors="backslashreplace").decode()

    @property
    def event(self) -> Event | None:
        """The event that this line is, where it changed a payout."""
        if self.subject is not Subject.PAYOUT or self.kind not in _EVENTS:
            return None
        return Event(Kind(self.kind), self.at, self.by, self.facts)


_EVENTS = frozenset(kind.value for kind in Kind)


def hash_of(text: str) -> str:
    """SHA-256 of a stored line, in hex."""
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def read_line(text: str) -> Line:
    """The line that `text` spells. Raises ValueError, KeyError or TypeError for anything else."""
    flat = json.loads(text)
    by = flat["by"]
    return Line(
        number=flat["number"],
        at=from_text(flat["at"]),
        subject=Subject(flat["subject"]),
        id=flat["id"],
        kind=flat["kind"],
        by=Actor(by["id"], by["name"]) if by else None,
        via=flat["via"],
        facts=MappingProxyType(flat["facts"]),
        previous=flat["previous"],
    )


def played(lines: Iterable[Line]) -> Payout | None:
    """What these lines, all about one payout, make of it. Raises IllegalStep, ValueError, KeyError
    or TypeError where they cannot have happened."""
    payout = None
    for line in lines:
        if line.event:
            payout = evolve(payout, line.event)
    return payout


class Broken(Exception):
    """Line `number` is not what it must be; `why` as the end of a sentence."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"line {number} {why}")
        self.number = number
        self.why = why


@dataclass(slots=True)
class Replay:
    """What a checked chain says: how many lines, the newest hash, and every payout as its events
    made it."""

    lines: int = 0
    head: str = GENESIS
    payouts: dict[int, Payout] = field(default_factory=dict)

    def add(self, text: str, stored_hash: str) -> Line:
        """Check the next line and play it. Raises Broken."""
        expected = self.lines + 1
        line = self._checked(expected, text, stored_hash)
        if line.event:
            self._play(line, line.event)
        self.lines, self.head = expected, stored_hash
        return line

    def _play(self, line: Line, event: Event) -> None:
        try:
            played = evolve(self.payouts.get(line.id), event)
        except (IllegalStep, ArithmeticError, ValueError, KeyError, TypeError) as impossible:
            raise Broken(line.number, f"tells an impossible step: {impossible}") from impossible
        if played.number != line.id:
            raise Broken(line.number, f"is filed under {line.id}, but is about {played.number}")
        self.payouts[line.id] = played

    def _checked(self, expected: int, text: str, stored_hash: str) -> Line:
        if hash_of(text) != stored_hash:
            raise Broken(expected, "does not have the hash that is stored with it")
        try:
            line = read_line(text)
        except (ValueError, KeyError, TypeError) as unreadable:
            raise Broken(expected, "cannot be read") from unreadable
        if line.number != expected:
            raise Broken(expected, f"is missing: its place holds line {line.number}")
        if line.previous != self.head:
            raise Broken(expected, "does not follow the line before it")
        return line


def replay(stored: Iterable[tuple[str, str]]) -> Replay:
    """Check and play `(text, hash)` pairs, oldest first. Raises Broken at the first wrong line."""
    result = Replay()
    for text, stored_hash in stored:
        result.add(text, stored_hash)
    return result
