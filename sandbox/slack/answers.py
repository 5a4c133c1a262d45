"""How Slack takes the bot's answer to what it sent: shows it, or shows an error instead.

Pure: a Reply in, an Answer and complaints out. The sentences are those that Slack shows.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.slack import limits
from sandbox.slack.forms import options as flattened
from sandbox.slack.shapes import flag, one_of, shape
from sandbox.slack.workspace import Blocks, Json, OpenView

OK = 200
TROUBLE = "We had some trouble connecting. Try again?"
TOO_SLOW = "⚠️ Operation timed out. Apps need to respond within 3 seconds."


@dataclass(frozen=True, slots=True)
class Sent:
    """One signed request, byte for byte, so that it can be sent again. `user` acted, on `view`."""

    user: str
    kind: str
    body: bytes
    headers: Mapping[str, str]
    view: OpenView | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back over HTTP; `status` is None where nothing came in time, and `why` tells
    "operation_timeout" from "dispatch_failed"."""

    status: int | None = None
    content_type: str = ""
    body: bytes = b""
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person who acted is shown.

    `error` is Slack's own sentence where the bot failed to answer as it must (time-out, not 200,
    an answer that Slack cannot show). `status` is the HTTP status, None where none came in time.
    `text` and `blocks` are a command's answer, `in_channel` where everyone sees it. `errors` are
    sentences by block id under a modal's fields. `action` is the submission's `response_action`,
    `view` the one that it shows. `sent` is None where the client stopped the person before
    anything was sent.
    """

    status: int | None = None
    error: str | None = None
    text: str = ""
    blocks: Blocks = ()
    in_channel: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    action: str | None = None
    view: Json | None = None
    sent: Sent | None = None


class Unfit(Exception):
    """An answer that Slack cannot use; `problems` say why."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read(sent: Sent, reply: Reply, command: str) -> tuple[Answer, list[str]]:
    """Take the answer to `sent`; with it come complaints about the bot."""
    answer = Answer(status=reply.status, sent=sent)
    try:
        if reply.status != OK:
            raise Unfit(reply.why or f"answered HTTP {reply.status}")
        return READERS[sent.kind](answer, reply), []
    except Unfit as unfit:
        error = _shown_instead(sent.kind, reply, command)
        return replace(answer, error=error), [f"{sent.kind}: {one}" for one in unfit.problems]


def _shown_instead(kind: str, reply: Reply, command: str) -> str:
    if kind == "command":
        return f'{command} failed with the error "{_command_error(reply)}"'
    if kind in {"view_submission", "view_closed"}:
        return TROUBLE
    if reply.why == "operation_timeout":
        return TOO_SLOW
    return f"⚠️ This app responded with status code {reply.status}."


def _command_error(reply: Reply) -> str:
    if reply.status is None:
        return reply.why or "dispatch_failed"
    if reply.status == OK:
        return "invalid_command_response"
    return "http_service_error" if reply.status >= 500 else "http_client_error"  # noqa: PLR2004


def _json(reply: Reply) -> Json:
    try:
        value: Any = json.loads(reply.body)
    except ValueError:
        raise Unfit("the answer is no JSON") from None
    if not isinstance(value, dict):
        raise Unfit("the answer is no JSON object")
    return value


def _sound(problems: list[str]) -> None:
    if problems:
        raise Unfit(*problems)


COMMAND_ANSWER = shape(
    {},
    {
        "response_type": one_of("ephemeral", "in_channel"),
        "text": lambda value, where: iter(limits.problems_with_text(value)),
        "blocks": lambda value, where: iter(limits.problems_with_blocks(value)),
        "unfurl_links": flag,
        "unfurl_media": flag,
    },
)


def _command(answer: Answer, reply: Reply) -> Answer:
    """Nothing, plain text, or JSON; text must come along with blocks, as phones show only it."""
    if not reply.body:
        return answer
    if not reply.content_type.startswith("application/json"):
        text = reply.body.decode()
        _sound(limits.problems_with_text(text))
        return replace(answer, text=text)
    payload = _json(reply)
    _sound([*COMMAND_ANSWER(payload, ""), *limits.problems_with_message(payload)])
    return replace(
        answer,
        text=payload["text"],
        blocks=tuple(payload.get("blocks") or ()),
        in_channel=payload.get("response_type") == "in_channel",
    )


def _empty(answer: Answer, reply: Reply) -> Answer:
    """Clicks, closings and events: Slack reads no body, so one with something in it is lost."""
    if reply.body.strip() not in {b"", b"{}"}:
        raise Unfit(f"the answer's body is read by nobody: {reply.body[:200]!r}")
    return answer


def _submission(answer: Answer, reply: Reply) -> Answer:
    """Nothing closes the view; or errors, update, push, clear."""
    if not reply.body.strip():
        return answer
    payload = _json(reply)
    action = payload.get("response_action")
    keys = {"errors": {"errors"}, "update": {"view"}, "push": {"view"}, "clear": set()}
    if not payload:
        return answer
    if action not in keys or payload.keys() != {"response_action", *keys[action]}:
        raise Unfit(f"not a response_action with what belongs to it: {sorted(payload)}, {action!r}")
    if action == "errors":
        return replace(answer, action=action, errors=_field_errors(payload["errors"], answer.sent))
    if "view" in payload:
        _sound(limits.problems_with_view(payload["view"]))
    return replace(answer, action=action, view=payload.get("view"))


def _field_errors(errors: Any, sent: Sent | None) -> dict[str, str]:
    """Sentences under fields. Each must stand under an input of the view that was submitted."""
    view = sent.view.content if sent and sent.view else {"blocks": []}
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise Unfit("errors must name at least one block")
    for block_id, sentence in errors.items():
        if block_id not in inputs:
            raise Unfit(f"errors: {block_id} is no input of the view")
        if not isinstance(sentence, str) or not sentence.strip():
            raise Unfit(f"errors: {block_id} has no sentence")
    return errors


def _options(answer: Answer, reply: Reply) -> Answer:
    payload = _json(reply)
    _sound(limits.problems_with_options(payload))
    return replace(answer, blocks=tuple(flattened(payload)))


def _challenge(answer: Answer, reply: Reply) -> Answer:
    """The request URL is verified by its giving the challenge back, as JSON or as plain text."""
    if not reply.content_type.startswith("application/json"):
        return replace(answer, text=reply.body.decode())
    return replace(answer, text=str(_json(reply).get("challenge")))


READERS = {
    "command": _command,
    "block_actions": _empty,
    "view_closed": _empty,
    "event_callback": _empty,
    "view_submission": _submission,
    "block_suggestion": _options,
    "url_verification": _challenge,
}
