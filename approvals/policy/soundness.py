"""Whether a policy can be satisfied at all. One that cannot does not load: its payouts would wait
for people who do not exist.

Approvals only add up, so a tier can be satisfied exactly if it is when everybody approves who may.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from approvals.asking import SATOSHI
from approvals.catalogue import LIGHTNING
from approvals.people import Person, Roster, Standing
from approvals.policy.rules import EVERYBODY, Policy, Tier, Way
from approvals.policy.verdict import Facts, Subject, Verdict, evaluate

SOMEBODY_ELSE = "somebody else"
"""A member whom no rule names; no id looks like this."""

_AT_ANY_TIME = datetime.min.replace(tzinfo=UTC)


def unsound(policy: Policy, roster: Roster) -> tuple[str, ...]:
    """What makes the policy impossible, as sentences; empty where payouts of every tier can be
    approved for somebody who may ask. What depends on groups that did not answer is not judged."""
    return tuple(_reasons(policy, roster))


def out_of_reach(policy: Policy, tier: Tier, requester: str, roster: Roster) -> bool:
    """Whether nobody could ever approve what `requester` asks for in this tier. Nothing is claimed
    of groups that did not answer; one that is known to be too small is enough."""
    shares = (((share.group,), share.number) for share in tier.shares)
    return any(
        len(_able(policy, tier, groups, requester, roster)) < number
        for groups, number in ((tier.groups, tier.approvals), *shares)
        if not policy.silent(groups, roster)
    )


def requesters(policy: Policy, roster: Roster) -> tuple[str, ...]:
    """Everybody who may ask, as far as the policy tells them apart: one id each."""
    if EVERYBODY in policy.requesters:
        return (SOMEBODY_ELSE, *policy.everybody_named(roster))
    return policy.members(policy.requesters, roster)


def _able(
    policy: Policy, tier: Tier, groups: tuple[str, ...], requester: str, roster: Roster
) -> list[str]:
    """Who in `groups` may be able to approve in this tier."""
    mine = policy.person(requester)
    others = (id for id in policy.members(groups, roster) if id != mine)
    return [id for id in others if policy.in_groups(id, tier.groups, roster) is not False]


def _reasons(policy: Policy, roster: Roster) -> Iterator[str]:
    if not any(_open(policy, way) for way in Way):
        yield (
            "[request] allows no payout at all: Lightning invoices are paid in"
            f" {SATOSHI} on {LIGHTNING}, and addresses on the other networks."
        )
    asking = requesters(policy, roster)
    if policy.silent(policy.requesters, roster):
        return
    if not asking:
        yield "Nobody may ask for payouts: the groups of [request] who are empty."
        return
    for tier in policy.tiers:
        best = [_at_best(policy, tier, id, roster) for id in asking]
        if not any(verdict.satisfied or verdict.unclear for verdict in best):
            yield _impossible(tier, best)


def _open(policy: Policy, way: Way) -> bool:
    """Whether any payout could go this way."""
    networks, coins = policy.networks or {LIGHTNING, "another"}, policy.coins or {SATOSHI}
    fits = {
        Way.INVOICE: LIGHTNING in networks and SATOSHI in coins,
        Way.ADDRESS: networks != {LIGHTNING},
    }
    return fits.get(way, True) and (policy.ways is None or way in policy.ways)


def _impossible(tier: Tier, best: Sequence[Verdict]) -> str:
    nearest = min(best, key=lambda verdict: verdict.missing)
    number, short = len(nearest.counted), dict(nearest.lacking)
    people = {0: "nobody", 1: "one person"}.get(number, f"{number} people")
    inside = "".join(
        f", {share.number - short[share.group]} of them in {share.group},"
        for share in tier.shares
        if share.group in short
    )
    return (
        f"Payouts of the tier {tier.name} could never be approved: they need {tier.quorum}, and"
        f" beside the requester only {people}{inside} could approve."
    ).replace("only nobody", "nobody")


def _at_best(policy: Policy, tier: Tier, requester: str, roster: Roster) -> Verdict:
    """The verdict if everybody approves who may."""
    subject = Subject(requester, Way.ADDRESS, "", "", tier.up_to)
    everybody = tuple(_member(id) for id in policy.members(tier.groups, roster))
    return evaluate([_only_people(policy)], Facts(subject, everybody, roster))


def _only_people(policy: Policy) -> Policy:
    """The policy without what forbids single payouts, whoever approves them."""
    return replace(policy, limits=(), coins=None, networks=None, ways=None)


def _member(id: str) -> Person:
    return Person("", id, id, Standing.MEMBER, _AT_ANY_TIME)
