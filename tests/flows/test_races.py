"""Several people, several threads, several programs at once: one clear outcome, one withdrawal."""

import itertools
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import monotonic

import pytest

from approvals.errors import Refusal, Stale
from approvals.payout import Payout, State
from approvals.worker import Loop
from tests.core import DANA, ELI, PLENTY, RITA, Office, Program, Tapped, World, once

pytest_plugins = ["tests.stage"]

APIS = ("v1", "v2")
THREADS = 8
PATIENCE = 20
"""Seconds until a test that waits for something gives up."""

ENDS = frozenset({"rejected", "cancelled", "expired", "settled", "failed"})


def at_once(deeds: Sequence[Callable[[], object]]) -> list[object]:
    """What each deed came to, a refusal included, done in as many threads at one moment."""
    barrier = threading.Barrier(len(deeds))
    results: list[object] = [None] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results[place] = deed()
        except Refusal as refusal:
            results[place] = refusal

    threads = [threading.Thread(target=run, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# -- clicks ---------------------------------------------------------------------------------------


def test_eight_clicks_are_one_approval(program: Program) -> None:
    """8 approvals at once are one: the others read that nothing is left to decide; the sender,
    busy meanwhile, makes one withdrawal."""
    made = program.asked()
    clicks = [lambda who=who: program.approve(made, who) for who in [DANA, ELI] * (THREADS // 2)]
    results = at_once([*clicks, program.sender.once, program.sender.once])
    won = [one for one in results if isinstance(one, Payout)]
    lost = [one for one in results if isinstance(one, Stale)]
    assert (len(won), len(lost)) == (1, THREADS - 1)
    assert program.kinds().count("approved") == 1
    assert program.kinds().count("refused") == THREADS - 1
    assert program.work(rounds=3, seconds=5).state is State.SETTLED
    assert program.world.sent == 1
    assert program.verified().payouts == 1


def test_one_click_delivered_eight_times_is_one(office: Office) -> None:
    """The same signed click in 8 threads at once is one approval, and none of them is refused."""
    made = office.asked()
    click = [lambda: office.desk.approve(1, made.digest, DANA, PLENTY, trigger="T")] * THREADS
    results = at_once(click)
    assert len(set(results)) == 1
    assert office.kinds() == ["requested", "approved"]


def test_one_request_delivered_eight_times_is_one(office: Office) -> None:
    """The same signed request in 8 threads at once is one payout."""
    what = office.ask()
    results = at_once([lambda: office.desk.request(what, RITA, trigger="T")] * THREADS)
    assert len(set(results)) == 1
    assert office.verified().payouts == 1


def test_eight_requests_for_the_same_are_one(office: Office) -> None:
    """Eight requests for the same at once make one payout; the others name it."""
    what = office.ask()
    deeds = [lambda n=n: office.desk.request(what, RITA, trigger=f"{n}") for n in range(THREADS)]
    results = at_once(deeds)
    assert sum(isinstance(one, Payout) for one in results) == 1
    assert office.verified().payouts == 1


# -- decisions ------------------------------------------------------------------------------------


def decisions(program: Program, made: Payout) -> dict[str, Callable[[], object]]:
    def expire() -> None:
        program.clock.now = max(program.clock(), made.expires_at)
        program.work()

    return {
        "approved": lambda: program.approve(made, DANA),
        "rejected": lambda: program.reject(made, ELI),
        "cancelled": lambda: program.cancel(made, RITA),
        "expired": expire,
    }


DECISIONS = ("approved", "rejected", "cancelled", "expired")


@pytest.mark.parametrize("order", list(itertools.permutations(DECISIONS)))
def test_every_order_of_decisions_has_one_outcome(program: Program, order: tuple[str, ...]) -> None:
    """Approve, reject, cancel and expire, in every order: the first that ends it ends it, the
    others are refused, and nothing is sent."""
    made = program.asked()
    do = decisions(program, made)
    for deed in order:
        try:
            do[deed]()
        except Refusal:
            assert program.payout().state.final
    end = next(deed for deed in order if deed != "approved")
    assert program.payout().state == end
    done = [kind for kind in program.kinds() if kind in do]
    assert done == (["approved", end] if order[0] == "approved" else [end])
    program.work(rounds=3, seconds=60)
    assert (program.payout().state, program.world.sent) == (end, 0)


def test_decisions_at_once_have_one_outcome(program: Program) -> None:
    """Approve, reject, cancel and the sender in threads at once, again and again: each payout has
    one end, and a withdrawal exactly if that end is not a no."""
    for _ in range(12):
        made = program.asked()
        do = decisions(program, made)
        at_once([do["approved"], do["rejected"], do["cancelled"], program.sender.once])
        for _ in range(3):
            program.work()
            program.clock.on(seconds=5)
        payout = program.payout(made.number)
        kinds = program.kinds(made.number)
        assert len([kind for kind in kinds if kind in ENDS]) == 1
        received = [
            call
            for call in program.world.pretend.received
            if payout.reference.encode() in call.body
        ]
        assert len(received) == (payout.state is State.SETTLED)
    assert program.verified().payouts == 12


def test_a_click_at_the_last_moment(program: Program) -> None:
    """An approval at the very moment of the end is too late, whoever of the two comes first."""
    for _ in range(8):
        made = program.asked()
        program.clock.now = made.expires_at
        at_once([partial(program.approve, made), program.clerk.once])
        assert program.payout(made.number).state is State.EXPIRED
    assert program.world.sent == 0


# -- clerk ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["fee", "balance"])
def test_the_clerk_gives_way(path: Path, world: World, call: str) -> None:
    """If somebody decides while the clerk asks the gateway, the estimate is dropped, silently, and
    the payout is sent without delay."""
    program = Program(
        path,
        world,
        gateway=Tapped(world.gateway(), once(f"after {call}", lambda: program.approve(made))),
    )
    made = program.asked()
    assert program.work().state is State.SENT
    assert program.kinds() == ["requested", "approved", "claimed", "sent"]
    program.ledger.close()


@pytest.mark.parametrize("unanswered", ["fee", "balance"])
def test_the_clerk_who_fails_gives_way(path: Path, world: World, unanswered: str) -> None:
    """If somebody decides while the clerk is not answered, at the very same moment, the clerk's
    waiting does not keep the payout in."""
    world.broken = {unanswered}
    gateway = Tapped(world.gateway(), once("before fee", lambda: program.approve(made)))
    program = Program(path, world, gateway=gateway)
    made = program.asked()
    program.clerk.once()
    world.broken = set()
    program.sender.once()
    assert program.payout().state is State.SENT
    program.ledger.close()


# -- several programs -----------------------------------------------------------------------------


def test_several_senders_send_once(path: Path, world: World) -> None:
    """Should two programs ever serve one ledger, with eight senders at once, there is one
    withdrawal for each payout all the same."""
    programs = [Program(path, world) for _ in range(2)]
    first = programs[0]
    for _ in range(5):
        first.approved()
        at_once([program.sender.once for program in programs * (THREADS // 2)])
        world.clock.on(seconds=6)
    for _ in range(4):
        at_once([program.sender.once for program in programs])
        world.clock.on(seconds=6)
    assert {first.payout(number).state for number in range(1, 6)} == {State.SETTLED}
    assert world.sent == 5
    assert first.verified().payouts == 5
    for program in programs:
        program.ledger.close()


def test_loops_are_woken(program: Program) -> None:
    """Workers in their loops start as soon as something is committed, and end when told to, with
    the step at hand done."""
    bell = program.ledger.bell()
    loops = [
        Loop(worker, program.ledger.bell(), monotonic) for worker in (program.clerk, program.sender)
    ]
    for loop in loops:
        loop.start()
    made = program.asked()
    wait_for(lambda: "estimated" in program.kinds(), bell)
    program.approve(made)
    wait_for(lambda: program.payout().state is State.SENT, bell)
    for loop in loops:
        loop.stop()
    assert program.world.sent == 1


def wait_for(fact: Callable[[], bool], bell: threading.Event) -> None:
    """Until `fact` holds, looked at after each commit."""
    while not fact():
        assert bell.wait(PATIENCE)
        bell.clear()
