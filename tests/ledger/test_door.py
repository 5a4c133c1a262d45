"""The door: one transaction, one writer, one checkpointer at a time, and durable."""

import fcntl
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlite_utils import Database

from approvals.audit import Note
from approvals.ledger import Change, Freeze, Ledger, UnknownLedger, door, evidence
from approvals.ledger.reports import verify
from tests.core import NOON, Office

pytest_plugins = ["tests.stage"]

ROOT = Path(__file__).parents[2]


def held(path: Path) -> bool:
    """Whether the lock among processes is taken: an open file of its own is as good as another
    process here."""
    lock = os.open(f"{path}.lock", os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(lock)


def note(ledger: Ledger, what: str = "x") -> None:
    """Write one line."""
    with ledger.change() as change:
        change.note(Note.REFUSED, NOON, None, what, {})


@contextmanager
def plain(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as the sqlite3 shell opens it."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


# -- all or nothing -------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [ValueError, KeyboardInterrupt, GeneratorExit])
def test_an_exception_undoes_everything(office: Office, trouble: type[BaseException]) -> None:
    """Whatever ends a change but its end, nothing of it stays: no row, no audit line, no number."""
    before = office.asked()

    def fail(change: Change) -> None:
        change.take_number()
        change.see("T", "trigger", before.number)
        change.freeze(Freeze.PEOPLE, "because", NOON, "test")
        raise trouble

    with pytest.raises(trouble), office.ledger.change() as change:
        fail(change)
    with office.ledger.change() as change:
        assert change.take_number() == before.number + 1
        assert change.seen("T", "trigger") is None
        assert change.frozen() is None
    assert office.verified().lines == 1


def test_a_commit_that_fails_leaves_the_door_open(office: Office) -> None:
    """When SQLite refuses the commit itself, the change is undone and the next one works."""

    def attempt_of_nothing(change: Change) -> None:
        change._run("PRAGMA defer_foreign_keys = ON", {})
        change._run("INSERT INTO attempts VALUES (99, 1, 1, '', NULL, '', '', '', 0, NULL)", {})

    with (
        pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"),
        office.ledger.change() as change,
    ):
        attempt_of_nothing(change)
    note(office.ledger)
    assert office.verified().lines == 1


def test_what_sqlite_undid_itself_is_raised_as_it_is(office: Office) -> None:
    """An error that made SQLite roll back by itself arrives, not a complaint about a rollback."""
    with office.ledger.change() as change:
        change._run(
            "CREATE TEMP TRIGGER undo BEFORE INSERT ON audit WHEN NEW.line LIKE '%too much%'"
            " BEGIN SELECT RAISE(ROLLBACK, 'of its own'); END",
            {},
        )
    with pytest.raises(sqlite3.IntegrityError, match="of its own"):
        note(office.ledger, "too much")
    note(office.ledger)


def test_bells_ring_after_the_commit(office: Office) -> None:
    """Workers are woken by a change that was committed, and by no other."""
    bell = office.ledger.bell()
    with pytest.raises(ValueError, match="no"), office.ledger.change():
        raise ValueError("no")
    assert not bell.is_set()
    with office.ledger.change():
        assert not bell.is_set()
    assert bell.is_set()


# -- one at a time --------------------------------------------------------------------------------


def test_threads_write_one_after_the_other(office: Office) -> None:
    """8 threads that write at once lose nothing, see no error, and leave one unbroken chain."""
    go, troubles = threading.Barrier(8), []

    def write() -> None:
        go.wait()
        try:
            for _ in range(25):
                note(office.ledger)
        except sqlite3.Error as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert office.verified().lines == 8 * 25


WRITER = """
import sys
from pathlib import Path
from approvals.audit import Note
from approvals.ledger import Ledger
from approvals.times import from_seconds
ledger = Ledger(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(100):
    with ledger.change() as change:
        change.note(Note.REFUSED, from_seconds(0), None, sys.argv[2], {})
    with ledger.reading() as reading:
        assert reading.lines("ledger", 0)
ledger.close()
"""


@contextmanager
def writer(path: Path, name: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that writes 100 lines once it is told to."""
    command = [sys.executable, "-c", WRITER, str(path), name]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process


def test_processes_write_one_after_the_other(path: Path) -> None:
    """Two processes that open, write, read and close one file at once leave one unbroken chain."""
    with writer(path, "one") as one, writer(path, "two") as two:
        for process in (one, two):
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        assert (one.wait(), two.wait()) == (0, 0)
    ledger = Ledger(path)
    with ledger.reading() as reading:
        assert verify(reading).lines == 200
        names = [line.via for line in reading.lines("ledger", 0)]
    ledger.close()
    assert names.count("one") == names.count("two") == 100


def test_the_lock_is_held_while_writing(office: Office) -> None:
    """No other process can enter during a write transaction, nor is kept out after it."""
    assert not held(office.path)
    with office.ledger.change() as change:
        assert held(office.path)
        change.note(Note.REFUSED, NOON, None, "x", {})
        assert held(office.path)
    assert not held(office.path)
    with pytest.raises(ValueError, match="no"), office.ledger.change():
        raise ValueError("no")
    assert not held(office.path)


def test_the_lock_is_held_over_the_commit(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commit, with the checkpoint that SQLite may run in it, happens under the lock."""
    seen = watch(monkeypatch, office.path)
    ledger = Ledger(office.path)
    note(ledger)
    assert ("COMMIT", True) in seen
    ledger.close()


def test_the_lock_is_held_while_opening_and_closing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every connection, the writer's and each reader's, opens and closes under the lock."""
    seen = watch(monkeypatch, path)
    ledger = Ledger(path)
    with ledger.reading():
        assert not held(path)
    ledger.close()
    steps = [step for step in seen if step[0] in ("connect", "close")]
    assert steps == [("connect", True), ("connect", True), ("close", True), ("close", True)]


def watch(monkeypatch: pytest.MonkeyPatch, path: Path) -> list[tuple[str, bool]]:
    """Each step that SQLite is asked for from now on, and whether the lock was held then."""
    seen: list[tuple[str, bool]] = []
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def connecting(*args: object, **kwargs: object) -> sqlite3.Connection:
        seen.append(("connect", held(path)))
        connection = connect(*args, **kwargs)
        connection.set_trace_callback(lambda sql: seen.append((sql, held(path))))
        return connection

    class Watched(Database):
        def close(self) -> None:
            seen.append(("close", held(path)))
            super().close()

    monkeypatch.setattr(sqlite3, "connect", connecting)
    monkeypatch.setattr(door, "Database", Watched)
    return seen


def test_a_change_keeps_out_who_has_no_key(office: Office) -> None:
    """From its first moment a change is the only one that can write, also for somebody who does
    not know of the lock: what it has read stays so."""
    with plain(office.path) as outsider, office.ledger.change():
        outsider.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            outsider.execute("UPDATE ledger SET team = 'T1'")


def test_opening_waits_for_the_lock(office: Office) -> None:
    """A reader opens only after the change under way has ended, and then sees it."""
    opened = threading.Event()
    sizes: list[int] = []

    def read() -> None:
        with office.ledger.reading() as reading:
            opened.set()
            sizes.append(len(reading.lines("ledger", 0)))

    reader = threading.Thread(target=read)
    with office.ledger.change() as change:
        reader.start()
        assert not opened.wait(0.05)
        change.note(Note.REFUSED, NOON, None, "x", {})
    reader.join()
    assert sizes == [1]


# -- reading --------------------------------------------------------------------------------------


def test_a_reader_sees_one_moment(office: Office) -> None:
    """What is read once stays as it was while others write, and nobody waits for the reader."""
    note(office.ledger)
    with office.ledger.reading() as reading:
        assert len(reading.lines("ledger", 0)) == 1
        note(office.ledger)
        assert len(reading.lines("ledger", 0)) == 1
        with office.ledger.reading() as later:
            assert len(later.lines("ledger", 0)) == 2


def test_a_reader_cannot_write(office: Office) -> None:
    """The connection of a reader refuses to change anything."""
    with (
        office.ledger.reading() as reading,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        reading._db.execute("UPDATE ledger SET frozen_because = 'x'")


# -- the file -------------------------------------------------------------------------------------


def test_commits_are_durable(office: Office) -> None:
    """Writer and readers run with a write-ahead log that is synced at each commit, foreign keys
    hold, and the file itself says WAL."""
    for database in (office.ledger.change, office.ledger.reading):
        with database() as db:
            pragmas = {
                name: db._db.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous", "foreign_keys")
            }
        assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_copy_is_durable_too(path: Path, tmp_path: Path, office: Office) -> None:
    """A copy that SQLite made, in another journal mode, is a ledger as good as the first."""
    made = office.asked()
    with plain(path) as db:
        db.execute("VACUUM INTO :copy", {"copy": str(tmp_path / "copy.db")})
    copy = Ledger(tmp_path / "copy.db")
    with copy.change() as change:
        assert change._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert change.payout(made.number) == made
    copy.close()


def test_a_ledger_is_opened_again(path: Path, office: Office) -> None:
    """What one program wrote, the next one finds."""
    made = office.asked()
    again = Ledger(path)
    with again.reading() as reading:
        assert reading.payout(made.number) == made
    again.close()


def _no_database(path: Path) -> None:
    path.write_bytes(b"payouts: none so far\n" * 100)


def _another_database(path: Path) -> None:
    with plain(path) as db:
        db.execute("CREATE TABLE invoices (id INTEGER)")


def _another_ledger(path: Path) -> None:
    with plain(path) as db:
        db.execute("CREATE TABLE ledger (account TEXT, amount TEXT)")


def _made(path: Path) -> None:
    ledger = Ledger(path)
    ledger.open()
    ledger.close()


def _later_format(path: Path) -> None:
    _made(path)
    with plain(path) as db:
        db.execute("UPDATE ledger SET format = format + 1")


def _emptied(path: Path) -> None:
    _made(path)
    with plain(path) as db:
        db.execute("DELETE FROM ledger")


@pytest.mark.parametrize(
    "make", [_no_database, _another_database, _another_ledger, _later_format, _emptied]
)
def test_what_is_no_ledger_is_refused(path: Path, make: Callable[[Path], None]) -> None:
    """A file that is no ledger of our format is refused in one way, left as it is, and not kept
    open or locked."""
    make(path)
    before = path.read_bytes()
    ledger = Ledger(path)
    with pytest.raises(UnknownLedger):
        ledger.open()
    ledger.close()
    assert path.read_bytes() == before
    assert not held(path)
    assert {file.name for file in path.parent.iterdir()} == {path.name, f"{path.name}.lock"}


def test_nothing_is_opened_before_it_is_used(path: Path) -> None:
    """Whoever waits for its turn holds no file that may be replaced meanwhile: what is used is what
    lies there by then."""
    waiting, other = Ledger(path), Ledger(path)
    assert not path.exists()
    note(other, "kept")
    other.close()
    copy = path.read_bytes()
    path.unlink()
    path.write_bytes(copy)
    with waiting.reading() as reading:
        assert [line.via for line in reading.lines("ledger", 0)] == ["kept"]
    waiting.close()


def test_an_empty_file_becomes_a_ledger(path: Path) -> None:
    """A file of no bytes, as a platform may make it beforehand, is filled."""
    path.touch()
    ledger = Ledger(path)
    note(ledger)
    ledger.close()


def test_any_path_will_do(tmp_path: Path) -> None:
    """A folder's or file's name may hold what means something in an address."""
    folder = tmp_path / "a b?mode=memory#c%20"
    folder.mkdir()
    ledger = Ledger(folder / "pay outs?.db")
    note(ledger)
    ledger.close()
    assert (folder / "pay outs?.db").stat().st_size


# -- for who only looks ---------------------------------------------------------------------------


def beside(path: Path) -> dict[str, bytes]:
    """Every file of the ledger's, but for SQLite's shared memory, which says who reads."""
    files = (file for file in path.parent.iterdir() if not file.name.endswith("-shm"))
    return {file.name: file.read_bytes() for file in files}


def test_who_only_looks_leaves_no_trace(path: Path) -> None:
    """A closed ledger is read with nothing made beside it and no byte changed, locked or not."""
    ledger = Ledger(path)
    note(ledger, "kept")
    ledger.close()
    for gone in (None, f"{path}.lock"):
        if gone:
            Path(gone).unlink()
        before = beside(path)
        with evidence(path) as reading:
            assert [line.via for line in reading.lines("ledger", 0)] == ["kept"]
            assert beside(path) == before
        assert beside(path) == before


def test_who_only_looks_sees_what_was_just_committed(path: Path) -> None:
    """Beside a running program all that was committed is seen, as of one moment, also through a
    link; and the program goes on meanwhile."""
    ledger, link = Ledger(path), path.with_name("link.db")
    note(ledger, "first")
    link.symlink_to(path)
    for name in (path, link):
        with evidence(name) as reading:
            seen = reading.newest()
            note(ledger, "next")
            assert reading.newest() == seen
        with evidence(name) as reading:
            assert reading.newest() != seen
    ledger.close()


def test_a_ledger_that_nobody_has_open_keeps_still_while_it_is_read(path: Path) -> None:
    """Without a program that has it open, the file is read as it lies: whoever would write waits,
    others may look too."""
    ledger = Ledger(path)
    note(ledger)
    ledger.close()
    with evidence(path), evidence(path):
        assert held(path)
    assert not held(path)


@pytest.mark.parametrize("make", [Path.touch, _no_database, _another_database, _later_format])
def test_who_only_looks_makes_no_ledger(path: Path, make: Callable[[Path], None]) -> None:
    """What is no ledger is refused and left as it is, also a file of no bytes."""
    make(path)
    before = beside(path)
    with pytest.raises(UnknownLedger), evidence(path):
        pass
    assert beside(path) == before


def test_a_folder_that_is_missing_is_said(tmp_path: Path) -> None:
    """Where no file can be made, it is the ledger that cannot be used; and a folder is none."""
    with pytest.raises(UnknownLedger):
        Ledger(tmp_path / "nowhere" / "payouts.db")
    with closing(Ledger(tmp_path)) as folder, pytest.raises(UnknownLedger):
        folder.open()
