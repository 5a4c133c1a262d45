"""A policy at the desk, on a real ledger: who counts, how often, for what value, within which
limits, and under which policy."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.audit import Note
from approvals.desk import Earlier
from approvals.errors import Denied, Refusal, Stale, Unavailable
from approvals.payout import Kind, Payout, State, Wish
from approvals.people import Person, Standing
from approvals.policy import difference, short_policy
from approvals.rulebook import Price
from tests.core import (
    ACCOUNTS,
    DANA,
    ELI,
    EVER,
    MAX,
    NOA,
    NOON,
    POLICY,
    RITA,
    Clock,
    Crowd,
    Office,
    ask,
    invoice_ask,
    now_a,
)
from tests.ledger.test_desk import move, refused
from tests.policies import DANA_TOO, FINANCE, ONE, PEOPLE, TIERS, TWO_ONE_CFO, policy

DANAS_OTHER = replace(DANA, id=DANA_TOO)
TWO = '[[tier]]\napprovals = 2\nof = ["finance"]\n'
THREE = '[[tier]]\napprovals = 3\nof = ["finance"]\n'
BY_GROUP = f'[groups]\nslackers = ["{FINANCE}"]\n[[tier]]\napprovals = 2\nof = ["slackers"]\n'
LOW_AND_HIGH = (
    '[[tier]]\nup_to = 1000\napprovals = 2\nof = ["noa", "eli"]\n'
    '[[tier]]\napprovals = 2\nof = ["eli", "dana"]\n'
)
UNKNOWN = "above 1,000 USD, as its value is not known"
SETTLED = (Kind.CLAIMED, Kind.SENT, Kind.SETTLED)

Under = Callable[..., Office]


@dataclass
class House:
    """One ledger's offices, one after the other."""

    path: Path
    clock: Clock
    crowd: Crowd = field(default_factory=Crowd)
    offices: list[Office] = field(default_factory=list)

    def under(self, rules: str, people: str = PEOPLE) -> Office:
        """The office after a start with these rules."""
        self.close()
        named = policy(rules, people)
        self.offices.append(Office(self.path, self.clock, policy=named, crowd=self.crowd))
        return self.offices[-1]

    def close(self) -> None:
        """What happened under the policy until now is checked, from its first line on."""
        if self.offices:
            self.offices[-1].verified()
            self.offices[-1].ledger.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "payouts.db", Clock())
    yield made
    made.close()


@pytest.fixture
def under(house: House) -> Under:
    """Starts the program with other rules; every ledger is verified in the end."""
    return house.under


def givers(payout: Payout) -> set[str]:
    return {approval.by.id for approval in payout.approvals}


def verdict(office: Office, number: int = 1) -> object:
    """The rule's words on the newest line."""
    return office.lines(number)[-1].facts["verdict"]


def at(office: Office, usd: str, minutes: float = 0) -> Price:
    """A price of a coin, found so many minutes ago."""
    return Price(Decimal(usd), office.clock() - timedelta(minutes=minutes))


# -- the quorum -----------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(DANA, ELI), (ELI, DANA)])
def test_two_of_three_one_of_them_cfo(under: Under, order: tuple[Person, Person]) -> None:
    """The first of two approvals is kept and moves nothing; the second one makes the quorum. Either
    line holds the rule's words and the policy's hash."""
    office, (first, second) = under(TWO_ONE_CFO), order
    made = office.asked()
    assert (made.quorum, made.missing, made.tier) == (2, 2, "any value")
    agreed = office.approve(made, first)
    assert (agreed.state, agreed.missing, givers(agreed)) == (State.REQUESTED, 1, {first.id})
    assert str(verdict(office)).startswith("1 of 2 approvals (any value); needs 1 more of {")
    approved = office.approve(agreed, second)
    assert (approved.state, approved.missing) == (State.APPROVED, 0)
    assert givers(approved) == {first.id, second.id}
    assert verdict(office) == "2 of 2 approvals (any value)"
    assert office.kinds() == ["requested", "agreed", "approved"]
    assert {line.facts["policy"] for line in office.lines()} == {office.rules.policy.hash}


def test_a_quorum_without_its_share_is_none(under: Under) -> None:
    """Two approvals of finance do not suffice where one of them must come from cfo: the rule says
    from whom, and only that one completes them."""
    office = under(TWO_ONE_CFO)
    made = office.approve(office.asked(), ELI)
    assert office.approve(made, NOA).missing == 1
    words = f"2 of 2 approvals (any value); needs 1 more of {{{DANA.id}}} (1 from cfo)"
    assert verdict(office) == words
    assert office.approve(made, DANA).state is State.APPROVED


def test_a_second_account_is_no_second_approval(under: Under) -> None:
    """Whoever approved is told so when they press with another account of theirs."""
    office = under(TWO)
    made = office.approve(office.asked(), DANA)
    sentence = refused(office, Stale, partial(office.approve, made, DANAS_OTHER))
    assert sentence.startswith("You approved payout 1 ({2026-11-22T12:00:00.000000Z}).")
    assert f"{{{ELI.id}}}" in sentence
    assert givers(office.payout()) == {DANA.id}


def test_a_second_account_counts_like_the_first(under: Under) -> None:
    """With whichever of their accounts somebody presses, it is they who approve."""
    office = under(TWO_ONE_CFO)
    made = office.approve(office.asked(), DANAS_OTHER)
    assert office.approve(made, ELI).state is State.APPROVED


def test_nobody_approves_their_own_with_another_account(under: Under) -> None:
    """The requester decides nothing with any of their accounts, but may take the payout back with
    each."""
    office = under(TWO)
    made = office.asked(DANA)
    for who in (DANA, DANAS_OTHER):
        for click, doing in ((office.approve, "approve"), (office.reject, "reject")):
            sentence = refused(office, Denied, partial(click, made, who))
            assert sentence.startswith(f"You asked for payout 1, so you cannot {doing} it.")
    assert office.cancel(made, DANAS_OTHER).state is State.CANCELLED


def test_what_one_asked_for_is_theirs_from_every_account(under: Under) -> None:
    """Whoever asks from one account sees it listed from the other, and asking for the same from
    there is the same."""
    other = replace(RITA, id="U0RITA00002")
    office = under(ONE, people=PEOPLE.replace(f'"{RITA.id}"', f'"{RITA.id}", "{other.id}"'))
    made = office.asked(RITA)
    assert office.desk.listed(other).payouts == (made,)
    again = office.desk.request(office.ask(), other, trigger=office.trigger())
    assert again == Earlier(made)


def test_whoever_is_nobody_to_the_policy_changes_nothing(under: Under) -> None:
    """Outsiders, guests and those whom Slack does not know add nothing to what is there."""
    office = under(TWO)
    made = office.approve(office.asked(), DANA)
    for who in (RITA, MAX, now_a(Standing.GUEST, ELI), now_a(Standing.UNKNOWN, ELI)):
        kind = Unavailable if who.standing is Standing.UNKNOWN else Denied
        for click in (office.approve, office.take_back, office.reject):
            refused(office, kind, partial(click, made, who))
    assert (office.payout().missing, givers(office.payout())) == (1, {DANA.id})


def test_approvals_are_read_back_as_they_were_told(under: Under) -> None:
    """Several approvals in one moment, in whichever order, are the same payout when its lines are
    played again."""
    office = under(THREE)
    made = office.asked()
    for who in (NOA, ELI, DANA):
        told = office.approve(made, who)
        assert office.payout() == told


# -- taking back, rejecting -----------------------------------------------------------------------


def test_an_approval_can_be_taken_back_before_the_quorum(under: Under) -> None:
    """It counts no more, others are missing again, and who gave it may give it once more."""
    office = under(TWO)
    made = office.approve(office.asked(), DANA)
    back = office.take_back(made, DANA)
    assert (back.state, back.missing, back.approvals) == (State.REQUESTED, 2, ())
    assert str(verdict(office)).startswith("0 of 2 approvals (any value); needs 2 more of {")
    assert office.approve(back, ELI).missing == 1
    assert office.approve(back, DANA).state is State.APPROVED
    assert office.kinds() == ["requested", "agreed", "taken back", "agreed", "approved"]


def test_nothing_is_taken_back_after_the_quorum(under: Under) -> None:
    """Then a rejection is the way to stop it."""
    office = under(TWO)
    made = office.approve(office.approve(office.asked(), DANA), ELI)
    sentence = refused(office, Stale, partial(office.take_back, made, DANA))
    assert "has all its approvals" in sentence
    assert office.reject(made, DANA).state is State.REJECTED


def test_nobody_takes_back_what_others_gave(under: Under) -> None:
    """Only who gave an approval ends it."""
    office = under(THREE)
    made = office.approve(office.asked(), DANA)
    sentence = refused(office, Stale, partial(office.take_back, made, ELI))
    assert sentence == "You have not approved payout 1; there is nothing to take back."
    assert givers(office.payout()) == {DANA.id}


def test_a_replayed_click_takes_nothing_back_twice(under: Under) -> None:
    """A signed request that comes again ends no approval that was given since."""
    office = under(TWO)
    made = office.approve(office.asked(), DANA)
    office.desk.take_back(1, made.digest, DANA, trigger="T")
    again = office.approve(made, DANA)
    assert office.desk.take_back(1, made.digest, DANA, trigger="T") == again
    assert givers(office.payout()) == {DANA.id}


@pytest.mark.parametrize("approvals", [0, 1, 2])
def test_one_rejection_ends_it_whoever_approved(under: Under, approvals: int) -> None:
    """Before, between and after the approvals, until it is sent; who approved may do it too. The
    line names the policy."""
    office = under(TWO)
    made = office.asked()
    for who in (DANA, ELI)[:approvals]:
        made = office.approve(made, who)
    assert office.reject(made, DANA).state is State.REJECTED
    assert office.lines()[-1].facts["policy"] == office.rules.policy.hash
    refused(office, Stale, partial(office.approve, made, NOA))


# -- comments -------------------------------------------------------------------------------------


def test_a_comment_is_kept_with_the_approval(under: Under) -> None:
    """What somebody says with their approval is on record, and gone with it."""
    office = under(TWO)
    made = office.approve(office.asked(), DANA, comment="Invoice seen.")
    assert [one.comment for one in made.approvals] == ["Invoice seen."]
    assert office.lines()[-1].facts["comment"] == "Invoice seen."
    assert [one.comment for one in office.payout().approvals] == ["Invoice seen."]
    assert office.take_back(made, DANA).approvals == ()


def test_where_a_comment_is_required_none_is_no_approval(under: Under) -> None:
    """An approval without one is refused and says what to do; each approval needs its own."""
    office = under(f'{TWO}comment = "required"\n')
    made = office.asked()
    for who in (DANA, ELI):
        assert "comment" in refused(office, Denied, partial(office.approve, made, who))
        made = office.approve(made, who, comment="Invoice seen.")
    assert made.state is State.APPROVED


def test_the_tier_that_asks_for_a_comment_is_named(under: Under) -> None:
    """Also where the other policy asks for more approvals, and its tier for no comment."""
    asks = LOW_AND_HIGH.replace("[[tier]]", '[[tier]]\ncomment = "required"', 1)
    made = under(asks).asked(what=ask(amount="50"))
    office = under(THREE)
    sentence = refused(office, Denied, partial(office.approve, made, ELI))
    assert sentence.startswith("The tier up to 1,000 USD asks for a comment with each approval.")


# -- what it is worth -----------------------------------------------------------------------------


def test_a_price_that_rose_raises_the_tier(under: Under) -> None:
    """The higher of the values at request and at approval picks the tier: more approvals are needed
    then, and the first one still counts."""
    office = under(TIERS)
    made = office.asked(what=ask(amount="900"))
    assert (made.tier, made.quorum) == ("up to 1,000 USD", 1)
    agreed = office.approve(made, ELI, price=at(office, "2"))
    assert (agreed.tier, agreed.quorum, agreed.missing) == ("above 1,000 USD", 2, 1)
    assert (agreed.state, agreed.value) == (State.REQUESTED, 1_800_000_000)
    approved = office.approve(agreed, DANA, price=at(office, "1"))  # it fell again
    assert (approved.state, approved.value) == (State.APPROVED, 1_800_000_000)
    assert verdict(office) == "2 of 2 approvals (above 1,000 USD)"


def test_who_does_not_decide_the_higher_tier_counts_no_more(under: Under) -> None:
    """An approval of somebody who decides only the lower tier ends to count when the value rises
    above it, and the rule's words say so."""
    office = under(LOW_AND_HIGH)
    made = office.approve(office.asked(what=ask(amount="900")), NOA)
    assert made.missing == 1
    agreed = office.approve(made, ELI, price=at(office, "2"))
    assert (agreed.state, agreed.missing) == (State.REQUESTED, 1)
    assert f"{{{NOA.id}}} does not count: is not an approver" in str(verdict(office))
    assert office.approve(agreed, DANA).state is State.APPROVED


def test_who_presses_while_the_value_rises_above_them_is_told_so(under: Under) -> None:
    """An approval that would not count is refused and names those whose would."""
    office = under(LOW_AND_HIGH)
    made = office.asked(what=ask(amount="900"))
    click = partial(office.approve, made, NOA, price=at(office, "2"))
    sentence = refused(office, Denied, click)
    assert "belongs to the tier above 1,000 USD, which you do not decide" in sentence
    assert f"Those who can: {{{DANA.id}}} or {{{ELI.id}}}." in sentence


def test_who_presses_while_the_value_is_not_known_is_told_so(under: Under) -> None:
    """Not the value has put it into the highest tier, but that nobody knows it just now."""
    office = under(LOW_AND_HIGH)
    made = office.asked(what=ask(amount="5"))
    sentence = refused(office, Denied, partial(office.approve, made, NOA, price=None))
    assert sentence == (
        f"This payout belongs to the tier {UNKNOWN}, and you do not decide that one."
        f" Try again in a minute. Those who can: {{{DANA.id}}} or {{{ELI.id}}}."
    )


@pytest.mark.parametrize(
    ("amount", "tier"),
    [("1000", "up to 1,000 USD"), ("1000.000001", "above 1,000 USD")],
)
def test_a_tier_ends_where_it_says(under: Under, amount: str, tier: str) -> None:
    """Its upper end belongs to it, and not a micro-dollar more."""
    assert under(TIERS).asked(what=ask(amount=amount)).tier == tier


@pytest.mark.parametrize("minutes", [10, 10.0001, None])
def test_without_a_fresh_price_at_request_it_is_the_highest_tier(
    under: Under, minutes: float | None
) -> None:
    """A price older than 10 minutes is none, and none means the highest tier: a price that comes
    later does not make it less."""
    office = under(TIERS)
    what = ask(NOON)
    if minutes is None:
        what = replace(what, coin=replace(what.coin, price=None))
    office.clock.on(minutes=minutes or 0)
    made = office.asked(what=what)
    if minutes == 10:
        assert (made.tier, made.value) == ("up to 1,000 USD", 250_000_000)
        return
    assert (made.tier, made.quorum, made.value) == (UNKNOWN, 2, None)
    assert office.approve(made, ELI).missing == 1
    assert office.approve(made, DANA).state is State.APPROVED


@pytest.mark.parametrize(
    ("usd", "minutes", "counts"),
    [("1", 10, True), ("1", 10.0001, False), ("0", 0, False), (None, 0, False)],
)
def test_without_a_fresh_price_at_approval_it_is_the_highest_tier(
    under: Under, usd: str | None, minutes: float, *, counts: bool
) -> None:
    """No price, a price of nothing and an old one are alike: the approval counts, and more are
    needed; the value that was known is kept."""
    office = under(TIERS)
    office.clock.on(hours=1)
    price = at(office, usd, minutes) if usd else None
    made = office.approve(office.asked(), ELI, price=price)
    assert made.state is (State.APPROVED if counts else State.REQUESTED)
    assert (made.value, made.priced_at is not None) == (250_000_000, counts)
    assert made.tier == ("up to 1,000 USD" if counts else UNKNOWN)


def test_a_decision_without_a_price_stays_in_the_highest_tier(under: Under) -> None:
    """Taking an approval back decides nothing new: who still approves is judged by the tier of the
    decision before, until a price is known again."""
    office = under(TIERS)
    made = office.approve(office.asked(), ELI, price=None)
    made = office.take_back(office.approve(made, NOA, price=None), NOA)
    assert (made.tier, made.quorum, made.missing) == (UNKNOWN, 2, 1)
    made = office.approve(made, NOA)
    assert (made.state, made.tier) == (State.APPROVED, "up to 1,000 USD")


def test_who_decides_its_value_may_stop_it_without_a_price(under: Under) -> None:
    """While nobody can say what it is worth, those who decided it before may still reject it."""
    office = under(LOW_AND_HIGH)
    made = office.approve(office.asked(what=ask(amount="900")), ELI, price=None)
    assert made.tier == UNKNOWN
    assert office.reject(made, NOA).state is State.REJECTED


# -- limits ---------------------------------------------------------------------------------------

OTHER_TRON = "TQooBX9o8iSSprLWW96YShBogx7Uwisuim"
LIMITED = {
    "requester": (RITA, OTHER_TRON, "5,000 USD a day for one requester"),
    "destination": (NOA, ask().destination.text, "5,000 USD a day for one destination"),
    "total": (NOA, OTHER_TRON, "5,000 USD a day in total"),
}
"""By scope: whose second payout, whereto, falls under the same limit, and its words."""


@pytest.mark.parametrize("scope", LIMITED)
def test_what_fits_one_by_one_but_not_together_is_not_asked_for(under: Under, scope: str) -> None:
    """A request counts what others may still send; the sentence says how much is left, and that
    much fits."""
    office = under(f"{ONE}[limits.{scope}]\nday = 5000\n")
    who, destination, words = LIMITED[scope]
    office.asked(what=ask(amount="3000"))
    request = partial(office.asked, who, ask(amount="3000", destination=destination))
    assert refused(office, Denied, request) == (
        f"The limit is {words}: 3,000 USD of it are used or on their way, so 2,000 USD are left,"
        " and this payout is worth 3,000 USD. You can ask for up to 2,000 USD now. A new day begins"
        " {2026-11-23T00:00:00.000000Z}."
    )
    assert office.asked(who, ask(amount="2000", destination=destination)).number == 2


@pytest.mark.parametrize("scope", LIMITED)
@pytest.mark.parametrize("days", ["day", "30_days"])
def test_limits_hold_again_at_the_last_approval(under: Under, scope: str, days: str) -> None:
    """Two payouts that fitted together when they were asked for, and do not at the price of now:
    one is approved, the other is not, and nothing of it is counted."""
    office = under(f"{TWO}[limits.{scope}]\n{days} = 5000\n")
    who, destination, _ = LIMITED[scope]
    first = office.asked(what=ask(amount="2000"))
    second = office.asked(who, ask(amount="2000", destination=destination))
    for payout in (first, second):
        office.approve(payout, DANA)
    assert office.approve(first, ELI, price=at(office, "1.5")).state is State.APPROVED
    click = partial(office.approve, second, ELI, price=at(office, "1.5"))
    assert "3,000 USD of it are used or on their way" in refused(office, Denied, click)
    assert (office.payout(2).value, givers(office.payout(2))) == (2_000_000_000, {DANA.id})
    assert office.approve(second, ELI).state is State.APPROVED


def test_without_a_price_no_limit_can_be_checked(under: Under) -> None:
    """Where a limit holds, what nobody can value is neither asked for nor approved."""
    office = under(f"{ONE}[limits.total]\nday = 5000\n")
    unpriced = replace(ask(), coin=replace(ask().coin, price=None))
    for call in (
        partial(office.asked, RITA, unpriced),
        partial(office.approve, office.asked(), ELI, price=None),
    ):
        sentence = refused(office, Denied, call)
        assert "cannot be checked: this payout has no known price." in sentence


def test_limits_hold_under_eight_threads(under: Under) -> None:
    """Eight payouts fit when they are asked for; their price has doubled when eight people approve
    at once. So many are approved as fit, and not one more."""
    office = under(f"{ONE}[limits.total]\nday = 1200\n")
    made = [office.asked(what=ask(amount="100")) for _ in range(8)]
    barrier, refusals = threading.Barrier(len(made)), []

    def press(payout: Payout) -> None:
        barrier.wait()
        try:
            office.approve(payout, ELI, price=at(office, "2"))
        except Denied as denied:
            refusals.append(denied)

    threads = [threading.Thread(target=press, args=(payout,)) for payout in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    now = [office.payout(payout.number) for payout in made]
    assert [one.state for one in now].count(State.APPROVED) == 4
    assert len(refusals) == 4
    assert sum(one.value or 0 for one in now) == 1_200_000_000


# -- the hold -------------------------------------------------------------------------------------

HOLD = f'{ONE}[hold]\nnew_destination = "24h"\n'
XRP: dict[str, Any] = {
    "coin": "XRP",
    "network": "XRP",
    "destination": "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH",
}


def paid(office: Office, **changes: Any) -> None:
    """Another payout to the same has settled, and had waited for it."""
    move(office, office.approve(office.asked(NOA, ask(**changes)), ELI), *SETTLED)


def test_a_new_destination_is_held(under: Under) -> None:
    """The hold begins with the last approval; afterwards there is as much time to send it as
    otherwise. A destination that was paid is not held."""
    office = under(HOLD)
    made = office.approve(office.asked(), ELI)
    assert made.held_until == NOON + timedelta(hours=24)
    assert made.expires_at == NOON + timedelta(hours=48)
    move(office, made, *SETTLED)
    again = office.approve(office.asked(), ELI)
    assert (again.held_until, again.expires_at) == (None, NOON + timedelta(hours=24))


def test_a_payout_that_did_not_settle_makes_no_destination_known(under: Under) -> None:
    """What was only asked for, approved or sent is no reason to trust."""
    office = under(HOLD)
    for ways in ((), (Kind.CLAIMED, Kind.DOUBTED), (Kind.CLAIMED, Kind.SENT)):
        move(office, office.approve(office.asked(), ELI), *ways)
    assert office.approve(office.asked(), ELI).held_until is not None


def test_a_destination_is_known_with_its_memo_only(under: Under) -> None:
    """Behind one address of an exchange stand many: with another memo it is a new destination."""
    office = under(HOLD)
    paid(office, **XRP, memo="0012345")
    for memo, held in (("0012345", False), ("0099999", True)):
        made = office.approve(office.asked(what=ask(**XRP, memo=memo)), ELI)
        assert (made.held_until is not None) is held


def test_anybody_who_decides_can_stop_it_while_it_is_held(under: Under) -> None:
    """Whether they approved it or not."""
    office = under(HOLD)
    for who in (ELI, DANA, DANAS_OTHER, NOA):
        made = office.approve(office.asked(), ELI)
        office.clock.on(hours=1)
        assert office.reject(made, who).state is State.REJECTED


def test_an_invoice_that_ends_within_its_hold_is_refused_at_once(under: Under) -> None:
    """It could never be paid: whoever asks reads that, and not an expiry later."""
    office = under(HOLD)
    too_short = invoice_ask(NOON + timedelta(hours=24, minutes=5))
    assert refused(office, Denied, partial(office.asked, RITA, too_short)) == (
        "A new destination waits 24 h after its approval, and this invoice ends before that. Ask"
        " the payee for one that lasts longer."
    )


def test_an_invoice_that_came_to_end_within_its_hold_is_not_approved(under: Under) -> None:
    """Whoever approves too late reads it too."""
    office = under(HOLD)
    made = office.asked(what=invoice_ask(NOON + timedelta(hours=25)))
    office.clock.on(minutes=55)
    click = partial(office.approve, made, ELI)
    assert "its invoice ends before that" in refused(office, Denied, click)
    office.clock.on(seconds=-1)
    assert office.approve(made, ELI).held_until == office.clock() + timedelta(hours=24)


# -- two policies ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"), [(ONE, TWO), (TWO, ONE)], ids=["now stricter", "now laxer"]
)
def test_the_stricter_of_two_policies_holds(under: Under, before: str, after: str) -> None:
    """A payout must satisfy the policy under which it was asked for and the one in force."""
    made = under(before).asked()
    office = under(after)
    agreed = office.approve(made, ELI)
    assert (agreed.state, agreed.quorum, agreed.missing) == (State.REQUESTED, 2, 1)
    assert office.approve(agreed, NOA).state is State.APPROVED
    assert office.approve(office.asked(), ELI).missing == (1 if after == TWO else 0)


def test_only_who_decides_by_both_policies_decides(under: Under) -> None:
    """Neither whom only the old policy knew nor whom only the new one knows may approve."""
    made = under('[[tier]]\napprovals = 1\nof = ["eli", "noa"]\n').asked()
    office = under('[[tier]]\napprovals = 1\nof = ["eli", "dana"]\n')
    for who in (NOA, DANA):
        assert refused(office, Denied, partial(office.approve, made, who)) == (
            f"Only {{{ELI.id}}} can decide payout 1. Your click is on record."
        )
    assert office.approve(made, ELI).state is State.APPROVED


def test_only_who_decides_by_both_policies_is_named(under: Under) -> None:
    """The rule's words name nobody whom the earlier policy does not take."""
    made = under('[[tier]]\napprovals = 2\nof = ["eli", "noa"]\n').asked()
    office = under(THREE)
    assert office.approve(made, ELI).missing == 2
    assert f"needs 2 more of {{{NOA.id}}}" in str(verdict(office))


def test_where_nobody_decides_by_both_policies_it_is_said(under: Under) -> None:
    """Whoever presses hears why, and what to do: cancel and ask again."""
    made = under('[[tier]]\napprovals = 1\nof = ["noa"]\n').asked()
    office = under('[[tier]]\napprovals = 1\nof = ["eli"]\n')
    for click, doing in ((office.approve, "approve"), (office.reject, "reject")):
        assert refused(office, Denied, partial(click, made, ELI)) == (
            f"Payout 1 was asked for under an earlier policy, and nobody can {doing} it now."
            " Whoever asked can cancel it and ask again."
        )
    assert office.cancel(made).state is State.CANCELLED


def test_while_slack_is_silent_nobody_is_given_up(house: House) -> None:
    """Where it is not known who is in a group, nothing is said of there being nobody."""
    house.crowd.groups[FINANCE] = frozenset({ELI.id, NOA.id})
    made = house.under(BY_GROUP, people="").asked()
    del house.crowd.groups[FINANCE]
    house.clock.on(seconds=61)
    office = house.under(f"# changed\n{BY_GROUP}", people="")
    sentence = refused(office, Unavailable, partial(office.approve, made, ELI))
    assert sentence.startswith("Slack did not say")


def test_accounts_that_one_policy_joins_stay_one_person(under: Under) -> None:
    """That a new policy forgets whose accounts they are makes no two people of one."""
    forgetful = PEOPLE.replace(f', "{DANA_TOO}"', "").replace('"noa"]', f'"noa", "{DANA_TOO}"]')
    before = under(TWO)
    made = before.approve(before.asked(), DANA)
    office = under(TWO, forgetful)
    sentence = refused(office, Denied, partial(office.approve, made, DANAS_OTHER))
    assert sentence.startswith("Your approval is counted already, under another account. Those who")
    assert office.approve(made, ELI).state is State.APPROVED


def test_what_a_new_policy_forbids_is_approved_by_nobody(under: Under) -> None:
    """The sentence names what it allows instead; the payout waits, for its policy may come back."""
    made = under(ONE).asked()
    office = under(f'[request]\ncoins = ["USDC"]\n{ONE}')
    sentence = refused(office, Denied, partial(office.approve, made, ELI))
    assert sentence == "The policy allows no payouts in USDT. It allows USDC."
    assert under(ONE).approve(made, ELI).state is State.APPROVED


def test_a_policy_whose_text_was_edited_decides_nothing(under: Under) -> None:
    """The policy under which a payout was asked for goes by the hash of its text: another text in
    its place is no policy, so the payout waits until it is put right."""
    made = under(TWO).asked()
    office = under(ONE)
    for old, new in (("approvals = 2", "approvals = 1"), ("approvals = 1", "approvals = 2")):
        with closing(sqlite3.connect(office.path)) as db, db:
            edit = "UPDATE policies SET text = replace(text, ?, ?) WHERE hash = ?"
            assert db.execute(edit, [old, new, made.policy]).rowcount == 1
        if new == "approvals = 1":
            with pytest.raises(LookupError, match="has another text"):
                office.approve(made, ELI)
    assert office.payout().state is State.REQUESTED
    assert office.approve(made, ELI).missing == 1


def test_the_longer_hold_of_two_policies_holds(under: Under) -> None:
    """Whichever of them asks for it."""
    made = under(HOLD).asked()
    assert under(ONE).approve(made, ELI).held_until == NOON + timedelta(hours=24)


def test_a_change_of_the_policy_is_on_record_and_announced(tmp_path: Path) -> None:
    """The first policy is a line only; another one is a line with its text and what changed, in
    words, and a message; the same again, after a restart, is nothing."""
    office = Office(tmp_path / "payouts.db", Clock())
    first, then = POLICY, short_policy([ELI.id], timedelta(hours=24))
    for before, after in ((None, first), (first, first), (first, then), (then, then)):
        with office.ledger.change() as change:
            change.adopt(after, "\n".join(difference(before, after)), office.clock())
    lines = [line for line in office.lines(0) if line.kind in (Note.POLICY, Note.POLICY_CHANGED)]
    assert [line.kind for line in lines] == [Note.POLICY, Note.POLICY_CHANGED]
    assert [line.facts["hash"] for line in lines] == [first.hash, then.hash]
    assert [line.facts["text"] for line in lines] == [first.text, then.text]
    assert f"No longer: approvers: {{{DANA.id}}} and {{{ELI.id}}}." in str(lines[1].facts)
    with office.ledger.reading() as reading:
        announced = [card.id for card in reading.due_cards(office.clock(), EVER) if not card.ts]
        assert reading.policy_in_force() == then.text
        assert reading.policy(first.hash) == first.text
    assert [number for number in announced if number == lines[1].number] == [lines[1].number]
    assert lines[0].number not in announced
    office.verified()
    office.ledger.close()


# -- groups of Slack's ----------------------------------------------------------------------------


def test_membership_counts_for_a_minute(house: House) -> None:
    """Who is in the group is at most 60 s old: while Slack is silent an older answer counts for
    nobody, and whoever presses is asked to press again."""
    house.crowd.groups[FINANCE] = frozenset({DANA.id, ELI.id, NOA.id})
    office = house.under(BY_GROUP, people="")
    made = office.approve(office.asked(), DANA)
    del house.crowd.groups[FINANCE]
    office.clock.on(seconds=60)
    made = office.take_back(made, DANA)
    assert office.approve(made, DANA).missing == 1
    office.clock.on(seconds=0.001)
    sentence = refused(office, Unavailable, partial(office.approve, made, ELI))
    assert sentence == "Slack did not say who you are. Nothing was decided; press again."
    house.crowd.groups[FINANCE] = frozenset({DANA.id, ELI.id, NOA.id})
    office.clock.on(seconds=60)
    assert office.approve(made, ELI).state is State.APPROVED


def test_who_left_the_group_counts_no_more(house: House) -> None:
    """Neither their click nor the approval that they gave before; others complete it."""
    house.crowd.groups[FINANCE] = frozenset({DANA.id, ELI.id, NOA.id})
    office = house.under(BY_GROUP, people="")
    made = office.approve(office.asked(), DANA)
    house.crowd.groups[FINANCE] = frozenset({ELI.id, NOA.id})
    office.clock.on(seconds=61)
    refused(office, Denied, partial(office.take_back, made, DANA))
    agreed = office.approve(made, ELI)
    assert (agreed.state, agreed.missing) == (State.REQUESTED, 1)
    assert f"{{{DANA.id}}} does not count: is not an approver" in str(verdict(office))
    assert office.approve(agreed, NOA).state is State.APPROVED


def test_who_is_not_in_the_group_of_requesters_does_not_ask(house: House) -> None:
    """Groups of Slack's say who may ask, too; silence says that nobody may."""
    rules = f'[request]\nwho = ["slackers"]\n{BY_GROUP}'
    house.crowd.groups[FINANCE] = frozenset({DANA.id, ELI.id, NOA.id})
    office = house.under(rules, people="")
    assert refused(office, Denied, office.asked) == "Only slackers may ask for payouts."
    assert office.asked(NOA).state is State.REQUESTED
    del house.crowd.groups[FINANCE]
    office.clock.on(seconds=61)
    sentence = refused(office, Denied, partial(office.asked, NOA))
    assert sentence == "Slack does not say whether you may ask for payouts. Try again."


# -- in doubt -------------------------------------------------------------------------------------


def test_it_is_resolved_by_as_many_as_the_quorum(under: Under) -> None:
    """What somebody found in CCPayment's dashboard counts once as many different people say the
    same as must approve: another account and another finding do not."""
    office = under(TWO)
    made = office.approve(office.approve(office.asked(), DANA), ELI)
    made = move(office, made, Kind.CLAIMED, Kind.DOUBTED, Kind.UNCLEAR)
    assert made.choices(office.clock()) == (Wish.RESOLVE,)

    def states(who: Person, order_id: str | None) -> Payout:
        trigger = office.trigger()
        return office.desk.resolve(1, made.digest, who, order_id, trigger=trigger)

    assert states(DANA, "2023").state is State.SENDING
    assert states(DANAS_OTHER, "2023").state is State.SENDING
    assert states(NOA, None).state is State.SENDING
    assert states(NOA, "2024").state is State.SENDING
    sent = states(ELI, "2023")
    assert (sent.state, sent.order_id) == (State.SENT, "2023")
    assert office.kinds().count(Note.STATED) == 5


def test_a_doubt_is_ended_by_those_whom_the_policy_in_force_names(under: Under) -> None:
    """Those who may have approved can all be gone, so a doubt does not wait for them: who decides,
    and how many must say the same, is asked of the policy in force alone."""
    office = under('[[tier]]\napprovals = 2\nof = ["dana", "eli"]\n')
    made = office.approve(office.approve(office.asked(), DANA), ELI)
    move(office, made, Kind.CLAIMED, Kind.DOUBTED, Kind.UNCLEAR)
    after = under('[[tier]]\napprovals = 1\nof = ["noa"]\n')
    made = after.payout()

    def states(who: Person) -> Payout:
        return after.desk.resolve(1, made.digest, who, None, trigger=after.trigger())

    assert refused(after, Denied, lambda: states(DANA)).startswith("Only {")
    assert states(NOA).state is State.FAILED


def test_what_somebody_said_who_may_not_decide_any_more_is_nothing(under: Under) -> None:
    """Who was in the group when they told what the dashboard shows, and has left it since, does not
    end a doubt together with one other person."""
    office = under(TWO)
    made = office.approve(office.approve(office.asked(), DANA), ELI)
    made = move(office, made, Kind.CLAIMED, Kind.DOUBTED, Kind.UNCLEAR)
    office.desk.resolve(1, made.digest, DANA, None, trigger=office.trigger())
    after = under(TWO, PEOPLE.replace('"dana", ', ""))
    stated = after.desk.resolve(1, made.digest, ELI, None, trigger=after.trigger())
    assert stated.state is State.SENDING
    assert after.desk.unstated(stated, {"order_id": None}) == 1
    ended = after.desk.resolve(1, made.digest, NOA, None, trigger=after.trigger())
    assert ended.state is State.FAILED


@pytest.mark.parametrize(
    ("price", "low", "after"),
    [
        ("1", '"noa", "eli"', '"noa", "eli"'),  # Dana decides the tier above
        (None, '"dana", "eli"', '"dana", "eli"'),  # nobody knows what it is worth
        ("1", '"noa", "eli"', '"rita"'),  # only the requester is left in its tier
    ],
)
def test_whoever_may_speak_of_a_doubt_is_heard(
    under: Under, price: str | None, low: str, after: str
) -> None:
    """What somebody may enter counts: a form that leads nowhere would never end a doubt."""
    higher = '[[tier]]\napprovals = 1\nof = ["dana", "eli"]\n'
    tiers = f"[[tier]]\nup_to = 1000\napprovals = 1\nof = [{{}}]\n{higher}"
    office = under(tiers.format(low))
    made = office.asked(RITA, ask(amount="900"))
    made = office.approve(made, ELI, price=at(office, price) if price else None)
    made = move(office, made, Kind.CLAIMED, Kind.DOUBTED, Kind.UNCLEAR)
    office = under(tiers.format(after))
    assert office.desk.may_resolve(1, made.digest, DANA).number == 1
    ended = office.desk.resolve(1, made.digest, DANA, None, trigger=office.trigger())
    assert ended.state is State.FAILED


def test_a_doubt_needs_no_more_people_than_there_are(under: Under) -> None:
    """Where the policy in force names fewer people beside the requester than it asks approvals of,
    all of them suffice: nobody could ever end the doubt otherwise."""
    office = under('[[tier]]\napprovals = 1\nof = ["dana", "eli"]\n')
    made = office.approve(office.asked(DANA), ELI)
    made = move(office, made, Kind.CLAIMED, Kind.DOUBTED, Kind.UNCLEAR)
    after = under('[[tier]]\napprovals = 2\nof = ["dana", "eli"]\n')
    ended = after.desk.resolve(1, made.digest, ELI, None, trigger=after.trigger())
    assert ended.state is State.FAILED


# -- whatever people press ------------------------------------------------------------------------

PRESSING = (RITA, NOA, DANA, DANAS_OTHER, ELI, MAX, now_a(Standing.GUEST, ELI))
ACTS = ("approve", "approve", "approve", "take back", "reject", "cancel")
CLICKS = st.lists(
    st.tuples(
        st.sampled_from(ACTS), st.sampled_from(PRESSING), st.sampled_from(["1", "2", "0", None])
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(requester=st.sampled_from([RITA, NOA, DANA, DANAS_OTHER]), clicks=CLICKS)
def test_no_clicks_approve_what_people_did_not(
    busy: Office, requester: Person, clicks: list[tuple[str, Person, str | None]]
) -> None:
    """Whoever presses whatever in whichever order, with any account: a payout is approved only
    where, counted by hand, so many different people whom the tier names approved it and did not
    take it back, the requester not among them; and what was ended stays so."""
    made = busy.asked(requester, ask(amount="900"))
    said: dict[str, str] = {}
    worth: list[str | None] = ["1"]
    ended = False
    for act, who, usd in clicks:
        price = at(busy, usd) if usd else None
        try:
            made = {
                "approve": partial(busy.approve, made, who, price=price),
                "take back": partial(busy.take_back, made, who),
                "reject": partial(busy.reject, made, who),
                "cancel": partial(busy.cancel, made, who),
            }[act]()
        except Refusal:
            assert busy.payout(made.number) == made
            continue
        assert not ended
        if act == "approve":
            said[who.id] = who.name
            worth.append(usd)
        elif act == "take back":
            del said[who.id]
        else:
            ended = True
        assert (made.state in (State.REJECTED, State.CANCELLED)) == ended
        if made.state is State.APPROVED:
            assert enough(said, requester, highest=worth[-1] != "1" or "2" in worth)
    busy.verified()


def enough(said: dict[str, str], requester: Person, *, highest: bool) -> bool:
    """By hand: names stand for people, whichever of their accounts they used."""
    people = set(said.values())
    allowed = people <= {"Dana", "Eli", "Noa"} - {requester.name}
    return allowed and (len(people) >= 2 and "Dana" in people if highest else len(people) >= 1)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with tiers, where all this happens one payout after the other."""
    path = tmp_path_factory.mktemp("busy") / "payouts.db"
    office = Office(path, Clock(), account=ACCOUNTS["v1"], policy=policy(TIERS))
    yield office
    office.ledger.close()
