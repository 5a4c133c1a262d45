"""A ledger of an earlier format: kept aside, verified, and brought up in one transaction."""
# ruff: noqa: S608 - names of tables are our own

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from approvals.audit import Note
from approvals.content import FORMATS
from approvals.ledger import Freeze, Ledger, Reading, UnknownLedger, WrongLedger, evidence
from approvals.ledger.head import Head
from approvals.ledger.migrations import FORMAT
from approvals.ledger.reports import record, table, verify
from approvals.payout import State
from tests.core import NOON, RITA
from tests.ledger.format1.make import ACCOUNTS, put, put_unserved

pytest_plugins = ["tests.stage"]

APIS = ("v1", "v2")
LATER = NOON + timedelta(hours=1)
COPY = "payouts.db.format-1.20261122T130000Z"
ROOT = Path(__file__).parents[2]
LINES = 34


@pytest.fixture
def old(path: Path, api: str) -> Path:
    """A ledger that the first release left."""
    return put(path, api)


@contextmanager
def plain(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        yield db


def bind(path: Path, api: str = "v1") -> None:
    """What `serve` does first."""
    with closing(Ledger(path)) as ledger:
        ledger.bind(RITA.team, ACCOUNTS[api], LATER)


def refused(path: Path) -> str:
    """Why it is not brought up; and that nothing is changed by that, nor left beside it."""
    before = dumped(path)
    with pytest.raises(UnknownLedger) as caught:
        bind(path)
    assert dumped(path) == before
    assert not (path.parent / COPY).exists()
    assert Head(path).read() is not None
    return str(caught.value)


def dumped(path: Path) -> list[str]:
    with plain(path) as db:
        return list(db.iterdump())


def files(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.parent.iterdir()}


# -- the same tables ------------------------------------------------------------------------------


def columns(db: sqlite3.Connection, table: str) -> list[str]:
    """The definition of each column, and of the table's keys, sorted: new columns come last where a
    ledger was brought up, and stand where they belong in a fresh one."""
    (sql,) = db.execute("SELECT sql FROM sqlite_master WHERE name = ?", [table]).fetchone()
    body = re.sub(r"--.*", "", sql).partition("(")[2].rpartition(")")
    parts = re.split(r",(?![^(]*\))", body[0])
    assert body[2].strip() == "STRICT"
    return sorted(" ".join(part.split()) for part in parts)


def schema(path: Path) -> dict[str, object]:
    """Every table by its columns; everything else as it is written, but for spaces and comments."""
    with plain(path) as db:
        named = db.execute("SELECT type, name, sql FROM sqlite_master WHERE sql NOT NULL")
        return {
            name: columns(db, name) if kind == "table" else " ".join(sql.split())
            for kind, name, sql in named.fetchall()
        }


def known(path: Path) -> dict[str, list[object]]:
    """What SQLite itself says of every column and index."""
    with plain(path) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM pragma_table_list")]
        found: dict[str, list[object]] = {}
        for name in tables:
            told = db.execute(f"PRAGMA table_xinfo({name})").fetchall()
            indexes = db.execute(f"PRAGMA index_list({name})").fetchall()
            found[name] = sorted(column[1:] for column in told)
            found[name] += sorted(
                (index[1:], db.execute(f"PRAGMA index_xinfo({index[1]})").fetchall()[0][2:])
                for index in indexes
            )
        return found


def test_a_fresh_ledger_and_one_brought_up_are_alike(old: Path, api: str, tmp_path: Path) -> None:
    """Column by column, index by index, trigger by trigger: whether a ledger was made in our format
    or brought up to it cannot be told."""
    bind(old, api)
    with closing(Ledger(tmp_path / "fresh.db")) as fresh:
        fresh.open()
    assert schema(old) == schema(tmp_path / "fresh.db")
    assert known(old) == known(tmp_path / "fresh.db")


def test_each_format_says_how_it_is_made() -> None:
    """There is one file for each format but the first, and none for another."""
    folder = ROOT / "approvals/ledger/migrations"
    numbers = sorted(path.name for path in folder.glob("*.sql"))
    assert numbers == [f"{number:04}.sql" for number in range(2, FORMAT + 1)]
    assert (FORMAT, FORMATS) == (2, (1, 2))


# -- brought up -----------------------------------------------------------------------------------


def test_what_was_is_kept_beside_it(old: Path, api: str) -> None:
    """Before anything is changed, all of it is copied beside the ledger, for its owner alone, under
    a name with its format and the time; the copy verifies."""
    before = dumped(old)
    bind(old, api)
    copy = old.parent / COPY
    assert dumped(copy) == before
    assert copy.stat().st_mode & 0o777 == 0o600
    with evidence(copy) as reading:
        assert verify(reading).lines == LINES
    named = {COPY, old.name, f"{old.name}.head", f"{old.name}.lock"}
    assert {file.name for file in old.parent.iterdir()} == named


def test_it_verifies_before_and_after(old: Path, api: str) -> None:
    """What is on record verifies in either format, and with one line more: that it was brought
    up."""
    with evidence(old) as reading:
        before = verify(reading)
    bind(old, api)
    with evidence(old) as reading:
        after = verify(reading)
        line = reading.line(after.lines)
        assert reading.hash_at(before.lines) == before.head
    assert (after.lines, after.payouts) == (before.lines + 1, before.payouts)
    assert line is not None
    assert (line.kind, line.at, line.via) == (Note.UPGRADED, LATER, "serve")
    assert dict(line.facts) == {"from": 1, "to": 2, "copy": COPY}


def test_the_head_follows(old: Path, api: str) -> None:
    """The line that tells of it is the newest one in the head file as well: a copy that is put back
    is known for an old one."""
    bind(old, api)
    head = Head(old).read()
    with evidence(old) as reading:
        assert head is not None
        assert (head.lines, head.newest) == reading.newest()
        assert reading.frozen() is None


def test_a_second_start_changes_nothing(old: Path, api: str) -> None:
    """Once it is brought up, it is a ledger like any other."""
    bind(old, api)
    before = dumped(old)
    bind(old, api)
    assert dumped(old) == before


def test_payouts_are_what_they_were(old: Path, api: str) -> None:
    """Contents of format 1 keep their canonical text, digest and reference, and every payout is as
    it was, in lists and sheets too."""

    def told(reading: Reading) -> object:
        payouts = reading.latest(20)
        return payouts, table(payouts, UTC), [record(one, UTC) for one in payouts]

    with evidence(old) as reading:
        before = told(reading)
    bind(old, api)
    with evidence(old) as reading:
        assert told(reading) == before
        payouts = reading.latest(20)
    assert [payout.content.format for payout in payouts] == [1] * 6
    assert all(payout.intact and payout.together is None for payout in payouts)
    states = Counter(payout.state for payout in payouts)
    assert states == {
        State.SETTLED: 1, State.SENDING: 3, State.REQUESTED: 1, State.REJECTED: 1
    }  # fmt: skip


# -- an old copy, a lost head, another's ----------------------------------------------------------


def test_an_old_copy_is_brought_up_and_frozen(old: Path, api: str) -> None:
    """A copy that was put back is known for one though the upgrade adds a line: it is frozen, with
    the reason that tells how much is missing, and what is open counts as signed."""
    head = Head(old).read()
    assert head is not None
    Head(old).write(type(head)(head.lines + 3, "f" * 64))
    bind(old, api)
    with evidence(old) as reading:
        frozen = reading.frozen()
        verify(reading)
        restored = [one.number for one in reading.latest(20) if one.restored_at == LATER]
    assert frozen is not None
    assert (frozen.kind, frozen.at) == (Freeze.REWOUND, LATER)
    assert frozen.why == "the ledger is an old copy: the last 3 lines of its record are missing"
    assert restored == [6, 5, 3, 2]


def test_a_ledger_without_its_head_is_brought_up_and_frozen(old: Path, api: str) -> None:
    """Whoever put it into an empty folder has no head: nobody knows what is missing."""
    Path(f"{old}.head").unlink()
    bind(old, api)
    with evidence(old) as reading:
        frozen = reading.frozen()
    assert frozen is not None
    assert frozen.why == "the head file beside the ledger is missing"


def test_anothers_ledger_is_not_brought_up(path: Path) -> None:
    """A ledger of another account stays as it is."""
    put(path, "v1")
    before = dumped(path)
    with pytest.raises(WrongLedger, match="app_id"):
        bind(path, "v2")
    assert dumped(path) == before
    assert not (path.parent / COPY).exists()


def test_a_ledger_that_was_never_served_is_brought_up(path: Path) -> None:
    """An earlier program that ended before its first line left tables and no record."""
    bind(put_unserved(path))
    with evidence(path) as reading:
        assert verify(reading).lines == 2
        assert reading.frozen() is None


# -- what cannot be brought up stays as it was ----------------------------------------------------


def _half_done(db: sqlite3.Connection) -> None:
    """The second step of the change cannot be taken."""
    db.execute("ALTER TABLE payouts ADD COLUMN together INTEGER")


def _edited(db: sqlite3.Connection) -> None:
    """A payout is not what its lines tell."""
    db.execute("UPDATE payouts SET amount = '900' WHERE number = 3")


def _spoiling(db: sqlite3.Connection) -> None:
    """The change itself makes a payout another one."""
    db.execute(
        "CREATE TRIGGER spoil AFTER UPDATE OF format ON ledger"
        " BEGIN UPDATE payouts SET quorum = 1 WHERE number = 3; END"
    )


def _spoiling_at_last(db: sqlite3.Connection) -> None:
    """So does the line that tells of it."""
    db.execute(
        "CREATE TRIGGER spoil AFTER INSERT ON audit"
        " BEGIN UPDATE payouts SET quorum = 1 WHERE number = 3; END"
    )


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_half_done, "duplicate column name: together"),
        (_edited, "leads to another payout 3: amount differ"),
        (_spoiling, "leads to another payout 3: quorum differ"),
        (_spoiling_at_last, "leads to another payout 3: quorum differ"),
    ],
)
def test_what_fails_leaves_it_as_it_was(
    path: Path, spoil: Callable[[sqlite3.Connection], None], why: str
) -> None:
    """Where a step fails, or the record is broken before or after, nothing is changed, no copy
    stays, and the sentence says so."""
    put(path, "v1")
    with plain(path) as db:
        spoil(db)
    said = refused(path)
    assert said.startswith("this ledger has format 1 and was not brought to format 2: ")
    assert why in said
    assert "Nothing was changed" in said


def test_a_file_that_is_there_is_never_overwritten(path: Path) -> None:
    """Where a file already has the copy's name, it stays, and nothing is changed."""
    put(path, "v1")
    (path.parent / COPY).write_text("precious")
    before = dumped(path)
    with pytest.raises(UnknownLedger, match=f"there is a file {COPY} already"):
        bind(path)
    assert dumped(path) == before
    assert (path.parent / COPY).read_text() == "precious"


# -- who does not serve ---------------------------------------------------------------------------


def test_who_only_looks_reads_every_format_and_changes_nothing(old: Path) -> None:
    """An auditor checks and lists a ledger of an earlier format as it is: no byte is changed and
    no file made beside it."""
    before = files(old)
    with evidence(old) as reading:
        assert verify(reading).lines == LINES
        assert len(reading.latest(20)) == 6
        assert not reading.signs()
    assert files(old) == before


def test_who_only_looks_finds_what_is_not_in_the_file_yet(old: Path) -> None:
    """While the earlier program has it open, what it wrote last lies in the -wal: that is read."""
    with plain(old) as db:
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("UPDATE payouts SET amount = '900' WHERE number = 3")
        assert Path(f"{old}-wal").stat().st_size
        with evidence(old) as reading:
            assert [row["amount"] for row in reading.rows("payouts")][2] == "900"


def test_who_writes_without_serving_is_told_what_to_do(old: Path) -> None:
    """Only the process that serves brings a ledger up; who would write to it else is refused."""
    before = files(old)
    with closing(Ledger(old)) as ledger, pytest.raises(UnknownLedger, match="countersign serve"):
        ledger.open()
    after = files(old)
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize(
    "step", [Ledger.open, lambda ledger: ledger.bind("T", ACCOUNTS["v1"], NOON)]
)
def test_a_later_format_is_refused(path: Path, step: Callable[[Ledger], object]) -> None:
    """A ledger of a later version is named as one, by whoever would serve, write or read it, and
    left as it is."""
    put(path, "v1")
    with plain(path) as db:
        db.execute(f"UPDATE ledger SET format = {FORMAT + 1}")
    before = dumped(path)
    said = f"this ledger has format {FORMAT + 1}, that of a later version of Countersign"
    with closing(Ledger(path)) as ledger, pytest.raises(UnknownLedger, match=said):
        step(ledger)
    with pytest.raises(UnknownLedger, match=said), evidence(path):
        pass
    assert dumped(path) == before
