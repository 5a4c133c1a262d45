"""Every "no" as one small tree.

    Refusal             a person asked for something and does not get it
    ├── Denied          the policy says no
    │   ├── TriesOver   a group of an address was typed wrongly too often
    │   └── OverLimit   so much is not left of a limit; less may be
    ├── Stale           the person decided on something that is no longer so
    │   └── Unanswered  a warning came since the form was opened
    ├── Unreadable      a field cannot be read; names the field and the offending word
    │   └── Secret      what was typed holds a private key; it is repeated and kept nowhere
    └── Unavailable     somebody outside, whose answer is needed, gave none that can be used
    Ours                never shown to people
    ├── IllegalStep     the state machine has no such transition
    ├── LostRace        somebody else moved first
    └── Busy            the ledger was not free in time

A rejection is a decision and a declined withdrawal an outcome: neither is an exception.
"""

from collections.abc import Sequence

from approvals.silence import Silence


class Refusal(Exception):
    """A "no" to a person. `sentence` says what is wrong and what to do next."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Denied(Refusal):
    """The policy does not let this person do this."""


class TriesOver(Denied):
    """`word`, which is not the group that a look-alike's form asks for, was one try too many."""

    def __init__(self, word: str, sentence: str) -> None:
        super().__init__(sentence)
        self.word = word


class OverLimit(Denied):
    """The payout does not fit into a limit of the policy."""


class Stale(Refusal):
    """The card or the decision is older than what the ledger says."""


class Unanswered(Stale):
    """`keys` name warnings that must be answered, and that the form did not show: it is older than
    they are."""

    def __init__(self, keys: Sequence[str], sentence: str) -> None:
        super().__init__(sentence)
        self.keys = tuple(keys)


class Unreadable(Refusal):
    """`field` ("amount", "coin", "network", "destination", "memo", "reason", …) holds `word`,
    which cannot be read."""

    def __init__(self, field: str, word: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.word = word


class Secret(Unreadable):
    """`field` holds a private key, a seed, the words of a wallet. No word of it goes on."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(field, "", sentence)


class Unavailable(Refusal):
    """`who` ("CCPayment", "Slack") gave no answer that can be used; nothing was done. `silence`:
    why not, where that is known."""

    def __init__(self, who: str, sentence: str, silence: Silence | None = None) -> None:
        super().__init__(sentence)
        self.who = who
        self.silence = silence


class Ours(Exception):
    """A step of our own that cannot be taken; people never see it."""


class IllegalStep(Ours):
    """The state machine has no such transition. Nothing was changed."""


class LostRace(Ours):
    """The row moved between the look and the step. Nothing was changed."""


class Busy(Ours):
    """The ledger was not free for as long as somebody could wait. Nothing was changed."""
