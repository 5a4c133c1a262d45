"""What `verify` sees of an attack on the file, and what it cannot see.

Attacks are made with the means of an attacker: a connection that ignores CHECKs and foreign keys,
and a schema whose triggers are dropped.
"""
# ruff: noqa: S608 - attackers write SQL as they like

import hashlib
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from approvals.audit import GENESIS, Broken, Note, hash_of, read_line
from approvals.errors import Denied
from approvals.ledger import Freeze, Ledger, UnknownLedger
from approvals.ledger.reports import Verified, verify
from approvals.payout import Kind, Payout
from approvals.policy import short_policy
from tests.build import happening
from tests.core import ACCOUNTS, NOA, NOON, POLICY, RITA, Clock, Office

pytest_plugins = ["tests.stage"]

LINES = 15
SETTLED, WAITING, DECLINED = 1, 2, 3
WHOLE = ("value", "together")
"""The columns of a payout that may be empty and else hold a whole number."""
LAST = {SETTLED: 8, WAITING: 9, DECLINED: 15}
"""The line that made each payout what it is."""


def play(office: Office, payout: Payout, *kinds: Kind) -> Payout:
    """Let these events happen, as they usually do."""
    for kind in kinds:
        with office.ledger.change() as change:
            payout = change.record(payout, happening(payout, kind), "test", None)
    return payout


@pytest.fixture
def told(path: Path) -> Path:
    """A closed ledger of 15 lines: payout 1, settled after some doubt (lines 1 to 8); payout 2,
    waiting (9), with a refusal (10); payout 3, declined (11 to 15)."""
    office = Office(path, Clock())
    first = play(office, office.asked(), Kind.ESTIMATED)
    after_doubt = (Kind.DOUBTED, Kind.LOOKED_UP, Kind.SENT, Kind.SETTLED)
    play(office, office.approve(first), Kind.CLAIMED, *after_doubt)
    second = office.asked(NOA)
    with pytest.raises(Denied):
        office.approve(second, NOA)
    play(office, office.approved(), Kind.CLAIMED, Kind.DECLINED, Kind.FAILED)
    office.ledger.close()
    return path


@contextmanager
def attack(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as db, db:
        for trigger in ("audit_no_update", "audit_no_delete", "audit_no_replace"):
            db.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        db.execute("PRAGMA ignore_check_constraints = ON")
        yield db


def verified(path: Path) -> Verified:
    with closing(Ledger(path)) as ledger, ledger.reading() as reading:
        return verify(reading)


def broken(path: Path) -> Broken:
    with pytest.raises(Broken) as caught:
        verified(path)
    return caught.value


def columns(path: Path, table: str) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]


# -- a ledger that is in order --------------------------------------------------------------------


def test_a_ledger_in_order_verifies(told: Path) -> None:
    """An untouched ledger verifies; the report says how much was checked, and the newest hash."""
    with closing(sqlite3.connect(told)) as db:
        (newest,) = db.execute("SELECT hash FROM audit WHERE number = :n", {"n": LINES}).fetchone()
    assert verified(told) == Verified(LINES, 3, newest)


def test_a_ledger_without_a_record_does_not_verify(path: Path) -> None:
    """Whoever serves a ledger puts that on record first: one without any line is no whole copy, and
    the sentence says how to take one."""
    found = broken(path)
    assert found.number == 1
    assert ".backup" in found.why


def test_the_schedule_is_no_record(told: Path) -> None:
    """When a payout is looked at next, and how often that failed, is nobody's decision."""
    with attack(told) as db:
        db.execute("UPDATE payouts SET due_at = '2030-01-01T00:00:00.000000Z', tries = 7")
    assert verified(told).lines == LINES


def test_a_stranger_can_check_a_line(told: Path, tmp_path: Path) -> None:
    """The stored text of each line, put through sha256sum, gives the hash stored with it, which the
    next line names: without any program of ours."""
    with closing(sqlite3.connect(told)) as db:
        stored = db.execute("SELECT line, hash FROM audit ORDER BY number").fetchall()
    for number, (text, _) in enumerate(stored):
        (tmp_path / f"{number:02}.txt").write_bytes(text.encode())
    files = sorted(tmp_path.glob("*.txt"))
    if shutil.which("sha256sum"):
        printed = subprocess.check_output(["sha256sum", *files], text=True).splitlines()
    else:
        printed = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    assert [line.split()[0] for line in printed] == [hash for _, hash in stored]
    previous = [read_line(text).previous for text, _ in stored]
    assert previous == [GENESIS, *(hash for _, hash in stored[:-1])]


# -- attacks on the log ---------------------------------------------------------------------------


def edit(db: sqlite3.Connection, number: int, old: str, new: str) -> str:
    """Put `new` for `old` into a line; the text as it is now."""
    (text,) = db.execute("SELECT line FROM audit WHERE number = ?", [number]).fetchone()
    assert old in text
    edited = text.replace(old, new)
    db.execute("UPDATE audit SET line = ? WHERE number = ?", [edited, number])
    return str(edited)


def test_an_edited_line_is_seen(told: Path) -> None:
    """A line with other words no longer has its hash."""
    with attack(told) as db:
        edit(db, 9, "Invoice 1043", "Invoice 1044")
    assert broken(told).number == 9


def test_a_line_edited_with_its_hash_is_seen(told: Path) -> None:
    """With its hash made anew, the next line no longer follows it."""
    with attack(told) as db:
        text = edit(db, 9, "Invoice 1043", "Invoice 1044")
        db.execute("UPDATE audit SET hash = ? WHERE number = 9", [hash_of(text)])
    assert broken(told).number == 10


def test_an_edited_hash_is_seen(told: Path) -> None:
    """A hash that is not its line's is seen, also the newest."""
    with attack(told) as db:
        db.execute("UPDATE audit SET hash = ? WHERE number = ?", ["f" * 64, LINES])
    assert broken(told).number == LINES


@pytest.mark.parametrize("number", [1, 2, 10, 13])
def test_a_removed_line_is_seen(told: Path, number: int) -> None:
    """A line that was taken out is missing at its place, refusals too."""
    with attack(told) as db:
        db.execute("DELETE FROM audit WHERE number = ?", [number])
    assert broken(told).number == number


def test_a_removed_line_is_seen_though_numbers_close_up(told: Path) -> None:
    """Renumbering the lines after a removed one does not help."""
    with attack(told) as db:
        db.execute("DELETE FROM audit WHERE number = 10")
        for number in range(11, LINES + 1):
            db.execute("UPDATE audit SET number = ? WHERE number = ?", [number - 1, number])
    assert broken(told).number == 10


def test_reordered_lines_are_seen(told: Path) -> None:
    """Two lines that changed places are seen at the first of them."""
    with attack(told) as db:
        for old, new in ((9, 99), (10, 9), (99, 10)):
            db.execute("UPDATE audit SET number = ? WHERE number = ?", [new, old])
    assert broken(told).number == 9


def test_a_line_under_another_subject_is_seen(told: Path) -> None:
    """A line that is filed where nobody looks for it is seen."""
    for change in ("subject = 'ledger'", "id = 2", "id = 0"):
        with attack(told) as db:
            db.execute(f"UPDATE audit SET {change} WHERE number = 4")
        assert broken(told).number == 4
        with attack(told) as db:
            db.execute("UPDATE audit SET subject = 'payout', id = 1 WHERE number = 4")
    assert verified(told).lines == LINES


def test_a_line_put_on_top_is_seen(told: Path) -> None:
    """A line in good order that tells a step which cannot happen is seen."""
    with attack(told) as db:
        (previous,) = db.execute("SELECT hash FROM audit WHERE number = ?", [LINES]).fetchone()
        (text,) = db.execute("SELECT line FROM audit WHERE number = 3").fetchone()
        text = text.replace('"number":3', f'"number":{LINES + 1}')
        text = text.replace(f'"previous":"{read_line(text).previous}"', f'"previous":"{previous}"')
        row = [LINES + 1, "payout", 1, text, hash_of(text)]
        db.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?)", row)
    assert broken(told).number == LINES + 1


@pytest.mark.parametrize("damage", ["x'ff'", "x'7b7d'", "'[]'", "''", "'{\"by\":1}'"])
def test_a_damaged_line_is_seen(told: Path, damage: str) -> None:
    """A line that is no longer a line, or not even text, is named like any other."""
    with attack(told) as db:
        db.execute(f"UPDATE audit SET line = CAST({damage} AS TEXT) WHERE number = 5")
    assert broken(told).number == 5


@pytest.mark.parametrize("text", ["[]", "{}", "null", "1", '{"by":1}', '{"facts":[]}'])
def test_a_line_of_something_else_is_seen(told: Path, text: str) -> None:
    """What has its hash but cannot be read as a line is named like any other."""
    with attack(told) as db:
        db.execute("UPDATE audit SET line = ?, hash = ? WHERE number = 5", [text, hash_of(text)])
    assert broken(told).number == 5


# -- attacks on the rows --------------------------------------------------------------------------


def other(value: object) -> object:
    """Something of the same type that it is not."""
    return value + 1 if isinstance(value, int) else f"{value}0"


def odd(value: object) -> object:
    """Bytes that are no text, where a text is possible."""
    return value + 1 if isinstance(value, int) else b"\xff\xfe"


def gone(_: object) -> object:
    return None


@pytest.mark.parametrize("number", LAST)
@pytest.mark.parametrize("spoil", [other, odd, gone])
def test_every_edited_column_of_a_payout_is_seen(
    told: Path, tmp_path: Path, spoil: Callable[[object], object], number: int
) -> None:
    """Whatever column of a payout is changed or emptied, all but the schedule, is seen and named
    by the line that says otherwise."""
    copy = tmp_path / "copy.db"
    for column in set(columns(told, "payouts")) - {"number", "due_at", "tries"}:
        shutil.copy(told, copy)
        with attack(copy) as db:
            about = [number]
            (old,) = db.execute(f"SELECT {column} FROM payouts WHERE number = ?", about).fetchone()
            if (new := spoil(old if old is not None or column not in WHOLE else 0)) == old:
                continue
            try:
                put(db, "payouts", column, new, "number = ?", about)
            except sqlite3.IntegrityError:
                assert new is None  # NOT NULL, which nobody can switch off
                continue
        found = broken(copy)
        assert (column, found.number) == (column, LAST[number])
        assert column in found.why


def put(
    db: sqlite3.Connection, table: str, column: str, new: object, where: str, values: list[int]
) -> None:
    """STRICT tables take bytes for text only with a cast."""
    cast = "CAST(? AS TEXT)" if isinstance(new, bytes) else "?"
    db.execute(f"UPDATE {table} SET {column} = {cast} WHERE {where}", [new, *values])


@pytest.mark.parametrize("table", ["approvals", "attempts"])
@pytest.mark.parametrize("spoil", [other, odd])
def test_every_edited_column_of_approvals_and_attempts_is_seen(
    told: Path, tmp_path: Path, table: str, spoil: Callable[[object], object]
) -> None:
    """Whatever column of an approval or attempt is changed is seen: who, when, what was sent."""
    copy = tmp_path / "copy.db"
    for column in columns(told, table):
        shutil.copy(told, copy)
        with attack(copy) as db:
            (old,) = db.execute(f"SELECT {column} FROM {table} ORDER BY 1 LIMIT 1").fetchone()
            where = f"rowid = (SELECT min(rowid) FROM {table})"
            put(db, table, column, spoil(old), where, [])
        assert (column, broken(copy).number) == (column, LAST[SETTLED])


@pytest.mark.parametrize(
    ("attacks", "number"),
    [
        ("DELETE FROM approvals WHERE id = 1", LAST[SETTLED]),
        ("DELETE FROM attempts WHERE payout = 3", LAST[DECLINED]),
        ("DELETE FROM payouts WHERE number = 2", LAST[WAITING]),
        (f"INSERT INTO approvals VALUES ('payout', 2, 'U1', 'D', '{'x' * 27}', '')", LAST[WAITING]),
        ("INSERT INTO approvals VALUES ('payout', 9, 'U1', 'D', 'x', '')", LINES + 1),
        ("INSERT INTO approvals VALUES ('policy', 1, 'U1', 'D', 'x', '')", LAST[SETTLED]),
        ("INSERT INTO attempts VALUES (2, 1, 1, '', 'unsent', '', '', '', 0, NULL)", LAST[WAITING]),
        ("INSERT INTO attempts VALUES (9, 1, 1, '', 'unsent', '', '', '', 0, NULL)", LINES + 1),
        ("UPDATE payouts SET number = 9 WHERE number = 2", LAST[WAITING]),
    ],
)
def test_rows_removed_or_added_are_seen(told: Path, attacks: str, number: int) -> None:
    """An approval, attempt or payout that was taken out or slipped in is seen, also one that
    belongs to nothing."""
    with attack(told) as db:
        db.execute(attacks)
    assert broken(told).number == number


def test_an_added_payout_is_seen(told: Path) -> None:
    """A payout of which no line tells is seen."""
    with attack(told) as db:
        names = ", ".join(set(columns(told, "payouts")) - {"number", "digest", "reference"})
        db.execute(
            f"INSERT INTO payouts (number, digest, reference, {names})"
            f" SELECT 4, 'd', 'r', {names} FROM payouts WHERE number = 2"
        )
    found = broken(told)
    assert found.number == LINES + 1
    assert "payout 4 has no line at all" in found.why


# -- attacks on what the ledger says of itself ----------------------------------------------------

OPENED, FIRST, ANOTHER, FROZEN, ASKED = 1, 2, 3, 4, 5


@pytest.fixture
def own(path: Path) -> Path:
    """A closed ledger that has an owner (line 1), its second policy (2, 3), a freeze (4) and a
    payout (5)."""
    office = Office(path, Clock())
    with office.ledger.change() as change:
        change.bind(RITA.team, ACCOUNTS["v1"], NOON)
        change.adopt(POLICY, "", NOON)
        change.adopt(short_policy([NOA.id], timedelta(hours=1)), "", NOON)
        change.freeze(Freeze.MISMATCH, "payout 1 is not as approved", NOON, "test")
    office.asked()
    office.ledger.close()
    return path


@pytest.mark.parametrize(
    ("attacks", "number"),
    [
        ("ledger SET team = 'T0ELSEWHERE'", OPENED),
        ("ledger SET api = 'v2'", OPENED),
        ("ledger SET app_id = '1'", OPENED),
        ("ledger SET url = NULL", OPENED),
        ("ledger SET policy = (SELECT min(hash) FROM policies WHERE hash <> policy)", ANOTHER),
        ("ledger SET policy = NULL", ANOTHER),
        ("policies SET text = replace(text, 'approvals = 1', 'approvals = 0')", None),
        ("policies SET text = CAST(x'ff' AS TEXT)", None),
        ("ledger SET frozen_at = NULL, frozen_because = NULL, frozen_kind = NULL", FROZEN),
        ("ledger SET frozen_kind = 'people'", FROZEN),
        ("ledger SET frozen_because = 'a test'", FROZEN),
        ("ledger SET frozen_line = 1", FROZEN),
        ("ledger SET signs = 1", ASKED + 1),
        ("ledger SET next_number = 1", ASKED + 1),
        ("ledger SET id = 2, next_number = 0", ASKED + 1),
    ],
)
def test_what_the_ledger_says_of_itself_follows_from_its_lines(
    own: Path, attacks: str, number: int | None
) -> None:
    """Whose the ledger is, which policy is in force and what it says, why it is frozen, and which
    numbers were used: who edits that in the file is seen."""
    assert verified(own).lines == ASKED
    with attack(own) as db:
        db.execute(f"UPDATE {attacks}")
    assert broken(own).number in ([number] if number else (FIRST, ANOTHER))


@pytest.mark.parametrize(
    "attacks",
    [
        "DELETE FROM policies",
        "DELETE FROM ledger",
        "INSERT INTO ledger (id, format, next_number) VALUES (2, 1, 9)",
        "INSERT INTO policies VALUES ('f', '')",
    ],
)
def test_rows_of_the_ledger_itself_removed_or_added_are_seen(own: Path, attacks: str) -> None:
    """A policy or an owner that was taken out or slipped in is seen."""
    with attack(own) as db:
        db.execute(attacks)
    with pytest.raises((Broken, UnknownLedger)):
        verified(own)


def test_a_freeze_that_was_lifted_is_no_freeze(own: Path) -> None:
    """What was lifted in order leaves a ledger in order; frozen by hand, it is seen."""
    with closing(Ledger(own)) as ledger, ledger.change() as change:
        change.unfreeze("it is right now", NOON, "test")
    assert verified(own).lines == ASKED + 1
    with attack(own) as db:
        db.execute("UPDATE ledger SET frozen_kind = 'people', frozen_because = 'x'")
    assert broken(own).number == ASKED + 1


def test_what_was_seen_of_its_answers_is_on_record(own: Path) -> None:
    """That the account signs is a line, once; who forgets it in the file is seen."""
    with closing(Ledger(own)) as ledger, ledger.change() as change:
        assert not change.signs()
        change.note_signs(NOON)
        change.note_signs(NOON)
        assert change.signs()
    assert verified(own).lines == ASKED + 1
    with attack(own) as db:
        db.execute("UPDATE ledger SET signs = 0")
    assert broken(own).number == ASKED + 1


def test_a_line_that_misnames_a_policy_is_seen(path: Path) -> None:
    """A policy goes by the hash of its text, also where it is told."""
    with closing(Ledger(path)) as ledger, ledger.change() as change:
        change.note(Note.POLICY, NOON, None, "test", {"hash": "f" * 64, "text": "x"})
    assert broken(path).number == 1


# -- what a chain alone cannot see ----------------------------------------------------------------


def test_a_cut_end_is_not_seen(told: Path) -> None:
    """Whoever restores yesterday's file, or takes off the newest lines with all that they made, is
    not seen by the chain alone: only a copy of the newest hash that is held elsewhere differs."""
    whole = verified(told)
    with attack(told) as db:
        db.execute("DELETE FROM audit WHERE number > 10")
        for table, column in (("approvals", "id"), ("attempts", "payout"), ("payouts", "number")):
            db.execute(f"DELETE FROM {table} WHERE {column} = 3")
    cut = verified(told)
    assert (cut.lines, cut.payouts) == (10, 2)
    assert cut.head != whole.head


def test_a_chain_made_anew_is_not_seen(told: Path) -> None:
    """Whoever rewrites every line from the edited one on, and the rows to match, is not seen by
    the chain alone: again only the newest hash tells."""
    whole = verified(told)
    with attack(told) as db:
        edit(db, 10, RITA.team, "T0ELSEWHERE")
        previous = ""
        for number in range(10, LINES + 1):
            (text,) = db.execute("SELECT line FROM audit WHERE number = ?", [number]).fetchone()
            text = text.replace(read_line(text).previous, previous) if previous else text
            previous = hash_of(text)
            new = [text, previous, number]
            db.execute("UPDATE audit SET line = ?, hash = ? WHERE number = ?", new)
    forged = verified(told)
    assert forged.lines == LINES
    assert forged.head != whole.head
