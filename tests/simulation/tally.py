"""Figures of many histories, and how they are told."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from approvals.payout import TRANSITIONS, Kind, State
from sandbox.ccpayment import Mode
from tests.simulation.faults import CCPAYMENT
from tests.simulation.history import Told

SHOWN = 20
"""How many failing seeds are named."""


@dataclass(slots=True)
class Tally:
    """Sums over histories. `wrong`: seed and first complaint of each that failed; `apart`: those
    that broke an assumption, and what happened to them; `apis`: those at each generation of the
    API; `policies`: those in which such a part of a policy was in force; `modes` and `times`: the
    histories in which a mode of the pretend CCPayment was in force, and the milliseconds they took.
    A history in which several were counts for each."""

    histories: int = 0
    wrong: list[tuple[int, str]] = field(default_factory=list)
    apart: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    policies: Counter[str] = field(default_factory=Counter)
    transitions: Counter[tuple[State | None, Kind]] = field(default_factory=Counter)
    ends: Counter[State] = field(default_factory=Counter)
    apis: Counter[str] = field(default_factory=Counter)
    modes: Counter[str] = field(default_factory=Counter)
    times: Counter[str] = field(default_factory=Counter)

    def add(self, told: Told, seconds: float) -> None:
        """Count one history, which took `seconds` of a processor."""
        self.histories += 1
        self.apis[told.api] += 1
        for mode in _modes(told):
            self.modes[mode] += 1
            self.times[mode] += round(seconds * 1000)
        if told.beyond:
            what = "paid twice or worse" if told.wrong else "nothing wrong"
            self.apart[f"{told.beyond}: {what}"] += 1
        elif told.wrong:
            self.wrong.append((told.seed, told.wrong[0]))
        self.faults += told.faults
        self.kills += told.kills
        self.policies += Counter(told.policies)
        self.transitions += told.transitions
        self.ends += told.ends

    def join(self, other: "Tally") -> None:
        """Count what somebody else counted."""
        self.histories += other.histories
        self.wrong += other.wrong
        self.apart += other.apart
        self.faults += other.faults
        self.kills += other.kills
        self.policies += other.policies
        self.transitions += other.transitions
        self.ends += other.ends
        self.apis += other.apis
        self.modes += other.modes
        self.times += other.times

    def lines(self, seconds: float) -> Iterator[str]:
        """All of it as text, after so many seconds."""
        rate = self.histories / seconds if seconds else 0.0
        yield f"{self.histories} histories in {seconds:.0f} s, {rate:.1f} a second"
        yield from _table("histories, by generation of CCPayment's API", self.apis)
        yield from _table("histories, by mode of CCPayment that was in force", self.modes)
        took = {mode: round(time / 1000) for mode, time in self.times.items()}
        yield from _table("seconds of a processor that these took", took)
        yield from _table("histories, by what was in a policy that was in force", self.policies)
        yield from _table("faults, by kind", self.faults)
        yield from _table("kills, by edge", self.kills)
        yield from _table("how payouts ended", {s.value: n for s, n in self.ends.items()})
        yield from _table("transitions", {_named(cell): n for cell, n in self.transitions.items()})
        never = [_named(cell) for cell in _cells() if cell not in self.transitions]
        yield f"transitions never taken: {', '.join(never) or 'none'}"
        yield from _table("beyond what is assumed, told apart", self.apart)
        for seed, complaint in sorted(self.wrong)[:SHOWN]:
            yield f"FAILED seed {seed}: {complaint}"
        yield f"{len(self.wrong)} histories failed"


def _modes(told: Told) -> Iterator[str]:
    modes = [kind.removeprefix(CCPAYMENT) for kind in told.faults if kind.startswith(CCPAYMENT)]
    yield from modes or [Mode.NORMAL.value]


def _cells() -> Iterator[tuple[State | None, Kind]]:
    return ((state, kind) for state, row in TRANSITIONS.items() for kind in row)


def _named(cell: tuple[State | None, Kind]) -> str:
    state, kind = cell
    return f"{state or 'nothing'} · {kind}"


def _table(title: str, counted: Mapping[str, int]) -> Iterator[str]:
    yield f"{title}:"
    for name, times in sorted(counted.items()):
        yield f"  {times:>9}  {name}"
