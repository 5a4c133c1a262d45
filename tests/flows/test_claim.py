"""What a claim holds to: its own moment, the end of the approval, and what earlier attempts left
behind."""

from datetime import timedelta
from pathlib import Path

from approvals.ledger import Freeze
from approvals.payout import Kind, State, Wish
from tests.build import NOON, payout, then
from tests.core import Program, Tapped, TappedLedger, World, once

pytest_plugins = ["tests.stage"]


def test_what_is_sent_is_signed_for_the_committed_moment(path: Path, world: World) -> None:
    """Though time passes between claim and sending, the request bears the timestamp that was
    committed: that is the moment from which its validity is counted."""

    def dawdle(event: str) -> None:
        if event == "after commit" and program.kinds()[-1] == "claimed":
            world.clock.on(seconds=5)

    program = Program(path, world, ledger=lambda path: TappedLedger(path, dawdle))
    program.approved()
    (attempt,) = program.work().attempts
    (call,) = world.pretend.received
    assert call.headers["timestamp"] == str(attempt.timestamp)
    program.ledger.close()


def test_an_approval_that_ends_on_the_way_out_sends_nothing(path: Path, world: World) -> None:
    """An approval that held at the look and has ended at the claim sends nothing."""
    late = once("after balance", lambda: world.clock.on(seconds=5))
    program = Program(path, world)
    approved = program.approved()
    program.ledger.close()
    world.clock.now = approved.expires_at - timedelta(seconds=3)
    program = Program(path, world, gateway=Tapped(world.gateway(), late))
    program.work(rounds=3, seconds=2)
    assert (program.payout().state, world.sent) == (State.EXPIRED, 0)
    program.ledger.close()


def test_a_head_that_is_lost_while_it_runs_stops_sending(program: Program) -> None:
    """No request leaves before its claim is in the head file, so where that has gone, or tells of
    lines that are not there, the claim is a freeze instead."""
    program.approved()
    Path(f"{program.path}.head").unlink()
    payout = program.work()
    with program.ledger.reading() as reading:
        frozen = reading.frozen()
    assert frozen is not None
    assert (frozen.kind, frozen.why) == (
        Freeze.REWOUND,
        "the head file beside the ledger is missing",
    )
    assert (payout.state, program.world.sent) == (State.SENDING, 0)
    assert payout.restored_at is not None
    assert Path(f"{program.path}.head").exists()


def test_what_was_refused_as_known_is_not_sent_again() -> None:
    """Once CCPayment has said that it knows the reference, "Send again" is not offered, whatever
    look-ups say."""
    doubted = then(payout(State.SENDING), Kind.DOUBTED, duplicate=1)
    absent = then(doubted, Kind.ABSENT)
    assert absent.choices(NOON + timedelta(hours=1)) == (Wish.CLOSE,)
