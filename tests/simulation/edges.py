"""Edges: the moments between which nothing of ours can be cut in two.

The program touches the world in two ways: it commits to its file, and it calls somebody outside.
Before and after each of these it can be killed, time can pass, and somebody else can act. A kill is
an exception that no `except Exception` takes for an answer; what it leaves behind is what lies in
the files.
"""

from collections import Counter
from collections.abc import Callable
from random import Random

SECONDS_AT_AN_EDGE = (0.01, 0.2, 0.2, 1.0, 6.0, 12.0, 40.0)
"""How long something takes that usually takes no time. 12 s is too long for a look to hold."""


class Killed(BaseException):
    """The process is gone; `str` is the edge at which it was."""


class Edges:
    """Every edge calls `reach`. `pass_time` takes seconds; `meanwhile` lets somebody else act,
    unless the program is `alone`: while it starts, or because somebody else acts already."""

    def __init__(self, chance: Random, pass_time: Callable[[float], None]) -> None:
        self.who = "start"
        self.meanwhile: Callable[[], None] = lambda: None
        self.kills: Counter[str] = Counter()
        self.quiet = True
        self._chance = chance
        self._pass_time = pass_time
        self._left: int | None = None
        self.alone = False

    def arm(self, edges: int) -> None:
        """Kill the program when it reaches so many more edges."""
        self._left = edges

    def disarm(self) -> None:
        """Kill nobody."""
        self._left = None

    def reach(self, edge: str) -> None:
        """Between two things that are done: anything can happen here."""
        self.kill(edge)
        if self.quiet:
            return
        draw = self._chance.random()
        if draw < 0.06:
            self._pass_time(self._chance.choice(SECONDS_AT_AN_EDGE))
        elif draw < 0.12 and not self.alone:
            self._let_others_act()

    def kill(self, edge: str) -> None:
        """Inside of what is all or nothing: nobody else gets in, but a kill does."""
        if self._left is None:
            return
        self._left -= 1
        if self._left <= 0:
            self._left = None
            self.kills[f"{self.who}: {edge}"] += 1
            raise Killed(f"{self.who}: {edge}")

    def _let_others_act(self) -> None:
        who, self.alone = self.who, True
        try:
            self.meanwhile()
        finally:
            self.who, self.alone = who, False
