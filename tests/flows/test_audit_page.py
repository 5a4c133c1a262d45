"""docs/audit.md: whoever trusts nobody can check the log with what the page says."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from approvals.audit import Note
from approvals.payout import Kind
from tests.core import NOA, Office

pytest_plugins = ["tests.stage"]

PAGE = (Path(__file__).parents[2] / "docs/audit.md").read_text("utf-8")
KEPT = 'kept = ""'


def checked(folder: Path, kept: str = "") -> subprocess.CompletedProcess[str]:
    """The page's program beside `copy.db`, without anything of ours."""
    (program,) = re.findall(r"```python\n(.+?)```", PAGE, re.DOTALL)
    assert KEPT in program
    words = [sys.executable, "-I", "-S", "-c", program.replace(KEPT, f'kept = "{kept}"')]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(office: Office, tmp_path: Path) -> Path:
    """A copy as the page says, of a ledger in use."""
    office.approve(office.asked())
    office.reject(office.asked(NOA))
    path = tmp_path / "copy.db"
    with closing(sqlite3.connect(office.path)) as db, closing(sqlite3.connect(path)) as copy:
        db.backup(copy)
    return path


def test_the_program_of_the_page_checks_a_real_log(copy: Path, office: Office) -> None:
    """It counts the lines, finds the newest hash, and makes each digest and reference anew; a hash
    kept earlier is found again after the log has grown."""
    found = office.verified()
    made = [office.payout(number) for number in (1, 2)]
    for line in (1, found.lines):
        with office.ledger.reading() as reading:
            kept = reading.hash_at(line)
        result = checked(copy.parent, kept or "")
        assert result.returncode == 0, result.stderr
        assert result.stdout.splitlines() == [
            *(f"payout {one.number} digest {one.digest} reference {one.reference}" for one in made),
            f"{found.lines} lines; the newest hash is {found.head}",
        ]
    assert "the kept hash is gone" in checked(copy.parent, "f" * 64).stderr


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        ("UPDATE audit SET line = replace(line, '250', '950') WHERE number = 1", "1 was edited"),
        ("UPDATE audit SET hash = 'f' WHERE number = 2", "line 2 was edited"),
        ("DELETE FROM audit WHERE number = 2", "line 2 is missing"),
    ],
)
def test_the_program_of_the_page_sees_attacks(copy: Path, attack: str, said: str) -> None:
    """It ends with the line where something is wrong."""
    with closing(sqlite3.connect(copy)) as db, db:
        db.execute("DROP TRIGGER audit_no_update")
        db.execute("DROP TRIGGER audit_no_delete")
        db.execute(attack)
    result = checked(copy.parent)
    assert result.returncode == 1
    assert said in result.stderr


def test_the_page_names_every_kind_of_line() -> None:
    """Each kind that is no step of a payout's life has its row, and no other kind has."""
    rows = re.findall(r"^\| (`[^|]+) \|", PAGE.partition("kind that is no step")[2], re.MULTILINE)
    named = [kind for row in rows for kind in re.findall(r"`([^`]+)`", row)]
    assert sorted(named) == sorted(Note)
    assert not set(named) & set(Kind)
