"""What a look-up that did not find a payout proves.

What the gateway answers for an unknown reference is not documented, and it may answer one error for
everything. So absence is learned each time: it must know the newest withdrawal that it took, must
not know a reference drawn at random, and must answer for ours as it does for that one. And it
counts only when no signed request can be taken any more, by the gateway's clock and by ours, which
must agree: an edge with a wrong clock makes a request that is a minute old look expired. It never
counts where the gateway has refused the reference as one that it knows.
"""

import base64
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from approvals.audit import Line, Subject
from approvals.clocks import agree, within
from approvals.content import REFERENCE_LENGTH, REFERENCE_PREFIX
from approvals.gateway import Absent, Found, Gateway
from approvals.ledger import Ledger
from approvals.payout import Kind, Payout
from approvals.times import Clock

REQUEST_LIVES = timedelta(seconds=180)
"""After so long a signed request is not taken any more: 120 s by the gateway's documentation, and a
minute for safety."""

LEARNED_WITHIN = timedelta(seconds=60)
"""The look-ups that are compared lie within this, and so does what is decided by them."""


class Evidence:
    """Judges absence. `random` draws references that nobody has."""

    def __init__(self, ledger: Ledger, gateway: Gateway, random: Random, clock: Clock) -> None:
        self._ledger = ledger
        self._gateway = gateway
        self._random = random
        self._clock = clock

    def against(self, payout: Payout, ours: Absent, asked_at: datetime) -> str | None:
        """Why `ours`, for which the gateway was asked at `asked_at`, does not yet show that nothing
        left, as the end of a sentence; None where it does."""
        if payout.repeated:
            return "CCPayment refused the reference before as one that it knows"
        if why := self._against_clocks(ours) or self._too_early(payout, ours):
            return why
        return self._unlearned(ours, asked_at, required=True)

    def against_form(self, ours: Absent, asked_at: datetime) -> str | None:
        """Why this way of not knowing a reference is not believed; None where it is. Without any
        withdrawal to compare with it is believed."""
        return self._against_clocks(ours) or self._unlearned(ours, asked_at, required=False)

    def fresh(self, asked_at: datetime) -> bool:
        """Whether what the gateway was asked then can still be decided by."""
        return within(self._clock() - asked_at, LEARNED_WITHIN)

    def _against_clocks(self, ours: Absent) -> str | None:
        """A look-up whose time is not known, or not ours, is no evidence of anything."""
        if ours.gateway_time is None:
            return "the answer does not tell CCPayment's time"
        if not agree(ours.gateway_time, self._clock()):
            return "CCPayment's clock and ours differ"
        return None

    def _too_early(self, payout: Payout, ours: Absent) -> str | None:
        """Whether a request may still be taken, by either clock."""
        signed = [payout.signed_at] if payout.signed_at else []
        if payout.restored_at is not None:
            compared = self._compared_at(payout)
            if compared is None:
                return "the clocks were not compared before since the old copy was put back"
            signed.append(compared)
        earlier = min(filter(None, (ours.gateway_time, self._clock())))
        if any(earlier < moment + REQUEST_LIVES for moment in signed):
            return "the request may still be taken"
        return None

    def _unlearned(self, ours: Absent, asked_at: datetime, *, required: bool) -> str | None:
        """What is missing for knowing how the gateway answers for what it does not know; without
        any withdrawal to compare with, nothing unless that is `required`."""
        with self._ledger.reading() as reading:
            known = reading.newest_accepted()
        if known is None:
            return "CCPayment has taken no withdrawal yet to compare with" if required else None
        if not isinstance(self._gateway.find(known), Found):
            return "it does not find the newest withdrawal that it took either"
        nobodys = self._gateway.find(self._drawn())
        if not isinstance(nobodys, Absent) or nobodys.form != ours.form:
            return "it answers otherwise for a reference that nobody has"
        if not self.fresh(asked_at):
            return "the answers came too slowly to be compared"
        return None

    def _compared_at(self, payout: Payout) -> datetime | None:
        """When the clocks agreed for the first time since an old copy was put back. What the copy
        forgets was signed before that; when it was put back, only a clock of ours said."""
        with self._ledger.reading() as reading:
            return compared_at(reading.lines(Subject.PAYOUT, payout.number))

    def _drawn(self) -> str:
        letters = base64.b32encode(self._random.randbytes(20)).decode().lower()
        return (REFERENCE_PREFIX + letters)[:REFERENCE_LENGTH]


def compared_at(lines: Iterable[Line]) -> datetime | None:
    """When a look-up first found both clocks in agreement, of those since the last old copy."""
    first: datetime | None = None
    for line in lines:
        if line.kind == Kind.RESTORED:
            first = None
        elif line.facts.get("agreed") and line.event:
            first = first or line.at
    return first
