"""The web app: Slack's one address, and others that are given to it.

What comes in is looked at, measured, checked against Slack's signature and read, in this order, on
the event loop; only then Bolt sees it, in a thread. Whatever is malformed is answered 400, 401 or
413, without its body where the headers say so already, and leaves no trace of its content in a log.
The workers live as long as the app does.
"""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from approvals.times import Clock
from approvals.words import quoted
from bot import signature
from bot.payloads import Misshapen, pruned
from bot.serving import Worker
from bot.signature import BadRequest

MAX_BODY = 512 * 1024
"""Bytes of a request that are read; Slack's views may be 250 kB, and arrive percent-encoded."""

MAX_CHECK = 1024
"""Bytes of a request without signature that are read: what Slack sends to check a certificate."""

THREADS = 40
"""Requests at work at once; a listener waits for outside answers, so this is not about cores."""

LENGTH = re.compile(r"[0-9]{1,12}", re.ASCII)
"""A Content-Length; uvicorn refuses what is none."""

WHOLE_ADDRESS = re.compile(r"https?://[^/]*(/.*)?", re.DOTALL | re.IGNORECASE)
"""A path that came as a whole address."""

_log = logging.getLogger(__name__)


def bolt(client: WebClient, identity: AuthorizeResult) -> App:
    """An App without listeners that answers within the request and never asks who it is.

    `client` is for nothing but Bolt's own plumbing: give it an SSL context, or every request makes
    one. Bolt speaks of errors only, for its warnings repeat what people wrote.
    """
    logger = logging.getLogger("bot.bolt")
    logger.setLevel(logging.ERROR)
    app = App(
        name="countersign",
        logger=logger,
        client=client,
        authorize=lambda: identity,
        process_before_response=True,
        request_verification_enabled=False,
        raise_error_for_unhandled_request=True,
    )
    app.error(_last_resort)
    return app


def _last_resort(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """What nobody listens to is taken quietly, or Slack would send it again. Listeners let nothing
    out; if one does, or Bolt itself fails, the person sees that it failed."""
    if isinstance(error, BoltUnhandledRequestError):
        _log.info("nobody listens to this %s", quoted(str(body.get("type", "command"))))
        return BoltResponse(status=200)
    _log.error("a listener failed", exc_info=error)
    return BoltResponse(status=200, body="Something went wrong. The log of Countersign says what.")


def application(
    app: App,
    signing_secret: str,
    workers: Iterable[Worker],
    clock: Clock,
    routes: Iterable[Route] = (),
) -> Starlette:
    """Slack's requests for `app` at `/slack/events`, and further `routes`.

    `workers` are started in order, and stopped in the opposite one after the last request is
    answered.
    """
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="listener")

    async def events(request: Request) -> Response:
        try:
            arrived = clock()
            stamp, signed = map(request.headers.get, (signature.TIMESTAMP, signature.SIGNATURE))
            if stamp is signed is None and await _checks_certificate(request):
                return Response()
            signature.promising(stamp, signed, arrived)
            body = await measured(request, MAX_BODY)
            signature.check(signing_secret, stamp, signed, body, arrived)
            read = _read(body, arrived)
        except BadRequest as refused:
            _log.warning("refused a request to %s: %s", request.url.path, refused.status)
            return Response(status_code=refused.status)
        if read is None:
            return Response()
        answer = await asyncio.get_running_loop().run_in_executor(pool, dispatched, read)
        return Response(answer.body, answer.status, answer.first_headers())

    def dispatched(read: BoltRequest) -> BoltResponse:
        try:
            return app.dispatch(read)
        except Exception as error:
            return _last_resort(error, read.body)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        with ExitStack() as running:
            for worker in workers:
                worker.start()
                running.callback(worker.stop)
            running.callback(pool.shutdown)
            yield

    own = Route("/slack/events", events, methods=["POST"])
    web = Starlette(
        routes=[own, *routes], lifespan=lifespan, middleware=[Middleware(_by_path_alone)]
    )
    web.router.redirect_slashes = False  # it would lead to whatever name the request gives us
    return web


def _by_path_alone(app: ASGIApp) -> ASGIApp:
    """Takes `http://name/path` for `/path`: a request line may name the host too (RFC 9112, 3.2.2),
    and proxies send such ones."""

    async def plain(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (named := WHOLE_ADDRESS.fullmatch(scope["path"])):
            scope = {**scope, "path": named[1] or "/"}
        await app(scope, receive, send)

    return plain


async def _checks_certificate(request: Request) -> bool:
    """Whether this is no more than Slack's look at our certificate, which it may leave unsigned
    (docs.slack.dev, slash commands, "ssl_check"). Nothing else in it is read."""
    told = request.headers.get("content-length", "")
    if not (LENGTH.fullmatch(told) and int(told) <= MAX_CHECK):
        return False
    form = parse_qs((await measured(request, MAX_CHECK)).decode("latin-1"))
    return form.get("ssl_check") == ["1"]


async def measured(request: Request, most: int) -> bytes:
    """The body, of at most so many bytes; where it is told to be longer it is not read. Raises
    BadRequest."""
    told = request.headers.get("content-length", "")
    if LENGTH.fullmatch(told) and int(told) > most:
        raise BadRequest(413)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise BadRequest(413)
    except ClientDisconnect:
        raise BadRequest(400) from None
    return bytes(body)


def _read(body: bytes, arrived: datetime) -> BoltRequest | None:
    """What Slack sent: events as JSON, commands as a form, all else as JSON in a form's `payload`;
    None where nobody listens to that. Raises BadRequest.

    Bolt's own reading takes any body that holds the letters "payload" for the third kind and loses
    a command such as "… for the payload test"; it takes a read body as from a socket.
    """
    try:
        if body.startswith(b"{"):
            sent = json.loads(body)
        else:
            form = dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
            sent = json.loads(form["payload"]) if "payload" in form else form
        read = pruned(sent)
    except (ValueError, RecursionError, Misshapen):
        raise BadRequest(400) from None
    if read is None:
        _log.info("nobody listens to a %s", quoted(str(sent.get("type", "command"))))
        return None
    return BoltRequest(body=read, mode="socket_mode", context={"arrived": arrived})
