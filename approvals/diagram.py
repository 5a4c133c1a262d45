"""The page about a payout's life, drawn from the table that the program runs on."""

import sys

from approvals.payout import TRANSITIONS, Kind, State

MEANINGS = {
    State.REQUESTED: "waits for approvals",
    State.APPROVED: "the quorum is reached, nothing has left",
    State.SENDING: "a request may have left; only the gateway knows",
    State.SENT: "the gateway took it and named its order_id",
    State.SETTLED: "final: the gateway reports success",
    State.FAILED: "final: it cannot be sent, was declined, or failed at the gateway",
    State.REJECTED: "final: an approver said no",
    State.CANCELLED: "final: the requester took it back",
    State.EXPIRED: "final: its time passed and nothing had left",
}

PAGE = """\
# A payout's life

```mermaid
stateDiagram-v2
{arrows}
```

| state | meaning | leaves by |
|---|---|---|
{rows}

What happens in a state without leaving it: {inside}.

A payout that the gateway already calls final when it is found passes through `sent` in the same
transaction. There is no way back from a final state: a new payout, with new eyes.

This page is made from `TRANSITIONS` in `approvals/payout.py` by `make docs`.
"""


def page() -> str:
    """docs/states.md."""
    return PAGE.format(
        arrows="\n".join(f"    {arrow}" for arrow in _arrows()),
        rows="\n".join(map(_row, State)),
        inside="; ".join(_inside()),
    )


def _arrows() -> list[str]:
    """One arrow for each way between two states, with every kind of event that takes it."""
    ways: dict[tuple[str, str], list[str]] = {}
    for before, cells in TRANSITIONS.items():
        for kind, after in cells.items():
            if before is not after:
                ways.setdefault((before or "[*]", after), []).append(kind)
    ends = [f"{state} --> [*]" for state in State if state.final]
    return [f"{a} --> {b}: {', '.join(kinds)}" for (a, b), kinds in ways.items()] + ends


def _row(state: State) -> str:
    ways = [kind.value for kind, after in TRANSITIONS[state].items() if after is not state]
    return f"| {state} | {MEANINGS[state]} | {' · '.join(ways) or '–'} |"


def _inside() -> list[str]:
    staying: dict[Kind, list[str]] = {}
    for before, cells in TRANSITIONS.items():
        for kind, after in cells.items():
            if before is after:
                staying.setdefault(kind, []).append(f"`{before}`")
    return [f"{kind} ({', '.join(states)})" for kind, states in staying.items()]


if __name__ == "__main__":
    sys.stdout.write(page())
