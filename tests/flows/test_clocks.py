"""A host's clock that jumps: what was put off by it is done all the same, and what waits for a time
that people see goes on waiting. Every worker that puts rows off is here."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from approvals.audit import Note
from approvals.evidence import REQUEST_LIVES, compared_at
from approvals.followup import WATCH_WAIT
from approvals.ledger import Audience, Card, Freeze
from approvals.payout import Event, Fact, Kind, Payout, State, Wish
from approvals.sender import LONGEST_DOUBT_WAIT
from approvals.worker import LONGEST_WAIT
from bot.courier import SELDOM
from sandbox.ccpayment import Mode
from sandbox.slack.faults import Fault
from tests.build import story
from tests.core import DANA, Clock, Office, Program, World
from tests.flows.slack_bench import Stage, bench, courier
from tests.flows.slack_bench import stage as slack_stage
from tests.policies import ONE, policy

pytest_plugins = ["tests.stage"]

APIS = ("v1", "v2")
AHEAD = timedelta(hours=5)
CLAIM: dict[str, Fact] = {"attempt": 1, "timestamp": 1_795_348_800, "body": "{}"}
DECLINE: dict[str, Fact] = {"attempt": 1, "code": "14000", "message": "balance too low"}
HELD = policy(f'{ONE}\n[hold]\nnew_destination = "24h"\n')


def due_at(office: Office, number: int) -> datetime:
    with office.ledger.reading() as reading:
        due = reading.next_due(number)
    assert due is not None
    return due


class Host(World):
    """The world as this host sees it: its clock is `ahead` of CCPayment's."""

    ahead = timedelta()

    def on(self, seconds: float) -> None:
        """Time passes, everywhere."""
        self.theirs.on(seconds=seconds)
        self.clock.now = self.theirs.now + self.ahead

    def stand(self, ahead: timedelta) -> None:
        """Its clock jumps, and no time passes."""
        self.ahead = ahead
        self.on(0)

    @property
    def theirs(self) -> Clock:
        clock = self.pretend._clock
        assert isinstance(clock, Clock)
        return clock

    def life(self, path: Path) -> Program:
        """A life of the program."""
        return Program(path, self, gateway=self.taught())

    def work(self, program: Program, rounds: int = 1, seconds: float = 0) -> None:
        """Let the sender do what is due, so often, with so much time before each round."""
        for _ in range(rounds):
            self.on(seconds)
            program.sender.once()


@pytest.fixture
def host(world: World) -> Host:
    return Host(world.url, world.pretend, Clock(), world.nowhere, world.api)


def in_doubt(host: Host, program: Program) -> Payout:
    """CCPayment took it, and its answer was lost."""
    host.pretend.switch(Mode.ANSWER_LOST, once=True)
    payout = program.approved()
    host.work(program)
    host.pretend.switch(Mode.LOOK_UPS_DOWN)
    assert program.payout(payout.number).doubted_at == host.clock()
    return payout


def sent(host: Host, program: Program) -> Payout:
    host.pretend._book._settle_after = timedelta(minutes=1)
    return program.approved()


def closed(host: Host, program: Program) -> Payout:
    """Declined; it is watched from then on."""
    host.pretend.switch(Mode.DECLINED, once=True)
    return program.approved()


@pytest.mark.parametrize(
    ("make", "longest", "end"),
    [
        (in_doubt, LONGEST_DOUBT_WAIT, State.SETTLED),
        (sent, LONGEST_WAIT, State.SETTLED),
        (closed, WATCH_WAIT, State.FAILED),
    ],
)
def test_five_hours_ahead_for_fourteen_seconds(
    path: Path,
    host: Host,
    make: Callable[[Host, Program], Payout],
    longest: timedelta,
    end: State,
) -> None:
    """The host's clock stands five hours ahead for 14 s, in which everything is looked at and put
    off; then it is right, and the program starts again: what it put off is looked at now."""
    program = host.life(path)
    payout = make(host, program)
    host.work(program)
    host.work(program, rounds=3, seconds=6)
    host.stand(AHEAD)
    again = host.life(path)  # a boot, before the time is set
    host.work(again, rounds=2, seconds=7)
    assert due_at(again, payout.number) > host.theirs() + longest
    host.stand(timedelta())
    host.pretend.switch(Mode.NORMAL)
    last = host.life(path)
    assert last.sender.once() == 1
    if end is State.FAILED:
        assert due_at(last, payout.number) <= host.clock() + longest
    host.work(last, rounds=12, seconds=60)
    assert (last.payout(payout.number).state, host.sent) == (end, 1)
    for life in (program, again, last):
        life.ledger.close()


@pytest.mark.parametrize("back", [timedelta(hours=5), timedelta(days=30)])
def test_a_clock_that_goes_back_lets_nothing_lie(path: Path, host: Host, back: timedelta) -> None:
    """The host's clock goes back while a payout is in doubt: it is looked up at once, and found as
    soon as CCPayment answers, whatever our clock says."""
    program = host.life(path)
    payout = in_doubt(host, program)
    host.work(program)
    host.work(program, rounds=6, seconds=10)
    host.stand(-back)
    assert program.sender.once() == 1
    assert program.payout(payout.number).looked_at == host.clock()
    host.pretend.switch(Mode.NORMAL)
    host.work(program, rounds=12, seconds=10)
    assert program.payout(payout.number).state in (State.SENT, State.SETTLED, State.SENDING)
    host.stand(timedelta())
    host.work(program, rounds=3, seconds=600)
    assert (program.payout(payout.number).state, host.sent) == (State.SETTLED, 1)
    program.ledger.close()


def until(host: Host, program: Program, number: int, kind: Kind | Note) -> timedelta:
    """How much time passes before this is on record; at most five hours."""
    begun = host.theirs()
    while kind not in program.kinds(number) and host.theirs() - begun < timedelta(hours=5):
        host.work(program, seconds=10)
    return host.theirs() - begun


@pytest.mark.parametrize("hours", [-5, 0, 5])
def test_an_hour_of_doubt_is_an_hour(path: Path, host: Host, hours: int) -> None:
    """The clock is five hours off for 14 s, over a restart: "for over an hour" is said, and
    "Resolve by hand" offered, after an hour of look-ups, ten minutes more or less; never after
    15 s."""
    program = host.life(path)
    payout = in_doubt(host, program)
    host.work(program, seconds=5)
    host.stand(timedelta(hours=hours))
    again = host.life(path)
    host.work(again, rounds=2, seconds=7)
    assert again.payout(payout.number).choices(again.clock()) == ()
    host.stand(timedelta())
    last = host.life(path)
    assert last.payout(payout.number).choices(last.clock()) == ()
    passed = until(host, last, payout.number, Kind.UNCLEAR)
    assert timedelta(minutes=49) <= passed <= timedelta(minutes=72)
    assert last.payout(payout.number).choices(last.clock()) == (Wish.RESOLVE,)
    for life in (program, again, last):
        life.ledger.close()


@pytest.mark.parametrize("hours", [-5, 5])
def test_an_hour_is_an_hour_where_the_clock_stays_wrong(path: Path, host: Host, hours: int) -> None:
    """A doubt that began by a clock which is put right later, or by one that is right and goes
    wrong for good: people are asked to look after an hour all the same."""
    program = host.life(path)
    payout = in_doubt(host, program)
    host.stand(timedelta(hours=hours))
    passed = until(host, program, payout.number, Kind.UNCLEAR)
    assert timedelta(minutes=49) <= passed <= timedelta(minutes=72)
    program.ledger.close()


def test_where_both_clocks_agree_time_that_nobody_looked_counts(path: Path, host: Host) -> None:
    """The program stood still for two hours; CCPayment's clock says so too: there is nothing to
    wait for."""
    host.pretend.switch(Mode.REQUEST_LOST, once=True)
    program = host.life(path)
    payout = program.approved()
    host.work(program)
    host.work(program, rounds=3, seconds=10)  # before its first withdrawal nothing is learned
    host.on(7200)
    host.work(program)
    assert program.payout(payout.number).choices(program.clock()) == (Wish.RESOLVE,)
    program.ledger.close()


@pytest.mark.parametrize("answers", [True, False])
def test_two_hours_without_an_end_are_two_hours(path: Path, host: Host, *, answers: bool) -> None:
    """The clock stands five hours ahead for 14 s: that CCPayment has not settled it for two hours
    is said after two hours, where its look-ups answer and where they do not."""
    host.pretend._book._settle_after = timedelta(days=9)
    program = host.life(path)
    payout = program.approved()
    host.work(program)
    host.pretend.switch(Mode.NORMAL if answers else Mode.LOOK_UPS_DOWN)
    host.work(program, rounds=3, seconds=5)
    host.stand(AHEAD)
    host.work(program, rounds=2, seconds=7)
    host.stand(timedelta())
    passed = until(host, program, payout.number, Note.ALARM)
    assert timedelta(minutes=110) <= passed <= timedelta(minutes=130)
    program.ledger.close()


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_copy_that_is_put_back_under_a_wrong_clock(path: Path, host: Host, hours: int) -> None:
    """The host's clock is hours off while a copy is put back: when that was, nobody can say.
    Absence counts 180 s after both clocks agreed for the first time since, and not before."""
    program = host.life(path)
    program.approved()
    host.work(program, rounds=3, seconds=5)
    payout = program.approved()
    host.stand(timedelta(hours=hours))
    with program.ledger.change() as change:
        change.freeze(Freeze.REWOUND, "the disk was restored", program.clock(), "serve")
    host.work(program, rounds=2, seconds=10)
    host.stand(timedelta())
    agreed = host.clock()
    while (now := program.payout(payout.number)).absent_seen_at is None:
        with program.ledger.change() as change:  # as often as ever a webhook could want it
            change.hasten(payout.reference, program.clock())
        host.work(program, seconds=10 if hours < 0 else 600)
        assert host.clock() - agreed < timedelta(hours=6)
    assert now.absent_seen_at - agreed >= REQUEST_LIVES
    assert host.sent == 1
    program.ledger.close()


def test_each_copy_is_compared_anew() -> None:
    """That the clocks agreed after one old copy says nothing of the next; and it is the first time
    since that counts."""
    kinds = (Kind.LOOKED_UP, Kind.LOOKED_UP, Kind.RESTORED, Kind.LOOKED_UP, Kind.LOOKED_UP)
    _, lines = story(Kind.APPROVED, Kind.RESTORED, *kinds)
    seen = [
        replace(line, facts={**line.facts, "agreed": 1}) if line.kind == Kind.LOOKED_UP else line
        for line in lines
    ]
    assert compared_at(seen) == seen[-2].at
    assert compared_at(seen[:-2]) is None
    assert compared_at(seen[:-3]) == seen[3].at


def test_a_refusal_is_confirmed_though_the_clock_went_back(path: Path, host: Host) -> None:
    """The clock is set back by five hours after CCPayment declined: five seconds are waited once,
    not until that hour comes again."""
    program = host.life(path)
    payout = program.approved()
    host.stand(AHEAD)
    with program.ledger.change() as change:
        event = Event(Kind.CLAIMED, host.clock(), facts=CLAIM)
        claimed = change.record(payout, event, "sender", host.clock())
        event = Event(Kind.DECLINED, host.clock(), facts=DECLINE)
        change.record(claimed, event, "sender", host.clock())
    host.stand(timedelta())
    host.work(program, rounds=4, seconds=5)
    assert program.payout(payout.number).looks or program.payout(payout.number).state.final
    program.ledger.close()


def test_what_ended_is_looked_up_within_the_hour(path: Path, host: Host) -> None:
    """A payout that counts as signed hours ahead, by a clock that was wrong, and has ended, is
    looked up every hour, and not all the time until then."""
    program = host.life(path)
    payout = program.approved()
    host.stand(AHEAD)
    with program.ledger.change() as change:
        change.freeze(Freeze.REWOUND, "the disk was restored", program.clock(), "serve")
    host.stand(timedelta())
    with program.ledger.change() as change:
        payout = change.payout(payout.number) or payout
        change.record(payout, Event(Kind.UNCLEAR, program.clock()), "sender", None)
    trigger = program.trigger()
    ended = program.desk.resolve(payout.number, payout.digest, DANA, None, trigger=trigger)
    assert ended.signed_at is not None
    assert ended.signed_at > host.clock() + WATCH_WAIT
    assert due_at(program, payout.number) == host.clock() + WATCH_WAIT
    assert program.sender.once() == 0
    program.ledger.close()


def test_the_clerk_estimates_what_it_put_off_for_hours(program: Program) -> None:
    """Put off by a clock five hours ahead while CCPayment was silent: the estimate comes now."""
    program.world.broken.add("balance")
    payout, right = program.asked(), program.clock()
    program.clock.now = right + AHEAD
    program.clerk.once()
    assert due_at(program, payout.number) > right + LONGEST_WAIT
    program.clock.now = right + timedelta(seconds=14)
    program.world.broken.clear()
    assert program.clerk.once() == 1
    assert program.payout(payout.number).estimated_at == program.clock()
    assert program.clerk.once() == 0  # it waits for its end, a day ahead


def test_a_fee_that_leaves_nothing_is_asked_for_again(program: Program) -> None:
    """Put off by a clock five hours ahead while the network fee took all: it is asked for now."""
    book = program.world.pretend.book
    usual, usdt = book.catalogue, book.catalogue.coin("USDT")
    dear = tuple(replace(token, fee=Decimal(250)) for token in usdt.tokens)
    book.catalogue = usual.with_coin(replace(usdt, tokens=dear))
    payout, right = program.asked(), program.clock()
    program.clerk.once()
    program.clock.now = right + AHEAD
    assert program.clerk.once() == 1
    assert due_at(program, payout.number) > right + LONGEST_WAIT
    program.clock.now = right + timedelta(seconds=14)
    book.catalogue = usual
    assert program.clerk.once() == 1
    assert program.payout(payout.number).estimated_fee == Decimal("1.5")


def test_what_people_see_is_waited_for(path: Path, world: World) -> None:
    """A hold of a day, and the end of what waits for approval, stand on the card: that far ahead,
    neither clerk nor sender is early, or looks again and again."""
    program = Program(path, world, policy=HELD)
    waiting, held = program.asked(), program.approved()
    program.work(rounds=3)
    assert program.payout(held.number).held_until == due_at(program, held.number)
    assert program.payout(waiting.number).expires_at == due_at(program, waiting.number)
    for hours in (1, 10, 12):
        program.clock.on(hours=hours)
        assert (program.clerk.once(), program.sender.once()) == (0, 0)
    assert world.sent == 0
    program.clock.on(hours=1)
    assert (program.clerk.once(), program.sender.once()) == (1, 1)
    assert program.payout(waiting.number).state is State.EXPIRED
    program.ledger.close()


def test_what_a_copy_brings_back_waits_for_no_hold(path: Path, host: Host) -> None:
    """A payout is held for a day when an old copy is put back: from then on it is looked up, as in
    doubt, also after a clock that stood ahead for a while."""
    program = Program(path, host, policy=HELD, gateway=host.taught())
    payout = program.approved()
    host.pretend.switch(Mode.LOOK_UPS_DOWN)
    with program.ledger.change() as change:
        change.freeze(Freeze.REWOUND, "an old copy was put back", host.clock(), "serve")
    host.stand(AHEAD)
    host.work(program)
    assert due_at(program, payout.number) > host.theirs() + LONGEST_DOUBT_WAIT
    host.stand(timedelta())
    assert program.sender.once() == 1
    program.ledger.close()


# -- cards ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def on() -> Iterator[Stage]:
    with slack_stage() as running:
        yield running


def cards(office: Office, number: int = 1) -> list[Card]:
    with office.ledger.reading() as reading:
        found = [reading.card("payout", number, audience) for audience in Audience]
    return [card for card in found if card]


def test_a_card_that_was_asked_for_by_a_wrong_clock_is_drawn_now(on: Stage, path: Path) -> None:
    """What happened while the clock stood hours ahead, or a minute, is on the card as soon as it is
    right."""
    made, office = bench(on), Office(path, Clock())
    writer = courier(office, made.client)
    payout, right = office.asked(), office.clock()
    while writer.once():
        pass
    for ahead in (AHEAD, timedelta(minutes=1)):
        office.clock.now = right + ahead
        with office.ledger.change() as change:
            change.redraw(payout.number, office.clock())
        office.clock.now = right + timedelta(seconds=14)
        assert writer.once() == 2
        assert writer.once() == 0
        assert [card.due_at for card in cards(office)] == [None, None]
    office.ledger.close()
    assert made.slack.complaints == []


def test_a_card_that_failed_under_a_wrong_clock_is_tried_now(on: Stage, path: Path) -> None:
    """Put off for a while by a clock five hours ahead, a card is tried again now; what Slack asks
    for is waited for an hour at most."""
    made, office = bench(on), Office(path, Clock())
    writer = courier(office, made.client)
    office.asked()
    right = office.clock()
    office.clock.now = right + AHEAD
    made.slack.fail("chat.postMessage", Fault(retry_after=77_777), 2)
    writer.once()
    office.clock.now = right + timedelta(seconds=14)
    assert {card.due_at for card in cards(office)} == {right + AHEAD + SELDOM}
    assert writer.once() == 2
    office.ledger.close()


def test_a_hold_is_not_drawn_before_it_ends(on: Stage, path: Path) -> None:
    """A card that changes when a hold ends, a day ahead, waits for that."""
    made = bench(on)
    office = Office(path, Clock(), policy=HELD)
    writer = courier(office, made.client)
    payout = office.approved()
    while writer.once():
        pass
    assert {card.due_at for card in cards(office, payout.number)} == {payout.held_until}
    office.clock.on(hours=23)
    assert writer.once() == 0
    office.ledger.close()
