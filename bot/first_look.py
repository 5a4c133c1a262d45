"""What can be known at the start: whether Slack will let us do what we are for.

Scopes, the channel, our membership in it, and every approver are looked at once, and what is wrong
is said in sentences. None of it ends the program: an approver who left, or a channel that nobody
has made yet, must not stop what is under way. While the channel is known to be wrong in a way that
a look can see, it is looked at again now and then: whoever mends it need not ask for a payout to
have it noticed.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from approvals.ledger import Ledger
from approvals.people import People, Person, Standing
from approvals.policy import standing_objection
from approvals.rulebook import Rulebook
from approvals.times import Clock
from approvals.words import listed
from approvals.worker import Stepping
from bot.manifest import FOR_GROUPS, NEEDED, TO_LOOK
from bot.texts import Json, bare
from bot.trouble import Reach, Trouble, mended

PATIENCE = timedelta(seconds=10)
"""How long one answer about somebody is waited for."""

MOST = 100
"""So many approvers are looked at: as many as Slack lets us ask for in a minute."""

AGAIN = timedelta(minutes=1)
"""Between two looks at a channel that is known to be wrong."""

TO_SEE = frozenset({Trouble.NOT_IN_CHANNEL, Trouble.CHANNEL_NOT_FOUND, Trouble.IS_ARCHIVED})
"""What a look can see, so also its end."""

VIA = "first look"

SCOPES = "x-oauth-scopes"
"""The header of every answer that names what the token may do (docs.slack.dev, "Installing with
OAuth")."""

log = logging.getLogger(__name__)


class FirstLook(Stepping):
    """A worker with one round of work, and then `done`, but for a channel that is wrong. `scopes`
    are those of the token, None where Slack did not say; `client` has a time-out and retries
    nothing. `reach` learns what is wrong with the channel."""

    name = VIA

    def __init__(
        self,
        ledger: Ledger,
        client: WebClient,
        people: People,
        rulebook: Rulebook,
        *,
        scopes: frozenset[str] | None,
        team: str,
        channel: str,
        reach: Reach,
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._client = client
        self._people = people
        self._rules = rulebook
        self._scopes = scopes
        self._team = team
        self._channel = channel
        self._reach = reach
        self._clock = clock
        self._looked_at = clock()
        self.done = False

    def once(self) -> int:
        """Look, the first time; afterwards only whether the channel is mended."""
        if not self.done:
            for sentence in self.sentences():
                log.warning("%s", sentence)
            self.done = True
        elif self._reach.trouble in TO_SEE and self._due() and self._mended():
            log.info("the channel of the cards is mended")
            self._reach.found(None)
            with self._ledger.change() as change:
                change.retry_cards(self._clock())
        return 0

    def _due(self) -> bool:
        """Whether it is time for another look; by a clock that went back, it is."""
        now = self._clock()
        due = not timedelta() <= now - self._looked_at < AGAIN
        self._looked_at = now if due else self._looked_at
        return due

    def _mended(self) -> bool:
        with suppress(SlackClientError, OSError):
            return self._seen(self._client.conversations_info(channel=self._channel)) is None
        return False

    def sentences(self) -> Iterator[str]:
        """What is wrong, or may be, each with what to do."""
        yield from self._lacking()
        yield from self._about_channel()
        yield from self._about_approvers()

    def _lacking(self) -> Iterator[str]:
        needed = (*NEEDED, *(FOR_GROUPS if self._rules.policy.slack_groups else ()))
        for scope in needed:
            if self._scopes is not None and scope not in self._scopes:
                yield (
                    f"The Slack app lacks the scope {scope}. Add it on the app's page"
                    ' "OAuth & Permissions" and install the app again.'
                )

    def _about_channel(self) -> Iterator[str]:
        try:
            found = self._client.conversations_info(channel=self._channel)
        except (SlackClientError, OSError) as refused:
            yield from self._refused(_trouble(refused))
        else:
            yield from self._wrong_with(found)

    def _refused(self, trouble: Trouble | None) -> Iterator[str]:
        if trouble is Trouble.MISSING_SCOPE:
            log.info("no scope %s: whether cards can be shown, the first will tell", TO_LOOK)
        elif trouble is not None:
            yield self._known(trouble)
        else:
            yield "Slack gave no usable answer when it was asked about PAYOUTS_CHANNEL."

    def _wrong_with(self, found: SlackResponse) -> Iterator[str]:
        if trouble := self._seen(found):
            yield self._known(trouble)
        if _of(found).get("is_ext_shared"):
            yield (
                f"The channel {self._channel} is shared with another company: its people see every"
                " card. They cannot decide anything."
            )

    def _seen(self, found: SlackResponse) -> Trouble | None:
        """Where the channel is public, the scope chat:write.public is as good as membership."""
        told = _of(found)
        open_to_us = "chat:write.public" in (self._scopes or ()) and not told.get("is_private")
        if told.get("is_archived"):
            return Trouble.IS_ARCHIVED
        outside = told.get("is_member") is False and not open_to_us
        return Trouble.NOT_IN_CHANNEL if outside else None

    def _known(self, trouble: Trouble) -> str:
        self._reach.found(trouble)
        return f"No card can be shown. {bare(mended(trouble, self._channel))}"

    def _about_approvers(self) -> Iterator[str]:
        approvers = self._rules.named_approvers()[:MOST]
        found = []
        for id in approvers:
            if not self.pace.goes_on():
                return
            found.append(self._people.find(self._team, id, self._clock() + PATIENCE))
        yield from filter(None, map(_cannot, found))
        yield from self._same(found)

    def _same(self, found: list[Person]) -> Iterator[str]:
        """Two that the policy names who are one to Slack."""
        with self._ledger.change() as change:
            for person in found:
                change.meet(person.ids, self._clock(), VIA)
            people = [ids & {one.id for one in found} for ids in change.accounts()]
        for several in people:
            if len(several) > 1:
                both = listed(sorted(several))
                yield f"The approvers {both} are one person to Slack: they count once."


def _of(found: SlackResponse) -> Json:
    """What Slack says of the channel; nothing where it says that in no form we know."""
    told = found.get("channel")
    return told if isinstance(told, dict) else {}


def _trouble(refused: Exception) -> Trouble | None:
    return Trouble.of(refused.response.get("error")) if isinstance(refused, SlackApiError) else None


def granted(headers: Mapping[str, str]) -> frozenset[str] | None:
    """The scopes that an answer's headers name; None where they name none."""
    told = {name.lower(): value for name, value in headers.items()}.get(SCOPES)
    return frozenset(re.split(r"[,\s]+", told.strip())) if told else None


def _cannot(person: Person) -> str | None:
    """Why somebody whom the policy names cannot approve, as a sentence; None where they can."""
    if person.standing is Standing.UNKNOWN:
        return (
            f"Slack does not say who the approver {person.id} is, or whether they are a member."
            " Look whether the id is right."
        )
    why = standing_objection(person)
    return f"The approver {person.name} ({person.id}) {why}, so cannot approve." if why else None
