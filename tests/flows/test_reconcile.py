"""CCPayment's own books, held against the ledger: what fits, what does not, and how it is told."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result

from approvals.gateway import GatewayTrouble
from approvals.payout import Payout, State
from approvals.reconcile import Reconciled, reconcile
from approvals.times import to_seconds, utc_now
from bot.cli import main
from sandbox.ccpayment import Mode
from sandbox.ccpayment.book import Order
from tests.core import APP_IDS, DANA, NOON, SECRET, Clock, Program, Tapped, World, once

pytest_plugins = ["tests.stage"]

APIS = ("v1", "v2")
WHAT = {"v1": "payout", "v2": "withdrawal"}
DAY = timedelta(days=1)


def books(program: Program, since: timedelta = -DAY, until: timedelta = DAY) -> Reconciled:
    """What comes of comparing the days around noon."""

    def known() -> tuple[Payout, ...]:
        with program.ledger.reading() as reading:
            return reading.between(NOON - DAY, NOON + 9 * DAY)

    return reconcile(program.gateway, known, NOON + since, NOON + until)


def odd(found: Reconciled) -> list[tuple[int | None, str]]:
    return [(one.payout, one.what) for one in found.odd]


def sent(program: Program, mode: Mode = Mode.NORMAL) -> Payout:
    """A payout that CCPayment took, at its end."""
    program.world.pretend.switch(mode, once=True)
    number = program.approved().number
    program.work(rounds=4, seconds=3)
    return program.payout(number)


def order_of(program: Program, payout: Payout) -> Order:
    return program.world.pretend.book.orders[payout.reference]


def rewrite(program: Program, order: Order, **changes: object) -> None:
    """CCPayment's books say something else of an order."""
    taken = program.world.pretend.book.withdrawals
    taken[taken.index(order)] = replace(order, **changes)  # type: ignore[arg-type]


def test_books_that_fit(program: Program) -> None:
    """What settled, what failed there, what is still on its way, and what never left: all of it
    fits, and it is said whether CCPayment's own list was read."""
    assert sent(program).state is State.SETTLED
    assert sent(program, Mode.FAILS_LATER).state is State.FAILED
    program.reject(program.asked())
    program.approved()
    program.work()
    found = books(program)
    assert (found.compared, found.odd) == ({"v1": 4, "v2": 3}[program.world.api], ())
    assert found.listed is (program.world.api == "v2")


def test_what_is_not_as_approved_does_not_fit(program: Program) -> None:
    """Another amount than approved is named, with both."""
    payout = sent(program)
    program.world.pretend.switch(Mode.LOOK_UPS_LARGER)
    what = "amount: approved 250, CCPayment reports 500"
    assert odd(books(program)) == [(payout.number, what)]


def test_what_ended_otherwise_does_not_fit(program: Program) -> None:
    """A payout that is over here and came to another end there is named."""
    payout = sent(program, Mode.FAILS_LATER)
    settled = {"v1": "Successful", "v2": "Success"}[program.world.api]
    order = order_of(program, payout)
    rewrite(program, order, fate=order_of(program, sent(program)).fate, txid="f3a9")
    what = f"it is failed here, but CCPayment says {settled}"
    assert odd(books(program)) == [(payout.number, what)]


def test_what_failed_here_and_was_taken_there_does_not_fit(program: Program) -> None:
    """A payout that CCPayment declined, and took all the same, is named at either API."""
    taught = Program(program.path.with_name("t.db"), program.world, gateway=program.world.taught())
    program.world.pretend.switch(Mode.DECLINED, once=True)
    number = taught.approved().number
    taught.work(rounds=4, seconds=8)
    declined = taught.payout(number)
    assert declined.state is State.FAILED
    assert odd(books(taught)) == []
    taught.gateway.withdraw(declined.attempts[0].body, to_seconds(program.clock()))
    program.clock.on(seconds=10)
    assert {payout for payout, _ in odd(books(taught))} == {number}
    taught.ledger.close()


def test_what_nobody_approved_does_not_fit(program: Program) -> None:
    """A withdrawal for a payout that still waits for its approvals is named at either API."""
    payout = program.asked()
    body = program.gateway.body(payout.content, payout.reference)
    program.gateway.withdraw(body, to_seconds(program.clock()))
    program.clock.on(seconds=10)
    [(number, what)] = odd(books(program))
    assert number == payout.number
    assert what.startswith("it is requested here, but CCPayment says ")


@pytest.mark.parametrize("api", ["v1"])
def test_what_left_twice_is_seen_without_a_list(program: Program) -> None:
    """Where CCPayment shows two withdrawals under one reference, sending stops, and the books do
    not fit."""
    payout = sent(program, Mode.DELIVERED_TWICE)
    with program.ledger.reading() as reading:
        frozen = reading.frozen()
    assert frozen is not None
    assert "withdrawals: approved 1, CCPayment reports 2" in frozen.why
    assert (payout.number, "withdrawals: approved 1, CCPayment reports 2") in odd(books(program))


def test_books_that_move_on_meanwhile_fit(program: Program) -> None:
    """The bot goes on while its books are compared: what was sent, or settled, between one question
    and the next is no difference."""
    program.approved()
    program.work()
    program.approved()
    moving = once("before find", lambda: program.work(rounds=2, seconds=1))
    gateway = Tapped(program.gateway, moving)

    def known() -> tuple[Payout, ...]:
        with program.ledger.reading() as reading:
            before = reading.between(NOON - DAY, NOON + 9 * DAY)
        program.work(rounds=3, seconds=3)
        return before

    assert reconcile(gateway, known, NOON - DAY, NOON + DAY).odd == ()


def test_what_is_unknown_there_does_not_fit(program: Program) -> None:
    """A payout that was sent here, and of which CCPayment knows nothing, is named."""
    payout, _ = sent(program), sent(program)
    program.world.pretend.book.withdrawals.remove(order_of(program, payout))
    what = "it is settled here, but CCPayment knows no such reference"
    assert odd(books(program)) == [(payout.number, what)]


def test_another_number_does_not_fit(program: Program) -> None:
    """An order that goes by another number than the one on record is named, with both."""
    payout = sent(program)
    rewrite(program, order_of(program, payout), order_id="7")
    what = f"order_id: on record {payout.order_id}, CCPayment reports 7"
    assert odd(books(program)) == [(payout.number, what)]


def test_what_was_found_after_midnight_fits(program: Program) -> None:
    """A payout that CCPayment took before midnight, and that was found only after it, is missing on
    neither day."""
    midnight = NOON + timedelta(hours=12)
    sent(program)
    program.clock.now = midnight - timedelta(seconds=10)
    program.world.pretend.switch(Mode.ANSWER_LOST, once=True)
    number = program.approved().number
    program.work(rounds=3, seconds=20)
    payout = program.payout(number)
    assert payout.sent_at is not None
    assert payout.sent_at > midnight > order_of(program, payout).created
    for since, until in ((-DAY, midnight - NOON), (midnight - NOON, 2 * DAY)):
        assert odd(books(program, since, until)) == []


@pytest.mark.parametrize("api", ["v2"])
def test_what_left_without_a_payout_does_not_fit(program: Program) -> None:
    """Where CCPayment lists its withdrawals, one that belongs to no payout of this ledger is named,
    with what it says of itself."""
    sent(program)
    other = Program(program.path.with_name("other.db"), program.world)
    other.desk._nonce = lambda: f"{Random(3).getrandbits(128):032x}"
    foreign = sent(other)
    other.ledger.close()
    [(payout, what)] = odd(books(program))
    assert payout is None
    assert what.startswith(
        "no payout of this ledger: 250 USDT to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
    )
    assert what.endswith(f" under the reference {foreign.reference}, Success")


@pytest.mark.parametrize("api", ["v2"])
def test_what_left_twice_does_not_fit(program: Program) -> None:
    """Two withdrawals under one reference are named as that."""
    payout = sent(program)
    program.gateway.withdraw(payout.attempts[0].body, to_seconds(program.clock()))
    program.clock.on(seconds=5)
    found = odd(books(program))
    assert (payout.number, "CCPayment has it twice") in found
    assert {number for number, _ in found} == {payout.number}


def test_books_that_cannot_be_read_are_no_books(program: Program) -> None:
    """Where CCPayment does not answer, nothing is said to fit."""
    payout = sent(program)
    program.world.pretend.switch(Mode.LOOK_UPS_DOWN)
    if program.world.api == "v2":
        with pytest.raises(GatewayTrouble):
            books(program)
    else:
        what = "CCPayment gave no usable answer: HTTP 503."
        assert odd(books(program)) == [(payout.number, what)]


# -- by command -----------------------------------------------------------------------------------


@pytest.fixture
def today(
    tmp_path: Path, new_world: Callable[[Clock], World], monkeypatch: pytest.MonkeyPatch
) -> World:
    """A world of today, and the settings for it."""
    world = new_world(Clock(utc_now() - timedelta(minutes=1)))
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-none",
        "SLACK_SIGNING_SECRET": "none",
        "CCPAYMENT_API": world.api,
        "CCPAYMENT_APP_ID": APP_IDS[world.api],
        "CCPAYMENT_APP_SECRET": SECRET,
        "CCPAYMENT_URL": world.url,
        "PAYOUTS_CHANNEL": "C1",
        "PAYOUTS_APPROVERS": DANA.id,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'payouts.db'}",
    }
    monkeypatch.chdir(tmp_path)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return world


def typed(*words: str) -> Result:
    return CliRunner().invoke(main, ("payouts", "reconcile", *words))


def test_the_command_says_that_all_fits(today: World, tmp_path: Path) -> None:
    """`payouts reconcile` compares yesterday and today, and says so where only payouts could be
    looked up."""
    program = Program(tmp_path / "payouts.db", today)
    payout = sent(program)
    program.ledger.close()
    today.clock.now = utc_now()
    result = typed()
    assert result.exit_code == 0
    assert result.output.startswith(f"1 {WHAT[today.api]} compared; all of them fit.")
    assert ("This API does not list its withdrawals" in result.output) == (today.api == "v1")
    assert ("Nor does it say to which address" in result.output) == (today.api == "v1")
    rewrite(program, today.pretend.book.orders[payout.reference], order_id="7")
    result = typed()
    assert result.exit_code == 1
    assert f"order_id: on record {payout.order_id}, CCPayment reports 7" in result.output
    assert f"1 {WHAT[today.api]} compared; 1 thing does not fit." in result.output
    [found] = json.loads(typed("--json").output)["odd"]
    assert (found["payout"], found["order_id"]) == (payout.number, "7")


def test_an_outage_is_no_difference(today: World, tmp_path: Path) -> None:
    """Where CCPayment does not answer, the exit status does not say that the books differ."""
    program = Program(tmp_path / "payouts.db", today)
    sent(program)
    program.ledger.close()
    today.clock.now = utc_now()
    today.pretend.switch(Mode.LOOK_UPS_DOWN)
    result = typed()
    assert result.exit_code == 2
    assert "CCPayment gave no usable answer" in result.output


def test_a_refusal_says_who_must_look(
    today: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a wrong secret the command says that CCPayment refuses, and what; not that it knows no
    payout of ours."""
    program = Program(tmp_path / "payouts.db", today)
    sent(program)
    program.ledger.close()
    today.clock.now = utc_now()
    monkeypatch.setenv("CCPAYMENT_APP_SECRET", "another")
    result = typed()
    assert result.exit_code == 2
    assert "CCPayment refused the request: " in result.output
    assert "Whoever runs Countersign must look." in result.output


def test_the_command_compares_no_other_account(
    today: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger of another account, or of one at the other API, is not compared at all."""
    program = Program(tmp_path / "payouts.db", today)
    program.asked()
    program.ledger.close()
    other = next(api for api in APIS if api != today.api)
    monkeypatch.setenv("CCPAYMENT_API", other)
    monkeypatch.setenv("CCPAYMENT_APP_ID", APP_IDS[other])
    result = typed()
    assert result.exit_code == 2
    assert "another CCPayment account than this ledger's" in result.output


@pytest.mark.parametrize(
    "words",
    [("--from", "2026-03-02", "--to", "2026-03-01"), ("--from", "2999-01-01")],
)
def test_days_that_are_none_are_refused(
    today: World, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """Nothing is said to fit where nothing was compared."""
    program = Program(tmp_path / "payouts.db", today)
    sent(program)
    program.ledger.close()
    result = typed(*words)
    assert result.exit_code == 2
    assert "These are no days" in result.output


def test_the_last_day_alone_is_that_day(today: World, tmp_path: Path) -> None:
    """`--to` without `--from` means one day, today at the latest."""
    program = Program(tmp_path / "payouts.db", today)
    sent(program)
    program.ledger.close()
    day = today.clock.now.date().isoformat()
    today.clock.now = utc_now()
    assert typed("--to", day).output.startswith("1 ")
    assert typed("--to", "2026-01-31").output.startswith("0 ")
    assert typed("--to", "9999-12-31").exit_code == 0


@pytest.mark.parametrize("api", ["v2"])
def test_the_command_says_what_a_code_means(
    today: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where CCPayment refuses the question, what its code means and what to do is told."""
    program = Program(tmp_path / "payouts.db", today)
    program.ledger.open()
    program.ledger.close()
    monkeypatch.setenv("CCPAYMENT_APP_SECRET", "another")
    today.clock.now = utc_now()
    result = typed()
    assert result.exit_code == 2
    assert "check CCPAYMENT_APP_ID and CCPAYMENT_APP_SECRET" in result.output
