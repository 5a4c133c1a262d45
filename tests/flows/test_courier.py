"""The courier: Slack shows what the ledger says, whatever happens in between.

Ledger and desk are real, Slack is the pretended one over real HTTP. What the sender would record is
recorded here as events.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from slack_sdk import WebClient

from approvals.audit import Subject
from approvals.content import Content
from approvals.errors import Stale
from approvals.ledger import Audience, Card, Change, Freeze, Ledger
from approvals.ledger.rows import card_row
from approvals.payout import Fact, Kind, Payout
from bot.buttons import Act
from bot.courier import PERSISTENT, SELDOM, Courier
from bot.scenes import scene
from bot.telling import Scene
from sandbox.slack import Fault, Message, PretendSlack
from sandbox.slack.cast import PAYOUTS
from tests.build import happening
from tests.core import DANA, ELI, EVER, NOON, RITA, TRON, Clock, Office, ask
from tests.flows.slack_bench import Stage, bench, courier, network, stage
from tests.policies import ONE, policy
from tests.seen import buttons, words

pytest_plugins = ["tests.stage"]


class Crashing(Ledger):
    """A ledger whose process dies at the next commit once it is told to."""

    dies = False

    @contextmanager
    def change(self) -> Iterator[Change]:
        if self.dies:
            raise KeyboardInterrupt
        with super().change() as change:
            yield change


@dataclass
class Post:
    """The office's post room: what the courier does, and what people then see."""

    office: Office
    slack: PretendSlack
    client: WebClient
    courier: Courier

    def works(self, rounds: int = 1, seconds: float = 0) -> None:
        """Let the courier do what is due, so often, with `seconds` before each round."""
        for _ in range(rounds):
            self.office.clock.on(seconds=seconds)
            self.courier.once()

    def restarted(self, network: Callable[[Content], str | None] = network) -> None:
        """Another courier, as after a restart."""
        self.courier = courier(self.office, self.client, network)

    def happens(self, payout: Payout, *kinds: Kind, **facts: Fact) -> Payout:
        """Let the workers' events happen, a minute apart, with the usual facts or others."""
        for kind in kinds:
            self.office.clock.on(minutes=1)
            with self.office.ledger.change() as change:
                event = replace(happening(payout, kind, **facts), at=self.office.clock())
                payout = change.record(payout, event, "test", None)
        return payout

    def shown(self) -> tuple[Message, ...]:
        return self.slack.messages(PAYOUTS.id)

    def card(self) -> str:
        """The one card in the channel, as it is read."""
        (card,) = self.shown()
        return words(card.blocks)

    def thread(self, place: int = 0) -> list[str]:
        """What is below a message of the channel."""
        replies = self.slack.thread(PAYOUTS.id, self.shown()[place].ts)
        return [words(reply.blocks) for reply in replies]

    def copy(self) -> str:
        (copy,) = self.slack.direct_messages(RITA.id)
        return words(copy.blocks)

    def due(self) -> tuple[Card, ...]:
        """Cards that wait for the courier, now or later."""
        with self.office.ledger.reading() as reading:
            return reading.due_cards(self.office.clock() + timedelta(days=9), EVER)


@pytest.fixture(scope="module")
def on() -> Iterator[Stage]:
    with stage() as running:
        yield running


@pytest.fixture
def office(path: Path, clock: Clock) -> Iterator[Office]:
    office = Office(path, clock, ledger=Crashing)
    yield office
    office.ledger.close()


@pytest.fixture
def post(on: Stage, office: Office) -> Iterator[Post]:
    """A courier that does nothing that Slack would complain about."""
    made = bench(on)
    yield Post(office, made.slack, made.client, courier(office, made.client))
    assert made.slack.complaints == []


OTHER_TRON = "TPYmHEhy5n8TCEfYGqW2rPxsghSfzghPDn"
CALLED = f"@{RITA.id} asked for this. @{DANA.id} @{ELI.id}: one approval is needed."
FIRST = [f"{CALLED}\n{TRON}"]
SENT = (Kind.CLAIMED, Kind.SENT)


# What is shown.


def test_a_request_becomes_a_card(post: Post) -> None:
    """A payout gets a card in the channel with the decision, a thread that calls who may decide,
    and a copy for the requester; then nothing is due."""
    post.office.asked()
    post.works()
    assert "Payout 1: 250 USDT on TRX (TRC20)" in post.card()
    assert "Approve payout" in buttons(post.shown()[0].blocks)
    assert post.thread() == FIRST
    assert post.copy().startswith("Payout 1: 250 USDT on TRX (TRC20)")
    assert list(buttons(post.slack.direct_messages(RITA.id)[0].blocks)) == ["Cancel payout 1"]
    assert post.due() == ()
    before = post.slack.version
    post.works(rounds=3, seconds=60)
    assert post.slack.version == before


def test_a_change_is_drawn_in_place_and_told(post: Post) -> None:
    """What happens is drawn on the card that is there, and its copy, and told in the thread."""
    payout = post.office.asked()
    post.works()
    (before,) = post.shown()
    approved = post.office.approve(payout)
    post.works()
    (after,) = post.shown()
    assert (after.ts, len(after.versions)) == (before.ts, 2)
    assert f"Approved by @{DANA.id}. It goes to CCPayment next." in post.card()
    assert f"Approved by @{DANA.id}." in post.copy()
    post.happens(approved, *SENT)
    post.works()
    assert "*order_id*\n`202301090616511612332555323101104`" in post.card()
    assert post.thread()[1] == f"Approved by @{DANA.id}."
    assert "order_id 202301090616511612332555323101104 · network_fee 1.5 USDT" in post.thread()[2]


def test_a_slack_that_knows_no_folds_gets_none(
    on: Stage, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """Where a workspace refuses the container block, its cards stand there openly, complete and at
    once; it is asked only once, and the log says so."""
    made = bench(on, containers=False)
    post = Post(office, made.slack, made.client, courier(office, made.client))
    first = post.happens(office.asked(), Kind.ESTIMATED)
    post.works()
    assert "about 1.5 USDT, taken from the amount" in post.card()
    below = ["actions", "context", "section", "context"]
    assert [block["type"] for block in post.shown()[0].blocks][-4:] == below
    post.office.approve(first)
    post.works()
    assert f"Approved by @{DANA.id}" in post.card()
    assert post.copy().startswith("Payout 1: 250 USDT on TRX (TRC20)")
    told = [one.message for one in caplog.records if "refuses folded blocks" in one.message]
    assert len(told) == 1
    assert made.slack.complaints == []


def test_what_slack_refuses_for_another_reason_is_no_fold(post: Post) -> None:
    """A refusal that goes on without the fold says nothing of folds: it is put off and tried again
    with them."""
    post.office.asked()
    post.slack.fail("chat.postMessage", Fault(error="invalid_blocks"), times=2)
    post.works()
    assert post.shown() == ()
    post.works(seconds=60)
    assert "container" in {block["type"] for block in post.shown()[0].blocks}


def test_what_changes_nothing_that_is_told_makes_no_reply(post: Post) -> None:
    """Estimates and refusals redraw the card at most; nobody is disturbed."""
    payout = post.happens(post.office.asked(), Kind.ESTIMATED)
    with pytest.raises(Stale):
        post.office.approve(replace(payout, digest="0" * 64))
    post.works()
    assert "about 1.5 USDT" in post.card()
    assert post.thread() == FIRST


def test_a_whole_story_is_one_reply(post: Post) -> None:
    """What became due together is told in order, as one reply behind the first one."""
    post.happens(post.office.approved(), *SENT, Kind.SETTLED)
    post.works()
    first, story = post.thread()
    assert first.startswith(f"@{RITA.id} asked for this.\n")
    told = [line.split(" ")[0] for line in story.splitlines()]
    assert told == [f"@{RITA.id}", "Settled:"]


def test_what_is_held_is_announced_before_it_is_approved(path: Path, clock: Clock) -> None:
    """Where a new destination is held, whoever is about to approve it reads for how long; where it
    was paid before, it is not held."""
    hold = '[hold]\nnew_destination = "24h"\n'
    office = Office(path, clock, policy=policy(ONE + hold))
    made = office.asked()
    assert holds(office, made) == timedelta(hours=24)
    with office.ledger.change() as change:
        for kind in (Kind.APPROVED, *SENT, Kind.SETTLED):
            made = change.record(made, happening(made, kind), "test", None)
    assert holds(office, office.asked()) is None
    office.ledger.close()


def holds(office: Office, payout: Payout) -> timedelta | None:
    with office.ledger.reading() as reading:
        bare = Scene((), PAYOUTS.id)
        return scene(bare, reading, office.rules, payout, office.clock()).hold


@pytest.mark.parametrize(
    ("kinds", "why"),
    [
        ((), "Nobody decided within 24 h."),
        ((Kind.AGREED,), "Too few approved in time."),
        ((Kind.AGREED, Kind.TAKEN_BACK), "Too few approved in time."),
        ((Kind.APPROVED, Kind.REOPENED), "Too few approved in time."),
    ],
)
def test_what_ran_out_of_time_says_why(post: Post, kinds: tuple[Kind, ...], why: str) -> None:
    """Nobody who approved reads that nobody decided, though the approval counts no more."""
    post.happens(post.office.asked(), *kinds, Kind.EXPIRED)
    post.works()
    assert why in post.card()
    assert why in post.copy()
    assert why in post.thread()[-1]


def test_what_ccpayment_tells_later_is_told_later(post: Post) -> None:
    """Where the fee is not known at first and the account's owner must approve it too, card and
    thread tell each when it is so, and once; the transaction leads to its explorer."""
    taken = post.happens(post.office.approved(), Kind.CLAIMED)
    sent = post.happens(taken, Kind.SENT, network_fee=None, fee_coin=None)
    post.works()
    assert "· network_fee follows · reference" in post.thread()[1]
    waiting = post.happens(sent, Kind.LEARNED, progress="waiting", txid=None)
    post.works()
    assert "Waits for the account owner's approval" in post.card()
    assert "Waits for the account owner's approval" in post.copy()
    goes_on = post.happens(waiting, Kind.LEARNED, progress="processing", txid=None)
    post.works()
    assert "Waiting for the chain." in post.card()
    fee = post.happens(goes_on, Kind.LEARNED, network_fee="0.05", fee_coin="POL", txid=None)
    post.works()
    assert "*network_fee*\n0.05 POL, taken from the amount" in post.card()
    post.happens(fee, Kind.SETTLED)
    post.works()
    link = f"<https://example.com/tx/{'f3a9' * 16}|{'f3a9' * 16}>"
    assert f"*Transaction*\n{link}" in post.card()
    told = [reply.partition(".")[0] for reply in post.thread()[2:]]
    assert told == [
        f"@{DANA.id} @{ELI.id} It waits for the account owner's approval in CCPayment's dashboard",
        "network_fee 0",
        "Settled: CCPayment reports success",
    ]


def test_a_deleted_card_is_posted_again(post: Post) -> None:
    """Where somebody deleted the card, the next change posts it again, with its whole thread."""
    payout = post.office.asked()
    post.works()
    post.slack.delete_message(PAYOUTS.id, post.shown()[0].ts)
    assert post.shown() == ()
    post.office.approve(payout)
    post.works()
    post.slack.complaints.clear()  # that the old one is not there
    assert f"Approved by @{DANA.id}." in post.card()
    first, approved = post.thread()
    assert first.startswith(f"@{RITA.id} asked for this.")
    assert approved == f"Approved by @{DANA.id}."
    assert post.due() == ()


@pytest.mark.parametrize("error", ["edit_window_closed", "cant_update_message"])
def test_a_card_that_stays_as_it_is_is_posted_again(post: Post, error: str) -> None:
    """Where Slack will never let a card be drawn again, the next change posts another one, with its
    whole thread, and later changes are drawn there."""
    payout = post.office.asked()
    post.works()
    post.slack.fail("chat.update", Fault(error=error), times=2)  # the card and the copy
    approved = post.office.approve(payout)
    post.works()
    post.happens(approved, *SENT)
    post.works()
    left, kept = post.shown()
    assert (len(left.versions), len(kept.versions)) == (1, 2)
    assert "Sent to CCPayment" in words(kept.blocks)
    first, told, sent = post.thread(1)
    assert f"{first}\n{told}" == f"@{RITA.id} asked for this.\n{TRON}\nApproved by @{DANA.id}."
    assert "order_id" in sent
    assert len(post.slack.direct_messages(RITA.id)) == 2
    assert post.due() == ()


CLOSED = pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "is_inactive"])


@CLOSED
def test_a_card_follows_to_another_channel(post: Post, error: str) -> None:
    """Where a card's channel is closed and cards are posted elsewhere now, the next change posts it
    there, with its whole thread."""
    payout = post.office.asked()
    post.works()
    post.office.approve(payout)
    with post.office.ledger.change() as change:
        card = change.card(Subject.PAYOUT, 1, Audience.CHANNEL)
        assert card is not None
        assert card.due_at is not None
        change.keep_card(replace(card, channel="C0EARLIER01"), card.due_at)
    post.slack.fail("chat.update", Fault(error=error))
    post.works()
    assert f"Approved by @{DANA.id}." in words(post.shown()[1].blocks)
    assert post.thread(1)[-1] == f"Approved by @{DANA.id}."
    assert post.due() == ()


@CLOSED
def test_a_channel_that_is_closed_is_waited_for(post: Post, error: str) -> None:
    """Where there is no other channel, the card waits until its own can be used again."""
    payout = post.office.asked()
    post.works()
    post.slack.fail("chat.update", Fault(error=error))
    post.office.approve(payout)
    post.works(rounds=2, seconds=2)
    assert f"Approved by @{DANA.id}." in post.card()
    assert post.thread() == [*FIRST, f"Approved by @{DANA.id}."]


def test_a_deleted_copy_is_posted_again(post: Post) -> None:
    """The requester's copy comes back the same way, and nothing is told twice for it."""
    payout = post.office.asked()
    post.works()
    (copy,) = post.slack.direct_messages(RITA.id)
    post.slack.delete_message(copy.channel, copy.ts)
    post.office.approve(payout)
    post.works()
    post.slack.complaints.clear()
    assert f"Approved by @{DANA.id}." in post.copy()
    assert post.thread() == [*FIRST, f"Approved by @{DANA.id}."]


def test_whatever_people_write_is_shown(post: Post) -> None:
    """Hostile words in a reason make a card that Slack takes."""
    reason = "*x* <!channel> `y` http://evil.example & Memo: 1 " * 9
    post.office.asked(what=ask(reason=reason))
    post.works()
    assert "<!channel>" in post.card()
    assert "<!channel>" not in post.shown()[0].text


def test_what_time_alone_changes_is_drawn(post: Post) -> None:
    """Once its approval has ended, a payout that CCPayment does not know can only be closed: its
    card says so, though nothing happened."""
    sent = post.office.approved()
    post.happens(sent, Kind.CLAIMED, Kind.DOUBTED, Kind.ABSENT)
    post.works()
    assert list(buttons(post.shown()[0].blocks)) == ["Send again", "Close, nothing was sent"]
    left = sent.expires_at - post.office.clock()
    post.works(seconds=int(left.total_seconds()) + 1)
    assert list(buttons(post.shown()[0].blocks)) == ["Close, nothing was sent"]


def test_an_hour_without_an_answer_is_drawn(post: Post) -> None:
    """Once the sender has put an hour of doubt on record, the card offers to resolve by hand; our
    clock alone, which may have jumped, offers nothing."""
    made = post.happens(post.office.approved(), Kind.CLAIMED, Kind.DOUBTED)
    post.works(seconds=3601)
    assert buttons(post.shown()[0].blocks) == {}
    post.happens(made, Kind.UNCLEAR)
    post.works()
    assert list(buttons(post.shown()[0].blocks)) == ["Resolve by hand…"]
    assert "Needs an approver." in post.copy()


# What goes wrong.


def test_an_outage_loses_nothing(post: Post) -> None:
    """While Slack is down everything waits; when it is back, card, copy and thread are complete,
    and nothing is there twice."""
    post.slack.outage = True
    payout = post.office.asked()
    post.works(rounds=3, seconds=30)
    post.happens(post.office.approve(payout), *SENT)
    post.works(rounds=10, seconds=300)
    assert post.shown() == ()
    post.slack.calm()
    post.works(rounds=2, seconds=300)
    assert "order_id" in post.card()
    assert len(post.thread()) == 2
    assert "Sent to CCPayment" in post.copy()
    assert post.due() == ()


def test_a_slack_that_is_not_there_is_waited_for(post: Post) -> None:
    """No connection at all is waited out like an outage."""
    reachable = post.client
    post.client = WebClient("xoxb-x", "http://127.0.0.1:9/api/", timeout=1, retry_handlers=[])
    post.restarted()
    post.office.asked()
    post.works(rounds=3, seconds=300)
    assert len(post.due()) == 2
    post.client = reachable
    post.restarted()
    post.works(seconds=300)
    assert "Payout 1" in post.card()


def test_tries_follow_each_other_ever_later(post: Post) -> None:
    """A card that cannot be shown is tried after 2 s, then at doubling waits of up to 5 minutes,
    at last once an hour, for ever; and at once when its payout changes."""
    payout = post.office.asked()
    post.slack.outage = True
    waits = []
    for _ in range(PERSISTENT + 2):
        post.works()
        due = [card.due_at for card in post.due() if card.audience is Audience.CHANNEL]
        assert due[0] is not None
        waits.append(int((due[0] - post.office.clock()).total_seconds()))
        post.office.clock.now = max(card.due_at for card in post.due() if card.due_at)
    assert waits[:9] == [2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert waits[-2:] == [SELDOM.total_seconds()] * 2
    post.slack.calm()
    post.works()
    payout = post.office.approve(payout)
    post.slack.outage = True
    post.works()
    assert {card.tries for card in post.due()} == {1}


def test_slack_says_when_to_come_back(post: Post) -> None:
    """A 429 is waited out for as long as Slack asks."""
    post.office.asked()
    post.slack.fail("chat.postMessage", Fault(retry_after=77))
    post.works()
    (card,) = post.due()
    assert card.due_at == NOON + timedelta(seconds=77)
    post.works(seconds=76)
    assert len(post.due()) == 1
    post.works(seconds=1)
    assert post.due() == ()
    assert "Payout 1" in post.card()


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "token_revoked", "x"])
def test_a_refusal_is_logged_and_tried_again(
    post: Post, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever Slack refuses with is in the log, by its name, and the card is shown once it can
    be."""
    post.office.asked()
    post.slack.fail("chat.postMessage", Fault(error=error), times=2)
    post.works()
    assert f"card of payout 1: {error}" in caplog.text
    post.works(seconds=2)
    assert "Payout 1" in post.card()
    assert "Payout 1" in post.copy()


def test_one_card_keeps_no_other_from_being_shown(post: Post) -> None:
    """A card that Slack does not take is put off alone."""
    post.office.asked()
    post.office.asked()
    post.slack.fail("chat.postMessage", Fault(status=500))
    post.works()
    assert len(post.due()) == 1
    assert len(post.shown()) == 1


def test_a_reply_that_was_not_taken_follows(post: Post) -> None:
    """Where only the reply fails, the next try tells it, below the same card."""
    payout = post.office.asked()
    post.works()
    post.office.approve(payout)
    post.slack.fail("chat.postMessage", Fault(error="internal_error"))
    post.works()
    assert post.thread() == FIRST
    post.works(seconds=2)
    assert post.thread() == [*FIRST, f"Approved by @{DANA.id}."]


def test_an_answer_that_was_lost_repeats_a_message(post: Post) -> None:
    """Where Slack took a reply and the answer was lost, it is told twice: a repeat, never a
    loss."""
    payout = post.office.asked()
    post.works()
    post.office.approve(payout)
    post.slack.fail("chat.postMessage", Fault(status=500, done=True))
    post.works(rounds=2, seconds=2)
    assert post.thread() == [*FIRST, *[f"Approved by @{DANA.id}."] * 2]


def test_a_crash_behind_a_post_repeats_the_card(post: Post) -> None:
    """A process that dies between Slack's answer and its own note posts the card once more when it
    is started again; that one is kept, and has the whole thread."""
    payout = post.office.asked()
    dying = post.office.ledger
    assert isinstance(dying, Crashing)
    dying.dies = True
    with pytest.raises(KeyboardInterrupt):
        post.works()
    dying.dies = False
    post.restarted()
    post.works()
    assert len(post.shown()) == 2
    assert (post.thread(0), post.thread(1)) == ([], FIRST)
    post.office.approve(payout)
    post.works()
    left, kept = post.shown()
    assert (len(left.versions), len(kept.versions)) == (1, 2)


def test_a_restart_goes_on_where_it_was(post: Post) -> None:
    """Another process knows which card is whose, and what was told."""
    payout = post.office.asked()
    post.works()
    post.restarted()
    post.office.approve(payout)
    post.works()
    assert len(post.shown()) == 1
    assert post.thread() == [*FIRST, f"Approved by @{DANA.id}."]


# Races.


def while_drawing(act: Callable[[], object]) -> Callable[[Content], str | None]:
    """Names networks, but the first time something happens before it answers."""
    waiting = [act]

    def named(content: Content) -> str | None:
        if waiting:
            waiting.pop()()
        return network(content)

    return named


@pytest.mark.parametrize("apart", [0, 1])
@pytest.mark.parametrize("posted", [False, True])
def test_who_acts_while_the_card_is_drawn_is_not_forgotten(
    post: Post, apart: int, *, posted: bool
) -> None:
    """A decision that comes while an older card is on its way to Slack is shown right after, also
    where both are in the same moment, and whether the card is new or not."""
    payout = post.office.asked()
    if posted:
        post.works()
        payout = post.happens(payout, Kind.ESTIMATED)

    def decides() -> None:
        post.office.clock.on(microseconds=apart)
        post.office.approve(payout)

    post.restarted(while_drawing(decides))
    post.works(rounds=2)
    assert f"Approved by @{DANA.id}. It goes to CCPayment next." in post.card()
    assert f"Approved by @{DANA.id}. It goes to CCPayment next." in post.copy()
    first, *others = post.thread()
    assert first.startswith(f"@{RITA.id} asked for this.")
    assert others == [f"Approved by @{DANA.id}."]
    assert post.due() == ()


def test_the_second_of_two_people_sees_what_the_first_did(post: Post) -> None:
    """Dana approves while Eli looks at the old card and rejects: her decision counts and is told
    once, his comes too late and changes nothing that is shown."""
    payout = post.office.asked()
    post.works()
    post.office.approve(payout, DANA)
    post.office.reject(payout, ELI)  # an approver stops what is not sent yet
    with pytest.raises(Stale):
        post.office.approve(payout, DANA)
    post.works()
    assert "Rejected by" in post.card()
    assert [one.split(" 2026")[0] for one in post.thread()[1].splitlines()] == [
        f"Approved by @{DANA.id}.",
        f"@{RITA.id} Rejected by @{ELI.id}",
    ]
    assert Act.REJECT not in str(post.shown()[0].blocks)


# All sending.


def test_a_freeze_is_announced_and_drawn(post: Post) -> None:
    """When an approver freezes sending, the channel reads who, and what is on its way; every open
    card says it; when it goes on, the channel reads that, and the cards say it no more."""
    office = post.office
    office.asked()
    other = office.approved(what=ask(destination=OTHER_TRON, reason="Rent"))
    post.happens(other, Kind.CLAIMED, Kind.DOUBTED)
    post.works()
    office.desk.freeze(DANA, trigger=office.trigger())
    post.works()
    first, second, notice = post.shown()
    assert words(notice.blocks).splitlines()[0].startswith("⚠️ Sending is frozen. @U0DANA00001")
    assert "payout 2 (250 USDT, in doubt since" in words(notice.blocks)
    frozen = "Sending is frozen: Dana froze it."
    assert all(frozen in words(card.blocks) for card in (first, second))
    assert "Approve payout" in buttons(first.blocks)
    assert all(frozen in words(copy.blocks) for copy in post.slack.direct_messages(RITA.id))
    for who in (DANA, ELI):
        office.clock.on(seconds=1)
        office.desk.unfreeze(who, trigger=office.trigger())
        post.works()
    *cards, _, agreed, goes_on = post.shown()
    assert words(agreed.blocks) == (
        f"@{DANA.id} agrees that sending goes on. 1 more must, with the command unfreeze:"
        f" @{ELI.id}. Until then nothing goes out."
    )
    assert words(goes_on.blocks).startswith("Sending goes on. 2 approvers agreed; @U0ELI000001")
    assert not any(frozen in words(card.blocks) for card in cards)
    assert {card.id for card in post.due()} == {2}  # there will be something to choose


def test_an_alarm_about_all_of_it_is_announced_once(post: Post) -> None:
    """An alarm about no single payout is a message of its own, once, also over an outage."""
    post.slack.outage = True
    for _ in range(2):
        with post.office.ledger.change() as change:
            change.alarm("It is on fire.", post.office.clock(), "test")
    post.works(rounds=3, seconds=300)
    post.slack.calm()
    post.works(rounds=2, seconds=300)
    (notice,) = post.shown()
    assert words(notice.blocks) == f"@{DANA.id} @{ELI.id} ⚠️ Alarm: It is on fire."


def test_a_freeze_by_us_names_the_host(post: Post) -> None:
    """What a mismatch froze calls the approvers and says who can lift it."""
    with post.office.ledger.change() as change:
        change.freeze(Freeze.MISMATCH, "payout 1 is not as approved", post.office.clock(), "test")
    post.works()
    assert "countersign unfreeze" in post.card()
    assert f"@{DANA.id} @{ELI.id}" in post.card()


def test_an_alarm_about_a_payout_is_told_in_its_thread(post: Post) -> None:
    """An alarm about one payout calls the deciders below its card."""
    payout = post.happens(post.office.approved(), *SENT)
    post.works()
    with post.office.ledger.change() as change:
        change.alarm("Not as approved.", post.office.clock(), "test", payout.number)
    post.works()
    assert post.thread()[-1] == f"@{DANA.id} @{ELI.id} ⚠️ Alarm: Not as approved."


def test_a_notice_whose_line_is_lost_is_reported(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    """A notice about nothing is put off and in the log; the other cards are shown."""
    post.office.asked()
    with post.office.ledger.change() as change:
        change._insert(
            "cards", card_row(Card("ledger", 99, Audience.CHANNEL, due_at=post.office.clock()))
        )
    caplog.set_level(logging.ERROR)
    post.works()
    assert "a notice about line 99, which is not in the ledger" in caplog.text
    assert "Payout 1" in post.card()
