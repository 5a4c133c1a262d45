"""Reports: what the whole ledger says, for auditors and for spreadsheets. Read on a connection of
their own, so that nobody waits for them."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from approvals.audit import Broken, Replay
from approvals.ledger.itself import Itself
from approvals.ledger.reading import Reading
from approvals.ledger.rows import Row, approval_row, attempt_row, payout_row
from approvals.money import dollars, plain
from approvals.payout import Actor, Payout

Rows = Sequence[Row]

NO_RECORD = (
    "is missing, and so is all of the record. Was the file copied while the bot ran? Then what came"
    ' last is not in the copy: take one with `sqlite3 payouts.db ".backup copy.db"`'
)


@dataclass(frozen=True, slots=True)
class Verified:
    """How much was checked, and the hash of the newest line: keep a copy of it elsewhere."""

    lines: int
    payouts: int
    head: str


def verify(reading: Reading) -> Verified:
    """Check the chain, play every payout's lines again, and compare what comes out with each row of
    payouts, approvals and attempts, as stored; and what the lines say of the ledger itself with its
    row and the policies. Raises Broken at the first thing that is wrong."""
    replay, itself, told = Replay(), Itself(), {}
    for row in reading.log():
        line = replay.add(str(row["line"]), str(row["hash"]))
        if (row["number"], row["subject"], row["id"]) != (line.number, line.subject, line.id):
            raise Broken(line.number, "is stored under another number or subject than it says")
        itself.add(line)
        if line.event:
            told[line.id] = line.number
    if not replay.lines:
        raise Broken(1, NO_RECORD)
    for number, differing in _differences(reading, replay.payouts):
        if number not in told:
            raise Broken(replay.lines + 1, f"is missing: payout {number} has no line at all")
        raise Broken(told[number], f"leads to another payout {number}: {differing} differ")
    for broken in itself.differences(reading, replay.lines):
        raise broken
    return Verified(replay.lines, len(replay.payouts), replay.head)


def _differences(reading: Reading, payouts: Mapping[int, Payout]) -> Iterator[tuple[int, str]]:
    """The number of each payout that is stored otherwise than it was played, and in what."""
    rows = {number: payout_row(payout) for number, payout in payouts.items()}
    stored = {int(row["number"] or 0): row for row in reading.rows("payouts")}
    for number in sorted(rows.keys() | stored.keys()):
        row, found = rows.get(number, {}), stored.get(number, {})
        if differing := [name for name in row or found if row.get(name) != found.get(name)]:
            yield number, ", ".join(differing) if row and found else "all columns"
    approvals = [approval_row(n, one) for n, payout in payouts.items() for one in payout.approvals]
    yield from _odd(approvals, reading.rows("approvals"), "id", "its approvals")
    attempts = [attempt_row(n, one) for n, payout in payouts.items() for one in payout.attempts]
    yield from _odd(attempts, reading.rows("attempts"), "payout", "its attempts")


def _odd(played: Rows, stored: Rows, about: str, differing: str) -> Iterator[tuple[int, str]]:
    """The payouts about which there is a row on one side only."""
    both = [{frozenset(row.items()) for row in rows} for rows in (played, stored)]
    for number in sorted(int(dict(row)[about] or 0) for row in both[0] ^ both[1]):
        yield number, differing


COLUMNS = (
    "payout",
    "state",
    "asked",
    "requester",
    "amount",
    "coin",
    "network",
    "destination",
    "memo",
    "reason",
    "usd_at_request",
    "approved",
    "approvers",
    "order_id",
    "network_fee",
    "network_fee_coin",
    "transaction",
    "ended",
    "ended_by",
    "because",
    "reference",
)


def record(payout: Payout, zone: tzinfo) -> dict[str, str]:
    """One payout as a flat record; times are in `zone`, amounts plain, nothing is shortened."""
    content = payout.content
    fee = payout.network_fee
    return {
        "payout": str(payout.number),
        "state": payout.state.value,
        "asked": _local(payout.requested_at, zone),
        "requester": _named(payout.requester),
        "amount": plain(content.amount),
        "coin": content.symbol,
        "network": content.chain,
        "destination": content.destination,
        "memo": content.memo,
        "reason": content.reason,
        "usd_at_request": "" if payout.value is None else dollars(payout.value).replace(",", ""),
        "approved": _local(payout.approved_at, zone),
        "approvers": "; ".join(_named(each.by) for each in payout.approvals),
        "order_id": payout.order_id or "",
        "network_fee": "" if fee is None else plain(fee),
        "network_fee_coin": payout.network_fee_coin or "",
        "transaction": payout.txid or "",
        "ended": _local(payout.closed_at, zone),
        "ended_by": _named(payout.closer or payout.resolver),
        "because": payout.because or "",
        "reference": payout.reference,
    }


def table(payouts: Iterable[Payout], zone: tzinfo) -> str:
    """CSV with a heading; lines end as RFC 4180 says, so that any line break inside a cell is
    quoted. Cells that a spreadsheet would run as a formula begin with an apostrophe, as OWASP
    advises against CSV injection."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for payout in payouts:
        writer.writerow({name: _harmless(cell) for name, cell in record(payout, zone).items()})
    return out.getvalue()


def _named(who: Actor | None) -> str:
    return f"{who.name} ({who.id})" if who else ""


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _local(time: datetime | None, zone: tzinfo) -> str:
    return "" if time is None else time.astimezone(zone).isoformat(sep=" ", timespec="seconds")
