"""Bech32 and its relatives: groups of five bits, written with letters that are hard to confuse,
under a checksum that finds every error of up to four characters in an address.

Sources: BIP-173 (bech32: SegWit version 0, Lightning invoices), BIP-350 (bech32m: later versions),
the CashAddr specification of Bitcoin Cash (same letters, a longer checksum).
"""

from collections.abc import Iterable, Sequence

LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

_BITS = 5
_CASH_CHECKSUM = 8
BECH32 = 1
BECH32M = 0x2BC830A3
CASHADDR = 0

_BECH32 = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CASHADDR = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)


def groups(letters: str) -> list[int] | None:
    """The numbers 0-31 behind the letters; None where one is not of the 32."""
    found = [LETTERS.find(letter) for letter in letters]
    return None if -1 in found else found


def residue(prefix: str, values: Sequence[int]) -> int:
    """BECH32 or BECH32M where the last six values are that checksum; else another number."""
    expanded = [*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix), *values]
    return _remainder(expanded, 30, _BECH32)


def cash_residue(prefix: str, values: Sequence[int]) -> int:
    """CASHADDR where the last eight values are that checksum; else another number."""
    return _remainder([*(ord(c) & 31 for c in prefix), 0, *values], 40, _CASHADDR) ^ 1


def cash_spelled(prefix: str, payload: bytes) -> str:
    """The CashAddr letters of `payload`, a version byte and a hash, behind `prefix` and its
    colon."""
    spare = -len(payload) * 8 % _BITS
    bits, groups_of = int.from_bytes(payload) << spare, (len(payload) * 8 + spare) // _BITS
    values = [bits >> _BITS * place & 31 for place in reversed(range(groups_of))]
    check = cash_residue(prefix, [*values, *[0] * _CASH_CHECKSUM])
    values += [check >> _BITS * place & 31 for place in reversed(range(_CASH_CHECKSUM))]
    return "".join(LETTERS[value] for value in values)


def _remainder(values: Iterable[int], width: int, generator: Sequence[int]) -> int:
    """Both checksums are one polynomial division, over 30 or 40 bits."""
    check = 1
    for value in values:
        top = check >> (width - 5)
        check = (check & ((1 << (width - 5)) - 1)) << 5 ^ value
        for bit, term in enumerate(generator):
            check ^= term if top >> bit & 1 else 0
    return check


def number(values: Iterable[int]) -> int:
    """The groups read as one big-endian number."""
    total = 0
    for value in values:
        total = total << _BITS | value
    return total


def packed(values: Sequence[int]) -> bytes | None:
    """The bytes in the groups; None where what is left over is a whole group or not zero."""
    total, spare = number(values), len(values) * _BITS % 8
    if spare >= _BITS or total & ((1 << spare) - 1):
        return None
    return (total >> spare).to_bytes(len(values) * _BITS // 8)
