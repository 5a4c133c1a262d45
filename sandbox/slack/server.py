"""The HTTP side of the pretend Slack: tokens, bodies, rates and faults around the Web API.

Requests come from several threads; each is answered in the server's thread pool.
"""

import json
from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.slack import limits
from sandbox.slack.api import METHODS, Call, Method, perform, read_form
from sandbox.slack.faults import Fault, Faults, Pace
from sandbox.slack.state import Refused, TooNew, Workspace
from sandbox.slack.workspace import Content, Json


class Server:
    """Answers `/api/{method}` and the response addresses."""

    def __init__(
        self,
        workspace: Workspace,
        faults: Faults,
        pace: Pace | None,
        *,
        token: str,
        scopes: frozenset[str],
    ) -> None:
        self._workspace = workspace
        self._faults = faults
        self._pace = pace
        self._token = token
        self._scopes = scopes
        self.revoked = False
        self.app = Starlette(
            routes=[
                Route("/api/{method}", self._api, methods=["GET", "POST"]),
                Route("/response/{key}", self._response_url, methods=["POST"]),
            ]
        )

    async def _api(self, request: Request) -> Response:
        name, query = request.path_params["method"], request.url.query
        body = await request.body()
        return await run_in_threadpool(self.answer, name, query, request.headers, body)

    def answer(self, name: str, query: str, headers: Mapping[str, str], body: bytes) -> Response:
        """What a call of the method `name` gets; over HTTP, or called directly by a simulation.
        Names of headers are in lower case."""
        fault = self._faults.take(name)
        if fault is not None and not fault.done:
            return self._go_wrong(fault)
        answer = self._do(name, query, headers, body)
        return answer if fault is None else self._go_wrong(fault)

    def _go_wrong(self, fault: Fault) -> Response:
        if fault.hangs:
            self._faults.hang()
            return Response("upstream request timeout", 504)
        if fault.retry_after is not None:
            return _slow_down(fault.retry_after)
        if fault.error is not None:
            return JSONResponse({"ok": False, "error": fault.error})
        return Response("<html><body>Something went wrong.</body></html>", fault.status)

    def _do(self, name: str, query: str, headers: Mapping[str, str], body: bytes) -> Response:
        try:
            method = METHODS.get(name)
            if method is None:
                raise Refused("unknown_method")
            args = _arguments(method, query, headers, body)
            self._authenticate(headers, args.pop("token", None))
            wait = self._wait(name, method, args)
            if wait:
                return _slow_down(wait)
            done = perform(name, Call(self._workspace, self._scopes, args))
            return JSONResponse({"ok": True, **done}, headers=self._granted())
        except TooNew as no:
            return JSONResponse(_refusal(no))
        except Refused as no:
            self._workspace.complain(": ".join((name, no.error, *no.messages)))
            return JSONResponse(_refusal(no))

    def _authenticate(self, headers: Mapping[str, str], sent: object) -> None:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        held = token if scheme == "Bearer" else sent
        if not held:
            raise Refused("not_authed")
        if held != self._token:
            raise Refused("invalid_auth")
        if self.revoked:
            raise Refused("token_revoked")

    def _granted(self) -> dict[str, str]:
        """What the token may do: Slack says so with every answer."""
        return {"x-oauth-scopes": ",".join(sorted(self._scopes))}

    def _wait(self, name: str, method: Method, args: Json) -> int:
        if self._pace is None:
            return 0
        own = str(args.get(method.per, "")) if method.per else ""
        return self._pace.wait(f"{name} {own}", method.calls, method.seconds)

    async def _response_url(self, request: Request) -> Response:
        body = await request.body()
        return await run_in_threadpool(self._respond, request.path_params["key"], body)

    def _respond(self, key: str, body: bytes) -> Response:
        try:
            show_response(self._workspace, key, json.loads(body))
        except (Refused, ValueError) as no:
            self._workspace.complain(f"response_url: {no}")
            return JSONResponse({"ok": False, "error": str(no)}, 404)
        return Response("ok")


def show_response(workspace: Workspace, key: str, payload: Json) -> None:
    """Do what a response address was sent: answer privately or openly, or replace or delete the
    message that was acted on. Raises Refused."""
    held = workspace.respond(key)
    if payload.get("delete_original") and held.message is not None:
        workspace.delete(held.message)
        return
    problems = limits.problems_with_message(payload)
    if problems:
        raise Refused("invalid_payload: " + "; ".join(problems))
    content = Content(payload["text"], tuple(payload.get("blocks") or ()))
    if payload.get("replace_original") and held.message is not None:
        workspace.edit(held.message, content)
    else:
        private = payload.get("response_type") != "in_channel"
        workspace.post(held.channel, content, only_for=held.user if private else None)


def _arguments(method: Method, query: str, headers: Mapping[str, str], body: bytes) -> Json:
    """Arguments from the query and the body; JSON only where the method reads it."""
    args = read_form(query)
    kind = headers.get("content-type", "").partition(";")[0].strip()
    if kind == "application/json":
        return args | (_json(body) if method.takes_json and body else {})
    if kind == "application/x-www-form-urlencoded" or not body:
        return args | read_form(body.decode())
    raise Refused("invalid_post_type")


def _json(body: bytes) -> Json:
    try:
        args = json.loads(body)
    except ValueError:
        raise Refused("invalid_json") from None
    if not isinstance(args, dict):
        raise Refused("json_not_object")
    return args


def _slow_down(seconds: int) -> Response:
    return JSONResponse(
        {"ok": False, "error": "ratelimited"}, 429, headers={"Retry-After": str(seconds)}
    )


def _refusal(no: Refused) -> Json:
    answer: Json = {"ok": False, "error": no.error, **no.extra}
    return answer | ({"response_metadata": {"messages": list(no.messages)}} if no.messages else {})
