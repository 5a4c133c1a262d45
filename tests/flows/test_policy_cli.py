"""`countersign policy`: what a careful person looks at before a policy is in force."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from approvals.policy import rules
from approvals.policy.reading import read_policy, written_out
from bot.cli import main
from bot.settings import ONE_POLICY, PolicySettings, Settings
from sandbox.slack import TOKEN, PretendSlack
from sandbox.slack.cast import DANA, ELI, NOA, RITA
from tests.policies import DANA_TOO, FINANCE, NOON, ONE, PEOPLE, TIERS, TWO_ONE_CFO

EXAMPLE = Path(__file__).parents[2] / "docs/policy.toml"
TYPED = "250 USDT on TRX to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8 for Invoice 1043"
OVER = (
    "The limit is 249.99 USD a day in total: 0 USD of it are used or on their way, so 249.99 USD"
    " are left, and this payout is worth 250 USD."
)
SLACK = PEOPLE.replace('finance = ["dana", "eli", "noa"]', f'finance = ["{FINANCE}"]')


def run(*words: str) -> Result:
    """`countersign policy …`, as if typed."""
    return CliRunner().invoke(main, ["policy", *words])


def as_json(*words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and no setting of the machine."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendSlack]:
    """Slack, with the token in the environment."""
    slack = PretendSlack(clock=lambda: NOON)
    with slack.serving():
        monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
        monkeypatch.setenv("SLACK_API_URL", f"{slack.address}/api/")
        yield slack


def written(text: str, people: str = PEOPLE) -> str:
    Path("policy.toml").write_text(people + text, encoding="utf-8")
    return "policy.toml"


def row(output: str, begins: str) -> list[str]:
    """The words of the matrix's line that begins like this."""
    (line,) = [line for line in output.splitlines() if line.startswith(begins)]
    return line.removeprefix(begins).split()


# check


def test_who_may_do_what_is_a_matrix() -> None:
    """One line a person, with all their ids: who asks, and who approves in which tier; then every
    rule in words, and whom it notifies."""
    file = written(f'{TIERS}[request]\nwho = ["rita", "cfo"]')
    result = run("check", file)
    assert result.exit_code == 0
    assert row(result.output, f"dana ({DANA.id}, {DANA_TOO})") == [
        *("finance,", "cfo"),
        *("yes", "yes", "yes"),
    ]
    assert row(result.output, f"eli ({ELI.id})") == ["finance", "-", "yes", "yes"]
    assert row(result.output, f"rita ({RITA.id})") == ["yes", "-", "-"]
    assert row(result.output, "anybody else") == ["-", "-", "-"]
    assert "asks    approves up to 1,000 USD    approves above 1,000 USD" in result.output
    read = read_policy(written_out(Path(file).read_text(encoding="utf-8")))
    assert read.hash in result.output
    for rule in rules(read):
        assert rule.replace("{", "").replace("}", "") in result.output
    assert "Notified of payouts up to 1,000 USD: dana, eli and noa." in result.output


def test_a_program_reads_the_same() -> None:
    """`--json` holds matrix, rules, whom it notifies and what is doubtful."""
    facts = as_json("check", written(TIERS))
    assert (facts["ok"], facts["anybody_asks"]) == (True, True)
    assert facts["tiers"] == ["up to 1,000 USD", "above 1,000 USD"]
    dana = facts["people"][0]
    assert (dana["name"], dana["ids"]) == ("dana", [DANA.id, DANA_TOO])
    assert (dana["asks"], dana["approves"]) == (True, [True, True])
    assert facts["notified"]["above 1,000 USD"] == [DANA.id, ELI.id, NOA.id]
    assert "Above 1,000 USD: 2 approvals of finance, 1 of them from cfo" in facts["rules"][-3]
    assert facts["rules"][-2] == (
        "Payouts to one destination that are asked for within 24 h count together for their tier."
    )
    assert facts["not_looked_up"] == []


def test_the_policy_of_serve_is_written_out() -> None:
    """A file is put in force with the defaults of rules that came later, whichever way it is
    named."""
    file = written(TIERS)
    read = PolicySettings(payouts_policy=Path(file))
    assert read.policy(None).text == read.policy(Path(file)).text == written_out(PEOPLE + TIERS)


def test_what_others_count_is_tried_out() -> None:
    """`policy try --together` says what others are worth that count with it: the tier is that of
    the sum, and the words say which those are."""
    tried = ("try", "250 USDT on TRX to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8 for x", "--value", "250")
    alone = as_json(*tried, "--file", written(TIERS))
    assert (alone["tier"], alone["value"]) == ("up to 1,000 USD", "250 USD")
    assert alone["counts_together"] == (
        "payouts to one destination, asked for within 24 h; taken as nothing"
    )
    split = as_json(*tried, "--together", "750.01", "--file", written(TIERS))
    assert split["tier"] == "above 1,000 USD, as others count together with it"
    assert split["counts_together"].endswith("taken as 750.01 USD")
    alone_by_rule = written(f'[request]\ntogether = "0h"\n{TIERS}')
    off = as_json(*tried, "--together", "750.01", "--file", alone_by_rule)
    assert (off["tier"], off["counts_together"]) == ("up to 1,000 USD", "")


def test_the_example_is_fit_to_start_from() -> None:
    """docs/policy.toml loads, and only Slack's groups are left open."""
    facts = as_json("check", str(EXAMPLE))
    assert facts["not_looked_up"] == ["S0FINANCE01", "S0TEAM00001"]
    (only,) = facts["notes"]
    assert only.startswith("Not looked up in Slack: S0FINANCE01 and S0TEAM00001.")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (ONE.replace("1", "9"), "could never be approved: they need 9 approvals of finance"),
        (f"{ONE}up_to = 5", "No tier applies above 5 USD."),
        (ONE.replace("finance", "board"), '"board" is no name of [groups] or [people].'),
        ("tier = ", "The policy is no TOML"),
    ],
)
def test_what_does_not_load_says_why(text: str, sentence: str) -> None:
    """The reason is a sentence, for people and for programs, and the exit status is 2."""
    result = run("check", written(text))
    assert result.exit_code == 2
    assert result.stderr.startswith("The policy does not load.\n")
    assert sentence in result.stderr
    assert result.stdout == ""
    told = run("check", "policy.toml", "--json")
    assert told.exit_code == 2
    assert json.loads(told.stdout)["ok"] is False
    assert sentence in json.loads(told.stdout)["why"][0]


def test_a_file_that_is_not_there() -> None:
    """A wrong path is a sentence too, which names it, and no setting, for none led there."""
    result = run("check", "elsewhere.toml")
    assert (result.exit_code, result.stdout) == (2, "")
    why = "No such file or directory"
    assert f"The policy's file elsewhere.toml cannot be read: {why}.\n" in result.stderr


def test_without_a_file_the_policy_of_serve_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """PAYOUTS_POLICY or PAYOUTS_APPROVERS, whichever is set; neither is a sentence."""
    result = run("check")
    assert (result.exit_code, ONE_POLICY in result.stderr) == (2, True)
    monkeypatch.setenv("PAYOUTS_APPROVERS", DANA.id)
    assert as_json("check")["people"][0]["ids"] == [DANA.id]
    assert as_json("check")["notes"] == [
        f"Nobody could approve what {DANA.id} asks for in the tier any value."
    ]
    monkeypatch.setenv("PAYOUTS_APPROVERS", "")
    monkeypatch.setenv("PAYOUTS_POLICY", written(TIERS))
    assert as_json("check")["tiers"] == ["up to 1,000 USD", "above 1,000 USD"]


def test_what_may_not_be_meant_is_noted() -> None:
    """It loads, but somebody cannot be served, or a limit leaves a tier empty: that is said."""
    result = run("check", written(f"{TIERS}[limits.total]\nday = 1000"))
    assert result.exit_code == 0
    assert "Nobody could approve what dana asks for in the tier above 1,000 USD." in result.output
    assert (
        "The limit of 1,000 USD a day in total leaves no room for payouts above 1,000 USD."
        in result.output
    )


def test_a_crowd_is_not_notified_by_name() -> None:
    """Where many could approve, nobody is mentioned, and the overview says so."""
    ids = ", ".join(f'"U{number}"' for number in range(6))
    result = run("check", written(ONE.replace("finance", "many"), f"[groups]\nmany = [{ids}]\n"))
    assert "payouts of any value: nobody by name, as 6 people are too many." in result.output


def test_without_a_token_groups_are_not_looked_up() -> None:
    """Nothing is asked, and nothing guessed: the matrix leaves open who may be in the group."""
    result = run("check", written(ONE, SLACK))
    assert result.exit_code == 0
    assert row(result.output, f"eli ({ELI.id})") == ["yes", "?"]
    assert row(result.output, "anybody else") == ["yes", "?"]
    assert f"Not looked up in Slack: {FINANCE}." in result.output
    assert f"Notified of payouts of any value: whoever is in {FINANCE}." in result.output
    facts = as_json("check", "policy.toml")
    assert facts["not_looked_up"] == [FINANCE]
    assert (facts["anybody_asks"], facts["anybody_approves"]) == (True, [None])
    assert facts["notified"] == {"any value": None}


def test_with_a_token_slack_is_asked(slack: PretendSlack) -> None:
    """Members of user groups are in the matrix, also those whom the file does not name."""
    slack.set_group(FINANCE, [ELI.id, "U0LEE000001"])
    result = run("check", written(ONE, SLACK))
    assert row(result.output, f"eli ({ELI.id})") == ["finance", "yes", "yes"]
    assert row(result.output, f"noa ({NOA.id})") == ["yes", "-"]
    assert row(result.output, "U0LEE000001") == ["finance", "yes", "yes"]
    assert "Not looked up" not in result.output
    assert as_json("check", "policy.toml")["not_looked_up"] == []


def test_an_empty_group_does_not_load(slack: PretendSlack) -> None:
    """With Slack's answer, what cannot be satisfied is known before `serve` says so."""
    slack.set_group(FINANCE, [])
    result = run("check", written(ONE, SLACK))
    assert result.exit_code == 2
    assert "they need 1 approval of finance, and beside the requester nobody" in result.stderr


def test_a_group_that_slack_does_not_know_is_open(slack: PretendSlack) -> None:
    """A wrong id is no empty group: it was not looked up, and the overview says which."""
    other = SLACK.replace(FINANCE, "S0NOWHERE01")
    assert as_json("check", written(ONE, other))["not_looked_up"] == ["S0NOWHERE01"]


# try


def test_a_made_up_payout_has_a_verdict() -> None:
    """Tier, who could approve, what is missing: by the same words as card and record."""
    result = run("try", TYPED, "--value", "2000", "--file", written(TIERS))
    assert result.exit_code == 0
    facts = as_json("try", TYPED, "--value", "2000", "--file", "policy.toml")
    assert facts["payout"] == TYPED
    assert (facts["value"], facts["tier"]) == ("2,000 USD", "above 1,000 USD")
    assert facts["needs"] == "2 approvals of finance, 1 of them from cfo"
    assert facts["could_approve"] == ["dana", "eli", "noa"]
    assert facts["verdict"] == (
        "0 of 2 approvals (above 1,000 USD); needs 2 more of dana, eli, noa (1 from cfo)"
    )
    assert facts["forbidden"] == []
    for name in ("tier", "needs", "verdict"):
        assert f"{facts[name]}\n" in result.output


@pytest.mark.parametrize(
    ("value", "tier"),
    [
        ([], "above 1,000 USD, as its value is not known"),
        (["--value", "1000"], "up to 1,000 USD"),
        (["--value", "1000.000001"], "above 1,000 USD"),
    ],
)
def test_the_value_picks_the_tier(value: list[str], tier: str) -> None:
    """Without `--value` there is no price, and so the highest tier."""
    assert as_json("try", TYPED, "--file", written(TIERS), *value)["tier"] == tier


@pytest.mark.parametrize(
    ("typed", "rule", "sentence"),
    [
        (
            TYPED.replace("USDT", "DOGE"),
            '[request]\ncoins = ["USDT", "USDC"]',
            "The policy allows no payouts in DOGE. It allows USDC, USDT.",
        ),
        (
            TYPED,
            '[request]\nnetworks = ["ETH"]',
            "The policy allows no payouts on TRX. It allows ETH.",
        ),
        (
            "5 USDT to cwallet ana@example.com for Bonus",
            '[request]\ndestinations = ["address"]',
            "The policy allows no payouts to Cwallet e-mails. It allows addresses.",
        ),
        (
            "5 SATS to invoice lnbc25u1 for Lunch",
            '[request]\nnetworks = ["TRX"]',
            "The policy allows no payouts on LIGHTNING. It allows TRX.",
        ),
        (
            TYPED,
            "[limits.total]\nday = 249.99",
            OVER,
        ),
    ],
)
def test_what_forbids_it_is_said(typed: str, rule: str, sentence: str) -> None:
    """A payout that could not even be asked for says why, and the exit status is 1."""
    words = ("try", typed, "--value", "250", "--file", written(ONE + rule))
    assert run(*words).exit_code == 1
    assert sentence in run(*words).output
    assert as_json(*words)["forbidden"] == [sentence]


def test_who_asks_matters() -> None:
    """`--as` takes a name of the policy or an id, also a second one; they cannot approve their
    own, and may not be allowed to ask at all."""
    file = written(f'{TIERS}[request]\nwho = ["finance"]')
    for who in ("dana", DANA_TOO):
        facts = as_json("try", TYPED, "--as", who, "--value", "1", "--file", file)
        assert facts["asked_by"] == "dana"
        assert facts["could_approve"] == ["eli", "noa"]
    rita = run("try", TYPED, "--as", RITA.id, "--value", "1", "--file", file)
    assert rita.exit_code == 1
    assert "Only finance may ask for payouts." in rita.output
    dana = run("try", TYPED, "--as", "dana", "--value", "1001", "--file", file)
    assert dana.exit_code == 1
    assert "Nobody could approve it: beside the requester there are too few people." in dana.output
    assert as_json("try", TYPED, "--value", "1", "--file", file)["asked_by"] == "dana"


def test_trying_asks_nobody(slack: PretendSlack) -> None:
    """User groups are not looked up, even with a token: it says which, and claims nothing."""
    facts = as_json("try", TYPED, "--value", "1", "--file", written(ONE, SLACK))
    assert (facts["could_approve"], facts["not_looked_up"]) == ([], [FINANCE])
    assert facts["verdict"] == f"0 of 1 approvals (any value); needs 1 more of {FINANCE}"
    assert facts["forbidden"] == []


def test_who_may_ask_only_as_a_member_of_a_group_is_told_so() -> None:
    """Whether they are one was not looked up: that is said, and nobody is sent to try again."""
    file = written(f'{ONE}[request]\nwho = ["finance"]\ncoins = ["BTC"]', SLACK)
    words = ("try", TYPED, "--as", "rita", "--value", "1", "--file", file)
    assert run(*words).exit_code == 1
    doubtful, coins = as_json(*words)["forbidden"]
    assert doubtful == (
        f"Only finance may ask for payouts. Whether rita is in Slack's user group {FINANCE} was not"
        " looked up."
    )
    assert coins == "The policy allows no payouts in USDT. It allows BTC."


def test_who_can_never_be_served_is_known_though_a_group_was_not_looked_up() -> None:
    """A share that is too small without the requester is enough: to try says so, and to check."""
    file = written(TWO_ONE_CFO, SLACK)
    words = ("try", TYPED, "--value", "1", "--file", file, "--as")
    assert run(*words, "eli").exit_code == 0
    assert as_json(*words, "eli")["verdict"] == (
        f"0 of 2 approvals (any value); needs 2 more of {FINANCE} (1 from cfo)"
    )
    assert run(*words, "dana").exit_code == 1
    assert as_json(*words, "dana")["forbidden"] == [
        "Nobody could approve it: beside the requester there are too few people."
    ]
    assert as_json("check", file)["notes"][0] == (
        "Nobody could approve what dana asks for in the tier any value."
    )


def test_limits_and_hold_are_told() -> None:
    """What else stands between the payout and the chain is listed."""
    rule = '[limits.total]\nday = 900\n[hold]\nnew_destination = "1d"'
    result = run("try", TYPED, "--value", "250", "--file", written(ONE + rule))
    assert result.exit_code == 0
    assert "limits taken as unused" in result.output
    assert "900 USD a day in total" in result.output
    assert row(result.output, "hold") == ["24", "h"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["250"], "Say in which coin"),
        (["list"], 'Say what to pay, such as "250 USDT on TRX to ADDRESS for Invoice 1043".'),
        (["pay some"], "is not a command"),
        ([TYPED.replace("250", "2,50")], '"2,50" can mean two amounts.'),
        ([TYPED, "--value", "$5"], "Amounts are in the coin"),
        ([TYPED, "--as", "max"], "max is no user id, and no name of [people]."),
        ([TYPED.replace(" on TRX", "")], "Say on which network, such as on TRX"),
    ],
)
def test_what_cannot_be_tried_says_so(words: list[str], sentence: str) -> None:
    """What was typed wrongly is a sentence that says what to write, and exit status 2."""
    file = written(f'{ONE}[request]\nnetworks = ["TRX"]')
    result = run("try", *words, "--file", file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr


def test_a_policy_that_does_not_load_is_not_tried() -> None:
    """The reason is the same as `check` gives."""
    result = run("try", TYPED, "--file", written("tier = 1"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("The policy does not load.\n")
