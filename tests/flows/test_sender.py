"""The way out: look, check, claim, send, record. What keeps a payout in, and what stops it."""

import itertools
import json
import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from approvals.ccpayment.wire import Deadlines
from approvals.content import Account, Content, FeePayer, digest_of, reference_of
from approvals.errors import Stale
from approvals.payout import Kind, Payout, State
from approvals.people import Standing
from approvals.policy import short_policy
from approvals.times import to_seconds
from approvals.workable import Cannot
from sandbox.ccpayment import Mode
from sandbox.ccpayment.catalogue import CATALOGUE, Availability, Catalogue
from tests.core import (
    CALLS,
    DANA,
    ELI,
    NOA,
    RITA,
    TO_CWALLET,
    TRON,
    Network,
    Program,
    Tapped,
    TappedLedger,
    World,
    ask,
    once,
)

pytest_plugins = ["tests.stage"]

APIS = ("v1", "v2")
Tap = Callable[[str], None]


def tapped(path: Path, world: World, tap: Tap) -> Program:
    """A program whose gateway calls pass by `tap`."""
    return Program(path, world, gateway=Tapped(world.gateway(), tap))


def waits(program: Program, why: str) -> None:
    """Nothing is sent now, and the payout says why."""
    payout = program.work()
    assert (payout.state, program.world.sent) == (State.APPROVED, 0)
    assert payout.delay is not None
    assert why in payout.delay


# -- the main path --------------------------------------------------------------------------------


def test_an_approved_payout_is_sent_and_settles(program: Program) -> None:
    """From the request to the end: one withdrawal, whose order number, fee with coin, and
    transaction are on record, and every step is a line."""
    program.asked()
    estimated = program.work()
    assert (estimated.balance, estimated.estimated_fee) == (Decimal(25000), Decimal("1.5"))
    program.approve(estimated)
    sent = program.work()
    (order,) = program.world.pretend.book.withdrawals
    assert (sent.state, sent.order_id) == (State.SENT, order.order_id)
    assert sent.network_fee == {"v1": Decimal("1.5"), "v2": None}[program.world.api]
    settled = program.work(rounds=5, seconds=3)
    assert (settled.state, settled.txid) == (State.SETTLED, order.txid)
    assert (settled.network_fee, settled.network_fee_coin) == (Decimal("1.5"), "USDT")
    assert program.world.sent == 1
    steps = ["requested", "estimated", "approved", "claimed", "sent"]
    assert program.kinds()[:5] == steps
    assert program.kinds()[-1] == "settled"
    assert program.verified().payouts == 1
    with program.ledger.reading() as reading:
        assert reading.next_due(1) is None


TO_XRP: dict[str, Any] = {
    "coin": "XRP",
    "network": "XRP",
    "destination": "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH",
}
WRITTEN: dict[str, dict[str, object]] = {
    "v1": {
        "merchant_order_id": "…",
        "address": TO_XRP["destination"],
        "token_id": CATALOGUE.token_on("XRP", "XRP").token_id,
        "value": "25.5",
        "memo": "0012345",
        "merchant_pays_fee": True,
    },
    "v2": {
        "orderId": "…",
        "address": TO_XRP["destination"],
        "coinId": CATALOGUE.coin("XRP").number,
        "chain": "XRP",
        "amount": "25.5",
        "memo": "0012345",
        "merchantPayNetworkFee": True,
    },
}
"""What goes out for 25.5 XRP with a memo, by API; the reference as …"""


def test_what_was_approved_is_what_arrives(program: Program) -> None:
    """CCPayment receives the approved destination, coin, amount, memo and fee payer under our
    reference, in the bytes and with the timestamp that were committed before."""
    asked = {"amount": "25.5", "memo": "0012345", "fee_payer": FeePayer.COMPANY, **TO_XRP}
    program.approved(what=program.ask(**asked))
    program.clock.on(milliseconds=700)
    payout = program.work()
    (call,) = program.world.pretend.received
    (attempt,) = payout.attempts
    assert call.body == attempt.body.encode()
    assert call.headers["timestamp"] == str(attempt.timestamp) == str(to_seconds(program.clock()))
    wire = program.world.pretend._wire
    assert call.headers["sign"] == wire.signature(str(attempt.timestamp), call.body)
    assert (
        json.loads(call.body.replace(payout.reference.encode(), "…".encode()))
        == (WRITTEN[program.world.api])
    )


def test_a_fee_of_nothing_is_a_fee(program: Program) -> None:
    """A payout to a Cwallet user costs no network fee, and that is on record as a fee of 0."""
    program.approved(what=program.ask(amount="10", **TO_CWALLET))
    sent = program.work()
    assert sent.network_fee == {"v1": Decimal(0), "v2": None}[program.world.api]
    settled = program.work(rounds=4, seconds=3)
    assert (settled.state, settled.txid) == (State.SETTLED, None)
    assert (settled.network_fee, settled.network_fee_coin) == (Decimal(0), "USDT")


def test_a_fee_of_nothing_is_learned_once(program: Program) -> None:
    """Where only the look-up names the fee of 0, it is learned once and not again each time."""
    program.world.pretend.switch(Mode.ANSWER_LOST)
    program.world.pretend.book._settle_after = timedelta(hours=1)
    program.approved(what=program.ask(amount="10", **TO_CWALLET))
    sent = program.work(rounds=8, seconds=20)
    assert (sent.state, sent.network_fee) == (State.SENT, Decimal(0))
    assert program.kinds().count("learned") == 0


def test_several_payouts_go_their_ways(program: Program) -> None:
    """Each payout is one withdrawal under its own reference, however many are approved at once."""
    made = [program.approved(who) for who in (RITA, NOA, RITA)]
    program.work(rounds=5, seconds=3)
    references = {order.ask.reference for order in program.world.pretend.book.withdrawals}
    assert references == {payout.reference for payout in made}
    assert program.world.sent == 3
    assert {program.payout(number).state for number in (1, 2, 3)} == {State.SETTLED}


FAILED_SINCE = {"v1": "its status is Failed", "v2": "The transfer failed"}
"""Why, in CCPayment's words, as far as it has any."""


def test_a_withdrawal_that_fails_later_is_failed(program: Program) -> None:
    """What CCPayment took and failed afterwards is failed, with its order and CCPayment's word or
    reason; it never reads as if nothing had been sent."""
    program.world.pretend.switch(Mode.FAILS_LATER)
    program.approved()
    payout = program.work(rounds=5, seconds=3)
    assert (payout.state, payout.gateway_status) == (State.FAILED, "Failed")
    assert payout.order_id is not None
    assert payout.because == FAILED_SINCE[program.world.api]
    assert payout.left


# -- look -----------------------------------------------------------------------------------------


def test_what_the_gateway_knows_already_is_not_sent(program: Program) -> None:
    """If the look before sending finds the reference, it is taken over: no call, no second
    withdrawal."""
    approved = program.approved()
    gateway = program.gateway
    gateway.withdraw(
        gateway.body(approved.content, approved.reference), to_seconds(program.clock())
    )
    payout = program.work()
    assert (payout.state, payout.attempts) == (State.SENT, ())
    assert program.work(rounds=4, seconds=3).state is State.SETTLED
    assert program.world.sent == 1
    assert program.kinds()[2:5] == ["adopted", "alarm", "sent"]


REFUSED_FOR_THE_SECRET = {
    "v1": 'CCPayment refused the request: "invalid sign" (229013).'
    " Whoever runs Countersign must look.",
    "v2": 'CCPayment refused the request: "signature verification failed" (11005). The signature is'
    " wrong: check CCPAYMENT_APP_ID and CCPAYMENT_APP_SECRET. Whoever runs Countersign must look.",
}


@pytest.mark.parametrize(
    ("api", "mode"),
    [
        *itertools.product(APIS, (Mode.LOOK_UPS_DOWN, Mode.LOOK_UPS_ERROR)),
        ("v1", Mode.LOOK_UPS_BADLY_SIGNED),  # v2 says by an error that it knows no such
        ("v1", Mode.LOOK_UPS_UNSIGNED),  # reference, and errors are never signed
    ],
)
def test_without_a_look_nothing_is_sent(program: Program, mode: Mode) -> None:
    """As long as look-ups give no usable answer, nothing is sent; then it goes on by itself."""
    program.world.pretend.switch(mode)
    program.approved()
    waits(program, "CCPayment gave no usable answer: ")
    assert program.work(rounds=5, seconds=60).state is State.APPROVED
    assert program.kinds().count("delayed") == 1
    program.world.pretend.switch(Mode.NORMAL)
    assert program.work(rounds=3, seconds=300).state is State.SETTLED
    assert program.world.sent == 1


def test_who_must_do_something_reads_what(path: Path, world: World) -> None:
    """With a wrong secret the payout that waits says that CCPayment refuses, in its own words, what
    the code means where that is known, and that whoever runs Countersign must look."""
    program = Program(path, world, gateway=world.gateway(secret="another"))
    program.approved()
    waits(program, REFUSED_FOR_THE_SECRET[world.api])
    program.ledger.close()
    program = Program(path, world)
    assert program.work(rounds=2, seconds=5).state is State.SENT
    program.ledger.close()


def test_a_look_holds_ten_seconds(path: Path, world: World) -> None:
    """If a check took so long that the look is older than 10 s, the whole way is taken again."""
    for seconds, claims in ((10, 1), (10.000001, 0)):
        dawdle = partial(world.clock.on, seconds=seconds)
        program = tapped(path, world, once("after catalogue", dawdle))
        number = program.approved().number
        program.sender.once()
        assert program.kinds(number).count("claimed") == claims
        assert program.payout(number).state is (State.SENT if claims else State.APPROVED)
        world.clock.on(seconds=1)
        program.sender.once()
        assert program.payout(number).state in (State.SENT, State.SETTLED)
        assert world.sent == number
        program.ledger.close()


def test_checks_that_are_too_slow_each_time_are_told(path: Path, world: World) -> None:
    """Where CCPayment never answers fast enough, people read why the payout waits, CCPayment is
    asked ever more seldom, and nothing leaves; as soon as it is fast again, it goes."""
    slow, looks = [True], []

    def tap(event: str) -> None:
        looks.extend([event] if event == "before find" else [])
        if slow and event == "after catalogue":
            world.clock.on(seconds=11)

    program = tapped(path, world, tap)
    program.approved()
    program.work(rounds=40, seconds=10)
    payout = program.payout()
    assert (payout.state, world.sent) == (State.APPROVED, 0)
    assert payout.delay is not None
    assert payout.delay.endswith("CCPayment or Slack answers too slowly.")
    assert program.kinds().count("delayed") == 1
    assert len(looks) < 15
    slow.clear()
    assert program.work(rounds=2, seconds=300).state in (State.SENT, State.SETTLED)
    assert world.sent == 1
    program.ledger.close()


@pytest.mark.parametrize("event", ["after catalogue", "after commit"])
def test_a_clock_that_is_set_back_on_the_way_sends_nothing(
    path: Path, world: World, event: str
) -> None:
    """Between look and claim, or between claim and sending, the clock is set back: how old the look
    or the request is, nobody knows; nothing leaves, and the whole way is taken again."""
    right = world.clock()
    set_back: list[str] = []

    def back(reached: str) -> None:
        if reached != event or set_back:
            return
        if event == "after catalogue" or program.kinds()[-1] == "claimed":
            set_back.append(reached)
            world.clock.on(seconds=-5)

    gateway = Tapped(world.gateway(), back)
    program = Program(path, world, gateway=gateway, ledger=lambda path: TappedLedger(path, back))
    program.approved()
    program.work()
    assert (world.sent, set_back) == (0, [event])
    if event == "after commit":
        assert (
            program.payout().attempts[0].message == "the clock was set back before it could leave"
        )
    world.clock.now = right
    assert program.work(rounds=3, seconds=15).state in (State.SENT, State.SETTLED)
    assert world.sent == 1
    program.ledger.close()


# -- check ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("api", ["v2"])
def test_a_network_of_which_too_little_is_said_keeps_it_waiting(program: Program) -> None:
    """Where CCPayment leaves out what must be known of the coin on that network, nothing has
    changed that anybody knows of: the payout waits, and goes when the list is whole again."""
    program.approved()
    knobs = program.world.pretend.knobs
    program.world.pretend.knobs = replace(knobs, noes=False)
    waits(program, "CCPayment does not say all that must be known to pay USDT on TRX just now.")
    program.world.pretend.knobs = knobs
    assert program.work(rounds=2, seconds=300).state in (State.SENT, State.SETTLED)


def remapped(number: int | None = None, **changes: Any) -> Catalogue:
    """USDT on TRX with other values; `number` is what API v2 calls USDT."""
    usdt = CATALOGUE.coin("USDT")
    trx = CATALOGUE.token_on("USDT", "TRX")
    tokens = tuple(replace(t, **changes) if t is trx else t for t in usdt.tokens)
    return CATALOGUE.with_coin(replace(usdt, number=number or usdt.number, tokens=tokens))


@pytest.mark.parametrize(
    "change",
    [
        {"token_id": "00000000-0000-0000-0000-000000000000", "number": 9999},
        {"chain": "XRP"},
        {"contract": "TXYZ"},
    ],
)
def test_a_coin_that_means_something_else_now_fails(
    program: Program, change: dict[str, Any]
) -> None:
    """If the approved token is gone, or means another chain or contract, nothing is sent, for
    good."""
    program.approved()
    program.world.pretend.book.catalogue = remapped(**change)
    payout = program.work()
    assert (payout.state, program.world.sent, payout.left) == (State.FAILED, 0, False)
    assert payout.because is not None
    assert payout.because.startswith("CCPayment has changed what it means by this coin")


def test_maintenance_passes(program: Program) -> None:
    """A network under maintenance keeps the payout waiting; afterwards it is sent."""
    program.approved()
    program.world.pretend.book.catalogue = remapped(availability=Availability.MAINTENANCE)
    waits(program, "CCPayment does not pay out USDT on TRX just now")
    program.world.pretend.book.catalogue = CATALOGUE
    assert program.work(rounds=3, seconds=3).state is State.SENT


def test_what_is_to_be_delisted_is_sent(program: Program) -> None:
    """A token that is to be delisted can still be paid out."""
    program.approved()
    program.world.pretend.book.catalogue = remapped(availability=Availability.DELISTING)
    assert program.work().state is State.SENT


def listed(program: Program, symbol: str = "USDT", **changes: Any) -> None:
    """What CCPayment says of a coin on its networks from now on; `least` is the coin's."""
    book = program.world.pretend.book
    coin = book.catalogue.coin(symbol)
    least = changes.get("minimum", coin.minimum)
    tokens = tuple(replace(token, **changes) for token in coin.tokens)
    book.catalogue = book.catalogue.with_coin(replace(coin, minimum=least, tokens=tokens))


@pytest.mark.parametrize(
    ("changes", "cannot", "why"),
    [
        ({"fee": Decimal(250)}, Cannot.FEE, "The network fee is 250 USDT now."),
        (
            {"minimum": Decimal(300)},
            Cannot.MINIMUM,
            "CCPayment pays out at least 300 USDT on TRX now; this payout is over 250.",
        ),
    ],
)
def test_what_cannot_work_any_more_ends_before_it_is_sent(
    program: Program, changes: dict[str, Any], cannot: Cannot, why: str
) -> None:
    """What has come to be impossible since the approval ends as failed at the check before sending:
    nothing was sent, nothing is in doubt, and why is on record by type and in a sentence."""
    program.approved()
    listed(program, **changes)
    payout = program.work()
    assert (payout.state, payout.attempts, program.world.sent) == (State.FAILED, (), 0)
    assert str(payout.because).startswith(why)
    assert program.lines()[-1].facts["cannot"] == cannot
    assert program.work(rounds=3, seconds=60).state is State.FAILED
    assert program.verified().payouts == 1


@pytest.mark.parametrize("api", ["v2"])
def test_a_maximum_that_fell_ends_it(program: Program) -> None:
    """Where a network has a maximum, the one that holds now counts."""
    program.approved()
    listed(program, maximum=Decimal(100))
    payout = program.work()
    assert (payout.state, program.world.sent) == (State.FAILED, 0)
    assert program.lines()[-1].facts["cannot"] == Cannot.MAXIMUM


def test_a_fee_that_nobody_tells_keeps_nothing_from_being_sent(program: Program) -> None:
    """The check asks for the fee, but a payout does not hang on that question."""
    program.world.broken.add("fee")
    program.approved()
    assert program.work().state is State.SENT


class Mute(World):
    """Where nobody answers what the network fee is: whoever asks waits as long as they do."""

    def _network(self) -> Network:
        return MuteNetwork(self)


class MuteNetwork(Network):
    def __init__(self, world: Mute) -> None:
        super().__init__(frozenset(), world.nowhere, str)
        self._world = world

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.split("/", 3)[3] not in CALLS[self._world.api]["fee"]:
            return super().handle_request(request)
        waited = request.extensions["timeout"]["read"]
        self._world.clock.on(seconds=waited)
        raise httpx.ReadTimeout(f"nothing within {waited} s")


def test_a_fee_that_is_never_told_keeps_nothing_from_being_sent(path: Path, world: World) -> None:
    """Where that question hangs, it is given up so early that the look still holds."""
    mute = Mute(world.url, world.pretend, world.clock, world.nowhere, world.api)
    deadlines = Deadlines(timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=5))
    program = Program(path, mute, gateway=mute.gateway(deadlines=deadlines))
    program.approved()
    assert program.work().state is State.SENT
    assert mute.sent == 1
    program.ledger.close()


def test_a_fee_on_top_must_be_covered_as_of_now(program: Program) -> None:
    """Where the company pays the fee, the balance must cover amount and fee as they are now; until
    it does, the payout waits."""
    program.world.pretend.book._deposits["USDT"] = Decimal(252)
    program.approved(what=ask(api=program.world.api, fee_payer=FeePayer.COMPANY))
    listed(program, fee=Decimal(3))
    waits(program, "The CCPayment balance is 252 USDT; this payout needs 253.")


def test_a_top_up_lets_it_go(program: Program) -> None:
    """A balance that is too low keeps the payout waiting, with both figures; a top-up lets it
    go."""
    book = program.world.pretend.book
    book._deposits["USDT"] = Decimal("249.5")
    program.approved()
    waits(program, "The CCPayment balance is 249.5 USDT; this payout needs 250.")
    book._deposits["USDT"] = Decimal(250)
    assert program.work(rounds=3, seconds=3).state is State.SENT


def test_a_figure_that_moves_is_no_other_trouble(program: Program) -> None:
    """Where only the figures of what keeps a payout waiting change, they are kept up to date, and
    CCPayment is asked at growing intervals all the same."""
    payout, deposits = program.approved(), program.world.pretend.book._deposits
    asked = []
    for cents in range(40):
        deposits["USDT"] = Decimal(cents) / 100
        with program.ledger.reading() as reading:
            program.clock.now = max(program.clock.now, reading.next_due(1) or payout.requested_at)
        payout = program.work()
        asked.append(program.clock.now)
        assert payout.delay == (
            f"The CCPayment balance is {deposits['USDT']} USDT; this payout needs 250."
        )
    waited = [after - before for before, after in itertools.pairwise(asked)]
    assert waited[1:] == sorted(waited[1:])
    assert waited[-1] == timedelta(minutes=5)


def test_one_trouble_is_told_once(program: Program) -> None:
    """Waiting for one reason is one line, however long; another reason is another."""
    program.world.pretend.book._deposits["USDT"] = Decimal(0)
    program.approved()
    program.work(rounds=20, seconds=60)
    assert program.kinds().count("delayed") == 1
    program.world.pretend.switch(Mode.LOOK_UPS_DOWN)
    program.work(rounds=10, seconds=300)
    assert program.kinds().count("delayed") == 2
    assert program.world.sent == 0


@pytest.mark.parametrize(
    "standing", [Standing.GUEST, Standing.BOT, Standing.DEACTIVATED, Standing.STRANGER]
)
def test_an_approver_who_left_no_longer_counts(program: Program, standing: Standing) -> None:
    """If the approver is no member any more before the claim, nothing is sent: the payout goes back
    to people, and why is on record."""
    program.approved()
    program.world.crowd.standings[DANA.id] = standing
    payout = program.work()
    assert (payout.state, payout.approvals, program.world.sent) == (State.REQUESTED, (), 0)
    (line,) = [line for line in program.lines() if line.kind == Kind.REOPENED]
    assert f"{{{DANA.id}}} does not count" in str(line.facts["verdict"])
    assert program.work(rounds=3, seconds=60).state is State.REQUESTED


def test_an_approver_who_was_removed_no_longer_counts(path: Path, world: World) -> None:
    """If the policy that is in force at the claim does not name the approver, nothing is sent."""
    before = Program(path, world)
    before.approved()
    before.ledger.close()
    after = Program(path, world, policy=short_policy([ELI.id], timedelta(hours=24)))
    payout, (line,) = after.work(), [one for one in after.lines() if one.kind == Kind.REOPENED]
    after.ledger.close()
    assert (payout.state, payout.approvals, world.sent) == (State.REQUESTED, (), 0)
    assert "is not an approver" in str(line.facts["verdict"])


def test_silence_about_an_approver_waits(program: Program) -> None:
    """If nobody says whether the approver is still one, the payout waits, and goes when they
    do."""
    program.approved()
    program.world.crowd.standings[DANA.id] = Standing.UNKNOWN
    waits(program, "Slack does not say whether the approvers may still approve.")
    del program.world.crowd.standings[DANA.id]
    assert program.work(rounds=3, seconds=3).state is State.SENT


def test_nothing_is_sent_after_its_time(program: Program) -> None:
    """24 hours after the approval it expires, and nothing is sent any more."""
    program.approved()
    program.clock.on(hours=24)
    payout = program.work()
    assert (payout.state, program.world.sent) == (State.EXPIRED, 0)


def test_a_waiting_payout_expires_to_the_minute(program: Program) -> None:
    """A payout that waits for something else is not found waiting after its time."""
    program.world.pretend.switch(Mode.LOOK_UPS_DOWN)
    approved = program.approved()
    program.work()
    program.clock.now = approved.expires_at - timedelta(minutes=9)
    while program.clock() < approved.expires_at:
        program.work()
        program.clock.on(seconds=59)
    program.clock.now = approved.expires_at
    assert program.work().state is State.EXPIRED


@pytest.mark.parametrize(
    "change", [{"api": "v3"}, {"app_id": "another"}, {"url": "https://ccpayment.example"}]
)
def test_another_account_sends_nothing(path: Path, world: World, change: dict[str, str]) -> None:
    """A ledger that was made for another CCPayment account, or for one at another API, sends
    nothing, and says so."""

    class Moved(Tapped):
        @property
        def account(self) -> Account:
            return replace(super().account, **change)

    program = Program(path, world)
    program.approved()
    program.ledger.close()
    other = Program(path, world, gateway=Moved(world.gateway(), lambda _: None))
    waits(other, "This ledger belongs to another CCPayment account.")
    other.ledger.close()


# -- claim ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["find", "catalogue", "balance"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_cancel_during_the_way_out_wins(
    path: Path, world: World, call: str, moment: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Who cancels while the gateway is asked, before the claim, gets what they want: nothing is
    sent; and it is an ordinary thing, not an error."""
    program = tapped(path, world, once(f"{moment} {call}", lambda: program.cancel(approved)))
    approved = program.approved()
    payout = program.work(rounds=5, seconds=10)
    assert (payout.state, world.sent) == (State.CANCELLED, 0)
    assert program.kinds() == ["requested", "approved", "cancelled"]
    assert [entry for entry in caplog.records if entry.levelno >= logging.WARNING] == []
    program.ledger.close()


def test_a_rejection_during_the_way_out_wins(path: Path, world: World) -> None:
    """An approver who rejects before the claim stops it."""
    program = tapped(path, world, once("after balance", lambda: program.reject(approved, ELI)))
    approved = program.approved()
    payout = program.work(rounds=5, seconds=10)
    assert (payout.state, world.sent) == (State.REJECTED, 0)
    program.ledger.close()


def test_a_cancel_after_the_claim_comes_too_late(path: Path, world: World) -> None:
    """Once the intent is committed, a cancellation is refused: the request may be on its way."""

    def cancel() -> None:
        with pytest.raises(Stale):
            program.cancel(approved)

    program = tapped(path, world, once("before withdraw", cancel))
    approved = program.approved()
    assert program.work().state is State.SENT
    assert "refused" in program.kinds()
    program.ledger.close()


def edit(path: Path, sql: str, *values: object) -> None:
    """Somebody with the file changes a payout."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(sql, values)


THIEF = "TBCM13UpzKmszBZcFEqCmBqCyVhk3aqV1Z"


def other_text(payout: Payout, path: Path) -> None:
    stolen = payout.canonical.replace(TRON, THIEF)
    edit(path, "UPDATE payouts SET canonical = ?", stolen)


def other_digest(payout: Payout, path: Path) -> None:
    edit(path, "UPDATE payouts SET digest = ?", "0" * 64)


def other_reference(payout: Payout, path: Path) -> None:
    edit(path, "UPDATE payouts SET reference = ?", "p1" + "a" * 28)


def other_everything(payout: Payout, path: Path) -> None:
    """All three, so that they fit each other."""
    stolen = payout.canonical.replace(TRON, THIEF)
    digest = digest_of(stolen)
    edit(
        path,
        "UPDATE payouts SET canonical = ?, digest = ?, reference = ?, normal = ?",
        *(stolen, digest, reference_of(digest), THIEF),
    )


def other_state(payout: Payout, path: Path) -> None:
    """Another payout, that nobody approved, is made to look approved."""
    edit(path, "UPDATE payouts SET state = 'requested', approved_at = NULL, version = 1")
    edit(path, "UPDATE payouts SET state = 'approved', approved_at = requested_at, version = 2")
    edit(path, "DELETE FROM approvals")
    at = "2026-11-22T12:00:00.000000Z"
    edit(path, "INSERT INTO approvals VALUES ('payout', 1, ?, 'Eli', ?, '')", ELI.id, at)


@pytest.mark.parametrize(
    "tamper", [other_text, other_digest, other_reference, other_everything, other_state]
)
def test_a_changed_file_sends_nothing(
    program: Program, tamper: Callable[[Payout, Path], None]
) -> None:
    """If the stored payout is not what people asked for and approved, nothing is sent any more:
    sending is frozen, for other payouts too, and the reason is on record."""
    tamper(program.approved(), program.path)
    other = program.approved(NOA)
    program.work(rounds=5, seconds=3)
    assert program.world.sent == 0
    with program.ledger.reading() as reading:
        frozen = reading.frozen()
    assert frozen is not None
    assert frozen.why == "payout 1 is not what was approved"
    assert "Sending is frozen" in str(program.payout(other.number).delay)


def test_a_changed_body_is_not_sent_again(program: Program) -> None:
    """Another attempt sends the bytes of the first; if they would differ, sending freezes."""
    program.world.broken = {"withdraw"}
    program.approved()
    assert program.work().attempts[0].outcome is Kind.UNSENT
    edit(program.path, "UPDATE attempts SET body = replace(body, '250', '251')")
    program.world.broken = set()
    payout = program.work(rounds=5, seconds=20)
    assert (payout.state, program.world.sent) == (State.SENDING, 0)
    assert "is not what was approved" in str(payout.delay)


def test_a_body_is_made_alike_or_not_at_all(path: Path, world: World) -> None:
    """If the program has learned to write the request otherwise since the first attempt, it does
    not send that under the same reference."""

    class Reworded(Tapped):
        def body(self, content: Content, reference: str) -> str:
            return json.dumps(json.loads(super().body(content, reference)))

    before = Program(path, world)
    world.broken = {"withdraw"}
    before.approved()
    assert before.work().attempts[0].outcome is Kind.UNSENT
    before.ledger.close()
    world.broken = set()
    after = Program(path, world, gateway=Reworded(world.gateway(), lambda _: None))
    payout = after.work(rounds=3, seconds=20)
    assert (payout.state, world.sent) == (State.SENDING, 0)
    assert "is not what was approved" in str(payout.delay)
    after.ledger.close()


# -- send -----------------------------------------------------------------------------------------


def test_a_request_that_grew_old_does_not_leave(path: Path, world: World) -> None:
    """If more than 30 s pass between claim and sending, the request is dropped as not sent, and a
    new attempt follows."""
    waited: list[datetime] = []

    def stall(event: str) -> None:
        if event == "after commit" and program.kinds()[-1] == "claimed" and not waited:
            world.clock.on(seconds=31)
            waited.append(world.clock())

    program = Program(path, world, ledger=lambda path: TappedLedger(path, stall))
    program.approved()
    payout = program.work()
    assert (payout.state, world.sent) == (State.SENDING, 0)
    assert payout.attempts[0].message == "the request grew old before it could leave"
    payout = program.work(rounds=2, seconds=15)
    assert (payout.state, len(payout.attempts), world.sent) == (State.SENT, 2, 1)
    program.ledger.close()


def test_a_step_that_raises_is_put_off(
    path: Path, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """An error of our own is logged and tried again later, later each time; other payouts go on."""

    def fail(event: str) -> None:
        if event == "before find" and faults:
            faults.pop()
            raise RuntimeError("an error of our own")

    faults = [1, 2]
    program = tapped(path, world, fail)
    program.approved()
    program.approved()
    caplog.set_level(logging.CRITICAL, logger="approvals.worker")
    assert program.sender.once() == 2
    assert program.sender.once() == 0
    with program.ledger.reading() as reading:
        assert reading.next_due(1) == world.clock() + timedelta(seconds=2)
    program.work(rounds=5, seconds=3)
    assert {program.payout(number).state for number in (1, 2)} == {State.SETTLED}
    program.ledger.close()
