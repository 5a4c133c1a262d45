"""Who may do what, person by person: what an auditor asks first.

None stands for "Slack did not say": the person may be in a group that did not answer.
"""

from dataclasses import dataclass

from approvals.people import Roster
from approvals.policy.rules import Policy
from approvals.policy.soundness import SOMEBODY_ELSE, out_of_reach


@dataclass(frozen=True, slots=True)
class Row:
    """What one person may do. `name` is their name in [people], "" without one; `groups` those of
    [groups] that they are in. `approves` has one answer for each tier; `stuck`: the names of the
    tiers in which nobody could approve what they ask for."""

    name: str
    ids: tuple[str, ...]
    groups: tuple[str, ...]
    asks: bool | None
    approves: tuple[bool | None, ...]
    stuck: tuple[str, ...]


def matrix(policy: Policy, roster: Roster) -> tuple[Row, ...]:
    """A row for everybody whom a rule names, as far as is known; those with a name first."""
    rows = [_row(policy, id, roster) for id in policy.everybody_named(roster)]
    return tuple(sorted(rows, key=lambda row: (not row.name, row.name, row.ids)))


def anybody_else(policy: Policy, roster: Roster) -> Row:
    """What a member may do whom no rule names; any of them may be in a group that did not
    answer."""
    return _row(policy, SOMEBODY_ELSE, roster)


def _row(policy: Policy, id: str, roster: Roster) -> Row:
    name = next((name for name, ids in policy.people.items() if id in ids), "")
    groups = [group for group in policy.groups if group not in policy.people]
    asks = policy.in_groups(id, policy.requesters, roster)
    stuck = [tier.name for tier in policy.tiers if out_of_reach(policy, tier, id, roster)]
    return Row(
        name=name,
        ids=policy.people.get(name, (id,)),
        groups=tuple(group for group in groups if policy.in_groups(id, (group,), roster)),
        asks=asks,
        approves=tuple(policy.in_groups(id, tier.groups, roster) for tier in policy.tiers),
        stuck=tuple(stuck) if asks is not False else (),
    )
