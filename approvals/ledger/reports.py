"""Reports: what the whole ledger says, for auditors and for spreadsheets. Read on a connection of
their own, so that nobody waits for them."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from approvals.audit import Broken, Replay
from approvals.ledger.reading import Reading
from approvals.ledger.rows import payout_row
from approvals.money import dollars, plain
from approvals.payout import Payout


@dataclass(frozen=True, slots=True)
class Verified:
    """How much was checked, and the hash of the newest line: keep a copy of it elsewhere."""

    lines: int
    payouts: int
    head: str


def verify(reading: Reading) -> Verified:
    """Check the chain, play every payout's lines again, and compare each with its row, its
    approvals and its attempts. Raises Broken at the first thing that is wrong."""
    replay, last_lines = Replay(), {}
    for row in reading.log():
        line = replay.add(str(row["line"]), str(row["hash"]))
        if (row["number"], row["subject"], row["id"]) != (line.number, line.subject, line.id):
            raise Broken(line.number, "is stored under another number or subject than it says")
        last_lines[line.id] = line.number
    _compare(reading, replay, last_lines)
    return Verified(replay.lines, len(replay.payouts), replay.head)


def _compare(reading: Reading, replay: Replay, last_lines: dict[int, int]) -> None:
    stored = reading.stored_payouts()
    for row, payout in stored:
        number = payout.number
        played = replay.payouts.get(number)
        if played is None:
            raise Broken(replay.lines + 1, f"is missing: payout {number} has no line at all")
        expected = payout_row(played)
        differing = [name for name, value in expected.items() if row[name] != value]
        if not differing and payout != played:
            differing = ["its approvals or attempts"]
        if differing:
            listed = ", ".join(differing)
            raise Broken(last_lines[number], f"leads to another payout {number}: {listed} differ")
    missing = replay.payouts.keys() - {payout.number for _, payout in stored}
    if missing:
        number = min(missing)
        raise Broken(last_lines[number], f"is about payout {number}, whose row is missing")


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
        "requester": f"{payout.requester.name} ({payout.requester.id})",
        "amount": plain(content.amount),
        "coin": content.symbol,
        "network": content.chain,
        "destination": content.destination,
        "memo": content.memo,
        "reason": content.reason,
        "usd_at_request": "" if payout.value is None else dollars(payout.value).replace(",", ""),
        "approved": _local(payout.approved_at, zone),
        "approvers": "; ".join(f"{each.by.name} ({each.by.id})" for each in payout.approvals),
        "order_id": payout.order_id or "",
        "network_fee": "" if fee is None else plain(fee),
        "network_fee_coin": payout.network_fee_coin or "",
        "transaction": payout.txid or "",
        "ended": _local(payout.closed_at, zone),
        "reference": payout.reference,
    }


def table(payouts: Iterable[Payout], zone: tzinfo) -> str:
    """CSV with a heading. Cells that a spreadsheet would run as a formula begin with an
    apostrophe, as OWASP advises against CSV injection."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for payout in payouts:
        writer.writerow({name: _harmless(cell) for name, cell in record(payout, zone).items()})
    return out.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _local(time: datetime | None, zone: tzinfo) -> str:
    return "" if time is None else time.astimezone(zone).isoformat(sep=" ", timespec="seconds")
