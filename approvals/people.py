"""Who somebody is: an interface to whatever knows people (Slack, today)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Standing(StrEnum):
    """What the outside says of a person at one moment. Only a member may act."""

    MEMBER = "member"
    STRANGER = "stranger"
    GUEST = "guest"
    BOT = "bot"
    DEACTIVATED = "deactivated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts: `(team, id)` from a signed request, and what was found out about them.

    `name` is how they were shown then; it is for reading and never decides anything.
    `found_at` is when the standing was looked up. `also`: further ids that the same answer gives to
    the same person.
    """

    team: str
    id: str
    name: str
    standing: Standing
    found_at: datetime
    also: frozenset[str] = frozenset()

    @property
    def ids(self) -> frozenset[str]:
        """All ids that the answer gives to this person."""
        return self.also | {self.id}


@dataclass(frozen=True, slots=True)
class Roster:
    """The members of the outside's groups, by group id, as they were found out at one moment. A
    group that is not in it did not answer."""

    members: Mapping[str, frozenset[str]] = field(default_factory=dict)


class People(Protocol):
    """Finds out who somebody is, and who is in a group. Never raises: who could not be looked up is
    `UNKNOWN`, and a group that did not answer is not in the roster."""

    def find(self, team: str, id: str, deadline: datetime) -> Person:
        """The person as of now, asked until `deadline` at the latest; `team` is what the signed
        request calls theirs."""
        ...

    def roster(self, groups: Collection[str], deadline: datetime) -> Roster:
        """The members of these groups as of now, asked until `deadline` at the latest."""
        ...
