"""A policy in words: what it says, what a change is, and who may do what."""

from dataclasses import replace

import pytest

from approvals.people import Roster
from approvals.policy import difference, rules
from approvals.policy.matrix import Row, anybody_else, matrix
from sandbox.slack.cast import DANA, ELI, NOA, RITA
from tests.policies import (
    DANA_TOO,
    FINANCE,
    ONE,
    PEOPLE,
    TIERS,
    TWO_ONE_CFO,
    in_finance,
    policy,
)

SILENT = f'[people]\ndana = ["{DANA.id}"]\n[groups]\nfinance = ["{FINANCE}"]\n'
FULL = """
[request]
who = ["rita", "finance"]
coins = ["usdt", "BTC"]
networks = ["TRC20"]
destinations = ["address", "cwallet-email"]
[limits.total]
day = 5000
[hold]
new_destination = "90m"
"""


def test_every_rule_is_a_sentence() -> None:
    """Whoever reads the sentences knows the policy: who, what, how many, how much, how soon."""
    slack = PEOPLE + f'board = ["{FINANCE}", "{ELI.id}"]\n'
    assert rules(policy(TIERS + 'comment = "required"\n' + FULL, slack)) == (
        "Only rita and finance may ask for payouts.",
        f"rita: {{{RITA.id}}}.",
        f"noa: {{{NOA.id}}}.",
        f"dana: {{{DANA.id}}} and {{{DANA_TOO}}}, one person.",
        f"eli: {{{ELI.id}}}.",
        f"finance: {{{DANA.id}}}, {{{DANA_TOO}}}, {{{ELI.id}}} and {{{NOA.id}}}.",
        f"cfo: {{{DANA.id}}} and {{{DANA_TOO}}}.",
        f"board: {{{ELI.id}}} and Slack's user group {FINANCE}.",
        "Coins: BTC and USDT.",
        "Networks: TRX.",
        "Destinations: Cwallet e-mails and addresses.",
        "Up to 1,000 USD: 1 approval of finance, within 24 h.",
        "Above 1,000 USD: 2 approvals of finance, 1 of them from cfo, within 24 h; with a comment.",
        "At most 5,000 USD a day in total.",
        "A destination that was never paid waits 90 min after its approval.",
        "Payouts to Cwallet e-mails belong to the highest tier.",
    )


def test_the_plainest_policy_says_little() -> None:
    """What is not ruled is not told."""
    first, *_, last = rules(policy())
    assert first == "Every member may ask for payouts."
    assert last == "Any value: 1 approval of finance, within 24 h."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("approvals = 2", "approvals = 3"),
        ("up_to = 1000", "up_to = 1000.01"),
        ("cfo = 1", "eli = 1"),
        ("among = { cfo = 1 }\n", ""),
        ('of = ["finance"]\nexpiry = "2h"', 'of = ["cfo"]\nexpiry = "2h"'),
        ('expiry = "2h"', 'expiry = "3h"'),
        ('comment = "required"', 'comment = "optional"'),
        ('coins = ["usdt", "BTC"]', 'coins = ["usdt"]'),
        ('coins = ["usdt", "BTC"]', ""),
        ('networks = ["TRC20"]', 'networks = ["ERC20"]'),
        ('"address", ', '"address", "invoice", '),
        ('who = ["rita", "finance"]', 'who = ["finance"]'),
        ('who = ["rita", "finance"]', ""),
        ("day = 5000", "day = 5001"),
        ("day = 5000", "30_days = 5000"),
        ("limits.total", "limits.requester"),
        ('"90m"', '"1h"'),
        ('email_tier = "highest"', 'email_tier = "by value"'),
        ('cfo = ["dana"]', 'cfo = ["dana", "eli"]'),
        (f', "{DANA_TOO}"]', "]"),
        (f'eli = ["{ELI.id}"]', f'eli = ["{ELI.id}", "U0ELI000002"]'),
        ('cfo = ["dana"]', f'cfo = ["dana", "{FINANCE}"]'),
    ],
)
def test_no_change_goes_untold(before: str, after: str) -> None:
    """Each rule that changes is told, as what is new, what is gone, or both."""
    text = (
        '[[tier]]\nup_to = 1000\napprovals = 1\nof = ["finance"]\nexpiry = "2h"\n'
        f'{TWO_ONE_CFO}comment = "required"\n{FULL}[cwallet]\nemail_tier = "highest"\n'
    )
    whole = PEOPLE + text
    assert before in whole
    old, new = policy(text), policy(whole.replace(before, after, 1), "")
    told = difference(old, new)
    assert told
    assert all(line.startswith(("New: ", "No longer: ")) for line in told)
    assert not set(told) & set(difference(new, old))


def test_a_change_of_the_text_alone_says_so() -> None:
    """Another spelling of the same rules is another policy, with nothing new to know."""
    assert difference(policy(), policy(f"# tidied\n{ONE}")) == (
        "Only the text of the policy is another one; its rules are not.",
    )


def test_a_first_policy_is_told_in_full() -> None:
    """Before the first policy there was none to compare with."""
    assert difference(None, policy()) == rules(policy())


def test_the_matrix_has_a_row_for_everybody_named() -> None:
    """Who may ask, who approves in which tier, and for whom nobody could: one row a person, those
    with a name first."""
    text = f'[[tier]]\nup_to = 1000\napprovals = 1\nof = ["board"]\n{TWO_ONE_CFO}'
    asking = '[request]\nwho = ["rita", "cfo"]'
    board = f'{PEOPLE}board = ["{FINANCE}", "dana"]\n'
    rows = matrix(policy(text + asking, board), in_finance(["U0LEE000001"]))
    stuck = "above 1,000 USD"
    assert rows == (
        Row("dana", (DANA.id, DANA_TOO), ("finance", "cfo", "board"), True, (True, True), (stuck,)),
        Row("eli", (ELI.id,), ("finance",), False, (False, True), ()),
        Row("noa", (NOA.id,), ("finance",), False, (False, True), ()),
        Row("rita", (RITA.id,), (), True, (False, False), ()),
        Row("", ("U0LEE000001",), ("board",), False, (True, False), ()),
    )


def test_the_matrix_does_not_guess() -> None:
    """Where a user group did not answer, whether somebody is in it stays open."""
    rules_ = policy(f'{ONE}[request]\nwho = ["finance"]', SILENT)
    (dana,) = matrix(rules_, Roster())
    assert (dana.asks, dana.approves, dana.stuck) == (None, (None,), ())
    (dana,) = matrix(rules_, in_finance([]))
    assert (dana.asks, dana.approves) == (False, (False,))


def test_anybody_is_not_everybody_named() -> None:
    """What members may do whom no rule names is said apart."""
    for rules_, asks in (
        (policy(), True),
        (policy(f'{ONE}[request]\nwho = ["rita"]'), False),
        (replace(policy(), requesters=("rita", "everybody")), True),
    ):
        others = anybody_else(rules_, Roster())
        assert (others.asks, others.approves) == (asks, (False,))


def test_anybody_may_be_in_a_group_that_did_not_answer() -> None:
    """Then what its members may do stays open for everybody, named or not."""
    dana_too = f'[[tier]]\nup_to = 5\napprovals = 1\nof = ["dana"]\n{ONE}'
    rules_ = policy(f'{dana_too}[request]\nwho = ["finance"]', SILENT)
    others = anybody_else(rules_, Roster())
    assert (others.asks, others.approves) == (None, (False, None))


def test_who_may_not_ask_misses_nothing() -> None:
    """That nobody could approve for somebody matters only where they may ask."""
    dana, *_ = matrix(policy(f'{TWO_ONE_CFO}[request]\nwho = ["rita"]'), Roster())
    assert (dana.name, dana.asks, dana.stuck) == ("dana", False, ())
