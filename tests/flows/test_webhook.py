"""CCPayment's webhooks, over HTTP: what is taken, what is not, and that all they do is to hasten a
look-up."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from approvals.ccpayment.generations import GENERATIONS
from approvals.ccpayment.signing import Keys
from approvals.payout import Payout, State
from bot.signature import BadRequest
from bot.web import application, bolt
from bot.webhook import MAX_BODY, PATH, read, webhook
from sandbox import run
from sandbox.ccpayment import HungUp, Mode, PretendCCPayment, Webhook, v1, v2
from sandbox.ccpayment.catalogue import CATALOGUE
from sandbox.ccpayment.webhooks import Postman, forgeries
from sandbox.serving import serving
from tests.core import APP_IDS, NOON, SECRET, TRON, Clock, Program, World

pytest_plugins = ["tests.stage"]

APIS = ("v1", "v2")
SIGN = {"v1": v1.sign, "v2": v2.sign}
TAKEN = {"v1": "success", "v2": "Success"}


@dataclass(frozen=True)
class Post:
    """Posts webhooks to the web app in front of the program's ledger, as that API does."""

    api: str
    url: str

    def __call__(self, sent: Webhook) -> httpx.Response:
        return httpx.post(self.url, content=sent.body, headers=sent.headers)

    def takes(self, sent: Webhook) -> bool:
        answer = self(sent)
        return (answer.status_code, answer.text) == (200, TAKEN[self.api])

    def signed(self, body: bytes, at: datetime = NOON) -> Webhook:
        """Whatever `body` is, signed as CCPayment signs."""
        app_id, timestamp = APP_IDS[self.api], str(int(at.timestamp()))
        sign = SIGN[self.api](app_id, SECRET, timestamp, body)
        return Webhook({"Appid": app_id, "Timestamp": timestamp, "Sign": sign}, body)

    def about(self, reference: str, status: str = "success", at: datetime = NOON) -> Webhook:
        fields: dict[str, object] = {"merchant_order_id": reference, "pay_status": status}
        if self.api == "v2":
            msg = {"orderId": reference, "status": status.capitalize()}
            fields = {"type": "ApiWithdrawal", "msg": msg}
        return self.signed(json.dumps(fields).encode(), at)


@pytest.fixture
def post(program: Program, api: str) -> Iterator[Post]:
    identity = AuthorizeResult(
        enterprise_id=None, team_id="T0SANDBOX01", bot_user_id="U0BOT", bot_token="xoxb-none"
    )
    slack = bolt(WebClient("xoxb-none", "http://127.0.0.1:1/"), identity)
    news = GENERATIONS[api].gateway.hook
    keys = Keys(APP_IDS[api], SECRET, news.formula)
    hook = webhook(news, keys, program.ledger, lambda: True, program.clock)
    app = application(slack, "none", [], program.clock, [hook])
    with serving(app) as url:
        yield Post(api, f"{url}{PATH}")


def ends(pretend: PretendCCPayment) -> list[Webhook]:
    """The last webhook about each order: v2 tells of every step."""
    reference = GENERATIONS[pretend.api].gateway.hook.reference
    last = {reference(json.loads(one.body)): one for one in pretend.webhooks()}
    return list(last.values())


def due(program: Program, number: int = 1) -> datetime | None:
    with program.ledger.reading() as reading:
        return reading.next_due(number)


def stored(program: Program) -> dict[str, list[dict[str, Any]]]:
    """All that the ledger holds."""
    tables = ("ledger", "payouts", "approvals", "attempts", "cards", "seen", "audit")
    with program.ledger.reading() as reading:
        return {table: [dict(row) for row in reading.rows(table)] for table in tables}


def patient(program: Program) -> Payout:
    """A payout that CCPayment has settled, though the next look-up is minutes away."""
    program.approved()
    program.work()
    program.world.pretend.switch(Mode.LOOK_UPS_DOWN)
    program.work(rounds=9, seconds=300)
    program.world.pretend.switch(Mode.NORMAL)
    waiting, next_look = program.work(), due(program)
    assert waiting.state is State.SENT
    assert next_look is not None
    assert next_look > program.clock() + timedelta(minutes=1)
    return waiting


def test_a_webhook_makes_the_look_up_happen_now(program: Program, post: Post) -> None:
    """A genuine webhook is answered as CCPayment asks, the payout is looked up at once, and the
    look-up settles it."""
    patient(program)
    [told] = ends(program.world.pretend)
    assert post.takes(told)
    assert due(program) == program.clock()
    assert program.payout().state is State.SENT
    assert program.work().state is State.SETTLED


def test_a_webhook_changes_nothing_but_the_hour(program: Program, post: Post) -> None:
    """Whatever it claims, nothing of it gets into the ledger: not a state, not a line, not a card.
    Only the time of the next look-up is another one."""
    reference = patient(program).reference
    before = stored(program)
    for status in ("success", "failed", "refunded"):
        assert post.takes(post.about(reference, status))
    after = stored(program)
    for rows in (before, after):
        del rows["payouts"][0]["due_at"]
    assert after == before


def test_a_lie_is_looked_up(program: Program, post: Post) -> None:
    """A webhook that speaks of success where the order failed, or is still on its way, settles
    nothing: the payout becomes what the look-up says."""
    program.world.pretend.switch(Mode.FAILS_LATER)
    reference = program.approved().reference
    program.work()
    for seconds, state in ((1, State.SENT), (4, State.FAILED)):
        program.clock.on(seconds=seconds)
        assert post.takes(post.about(reference, "success"))
        assert program.work().state is state


def test_after_the_end_it_is_nothing(program: Program, post: Post) -> None:
    """A webhook that contradicts a settled payout changes nothing at all."""
    program.approved()
    settled = program.work(rounds=4, seconds=5)
    assert settled.state is State.SETTLED
    before = stored(program)
    assert post.takes(post.about(settled.reference, "failed"))
    assert stored(program) == before


def test_an_answer_that_was_lost(program: Program, post: Post, world: World) -> None:
    """In doubt, a webhook shortens the doubt: the look-up that it hastens finds the order."""
    program.approved()
    world.pretend.switch(Mode.ANSWER_LOST)
    assert program.work().state is State.SENDING
    world.pretend.switch(Mode.LOOK_UPS_DOWN)
    program.work(rounds=9, seconds=600)
    world.pretend.switch(Mode.NORMAL)
    assert program.work().state is State.SENDING
    [told] = ends(world.pretend)
    assert post.takes(told)
    assert program.work().state is State.SETTLED
    assert world.orders == world.sent == 1


def test_a_failure_is_watched(program: Program, post: Post) -> None:
    """A payout that failed is looked up again when a webhook speaks of it, for "failed" may have
    been wrong."""
    program.world.pretend.switch(Mode.FAILS_LATER)
    program.approved()
    failed = program.work(rounds=4, seconds=5)
    assert failed.state is State.FAILED
    assert post.takes(post.about(failed.reference))
    assert due(program) == program.clock()
    program.work()
    assert due(program) != program.clock()
    assert program.payout().state is State.FAILED


@pytest.mark.parametrize("approved", [False, True])
def test_before_anything_left(program: Program, post: Post, approved: bool) -> None:
    """A payout of which nothing was sent is not touched by webhooks."""
    waiting = program.approved() if approved else program.asked()
    program.clock.on(seconds=1)
    before = stored(program)
    assert post.takes(post.about(waiting.reference))
    assert stored(program) == before


def test_duplicated(program: Program, post: Post) -> None:
    """The same webhook ten times is one payout, settled once."""
    patient(program)
    [told] = ends(program.world.pretend)
    for _ in range(5):
        assert post.takes(told)
    program.work()
    for _ in range(5):
        assert post.takes(told)
    program.work()
    assert program.kinds().count("settled") == 1
    assert program.world.sent == 1
    program.verified()


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_reordered(program: Program, post: Post, order: tuple[int, ...]) -> None:
    """In whatever order webhooks come, each payout ends as its order did."""
    pretend, states = program.world.pretend, []
    for failed in (False, True, False):
        pretend.switch(Mode.FAILS_LATER if failed else Mode.NORMAL)
        program.approve(program.asked())
        program.work()
        states.append(State.FAILED if failed else State.SETTLED)
    program.clock.on(seconds=4)
    told = ends(pretend)
    for place in order:
        assert post.takes(told[place])
        program.work()
    assert [program.payout(number).state for number in (1, 2, 3)] == states


@pytest.mark.parametrize("days", [0, 1, 30])
def test_late(program: Program, post: Post, days: int) -> None:
    """A webhook with an old Timestamp is taken like any other: a repetition may keep its first."""
    reference = patient(program).reference
    old = post.about(reference, at=NOON - timedelta(days=days))
    assert post.takes(old)
    assert due(program) == program.clock()


def test_forged(program: Program, post: Post, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever was not signed by this account's secret, over these very bytes, is answered 401 and
    does nothing; no log repeats its content."""
    reference = patient(program).reference
    [genuine] = ends(program.world.pretend)
    before = stored(program)
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    for wrong, forged in forgeries(genuine).items():
        assert post(forged).status_code == 401, wrong
    for name in ("Appid", "Timestamp", "Sign"):
        cut = {header: value for header, value in genuine.headers.items() if header != name}
        assert post(replace(genuine, headers=cut)).status_code == 401, name
    assert post(Webhook({}, b"")).status_code == 401
    assert reference not in caplog.text
    assert stored(program) == before
    assert post.takes(genuine)


def test_headers_of_other_letters(post: Post) -> None:
    """Headers that are no ASCII are wrong, not an error of ours."""
    url = str(post(Webhook({}, b"")).url)
    headers = dict.fromkeys((b"Appid", b"Timestamp", b"Sign"), b"caf\xe9")
    assert httpx.post(url, content=b"{}", headers=headers).status_code == 401


def test_oversized(program: Program, post: Post) -> None:
    """A body beyond the limit is answered 413, whoever signed it; one at the limit is taken."""
    reference = patient(program).reference
    padded = post.signed(post.about(reference).body.ljust(MAX_BODY))
    before = due(program)
    assert post(post.signed(padded.body + b" ")).status_code == 413
    assert due(program) == before
    assert post.takes(padded)
    assert due(program) == program.clock()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"p1"', b"\xff\xfe", b"a=b", b"[" * 60_000]
)
def test_malformed(program: Program, post: Post, body: bytes) -> None:
    """A signed body that is no JSON object is answered 400, never 500."""
    assert post(post.signed(body)).status_code == 400


@pytest.mark.parametrize(
    "unknown", ['"p1nobodyknows"', "17", "null", '""', '"p1 OR 1=1"', '["p1"]']
)
def test_another_reference(program: Program, post: Post, unknown: str) -> None:
    """What names a payout that is none of ours, or nothing that could be one, is taken, so that it
    is not repeated; it does nothing."""
    patient(program)
    before = stored(program)
    named = post.about("…").body.replace(b'"\\u2026"', unknown.encode())
    assert unknown.encode() in named
    assert post.takes(post.signed(named))
    assert stored(program) == before


@pytest.mark.parametrize(
    "body",
    [
        b'{"order_type": "API Deposit"}',
        b'{"type": "ApiDeposit", "msg": {"recordId": "1"}}',
        b'{"type": "ApiWithdrawal", "msg": null}',
        b'{"type": "ApiWithdrawal"}',
        b"{}",
    ],
)
def test_other_news(program: Program, post: Post, body: bytes) -> None:
    """What is signed, but about no withdrawal, is taken, so that it is not repeated; it does
    nothing."""
    patient(program)
    before = stored(program)
    assert post.takes(post.signed(body))
    assert stored(program) == before


def test_only_post(post: Post) -> None:
    """Nothing but a POST gets an answer."""
    url = str(post(Webhook({}, b"")).url)
    assert httpx.get(url).status_code == 405


BY_V1 = b'{"merchant_order_id": "p1abc", "pay_status": "success"}'
BY_V2 = b'{"type": "ApiWithdrawal", "msg": {"orderId": "p1abc", "status": "Success"}}'


@pytest.mark.parametrize(
    ("api", "body", "reference"),
    [
        ("v1", BY_V1, "p1abc"),
        ("v1", b'{"merchant_order_id": "p1abc", "merchant_order_id": "p1def"}', "p1def"),
        ("v1", b'{"merchant_order_id": "p1\\u0000"}', None),
        ("v1", BY_V2, None),
        ("v2", BY_V2, "p1abc"),
        ("v2", BY_V2.replace(b"ApiWithdrawal", b"UserWithdrawal"), None),
        ("v2", BY_V2.replace(b"p1abc", b"p1\\u0000"), None),
        ("v2", b'{"type": "ApiWithdrawal", "msg": ["p1abc"]}', None),
        ("v2", BY_V1, None),
    ],
)
def test_reading(api: str, body: bytes, reference: str | None) -> None:
    """The one thing that is read is the reference, and only where the API has it."""
    assert GENERATIONS[api].gateway.hook.reference(read(body)) == reference


def test_what_cannot_be_read() -> None:
    """No JSON object: a bad request."""
    with pytest.raises(BadRequest) as refused:
        read(b"[1, 2]")
    assert refused.value.status == 400


def test_the_real_app_takes_webhooks(tmp_path: Path, api: str) -> None:
    """As it is served, the bot takes what its own account signed, and nothing else."""
    clock = Clock()
    with run.everything(tmp_path, api=api, clock=clock, webhooks=False) as running:
        pretend, url = running.ccpayment, f"{running.slack.bot_url}{PATH}"
        assert not isinstance(pretend.answer(*_a_withdrawal(api, clock())), HungUp)
        clock.on(seconds=10)
        genuine = pretend.webhooks()
        for forged in forgeries(genuine[0]).values():
            answer = httpx.post(url, content=forged.body, headers=forged.headers)
            assert answer.status_code == 401
        postman = Postman(pretend, url)
        assert (postman.once(), postman.once()) == (len(genuine), 0)
        postman.close()
        clock.on(hours=1)
        assert pretend.webhooks() == ()


CREATE_CALLS: dict[str, tuple[str, dict[str, object]]] = {
    "v1": (
        v1.WITHDRAW,
        {
            "merchant_order_id": "somebody_elses",
            "address": "9558861",
            "token_id": CATALOGUE.token_on("USDT", "TRX").token_id,
            "value": "5",
        },
    ),
    "v2": (
        v2.TO_NETWORK,
        {
            "orderId": "somebody_elses",
            "coinId": CATALOGUE.coin("USDT").number,
            "chain": "TRX",
            "address": TRON,
            "amount": "5",
        },
    ),
}


def _a_withdrawal(api: str, at: datetime) -> tuple[str, dict[str, str], bytes]:
    """A signed create call that is none of the bot's."""
    path, fields = CREATE_CALLS[api]
    body, timestamp = json.dumps(fields).encode(), str(int(at.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Appid": run.APP_IDS[api],
        "Timestamp": timestamp,
        "Sign": SIGN[api](run.APP_IDS[api], run.APP_SECRET, timestamp, body),
    }
    return path, headers, body
