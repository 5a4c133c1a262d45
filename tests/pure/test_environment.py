"""How values are written, before any of them has a type: by hosts, shells and editors."""

from pathlib import Path

import pytest

from bot.settings import LedgerSettings, SandboxSettings, Settings, WrongSettings
from tests.pure.test_settings import GOOD, elsewhere, sentences

__all__ = ["elsewhere"]

NAMES = sorted(name.upper() for name in Settings.model_fields)
FREE = ("PAYOUTS_POLICY", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_APP_TOKEN")
VALUES = GOOD | {
    "SLACK_API_URL": "https://slack.example/api/",
    "CCPAYMENT_API": "v2",
    "CCPAYMENT_URL": "https://ccpayment.example",
    "CCPAYMENT_DECLINED_CODES": "123",
    "CCPAYMENT_VERIFY_ANSWERS": "false",
    "DATABASE_URL": "sqlite:///other.db",
    "HTTPS_PROXY": "http://proxy.example:3128",
    "LEDGER_MAY_BE_LOST": "true",
    "LOG_LEVEL": "ERROR",
    "PAYOUTS_COMMAND": "/pay",
    "PAYOUTS_EXPIRY": "2d",
    "PAYOUTS_FEE_PAYER": "company",
    "PORT": "4000",
}
"""A value for each setting that may be set, none of them the default."""

UNUSUAL = "abc$HOME${HOME}$$x#y"


def test_every_setting_has_a_value_here() -> None:
    """What holds for one setting is tried with all of them."""
    assert sorted([*VALUES, *FREE]) == NAMES


@pytest.mark.parametrize("name", sorted(VALUES))
@pytest.mark.parametrize("around", ["{}\n", "{}\r\n", " {}\t", "\n{}"], ids=repr)
def test_what_surrounds_a_value_is_taken_off(
    monkeypatch: pytest.MonkeyPatch, name: str, around: str
) -> None:
    """A line break behind a value, as `echo` writes one into a secret's file, and blanks around it
    are no part of it, whichever setting that is."""
    monkeypatch.setenv(name, VALUES[name])
    plain = Settings.load()
    monkeypatch.setenv(name, around.format(VALUES[name]))
    assert Settings.load() == plain


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("around", ['"{}"', "'{}'", ' "{}"\n', "`{}`", "“{}”", '{}"', "'{}"])
def test_quotes_around_a_value_are_named(
    monkeypatch: pytest.MonkeyPatch, name: str, around: str
) -> None:
    """`docker --env-file` keeps quotes, and a signing secret in quotes would answer 401 for ever:
    they are named, and the value is not."""
    monkeypatch.setenv(name, around.format(VALUES.get(name, "hunter2")))
    (said,) = [sentence for sentence in sentences() if sentence.startswith(f"{name} ")]
    wrong = said.removesuffix(str(Settings.model_fields[name.lower()].description))
    assert "quotes" in wrong or "must not be set" in wrong
    assert VALUES.get(name, "hunter2") not in wrong


@pytest.mark.parametrize("written", ["{}", "'{}'", '"{}"', "{} # the new one", "'{}' # new"])
def test_a_dollar_is_a_dollar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    """Nothing in `.env` is replaced by something else: a secret with a `$` in it stays what it is,
    in quotes and without."""
    monkeypatch.delenv("CCPAYMENT_APP_SECRET")
    (tmp_path / ".env").write_text(f"CCPAYMENT_APP_SECRET={written.format(UNUSUAL)}\n")
    assert Settings.load().ccpayment_app_secret.get_secret_value() == UNUSUAL


@pytest.mark.parametrize("spelled", ["ccpayment_api", "CCPayment_API"])
def test_a_name_counts_in_any_case(monkeypatch: pytest.MonkeyPatch, spelled: str) -> None:
    """A setting may be spelled in small letters; where it is there twice, that in capitals counts,
    and an empty one counts as not set."""
    monkeypatch.setenv(spelled, "v2")
    assert Settings.load().ccpayment_api == "v2"
    monkeypatch.setenv("CCPAYMENT_API", "v1")
    assert Settings.load().ccpayment_api == "v1"
    monkeypatch.setenv("CCPAYMENT_API", " ")
    assert Settings.load().ccpayment_api == "v2"


def test_an_empty_value_hides_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What the environment leaves empty, `.env` may fill."""
    (tmp_path / ".env").write_text("PORT=5000\n")
    monkeypatch.setenv("PORT", "")
    assert Settings.load().port == 5000


GOOD_FILE = "".join(f"{name}={value}\n" for name, value in GOOD.items())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=repr)
def test_an_env_file_of_any_editor_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, encoding: str, line_end: str
) -> None:
    """However lines end, and with a byte order mark or without."""
    plain = Settings.load()
    for name in GOOD:
        monkeypatch.delenv(name)
    (tmp_path / ".env").write_bytes(GOOD_FILE.replace("\n", line_end).encode(encoding))
    assert Settings.load() == plain


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_an_env_file_in_another_encoding_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, encoding: str
) -> None:
    """Some shells write UTF-16. That is one sentence, beside all else that is wrong, and not one
    for each setting that may stand in the file."""
    for name in GOOD:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PORT", "door")
    (tmp_path / ".env").write_bytes(f"# für uns\n{GOOD_FILE}".encode(encoding))
    file, port = sentences()
    assert file == ".env is not written in UTF-8. Save it in that encoding."
    assert port.startswith("PORT cannot be read")


def test_a_folder_in_the_place_of_the_file_is_said(tmp_path: Path) -> None:
    """Docker makes a folder where the file that it should mount is not there."""
    (tmp_path / ".env").mkdir()
    assert sentences() == (".env is a folder, so no setting can be read from it. Remove it.",)
    with pytest.raises(WrongSettings, match="is a folder"):
        LedgerSettings.load()
    assert SandboxSettings.load().port == 3000


def test_an_env_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """What the system says of it is told. Here: a link that leads to itself, which stands for all
    of them, since root may read whatever there is."""
    (tmp_path / ".env").symlink_to(".env")
    (said,) = sentences()
    assert said.startswith(".env cannot be read (")
    assert said.endswith("). Let this user read it, or remove it.")


@pytest.mark.parametrize(
    "line",
    ["PORT: 4000", "export PORT 4000", "PORT='4000", 'PORT="4000" or so', "\n  PORT : 4000"],
)
def test_a_line_that_is_no_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: str
) -> None:
    """A line that was meant as a setting of ours is told by its number, and not that the setting
    is missing. Lines of other programs are theirs."""
    monkeypatch.delenv("PAYOUTS_CHANNEL")
    monkeypatch.delenv("CCPAYMENT_APP_ID")
    text = f"OTHER 'program\n{line}\nPAYOUTS_CHANNEL: C1\nOTHER_PORT: 1\n"
    (tmp_path / ".env").write_text(text)
    number = 1 + text[: text.index("PORT")].count("\n")
    port, channel, app_id = sentences()
    assert port == f".env, line {number}: PORT cannot be read. Write PORT=value."
    assert channel.startswith(f".env, line {number + 1}: PAYOUTS_CHANNEL ")
    assert app_id.startswith("CCPAYMENT_APP_ID is not set")
