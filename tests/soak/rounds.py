"""One round: a wish, an approver, some trouble, and a kill, until all of it has come to rest.

People see nothing but Slack; what came of it is judged by the ledger and by CCPayment's book.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from random import Random
from typing import Any

from approvals.ledger import Audience
from approvals.payout import Kind, Payout
from sandbox.ccpayment import Mode
from sandbox.slack import Fault, Message
from sandbox.slack.cast import DANA, ELI, PAYOUTS, RITA
from tests.soak.judge import wrong_with
from tests.soak.points import CALLS, POINTS, before
from tests.soak.stage import Stage
from tests.soak.weather import ALL, CALM, WEIGHTS, Weather, good_for

LONGEST = 60.0
"""Seconds in which a round must have come to rest."""

TROUBLE_LASTS = 1.0
"""Seconds of trouble with look-ups."""

KILLED_WITHIN = 2.0
"""Seconds within which random kills come."""

PATIENCE = 0.3
"""Seconds after which people try again what seems to have had no effect."""

ADDRESS = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
NOTED = ("is recorded", "You asked for the same")
APPROVE, SEND_AGAIN, CLOSE = "Approve payout", "Send again", "Close, nothing was sent"
CHOICES: Mapping[Kind | None, str] = {Kind.AGAIN_ASKED: SEND_AGAIN, Kind.CLOSE_ASKED: CLOSE}
CREATE_CALL = before(CALLS[1])


SLACK_CALLS = ("chat.postMessage", "chat.update", "users.info")


class Wrong(Exception):
    """Something did not hold; the sentences, and what happened until then."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to happen in a round, under a policy that asks for so many `approvals`. Whoever gets
    to `point` first is killed there; `kills` are the seconds after which the one that serves is
    killed wherever it is. `choice` is the button that an approver presses in doubt."""

    number: int
    approvals: int
    weather: Weather
    point: str | None
    kills: tuple[float, ...]
    choice: str
    slack_errors: int


class Plans:
    """Every other round has the next point of a shuffled deck, the others random kills. The first
    round has good weather: without a withdrawal to compare with, no absence could be learned. Two
    rounds of eight need two approvals."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._deck: list[str] = []

    def next(self, number: int) -> Plan:
        """The plan of a round, from 1 on."""
        chance = self._chance
        self._deck = self._deck or chance.sample(list(POINTS), len(POINTS))
        point = None if number % 2 else self._deck.pop()
        weather, either = chance.choices(ALL, WEIGHTS)[0], chance.choice((SEND_AGAIN, CLOSE))
        times = 0 if point else chance.choice((1, 2, 3))
        if number == 1:
            weather = CALM
        partly = point is not None and POINTS[point] is Kind.AGREED
        return Plan(
            number,
            2 if partly or number % 8 > 5 else 1,
            (good_for(point) if point else None) or weather,
            point,
            kills=tuple(chance.uniform(0, KILLED_WITHIN) for _ in range(times)),
            choice=CHOICES.get(POINTS[point], either) if point else either,
            slack_errors=chance.choice((0, 0, 0, 0, 3)),
        )

    def missed(self, plan: Plan) -> None:
        """The point of this plan was not reached: it is for another round."""
        if plan.point:
            self._deck.insert(0, plan.point)


class Round:
    """Plays `plan` on `stage`. `trace` tells what happened, each line with its second."""

    def __init__(self, stage: Stage, plan: Plan) -> None:
        self.trace: list[str] = []
        self._stage = stage
        self._plan = plan
        self._began = time.monotonic()
        self._noted = False
        self._trouble_since: float | None = None
        self._tried_at = 0.0
        self._tried: object = None
        self._turn = cycle((DANA, ELI)[: plan.approvals])

    def play(self) -> tuple[Payout, bool]:
        """The payout as it ended, and whether a process died where it was to. Raises Wrong, or
        Ended where a process ended by itself."""
        with ExitStack() as running:
            self._begin(running)
            while not self._rests():
                self._stage.crew.check()
                if time.monotonic() - self._began > LONGEST:
                    raise Wrong("it did not come to rest")
                self._act()
                self._stage.slack.wait_for_change(self._stage.slack.version, 0.03)
            died = self._stage.crew.doomed is None
        payouts = self._payouts()
        if wrong := list(wrong_with(self._stage, payouts, self._plan.approvals)):
            raise Wrong("\n".join(wrong))
        return payouts[0], died

    def _begin(self, running: ExitStack) -> None:
        stage, plan, weather = self._stage, self._plan, self._plan.weather
        self.tell(f"{weather.name}; killed at {plan.point or plan.kills}")
        stage.crew.deploy(stage.policies[plan.approvals])
        stage.watch = self._reached
        stage.crew.doomed = plan.point
        for seconds in plan.kills:
            killer = threading.Timer(seconds, stage.crew.kill)
            killer.start()
            running.callback(killer.join)
            running.callback(killer.cancel)
        for method in SLACK_CALLS:
            stage.slack.fail(method, Fault(status=500), plan.slack_errors)
        if weather.withdrawal is not Mode.NORMAL:
            stage.ccpayment.switch(weather.withdrawal, once=True)
        if weather.before:
            self._trouble()
        running.callback(self._good_weather)

    def _good_weather(self) -> None:
        """Whatever is still wrong at the end of a round is so no more."""
        stage = self._stage
        stage.watch = _nobody
        stage.crew.doomed = None
        stage.ccpayment.switch(Mode.NORMAL)
        stage.gate.open()
        stage.slack.calm()

    # What the program is at, told by the program.

    def _reached(self, point: str) -> None:
        weather = self._plan.weather
        if point == CREATE_CALL and self._trouble_since is None:
            self.tell("it is sent")
            self._trouble()
            if weather.shut:
                self._stage.gate.shut()

    def _trouble(self) -> None:
        self._trouble_since = time.monotonic()
        if self._plan.weather.look_ups is not Mode.NORMAL:
            self._stage.ccpayment.switch(self._plan.weather.look_ups)

    def _trouble_ends(self) -> None:
        since = self._trouble_since
        if since is not None and time.monotonic() - since > TROUBLE_LASTS:
            self._stage.gate.open()
            self._stage.ccpayment.switch(Mode.NORMAL)

    # What people do.

    def _act(self) -> None:
        self._trouble_ends()
        if not self._noted:
            self._ask()
        else:
            self._press()

    def _ask(self) -> None:
        if not self._try("ask"):
            return
        number = self._plan.number
        wish = f"{100 + number} USDT on TRX to {ADDRESS} for Round {number}"
        answer = self._stage.slack.command(RITA.id, wish, PAYOUTS.id)
        self._noted = any(words in answer.text for words in NOTED)
        self.tell(f"Rita asks: {answer.error or answer.text}")

    def _press(self) -> None:
        """Press what the newest card of this round offers, as it was when it was looked at."""
        ours = [m for m in self._stage.slack.messages(PAYOUTS.id) if self._reason in m.text]
        if not ours:
            return
        card, seen = ours[-1], len(ours[-1].versions) - 1
        for place, button in _buttons(card):
            label = button["text"]["text"]
            if label in (APPROVE, self._plan.choice) and self._try((label, seen)):
                who = next(self._turn)
                answer = self._stage.slack.click(
                    who.id,
                    PAYOUTS.id,
                    card.ts,
                    button["action_id"],
                    block_id=place,
                    version=seen,
                )
                self.tell(f"{who.real_name} presses {label}: {answer.error or 'done'}")

    def _try(self, what: object) -> bool:
        """Whether somebody does it now: at once where it is new, else after some patience."""
        now = time.monotonic()
        if what == self._tried and now - self._tried_at < PATIENCE:
            return False
        self._tried, self._tried_at = what, now
        self._stage.slack.bot_url = self._stage.crew.url()
        return True

    # What came of it.

    @property
    def _reason(self) -> str:
        return f'"Round {self._plan.number}"'

    def _payouts(self) -> tuple[Payout, ...]:
        with self._stage.auditor.reading() as reading:
            newest = reading.latest(3)
        return tuple(p for p in newest if p.content.reason == f"Round {self._plan.number}")

    def _rests(self) -> bool:
        """Whether the payout is final, and nothing is left to be shown."""
        with self._stage.auditor.reading() as reading:
            found = reading.latest(1)
            if not found or not found[0].state.final:
                return False
            cards = [reading.card("payout", found[0].number, audience) for audience in Audience]
        ours = found[0].content.reason == f"Round {self._plan.number}"
        return ours and all(card is not None and card.due_at is None for card in cards)

    def tell(self, what: str) -> None:
        """Add a line to the trace."""
        self.trace.append(f"{time.monotonic() - self._began:6.2f} s  {what}")


def _buttons(card: Message) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every button of a card, with the block that it stands in."""
    for block in card.blocks:
        for element in block["elements"] if block["type"] == "actions" else ():
            if element["type"] == "button":
                yield block["block_id"], element


def _nobody(point: str) -> None:
    """Between rounds nobody watches."""
