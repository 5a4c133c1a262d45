"""Private answers to clicks: best effort, on a thread of their own.

A click is answered to Slack at once and to the person a moment later, by `chat.postEphemeral`.
The audit line is the record, so an answer that Slack does not take is logged and forgotten; the
queue is bounded, so a Slack that hangs costs answers and nothing else.
"""

import logging
import queue
import threading
from contextlib import suppress
from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.blocks import Message
from bot.payloads import Place

SIZE = 200
"""Answers that wait at once; the newest is dropped beyond."""

LAST_SECONDS = 2
"""At the end, how long those that wait are still given."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Private:
    """What one person alone is told, where they clicked."""

    user: str
    place: Place
    message: Message


class Answers:
    """A worker: `start`, `put` from any thread, `stop`, which says what is still waiting first.

    `client` has a short time-out and retries nothing.
    """

    def __init__(self, client: WebClient, size: int = SIZE) -> None:
        self._client = client
        self._ended = False
        self._waiting: queue.Queue[Private | None] = queue.Queue(size)
        self._thread = threading.Thread(target=self._run, name="answers", daemon=True)

    def put(self, answer: Private) -> None:
        """Say it soon. Never waits."""
        try:
            self._waiting.put_nowait(answer)
        except queue.Full:
            _log.warning("dropped an answer to %s: too many wait", answer.user)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer what is waiting, for a moment, then end."""
        self._ended = True
        with suppress(queue.Full):  # then the last one that waits is the end
            self._waiting.put_nowait(None)
        self._thread.join(LAST_SECONDS)
        if self._thread.is_alive():
            _log.warning("%d answers were not given in time", self._waiting.qsize())

    def _run(self) -> None:
        while (answer := self._waiting.get()) is not None:
            try:
                self._say(answer)
            except Exception as trouble:  # the next answer must not suffer
                _log.warning("could not answer %s: %s", answer.user, trouble)
            if self._ended and self._waiting.empty():
                return

    def _say(self, answer: Private) -> None:
        """Where the command was typed the bot may be no member; its direct message always is."""
        text, blocks = answer.message.text, answer.message.blocks
        try:
            self._client.chat_postEphemeral(
                channel=answer.place.channel,
                thread_ts=answer.place.thread,
                user=answer.user,
                text=text,
                blocks=blocks,
            )
        except SlackApiError:
            self._client.chat_postMessage(
                channel=answer.user,
                text=text,
                blocks=blocks,
                unfurl_links=False,
                unfurl_media=False,
            )
