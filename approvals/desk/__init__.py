"""The desk: what people ask for and decide. One public method is one transaction.

The desk checks everything before it writes. A refusal is written down, committed, and then raised,
so that every "no" is on record. Whoever could not be looked up is denied nothing: that is
Unavailable, and another try may help. Sentences name people as `{U123}`; whoever shows them knows
how to write a name.

    counter.py     how a step is taken: once, on record, by somebody who may
    requests.py    asking for a payout, and taking it back
    decisions.py   approving, taking an approval back, rejecting
    review.py      what an approver says about the warnings
    doubts.py      what people decide where only the gateway knows
    freezes.py     stopping everything, and going on
"""

from approvals.desk.counter import Earlier, nobody_said
from approvals.desk.decisions import Decisions
from approvals.desk.doubts import Doubts, Statement
from approvals.desk.freezes import Freezes, Stopped
from approvals.desk.requests import Listed, Requests
from approvals.desk.review import Answers

__all__ = ["Answers", "Desk", "Earlier", "Listed", "Statement", "Stopped", "nobody_said"]


class Desk(Requests, Decisions, Doubts, Freezes):
    """The use cases; `via` in the audit log is the name of the use case."""
