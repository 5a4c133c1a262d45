"""Over an upgrade: what the first release left is read, sent and told by this program.

The ledgers are those of tests/ledger/format1: payout 2 is certainly absent, 3 waits for its second
approval, 5 has an attempt that could not connect.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from approvals.ledger import Ledger
from approvals.payout import Payout, State
from approvals.policy import read_policy, written_out
from bot.cli import main
from tests.core import DANA, ELI, NOON, RITA, Clock, Program, World
from tests.ledger.format1.make import ACCOUNTS, gateway, put
from tests.policies import PEOPLE, TIERS
from tests.policies import policy as tiered

pytest_plugins = ["tests.stage"]

APIS = ("v1", "v2")
ABSENT, WAITING, UNSENT = 2, 3, 5


@pytest.fixture
def clock() -> Clock:
    """A quarter of an hour after the first release wrote last."""
    return Clock(NOON + timedelta(minutes=35))


@pytest.fixture
def old(path: Path, api: str) -> Path:
    return put(path, api)


@pytest.fixture
def upgraded(old: Path, world: World) -> Iterator[Program]:
    """This program over that ledger, in front of a CCPayment that has payout 1 and no other."""
    ledger = Ledger(old)
    ledger.bind(RITA.team, ACCOUNTS[world.api], world.clock())
    ledger.close()
    program = Program(old, world, gateway=gateway(world), policy=tiered(TIERS))
    settled = program.payout(1).attempts[0]
    now, world.clock.now = world.clock.now, NOON
    program.gateway.withdraw(settled.body, settled.timestamp)
    world.clock.now = now
    assert world.sent == 1
    yield program
    program.verified()
    program.ledger.close()


def run(*words: str) -> str:
    done = CliRunner().invoke(main, words, env={})
    assert done.exit_code == 0, done.output
    return done.output


def sent_alike(program: Program, before: Payout) -> None:
    """What went out for it is, byte for byte, what its first attempt held; it settles."""
    after = program.payout(before.number)
    assert len(after.attempts) == 2
    assert after.attempts[0].body == after.attempts[1].body == before.attempts[0].body
    assert program.world.pretend.received[-1].body.decode() == before.attempts[0].body
    assert (after.reference, after.canonical) == (before.reference, before.canonical)
    assert before.reference in program.world.pretend.book.orders
    assert after.state is State.SETTLED


def test_an_attempt_that_did_not_leave_is_made_again(upgraded: Program) -> None:
    """A payout whose attempt could not connect before the upgrade goes out after it, under the same
    reference and with the same bytes, an empty memo of API v1 included."""
    before = upgraded.payout(UNSENT)
    assert ('"memo":""' in before.attempts[0].body) is (upgraded.world.api == "v1")
    upgraded.work(rounds=4, seconds=5)
    sent_alike(upgraded, before)


def test_send_again_sends_the_same_again(upgraded: Program) -> None:
    """So does a payout that was absent before the upgrade, once an approver presses "Send
    again"."""
    before = upgraded.payout(ABSENT)
    upgraded.desk.send_again(ABSENT, before.digest, DANA, trigger=upgraded.trigger())
    upgraded.work(rounds=4, seconds=5)
    sent_alike(upgraded, before)


def test_what_waited_is_approved_and_sent(upgraded: Program) -> None:
    """A payout with one of two approvals takes the second after the upgrade; what was approved is
    the content of format 1, and its body is one of format 1."""
    before = upgraded.payout(WAITING)
    upgraded.approve(before, ELI)
    upgraded.work(rounds=4, seconds=5)
    after = upgraded.payout(WAITING)
    assert [approval.by.id for approval in after.approvals] == [DANA.id, ELI.id]
    assert (after.state, after.content.format) == (State.SETTLED, 1)
    assert ('"memo":""' in after.attempts[0].body) is (upgraded.world.api == "v1")


def test_what_is_asked_for_now_has_the_new_format(upgraded: Program) -> None:
    """A new payout is one of format 2, and goes out without an empty memo."""
    made = upgraded.approved(what=upgraded.ask(amount="80", reason="Invoice 1048"))
    upgraded.work(rounds=4, seconds=5)
    after = upgraded.payout(made.number)
    assert (made.number, after.state, after.content.format) == (7, State.SETTLED, 2)
    assert "memo" not in json.loads(after.attempts[0].body)


def test_a_rule_that_came_later_holds_for_what_is_asked_for_now(old: Path, world: World) -> None:
    """The same policy file, served by this release, counts payouts to one destination together:
    those from before go on as they were judged, and count for a new one."""
    with closing(Ledger(old)) as ledger:
        ledger.bind(RITA.team, ACCOUNTS[world.api], world.clock())
    policy = read_policy(written_out(PEOPLE + TIERS))
    program = Program(old, world, gateway=gateway(world), policy=policy)
    program.work(rounds=4, seconds=5)
    unsent, new = program.payout(UNSENT), program.asked(what=program.ask(amount="5"))
    assert (unsent.quorum, unsent.state, unsent.together_by) == (1, State.SETTLED, None)
    assert (new.quorum, new.others) == (2, (6, 5, 3, 1))
    assert new.together == (250 + 1500 + 60 + 70) * 1_000_000
    program.verified()
    program.ledger.close()


@pytest.mark.parametrize(
    "words",
    [
        ("payouts", "list"),
        ("payouts", "list", "--csv"),
        ("payouts", "list", "--json"),
        ("payouts", "show", "2", "--json"),
        ("payouts", "show", "6"),
    ],
)
def test_reports_say_the_same_before_and_after(
    old: Path, words: tuple[str, ...], clock: Clock, api: str
) -> None:
    """Lists, sheets and records of a ledger of format 1 are the same as it lies there and once it
    was brought up."""
    before = run(*words, "--ledger", str(old))
    ledger = Ledger(old)
    ledger.bind(RITA.team, ACCOUNTS[api], clock())
    ledger.close()
    assert run(*words, "--ledger", str(old)) == before


def test_an_auditor_checks_an_old_file(old: Path) -> None:
    """`audit verify` checks a ledger of format 1 where it lies, without writing to it."""
    before = old.read_bytes()
    assert "34 lines and 6 payouts checked; all of them fit." in run(
        "audit", "verify", "--ledger", str(old)
    )
    assert old.read_bytes() == before


def test_a_command_that_writes_says_what_comes_first(old: Path) -> None:
    """`unfreeze` does not bring a ledger up: the sentence says who does, and the exit status is
    2."""
    done = CliRunner().invoke(main, ["unfreeze", "--reason", "x", "--ledger", str(old)], env={})
    assert done.exit_code == 2
    assert "this ledger has format 1, and this program writes 2" in done.output
    assert "start `countersign serve`" in done.output
