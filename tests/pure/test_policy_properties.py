"""What holds for every policy, every requester and every sequence of approvals.

The oracle here counts people by hand, from the lists that the policies were made of.
"""

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from approvals.people import Person, Roster, Standing
from approvals.policy import (
    Policy,
    Scope,
    Tier,
    UnusablePolicy,
    evaluate,
    objection,
    read_policy,
    requests,
    unsound,
)
from approvals.policy.reading import MOST_USD
from tests.policies import FINANCE, USD, facts, somebody, subject

# Six people, of whom three have a second account.
ACCOUNTS = {name: [f"U{name}1"] for name in "ABCDEF"} | {n: [f"U{n}1", f"U{n}2"] for n in "ABC"}
IDS = [id for ids in ACCOUNTS.values() for id in ids]
GROUPS = ("one", "two", "three")


@dataclass(frozen=True)
class Given:
    """A policy, what Slack says, and who is in which group, by hand."""

    policy: Policy
    roster: Roster
    inside: dict[str, set[str]]

    def fit(self, tier: Tier, approvers: list[Person], requester: str) -> set[str]:
        """The people among `approvers` who count."""
        allowed = set().union(*(self.inside[group] for group in tier.groups))
        members = {owner(who.id) for who in approvers if who.standing is Standing.MEMBER}
        return (members & allowed) - {owner(requester)}

    def suffices(self, tier: Tier, people: set[str]) -> bool:
        return len(people) >= tier.approvals and all(
            len(people & self.inside[share.group]) >= share.number for share in tier.shares
        )


def owner(id: str) -> str:
    """Whose account this is."""
    return id[1]


def quoted(words: list[str]) -> str:
    return f"[{', '.join(map(repr, words))}]"


@st.composite
def policies(draw: st.DrawFn) -> Given:
    """Policies with one to three tiers, shares, user groups and people with two accounts."""
    members = {g: draw(st.lists(st.sampled_from(IDS), min_size=1, max_size=5)) for g in GROUPS}
    in_slack = draw(st.lists(st.sampled_from(IDS), max_size=3))
    with_slack = draw(st.sampled_from(GROUPS))
    lines = ["[people]", *(f"{name.lower()} = {quoted(ids)}" for name, ids in ACCOUNTS.items())]
    lines += ["[groups]"]
    for group in GROUPS:
        extra = [FINANCE] if group == with_slack else []
        lines.append(f"{group} = {quoted(members[group] + extra)}")
    asking = draw(st.lists(st.sampled_from(["everybody", *GROUPS]), min_size=1, max_size=2))
    lines += ["[request]", f"who = {quoted(asking)}"]
    borders = sorted(draw(st.sets(st.integers(1, 1000), max_size=2)))
    for up_to in [*borders, None]:
        lines += ["[[tier]]", *([f"up_to = {up_to}"] if up_to else [])]
        lines += [f"approvals = {draw(st.integers(1, 4))}"]
        lines += [f"of = {quoted(draw(st.lists(st.sampled_from(GROUPS), min_size=1)))}"]
        shares = draw(st.dictionaries(st.sampled_from(GROUPS), st.integers(1, 2), max_size=2))
        lines += [f"among = {{ {', '.join(f'{g} = {n}' for g, n in shares.items())} }}"]
    try:
        policy = read_policy("\n".join(lines))
    except UnusablePolicy:
        assume(False)
        raise
    inside = {g: {owner(id) for id in ids} for g, ids in members.items()}
    inside[with_slack] |= {owner(id) for id in in_slack}
    return Given(policy, Roster({FINANCE: frozenset(in_slack)}), inside)


APPROVERS = st.lists(
    st.builds(
        somebody,
        st.sampled_from(IDS),
        st.sampled_from([*[Standing.MEMBER] * 5, *Standing]),
    ),
    max_size=8,
    unique_by=lambda who: who.id,
)
VALUES = st.one_of(st.none(), st.integers(0, 1001))
REQUESTERS = st.sampled_from(IDS)


@given(policies(), APPROVERS, VALUES, REQUESTERS)
def test_satisfied_means_quorum_and_shares(
    given_: Given, approvers: list[Person], value: int | None, requester: str
) -> None:
    """However approvals come, and from whomever: a verdict is satisfied exactly if enough people,
    members of the tier's groups and not the requester, have agreed, with its shares among them."""
    what = subject(value, requester)
    verdict = evaluate([given_.policy], facts(what, approvers, roster=given_.roster))
    people = given_.fit(verdict.tier, approvers, requester)
    assert {owner(id) for id in verdict.counted} == people
    assert len(verdict.counted) == len(people)
    assert verdict.satisfied == given_.suffices(verdict.tier, people)
    assert {who.id for who in approvers} == {*verdict.counted, *dict(verdict.not_counted)}


@given(policies(), APPROVERS, VALUES, REQUESTERS)
def test_the_requester_never_counts_by_any_id(
    given_: Given, approvers: list[Person], value: int | None, requester: str
) -> None:
    """None of the requester's accounts is ever counted, could help, or may decide."""
    what = subject(value, requester)
    verdict = evaluate([given_.policy], facts(what, approvers, roster=given_.roster))
    theirs = set(ACCOUNTS[owner(requester)])
    assert not theirs & {*verdict.counted, *verdict.could}
    for id in theirs:
        why = objection([given_.policy], what, somebody(id), given_.roster)
        assert why == "asked for it"


@given(policies(), APPROVERS, VALUES, REQUESTERS, st.sampled_from(IDS))
def test_an_approval_never_makes_it_worse(
    given_: Given, approvers: list[Person], value: int | None, requester: str, id: str
) -> None:
    """One more approval leaves no more missing than before, and it brings the quorum nearer exactly
    if it comes from one of those who were named."""
    assume(id not in {who.id for who in approvers})
    what = subject(value, requester)
    before = evaluate([given_.policy], facts(what, approvers, roster=given_.roster))
    more = [*approvers, somebody(id)]
    after = evaluate([given_.policy], facts(what, more, roster=given_.roster))
    assert after.missing <= before.missing
    assert set(before.counted) <= set(after.counted)
    named = {owner(could) for could in before.could}
    assert (after.missing < before.missing) == (owner(id) in named)


@given(policies(), APPROVERS, VALUES, REQUESTERS)
def test_what_is_missing_can_be_given(
    given_: Given, approvers: list[Person], value: int | None, requester: str
) -> None:
    """Whoever is named can be asked one after the other until nothing is missing, or nobody is
    left; and no more than were said to be missing are needed."""
    what, said_yes = subject(value, requester), list(approvers)
    verdict = evaluate([given_.policy], facts(what, said_yes, roster=given_.roster))
    for _ in range(verdict.missing):
        if not verdict.could:
            break
        said_yes.append(somebody(verdict.could[0]))
        verdict = evaluate([given_.policy], facts(what, said_yes, roster=given_.roster))
    assert verdict.satisfied or not verdict.could


@given(policies())
def test_a_policy_that_loads_can_be_satisfied(given_: Given) -> None:
    """A sound policy has, for each tier, somebody who may ask and people who could approve it; of
    one that is refused, some tier has none."""
    policy = given_.policy
    anybody = "everybody" in policy.requesters
    asking = (
        set("ABCDEFG") if anybody else set().union(*(given_.inside[g] for g in policy.requesters))
    )
    possible = [
        any(
            given_.suffices(tier, set(people))
            for requester in asking
            for count in range(tier.approvals, 7)
            for people in combinations(
                set().union(*(given_.inside[group] for group in tier.groups)) - {requester}, count
            )
        )
        for tier in policy.tiers
    ]
    assert all(possible) == (unsound(policy, given_.roster) == ())
    assert possible.count(False) == len(unsound(policy, given_.roster))


@given(policies(), st.integers(0, 1002))
def test_every_value_has_one_tier(given_: Given, value: int) -> None:
    """Tiers leave no gap and do not overlap: each value lies within exactly one of them."""
    micro = value * USD
    tiers = [
        tier
        for tier in given_.policy.tiers
        if tier.above < micro and (tier.up_to is None or micro <= tier.up_to)
    ]
    what = replace(subject(), value=max(micro, 1))
    found = evaluate([given_.policy], facts(what, roster=given_.roster)).tier
    assert [found] == (tiers or [given_.policy.tiers[0]])


@given(policies(), policies(), APPROVERS, VALUES, REQUESTERS)
def test_two_policies_ask_for_both(
    one: Given, other: Given, approvers: list[Person], value: int | None, requester: str
) -> None:
    """Under two policies a payout is approved exactly if each of them alone says so."""
    what = facts(subject(value, requester), approvers, roster=one.roster)
    both = evaluate([one.policy, other.policy], what)
    alone = [evaluate([policy], what) for policy in (one.policy, other.policy)]
    assert both.satisfied == all(verdict.satisfied for verdict in alone)
    assert bool(both.comment) == any(verdict.comment for verdict in alone)


RULE = "[groups]\ng = ['UZ1']\n[[tier]]\napprovals = 1\nof = ['g']\n"
LIMITS = st.fixed_dictionaries(
    {}, optional={scope: st.decimals(1, 500, places=2) for scope in Scope}
)


@given(
    limits=LIMITS,
    payouts=st.lists(
        st.tuples(st.sampled_from("AB"), st.sampled_from("xy"), st.integers(1, 300 * USD)),
        max_size=12,
    ),
)
def test_sums_never_pass_a_limit(
    limits: dict[Scope, Any], payouts: list[tuple[str, str, int]]
) -> None:
    """Whatever is asked for, in whatever order: what passed never adds up to more than a limit, to
    the micro-dollar, and what was denied would have."""
    text = RULE + "".join(f"[limits.{scope}]\nday = {most}\n" for scope, most in limits.items())
    policy, passed = read_policy(text), list[tuple[str, str, int]]()
    for who, where, value in payouts:
        used = {
            (Scope.REQUESTER, 1): sum(v for w, _, v in passed if w == who),
            (Scope.DESTINATION, 1): sum(v for _, d, v in passed if d == where),
            (Scope.TOTAL, 1): sum(v for _, _, v in passed),
        }
        what = replace(subject(requester=f"U{who}1"), value=value)
        denied = requests(policy, what, Roster(), used)
        over = [scope for scope, most in limits.items() if used[scope, 1] + value > most * USD]
        assert len(denied) == len(over)
        if not denied:
            passed.append((who, where, value))


@given(st.integers(1, MOST_USD * 100))
def test_usd_in_a_policy_are_exact(cents: int) -> None:
    """Whatever number of cents is written, so many micro-dollars are meant."""
    dollars = f"{cents // 100}.{cents % 100:02}"
    rule = f"[limits.total]\nday = {dollars}"
    (limit,) = read_policy(f"{RULE}{rule}").limits
    assert limit.most == cents * (USD // 100)
