"""The core for tests, and the outside around it.

`World` is what lies outside: time, people, CCPayment and the network. `Program` is one life of the
program around a ledger file; made a second time, it is a restart. The fixture that gives tests
their world is in tests/stage.py.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import httpx

from approvals.asking import Ask, Wanted, read_ask
from approvals.audit import Line
from approvals.catalogue import Catalogue
from approvals.cautions import cautions, look_alikes, to_answer
from approvals.ccpayment.generations import GENERATIONS
from approvals.ccpayment.wire import Deadlines, direct
from approvals.clerk import Clerk
from approvals.content import Account, Content, FeePayer
from approvals.desk import Answers, Desk
from approvals.destination import Destination, Invoice
from approvals.destination import Kind as DestinationKind
from approvals.gateway import Can, CwalletUser, Fee, Finding, Gateway, Going, Outcome, Record
from approvals.ledger import Change, Ledger
from approvals.ledger.history import about
from approvals.ledger.reports import Verified, verify
from approvals.payout import Payout
from approvals.people import Person, Roster, Standing
from approvals.policy import Policy, short_policy
from approvals.rosters import PATIENCE, Rosters
from approvals.rulebook import Price, Rulebook
from approvals.sender import Sender
from sandbox.ccpayment import PretendCCPayment, Reply
from sandbox.slack.cast import DANA as DANA_IN_SLACK
from sandbox.slack.cast import ELI as ELI_IN_SLACK
from sandbox.slack.cast import MAX as MAX_IN_SLACK
from sandbox.slack.cast import NOA as NOA_IN_SLACK
from sandbox.slack.cast import RITA as RITA_IN_SLACK
from sandbox.slack.workspace import User

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
APP_IDS = {"v1": "20230101000000000000000000000001", "v2": "AbCdEfGh12345678"}
SECRET = "0123456789abcdef0123456789abcdef"
ACCOUNTS = {api: Account(api, APP_IDS[api], "http://127.0.0.1:1") for api in APP_IDS}
CALLS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "v1": {
        "withdraw": frozenset({"withdraw"}),
        "find": frozenset({"bill/info"}),
        "balance": frozenset({"assets"}),
        "fee": frozenset({"network/fee"}),
    },
    "v2": {
        "withdraw": frozenset({"applyAppWithdrawToNetwork", "applyAppWithdrawToCwallet"}),
        "find": frozenset({"getAppWithdrawRecord"}),
        "balance": frozenset({"getAppCoinAssetList"}),
        "fee": frozenset({"getWithdrawFee"}),
    },
}
"""What each generation calls that which a gateway may be asked."""
EVER = timedelta(hours=1)
"""For how long a worker puts a row off, in tests that ask the ledger what is due."""
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
POLICY = short_policy([DANA.id, ELI.id], timedelta(hours=24))


def now_a(standing: Standing, who: Person) -> Person:
    """`who`, found to be something else than a member."""
    return replace(who, standing=standing)


class Crowd:
    """Knows people and groups, as Slack does: whoever is not in `standings` is a member, and a
    group that is not in `groups` does not answer. `also`: further ids of somebody."""

    def __init__(self) -> None:
        self.standings: dict[str, Standing] = {}
        self.also: dict[str, frozenset[str]] = {}
        self.groups: dict[str, frozenset[str]] = {}

    def roster(self, groups: Collection[str], deadline: datetime) -> Roster:
        return Roster({id: members for id, members in self.groups.items() if id in groups})

    def find(self, team: str, id: str, deadline: datetime) -> Person:
        standing, also = self.standings.get(id, Standing.MEMBER), self.also.get(id, frozenset())
        return Person(team, id, id, standing, deadline, also)


Dated = Callable[[str], str | None]


class Network(httpx.BaseTransport):
    """The way to CCPayment, over loopback. A call in `broken` is led to `nowhere`, a port on which
    nobody listens. `dated` is what an edge makes of the header `Date`; None: it takes it out."""

    def __init__(self, broken: frozenset[str], nowhere: int, dated: Dated) -> None:
        self._broken = broken
        self._dated = dated
        self._nowhere = nowhere
        self._real = direct()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        call = request.url.path.split("/", 3)[3]  # what follows the generation
        if call in self._broken:
            request.url = request.url.copy_with(port=self._nowhere)
        response = self._real.handle_request(request)
        date = self._dated(response.headers.pop("Date", ""))
        if date is not None:
            response.headers["Date"] = date
        return response

    def close(self) -> None:
        self._real.close()


AMPLE = Deadlines(timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=20))
"""Patient enough for a busy machine."""


def _gateway(account: Account, clock: Clock, **settings: Any) -> Gateway:
    """The real client."""
    generation, secret = GENERATIONS[account.api].gateway, settings.pop("secret", SECRET)
    return generation(account, secret, clock, **{"deadlines": AMPLE, **settings})


@dataclass
class World:
    """All that is outside. `broken` names questions (of `CALLS`) that cannot connect; `dated` is
    what an edge makes of CCPayment's own date."""

    url: str
    pretend: PretendCCPayment
    clock: Clock
    nowhere: int
    api: str = "v1"
    crowd: Crowd = field(default_factory=Crowd)
    broken: set[str] = field(default_factory=set)
    dated: Dated = str

    def gateway(self, **settings: Any) -> Gateway:
        account = replace(ACCOUNTS[self.api], url=self.url)
        return _gateway(account, self.clock, transport=self._network, **settings)

    def taught(self) -> Gateway:
        """One that was told which codes mean a refusal, where no table says so."""
        return self.gateway(declined_codes=frozenset(map(str, self.pretend.declined_codes)))

    def _network(self) -> Network:
        broken = (CALLS[self.api][question] for question in self.broken)
        return Network(frozenset().union(*broken), self.nowhere, self.dated)

    def signs(self) -> None:
        """From now on CCPayment signs its successes, whatever its vendor documents."""
        self.pretend.knobs = replace(self.pretend.knobs, signs=True)

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

    @property
    def can(self) -> frozenset[Can]:
        return self._gateway.can

    def body(self, content: Content, reference: str) -> str:
        return self._gateway.body(content, reference)

    def withdraw(self, body: str, timestamp: int) -> Outcome:
        return self._around("withdraw", lambda: self._gateway.withdraw(body, timestamp))

    def find(self, reference: str) -> Finding:
        return self._around("find", lambda: self._gateway.find(reference))

    def catalogue(self) -> Catalogue:
        return self._around("catalogue", self._gateway.catalogue)

    def priced(self, offered: Catalogue) -> Catalogue:
        return self._around("priced", lambda: self._gateway.priced(offered))

    def balance(self, symbol: str) -> Decimal:
        return self._around("balance", lambda: self._gateway.balance(symbol))

    def fee(self, going: Going) -> Fee:
        return self._around("fee", lambda: self._gateway.fee(going))

    def address_fits(self, chain: str, address: str) -> bool:
        return self._around("address_fits", lambda: self._gateway.address_fits(chain, address))

    def records(self, since: datetime, until: datetime) -> Iterator[Record]:
        return self._around("records", lambda: self._gateway.records(since, until))

    def explorers(self) -> Mapping[str, str]:
        return self._around("explorers", self._gateway.explorers)

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


@cache
def _offered(api: str) -> Catalogue:
    """What that generation's gateway reads of the pretend CCPayment's coins."""
    pretend = PretendCCPayment(APP_IDS[api], SECRET, Clock(), Random(7), api=api)

    def answered(request: httpx.Request) -> httpx.Response:
        reply = pretend.answer(request.url.path, request.headers, request.content)
        assert isinstance(reply, Reply)
        stream = httpx.ByteStream(reply.body)  # is read as it comes, like one from a wire
        return httpx.Response(reply.status, headers=reply.headers, stream=stream)

    return _gateway(
        ACCOUNTS[api], Clock(), transport=lambda: httpx.MockTransport(answered)
    ).catalogue()


def catalogue(at: datetime = NOON, api: str = "v1") -> Catalogue:
    """The pretend CCPayment's coins, as the gateway lists them."""
    return replace(_offered(api), fetched_at=at)


def ask(at: datetime = NOON, api: str = "v1", **changes: Any) -> Ask:
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
    return read_ask(Wanted(**{**usual, **changes}), catalogue(at, api), at, FeePayer.PAYEE)


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
        account: Account = ACCOUNTS["v1"],
        policy: Policy = POLICY,
        crowd: Crowd | None = None,
        ledger: Callable[[Path], Ledger] = Ledger,
    ) -> None:
        nonces, self._triggers = count(1), count(1)
        self.clock = clock
        self._rosters = Rosters(crowd or Crowd(), policy.slack_groups, clock)
        self.rules = Rulebook(policy, self._roster, self._rosters.last)
        self.path = path
        self._api = account.api
        self.ledger = ledger(path)
        self.desk = Desk(
            self.ledger, self.rules, account, clock=clock, nonce=lambda: f"{next(nonces):032x}"
        )
        if policy is not POLICY:  # which was in force before, as far as tests are concerned
            with self.ledger.change() as change:
                change.adopt(POLICY, "", clock())
                change.adopt(policy, "", clock())

    def _roster(self) -> Roster:
        """Who is in which group, asked again where that is too old, as before every click."""
        self._rosters.refresh(self.clock() + PATIENCE)
        return self._rosters.current()

    def trigger(self) -> str:
        """A trigger id that was never used."""
        return f"{id(self)}.{next(self._triggers)}"

    def ask(self, **changes: Any) -> Ask:
        """What `ask` makes, now, at this account's API."""
        return ask(self.clock(), self._api, **changes)

    def asked(self, who: Person = RITA, what: Ask | None = None, *, again: bool = True) -> Payout:
        """A payout that waits for approval."""
        made = self.desk.request(what or self.ask(), who, trigger=self.trigger(), again=again)
        assert isinstance(made, Payout)
        return made

    def approved(self, who: Person = RITA, what: Ask | None = None) -> Payout:
        """A payout that Dana approved."""
        return self.approve(self.asked(who, what))

    def approve(
        self, payout: Payout, who: Person = DANA, balance: Decimal = PLENTY, **said: Any
    ) -> Payout:
        """Approve as the card offers it: with a press, or, where it has warnings, with the form, in
        which all of them are ticked. With `comment` or `typed` it is the form in any case; the
        group of a look-alike is `typed` or not at all."""
        number, digest = payout.number, payout.digest
        answers = {"answers": self.answers(payout, **said)}
        said.pop("typed", None)
        facts = {"price": self.price(payout), "trigger": self.trigger(), **answers, **said}
        return self.desk.approve(number, digest, who, balance, **facts)

    def answers(self, payout: Payout, **said: Any) -> Answers | None:
        """What a form says that was opened just now and filled in well; None for a press."""
        with self.ledger.reading() as reading:
            found = cautions(payout, about(reading, payout))
        keys = frozenset(one.key for one in to_answer(found, raised=True))
        form = bool({"comment", "typed"} & said.keys())
        if form or (keys and not look_alikes(found)):
            return Answers(keys, keys, said.get("typed"))
        return None

    def price(self, payout: Payout) -> Price | None:
        """What the payout's coin is worth, found out just now."""
        coin = catalogue(self.clock(), self._api).coin(payout.content.symbol)
        return Price(coin.price, self.clock()) if coin and coin.price else None

    def take_back(self, payout: Payout, who: Person = DANA) -> Payout:
        return self.desk.take_back(payout.number, payout.digest, who, trigger=self.trigger())

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

    def rewound(self) -> str | None:
        """Why this is not the ledger that it was, until that is on record."""
        with self.ledger.change() as change:
            return change.rewound

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
            path,
            world.clock,
            account=self.gateway.account,
            policy=policy,
            crowd=world.crowd,
            ledger=ledger,
        )
        self.clerk = Clerk(self.ledger, self.gateway, clock=world.clock)
        self.sender = Sender(
            self.ledger, self.gateway, world.crowd, self.rules, clock=world.clock, random=Random(1)
        )

    def work(self, rounds: int = 1, seconds: float = 0) -> Payout:
        """Let clerk and sender do what is due, so often, with `seconds` before each further round.
        Returns the first payout."""
        for turn in range(rounds):
            self.clock.on(seconds=seconds if turn else 0)
            self.clerk.once()
            self.sender.once()
        return self.payout()
