"""The door: one writer and one checkpointer at a time, in this process and among processes.

SQLite before 3.51.3 can lose committed pages when two connections race at a checkpoint in WAL mode.
So a mutex keeps the threads of this process apart and a lock on `<file>.lock` keeps processes
apart, for every write transaction (a checkpoint runs inside its commit) and for opening or closing
any connection. Long reads use a connection of their own, which can only read. Whoever only looks,
such as an auditor, has no door: `looking` makes no file and changes no byte.
"""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.resources import files
from pathlib import Path

from sqlite_utils import Database

FORMAT = 1
"""Version of the schema that this program reads and writes."""

BUSY_MS = 10_000
"""How long SQLite waits for somebody who does not use the door, such as a backup."""


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

    def open(self) -> None:
        """Open the file, unless it is open. Raises UnknownLedger."""
        with self._held():
            self._opened()

    @contextmanager
    def writing(self, committed: Callable[[], None]) -> Iterator[Database]:
        """One transaction: all of the block is committed, durably, or nothing is. `committed` is
        called afterwards, before anybody else gets in."""
        with self._held():
            writer = self._opened()
            writer.execute("BEGIN IMMEDIATE")
            try:
                yield writer
                writer.execute("COMMIT")
            except BaseException:
                # A commit that fails leaves its transaction open; some errors have ended it.
                if writer.conn.in_transaction:
                    writer.execute("ROLLBACK")
                raise
            committed()

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """One moment of the ledger, on a connection that cannot write and stalls nobody."""
        with self._held():
            self._opened()
            reader = _connect(_uri(self._path, "mode=ro"))
        try:
            reader.execute("BEGIN")
            yield reader
        finally:
            with self._held():
                reader.close()

    def close(self) -> None:
        """Close the file. The door cannot be used afterwards."""
        with self._held():
            if self._writer is not None:
                self._writer.close()
        os.close(self._lock)

    def _opened(self) -> Database:
        """The connection that writes; only to be used while the door is held."""
        if self._writer is None:
            self._writer = _connect(_uri(self._path, "mode=rwc"), _prepare)
        return self._writer

    @contextmanager
    def _held(self) -> Iterator[None]:
        with self._mutex:
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._lock, fcntl.LOCK_UN)


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
            yield reader
        finally:
            _lock(lock, fcntl.LOCK_SH)
            reader.close()


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
    try:
        return os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as trouble:
        raise UnknownLedger(f"nothing can be written beside it ({trouble.strerror})") from trouble


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
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
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
        primary = (
            getattr(trouble, "sqlite_errorcode", 0) & 0xFF
        )  # the rest says more than people need
        if primary in _REFUSED:
            raise UnknownLedger(_REFUSED[primary]) from trouble
        raise


def _prepare(writer: Database) -> None:
    """Make the tables in an empty file; accept a ledger of our format; refuse all else."""
    if not writer.table_names():
        _make_tables(writer)
    _recognise(writer)
    writer.execute("PRAGMA journal_mode = WAL")


def _recognise(database: Database) -> None:
    """Accept a ledger of our format; refuse all else."""
    if not (tables := database.table_names()):
        raise UnknownLedger("this file is empty")
    if (found := _format(database) if "ledger" in tables else None) is None:
        raise UnknownLedger("this file is a database, but not a ledger")
    if found != FORMAT:
        raise UnknownLedger(f"this ledger has format {found}; this program knows {FORMAT}")


def _format(database: Database) -> object:
    """What the file's table `ledger` calls its format; None where it is no such table."""
    if "format" not in {column.name for column in database.table("ledger").columns}:
        return None
    (found,) = database.execute("SELECT max(format) FROM ledger").fetchone()
    return found


def _make_tables(writer: Database) -> None:
    writer.execute("BEGIN IMMEDIATE")
    for statement in _statements(files(__package__).joinpath("schema.sql").read_text("utf-8")):
        writer.execute(statement)
    writer.execute("COMMIT")


def _statements(script: str) -> Iterator[str]:
    """The script's statements one by one: executescript() would commit before it starts."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
