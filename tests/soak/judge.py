"""What must be so after each round, and at the end. Each check yields sentences: what is wrong."""

from collections import Counter
from collections.abc import Iterator

from approvals.audit import Broken, Note, read_line
from approvals.ledger import Audience, Reading
from approvals.ledger.reports import verify
from approvals.payout import Payout, State
from sandbox.ccpayment.book import Order, Status
from tests.soak.stage import Stage

UNANSWERED = ("dispatch_failed", "operation_timeout")
"""What Slack says of an app that is dead just then."""


def wrong_with(stage: Stage, payouts: tuple[Payout, ...], approvals: int) -> Iterator[str]:
    """Everything that is wrong with a round, of which `payouts` are all that came, and whose policy
    asks for so many `approvals`."""
    if len(payouts) != 1:
        yield f"{len(payouts)} payouts came of one wish"
    for payout in payouts:
        orders = [
            o for o in stage.ccpayment.book.withdrawals if o.ask.reference == payout.reference
        ]
        yield from _withdrawals(payout, orders)
        if len(payout.approvals) != approvals or payout.quorum != approvals:
            yield f"payout {payout.number} has {len(payout.approvals)} approvals, not {approvals}"
        with stage.auditor.reading() as reading:
            yield from _cards(stage, reading, payout)
    with stage.auditor.reading() as reading:
        yield from _record(reading)
    yield from wrong_in_all(stage)


def wrong_in_all(stage: Stage) -> Iterator[str]:
    """Everything that is wrong with CCPayment's book and Slack's mood."""
    references = Counter(order.ask.reference for order in stage.ccpayment.book.withdrawals)
    for reference, times in references.items():
        if times > 1:
            yield f"{times} withdrawals for {reference}"
    for complaint in stage.slack.complaints:
        if not complaint.endswith(UNANSWERED):
            yield f"Slack complains: {complaint}"


def _withdrawals(payout: Payout, orders: list[Order]) -> Iterator[str]:
    """Settled: exactly one, as approved. Failed: none, or one that failed at CCPayment, or that its
    owner rejected there."""
    alive = [order for order in orders if order.fate is Status.SUCCESSFUL]
    if payout.state is State.SETTLED and len(alive) != 1:
        yield f"payout {payout.number} is settled, with {len(alive)} withdrawals"
    if payout.state is not State.SETTLED and alive:
        yield f"payout {payout.number} is {payout.state}, but was withdrawn"
    for order in orders:
        if (order.amount, order.ask.address) != (payout.content.amount, payout.content.destination):
            yield f"payout {payout.number} was withdrawn otherwise than approved: {order.ask}"


def _cards(stage: Stage, reading: Reading, payout: Payout) -> Iterator[str]:
    """Both cards show the payout's last version, and the thread says how it ended."""
    for audience in Audience:
        card = reading.card("payout", payout.number, audience)
        channel, ts = (card.channel or "", card.ts or "") if card else ("", "")
        shown = {message.ts: message for message in stage.slack.messages(channel)}.get(ts)
        first_block = f"{payout.number}.{payout.version}.0"
        if shown is None or shown.blocks[0]["block_id"] != first_block:
            yield f"the {audience} card of payout {payout.number} does not show {first_block}"
        thread = "".join(reply.text for reply in stage.slack.thread(channel, ts))
        told = any(word in thread for word in _ENDS[payout.state])
        if audience is Audience.CHANNEL and not told:
            yield f"the thread of payout {payout.number} does not tell that it {payout.state}"


_ENDS = {State.SETTLED: ("Settled",), State.FAILED: ("Failed", "Closed")}


def _record(reading: Reading) -> Iterator[str]:
    """The audit log verifies; there is no alarm on it, and nothing froze."""
    try:
        verify(reading)
    except Broken as broken:
        yield f"the audit log is broken: {broken}"
    for row in reading.log():
        line = read_line(str(row["line"]))
        if line.kind in (Note.ALARM, Note.FROZEN):
            yield f"line {line.number}, {line.kind}: {dict(line.facts)}"
