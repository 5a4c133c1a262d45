"""What a good address is, and the sentences for the ones that are not.

Readers verify first and explain after: whether an address is good is one comparison, and only a
bad one is looked at for the reason that helps most.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from approvals.destination.dead_ends import NOBODY, dead_end, made_up
from approvals.destination.text import AGAIN, foreign, refused
from approvals.errors import Unreadable


@dataclass(frozen=True, slots=True)
class Address:
    """`text` is sent as it stands; `normal` is equal for all spellings of one address on `chain`.
    `checked`: True, a checksum was verified; False, this form has none and only its shape fits;
    None, addresses of this network can't be checked here."""

    chain: str
    text: str
    normal: str
    checked: bool | None


class TwinForm(Unreadable):
    """The text is a good address elsewhere too, and the sentence already says what to do."""


def found(chain: str, text: str, normal: str, payload: bytes, *, checked: bool = True) -> Address:
    """The address, unless nobody can hold it; `payload` is the hash or key inside."""
    if why := dead_end(chain, normal) or (NOBODY if made_up(payload) else None):
        raise refused(text, why)
    return Address(chain, text, normal, checked)


def explained(
    chain: str,
    text: str,
    starts: Sequence[str],
    letters: Container[str],
    lengths: range | tuple[int, ...],
) -> Unreadable:
    """Why `text` is no address of `chain`: its start, a character, its length, or its checksum."""
    start = next((start for start in starts if text.startswith(start)), None)
    if start is None:
        return starts_otherwise(chain, text, starts)
    for char in text.removeprefix(start):
        if char not in letters:
            return foreign(char, a(chain), text)
    if len(text) not in lengths:
        spread = isinstance(lengths, range)
        rule = f"{lengths[0]} to {lengths[-1]}" if spread else _either(lengths)
        return refused(
            text,
            f"{_begin(a(chain))} address has {rule} characters; this one has {len(text)}. {AGAIN}",
        )
    return refused(text, f"This address has a typing error: its checksum does not fit. {AGAIN}")


def starts_otherwise(chain: str, text: str, starts: Sequence[str]) -> Unreadable:
    return refused(text, f"{_begin(a(chain))} address starts with {_either(starts)}. {AGAIN}")


def for_tests(chain: str, text: str) -> Unreadable:
    return refused(
        text,
        "This address belongs to a test network: real money sent there is lost. "
        f"Ask the payee for {a(chain)} address.",
    )


def a(name: str) -> str:
    """`name` with its article, as it is read aloud: "a TRX", "an LTC"."""
    return f"an {name}" if name[:1] in ("A", "E", "I", "O", "X") or name == "LTC" else f"a {name}"


def _begin(words: str) -> str:
    return words[0].upper() + words[1:]


def _either(options: Sequence[object]) -> str:
    *most, last = map(str, options)
    return f"{', '.join(most)} or {last}" if most else last
