"""Lightning invoices, decoded in full (BOLT #11).

An invoice is a destination, an amount, a deadline and the payee's signature in one. Nothing in it
is believed before its checksum fits and its signature belongs to somebody; then the approver can
be shown what CCPayment's node will pay. What only the paying node needs (routes, features,
fallback addresses) is skipped: that node decides over it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from approvals.destination.encodings import bech32, secp256k1
from approvals.destination.text import AGAIN, only_plain, refused
from approvals.errors import Unreadable

_LONGEST = 2000
_SCHEME = "lightning:"
_TEST_NETWORKS = ("lnbcrt", "lntb", "lnsb")
_SATOSHI = {
    "": Decimal(100_000_000),
    "m": Decimal(100_000),
    "u": Decimal(100),
    "n": Decimal("0.1"),
    "p": Decimal("0.0001"),
}
_TIMESTAMP, _SIGNATURE = 7, 104  # in groups of five bits
_LENGTHS = {"p": 52, "s": 52, "h": 52, "n": 53}
_DEFAULT_LIFE = 3600
# A life is a number of any size; beyond a century it only overflows the calendar.
_LONGEST_LIFE = 100 * 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Invoice:
    """`text` is lower case without "lightning:"; `amount` in whole satoshi; `payment_hash` and
    `payee` (the node's public key) in hex; `description` is the payee's own, unchecked text, and
    empty where the invoice holds only a hash of it."""

    text: str
    amount: Decimal
    payment_hash: str
    payee: str
    created: datetime
    expires: datetime
    description: str


def read_invoice(text: str) -> Invoice:
    """Raises Unreadable("destination", …): not an invoice, damaged, for a test network, without an
    amount in whole satoshi, or signed by nobody. Whether it is still alive, the caller asks."""
    lower = _prepared(text)
    prefix, _, letters = lower.rpartition("1")
    groups = bech32.groups(letters)
    if groups is None or bech32.residue(prefix, groups) != bech32.BECH32:
        raise _damaged(text)
    signed, signature = groups[: -_SIGNATURE - 6], groups[-_SIGNATURE - 6 : -6]
    if len(signed) < _TIMESTAMP:
        raise _damaged(text)
    fields = _fields(signed[_TIMESTAMP:], text)
    created = datetime.fromtimestamp(bech32.number(signed[:_TIMESTAMP]), UTC)
    life = bech32.number(fields["x"]) if "x" in fields else _DEFAULT_LIFE
    return Invoice(
        text=lower,
        amount=_amount(prefix, text),
        payment_hash=_bytes(fields["p"], text).hex(),
        payee=_payee(prefix, signed, signature, fields, text),
        created=created,
        expires=created + timedelta(seconds=min(life, _LONGEST_LIFE)),
        description=_bytes(fields.get("d", []), text).decode(errors="replace"),
    )


def _prepared(text: str) -> str:
    """Lower case and without scheme, if it claims to be an invoice for real bitcoin."""
    only_plain("destination", text, "invoice")
    lower = text.lower().removeprefix(_SCHEME)
    body = text[-len(lower) :]
    if not lower.startswith("ln"):
        raise refused(text, f'A Lightning invoice starts with "lnbc". {AGAIN}')
    if lower.startswith(_TEST_NETWORKS):
        raise refused(
            text,
            "This invoice is for a test network, where coins are worth nothing. "
            "Ask the payee for one that starts with lnbc.",
        )
    if not lower.startswith("lnbc"):
        raise refused(
            text,
            "This is a Lightning code, but not an invoice. "
            "Ask the payee for an invoice: it starts with lnbc.",
        )
    if len(lower) > _LONGEST or body not in (lower, body.upper()):
        raise _damaged(text)
    return lower


def _amount(prefix: str, text: str) -> Decimal:
    """In satoshi, exactly."""
    if prefix == "lnbc":
        raise refused(
            text, "This invoice names no amount. Ask the payee for one over the amount to be paid."
        )
    match = re.fullmatch(r"lnbc([1-9][0-9]{0,17})([munp]?)", prefix)
    if match is None:
        raise _damaged(text)
    amount = Decimal(match[1]) * _SATOSHI[match[2]]
    if amount != int(amount):
        raise refused(
            text,
            f"This invoice is over {amount.normalize():f} SATS. "
            "Ask the payee for one over whole SATS.",
        )
    return Decimal(int(amount))


def _fields(groups: Sequence[int], text: str) -> dict[str, Sequence[int]]:
    """The first field of each type. A field whose length is not its type's is skipped, as the
    standard asks; payment hash and payment secret must be there."""
    fields: dict[str, Sequence[int]] = {}
    while groups:
        kind, length = bech32.LETTERS[groups[0]], bech32.number(groups[1:3])
        value, groups = groups[3 : 3 + length], groups[3 + length :]
        if len(value) != length:
            raise _damaged(text)
        if length == _LENGTHS.get(kind, length):
            fields.setdefault(kind, value)
    if not fields.keys() >= {"p", "s"}:
        raise refused(
            text,
            "This invoice lacks its payment hash or secret, so nobody can pay it. "
            "Ask the payee for a new one.",
        )
    return fields


def _payee(
    prefix: str,
    signed: Sequence[int],
    signature: Sequence[int],
    fields: dict[str, Sequence[int]],
    text: str,
) -> str:
    """The key that signed, and that the invoice names where it names one."""
    spare = -len(signed) * 5 % 8
    content = (bech32.number(signed) << spare).to_bytes((len(signed) * 5 + spare) // 8)
    digest = sha256(prefix.encode() + content).digest()
    payee = secp256k1.recovered(digest, _bytes(signature, text))
    if payee is None or ("n" in fields and payee != _bytes(fields["n"], text)):
        raise refused(
            text, "The signature of this invoice does not fit. Ask the payee for a new one."
        )
    return payee.hex()


def _bytes(groups: Sequence[int], text: str) -> bytes:
    packed = bech32.packed(groups)
    if packed is None:
        raise _damaged(text)
    return packed


def _damaged(text: str) -> Unreadable:
    return refused(text, f"This invoice has a typing error or is cut off. {AGAIN}")
