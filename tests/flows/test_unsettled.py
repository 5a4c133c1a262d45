"""What CCPayment took, and of which look-ups do not tell what became: its alarm, what people may
then say, who may, what it changes, and that look-ups go on."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from approvals.audit import Note
from approvals.errors import Denied, Stale
from approvals.followup import UNSETTLED_IS_TOLD, WATCH_WAIT, WATCHED
from approvals.payout import Ended, Payout, State, Wish
from approvals.people import Person
from sandbox.ccpayment import Mode
from sandbox.ccpayment.book import Status
from tests.core import DANA, ELI, NOA, RITA, Program, World
from tests.policies import policy

pytest_plugins = ["tests.stage"]

APIS = ("v1", "v2")
TWO = policy('[[tier]]\napprovals = 2\nof = ["finance"]\n')
Words = Callable[[str], None]


@pytest.fixture
def words(api: str, monkeypatch: pytest.MonkeyPatch) -> Words:
    """Lets CCPayment report every withdrawal in this word; "": in its own again."""
    name = f"sandbox.ccpayment.{api}.WORDS"

    def say(word: str) -> None:
        monkeypatch.undo()
        if word:
            monkeypatch.setattr(name, dict.fromkeys(Status, word))

    return say


def next_due(program: Program, payout: Payout) -> datetime | None:
    with program.ledger.reading() as reading:
        return reading.next_due(payout.number)


def looked_for(program: Program, payout: Payout, time: timedelta) -> Payout:
    """The payout after every look-up of that time."""
    end = program.clock() + time
    while (due := next_due(program, payout)) and due <= end:
        program.clock.now = max(program.clock(), due)
        program.work()
    program.clock.now = max(program.clock(), end)
    return program.payout(payout.number)


def refunded(program: Program, words: Words) -> Payout:
    """CCPayment calls it "Refunded", a word that nobody here knows."""
    number = program.approved().number
    program.work()
    words("Refunded")
    return program.payout(number)


def never_found(program: Program, _: Words) -> Payout:
    """CCPayment took it, and no look-up ever answers."""
    number = program.approved().number
    program.work()
    program.world.pretend.switch(Mode.LOOK_UPS_DOWN)
    return program.payout(number)


def typed_by_hand(program: Program, _: Words) -> Payout:
    """Somebody typed an order_id that nobody has."""
    program.world.pretend.switch(Mode.REQUEST_LOST, once=True)
    number = program.approved().number
    program.work()
    program.world.pretend.switch(Mode.LOOK_UPS_DOWN)
    payout = looked_for(program, program.payout(number), timedelta(minutes=75))
    trigger = program.trigger()
    return program.desk.resolve(number, payout.digest, DANA, "4711", trigger=trigger)


MAKE = [refunded, never_found, typed_by_hand]
SAYS: dict[Callable[[Program, Words], Payout], str] = {
    refunded: 'CCPayment took it, and for 2 hours its status has been "Refunded", which means',
    never_found: "CCPayment took it, but for 2 hours no look-up has told what became of it.",
    typed_by_hand: "It was found in CCPayment's dashboard as order 4711, but for 2 hours",
}


def alarms(program: Program, payout: Payout) -> list[str]:
    lines = program.lines(payout.number)
    return [str(line.facts["what"]) for line in lines if line.kind == Note.ALARM]


def frozen(program: Program) -> bool:
    with program.ledger.reading() as reading:
        return reading.frozen() is not None


def newest_accepted(program: Program) -> str | None:
    with program.ledger.reading() as reading:
        return reading.newest_accepted()


def conclude(program: Program, payout: Payout, ended: Ended, who: Person = DANA) -> Payout:
    trigger = program.trigger()
    return program.desk.conclude(payout.number, payout.digest, who, ended, trigger=trigger)


def unclear(program: Program, payout: Payout) -> Payout:
    payout = looked_for(program, payout, timedelta(hours=3))
    assert payout.choices(program.clock()) == (Wish.RESOLVE,)
    return payout


@pytest.mark.parametrize("make", MAKE)
def test_after_its_alarm_people_may_say_what_became_of_it(
    program: Program, words: Words, make: Callable[[Program, Words], Payout]
) -> None:
    """Two hours after it was sent there is an alarm, and from then on "Resolve by hand"; neither
    before, and the alarm once."""
    payout = looked_for(program, make(program, words), UNSETTLED_IS_TOLD - timedelta(minutes=15))
    assert (payout.state, payout.choices(program.clock())) == (State.SENT, ())
    assert alarms(program, payout) == []
    payout = looked_for(program, payout, timedelta(minutes=30))
    assert payout.choices(program.clock()) == (Wish.RESOLVE,)
    payout = looked_for(program, payout, timedelta(hours=9))
    (told,) = alarms(program, payout)
    assert told.startswith(SAYS[make])
    kinds = program.kinds(payout.number)
    assert kinds[kinds.index("sent") :].count("unclear") == 1
    assert program.verified().payouts == 1


@pytest.mark.parametrize("make", MAKE)
@pytest.mark.parametrize("ended", list(Ended))
def test_it_ends_as_the_dashboard_shows(
    program: Program, words: Words, make: Callable[[Program, Words], Payout], ended: Ended
) -> None:
    """Settled or failed, with who said so, on record; and it is looked up for seven days more."""
    payout = conclude(program, unclear(program, make(program, words)), ended)
    assert (payout.state.value, payout.closer) == (ended.value, payout.closer)
    assert payout.closer is not None
    assert payout.closer.id == DANA.id
    (stated,) = [line for line in program.lines() if line.facts.get("ended")]
    assert (stated.kind, stated.facts["ended"], stated.facts["quorum"]) == (Note.STATED, ended, 1)
    assert next_due(program, payout) == program.clock() + WATCH_WAIT
    payout = looked_for(program, payout, WATCHED + timedelta(hours=2))
    assert (next_due(program, payout), frozen(program)) == (None, False)
    assert program.verified().payouts == 1


@pytest.mark.parametrize("ended", list(Ended))
@pytest.mark.parametrize("make", [refunded, never_found])
def test_what_ccpayment_took_by_its_own_word_is_still_the_newest(
    program: Program, words: Words, make: Callable[[Program, Words], Payout], ended: Ended
) -> None:
    """Whatever people say of its end, a payout that CCPayment took by its own word is what absence
    is learned from. Look-ups do not find it: so of another one nothing is learned either, and
    neither "Send again" nor "Close" is offered."""
    program.approved()
    program.work(rounds=3, seconds=5)
    payout = unclear(program, make(program, words))
    conclude(program, payout, ended)
    assert newest_accepted(program) == payout.reference
    words("")
    taken = program.world.pretend.book.withdrawals
    taken[:] = [order for order in taken if order.ask.reference != payout.reference]
    program.world.pretend.switch(Mode.NORMAL)
    program.world.pretend.switch(Mode.REQUEST_LOST, once=True)
    other = program.approved().number
    program.work()
    doubted = looked_for(program, program.payout(other), timedelta(hours=3))
    assert doubted.absent_seen_at is None
    assert "does not find the newest withdrawal" in str(doubted.look_said)
    assert doubted.choices(program.clock()) == (Wish.RESOLVE,)


def test_what_was_typed_by_hand_never_is(program: Program, words: Words) -> None:
    """An order that somebody typed is nothing that CCPayment took by its own word, before its end
    and after."""
    payout = unclear(program, typed_by_hand(program, words))
    assert newest_accepted(program) is None
    conclude(program, payout, Ended.SETTLED)
    assert newest_accepted(program) is None


@pytest.fixture
def two(path: Path, world: World) -> Iterator[Program]:
    program = Program(path, world, policy=TWO)
    yield program
    program.ledger.close()


def test_as_many_say_it_as_the_tier_asks(two: Program, words: Words) -> None:
    """Where two approve, two must say the same; not the requester, nobody twice, and what one of
    them saw otherwise does not count with it."""
    made = two.approve(two.approve(two.asked(), DANA), ELI)
    two.work()
    words("Refunded")
    payout = unclear(two, made)
    with pytest.raises(Denied):
        conclude(two, payout, Ended.SETTLED, RITA)
    for who, ended in ((DANA, Ended.SETTLED), (DANA, Ended.SETTLED), (ELI, Ended.FAILED)):
        assert conclude(two, payout, ended, who).state is State.SENT
    assert two.desk.unstated(payout, {"ended": "failed"}) == 1
    assert conclude(two, payout, Ended.FAILED, DANA).state is State.FAILED
    assert two.desk.unstated(two.payout(), {"ended": "failed"}) == 0


def test_the_form_of_a_doubt_says_nothing_of_what_was_sent(program: Program, words: Words) -> None:
    """A form that was opened in doubt, and is submitted when CCPayment has taken it, is stale; and
    the other way round."""
    payout = unclear(program, refunded(program, words))
    with pytest.raises(Stale):
        program.desk.resolve(1, payout.digest, DANA, None, trigger=program.trigger())
    program.world.pretend.switch(Mode.REQUEST_LOST, once=True)
    doubted = program.approved(NOA)
    program.work()
    program.world.pretend.switch(Mode.LOOK_UPS_DOWN)
    doubted = looked_for(program, doubted, timedelta(minutes=75))
    assert doubted.choices(program.clock()) == (Wish.RESOLVE,)
    with pytest.raises(Stale):
        conclude(program, doubted, Ended.SETTLED)


def test_nobody_concludes_what_is_on_its_way(program: Program) -> None:
    """While CCPayment says how far it is, in a word that is known, there is nothing to resolve,
    however long it takes; nor after one look-up that says nothing."""
    program.world.pretend._book._settle_after = timedelta(days=9)
    number = program.approved().number
    program.work()
    payout = looked_for(program, program.payout(number), timedelta(hours=6))
    assert payout.choices(program.clock()) == ()
    program.world.pretend.switch(Mode.LOOK_UPS_DOWN)
    payout = looked_for(program, payout, timedelta(minutes=30))
    assert payout.choices(program.clock()) == ()
    with pytest.raises(Stale):
        conclude(program, payout, Ended.SETTLED)
    payout = looked_for(program, payout, timedelta(hours=2))
    assert payout.choices(program.clock()) == (Wish.RESOLVE,)
    program.world.pretend.switch(Mode.NORMAL)
    payout = looked_for(program, payout, timedelta(minutes=10))
    assert (payout.state, payout.choices(program.clock())) == (State.SENT, ())


@pytest.mark.parametrize(
    ("ended", "word", "stops"),
    [
        (Ended.FAILED, "Successful", True),
        (Ended.FAILED, "Processing", True),
        (Ended.FAILED, "Refunded", False),
        (Ended.SETTLED, "Failed", False),
        (Ended.SETTLED, "Refunded", False),
        (Ended.SETTLED, "Successful", False),
    ],
)
def test_what_look_ups_tell_afterwards_is_heard(
    program: Program, words: Words, ended: Ended, word: str, *, stops: bool
) -> None:
    """Ended as failed by hand, but CCPayment settles it or has it on its way: an alarm, and sending
    stops. Settled by hand, but it failed there: an alarm."""
    payout = conclude(program, unclear(program, refunded(program, words)), ended)
    before = alarms(program, payout)
    spoken = "Success" if program.world.api == "v2" and word == "Successful" else word
    words(spoken)
    payout = looked_for(program, payout, timedelta(hours=3))
    new = [what for what in alarms(program, payout) if what not in before]
    contradicted = stops or (ended, word) == (Ended.SETTLED, "Failed")
    assert len(new) == contradicted
    assert frozen(program) == stops
    assert payout.state.value == ended.value
