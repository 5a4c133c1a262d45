"""Scenes, set: what a drawing needs beside the payout, as far as the ledger knows it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from approvals.audit import Subject
from approvals.cautions import cautions, known, to_answer
from approvals.ledger import Audience, Reading
from approvals.ledger.history import about
from approvals.payout import Payout
from approvals.rulebook import Rulebook, remembered, subject_of
from bot.cautioning import LISTED
from bot.telling import OPEN, Scene, absences, agreed
from bot.trouble import Trouble


def scene(
    bare: Scene, reading: Reading, rulebook: Rulebook, payout: Payout, now: datetime
) -> Scene:
    """`bare` with what `reading` and the rules know of `payout` at `now`."""
    frozen, record = reading.frozen(), reading.lines(Subject.PAYOUT, payout.number)
    card = reading.card(Subject.PAYOUT, payout.number, Audience.CHANNEL)
    seen = card is not None and card.ts is not None
    found = Trouble.of(card.trouble) if card else None
    known_so_far = replace(
        bare,
        deciders=rulebook.deciders(reading, payout),
        comment=rulebook.wants_comment(reading, payout),
        next_look=reading.next_due(payout.number),
        choices=payout.choices(now),
        absences=absences(record),
        agreed=agreed(record),
        held=payout.held(now),
        frozen=frozen.why if frozen else None,
        trouble=found or (None if seen else bare.trouble),
        seen=seen,
    )
    if payout.state not in OPEN:
        return known_so_far
    return _looked_up(known_so_far, reading, rulebook, payout, now)


def _looked_up(
    bare: Scene, reading: Reading, rulebook: Rulebook, payout: Payout, now: datetime
) -> Scene:
    """With what a careful person would look up, while that can still stop it."""
    approvers = remembered(payout.approvals, payout.content.team, now)
    verdict = rulebook.standing(reading, payout, approvers, now, rulebook.roster())
    history = about(reading, payout)
    found, calming = cautions(payout, history), known(payout, history)
    evidence = {other.number for caution in found for other in caution.others}
    evidence.update(payout.others[:LISTED])
    return replace(
        bare,
        could=verdict.could,
        lacking=verdict.lacking,
        outlived=bool(verdict.missing) and not verdict.could and rulebook.outlived(reading, payout),
        hold=_hold(reading, rulebook, payout, now),
        cautions=found,
        asks=to_answer(found, raised=rulebook.raised(reading, payout, subject_of(payout).value)),
        known=calming,
        limit=rulebook.tightest(reading, payout, now),
        links=dict(_links(bare, reading, evidence | ({calming.payout} if calming else set()))),
    )


def _hold(reading: Reading, rulebook: Rulebook, payout: Payout, now: datetime) -> timedelta | None:
    """How long it would be held if it were approved now."""
    until = rulebook.held_until(reading, payout, now)
    return until - now if until else None


def _links(bare: Scene, reading: Reading, numbers: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Where the cards of these payouts stand in Slack."""
    if not bare.workspace.startswith("https://"):
        return
    for number in numbers:
        card = reading.card(Subject.PAYOUT, number, Audience.CHANNEL)
        if card and card.channel and card.ts:
            message = f"p{card.ts.replace('.', '')}"
            yield number, f"{bare.workspace}archives/{card.channel}/{message}"
