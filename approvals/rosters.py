"""Who is in which group, remembered for a minute: people who press a button wait for nobody twice,
and a rule never looks at an older answer."""

import threading
from collections.abc import Collection
from datetime import datetime, timedelta

from approvals.people import People, Roster
from approvals.times import Clock

PATIENCE = timedelta(seconds=10)
"""How long nobody waits for an answer."""

HOLDS = timedelta(seconds=60)
"""Up to this age a roster counts where somebody decides."""


class Rosters:
    """`groups` are the ids of those that the policy names. Safe to use from several threads."""

    name = "groups"

    def __init__(self, people: People, groups: Collection[str], clock: Clock) -> None:
        self._people = people
        self._groups = groups
        self._clock = clock
        self._lock = threading.Lock()
        self._last = Roster()
        self._found_at: datetime | None = None

    def refresh(self, deadline: datetime) -> None:
        """Ask again, unless the last answer still counts. What did not answer keeps nothing."""
        if self._counts() or not self._groups:
            return
        began = self._clock()
        found = self._people.roster(self._groups, deadline)
        with self._lock:
            self._last, self._found_at = found, began

    def current(self) -> Roster:
        """What is known, if it is young enough to count."""
        with self._lock:
            return self._last if self._counts() else Roster()

    def last(self) -> Roster:
        """What was known last, for showing it."""
        with self._lock:
            return self._last

    def once(self) -> int:
        """As a worker: ask again in time, so that people wait less. Never any work left over."""
        self.refresh(self._clock() + PATIENCE)
        return 0

    def _counts(self) -> bool:
        """A roster that lacks a group is asked for again."""
        complete = self._last.members.keys() >= set(self._groups)
        young = self._found_at is not None and self._clock() - self._found_at <= HOLDS
        return complete and young
