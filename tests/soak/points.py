"""The fault points by name: everywhere between two things that are done."""

from collections.abc import Mapping

from approvals.payout import Kind

CALLS = (
    "the look-up",
    "the create call",
    "the list of coins",
    "the balance",
    "the network fee",
    "who somebody is",
    "a message to Slack",
    "a redrawn card",
)
"""Calls to the outside."""

NO_LINE = "what is shown or due"
"""A commit without an audit line."""

UNSEEN = {
    *(Kind.TAKEN_BACK, Kind.REOPENED, Kind.REJECTED, Kind.CANCELLED, Kind.EXPIRED),
    *(Kind.ADOPTED, Kind.RESTORED),
}
"""What does not happen in the soak: its people reject nothing and take nothing back, its approvers
stay, and its ledger is never put back."""

COMMITS = tuple(kind for kind in Kind if kind not in UNSEEN)


def before(what: str) -> str:
    return f"before {what}"


def between(commit: str) -> str:
    """The transaction is durable, the head file beside the ledger is still the old one."""
    return f"between the commit of {commit} and its head"


def after(what: str) -> str:
    return f"after {what}"


POINTS: Mapping[str, Kind | None] = {
    **{point(call): None for call in CALLS for point in (before, after)},
    **{point(f"the commit of {NO_LINE}"): None for point in (before, after)},
    **{
        point: kind
        for kind in COMMITS
        for commit in [f"the commit of {kind.value}"]
        for point in (before(commit), between(kind.value), after(commit))
    },
}
"""Every point, and the event at whose commit it is."""
