"""What a payout is, in words: the same ones on the card, in the thread and in private answers.
Facts come from the payout alone, but for the few that a `Scene` adds.

What is not known is not said. Above all: "Nothing was sent" stands only where nothing left, and the
payee's share is computed only where the fee is in the same coin.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from approvals.audit import Line
from approvals.cautions import Caution, Known, look_alikes
from approvals.content import FeePayer
from approvals.destination import Kind, shortened
from approvals.money import dollars, grouped
from approvals.payout import Kind as Event
from approvals.payout import Payout, State, Wish
from bot.texts import (
    Bold,
    Code,
    Link,
    Piece,
    Said,
    Sentence,
    bold,
    coins,
    mrkdwn,
    name,
    people,
    told,
)
from bot.trouble import Trouble

NAMED = 5
"""Over so many deciders, nobody is mentioned: it would be noise to most of them."""

LONGEST_LINK = 500
"""Characters of a link in mark-up; so it fits among the figures, which are cut later."""

OPEN = (State.REQUESTED, State.APPROVED)
"""Nothing has left yet, and people can still stop it."""

NOTHING = " Nothing was sent."

_TXID = re.compile(r"[0-9A-Za-z]{1,128}")
"""What may stand in an explorer's address."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the payout itself does not know, as of one moment. People are Slack ids."""

    deciders: tuple[str, ...]  # who may decide it
    channel: str  # where its card is
    network: str | None = None  # the name that people have for its chain: TRC20
    explorer: str | None = None  # a transaction in the block explorer: https, `%s` for the id
    workspace: str = ""  # the address of the Slack workspace: https, with its last slash
    frozen: str | None = None  # why nothing is sent at all
    trouble: Trouble | None = None  # why the card in the channel cannot be shown
    seen: bool = False  # whether it was shown there before
    # while it waits for people:
    comment: bool = False  # whether an approval needs one
    could: tuple[str, ...] = ()  # whose approval would bring it nearer
    lacking: tuple[tuple[str, int], ...] = ()  # groups, and how many of the missing must be theirs
    outlived: bool = False  # nobody is left whom the policies take, its own and the one in force
    hold: timedelta | None = None  # how long it will be held once it is approved
    # while they can still stop it:
    held: bool = False
    cautions: tuple[Caution, ...] = ()
    asks: tuple[Caution, ...] = ()  # those that an approver must answer, beside a look-alike
    whole: bool = False  # whether the reader may read all of an address that is masked for others
    known: Known | None = None
    limit: str | None = None  # how much of the tightest limit is used, this payout included
    links: Mapping[int, str] = field(default_factory=dict)  # cards of other payouts
    # once its time is over:
    agreed: bool = False  # whether anybody ever approved it, though it may not count any more
    # while it is in doubt:
    next_look: datetime | None = None
    choices: tuple[Wish, ...] = ()  # what an approver may ask for now
    absences: int = 0  # look-ups since the last attempt that counted as absent

    @property
    def look_alike(self) -> Caution | None:
        """The loudest caution, which must be answered before anybody approves."""
        return next(iter(look_alikes(self.cautions)), None)

    @property
    def reviewed(self) -> bool:
        """Whether an approval takes a form in which warnings are answered."""
        return bool(self.asks) or self.look_alike is not None

    @property
    def asked(self) -> tuple[str, ...]:
        """Whose decision is waited for."""
        return self.could or self.deciders


def title(payout: Payout, scene: Scene) -> str:
    """`250 USDT on TRX (TRC20)`."""
    return f"{amount(payout)} {_way(payout, scene)}"


def amount(payout: Payout) -> str:
    """`250 USDT`."""
    return coins(payout.content.amount, payout.content.symbol)


def _way(payout: Payout, scene: Scene) -> str:
    content = payout.content
    if content.kind is Kind.CWALLET:
        return "to a Cwallet user"
    if content.kind is Kind.LIGHTNING:
        return "by Lightning invoice"
    chain, network = name(content.chain), name(scene.network or content.chain)
    return f"on {chain}" if network.upper() == chain.upper() else f"on {chain} ({network})"


def brief(payout: Payout, scene: Scene) -> Sentence:
    """`250 USDT on TRX (TRC20) to TJRa … pRTv8`: a reminder, never a thing to check by."""
    content = payout.content
    if content.kind is Kind.CWALLET:
        return [f"{amount(payout)} to Cwallet user ", Code(content.destination)]
    to = " " if content.kind is Kind.LIGHTNING else " to "
    return [title(payout, scene), to, Code(shortened(content.destination))]


def value(payout: Payout) -> str | None:
    """`about 250.00 USD`, as of the request."""
    return None if payout.value is None else f"about {dollars(payout.value)} USD"


def target(payout: Payout) -> str:
    """What kind of thing the destination is: `this TRX address`."""
    content = payout.content
    if content.kind is Kind.CWALLET:
        return "this Cwallet user"
    if content.kind is Kind.LIGHTNING:
        return "this Lightning invoice"
    return f"this {name(content.chain)} address"


def fee(payout: Payout) -> str | None:
    """The network fee with its coin, and who bears it: as CCPayment took it, else as estimated
    while it may still be taken."""
    taken = charged(payout)
    if taken is None and payout.state.final:
        return None
    return f"{taken or _expected(payout)}, {fee_bearer(payout)}"


def _expected(payout: Payout) -> str:
    if payout.estimated_fee is None:
        return "not known yet"
    return f"about {_in(payout.estimated_fee, payout.estimated_fee_coin)}"


def charged(payout: Payout) -> str | None:
    """The network fee that CCPayment took, with its coin; None where it did not say."""
    if payout.network_fee is None:
        return None
    return _in(payout.network_fee, payout.network_fee_coin)


def _in(number: Decimal, coin: str | None) -> str:
    return coins(number, coin) if coin else f"{grouped(number)} (coin not named)"


def transaction(payout: Payout, scene: Scene) -> Piece | None:
    """Its id, complete: a link to the block explorer where that is known. What is no transaction of
    the chain, such as a transfer to a Cwallet user, has no place there."""
    txid = payout.txid
    if not txid:
        return None
    if scene.explorer and payout.content.kind is Kind.CHAIN and _TXID.fullmatch(txid):
        link = Link(scene.explorer.replace("%s", txid), Code(txid))
        if len(mrkdwn([link])) <= LONGEST_LINK:
            return link
    return Code(txid)


def fee_bearer(payout: Payout) -> str:
    """Who bears the network fee."""
    payee = payout.content.fee_payer is FeePayer.PAYEE
    return "taken from the amount" if payee else "paid by us on top"


def payee_gets(payout: Payout) -> str | None:
    """What is left for the payee; None unless they bear a fee that is in the payout's own coin, and
    where nothing may come to them."""
    left = _left_for_payee(payout)
    if left is None or fee(payout) is None or payout.state is State.FAILED:
        return None
    about = "" if payout.network_fee is not None else "about "
    return f"{about}{coins(max(left, Decimal(0)), payout.content.symbol)}"


def _left_for_payee(payout: Payout) -> Decimal | None:
    taken = _fee_in_own_coin(payout)
    if taken is None or payout.content.fee_payer is FeePayer.COMPANY:
        return None
    return payout.content.amount - taken


def _fee_in_own_coin(payout: Payout) -> Decimal | None:
    number, coin = payout.network_fee, payout.network_fee_coin
    if number is None:
        number, coin = payout.estimated_fee, payout.estimated_fee_coin
    return number if coin and coin.upper() == payout.content.symbol.upper() else None


def fee_takes_all(payout: Payout) -> bool:
    """Whether nothing would be left for the payee."""
    left = _left_for_payee(payout)
    return left is not None and left <= 0


def approved_by(payout: Payout) -> Bold:
    """**Approved by @Dana**; an old copy of the ledger may have forgotten who."""
    if not payout.approvals:
        return bold("No approval is on record here")
    return bold("Approved by ", *people([one.by.id for one in payout.approvals], "and"))


def by_asked(scene: Scene, missing: int) -> Sentence:
    """` by @Dana, @Eli or @Noa, 1 of them from cfo`; ` by @Dana and @Eli` where it takes both; or
    that nobody is left; nothing where nobody is known."""
    if scene.outlived:
        return [" that nobody can give now"]
    number = len(scene.asked)
    if not number:
        return []
    joined = "and" if number <= missing else "or"
    crowd: Sentence = [f"any of {number} approvers"]
    shares: list[Piece] = []
    for group, lacking in scene.lacking:
        if lacking < missing:  # or else only its people are asked
            shares += [f", {lacking} of them from ", Said(group)]
    return [" by ", *(people(scene.asked, joined) if number <= NAMED else crowd), *shares]


def nobody_known(scene: Scene) -> str:
    """What to do where nobody is known whose decision could be waited for."""
    unsaid = " Slack did not say who can approve it; whoever runs Countersign can look."
    return "" if scene.asked or scene.outlived else unsaid


def answer(code: str, message: str) -> Sentence:
    """What CCPayment said, word for word; or why it said nothing."""
    if code and message:
        return ['"', Said(message), '" (', Said(code), ")"]
    return [Said(message or code)] if message or code else ["no answer"]


def meant(meaning: str) -> Sentence:
    """What a code means and what to do, behind the code; nothing where we do not know."""
    return [" ", Said(meaning), full_stop(meaning)] if meaning else []


def told_of(because: str | None) -> Sentence:
    """A reason in the words of `approvals`, as a sentence that ends. Whether anything was sent is
    told apart from it, from all that is known now."""
    words = (because or "").removesuffix(NOTHING).rstrip()
    return [" ", *told(words), full_stop(words)] if words else []


def full_stop(words: str) -> str:
    """What other people's words lack to be a sentence."""
    return "" if words.endswith((".", "!", "?")) else "."


def alarm(line: Line) -> Sentence:
    """Something that must not be."""
    what = str(line.facts.get("what"))
    return ["⚠️ ", bold("Alarm:"), " ", Said(what), full_stop(what)]


def callable_people(ids: Sequence[str]) -> Sequence[str]:
    """Whom a message mentions that needs somebody to act: nobody where they are a crowd."""
    return ids if len(ids) <= NAMED else ()


def agreed(record: Iterable[Line]) -> bool:
    """Whether anybody ever approved it, though that may have ended."""
    return any(line.kind in (Event.AGREED, Event.APPROVED) for line in record)


def absences(record: Iterable[Line]) -> int:
    """How many look-ups since the last attempt counted as absent."""
    found = 0
    for line in record:
        if line.kind in (Event.CLAIMED, Event.RESTORED):
            found = 0
        found += bool(line.facts.get("absent"))
    return found
