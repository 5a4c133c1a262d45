"""How a payout stands, in sentences: what follows, who must do what, and whether anything was sent.
Facts come from the payout alone, but for the few that a `Scene` adds. In doubt never reads as
failed."""

from collections.abc import Callable, Mapping

from approvals.cautions import nothing_sent
from approvals.destination import Kind
from approvals.followup import WATCHED
from approvals.gateway import Progress
from approvals.payout import MAX_ATTEMPTS, Actor, Attempt, Payout, State, Wish
from approvals.payout import Kind as Event
from approvals.times import lasting
from approvals.words import counted
from bot.telling import (
    NOTHING,
    Scene,
    answer,
    approved_by,
    by_asked,
    full_stop,
    meant,
    nobody_known,
    told_of,
)
from bot.texts import Bold, Code, Piece, Said, Sentence, User, When, bold, name
from bot.trouble import cannot_be_shown

LOOK_FIRST = " Look for the amount in the CCPayment balance before asking again."
OWNER_FIRST = (
    " CCPayment does not say whether the amount is back in the balance."
    " Talk to the owner before asking again."
)
FOR_OWNER = "for the account owner's approval in CCPayment's dashboard"
ASK_OWNER = " Nothing is paid out before that; ask the owner to decide there."


def state_line(payout: Payout, scene: Scene) -> Sentence:
    """How it stands, what follows, and whether anything was sent."""
    return _STATE_LINES[payout.state](payout, scene)


def _requested(payout: Payout, scene: Scene) -> Sentence:
    so_far: Sentence = [approved_by(payout), ". "] if payout.approvals else []
    more = "more " if payout.approvals else ""
    waits = bold(f"Waits for {counted(payout.missing, f'{more}approval')}")
    many = len(scene.asks) + (scene.look_alike is not None)
    read: Sentence = [" ", bold(f"Read the warning{'s' if many > 1 else ''}.")] if many else []
    until: Sentence = [", until ", When(payout.expires_at), "."]
    asked = by_asked(scene, payout.missing)
    return [*so_far, waits, *asked, *until, nobody_known(scene), *read]


def after_approval(payout: Payout, scene: Scene) -> str:
    """What one more approval brings about."""
    others = payout.missing - 1
    if others:
        more = f"{counted(others, 'more approval')} {'is' if others == 1 else 'are'} needed"
        return f"{more} before CCPayment is told; until then you can take yours back."
    if scene.hold:
        held = f"It is held for {lasting(scene.hold)} first; until then it can be stopped."
        return f"{held} After that it cannot be called back."
    if scene.frozen is not None:
        told = "Sending is frozen: CCPayment is told once it goes on"
        return f"{told}; then it cannot be called back."
    return "CCPayment is told at once; it cannot be called back."


def _approved(payout: Payout, scene: Scene) -> Sentence:
    if scene.held and payout.held_until:
        why = f" {_never_paid(payout)} Whoever can approve it can stop it."
        held = bold("Held until ", When(payout.held_until), ".")
        return [approved_by(payout), ". ", held, why]
    if payout.delay is None:
        return [approved_by(payout), ". It goes to CCPayment next."]
    return [approved_by(payout), ". ", *not_yet(payout, _delay(payout, scene))]


def _never_paid(payout: Payout) -> str:
    """Elsewhere, or with another memo, it may be somebody else's."""
    content = payout.content
    where = f" on {name(content.chain)}" if content.kind is Kind.CHAIN else ""
    memo = " with this memo" if content.memo else ""
    return f"Nothing was ever paid to this destination{where}{memo}."


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
    if payout.state is State.SENT:
        why = "For hours CCPayment has not said what became of this."
    elif payout.wisher:
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


def unseen(payout: Payout, scene: Scene) -> list[Sentence]:
    """That the card for the approvers cannot be shown, while somebody should see it."""
    if scene.trouble is None or payout.state.final:
        return []
    return [["⚠️ ", *cannot_be_shown(scene.trouble, scene.channel, seen=scene.seen)]]


def stands(payout: Payout) -> str:
    """How it stands, in a word or two."""
    if waits_for_owner(payout):
        return "waits for the account owner"
    if payout.doubted_at:
        return "in doubt"
    return _STANDS.get(payout.state, payout.state.value)


_STANDS: Mapping[State, str] = {State.REQUESTED: "waiting", State.SENDING: "being sent"}


def _sent(payout: Payout, scene: Scene) -> Sentence:
    taken: Sentence = [approved_by(payout), ". ", _taken(payout)]
    if Wish.RESOLVE in scene.choices:
        needs = [bold("Needs an approver."), f" {look_yourself(payout)} ", *taken]
        return [*needs, *_reported_so(payout)]
    if waits_for_owner(payout):
        since = When(payout.progress_since or payout.requested_at, ago=True)
        waits = bold("Waits ", FOR_OWNER, " since ", since, ".")
        return [waits, ASK_OWNER, " ", *taken]
    last = "the chain" if payout.content.kind is Kind.CHAIN else "CCPayment to settle it"
    return [*taken, f" Waiting for {last}."]


def _reported_so(payout: Payout) -> Sentence:
    """The word that CCPayment has for it, where that is none that we know."""
    unknown = payout.gateway_status and payout.progress == Progress.UNKNOWN
    return [' CCPayment calls it "', Said(payout.gateway_status or ""), '".'] if unknown else []


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
    if payout.closer:
        shown = " CCPayment's dashboard shows that it was paid. "
        return [_ended("Settled", payout), shown, approved_by(payout), "."]
    return [_ended("Settled", payout), " CCPayment reports success. ", approved_by(payout), "."]


def _failed(payout: Payout, _: Scene) -> Sentence:
    newest = payout.attempt
    if payout.sent_at:
        took: Sentence = [_ended("Failed", payout), " CCPayment took it ", When(payout.sent_at)]
        return [*took, *_failed_there(payout)]
    if not nothing_sent(payout):
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
    if payout.closer:
        return [". ", Said(because), LOOK_FIRST]
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


def _expired(payout: Payout, scene: Scene) -> Sentence:
    return [_ended("Expired", payout), f" {_why_expired(payout, scene)}", NOTHING]


def _why_expired(payout: Payout, scene: Scene) -> str:
    if payout.approved_at:
        within = lasting(payout.expires_at - payout.approved_at)
        return f"It could not be sent within {within} of its approval."
    if scene.agreed:
        return "Too few approved in time."
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
