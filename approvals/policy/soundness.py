"""Whether a policy can be satisfied at all. One that cannot does not load: its payouts would wait
for people who do not exist.

Approvals only add up, so a tier can be satisfied exactly if it is when everybody approves who may:
if there are enough of them, and enough in the group of each share.
"""

from collections.abc import Iterator, Mapping

from approvals.asking import SATOSHI
from approvals.catalogue import LIGHTNING
from approvals.people import Roster
from approvals.policy.rules import EVERYBODY, Policy, Tier, Way
from approvals.words import listed

SOMEBODY_ELSE = "somebody else"
"""A member whom no rule names; no id looks like this."""


def unsound(policy: Policy, roster: Roster) -> tuple[str, ...]:
    """What makes the policy impossible, as sentences; empty where payouts of every tier can be
    approved for somebody who may ask. What depends on groups that did not answer is not judged."""
    return tuple(_reasons(policy, roster))


def out_of_reach(policy: Policy, tier: Tier, requester: str, roster: Roster) -> bool:
    """Whether nobody could ever approve what `requester` asks for in this tier. Nothing is claimed
    of groups that did not answer; one that is known to be too small is enough."""
    able = _able(policy, tier, requester, roster)
    needs = ((tier.groups, tier.approvals), *(((s.group,), s.number) for s in tier.shares))
    return any(able[groups] < number for groups, number in needs if groups in able)


def requesters(policy: Policy, roster: Roster) -> tuple[str, ...]:
    """Everybody who may ask, as far as the policy tells them apart: one id each."""
    if EVERYBODY in policy.requesters:
        return (SOMEBODY_ELSE, *policy.everybody_named(roster))
    return policy.members(policy.requesters, roster)


def _able(policy: Policy, tier: Tier, requester: str, roster: Roster) -> dict[tuple[str, ...], int]:
    """How many beside the requester may be able to approve in this tier: of its groups, and of each
    share's. Without those that did not answer."""
    mine = policy.person(requester)
    counted = {}
    for groups in (tier.groups, *((share.group,) for share in tier.shares)):
        if not policy.silent(groups, roster):
            others = (id for id in policy.members(groups, roster) if id != mine)
            able = [id for id in others if policy.in_groups(id, tier.groups, roster) is not False]
            counted[groups] = len(able)
    return counted


def _reasons(policy: Policy, roster: Roster) -> Iterator[str]:
    if not any(_open(policy, way) for way in Way):
        yield (
            "[request] allows no payout at all: Lightning invoices are paid in"
            f" {SATOSHI} on {LIGHTNING}, and addresses in other coins on the other networks."
        )
    asking = requesters(policy, roster)
    if policy.silent(policy.requesters, roster):
        asking = (*asking, SOMEBODY_ELSE)  # who may be in there; nobody has more approvers
    if not asking:
        yield "Nobody may ask for payouts: the groups of [request] who are empty."
        return
    for tier in policy.tiers:
        if all(out_of_reach(policy, tier, id, roster) for id in asking):
            able = [_able(policy, tier, id, roster) for id in asking]
            yield _impossible(tier, max(able, key=lambda counted: sum(counted.values())))


def _open(policy: Policy, way: Way) -> bool:
    """Whether any payout could go this way."""
    networks = policy.networks or {LIGHTNING, "another"}
    coins = policy.coins or {SATOSHI, "another"}
    fits = {
        Way.INVOICE: LIGHTNING in networks and SATOSHI in coins,
        Way.ADDRESS: networks != {LIGHTNING} and coins != {SATOSHI},
    }
    return fits.get(way, True) and (policy.ways is None or way in policy.ways)


def _impossible(tier: Tier, able: Mapping[tuple[str, ...], int]) -> str:
    """Why, as far as is known: of a group that did not answer, nothing is said."""
    shares = [(able.get((share.group,), share.number), share) for share in tier.shares]
    short = [(number, share.group) for number, share in shares if number < share.number]
    if tier.groups in able:
        inside = "".join(f", {number} of them in {group}," for number, group in short)
        people = f"{_people(able[tier.groups])}{inside}"
    else:
        people = listed([f"{_people(number)} in {group}" for number, group in short])
    return (
        f"Payouts of the tier {tier.name} could never be approved: they need {tier.quorum}, and"
        f" beside the requester only {people} could approve."
    ).replace("only nobody", "nobody")


def _people(number: int) -> str:
    return {0: "nobody", 1: "one person"}.get(number, f"{number} people")
