"""A list of coins as a catalogue, whatever the fields of the generation are called.

An entry that cannot be read, or that could be read in two ways, is left out and logged: nobody can
pay what is not there, but a guess could pay the wrong thing.
"""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from approvals.catalogue import Catalogue, Coin, Token
from approvals.ccpayment.fields import Odd, amount, name, record, words
from approvals.gateway import GatewayTrouble

log = logging.getLogger(__name__)

MAX_LOGGED = 10
"""Entries that are named in the log line about those left out; the rest are counted."""

Entry = Mapping[str, object]
LeftOut = list[str]
"""Grows by a line for each entry that is left out: which, and why."""
T = TypeVar("T", Coin, Token)
Read = Callable[[Entry, LeftOut], T]
"""Reads one entry. Raises Odd where it is not as documented."""


def read_catalogue(
    found: Iterable[object] | None, read: Read[Coin], fetched_at: datetime, *, named_by: str
) -> Catalogue:
    """The coins that can be read; `named_by` is the field that names one in the log. Raises
    GatewayTrouble where there are none."""
    left_out: LeftOut = []
    coins = _each(found or [], read, left_out, named_by)
    coins = _unambiguous(coins, lambda coin: coin.symbol.upper(), left_out)
    coins = _with_ids_of_their_own(coins, left_out)
    if left_out:
        named = "; ".join(left_out[:MAX_LOGGED])
        log.warning("coin list: left out %d entries: %s", len(left_out), named)
    if not coins:
        raise GatewayTrouble("a list of coins in which no coin can be read")
    return Catalogue(coins, fetched_at)


def read_tokens(
    found: Iterable[object] | None, read: Read[Token], left_out: LeftOut, *, named_by: str
) -> tuple[Token, ...]:
    """The networks of a coin that can be read. Raises Odd where there are none."""
    tokens = _each(found or [], read, left_out, named_by)
    tokens = _unambiguous(tokens, lambda token: f"{token.symbol} on {token.chain}", left_out)
    if not tokens:
        raise Odd("no usable token")
    return tokens


def _each(
    found: Iterable[object], read: Read[T], left_out: LeftOut, named_by: str
) -> tuple[T, ...]:
    kept = []
    for one in found:
        entry = record(one)
        try:
            kept.append(read(entry, left_out))
        except Odd as odd:
            left_out.append(f"{words(entry.get(named_by)) or 'nameless'}: {odd}")
    return tuple(kept)


def _unambiguous(found: tuple[T, ...], key: Callable[[T], str], left_out: LeftOut) -> tuple[T, ...]:
    """Without those that share a key: "USDT on TRX" must mean one thing."""
    count = Counter(map(key, found))
    left_out.extend(f"{key(one)}: listed more than once" for one in found if count[key(one)] > 1)
    return tuple(one for one in found if count[key(one)] == 1)


def _with_ids_of_their_own(coins: tuple[Coin, ...], left_out: LeftOut) -> tuple[Coin, ...]:
    """Without tokens that share their id: it is all that a create call says of coin and network."""
    tokens = tuple(token for coin in coins for token in coin.tokens)
    alone = {one.token_id for one in _unambiguous(tokens, lambda one: one.token_id, left_out)}
    kept = (
        replace(coin, tokens=tuple(token for token in coin.tokens if token.token_id in alone))
        for coin in coins
    )
    return tuple(coin for coin in kept if coin.tokens)


def needed_name(entry: Entry, field: str) -> str:
    """Raises Odd where it is missing or no name."""
    found = name(entry.get(field))
    if found is None:
        raise Odd(field)
    return found


def contract(entry: Entry) -> str:
    """A chain's own coin has none. Raises Odd."""
    return "" if entry.get("contract") in ("", None) else needed_name(entry, "contract")


def precision(entry: Entry) -> int:
    """How many decimals an amount may have. Raises Odd."""
    found = name(entry.get("precision")) or ""
    if not re.fullmatch(r"[0-9]{1,2}", found):
        raise Odd("precision")
    return int(found)


def flag(entry: Entry, field: str) -> bool:
    """Raises Odd where it is neither true nor false."""
    found = entry.get(field)
    if not isinstance(found, bool):
        raise Odd(field)
    return found


def optional_amount(entry: Entry, field: str) -> Decimal | None:
    """None where the field is not given. Raises Odd where one that is given cannot be read."""
    given = entry.get(field)
    found = amount(given)
    if found is None and given not in ("", None):
        raise Odd(field)
    return found
