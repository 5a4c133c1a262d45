"""Scenes, set: what a drawing needs beside the payout, as far as the ledger knows it."""

from dataclasses import replace
from datetime import datetime

from approvals.ledger import Reading
from approvals.payout import Payout
from bot.telling import Scene, absences


def scene(bare: Scene, reading: Reading, payout: Payout, now: datetime) -> Scene:
    """`bare` with what `reading` knows of `payout` at `now`."""
    frozen = reading.frozen()
    return replace(
        bare,
        next_look=reading.next_due(payout.number),
        choices=payout.choices(now),
        absences=absences(reading.lines("payout", payout.number)),
        frozen=frozen.why if frozen else None,
    )
