"""One list of promises for whatever implements `Gateway`, kept over real HTTP: withdrawing and
looking up. What else it can be asked has its promises in test_gateway_questions.py.

Each API generation is a `Side` (sides.py). What the pretend service is too well-behaved to do is
done by small servers (servers.py).
"""

import json
import logging
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from approvals.ccpayment import wire
from approvals.ccpayment.client import NEVER_DECLINED
from approvals.ccpayment.codes import explained
from approvals.ccpayment.signing import Signatures
from approvals.ccpayment.wire import Transport, direct
from approvals.gateway import (
    Absent,
    Accepted,
    Declined,
    Found,
    GatewayTrouble,
    InDoubt,
    NoAnswer,
    NotSent,
    Outcome,
    Progress,
)
from approvals.silence import Silence
from approvals.times import to_seconds
from sandbox.ccpayment import Mode
from sandbox.ccpayment.book import Reason
from tests.core import SECRET
from tests.servers import (
    Misbehaving,
    Script,
    canned,
    free_port,
    hearing,
    helpers_end,
    misbehaving,
    silence,
)
from tests.sides import BRIEF, OTHER, REFERENCE, START, TO_CWALLET, Answer, Json, Side, each

pytest_plugins = ["tests.stage"]


# -- the create call ------------------------------------------------------------------------------


def test_a_withdrawal_is_accepted(side: Side) -> None:
    """What the service took is Accepted with its own order number, and the fee with its coin where
    it names one at once."""
    outcome = side.send(side.gateway(), side.content())
    order = side.pretend.book.orders[REFERENCE]
    fee = (Decimal("1.5"), "USDT") if side.fee_at_once else (None, None)
    assert outcome == Accepted(order.order_id, *fee)


def test_exactly_the_committed_bytes_leave(side: Side) -> None:
    """The service receives one request: the body byte for byte, signed for the given second; and
    what it signs must come back unpacked."""
    gateway = side.gateway()
    body = gateway.body(side.content(), REFERENCE)
    gateway.withdraw(body, to_seconds(START) - 25)
    [call] = side.pretend.received
    assert call.body == body.encode()
    assert call.headers["timestamp"] == str(to_seconds(START) - 25)
    assert call.headers["accept-encoding"] == "identity"


@each(lambda side: side.bodies)
def test_the_body_is_a_function_of_what_was_approved(
    side: Side, case: tuple[Json, str, str]
) -> None:
    """The body is compact, in one order, with plain digits; a memo stays text, who pays the fee is
    spelt out, and it goes to the call that is for such a destination."""
    changes, path, body = case
    gateway = side.gateway()
    wanted = side.content(**changes)
    assert gateway.body(wanted, "payout-0001") == body
    gateway.fee(wanted)
    assert gateway.body(wanted, "payout-0001") == body  # no fee that was asked for gets in
    gateway.withdraw(body, to_seconds(START))
    [call] = side.pretend.received
    assert (call.path, call.body) == (path, body.encode())


def test_a_payout_inside_cwallet_costs_nothing(side: Side) -> None:
    """A Cwallet user is paid by id, and where a fee is named it is zero."""
    outcome = side.send(side.gateway(), side.content(**TO_CWALLET))
    order = side.pretend.book.orders[REFERENCE]
    fee = (Decimal(0), "USDT") if side.fee_at_once else (None, None)
    assert outcome == Accepted(order.order_id, *fee)


@pytest.mark.parametrize("mode", [Mode.ERROR_BEFORE, Mode.ERROR_AFTER])
def test_a_service_error_is_in_doubt(side: Side, mode: Mode) -> None:
    """A general error says nothing about the money, whether the order was taken or not; what its
    code means is said along with it."""
    side.pretend.switch(mode)
    outcome = side.send(side.gateway(), side.content())
    code, message, meaning = side.code(Reason.SERVICE)
    assert outcome == InDoubt(f"code {code}", code, message, meaning)
    assert "does not say whether anything was done" in meaning


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
    ],
)
def test_every_unclear_answer_is_in_doubt(side: Side, mode: Mode, why: str) -> None:
    """Whatever is not a verified acceptance is in doubt, says why in words for people, and was
    asked once."""
    side.pretend.switch(mode)
    outcome = side.send(side.gateway(signatures=Signatures(seen=True)), side.content())
    assert isinstance(outcome, InDoubt)
    assert why in outcome.why
    assert "Error" not in outcome.why
    assert len(side.pretend.received) == 1


def test_a_slow_answer_is_in_doubt(side: Side) -> None:
    """An answer that comes after the deadline is not waited for, and nothing is sent again."""
    side.pretend.switch(Mode.SLOW)
    outcome = side.send(side.gateway(deadlines=BRIEF), side.content())
    assert outcome == InDoubt("time-out after 0.4 s", silence=Silence.SLOW)
    assert len(side.pretend.received) == 1


@pytest.mark.parametrize("mode", [Mode.DECLINED, Mode.DECLINED_AFTER])
def test_a_listed_code_is_a_decline(side: Side, mode: Mode) -> None:
    """A code that is known to mean "declined", by the generation's own table or because the
    operator knows it, is one, with code and message word for word, and what the code means."""
    side.pretend.switch(mode)
    assert side.send(side.taught(), side.content()) == Declined(*side.code(Reason.DECLINED))


def test_each_code_is_read_as_its_table_says(side: Side) -> None:
    """Whatever code of this generation's table answers the create call is a decline or a doubt as
    the table has it, and says what it means."""
    with canned() as server:
        gateway = side.gateway(url=server.url)
        for code, meant in side.codes.items():
            server.say(200, {}, json.dumps({"code": int(code), "msg": "no"}).encode())
            outcome = side.send(gateway, side.content())
            assert isinstance(outcome, Declined if meant.declined else InDoubt), code
            assert isinstance(outcome, Declined | InDoubt)
            said = (outcome.code, outcome.message, outcome.meaning)
            assert said == (code, "no", explained(side.codes, code, None))


def test_a_code_that_nobody_listed_is_in_doubt(side: Side) -> None:
    """A code in no table is in doubt, however clear its words are, and means nothing; but that it
    is a refusal is known."""
    told = json.dumps({"code": int(side.unlisted), "msg": "refused", "reason": "too small"})
    with hearing(side, ({}, told.encode())) as gateway:
        outcome = side.send(gateway, side.content())
    why, silence = f"code {side.unlisted}", Silence.REFUSED
    assert outcome == InDoubt(why, side.unlisted, "refused; too small", silence=silence)


def test_a_decline_needs_a_clean_answer(side: Side) -> None:
    """A listed code is no decline with another HTTP status, or with a signature that is wrong."""
    code, message, meaning = side.code(Reason.DECLINED)
    told = json.dumps({"code": int(code), "msg": message}).encode()
    declined = frozenset({code})
    with canned() as server:
        gateway = side.gateway(url=server.url, declined_codes=declined)
        server.say(200, {}, told)
        assert side.send(gateway, side.content()) == Declined(code, message, meaning)
        for status, headers in ((502, {}), (200, {"Sign": "0" * 64})):
            server.say(status, headers, told)
            outcome = side.send(gateway, side.content())
            assert isinstance(outcome, InDoubt)
            assert (outcome.code, outcome.message) == (code, message)


@pytest.mark.parametrize("code", sorted(NEVER_DECLINED))
def test_no_list_makes_a_doubt_a_decline(side: Side, code: str) -> None:
    """A gateway that would take success, a service error or a repeat for a decline is not made."""
    with pytest.raises(ValueError) as told:
        side.gateway(declined_codes=frozenset({code, "229001"}))
    assert str(told.value) == f"money may have moved after {code}"


def test_a_repeated_reference_is_in_doubt(side: Side) -> None:
    """A second order under one reference is refused, and says that an earlier one may be there,
    also where somebody took the code for a decline."""
    code, message, meaning = side.code(Reason.DUPLICATE)
    gateway = side.gateway(declined_codes=frozenset({code}) - NEVER_DECLINED)
    assert isinstance(side.send(gateway, side.content()), Accepted)
    outcome = side.send(gateway, side.content())
    assert isinstance(outcome, InDoubt)
    assert (outcome.code, outcome.meaning, outcome.duplicate) == (code, meaning, True)
    assert outcome.message.startswith(message)
    assert len(side.pretend.book.orders) == 1


@each(lambda side: [code for code in side.codes if code in ("11007", "11011", "11018")])
def test_codes_for_a_repeat_are_recognised(side: Side, case: str) -> None:
    """A code for a repeat says that an earlier request may be there, whatever its words are."""
    with hearing(side, ({}, json.dumps({"code": int(case), "msg": "no"}).encode())) as gateway:
        outcome = side.send(gateway, side.content())
    assert outcome == InDoubt(f"code {case}", case, "no", side.codes[case].meaning, duplicate=True)


@each(lambda side: [code for code in side.codes if side.codes[code].declined])
@pytest.mark.parametrize("status", [200, 500])
def test_in_doubt_a_refusal_gives_no_advice(side: Side, case: str, status: int) -> None:
    """What to do about a refusal, such as to ask again, would pay twice where it was none: neither
    words of a repeat nor an answer that is not believed come with it."""
    with canned() as server:
        told = json.dumps({"code": int(case), "msg": "already exists"}).encode()
        server.say(status, {}, told)
        outcome = side.send(side.gateway(url=server.url), side.content())
    assert isinstance(outcome, InDoubt)
    assert (outcome.code, outcome.meaning) == (case, "")


@pytest.mark.parametrize(
    ("status", "headers"),
    [(status, {}) for status in (400, 403, 409, 429, 500, 502, 503)] + [(200, {"Sign": "0" * 64})],
)
@pytest.mark.parametrize("by", ["code", "words"])
def test_a_repeat_is_recognised_in_a_broken_answer(
    side: Side, status: int, headers: dict[str, str], by: str
) -> None:
    """That the reference is known already is heard in any answer, also in one with another status
    or with a signature that does not fit: it can only make us more careful."""
    code = side.code(Reason.DUPLICATE)[0] if by == "code" else side.unlisted
    words = "Duplicate order" if by == "words" else side.code(Reason.DUPLICATE)[1]
    with canned() as server:
        server.say(status, headers, json.dumps({"code": int(code), "msg": words}).encode())
        outcome = side.send(side.gateway(url=server.url), side.content())
    assert isinstance(outcome, InDoubt)
    assert (outcome.code, outcome.duplicate) == (code, True)


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
    told = json.dumps({"code": int(side.unlisted), "msg": message}).encode()
    with hearing(side, ({}, told)) as gateway:
        outcome = side.send(gateway, side.content())
    why, silence = f"code {side.unlisted}", Silence.UNCLEAR if duplicate else Silence.REFUSED
    assert outcome == InDoubt(why, side.unlisted, message, duplicate=duplicate, silence=silence)


def test_a_wrong_secret_accepts_nothing(side: Side) -> None:
    """With the wrong secret nothing is accepted or known; that it was declined is said only where
    the code for it is known."""
    gateway = side.gateway(secret="another")
    code, message, meaning = side.code(Reason.SIGN)
    declined = Declined(code, message, meaning)
    doubted = InDoubt(f"code {code}", code, message, silence=Silence.REFUSED)
    assert side.send(gateway, side.content()) == (declined if meaning else doubted)
    with pytest.raises(GatewayTrouble) as told:
        gateway.balance("USDT")
    assert told.value.silence is Silence.REFUSED
    assert side.pretend.book.orders == {}


@pytest.mark.parametrize("mode", [Mode.UNSIGNED, Mode.BADLY_SIGNED])
def test_unverified_answers_are_believed_only_on_order(side: Side, mode: Mode) -> None:
    """The way out for a service that does not sign as documented accepts what it says."""
    side.pretend.switch(mode)
    gateway = side.gateway(verify_answers=False)
    assert isinstance(side.send(gateway, side.content()), Accepted)


# -- whose word an answer is ----------------------------------------------------------------------


V2 = pytest.mark.parametrize("side", ["v2"], indirect=True)
ELSEWHERE = "http://gateway.example.com"


def led(side: Side) -> Transport:
    """A way that leads every call to the pretend service, whatever the address says."""

    class Way(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            there = httpx.URL(side.url)
            request.url = request.url.copy_with(scheme="http", host=there.host, port=there.port)
            return direct().handle_request(request)

    return Way


@V2
@pytest.mark.parametrize("url", [None, "https://ccpayment.example.com"], ids=["loopback", "https"])
def test_an_unsigned_success_is_an_answer_on_v2(side: Side, url: str | None) -> None:
    """On v2, where no public page says that answers are signed, an unsigned success counts where
    nobody else can have written it: with defaults a withdrawal leaves and is found."""
    gateway = side.gateway(**({"url": url, "transport": led(side)} if url else {}))
    assert isinstance(side.send(gateway, side.content()), Accepted)
    assert isinstance(gateway.find(REFERENCE), Found)
    assert gateway.balance("USDT") == Decimal(24750)


@V2
def test_an_unsigned_success_from_anywhere_is_none(side: Side) -> None:
    """Over plain HTTP to another host anybody on the way could have written it."""
    gateway = side.gateway(url=ELSEWHERE, transport=led(side))
    outcome = side.send(gateway, side.content())
    assert isinstance(outcome, InDoubt)
    assert outcome.why == "a success that is not signed"
    with pytest.raises(GatewayTrouble):
        gateway.balance("USDT")


@V2
def test_who_signed_once_signs_always(side: Side) -> None:
    """Once the account was seen to sign, an unsigned success is none, and that is told for the
    record once; an error needs no signature."""
    told: list[str] = []
    signatures = Signatures()
    signatures.keep(seen=False, tell=lambda: told.append("signs"))
    gateway = side.gateway(signatures=signatures)
    gateway.balance("USDT")
    assert (signatures.seen, told) == (False, [])
    side.pretend.knobs = replace(side.pretend.knobs, signs=True)
    gateway.balance("USDT")
    gateway.balance("USDT")
    assert (signatures.seen, told) == (True, ["signs"])
    side.pretend.knobs = replace(side.pretend.knobs, signs=False)
    assert isinstance(side.send(gateway, side.content()), InDoubt)
    assert isinstance(gateway.find(REFERENCE), NoAnswer)
    assert isinstance(gateway.find(OTHER), Absent)


@V2
def test_a_signature_that_is_there_must_fit(side: Side) -> None:
    """One that does not fit is never believed, also where none is needed."""
    side.pretend.switch(Mode.BADLY_SIGNED)
    outcome = side.send(side.gateway(), side.content())
    assert isinstance(outcome, InDoubt)
    assert outcome.why == "an answer whose signature does not verify"


@pytest.mark.parametrize("side", ["v1"], indirect=True)
def test_an_unsigned_success_is_none_on_v1(side: Side) -> None:
    """v1 documents that successes are signed; that is no news, and nothing is put on record."""
    signatures = Signatures()
    gateway = side.gateway(signatures=signatures)
    gateway.balance("USDT")
    assert not signatures.seen
    side.pretend.switch(Mode.UNSIGNED)
    assert isinstance(side.send(gateway, side.content()), InDoubt)


def test_what_is_learned_before_the_record_is_there_is_kept() -> None:
    """That an account signs may be seen before a ledger is open; it is told then, again where that
    failed, and not where it is on record."""
    told: list[str] = []

    def fails() -> None:
        told.append("failed")
        raise OSError("disk full")

    signatures = Signatures()
    signatures.note()
    signatures.keep(seen=False, tell=fails)
    signatures.note()
    assert (signatures.seen, told) == (True, ["failed", "failed"])
    known = Signatures()
    known.keep(seen=True, tell=fails)
    known.note()
    assert (known.seen, len(told)) == (True, 2)


# -- the way there --------------------------------------------------------------------------------


def test_a_refused_connection_was_not_sent(side: Side) -> None:
    """Where nobody listens, nothing has left."""
    outcome = side.send(side.gateway(url=f"http://127.0.0.1:{free_port()}"), side.content())
    assert isinstance(outcome, NotSent)
    assert outcome.why.startswith("could not connect")


def test_an_unknown_host_was_not_sent(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the name leads nowhere, nothing has left."""

    def unknown(*_: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    outcome = side.send(side.gateway(url="http://gateway.invalid"), side.content())
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
    outcome = side.send(side.gateway(deadlines=BRIEF), side.content())
    answer.set()
    helpers_end()
    assert outcome == NotSent("no connection within 0.4 s")
    assert side.pretend.received == []


def test_a_failed_handshake_was_not_sent(side: Side) -> None:
    """Where TLS does not come about, nothing has left."""
    with misbehaving(_say(b"this is no TLS\r\n\r\n")) as server:
        outcome = side.send(side.gateway(url=server.url.replace("http:", "https:")), side.content())
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


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def _say(answer: bytes) -> Script:
    """Answer, and close."""
    return lambda _, conn: conn.sendall(answer)


def _for_ever(start: bytes, drop: bytes) -> Script:
    def script(server: Misbehaving, conn: socket.socket) -> None:
        conn.sendall(start)
        while not server.stop.wait(0.01):
            conn.sendall(drop)

    return script


def _flood(_: Misbehaving, conn: socket.socket) -> None:
    conn.sendall(HEAD + b"Content-Length: 99999999\r\n\r\n")
    while True:
        conn.sendall(b"x" * 65536)


def _half_closed(server: Misbehaving, conn: socket.socket) -> None:
    conn.sendall(HEAD + b'Content-Length: 50\r\n\r\n{"code":')
    conn.shutdown(socket.SHUT_WR)
    server.stop.wait(30)


@pytest.mark.parametrize(
    "script",
    [
        silence,
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
        outcome = side.send(gateway, side.content())
        took = time.monotonic() - began
        helpers_end()
    assert isinstance(outcome, InDoubt)
    assert took < 3
    assert server.connections == 1
    assert b"".join(server.heard).count(b"POST ") == 1


def test_an_answer_without_end_is_not_held(side: Side) -> None:
    """Of an answer that is too long no more is read than a limit, long before the deadline."""
    with misbehaving(_flood) as server:
        outcome = side.send(side.gateway(url=server.url), side.content())
    assert outcome == InDoubt("an answer of more than 1000000 bytes")


def test_a_proxy_in_the_environment_is_ignored(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that the environment says can send a withdrawal by another way."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    assert isinstance(side.send(side.gateway(), side.content()), Accepted)


def test_calls_from_several_threads_do_not_mix(side: Side) -> None:
    """Withdrawals that are sent at once each get the answer to their own."""
    gateway = side.gateway()
    outcomes: dict[str, Outcome] = {}

    def send(reference: str) -> None:
        outcomes[reference] = side.send(gateway, side.content(), reference)

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
    side.send(gateway, side.content())
    gateway.find(REFERENCE)
    [call] = side.pretend.received
    assert caplog.records
    assert SECRET not in caplog.text + repr(gateway) + repr(vars(gateway))
    assert call.headers["sign"] not in caplog.text


# -- answers that are odd -------------------------------------------------------------------------


ODD: dict[str, Callable[[Side], Answer]] = {
    "a code that is true": lambda side: side.signed(side.taken("1"), code=True),
    "no code": lambda side: side.signed(side.taken("1"), code=None),
    "a code that is no whole number": lambda side: side.signed(side.taken("1"), code=1e4),
    "a list": lambda side: side.sealed(b"[10000]"),
    "a number": lambda side: side.sealed(b"10000"),
    "depth": lambda side: side.sealed(b"[" * 100_000),
    "an end that is missing": lambda side: side.sealed(side.signed(side.taken("1"))[1][:-1]),
    "no UTF-8": lambda side: side.sealed(b'\xff\xfe{"code":10000}'),
    "half a character": lambda _: ({}, b'{"code":"\\ud800","msg":["x"],"reason":{}}'),
    "no number": lambda _: ({}, b'{"code":NaN}'),
    "nothing": lambda _: ({}, b""),
}


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_answer_is_in_doubt(side: Side, odd: str) -> None:
    """No shape of answer raises, and none but a verified success is an acceptance."""
    with hearing(side, ODD[odd](side)) as gateway:
        assert isinstance(side.send(gateway, side.content()), InDoubt)
        assert isinstance(gateway.find(REFERENCE), NoAnswer | Absent)


@each(lambda side: side.odd_successes)
def test_a_success_that_names_no_order_is_in_doubt(side: Side, case: object) -> None:
    """Only a success that names its order, as this generation names it, is an acceptance."""
    with hearing(side, side.signed(case)) as gateway:
        outcome = side.send(gateway, side.content())
        assert outcome == InDoubt("a success without an order's number", "10000")
        assert isinstance(gateway.find(REFERENCE), NoAnswer | Absent)


FEES: list[tuple[Json, Decimal | None, str | None]] = [
    ({"amount": "0"}, Decimal(0), None),
    ({"amount": "0.30", "coin": "POL"}, Decimal("0.30"), "POL"),
    ({}, None, None),
    ({"amount": "-1"}, None, None),
    ({"amount": "NaN", "coin": 5.5}, None, "5.5"),
    ({"amount": True}, None, None),
    ({"amount": "1,5"}, None, None),
    ({"amount": "٢"}, None, None),
]


@each(lambda side: FEES if side.fee_at_once else ())
def test_fees_are_read_or_left_out(
    side: Side, case: tuple[Json, Decimal | None, str | None]
) -> None:
    """A fee that cannot be read is no fee, and no coin is guessed; the acceptance stands."""
    said, fee, coin = case
    with hearing(side, side.signed(side.taken("7", **said))) as gateway:
        assert side.send(gateway, side.content()) == Accepted("7", fee, coin)


@pytest.mark.parametrize(("said", "fee", "coin"), FEES)
def test_reported_fees_are_read_or_left_out(
    side: Side, said: Json, fee: Decimal | None, coin: str | None
) -> None:
    """The same is true of a fee that comes with the report of an order."""
    with hearing(side, side.signed(side.reporting(**said))) as gateway:
        found = gateway.find(REFERENCE)
    assert isinstance(found, Found)
    assert (found.order_id, found.network_fee, found.fee_coin) == ("7", fee, coin)


def test_a_number_keeps_its_digits(side: Side) -> None:
    """A number where the vendor documents a string is read digit for digit, not as a float."""
    number, fee = "202301090616511612332555323101184", "0.10000000000000000001"
    _, taken = side.signed(side.taken("number"))
    with hearing(side, side.sealed(taken.replace(b'"number"', number.encode()))) as gateway:
        outcome = side.send(gateway, side.content())
    assert isinstance(outcome, Accepted)
    assert outcome.order_id == number
    _, report = side.signed(side.reporting(amount="digits"))
    with hearing(side, side.sealed(report.replace(b'"digits"', fee.encode()))) as gateway:
        found = gateway.find(REFERENCE)
    assert isinstance(found, Found)
    assert found.network_fee == Decimal(fee)


def test_words_of_the_gateway_are_kept_short_and_printable(side: Side) -> None:
    """Code and message are the gateway's own, without control characters and of bounded length."""
    told = {"code": int(side.unlisted), "msg": "no\n\x1b[31m \u202eevil " + "x" * 5000}
    with hearing(side, ({}, json.dumps(told).encode())) as gateway:
        outcome = side.send(gateway, side.content())
    assert isinstance(outcome, InDoubt)
    assert outcome.code == side.unlisted
    assert outcome.message.isprintable()
    assert outcome.message.startswith("no  [31m  evil xxx")
    assert len(outcome.message) == 300


# -- the look-up ----------------------------------------------------------------------------------


def test_a_withdrawal_is_found_by_its_reference(side: Side) -> None:
    """The entry with exactly our reference is found, with everything that it carries."""
    gateway = side.gateway()
    side.send(gateway, side.content())
    side.send(gateway, side.content(**TO_CWALLET), OTHER)
    for reference in (REFERENCE, OTHER):
        order = side.pretend.book.orders[reference]
        assert gateway.find(reference) == side.found(order)


@each(lambda side: side.steps)
def test_progress_follows_the_gateway(
    side: Side, case: tuple[Mode, float, Progress, str | None]
) -> None:
    """Each of the gateway's words is one step of ours; a settled order names its transaction, a
    failed one the reason where there is one."""
    mode, passed, progress, reason = case
    gateway = side.gateway()
    side.pretend.switch(mode)
    side.send(gateway, side.content())
    side.clock.now = START + timedelta(seconds=passed)
    found = gateway.find(REFERENCE)
    assert isinstance(found, Found)
    assert (found.progress, found.reason) == (progress, reason)
    assert (found.txid is not None) == (progress is Progress.SETTLED)


def test_an_unknown_status_is_said_as_it_is(side: Side) -> None:
    """A word that we do not know is passed on, and claims nothing."""
    with hearing(side, side.signed(side.entry(status="Thinking\nabout it"))) as gateway:
        assert gateway.find(REFERENCE) == Found("7", Progress.UNKNOWN, "Thinking about it")


@each(lambda side: side.garbled)
def test_what_is_told_and_cannot_be_read_is_not_left_out(
    side: Side, case: tuple[object, str]
) -> None:
    """A value in a form that we do not know is named: it may be another one than was approved."""
    data, what = case
    with hearing(side, side.signed(data)) as gateway:
        found = gateway.find(REFERENCE)
    assert isinstance(found, Found)
    assert found.unreadable == (what,)


def bill(*trades: Json, status: str = "Successful", order_id: str = "7") -> object:
    """An entry of API v1."""
    order = {"merchant_order_id": REFERENCE, "order_id": order_id, "status": status}
    return {"order_detail": order | {"crypto": "USDT", "chain": "TRX"}, "trade_list": trades}


@pytest.mark.parametrize("side", ["v1"], indirect=True)
def test_what_moved_is_what_counts(side: Side) -> None:
    """The trade says what moved; the order says it only where there is no trade that does."""
    moved: Json = {"crypto": "BTC", "chain": "BTC", "contract": "", "amount": "250"}
    for trade, coin, chain in ((moved, "BTC", "BTC"), ({}, "USDT", "TRX")):
        with hearing(side, side.signed([bill(trade)])) as gateway:
            found = gateway.find(REFERENCE)
        assert isinstance(found, Found)
        assert (found.symbol, found.chain) == (coin, chain)


@pytest.mark.parametrize("side", ["v1"], indirect=True)
@pytest.mark.parametrize(
    ("entries", "progress"),
    [
        ([bill({}, {})], Progress.SETTLED),
        ([bill({}, status="Failed", order_id="8"), bill({})], Progress.SETTLED),
        ([bill({}), bill({}, status="Failed", order_id="8")], Progress.SETTLED),
        ([bill({}, status="Failed"), bill({}, status="Failed")], Progress.FAILED),
    ],
)
def test_two_withdrawals_are_not_one(side: Side, entries: list[object], progress: Progress) -> None:
    """Several entries under our reference, or several trades in one, are counted, and none that
    failed hides another."""
    with hearing(side, side.signed(entries)) as gateway:
        found = gateway.find(REFERENCE)
    assert isinstance(found, Found)
    assert (found.withdrawals, found.progress) == (2, progress)


def test_an_unknown_reference_is_absent(side: Side) -> None:
    """An answer without our entry is Absent, in the form that this generation has for it, and tells
    the gateway's own time."""
    assert side.gateway().find(REFERENCE) == Absent(side.unknown, START)


def test_absence_can_be_told_otherwise(side: Side) -> None:
    """A gateway that tells it in another way than usual says so in another form."""
    side.pretend.switch(Mode.LOOK_UPS_REFUSE_UNKNOWN)
    assert side.gateway().find(REFERENCE) == Absent(side.otherwise, START)


@each(lambda side: side.absences)
def test_absence_has_a_form(side: Side, case: tuple[object, str]) -> None:
    """An answer without our entry says in which form it is without, so that forms can be compared;
    an entry of somebody else is never ours."""
    data, form = case
    with hearing(side, side.signed(data)) as gateway:
        assert gateway.find(REFERENCE) == Absent(form, START)


@each(lambda side: side.unreadable)
def test_an_entry_that_cannot_be_read_is_no_absence(side: Side, case: object) -> None:
    """Where the answer has another shape, or names our reference in another place, nothing is
    concluded."""
    with hearing(side, side.signed(case)) as gateway:
        assert isinstance(gateway.find(REFERENCE), NoAnswer)


@pytest.mark.parametrize(
    "code",
    [
        *(
            "224066",
            "10001",
            "11000",
            "11001",
            "11002",
            "11004",
            "11005",
            "11006",
            "11007",
            "11009",
        ),
        *("11011", "11013", "11014", "11018", "12000", "12003"),
    ],
)
def test_a_generic_error_is_no_answer(side: Side, code: str) -> None:
    """An error that says nothing about the order is no answer about it; what it means is said where
    this generation has it in its table."""
    meaning = side.codes[code].meaning if code in side.codes else ""
    with hearing(
        side, ({}, json.dumps({"code": int(code), "msg": "try again"}).encode())
    ) as gateway:
        found = gateway.find(REFERENCE)
    silence = Silence.UNCLEAR if code in NEVER_DECLINED else Silence.REFUSED
    assert found == NoAnswer(f"code {code}", code, "try again", meaning, silence)


@pytest.mark.parametrize(
    "mode",
    [
        Mode.LOOK_UPS_DOWN,
        Mode.LOOK_UPS_ERROR,
        Mode.LOOK_UPS_BADLY_SIGNED,
        Mode.LOOK_UPS_UNSIGNED,
    ],
)
def test_a_look_up_that_cannot_be_believed_is_no_answer(side: Side, mode: Mode) -> None:
    """General errors, and successes whose signature is missing or wrong, are no answer; an error
    that names no success needs no signature."""
    side.pretend.knobs = replace(side.pretend.knobs, signs=True)
    gateway = side.gateway()
    side.send(gateway, side.content())
    side.pretend.switch(mode)
    assert isinstance(gateway.find(REFERENCE), NoAnswer)
    unsigned = mode in (Mode.LOOK_UPS_BADLY_SIGNED, Mode.LOOK_UPS_UNSIGNED)
    by_error = unsigned and side.unknown.startswith("code")
    assert isinstance(gateway.find(OTHER), Absent if by_error else NoAnswer)


@pytest.mark.parametrize("script", [silence, _say(b""), _for_ever(HEAD, b"X: y\r\n")])
def testsilence_is_no_answer(side: Side, script: Script) -> None:
    """A look-up that gets nothing ends by its deadline and concludes nothing."""
    with misbehaving(script) as server:
        found = side.gateway(url=server.url, deadlines=BRIEF).find(REFERENCE)
    assert isinstance(found, NoAnswer)


WRONG_SIGN = b'{"code": 229013, "msg": "invalid sign"}'


@pytest.mark.parametrize(
    ("script", "silence"),
    [
        (silence, Silence.SLOW),
        (_for_ever(HEAD, b"X: y\r\n"), Silence.SLOW),
        (_say(b""), Silence.UNREACHABLE),
        (_say(b"nonsense\r\n\r\n"), Silence.UNREACHABLE),
        (_flood, Silence.UNCLEAR),
    ],
    ids=["silence", "dripped headers", "hung up", "nonsense", "flood"],
)
def test_silence_has_a_kind(side: Side, script: Script, silence: Silence) -> None:
    """Too slow, not reachable and not understood are told apart by type, where the wire is read."""
    with misbehaving(script) as server:
        gateway = side.gateway(url=server.url, deadlines=BRIEF)
        with pytest.raises(GatewayTrouble) as told:
            gateway.balance("USDT")
        found = gateway.find(REFERENCE)
    assert told.value.silence is silence
    assert isinstance(found, NoAnswer)
    assert found.silence is silence


@pytest.mark.parametrize(
    ("status", "body", "silence"),
    [
        (200, WRONG_SIGN, Silence.REFUSED),
        (401, WRONG_SIGN, Silence.REFUSED),
        (403, b"<html>Forbidden</html>", Silence.REFUSED),
        (503, b"<html>Service Unavailable</html>", Silence.UNCLEAR),
        (503, WRONG_SIGN, Silence.UNCLEAR),
        (200, b"<html>Just a moment</html>", Silence.UNCLEAR),
        (200, b'{"code": 10001, "msg": "failed"}', Silence.UNCLEAR),
        (400, b'{"code": 224066, "msg": "service error"}', Silence.UNCLEAR),
    ],
)
def test_an_answer_of_no_use_has_a_kind(
    side: Side, status: int, body: bytes, silence: Silence
) -> None:
    """What blames our request is a refusal, by its code or by its status; a general error and what
    cannot be read are not understood."""
    with canned() as server:
        server.say(status, {}, body)
        with pytest.raises(GatewayTrouble) as told:
            side.gateway(url=server.url).balance("USDT")
    assert told.value.silence is silence


def test_nobody_there_is_not_reachable(side: Side) -> None:
    """Where no connection comes about, that is the kind; of a look-up too."""
    found = side.gateway(url=f"http://127.0.0.1:{free_port()}").find(REFERENCE)
    assert isinstance(found, NoAnswer)
    assert found.silence is Silence.UNREACHABLE


def test_absence_by_a_code_keeps_its_words(side: Side) -> None:
    """An error that may mean an unknown order is told in the gateway's words, so that people see
    what it was."""
    with hearing(side, ({}, WRONG_SIGN)) as gateway:
        found = gateway.find(REFERENCE)
    assert isinstance(found, Absent)
    assert found.message == "invalid sign"


def test_the_gateways_clock_is_its_signed_one(side: Side) -> None:
    """The time of an absence is the signed Timestamp; of an unsigned answer, HTTP's Date; where
    neither can be read, none."""
    data, form = side.absences[0]
    headers, body = side.signed(data)
    unlisted = f"code {side.unlisted}"
    error = json.dumps({"code": int(side.unlisted), "msg": "order not found"}).encode()
    date = "Sun, 22 Nov 2026 10:09:00 GMT"
    later = datetime(2026, 11, 22, 10, 9, tzinfo=UTC)
    with canned() as server:
        gateway = side.gateway(url=server.url)
        server.say(200, {**headers, "Date": date}, body)
        assert gateway.find(REFERENCE) == Absent(form, START)
        server.say(200, {"Date": date, "Timestamp": str(to_seconds(START))}, error)
        assert gateway.find(REFERENCE) == Absent(unlisted, later)
        for unreadable in ("", "soon", "Fri, 31 Dec 9999 23:59:59 -2300"):
            server.say(200, {"Date": unreadable}, error)
            assert gateway.find(REFERENCE) == Absent(unlisted, None)
