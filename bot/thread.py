"""The thread under a card: decisions and changes of state, and who should know.

What became due together is told as one reply. Refusals and look-ups are on record only. Edits of a
card notify nobody, so a reply mentions whom it concerns: the requester, or those who may decide.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from approvals.audit import Line, Note
from approvals.cautions import nothing_sent
from approvals.gateway import Progress
from approvals.payout import Ended, Fact, Kind, Payout, State, Wish
from approvals.words import counted, without_numbers
from bot.blocks import Message, message
from bot.cautioning import destination
from bot.standing import (
    ASK_OWNER,
    FOR_OWNER,
    found_by,
    look_yourself,
    not_yet,
    state_line,
    waits_for_owner,
)
from bot.telling import (
    NAMED,
    Scene,
    alarm,
    answer,
    approved_by,
    callable_people,
    charged,
    fee_bearer,
    meant,
    nobody_known,
    transaction,
)
from bot.texts import Code, Piece, Said, Sentence, User, When, told


def first_reply(payout: Payout, scene: Scene) -> Message:
    """Who asked, who is asked, and the destination once more, unspaced: for copying. Of a
    look-alike's, one group is missing here as on the card."""
    asked = [User(payout.requester.id), " asked for this.", *_call(payout, scene)]
    return message([asked, [Code(destination(payout, scene))]])


def _call(payout: Payout, scene: Scene) -> Sentence:
    if payout.state is not State.REQUESTED:
        return []
    needed = (
        "one approval is" if payout.missing == 1 else f"{counted(payout.missing, 'approval')} are"
    )
    if not scene.deciders:
        return [f" {needed.capitalize()} needed.", nobody_known(scene)]
    if len(scene.deciders) > NAMED:
        return [f" {needed.capitalize()} needed; {len(scene.deciders)} people can give it."]
    called: list[Piece] = [piece for id in scene.deciders for piece in (" ", User(id))]
    return [*called, f": {needed} needed."]


@dataclass(frozen=True, slots=True)
class _Telling:
    """What a line is told from: the payout as it is now, the lines before it, those that are told
    in the same reply, the scene."""

    payout: Payout
    line: Line
    earlier: Sequence[Line]
    together: Sequence[Line]
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
        telling = _Telling(payout, line, record[:place], lines, scene)
        for concerned, sentence in _paragraphs(telling):
            called = [id for id in concerned if id not in greeted]
            greeted.update(called)
            paragraphs.append([*(piece for id in called for piece in (User(id), " ")), *sentence])
    return message(paragraphs) if paragraphs else None


def _paragraphs(telling: _Telling) -> Iterator[tuple[Sequence[str], Sentence]]:
    """What a line says, each with whom it concerns."""
    tell = _TOLD.get(telling.line.kind)
    if sentence := tell(telling) if tell else []:
        yield _concerned(telling), sentence
    if sentence := _owner_is_waited_for(telling):
        yield callable_people(telling.scene.deciders), sentence


def _concerned(telling: _Telling) -> Sequence[str]:
    if telling.line.kind in _CONCERN_REQUESTER:
        return [telling.payout.requester.id]
    if telling.line.kind in _CONCERN_DECIDERS:
        given = {approval.by.id for approval in telling.payout.approvals}
        waits = telling.payout.state is State.REQUESTED
        return callable_people([id for id in telling.scene.asked if not (waits and id in given)])
    return []


def _approved(telling: _Telling) -> Sentence:
    line, until = telling.line, telling.payout.held_until
    if _holds(telling.together, Kind.SENT):  # the sentence of what was sent names who approved
        return [*_somebody(line), " said:", *_comment(line)] if _comment(line) else []
    held: Sentence = [" It is held until ", When(until), "."] if until else []
    return [approved_by(telling.payout), ".", *_comment(line), *held]


def _agreed(telling: _Telling) -> Sentence:
    """Others are asked for theirs while that is still so."""
    line, payout = telling.line, telling.payout
    missing = int(str(line.facts.get("missing")))
    still = payout.state is State.REQUESTED and payout.missing == missing
    more = f" {counted(missing, 'more approval')} {'is' if missing == 1 else 'are'} needed."
    return [*_somebody(line), " approved it.", *_comment(line), more if still else ""]


def _comment(line: Line) -> Sentence:
    comment = line.facts.get("comment")
    return [' "', Said(str(comment)), '"'] if comment else []


def _somebody(line: Line) -> Sentence:
    return [User(line.by.id)] if line.by else ["Somebody"]


def _taken_back(telling: _Telling) -> Sentence:
    return [*_somebody(telling.line), " took the approval back."]


def _reopened(telling: _Telling) -> Sentence:
    """Whose approval ended, and why, is in the verdict."""
    why = str(telling.line.facts.get("verdict"))
    return ["It was not sent: the approvals do not suffice any more (", *told(why), ")."]


def _stated(telling: _Telling) -> Sentence:
    """What somebody says that the dashboard shows, while others must say the same."""
    line, payout = telling.line, telling.payout
    ended = line.facts.get("ended")
    if payout.state is not (State.SENT if ended else State.SENDING):
        return []
    order = line.facts.get("order_id")
    shows: Sentence = [" order ", Code(str(order))] if order else [" no such withdrawal"]
    shows = [f" that it {_ENDED[Ended(str(ended))]}"] if ended else shows
    others = f" {line.facts.get('quorum')} people must say the same."
    return [*_somebody(line), " says that CCPayment's dashboard shows", *shows, ".", others]


_ENDED = {Ended.SETTLED: "was paid", Ended.FAILED: "failed"}


def _holds(lines: Sequence[Line], kind: Kind) -> bool:
    return any(line.kind == kind for line in lines)


def _delayed(telling: _Telling) -> Sentence:
    """Once for each reason, whatever numbers it holds, and only while it is still so."""
    payout, why = telling.payout, str(telling.line.facts.get("why"))
    told_before = {_reason(line) for line in telling.earlier if line.kind == Kind.DELAYED}
    if payout.delay != why or payout.state.final or _reason(telling.line) in told_before:
        return []
    return not_yet(payout, why)


def _reason(line: Line) -> str:
    return without_numbers(str(line.facts.get("why")))


def _sent(telling: _Telling) -> Sentence:
    payout = telling.payout
    followed = payout.state is State.SENT
    fee = _fee(payout) or f"network_fee {'follows' if followed else 'not named'}"
    goes_on = " CCPayment is processing it." if followed and not waits_for_owner(payout) else ""
    return [
        *(*_how(payout), " order_id ", Code(payout.order_id or "not named")),
        *(f" · {fee} · reference ", Code(payout.reference), ".", goes_on),
    ]


def _fee(payout: Payout) -> str | None:
    taken = charged(payout)
    return f"network_fee {taken} ({fee_bearer(payout)})" if taken else None


def _fee_follows(telling: _Telling) -> Sentence:
    """The fee that the reply to what was sent could not name yet: told with the line that brings
    it, or, once nothing more will, that none was named."""
    if _holds(telling.together, Kind.SENT) or not _holds(telling.earlier, Kind.SENT):
        return []
    if _first(telling, lambda line: _reported(line, "network_fee") is not None):
        return [f"{_fee(telling.payout)}."]
    over = telling.line.kind == Kind.SETTLED and telling.payout.network_fee is None
    return ["CCPayment named no network_fee."] if over else []


def _owner_is_waited_for(telling: _Telling) -> Sentence:
    """Once, and only while it is still so."""
    first = _first(telling, lambda line: _reported(line, "progress") == Progress.WAITING)
    still = waits_for_owner(telling.payout)
    return [f"It waits {FOR_OWNER}.{ASK_OWNER}"] if first and still else []


def _first(telling: _Telling, says: Callable[[Line], bool]) -> bool:
    return says(telling.line) and not any(map(says, telling.earlier))


def _reported(line: Line, fact: str) -> Fact:
    """What the payout learned from a line; a note teaches it nothing."""
    return line.facts.get(fact) if line.event else None


def _how(payout: Payout) -> Sentence:
    if payout.resolver:
        return [approved_by(payout), ". ", *found_by(payout.resolver), "."]
    return [approved_by(payout), " and sent." if payout.attempts else ". CCPayment has it already."]


def _settled(telling: _Telling) -> Sentence:
    txid = transaction(telling.payout, telling.scene)
    told: Sentence = [" Transaction ", txid, "."] if txid else []
    if telling.payout.closer:
        return state_line(telling.payout, telling.scene)
    return ["Settled: CCPayment reports success.", *_behind(_fee_follows(telling)), *told]


def _behind(sentence: Sentence) -> Sentence:
    return [" ", *sentence] if sentence else []


def _doubted(telling: _Telling) -> Sentence:
    facts = telling.line.facts
    said = answer(str(facts.get("code") or ""), str(facts.get("message") or ""))
    return [
        *("CCPayment gave no clear answer: ", *said, ".", *meant(str(facts.get("meaning") or ""))),
        " It may have taken the payout. I look it up and do not send it again.",
    ]


def _unclear(telling: _Telling) -> Sentence:
    """Look-ups are on record only, but that they have told nothing for long; while it is so."""
    asked = Wish.RESOLVE in telling.scene.choices
    return [look_yourself(telling.payout)] if asked else []


def _absent(telling: _Telling) -> Sentence:
    choices = telling.scene.choices
    what = "Send again, or Close" if Wish.AGAIN in choices else "Close"
    choose = f" Choose on the card: {what}." if choices else ""
    return [f"CCPayment knows no such reference.{choose}"]


def _wished(telling: _Telling) -> Sentence:
    wants = "send it again" if telling.line.kind == Kind.AGAIN_ASKED else "close it as not sent"
    return [*_somebody(telling.line), f" asked to {wants}; CCPayment is asked once more first."]


def _restored(_: _Telling) -> Sentence:
    what = "An old copy of the ledger was put back, which may have forgotten that this was sent."
    return [f"{what} CCPayment is asked; it is not sent meanwhile."]


def _alarm(telling: _Telling) -> Sentence:
    return alarm(telling.line)


def _ended(telling: _Telling) -> Sentence:
    payout = telling.payout
    again = payout.state in (State.FAILED, State.EXPIRED) and nothing_sent(payout)
    advised = payout.attempt and payout.attempt.meaning  # which may be: do not pay it
    advice = " Ask again from your direct message." if again and not advised else ""
    return [*state_line(payout, telling.scene), *_behind(_fee_follows(telling)), advice]


_TOLD: Mapping[str, Callable[[_Telling], Sentence]] = {
    Kind.AGREED: _agreed,
    Kind.TAKEN_BACK: _taken_back,
    Kind.REOPENED: _reopened,
    Kind.APPROVED: _approved,
    Kind.DELAYED: _delayed,
    Kind.SENT: _sent,
    Kind.LEARNED: _fee_follows,
    Kind.DOUBTED: _doubted,
    Kind.UNCLEAR: _unclear,
    Kind.ABSENT: _absent,
    Kind.AGAIN_ASKED: _wished,
    Kind.CLOSE_ASKED: _wished,
    Kind.RESTORED: _restored,
    Kind.SETTLED: _settled,
    Kind.FAILED: _ended,
    Kind.REJECTED: _ended,
    Kind.CANCELLED: _ended,
    Kind.EXPIRED: _ended,
    Note.STATED: _stated,
    Note.ALARM: _alarm,
}
_CONCERN_REQUESTER = frozenset(
    {
        *(Kind.DELAYED, Kind.SENT, Kind.DOUBTED, Kind.RESTORED),
        *(Kind.FAILED, Kind.REJECTED, Kind.EXPIRED),
    }
)
_CONCERN_DECIDERS = frozenset(
    {
        *(Kind.AGREED, Kind.TAKEN_BACK, Kind.REOPENED),
        *(Kind.UNCLEAR, Kind.ABSENT, Note.STATED, Note.ALARM),
    }
)
