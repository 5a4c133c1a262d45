"""What the ledger knows that rules ask for: how much of a limit is used, and whether a destination
was ever paid. Read in the same transaction as the step that depends on it.

A limit counts everything in flight, whenever it was asked for, and what left within its days.
Values are added up here, as whole micro-dollars; the database never adds.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from approvals.ledger.reading import Reading
from approvals.ledger.rows import Value
from approvals.policy import Limit, Scope, Spent
from approvals.times import from_text

Row = Mapping[str, Value]


def spent(
    reading: Reading,
    limits: Iterable[Limit],
    requester: Collection[str],
    normal: str,
    now: datetime,
    without: int = 0,
) -> Spent:
    """What others have used of each limit; `requester` are all ids of one person, `normal` is the
    destination in the form that is compared, `without` the number of the payout that asks."""
    wanted = {(limit.scope, limit.days) for limit in limits}
    if not wanted:
        return {}
    since = min(_first_day(days, now) for _, days in wanted)
    rows = [row for row in reading.in_flight_or_left(since) if row["number"] != without]
    return {
        (scope, days): _sum(
            row for row in rows if _theirs(row, scope, requester, normal) and _in(row, days, now)
        )
        for scope, days in wanted
    }


def _first_day(days: int, now: datetime) -> datetime:
    """The beginning of the first of so many UTC days, of which today is the last."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days - 1)


def _theirs(row: Row, scope: Scope, requester: Collection[str], normal: str) -> bool:
    if scope is Scope.REQUESTER:
        return row["requester"] in requester
    return scope is Scope.TOTAL or row["normal"] == normal


def _in(row: Row, days: int, now: datetime) -> bool:
    """What has not left yet counts whenever it was asked for: it may leave today."""
    sent_at = row["sent_at"]
    return sent_at is None or from_text(str(sent_at)) >= _first_day(days, now)


def _sum(rows: Iterable[Row]) -> int | None:
    """None where one of them has no known value: then nobody knows the sum."""
    values = [row["value"] for row in rows]
    if any(value is None for value in values):
        return None
    return sum(int(value or 0) for value in values)
