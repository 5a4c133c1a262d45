"""Who somebody is: an interface to whatever knows people (Slack, today)."""

from dataclasses import dataclass
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
    `found_at` is when the standing was looked up.
    """

    team: str
    id: str
    name: str
    standing: Standing
    found_at: datetime


class People(Protocol):
    """Finds out who somebody is. Never raises: who could not be looked up is `UNKNOWN`."""

    def find(self, team: str, id: str, deadline: datetime) -> Person:
        """The person as of now, asked until `deadline` at the latest."""
        ...
