"""The policies of histories, and the oracle's reading of them."""

from collections.abc import Collection
from decimal import Decimal
from random import Random

import pytest

from approvals.people import Roster
from approvals.policy import Policy, Way, read_policy, unsound
from approvals.policy.rules import Tier
from sandbox.slack.cast import FINANCE, MAX, NOA
from tests.simulation.oracle import Law
from tests.simulation.rules import ELI_TOO, EVERYBODY, Rules, drawn

DRAWN = {rules.text: rules for rules in (drawn(Random(seed)) for seed in range(400))}
LISTED = (FINANCE.members, (), (NOA.id,), (ELI_TOO.id, MAX.id))
VALUES = (None, *map(Decimal, ("0", "50", "50.01", "100", "250", "1000", "1000.000001", "24900")))
PARTS = {
    *("short", "one tier", "two approvals", "tiers", "a share", "comment", "two accounts"),
    *("user group", "limits", "hold", "e-mails by value"),
    *("limit per requester", "limit per destination", "limit in total"),
    *("together", "together by destination", "together by requester"),
}


def test_all_parts_are_drawn() -> None:
    """Histories meet everything that a policy can say, and the short way in every other one."""
    assert {part for rules in DRAWN.values() for part in rules.parts} == PARTS
    short = [seed for seed in range(400) if drawn(Random(seed)).parts == ("short",)]
    assert 150 < len(short) < 250


@pytest.mark.parametrize("rules", DRAWN.values(), ids=lambda rules: ", ".join(rules.parts))
def test_the_oracle_reads_what_the_program_reads(rules: Rules) -> None:
    """Every policy loads and can be satisfied, and the oracle finds the same people, tiers and hold
    in its text."""
    policy, law = read_policy(rules.text), Law(rules.text)
    assert unsound(policy, Roster({FINANCE.id: frozenset(FINANCE.members)})) == ()
    assert policy.hash == rules.hash
    assert law.hold == policy.hold
    assert (law.together, law.alike) == (policy.together, policy.together_by[0])
    for value in VALUES:
        for to, way in (("T1", Way.ADDRESS), ("ana@example.com", Way.CWALLET_EMAIL)):
            micro = None if value is None else int(value * 1_000_000)
            tier, said = policy.tier(micro, way), law.tier(value, to)
            assert tier.approvals == said["approvals"]
            assert tier.comment == (said.get("comment") == "required")
            assert {share.group: share.number for share in tier.shares} == said.get("among", {})
            for listed in LISTED:
                _same_people(policy, law, tier, said["of"], listed)


def _same_people(
    policy: Policy, law: Law, tier: Tier, names: Collection[str], listed: Collection[str]
) -> None:
    roster = Roster({FINANCE.id: frozenset(listed)})
    theirs = {who.id for who in EVERYBODY if policy.in_groups(who.id, tier.groups, roster)}
    ours = law.within(names, listed)
    assert {who.id for who in EVERYBODY if law.person(who.id) in ours} == theirs
