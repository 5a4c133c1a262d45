"""A policy as the command line shows it: who may do what, and what it says of a made-up payout.
Pure: values in, text or JSON out."""

import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from tabulate import tabulate

from approvals.people import Roster
from approvals.policy import (
    Facts,
    Policy,
    Scope,
    Spent,
    Subject,
    Tier,
    Verdict,
    deciders,
    evaluate,
    requests,
    rules,
    usd,
)
from approvals.policy.matrix import Row, anybody_else, matrix
from approvals.policy.soundness import out_of_reach
from approvals.times import lasting
from approvals.words import either, listed
from bot.telling import callable_people

Json = dict[str, Any]

UNSPENT: Spent = {(scope, days): 0 for scope in Scope for days in (1, 30)}
"""As if nobody had paid anything yet."""

_ANSWERS = {True: "yes", False: "-", None: "?"}


def overview(policy: Policy, roster: Roster) -> str:
    """Who may do what, for people: the matrix, every rule in words, and whom it notifies."""
    rows = matrix(policy, roster)
    parts = (
        f"This policy loads; its SHA-256 is {policy.hash}.",
        _table(policy, rows, anybody_else(policy, roster)),
        "\n".join(map(_bare, rules(policy))),
        "\n".join(_notified(policy, roster)),
        "\n".join(_notes(policy, roster, rows)),
    )
    return "\n\n".join(part for part in parts if part)


def overview_facts(policy: Policy, roster: Roster) -> Json:
    """The same for programs. Of `approves`, each tier has one; null: Slack did not say."""
    rows, others = matrix(policy, roster), anybody_else(policy, roster)
    return {
        "ok": True,
        "hash": policy.hash,
        "tiers": [tier.name for tier in policy.tiers],
        "people": [asdict(row) for row in rows],
        "anybody_asks": others.asks,
        "anybody_approves": others.approves,
        "rules": list(map(_bare, rules(policy))),
        "notified": {
            tier.name: None
            if policy.silent(tier.groups, roster)
            else policy.members(tier.groups, roster)
            for tier in policy.tiers
        },
        "notes": list(_notes(policy, roster, rows)),
        "not_looked_up": sorted(policy.silent(policy.groups, roster)),
    }


def trial(policy: Policy, subject: Subject, payout: str) -> Json:
    """What the policy says of a payout, for people and programs alike. Nobody is asked: who is in
    Slack's user groups stays open, and no limit is used."""
    roster = Roster()
    verdict = _with_groups(policy, evaluate([policy], Facts(subject, (), roster, UNSPENT)), roster)
    tier, forbidden = verdict.tier, list(_refusals(policy, subject, verdict, roster))
    if out_of_reach(policy, tier, subject.requester, roster):
        forbidden.append("Nobody could approve it: beside the requester there are too few people.")
    return {
        "payout": payout,
        "asked_by": _name(policy, subject.requester),
        "value": usd(subject.value) if subject.value is not None else "not known",
        "tier": tier.words,
        "counts_together": _counted(policy, subject),
        "needs": tier.quorum,
        "within": lasting(tier.expiry),
        "comment": "required" if tier.comment else "optional",
        "could_approve": [_name(policy, id) for id in deciders([policy], subject, roster)],
        "verdict": _named(policy, verdict.words()),
        "forbidden": forbidden,
        "hold": lasting(policy.hold) if policy.hold else "",
        "limits_taken_as_unused": [limit.words() for limit in policy.limits],
        "not_looked_up": sorted(policy.silent((*policy.requesters, *tier.named_groups), roster)),
    }


def _counted(policy: Policy, subject: Subject) -> str:
    """What counts together with it for its tier."""
    if not policy.together:
        return ""
    kinds = listed([kind.words for kind in policy.together_by], "or")
    taken = usd(subject.together or 0) if subject.together else "nothing"
    return f"payouts {kinds}, asked for within {lasting(policy.together)}; taken as {taken}"


def _with_groups(policy: Policy, verdict: Verdict, roster: Roster) -> Verdict:
    """The verdict with the groups that did not answer among those whose approval could help."""
    inside = verdict.tier.groups
    if verdict.missing == sum(number for _, number in verdict.lacking):
        inside = tuple(group for group, _ in verdict.lacking)
    return replace(verdict, could=(*verdict.could, *sorted(policy.silent(inside, roster))))


def _refusals(
    policy: Policy, subject: Subject, verdict: Verdict, roster: Roster
) -> tuple[str, ...]:
    """Why it could not be asked for. A group that did not answer counts as one without them."""
    if policy.in_groups(subject.requester, policy.requesters, roster) is not None:
        return requests(policy, subject, roster, UNSPENT)
    groups = either(sorted(policy.silent(policy.requesters, roster)))
    who = _name(policy, subject.requester)
    doubtful = (
        f"Only {listed(policy.requesters)} may ask for payouts. Whether {who} is in Slack's user"
        f" group {groups} was not looked up."
    )
    return (doubtful, *verdict.objections)


def facts_table(facts: Json) -> str:
    """Facts, one on a line; those with nothing to say are left out."""
    rows = [(name.replace("_", " "), _shown(fact)) for name, fact in facts.items() if fact]
    return tabulate(rows, tablefmt="plain", disable_numparse=True)


def _shown(fact: object) -> str:
    return "\n".join(fact) if isinstance(fact, list) else str(fact)


def _table(policy: Policy, rows: tuple[Row, ...], others: Row) -> str:
    columns = ["who", "groups", "asks", *(f"approves {tier.name}" for tier in policy.tiers)]
    body = [
        _cells(f"{row.name} ({', '.join(row.ids)})" if row.name else row.ids[0], row)
        for row in rows
    ]
    return tabulate([*body, _cells("anybody else", others)], columns, disable_numparse=True)


def _cells(who: str, row: Row) -> list[str]:
    answers = [_ANSWERS[answer] for answer in (row.asks, *row.approves)]
    return [who, ", ".join(row.groups), *answers]


def _notified(policy: Policy, roster: Roster) -> Iterator[str]:
    """Whom the thread of a new payout mentions, tier by tier."""
    for tier in policy.tiers:
        yield f"Notified of payouts {_of(tier)}: {_mentioned(policy, tier, roster)}."
    yield "The requester is never asked."


def _mentioned(policy: Policy, tier: Tier, roster: Roster) -> str:
    people = policy.members(tier.groups, roster)
    called = [_name(policy, id) for id in callable_people(people)]
    if people and not called:
        return f"nobody by name, as {len(people)} people are too many"
    silent = sorted(policy.silent(tier.groups, roster))
    known = [*called, *(f"whoever is in {group}" for group in silent)]
    return listed(known) if known else "nobody"


def _of(tier: Tier) -> str:
    """The tier behind "payouts"."""
    return tier.name if tier.above or tier.up_to else f"of {tier.name}"


def _notes(policy: Policy, roster: Roster, rows: tuple[Row, ...]) -> Iterator[str]:
    """What loads, but may not be what was meant."""
    for row in rows:
        if row.stuck:
            who = row.name or row.ids[0]
            yield f"Nobody could approve what {who} asks for in the tier {either(row.stuck)}."
    for tier in policy.tiers:
        if limit := next((one for one in policy.limits if one.most <= tier.above), None):
            yield f"The limit of {limit.words()} leaves no room for payouts {tier.name}."
    if silent := sorted(policy.silent(policy.groups, roster)):
        yield (
            f"Not looked up in Slack: {listed(silent)}. A ? means that somebody may be in there;"
            " whether enough people are is not known."
        )


def _name(policy: Policy, id: str) -> str:
    return next((name for name, ids in policy.people.items() if id in ids), id)


def _named(policy: Policy, sentence: str) -> str:
    """People by their names in the policy, or by their ids."""
    return re.sub(r"\{(\w+)\}", lambda found: _name(policy, found[1]), sentence)


def _bare(sentence: str) -> str:
    return re.sub(r"\{(\w+)\}", r"\1", sentence)
