"""The card: one message that shows a payout. Values in, Block Kit out; never read back.

The channel's card carries the decision, the requester's copy what the requester may do. Both show
the same facts in the same order: what and how it stands, what could go wrong, where the money goes,
for what and for whom; then what can be pressed; then the figures and the small print. While there
is something to press these are folded, so that all that a decision needs fits a phone's screen.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from approvals.destination import Kind, shortened
from approvals.payout import Payout, State, Wish
from approvals.words import counted
from bot.blocks import (
    CONFIRM_TEXT,
    Message,
    actions,
    bullets,
    button,
    confirm,
    context,
    fields,
    folded,
    header,
    menu,
    numbered,
    paragraphs,
    preformatted,
    rich_text,
    section,
)
from bot.buttons import Act, ButtonValue
from bot.cautioning import (
    aligned,
    destination,
    in_groups,
    read_aloud,
    reassurance,
    warnings,
)
from bot.standing import after_approval, frozen, state_line, unseen
from bot.telling import (
    OPEN,
    Scene,
    amount,
    fee,
    fee_takes_all,
    payee_gets,
    target,
    title,
    transaction,
    value,
)
from bot.texts import (
    Channel,
    Code,
    Json,
    Piece,
    Said,
    Sentence,
    User,
    When,
    bold,
    clipped,
    coins,
    people,
    spoken,
)

__all__ = ["Message", "Scene", "cancel_button", "channel_card", "details", "requester_copy"]

MEMO = 60
"""Characters of a memo in a dialog."""


def channel_card(payout: Payout, scene: Scene) -> Message:
    """The card in the channel, with the decision while there is one. Who sees it need not read
    that it could not be shown."""
    visible = replace(scene, trouble=None)
    return _card(payout, visible, _decision(payout, visible), [])


def requester_copy(payout: Payout, scene: Scene) -> Message:
    """The copy in the requester's direct messages: no decision, but a way back or another try."""
    own = replace(scene, whole=True)
    return _card(payout, own, _own_acts(payout), [" · decided in ", Channel(scene.channel)])


def _card(payout: Payout, scene: Scene, acts: list[Json], where: Sentence) -> Message:
    calming = _calming(payout, scene)
    more = [*_figured(payout, scene), context([*_small_print(payout), *where])]
    if not acts:
        below = [*calming, *more]
    elif warnings(payout, scene):
        below = [actions(*acts), folded(_in_short(payout), *calming, *more)]
    else:
        below = [*calming, actions(*acts), folded(_in_short(payout), *more)]
    blocks = [*_essentials(payout, scene), *below]
    return Message(aloud(payout, scene), numbered(blocks, f"{payout.number}.{payout.version}"))


def _calming(payout: Payout, scene: Scene) -> list[Json]:
    """What speaks for it; beside a warning it is no more than a detail."""
    said = reassurance(payout, scene)
    return [context(said)] if said else []


def details(payout: Payout, scene: Scene) -> list[Json]:
    """What it is and how it stands, without anything to press."""
    return [*_essentials(payout, scene), *_figured(payout, scene)]


def _essentials(payout: Payout, scene: Scene) -> list[Json]:
    """What a decision needs."""
    return [
        header(f"Payout {payout.number}: {title(payout, scene)}"),
        paragraphs([state_line(payout, scene), *unseen(payout, scene), *frozen(payout, scene)]),
        *_warned(payout, scene),
        _destination(payout, scene),
    ]


def _in_short(payout: Payout) -> str:
    """What stands on the folded figures."""
    costs = f"network fee {fee(payout)}" if fee(payout) else None
    return " · ".join(filter(None, ("Details", value(payout), costs)))


def _warned(payout: Payout, scene: Scene) -> list[Json]:
    """The worst is the loudest; the others have a line each."""
    found = warnings(payout, scene)
    if not found:
        return []
    loudest, *others = found
    drawn = [section(["⚠️ ", bold(loudest.headline), " ", *loudest.advice])]
    alike, hidden = loudest.likeness, not scene.whole
    drawn += [preformatted(*aligned(alike, masked=hidden))] if alike else []
    drawn += [bullets(other.sentence for other in others)] if others else []
    return [rich_text(*drawn)]


def _destination(payout: Payout, scene: Scene) -> Json:
    """Where the money goes, complete but for a group that must be typed, for what, and who asks;
    what others wrote is literal."""
    content = payout.content
    whose: Sentence = []
    if payout.cwallet_name:
        whose = [', whom CCPayment names "', Said(payout.cwallet_name), '"']
    parts = [
        section([bold(f"To {target(payout)}"), *whose]),
        preformatted(in_groups(payout, scene)),
    ]
    if content.memo or content.kind is Kind.CHAIN:
        parts.append(section([bold("Memo"), " ", _memo(payout)]))
    reason = section([bold("For"), " ", Said(content.reason)])
    return rich_text(*parts, reason, section([bold("Asked by"), " ", User(payout.requester.id)]))


def _memo(payout: Payout) -> Piece:
    return Code(payout.content.memo) if payout.content.memo else "none"


def _figured(payout: Payout, scene: Scene) -> list[Json]:
    """The figures in two columns; Slack takes no block that is empty."""
    known = figures(payout, scene)
    return [fields(known)] if known else []


def figures(payout: Payout, scene: Scene) -> list[tuple[str, Sentence]]:
    """Named facts, as far as they are known."""
    sent = payout.network_fee is not None
    txid = transaction(payout, scene)
    found: list[tuple[str, Sentence | None]] = [
        ("Value", _value(payout)),
        ("CCPayment balance", _balance(payout)),
        ("Limit", _line(scene.limit and f"{scene.limit}\nwith this payout")),
        ("network_fee" if sent else "Network fee", _line(fee(payout))),
        ("Payee gets", _line(payee_gets(payout))),
        ("Approved by", _approvals(payout)),
        ("order_id", [Code(payout.order_id)] if payout.order_id else None),
        ("Transaction", [txid] if txid else None),
    ]
    return [(label, fact) for label, fact in found if fact]


def _line(words: str | None) -> Sentence | None:
    return [words] if words else None


def _value(payout: Payout) -> Sentence | None:
    """With the moment of its price, or that there was none when it was last decided on."""
    worth = value(payout)
    if worth and payout.priced_at:
        return [worth, "\nprice of ", When(payout.priced_at)]
    if payout.state in OPEN:
        return [f"{worth}\nno price since" if worth else "not known: it has no price"]
    return _line(worth)


def _balance(payout: Payout) -> Sentence | None:
    if payout.balance is None or payout.estimated_at is None or payout.state not in OPEN:
        return None
    return [coins(payout.balance, payout.content.symbol), "\n", When(payout.estimated_at)]


def _approvals(payout: Payout) -> Sentence:
    return people([approval.by.id for approval in payout.approvals], "and")


def _small_print(payout: Payout) -> Sentence:
    rule = f" · {payout.tier}: needs {counted(payout.quorum, 'approval')} · reference "
    return ["Asked ", When(payout.requested_at), rule, Code(payout.reference)]


def _decision(payout: Payout, scene: Scene) -> list[Json]:
    if payout.state not in OPEN:
        return [_CHOICES[wish](payout, scene) for wish in scene.choices]
    what = f"payout {payout.number}: {title(payout, scene)}"
    reject = button(Act.REJECT, "Reject payout…", _carried(payout).text(), f"Reject {what}")
    acts = [reject, menu(_rare(payout, scene))]
    approvable = payout.state is State.REQUESTED and not fee_takes_all(payout)
    return [_approve(payout, scene), *acts] if approvable else acts


def _approve(payout: Payout, scene: Scene) -> Json:
    """A warning that must be answered, or a comment that must be given, needs a form, which takes
    the dialog's place."""
    carried, what = _carried(payout).text(), f"payout {payout.number}: {title(payout, scene)}"
    if scene.reviewed:
        return button(Act.COMMENT, "Review and approve…", carried, f"Review and approve {what}")
    if scene.comment:
        form = button(Act.COMMENT, "Approve payout…", carried, f"Approve {what}")
        return form | {"style": "primary"}
    plain = button(Act.APPROVE, "Approve payout", carried, f"Approve {what}")
    return plain | {"style": "primary", "confirm": _really(payout, scene)}


def _rare(payout: Payout, scene: Scene) -> list[tuple[str, ButtonValue]]:
    """What is seldom wanted, in a menu."""
    asked = payout.state is State.REQUESTED
    approvable = asked and not fee_takes_all(payout)
    offered = [
        (
            approvable and not (scene.comment or scene.reviewed),
            "Approve with a comment…",
            Act.COMMENT,
        ),
        (asked and bool(payout.approvals), "Take my approval back", Act.TAKE_BACK),
        (True, f"Cancel payout {payout.number}", Act.CANCEL),
        (True, "Show the record", Act.RECORD),
    ]
    return [(words, _carried(payout, act)) for fits, words, act in offered if fits]


def _really(payout: Payout, scene: Scene) -> Json:
    follows = after_approval(payout, scene)
    return _dialog(f"Approve payout {payout.number}", payout, scene, follows)


def _dialog(act: str, payout: Payout, scene: Scene, what_follows: str) -> Json:
    """The destination is shortened only where the dialog has no room for it."""
    memo = f", memo {clipped(payout.content.memo, MEMO)}" if payout.content.memo else ""
    worth = f", {value(payout)}" if value(payout) else ""
    whole, short = (
        f"{title(payout, scene)}{worth}, to {where}{memo}. {what_follows}"
        for where in (in_groups(payout, scene), shortened(payout.content.destination))
    )
    return confirm(
        f"{act}?", whole if clipped(whole, CONFIRM_TEXT) == whole else short, act, "Back"
    )


def _send_again(payout: Payout, scene: Scene) -> Json:
    follows = "CCPayment is looked up once more first; after that it cannot be called back."
    dialog = _dialog(f"Send payout {payout.number} again", payout, scene, follows)
    return _choice(Act.AGAIN, "Send again", payout, scene) | {"confirm": dialog}


def _close(payout: Payout, scene: Scene) -> Json:
    follows = "CCPayment is looked up once more first; then it is over, as not sent."
    dialog = _dialog(f"Close payout {payout.number}", payout, scene, follows)
    return _choice(Act.CLOSE, "Close, nothing was sent", payout, scene) | {"confirm": dialog}


def _resolve(payout: Payout, scene: Scene) -> Json:
    return _choice(Act.RESOLVE, "Resolve by hand…", payout, scene)


def _choice(act: Act, words: str, payout: Payout, scene: Scene) -> Json:
    what = f"payout {payout.number}: {title(payout, scene)}"
    return button(act, words, _carried(payout).text(), f"{words} · {what}")


_CHOICES: Mapping[Wish, Callable[[Payout, Scene], Json]] = {
    Wish.AGAIN: _send_again,
    Wish.CLOSE: _close,
    Wish.RESOLVE: _resolve,
}


def _own_acts(payout: Payout) -> list[Json]:
    if payout.state in OPEN:
        return [cancel_button(payout)]
    if payout.state in (State.FAILED, State.EXPIRED):
        aloud = f"Ask again for the same as payout {payout.number}"
        return [button(Act.ASK_AGAIN, "Ask again…", _carried(payout).text(), aloud)]
    return []


def cancel_button(payout: Payout) -> Json:
    """Take a payout back; the dialog's other button is not "Cancel", which is a state here."""
    words = f"Cancel payout {payout.number}"
    dialog = confirm(f"{words}?", "Nothing is sent then. It cannot be revived.", words, "Keep it")
    drawn = button(Act.CANCEL, words, _carried(payout).text(), f"{words}: {amount(payout)}")
    return drawn | {"confirm": dialog}


def _carried(payout: Payout, act: Act | None = None) -> ButtonValue:
    return ButtonValue(payout.number, payout.digest, act)


def aloud(payout: Payout, scene: Scene) -> str:
    """The card as a paragraph: who, how much, what for; how it stands; where to; the risks."""
    content = payout.content
    verb = "asks" if payout.state is State.REQUESTED else "asked"
    worth = f", {value(payout)}," if value(payout) else ""
    costs = f", network fee {fee(payout)}" if fee(payout) else ""
    asked = f" {verb} for {title(payout, scene)}{worth} for "
    paragraph: list[Sentence] = [
        [Said(payout.requester.name), asked, '"', Said(content.reason), '".'],
        [f"Payout {payout.number}: ", *state_line(payout, scene)],
        *unseen(payout, scene),
        *frozen(payout, scene),
        ["To ", Code(destination(payout, scene)), *_memo_aloud(payout), f"{costs}."],
        *(read_aloud(one, scene) for one in warnings(payout, scene)),
        *([reassurance(payout, scene)] if scene.known else []),
    ]
    return spoken(paragraph, " ")


def _memo_aloud(payout: Payout) -> Sentence:
    if payout.content.memo:
        return [", memo ", Code(payout.content.memo)]
    return [", no memo"] if payout.content.kind is Kind.CHAIN else []
