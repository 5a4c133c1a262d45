"""The front door: what gets in, what does not, and that nobody waits for anybody."""

import json
import logging
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier, get_ident
from types import MappingProxyType
from urllib.parse import urlencode

import httpx
import pytest
from httpx import Response
from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.signature import sign
from bot.web import MAX_BODY, MAX_CHECK, THREADS, application, bolt
from sandbox.serving import serving

NOW = datetime(2026, 11, 22, 10, 3, tzinfo=UTC)
SECRET = "a signing secret"
STAMP = str(int(NOW.timestamp()))

TIMESTAMP = b"X-Slack-Request-Timestamp"
SIGNATURE = b"X-Slack-Signature"

Post = Callable[..., Response]


class Noted:
    """A worker that notes when it was started and stopped."""

    def __init__(self, name: str, book: list[str]) -> None:
        self.name = name
        self.book = book

    def start(self) -> None:
        self.book.append(f"{self.name} starts")

    def stop(self) -> None:
        self.book.append(f"{self.name} stops")


def quiet_app() -> App:
    identity = AuthorizeResult(
        enterprise_id=None, team_id="T0SANDBOX01", bot_user_id="U0BOT", bot_token="xoxb-none"
    )
    return bolt(WebClient("xoxb-none", "http://127.0.0.1:1/"), identity)


def command(name: str, text: str) -> bytes:
    who = {"team_id": "T0SANDBOX01", "user_id": "U0RITA00001", "channel_id": "C0GENERAL01"}
    return urlencode(who | {"command": name, "trigger_id": "1.2.3", "text": text}).encode()


@pytest.fixture(scope="module")
def post() -> Iterator[Post]:
    """Posts a body, signed unless told otherwise, to an app that hears two commands."""
    app, all_here = quiet_app(), Barrier(THREADS)

    @app.command("/echo")
    def echo(ack: Ack, command: dict[str, str]) -> None:
        ack(f"heard {command['text']}")

    @app.command("/together")
    def together(ack: Ack) -> None:
        all_here.wait(timeout=10)
        ack(str(get_ident()))

    @app.command("/broken")
    def broken() -> None:
        raise RuntimeError("what broke")

    with serving(application(app, SECRET, [], lambda: NOW)) as url:

        def send(body: bytes, changed: Mapping[bytes, bytes] = MappingProxyType({})) -> Response:
            signed = {TIMESTAMP: STAMP.encode(), SIGNATURE: sign(SECRET, STAMP, body).encode()}
            return httpx.post(f"{url}/slack/events", content=body, headers={**signed, **changed})

        yield send


def test_slack_verifies_the_address(post: Post) -> None:
    """Slack's challenge is answered, so that the address can be saved in the app's settings."""
    answer = post(b'{"type": "url_verification", "challenge": "word"}')
    assert (answer.status_code, answer.json()) == (200, {"challenge": "word"})


@pytest.mark.parametrize(
    "text", ["250 USDT for the payload test", "payload=%7B%7D", "", "{}", "ü&é=ß"]
)
def test_a_command_reaches_its_listener(post: Post, text: str) -> None:
    """A listener hears what was typed, whatever it resembles, and its answer is the response."""
    assert post(command("/echo", text)).text == f"heard {text}"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({SIGNATURE: b"v0=" + b"0" * 64}, 401),
        ({TIMESTAMP: b"%d" % (int(STAMP) - 301)}, 401),
        ({SIGNATURE: b""}, 400),
        ({SIGNATURE: b"caf\xe9"}, 400),
        ({TIMESTAMP: b"soon"}, 400),
        ({TIMESTAMP: b"9" * 400}, 400),
    ],
    ids=["wrong", "old", "empty", "not ASCII", "no number", "too long"],
)
def test_only_slack_gets_in(
    post: Post, changed: dict[bytes, bytes], status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Forged and malformed requests are answered 401 or 400, and no log repeats their body."""
    caplog.set_level(logging.DEBUG)
    assert post(command("/echo", "secret words"), changed).status_code == status
    assert "secret" not in caplog.text


def test_an_unsigned_request_is_refused(post: Post) -> None:
    """Without Slack's headers nothing gets in."""
    url = str(post(b"").url)
    assert httpx.post(url, content=command("/echo", "help")).status_code == 401


@pytest.mark.parametrize(
    "body", [b"ssl_check=1&token=xxx", b"token=xxx&ssl_check=1", b"ssl_check=1"]
)
def test_slack_may_check_the_certificate_unsigned(post: Post, body: bytes) -> None:
    """Slack looks at the certificate with a request that need not be signed: it is answered 200,
    and nothing else in it is read."""
    url = str(post(b"").url)
    assert (httpx.post(url, content=body).status_code, httpx.post(url, content=body).text) == (
        200,
        "",
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"ssl_check=0",
        b"ssl_check=1&ssl_check=2",
        b"\xff\xfe=%ff",
        b"ssl_check=1&token=" + b"x" * MAX_CHECK,
        b'{"ssl_check": 1}',
    ],
)
def test_only_that_check_may_be_unsigned(post: Post, body: bytes) -> None:
    """Whatever else comes without a signature is refused, and so is a half-signed check."""
    url = str(post(b"").url)
    assert httpx.post(url, content=body).status_code == 401
    check = {TIMESTAMP: STAMP.encode()}
    assert httpx.post(url, content=b"ssl_check=1", headers=check).status_code == 401


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[1]", b"payload=", b"payload=7", b"payload=%7B", b"just words", b"a=\xff"],
)
def test_a_signed_riddle_is_a_bad_request(post: Post, body: bytes) -> None:
    """A body that cannot be read is answered 400, never 500."""
    assert post(body).status_code == 400


def test_bodies_have_a_limit(post: Post) -> None:
    """A body beyond the limit is answered 413, whoever signed it, and with no length told too."""
    assert post(b"a=" + b"x" * MAX_BODY).status_code == 413
    url, claimed = str(post(b"").url), {TIMESTAMP: STAMP.encode(), SIGNATURE: b"v0=" + b"0" * 64}
    parts = iter([b"x" * MAX_BODY, b"x"])
    assert httpx.post(url, content=parts, headers=claimed).status_code == 413


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {TIMESTAMP: STAMP.encode()},
        {TIMESTAMP: b"%d" % (int(STAMP) - 301), SIGNATURE: b"v0=" + b"0" * 64},
        {TIMESTAMP: STAMP.encode(), SIGNATURE: b"v0=" + b"0" * 63},
        {
            TIMESTAMP: STAMP.encode(),
            SIGNATURE: b"v0=" + b"0" * 64,
            b"Content-Length": b"%d" % (MAX_BODY + 1),
        },
    ],
    ids=["unsigned", "half signed", "old", "malformed", "too long"],
)
def test_what_the_head_says_needs_no_body(post: Post, claims: dict[bytes, bytes]) -> None:
    """Where the head of a request shows that it is refused, it is, before any of its body came."""
    claims = {b"Content-Length": b"500000"} | claims
    head = b"".join(b"%s: %s\r\n" % claim for claim in claims.items())
    url = post(b"").url
    with socket.create_connection((url.host, url.port), timeout=10) as connection:
        connection.sendall(b"POST /slack/events HTTP/1.1\r\nHost: here\r\n" + head + b"\r\n")
        assert connection.recv(12) in (b"HTTP/1.1 401", b"HTTP/1.1 400", b"HTTP/1.1 413")


def test_a_request_line_may_name_the_host(post: Post) -> None:
    """Some proxies ask for a whole address; it is the path that counts. No answer names a server's
    make, and none leads to a name that the request itself brought."""
    url = post(b"").url
    lines = {
        b"GET http://elsewhere/slack/events": b"HTTP/1.1 405",
        b"POST http://elsewhere/slack/events": b"HTTP/1.1 401",
        b"POST HTTPS://elsewhere:99/slack/events?a=b": b"HTTP/1.1 401",
        b"GET http://elsewhere": b"HTTP/1.1 404",
        b"POST http:/slack/events": b"HTTP/1.1 404",
        b"GET /slack/events/": b"HTTP/1.1 404",
        b"POST /slack/events/": b"HTTP/1.1 404",
    }
    for line, answer in lines.items():
        with socket.create_connection((url.host, url.port), timeout=10) as connection:
            connection.sendall(line + b" HTTP/1.1\r\nHost: evil\r\nConnection: close\r\n\r\n")
            with connection.makefile("rb") as answered:
                said = answered.read()
        assert said.startswith(answer), line
        assert b"evil" not in said
        assert not re.search(rb"^(server|location):", said, re.MULTILINE | re.IGNORECASE)


def test_what_nobody_listens_to_is_taken(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    """An event without a listener is answered 200, or Slack would send it three times more; what
    people wrote in it stays out of the log."""
    caplog.set_level(logging.DEBUG)
    event = {"type": "event_callback", "event": {"type": "message", "text": "secret words"}}
    assert post(json.dumps(event).encode()).status_code == 200
    assert "secret" not in caplog.text


def test_the_last_net(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    """Should an error ever leave a listener, the person is told that it failed, not that it timed
    out, and what broke stands in the log."""
    answer = post(command("/broken", ""))
    assert (answer.status_code, answer.text.split(".")[0]) == (200, "Something went wrong")
    assert "what broke" not in answer.text
    assert "what broke" in caplog.text


def test_the_net_below_bolt_itself(caplog: pytest.LogCaptureFixture) -> None:
    """Should Bolt fail before it comes to a listener, that is told in the same way."""

    class Failing(App):
        def dispatch(self, req: BoltRequest) -> BoltResponse:
            raise RuntimeError("what broke")

    nobody = AuthorizeResult(enterprise_id=None, team_id=None)
    app = Failing(authorize=lambda: nobody, signing_secret=SECRET)
    with serving(application(app, SECRET, [], lambda: NOW)) as url:
        body = command("/echo", "")
        signed = {TIMESTAMP: STAMP.encode(), SIGNATURE: sign(SECRET, STAMP, body).encode()}
        answer = httpx.post(f"{url}/slack/events", content=body, headers=signed)
    assert (answer.status_code, answer.text.split(".")[0]) == (200, "Something went wrong")
    assert "what broke" in caplog.text


def test_requests_do_not_wait_for_each_other(post: Post) -> None:
    """As many requests as there are threads are at work at once: each waits for all the others
    and is answered, which one after the other none would be."""
    with ThreadPoolExecutor(THREADS) as people:
        answers = list(people.map(post, [command("/together", "")] * THREADS))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == THREADS


def test_workers_live_as_long_as_the_app() -> None:
    """Workers start in order before the first request and stop in the opposite order at the end."""
    book: list[str] = []
    workers = [Noted("sender", book), Noted("courier", book)]
    with serving(application(quiet_app(), SECRET, workers, lambda: NOW)) as url:
        httpx.get(url)
        assert book == ["sender starts", "courier starts"]
    assert book[2:] == ["courier stops", "sender stops"]
