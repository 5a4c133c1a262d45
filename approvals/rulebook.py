"""The rules as they apply to a payout of this ledger: the policy in force, and the one under which
it was asked for. Both must be satisfied.

Facts from outside come in as values: the roster is at most a minute old, a price ten. What cannot
be known counts against the payout.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from approvals.audit import hash_of
from approvals.cautions import route
from approvals.clocks import within
from approvals.ledger import Reading
from approvals.ledger.history import spent
from approvals.money import micro_dollars
from approvals.payout import Approval, Fact, Payout
from approvals.people import Person, Roster, Standing
from approvals.policy import (
    Facts,
    Policy,
    Spent,
    Subject,
    Verdict,
    Way,
    deciders,
    evaluate,
    objection,
    read_policy,
    tightest,
)
from approvals.times import to_text

PRICE_SOURCE = "the gateway's catalogue"
"""Where prices come from, as it goes on record."""

PRICE_HOLDS = timedelta(minutes=10)
"""An older price is no price."""


@dataclass(frozen=True, slots=True)
class Price:
    """USD for one coin, as of `at`."""

    usd: Decimal
    at: datetime

    def value(self, amount: Decimal, now: datetime) -> int | None:
        """Micro-dollars; None where the price is zero or too old."""
        fresh = within(now - self.at, PRICE_HOLDS)
        return micro_dollars(amount, self.usd) if fresh and self.usd else None


class Rulebook:
    """`roster` gives the members of Slack's groups as far as they are known now, without asking
    anybody; `last` those that were known last, where that is longer ago."""

    def __init__(
        self,
        policy: Policy,
        roster: Callable[[], Roster],
        last: Callable[[], Roster] | None = None,
    ) -> None:
        self.policy = policy
        self._roster = roster
        self._last = last or roster

    def roster(self) -> Roster:
        """Who is in which group, as it was found out at most a minute ago."""
        return self._roster()

    def policies(self, reading: Reading, payout: Payout) -> tuple[Policy, ...]:
        """The policies that this payout must satisfy. Raises LookupError where the ledger has
        lost one, or holds another text under its hash."""
        mine = self.in_force(reading)
        if payout.policy == mine.hash:
            return (mine,)
        text = reading.policy(payout.policy)
        if text is None:
            raise LookupError(f"the policy {payout.policy} is not in the ledger")
        if hash_of(text) != payout.policy:
            raise LookupError(f"the policy {payout.policy} has another text in the ledger")
        return (mine, _read(text).knowing(mine.accounts))

    def in_force(self, reading: Reading) -> Policy:
        """The policy in force, for people of whom it is on record that they have several ids."""
        return self.policy.knowing(reading.accounts())

    def ids(self, reading: Reading, who: Person) -> frozenset[str]:
        """All accounts of this person."""
        return self.in_force(reading).ids(who.id)

    def outlived(self, reading: Reading, payout: Payout) -> bool:
        """Whether another policy than the one in force has a say too, so that there may be nobody
        whom both take. False while Slack does not say who is in a group."""
        policies, roster = self._deciding(reading, payout), self.roster()
        silent = any(policy.silent(policy.groups, roster) for policy in policies)
        return len(policies) > 1 and not silent

    def slack_groups(self, reading: Reading, payout: Payout) -> frozenset[str]:
        """Slack's user groups whose members decide about this payout."""
        policies = self.policies(reading, payout)
        return frozenset().union(*(policy.slack_groups for policy in policies))

    def deciders(self, reading: Reading, payout: Payout) -> tuple[str, ...]:
        """Who may decide it, as far as is known: ids."""
        return deciders(self._deciding(reading, payout), subject_of(payout), self.roster())

    def _deciding(self, reading: Reading, payout: Payout) -> tuple[Policy, ...]:
        """The policies that say who decides. A doubt, and what became of what was sent, is decided
        by the one in force alone: it lets nothing out, and those whom an earlier policy named may
        be gone for ever."""
        if payout.doubted_at is None and payout.unclear_at is None:
            return self.policies(reading, payout)
        return (self.in_force(reading),)

    def doubt_quorum(self, reading: Reading, payout: Payout) -> int:
        """How many people must say the same to end a doubt: as many as the tier asks for now, or
        all whom it names beside the requester, where those are fewer: a doubt must have an end."""
        subject, roster, policy = subject_of(payout), self.roster(), self.in_force(reading)
        tier = subject.tier(policy)
        if policy.silent(tier.groups, roster):
            return tier.approvals
        could = len(deciders((policy,), subject, roster))
        return min(tier.approvals, max(1, could))

    def approvers(self, reading: Reading) -> tuple[str, ...]:
        """Whoever decides payouts of some tier, as far as is known: ids."""
        return self.in_force(reading).members(self._groups(), self.roster())

    def named_approvers(self) -> tuple[str, ...]:
        """Every id of those who decide payouts of some tier, as far as is known, sorted."""
        ids = (self.policy.ids(id) for id in self.policy.members(self._groups(), self.roster()))
        return tuple(sorted(frozenset().union(*ids)))

    def some_are_silent(self) -> bool:
        """Whether Slack does not say who is in some group of those who decide."""
        return bool(self.policy.silent(self._groups(), self.roster()))

    def decides_something(self, reading: Reading, who: Person) -> bool | None:
        """Whether some tier takes this person's approval; None where Slack does not say."""
        return self.in_force(reading).in_groups(who.id, self._groups(), self.roster())

    def decided_something(self, reading: Reading, who: Person) -> bool:
        """Whether it does by what was known last: enough for what only keeps money in."""
        return self.in_force(reading).in_groups(who.id, self._groups(), self._last()) is True

    def _groups(self) -> tuple[str, ...]:
        return tuple(name for tier in self.policy.tiers for name in tier.groups)

    def wants_comment(self, reading: Reading, payout: Payout) -> bool:
        """Whether an approval needs a comment, by the value at the last decision."""
        subject = subject_of(payout)
        policies = self.policies(reading, payout)
        return any(subject.tier(policy).comment for policy in policies)

    def raised(self, reading: Reading, payout: Payout, value: int | None) -> bool:
        """Whether it belongs to a tier above the lowest, by any of its policies, if it is worth
        so many micro-dollars (None: nobody can say)."""
        subject = replace(subject_of(payout), value=value)
        return any(subject.tier(policy).above for policy in self.policies(reading, payout))

    def tightest(self, reading: Reading, payout: Payout, now: datetime) -> str | None:
        """How much of the tightest limit of each policy is used, this payout included, in words;
        None where there is none."""
        policies = self.policies(reading, payout)
        used = self.spent(reading, policies, payout, now)
        told = (tightest(policy, payout.value, used) for policy in policies)
        return "\n".join(dict.fromkeys(filter(None, told))) or None

    def objection(self, reading: Reading, payout: Payout, who: Person) -> str | None:
        """Why `who` may not decide it, as the end of a sentence; None where they may. While nobody
        can say what it is worth, those may who could if it were worth what it was."""
        policies = self._deciding(reading, payout)
        subject = replace(subject_of(payout), value=payout.value)
        return objection(policies, subject, who, self.roster())

    def verdict(
        self,
        reading: Reading,
        payout: Payout,
        approvers: Sequence[Person],
        now: datetime,
        price: Price | None,
    ) -> tuple[Verdict, int | None]:
        """What the policies say now, and the value that they looked at: the higher of what it was
        worth before and is worth now."""
        policies = self.policies(reading, payout)
        value = _higher(payout.value, price.value(payout.content.amount, now) if price else None)
        used = self.spent(reading, policies, payout, now)
        subject = replace(subject_of(payout), value=value)
        facts = Facts(subject, tuple(approvers), self.roster(), used)
        return evaluate(policies, facts), value

    def standing(
        self,
        reading: Reading,
        payout: Payout,
        approvers: Sequence[Person],
        now: datetime,
        roster: Roster,
    ) -> Verdict:
        """Whether the approvals still hold, by the value at the last decision: the policy in force
        may be another one since."""
        policies = self.policies(reading, payout)
        used = self.spent(reading, policies, payout, now)
        return evaluate(policies, Facts(subject_of(payout), tuple(approvers), roster, used))

    def held_until(
        self, reading: Reading, payout: Payout, approved_at: datetime
    ) -> datetime | None:
        """Until when it waits after its approval, by the longest hold of the policies; None where
        it need not, or its destination was paid before."""
        hold = max(policy.hold for policy in self.policies(reading, payout))
        way = route(payout.content)
        if not hold or reading.times_paid(payout.normal, way, without=payout.number, most=1):
            return None
        return approved_at + hold

    def spent(
        self, reading: Reading, policies: Sequence[Policy], payout: Payout, now: datetime
    ) -> Spent:
        """What other payouts have used of the limits that concern this one."""
        limits = [limit for policy in policies for limit in policy.limits]
        ids = frozenset().union(*(policy.ids(payout.requester.id) for policy in policies))
        return spent(reading, limits, ids, payout.normal, now, payout.number)


def subject_of(payout: Payout) -> Subject:
    """What the rules look at in this payout, as of its last decision: without a value where nobody
    could say then what it is worth, though it was known before."""
    content = payout.content
    return Subject(
        requester=content.requester,
        way=Way.of(content.kind, content.destination),
        symbol=content.symbol,
        chain=content.chain,
        value=payout.value if payout.priced_at else None,
        together=payout.together if payout.together_by else 0,
    )


def remembered(approvals: Sequence[Approval], team: str, at: datetime) -> tuple[Person, ...]:
    """Those who approved before, as the members that they were then; the sender finds out anew."""
    return tuple(
        Person(team, approval.by.id, approval.by.name, Standing.MEMBER, at)
        for approval in approvals
    )


def told(verdict: Verdict, value: int | None, priced_at: datetime | None) -> dict[str, Fact]:
    """A verdict as facts of an event; `priced_at` only counts with a value."""
    return {
        "policy": verdict.policy,
        "tier": verdict.tier.words,
        "quorum": verdict.tier.approvals,
        "missing": verdict.missing,
        "verdict": verdict.words(),
        "value": value,
        "priced_at": to_text(priced_at) if priced_at and value is not None else None,
    }


def _higher(before: int | None, now: int | None) -> int | None:
    """None where one of them is not known: then nobody can say what it is worth."""
    return None if before is None or now is None else max(before, now)


@lru_cache(maxsize=32)
def _read(text: str) -> Policy:
    return read_policy(text)
