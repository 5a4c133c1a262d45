"""Base58 with its checksum: Bitcoin's alphabet leaves out 0, O, I and l, the XRP Ledger shuffles
the same letters. Source: the Bitcoin wiki, "Base58Check encoding"; xrpl.org, "Base58 encodings".
"""

from hashlib import sha256

BITCOIN = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"

_CHECKSUM = 4
_HASHED = 1 + 20 + _CHECKSUM


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


def verified(text: str, alphabet: str = BITCOIN) -> bytes | None:
    """Version byte and hash (1 + 20 bytes); None unless the four checksum bytes after them fit."""
    raw = decoded(text, alphabet)
    if raw is None or len(raw) != _HASHED:
        return None
    content, checksum = raw[:-_CHECKSUM], raw[-_CHECKSUM:]
    fits = sha256(sha256(content).digest()).digest().startswith(checksum)
    return content if fits else None
