"""Countersign where its users host it: variables and users that others made, ports that are taken,
terminals that cannot show everything."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from signal import SIGTERM

import pytest
from click.testing import CliRunner

from bot.cli import main
from tests.core import Clock, Office, ask
from tests.flows.test_serve import PATIENCE, House, ccpayment, house
from tests.served import ROOT

pytest_plugins = ["tests.stage"]
__all__ = ["ccpayment", "house"]

AS_NOBODY = """
import os
os.setreuid(54321, 0)  # a number that no list of users knows, but which may read these files
from bot.cli import main
main()
"""

OTHERS = {
    "FORWARDED_ALLOW_IPS": "anybody",
    "UVICORN_PORT": "1",
    "UVICORN_WORKERS": "9",
    "HTTP_PROXY": "http://127.0.0.1:1",
    "HTTPS_PROXY": "http://127.0.0.1:1",
    "ALL_PROXY": "socks5://127.0.0.1:1",
    "SLACK_SCOPES": "chat:write",
    "OTHER": '"',
}
"""What other programs and platforms set, beside WEB_CONCURRENCY, which buildpacks set unasked."""


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.mark.parametrize("workers", ["4", "", "auto"])
def test_variables_of_others_change_nothing(house: House, workers: str) -> None:
    """Whatever a platform sets for others, it serves: with one process, and without a proxy on the
    way to this machine."""
    served = house.serve(WEB_CONCURRENCY=workers, **OTHERS).comes_to("serving")
    served.signal(SIGTERM)
    status, said = served.ended()
    assert (status, "Traceback" in said) == (0, False)


def test_a_port_that_is_taken_is_a_sentence_and_exit_status_2(house: House, taken: int) -> None:
    """Nobody reads "serving" of a program that cannot be reached, and it has done nothing."""
    status, said = house.serve(PORT=str(taken)).ended()
    why = f"Countersign cannot listen on port {taken}: another program listens there. See PORT.\n"
    assert (status, said) == (2, why)
    assert not house.ledger.exists()


@pytest.mark.parametrize("kind", ["utf-16", "folder", "policy"])
def test_a_file_that_cannot_be_read_is_a_sentence_and_exit_status_2(
    house: House, kind: str
) -> None:
    """An `.env` or a policy that is no text, told before anything is done."""
    file = house.folder / (".env" if kind != "policy" else "policy.toml")
    if kind == "folder":
        file.mkdir()
    else:
        file.write_bytes("PORT=1\n".encode("utf-16"))
    changes = {"PAYOUTS_APPROVERS": "", "PAYOUTS_POLICY": file.name} if kind == "policy" else {}
    status, said = house.serve(**changes).ended()
    assert (status, said.count("\n"), "Traceback" in said) == (2, 1, False)
    assert file.name in said


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
@pytest.mark.parametrize("words", [["serve"], ["policy", "check"]])
def test_a_user_without_a_home(house: House, taken: int, words: list[str]) -> None:
    """A container may run as a number that no list of users knows, and without HOME: each command
    comes as far as ever."""
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, *words],
        cwd=house.folder,
        env={**house.settings, "PORT": str(taken)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == (2 if words == ["serve"] else 0)


def test_the_sandbox_runs_anywhere(tmp_path: Path, taken: int) -> None:
    """With others' variables, in a terminal that knows no emoji, and where its port is taken: then
    its page has another one, and it says which."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "sandbox"],
        cwd=tmp_path,
        env={
            **OTHERS,
            "WEB_CONCURRENCY": "auto",
            "PYTHONIOENCODING": "ascii",
            "PYTHONPATH": str(ROOT),
            "PORT": str(taken),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    told: list[str] = []
    for line in process.stdout or ():
        told.append(line)
        if "Ctrl-C" in line:
            process.send_signal(SIGTERM)
    _, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (0, "")
    assert f"Port {taken} is not free, so the page has another one.\n" in told
    assert any(line.startswith("Now you: open http://127.0.0.1:") for line in told)
    assert not any(f":{taken} " in line for line in told)


@pytest.mark.parametrize("charset", ["latin-1", "cp1252", "utf-8"])
def test_what_a_terminal_cannot_show_is_spelt_out(
    office: Office, clock: Clock, charset: str
) -> None:
    """An emoji in a reason ends no command with a traceback; JSON and CSV are UTF-8 everywhere."""
    reason = "Café 🎉 für alle"
    office.approve(office.asked(what=replace(ask(clock()), reason=reason)))
    runner = CliRunner(charset=charset)
    for words in (
        ["audit", "verify"],
        ["payouts", "list"],
        ["payouts", "list", "--csv"],
        ["payouts", "list", "--json"],
        ["payouts", "show", "1"],
        ["payouts", "show", "1", "--json"],
    ):
        done = runner.invoke(main, [*words, "--ledger", str(office.path)])
        assert (done.exit_code, done.exception) == (0, None), words
        if "--csv" in words:
            assert reason in done.stdout_bytes.decode()
        if "--json" in words:
            assert reason in str(json.loads(done.stdout_bytes.decode()))
        if words == ["payouts", "show", "1"]:
            shown = reason.encode(charset, "backslashreplace")
            assert shown in done.stdout_bytes
