"""What makes two addresses look alike. People compare both ends, so whoever wants a payment to go
astray makes an address with the same ends and waits for it to be copied from a history.

All addresses of a family of chains begin alike; what stands before `SEEN` characters is no
likeness. Two spellings of one address are no look-alikes either: normal forms are compared.
"""

import base64
import re

from approvals.destination.accounts import bounceable
from approvals.destination.bitcoin import with_tokens
from approvals.destination.encodings import base58
from approvals.destination.text import family

SEEN = 4
"""So many characters at each end make a likeness."""

_STARTS = {
    "BTC": ("bc1q", "bc1p", "1", "3"),
    "LTC": ("ltc1q", "ltc1p", "L", "M"),
    "DOGE": ("D", "A", "9"),
    "BCH": ("bitcoincash:q", "bitcoincash:p"),
    "TRX": ("T",),
    "XRP": ("r",),
    "XLM": ("G",),
    "TON": ("UQ", "Uf"),
}
_ELSEWHERE = ("0x",)

_CASELESS = re.compile(r"0x[0-9a-f]+|(?:bc1|ltc1|bitcoincash:)[0-9a-z]+")
_TON_LETTERS = str.maketrans("+/", "-_")


def ends(chain: str, normal: str) -> tuple[str, frozenset[str]]:
    """What people look at in an address: its beginning, with what is fixed there, and its end, or
    ends: an address of TON or BCH has another one in its other form, and people may have seen it.
    Equal for addresses that look alike in some of their forms."""
    starts = _STARTS.get(family(chain, normal), _ELSEWHERE)
    fixed = next((start for start in starts if normal.startswith(start)), "")
    forms = (normal, _other_form(chain, normal))
    return normal[: len(fixed) + SEEN], frozenset(form[-SEEN:] for form in forms)


def spellings(chain: str, normal: str) -> frozenset[str]:
    """How else the address is written that has this normal form, where case says nothing in small
    letters: a list of contracts may have any of these."""
    if chain.upper() == "TRX":
        return frozenset({normal, (base58.decoded(normal) or b"")[:-4].hex()})
    if not _on_ton(chain):
        return frozenset({normal})
    raw = base64.urlsafe_b64decode(normal)[1:-2]
    workchain = int.from_bytes(raw[:1], signed=True)
    return frozenset({normal, bounceable(normal), f"{workchain}:{raw[1:].hex()}"})


def folded(chain: str, normal: str, piece: str) -> str:
    """`piece` of an address, whose normal form is `normal`, in the letters of that form: where
    capital and small letters mean the same, and TON's two alphabets."""
    if _CASELESS.fullmatch(normal):
        return piece.lower()
    return piece.translate(_TON_LETTERS) if _on_ton(chain) else piece


def respelled(chain: str, other: tuple[str, str], like: tuple[str, str]) -> str:
    """An address in the spelling of another that looks like it; both as text and normal form. As it
    was written, where both were written in normal form."""
    text, normal = other
    model, model_normal = like
    if folded(chain, normal, text) == normal and folded(chain, model_normal, model) == model_normal:
        return text
    # The other spellings (of TON, of BCH) end as a form of the address does: one character for
    # another.
    mine, theirs = (_form(chain, one, model)[-len(model) :] for one in (model_normal, normal))
    pairs = zip(model, mine, theirs, strict=True)
    return "".join(shown if here == there else there for shown, here, there in pairs)


def _form(chain: str, normal: str, model: str) -> str:
    """The form of an address in which `model` is written."""
    body = model.removeprefix("bitcoincash:").lower()
    other = model.startswith("E") if _on_ton(chain) else body.startswith(("z", "r"))
    return _other_form(chain, normal) if other else normal


def _other_form(chain: str, normal: str) -> str:
    """Of TON and BCH, where one address has two; else the same."""
    if _on_ton(chain):
        return bounceable(normal)
    return with_tokens(normal) if chain.upper() == "BCH" else normal


def _on_ton(chain: str) -> bool:
    return chain.upper() == "TON"
