"""What a look-up that did not find a payout proves.

What the gateway answers for an unknown reference is not documented, and it may answer one error for
everything. So absence is learned each time: it must know the newest withdrawal that it took, must
not know a reference drawn at random, and must answer for ours as it does for that one. And it
counts only when no signed request can be taken any more, by the gateway's own clock, and never
where the gateway has refused the reference as one that it knows.
"""

import base64
from datetime import timedelta
from random import Random

from approvals.content import REFERENCE_LENGTH, REFERENCE_PREFIX
from approvals.gateway import Absent, Found, Gateway
from approvals.ledger import Ledger
from approvals.payout import Payout
from approvals.times import Clock

REQUEST_LIVES = timedelta(seconds=180)
"""After so long, by the gateway's clock, a signed request is not taken any more: 120 s by its
documentation, and a minute for safety."""

LEARNED_WITHIN = timedelta(seconds=60)
"""The look-ups that are compared lie within this."""


class Evidence:
    """Judges absence. `random` draws references that nobody has."""

    def __init__(self, ledger: Ledger, gateway: Gateway, random: Random, clock: Clock) -> None:
        self._ledger = ledger
        self._gateway = gateway
        self._random = random
        self._clock = clock

    def against(self, payout: Payout, ours: Absent) -> str | None:
        """Why `ours` does not yet show that nothing left, as the end of a sentence; None where it
        does."""
        if payout.repeated:
            return "CCPayment refused the reference before as one that it knows"
        if ours.gateway_time is None:
            return "the answer does not tell CCPayment's time"
        if payout.signed_at and ours.gateway_time < payout.signed_at + REQUEST_LIVES:
            return "the request may still be taken"
        return self.against_form(ours, required=True)

    def against_form(self, ours: Absent, *, required: bool) -> str | None:
        """Why this way of not knowing a reference is not believed; None where it is. Without any
        withdrawal to compare with it is believed unless that is `required`."""
        with self._ledger.reading() as reading:
            known = reading.newest_accepted()
        if known is None:
            return "CCPayment has taken no withdrawal yet to compare with" if required else None
        began = self._clock()
        if not isinstance(self._gateway.find(known), Found):
            return "it does not find the newest withdrawal that it took either"
        nobodys = self._gateway.find(self._drawn())
        if not isinstance(nobodys, Absent) or nobodys.form != ours.form:
            return "it answers otherwise for a reference that nobody has"
        if self._clock() - began > LEARNED_WITHIN:
            return "the answers came too slowly to be compared"
        return None

    def _drawn(self) -> str:
        letters = base64.b32encode(self._random.randbytes(20)).decode().lower()
        return (REFERENCE_PREFIX + letters)[:REFERENCE_LENGTH]
