"""What Slack sends, passed on to errands, and what came of them, brought to the person.

Slack waits three seconds and then says that it failed. Nothing goes on record after that: an errand
has an end, and where it is not done by then, nothing is.

A listener acks last, so that nothing can go wrong behind an ack, and no exception leaves it: a
refusal is told in its own sentence, anything else as a reference that the log has too. How an
answer reaches the person depends on what they did: to a command it is the response; after a press
it follows privately; in a form it stands under a field, or takes the form's place.
"""

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import TypeVar

from slack_bolt import Ack, App, BoltContext

from approvals.desk import Desk
from approvals.errors import Busy, Denied, OverLimit, Refusal, Unavailable, Unreadable
from approvals.ledger import Ledger, within
from approvals.rulebook import Rulebook
from approvals.times import Clock
from bot import forms, replies
from bot.answers import Answers, Private
from bot.blocks import Message
from bot.buttons import Act
from bot.errands import Came, Errands, House, Instead, Outsides
from bot.outside import PATIENCE
from bot.parsing import Misread, asks_for_payout
from bot.payloads import Asked, Pressed, Submitted, Suggested
from bot.texts import Json, unmarked

__all__ = ["House", "Listeners", "Outsides"]

STARTING = "Countersign is starting. Nothing was done; try again in a moment."
BUSY = "Countersign's ledger was not free in time. Nothing was done; try again."
ON_RECORD = (
    "What you did is on record, but the ledger was not free in time to show more. Look at `list`"
    " before you do it again."
)

ANSWERED = timedelta(seconds=2.5)
"""From a request's arrival to the moment after which nothing goes on record: Slack waits for 3 s,
and the way back takes some of that."""

T = TypeVar("T")

Errand = Callable[[datetime], T]
"""What is to be done, given the moment when all questions to the outside must be answered."""

_log = logging.getLogger(__name__)


class Listeners:
    """Everything that Slack can send. `ready` says whether this process serves; until then people
    are told to come back. `reference` draws what a failure is called, such as 7f3a2c."""

    def __init__(
        self,
        desk: Desk,
        ledger: Ledger,
        rulebook: Rulebook,
        outsides: Outsides,
        answers: Answers,
        house: House,
        *,
        ready: Callable[[], bool],
        reference: Callable[[], str],
        clock: Clock,
    ) -> None:
        self._errands = Errands(desk, ledger, rulebook, outsides, house, clock)
        self._answers = answers
        self._command = house.command
        self._ready = ready
        self._reference = reference
        self._clock = clock

    def register(self, app: App) -> None:
        """Let `app` hear all of it."""
        app.command(self._command)(self._on_command)
        for act in Act:
            app.action(act.value)(self._on_press)
        app.view(forms.REQUEST)(self._on_form(self._errands.submit_request))
        app.view(forms.AGAIN)(self._on_form(self._errands.submit_again))
        app.view(forms.APPROVAL)(self._on_form(self._errands.submit_approval))
        app.view(forms.REJECTION)(self._on_form(self._errands.submit_rejection))
        app.view(forms.RESOLUTION)(self._on_form(self._errands.submit_resolution))
        app.view(forms.CONCLUSION)(self._on_form(self._errands.submit_conclusion))
        app.options(forms.WAY)(self._on_typing)

    def _on_command(self, ack: Ack, body: Json, context: BoltContext) -> None:
        asked = Asked.of(body)
        said = self._said(lambda end: self._errands.command(asked, end), context, asked.text)
        if said is None:
            ack()
        else:
            ack({"response_type": "ephemeral", "text": said.text, "blocks": said.blocks})

    def _on_press(self, ack: Ack, body: Json, context: BoltContext) -> None:
        pressed = Pressed.of(body)
        said = self._said(lambda end: self._errands.press(pressed, end), context)
        if said is not None:
            self._answers.put(Private(pressed.who.user, pressed.place, said))
        ack()

    def _on_form(self, submit: Callable[[Submitted, datetime], Came]) -> Callable[..., None]:
        def listener(ack: Ack, body: Json, context: BoltContext) -> None:
            submitted = Submitted.of(body)
            ack(**self._shown(submit, submitted, context))

        return listener

    def _on_typing(self, ack: Ack, body: Json, context: BoltContext) -> None:
        """While they type, there is room for one line: why nothing is offered, where that is known;
        else nothing is."""
        try:
            suggested = Suggested.of(body)
            ack(options=self._errands.suggest(suggested.typed, context["arrived"] + PATIENCE))
        except Unavailable as nothing:
            ack(options=forms.no_options(nothing))
        except Exception as error:
            self._sorry(error)
            ack(options=[])

    def _said(
        self, errand: Errand[Message | None], context: BoltContext, typed: str = ""
    ) -> Message | None:
        """What is said after an errand, or why it was not done; of a command that was `typed`."""
        try:
            return self._done(errand, context)
        except Exception as error:
            return self._sorry(error, typed)

    def _shown(
        self,
        submit: Callable[[Submitted, datetime], Came],
        submitted: Submitted,
        context: BoltContext,
    ) -> Json:
        """What becomes of a form. What can be mended is said under a field, so that nobody fills a
        form twice; any other no takes the form's place."""
        try:
            came = self._done(lambda end: submit(submitted, end), context)
        except Exception as error:
            if errors := _mendable(error, submitted.values):
                return {"response_action": "errors", "errors": errors}
            came = Instead(forms.notice(self._sorry(error)))
        if isinstance(came, Instead):
            return {"response_action": "update", "view": came.view}
        if came is not None:
            self._answers.put(came)
        return {}

    def _done(self, errand: Errand[T], context: BoltContext) -> T:
        """Do it within the time that there is, or nothing of it."""
        if not self._ready():
            raise Unavailable("Countersign", STARTING)
        arrived: datetime = context["arrived"]
        with within((arrived + ANSWERED - self._clock()).total_seconds()) as patience:
            try:
                return errand(arrived + PATIENCE)
            except Busy as busy:
                _log.warning("the ledger was not free in time: %s", busy)
                if patience.recorded:
                    raise Refusal(ON_RECORD) from busy
                raise Unavailable("the ledger", BUSY) from busy

    def _sorry(self, error: Exception, typed: str = "") -> Message:
        """What a person reads of an error, with the request that they `typed`, which a phone loses;
        ours is in the log under the same reference."""
        if isinstance(error, Misread):
            sentence, example = error.sentence, error.example
            return replies.unreadable(
                sentence, error.typed, self._command, example, form=error.asks
            )
        if isinstance(error, Refusal):
            repeated = isinstance(error, Denied | Unavailable) and asks_for_payout(typed)
            return replies.refused(error.sentence, self._command, typed if repeated else "")
        reference = self._reference()
        _log.error("reference %s", reference, exc_info=error)
        return replies.trouble(reference, self._command)


def _mendable(error: Exception, fields: Collection[str]) -> dict[str, str]:
    """What the person who filled a form can do something about, by field."""
    if isinstance(error, Unreadable):
        return forms.errors(error) if fields else {}
    if isinstance(error, OverLimit) and forms.AMOUNT in fields:
        return {forms.AMOUNT: unmarked(error.sentence)}
    at = [field for field in fields if field in forms.LAST]
    return {at[0]: error.sentence} if at and isinstance(error, Unavailable) else {}
