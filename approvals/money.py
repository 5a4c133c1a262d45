"""Amounts: Decimal from the first character to the last, read strictly, written plainly.

An amount that can be read in two ways is refused rather than guessed.
"""

import re
from decimal import Decimal

from approvals.errors import Unreadable

MAX_DIGITS = 40
"""Digits before and after the point together; no coin needs more, and a limit belongs everywhere."""

MICRO = 1_000_000
"""Micro-dollars in a dollar; USD values are stored as whole micro-dollars."""

_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:[,' \u00a0\u202f][0-9]{3})+(?:\.[0-9]+)?|[0-9]+,[0-9]+")
_CURRENCY = re.compile(r"[$€£¥]\s*([0-9.,]*)|([0-9.,]*)\s*[$€£¥]")


def read_amount(text: str, symbol: str = "USDT") -> Decimal:
    """The positive amount that `text` spells in ASCII digits, such as `250` or `0.5`.

    `symbol` is only for the sentence. Raises Unreadable("amount", …).
    """
    if not _PLAIN.fullmatch(text):
        raise Unreadable("amount", text, _why_not(text, symbol))
    if len(text) > MAX_DIGITS:
        raise Unreadable("amount", text, f"An amount has at most {MAX_DIGITS} digits.")
    amount = Decimal(text)
    if not amount:
        raise Unreadable("amount", text, "The amount is zero. Write how much to pay.")
    return amount


def _why_not(text: str, symbol: str) -> str:
    if currency := _CURRENCY.fullmatch(text):
        number = currency[1] or currency[2] or "250"
        return f"Amounts are in the coin: write {number} {symbol}, not {text}."
    if _GROUPED.fullmatch(text):
        joined = re.sub(r"[,' \u00a0\u202f]", "", text)
        if re.fullmatch(r"[0-9]+,[0-9]+", text):
            pointed = plain(Decimal(text.replace(",", ".")))
            return f'"{text}" can mean two amounts. Write {joined} or {pointed}.'
        return f'"{text}" is not a plain number. Write {joined}.'
    if text.startswith(("-", "−")):
        return f'"{text}" is below zero. Write how much to pay, such as 250.'
    return f'"{text}" is not an amount. Write digits with at most one point, such as 250 or 0.5.'


def fitting(amount: Decimal, precision: int, symbol: str) -> Decimal:
    """`amount`, unchanged, if the coin can carry it. Raises Unreadable("amount", …) where it has
    more decimals than `precision`: rounding would pay something that nobody approved."""
    decimals = max(0, -_exponent(amount.normalize()))
    if decimals > precision:
        raise Unreadable(
            "amount",
            plain(amount),
            f"{symbol} has {precision} decimals; {plain(amount)} has {decimals}.",
        )
    return amount


def plain(amount: Decimal) -> str:
    """The digits without exponent or trailing zeros: the one written form of an amount."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def grouped(amount: Decimal) -> str:
    """For reading: thousands separated, every digit kept: `1,250.5`."""
    whole, point, decimals = plain(amount).partition(".")
    return f"{int(whole):,}{point}{decimals}"


def micro_dollars(amount: Decimal, price: Decimal) -> int:
    """The value of `amount` coins at `price` USD each, in whole micro-dollars, rounded up:
    a limit must never be passed by rounding."""
    exact = amount * price * MICRO
    whole = int(exact)
    return whole + (exact != whole)


def dollars(micro: int) -> str:
    """Micro-dollars for reading, to the cent, rounded half up: `1,250.00`."""
    cents = (micro + MICRO // 200) // (MICRO // 100)
    return f"{cents // 100:,}.{cents % 100:02}"


def _exponent(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"{amount} is not a finite amount")
    return exponent
