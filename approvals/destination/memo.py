"""Memos, tags and comments: what a shared address needs to know whose money it is.

Whether a network has memos is the catalogue's knowledge; here is only what each may look like. The
gateway takes one string, so it is kept exactly as typed, leading zeros too.
"""

from approvals.destination.text import only_plain
from approvals.errors import Unreadable

_LONGEST = 120
_LONGEST_ON_XLM = 28  # bytes of a text memo in the Stellar protocol
_LARGEST_TAG = 2**32 - 1  # the XRP Ledger's DestinationTag is a UInt32


def read_memo(chain: str, text: str) -> str:
    """The memo as it will be sent: printable ASCII, one character at least. Raises
    Unreadable("memo", …)."""
    only_plain("memo", text, "memo", first=" ")
    if text != text.strip():
        raise _refused(text, "This memo starts or ends with a space. Write it without.")
    if not text:
        raise _refused(text, 'Write the memo, or "no memo" if the payee gave none.')
    longest = _LONGEST_ON_XLM if chain.upper() == "XLM" else _LONGEST
    if len(text) > longest:
        raise _refused(text, f"A memo on {chain} has at most {longest} characters.")
    if chain.upper() == "XRP" and not (text.isdigit() and int(text) <= _LARGEST_TAG):
        raise _refused(text, f"A destination tag is a number from 0 to {_LARGEST_TAG}.")
    return text


def normal_memo(chain: str, memo: str) -> str:
    """Equal for all spellings of one memo: a destination tag is a number, whatever its zeros."""
    return str(int(memo)) if chain.upper() == "XRP" and memo.isdigit() else memo


def _refused(text: str, sentence: str) -> Unreadable:
    return Unreadable("memo", text, sentence)
