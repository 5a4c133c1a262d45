"""Values out of JSON, read strictly. What is not as documented is None or `Odd`, never guessed.

Every number stays the text that was sent, so no amount ever passes through a float, and a code or
an id reads the same with and without quotes.
"""

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

MAX_WORDS = 300
"""Characters of the gateway's own words that are kept: enough for a sentence, not for a page."""

_NAME = re.compile(r"[!-~]{1,128}")
_AMOUNT = re.compile(r"[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,2})?")


class Odd(ValueError):
    """Something is not as documented; the text says what."""


def parse(body: bytes) -> object:
    """The JSON in `body`. Raises Odd where it is none."""
    try:
        return json.loads(body, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise Odd("not JSON") from error


def record(value: object) -> Mapping[str, object]:
    """An object's fields; none where `value` is no object."""
    return value if isinstance(value, dict) else {}


def entries(value: object) -> list[object] | None:
    """A list, given as itself or as `{"list": […]}`: the vendor's pages show both."""
    found = record(value).get("list", value)
    return found if isinstance(found, list) else None


def words(value: object) -> str:
    """For reading: one line of printable characters, at most MAX_WORDS; "" where it is no text."""
    if not isinstance(value, str):
        return ""
    line = "".join(char if char.isprintable() else " " for char in value[:MAX_WORDS])
    return line.strip()


def name(value: object) -> str | None:
    """For comparing: an id, a symbol, a code. Printable ASCII without spaces, unchanged."""
    return value if isinstance(value, str) and _NAME.fullmatch(value) else None


def amount(value: object) -> Decimal | None:
    """A number that is not negative, digit for digit."""
    return Decimal(value) if isinstance(value, str) and _AMOUNT.fullmatch(value) else None


def unreadable(**given: tuple[object, Callable[[object], object]]) -> tuple[str, ...]:
    """Which of these values are given, but not as their function reads them: it gives None."""
    return tuple(
        what
        for what, (value, read) in given.items()
        if value not in (None, "") and read(value) is None
    )
