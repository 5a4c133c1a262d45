"""Webhooks: what CCPayment tells of its orders, though nobody asked.

    news of an order ──► due ──► posted ──► HTTP 200 and the one body that is meant: done
                          ▲         │
                          └─ waits ─┘ any other answer, or none; given up after MOST_TRIES

API v1 tells of an order's end, v2 of every step, but of nothing inside Cwallet.

What is due follows from the clock, so a simulation can post by calling, in any order, twice, or
never: the vendor itself warns that webhooks get lost. A repetition has the bytes and the signature
of the first time; whether the live service signs again is open.

Sources: docs.ccpayment.com, v1.0 API, withdraw webhook; ccpayment.com/api/doc (v2). v1 says 6
repetitions in one place and 7 in another, and not how far apart they are; the waits are those of
v2, whose last try is 31 and a half minutes after the first.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import httpx

from sandbox.ccpayment.book import Book, Order
from sandbox.ccpayment.wire import Webhook
from sandbox.loopback import loopback

MOST_TRIES = 7
FIRST_WAIT = timedelta(seconds=30)
"""Before the second try; each further wait is twice as long."""

ANSWER_SECONDS = 5.0
ROUND_SECONDS = 0.2
"""How often a sandbox looks whether a webhook is due."""


@dataclass(frozen=True, slots=True)
class _Letter:
    webhook: Webhook
    due: datetime
    tries: int = 0


class Outbox:
    """Which webhooks are due. `told` gives the moments at which there was news of an order so far,
    `write` makes the webhook about one of them; the answer HTTP 200 with the body `taken` ends it.

    Not safe for several threads by itself: `PretendCCPayment` holds a lock around it.
    """

    def __init__(
        self,
        told: Callable[[Order, Book], tuple[datetime, ...]],
        write: Callable[[Order, datetime], Webhook],
        taken: bytes,
    ) -> None:
        self._told = told
        self._write = write
        self._taken = (200, taken)
        self._letters: dict[tuple[str, datetime], _Letter] = {}

    def due(self, book: Book, now: datetime) -> tuple[Webhook, ...]:
        """Those to be posted now; the orders that were taken first come first."""
        for order in book.withdrawals:
            for moment in self._told(order, book):
                if (order.order_id, moment) not in self._letters:
                    letter = _Letter(self._write(order, moment), moment)
                    self._letters[order.order_id, moment] = letter
        waiting = (one for one in self._letters.values() if one.tries < MOST_TRIES)
        return tuple(letter.webhook for letter in waiting if letter.due <= now)

    def answered(self, webhook: Webhook, status: int | None, body: bytes, now: datetime) -> None:
        """What came back when it was posted; None: nothing did. Unknown webhooks are ignored."""
        for news, letter in self._letters.items():
            if letter.webhook == webhook:
                wait = FIRST_WAIT * (1 << letter.tries)
                tries = MOST_TRIES if (status, body) == self._taken else letter.tries + 1
                self._letters[news] = replace(letter, due=now + wait, tries=tries)
                return


def forgeries(genuine: Webhook) -> Mapping[str, Webhook]:
    """What somebody who saw one, but has no secret, could make of it; by what is wrong."""
    headers, fields = genuine.headers, json.loads(genuine.body)
    unsigned = {name: value for name, value in headers.items() if name != "Sign"}
    elsewhere = json.dumps(_elsewhere(fields)).encode()
    later = str(int(headers["Timestamp"]) + 1)
    return {
        "no signature": replace(genuine, headers=unsigned),
        "an empty signature": replace(genuine, headers={**headers, "Sign": ""}),
        "a guessed signature": replace(genuine, headers={**headers, "Sign": "0" * 64}),
        "another time": replace(genuine, headers={**headers, "Timestamp": later}),
        "another account": replace(genuine, headers={**headers, "Appid": headers["Appid"] + "0"}),
        "another reference": replace(genuine, body=elsewhere),
        "other spaces": replace(genuine, body=json.dumps(fields, separators=(",", ":")).encode()),
    }


def _elsewhere(fields: Mapping[str, Any]) -> object:
    """The same, but about another order."""
    if "msg" in fields:
        return {**fields, "msg": fields["msg"] | {"orderId": "p1another"}}
    return {**fields, "merchant_order_id": "p1another"}


class Sender(Protocol):
    """Whose webhooks are posted."""

    def webhooks(self) -> tuple[Webhook, ...]: ...
    def answered(self, webhook: Webhook, status: int | None, body: bytes = b"") -> None: ...


class Postman:
    """Posts what is due to the merchant's `url`, which must be on loopback."""

    def __init__(self, sender: Sender, url: str) -> None:
        self._sender = sender
        self._url = url
        self._http = httpx.Client(transport=loopback(), timeout=ANSWER_SECONDS)

    def once(self) -> int:
        """Post each webhook that is due, one after the other; how many those were."""
        due = self._sender.webhooks()
        for webhook in due:
            try:
                said = self._http.post(self._url, content=webhook.body, headers=webhook.headers)
                self._sender.answered(webhook, said.status_code, said.content)
            except httpx.HTTPError:
                self._sender.answered(webhook, None)
        return len(due)

    def close(self) -> None:
        self._http.close()


@contextmanager
def posting(sender: Sender, url: str) -> Iterator[None]:
    """Post webhooks in a thread, as soon as they are due, until the block ends."""
    stop, postman = threading.Event(), Postman(sender, url)

    def run() -> None:
        while not stop.wait(ROUND_SECONDS):
            postman.once()

    thread = threading.Thread(target=run, name="postman", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        postman.close()
