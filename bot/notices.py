"""Notices: what concerns everybody, each drawn from one line of the record as a message of its own.

That nothing is sent any more, that it goes on, that the rules have changed, and alarms that are
about no single payout.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from approvals.audit import Line, Note
from approvals.ledger import Freeze
from approvals.payout import Payout
from approvals.words import counted
from bot.blocks import Message, message
from bot.telling import alarm, amount, callable_people, full_stop
from bot.texts import (
    Channel,
    Code,
    Piece,
    Said,
    Sentence,
    User,
    When,
    bold,
    clipped,
    people,
    series,
    told,
)
from bot.trouble import Trouble, mended

LISTED = 10
"""Over so many payouts on their way, the rest is only counted."""

RULES, RULE = 20, 400
"""So many rules of a changed policy are told, and so many characters of each."""

ON_THE_HOST = "countersign unfreeze --reason …"

STOPPED = " Nothing more goes out; requests and decisions go on."


@dataclass(frozen=True, slots=True)
class Board:
    """What a line does not know: the approvers (Slack ids), and what is on its way."""

    approvers: tuple[str, ...]
    on_its_way: tuple[Payout, ...]


def notice(line: Line, board: Board) -> Message:
    """The message that tells `line` to everybody. Raises KeyError for one that nobody is told."""
    return message(_NOTICES[line.kind](line, board))


def unreachable(trouble: Trouble, channel: str, waiting: Sequence[Payout]) -> Message:
    """Said to approvers directly: why no card can be shown in the channel, what to do about it,
    and what waits there for them."""
    first: Sentence = [bold("Countersign cannot show payouts in ", Channel(channel), "."), " "]
    follows = "Until then nobody sees a new card or a notice there, and nobody can approve it."
    rest = _listed(waiting, lambda payout: [f"payout {payout.number} ({amount(payout)})"])
    waits: list[Sentence] = [["Waiting for approval: ", *rest, "."]] if waiting else []
    return message([["⚠️ ", *first, *mended(trouble, channel)], [follows], *waits])


def _listed(payouts: Sequence[Payout], drawn: Callable[[Payout], Sentence]) -> Sentence:
    """The first of these payouts; the rest is only counted."""
    more = len(payouts) - LISTED
    shown = [drawn(payout) for payout in payouts[:LISTED]]
    return series([*shown, *([[counted(more, "other")]] if more > 0 else [])], "and")


def _frozen(line: Line, board: Board) -> list[Sentence]:
    if line.facts.get("kind") == Freeze.PEOPLE:
        first = [bold("Sending is frozen."), *_by(line), STOPPED]
        return [["⚠️ ", *first], on_its_way(board.on_its_way), [_to_lift(board)]]
    why = str(line.facts.get("why"))
    first = [bold("Sending is frozen: "), Said(why), full_stop(why), STOPPED]
    host: Sentence = ["Look into it. Whoever runs Countersign lifts it: ", Code(ON_THE_HOST)]
    return [[*_call(board), "⚠️ ", *first], on_its_way(board.on_its_way), host]


def _by(line: Line) -> Sentence:
    froze: Sentence = [" ", User(line.by.id), " froze it ", When(line.at)] if line.by else []
    return [*froze, *_reason(line)]


def _reason(line: Line) -> Sentence:
    """What somebody said who froze it, or a full stop."""
    reason = str(line.facts.get("reason") or "")
    return [': "', Said(reason), '".'] if reason else ["."]


def _frozen_again(line: Line, _: Board) -> list[Sentence]:
    by: Sentence = [User(line.by.id)] if line.by else ["Somebody"]
    first: Sentence = ["⚠️ ", *by, " wants sending to stay frozen", *_reason(line)]
    return [first, ["Whoever agreed to lift it has not agreed to lift this."]]


def _agreed(line: Line, board: Board) -> list[Sentence]:
    """That an approver would let it go on, and for whom that waits."""
    by: Sentence = [User(line.by.id)] if line.by else ["An approver"]
    missing, others = line.facts.get("missing"), str(line.facts.get("waits_for") or "").split()
    who = people(callable_people(others), "or") or ["any other approver"]
    more: Sentence = [f" {missing} more must, with the command unfreeze: ", *who, "."]
    return [[*by, bold(" agrees that sending goes on."), *more, " Until then nothing goes out."]]


def _to_lift(board: Board) -> Piece:
    if len(board.approvers) == 1:
        return bold("There is only one approver, who alone can lift it with the command unfreeze.")
    return "Two approvers lift it, each with the command unfreeze."


def on_its_way(payouts: Sequence[Payout]) -> Sentence:
    """What left, or may have left, before sending was frozen."""
    if not payouts:
        return ["Nothing is on its way."]
    listed: list[Piece] = [bold("On its way or in doubt, and followed: ")]
    for place, payout in enumerate(payouts[:LISTED]):
        listed += [", " if place else "", f"payout {payout.number} ({amount(payout)}"]
        listed += [", in doubt since ", When(payout.doubted_at)] if payout.doubted_at else []
        listed.append(")")
    more = len(payouts) - LISTED
    return [*listed, f" and {counted(more, 'other')}." if more > 0 else "."]


def _unfrozen(line: Line, board: Board) -> list[Sentence]:
    why = str(line.facts.get("why"))
    if line.facts.get("kind") == Freeze.PEOPLE and line.by:
        who: Sentence = [f" {why}; ", User(line.by.id), " was the last."]
        alone = [bold("One approver alone lifted it: there is no other.")]
        first = [bold("Sending goes on."), *who]
        return [first, alone] if len(board.approvers) == 1 else [first]
    lifted: Sentence = [bold("Sending goes on."), ' It was lifted on the host: "', Said(why), '".']
    if line.facts.get("kind") != Freeze.REWOUND:
        return [lifted]
    return [lifted, ["What was open is looked up at CCPayment before anybody can send it again."]]


def _policy(line: Line, _: Board) -> list[Sentence]:
    changed = [rule for rule in str(line.facts.get("changed")).split("\n") if rule.strip()]
    more = len(changed) - RULES
    rest = f"{counted(more, 'more change')}; whoever runs Countersign can show them all."
    return [
        [bold("The rules for payouts have changed.")],
        *(told(clipped(rule, RULE)) for rule in changed[:RULES]),
        *([[rest]] if more > 0 else []),
        ["Payouts under way must satisfy the old rules too."],
    ]


def _alarm(line: Line, board: Board) -> list[Sentence]:
    return [[*_call(board), *alarm(line)]]


def _call(board: Board) -> Sentence:
    return [piece for id in callable_people(board.approvers) for piece in (User(id), " ")]


_NOTICES: Mapping[str, Callable[[Line, Board], list[Sentence]]] = {
    Note.FROZEN: _frozen,
    Note.FREEZE_ASKED: _frozen_again,
    Note.UNFREEZE_ASKED: _agreed,
    Note.UNFROZEN: _unfrozen,
    Note.POLICY_CHANGED: _policy,
    Note.ALARM: _alarm,
}
