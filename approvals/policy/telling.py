"""A policy in words: each rule as a sentence, and what is new in another one. People are written
`{U123}`, Slack's user groups by their id.

Two policies that say the same in words are the same, but for the spelling of their text.
"""

from collections.abc import Iterator

from approvals.policy.rules import EVERYBODY, Policy, Tier, Way
from approvals.times import lasting
from approvals.words import listed


def rules(policy: Policy) -> tuple[str, ...]:
    """Every rule, in the order in which they are looked at."""
    return tuple(_rules(policy))


def difference(before: Policy | None, after: Policy) -> tuple[str, ...]:
    """What `after` says that `before` did not, and the other way round; of a first policy, all."""
    will_be = rules(after)
    if before is None:
        return will_be
    was = rules(before)
    gone = [f"No longer: {rule}" for rule in was if rule not in will_be]
    new = [f"New: {rule}" for rule in will_be if rule not in was]
    return tuple(gone + new) or ("Only the text of the policy is another one; its rules are not.",)


def _rules(policy: Policy) -> Iterator[str]:
    anybody = EVERYBODY in policy.requesters
    who = "Every member" if anybody else f"Only {listed(policy.requesters)}"
    yield f"{who} may ask for payouts."
    for name, group in policy.groups.items():
        people = [f"{{{id}}}" for id in policy.people.get(name) or sorted(group.ids)]
        slack = [f"Slack's user group {id}" for id in sorted(group.slack)]
        one = ", one person" if len(policy.people.get(name, ())) > 1 else ""
        yield f"{name}: {listed([*people, *slack])}{one}."
    ways = None if policy.ways is None else {way.words for way in policy.ways}
    allowed = {"Coins": policy.coins, "Networks": policy.networks, "Destinations": ways}
    for what, those in allowed.items():
        if those is not None:
            yield f"{what}: {listed(sorted(those))}."
    yield from (_tier(tier) for tier in policy.tiers)
    if policy.together:
        alike = listed([kind.words for kind in policy.together_by], "or")
        yield (
            f"Payouts {alike} that are asked for within {lasting(policy.together)} count together"
            " for their tier."
        )
    yield from (f"At most {limit.words()}." for limit in policy.limits)
    if policy.hold:
        yield f"A destination that was never paid waits {lasting(policy.hold)} after its approval."
    if len(policy.tiers) > 1 and (policy.ways is None or Way.CWALLET_EMAIL in policy.ways):
        where = "the tier of their value" if policy.email_by_value else "the highest tier"
        yield f"Payouts to Cwallet e-mails belong to {where}."


def _tier(tier: Tier) -> str:
    comment = "; with a comment" if tier.comment else ""
    name = tier.name[0].upper() + tier.name[1:]
    return f"{name}: {tier.quorum}, within {lasting(tier.expiry)}{comment}."
