"""Bitcoin and the chains that took its address formats along: LTC, DOGE, BCH.

Base58 with a version byte is the old form, bech32 (SegWit) the new one. Some of the old forms are
the same on two chains, and then only the person who asks can tell which was meant.
"""

import re
from dataclasses import dataclass

from approvals.destination.address import (
    Address,
    TwinForm,
    explained,
    for_tests,
    found,
    starts_otherwise,
)
from approvals.destination.encodings import base58, bech32
from approvals.destination.text import refused
from approvals.errors import Unreadable


@dataclass(frozen=True, slots=True)
class Family:
    """What sets a daughter of Bitcoin apart (from each chain's chainparams): version bytes, the
    letters that they make an address start with, and the SegWit prefix where there is SegWit."""

    versions: tuple[int, ...]
    starts: tuple[str, ...]
    segwit: str


BTC = Family((0, 5), ("1", "3", "bc1"), "bc1")
LTC = Family((48, 50), ("L", "M", "ltc1"), "ltc1")
DOGE = Family((30, 22), ("D", "A", "9"), "")

_TEST_VERSIONS = (111, 196, 58, 113)
_TEST_PREFIXES = ("tb1", "bcrt1", "tltc1", "rltc1", "bchtest:", "bchreg:")
# Old LTC script addresses carry Bitcoin's version byte: the same text is good on both chains.
_SHARED_WITH_LTC = 5

_CASH = "bitcoincash:"
_TOKENS = 0x10
"""The bit of a version byte that says that the payee's wallet knows tokens (CashTokens,
CHIP-2022-02). It changes nothing of who is paid."""
_CASH_SIZES = {0x00: 20, 0x08: 20, 0x0B: 32}  # key hash, script hash, long script hash
_CASH_LENGTHS = {42: 20, 61: 32}  # bytes of the hash by letters
_LONG = re.compile("[pr][vdw0]")  # how a long one begins


def read(family: Family, chain: str, text: str) -> Address:
    if family.segwit and text.lower().startswith(family.segwit):
        return read_segwit(family, chain, text)
    version, payload = _legacy(text)
    if version in _TEST_VERSIONS or text.lower().startswith(_TEST_PREFIXES):
        raise for_tests(chain, text)
    if family is LTC and version == _SHARED_WITH_LTC:
        raise _twin(text, "LTC addresses that start with 3", "M or ltc1")
    if version is None:
        raise explained(chain, text, family.starts, base58.BITCOIN, range(26, 35))
    if version not in family.versions:
        raise starts_otherwise(chain, text, family.starts)
    return found(chain, text, text, payload)


def read_segwit(family: Family, chain: str, text: str) -> Address:
    """Version 0 (BIP-173) and Taproot (BIP-350). What is sent to versions that are not in use yet,
    anybody may take."""
    prefix, lower = family.segwit, text.lower()
    values = bech32.groups(lower.removeprefix(prefix)) or []
    program = bech32.packed(values[1:-6]) or b""
    taproot = lower.startswith(prefix + "p")
    check, lengths = (bech32.BECH32M, (32,)) if taproot else (bech32.BECH32, (20, 32))
    starts = (prefix + "q", prefix + "p")
    fits = lower.startswith(starts) and len(program) in lengths
    if not fits or _mixed(text) or bech32.residue(prefix[:-1], values) != check:
        sizes = tuple(len(prefix) + 7 + -(-length * 8 // 5) for length in lengths)
        raise _explained_letters(chain, text, lower, starts, sizes)
    return found(chain, text, lower, program)


def read_bch(chain: str, text: str) -> Address:
    """CashAddr, with or without its prefix, for wallets that know tokens too. The legacy form is
    Bitcoin's own and is refused."""
    lower = text.lower()
    if lower.startswith(_TEST_PREFIXES):
        raise for_tests(chain, text)
    if _legacy(text)[0] in BTC.versions:
        raise _twin(text, "BCH addresses in the old form", '"bitcoincash:"')
    body = lower.removeprefix(_CASH)
    payload = _cash_payload(body)
    version = payload[0] & ~_TOKENS if payload else None
    fits = _CASH_SIZES.get(version) == len(payload) - 1 if version is not None else False
    values = bech32.groups(body) or []
    if not fits or _mixed(text) or bech32.cash_residue(_CASH[:-1], values) != bech32.CASHADDR:
        prefix = lower.removesuffix(body)
        starts = tuple(prefix + letter for letter in "qpzr")
        length = len(prefix) + (61 if _LONG.match(body) else 42)
        raise _explained_letters(chain, text, lower, starts, (length,))
    normal = _CASH + _cash_letters(bytes([version or 0]) + payload[1:])
    return found(chain, text, normal, payload[1:])


def with_tokens(normal: str) -> str:
    """The other form of a BCH address, z… or r…, of a wallet that knows tokens. The checksum is
    linear, so the one bit always turns the same letters of addresses of one length."""
    values = bech32.groups(normal.removeprefix(_CASH))
    size = _CASH_LENGTHS.get(len(values or ()))
    if values is None or size is None:
        return normal
    blank = (bech32.groups(_cash_letters(bytes([bit, *bytes(size)]))) for bit in (0, _TOKENS))
    turned = zip(values, *(groups or () for groups in blank), strict=True)
    return _CASH + "".join(bech32.LETTERS[mine ^ off ^ on] for mine, off, on in turned)


def _cash_payload(body: str) -> bytes:
    """Version byte and hash; nothing where there are none."""
    values = bech32.groups(body) or []
    return bech32.packed(values[:-8]) or b""


def _cash_letters(payload: bytes) -> str:
    return bech32.cash_spelled(_CASH[:-1], payload)


def _legacy(text: str) -> tuple[int | None, bytes]:
    """Version byte and hash of a good base58 address; (None, b"") for anything else."""
    raw = base58.verified(text)
    return (None, b"") if raw is None else (raw[0], raw[1:])


def _mixed(text: str) -> bool:
    return text not in (text.lower(), text.upper())


def _explained_letters(
    chain: str, text: str, lower: str, starts: tuple[str, ...], lengths: tuple[int, ...]
) -> Unreadable:
    if lower.startswith(starts) and _mixed(text):
        return refused(
            text,
            "This address mixes capital and small letters, which this kind never does. "
            "Copy it again from the payee.",
        )
    return refused(text, explained(chain, lower, starts, bech32.LETTERS, lengths).sentence)


def _twin(text: str, which: str, other: str) -> TwinForm:
    return TwinForm(
        "destination",
        text,
        f"{which} look the same as BTC addresses. "
        f"Ask the payee for the form that starts with {other}.",
    )
