"""The command line: what operators and auditors type, and what they read."""

import csv
import io
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from approvals.errors import Denied
from approvals.ledger import Freeze
from bot.cli import main
from tests.core import ACCOUNTS, DANA, ELI, NOA, RITA, Clock, Office
from tests.pure.test_keys import KEY_TEXT

pytest_plugins = ["tests.stage"]


def run(*words: str) -> Result:
    """`countersign …`, as if typed."""
    return CliRunner().invoke(main, words)


@pytest.fixture
def file(office: Office) -> str:
    """A ledger with an approved payout, a rejected one a day later, and a refusal."""
    office.approve(office.asked())
    office.clock.on(days=1)
    office.reject(office.asked(NOA))
    return str(office.path)


def backup(path: Path, to: Path) -> Path:
    """A whole copy, as SQLite makes it; closed, and as the bot leaves its own."""
    with closing(sqlite3.connect(path)) as db, closing(sqlite3.connect(to)) as copy:
        db.backup(copy)
        copy.execute("PRAGMA journal_mode = WAL")
    return to


@pytest.fixture
def alone(file: str, tmp_path: Path) -> Path:
    """A copy of that ledger in a folder with nothing else."""
    folder = tmp_path / "copy"
    folder.mkdir()
    return backup(Path(file), folder / "payouts.db")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` and no setting of the machine takes part."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)


def test_a_sound_log_verifies(file: str, office: Office) -> None:
    """`audit verify` says how much it checked, and the newest hash to keep elsewhere."""
    found = office.verified()
    result = run("audit", "verify", "--ledger", file)
    assert result.exit_code == 0
    assert f"{found.lines} lines and 2 payouts checked" in result.output
    assert found.head in result.output
    as_json = json.loads(run("audit", "verify", "--json", "--ledger", file).output)
    assert as_json == {"ok": True, "lines": found.lines, "payouts": 2, "head": found.head}


def test_a_broken_log_names_the_line(file: str) -> None:
    """Where something is wrong, the exit status is 1 and the line is named."""
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("DROP TRIGGER audit_no_update")
        db.execute("UPDATE audit SET line = replace(line, '250', '950') WHERE number = 1")
    result = run("audit", "verify", "--ledger", file)
    assert result.exit_code == 1
    assert "line 1 does not have the hash that is stored with it" in result.output
    as_json = json.loads(run("audit", "verify", "--json", "--ledger", file).output)
    assert (as_json["ok"], as_json["line"]) == (False, 1)


def test_a_damaged_file_is_said(file: str) -> None:
    """Bytes that are flipped inside the database's own structure are a sentence too."""
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'audit'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    with Path(file).open("r+b") as raw:
        raw.seek((page - 1) * size)
        raw.write(b"\xff" * 100)
    result = run("audit", "verify", "--ledger", file)
    assert result.exit_code == 1
    assert "The ledger's file is damaged" in result.output


@pytest.mark.parametrize("harm", ["cut", "first page", "head", "folder", "empty"])
def test_any_damage_is_said(harm: str, alone: Path) -> None:
    """However a file is damaged, each command that reads says so, for people and as JSON, and
    leaves the file as it is."""
    whole = alone.read_bytes()
    damaged = {
        "cut": whole[: len(whole) // 2],
        "first page": whole[:100] + b"A" * 24 + whole[124:],
        "head": b"A" * 16 + whole[16:],
        "empty": b"",
    }
    path = alone if harm in damaged else alone.parent
    if harm in damaged:
        path.write_bytes(damaged[harm])
    for words in (["audit", "verify"], ["payouts", "list"], ["payouts", "show", "1"]):
        result = run(*words, "--ledger", str(path))
        assert isinstance(result.exception, SystemExit), result.exception
        assert result.output.startswith(("The ledger's file is damaged", str(path), "There is no"))
        said = run(*words, "--json", "--ledger", str(path))
        assert said.exit_code == result.exit_code
        assert harm not in damaged or json.loads(said.output)["ok"] is False
    assert alone.read_bytes() == damaged.get(harm, whole)


def test_a_copy_without_what_came_last_is_not_called_sound(office: Office, tmp_path: Path) -> None:
    """`cp` of a ledger that was just begun leaves out what lies in the -wal beside it; SQLite's
    backup does not."""
    office.asked()
    copy = Path(shutil.copy(office.path, tmp_path / "copy.db"))
    result = run("audit", "verify", "--ledger", str(copy))
    assert (result.exit_code, ".backup" in result.output) == (1, True)
    whole = backup(office.path, tmp_path / "whole.db")
    assert run("audit", "verify", "--ledger", str(whole)).exit_code == 0


def test_reading_leaves_no_trace(alone: Path) -> None:
    """Whoever may only read can read: no file is made, and the ledger does not change."""
    before = alone.read_bytes()
    for words in (["audit", "verify"], ["payouts", "list"], ["payouts", "show", "1"]):
        assert run(*words, "--ledger", str(alone)).exit_code == 0
    assert list(alone.parent.iterdir()) == [alone]
    assert alone.read_bytes() == before


def test_the_list_is_for_people_and_for_programs(file: str) -> None:
    """`payouts list` shows a table; `--json` and `--csv` hold the same payouts, unshortened."""
    table = run("payouts", "list", "--ledger", file).output
    assert "approved" in table
    assert "rejected" in table
    records = json.loads(run("payouts", "list", "--json", "--ledger", file).output)
    rows = list(
        csv.DictReader(io.StringIO(run("payouts", "list", "--csv", "--ledger", file).output))
    )
    assert rows == records
    assert [row["state"] for row in rows] == ["approved", "rejected"]
    assert rows[0]["approvers"].startswith("Dana (")
    assert all(row["reference"].startswith("p1") for row in rows)


def test_days_are_days_of_the_zone(file: str, office: Office) -> None:
    """`--from` and `--to` name whole days, the last one included, in the zone of `--zone`."""

    def asked(*words: str) -> list[str]:
        output = run("payouts", "list", "--json", "--ledger", file, *words).output
        return [record["payout"] for record in json.loads(output)]

    second = office.payout(2).requested_at
    day = f"{second:%Y-%m-%d}"
    assert asked("--from", day) == ["2"]
    assert asked("--to", f"{second - timedelta(days=1):%Y-%m-%d}") == ["1"]
    assert asked("--from", day, "--to", day) == ["2"]
    ahead = f"{second + timedelta(hours=14):%Y-%m-%d}"
    assert asked("--from", ahead, "--zone", "Pacific/Kiritimati") == ["2"]
    for edge in ("0001-01-01", "9999-12-31"):
        for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
            assert asked("--from", "0001-01-01", "--to", edge, "--zone", zone) in ([], ["1", "2"])
            assert asked("--from", edge, "--zone", zone) in ([], ["1", "2"])
    assert asked("--from", "0001-01-01", "--to", "9999-12-31") == ["1", "2"]
    [first, _] = json.loads(
        run("payouts", "list", "--json", "--zone", "Asia/Kolkata", "--ledger", file).output
    )
    assert first["asked"].endswith("+05:30")


def test_one_payout_is_shown_with_its_record(file: str, office: Office) -> None:
    """`payouts show` prints the facts and every line, who and what; `--json` the canonical text."""
    shown = run("payouts", "show", "1", "--ledger", file).output
    assert "requested  by Rita" in shown
    assert "approved   by Dana" in shown
    assert office.payout(1).content.destination in shown
    assert "value: about 250.00 USD" in shown
    as_json = json.loads(run("payouts", "show", "1", "--json", "--ledger", file).output)
    assert as_json["canonical"] == office.payout(1).canonical
    assert [line["what"] for line in as_json["lines"]] == office.kinds(1)


def test_people_are_shown_by_their_ids(office: Office) -> None:
    """What a refusal says about people is spelled as ids, which the record holds with names."""
    made = office.asked()
    with pytest.raises(Denied):
        office.approve(made, RITA)
    shown = run("payouts", "show", "1", "--ledger", str(office.path)).output
    assert f"refused    to Rita ({RITA.id})" in shown
    assert f"{DANA.id} or {ELI.id} can." in shown
    assert "{U" not in shown


def test_one_is_not_many(office: Office) -> None:
    """One payout is `1 payout`."""
    office.asked()
    result = run("audit", "verify", "--ledger", str(office.path))
    assert result.output.startswith("1 line and 1 payout checked;")


def test_a_cell_cannot_become_a_formula(office: Office, clock: Clock) -> None:
    """What people wrote is no formula when the export is opened in a spreadsheet."""
    from dataclasses import replace

    from tests.core import ask

    office.asked(what=replace(ask(clock()), reason="=HYPERLINK(0)"))
    output = run("payouts", "list", "--csv", "--ledger", str(office.path)).output
    (row,) = csv.DictReader(io.StringIO(output))
    assert row["reason"] == "'=HYPERLINK(0)"


def test_unfreeze_lifts_what_people_may_not(file: str, office: Office) -> None:
    """On the host, with a reason that is put on record, any freeze is lifted."""
    result = run("unfreeze", "--reason", "none", "--ledger", file)
    assert (result.exit_code, "not frozen" in result.output) == (2, True)
    with office.ledger.change() as change:
        change.freeze(Freeze.MISMATCH, "payout 1 is not as approved", office.clock(), "sender")
    for nothing in ("", "  "):
        result = run("unfreeze", "--reason", nothing, "--ledger", file)
        assert (result.exit_code, "it goes on record" in result.output) == (2, True)
    result = run("unfreeze", "--reason", f"{KEY_TEXT} is safe", "--ledger", file)
    assert (result.exit_code, "private key" in result.output) == (2, True)
    with office.ledger.reading() as reading:
        assert reading.frozen() is not None
    result = run("unfreeze", "--reason", "CCPayment confirmed the amount", "--ledger", file)
    assert result.exit_code == 0
    assert "payout 1 is not as approved" in result.output
    with office.ledger.reading() as reading:
        assert reading.frozen() is None
    assert office.lines(0)[-1].facts["why"] == "CCPayment confirmed the amount"


def test_unfreeze_waits_until_an_old_copy_is_known_as_one(file: str, office: Office) -> None:
    """Before `serve` has seen that an old copy was put back, nothing is lifted on it, and the
    sentence says what comes first; afterwards it is."""
    with office.ledger.change() as change:
        change.freeze(Freeze.MISMATCH, "payout 1 is not as approved", office.clock(), "sender")
    Path(f"{file}.head").unlink()
    result = run("unfreeze", "--reason", "cleared up", "--ledger", file)
    assert (result.exit_code, "Start countersign serve first" in result.output) == (2, True)
    with office.ledger.reading() as reading:
        assert reading.frozen() is not None
    office.ledger.bind("T1", ACCOUNTS["v1"], office.clock())
    result = run("unfreeze", "--reason", "cleared up", "--ledger", file)
    again = "It is frozen again, because payout 1 is not as approved. Look into that too."
    assert (result.exit_code, again in result.output) == (0, True)
    result = run("unfreeze", "--reason", "that one too", "--ledger", file)
    assert (result.exit_code, "It goes on now" in result.output) == (0, True)


@pytest.mark.parametrize(
    "words",
    [
        ["audit", "verify"],
        ["payouts", "list"],
        ["payouts", "show", "1"],
        ["unfreeze", "--reason", "x"],
    ],
)
def test_no_ledger_is_made_by_looking(words: list[str], tmp_path: Path) -> None:
    """A path that names nothing is an error with status 2, and leaves nothing behind."""
    result = run(*words, "--ledger", str(tmp_path / "typo.db"))
    assert result.exit_code == 2
    assert "There is no ledger at" in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["payouts", "show", "7"], "There is no payout 7"),
        (["payouts", "list", "--zone", "Mars"], "Mars is no time zone"),
        (["payouts", "list", "--csv", "--json"], "Choose one of --csv and --json"),
        (["manifest", "--url", "http://x"], "The address must look like"),
        (["manifest", "--url", "https://x.example", "--command", "pay"], "must be a slash"),
    ],
)
def test_what_cannot_be_used_is_said(words: list[str], said: str, file: str) -> None:
    """A question that cannot be answered is a sentence and exit status 2."""
    ledger = ["--ledger", file] if words[0] == "payouts" else []
    result = run(*words, *ledger)
    assert result.exit_code == 2
    assert said in result.output


def test_a_file_that_is_no_ledger_is_left_alone(tmp_path: Path) -> None:
    """A file of another kind is refused in a sentence and not changed."""
    other = tmp_path / "notes.txt"
    other.write_text("not a database, but long enough to be one" * 50)
    before = other.read_bytes()
    result = run("audit", "verify", "--ledger", str(other))
    assert result.exit_code == 2
    assert "cannot be read" in result.output
    assert other.read_bytes() == before


def test_the_setting_names_the_ledger(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `--ledger`, DATABASE_URL says which one; no other setting is needed."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    assert run("audit", "verify").exit_code == 0


def test_serve_lists_what_is_wrong() -> None:
    """Without settings, `serve` says all that it needs and exits with status 2."""
    result = CliRunner(env={"SLACK_CLIENT_ID": "1"}).invoke(main, ["serve"])
    assert result.exit_code == 2
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "PAYOUTS_CHANNEL", "SLACK_CLIENT_ID"):
        assert name in result.output
