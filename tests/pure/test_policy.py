"""The rules' explained answer: which tier, who counts, who is missing, what forbids it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from approvals.destination import Kind
from approvals.people import Person, Roster, Standing
from approvals.policy import (
    Policy,
    Scope,
    Spent,
    Way,
    deciders,
    evaluate,
    objection,
    requests,
    short_policy,
    tightest,
    usd,
)
from sandbox.slack.cast import DANA, ELI, MAX, NOA, RITA
from tests.policies import (
    DANA_TOO,
    FINANCE,
    ONE,
    PEOPLE,
    TIERS,
    TWO_ONE_CFO,
    UNUSED,
    USD,
    facts,
    in_finance,
    judged,
    policy,
    somebody,
    subject,
)

SLACK = f'[groups]\nfinance = ["{FINANCE}"]\n'
"""Finance is a user group of Slack's."""


# Who counts.


def test_another_approver_suffices() -> None:
    """One member of the group who did not ask reaches a quorum of one; the verdict names them."""
    verdict = judged(policy(), [DANA.id])
    assert verdict.satisfied
    assert verdict.counted == (DANA.id,)
    assert verdict.words() == "1 of 1 approvals (any value)"


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (somebody(RITA.id), "asked for it"),
        (somebody(MAX.id), "is not an approver"),
        (somebody(DANA.id, Standing.STRANGER), "belongs to another company"),
        (somebody(DANA.id, Standing.GUEST), "is a guest"),
        (somebody(DANA.id, Standing.BOT), "is a bot"),
        (somebody(DANA.id, Standing.DEACTIVATED), "is deactivated"),
        (somebody(DANA.id, Standing.UNKNOWN), "could not be looked up"),
    ],
)
def test_who_does_not_count(person: Person, why: str) -> None:
    """Requester, non-approvers and everybody who is not plainly a member do not count; the verdict
    says why, how many are missing and who could give them."""
    verdict = judged(policy(), [person])
    assert not verdict.satisfied
    assert verdict.not_counted == ((person.id, why),)
    assert verdict.words() == (
        f"0 of 1 approvals (any value); {{{person.id}}} does not count: {why};"
        f" needs 1 more of {{{DANA.id}}}, {{{ELI.id}}}, {{{NOA.id}}}"
    )


@pytest.mark.parametrize("asks", [DANA.id, DANA_TOO])
@pytest.mark.parametrize("approves", [DANA.id, DANA_TOO])
def test_the_requester_never_counts(asks: str, approves: str) -> None:
    """Whoever asks cannot approve, from whichever of their accounts, and is never among those who
    could."""
    verdict = judged(policy(), [approves], subject(requester=asks))
    assert verdict.not_counted == ((approves, "asked for it"),)
    assert verdict.could == (ELI.id, NOA.id)
    assert deciders([policy()], subject(requester=asks), Roster()) == (ELI.id, NOA.id)


def test_two_accounts_are_one_person() -> None:
    """Approvals from two accounts of one person count once, and the verdict says so."""
    verdict = judged(policy(TWO_ONE_CFO), [DANA.id, DANA_TOO])
    assert (verdict.counted, verdict.missing) == ((DANA.id,), 1)
    assert verdict.not_counted == ((DANA_TOO, "is counted already, under another account"),)
    assert verdict.could == (ELI.id, NOA.id)


def test_any_account_of_a_person_is_in_their_groups() -> None:
    """A group that lists one id of a person holds the person: the other account counts too."""
    one_id = PEOPLE.replace('cfo = ["dana"]', f'cfo = ["{DANA.id}"]')
    assert judged(policy(TWO_ONE_CFO, one_id), [DANA_TOO, ELI.id]).satisfied


# How many, and of whom.


def test_two_of_finance_one_of_them_cfo() -> None:
    """The number alone does not suffice, nor does the CFO alone; what is missing is named exactly,
    with those who can give it."""
    rules = policy(TWO_ONE_CFO)
    assert judged(rules, [DANA.id, ELI.id]).satisfied
    nobody, cfo, others = (judged(rules, who) for who in ([], [DANA.id], [ELI.id, NOA.id]))
    assert nobody.words().endswith(
        f"needs 2 more of {{{DANA.id}}}, {{{ELI.id}}}, {{{NOA.id}}} (1 from cfo)"
    )
    assert (
        cfo.words() == f"1 of 2 approvals (any value); needs 1 more of {{{ELI.id}}}, {{{NOA.id}}}"
    )
    assert others.words() == (
        f"2 of 2 approvals (any value); needs 1 more of {{{DANA.id}}} (1 from cfo)"
    )


def test_only_whoever_helps_could_approve() -> None:
    """With one left to give and the CFO lacking, only the CFO is named."""
    verdict = judged(policy(TWO_ONE_CFO), [ELI.id])
    assert (verdict.missing, verdict.could) == (1, (DANA.id,))


def test_a_share_is_no_way_in() -> None:
    """Only people of `of` approve: a CFO outside finance is not counted."""
    apart = PEOPLE.replace('finance = ["dana", "eli", "noa"]', 'finance = ["eli", "noa"]')
    verdict = judged(policy(TWO_ONE_CFO, apart), [DANA.id, ELI.id])
    assert verdict.not_counted == ((DANA.id, "is not an approver"),)
    assert not verdict.satisfied


def test_two_shares_need_two_people() -> None:
    """What several groups lack adds up, so that nobody is told of fewer than are needed."""
    rules = policy(
        '[[tier]]\napprovals = 2\nof = ["finance"]\namong = { eli = 1, dana = 1 }\n',
    )
    assert judged(rules, [NOA.id]).missing == 2
    assert judged(rules, [NOA.id, ELI.id]).could == (DANA.id,)
    assert judged(rules, [NOA.id, ELI.id, DANA.id]).satisfied


def test_a_crowd_is_counted() -> None:
    """Of many who could approve, eight are named."""
    many = short_policy([f"U{number:02}" for number in range(20)], timedelta(hours=1))
    assert judged(many).words().endswith("{U06}, {U07}, 12 others")
    assert len(judged(many).could) == 20


def test_nobody_left_is_said() -> None:
    """Where nobody could approve, the sentence says so."""
    alone = short_policy([DANA.id], timedelta(hours=1))
    assert judged(alone, what=subject(requester=DANA.id)).words().endswith("1 more of nobody")


# Which tier.


@pytest.mark.parametrize(
    ("micro", "tier"),
    [
        (1, "up to 1,000 USD"),
        (1000 * USD, "up to 1,000 USD"),
        (1000 * USD + 1, "above 1,000 USD"),
        (10**18, "above 1,000 USD"),
    ],
)
def test_a_tier_ends_with_its_border(micro: int, tier: str) -> None:
    """A value on the border belongs to the lower tier, a micro-dollar more to the next one."""
    what = replace(subject(), value=micro)
    assert judged(policy(TIERS), what=what).tier.name == tier


def test_no_price_is_the_highest_tier() -> None:
    """Who cannot say what it is worth needs what the dearest payout needs."""
    verdict = judged(policy(TIERS), what=subject(None))
    assert verdict.tier.words == "above 1,000 USD, as its value is not known"
    assert "(above 1,000 USD, as its value is not known)" in verdict.words()


UNCHECKED = "above 1,000 USD, as a Cwallet e-mail cannot be checked"


@pytest.mark.parametrize(
    ("extra", "way", "tier"),
    [
        ("", Way.CWALLET_EMAIL, UNCHECKED),
        ("", Way.CWALLET_ID, "up to 1,000 USD"),
        ("", Way.ADDRESS, "up to 1,000 USD"),
        ('[cwallet]\nemail_tier = "highest"', Way.CWALLET_EMAIL, UNCHECKED),
        ('[cwallet]\nemail_tier = "by value"', Way.CWALLET_EMAIL, "up to 1,000 USD"),
    ],
)
def test_an_unchecked_email_is_the_highest_tier(extra: str, way: Way, tier: str) -> None:
    """A Cwallet e-mail cannot be checked: it belongs to the highest tier, unless the policy says
    otherwise. Where its value would have picked a lower one, the tier says why."""
    assert judged(policy(TIERS + extra), what=subject(1, way=way)).tier.words == tier
    dear = judged(policy(TIERS + extra), what=subject(1000 * USD + 1, way=way))
    assert dear.tier.words == "above 1,000 USD"


def test_where_there_is_one_tier_it_needs_no_reason() -> None:
    """Every value belongs to it, known or not, whatever can be checked."""
    for value, way in ((None, Way.ADDRESS), (1, Way.CWALLET_EMAIL), (None, Way.CWALLET_EMAIL)):
        assert judged(policy(ONE), what=subject(value, way=way)).tier.words == "any value"


def test_ways_are_told_by_the_destination() -> None:
    """An @ makes a Cwallet user an e-mail; chains and invoices are what their kind says."""
    assert Way.of(Kind.CWALLET, "ana@example.com") is Way.CWALLET_EMAIL
    assert Way.of(Kind.CWALLET, "9558861") is Way.CWALLET_ID
    assert Way.of(Kind.CHAIN, "T@x") is Way.ADDRESS
    assert Way.of(Kind.LIGHTNING, "lnbc1") is Way.INVOICE


def test_a_higher_tier_may_decide_a_lower_one() -> None:
    """The value may rise until an approval is counted, so deciders of higher tiers may press; those
    of lower tiers may not decide what is above them."""
    rules = policy(TIERS.replace('of = ["finance"]', 'of = ["eli"]', 1))
    dana, eli = somebody(DANA.id), somebody(ELI.id)
    assert objection([rules], subject(100), dana, Roster()) is None
    low = policy(
        '[[tier]]\nup_to = 9\napprovals = 1\nof = ["eli"]\n' + ONE.replace("finance", "cfo")
    )
    assert objection([low], subject(100), eli, Roster()) == "is not an approver"
    assert objection([low], subject(5), eli, Roster()) is None
    assert judged(low, [DANA.id], subject(5)).not_counted == ((DANA.id, "is not an approver"),)


# What forbids it.


@pytest.mark.parametrize(
    ("rule", "changes", "sentence"),
    [
        (
            'coins = ["usdt", "USDC"]',
            {"symbol": "DOGE"},
            "The policy allows no payouts in DOGE. It allows USDC, USDT.",
        ),
        (
            'coins = ["USDT"]',
            {"symbol": ""},
            "The policy allows no payouts in . It allows USDT.",
        ),
        (
            'networks = ["TRC20", "ETH"]',
            {"chain": "BSC"},
            "The policy allows no payouts on BSC. It allows ETH, TRX.",
        ),
        (
            'networks = ["TRX"]',
            {"chain": ""},
            "The policy allows no payouts on . It allows TRX.",
        ),
        (
            'networks = ["TRX"]',
            {"chain": "LIGHTNING", "way": Way.INVOICE},
            "The policy allows no payouts on LIGHTNING. It allows TRX.",
        ),
        (
            'destinations = ["address", "cwallet-id"]',
            {"way": Way.CWALLET_EMAIL},
            "The policy allows no payouts to Cwallet e-mails. It allows Cwallet IDs, addresses.",
        ),
    ],
)
def test_what_is_not_allowed_is_denied(rule: str, changes: dict[str, Any], sentence: str) -> None:
    """Coins, networks and kinds of destination that the policy does not name are denied, at the
    request and at the approval, with what it allows; so is what has no name at all."""
    rules, what = policy(f"{ONE}[request]\n{rule}"), replace(subject(), **changes)
    assert requests(rules, what, Roster(), UNUSED) == (sentence,)
    verdict = judged(rules, [DANA.id], what)
    assert (verdict.satisfied, verdict.missing) == (False, 0)
    assert verdict.words().endswith(f"; {sentence.removesuffix('.')}")


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ('coins = ["usdt"]', {"symbol": "USDT"}),
        ('networks = ["TRC20"]', {"chain": "TRX"}),
        ('networks = ["TRX"]', {"chain": "tron"}),
        ('networks = ["ETH"]', {"way": Way.CWALLET_ID}),
        ('networks = ["ETH"]', {"way": Way.CWALLET_EMAIL}),
        ('destinations = ["address"]', {}),
    ],
)
def test_what_is_allowed_passes(rule: str, changes: dict[str, Any]) -> None:
    """Names in any spelling that people use are understood, and inside Cwallet there is no
    network that could be forbidden."""
    what = replace(subject(), **changes)
    assert requests(policy(f"{ONE}[request]\n{rule}"), what, Roster(), UNUSED) == ()


def test_who_may_ask() -> None:
    """Where the policy names requesters, others are denied, and somebody whose group did not
    answer is told to try again."""
    rules = policy(f'{ONE}[request]\nwho = ["noa", "finance"]')
    assert requests(rules, subject(requester=NOA.id), Roster(), UNUSED) == ()
    assert requests(rules, subject(requester=DANA_TOO), Roster(), UNUSED) == ()
    assert requests(rules, subject(requester=RITA.id), Roster(), UNUSED) == (
        "Only noa and finance may ask for payouts.",
    )
    slack = policy(f'{ONE}[request]\nwho = ["finance"]', SLACK)
    assert requests(slack, subject(), in_finance([RITA.id]), UNUSED) == ()
    assert requests(slack, subject(), Roster(), UNUSED) == (
        "Slack does not say whether you may ask for payouts. Try again.",
    )


LIMITED = policy(
    f"{ONE}[limits.requester]\nday = 300\n[limits.destination]\nday = 400\n[limits.total]\n"
    "day = 500\n30_days = 1000.5\n"
)


@pytest.mark.parametrize(
    ("scope", "days", "most", "words"),
    [
        (Scope.REQUESTER, 1, 300 * USD, "300 USD a day for one requester"),
        (Scope.DESTINATION, 1, 400 * USD, "400 USD a day for one destination"),
        (Scope.TOTAL, 1, 500 * USD, "500 USD a day in total"),
        (Scope.TOTAL, 30, 1000 * USD + USD // 2, "1,000.50 USD in 30 days in total"),
    ],
)
def test_each_limit_holds_to_the_micro_dollar(
    scope: Scope, days: int, most: int, words: str
) -> None:
    """A payout that just fits passes; one micro-dollar more is denied, at the request and at the
    approval, and the sentence says how much is left."""
    room = 100 * USD
    fits: Spent = {**UNUSED, (scope, days): most - room}
    over: Spent = {**UNUSED, (scope, days): most - room + 1}
    assert requests(LIMITED, subject(100), Roster(), fits) == ()
    assert evaluate([LIMITED], facts(subject(100), [DANA.id], spent=fits)).satisfied
    (sentence,) = requests(LIMITED, subject(100), Roster(), over)
    assert sentence == (
        f"The limit is {words}: {usd(most - room + 1)} of it are used or on their way, so"
        " 100 USD are left, and this payout is worth 100 USD."
    )
    verdict = evaluate([LIMITED], facts(subject(100), [DANA.id], spent=over))
    assert (verdict.satisfied, verdict.objections) == (False, (sentence,))


def test_what_has_no_price_passes_no_limit() -> None:
    """Neither a payout without a price nor one after such a payout can be held against a limit, so
    both are denied."""
    (*_, mine) = requests(LIMITED, subject(None), Roster(), UNUSED)
    assert mine.endswith("cannot be checked: this payout has no known price.")
    unknown: Spent = {**UNUSED, (Scope.TOTAL, 30): None}
    (theirs,) = requests(LIMITED, subject(1), Roster(), unknown)
    assert theirs.endswith("cannot be checked: an earlier payout has no known price.")
    assert len(requests(LIMITED, subject(1), Roster(), {})) == len(LIMITED.limits)


def test_limits_are_not_asked_about_twice() -> None:
    """Where limits were looked at before, as by the sender, they are left alone."""
    assert evaluate([LIMITED], facts(subject(10**6), [DANA.id], spent=None)).satisfied


def test_the_tightest_limit_is_told() -> None:
    """The limit with the least room, this payout included, as a card says it."""
    used: Spent = {**UNUSED, (Scope.REQUESTER, 1): 50 * USD, (Scope.TOTAL, 1): 350 * USD}
    assert tightest(LIMITED, 100 * USD, used) == "450 of 500 USD today"
    assert tightest(LIMITED, 100 * USD, UNUSED) == "100 of 300 USD today for this requester"
    month: Spent = {**UNUSED, (Scope.TOTAL, 30): 900 * USD}
    assert tightest(LIMITED, 100 * USD, month) == "1,000 of 1,000.50 USD in 30 days"
    assert tightest(LIMITED, None, UNUSED) is None
    assert tightest(policy(), 100 * USD, UNUSED) is None


# User groups of Slack's.


def test_members_of_a_user_group_count() -> None:
    """Whoever is in the group as of now may approve."""
    rules = policy(ONE, SLACK)
    verdict = judged(rules, [DANA.id], roster=in_finance([DANA.id, ELI.id]))
    assert (verdict.satisfied, verdict.unclear) == (True, False)
    gone = judged(rules, [DANA.id], roster=in_finance([ELI.id]))
    assert gone.not_counted == ((DANA.id, "is not an approver"),)
    assert gone.could == (ELI.id,)


def test_a_silent_user_group_counts_as_no() -> None:
    """Where Slack did not say who is in the group, nobody counts, and the verdict is not clear."""
    verdict = judged(policy(ONE, SLACK), [DANA.id])
    assert verdict.not_counted == ((DANA.id, "could not be looked up"),)
    assert (verdict.satisfied, verdict.unclear, verdict.could) == (False, True, ())


def test_a_silent_group_of_a_share_is_unclear() -> None:
    """A share whose group did not answer is lacking, and whoever asks may wait for it."""
    rules = policy(TWO_ONE_CFO, PEOPLE.replace('cfo = ["dana"]', f'cfo = ["{FINANCE}"]'))
    verdict = judged(rules, [DANA.id, ELI.id])
    assert (verdict.satisfied, verdict.unclear) == (False, True)
    assert judged(rules, [DANA.id, ELI.id], roster=in_finance([DANA_TOO])).satisfied


def test_another_silent_group_changes_nothing() -> None:
    """Who is in the group anyway needs no answer about another."""
    both = policy('[groups]\nfinance = ["U0DANA00001", "S0FINANCE01"]\n' + ONE, "")
    assert judged(both, [DANA.id]).satisfied


# Several policies at once.


def test_every_policy_must_be_satisfied() -> None:
    """A payout under two policies needs what both ask for; the answer is that of the one that is
    furthest from it."""
    easy, hard = policy(ONE), policy(TWO_ONE_CFO)
    for both in ([easy, hard], [hard, easy]):
        verdict = evaluate(both, facts(subject(), [DANA.id]))
        assert (verdict.satisfied, verdict.policy) == (False, hard.hash)
        done = evaluate(both, facts(subject(), [DANA.id, ELI.id]))
        assert (done.satisfied, done.policy) == (True, hard.hash)


def test_what_either_policy_forbids_is_forbidden() -> None:
    """An objection of one policy wins over approvals that another lacks."""
    coins = policy(f'{ONE}[request]\ncoins = ["BTC"]')
    verdict = evaluate([policy(TWO_ONE_CFO), coins], facts(subject(), [DANA.id]))
    assert verdict.objections == ("The policy allows no payouts in USDT. It allows BTC.",)


def test_a_comment_that_either_policy_wants_is_wanted() -> None:
    """The approval is given once, so the stricter policy says whether it needs a comment; the tier
    that asks for it is named, also where another one asks for more approvals."""
    comment = policy(TIERS.replace("[[tier]]", '[[tier]]\ncomment = "required"', 1))
    assert evaluate([policy(TWO_ONE_CFO), comment], facts(subject())).comment == "up to 1,000 USD"
    assert evaluate([policy(TWO_ONE_CFO), policy()], facts(subject())).comment == ""


def test_deciders_decide_by_every_policy() -> None:
    """Whom only one of two policies takes is not asked, and may not decide."""
    cfo = policy(ONE.replace("finance", "cfo"))
    assert deciders([policy(), cfo], subject(), Roster()) == (DANA.id,)
    why = objection([policy(), cfo], subject(), somebody(ELI.id), Roster())
    assert why == "is not an approver"


def test_a_decider_is_known_by_any_id() -> None:
    """Whoever gets another first id by a change of the policy decides as before."""
    before = policy(ONE, f'[groups]\nfinance = ["{DANA.id}"]\n')
    after = policy(
        ONE, f'[people]\ndana = ["{DANA_TOO}", "{DANA.id}"]\n[groups]\nfinance = ["dana"]\n'
    )
    assert deciders([after, before], subject(), Roster()) == (DANA_TOO,)
    assert deciders([before, after], subject(), Roster()) == (DANA.id,)
    assert deciders([before, after], subject(requester=DANA_TOO), Roster()) == ()


def test_one_person_by_either_policy_is_one() -> None:
    """That two accounts are one person may stand in one of the policies only: the requester's
    other account still approves nothing."""
    plain = PEOPLE.replace(f', "{DANA_TOO}"]', "]").replace('"noa"]', f'"noa", "{DANA_TOO}"]')
    before, after = policy(ONE, plain), policy()
    for both in ([before, after], [after, before]):
        what = subject(requester=DANA.id)
        assert not evaluate(both, facts(what, [DANA_TOO])).satisfied


def test_without_a_policy_there_is_no_answer() -> None:
    """No rule is no permission."""
    with pytest.raises(ValueError, match=r".+"):
        evaluate([], facts(subject(), [DANA.id]))


# The policy as a value.


def test_the_hash_is_of_the_text() -> None:
    """Another text is another policy, also where only a comment differs."""
    one, two = policy(ONE), policy(f"{ONE}# changed\n")
    assert one.hash != two.hash
    assert len(one.hash) == 64


def test_the_short_way_is_one_tier() -> None:
    """PAYOUTS_APPROVERS: anybody on the list, one approval, any value, everybody may ask."""
    short: Policy = short_policy([DANA.id, ELI.id], timedelta(minutes=90))
    (tier,) = short.tiers
    assert (tier.name, tier.quorum) == ("any value", "1 approval of approvers")
    assert tier.expiry == timedelta(minutes=90)
    assert judged(short, [ELI.id]).satisfied
    assert requests(short, subject(), Roster(), {}) == ()


def test_names_decide_nothing() -> None:
    """Only id and standing count: whatever somebody calls themselves changes nothing."""
    renamed = replace(somebody(MAX.id), name="dana")
    assert objection([policy()], subject(), renamed, Roster()) == "is not an approver"
