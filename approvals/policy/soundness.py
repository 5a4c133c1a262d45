"""Whether a policy can be satisfied at all. One that cannot does not load: its payouts would wait
for people who do not exist.

Approvals only add up, so a tier can be satisfied exactly if it is when everybody approves who may.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from approvals.people import Person, Roster, Standing
from approvals.policy.rules import EVERYBODY, Policy, Tier, Way
from approvals.policy.verdict import Facts, Subject, Verdict, evaluate

SOMEBODY_ELSE = "U0"
"""A member whom no rule names."""

_AT_ANY_TIME = datetime.min.replace(tzinfo=UTC)


def unsound(policy: Policy, roster: Roster) -> tuple[str, ...]:
    """What makes the policy impossible, as sentences; empty where every tier can be satisfied for
    somebody who may ask. Tiers with groups that did not answer are not judged."""
    return tuple(
        sentence
        for tier in policy.tiers
        if _judgeable(policy, tier, roster) and (sentence := _impossible(policy, tier, roster))
    )


def out_of_reach(policy: Policy, tier: Tier, requester: str, roster: Roster) -> bool:
    """Whether nobody could ever approve what `requester` asks for in this tier."""
    return not _at_best(policy, tier, requester, roster).satisfied


def requesters(policy: Policy, roster: Roster) -> Iterator[str]:
    """Everybody who may ask, as far as the policy tells them apart."""
    if EVERYBODY in policy.requesters:
        yield SOMEBODY_ELSE
        yield from policy.everybody_named(roster)
    else:
        yield from policy.members(policy.requesters, roster)


def _judgeable(policy: Policy, tier: Tier, roster: Roster) -> bool:
    named = (*tier.all_groups, *(name for name in policy.requesters if name != EVERYBODY))
    return all(policy.groups[name].slack <= roster.members.keys() for name in named)


def _impossible(policy: Policy, tier: Tier, roster: Roster) -> str | None:
    asking = list(requesters(policy, roster))
    if not asking:
        return "Nobody may ask for payouts: the groups of [request] who are empty."
    best = [_at_best(policy, tier, id, roster) for id in asking]
    if any(verdict.satisfied for verdict in best):
        return None
    nearest = min(best, key=lambda verdict: verdict.missing)
    there = len(nearest.counted)
    lacking = "".join(f", {number} more of {group}" for group, number in nearest.lacking)
    return (
        f"Payouts of the tier {tier.name} could never be approved: {tier.approvals} approvals are"
        f" asked for{lacking}, and beside the requester there are {there} people who could."
    )


def _at_best(policy: Policy, tier: Tier, requester: str, roster: Roster) -> Verdict:
    """The verdict if everybody approves who may."""
    subject = Subject(requester, Way.ADDRESS, "", "", tier.up_to)
    everybody = tuple(_member(id) for id in policy.members(tier.all_groups, roster))
    return evaluate([_only_people(policy)], Facts(subject, everybody, roster))


def _only_people(policy: Policy) -> Policy:
    """The policy without what forbids single payouts, whoever approves them."""
    return replace(policy, limits=(), coins=None, networks=None, ways=None)


def _member(id: str) -> Person:
    return Person("", id, id, Standing.MEMBER, _AT_ANY_TIME)
