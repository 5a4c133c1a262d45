"""Signed nonsense: a signature says who sent something, not that it is whole. Whatever comes is
answered below 500, and no traceback is left of it."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from approvals.times import to_seconds, utc_now
from bot.signature import SIGNATURE, TIMESTAMP, sign
from sandbox.run import everything
from sandbox.serving import serving
from sandbox.slack import PretendSlack
from sandbox.slack.cast import DANA, PAYOUTS, RITA
from tests.seen import buttons

REQUEST = "250 USDT on TRX to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8 for Invoice 1043"

Json = dict[str, Any]
Place = tuple[str | int, ...]


@dataclass
class Post:
    """Where Slack's requests go, and how each real one looked, by kind."""

    client: httpx.Client
    secret: str
    heard: dict[str, Json] = field(default_factory=dict)

    def signed(self, body: bytes) -> httpx.Response:
        stamp = str(to_seconds(utc_now()))
        headers = {TIMESTAMP: stamp, SIGNATURE: sign(self.secret, stamp, body)}
        return self.client.post("/slack/events", content=body, headers=headers)

    def hear(self, body: bytes) -> None:
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        sent: Json = json.loads(form["payload"]) if "payload" in form else {**form}
        kind = str(sent.get("type", "command"))
        action = sent.get("actions", [{}])[0].get("action_id", "")
        self.heard[f"{kind} {action}".strip()] = sent


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    """Slack has sent one of each kind, and goes on to where the tests post theirs."""
    with (
        everything(tmp_path_factory.mktemp("nonsense")) as running,
        httpx.Client(base_url=running.slack.bot_url, trust_env=False) as client,
    ):
        slack = running.slack
        post = Post(client, slack.signing_secret)

        async def listen(request: Request) -> Response:
            body = await request.body()
            post.hear(body)
            answer = await run_in_threadpool(post.signed, body)
            kind = answer.headers.get("content-type")
            return Response(answer.content, answer.status_code, media_type=kind)

        ear = Starlette(routes=[Route("/slack/events", listen, methods=["POST"])])
        with serving(ear) as slack.bot_url:
            play(slack)
        yield post


def play(slack: PretendSlack) -> None:
    """One of each kind of request, as people make them."""
    slack.command(RITA.id, REQUEST, PAYOUTS.id)
    slack.wait_until(lambda: bool(slack.messages(PAYOUTS.id)))
    card = slack.messages(PAYOUTS.id)[0].ts
    slack.click(DANA.id, PAYOUTS.id, card, "reject")
    form = slack.open_views(DANA.id)[-1]
    slack.submit(DANA.id, form.id, {"reason": "Paid already"})
    slack.command(RITA.id, "", PAYOUTS.id)
    form = slack.open_views(RITA.id)[-1]
    slack.suggest(RITA.id, form.id, "way", "usdt", block_id="way")
    menu = buttons(slack.messages(PAYOUTS.id)[0].versions[0].blocks)
    record = next(one["value"] for one in menu.values() if "record" in one.get("value", ""))
    slack.click(RITA.id, PAYOUTS.id, card, "more", option=record, version=0)


KINDS = ["command", "block_actions reject", "block_actions more", "view_submission"]
KINDS += ["block_suggestion"]


def test_each_kind_was_heard(post: Post) -> None:
    """What is changed below is what Slack sends, and comes through as it is."""
    assert set(KINDS) <= set(post.heard)
    for sent in post.heard.values():
        assert post.signed(encoded(sent)).status_code == 200


UNTYPED = (
    b'{"type": "view_submission", "user": {"id": "U1", "team_id": "T1"}, "view": {"id": "V1",'
    b' "callback_id": "request", "private_metadata": "", "state": {"values": {}}}}'
)
SURROGATE = (
    b'{"command": "/payout", "text": "\\ud800", "user_id": "U1", "team_id": "T1",'
    b' "channel_id": "C1", "trigger_id": "1.1"}'
)
NESTED = b'{"a":' * 3000 + b"1" + b"}" * 3000


@pytest.mark.parametrize(
    "body",
    [
        NESTED,
        b'{"type": "block_actions", "actions":' + NESTED + b"}",
        b"payload=" + b"[" * 100_000,
        b"payload=%7B%22type%22%3A" + b"[" * 100_000,
        b'{"type": "block_actions", "actions": 5}',
        b'{"type": "block_actions", "actions": []}',
        b'{"type": "view_submission", "view": null}',
        b'{"type": "view_submission", "view": {"id": "V1", "callback_id": "request"}}',
        UNTYPED,
        b'{"type": 5}',
        b'{"type": null, "command": null}',
        b'{"a": 1}',
        b'{"type": "url_verification", "challenge": ["word"]}',
        b"command=%2Fpayout",
        b"command=%2Fpayout&text=%00&user_id=U1&team_id=T1&channel_id=C1&trigger_id=1.1",
        SURROGATE,
    ],
    ids=lambda body: body[:60].decode(),
)
def test_what_has_not_slacks_form_is_a_bad_request(
    post: Post, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """Nested without end, of the wrong type, null, or lacking what its kind has: it is answered
    400, and leaves a line without a traceback."""
    caplog.set_level(logging.INFO)
    assert post.signed(body).status_code == 400
    assert [line.getMessage() for line in caplog.records if line.name == "bot.web"] == [
        "refused a request to /slack/events: 400"
    ]
    assert not any(line.exc_info for line in caplog.records)


@pytest.mark.parametrize("kind", ["event_callback", "view_closed", "shortcut", "x\r\nY ERROR z"])
def test_what_nobody_listens_to_is_taken_whatever_its_form(
    post: Post, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A kind that nobody here listens to is taken, or Slack would send it again; its name stands in
    the log in one line."""
    caplog.set_level(logging.INFO)
    odds: list[Any] = [None, 5, [], {"event": 5}]
    for odd in odds:
        assert post.signed(json.dumps({"type": kind, "event": odd}).encode()).status_code == 200
    said = [line.getMessage() for line in caplog.records if line.name == "bot.web"]
    assert len(said) == 4
    assert all("\n" not in line and "\r" not in line for line in said)


LARGE = 10**30
JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(
            None,
            True,
            0,
            -1,
            2.5,
            10**30,
            "",
            " ",
            "\0",
            "\ud800",
            "x" * 5000,
            "ü",
            "{}",
            "[" * 3000,
        ),
        *([], [None], [[]], [5], {}, {"id": 5}, {"value": []}, {"": {"": {}}}, "approve", "more"),
        *('{"payout":1}', '{"payout":1,"digest":""}', '{"channel":5,"thread":{}}', "U0RITA00001"),
        *(f'{{"payout":{LARGE},"digest":"a"}}', '["chain","USDT",null]', "show 999999999999999"),
    ]
)


def places(node: Any, path: Place = ()) -> Iterator[Place]:
    """Every place in a payload."""
    inner = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    for name, one in inner:
        yield (*path, name)
        yield from places(one, (*path, name))


def changed(sent: Json, path: Place, value: Any, *, gone: bool) -> Json:
    """A copy with another value at one place, or with none."""
    whole: Json = json.loads(json.dumps(sent))
    at: Any = whole
    for name in path[:-1]:
        at = at[name]
    if gone:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return whole


def encoded(sent: Json) -> bytes:
    if "type" in sent:
        return urlencode({"payload": json.dumps(sent)}).encode()
    if all(isinstance(value, str) for value in sent.values()):
        return urlencode(sent, errors="surrogatepass").encode()
    return json.dumps(sent).encode()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_signed_is_an_error_of_ours(
    post: Post, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A real request with anything at all at any place of it, or with that place gone, is answered
    below 500; the log has no traceback, and no word of what was sent."""
    sent = post.heard[kind]
    somewhere = st.sampled_from(sorted(places(sent), key=str))

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(somewhere, JUNK, st.booleans()), min_size=1, max_size=2))
    def nothing_breaks(changes: list[tuple[Place, Any, bool]]) -> None:
        odd = sent
        for path, value, gone in changes:
            try:
                odd = changed(odd, path, value, gone=gone)
            except (KeyError, IndexError, TypeError):
                continue  # an earlier change took it
        caplog.clear()
        assert post.signed(encoded(odd)).status_code < 500
        assert [line for line in caplog.records if line.exc_info] == []

    nothing_breaks()


def test_a_button_of_another_version_is_a_sentence(post: Post) -> None:
    """A press whose value this program does not know gets its answer: what to do, and nothing
    done."""
    sent = post.heard["block_actions reject"]
    odd = changed(sent, ("actions", 0, "value"), '{"number":1}', gone=False)
    assert post.signed(encoded(odd)).status_code == 200
