"""The door: one writer and one checkpointer at a time, in this process and among processes.

SQLite before 3.51.3 can lose committed pages when two connections race at a checkpoint in WAL mode.
So a mutex keeps the threads of this process apart and a lock on `<file>.lock` keeps processes
apart, for every write transaction (a checkpoint runs inside its commit) and for opening or closing
any connection. Long reads use a connection of their own, which can only read.
"""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

    The first use raises UnknownLedger where the file is something else, or of another format.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mutex = threading.Lock()
        self._lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
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
            reader = _connect(f"{self._path.absolute().as_uri()}?mode=ro")
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
            self._writer = _connect(f"{self._path.absolute().as_uri()}?mode=rwc", _prepare)
        return self._writer

    @contextmanager
    def _held(self) -> Iterator[None]:
        with self._mutex:
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._lock, fcntl.LOCK_UN)


def _connect(uri: str, prepare: Callable[[Database], None] | None = None) -> Database:
    """A connection on which `prepare` was done; none stays open where it raises."""
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    # Bytes that are no text are kept, to be found by whoever verifies; reading must not fail there.
    connection.text_factory = lambda stored: stored.decode(errors="surrogateescape")
    try:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        database = Database(connection, execute_plugins=False)
        if prepare:
            prepare(database)
        return database
    except BaseException as trouble:
        connection.close()
        if getattr(trouble, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
            raise UnknownLedger("this file is not a database") from trouble
        raise


def _prepare(writer: Database) -> None:
    """Make the tables in an empty file; accept a ledger of our format; refuse all else."""
    if not (tables := writer.table_names()):
        _make_tables(writer)
    elif (found := _format(writer) if "ledger" in tables else None) is None:
        raise UnknownLedger("this file is a database, but not a ledger")
    elif found != FORMAT:
        raise UnknownLedger(f"this ledger has format {found}; this program knows {FORMAT}")
    writer.execute("PRAGMA journal_mode = WAL")


def _format(writer: Database) -> object:
    """What the file's table `ledger` calls its format; None where it is no such table."""
    if "format" not in {column.name for column in writer.table("ledger").columns}:
        return None
    (found,) = writer.execute("SELECT max(format) FROM ledger").fetchone()
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
