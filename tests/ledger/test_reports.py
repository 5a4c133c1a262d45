"""Lists and tables: what the ledger says, for people and for spreadsheets."""

import csv
import io
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from approvals.ledger.reports import COLUMNS, record, table
from approvals.payout import State
from tests.build import payout as build
from tests.core import ELI, NOA, NOON, RITA, Office, ask

pytest_plugins = ["tests.stage"]

BERLIN = ZoneInfo("Europe/Berlin")


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_record_says_everything_plainly() -> None:
    """A record holds every digit, the id with each name, order, fee with its coin, transaction,
    and times in the zone that was asked for, with their offset."""
    said = record(build(State.SETTLED), BERLIN)
    assert tuple(said) == COLUMNS
    assert said["amount"] == "250"
    assert said["requester"] == "Rita (U0RITA00001)"
    assert said["approvers"] == "Dana (U0DANA00001)"
    assert (said["network_fee"], said["network_fee_coin"]) == ("1.5", "USDT")
    assert said["usd_at_request"] == "250.00"
    assert said["asked"] == "2026-11-22 11:03:00+01:00"
    assert record(build(), UTC)["asked"] == "2026-11-22 10:03:00+00:00"
    assert record(build(), UTC)["approved"] == ""


def test_a_record_names_who_ended_it_and_why(office: Office) -> None:
    """Of a rejected payout it says who rejected it, and why; of a cancelled one who; nobody ended
    one that settled by itself."""
    rejected = office.reject(office.asked(), ELI)
    said = record(rejected, UTC)
    assert (said["ended_by"], said["because"]) == (f"Eli ({ELI.id})", rejected.because)
    cancelled = record(office.cancel(office.asked()), UTC)
    assert (cancelled["ended_by"], cancelled["because"]) == (f"Rita ({RITA.id})", "")
    settled = record(build(State.SETTLED), UTC)
    assert (settled["ended_by"], settled["because"]) == ("", "")


def test_a_table_is_read_back() -> None:
    """Whatever a reason holds, a reader of CSV gets it back in one cell."""
    reason = 'Invoice "1043", part 2; for Ana\u2028and others'
    rows = read(table([build(reason=reason), build()], UTC))
    assert [row["reason"] for row in rows] == [reason, "Invoice 1043"]
    assert read(table([], UTC)) == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_is_no_formula(start: str) -> None:
    """What a spreadsheet would run is text there."""
    reason = f"{start}HYPERLINK(1)"
    assert [row["reason"] for row in read(table([build(reason=reason)], UTC))] == [f"'{reason}"]


def test_between_takes_the_start_and_leaves_the_end(office: Office) -> None:
    """A day's list holds what was asked for from its first moment until before the next day's."""
    numbers = {}
    for minutes in (0, 1, 2):
        office.clock.now = NOON + timedelta(minutes=minutes)
        numbers[minutes] = office.asked(NOA, ask()).number
    with office.ledger.reading() as reading:
        found = reading.between(NOON, NOON + timedelta(minutes=2))
    assert [each.number for each in found] == [numbers[0], numbers[1]]
