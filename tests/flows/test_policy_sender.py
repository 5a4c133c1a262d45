"""A policy up to the moment at which money leaves: who still counts then, what is held, and what
another policy changes about payouts under way."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from approvals.audit import Note
from approvals.payout import Kind, Payout, State
from approvals.people import Standing
from bot.wiring import wire
from sandbox.loopback import loopback
from sandbox.slack.cast import DANA as DANA_IN_SLACK
from sandbox.slack.cast import PAYOUTS
from tests.core import DANA, ELI, NOA, NOON, RITA, Program, World, ask
from tests.flows.slack_bench import Stage, bench, courier, stage
from tests.flows.test_listeners import working
from tests.policies import FINANCE, ONE, PEOPLE, TIERS, TWO_ONE_CFO, policy
from tests.seen import words

pytest_plugins = ["tests.stage"]

TWO = '[[tier]]\napprovals = 2\nof = ["finance"]\n'
BY_GROUP = f'[groups]\nslackers = ["{FINANCE}"]\n[[tier]]\napprovals = 2\nof = ["slackers"]\n'
HOLD = f'{ONE}[hold]\nnew_destination = "24h"\n'
GONE = [Standing.DEACTIVATED, Standing.GUEST, Standing.BOT, Standing.STRANGER]
XRP: dict[str, Any] = {
    "coin": "XRP",
    "network": "XRP",
    "destination": "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH",
}


@dataclass
class Lives:
    """One ledger's programs, one after the other, in front of one world."""

    path: Path
    world: World
    programs: list[Program] = field(default_factory=list)

    def under(self, rules: str, people: str = PEOPLE) -> Program:
        """The program after a start with these rules."""
        self.close()
        made = Program(self.path, self.world, policy=policy(rules, people))
        self.programs.append(made)
        return made

    def close(self) -> None:
        """All that was on record until now is checked, from the first line on."""
        if self.programs:
            self.programs[-1].verified()
            self.programs[-1].ledger.close()


@pytest.fixture
def lives(path: Path, world: World) -> Iterator[Lives]:
    made = Lives(path, world)
    yield made
    made.close()


def both(program: Program, **changes: Any) -> Payout:
    """A payout of Rita's that Dana and Eli approved."""
    made = program.asked(what=program.ask(**changes))
    return program.approve(program.approve(made, DANA), ELI)


def reopened(program: Program) -> Payout:
    """The payout as it is once the sender has found out who still counts; nothing was sent."""
    payout = program.work()
    assert (payout.state, program.world.sent) == (State.REQUESTED, 0)
    assert program.kinds().count(Kind.REOPENED) == 1
    return payout


def waits(program: Program, why: str) -> None:
    """Nothing is sent now, and the payout says why."""
    payout = program.work()
    assert (payout.state, program.world.sent) == (State.APPROVED, 0)
    assert why in str(payout.delay)


def givers(payout: Payout) -> set[str]:
    return {approval.by.id for approval in payout.approvals}


# -- who still counts -----------------------------------------------------------------------------


def test_nothing_is_sent_before_the_quorum(lives: Lives) -> None:
    """One of two approvals moves no money; the claim after the second holds the rule's words and
    the policy's hash."""
    program = lives.under(TWO_ONE_CFO)
    made = program.approve(program.asked(), ELI)
    assert program.work(rounds=3, seconds=60).state is State.REQUESTED
    assert program.world.sent == 0
    program.approve(made, DANA)
    assert program.work(rounds=5, seconds=3).state is State.SETTLED
    assert program.world.sent == 1
    (claim,) = [line for line in program.lines() if line.kind == Kind.CLAIMED]
    assert claim.facts["verdict"] == "2 of 2 approvals (any value)"
    assert claim.facts["policy"] == program.rules.policy.hash


def test_an_estimate_follows_though_people_were_faster(lives: Lives) -> None:
    """Somebody who approves before balance and fee are known keeps nobody from learning them."""
    program = lives.under(TWO)
    program.approve(program.asked(), ELI)
    estimated = program.work()
    assert (estimated.estimated_fee is not None, estimated.missing) == (True, 1)
    with program.ledger.reading() as reading:
        assert reading.next_due(1) == estimated.expires_at


@pytest.mark.parametrize("standing", GONE)
def test_who_left_the_company_gives_it_back_to_people(lives: Lives, standing: Standing) -> None:
    """The approval of somebody who is gone before the claim ends, the others stay; another approver
    completes it, and then it is sent."""
    program = lives.under(TWO)
    both(program)
    program.world.crowd.standings[ELI.id] = standing
    program.clock.on(minutes=5)
    payout = reopened(program)
    assert (givers(payout), payout.missing) == ({DANA.id}, 1)
    assert payout.expires_at == program.clock() + timedelta(hours=24)
    (line,) = [line for line in program.lines() if line.kind == Kind.REOPENED]
    assert line.facts["ended"] == ELI.id
    assert line.facts["policy"] == program.rules.policy.hash
    assert f"{{{ELI.id}}} does not count" in str(line.facts["verdict"])
    program.approve(payout, NOA)
    assert program.work(rounds=5, seconds=3).state is State.SETTLED
    assert program.world.sent == 1


@pytest.mark.parametrize("told", [{ELI.id: {DANA.id}}, {DANA.id: {"W9"}, ELI.id: {"W9"}}])
def test_two_approvers_who_are_one_person_send_nothing(
    lives: Lives, told: dict[str, set[str]]
) -> None:
    """Where Slack says, only once both have approved, that both are one person's ids, they count
    once: it goes back to people, somebody else completes it, and that stays on record."""
    program = lives.under(TWO)
    both(program)
    program.world.crowd.also = {id: frozenset(ids) for id, ids in told.items()}
    payout = reopened(program)
    assert (givers(payout), payout.missing) == ({DANA.id}, 1)
    (line,) = [line for line in program.lines() if line.kind == Kind.REOPENED]
    counted = f"{{{ELI.id}}} does not count: is counted already, under another account"
    assert counted in str(line.facts["verdict"])
    program.world.crowd.also.clear()
    program.approve(payout, NOA)
    assert program.work(rounds=5, seconds=3).state is State.SETTLED


@pytest.mark.parametrize("told", [{ELI.id: {RITA.id}}, {RITA.id: {ELI.id}}])
def test_an_approver_who_is_the_requester_sends_nothing(
    lives: Lives, told: dict[str, set[str]]
) -> None:
    """Whoever asked under one id and approved under another gave no approval, whichever of both
    answers tells it, and whenever."""
    program = lives.under(TWO)
    both(program)
    program.world.crowd.also = {id: frozenset(ids) for id, ids in told.items()}
    payout = reopened(program)
    assert (givers(payout), payout.missing) == ({DANA.id}, 1)
    (line,) = [line for line in program.lines() if line.kind == Kind.REOPENED]
    assert f"{{{ELI.id}}} does not count: asked for it" in str(line.facts["verdict"])


def test_a_requester_whom_slack_does_not_name_keeps_it_from_being_sent(lives: Lives) -> None:
    """While Slack does not say what the requester is called, an approver may be the same person:
    it waits, and goes out once Slack says so. That the requester has left stops nothing."""
    program = lives.under(TWO)
    both(program)
    program.world.crowd.standings[RITA.id] = Standing.UNKNOWN
    waits(program, "Slack does not say who asked for it.")
    program.world.crowd.standings[RITA.id] = Standing.DEACTIVATED
    assert program.work(rounds=5, seconds=3).state is State.SETTLED


def test_who_left_the_group_gives_it_back_to_people(lives: Lives) -> None:
    """Who is in the group is found out anew before money leaves, however fresh the last answer."""
    crowd = lives.world.crowd
    crowd.groups[FINANCE] = frozenset({DANA.id, ELI.id, NOA.id})
    program = lives.under(BY_GROUP, people="")
    both(program)
    crowd.groups[FINANCE] = frozenset({DANA.id, NOA.id})
    payout = reopened(program)
    assert givers(payout) == {DANA.id}
    program.approve(payout, NOA)
    assert program.work(rounds=5, seconds=3).state is State.SETTLED


def test_a_share_that_was_lost_gives_it_back_to_people(lives: Lives) -> None:
    """Two approvals are left over, but none of cfo: that is no quorum."""
    program = lives.under(TWO_ONE_CFO)
    made = program.approve(program.approve(program.asked(), ELI), NOA)
    program.approve(made, DANA)
    program.world.crowd.standings[DANA.id] = Standing.DEACTIVATED
    payout = reopened(program)
    assert (givers(payout), payout.missing) == ({ELI.id, NOA.id}, 1)


def test_who_is_missed_by_nobody_changes_nothing(lives: Lives) -> None:
    """Where enough others approved, it is sent without the one who left."""
    program = lives.under(TWO_ONE_CFO)
    made = program.approve(program.approve(program.asked(), ELI), NOA)
    program.approve(made, DANA)
    program.world.crowd.standings[NOA.id] = Standing.DEACTIVATED
    assert program.work(rounds=5, seconds=3).state is State.SETTLED
    assert program.world.sent == 1


def test_what_nobody_approves_again_expires(lives: Lives) -> None:
    """A payout that went back to people ends when the time of its tier has passed once more."""
    program = lives.under(TWO)
    both(program)
    program.world.crowd.standings[ELI.id] = Standing.DEACTIVATED
    payout = reopened(program)
    program.clock.now = payout.expires_at
    assert program.work().state is State.EXPIRED
    assert program.work(rounds=3, seconds=60).state is State.EXPIRED
    assert program.world.sent == 0


def test_who_was_lost_and_came_back_may_approve_again(lives: Lives) -> None:
    """An approval that ended does not come back by itself, but may be given again."""
    program = lives.under(TWO)
    both(program)
    program.world.crowd.standings[ELI.id] = Standing.DEACTIVATED
    payout = reopened(program)
    del program.world.crowd.standings[ELI.id]
    assert program.work(rounds=3, seconds=60).state is State.REQUESTED
    assert program.approve(payout, ELI).state is State.APPROVED
    assert program.work(rounds=5, seconds=3).state is State.SETTLED


def test_while_slack_is_silent_about_a_group_it_waits(lives: Lives) -> None:
    """Nobody's approval is lost for an outage: it stays approved, says why, and goes out once
    somebody answers."""
    crowd = lives.world.crowd
    crowd.groups[FINANCE] = frozenset({DANA.id, ELI.id})
    program = lives.under(BY_GROUP, people="")
    both(program)
    del crowd.groups[FINANCE]
    waits(program, "Slack does not say whether the approvers may still approve.")
    assert program.work(rounds=5, seconds=60).state is State.APPROVED
    assert program.kinds().count("delayed") == 1
    crowd.groups[FINANCE] = frozenset({DANA.id, ELI.id})
    assert program.work(rounds=6, seconds=300).state is State.SETTLED
    assert program.world.sent == 1


def test_what_slack_never_says_expires(lives: Lives) -> None:
    """An outage that outlasts the approval sends nothing."""
    crowd = lives.world.crowd
    crowd.groups[FINANCE] = frozenset({DANA.id, ELI.id})
    program = lives.under(BY_GROUP, people="")
    approved = both(program)
    del crowd.groups[FINANCE]
    waits(program, "Slack does not say")
    program.clock.now = approved.expires_at
    assert program.work().state is State.EXPIRED


def test_what_could_not_connect_is_not_given_back(lives: Lives) -> None:
    """Once a request was attempted, though it never left, a payout whose approvals no longer
    suffice ends, and stays watched: nobody approves it a second time."""
    program = lives.under(TWO)
    program.world.broken = {"withdraw"}
    both(program)
    assert program.work().attempts[0].outcome is Kind.UNSENT
    program.world.broken = set()
    program.world.crowd.standings[ELI.id] = Standing.DEACTIVATED
    payout = program.work(rounds=3, seconds=20)
    assert (payout.state, program.world.sent) == (State.FAILED, 0)
    assert str(payout.because).startswith("The approvals no longer suffice: 1 of 2 approvals")


def test_without_a_price_the_highest_tier_holds_up_to_the_claim(lives: Lives) -> None:
    """What was approved while nobody knew its value is judged by the highest tier also when one of
    its approvers leaves, though it was worth less when it was asked for."""
    program = lives.under(TIERS)
    made = program.asked()
    assert made.tier == "up to 1,000 USD"
    made = program.approve(made, DANA, price=None)
    unknown = "above 1,000 USD, as its value is not known"
    assert program.approve(made, ELI, price=None).tier == unknown
    program.world.crowd.standings[ELI.id] = Standing.DEACTIVATED
    payout = reopened(program)
    assert (payout.tier, payout.missing) == (unknown, 1)


# -- the hold -------------------------------------------------------------------------------------


def test_a_new_destination_waits_and_then_goes_out(lives: Lives) -> None:
    """To the microsecond; nothing is asked of anybody meanwhile, and a second payout to the
    destination, once the first has settled, waits no more."""
    program = lives.under(HOLD)
    held = program.approve(program.asked(), ELI)
    assert held.held_until == NOON + timedelta(hours=24)
    program.clock.now = held.held_until - timedelta(microseconds=1)
    assert program.work(rounds=2).state is State.APPROVED
    assert (program.world.sent, program.kinds()[-1]) == (0, "approved")
    program.clock.now = held.held_until
    assert program.work(rounds=5, seconds=3).state is State.SETTLED
    program.approve(program.asked(NOA), ELI)
    program.work(rounds=5, seconds=3)
    assert program.payout(2).state is State.SETTLED
    assert program.world.sent == 2


def test_another_memo_is_another_destination(lives: Lives) -> None:
    """Who was paid at an exchange makes nobody else there known."""
    program = lives.under(ONE)
    program.approve(program.asked(what=ask(amount="5", memo="12", **XRP)), ELI)
    assert program.work(rounds=5, seconds=3).state is State.SETTLED
    program = lives.under(HOLD)
    for memo in ("12", "13"):
        what = ask(program.clock(), amount="5", memo=memo, **XRP)
        program.approve(program.asked(what=what), ELI)
    program.work(rounds=5, seconds=3)
    assert [program.payout(number).state for number in (2, 3)] == [State.SETTLED, State.APPROVED]


def test_a_held_payout_can_be_stopped(lives: Lives) -> None:
    """A rejection while it is held is the end of it."""
    program = lives.under(HOLD)
    held = program.approve(program.asked(), ELI)
    program.clock.on(hours=23)
    program.reject(held, NOA)
    program.clock.on(hours=2)
    assert program.work(rounds=3, seconds=3).state is State.REJECTED
    assert program.world.sent == 0


def test_who_leaves_while_it_is_held_does_not_count(lives: Lives) -> None:
    """The approvers are found afresh after the hold, not before it; and who approves then begins
    another one."""
    program = lives.under(HOLD)
    held = program.approve(program.asked(), ELI)
    program.world.crowd.standings[ELI.id] = Standing.DEACTIVATED
    assert program.work().state is State.APPROVED
    assert held.held_until is not None
    program.clock.now = held.held_until
    payout = reopened(program)
    again = program.approve(payout, DANA)
    assert again.held_until == program.clock() + timedelta(hours=24)


# -- another policy -------------------------------------------------------------------------------


def test_an_approved_payout_must_satisfy_the_new_policy_too(lives: Lives) -> None:
    """One approval sufficed; the new policy asks for two, one of them from cfo: it goes back to
    people with the approval that it has, and is sent once both are satisfied."""
    before = lives.under(ONE)
    before.approve(before.asked(), ELI)
    program = lives.under(TWO_ONE_CFO)
    payout = reopened(program)
    assert (givers(payout), payout.quorum, payout.missing) == ({ELI.id}, 2, 1)
    assert f"needs 1 more of {{{DANA.id}}} (1 from cfo)" in str(program.lines()[-1].facts)
    program.approve(payout, DANA)
    assert program.work(rounds=5, seconds=3).state is State.SETTLED


def test_a_laxer_policy_frees_nothing_that_was_asked_for_under_a_stricter_one(lives: Lives) -> None:
    """The policy under which it was asked for holds on, up to the claim."""
    before = lives.under(TWO)
    both(before)
    program = lives.under(ONE)
    program.world.crowd.standings[ELI.id] = Standing.DEACTIVATED
    payout = reopened(program)
    assert (payout.quorum, payout.missing) == (2, 1)
    assert payout.policy == policy(TWO).hash


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        (f'[request]\ncoins = ["USDC"]\n{ONE}', "The policy allows no payouts in USDT."),
        (f'[request]\nnetworks = ["BSC"]\n{ONE}', "The policy allows no payouts on TRX."),
        (f'[request]\ndestinations = ["cwallet-id"]\n{ONE}', "no payouts to addresses."),
        (f"{ONE}[limits.total]\nday = 200\n", "The limit is 200 USD a day in total"),
        (HOLD, "The policy lets a new destination wait longer after its approval."),
    ],
    ids=["coin", "network", "destination", "limit", "hold"],
)
def test_what_a_new_policy_forbids_waits(lives: Lives, rules: str, why: str) -> None:
    """Whatever it is that the new policy would not have let through, nothing is sent under it, and
    the payout says why; under its own policy again, it goes out."""
    before = lives.under(ONE)
    before.approve(before.asked(), ELI)
    waits(lives.under(rules), why)
    lives.world.clock.on(minutes=10)
    assert lives.under(ONE).work(rounds=5, seconds=3).state is State.SETTLED
    assert lives.world.sent == 1


def test_limits_of_a_policy_count_up_to_the_claim(lives: Lives) -> None:
    """Of two approved payouts that a new limit lets through one by one, but not together, none goes
    out; once one of them is stopped, the other does."""
    before = lives.under(ONE)
    for _ in range(2):
        before.approve(before.asked(what=before.ask(amount="300")), ELI)
    program = lives.under(f"{ONE}[limits.total]\nday = 500\n")
    waits(program, "300 USD of it are used or on their way")
    program.reject(program.payout(2), DANA)
    assert program.work(rounds=5, seconds=300).state is State.SETTLED
    assert program.world.sent == 1


# -- told -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def on() -> Iterator[Stage]:
    with stage() as running:
        yield running


def test_the_thread_tells_that_it_went_back(lives: Lives, on: Stage) -> None:
    """Who reads the thread learns that an approval ended and who can give the next one."""
    program, made = lives.under(TWO), bench(on)
    both(program)
    program.world.crowd.standings[ELI.id] = Standing.DEACTIVATED
    reopened(program)
    writer = courier(program, made.client)
    while writer.once():
        program.clock.on(seconds=1)
    shown = {words(one.blocks): one for one in made.slack.messages(PAYOUTS.id)}
    (card,) = [one for said, one in shown.items() if said.startswith("Payout 1:")]
    assert "Waits for 1 more approval" in words(card.blocks)
    said = " ".join(words(one.blocks) for one in made.slack.thread(PAYOUTS.id, card.ts))
    assert f"@{ELI.id}" in said
    assert f"@{NOA.id}" in said
    assert made.slack.complaints == []


def test_a_new_policy_is_told_in_the_channel(tmp_path: Path) -> None:
    """The first start says nothing; a start with other rules tells once what changed, in words; a
    start with the same rules says nothing again."""
    with working(tmp_path) as office:
        assert office.slack.messages(PAYOUTS.id) == ()
        changed = office.settings.model_copy(update={"payouts_approvers": (DANA_IN_SLACK.id,)})
        for settings, told in ((office.settings, 0), (changed, 1), (changed, 1)):
            office.bot.close()
            office.bot = wire(settings, clock=office.clock, transport=loopback)
            for worker in office.bot.workers:
                worker.once()
            assert len(office.slack.messages(PAYOUTS.id)) == told
        said = words(office.slack.messages(PAYOUTS.id)[0].blocks)
        assert f"No longer: approvers: @{DANA.id} and @{ELI.id}." in said
        assert f"New: approvers: @{DANA.id}." in said
        with office.bot.ledger.reading() as reading:
            kinds = [line.kind for line in reading.lines("ledger", 0)]
        assert [kind for kind in kinds if kind in (Note.POLICY, Note.POLICY_CHANGED)] == [
            Note.POLICY,
            Note.POLICY_CHANGED,
        ]
        assert RITA.id not in said
