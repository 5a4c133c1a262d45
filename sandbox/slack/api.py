"""The Web API: what the bot may ask of Slack, and how Slack refuses.

One table names the methods with their arguments, scope and rate. A method is a function of the
workspace and its arguments; it returns the answer or raises Refused. Errors carry the names of
docs.slack.dev. Arguments that Slack would silently ignore are refused, so that a slip shows.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from sandbox.slack import limits
from sandbox.slack.shapes import Check, flag, length, shape, string
from sandbox.slack.state import Refused, TooNew, Workspace
from sandbox.slack.wire import channel_json, message_json, user_json, view_json
from sandbox.slack.workspace import BOT, BOT_USER, TEAM, Channel, Content, Json, Message, OpenView

VIEW_STACK = 3


@dataclass(frozen=True, slots=True)
class Call:
    """One call that has passed authentication: `scopes` are what the token may do."""

    workspace: Workspace
    scopes: frozenset[str]
    args: Json


@dataclass(frozen=True, slots=True)
class Method:
    """A method: `need` and `may` are its arguments, `calls` in `seconds` its rate.

    `takes_json` is false where Slack reads forms and queries only. `per` names the argument whose
    every value has a rate of its own.
    """

    work: Callable[[Call], Json]
    need: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    scope: str | None = None
    takes_json: bool = True
    calls: int = 100
    seconds: int = 60
    per: str | None = None


# Arguments: what each has to be, and how it is read from a form.

ANY = string(200_000, 0)
# Bolt's client adds it to every call; it means something to tokens of whole organizations only.
ALWAYS = frozenset({"team_id"})
ARGUMENTS: Mapping[str, Check] = {
    "unfurl_links": flag,
    "unfurl_media": flag,
    "reply_broadcast": flag,
    "include_disabled": flag,
    "blocks": lambda value, where: iter(()),
    "view": lambda value, where: iter(()),
    "metadata": shape({"event_type": string(255), "event_payload": lambda value, where: iter(())}),
}
STRUCTURED = frozenset({"blocks", "view", "metadata"})
FLAGS = frozenset({"unfurl_links", "unfurl_media", "reply_broadcast", "include_disabled"})


def read_form(text: str) -> Json:
    """Arguments of a form or a query: structured ones are JSON, flags are words or digits."""
    return {name: _from_form(name, value) for name, value in parse_qsl(text)}


def _from_form(name: str, value: str) -> Any:
    if name in FLAGS:
        return {"1": True, "true": True, "0": False, "false": False}.get(value, value)
    if name not in STRUCTURED:
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise Refused(
            f"invalid_{name}_format" if name == "blocks" else "invalid_arguments"
        ) from None


def check_arguments(method: Method, args: Json) -> None:
    """Raise Refused `invalid_arguments` where one is missing, unknown or of a wrong kind."""
    found = [
        f"[ERROR] missing required field: {name}"
        for name in sorted(method.need)
        if args.get(name) in (None, "")
    ]
    for name, value in args.items():
        if name not in method.need | method.may | ALWAYS:
            found.append(f"[ERROR] unknown argument: {name}")
        else:
            found += ARGUMENTS.get(name, ANY)(value, f"/{name}")
    if found:
        raise Refused("invalid_arguments", found)


# Conversations and messages.


def _conversation(call: Call, *, people_too: bool = False) -> Channel:
    """The conversation that `channel` names, where the bot may see it."""
    named = call.args["channel"]
    person = call.workspace.users.get(named)
    if person is not None and people_too and _reachable(call.workspace, named):
        return call.workspace.direct_channel(named)
    channel = call.workspace.channels.get(named)
    if channel is None or (channel.is_private and not channel.is_member):
        raise Refused("channel_not_found")
    return channel


def _reachable(workspace: Workspace, user_id: str) -> bool:
    """Whether the bot may write to a person directly: own team, no bots. Slack takes messages for
    deactivated people without a word (slackapi/python-slack-sdk 1156)."""
    user = workspace.users[user_id]
    return user.team_id == TEAM and not user.is_bot


def _writable(call: Call) -> Channel:
    channel = _conversation(call, people_too=True)
    if channel.person is not None and not call.workspace.messages_tab:
        raise Refused("messages_tab_disabled")
    open_to_apps = "chat:write.public" in call.scopes and not channel.is_private
    if not channel.is_member and not open_to_apps:
        raise Refused("not_in_channel")
    if channel.is_archived:
        raise Refused("is_archived")
    if channel.restricted:
        raise Refused("restricted_action")
    return channel


def _content(call: Call, most: int) -> Content:
    """The text and blocks of a message, within Slack's limits."""
    text, blocks = call.args.get("text", ""), call.args.get("blocks") or []
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    if not text.strip() and not blocks:
        raise Refused("no_text")
    if length(text) > most:
        raise Refused("msg_too_long")
    problems = limits.problems_with_blocks(blocks) if blocks else []
    if problems:
        raise Refused("invalid_blocks", problems)
    if limits.has_container(blocks) and not call.workspace.containers:
        raise TooNew("invalid_blocks", ["[ERROR] unsupported type: container"])
    if limits.blocks_text_length(blocks) > limits.MESSAGE_BLOCKS_TEXT:
        raise Refused("msg_blocks_too_long")
    return Content(text, tuple(blocks))


def _thread(call: Call, channel: Channel) -> str | None:
    """The thread to write in; only a top-level message that was not simply deleted has one."""
    ts: str | None = call.args.get("thread_ts")
    if ts is None:
        return None
    parent = call.workspace.message(channel.id, ts)
    if parent is None or parent.thread_ts is not None or parent.only_for is not None:
        raise Refused("thread_not_found")
    return ts


def _own(call: Call, channel: Channel, not_own: str) -> Message:
    """The bot's own message at `ts`; ephemeral ones cannot be named."""
    message = call.workspace.message(channel.id, call.args["ts"])
    if message is None or message.deleted or message.only_for is not None:
        raise Refused("message_not_found")
    if message.author != BOT_USER:
        raise Refused(not_own)
    return message


def _posted(call: Call, message: Message) -> Json:
    return {
        "channel": message.channel,
        "ts": message.ts,
        "text": message.text,
        "message": message_json(call.workspace, message),
    }


def post_message(call: Call) -> Json:
    """chat.postMessage: to a channel, or to a person, whose direct channel the answer names."""
    channel = _writable(call)
    content = _content(call, limits.POST_TEXT)
    thread_ts, metadata = _thread(call, channel), call.args.get("metadata")
    return _posted(
        call,
        call.workspace.post(channel.id, content, thread_ts=thread_ts, metadata=metadata),
    )


def update(call: Call) -> Json:
    """chat.update: needs the conversation's own id; without `blocks` it takes the blocks off."""
    channel = _conversation(call)
    if channel.is_archived:
        raise Refused("is_inactive")
    message = _own(call, channel, "cant_update_message")
    content = _content(call, limits.UPDATE_TEXT)
    return _posted(call, call.workspace.edit(message, content, call.args.get("metadata")))


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral: shown at once, to one person who is there, or never.

    In a thread it is seen only once the thread has replies; Slack says nothing of it, so it is said
    here (docs.slack.dev: "only shown if there is already an active thread").
    """
    channel = _writable(call)
    user = call.workspace.users.get(call.args["user"])
    if user is None or user.deleted or not call.workspace.sees(user.id, channel):
        raise Refused("user_not_in_channel")
    content, thread_ts = _content(call, limits.UPDATE_TEXT), _thread(call, channel)
    if thread_ts is not None and not call.workspace.replies(channel.id, thread_ts):
        call.workspace.complain("chat.postEphemeral: seen by nobody, as the thread is not active")
        return {"message_ts": call.workspace.ts()}
    posted = call.workspace.post(channel.id, content, thread_ts=thread_ts, only_for=user.id)
    return {"message_ts": posted.ts}


def delete(call: Call) -> Json:
    """chat.delete: the bot's own messages."""
    message = _own(call, _conversation(call), "cant_delete_message")
    call.workspace.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def conversations_info(call: Call) -> Json:
    """conversations.info, under the scope that fits the kind of conversation."""
    channel = _conversation(call)
    _ask_scope(call.scopes, _reading_scope(channel))
    return {"channel": channel_json(channel)}


def _reading_scope(channel: Channel) -> str:
    if channel.person is not None:
        return "im:read"
    return "groups:read" if channel.is_private else "channels:read"


def conversations_open(call: Call) -> Json:
    """conversations.open with one person."""
    if call.args["users"] not in call.workspace.users:
        raise Refused("user_not_found")
    if not _reachable(call.workspace, call.args["users"]):
        raise Refused("cannot_dm_bot")
    return {"channel": {"id": call.workspace.direct_channel(call.args["users"]).id}}


# People.


def auth_test(call: Call) -> Json:
    """auth.test: who the token is."""
    return {
        "url": "https://sandbox.slack.com/",
        "team": "Sandbox",
        "team_id": TEAM,
        "user": call.workspace.users[BOT_USER].name,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def users_info(call: Call) -> Json:
    """users.info: people of this workspace, and external ones who share a channel."""
    user = call.workspace.users.get(call.args["user"])
    if user is None:
        raise Refused("user_not_found")
    return {"user": user_json(user)}


def usergroup_users(call: Call) -> Json:
    """usergroups.users.list: the ids of a group's members, whatever became of those people.

    What Slack says of a disabled group, unless `include_disabled` asks for it, is not documented:
    here it is as good as none.
    """
    groups = call.workspace.groups
    if groups is None:
        raise Refused("plan_upgrade_required")
    group = groups.get(call.args["usergroup"])
    if group is None or (group.disabled and not call.args.get("include_disabled")):
        raise Refused("no_such_subteam")
    return {"users": list(group.members)}


# Views.


def _sound_view(call: Call, kind: str) -> Json:
    view: Json = call.args["view"]
    problems = limits.problems_with_view(view)
    if limits.view_bytes(view) > limits.VIEW_BYTES:
        raise Refused("view_too_large", problems)
    if not problems and view["type"] != kind:
        problems = [f"[ERROR] must be of type {kind} [json-pointer:/view/type]"]
    if problems:
        raise Refused("invalid_arguments", problems)
    return view


def _own_name(call: Call, view: Json, current: OpenView | None = None) -> None:
    name = view.get("external_id")
    named = call.workspace.view_named(name) if name else None
    if named is not None and (current is None or named.id != current.id):
        raise Refused("duplicate_external_id")


def _fresh(call: Call, view: OpenView) -> OpenView:
    if call.args.get("hash", view.hash) != view.hash:
        raise Refused("hash_conflict")
    return view


def views_open(call: Call) -> Json:
    """views.open: uses up a trigger. The trigger is looked at first: one wasted on a view with
    faults is gone, as nothing says that Slack keeps it."""
    trigger = call.workspace.exchange(call.args["trigger_id"])
    view = _sound_view(call, "modal")
    _own_name(call, view)
    return {
        "view": view_json(call.workspace, call.workspace.show(trigger.user, view, on_top=False))
    }


def views_push(call: Call) -> Json:
    """views.push: on top of the person's open modal, three at most."""
    trigger = call.workspace.exchange(call.args["trigger_id"])
    view = _sound_view(call, "modal")
    _own_name(call, view)
    stack = call.workspace.stack(trigger.user)
    if not stack:
        raise Refused("not_found")
    if len(stack) == VIEW_STACK:
        raise Refused("push_limit_reached")
    return {"view": view_json(call.workspace, call.workspace.show(trigger.user, view, on_top=True))}


def views_update(call: Call) -> Json:
    """views.update: by `view_id` or `external_id`, while it is open."""
    named = call.args.get("external_id")
    current = (
        call.workspace.view_named(named)
        if named is not None
        else call.workspace.view(call.args.get("view_id", ""))
    )
    if current is None:
        raise Refused("not_found")
    _fresh(call, current)
    view = _sound_view(call, current.content["type"])
    _own_name(call, view, current)
    return {"view": view_json(call.workspace, call.workspace.redraw(current.id, view))}


def views_publish(call: Call) -> Json:
    """views.publish: a person's home tab."""
    user = call.workspace.users.get(call.args["user_id"])
    if user is None or user.is_bot:
        raise Refused("user_not_found")
    current = call.workspace.home(user.id)
    if current is not None:
        _fresh(call, current)
    view = _sound_view(call, "home")
    _own_name(call, view, current)
    return {"view": view_json(call.workspace, call.workspace.publish(user.id, view))}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MESSAGE_ARGUMENTS = _words(
    "text blocks thread_ts metadata unfurl_links unfurl_media reply_broadcast"
)
# Rates: docs.slack.dev, tiers 2 to 4; posting is one message a second for each channel.
METHODS: Mapping[str, Method] = {
    "auth.test": Method(auth_test),
    "chat.postMessage": Method(
        post_message,
        _words("channel"),
        MESSAGE_ARGUMENTS,
        scope="chat:write",
        calls=1,
        seconds=1,
        per="channel",
    ),
    "chat.update": Method(
        update, _words("channel ts"), _words("text blocks metadata"), "chat:write", calls=50
    ),
    "chat.postEphemeral": Method(
        post_ephemeral, _words("channel user"), _words("text blocks thread_ts"), "chat:write"
    ),
    "chat.delete": Method(delete, _words("channel ts"), scope="chat:write", calls=50),
    "conversations.info": Method(conversations_info, _words("channel"), takes_json=False, calls=50),
    "conversations.open": Method(conversations_open, _words("users"), scope="im:write", calls=50),
    "users.info": Method(users_info, _words("user"), scope="users:read", takes_json=False),
    "usergroups.users.list": Method(
        usergroup_users,
        _words("usergroup"),
        _words("include_disabled"),
        scope="usergroups:read",
        takes_json=False,
        calls=20,
    ),
    "views.open": Method(views_open, _words("trigger_id view")),
    "views.push": Method(views_push, _words("trigger_id view")),
    "views.update": Method(views_update, _words("view"), _words("view_id external_id hash")),
    "views.publish": Method(views_publish, _words("user_id view"), _words("hash")),
}


def _ask_scope(scopes: frozenset[str], needed: str | None) -> None:
    if needed is not None and needed not in scopes:
        raise Refused("missing_scope", needed=needed, provided=",".join(sorted(scopes)))


def perform(name: str, call: Call) -> Json:
    """Do what a method does, under one lock from look to deed. Raises Refused."""
    method = METHODS[name]
    _ask_scope(call.scopes, method.scope)
    check_arguments(method, call.args)
    with call.workspace.lock:
        return method.work(call)
