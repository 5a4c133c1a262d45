"""Rules of the house that no linter knows."""

import ast
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@cache
def parsed(folder: str) -> tuple[tuple[str, ast.AST], ...]:
    """Every node of every module in this folder, with `path:line`; read once for all rules."""
    return tuple(
        (f"{path.relative_to(ROOT).as_posix()}:{getattr(node, 'lineno', 0)}", node)
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def nodes(*folders: str) -> Iterator[tuple[str, ast.AST]]:
    """Every node in these folders."""
    return chain.from_iterable(map(parsed, folders))


def called(*folders: str) -> Iterator[tuple[str, ast.expr]]:
    """What is called, wherever something is."""
    return ((where, node.func) for where, node in nodes(*folders) if isinstance(node, ast.Call))


def last(name: ast.AST) -> str:
    """The last word of a dotted name."""
    return str(getattr(name, "attr", getattr(name, "id", "")))


def test_no_float_near_money() -> None:
    """The half that handles money holds no float literal and makes no float."""
    literals = [
        where
        for where, node in nodes("approvals")
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    assert literals + [where for where, call in called("approvals") if last(call) == "float"] == []


def test_no_column_can_hold_a_float() -> None:
    """The ledger has no column type in which SQLite would keep a float."""
    for path in sorted((ROOT / "approvals").rglob("*.sql")):
        sql = re.sub(r"--.*|'[^']*'", "", path.read_text(encoding="utf-8"))
        assert not re.findall(r"\b(REAL|FLOAT|DOUBLE|NUMERIC|DECIMAL|ANY)\b", sql, re.IGNORECASE)


def test_money_leaves_at_one_place() -> None:
    """The gateway's create call has one call site, and it is the sender's."""
    sites = [where for where, call in called("approvals", "bot") if last(call) == "withdraw"]
    assert len(sites) <= 1
    assert all(where.startswith("approvals/sender.py:") for where in sites)


def test_approvals_takes_time_and_chance_from_outside() -> None:
    """Nothing in approvals asks a clock, draws a number or sleeps, so that tests decide about all
    three; the one real clock is defined in times.py and called elsewhere.
    """
    own = re.compile(r"now|utcnow|utc_now|today|sleep|token_\w+|urandom|uuid[14]|time")
    suspects = [one for one in called("approvals") if own.fullmatch(last(one[1]))]
    written = [(where, ast.unparse(call)) for where, call in suspects]
    found = [(where, call) for where, call in written if not call.endswith(".time")]
    found += [(where, call) for where, call in written if call == "time.time"]
    assert [call for where, call in found if where.startswith("approvals/times.py:")] == [
        "datetime.now"
    ]
    assert [(where, call) for where, call in found if "/times.py:" not in where] == []


def test_one_module_reads_the_environment() -> None:
    """No module but bot/environment.py looks at the environment."""
    found = {
        where.partition(":")[0]
        for where, node in nodes("approvals", "bot", "sandbox")
        if last(node) in ("environ", "getenv")
    }
    assert found == {"bot/environment.py"}


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.com"])
def test_no_test_leaves_the_machine(host: str) -> None:
    """Whatever a test does, it reaches nothing but loopback: not even a name is looked up."""
    with pytest.raises(pytest.fail.Exception, match="only loopback"):
        socket.create_connection((host, 443), timeout=1)
    with socket.socket() as raw, pytest.raises(pytest.fail.Exception, match="only loopback"):
        raw.connect((host, 443))


def test_no_test_sleeps_or_mocks() -> None:
    """Tests wait for facts instead of time, and meet our own code instead of a likeness."""
    assert [where for where, call in called("tests") if last(call) == "sleep"] == []
    mocks = [
        where
        for where, node in nodes("tests")
        if isinstance(node, ast.Import | ast.ImportFrom)
        and re.search(r"\bmock\b", ast.unparse(node))
    ]
    assert mocks == []


def test_every_test_says_its_promise() -> None:
    """Each test's docstring is the promise that it keeps."""
    silent = [
        where
        for where, node in nodes("tests")
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


WATCHED_IMPORT = """
import importlib, sys
from pathlib import Path

WRITES = ("w", "a", "x", "+")
seen = []

def watch(event, args):
    writing = event == "open" and isinstance(args[1], str) and any(m in args[1] for m in WRITES)
    acting = event in {"sqlite3.connect", "subprocess.Popen", "_thread.start_new_thread"}
    if writing or acting or event.startswith("socket."):
        seen.append((event, args[0]))

sys.addaudithook(watch)
sys.path.insert(0, ".")
for layer in ("approvals", "bot", "sandbox"):
    for path in sorted(Path(layer).rglob("*.py")):
        importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
sys.exit(repr(seen) if seen else 0)
"""


def test_nothing_is_built_at_import() -> None:
    """Importing every module opens no socket, no database, no file to write, and no thread."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED_IMPORT],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
