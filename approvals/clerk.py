"""The clerk: what is due while a payout waits for people. Finds out balance and network fee, so
that the approver sees them, and ends the waiting when its time has passed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from approvals.gateway import Can, Fee, Gateway, GatewayTrouble
from approvals.ledger import Ledger
from approvals.money import plain
from approvals.payout import Event, Fact, Kind, Payout, State
from approvals.times import Clock
from approvals.workable import estimated, for_nothing
from approvals.worker import LONGEST_WAIT, PayoutWorker, back_off


class Clerk(PayoutWorker):
    """Owns payouts in `requested`."""

    name = "clerk"
    longest: ClassVar[Mapping[State, timedelta]] = {State.REQUESTED: LONGEST_WAIT}

    def __init__(self, ledger: Ledger, gateway: Gateway, *, clock: Clock) -> None:
        super().__init__(ledger, clock=clock)
        self._gateway = gateway

    def step(self, payout: Payout, picked_up: str, tries: int) -> None:
        """Expire it, or estimate what is not estimated yet, or wait for the end. A fee that leaves
        nothing for the payee keeps everybody from approving it, so that one is asked for again."""
        if self._clock() >= payout.expires_at:
            self._expire(payout)
        elif payout.estimated_at is None or for_nothing(payout, estimated(payout)):
            self._estimate(payout, picked_up, tries)
        else:
            with self._ledger.change() as change:
                change.put_off(payout, picked_up, payout.expires_at, 0)

    def _estimate(self, payout: Payout, picked_up: str, tries: int) -> None:
        soon = min(self._clock() + back_off(tries), payout.expires_at)
        try:
            fee, balance = self._fee(payout), self._gateway.balance(payout.content.symbol)
        except GatewayTrouble:
            self._again(payout, picked_up, soon, tries)
            return
        if payout.estimated_at is not None and fee == estimated(payout):
            self._again(payout, picked_up, soon, tries)
            return
        told = {"fee": plain(fee.amount), "fee_coin": fee.coin} if fee else {}
        facts: dict[str, Fact] = {**told, "balance": plain(balance)}
        with self._ledger.change() as change:
            event = Event(Kind.ESTIMATED, self._clock(), facts=facts)
            due = soon if for_nothing(payout, fee) else payout.expires_at
            change.record(payout, event, self.name, due)

    def _again(self, payout: Payout, picked_up: str, soon: datetime, tries: int) -> None:
        with self._ledger.change() as change:
            change.put_off(payout, picked_up, soon, tries + 1)

    def _fee(self, payout: Payout) -> Fee | None:
        can = Can.ESTIMATE_FEES in self._gateway.can
        return self._gateway.fee(payout.content) if can else None

    def _expire(self, payout: Payout) -> None:
        """Somebody may have decided meanwhile: then LostRace, and this is tried no more."""
        with self._ledger.change() as change:
            change.record(payout, Event(Kind.EXPIRED, self._clock()), self.name, None)
