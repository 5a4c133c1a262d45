"""A policy that nobody could satisfy does not load, and the sentence says what it lacks."""

import pytest

from approvals.people import Roster
from approvals.policy import unsound
from approvals.policy.soundness import out_of_reach, requesters
from sandbox.slack.cast import DANA, ELI, NOA, RITA
from tests.policies import FINANCE, ONE, PEOPLE, TIERS, TWO_ONE_CFO, in_finance, policy

SLACK = PEOPLE.replace('finance = ["dana", "eli", "noa"]', f'finance = ["{FINANCE}"]')


def tier(approvals: int, of: str, among: str = "") -> str:
    return f'[[tier]]\napprovals = {approvals}\nof = ["{of}"]\namong = {{ {among} }}\n'


@pytest.mark.parametrize(
    ("rules", "needs", "there"),
    [
        (tier(4, "finance"), "4 approvals of finance", "only 3 people"),
        (tier(2, "cfo"), "2 approvals of cfo", "only one person"),
        (
            tier(3, "finance", "cfo = 2"),
            "3 approvals of finance, 2 of them from cfo",
            "only 3 people, 1 of them in cfo,",
        ),
        (
            tier(1, "eli", "cfo = 1"),
            "1 approval of eli, 1 of them from cfo",
            "only one person, 0 of them in cfo,",
        ),
        (f'{tier(1, "cfo")}[request]\nwho = ["dana"]', "1 approval of cfo", "nobody"),
        (
            f'{tier(3, "finance")}[request]\nwho = ["finance"]',
            "3 approvals of finance",
            "only 2 people",
        ),
        (
            f'{tier(2, "finance", "cfo = 1")}[request]\nwho = ["cfo"]',
            "2 approvals of finance, 1 of them from cfo",
            "only 2 people, 0 of them in cfo,",
        ),
    ],
    ids=[
        "fewer approvers than the quorum",
        "fewer people than ids",
        "a share larger than its group",
        "a share outside of those who approve",
        "the sole approver is the sole requester",
        "the requesters are all approvers",
        "the requester is the only one of a share",
    ],
)
def test_what_nobody_could_approve_does_not_load(rules: str, needs: str, there: str) -> None:
    """Each tier must be possible for somebody who may ask; the sentence says what it needs, and
    how many there are."""
    (sentence,) = unsound(policy(rules), Roster())
    assert sentence == (
        f"Payouts of the tier any value could never be approved: they need {needs}, and beside the"
        f" requester {there} could approve."
    )


def test_every_impossible_tier_is_named() -> None:
    """Nobody has to start twice to hear about two tiers."""
    rules = f"[[tier]]\nup_to = 10\napprovals = 9\nof = ['cfo']\n{tier(8, 'finance')}"
    assert len(unsound(policy(rules), Roster())) == 2


@pytest.mark.parametrize(
    "rules",
    [
        ONE,
        TIERS,
        TWO_ONE_CFO,
        tier(3, "finance", "cfo = 1"),
        f'{tier(1, "cfo")}[request]\nwho = ["cfo", "rita"]',
        f'{tier(2, "finance")}[request]\nwho = ["finance"]',
        f'{ONE}[request]\ndestinations = ["cwallet-id"]\nnetworks = ["LN"]\ncoins = ["BTC"]',
        f'{ONE}[request]\ndestinations = ["invoice"]\nnetworks = ["ln"]\ncoins = ["sats"]',
    ],
)
def test_what_somebody_can_ask_for_loads(rules: str) -> None:
    """It is enough that some of those who may ask can be served."""
    assert unsound(policy(rules), Roster()) == ()


@pytest.mark.parametrize(
    "rules",
    [
        'destinations = ["invoice"]\nnetworks = ["TRX", "ETH"]',
        'destinations = ["invoice"]\ncoins = ["USDT"]',
        'destinations = ["address"]\nnetworks = ["LIGHTNING"]',
        'destinations = ["address", "invoice"]\nnetworks = ["LIGHTNING"]\ncoins = ["BTC"]',
        'destinations = ["address"]\ncoins = ["SATS"]',
        'destinations = ["address", "invoice"]\nnetworks = ["TRX"]\ncoins = ["sats"]',
    ],
)
def test_a_policy_under_which_nothing_can_be_paid(rules: str) -> None:
    """Kinds of destination, networks and coins that never come together are a slip."""
    (sentence,) = unsound(policy(f"{ONE}[request]\n{rules}"), Roster())
    assert sentence == (
        "[request] allows no payout at all: Lightning invoices are paid in SATS on LIGHTNING, and"
        " addresses in other coins on the other networks."
    )


def test_an_empty_user_group_is_nobody() -> None:
    """A user group that Slack says is empty decides nothing, and asks for nothing."""
    assert "beside the requester nobody could" in unsound(policy(ONE, SLACK), in_finance([]))[0]
    asking = policy(f'{tier(1, "cfo")}[request]\nwho = ["finance"]', SLACK)
    assert unsound(asking, in_finance([])) == (
        "Nobody may ask for payouts: the groups of [request] who are empty.",
    )
    assert unsound(asking, in_finance([DANA.id]))
    assert unsound(asking, in_finance([RITA.id])) == ()


def test_a_silent_user_group_is_not_judged() -> None:
    """Where Slack did not say who is in a group, nothing is claimed about it."""
    rules = policy(tier(9, "finance"), SLACK)
    assert unsound(rules, Roster()) == ()
    assert not out_of_reach(rules, rules.tiers[0], RITA.id, Roster())
    for possible in (tier(1, "cfo"), tier(1, "noa", "finance = 1")):
        asked = policy(f'{possible}[request]\nwho = ["finance"]', SLACK)
        assert unsound(asked, Roster()) == ()


@pytest.mark.parametrize(
    ("rules", "needs", "there"),
    [
        (tier(9, "cfo"), "9 approvals of cfo", "only one person"),
        (
            tier(2, "finance", "cfo = 2"),
            "2 approvals of finance, 2 of them from cfo",
            "only one person in cfo",
        ),
        (tier(2, "cfo", "finance = 1"), "2 approvals of cfo, 1 of them from finance", "only one p"),
    ],
    ids=["of a known group", "of the known group of a share", "beside a silent share"],
)
@pytest.mark.parametrize("who", ["finance", "everybody"])
def test_what_is_impossible_whoever_is_in_a_silent_group_does_not_load(
    rules: str, needs: str, there: str, who: str
) -> None:
    """Also where it is not known who may ask: whoever it is, too few people could approve. Of the
    group that did not answer, nothing is said."""
    (sentence,) = unsound(policy(f'{rules}[request]\nwho = ["{who}"]', SLACK), Roster())
    assert f"they need {needs}, and beside the requester {there}" in sentence
    assert "of them in finance" not in sentence


@pytest.mark.parametrize(
    ("rules", "stuck"),
    [
        (tier(2, "finance", "cfo = 1"), {DANA.id}),
        (tier(2, "finance", "cfo = 2"), {DANA.id, ELI.id, RITA.id}),
        (tier(3, "board", "finance = 1"), {DANA.id, ELI.id}),
        (tier(2, "board", "finance = 1"), set()),
        (tier(1, "finance", "board = 1"), set()),
    ],
    ids=[
        "the only one of a share",
        "a share larger than its group",
        "fewer approvers than the quorum, whoever is in the share",
        "enough approvers",
        "nobody of those who approve is known",
    ],
)
def test_a_group_that_is_too_small_is_enough(rules: str, stuck: set[str]) -> None:
    """Who can never be served is known although another group did not answer."""
    found = policy(rules, f'{SLACK}board = ["dana", "eli", "noa"]\n')
    asking = (DANA.id, ELI.id, RITA.id)
    assert {id for id in asking if out_of_reach(found, found.tiers[0], id, Roster())} == stuck


def test_what_one_requester_cannot_get_is_known() -> None:
    """Under a policy that loads, somebody may still be out of reach: they are told when they
    ask."""
    rules = policy(TWO_ONE_CFO)
    (only,) = rules.tiers
    assert out_of_reach(rules, only, DANA.id, Roster())
    assert not out_of_reach(rules, only, ELI.id, Roster())
    assert not out_of_reach(rules, only, RITA.id, Roster())


def test_requesters_are_people() -> None:
    """Everybody who may ask, once for each person; where everybody may, somebody whom no rule
    names stands for the others."""
    named = policy(f'{ONE}[request]\nwho = ["finance"]')
    assert requesters(named, Roster()) == (DANA.id, ELI.id, NOA.id)
    anybody, *others = requesters(policy(), Roster())
    assert anybody not in others
    assert set(others) == {DANA.id, ELI.id, NOA.id, RITA.id}
