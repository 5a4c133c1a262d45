"""A pretend CCPayment: an ordinary HTTP server on loopback that is never kinder than the real one.

The book of orders knows no HTTP, a wire speaks one API generation over it (v1, v2, and an envelope
for what both do), and faults stand between the two. `PretendCCPayment` holds them together:

    Call ──► headers and signature ──► fault in force ──► wire ──► book
                                            │
    Answer ◄────────────────────────────────┘   a Reply, or HungUp: closed without one

    news of an order ──► Webhook ──► the merchant's address, again and again until it is taken

Nothing in here is shared with the bot's own client. A pretence that signed with the client's code
could not notice an error in it.
"""

from sandbox.ccpayment.book import Duplicates
from sandbox.ccpayment.faults import Knobs, Mode
from sandbox.ccpayment.server import PretendCCPayment
from sandbox.ccpayment.wire import Answer, Call, HungUp, Reply, Webhook

__all__ = [
    "Answer",
    "Call",
    "Duplicates",
    "HungUp",
    "Knobs",
    "Mode",
    "PretendCCPayment",
    "Reply",
    "Webhook",
]
