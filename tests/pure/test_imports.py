"""The one import rule: sandbox → bot → approvals → the standard library, and never back."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = ("approvals", "bot", "sandbox")  # each may import itself and what stands before it
MODULES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))

# Everything outside the standard library that the product may import, and what it comes with.
DECLARED = {
    "slack_bolt",
    "slack_sdk",  # slack-bolt
    "httpx",
    "sqlite_utils",
    "pydantic",
    "pydantic_core",  # pydantic
    "dotenv",
    "starlette",
    "uvicorn",
    "h11",
    "click",  # sqlite-utils
    "tabulate",  # sqlite-utils
}

# The parts of approvals that reach outside: the database, the gateway, and those who use them.
# All the rest is pure: rules, and the interfaces, which are values and protocols only.
REACHING = {
    *("ledger", "ccpayment", "desk", "clerk", "sender", "evidence", "followup", "worker"),
    *("rosters", "rulebook"),
}
# The standard library's ways to the clock, to chance and to the outside.
IMPURE = {
    "asyncio",
    "http",
    "logging",
    "os",
    "pathlib",
    "random",
    "secrets",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "threading",
    "time",
    "urllib",
}
PURE_LIBRARY = sys.stdlib_module_names - IMPURE


def imports(tree: ast.AST, package: str) -> Iterator[tuple[str, ast.stmt]]:
    """Every module that `tree` imports, by its full name, with the statement."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            above = parts[: len(parts) - node.level + 1] if node.level else []
            base = [*above, node.module] if node.module else above
            yield from ((".".join([*base, alias.name]), node) for alias in node.names)


def imported(path: Path) -> Iterator[tuple[str, ast.stmt]]:
    package = ".".join(path.relative_to(ROOT).parent.parts)
    return imports(ast.parse(path.read_text(encoding="utf-8")), package)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_point_down(path: Path) -> None:
    """A module imports its own layer, lower ones, and declared packages; nothing else."""
    layer = LAYERS.index(path.relative_to(ROOT).parts[0])
    allowed = {*LAYERS[: layer + 1], *DECLARED, *sys.stdlib_module_names}
    if named(path) == "bot/cli.py":
        allowed.add("sandbox")
    found = {name for name, _ in imported(path)}
    assert {name for name in found if name.partition(".")[0] not in allowed} == set()


def test_only_the_command_line_knows_the_sandbox() -> None:
    """cli.py imports the sandbox inside the function that runs it, so `serve` never loads it."""
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = {name.partition(".")[0] for name, node in imports(tree, "") if node in tree.body}
        assert named(path).startswith("sandbox/") or "sandbox" not in found, named(path)


def pure(path: Path) -> bool:
    layer, first = path.relative_to(ROOT).with_suffix("").parts[:2]
    return layer == "approvals" and first not in REACHING


@pytest.mark.parametrize("path", [path for path in MODULES if pure(path)], ids=named)
def test_the_rules_are_pure(path: Path) -> None:
    """Rules import only rules, and of the standard library no clock, no chance, no outside."""
    for name, _ in imported(path):
        first, second = [*name.split("."), ""][:2]
        allowed = second not in REACHING if first == "approvals" else first in PURE_LIBRARY
        assert allowed, f"{named(path)} imports {name}"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("import os.path", "os.path"),
        ("from approvals import money", "approvals.money"),
        ("from . import money", "approvals.ledger.money"),
        ("from .. import desk", "approvals.desk"),
        ("from ..desk import Desk", "approvals.desk.Desk"),
        ("def f():\n    import bot.cards", "bot.cards"),
    ],
)
def test_every_way_of_importing_is_seen(line: str, name: str) -> None:
    """The walk sees relative imports and those inside functions too."""
    assert [found for found, _ in imports(ast.parse(line), "approvals.ledger")] == [name]
