"""The state of the pretend workspace, behind one lock, with a counter of its changes.

It knows how things are stored (ids, timestamps, threads, stacks of views), not who may do what: the
Web API decides that. Every method may be called from any thread.
"""

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sandbox.slack.workspace import (
    BOT_USER,
    TEAM,
    Channel,
    Content,
    Group,
    Json,
    Message,
    OpenView,
    User,
)

TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_LIFE = timedelta(minutes=30)
RESPONSE_USES = 5
DELETED = Content("This message was deleted.", ())


class Refused(Exception):
    """Slack says no: `error` is its name in the answer, `messages` its details."""

    def __init__(self, error: str, messages: Sequence[str] = (), **extra: str) -> None:
        super().__init__(error)
        self.error = error
        self.messages = tuple(messages)
        self.extra = extra


class TooNew(Refused):
    """What another workspace would take: no fault of the bot's."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """The right to open one modal on one person's screen, for three seconds."""

    user: str
    at: datetime
    tick: float


@dataclass(slots=True)
class ResponseUrl:
    """The right to answer privately where a person acted, five times within half an hour."""

    user: str
    channel: str
    at: datetime
    message: Message | None
    uses: int = 0


class Workspace:
    """People, conversations, messages and views. `groups` None is a plan without user groups, and
    one without `containers` does not know these blocks yet.

    `tick` is a real stop-watch in seconds, beside a `clock` that a test may hold still.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        people: Sequence[User],
        channels: Sequence[Channel],
        groups: Sequence[Group] | None,
        tick: Callable[[], float] = time.monotonic,
        *,
        containers: bool = True,
    ) -> None:
        bot = User(BOT_USER, "countersign", "Countersign", is_bot=True)
        self.clock = clock
        self.containers = containers
        self._tick = tick
        self.users = {id: one for user in (*people, bot) for id, one in _by_id(user)}
        self.channels = {channel.id: channel for channel in channels}
        self.groups = None if groups is None else {group.id: group for group in groups}
        self.messages_tab = True
        self.version = 0
        self.complaints: list[str] = []
        self.lock = threading.Condition(threading.RLock())
        self._messages: dict[tuple[str, str], Message] = {}
        self._views: dict[str, OpenView] = {}
        self._stacks: dict[str, list[str]] = {}
        self._homes: dict[str, str] = {}
        self._triggers: dict[str, Trigger | None] = {}
        self._response_urls: dict[str, ResponseUrl] = {}
        self._offered: dict[tuple[str, str, str], list[Json]] = {}
        self._numbers = itertools.count(1)

    # Numbers, time and change.

    def number(self) -> int:
        """A number that was never given before."""
        with self.lock:
            return next(self._numbers)

    def ts(self) -> str:
        """The name of a moment, different at every call: seconds, a dot, a running number."""
        return f"{int(self.clock().timestamp())}.{self.number():06d}"

    def touch(self) -> None:
        """Tell whoever waits that something changed."""
        with self.lock:
            self.version += 1
            self.lock.notify_all()

    def complain(self, what: str) -> None:
        """Note what the bot did that Slack would refuse, or that nobody would see."""
        with self.lock:
            self.complaints.append(what)

    # Groups.

    def set_group(self, group_id: str, members: Sequence[str], *, disabled: bool) -> None:
        """Change who is in a group. Raises LookupError where there is none of this id."""
        with self.lock:
            held = self.groups or {}
            changed = replace(held[group_id], members=tuple(members), disabled=disabled)
            held[group_id] = changed
            self.touch()

    # Conversations.

    def set_channel(self, channel_id: str, **changes: Any) -> None:
        """Change a conversation. Raises LookupError where there is none of this id."""
        with self.lock:
            self.channels[channel_id] = replace(self.channels[channel_id], **changes)
            self.touch()

    def direct_channel(self, user_id: str) -> Channel:
        """The conversation between a person and the bot, begun where there is none yet."""
        with self.lock:
            channel_id = f"D{user_id[1:]}"
            begun = Channel(
                channel_id, "directmessage", members=frozenset({user_id}), person=user_id
            )
            return self.channels.setdefault(channel_id, begun)

    def sees(self, user_id: str, channel: Channel) -> bool:
        """Whether a person is in a conversation."""
        return channel.members is None or user_id in channel.members

    # Messages.

    def post(
        self,
        channel: str,
        content: Content,
        author: str = BOT_USER,
        *,
        thread_ts: str | None = None,
        only_for: str | None = None,
        metadata: Json | None = None,
    ) -> Message:
        """Add a message; its blocks get the ids that they lack."""
        with self.lock:
            message = Message(
                channel,
                self.ts(),
                author,
                (replace(content, blocks=self.stored(content.blocks)),),
                thread_ts=thread_ts,
                only_for=only_for,
                metadata=metadata,
            )
            return self._put(message)

    def edit(self, message: Message, content: Content, metadata: Json | None = None) -> Message:
        """Add a version to a message."""
        with self.lock:
            current = self._messages[message.channel, message.ts]
            version = replace(content, blocks=self.stored(content.blocks))
            return self._put(
                replace(
                    current,
                    versions=(*current.versions, version),
                    edited_ts=self.ts(),
                    metadata=current.metadata if metadata is None else metadata,
                )
            )

    def _put(self, message: Message) -> Message:
        self._messages[message.channel, message.ts] = message
        self.touch()
        return message

    def delete(self, message: Message) -> None:
        """Take a message away; above replies its place stays."""
        with self.lock:
            if self.replies(message.channel, message.ts):
                self._put(replace(message, deleted=True, versions=(*message.versions, DELETED)))
            else:
                del self._messages[message.channel, message.ts]
                self.touch()

    def message(self, channel: str, ts: str) -> Message | None:
        """The message at a place, a deleted one only as what stays of it."""
        with self.lock:
            return self._messages.get((channel, ts))

    def shown_to(self, user_id: str) -> list[Message]:
        """The ephemeral messages a person was shown, oldest first."""
        with self.lock:
            return [one for one in self._messages.values() if one.only_for == user_id]

    def timeline(self, channel: str) -> list[Message]:
        """A conversation's top-level messages, oldest first, ephemeral and deleted ones too."""
        with self.lock:
            every = self._messages.values()
            return [one for one in every if one.channel == channel and one.thread_ts is None]

    def replies(self, channel: str, ts: str) -> list[Message]:
        """The replies below a message, oldest first, without ephemeral ones."""
        return [one for one in self.thread(channel, ts) if one.only_for is None]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """Everything below a message, oldest first, ephemeral messages too."""
        with self.lock:
            every = self._messages.values()
            return [one for one in every if one.channel == channel and one.thread_ts == ts]

    # Views.

    def show(self, user_id: str, content: Json, *, on_top: bool) -> OpenView:
        """Put a modal on a person's screen, on top of the others or instead of them."""
        with self.lock:
            stack = self._stacks.setdefault(user_id, [])
            if not on_top:
                self._drop(user_id)
            below = stack[-1] if stack else None
            view = self._new_view(user_id, content, below)
            stack.append(view.id)
            return view

    def publish(self, user_id: str, content: Json) -> OpenView:
        """Put a view on a person's home tab."""
        with self.lock:
            held = self.home(user_id)
            if held is not None:
                return self.redraw(held.id, content)
            view = self._new_view(user_id, content, None)
            self._homes[user_id] = view.id
            return view

    def _new_view(self, user_id: str, content: Json, below: str | None) -> OpenView:
        view_id = f"V0{self.number():09d}"
        root = self._views[below].root_id if below else view_id
        view = OpenView(view_id, user_id, self.stored(content), self.ts(), root, below)
        return self._put_view(view)

    def redraw(self, view_id: str, content: Json) -> OpenView:
        """Replace what a view shows; its hash changes."""
        with self.lock:
            view = replace(self._views[view_id], content=self.stored(content), hash=self.ts())
            return self._put_view(view)

    def _put_view(self, view: OpenView) -> OpenView:
        self._views[view.id] = view
        self.touch()
        return view

    def view(self, view_id: str) -> OpenView | None:
        """A view that is open, or on a home tab."""
        with self.lock:
            return self._views.get(view_id)

    def view_named(self, external_id: str) -> OpenView | None:
        """The view that the bot gave this name."""
        with self.lock:
            views = self._views.values()
            return next((v for v in views if v.content.get("external_id") == external_id), None)

    def stack(self, user_id: str) -> list[OpenView]:
        """A person's open modals; the last one is on top."""
        with self.lock:
            return [self._views[view_id] for view_id in self._stacks.get(user_id, [])]

    def home(self, user_id: str) -> OpenView | None:
        """A person's home tab."""
        with self.lock:
            return self._views.get(self._homes.get(user_id, ""))

    def take_off(self, view: OpenView) -> None:
        """Close one modal, and what lies on top of it; nothing where it is closed already."""
        with self.lock:
            stack = self._stacks.get(view.user, [])
            if view.id in stack:
                self._drop(view.user, stack.index(view.id))

    def clear(self, user_id: str) -> None:
        """Close all of a person's modals."""
        with self.lock:
            self._drop(user_id)

    def _drop(self, user_id: str, since: int = 0) -> None:
        stack = self._stacks.get(user_id, [])
        for view_id in stack[since:]:
            del self._views[view_id]
        del stack[since:]
        self.touch()

    def offer(self, view_id: str, block_id: str, action_id: str, options: list[Json]) -> None:
        """Remember what a typeahead offered; only that can be chosen."""
        with self.lock:
            self._offered.setdefault((view_id, block_id, action_id), []).extend(options)

    def offered(self, view_id: str, block_id: str, action_id: str) -> list[Json]:
        """Whatever a typeahead offered so far."""
        with self.lock:
            return list(self._offered.get((view_id, block_id, action_id), []))

    # Rights that pass.

    def trigger(self, user_id: str) -> str:
        """The right to open a modal."""
        with self.lock:
            number = self.number()
            trigger_id = f"{number}.{TEAM[1:]}.{number * 7919:032x}"
            self._triggers[trigger_id] = Trigger(user_id, self.clock(), self._tick())
            return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """Use a trigger up. Three seconds count by the clock and by the stop-watch, whichever are
        over first: a clock that stands still must not make a slow bot look fast."""
        with self.lock:
            if trigger_id not in self._triggers:
                raise Refused("invalid_trigger_id")
            trigger = self._triggers[trigger_id]
            if trigger is None:
                raise Refused("exchanged_trigger_id")
            self._triggers[trigger_id] = None
        real_age = timedelta(seconds=self._tick() - trigger.tick)
        if max(self.clock() - trigger.at, real_age) > TRIGGER_LIFE:
            raise Refused("expired_trigger_id")
        return trigger

    def response_url(self, user_id: str, channel: str, message: Message | None = None) -> str:
        """The path of an address that takes private answers to what a person did."""
        with self.lock:
            key = f"{self.number():010d}"
            self._response_urls[key] = ResponseUrl(user_id, channel, self.clock(), message)
            return f"/response/{key}"

    def respond(self, key: str) -> ResponseUrl:
        """Use a response address once."""
        with self.lock:
            held = self._response_urls.get(key)
            if held is None or self.clock() - held.at > RESPONSE_LIFE:
                raise Refused("expired_url")
            if held.uses == RESPONSE_USES:
                raise Refused("used_url")
            held.uses += 1
            return held

    # Storing as Slack does.

    def stored(self, value: Any) -> Any:
        """A copy as Slack keeps it: ids made where the bot gave none, `emoji` and `verbatim` spelt
        out. Blocks come back as a tuple where they came as one."""
        if isinstance(value, dict):
            return {**self._spelt_out(value), **{k: self.stored(v) for k, v in value.items()}}
        if isinstance(value, tuple):
            return tuple(map(self.stored, value))
        return list(map(self.stored, value)) if isinstance(value, list) else value

    def _spelt_out(self, value: Json) -> Json:
        kind = value.get("type")
        if kind == "plain_text":
            return {"emoji": True}
        if kind == "mrkdwn":
            return {"verbatim": False}
        if kind in BLOCK_TYPES:
            return {"block_id": f"b{self.number():05d}"}
        return {"action_id": f"a{self.number():05d}"} if kind in ELEMENT_TYPES else {}


def _by_id(user: User) -> Iterator[tuple[str, User]]:
    """A person under each of their ids; who they are then acts with it."""
    yield user.id, user
    if user.organization:
        yield user.organization.id, replace(user, id=user.organization.id)


BLOCK_TYPES = frozenset(
    {"header", "section", "context", "actions", "container", "divider", "rich_text", "input"}
)
ELEMENT_TYPES = frozenset(
    {
        "button",
        "overflow",
        "static_select",
        "external_select",
        "radio_buttons",
        "checkboxes",
        "plain_text_input",
    }
)
