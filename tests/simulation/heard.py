"""What CCPayment really said, call by call, read from the bytes otherwise than the program does.

What the program concludes is held against this in `grounds`.

An answer that breaks off, or comes after the program has stopped waiting, is not heard. Times are
the bot's own where they are compared with what the program measures, and the order of all things is
that of `order`, whatever clocks say.
"""

import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from typing import Any

from sandbox.ccpayment import v1, v2
from sandbox.ccpayment.book import Reason

SUCCESS = "10000"
SIGNS: Mapping[str, Callable[[str, str, str, bytes], str]] = {"v1": v1.sign, "v2": v2.sign}
BALANCES = {"v1": "assets", "v2": "getAppCoinAssetList"}
LOOK_UPS = {"v1": "bill/info", "v2": "getAppWithdrawRecord"}

GENERAL = {"224066", "10001", "11002", "11004", "11005", "11006", "11013", "11014"}
"""Codes that say nothing about what was asked for; so do all of 12000 to 12999."""

REFUSALS = {
    *("11000", "11001", "11004", "11005", "11006", "11009", "11013", "11014"),
    *map(str, (*range(12000, 12004), *range(13000, 13006), *range(14000, 14020))),
    *map(str, (*range(14022, 14027), 14020, 14029)),
}
"""Codes of v2 that are known to mean: refused, nothing was sent."""

REPEATS = {"11007", "11011", "11018", str(v1.CODES[Reason.DUPLICATE][0])}
"""Codes that mean: this reference is known."""


class Said(Enum):
    """What a look-up said, or the create call."""

    FOUND = auto()
    ABSENT = auto()
    TAKEN = auto()
    REFUSED = auto()
    REPEATED = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """About `reference`. `asked` and `at` by the bot's clock, `clock` CCPayment's; `form` is how it
    said that it knows nothing, `entry` what it says of a withdrawal."""

    order: int
    reference: str
    said: Said
    asked: datetime
    at: datetime
    clock: datetime | None
    form: str = ""
    order_id: str = ""
    entry: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """A create call with this Timestamp that may have been taken: a connection came about, by the
    true time at `at`."""

    order: int
    reference: str
    timestamp: int
    at: datetime


class Heard:
    """All that was said so far. `balances` are those that were told last. `restored`: since when
    each payout counts as signed at that time, because an old copy of the ledger was put back that
    had it open."""

    def __init__(self, api: str, app_id: str, secret: str, codes: frozenset[int]) -> None:
        self._api = api
        self._app_id = app_id
        self._secret = secret
        self._refusals = REFUSALS if api == "v2" else set(map(str, codes))
        self._signs = api == "v1"
        self._order = 0
        self.looks: list[Answer] = []
        self.created: list[Answer] = []
        self.left: list[Left] = []
        self.balances: dict[str, Decimal] = {}
        self.restored: dict[str, tuple[int, datetime]] = {}

    def leaves(self, timestamp: int, body: bytes, now: datetime) -> None:
        """A create call reaches CCPayment, or may; it is truly `now`."""
        self.left.append(Left(self._next(), reference_in(self._api, body), timestamp, now))

    def put_back(self, references: Iterable[str], at: datetime) -> None:
        """An old copy is put back in which these are open."""
        order = self._next()
        self.restored.update(dict.fromkeys(references, (order, at)))

    def answered(
        self,
        call: str,
        request: bytes,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        asked: datetime,
        at: datetime,
    ) -> None:
        """The program got a whole answer in time."""
        if call == BALANCES[self._api]:
            self._hold(body)
            return
        if call == LOOK_UPS[self._api]:
            about, into, read = reference_in(self._api, request), self.looks, self._look
        elif call.startswith(("withdraw", "applyAppWithdraw")):
            about, into, read = reference_in(self._api, request), self.created, self._create
        else:
            return
        code, data = _envelope(body)
        believed = status == 200 and code != "" and self._sealed(code, headers, body)
        said: dict[str, Any] = read(about, code, data, believed=believed)
        clock = _clock(headers)
        into.append(Answer(self._next(), about, asked=asked, at=at, clock=clock, **said))

    def _hold(self, body: bytes) -> None:
        """What the account holds of each coin, as it was said last."""
        _, data = _envelope(body)
        if self._api == "v1" and data:
            self.balances = {one["crypto"]: Decimal(one["value"]) for one in data["list"]}
        elif data:
            held = {one["coinSymbol"]: Decimal(one["available"]) for one in data["assets"]}
            self.balances = held

    def _next(self) -> int:
        self._order += 1
        return self._order

    def _sealed(self, code: str, headers: Mapping[str, str], body: bytes) -> bool:
        """A signature that is there must fit. Without one a success is none, where it signs."""
        if "sign" not in headers:
            return code != SUCCESS or not self._signs
        sign = SIGNS[self._api](self._app_id, self._secret, headers.get("timestamp", ""), body)
        fits = hmac.compare_digest(sign, headers["sign"])
        self._signs = self._signs or (fits and code == SUCCESS)
        return fits

    def _look(self, about: str, code: str, data: Any, *, believed: bool) -> dict[str, Any]:
        if not believed or (code != SUCCESS and (code in GENERAL or code.startswith("12"))):
            return {"said": Said.NOTHING}
        if code != SUCCESS:
            return {"said": Said.ABSENT, "form": code}
        listed = (data or []) if self._api == "v1" else [data["record"]]
        ours = [one for one in listed if _reference(self._api, one) == about]
        if not ours:
            return {"said": Said.ABSENT, "form": "other entries" if listed else "no entry"}
        return {"said": Said.FOUND, "order_id": _order_id(self._api, ours[0]), "entry": ours[0]}

    def _create(self, about: str, code: str, data: Any, *, believed: bool) -> dict[str, Any]:
        if code in REPEATS:
            return {"said": Said.REPEATED}
        if believed and code in self._refusals:
            return {"said": Said.REFUSED}
        if not believed or code != SUCCESS:
            return {"said": Said.NOTHING}
        name = "order_id" if self._api == "v1" else "recordId"
        return {"said": Said.TAKEN, "order_id": data[name]}


def reference_in(api: str, body: bytes) -> str:
    """Whose call this is."""
    fields = json.loads(body)
    if api == "v2":
        return str(fields.get("orderId", ""))
    return str(fields.get("merchant_order_id") or fields["merchant_order_ids"][0])


def moved(api: str, entry: Mapping[str, Any]) -> tuple[str, Decimal]:
    """The coin and the amount that are reported to have moved."""
    if api == "v2":
        return entry["coinSymbol"], Decimal(entry["amount"])
    trade = entry["trade_list"][0]
    return trade["crypto"], Decimal(trade["amount"])


def _envelope(body: bytes) -> tuple[str, Any]:
    try:
        read = json.loads(body)
        return str(read["code"]), read.get("data")
    except (ValueError, KeyError, TypeError):
        return "", None


def _clock(headers: Mapping[str, str]) -> datetime | None:
    """CCPayment's own, signed or in HTTP's Date."""
    if "sign" in headers and headers.get("timestamp", "").isdigit():
        return datetime.fromtimestamp(int(headers["timestamp"]), UTC)
    try:
        return parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
    except ValueError:
        return None


def _reference(api: str, entry: Mapping[str, Any]) -> object:
    return entry.get("orderId") if api == "v2" else entry["order_detail"]["merchant_order_id"]


def _order_id(api: str, entry: Mapping[str, Any]) -> str:
    return str(entry["recordId"] if api == "v2" else entry["order_detail"]["order_id"])
