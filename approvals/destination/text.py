"""An address as text: taken apart for eyes, put together again, and looked at letter by letter.

People copy addresses from chats, mails and our own cards. Spaces come in by the way and mean
nothing, so `tidy` takes them out. What nobody can see or tell apart (a zero-width character, a
Cyrillic "а") may have been put there on purpose: it is never repaired, always refused and named.
"""

import re
import unicodedata

from approvals.errors import Unreadable

_SHORT = 12
AGAIN = "Copy it again from the payee."

EVM = re.compile(r"0x[0-9a-f]{40}")
"""The normal form of an address that is good on every EVM network."""


def family(chain: str, normal: str) -> str:
    """One name for all chains on which the same address is good. The address says it, since the
    catalogue knows more EVM chains than any list of them."""
    return "EVM" if EVM.fullmatch(normal) else chain.upper()


def tidy(text: str) -> str:
    """`text` without spaces of any width, tabs and line breaks; nothing else is taken away."""
    return "".join(words_of(text))


def words_of(text: str) -> list[str]:
    """What stands between spaces of any width, tabs and line breaks."""
    return [word for word in _spaced(text).split(" ") if word]


def _spaced(text: str) -> str:
    return "".join(" " if c in "\t\r\n" or unicodedata.category(c) == "Zs" else c for c in text)


def one_word(text: str) -> bool:
    """Whether nothing stands apart in it: one word, or groups of four, as a card prints them."""
    words = words_of(text)
    return words in ([], [tidy(text)], grouped(tidy(text)).split())


def grouped(text: str) -> str:
    """In groups of four, as the card prints an address; `tidy` undoes it."""
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def shortened(text: str) -> str:
    """Both ends, "TJRa … pRTv8": a reminder for who knows the address, never a thing to check by,
    since addresses with chosen ends can be made."""
    # Every BCH address begins with the same prefix; its end would hide the part that differs.
    body = text.rpartition(":")[2]
    return f"{body[:4]} … {body[-5:]}" if len(body) > _SHORT else body


def refused(text: str, sentence: str) -> Unreadable:
    return Unreadable("destination", text, sentence)


def foreign(char: str, thing: str, text: str) -> Unreadable:
    """`char` is none of the letters of `thing`, an address with its article."""
    memo = ' Write a memo behind it as "memo …".' if char == ":" else ""
    return refused(text, f'"{char}" does not occur in {thing} address.{memo} {AGAIN}')


def only_plain(field: str, text: str, thing: str, *, first: str = "!") -> None:
    """Raises Unreadable that names the first character of `text` outside ASCII's `first` to "~"."""
    for char in text:
        if not first <= char <= "~":
            raise Unreadable(field, text, f"This {thing} contains {_named(char, thing)}. {AGAIN}")


def _named(char: str, thing: str) -> str:
    name = unicodedata.name(char, f"U+{ord(char):04X}")
    visible = char.isprintable() and char != " "
    return f'"{char}" ({name}), which no {thing} can hold' if visible else f"an invisible {name}"
