"""What deciders do while nothing has left: approve, take an approval back, reject."""

from datetime import datetime, timedelta
from decimal import Decimal

from approvals.desk.counter import Counter, actor, already, named, nobody_said, ran_out
from approvals.desk.review import Answers, on_the_card, review, wrong_tries
from approvals.errors import Denied, Refusal, Stale, Unreadable
from approvals.gateway import Fee
from approvals.ledger import Change, Reading
from approvals.money import grouped, plain
from approvals.payout import Approval, Event, Fact, Kind, Payout, State
from approvals.people import Person
from approvals.policy import Because, Verdict
from approvals.rulebook import PRICE_SOURCE, Price, remembered, told
from approvals.times import lasting, moment, to_text
from approvals.words import counted
from approvals.workable import estimated, fee_hindrance

APPROVAL_HOLDS = timedelta(hours=24)
"""For so long after the quorum, and after a hold, a payout may still be sent."""


class Decisions(Counter):
    """What approvers do, before anything leaves."""

    def approve(
        self,
        number: int,
        digest: str,
        who: Person,
        balance: Decimal,
        *,
        trigger: str,
        price: Price | None = None,
        fee: Fee | None = None,
        comment: str | None = None,
        answers: Answers | None = None,
    ) -> Payout:
        """Count `who`'s approval of exactly the content that `digest` names. `balance` is what the
        gateway held of the coin a moment ago, `price` what the coin was worth, `fee` what the
        network took. `comment` and `answers`, to the warnings, are None where nobody was asked for
        them. Raises Denied, Stale, Unreadable or Unavailable, on record."""

        def step(change: Change, now: datetime) -> Payout:
            payout = self._decidable(change, number, digest, who, now, "approve")
            if payout.state is not State.REQUESTED:
                raise Stale(already(payout))
            self._not_twice(change, payout, who, now)
            approvers = (*remembered(payout.approvals, who.team, now), who)
            verdict, value = self._rules.verdict(change, payout, approvers, now, price)
            reviewed = self._reviewed(change, payout, who, answers, value, now)
            _works(payout, fee)
            self._covered(payout, balance)
            _suffices(verdict, who, comment)
            facts = {
                "digest": digest,
                "balance": plain(balance),
                "comment": comment or None,
                **reviewed,
                "price": plain(price.usd) if price and value is not None else None,
                "price_source": PRICE_SOURCE,
                **told(verdict, value, price.at if price else None),
            }
            if verdict.missing:
                event = Event(Kind.AGREED, now, actor(who), facts)
                return change.record(payout, event, "approve", due=now)
            facts |= self._times(change, payout, now)
            event = Event(Kind.APPROVED, now, actor(who), facts)
            return change.record(payout, event, "approve", due=now)

        return self._once(who, trigger, "approve", number, step, refused_once=True)

    def may_approve(self, number: int, digest: str, who: Person) -> Payout:
        """The payout, where `who` may approve it, before they are asked for a comment. Raises
        Denied or Stale, on record."""

        def step(change: Change, now: datetime) -> Payout:
            payout = self._decidable(change, number, digest, who, now, "approve")
            if payout.state is not State.REQUESTED:
                raise Stale(already(payout))
            self._not_twice(change, payout, who, now)
            return payout

        return self._noted(who, "approve", number, step)

    def take_back(self, number: int, digest: str, who: Person, *, trigger: str) -> Payout:
        """Take one's own approval back, while others are still missing. Raises Denied or Stale, on
        record."""

        def step(change: Change, now: datetime) -> Payout:
            payout = self._on_card(change, number, digest, who, now, "decide")
            _can_be_taken_back(payout, self._given(change, payout, who), who, now)
            others = [approval for approval in payout.approvals if approval.by.id != who.id]
            approvers = remembered(others, who.team, now)
            roster = self._rules.roster()
            verdict = self._rules.standing(change, payout, approvers, now, roster)
            facts = told(verdict, payout.value, payout.priced_at)
            event = Event(Kind.TAKEN_BACK, now, actor(who), facts)
            return change.record(payout, event, "take back", due=now)

        return self._once(who, trigger, "take back", number, step, refused_once=True)

    def may_reject(self, number: int, digest: str, who: Person) -> None:
        """Whether `who` may reject it, before they are asked for the reason. Raises Denied or
        Stale, on record."""
        self._noted(
            who,
            "reject",
            number,
            lambda change, now: self._decidable(change, number, digest, who, now, "reject"),
        )

    def reject(self, number: int, digest: str, who: Person, reason: str, *, trigger: str) -> Payout:
        """End a payout that has not left yet; one rejection is final. Raises Denied or Stale, on
        record."""

        def step(change: Change, now: datetime) -> Payout:
            payout = self._decidable(change, number, digest, who, now, "reject")
            facts = {"because": reason, "policy": self._rules.policy.hash}
            event = Event(Kind.REJECTED, now, actor(who), facts)
            return change.record(payout, event, "reject", due=None)

        return self._once(who, trigger, "reject", number, step)

    def _decidable(
        self, change: Change, number: int, digest: str, who: Person, now: datetime, doing: str
    ) -> Payout:
        """The payout that `who` may still let go or stop. Raises Denied or Stale."""
        payout = self._on_card(change, number, digest, who, now, doing)
        if payout.state not in (State.REQUESTED, State.APPROVED):
            raise Stale(already(payout))
        if now >= payout.expires_at:
            raise Stale(f"{ran_out(payout)}. Nothing is left to decide.")
        return payout

    def _given(self, reading: Reading, payout: Payout, who: Person) -> Approval | None:
        """The approval that `who` gave already, with whichever of their accounts."""
        mine = self._rules.ids(reading, who)
        return next((one for one in payout.approvals if one.by.id in mine), None)

    def _not_twice(self, reading: Reading, payout: Payout, who: Person, now: datetime) -> None:
        given = self._given(reading, payout, who)
        if given is None:
            return
        approvers = remembered(payout.approvals, who.team, now)
        roster = self._rules.roster()
        verdict = self._rules.standing(reading, payout, approvers, now, roster)
        raise Stale(f"You approved payout {payout.number} ({moment(given.at)}). {_needs(verdict)}")

    def _reviewed(
        self,
        change: Change,
        payout: Payout,
        who: Person,
        answers: Answers | None,
        value: int | None,
        now: datetime,
    ) -> dict[str, Fact]:
        """What stood on the card, and what `who` said about it. Raises as `review` does."""
        raised = self._rules.raised(change, payout, value)
        tries = wrong_tries(change, payout.number, self._rules.ids(change, who))
        said = review(change, payout, answers, raised=raised, tries=tries, now=now)
        return said | on_the_card(payout, self._rules.tightest(change, payout, now))

    def _covered(self, payout: Payout, balance: Decimal) -> None:
        symbol = payout.content.symbol
        if balance < payout.needed:
            raise Denied(
                f"The CCPayment balance is {grouped(balance)} {symbol}; payout {payout.number}"
                f" needs {grouped(payout.needed)}. Top it up, then approve."
            )

    def _times(self, change: Change, payout: Payout, now: datetime) -> dict[str, Fact]:
        """How long it is held, and until when it may be sent: the longest hold of the policies.
        Raises Denied where its invoice would end before."""
        held_until = self._rules.held_until(change, payout, now)
        if held_until and payout.payable_until and held_until >= payout.payable_until:
            raise Denied(
                f"Payout {payout.number} would wait {lasting(held_until - now)} after its approval,"
                " and its invoice ends before that. Reject it; the payee can make another invoice."
            )
        until = (held_until or now) + APPROVAL_HOLDS
        return {
            "expires_at": to_text(min(until, payout.payable_until or until)),
            "held_until": to_text(held_until) if held_until else None,
        }


def _works(payout: Payout, fee: Fee | None) -> None:
    """Raises Denied where the network fee, as of now or else as it was estimated, would leave
    nothing for the payee."""
    content, fee = payout.content, fee or estimated(payout)
    no = fee and fee_hindrance(content.amount, content.symbol, content.fee_payer, fee)
    if no:
        raise Denied(no.sentence)


def _can_be_taken_back(payout: Payout, given: Approval | None, who: Person, now: datetime) -> None:
    """Raises Stale where nothing can be taken back, or not any more."""
    number = payout.number
    if payout.state is State.APPROVED and given:
        raise Stale(
            f"Payout {number} has all its approvals, so none can be taken back. Until it is sent,"
            " you can reject it on its card."
        )
    if payout.state is not State.REQUESTED:
        raise Stale(already(payout))
    if given is None:
        raise Stale(f"You have not approved payout {number}; there is nothing to take back.")
    if given.by.id != who.id:
        raise Stale(f"You approved payout {number} as {{{given.by.id}}}; take it back from there.")


def _needs(verdict: Verdict) -> str:
    """What is missing, and who could give it."""
    if not verdict.missing:
        return "Somebody else must approve it too."
    more = f"It needs {counted(verdict.missing, 'more approval')}"
    shares = ", ".join(f"{number} of them from {group}" for group, number in verdict.lacking)
    return f"{more}{f' ({shares})' if shares else ''}; {named(verdict.could)} can approve."


def _suffices(verdict: Verdict, who: Person, comment: str | None) -> None:
    """Raises Denied where the approval does not count, or nothing could make it suffice, Unreadable
    where it lacks the comment that its form could have held, and Unavailable where nobody said
    whether it counts."""
    if verdict.objections:
        raise Denied(" ".join(verdict.objections))
    if who.id not in verdict.counted:
        raise _uncounted(verdict, who)
    asks = f"The tier {verdict.comment} asks for a comment with each approval."
    if verdict.comment and comment == "":
        raise Unreadable("reason", "", asks)
    if verdict.comment and comment is None:
        raise Denied(
            f'{asks} Press "Approve payout…" on its card, or choose "Approve with a comment…" in'
            " the menu."
        )


def _uncounted(verdict: Verdict, who: Person) -> Refusal:
    """Why `who`'s approval does not count, and whose would."""
    why, tier = dict(verdict.not_counted)[who.id], verdict.tier
    others = f" Those who can: {named(verdict.could)}." if verdict.could else ""
    if why == "could not be looked up":
        return nobody_said("Nothing was decided; press again.")
    if why != "is not an approver":
        return Denied(f"Your approval {why}.{others}")
    if tier.because:
        belongs = f"This payout belongs to the tier {tier.words}, and you do not decide that one."
        later = " Try again in a minute." if tier.because is Because.NO_VALUE else ""
        return Denied(f"{belongs}{later}{others}")
    return Denied(
        f"By its value as of now this payout belongs to the tier {tier.name}, which you do not"
        f" decide.{others}"
    )
