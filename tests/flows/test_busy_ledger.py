"""A ledger that somebody else holds, as people meet it: what they read is what is on record."""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from approvals.ledger import Ledger, within
from bot.buttons import Act
from bot.cli import main
from bot.listeners import ANSWERED, BUSY
from sandbox.slack.cast import DANA, ELI, MAX, NOA, RITA
from tests.flows.test_listeners import FORM, REQUEST, Clock, Office, words, working

pytest_plugins = ["tests.stage"]

ALMOST = ANSWERED - timedelta(seconds=1)


@dataclass
class Behind(Clock):
    """A listener takes a request up when it has `waited` for so long: the rest of its time is
    short."""

    waited: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        listens = threading.current_thread().name.startswith("listener")
        return self.at + (self.waited if listens else timedelta(0))


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def office(tmp_path: Path, behind: Behind) -> Iterator[Office]:
    with working(tmp_path, clock=behind) as office:
        yield office
        assert office.slack.complaints == []


@contextmanager
def locked(office: Office) -> Iterator[None]:
    """Another program has locked the ledger's file, and does not let go."""
    with closing(sqlite3.connect(office.settings.ledger_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def newest(ledger: Ledger) -> object:
    with ledger.reading() as reading:
        return reading.newest()


def test_nothing_goes_on_record_once_it_failed_for_people(office: Office, behind: Behind) -> None:
    """While another program holds the file for longer than Slack waits, everybody reads in time
    that nothing was done, whatever it was: a command, a press, a form, a refusal. And nothing was:
    no line is on record, then or when the file is free again. The next try works."""
    assert office.ask().text.startswith("Payout 1 is recorded")
    assert office.press(DANA, Act.REJECT).error is None
    office.ask(NOA, "")
    office.slack.wait_until(lambda: bool(office.slack.open_views(NOA.id)))
    office.slack.wait_until(lambda: "network fee about" in office.card().text)
    before = newest(office.bot.ledger)

    def typed(text: str) -> Callable[[], str]:
        return lambda: office.ask(MAX, text).text.partition("\nYou typed: ")[0]

    def pressed() -> str:
        assert office.press(ELI, Act.APPROVE).error is None
        return office.told(ELI).text

    def rejected() -> str:
        return words(list((office.submit(DANA, {"reason": "Paid before"}).errors or {}).values()))

    def asked() -> str:
        return words(list((office.submit(NOA, FORM).errors or {}).values()))

    errands = [
        typed(REQUEST),
        typed("show 7"),
        typed("cancel 1"),
        lambda: office.ask(RITA, "cancel 1").text,
        lambda: office.ask(DANA, "freeze").text,
        *(pressed, rejected, asked),
    ]
    behind.waited = ALMOST
    with locked(office), ThreadPoolExecutor(len(errands)) as people:
        assert list(people.map(lambda errand: errand(), errands)) == [BUSY] * len(errands)
    behind.waited = timedelta(0)
    assert newest(office.bot.ledger) == before
    office.submit(DANA, {"reason": "Paid before"})
    assert office.payout().because == "Paid before"


class Pounce(threading.Event):
    """Another process that is at the door as soon as a listener has committed something."""

    def __init__(self, ledger: Path) -> None:
        super().__init__()
        self._lock = os.open(f"{ledger}.lock", os.O_RDWR)

    def set(self) -> None:
        if threading.current_thread().name.startswith("listener"):
            fcntl.flock(self._lock, fcntl.LOCK_EX)

    def leave(self) -> None:
        os.close(self._lock)


def test_what_is_on_record_is_not_said_to_be_nothing(office: Office, behind: Behind) -> None:
    """Where the ledger is held as soon as a payout is recorded, so that nothing more can be shown
    of it, the requester reads that it is on record, and where to look."""
    other = Pounce(office.settings.ledger_file)
    office.bot.ledger._bells.append(other)
    behind.waited = ALMOST
    said = office.ask().text
    other.leave()
    assert said == (
        "What you did is on record, but the ledger was not free in time to show more. Look at"
        " `/payout list` before you do it again."
    )
    assert office.count() == 1


def test_the_command_line_says_that_the_ledger_is_busy(office: Office) -> None:
    """Whoever lifts a freeze on the host meanwhile reads that, and not that the file is damaged."""
    with locked(office), within(0.05):
        words = ["unfreeze", "--reason", "x", "--ledger", str(office.settings.ledger_file)]
        done = CliRunner().invoke(main, words)
    why = f"{office.settings.ledger_file} cannot be used now: another program has locked it."
    assert (done.exit_code, done.output) == (2, f"{why} Try again.\n")
