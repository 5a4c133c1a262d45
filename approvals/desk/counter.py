"""How a step is taken at the desk: by somebody who may, once for each signed request, and with
every refusal on record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from approvals.audit import Note
from approvals.cautions import nothing_sent
from approvals.content import Account
from approvals.errors import (
    Denied,
    Refusal,
    Stale,
    TriesOver,
    Unanswered,
    Unavailable,
    Unreadable,
)
from approvals.ledger import Change, Ledger, Reading
from approvals.payout import Actor, Fact, Payout, State
from approvals.people import Person, Standing
from approvals.rulebook import Rulebook
from approvals.times import Clock, moment
from approvals.words import either

NAMED = 5
"""Over so many people, a sentence says "an approver" instead of naming them."""

PEOPLE = "people"
"""Where it comes from, in the record, that several ids are one person's."""

TYPED = "typed"
"""The field of a form that holds the missing group of a look-alike's address."""

_MENDABLE = Unreadable | Unavailable | Unanswered
"""What leaves a form open."""

WORD_KEPT = 200
"""How much of an offending word is put on record."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same was asked for already, as `first`; nothing was made. `elsewhere`: on another
    network."""

    first: Payout
    elsewhere: bool = False


_Outcome = TypeVar("_Outcome", Payout, Payout | Earlier)
_T = TypeVar("_T")


class Counter:
    """What all use cases share. `nonce` draws 128 random bits as 32 hex characters."""

    def __init__(
        self,
        ledger: Ledger,
        rulebook: Rulebook,
        account: Account,
        *,
        clock: Clock,
        nonce: Callable[[], str],
    ) -> None:
        self._ledger = ledger
        self._rules = rulebook
        self._account = account
        self._clock = clock
        self._nonce = nonce

    def refused(
        self, who: Person, refusal: Refusal, *, doing: str, number: int | None = None
    ) -> None:
        """Put a refusal on record that came before the desk was asked."""
        with self._ledger.change() as change:
            self._note(change, who, refusal, doing, number)

    def deciders(self, payout: Payout) -> tuple[str, ...]:
        """Who may decide this payout now, as far as is known: ids."""
        with self._ledger.reading() as reading:
            return self._rules.deciders(reading, payout)

    # Who may.

    def _on_card(
        self, change: Change, number: int, digest: str, who: Person, now: datetime, doing: str
    ) -> Payout:
        """The payout that `who` saw on a card and is allowed to decide. Raises Denied or Stale."""
        payout = change.payout(number)
        if payout is None:
            raise Stale(f"There is no payout {number}.")
        self._may_decide(change, payout, who, doing)
        if payout.digest != digest:
            change.redraw(number, now)
            raise Stale(f"This card is not what payout {number} says. It is drawn again; read it.")
        return payout

    def _may_decide(self, reading: Reading, payout: Payout, who: Person, doing: str) -> None:
        number, why = payout.number, self._rules.objection(reading, payout, who)
        if why is None:
            return
        deciders = self._rules.deciders(reading, payout)
        if not deciders and self._rules.outlived(reading, payout):
            raise Denied(
                f"Payout {number} was asked for under an earlier policy, and nobody can {doing} it"
                " now. Whoever asked can cancel it and ask again."
            )
        can = named(deciders)
        if why == "asked for it":
            others = can[0].upper() + can[1:]
            raise Denied(f"You asked for payout {number}, so you cannot {doing} it. {others} can.")
        if why == "is not an approver":
            raise Denied(f"Only {can} can decide payout {number}. Your click is on record.")
        if why == "could not be looked up":
            raise nobody_said("Nothing was decided; press again.")
        raise Denied(f"Your account {why}, so it cannot decide payouts.")

    def _visible(
        self, reading: Reading, number: int, who: Person, digest: str | None = None
    ) -> Payout:
        """The payout, which `who` may see, or at least its card: that had this `digest`."""
        payout = reading.payout(number)
        if payout and (payout.digest == digest or self._sees(reading, payout, who)):
            return payout
        raise Denied(f"You have no payout {number}. `list` shows those that you can see.")

    def _sees(self, reading: Reading, payout: Payout, who: Person) -> bool:
        return self._sees_all(reading, who) or self._own(reading, payout, who)

    def _sees_all(self, reading: Reading, who: Person) -> bool:
        decides = self._rules.decides_something(reading, who) is True
        return decides and who.standing is Standing.MEMBER

    def _own(self, reading: Reading, payout: Payout, who: Person) -> bool:
        return payout.requester.id in self._rules.ids(reading, who)

    # Once, and on record.

    def _met(self, who: Person) -> None:
        """Before `who` is answered without a step: what else they are called is on record."""
        with self._ledger.reading() as reading:
            known = who.ids <= self._rules.ids(reading, who)
        if not known:
            with self._ledger.change() as change:
                change.meet(who.ids, self._clock(), PEOPLE)

    def _noted(
        self, who: Person, doing: str, number: int | None, step: Callable[[Change, datetime], _T]
    ) -> _T:
        """Take `step` in one transaction. A refusal is put on record, committed and then raised.
        What else `who` is called is on record before anything is decided: they count once."""
        with self._ledger.change() as change:
            change.meet(who.ids, self._clock(), PEOPLE)
            try:
                outcome: _T | Refusal = step(change, self._clock())
            except Refusal as refusal:
                self._note(change, who, refusal, doing, number)
                outcome = refusal
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    def _once(
        self,
        who: Person,
        trigger: str,
        doing: str,
        number: int | None,
        step: Callable[[Change, datetime], _Outcome],
        *,
        refused_once: bool = False,
    ) -> _Outcome:
        """Take `step` unless this signed request was handled before. A modal in which something
        cannot be read, about which somebody did not answer, or that is shown again with what is
        new, stays open, to be submitted again under the same id; what was refused otherwise
        (`refused_once`) must stay so when it is replayed."""

        def unless_handled(change: Change, now: datetime) -> _Outcome:
            handled = change.seen(who.team, trigger)
            if handled:
                return _there(change, handled)
            if handled is not None:
                raise Stale("This click was refused before. Press again.")
            try:
                outcome = step(change, now)
            except Refusal as refusal:
                if refused_once and not isinstance(refusal, _MENDABLE):
                    change.see(who.team, trigger, 0)
                raise
            made: Payout | Earlier = outcome
            if isinstance(made, Payout):
                change.see(who.team, trigger, made.number)
            return outcome

        return self._noted(who, doing, number, unless_handled)

    def _note(
        self, change: Change, who: Person, refusal: Refusal, doing: str, number: int | None
    ) -> None:
        facts: dict[str, Fact] = {
            "doing": doing,
            "refusal": type(refusal).__name__.lower(),
            "sentence": refusal.sentence,
            "standing": who.standing.value,
            "team": who.team,
        }
        if isinstance(refusal, Unreadable):
            facts |= {"field": refusal.field, "word": refusal.word[:WORD_KEPT]}
        if isinstance(refusal, TriesOver):
            facts |= {"field": TYPED, "word": refusal.word[:WORD_KEPT]}
        if isinstance(refusal, Unanswered):
            facts |= {"unanswered": " ".join(refusal.keys)}
        known = number if number and change.payout(number) else 0
        change.note(Note.REFUSED, self._clock(), actor(who), doing, facts, known)


def actor(who: Person) -> Actor:
    """The person as it goes on record."""
    return Actor(who.id, who.name)


def nobody_said(nothing: str) -> Unavailable:
    """The no to somebody who could not be looked up, with what was not done: another try may
    help, so a form stays open."""
    return Unavailable("Slack", f"Slack did not say who you are. {nothing}")


def already(payout: Payout) -> str:
    """What became of a payout that somebody still wants to decide."""
    return f"{became(payout)} Nothing is left to decide."


def became(payout: Payout) -> str:
    """What has become of a payout, and whether it was paid, as a sentence."""
    number, closer = payout.number, payout.closer
    ended = moment(payout.closed_at)
    match payout.state:
        case State.EXPIRED:
            return f"{ran_out(payout)}."
        case State.SETTLED:
            return f"Payout {number} was paid; it is settled since {ended}."
        case State.SENT:
            return f"Payout {number} is at CCPayment, which took it {moment(payout.sent_at)}."
        case State.SENDING:
            return f"Payout {number} is on its way: the request to CCPayment went out, or may have."
    if closer:
        did = _DID.get(payout.state, payout.state)
        return f"{named([closer.id])} {did} payout {number} ({ended})."
    if payout.state is State.FAILED:
        sent = "Nothing was sent." if nothing_sent(payout) else "Look at its card before you go on."
        return f"Payout {number} failed ({ended}). {sent}"
    last = payout.approvals[-1] if payout.approvals else None
    by = f"{named([last.by.id])} approved payout {number} ({moment(last.at)})." if last else None
    return by or f"Payout {number} is {payout.state}."


_DID = {State.FAILED: "closed"}
"""What somebody did who ended a payout, where that is not called like its state."""


def ran_out(payout: Payout) -> str:
    """That its time is over, as the beginning of a sentence."""
    return f"Payout {payout.number} expired {moment(payout.expires_at)}"


def named(ids: Sequence[str]) -> str:
    """These people as a sentence names them, or an approver."""
    if len(ids) > NAMED or not ids:
        return "an approver"
    return either([f"{{{id}}}" for id in ids])


def _there(reading: Reading, number: int) -> Payout:
    payout = reading.payout(number)
    if payout is None:
        raise LookupError(f"payout {number} was handled but is not in the ledger")
    return payout
