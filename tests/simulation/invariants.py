"""What must be so at the end of a history, whatever happened in it.

Each check is a generator of sentences: what is wrong, if anything is.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from approvals.audit import Broken, Line, Note
from approvals.content import FeePayer
from approvals.destination import Kind as Destination
from approvals.ledger import Audience, Reading
from approvals.ledger.head import Head
from approvals.ledger.reports import verify
from approvals.money import grouped, plain
from approvals.payout import Kind, Payout, State
from sandbox.ccpayment.book import Order
from sandbox.slack import Message
from tests.simulation import oracle
from tests.simulation.oracle import NOT_PAID
from tests.simulation.people import buttons
from tests.simulation.stage import Stage

ENDED_HERE = (State.REJECTED, State.CANCELLED, State.EXPIRED, State.FAILED)
ENDINGS = {
    State.SETTLED: ("Settled",),
    State.FAILED: ("Failed", "Closed", "declined", "reports failure"),
    State.REJECTED: ("Rejected",),
    State.CANCELLED: ("Cancelled",),
    State.EXPIRED: ("Expired",),
}
"""What a thread says of an end: one of these words."""

INSIDE = "inside Cwallet"
"""Where a Cwallet user is paid: on no network, without a fee. v2 names neither there."""

ANNOUNCED = (Note.FROZEN, Note.UNFROZEN, Note.ALARM, Note.POLICY_CHANGED)
"""What concerns everybody."""

EXCUSED = ("message_not_found", "thread_not_found", "no_such_subteam")
"""What Slack answers about a card that somebody deleted, or a group that somebody switched off."""

YES = {"approve", "comment"}
"""What a card offers to whoever may approve: one of them."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is looked at, from one moment."""

    stage: Stage
    reading: Reading
    payouts: tuple[Payout, ...]
    lines: tuple[Line, ...]
    orders: tuple[Order, ...]

    def about(self, payout: Payout) -> list[Line]:
        """What is on record about a payout."""
        return [one for one in self.lines if (one.subject, one.id) == ("payout", payout.number)]


def violations(stage: Stage) -> list[str]:
    """Everything that is wrong."""
    with stage.life.ledger.reading() as reading:
        stage.witness.look_at(reading)
        lines = (*reading.lines("ledger", 0),)
        payouts = reading.latest(100)
        for payout in payouts:
            lines += reading.lines("payout", payout.number)
        ordered = tuple(sorted(lines, key=lambda line: line.number))
        orders = tuple(stage.world.gateway.book.withdrawals)
        evidence = Evidence(stage, reading, payouts, ordered, orders)
        found = [*stage.witness.wrong, *stage.world.grounds.wrong]
        return [*found, *(wrong for check in CHECKS for wrong in check(evidence))]


def leaves(stage: Stage, timestamp: int, body: str) -> list[str]:
    """What is wrong at the moment at which a create call leaves: it must be the newest attempt of
    a payout that its policies let go, committed with exactly this Timestamp and body and not yet
    answered, its head on the disk, and it must never have left before."""
    attempt, found = (timestamp, body), []
    with stage.life.ledger.reading() as reading:
        now = stage.world.time.bot()
        stage.world.grounds.leaves(reading, timestamp, body, now)
    if attempt in stage.witness.left:
        found.append(f"the same request left twice: {attempt}")
    stage.witness.left.add(attempt)
    with stage.life.ledger.reading() as reading:
        claimed = [
            payout
            for payout in reading.open()
            if payout.state is State.SENDING and payout.attempt and payout.attempt.outcome is None
            if (payout.attempt.timestamp, payout.attempt.body) == attempt
        ]
        newest, head = reading.newest(), Head(stage.path).read()
        if len(claimed) != 1:
            found.append(f"a request left that nobody claimed: {attempt}")
        for payout in claimed:
            found += _forbidden(stage, reading, payout)
        if newest is None or head is None or head.lines < newest[0]:
            found.append(f"a request left before its claim was in the head file: {attempt}")
    return found


def _forbidden(stage: Stage, reading: Reading, payout: Payout) -> list[str]:
    """What is wrong with this payout's leaving now, by what people did and policies say."""
    witness, world = stage.witness, stage.world
    texts = (stage.life.rules.text, witness.rules[payout.policy].text)
    objections = oracle.objections(
        *(texts, reading, payout),
        world.gateway.book.withdrawals,
        witness.known,
        world.since(stage.began["sender"]),
        world.time.bot(),
    )
    stopped = [one.kinds[0] for one in witness.known.acknowledged if one.digest == payout.digest]
    final = [kind for kind in stopped if kind in (Kind.REJECTED, Kind.CANCELLED)]
    return [*objections, *(f"payout {payout.number} left though it was {kind}" for kind in final)]


def _for_nothing(payout: Payout) -> bool:
    """Whether the fee that its card shows would leave nothing for the payee: then nobody is offered
    to approve it."""
    fee, content = payout.estimated_fee, payout.content
    borne = content.fee_payer is FeePayer.PAYEE and payout.estimated_fee_coin == content.symbol
    return borne and fee is not None and fee >= content.amount


def waiting(stage: Stage) -> list[str]:
    """What is wrong while everything rests: each payout is final, or somebody looks at it again at
    a time that is set; and what people may decide about it, its card offers."""
    now, found = stage.world.time.bot(), []
    with stage.life.ledger.reading() as reading:
        for payout in reading.open():
            if reading.next_due(payout.number) is None:
                found.append(f"payout {payout.number} is {payout.state}; nobody looks at it again")
            wanted = {wish.value for wish in payout.choices(now)}
            if payout.state is State.REQUESTED:
                wanted = {"reject"}
            card = reading.card("payout", payout.number, Audience.CHANNEL)
            message = _message(stage, card.channel, card.ts) if card else None
            offered = {one.act.value for one in buttons(message)} if message else wanted
            asked = payout.state is State.REQUESTED and message is not None
            silent = asked and bool(YES & offered) is _for_nothing(payout)
            if silent or not wanted <= offered:
                found.append(f"the card of payout {payout.number} offers {offered}, not {wanted}")
    return found


def one_withdrawal_each(evidence: Evidence) -> Iterator[str]:
    """At most one withdrawal for each payout."""
    for reference, times in Counter(o.ask.reference for o in evidence.orders).items():
        if times > 1:
            yield f"{times} withdrawals for {reference}"


def none_unapproved(evidence: Evidence) -> Iterator[str]:
    """No withdrawal without approvals, each really given by somebody else than the requester; how
    many it needed was looked at when it left."""
    witness = evidence.stage.witness
    for order in evidence.orders:
        payout = witness.payouts.get(order.ask.reference)
        if payout is None:
            yield f"a withdrawal that nobody asked for: {order.ask}"
            continue
        pressed = {(one.by.id, payout.digest) in witness.pressed for one in payout.approvals}
        own = any(one.by.id == payout.requester.id for one in payout.approvals)
        if pressed != {True} or own:
            yield f"payout {payout.number} was withdrawn without an approval"


def decided_is_final(evidence: Evidence) -> Iterator[str]:
    """What was rejected or cancelled stays so."""
    ends = {Kind.REJECTED: State.REJECTED, Kind.CANCELLED: State.CANCELLED}
    states = {payout.digest: payout.state for payout in evidence.payouts}
    for one in evidence.stage.witness.known.acknowledged:
        end = ends.get(Kind(one.kinds[0])) if one.kinds[0] in ends else None
        if end and states.get(one.digest) is not end:
            yield f"a payout was {end}, and now is {states.get(one.digest)}"


def the_policy_is_the_one_asked_under(evidence: Evidence) -> Iterator[str]:
    """A payout names the policy that was in force when somebody asked for it."""
    for payout in evidence.payouts:
        asked_under = evidence.stage.witness.asked_under.get(payout.digest, payout.policy)
        if asked_under != payout.policy:
            yield f"payout {payout.number} names another policy than it was asked for under"


def as_approved(evidence: Evidence) -> Iterator[str]:
    """What was withdrawn is what was approved."""
    for order in evidence.orders:
        payout = evidence.stage.witness.payouts.get(order.ask.reference)
        if payout is not None and (got := _withdrawn(order)) != (said := _approved(payout)):
            yield f"payout {payout.number}: approved {said}, withdrawn {got}"


def _withdrawn(order: Order) -> tuple[str, ...]:
    ask = order.ask
    paid = (ask.address, plain(order.amount), order.coin.symbol, ask.memo)
    if order.internal:
        return (*paid, INSIDE)
    payer = FeePayer.COMPANY if ask.merchant_pays_fee else FeePayer.PAYEE
    return (*paid, order.token.chain, order.token.contract.lower(), payer.value)


def _approved(payout: Payout) -> tuple[str, ...]:
    content = payout.content
    paid = (content.destination, plain(content.amount), content.symbol, content.memo)
    if content.kind is Destination.CWALLET:
        return (*paid, INSIDE)
    return (*paid, content.chain, content.contract.lower(), content.fee_payer.value)


def taken_is_not_ended(evidence: Evidence) -> Iterator[str]:
    """Nothing that the gateway took ends here as if it had not, without an alarm and a freeze."""
    orders = {order.ask.reference: order for order in evidence.orders}
    froze = any(line.kind == Note.FROZEN for line in evidence.lines)
    for payout in evidence.payouts:
        order = orders.get(payout.reference)
        if order is None or payout.state not in ENDED_HERE or order.fate in NOT_PAID:
            continue
        alarmed = any(line.kind == Note.ALARM for line in evidence.about(payout))
        if not (alarmed and froze):
            yield f"payout {payout.number} is {payout.state}, but CCPayment took it"


def nothing_is_stuck(evidence: Evidence) -> Iterator[str]:
    """Every payout is final, once everybody did what was theirs to do."""
    for payout in evidence.payouts:
        if not payout.state.final:
            due = evidence.reading.next_due(payout.number)
            yield f"payout {payout.number} is still {payout.state}, due {due}: {payout.delay}"


def acknowledged_is_on_record(evidence: Evidence) -> Iterator[str]:
    """Whatever somebody was told is done, is in the ledger."""
    digests = {payout.number: payout.digest for payout in evidence.payouts}
    on_record = {
        (line.kind, digests.get(line.id), line.by.id) for line in evidence.lines if line.by
    }
    for one in evidence.stage.witness.known.acknowledged:
        if not any((kind, one.digest, one.by) in on_record for kind in one.kinds):
            yield f"acknowledged, but not on record: {one}"


def the_chain_holds(evidence: Evidence) -> Iterator[str]:
    """The chain verifies, and played again it gives what is stored."""
    try:
        verify(evidence.reading)
    except Broken as broken:
        yield f"the audit log: {broken}"


def nothing_is_claimed_while_frozen(evidence: Evidence) -> Iterator[str]:
    """Between a freeze and its end nothing starts to be sent."""
    frozen = False
    for line in evidence.lines:
        if line.kind in (Note.FROZEN, Note.UNFROZEN):
            frozen = line.kind == Note.FROZEN
        elif line.kind == Kind.CLAIMED and frozen:
            yield f"payout {line.id} was claimed while sending was frozen (line {line.number})"


def slack_shows_the_ledger(evidence: Evidence) -> Iterator[str]:
    """Each card shows its payout as it is, and its thread tells how it ended."""
    for payout in evidence.payouts:
        for audience in Audience:
            card = evidence.reading.card("payout", payout.number, audience)
            name = f"the {audience.value} card of payout {payout.number}"
            if card is None or card.due_at is not None or card.version != payout.version:
                yield f"{name} is behind: {card}, the payout has version {payout.version}"
                continue
            message = _message(evidence.stage, card.channel, card.ts)
            block = f"{payout.number}.{payout.version}.0"
            if message is not None and message.blocks[0]["block_id"] != block:
                yield f"{name} shows {message.blocks[0]['block_id']} instead of {block}"
            if audience is Audience.CHANNEL and message is not None:
                yield from _thread_tells(evidence, payout, message)


def _message(stage: Stage, channel: str | None, ts: str | None) -> Message | None:
    """The message, unless somebody deleted it: then nobody can see that it is gone."""
    found = stage.world.slack._workspace.message(channel or "", ts or "")
    return None if found is None or found.deleted else found


def _thread_tells(evidence: Evidence, payout: Payout, card: Message) -> Iterator[str]:
    replies = evidence.stage.world.slack.thread(card.channel, card.ts)
    told = "\n".join(reply.text for reply in replies)
    if not any(word in told for word in ENDINGS.get(payout.state, ("",))):
        yield f"the thread of payout {payout.number} does not say that it is {payout.state}"
    if payout.sent_at and payout.order_id and payout.order_id not in told:
        yield f"the thread of payout {payout.number} does not name its order_id"
    if payout.sent_at and payout.network_fee is not None:
        fee = f"network_fee {grouped(payout.network_fee)} {payout.network_fee_coin}"
        if fee not in told:
            yield f"the thread of payout {payout.number} does not name its {fee}"


def what_must_be_known_is_told(evidence: Evidence) -> Iterator[str]:
    """A freeze, its end, a new policy and an alarm each have a message that says so."""
    for line in evidence.lines:
        if line.subject == "payout" or line.kind not in ANNOUNCED:
            continue
        card = evidence.reading.card("ledger", line.number, Audience.CHANNEL)
        if card is None or card.ts is None or card.due_at is not None:
            yield f"line {line.number}, {line.kind}, was told nobody: {card}"


def no_time_is_told_that_did_not_pass(evidence: Evidence) -> Iterator[str]:
    """What a thread says of how long something has lasted, has truly passed since it left."""
    heard = evidence.stage.world.heard
    for payout in evidence.payouts:
        left = [one.at for one in heard.left if one.reference == payout.reference]
        card = evidence.reading.card("payout", payout.number, Audience.CHANNEL)
        if not left or card is None or payout.reference in heard.restored:
            continue
        for reply in evidence.stage.world.slack.thread(card.channel or "", card.ts or ""):
            passed = datetime.fromtimestamp(float(reply.ts), UTC) - min(left)
            if (said := _lasted(reply.text)) is not None and passed < said:
                yield f"payout {payout.number}: {said} are told, but {passed} have passed"


def _lasted(text: str) -> timedelta | None:
    """How long something has lasted, by a reply that says so."""
    found = re.search(r"\b(?:over an hour|for (\d+) hours)\b", text)
    return timedelta(hours=int(found[1] or 1)) - timedelta(minutes=1) if found else None


def slack_has_no_complaint(evidence: Evidence) -> Iterator[str]:
    """Slack refused nothing that the bot asked of it, but for cards that were deleted."""
    for complaint in evidence.stage.world.slack.complaints:
        if not complaint.endswith(EXCUSED):
            yield f"Slack complains: {complaint}"


CHECKS = (
    one_withdrawal_each,
    none_unapproved,
    decided_is_final,
    the_policy_is_the_one_asked_under,
    as_approved,
    taken_is_not_ended,
    nothing_is_stuck,
    acknowledged_is_on_record,
    the_chain_holds,
    nothing_is_claimed_while_frozen,
    slack_shows_the_ledger,
    what_must_be_known_is_told,
    no_time_is_told_that_did_not_pass,
    slack_has_no_complaint,
)
