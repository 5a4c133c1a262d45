"""What can go wrong between a merchant and CCPayment, as a table: one row and one function each.

A fault gets an exchange (a call whose headers and signature were found in order) and decides what
is done and what is said. Taking the order and answering the call are two steps, so it can do either
without the other. To add one: a `Mode`, a function, a row.

Withdrawals and look-ups fail independently: one mode for each can be in force at a time. What is
true of the service all along, whatever fails, is in `Knobs`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, StrEnum, auto
from typing import Protocol

from sandbox.ccpayment.book import (
    Book,
    Check,
    Duplicates,
    Order,
    Reason,
    Refused,
    Status,
    checks,
)
from sandbox.ccpayment.catalogue import CHAINS, EVM_CHAINS
from sandbox.ccpayment.wire import Answer, Call, HungUp, Reply


class Wire(Protocol):
    """One API generation: reads calls, works on the book, writes answers."""

    def perform(self, call: Call, book: Book) -> object:
        """Do what is asked and return the answer's data. Raise Refused."""

    def wants(self, call: Call, book: Book) -> Callable[[Order], bool]:
        """Which orders a look-up asks for. Raise Refused where it is malformed."""

    def lacks(self, call: Call, book: Book) -> bool:
        """Whether a look-up names an order that is not there. Raise Refused where malformed."""

    def tell(self, call: Call, orders: Iterable[Order], book: Book) -> object:
        """What a look-up says that found these. Raise Refused where that is an error."""

    def unknown(self) -> Reply:
        """That an order is not known, said in the other way than usual."""

    def success(self, data: object) -> Reply:
        """A success, signed where this service signs."""

    def refusal(self, refused: Refused) -> Reply:
        """An unsigned error."""


LONGEST_LAG = 60.0
"""Seconds that look-ups lag at most where duplicates are taken: an assumption. A service that takes
a reference twice and hides the first one for longer cannot be used safely by anybody."""

SOMEBODY_ON_TRX = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
COUNTERFEIT = "0x000000000000000000000000000000000000dEaD"


@dataclass(frozen=True, slots=True)
class Knobs:
    """What the service is like, and how bad it gets; times in seconds.

    `slow` is slower than any client should wait, `late` just within a request's validity, `held`
    what the account's owner takes to decide about an order that waits for it. The service's
    clock is `ahead` of the true time, or behind. It `signs` its successes, or not; None: as its
    vendor documents it, which is yes for v1, and for v2 not at all. v2's list of coins has
    `prices`, and flags that are false (`noes`), or not. Raises ValueError for what
    breaks `LONGEST_LAG`.
    """

    slow: float = 12.0
    lag: float = 60.0
    late: float = 119.0
    held: float = 20.0
    ahead: float = 0.0
    duplicates: Duplicates = Duplicates.REFUSED
    balance_first: bool = False
    signs: bool | None = None
    prices: bool = True
    noes: bool = True

    def __post_init__(self) -> None:
        if self.duplicates is Duplicates.TAKEN and self.lag > LONGEST_LAG:
            raise ValueError(f"look-ups must not lag {self.lag} s where duplicates are taken")

    @property
    def checks(self) -> tuple[Check, ...]:
        """What a withdrawal must pass, in this order."""
        return checks(self.duplicates, balance_first=self.balance_first)


@dataclass(frozen=True, slots=True)
class Exchange:
    """`hold` lets the call arrive so many seconds later, when nobody waits for its answer."""

    wire: Wire
    call: Call
    book: Book
    knobs: Knobs
    hold: Callable[[float], None]

    def proceed(self) -> Reply:
        """Do what is asked, and say so."""
        try:
            return self.wire.success(self.wire.perform(self.call, self.book))
        except Refused as refused:
            return self.wire.refusal(refused)

    def refuse(self, reason: Reason) -> Reply:
        return self.wire.refusal(Refused(reason))

    def over(self, book: Book) -> "Exchange":
        return replace(self, book=book)


def _page(status: int, title: str) -> Reply:
    """What a proxy in front of the service says: no JSON."""
    html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Reply(status, {"Content-Type": "text/html"}, html.encode())


def _slow(exchange: Exchange) -> Answer:
    return replace(exchange.proceed(), after=exchange.knobs.slow)


def _declined(exchange: Exchange) -> Answer:
    return exchange.refuse(Reason.DECLINED)


def _declined_after(exchange: Exchange) -> Answer:
    exchange.proceed()
    return exchange.refuse(Reason.DECLINED)


def _answer_lost(exchange: Exchange) -> Answer:
    exchange.proceed()
    return HungUp()


def _request_lost(_: Exchange) -> Answer:
    return HungUp()


def _delivered_late(exchange: Exchange) -> Answer:
    """Something on the way keeps the request; until it arrives, nothing is taken."""
    exchange.hold(exchange.knobs.late)
    return HungUp()


def _error_before(exchange: Exchange) -> Answer:
    return exchange.refuse(Reason.SERVICE)


def _error_after(exchange: Exchange) -> Answer:
    exchange.proceed()
    return exchange.refuse(Reason.SERVICE)


def _broken_before(_: Exchange) -> Answer:
    return _page(500, "Internal Server Error")


def _broken_after(exchange: Exchange) -> Answer:
    exchange.proceed()
    return _page(500, "Internal Server Error")


def _not_json(exchange: Exchange) -> Answer:
    exchange.proceed()
    return _page(200, "Just a moment")


def _badly_signed(exchange: Exchange) -> Answer:
    """A success with a signature that fits nothing; an error has none, as always."""
    try:
        data = exchange.wire.perform(exchange.call, exchange.book)
    except Refused as refused:
        return exchange.wire.refusal(refused)
    reply = exchange.wire.success(data)
    return replace(reply, headers={**reply.headers, "Sign": "0" * 64})


def _unsigned(exchange: Exchange) -> Answer:
    reply = exchange.proceed()
    kept = {name: value for name, value in reply.headers.items() if name != "Sign"}
    return replace(reply, headers=kept)


def _delivered_twice(exchange: Exchange) -> Answer:
    """Something on the way repeats the request, and only the second answer comes back.

    Where duplicates are taken this pays twice, and no merchant could prevent it.
    """
    exchange.proceed()
    return exchange.proceed()


def _fails_later(exchange: Exchange) -> Answer:
    return exchange.over(exchange.book.ending(Status.FAILED)).proceed()


def _held(fate: Status) -> Callable[[Exchange], Answer]:
    def act(exchange: Exchange) -> Answer:
        held = timedelta(seconds=exchange.knobs.held)
        return exchange.over(exchange.book.ending(fate, held=held)).proceed()

    return act


def _down(_: Exchange) -> Answer:
    return _page(503, "Service Unavailable")


def _lagging(exchange: Exchange) -> Answer:
    return exchange.over(exchange.book.as_of(timedelta(seconds=exchange.knobs.lag))).proceed()


def _unknown_otherwise(exchange: Exchange) -> Answer:
    unknown = exchange.wire.lacks(exchange.call, exchange.book)
    return exchange.wire.unknown() if unknown else exchange.proceed()


def _all_refused(exchange: Exchange) -> Answer:
    """The words for an unknown order, for known ones too: "not found" that proves nothing."""
    return exchange.refuse(Reason.UNKNOWN_ORDER)


def _other_entry(exchange: Exchange) -> Answer:
    """The newest order that was *not* asked for, as an index gives it that points elsewhere."""
    wire, book = exchange.wire, exchange.book
    asked = wire.wants(exchange.call, book)
    others = [order for order in book.withdrawals if not asked(order)]
    return wire.success(wire.tell(exchange.call, others[-1:], book))


def _misread(wrongly: Callable[[Exchange, Order], Order]) -> Callable[[Exchange], Answer]:
    def act(exchange: Exchange) -> Answer:
        book = exchange.book.misread(lambda order: wrongly(exchange, order))
        return exchange.over(book).proceed()

    return act


def _other_coin(exchange: Exchange, order: Order) -> Order:
    coins = exchange.book.catalogue.coins
    return replace(order, coin=next(coin for coin in coins if coin.symbol != order.coin.symbol))


def _larger(_: Exchange, order: Order) -> Order:
    return replace(order, amount=order.amount * 2)


def _smaller(_: Exchange, order: Order) -> Order:
    return replace(order, amount=order.amount / 2)


def _other_chain(_: Exchange, order: Order) -> Order:
    """One where contracts are written alike, so that nothing else changes."""
    here, evm = order.token.chain, order.token.chain in EVM_CHAINS
    chain = next(other for other in CHAINS if other != here and (other in EVM_CHAINS) == evm)
    return replace(order, token=replace(order.token, chain=chain))


def _other_contract(_: Exchange, order: Order) -> Order:
    return replace(order, token=replace(order.token, contract=COUNTERFEIT))


def _other_address(exchange: Exchange, order: Order) -> Order:
    """Somebody else's; where none is at hand, one character of it is another one; or it is another
    Cwallet user."""
    asked = order.ask.address
    other = asked[:-1] + ("3" if asked.endswith("2") else "2")
    if order.token.chain == "TRX":
        other = SOMEBODY_ON_TRX
    if order.internal:
        user = exchange.book.catalogue.user(asked)
        other = next(one.c_id for one in exchange.book.catalogue.users if one != user)
    return replace(order, ask=replace(order.ask, address=other))


class On(Enum):
    """Which calls a fault is about."""

    WITHDRAWAL = auto()
    LOOK_UP = auto()


class Mode(StrEnum):
    NORMAL = "normal"
    SLOW = "slow"
    DECLINED = "declined"
    DECLINED_AFTER = "declined-after"
    ANSWER_LOST = "answer-lost"
    REQUEST_LOST = "request-lost"
    DELIVERED_LATE = "delivered-late"
    ERROR_BEFORE = "error-before"
    ERROR_AFTER = "error-after"
    BROKEN_BEFORE = "broken-before"
    BROKEN_AFTER = "broken-after"
    NOT_JSON = "not-json"
    BADLY_SIGNED = "badly-signed"
    UNSIGNED = "unsigned"
    DELIVERED_TWICE = "delivered-twice"
    FAILS_LATER = "fails-later"
    HELD = "held"
    HELD_REJECTED = "held-rejected"
    LOOK_UPS_DOWN = "look-ups-down"
    LOOK_UPS_LAG = "look-ups-lag"
    LOOK_UPS_REFUSE_UNKNOWN = "look-ups-refuse-unknown"
    LOOK_UPS_REFUSE_ALL = "look-ups-refuse-all"
    LOOK_UPS_ERROR = "look-ups-error"
    LOOK_UPS_BADLY_SIGNED = "look-ups-badly-signed"
    LOOK_UPS_UNSIGNED = "look-ups-unsigned"
    LOOK_UPS_OTHER_ENTRY = "look-ups-other-entry"
    LOOK_UPS_OTHER_COIN = "look-ups-other-coin"
    LOOK_UPS_LARGER = "look-ups-larger"
    LOOK_UPS_SMALLER = "look-ups-smaller"
    LOOK_UPS_OTHER_CHAIN = "look-ups-other-chain"
    LOOK_UPS_OTHER_CONTRACT = "look-ups-other-contract"
    LOOK_UPS_OTHER_ADDRESS = "look-ups-other-address"


@dataclass(frozen=True, slots=True)
class Fault:
    """`only` names the API that shows it as its vendor documents it, where not every one does."""

    on: On
    label: str
    act: Callable[[Exchange], Answer]
    only: str | None = None


NORMAL_LABEL = "Works normally"
FAULTS: dict[Mode, Fault] = {
    Mode.SLOW: Fault(On.WITHDRAWAL, "Takes the order, answers too late", _slow),
    Mode.DECLINED: Fault(On.WITHDRAWAL, "Declines", _declined),
    Mode.DECLINED_AFTER: Fault(
        On.WITHDRAWAL, "Takes the order, declines all the same", _declined_after
    ),
    Mode.ANSWER_LOST: Fault(On.WITHDRAWAL, "Takes the order, the answer is lost", _answer_lost),
    Mode.REQUEST_LOST: Fault(On.WITHDRAWAL, "The request is lost, nothing is taken", _request_lost),
    Mode.DELIVERED_LATE: Fault(
        On.WITHDRAWAL, "The request arrives two minutes late, nothing is said", _delivered_late
    ),
    Mode.ERROR_BEFORE: Fault(
        On.WITHDRAWAL, "Says a general error, nothing is taken", _error_before
    ),
    Mode.ERROR_AFTER: Fault(On.WITHDRAWAL, "Takes the order, says a general error", _error_after),
    Mode.BROKEN_BEFORE: Fault(On.WITHDRAWAL, "HTTP 500, nothing is taken", _broken_before),
    Mode.BROKEN_AFTER: Fault(On.WITHDRAWAL, "Takes the order, HTTP 500", _broken_after),
    Mode.NOT_JSON: Fault(On.WITHDRAWAL, "Takes the order, answers no JSON", _not_json),
    Mode.BADLY_SIGNED: Fault(On.WITHDRAWAL, "Takes the order, signs wrongly", _badly_signed),
    Mode.UNSIGNED: Fault(On.WITHDRAWAL, "Takes the order, does not sign", _unsigned, only="v1"),
    Mode.DELIVERED_TWICE: Fault(
        On.WITHDRAWAL, "The request arrives twice, the second one is refused", _delivered_twice
    ),
    Mode.FAILS_LATER: Fault(On.WITHDRAWAL, "Takes the order, fails it later", _fails_later),
    Mode.HELD: Fault(
        On.WITHDRAWAL,
        "Takes the order, the account’s owner approves it only later",
        _held(Status.SUCCESSFUL),
    ),
    Mode.HELD_REJECTED: Fault(
        On.WITHDRAWAL,
        "Takes the order, the account’s owner rejects it later",
        _held(Status.REJECTED),
    ),
    Mode.LOOK_UPS_DOWN: Fault(On.LOOK_UP, "Look-ups are down", _down),
    Mode.LOOK_UPS_LAG: Fault(On.LOOK_UP, "Look-ups do not know new orders yet", _lagging),
    Mode.LOOK_UPS_REFUSE_UNKNOWN: Fault(
        On.LOOK_UP, "Look-ups say otherwise than usual that an order is unknown", _unknown_otherwise
    ),
    Mode.LOOK_UPS_REFUSE_ALL: Fault(
        On.LOOK_UP, "Look-ups answer the same error for every order", _all_refused
    ),
    Mode.LOOK_UPS_ERROR: Fault(On.LOOK_UP, "Look-ups say a general error", _error_before),
    Mode.LOOK_UPS_BADLY_SIGNED: Fault(On.LOOK_UP, "Look-ups are signed wrongly", _badly_signed),
    Mode.LOOK_UPS_UNSIGNED: Fault(On.LOOK_UP, "Look-ups are not signed", _unsigned, only="v1"),
    Mode.LOOK_UPS_OTHER_ENTRY: Fault(
        On.LOOK_UP, "Look-ups give the entry of another order", _other_entry
    ),
    Mode.LOOK_UPS_OTHER_COIN: Fault(
        On.LOOK_UP, "Look-ups name another coin", _misread(_other_coin)
    ),
    Mode.LOOK_UPS_LARGER: Fault(On.LOOK_UP, "Look-ups name twice the amount", _misread(_larger)),
    Mode.LOOK_UPS_SMALLER: Fault(On.LOOK_UP, "Look-ups name half the amount", _misread(_smaller)),
    Mode.LOOK_UPS_OTHER_CHAIN: Fault(
        On.LOOK_UP, "Look-ups name another chain", _misread(_other_chain)
    ),
    Mode.LOOK_UPS_OTHER_CONTRACT: Fault(
        On.LOOK_UP, "Look-ups name another contract", _misread(_other_contract), only="v1"
    ),
    Mode.LOOK_UPS_OTHER_ADDRESS: Fault(
        On.LOOK_UP, "Look-ups name another address", _misread(_other_address), only="v2"
    ),
}


def label(mode: Mode) -> str:
    return NORMAL_LABEL if mode is Mode.NORMAL else FAULTS[mode].label


def modes(api: str) -> tuple[Mode, ...]:
    """Those that show on this API."""
    return (Mode.NORMAL, *(mode for mode, it in FAULTS.items() if it.only in (None, api)))


class Switchboard:
    """Which faults are in force, and for how long."""

    def __init__(self) -> None:
        self._set: dict[On, tuple[Mode, bool, Mode | None]] = {}
        self.version = 0

    def switch(self, mode: Mode, *, once: bool, then: Mode | None = None) -> None:
        """From now on, or for the next call of its kind only, after which `then` is in force.
        NORMAL ends all faults."""
        if mode is Mode.NORMAL:
            self._set.clear()
        else:
            self._set[FAULTS[mode].on] = (mode, once, then)
        self.version += 1

    def active(self) -> tuple[Mode, ...]:
        return tuple(mode for mode, _, _ in self._set.values())

    def take(self, on: On | None) -> Callable[[Exchange], Answer]:
        """What to do with a call of this kind; uses up what is for one call only."""
        calm = (Mode.NORMAL, False, None)
        mode, once, then = self._set.get(on, calm) if on else calm
        if on and once:
            del self._set[on]
            self.version += 1
        if once and then:
            self.switch(then, once=False)
        return Exchange.proceed if mode is Mode.NORMAL else FAULTS[mode].act
