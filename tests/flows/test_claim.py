"""What a claim holds to: its own moment, the end of the approval, and what earlier attempts left
behind."""

from datetime import timedelta
from pathlib import Path

from approvals.payout import Content, Kind, State, Wish
from sandbox.ccpayment import Mode
from sandbox.ccpayment.v1 import DECLINED
from tests.build import NOON, payout, then
from tests.core import DANA, Program, Tapped, TappedLedger, World, once

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


class Reworded(Tapped):
    """A later version of the program, which would write another body for the same content."""

    def body(self, content: Content, reference: str) -> str:
        return super().body(content, reference).replace("}", ',"note":""}')


def test_another_attempt_needs_the_same_body(path: Path, world: World) -> None:
    """If a newer version of the program would send other bytes than the first attempt, nothing is
    sent, and sending freezes."""
    world.broken = {"withdraw"}
    before = Program(path, world)
    before.approved()
    assert before.work().attempts[0].outcome is Kind.UNSENT
    before.ledger.close()
    world.broken = set()
    after = Program(path, world, gateway=Reworded(world.gateway(), lambda _: None))
    payout = after.work(rounds=5, seconds=20)
    assert (payout.state, world.sent) == (State.SENDING, 0)
    assert "is not what was approved" in str(payout.delay)
    after.ledger.close()


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


def test_a_refusal_of_another_attempt_is_doubt(path: Path, world: World) -> None:
    """What CCPayment refuses the second time it may have taken the first time: even a code that is
    known to mean "declined" leaves the payout in doubt."""
    declining = world.gateway(declined_codes=frozenset({str(DECLINED)}))
    program = Program(path, world, gateway=declining)
    program.approved()
    program.work(rounds=3, seconds=5)
    world.pretend.switch(Mode.REQUEST_LOST, once=True)
    lost = program.approved()
    program.work()
    while Wish.AGAIN not in program.payout(2).choices(program.clock()):
        program.clock.on(seconds=61)
        program.work()
    program.desk.send_again(2, lost.digest, DANA, trigger=program.trigger())
    world.pretend.switch(Mode.DECLINED, once=True)
    program.work()
    again = program.payout(2)
    assert [attempt.outcome for attempt in again.attempts] == [Kind.DOUBTED, Kind.DOUBTED]
    program.ledger.close()


def test_what_was_refused_as_known_is_not_sent_again() -> None:
    """Once CCPayment has said that it knows the reference, "Send again" is not offered, whatever
    look-ups say."""
    doubted = then(payout(State.SENDING), Kind.DOUBTED, duplicate=1)
    absent = then(doubted, Kind.ABSENT)
    assert absent.choices(NOON + timedelta(hours=1)) == (Wish.CLOSE,)
