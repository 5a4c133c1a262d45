"""The sender: the only component that makes money move, at most once for each payout.

    look → check → claim → send → record        once the quorum is reached
    look-ups only                               whatever is unclear
    look-ups until it is final                  once the gateway took it

Look: the gateway is asked for the reference before anything else; what it knows is not sent.
Check: what may have changed since the approval. Claim: one transaction commits the intent, the
timestamp and the exact bytes. Send: these bytes, once. Record: against the row as it is now.

A crash between any two of these leaves either a payout of which nothing has left, or one that is
`sending`: and what is sending, after a restart too, is looked up and not sent again by itself. Only
where no connection came about, so that no byte left, does another attempt follow; it takes the
whole way again, with the same reference and the same body.

That the gateway does not know a payout is learned, not assumed: within one minute it must know the
newest withdrawal that it took, not know a reference drawn at random, and answer for ours as it does
for that one. It counts only when no signed request can still be taken, by the gateway's clock and
by ours, which must agree, and when a second look agrees. Then people choose: send again, or close.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import ClassVar

from approvals.audit import Line, Note, Subject, played
from approvals.catalogue import Catalogue
from approvals.clocks import Moment, agree, passed, within
from approvals.content import FeePayer
from approvals.destination import Kind as Destined
from approvals.destination import likely_key
from approvals.errors import LostRace
from approvals.evidence import Evidence
from approvals.followup import (
    UNSETTLED_IS_TOLD,
    VIA,
    WATCH_WAIT,
    accepted_late,
    contradict,
    follow,
    take_over,
    unsettled,
    watch_from,
)
from approvals.gateway import (
    Absent,
    Accepted,
    Can,
    Declined,
    Fee,
    Finding,
    Found,
    Gateway,
    GatewayTrouble,
    InDoubt,
    NoAnswer,
    NotSent,
    Outcome,
    Progress,
)
from approvals.ledger import Change, Freeze, Ledger
from approvals.money import grouped, plain
from approvals.payout import (
    UNRESOLVED,
    Actor,
    Attempt,
    Event,
    Fact,
    Kind,
    Payout,
    State,
    Wish,
)
from approvals.people import People, Person, Roster, Standing
from approvals.places import no_payee
from approvals.policy import Verdict
from approvals.rulebook import Rulebook, told
from approvals.silence import LOOK, Silence, sentence
from approvals.times import Clock, from_seconds, to_seconds, to_text
from approvals.words import without_numbers
from approvals.workable import Cannot, estimated, fee_hindrance, hindrance
from approvals.worker import LONGEST_WAIT, PayoutWorker, back_off, waited

log = logging.getLogger(__name__)

LOOKS_APART = timedelta(seconds=60)
"""Two look-ups that agree are at least so far apart."""

LOOK_HOLDS = timedelta(seconds=10)
"""A claim needs a look that is at most this old."""

STALE_REQUEST = timedelta(seconds=30)
"""A request older than this is dropped before it leaves; the gateway takes it for 120 s."""

DECLINE_SETTLES = timedelta(seconds=5)
"""A refusal ends a payout only if a look-up at least this much later does not find it."""

RETRY_WAIT = timedelta(seconds=15)
"""The first wait after an attempt that could not connect; it doubles."""

DOUBT_WAIT = timedelta(seconds=5)
LONGEST_DOUBT_WAIT = timedelta(minutes=10)
"""Look-ups of a payout in doubt follow each other at growing intervals between these."""

AGAIN_AT_ONCE = timedelta(seconds=1)
"""When a claim came too late after its look, the whole way is taken again after this."""

PEOPLE_WAIT = timedelta(seconds=5)
"""How long the sender waits for an answer about an approver."""


STEADY = 8
"""After so many look-ups of what was sent they follow each other at the longest interval."""

_ANEW = frozenset(
    {
        *(Kind.UNSENT, Kind.DECLINED, Kind.DOUBTED, Kind.RESTORED),
        *(Kind.AGAIN_ASKED, Kind.CLOSE_ASKED),
    }
)
"""From the last of these it is counted for how long nothing is learned."""
_GOES_ON = frozenset({Kind.LOOKED_UP, Kind.ABSENT, Kind.DELAYED})


class _NotYet(Exception):
    """Something that may pass keeps the payout from being sent; a sentence."""


class _Never(Exception):
    """Something that will not pass keeps the payout from being sent; a sentence, and by type what
    cannot work, where it was found before anything left."""

    def __init__(self, why: str, cannot: Cannot | None = None) -> None:
        super().__init__(why)
        self.cannot = cannot


class _Lost(Exception):
    """The approvals no longer suffice."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(f"The approvals no longer suffice: {verdict.words()}.")
        self.verdict = verdict


@dataclass(frozen=True, slots=True)
class _Due:
    """A payout as it was picked up."""

    payout: Payout
    picked_up: str
    tries: int


class Sender(PayoutWorker):
    """Owns payouts in `approved`, `sending` and `sent`, and watches those that failed. `random`
    draws references that nobody has."""

    name = VIA
    longest: ClassVar[Mapping[State, timedelta]] = {
        State.APPROVED: LONGEST_WAIT,
        State.SENDING: LONGEST_DOUBT_WAIT,
        State.SENT: LONGEST_WAIT,
        State.FAILED: WATCH_WAIT,
        State.SETTLED: WATCH_WAIT,
    }

    def __init__(
        self,
        ledger: Ledger,
        gateway: Gateway,
        people: People,
        rulebook: Rulebook,
        *,
        clock: Clock,
        random: Random,
    ) -> None:
        super().__init__(ledger, clock=clock)
        self._gateway = gateway
        self._people = people
        self._rules = rulebook
        self._evidence = Evidence(ledger, gateway, random, clock)

    def step(self, payout: Payout, picked_up: str, tries: int) -> None:
        """The next step for a payout; which one, its state and its newest attempt say."""
        due = _Due(payout, picked_up, tries)
        if payout.state.final:
            self._watch(due)
        elif payout.state is State.SENT:
            self._follow(due)
        elif payout.left:
            self._resolve(due)
        else:
            self._try_to_send(due)

    # The way out: look, check, claim, send, record.

    def _try_to_send(self, due: _Due) -> None:
        try:
            self._send_if_due(due)
        except (_NotYet, GatewayTrouble) as waits:
            self._delay(due, _in_words(waits))
        except _Lost as lost:
            if due.payout.state is State.APPROVED:
                self._reopen(due.payout, lost.verdict)
            else:  # what was attempted stays watched
                self._give_up(due, str(lost))
        except _Never as never:
            self._give_up(due, str(never), never.cannot)

    def _give_up(self, due: _Due, why: str, cannot: Cannot | None = None) -> None:
        """End it, unless something may have left: that nothing did is for people to decide."""
        if due.payout.left:
            self._delay(due, why)
        else:
            self._fail(due.payout, why, cannot)

    def _send_if_due(self, due: _Due) -> None:
        payout, looked_at = due.payout, self._clock()
        if self._over(payout) or self._held(due):
            return
        finding = self._gateway.find(payout.reference)
        if isinstance(finding, Found):
            self._take_over(payout, finding)
            return
        self._absent_enough(payout, finding, looked_at)
        approvers, roster = self._checked(payout)
        if self.pace.ended:  # nothing is claimed that would not be sent
            return
        claimed = self._claim(payout, approvers, roster, looked_at)
        if claimed is None:
            self._too_late(due, looked_at)
            return
        self._record_answer(claimed, self._send(_newest(claimed)))

    def _too_late(self, due: _Due, looked_at: datetime) -> None:
        """Nothing was claimed: the whole way again at once. Raises _NotYet where the answers took
        too long for that before: the gateway is asked seldomer then, and people read why."""
        if within(self._clock() - looked_at, LOOK_HOLDS) or not due.tries:
            self._put_off(due, AGAIN_AT_ONCE)
            return
        most = int(LOOK_HOLDS.total_seconds())
        raise _NotYet(
            f"The checks before sending must take at most {most} s, and they take longer now:"
            " CCPayment or Slack answers too slowly."
        )

    def _over(self, payout: Payout) -> bool:
        """Whether its time, or its last attempt, has passed; then it is ended."""
        now = self._clock()
        if payout.state is State.APPROVED and now >= payout.expires_at:
            self._record(payout, Event(Kind.EXPIRED, now), None)
            return True
        if not (payout.may_go_out(now) or payout.held(now)):
            raise _Never(payout.delay or "CCPayment could not be reached.")
        return False

    def _held(self, due: _Due) -> bool:
        """Whether it waits, so that an approver can still stop it; it is put off until then."""
        now, until = self._clock(), due.payout.held_until
        if until is None or not due.payout.held(now):
            return False
        with self._ledger.change() as change:
            change.put_off(due.payout, due.picked_up, until, 0)
        return True

    def _absent_enough(
        self, payout: Payout, finding: Absent | NoAnswer, looked_at: datetime
    ) -> None:
        """Raises _NotYet unless the look allows to send: where something may have left before, only
        what was learned counts."""
        if isinstance(finding, NoAnswer):
            raise _NotYet(sentence(finding))
        told, now = finding.gateway_time, self._clock()
        if told is not None and not agree(told, now):
            seconds = int(abs(told - now).total_seconds())
            raise _NotYet(f"CCPayment's clock and ours differ by {seconds} s.")
        if payout.left and (why := self._evidence.against(payout, finding, looked_at)):
            raise _NotYet(f"CCPayment knows no such reference, but {why}.")

    def _checked(self, payout: Payout) -> tuple[tuple[Person, ...], Roster]:
        """The approvers and their groups, found afresh, once everything that may have changed still
        holds. Raises _NotYet, _Never, _Lost or GatewayTrouble."""
        content = payout.content
        if content.account != self._gateway.account:
            raise _NotYet("This ledger belongs to another CCPayment account.")
        catalogue = self._gateway.catalogue()
        _listed(payout, catalogue)
        self._same_coin(payout, catalogue)
        self._meant(payout, catalogue)
        fee = self._fee(payout)
        _works(payout, catalogue, fee)
        balance, needed = self._gateway.balance(content.symbol), _needed(payout, fee)
        if balance < needed:
            raise _NotYet(
                f"The CCPayment balance is {grouped(balance)} {content.symbol};"
                f" this payout needs {grouped(needed)}."
            )
        return self._approvers(payout)

    def _same_coin(self, payout: Payout, catalogue: Catalogue) -> None:
        content = payout.content
        coin, token = catalogue.coin(content.symbol), catalogue.token(content.token_id)
        now_meant = (token.symbol, token.chain, token.contract) if token else None
        if coin is None or token is None or now_meant != _approved_coin(payout):
            changed = "CCPayment has changed what it means by this coin since the approval."
            raise _Never(changed, Cannot.COIN)
        if not (coin.status.payable and token.status.payable):
            raise _NotYet(f"CCPayment does not pay out {token.symbol} on {token.chain} just now.")

    def _meant(self, payout: Payout, catalogue: Catalogue) -> None:
        """Raises _Never where nobody holds the address, as far as is known by now."""
        content = payout.content
        if content.kind is not Destined.CHAIN:
            return
        if likely_key(content.destination, content.chain):
            key = "Its destination looks like a private key, and no address."
            raise _Never(key, Cannot.PAYEE)
        if why := no_payee(catalogue, content.chain, payout.normal, content.symbol):
            raise _Never(why, Cannot.PAYEE)

    def _fee(self, payout: Payout) -> Fee | None:
        """The network fee as of now; where that is not to be had, as it was estimated. None: nobody
        knows it, and that alone keeps nothing from being sent."""
        if Can.ESTIMATE_FEES not in self._gateway.can:
            return None
        try:
            return self._gateway.fee(payout.content)
        except GatewayTrouble as trouble:
            log.warning("payout %d: no network fee: %s", payout.number, sentence(trouble))
        return estimated(payout)

    def _approvers(self, payout: Payout) -> tuple[tuple[Person, ...], Roster]:
        deadline = self._clock() + PEOPLE_WAIT
        found = tuple(
            self._people.find(payout.content.team, approval.by.id, deadline)
            for approval in payout.approvals
        )
        self._meet(payout, found, deadline)
        with self._ledger.reading() as reading:
            groups = self._rules.slack_groups(reading, payout)
        roster = self._people.roster(groups, deadline) if groups else Roster()
        with self._ledger.reading() as reading:
            verdict = self._rules.standing(reading, payout, found, self._clock(), roster)
        if verdict.objections:
            raise _NotYet(" ".join(verdict.objections))
        if not verdict.satisfied and verdict.unclear:
            raise _NotYet("Slack does not say whether the approvers may still approve.")
        if not verdict.satisfied:
            raise _Lost(verdict)
        return found, roster

    def _meet(self, payout: Payout, approvers: tuple[Person, ...], deadline: datetime) -> None:
        """What the requester and the approvers are called by now, beside the ids with which they
        acted: whoever is one person counts as one. Raises _NotYet."""
        requester = self._people.find(payout.content.team, payout.requester.id, deadline)
        if requester.standing is Standing.UNKNOWN:
            raise _NotYet("Slack does not say who asked for it.")
        with self._ledger.reading() as reading:
            everybody = (requester, *approvers)
            new = [one for one in everybody if not one.ids <= self._rules.ids(reading, one)]
        for person in new:
            with self._ledger.change() as change:
                change.meet(person.ids, self._clock(), VIA)

    def _claim(
        self, payout: Payout, approvers: tuple[Person, ...], roster: Roster, looked_at: datetime
    ) -> Payout | None:
        """Commit the intent to send. None: the look is too old, or its time has passed.
        Raises _NotYet while the ledger is frozen, LostRace where somebody moved first."""
        with self._ledger.change() as change:
            now, current = self._clock(), _current(change, payout)
            if current.version != payout.version:
                raise LostRace(f"payout {payout.number} moved between look and claim")
            if frozen := change.frozen():
                raise _NotYet(f"Sending is frozen: {frozen.why}.")
            if change.rewound is not None:  # while this process ran
                change.freeze(Freeze.REWOUND, change.rewound, now, VIA)
                return None
            verdict = self._rules.standing(change, current, approvers, now, roster)
            self._not_held(change, current, now)
            in_time = current.may_go_out(now) and within(now - looked_at, LOOK_HOLDS)
            if not (in_time and verdict.satisfied):
                return None
            body = self._gateway.body(current.content, current.reference)
            told = played(change.lines(Subject.PAYOUT, current.number))
            same = current.intact and all(past.body == body for past in current.attempts)
            if not same or told != current:
                why = f"payout {current.number} is not what was approved"
                change.freeze(Freeze.MISMATCH, why, now, VIA)
                return None
            facts: dict[str, Fact] = {
                "attempt": len(current.attempts) + 1,
                "timestamp": to_seconds(now),
                "body": body,
                "policy": verdict.policy,
                "verdict": verdict.words(),
            }
            event = Event(Kind.CLAIMED, now, facts=facts)
            return change.record(current, event, VIA, due=now + DOUBT_WAIT)

    def _not_held(self, change: Change, payout: Payout, now: datetime) -> None:
        """Raises _NotYet where the policy in force, unlike the one at the approval, lets it wait
        longer."""
        until = payout.approved_at and self._rules.held_until(change, payout, payout.approved_at)
        if until and now < until:
            raise _NotYet("The policy lets a new destination wait longer after its approval.")

    def _send(self, attempt: Attempt) -> Outcome:
        """The one place from which money leaves."""
        if self.pace.ended:
            return NotSent("the program was told to end before the request could leave")
        age = self._clock() - from_seconds(attempt.timestamp)
        if not within(age, STALE_REQUEST):
            what = "request grew old" if age > STALE_REQUEST else "clock was set back"
            return NotSent(f"the {what} before it could leave")
        return self._gateway.withdraw(attempt.body, attempt.timestamp)

    def _record_answer(self, claimed: Payout, outcome: Outcome) -> None:
        """What the gateway said to the newest attempt of `claimed`. If something else decided
        meanwhile, the answer is on record all the same and fills what is empty."""
        attempt = _newest(claimed)
        kind, said = _answer(claimed, outcome)
        facts = {**said, "attempt": attempt.number}
        with self._ledger.change() as change:
            now, current = self._clock(), _current(change, claimed)
            if current.state is State.SENDING and current.attempt == attempt:
                wait = _wait_after(kind, attempt.number)
                event = Event(kind, now, facts=facts)
                change.record(current, event, VIA, due=now + wait)
                return
            change.note(Note.LATE, now, None, VIA, facts | {"answer": kind}, current.number)
            if isinstance(outcome, Accepted):
                accepted_late(change, current, outcome, now)

    # Something may have left; only the gateway knows.

    def _resolve(self, due: _Due) -> None:
        payout, attempt = due.payout, due.payout.attempt
        if attempt is not None and attempt.outcome is None:
            self._doubt_unanswered(payout, attempt)
        elif attempt is not None and attempt.outcome is Kind.DECLINED and not payout.restored_at:
            self._confirm_decline(due, attempt)
        elif payout.wish == Wish.AGAIN and payout.may_go_out(self._clock()):
            self._try_to_send(due)
        else:
            self._look_again(payout)

    def _doubt_unanswered(self, payout: Payout, attempt: Attempt) -> None:
        """The process ended between claim and answer: the request may or may not have left."""
        facts: dict[str, Fact] = {
            "attempt": attempt.number,
            "message": "the program stopped before an answer was recorded",
        }
        self._record(payout, Event(Kind.DOUBTED, self._clock(), facts=facts), timedelta(0))

    def _confirm_decline(self, due: _Due, attempt: Attempt) -> None:
        """A refusal is final once the gateway, asked a little later, does not know the payout."""
        payout, asked_at = due.payout, self._clock()
        if asked_at - _answered_at(attempt) < DECLINE_SETTLES and not due.tries:
            self._put_off(due, DECLINE_SETTLES)  # at most once: the clock may have been set back
            return
        finding = self._gateway.find(payout.reference)
        if isinstance(finding, Found):
            self._take_over(payout, finding)
        elif isinstance(finding, NoAnswer):
            self._looked_up(payout, _said(finding), finding)
        elif why := self._evidence.against_form(finding, asked_at):
            self._looked_up(payout, f"{_said(finding)}, but {why}", finding)
        else:
            self._fail(payout, f'CCPayment declined it: "{attempt.message}" ({attempt.code}).')

    def _look_again(self, payout: Payout) -> None:
        asked_at = self._clock()
        finding = self._gateway.find(payout.reference)
        if isinstance(finding, Found):
            self._take_over(payout, finding)
        elif isinstance(finding, NoAnswer):
            self._looked_up(payout, _said(finding), finding)
        elif why := self._evidence.against(payout, finding, asked_at):
            self._looked_up(payout, f"{_said(finding)}, but {why}", finding)
        else:
            self._is_absent(payout, finding, asked_at)

    def _is_absent(self, payout: Payout, finding: Absent, asked_at: datetime) -> None:
        """A look-up that counts. The second one, a minute later by either clock, lets people
        choose; once somebody chose to close, one more ends it."""
        now, theirs = self._clock(), finding.gateway_time or asked_at
        facts: dict[str, Fact] = {
            "said": _said(finding),
            "absent": 1,
            "seen": to_text(max(now, theirs)),
            **self._compared(finding),
        }
        first, earlier = payout.absent_seen_at, min(asked_at, theirs)
        if payout.wish == Wish.CLOSE:
            self._close(payout, asked_at)
        elif payout.absent_at is None and first is not None and earlier - first >= LOOKS_APART:
            self._record(payout, Event(Kind.ABSENT, now, facts=facts), LONGEST_DOUBT_WAIT)
        else:
            wait = LOOKS_APART if payout.absent_at is None else LONGEST_DOUBT_WAIT
            self._record(payout, Event(Kind.LOOKED_UP, now, facts=facts), wait)

    def _close(self, payout: Payout, asked_at: datetime) -> None:
        """As somebody asked for; but a look-up that has grown old by now is taken anew."""
        with self._ledger.change() as change:
            if self._evidence.fresh(asked_at):
                because = "CCPayment knows no such reference."
                self._end(change, payout, because, payout.wisher)

    def _compared(self, finding: Absent | NoAnswer) -> dict[str, Fact]:
        """That both clocks agreed at this look-up, where they did."""
        return {"agreed": 1} if agree(finding.gateway_time, self._clock()) else {}

    def _looked_up(self, payout: Payout, said: str, finding: Absent | NoAnswer) -> None:
        wait = back_off(payout.looks, DOUBT_WAIT, LONGEST_DOUBT_WAIT)
        facts: dict[str, Fact] = {"said": said, **self._compared(finding)}
        with self._ledger.change() as change:
            now = self._clock()
            event = Event(Kind.LOOKED_UP, now, facts=facts)
            after = change.record(payout, event, VIA, due=now + wait)
            if _for_long(after, change.lines(Subject.PAYOUT, payout.number)):
                change.record(after, Event(Kind.UNCLEAR, now), VIA, due=now + wait)

    def _take_over(self, payout: Payout, found: Found) -> None:
        with self._ledger.change() as change:
            take_over(change, _current(change, payout), found, self._clock())

    # The gateway took it, or it has ended.

    def _follow(self, due: _Due) -> None:
        finding = self._gateway.find(due.payout.reference)
        known = isinstance(finding, Found) and finding.progress is not Progress.UNKNOWN
        with self._ledger.change() as change:
            now, current = self._clock(), _current(change, due.payout)
            if isinstance(finding, Found) and follow(change, current, finding, now):
                return
            wait, tries = back_off(due.tries), due.tries + 1
            if known:  # what is counted beyond are the look-ups that told nothing
                tries = min(tries, STEADY)
            if self._too_long(current, finding, due.tries, now, known=known):
                after = unsettled(change, current, finding, now, now + wait, known=known)
                picked_up = due.picked_up if after is current else to_text(now + wait)
                change.put_off(after, picked_up, now + wait, tries)
                return
            change.put_off(due.payout, due.picked_up, now + wait, tries)

    def _too_long(
        self, sent: Payout, finding: Finding, tries: int, now: datetime, *, known: bool
    ) -> bool:
        """Whether it has no end for too long. What was told is believed where both clocks agree;
        where nothing was told, only look-ups that followed each other count."""
        if not known:
            return waited(tries) >= UNSETTLED_IS_TOLD
        since = max(filter(None, (sent.sent_at, sent.signed_at)), default=now)
        return agree(finding.gateway_time or now, now) and now - since >= UNSETTLED_IS_TOLD

    def _watch(self, due: _Due) -> None:
        finding = self._gateway.find(due.payout.reference)
        with self._ledger.change() as change:
            now, current = self._clock(), _current(change, due.payout)
            if isinstance(finding, Found):
                contradict(change, current, finding, now)
            again = watch_from(current, now, due.tries + 1)
            change.put_off(current, due.picked_up, again, due.tries + 1)

    # Writing down.

    def _reopen(self, payout: Payout, verdict: Verdict) -> None:
        """Give it back to people: somebody's approval does not count any more."""
        now = self._clock()
        ended = [one.by.id for one in payout.approvals if one.by.id not in verdict.counted]
        until = now + verdict.tier.expiry
        facts = {
            **told(verdict, payout.value, payout.priced_at),
            "ended": " ".join(ended),
            "expires_at": to_text(min(until, payout.payable_until or until)),
        }
        with self._ledger.change() as change:
            event = Event(Kind.REOPENED, now, facts=facts)
            change.record(payout, event, VIA, due=now)

    def _fail(self, payout: Payout, because: str, cannot: Cannot | None = None) -> None:
        """End it: nothing was sent. If something was ever attempted, it is watched for a while."""
        with self._ledger.change() as change:
            self._end(change, payout, because, cannot=cannot)

    def _end(
        self,
        change: Change,
        payout: Payout,
        because: str,
        by: Actor | None = None,
        *,
        cannot: Cannot | None = None,
    ) -> None:
        now = self._clock()
        facts: dict[str, Fact] = {"because": because}
        event = Event(Kind.FAILED, now, by, facts | ({"cannot": cannot.value} if cannot else {}))
        change.record(payout, event, VIA, watch_from(payout, now))

    def _record(self, payout: Payout, event: Event, wait: timedelta | None) -> None:
        """Let `event` happen to the payout as it was seen. Raises LostRace."""
        with self._ledger.change() as change:
            due = None if wait is None else self._clock() + wait
            change.record(payout, event, VIA, due)

    def _delay(self, due: _Due, why: str) -> None:
        """Wait, longer each time; what is new in the reason is on record and on the card. Where
        that is its figures alone, it is the same reason."""
        payout, wait = due.payout, back_off(due.tries)
        if payout.state is State.APPROVED:
            wait = min(wait, payout.expires_at - self._clock())
        if payout.left and self._wished_for_long(due):
            self._record(payout, Event(Kind.UNCLEAR, self._clock()), wait)
            return
        if payout.delay == why:
            self._put_off(due, wait)
            return
        same = without_numbers(payout.delay or "") == without_numbers(why)
        with self._ledger.change() as change:
            now = self._clock()
            until, event = now + wait, Event(Kind.DELAYED, now, facts={"why": why})
            after = change.record(payout, event, VIA, until)
            if same:
                change.put_off(after, to_text(until), until, due.tries + 1)

    def _wished_for_long(self, due: _Due) -> bool:
        """Whether what somebody asked for could not be done for too long: these tries leave no
        lines."""
        with self._ledger.reading() as reading:
            lines = reading.lines(Subject.PAYOUT, due.payout.number)
        return _for_long(due.payout, lines, waited(due.tries))

    def _put_off(self, due: _Due, wait: timedelta) -> None:
        with self._ledger.change() as change:
            until = self._clock() + wait
            change.put_off(due.payout, due.picked_up, until, due.tries + 1)


def _listed(payout: Payout, catalogue: Catalogue) -> None:
    """Raises _NotYet where the gateway lists the coin on that network, but does not say all that
    must be known of it: nobody can say that it has changed."""
    content = payout.content
    left_out = catalogue.lacks(content.symbol)
    unread = left_out is not None and (not left_out or content.chain in left_out)
    if unread and catalogue.token(content.token_id) is None:
        where = f"{content.symbol} on {content.chain}"
        raise _NotYet(f"CCPayment does not say all that must be known to pay {where} just now.")


def _works(payout: Payout, catalogue: Catalogue, fee: Fee | None) -> None:
    """Raises _Never for what the gateway would refuse, as far as coins and fee tell."""
    content = payout.content
    coin, token = catalogue.coin(content.symbol), catalogue.token(content.token_id)
    no = hindrance(content, coin, token) if coin and token else None
    if no is None and fee is not None:
        no = fee_hindrance(content.amount, content.symbol, content.fee_payer, fee)
    if no is not None:
        raise _Never(no.sentence, no.kind)


def _needed(payout: Payout, fee: Fee | None) -> Decimal:
    """What leaves the balance, at the fee as of now."""
    content = payout.content
    on_top = content.fee_payer is FeePayer.COMPANY and fee is not None
    if fee is not None and on_top and fee.coin.upper() == content.symbol.upper():
        return content.amount + fee.amount
    return payout.needed


def _answer(claimed: Payout, outcome: Outcome) -> tuple[Kind, dict[str, Fact]]:
    """The event that an answer to the create call is. A refusal counts as one only if nothing of
    this payout ever left before; otherwise it is about an attempt that may have been taken."""
    if isinstance(outcome, Accepted):
        fee = None if outcome.network_fee is None else plain(outcome.network_fee)
        return Kind.SENT, {
            "order_id": outcome.order_id,
            "network_fee": fee,
            "fee_coin": outcome.fee_coin,
        }
    if isinstance(outcome, NotSent):
        return Kind.UNSENT, {"message": outcome.why}
    if isinstance(outcome, Declined):
        first = all(past.outcome is Kind.UNSENT for past in claimed.attempts[:-1])
        kind = Kind.DECLINED if first else Kind.DOUBTED
        said: dict[str, Fact] = {"code": outcome.code, "message": outcome.message}
        # What to do about a refusal is no advice where an earlier attempt may have been taken.
        return kind, said | _meaning(outcome.meaning if first else "")
    return Kind.DOUBTED, _doubt(outcome)


def _doubt(outcome: InDoubt) -> dict[str, Fact]:
    return {
        "code": outcome.code,
        "message": outcome.message or outcome.why,
        "duplicate": int(outcome.duplicate),
        **_meaning(" ".join(filter(None, (outcome.meaning, _must_look(outcome))))),
    }


def _must_look(outcome: InDoubt) -> str:
    return LOOK if outcome.silence is Silence.REFUSED else ""


def _meaning(meaning: str) -> dict[str, Fact]:
    """What the gateway's code means, where that is known."""
    return {"meaning": meaning} if meaning else {}


def _wait_after(kind: Kind, attempts: int) -> timedelta:
    waits = {
        Kind.SENT: back_off(0),
        Kind.UNSENT: RETRY_WAIT * (1 << (attempts - 1)),
        Kind.DECLINED: DECLINE_SETTLES,
        Kind.DOUBTED: DOUBT_WAIT,
    }
    return waits[kind]


def _for_long(
    payout: Payout, lines: Iterable[Line], since_the_last: timedelta = timedelta()
) -> bool:
    """Whether it is for people to look by now: nothing was learned for an hour, or what somebody
    asked for since could not be done for so long."""
    chosen = payout.absent_at is not None and payout.wish is None
    if payout.unclear_at is not None or chosen:
        return False
    moments: list[Moment] = []
    for line in lines:
        if line.kind in _ANEW:
            moments = [(line.at, False)]
        elif line.kind in _GOES_ON:
            moments.append((line.at, bool(line.facts.get("agreed"))))
    return passed(moments) + since_the_last >= UNRESOLVED


def _said(finding: Finding) -> str:
    if isinstance(finding, Absent):
        how = f'{finding.form}: "{finding.message}"' if finding.message else finding.form
        return f"CCPayment knows no such reference ({how})"
    if isinstance(finding, NoAnswer):
        return sentence(finding)
    raise TypeError("what was found is not a look-up that came to nothing")


def _in_words(waits: Exception) -> str:
    return sentence(waits) if isinstance(waits, GatewayTrouble) else str(waits)


def _approved_coin(payout: Payout) -> tuple[str, str, str]:
    content = payout.content
    return content.symbol, content.chain, content.contract


def _newest(payout: Payout) -> Attempt:
    if payout.attempt is None:
        raise LookupError(f"payout {payout.number} has no attempt")
    return payout.attempt


def _answered_at(attempt: Attempt) -> datetime:
    if attempt.answered_at is None:
        raise LookupError(f"attempt {attempt.number} has no answer")
    return attempt.answered_at


def _current(change: Change, payout: Payout) -> Payout:
    current = change.payout(payout.number)
    if current is None:
        raise LookupError(f"payout {payout.number} is not in the ledger")
    return current
