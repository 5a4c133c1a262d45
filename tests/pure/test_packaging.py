"""What is installed is what was meant: locked, hashed, and with every data file."""

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"]
DEV = PROJECT["project"]["optional-dependencies"]["dev"]
PACKAGES = ("approvals", "bot", "sandbox")


def lock(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(name: str) -> dict[str, str]:
    """Name and version of everything that a lock file installs."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock(name), re.MULTILINE))


@pytest.mark.current
@pytest.mark.parametrize(
    ("name", "declared"), [("requirements.lock", RUNTIME), ("requirements-dev.lock", RUNTIME + DEV)]
)
def test_a_lock_holds_what_is_declared(name: str, declared: list[str]) -> None:
    """Every declared dependency is locked at a version that fits; `make lock` renews the files."""
    pinned = pins(name)
    for requirement in map(Requirement, declared):
        locked = pinned[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(locked), f"{requirement} is locked at {locked}"


@pytest.mark.current
def test_tests_run_with_the_versions_that_serve() -> None:
    """What is in both lock files has one version, so the tests test what is deployed."""
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_hashes_and_no_place(name: str) -> None:
    """Each file is known by its hash, wherever it comes from; no address or path is written."""
    entries = re.split(r"\n(?=[a-z0-9])", lock(name))
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"://|index|find-links|(?<!\w)/\w", lock(name))


@pytest.mark.skipif(
    Version(version("setuptools")) < Version("80"),
    reason="this environment's setuptools is older than the locked one; run `make test`",
)
def test_an_installed_wheel_has_every_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain install holds each module and data file of the tree, and the command; and setuptools
    has nothing to warn of."""
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)  # it is warned of, too
    source, target = tmp_path / "source", tmp_path / "target"
    ignore = shutil.ignore_patterns("__pycache__")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", source)
    pip = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "--verbose"]
    alone = ["--no-index", "--no-deps", "--no-build-isolation", "--no-compile"]
    install = [*pip, "install", *alone, "--target", str(target), str(source)]
    done = subprocess.run(install, check=True, capture_output=True, text=True)
    assert "warning" not in (done.stdout + done.stderr).lower()
    for package in PACKAGES:
        there = {path.relative_to(target) for path in (target / package).rglob("*")}
        wanted = (path for path in (source / package).rglob("*") if path.is_file())
        assert {path.relative_to(source) for path in wanted} <= there
    assert (target / "bin/countersign").is_file()


def test_the_documented_install_builds_with_what_is_locked() -> None:
    """Whoever installs by the docs builds with the locked setuptools, and fetches no other."""
    lines = re.findall(r"^pip install .*--no-deps.*$", lock("docs/operating.md"), re.MULTILINE)
    assert lines == ["pip install --no-deps --no-build-isolation ."]
    assert "setuptools" in pins("requirements.lock")
