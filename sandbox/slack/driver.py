"""PretendSlack: what people do in the pretend workspace, and what they see there.

Each act builds what Slack sends, signs it, posts it to the bot and treats the answer as Slack does:
three seconds, field errors, stacked views. Acts block until the bot has answered or the time is up,
and may come from several threads. Whatever the bot does that the real Slack would refuse is
refused, and written to `complaints`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.applications import Starlette

from sandbox.slack.cast import CHANNELS, PEOPLE
from sandbox.slack.workspace import Blocks, Channel, Json, Message, OpenView, User

TOKEN = "xoxb-sandbox-not-a-secret"
SIGNING_SECRET = "sandbox-signing-secret"


@dataclass(frozen=True, slots=True)
class Sent:
    """One signed request, byte for byte, so that it can be sent again. `user` acted."""

    user: str
    kind: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person who acted is shown.

    `error` is Slack's own sentence where the bot failed to answer as it must (time-out, not 200,
    an answer that Slack cannot show). `status` is the HTTP status, None where none came in time.
    `text` and `blocks` are a command's private answer. `errors` are sentences by block id under a
    modal's fields. `action` is the submission's `response_action`. `sent` is None where the
    client stopped the person before anything was sent.
    """

    status: int | None = None
    error: str | None = None
    text: str = ""
    blocks: Blocks = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    action: str | None = None
    sent: Sent | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """How a Web API method misbehaves: `error` in a 200, an HTTP `status`, 429 with `retry_after`
    seconds, or `hangs` until `calm`. `done`: the work is done first and only the answer is lost."""

    error: str | None = None
    status: int = 200
    retry_after: int | None = None
    hangs: bool = False
    done: bool = False


class PretendSlack:
    """One workspace with one app installed.

    `bot_url` is the bot's base address (requests go to `/slack/events` below it) and may be set
    later, since the bot needs this server's address first. `patience`, in real seconds, is how
    long the bot may take. `groups` are user groups by id. `scopes` are the bot token's.
    """

    team_id: str
    app_id: str
    bot_id: str
    bot_user_id: str
    app: Starlette
    complaints: list[str]

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        bot_url: str = "",
        people: Sequence[User] = PEOPLE,
        channels: Sequence[Channel] = CHANNELS,
        groups: Mapping[str, Sequence[str]] | None = None,
        scopes: frozenset[str] = frozenset({"commands", "chat:write", "users:read"}),
        token: str = TOKEN,
        signing_secret: str = SIGNING_SECRET,
        command: str = "/payout",
        patience: float = 3.0,
        rate_limits: bool = False,
    ) -> None:
        raise NotImplementedError

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[str]:
        """Serve on loopback; yields the base address. The Web API is at `<address>/api/`."""
        raise NotImplementedError

    # What people do.

    def command(self, user_id: str, text: str, channel_id: str) -> Answer:
        """Type the slash command with `text`. A private answer is shown, and kept in `private`."""
        raise NotImplementedError

    def click(
        self,
        user_id: str,
        channel_id: str,
        ts: str,
        action_id: str,
        *,
        block_id: str | None = None,
        option: str | None = None,
        version: int = -1,
    ) -> Answer:
        """Press a button, or choose `option` (its value) of an overflow or a select.

        `version` indexes the message's versions: 0 is the first one, seen by a screen that is
        behind. Raises LookupError where that version shows no such element, or shows several and
        `block_id` does not say which.
        """
        raise NotImplementedError

    def click_view(
        self,
        user_id: str,
        view_id: str,
        action_id: str,
        *,
        block_id: str | None = None,
        option: str | None = None,
    ) -> Answer:
        """Press a button or choose an option inside a modal or the home tab."""
        raise NotImplementedError

    def submit(self, user_id: str, view_id: str, values: Mapping[str, Any]) -> Answer:
        """Press a modal's submit button with `values` by block id.

        A value is the text of a text input, the value of an option (static or suggested), or a
        list of them for checkboxes. A block left out keeps what the bot prefilled. What Slack's
        client refuses by itself (a required field left empty, too short, too long) comes back in
        `errors` and nothing is sent. Raises LookupError for a view that is not on top of the
        person's screen, a block that it does not have, an option nobody offered.
        """
        raise NotImplementedError

    def close(self, user_id: str, view_id: str) -> Answer:
        """Close the top modal; the bot hears of it where the view asks for `notify_on_close`."""
        raise NotImplementedError

    def suggest(
        self, user_id: str, view_id: str, action_id: str, typed: str, *, block_id: str | None = None
    ) -> list[Json]:
        """Type into a typeahead of a modal; the options offered (flat, groups opened).

        Nothing is asked, and nothing offered, below the element's `min_query_length`.
        """
        raise NotImplementedError

    def open_home(self, user_id: str, tab: str = "home") -> Answer:
        """Look at the app's home: the bot is sent `app_home_opened`."""
        raise NotImplementedError

    def verify_address(self) -> Answer:
        """Do what Slack does when an administrator saves the request URL."""
        raise NotImplementedError

    def replay(self, sent: Sent) -> Answer:
        """Send the same signed bytes again. Nothing on anybody's screen changes by the answer."""
        raise NotImplementedError

    def delete_message(self, channel_id: str, ts: str) -> None:
        """An administrator deletes a message."""
        raise NotImplementedError

    # What is there.

    def messages(self, channel_id: str) -> tuple[Message, ...]:
        """A channel's top-level messages, oldest first, without ephemeral ones."""
        raise NotImplementedError

    def thread(self, channel_id: str, ts: str) -> tuple[Message, ...]:
        """The replies below a message, oldest first, without ephemeral ones."""
        raise NotImplementedError

    def direct_messages(self, user_id: str) -> tuple[Message, ...]:
        """What the bot wrote to a person directly, oldest first."""
        raise NotImplementedError

    def private(self, user_id: str) -> tuple[Message, ...]:
        """Every ephemeral message a person was shown, oldest first, of all channels."""
        raise NotImplementedError

    def open_views(self, user_id: str) -> tuple[OpenView, ...]:
        """The stack of modals on a person's screen; the last one is on top."""
        raise NotImplementedError

    def home(self, user_id: str) -> OpenView | None:
        """The home tab published for a person."""
        raise NotImplementedError

    def snapshot(self, user_id: str) -> Json:
        """All that a person sees, as JSON for a page to draw:

        `{"version": 7, "team": {"id"}, "app": {"id", "bot_id", "user_id", "name"},
          "me": {"id", "name", "real_name", "team_id", "tz"}, "people": [same shape],
          "channels": [{"id", "name", "person": null | user id, "is_member", "messages": [M]}],
          "views": [{"id", "hash", "content": view}], "home": null | {same shape}}`

        where M is `{"ts", "thread_ts", "text", "blocks", "edited", "private", "versions": 3,
        "replies": [M]}`. Direct messages are the channel whose `person` is this user. Ephemeral
        messages stand where they appeared, marked `private`.
        """
        raise NotImplementedError

    @property
    def version(self) -> int:
        """Counts every change of what anybody could see."""
        raise NotImplementedError

    def wait_for_change(self, since: int, timeout: float) -> int:
        """Block until `version` is past `since` or `timeout` real seconds are over; the version."""
        raise NotImplementedError

    def wait_until(self, seen: Callable[[], bool], timeout: float = 5.0) -> None:
        """Block until `seen()` is true, looking after each change. Raises TimeoutError."""
        raise NotImplementedError

    # What goes wrong.

    def fail(self, method: str, fault: Fault, times: int = 1) -> None:
        """The next `times` calls of a Web API method ("chat.update", or "*" for any) go wrong."""
        raise NotImplementedError

    def calm(self) -> None:
        """Take back every fault, end the outage, and let hanging calls go."""
        raise NotImplementedError

    outage: bool
    """While true every Web API call is answered 503."""
