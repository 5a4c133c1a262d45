"""The book: coins, balances, and every withdrawal that was taken: what left the account.

It knows nothing of HTTP, signatures or API generations, so that any of them can stand on it.
What an order has become follows from the clock alone: there is no thread and nothing to advance.

    taken ──► Pending ── half of settle_after ──► Processing ── settle_after ──► Successful | Failed
      │          ▲
      └► Waiting ┴ for the account's owner, who lets it go on ──► or not: Rejected

A refused withdrawal leaves no trace: its reference is still free. An order that failed or was
rejected gives amount and fee back; the vendor does not say whether the real one does.

Not safe for several threads by itself: `PretendCCPayment` holds a lock around it.
"""

import re
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum, auto
from random import Random

from sandbox.ccpayment.catalogue import (
    BALANCES,
    CATALOGUE,
    CHAINS,
    EVM_CHAINS,
    LIGHTNING,
    Availability,
    Catalogue,
    Coin,
    Token,
)

SETTLE_AFTER = timedelta(seconds=4)

_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?")
_SATS_PER_BTC = 100_000_000
_INVOICE_UNITS = {
    "": Decimal(1),
    "m": Decimal("1e-3"),
    "u": Decimal("1e-6"),
    "n": Decimal("1e-9"),
    "p": Decimal("1e-12"),
}


class Status(Enum):
    """What has become of an order. Each wire has its own words for it."""

    WAITING = auto()
    PENDING = auto()
    PROCESSING = auto()
    SUCCESSFUL = auto()
    FAILED = auto()
    REJECTED = auto()


FINAL = frozenset({Status.SUCCESSFUL, Status.FAILED, Status.REJECTED})
_GIVEN_BACK = frozenset({Status.FAILED, Status.REJECTED})
_STAGE = {Status.WAITING: 1, Status.PENDING: 2, Status.PROCESSING: 3} | dict.fromkeys(FINAL, 4)


class Reason(Enum):
    """Why a call is refused. Each wire has its own code for it."""

    CONTENT_TYPE = auto()
    APP_ID = auto()
    TIMESTAMP = auto()
    SIGN = auto()
    FORM = auto()
    REFERENCE = auto()
    DUPLICATE = auto()
    TOKEN = auto()
    CHAIN = auto()
    MAINTENANCE = auto()
    AMOUNT = auto()
    DECIMALS = auto()
    MINIMUM = auto()
    MAXIMUM = auto()
    USER = auto()
    ADDRESS = auto()
    MEMO = auto()
    NO_MEMO = auto()
    INVOICE_AMOUNT = auto()
    INVOICE_USED = auto()
    FEE_ABOVE_AMOUNT = auto()
    BALANCE = auto()
    FEE_BALANCE = auto()
    DECLINED = auto()
    SERVICE = auto()
    UNEXPLAINED = auto()
    UNKNOWN_ORDER = auto()
    TIME_RANGE = auto()


class Refused(Exception):
    """Nothing was done. `detail` names the field or the value that is to blame, if one is."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason.name, detail)
        self.reason = reason
        self.detail = detail


class Duplicates(Enum):
    """What happens to a reference that was taken before. The vendor only says: it must be unique.

    UNEXPLAINED is refused too, with a code and words that do not tell why.
    """

    REFUSED = auto()
    UNEXPLAINED = auto()
    TAKEN = auto()


@dataclass(frozen=True, slots=True)
class Ask:
    """A withdrawal as the merchant asks for it. `amount` is in units of `coin`; `internal` says
    that `address` is a Cwallet user's id or e-mail."""

    reference: str
    address: str
    coin: Coin
    token: Token
    amount: str
    memo: str
    merchant_pays_fee: bool
    internal: bool


@dataclass(frozen=True, slots=True)
class Order:
    """A withdrawal that was taken. `fate` is how it will end, `txid` what it will then show;
    `held` is how long the account's owner takes to decide about it."""

    ask: Ask
    coin: Coin
    token: Token
    amount: Decimal
    fee: Decimal
    fee_coin: Coin
    created: datetime
    fate: Status
    held: timedelta
    order_id: str = ""
    record_id: str = ""
    txid: str = ""

    @property
    def internal(self) -> bool:
        return self.ask.internal

    @property
    def let_go(self) -> datetime:
        """When the owner has decided; at once where nobody was asked."""
        return self.created + self.held

    @property
    def net_receivable(self) -> Decimal:
        """What the payee gets. A fee in another coin cannot come out of the amount."""
        taken_out = not self.ask.merchant_pays_fee and self.fee_coin.symbol == self.coin.symbol
        return self.amount - self.fee if taken_out else self.amount

    def debit(self, symbol: str) -> Decimal:
        """What this order takes from the merchant's balance of that coin.

        A fee in another coin always comes from the merchant's balance of it: the vendor does not
        say who bears it if the payee should.
        """
        taken = self.amount if symbol == self.coin.symbol else Decimal(0)
        extra = self.ask.merchant_pays_fee or self.fee_coin.symbol != self.coin.symbol
        return taken + (self.fee if extra and symbol == self.fee_coin.symbol else 0)


def invoice_amount(invoice: str) -> Decimal | None:
    """Satoshis that a Lightning invoice asks for, by its prefix; None where it leaves them open.

    Source: BOLT 11, human-readable part.
    """
    prefix = invoice.lower().rpartition("1")[0]
    found = re.fullmatch(r"lnbc(\d+)([munp]?)", prefix)
    if found is None:
        return None
    return Decimal(found[1]) * _INVOICE_UNITS[found[2]] * _SATS_PER_BTC


class Book:
    """Takes withdrawals and says what became of them.

    `withdrawals` are all of them, oldest first, two under one reference too. `clock` must not go
    back, or settled orders would be unsettled again.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        random: Random,
        *,
        catalogue: Catalogue = CATALOGUE,
        balances: Mapping[str, Decimal] = BALANCES,
        settle_after: timedelta = SETTLE_AFTER,
    ) -> None:
        self.catalogue = catalogue
        self.withdrawals: list[Order] = []
        self._clock = clock
        self._random = random
        self._deposits = dict(balances)
        self._settle_after = settle_after
        self._fate = Status.SUCCESSFUL
        self._held = timedelta()
        self._checks = CHECKS

    # -- views: the same book, seen or continued differently ------------------------------------

    def as_of(self, age: timedelta) -> "Book":
        """What a replica knows that lags behind by `age`: younger orders are not in it."""
        newest = self._clock() - age
        return self._view(withdrawals=[o for o in self.withdrawals if o.created <= newest])

    def misread(self, wrongly: Callable[[Order], Order]) -> "Book":
        """What a reader sees who gets every order wrong in the same way."""
        return self._view(withdrawals=[wrongly(order) for order in self.withdrawals])

    def ending(self, fate: Status, *, held: timedelta = timedelta()) -> "Book":
        """This very book; but the orders that it takes will end like this, and wait for the
        account's owner so long."""
        return self._view(_fate=fate, _held=held)

    def offering(self, catalogue: Catalogue) -> "Book":
        """This very book; but this is all that it knows of coins."""
        return self._view(catalogue=catalogue)

    def checking(self, checks: "tuple[Check, ...]") -> "Book":
        """This very book; but these are the checks, in this order."""
        return self._view(_checks=checks)

    def at(self, moment: datetime) -> "Book":
        """This very book as it was, or will be, at `moment`."""
        return self._view(_clock=lambda: moment)

    def _view(self, **changes: object) -> "Book":
        view = copy(self)
        vars(view).update(changes)
        return view

    # -- reading --------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self._clock()

    @property
    def orders(self) -> dict[str, Order]:
        """The withdrawals by reference; of several under one, the newest."""
        return {order.ask.reference: order for order in self.withdrawals}

    def status(self, order: Order) -> Status:
        age = self._clock() - order.let_go
        if age < timedelta():
            return Status.WAITING
        if order.fate is Status.REJECTED:
            return Status.REJECTED
        if age < self._settle_after / 2:
            return Status.PENDING
        return Status.PROCESSING if age < self._settle_after else order.fate

    def txid(self, order: Order) -> str:
        """Empty until the chain has it, and for ever where no chain is involved."""
        return order.txid if self.status(order) is Status.SUCCESSFUL else ""

    def settled_at(self, order: Order) -> datetime | None:
        """When its end, good or bad, was reached; None before."""
        if self.status(order) not in FINAL:
            return None
        rejected = order.fate is Status.REJECTED
        return order.let_go if rejected else order.let_go + self._settle_after

    def moments(self, order: Order) -> tuple[datetime, ...]:
        """When it was taken, let go, and ended, as far as that is past."""
        ended = self.settled_at(order)
        past = {order.created, order.let_go, *([ended] if ended else [])}
        return tuple(sorted(moment for moment in past if moment <= self._clock()))

    def balances(self) -> dict[str, Decimal]:
        """What is left, by symbol, of the coins that were ever held."""
        spent = [o for o in self.withdrawals if self.status(o) not in _GIVEN_BACK]
        return {
            symbol: start - sum((order.debit(symbol) for order in spent), Decimal(0))
            for symbol, start in self._deposits.items()
            if symbol in self.catalogue
        }

    def listed(self, token_id: str) -> tuple[Coin, Token]:
        """Raise Refused for a token_id that is not in the catalogue."""
        found = self.catalogue.token(token_id)
        if found is None:
            raise Refused(Reason.TOKEN, token_id)
        return found

    @property
    def version(self) -> int:
        """Rises whenever an order is taken or moves on."""
        return sum(_STAGE[self.status(order)] for order in self.withdrawals)

    # -- taking ---------------------------------------------------------------------------------

    def withdraw(self, ask: Ask) -> Order:
        """Take the order, or raise Refused for the first check that says no."""
        draft = self._draft(ask)
        for check in self._checks:
            check(self, draft)
        order = replace(
            draft,
            order_id=self._number(draft.created),
            record_id=self._number(draft.created),
            txid=self._txid(draft),
        )
        self.withdrawals.append(order)
        return order

    def _draft(self, ask: Ask) -> Order:
        """What `ask` would become. Raise Refused where it cannot be read at all."""
        if _AMOUNT.fullmatch(ask.amount) is None or not Decimal(ask.amount):
            raise Refused(Reason.AMOUNT, ask.amount)
        return Order(
            ask=ask,
            coin=ask.coin,
            token=ask.token,
            amount=Decimal(ask.amount),
            fee=Decimal(0) if ask.internal else ask.token.fee,
            fee_coin=self.catalogue.coin(ask.token.fee_symbol),
            created=self._clock().astimezone(UTC),
            fate=self._fate,
            held=self._held,
        )

    def _number(self, created: datetime) -> str:
        """The second it was made and 19 digits: the form of every number seen at either API."""
        return f"{created:%Y%m%d%H%M%S}{self._random.randrange(10**18, 10**19)}"

    def _txid(self, order: Order) -> str:
        if order.internal:
            return ""
        digits = self._random.randbytes(32).hex()
        return f"0x{digits}" if order.token.chain in EVM_CHAINS else digits


Check = Callable[[Book, Order], None]


def _new(book: Book, order: Order) -> None:
    if order.ask.reference in book.orders:
        raise Refused(Reason.DUPLICATE, order.ask.reference)


def _new_or_else(book: Book, order: Order) -> None:
    if order.ask.reference in book.orders:
        raise Refused(Reason.UNEXPLAINED)


def _available(_: Book, order: Order) -> None:
    if Availability.MAINTENANCE in (order.coin.availability, order.token.availability):
        raise Refused(Reason.MAINTENANCE, order.coin.symbol)


def _decimals(_: Book, order: Order) -> None:
    if len(order.ask.amount.partition(".")[2]) > order.token.precision:
        raise Refused(Reason.DECIMALS, order.ask.amount)


def _minimum(_: Book, order: Order) -> None:
    if order.amount < order.token.minimum:
        raise Refused(Reason.MINIMUM, order.ask.amount)


def _maximum(_: Book, order: Order) -> None:
    if order.token.maximum is not None and order.amount > order.token.maximum:
        raise Refused(Reason.MAXIMUM, order.ask.amount)


def _payee(book: Book, order: Order) -> None:
    if order.internal:
        if book.catalogue.user(order.ask.address) is None:
            raise Refused(Reason.USER, order.ask.address)
    else:
        _destination(book, order)


def _destination(book: Book, order: Order) -> None:
    address, memo = order.ask.address, order.ask.memo
    chain = CHAINS[order.token.chain]
    if not chain.fits(address):
        raise Refused(Reason.ADDRESS, address)
    if memo and not chain.memo:
        raise Refused(Reason.MEMO, memo)
    if chain.memo and not memo and book.catalogue.asks_memo:
        raise Refused(Reason.NO_MEMO)


def _invoice(book: Book, order: Order) -> None:
    """An invoice is paid once, and with the amount that it names."""
    if order.internal or order.token.chain != LIGHTNING:
        return
    invoice = order.ask.address.lower()
    if invoice_amount(invoice) not in (None, order.amount):
        raise Refused(Reason.INVOICE_AMOUNT, order.ask.amount)
    if any(invoice == other.ask.address.lower() for other in book.withdrawals):
        raise Refused(Reason.INVOICE_USED)


def _fee(_: Book, order: Order) -> None:
    if order.net_receivable <= 0:
        raise Refused(Reason.FEE_ABOVE_AMOUNT, order.ask.amount)


def _balance(book: Book, order: Order) -> None:
    balances = book.balances()
    if order.debit(order.coin.symbol) > balances.get(order.coin.symbol, 0):
        raise Refused(Reason.BALANCE, order.coin.symbol)
    if order.debit(order.fee_coin.symbol) > balances.get(order.fee_coin.symbol, 0):
        raise Refused(Reason.FEE_BALANCE, order.fee_coin.symbol)


_IS_NEW: Mapping[Duplicates, tuple[Check, ...]] = {
    Duplicates.REFUSED: (_new,),
    Duplicates.UNEXPLAINED: (_new_or_else,),
    Duplicates.TAKEN: (),
}
_IS_SOUND = (_available, _decimals, _minimum, _maximum, _payee, _invoice, _fee, _balance)


def checks(
    duplicates: Duplicates = Duplicates.REFUSED, *, balance_first: bool = False
) -> tuple[Check, ...]:
    """In this order; the first one that says no is the answer."""
    found = (*_IS_NEW[duplicates], *_IS_SOUND)
    return (_balance, *found) if balance_first else found


CHECKS = checks()
