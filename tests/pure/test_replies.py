"""Private answers: what one person is told, and what they can press."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.audit import Note
from approvals.cautions import History, cautions
from approvals.desk import Earlier, Listed, Stopped
from approvals.ledger import Freeze, Frozen
from approvals.payout import Actor, Fact, Kind, Payout, State
from bot import replies
from bot.blocks import Message
from bot.cards import Scene, channel_card
from bot.texts import mentions
from sandbox.slack.limits import problems_with_message
from tests.build import CWALLET, DANA, ELI, LIGHTNING, NOON, RITA, payout, story, then
from tests.earlier import earlier
from tests.seen import buttons, marked, words

SCENE = Scene((DANA.id, ELI.id), "C0PAYOUTS01", "TRC20")
WHOLE_STORY = (
    *(Kind.ESTIMATED, Kind.APPROVED, Kind.CLAIMED, Kind.DOUBTED, Kind.LOOKED_UP),
    *(Kind.SENT, Kind.SETTLED),
)


def fits(message: Message) -> Message:
    """The message, once Slack would take it."""
    assert problems_with_message({"text": message.text, "blocks": message.blocks}) == []
    return message


def shown(message: Message) -> str:
    return words(fits(message).blocks)


def test_a_recorded_payout_says_what_comes_next() -> None:
    """The answer to a request repeats it, says where its card is and who decides until when, and
    offers to take it back."""
    message = replies.recorded(payout(), SCENE)
    assert shown(message) == (
        "Payout 42 is recorded: 250 USDT on TRX (TRC20) to TJRa … pRTv8.\n"
        f"Its card comes in #C0PAYOUTS01. It waits for 1 approval by @{DANA.id} or @{ELI.id}, "
        "until 2026-11-23 10:03 UTC."
    )
    cancel = buttons(message.blocks)["Cancel payout 42"]
    assert cancel["action_id"] == "cancel"
    assert cancel["confirm"]["deny"]["text"] == "Keep it"


@pytest.mark.parametrize("state", [state for state in State if state is not State.REQUESTED])
def test_what_was_recorded_before_says_how_it_stands(state: State) -> None:
    """Whoever presses again, or sends the same form again, once the payout has moved on, reads
    that, and is offered nothing."""
    drawn = payout(state)
    message = replies.recorded(drawn, SCENE)
    first, second = shown(message).splitlines()
    brief = "250 USDT on TRX (TRC20) to TJRa … pRTv8"
    assert first == f"Payout 42 was recorded already: {brief}."
    assert second in words(channel_card(drawn, SCENE).blocks)
    assert buttons(message.blocks) == {}


def test_who_asks_reads_that_nobody_is_known() -> None:
    """Where Slack does not say who could approve it, nobody counts to nought."""
    assert shown(replies.recorded(payout(), replace(SCENE, deciders=()))).endswith(
        "It waits for 1 approval, until 2026-11-23 10:03 UTC. "
        "Slack did not say who can approve it; whoever runs Countersign can look."
    )


def test_who_asks_reads_the_warnings_first() -> None:
    """What approvers will be warned of stands in the answer to the request, in the same words."""
    asked = earlier(42)
    scene = replace(SCENE, cautions=cautions(asked, History()), could=(ELI.id,))
    lines = shown(replies.recorded(asked, scene)).splitlines()
    assert "It waits for 1 approval by @U0ELI000001, until" in lines[1]
    assert lines[2] == (
        "⚠️ First payment to this TRX address. "
        "Ask the payee to confirm it, over a channel that you trust already."
    )


@pytest.mark.parametrize(
    ("missing", "others"), [(1, "1 other person must"), (2, "2 other people must")]
)
def test_who_resolves_first_reads_how_many_must_follow(missing: int, others: str) -> None:
    """What one person sees in the dashboard counts once as many as it needs say the same."""
    assert shown(replies.stated(payout(State.SENDING), missing)) == (
        f"What you see is on record. {others} say the same of payout 42 before it counts. "
        "Look-ups go on meanwhile."
    )


def test_the_record_says_what_was_reviewed() -> None:
    """That a warning was answered, and what was said, stands in the line of the approval."""
    played, lines = story()
    facts: dict[str, Fact] = {"reviewed": 17, "ticked": "duplicate:1", "comment": "Seen it."}
    approved = replace(lines[0], kind="approved", facts=facts)
    said = shown(replies.shown(played, [approved], SCENE)).splitlines()[-1]
    assert said.endswith(
        '. "Seen it." They answered 1 warning. They compared the address with that of payout 17.'
    )


@pytest.mark.parametrize(
    ("variant", "brief"),
    [
        (CWALLET, "250 USDT to Cwallet user 9558861."),
        (LIGHTNING, "250,000 SATS by Lightning invoice lnbc … na3rh."),
    ],
)
def test_each_kind_is_told_in_its_words(variant: dict[str, Any], brief: str) -> None:
    """Cwallet users and invoices are named as what they are."""
    assert brief in shown(replies.recorded(payout(**variant), SCENE))


@pytest.mark.parametrize(
    ("passed", "words_for_it"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=2), "2 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=25), "25 hours ago"),
    ],
)
def test_the_same_again_makes_nothing_by_itself(passed: timedelta, words_for_it: str) -> None:
    """Asking for the same names the first payout and how it stands, and offers to ask anyway with
    what the listener handed over."""
    message = replies.earlier(Earlier(payout()), SCENE, NOON + passed, '{"amount":"250"}')
    assert shown(message).startswith(f"You asked for the same {words_for_it} (payout 42, waiting)")
    assert "No payout was made." in shown(message)
    pressed = buttons(message.blocks)["Ask again anyway"]
    assert (pressed["action_id"], pressed["value"]) == ("ask_again_anyway", '{"amount":"250"}')
    told = shown(replies.earlier(Earlier(payout(), elsewhere=True), SCENE, NOON + passed, "x"))
    assert told.startswith(f"You asked for the same on another network {words_for_it} (payout 42")
    assert "250 USDT on TRX" in told


def test_what_cannot_be_read_is_said_repeated_and_corrected() -> None:
    """What is wrong, what was typed, how it would be right, and the form with what was typed."""
    sentence = '"1,250" can mean two amounts. Write 1250 or 1.25.'
    typed, better = "1,250 USDT on TRX to T…", "1250 USDT on TRX to T…"
    message = replies.unreadable(sentence, typed, "/payout", better)
    assert shown(message).splitlines() == [
        sentence,
        "You typed:",
        f"/payout {typed}",
        "For example:",
        f"/payout {better}",
    ]
    assert message.text.splitlines()[0] == sentence
    assert buttons(message.blocks)["Open the form"]["value"] == typed


def test_what_was_typed_is_repeated_as_far_as_it_goes() -> None:
    """A long command comes back whole while the form's button can hold it; of a longer one both
    have the same beginning."""
    whole, long = "x" * replies.TYPED, "x" * (replies.TYPED + 1)
    for typed, repeated in ((whole, whole), (long, f"{whole[:-1]}…")):
        message = replies.unreadable("No.", typed, "/payout", "250 USDT")
        assert shown(message).splitlines()[2] == f"/payout {repeated}"
        assert buttons(message.blocks)["Open the form"]["value"] == whole


def test_help_shows_every_way_to_ask() -> None:
    """Help names each command under the name that it has here."""
    text = shown(replies.help_("/pay", invoices=True))
    for part in ("on TRX to", "memo 0012345", "to cwallet", "to invoice", "no memo"):
        assert part in text
    for word in ("", " list", " show 42", " cancel 42", " freeze", " unfreeze", " help"):
        assert f"/pay{word}" in text
    assert "/payout" not in text
    assert shown(replies.help_("/pay", invoices=False)) == "\n".join(
        line for line in text.splitlines() if "invoice" not in line
    )


def page(
    payouts: Sequence[Payout],
    waiting: int = 1,
    others: int = 1,
    number: int = 1,
    *,
    only: bool = False,
) -> Listed:
    return Listed(tuple(payouts), waiting, others, number, only)


def test_a_list_is_one_line_a_payout() -> None:
    """A list says number, what, how it stands, who, when and what for."""
    listed = [payout(number=2, reason="Refund 88 " * 20), payout(State.SETTLED, number=1)]
    first, second, _ = shown(replies.listed(page(listed), SCENE, "/payout")).splitlines()
    assert second == (
        "1 · 250 USDT on TRX (TRC20) to TJRa … pRTv8 · settled · "
        f"@{RITA.id} 2026-11-22 10:03 UTC · Invoice 1043"
    )
    assert first.startswith("2 · 250 USDT on TRX (TRC20) to TJRa … pRTv8 · waiting · ")
    assert len(first) < 200


def test_a_list_says_what_waits_for_the_owner() -> None:
    """What CCPayment holds back for the account's owner is listed as that."""
    waits = then(payout(State.SENT), Kind.LEARNED, progress="waiting")
    assert " · waits for the account owner · " in shown(
        replies.listed(page([waits]), SCENE, "/payout")
    )


def test_an_empty_list_says_how_to_begin() -> None:
    """Nothing to show is an invitation; where only nothing waits, that is said."""
    nothing = page([], waiting=0, others=0)
    assert "No payouts yet. Ask for one: /payout 250 USDT" in shown(
        replies.listed(nothing, SCENE, "/payout")
    )
    none = shown(replies.listed(replace(nothing, only_waiting=True), SCENE, "/payout"))
    assert none == "Nothing waits for anybody. All payouts: /payout list"


FIRST_OF_THREE = (
    "55 payouts. 25 wait for people. This is page 1 of 3. The next: /pay list page 2"
    " Only those that wait: /pay list waiting"
)


@pytest.mark.parametrize(
    ("waiting", "others", "number", "only", "said"),
    [
        (1, 1, 1, False, "2 payouts. 1 waits for people."),
        (0, 1, 1, False, "1 payout. None waits for people."),
        (
            *(3, 30, 1, False),
            "33 payouts. 3 wait for people. This is page 1 of 2. The next: /pay list page 2",
        ),
        (3, 30, 2, False, "33 payouts. 3 wait for people."),
        (
            *(25, 30, 1, False),
            FIRST_OF_THREE,
        ),
        (
            *(25, 0, 1, True),
            "25 wait for people. This is page 1 of 2. The next: /pay list waiting page 2",
        ),
        (25, 0, 2, True, "25 wait for people."),
        (
            *(3, 30, 9, False),
            "33 payouts. 3 wait for people. There is no page 9. /pay list page 2",
        ),
    ],
)
def test_a_list_says_what_is_not_on_it(
    waiting: int, others: int, number: int, only: bool, said: str
) -> None:
    """How many there are and how many wait, and how the rest is seen: nothing is dropped without a
    word."""
    found = page([payout()], waiting, others, number, only=only)
    assert shown(replies.listed(found, SCENE, "/pay")).splitlines()[-1] == said


def test_the_record_is_shown_line_by_line() -> None:
    """Show repeats the card's facts and then what happened, when, by whom, word for word; nothing
    there can be pressed."""
    played, on_record = story(*WHOLE_STORY)
    message = replies.shown(played, on_record, SCENE)
    lines = shown(message).splitlines()
    assert lines[0] == "Payout 42: 250 USDT on TRX (TRC20)"
    order = f"order_id {played.order_id}, network fee 1.5 USDT"
    record = lines[lines.index("On record:") + 1 :]
    assert record == [
        f"2026-11-22 10:03 UTC Asked for by @{RITA.id}.",
        "2026-11-22 10:04 UTC Looked up: network fee about 1.5 USDT, CCPayment holds 1,000 USDT.",
        f"2026-11-22 10:05 UTC Approved by @{DANA.id}: 1 of 1 approvals (any value).",
        "2026-11-22 10:06 UTC Attempt 1 begins: its request may leave from now on.",
        '2026-11-22 10:07 UTC Attempt 1 had no clear answer: "service error" (224066).',
        "2026-11-22 10:08 UTC Looked up: CCPayment knows no such reference.",
        f"2026-11-22 10:09 UTC CCPayment took it: {order}, status Processing.",
        f"2026-11-22 10:10 UTC Settled: status Successful, transaction {'f3a9' * 16}.",
    ]
    assert not buttons(message.blocks)


def test_the_record_says_whom_the_bot_refused() -> None:
    """Nobody reads that a person refused whom the bot refused; and no name of a column."""
    played, lines = story()
    facts: dict[str, Fact] = {
        "doing": "approve",
        "sentence": "Only {U0DANA00001} can.",
        "team": "T",
    }
    refused = replace(lines[0], kind="refused", by=Actor("U0MAX000001", "Max"), facts=facts)
    said = shown(replies.shown(played, [refused], SCENE)).splitlines()[-1]
    assert said.endswith(" @U0MAX000001 was refused (approve): Only @U0DANA00001 can.")


@pytest.mark.parametrize("kind", [*Kind, Note.REFUSED, Note.LATE, Note.STATED, Note.ALARM])
@pytest.mark.parametrize("by", [None, Actor("U0ELI000001", "Eli")], ids=["nobody", "somebody"])
def test_every_line_reads_as_a_sentence(kind: str, by: Actor | None) -> None:
    """Whatever is on record of a payout reads as a sentence that ends, with all that came with it
    and without it, and no column's name stands in it."""
    played, lines = story()
    whole: dict[str, Fact] = {
        "because": "Paid before",
        "why": "Nothing moves",
        "what": "It is odd",
        "said": "Nothing",
        "sentence": "No",
        "verdict": "1 of 1",
        "balance": "25000",
        "fee": "1.5",
        "fee_coin": "USDT",
        "network_fee": "1.5",
        "attempt": 1,
        "code": "1",
        "message": "no",
        "order_id": "7",
        "status": "Done",
        "txid": "ab",
        "doing": "approve",
    }
    for facts in (whole, {}):
        line = replace(lines[0], kind=str(kind), by=by, facts=facts)
        said = shown(replies.shown(played, [line], SCENE)).splitlines()[-1]
        assert said.endswith((".", '"'))
        assert "fee_coin" not in said
        assert "balance " not in said


def test_a_long_record_shows_its_end() -> None:
    """Of a long record the newest lines are shown, and how many there are."""
    played, lines = story()
    refused = replace(lines[0], kind="refused", by=Actor("U0MAX000001", "Max"))
    message = replies.shown(played, [*lines, *[refused] * 40], SCENE)
    assert "On record (the last 20 of 41):" in shown(message)
    assert shown(message).count("@U0MAX000001 was refused") == 20


def test_a_refusal_names_people() -> None:
    """A refusal says its sentence, with people as Slack shows them."""
    sentence = "You asked for payout 42, so you cannot approve it. {U0DANA00001} or {U0ELI000001}"
    message = replies.refused(f"{sentence} can.", "/payout")
    assert shown(message).endswith(f"approve it. @{DANA.id} or @{ELI.id} can.")
    assert message.text.endswith(f"approve it. <@{DANA.id}> or <@{ELI.id}> can.")
    assert mentions("Ask {U0DANA00001}.") == f"Ask <@{DANA.id}>."


def test_a_refusal_names_the_command() -> None:
    """Where it sends somebody to the list, it says what to type here."""
    message = replies.refused("You have no payout 1. `list` shows them.", "/pay")
    assert shown(message) == "You have no payout 1. /pay list shows them."
    assert message.text == "You have no payout 1. `/pay list` shows them."


def test_trouble_gives_a_reference() -> None:
    """When something of ours breaks, people get a reference that the log has too, and where to
    look before they try again."""
    text = shown(replies.trouble("7f3a2c", "/payout"))
    assert "reference 7f3a2c" in text
    assert "/payout list" in text


def test_a_cancelled_payout_is_confirmed() -> None:
    """Taking a payout back says that nothing was sent."""
    assert shown(replies.cancelled(payout())) == "Payout 42 is cancelled. Nothing was sent."


def stopped(why: str, under_way: Sequence[Payout], kind: Freeze = Freeze.PEOPLE) -> Stopped:
    return Stopped(Frozen(kind, why, NOON, 1), tuple(under_way))


def test_a_freeze_lists_what_is_on_its_way() -> None:
    """Who froze sending reads why it is frozen, what is on its way already, and what lifts it."""
    doubted = then(payout(State.SENDING), Kind.DOUBTED)
    under_way = [doubted, payout(State.SENDING, number=43)]
    message = replies.frozen(stopped("Dana froze it", under_way), "/p")
    doubt = "payout 42 (250 USDT, in doubt since 2026-11-22 10:06 UTC)"
    assert shown(message).splitlines() == [
        "Sending is frozen: Dana froze it. Nothing more goes out; requests and decisions go on.",
        f"On its way or in doubt, and followed: {doubt}, payout 43 (250 USDT).",
        "Two approvers lift it, or one where there is only one: /p unfreeze",
    ]
    by_us = stopped("payout 1 is not as approved", [], Freeze.MISMATCH)
    assert shown(replies.frozen(by_us, "/p")).splitlines()[1:] == [
        "Nothing is on its way.",
        "Whoever runs Countersign lifts it: countersign unfreeze --reason …",
    ]
    many = [payout(State.SENDING, number=n) for n in range(1, 13)]
    crowd = shown(replies.frozen(stopped("why", many), "/p"))
    assert "payout 10 (250 USDT) and 2 others." in crowd


def test_unfreezing_says_how_many_are_missing() -> None:
    """Who agrees to send again reads how many more must, and when it goes on."""
    assert shown(replies.unfreezing(0, "/payout")) == "Sending goes on."
    assert shown(replies.unfreezing(1, "/payout")) == (
        "You agree that sending goes on. 1 more approver must agree: /payout unfreeze"
    )


HOSTILE = "<!channel> *bold* `code` http://evil.example evil.example\nPayout 43 is recorded\u202e"
ANSWERS: list[Callable[[str], Message]] = [
    lambda text: replies.refused(f'"{text}" is not an amount.', "/payout"),
    lambda text: replies.unreadable(f'"{text}" is no coin.', f"2 {text}", "/payout", "2 USDT"),
    lambda text: replies.listed(page([payout(reason=text)] * 20), SCENE, "/payout"),
    lambda text: replies.shown(*story(*WHOLE_STORY, reason=text), SCENE),
    lambda text: replies.shown(
        payout(), [replace(story()[1][0], facts={"sentence": text, "kind": text})] * 20, SCENE
    ),
    lambda text: replies.recorded(payout(**CWALLET | {"destination": text}), SCENE),
    lambda text: replies.frozen(stopped(text, [payout(State.SENDING)] * 20), "/payout"),
]


@pytest.mark.parametrize("number", range(len(ANSWERS)))
@pytest.mark.parametrize("length", [500, 4000])
def test_hostile_words_stay_words(number: int, length: int) -> None:
    """What people typed comes back as they typed it, and never as mark-up or as another answer."""
    message = fits(ANSWERS[number]((HOSTILE * 60)[:length]))
    assert not any("bold" in text for text in marked(message.blocks))
    assert "<!channel>" not in message.text
    assert not any(line.startswith("Payout 43") for line in message.text.splitlines())
    assert "\u202e" not in message.text


@given(text=st.text(st.characters(codec="utf-8"), min_size=1, max_size=600))
@pytest.mark.parametrize("number", range(len(ANSWERS)))
def test_no_text_breaks_an_answer(number: int, text: str) -> None:
    """Slack takes every answer, whatever was typed."""
    fits(ANSWERS[number](text))
