"""The witness: what really happened, noted outside of the program and never told to it.

The ledger says what it knows; a ledger that was put back from an old copy has forgotten some of it.
So the witness keeps what was asked for and approved, and what was acknowledged to people, in its
own memory, and the checks at the end hold ledger, gateway and Slack against that.
"""

from dataclasses import dataclass, field

from approvals.ledger import Reading
from approvals.payout import Payout
from sandbox.slack.cast import DANA, ELI


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A step that somebody was told is done: what it is called on record, about which content."""

    kind: str
    digest: str
    by: str


@dataclass(slots=True)
class Witness:
    """`pressed`: who really pressed Approve, on which digest. `payouts`: each payout that was ever
    on record, by reference, as it was when it was last seen. `acknowledged` shrinks when an old
    copy is put back, to what the copy can know. `left`: Timestamp and body of each create call."""

    pressed: set[tuple[str, str]] = field(default_factory=set)
    payouts: dict[str, Payout] = field(default_factory=dict)
    acknowledged: list[Acknowledged] = field(default_factory=list)
    left: set[tuple[int, str]] = field(default_factory=set)

    def look_at(self, reading: Reading) -> None:
        """Remember every payout as the ledger has it now, before it may forget."""
        for payout in reading.latest(1000):
            known = self.payouts.get(payout.reference)
            if known is None or len(payout.approvals) >= len(known.approvals):
                self.payouts[payout.reference] = payout

    def allowed(self, payout: Payout) -> bool:
        """Whether somebody who may really approved exactly this."""
        return any(
            (who.id, payout.digest) in self.pressed
            for who in (DANA, ELI)
            if who.id != payout.requester.id
        )
