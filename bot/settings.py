"""What can be set.

A setting is one typed field; its description says what to do about it, and serves the error
sentences and docs/settings.md alike. `Settings(…)` takes values and reads nothing, so tests and
the sandbox can build one; only `load` has the environment and `.env` read. No sentence ever
repeats a value: a secret pasted into the wrong line would end up in a log.
"""

import re
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from approvals.ccpayment.client import NEVER_DECLINED
from approvals.ccpayment.generations import GENERATIONS
from approvals.policy import Policy, UnusablePolicy, read_policy, short_policy, written_out
from approvals.times import read_span
from bot.environment import Written, plain, written
from bot.manifest import COMMAND

ADDRESS = re.compile(
    r"((?:https://[\w.-]+|http://(?:localhost|127\.0\.0\.1|\[::1\]))(?::[0-9]+)?)(/[\w./-]*)?",
    re.ASCII | re.IGNORECASE,
)
PROXY = re.compile(r"(https?://)?([^\s/@]+@)?[\w.-]+:[0-9]+/?", re.ASCII | re.IGNORECASE)

APP_IDS = {
    "v1": re.compile(r"[0-9]{20,}", re.ASCII),  # 32 or 33 digits that start with a date
    "v2": re.compile(r"[A-Za-z0-9]{16}", re.ASCII),
}
"""By the vendor's examples: enough to warn of a mistake, not to refuse anything."""
APP_IDS_IN_WORDS = {"v1": "a long row of digits", "v2": "16 letters and digits"}


ABSENT = frozenset({"missing", "one_policy"})
"""pydantic's names for problems that there are only where something is not set."""


OTHER_IDS = {
    "U": "a person's id",
    "W": "a person's id",
    "D": "that of a direct message",
    "S": "that of a user group",
    "T": "that of a workspace",
}
"""What Slack calls by ids that begin so."""


class WrongSettings(Exception):
    """The settings cannot be used. `sentences` holds one per problem, each says what to do."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def _words(value: object) -> object:
    """Read "a, b" as ("a", "b"), each once."""
    if not isinstance(value, str):
        return value
    return tuple(dict.fromkeys(word for word in re.split(r"[,\s]+", value) if word))


def _lasting(value: object) -> object:
    """Read 90m, 24h or 2d as a timedelta."""
    if not isinstance(value, str):
        return value
    time = read_span(value.lower())
    if time is None:
        raise ValueError("must be a number with m, h or d")
    return time


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _level(value: object) -> object:
    """The name that Python has for it; other programs call one of them warn."""
    name = value.upper() if isinstance(value, str) else value
    return "WARNING" if name == "WARN" else name


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Codes = Annotated[frozenset[int], BeforeValidator(_words)]
Lasting = Annotated[timedelta, BeforeValidator(_lasting)]
InAnyCase = BeforeValidator(_lower)
Level = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_level)]
Api = Annotated[
    Literal["v1", "v2"],
    InAnyCase,
    Field(
        description="The generation of CCPayment's API that the account belongs to: v1 or v2. "
        "Newer accounts are v2."
    ),
]
XOXB = (
    "The Bot User OAuth Token, which begins with xoxb-. "
    "Copy it from your Slack app's page OAuth & Permissions."
)
ONE_POLICY = (
    "Set PAYOUTS_APPROVERS or PAYOUTS_POLICY, and only one of them: they say who may approve."
)
DAY = timedelta(hours=24)
SLACK = "https://slack.com/api/"
SlackAddress = Annotated[str, Field(description="Where Slack's Web API is: https, or loopback.")]
Proxy = Annotated[
    SecretStr | None,
    Field(
        description="An HTTP proxy by which Slack is reached, such as http://proxy.example:3128, "
        "if your network has one. CCPayment is always reached directly."
    ),
]
Approvers = Annotated[
    Words,
    Field(
        description="The user ids of those who may approve, with commas, such as "
        "U0123456789,U9876543210: the short way, where one approval is enough. Slack shows an id "
        "in the menu of a person's profile."
    ),
]
PolicyFile = Annotated[
    Path | None,
    Field(
        description="The path of a policy file, instead of PAYOUTS_APPROVERS: who may do what, by "
        "tiers. docs/policy.md says how to write one.",
    ),
]
Expiry = Annotated[
    Lasting,
    Field(
        description="How long a payout waits for a decision where PAYOUTS_APPROVERS is set, such "
        "as 90m, 24h or 2d; 5 minutes to 30 days."
    ),
]
Port = Annotated[int, Field(ge=1, le=65535, description="The port to listen on, 1 to 65535.")]


class _Environment(BaseModel):
    """What all readers share: frozen, silent about values, and reading only when told to."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, validate_default=True
    )

    dotenv: ClassVar[Path | None] = None
    """The file that is read besides the environment."""

    @classmethod
    def load(cls) -> Self:
        """Read `.env` (where this class names one), then the environment, which wins.

        Raises WrongSettings with every problem at once.
        """
        found = written(cls.model_fields, cls.dotenv)
        wrong, made = found.wrong, None
        try:
            made = cls.model_validate(found.texts)
        except ValidationError as error:
            wrong += cls._sentences(error, found)
        wrong += cls._beyond(found.texts)
        if wrong or made is None:
            raise WrongSettings(tuple(dict.fromkeys(wrong)))
        return made

    @classmethod
    def _beyond(cls, texts: Mapping[str, str]) -> tuple[str, ...]:
        """What is wrong with that to which a setting leads, if it leads anywhere."""
        return ()

    @classmethod
    def _sentences(cls, error: ValidationError, found: Written) -> tuple[str, ...]:
        """One for each problem; that a setting is missing only where it can be known."""
        problems = error.errors(include_url=False, include_input=False)
        known = [
            each
            for each in problems
            if each["type"] not in ABSENT or found.unread.isdisjoint(map(str, each["loc"]))
        ]
        return tuple(map(cls._sentence, known))

    @classmethod
    def _sentence(cls, problem: ErrorDetails) -> str:
        if problem["type"] == "one_policy":
            return problem["msg"]
        name = str(problem["loc"][0])
        said = {
            "missing": "is not set",
            "value_error": str(problem.get("ctx", {}).get("error", "")),
        }.get(problem["type"], "cannot be read")
        return f"{name.upper()} {said}. {cls.model_fields[name].description}"

    @field_validator("*", mode="before")
    @classmethod
    def _plain(cls, value: object) -> object:
        return plain(value)

    @field_validator(
        "slack_bot_token", "slack_signing_secret", "ccpayment_app_secret", check_fields=False
    )
    @classmethod
    def _usable(cls, value: SecretStr | None) -> SecretStr | None:
        """Headers and signatures are made of these: an invisible character would be a riddle."""
        if value is not None and not re.fullmatch(r"[!-~]+", value.get_secret_value()):
            raise ValueError("is empty or holds a character that does not belong there")
        return value

    @field_validator("slack_bot_token", check_fields=False)
    @classmethod
    def _bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith("xoxb-"):
            raise ValueError("must begin with xoxb-")
        return value

    @field_validator("slack_api_url", "ccpayment_url", check_fields=False)
    @classmethod
    def _safe_address(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        if (read := ADDRESS.fullmatch(value)) is None:
            raise ValueError("must be a plain address that begins with https://")
        host, path = read[1].lower(), (read[2] or "").rstrip("/")
        return host + path + ("/" if info.field_name == "slack_api_url" else "")

    @field_validator("https_proxy", check_fields=False)
    @classmethod
    def _proxy(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not PROXY.fullmatch(value.get_secret_value()):
            raise ValueError("must be the address of an HTTP proxy, with its port")
        return value

    @field_validator("payouts_approvers", check_fields=False)
    @classmethod
    def _user_ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(re.fullmatch(r"[UW][A-Z0-9]+", one) for one in value):
            raise ValueError("must be ids that begin with U or W, not names or groups")
        return value

    @field_validator("payouts_expiry", check_fields=False)
    @classmethod
    def _reasonable(cls, value: timedelta) -> timedelta:
        if not timedelta(minutes=5) <= value <= timedelta(days=30):
            raise ValueError("must lie between 5 minutes and 30 days")
        return value


class SandboxSettings(_Environment):
    """All that the sandbox reads: it must run the same on every machine, and never for real."""

    ccpayment_api: Api = "v1"
    port: Port = 3000


class LedgerSettings(_Environment):
    """All that the commands need that read a ledger and serve nobody."""

    dotenv = Path(".env")

    database_url: str = Field(
        "sqlite:///payouts.db",
        description="The ledger's file: sqlite:/// and its path, on a disk that lasts.",
    )

    @field_validator("database_url")
    @classmethod
    def _sqlite(cls, value: str) -> str:
        scheme, _, path = value.partition("://")
        if scheme.lower().startswith("postgres"):
            raise ValueError("names a Postgres database, which is not available yet")
        if scheme.lower() != "sqlite" or not re.fullmatch(r"/[^?#:]*[^?#:/]", path):
            raise ValueError("must be sqlite:/// and the path of a file")
        return f"sqlite://{path}"

    @property
    def ledger_file(self) -> Path:
        """The ledger's path: `sqlite:///a.db` is relative, `sqlite:////var/a.db` is not."""
        return Path(self.database_url.removeprefix("sqlite:///"))


class PolicySettings(_Environment):
    """All that the commands need that look at a policy: with Slack's token, if it is there, they
    ask who is in a user group."""

    dotenv = Path(".env")

    slack_bot_token: SecretStr | None = Field(None, description=XOXB)
    slack_api_url: SlackAddress = SLACK
    https_proxy: Proxy = None
    payouts_approvers: Approvers = ()
    payouts_policy: PolicyFile = None
    payouts_expiry: Expiry = DAY

    def policy(self, file: Path | None) -> Policy:
        """The rules in `file`, or those of `serve`. Raises UnusablePolicy."""
        if file is not None:
            return read_policy(written_out(_text(file)))
        if bool(self.payouts_approvers) == (self.payouts_policy is not None):
            raise UnusablePolicy(ONE_POLICY)
        return _policy(self.payouts_policy, self.payouts_approvers, self.payouts_expiry)


class Settings(LedgerSettings):
    """Everything `countersign serve` needs to know, in the order in which it is set up."""

    slack_bot_token: SecretStr = Field(description=XOXB)
    slack_signing_secret: SecretStr = Field(
        description="The Signing Secret. Copy it from your Slack app's page Basic Information."
    )
    slack_api_url: SlackAddress = SLACK
    https_proxy: Proxy = None
    ccpayment_api: Api = "v1"
    ccpayment_app_id: str = Field(
        description="The App ID. Copy it from CCPayment's merchant dashboard."
    )
    ccpayment_app_secret: SecretStr = Field(
        description="The App Secret. Copy it from CCPayment's merchant dashboard."
    )
    ccpayment_url: str | None = Field(
        None,
        description="Where CCPayment's API is, if not at the vendor's address for the API: https, "
        "or loopback.",
    )
    ccpayment_declined_codes: Codes = Field(
        frozenset(),
        description="Further CCPayment codes that are known to mean: declined, nothing was sent. "
        "Numbers with commas; ask CCPayment before you add one.",
    )
    ccpayment_verify_answers: bool = Field(
        default=True,
        description="true or false. false accepts answers whatever their signature; only for the "
        "case that the live service does not sign as documented. On v2 answers need none, see "
        "docs/ccpayment.md.",
    )
    payouts_channel: str = Field(
        description="The id of the channel for the cards, such as C0123456789. "
        "Slack shows it at the end of the channel's details."
    )
    payouts_approvers: Approvers = ()
    payouts_policy: PolicyFile = None
    payouts_expiry: Expiry = DAY
    payouts_fee_payer: Annotated[Literal["payee", "company"], InAnyCase] = Field(
        "payee",
        description="Who pays the network fee if the request does not say: payee (it is taken "
        "from the amount) or company.",
    )
    payouts_command: str = Field(
        "/payout",
        description="The slash command, as in the app's manifest: a slash, then lower-case "
        "letters, digits, - or _.",
    )
    ledger_may_be_lost: bool = Field(
        default=False,
        description="true or false. true lets the ledger lie on a disk that is thrown away with "
        "its container or its memory (overlay, tmpfs, ramfs, aufs); only for trials.",
    )
    port: Port = 3000
    log_level: Level = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")

    slack_client_id: None = Field(
        None, description="With it Slack's library would ignore the bot token: remove it."
    )
    slack_client_secret: None = Field(
        None, description="With it Slack's library would ignore the bot token: remove it."
    )
    slack_app_token: None = Field(
        None,
        description="Socket Mode is not available yet: remove it, and give the app a public "
        "address.",
    )

    @field_validator(
        "slack_client_id",
        "slack_client_secret",
        "slack_app_token",
        mode="before",
    )
    @classmethod
    def _unset(cls, value: object) -> None:
        if value is not None:
            raise ValueError("must not be set")

    @field_validator("ccpayment_app_id")
    @classmethod
    def _app_id(cls, value: str) -> str:
        if not re.fullmatch(r"[!-~]+", value):
            raise ValueError("is empty or holds a character that does not belong there")
        return value

    @field_validator("ccpayment_declined_codes")
    @classmethod
    def _certain(cls, value: frozenset[int]) -> frozenset[int]:
        if wrong := {str(code) for code in value} & NEVER_DECLINED:
            numbers = ", ".join(sorted(wrong))
            raise ValueError(f"must not hold {numbers}: after it money may have moved")
        return value

    @field_validator("payouts_channel")
    @classmethod
    def _channel_id(cls, value: str) -> str:
        if re.fullmatch(r"[CG][A-Z0-9]+", value):
            return value
        other = OTHER_IDS.get(value[:1]) if re.fullmatch(r"[A-Z][A-Z0-9]+", value) else None
        raise ValueError(f"must be an id that begins with C or G, not {other or 'a name'}")

    @field_validator("payouts_policy")
    @classmethod
    def _one_of_both(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        approvers = info.data.get("payouts_approvers")
        if approvers is not None and bool(approvers) == (value is not None):
            raise PydanticCustomError("one_policy", ONE_POLICY)
        return value

    @field_validator("payouts_command")
    @classmethod
    def _slash(cls, value: str) -> str:
        if not COMMAND.fullmatch(value):
            raise ValueError("is no slash command")
        return value

    @property
    def ccpayment_address(self) -> str:
        """Where CCPayment's API is."""
        return self.ccpayment_url or GENERATIONS[self.ccpayment_api].url

    def policy(self) -> Policy:
        """The rules. Raises UnusablePolicy."""
        return _policy(self.payouts_policy, self.payouts_approvers, self.payouts_expiry)

    @classmethod
    def _beyond(cls, texts: Mapping[str, str]) -> tuple[str, ...]:
        """What is wrong with the policy's file, while people look through their settings anyway."""
        try:
            if (path := texts.get("payouts_policy")) and "payouts_approvers" not in texts:
                _policy(Path(path), (), DAY)
        except UnusablePolicy as wrong:
            return wrong.sentences
        return ()

    def warnings(self) -> tuple[str, ...]:
        """Sentences to say loudly at start: allowed, but somebody should know."""
        said = []
        if not APP_IDS[self.ccpayment_api].fullmatch(self.ccpayment_app_id):
            said.append(
                f"CCPAYMENT_APP_ID does not look like an App ID for API {self.ccpayment_api}, "
                f"which is {APP_IDS_IN_WORDS[self.ccpayment_api]}. If CCPayment refuses it, copy "
                "it again, or change CCPAYMENT_API."
            )
        if not self.ccpayment_verify_answers:
            said.append(
                "CCPAYMENT_VERIFY_ANSWERS is false: answers are believed without CCPayment's "
                "signature. Set it back to true as soon as you can."
            )
        return tuple(said)


def _policy(file: Path | None, approvers: tuple[str, ...], expiry: timedelta) -> Policy:
    if file is None:
        return short_policy(approvers, expiry)
    return read_policy(written_out(_text(file, " See PAYOUTS_POLICY.")))


def _text(file: Path, where: str = "") -> str:
    """What stands in a policy's file. Raises UnusablePolicy, with its path, and `where` that was
    set."""
    try:
        return file.read_bytes().decode()
    except UnicodeDecodeError:
        why = "it is not written in UTF-8"
    except OSError as trouble:
        why = str(trouble.strerror or trouble)
    raise UnusablePolicy(f"The policy's file {file} cannot be read: {why}.{where}")


def page() -> str:
    """docs/settings.md, made from the fields above."""
    taken = {n: f for n, f in Settings.model_fields.items() if f.annotation is not type(None)}
    rows = "\n".join(
        f"| `{name.upper()}` | {_shown(name, field)} | {field.description} |"
        for name, field in taken.items()
    )
    refused = "\n".join(
        f"| `{name.upper()}` | {field.description} |"
        for name, field in Settings.model_fields.items()
        if name not in taken
    )
    return PAGE.format(rows=rows, refused=refused)


def _shown(name: str, field: Any) -> str:
    if name in ("payouts_approvers", "payouts_policy"):
        return "**one of the two**"
    if field.is_required():
        return "**needed**"
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    known = {frozenset(): "none", timedelta(hours=24): "24h", None: "the vendor's"}
    value = known.get(field.default)
    return value or f"`{field.default}`"


PAGE = """\
# Settings

Countersign reads the environment, and a file `.env` in the folder where it starts; the
environment wins. Wrong settings are a list of sentences and exit status 2. The sandbox reads
`CCPAYMENT_API` and `PORT` from the environment and nothing else.

A value is read as it stands: a `$` is a `$`, also in `.env`. Blanks and line breaks around it are
taken off, and an empty value counts as not set. Quotes belong into `.env` and shells, which take
them off; where they are left (`docker --env-file` does not know them) Countersign asks you to. The
words of a setting, such as `v2` or `warning`, may be written in any case. `.env` is text in UTF-8.

| setting | default | what it is |
|---|---|---|
{rows}

These must not be set, and Countersign does not start with them:

| setting | why |
|---|---|
{refused}

Nothing else in the environment changes what Countersign does, such as `WEB_CONCURRENCY`,
`FORWARDED_ALLOW_IPS`, or other proxies than `HTTPS_PROXY`.

This page is made from `bot/settings.py` by `make docs`.
"""


if __name__ == "__main__":
    sys.stdout.write(page())
