"""Slack's dictionaries, read into values."""

from typing import Any

import pytest

from bot.payloads import Asked, Place, Pressed, Submitted, Suggested, Who

RITA: dict[str, Any] = {"id": "U0RITA00001", "team_id": "T0SANDBOX01", "name": "rita"}


def click(container: dict[str, Any], action: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": RITA,
        "team": {"id": "T0OTHER0001"},
        "trigger_id": "1.2.3",
        "container": {"type": "message", "channel_id": "C0PAYOUTS01", **container},
        "actions": [{"action_id": "approve", "block_id": "b", **action}],
    }


def test_a_command_is_who_where_and_what() -> None:
    """A command names its person and their team, and its text is kept to the letter."""
    body = {
        "command": "/payout",
        "team_id": "T0SANDBOX01",
        "user_id": "U0RITA00001",
        "user_name": "dana",
        "channel_id": "C0GENERAL01",
        "trigger_id": "1.2.3",
        "text": " 250 USDT\u00a0on TRX ",
    }
    asked = Asked.of(body)
    assert asked.who == Who("T0SANDBOX01", "U0RITA00001")
    assert asked.place == Place("C0GENERAL01")
    assert (asked.trigger, asked.text) == ("1.2.3", " 250 USDT\u00a0on TRX ")


def test_a_click_belongs_to_the_persons_own_team() -> None:
    """Where somebody belongs is what Slack says of the user, not of the request around them."""
    pressed = Pressed.of(click({"message_ts": "1.1"}, {"type": "button", "value": "v"}))
    assert pressed.who == Who("T0SANDBOX01", "U0RITA00001")
    assert (pressed.trigger, pressed.action, pressed.value) == ("1.2.3", "approve", "v")


@pytest.mark.parametrize(
    ("container", "thread"),
    [
        ({"message_ts": "1.1"}, None),
        ({"message_ts": "1.1", "thread_ts": "1.1"}, None),
        ({"message_ts": "2.2", "thread_ts": "1.1"}, "1.1"),
    ],
)
def test_a_click_is_answered_where_it_was_made(
    container: dict[str, Any], thread: str | None
) -> None:
    """Below a card the answer goes into the thread; on the card itself into the channel."""
    pressed = Pressed.of(click(container, {"type": "button"}))
    assert pressed.place == Place("C0PAYOUTS01", thread)
    assert pressed.value == ""


def test_a_choice_in_a_menu_carries_the_options_value() -> None:
    """An overflow's choice reads like a button's value."""
    action = {"type": "overflow", "selected_option": {"value": "v", "text": {}}}
    assert Pressed.of(click({"message_ts": "1.1"}, action)).value == "v"


def test_a_submission_is_texts_by_block() -> None:
    """Typed texts, chosen options and empty fields all become text under their block's id."""
    state = {
        "amount": {"a": {"type": "plain_text_input", "value": "250"}},
        "memo": {"a": {"type": "plain_text_input", "value": None}},
        "way": {"a": {"type": "external_select", "selected_option": {"value": "way 1"}}},
        "fee": {"a": {"type": "radio_buttons", "selected_option": None}},
    }
    view = {"id": "V1", "private_metadata": "C1", "state": {"values": state}}
    submitted = Submitted.of({"user": RITA, "view": view, "team": {"id": "T0OTHER0001"}})
    assert submitted.values == {"amount": "250", "memo": "", "way": "way 1", "fee": ""}
    assert (submitted.view, submitted.carried) == ("V1", "C1")
    assert submitted.who == Who("T0SANDBOX01", "U0RITA00001")


def test_what_is_typed_into_a_typeahead() -> None:
    """A typeahead asks with the letters typed so far."""
    assert Suggested.of({"user": RITA, "value": "usd"}).typed == "usd"


@pytest.mark.parametrize("kind", [Pressed, Submitted, Suggested])
def test_nobody_in_particular_is_nobody(kind: Any) -> None:
    """A request that does not say which team its person belongs to is not read at all."""
    body = click({"message_ts": "1.1"}, {"type": "button"})
    view = {"id": "V1", "private_metadata": "", "state": {"values": {}}}
    with pytest.raises(KeyError):
        kind.of(body | {"user": {"id": "U0RITA00001"}, "view": view, "value": ""})
