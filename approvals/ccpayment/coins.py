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

from approvals.catalogue import Catalogue, Coin, Omitted, Token
from approvals.ccpayment.fields import Odd, amount, name, record, words
from approvals.gateway import GatewayTrouble

log = logging.getLogger(__name__)

MAX_LOGGED = 10
"""Entries that are named in the log line about those left out; the rest are counted."""

Entry = Mapping[str, object]
T = TypeVar("T", Coin, Token)


class LeftOut:
    """What a list of coins has that cannot be read: in words for the log, and which coin on which
    network it was, for people who ask for it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.omitted: list[Omitted] = []

    def add(self, symbol: str, chain: str, why: str) -> None:
        """`chain` is "" where it is the coin as a whole."""
        on = f" on {chain}" if chain else ""
        self.lines.append(f"{symbol or 'nameless'}{on}: {why}")
        self.omitted.append(Omitted(symbol, chain))

    def log(self, before: set[str]) -> None:
        """What is new since `before`, which then holds all of it: a list is fetched again and
        again, and what is wrong with it is said once."""
        news = [line for line in self.lines if line not in before]
        before.clear()
        before.update(self.lines)
        if news:
            named = "; ".join(news[:MAX_LOGGED])
            log.warning("coin list: left out %d entries: %s", len(news), named)


Read = Callable[[Entry, LeftOut], T]
"""Reads one entry. Raises Odd where it is not as documented."""


def read_catalogue(
    found: Iterable[object] | None,
    read: Read[Coin],
    fetched_at: datetime,
    *,
    named_by: str,
    before: set[str],
) -> Catalogue:
    """The coins that can be read; `named_by` is the field that names one, `before` what was left
    out of the last list. Raises GatewayTrouble where there are none."""
    left_out = LeftOut()
    coins = _coins(found or [], read, left_out, named_by)
    coins = _with_ids_of_their_own(_unambiguous_coins(coins, left_out), left_out)
    left_out.log(before)
    if not coins:
        raise GatewayTrouble("a list of coins in which no coin can be read")
    return Catalogue(coins, fetched_at, left_out=tuple(left_out.omitted))


def read_tokens(
    found: Iterable[object] | None, read: Read[Token], left_out: LeftOut, symbol: str
) -> tuple[Token, ...]:
    """The networks of a coin that can be read. Raises Odd where there are none."""
    kept = []
    for one in found or []:
        entry = record(one)
        try:
            kept.append(read(entry, left_out))
        except Odd as odd:
            left_out.add(symbol, words(entry.get("chain")) or "nameless", str(odd))
    count = Counter((token.symbol, token.chain) for token in kept)
    tokens = _once(kept, lambda token: count[token.symbol, token.chain], left_out)
    if not tokens:
        raise Odd("no usable token")
    return tokens


def _coins(
    found: Iterable[object], read: Read[Coin], left_out: LeftOut, named_by: str
) -> tuple[Coin, ...]:
    kept = []
    for one in found:
        entry = record(one)
        try:
            kept.append(read(entry, left_out))
        except Odd as odd:
            left_out.add(words(entry.get(named_by)), "", str(odd))
    return tuple(kept)


_TWICE = "listed more than once"


def _unambiguous_coins(found: tuple[Coin, ...], left_out: LeftOut) -> tuple[Coin, ...]:
    """Without those that share a symbol: "USDT" must mean one thing."""
    count = Counter(coin.symbol.upper() for coin in found)
    for coin in found:
        if count[coin.symbol.upper()] > 1:
            left_out.add(coin.symbol, "", _TWICE)
    return tuple(coin for coin in found if count[coin.symbol.upper()] == 1)


def _once(
    found: Iterable[Token], times: Callable[[Token], int], left_out: LeftOut
) -> tuple[Token, ...]:
    """Without those that are there more than once: "USDT on TRX" must mean one thing."""
    kept = []
    for token in found:
        if times(token) == 1:
            kept.append(token)
        else:
            left_out.add(token.symbol, token.chain, _TWICE)
    return tuple(kept)


def _with_ids_of_their_own(coins: tuple[Coin, ...], left_out: LeftOut) -> tuple[Coin, ...]:
    """Without tokens that share their id: it is all that a create call says of coin and network."""
    count = Counter(token.token_id for coin in coins for token in coin.tokens)
    kept = (
        replace(coin, tokens=_once(coin.tokens, lambda token: count[token.token_id], left_out))
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
