"""The card: what it says in each state, and that nobody can make it say anything else."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.cautions import History, cautions, known
from approvals.content import FeePayer
from approvals.destination import tidy
from approvals.errors import Stale
from approvals.followup import OWNER_REJECTED
from approvals.payout import Actor, Attempt, Kind, Payout, State, Wish
from bot.blocks import unfolded
from bot.buttons import Act, ButtonValue
from bot.cards import Message, Scene, channel_card, requester_copy
from bot.telling import absences
from bot.texts import escaped
from sandbox.slack.limits import problems_with_message
from tests.build import CWALLET, DANA, ELI, LIGHTNING, MINUTE, NOON, payout, story, then
from tests.seen import buttons, marked, words

SCENE = Scene((DANA.id, ELI.id), "C0PAYOUTS01", network="TRC20", next_look=NOON + 9 * MINUTE)
HOSTILE = (
    "*bold* _it_ ~no~ `code` <!channel> <@U0DANA00001> &amp; http://evil.example/a evil.example\n"
    "Memo: 1\r\n> quoted\u202egnp.exe\u2066\u200f :tada: #general @here\x00 \ud800 {U0DANA00001}"
)


def after(before: Payout, *kinds: Kind) -> Payout:
    """The payout to which all this happened next, in the usual way."""
    for kind in kinds:
        before = then(before, kind)
    return before


SENDING = payout(State.SENDING)
DOUBTED = then(SENDING, Kind.DOUBTED)
ABSENT = then(then(DOUBTED, Kind.LOOKED_UP, absent=1), Kind.ABSENT)
CHOOSING = replace(SCENE, choices=(Wish.AGAIN, Wish.CLOSE), absences=3)
CLOSING = replace(SCENE, choices=(Wish.CLOSE,), absences=2)
RESOLVING = replace(SCENE, choices=(Wish.RESOLVE,))
FROZEN = replace(SCENE, frozen="Dana froze it")
TWICE = after(ABSENT, Kind.AGAIN_ASKED, Kind.CLAIMED)
EXPLORER = "https://explorer.example/tx/%s?a=1&b=2"
LINKED = replace(SCENE, explorer=EXPLORER)
TXID = "f3a9" * 16
UNNAMED = then(SENDING, Kind.SENT, network_fee=None, fee_coin=None)
WAITING = then(UNNAMED, Kind.LEARNED, status="WaitingApproval", progress="waiting", txid=None)
TOO_LOW = "The CCPayment balance is too low. Top it up, then ask again."
BEFORE = "CCPayment saw this request before"
SCENES: dict[str, Scene] = {
    "needs a choice": CHOOSING,
    "needs a choice, its approval ended": CLOSING,
    "needs a choice, without an approval": CLOSING,
    "needs a choice, tried three times": CLOSING,
    "needs somebody to look": RESOLVING,
    "sent, needs somebody to look": RESOLVING,
    "declined, needs somebody to look": RESOLVING,
    "to be sent again, needs somebody to look": RESOLVING,
    "to be closed, needs somebody to look": RESOLVING,
    "settled": LINKED,
    "expired, partly approved": replace(SCENE, agreed=True),
    "expired, reopened": replace(SCENE, agreed=True),
}
"""In which scene a shade is drawn, where it is not the usual one."""
SHADES: dict[str, Payout] = {
    **{state.value: payout(state) for state in State},
    "Cwallet ID": payout(**CWALLET),
    "Cwallet e-mail": payout(**CWALLET | {"destination": "ana@example.com", "cwallet_name": None}),
    "Lightning": payout(**LIGHTNING),
    "unchecked, with memo": payout(checked=0, chain="ETH", memo="0012345"),
    "estimated": then(payout(), Kind.ESTIMATED),
    "balance too low": then(payout(checked=0), Kind.ESTIMATED, balance="1"),
    "delayed": then(payout(State.APPROVED), Kind.DELAYED),
    "unsent": then(SENDING, Kind.UNSENT),
    "declined": then(SENDING, Kind.DECLINED),
    "in doubt": DOUBTED,
    "in doubt, looked up": then(DOUBTED, Kind.LOOKED_UP),
    "in doubt, looked up twice": after(DOUBTED, Kind.LOOKED_UP, Kind.LOOKED_UP),
    "absent once": then(DOUBTED, Kind.LOOKED_UP, absent=1),
    "needs a choice": ABSENT,
    "needs a choice, its approval ended": ABSENT,
    "needs a choice, without an approval": after(payout(), Kind.RESTORED, Kind.ABSENT),
    "needs a choice, tried three times": after(
        *(TWICE, Kind.UNSENT, Kind.CLAIMED, Kind.DOUBTED, Kind.ABSENT)
    ),
    "needs somebody to look": then(DOUBTED, Kind.LOOKED_UP),
    "to be sent again, needs somebody to look": after(*(ABSENT, Kind.AGAIN_ASKED, Kind.DELAYED)),
    "to be closed, needs somebody to look": then(ABSENT, Kind.CLOSE_ASKED),
    "declined, needs somebody to look": after(SENDING, Kind.DECLINED, Kind.LOOKED_UP),
    "declined, looked up": after(SENDING, Kind.DECLINED, Kind.LOOKED_UP),
    "to be sent again": then(ABSENT, Kind.AGAIN_ASKED),
    "to be sent again, waits": after(ABSENT, Kind.AGAIN_ASKED, Kind.DELAYED),
    "to be closed": then(ABSENT, Kind.CLOSE_ASKED),
    "sent again": TWICE,
    "sent again, did not leave": then(TWICE, Kind.UNSENT),
    "sent again, in doubt": then(TWICE, Kind.DOUBTED),
    "unsent, waits": after(SENDING, Kind.UNSENT, Kind.DELAYED),
    "restored": then(payout(State.APPROVED), Kind.RESTORED),
    "restored in doubt": then(DOUBTED, Kind.RESTORED),
    "restored, found": after(payout(), Kind.RESTORED, Kind.SENT),
    "found by hand": then(DOUBTED, Kind.SENT, DANA, order_id="2023", network_fee=None),
    "closed": then(
        *(then(ABSENT, Kind.CLOSE_ASKED), Kind.FAILED, DANA),
        because="CCPayment knows no such reference.",
    ),
    "closed by hand": then(
        *(DOUBTED, Kind.FAILED, DANA),
        because="CCPayment's dashboard shows no such withdrawal.",
    ),
    "closed, then found": then(
        *(then(DOUBTED, Kind.FAILED, DANA, because="Gone."), Kind.LEARNED), order_id="2023"
    ),
    "second attempt": then(then(SENDING, Kind.UNSENT), Kind.CLAIMED),
    "failed after it was sent": then(payout(State.SENT), Kind.FAILED, because="chain halted"),
    "sent, needs somebody to look": payout(State.SENT),
    "settled by hand": then(payout(State.SENT), Kind.SETTLED, DANA),
    "failed by hand": then(
        payout(State.SENT), Kind.FAILED, DANA, because="CCPayment's dashboard shows that it failed."
    ),
    "stopped by the last check": then(
        payout(State.APPROVED), Kind.FAILED, because="The coin changed. Nothing was sent."
    ),
    "rejected after approval": then(payout(State.APPROVED), Kind.REJECTED),
    "expired, partly approved": after(payout(quorum=2), Kind.AGREED, Kind.EXPIRED),
    "expired, reopened": after(payout(), Kind.APPROVED, Kind.REOPENED, Kind.EXPIRED),
    "expired after approval": then(payout(State.APPROVED), Kind.EXPIRED),
    "adopted": then(then(payout(State.APPROVED), Kind.ADOPTED), Kind.SENT),
    "sent, its fee not named": UNNAMED,
    "waits for the owner": WAITING,
    "goes on after the owner": then(WAITING, Kind.LEARNED, progress="processing"),
    "stopped by the owner": then(
        WAITING, Kind.FAILED, because=f"{OWNER_REJECTED}: too much", progress="rejected"
    ),
    "stopped by the owner, without a word": then(
        WAITING, Kind.FAILED, because=OWNER_REJECTED, progress="rejected"
    ),
    "declined, explained": then(SENDING, Kind.DECLINED, meaning=TOO_LOW),
    "failed, explained": after(then(SENDING, Kind.DECLINED, meaning=TOO_LOW), Kind.FAILED),
    "in doubt, explained": then(SENDING, Kind.DOUBTED, meaning=BEFORE),
    "declined, explained, then in doubt": then(
        then(SENDING, Kind.DECLINED, meaning=TOO_LOW), Kind.RESTORED
    ),
}
"""A payout in every state, and every shade of it that a card draws."""


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every element of a message that says what type it is."""
    if isinstance(value, dict) and "type" in value:
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from parts(inner)


def looked_up(drawn: Payout, history: History | None = None) -> Scene:
    """The scene with what is known of other payouts: by itself that there are none."""
    past = history or History()
    return replace(SCENE, cautions=cautions(drawn, past), known=known(drawn, past))


def said(drawn: Payout, scene: Scene = SCENE) -> str:
    return words(channel_card(drawn, scene).blocks)


def state_line(drawn: Payout, scene: Scene = SCENE) -> str:
    return said(drawn, scene).splitlines()[1]


def scene_of(shade: str) -> Scene:
    return SCENES.get(shade, SCENE)


def complaints(message: Message) -> list[str]:
    return problems_with_message({"text": message.text, "blocks": message.blocks})


@pytest.mark.parametrize("shade", SHADES)
def test_slack_takes_every_card(shade: str) -> None:
    """Slack accepts both cards of a payout in every state, frozen or not."""
    for scene in (scene_of(shade), replace(scene_of(shade), frozen="Dana froze it")):
        assert complaints(channel_card(SHADES[shade], scene)) == []
        assert complaints(requester_copy(SHADES[shade], scene)) == []


@pytest.mark.parametrize("state", State)
def test_slack_takes_a_card_of_which_nothing_is_known(state: State) -> None:
    """Without a price, a fee and approvals there are no figures, and no empty block for them."""
    bare = replace(payout(state), approvals=(), value=None, priced_at=None, order_id=None)
    bare = replace(bare, network_fee=None, estimated_fee=None, txid=None)
    assert complaints(channel_card(bare, SCENE)) == []
    assert complaints(requester_copy(bare, SCENE)) == []


NEXT = "Next look-up 2026-11-22 10:12 UTC."
WENT = 'The request went out once; no clear answer came: "service error" (224066).'
TWICE_LOOKED = f"Looked up 2 times, last 2026-11-22 10:08 UTC: {ABSENT.look_said}."
PUT_BACK = "An old copy of the ledger was put back 2026-11-22"
LOOK_FIRST = "Look for the amount in the CCPayment balance before asking again."
STOPPED = (
    "Failed 2026-11-22 10:08 UTC. CCPayment took it 2026-11-22 10:06 UTC; "
    "the account's owner rejected it in CCPayment's dashboard"
)
OWNER_FIRST = (
    "CCPayment does not say whether the amount is back in the balance. "
    "Talk to the owner before asking again."
)
STATE_LINES = f"""
requested | Waits for 1 approval by @{DANA.id} or @{ELI.id}, until 2026-11-23 10:03 UTC.
approved | Approved by @{DANA.id}. It goes to CCPayment next.
delayed | Approved by @{DANA.id}. Not sent yet. CCPayment does not answer. \
It is tried again until 2026-11-23 10:04 UTC.
sending | Approved by @{DANA.id}. It is going out now.
unsent | Not sent yet. No connection to CCPayment came about (connection refused), \
so nothing has left. It is tried again. {NEXT}
declined | CCPayment declined it: "balance too low" (14000). \
It is asked once more whether it knows the payout; then this is final. {NEXT}
in doubt | Checking with CCPayment since 2026-11-22 10:06 UTC. The request went out once; \
no clear answer came: "service error" (224066). It is not sent again meanwhile. {NEXT}
in doubt, looked up | Checking with CCPayment since 2026-11-22 10:06 UTC. {WENT} \
It is not sent again meanwhile. \
Looked up once, 2026-11-22 10:07 UTC: CCPayment knows no such reference. {NEXT}
in doubt, looked up twice | Checking with CCPayment since 2026-11-22 10:06 UTC. {WENT} \
It is not sent again meanwhile. \
Looked up 2 times, last 2026-11-22 10:08 UTC: CCPayment knows no such reference. {NEXT}
absent once | Checking with CCPayment since 2026-11-22 10:06 UTC. {WENT} \
It is not sent again meanwhile. Looked up once, 2026-11-22 10:07 UTC: \
CCPayment knows no such reference. A second look-up must agree. {NEXT}
needs a choice | Needs an approver. CCPayment was asked 3 times after the request had expired \
and knows no such reference. {WENT} {TWICE_LOOKED} {NEXT}
needs a choice, its approval ended | Needs an approver. CCPayment was asked 2 times after the \
request had expired and knows no such reference. It cannot be sent again: its approval has ended. \
{WENT} {TWICE_LOOKED} {NEXT}
needs somebody to look | Needs an approver. For over an hour CCPayment has not said whether it \
took this. Look in CCPayment's dashboard, then press "Resolve by hand…" on the card. {WENT} \
Looked up once, 2026-11-22 10:07 UTC: CCPayment knows no such reference. {NEXT}
declined, needs somebody to look | Needs an approver. For over an hour CCPayment has not said \
whether it took this. Look in CCPayment's dashboard, then press "Resolve by hand…" on the card. \
The request went out once; CCPayment declined it: "balance too low" (14000). \
Looked up once, 2026-11-22 10:07 UTC: CCPayment knows no such reference. {NEXT}
declined, looked up | CCPayment declined it: "balance too low" (14000). \
It is asked once more whether it knows the payout; then this is final. \
Looked up once, 2026-11-22 10:07 UTC: CCPayment knows no such reference. {NEXT}
to be sent again | @{DANA.id} asked to send it again; CCPayment is asked once more first. \
{WENT} {TWICE_LOOKED} {NEXT}
to be sent again, waits | @{DANA.id} asked to send it again; CCPayment is asked once more first. \
Not sent yet. CCPayment does not answer. It is tried again until 2026-11-23 10:04 UTC. \
{WENT} {TWICE_LOOKED} {NEXT}
to be sent again, needs somebody to look | Needs an approver. @{DANA.id} asked to send it again; \
CCPayment is asked once more first. Not sent yet. CCPayment does not answer. \
It is tried again until 2026-11-23 10:04 UTC. For over an hour that could not be done. \
Look in CCPayment's dashboard, then press "Resolve by hand…" on the card. \
{WENT} {TWICE_LOOKED} {NEXT}
to be closed, needs somebody to look | Needs an approver. \
@{DANA.id} asked to close it as not sent; CCPayment is asked once more first. \
For over an hour that could not be done. \
Look in CCPayment's dashboard, then press "Resolve by hand…" on the card. \
{WENT} {TWICE_LOOKED} {NEXT}
to be closed | @{DANA.id} asked to close it as not sent; CCPayment is asked once more first. \
{WENT} {TWICE_LOOKED} {NEXT}
sent again | Approved by @{DANA.id}. It is going out now.
sent again, did not leave | Checking with CCPayment since 2026-11-22 10:11 UTC. {WENT} \
It is not sent again meanwhile. {NEXT}
sent again, in doubt | Checking with CCPayment since 2026-11-22 10:11 UTC. \
The request went out 2 times; no clear answer came: "service error" (224066). \
It is not sent again meanwhile. {NEXT}
needs a choice, tried three times | Needs an approver. CCPayment was asked 2 times after the \
request had expired and knows no such reference. It cannot be sent again: it was tried 3 times. \
The request went out 2 times; no clear answer came: "service error" (224066). \
Looked up once, 2026-11-22 10:14 UTC: {ABSENT.look_said}. {NEXT}
unsent, waits | Not sent yet. No connection to CCPayment came about (connection refused), \
so nothing has left. CCPayment does not answer. It is tried again. {NEXT}
restored | Checking with CCPayment since 2026-11-22 10:05 UTC. {PUT_BACK} 10:05 UTC; \
CCPayment is asked whether this was sent. It is not sent again meanwhile. {NEXT}
restored in doubt | Checking with CCPayment since 2026-11-22 10:07 UTC. {PUT_BACK} 10:07 UTC; \
CCPayment is asked whether this was sent. {WENT} It is not sent again meanwhile. {NEXT}
needs a choice, without an approval | Needs an approver. CCPayment was asked 2 times after the \
request had expired and knows no such reference. \
It cannot be sent again: no approval is on record here. {PUT_BACK} 10:04 UTC; \
CCPayment is asked whether this was sent. \
Looked up once, 2026-11-22 10:05 UTC: {ABSENT.look_said}. {NEXT}
restored, found | No approval is on record here. Sent to CCPayment 2026-11-22 10:05 UTC. \
Waiting for the chain.
found by hand | Approved by @{DANA.id}. Found in CCPayment's dashboard by @{DANA.id} \
2026-11-22 10:07 UTC. Waiting for the chain.
closed | Closed by @{DANA.id} 2026-11-22 10:10 UTC. CCPayment knows no such reference. \
CCPayment is asked about it until 2026-11-29 10:10 UTC. {LOOK_FIRST}
closed by hand | Closed by @{DANA.id} 2026-11-22 10:07 UTC. \
CCPayment's dashboard shows no such withdrawal. \
CCPayment is asked about it until 2026-11-29 10:07 UTC. {LOOK_FIRST}
closed, then found | Closed by @{DANA.id} 2026-11-22 10:07 UTC. Gone. \
CCPayment has it all the same, as order 2023. {LOOK_FIRST}
sent | Approved by @{DANA.id}. Sent to CCPayment 2026-11-22 10:06 UTC. Waiting for the chain.
settled | Settled 2026-11-22 10:07 UTC. CCPayment reports success. Approved by @{DANA.id}.
sent, needs somebody to look | Needs an approver. For hours CCPayment has not said what became of \
this. Look in CCPayment's dashboard, then press "Resolve by hand…" on the card. \
Approved by @{DANA.id}. Sent to CCPayment 2026-11-22 10:06 UTC.
settled by hand | Settled by @{DANA.id} 2026-11-22 10:07 UTC. CCPayment's dashboard shows that it \
was paid. Approved by @{DANA.id}.
failed by hand | Failed by @{DANA.id} 2026-11-22 10:07 UTC. CCPayment took it \
2026-11-22 10:06 UTC. CCPayment's dashboard shows that it failed. {LOOK_FIRST}
failed | Failed 2026-11-22 10:07 UTC. CCPayment declined it: "balance too low" (14000). \
Nothing was sent.
stopped by the last check | Failed 2026-11-22 10:05 UTC. The coin changed. Nothing was sent.
failed after it was sent | Failed 2026-11-22 10:07 UTC. CCPayment took it 2026-11-22 10:06 UTC \
and reports failure: chain halted. Look for the amount in the CCPayment balance before asking again.
sent, its fee not named | Approved by @{DANA.id}. Sent to CCPayment 2026-11-22 10:06 UTC. \
Waiting for the chain.
waits for the owner | Waits for the account owner's approval in CCPayment's dashboard since \
2026-11-22 10:07 UTC. Nothing is paid out before that; ask the owner to decide there. \
Approved by @{DANA.id}. Sent to CCPayment 2026-11-22 10:06 UTC.
goes on after the owner | Approved by @{DANA.id}. Sent to CCPayment 2026-11-22 10:06 UTC. \
Waiting for the chain.
stopped by the owner | {STOPPED}: too much. {OWNER_FIRST}
stopped by the owner, without a word | {STOPPED}. {OWNER_FIRST}
declined, explained | CCPayment declined it: "balance too low" (14000). {TOO_LOW} \
It is asked once more whether it knows the payout; then this is final. {NEXT}
failed, explained | Failed 2026-11-22 10:07 UTC. CCPayment declined it: "balance too low" (14000). \
{TOO_LOW} Nothing was sent.
in doubt, explained | Checking with CCPayment since 2026-11-22 10:06 UTC. {WENT} {BEFORE}. \
It is not sent again meanwhile. {NEXT}
declined, explained, then in doubt | Checking with CCPayment since 2026-11-22 10:07 UTC. \
{PUT_BACK} 10:07 UTC; CCPayment is asked whether this was sent. \
The request went out once; CCPayment declined it: "balance too low" (14000). \
It is not sent again meanwhile. {NEXT}
rejected | Rejected by @{DANA.id} 2026-11-22 10:04 UTC. "Already paid in October." \
Nothing was sent.
cancelled | Cancelled by @U0RITA00001 2026-11-22 10:04 UTC. Nothing was sent.
expired | Expired 2026-11-22 10:04 UTC. Nobody decided within 24 h. Nothing was sent.
expired, partly approved | Expired 2026-11-22 10:05 UTC. Too few approved in time. Nothing was sent.
expired, reopened | Expired 2026-11-22 10:06 UTC. Too few approved in time. Nothing was sent.
expired after approval | Expired 2026-11-22 10:05 UTC. \
It could not be sent within 24 h of its approval. Nothing was sent.
"""


@pytest.mark.parametrize("told", STATE_LINES.strip().splitlines())
def test_the_state_line_says_what_is_so(told: str) -> None:
    """The state line says how it stands, what follows, and whether anything was sent; the
    top-level text says the same."""
    shade, sentence = told.split(" | ")
    assert state_line(SHADES[shade], scene_of(shade)) == sentence
    spoken = re.sub(r"@(U\w+)", r"<@\1>", sentence).replace("order 2023", "order `2023`")
    assert f"Payout 42: {spoken}" in channel_card(SHADES[shade], scene_of(shade)).text


def test_every_shade_has_its_sentence() -> None:
    """No way that a payout can stand is left without a sentence here."""
    told = {line.partition(" | ")[0] for line in STATE_LINES.strip().splitlines()}
    assert {shade for shade in SHADES if shade not in told} == {
        *("Cwallet ID", "Cwallet e-mail", "Lightning", "unchecked, with memo", "estimated"),
        *("balance too low", "second attempt", "rejected after approval", "adopted"),
    }


@pytest.mark.parametrize("shade", SHADES)
def test_a_freeze_is_loud_on_every_open_card(shade: str) -> None:
    """While sending is frozen, every card that is not over says so and why, and decides on; what is
    over says nothing of it."""
    drawn, scene = SHADES[shade], replace(scene_of(shade), frozen="Dana froze it")
    message = channel_card(drawn, scene)
    told = "Sending is frozen: Dana froze it."
    assert (words(message.blocks).count(told) == 1) == (not drawn.state.final)
    assert (message.text.count(told) == 1) == (not drawn.state.final)
    assert (
        buttons(message.blocks).keys()
        == buttons(channel_card(drawn, scene_of(shade)).blocks).keys()
    )


def test_a_freeze_is_said_once() -> None:
    """Where the freeze is what keeps a payout waiting, the card says it once, loudly."""
    waits = then(payout(State.APPROVED), Kind.DELAYED, why="Sending is frozen: Dana froze it.")
    assert said(waits, FROZEN).splitlines()[1:3] == [
        f"Approved by @{DANA.id}. Not sent yet. It is tried again until 2026-11-23 10:04 UTC.",
        "⚠️ Sending is frozen: Dana froze it. It can be decided meanwhile.",
    ]
    under_way = said(DOUBTED, FROZEN).splitlines()[2]
    assert under_way == "⚠️ Sending is frozen: Dana froze it. What is on its way is followed."


@pytest.mark.parametrize(
    ("scene", "offered"),
    [
        (SCENE, []),
        (CHOOSING, ["Send again", "Close, nothing was sent"]),
        (CLOSING, ["Close, nothing was sent"]),
        (RESOLVING, ["Resolve by hand…"]),
    ],
)
def test_a_doubt_offers_what_may_be_chosen(scene: Scene, offered: list[str]) -> None:
    """The channel's card offers exactly the choices there are; the requester's copy none."""
    assert list(buttons(channel_card(ABSENT, scene).blocks)) == offered
    assert buttons(requester_copy(ABSENT, scene).blocks) == {}


def test_choosing_is_confirmed() -> None:
    """The dialogs repeat amount and destination and say that CCPayment is looked up first."""
    drawn = buttons(channel_card(ABSENT, CHOOSING).blocks)
    what = (
        "250 USDT on TRX (TRC20), about 250.00 USD, to TJRa bPrw bZy4 5sba vfcj inPJ C18k jpRT v8."
    )
    dialogs = {
        "Send again": (
            "Send payout 42 again",
            "CCPayment is looked up once more first; after that it cannot be called back.",
        ),
        "Close, nothing was sent": (
            "Close payout 42",
            "CCPayment is looked up once more first; then it is over, as not sent.",
        ),
    }
    for words_on_it, (act, follows) in dialogs.items():
        dialog = {part: text["text"] for part, text in drawn[words_on_it]["confirm"].items()}
        assert dialog == {
            "title": f"{act}?",
            "text": f"{what} {follows}",
            "confirm": act,
            "deny": "Back",
        }
        read = ButtonValue.read(drawn[words_on_it]["value"])
        assert (read.payout, read.digest, read.act) == (42, ABSENT.digest, None)


def test_absences_count_from_the_last_attempt() -> None:
    """Only look-ups that counted are counted, and only those since the last request."""
    _, record = story(*(Kind.APPROVED, Kind.CLAIMED, Kind.DOUBTED, Kind.LOOKED_UP, Kind.ABSENT))
    assert absences(record) == 1
    again = (Kind.APPROVED, Kind.CLAIMED, Kind.DOUBTED, Kind.ABSENT, Kind.AGAIN_ASKED, Kind.CLAIMED)
    assert absences(story(*again)[1]) == 0
    assert absences(story(Kind.RESTORED, Kind.ABSENT)[1]) == 1


def test_the_text_stands_alone() -> None:
    """Who hears only the top-level text hears who, how much, what for, until when, where to, the
    fee, and every warning."""
    drawn = then(payout(checked=0), Kind.ESTIMATED, balance="100")
    assert channel_card(drawn, looked_up(drawn)).text == (
        'Rita asks for 250 USDT on TRX (TRC20), about 250.00 USD, for "Invoice 1043". Payout 42: '
        "Waits for 1 approval by <@U0DANA00001> or <@U0ELI000001>, until 2026-11-23 10:03 UTC. "
        "To `TJRabPrwbZy45sbavfcjinPJC18kjpRTv8`, no memo, network fee about 1.5 USDT, taken from "
        "the amount. First payment to this TRX address. Ask the payee to confirm it, over a "
        "channel that you trust already. A typing error in this address would go unseen. Compare "
        "every character with what the payee gave. The CCPayment balance is too low. It holds "
        "100 USDT; this takes 250 USDT. Top it up first."
    )


def order(drawn: Payout, scene: Scene = SCENE) -> list[str]:
    return [block["type"] for block in channel_card(drawn, scene).blocks]


def test_a_card_has_its_order() -> None:
    """What and how it stands come first, then the warning, the destination, the buttons; figures
    and small print are folded below them, with what speaks for it where something speaks against
    it."""
    warned = then(payout(), Kind.ESTIMATED, balance="1")
    assert order(warned) == ["header", *["rich_text"] * 3, "actions", "container"]
    assert order(payout()) == ["header", *["rich_text"] * 2, "context", "actions", "container"]
    folded = channel_card(warned, SCENE).blocks[-1]
    assert [block["type"] for block in folded["child_blocks"]] == ["context", "section", "context"]


def test_figures_fold_while_there_is_something_to_press() -> None:
    """Folded, their line still tells the value and the fee; once a card has no button, nothing is
    folded any more."""
    drawn = then(payout(), Kind.ESTIMATED)
    for card in (channel_card(drawn, SCENE), requester_copy(drawn, SCENE)):
        folded = card.blocks[-1]
        assert (folded["is_collapsible"], folded["default_collapsed"]) == (True, True)
        assert folded["title"]["text"] == (
            "Details · about 250.00 USD · network fee about 1.5 USDT, taken from the amount"
        )
    assert order(payout(State.SETTLED)) == ["header", *["rich_text"] * 2, "section", "context"]


@pytest.mark.parametrize("state", list(State))
def test_a_card_without_any_figure_has_no_place_for_them(state: State) -> None:
    """Where nothing is known of value, fee, balance or limit, Slack takes the card all the same."""
    bare = replace(payout(state), value=None, priced_at=None, approvals=(), estimated_fee=None)
    assert complaints(channel_card(bare, SCENE)) == []
    assert complaints(requester_copy(bare, SCENE)) == []


def test_nothing_is_lost_where_slack_knows_no_folds() -> None:
    """Drawn without folds, a card says the same in the same order, and all its ids are its own."""
    card = channel_card(then(payout(), Kind.ESTIMATED, balance="1"), SCENE)
    plain = unfolded(card)
    folds = [block["title"]["text"] for block in card.blocks if block["type"] == "container"]
    (fold,) = folds
    assert words(plain.blocks) == words(card.blocks).replace(f"{fold}\n", "")
    assert plain.text == card.text
    assert len({block["block_id"] for block in plain.blocks}) == len(plain.blocks)
    assert complaints(plain) == []


@pytest.mark.parametrize("variant", [{}, CWALLET, LIGHTNING, {"memo": "0012345"}])
def test_destination_and_memo_are_complete(variant: dict[str, Any]) -> None:
    """Card and text show destination and memo whole, as they are sent."""
    content, message = payout(**variant).content, channel_card(payout(**variant), SCENE)
    lines = words(message.blocks).splitlines()
    below = next(index for index, line in enumerate(lines) if line.startswith("To this")) + 1
    assert tidy(lines[below]) == content.destination
    assert f"`{content.destination}`" in message.text
    assert f"`{content.memo}`" in message.text or not content.memo
    assert [line for line in lines if line.startswith("Memo")] == (
        [f"Memo {content.memo or 'none'}"] if "kind" not in variant else []
    )


def test_an_address_is_in_groups_of_four() -> None:
    """An address is printed for comparing, four characters at a time."""
    assert "\nTJRa bPrw bZy4 5sba vfcj inPJ C18k jpRT v8\n" in said(payout())


def test_a_cwallet_user_is_named() -> None:
    """A Cwallet ID stands next to the name that CCPayment has for it."""
    assert 'To this Cwallet user, whom CCPayment names "Ana B."\n9558861\n' in said(
        payout(**CWALLET)
    )


EMAIL = "A Cwallet e-mail cannot be checked."
LOW = "The CCPayment balance is too low."
ALL_OF_IT = "The network fee takes all of it."
PAID = payout(State.SETTLED, number=17)
BY_EMAIL = CWALLET | {"destination": "ana@example.com"}


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        (payout(), []),
        (payout(**CWALLET), []),
        (payout(**BY_EMAIL), [EMAIL]),
        (payout(**LIGHTNING), []),
        (then(payout(), Kind.ESTIMATED, balance="250"), []),
        (then(payout(), Kind.ESTIMATED, balance="249.999999"), [LOW]),
        (then(payout(fee_payer=FeePayer.COMPANY), Kind.ESTIMATED, balance="251.4"), [LOW]),
        (then(payout(fee_payer=FeePayer.COMPANY), Kind.ESTIMATED, balance="251.5"), []),
        (
            then(payout(**BY_EMAIL), Kind.ESTIMATED, balance="1", fee="250"),
            [ALL_OF_IT, EMAIL, LOW],
        ),
        (then(payout(), Kind.ESTIMATED, fee="300", fee_coin="TRX"), []),
        (then(payout(State.SENDING, **BY_EMAIL), Kind.DOUBTED), []),
    ],
)
def test_warnings_say_what_could_cost_money(drawn: Payout, expected: list[str]) -> None:
    """Each risk has its warning, the worst first and loudest, while people can still stop it."""
    headlines = (ALL_OF_IT, EMAIL, LOW)
    shown = said(drawn, looked_up(drawn, History(times=1, last=PAID))).splitlines()
    lines = [line for line in shown if any(one in line for one in headlines)]
    assert [next(one for one in headlines if one in line) for line in lines] == expected
    assert [line.startswith("⚠️ ") for line in lines] == [True, *[False] * 3][: len(lines)]


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, "about 250.00 USD\nprice of <!date"),
        ({"priced_at": None}, "about 250.00 USD\nno price since"),
        ({"value": None, "priced_at": None}, "not known: it has no price"),
    ],
)
def test_a_missing_price_is_said(changes: dict[str, Any], shown: str) -> None:
    """The value stands there with the moment of its price; where nobody can say what it is worth
    while it is decided on, the card says that."""
    assert f"*Value*\n{shown}" in said(payout(**changes))
    sent = replace(payout(State.SENT), value=None)
    assert "*Value*" not in said(sent)


@pytest.mark.parametrize(
    ("facts", "fee", "gets"),
    [
        ({}, "about 1.5 USDT, taken from the amount", "about 248.5 USDT"),
        ({"fee_coin": "TRX"}, "about 1.5 TRX, taken from the amount", None),
        ({"fee_coin": None}, "about 1.5 (coin not named), taken from the amount", None),
        ({"fee": "300"}, "about 300 USDT, taken from the amount", "about 0 USDT"),
    ],
)
def test_the_payees_share_is_never_guessed(
    facts: dict[str, str | None], fee: str, gets: str | None
) -> None:
    """What the payee gets is shown only where they bear a fee that is in the payout's own coin."""
    shown = said(then(payout(), Kind.ESTIMATED, **facts))
    assert f"*Network fee*\n{fee}\n" in shown
    assert re.findall(r"\*Payee gets\*\n(.*)\n", shown) == [gets] * (gets is not None)


def test_a_fee_that_we_pay_takes_nothing_from_the_payee() -> None:
    """Where the company pays the fee, the card says so and computes nothing."""
    shown = said(then(payout(fee_payer=FeePayer.COMPANY), Kind.ESTIMATED))
    assert "*Network fee*\nabout 1.5 USDT, paid by us on top\n" in shown
    assert "Payee gets" not in shown


def test_a_sent_payout_shows_what_ccpayment_said() -> None:
    """Once CCPayment took it, order_id and network_fee stand among the figures, and the
    transaction as soon as it is known."""
    assert "*order_id*\n`202301090616511612332555323101104`" in said(payout(State.SENT))
    assert "*network_fee*\n1.5 USDT, taken from the amount" in said(payout(State.SENT))
    assert f"*Transaction*\n`{TXID}`" in said(payout(State.SETTLED))


def test_a_fee_that_follows_is_not_named_yet() -> None:
    """While CCPayment has not named the fee, the card shows the estimate as one, and nothing as
    network_fee."""
    assert "*Network fee*\nnot known yet, taken from the amount" in said(UNNAMED)
    estimated = after(payout(), Kind.ESTIMATED, Kind.APPROVED, Kind.CLAIMED)
    sent = then(estimated, Kind.SENT, network_fee=None, fee_coin=None)
    assert "*Network fee*\nabout 1.5 USDT, taken from the amount" in said(sent)
    known = then(sent, Kind.LEARNED, network_fee="0.05", fee_coin="POL")
    assert "*network_fee*\n0.05 POL, taken from the amount" in said(known)


def test_who_waits_reads_for_how_long() -> None:
    """The card of a payout that waits for the account's owner counts on by itself: Slack shows how
    long ago that began."""
    dates = [one for one in parts(channel_card(WAITING, SCENE).blocks) if one["type"] == "date"]
    assert dates[0] == {
        "type": "date",
        "timestamp": int((NOON + 4 * MINUTE).timestamp()),
        "format": "{date_short_pretty} at {time} ({ago})",
        "fallback": "2026-11-22 10:07 UTC",
        "style": {"bold": True},
    }
    assert not any("{ago}" in date["format"] for date in dates[1:])


def test_nobody_gets_anything_of_what_failed() -> None:
    """What the payee would have got is not shown of a payout that failed."""
    assert "Payee gets" in said(payout(State.SENT))
    assert "Payee gets" not in said(SHADES["failed after it was sent"])
    assert "balance before asking again" not in said(SHADES["stopped by the owner"])


def test_a_transaction_leads_to_its_explorer() -> None:
    """Where the chain's block explorer is known, the transaction's id, whole, is a link to it; the
    top-level text never holds one."""
    settled = payout(State.SETTLED)
    url = f"https://explorer.example/tx/{TXID}?a=1&amp;b=2"
    message = channel_card(settled, LINKED)
    assert f"*Transaction*\n<{url}|{TXID}>" in words(message.blocks)
    assert "https://" not in message.text


@pytest.mark.parametrize(
    ("txid", "variant"),
    [
        ("internal transfer", {}),
        ("f3a9>|<!channel>", {}),
        ("f3a9/../..", {}),
        ("٣٣", {}),
        ("a" * 129, {}),
        (TXID, CWALLET),
        (TXID, LIGHTNING),
    ],
)
def test_only_a_transaction_of_the_chain_is_a_link(txid: str, variant: dict[str, Any]) -> None:
    """What is no plain id, or no transaction of that chain, is shown to be copied, as it is."""
    settled = replace(payout(State.SETTLED, **variant), txid=txid)
    shown = said(settled, LINKED)
    assert "explorer.example" not in shown
    assert f"*Transaction*\n`{escaped(txid)}`" in shown


def test_a_transaction_is_never_cut() -> None:
    """An explorer's address that leaves no room for the whole link makes none."""
    for ampersands, linked in ((68, True), (69, False)):
        url = "https://explorer.example/" + "&" * ampersands + "%s"
        shown = said(payout(State.SETTLED), replace(SCENE, explorer=url))
        assert (f"{TXID}|{TXID}>" in shown) == linked
        assert (f"*Transaction*\n`{TXID}`" in shown) != linked


@pytest.mark.parametrize("state", list(State))
def test_the_channel_decides_only_while_there_is_a_decision(state: State) -> None:
    """Deciding is offered while a payout waits, stopping until it leaves, and nothing after."""
    offered = list(buttons(channel_card(payout(state), SCENE).blocks))
    stop = ["Reject payout…", "Cancel payout 42", "Show the record"]
    asked = ["Approve payout", stop[0], "Approve with a comment…", *stop[1:]]
    expected = {State.REQUESTED: asked, State.APPROVED: stop}
    assert offered == expected.get(state, [])


@pytest.mark.parametrize("state", list(State))
def test_the_copy_never_decides(state: State) -> None:
    """The requester's copy offers to take it back while it waits, to ask again where it came to
    nothing, and never to decide."""
    expected = {
        State.REQUESTED: ["Cancel payout 42"],
        State.APPROVED: ["Cancel payout 42"],
        State.FAILED: ["Ask again…"],
        State.EXPIRED: ["Ask again…"],
    }
    copy = requester_copy(payout(state), SCENE)
    assert list(buttons(copy.blocks)) == expected.get(state, [])
    assert " · decided in <#C0PAYOUTS01>" in words(copy.blocks)


def test_a_press_says_which_card_it_saw() -> None:
    """Every button carries the payout's number and digest, and a menu's option its act."""
    drawn = payout()
    both = channel_card(drawn, SCENE).blocks + requester_copy(drawn, SCENE).blocks
    acts = {"Show the record": Act.RECORD, "Approve with a comment…": Act.COMMENT}
    for label, element in buttons(both).items():
        read = ButtonValue.read(element["value"])
        assert (read.payout, read.digest) == (42, drawn.digest)
        assert read.act == acts.get(label)
    menu = buttons(channel_card(drawn, SCENE).blocks)["Cancel payout 42"]
    assert ButtonValue.read(menu["value"]).act is Act.CANCEL


@pytest.mark.parametrize(
    "value",
    [
        *("", "[]", "{}", "null", "[" * 3000),
        *('{"payout":"42","digest":"a"}', '{"payout":42,"digest":"a","act":"fly"}'),
        '{"payout":9223372036854775808,"digest":"a"}',
    ],
)
def test_a_value_that_we_did_not_make_is_refused(value: str) -> None:
    """A button's value is read strictly."""
    with pytest.raises(Stale):
        ButtonValue.read(value)


def test_what_cannot_work_has_no_button_to_approve_with() -> None:
    """Where the network fee takes all of the amount, it can be rejected and taken back, and nobody
    is offered to approve it, with a comment neither."""
    shown = buttons(channel_card(then(payout(), Kind.ESTIMATED, fee="250"), SCENE).blocks)
    assert list(shown) == ["Reject payout…", "Cancel payout 42", "Show the record"]


def test_approving_is_confirmed() -> None:
    """The dialog repeats amount, network and destination, and no button of it is called Cancel."""
    approve = buttons(channel_card(payout(), SCENE).blocks)["Approve payout"]
    dialog = {part: text["text"] for part, text in approve["confirm"].items()}
    assert dialog == {
        "title": "Approve payout 42?",
        "text": "250 USDT on TRX (TRC20), about 250.00 USD, to TJRa bPrw bZy4 5sba vfcj inPJ C18k "
        "jpRT v8. CCPayment is told at once; it cannot be called back.",
        "confirm": "Approve payout 42",
        "deny": "Back",
    }
    assert approve["accessibility_label"] == "Approve payout 42: 250 USDT on TRX (TRC20)"


def dialog(drawn: Payout, scene: Scene = SCENE) -> str:
    """The text of the dialog before an approval, once Slack would take it."""
    message = channel_card(drawn, scene)
    assert problems_with_message({"text": message.text, "blocks": message.blocks}) == []
    text: str = buttons(message.blocks)["Approve payout"]["confirm"]["text"]["text"]
    return text


ENDS = " it cannot be called back."
BACK = "until then you can take yours back."
HOLDING = replace(SCENE, hold=timedelta(hours=24))


@pytest.mark.parametrize(
    ("drawn", "scene", "follows"),
    [
        (payout(), SCENE, f"CCPayment is told at once;{ENDS}"),
        (then(payout(quorum=2), Kind.AGREED), SCENE, f"CCPayment is told at once;{ENDS}"),
        (
            payout(quorum=2),
            HOLDING,
            f"1 more approval is needed before CCPayment is told; {BACK}",
        ),
        (
            payout(quorum=3),
            FROZEN,
            f"2 more approvals are needed before CCPayment is told; {BACK}",
        ),
        (
            payout(),
            HOLDING,
            f"It is held for 24 h first; until then it can be stopped. After that{ENDS}",
        ),
        (
            payout(),
            FROZEN,
            f"Sending is frozen: CCPayment is told once it goes on; then{ENDS}",
        ),
    ],
)
def test_the_dialog_says_what_follows(drawn: Payout, scene: Scene, follows: str) -> None:
    """Nobody is told that money leaves at once where others must approve, or it is held."""
    assert dialog(drawn, scene).endswith(f"C18k jpRT v8. {follows}")


def test_the_dialog_names_the_memo() -> None:
    """With a memo too, all that matters fits; where there is no room, the destination is shortened,
    and of a very long memo only the beginning is shown."""
    assert ", memo 0012345. CCPayment is told at once" in dialog(payout(memo="0012345"))
    long = dialog(payout(destination="T" * 128, memo="0123456789" * 12, quorum=2))
    assert f"to TTTT … TTTTT, memo {'0123456789' * 5}012345678…. 1 more" in long
    assert long.endswith("you can take yours back.")


def test_ids_are_new_when_the_card_changes() -> None:
    """No block of a changed card keeps its id, so that no client shows an old one."""
    before = then(payout(), Kind.ESTIMATED)
    after = then(before, Kind.APPROVED)
    ids = [
        {block["block_id"] for block in channel_card(one, SCENE).blocks} for one in (before, after)
    ]
    assert not ids[0] & ids[1]


def test_many_deciders_are_counted_not_named() -> None:
    """Over five people, nobody is mentioned."""
    scene = replace(SCENE, deciders=tuple(f"U0NOBODY{n:03}" for n in range(6)))
    assert "Waits for 1 approval by any of 6 approvers, until" in said(payout(), scene)


def test_nothing_was_sent_is_never_said_in_vain() -> None:
    """The card says that nothing was sent only where nothing can have left, whatever ended it."""
    doubted = then(payout(State.SENDING), Kind.DOUBTED)
    closed = then(doubted, Kind.FAILED, because="Closed. Nothing was sent.")
    declined_later = then(then(then(doubted, Kind.CLAIMED), Kind.DECLINED), Kind.FAILED)
    found_later = then(payout(State.FAILED), Kind.LEARNED, order_id="2023")
    for drawn in (closed, declined_later, found_later):
        assert "Nothing was sent" not in said(drawn)
        assert "It may have left. Look for the amount in the CCPayment balance" in said(drawn)
    for drawn in SHADES.values():
        if "Nothing was sent" in said(drawn):
            assert drawn.order_id is None
            assert drawn.state.final


def hostile(text: str, drawn: Payout) -> Payout:
    """The payout with `text` wherever somebody else than us can write."""
    attempts = tuple(replace(one, code=text, message=text, meaning=text) for one in drawn.attempts)
    content = replace(drawn.content, reason=text)
    return replace(
        drawn,
        content=content,
        requester=Actor(drawn.requester.id, text),
        cwallet_name=text,
        because=drawn.because and text,
        delay=drawn.delay and text,
        look_said=drawn.look_said and text,
        attempts=attempts,
    )


@pytest.mark.parametrize("shade", SHADES)
@pytest.mark.parametrize("length", [500, 4000])
def test_hostile_words_stay_words(shade: str, length: int) -> None:
    """Whatever people or CCPayment write, Slack takes the card, finds no mark-up in it, and no
    line of it is theirs alone."""
    text = (HOSTILE * 40)[:length]
    attacked, scene = hostile(text, SHADES[shade]), replace(scene_of(shade), frozen=text)
    for message in (channel_card(attacked, scene), requester_copy(attacked, scene)):
        assert complaints(message) == []
        assert not any("bold" in text for text in marked(message.blocks))
        assert "<!channel>" not in message.text
        assert "http://" not in message.text
        assert "\n" not in message.text
        assert not re.search(r"[*~]|\w\.example", message.text)
        assert set(re.findall(r"<@(\w+)>", message.text)) <= mentioned(SHADES[shade])
        shown = words(message.blocks) + message.text
        assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in shown.replace("\n", ""))
        assert not set("\u202e\u2066\u200f") & set(shown)
        assert "Memo: 1" not in words(message.blocks).splitlines()


def mentioned(drawn: Payout) -> set[str]:
    """Who is mentioned on the card anyway. A reason of our own may name people: `{U…}`."""
    return set(re.findall(r"<@(\w+)>", channel_card(drawn, SCENE).text)) | {DANA.id}


ANY_TEXT = st.text(st.characters(), max_size=600)


@given(
    text=ANY_TEXT,
    memo=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=120),
    name=ANY_TEXT,
    shade=st.sampled_from(sorted(SHADES)),
)
def test_any_text_makes_a_card(text: str, memo: str, name: str, shade: str) -> None:
    """No text in any field makes a card that Slack refuses."""
    drawn = hostile(text, SHADES[shade])
    content = replace(drawn.content, memo=memo, symbol=name[:30], chain=name[-30:])
    drawn = replace(drawn, content=content, order_id=drawn.order_id and name, txid=name or None)
    scene = replace(scene_of(shade), frozen=text, explorer=EXPLORER)
    assert complaints(channel_card(drawn, scene)) == []
    assert complaints(requester_copy(drawn, scene)) == []


def test_the_longest_of_everything_fits() -> None:
    """The largest amount, the longest invoice and reason make a card that Slack takes, with
    nothing of the money cut off."""
    amount = Decimal("9" * 20 + "." + "9" * 20)
    drawn = payout(**LIGHTNING | {"destination": "l" * 2000, "amount": amount, "value": 10**30})
    drawn = hostile("&" * 500, then(drawn, Kind.ESTIMATED, balance=str(amount), fee=str(amount)))
    drawn = replace(drawn, order_id="&" * 4000, txid="&" * 4000)
    message = channel_card(drawn, SCENE)
    assert complaints(message) == []
    assert "l" * 2000 in words(message.blocks)
    assert "99,999,999,999,999,999,999." + "9" * 20 in words(message.blocks)


def test_long_words_do_not_push_the_address_out() -> None:
    """However long reason and refusal are, the top-level text still says where the money goes."""
    drawn = hostile("&" * 500, payout(State.REJECTED))
    assert f"To `{drawn.content.destination}`, no memo." in channel_card(drawn, SCENE).text


def test_an_unanswered_attempt_is_not_a_failure() -> None:
    """A payout whose answer nobody knows never reads as failed or unsent."""
    for outcome in (None, Kind.DOUBTED):
        sending = payout(State.SENDING)
        attempts = (Attempt(1, 1, "{}", outcome, "", "time-out after 8 s"),)
        line = state_line(replace(sending, attempts=attempts))
        assert not re.search(r"fail|Nothing was sent|nothing has left", line, re.IGNORECASE)
