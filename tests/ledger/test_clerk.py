"""The clerk: estimates while people decide, and the end of their time."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from approvals.payout import State
from approvals.worker import back_off
from sandbox.ccpayment import Mode
from tests.core import NOON, TO_CWALLET, Program, ask, invoice_ask

pytest_plugins = ["tests.stage"]


def next_due(program: Program) -> timedelta | None:
    """In how long somebody looks at the first payout."""
    with program.ledger.reading() as reading:
        due = reading.next_due(1)
    return None if due is None else due - program.clock()


def test_an_estimate_arrives_on_the_card(program: Program) -> None:
    """Balance and network fee, with the fee's own coin, are found once; then the payout waits for
    people until its end."""
    program.asked(
        what=ask(network="POLYGON", destination="0x52908400098527886E0F7030069857D2E4169EE7")
    )
    payout = program.work()
    assert (payout.balance, payout.estimated_at) == (Decimal(25000), NOON)
    assert (payout.estimated_fee, payout.estimated_fee_coin) == (Decimal("0.05"), "POL")
    assert next_due(program) == timedelta(hours=24)
    program.work(rounds=5, seconds=600)
    assert program.kinds() == ["requested", "estimated"]


def costs(program: Program, fee: str) -> None:
    """What USDT costs on every network from now on."""
    book = program.world.pretend.book
    usdt = book.catalogue.coin("USDT")
    tokens = tuple(replace(token, fee=Decimal(fee)) for token in usdt.tokens)
    book.catalogue = book.catalogue.with_coin(replace(usdt, tokens=tokens))


def test_a_fee_that_takes_all_is_asked_for_again(program: Program) -> None:
    """Nobody can approve while the fee leaves nothing, so it is looked at again, at growing
    intervals, and only what is new is recorded; once it leaves something, that is the estimate."""
    costs(program, "300")
    program.asked()
    assert program.work().estimated_fee == 300
    waits = []
    for _ in range(4):
        wait = next_due(program)
        assert wait is not None
        waits.append(wait.total_seconds())
        program.clock.now += wait
        program.work()
    assert waits == [2, 2, 4, 8]
    assert program.kinds() == ["requested", "estimated"]
    costs(program, "1.5")
    program.clock.on(minutes=5)
    assert program.work().estimated_fee == Decimal("1.5")
    assert program.kinds() == ["requested", "estimated", "estimated"]
    assert next_due(program) == timedelta(hours=24) - (program.clock() - NOON)
    assert program.verified().payouts == 1


def test_a_cwallet_user_costs_nothing(program: Program) -> None:
    """An estimate of nothing is an estimate."""
    program.asked(what=ask(**TO_CWALLET))
    payout = program.work()
    assert (payout.estimated_fee, payout.estimated_fee_coin) == (Decimal(0), "USDT")


@pytest.mark.parametrize("silent", ["balance", "fee"])
def test_a_silent_gateway_is_asked_again(program: Program, silent: str) -> None:
    """Without an answer nothing is recorded; it is asked again after 2 s, 4 s, 8 s and so on."""
    program.world.broken = {silent}
    program.asked()
    waits = []
    for _ in range(4):
        program.work()
        wait = next_due(program)
        assert wait is not None
        waits.append(wait.total_seconds())
        program.clock.now += wait
    assert waits == [2, 4, 8, 16]
    assert program.kinds() == ["requested"]
    program.world.broken = set()
    assert program.work().estimated_at == program.clock()


def test_it_expires_at_the_minute(program: Program) -> None:
    """At its end, not before, a payout that nobody decided expires, and nobody looks any more."""
    made = program.asked()
    program.work()
    program.clock.now = made.expires_at - timedelta(microseconds=1)
    assert program.work().state is State.REQUESTED
    program.clock.now = made.expires_at
    expired = program.work()
    assert (expired.state, expired.closer, expired.closed_at) == (
        State.EXPIRED,
        None,
        made.expires_at,
    )
    assert next_due(program) is None


def test_it_expires_at_the_minute_though_nobody_answers(program: Program) -> None:
    """The wait for an estimate never reaches beyond the end."""
    program.world.broken = {"balance"}
    made = program.asked(what=invoice_ask(NOON + timedelta(minutes=16)))
    assert made.expires_at == NOON + timedelta(minutes=11)
    while program.payout().state is State.REQUESTED:
        wait = next_due(program)
        assert wait is not None
        program.clock.now += wait
        program.work()
    assert program.payout().closed_at == made.expires_at


def test_deciding_ends_the_clerks_work(program: Program) -> None:
    """What was approved, rejected or cancelled is not estimated and does not expire as waiting."""
    program.world.pretend.switch(Mode.LOOK_UPS_DOWN)
    program.cancel(program.asked())
    program.approved()
    program.clerk.once()
    assert program.kinds(1) == ["requested", "cancelled"]
    assert program.kinds(2) == ["requested", "approved"]


def test_the_back_off_doubles_up_to_its_longest() -> None:
    """Waits double from 2 s to 5 minutes and stay there, however often it failed."""
    waits = [back_off(tries).total_seconds() for tries in (0, 1, 2, 7, 8, 9, 1000)]
    assert waits == [2, 4, 8, 256, 300, 300, 300]
