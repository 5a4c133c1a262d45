"""Where the money goes: kinds of destination, and what can be known of one before it is paid.

Pure: text in, a frozen value or a sentence out. A checksum catches a slip of the finger, not a lie:
whether an address belongs to the payee, only people can say. What no checksum covers is marked, so
that the card can say it. docs/addresses.md has the table for readers.
"""

from dataclasses import dataclass
from enum import StrEnum

from approvals.destination.address import Address
from approvals.destination.bolt11 import Invoice, read_invoice
from approvals.destination.chains import EVM_CHAINS, read_address
from approvals.destination.cwallet import read_cwallet
from approvals.destination.dead_ends import dead_end
from approvals.destination.likeness import ends, folded, respelled, spellings
from approvals.destination.memo import normal_memo, read_memo
from approvals.destination.text import family, grouped, shortened, tidy

__all__ = [
    "EVM_CHAINS",
    "Address",
    "Destination",
    "Invoice",
    "Kind",
    "dead_end",
    "ends",
    "family",
    "folded",
    "grouped",
    "normal_memo",
    "read_address",
    "read_cwallet",
    "read_destination",
    "read_invoice",
    "read_memo",
    "respelled",
    "shortened",
    "spellings",
    "tidy",
]


class Kind(StrEnum):
    CHAIN = "chain"
    CWALLET = "cwallet"
    LIGHTNING = "lightning"


@dataclass(frozen=True, slots=True)
class Destination:
    """`text` is what the gateway is told; `normal` is equal for all spellings of one destination of
    the same kind and chain: the address's normal form, a Cwallet user in lower case, an invoice's
    payment hash. `checked` as in `Address`; `invoice` only for Lightning."""

    kind: Kind
    chain: str
    text: str
    normal: str
    checked: bool | None
    invoice: Invoice | None = None


def read_destination(kind: Kind, chain: str, text: str) -> Destination:
    """`text` may hold spaces, as cards print them. `chain` is CCPayment's name of the network that
    the coin goes out on. Raises Unreadable("destination", …)."""
    bare = tidy(text)
    if kind is Kind.CWALLET:
        user = read_cwallet(bare)
        return Destination(kind, chain, user, user.lower(), checked=False)
    if kind is Kind.LIGHTNING:
        invoice = read_invoice(bare)
        return Destination(
            kind, chain, invoice.text, invoice.payment_hash, checked=True, invoice=invoice
        )
    address = read_address(chain, bare)
    return Destination(kind, chain, address.text, address.normal, address.checked)
