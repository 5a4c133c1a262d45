"""One history: a world, a program, some thirty steps in it, and then a calm in which everything
must come to its end. The same seed gives the same history, to the last line of its trace.

A history ends in three stretches of good weather. In the first everything works again and whatever
is under way comes to rest; each payout must then be final, or wait for people who can see what is
asked of them. In the second these people act. In the third a day passes, and everything is final;
where a new policy left too few people to end a doubt, the earlier one is put back for that.
"""

import logging
import sqlite3
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from approvals.ccpayment.generations import GENERATIONS
from approvals.ledger import Freeze, change
from approvals.payout import TRANSITIONS, Kind, State
from sandbox.ccpayment import Mode
from sandbox.slack import User
from sandbox.slack.cast import PAYOUTS
from tests.simulation import faults, steps
from tests.simulation.edges import Killed
from tests.simulation.invariants import leaves, violations, waiting
from tests.simulation.past import blank, two_settled
from tests.simulation.people import CHOICES, Button, buttons, press, unfreeze
from tests.simulation.rules import APPROVERS, Rules, drawn
from tests.simulation.stage import Stage
from tests.simulation.world import START, World

APIS = tuple(GENERATIONS)
"""The seeds go round among these."""

WITH_A_PAST = 0.7
"""How often a history begins with payouts that were settled the day before."""

PAYOUTS_ASKED = (1, 1, 2, 3)
"""For how many payouts people ask in a history; each is as probable as it is often here."""

COURSES = (steps.the_usual_course, steps.a_doubtful_course, steps.a_doubtful_course)
"""How a history begins."""

STEPS = (8, 30)
"""How many steps a history has before the calm, at least and at most."""

STRETCHES = (0, 1.2, 1.2, 31)
"""Hours before each stretch of the calm. The last is longer than a day by as much as the bot's
clock may have been ahead when something was given a day."""

REST = timedelta(minutes=15)
"""What is due later than this, after everything else is done, is not waited for."""

ENOUGH = timedelta(minutes=25)
"""So long the calm is watched at a time; then only look-ups of what is in doubt still go on."""

SILENT = "Slack does not say"
"""How the program begins to log that Slack is silent about a group."""

OUTSIDE = (OSError, sqlite3.OperationalError)
"""Errors of the outside, a full disk among them."""

LATER = datetime.max.replace(tzinfo=UTC)

MOST_ROUNDS = 400
"""More rounds of work than this without rest mean that somebody runs in circles."""


@dataclass(slots=True)
class Told:
    """What came of a history at that API. `wrong` is empty where all held; `beyond` names the
    assumption that the history broke, if it did; `policies` are the parts of all that were in
    force."""

    seed: int
    api: str
    beyond: str | None = None
    wrong: list[str] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    policies: set[str] = field(default_factory=set)
    transitions: Counter[tuple[State | None, Kind]] = field(default_factory=Counter)
    ends: Counter[State] = field(default_factory=Counter)


class Ears(logging.Handler):
    """Hears what the program logs as an error of its own: that must not happen at all. Silence of
    the outside is none, nor are alarms and freezes, which the ledger tells its operator."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        silent = record.msg.startswith(SILENT) or isinstance(error, OUTSIDE)
        if not silent and record.name != change.__name__:
            self.heard.append(f"logged: {record.getMessage()}: {error!r}")


@contextmanager
def listening() -> Iterator[Ears]:
    """Hear what is logged in the block; nothing of it is printed."""
    ears = Ears()
    ours = [logging.getLogger(name) for name in ("approvals", "bot", "slack_sdk")]
    for logger in ours:
        logger.propagate = False
        logger.addHandler(ears)
        logger.setLevel(logging.ERROR)
    logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)
    try:
        yield ears
    finally:
        for logger in ours:
            logger.removeHandler(ears)
            logger.propagate = True
            logger.setLevel(logging.NOTSET)


def play(seed: int, folder: Path, *, only: Mode | None = None, api: str | None = None) -> Told:
    """Play the history of `seed` in an empty `folder`; `only` names the one gateway mode that is
    in force in it, instead of all, and `api` the generation, instead of that of the seed."""
    told = Told(seed, api or APIS[seed % len(APIS)])
    with listening() as ears:
        history = _History(seed, folder, told, only)
        try:
            history.play()
        except Exception:
            told.wrong.append(traceback.format_exc())
        finally:
            history.stage.life.end()
            told.wrong += ears.heard
    return told


class _History:
    def __init__(self, seed: int, folder: Path, told: Told, only: Mode | None) -> None:
        self._chance = Random(seed)
        self._told = told
        world = World(
            self._chance,
            self._trace,
            api=told.api,
            knobs=faults.temper(self._chance),
            settles=faults.settles_after(self._chance),
            paced=self._chance.random() < 0.2,
            only=only,
        )
        self.world = world
        told.faults = world.faults
        told.kills = world.edges.kills
        begins = two_settled if self._chance.random() < WITH_A_PAST else blank
        past = begins(told.api)
        past.happened(world)
        declines, most = self._chance.random() < 0.5, self._chance.choice(PAYOUTS_ASKED)
        self.stage = Stage(
            *(past.lay(folder), world, self._chance),
            declines=declines,
            most=most,
            rules=drawn(self._chance),
        )
        self.stage.knows_address = begins is two_settled
        for one in past.presses:
            self.stage.witness.presses(one)
        world.leaving = lambda *call: told.wrong.extend(leaves(self.stage, *call))
        self._willing = self._chance.random() < 0.5
        world.edges.meanwhile = lambda: self._one_of(steps.MEANWHILE)

    def _trace(self, text: str) -> None:
        self._told.trace.append(f"{self.world.time.now:%d %H:%M:%S.%f} {text}")

    # The steps.

    def play(self) -> None:
        """Storm, calm, and the checks."""
        self.world.edges.quiet = False
        if self._chance.random() < 0.25:
            steps.the_program_is_killed_soon(self.stage)
        course = self._chance.choice(COURSES)
        self._survived(lambda: course(self.stage))
        for _ in range(self._chance.randint(*STEPS)):
            self._survived(lambda: self._one_of(steps.HAPPENS))
        self._trace("CALM: from now on everything works")
        self.world.calm()
        self._come_to_rest()
        self._told.wrong += waiting(self.stage)
        self._everybody_acts_for_days()
        for rules in self._rules_of_what_is_stuck():
            self._trace("the policy is put back under which it was asked for")
            self.world.faults["too few people by the policy in force to end a doubt"] += 1
            self.stage.deploy(rules)
            self._everybody_acts_for_days()
        self._told.wrong += violations(self.stage)
        self._told.beyond = faults.beyond(self.world)
        self._count()

    def _one_of(self, table: dict[steps.Step, int]) -> None:
        (step,) = self._chance.choices(list(table), weights=list(table.values()))
        step(self.stage)

    def _survived(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Killed as killed:
            self._trace(f"KILLED {killed}")
            self.stage.restart(clean=False)

    def _come_to_rest(self) -> None:
        """Clerk and sender work until nothing is due for a while, or only what comes round for
        ever: the look-ups of what is in doubt. Then the courier shows what came of it."""
        until = self.world.time.now + ENOUGH
        self._work("clerk", "sender", until=until)
        self._work("courier", until=LATER)

    def _work(self, *names: str, until: datetime) -> None:
        for _ in range(MOST_ROUNDS):
            due, now = self.stage.due(), self.world.time.bot()
            first = min(due.get(name, LATER) for name in names)
            if first > min(until, now + REST):
                return
            if first > now:
                self.world.time.on((first - now).total_seconds())
            for name in names:
                if due.get(name, LATER) <= self.world.time.bot():
                    steps.work(self.stage, name)
        self._told.wrong.append(f"no rest after {MOST_ROUNDS} rounds")

    def _rules_of_what_is_stuck(self) -> list[Rules]:
        """The policies under which payouts were asked for that are in doubt for ever, since by the
        one in force too few people may say what CCPayment's dashboard shows."""
        with self.stage.life.ledger.reading() as reading:
            stuck = [one.policy for one in reading.open() if one.doubted_at and one.quorum > 1]
        other = dict.fromkeys(hash for hash in stuck if hash != self.stage.rules.hash)
        return [self.stage.witness.rules[hash] for hash in other]

    def _everybody_acts_for_days(self) -> None:
        for hours in STRETCHES:
            self.world.time.on(hours * 3600)
            self._everybody_acts()

    def _everybody_acts(self) -> None:
        """Whoever is asked for something does it, until nobody is asked for anything new."""
        done: set[tuple[Button, User]] = set()
        for _ in range(16):
            self._lift_freeze()
            self._come_to_rest()
            if not (offered := self._offered(done)):
                return
            for button, who in offered:
                done.add((button, who))
                press(self.stage, who, button, self.stage.trigger())

    def _offered(self, done: set[tuple[Button, User]]) -> list[tuple[Button, User]]:
        """One thing to press, and somebody to press it, for each payout that needs somebody: a
        choice in doubt or, in every other history, a yes."""
        acts = (*CHOICES, *steps.YES) if self._willing else CHOICES
        cards = self.stage.world.slack.messages(PAYOUTS.id)
        shown = [[one for one in buttons(card) if one.act in acts] for card in cards]
        new = [
            [(one, who) for one in some for who in APPROVERS if (one, who) not in done]
            for some in shown
        ]
        return [self._chance.choice(some) for some in new if some]

    def _lift_freeze(self) -> None:
        """Two approvers, or whoever runs the host, where it is not for approvers to lift."""
        with self.stage.life.ledger.reading() as reading:
            frozen = reading.frozen()
        if frozen is None:
            return
        if frozen.kind is Freeze.PEOPLE:
            for who in APPROVERS:
                unfreeze(self.stage, who, self.stage.trigger())
            return
        self._trace(f"the host unfreezes: {frozen.why}")
        with self.stage.life.ledger.change() as change:
            change.unfreeze("looked into", self.world.time.bot(), "command line")

    # What came of it.

    def _count(self) -> None:
        with self.stage.life.ledger.reading() as reading:
            self._told.policies = {
                part for rules in self.stage.witness.rules.values() for part in rules.parts
            }
            for payout in reading.between(START, LATER):
                self._told.ends[payout.state] += 1
                state: State | None = None
                for line in reading.lines("payout", payout.number):
                    if line.event:
                        self._told.transitions[state, line.event.kind] += 1
                        state = TRANSITIONS[state][line.event.kind]
