"""The rules, and their explained answer.

A verdict is an explanation, not a bool: it names who counted, who did not and why, how many are
missing and who could give them. Card, refusal and audit line show the same words.

The rule of this page is the short one: anybody on the list approves, one approval is enough, and
nobody approves what they asked for. It fails closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from approvals.people import Person, Standing

_WHY_NOT = {
    Standing.STRANGER: "belongs to another company",
    Standing.GUEST: "is a guest",
    Standing.BOT: "is a bot",
    Standing.DEACTIVATED: "is deactivated",
    Standing.UNKNOWN: "could not be looked up",
}


QUORUM = 1
"""How many approvals a payout needs: one other person."""

APPROVAL_HOLDS = timedelta(hours=24)
"""For so long after the quorum a payout may still be sent."""


@dataclass(frozen=True, slots=True)
class Policy:
    """`approvers` are user ids; `expiry` is how long a request waits for them.
    Raises ValueError where nobody could ever approve anything."""

    approvers: frozenset[str]
    expiry: timedelta

    def __post_init__(self) -> None:
        if len(self.approvers) < QUORUM:
            raise ValueError("a policy that nobody could satisfy")

    def deciders(self, requester: str) -> tuple[str, ...]:
        """Who may decide what `requester` asks for: never the requester."""
        return tuple(sorted(self.approvers - {requester}))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the approvals suffice, and why. `counted`, `could`: user ids; `not_counted`: user id
    and the reason."""

    counted: tuple[str, ...]
    not_counted: tuple[tuple[str, str], ...]
    missing: int
    could: tuple[str, ...]

    @property
    def satisfied(self) -> bool:
        """Whether the quorum is reached."""
        return self.missing == 0

    def words(self) -> str:
        """The explanation as one sentence; people are written `{id}`."""
        said = [f"{len(self.counted)} of {len(self.counted) + self.missing} approvals"]
        said += [f"{{{id}}} does not count: {why}" for id, why in self.not_counted]
        if self.missing:
            said.append(f"needs {self.missing} more of {_listed(self.could) or 'nobody'}")
        return "; ".join(said)


def evaluate(policy: Policy, requester: str, approvers: Sequence[Person]) -> Verdict:
    """What the policy says of a payout that `requester` asked for and `approvers` agreed to, each
    as they were found at one moment."""
    objections = {person.id: objection(policy, requester, person) for person in approvers}
    counted = tuple(id for id, why in objections.items() if why is None)
    return Verdict(
        counted=counted,
        not_counted=tuple((id, why) for id, why in objections.items() if why is not None),
        missing=max(0, QUORUM - len(counted)),
        could=tuple(id for id in policy.deciders(requester) if id not in counted),
    )


def objection(policy: Policy, requester: str, person: Person) -> str | None:
    """Why `person` may not decide what `requester` asked for, as the end of a sentence; None
    where they may."""
    if person.id == requester:
        return "asked for it"
    if person.id not in policy.approvers:
        return "is not an approver"
    return standing_objection(person)


def standing_objection(person: Person) -> str | None:
    """Why `person` may not do anything here, as the end of a sentence; None where they may."""
    return _WHY_NOT.get(person.standing)


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(f"{{{id}}}" for id in ids)
