"""The head file: an old copy of the ledger is recognised, and what follows from that."""

import fcntl
import json
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from approvals.content import Account
from approvals.errors import Stale
from approvals.ledger import Freeze, Ledger
from approvals.ledger.head import Head, Mark
from approvals.payout import Kind, State
from tests.build import happening, request
from tests.core import NOON, RITA, Office, TappedLedger

pytest_plugins = ["tests.stage"]

LATER = NOON + timedelta(hours=1)
OURS = Account("v1", "2023", "https://admin.ccpayment.com")


def asked(office: Office, number: int, *life: Kind) -> None:
    with office.ledger.change() as change:
        payout = change.record(None, request(number=number), "test", NOON)
        for kind in life:
            payout = change.record(payout, happening(payout, kind), "test", NOON)


def lines(office: Office) -> Iterator[str]:
    """Every line on record."""
    with office.ledger.reading() as reading:
        yield from (str(row["line"]) for row in reading.log())


def head(office: Office) -> Path:
    return Path(f"{office.path}.head")


def copied(office: Office) -> Path:
    """A copy as a backup tool makes it: the database alone."""
    file = office.path.with_name("copy.db")
    with closing(sqlite3.connect(office.path)) as live, closing(sqlite3.connect(file)) as copy:
        live.backup(copy)
    return file


def put_back(office: Office, copy: Path) -> None:
    """The copy takes the ledger's place; the head file stays where it is."""
    office.ledger.close()
    for ending in ("-wal", "-shm"):
        Path(f"{office.path}{ending}").unlink(missing_ok=True)
    shutil.copyfile(copy, office.path)
    office.ledger = Ledger(office.path)


def test_the_head_follows_every_commit(office: Office) -> None:
    """After a commit the head names the newest line; a transaction without lines leaves it."""
    asked(office, 1)
    for _ in range(2):
        with office.ledger.reading() as reading:
            newest = reading.newest()
        assert newest is not None
        assert json.loads(head(office).read_text()) == {"lines": newest[0], "hash": newest[1]}
        with office.ledger.change() as change:
            change.redraw(1, NOON)
    assert office.rewound() is None


def test_an_old_copy_is_recognised_and_says_what_is_missing(office: Office) -> None:
    """A ledger that was put back from a copy is behind its head, by so many lines."""
    asked(office, 1)
    copy = copied(office)
    asked(office, 2, Kind.APPROVED)
    put_back(office, copy)
    assert office.rewound() == (
        "the ledger is an old copy: the last 2 lines of its record are missing"
    )


def test_a_copy_that_went_on_by_itself_is_recognised(office: Office, tmp_path: Path) -> None:
    """A ledger with as many lines as its head, but other ones, contradicts it."""
    asked(office, 1)
    copy = copied(office)
    asked(office, 2)
    elsewhere = Ledger(copy)
    with elsewhere.change() as change:
        change.record(None, request(number=3), "test", NOON)
    elsewhere.close()
    put_back(office, copy)
    assert office.rewound() == "the ledger's record is not the one it was: line 2 differs"


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"lines": "x", "hash": ""}'])
def test_a_head_that_cannot_be_read_is_no_head(office: Office, content: str) -> None:
    """A head file that says nothing is as suspicious as none."""
    asked(office, 1)
    head(office).write_text(content)
    assert office.rewound() == "the head file beside the ledger cannot be read"


def test_a_ledger_with_lines_needs_a_head(office: Office) -> None:
    """Whoever restores into an empty folder has no head: then nobody knows what is missing."""
    assert office.rewound() is None
    asked(office, 1)
    head(office).unlink()
    assert office.rewound() == "the head file beside the ledger is missing"


def test_a_head_that_lags_is_no_alarm(office: Office) -> None:
    """A process that died between commit and head leaves a head that is behind: all is well."""
    asked(office, 1)
    lagging = head(office).read_bytes()
    asked(office, 2)
    head(office).write_bytes(lagging)
    assert office.rewound() is None


def test_nothing_but_the_freeze_moves_the_head_of_an_old_copy(office: Office) -> None:
    """Whatever is written to an old copy, also by somebody who did not ask whether it is one, the
    head still tells of the lines that it lacks; once the freeze is on record the head follows."""
    asked(office, 1, Kind.APPROVED)
    copy = copied(office)
    asked(office, 2)
    put_back(office, copy)
    kept = head(office).read_bytes()
    for number in (3, 4, 5):
        asked(office, number)
        assert head(office).read_bytes() == kept
    assert office.rewound() == "the ledger's record is not the one it was: line 3 differs"
    assert office.ledger.bind("T1", OURS, LATER) is not None
    assert office.payout().restored_at == LATER
    assert office.rewound() is None
    asked(office, 6)
    assert json.loads(head(office).read_text())["lines"] == len(list(lines(office)))


@pytest.mark.parametrize("at", ["before commit", "after commit"])
def test_that_a_ledger_was_lost_is_never_forgotten(office: Office, at: str) -> None:
    """Wherever the program is killed while it opens a ledger that was lost, the next one that
    opens it knows, or finds it frozen."""

    def killed(event: str) -> None:
        if event == at:
            raise KeyboardInterrupt

    asked(office, 1)
    office.ledger.close()
    office.path.unlink()
    dying = TappedLedger(office.path, killed)
    with pytest.raises(KeyboardInterrupt):
        dying.bind("T1", OURS, LATER)
    dying.close()
    office.ledger = Ledger(office.path)
    office.ledger.bind("T1", OURS, LATER)
    with office.ledger.reading() as reading:
        frozen = reading.frozen()
    assert frozen is not None
    assert frozen.kind is Freeze.REWOUND


def test_an_old_copy_that_was_unfrozen_too_early_is_in_doubt(office: Office) -> None:
    """Who lifts a copy's own freeze before the program has opened it lifts nothing else: it is
    recognised all the same, and what was open in it is only looked up."""
    asked(office, 1, Kind.APPROVED)
    with office.ledger.change() as change:
        change.freeze(Freeze.MISMATCH, "because", NOON, "test")
    copy = copied(office)
    asked(office, 2)
    put_back(office, copy)
    with office.ledger.change() as change:
        change.unfreeze("cleared up", LATER, "command line")
    assert "the ledger's record is not the one it was" in str(office.ledger.bind("T1", OURS, LATER))
    assert (office.payout().state, office.payout().restored_at) == (State.SENDING, LATER)
    with office.ledger.reading() as reading:
        assert reading.frozen() is not None


def test_after_an_old_copy_whatever_was_open_counts_as_signed_now(office: Office) -> None:
    """The freeze itself puts every payout in doubt that was open in the copy, before anybody could
    end it as not sent; later ones are not touched, and numbers leave room for forgotten ones."""
    for number, life in enumerate([(), (Kind.APPROVED,), (Kind.REJECTED,)], start=1):
        asked(office, number, *life)
    with office.ledger.change() as change:
        change.freeze(Freeze.REWOUND, "the ledger is an old copy", LATER, "serve")
        number = change.take_number()
        change.record(None, request(number=number), "test", NOON)
    assert number > 1000
    for opened in (1, 2):
        payout = office.payout(opened)
        assert (payout.state, payout.restored_at) == (State.SENDING, LATER)
        with pytest.raises(Stale):
            office.desk.cancel(opened, RITA, trigger=office.trigger())
    with office.ledger.change() as change:
        change.unfreeze("looked through CCPayment's statement", LATER, "command line")
    assert office.payout(3).state is State.REJECTED
    assert office.payout(number).state is State.REQUESTED
    assert office.verified().payouts == 4


def test_an_old_copy_of_a_frozen_ledger_is_in_doubt_again(office: Office) -> None:
    """However often an old copy is put back, frozen or not, what is open in it is in doubt anew."""
    asked(office, 1, Kind.APPROVED)
    for at in (LATER, LATER + timedelta(hours=1)):
        with office.ledger.change() as change:
            change.freeze(Freeze.REWOUND, "the ledger is an old copy", at, "serve")
        assert office.payout().restored_at == at


@pytest.mark.parametrize("kind", [Freeze.PEOPLE, Freeze.MISMATCH])
def test_other_freezes_leave_payouts_as_they_are(office: Office, kind: Freeze) -> None:
    """Only an old copy puts payouts in doubt; lifting any other freeze changes none."""
    asked(office, 1, Kind.APPROVED)
    with office.ledger.change() as change:
        change.freeze(kind, "because", LATER, "test")
        change.unfreeze("it is fine", LATER, "test")
        assert change.frozen() is None
    assert office.payout().state is State.APPROVED


def test_many_programs_may_begin_at_once(path: Path) -> None:
    """Programs that start together on a new file do not trip over each other's first head."""

    def begin(_: int) -> str | None:
        ledger = Ledger(path)
        found = ledger.bind("T1", OURS, NOON)
        ledger.close()
        return found

    with ThreadPoolExecutor(8) as programs:
        assert list(programs.map(begin, range(40))) == [None] * 40


def test_the_first_head_is_written_under_the_door(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No head is ever written while another program could write one too."""
    held = []
    write = Head.write

    def watched(self: Head, mark: Mark) -> None:
        with Path(f"{office.path}.lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                held.append(False)
            except BlockingIOError:
                held.append(True)
        write(self, mark)

    monkeypatch.setattr(Head, "write", watched)
    office.ledger.bind("T1", OURS, NOON)
    asked(office, 1)
    assert held == [True, True, True]
