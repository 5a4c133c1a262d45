"""What people do in the pretend Slack, and how it takes a bot's answers, over real HTTP."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.responses import JSONResponse, Response

from sandbox.slack import Organization, PretendSlack, User
from sandbox.slack.answers import TOO_SLOW, TROUBLE
from sandbox.slack.cast import DANA, FINANCE, GENERAL, MAX, NOA, PAYOUTS, PEOPLE, RITA
from sandbox.slack.events import sign
from sandbox.slack.workspace import TEAM
from tests.flows.slack_bench import (
    START,
    Bench,
    Json,
    Stage,
    actions,
    bench,
    button,
    entry,
    modal,
    plain,
    stage,
)

ASK = "250 USDT on TRX to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8 for Invoice 1043"


@pytest.fixture(scope="module")
def on() -> Iterator[Stage]:
    with stage() as running:
        yield running


@pytest.fixture
def desk(on: Stage) -> Bench:
    return bench(on)


def posted(desk: Bench, *blocks: Json, channel: str = PAYOUTS.id) -> str:
    sent = desk.client.chat_postMessage(channel=channel, text="A card", blocks=list(blocks))
    return str(sent["ts"])


def opened(desk: Bench, view: Json, user_id: str = RITA.id) -> str:
    """Open a modal as a bot does, with the trigger of a command; its id."""
    desk.slack.command(user_id, "", PAYOUTS.id)
    trigger = desk.bot.last["trigger_id"]
    return str(desk.client.views_open(trigger_id=trigger, view=view)["view"]["id"])


def option(value: str) -> Json:
    return {"text": plain(value.upper()), "value": value}


# Signatures.


def test_documented_signature_example() -> None:
    """The example in Slack's documentation comes out as printed there."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    known = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    secret, timestamp = "8f742231b10e8888abcd99yyyzzz85a5", "1531420618"
    assert sign(secret, timestamp, body) == known
    assert SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body) == known


def test_bytes_are_signed_at_the_clocks_time(desk: Bench) -> None:
    """Each request carries a signature over its bytes and the time of the clock that was given; a
    wrong secret is turned away by slack_sdk's own check.
    """
    assert desk.slack.command(RITA.id, ASK, PAYOUTS.id).error is None
    (headers,) = desk.bot.headers
    assert headers["x-slack-request-timestamp"] == str(int(START.timestamp()))
    desk.slack.signing_secret = "another"
    assert desk.slack.command(RITA.id, ASK, PAYOUTS.id).status == 401
    desk.slack.signing_secret = "sandbox-signing-secret"
    old = desk.slack.command(RITA.id, ASK, PAYOUTS.id).sent
    assert old is not None
    desk.clock.turn(301)
    assert desk.slack.replay(old).status == 401


# Commands.


def test_command_tells_who_where_and_what(desk: Bench) -> None:
    """A command brings person, team, place, text, a trigger and a response address."""
    desk.slack.command(RITA.id, f"  {ASK} ", PAYOUTS.id)
    sent = desk.bot.last
    assert {key: sent[key] for key in ("user_id", "team_id", "channel_id", "command", "text")} == {
        "user_id": RITA.id,
        "team_id": RITA.team_id,
        "channel_id": PAYOUTS.id,
        "command": "/payout",
        "text": ASK,
    }
    assert sent["api_app_id"] == desk.slack.app_id
    assert sent["response_url"].startswith("http://127.0.0.1:")
    assert sent["trigger_id"]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("for @dana.", f"for <@{DANA.id}|dana>."),
        ("in #payouts", f"in <#{PAYOUTS.id}|payouts>"),
        ("for <@U0DANA00001>", "for <@U0DANA00001>"),
        ("for @nobody", "for @nobody"),
        ("R&D <b>", "R&amp;D &lt;b&gt;"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("to cwallet ana@example.com", "to cwallet <mailto:ana@example.com|ana@example.com>"),
        ("see https://example.com/?a=1&b=2", "see <https://example.com/?a=1&amp;b=2>"),
        ("see example.com now", "see <http://example.com|example.com> now"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_command_text_is_escaped_as_slack_does(desk: Bench, typed: str, sent: str) -> None:
    """Mentions, links and `& < >` arrive decorated and escaped, as `should_escape` asks."""
    desk.slack.command(RITA.id, typed, PAYOUTS.id)
    assert desk.bot.last["text"] == sent


@pytest.mark.parametrize(
    "said",
    [
        "Payout 42 is recorded.",
        {"text": "Payout 42 is recorded."},
        {
            "response_type": "ephemeral",
            "text": "Payout 42 is recorded.",
            "blocks": [actions(button())],
        },
    ],
)
def test_answer_to_a_command_is_private(desk: Bench, said: Json | str) -> None:
    """Plain text and JSON are both shown, to the person who typed and to nobody else."""
    desk.says(said)
    answer = desk.slack.command(RITA.id, ASK, PAYOUTS.id)
    assert (answer.status, answer.error, answer.text) == (200, None, "Payout 42 is recorded.")
    (shown,) = desk.slack.private(RITA.id)
    assert (shown.text, shown.blocks) == (answer.text, answer.blocks)
    assert desk.slack.private(DANA.id) == desk.slack.messages(PAYOUTS.id) == ()
    assert desk.slack.complaints == []


def test_answer_in_channel_is_for_everyone(desk: Bench) -> None:
    """`in_channel` shows a command's answer to all."""
    desk.says({"response_type": "in_channel", "text": "Hello all"})
    assert desk.slack.command(RITA.id, ASK, PAYOUTS.id).in_channel
    assert [one.text for one in desk.slack.messages(PAYOUTS.id)] == ["Hello all"]


def test_empty_answer_shows_nothing(desk: Bench) -> None:
    """An empty 200 is a fine answer."""
    assert desk.slack.command(RITA.id, ASK, PAYOUTS.id).text == ""
    assert desk.slack.private(RITA.id) == ()
    assert desk.slack.complaints == []


@pytest.mark.parametrize(
    ("said", "status", "shown"),
    [
        ("", 500, "http_service_error"),
        ("", 404, "http_client_error"),
        ("", 302, "http_client_error"),
        ({"text": "x", "blocks": [{"type": "header", "text": plain("")}]}, 200, "invalid"),
        ({"blocks": [{"type": "divider"}]}, 200, "invalid"),
        ({"text": "x", "response_type": "everyone"}, 200, "invalid"),
        ({"text": "x", "colour": "red"}, 200, "invalid"),
        ({}, 200, "invalid"),
        ("x" * 4001, 200, "invalid"),
    ],
)
def test_wrong_answer_to_a_command(desk: Bench, said: Any, status: int, shown: str) -> None:
    """An answer that Slack cannot show becomes Slack's error to the person, and a complaint."""
    desk.says(said, status)
    answer = desk.slack.command(RITA.id, ASK, PAYOUTS.id)
    assert answer.error is not None
    assert answer.error.startswith(f'/payout failed with the error "{shown}')
    assert desk.slack.private(RITA.id) == ()
    assert desk.slack.complaints != []


def test_bot_has_its_time_and_no_more(on: Stage) -> None:
    """Whoever answers late is not heard: a command and a click each show their own error."""
    desk = bench(on, patience=0.2)
    ts = posted(desk, actions(button()))
    release = threading.Event()
    desk.bot.answer = lambda sent: Response("late" if release.wait(5) else "")
    typed = desk.slack.command(RITA.id, ASK, PAYOUTS.id)
    clicked = desk.slack.click(DANA.id, PAYOUTS.id, ts, "approve")
    release.set()
    assert (typed.status, typed.error) == (
        None,
        '/payout failed with the error "operation_timeout"',
    )
    assert (clicked.status, clicked.error) == (None, TOO_SLOW)
    assert len(desk.slack.complaints) == 2
    assert desk.slack.private(RITA.id) == ()


def test_bot_may_be_away(desk: Bench) -> None:
    """Where nobody listens, the person is told at once."""
    desk.slack.bot_url = "http://127.0.0.1:1"
    answer = desk.slack.command(RITA.id, ASK, PAYOUTS.id)
    assert answer.error == '/payout failed with the error "dispatch_failed"'


def test_people_act_only_where_they_are(desk: Bench) -> None:
    """Nobody types a command or presses a button in a channel that they do not see."""
    with pytest.raises(LookupError):
        desk.slack.command(MAX.id, ASK, GENERAL.id)
    ts = posted(desk, actions(button()), channel=RITA.id)
    with pytest.raises(LookupError):
        desk.slack.click(DANA.id, desk.slack.direct_channel(RITA.id), ts, "approve")


# Clicks.


def test_click_tells_what_was_pressed(desk: Bench) -> None:
    """A click brings person, place, the message as shown, and the button with its value."""
    ts = posted(desk, actions(button(value="42", style="primary"), block_id="decide"))
    answer = desk.slack.click(DANA.id, PAYOUTS.id, ts, "approve")
    assert (answer.status, answer.error) == (200, None)
    sent = desk.bot.last
    assert sent["type"] == "block_actions"
    assert sent["user"] == {
        "id": DANA.id,
        "username": "dana",
        "name": "dana",
        "team_id": DANA.team_id,
    }
    assert sent["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": PAYOUTS.id,
        "is_ephemeral": False,
    }
    assert sent["channel"] == {"id": PAYOUTS.id, "name": "payouts"}
    (action,) = sent["actions"]
    assert action["action_ts"]
    assert {key: action[key] for key in ("type", "action_id", "block_id", "value", "style")} == {
        "type": "button",
        "action_id": "approve",
        "block_id": "decide",
        "value": "42",
        "style": "primary",
    }
    assert sent["message"]["ts"] == ts
    assert sent["message"]["blocks"][0]["block_id"] == "decide"
    assert (sent["api_app_id"], sent["state"]) == (desk.slack.app_id, {"values": {}})
    assert sent["trigger_id"]


def test_click_in_an_active_thread_names_it(desk: Bench) -> None:
    """Once a card has replies, a click on it names its thread, and a whisper there is seen."""
    ts = posted(desk, actions(button()))
    desk.client.chat_postMessage(channel=PAYOUTS.id, text="First", thread_ts=ts)
    desk.slack.click(DANA.id, PAYOUTS.id, ts, "approve")
    thread = desk.bot.last["container"]["thread_ts"]
    assert thread == desk.bot.last["message"]["thread_ts"] == ts
    desk.client.chat_postEphemeral(channel=PAYOUTS.id, user=DANA.id, text="No", thread_ts=thread)
    assert [one.text for one in desk.slack.private(DANA.id)] == ["No"]


def test_external_click_looks_like_ours_but_for_the_user(desk: Bench) -> None:
    """Somebody of another company can press our button; only `user.team_id` gives them away."""
    ts = posted(desk, actions(button()))
    desk.slack.click(MAX.id, PAYOUTS.id, ts, "approve")
    assert desk.bot.last["team"]["id"] == desk.slack.team_id
    assert desk.bot.last["user"]["team_id"] == MAX.team_id != desk.slack.team_id


@pytest.mark.parametrize("asked", ["U0GRACE0001", "W0GRACE0001"])
@pytest.mark.parametrize("translated", [True, False])
def test_in_an_organization_one_person_has_two_ids(on: Stage, asked: str, translated: bool) -> None:
    """Somebody of another workspace of the same Enterprise organization presses under that
    workspace's team, with either id, and the request names the organization. Slack's answer about
    them names the organization's id, as theirs or beside the one of the workspace; and whatever
    Slack does not supply is not in it at all."""
    told = Organization("W0GRACE0001", ("T0OTHERWS01", TEAM), "T0OTHERWS01", translated)
    grace = User("U0GRACE0001", "grace", "Grace", organization=told, unsaid=frozenset({"team_id"}))
    desk = bench(on, people=(*PEOPLE, grace))
    desk.slack.click(asked, PAYOUTS.id, posted(desk, actions(button())), "approve")
    pressed = desk.bot.last
    assert pressed["user"]["id"] == asked
    assert pressed["user"]["team_id"] == "T0OTHERWS01"
    assert (pressed["team"]["id"], pressed["enterprise"]["id"]) == (TEAM, "E0GRID00001")
    user: dict[str, Any] = desk.client.users_info(user=asked)["user"]
    assert user["id"] == (asked if translated else "W0GRACE0001")
    assert user["enterprise_user"]["id"] == "W0GRACE0001"
    assert TEAM in user["enterprise_user"]["teams"]
    assert "team_id" not in user


def test_screen_can_be_behind(desk: Bench) -> None:
    """A button that is gone can be pressed on an earlier version only, as a stale screen shows."""
    ts = posted(desk, actions(button(value="v1")))
    desk.client.chat_update(channel=PAYOUTS.id, ts=ts, text="Approved")
    with pytest.raises(LookupError):
        desk.slack.click(DANA.id, PAYOUTS.id, ts, "approve")
    desk.slack.click(DANA.id, PAYOUTS.id, ts, "approve", version=0)
    assert desk.bot.last["actions"][0]["value"] == "v1"
    assert desk.bot.last["message"]["blocks"] != []


def test_click_needs_one_button(desk: Bench) -> None:
    """Where two buttons have one name, the block says which; an unknown name is no button."""
    ts = posted(
        desk,
        actions(button(value="41"), block_id="first"),
        actions(button(value="42"), block_id="second"),
    )
    with pytest.raises(LookupError):
        desk.slack.click(DANA.id, PAYOUTS.id, ts, "approve")
    with pytest.raises(LookupError):
        desk.slack.click(DANA.id, PAYOUTS.id, ts, "reject")
    desk.slack.click(DANA.id, PAYOUTS.id, ts, "approve", block_id="second")
    assert desk.bot.last["actions"][0]["value"] == "42"


def test_overflow_offers_its_options(desk: Bench) -> None:
    """Of an overflow menu one of its options is chosen, and no other."""
    menu = {"type": "overflow", "action_id": "more", "options": [option("cancel"), option("show")]}
    ts = posted(desk, actions(menu))
    desk.slack.click(DANA.id, PAYOUTS.id, ts, "more", option="show")
    assert desk.bot.last["actions"][0]["selected_option"]["value"] == "show"
    for wrong in ("approve", None):
        with pytest.raises(LookupError):
            desk.slack.click(DANA.id, PAYOUTS.id, ts, "more", option=wrong)


def test_click_on_a_private_answer(desk: Bench) -> None:
    """A private answer's button works for its reader only, and its message is not sent along."""
    desk.says({"text": "Done", "blocks": [actions(button("cancel"))]})
    desk.slack.command(RITA.id, ASK, PAYOUTS.id)
    (shown,) = desk.slack.private(RITA.id)
    desk.says("")
    desk.slack.click(RITA.id, PAYOUTS.id, shown.ts, "cancel")
    assert desk.bot.last["container"]["is_ephemeral"] is True
    assert "message" not in desk.bot.last
    with pytest.raises(LookupError):
        desk.slack.click(DANA.id, PAYOUTS.id, shown.ts, "cancel")


@pytest.mark.parametrize(("said", "status"), [("", 500), ("Approved!", 200), ({"text": "x"}, 200)])
def test_wrong_answer_to_a_click(desk: Bench, said: Any, status: int) -> None:
    """A failure is a warning at the button; a body is read by nobody; both are complaints."""
    ts = posted(desk, actions(button()))
    desk.says(said, status)
    assert desk.slack.click(DANA.id, PAYOUTS.id, ts, "approve").error is not None
    assert len(desk.slack.complaints) == 1


def test_eight_click_at_once(desk: Bench) -> None:
    """Clicks from many threads all arrive, each with a trigger of its own."""
    ts = posted(desk, actions(button()))
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: desk.slack.click(DANA.id, PAYOUTS.id, ts, "approve"), range(8))
        )
    assert [answer.status for answer in answers] == [200] * 8
    assert len({sent["trigger_id"] for sent in desk.bot.heard}) == 8


def test_replay_is_the_same_bytes(desk: Bench) -> None:
    """A replayed click is byte for byte what was sent before."""
    ts = posted(desk, actions(button()))
    sent = desk.slack.click(DANA.id, PAYOUTS.id, ts, "approve").sent
    assert sent is not None
    assert desk.slack.replay(sent).status == 200
    assert desk.bot.bodies[0] == desk.bot.bodies[1]
    assert desk.bot.headers[0]["x-slack-signature"] == desk.bot.headers[1]["x-slack-signature"]


# Modals.

FORM = modal(
    entry("amount", {"type": "plain_text_input", "initial_value": "250"}),
    entry("memo", {"type": "plain_text_input", "max_length": 5, "min_length": 2}, optional=True),
    entry(
        "fee",
        {
            "type": "radio_buttons",
            "options": [option("payee"), option("company")],
            "initial_option": option("payee"),
        },
    ),
    entry("reason", {"type": "plain_text_input", "multiline": True}),
    callback_id="ask",
    private_metadata="secret",
)


def test_submission_brings_what_was_filled_in(desk: Bench) -> None:
    """A submission holds the state of every field, touched or prefilled, and the view's own data;
    a plain 200 closes the modal.
    """
    view_id = opened(desk, FORM)
    answer = desk.slack.submit(RITA.id, view_id, {"reason": "Invoice\n1043", "fee": "company"})
    assert (answer.status, answer.error, answer.errors) == (200, None, {})
    sent = desk.bot.last
    assert sent["type"] == "view_submission"
    values = sent["view"]["state"]["values"]
    assert values["amount"]["value"] == {"type": "plain_text_input", "value": "250"}
    assert values["memo"]["value"] == {"type": "plain_text_input", "value": None}
    assert values["reason"]["value"]["value"] == "Invoice\n1043"
    assert values["fee"]["value"]["selected_option"]["value"] == "company"
    assert {key: sent["view"][key] for key in ("id", "callback_id", "private_metadata")} == {
        "id": view_id,
        "callback_id": "ask",
        "private_metadata": "secret",
    }
    assert sent["view"]["hash"]
    assert sent["team"]["id"] == sent["view"]["app_installed_team_id"] == desk.slack.team_id
    assert desk.slack.open_views(RITA.id) == ()


def test_external_submission_comes_in_their_teams_name(desk: Bench) -> None:
    """In an external person's submission the outer team is theirs; ours is in the view."""
    view_id = opened(desk, FORM, MAX.id)
    desk.slack.submit(MAX.id, view_id, {"reason": "x"})
    sent = desk.bot.last
    assert sent["team"]["id"] == sent["user"]["team_id"] == MAX.team_id
    assert sent["view"]["app_installed_team_id"] == desk.slack.team_id


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, "reason"),
        ({"reason": "x", "amount": ""}, "amount"),
        ({"reason": "x", "memo": "1"}, "memo"),
        ({"reason": "x", "memo": "123456"}, "memo"),
    ],
)
def test_client_stops_what_cannot_be_sent(desk: Bench, values: Json, wrong: str) -> None:
    """An empty required field, and text too short or too long, never reach the bot."""
    view_id = opened(desk, FORM)
    heard = len(desk.bot.heard)
    answer = desk.slack.submit(RITA.id, view_id, values)
    assert (list(answer.errors), answer.sent) == ([wrong], None)
    assert len(desk.bot.heard) == heard
    assert len(desk.slack.open_views(RITA.id)) == 1


def test_one_line_stays_one_line(desk: Bench) -> None:
    """Line breaks pasted into a field of one line become spaces."""
    view_id = opened(desk, FORM)
    desk.slack.submit(RITA.id, view_id, {"amount": "2\r\n50", "reason": "x"})
    assert desk.bot.last["view"]["state"]["values"]["amount"]["value"]["value"] == "2 50"


def test_field_errors_keep_the_modal_open(desk: Bench) -> None:
    """Sentences under fields are shown, and the person can try again."""
    view_id = opened(desk, FORM)
    desk.says({"response_action": "errors", "errors": {"amount": "Write 1250 or 1.25."}})
    answer = desk.slack.submit(RITA.id, view_id, {"reason": "x"})
    assert answer.errors == {"amount": "Write 1250 or 1.25."}
    desk.says("")
    assert desk.slack.submit(RITA.id, view_id, {"reason": "x"}).errors == {}
    assert desk.slack.open_views(RITA.id) == ()
    assert desk.slack.complaints == []


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"response_action": "errors", "errors": {"colour": "Which?"}}, 200),
        ({"response_action": "errors", "errors": {"amount": ""}}, 200),
        ({"response_action": "errors", "errors": {}}, 200),
        ({"response_action": "update", "view": modal(title=plain("x" * 25))}, 200),
        ({"response_action": "update"}, 200),
        ({"response_action": "dance"}, 200),
        ({"text": "Done"}, 200),
        ("Done", 200),
        ("", 500),
    ],
)
def test_wrong_answer_to_a_submission(desk: Bench, said: Any, status: int) -> None:
    """An answer that Slack cannot use keeps the modal open with Slack's own error."""
    view_id = opened(desk, FORM)
    desk.says(said, status)
    assert desk.slack.submit(RITA.id, view_id, {"reason": "x"}).error == TROUBLE
    assert [view.id for view in desk.slack.open_views(RITA.id)] == [view_id]
    assert len(desk.slack.complaints) == 1


def test_submission_can_change_the_screen(desk: Bench) -> None:
    """`update` redraws the modal, `push` puts one on top, `clear` takes all away."""
    view_id = opened(desk, modal())
    desk.says({"response_action": "update", "view": modal(title=plain("Again"))})
    desk.slack.submit(RITA.id, view_id, {"amount": "1"})
    (view,) = desk.slack.open_views(RITA.id)
    assert (view.id, view.content["title"]["text"]) == (view_id, "Again")
    desk.says({"response_action": "push", "view": modal()})
    desk.slack.submit(RITA.id, view_id, {"amount": "1"})
    _, top = desk.slack.open_views(RITA.id)
    assert top.previous_id == view_id
    with pytest.raises(LookupError):
        desk.slack.submit(RITA.id, view_id, {"amount": "1"})
    desk.says({"response_action": "clear"})
    desk.slack.submit(RITA.id, top.id, {"amount": "1"})
    assert desk.slack.open_views(RITA.id) == ()
    assert desk.slack.complaints == []


def test_modal_submitted_twice_at_once(desk: Bench) -> None:
    """Two submissions of one modal under way together both arrive, and it closes once."""
    view_id = opened(desk, modal())
    both = threading.Barrier(2)

    def meet(sent: Json) -> Response:
        both.wait(5)
        return Response()

    desk.bot.answer = meet
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda _: desk.slack.submit(RITA.id, view_id, {"amount": "1"}), range(2))
        )
    assert [answer.error for answer in answers] == [None, None]
    assert desk.slack.open_views(RITA.id) == ()


def test_modal_closed_before_the_answer(desk: Bench) -> None:
    """An answer that comes for a modal that is gone changes no screen."""
    view_id = opened(desk, modal())

    def close_first(sent: Json) -> Response:
        desk.slack.close(RITA.id, view_id)
        return JSONResponse({"response_action": "push", "view": modal()})

    desk.bot.answer = close_first
    assert desk.slack.submit(RITA.id, view_id, {"amount": "1"}).error is None
    assert desk.slack.open_views(RITA.id) == ()


def test_closing_is_told_where_the_view_asks(desk: Bench) -> None:
    """Closing a modal reaches the bot only with `notify_on_close`."""
    quiet = opened(desk, modal())
    assert desk.slack.close(RITA.id, quiet).sent is None
    loud = opened(desk, modal(notify_on_close=True))
    assert desk.slack.close(RITA.id, loud).status == 200
    assert (desk.bot.last["type"], desk.bot.last["view"]["id"]) == ("view_closed", loud)
    with pytest.raises(LookupError):
        desk.slack.close(RITA.id, loud)


def test_button_in_a_modal(desk: Bench) -> None:
    """A click in a modal brings the view, and no channel."""
    view_id = opened(desk, modal(actions(button("fill"))))
    desk.slack.click_view(RITA.id, view_id, "fill")
    assert desk.bot.last["container"] == {"type": "view", "view_id": view_id}
    assert desk.bot.last["view"]["id"] == view_id
    assert not desk.bot.last.keys() & {"channel", "message", "response_url"}


# Typeaheads.

SEARCH = modal(entry("coin", {"type": "external_select", "min_query_length": 2}))


def test_typeahead_offers_what_the_bot_suggests(desk: Bench) -> None:
    """Typing asks the bot; only what it offered can be chosen, and comes back whole."""
    view_id = opened(desk, SEARCH)
    desk.says({"options": [option("usdt-trx"), option("usdt-eth")]})
    offered = desk.slack.suggest(RITA.id, view_id, "value", "usd")
    assert [one["value"] for one in offered] == ["usdt-trx", "usdt-eth"]
    sent = desk.bot.last
    asked = {key: sent[key] for key in ("type", "value", "action_id", "block_id")}
    assert asked == {
        "type": "block_suggestion",
        "value": "usd",
        "action_id": "value",
        "block_id": "coin",
    }
    with pytest.raises(LookupError):
        desk.slack.submit(RITA.id, view_id, {"coin": "btc"})
    desk.says("")
    desk.slack.submit(RITA.id, view_id, {"coin": "usdt-eth"})
    chosen = desk.bot.last["view"]["state"]["values"]["coin"]["value"]
    assert chosen == {"type": "external_select", "selected_option": offered[1]}


def test_typeahead_waits_for_enough_letters(desk: Bench) -> None:
    """Below `min_query_length` nothing is asked."""
    view_id = opened(desk, SEARCH)
    heard = len(desk.bot.heard)
    assert desk.slack.suggest(RITA.id, view_id, "value", "u") == []
    assert len(desk.bot.heard) == heard


@pytest.mark.parametrize(
    "said", [{"options": [option(str(n)) for n in range(101)]}, {"choices": []}, "usdt"]
)
def test_wrong_suggestions(desk: Bench, said: Any) -> None:
    """Too many options, or none that Slack can read, offer nothing and are a complaint."""
    view_id = opened(desk, SEARCH)
    desk.says(said)
    assert desk.slack.suggest(RITA.id, view_id, "value", "usd") == []
    assert desk.slack.complaints != []


# Response addresses, home, the request URL.


def test_response_url_has_five_uses_in_half_an_hour(desk: Bench) -> None:
    """A response address takes five private answers within 30 minutes."""
    desk.slack.command(RITA.id, ASK, PAYOUTS.id)
    first = desk.bot.last["response_url"]
    codes = [httpx.post(first, json={"text": "More"}).status_code for _ in range(6)]
    assert codes == [200] * 5 + [404]
    assert len(desk.slack.private(RITA.id)) == 5
    desk.slack.command(RITA.id, ASK, PAYOUTS.id)
    desk.clock.turn(1801)
    assert httpx.post(desk.bot.last["response_url"], json={"text": "More"}).status_code == 404
    assert [one.rpartition(" ")[2] for one in desk.slack.complaints] == ["used_url", "expired_url"]


def test_home_is_told_when_it_is_looked_at(desk: Bench) -> None:
    """Opening the home tab is an event; one that fails is sent again, marked as a retry."""
    desk.slack.open_home(DANA.id)
    event = desk.bot.last["event"]
    assert (event["type"], event["user"], event["tab"]) == ("app_home_opened", DANA.id, "home")
    desk.says("", 500)
    assert desk.slack.open_home(DANA.id, "messages").error is not None
    assert desk.bot.headers[-1]["x-slack-retry-num"] == "1"
    assert desk.bot.bodies[-1] == desk.bot.bodies[-2]


def test_address_is_verified_by_its_challenge(desk: Bench) -> None:
    """Saving the request URL works where the challenge comes back, as text or as JSON."""
    desk.bot.answer = lambda sent: Response(sent["challenge"], media_type="text/plain")
    assert desk.slack.verify_address().error is None
    desk.bot.answer = lambda sent: JSONResponse({"challenge": sent["challenge"]})
    assert desk.slack.verify_address().error is None
    desk.says("ok")
    assert desk.slack.verify_address().error is not None


# Looking.


def test_snapshot_is_what_one_person_sees(desk: Bench) -> None:
    """A snapshot is JSON of the person's channels, threads, private answers and open modal, and
    of nobody else's.
    """
    ts = posted(desk, actions(button()))
    desk.client.chat_postMessage(channel=PAYOUTS.id, text="First", thread_ts=ts)
    desk.client.chat_postEphemeral(channel=PAYOUTS.id, user=DANA.id, text="Only Dana", thread_ts=ts)
    desk.client.chat_postMessage(channel=RITA.id, text="For Rita")
    opened(desk, modal())
    rita = json.loads(json.dumps(desk.slack.snapshot(RITA.id)))
    dana = json.loads(json.dumps(desk.slack.snapshot(DANA.id)))
    assert [place["name"] for place in rita["channels"]] == [
        "payouts",
        "general",
        "directmessage",
    ]
    (card,) = rita["channels"][0]["messages"]
    assert (card["ts"], card["versions"], card["private"]) == (ts, 1, False)
    assert [one["text"] for one in card["replies"]] == ["First"]
    assert [one["text"] for one in dana["channels"][0]["messages"][0]["replies"]] == [
        "First",
        "Only Dana",
    ]
    assert [one["text"] for one in rita["channels"][2]["messages"]] == ["For Rita"]
    assert dana["channels"][2]["messages"] == []
    assert (len(rita["views"]), len(dana["views"])) == (1, 0)
    assert rita["me"]["id"] == RITA.id
    assert rita["groups"] == [{"id": FINANCE.id, "handle": "finance"}]


def test_outsider_sees_the_shared_channel_only(desk: Bench) -> None:
    """Somebody of another company sees what is shared with them, and has no direct channel."""
    seen = desk.slack.snapshot(MAX.id)["channels"]
    assert [place["name"] for place in seen] == ["payouts"]


def test_page_can_wait_for_a_change(desk: Bench) -> None:
    """Waiting ends with a change, or with the time-out where nothing changes."""
    before = desk.slack.version
    assert desk.slack.wait_for_change(before, 0.01) == before
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(desk.slack.wait_for_change, before, 5)
        desk.slack.say(NOA.id, PAYOUTS.id, "Hello")
        assert waiting.result() > before
    desk.slack.wait_until(lambda: len(desk.slack.messages(PAYOUTS.id)) == 1)
    with pytest.raises(TimeoutError):
        desk.slack.wait_until(lambda: False, timeout=0.01)


def test_it_serves_itself(on: Stage) -> None:
    """`serving` makes the Web API reachable as soon as the address is known, on a free port."""
    slack = PretendSlack(clock=bench(on).clock)
    with slack.serving() as address:
        assert slack.address == address
        assert httpx.post(f"{address}/api/auth.test").json()["error"] == "not_authed"
