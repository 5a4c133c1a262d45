"""Small pieces of English that sentences are made of."""

import re
import unicodedata
from collections.abc import Sequence

_SHOWN = 40


def quoted(text: str) -> str:
    """`text` in quotation marks, shortened: a sentence repeats what is wrong, so that it is
    recognised. What nobody would see in it, such as a line break, is spelt out."""
    shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    return f'"{visible(shown)}"'


def visible(text: str) -> str:
    """`text` in one line: what nobody would see in it, such as a line break, is spelt out."""
    return "".join(map(_visible, text))


def _visible(char: str) -> str:
    seen = char.isprintable() or unicodedata.category(char) == "Zs"
    return char if seen else char.encode("unicode_escape").decode()


def without_numbers(text: str) -> str:
    """What a sentence says apart from its figures, to compare it by."""
    return re.sub(r"[0-9.,]+", "", text)


def either(choices: Sequence[str]) -> str:
    """The choices as a sentence lists them: a, b or c."""
    return listed(choices, "or")


def listed(things: Sequence[str], word: str = "and") -> str:
    """Things as a sentence lists them: a, b and c."""
    *most, last = things
    return f"{', '.join(most)} {word} {last}" if most else last


def counted(number: int, thing: str) -> str:
    """`1 approval`, `2 approvals`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
