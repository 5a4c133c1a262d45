"""The thread under a card: decisions and changes of state, and who should know.

What became due together is told as one reply. Refusals and look-ups are on record only. Edits of a
card notify nobody, so a reply mentions whom it concerns: the requester, or those who may decide.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from approvals.audit import Line, Note
from approvals.payout import UNRESOLVED, Kind, Payout, State, Wish
from bot.blocks import Message, message
from bot.telling import (
    NAMED,
    Scene,
    alarm,
    answer,
    approved_by,
    callable_people,
    charged,
    fee_bearer,
    found_by,
    look_yourself,
    not_yet,
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


@dataclass(frozen=True, slots=True)
class _Telling:
    """What a line is told from: the payout as it is now, the lines before it, the scene."""

    payout: Payout
    line: Line
    earlier: Sequence[Line]
    scene: Scene


def reply(
    payout: Payout, lines: Sequence[Line], scene: Scene, earlier: Sequence[Line] = ()
) -> Message | None:
    """What these lines say to people; None where it is nothing. `payout` is as it is now;
    `earlier` are the lines before, all of them told."""
    record = [*earlier, *lines]
    paragraphs: list[Sentence] = []
    greeted: set[str] = set()
    for place, line in enumerate(lines, start=len(earlier)):
        sentence = _sentence(_Telling(payout, line, record[:place], scene), lines)
        if sentence:
            called = [id for id in _concerned(line, payout, scene) if id not in greeted]
            greeted.update(called)
            paragraphs.append([*(piece for id in called for piece in (User(id), " ")), *sentence])
    return message(paragraphs) if paragraphs else None


def _sentence(telling: _Telling, together: Sequence[Line]) -> Sentence:
    kind = telling.line.kind
    if kind == Kind.APPROVED and any(line.kind == Kind.SENT for line in together):
        return []  # the sentence of what was sent names who approved
    tell = _TOLD.get(kind)
    return tell(telling) if tell else []


def _concerned(line: Line, payout: Payout, scene: Scene) -> Sequence[str]:
    if line.kind in _CONCERN_REQUESTER:
        return [payout.requester.id]
    if line.kind in _CONCERN_DECIDERS:
        return callable_people(scene.deciders)
    return []


def _approved(telling: _Telling) -> Sentence:
    return [approved_by(telling.payout), "."]


def _delayed(telling: _Telling) -> Sentence:
    """Once for each reason, whatever numbers it holds, and only while it is still so."""
    payout, why = telling.payout, str(telling.line.facts.get("why"))
    told_before = {_wordless(line) for line in telling.earlier if line.kind == Kind.DELAYED}
    if payout.delay != why or payout.state.final or _wordless(telling.line) in told_before:
        return []
    return not_yet(payout, why)


def _wordless(line: Line) -> str:
    return re.sub(r"[0-9.,]+", "", str(line.facts.get("why")))


def _sent(telling: _Telling) -> Sentence:
    payout = telling.payout
    taken = charged(payout)
    fee = f"{taken} ({fee_bearer(payout)})" if taken else "not named yet"
    goes_on = " CCPayment is processing it." if payout.state is State.SENT else ""
    return [
        *(*_how(payout), " order_id ", Code(payout.order_id or "not named")),
        *(f" · network_fee {fee} · reference ", Code(payout.reference), ".", goes_on),
    ]


def _how(payout: Payout) -> Sentence:
    if payout.resolver:
        return [approved_by(payout), ". ", *found_by(payout.resolver), "."]
    return [approved_by(payout), " and sent." if payout.attempts else ". CCPayment has it already."]


def _settled(telling: _Telling) -> Sentence:
    txid = telling.payout.txid
    transaction: Sentence = [" Transaction ", Code(txid), "."] if txid else []
    return ["Settled: CCPayment reports success.", *transaction]


def _doubted(telling: _Telling) -> Sentence:
    facts = telling.line.facts
    said = answer(str(facts.get("code") or ""), str(facts.get("message") or ""))
    return [
        *("CCPayment gave no clear answer: ", *said, ". It may have taken the payout."),
        " I look it up and do not send it again.",
    ]


def _looked_up(telling: _Telling) -> Sentence:
    """Look-ups are on record only, but the first one after an hour without clearness."""
    payout, scene = telling.payout, telling.scene
    since = payout.wished_at or payout.doubted_at
    if since is None or Wish.RESOLVE not in scene.choices:
        return []
    late = [
        line.kind == Kind.LOOKED_UP and line.at - since >= UNRESOLVED
        for line in (*telling.earlier, telling.line)
    ]
    return [look_yourself(payout)] if late[-1] and late.count(True) == 1 else []


def _absent(telling: _Telling) -> Sentence:
    choices = telling.scene.choices
    what = "Send again, or Close" if Wish.AGAIN in choices else "Close"
    choose = f" Choose on the card: {what}." if choices else ""
    return [f"CCPayment knows no such reference.{choose}"]


def _wished(telling: _Telling) -> Sentence:
    wants = "send it again" if telling.line.kind == Kind.AGAIN_ASKED else "close it as not sent"
    by: Sentence = [User(telling.line.by.id)] if telling.line.by else ["Somebody"]
    return [*by, f" asked to {wants}; CCPayment is asked once more first."]


def _restored(_: _Telling) -> Sentence:
    what = "An old copy of the ledger was put back, which may have forgotten that this was sent."
    return [f"{what} CCPayment is asked; it is not sent meanwhile."]


def _alarm(telling: _Telling) -> Sentence:
    return alarm(telling.line)


def _ended(telling: _Telling) -> Sentence:
    payout = telling.payout
    again = payout.state in (State.FAILED, State.EXPIRED) and nothing_left(payout)
    advice = " Ask again from your direct message." if again else ""
    return [*state_line(payout, telling.scene), advice]


_TOLD: Mapping[str, Callable[[_Telling], Sentence]] = {
    Kind.APPROVED: _approved,
    Kind.DELAYED: _delayed,
    Kind.SENT: _sent,
    Kind.DOUBTED: _doubted,
    Kind.LOOKED_UP: _looked_up,
    Kind.ABSENT: _absent,
    Kind.AGAIN_ASKED: _wished,
    Kind.CLOSE_ASKED: _wished,
    Kind.RESTORED: _restored,
    Kind.SETTLED: _settled,
    Kind.FAILED: _ended,
    Kind.REJECTED: _ended,
    Kind.CANCELLED: _ended,
    Kind.EXPIRED: _ended,
    Note.ALARM: _alarm,
}
_CONCERN_REQUESTER = frozenset(
    {
        *(Kind.DELAYED, Kind.SENT, Kind.DOUBTED, Kind.RESTORED),
        *(Kind.FAILED, Kind.REJECTED, Kind.EXPIRED),
    }
)
_CONCERN_DECIDERS = frozenset({Kind.LOOKED_UP, Kind.ABSENT, Note.ALARM})
