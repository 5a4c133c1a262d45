"""Splitting: payouts that belong together count together for their tier, as of the request."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.cautions import compared_memo
from approvals.errors import Refusal
from approvals.ledger import Ledger
from approvals.ledger.history import NAMED, together
from approvals.ledger.reading import MOST_BESIDE
from approvals.payout import Kind, Payout, State
from approvals.policy import Because, Policy, Subject, Together, Way
from approvals.rulebook import subject_of
from tests.core import DANA, ELI, NOA, NOON, RITA, Clock, Office
from tests.earlier import DECLINED, DOUBTED, SETTLED, events
from tests.policies import PEOPLE, TIERS
from tests.policies import policy as written

DAY = timedelta(days=1)
USD = 1_000_000
RITA_TOO = "U0RITA00002"
TRON_TOO = "TQooBX9o8iSSprLWW96YShBogx7Uwisuim"
XRP: dict[str, Any] = {
    "coin": "XRP", "network": "XRP", "destination": "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH"
}  # fmt: skip


def counting(rule: str = 'together = "24h"') -> Policy:
    """One approval up to 1,000 USD, two above, and this rule about what counts together."""
    return written(f"[request]\n{rule}\n{TIERS}")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path / "payouts.db", Clock(), policy=counting())
    yield office
    office.verified()
    office.ledger.close()


def under(tmp_path: Path, rule: str) -> Office:
    return Office(tmp_path / "other.db", Clock(), policy=counting(rule))


def of(office: Office, dollars: int, **changes: Any) -> Payout:
    """Rita asks for so many USDT, for a reason of its own."""
    who = changes.pop("who", RITA)
    changes.setdefault("reason", f"Invoice {office.trigger()}")
    return office.asked(who, office.ask(amount=str(dollars), **changes))


# -- the example ----------------------------------------------------------------------------------


def test_nine_parts_need_what_the_whole_needs(office: Office) -> None:
    """Nine payouts of 990 USD to one payee, where two people are asked above 1,000: the first needs
    one approval, each of the others two, and says with which it counts."""
    parts = []
    for _ in range(9):
        office.clock.on(minutes=1)
        parts.append(of(office, 990))
    assert [part.quorum for part in parts] == [1] + [2] * 8
    assert [part.together for part in parts] == [990 * USD * before for before in range(9)]
    assert parts[3].others == (3, 2, 1)
    assert parts[1].tier == "above 1,000 USD, as others count together with it"
    assert office.approve(parts[0], ELI).state is State.APPROVED
    assert office.approve(parts[1], ELI).state is State.REQUESTED
    assert office.approve(office.payout(2), DANA).state is State.APPROVED


def test_who_asks_does_not_matter(office: Office) -> None:
    """Two requesters who share the parts are no way round it."""
    of(office, 600)
    assert of(office, 600, who=NOA).quorum == 2


def test_what_is_paid_in_does_not_matter(office: Office) -> None:
    """Neither another coin nor another network makes one payee two."""
    there = {"destination": "0x52908400098527886E0F7030069857D2E4169EE7"}
    of(office, 600, network="ETH", **there)
    assert of(office, 600, network="BSC", **there).quorum == 2
    assert of(office, 10, coin="USDC", network="POLYGON", **there).others == (2, 1)


def test_up_to_the_border_one_is_enough(office: Office) -> None:
    """The sum belongs to a tier as a value does: 1,000.00 USD to the lower one."""
    of(office, 600)
    assert of(office, 400).quorum == 1
    assert of(office, 1).quorum == 2


@pytest.mark.parametrize(
    "changes", [{"destination": TRON_TOO}, {"network": "ETH", "destination": "0x" + "5a" * 20}]
)
def test_another_destination_counts_alone(office: Office, changes: dict[str, str]) -> None:
    """What goes elsewhere does not count."""
    of(office, 990)
    elsewhere = of(office, 990, **changes)
    assert (elsewhere.quorum, elsewhere.together, elsewhere.others) == (1, 0, ())


def test_time_passes(office: Office) -> None:
    """What was asked for 24 hours before counts, a moment more and it does not."""
    of(office, 990)
    office.clock.on(hours=24)
    assert of(office, 20).quorum == 2
    office.clock.on(seconds=1)
    assert of(office, 20).others == (2,)


# -- which count ----------------------------------------------------------------------------------

COUNTED = {
    "requested": (),
    "approved": (Kind.APPROVED,),
    "sending": (Kind.APPROVED, Kind.CLAIMED),
    "in doubt": DOUBTED,
    "sent": SETTLED[:-1],
    "settled": SETTLED,
    "failed at the gateway": (*SETTLED[:-1], Kind.FAILED),
    "closed in doubt": (*DOUBTED, Kind.FAILED),
}
NOT_COUNTED = {
    "rejected": (Kind.REJECTED,),
    "cancelled": (Kind.CANCELLED,),
    "expired": (Kind.EXPIRED,),
    "failed before sending": (Kind.APPROVED, Kind.FAILED),
    "never left": (Kind.APPROVED, Kind.CLAIMED, Kind.UNSENT, Kind.FAILED),
    "declined": DECLINED,
}


def put(ledger: Ledger, number: int, *kinds: Kind, **changes: Any) -> Payout:
    """A payout with this past, in the ledger."""
    payout: Payout | None = None
    with ledger.change() as change:
        for event in events(number, *kinds, **changes):
            payout = change.record(payout, event, "test", None)
    assert payout is not None
    return payout


@pytest.mark.parametrize("past", [*COUNTED, *NOT_COUNTED])
def test_what_is_open_or_left_counts(office: Office, past: str) -> None:
    """What people ended does not count, nor what certainly was not sent; whatever may have left
    does."""
    with office.ledger.change() as change:
        change._run("UPDATE ledger SET next_number = 100", {})
    steps = COUNTED.get(past) or NOT_COUNTED.get(past, ())
    put(office.ledger, 7, *steps, at=NOON - DAY / 2, value=990 * USD)
    asked = of(office, 20)
    assert (asked.quorum, asked.others) == ((2, (7,)) if past in COUNTED else (1, ()))


def test_an_unknown_value_is_the_highest_tier(office: Office) -> None:
    """Where nobody knows what one of them is worth, nobody knows the sum."""
    with office.ledger.change() as change:
        change._run("UPDATE ledger SET next_number = 100", {})
    put(office.ledger, 7, at=NOON - DAY / 2, value=None, priced_at=None)
    asked = of(office, 20)
    assert (asked.quorum, asked.together, asked.together_by) == (2, None, "destination")
    assert asked.tier.endswith("as another that counts together with it has no known value")


def test_many_are_added_up_exactly(office: Office) -> None:
    """Every micro-dollar counts, up to more than any tier holds; the newest are named."""
    for value, together_worth in ((10**15 + 1, 200 * (10**15 + 1)), (10**18, MOST_BESIDE)):
        with office.ledger.change() as change:
            change._run("UPDATE ledger SET next_number = next_number + 1000", {})
            (first,) = change._rows("SELECT next_number - 900 AS first FROM ledger", {})
            numbers = [int(first["first"] or 0) + more for more in range(200)]
            for number in numbers:
                for event in events(number, at=office.clock() - DAY / 2, value=value):
                    change.record(None, event, "test", None)
        asked = of(office, 20)
        assert asked.together == together_worth
        assert asked.others == tuple(reversed(numbers))[:NAMED]
        office.clock.on(hours=25)


# -- other ways to belong together ----------------------------------------------------------------


def test_another_memo_counts_unless_the_policy_says_otherwise(
    office: Office, tmp_path: Path
) -> None:
    """By the destination alone, all tags of an exchange count together; with the memo, each payee
    counts alone."""
    exact = under(tmp_path, 'together = "24h"\ntogether_by = ["destination-and-memo"]')
    for one, apart in ((office, False), (exact, True)):
        price = one.ask(amount="1", memo="1", **XRP).coin.price
        assert price is not None
        amount = int(900 / price)
        of(one, amount, memo="1", **XRP)
        assert of(one, amount, memo="2", **XRP).quorum == (1 if apart else 2)
        assert of(one, amount, memo="01", **XRP).quorum == 2


def test_all_of_one_requester_together(tmp_path: Path) -> None:
    """Where the policy says so, what one person asks for counts together wherever it goes, with all
    their ids; others are not concerned."""
    people = PEOPLE.replace(f'["{RITA.id}"]', f'["{RITA.id}", "{RITA_TOO}"]')
    rule = f'[request]\ntogether = "24h"\ntogether_by = ["requester"]\n{TIERS}'
    office = Office(tmp_path / "other.db", Clock(), policy=written(rule, people))
    of(office, 600)
    second = of(office, 600, who=replace(RITA, id=RITA_TOO), destination=TRON_TOO)
    assert (second.quorum, second.together_by, second.others) == (2, "requester", (1,))
    assert of(office, 600, who=NOA).quorum == 1
    office.ledger.close()


def test_of_several_sums_the_largest_counts(tmp_path: Path) -> None:
    """By destination and by requester: whichever is worth more."""
    office = under(tmp_path, 'together = "24h"\ntogether_by = ["destination", "requester"]')
    of(office, 300)
    of(office, 900, who=NOA, destination=TRON_TOO)
    both = of(office, 50, destination=TRON_TOO)
    assert (both.together, both.together_by) == (900 * USD, Together.DESTINATION)
    mine = of(office, 50, who=NOA)
    assert (mine.together, mine.together_by) == (900 * USD, Together.REQUESTER)


# -- as of the request ----------------------------------------------------------------------------


def test_before_the_rule_nothing_was_counted(tmp_path: Path) -> None:
    """Payouts asked for under a policy without the rule are judged without it, also once another
    policy counts; those asked for later count them."""
    path = tmp_path / "payouts.db"
    before = Office(path, Clock(), policy=written(TIERS))
    first, second = of(before, 990), of(before, 990)
    assert (second.quorum, second.together_by) == (1, None)
    before.ledger.close()
    now = Office(path, Clock(), policy=counting())
    assert subject_of(now.payout(2)).together == 0
    assert now.approve(second, ELI).state is State.APPROVED
    assert of(now, 20).quorum == 2
    assert first.number == 1
    now.ledger.close()


def test_a_later_policy_makes_it_no_easier(tmp_path: Path) -> None:
    """A payout that counted others still does, by the policy under which it was asked for, when the
    rule is gone."""
    path = tmp_path / "payouts.db"
    before = Office(path, Clock(), policy=counting())
    of(before, 990)
    second = of(before, 990)
    before.ledger.close()
    now = Office(path, Clock(), policy=written(TIERS))
    assert now.approve(second, ELI).state is State.REQUESTED
    now.ledger.close()


def test_limits_add_values_alone(tmp_path: Path) -> None:
    """The sum picks the tier and nothing else: limits count each payout once."""
    rule = f'[request]\ntogether = "24h"\n{TIERS}[limits.total]\nday = 2000\n'
    office = Office(tmp_path / "limited.db", Clock(), policy=written(rule))
    assert [of(office, 990).quorum, of(office, 990).quorum] == [1, 2]
    assert of(office, 20).quorum == 2
    office.ledger.close()


def test_a_value_that_rises_is_added_to_the_sum(office: Office) -> None:
    """What others were worth stays; what it is worth itself is looked at anew, and the highest
    stays."""
    of(office, 600)
    second = of(office, 300)
    assert second.quorum == 1
    price = office.price(second)
    assert price is not None
    risen = type(price)(price.usd * 2, price.at)
    after = office.approve(second, ELI, price=risen)
    assert (after.state, after.quorum, after.together) == (State.REQUESTED, 2, 600 * USD)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "ask", "reject", "cancel", "approve", "wait"]),
        st.integers(1, 12),
        st.sampled_from([150, 400, 700, 990]),
        st.sampled_from([RITA, NOA]),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None)
@given(before=STEPS, after=STEPS)
def test_nobody_elses_payout_changes_what_it_needs(
    tmp_path_factory: pytest.TempPathFactory, before: Any, after: Any
) -> None:
    """No other payout's request, rejection, expiry or approval changes how many approvals one
    needs, those that it has, or its state."""
    office = Office(tmp_path_factory.mktemp("x") / "payouts.db", Clock(), policy=counting())
    played(office, before)
    mine = of(office, 400)
    if mine.quorum == 1:
        mine = office.approve(mine, ELI)
    played(office, after, spared=mine.number)
    now = office.payout(mine.number)
    assert (now.state, now.quorum, now.missing, now.tier) == (
        mine.state, mine.quorum, mine.missing, mine.tier
    )  # fmt: skip
    assert (now.approvals, now.together, now.others) == (mine.approvals, mine.together, mine.others)
    if now.state is State.REQUESTED:
        verdict, _ = verdicts(office, now)
        assert verdict == now.quorum
    office.verified()
    office.ledger.close()


def verdicts(office: Office, payout: Payout) -> tuple[int, int | None]:
    """How many approvals the rules ask for now, and the value that they look at."""
    with office.ledger.reading() as reading:
        price = office.price(payout)
        verdict, value = office.rules.verdict(reading, payout, (), office.clock(), price)
    return verdict.tier.approvals, value


def played(office: Office, steps: Any, spared: int = 0) -> None:
    """Let others do this; what cannot be done is not."""
    for doing, number, dollars, who in steps:
        try:
            office.clock.on(minutes=7)
            step(office, doing, number if number != spared else 0, dollars, who)
        except Refusal:
            pass


def step(office: Office, doing: str, number: int, dollars: int, who: Any) -> None:
    if doing == "ask":
        of(office, dollars, who=who)
        return
    with office.ledger.reading() as reading:
        payout = reading.payout(number)
    if payout is None:
        return
    if doing == "reject":
        office.reject(payout, DANA)
    elif doing == "cancel":
        office.cancel(payout, who)
    elif doing == "approve":
        office.approve(payout, ELI)


# -- over an index --------------------------------------------------------------------------------


def test_the_sum_is_read_over_an_index(office: Office) -> None:
    """Neither a large ledger nor a busy payee makes it cost what a look through the table costs."""
    of(office, 990)
    kinds = ", ".join(f'"{kind}"' for kind in Together)
    rule = counting(f'together = "24h"\ntogether_by = [{kinds}]')
    payout, asked = office.payout(), list[str]()
    with office.ledger.reading() as reading:
        connection = reading._db.conn
        connection.set_trace_callback(asked.append)
        memo = compared_memo(payout.content)
        together(reading, rule, [RITA.id], payout.normal, memo, office.clock())
        connection.set_trace_callback(None)
        plans = {
            sql: [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
            for sql in dict.fromkeys(asked)
        }
    assert len(plans) == 6
    for sql, plan in plans.items():
        assert [line for line in plan if "payouts_beside" in line or "payouts_of" in line], sql
        assert not [line for line in plan if line.startswith("SCAN")], (sql, plan)


# -- the rule alone -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "others", "way", "tier", "because"),
    [
        (400, 600, Way.ADDRESS, "up to 1,000 USD", None),
        (400, 601, Way.ADDRESS, "above 1,000 USD", Because.TOGETHER),
        (1_001, 601, Way.ADDRESS, "above 1,000 USD", None),
        (400, None, Way.ADDRESS, "above 1,000 USD", Because.TOGETHER_UNKNOWN),
        (1_001, None, Way.ADDRESS, "above 1,000 USD", None),
        (None, 5, Way.ADDRESS, "above 1,000 USD", Because.NO_VALUE),
        (4, 5, Way.CWALLET_EMAIL, "above 1,000 USD", Because.EMAIL),
    ],
)
def test_the_tier_is_that_of_the_sum(
    value: int | None, others: int | None, way: Way, tier: str, because: Because | None
) -> None:
    """And it says why, where its own value does not."""
    found = counting().tier(
        None if value is None else value * USD, way, None if others is None else others * USD
    )
    assert (found.name, found.because) == (tier, because)
    asked = Subject(RITA.id, way, "USDT", "TRX", None if value is None else value * USD, 900 * USD)
    assert asked.tier(written(TIERS)) == written(TIERS).tier(asked.value, way)
