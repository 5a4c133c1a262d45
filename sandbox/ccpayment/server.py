"""The pretend service as one object: over HTTP, or called directly by a simulation."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import partial
from random import Random
from threading import RLock
from typing import Any, Protocol, cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive

from sandbox.ccpayment.book import Book, Duplicates, Order, Refused
from sandbox.ccpayment.faults import Exchange, Knobs, Mode, On, Switchboard, label, modes
from sandbox.ccpayment.v1 import V1
from sandbox.ccpayment.v2 import V2
from sandbox.ccpayment.webhooks import Outbox
from sandbox.ccpayment.wire import Answer, Call, HungUp, Reply, Webhook

WIRES: Mapping[str, type[V1 | V2]] = {"v1": V1, "v2": V2}


class PretendCCPayment:
    """One merchant account. Every method may be called from any thread.

    `api` is its generation, "v1" or "v2"; others raise KeyError. `clock` is the true time, and must
    not go back. `received` holds each withdrawal request that was sent here, in order, byte for
    byte, whatever became of it. `knobs` may be exchanged while no call is under way.
    """

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        clock: Callable[[], datetime],
        random: Random,
        *,
        api: str = "v1",
        book: Book | None = None,
        knobs: Knobs | None = None,
    ) -> None:
        self.api = api
        self.knobs = knobs or Knobs()
        self._turns = 0
        self.received: list[Call] = []
        self.app = Starlette(
            routes=[Route("/{path:path}", self._serve, methods=["POST"])],
        )
        self._clock = clock
        self._book = book or Book(clock, random)
        self._wire = WIRES[api](app_id, app_secret, lambda: self._own_time(clock()), self._signs)
        self._held: list[tuple[datetime, Call]] = []
        self._faults = Switchboard()
        self._outbox = Outbox(self._wire.told, self._webhook, self._wire.taken)
        self._lock = RLock()

    def answer(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """What a POST to `path` gets. Waiting for `Reply.after` is left to the caller."""
        call = Call(path, {name.lower(): value for name, value in headers.items()}, body)
        with self._lock:
            if self._wire.kinds.get(path) is On.WITHDRAWAL:
                self.received.append(call)
            answer = self._answer(call)
            if isinstance(answer, HungUp):
                return answer
            date = format_datetime(self._wire.clock(), usegmt=True)
            return replace(answer, headers={**answer.headers, "Date": date})

    def _answer(self, call: Call) -> Answer:
        if call.path not in self._wire.endpoints:
            return Reply(404, {"Content-Type": "text/plain"}, b"404 page not found")
        try:
            self._wire.check(call)
            book = self._opened(self.book)
            act = self._faults.take(self._wire.kinds.get(call.path))
            return act(Exchange(self._wire, call, book, self.knobs, partial(self._hold, call)))
        except Refused as refused:
            return self._wire.refusal(refused)

    def _opened(self, book: Book) -> Book:
        """As calls of this API see it, and as this service checks what they ask for."""
        listing, knobs = self._wire.listing(book.catalogue), self.knobs
        if not (knobs.prices and knobs.noes):
            listing = replace(listing, tells_prices=knobs.prices, tells_noes=knobs.noes)
        return book.offering(listing).checking(knobs.checks)

    def _own_time(self, true: datetime) -> datetime:
        return true + timedelta(seconds=self.knobs.ahead)

    def _signs(self) -> bool:
        chosen = self.knobs.signs
        return WIRES[self.api].documented if chosen is None else chosen

    def _hold(self, call: Call, seconds: float) -> None:
        self._held.append((self._clock() + timedelta(seconds=seconds), call))

    @property
    def book(self) -> Book:
        """As it is now. It may be read, and its catalogue exchanged, while no call is under way."""
        with self._lock:
            now = self._clock()
            arrived = sorted((held for held in self._held if held[0] <= now), key=lambda h: h[0])
            for held in arrived:
                self._held.remove(held)
                self._arrive(*held)
            return self._book

    def _arrive(self, at: datetime, call: Call) -> None:
        """Do what a request asks for that was held up until `at`. Nobody hears the answer."""
        wire = self._wire_at(at)
        with suppress(Refused):
            wire.check(call)
            wire.perform(call, self._opened(self._book.at(at)))

    def _wire_at(self, moment: datetime) -> V1 | V2:
        """The wire as it was then."""
        return replace(self._wire, clock=lambda: self._own_time(moment))

    def webhooks(self) -> tuple[Webhook, ...]:
        """Those to be posted to the merchant now, in the order of their withdrawals. Each is due
        again and again until `answered` says that it was taken, or that it was tried too often."""
        with self._lock:
            return self._outbox.due(self.book, self._clock())

    def answered(self, webhook: Webhook, status: int | None, body: bytes = b"") -> None:
        """What the merchant answered to it; a status of None: nothing."""
        with self._lock:
            self._outbox.answered(webhook, status, body, self._clock())

    def _webhook(self, order: Order, moment: datetime) -> Webhook:
        return self._wire_at(moment).webhook(order, self._book.at(moment))

    def turn(self, *, duplicates: str, balance_first: bool, ahead: int) -> None:
        """Make the service another one: what it does with a reference that it knows (a name of
        `Duplicates`, in any case), what it checks first, how many seconds its clock is ahead.
        Raises KeyError or ValueError for what does not exist."""
        with self._lock:
            self.knobs = replace(
                self.knobs,
                duplicates=Duplicates[duplicates.upper()],
                balance_first=balance_first,
                ahead=float(ahead),
            )
            self._turns += 1

    def switch(self, mode: Mode, *, once: bool = False, then: Mode | None = None) -> None:
        """Put a fault in force, until changed or for the next call of its kind only; after such a
        call, `then`.

        Withdrawals and look-ups each have their own; `Mode.NORMAL` ends both.
        """
        with self._lock:
            self._faults.switch(mode, once=once, then=then)

    @property
    def declined_codes(self) -> frozenset[int]:
        """What an operator would add to the codes that are known to mean "declined", so that
        `Mode.DECLINED` is known."""
        return self._wire.declined_codes

    @property
    def active(self) -> tuple[Mode, ...]:
        """The faults in force; none when all is normal."""
        with self._lock:
            return self._faults.active()

    def modes(self) -> list[tuple[str, str]]:
        """Name and label of everything that `switch` takes and that shows on this API."""
        return [(mode.value, label(mode)) for mode in modes(self.api)]

    @property
    def version(self) -> int:
        """Rises whenever `snapshot` would say something new."""
        with self._lock:
            return self.book.version + self._faults.version + self._turns

    def snapshot(self) -> dict[str, Any]:
        """All that a page shows of this side, ready for JSON; newest orders first."""
        with self._lock:
            active = self._faults.active()
            return {
                "version": self.version,
                "api": self.api,
                "mode": {
                    "names": [mode.value for mode in active],
                    "label": "; ".join(map(label, active or (Mode.NORMAL,))),
                },
                "temper": {
                    "duplicates": self.knobs.duplicates.name.lower(),
                    "balance_first": self.knobs.balance_first,
                    "ahead": int(self.knobs.ahead),
                },
                "balances": [
                    {"coin": symbol, "amount": f"{amount:f}"}
                    for symbol, amount in self._opened(self.book).balances().items()
                ],
                "orders": [self._shown(o) for o in reversed(self.book.withdrawals)],
            }

    def _shown(self, order: Order) -> dict[str, str]:
        return {
            "order_id": order.order_id,
            "merchant_order_id": order.ask.reference,
            "amount": f"{order.amount:f}",
            "coin": order.coin.symbol,
            "chain": "Cwallet" if order.internal else order.token.chain,
            "address": order.ask.address,
            "memo": order.ask.memo,
            "status": self._wire.words[self.book.status(order)],
            "network_fee": f"{order.fee:f}",
            "network_fee_coin": order.fee_coin.symbol,
            "txid": self.book.txid(order),
            "created": order.created.isoformat(timespec="seconds"),
        }

    async def _serve(self, request: Request) -> Response:
        path = f"/{request.path_params['path']}"
        answer = self.answer(path, request.headers, await request.body())
        connection = _connection(request.receive)
        if isinstance(answer, HungUp):
            connection.transport.abort()
            return Response()
        if answer.after:
            await _gone_or(answer.after, request.receive)
        connection.default_headers = []
        return Response(answer.body, answer.status, answer.headers)


class _Connection(Protocol):
    """uvicorn's side of one request, as far as it is needed here."""

    transport: asyncio.Transport
    default_headers: list[tuple[bytes, bytes]]


def _connection(receive: Receive) -> _Connection:
    """ASGI has no word for closing a connection unanswered, nor for a Date of one's own.

    uvicorn hands its own request object's method to the app, so the way there is short.
    """
    return cast("_Connection", cast("Any", receive).__self__)


async def _gone_or(seconds: float, receive: Receive) -> None:
    """Wait; but no longer than there is somebody who waits for the answer."""
    try:
        await asyncio.wait_for(receive(), seconds)
    except TimeoutError:
        return
