"""Slack's dictionaries end here: what people did, as frozen values.

Who did it is read from the signed request alone, never from a button's value, a name or an
address. In a channel shared with another company the outer `team` of a submission is the
person's own and the one of a click is not, so for both it is `user.team_id` that says where
somebody belongs (docs.slack.dev, "Slack Connect"). Reading raises KeyError or TypeError where
Slack's form is not kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody, by the two ids that decide: the team that they belong to, and their own."""

    team: str
    user: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody was when they did it: a conversation, and the thread inside it."""

    channel: str
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A slash command. `trigger` is unique to it, and opens a modal for three seconds."""

    who: Who
    place: Place
    trigger: str
    text: str

    @classmethod
    def of(cls, body: Json) -> Self:
        """Read a slash command's body."""
        return cls(
            who=Who(body["team_id"], body["user_id"]),
            place=Place(body["channel_id"]),
            trigger=body["trigger_id"],
            text=body.get("text", ""),
        )


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button, or a choice in a menu: `action` is its action_id, `value` what it carries, and
    `message` the timestamp of the message that it stands on."""

    who: Who
    place: Place
    message: str
    trigger: str
    action: str
    value: str

    @classmethod
    def of(cls, body: Json) -> Self:
        """Read a `block_actions` body; Slack sends one action at a time."""
        action, container = body["actions"][0], body["container"]
        return cls(
            who=_who(body),
            place=_place(container),
            message=container["message_ts"],
            trigger=body["trigger_id"],
            action=action["action_id"],
            value=_value(action),
        )


@dataclass(frozen=True, slots=True)
class Submitted:
    """A modal's submission. `values` are texts and chosen values by block id, `""` where empty;
    `view` is the modal's id; `carried` is what the modal was opened with (private_metadata)."""

    who: Who
    view: str
    values: Mapping[str, str]
    carried: str

    @classmethod
    def of(cls, body: Json) -> Self:
        """Read a `view_submission` body."""
        view = body["view"]
        fields = {
            block: _value(element)
            for block, elements in view["state"]["values"].items()
            for element in elements.values()
        }
        return cls(_who(body), view["id"], MappingProxyType(fields), view["private_metadata"])


@dataclass(frozen=True, slots=True)
class Suggested:
    """Somebody typed `typed` into a typeahead."""

    who: Who
    typed: str

    @classmethod
    def of(cls, body: Json) -> Self:
        """Read a `block_suggestion` body."""
        return cls(_who(body), body["value"])


def _who(body: Json) -> Who:
    return Who(body["user"]["team_id"], body["user"]["id"])


def _place(container: Json) -> Place:
    """A message that started a thread names itself as the thread; who clicked it stood outside."""
    thread = container.get("thread_ts")
    return Place(container["channel_id"], thread if thread != container["message_ts"] else None)


def _value(element: Json) -> str:
    """What was typed or chosen; Slack says null, or nothing, where that is nothing."""
    chosen: Json = element.get("selected_option") or element
    return chosen.get("value") or ""
