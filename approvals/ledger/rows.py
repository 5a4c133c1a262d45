"""Values to rows and back: what the database stores is text, whole numbers and nothing.

Columns bear the names of the fields they hold, so a row is built by kind of field, and the few
fields that are made of others are spelled out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from approvals.cautions import compared_memo, route, same_words
from approvals.content import Content
from approvals.money import plain
from approvals.payout import Actor, Approval, Attempt, Kind, Payout, State
from approvals.times import from_text, to_text

Value = str | int | None
Row = Mapping[str, Value]

_PEOPLE = ("requester", "closer", "wisher", "resolver")
_COMPOSED = {"content", "state", "approvals", "attempts", *_PEOPLE}
_TIMES = {field.name for field in fields(Payout) if "datetime" in str(field.type)}
_AMOUNTS = {field.name for field in fields(Payout) if "Decimal" in str(field.type)}
_DIRECT = {field.name for field in fields(Payout)} - _COMPOSED - _TIMES - _AMOUNTS


def payout_row(payout: Payout) -> dict[str, Value]:
    """Every column of `payouts` but the schedule."""
    content = payout.content
    return {
        **{name: getattr(payout, name) for name in _DIRECT},
        **{name: _time_text(getattr(payout, name)) for name in _TIMES},
        **{name: _amount_text(getattr(payout, name)) for name in _AMOUNTS},
        "number": content.number,
        "symbol": content.symbol,
        "amount": plain(content.amount),
        "route": route(content),
        "memo": compared_memo(content),
        "reason": same_words(content.reason),
        "state": payout.state.value,
        **{column: value for role in _PEOPLE for column, value in _person(payout, role)},
    }


def read_payout(row: Row, approvals: Iterable[Row], attempts: Iterable[Row]) -> Payout:
    """The payout that these rows hold. Raises KeyError or ValueError for rows of something else."""
    stored: dict[str, Any] = {name: row[name] for name in _DIRECT}
    stored |= {name: _maybe(from_text, row[name]) for name in _TIMES}
    stored |= {name: _maybe(Decimal, row[name]) for name in _AMOUNTS}
    stored |= {role: _read_person(row, role) for role in _PEOPLE}
    return Payout(
        **stored,
        content=Content.read(str(row["canonical"])),
        state=State(str(row["state"])),
        approvals=tuple(map(_read_approval, approvals)),
        attempts=tuple(map(_read_attempt, attempts)),
    )


def _person(payout: Payout, role: str) -> Iterator[tuple[str, Value]]:
    """Two columns a person: the id that decides, and the name as it was shown then."""
    actor: Actor | None = getattr(payout, role)
    yield role, actor.id if actor else None
    yield f"{role}_name", actor.name if actor else None


def _read_person(row: Row, role: str) -> Actor | None:
    return Actor(str(row[role]), str(row[f"{role}_name"])) if row[role] else None


def approval_row(number: int, approval: Approval) -> dict[str, Value]:
    """A row of `approvals` about payout `number`."""
    return {
        "subject": "payout",
        "id": number,
        "approver": approval.by.id,
        "approver_name": approval.by.name,
        "at": to_text(approval.at),
        "comment": approval.comment,
    }


def _read_approval(row: Row) -> Approval:
    by = Actor(str(row["approver"]), str(row["approver_name"]))
    return Approval(by, from_text(str(row["at"])), str(row["comment"]))


def attempt_row(number: int, attempt: Attempt) -> dict[str, Value]:
    """A row of `attempts` of payout `number`."""
    return {
        "payout": number,
        "number": attempt.number,
        "timestamp": attempt.timestamp,
        "body": attempt.body,
        "outcome": attempt.outcome.value if attempt.outcome else None,
        "code": attempt.code,
        "message": attempt.message,
        "meaning": attempt.meaning,
        "duplicate": attempt.duplicate,
        "answered_at": _time_text(attempt.answered_at),
    }


def _read_attempt(row: Row) -> Attempt:
    stored: dict[str, Any] = {name: value for name, value in row.items() if name != "payout"}
    stored["outcome"] = _maybe(Kind, stored["outcome"])
    stored["answered_at"] = _maybe(from_text, stored["answered_at"])
    return Attempt(**stored)


class Audience(StrEnum):
    """For whom a card is: the approvers' channel, or the requester's direct messages."""

    CHANNEL = "channel"
    REQUESTER = "requester"


class Freeze(StrEnum):
    """Why nothing is sent, the lightest first. What people froze, people lift; the others are
    lifted only on the host."""

    PEOPLE = "people"
    MISMATCH = "mismatch"
    REWOUND = "rewound"


@dataclass(frozen=True, slots=True)
class Card:
    """A message that shows `subject`, `id`. `ts` None: not posted yet. `version` is the payout's,
    as shown; `told` the last audit line told in its thread; `due_at` when it must be redrawn;
    `tries` how often in a row that failed; `trouble` why it cannot be shown, where that will not
    pass by itself."""

    subject: str
    id: int
    audience: Audience
    channel: str | None = None
    ts: str | None = None
    version: int = 0
    told: int = 0
    due_at: datetime | None = None
    tries: int = 0
    trouble: str | None = None


def card_row(card: Card) -> dict[str, Value]:
    """A row of `cards`."""
    return {
        "subject": card.subject,
        "id": card.id,
        "audience": card.audience.value,
        "channel": card.channel,
        "ts": card.ts,
        "version": card.version,
        "told": card.told,
        "due_at": _time_text(card.due_at),
        "tries": card.tries,
        "trouble": card.trouble,
    }


def read_card(row: Row) -> Card:
    """The card that this row holds."""
    stored: dict[str, Any] = dict(row)
    stored["audience"] = Audience(stored["audience"])
    stored["due_at"] = _maybe(from_text, stored["due_at"])
    return Card(**stored)


def _time_text(time: datetime | None) -> str | None:
    return None if time is None else to_text(time)


def _amount_text(amount: Decimal | None) -> str | None:
    return None if amount is None else plain(amount)


def _maybe(read: Any, stored: Value) -> Any:
    return None if stored is None else read(stored)
