"""What a claim holds to: its own moment, the end of the approval, and what earlier attempts left
behind."""

from datetime import timedelta
from pathlib import Path

from approvals.ledger import Freeze
from approvals.payout import Kind, State, Wish
from approvals.worker import Pace
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


def test_what_is_told_to_end_claims_nothing(path: Path, world: World) -> None:
    """A program that is told to end while it looks and checks does not claim: the payout is as it
    was, and the next program sends it."""
    end = once("after balance", lambda: setattr(program.sender.pace, "ended", True))
    program = Program(path, world, gateway=Tapped(world.gateway(), end))
    program.sender.pace = Pace()
    approved = program.approved()
    assert program.work() == approved
    program.ledger.close()
    program = Program(path, world)
    assert (program.work().state, world.sent) == (State.SENT, 1)
    program.ledger.close()


def test_what_is_told_to_end_sends_nothing(path: Path, world: World) -> None:
    """A claim whose request has not begun to leave when the program is told to end is recorded as
    not sent; the next program sends it, with the same reference, once."""

    def end(event: str) -> None:
        if event == "after commit" and program.kinds()[-1] == "claimed":
            program.sender.pace.ended = True

    program = Program(path, world, ledger=lambda path: TappedLedger(path, end))
    program.sender.pace = Pace()
    program.approved()
    (attempt,) = program.work().attempts
    assert (attempt.outcome, world.sent) == (Kind.UNSENT, 0)
    assert attempt.message == "the program was told to end before the request could leave"
    program.ledger.close()
    program = Program(path, world)
    payout = program.work(rounds=2, seconds=15)
    assert (payout.state, len(payout.attempts), world.sent) == (State.SENT, 2, 1)
    program.ledger.close()


def test_what_is_told_to_end_takes_up_no_other_payout(path: Path, world: World) -> None:
    """The payout at hand is finished, and no other begun: it is not even looked up."""
    events: list[str] = []

    def end(event: str) -> None:
        events.append(event)
        program.sender.pace.ended = "after withdraw" in events

    program = Program(path, world, gateway=Tapped(world.gateway(), end))
    program.sender.pace = Pace()
    first, second = program.approved(), program.approved()
    events.clear()
    program.sender.once()
    states = [program.payout(one.number).state for one in (first, second)]
    assert (states, world.sent) == ([State.SENT, State.APPROVED], 1)
    assert events[-1] == "after withdraw"
    program.ledger.close()
