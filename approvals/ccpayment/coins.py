"""API v1's list of coins as a catalogue.

An entry that cannot be read, or that could be read in two ways, is left out and logged: nobody can
pay what is not there, but a guess could pay the wrong thing.

Source: docs.ccpayment.com, v1.0 API, "Token ID Interface".
"""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from approvals.catalogue import Catalogue, Coin, Status, Token
from approvals.ccpayment.fields import Odd, amount, entries, name, record, words
from approvals.gateway import GatewayTrouble

log = logging.getLogger(__name__)

MAX_LOGGED = 10
"""Entries that are named in the log line about those left out; the rest are counted."""

_STATUS = {"1": Status.USABLE, "2": Status.MAINTENANCE, "3": Status.DELISTING}

Entry = Mapping[str, object]
T = TypeVar("T", Coin, Token)


def read_coins(data: object, fetched_at: datetime) -> Catalogue:
    """The catalogue in `data`. Raises GatewayTrouble where not one coin can be read."""
    left_out: list[str] = []
    coins = _readable(entries(data) or [], _coin, left_out)
    coins = _unambiguous(coins, lambda coin: coin.symbol.upper(), left_out)
    if left_out:
        named = "; ".join(left_out[:MAX_LOGGED])
        log.warning("coin list: left out %d entries: %s", len(left_out), named)
    if not coins:
        raise GatewayTrouble("a list of coins in which no coin can be read")
    return Catalogue(coins, fetched_at)


def _readable(
    found: Iterable[object], read: Callable[[Entry, list[str]], T], left_out: list[str]
) -> tuple[T, ...]:
    kept = []
    for one in found:
        entry = record(one)
        try:
            kept.append(read(entry, left_out))
        except Odd as odd:
            left_out.append(f"{words(entry.get('crypto')) or 'nameless'}: {odd}")
    return tuple(kept)


def _unambiguous(
    found: tuple[T, ...], key: Callable[[T], str], left_out: list[str]
) -> tuple[T, ...]:
    """Without those that share a key: "USDT on TRX" must mean one thing."""
    count = Counter(map(key, found))
    left_out.extend(f"{key(one)}: listed more than once" for one in found if count[key(one)] > 1)
    return tuple(one for one in found if count[key(one)] == 1)


def _coin(entry: Entry, left_out: list[str]) -> Coin:
    tokens = _readable(entries(entry.get("tokens")) or [], _token, left_out)
    tokens = _unambiguous(tokens, lambda token: f"{token.symbol} on {token.chain}", left_out)
    if not tokens:
        raise Odd("no usable token")
    return Coin(
        coin_id=_name(entry, "coin_id"),
        symbol=_name(entry, "crypto"),
        name=words(entry.get("name")),
        precision=_precision(entry),
        price=_optional(entry, "price") or None,  # a price of zero is none
        minimum=_optional(entry, "min"),
        status=_status(entry),
        tokens=tokens,
    )


def _token(entry: Entry, _: list[str]) -> Token:
    memo = entry.get("is_support_memo")
    if not isinstance(memo, bool):
        raise Odd("is_support_memo")
    return Token(
        token_id=_name(entry, "token_id"),
        symbol=_name(entry, "crypto"),
        chain=_name(entry, "chain"),
        network=words(entry.get("network")),
        contract=_contract(entry),
        memo=memo,
        status=_status(entry),
    )


def _name(entry: Entry, field: str) -> str:
    found = name(entry.get(field))
    if found is None:
        raise Odd(field)
    return found


def _contract(entry: Entry) -> str:
    """A chain's own coin has none."""
    return "" if entry.get("contract") in ("", None) else _name(entry, "contract")


def _precision(entry: Entry) -> int:
    found = name(entry.get("precision")) or ""
    if not re.fullmatch(r"[0-9]{1,2}", found):
        raise Odd("precision")
    return int(found)


def _optional(entry: Entry, field: str) -> Decimal | None:
    """None where the field is not given; one that is given must be readable."""
    given = entry.get(field)
    found = amount(given)
    if found is None and given not in ("", None):
        raise Odd(field)
    return found


def _status(entry: Entry) -> Status:
    return _STATUS.get(name(entry.get("status")) or "", Status.UNKNOWN)
