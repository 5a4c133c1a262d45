"""Acts on messages, and what a button carries: made here, and read back here.

A button names a payout and the digest that was on the screen, and nothing else: who pressed it
comes from the signed request, all the rest from the ledger.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from approvals.errors import Stale

NOT_OURS = (
    "Countersign does not know this button or form: another version may have made it."
    " Nothing was done. Use the newest card, or type the command again."
)
LARGEST = 2**63 - 1
"""The largest number that the ledger can hold."""


@contextmanager
def ours() -> Iterator[None]:
    """Reading what a button or a form of ours carries back. It may be older than this program, and
    a signature does not say that it is whole. Raises Stale where it is not what we write."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Stale(NOT_OURS) from None


class Act(StrEnum):
    """What a press asks for: the `action_id`. `MORE` is a menu; its options carry their own act."""

    APPROVE = "approve"
    COMMENT = "comment"
    TAKE_BACK = "take_back"
    REJECT = "reject"
    CANCEL = "cancel"
    RECORD = "record"
    ASK_AGAIN = "ask_again"
    ASK_AGAIN_ANYWAY = "ask_again_anyway"
    OPEN_FORM = "open_form"
    AGAIN = "again"
    CLOSE = "close"
    RESOLVE = "resolve"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class ButtonValue:
    """Which payout a button is about, as it was shown. `act` only in a menu's option."""

    payout: int
    digest: str
    act: Act | None = None

    def text(self) -> str:
        """The button's value: under 150 characters, all that a menu's option may have."""
        flat: dict[str, str | int] = {"payout": self.payout, "digest": self.digest}
        if self.act:
            flat["act"] = self.act.value
        return json.dumps(flat, separators=(",", ":"))

    @classmethod
    @ours()
    def read(cls, text: str) -> "ButtonValue":
        """What `text` wrote. Raises Stale for anything else."""
        flat = json.loads(text)
        match flat:
            case {"payout": int(number), "digest": str(digest)} if 0 < number <= LARGEST:
                return cls(number, digest, Act(flat["act"]) if "act" in flat else None)
        raise ValueError("not the value of a button about a payout")
