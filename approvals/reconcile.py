"""What the gateway's own books say of a period, held against the ledger: for whoever looks after
the account every day, and for auditors. Nothing is written.

Where the gateway lists its withdrawals, what left without a payout of ours is seen too. Where it
does not, each payout of the period is looked up by its reference, whatever became of it here, and
only these can be compared.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from approvals.compare import differences
from approvals.gateway import Can, Found, Gateway, NoAnswer, Progress, Record
from approvals.money import plain
from approvals.payout import Payout, State
from approvals.silence import sentence

_ENDS: Mapping[State, frozenset[Progress]] = {
    State.REQUESTED: frozenset(),
    State.APPROVED: frozenset(),
    State.SETTLED: frozenset({Progress.SETTLED}),
    State.FAILED: frozenset({Progress.FAILED, Progress.REJECTED}),
    State.REJECTED: frozenset(),
    State.CANCELLED: frozenset(),
    State.EXPIRED: frozenset(),
}
"""What the gateway may say of a payout that is over here, or has not been claimed yet."""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Something that does not fit, or of which the gateway gave no usable answer: not `answered`.
    `payout` is the number of ours that it is about, if any; `order_id` the gateway's."""

    payout: int | None
    order_id: str | None
    what: str
    answered: bool = True


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many withdrawals were compared, whether the gateway's own list was read, whether it says
    where they went, what is odd."""

    compared: int
    listed: bool
    destinations: bool
    odd: tuple[Discrepancy, ...]


def reconcile(
    gateway: Gateway,
    known: Callable[[], Sequence[Payout]],
    since: datetime,
    until: datetime,
) -> Reconciled:
    """Compare the withdrawals of [since, until). `known` reads all payouts of the ledger; it is
    called after the gateway's list was read, so that nothing in that can be ahead of the ledger.
    Raises GatewayTrouble where the list cannot be read, or nothing that is asked is answered."""
    listed = Can.LIST_RECORDS in gateway.can
    destinations = Can.REPORT_DESTINATIONS in gateway.can
    records = list(gateway.records(since, until)) if listed else []
    payouts = known()
    within = [payout for payout in payouts if _within(payout, since, until)]
    missing = [*_not_among(records, within)]
    if missing and not listed:
        # A refusal of our requests looks like one of the reference; this tells them apart.
        gateway.balance(missing[0].content.symbol)
    again = _Again(gateway, known)
    odd = [*_against(records, payouts, again), *_looked_up(gateway, missing, again)]
    compared = len(records) if listed else len(within)
    return Reconciled(compared, listed, destinations, tuple(odd))


def _within(payout: Payout, since: datetime, until: datetime) -> bool:
    """Whether it was asked for, may have left, or was found in the period."""
    moments = (payout.requested_at, payout.signed_at, payout.sent_at)
    return any(since <= moment < until for moment in moments if moment)


@dataclass(frozen=True, slots=True)
class _Again:
    """Both sides move on while they are compared."""

    gateway: Gateway
    known: Callable[[], Sequence[Payout]]

    def ended_otherwise(self, payout: Payout, found: Found) -> str | None:
        """What a payout came to there, which is not what it came to here, also when either is asked
        again; None where it fits."""
        if _fits(payout.state, found):
            return None
        before, finding, after = (
            self._state(payout),
            self.gateway.find(payout.reference),
            self._state(payout),
        )
        if before is not after or (isinstance(finding, Found) and _fits(after, finding)):
            return None
        return f"it is {after} here, but CCPayment says {found.status}"

    def _state(self, payout: Payout) -> State:
        return next(one.state for one in self.known() if one.number == payout.number)


def _fits(state: State, found: Found) -> bool:
    return state not in _ENDS or found.progress in _ENDS[state]


def _against(
    records: Iterable[Record], payouts: Iterable[Payout], again: _Again
) -> Iterator[Discrepancy]:
    ours = {payout.reference: payout for payout in payouts}
    times: Counter[str] = Counter()
    for record in records:
        payout = ours.get(record.reference)
        if payout is None:
            yield Discrepancy(None, record.found.order_id, _foreign(record))
            continue
        times[record.reference] += 1
        if times[record.reference] > 1:
            yield Discrepancy(payout.number, record.found.order_id, "CCPayment has it twice")
        yield from _of_one(payout, record.found, again)


def _not_among(records: Iterable[Record], payouts: Iterable[Payout]) -> Iterator[Payout]:
    """Those that the list lacks: one that was in doubt may have been taken before the period."""
    references = {record.reference for record in records}
    return (payout for payout in payouts if payout.reference not in references)


def _looked_up(gateway: Gateway, payouts: Iterable[Payout], again: _Again) -> Iterator[Discrepancy]:
    for payout in payouts:
        finding = gateway.find(payout.reference)
        if isinstance(finding, Found):
            yield from _of_one(payout, finding, again)
        elif isinstance(finding, NoAnswer):
            yield Discrepancy(payout.number, payout.order_id, sentence(finding), answered=False)
        elif payout.order_id is not None:
            what = f"it is {payout.state} here, but CCPayment knows no such reference"
            yield Discrepancy(payout.number, payout.order_id, what)


def _of_one(payout: Payout, found: Found, again: _Again) -> Iterator[Discrepancy]:
    if what := again.ended_otherwise(payout, found):
        yield Discrepancy(payout.number, found.order_id, what)
    for difference in differences(payout, found):
        yield Discrepancy(payout.number, found.order_id, str(difference))


def _foreign(record: Record) -> str:
    found = record.found
    much = f"{plain(found.amount)} {found.symbol or ''}".strip() if found.amount else "something"
    where = f" to {found.destination}" if found.destination else ""
    called = f" under the reference {record.reference}" if record.reference else ""
    return f"no payout of this ledger: {much}{where}{called}, {found.status}"
