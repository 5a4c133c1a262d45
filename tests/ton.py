"""Addresses of TON for tests, made from their accounts: `0x51` is the tag of UQ…, `0x11` of EQ…"""

import base64
import binascii
from itertools import count

HEAD, END = b"\x83\xdf\xd5\x52", b"\x16" * 4
BETWEEN = bytes(range(0x20, 0x38))


def ton(account: bytes, tag: int = 0x51, workchain: int = 0) -> str:
    """The address of an account."""
    content = bytes([tag, workchain]) + account
    return base64.urlsafe_b64encode(content + binascii.crc_hqx(content, 0).to_bytes(2)).decode()


def ton_twins(tag: int = 0x51, other_tag: int = 0x51) -> tuple[bytes, bytes]:
    """Two accounts whose addresses, with these tags, have the same ends; the checksum is part of
    the end."""
    wanted = ton(HEAD + BETWEEN + END, tag)[-4:]
    tries = (BETWEEN[:16] + number.to_bytes(8) for number in count(1))
    other = next(one for one in tries if ton(HEAD + one + END, other_tag)[-4:] == wanted)
    return HEAD + BETWEEN + END, HEAD + other + END
