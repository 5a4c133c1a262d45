"""What a generation of the API says of its webhooks: how they are signed, what answer ends their
repetition, and which withdrawal they are about."""

from collections.abc import Callable
from dataclasses import dataclass

from approvals.ccpayment.signing import Formula


@dataclass(frozen=True, slots=True)
class Hook:
    """`taken` is the answer's body after which a webhook is not repeated; `reference` reads our
    name of the withdrawal out of its JSON, None where it is about nothing that we could know."""

    formula: Formula
    taken: str
    reference: Callable[[object], str | None]
