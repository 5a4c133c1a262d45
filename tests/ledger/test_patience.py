"""Waiting for the ledger, with an end: by then it is done, or nothing is, and whoever waits knows.

The ends here are real ones, and short; nobody sleeps.
"""

import fcntl
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest

from approvals.audit import Note
from approvals.errors import Busy
from approvals.ledger import Ledger, within
from approvals.ledger.door import KEPT_READERS
from tests.core import NOON, Office

pytest_plugins = ["tests.stage"]

SOON = 0.05


def note(ledger: Ledger) -> None:
    """Write one line."""
    with ledger.change() as change:
        change.note(Note.REFUSED, NOON, None, "x", {})


def lines(ledger: Ledger) -> int:
    with ledger.reading() as reading:
        return len(reading.lines("ledger", 0))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """The lock among processes, in other hands."""
    with Path(f"{path}.lock").open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def in_use(path: Path) -> Iterator[sqlite3.Connection]:
    """Another program is about to write, and does not know of our locks."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other
        other.execute("ROLLBACK")


def busy(step: Callable[[Ledger], object], ledger: Ledger) -> bool:
    """Whether a step that has an end is given up by then; it may take long on a busy machine."""
    given_up = threading.Event()

    def attempt() -> None:
        with suppress(Busy), within(SOON):
            step(ledger)
            return
        given_up.set()

    threading.Thread(target=attempt, daemon=True).start()
    return given_up.wait(5)


def test_a_thread_that_is_at_work(office: Office) -> None:
    """While another thread is inside, whoever has an end waits until then and no longer."""
    inside, over = threading.Event(), threading.Event()

    def work() -> None:
        with office.ledger.change():
            inside.set()
            over.wait(30)

    thread = threading.Thread(target=work)
    thread.start()
    inside.wait()
    given_up = busy(note, office.ledger), busy(lines, office.ledger)
    over.set()
    thread.join()
    assert given_up == (True, True)
    with within(30):
        note(office.ledger)
    assert lines(office.ledger) == 1


def test_a_process_that_is_at_work(office: Office) -> None:
    """Likewise while another process is inside; whoever comes while it leaves gets in."""
    note(office.ledger)
    with locked(office.path):
        assert (busy(note, office.ledger), busy(lines, office.ledger)) == (True, True)
        late = threading.Thread(target=in_time, args=(office.ledger,))
        late.start()
    late.join()
    assert lines(office.ledger) == 2


def in_time(ledger: Ledger) -> None:
    with within(30):
        note(ledger)


def test_another_program_that_has_locked_the_file(office: Office) -> None:
    """Likewise while another program holds the file itself, which keeps nobody from reading.
    Somebody without an end waits for it."""
    note(office.ledger)
    with in_use(office.path):
        assert busy(note, office.ledger)
        with within(30):
            assert lines(office.ledger) == 1
        worker = threading.Thread(target=note, args=(office.ledger,))
        worker.start()
    worker.join()
    assert lines(office.ledger) == 2


def test_what_is_ready_too_late_is_undone(office: Office) -> None:
    """A step that got in, but came to its end after its time, leaves nothing behind."""
    note(office.ledger)
    with pytest.raises(Busy), within(0):
        note(office.ledger)
    assert lines(office.ledger) == 1
    assert office.verified().lines == 1


def test_a_reader_that_is_done_waits_for_nobody(office: Office) -> None:
    """Some connections are kept. One more that cannot be closed in time is closed by whoever is at
    the door next, and holds no moment of the ledger meanwhile."""
    note(office.ledger)
    with ExitStack() as moment:
        readings = [moment.enter_context(office.ledger.reading()) for _ in range(KEPT_READERS + 1)]
        with locked(office.path), within(SOON):
            moment.close()
    note(office.ledger)
    closed = 0
    for reading in readings:
        try:
            assert len(reading.lines("ledger", 0)) == 2
        except sqlite3.ProgrammingError:
            closed += 1
    assert closed == 1


def test_readers_are_kept(office: Office) -> None:
    """Reading again and again needs no new file descriptor, and each reads the moment as it is."""
    for number in range(1, 4):
        note(office.ledger)
        lines(office.ledger)
        before = len(list(Path("/proc/self/fd").iterdir()))
        assert lines(office.ledger) == number
        with office.ledger.reading() as reading:
            assert len(list(Path("/proc/self/fd").iterdir())) <= before
            assert len(reading.lines("ledger", 0)) == number


def test_whether_something_went_on_record_is_known(office: Office) -> None:
    """Whoever is told that nothing was done can rely on it: a line that was committed is known."""
    with within(30) as patience:
        lines(office.ledger)
        with office.ledger.change() as change:
            change.seen("T", "trigger")
        with suppress(ValueError), office.ledger.change() as change:
            change.note(Note.REFUSED, NOON, None, "x", {})
            raise ValueError
        assert not patience.recorded
        note(office.ledger)
        assert patience.recorded


def test_a_reader_outlives_the_door_and_is_closed(office: Office) -> None:
    """Who still reads when the ledger is closed reads to the end, and leaves no connection."""
    note(office.ledger)
    with office.ledger.reading() as reading:
        office.ledger.close()
        assert len(reading.lines("ledger", 0)) == 1
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        reading.lines("ledger", 0)
