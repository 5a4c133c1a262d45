"""What the gateway reports against what was approved.

Only what an answer carries is compared, each value in its normal form. Another coin, a larger
amount, a second withdrawal, another network, address or memo mean that something else left than
what people said yes to, and so may a coin or an amount that cannot be read: sending stops for
everything. A word that nobody knows proves nothing: that, and a smaller amount, is an alarm about
this one payout.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from approvals.asking import SATOSHI
from approvals.catalogue import LIGHTNING, SPOKEN_CHAINS, spoken_chain
from approvals.destination import Kind, home, normal_memo, read_cwallet, read_destination
from approvals.destination.address import TwinForm
from approvals.errors import Unreadable
from approvals.gateway import Found
from approvals.money import plain, product
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
BITCOIN = "BTC"
SATOSHI_PER_BITCOIN = Decimal(100_000_000)
_EVM = re.compile(r"0x[0-9a-fA-F]{40}")
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
    seen += _moved(payout, found)
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


def _moved(payout: Payout, found: Found) -> Iterator[Difference]:
    """Coin and amount."""
    content, units = payout.content, _units(payout, found)
    if found.symbol is not None and units is None:
        yield Difference("coin", content.symbol, found.symbol, grave=True)
    if found.amount is None:
        return
    readings = [product(found.amount, unit) for unit in units or (Decimal(1),)]
    if content.amount not in readings:
        larger = readings[0] > content.amount
        approved, reported = plain(content.amount), plain(found.amount)
        yield Difference("amount", approved, reported, grave=larger)


def _units(payout: Payout, found: Found) -> tuple[Decimal, ...] | None:
    """What one of what is reported can be in the payout's coin, the likeliest first; None: it is
    another coin. Satoshi may come back as bitcoin, for that is what they are, and an invoice in
    either unit under either name: it names its amount itself, and takes no other."""
    content, coin = payout.content, (found.symbol or payout.content.symbol).upper()
    same, satoshi = coin == content.symbol.upper(), spoken_chain(content.chain) == LIGHTNING
    if not satoshi or content.symbol.upper() != SATOSHI:
        return (Decimal(1),) if same else None
    if content.kind is Kind.LIGHTNING:
        units = (Decimal(1), SATOSHI_PER_BITCOIN)
        return units if same else units[::-1] if coin == BITCOIN else None
    return (Decimal(1),) if same else (SATOSHI_PER_BITCOIN,) if coin == BITCOIN else None


def _network(payout: Payout, found: Found) -> Iterator[Difference]:
    """Chain and contract: a Cwallet user is paid inside the gateway, on none."""
    content, catalogue = payout.content, found.catalogue
    if found.chain and not _same_chain(content.chain, found):
        known = _known_chain(found) is not None
        yield Difference("network", content.chain, found.chain, grave=known)
    if found.contract and found.contract.lower() != content.contract.lower():
        holder = catalogue.holder(content.chain, found.contract) if catalogue else None
        other = holder is not None and holder.upper() != content.symbol.upper()
        yield Difference("contract", content.contract or "none", found.contract, grave=other)


def _same_chain(approved: str, found: Found) -> bool:
    """Whether both name one chain. An invoice is paid over Lightning and no other way, whose money
    is Bitcoin's."""
    ours, theirs = spoken_chain(approved), spoken_chain(found.chain or "")
    if ours == theirs or (ours == LIGHTNING and theirs == BITCOIN):
        return True
    return spoken_chain(_known_chain(found) or theirs) == ours


def _known_chain(found: Found) -> str | None:
    """The chain that the report names, by the gateway's own list of coins; without that, by the
    names that everybody knows."""
    name = found.chain or ""
    if found.catalogue and (chain := found.catalogue.chain(name)):
        return chain
    return spoken_chain(name) if spoken_chain(name) in SPOKEN_CHAINS else None


def _payee(payout: Payout, found: Found) -> Iterator[Difference]:
    content, reported = payout.content, found.destination
    if reported is not None and (known := _other_payee(payout, reported)) is not None:
        yield Difference("destination", content.destination, reported, grave=known)
    if found.memo is not None and not _same_memo(content.chain, found.memo, content.memo):
        yield Difference("memo", content.memo or "none", found.memo or "none", grave=True)


def _same_memo(chain: str, reported: str, approved: str) -> bool:
    return normal_memo(chain, reported.strip()) == normal_memo(chain, approved)


def _other_payee(payout: Payout, reported: str) -> bool | None:
    """None: both name one destination. Else whether it is known to be another one: a text that is
    no address anywhere, or may be a spelling of ours that we do not know, proves nothing. A Cwallet
    user has an ID and an e-mail address, and nobody but the gateway knows which belong together."""
    content = payout.content
    if content.kind is Kind.CWALLET and ("@" in reported) != ("@" in content.destination):
        return None if _cwallet_user(reported) else _an_address(reported)
    try:
        read = read_destination(content.kind, content.chain, reported)
    except TwinForm:  # of two chains; whether it is ours nobody knows
        return False
    except Unreadable:
        return None if reported == content.destination else _an_address(reported)
    if read.normal == payout.normal:
        return None
    return read.checked is not None or _bare(reported) != _bare(content.destination)


def _an_address(reported: str) -> bool:
    """Whether it is one somewhere; the zero address of EVM chains too, which nobody may ask for."""
    return home(reported) is not None or _EVM.fullmatch(reported) is not None


def _cwallet_user(reported: str) -> bool:
    try:
        return bool(read_cwallet(reported))
    except Unreadable:
        return False


def _bare(address: str) -> str:
    """An address of a network whose format is not known, without what may be spelling alone."""
    return address.rpartition(":")[2].lower()
