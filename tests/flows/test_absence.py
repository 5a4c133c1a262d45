"""When exactly a look-up counts as absence: asked at a certain second, whoever has it hastened."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from itertools import count
from pathlib import Path
from random import Random

import pytest

from approvals.errors import Stale
from approvals.gateway import Finding, Gateway
from approvals.ledger import Change, Ledger
from approvals.payout import Event, Kind, Payout, State
from approvals.sender import Sender
from sandbox.ccpayment import Mode
from tests.core import DANA, Program, Tapped, World

pytest_plugins = ["tests.stage"]

APIS = ("v1", "v2")


def in_doubt(program: Program, mode: Mode = Mode.REQUEST_LOST) -> Payout:
    """A payout whose request was lost, after another one that settled."""
    program.approved()
    program.work(rounds=3, seconds=5)
    program.world.pretend.switch(mode, once=True)
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


class Counting(Tapped):
    """Remembers which references were looked up."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, lambda _: None)
        self.asked: list[str] = []

    def find(self, reference: str) -> Finding:
        self.asked.append(reference)
        return super().find(reference)


def test_references_that_nobody_has_are_asked_for_seldom(path: Path, world: World) -> None:
    """Whether many questions about unknown references count as an attack is not documented, so one
    is drawn only where everything else allows absence to count, and once for each such look."""
    gateway = Counting(world.gateway())
    program = Program(path, world, gateway=gateway)
    payout = in_doubt(program)
    ours = {program.payout(number).reference for number in (1, 2)}
    drawn = []
    for seconds in (5, 60, 179, 180, 240, 300):
        gateway.asked.clear()
        payout = looked(program, payout, seconds)
        drawn.append(len([one for one in gateway.asked if one not in ours]))
    assert drawn == [0, 0, 0, 1, 1, 1]
    world.pretend.knobs = replace(world.pretend.knobs, ahead=40.0)
    gateway.asked.clear()
    looked(program, payout, 9000)
    assert set(gateway.asked) <= ours
    program.ledger.close()


@pytest.mark.parametrize("ahead", [-30.0, -1.0, 1.0, 30.0])
def test_both_clocks_decide(program: Program, ahead: float) -> None:
    """The 180 s must have passed on CCPayment's clock and on ours: a gateway that is behind takes a
    request for longer, and one that is ahead may only seem to be."""
    payout = in_doubt(program)
    program.world.pretend.knobs = replace(program.world.pretend.knobs, ahead=ahead)
    enough = 180 + max(0, -ahead)
    assert looked(program, payout, enough - 1).absent_seen_at is None
    assert looked(program, payout, enough).absent_seen_at is not None


@pytest.mark.parametrize("ahead", [-119.0, -31.0, 31.0, 119.0])
def test_clocks_that_differ_prove_no_absence(program: Program, ahead: float) -> None:
    """Where the two clocks differ by more than 30 s no look-up counts, however long after; once
    they agree, it does."""
    payout = in_doubt(program)
    program.world.pretend.knobs = replace(program.world.pretend.knobs, ahead=ahead)
    for seconds in (180, 300, 9000):
        payout = looked(program, payout, seconds)
        assert payout.absent_seen_at is None
        assert "but CCPayment's clock and ours differ" in str(payout.look_said)
    program.world.pretend.knobs = replace(program.world.pretend.knobs, ahead=0.0)
    assert looked(program, payout, 9060).absent_seen_at is not None


def an_hour_ahead(date: str) -> str:
    """What an edge with a wrong clock says."""
    return format_datetime(parsedate_to_datetime(date) + timedelta(hours=1), usegmt=True)


def unsigned(world: World) -> None:
    """Look-ups answer with an error, which nobody signs: the edge's date is all that tells time."""
    world.pretend.switch({"v1": Mode.LOOK_UPS_REFUSE_UNKNOWN, "v2": Mode.NORMAL}[world.api])


@pytest.mark.parametrize("api", ["v1"])
def test_an_edge_whose_date_is_an_hour_ahead_closes_nothing(program: Program) -> None:
    """Signed at 0 s; "no such order" with a date one hour ahead at 14 s and 74 s; taken at 110 s.
    It can be neither closed nor sent again before, and is found and settles."""
    world = program.world
    world.pretend.knobs = replace(world.pretend.knobs, late=110.0)
    payout = in_doubt(program, Mode.DELIVERED_LATE)
    unsigned(world)
    world.dated = an_hour_ahead
    for seconds in (14, 74, 80):
        payout = looked(program, payout, seconds)
        assert (payout.absent_seen_at, payout.choices(program.clock())) == (None, ())
        for press in (program.desk.close, program.desk.send_again):
            with pytest.raises(Stale):
                press(payout.number, payout.digest, DANA, trigger=program.trigger())
    world.pretend.switch(Mode.NORMAL)
    assert world.orders == 1
    payout = looked(program, payout, 110)
    assert (world.orders, payout.state, payout.order_id is None) == (2, State.SENT, False)
    assert (looked(program, payout, 120).state, world.sent) == (State.SETTLED, 2)


@pytest.mark.parametrize("date", [None, "", "soon", "Sun, 99 Nov 2026 12:00:00 GMT", "0"])
def test_without_a_date_nothing_is_absent(program: Program, date: str | None) -> None:
    """A date that is missing, or cannot be read, on an answer that nobody signs: absence is not
    learned, nothing is sent twice, and what was declined stays open until one can be read."""
    payout = in_doubt(program)
    declined = program.approved()
    unsigned(program.world)
    program.world.dated = lambda _: date
    for seconds in (180, 300, 9000):
        payout = looked(program, payout, seconds)
        assert payout.absent_seen_at is None
        assert "the answer does not tell CCPayment's time" in str(payout.look_said)
    assert program.payout(declined.number).state is not State.FAILED


@pytest.mark.parametrize("ahead", [-3600.0, 31.0])
def test_a_refusal_is_not_confirmed_by_another_clock(program: Program, ahead: float) -> None:
    """A look-up that shall make a refusal final counts as little while the clocks differ."""
    program.approved()
    program.work(rounds=3, seconds=5)
    program.world.pretend.switch(Mode.DECLINED, once=True)
    program.gateway = program.world.taught()
    payout = program.approved()
    sender = Sender(
        *(program.ledger, program.gateway, program.world.crowd, program.rules),
        clock=program.clock,
        random=Random(1),
    )
    sender.once()
    program.world.pretend.knobs = replace(program.world.pretend.knobs, ahead=ahead)
    for _ in range(5):
        program.clock.on(seconds=60)
        sender.once()
        assert program.payout(payout.number).state is State.SENDING
    program.world.pretend.knobs = replace(program.world.pretend.knobs, ahead=0.0)
    program.clock.on(seconds=600)
    sender.once()
    assert program.payout(payout.number).state is State.FAILED


@pytest.mark.parametrize(("first", "second"), [(-30.0, 30.0), (30.0, -30.0), (0.0, -30.0)])
def test_a_minute_passes_on_both_clocks(program: Program, first: float, second: float) -> None:
    """The second look-up comes 60 s after the first by the later clock then, by the earlier now: a
    gateway whose clock moves meanwhile makes no minute of a second."""
    payout = in_doubt(program)
    knobs = program.world.pretend.knobs
    program.world.pretend.knobs = replace(knobs, ahead=first)
    begun = 180 + max(0, -first)
    assert looked(program, payout, begun).absent_seen_at is not None
    program.world.pretend.knobs = replace(knobs, ahead=second)
    enough = begun + max(0, first) + 60 + max(0, -second)
    assert looked(program, payout, enough - 1).absent_at is None
    assert looked(program, payout, enough).absent_at is not None


def test_a_first_look_that_lies_ahead_is_taken_anew(program: Program) -> None:
    """A look-up that counted by a clock which stood hours ahead is not waited for: the next one is
    the first."""
    payout = in_doubt(program)
    assert payout.signed_at is not None
    with program.ledger.change() as change:
        at = payout.signed_at + timedelta(hours=5)
        event = Event(Kind.LOOKED_UP, at, facts={"said": "no entry", "absent": 1})
        payout = change.record(payout, event, "sender", at)
    seen = looked(program, payout, 180).absent_seen_at
    assert seen is not None
    assert seen == program.clock()
    assert looked(program, payout, 240).absent_at is not None


# -- how old evidence may be ----------------------------------------------------------------------


def slowly(program: Program, seconds: float, at: int) -> Program:
    """The next life of the program, where so much time passes after look-up number `at` of the next
    round."""
    finds = count(1)

    def tap(event: str) -> None:
        if event == "after find" and next(finds) == at:
            program.clock.on(seconds=seconds)

    return Program(program.path, program.world, gateway=Tapped(program.world.gateway(), tap))


@pytest.mark.parametrize("at", [2, 3])
@pytest.mark.parametrize(
    ("seconds", "counts"), [(60, True), (61, False), (6000, False), (-1, False)]
)
def test_what_is_compared_lies_within_a_minute(
    program: Program, at: int, seconds: float, *, counts: bool
) -> None:
    """The look-ups from which absence is learned lie within 60 s, from before the first to after
    the last, and no clock that is set back makes old ones young."""
    payout = in_doubt(program)
    later = slowly(program, seconds, at)
    payout = looked(later, payout, 600)
    later.ledger.close()
    assert (payout.absent_seen_at is not None) == counts


class SlowDoor(Ledger):
    """Once `wait` is set, time passes before the next change gets in."""

    wait: Callable[[], object] | None = None

    @contextmanager
    def change(self) -> Iterator[Change]:
        if self.wait is not None:
            self.wait()
        with super().change() as change:
            yield change


@pytest.mark.parametrize(("seconds", "closed"), [(60, True), (61, False)])
def test_evidence_is_a_minute_old_at_most_when_it_closes(
    path: Path, world: World, seconds: float, *, closed: bool
) -> None:
    """What nobody sent is closed by a look-up that began 60 s before at most; an older one closes
    nothing, and another is taken."""
    program = Program(path, world, ledger=SlowDoor)
    payout = in_doubt(program)
    for moment in (180, 240):
        payout = looked(program, payout, moment)
    program.desk.close(payout.number, payout.digest, DANA, trigger=program.trigger())
    door = program.ledger
    assert isinstance(door, SlowDoor)
    door.wait = lambda: program.clock.on(seconds=seconds)
    program.sender.once()
    door.wait = None
    assert (program.payout(payout.number).state is State.FAILED) == closed
    program.sender.once()
    assert program.payout(payout.number).state is State.FAILED
    program.ledger.close()


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
