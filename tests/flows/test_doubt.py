"""Doubt, from the lost answer to its end: what is learned, what people may then choose, what they
choose, and what leaves. The pretend CCPayment would pay a reference twice, unless a test says
otherwise, so that nothing but us keeps it from that."""

import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from approvals.audit import Note
from approvals.errors import Stale, Unreadable
from approvals.evidence import REQUEST_LIVES
from approvals.followup import UNSETTLED_IS_TOLD, WATCH_WAIT, WATCHED
from approvals.ledger import Freeze, Frozen
from approvals.ledger.change import SKIPPED_NUMBERS
from approvals.payout import UNRESOLVED, Payout, State, Wish
from approvals.sender import LOOKS_APART
from approvals.times import from_seconds, to_seconds
from bot.courier import Courier
from sandbox.ccpayment import Knobs, Mode
from sandbox.ccpayment.book import Duplicates, Order, Status
from sandbox.ccpayment.faults import FAULTS
from sandbox.slack import PretendSlack
from sandbox.slack.cast import PAYOUTS
from tests.core import DANA, ELI, TRON, Program, Tapped, World, once
from tests.flows.slack_bench import Stage, bench, courier, stage
from tests.seen import buttons, words

pytest_plugins = ["tests.stage"]

APIS = ("v1", "v2")
CHOOSE = (Wish.AGAIN, Wish.CLOSE)


@pytest.fixture
def knowing(program: Program) -> Program:
    """CCPayment took one payout already, so that there is something to compare with."""
    program.approved()
    program.work(rounds=3, seconds=5)
    assert program.payout(1).state is State.SETTLED
    return program


def lost(program: Program, mode: Mode = Mode.REQUEST_LOST) -> Payout:
    """A payout in doubt: its request was answered like this, once."""
    program.world.pretend.switch(mode, once=True)
    number = program.approved().number
    program.work()
    payout = program.payout(number)
    assert payout.doubted_at == program.clock()
    return payout


def looked(program: Program, payout: Payout) -> Payout:
    """The payout after its next look-up, whenever that is due."""
    due = next_due(program, payout)
    assert due is not None
    program.clock.now = max(program.clock.now, due)
    program.work()
    return program.payout(payout.number)


def looked_for(program: Program, payout: Payout, time: timedelta) -> Payout:
    """The payout after every look-up of that time, or once there are none any more."""
    end = program.clock() + time
    while program.clock() < end and next_due(program, payout):
        looked(program, payout)
    return program.payout(payout.number)


def next_due(program: Program, payout: Payout) -> datetime | None:
    with program.ledger.reading() as reading:
        return reading.next_due(payout.number)


def absent(program: Program, mode: Mode = Mode.REQUEST_LOST) -> Payout:
    """A payout of which CCPayment certainly knows nothing."""
    payout = looked_for(program, lost(program, mode), timedelta(minutes=10))
    assert payout.choices(program.clock()) == CHOOSE
    return payout


def send_again(program: Program, payout: Payout) -> None:
    program.desk.send_again(payout.number, payout.digest, DANA, trigger=program.trigger())


def close(program: Program, payout: Payout) -> None:
    program.desk.close(payout.number, payout.digest, DANA, trigger=program.trigger())


def resolve(program: Program, payout: Payout, order_id: str | None) -> None:
    trigger = program.trigger()
    program.desk.resolve(payout.number, payout.digest, DANA, order_id, trigger=trigger)


def bodies(program: Program) -> list[bytes]:
    """Every create call that CCPayment received."""
    return [call.body for call in program.world.pretend.received]


def alarms(program: Program, payout: Payout) -> list[str]:
    lines = program.lines(payout.number)
    return [str(line.facts["what"]) for line in lines if line.kind == Note.ALARM]


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What whoever runs it reads as an error."""
    return [entry.getMessage() for entry in caplog.records if entry.levelno >= logging.ERROR]


def lift(program: Program) -> None:
    """The host has looked into it."""
    with program.ledger.change() as change:
        change.unfreeze("looked into it", program.clock(), "command line")


def frozen(program: Program) -> Frozen | None:
    with program.ledger.reading() as reading:
        return reading.frozen()


def taken_meanwhile(program: Program, payout: Payout) -> None:
    """CCPayment takes the request all the same, by a way that nobody here knows."""
    gateway, body = program.world.gateway(), bodies(program)[-1].decode()
    assert payout.reference in body
    gateway.withdraw(body, to_seconds(program.clock()))


# -- absence --------------------------------------------------------------------------------------


@pytest.mark.parametrize("look_ups", [Mode.NORMAL, Mode.LOOK_UPS_REFUSE_UNKNOWN])
@pytest.mark.parametrize("mode", [Mode.REQUEST_LOST, Mode.ERROR_BEFORE, Mode.BROKEN_BEFORE])
def test_absence_is_learned(knowing: Program, mode: Mode, look_ups: Mode) -> None:
    """That CCPayment does not know a payout counts from 180 s after its request was signed, once
    two look-ups a minute apart agree; then people may choose, and nothing has been sent again."""
    payout = lost(knowing, mode)
    knowing.world.pretend.switch(look_ups)
    signed = from_seconds(payout.attempts[0].timestamp)
    while payout.absent_at is None:
        assert payout.choices(knowing.clock()) == ()
        assert knowing.clock() - signed < timedelta(minutes=10)
        payout = looked(knowing, payout)
    assert payout.absent_seen_at is not None
    assert payout.absent_seen_at - signed >= REQUEST_LIVES
    assert payout.absent_at - payout.absent_seen_at >= LOOKS_APART
    assert payout.choices(knowing.clock()) == CHOOSE
    assert (knowing.world.sent, knowing.world.orders) == (2, 1)


@pytest.mark.parametrize("mode", [Mode.ANSWER_LOST, Mode.ERROR_AFTER])
def test_a_look_up_that_lags_is_not_absence(knowing: Program, mode: Mode) -> None:
    """Where look-ups do not know a new order yet, their no does not count, and the order is found
    before it could."""
    payout = lost(knowing, mode)
    knowing.world.pretend.switch(Mode.LOOK_UPS_LAG)
    payout = looked_for(knowing, payout, timedelta(seconds=30))
    assert "but the request may still be taken" in str(payout.look_said)
    payout = looked_for(knowing, payout, timedelta(minutes=3))
    assert (payout.state, knowing.world.sent) == (State.SETTLED, 2)
    assert "absent" not in knowing.kinds(payout.number)


def test_a_request_that_arrives_late_is_found(knowing: Program) -> None:
    """A request that CCPayment gets two minutes late is found, and was never taken for absent."""
    payout = looked_for(knowing, lost(knowing, Mode.DELIVERED_LATE), timedelta(minutes=5))
    assert (payout.state, knowing.world.sent, knowing.world.orders) == (State.SETTLED, 2, 2)
    assert payout.absent_seen_at is None


def test_without_anything_to_compare_there_is_no_absence(program: Program) -> None:
    """Before CCPayment has taken a withdrawal, nobody knows what it says of one that it does not
    know: then people look by hand."""
    payout = looked_for(program, lost(program), timedelta(hours=2))
    assert "has taken no withdrawal yet to compare with" in str(payout.look_said)
    assert payout.choices(program.clock()) == (Wish.RESOLVE,)


@pytest.mark.parametrize(
    "look_ups",
    [
        Mode.LOOK_UPS_REFUSE_ALL,
        Mode.LOOK_UPS_DOWN,
        Mode.LOOK_UPS_ERROR,
        Mode.LOOK_UPS_UNSIGNED,
        Mode.LOOK_UPS_BADLY_SIGNED,
        Mode.LOOK_UPS_OTHER_ENTRY,
    ],
)
def test_one_answer_for_everything_is_no_absence(knowing: Program, look_ups: Mode) -> None:
    """Where look-ups say the same of everything, or nothing usable, absence is not learned, however
    often they are asked."""
    knowing.world.signs()
    payout = lost(knowing)
    knowing.world.pretend.switch(look_ups)
    payout = looked_for(knowing, payout, timedelta(hours=3))
    assert payout.absent_seen_at is None
    assert payout.choices(knowing.clock()) == (Wish.RESOLVE,)
    assert knowing.world.sent == 2


def test_an_answer_that_changes_its_mind_is_no_absence(knowing: Program) -> None:
    """What is found after one look-up that counted is taken over: one alone decides nothing."""
    payout = lost(knowing)
    while payout.absent_seen_at is None:
        payout = looked(knowing, payout)
    taken_meanwhile(knowing, payout)
    payout = looked_for(knowing, payout, timedelta(minutes=2))
    assert payout.state is State.SETTLED
    assert payout.absent_at is None


# -- sending again --------------------------------------------------------------------------------


def test_sending_again_is_one_more_call(knowing: Program) -> None:
    """Once an approver asks for it, exactly one more request leaves, with the same reference and
    the same body, and the payout settles."""
    payout = absent(knowing)
    send_again(knowing, payout)
    payout = looked_for(knowing, payout, timedelta(minutes=1))
    assert payout.state is State.SETTLED
    assert knowing.world.orders == 2
    first, again = bodies(knowing)[1:]
    assert first == again
    assert payout.reference.encode() in again
    assert [attempt.number for attempt in payout.attempts] == [1, 2]
    assert knowing.verified().payouts == 2


@pytest.mark.parametrize("press", [send_again, close])
def test_ccpayment_is_asked_once_more_first(
    knowing: Program, press: Callable[[Program, Payout], None]
) -> None:
    """If CCPayment turns out to know the payout after all, it is neither sent again nor closed."""
    payout = absent(knowing)
    taken_meanwhile(knowing, payout)
    press(knowing, payout)
    payout = looked_for(knowing, payout, timedelta(minutes=1))
    assert payout.state is State.SETTLED
    assert [attempt.number for attempt in payout.attempts] == [1]
    assert knowing.world.orders == 2


@pytest.mark.parametrize("look_ups", [Mode.LOOK_UPS_DOWN, Mode.LOOK_UPS_REFUSE_ALL])
@pytest.mark.parametrize(("press", "end"), [(send_again, State.SETTLED), (close, State.FAILED)])
def test_without_that_look_nothing_is_done(
    knowing: Program,
    press: Callable[[Program, Payout], None],
    end: State,
    look_ups: Mode,
) -> None:
    """While CCPayment gives no answer that counts, what was chosen waits, and is done after."""
    payout = absent(knowing)
    knowing.world.pretend.switch(look_ups)
    press(knowing, payout)
    payout = looked_for(knowing, payout, timedelta(minutes=30))
    assert (payout.state, knowing.world.sent) == (State.SENDING, 2)
    knowing.world.pretend.switch(Mode.NORMAL)
    payout = looked_for(knowing, payout, timedelta(minutes=12))
    assert payout.state is end


def test_a_wish_that_lapsed_is_looked_up_all_the_same(knowing: Program) -> None:
    """Somebody asked for it to be sent again, and its approval ends before that could be done:
    look-ups go on, and what CCPayment took is found."""
    payout = absent(knowing)
    knowing.world.pretend.switch(Mode.LOOK_UPS_DOWN)
    send_again(knowing, payout)
    looked_for(knowing, payout, timedelta(minutes=10))
    knowing.clock.now = payout.expires_at
    knowing.world.pretend.switch(Mode.NORMAL)
    taken_meanwhile(knowing, payout)
    payout = looked_for(knowing, payout, timedelta(minutes=25))
    assert (payout.state, len(payout.attempts)) == (State.SETTLED, 1)


def test_what_is_lost_again_can_be_sent_three_times(knowing: Program) -> None:
    """Each attempt takes the whole way, and after the third only closing is left."""
    payout = absent(knowing)
    for attempts in (2, 3):
        knowing.world.pretend.switch(Mode.REQUEST_LOST, once=True)
        send_again(knowing, payout)
        payout = looked_for(knowing, payout, timedelta(minutes=1))
        assert (len(payout.attempts), payout.choices(knowing.clock())) == (attempts, ())
        payout = looked_for(knowing, payout, timedelta(minutes=10))
    assert payout.choices(knowing.clock()) == (Wish.CLOSE,)
    assert (knowing.world.sent, knowing.world.orders) == (4, 1)


# -- closing --------------------------------------------------------------------------------------


def test_what_is_closed_is_watched_for_seven_days(knowing: Program) -> None:
    """A payout that was closed is failed, with who closed it, and is looked up every hour for seven
    days; nothing is sent, and after that nothing is asked."""
    payout = absent(knowing)
    close(knowing, payout)
    payout = looked(knowing, payout)
    assert (payout.state, payout.because) == (State.FAILED, "CCPayment knows no such reference.")
    assert payout.closer is not None
    assert payout.closer.id == DANA.id
    closed, looks = knowing.clock(), 0
    while due := next_due(knowing, payout):
        assert due - knowing.clock() == WATCH_WAIT
        payout, looks = looked(knowing, payout), looks + 1
    assert knowing.clock() - closed == WATCHED
    assert looks == WATCHED / WATCH_WAIT
    assert (knowing.world.sent, frozen(knowing)) == (2, None)


def test_what_ended_at_once_is_looked_up_when_its_request_has_expired(knowing: Program) -> None:
    """A payout that was declined ends seconds after its request was signed, when that may still be
    taken: it is looked up three minutes after it was signed, then every hour."""
    world = knowing.world
    world.pretend.switch(Mode.DECLINED, once=True)
    program = Program(knowing.path, world, gateway=world.taught())
    payout = program.approved()
    program.work(rounds=2, seconds=5)
    payout = program.payout(payout.number)
    assert payout.state is State.FAILED
    assert payout.signed_at is not None
    assert next_due(program, payout) == payout.signed_at + REQUEST_LIVES
    looked(program, payout)
    assert next_due(program, payout) == program.clock() + WATCH_WAIT
    taken_meanwhile(program, payout)
    assert looked(program, payout).order_id is not None
    assert frozen(program) is not None
    program.ledger.close()


def test_a_clock_that_jumps_does_not_end_the_watch(knowing: Program) -> None:
    """A clock that stands nine days ahead for one look-up ends nothing: seven days are seven days
    of look-ups."""
    payout = absent(knowing)
    close(knowing, payout)
    payout = looked(knowing, payout)
    right = knowing.clock() + WATCH_WAIT
    knowing.clock.on(days=9)
    knowing.work()
    knowing.clock.now = right
    knowing.work()
    due = next_due(knowing, payout)
    assert due is not None
    assert due <= right + WATCH_WAIT


@pytest.mark.parametrize("after", [timedelta(hours=1), timedelta(days=6)])
def test_what_turns_up_after_closing_is_an_alarm(
    knowing: Program, after: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    """If CCPayment then turns out to have it, that is an alarm with the order, and all sending
    stops."""
    payout = absent(knowing)
    close(knowing, payout)
    payout = looked_for(knowing, payout, after)
    taken_meanwhile(knowing, payout)
    payout = looked_for(knowing, payout, timedelta(hours=3))
    order = list(knowing.world.pretend.book.orders.values())[-1].order_id
    assert (payout.state, payout.order_id) == (State.FAILED, order)
    assert any(f"CCPayment has it as order {order}" in what for what in alarms(knowing, payout))
    stopped = frozen(knowing)
    assert stopped is not None
    assert stopped.kind is Freeze.MISMATCH
    alarm, freeze = logged(caplog)
    assert alarm.startswith(f"alarm about payout {payout.number}: It is failed here, but CCPayment")
    assert freeze == f"sending is frozen: {stopped.why}"
    approved = knowing.approved()
    knowing.work(rounds=3, seconds=60)
    assert knowing.payout(approved.number).attempts == ()


def test_what_was_looked_into_stays_lifted(knowing: Program) -> None:
    """Once the host lifts the freeze, look-ups that say the same again do not bring it back."""
    payout = absent(knowing)
    close(knowing, payout)
    payout = looked_for(knowing, payout, timedelta(hours=1))
    taken_meanwhile(knowing, payout)
    looked_for(knowing, payout, timedelta(hours=2))
    assert frozen(knowing) is not None
    lift(knowing)
    looked_for(knowing, payout, timedelta(hours=12))
    assert frozen(knowing) is None


# -- by hand --------------------------------------------------------------------------------------

LAG = 10_000.0
"""Seconds: look-ups that lag so long hide an order for hours."""


def for_hours(program: Program) -> Payout:
    """A payout that CCPayment took while its answers were lost: for an hour nothing is learned."""
    payout = lost(program, Mode.ANSWER_LOST)
    program.world.pretend.switch(Mode.LOOK_UPS_DOWN)
    payout = looked_for(program, payout, timedelta(minutes=75))
    assert payout.choices(program.clock()) == (Wish.RESOLVE,)
    program.world.pretend.switch(Mode.NORMAL)
    return payout


@pytest.fixture
def hidden(knowing: Program) -> Payout:
    """A payout that CCPayment took, refused as a duplicate, and does not show for hours: never
    absent, and after an hour for people to look."""
    pretend = knowing.world.pretend
    pretend.knobs = Knobs(duplicates=Duplicates.REFUSED, lag=LAG)
    knowing.clock.on(hours=3)
    payout = lost(knowing, Mode.DELIVERED_TWICE)
    assert payout.repeated
    pretend.switch(Mode.LOOK_UPS_LAG)
    while payout.choices(knowing.clock()) == ():
        payout = looked(knowing, payout)
    return payout


def test_a_duplicate_refusal_is_never_absence(knowing: Program, hidden: Payout) -> None:
    """After CCPayment refused the reference as one that it knows, no look-up makes it absent;
    within ten minutes of the hour people are asked to look."""
    assert hidden.choices(knowing.clock()) == (Wish.RESOLVE,)
    assert hidden.absent_seen_at is None
    assert "refused the reference before as one that it knows" in str(hidden.look_said)
    assert hidden.doubted_at is not None
    assert UNRESOLVED <= knowing.clock() - hidden.doubted_at <= UNRESOLVED + timedelta(minutes=10)


def test_what_the_dashboard_shows_goes_on(knowing: Program, hidden: Payout) -> None:
    """With the order_id from the dashboard it counts as sent, and settles when look-ups find it."""
    order = knowing.world.pretend.book.orders[hidden.reference].order_id
    resolve(knowing, hidden, order)
    payout = looked_for(knowing, hidden, timedelta(hours=1))
    assert (payout.state, payout.order_id) == (State.SENT, order)
    payout = looked_for(knowing, payout, timedelta(seconds=LAG))
    assert (payout.state, payout.order_id) == (State.SETTLED, order)
    assert payout.resolver is not None
    assert (knowing.world.orders, frozen(knowing)) == (2, None)


def test_what_the_dashboard_did_not_show_yet_is_an_alarm(knowing: Program, hidden: Payout) -> None:
    """Who overlooks it ends the payout as failed; it is watched, and found is an alarm."""
    resolve(knowing, hidden, None)
    payout = looked_for(knowing, hidden, timedelta(seconds=LAG))
    assert payout.state is State.FAILED
    assert payout.order_id == knowing.world.pretend.book.orders[hidden.reference].order_id
    assert len(alarms(knowing, payout)) >= 1
    assert frozen(knowing) is not None
    assert knowing.world.orders == 2


def test_the_order_of_another_payout_is_not_taken(knowing: Program) -> None:
    """Who copies a neighbouring row of the dashboard is told whose it is, and may copy again."""
    payout, trigger = for_hours(knowing), knowing.trigger()
    other = str(knowing.payout(1).order_id)
    for _ in range(2):
        with pytest.raises(Unreadable, match="This is the order of payout 1") as no:
            knowing.desk.resolve(payout.number, payout.digest, DANA, other, trigger=trigger)
        assert (no.value.field, no.value.word) == ("order_id", other)
    order = knowing.world.pretend.book.orders[payout.reference].order_id
    knowing.desk.resolve(payout.number, payout.digest, DANA, order, trigger=trigger)
    assert looked_for(knowing, payout, timedelta(minutes=10)).state is State.SETTLED


def test_an_order_that_nobody_finds_is_told_as_that(knowing: Program) -> None:
    """Where look-ups do not find what somebody copied from the dashboard, the alarm says what to
    compare; and where they find another order, that is an alarm too."""
    payout = for_hours(knowing)
    knowing.world.pretend.switch(Mode.LOOK_UPS_DOWN)
    resolve(knowing, payout, "4711")
    payout = looked_for(knowing, payout, timedelta(hours=4))
    (told,) = alarms(knowing, payout)
    assert told.startswith("It was found in CCPayment's dashboard as order 4711, but for 2 hours")
    assert payout.reference in told
    knowing.world.pretend.switch(Mode.NORMAL)
    payout = looked_for(knowing, payout, timedelta(hours=1))
    order = knowing.world.pretend.book.orders[payout.reference].order_id
    differs = f"Not as approved. order_id: on record 4711, CCPayment reports {order}."
    assert alarms(knowing, payout) == [told, differs]


def stopped_for(program: Program, payout: Payout) -> None:
    """CCPayment has what was closed here: the order is on record, one alarm, and all is frozen."""
    payout = program.payout(payout.number)
    order = program.world.pretend.book.orders[payout.reference].order_id
    assert (payout.state, payout.order_id) == (State.FAILED, order)
    told = f"It is failed here, but CCPayment has it as order {order}"
    assert len([what for what in alarms(program, payout) if what.startswith(told)]) == 1
    stopped = frozen(program)
    assert stopped is not None
    assert stopped.why == f"payout {payout.number}: {told}"


def test_what_is_found_while_people_close_it_is_an_alarm_at_once(
    path: Path, world: World, knowing: Program
) -> None:
    """Closed by hand while the look-up that finds it is under way: nothing is sent from then on."""
    payout = for_hours(knowing)
    gateway = Tapped(world.gateway(), once("after find", lambda: resolve(knowing, payout, None)))
    knowing.clock.now = next_due(knowing, payout) or knowing.clock()
    program = Program(path, world, gateway=gateway)
    program.sender.once()
    program.ledger.close()
    assert knowing.kinds(payout.number)[-3:] == ["late answer", "alarm", "learned"]
    stopped_for(knowing, payout)


def test_what_is_accepted_after_people_closed_it_is_an_alarm(
    path: Path, world: World, knowing: Program
) -> None:
    """An acceptance that arrives when the payout has been closed by hand fills in the order, with
    an alarm, and nothing is sent from then on."""

    def closed() -> None:
        world.pretend.switch(Mode.LOOK_UPS_DOWN)
        payout = looked_for(knowing, knowing.payout(2), timedelta(minutes=80))
        resolve(knowing, payout, None)
        world.pretend.switch(Mode.NORMAL)

    payout = knowing.approved()
    gateway = Tapped(world.gateway(), once("after withdraw", closed))
    program = Program(path, world, gateway=gateway)
    program.sender.once()
    program.ledger.close()
    stopped_for(knowing, payout)
    lift(knowing)
    looked_for(knowing, payout, timedelta(hours=12))
    assert frozen(knowing) is None


# -- what CCPayment reports -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "what", "grave"),
    [
        (Mode.LOOK_UPS_LARGER, "amount: approved 250, CCPayment reports 500", True),
        (Mode.LOOK_UPS_OTHER_COIN, "coin: approved USDT, CCPayment reports", True),
        (Mode.LOOK_UPS_SMALLER, "amount: approved 250, CCPayment reports 125", False),
        (Mode.LOOK_UPS_OTHER_CHAIN, "network: approved TRX, CCPayment reports", True),
        (Mode.LOOK_UPS_OTHER_CONTRACT, "contract: approved TR7NHq", False),
        (Mode.LOOK_UPS_OTHER_ADDRESS, "destination: approved TJRabP", True),
    ],
)
@pytest.mark.parametrize("way", [Mode.NORMAL, Mode.ANSWER_LOST])
def test_what_is_not_as_approved_is_an_alarm(
    knowing: Program, mode: Mode, what: str, way: Mode, *, grave: bool
) -> None:
    """Another coin, a larger amount, another network or address than approved stops all sending, at
    either API, as far as it reports them; a smaller amount and a contract that is no coin's are an
    alarm on this payout. Each is told once, however often it is reported."""
    pretend = knowing.world.pretend
    if FAULTS[mode].only not in (None, pretend.api):
        pytest.skip("this API does not report it")
    if way is not Mode.NORMAL:
        pretend.switch(way, once=True)
    number = knowing.approved().number
    knowing.work()
    pretend.switch(mode)
    knowing.work(rounds=8, seconds=3)
    told = alarms(knowing, knowing.payout(number))
    assert len([one for one in told if what in one]) == 1
    stopped = frozen(knowing)
    assert (stopped is not None) == grave
    if stopped:
        assert (stopped.kind, what in stopped.why) == (Freeze.MISMATCH, True)


@pytest.mark.parametrize("late", [False, True])
def test_two_orders_under_one_reference_are_an_alarm(
    path: Path, world: World, knowing: Program, *, late: bool
) -> None:
    """Where the answer to the create call names one order and a look-up finds another, whichever
    comes first, that is an alarm, told once."""
    taken = world.pretend.book.withdrawals

    def another() -> None:
        taken[-1] = replace(taken[-1], order_id="999", record_id="999")
        if late:
            looked(knowing, knowing.payout(2))  # which counts it as in doubt, without an answer
            looked(knowing, knowing.payout(2))
            assert knowing.payout(2).order_id == "999"

    knowing.approved()
    gateway = Tapped(world.gateway(), once("after withdraw", another))
    program = Program(path, world, gateway=gateway)
    program.sender.once()
    program.ledger.close()
    payout = looked_for(knowing, knowing.payout(2), timedelta(minutes=10))
    (told,) = alarms(knowing, payout)
    assert told.startswith("Not as approved. order_id: on record ")
    assert "999" in told


def test_a_mismatch_stops_sending_once_and_another_one_again(knowing: Program) -> None:
    """Once the host lifts the freeze, the same mismatch does not bring it back; another one does,
    and so does one that was hidden behind the first."""
    knowing.world.pretend._book._settle_after = timedelta(days=9)
    first, second = knowing.approved(), knowing.approved()
    knowing.work()
    knowing.world.pretend.switch(Mode.LOOK_UPS_LARGER)
    knowing.work(rounds=8, seconds=3)
    for number in (first.number, second.number):
        stopped = frozen(knowing)
        assert stopped is not None
        assert stopped.why.startswith(f"payout {number} is not as approved. amount")
        lift(knowing)
        looked_for(knowing, first, timedelta(hours=1))
    assert frozen(knowing) is None
    knowing.world.pretend.switch(Mode.LOOK_UPS_OTHER_COIN)
    looked_for(knowing, first, timedelta(hours=1))
    assert ". coin: approved USDT" in str(frozen(knowing))


@pytest.mark.parametrize("kind", [Freeze.MISMATCH, Freeze.REWOUND])
def test_a_mismatch_found_while_frozen_is_not_forgotten(knowing: Program, kind: Freeze) -> None:
    """What is found while sending is frozen for another reason stops it when that is lifted, though
    the payout is settled by then and not looked up any more."""
    payout = knowing.approved()
    knowing.work()
    with knowing.ledger.change() as change:
        change.freeze(kind, "payout 99 is odd", knowing.clock(), "test")
    knowing.world.pretend.switch(Mode.LOOK_UPS_LARGER)
    knowing.work(rounds=8, seconds=10)
    assert knowing.payout(payout.number).state is State.SETTLED
    lift(knowing)
    stopped = frozen(knowing)
    assert stopped is not None
    assert stopped.why.startswith(f"payout {payout.number} is not as approved. amount")


THIEF = "TBCM13UpzKmszBZcFEqCmBqCyVhk3aqV1Z"


def to_a_thief(order: Order) -> Order:
    return replace(order, ask=replace(order.ask, address=THIEF))


def with_a_memo(order: Order) -> Order:
    return replace(order, ask=replace(order.ask, memo="77"))


def of_another_contract(order: Order) -> Order:
    return replace(order, token=replace(order.token, contract="TXYZ"))


@pytest.mark.parametrize(
    ("api", "wrongly", "what"),
    [
        ("v1", of_another_contract, "contract: approved "),
        ("v2", to_a_thief, f"destination: approved {TRON}, CCPayment reports {THIEF}"),
        ("v2", with_a_memo, "memo: approved none, CCPayment reports 77"),
    ],
)
@pytest.mark.parametrize("way", [Mode.NORMAL, Mode.ANSWER_LOST])
def test_what_only_one_api_reports_is_compared_there(
    knowing: Program, wrongly: Callable[[Order], Order], what: str, way: Mode
) -> None:
    """What only one generation carries in its reports is held against what was approved as well: a
    difference is an alarm, told once, and where it names another payee, sending stops."""
    pretend = knowing.world.pretend
    if way is not Mode.NORMAL:
        pretend.switch(way, once=True)
    number = knowing.approved().number
    knowing.work()
    taken = pretend.book.withdrawals
    taken[-1] = wrongly(taken[-1])
    knowing.work(rounds=8, seconds=3)
    told = alarms(knowing, knowing.payout(number))
    assert len([one for one in told if what in one]) == 1
    assert (frozen(knowing) is not None) == (knowing.world.api == "v2")


def test_a_failure_after_processing_is_failed_and_watched(knowing: Program) -> None:
    """What CCPayment took and failed later is failed with its words, and looked up for longer."""
    knowing.world.pretend.switch(Mode.FAILS_LATER, once=True)
    number = knowing.approved().number
    knowing.work(rounds=8, seconds=3)
    payout = knowing.payout(number)
    why = {"v1": "its status is Failed", "v2": "The transfer failed"}[knowing.world.api]
    assert (payout.state, payout.because) == (State.FAILED, why)
    assert payout.order_id is not None
    assert payout.sent_at is not None
    assert next_due(knowing, payout) is not None
    looked_for(knowing, payout, timedelta(hours=3))
    assert (alarms(knowing, payout), frozen(knowing)) == ([], None)


def held(program: Program, mode: Mode, seconds: float) -> Payout:
    """A payout that waits for the account's owner for so long."""
    program.world.pretend.knobs = replace(program.world.pretend.knobs, held=seconds)
    program.world.pretend.switch(mode, once=True)
    number = program.approved().number
    program.work(rounds=2, seconds=2)
    return program.payout(number)


@pytest.mark.parametrize(
    ("api", "status", "progress"),
    [("v1", "Pending", "pending"), ("v2", "WaitingApproval", "waiting")],
)
def test_what_waits_for_the_owner_is_sent(knowing: Program, status: str, progress: str) -> None:
    """A payout that the account's owner must approve at CCPayment has been sent and goes on by
    itself; where CCPayment says that it waits, that and since when are on record, once."""
    payout = held(knowing, Mode.HELD, 3600)
    since = knowing.clock()
    payout = looked_for(knowing, payout, timedelta(minutes=50))
    assert (payout.state, payout.gateway_status) == (State.SENT, status)
    assert (payout.progress, payout.progress_since) == (progress, since)
    assert knowing.kinds(payout.number).count("learned") == 1
    payout = looked_for(knowing, payout, timedelta(minutes=20))
    assert (payout.state, payout.progress) == (State.SETTLED, "settled")
    assert (alarms(knowing, payout), knowing.world.sent) == ([], 2)


def test_what_the_owner_rejects_is_failed(knowing: Program) -> None:
    """A payout that the owner rejects at CCPayment ends as failed, with who and why where CCPayment
    says it, and is watched."""
    payout = looked_for(knowing, held(knowing, Mode.HELD_REJECTED, 60), timedelta(minutes=5))
    rejected = "the account's owner rejected it in CCPayment's dashboard"
    why = {"v1": "its status is Failed", "v2": f"{rejected}: Rejected by the account's owner"}
    assert (payout.state, payout.because) == (State.FAILED, why[knowing.world.api])
    looked_for(knowing, payout, timedelta(hours=3))
    assert (alarms(knowing, payout), frozen(knowing)) == ([], None)
    assert next_due(knowing, payout) is not None


def test_an_owner_who_keeps_it_waiting_is_told_of_once(knowing: Program) -> None:
    """What waits for the owner for two hours is told, as what it is, once."""
    payout = held(knowing, Mode.HELD, 86400)
    payout = looked_for(knowing, payout, timedelta(hours=6))
    waits = "It has waited 2 hours for the account owner's approval in CCPayment's dashboard."
    unsaid = "CCPayment took it, but has not settled it for 2 hours."
    assert alarms(knowing, payout) == [{"v1": unsaid, "v2": waits}[knowing.world.api]]
    assert payout.state is State.SENT


def test_what_does_not_settle_is_told_once(knowing: Program) -> None:
    """A payout without an end is told after two hours, once, and is still sent."""
    knowing.world.pretend._book._settle_after = timedelta(days=9)
    number = knowing.approved().number
    knowing.work()
    payout = looked_for(knowing, knowing.payout(number), UNSETTLED_IS_TOLD - timedelta(minutes=6))
    assert alarms(knowing, payout) == []
    payout = looked_for(knowing, payout, timedelta(hours=4))
    assert alarms(knowing, payout) == ["CCPayment took it, but has not settled it for 2 hours."]
    assert payout.state is State.SENT


def test_a_report_without_a_status_is_no_news(
    knowing: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where CCPayment names no status, each look-up says the same: look-ups follow at growing
    intervals, and that it does not settle is told all the same."""
    wordless = dict.fromkeys(Status, "")
    monkeypatch.setattr(f"sandbox.ccpayment.{knowing.world.api}.WORDS", wordless)
    payout = knowing.approved()
    knowing.work()
    payout = looked_for(knowing, payout, timedelta(hours=3))
    assert (payout.state, payout.gateway_status, payout.progress) == (State.SENT, None, None)
    assert knowing.kinds(payout.number).count("learned") <= 2  # fee, transaction
    assert alarms(knowing, payout) == ["CCPayment took it, but has not settled it for 2 hours."]


def test_what_was_there_before_is_an_alarm(knowing: Program) -> None:
    """A reference that CCPayment knows before it was sent from here is taken over, with an
    alarm."""
    approved = knowing.approved()
    gateway = knowing.world.gateway()
    body = gateway.body(approved.content, approved.reference)
    gateway.withdraw(body, to_seconds(knowing.clock()))
    knowing.work()
    payout = knowing.payout(approved.number)
    assert (payout.state, payout.attempts, knowing.world.sent) == (State.SENT, (), 2)
    assert alarms(knowing, payout) == ["CCPayment knew it before it was sent from here."]


# -- clocks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ahead", "sent"), [(-31, 0), (-30, 1), (0, 1), (30, 1), (31, 0)])
def test_clocks_that_differ_stop_sending(program: Program, ahead: int, sent: int) -> None:
    """If CCPayment's clock and ours differ by more than 30 s, nothing is sent until they agree."""
    program.world.pretend.knobs = replace(program.world.pretend.knobs, ahead=float(ahead))
    program.approved()
    payout = program.work()
    assert program.world.sent == sent
    if not sent:
        assert payout.delay == "CCPayment's clock and ours differ by 31 s."
        program.world.pretend.knobs = replace(program.world.pretend.knobs, ahead=0.0)
        assert program.work(rounds=2, seconds=10).state is State.SENT


def test_absence_counts_by_the_gateways_clock(knowing: Program) -> None:
    """A gateway whose clock is behind takes a request for longer: absence waits for its clock."""
    payout = lost(knowing)
    knowing.world.pretend.knobs = replace(knowing.world.pretend.knobs, ahead=-30.0)
    signed = from_seconds(payout.attempts[0].timestamp)
    while payout.absent_seen_at is None:
        payout = looked(knowing, payout)
    assert payout.absent_seen_at - signed >= REQUEST_LIVES + timedelta(seconds=30)


# -- freezing -------------------------------------------------------------------------------------


def unfreeze(program: Program) -> None:
    for who in (DANA, ELI):
        program.desk.unfreeze(who, trigger=program.trigger())


def test_a_freeze_stops_what_is_approved(program: Program) -> None:
    """From the moment that an approver freezes sending nothing is claimed; what waited goes out as
    soon as two let it, without waiting longer."""
    program.approved()
    program.desk.freeze(ELI, trigger=program.trigger())
    payout = program.work(rounds=6, seconds=120)
    assert (payout.state, payout.delay) == (State.APPROVED, "Sending is frozen: Eli froze it.")
    assert program.world.sent == 0
    unfreeze(program)
    assert program.work().state is State.SENT
    assert program.world.sent == 1


@pytest.mark.parametrize("at", ["after find", "after catalogue", "after balance"])
def test_a_freeze_on_the_way_out_wins(path: Path, world: World, at: str) -> None:
    """A freeze between the look and the claim still stops the payout."""

    def freeze() -> None:
        program.desk.freeze(ELI, trigger="F")

    program = Program(path, world, gateway=Tapped(world.gateway(), once(at, freeze)))
    program.approved()
    assert program.work().state is State.APPROVED
    assert world.sent == 0
    program.ledger.close()


def test_a_freeze_stops_sending_again(knowing: Program) -> None:
    """What is in doubt goes on being looked up, but is not sent again while sending is frozen."""
    payout = absent(knowing)
    knowing.desk.freeze(ELI, trigger=knowing.trigger())
    send_again(knowing, payout)
    payout = looked_for(knowing, payout, timedelta(minutes=20))
    assert payout.delay == "Sending is frozen: Eli froze it."
    assert knowing.world.sent == 2
    unfreeze(knowing)
    knowing.work()
    assert knowing.payout(payout.number).state is State.SENT
    assert knowing.world.sent == 3


def test_what_is_on_its_way_settles_while_frozen(knowing: Program) -> None:
    """A freeze stops claims, not look-ups: what was sent before settles, what is in doubt is
    found."""
    doubted = lost(knowing, Mode.ANSWER_LOST)
    stopped = knowing.desk.freeze(ELI, trigger=knowing.trigger())
    assert stopped.under_way == (doubted,)
    assert looked_for(knowing, doubted, timedelta(minutes=1)).state is State.SETTLED


# -- an old copy of the ledger --------------------------------------------------------------------


def put_back(path: Path, copy: Path) -> None:
    for part in ("", "-wal", "-shm"):
        Path(f"{path}{part}").unlink(missing_ok=True)
    shutil.copyfile(copy, path)


def restarted(program: Program) -> Program:
    """The next life of the program, which freezes a ledger that is not the one that it was."""
    again = Program(program.path, program.world)
    again.ledger.bind("T1", again.gateway.account, again.clock())
    return again


@pytest.fixture
def rewound(path: Path, world: World) -> Iterator[Program]:
    """A ledger that was put back from a copy: of its payouts 2 to 4, all open in it, the first was
    sent after the copy was made, the second was approved and sent, the third was not touched; and
    payout 5 is forgotten."""
    copy = path.with_name("copy.db")
    program = Program(path, world)
    program.approved()
    program.work(rounds=3, seconds=5)
    _, asked, _ = program.approved(), program.asked(), program.asked()
    program.ledger.close()
    shutil.copyfile(path, copy)
    life = Program(path, world)
    life.work()
    life.approve(asked)
    life.approved()
    life.work(rounds=4, seconds=5)
    assert world.orders == 4
    life.ledger.close()
    put_back(path, copy)
    again = restarted(life)
    yield again
    again.ledger.close()


def test_an_old_copy_sends_nothing(rewound: Program) -> None:
    """A ledger that was put back starts frozen, says what it misses, and sends nothing."""
    stopped = frozen(rewound)
    assert stopped is not None
    assert stopped.kind is Freeze.REWOUND
    assert "lines of its record are missing" in stopped.why
    rewound.work(rounds=5, seconds=60)
    assert rewound.world.orders == 4


def test_after_an_old_copy_each_payout_is_looked_up(rewound: Program) -> None:
    """What was open counts as signed when that was noticed, and nobody can end it as not sent: what
    had left is found and not sent again, what had not is for people; numbers skip a thousand."""
    payouts = [rewound.payout(number) for number in (2, 3, 4)]
    for payout in payouts:
        assert (payout.state, payout.signed_at) == (State.SENDING, rewound.clock())
        with pytest.raises(Stale):
            rewound.cancel(payout)
    with rewound.ledger.change() as change:
        change.unfreeze("looked through CCPayment's statement", rewound.clock(), "command line")
    sent, unknown, untouched = (looked_for(rewound, one, timedelta(minutes=4)) for one in payouts)
    assert (sent.state, unknown.state) == (State.SETTLED, State.SETTLED)
    assert (sent.attempts, unknown.attempts, unknown.approvals) == ((), (), ())
    assert alarms(rewound, sent) == alarms(rewound, unknown) == []
    untouched = looked_for(rewound, untouched, timedelta(minutes=10))
    assert untouched.choices(rewound.clock()) == (Wish.CLOSE,)
    assert rewound.approved().number == 5 + SKIPPED_NUMBERS
    assert rewound.world.orders == 4
    assert rewound.verified().payouts == 5


def test_what_an_old_copy_held_as_approved_can_be_sent_again(knowing: Program) -> None:
    """A payout that was approved, never sent, and is absent after an old copy was put back can be
    sent, once somebody says so."""
    approved = knowing.approved()
    with knowing.ledger.change() as change:
        change.freeze(Freeze.REWOUND, "the disk was restored", knowing.clock(), "serve")
        change.unfreeze("looked into", knowing.clock(), "command line")
    payout = looked_for(knowing, knowing.payout(approved.number), timedelta(minutes=10))
    assert payout.choices(knowing.clock()) == CHOOSE
    assert knowing.world.sent == 1
    send_again(knowing, payout)
    payout = looked_for(knowing, payout, timedelta(minutes=1))
    assert (payout.state, knowing.world.sent) == (State.SETTLED, 2)


def put_back_now(program: Program) -> None:
    """Somebody puts an old copy back, in which everything is as it is now."""
    with program.ledger.change() as change:
        change.freeze(Freeze.REWOUND, "the disk was restored", program.clock(), "serve")
        change.unfreeze("looked into", program.clock(), "command line")


def test_a_copy_with_an_attempt_counts_as_signed_when_it_was_put_back(knowing: Program) -> None:
    """The copy holds an attempt that is half an hour old, and may have forgotten one that was
    signed just now: absence counts 180 s after it was put back, and not before."""
    payout = looked_for(knowing, lost(knowing, Mode.ANSWER_LOST), timedelta(seconds=0))
    knowing.world.pretend.switch(Mode.LOOK_UPS_DOWN)
    payout = looked_for(knowing, payout, timedelta(minutes=30))
    knowing.world.pretend.book.withdrawals.pop()  # of this attempt nothing came
    knowing.world.pretend.switch(Mode.NORMAL)
    put_back_now(knowing)
    restored = knowing.clock()
    while payout.absent_seen_at is None:
        payout = looked(knowing, payout)
    assert payout.absent_seen_at - restored >= REQUEST_LIVES


def test_what_was_asked_for_before_a_copy_was_put_back_is_not_done(knowing: Program) -> None:
    """A "Send again" in the copy, after its two look-ups, must be asked for anew: it has forgotten
    what was sent on it, and CCPayment may still take that."""
    payout = absent(knowing)
    send_again(knowing, payout)
    put_back_now(knowing)
    payout = looked_for(knowing, payout, timedelta(minutes=2))
    assert (payout.wish, payout.absent_at, knowing.world.sent) == (None, None, 2)
    payout = looked_for(knowing, payout, timedelta(minutes=10))
    assert payout.choices(knowing.clock()) == CHOOSE
    assert knowing.world.sent == 2


def test_what_a_copy_held_is_watched_though_it_has_no_attempt(knowing: Program) -> None:
    """A payout of which the copy knows no attempt, closed as not sent, is looked up for days: a
    request that the copy has forgotten is found, and sending stops."""
    approved = knowing.approved()
    put_back_now(knowing)
    payout = looked_for(knowing, knowing.payout(approved.number), timedelta(minutes=10))
    close(knowing, payout)
    payout = looked(knowing, payout)
    assert (payout.state, payout.attempts) == (State.FAILED, ())
    gateway = knowing.world.gateway()
    body = gateway.body(payout.content, payout.reference)
    gateway.withdraw(body, to_seconds(knowing.clock()))
    assert looked(knowing, payout).order_id is not None
    assert frozen(knowing) is not None


def test_a_refusal_in_a_copy_ends_nothing(knowing: Program) -> None:
    """The copy holds an attempt that was declined, and may have forgotten another that was taken:
    it does not end as declined, but as anything in doubt, by people."""
    world = knowing.world
    world.pretend.switch(Mode.DECLINED, once=True)
    program = Program(knowing.path, world, gateway=world.taught())
    payout = program.approved()
    program.work()
    assert program.kinds(payout.number)[-1] == "declined"
    put_back_now(program)
    payout = looked_for(program, payout, timedelta(minutes=2))
    assert (payout.state, payout.absent_seen_at) == (State.SENDING, None)
    payout = looked_for(program, payout, timedelta(minutes=10))
    assert (payout.state, payout.choices(program.clock())) == (State.SENDING, CHOOSE)
    program.ledger.close()


# -- what people see of it ------------------------------------------------------------------------


@dataclass
class Shop:
    """The program with its courier, in front of the pretend Slack."""

    program: Program
    slack: PretendSlack
    courier: Courier

    def card(self, number: int) -> tuple[str, list[str]]:
        """State line and buttons of a payout's card, as they are once nothing is due."""
        while self.courier.once():
            self.program.clock.on(seconds=1)
        found = [
            one
            for one in self.slack.messages(PAYOUTS.id)
            if words(one.blocks).startswith(f"Payout {number}:")
        ]
        return words(found[-1].blocks).splitlines()[1], list(buttons(found[-1].blocks))

    def thread(self, number: int) -> list[str]:
        self.card(number)
        (card,) = [
            one
            for one in self.slack.messages(PAYOUTS.id)
            if words(one.blocks).startswith(f"Payout {number}:")
        ]
        return [words(one.blocks) for one in self.slack.thread(PAYOUTS.id, card.ts)]


@pytest.fixture(scope="module")
def on() -> Iterator[Stage]:
    with stage() as running:
        yield running


@pytest.fixture
def shop(on: Stage, knowing: Program) -> Iterator[Shop]:
    made = bench(on)
    yield Shop(knowing, made.slack, courier(knowing, made.client))
    assert made.slack.complaints == []


def test_the_card_tells_the_doubt_to_its_end(shop: Shop) -> None:
    """From the lost answer on the card says how it stands, offers what may be chosen, names who
    chose, and ends; the thread calls who must do something, once."""
    program = shop.program
    payout = lost(program)
    line, offered = shop.card(2)
    assert line.startswith("Checking with CCPayment since")
    assert "It is not sent again meanwhile." in line
    assert offered == []
    payout = looked_for(program, payout, timedelta(minutes=10))
    line, offered = shop.card(2)
    assert line.startswith("Needs an approver. CCPayment was asked")
    assert offered == ["Send again", "Close, nothing was sent"]
    send_again(program, payout)
    assert shop.card(2)[0].startswith(f"@{DANA.id} asked to send it again;")
    looked_for(program, payout, timedelta(minutes=1))
    line, offered = shop.card(2)
    assert line.startswith("Settled")
    assert offered == []
    told = "\n".join(shop.thread(2))
    called = f"@{DANA.id} @{ELI.id} CCPayment knows no such reference."
    assert told.count(f"{called} Choose on the card: Send again, or Close.") == 1
    assert told.count("CCPayment gave no clear answer") == 1


def test_how_often_it_was_asked_is_counted(shop: Shop) -> None:
    """The card's number of look-ups is that of those after the request had expired."""
    payout = lost(shop.program)
    counted = 0
    for _ in range(20):
        payout = looked(shop.program, payout)
        counted += payout.absent_seen_at is not None
    assert f"CCPayment was asked {counted} times after" in shop.card(2)[0]
    assert payout.looks > counted


def test_after_an_hour_the_card_asks_somebody_to_look_by_itself(shop: Shop) -> None:
    """Nobody does anything but the look-ups: within ten minutes after the first hour the card
    offers to resolve by hand, and the thread calls the deciders, once."""
    program = shop.program
    payout = lost(program)
    program.world.pretend.switch(Mode.LOOK_UPS_DOWN)
    doubted = program.clock()
    while not (offered := shop.card(2)[1]):
        payout = looked(program, payout)
        assert program.clock() - doubted < timedelta(minutes=71)
    assert offered == ["Resolve by hand…"]
    assert program.clock() - doubted >= UNRESOLVED
    looked_for(program, payout, timedelta(hours=1))
    call = f"@{DANA.id} @{ELI.id} For over an hour CCPayment has not said whether it took this."
    assert "\n".join(shop.thread(2)).count(call) == 1


@pytest.mark.parametrize("press", [send_again, close])
def test_a_wish_that_comes_to_nothing_asks_somebody_to_look(
    shop: Shop, press: Callable[[Program, Payout], None]
) -> None:
    """Where what was chosen cannot be done for an hour, the card offers to resolve by hand, by
    itself."""
    program = shop.program
    payout = absent(program)
    program.world.pretend.switch(Mode.LOOK_UPS_DOWN)
    press(program, payout)
    wished = program.clock()
    while not (offered := shop.card(2)[1]):
        looked(program, payout)
        assert program.clock() - wished < timedelta(minutes=71)
    assert offered == ["Resolve by hand…"]
    assert program.clock() - wished >= UNRESOLVED
    resolve(program, payout, None)
    assert shop.card(2)[0].startswith(f"Closed by @{DANA.id}")


def test_a_mismatch_is_seen_by_everybody(shop: Shop) -> None:
    """A larger amount is an alarm in the payout's thread, a notice in the channel, and on every
    open card."""
    program = shop.program
    program.asked()
    shop.card(2)
    program.approved()
    program.work()
    program.world.pretend.switch(Mode.LOOK_UPS_LARGER)
    program.work(rounds=3, seconds=3)
    assert f"@{DANA.id} @{ELI.id} ⚠️ Alarm: Not as approved." in "\n".join(shop.thread(3))
    notices = [words(one.blocks) for one in shop.slack.messages(PAYOUTS.id)]
    assert any("⚠️ Sending is frozen: payout 3 is not as approved" in one for one in notices)
    (waiting,) = [one for one in notices if one.startswith("Payout 2:")]
    assert "⚠️ Sending is frozen: payout 3 is not as approved." in waiting
