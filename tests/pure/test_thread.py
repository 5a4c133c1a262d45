"""The thread: what is told, to whom, and what stays on record only."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.audit import Line, Note
from approvals.followup import OWNER_REJECTED
from approvals.payout import Fact, Kind, Payout, State, Wish, evolve
from bot.blocks import Message
from bot.cards import Scene
from bot.thread import first_reply, reply
from sandbox.slack.limits import problems_with_message
from tests.build import (
    CWALLET,
    DANA,
    ELI,
    INVOICE,
    LIGHTNING,
    RITA,
    happening,
    on_record,
    payout,
    story,
    then,
)
from tests.seen import buttons, marked, words

SCENE = Scene((DANA.id, ELI.id), "C0PAYOUTS01", "TRC20")
SENT = (Kind.APPROVED, Kind.CLAIMED, Kind.SENT)
DOUBTED = (Kind.APPROVED, Kind.CLAIMED, Kind.DOUBTED)
DECLINED = (Kind.APPROVED, Kind.CLAIMED, Kind.DECLINED, Kind.FAILED)


def fits(message: Message | None) -> Message:
    """The message, once Slack would take it."""
    assert message is not None
    assert problems_with_message({"text": message.text, "blocks": message.blocks}) == []
    return message


def told(*kinds: Kind, since: int = 0, **changes: Any) -> str:
    """What the thread says when all this happened and the first `since` lines were told before."""
    played, lines = story(*kinds, **changes)
    return words(fits(reply(played, lines[since:], SCENE)).blocks)


Step = Kind | tuple[Kind, Mapping[str, Fact]]


def happened(*steps: Step) -> tuple[Payout, tuple[Line, ...]]:
    """A payout to which all this happened, some of it with facts of its own, and the record."""
    played, lines = story()
    for step in steps:
        kind, facts = (step, {}) if isinstance(step, Kind) else step
        event = happening(played, kind, **facts)
        played, lines = evolve(played, event), (*lines, *on_record(event))
    return played, lines


def since(steps: Sequence[Step], told_before: int, scene: Scene = SCENE) -> str:
    """What the thread says when all this happened and its first lines were told before; "" where
    it says nothing."""
    played, lines = happened(*steps)
    message = reply(played, lines[told_before:], scene, lines[:told_before])
    return words(fits(message).blocks) if message else ""


def test_the_first_reply_calls_requester_and_deciders() -> None:
    """Who asked and who may decide are mentioned, and the address can be copied as it is."""
    message = fits(first_reply(payout(), SCENE))
    assert words(message.blocks).splitlines() == [
        f"@{RITA.id} asked for this. @{DANA.id} @{ELI.id}: one approval is needed.",
        "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8",
    ]
    assert message.text.splitlines() == [
        f"<@{RITA.id}> asked for this. <@{DANA.id}> <@{ELI.id}>: one approval is needed.",
        "`TJRabPrwbZy45sbavfcjinPJC18kjpRTv8`",
    ]


def test_a_crowd_of_deciders_is_not_mentioned() -> None:
    """Over five deciders, nobody is called by name."""
    scene = replace(SCENE, deciders=tuple(f"U0NOBODY{n:03}" for n in range(6)))
    shown = words(fits(first_reply(payout(), scene)).blocks)
    assert "asked for this. One approval is needed; 6 people can give it." in shown
    assert "U0NOBODY" not in shown


def test_where_nobody_is_known_that_is_said() -> None:
    """Where Slack does not say who is in the group, the first reply says so, and who can look."""
    shown = words(first_reply(payout(), replace(SCENE, deciders=())).blocks)
    assert shown.splitlines()[0] == (
        f"@{RITA.id} asked for this. One approval is needed. Slack did not say who can approve it; "
        "whoever runs Countersign can look."
    )


@pytest.mark.parametrize("variant", [CWALLET, LIGHTNING])
def test_every_destination_can_be_copied(variant: dict[str, Any]) -> None:
    """The first reply holds a Cwallet user or an invoice whole, too."""
    shown = words(fits(first_reply(payout(**variant), SCENE)).blocks)
    assert shown.splitlines()[1] == variant["destination"]
    assert INVOICE.startswith("lnbc2500u1")


@pytest.mark.parametrize("state", [state for state in State if state is not State.REQUESTED])
def test_a_late_first_reply_calls_nobody(state: State) -> None:
    """Posted after an outage, it asks nobody for what is decided already."""
    shown = words(fits(first_reply(payout(state), SCENE)).blocks)
    assert shown.splitlines()[0] == f"@{RITA.id} asked for this."


def test_a_sent_payout_names_order_and_fee() -> None:
    """The reply to a sent payout names order_id and network_fee with its coin, who approved, and
    the reference; what became due together is one reply."""
    reference = payout().reference
    assert (
        told(*SENT)
        == told(*SENT, since=3)
        == (
            f"@{RITA.id} Approved by @{DANA.id} and sent. "
            "order_id 202301090616511612332555323101104 · network_fee 1.5 USDT "
            f"(taken from the amount) · reference {reference}. CCPayment is processing it."
        )
    )


def test_order_and_fee_are_in_the_text_too() -> None:
    """Phones and screen readers hear order_id and network_fee as well."""
    played, lines = story(*SENT)
    text = fits(reply(played, lines, SCENE)).text
    assert "order_id `202301090616511612332555323101104` · network_fee 1.5 USDT" in text


def test_a_fee_that_is_not_named_is_not_made_up() -> None:
    """Where CCPayment names no fee yet, or no coin, the reply says that."""
    sending, (_, lines) = payout(State.SENDING), story(*SENT)
    nameless: dict[str, Fact] = {"fee_coin": None}
    for facts, fee in (
        (nameless | {"network_fee": None}, "network_fee follows"),
        (nameless, "network_fee 1.5 (coin not named) (taken from the amount)"),
    ):
        sent = then(sending, Kind.SENT, **facts)
        assert fee in words(fits(reply(sent, lines, SCENE)).blocks)


NO_FEE: dict[str, Fact] = {"network_fee": None, "fee_coin": None}
FEE: dict[str, Fact] = {"network_fee": "0.05", "fee_coin": "POL", "txid": None}
FEE_TOLD = "network_fee 0.05 POL (taken from the amount)."
UNNAMED = (Kind.APPROVED, Kind.CLAIMED, (Kind.SENT, NO_FEE))


def test_the_first_reply_says_that_the_fee_follows() -> None:
    """Where the fee is not known yet, the reply names order_id and reference, and says so."""
    assert since(UNNAMED, 3) == (
        f"@{RITA.id} Approved by @{DANA.id} and sent. order_id 202301090616511612332555323101104 "
        f"· network_fee follows · reference {payout().reference}. CCPayment is processing it."
    )


def test_the_fee_follows_once() -> None:
    """As soon as CCPayment names the fee, the thread gives it with its coin and who pays it,
    calling nobody; later reports of it are not told."""
    learned = (*UNNAMED, (Kind.LEARNED, {"txid": "f3a9"}), (Kind.LEARNED, FEE))
    assert since(learned, 4) == since(learned, 5) == FEE_TOLD
    assert since(learned[:-1], 4) == ""
    assert since((*learned, (Kind.LEARNED, FEE)), 6) == ""


def test_a_fee_that_came_in_time_is_named_at_once() -> None:
    """A fee that is known by the time of the first reply stands in it, and is not told again."""
    shown = since((*UNNAMED, (Kind.LEARNED, FEE), (Kind.SETTLED, FEE)), 3)
    assert "· network_fee 0.05 POL (taken from the amount) ·" in shown
    assert shown.count("network_fee") == 1
    assert "network_fee" not in since((*SENT, (Kind.LEARNED, FEE), (Kind.SETTLED, FEE)), 4)


def test_the_fee_may_come_with_the_end() -> None:
    """Where only the last report names the fee, or none does, the reply about the end says so."""
    settled = "Settled: CCPayment reports success."
    assert since((*UNNAMED, (Kind.SETTLED, FEE)), 4) == f"{settled} {FEE_TOLD}"
    assert since((*UNNAMED, (Kind.SETTLED, {"txid": "f3a9"})), 4) == (
        f"{settled} CCPayment named no network_fee. Transaction f3a9."
    )
    assert since((*UNNAMED, (Kind.FAILED, FEE)), 4).endswith(f"before asking again. {FEE_TOLD}")
    assert "· network_fee not named ·" in since((*UNNAMED, (Kind.SETTLED, {})), 3)


def test_a_note_does_not_use_up_the_news() -> None:
    """A late answer on record, which changes nothing, is neither told nor taken for told."""
    played, lines = happened(*UNNAMED)
    late = replace(lines[-1], kind=Note.LATE, facts=FEE | {"progress": "waiting"})
    told_of = happening(played, Kind.LEARNED, **FEE, progress="waiting")
    new = on_record(told_of)
    assert reply(played, (late,), SCENE, lines) is None
    message = fits(reply(evolve(played, told_of), new, SCENE, (*lines, late)))
    assert words(message.blocks).splitlines() == [FEE_TOLD, OWNER]


def test_a_payout_that_never_was_sent_promised_no_fee() -> None:
    """What turns out to be at CCPayment after it had ended here has its alarm, and no reply about
    a fee."""
    assert since((*DOUBTED, Kind.FAILED, (Kind.LEARNED, FEE | {"order_id": "2023"})), 5) == ""


WAITS: dict[str, Fact] = {"status": "WaitingApproval", "progress": "waiting", "txid": None}
GOES_ON: dict[str, Fact] = {"status": "Processing", "progress": "processing", "txid": None}
OWNER = (
    f"@{DANA.id} @{ELI.id} It waits for the account owner's approval in CCPayment's dashboard. "
    "Nothing is paid out before that; ask the owner to decide there."
)


def test_that_the_owner_must_approve_is_told_once() -> None:
    """Those who decide are called when a payout waits for the account's owner: once, and only
    while it does."""
    waiting = (*UNNAMED, (Kind.LEARNED, WAITS))
    assert since(waiting, 4) == OWNER
    assert since((*waiting, (Kind.LEARNED, WAITS | FEE)), 5) == FEE_TOLD
    assert since((*waiting, (Kind.LEARNED, GOES_ON)), 5) == ""
    assert since((*waiting, (Kind.LEARNED, GOES_ON)), 4) == ""
    assert since((*waiting, (Kind.LEARNED, GOES_ON), (Kind.LEARNED, WAITS)), 6) == ""


def test_a_payout_that_waits_from_the_start_is_not_called_processed() -> None:
    """Where CCPayment has it waiting when it is found, the reply tells both, and who should act."""
    waiting = (Kind.APPROVED, Kind.CLAIMED, (Kind.SENT, NO_FEE | WAITS))
    first, second = since(waiting, 3).splitlines()
    assert first.endswith(f"· network_fee follows · reference {payout().reference}.")
    assert second == OWNER
    crowd = replace(SCENE, deciders=CROWD)
    assert since(waiting, 3, crowd).splitlines()[1].startswith("It waits for the account owner's")


def test_what_the_owner_stopped_is_told_with_the_reason() -> None:
    """A payout that the account's owner rejected ends as failed, with the reason, and nobody is
    told that the amount is back, nor that it is not."""
    stopped: dict[str, Fact] = {
        "because": f"{OWNER_REJECTED}: too much",
        "progress": "rejected",
    }
    assert since((*UNNAMED, (Kind.LEARNED, WAITS), (Kind.FAILED, stopped)), 5) == (
        f"@{RITA.id} Failed 2026-11-22 10:08 UTC. CCPayment took it 2026-11-22 10:06 UTC; "
        "the account's owner rejected it in CCPayment's dashboard: too much. "
        "CCPayment does not say whether the amount is back in the balance. "
        "Talk to the owner before asking again."
    )


def test_a_code_is_explained() -> None:
    """What CCPayment's code means and what to do stands behind the code, in doubt and where it
    declined; nobody is told something else to do besides."""
    meaning: dict[str, Fact] = {"meaning": "The CCPayment balance is too low. Top it up"}
    doubted = since((Kind.APPROVED, Kind.CLAIMED, (Kind.DOUBTED, meaning)), 3)
    assert doubted == (
        f'@{RITA.id} CCPayment gave no clear answer: "service error" (224066). '
        "The CCPayment balance is too low. Top it up. "
        "It may have taken the payout. I look it up and do not send it again."
    )
    declined = since((Kind.APPROVED, Kind.CLAIMED, (Kind.DECLINED, meaning), Kind.FAILED), 3)
    assert declined == (
        f"@{RITA.id} Failed 2026-11-22 10:07 UTC. CCPayment declined it: "
        '"balance too low" (14000). The CCPayment balance is too low. Top it up. '
        "Nothing was sent."
    )


def test_a_transaction_leads_to_its_explorer() -> None:
    """Where the chain's block explorer is known, the transaction's id is a link to it, whole; the
    text for phones holds the id alone."""
    scene = replace(SCENE, explorer="https://explorer.example/tx/%s?a=1&b=2")
    played, lines = story(*SENT, Kind.SETTLED)
    message = fits(reply(played, lines[4:], scene, lines[:4]))
    txid = "f3a9" * 16
    section = message.blocks[0]["elements"][0]
    assert [one for one in section["elements"] if one["type"] == "link"] == [
        {"type": "link", "url": f"https://explorer.example/tx/{txid}?a=1&b=2", "text": txid}
    ]
    assert message.text == f"Settled: CCPayment reports success. Transaction `{txid}`."


def test_what_was_found_at_the_gateway_was_not_sent_now() -> None:
    """A payout that CCPayment knew already is not told as sent by us."""
    assert f"Approved by @{DANA.id}. CCPayment has it already. order_id 2023" in told(
        Kind.APPROVED, Kind.ADOPTED, Kind.SENT
    )


def test_a_settled_payout_names_its_transaction() -> None:
    """Settled is told with the transaction, and without calling anybody."""
    assert told(*SENT, Kind.SETTLED, since=4) == (
        f"Settled: CCPayment reports success. Transaction {'f3a9' * 16}."
    )


def test_what_became_due_together_is_one_reply() -> None:
    """After an outage the whole story is one reply, in order, with one mention."""
    lines = told(*SENT, Kind.SETTLED).splitlines()
    assert [line.split()[0] for line in lines] == [f"@{RITA.id}", "Settled:"]
    assert "processing" not in lines[0]


def test_doubt_is_told_as_doubt() -> None:
    """An unclear answer is told word for word, never as a failure, and promises not to send."""
    assert told(*DOUBTED, since=2) == (
        f'@{RITA.id} CCPayment gave no clear answer: "service error" (224066). '
        "It may have taken the payout. I look it up and do not send it again."
    )


ENDS = {
    Kind.REJECTED: (Kind.REJECTED,),
    Kind.CANCELLED: (Kind.CANCELLED,),
    Kind.EXPIRED: (Kind.EXPIRED,),
    Kind.FAILED: DECLINED,
}
TOLD = f"""
rejected | @{RITA.id} Rejected by @{DANA.id} 2026-11-22 10:04 UTC. "Already paid in October." \
Nothing was sent.
cancelled | Cancelled by @{RITA.id} 2026-11-22 10:04 UTC. Nothing was sent.
expired | @{RITA.id} Expired 2026-11-22 10:04 UTC. Nobody decided within 24 h. \
Nothing was sent. Ask again from your direct message.
failed | @{RITA.id} Failed 2026-11-22 10:07 UTC. CCPayment declined it: "balance too low" (14000). \
Nothing was sent. Ask again from your direct message.
"""


@pytest.mark.parametrize("line", TOLD.strip().splitlines())
def test_every_end_is_told(line: str) -> None:
    """How it ended, by whom, whether anything was sent, and what to do next."""
    end, sentence = line.split(" | ")
    kinds = ENDS[Kind(end)]
    assert told(*kinds, since=len(kinds)) == sentence


def test_a_failure_after_sending_asks_to_look_first() -> None:
    """Where money may be on its way, nobody is told to ask again."""
    shown = told(*SENT, Kind.FAILED, since=4)
    assert "Look for the amount in the CCPayment balance before asking again." in shown
    assert "Ask again from" not in shown
    assert "Nothing was sent" not in shown


@pytest.mark.parametrize(
    "kinds",
    [
        (Kind.ESTIMATED,),
        (Kind.APPROVED, Kind.CLAIMED),
        (Kind.APPROVED, Kind.CLAIMED, Kind.UNSENT),
        (Kind.APPROVED, Kind.CLAIMED, Kind.DECLINED),
        (*DOUBTED, Kind.LOOKED_UP),
        (*SENT, Kind.LEARNED),
    ],
    ids=lambda kinds: kinds[-1].value,
)
def test_the_rest_is_on_record_only(kinds: tuple[Kind, ...]) -> None:
    """Estimates, attempts and look-ups make no reply."""
    played, lines = story(*kinds)
    assert reply(played, lines[-1:], SCENE) is None


CHOOSING = replace(SCENE, choices=(Wish.AGAIN, Wish.CLOSE))
RESOLVING = replace(SCENE, choices=(Wish.RESOLVE,))
CROWD = tuple(f"U0NOBODY{n:03}" for n in range(6))
ABSENT = (*DOUBTED, Kind.LOOKED_UP, Kind.ABSENT)


def telling(kinds: tuple[Kind, ...], scene: Scene = SCENE, new: int = 1) -> str:
    """What is told of the last lines of a story, all others having been told."""
    played, lines = story(*kinds)
    message = reply(played, lines[-new:], scene, lines[:-new])
    return words(fits(message).blocks) if message else ""


def test_waiting_is_told_with_its_reason() -> None:
    """What keeps an approved payout from being sent is told to the requester, with its end."""
    assert telling((Kind.APPROVED, Kind.DELAYED)) == (
        f"@{RITA.id} Not sent yet. CCPayment does not answer. "
        "It is tried again until 2026-11-23 10:04 UTC."
    )


def test_a_freeze_is_told_to_who_waits() -> None:
    """A payout that waits because sending is frozen tells so, although its card says it too."""
    played, lines = story(Kind.APPROVED)
    event = happening(played, Kind.DELAYED, why="Sending is frozen: Dana froze it.")
    scene = replace(SCENE, frozen="Dana froze it")
    message = fits(reply(evolve(played, event), on_record(event), scene, lines))
    assert "Not sent yet. Sending is frozen: Dana froze it. It is tried" in words(message.blocks)


def test_a_reason_to_wait_is_told_once() -> None:
    """The same reason again, with another number in it too, is not told again; another one is; and
    one that has passed is not told at all."""
    played, lines = story(Kind.APPROVED)

    def waits(*reasons: str) -> str:
        now, told_so_far = played, lines
        message = None
        for why in reasons:
            event = happening(now, Kind.DELAYED, why=why)
            now = evolve(now, event)
            new = replace(on_record(event)[0], number=len(told_so_far) + 1)
            message = reply(now, (new,), SCENE, told_so_far)
            told_so_far = (*told_so_far, new)
        return words(message.blocks) if message else ""

    first = "The CCPayment balance is 1,200.5 USDT."
    assert "balance is 1,200.5" in waits(first)
    assert waits(first, "The CCPayment balance is 7 USDT.") == ""
    assert "another account" in waits(first, "It belongs to another account.")
    assert waits(first, "It belongs to another account.", first) == ""
    sent = then(then(played, Kind.DELAYED), Kind.CLAIMED)
    late = on_record(happening(played, Kind.DELAYED))
    assert reply(sent, late, SCENE, lines) is None


def counted_up(*steps: Step, awaits: tuple[str, ...] = (ELI.id,), new: int = 1) -> str:
    """What is told of the last steps of a payout that needs two approvals."""
    played, lines = story(quorum=2, tier="1,000 to 10,000 USD")
    for step in steps:
        kind, facts = (step, {}) if isinstance(step, Kind) else step
        event = happening(played, kind, **facts)
        played, lines = evolve(played, event), (*lines, *on_record(event))
    scene = replace(SCENE, could=awaits)
    message = reply(played, lines[-new:], scene, lines[:-new])
    return words(fits(message).blocks) if message else ""


SEEN: dict[str, Fact] = {"comment": "Seen the invoice."}


def test_a_first_approval_calls_whoever_could_give_the_next() -> None:
    """It is told with its comment, and how many more are needed, of whom; later only that it was
    given."""
    assert counted_up(Kind.AGREED) == (
        f"@{ELI.id} @{DANA.id} approved it. 1 more approval is needed."
    )
    assert counted_up((Kind.AGREED, SEEN)) == (
        f'@{ELI.id} @{DANA.id} approved it. "Seen the invoice." 1 more approval is needed.'
    )
    assert counted_up((Kind.AGREED, {"missing": 2, "quorum": 3})) == (
        f"@{ELI.id} @{DANA.id} approved it. 2 more approvals are needed."
    )
    assert counted_up(Kind.AGREED, Kind.TAKEN_BACK, new=2).splitlines()[0] == (
        f"@{ELI.id} @{DANA.id} approved it."
    )


def test_an_approval_that_was_taken_back_is_told() -> None:
    """Who took it back is named, and those who may decide are called."""
    assert counted_up(Kind.AGREED, Kind.TAKEN_BACK, awaits=(DANA.id, ELI.id)) == (
        f"@{DANA.id} @{ELI.id} @{DANA.id} took the approval back."
    )


def test_a_last_approval_is_told_with_its_comment_and_hold() -> None:
    """Whoever approved is named, with the comment, and until when it waits."""
    held: dict[str, Fact] = SEEN | {"held_until": "2026-11-23T10:05:00.000000Z"}
    assert counted_up((Kind.APPROVED, held)) == (
        f'Approved by @{DANA.id}. "Seen the invoice." It is held until 2026-11-23 10:05 UTC.'
    )
    played, lines = happened((Kind.APPROVED, SEEN), Kind.CLAIMED, Kind.SENT)
    told_at_once = words(fits(reply(played, lines[1:], SCENE, lines[:1])).blocks).splitlines()
    assert told_at_once[0] == f'@{DANA.id} said: "Seen the invoice."'


def test_an_approval_that_does_not_count_any_more_is_told() -> None:
    """Why it was not sent is in the verdict's words, and those who may decide are called."""
    verdict: dict[str, Fact] = {
        "verdict": f"0 of 1 approvals (any value); {{{DANA.id}}} does not count: is deactivated",
    }
    assert counted_up(Kind.APPROVED, (Kind.REOPENED, verdict)) == (
        f"@{ELI.id} It was not sent: the approvals do not suffice any more (0 of 1 approvals "
        f"(any value); @{DANA.id} does not count: is deactivated)."
    )


@pytest.mark.parametrize(
    ("order_id", "shows"), [("2023", " order 2023"), (None, " no such withdrawal")]
)
def test_what_somebody_saw_in_the_dashboard_is_told(order_id: str | None, shows: str) -> None:
    """While others must say the same, those who may are called."""
    played, lines = story(*DOUBTED, quorum=2)
    stated = replace(
        lines[-1], number=9, kind=Note.STATED, by=DANA, facts={"order_id": order_id, "quorum": 2}
    )
    said = words(fits(reply(played, (stated,), SCENE, lines)).blocks)
    assert said == (
        f"@{DANA.id} @{ELI.id} @{DANA.id} says that CCPayment's dashboard shows{shows}. "
        "2 people must say the same."
    )
    sent = then(played, Kind.SENT)
    assert reply(sent, (stated,), SCENE, lines) is None


def test_absence_calls_who_may_choose() -> None:
    """When CCPayment certainly knows no such reference, the deciders are called to choose, among
    what there is to choose."""
    called = f"@{DANA.id} @{ELI.id} CCPayment knows no such reference."
    assert telling(ABSENT, CHOOSING) == f"{called} Choose on the card: Send again, or Close."
    closing = replace(SCENE, choices=(Wish.CLOSE,))
    assert telling(ABSENT, closing) == f"{called} Choose on the card: Close."
    assert telling((*ABSENT, Kind.CLOSE_ASKED), new=2).splitlines() == [
        called,
        f"@{DANA.id} asked to close it as not sent; CCPayment is asked once more first.",
    ]


def test_a_crowd_is_not_called() -> None:
    """Over five deciders, nobody is mentioned, neither to choose nor for an alarm."""
    crowd = replace(CHOOSING, deciders=CROWD)
    assert telling(ABSENT, crowd).startswith("CCPayment knows no such reference.")


def test_a_wish_names_who_had_it() -> None:
    """Who asked to send again or to close is named, and that CCPayment is asked first."""
    assert telling((*ABSENT, Kind.AGAIN_ASKED)) == (
        f"@{DANA.id} asked to send it again; CCPayment is asked once more first."
    )


def test_an_hour_of_doubt_calls_for_somebody_to_look_once() -> None:
    """That nothing was learned for long calls the deciders to the dashboard, once; look-ups, before
    it and after, call nobody."""
    looks = [*[Kind.LOOKED_UP] * 3, Kind.UNCLEAR, *[Kind.LOOKED_UP] * 3]
    called = (
        f"@{DANA.id} @{ELI.id} For over an hour CCPayment has not said whether it took this. "
        'Look in CCPayment\'s dashboard, then press "Resolve by hand…" on the card.'
    )
    told_at = [
        number
        for number in range(1, len(looks) + 1)
        if telling((*DOUBTED, *looks[:number]), RESOLVING) == called
    ]
    assert told_at == [4]
    assert telling((*DOUBTED, *looks[:4]), SCENE) == ""
    assert telling((*DOUBTED, *looks), RESOLVING, new=5) == called


def test_an_old_copy_is_told() -> None:
    """That an old copy was put back, and what follows for this payout, is told to the requester."""
    assert telling((Kind.APPROVED, Kind.RESTORED)) == (
        f"@{RITA.id} An old copy of the ledger was put back, which may have forgotten that this "
        "was sent. CCPayment is asked; it is not sent meanwhile."
    )


def alarmed(what: str, scene: Scene = SCENE) -> Message:
    played, lines = story(*SENT)
    alarm = replace(lines[-1], number=9, kind=Note.ALARM, facts={"what": what})
    return fits(reply(played, (alarm,), scene, lines))


def test_an_alarm_calls_the_deciders() -> None:
    """What must not be is told loudly, and calls whoever can do something about it."""
    what = "Not as approved. amount: approved 250, CCPayment reports 500."
    assert words(alarmed(what).blocks) == f"@{DANA.id} @{ELI.id} ⚠️ Alarm: {what}"
    assert words(alarmed(what, replace(SCENE, deciders=CROWD)).blocks) == f"⚠️ Alarm: {what}"


@given(text=st.text(st.characters(), max_size=600))
def test_no_text_breaks_an_alarm(text: str) -> None:
    """Whatever CCPayment reports, Slack takes the alarm, in one paragraph and without mark-up."""
    message = alarmed(text)
    assert len(words(message.blocks).splitlines()) == len(message.text.splitlines()) == 1
    assert not list(marked(message.blocks))


def test_everybody_is_called_once() -> None:
    """In a reply that tells much, each person is mentioned before the first thing that concerns
    them, and not again."""
    lines = telling((*ABSENT, Kind.AGAIN_ASKED, Kind.CLAIMED, Kind.DOUBTED, Kind.ABSENT), new=6)
    assert [line.partition(" CCPayment")[0] for line in lines.splitlines()] == [
        f"@{DANA.id} @{ELI.id}",
        f"@{DANA.id} asked to send it again;",
        f"@{RITA.id}",
        "CCPayment knows no such reference.",
    ]


def test_what_was_found_by_hand_says_by_whom() -> None:
    """A payout that somebody found in the dashboard is told with who says so."""
    played, lines = story(*DOUBTED)
    event = happening(played, Kind.SENT, DANA, order_id="2023", network_fee=None)
    shown = words(fits(reply(evolve(played, event), on_record(event), SCENE, lines)).blocks)
    assert shown == (
        f"@{RITA.id} Approved by @{DANA.id}. Found in CCPayment's dashboard by @{DANA.id}. "
        f"order_id 2023 · network_fee follows · reference {played.reference}. "
        "CCPayment is processing it."
    )


def test_what_people_closed_names_them() -> None:
    """A payout that was closed in doubt says who closed it, and that nobody stops asking."""
    played, lines = story(*ABSENT, Kind.CLOSE_ASKED)
    why = "CCPayment knows no such reference."
    event = happening(played, Kind.FAILED, DANA, because=why)
    shown = words(fits(reply(evolve(played, event), on_record(event), SCENE, lines)).blocks)
    assert shown == (
        f"@{RITA.id} Closed by @{DANA.id} 2026-11-22 10:10 UTC. {why} "
        "CCPayment is asked about it until 2026-11-29 10:10 UTC. "
        "Look for the amount in the CCPayment balance before asking again."
    )


def test_refusals_are_on_record_only() -> None:
    """A refusal makes no reply, and neither does a request."""
    played, lines = story()
    refused = replace(lines[0], kind="refused")
    assert reply(played, (lines[0], refused), SCENE) is None
    assert reply(played, (), SCENE) is None


def hostile(text: str, drawn: Payout) -> Payout:
    attempts = tuple(replace(one, code=text, message=text, meaning=text) for one in drawn.attempts)
    return replace(drawn, attempts=attempts, because=drawn.because and text)


@given(text=st.text(st.characters(), max_size=600))
@pytest.mark.parametrize(
    "kinds", [*ENDS.values(), (*SENT, Kind.FAILED), DOUBTED, (Kind.APPROVED, Kind.REOPENED)]
)
def test_no_text_breaks_a_reply(kinds: tuple[Kind, ...], text: str) -> None:
    """Whatever a reason or CCPayment's message holds, Slack takes the reply."""
    played, lines = story(*kinds)
    lines = tuple(replace(line, facts=dict.fromkeys(line.facts, text)) for line in lines)
    fits(reply(hostile(text, played), lines, SCENE))


def test_a_reply_cannot_be_forged() -> None:
    """A reason with mark-up, mentions and line breaks stays one literal line."""
    played, lines = story(Kind.REJECTED)
    text = "<!channel> *Approved*\nSettled: CCPayment reports success. http://evil.example"
    message = fits(reply(hostile(text, played), lines, SCENE))
    assert len(words(message.blocks).splitlines()) == len(message.text.splitlines()) == 1
    assert f'"{text.replace(chr(10), " ")}".' in words(message.blocks)
    assert not list(marked(message.blocks))
    assert not buttons(message.blocks)
    assert "<!channel>" not in message.text
    assert "*" not in message.text
    assert "http://" not in message.text
