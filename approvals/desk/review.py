"""What an approver says about the warnings: checked against those as of the press, in the same
transaction, and put on record with the approval.

A warning that must be answered is ticked in a form, one by one; of an address that only looks like
a known one, a group is typed from the invoice. An answer is about a warning and its evidence: where
there is more of it since the form was opened, the form is shown again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from approvals.audit import Subject
from approvals.cautions import Caution, cautions, look_alikes, to_answer, typed_fits
from approvals.desk.counter import TYPED
from approvals.errors import Stale, TriesOver, Unanswered, Unreadable
from approvals.ledger import Change, Reading
from approvals.ledger.history import about
from approvals.money import plain
from approvals.payout import Fact, Payout

TRIES = 3
"""So many wrong groups in a row by one person close the form."""

_AGAIN = ' Its card is drawn again; press "Review and approve…" there.'


@dataclass(frozen=True, slots=True)
class Answers:
    """What a form says: `asked` and `ticked` are keys of cautions; `typed` is the missing group,
    None where the form did not ask for one."""

    asked: frozenset[str] = frozenset()
    ticked: frozenset[str] = frozenset()
    typed: str | None = None


def review(
    change: Change,
    payout: Payout,
    answers: Answers | None,
    *,
    raised: bool,
    tries: int,
    now: datetime,
) -> dict[str, Fact]:
    """Which warnings stand against `payout` now, and what was said about them, as facts of the
    approval. `answers` is None for a press without a form; `raised`: whether the payout belongs to
    a tier above the lowest; `tries`: how many wrong groups this person has typed in a row. Raises
    Stale where nobody was asked, Unanswered where the form lacks a warning, and Unreadable or
    TriesOver where an answer is wrong or missing."""
    found = cautions(payout, about(change, payout))
    asks, alike = to_answer(found, raised=raised), look_alikes(found)
    if answers is None and (asks or alike):
        change.redraw(payout.number, now)
        raise Stale(_unasked(payout, alike))
    if answers is not None:
        _shown(asks, alike, answers)
        if alike:
            _fits(alike[0], answers.typed or "", tries)
        _ticked(asks, answers)
    return {
        "warnings": _keys(found),
        "ticked": _keys(asks),
        "reviewed": alike[0].others[0].number if alike else None,
    }


def on_the_card(payout: Payout, limit: str | None) -> dict[str, Fact]:
    """The figures that the card shows beside the warnings, as facts of the approval; None: it shows
    that nobody knows."""
    balance, fee = payout.balance, payout.estimated_fee
    return {
        "shown_balance": None if balance is None else plain(balance),
        "shown_fee": None if fee is None else plain(fee),
        "shown_fee_coin": payout.estimated_fee_coin,
        "shown_limit": limit,
    }


def wrong_tries(reading: Reading, number: int, ids: frozenset[str]) -> int:
    """How many wrong groups the person with these ids has typed for payout `number`, since the form
    was closed last for it."""
    over, found = TriesOver.__name__.lower(), 0
    for line in reading.lines(Subject.PAYOUT, number):
        if line.by and line.by.id in ids and line.facts.get("field") == TYPED:
            found = 0 if line.facts["refusal"] == over else found + 1
    return found


def _unasked(payout: Payout, alike: Sequence[Caution]) -> str:
    number = payout.number
    if alike:
        return f"The address of payout {number} only looks like one that was paid before.{_AGAIN}"
    return f"Payout {number} has a warning that must be answered.{_AGAIN}"


def _shown(asks: Sequence[Caution], alike: Sequence[Caution], answers: Answers) -> None:
    """Raises Unanswered where the form lacked a warning, or asked for another address's group."""
    new = [caution.key for caution in asks if caution.key not in answers.asked]
    if alike:
        typed = answers.typed
        others = typed is not None and any(typed_fits(other, typed) for other in alike[1:])
        if typed is None or (others and not typed_fits(alike[0], typed)):
            new.insert(0, alike[0].key)
    if new:
        raise Unanswered(
            new,
            "There is a warning that this form did not show. Nothing was approved. Read it, and"
            " answer again.",
        )


def _fits(alike: Caution, typed: str, tries: int) -> None:
    """Raises Unreadable or TriesOver where `typed` is not the missing group."""
    if typed_fits(alike, typed):
        return
    wrong = "If the invoice says so, the address is wrong: reject the payout."
    if tries + 1 >= TRIES:
        raise TriesOver(
            typed,
            f"This was the {TRIES}rd wrong group, so the form is closed. Nothing was approved."
            f" {wrong}",
        )
    raise Unreadable(TYPED, typed, f"This is not the group that is missing here. {wrong}")


def _ticked(asks: Sequence[Caution], answers: Answers) -> None:
    for caution in asks:
        if caution.key not in answers.ticked:
            raise Unreadable(caution.key, "", "Tick this, or reject the payout.")


def _keys(found: Sequence[Caution]) -> str:
    return " ".join(caution.key for caution in found)
