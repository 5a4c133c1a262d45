"""When exactly a look-up counts as absence: asked at a certain second, whoever has it hastened."""

from dataclasses import replace
from pathlib import Path

import pytest

from approvals.payout import Payout, State
from sandbox.ccpayment import Mode
from tests.core import Program, Tapped, World

pytest_plugins = ["tests.stage"]

APIS = ("v1", "v2")


def in_doubt(program: Program) -> Payout:
    """A payout whose request was lost, after another one that settled."""
    program.approved()
    program.work(rounds=3, seconds=5)
    program.world.pretend.switch(Mode.REQUEST_LOST, once=True)
    number = program.approved().number
    program.work()
    assert program.payout(number).doubted_at == program.clock()
    return program.payout(number)


def looked(program: Program, payout: Payout, seconds: float) -> Payout:
    """The payout after a look-up so many seconds after its request was signed."""
    assert payout.signed_at is not None
    program.clock.now = payout.signed_at
    program.clock.on(seconds=seconds)
    with program.ledger.change() as change:
        change.hasten(payout.reference, program.clock())
    program.work()
    return program.payout(payout.number)


def test_absence_counts_to_the_second(program: Program) -> None:
    """The first look-up that counts is one at 180 s after signing or later, the second one at 60 s
    after the first or later."""
    payout = in_doubt(program)
    seen = []
    for seconds in (0, 179, 180, 239, 240):
        now = looked(program, payout, seconds)
        seen.append((now.absent_seen_at is not None, now.absent_at is not None))
    assert seen == [
        (False, False),
        (False, False),
        (True, False),
        (True, False),
        (True, True),
    ]


@pytest.mark.parametrize("ahead", [-100.0, -1.0, 1.0, 100.0])
def test_the_gateways_clock_decides(program: Program, ahead: float) -> None:
    """A gateway that is behind takes a request for longer, one that is ahead not as long: the
    180 s pass on its clock."""
    payout = in_doubt(program)
    program.world.pretend.knobs = replace(program.world.pretend.knobs, ahead=ahead)
    assert looked(program, payout, 179 - ahead).absent_seen_at is None
    assert looked(program, payout, 180 - ahead).absent_seen_at is not None


def test_another_answer_for_nobodys_reference_is_no_absence(path: Path, world: World) -> None:
    """If CCPayment answers for our reference otherwise than for one that nobody has, it knows
    something of ours: that is no absence, however often it says so."""

    def differ(event: str) -> None:
        """Our reference gets an empty list, and from then on an unknown one gets an error."""
        if event == "after find" and program.payout(payout.number).state is State.SENDING:
            world.pretend.switch(Mode.LOOK_UPS_REFUSE_UNKNOWN)

    program = Program(path, world)
    payout = in_doubt(program)
    program.ledger.close()
    program = Program(path, world, gateway=Tapped(world.gateway(), differ))
    for seconds in (180, 240, 300):
        world.pretend.switch(Mode.NORMAL)
        assert looked(program, payout, seconds).absent_seen_at is None
    assert "answers otherwise" in str(program.payout(payout.number).look_said)
    program.ledger.close()
