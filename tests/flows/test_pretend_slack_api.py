"""The pretend Slack's Web API, asked by slack_sdk's own client over real HTTP."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack import Channel, Fault, Group, User
from sandbox.slack.cast import CHANNELS, DANA, ELI, FINANCE, GENERAL, MAX, PAYOUTS, PEOPLE, RITA
from sandbox.slack.faults import Faults
from sandbox.slack.state import Refused, Workspace
from tests.flows.slack_bench import (
    Bench,
    Clock,
    Stage,
    actions,
    bench,
    button,
    entry,
    modal,
    plain,
    stage,
)

GONE = User("U0GONE00001", "gone", "Gone", deleted=True)
SECRET_PLACE = Channel("C0BOARD0001", "board", is_member=False, is_private=True)
OLD_PLACE = Channel("C0OLD000001", "old", is_archived=True)
LEADS = Group("S0LEADS0001", "leads", (DANA.id, GONE.id))
SLEEPING = Group("S0SLEEPING1", "sleeping", (ELI.id,), disabled=True)
READING = {"users:read", "usergroups:read", "channels:read", "groups:read", "im:read"}
ALL_SCOPES = frozenset({"chat:write", "im:write", *READING})
LINE = {"type": "divider"}


@pytest.fixture(scope="module")
def on() -> Iterator[Stage]:
    with stage() as running:
        yield running


@pytest.fixture
def desk(on: Stage) -> Bench:
    return bench(
        on,
        people=(*PEOPLE, GONE),
        channels=(*CHANNELS, SECRET_PLACE, OLD_PLACE),
        scopes=ALL_SCOPES,
        groups=(LEADS, SLEEPING),
    )


def refusal(call: Callable[..., Any], **arguments: Any) -> str:
    """The name of the error that a call is refused with."""
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def trigger(desk: Bench, user: User = RITA) -> str:
    """A fresh trigger, as a command brings it."""
    desk.slack.command(user.id, "", PAYOUTS.id)
    return str(desk.bot.last["trigger_id"])


def post(desk: Bench, channel: str = PAYOUTS.id, **more: Any) -> str:
    """Post a message; its ts."""
    return str(desk.client.chat_postMessage(channel=channel, text="Hello", **more)["ts"])


# Who calls.


def test_token_says_who_the_bot_is(desk: Bench) -> None:
    """auth.test names the team and the bot that the token belongs to."""
    told = desk.client.auth_test()
    assert (told["team_id"], told["user_id"]) == (desk.slack.team_id, desk.slack.bot_user_id)
    assert told["bot_id"] == desk.slack.bot_id


@pytest.mark.parametrize(("token", "error"), [("xoxb-wrong", "invalid_auth"), (None, "not_authed")])
def test_wrong_token_is_refused(desk: Bench, token: str | None, error: str) -> None:
    """No token and a wrong one are refused, each by its name, and noted."""
    stranger = WebClient(token, desk.client.base_url)
    assert refusal(stranger.auth_test) == error
    assert desk.slack.complaints == [f"auth.test: {error}"]


def test_unknown_method_is_refused(desk: Bench) -> None:
    """A method that Slack does not have is refused by name."""
    assert refusal(desk.client.api_call, api_method="chat.shout") == "unknown_method"


def test_scope_is_needed(on: Stage) -> None:
    """A method whose scope the token lacks is refused, and the answer names the scope."""
    desk = bench(on, scopes=frozenset({"chat:write"}))
    with pytest.raises(SlackApiError) as caught:
        desk.client.users_info(user=RITA.id)
    answer = caught.value.response
    assert answer["error"] == "missing_scope"
    assert (answer["needed"], answer["provided"]) == ("users:read", "chat:write")
    assert refusal(desk.client.conversations_info, channel=PAYOUTS.id) == "missing_scope"


# Posting.


def test_message_is_posted(desk: Bench) -> None:
    """A posted message is in its channel, with ids given to the blocks that had none."""
    before = desk.slack.version
    sent = desk.client.chat_postMessage(
        channel=PAYOUTS.id, text="Payout 42", blocks=[LINE, actions(button(), block_id="decide")]
    )
    (message,) = desk.slack.messages(PAYOUTS.id)
    assert (message.ts, message.text, message.author) == (
        sent["ts"],
        "Payout 42",
        desk.slack.bot_user_id,
    )
    assert [bool(block["block_id"]) for block in message.blocks] == [True, True]
    assert sent["message"]["blocks"] == list(message.blocks)
    assert desk.slack.version > before
    assert desk.slack.complaints == []


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NOWHERE01", "channel_not_found"),
        ("#payouts", "channel_not_found"),
        (SECRET_PLACE.id, "channel_not_found"),
        (GENERAL.id, "not_in_channel"),
        (OLD_PLACE.id, "is_archived"),
        (MAX.id, "channel_not_found"),
    ],
)
def test_place_must_be_open_to_the_bot(desk: Bench, channel: str, error: str) -> None:
    """Posting where the bot is not, or nobody is, is refused as Slack does: a private channel is
    not even admitted to exist, and external people cannot be written to directly.
    """
    assert refusal(desk.client.chat_postMessage, channel=channel, text="Hello") == error
    assert desk.slack.complaints == [f"chat.postMessage: {error}"]


def test_what_people_do_to_a_channel_shows(desk: Bench) -> None:
    """An administrator restricts a channel, takes the bot out, archives it; the app's messages tab
    is switched off, its token is taken back: each is refused by Slack's own name, and works again
    once it is mended."""

    def said(channel: str = PAYOUTS.id) -> str | None:
        try:
            desk.client.chat_postMessage(channel=channel, text="Hello")
        except SlackApiError as refused:
            return str(refused.response["error"])
        return None

    changes = {
        "restricted_action": {"restricted": True},
        "not_in_channel": {"is_member": False},
        "is_archived": {"is_archived": True},
    }
    for error, change in changes.items():
        desk.slack.set_channel(PAYOUTS.id, **change)
        assert said() == error
        desk.slack.set_channel(PAYOUTS.id, **{name: not on for name, on in change.items()})
        assert said() is None
    desk.slack.switch_messages_tab(on=False)
    assert (said(RITA.id), said()) == ("messages_tab_disabled", None)
    desk.slack.switch_messages_tab(on=True)
    assert said(RITA.id) is None
    desk.slack.revoke()
    assert (said(), refusal(desk.client.auth_test)) == ("token_revoked", "token_revoked")


def test_every_answer_names_the_scopes(desk: Bench) -> None:
    """What the token may do stands in a header, as Slack sends it."""
    scopes = desk.client.auth_test().headers["x-oauth-scopes"]
    assert set(scopes.split(",")) == ALL_SCOPES


def test_public_scope_opens_public_channels(on: Stage) -> None:
    """With chat:write.public the bot may post in public channels that it has not joined."""
    desk = bench(on, scopes=frozenset({"chat:write", "chat:write.public"}))
    assert post(desk, GENERAL.id)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": [{"type": "header", "text": plain("")}]}, "invalid_blocks"),
        ({"text": "x", "blocks": [LINE] * 51}, "invalid_blocks"),
        (
            {"text": "x", "blocks": [{"type": "section", "text": plain("x" * 3000)}] * 5},
            "msg_blocks_too_long",
        ),
        ({"text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"text": "x", "colour": "red"}, "invalid_arguments"),
        ({"text": 7}, "invalid_arguments"),
    ],
)
def test_content_is_checked(desk: Bench, content: dict[str, Any], error: str) -> None:
    """A message that breaks a limit is refused by the limit's name, and nothing is posted."""
    arguments = {"channel": PAYOUTS.id, **content}
    assert refusal(desk.client.api_call, api_method="chat.postMessage", json=arguments) == error
    assert desk.slack.messages(PAYOUTS.id) == ()


def test_refusal_of_blocks_says_where(desk: Bench) -> None:
    """`invalid_blocks` comes with a message that points at the wrong place."""
    long = actions(button(text=plain("x" * 76)))
    with pytest.raises(SlackApiError) as caught:
        desk.client.chat_postMessage(channel=PAYOUTS.id, text="x", blocks=[LINE, long])
    (message,) = caught.value.response["response_metadata"]["messages"]
    assert message.endswith("[json-pointer:/blocks/1/elements/0/text/text]")
    assert desk.slack.complaints == [f"chat.postMessage: invalid_blocks: {message}"]


def test_form_bodies_are_read_too(desk: Bench) -> None:
    """A form carries blocks as JSON text; text that is no JSON is refused."""
    address = f"{desk.slack.address}/api/chat.postMessage"
    form = {"token": desk.slack.token, "channel": PAYOUTS.id, "text": "Hello"}
    good = httpx.post(address, data={**form, "blocks": '[{"type": "divider"}]'}).json()
    assert good["ok"] is True
    bad = httpx.post(address, data={**form, "blocks": "[{"}).json()
    assert bad["error"] == "invalid_blocks_format"


def test_team_may_be_named(desk: Bench) -> None:
    """Bolt's client names the team in every call; Slack takes no notice."""
    assert post(desk, team_id=desk.slack.team_id)


def test_json_is_not_read_where_slack_does_not(desk: Bench) -> None:
    """users.info reads queries and forms; what it is told in JSON does not reach it."""
    told = httpx.post(
        f"{desk.slack.address}/api/users.info",
        json={"user": RITA.id},
        headers={"Authorization": f"Bearer {desk.slack.token}"},
    )
    assert told.json()["error"] == "invalid_arguments"


def test_many_post_at_once(desk: Bench) -> None:
    """Eight threads that post at once leave eight messages, each with a ts of its own."""
    with ThreadPoolExecutor(8) as pool:
        stamps = list(pool.map(lambda _: post(desk), range(8)))
    assert sorted(stamps) == sorted(one.ts for one in desk.slack.messages(PAYOUTS.id))
    assert len(set(stamps)) == 8


# Direct messages.


def test_direct_message_by_user_id(desk: Bench) -> None:
    """Posting to a user id goes to the direct channel, whose own id later updates need."""
    sent = desk.client.chat_postMessage(channel=RITA.id, text="Your payout")
    assert sent["channel"] == desk.slack.direct_channel(RITA.id) != RITA.id
    edit = {"ts": sent["ts"], "text": "Your payout is sent"}
    assert refusal(desk.client.chat_update, channel=RITA.id, **edit) == "channel_not_found"
    desk.client.chat_update(channel=sent["channel"], **edit)
    assert [one.text for one in desk.slack.direct_messages(RITA.id)] == ["Your payout is sent"]
    opened = desk.client.conversations_open(users=RITA.id)
    assert opened["channel"]["id"] == sent["channel"]


# Updating and deleting.


def test_update_adds_a_version(desk: Bench) -> None:
    """An update replaces what is shown and keeps what was; metadata stays where none is sent."""
    metadata = {"event_type": "payout", "event_payload": {"number": 42}}
    ts = post(desk, blocks=[actions(button())], metadata=metadata)
    desk.client.chat_update(channel=PAYOUTS.id, ts=ts, text="Sent", blocks=[LINE])
    (message,) = desk.slack.messages(PAYOUTS.id)
    assert [len(version.blocks) for version in message.versions] == [1, 1]
    assert (message.text, message.blocks[0]["type"], message.metadata) == (
        "Sent",
        "divider",
        metadata,
    )
    assert message.edited_ts is not None


def test_update_without_blocks_takes_them_off(desk: Bench) -> None:
    """`text` without `blocks` deletes the blocks."""
    ts = post(desk, blocks=[actions(button())])
    desk.client.chat_update(channel=PAYOUTS.id, ts=ts, text="Only this")
    assert desk.slack.messages(PAYOUTS.id)[0].blocks == ()


def test_update_is_refused_for_what_is_not_the_bots(desk: Bench) -> None:
    """Somebody else's message, an ephemeral one, none at all, and text over 4,000 characters each
    have their own refusal.
    """
    theirs = desk.slack.say(RITA.id, PAYOUTS.id, "Why?")
    secret = desk.client.chat_postEphemeral(channel=PAYOUTS.id, user=RITA.id, text="Psst")
    own = post(desk)
    for ts, text, error in (
        (theirs, "x", "cant_update_message"),
        (secret["message_ts"], "x", "message_not_found"),
        ("1.000000", "x", "message_not_found"),
        (own, "x" * 4001, "msg_too_long"),
    ):
        assert refusal(desk.client.chat_update, channel=PAYOUTS.id, ts=ts, text=text) == error
    assert refusal(desk.client.chat_delete, channel=PAYOUTS.id, ts=theirs) == "cant_delete_message"
    archived = {"channel": OLD_PLACE.id, "ts": own, "text": "x"}
    assert refusal(desk.client.chat_update, **archived) == "is_inactive"


def test_deleted_message_is_gone(desk: Bench) -> None:
    """A message that was deleted can be neither updated nor answered."""
    ts = post(desk)
    desk.slack.delete_message(PAYOUTS.id, ts)
    assert desk.slack.messages(PAYOUTS.id) == ()
    place = {"channel": PAYOUTS.id, "text": "x"}
    assert refusal(desk.client.chat_update, ts=ts, **place) == "message_not_found"
    assert refusal(desk.client.chat_postMessage, thread_ts=ts, **place) == "thread_not_found"


def test_thread_outlives_its_first_message(desk: Bench) -> None:
    """A deleted message with replies is gone for updates, but its thread goes on."""
    ts = post(desk)
    post(desk, thread_ts=ts)
    desk.client.chat_delete(channel=PAYOUTS.id, ts=ts)
    post(desk, thread_ts=ts)
    assert len(desk.slack.thread(PAYOUTS.id, ts)) == 2
    assert desk.slack.messages(PAYOUTS.id) == ()
    again = {"channel": PAYOUTS.id, "ts": ts, "text": "x"}
    assert refusal(desk.client.chat_update, **again) == "message_not_found"


def test_thread_hangs_on_its_first_message(desk: Bench) -> None:
    """Replies are kept below the first message; a reply's own ts starts no thread."""
    ts = post(desk)
    reply = post(desk, thread_ts=ts)
    assert [one.ts for one in desk.slack.thread(PAYOUTS.id, ts)] == [reply]
    assert [one.ts for one in desk.slack.messages(PAYOUTS.id)] == [ts]
    below = {"channel": PAYOUTS.id, "text": "x", "thread_ts": reply}
    assert refusal(desk.client.chat_postMessage, **below) == "thread_not_found"


# Private answers.


def test_ephemeral_message_is_seen_by_one(desk: Bench) -> None:
    """An ephemeral message is shown to one person, who must be in the channel."""
    desk.client.chat_postEphemeral(channel=PAYOUTS.id, user=RITA.id, text="Only you")
    assert [one.text for one in desk.slack.private(RITA.id)] == ["Only you"]
    assert desk.slack.private(DANA.id) == ()
    assert desk.slack.messages(PAYOUTS.id) == ()
    elsewhere = desk.slack.direct_channel(DANA.id)
    for place, user in ((PAYOUTS.id, "U0NOBODY001"), (elsewhere, RITA.id), (PAYOUTS.id, GONE.id)):
        wrong = refusal(desk.client.chat_postEphemeral, channel=place, user=user, text="x")
        assert wrong == "user_not_in_channel"


def test_ephemeral_message_needs_an_active_thread(desk: Bench) -> None:
    """In a thread without replies Slack says ok and shows nothing; here that is a complaint too."""
    ts = post(desk)
    whisper: Any = {"channel": PAYOUTS.id, "user": RITA.id, "text": "Psst", "thread_ts": ts}
    assert desk.client.chat_postEphemeral(**whisper)["ok"]
    assert desk.slack.private(RITA.id) == ()
    assert len(desk.slack.complaints) == 1
    post(desk, thread_ts=ts)
    desk.client.chat_postEphemeral(**whisper)
    assert [one.thread_ts for one in desk.slack.private(RITA.id)] == [ts]
    assert len(desk.slack.thread(PAYOUTS.id, ts)) == 1


# People.


def test_people_as_slack_describes_them(desk: Bench) -> None:
    """users.info tells team, guests and bots apart; deactivated people lack most fields."""
    told = desk.client.users_info(user=MAX.id)["user"]
    assert (told["team_id"], told["is_restricted"], told["deleted"]) == (MAX.team_id, False, False)
    gone = desk.client.users_info(user=GONE.id)["user"]
    assert gone["deleted"] is True
    assert "is_restricted" not in gone
    assert desk.client.users_info(user=desk.slack.bot_user_id)["user"]["is_bot"] is True
    assert refusal(desk.client.users_info, user="U0NOBODY001") == "user_not_found"


def listed(desk: Bench, group: str, **more: Any) -> list[str]:
    """Who Slack says is in a group."""
    answer = desk.client.usergroups_users_list(usergroup=group, **more)
    return list(answer["users"])


def test_groups_list_their_members(desk: Bench) -> None:
    """Members of a group are listed, also deactivated ones; an unknown group is none."""
    assert listed(desk, LEADS.id) == [DANA.id, GONE.id]
    assert refusal(listed, desk=desk, group="S0NONE00001") == "no_such_subteam"


def test_disabled_groups_are_listed_on_request_only(desk: Bench) -> None:
    """A group that is switched off is as good as none, unless the bot asks for such groups."""
    assert refusal(listed, desk=desk, group=SLEEPING.id) == "no_such_subteam"
    hidden = refusal(listed, desk=desk, group=SLEEPING.id, include_disabled=False)
    assert hidden == "no_such_subteam"
    assert listed(desk, SLEEPING.id, include_disabled=True) == [ELI.id]


def test_groups_change(desk: Bench) -> None:
    """An administrator takes people in and out, and switches a group off and on, at any time."""
    desk.slack.set_group(LEADS.id, [ELI.id])
    assert listed(desk, LEADS.id) == [ELI.id]
    desk.slack.set_group(LEADS.id, [ELI.id], disabled=True)
    assert refusal(listed, desk=desk, group=LEADS.id) == "no_such_subteam"
    desk.slack.set_group(LEADS.id, [DANA.id, ELI.id])
    assert listed(desk, LEADS.id) == [DANA.id, ELI.id]
    with pytest.raises(LookupError):
        desk.slack.set_group("S0NONE00001", [DANA.id])


def test_groups_need_scope_and_plan(on: Stage) -> None:
    """Without groups the plan is at fault, and without its scope the token; the sandbox has the
    finance leads in one, and its token may see that."""
    assert listed(bench(on), FINANCE.id) == [DANA.id, ELI.id]
    free = bench(on, groups=None)
    assert refusal(listed, desk=free, group=FINANCE.id) == "plan_upgrade_required"
    with pytest.raises(LookupError):
        free.slack.set_group(FINANCE.id, [DANA.id])
    blind = bench(on, scopes=frozenset({"users:read"}))
    assert refusal(listed, desk=blind, group=FINANCE.id) == "missing_scope"


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"data": {"usergroup": LEADS.id}}, None),
        ({"params": {"usergroup": LEADS.id, "include_disabled": "1"}}, None),
        ({"data": {}}, "invalid_arguments"),
        ({"data": {"usergroup": ""}}, "invalid_arguments"),
        ({"data": {"usergroup": LEADS.id, "include_disabled": "maybe"}}, "invalid_arguments"),
        ({"json": {"usergroup": LEADS.id}}, "invalid_arguments"),
    ],
)
def test_groups_are_asked_for_by_form_or_query(
    desk: Bench, how: dict[str, Any], error: str | None
) -> None:
    """usergroups.users.list wants a group, by form or query; JSON does not reach it."""
    address = f"{desk.slack.address}/api/usergroups.users.list"
    headers = {"Authorization": f"Bearer {desk.slack.token}"}
    told = httpx.post(address, headers=headers, **how).json()
    assert told.get("error") == error
    if error is None:
        assert told == {"ok": True, "users": list(LEADS.members)}


def test_groups_are_told_20_times_a_minute(on: Stage) -> None:
    """With the real limits on, the 21st question in a minute gets 429 and when to come again,
    whichever group it is about."""
    desk = bench(on, rate_limits=True, groups=(LEADS, FINANCE))
    for group in (LEADS, FINANCE) * 10:
        assert listed(desk, group.id)
    with pytest.raises(SlackApiError) as caught:
        listed(desk, LEADS.id)
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "60"
    desk.clock.turn(60)
    assert listed(desk, LEADS.id)


def test_channel_tells_whether_it_is_shared(desk: Bench) -> None:
    """conversations.info says whether a channel is shared with another company."""
    assert desk.client.conversations_info(channel=PAYOUTS.id)["channel"]["is_ext_shared"] is True
    assert desk.client.conversations_info(channel=GENERAL.id)["channel"]["is_member"] is False
    unseen = refusal(desk.client.conversations_info, channel=SECRET_PLACE.id)
    assert unseen == "channel_not_found"


# Views.


def test_trigger_opens_one_modal_in_three_seconds(desk: Bench) -> None:
    """A trigger works once and for three seconds."""
    first = trigger(desk)
    opened = desk.client.views_open(trigger_id=first, view=modal())["view"]
    assert [view.id for view in desk.slack.open_views(RITA.id)] == [opened["id"]]
    again = refusal(desk.client.views_open, trigger_id=first, view=modal())
    assert again == "exchanged_trigger_id"
    late = trigger(desk)
    desk.clock.turn(3.1)
    assert refusal(desk.client.views_open, trigger_id=late, view=modal()) == "expired_trigger_id"
    made_up = refusal(desk.client.views_open, trigger_id="1.2.3", view=modal())
    assert made_up == "invalid_trigger_id"


def test_trigger_also_ages_in_real_time() -> None:
    """A slow bot loses its trigger also where the test's clock stands still."""
    passed = [0.0]
    place = Workspace(Clock(), PEOPLE, CHANNELS, None, tick=lambda: passed[0])
    quick, slow = place.trigger(RITA.id), place.trigger(RITA.id)
    assert place.exchange(quick).user == RITA.id
    passed[0] = 3.1
    with pytest.raises(Refused, match="expired_trigger_id"):
        place.exchange(slow)


@pytest.mark.parametrize(
    ("view", "error"),
    [
        (modal(title=plain("x" * 25)), "invalid_arguments"),
        ({"type": "home", "blocks": [LINE]}, "invalid_arguments"),
        ("{", "invalid_arguments"),
        (modal(*[{"type": "section", "text": plain("ä" * 2000)}] * 63), "view_too_large"),
    ],
)
def test_view_is_checked(desk: Bench, view: Any, error: str) -> None:
    """A modal that breaks a limit, or is none, is refused, and nothing opens."""
    assert refusal(desk.client.views_open, trigger_id=trigger(desk), view=view) == error
    assert desk.slack.open_views(RITA.id) == ()


def test_view_update_minds_the_hash(desk: Bench) -> None:
    """An update by id changes the view and its hash; an old hash, or a closed view, is refused."""
    opened = desk.client.views_open(trigger_id=trigger(desk), view=modal())["view"]
    name, first = opened["id"], opened["hash"]
    later = modal(entry("reason", {"type": "plain_text_input"}))
    second = desk.client.views_update(view_id=name, hash=first, view=later)["view"]["hash"]
    assert second != first
    old = refusal(desk.client.views_update, view_id=name, hash=first, view=later)
    assert old == "hash_conflict"
    desk.slack.close(RITA.id, name)
    assert refusal(desk.client.views_update, view_id=name, view=later) == "not_found"


def test_external_id_names_one_view(desk: Bench) -> None:
    """A view can be found by the bot's own name for it, which no other may share."""
    desk.client.views_open(trigger_id=trigger(desk), view=modal(external_id="ask-1"))
    desk.client.views_update(external_id="ask-1", view=modal(title=plain("New")))
    assert desk.slack.open_views(RITA.id)[0].content["title"]["text"] == "New"
    desk.client.views_open(trigger_id=trigger(desk, DANA), view=modal(external_id="ask-2"))
    third = {"trigger_id": trigger(desk, ELI), "view": modal(external_id="ask-2")}
    assert refusal(desk.client.views_open, **third) == "duplicate_external_id"


def test_views_stack_three_high(desk: Bench) -> None:
    """Modals pile up to three; opening another way starts a new pile."""
    root = desk.client.views_open(trigger_id=trigger(desk), view=modal())["view"]
    second = desk.client.views_push(trigger_id=trigger(desk), view=modal())["view"]
    assert (second["root_view_id"], second["previous_view_id"]) == (root["id"], root["id"])
    desk.client.views_push(trigger_id=trigger(desk), view=modal())
    fourth = {"trigger_id": trigger(desk), "view": modal()}
    assert refusal(desk.client.views_push, **fourth) == "push_limit_reached"
    desk.client.views_open(trigger_id=trigger(desk), view=modal())
    assert len(desk.slack.open_views(RITA.id)) == 1
    lonely = {"trigger_id": trigger(desk, DANA), "view": modal()}
    assert refusal(desk.client.views_push, **lonely) == "not_found"


def test_home_is_published_for_each_person(desk: Bench) -> None:
    """views.publish draws one person's home tab, again and again."""
    view = {"type": "home", "blocks": [{"type": "section", "text": plain("Nothing waits")}]}
    first = desk.client.views_publish(user_id=DANA.id, view=view)["view"]
    second = desk.client.views_publish(user_id=DANA.id, view=view, hash=first["hash"])["view"]
    assert first["id"] == second["id"]
    held = desk.slack.home(DANA.id)
    assert held is not None
    assert held.hash == second["hash"]
    assert desk.slack.home(ELI.id) is None
    old = {"user_id": DANA.id, "view": view, "hash": first["hash"]}
    assert refusal(desk.client.views_publish, **old) == "hash_conflict"


# Rates and faults.


def test_posting_is_limited_to_one_a_second_for_each_channel(on: Stage) -> None:
    """With the real limits on, a second message within the second gets 429 and when to come."""
    desk = bench(on, rate_limits=True)
    post(desk)
    with pytest.raises(SlackApiError) as caught:
        post(desk)
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    assert post(desk, RITA.id)
    desk.clock.turn(1)
    assert post(desk)
    assert desk.slack.complaints == []


def test_faults_come_in_order_and_pass(desk: Bench) -> None:
    """A method fails as often as asked, in the way asked, then works again; others never fail."""
    desk.slack.fail("chat.postMessage", Fault(error="internal_error"))
    desk.slack.fail("chat.postMessage", Fault(retry_after=30), times=2)
    desk.slack.fail("chat.postMessage", Fault(status=500))
    assert refusal(post, desk=desk) == "internal_error"
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            post(desk)
        assert caught.value.response.headers["Retry-After"] == "30"
    assert desk.client.auth_test()["ok"]
    with pytest.raises(SlackApiError) as caught:
        post(desk)
    assert caught.value.response.status_code == 500
    assert post(desk)
    assert desk.slack.complaints == []


def test_answer_can_be_lost(desk: Bench) -> None:
    """A fault after the work leaves the message posted, and the caller without an answer."""
    desk.slack.fail("*", Fault(status=502, done=True))
    with pytest.raises(SlackApiError):
        post(desk)
    assert len(desk.slack.messages(PAYOUTS.id)) == 1


def test_call_can_hang(desk: Bench) -> None:
    """A hanging call outlasts the caller's patience, and is let go when it is calm again."""
    desk.slack.fail("auth.test", Fault(hangs=True), times=2)
    hasty = WebClient(desk.slack.token, desk.client.base_url, timeout=1, retry_handlers=[])
    with pytest.raises(TimeoutError):
        hasty.auth_test()
    desk.slack.calm()
    assert hasty.auth_test()["ok"]


def test_calm_lets_hanging_calls_go() -> None:
    """A call that hangs ends when the faults are taken back, not after its longest time."""
    faults = Faults()
    faults.fail("auth.test", Fault(hangs=True), 1)
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(faults.hang)
        assert not hanging.done()
        faults.calm()
        assert hanging.result(5) is True


def test_outage_stops_everything_until_it_ends(desk: Bench) -> None:
    """During an outage every method answers 503 and does nothing."""
    desk.slack.outage = True
    for call in (lambda: post(desk), desk.client.auth_test):
        with pytest.raises(SlackApiError) as caught:
            call()
        assert caught.value.response.status_code == 503
    desk.slack.outage = False
    assert desk.slack.messages(PAYOUTS.id) == ()
    assert post(desk)
