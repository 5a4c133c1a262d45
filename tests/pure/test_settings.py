"""Settings: read from the environment and `.env`, wrong ones answered with sentences."""

import re
import traceback
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from approvals.people import Roster
from approvals.policy import UnusablePolicy
from bot import settings
from bot.settings import PolicySettings, SandboxSettings, Settings, WrongSettings

ROOT = Path(__file__).parents[2]
GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-pretended-token",
    "SLACK_SIGNING_SECRET": "pretended-signing-secret",
    "CCPAYMENT_APP_ID": "20230101000000000000000000000001",
    "CCPAYMENT_APP_SECRET": "pretended-app-secret",
    "PAYOUTS_CHANNEL": "C0123456789",
    "PAYOUTS_APPROVERS": "U0000000001,U0000000002",
}
SECRETS = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "CCPAYMENT_APP_SECRET")
REFUSED = (
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_APP_TOKEN",
)


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder and a good environment, whatever the developer's own look like."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


def sentences() -> tuple[str, ...]:
    """What `load` says about the environment as it stands."""
    with pytest.raises(WrongSettings) as wrong:
        Settings.load()
    return wrong.value.sentences


def test_the_least_environment_is_enough() -> None:
    """Five settings and the approvers suffice; everything else has the documented default."""
    read = Settings.load()
    assert read.slack_bot_token.get_secret_value() == "xoxb-pretended-token"
    assert read.payouts_approvers == ("U0000000001", "U0000000002")
    assert read.payouts_expiry == timedelta(hours=24)
    assert read.payouts_fee_payer == "payee"
    assert read.payouts_command == "/payout"
    assert read.slack_api_url == "https://slack.com/api/"
    assert read.ccpayment_api == "v1"
    assert read.ccpayment_address == "https://admin.ccpayment.com"
    assert read.ccpayment_verify_answers is True
    assert read.ccpayment_declined_codes == frozenset()
    assert (read.ledger_file, read.port, read.log_level) == (Path("payouts.db"), 3000, "INFO")
    assert read.warnings() == ()


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("PAYOUTS_EXPIRY", "90m", timedelta(minutes=90)),
        ("PAYOUTS_EXPIRY", "2d", timedelta(days=2)),
        ("PAYOUTS_EXPIRY", "5m", timedelta(minutes=5)),
        ("PAYOUTS_EXPIRY", "30d", timedelta(days=30)),
        ("PAYOUTS_APPROVERS", " U1, W2 ,U1,", ("U1", "W2")),
        ("PAYOUTS_FEE_PAYER", "company", "company"),
        ("PAYOUTS_COMMAND", "/payout-test", "/payout-test"),
        ("CCPAYMENT_DECLINED_CODES", "123, 456", frozenset({123, 456})),
        ("CCPAYMENT_VERIFY_ANSWERS", "false", False),
        ("CCPAYMENT_API", "v2", "v2"),
        ("CCPAYMENT_URL", "http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("SLACK_API_URL", "http://localhost:8080/api", "http://localhost:8080/api/"),
        ("PAYOUTS_CHANNEL", " G0123456789\n", "G0123456789"),
        ("LOG_LEVEL", "debug", "DEBUG"),
        ("LOG_LEVEL", "warn", "WARNING"),
        ("CCPAYMENT_API", "V2", "v2"),
        ("PAYOUTS_FEE_PAYER", "Company", "company"),
        ("PAYOUTS_EXPIRY", "24H", timedelta(hours=24)),
        ("CCPAYMENT_VERIFY_ANSWERS", "False", False),
        ("CCPAYMENT_URL", "HTTPS://CCPayment.example/Base/", "https://ccpayment.example/Base"),
        ("SLACK_API_URL", "HTTP://LocalHost:8080/api", "http://localhost:8080/api/"),
        ("DATABASE_URL", "SQLite:///Payouts.db", "sqlite:///Payouts.db"),
        ("HTTPS_PROXY", "proxy.example:3128", SecretStr("proxy.example:3128")),
        (
            "HTTPS_PROXY",
            "http://me:word@192.0.2.1:3128/",
            SecretStr("http://me:word@192.0.2.1:3128/"),
        ),
        ("PORT", "8080", 8080),
        ("PORT", "", 3000),
    ],
)
def test_a_good_value_is_read(
    monkeypatch: pytest.MonkeyPatch, name: str, typed: str, value: object
) -> None:
    """Values arrive as values, however people space them."""
    monkeypatch.setenv(name, typed)
    assert getattr(Settings.load(), name.lower()) == value


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-1", "must begin with xoxb-"),
        ("SLACK_BOT_TOKEN", "xoxb-1\u200b", "does not belong there"),
        ("SLACK_SIGNING_SECRET", "", "is not set"),
        ("SLACK_SIGNING_SECRET", "  ", "is not set"),
        ("CCPAYMENT_APP_ID", "2023 0101", "does not belong there"),
        ("CCPAYMENT_APP_SECRET", "a b", "does not belong there"),
        ("CCPAYMENT_API", "v3", "cannot be read"),
        ("CCPAYMENT_URL", "http://admin.ccpayment.com", "https://"),
        ("CCPAYMENT_URL", "https://admin.ccpayment.com@elsewhere.example", "https://"),
        ("CCPAYMENT_URL", "http://127.0.0.1.elsewhere.example", "https://"),
        ("SLACK_API_URL", "https://slack.com/api/?x=1", "https://"),
        ("CCPAYMENT_DECLINED_CODES", "123,no", "cannot be read"),
        ("CCPAYMENT_DECLINED_CODES", "123,224066", "must not hold 224066"),
        ("CCPAYMENT_DECLINED_CODES", "10001,123,11011", "must not hold 10001, 11011"),
        ("CCPAYMENT_VERIFY_ANSWERS", "perhaps", "cannot be read"),
        ("PAYOUTS_CHANNEL", "#payouts", "not a name"),
        ("PAYOUTS_CHANNEL", "payouts", "not a name"),
        ("PAYOUTS_CHANNEL", "U0123456789", "not a person's id"),
        ("PAYOUTS_CHANNEL", "D0123456789", "not that of a direct message"),
        ("PAYOUTS_CHANNEL", "C0123456789|payouts", "not a name"),
        ("PAYOUTS_APPROVERS", "U0000000001,@dana", "not names"),
        ("PAYOUTS_APPROVERS", "S0000000001", "groups"),
        ("PAYOUTS_EXPIRY", "24", "m, h or d"),
        ("PAYOUTS_EXPIRY", "٢٤h", "m, h or d"),
        ("PAYOUTS_EXPIRY", "4m", "5 minutes"),
        ("PAYOUTS_EXPIRY", "31d", "30 days"),
        ("PAYOUTS_FEE_PAYER", "bank", "cannot be read"),
        ("PAYOUTS_COMMAND", "payout", "no slash command"),
        ("PAYOUTS_COMMAND", "/" + "p" * 32, "no slash command"),
        ("DATABASE_URL", "postgres://db/payouts", "Postgres"),
        ("DATABASE_URL", "sqlite:///:memory:", "path of a file"),
        ("DATABASE_URL", "sqlite:///", "path of a file"),
        ("DATABASE_URL", "payouts.db", "path of a file"),
        ("PORT", "65536", "cannot be read"),
        ("HTTPS_PROXY", "socks5://proxy.example:1080", "an HTTP proxy"),
        ("HTTPS_PROXY", "proxy.example", "with its port"),
        ("LOG_LEVEL", "LOUD", "cannot be read"),
        *[(name, "x", "must not be set") for name in REFUSED],
    ],
)
def test_a_wrong_value_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, typed: str, said: str
) -> None:
    """A wrong setting is named, with what is wrong and what it should be."""
    monkeypatch.setenv(name, typed)
    (sentence,) = sentences()
    assert sentence.startswith(f"{name} ")
    assert said in sentence
    assert str(Settings.model_fields[name.lower()].description) in sentence


def test_all_problems_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to start five times to hear about five problems."""
    for name in GOOD:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PORT", "door")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    needed = [name for name in GOOD if name != "PAYOUTS_APPROVERS"]
    *most, last, port, socket = sentences()
    assert [sentence.split()[0] for sentence in most] == needed
    assert last == settings.ONE_POLICY
    assert (port.split()[0], socket.split()[0]) == ("PORT", "SLACK_APP_TOKEN")


@pytest.mark.parametrize(
    ("approvers", "policy"), [("", ""), (",", ""), ("U0000000001", "policy.toml")]
)
def test_either_approvers_or_a_policy(
    monkeypatch: pytest.MonkeyPatch, approvers: str, policy: str
) -> None:
    """Without rules nothing starts, and two sets of rules are one too many."""
    monkeypatch.setenv("PAYOUTS_APPROVERS", approvers)
    monkeypatch.setenv("PAYOUTS_POLICY", policy)
    assert sentences() == (settings.ONE_POLICY,)


def test_the_short_way_is_a_policy() -> None:
    """PAYOUTS_APPROVERS and PAYOUTS_EXPIRY spell one tier for any value, where one approval of
    anybody on the list is enough, and anybody may ask."""
    rules = Settings.load().policy()
    (tier,) = rules.tiers
    assert (tier.name, tier.quorum) == ("any value", "1 approval of approvers")
    assert tier.expiry == timedelta(hours=24)
    assert rules.everybody_named(Roster()) == ("U0000000001", "U0000000002")
    assert rules.requesters == ("everybody",)


def test_a_policy_file_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """PAYOUTS_POLICY names a file whose text is the policy, byte by byte: its hash is what
    `sha256sum` says, also of a file that was written on Windows."""
    text = b'[[tier]]\r\napprovals = 1\r\nof = ["dana"]\r\n[people]\r\ndana = ["U1"]\r\n'
    (tmp_path / "policy.toml").write_bytes(text)
    monkeypatch.delenv("PAYOUTS_APPROVERS")
    monkeypatch.setenv("PAYOUTS_POLICY", "policy.toml")
    assert Settings.load().policy().hash == sha256(text).hexdigest()


@pytest.mark.parametrize(
    ("bytes_", "why"),
    [(None, "No such file or directory"), (b"\xff", "it is not written in UTF-8")],
    ids=["missing", "no UTF-8"],
)
def test_a_policy_that_cannot_be_read_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bytes_: bytes | None, why: str
) -> None:
    """A file that is missing or no text is named, with its setting and what is wrong with it,
    among everything else that is wrong."""
    if bytes_ is not None:
        (tmp_path / "policy.toml").write_bytes(bytes_)
    monkeypatch.delenv("PAYOUTS_APPROVERS")
    monkeypatch.setenv("PAYOUTS_POLICY", "policy.toml")
    monkeypatch.setenv("PORT", "door")
    port, policy = sentences()
    assert port.startswith("PORT ")
    assert policy == f"The policy's file policy.toml cannot be read: {why}. See PAYOUTS_POLICY."
    with pytest.raises(UnusablePolicy, match=rf"file policy\.toml cannot be read: {why}\.$"):
        PolicySettings().policy(Path("policy.toml"))


def test_a_policy_may_begin_with_a_byte_order_mark(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Some editors begin a file in UTF-8 with a mark that nobody sees. The policy is good, and its
    hash is that of the file."""
    text = b'\xef\xbb\xbf[[tier]]\napprovals = 1\nof = ["dana"]\n[people]\ndana = ["U1"]\n'
    (tmp_path / "policy.toml").write_bytes(text)
    monkeypatch.delenv("PAYOUTS_APPROVERS")
    monkeypatch.setenv("PAYOUTS_POLICY", "policy.toml")
    assert Settings.load().policy().hash == sha256(text).hexdigest()


def test_the_policy_commands_need_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whoever looks at a policy file needs no other setting; without a file, the rules of `serve`
    are meant, and one of the two ways must be set."""
    for name in GOOD:
        monkeypatch.delenv(name)
    (tmp_path / "policy.toml").write_text(
        '[people]\nd = ["U1"]\n[[tier]]\napprovals = 1\nof = ["d"]'
    )
    bare = PolicySettings.load()
    assert bare.slack_bot_token is None
    assert bare.policy(Path("policy.toml")).tiers[0].name == "any value"
    with pytest.raises(UnusablePolicy, match="Set PAYOUTS_APPROVERS or PAYOUTS_POLICY"):
        bare.policy(None)
    monkeypatch.setenv("PAYOUTS_POLICY", "policy.toml")
    assert PolicySettings.load().policy(None) == bare.policy(Path("policy.toml"))


def test_the_policy_commands_check_what_they_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The token goes only where `serve` would send it."""
    monkeypatch.setenv("SLACK_API_URL", "http://elsewhere.example/api/")
    with pytest.raises(WrongSettings, match="SLACK_API_URL must be a plain address"):
        PolicySettings.load()


def test_dotenv_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`.env` fills what the environment leaves out, and keys of other programs do no harm."""
    monkeypatch.delenv("PAYOUTS_CHANNEL")
    monkeypatch.setenv("PORT", "4000")
    (tmp_path / ".env").write_text("PAYOUTS_CHANNEL=C42\nPORT=5000\nOTHER_PROGRAM=1\n")
    read = Settings.load()
    assert (read.payouts_channel, read.port) == ("C42", 4000)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_never_printed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Neither the settings nor a complaint about them shows a secret, in any form."""
    read = Settings.load()
    assert GOOD[name] not in f"{read!r} {read} {read.model_dump()} {read.model_dump_json()}"
    hidden = "hunter2 hunter3"
    monkeypatch.setenv(name, hidden)
    with pytest.raises(WrongSettings) as wrong:
        Settings.load()
    assert hidden not in "".join(traceback.format_exception(wrong.value))


@pytest.mark.parametrize("name", sorted(set(map(str.upper, Settings.model_fields))))
def test_no_sentence_repeats_a_value(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A secret pasted into the wrong line does not come back in the complaint."""
    hidden = "hunter2 hunter3"
    monkeypatch.setenv(name, hidden)
    assert not any("hunter" in sentence for sentence in sentences())


def test_settings_do_not_change() -> None:
    """Nothing can turn a setting while the bot runs."""
    read: Any = Settings.load()
    with pytest.raises(ValidationError):
        read.payouts_command = "/other"


def test_building_settings_reads_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Values given in code are all there is: neither environment nor `.env` mixes in."""
    monkeypatch.setenv("PORT", "4000")
    (tmp_path / ".env").write_text("LOG_LEVEL=DEBUG\n")
    built = Settings(
        slack_bot_token=SecretStr("xoxb-built"),
        slack_signing_secret=SecretStr("built"),
        ccpayment_app_id="1" * 32,
        ccpayment_app_secret=SecretStr("built"),
        payouts_channel="C1",
        payouts_approvers=("U1",),
    )
    assert (built.port, built.log_level) == (3000, "INFO")


def test_the_sandbox_reads_two_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The sandbox takes API and port from the environment, and `.env` is not even opened."""
    (tmp_path / ".env").write_text("PORT=5000\n")
    assert SandboxSettings.load().port == 3000
    monkeypatch.setenv("PORT", "4000")
    assert SandboxSettings.load().model_dump() == {"ccpayment_api": "v1", "port": 4000}


@pytest.mark.parametrize(
    ("api", "given", "address"),
    [
        ("v1", "", "https://admin.ccpayment.com"),
        ("v2", "", "https://ccpayment.com"),
        ("v1", "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("v2", "https://ccpayment.example/", "https://ccpayment.example"),
    ],
)
def test_each_api_has_its_address(
    monkeypatch: pytest.MonkeyPatch, api: str, given: str, address: str
) -> None:
    """CCPayment is asked at the vendor's address for the API, unless another one is given."""
    monkeypatch.setenv("CCPAYMENT_API", api)
    monkeypatch.setenv("CCPAYMENT_URL", given)
    assert Settings.load().ccpayment_address == address


V1_ID, V2_ID = GOOD["CCPAYMENT_APP_ID"], "AbCdEfGh12345678"


@pytest.mark.parametrize(
    ("api", "app_id", "form"),
    [
        ("v1", V1_ID, None),
        ("v1", f"{V1_ID}1", None),
        ("v2", V2_ID, None),
        ("v1", V2_ID, "API v1, which is a long row of digits"),
        ("v2", V1_ID, "API v2, which is 16 letters and digits"),
        ("v1", "app-1", "API v1"),
        ("v2", "app-1", "API v2"),
    ],
)
def test_an_unusual_app_id_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, api: str, app_id: str, form: str | None
) -> None:
    """An App ID that does not look like one of its API only warns, and says what one looks like:
    the vendor's forms are inferred, not promised."""
    monkeypatch.setenv("CCPAYMENT_API", api)
    monkeypatch.setenv("CCPAYMENT_APP_ID", app_id)
    said = Settings.load().warnings()
    assert len(said) == (form is not None)
    for sentence in said:
        assert sentence.startswith("CCPAYMENT_APP_ID ")
        assert str(form) in sentence
        assert "change CCPAYMENT_API" in sentence
        assert app_id not in sentence


def test_unverified_answers_are_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever switches the verification off hears it at every start."""
    monkeypatch.setenv("CCPAYMENT_VERIFY_ANSWERS", "no")
    (sentence,) = Settings.load().warnings()
    assert "CCPAYMENT_VERIFY_ANSWERS" in sentence


def test_a_platforms_own_variable_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    """DYNO is set by hosts that have volumes, too: it says nothing about the ledger's disk."""
    monkeypatch.setenv("DYNO", "web.1")
    assert Settings.load().warnings() == ()


def test_an_absolute_ledger_path_stays_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four slashes name a path from the root, as everywhere in the SQLite world."""
    monkeypatch.setenv("DATABASE_URL", "sqlite:////data/payouts.db")
    assert Settings.load().ledger_file == Path("/data/payouts.db")


@pytest.mark.current
def test_the_settings_page_is_current() -> None:
    """docs/settings.md says what the code does; `make docs` renews it."""
    assert (ROOT / "docs/settings.md").read_text(encoding="utf-8") == settings.page()


@pytest.mark.current
def test_the_example_is_complete_and_shows_the_defaults(tmp_path: Path) -> None:
    """`.env.example` leaves the needed settings open; its commented lines are the defaults."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    fields = {name.upper(): field for name, field in Settings.model_fields.items()}
    needed = [name for name, field in fields.items() if field.is_required()]
    needed.append("PAYOUTS_APPROVERS")
    assert re.findall(r"^([A-Z_]+)=$", text, re.MULTILINE) == needed
    others = re.findall(r"^# ([A-Z_]+)=", text, re.MULTILINE)
    assert others == [name for name in fields if name not in {*needed, *REFUSED}]
    plain = Settings.load()
    (tmp_path / ".env").write_text(re.sub(r"^# (?=[A-Z_]+=)", "", text, flags=re.MULTILINE))
    assert Settings.load() == plain
