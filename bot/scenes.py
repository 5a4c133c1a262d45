"""Scenes, set: what a drawing needs beside the payout, gathered from one moment of the ledger."""

from datetime import datetime

from approvals.ledger import Reading
from approvals.payout import Payout
from bot.telling import Scene, absences


def scene(
    reading: Reading,
    payout: Payout,
    now: datetime,
    *,
    deciders: tuple[str, ...],
    channel: str,
    network: str | None,
) -> Scene:
    """The scene of `payout` as `reading` has it at `now`; what the ledger does not know is
    given."""
    frozen = reading.frozen()
    return Scene(
        deciders=deciders,
        channel=channel,
        network=network,
        next_look=reading.next_due(payout.number),
        choices=payout.choices(now),
        absences=absences(reading.lines("payout", payout.number)),
        frozen=frozen.why if frozen else None,
    )
