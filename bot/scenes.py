"""Scenes, set: what a drawing needs beside the payout, as far as the ledger knows it."""

from dataclasses import replace
from datetime import datetime

from approvals.ledger import Reading
from approvals.payout import Payout
from approvals.rulebook import Rulebook
from bot.telling import Scene, absences


def scene(
    bare: Scene, reading: Reading, rulebook: Rulebook, payout: Payout, now: datetime
) -> Scene:
    """`bare` with what `reading` and the rules know of `payout` at `now`."""
    frozen = reading.frozen()
    return replace(
        bare,
        deciders=rulebook.deciders(reading, payout),
        comment=rulebook.wants_comment(reading, payout),
        next_look=reading.next_due(payout.number),
        choices=payout.choices(now),
        absences=absences(reading.lines("payout", payout.number)),
        held=payout.held(now),
        frozen=frozen.why if frozen else None,
    )
