"""Slack's dictionaries end here: what people did, as frozen values.

Who did it is read from the signed request alone, never from a button's value, a name or an
address. In a channel shared with another company the outer `team` of a submission is the
person's own and the one of a click is not, so for both it is `user.team_id` that says where
somebody belongs (docs.slack.dev, "Slack Connect").

A signature says who sent something, not that it is whole. `pruned` holds a body against the form
that Slack gives its kind and keeps what we read, nothing else; so whatever reads on, Bolt included,
finds every field there and of its type.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

Json = Mapping[str, Any]

MANY = "selected_options"
"""Where Slack puts what was ticked."""


class Misshapen(Exception):
    """Something is missing or is of another type than Slack sends; it has no other words."""


def pruned(body: object) -> dict[str, Any] | None:
    """What we read of a body, as Slack sends it; None for a kind that nobody here listens to.
    Raises Misshapen."""
    if not (isinstance(body, dict) and body):
        raise Misshapen
    if body.get("ssl_check") == "1":
        return None
    kind = "command" if "command" in body else _text(body.get("type"))
    form = _FORMS.get(kind)
    if form is None:
        return None
    read: dict[str, Any] = _object(form)(body)
    return read if kind == "command" else {"type": kind, **read}


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
    """A modal's submission. `values` are texts and chosen values by block id, `""` where empty,
    with a space between the values of boxes that were ticked together;
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
    if MANY in element:
        return " ".join(option["value"] for option in element[MANY] or ())
    chosen: Json = element.get("selected_option") or element
    return chosen.get("value") or ""


# What Slack sends, by its form.


Reader = Callable[[object], Any]
"""Takes a value that is of one form, and refuses any other: raises Misshapen."""


def _text(value: object) -> str:
    """Text that can be kept: SQLite would cut it at a NUL, and half a surrogate pair is no text."""
    if not isinstance(value, str) or "\0" in value or _SURROGATE.search(value):
        raise Misshapen
    return value


def _id(value: object) -> str:
    """What Slack calls somebody or something; no longer than its longest, a trigger's."""
    text = _text(value)
    if not _ID.fullmatch(text):
        raise Misshapen
    return text


def _object(form: Mapping[str, Reader]) -> Reader:
    """An object that has these fields; one whose name here ends in "?" may be absent or null."""

    def read(value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Misshapen
        found = {}
        for name, reader in form.items():
            field = name.removesuffix("?")
            if value.get(field) is not None:
                found[field] = reader(value[field])
            elif field == name:
                raise Misshapen
        return found

    return read


def _each(reader: Reader) -> Reader:
    """An object all of whose fields are of one form, whatever they are called."""

    def read(value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Misshapen
        return {_text(name): reader(one) for name, one in value.items()}

    return read


def _list(reader: Reader, least: int = 0) -> Reader:
    """A list of at least so many things of one form."""

    def read(value: object) -> list[Any]:
        if not isinstance(value, list) or len(value) < least:
            raise Misshapen
        return [reader(one) for one in value]

    return read


_ID = re.compile(r"[!-~]{1,100}", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")

_PERSON = _object({"id": _id, "team_id": _id})
_OPTION = _object({"value?": _text})
_CHOSEN = {"value?": _text, "selected_option?": _OPTION, "selected_options?": _list(_OPTION)}
_STATE = _object({"values": _each(_each(_object(_CHOSEN)))})
_VIEW = {
    "type": _text,
    "id": _id,
    "callback_id": _text,
    "private_metadata": _text,
    "state": _STATE,
}
_MESSAGE = {"channel_id": _id, "message_ts": _id, "thread_ts?": _id}

_FORMS: Mapping[str, Mapping[str, Reader]] = {
    "command": {
        "command": _text,
        "team_id": _id,
        "user_id": _id,
        "channel_id": _id,
        "trigger_id": _id,
        "text?": _text,
    },
    "block_actions": {
        "user": _PERSON,
        "trigger_id": _id,
        "container": _object(_MESSAGE),
        "actions": _list(_object({"action_id": _text, **_CHOSEN}), least=1),
    },
    "view_submission": {"user": _PERSON, "view": _object(_VIEW)},
    "block_suggestion": {"user": _PERSON, "action_id": _text, "value": _text},
    "url_verification": {"challenge": _text},
}
"""What we read, by kind (docs.slack.dev: slash commands, interaction payloads, Events API)."""
