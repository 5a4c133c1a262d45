"""Somebody who writes to the file without using the door, such as a shell."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.core import Office

pytest_plugins = ["tests.stage"]


def test_from_the_first_read_of_a_change_nobody_else_writes(path: Path, office: Office) -> None:
    """What a change reads before it writes anything cannot be changed under it."""
    with closing(sqlite3.connect(path, timeout=0)) as shell:
        with office.ledger.change() as change:
            assert change.latest(1) == ()
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                shell.execute("UPDATE ledger SET next_number = 7")
            assert change.take_number() == 1
        shell.execute("UPDATE ledger SET next_number = 7")
        shell.commit()
    with office.ledger.change() as change:
        assert change.take_number() == 7
