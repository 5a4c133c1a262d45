"""What deciders do while nothing has left: approve, take an approval back, reject."""

from datetime import datetime, timedelta
from decimal import Decimal

from approvals.desk.counter import Counter, actor, already, clock_time, named
from approvals.errors import Denied, Stale
from approvals.ledger import Change
from approvals.money import grouped, plain
from approvals.payout import Event, Fact, Kind, Payout, State
from approvals.people import Person
from approvals.policy import Verdict
from approvals.rulebook import Price, remembered, told
from approvals.times import to_text

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
        comment: str = "",
    ) -> Payout:
        """Count `who`'s approval of exactly the content that `digest` names. `balance` is what the
        gateway held of the coin a moment ago, `price` what the coin was worth. Raises Denied or
        Stale, on record."""

        def step(change: Change, now: datetime) -> Payout:
            payout = self._decidable(change, number, digest, who, now, "approve")
            if payout.state is not State.REQUESTED:
                raise Stale(already(payout))
            self._not_twice(payout, who)
            self._covered(payout, balance)
            approvers = (*remembered(payout.approvals, who.team, now), who)
            verdict, value = self._rules.verdict(change, payout, approvers, now, price)
            _suffices(verdict, who, comment)
            facts = {
                "digest": digest,
                "balance": plain(balance),
                "comment": comment or None,
                **told(verdict, value, price),
            }
            if verdict.missing:
                event = Event(Kind.AGREED, now, actor(who), facts)
                return change.record(payout, event, "approve", due=payout.expires_at)
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
            self._not_twice(payout, who)
            return payout

        return self._noted(who, "approve", number, step)

    def take_back(self, number: int, digest: str, who: Person, *, trigger: str) -> Payout:
        """Take one's own approval back, while others are still missing. Raises Denied or Stale, on
        record."""

        def step(change: Change, now: datetime) -> Payout:
            payout = self._on_card(change, number, digest, who, now, "decide")
            if payout.state is not State.REQUESTED:
                raise Stale(already(payout))
            if who.id not in [approval.by.id for approval in payout.approvals]:
                raise Stale(
                    f"You have not approved payout {number}; there is nothing to take back."
                )
            others = [approval for approval in payout.approvals if approval.by.id != who.id]
            approvers = remembered(others, who.team, now)
            verdict = self._rules.standing(change, payout, approvers, self._rules.roster())
            facts = told(verdict, payout.value, None)
            event = Event(Kind.TAKEN_BACK, now, actor(who), facts)
            return change.record(payout, event, "take back", due=payout.expires_at)

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
            event = Event(Kind.REJECTED, now, actor(who), {"because": reason})
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
            raise Stale(f"Payout {number} expired {clock_time(payout.expires_at)}; ask again.")
        return payout

    def _not_twice(self, payout: Payout, who: Person) -> None:
        mine = self._rules.policy.ids(who.id)
        given = next((one for one in payout.approvals if one.by.id in mine), None)
        if given is not None:
            when = clock_time(given.at)
            raise Stale(f"You approved payout {payout.number} {when}; others are still missing.")

    def _covered(self, payout: Payout, balance: Decimal) -> None:
        symbol = payout.content.symbol
        if balance < payout.needed:
            raise Denied(
                f"The CCPayment balance is {grouped(balance)} {symbol}; payout {payout.number}"
                f" needs {grouped(payout.needed)}. Top it up, then approve."
            )

    def _times(self, change: Change, payout: Payout, now: datetime) -> dict[str, Fact]:
        """How long it is held, and until when it may be sent: the longest hold of the policies."""
        policies = self._rules.policies(change, payout)
        hold = max(policy.hold for policy in policies)
        held_until = now + hold if hold and not change.was_paid(payout.normal) else None
        until = (held_until or now) + APPROVAL_HOLDS
        return {
            "expires_at": to_text(min(until, payout.payable_until or until)),
            "held_until": to_text(held_until) if held_until else None,
        }


def _suffices(verdict: Verdict, who: Person, comment: str) -> None:
    """Raises Denied where the approval does not count, or nothing could make it suffice."""
    if verdict.objections:
        raise Denied(" ".join(verdict.objections))
    if who.id not in verdict.counted:
        can = named(verdict.could)
        raise Denied(
            f"By its value as of now this payout belongs to the tier {verdict.tier.name}, which you"
            f" do not decide. {can} can."
        )
    if verdict.comment and not comment:
        raise Denied(
            "Payouts of this tier are approved with a comment."
            ' Press "Approve payout…" on the card, which is drawn again.'
        )
