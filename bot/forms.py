"""Modals: the form that asks for a payout, those that reject and resolve one, and what they offer
and carry.

The form says what a command says (approvals.asking.Wanted), and its fields are called after the
wish's, so that a refusal finds its place. Coin, kind of destination and network are one choice in
a list that is searched by typing: no field depends on another one, and nobody types a network that
does not exist. A choice carries names, not a token id: ids are re-mapped by the gateway over time,
and what was chosen is read like what was typed.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from approvals.asking import (
    MEMO_UNSAID,
    Wanted,
    ways,
)
from approvals.catalogue import Catalogue, spoken_chain
from approvals.content import FeePayer
from approvals.desk import Answers
from approvals.destination import Kind, asked_back
from approvals.errors import Secret, Unavailable, Unreadable
from approvals.payout import Ended, Payout
from approvals.reasons import LONGEST_REASON, SHORTEST_REASON, read_reason
from approvals.secrets import no_key_in
from approvals.silence import briefly
from approvals.times import from_seconds
from bot.blocks import (
    VALUE,
    Message,
    bullets,
    paragraphs,
    plain_text,
    preformatted,
    rich_text,
    section,
)
from bot.buttons import ButtonValue, ours
from bot.cautioning import Question, Warned, aligned, in_groups, questions, warnings
from bot.payloads import Place
from bot.standing import after_approval
from bot.telling import Scene, amount, target, title, value
from bot.texts import Code, Json, Said, Sentence, When, bold, clipped

REQUEST, AGAIN = "request", "again"
APPROVAL, REJECTION, RESOLUTION = "approval", "rejection", "resolution"
CONCLUSION = "conclusion"
"""The forms, by callback_id."""

AMOUNT, WAY, DESTINATION = "amount", "way", "destination"
MEMO, REASON, FEE_PAYER = "memo", "reason", "fee_payer"
FINDING, ORDER_ID, TYPED = "finding", "order_id", "typed"
"""The fields, by block_id and action_id."""

LAST = (REASON, FINDING)
"""One of these every form has: what concerns no field is said there."""

OPTIONS, OPTION_VALUE = 100, 150
"""Slack's limits: options in a list, characters of an option's value."""

_TITLE, _HINT = 24, 2000
_LONGEST_AMOUNT, _LONGEST_DESTINATION, _LONGEST_MEMO = 60, 2000, 200
_LONGEST_ORDER_ID, _LONGEST_GROUP = 64, 20
_FINDINGS = {"shown": "CCPayment's dashboard shows it", "not_shown": "It does not show it"}
_ENDS = {
    Ended.SETTLED: "It was paid: successful",
    Ended.FAILED: "It was not paid: failed, rejected or refunded",
}
_SEARCHED = 75
_FEE_PAYERS = {FeePayer.PAYEE: "Taken from the amount", FeePayer.COMPANY: "We pay it on top"}
_NO_MEMO = ("none", "no memo")
_QUOTED_MEMO = re.compile(r'["“„](.+)["“”]')


# The form that asks for a payout.


def request(
    wanted: Wanted | None, place: Place, fee_payer: FeePayer, *, invoices: bool = True
) -> Json:
    """The empty form, or one filled with what is known of a wish; who pays the fee is `fee_payer`
    unless the wish says otherwise. `place` is where its answer will go; `invoices`: whether
    Lightning invoices can be paid."""
    where = "The address, or the Cwallet ID or e-mail"
    where = f"{where}, or the Lightning invoice" if invoices else where
    known = wanted or Wanted("", "", None, Kind.CHAIN, "", None, None, "")
    memo = _spelled_memo(known.memo)
    blocks = [
        _field(AMOUNT, "Amount", _text(known.amount, _LONGEST_AMOUNT), "In the coin: 250 or 0.5"),
        _field(WAY, "Coin and way", _search(_chosen(known)), "Type to search: usdt trx"),
        _field(
            DESTINATION,
            "Pay to",
            _text(known.destination, _LONGEST_DESTINATION),
            where,
        ),
        _field(
            MEMO,
            "Memo or tag",
            _text(memo, _LONGEST_MEMO),
            "Where the network has memos, write none if the payee gave none",
        )
        | {"optional": True},
        _field(REASON, "What it is for", _reason(known.reason), "The approver reads this"),
        _field(FEE_PAYER, "Network fee", _fee_payers(known.fee_payer or fee_payer)),
    ]
    return _modal(REQUEST, "Ask for a payout", "Ask for approval", blocks, _metadata(place))


@ours()
def wanted(values: Mapping[str, str]) -> Wanted:
    """What the form's values, by field, say. Raises Unreadable where nothing was chosen, Stale for
    values that are not the form's."""
    if values[WAY] in ("", _NO_WAY):
        raise Unreadable("coin", "", "Choose the coin and the way from the list.")
    way = _Way.read(values[WAY])
    return Wanted(
        amount=values[AMOUNT].strip(" \u00a0"),
        coin=way.coin,
        network=way.chain,
        kind=way.kind,
        destination=values[DESTINATION],
        memo=_said_memo(values[MEMO].strip()),
        fee_payer=FeePayer(values[FEE_PAYER]),
        reason=values[REASON],
    )


def _said_memo(memo: str) -> str | None:
    """As in a command: what stands in quotation marks is the memo, whatever it looks like."""
    if memo.lower() in _NO_MEMO:
        return ""
    if quoted := _QUOTED_MEMO.fullmatch(memo):
        return quoted[1]
    if odd := asked_back(memo) if memo else None:
        raise Unreadable(MEMO, memo, odd.sentence)
    return memo or None


def _spelled_memo(memo: str | None) -> str:
    """What the form holds for a memo, so that it is read back as the same."""
    if not memo:
        return "" if memo is None else _NO_MEMO[0]
    odd = asked_back(memo) or _QUOTED_MEMO.fullmatch(memo)
    return f'"{memo}"' if odd else memo


def errors(no: Unreadable) -> dict[str, str]:
    """The refusal as Slack shows it: under its field, in words that fit a form."""
    if no.field == MEMO and no.word == MEMO_UNSAID and not isinstance(no, Secret):
        sentence = 'This network has memos. Write the memo here, or "none" if the payee gave none.'
        return {MEMO: sentence}
    return {block(no.field): no.sentence}


def block(field: str) -> str:
    """The block that holds a field of Wanted."""
    return WAY if field in ("coin", "network") else field


def _chosen(known: Wanted) -> Json | None:
    """The option for what is known, where that is enough for one."""
    if not known.coin or (known.kind is Kind.CHAIN and not known.network):
        return None
    chain = spoken_chain(known.network) if known.network and known.kind is Kind.CHAIN else None
    return _Way(known.kind, known.coin.upper(), chain).option()


# The list of ways.


@dataclass(frozen=True, slots=True)
class _Way:
    """A coin and how it goes out: one option. `network` and `name` are only for people."""

    kind: Kind
    coin: str
    chain: str | None
    network: str | None = None
    name: str = ""

    @classmethod
    def read(cls, value: str) -> "_Way":
        match json.loads(value):
            case [str(kind), str(coin), str() | None as chain]:
                return cls(Kind(kind), coin, chain)
        raise ValueError("not an option of ours")

    def option(self) -> Json | None:
        """Slack's option; None where the names are too long for one."""
        value = json.dumps([self.kind, self.coin, self.chain], separators=(",", ":"))
        if len(value) > OPTION_VALUE:
            return None
        return {"text": plain_text(self.text()), "value": value}

    def text(self) -> str:
        if self.kind is Kind.CWALLET:
            return f"{self.coin} to a Cwallet user"
        if self.kind is Kind.LIGHTNING:
            return f"{self.coin} by Lightning invoice"
        spoken = f" ({self.network})" if self.network not in (None, self.chain) else ""
        return f"{self.coin} on {self.chain}{spoken}"

    def distance(self, typed: list[str]) -> int | None:
        """How far the way is from what was typed, the best first; None: a word does not occur."""
        words = re.findall(r"\w+", f"{self.text()} {self.name}".upper())
        found = [_distance(word, words) for word in typed]
        return None if None in found else sum(one or 0 for one in found)


def _distance(typed: str, words: list[str]) -> int | None:
    """The coin itself is nearest, then any whole word, then a beginning, then a middle."""
    for step, near in enumerate((words[0] == typed, typed in words, spoken_chain(typed) in words)):
        if near:
            return step
    if any(word.startswith(typed) for word in words):
        return 3 if words[0].startswith(typed) else 4
    return 5 if any(typed in word for word in words) else None


def options(catalogue: Catalogue, typed: str) -> list[Json]:
    """The ways that fit what was typed ("usdt trx", "TRC20"), the nearest first, 100 at most."""
    words = re.findall(r"\w+", typed[:_SEARCHED].upper())
    near = [(way.distance(words), way) for way in _all_ways(catalogue)]
    ranked = sorted(((far, way) for far, way in near if far is not None), key=lambda one: one[0])
    drawn = (option for _, way in ranked if (option := way.option()))
    return list({option["value"]: option for option in drawn}.values())[:OPTIONS]


_OPTION_TEXT = 75
_NO_WAY = "none"
"""The value of a line in the list that is no way: it says why there is none."""


def no_options(nothing: Unavailable) -> list[Json]:
    """One line in place of the ways: why there are none. Nobody can ask for a payout with it."""
    said = briefly(nothing.who, nothing.silence) if nothing.silence else nothing.sentence
    return [{"text": plain_text(clipped(said, _OPTION_TEXT)), "value": _NO_WAY}]


def _all_ways(catalogue: Catalogue) -> Iterator[_Way]:
    for coin in catalogue.coins:
        for token in ways(coin, Kind.CHAIN):
            yield _Way(Kind.CHAIN, coin.symbol, token.chain, token.network, coin.name)
        for kind in (Kind.CWALLET, *([Kind.LIGHTNING] if catalogue.pays_invoices else [])):
            if ways(coin, kind):
                yield _Way(kind, coin.symbol, None, None, coin.name)


# The other forms.


def approval(payout: Payout, scene: Scene, carried: ButtonValue, new: str = "") -> Json:
    """The form that approves with a comment. Each warning that must be answered stands there once
    more, with a tick. Where the destination only looks like a known one, a part of it is missing,
    to be typed from what the payee sent. `new`: why it is shown again."""
    alike, asks = scene.look_alike is not None, questions(payout, scene)
    hint = "Everybody in the channel and the requester read this, and it stays on record"
    comment = _field(REASON, "Your comment", _reason(""), hint)
    blocks = [
        *([paragraphs([["⚠️ ", bold(new)]])] if new else []),
        _at_stake(payout, scene),
        *([_missing_group()] if alike else []),
        *(block for question in asks for block in _to_tick(question)),
        comment | ({} if scene.comment else {"optional": True}),
    ]
    what = f"{'Review' if alike or asks else 'Approve'} payout {payout.number}"
    return _modal(APPROVAL, what, "Approve payout", blocks, carried.text())


def _to_tick(question: Question) -> list[Json]:
    """The warning with its evidence, and the tick, which Slack wants too."""
    warned = question.warned
    said = rich_text(section(["⚠️ ", bold(warned.headline), " ", *warned.advice]))
    boxes = {"type": "checkboxes", "options": [_option(question.key, question.tick)]}
    return [said, _field(question.key, "Your answer", boxes)]


def answers(values: Mapping[str, str]) -> Answers:
    """What the form's values say about the warnings: every field but two is one of them."""
    ticks = {key: value for key, value in values.items() if key not in (REASON, TYPED)}
    ticked = frozenset(key for key, value in ticks.items() if value == key)
    return Answers(frozenset(ticks), ticked, values.get(TYPED))


def _at_stake(payout: Payout, scene: Scene) -> Json:
    """What a yes is about, and what speaks against it; the form covers the card."""
    content, found = payout.content, warnings(payout, scene)
    asked = [question.warned for question in questions(payout, scene)]
    worth = f", {value(payout)}" if value(payout) else ""
    return rich_text(
        section([bold("Amount"), f" {title(payout, scene)}{worth}"]),
        *_where(payout, scene, found),
        *([section([bold("Memo"), " ", Code(content.memo)])] if content.memo else []),
        section([bold("For"), " ", Said(content.reason)]),
        *_also([one for one in found if one not in asked]),
        section([after_approval(payout, scene)]),
    )


def _where(payout: Payout, scene: Scene, found: list[Warned]) -> list[Json]:
    """The destination, whole; but of a look-alike, whose group is then read here instead of in the
    invoice."""
    likeness = found[0].likeness if found else None
    if likeness is None:
        shown = in_groups(payout, scene)
        return [section([bold(f"To {target(payout)}")]), preformatted(shown)]
    warned: Sentence = ["⚠️ ", bold(found[0].headline), " ", *found[0].advice]
    return [section(warned), preformatted(*aligned(likeness))]


def _also(found: list[Warned]) -> list[Json]:
    lines = [one.sentence for one in found if one.likeness is None]
    return [bullets(lines)] if lines else []


def _missing_group() -> Json:
    hint = "The characters behind the dots. Without an invoice, ask the payee; do not guess"
    label = "Type the missing group from the invoice, not from Slack"
    return _field(TYPED, label, _text("", _LONGEST_GROUP), hint)


@ours()
def comment(values: Mapping[str, str]) -> str:
    """What the form's values say about an approval; "" where nothing. Raises Unreadable where it
    cannot be read."""
    return read_reason(values[REASON]) if values[REASON].strip() else ""


def rejection(carried: ButtonValue) -> Json:
    """The form that asks for the reason of a rejection."""
    number = carried.payout
    hint = "Everybody in the channel and the requester read this. Nothing is sent."
    blocks = [_field(REASON, "Why do you reject it?", _reason(""), hint)]
    return _modal(REJECTION, f"Reject payout {number}", "Reject payout", blocks, carried.text())


def resolution(payout: Payout, carried: ButtonValue) -> Json:
    """The form that takes down what CCPayment's dashboard shows of a payout in doubt."""
    hint = "Look through the whole time since; a withdrawal may appear late"
    blocks = [
        paragraphs(_to_look_for(payout)),
        _field(FINDING, "What do you see?", _radio(_FINDINGS), hint),
        _field(
            ORDER_ID,
            "Its order_id, where it is shown",
            _text("", _LONGEST_ORDER_ID),
            "Copy it from the dashboard",
        )
        | {"optional": True},
    ]
    return _modal(RESOLUTION, f"Resolve payout {payout.number}", "Record", blocks, carried.text())


def _to_look_for(payout: Payout) -> list[Sentence]:
    content = payout.content
    went = [from_seconds(attempt.timestamp) for attempt in payout.attempts]
    since = min([*went, *([payout.restored_at] if payout.restored_at else [])], default=None)
    sought: list[Sentence] = [
        ["Find this withdrawal in CCPayment's dashboard. The first of these decides:"],
        [bold("Merchant order id"), " ", Code(payout.reference)],
        [bold("Amount"), f" {amount(payout)}"],
        [bold("To"), " ", Code(content.destination)],
    ]
    return [*sought, [bold("Not before"), " ", When(since)]] if since else sought


@ours()
def order_id(values: Mapping[str, str]) -> str | None:
    """What the form's values say: the order_id that the dashboard shows, or None where it shows no
    such withdrawal. Raises Unreadable where they say neither, or both."""
    shown, copied = values[FINDING], values[ORDER_ID].strip()
    no_key_in(ORDER_ID, copied)
    if shown not in _FINDINGS:
        raise Unreadable(FINDING, "", "Choose what you see.")
    if shown == "not_shown":
        if copied:
            sentence = "Leave this empty where the dashboard does not show it."
            raise Unreadable(ORDER_ID, copied, sentence)
        return None
    if not re.fullmatch(r"[!-~]+", copied):
        sentence = "Copy the order_id as the dashboard shows it: letters and digits, no spaces."
        raise Unreadable(ORDER_ID, copied, sentence)
    return copied


def conclusion(payout: Payout, carried: ButtonValue) -> Json:
    """The form that takes down how a payout ended that CCPayment took, as its dashboard shows."""
    hint = "Where it is still under way there, wait, and close this form"
    order: list[Sentence] = [[bold("order_id"), " ", Code(payout.order_id or "not named")]]
    blocks = [
        paragraphs([*_to_look_for(payout), *order]),
        _field(FINDING, "What does CCPayment's dashboard show?", _radio(_ENDS), hint),
    ]
    return _modal(CONCLUSION, f"Resolve payout {payout.number}", "Record", blocks, carried.text())


def ended(values: Mapping[str, str]) -> Ended:
    """What the form's values say. Raises Unreadable where they say nothing."""
    try:
        return Ended(values[FINDING])
    except ValueError:
        raise Unreadable(FINDING, "", "Choose what you see.") from None


def again(said: Message, wish: Wanted, place: Place) -> Json:
    """`said`, in the form's place, that the same was asked for already; submitting it asks for it
    anyway."""
    metadata = _metadata(place, wish)
    return _modal(AGAIN, "Ask again?", "Ask again anyway", _told(said), metadata)


def notice(said: Message) -> Json:
    """`said`, in a form's place: there is nothing left to submit."""
    return {
        "type": "modal",
        "title": plain_text("Countersign", _TITLE),
        "close": plain_text("Close", _TITLE),
        "blocks": _told(said),
    }


def _told(said: Message) -> list[Json]:
    """Without buttons: in a form there is no place that the answer to a press could go to."""
    return [block for block in said.blocks if block["type"] != "actions"]


# What forms and buttons carry.


def carried(wish: Wanted) -> str:
    """A wish that could be read, as a button carries it. One that is too long, as only an invoice
    can make it, goes without its destination: half of one is none."""
    whole = _compact(asdict(wish))
    short = replace(wish, destination="")
    return whole if _fits(whole, VALUE) else _compact(asdict(short))


@ours()
def read_carried(text: str) -> Wanted:
    """What `carried` wrote. Raises Stale for anything else."""
    match flat := json.loads(text):
        case {
            "amount": str(),
            "coin": str(),
            "network": str() | None,
            "destination": str(),
            "memo": str() | None,
            "reason": str(),
        }:
            payer = flat["fee_payer"] and FeePayer(flat["fee_payer"])
            return Wanted(**flat | {"kind": Kind(flat["kind"]), "fee_payer": payer})
    raise ValueError("not a wish")


@ours()
def place(metadata: str) -> Place:
    """Where the form was opened. Raises Stale."""
    match json.loads(metadata):
        case {"channel": str(channel), "thread": str() | None as thread}:
            return Place(channel, thread)
    raise ValueError("not a place")


@ours()
def wanted_again(metadata: str) -> Wanted:
    """The wish that the form `again` holds. Raises Stale."""
    return read_carried(_compact(json.loads(metadata)["wanted"]))


def _metadata(place: Place, wish: Wanted | None = None) -> str:
    held = {"wanted": json.loads(carried(wish))} if wish else {}
    return _compact(asdict(place) | held)


def _compact(flat: Json) -> str:
    return json.dumps(flat, ensure_ascii=False, separators=(",", ":"))


def _fits(text: str, most: int) -> bool:
    return clipped(text, most) == text


# Elements.


def _modal(callback: str, title: str, submit: str, blocks: list[Json], metadata: str) -> Json:
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain_text(title, _TITLE),
        "submit": plain_text(submit, _TITLE),
        "close": plain_text("Close", _TITLE),
        "private_metadata": metadata,
        "blocks": blocks,
    }


def _field(name: str, label: str, element: Json, hint: str = "") -> Json:
    drawn = {
        "type": "input",
        "block_id": name,
        "label": plain_text(label),
        "element": element | {"action_id": name},
    }
    return drawn | ({"hint": plain_text(hint, _HINT)} if hint else {})


def _text(known: str, most: int) -> Json:
    """One line; what is too long to be whole is left out, since half of it would be wrong."""
    element: Json = {"type": "plain_text_input", "max_length": most}
    return element | ({"initial_value": known} if known and _fits(known, most) else {})


def _reason(known: str) -> Json:
    element = _text(clipped(known, LONGEST_REASON), LONGEST_REASON)
    return element | {"min_length": SHORTEST_REASON, "multiline": True}


def _search(chosen: Json | None) -> Json:
    element: Json = {"type": "external_select", "min_query_length": 0}
    return element | ({"initial_option": chosen} if chosen else {})


def _fee_payers(known: FeePayer) -> Json:
    return {**_radio(_FEE_PAYERS), "initial_option": _option(known, _FEE_PAYERS[known])}


def _radio(choices: Mapping[Any, str]) -> Json:
    options = [_option(value, words) for value, words in choices.items()]
    return {"type": "radio_buttons", "options": options}


def _option(value: str, words: str) -> Json:
    return {"text": plain_text(words), "value": str(value)}
