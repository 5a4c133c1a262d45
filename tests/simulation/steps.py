"""The steps of a history: what can happen next, and how often in comparison."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from approvals.payout import State
from bot.buttons import Act
from sandbox.slack import User
from sandbox.slack.cast import DANA, FINANCE, MAX
from tests.simulation.faults import go_wrong, storm
from tests.simulation.people import (
    ASKERS,
    Button,
    ask_for,
    asks,
    buttons,
    choices,
    freeze,
    press,
    screen,
    unfreeze,
)
from tests.simulation.rules import EVERYBODY, USUAL_APPROVERS, drawn
from tests.simulation.stage import Stage

WAITS = (1.0, 3.0, 10.0, 61.0, 200.0, 700.0, 4000.0, 30_000.0)
OTHER_DIGEST = "0" * 64
YES = (Act.APPROVE, Act.COMMENT)

Step = Callable[[Stage], None]
_T = TypeVar("_T")


# -- people ---------------------------------------------------------------------------------------


def somebody_asks(stage: Stage) -> None:
    """Now and then the same once more, with or without saying so."""
    if stage.asked == stage.most:
        return
    stage.asked += 1
    who, ask = stage.chance.choice(ASKERS), stage.chance.choice(asks(stage.api))
    again, trigger = stage.chance.random() < 0.5, stage.trigger()
    _do(stage, lambda: ask_for(stage, who, ask, again=again, trigger=trigger))


def somebody_presses(stage: Stage) -> None:
    """Mostly an approver presses what the newest card shows; else anybody anything, of any version
    of a card that was ever on a screen."""
    hasty = stage.chance.random() < 0.3
    who = stage.chance.choice(EVERYBODY if hasty else USUAL_APPROVERS)
    message = _any(stage, screen(stage, who))
    if message is None:
        return
    version = stage.chance.randrange(len(message.versions)) if hasty else -1
    button = _any(stage, list(buttons(message, version)))
    if button is not None:
        _press(stage, who, button)


def approver_approves(stage: Stage) -> None:
    """The usual thing."""
    who = stage.chance.choice(USUAL_APPROVERS)
    shown = [one for card in screen(stage, who) for one in buttons(card) if one.act in YES]
    button = _any(stage, shown)
    if button is not None:
        _press(stage, who, button)


def somebody_takes_back(stage: Stage) -> None:
    """Somebody thinks again; perhaps somebody who did not approve at all."""
    shown = [one for card in screen(stage, DANA) for one in buttons(card)]
    button = _any(stage, [one for one in shown if one.act is Act.TAKE_BACK])
    if button is not None:
        _press(stage, stage.chance.choice(USUAL_APPROVERS), button)


def somebody_goes_on(stage: Stage) -> None:
    """Where somebody has approved and others are missing: they follow, or the first one thinks
    again, once the card says so."""
    if stage.chance.random() < 0.7:
        approver_approves(stage)
    elif "courier" not in stage.busy:
        work(stage, "courier")
        somebody_takes_back(stage)


def the_usual_course(stage: Stage) -> None:
    """Somebody asks, a card comes, approvers approve, and mostly the sender starts at once."""
    somebody_asks(stage)
    work_if_idle(stage, "courier")
    approver_approves(stage)
    for _ in range(4):
        if _others_are_missing(stage):
            somebody_goes_on(stage)
    if stage.chance.random() < 0.7:
        work_if_idle(stage, "sender")


def _others_are_missing(stage: Stage) -> bool:
    """Whether somebody has approved something, and more people must."""
    with stage.life.ledger.reading() as reading:
        return any(one.state is State.REQUESTED and one.approvals for one in reading.open())


def doubt_is_looked_into(stage: Stage) -> None:
    """The sender looks again and again; as soon as there is a choice, an approver may take it."""
    for _ in range(stage.chance.randint(6, 18)):
        wait_for(stage, "sender")
        work(stage, "sender")
        with stage.life.ledger.reading() as reading:
            now = stage.world.time.bot()
            offered = any(payout.choices(now) for payout in reading.open())
        if offered and stage.chance.random() < 0.8:
            work(stage, "courier")
            approver_chooses(stage)
            wished(stage) if stage.chance.random() < 0.2 else work(stage, "sender")


def wished(stage: Stage) -> None:
    """A copy is made while somebody's choice waits for the sender, who then acts on it; some time
    later that copy is put back."""
    a_copy_is_made(stage)
    work(stage, "sender")
    time_passes(stage)
    stage.world.faults["old copy, with a choice in doubt"] += 1
    a_copy_is_put_back(stage, newest=True)


def a_doubtful_course(stage: Stage) -> None:
    """A payout is sent into a storm, and what became of it is looked into."""
    storm(stage.world)
    the_usual_course(stage)
    work(stage, "sender")
    doubt_is_looked_into(stage)


def an_approver_leaves(stage: Stage) -> None:
    """Between approval and sending, from the company or from the user group."""
    with stage.life.ledger.reading() as reading:
        approved = [one for one in reading.open() if one.state is State.APPROVED]
    ids = [approval.by.id for payout in approved for approval in payout.approvals]
    who = _any(stage, [one for one in EVERYBODY if one.id in ids])
    if who is None:
        return
    world = stage.world
    world.faults["an approver leaves before it is sent"] += 1
    stage.trace(f"FAULT {who.real_name} leaves")
    if stage.chance.random() < 0.5:
        world.person_is(replace(who, deleted=True))
    else:
        world.group_is([id for id in FINANCE.members if id != who.id])
    work_if_idle(stage, "sender")


def somebody_forges(stage: Stage) -> None:
    """A button that no card shows: another digest, or another payout's number."""
    who = stage.chance.choice((MAX, *EVERYBODY))
    message = _any(stage, screen(stage, DANA))
    button = _any(stage, list(buttons(message))) if message else None
    if button is None:
        return
    other = stage.chance.choice(
        (
            replace(button.about, digest=OTHER_DIGEST),
            replace(button.about, payout=button.about.payout % 3 + 1),
        )
    )
    _press(stage, who, replace(button, about=other))


def everything_is_pressed(stage: Stage) -> None:
    """Somebody presses all that is there, one after the other."""
    who = stage.chance.choice(EVERYBODY)
    for message in screen(stage, who):
        for button in buttons(message):
            press(stage, who, button, stage.trigger())


def slack_repeats(stage: Stage) -> None:
    """A signed request arrives once more, perhaps after others."""
    deed = _any(stage, stage.deeds)
    if deed is not None:
        stage.world.faults["request repeated"] += 1
        deed()


def approver_chooses(stage: Stage) -> None:
    """An approver chooses what the card of a payout in doubt offers; rather to send it again."""
    offered = choices(stage)
    again = [one for one in offered if one.act is Act.AGAIN]
    button = _any(stage, again if again and stage.chance.random() < 0.7 else offered)
    if button is not None:
        _press(stage, stage.chance.choice(USUAL_APPROVERS), button)


def sending_is_frozen(stage: Stage) -> None:
    """Somebody freezes all sending, or lets it go on."""
    who, trigger = stage.chance.choice(EVERYBODY), stage.trigger()
    if stage.chance.random() < 0.3:
        _do(stage, lambda: freeze(stage, who, trigger))
    else:
        _do(stage, lambda: unfreeze(stage, who, trigger))


def _press(stage: Stage, who: User, button: Button) -> None:
    trigger = stage.trigger()
    _do(stage, lambda: press(stage, who, button, trigger))


def _do(stage: Stage, deed: Callable[[], None]) -> None:
    """Do something that Slack may repeat later."""
    stage.deeds.append(deed)
    deed()


def _any(stage: Stage, found: list[_T]) -> _T | None:
    return stage.chance.choice(found) if found else None


# -- the program and its machine ------------------------------------------------------------------


def a_worker_works(stage: Stage) -> None:
    """One round of one worker; never one inside of itself, as each has one thread."""
    idle = [name for name in stage.life.workers if name not in stage.busy]
    work(stage, stage.chance.choice(idle))


def the_sender_works(stage: Stage) -> None:
    work(stage, "sender")


def work(stage: Stage, name: str) -> None:
    """One round of this worker."""
    stage.world.edges.who = name
    stage.busy.add(name)
    stage.began[name] = stage.world.changes
    try:
        stage.trace(f"{name} works")
        stage.life.workers[name].once()
    except (sqlite3.OperationalError, OSError) as full:
        stage.trace(f"  the {name}'s round failed: {full}")
    finally:
        stage.busy.discard(name)


def work_if_idle(stage: Stage, name: str) -> None:
    """The same, unless it is at work already."""
    if name not in stage.busy:
        work(stage, name)


def something_goes_wrong(stage: Stage) -> None:
    go_wrong(stage.world)


def time_passes(stage: Stage) -> None:
    seconds = stage.chance.choice(WAITS)
    stage.world.time.on(seconds)
    stage.trace(f"{seconds:g} s pass")


def next_is_due(stage: Stage) -> None:
    """Time passes until somebody has something to do."""
    wait_for(stage, stage.chance.choice(list(stage.life.workers)))


def wait_for(stage: Stage, worker: str) -> None:
    """Time passes until this worker has something to do, if it ever has."""
    due, now = stage.due().get(worker), stage.world.time.bot()
    if due is not None and due > now:
        stage.world.time.on((due - now).total_seconds())
        stage.trace(f"time passes until the {worker} has something to do")


def the_program_is_killed_soon(stage: Stage) -> None:
    stage.world.edges.arm(stage.chance.randint(1, 25))


def the_sender_is_killed(stage: Stage) -> None:
    """Where it matters most."""
    stage.world.edges.arm(stage.chance.randint(1, 16))
    work(stage, "sender")


def the_program_restarts(stage: Stage) -> None:
    stage.trace("RESTART")
    stage.restart(clean=True)


def another_policy(stage: Stage) -> None:
    """Whoever runs the program changes the file, and starts it again."""
    rules = drawn(stage.chance)
    stage.trace(f"RESTART under another policy: {', '.join(rules.parts)}")
    stage.deploy(rules)


def a_copy_is_made(stage: Stage) -> None:
    stage.back_up()
    stage.trace(f"a copy is made: {len(stage.copies)}")


def a_copy_is_put_back(stage: Stage, *, newest: bool = False) -> None:
    if not stage.copies:
        return
    last = len(stage.copies) - 1
    which = last if newest else stage.chance.randint(0, last)
    head = stage.chance.choice(("kept", "kept", "lost", "old"))
    stage.world.faults[f"old copy, its head {head}"] += 1
    stage.trace(f"OLD COPY {which + 1} is put back, head file {head}")
    stage.restore(which, head=head)


PEOPLE_DO: dict[Step, int] = {
    somebody_asks: 3,
    the_usual_course: 6,
    approver_approves: 6,
    somebody_presses: 5,
    somebody_takes_back: 2,
    approver_chooses: 2,
    somebody_forges: 1,
    everything_is_pressed: 1,
    slack_repeats: 2,
    sending_is_frozen: 1,
    an_approver_leaves: 3,
}
MEANWHILE: dict[Step, int] = {**PEOPLE_DO, a_worker_works: 12}
HAPPENS: dict[Step, int] = {
    **PEOPLE_DO,
    a_worker_works: 16,
    the_sender_works: 8,
    doubt_is_looked_into: 3,
    time_passes: 4,
    next_is_due: 8,
    something_goes_wrong: 8,
    the_program_is_killed_soon: 3,
    the_sender_is_killed: 2,
    the_program_restarts: 1,
    another_policy: 2,
    a_copy_is_made: 2,
    a_copy_is_put_back: 2,
}
"""What can happen, and how often in comparison."""
