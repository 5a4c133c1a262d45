"""Amounts: Decimal from the first character to the last, read strictly, written plainly.

An amount that can be read in two ways is refused rather than guessed. What the person probably
meant is only ever proposed.
"""

import re
from decimal import Context, Decimal, Inexact, localcontext

from approvals.errors import Unreadable
from approvals.words import quoted

MAX_DIGITS = 40
"""Characters of an amount; no coin needs more, and a limit belongs everywhere."""

MICRO = 1_000_000
"""Micro-dollars in a dollar; USD values are stored as whole micro-dollars."""

EXAMPLE = "250"
"""The amount that examples show."""

_EXACT = Context(prec=4 * MAX_DIGITS, traps=[Inexact])
"""Decimal's usual context rounds at 28 digits, silently."""

_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)
_CURRENCY = re.compile(r"[$€£¥]")
_GROUPED = re.compile(
    r"[0-9]{1,3}(?P<between>[,.' \u00a0\u202f])[0-9]{3}(?:(?P=between)[0-9]{3})*"
    r"(?:(?!(?P=between))[.,][0-9]+)?"
)
_ONE_COMMA = re.compile(r"[0-9]+,[0-9]+")
_WITH_COIN = re.compile(r"([0-9][0-9.,']*)\s*[A-Za-z]{2,10}")


def read_amount(text: str, symbol: str = "USDT") -> Decimal:
    """The positive amount that `text` spells in ASCII digits, such as `250` or `0.5`.

    `symbol` is only for the sentence. Raises Unreadable("amount", …).
    """
    if len(text) > MAX_DIGITS:
        raise Unreadable("amount", text, f"An amount has at most {MAX_DIGITS} digits.")
    if not _PLAIN.fullmatch(text):
        raise Unreadable("amount", text, _why_not(text, symbol))
    amount = Decimal(text)
    if not amount:
        raise Unreadable("amount", text, "The amount is zero. Write how much to pay.")
    return amount


def _why_not(text: str, symbol: str) -> str:
    if not text.strip():
        return f"Write how much to pay, such as {EXAMPLE}."
    if text.startswith(("-", "−")):
        return f"{quoted(text)} is below zero. Write how much to pay, such as {EXAMPLE}."
    if any(char.isdigit() and not char.isascii() for char in text):
        return f"Write the amount with the digits 0 to 9, such as {EXAMPLE}."
    meant = _meant(text)
    if _CURRENCY.search(text):
        typed = " ".join(text.split())
        return f"Amounts are in the coin: write {meant or EXAMPLE} {symbol}, not {typed}."
    if _ONE_COMMA.fullmatch(text):
        joined, pointed = text.replace(",", ""), plain(Decimal(text.replace(",", ".")))
        return f"{quoted(text)} can mean two amounts. Write {joined} or {pointed}."
    if meant:
        return f"{quoted(text)} is not a plain number. Write {meant}."
    if with_coin := _WITH_COIN.fullmatch(text):
        return f"Write the amount alone, without the coin: {_meant(with_coin[1]) or EXAMPLE}."
    return f"{quoted(text)} is not an amount. Write digits, such as {EXAMPLE} or 0.5."


def _meant(text: str) -> str:
    """The plain digits that a person most likely meant; "" where nothing is likely."""
    bare = _CURRENCY.sub("", text).strip()
    if _PLAIN.fullmatch(bare):
        return bare
    if groups := _GROUPED.fullmatch(bare):
        return bare.replace(groups["between"], "").replace(",", ".")
    return bare.replace(",", ".") if _ONE_COMMA.fullmatch(bare) else ""


def nearest(text: str, precision: int) -> str:
    """A readable amount close to `text`, with at most `precision` decimals: for examples only."""
    meant = _meant(text)
    if not meant or len(meant) > MAX_DIGITS:
        return EXAMPLE
    whole, _, decimals = meant.partition(".")
    kept = Decimal(f"{whole}.{decimals[:precision]}0")
    return plain(kept) if kept else EXAMPLE


def fitting(amount: Decimal, precision: int, symbol: str) -> Decimal:
    """`amount`, unchanged, if the coin can carry it. Raises Unreadable("amount", …) where it has
    more decimals than `precision`: rounding would pay something that nobody approved."""
    decimals = decimals_of(amount)
    if decimals > precision:
        raise Unreadable(
            "amount",
            plain(amount),
            f"{symbol} has {precision} decimals; {plain(amount)} has {decimals}.",
        )
    return amount


def decimals_of(amount: Decimal) -> int:
    """How many decimals it has; however long it is, nothing is rounded."""
    return len(plain(amount).partition(".")[2])


def plain(amount: Decimal) -> str:
    """The digits without exponent or trailing zeros: the one written form of an amount."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def grouped(amount: Decimal) -> str:
    """For reading: thousands separated, every digit kept: `1,250.5`."""
    whole, point, decimals = plain(amount).partition(".")
    return f"{int(whole):,}{point}{decimals}"


def product(amount: Decimal, factor: Decimal) -> Decimal:
    """The product, every digit of it."""
    with localcontext(_EXACT):
        return amount * factor


def micro_dollars(amount: Decimal, price: Decimal) -> int:
    """The value of `amount` coins at `price` USD each, in whole micro-dollars, rounded up:
    a limit must never be passed by rounding."""
    with localcontext(_EXACT):
        exact = amount * price * MICRO
        whole = int(exact)
        return whole + (exact != whole)


def dollars(micro: int) -> str:
    """Micro-dollars for reading, to the cent, rounded half up: `1,250.00`."""
    cents = (micro + MICRO // 200) // (MICRO // 100)
    return f"{cents // 100:,}.{cents % 100:02}"
