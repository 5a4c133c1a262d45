"""The thread under a card: decisions and changes of state, and who should know.

What became due together is told as one reply. Refusals and look-ups are on record only. Edits of a
card notify nobody, so a reply mentions whom it concerns.
"""

from collections.abc import Callable, Mapping, Sequence

from approvals.audit import Line
from approvals.payout import Kind, Payout, State
from bot.blocks import Message, message
from bot.telling import (
    NAMED,
    Scene,
    answer,
    approved_by,
    charged,
    fee_bearer,
    nothing_left,
    state_line,
)
from bot.texts import Code, Piece, Sentence, User, counted


def first_reply(payout: Payout, scene: Scene) -> Message:
    """Who asked, who is asked, and the destination once more, unspaced: for copying."""
    asked = [User(payout.requester.id), " asked for this.", *_call(payout, scene)]
    return message([asked, [Code(payout.content.destination)]])


def _call(payout: Payout, scene: Scene) -> Sentence:
    if payout.state is not State.REQUESTED:
        return []
    needed = (
        "one approval is" if payout.quorum == 1 else f"{counted(payout.quorum, 'approval')} are"
    )
    if not 0 < len(scene.deciders) <= NAMED:
        return [f" {needed.capitalize()} needed; {len(scene.deciders)} people can give it."]
    called: list[Piece] = [piece for id in scene.deciders for piece in (" ", User(id))]
    return [*called, f": {needed} needed."]


def reply(payout: Payout, lines: Sequence[Line], scene: Scene) -> Message | None:
    """What these lines say to people; None where it is nothing. `payout` is as it is now."""
    kinds = [Kind(line.kind) for line in lines if line.event and line.kind in _TOLD]
    if Kind.SENT in kinds:  # its sentence names who approved
        kinds = [kind for kind in kinds if kind is not Kind.APPROVED]
    if not kinds:
        return None
    first, *others = [_TOLD[kind](payout, scene) for kind in kinds]
    concerned = _CONCERN_REQUESTER.isdisjoint(kinds)
    greeting: Sentence = [] if concerned else [User(payout.requester.id), " "]
    return message([[*greeting, *first], *others])


def _approved(payout: Payout, _: Scene) -> Sentence:
    return [approved_by(payout), "."]


def _sent(payout: Payout, _: Scene) -> Sentence:
    how = " and sent." if payout.attempts else ". CCPayment has it already."
    taken = charged(payout)
    fee = f"{taken} ({fee_bearer(payout)})" if taken else "not named yet"
    goes_on = " CCPayment is processing it." if payout.state is State.SENT else ""
    return [
        *(approved_by(payout), how, " order_id ", Code(payout.order_id or "not named")),
        *(f" · network_fee {fee} · reference ", Code(payout.reference), ".", goes_on),
    ]


def _settled(payout: Payout, _: Scene) -> Sentence:
    transaction: Sentence = [" Transaction ", Code(payout.txid), "."] if payout.txid else []
    return ["Settled: CCPayment reports success.", *transaction]


def _doubted(payout: Payout, _: Scene) -> Sentence:
    newest = payout.attempt
    said = answer(newest.code, newest.message) if newest else []
    return [
        *("CCPayment gave no clear answer: ", *said, ". It may have taken the payout."),
        " I look it up and do not send it again.",
    ]


def _ended(payout: Payout, scene: Scene) -> Sentence:
    again = payout.state in (State.FAILED, State.EXPIRED) and nothing_left(payout)
    return [*state_line(payout, scene), " Ask again from your direct message." if again else ""]


_TOLD: Mapping[str, Callable[[Payout, Scene], Sentence]] = {
    Kind.APPROVED: _approved,
    Kind.SENT: _sent,
    Kind.DOUBTED: _doubted,
    Kind.SETTLED: _settled,
    Kind.FAILED: _ended,
    Kind.REJECTED: _ended,
    Kind.CANCELLED: _ended,
    Kind.EXPIRED: _ended,
}
_CONCERN_REQUESTER = {Kind.SENT, Kind.DOUBTED, Kind.FAILED, Kind.REJECTED, Kind.EXPIRED}
