"""Memos, tags and comments: what a shared address needs to know whose money it is.

Whether a network has memos is the catalogue's knowledge; here is only what each may look like. The
gateway takes one string, so it is kept exactly as typed, leading zeros too. That is why a memo with
something around it that is none of it is asked back, and so is a word that says that there is none:
nobody at the other end takes a quotation mark off.
"""

import re
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class AskedBack:
    """A memo that was hardly meant as it was typed: `sentence` says so, `better` is what was meant;
    "" where there is none."""

    sentence: str
    better: str


def asked_back(text: str) -> AskedBack | None:
    """What to ask about a memo that nobody put in quotation marks, if anything."""
    bare = text.strip()
    while (inner := _peeled(bare)) != bare:
        bare = inner
    if _says_none(bare):
        sentence = 'Write "no memo" if the payee gave none, or put the memo in quotes.'
        return AskedBack(sentence, "")
    if bare == text.strip():
        return None
    sentence = f"Write the memo alone: {bare}. If all of it belongs to the memo, put it in quotes."
    return AskedBack(sentence, bare)


_PAIRS = ("''", "``", "**", "__", "~~", "()", "[]", "{}", "<>", "‘’", "‚‘", "’’", "´´", "‹›", '""')
_QUOTED = ("“”", "„“", "””", "«»", "»«")
_WRAPPED = frozenset(_PAIRS + _QUOTED)
_LABEL = re.compile(
    r"""(?:(?:the|destination|dest\.?|deposit|payment|transaction|xrp|xlm|ton)\s+)?
    (?:memo(?:\s+(?:id|text|no\.?|number))?|tag|dt|id|no\.|nr\.?|number|comment|message|reference|ref)
    (?:\s*[:=\#]\s*|\s+(?=\S*[0-9]\S*\Z))(?=\S)""",
    re.IGNORECASE | re.VERBOSE,
)
_SIGN = re.compile(r"[#№:=]+\s*(?=\S)")
_GAP = "…"
_STOP = re.compile(r"""(?<=[0-9A-Za-z'"`)\]*])[.,;:!]+\Z""")

_NONE = frozenset(
    {
        *("none", "no", "null", "undefined", "n/a", "na", "n.a", "nil", "nan", "nothing", "empty"),
        *(
            "blank",
            "void",
            "without",
            "missing",
            "unknown",
            "tbd",
            "no memo",
            "no tag",
            "no comment",
        ),
        *("not needed", "not required", "not applicable", "not available", "no need", "(none)"),
        *("none needed", "no memo needed", "no memo required", "no tag needed", "no comment"),
        *("kein", "keine", "ninguno", "ninguna", "aucun", "aucune", "nessuno", "nenhum", "geen"),
    }
)


def _says_none(text: str) -> bool:
    """Whether it is a word for nothing, or has no letter and no digit: a dash, a question mark. The
    gap of an example stands for a memo."""
    bare = not any(map(str.isalnum, text)) and text != _GAP
    return text.lower().rstrip(".!") in _NONE or bare


def _peeled(text: str) -> str:
    """`text` without one thing that stands around it: a pair of marks, what it is called, a sign in
    front, a full stop behind one word."""
    if len(text) > 1 and text[0] + text[-1] in _WRAPPED:
        return text[1:-1].strip()
    for begins in (_LABEL, _SIGN):
        if match := begins.match(text):
            return text[match.end() :].strip()
    return text if " " in text else _STOP.sub("", text)


def normal_memo(chain: str, memo: str) -> str:
    """Equal for all spellings of one memo: a destination tag is a number, whatever its zeros. Of
    `memo` nothing is known: it may be what somebody else reports."""
    return memo.lstrip("0") or "0" if chain.upper() == "XRP" and memo.isdigit() else memo


def _refused(text: str, sentence: str) -> Unreadable:
    return Unreadable("memo", text, sentence)
