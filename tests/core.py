"""The core for tests, and the outside around it.

`World` is what lies outside: time, people, CCPayment and the network. `Program` is one life of the
program around a ledger file; made a second time, it is a restart. The fixture that gives tests
their world is in tests/stage.py.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import httpx

from approvals.asking import Ask, Wanted, read_ask
from approvals.audit import Line
from approvals.catalogue import Catalogue, Coin, Status, Token
from approvals.ccpayment.v1 import CCPaymentV1
from approvals.ccpayment.wire import Deadlines, direct
from approvals.clerk import Clerk
from approvals.desk import Desk
from approvals.destination import Destination, Invoice
from approvals.destination import Kind as DestinationKind
from approvals.gateway import CwalletUser, Fee, Finding, Gateway, Outcome
from approvals.ledger import Change, Ledger
from approvals.ledger.reports import Verified, verify
from approvals.payout import Account, Content, FeePayer, Payout
from approvals.people import Person, Standing
from approvals.policy import Policy
from approvals.sender import Sender
from sandbox.ccpayment import PretendCCPayment
from sandbox.ccpayment.catalogue import CATALOGUE, CHAINS, Availability
from sandbox.slack.cast import DANA as DANA_IN_SLACK
from sandbox.slack.cast import ELI as ELI_IN_SLACK
from sandbox.slack.cast import MAX as MAX_IN_SLACK
from sandbox.slack.cast import NOA as NOA_IN_SLACK
from sandbox.slack.cast import RITA as RITA_IN_SLACK
from sandbox.slack.workspace import User

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
APP_ID = "20230101000000000000000000000001"
SECRET = "0123456789abcdef0123456789abcdef"
ACCOUNT = Account("v1", APP_ID, "http://127.0.0.1:1")
TRON = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
PLENTY = Decimal(1_000_000)
"""A balance that covers everything."""

_T = TypeVar("_T")


# -- the outside ----------------------------------------------------------------------------------


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def on(self, **by: float) -> None:
        """Go on by so many `seconds`, `minutes` or `hours`."""
        self.now += timedelta(**by)


def person(user: User, standing: Standing = Standing.MEMBER) -> Person:
    return Person(user.team_id, user.id, user.real_name, standing, NOON)


RITA, NOA = person(RITA_IN_SLACK), person(NOA_IN_SLACK)
DANA, ELI = person(DANA_IN_SLACK), person(ELI_IN_SLACK)
MAX = person(MAX_IN_SLACK, Standing.STRANGER)
POLICY = Policy(frozenset({DANA.id, ELI.id}), timedelta(hours=24))


def now_a(standing: Standing, who: Person) -> Person:
    """`who`, found to be something else than a member."""
    return replace(who, standing=standing)


class Crowd:
    """Knows people, as Slack does: whoever is not in `standings` is a member."""

    def __init__(self) -> None:
        self.standings: dict[str, Standing] = {}

    def find(self, team: str, id: str, deadline: datetime) -> Person:
        return Person(team, id, id, self.standings.get(id, Standing.MEMBER), deadline)


class Network(httpx.BaseTransport):
    """The way to CCPayment, over loopback. A call named in `broken` is led to `nowhere`, a port on
    which nobody listens."""

    def __init__(self, broken: set[str], nowhere: int) -> None:
        self._broken = broken
        self._nowhere = nowhere
        self._real = direct()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.rpartition("/")[2] in self._broken:
            request.url = request.url.copy_with(port=self._nowhere)
        return self._real.handle_request(request)

    def close(self) -> None:
        self._real.close()


@dataclass
class World:
    """All that is outside. `broken` names calls ("withdraw", "bill/info") that cannot connect."""

    url: str
    pretend: PretendCCPayment
    clock: Clock
    nowhere: int
    crowd: Crowd = field(default_factory=Crowd)
    broken: set[str] = field(default_factory=set)

    def gateway(self, **settings: Any) -> CCPaymentV1:
        """The real client, patient enough for a busy machine."""
        ample = Deadlines(timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=20))
        return CCPaymentV1(
            Account("v1", APP_ID, self.url),
            SECRET,
            self.clock,
            transport=lambda: Network(self.broken, self.nowhere),
            **{"deadlines": ample, **settings},
        )

    @property
    def sent(self) -> int:
        """How many create calls CCPayment received, whatever became of them."""
        return len(self.pretend.received)

    @property
    def orders(self) -> int:
        """How many withdrawals CCPayment took."""
        return len(self.pretend.book.withdrawals)


class Tapped:
    """A gateway; `tap` is called before and after each call, with `before find` and the like.
    What the tap raises goes through."""

    def __init__(self, gateway: Gateway, tap: Callable[[str], None]) -> None:
        self._gateway = gateway
        self._tap = tap

    @property
    def account(self) -> Account:
        return self._gateway.account

    def body(self, content: Content, reference: str) -> str:
        return self._gateway.body(content, reference)

    def withdraw(self, body: str, timestamp: int) -> Outcome:
        return self._around("withdraw", lambda: self._gateway.withdraw(body, timestamp))

    def find(self, reference: str) -> Finding:
        return self._around("find", lambda: self._gateway.find(reference))

    def catalogue(self) -> Catalogue:
        return self._around("catalogue", self._gateway.catalogue)

    def balance(self, symbol: str) -> Decimal:
        return self._around("balance", lambda: self._gateway.balance(symbol))

    def fee(self, content: Content) -> Fee:
        return self._around("fee", lambda: self._gateway.fee(content))

    def cwallet_user(self, id: str) -> CwalletUser | None:
        return self._around("cwallet_user", lambda: self._gateway.cwallet_user(id))

    def _around(self, name: str, call: Callable[[], _T]) -> _T:
        self._tap(f"before {name}")
        answer = call()
        self._tap(f"after {name}")
        return answer


def once(at: str, action: Callable[[], object]) -> Callable[[str], None]:
    """A tap that does `action` the first time that `at` comes by."""
    waiting = [action]

    def tap(event: str) -> None:
        if event == at and waiting:
            waiting.pop()()

    return tap


class TappedLedger(Ledger):
    """A ledger; `tap` is called before and after each commit. What the tap raises goes through."""

    def __init__(self, path: Path, tap: Callable[[str], None]) -> None:
        super().__init__(path)
        self._tap = tap

    @contextmanager
    def change(self) -> Iterator[Change]:
        with super().change() as change:
            yield change
            self._tap("before commit")
        self._tap("after commit")


# -- what is asked for ----------------------------------------------------------------------------

_STATUS = {
    Availability.USABLE: Status.USABLE,
    Availability.MAINTENANCE: Status.MAINTENANCE,
    Availability.DELISTING: Status.DELISTING,
}


def catalogue(at: datetime = NOON) -> Catalogue:
    """The pretend CCPayment's coins, as the gateway would list them."""
    coins = tuple(
        Coin(
            coin_id=coin.coin_id,
            symbol=coin.symbol,
            name=coin.name,
            precision=coin.precision,
            price=coin.price,
            minimum=coin.minimum,
            status=_STATUS[coin.availability],
            tokens=tuple(
                Token(
                    token_id=token.token_id,
                    symbol=coin.symbol,
                    chain=token.chain,
                    network=CHAINS[token.chain].standard,
                    contract=token.contract,
                    memo=CHAINS[token.chain].memo,
                    status=_STATUS[token.availability],
                )
                for token in coin.tokens
            ),
        )
        for coin in CATALOGUE.coins
    )
    return Catalogue(coins, at)


def ask(at: datetime = NOON, **changes: Any) -> Ask:
    """250 USDT on TRX for Invoice 1043; `changes` are fields of `Wanted`."""
    usual: dict[str, Any] = {
        "amount": "250",
        "coin": "USDT",
        "network": "TRX",
        "kind": DestinationKind.CHAIN,
        "destination": TRON,
        "memo": None,
        "fee_payer": None,
        "reason": "Invoice 1043",
    }
    return read_ask(Wanted(**{**usual, **changes}), catalogue(at), at, FeePayer.PAYEE)


TO_CWALLET: dict[str, Any] = {
    "kind": DestinationKind.CWALLET,
    "network": None,
    "destination": "9558861",
}
"""Changes that make an ask one for a Cwallet user."""


def invoice_ask(expires: datetime, payment_hash: str = "ab" * 32) -> Ask:
    """2500 SATS by a Lightning invoice that ends at `expires`."""
    text = "lnbc25u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypq"
    invoice = Invoice(text, Decimal(2500), payment_hash, "02" * 33, NOON, expires, "")
    sats = catalogue().coin("SATS")
    assert sats is not None
    destination = Destination(
        DestinationKind.LIGHTNING, "LIGHTNING", text, payment_hash, checked=True, invoice=invoice
    )
    return replace(
        ask(), amount=Decimal(2500), coin=sats, token=sats.tokens[0], destination=destination
    )


# -- the program ----------------------------------------------------------------------------------


class Office:
    """Ledger and desk alone: what happens before anything is sent."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        account: Account = ACCOUNT,
        policy: Policy = POLICY,
        ledger: Callable[[Path], Ledger] = Ledger,
    ) -> None:
        nonces, self._triggers = count(1), count(1)
        self.clock = clock
        self.path = path
        self.ledger = ledger(path)
        self.desk = Desk(
            self.ledger, policy, account, clock=clock, nonce=lambda: f"{next(nonces):032x}"
        )

    def trigger(self) -> str:
        """A trigger id that was never used."""
        return f"{id(self)}.{next(self._triggers)}"

    def asked(self, who: Person = RITA, what: Ask | None = None, *, again: bool = True) -> Payout:
        """A payout that waits for approval."""
        what = what or ask(self.clock())
        made = self.desk.request(what, who, trigger=self.trigger(), again=again)
        assert isinstance(made, Payout)
        return made

    def approved(self, who: Person = RITA, what: Ask | None = None) -> Payout:
        """A payout that Dana approved."""
        return self.approve(self.asked(who, what))

    def approve(self, payout: Payout, who: Person = DANA, balance: Decimal = PLENTY) -> Payout:
        return self.desk.approve(payout.number, payout.digest, who, balance, trigger=self.trigger())

    def reject(self, payout: Payout, who: Person = DANA) -> Payout:
        return self.desk.reject(
            payout.number, payout.digest, who, "Already paid.", trigger=self.trigger()
        )

    def cancel(self, payout: Payout, who: Person = RITA) -> Payout:
        return self.desk.cancel(payout.number, who, trigger=self.trigger())

    def payout(self, number: int = 1) -> Payout:
        """As the ledger holds it now."""
        with self.ledger.reading() as reading:
            found = reading.payout(number)
        assert found is not None
        return found

    def lines(self, number: int = 1) -> tuple[Line, ...]:
        """What is on record about a payout; 0: about none."""
        subject = "payout" if number else "ledger"
        with self.ledger.reading() as reading:
            return reading.lines(subject, number)

    def kinds(self, number: int = 1) -> list[str]:
        """What happened to a payout, in order."""
        return [line.kind for line in self.lines(number)]

    def verified(self) -> Verified:
        with self.ledger.reading() as reading:
            return verify(reading)


class Program(Office):
    """The whole core, in front of `world`."""

    def __init__(
        self,
        path: Path,
        world: World,
        *,
        gateway: Gateway | None = None,
        policy: Policy = POLICY,
        ledger: Callable[[Path], Ledger] = Ledger,
    ) -> None:
        self.world = world
        self.gateway = gateway or world.gateway()
        super().__init__(
            path, world.clock, account=self.gateway.account, policy=policy, ledger=ledger
        )
        self.clerk = Clerk(self.ledger, self.gateway, clock=world.clock)
        self.sender = Sender(
            self.ledger, self.gateway, world.crowd, policy, clock=world.clock, random=Random(1)
        )

    def work(self, rounds: int = 1, seconds: float = 0) -> Payout:
        """Let clerk and sender do what is due, so often, with `seconds` before each further round.
        Returns the first payout."""
        for turn in range(rounds):
            self.clock.on(seconds=seconds if turn else 0)
            self.clerk.once()
            self.sender.once()
        return self.payout()
