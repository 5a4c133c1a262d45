"""The courier: makes Slack show what the ledger says.

It is level-triggered. A card remembers which version of its payout it shows and the last audit line
that its thread has told; where they lag, the card is drawn again and what is missing is told, in
order. So a crash or an outage of Slack heals by itself, and a card that somebody deleted is posted
again. What Slack took is written down at once: a crash in between can repeat a message, which costs
nobody money.

What does not pass by itself is kept on the card, and told: the requester reads it on their own
copy, the approvers in one direct message. It is tried on, and once one card can be shown again,
all of them are.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from approvals.audit import Line, Subject
from approvals.content import Content
from approvals.ledger import Audience, Card, Change, Ledger
from approvals.payout import Payout, State
from approvals.rulebook import Rulebook
from approvals.times import Clock
from approvals.worker import Stepping, back_off
from bot import notices, thread
from bot.blocks import Message, unfolded
from bot.cards import Scene, channel_card, requester_copy
from bot.scenes import scene
from bot.texts import bare
from bot.trouble import Reach, Trouble, mended

TOLD_DIRECTLY = 10
"""So many approvers at most are written to where no card can be shown."""

PERSISTENT = 40
SELDOM = timedelta(hours=1)
"""After so many tries in a row, some three hours, a card is tried only so often; or at once, when
its payout changes."""

_LOST = frozenset(
    {"message_not_found", "thread_not_found", "edit_window_closed", "cant_update_message"}
)
"""What Slack says of a message that is not there any more, or that stays as it is for ever."""

_CLOSED = frozenset({"channel_not_found", "is_archived", "is_inactive"})
"""What it says of a channel in which nothing can be drawn any more."""

_UNKNOWN_BLOCK = "invalid_blocks"
"""What it says of a message with a block that the workspace does not know, and of any other that
it cannot draw."""

Network = Callable[[Content], str | None]
"""The name that people have for the network of a payout (TRC20), where it is known."""

Explorer = Callable[[Content], str | None]
"""The address of a transaction in the block explorer of a payout's chain, with `%s` for the id,
where it is known."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _News:
    """A card that lags, and what it must show: all from one moment of the ledger. `told` are the
    lines that its thread has told, `lines` those that it has not."""

    payout: Payout
    told: tuple[Line, ...]
    lines: tuple[Line, ...]
    scene: Scene


class Courier(Stepping):
    """A worker. `client` has a time-out and retries nothing. `workspace` is the address of Slack's
    workspace; without one, cards do not link to each other. `reach` learns what came of it."""

    name = "courier"

    def __init__(
        self,
        ledger: Ledger,
        client: WebClient,
        rulebook: Rulebook,
        *,
        channel: str,
        network: Network,
        explorer: Explorer,
        workspace: str = "",
        reach: Reach,
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._client = client
        self._rules = rulebook
        self._channel = channel
        self._network = network
        self._explorer = explorer
        self._workspace = workspace
        self._reach = reach
        self._clock = clock
        self._folds = True  # until Slack refuses one; a new start asks again

    def once(self) -> int:
        """Bring every card that is due up to date; how many those were."""
        with self._ledger.reading() as reading:
            due = reading.due_cards(self._clock(), SELDOM)
        for card in due:
            if not self.pace.goes_on():
                break
            show = self._announce if card.subject == Subject.LEDGER else self._bring_up_to_date
            try:
                show(card)
            except SlackApiError as refused:
                self._put_off(card, refused)
            except Exception:
                log.exception("courier: card of %s %d", card.subject, card.id)
                self._put_off(card, None)
        return len(due)

    def _bring_up_to_date(self, card: Card) -> None:
        news = self._news(card)
        draw = channel_card if card.audience is Audience.CHANNEL else requester_copy
        home = self._channel if card.audience is Audience.CHANNEL else news.payout.requester.id
        drawn = replace(card, version=news.payout.version)
        shown = self._show(drawn, draw(news.payout, news.scene), home)
        if shown.audience is Audience.CHANNEL:
            if shown.ts != card.ts:  # a new card has an empty thread
                news = self._news(shown)
            shown = self._tell(shown, news)
        self._well(shown, card, news.payout.reconsidered_at(self._clock()))

    def _announce(self, card: Card) -> None:
        """A notice to everybody, which `card` is: the line with its number."""
        with self._ledger.reading() as reading:
            line = reading.line(card.id)
            if line is None:
                raise LookupError(f"a notice about line {card.id}, which is not in the ledger")
            under_way = tuple(one for one in reading.open() if one.state is State.SENDING)
            board = notices.Board(self._rules.approvers(reading), under_way)
        self._well(self._show(card, notices.notice(line, board), self._channel), card, None)

    def _news(self, card: Card) -> _News:
        with self._ledger.reading() as reading:
            payout = reading.payout(card.id)
            if payout is None:
                raise LookupError(f"a card about payout {card.id}, which is not in the ledger")
            known = self._reach.trouble
            bare = Scene((), self._channel, workspace=self._workspace, trouble=known)
            found = scene(bare, reading, self._rules, payout, self._clock())
            record = reading.lines("payout", card.id)
        content = payout.content
        named = replace(found, network=self._network(content), explorer=self._explorer(content))
        told = tuple(line for line in record if line.number <= card.told)
        return _News(payout, told, record[len(told) :], named)

    def _show(self, card: Card, drawn: Message, home: str) -> Card:
        """Draw the card where it is; where it is not, or cannot be drawn any more, post it at
        `home`."""
        if card.ts is not None and card.channel is not None:
            try:
                self._draw(self._client.chat_update, drawn, channel=card.channel, ts=card.ts)
                return card
            except SlackApiError as refused:
                if not _left_behind(card, home, refused):
                    raise
        posted = self._say(home, drawn)
        shown = replace(card, channel=posted["channel"], ts=posted["ts"], told=0)
        self._keep(shown, card)
        return shown

    def _tell(self, card: Card, news: _News) -> Card:
        """Say in the thread what it has not told yet: the first reply, then the rest as one."""
        earlier, lines = news.told, news.lines
        if card.told == 0 and lines:
            self._say(card.channel, thread.first_reply(news.payout, news.scene), card.ts)
            told = replace(card, told=lines[0].number)
            self._keep(told, card)
            card, earlier, lines = told, lines[:1], lines[1:]
        if lines:
            reply = thread.reply(news.payout, lines, news.scene, earlier)
            if reply is not None:
                self._say(card.channel, reply, card.ts)
            card = replace(card, told=lines[-1].number)
        return card

    def _say(
        self, channel: str | None, said: Message, thread_ts: str | None = None
    ) -> SlackResponse:
        return self._draw(
            self._client.chat_postMessage,
            said,
            channel=channel or "",
            thread_ts=thread_ts,
            unfurl_links=False,
            unfurl_media=False,
        )

    def _draw(
        self, call: Callable[..., SlackResponse], drawn: Message, **how: Any
    ) -> SlackResponse:
        """Call with the message; without its folds where Slack is known not to know them."""
        plain = unfolded(drawn)
        if not self._folds or plain == drawn:
            return call(text=plain.text, blocks=plain.blocks, **how)
        try:
            return call(text=drawn.text, blocks=drawn.blocks, **how)
        except SlackApiError as refused:
            if refused.response.get("error") != _UNKNOWN_BLOCK:
                raise
        taken = call(text=plain.text, blocks=plain.blocks, **how)
        log.warning("courier: Slack refuses folded blocks here; cards show everything openly")
        self._folds = False
        return taken

    def _keep(self, card: Card, picked_up: Card) -> None:
        if picked_up.due_at is None:
            raise ValueError("a card that was not due")
        with self._ledger.change() as change:
            change.keep_card(card, picked_up.due_at)

    def _well(self, shown: Card, picked_up: Card, again: datetime | None) -> None:
        """All of it is shown, until `again`. Where that was not possible before, it may be now for
        the others too."""
        done = replace(shown, due_at=again, tries=0, trouble=None)
        self._keep(done, picked_up)
        public = done.audience is Audience.CHANNEL
        if not public or self._reach.trouble is picked_up.trouble is None:
            return
        self._reach.found(None)
        with self._ledger.change() as change:
            change.retry_cards(self._clock())
            self._told_to_requester(change, done)

    def _told_to_requester(self, change: Change, card: Card) -> None:
        """Their own card says whether the other one can be shown."""
        if card.subject == Subject.PAYOUT and card.audience is Audience.CHANNEL:
            change.redraw_copy(card.id, self._clock())

    def _put_off(self, card: Card, refused: SlackApiError | None) -> None:
        """Try again later: when Slack says, or later each time; at last seldom, but for ever."""
        seldom = card.tries >= PERSISTENT
        asked = min(_retry_after(refused), SELDOM)
        wait = max(SELDOM if seldom else back_off(card.tries), asked)
        if refused is not None:
            why = refused.response.get("error")
            log.warning("courier: card of %s %d: %s", card.subject, card.id, why)
        if seldom:
            log.error("courier: the card of %s %d cannot be shown", card.subject, card.id)
        trouble = Trouble.of(refused.response.get("error")) if refused is not None else None
        if trouble is not None and card.audience is Audience.CHANNEL:
            self._tell_trouble(trouble)
        with self._ledger.change() as change:
            current = change.card(card.subject, card.id, card.audience) or card
            if card.due_at is not None:
                due = self._clock() + wait
                lasting = trouble.value if trouble else current.trouble
                put_off = replace(current, due_at=due, tries=card.tries + 1, trouble=lasting)
                change.keep_card(put_off, card.due_at)
                if lasting != current.trouble:
                    self._told_to_requester(change, put_off)

    def _tell_trouble(self, trouble: Trouble) -> None:
        """Say what does not pass by itself, where it is news: in the log, and directly to some
        approvers, who would wait for cards that never come."""
        self._reach.found(trouble)
        with self._ledger.reading() as reading:
            known = trouble in reading.card_troubles()
            approvers = self._rules.approvers(reading)[:TOLD_DIRECTLY]
            waiting = tuple(one for one in reading.open() if one.state is State.REQUESTED)
        if known:
            return
        said = notices.unreachable(trouble, self._channel, waiting)
        log.error("courier: no card can be shown: %s", bare(mended(trouble, self._channel)))
        for approver in approvers:
            try:
                self._say(approver, said)
            except (SlackClientError, OSError) as no:
                log.warning("courier: %s was not told: %s", approver, no)


def _left_behind(card: Card, home: str, refused: SlackApiError) -> bool:
    """Whether another card must take this one's place, and could."""
    error = refused.response.get("error")
    return error in _LOST or (error in _CLOSED and card.channel != home)


def _retry_after(refused: SlackApiError | None) -> timedelta:
    """What Slack asks for with a 429."""
    asked = refused.response.headers.get("Retry-After", "0") if refused else "0"
    return timedelta(seconds=int(asked)) if str(asked).isdecimal() else timedelta()
