"""The clerk: what is due while a payout waits for people. Finds out balance and network fee, so
that the approver sees them, and ends the waiting when its time has passed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from approvals.gateway import Can, Gateway, GatewayTrouble
from approvals.ledger import Ledger
from approvals.money import plain
from approvals.payout import Event, Fact, Kind, Payout, State
from approvals.times import Clock
from approvals.worker import LONGEST_WAIT, PayoutWorker, back_off


class Clerk(PayoutWorker):
    """Owns payouts in `requested`."""

    name = "clerk"
    longest: ClassVar[Mapping[State, timedelta]] = {State.REQUESTED: LONGEST_WAIT}

    def __init__(self, ledger: Ledger, gateway: Gateway, *, clock: Clock) -> None:
        super().__init__(ledger, clock=clock)
        self._gateway = gateway

    def step(self, payout: Payout, picked_up: str, tries: int) -> None:
        """Expire it, or estimate what is not estimated yet, or wait for the end."""
        if self._clock() >= payout.expires_at:
            self._record(payout, Event(Kind.EXPIRED, self._clock()))
        elif payout.estimated_at is None:
            self._estimate(payout, picked_up, tries)
        else:
            with self._ledger.change() as change:
                change.put_off(payout, picked_up, payout.expires_at, 0)

    def _estimate(self, payout: Payout, picked_up: str, tries: int) -> None:
        try:
            facts = self._facts(payout)
        except GatewayTrouble:
            due = min(self._clock() + back_off(tries), payout.expires_at)
            with self._ledger.change() as change:
                change.put_off(payout, picked_up, due, tries + 1)
        else:
            self._record(payout, Event(Kind.ESTIMATED, self._clock(), facts=facts))

    def _facts(self, payout: Payout) -> dict[str, Fact]:
        found: dict[str, Fact] = {}
        if Can.ESTIMATE_FEES in self._gateway.can:
            fee = self._gateway.fee(payout.content)
            found = {"fee": plain(fee.amount), "fee_coin": fee.coin}
        return found | {"balance": plain(self._gateway.balance(payout.content.symbol))}

    def _record(self, payout: Payout, event: Event) -> None:
        """Somebody may have decided meanwhile: then LostRace, and this is tried no more."""
        with self._ledger.change() as change:
            due = None if event.kind is Kind.EXPIRED else payout.expires_at
            change.record(payout, event, self.name, due)
