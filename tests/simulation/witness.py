"""The witness: what really happened, noted outside of the program and never told to it.

The ledger says what it knows; a ledger that was put back from an old copy has forgotten some of it.
So the witness keeps what was asked for and approved, and what was acknowledged to people, in its
own memory, and the checks at the end hold ledger, gateway and Slack against that.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from approvals.ledger import Reading
from approvals.payout import Payout
from tests.simulation.rules import Rules


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A step that somebody was told is done: what it may be called on record, about which
    content."""

    kinds: tuple[str, ...]
    digest: str
    by: str


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody approved: `worth` in USD by the price that was known then, None without one. Until
    an answer came, nobody knows whether it was counted; then it is `done`, or no press at all."""

    trigger: str
    who: str
    digest: str
    at: datetime
    worth: Decimal | None
    done: bool = False


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Somebody took back what they had approved until `at`, and heard that it is done."""

    who: str
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What an old copy of the ledger can know: as much as the witness did when it was made."""

    presses: tuple[Press, ...] = ()
    taken_back: tuple[TakenBack, ...] = ()
    acknowledged: tuple[Acknowledged, ...] = ()


@dataclass(slots=True)
class Witness:
    """`payouts`: each payout that was ever on record, by reference, as it was when it was last
    seen. `pressed`: who ever pressed Approve, on which digest. `left`: Timestamp and body of each
    create call. `rules`: the policies that were ever in force, by hash; `asked_under`: which of
    them was when a content was asked for; `asked`: the triggers of all that was asked for.
    `take_backs`: when each was done first, by its trigger. `wrong`: what was found to be so while
    people acted. `known` goes back when an old copy is put back, to what the copy can know."""

    known: Known = field(default_factory=Known)
    pressed: set[tuple[str, str]] = field(default_factory=set)
    payouts: dict[str, Payout] = field(default_factory=dict)
    left: set[tuple[int, str]] = field(default_factory=set)
    rules: dict[str, Rules] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    asked_under: dict[str, str] = field(default_factory=dict)
    take_backs: dict[str, datetime] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def look_at(self, reading: Reading) -> None:
        """Remember every payout as the ledger has it now, before it may forget."""
        for payout in reading.latest(1000):
            known = self.payouts.get(payout.reference)
            if known is None or len(payout.approvals) >= len(known.approvals):
                self.payouts[payout.reference] = payout

    def asks(self, trigger: str) -> bool:
        """Somebody asks for a payout; whether that is new, and not Slack's repeating it."""
        new = trigger not in self.asked
        self.asked.add(trigger)
        return new

    def presses(self, press: Press) -> bool:
        """Somebody approves; whether that is new, and not Slack's repeating it. While nothing was
        heard of the earlier one, either may be the one that is counted."""
        self.pressed.add((press.who, press.digest))
        earlier = [one for one in self.known.presses if one.trigger == press.trigger]
        if not any(one.done for one in earlier):
            self._put((*self.known.presses, press))
        return not earlier

    def heard(self, trigger: str) -> bool:
        """Whether it was heard before that it is done."""
        return any(one.done and one.trigger == trigger for one in self.known.presses)

    def counted(self, trigger: str) -> None:
        """It was heard that it is done."""
        presses = self.known.presses
        self._put(replace(one, done=one.done or one.trigger == trigger) for one in presses)

    def refused(self, press: Press) -> None:
        """It was heard that this press was not done; Slack's repeating it meanwhile may have been,
        and then counts for both."""
        presses = self.known.presses
        same = [place for place, one in enumerate(presses) if replace(one, done=False) == press]
        self._put(one for place, one in enumerate(presses) if place not in same[:1])

    def takes_back(self, trigger: str, at: datetime) -> None:
        """Somebody takes an approval back; Slack may repeat it."""
        self.take_backs.setdefault(trigger, at)

    def took_back(self, trigger: str, who: str, digest: str) -> None:
        """They heard that it is done: about approvals from before they did it first."""
        one = TakenBack(who, digest, self.take_backs[trigger])
        self.known = replace(self.known, taken_back=(*self.known.taken_back, one))

    def acknowledged(self, kinds: tuple[str, ...], digest: str, by: str) -> None:
        """Somebody was told that it is done, so it must stay done."""
        told = (*self.known.acknowledged, Acknowledged(kinds, digest, by))
        self.known = replace(self.known, acknowledged=told)

    def _put(self, presses: Iterable[Press]) -> None:
        self.known = replace(self.known, presses=tuple(presses))
