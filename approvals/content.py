"""What people approve: one payout's content, its digest and the reference that follows from it.

The canonical bytes are hashed; the hash is the digest; the digest names the withdrawal at the
gateway. So one approved content has one reference, the gateway refuses a reference twice, and a
changed payout cannot use the name of another.
"""

import base64
import hashlib
import json
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from enum import StrEnum

from approvals.destination import Kind
from approvals.money import plain

FORMAT = 2
"""Version of the canonical content that new payouts get; part of what is hashed."""

FORMATS = (1, FORMAT)
"""Those that can be read. A content keeps the format that it was approved in: digest, reference and
the bytes of its create call follow from it.

1  the first release
2  API v1 is sent no memo where there is none
"""

REFERENCE_PREFIX = "p1"
REFERENCE_LENGTH = 30
"""As long as the longest merchant order id seen at CCPayment's API v1."""


class FeePayer(StrEnum):
    """Who bears the network fee: taken from the amount, or paid by the company on top."""

    PAYEE = "payee"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Account:
    """The gateway account that pays. A ledger belongs to exactly one."""

    api: str
    app_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Content:
    """What an approver approves, all of it. `nonce` (128 bits, hex) keeps equal wishes apart;
    `format` is one of FORMATS."""

    nonce: str
    number: int
    team: str
    account: Account
    symbol: str
    chain: str
    contract: str
    token_id: str
    kind: Kind
    destination: str
    memo: str
    amount: Decimal
    fee_payer: FeePayer
    requester: str
    reason: str
    format: int = FORMAT

    def canonical(self) -> str:
        """The one text that spells this content: sorted keys, no spaces, amounts plain."""
        flat = asdict(self) | {"amount": plain(self.amount)}
        flat |= flat.pop("account")
        return json.dumps(flat, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def read(cls, canonical: str) -> "Content":
        """The content that `canonical` spells. Raises ValueError for an unknown format."""
        flat = json.loads(canonical)
        if type(flat["format"]) is not int or flat["format"] not in FORMATS:
            raise ValueError("a content of another format")
        account = Account(**{field.name: flat.pop(field.name) for field in fields(Account)})
        flat |= {
            "account": account,
            "amount": Decimal(flat["amount"]),
            "kind": Kind(flat["kind"]),
            "fee_payer": FeePayer(flat["fee_payer"]),
        }
        return cls(**flat)


def digest_of(canonical: str) -> str:
    """SHA-256 of the canonical bytes, in hex: what the approver approves."""
    return hashlib.sha256(canonical.encode()).hexdigest()


def reference_of(digest: str) -> str:
    """Our name for the withdrawal at the gateway: 30 characters of `[a-z0-9]`."""
    letters = base64.b32encode(bytes.fromhex(digest)).decode().lower()
    return (REFERENCE_PREFIX + letters)[:REFERENCE_LENGTH]
