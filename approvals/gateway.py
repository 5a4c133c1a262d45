"""The payment provider behind one interface, and what it can answer.

The outside world answers yes, no, or nothing; which of them it was is a type. Two calls, two
families of answers, never mixed:

    withdraw  →  Accepted | Declined | NotSent | InDoubt     (the create call)
    find      →  Found | Absent | NoAnswer                   (a look-up)

In doubt never means failed. Absent is what the gateway said, not yet what is so.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from approvals.catalogue import Catalogue
from approvals.payout import Account, Content


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway took the withdrawal, and its signature says so.

    `network_fee` in `fee_coin`; each None where the answer does not name it.
    """

    order_id: str
    network_fee: Decimal | None
    fee_coin: str | None


@dataclass(frozen=True, slots=True)
class Declined:
    """A code that is known to mean: refused, nothing was sent."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """No connection came about, so no byte of the request left."""

    why: str


@dataclass(frozen=True, slots=True)
class InDoubt:
    """Everything else. `duplicate`: the gateway says that it knows our reference already."""

    why: str
    code: str = ""
    message: str = ""
    duplicate: bool = False


Outcome = Accepted | Declined | NotSent | InDoubt


class Progress(StrEnum):
    """How far a withdrawal has come at the gateway. UNKNOWN: a status that we have no word for."""

    PENDING = "pending"
    PROCESSING = "processing"
    SETTLED = "settled"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Found:
    """The gateway's entry with exactly our reference. None: the answer does not carry it.

    `status` is the gateway's own word; `amount` in `symbol`; `network_fee` in `fee_coin`.
    """

    order_id: str
    progress: Progress
    status: str
    symbol: str | None = None
    chain: str | None = None
    contract: str | None = None
    amount: Decimal | None = None
    network_fee: Decimal | None = None
    fee_coin: str | None = None
    txid: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """The gateway answered and knows no such reference. `form` is how it said so (an empty list,
    a code); `gateway_time` is its own clock, where the answer tells it."""

    form: str
    gateway_time: datetime | None


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing that can be used: silence, an error that means nothing, a signature that is wrong."""

    why: str
    code: str = ""
    message: str = ""


Finding = Found | Absent | NoAnswer


@dataclass(frozen=True, slots=True)
class Fee:
    """An estimate of the network fee, in `coin`, which need not be the payout's."""

    amount: Decimal
    coin: str


@dataclass(frozen=True, slots=True)
class CwalletUser:
    """A Cwallet user as the gateway names them; `name` may be masked."""

    id: str
    name: str


class GatewayTrouble(Exception):
    """A question that is not about a withdrawal got no usable answer. `why` is for operators;
    `code` and `message` are the gateway's own, where it gave any."""

    def __init__(self, why: str, code: str = "", message: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.code = code
        self.message = message


class Gateway(Protocol):
    """What the rest of the program may ask a payment provider. Every call ends within a deadline
    of its own. Only `withdraw` moves money; only the sender calls it."""

    @property
    def account(self) -> Account:
        """Which account at which API this is: a ledger belongs to exactly one."""
        ...

    def body(self, content: Content, reference: str) -> str:
        """The exact text of the create call for this content: a function of what was approved
        and nothing else. It is stored before it is sent."""
        ...

    def withdraw(self, body: str, timestamp: int) -> Outcome:
        """Send `body` once, signed for `timestamp` (seconds). Never raises, never repeats."""
        ...

    def find(self, reference: str) -> Finding:
        """Look a withdrawal up by our reference. Never raises."""
        ...

    def catalogue(self) -> Catalogue:
        """All coins, freshly fetched. Raises GatewayTrouble."""
        ...

    def balance(self, symbol: str) -> Decimal:
        """What the account holds of a coin, in the coin; a verified, signed success.
        Raises GatewayTrouble."""
        ...

    def fee(self, content: Content) -> Fee:
        """The network fee as of now. Raises GatewayTrouble."""
        ...

    def cwallet_user(self, id: str) -> CwalletUser | None:
        """Who a Cwallet ID belongs to; None where the gateway knows nobody.
        Raises GatewayTrouble."""
        ...
