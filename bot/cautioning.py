"""What a careful person would look up before saying yes, in words: the same ones on the card, in
forms that cover it, and in private answers. Facts and their evidence come from `approvals.cautions`
with the scene; what the fee and the balance say comes from the payout alone.

Nothing of it is said once a payout has left: then it can stop nobody.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest

from approvals.cautions import (
    MANY,
    Caution,
    CautionKind,
    Known,
    Likeness,
    look_alikes,
    same_network,
    same_payment,
)
from approvals.destination import EVM_CHAINS, Kind, grouped
from approvals.ledger.history import NAMED
from approvals.money import dollars
from approvals.payout import Payout
from approvals.policy import Together
from approvals.words import counted
from bot.standing import stands
from bot.telling import OPEN, Scene, fee_takes_all, target
from bot.texts import Code, Day, Link, Piece, Sentence, When, coins, name, series

MASK = "•"
"""Stands for each character that an approver must find somewhere else."""

MARK = "^"
"""Stands below each character of a group that differs."""

_ROW = 4
"""So many groups in a row are not broken on a phone."""

LISTED = 5
"""Of more payouts, the rest is only counted."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that could cost money: what it is, and what to do. `likeness` is seen with it."""

    headline: str
    advice: Sentence
    likeness: Likeness | None = None

    @property
    def sentence(self) -> Sentence:
        """Both, for a line."""
        return [self.headline, " ", *self.advice]


def warnings(payout: Payout, scene: Scene) -> list[Warned]:
    """What speaks against haste, the worst first."""
    if payout.state not in OPEN:
        return []
    alike = look_alikes(scene.cautions)
    implied = (CautionKind.LOOK_ALIKE, CautionKind.FIRST_PAYMENT)
    others = [one for one in scene.cautions if not (alike and one.kind in implied)]
    found = [_look_alike(alike, scene)] if alike else []
    if scene.outlived:
        found.append(_OUTLIVED)
    if fee_takes_all(payout):
        found.append(_NOTHING_LEFT)
    found += (_WORDS[caution.kind](caution, scene) for caution in others)
    return [*found, *_together(payout, scene), *_balance(payout)]


_NOTHING_LEFT = Warned(
    "The network fee takes all of it.",
    ["The payee would get nothing, so it is not sent. Reject it or cancel it, and ask for more."],
)
_OUTLIVED = Warned(
    "Nobody can approve this now.",
    ["It was asked for under an earlier policy. Cancel it and ask again."],
)


@dataclass(frozen=True, slots=True)
class Question:
    """A warning that must be answered: `key` names it and its evidence, `tick` is what an approver
    says by ticking it."""

    key: str
    warned: Warned
    tick: str


def questions(payout: Payout, scene: Scene) -> list[Question]:
    """What an approver must tick, the loudest first."""
    return [
        Question(one.key, _WORDS[one.kind](one, scene), _TICKS[one.kind](payout))
        for one in scene.asks
    ]


def destination(payout: Payout, scene: Scene) -> str:
    """Where the money goes, complete; but of a look-alike's address one group is left out for
    whoever did not ask, until it has left or ended: an approver types it from the invoice."""
    likeness = _masked_for(payout, scene)
    return payout.content.destination if likeness is None else "".join(_mine(likeness))


def in_groups(payout: Payout, scene: Scene) -> str:
    """The same, an address in groups."""
    likeness = _masked_for(payout, scene)
    if likeness is not None:
        return " ".join(_mine(likeness))
    whole = payout.content.destination
    return grouped(whole) if payout.content.kind is Kind.CHAIN else whole


def _masked_for(payout: Payout, scene: Scene) -> Likeness | None:
    """The likeness that hides a group from the reader of this scene."""
    alike = scene.look_alike
    hidden = alike is not None and not scene.whole and payout.state in OPEN
    return alike.likeness if alike and hidden else None


def _mine(likeness: Likeness, *, masked: bool = True) -> list[str]:
    groups = list(likeness.mine)
    if masked:
        groups[likeness.masked] = MASK * len(groups[likeness.masked])
    return groups


def read_aloud(warned: Warned, scene: Scene) -> Sentence:
    """A warning for who cannot see what stands below it."""
    if warned.likeness is None or not warned.likeness.differing:
        return warned.sentence
    return [*warned.sentence, " ", *_first_difference(warned.likeness, masked=not scene.whole)]


def aligned(likeness: Likeness, *, masked: bool = True) -> list[str]:
    """This destination above the known one, for letters of one width: groups below each other, and
    marks below those that differ. `masked`: without the group that must be typed."""
    mine = _mine(likeness, masked=masked)
    pairs = list(zip_longest(mine, likeness.known, fillvalue=""))
    lines: list[str] = []
    for start in range(0, len(pairs), _ROW):
        row = pairs[start : start + _ROW]
        marks = [
            MARK * max(map(len, pair)) * (place in likeness.differing)
            for place, pair in enumerate(row, start)
        ]
        ours, theirs = zip(*row, strict=True)
        drawn = _row("this", ours), _row("known", theirs), _row("", marks)
        lines += [*([""] if lines else []), *filter(None, drawn)]
    return lines


def _row(label: str, groups: Iterable[str]) -> str:
    return f"{label:<7}{' '.join(f'{group:<4}' for group in groups)}".rstrip()


def _first_difference(likeness: Likeness, *, masked: bool) -> Sentence:
    first, groups = likeness.differing[0], max(len(likeness.mine), len(likeness.known))
    here, there = (
        Code(side[first]) if first < len(side) else "nothing"
        for side in (_mine(likeness, masked=masked), likeness.known)
    )
    place = f"{first + 1} of {groups}"
    return [f"The first group that differs is {place}: ", here, " here, ", there, " there."]


def _look_alike(alike: Sequence[Caution], scene: Scene) -> Warned:
    """The newest is shown; of the others it is enough to know that there are some."""
    paid, more = alike[0].others[0], [caution.others[0] for caution in alike[1:]]
    also = [" It also looks like that of ", *_listed(more, scene), "."] if more else []
    return Warned(
        "This only looks like an address that was paid before.",
        [
            *(_named(paid.number, scene, "Payout"), " paid the known one", *_closed_on(paid), "."),
            " Somebody may have made this one so that you mix them up.",
            f" Compare it with the invoice, above all the groups marked {MARK}.",
            *([] if scene.whole else [" The group that is left out is typed from there."]),
            *also,
        ],
        alike[0].likeness,
    )


def _closed_on(payout: Payout) -> Sentence:
    return [" on ", Day(payout.closed_at)] if payout.closed_at else []


def _duplicate(caution: Caution, scene: Scene) -> Warned:
    payout, said = caution.payout, list[Piece]()
    alike = [other for other in caution.others if same_payment(payout, other)]
    here = [other for other in alike if same_network(payout, other)]
    groups = {
        "Same destination and amount as ": here,
        "Same destination and amount, but on another network, as ": _without(alike, here),
        "Same reason as ": _without(caution.others, alike),
    }
    for what, others in groups.items():
        said += [what, *_listed(others, scene, how=True), ". "] if others else []
    return Warned("Probably a duplicate.", [*said, "Look there before you approve."])


def _without(payouts: Sequence[Payout], those: Sequence[Payout]) -> list[Payout]:
    return [payout for payout in payouts if payout not in those]


def _in_doubt(caution: Caution, scene: Scene) -> Warned:
    them = "them" if len(caution.others) > 1 else "it"
    return Warned(
        "Another payout to this destination is in doubt.",
        [
            *("Nobody knows yet whether ", *_listed(caution.others, scene), " left."),
            f" Wait for {them}.",
        ],
    )


def _failed_before(caution: Caution, scene: Scene) -> Warned:
    return Warned(
        "CCPayment declined the same before.",
        ["See why first: ", *_listed(caution.others, scene, how=True), "."],
    )


def _shared_form(caution: Caution, _: Scene) -> Warned:
    chain = name(caution.payout.content.chain)
    return Warned(
        "This may be an address of another network.",
        [
            f"It is written like an address of {caution.home}, and what those of {chain} look like",
            f" is not known here. Ask the payee whether it is theirs on {chain}.",
        ],
    )


def _fee(caution: Caution, _: Scene) -> Warned:
    payout = caution.payout
    costs = coins(payout.estimated_fee or Decimal(0), payout.content.symbol)
    of = f"It is about {costs}, for {coins(payout.content.amount, payout.content.symbol)}."
    return Warned("The network fee is more than a tenth of the amount.", [of])


def _first_payment(caution: Caution, _: Scene) -> Warned:
    headline = f"First payment to {target(caution.payout)}."
    return Warned(headline, ["Ask the payee to confirm it, over a channel that you trust already."])


def _paid_otherwise(caution: Caution, scene: Scene) -> Warned:
    """On another network, or with another memo: the way must be the payee's."""
    mine, paid = caution.payout.content, caution.others[0]
    last = _named(paid.number, scene)
    if mine.chain.upper() != paid.content.chain.upper():
        then, now = name(paid.content.chain), name(mine.chain)
        told: Sentence = [f"The last time on {then} (", last, f"), now on {now}."]
        return Warned("Paid before, but on another network.", [*told, _ASK_WHICH])
    memo: Sentence = [*_memo(paid), " (", last, "), now ", *_memo(caution.payout), "."]
    return Warned("Paid before, but with another memo.", ["The last time ", *memo, _ASK_WHICH])


_ASK_WHICH = " Ask the payee which they expect."


def _memo(payout: Payout) -> Sentence:
    memo = payout.content.memo
    return ["with memo ", Code(memo)] if memo else ["without a memo"]


def _no_checksum(_: Caution, __: Scene) -> Warned:
    headline = "A typing error in this address would go unseen."
    return Warned(headline, ["Compare every character with what the payee gave."])


def _unchecked_email(_: Caution, __: Scene) -> Warned:
    advice = "A typing error pays somebody else. An ID shows a name."
    return Warned("A Cwallet e-mail cannot be checked.", [advice])


_WORDS: Mapping[CautionKind, Callable[[Caution, Scene], Warned]] = {
    CautionKind.DUPLICATE: _duplicate,
    CautionKind.IN_DOUBT: _in_doubt,
    CautionKind.FAILED_BEFORE: _failed_before,
    CautionKind.FEE: _fee,
    CautionKind.SHARED_FORM: _shared_form,
    CautionKind.FIRST_PAYMENT: _first_payment,
    CautionKind.PAID_OTHERWISE: _paid_otherwise,
    CautionKind.NO_CHECKSUM: _no_checksum,
    CautionKind.UNCHECKED_EMAIL: _unchecked_email,
}


def _together(payout: Payout, scene: Scene) -> Iterator[Warned]:
    """What counts together with it for its tier, as of its request: one of several parts may look
    small."""
    if not payout.others or payout.together_by is None:
        return
    shown: list[Sentence] = [[_named(number, scene)] for number in payout.others[:LISTED]]
    more = len(payout.others) - LISTED
    rest = counted(more, "other") + " or more" * (len(payout.others) >= NAMED)
    those = series([*shown, *([[rest]] if more > 0 else [])], "and")
    worth = "What one of them is worth is not known."
    if payout.together is not None and payout.value is not None:
        worth = f"With this one, about {dollars(payout.together + payout.value)} USD."
    advice = [f"Asked for before {_ALIKE[Together(payout.together_by)]}: ", *those, f". {worth}"]
    yield Warned("Earlier payouts count together with it.", advice)


_ALIKE = {
    Together.DESTINATION: "to the same destination",
    Together.PAYEE: "to the same destination with the same memo",
    Together.REQUESTER: "by the same requester",
}
_COMPARED = "I compared every character with what the payee gave"

_TICKS: Mapping[CautionKind, Callable[[Payout], str]] = {
    CautionKind.DUPLICATE: lambda _: "I looked there: this one must be paid as well",
    CautionKind.IN_DOUBT: lambda _: "This one must be paid, even if the other one left",
    CautionKind.FAILED_BEFORE: lambda _: "I know why, and that it is mended",
    CautionKind.FEE: lambda _: "The payment is worth this fee",
    CautionKind.SHARED_FORM: lambda one: (
        f"The payee says: it is theirs on {name(one.content.chain)}"
    ),
    CautionKind.FIRST_PAYMENT: lambda _: "The payee has confirmed this destination",
    CautionKind.PAID_OTHERWISE: lambda one: f"The payee expects it {_way(one)}",
    CautionKind.NO_CHECKSUM: lambda _: _COMPARED,
    CautionKind.UNCHECKED_EMAIL: lambda _: _COMPARED,
}
"""What an approver says by a tick; Slack takes 75 characters."""


def _way(payout: Payout) -> str:
    memo = "with this memo" if payout.content.memo else "without a memo"
    return f"on {name(payout.content.chain)}, {memo}"


def _balance(payout: Payout) -> Iterator[Warned]:
    if payout.balance is not None and payout.balance < payout.needed:
        symbol = payout.content.symbol
        holds, needs = coins(payout.balance, symbol), coins(payout.needed, symbol)
        advice = f"It holds {holds}; this takes {needs}. Top it up first."
        yield Warned("The CCPayment balance is too low.", [advice])


def reassurance(payout: Payout, scene: Scene) -> Sentence:
    """What is known of the destination that speaks for it, in small print."""
    if payout.state not in OPEN:
        return []
    if scene.known:
        return _paid_before(payout, scene.known, scene)
    content = payout.content
    if content.kind is Kind.LIGHTNING and payout.payable_until:
        fits = "Checksum and signature of the invoice fit. It is paid by "
        return [fits, When(payout.payable_until), " or not at all."]
    if content.kind is Kind.CHAIN and payout.checked:
        return ["Its checksum fits. Whose it is, only the payee can say." + _every_evm(payout)]
    return []


def _paid_before(payout: Payout, known: Known, scene: Scene) -> Sentence:
    often = f"{known.times:,} times{' or more' * (known.times >= MANY)}, last"
    times = often if known.times > 1 else "once,"
    fits = "; its checksum fits." if known.checksum else "."
    last = _named(known.payout, scene)
    return [f"Paid to {target(payout)} {times} on ", Day(known.last), ", ", last, fits]


def _every_evm(payout: Payout) -> str:
    chain = payout.content.chain.upper()
    same = f" The same address exists on other networks; this pays on {name(chain)}."
    return same if chain in EVM_CHAINS else ""


def _listed(payouts: Sequence[Payout], scene: Scene, *, how: bool = False) -> Sentence:
    """`payout 41 (settled, asked 2026-11-20) and payout 39 (…)`; `how`: with how they stand."""
    shown: list[Sentence] = []
    for payout in payouts[:LISTED]:
        asked: Sentence = [f" ({stands(payout)}, asked ", Day(payout.requested_at), ")"]
        shown.append([_named(payout.number, scene), *(asked if how else [])])
    more = len(payouts) - LISTED
    return series([*shown, *([[counted(more, "other")]] if more > 0 else [])], "and")


def _named(number: int, scene: Scene, word: str = "payout") -> Piece:
    """`payout 41`: a link to its card, where that is known."""
    words = f"{word} {number}"
    return Link(scene.links[number], words) if number in scene.links else words
