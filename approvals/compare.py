"""What the gateway reports against what was approved.

Only what an answer carries is compared, each value in its normal form. Another coin, a larger
amount or a second withdrawal means that something else left than what people said yes to, and so
may a coin or an amount that cannot be read: sending stops for everything. Any other difference is
an alarm about this one payout.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from approvals.catalogue import spoken_chain
from approvals.destination import Kind, read_destination
from approvals.errors import Unreadable
from approvals.gateway import Found
from approvals.money import plain
from approvals.payout import Payout


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not as approved, or as it was `known` otherwise. `grave`: nothing may be
    sent until somebody has looked."""

    what: str
    ours: str
    reported: str
    grave: bool
    known: str = "approved"

    def __str__(self) -> str:
        return f"{self.what}: {self.known} {self.ours}, CCPayment reports {self.reported}"


UNREADABLE = "something that cannot be read"
_GRAVE = ("coin", "amount")
_ON_A_NETWORK = ("network", "contract")


def differences(payout: Payout, found: Found) -> tuple[Difference, ...]:
    """Every value of `found` that is not what was approved, the grave ones first."""
    content = payout.content
    seen = [*_unreadable(payout, found)]
    if found.withdrawals > 1:
        seen.append(Difference("withdrawals", "1", str(found.withdrawals), grave=True))
    if payout.order_id and found.order_id != payout.order_id:
        order = Difference("order_id", payout.order_id, found.order_id, False, "on record")
        seen.append(order)
    if found.symbol is not None and found.symbol.upper() != content.symbol.upper():
        seen.append(Difference("coin", content.symbol, found.symbol, grave=True))
    if found.amount is not None and found.amount != content.amount:
        larger = found.amount > content.amount
        approved, reported = plain(content.amount), plain(found.amount)
        seen.append(Difference("amount", approved, reported, grave=larger))
    if content.kind is not Kind.CWALLET:
        seen += _network(payout, found)
    seen += _payee(payout, found)
    return tuple(sorted(seen, key=lambda difference: not difference.grave))


def _unreadable(payout: Payout, found: Found) -> Iterator[Difference]:
    content = payout.content
    approved = {
        "coin": content.symbol,
        "amount": plain(content.amount),
        "network": content.chain,
        "contract": content.contract,
        "destination": content.destination,
        "memo": content.memo or "none",
    }
    for what in found.unreadable:
        if content.kind is not Kind.CWALLET or what not in _ON_A_NETWORK:
            yield Difference(what, approved[what], UNREADABLE, grave=what in _GRAVE)


def _network(payout: Payout, found: Found) -> list[Difference]:
    """Chain and contract: a Cwallet user is paid inside the gateway, on none."""
    content, seen = payout.content, []
    if found.chain and spoken_chain(found.chain) != spoken_chain(content.chain):
        seen.append(Difference("network", content.chain, found.chain, grave=False))
    if found.contract and found.contract.lower() != content.contract.lower():
        seen.append(Difference("contract", content.contract, found.contract, grave=False))
    return seen


def _payee(payout: Payout, found: Found) -> list[Difference]:
    content, seen = payout.content, []
    reported = found.destination
    if reported is not None and not _same_payee(payout, reported):
        seen.append(Difference("destination", content.destination, reported, grave=False))
    if found.memo is not None and found.memo != content.memo:
        seen.append(Difference("memo", content.memo or "none", found.memo or "none", grave=False))
    return seen


def _same_payee(payout: Payout, reported: str) -> bool:
    """Whether both name the same destination. A Cwallet user has an ID and an e-mail address, and
    nobody but the gateway knows which belong together."""
    content = payout.content
    if content.kind is Kind.CWALLET and ("@" in reported) != ("@" in content.destination):
        return True
    try:
        return read_destination(content.kind, content.chain, reported).normal == payout.normal
    except Unreadable:
        return reported == content.destination
