"""One list of promises for whatever implements `Gateway`, kept over real HTTP.

Each API generation brings a `Side`: the gateway, and the pretend CCPayment that speaks to it. What
the pretend service is too well-behaved to do (drip, hang, lie) is done by small servers in here.
"""

import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from approvals.catalogue import Status
from approvals.ccpayment import wire
from approvals.ccpayment.v1 import NEVER_DECLINED, CCPaymentV1
from approvals.ccpayment.wire import Deadlines
from approvals.destination import Kind
from approvals.gateway import (
    Absent,
    Accepted,
    CwalletUser,
    Declined,
    Fee,
    Found,
    Gateway,
    GatewayTrouble,
    InDoubt,
    NoAnswer,
    NotSent,
    Outcome,
    Progress,
)
from approvals.payout import Account, Content, FeePayer
from approvals.times import to_seconds
from sandbox.ccpayment import Knobs, Mode, PretendCCPayment
from sandbox.ccpayment.catalogue import CATALOGUE
from sandbox.ccpayment.v1 import DECLINED, sign
from sandbox.serving import serving

START = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
SECRET = "0123456789abcdef0123456789abcdef"
APP_ID = "20230101000000000000000000000001"
REFERENCE = "p1abcdefghijklmnopqrstuvwxyz23"
OTHER = "p1zzzzzzzzzzzzzzzzzzzzzzzzzzzz"
TRX_ADDRESS = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"

#: Long enough for a busy machine, short enough for a test that waits for it.
BRIEF = Deadlines(timedelta(seconds=2), timedelta(milliseconds=400), timedelta(milliseconds=400))
AMPLE = Deadlines(timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=20))


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Side:
    """One API generation: the gateway under test, made at will, and the pretend service."""

    url: str
    pretend: PretendCCPayment
    clock: Clock

    def gateway(self, **changes: Any) -> Gateway:
        url = changes.pop("url", self.url)
        settings = {"deadlines": AMPLE, **changes}
        secret = settings.pop("secret", SECRET)
        return CCPaymentV1(Account("v1", APP_ID, url), secret, self.clock, **settings)

    def send(self, gateway: Gateway, content: Content, reference: str = REFERENCE) -> Outcome:
        return gateway.withdraw(gateway.body(content, reference), to_seconds(self.clock()))


class Stage:
    """One server for all tests: starting one takes longer than most promises."""

    playing: PretendCCPayment

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.playing.app(scope, receive, send)


@pytest.fixture(scope="module")
def stage() -> Iterator[tuple[Stage, str]]:
    stage = Stage()
    stage.playing = pretended(Clock())
    with serving(stage) as url:
        yield stage, url


def pretended(clock: Clock) -> PretendCCPayment:
    return PretendCCPayment(APP_ID, SECRET, clock, Random(7), knobs=Knobs(slow=30, lag=60))


@pytest.fixture(params=["v1"])
def side(request: pytest.FixtureRequest, stage: tuple[Stage, str]) -> Side:
    assert request.param == "v1"
    clock = Clock()
    stage[0].playing = pretended(clock)
    return Side(stage[1], stage[0].playing, clock)


def content(**changes: Any) -> Content:
    """250 USDT on TRX, the payee bears the fee; `changes` make it another."""
    token = CATALOGUE.token_on("USDT", "TRX")
    usual = Content(
        nonce="0" * 32,
        number=42,
        team="T1",
        account=Account("v1", APP_ID, "http://127.0.0.1"),
        symbol="USDT",
        chain="TRX",
        contract=token.contract,
        token_id=token.token_id,
        kind=Kind.CHAIN,
        destination=TRX_ADDRESS,
        memo="",
        amount=Decimal(250),
        fee_payer=FeePayer.PAYEE,
        requester="U1",
        reason="Invoice 1043",
    )
    return replace(usual, **changes)


TO_CWALLET = {"kind": Kind.CWALLET, "destination": "9558861", "amount": Decimal(10)}


# -- the create call ------------------------------------------------------------------------------


def test_a_withdrawal_is_accepted(side: Side) -> None:
    """What the service took is Accepted with its own order number, the fee and the fee's coin."""
    outcome = side.send(side.gateway(), content())
    order = side.pretend.book.orders[REFERENCE]
    assert outcome == Accepted(order.order_id, Decimal("1.5"), "USDT")


def test_exactly_the_committed_bytes_leave(side: Side) -> None:
    """The service receives one request: the body byte for byte, signed for the given second; and
    what it signs must come back unpacked."""
    gateway = side.gateway()
    body = gateway.body(content(), REFERENCE)
    gateway.withdraw(body, to_seconds(START) - 25)
    [call] = side.pretend.received
    assert call.body == body.encode()
    assert call.headers["timestamp"] == str(to_seconds(START) - 25)
    assert call.headers["accept-encoding"] == "identity"


def test_the_body_is_a_function_of_the_content() -> None:
    """The body is compact, in one order, with plain digits; the vendor's default is spelt out."""
    gateway = CCPaymentV1(Account("v1", APP_ID, "http://127.0.0.1"), SECRET, Clock())
    said = gateway.body(
        content(
            destination="0x0000000000000000000000000000000000000001",
            token_id="f137d42c-f3a6-4f23-9402-76f0395d0cfe",
            amount=Decimal("1.50"),
        ),
        "payout-0001",
    )
    assert said == (
        '{"merchant_order_id":"payout-0001",'
        '"address":"0x0000000000000000000000000000000000000001",'
        '"token_id":"f137d42c-f3a6-4f23-9402-76f0395d0cfe",'
        '"value":"1.5","memo":"","merchant_pays_fee":false}'
    )


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"memo": "0012345"}, "memo", "0012345"),
        ({"fee_payer": FeePayer.COMPANY}, "merchant_pays_fee", True),
        ({"amount": Decimal("1E+3")}, "value", "1000"),
        (TO_CWALLET, "address", "9558861"),
        ({"kind": Kind.LIGHTNING, "destination": "lnbc25u1p"}, "address", "lnbc25u1p"),
    ],
    ids=["memo", "fee payer", "amount", "cwallet", "lightning"],
)  # fmt: skip
def test_the_body_says_what_was_approved(
    changes: dict[str, Any], field: str, value: object
) -> None:
    """A memo stays text, an amount plain digits, and every destination is the address."""
    gateway = CCPaymentV1(Account("v1", APP_ID, "http://127.0.0.1"), SECRET, Clock())
    assert json.loads(gateway.body(content(**changes), REFERENCE))[field] == value


def test_a_payout_inside_cwallet_costs_nothing(side: Side) -> None:
    """A Cwallet user is paid by id, and the fee is zero."""
    outcome = side.send(side.gateway(), content(**TO_CWALLET))
    assert isinstance(outcome, Accepted)
    assert outcome.network_fee == 0


@pytest.mark.parametrize("mode", [Mode.ERROR_BEFORE, Mode.ERROR_AFTER])
def test_a_service_error_is_in_doubt(side: Side, mode: Mode) -> None:
    """224066 says nothing about the money, whether the order was taken or not."""
    side.pretend.switch(mode)
    outcome = side.send(side.gateway(), content())
    assert outcome == InDoubt("code 224066", "224066", "service error, please try again")


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        (Mode.ANSWER_LOST, "connection broke"),
        (Mode.REQUEST_LOST, "connection broke"),
        (Mode.BROKEN_BEFORE, "HTTP 500"),
        (Mode.BROKEN_AFTER, "HTTP 500"),
        (Mode.NOT_JSON, "no JSON"),
        (Mode.BADLY_SIGNED, "does not verify"),
        (Mode.UNSIGNED, "not signed"),
        (Mode.DECLINED, "code 229001"),
    ],
)
def test_every_unclear_answer_is_in_doubt(side: Side, mode: Mode, why: str) -> None:
    """Whatever is not a verified acceptance is in doubt, says why, and was asked once."""
    side.pretend.switch(mode)
    outcome = side.send(side.gateway(), content())
    assert isinstance(outcome, InDoubt)
    assert why in outcome.why
    assert len(side.pretend.received) == 1


def test_a_slow_answer_is_in_doubt(side: Side) -> None:
    """An answer that comes after the deadline is not waited for, and nothing is sent again."""
    side.pretend.switch(Mode.SLOW)
    outcome = side.send(side.gateway(deadlines=BRIEF), content())
    assert outcome == InDoubt("time-out after 0.4 s")
    assert len(side.pretend.received) == 1


def test_a_listed_code_is_a_decline(side: Side) -> None:
    """A code that the operator knows to mean "declined" is, with code and message word for word."""
    side.pretend.switch(Mode.DECLINED)
    gateway = side.gateway(declined_codes=frozenset({str(DECLINED)}))
    assert side.send(gateway, content()) == Declined(str(DECLINED), "withdrawal refused")


def test_a_decline_needs_a_clean_answer(side: Side) -> None:
    """A listed code is no decline with another HTTP status, or with a signature that is wrong."""
    told = json.dumps({"code": DECLINED, "msg": "withdrawal refused"}).encode()
    declined = frozenset({str(DECLINED)})
    with canned() as server:
        gateway = side.gateway(url=server.url, declined_codes=declined)
        for status, headers in ((502, {}), (200, {"Sign": "0" * 64})):
            server.say(status, headers, told)
            outcome = side.send(gateway, content())
            assert isinstance(outcome, InDoubt)
            assert (outcome.code, outcome.message) == (str(DECLINED), "withdrawal refused")


@pytest.mark.parametrize("code", sorted(NEVER_DECLINED))
def test_no_list_makes_a_doubt_a_decline(side: Side, code: str) -> None:
    """A gateway that would take success, a service error or a repeat for a decline is not made."""
    with pytest.raises(ValueError) as told:
        side.gateway(declined_codes=frozenset({code, "229001"}))
    assert str(told.value) == f"money may have moved after {code}"


def test_a_repeated_reference_is_in_doubt(side: Side) -> None:
    """A second order under one reference is refused, and says that an earlier one may be there."""
    gateway = side.gateway(declined_codes=frozenset({"229021"}))
    assert isinstance(side.send(gateway, content()), Accepted)
    outcome = side.send(gateway, content())
    assert isinstance(outcome, InDoubt)
    assert outcome.duplicate
    assert outcome.message == f"merchant order id already exists; {REFERENCE}"
    assert len(side.pretend.book.orders) == 1


@pytest.mark.parametrize(
    ("message", "duplicate"),
    [
        ("merchant order id already exists", True),
        ("Duplicate order", True),
        ("repeated submit", True),
        ("order_id exist", True),
        ("token not exist", False),
        ("user doesn't exist", False),
        ("insufficient balance", False),
    ],
)
def test_words_for_a_repeat_are_recognised(side: Side, message: str, duplicate: bool) -> None:
    """A message that speaks of an order that is there already is taken for a repeat."""
    with canned() as server:
        server.say(200, {}, json.dumps({"code": 225999, "msg": message}).encode())
        outcome = side.send(side.gateway(url=server.url), content())
    assert outcome == InDoubt("code 225999", "225999", message, duplicate)


def test_a_wrong_secret_accepts_nothing(side: Side) -> None:
    """With the wrong secret nothing is accepted or known, and nobody takes that for a decline."""
    gateway = side.gateway(secret="another")
    assert isinstance(side.send(gateway, content()), InDoubt)
    with pytest.raises(GatewayTrouble):
        gateway.balance("USDT")
    assert side.pretend.book.orders == {}


@pytest.mark.parametrize("mode", [Mode.UNSIGNED, Mode.BADLY_SIGNED])
def test_unverified_answers_are_believed_only_on_order(side: Side, mode: Mode) -> None:
    """The way out for a service that does not sign as documented accepts what it says."""
    side.pretend.switch(mode)
    gateway = side.gateway(verify_answers=False)
    assert isinstance(side.send(gateway, content()), Accepted)


# -- the way there --------------------------------------------------------------------------------


def test_a_refused_connection_was_not_sent(side: Side) -> None:
    """Where nobody listens, nothing has left."""
    outcome = side.send(side.gateway(url=f"http://127.0.0.1:{free_port()}"), content())
    assert isinstance(outcome, NotSent)
    assert outcome.why.startswith("could not connect")


def test_an_unknown_host_was_not_sent(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the name leads nowhere, nothing has left."""

    def unknown(*_: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    outcome = side.send(side.gateway(url="http://gateway.invalid"), content())
    assert isinstance(outcome, NotSent)
    assert "Name or service not known" in outcome.why


def test_what_has_not_left_by_the_deadline_never_does(
    side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a name server keeps the call waiting nothing has left; and when it answers after the
    deadline, nothing leaves any more."""
    answer, known = threading.Event(), socket.getaddrinfo

    def slow(*args: Any) -> Any:
        answer.wait(30)
        return known(*args)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    outcome = side.send(side.gateway(deadlines=BRIEF), content())
    answer.set()
    helpers_end()
    assert outcome == NotSent("no connection within 0.4 s")
    assert side.pretend.received == []


def test_a_failed_handshake_was_not_sent(side: Side) -> None:
    """Where TLS does not come about, nothing has left."""
    with misbehaving(_say(b"this is no TLS\r\n\r\n")) as server:
        outcome = side.send(side.gateway(url=server.url.replace("http:", "https:")), content())
    assert isinstance(outcome, NotSent)
    assert b"Sign" not in b"".join(server.heard)


def test_certificates_are_verified() -> None:
    """The real connection checks the certificate and its name."""
    with wire.direct() as transport:
        assert isinstance(transport, httpx.HTTPTransport)
        context = transport._pool._ssl_context
    assert context is not None
    assert context.check_hostname
    assert context.verify_mode.name == "CERT_REQUIRED"


Script = Callable[["Misbehaving", socket.socket], None]

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def _say(answer: bytes) -> Script:
    """Answer, and close."""
    return lambda _, conn: conn.sendall(answer)


def _silence(server: "Misbehaving", _: socket.socket) -> None:
    server.stop.wait(30)


def _for_ever(start: bytes, drop: bytes) -> Script:
    def script(server: "Misbehaving", conn: socket.socket) -> None:
        conn.sendall(start)
        while not server.stop.wait(0.01):
            conn.sendall(drop)

    return script


def _flood(_: "Misbehaving", conn: socket.socket) -> None:
    conn.sendall(HEAD + b"Content-Length: 99999999\r\n\r\n")
    while True:
        conn.sendall(b"x" * 65536)


def _half_closed(server: "Misbehaving", conn: socket.socket) -> None:
    conn.sendall(HEAD + b'Content-Length: 50\r\n\r\n{"code":')
    conn.shutdown(socket.SHUT_WR)
    server.stop.wait(30)


@pytest.mark.parametrize(
    "script",
    [
        _silence,
        _for_ever(b"", b"H"),
        _for_ever(HEAD, b"X: y\r\n"),
        _for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        _for_ever(HEAD + b"Content-Length: 9999\r\n\r\n", b" "),
        _for_ever(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        _flood,
        _half_closed,
        _say(b""),
        _say(b"nonsense\r\n\r\n"),
        _say(HEAD + b"Content-Length: 50\r\n\r\n{}"),
        _say(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"),
        _say(b"HTTP/1.1 307 Over there\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"),
        _say(b"HTTP/1.1 204 No Content\r\n\r\n"),
    ],
    ids=[
        "silence",
        "dripped status line",
        "dripped headers",
        "endless continue",
        "dripped body",
        "endless chunks",
        "flood",
        "half-closed",
        "hung up",
        "nonsense",
        "cut short",
        "packed",
        "redirect",
        "no content",
    ],
)
def test_bad_manners_end_in_doubt_by_the_deadline(side: Side, script: Script) -> None:
    """Whatever a server does once it has the request, the call ends by its deadline and in doubt;
    there was one connection and one request, and the helper thread is gone."""
    with misbehaving(script) as server:
        gateway = side.gateway(url=server.url, deadlines=BRIEF)
        began = time.monotonic()
        outcome = side.send(gateway, content())
        took = time.monotonic() - began
        helpers_end()
    assert isinstance(outcome, InDoubt)
    assert took < 3
    assert server.connections == 1
    assert b"".join(server.heard).count(b"POST ") == 1


def test_an_answer_without_end_is_not_held(side: Side) -> None:
    """Of an answer that is too long no more is read than a limit, long before the deadline."""
    with misbehaving(_flood) as server:
        outcome = side.send(side.gateway(url=server.url), content())
    assert outcome == InDoubt("an answer of more than 1000000 bytes")


def test_a_proxy_in_the_environment_is_ignored(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that the environment says can send a withdrawal by another way."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    assert isinstance(side.send(side.gateway(), content()), Accepted)


def test_calls_from_several_threads_do_not_mix(side: Side) -> None:
    """Withdrawals that are sent at once each get the answer to their own."""
    gateway = side.gateway()
    outcomes: dict[str, Outcome] = {}

    def send(reference: str) -> None:
        outcomes[reference] = side.send(gateway, content(), reference)

    references = [f"p1thread{n}" for n in range(8)]
    threads = [threading.Thread(target=send, args=(reference,)) for reference in references]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    orders = side.pretend.book.orders
    assert {r: o.order_id for r, o in outcomes.items() if isinstance(o, Accepted)} == {
        reference: orders[reference].order_id for reference in references
    }


def test_no_log_line_and_no_repr_shows_a_secret(
    side: Side, caplog: pytest.LogCaptureFixture
) -> None:
    """Even with every logger at DEBUG, neither the secret nor a signature is written anywhere."""
    caplog.set_level(logging.DEBUG)
    gateway = side.gateway()
    side.send(gateway, content())
    gateway.find(REFERENCE)
    [call] = side.pretend.received
    assert caplog.records
    assert SECRET not in caplog.text + repr(gateway) + repr(vars(gateway))
    assert call.headers["sign"] not in caplog.text


# -- answers that are odd -------------------------------------------------------------------------


def signed(data: object, code: object = 10000) -> tuple[dict[str, str], bytes]:
    """An answer as the service would sign it at START."""
    return sealed(json.dumps({"code": code, "msg": "success", "data": data}).encode())


def sealed(body: bytes) -> tuple[dict[str, str], bytes]:
    time = str(to_seconds(START))
    return {"Appid": APP_ID, "Timestamp": time, "Sign": sign(APP_ID, SECRET, time, body)}, body


@pytest.mark.parametrize(
    "answer",
    [
        signed(None),
        signed([]),
        signed({}),
        signed({"order_id": ""}),
        signed({"order_id": None}),
        signed({"order_id": ["1"]}),
        signed({"order_id": "1\n2"}),
        signed({"order_id": "é"}),
        signed({"order_id": "1" * 5000}),
        signed({"order_id": "1"}, code=True),
        signed({"order_id": "1"}, code=None),
        signed({"order_id": "1"}, code=1e4),
        sealed(b"[10000]"),
        sealed(b"10000"),
        sealed(b"[" * 100_000),
        sealed(b'{"code":10000,"data":{"order_id":"1"}'),
        sealed(b'\xff\xfe{"code":10000}'),
        ({}, b'{"code":"\\ud800","msg":["x"],"reason":{}}'),
        ({}, b'{"code":NaN}'),
        ({}, b""),
    ],
    ids=lambda answer: repr(answer[1][:60]),
)
def test_an_odd_success_is_in_doubt(side: Side, answer: tuple[dict[str, str], bytes]) -> None:
    """No shape of answer raises, and none but a verified success with an order_id is accepted."""
    with canned() as server:
        server.say(200, *answer)
        gateway = side.gateway(url=server.url)
        assert isinstance(side.send(gateway, content()), InDoubt)
        assert isinstance(gateway.find(REFERENCE), NoAnswer | Absent)


@pytest.mark.parametrize(
    ("data", "fee", "coin"),
    [
        ({"network_fee": "0"}, Decimal(0), None),
        ({"network_fee": "0.30", "network_fee_crypto": "POL"}, Decimal("0.30"), "POL"),
        ({}, None, None),
        ({"network_fee": "-1"}, None, None),
        ({"network_fee": "NaN", "network_fee_crypto": 5.5}, None, "5.5"),
        ({"network_fee": True}, None, None),
        ({"network_fee": "1,5"}, None, None),
        ({"network_fee": "٢"}, None, None),
    ],
)
def test_fees_are_read_or_left_out(
    side: Side, data: dict[str, object], fee: Decimal | None, coin: str | None
) -> None:
    """A fee that cannot be read is no fee, and no coin is guessed; the acceptance stands."""
    with canned() as server:
        server.say(200, *signed({"order_id": "7", **data}))
        outcome = side.send(side.gateway(url=server.url), content())
    assert outcome == Accepted("7", fee, coin)


def test_a_number_keeps_its_digits(side: Side) -> None:
    """A number where the vendor documents a string is read digit for digit, not as a float."""
    body = b'{"code":10000,"data":{"order_id":202301090616511612332555323101184,"network_fee":0.10000000000000000001}}'  # noqa: E501
    with canned() as server:
        server.say(200, *sealed(body))
        outcome = side.send(side.gateway(url=server.url), content())
    assert outcome == Accepted(
        "202301090616511612332555323101184", Decimal("0.10000000000000000001"), None
    )


def test_words_of_the_gateway_are_kept_short_and_printable(side: Side) -> None:
    """Code and message are the gateway's own, without control characters and of bounded length."""
    told = {"code": 225110, "msg": "no\n\x1b[31m \u202eevil " + "x" * 5000}
    with canned() as server:
        server.say(200, {}, json.dumps(told).encode())
        outcome = side.send(side.gateway(url=server.url), content())
    assert isinstance(outcome, InDoubt)
    assert outcome.code == "225110"
    assert outcome.message.isprintable()
    assert outcome.message.startswith("no  [31m  evil xxx")
    assert len(outcome.message) == 300


# -- the look-up ----------------------------------------------------------------------------------


def test_a_withdrawal_is_found_by_its_reference(side: Side) -> None:
    """The entry with exactly our reference is found, with everything that it carries."""
    gateway = side.gateway()
    side.send(gateway, content())
    side.send(gateway, content(**TO_CWALLET), OTHER)
    order = side.pretend.book.orders[REFERENCE]
    assert gateway.find(REFERENCE) == Found(
        order_id=order.order_id,
        progress=Progress.PENDING,
        status="Pending",
        symbol="USDT",
        chain="TRX",
        contract=content().contract,
        amount=Decimal(250),
        network_fee=Decimal("1.5"),
        fee_coin="USDT",
        txid=None,
    )


@pytest.mark.parametrize(
    ("mode", "passed", "progress"),
    [
        (Mode.NORMAL, 0, Progress.PENDING),
        (Mode.NORMAL, 3, Progress.PROCESSING),
        (Mode.NORMAL, 4, Progress.SETTLED),
        (Mode.FAILS_LATER, 4, Progress.FAILED),
    ],
)
def test_progress_follows_the_gateway(
    side: Side, mode: Mode, passed: int, progress: Progress
) -> None:
    """Each of the gateway's words is one step of ours; a settled order names its transaction."""
    gateway = side.gateway()
    side.pretend.switch(mode)
    side.send(gateway, content())
    side.clock.now = START + timedelta(seconds=passed)
    found = gateway.find(REFERENCE)
    assert isinstance(found, Found)
    assert found.progress is progress
    assert (found.txid is not None) == (progress is Progress.SETTLED)


def entry(**changes: object) -> dict[str, object]:
    detail = {"merchant_order_id": REFERENCE, "order_id": "7", "status": "Pending"}
    return {"order_detail": {**detail, **changes}, "trade_list": None}


def test_an_unknown_status_is_said_as_it_is(side: Side) -> None:
    """A word that we do not know is passed on, and claims nothing."""
    with canned() as server:
        server.say(200, *signed([entry(status="Waiting\nfor approval")]))
        found = side.gateway(url=server.url).find(REFERENCE)
    assert found == Found("7", Progress.UNKNOWN, "Waiting for approval")


def test_an_unknown_reference_is_absent(side: Side) -> None:
    """A signed answer without our entry is Absent, and tells the gateway's own time."""
    assert side.gateway().find(REFERENCE) == Absent("empty list", START)


def test_absence_by_error_code_is_told_as_such(side: Side) -> None:
    """A gateway that answers an error for an unknown reference says so in another form."""
    side.pretend.switch(Mode.LOOK_UPS_REFUSE_UNKNOWN)
    assert side.gateway().find(REFERENCE) == Absent("code 229022", START)


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (None, "empty list"),
        ([], "empty list"),
        ([entry(merchant_order_id=OTHER)], "other entries"),
        ([{}, None, 5], "other entries"),
    ],
)
def test_absence_has_a_form(side: Side, data: object, form: str) -> None:
    """An answer without our entry says in which form it is without, so that forms can be compared;
    an entry of somebody else is never ours."""
    with canned() as server:
        server.say(200, *signed(data))
        assert side.gateway(url=server.url).find(REFERENCE) == Absent(form, START)


@pytest.mark.parametrize(
    "data",
    [
        "nothing",
        {},
        {"list": None},
        [entry(order_id=None)],
        [{"merchant_order_id": REFERENCE, "status": "Successful"}],
        [entry(merchant_order_id=f"{REFERENCE} ")],
    ],
)
def test_an_entry_that_cannot_be_read_is_no_absence(side: Side, data: object) -> None:
    """Where the answer has another shape, or names our reference in another place, nothing is
    concluded."""
    with canned() as server:
        server.say(200, *signed(data))
        assert isinstance(side.gateway(url=server.url).find(REFERENCE), NoAnswer)


@pytest.mark.parametrize(
    "code",
    [224066, 10001, 11002, 11004, 11005, 11006, 11013, 11014, 12000, 12003],
)
def test_a_generic_error_is_no_answer(side: Side, code: int) -> None:
    """An error that says nothing about the order is no answer about it."""
    with canned() as server:
        server.say(200, {}, json.dumps({"code": code, "msg": "try again"}).encode())
        found = side.gateway(url=server.url).find(REFERENCE)
    assert found == NoAnswer(f"code {code}", str(code), "try again")


@pytest.mark.parametrize("mode", [Mode.LOOK_UPS_DOWN, Mode.LOOK_UPS_BADLY_SIGNED])
def test_a_look_up_that_cannot_be_believed_is_no_answer(side: Side, mode: Mode) -> None:
    """HTTP errors and wrong signatures are no answer, for orders that exist and for others."""
    gateway = side.gateway()
    side.send(gateway, content())
    side.pretend.switch(mode)
    assert isinstance(gateway.find(REFERENCE), NoAnswer)
    assert isinstance(gateway.find(OTHER), NoAnswer)


@pytest.mark.parametrize("script", [_silence, _say(b""), _for_ever(HEAD, b"X: y\r\n")])
def test_silence_is_no_answer(side: Side, script: Script) -> None:
    """A look-up that gets nothing ends by its deadline and concludes nothing."""
    with misbehaving(script) as server:
        found = side.gateway(url=server.url, deadlines=BRIEF).find(REFERENCE)
    assert isinstance(found, NoAnswer)


def test_the_gateways_clock_is_its_signed_one(side: Side) -> None:
    """The time of an absence is the signed Timestamp; of an unsigned answer, HTTP's Date; where
    neither can be read, none."""
    headers, body = signed([])
    error = b'{"code":229022,"msg":"order not found"}'
    date = "Sun, 22 Nov 2026 10:09:00 GMT"
    later = datetime(2026, 11, 22, 10, 9, tzinfo=UTC)
    with canned() as server:
        gateway = side.gateway(url=server.url)
        server.say(200, {**headers, "Date": date}, body)
        assert gateway.find(REFERENCE) == Absent("empty list", START)
        server.say(200, {"Date": date, "Timestamp": str(to_seconds(START))}, error)
        assert gateway.find(REFERENCE) == Absent("code 229022", later)
        for unreadable in ("", "soon", "Fri, 31 Dec 9999 23:59:59 -2300"):
            server.say(200, {"Date": unreadable}, error)
            assert gateway.find(REFERENCE) == Absent("code 229022", None)


# -- questions ------------------------------------------------------------------------------------


def test_the_catalogue_says_what_can_be_paid(side: Side) -> None:
    """Coins, tokens, precision, price, memo and status come over as the service lists them."""
    catalogue = side.gateway().catalogue()
    assert catalogue.fetched_at == START
    assert [coin.symbol for coin in catalogue.coins] == [coin.symbol for coin in CATALOGUE.coins]
    usdt, listed = catalogue.coin("usdt"), CATALOGUE.coin("USDT")
    assert usdt is not None
    assert (usdt.precision, usdt.price, usdt.minimum) == (6, listed.price, listed.minimum)
    assert [token.token_id for token in usdt.tokens] == [t.token_id for t in listed.tokens]
    trx, solana = usdt.on("TRC20"), usdt.on("SOL")
    assert trx is not None
    assert solana is not None
    assert (trx.chain, trx.network, trx.contract) == ("TRX", "TRC20", content().contract)
    assert (trx.memo, trx.status, solana.status) == (False, Status.USABLE, Status.MAINTENANCE)
    xrp, busd = catalogue.coin("XRP"), catalogue.coin("BUSD")
    assert xrp is not None
    assert busd is not None
    assert xrp.tokens[0].memo
    assert busd.status is Status.DELISTING


TOKEN: Mapping[str, object] = {
    "token_id": "t1", "crypto": "USDT", "is_support_memo": False, "network": "TRC20",
    "chain": "TRX", "contract": "T1", "status": 1,
}  # fmt: skip
COIN: Mapping[str, object] = {
    "coin_id": "c1", "crypto": "USDT", "name": "Tether", "min": "1", "price": "1", "precision": 6,
    "status": 1, "tokens": [TOKEN],
}  # fmt: skip


def changed(**changes: object) -> dict[str, object]:
    """Another coin than USDT, with something wrong."""
    return {**COIN, "crypto": "B", **changes}


@pytest.mark.parametrize(
    "broken",
    [
        [None],
        [5],
        [changed(precision="many")],
        [changed(precision=None)],
        [changed(min="a little")],
        [changed(price=-1)],
        [changed(crypto="B C")],
        [changed(coin_id=None)],
        [changed(tokens=None)],
        [changed(tokens=[{**TOKEN, "is_support_memo": "no"}])],
        [changed(tokens=[{**TOKEN, "token_id": ""}])],
        [changed(tokens=[{**TOKEN, "contract": ["T1"]}])],
        [changed(tokens=[TOKEN, {**TOKEN, "token_id": "t2"}])],
        [changed(), changed(crypto="b")],
    ],
    ids=[
        "null",
        "number",
        "precision",
        "no precision",
        "minimum",
        "price",
        "symbol",
        "no id",
        "no tokens",
        "memo",
        "token id",
        "contract",
        "chain twice",
        "symbol twice",
    ],
)
def test_a_broken_coin_is_left_out_and_logged(
    side: Side, broken: list[object], caplog: pytest.LogCaptureFixture
) -> None:
    """What cannot be read, or can be read in two ways, is missing from the catalogue and named in
    the log; the other coins are there."""
    with canned() as server:
        server.say(200, *signed({"list": [*broken, COIN]}))
        catalogue = side.gateway(url=server.url).catalogue()
    assert [coin.symbol for coin in catalogue.coins] == ["USDT"]
    assert "left out" in caplog.text


def test_a_coin_may_lack_what_is_not_needed(side: Side) -> None:
    """Without a minimum there is none, a price of zero is none, and an unknown status pays
    nothing."""
    coin = {**COIN, "min": "", "price": "0", "status": 4, "tokens": [{**TOKEN, "contract": ""}]}
    with canned() as server:
        server.say(200, *signed({"list": [coin]}))
        [read] = side.gateway(url=server.url).catalogue().coins
    assert (read.minimum, read.price, read.status.payable) == (None, None, False)
    assert read.tokens[0].contract == ""


@pytest.mark.parametrize("data", [None, [], {"list": None}, {"list": []}, "coins", [{}]])
def test_a_catalogue_without_coins_is_trouble(side: Side, data: object) -> None:
    """An answer in which no coin can be read does not replace a catalogue."""
    with canned() as server:
        server.say(200, *signed(data))
        with pytest.raises(GatewayTrouble):
            side.gateway(url=server.url).catalogue()


def test_the_balance_is_what_the_account_holds(side: Side) -> None:
    """A coin's balance follows the withdrawals, and a coin that was never held counts zero."""
    gateway = side.gateway()
    assert gateway.balance("USDT") == Decimal(25000)
    side.send(gateway, content())
    assert gateway.balance("USDT") == Decimal(24750)
    assert gateway.balance("SOL") == 0


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"list": None},
        {"list": [{"crypto": "USDT"}]},
        {"list": [{"crypto": "USDT", "value": "-1"}]},
        {"list": [{"crypto": "USDT", "value": "1"}, {"crypto": "USDT", "value": "2"}]},
    ],
)
def test_a_balance_that_cannot_be_read_is_trouble(side: Side, data: object) -> None:
    """A list that is missing, odd or ambiguous is not a balance of zero, nor of anything."""
    with canned() as server:
        server.say(200, *signed(data))
        with pytest.raises(GatewayTrouble):
            side.gateway(url=server.url).balance("USDT")


def test_a_balance_needs_a_verified_signature(side: Side) -> None:
    """A balance that nobody signed proves neither the secret nor the account."""
    with canned() as server:
        server.say(200, {}, signed({"list": []})[1])
        with pytest.raises(GatewayTrouble) as told:
            side.gateway(url=server.url).balance("USDT")
    assert told.value.why == "a success that is not signed"


def test_the_fee_names_its_coin(side: Side) -> None:
    """A fee comes with its coin, which need not be the payout's."""
    polygon = CATALOGUE.token_on("USDT", "POLYGON")
    wanted = content(token_id=polygon.token_id, chain="POLYGON", destination=f"0x{'1' * 40}")
    assert side.gateway().fee(wanted) == Fee(Decimal("0.05"), "POL")
    assert side.gateway().fee(content()) == Fee(Decimal("1.5"), "USDT")


def test_the_fee_inside_cwallet_is_zero_without_asking(side: Side) -> None:
    """For a Cwallet user nobody is asked, so it is known while the gateway is silent."""
    gateway = side.gateway(url=f"http://127.0.0.1:{free_port()}")
    assert gateway.fee(content(**TO_CWALLET)) == Fee(Decimal(0), "USDT")


@pytest.mark.parametrize(
    "data", [None, {"fee": "1"}, {"crypto": "USDT"}, {"fee": "", "crypto": ""}]
)
def test_a_fee_that_cannot_be_read_is_trouble(side: Side, data: object) -> None:
    """A fee without amount or coin is no fee of zero."""
    with canned() as server:
        server.say(200, *signed(data))
        with pytest.raises(GatewayTrouble):
            side.gateway(url=server.url).fee(content())


def test_a_cwallet_user_is_named(side: Side) -> None:
    """A Cwallet ID comes with the name that its owner shows; nobody has an unknown one."""
    gateway = side.gateway()
    assert gateway.cwallet_user("9558861") == CwalletUser("9558861", "ana_c")
    assert gateway.cwallet_user("111") is None


@pytest.mark.parametrize(
    ("data", "user"),
    [
        ({"c_id": "9558861", "nickname": "ana"}, CwalletUser("9558861", "ana")),
        ({"c_id": 9558861, "nikename": "a\u202en\na"}, CwalletUser("9558861", "a n a")),
        ({"c_id": "9558861"}, None),
        ({"c_id": "9558862", "nickname": "ana"}, None),
        ({"nickname": "ana"}, None),
    ],
)
def test_a_cwallet_user_is_read_strictly(
    side: Side, data: object, user: CwalletUser | None
) -> None:
    """Both spellings of the name are understood; an answer about somebody else is trouble."""
    with canned() as server:
        server.say(200, *signed(data))
        gateway = side.gateway(url=server.url)
        if user:
            assert gateway.cwallet_user("9558861") == user
        else:
            with pytest.raises(GatewayTrouble):
                gateway.cwallet_user("9558861")


@pytest.mark.parametrize(
    "ask",
    [
        lambda gateway: gateway.catalogue(),
        lambda gateway: gateway.balance("USDT"),
        lambda gateway: gateway.fee(content()),
        lambda gateway: gateway.cwallet_user("111"),
    ],
    ids=["catalogue", "balance", "fee", "cwallet user"],
)
def test_a_question_ends_by_its_deadline(side: Side, ask: Callable[[Gateway], object]) -> None:
    """A question to a silent, an absent, a failing or a raving gateway is trouble, and soon."""
    with misbehaving(_silence) as server, pytest.raises(GatewayTrouble) as told:
        ask(side.gateway(url=server.url, deadlines=BRIEF))
    assert told.value.why == "time-out after 0.4 s"
    with pytest.raises(GatewayTrouble):
        ask(side.gateway(url=f"http://127.0.0.1:{free_port()}"))
    with canned() as server:
        server.say(200, {}, b'{"code":224066,"msg":"service error"}')
        with pytest.raises(GatewayTrouble) as told:
            ask(side.gateway(url=server.url))
    assert (told.value.code, told.value.message) == ("224066", "service error")
    with canned() as server:
        server.say(200, *sealed(b"[" * 100_000))
        with pytest.raises(GatewayTrouble):
            ask(side.gateway(url=server.url))


def test_the_gateway_says_whose_it_is(side: Side) -> None:
    """A gateway names API, account and address, so that a ledger can hold on to them."""
    assert side.gateway().account == Account("v1", APP_ID, side.url)


# -- servers --------------------------------------------------------------------------------------


@dataclass
class Misbehaving:
    """A server that reads what comes first and then follows its script."""

    listener: socket.socket
    script: Script
    stop: threading.Event = field(default_factory=threading.Event)
    heard: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self) -> None:
        while True:
            try:
                conn, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            with conn, suppress(OSError):
                self.heard.append(conn.recv(65536))
                self.script(self, conn)


@contextmanager
def misbehaving(script: Script) -> Iterator[Misbehaving]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Misbehaving(listener, script)
        thread = threading.Thread(target=server.serve)
        thread.start()
        try:
            yield server
        finally:
            server.stop.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


class Canned(ThreadingHTTPServer):
    """Answers everything with what it was last told to say."""

    def say(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Canned(BaseHTTPRequestHandler):
    server: Canned

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response_only(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        """Not into the tests' output."""


@contextmanager
def canned() -> Iterator[Canned]:
    with Canned(("127.0.0.1", 0), _Canned) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def helpers_end() -> None:
    """Every helper thread that a call has started comes to its end."""
    for thread in threading.enumerate():
        if thread.name == wire.THREAD:
            thread.join(5)
            assert not thread.is_alive()
