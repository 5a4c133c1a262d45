"""One transaction's steps: what is written together, who yields to whom, and what the tables
refuse."""
# ruff: noqa: S608 - the tests write SQL by hand, as attackers do

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approvals.audit import Note
from approvals.content import Account
from approvals.errors import IllegalStep, LostRace
from approvals.ledger import Audience, Card, Freeze, WrongLedger
from approvals.payout import Actor, Event, Kind, Payout, State
from approvals.times import to_text
from tests.build import happening, request
from tests.core import EVER, NOON, Office

pytest_plugins = ["tests.stage"]

LATER = NOON + timedelta(minutes=5)


@contextmanager
def plain(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as Python's own module, or the sqlite3 shell, opens it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        yield db


def record(office: Office, before: Payout | None, event: Event, due: datetime | None) -> Payout:
    with office.ledger.change() as change:
        return change.record(before, event, "test", due)


def due(office: Office, *states: State, now: datetime = LATER) -> list[int]:
    with office.ledger.reading() as reading:
        return [
            each.number for each, _, _ in reading.due(dict.fromkeys(states or State, EVER), now)
        ]


# -- recording ------------------------------------------------------------------------------------

LIVES = [
    (
        *(Kind.ESTIMATED, Kind.APPROVED, Kind.DELAYED, Kind.CLAIMED, Kind.UNSENT, Kind.CLAIMED),
        *(Kind.DOUBTED, Kind.LOOKED_UP, Kind.SENT, Kind.LEARNED, Kind.SETTLED, Kind.LEARNED),
    ),
    (Kind.APPROVED, Kind.ADOPTED, Kind.SENT, Kind.FAILED),
    (Kind.APPROVED, Kind.CLAIMED, Kind.DECLINED, Kind.FAILED),
    (Kind.REJECTED,),
    (Kind.CANCELLED,),
    (Kind.EXPIRED,),
]


@pytest.mark.parametrize("life", LIVES)
def test_what_is_recorded_is_read_again(office: Office, life: tuple[Kind, ...]) -> None:
    """After each step of each life, the ledger holds exactly the payout that the step made, and the
    log tells it."""
    with office.ledger.change() as change:
        now = change.record(None, request(number=change.take_number()), "test", None)
    for kind in life:
        now = record(office, now, happening(now, kind), None)
        assert office.payout() == now
    assert office.kinds() == ["requested", *life]
    assert office.verified().lines == 1 + len(life)


def test_a_lost_race_changes_nothing(office: Office) -> None:
    """A step that was decided on an older version is refused: no row, no line, no schedule."""
    seen = record(office, None, request(number=1), NOON)
    moved = record(office, seen, happening(seen, Kind.ESTIMATED), LATER)
    with pytest.raises(LostRace):
        record(office, seen, happening(seen, Kind.CANCELLED), None)
    assert office.payout() == moved
    assert office.kinds() == ["requested", "estimated"]
    assert due(office) == [1]


def test_an_impossible_step_changes_nothing(office: Office) -> None:
    """A step that the table does not know is refused before anything is written."""
    seen = record(office, None, request(number=1), NOON)
    with pytest.raises(IllegalStep):
        record(office, seen, Event(Kind.SETTLED, NOON), None)
    assert (office.payout(), office.kinds()) == (seen, ["requested"])


def test_numbers_are_never_given_twice(office: Office) -> None:
    """Each payout has the next number."""
    assert [office.asked().number for _ in range(3)] == [1, 2, 3]


@given(
    amount=st.decimals(min_value=0, max_value=10**20, places=18).filter(bool),
    seconds=st.integers(0, 10**9),
    micros=st.integers(0, 999_999),
)
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_amounts_and_times_survive(
    office: Office, amount: Decimal, seconds: int, micros: int
) -> None:
    """Every digit of an amount and every microsecond of a time come back as they were stored."""
    at = NOON + timedelta(seconds=seconds, microseconds=micros)
    with office.ledger.change() as change:
        number = change.take_number()
        event = request(number=number, nonce=f"{number}", amount=amount, value=None)
        made = change.record(None, replace(event, at=at), "test", None)
        facts = {"balance": f"{amount:f}", "fee": "0.000000000000000001", "fee_coin": "USDT"}
        change.record(made, Event(Kind.ESTIMATED, at, facts=facts), "test", None)
    found = office.payout(number)
    assert (found.content.amount, found.balance) == (amount, amount)
    assert found.estimated_fee == Decimal("0.000000000000000001")
    assert (found.requested_at, found.estimated_at) == (at, at)


def test_times_have_one_width(office: Office) -> None:
    """Stored times sort as text: 27 characters in UTC, whatever zone they came in."""
    zone = timezone(timedelta(hours=5, minutes=30))
    for number, at in enumerate([NOON, NOON.astimezone(zone), NOON + timedelta(microseconds=1)]):
        record(office, None, replace(request(number=number + 1, nonce=f"{number}"), at=at), at)
    with plain(office.path) as db:
        stored = [row[0] for row in db.execute("SELECT due_at FROM payouts ORDER BY number")]
    assert stored == ["2026-11-22T12:00:00.000000Z"] * 2 + ["2026-11-22T12:00:00.000001Z"]


# -- the schedule ---------------------------------------------------------------------------------


def test_what_waits_longest_is_due_first(office: Office) -> None:
    """Due payouts come in the order in which they became due, those of other states and later
    times not at all."""
    for number, minutes in ((1, 3), (2, 1), (3, 2), (4, 9)):
        at = NOON + timedelta(minutes=minutes)
        record(office, None, request(number=number, nonce=f"{number}"), at)
    assert due(office, State.REQUESTED) == [2, 3, 1]
    assert due(office, State.APPROVED) == []
    assert due(office, now=NOON + timedelta(minutes=2)) == [2, 3]


def test_due_now_means_now(office: Office) -> None:
    """What is due at this very microsecond is due; a microsecond earlier it is not."""
    record(office, None, request(number=1), NOON)
    assert due(office, now=NOON) == [1]
    assert due(office, now=NOON - timedelta(microseconds=1)) == []


def test_putting_off_counts(office: Office) -> None:
    """A payout that is put off is due then, with the number of tries; nothing else changes."""
    made = record(office, None, request(number=1), NOON)
    with office.ledger.change() as change:
        change.put_off(made, to_text(NOON), LATER, 3)
    with office.ledger.reading() as reading:
        assert reading.due({State.REQUESTED: EVER}, NOON) == ()
        assert reading.due({State.REQUESTED: EVER}, LATER) == ((made, to_text(LATER), 3),)


def test_putting_off_yields(office: Office) -> None:
    """Whoever asked for a payout to be looked at meanwhile wins over a worker that puts it off,
    also where both happened at the same moment."""
    seen = record(office, None, request(number=1), NOON)
    for asked_for in (NOON, LATER):
        moved = record(office, seen, happening(seen, Kind.ESTIMATED), asked_for)
        with office.ledger.change() as change:
            change.put_off(seen, to_text(NOON), None, 1)
        assert due(office) == [1]
        seen = moved


def test_putting_off_yields_to_a_hint(office: Office) -> None:
    """A look-up that somebody brought forward, though nothing changed, is not put off by a worker
    that had begun before."""
    seen = record(office, None, request(number=1), NOON)
    for kind in (Kind.APPROVED, Kind.CLAIMED):
        seen = record(office, seen, happening(seen, kind), NOON)
    with office.ledger.change() as change:
        change.hasten(seen.reference, NOON + timedelta(seconds=1))
        change.put_off(seen, to_text(NOON), LATER + timedelta(minutes=1), 1)
    assert due(office) == [1]


def test_a_card_is_due_whenever_its_payout_changes(office: Office) -> None:
    """Both cards of a payout are due from the request on, and again with every change."""
    made = record(office, None, request(number=1), None)
    for card in cards(office, made.requested_at):
        keep(office, replace(card, channel="C1", ts="1.2", version=1, due_at=None), card.due_at)
    assert cards(office, LATER) == ()
    record(office, made, happening(made, Kind.ESTIMATED), None)
    drawn = cards(office, LATER)
    assert {card.audience for card in drawn} == set(Audience)
    assert [(card.ts, card.version, card.tries) for card in drawn] == [("1.2", 1, 0)] * 2


def cards(office: Office, now: datetime) -> tuple[Card, ...]:
    with office.ledger.reading() as reading:
        return reading.due_cards(now, EVER)


def keep(office: Office, card: Card, picked_up: datetime | None) -> None:
    assert picked_up is not None
    with office.ledger.change() as change:
        change.keep_card(card, picked_up)


def test_keeping_a_card_yields(office: Office) -> None:
    """What a courier remembers of a message is kept; but where somebody asked for a redraw
    meanwhile, the card stays due, at once and with no tries behind it."""
    made = record(office, None, request(number=1), None)
    card, other = cards(office, LATER)
    record(office, made, happening(made, Kind.ESTIMATED), None)
    shown = replace(card, channel="C1", ts="1.2", version=1, told=1, due_at=None, tries=4)
    keep(office, shown, card.due_at)
    with office.ledger.reading() as reading:
        kept = reading.card("payout", 1, card.audience)
    again = NOON.replace(hour=10, minute=4)
    assert kept == replace(shown, due_at=again, tries=0)
    assert other in [replace(each, due_at=other.due_at) for each in cards(office, LATER)]


def test_keeping_a_card_yields_within_a_microsecond(office: Office) -> None:
    """A payout that moves in the very microsecond for which its card was due is drawn again."""
    made = record(office, None, request(number=1), None)
    card, _ = cards(office, LATER)
    assert card.due_at is not None
    record(office, made, replace(happening(made, Kind.ESTIMATED), at=card.due_at), None)
    keep(office, replace(card, channel="C1", ts="1.2", version=1, due_at=None), card.due_at)
    assert card.audience in {each.audience for each in cards(office, card.due_at)}


# -- replays --------------------------------------------------------------------------------------


def test_a_request_is_remembered_by_team(office: Office) -> None:
    """A trigger counts once in each team."""
    with office.ledger.change() as change:
        change.see("T1", "trigger", 7)
        assert change.seen("T1", "trigger") == 7
        assert change.seen("T2", "trigger") is None
        with pytest.raises(sqlite3.IntegrityError):
            change.see("T1", "trigger", 8)


# -- whose ledger ---------------------------------------------------------------------------------

OURS = Account("v1", "20230101000000000000000000000001", "https://admin.ccpayment.com")


@pytest.mark.parametrize(
    ("team", "account", "named"),
    [
        ("T2", OURS, "team T1"),
        ("T1", replace(OURS, app_id="2"), f"app_id {OURS.app_id}"),
        ("T1", replace(OURS, api="v2"), "api v1"),
        ("T1", replace(OURS, url="https://ccpayment.com"), f"url {OURS.url}"),
    ],
)
def test_a_ledger_has_one_owner(office: Office, team: str, account: Account, named: str) -> None:
    """A ledger is bound to the team and account that it was first opened with; every other is told
    whose it is, and nothing is written for it."""
    office.ledger.bind("T1", OURS, NOON)
    office.ledger.bind("T1", OURS, LATER)
    with pytest.raises(WrongLedger, match=named):
        office.ledger.bind(team, account, LATER)
    (line,) = office.lines(0)
    assert (line.kind, line.facts["team"], line.facts["app_id"]) == ("opened", "T1", OURS.app_id)


def test_the_gravest_reason_to_freeze_stays(office: Office) -> None:
    """A freeze is replaced only by a graver one: what people froze, a mismatch keeps frozen, and
    the first of equal reasons stays."""
    with office.ledger.change() as change:
        change.freeze(Freeze.PEOPLE, "Dana froze it", NOON, "test")
        change.freeze(Freeze.MISMATCH, "the first", NOON, "test")
        change.freeze(Freeze.MISMATCH, "the second", LATER, "test")
        change.freeze(Freeze.PEOPLE, "Eli froze it", LATER, "test")
        frozen = change.frozen()
    assert frozen
    assert (frozen.kind, frozen.why, frozen.at) == (Freeze.MISMATCH, "the first", NOON)
    assert [line.facts["why"] for line in office.lines(0) if line.kind == Note.FROZEN] == [
        "Dana froze it",
        "the first",
    ]
    assert office.lines(0)[1].number == frozen.line


def test_each_reason_to_freeze_has_its_turn(office: Office) -> None:
    """Whoever lifts a freeze on the host has looked into one reason: the others hold on, the
    gravest first, and what people froze is left to them."""
    by = Actor("U0DANA00001", "Dana")
    with office.ledger.change() as change:
        change.freeze(Freeze.PEOPLE, "Dana froze it", NOON, "test", by)
        change.freeze(Freeze.MISMATCH, "the first", NOON, "test")
        change.freeze(Freeze.PEOPLE, "Eli froze it", LATER, "test")
        change.freeze(Freeze.MISMATCH, "the second", LATER, "test")
        change.freeze(Freeze.REWOUND, "an old copy", LATER, "test")
    turns = []
    with office.ledger.change() as change:
        while frozen := change.frozen():
            turns.append(frozen.why)
            change.unfreeze("looked into it", LATER, "test")
    assert turns == ["an old copy", "the first", "the second", "Dana froze it"]
    (dana,) = {line.by for line in office.lines(0) if line.facts.get("why") == "Dana froze it"}
    assert dana == by
    office.verified()


# -- what operators read --------------------------------------------------------------------------


def logged(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(entry.levelname, entry.getMessage()) for entry in caplog.records]


def test_what_is_grave_is_in_the_log_once_committed(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """Every freeze, alarm and unfreeze is one line for whoever runs it, after the commit and not
    before; an alarm that is on record already is none."""
    office.asked()
    with office.ledger.change() as change:
        change.freeze(Freeze.PEOPLE, "Dana froze it", NOON, "test")
        change.freeze(Freeze.MISMATCH, "payout 1 is not as approved", NOON, "test")
        change.alarm("CCPayment has it twice.", NOON, "test", 1)
        change.alarm("Nobody knows this withdrawal.", NOON, "test")
        change.unfreeze("it is fine", LATER, "test")
        assert logged(caplog) == []
    with office.ledger.change() as change:
        change.alarm("CCPayment has it twice.", LATER, "test", 1)
    assert logged(caplog) == [
        ("ERROR", "sending is frozen: Dana froze it"),
        ("ERROR", "sending is frozen: payout 1 is not as approved"),
        ("ERROR", "alarm about payout 1: CCPayment has it twice."),
        ("ERROR", "alarm: Nobody knows this withdrawal."),
        ("WARNING", "sending goes on: it is fine"),
        ("ERROR", "sending is frozen: Dana froze it"),
    ]


def test_what_did_not_happen_is_not_in_the_log(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """A transaction that is not committed tells nobody anything."""
    seen = record(office, None, request(number=1), NOON)
    moved = record(office, seen, happening(seen, Kind.ESTIMATED), LATER)

    def too_late() -> None:
        with office.ledger.change() as change:
            change.freeze(Freeze.MISMATCH, "payout 1 is not as approved", NOON, "test")
            change.record(seen, happening(seen, Kind.CANCELLED), "test", None)

    with pytest.raises(LostRace):
        too_late()
    assert (office.payout(), logged(caplog)) == (moved, [])


def test_other_peoples_words_are_one_line_of_the_log(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody can write a line of their own into the log by what they call themselves."""
    with office.ledger.change() as change:
        change.freeze(Freeze.PEOPLE, "Dana\nERROR froze it\x1b[2J", NOON, "test")
    assert logged(caplog) == [("ERROR", r"sending is frozen: Dana\nERROR froze it\x1b[2J")]


# -- what the tables refuse -----------------------------------------------------------------------


def test_the_audit_table_is_append_only(office: Office) -> None:
    """Whatever connects to the file, also with recursive_triggers off as in the sqlite3 shell,
    cannot change, remove or replace a line."""
    office.asked()
    with plain(office.path) as db:
        assert db.execute("PRAGMA recursive_triggers").fetchone() == (0,)
        before = db.execute("SELECT * FROM audit").fetchall()
        hash = before[0][4]
        same_number = "INTO audit VALUES (1, 'payout', 1, 'x', 'f')"
        for attempt in (
            "UPDATE audit SET line = 'x'",
            "UPDATE audit SET number = 2",
            "UPDATE OR REPLACE audit SET hash = 'x'",
            "DELETE FROM audit",
            f"INSERT OR REPLACE {same_number}",
            f"INSERT {same_number} ON CONFLICT (number) DO UPDATE SET line = 'x'",
            f"REPLACE INTO audit VALUES (2, 'payout', 1, 'x', '{hash}')",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(attempt)
        assert db.execute("SELECT * FROM audit").fetchall() == before


def test_no_column_holds_a_float(office: Office) -> None:
    """Every table is STRICT and has only columns of text and whole numbers, so that SQLite itself
    refuses a float."""
    office.asked()
    with plain(office.path) as db:
        tables = db.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'")
        ours = {name: strict for name, strict in tables if not name.startswith("sqlite_")}
        assert len(ours) == 9
        assert set(ours.values()) == {1}
        for table in ours:
            types = {row[2] for row in db.execute(f"PRAGMA table_info({table})")}
            assert types <= {"TEXT", "INTEGER"}, table
        with pytest.raises(sqlite3.IntegrityError, match="cannot store REAL"):
            db.execute("UPDATE payouts SET value = 0.1")
        db.execute("UPDATE payouts SET amount = 0.1")
        assert db.execute("SELECT typeof(amount) FROM payouts").fetchone() == ("text",)


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE payouts SET state = 'paid'",
        "UPDATE payouts SET version = 0",
        "UPDATE payouts SET quorum = 0",
        "UPDATE payouts SET checked = 2",
        "UPDATE payouts SET looks = -1",
        "UPDATE payouts SET canonical = NULL",
        "UPDATE attempts SET number = 4",
        "UPDATE attempts SET number = 0",
        "UPDATE attempts SET outcome = 'maybe'",
        "UPDATE attempts SET duplicate = 2",
        "UPDATE cards SET audience = 'everybody'",
        "INSERT INTO ledger (id, format, next_number) VALUES (2, 1, 1)",
        "INSERT INTO attempts VALUES (99, 1, 1, '', NULL, '', '', '', 0, NULL)",
        "INSERT INTO approvals SELECT * FROM approvals",
        "DELETE FROM payouts",
    ],
)
def test_the_tables_are_the_last_guard(office: Office, wrong: str) -> None:
    """States, outcomes and numbers that do not exist, and attempts of payouts that do not, are
    refused by the database itself."""
    now = record(office, None, request(number=1), None)
    for kind in (Kind.APPROVED, Kind.CLAIMED):
        now = record(office, now, happening(now, kind), None)
    with pytest.raises(sqlite3.IntegrityError), office.ledger.change() as change:
        change._run(wrong, {})
    assert office.payout() == now


def test_two_payouts_cannot_share_a_name(office: Office) -> None:
    """Digest and reference are unique: no withdrawal can be claimed by two payouts."""
    record(office, None, request(number=1), None)
    record(office, None, request(number=2), None)
    for name in ("digest", "reference"):
        sql = f"UPDATE payouts SET {name} = (SELECT {name} FROM payouts WHERE number = 1)"
        with pytest.raises(sqlite3.IntegrityError, match=name), office.ledger.change() as change:
            change._run(f"{sql} WHERE number = 2", {})
