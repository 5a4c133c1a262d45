"""The rules' explained answer.

A verdict is an explanation, not a bool: it names the rule, who counted, who did not and why, how
many are missing and who could give them. Card, refusal and audit line show the same words. What
forbids comes first, then the approvals are counted; nothing matches by default, everything that is
not known counts as no.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from approvals.catalogue import spoken_chain
from approvals.people import Person, Roster, Standing
from approvals.policy.rules import Limit, Policy, Scope, Tier, Way, usd
from approvals.words import listed

Spent = Mapping[tuple[Scope, int], int | None]
"""Micro-dollars that other payouts have spent of a limit, by its scope and days. None: one of them
has no known value."""

_WITHOUT_NETWORK = (Way.CWALLET_ID, Way.CWALLET_EMAIL)

_NAMED = 8
"""So many of those who could approve are named; the others are counted."""

_WHY_NOT = {
    Standing.STRANGER: "belongs to another company",
    Standing.GUEST: "is a guest",
    Standing.BOT: "is a bot",
    Standing.DEACTIVATED: "is deactivated",
    Standing.UNKNOWN: "could not be looked up",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What the rules look at in a payout. `value` in micro-dollars, the highest that is known;
    None where no price is. `together`: what others are worth that count with it for its tier, 0
    where none do, None where one of them has no known value. Limits add the value alone."""

    requester: str
    way: Way
    symbol: str
    chain: str
    value: int | None
    together: int | None = 0

    def tier(self, policy: Policy) -> Tier:
        """The tier that it belongs to."""
        return policy.tier(self.value, self.way, self.together)

    def tiers(self, policy: Policy) -> tuple[Tier, ...]:
        """That one, and those above it."""
        return policy.tiers_from(self.value, self.way, self.together)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a verdict is about, as of one moment: `approvers` as they were found then,
    `spent` without the payout itself; None where limits are not asked about."""

    subject: Subject
    approvers: tuple[Person, ...]
    roster: Roster
    spent: Spent | None = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the approvals suffice, and why. `counted`, `could`: ids; `not_counted`: id and the
    reason; `missing`: how many more approvals reach the quorum and its shares; `lacking`: groups,
    and how many of the missing must be theirs; `could`: whose approval would bring it nearer;
    `objections`: what forbids the payout whoever approves it, as sentences. `comment`: the name
    of the tier that asks for one with each approval, "" where none does. `unclear`: some answer was
    not to be had."""

    policy: str
    tier: Tier
    counted: tuple[str, ...]
    not_counted: tuple[tuple[str, str], ...]
    missing: int
    lacking: tuple[tuple[str, int], ...]
    could: tuple[str, ...]
    objections: tuple[str, ...]
    comment: str
    unclear: bool

    @property
    def satisfied(self) -> bool:
        """Whether nothing is missing and nothing forbids it."""
        return self.missing == 0 and not self.objections

    def words(self) -> str:
        """The explanation as one sentence, without its full stop; people are written `{id}`."""
        said = [f"{len(self.counted)} of {self.tier.approvals} approvals ({self.tier.words})"]
        said += [f"{{{id}}} does not count: {why}" for id, why in self.not_counted]
        if self.missing:
            from_groups = ", ".join(f"{number} from {group}" for group, number in self.lacking)
            shares = f" ({from_groups})" if from_groups else ""
            said.append(f"needs {self.missing} more of {_named(self.could)}{shares}")
        return "; ".join([*said, *(one.removesuffix(".") for one in self.objections)])


def evaluate(policies: Sequence[Policy], facts: Facts) -> Verdict:
    """What the policies say, all of which must be satisfied: the answer of the one that is furthest
    from it, or else asks for the most; but only those could approve whom all of them take. Raises
    ValueError without any policy."""
    verdicts = [(_evaluate(policy, facts), policy) for policy in policies]
    strictest, policy = max(verdicts, key=lambda one: _strictness(one[0]))
    could = _by_all(policies, policy, strictest.could, facts.subject, facts.roster)
    comment = next((verdict.comment for verdict, _ in verdicts if verdict.comment), "")
    return replace(strictest, could=could, comment=comment)


def objection(
    policies: Iterable[Policy], subject: Subject, who: Person, roster: Roster
) -> str | None:
    """Why `who` may not decide this payout, as the end of a sentence; None where they may. Whoever
    decides a higher tier may decide too: the value may rise until the approval is counted."""
    found = (_objection(policy, subject.tiers(policy), subject, who, roster) for policy in policies)
    return next((why for why in found if why), None)


def standing_objection(person: Person) -> str | None:
    """Why `person` may not do anything here, as the end of a sentence; None where they may."""
    return _WHY_NOT.get(person.standing)


def deciders(policies: Sequence[Policy], subject: Subject, roster: Roster) -> tuple[str, ...]:
    """Who may decide it, as far as is known: ids of those whom every policy takes, never the
    requester."""
    first, *_ = policies
    return _by_all(policies, first, _deciders(first, subject, roster), subject, roster)


def requests(policy: Policy, subject: Subject, roster: Roster, spent: Spent) -> tuple[str, ...]:
    """Why the payout may not even be asked for, as sentences."""
    return (*_may_ask(policy, subject, roster), *_forbidden(policy, subject, spent))


def _strictness(verdict: Verdict) -> tuple[bool, int, int]:
    return bool(verdict.objections), verdict.missing, verdict.tier.approvals


def _evaluate(policy: Policy, facts: Facts) -> Verdict:
    subject, roster = facts.subject, facts.roster
    tier = subject.tier(policy)
    counted, refused = _count(policy, tier, facts)
    lacking = _lacking(policy, tier, counted, roster)
    missing = max(tier.approvals - len(counted), sum(number for _, number in lacking), 0)
    return Verdict(
        policy=policy.hash,
        tier=tier,
        counted=counted,
        not_counted=refused,
        missing=missing,
        lacking=lacking,
        could=_could(policy, tier, facts, counted, missing, lacking),
        objections=_forbidden(policy, subject, facts.spent),
        comment=tier.name if tier.comment else "",
        unclear=any(person.standing is Standing.UNKNOWN for person in facts.approvers)
        or bool(policy.silent(tier.named_groups, roster)),
    )


def _count(
    policy: Policy, tier: Tier, facts: Facts
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Who counts, once each, by the id with which they approved; and who does not, and why."""
    counted: dict[str, str] = {}
    refused = []
    for person in facts.approvers:
        why = _objection(policy, (tier,), facts.subject, person, facts.roster)
        if why is None and policy.person(person.id) in counted:
            why = "is counted already, under another account"
        if why is None:
            counted[policy.person(person.id)] = person.id
        else:
            refused.append((person.id, why))
    return tuple(counted.values()), tuple(refused)


def _objection(
    policy: Policy, tiers: Sequence[Tier], subject: Subject, person: Person, roster: Roster
) -> str | None:
    if policy.person(person.id) == policy.person(subject.requester):
        return "asked for it"
    groups = tuple(name for tier in tiers for name in tier.groups)
    inside = policy.in_groups(person.id, groups, roster)
    if inside is None:
        return "could not be looked up"
    if not inside:
        return "is not an approver"
    return standing_objection(person)


def _lacking(
    policy: Policy, tier: Tier, counted: Iterable[str], roster: Roster
) -> tuple[tuple[str, int], ...]:
    found = []
    for share in tier.shares:
        have = sum(policy.in_groups(id, (share.group,), roster) is True for id in counted)
        if have < share.number:
            found.append((share.group, share.number - have))
    return tuple(found)


def _could(
    policy: Policy,
    tier: Tier,
    facts: Facts,
    counted: tuple[str, ...],
    missing: int,
    lacking: tuple[tuple[str, int], ...],
) -> tuple[str, ...]:
    """Whose approval would help: while more are missing than the shares lack, anybody's; then only
    those of the groups that are lacking."""
    given = {policy.person(id) for id in counted}
    free = [id for id in _deciders(policy, facts.subject, facts.roster) if id not in given]
    if missing > sum(number for _, number in lacking):
        return tuple(free)
    groups = tuple(group for group, _ in lacking)
    return tuple(id for id in free if policy.in_groups(id, groups, facts.roster))


def _deciders(policy: Policy, subject: Subject, roster: Roster) -> tuple[str, ...]:
    tier = subject.tier(policy)
    mine = policy.person(subject.requester)
    return tuple(id for id in policy.members(tier.groups, roster) if id != mine)


def _by_all(
    policies: Iterable[Policy],
    one: Policy,
    deciders: Iterable[str],
    subject: Subject,
    roster: Roster,
) -> tuple[str, ...]:
    """Those of the `deciders` by `one` policy who decide it by the others too."""
    others = [policy for policy in policies if policy is not one]
    return tuple(
        id
        for id in deciders
        if all(_decides(policy, one.ids(id), subject, roster) for policy in others)
    )


def _decides(policy: Policy, ids: Iterable[str], subject: Subject, roster: Roster) -> bool:
    """Whether somebody with these ids decides; another policy may know other ones of theirs."""
    named = _deciders(policy, subject, roster)
    return any(policy.person(id) in named for id in ids)


def _may_ask(policy: Policy, subject: Subject, roster: Roster) -> tuple[str, ...]:
    inside = policy.in_groups(subject.requester, policy.requesters, roster)
    if inside is None:
        return ("Slack does not say whether you may ask for payouts. Try again.",)
    if not inside:
        return (f"Only {listed(policy.requesters)} may ask for payouts.",)
    return ()


def _forbidden(policy: Policy, subject: Subject, spent: Spent | None) -> tuple[str, ...]:
    """What forbids the payout, whoever asks and approves."""
    limits = policy.limits if spent is not None else ()
    over = (_over(limit, subject, spent or {}) for limit in limits)
    return (*_not_allowed(policy, subject), *(sentence for sentence in over if sentence))


def _not_allowed(policy: Policy, subject: Subject) -> Iterator[str]:
    if policy.coins is not None and subject.symbol.upper() not in policy.coins:
        yield _instead(f"in {subject.symbol}", policy.coins)
    networks = None if subject.way in _WITHOUT_NETWORK else policy.networks
    if networks is not None and spoken_chain(subject.chain) not in networks:
        yield _instead(f"on {subject.chain}", networks)
    if policy.ways is not None and subject.way not in policy.ways:
        yield _instead(f"to {subject.way.words}", [way.words for way in policy.ways])


def _instead(what: str, allowed: Iterable[str]) -> str:
    return f"The policy allows no payouts {what}. It allows {', '.join(sorted(allowed))}."


def exceeded(
    policy: Policy, subject: Subject, spent: Spent
) -> tuple[tuple[Limit, int | None], ...]:
    """The limits into which the payout does not fit, and micro-dollars that are left of each; None
    where nobody knows."""
    found = []
    for limit in policy.limits:
        if _over(limit, subject, spent):
            before = spent.get((limit.scope, limit.days))
            known = before is not None and subject.value is not None
            found.append((limit, max(0, limit.most - (before or 0)) if known else None))
    return tuple(found)


def _over(limit: Limit, subject: Subject, spent: Spent) -> str | None:
    """Why the payout does not fit into the limit; None where it does."""
    before = spent.get((limit.scope, limit.days))
    if subject.value is None or before is None:
        whose = "this payout" if subject.value is None else "an earlier payout"
        return f"The limit of {limit.words()} cannot be checked: {whose} has no known price."
    if before + subject.value <= limit.most:
        return None
    left = usd(max(0, limit.most - before))
    return (
        f"The limit is {limit.words()}: {usd(before)} of it are used or on their way,"
        f" so {left} are left, and this payout is worth {usd(subject.value)}."
    )


def tightest(policy: Policy, value: int | None, spent: Spent) -> str | None:
    """The limit that is nearest to its end with this payout, as `1,200 of 5,000 USD today`; None
    where there is none or it cannot be told."""
    known = [(limit, spent.get((limit.scope, limit.days))) for limit in policy.limits]
    told = [
        (limit, used + value) for limit, used in known if used is not None and value is not None
    ]
    if not told:
        return None
    limit, used = min(told, key=lambda one: one[0].most - one[1])
    span = "today" if limit.days == 1 else f"in {limit.days} days"
    whose = "" if limit.scope is Scope.TOTAL else f" for this {limit.scope}"
    return f"{usd(used).removesuffix(' USD')} of {usd(limit.most)} {span}{whose}"


def _named(ids: Sequence[str]) -> str:
    shown = [f"{{{id}}}" for id in ids[:_NAMED]]
    if len(ids) > _NAMED:
        shown.append(f"{len(ids) - _NAMED} others")
    return ", ".join(shown) or "nobody"
