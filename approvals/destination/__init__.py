"""Where the money goes: kinds of destination, and what can be known of one before it is paid.

Pure: text in, a frozen value or a sentence out. A checksum catches a slip of the finger, not a lie:
whether an address belongs to the payee, only people can say. What no checksum covers is marked, so
that the card can say it. docs/addresses.md has the table for readers.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from approvals.destination.address import Address
from approvals.destination.bolt11 import Invoice, read_invoice
from approvals.destination.chains import EVM_CHAINS, home, is_invoice, other_home, read_address
from approvals.destination.cwallet import read_cwallet
from approvals.destination.dead_ends import dead_end
from approvals.destination.keys import HEX, certain_key, likely_key
from approvals.destination.likeness import ends, folded, respelled, spellings
from approvals.destination.links import Link, read_link
from approvals.destination.memo import asked_back, normal_memo, read_memo
from approvals.destination.text import family, grouped, one_word, shortened, tidy, words_of
from approvals.errors import Unreadable

__all__ = [
    "EVM_CHAINS",
    "HEX",
    "Address",
    "Destination",
    "Invoice",
    "Kind",
    "Link",
    "asked_back",
    "certain_key",
    "dead_end",
    "ends",
    "family",
    "folded",
    "grouped",
    "home",
    "is_invoice",
    "likely_key",
    "normal_memo",
    "other_home",
    "read_address",
    "read_cwallet",
    "read_destination",
    "read_invoice",
    "read_link",
    "read_memo",
    "respelled",
    "shortened",
    "spellings",
    "tidy",
]


_MEMO = re.compile(r"\b(?:memo|tag|comment|message)\b", re.IGNORECASE)


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
        user = read_cwallet(_whole(text))
        return Destination(kind, chain, user, user.lower(), checked=False)
    if kind is Kind.LIGHTNING:
        invoice = read_invoice(bare)
        return Destination(
            kind, chain, invoice.text, invoice.payment_hash, checked=True, invoice=invoice
        )
    address = _read_spaced(chain, text)
    return Destination(kind, chain, address.text, address.normal, address.checked)


def _read_spaced(chain: str, text: str) -> Address:
    """Where a checksum fits, spaces mean nothing, wherever they are. Elsewhere they stand where a
    card puts them, or something stands behind the address that does not belong to it."""
    if one_word(text):
        return read_address(chain, tidy(text))
    with suppress(Unreadable):
        address = read_address(chain, tidy(text))
        if address.checked:
            return address
    raise _several(text)


def _whole(text: str) -> str:
    """A Cwallet user, which nobody prints in groups."""
    if len(words_of(text)) > 1:
        raise _several(text)
    return tidy(text)


def _several(text: str) -> Unreadable:
    if _MEMO.search(text):
        sentence = 'Write the memo behind the address as "memo 12345", without a colon.'
    else:
        sentence = "Something stands beside the address. Write the address alone, as one word."
    return Unreadable("destination", text, sentence)
