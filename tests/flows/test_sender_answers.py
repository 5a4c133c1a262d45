"""What CCPayment may answer to a withdrawal, and what becomes of the payout: above all that nothing
unclear is sent again, and that nothing that may have left reads as failed."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from approvals.ccpayment.codes import V1_CODES, V2_CODES
from approvals.ccpayment.wire import Deadlines
from approvals.payout import MAX_ATTEMPTS, Kind, Payout, State, Wish
from approvals.people import Standing
from approvals.silence import LOOK
from sandbox.ccpayment import Knobs, Mode
from sandbox.ccpayment.book import Duplicates, Reason
from tests.core import DANA, ELI, Program, Tapped, World, once

pytest_plugins = ["tests.stage"]

APIS = ("v1", "v2")
HASTY = Deadlines(timedelta(seconds=10), timedelta(milliseconds=250), timedelta(seconds=10))
"""So short a deadline that waiting for it costs a test little."""

TAKEN = [
    Mode.ANSWER_LOST,
    Mode.ERROR_AFTER,
    Mode.BROKEN_AFTER,
    Mode.NOT_JSON,
    Mode.BADLY_SIGNED,
    Mode.UNSIGNED,
]
"""CCPayment took the order, and nobody can tell from the answer."""

NOT_TAKEN = [Mode.REQUEST_LOST, Mode.ERROR_BEFORE, Mode.BROKEN_BEFORE]
"""It did not, and nobody can tell either."""


def answered(program: Program, mode: Mode) -> Payout:
    """The payout after an attempt that was answered like this. An answer lacks a signature only
    where others have one."""
    if mode is Mode.UNSIGNED:
        program.world.signs()
    program.world.pretend.switch(mode)
    program.approved()
    return program.work()


def in_doubt(payout: Payout) -> bool:
    newest = payout.attempt
    return payout.state is State.SENDING and newest is not None and newest.outcome is Kind.DOUBTED


# -- nobody knows ---------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [*TAKEN, *NOT_TAKEN])
def test_an_unclear_answer_is_doubt(program: Program, mode: Mode) -> None:
    """Everything that is neither a verified acceptance nor a known refusal is in doubt: it is
    neither sent, nor failed, nor can it be taken back."""
    payout = answered(program, mode)
    assert in_doubt(payout)
    assert (program.world.sent, payout.left, payout.because) == (1, True, None)
    with program.ledger.reading() as reading:
        assert reading.next_due(1) == program.clock() + timedelta(seconds=5)


@pytest.mark.parametrize(
    ("mode", "reason"), [(Mode.ERROR_BEFORE, Reason.SERVICE), (Mode.DECLINED, Reason.DECLINED)]
)
def test_what_a_code_means_is_on_record(program: Program, mode: Mode, reason: Reason) -> None:
    """CCPayment's code and words are on record with the attempt, and so is what the code means,
    where that is known; where it refused and nobody knows why, who must look. It stays there for
    good."""
    attempt = answered(program, mode).attempt
    assert attempt is not None
    api, (code, message) = program.world.api, program.world.pretend._wire.codes[reason]
    known = {"v1": V1_CODES, "v2": V2_CODES}[api].get(str(code))
    meaning = known.meaning if known else LOOK
    assert (attempt.code, attempt.message, attempt.meaning) == (str(code), message, meaning)
    assert program.lines()[-1].facts.get("meaning") == meaning
    assert program.verified().payouts == 1


@pytest.mark.parametrize("mode", TAKEN)
def test_found_ends_the_doubt(program: Program, mode: Mode) -> None:
    """A look-up that finds the reference tells order, fee and state; nothing is sent again."""
    answered(program, mode)
    program.world.pretend.switch(Mode.NORMAL)
    program.clock.on(seconds=5)
    payout = program.work()
    (order,) = program.world.pretend.book.withdrawals
    assert (payout.state, payout.order_id, payout.txid) == (
        State.SETTLED,
        order.order_id,
        order.txid,
    )
    assert (payout.network_fee, payout.network_fee_coin) == (order.fee, "USDT")
    assert (program.world.sent, program.world.orders) == (1, 1)
    assert program.kinds()[-3:] == ["doubted", "sent", "settled"]
    assert program.verified().payouts == 1


@pytest.mark.parametrize("mode", NOT_TAKEN)
@pytest.mark.parametrize("look_up", [Mode.NORMAL, Mode.LOOK_UPS_REFUSE_UNKNOWN])
@pytest.mark.parametrize("earlier", [0, 1])
def test_absent_does_not_end_the_doubt_by_itself(
    program: Program, mode: Mode, look_up: Mode, earlier: int
) -> None:
    """However long CCPayment says that it knows no such reference, in whatever way, and though it
    knows another: the payout is not sent again and not failed."""
    for _ in range(earlier):
        program.approved()
        program.work(rounds=3, seconds=5)
    program.world.pretend.switch(mode)
    number = program.approved().number
    program.work()
    program.world.pretend.switch(Mode.NORMAL)
    program.world.pretend.switch(look_up)
    program.work(rounds=15, seconds=601)
    payout = program.payout(number)
    assert in_doubt(payout)
    assert (program.world.sent, program.world.orders) == (1 + earlier, earlier)
    assert payout.looks >= 14
    assert "CCPayment knows no such reference" in str(payout.look_said)
    assert (payout.absent_at is not None) == bool(earlier)


@pytest.mark.parametrize(
    "mode",
    [
        Mode.LOOK_UPS_DOWN,
        Mode.LOOK_UPS_ERROR,
        Mode.LOOK_UPS_BADLY_SIGNED,
        Mode.LOOK_UPS_UNSIGNED,
        Mode.LOOK_UPS_OTHER_ENTRY,
        Mode.LOOK_UPS_REFUSE_ALL,
    ],
)
def test_a_useless_look_up_proves_nothing(program: Program, mode: Mode) -> None:
    """Whatever look-ups say short of an entry with our reference, the doubt stays; once they work
    again, the order is found."""
    program.world.signs()
    answered(program, Mode.ANSWER_LOST)
    program.world.pretend.switch(mode)
    assert in_doubt(program.work(rounds=10, seconds=601))
    program.world.pretend.switch(Mode.NORMAL)
    program.clock.on(minutes=10)
    assert program.work().state is State.SETTLED
    assert program.world.sent == 1


def test_look_ups_grow_rare(program: Program) -> None:
    """Look-ups follow each other at 5 s, then at growing waits of up to 10 minutes, for ever."""
    answered(program, Mode.REQUEST_LOST)
    waits = []
    for _ in range(10):
        with program.ledger.reading() as reading:
            due = reading.next_due(1)
        assert due is not None
        waits.append(due - program.clock())
        program.clock.now = due
        program.work()
    seconds = [int(wait.total_seconds()) for wait in waits]
    assert seconds == [5, 5, 10, 20, 40, 80, 160, 320, 600, 600]


def test_a_time_out_is_doubt(path: Path, world: World) -> None:
    """An answer that does not come within the deadline is in doubt, and the order is found."""
    program = Program(path, world, gateway=world.gateway(deadlines=HASTY))
    payout = answered(program, Mode.SLOW)
    assert in_doubt(payout)
    assert payout.attempts[0].message.startswith("time-out")
    program.ledger.close()
    patient = Program(path, world)
    assert patient.work(rounds=2, seconds=5).state is State.SETTLED
    assert world.sent == 1
    patient.ledger.close()


def test_a_repeated_request_is_found(program: Program) -> None:
    """If something on the way delivers the request twice, the refusal of the second one is no
    failure: the first one is found."""
    program.world.pretend.knobs = Knobs(duplicates=Duplicates.REFUSED)
    payout = answered(program, Mode.DELIVERED_TWICE)
    assert in_doubt(payout)
    assert payout.attempts[0].duplicate
    assert program.work(rounds=2, seconds=5).state is State.SETTLED


# -- declined -------------------------------------------------------------------------------------


@pytest.fixture
def knowing(path: Path, world: World) -> Iterator[Program]:
    """A program whose operator has learned what the code of a refusal is."""
    program = Program(path, world, gateway=world.taught())
    yield program
    program.ledger.close()


def test_a_refusal_is_believed_after_a_look(knowing: Program) -> None:
    """A known refusal ends the payout, with the gateway's words, but only once a look-up at least
    5 s later does not find it."""
    payout = answered(knowing, Mode.DECLINED)
    assert payout.state is State.SENDING
    assert payout.attempts[0].outcome is Kind.DECLINED
    knowing.clock.on(seconds=4.9)
    assert knowing.work().state is State.SENDING
    knowing.clock.on(seconds=0.1)
    payout = knowing.work()
    assert (payout.state, knowing.world.sent) == (State.FAILED, 1)
    code, message = knowing.world.pretend._wire.codes[Reason.DECLINED]
    assert payout.because == f'CCPayment declined it: "{message}" ({code}).'


def test_a_refusal_is_not_believed_sooner(knowing: Program) -> None:
    """A look-up that somebody brought forward does not shorten the 5 s."""
    payout = answered(knowing, Mode.DECLINED)
    with knowing.ledger.change() as change:
        change.hasten(payout.reference, knowing.clock())
    assert knowing.work().state is State.SENDING
    assert knowing.work(rounds=2, seconds=5).state is State.FAILED


def test_a_refusal_after_a_doubt_is_doubt(knowing: Program) -> None:
    """If an earlier attempt may have been taken, a refusal of a later one says nothing about it."""
    knowing.approved()
    knowing.work(rounds=3, seconds=5)
    knowing.world.pretend.switch(Mode.REQUEST_LOST)
    approved = knowing.approved()
    knowing.work()
    while Wish.AGAIN not in knowing.payout(2).choices(knowing.clock()):
        knowing.clock.on(seconds=61)
        knowing.work()
    knowing.desk.send_again(2, approved.digest, ELI, trigger="T")
    knowing.world.pretend.switch(Mode.DECLINED)
    knowing.work(rounds=3, seconds=10)
    payout = knowing.payout(2)
    assert in_doubt(payout)
    code, _ = knowing.world.pretend._wire.codes[Reason.DECLINED]
    assert (len(payout.attempts), payout.attempts[1].code) == (2, str(code))


def test_a_refusal_waits_for_a_usable_look(knowing: Program) -> None:
    """While look-ups give no usable answer, a refusal ends nothing."""
    answered(knowing, Mode.DECLINED)
    knowing.world.pretend.switch(Mode.LOOK_UPS_DOWN)
    assert knowing.work(rounds=20, seconds=100).state is State.SENDING
    knowing.world.pretend.switch(Mode.NORMAL)
    assert knowing.work(rounds=2, seconds=600).state is State.FAILED
    assert knowing.world.sent == 1


def test_a_refusal_of_what_was_taken_is_no_failure(knowing: Program) -> None:
    """If CCPayment refuses and takes it all the same, the look-up finds it: sent."""
    answered(knowing, Mode.DECLINED_AFTER)
    payout = knowing.work(rounds=2, seconds=5)
    assert (payout.state, knowing.world.sent) == (State.SETTLED, 1)


@pytest.mark.parametrize("api", ["v1"])
@pytest.mark.parametrize(("mode", "taken"), [(Mode.DECLINED, 0), (Mode.DECLINED_AFTER, 1)])
def test_a_refusal_that_nobody_told_us_of_is_doubt(
    program: Program, mode: Mode, taken: int
) -> None:
    """Where no table says what a code means, and nobody configured it, a refusal ends nothing, and
    whoever runs Countersign must look."""
    payout = answered(program, mode)
    assert in_doubt(payout)
    assert payout.attempts[0].meaning == LOOK
    program.world.pretend.switch(Mode.NORMAL)
    ended = program.work(rounds=15, seconds=601)
    assert ended.state is (State.SETTLED if taken else State.SENDING)
    assert (program.world.sent, program.world.orders) == (1, taken)


@pytest.mark.parametrize("api", ["v1"])
def test_a_code_that_nobody_knows_is_doubt(path: Path, world: World) -> None:
    """A refusal with a code that nobody configured is in doubt, however clear its words are."""
    held = world.pretend.book._deposits
    spend = once("before withdraw", lambda: held.update(USDT=Decimal(1)))
    known = world.taught()
    program = Program(path, world, gateway=Tapped(known, spend))
    program.approved()
    payout = program.work()
    assert in_doubt(payout)
    assert payout.attempts[0].message.startswith("insufficient balance")
    program.ledger.close()


# -- nothing left ---------------------------------------------------------------------------------


def test_what_could_not_connect_is_tried_again(program: Program) -> None:
    """If no connection came about, another attempt goes the whole way again a little later: under
    the same reference, with the same bytes, and a timestamp of its own."""
    program.world.broken = {"withdraw"}
    program.approved()
    first = program.work()
    assert (first.state, first.left, program.world.sent) == (State.SENDING, False, 0)
    assert first.attempts[0].outcome is Kind.UNSENT
    program.world.broken = set()
    program.clock.on(seconds=14.9)
    assert program.work() == first
    program.clock.on(seconds=0.1)
    second = program.work()
    assert second.state is State.SENT
    one, two = second.attempts
    assert (two.body, two.timestamp) == (one.body, one.timestamp + 15)
    (call,) = program.world.pretend.received
    assert (call.body, call.headers["timestamp"]) == (two.body.encode(), str(two.timestamp))


def test_three_attempts_are_the_most(program: Program) -> None:
    """After three attempts that could not connect it ends: nothing was sent, and nothing will
    be."""
    program.world.broken = {"withdraw"}
    program.approved()
    payout = program.work(rounds=30, seconds=15)
    assert (payout.state, len(payout.attempts)) == (State.FAILED, MAX_ATTEMPTS)
    assert (payout.left, program.world.sent) == (False, 0)
    assert payout.because == "CCPayment could not be reached."
    program.world.broken = set()
    program.work(rounds=10, seconds=3600)
    assert program.world.sent == 0


def test_the_reason_for_waiting_is_the_reason_for_the_end(program: Program) -> None:
    """If a payout that could not connect then waits for something else until its time is over, that
    is what it failed for."""
    program.world.broken = {"withdraw"}
    approved = program.approved()
    program.work()
    program.world.pretend.book._deposits["USDT"] *= 0
    assert "balance is 0 USDT" in str(program.work(rounds=2, seconds=15).delay)
    program.clock.now = approved.expires_at
    payout = program.work()
    assert (payout.state, program.world.sent) == (State.FAILED, 0)
    assert "balance is 0 USDT" in str(payout.because)


def test_a_doubt_after_a_failed_connection_stays(program: Program) -> None:
    """Once one attempt may have left, no further one follows, though an earlier one could not
    connect."""
    program.world.broken = {"withdraw"}
    answered(program, Mode.REQUEST_LOST)
    program.world.broken = set()
    payout = program.work(rounds=40, seconds=60)
    assert in_doubt(payout)
    assert (len(payout.attempts), program.world.sent) == (2, 1)


# -- late answers ---------------------------------------------------------------------------------


def test_a_late_answer_is_on_record(path: Path, world: World) -> None:
    """An answer that comes after a look-up found the order is a line of its own, fills what was
    empty, and changes nothing else."""

    def look() -> None:
        world.clock.on(seconds=6)
        other.sender.once()
        world.clock.on(seconds=6)
        other.sender.once()

    other = Program(path, world)
    gateway = Tapped(world.gateway(), once("after withdraw", look))
    program = Program(path, world, gateway=gateway)
    program.approved()
    payout = program.work()
    assert payout.state is State.SETTLED
    assert program.kinds()[2:] == [
        "claimed",
        "doubted",
        "sent",
        "settled",
        "late answer",
        "learned",
    ]
    late = program.lines()[-2]
    assert (late.facts["order_id"], late.facts["answer"]) == (payout.order_id, "sent")
    assert program.verified().payouts == 1
    for each in (program, other):
        each.ledger.close()


def test_a_late_acceptance_ends_the_doubt(path: Path, world: World) -> None:
    """A verified acceptance is a fact, however late: a payout that was in doubt meanwhile is
    sent."""

    def give_up() -> None:
        world.clock.on(seconds=6)
        other.sender.once()

    other = Program(path, world)
    gateway = Tapped(world.gateway(), once("after withdraw", give_up))
    program = Program(path, world, gateway=gateway)
    program.approved()
    payout = program.work()
    (order,) = world.pretend.book.withdrawals
    assert (payout.state, payout.order_id) == (State.SENT, order.order_id)
    assert program.kinds()[2:] == ["claimed", "doubted", "late answer", "sent"]
    assert program.work(rounds=2, seconds=10).state is State.SETTLED
    assert program.verified().payouts == 1
    for each in (program, other):
        each.ledger.close()


def test_a_wish_that_cannot_be_met_is_given_back(program: Program) -> None:
    """If another attempt was asked for, and cannot go out until the approval has ended, people can
    choose again: the payout is not stuck."""
    program.approved()
    program.work(rounds=3, seconds=5)
    program.world.pretend.switch(Mode.REQUEST_LOST)
    approved = program.approved()
    program.work()
    while Wish.AGAIN not in program.payout(2).choices(program.clock()):
        program.clock.on(seconds=61)
        program.work()
    asked = program.desk.send_again(2, approved.digest, DANA, trigger="T")
    assert asked.choices(program.clock()) == ()
    program.world.crowd.standings[DANA.id] = Standing.UNKNOWN
    program.work(rounds=3, seconds=60)
    program.clock.now = approved.expires_at
    program.work(rounds=3, seconds=601)
    assert program.payout(2).choices(program.clock()) == (Wish.CLOSE,)
    program.desk.close(2, approved.digest, ELI, trigger="U")
    program.work(rounds=2, seconds=601)
    assert program.payout(2).state is State.FAILED
    assert program.world.sent == 2
