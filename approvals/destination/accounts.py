"""Chains where an address names an account: the EVM chains, TRX, XRP, XLM, TON, SOL.

Some have a second form with a memo folded in, or one without a checksum; both are refused with a
word on what to ask for instead: what a person approves must be readable, and typing errors seen.
"""

import base64
import binascii
import re

from approvals.destination.address import Address, explained, for_tests, found, starts_otherwise
from approvals.destination.encodings import base58
from approvals.destination.encodings.keccak import keccak256
from approvals.destination.text import AGAIN, refused

_HEX = "0123456789abcdefABCDEF"
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"

_TRON = 0x41
_XRPL_ACCOUNT = 0x00
_X_ADDRESS = b"\x05\x44"
_SOLANA_KEY = 32  # bytes
_TON_WALLET = 0x51
_TON_BOUNCEABLE = 0x11
_TON_TAGS = (_TON_BOUNCEABLE, _TON_WALLET)
_TON_TEST_FLAG = 0x80
_TON_WORKCHAINS = (0x00, 0xFF)


def read_evm(chain: str, text: str) -> Address:
    """20 bytes in hex. Its capital letters are the checksum (EIP-55); all small or all capital is a
    legal spelling without one."""
    if not re.fullmatch(r"0x[0-9a-fA-F]{40}", text):
        raise explained(chain, text, ("0x",), _HEX, (42,))
    digits = text[2:]
    checked = digits not in (digits.lower(), digits.upper())
    if checked and digits != _capitalised(digits.lower()):
        raise explained(chain, text, ("0x",), _HEX, (42,))
    return found(chain, text, text.lower(), bytes.fromhex(digits), checked=checked)


def _capitalised(digits: str) -> str:
    marks = keccak256(digits.encode()).hex()
    return "".join(d.upper() if m >= "8" else d for d, m in zip(digits, marks, strict=False))


def read_trx(chain: str, text: str) -> Address:
    """21 bytes that begin with 0x41, in Bitcoin's base58 (TRON documentation, "Accounts")."""
    raw = base58.verified(text)
    if raw is None or raw[0] != _TRON:
        raise explained(chain, text, ("T",), base58.BITCOIN, (34,))
    return found(chain, text, text, raw[1:])


def read_xrp(chain: str, text: str) -> Address:
    """The classic address (xrpl.org, "Addresses"). An X-address holds a tag that nobody sees."""
    if re.fullmatch(r"[XT].{46}", text):
        raise refused(
            text,
            "This is an X-address, in which a destination tag hides. Ask the payee for the address "
            'that starts with r, and write the tag as "memo …".',
        )
    raw = base58.verified(text, base58.RIPPLE)
    if raw is None or raw[0] != _XRPL_ACCOUNT:
        raise explained(chain, text, ("r",), base58.RIPPLE, range(25, 36))
    return found(chain, text, text, raw[1:])


def read_xlm(chain: str, text: str) -> Address:
    """An account's key, G… (SEP-23). A muxed address, M…, holds an id that nobody sees."""
    if re.fullmatch(r"M.{68}", text):
        raise refused(
            text,
            "This is a muxed address, in which an account id hides. Ask the payee for the address "
            'that starts with G, and write the id as "memo …".',
        )
    raw = base64.b32decode(text) if re.fullmatch(r"G[A-Z2-7]{55}", text) else b""
    if not raw or binascii.crc_hqx(raw[:-2], 0) != int.from_bytes(raw[-2:], "little"):
        raise explained(chain, text, ("G",), _BASE32, (56,))
    return found(chain, text, text, raw[1:-2])


def hides_a_memo(text: str) -> str | None:
    """The network of an address with a memo folded in: an X-address, or a muxed one."""
    if (base58.content(text, base58.RIPPLE) or b"").startswith(_X_ADDRESS):
        return "XRP"
    raw = base64.b32decode(text + "===") if re.fullmatch(r"M[A-Z2-7]{68}", text) else b""
    fits = raw and binascii.crc_hqx(raw[:-2], 0) == int.from_bytes(raw[-2:], "little")
    return "XLM" if fits else None


def read_ton(chain: str, text: str) -> Address:
    """The friendly form: tag, workchain, 32 bytes and a CRC, in base64 of either alphabet (TEP-2).
    The raw form has no checksum. The tag is no part of who is paid: the normal form is the one for
    wallets, UQ…, in the alphabet of addresses."""
    if re.fullmatch(r"-?[0-9]+:[0-9a-fA-F]{64}", text):
        raise refused(
            text,
            "This is the raw form of a TON address, which has no checksum. Ask the payee for the "
            "form of 48 characters that starts with UQ or EQ.",
        )
    fits = re.fullmatch(r"[A-Za-z0-9+/_-]{48}", text)
    raw = base64.b64decode(text.replace("-", "+").replace("_", "/")) if fits else b""
    if not raw or binascii.crc_hqx(raw[:-2], 0) != int.from_bytes(raw[-2:]):
        raise explained(chain, text, ("UQ", "EQ"), _BASE64, (48,))
    tag, workchain, account = raw[0], raw[1], raw[2:-2]
    if tag & _TON_TEST_FLAG:
        raise for_tests(chain, text)
    if tag not in _TON_TAGS or workchain not in _TON_WORKCHAINS:
        raise starts_otherwise(chain, text, ("UQ", "EQ"))
    content = bytes((_TON_WALLET, workchain)) + account
    crc = binascii.crc_hqx(content, 0).to_bytes(2)
    return found(chain, text, base64.urlsafe_b64encode(content + crc).decode(), account)


def bounceable(normal: str) -> str:
    """The other form of a TON address, EQ…. Its tag is in the first letter; the CRC is linear, so
    another tag always turns the same of its bits over."""
    turned = binascii.crc_hqx(bytes((_TON_BOUNCEABLE ^ _TON_WALLET, *bytes(33))), 0)
    end = int.from_bytes(base64.urlsafe_b64decode(normal[-4:])) ^ turned
    return f"E{normal[1:-4]}{base64.urlsafe_b64encode(end.to_bytes(3)).decode()}"


def read_sol(chain: str, text: str) -> Address:
    """32 bytes in base58 without a checksum: a slip that leaves 32 bytes goes unseen."""
    raw = base58.decoded(text)
    if raw is None or len(raw) != _SOLANA_KEY:
        raise refused(
            text,
            f"This is no {chain} address: it has 32 to 44 letters and digits, "
            f"never 0, O, I or l, and stands for 32 bytes. {AGAIN}",
        )
    return found(chain, text, text, raw, checked=False)
