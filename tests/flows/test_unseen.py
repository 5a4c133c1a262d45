"""A card that cannot be shown, and will not be by itself: whoever should know is told, once, and as
soon as it is mended everything is there. Slack is the pretended one, over real HTTP."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from slack_sdk import WebClient

from approvals.audit import Subject
from approvals.ledger import Audience, Freeze
from approvals.payout import Kind
from bot.courier import TOLD_DIRECTLY
from bot.first_look import AGAIN, TO_SEE, FirstLook, granted
from bot.manifest import FOR_GROUPS, NEEDED, TO_LOOK
from bot.people import SlackPeople
from bot.trouble import Reach, Trouble
from sandbox.slack import Fault, Group, Organization, PretendSlack, User
from sandbox.slack.cast import DANA, ELI, NOA, PAYOUTS, PEOPLE, RITA
from sandbox.slack.driver import SCOPES
from sandbox.slack.workspace import TEAM
from tests.core import NOON, Clock, Office
from tests.flows.slack_bench import Bench, Stage, bench, courier, stage
from tests.flows.test_courier import Post
from tests.flows.test_listeners import REQUEST, working
from tests.policies import policy
from tests.seen import words

pytest_plugins = ["tests.stage"]

Damage = Callable[[PretendSlack], None]

INVITE = f"Countersign is not in #{PAYOUTS.id}. Type /invite @Countersign there."
DAMAGES: dict[Trouble, tuple[Damage, str]] = {
    Trouble.NOT_IN_CHANNEL: (
        lambda slack: slack.set_channel(PAYOUTS.id, is_member=False),
        INVITE,
    ),
    Trouble.CHANNEL_NOT_FOUND: (
        lambda slack: slack.set_channel(PAYOUTS.id, is_member=False, is_private=True),
        (
            f"Slack shows Countersign no channel {PAYOUTS.id}. If it is private, type /invite"
            " @Countersign there. If the id is wrong, whoever runs Countersign must correct"
            " PAYOUTS_CHANNEL."
        ),
    ),
    Trouble.IS_ARCHIVED: (
        lambda slack: slack.set_channel(PAYOUTS.id, is_archived=True),
        (
            f"#{PAYOUTS.id} is archived. Open it again, or whoever runs Countersign must set"
            " PAYOUTS_CHANNEL to another channel."
        ),
    ),
    Trouble.RESTRICTED_ACTION: (
        lambda slack: slack.set_channel(PAYOUTS.id, restricted=True),
        (
            f"Slack does not let Countersign post in #{PAYOUTS.id}. Who manages this channel must"
            " let the app Countersign post and reply there."
        ),
    ),
}
"""What somebody does to the channel, and what is said of it."""

each_damage = pytest.mark.parametrize("trouble", DAMAGES)


def mend(slack: PretendSlack) -> None:
    slack.set_channel(
        PAYOUTS.id, is_member=True, is_private=False, is_archived=False, restricted=False
    )


@pytest.fixture(scope="module")
def on() -> Iterator[Stage]:
    with stage() as running:
        yield running


@pytest.fixture
def desk(on: Stage) -> Iterator[Bench]:
    made = bench(on, groups=(Group("S0LEADS0001", "leads", (DANA.id,)),))
    yield made
    made.slack.calm()


@pytest.fixture
def office(path: Path, clock: Clock) -> Iterator[Office]:
    office = Office(path, clock)
    yield office
    office.ledger.close()


@pytest.fixture
def reach() -> Reach:
    return Reach()


@pytest.fixture
def post(desk: Bench, office: Office, reach: Reach) -> Post:
    return Post(office, desk.slack, desk.client, courier(office, desk.client, reach=reach))


def told(post: Post, user: User) -> list[str]:
    """What somebody read in their direct messages."""
    return [words(one.blocks) for one in post.slack.direct_messages(user.id)]


def kept(post: Post, number: int = 1) -> str | None:
    with post.office.ledger.reading() as reading:
        card = reading.card(Subject.PAYOUT, number, Audience.CHANNEL)
    assert card
    return card.trouble


# -- the courier ----------------------------------------------------------------------------------


@each_damage
def test_a_card_that_cannot_be_shown_is_told(post: Post, reach: Reach, trouble: Trouble) -> None:
    """What does not pass by itself is kept on the card; the approvers read it directly, once, with
    what waits for them; the requester reads it on their own copy; and it is known for whoever asks
    next. Once it is mended, card and thread are there, and nothing says otherwise any more."""
    damage, said = DAMAGES[trouble]
    damage(post.slack)
    post.office.asked()
    post.works(rounds=4, seconds=3)
    assert (kept(post), reach.trouble, reach.health()) == (trouble, trouble, {"cards": trouble})
    for approver in (DANA, ELI):
        (direct,) = told(post, approver)
        assert said in direct
        assert "Waiting for approval: payout 1 (250 USDT)." in direct
    assert f"Its card cannot be shown, so nobody can approve it. {said}" in post.copy()
    mend(post.slack)
    post.works(rounds=2, seconds=300)
    assert "Waits for 1 approval" in post.card()
    assert len(post.thread()) == 1
    assert "cannot be shown" not in post.copy() + post.card()
    assert (kept(post), reach.trouble, reach.health()) == (None, None, {})
    assert [len(told(post, approver)) for approver in (DANA, ELI)] == [1, 1]


def test_it_is_told_once_however_many_wait(post: Post) -> None:
    """Ten payouts whose cards cannot be shown are one message to each approver; every requester
    reads it on their copy; and one card that can be shown again brings all others at once."""
    DAMAGES[Trouble.NOT_IN_CHANNEL][0](post.slack)
    for _ in range(10):
        post.office.asked()
    post.works(rounds=9, seconds=60)
    assert len(told(post, DANA)) == 1
    assert all(INVITE in copy for copy in told(post, RITA))
    mend(post.slack)
    post.office.asked()
    post.works(rounds=4)
    assert len(post.shown()) == 11
    assert not any(INVITE in copy for copy in told(post, RITA))


def test_what_breaks_again_is_told_again(post: Post) -> None:
    """The message is about one failure: the next one, after it was mended, is told too. A card that
    was seen says on the copy that it cannot show what is new."""
    made = post.office.asked()
    for times in (1, 2):
        DAMAGES[Trouble.IS_ARCHIVED][0](post.slack)
        made = post.happens(made, Kind.ESTIMATED)
        post.works(rounds=3, seconds=60)
        assert len(told(post, DANA)) == times
        mend(post.slack)
        post.works(rounds=2, seconds=300)
        assert len(post.shown()) == 1
    DAMAGES[Trouble.IS_ARCHIVED][0](post.slack)
    post.office.cancel(made)
    post.works(rounds=2)
    assert "cannot show what is new" not in post.copy()  # nobody needs to see it any more


def test_a_card_that_was_seen_says_what_it_cannot(post: Post) -> None:
    """Whoever sees an old card can still decide on it; the copy says no more than is so."""
    made = post.office.asked()
    post.works()
    DAMAGES[Trouble.IS_ARCHIVED][0](post.slack)
    post.happens(made, Kind.ESTIMATED)
    post.works(rounds=2)
    assert "Its card cannot show what is new. #" in post.copy()
    assert "nobody can approve" not in post.copy()


def test_only_so_many_are_written_to(on: Stage, path: Path, clock: Clock) -> None:
    """However many may approve, the message goes to ten of them."""
    crowd = [User(f"U0CROWD{number:04}", f"c{number}", f"C{number}") for number in range(12)]
    people = "[groups]\nmany = [" + ", ".join(f'"{one.id}"' for one in crowd) + "]\n"
    rules = policy('[[tier]]\napprovals = 1\nof = ["many"]\n', people)
    office, made = Office(path, clock, policy=rules), bench(on, people=(*PEOPLE, *crowd))
    post = Post(office, made.slack, made.client, courier(office, made.client))
    DAMAGES[Trouble.NOT_IN_CHANNEL][0](post.slack)
    office.asked()
    post.works(rounds=2)
    assert sum(bool(told(post, one)) for one in crowd) == TOLD_DIRECTLY
    office.ledger.close()


def test_a_notice_that_cannot_be_shown_is_told_too(post: Post) -> None:
    """Nobody can read in the channel that sending is frozen: the approvers learn that they are not
    told there."""
    DAMAGES[Trouble.RESTRICTED_ACTION][0](post.slack)
    with post.office.ledger.change() as change:
        change.freeze(Freeze.MISMATCH, "payout 7 is not what was approved", NOON, "test")
    post.works(rounds=2, seconds=60)
    assert len(told(post, ELI)) == 1
    mend(post.slack)
    post.works(seconds=300)
    assert "Sending is frozen" in words(post.shown()[0].blocks)


@pytest.mark.parametrize("error", ["internal_error", "ratelimited", "fatal_error", "no_such_error"])
def test_what_passes_by_itself_is_told_nobody(post: Post, reach: Reach, error: str) -> None:
    """An outage is waited out: nobody is written to, and no card remembers it."""
    post.office.asked()
    post.slack.fail("chat.postMessage", Fault(error=error))
    post.works()
    assert (kept(post), reach.trouble, told(post, DANA)) == (None, None, [])


def test_a_token_that_was_taken_back_is_in_the_log_and_at_the_health_check(
    post: Post, reach: Reach, caplog: pytest.LogCaptureFixture
) -> None:
    """Where nobody can be written to at all, whoever runs Countersign reads it, and nothing else
    breaks."""
    post.slack.revoke()
    post.office.asked()
    post.works(rounds=2, seconds=3)
    assert (kept(post), reach.health()) == ("token_revoked", {"cards": "token_revoked"})
    loud = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert len(loud) == 1
    assert "no card can be shown: Slack does not take Countersign's token" in loud[0].getMessage()


def test_a_copy_that_cannot_be_sent_troubles_nobody_else(post: Post, reach: Reach) -> None:
    """Where the requester cannot be written to, the card in the channel and the approvers are not
    concerned; why is kept."""
    made = post.office.asked()
    post.slack.switch_messages_tab(on=False)
    post.works()
    assert len(post.shown()) == 1
    with post.office.ledger.reading() as reading:
        copy = reading.card(Subject.PAYOUT, made.number, Audience.REQUESTER)
    assert copy
    assert copy.trouble == Trouble.MESSAGES_TAB_DISABLED
    assert (reach.trouble, told(post, DANA)) == (None, [])
    post.slack.switch_messages_tab(on=True)
    post.works(seconds=2)
    assert "Waits for 1 approval" in post.copy()


# -- what people read -----------------------------------------------------------------------------


@each_damage
def test_a_card_is_promised_only_where_it_can_come(tmp_path: Path, trouble: Trouble) -> None:
    """That its card comes is said only where it can. Where it is known that it cannot, whoever asks
    reads why in the reply, and later with `show`; `/healthz` says it as a field, and is well. After
    it was mended both are as ever."""
    damage, said = DAMAGES[trouble]
    with working(tmp_path) as office:
        damage(office.slack)
        office.ask()
        office.slack.wait_until(lambda: bool(office.slack.direct_messages(DANA.id)))
        second = words(office.ask(text=REQUEST.replace("250", "251")).blocks)
        assert "Its card comes in" not in second
        assert f"Its card cannot be shown, so nobody can approve it. {said}" in second
        assert said in words(office.ask(text="show 1").blocks)
        assert "Its card cannot be shown" in office.ask(text="show 1").text
        with urlopen(f"{office.slack.bot_url}/healthz") as answer:
            health = json.loads(answer.read())
        assert (answer.status, health["status"], health["cards"]) == (200, "serving", trouble)
        mend(office.slack)
        office.clock.at += timedelta(minutes=6)
        office.slack.wait_until(lambda: len(office.slack.messages(PAYOUTS.id)) == 2, 10)
        assert "Its card comes in" in office.ask(text=REQUEST.replace("250", "252")).text
        assert "cannot be shown" not in office.ask(text="show 1").text


# -- the first look -------------------------------------------------------------------------------


def look(
    desk: Bench,
    office: Office,
    reach: Reach,
    *,
    scopes: frozenset[str] | None = SCOPES,
    channel: str = PAYOUTS.id,
) -> list[str]:
    """What is said at the start."""
    return list(first_look(desk, office, reach, scopes, channel).sentences())


def first_look(
    desk: Bench,
    office: Office,
    reach: Reach,
    scopes: frozenset[str] | None = SCOPES,
    channel: str = PAYOUTS.id,
) -> FirstLook:
    client = WebClient(desk.slack.token, f"{desk.slack.address}/api/", timeout=5, retry_handlers=[])
    return FirstLook(
        office.ledger,
        client,
        SlackPeople(client, TEAM, office.clock),
        office.rules,
        scopes=scopes,
        team=TEAM,
        channel=channel,
        reach=reach,
        clock=office.clock,
    )


SHARED = (
    f"The channel {PAYOUTS.id} is shared with another company: its people see every card. They"
    " cannot decide anything."
)


def test_where_all_is_well_nothing_is_said(desk: Bench, office: Office, reach: Reach) -> None:
    """A channel of our own with the bot in it, all scopes, approvers who are members: silence. One
    that is shared with another company is named."""
    assert look(desk, office, reach) == [SHARED]
    desk.slack.set_channel(PAYOUTS.id, is_ext_shared=False)
    assert look(desk, office, reach) == []


@pytest.mark.parametrize(
    "trouble", [Trouble.NOT_IN_CHANNEL, Trouble.CHANNEL_NOT_FOUND, Trouble.IS_ARCHIVED]
)
def test_the_channel_is_looked_at_before_the_first_card(
    desk: Bench, office: Office, reach: Reach, trouble: Trouble
) -> None:
    """Nobody has to ask for a payout to learn that its card could not be shown."""
    damage, said = DAMAGES[trouble]
    desk.slack.set_channel(PAYOUTS.id, is_ext_shared=False)
    damage(desk.slack)
    bare = said.replace(f"#{PAYOUTS.id}", PAYOUTS.id)
    assert look(desk, office, reach) == [f"No card can be shown. {bare}"]
    assert reach.trouble is trouble


@pytest.mark.parametrize("trouble", sorted(TO_SEE))
def test_a_channel_that_is_mended_is_noticed(
    desk: Bench, office: Office, reach: Reach, trouble: Trouble
) -> None:
    """Whoever mends the channel after the start has that noticed, although nobody asks for a
    payout: `/healthz` and the next reply say nothing false, and what waits is shown at once."""
    looks = first_look(desk, office, reach)
    post = Post(office, desk.slack, desk.client, courier(office, desk.client, reach=reach))
    DAMAGES[trouble][0](desk.slack)
    post.office.asked()
    post.works(rounds=2, seconds=3)
    looks.once()
    mend(desk.slack)
    looks.once()
    assert reach.trouble is trouble
    office.clock.on(seconds=AGAIN.total_seconds())
    looks.once()
    assert reach.health() == {}
    post.works()
    assert "Waits for 1 approval" in post.card()


def test_a_look_mends_nothing_that_it_cannot_see(desk: Bench, office: Office, reach: Reach) -> None:
    """Where somebody else may not post is not seen by a look, so it stays known."""
    looks = first_look(desk, office, reach)
    looks.once()
    reach.found(Trouble.RESTRICTED_ACTION)
    office.clock.on(seconds=2 * AGAIN.total_seconds())
    looks.once()
    assert reach.trouble is Trouble.RESTRICTED_ACTION


def test_a_channel_that_is_not_there(desk: Bench, office: Office, reach: Reach) -> None:
    """A wrong PAYOUTS_CHANNEL is said by its id."""
    (said,) = look(desk, office, reach, channel="C0WRONG0001")
    assert "no channel C0WRONG0001" in said
    assert "PAYOUTS_CHANNEL" in said


def test_without_the_scope_the_first_card_tells(on: Stage, office: Office, reach: Reach) -> None:
    """channels:read and groups:read are optional: without them nothing is claimed, nor asked of
    people."""
    some = SCOPES - set(TO_LOOK)
    desk = bench(on, scopes=some)
    DAMAGES[Trouble.IS_ARCHIVED][0](desk.slack)
    assert look(desk, office, reach, scopes=some) == []
    assert reach.trouble is None


@pytest.mark.parametrize("scope", NEEDED)
def test_a_scope_that_lacks_is_named(desk: Bench, office: Office, reach: Reach, scope: str) -> None:
    """Each scope of the manifest that is needed is held against those that Slack granted."""
    (said, _) = look(desk, office, reach, scopes=SCOPES - {scope})
    assert said == (
        f"The Slack app lacks the scope {scope}. Add it on the app's page"
        ' "OAuth & Permissions" and install the app again.'
    )


def test_groups_need_a_scope_only_where_the_policy_names_some(
    desk: Bench, reach: Reach, path: Path, clock: Clock, office: Office
) -> None:
    """usergroups:read is asked for by a policy that names Slack's user groups, and by no other."""
    fewer = SCOPES - set(FOR_GROUPS)
    assert look(desk, office, reach, scopes=fewer) == [SHARED]
    by_group = '[groups]\nleads = ["S0LEADS0001"]\n[[tier]]\napprovals = 1\nof = ["leads"]\n'
    other = Office(path.with_name("other.db"), clock, policy=policy(by_group, ""))
    assert FOR_GROUPS[0] in look(desk, other, reach, scopes=fewer)[0]
    other.ledger.close()


def test_slack_names_the_scopes_with_every_answer(desk: Bench) -> None:
    """They are read from the header of the answer that tells who the bot is; an answer without it
    says nothing of them."""
    assert granted(desk.client.auth_test().headers) == SCOPES
    assert granted({"X-OAuth-Scopes": "commands, chat:write"}) == frozenset(NEEDED[:2])
    assert granted({}) is None


def test_every_approver_is_looked_at(on: Stage, path: Path, clock: Clock, reach: Reach) -> None:
    """Whoever the policy names but cannot approve is said by name and id, with the reason; one whom
    Slack does not know, by the id; and two who are one person to Slack, by both. It is said, and
    nothing more: an approver who left must not stop what is under way."""
    grace = User("U0GRACE0001", "grace", "Grace", organization=Organization("W0GRACE0001"))
    odd = (
        User("U0GONE00001", "gone", "Gone", deleted=True),
        User("U0GUEST0001", "guest", "Guest", is_restricted=True),
        User("U0ROBOT0001", "robot", "Robot", is_bot=True),
        User("U0OTHER0001", "other", "Other", team_id="T0OUTSIDE01"),
    )
    ids = (*(one.id for one in odd), NOA.id, grace.id, "U0TYPO00001", "W0GRACE0001")
    named = "[groups]\nmany = [" + ", ".join(f'"{id}"' for id in ids) + "]\n"
    office = Office(path, clock, policy=policy('[[tier]]\napprovals = 1\nof = ["many"]\n', named))
    desk = bench(on, people=(*PEOPLE, *odd, grace))
    desk.slack.set_channel(PAYOUTS.id, is_ext_shared=False)
    assert look(desk, office, reach) == [
        "The approver Gone (U0GONE00001) is deactivated, so cannot approve.",
        "The approver Guest (U0GUEST0001) is a guest, so cannot approve.",
        "The approver Other (U0OTHER0001) belongs to another company, so cannot approve.",
        "The approver Robot (U0ROBOT0001) is a bot, so cannot approve.",
        (
            "Slack does not say who the approver U0TYPO00001 is, or whether they are a member. Look"
            " whether the id is right."
        ),
        "The approvers U0GRACE0001 and W0GRACE0001 are one person to Slack: they count once.",
    ]
    office.verified()
    office.ledger.close()


def test_a_silent_slack_is_no_reason_to_stop(desk: Bench, office: Office, reach: Reach) -> None:
    """Where Slack does not answer at the start, that is said, and nothing is believed to be
    wrong."""
    desk.slack.outage = True
    said = look(desk, office, reach)
    assert said[0] == "Slack gave no usable answer when it was asked about PAYOUTS_CHANNEL."
    assert len(said) == 1 + len((DANA, ELI))
    assert reach.trouble is None
