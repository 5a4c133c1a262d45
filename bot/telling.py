"""What a payout is and how it stands, in sentences: the same ones on the card, in the thread and
in private answers. Facts come from the payout alone, but for the few that a `Scene` adds.

What is not known is not said. Above all: "Nothing was sent" stands only where nothing left, the
payee's share is computed only where the fee is in the same coin, and in doubt never reads as
failed.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from approvals.audit import Line
from approvals.destination import EVM_CHAINS, Kind, shortened
from approvals.followup import WATCHED
from approvals.gateway import Progress
from approvals.money import dollars, grouped
from approvals.payout import MAX_ATTEMPTS, Actor, Attempt, FeePayer, Payout, State, Wish
from approvals.payout import Kind as Event
from bot.texts import (
    Bold,
    Code,
    Link,
    Piece,
    Said,
    Sentence,
    User,
    When,
    bold,
    coins,
    counted,
    mrkdwn,
    name,
    people,
    told,
)

NAMED = 5
"""Over so many deciders, nobody is mentioned: it would be noise to most of them."""

LONGEST_LINK = 500
"""Characters of a link in mark-up; so it fits among the figures, which are cut later."""

OPEN = (State.REQUESTED, State.APPROVED)
"""Nothing has left yet, and people can still stop it."""

NOTHING = " Nothing was sent."
LOOK_FIRST = " Look for the amount in the CCPayment balance before asking again."
OWNER_FIRST = (
    " CCPayment does not say whether the amount is back in the balance."
    " Talk to the owner before asking again."
)
FOR_OWNER = "for the account owner's approval in CCPayment's dashboard"
ASK_OWNER = " Nothing is paid out before that; ask the owner to decide there."

_TXID = re.compile(r"[0-9A-Za-z]{1,128}")
"""What may stand in an explorer's address."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the payout itself does not know: who may decide it (Slack ids), the channel of its
    card, the name that people have for its chain (TRC20), when CCPayment is asked next, what an
    approver may choose now, how many look-ups since the last attempt counted as absent, why
    nothing is sent at all, if nothing is, and the address of a transaction in the chain's block
    explorer (https, with `%s` for the id)."""

    deciders: tuple[str, ...]
    channel: str
    network: str | None = None
    next_look: datetime | None = None
    choices: tuple[Wish, ...] = ()
    absences: int = 0
    frozen: str | None = None
    comment: bool = False
    explorer: str | None = None


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
        link = Link(scene.explorer.replace("%s", txid), txid)
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


def warnings(payout: Payout) -> list[tuple[str, str]]:
    """What could cost money, the worst first: a headline and what to do."""
    if payout.state not in OPEN:
        return []
    content = payout.content
    left, needed = _left_for_payee(payout), _needed(payout)
    found = []
    if left is not None and left <= 0:
        found.append(("The network fee takes all of it.", "The payee would get nothing."))
    if content.kind is Kind.CHAIN and not payout.checked:
        headline = "A typing error in this address would go unseen."
        found.append((headline, "Compare every character with what the payee gave."))
    if content.kind is Kind.CWALLET and "@" in content.destination:
        headline = "A Cwallet e-mail cannot be checked."
        found.append((headline, "A typing error pays somebody else. An ID shows a name."))
    if payout.balance is not None and payout.balance < needed:
        holds, needs = coins(payout.balance, content.symbol), coins(needed, content.symbol)
        headline = "The CCPayment balance is too low."
        found.append((headline, f"It holds {holds}; this takes {needs}. Top it up first."))
    return found


def _needed(payout: Payout) -> Decimal:
    """What leaves the balance of the payout's coin, as far as it is known."""
    on_top = payout.content.fee_payer is FeePayer.COMPANY
    return payout.content.amount + ((_fee_in_own_coin(payout) or 0) if on_top else 0)


def known(payout: Payout) -> Sentence:
    """What is known of the destination, in small print, while that can still stop anybody."""
    content = payout.content
    if payout.state not in OPEN:
        return []
    if content.kind is Kind.LIGHTNING and payout.payable_until:
        fits = "Checksum and signature of the invoice fit. It is paid by "
        return [fits, When(payout.payable_until), " or not at all."]
    if content.kind is Kind.CHAIN and payout.checked:
        return ["Its checksum fits. Whose it is, only the payee can say." + _every_evm(payout)]
    return []


def _every_evm(payout: Payout) -> str:
    chain = payout.content.chain.upper()
    same = f" The same address exists on other networks; this pays on {name(chain)}."
    return same if chain in EVM_CHAINS else ""


def nothing_left(payout: Payout) -> bool:
    """Whether certainly nothing was sent: every attempt stayed here, but perhaps a last one that
    CCPayment declined. Only for what is final: until then a declined attempt proves nothing."""
    if payout.sent_at or payout.order_id:
        return False
    *earlier, last = payout.attempts or [None]
    stayed = all(attempt.outcome is Event.UNSENT for attempt in earlier if attempt)
    return stayed and (last is None or last.outcome in (Event.UNSENT, Event.DECLINED))


def approved_by(payout: Payout) -> Bold:
    """**Approved by @Dana**; an old copy of the ledger may have forgotten who."""
    if not payout.approvals:
        return bold("No approval is on record here")
    return bold("Approved by ", *people([one.by.id for one in payout.approvals], "and"))


def by_deciders(scene: Scene) -> Sentence:
    """`by @Dana or @Eli`."""
    if not 0 < len(scene.deciders) <= NAMED:
        return [f"by any of {len(scene.deciders)} approvers"]
    return ["by ", *people(scene.deciders, "or")]


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


def lasting(time: timedelta) -> str:
    """`24 h`, `90 min`."""
    minutes = round(time.total_seconds() / 60)
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def alarm(line: Line) -> Sentence:
    """Something that must not be."""
    what = str(line.facts.get("what"))
    return ["⚠️ ", bold("Alarm:"), " ", Said(what), full_stop(what)]


def callable_people(ids: Sequence[str]) -> Sequence[str]:
    """Whom a message mentions that needs somebody to act: nobody where they are a crowd."""
    return ids if len(ids) <= NAMED else ()


def state_line(payout: Payout, scene: Scene) -> Sentence:
    """How it stands, what follows, and whether anything was sent."""
    return _STATE_LINES[payout.state](payout, scene)


def _requested(payout: Payout, scene: Scene) -> Sentence:
    waits = bold(f"Waits for {counted(payout.quorum, 'approval')}")
    return [waits, " ", *by_deciders(scene), ", until ", When(payout.expires_at), "."]


def _approved(payout: Payout, scene: Scene) -> Sentence:
    if payout.delay is None:
        return [approved_by(payout), ". It goes to CCPayment next."]
    return [approved_by(payout), ". ", *not_yet(payout, _delay(payout, scene))]


def not_yet(payout: Payout, why: str | None) -> Sentence:
    """What keeps a payout from being sent, and until when it is tried."""
    until: Sentence = [" It is tried again until ", When(payout.expires_at), "."]
    return [bold("Not sent yet."), *told_of(why), *until]


def _delay(payout: Payout, scene: Scene) -> str | None:
    """That sending is frozen is said apart, and louder."""
    frozen = scene.frozen is not None and payout.delay == f"Sending is frozen: {scene.frozen}."
    return None if frozen else payout.delay


def _sending(payout: Payout, scene: Scene) -> Sentence:
    newest = payout.attempt
    if newest is not None and not payout.left:
        return [*_unsent(payout, newest, scene), *_next_look(scene)]
    if payout.doubted_at is None:
        return [approved_by(payout), ". ", bold("It is going out now.")]
    if newest and newest.outcome is Event.DECLINED and not (scene.choices or payout.restored_at):
        return [*_declined(newest), *_looked(payout), *_next_look(scene)]
    waits = "" if scene.choices or payout.wisher else " It is not sent again meanwhile."
    went = [*_doubt(payout, scene), *_went_out(payout), waits]
    return [*went, *_looked(payout), *_next_look(scene)]


def _unsent(payout: Payout, newest: Attempt, scene: Scene) -> Sentence:
    said = answer(newest.code, newest.message)
    why: Sentence = [" No connection to CCPayment came about (", *said, "), so nothing has left."]
    return [bold("Not sent yet."), *why, *told_of(_delay(payout, scene)), " It is tried again."]


def _declined(newest: Attempt) -> Sentence:
    said = answer(newest.code, newest.message)
    return [
        *(bold("CCPayment declined it"), ": ", *said, ".", *meant(newest.meaning)),
        " It is asked once more whether it knows the payout; then this is final.",
    ]


def _doubt(payout: Payout, scene: Scene) -> Sentence:
    """Who must do what about it: an approver, or nobody yet."""
    if Wish.RESOLVE in scene.choices:
        asked = [" ", *_asked(payout, scene)] if payout.wisher else []
        return [bold("Needs an approver."), *asked, f" {look_yourself(payout)}"]
    if scene.choices:
        return [bold("Needs an approver."), *_known_nowhere(scene), *_why_not_again(payout, scene)]
    if payout.wisher:
        return _asked(payout, scene)
    since = payout.doubted_at or payout.requested_at
    return [bold("Checking with CCPayment since ", When(since)), "."]


def look_yourself(payout: Payout) -> str:
    """What to do where look-ups, or what was asked for, come to nothing for long."""
    why = "For over an hour CCPayment has not said whether it took this."
    if payout.wisher:
        why = "For over an hour that could not be done."
    return f'{why} Look in CCPayment\'s dashboard, then press "Resolve by hand…" on the card.'


def _asked(payout: Payout, scene: Scene) -> Sentence:
    by: Sentence = [User(payout.wisher.id)] if payout.wisher else []
    wants = "send it again" if payout.wish == Wish.AGAIN else "close it as not sent"
    asked = bold(*by, f" asked to {wants}; CCPayment is asked once more first.")
    return [asked, *_held_up(payout, scene)]


def _known_nowhere(scene: Scene) -> Sentence:
    times = max(scene.absences, 2)  # two agree before anybody may choose
    asked = f" CCPayment was asked {times} times after the request had expired"
    return [f"{asked} and knows no such reference."]


def _why_not_again(payout: Payout, scene: Scene) -> Sentence:
    if Wish.AGAIN in scene.choices:
        return []
    if len(payout.attempts) >= MAX_ATTEMPTS:
        return [f" It cannot be sent again: it was tried {MAX_ATTEMPTS} times."]
    ended = "its approval has ended" if payout.approvals else "no approval is on record here"
    return [f" It cannot be sent again: {ended}."]


def _held_up(payout: Payout, scene: Scene) -> Sentence:
    held_up = payout.wish == Wish.AGAIN and payout.delay
    return [" ", *not_yet(payout, _delay(payout, scene))] if held_up else []


def _went_out(payout: Payout) -> Sentence:
    """What may have left, and what came back, word for word."""
    went = [attempt for attempt in payout.attempts if attempt.outcome is not Event.UNSENT]
    told: list[Piece] = []
    if payout.restored_at:
        told += [" An old copy of the ledger was put back ", When(payout.restored_at)]
        told += ["; CCPayment is asked whether this was sent."]
    if went:
        declined = went[-1].outcome is Event.DECLINED
        came = "CCPayment declined it" if declined else "no clear answer came"
        told += [f" The request went out {_times(len(went))}; {came}: "]
        told += [*answer(went[-1].code, went[-1].message), "."]
        told += [] if declined else meant(went[-1].meaning)  # what to do is to wait
    return told


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _looked(payout: Payout) -> Sentence:
    """What the look-ups since have said, none of which found it."""
    if not payout.looks or payout.looked_at is None:
        return []
    said = payout.look_said or ""
    last = ", last " if payout.looks > 1 else ", "
    alone = payout.absent_seen_at is not None and payout.absent_at is None
    agree = " A second look-up must agree." if alone else ""
    return [
        *(f" Looked up {_times(payout.looks)}{last}", When(payout.looked_at), ": "),
        *(Said(said), full_stop(said), agree),
    ]


def absences(record: Iterable[Line]) -> int:
    """How many look-ups since the last attempt counted as absent."""
    found = 0
    for line in record:
        if line.kind in (Event.CLAIMED, Event.RESTORED):
            found = 0
        found += bool(line.facts.get("absent"))
    return found


def _next_look(scene: Scene) -> Sentence:
    return [" Next look-up ", When(scene.next_look), "."] if scene.next_look else []


def frozen(payout: Payout, scene: Scene) -> list[Sentence]:
    """That nothing is sent, on the card of everything that is not over."""
    if scene.frozen is None or payout.state.final:
        return []
    under_way = payout.left or payout.state is State.SENT
    goes_on = "What is on its way is followed." if under_way else "It can be decided meanwhile."
    why: Sentence = [Said(scene.frozen), full_stop(scene.frozen), " "]
    return [["⚠️ ", bold("Sending is frozen: "), *why, goes_on]]


def _sent(payout: Payout, _: Scene) -> Sentence:
    taken: Sentence = [approved_by(payout), ". ", _taken(payout)]
    if waits_for_owner(payout):
        since = When(payout.progress_since or payout.requested_at, ago=True)
        waits = bold("Waits ", FOR_OWNER, " since ", since, ".")
        return [waits, ASK_OWNER, " ", *taken]
    last = "the chain" if payout.content.kind is Kind.CHAIN else "CCPayment to settle it"
    return [*taken, f" Waiting for {last}."]


def waits_for_owner(payout: Payout) -> bool:
    """Whether the account's owner must approve it at CCPayment too."""
    return payout.state is State.SENT and payout.progress == Progress.WAITING


def _taken(payout: Payout) -> Bold:
    at = When(payout.sent_at or payout.requested_at)
    if payout.resolver:
        return bold(*found_by(payout.resolver), " ", at, ".")
    return bold("Sent to CCPayment ", at, ".")


def found_by(resolver: Actor) -> Sentence:
    """Who says so, where CCPayment's answers did not."""
    return ["Found in CCPayment's dashboard by ", User(resolver.id)]


def _settled(payout: Payout, _: Scene) -> Sentence:
    return [_ended("Settled", payout), " CCPayment reports success. ", approved_by(payout), "."]


def _failed(payout: Payout, _: Scene) -> Sentence:
    newest = payout.attempt
    if payout.sent_at:
        took: Sentence = [_ended("Failed", payout), " CCPayment took it ", When(payout.sent_at)]
        return [*took, *_failed_there(payout)]
    if not nothing_left(payout):
        word, left = ("Closed", "") if payout.closer else ("Failed", " It may have left.")
        why = [*told_of(payout.because), *_after_all(payout), left]
        return [_ended(word, payout), *why, LOOK_FIRST]
    if newest and newest.outcome is Event.DECLINED:
        said = answer(newest.code, newest.message)
        why = [" CCPayment declined it: ", *said, ".", *meant(newest.meaning)]
        return [_ended("Failed", payout), *why, NOTHING]
    return [_ended("Failed", payout), *told_of(payout.because), NOTHING]


def _failed_there(payout: Payout) -> Sentence:
    """Why, and what to do about the amount: one that the owner stopped has not gone to the chain,
    but whether it was given back nobody says."""
    because = payout.because or ""
    if payout.progress == Progress.REJECTED:
        return ["; ", Said(because), full_stop(because), OWNER_FIRST]
    return [" and reports failure: ", *answer("", because), ".", LOOK_FIRST]


def _after_all(payout: Payout) -> Sentence:
    """A payout that may have left is looked up for long after it ended, and sometimes found."""
    if payout.order_id:
        return [" ", bold("CCPayment has it all the same, as order ", Code(payout.order_id), ".")]
    if payout.closed_at is None:
        return []
    return [" CCPayment is asked about it until ", When(payout.closed_at + WATCHED), "."]


def _rejected(payout: Payout, _: Scene) -> Sentence:
    reason = payout.because or ""
    quoted: Sentence = [' "', Said(reason), f'"{full_stop(reason.rstrip())}']
    return [_ended("Rejected", payout), *quoted, NOTHING]


def _cancelled(payout: Payout, _: Scene) -> Sentence:
    return [_ended("Cancelled", payout), NOTHING]


def _expired(payout: Payout, _: Scene) -> Sentence:
    return [_ended("Expired", payout), f" {why_expired(payout)}", NOTHING]


def why_expired(payout: Payout) -> str:
    """Why its time ran out."""
    if payout.approved_at:
        within = lasting(payout.expires_at - payout.approved_at)
        return f"It could not be sent within {within} of its approval."
    return f"Nobody decided within {lasting(payout.expires_at - payout.requested_at)}."


def _ended(word: str, payout: Payout) -> Bold:
    by: Sentence = [" by ", User(payout.closer.id)] if payout.closer else []
    at: Sentence = [" ", When(payout.closed_at)] if payout.closed_at else []
    return bold(word, *by, *at, ".")


_STATE_LINES: Mapping[State, Callable[[Payout, Scene], Sentence]] = {
    State.REQUESTED: _requested,
    State.APPROVED: _approved,
    State.SENDING: _sending,
    State.SENT: _sent,
    State.SETTLED: _settled,
    State.FAILED: _failed,
    State.REJECTED: _rejected,
    State.CANCELLED: _cancelled,
    State.EXPIRED: _expired,
}
