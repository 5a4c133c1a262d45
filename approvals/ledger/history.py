"""What the ledger knows of other payouts: how much of a limit they used, which rules ask for, and
what approvers should know of them. Limits are read in the same transaction as the step that depends
on them.

A limit counts everything in flight, whenever it was asked for, and what left within its days.
Values are whole micro-dollars.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from approvals.cautions import MANY, TWINS_APART, History, route
from approvals.destination import Kind, ends
from approvals.ledger.reading import Beside, Reading
from approvals.ledger.rows import Value
from approvals.payout import Payout
from approvals.policy import Limit, Policy, Scope, Spent, Together
from approvals.times import from_text

Row = Mapping[str, Value]

LOOKED_AT = 20
"""At most so many others of a kind are read for one payout, the newest of them."""

NAMED = 100
"""So many of those that count together with a payout are put on record by number."""


def about(reading: Reading, payout: Payout) -> History:
    """What approvers of this payout should know of others. However large the ledger is, a few
    searches by index find it."""
    number, normal, way = payout.number, payout.normal, route(payout.content)
    times = reading.times_paid(normal, way, without=number, most=MANY)
    otherwise = None
    alike: tuple[Payout, ...] = ()
    if not times and payout.content.kind is Kind.CHAIN:
        otherwise = reading.last_paid_anyhow(normal, without=number)
        alike = () if otherwise else _alike(reading, payout)
    span = payout.requested_at - TWINS_APART, payout.requested_at + TWINS_APART
    twins = (
        *reading.same_payments(payout, *span, LOOKED_AT),
        *reading.same_reasons(payout, *span, LOOKED_AT),
    )
    return History(
        times=times,
        last=reading.last_paid(normal, way, without=number) if times else None,
        otherwise=otherwise,
        ending_alike=alike,
        twins=tuple({twin.number: twin for twin in twins}.values()),
        sending=reading.sending_to(payout),
    )


def _alike(reading: Reading, payout: Payout) -> tuple[Payout, ...]:
    head, tails = ends(payout.content.chain, payout.normal)
    return tuple(one for end in sorted(tails) for one in reading.paid_alike(head, end, LOOKED_AT))


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


def together(
    reading: Reading,
    policy: Policy,
    requester: Collection[str],
    normal: str,
    memo: str,
    now: datetime,
) -> tuple[Together, Beside] | None:
    """What counts together, by this policy, with a payout that is asked for now, of whatever kind
    is worth the most; None where it counts nothing together. Arguments as of `spent`."""
    if not policy.together:
        return None
    alike: Mapping[Together, Mapping[str, Collection[str]]] = {
        Together.DESTINATION: {"normal": [normal]},
        Together.PAYEE: {"normal": [normal], "memo": [memo]},
        Together.REQUESTER: {"requester": requester},
    }
    since = now - policy.together
    found = [(kind, reading.beside(alike[kind], since, NAMED)) for kind in policy.together_by]
    return max(found, key=lambda one: (one[1].value is None, one[1].value or 0))


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
