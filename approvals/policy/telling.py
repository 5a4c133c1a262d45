"""A policy in words: each rule as a sentence, and what is new in another one. People are written
`{U123}`, Slack's user groups by their id."""

from collections.abc import Iterator
from datetime import timedelta

from approvals.policy.rules import EVERYBODY, Policy, Tier, Way
from approvals.words import listed, plural


def rules(policy: Policy) -> tuple[str, ...]:
    """Every rule, in the order in which they are looked at."""
    return tuple(_rules(policy))


def difference(before: Policy | None, after: Policy) -> tuple[str, ...]:
    """What `after` says that `before` did not, and the other way round."""
    was = rules(before) if before else ()
    will_be = rules(after)
    gone = [f"No longer: {rule}" for rule in was if rule not in will_be]
    return (*gone, *(f"New: {rule}" if before else rule for rule in will_be if rule not in was))


def lasting(time: timedelta) -> str:
    """As in `24 h`, `90 min`."""
    minutes = int(time.total_seconds()) // 60
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def _rules(policy: Policy) -> Iterator[str]:
    who = "Every member" if EVERYBODY in policy.requesters else listed(policy.requesters)
    yield f"{who} may ask for payouts."
    for name, group in policy.groups.items():
        people = [f"{{{id}}}" for id in sorted(group.ids)]
        slack = [f"Slack's user group {id}" for id in sorted(group.slack)]
        yield f"{name}: {listed([*people, *slack])}."
    for ids in policy.people:
        yield f"{listed([f'{{{id}}}' for id in ids])} are one person."
    for allowed, what in (
        (policy.coins, "Coins"),
        (policy.networks, "Networks"),
        (policy.ways, "Destinations"),
    ):
        if allowed is not None:
            yield f"{what}: {listed(sorted(allowed))}."
    yield from (_tier(tier) for tier in policy.tiers)
    yield from (f"At most {limit.words()}." for limit in policy.limits)
    if policy.hold:
        yield f"A destination that was never paid waits {lasting(policy.hold)} after its approval."
    if len(policy.tiers) > 1 and (policy.ways is None or Way.CWALLET_EMAIL in policy.ways):
        where = "the tier of their value" if policy.email_by_value else "the highest tier"
        yield f"Payouts to Cwallet e-mails belong to {where}."


def _tier(tier: Tier) -> str:
    needs = f"{plural(tier.approvals, 'approval')} of {listed(tier.groups, 'or')}"
    shares = "".join(f", {share.number} of them from {share.group}" for share in tier.shares)
    comment = "; with a comment" if tier.comment else ""
    return f"{tier.name.capitalize()}: {needs}{shares}, within {lasting(tier.expiry)}{comment}."
