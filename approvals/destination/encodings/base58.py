"""Base58 with its checksum: Bitcoin's alphabet leaves out 0, O, I and l, the XRP Ledger shuffles
the same letters. Source: the Bitcoin wiki, "Base58Check encoding"; xrpl.org, "Base58 encodings".
"""

from hashlib import sha256

BITCOIN = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"

_CHECKSUM = 4
_HASHED = 1 + 20


def decoded(text: str, alphabet: str = BITCOIN) -> bytes | None:
    """The bytes behind `text`; None where a character is not in the alphabet."""
    number = 0
    for char in text:
        digit = alphabet.find(char)
        if digit < 0:
            return None
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip(alphabet[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)


def content(text: str, alphabet: str = BITCOIN) -> bytes | None:
    """What stands in front of the four checksum bytes; None unless they fit."""
    raw = decoded(text, alphabet) or b""
    inside, checksum = raw[:-_CHECKSUM], raw[-_CHECKSUM:]
    fits = sha256(sha256(inside).digest()).digest().startswith(checksum)
    return inside if inside and fits else None


def verified(text: str, alphabet: str = BITCOIN) -> bytes | None:
    """Version byte and hash (1 + 20 bytes); None unless the checksum behind them fits."""
    inside = content(text, alphabet)
    return inside if inside is not None and len(inside) == _HASHED else None
