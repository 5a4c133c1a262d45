"""Who is in which group: asked of Slack over HTTP, remembered for a minute by a clock to turn."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from urllib.parse import parse_qs

import pytest
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from approvals.people import Roster
from approvals.rosters import HOLDS, Rosters
from bot.people import SlackPeople
from sandbox.slack import Fault, Group, PretendSlack
from sandbox.slack.cast import DANA, ELI, NOA, RITA
from sandbox.slack.workspace import TEAM
from tests.flows.slack_bench import Clock, Stage, bench, stage

ASK = "usergroups.users.list"
LEADS = Group("S0LEADS0001", "leads", (DANA.id, ELI.id))
TEAMS = Group("S0TEAMS0001", "teams", (NOA.id, RITA.id))
GONE = "S0NONE00001"
AT_ONCE = 8
REFUSED = Fault(error="internal_error")


@dataclass
class Line:
    """The line to Slack: notes which group each question was about, and can do something then."""

    app: ASGIApp
    asked: list[str] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def heard() -> Message:
            message = await receive()
            for group in parse_qs(message.get("body", b"").decode()).get("usergroup", []):
                self.asked.append(group)
                await run_in_threadpool(self.meanwhile)
            return message

        await self.app(scope, heard, send)


@dataclass(frozen=True)
class Gate:
    """Holds a question back: `reached` when one has come, until it is `opened`."""

    reached: Event = field(default_factory=Event)
    opened: Event = field(default_factory=Event)

    def __call__(self) -> None:
        self.reached.set()
        self.opened.wait(5)


@dataclass(frozen=True)
class Desk:
    slack: PretendSlack
    line: Line
    clock: Clock
    people: SlackPeople

    def rosters(self, *groups: str) -> Rosters:
        return Rosters(self.people, groups or (LEADS.id, TEAMS.id), self.clock)

    def refresh(self, rosters: Rosters, seconds: float = 2) -> None:
        rosters.refresh(self.clock() + timedelta(seconds=seconds))


@pytest.fixture(scope="module")
def on() -> Iterator[Stage]:
    with stage() as running:
        yield running


@pytest.fixture
def desk(on: Stage) -> Iterator[Desk]:
    here = bench(on, groups=(LEADS, TEAMS), rate_limits=True)
    line = Line(here.slack.app)
    on.slack.app = line
    yield Desk(here.slack, line, here.clock, SlackPeople(here.client, TEAM, here.clock))
    here.slack.calm()


def members(*groups: Group) -> dict[str, frozenset[str]]:
    return {group.id: frozenset(group.members) for group in groups}


def test_nobody_is_asked_where_no_group_is_named(desk: Desk) -> None:
    """A policy without user groups costs no question, ever."""
    rosters = Rosters(desk.people, (), desk.clock)
    desk.refresh(rosters)
    assert rosters.once() == 0
    assert (rosters.current().members, desk.line.asked) == ({}, [])


def test_an_answer_counts_for_a_minute(desk: Desk) -> None:
    """Within 60 seconds nobody asks again; after that nothing old counts, until it is asked."""
    rosters = desk.rosters()
    desk.refresh(rosters)
    desk.slack.set_group(LEADS.id, [ELI.id])
    desk.clock.turn(60)
    desk.refresh(rosters)
    assert rosters.current().members == members(LEADS, TEAMS)
    assert desk.line.asked == [LEADS.id, TEAMS.id]
    desk.clock.turn(0.001)
    assert rosters.current().members == {}
    assert rosters.last().members == members(LEADS, TEAMS)  # for showing
    desk.refresh(rosters)
    assert rosters.current().members[LEADS.id] == {ELI.id}


def test_the_minute_begins_with_the_question(desk: Desk) -> None:
    """How long Slack took to answer counts as the answer's age: it may have been true only when
    the question was asked."""
    rosters = desk.rosters(LEADS.id)
    desk.line.meanwhile = lambda: desk.clock.turn(5)
    desk.refresh(rosters)
    desk.clock.turn(55)
    assert rosters.current().members == members(LEADS)
    desk.clock.turn(0.001)
    assert rosters.current().members == {}


def test_the_worker_asks_in_time(desk: Desk) -> None:
    """While the worker runs there is always an answer that counts, and it is never much older
    than 40 seconds; people who press buttons need not ask."""
    rosters = desk.rosters()
    for second in range(300):
        rosters.once()
        if second == 100:
            desk.slack.set_group(LEADS.id, [ELI.id])
        assert rosters.current().members.keys() == {LEADS.id, TEAMS.id}
        stale = rosters.current().members[LEADS.id] == frozenset(LEADS.members)
        assert stale or second >= 100
        assert not stale or second <= 140
        desk.clock.turn(1)
    assert Counter(desk.line.asked) == {LEADS.id: 8, TEAMS.id: 8}


def test_a_group_that_does_not_answer_is_missing_alone(desk: Desk) -> None:
    """Where Slack answers for one group and not for another, the one counts and the other does
    not; soon the other is asked for again, alone."""
    rosters = desk.rosters()
    desk.slack.fail(ASK, REFUSED)  # the first question is about the leads
    desk.refresh(rosters)
    assert rosters.current() == rosters.last() == Roster(members(TEAMS))
    desk.clock.turn(1.001)
    desk.refresh(rosters)
    assert rosters.current().members == members(LEADS, TEAMS)
    assert desk.line.asked == [LEADS.id, TEAMS.id, LEADS.id]


def test_what_was_known_counts_until_it_is_too_old(desk: Desk) -> None:
    """Slack falls silent: what it said before still counts to the end of its minute, and what it
    goes on saying of other groups is not touched."""
    rosters = desk.rosters()
    rosters.once()
    desk.clock.turn(41)
    desk.slack.fail(ASK, REFUSED)
    rosters.once()
    assert rosters.current().members == members(LEADS, TEAMS)
    desk.clock.turn(19.001)
    assert rosters.current().members == members(TEAMS)


def test_a_group_that_is_gone_uses_up_no_questions(desk: Desk) -> None:
    """A group that Slack does not know any more is asked for ever more rarely, so that the others
    stay within the 20 questions a minute that Slack answers."""
    groups = (LEADS.id, TEAMS.id, GONE)
    rosters = desk.rosters(*groups)
    for _ in range(300):
        rosters.once()
        desk.refresh(rosters)
        assert rosters.current().members == members(LEADS, TEAMS)
        desk.clock.turn(1)
    asked = Counter(desk.line.asked)
    assert asked[GONE] == 14
    assert asked[LEADS.id] == 8


def test_a_slow_silence_is_let_alone_too(desk: Desk) -> None:
    """The pause begins when the question has come to nothing, not when it was asked: Slack may
    have taken longer than the pause to say nothing."""
    rosters = desk.rosters(LEADS.id)
    desk.slack.outage = True
    desk.line.meanwhile = lambda: desk.clock.turn(2)
    desk.refresh(rosters, seconds=3)
    desk.refresh(rosters, seconds=3)
    assert desk.line.asked == [LEADS.id]


def test_the_pause_ends_with_an_answer(desk: Desk) -> None:
    """After an answer the pauses begin small again: an outage of yesterday slows nothing today."""
    rosters = desk.rosters(LEADS.id)
    desk.slack.fail(ASK, REFUSED, times=6)
    for _ in range(7):
        desk.refresh(rosters)
        desk.clock.turn(30.001)
    assert len(desk.line.asked) == 7
    desk.clock.turn(40)
    desk.slack.fail(ASK, REFUSED)
    desk.refresh(rosters)
    desk.clock.turn(1.001)
    desk.refresh(rosters)
    assert rosters.current().members == members(LEADS)


def test_many_at_once_ask_once(desk: Desk) -> None:
    """Whoever comes while a question is under way waits for its answer, and asks nothing."""
    rosters, gate = desk.rosters(), Gate()
    desk.line.meanwhile = gate
    with ThreadPoolExecutor(AT_ONCE) as pool:
        first = pool.submit(desk.refresh, rosters)
        assert gate.reached.wait(5)
        rest: list[Future[None]] = [pool.submit(desk.refresh, rosters) for _ in range(AT_ONCE - 1)]
        assert wait([first, *rest], 0.1).done == set()
        gate.opened.set()
        for one in (first, *rest):
            one.result(5)
    assert rosters.current().members == members(LEADS, TEAMS)
    assert desk.line.asked == [LEADS.id, TEAMS.id]


def test_many_at_once_meet_one_refusal(desk: Desk) -> None:
    """Where the question comes to nothing, those who waited do not each try again."""
    rosters, gate = desk.rosters(LEADS.id), Gate()
    desk.slack.outage = True
    desk.line.meanwhile = gate
    with ThreadPoolExecutor(AT_ONCE) as pool:
        first = pool.submit(desk.refresh, rosters)
        assert gate.reached.wait(5)
        rest = [pool.submit(desk.refresh, rosters) for _ in range(AT_ONCE - 1)]
        gate.opened.set()
        for one in (first, *rest):
            one.result(5)
    assert rosters.current().members == {}
    assert desk.line.asked == [LEADS.id]


def test_nobody_waits_past_their_own_deadline(desk: Desk) -> None:
    """Who has less time than the one who asks goes without an answer when it is over."""
    rosters, gate = desk.rosters(LEADS.id), Gate()
    desk.line.meanwhile = gate
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(desk.refresh, rosters)
        assert gate.reached.wait(5)
        desk.refresh(rosters, seconds=0.05)
        assert (rosters.current().members, asking.done()) == ({}, False)
        gate.opened.set()
        asking.result(5)
    assert rosters.current().members == members(LEADS)


@pytest.mark.parametrize("seconds", [0, -1])
def test_who_has_no_time_left_asks_nothing(desk: Desk, seconds: float) -> None:
    """A deadline that has passed is no answer of Slack's: the next one may ask at once."""
    rosters = desk.rosters(LEADS.id)
    desk.refresh(rosters, seconds)
    assert desk.line.asked == []
    desk.refresh(rosters)
    assert rosters.current().members == members(LEADS)


def test_a_clock_set_forward_makes_answers_old(desk: Desk) -> None:
    """After a jump forward nothing counts that could be older than a minute."""
    rosters = desk.rosters()
    desk.refresh(rosters)
    desk.clock.turn(3600)
    assert rosters.current().members == {}
    desk.refresh(rosters)
    assert rosters.current().members == members(LEADS, TEAMS)


def test_a_clock_set_back_makes_answers_worthless(desk: Desk) -> None:
    """After a jump back nobody knows how old an answer is: it does not count, and is asked for
    again at once, also where no answer came and a pause was under way."""
    rosters = desk.rosters()
    desk.slack.fail(ASK, REFUSED)
    desk.refresh(rosters)
    desk.clock.turn(-3600)
    assert rosters.current().members == {}
    desk.refresh(rosters)
    assert rosters.current().members == members(LEADS, TEAMS)


def test_somebody_who_left_a_group_counts_for_a_minute_at_most(desk: Desk) -> None:
    """With and without a worker, whoever was taken out of a group is out of it 60 seconds later."""
    rosters = desk.rosters(LEADS.id)
    desk.refresh(rosters)
    desk.slack.set_group(LEADS.id, [ELI.id])
    desk.clock.turn(HOLDS.total_seconds() + 0.001)
    assert DANA.id not in rosters.current().members.get(LEADS.id, ())
    desk.refresh(rosters)
    assert rosters.current().members == {LEADS.id: {ELI.id}}


def test_a_group_that_is_switched_off_has_no_members(desk: Desk) -> None:
    """Members of a disabled group do not count."""
    rosters = desk.rosters(LEADS.id)
    desk.refresh(rosters)
    desk.slack.set_group(LEADS.id, LEADS.members, disabled=True)
    desk.clock.turn(61)
    desk.refresh(rosters)
    assert rosters.current().members == {}
