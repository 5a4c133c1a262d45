"""The payment provider behind one interface, and what it can answer.

The outside world answers yes, no, or nothing; which of them it was is a type. Two calls, two
families of answers, never mixed:

    withdraw  →  Accepted | Declined | NotSent | InDoubt     (the create call)
    find      →  Found | Absent | NoAnswer                   (a look-up)

In doubt never means failed. Absent is what the gateway said, not yet what is so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from approvals.catalogue import Catalogue
from approvals.content import Account, Content
from approvals.destination import Kind
from approvals.silence import Silence


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
    """A code that is known to mean: refused, nothing was sent. `message` is the gateway's own,
    word for word; `meaning` says in our words what the code means and what to do, where we know."""

    code: str
    message: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class NotSent:
    """No connection came about, or none was tried, so no byte of the request left."""

    why: str


@dataclass(frozen=True, slots=True)
class InDoubt:
    """Everything else. `duplicate`: the gateway says that it knows our reference already."""

    why: str
    code: str = ""
    message: str = ""
    meaning: str = ""
    duplicate: bool = False
    silence: Silence = Silence.UNCLEAR


Outcome = Accepted | Declined | NotSent | InDoubt


class Progress(StrEnum):
    """How far a withdrawal has come at the gateway. WAITING: for the account's owner, who may have
    to approve it there too; REJECTED: the owner said no. UNKNOWN: a status that we have no word
    for."""

    PENDING = "pending"
    WAITING = "waiting"
    PROCESSING = "processing"
    SETTLED = "settled"
    FAILED = "failed"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Found:
    """The gateway's entry with exactly our reference. None: the answer does not carry it.

    `status` is the gateway's own word; `amount` in `symbol`; `network_fee` in `fee_coin`.
    `unreadable` names what the answer carries, but in no form that we know: that is not the same as
    not carrying it. `withdrawals` is how many the gateway has under this one reference. `catalogue`
    is its list of coins as it was last told: by it the names in the report are understood; None
    where nobody has asked for it yet.
    """

    order_id: str
    progress: Progress
    status: str
    symbol: str | None = None
    chain: str | None = None
    contract: str | None = None
    amount: Decimal | None = None
    destination: str | None = None
    memo: str | None = None
    network_fee: Decimal | None = None
    fee_coin: str | None = None
    txid: str | None = None
    reason: str | None = None
    unreadable: tuple[str, ...] = ()
    withdrawals: int = 1
    gateway_time: datetime | None = field(default=None, compare=False)
    catalogue: Catalogue | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Absent:
    """The gateway answered and knows no such reference. `form` is how it said so (no entry,
    a code); `gateway_time` is its own clock, where the answer tells it; `message` is its own, where
    it gave a code, and says nothing about whether two answers are alike."""

    form: str
    gateway_time: datetime | None
    message: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing that can be used: silence, an error that means nothing, a signature that is wrong."""

    why: str
    code: str = ""
    message: str = ""
    meaning: str = ""
    silence: Silence = Silence.UNCLEAR
    gateway_time: datetime | None = field(default=None, compare=False)


Finding = Found | Absent | NoAnswer


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of the gateway's own list of withdrawals. `reference` is the merchant's name for
    it, which need not be one of ours; "" where it has none."""

    reference: str
    found: Found


@dataclass(frozen=True, slots=True)
class Fee:
    """An estimate of the network fee, in `coin`, which need not be the payout's."""

    amount: Decimal
    coin: str


class Going(Protocol):
    """What a network fee depends on: a content has it, and so has what somebody asks for."""

    @property
    def kind(self) -> Kind: ...
    @property
    def symbol(self) -> str: ...
    @property
    def chain(self) -> str: ...
    @property
    def token_id(self) -> str: ...
    @property
    def destination(self) -> str: ...


@dataclass(frozen=True, slots=True)
class CwalletUser:
    """A Cwallet user as the gateway names them; `name` may be masked."""

    id: str
    name: str


class GatewayTrouble(Exception):
    """A question that is not about a withdrawal got no usable answer. `why` is for operators, and
    `silence` says by type whose business it is; `code` and `message` are the gateway's own, where
    it gave any, and `meaning` is what the code means and what to do, where we know; `time` is the
    gateway's own clock, where the answer tells it."""

    def __init__(
        self,
        why: str,
        code: str = "",
        message: str = "",
        meaning: str = "",
        silence: Silence = Silence.UNCLEAR,
        time: datetime | None = None,
    ) -> None:
        super().__init__(why)
        self.time = time
        self.why = why
        self.code = code
        self.message = message
        self.meaning = meaning
        self.silence = silence


class Can(StrEnum):
    """What a gateway may be able to do, besides what every one can. Whoever wants it asks for it,
    and never which gateway it is."""

    LIST_RECORDS = "list its withdrawals"
    ESTIMATE_FEES = "estimate network fees"
    CHECK_ADDRESSES = "check addresses"
    REPORT_DESTINATIONS = "report address and memo of a withdrawal"


class Gateway(Protocol):
    """What the rest of the program may ask a payment provider. Every call ends within a deadline
    of its own. Only `withdraw` moves money; only the sender calls it."""

    @property
    def account(self) -> Account:
        """Which account at which API this is: a ledger belongs to exactly one."""
        ...

    @property
    def can(self) -> frozenset[Can]:
        """What this gateway can do; asking it for anything else is an error of ours."""
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

    def priced(self, offered: Catalogue) -> Catalogue:
        """`offered` with the prices that the list of coins itself did not have, as far as they are
        told; their time is that of the list, which is older. Never raises."""
        ...

    def balance(self, symbol: str) -> Decimal:
        """What the account holds of a coin, in the coin; a verified, signed success.
        Raises GatewayTrouble."""
        ...

    def fee(self, going: Going) -> Fee:
        """The network fee as of now. Needs ESTIMATE_FEES. Raises GatewayTrouble."""
        ...

    def address_fits(self, chain: str, address: str) -> bool:
        """Whether the gateway takes it for an address of that chain. Needs CHECK_ADDRESSES. Raises
        GatewayTrouble."""
        ...

    def records(self, since: datetime, until: datetime) -> Iterator[Record]:
        """The account's withdrawals made in [since, until), each once, in the gateway's order.
        Needs LIST_RECORDS. Raises GatewayTrouble, also half-way."""
        ...

    def explorers(self) -> Mapping[str, str]:
        """For each chain whose block explorer the gateway knows, the https address of a
        transaction there, with `%s` for its id. Raises GatewayTrouble."""
        ...

    def cwallet_user(self, id: str) -> CwalletUser | None:
        """Who a Cwallet ID belongs to; None where the gateway knows nobody.
        Raises GatewayTrouble."""
        ...
