"""Policies for tests, and the facts to judge them by."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from approvals.people import Person, Roster, Standing
from approvals.policy import Facts, Policy, Scope, Spent, Subject, Verdict, Way, evaluate
from approvals.policy import read_policy as read
from sandbox.slack.cast import DANA, ELI, NOA, RITA

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
USD = 1_000_000
"""Micro-dollars."""

DANA_TOO = "U0DANA00002"
"""Dana's other account."""
FINANCE = "S0FINANCE01"
"""A user group of Slack's."""

PEOPLE = f"""
[people]
rita = ["{RITA.id}"]
noa = ["{NOA.id}"]
dana = ["{DANA.id}", "{DANA_TOO}"]
eli = ["{ELI.id}"]
[groups]
finance = ["dana", "eli", "noa"]
cfo = ["dana"]
"""
ONE = '[[tier]]\napprovals = 1\nof = ["finance"]\n'
"""One approval of finance, for any value."""
TWO_ONE_CFO = '[[tier]]\napprovals = 2\nof = ["finance"]\namong = { cfo = 1 }\n'
"""Two of finance, one of them cfo."""
TIERS = f'[[tier]]\nup_to = 1000\napprovals = 1\nof = ["finance"]\n{TWO_ONE_CFO}'
"""The one up to 1,000 USD, the other above."""
UNUSED: Spent = {(scope, days): 0 for scope in Scope for days in (1, 30)}


def policy(rules: str = ONE, people: str = PEOPLE) -> Policy:
    """A policy about these people."""
    return read(people + rules)


def somebody(id: str, standing: Standing = Standing.MEMBER) -> Person:
    return Person("T1", id, id, standing, NOON)


def subject(
    value: int | None = 100,
    requester: str = RITA.id,
    way: Way = Way.ADDRESS,
    symbol: str = "USDT",
    chain: str = "TRX",
) -> Subject:
    """A payout; `value` in whole USD."""
    return Subject(requester, way, symbol, chain, None if value is None else value * USD)


def facts(
    what: Subject,
    approvers: Iterable[str | Person] = (),
    *,
    roster: Roster | None = None,
    spent: Spent | None = UNUSED,
) -> Facts:
    people = tuple(who if isinstance(who, Person) else somebody(who) for who in approvers)
    return Facts(what, people, roster or Roster(), spent)


def judged(
    rules: Policy,
    approvers: Iterable[str | Person] = (),
    what: Subject | None = None,
    *,
    roster: Roster | None = None,
) -> Verdict:
    """What `rules` say of a payout that these people approved."""
    return evaluate([rules], facts(what or subject(), approvers, roster=roster))


def in_finance(ids: Collection[str]) -> Roster:
    """What Slack says of its user group."""
    return Roster({FINANCE: frozenset(ids)})
