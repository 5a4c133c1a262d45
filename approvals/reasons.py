"""What a payout is for, why it is rejected, what somebody adds to an approval: words that others
read, so that there is something to be read."""

import unicodedata

from approvals.errors import Unreadable
from approvals.letters import hidden, letters_seen
from approvals.secrets import no_key_in

FEWEST_LETTERS = 3
"""So many letters or digits a reason has at least; two do in scripts without spaces."""

SHORTEST_REASON, LONGEST_REASON = 2, 500
"""In characters."""


def read_reason(text: str) -> str:
    """`text` on one line, in Unicode's composed form (NFC). Raises Unreadable("reason", …), and
    Secret where it holds a private key."""
    no_key_in("reason", text)
    reason = unicodedata.normalize("NFC", " ".join(text.split()))
    if char := hidden(reason):
        name = unicodedata.name(char, f"U+{ord(char):04X}")
        raise _refused(text, f"The reason contains an invisible {name}. Type it again by hand.")
    if not reason:
        raise _refused(text, 'Say what it is for: end with "for Invoice 1043".')
    if len(reason) > LONGEST_REASON:
        rule = f"A reason has at most {LONGEST_REASON} characters"
        raise _refused(text, f"{rule}; this one has {len(reason)}.")
    if letters_seen(reason) < FEWEST_LETTERS:
        rule = f"A reason has at least {FEWEST_LETTERS} letters or digits that people can see"
        raise _refused(text, f"{rule}. Say more.")
    return reason


def _refused(text: str, sentence: str) -> Unreadable:
    return Unreadable("reason", text, sentence)
