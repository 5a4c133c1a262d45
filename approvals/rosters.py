"""Who is in which group, remembered for a minute: people who press a button wait for nobody twice,
and a rule never looks at an older answer.

Each group has an answer with a time of its own, so that one which fails takes nothing from the
others. One question is under way at a time, and who comes meanwhile waits for it. A group that did
not answer is let alone for a while, so that a deleted one does not use up what the outside lets us
ask in a minute, and a silent one does not cost everybody their time.
"""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from approvals.people import People, Roster
from approvals.times import Clock

PATIENCE = timedelta(seconds=10)
"""How long nobody waits for an answer."""

HOLDS = timedelta(seconds=60)
"""Up to this age an answer counts where somebody decides."""

FRESH = timedelta(seconds=40)
"""From this age on the worker asks again, so that people need not."""

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(seconds=30)
"""How long a group is let alone that did not answer; doubled each time in a row."""


@dataclass(frozen=True, slots=True)
class _Known:
    """`members` as of `found_at`. Where there was no answer since, the last time at `missed_at`,
    nobody asks again before the `pause` is over."""

    members: frozenset[str] = frozenset()
    found_at: datetime | None = None
    missed_at: datetime | None = None
    pause: timedelta = timedelta()

    def missed(self, at: datetime) -> "_Known":
        """The same, with one more question that was not answered."""
        longer = min(2 * self.pause or FIRST_PAUSE, LONGEST_PAUSE)
        return replace(self, missed_at=at, pause=longer)


class Rosters:
    """`groups` are the ids of those that policies name. Safe to use from several threads."""

    name = "groups"

    def __init__(self, people: People, groups: Collection[str], clock: Clock) -> None:
        self._people = people
        self._clock = clock
        self._asking = threading.Lock()
        # Replaced as a whole, by whoever holds the lock; read without it.
        self._known: Mapping[str, _Known] = {group: _Known() for group in sorted(groups)}

    def include(self, groups: Collection[str]) -> None:
        """Find out about these groups too."""
        with self._asking:
            self._known = {group: _Known() for group in sorted(groups)} | {**self._known}

    def refresh(self, deadline: datetime, age: timedelta = HOLDS) -> None:
        """Ask again, until `deadline` at the latest, for what is older than `age`. Where somebody
        else is asking, their answer is waited for and serves."""
        if not self._due(age) or not self._asking.acquire(timeout=self._seconds_until(deadline)):
            return
        try:
            due = self._due(age)
            if due and self._clock() < deadline:
                self._ask(due, deadline)
        finally:
            self._asking.release()

    def current(self) -> Roster:
        """The groups whose answer is young enough to count."""
        known = self._known.items()
        return Roster(
            {group: one.members for group, one in known if self._within(one.found_at, HOLDS)}
        )

    def last(self) -> Roster:
        """What was found out last, however long ago, for showing it."""
        known = self._known.items()
        return Roster({group: one.members for group, one in known if one.found_at})

    def once(self) -> int:
        """As a worker: ask again in time, so that people wait less. Never any work left over."""
        self.refresh(self._clock() + PATIENCE, FRESH)
        return 0

    def _ask(self, groups: Collection[str], deadline: datetime) -> None:
        """What did not answer keeps what it has, for as long as that counts."""
        began, before = self._clock(), self._known
        found, ended = self._people.roster(groups, deadline).members, self._clock()
        self._known = {
            **before,
            **{
                group: _Known(found[group], began)
                if group in found
                else before[group].missed(ended)
                for group in groups
            },
        }

    def _due(self, age: timedelta) -> tuple[str, ...]:
        """The groups to ask for."""
        return tuple(
            group
            for group, one in self._known.items()
            if not self._within(one.found_at, age) and not self._within(one.missed_at, one.pause)
        )

    def _within(self, then: datetime | None, span: timedelta) -> bool:
        """Whether `then` is at most `span` ago. What lies ahead, as the clock was set back, is of
        unknown age and does not count."""
        return then is not None and timedelta() <= self._clock() - then <= span

    def _seconds_until(self, deadline: datetime) -> float:
        return max(deadline - self._clock(), timedelta()).total_seconds()
