"""The door: one writer and one checkpointer at a time, in this process and among processes.

SQLite before 3.51.3 can lose committed pages when two connections race at a checkpoint in WAL mode.
So a mutex keeps the threads of this process apart and a lock on `<file>.lock` keeps processes
apart, for every write transaction (a checkpoint runs inside its commit) and for opening or closing
any connection. Long reads use a connection of their own, which can only read; some are kept, so
that whoever works needs no new file descriptor. Whoever only looks, such as an auditor, has no
door: `looking` makes no file and changes no byte.

A file of an earlier format is brought up by the process that serves (upgrade.py), and by nobody
else. Whoever only looks at one reads a copy of it, of their own, that was brought up.
"""

import fcntl
import os
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from sqlite_utils import Database

from approvals.errors import Busy
from approvals.ledger import patience
from approvals.ledger.family import keep_private, made, not_ours
from approvals.ledger.migrations import FORMAT, make_tables, migrate

BUSY_MS = 10_000
"""How long SQLite waits for somebody who does not use the door, such as a backup, where nobody
waits for us."""

KNOCK = timedelta(milliseconds=10)
"""How often somebody who cannot wait for ever asks whether another process has left."""

KEPT_READERS = 8
"""Connections for reading that stay open: as many as work at once on most days."""


class UnknownLedger(Exception):
    """The file is not a ledger that this program can read."""


class Door:
    """The only way to the file at `path`. It is opened when it is first used, and made if it does
    not exist: whoever only waits for its turn must not hold a file that may be replaced meanwhile.

    The first use raises UnknownLedger where the file is something else, or of another format; and
    so does the making, where nothing can be written beside the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mutex = threading.Lock()
        self._lock = _lock_beside(path)
        self._writer: Database | None = None
        self._readers: deque[Database] = deque()
        self._file: tuple[int, int] | None = None
        self._closed = False

    @property
    def in_place(self) -> bool:
        """Whether the file that was opened still lies at its path."""
        return self._file is None or self._file == _identity(self._path)

    def open(self) -> None:
        """Open the file, unless it is open. Raises UnknownLedger."""
        with self._held():
            self._opened()

    def upgrade(self, bring_up: Callable[[Database, int], None]) -> None:
        """Let `bring_up` bring the file up, from the format that it is given, where it has an
        earlier one; nobody gets in meanwhile. Raises UnknownLedger, and what `bring_up` raises."""
        with self._held():
            if self._writer is None and self._path.exists() and self._path.stat().st_size:
                with closing(_connect(_uri(self._path, "mode=rw"), _recognise)) as found:
                    if (earlier := _format(found)) < FORMAT:
                        bring_up(found, earlier)
            self._opened()

    @contextmanager
    def writing(self, committed: Callable[[], None]) -> Iterator[Database]:
        """One transaction: all of the block is committed, durably, or nothing is. `committed` is
        called afterwards, before anybody else gets in. Raises Busy."""
        with _in_time(), self._held():
            writer = self._opened()
            writer.execute(f"PRAGMA busy_timeout = {_milliseconds()}")
            with transaction(writer):
                yield writer
                patience.in_time()
            committed()

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """One moment of the ledger, on a connection that cannot write and stalls nobody. Raises
        Busy."""
        with _in_time(), self._held():
            self._opened()
            reader = self._reader()
        try:
            with _in_time():
                reader.execute("BEGIN")
                yield reader
        finally:
            self._finish(reader)

    def close(self) -> None:
        """Close the file, unless it is closed. The door cannot be used afterwards."""
        if self._closed:
            return
        self._closed = True
        with self._held():
            while self._readers:
                self._readers.pop().close()
            if self._writer is not None:
                self._writer.close()
        os.close(self._lock)

    def _opened(self) -> Database:
        """The connection that writes; only to be used while the door is held."""
        if self._writer is None:
            _make(self._path)
            self._writer = _connect(_uri(self._path, "mode=rw"), _prepare)
            keep_private(self._path)
            self._file = _identity(self._path)
        return self._writer

    def _reader(self) -> Database:
        """A connection that is kept, or a new one; only to be used while the door is held."""
        if not self._readers:
            return _connect(_uri(self._path, "mode=ro"))
        reader = self._readers.pop()
        reader.execute(f"PRAGMA busy_timeout = {_milliseconds()}")
        return reader

    def _finish(self, reader: Database) -> None:
        """Keep a connection, unless the door was closed meanwhile. What is too many is closed;
        where that would take too long, whoever is at the door next does."""
        if reader.conn.in_transaction:
            reader.execute("ROLLBACK")
        if self._closed:
            reader.close()
            return
        self._readers.append(reader)
        if len(self._readers) > KEPT_READERS:
            with suppress(Busy), self._held():
                pass

    @contextmanager
    def _held(self) -> Iterator[None]:
        left = patience.left()
        if not self._mutex.acquire(timeout=-1 if left is None else left):
            raise Busy("this process was at work on it")
        with ExitStack() as leaving:
            leaving.callback(self._mutex.release)
            _take(self._lock)
            leaving.callback(fcntl.flock, self._lock, fcntl.LOCK_UN)
            while len(self._readers) > KEPT_READERS:
                self._readers.pop().close()
            yield


def _take(lock: int) -> None:
    """The lock among processes, at once or as soon as it is free. Raises Busy."""
    if patience.left() is None:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return
    asking = threading.Event()
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if patience.left() == 0:
            raise Busy("another process was at work on it")
        asking.wait(KNOCK.total_seconds())


def _milliseconds() -> int:
    left = patience.left()
    return BUSY_MS if left is None else min(BUSY_MS, int(left * 1000))


@contextmanager
def _in_time() -> Iterator[None]:
    """Raises Busy where another program's lock lasts too long."""
    try:
        yield
    except sqlite3.OperationalError as trouble:
        if _primary(trouble) == sqlite3.SQLITE_BUSY:
            raise Busy("another program has locked it") from trouble
        raise


def _primary(trouble: sqlite3.Error) -> int:
    """SQLite's code without the part that says more than people need."""
    return int(getattr(trouble, "sqlite_errorcode", 0)) & 0xFF


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file lies there, whatever its name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def transaction(writer: Database) -> Iterator[None]:
    """All of the block is committed, durably, or nothing is."""
    writer.execute("BEGIN IMMEDIATE")
    try:
        yield
        writer.execute("COMMIT")
    except BaseException:
        # A commit that fails leaves its transaction open; some errors have ended it.
        if writer.conn.in_transaction:
            writer.execute("ROLLBACK")
        raise


@contextmanager
def looking(path: Path) -> Iterator[Database]:
    """One moment of the ledger at `path`, for who may do no more than read it. Raises UnknownLedger
    where the file is something else, or cannot be read without making a file beside it.

    While a program has the file open there is a -wal beside it, and SQLite reads both. Without one
    SQLite is told that nothing moves, since it would make one; the lock sees to that, where there
    is one.
    """
    with _shared(path) as lock:
        moves = Path(f"{path.resolve()}-wal").exists()  # SQLite follows links, too
        reader = _connect(_uri(path, "mode=ro" if moves else "mode=ro&immutable=1"), _recognise)
        try:
            if moves:
                _lock(lock, fcntl.LOCK_UN)  # a long read stalls nobody
            reader.execute("BEGIN")
            with _brought_up(reader) as current:
                yield current
        finally:
            _lock(lock, fcntl.LOCK_SH)
            reader.close()


@contextmanager
def _brought_up(reader: Database) -> Iterator[Database]:
    """What is read, in our format: where the file has an earlier one, a copy that SQLite keeps in
    memory, or in a temporary file without a name."""
    if (earlier := _format(reader)) == FORMAT:
        yield reader
        return
    with closing(_connect("")) as copy:
        reader.conn.backup(copy.conn)
        migrate(copy, earlier)
        yield copy


@contextmanager
def _shared(path: Path) -> Iterator[int | None]:
    """The door's lock, held beside others who only look; None where there is none to be had."""
    lock = None
    with suppress(FileNotFoundError, PermissionError, NotADirectoryError):
        lock = os.open(f"{path}.lock", os.O_RDONLY | os.O_CLOEXEC)
    try:
        _lock(lock, fcntl.LOCK_SH)
        yield lock
    finally:
        if lock is not None:
            os.close(lock)


def _lock(lock: int | None, how: int) -> None:
    if lock is not None:
        fcntl.flock(lock, how)


def _lock_beside(path: Path) -> int:
    """The file whose lock keeps processes apart. Raises UnknownLedger."""
    if why := not_ours(path):
        raise UnknownLedger(why)
    try:
        return made(Path(f"{path}.lock"))
    except OSError as trouble:
        raise UnknownLedger(f"nothing can be written beside it ({trouble.strerror})") from trouble


def _make(path: Path) -> None:
    """An empty file, where there is none: SQLite would let others read the one that it makes."""
    if not path.exists():
        with suppress(OSError):  # which SQLite says in its own words
            os.close(made(path))


def _uri(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?{mode}"


_REFUSED = {
    sqlite3.SQLITE_NOTADB: "this file is not a database",
    sqlite3.SQLITE_CANTOPEN: "it is not a file that this program may open; or it is a copy with a"
    " -wal beside it, and then both must lie in a folder where this program may write",
    sqlite3.SQLITE_READONLY: "this program may not write to it",
}
"""SQLite's reasons not to open a file, as the end of a sentence."""


def _connect(uri: str, prepare: Callable[[Database], None] | None = None) -> Database:
    """A connection on which `prepare` was done; none stays open where it raises. Raises
    UnknownLedger where there is no opening the file."""
    with _in_words(), ExitStack() as undo:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        undo.callback(connection.close)
        # Bytes that are no text are kept, to be found by whoever verifies; reading must not fail.
        connection.text_factory = lambda stored: stored.decode(errors="surrogateescape")
        connection.execute(f"PRAGMA busy_timeout = {_milliseconds()}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        database = Database(connection, execute_plugins=False)
        if prepare:
            prepare(database)
        undo.pop_all()
        return database


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as trouble:
        if (code := _primary(trouble)) in _REFUSED:
            raise UnknownLedger(_REFUSED[code]) from trouble
        raise


def _prepare(writer: Database) -> None:
    """Make the tables in an empty file; accept a ledger of our format; refuse all else."""
    if not writer.table_names():
        with transaction(writer):
            make_tables(writer)
    _recognise(writer)
    if (found := _format(writer)) != FORMAT:
        raise UnknownLedger(
            f"this ledger has format {found}, and this program writes {FORMAT}: start `countersign"
            " serve`, which brings it up"
        )
    writer.execute("PRAGMA journal_mode = WAL")


def _recognise(database: Database) -> None:
    """Accept a ledger of our format or an earlier one; refuse all else."""
    if not (tables := database.table_names()):
        raise UnknownLedger("this file is empty")
    if "ledger" not in tables or not (found := _format(database)):
        raise UnknownLedger("this file is a database, but not a ledger")
    if found > FORMAT:
        raise UnknownLedger(
            f"this ledger has format {found}, that of a later version of Countersign; this program"
            f" knows {FORMAT} and what came before"
        )


def _format(database: Database) -> int:
    """What the file's table `ledger` calls its format; 0 where it is no such table."""
    if "format" not in {column.name for column in database.table("ledger").columns}:
        return 0
    (found,) = database.execute("SELECT max(format) FROM ledger").fetchone()
    return found if isinstance(found, int) else 0
