"""The ledger's files are for one user, and a file of somebody else's is named."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from approvals.audit import Note
from approvals.ledger import Ledger, UnknownLedger
from approvals.ledger.family import BESIDE, family
from bot.serving import Turn
from tests.core import NOON, Office

pytest_plugins = ["tests.stage"]

NOBODY = 65534


def modes(ledger: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in family(ledger)}


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def test_nobody_else_may_read_a_ledger(tmp_path: Path) -> None:
    """However generous the user is with other files, each file of a ledger is for them alone."""
    path = tmp_path / "payouts.db"
    with umask(0):
        ledger = Ledger(path)
        Turn(path, lambda: None, []).leave()
        with ledger.change() as change:
            change.note(Note.REFUSED, NOON, None, "x", {})
        found = modes(path)
        ledger.close()
    beside = ("", "-wal", "-shm", ".lock", ".head", ".serving")
    assert set(found) == {f"payouts.db{rest}" for rest in beside}
    assert set(found.values()) == {0o600}


def test_what_others_could_read_is_mended_and_said(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """The files of a ledger from before are taken from others when it is opened, and the log says
    so, once."""
    office.asked()
    office.ledger.close()
    Path(f"{office.path}.serving").touch()
    for file in family(office.path):
        file.chmod(0o644)
    again = Ledger(office.path)
    again.open()
    assert set(modes(office.path).values()) == {0o600}
    assert f"others could read {office.path}; now they cannot" in caplog.messages
    caplog.clear()
    again.close()
    office.ledger = Ledger(office.path)
    office.ledger.open()
    assert caplog.messages == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("rest", BESIDE)
def test_a_file_of_another_users_is_named(rest: str) -> None:
    """A ledger that root once served is refused to another user, with the file that is in the way
    and whose it is; nothing is changed by that."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        file = folder / f"payouts.db{rest}"
        file.touch(0o600)
        os.seteuid(NOBODY)
        try:
            with pytest.raises(UnknownLedger, match=rf"may not write to {file.name},.* root"):
                Ledger(folder / "payouts.db")
        finally:
            os.seteuid(0)
        assert list(folder.iterdir()) == [file]
