"""What the ledger knows of other payouts: what limits add up, and what approvers are told."""

# ruff: noqa: S608 - a large ledger is filled by SQL

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

from approvals.cautions import MANY, CautionKind, History, cautions, known, route
from approvals.errors import Denied
from approvals.ledger import Ledger, Reading
from approvals.ledger.history import LOOKED_AT, about, spent
from approvals.ledger.rows import payout_row
from approvals.payout import Kind, Payout, State
from approvals.policy import Limit, Policy, Scope, Spent, read_policy
from approvals.times import to_text
from tests.build import NOON
from tests.core import DANA, NOA, RITA, Clock, Office, ask
from tests.earlier import DECLINED, DOUBTED, SETTLED, earlier, events
from tests.ton import ton, ton_twins

DAY = timedelta(days=1)
SENT = SETTLED[:-1]
TRON, TRON_TOO = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "TQooBX9o8iSSprLWW96YShBogx7Uwisuim"
EVM = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
RITA_TOO = "U0RITA00002"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path / "payouts.db")
    yield opened
    opened.close()


def put(ledger: Ledger, number: int, *kinds: Kind, **changes: Any) -> Payout:
    """A payout with this past, in the ledger."""
    payout: Payout | None = None
    with ledger.change() as change:
        for event in events(number, *kinds, **changes):
            payout = change.record(payout, event, "test", None)
    assert payout is not None
    return payout


# -- what limits add up ---------------------------------------------------------------------------

LIMITS = [Limit(scope, days, 10**9) for scope in Scope for days in (1, 30)]
TOTAL = (Scope.TOTAL, 1)


def used(
    ledger: Ledger, now: datetime = NOON, *, ids: tuple[str, ...] = (RITA.id,), without: int = 0
) -> Spent:
    with ledger.reading() as reading:
        return spent(reading, LIMITS, ids, TRON, now, without)


@pytest.mark.parametrize(
    "steps",
    [(), (Kind.APPROVED,), (Kind.APPROVED, Kind.CLAIMED), DOUBTED],
    ids=["requested", "approved", "sending", "in doubt"],
)
def test_what_is_in_flight_counts_whenever_it_was_asked_for(
    ledger: Ledger, steps: tuple[Kind, ...]
) -> None:
    """It may leave today, however long it has waited."""
    put(ledger, 1, *steps, at=NOON - 90 * DAY, value=5_000_000)
    assert set(used(ledger).values()) == {5_000_000}


@pytest.mark.parametrize("steps", [SENT, SETTLED], ids=["sent", "settled"])
@pytest.mark.parametrize(
    ("left_at", "today", "in_thirty_days"),
    [
        ("2026-11-22T00:00:00.000000Z", 5, 5),
        ("2026-11-21T23:59:59.999999Z", 0, 5),
        ("2026-10-24T00:00:00.000000Z", 0, 5),
        ("2026-10-23T23:59:59.999999Z", 0, 0),
    ],
)
def test_what_left_counts_by_its_day(
    ledger: Ledger, steps: tuple[Kind, ...], left_at: str, today: int, in_thirty_days: int
) -> None:
    """Days are UTC days, and today is the last of thirty."""
    sent_after = [event.at for event in events(1, *SENT)][-1] - NOON
    put(ledger, 1, *steps, at=datetime.fromisoformat(left_at) - sent_after, value=5)
    found = used(ledger, datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC))
    assert {found[scope, 1] for scope in Scope} == {today}
    assert {found[scope, 30] for scope in Scope} == {in_thirty_days}


@pytest.mark.parametrize(
    "steps",
    [
        *((Kind.REJECTED,), (Kind.CANCELLED,), (Kind.EXPIRED,), DECLINED),
        (Kind.APPROVED, Kind.FAILED),
    ],
)
def test_what_ended_without_being_sent_uses_nothing(
    ledger: Ledger, steps: tuple[Kind, ...]
) -> None:
    """Whoever ended it, and whatever the gateway declined, leaves the limits as they were."""
    put(ledger, 1, *steps)
    assert set(used(ledger).values()) == {0}


def test_each_limit_adds_up_its_own(ledger: Ledger) -> None:
    """One requester's, one destination's, and all."""
    put(ledger, 1, value=1)
    put(ledger, 2, value=10, requester=NOA.id)
    put(ledger, 3, value=100, destination=TRON_TOO)
    put(ledger, 4, value=1000, requester=NOA.id, destination=TRON_TOO)
    found = used(ledger)
    assert found[Scope.REQUESTER, 1] == 101
    assert found[Scope.DESTINATION, 1] == 11
    assert found[Scope.TOTAL, 1] == 1111


def test_all_ids_of_somebody_count_together(ledger: Ledger) -> None:
    """A second account opens no second purse."""
    put(ledger, 1, value=1)
    put(ledger, 2, value=10, requester=RITA_TOO)
    put(ledger, 3, value=100, requester=NOA.id)
    assert used(ledger, ids=(RITA.id, RITA_TOO))[Scope.REQUESTER, 1] == 11


def test_a_payout_without_a_value_makes_the_sum_unknown(ledger: Ledger) -> None:
    """Only the sums that it belongs to; and nobody takes it for nothing."""
    put(ledger, 1, value=7)
    put(ledger, 2, value=None, requester=NOA.id, destination=TRON_TOO)
    found = used(ledger)
    assert found[Scope.REQUESTER, 1] == found[Scope.DESTINATION, 1] == 7
    assert found[Scope.TOTAL, 1] is None


def test_the_payout_that_asks_does_not_count_itself(ledger: Ledger) -> None:
    """What others have used is asked for; also where its own value is not known."""
    put(ledger, 1, value=7)
    put(ledger, 2, value=None)
    assert used(ledger, without=2)[TOTAL] == 7


def test_sums_are_exact(ledger: Ledger) -> None:
    """Whole micro-dollars, also beyond what a float can hold."""
    for number, value in enumerate((2**60, 1, 333_333, 333_333, 333_334), start=1):
        put(ledger, number, value=value)
    assert used(ledger)[TOTAL] == 2**60 + 1_000_001


def test_nothing_is_read_where_there_is_no_limit(ledger: Ledger) -> None:
    """Without limits, no sum is asked for and none is given."""
    put(ledger, 1)
    with ledger.reading() as reading:
        assert spent(reading, [], (RITA.id,), TRON, NOON) == {}


# -- limits hold ----------------------------------------------------------------------------------

PEOPLE = f"""
[people]
rita = ["{RITA.id}", "{RITA_TOO}"]
dana = ["{DANA.id}"]
[[tier]]
approvals = 1
of = ["dana"]
"""
THREADS = 8


def limited(scope: Scope, dollars: int) -> Policy:
    return read_policy(f"{PEOPLE}\n[limits.{scope}]\nday = {dollars}\n")


def at_once(*jobs: Callable[[], object]) -> list[str]:
    """What the refused ones were told, of jobs that all start together."""
    gate, refused = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], object]) -> None:
        gate.wait()
        try:
            job()
        except Denied as no:
            refused.append(no.sentence)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.mark.parametrize("scope", Scope)
def test_limits_hold_whoever_asks_at_the_same_time(tmp_path: Path, scope: Scope) -> None:
    """Eight ask at once for 250 USD each where a limit has room for three: three are made."""
    office = Office(tmp_path / "payouts.db", Clock(NOON), policy=limited(scope, 999))
    refused = at_once(*[lambda: office.asked(RITA, ask(NOON))] * THREADS)
    assert len(refused) == THREADS - 3
    assert all(sentence.startswith("The limit is 999 USD a day") for sentence in refused)
    assert used(office.ledger)[scope, 1] == 750_000_000


def test_limits_hold_where_prices_rise(tmp_path: Path) -> None:
    """Eight approvals at once of what has become dearer since it was asked for: together they stay
    within the limit."""
    office = Office(tmp_path / "payouts.db", Clock(NOON), policy=limited(Scope.TOTAL, 2000))
    asked = [office.asked(RITA, ask(NOON)) for _ in range(THREADS)]
    price = office.price(asked[0])
    assert price is not None
    dearer = type(price)(price.usd * 2, NOON)

    def approve(payout: Payout) -> Callable[[], object]:
        return lambda: office.approve(payout, DANA, price=dearer)

    refused = at_once(*map(approve, asked))
    approved = [one for one in map(office.payout, range(1, 9)) if one.state is State.APPROVED]
    assert len(refused) == THREADS - len(approved)
    assert sum(one.value or 0 for one in approved) <= 2_000_000_000
    assert approved == []  # what waits counts as well: all eight fill the limit as they are


def test_room_comes_back_with_the_day(tmp_path: Path) -> None:
    """What left yesterday does not count today."""
    office = Office(tmp_path / "payouts.db", Clock(NOON), policy=limited(Scope.TOTAL, 300))
    put(office.ledger, 900, *SENT, at=NOON - DAY, value=300_000_000)
    assert office.asked(RITA, ask(NOON), again=True).state is State.REQUESTED
    with pytest.raises(Denied, match="250 USD of it are used or on their way, so 50 USD are left"):
        office.asked(RITA, ask(NOON))


def test_a_second_account_opens_no_second_purse(tmp_path: Path) -> None:
    """The limit of a requester is one for all their ids."""
    office = Office(tmp_path / "payouts.db", Clock(NOON), policy=limited(Scope.REQUESTER, 300))
    office.asked(RITA, ask(NOON))
    second = type(RITA)(RITA.team, RITA_TOO, RITA.name, RITA.standing, NOON)
    with pytest.raises(Denied, match="for one requester"):
        office.asked(second, ask(NOON))


# -- what approvers are told ----------------------------------------------------------------------


def history(ledger: Ledger, payout: Payout) -> History:
    with ledger.reading() as reading:
        return about(reading, payout)


def test_an_empty_ledger_knows_nothing(ledger: Ledger) -> None:
    """The payout itself is no part of its history."""
    assert history(ledger, put(ledger, 1)) == History()


def test_what_settled_before_is_known(ledger: Ledger) -> None:
    """How often, and the last one by when it settled, whatever its number."""
    put(ledger, 1, *SETTLED, at=NOON - 2 * DAY)
    last = put(ledger, 2, *SETTLED, at=NOON - DAY)
    put(ledger, 3, *SETTLED, at=NOON - 3 * DAY)
    put(ledger, 4, *SENT)
    put(ledger, 5, *SETTLED, destination=TRON_TOO)
    found = history(ledger, put(ledger, 6))
    assert (found.times, found.last, found.otherwise) == (3, last, None)


def test_another_memo_or_network_is_told_apart(ledger: Ledger) -> None:
    """The address was paid, but not so."""
    put(ledger, 1, *SETTLED, chain="ETH", destination=EVM, at=NOON - DAY)
    last = put(ledger, 2, *SETTLED, chain="BSC", destination=EVM.lower())
    found = history(ledger, put(ledger, 3, chain="POLYGON", destination=EVM))
    assert (found.times, found.last, found.otherwise) == (0, None, last)
    assert history(ledger, put(ledger, 4, chain="ETH", destination=EVM)).times == 1


def test_many_payees_at_one_address_hide_nobody(ledger: Ledger) -> None:
    """However many others were paid the same at an exchange's address, a duplicate and a doubt of
    this very memo are found."""
    at_exchange: dict[str, Any] = {
        "chain": "XRP", "destination": "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH"
    }  # fmt: skip
    twin = put(ledger, 1, *DOUBTED, memo="1111111", reason="Salary 1", **at_exchange)
    for number in range(2, LOOKED_AT + 5):
        put(ledger, number, *DOUBTED, memo=f"{number}", reason=f"Salary {number}", **at_exchange)
    payout = put(ledger, 99, memo="1111111", reason="Salary 99", **at_exchange)
    found = {one.kind: one.others for one in cautions(payout, history(ledger, payout))}
    assert found[CautionKind.DUPLICATE] == found[CautionKind.IN_DOUBT] == (twin,)


def test_look_alikes_are_found_by_both_ends(ledger: Ledger) -> None:
    """The last payout to each address with the same ends that was paid, and to no other."""
    alike = "0x5aae" + "1" * 32 + "eaed"
    put(ledger, 1, *SETTLED, chain="ETH", destination=EVM)
    last = put(ledger, 2, *SETTLED, chain="ETH", destination=EVM)
    second = put(ledger, 3, *SETTLED, chain="ETH", destination="0x5aae" + "f" * 32 + "eaed")
    put(ledger, 4, *SETTLED, chain="ETH", destination="0x5aaf" + "1" * 32 + "eaed")
    put(ledger, 5, *SETTLED, chain="ETH", destination="0x5aad" + "1" * 32 + "eaed")
    put(ledger, 6, *SETTLED, chain="ETH", destination="0x5aae" + "1" * 32 + "eaee")
    put(ledger, 7, *SENT, chain="ETH", destination="0x5aae" + "2" * 32 + "eaed")
    payout = put(ledger, 8, chain="ETH", destination=alike)
    assert history(ledger, payout).ending_alike == (last, second)
    found = cautions(payout, history(ledger, payout))
    likes = [one.others for one in found if one.kind is CautionKind.LOOK_ALIKE]
    assert likes == [(second,), (last,)]


def look_alikes(ledger: Ledger, payout: Payout) -> list[int]:
    """Which payouts paid what this destination looks like."""
    found = cautions(payout, history(ledger, payout))
    return [one.others[0].number for one in found if one.kind is CautionKind.LOOK_ALIKE]


@pytest.mark.parametrize(("tag", "paid_tag"), [(0x11, 0x51), (0x51, 0x11), (0x51, 0x51)])
def test_a_look_alike_on_ton_is_found_in_either_form(
    ledger: Ledger, tag: int, paid_tag: int
) -> None:
    """Whoever imitates an address may write it in its other form, whose checksum is another."""
    account, other = ton_twins(tag, paid_tag)
    put(ledger, 1, *SETTLED, chain="TON", destination=ton(other, paid_tag))
    assert look_alikes(ledger, put(ledger, 2, chain="TON", destination=ton(account, tag))) == [1]


def test_a_known_address_stays_known_where_it_was_paid_on_a_chain_of_no_list(
    ledger: Ledger,
) -> None:
    """A later payout to it, on whichever EVM chain, hides no look-alike."""
    put(ledger, 1, *SETTLED, chain="ETH", destination=EVM)
    put(ledger, 2, *SETTLED, chain="VET", destination=EVM)
    imitation = put(ledger, 3, chain="ETH", destination="0x5aae" + "1" * 32 + "eaed")
    assert look_alikes(ledger, imitation) == [2]


def test_the_search_for_look_alikes_ends(ledger: Ledger) -> None:
    """However many there are, only so many are read."""
    for number in range(1, LOOKED_AT + 5):
        put(ledger, number, *SETTLED, chain="ETH", destination=f"0x5aae{number:032x}eaed")
    payout = put(ledger, 99, chain="ETH", destination=EVM)
    assert len(history(ledger, payout).ending_alike) == LOOKED_AT


POOL: tuple[dict[str, Any], ...] = (
    {"destination": TRON},
    {"destination": TRON_TOO},
    {"destination": EVM, "chain": "ETH"},
    {"destination": EVM.lower(), "chain": "BSC"},
    {"destination": "0x5aae" + "1" * 32 + "eaed", "chain": "ETH"},
    {"destination": "0x5aae" + "2" * 32 + "eaed", "chain": "BSC"},
    {"destination": "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH", "chain": "XRP", "memo": "7"},
    {"destination": "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH", "chain": "XRP", "memo": "007"},
    {"destination": "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH", "chain": "XRP", "memo": "8"},
)
PASTS = (
    *((), (Kind.APPROVED,), (Kind.REJECTED,), (Kind.CANCELLED,), (Kind.EXPIRED,)),
    *(DOUBTED, SENT, SETTLED, SETTLED, DECLINED, (Kind.APPROVED, Kind.FAILED)),
    (*DOUBTED, Kind.FAILED),
)


def everything(payouts: list[Payout], payout: Payout) -> History:
    """All that there is, looked through one by one."""
    others = [one for one in payouts if one.number != payout.number]
    settled = sorted(
        (one for one in others if one.state is State.SETTLED),
        key=lambda one: (one.closed_at, one.number),
    )
    here = [one for one in settled if one.normal == payout.normal]
    so = [one for one in here if route(one.content) == route(payout.content)]
    last_of_each = {one.normal: one for one in settled if one.normal != payout.normal}
    return History(
        times=len(so),
        last=so[-1] if so else None,
        otherwise=here[-1] if here and not so else None,
        ending_alike=tuple(last_of_each.values()),
        twins=tuple(others),
        sending=tuple(
            one for one in others if one.normal == payout.normal and one.state is State.SENDING
        ),
    )


@pytest.mark.parametrize("seed", range(4))
def test_searching_finds_what_looking_through_everything_finds(ledger: Ledger, seed: int) -> None:
    """For every payout of a colourful ledger: the same cautions, the same known facts."""
    chance = Random(seed)
    payouts = [
        put(
            ledger,
            number,
            *chance.choice(PASTS),
            at=NOON - chance.random() * 60 * DAY,
            amount=chance.choice([5, 7]),
            reason=chance.choice(["Rent", "rent ", "Invoice 7", f"Invoice {number}"]),
            **chance.choice(POOL),
        )
        for number in range(1, 41)
    ]
    told = set()
    for payout in payouts:
        found, expected = history(ledger, payout), everything(payouts, payout)
        assert cautions(payout, found) == cautions(payout, expected)
        assert known(payout, found) == known(payout, expected)
        told |= {caution.kind for caution in cautions(payout, found)}
    assert told >= {CautionKind.DUPLICATE, CautionKind.PAID_OTHERWISE, CautionKind.NO_CHECKSUM}


# -- however large it is --------------------------------------------------------------------------

POISON = "0x5aae" + "1" * 32 + "eaed"


def fill(ledger: Ledger, count: int, normal: Callable[[int], str]) -> None:
    """So many settled payouts, one a minute until noon."""
    model = payout_row(earlier(1, *SETTLED, chain="ETH", destination=EVM))
    rows = []
    for number in range(1, count + 1):
        digest, at = sha256(f"{number}".encode()).hexdigest(), to_text(NOON - number * DAY / 1440)
        row = {
            "number": number,
            "digest": digest,
            "reference": digest[:30],
            "normal": normal(number),
        }
        times = dict.fromkeys(("requested_at", "sent_at", "closed_at"), at)
        rows.append({**model, **row, **times, "reason": f"invoice {number}"})
    values = ", ".join(f":{name}" for name in model)
    with ledger.change() as change:
        change._db.conn.executemany(
            f"INSERT INTO payouts ({', '.join(model)}) VALUES ({values})", rows
        )


def scattered(number: int) -> str:
    """All different."""
    return f"0x{sha256(f'{number}'.encode()).hexdigest()[:40]}"


def crowded(number: int) -> str:
    """Half of them one destination, another quarter its look-alikes' ends."""
    return EVM.lower() if number % 2 else scattered(number)[:-4] + "eaed"


def steps(reading: Reading, question: Callable[[Reading], object]) -> int:
    """How many instructions the database runs to answer."""
    done = 0

    def count() -> None:
        nonlocal done
        done += 1

    reading._db.conn.set_progress_handler(count, 1)
    question(reading)
    reading._db.conn.set_progress_handler(None, 1)
    return done


ASKING = {
    "of a known destination": earlier(10**6, chain="ETH", destination=EVM),
    "of a look-alike": earlier(10**6 + 1, chain="ETH", destination=POISON),
    "of a known one on another network": earlier(10**6 + 2, chain="BSC", destination=EVM),
    "of a new one": earlier(10**6 + 3),
}


@pytest.mark.parametrize("normal", [scattered, crowded])
def test_many_more_payouts_take_no_longer(tmp_path: Path, normal: Callable[[int], str]) -> None:
    """Work is counted in the database's own steps: from 2,500 payouts on it does not grow, and is
    less than one look through the table."""
    ledgers = {count: Ledger(tmp_path / f"{count}.db") for count in (2_500, 10_000)}
    taken: dict[int, dict[str, int]] = {}
    whole = 0
    for count, ledger in ledgers.items():
        fill(ledger, count, normal)
        with ledger.reading() as reading:
            taken[count] = {
                name: steps(reading, partial(about, payout=payout))
                for name, payout in ASKING.items()
            }
            whole = steps(reading, lambda reading: reading._rows("SELECT reason FROM payouts", {}))
        ledger.close()
    for name in ASKING:
        assert taken[10_000][name] <= 1.1 * taken[2_500][name], name
        assert taken[10_000][name] < whole, name


def test_every_question_is_answered_by_an_index(ledger: Ledger) -> None:
    """No table is looked through, and nothing of many rows is sorted."""
    fill(ledger, 2_500, crowded)
    asked: list[str] = []
    with ledger.reading() as reading:
        connection = reading._db.conn
        connection.set_trace_callback(asked.append)
        for payout in ASKING.values():
            about(reading, payout)
        connection.set_trace_callback(None)
        plans = {
            sql: [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
            for sql in dict.fromkeys(asked)
        }
    about_payouts = {sql: plan for sql, plan in plans.items() if "FROM payouts" in sql}
    assert len(about_payouts) >= 7
    for sql, plan in plans.items():
        assert not [line for line in plan if line.startswith("SCAN") and line != "SCAN found"], sql
    for sql, plan in about_payouts.items():
        assert not [line for line in plan if "TEMP B-TREE" in line], sql


def test_limits_read_only_what_they_add_up(ledger: Ledger) -> None:
    """What left before the days of every limit is not touched."""
    fill(ledger, 2_500, scattered)
    with ledger.reading() as reading:
        today = steps(reading, lambda reading: reading.in_flight_or_left(NOON - DAY / 24))
        everything = steps(reading, lambda reading: reading.in_flight_or_left(NOON - 90 * DAY))
    assert today * 20 < everything


def test_counting_ends_at_many(ledger: Ledger) -> None:
    """A destination that is paid all day long is known well enough."""
    fill(ledger, 2 * MANY + 100, crowded)
    assert history(ledger, ASKING["of a known destination"]).times == MANY
