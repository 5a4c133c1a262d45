"""PretendSlack: what people do in the pretend workspace, and what they see there.

Each act builds what Slack sends, signs it, posts it to the bot and treats the answer as Slack does:
three seconds, field errors, stacked views. Acts block until the bot has answered or the time is up,
and may come from several threads. Whatever the bot does that the real Slack would refuse is
refused, and written to `complaints`.
"""

import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from sandbox.serving import serving
from sandbox.slack import events, forms
from sandbox.slack.answers import Answer, Reply, Sent, read
from sandbox.slack.cast import CHANNELS, GROUPS, PEOPLE
from sandbox.slack.faults import Fault, Faults, Pace
from sandbox.slack.screen import screen
from sandbox.slack.server import Server
from sandbox.slack.state import Workspace
from sandbox.slack.workspace import (
    APP,
    BOT,
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

TOKEN = "xoxb-sandbox-not-a-secret"
SIGNING_SECRET = "sandbox-signing-secret"
SCOPES = frozenset(
    {
        *("commands", "chat:write", "users:read"),
        *("usergroups:read", "channels:read", "groups:read"),
    }
)
FORM = "application/x-www-form-urlencoded"


class PretendSlack:
    """One workspace with one app installed.

    `bot_url` is the bot's base address (requests go to `/slack/events` below it) and may be set
    later, since the bot needs this server's address first. `patience`, in real seconds, is how
    long the bot may take. `groups` are the user groups; None is a plan without them. `scopes` are
    the bot token's. `rate_limits` turns Slack's on; without `containers` the workspace does not
    know this block yet, and refuses what has one.

    `complaints` lists, in words, every Web API call that was refused, every answer that Slack
    cannot show or use, and ephemeral messages that nobody would see. Faults that a test asked for,
    rate limits and blocks that are too new, which are no fault of the bot's, are not in it.
    """

    team_id = TEAM
    app_id = APP
    bot_id = BOT
    bot_user_id = BOT_USER

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        bot_url: str = "",
        people: Sequence[User] = PEOPLE,
        channels: Sequence[Channel] = CHANNELS,
        groups: Sequence[Group] | None = GROUPS,
        scopes: frozenset[str] = SCOPES,
        token: str = TOKEN,
        signing_secret: str = SIGNING_SECRET,
        command: str = "/payout",
        patience: float = 3.0,
        rate_limits: bool = False,
        containers: bool = True,
    ) -> None:
        self.bot_url = bot_url
        self.address = "http://127.0.0.1"
        self.token = token
        self.signing_secret = signing_secret
        self._command = command
        self._patience = patience
        self._workspace = Workspace(clock, people, channels, groups, containers=containers)
        self._faults = Faults()
        pace = Pace(clock) if rate_limits else None
        self.server = Server(self._workspace, self._faults, pace, token=token, scopes=scopes)
        self.app = self.server.app

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[str]:
        """Serve on loopback; yields the base address. The Web API is at `<address>/api/`."""
        with serving(self.app, port) as self.address:
            try:
                yield reached(self.address)
            finally:
                self.calm()

    @property
    def complaints(self) -> list[str]:
        """What the bot did wrong so far. A test may clear it."""
        return self._workspace.complaints

    # What people do.

    def command(self, user_id: str, text: str, channel_id: str) -> Answer:
        """Type the slash command with `text`. A private answer is shown, and kept in `private`.

        Raises LookupError where the person is not in the conversation.
        """
        user, channel = self._user(user_id), self._channel(user_id, channel_id)
        body = events.command(
            self._workspace,
            user,
            channel,
            name=self._command,
            text=text,
            response_url=self.address + self._workspace.response_url(user_id, channel_id),
        )
        answer = self._send(self._signed(user_id, "command", body))
        if not answer.text:
            return answer
        only_for = None if answer.in_channel else user_id
        content = Content(answer.text, answer.blocks)
        shown = self._workspace.post(channel_id, content, only_for=only_for)
        return replace(answer, blocks=shown.blocks)

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

        A confirm dialog is taken as confirmed: it lives in the client only. `version` indexes the
        message's versions: 0 is the first one, seen by a screen that is behind. Raises LookupError
        where that version shows no such element, or shows several and `block_id` does not say
        which, or where the person does not see the message.
        """
        user, message = self._user(user_id), self._seen(user_id, channel_id, ts)
        blocks = message.versions[version].blocks
        block, element = forms.find(blocks, action_id, block_id)
        original = self._workspace.response_url(user_id, channel_id, message)
        payload = events.message_click(
            self._workspace,
            user,
            message,
            version=version,
            action=forms.action(block, element, option, (), self._workspace.ts()),
            values=forms.initial(blocks),
            response_url=self.address + original,
        )
        return self._interact(user_id, payload)

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
        user, view = self._user(user_id), self._open(user_id, view_id)
        blocks = view.content["blocks"]
        block, element = forms.find(blocks, action_id, block_id)
        offered = self._workspace.offered(view_id, block["block_id"], action_id)
        action = forms.action(block, element, option, offered, self._workspace.ts())
        values = forms.initial(blocks)
        payload = events.view_click(self._workspace, user, view, action=action, values=values)
        return self._interact(user_id, payload, view)

    def submit(self, user_id: str, view_id: str, values: Mapping[str, Any]) -> Answer:
        """Press a modal's submit button with `values` by block id.

        A value is the text of a text input, the value of an option (static or suggested), or a
        list of them for checkboxes. A block left out keeps what the bot prefilled. What Slack's
        client refuses by itself (a required field left empty, too short, too long) comes back in
        `errors` and nothing is sent. Raises LookupError for a view that is not on top of the
        person's screen, a block that it does not have, an option nobody offered.
        """
        user, view = self._user(user_id), self._on_top(user_id, view_id)
        if "submit" not in view.content:
            raise LookupError(f"{view_id} has no submit button")
        blocks = view.content["blocks"]
        state = forms.fill(blocks, values, lambda *where: self._workspace.offered(view_id, *where))
        stopped = forms.stopped(blocks, state)
        if stopped:
            return Answer(errors=stopped)
        payload = events.submission(self._workspace, user, view, state)
        answer = self._interact(user_id, payload, view)
        return self._after_submission(view, answer)

    def _after_submission(self, view: OpenView, answer: Answer) -> Answer:
        """Change the screen as the bot asked, if the view is still there."""
        with self._workspace.lock:
            if answer.error or answer.errors or self._workspace.view(view.id) is None:
                return answer
            if answer.action == "update" and answer.view is not None:
                self._workspace.redraw(view.id, answer.view)
            elif answer.action == "push" and answer.view is not None:
                self._workspace.show(view.user, answer.view, on_top=True)
            elif answer.action == "clear":
                self._workspace.clear(view.user)
            else:
                self._workspace.take_off(view)
            return answer

    def close(self, user_id: str, view_id: str) -> Answer:
        """Close the top modal; the bot hears of it where the view asks for `notify_on_close`."""
        user, view = self._user(user_id), self._on_top(user_id, view_id)
        payload = events.closing(self._workspace, user, view)
        if view.content.get("clear_on_close"):
            self._workspace.clear(user_id)
        else:
            self._workspace.take_off(view)
        if not view.content.get("notify_on_close"):
            return Answer()
        return self._interact(user_id, payload, view)

    def suggest(
        self, user_id: str, view_id: str, action_id: str, typed: str, *, block_id: str | None = None
    ) -> list[Json]:
        """Type into a typeahead of a modal; the options offered (flat, groups opened).

        Nothing is asked, and nothing offered, below the element's `min_query_length` (3, where the
        bot does not say).
        """
        user, view = self._user(user_id), self._open(user_id, view_id)
        block, element = forms.find(view.content["blocks"], action_id, block_id)
        if element["type"] != "external_select":
            raise LookupError(f"{action_id} is no typeahead")
        if len(typed) < element.get("min_query_length", 3):
            return []
        place = block["block_id"]
        payload = events.suggestion(
            self._workspace, user, view, block_id=place, action_id=action_id, typed=typed
        )
        answer = self._interact(user_id, payload, view)
        offered: list[Json] = self._workspace.stored(list(answer.blocks))
        self._workspace.offer(view_id, place, action_id, offered)
        return offered

    def open_home(self, user_id: str, tab: str = "home") -> Answer:
        """Look at the app's home: the bot is sent `app_home_opened`, once more where it fails."""
        payload = events.home_opened(self._workspace, self._user(user_id), tab)
        sent = self._signed(user_id, "event_callback", json.dumps(payload).encode(), as_json=True)
        answer = self._send(sent)
        if answer.error is None:
            return answer
        again = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_error"}
        return self._send(replace(sent, headers={**sent.headers, **again}))

    def verify_address(self) -> Answer:
        """Do what Slack does when an administrator saves the request URL.

        `text` of the answer is the challenge that came back; `error` says that it is not the one
        that was sent.
        """
        word = f"challenge{self._workspace.number()}"
        body = json.dumps(events.challenge(word)).encode()
        answer = self._send(self._signed("", "url_verification", body, as_json=True))
        if answer.error is None and answer.text != word:
            return replace(answer, error="Your URL didn't respond with the value of the challenge.")
        return answer

    def replay(self, sent: Sent) -> Answer:
        """Send the same signed bytes again. Nothing on anybody's screen changes by the answer."""
        return self._send(sent)

    def say(self, user_id: str, channel_id: str, text: str, thread_ts: str | None = None) -> str:
        """Write a message as a person; the bot hears nothing of it. Returns its ts."""
        channel = self._channel(user_id, channel_id)
        content = Content(text, ())
        return self._workspace.post(channel.id, content, user_id, thread_ts=thread_ts).ts

    def delete_message(self, channel_id: str, ts: str) -> None:
        """An administrator deletes a message."""
        message = self._workspace.message(channel_id, ts)
        if message is None:
            raise LookupError(f"no message {ts} in {channel_id}")
        self._workspace.delete(message)

    def set_group(self, group_id: str, members: Sequence[str], *, disabled: bool = False) -> None:
        """An administrator says who is in a user group from now on, or switches it off, or on.

        Raises LookupError for a group that was not there from the beginning.
        """
        self._workspace.set_group(group_id, members, disabled=disabled)

    def set_channel(self, channel_id: str, **changes: Any) -> None:
        """Somebody takes the bot into a channel or out of it (`is_member`), archives it
        (`is_archived`), or lets only some people post there (`restricted`)."""
        self._workspace.set_channel(channel_id, **changes)

    def switch_messages_tab(self, *, on: bool) -> None:
        """Somebody changes whether the app can write direct messages, on its page "App Home"."""
        self._workspace.messages_tab = on

    def revoke(self) -> None:
        """An administrator takes the app's token back."""
        self.server.revoked = True

    # What is there.

    def direct_channel(self, user_id: str) -> str:
        """The id of the conversation between a person and the bot."""
        return self._workspace.direct_channel(self._user(user_id).id).id

    def messages(self, channel_id: str) -> tuple[Message, ...]:
        """A channel's top-level messages, oldest first, without ephemeral and deleted ones."""
        return tuple(
            one
            for one in self._workspace.timeline(channel_id)
            if one.only_for is None and not one.deleted
        )

    def thread(self, channel_id: str, ts: str) -> tuple[Message, ...]:
        """The replies below a message, oldest first, without ephemeral ones."""
        return tuple(self._workspace.replies(channel_id, ts))

    def direct_messages(self, user_id: str) -> tuple[Message, ...]:
        """What the bot wrote to a person directly, oldest first."""
        return self.messages(self.direct_channel(user_id))

    def private(self, user_id: str) -> tuple[Message, ...]:
        """Every ephemeral message a person was shown, oldest first, of all channels."""
        return tuple(self._workspace.shown_to(user_id))

    def open_views(self, user_id: str) -> tuple[OpenView, ...]:
        """The stack of modals on a person's screen; the last one is on top."""
        return tuple(self._workspace.stack(user_id))

    def home(self, user_id: str) -> OpenView | None:
        """The home tab published for a person."""
        return self._workspace.home(user_id)

    def snapshot(self, user_id: str) -> Json:
        """All that a person sees, as JSON for a page to draw:

        `{"version": 7, "team": {"id"}, "app": {"id", "bot_id", "user_id", "name"},
          "me": {"id", "name", "real_name", "team_id", "tz"}, "people": [same shape],
          "groups": [{"id", "handle"}],
          "channels": [{"id", "name", "person": null | user id, "is_member", "messages": [M]}],
          "views": [{"id", "hash", "content": view}], "home": null | {same shape}}`

        where M is `{"ts", "thread_ts", "user", "text", "blocks", "edited", "private", "deleted",
        "versions": 3, "replies": [M]}`. Direct messages are the channel whose `person` is this
        user; people of other teams have none. Ephemeral messages stand where they appeared, marked
        `private`.
        """
        return screen(self._workspace, self._user(user_id))

    @property
    def version(self) -> int:
        """Counts every change of what anybody could see."""
        return self._workspace.version

    def wait_for_change(self, since: int, timeout: float) -> int:
        """Block until `version` is past `since` or `timeout` real seconds are over; the version."""
        lock = self._workspace.lock
        with lock:
            lock.wait_for(lambda: self._workspace.version > since, timeout)
            return self._workspace.version

    def wait_until(self, seen: Callable[[], bool], timeout: float = 5.0) -> None:
        """Block until `seen()` is true, asked after each change here and 20 times a second, since
        it may look elsewhere too. Raises TimeoutError after `timeout` real seconds."""
        deadline = time.monotonic() + timeout
        version = self.version
        while not seen():
            if time.monotonic() > deadline:
                raise TimeoutError(f"not seen within {timeout} s; complaints: {self.complaints}")
            version = self.wait_for_change(version, 0.05)

    # What goes wrong.

    def fail(self, method: str, fault: Fault, times: int = 1) -> None:
        """The next `times` calls of a Web API method ("chat.update", or "*" for any) go wrong."""
        self._faults.fail(method, fault, times)

    @property
    def outage(self) -> bool:
        """While true every Web API call is answered 503."""
        return self._faults.outage

    @outage.setter
    def outage(self, on: bool) -> None:
        self._faults.outage = on

    def calm(self) -> None:
        """Take back every fault, end the outage, and let hanging calls go."""
        self._faults.calm()

    # Sending.

    def _interact(self, user_id: str, payload: Json, view: OpenView | None = None) -> Answer:
        sent = self._signed(user_id, payload["type"], events.form(payload))
        return self._send(replace(sent, view=view))

    def _signed(self, user_id: str, kind: str, body: bytes, *, as_json: bool = False) -> Sent:
        now = int(self._workspace.clock().timestamp())
        content_type = "application/json" if as_json else FORM
        return Sent(
            user_id, kind, body, events.headers(self.signing_secret, now, body, content_type)
        )

    def _send(self, sent: Sent) -> Answer:
        answer, complaints = read(sent, self._post(sent), self._command)
        for one in complaints:
            self._workspace.complain(one)
        return answer

    def _post(self, sent: Sent) -> Reply:
        """One request on a connection of its own, no redirects. A time-out counts each wait by
        itself, so the whole is measured too."""
        start, url = time.monotonic(), urlsplit(self.bot_url)
        connection = HTTPConnection(url.hostname or "", url.port, timeout=self._patience)
        try:
            connection.request("POST", f"{url.path}/slack/events", sent.body, dict(sent.headers))
            got = connection.getresponse()
            reply = Reply(got.status, got.getheader("content-type", ""), got.read())
        except TimeoutError:
            return Reply(why="operation_timeout")
        except (OSError, HTTPException):
            return Reply(why="dispatch_failed")
        finally:
            connection.close()
        slow = time.monotonic() - start > self._patience
        return Reply(why="operation_timeout") if slow else reply

    # Finding.

    def _user(self, user_id: str) -> User:
        return self._workspace.users[user_id]

    def _channel(self, user_id: str, channel_id: str) -> Channel:
        channel = self._workspace.channels[channel_id]
        if not self._workspace.sees(user_id, channel):
            raise LookupError(f"{user_id} is not in {channel_id}")
        return channel

    def _seen(self, user_id: str, channel_id: str, ts: str) -> Message:
        self._channel(user_id, channel_id)
        message = self._workspace.message(channel_id, ts)
        if message is None or message.only_for not in (None, user_id):
            raise LookupError(f"{user_id} sees no message {ts} in {channel_id}")
        return message

    def _open(self, user_id: str, view_id: str) -> OpenView:
        view = self._workspace.view(view_id)
        if view is None or view.user != user_id:
            raise LookupError(f"{user_id} has no view {view_id}")
        return view

    def _on_top(self, user_id: str, view_id: str) -> OpenView:
        stack = self._workspace.stack(user_id)
        if not stack or stack[-1].id != view_id:
            raise LookupError(f"{view_id} is not on top of {user_id}'s screen")
        return stack[-1]


def reached(address: str, timeout: float = 5.0) -> str:
    """Wait until somebody listens at an address, and return it; a server's socket is bound before
    it listens. Raises ConnectionRefusedError after `timeout` real seconds."""
    url, deadline = urlsplit(address), time.monotonic() + timeout
    while True:
        try:
            socket.create_connection((url.hostname, url.port), timeout).close()
            return address
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.005)
