"""CCPayment's webhooks: a hint that a withdrawal came to its end, and no more than a hint.

They get lost, come twice, out of turn and late, the vendor says itself. So nothing that they say is
believed: a webhook only lets the sender look the payout up now, and the look-up is the fact. That
makes a repeated, contradicting or outdated one harmless without remembering any. None is refused
for its age: whether a repetition is signed anew is open.

Sources: docs.ccpayment.com, v1.0 API, withdraw webhook; ccpayment.com/api/doc (v2), webhooks.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from approvals.ccpayment.fields import Odd, parse
from approvals.ccpayment.hooks import Hook
from approvals.ccpayment.signing import Keys, Seal
from approvals.ledger import Ledger
from approvals.times import Clock
from bot.signature import BadRequest
from bot.web import measured

PATH = "/ccpayment/webhook"

MAX_BODY = 64 * 1024
"""Bytes of a webhook that are read; the documented ones have about 800."""

log = logging.getLogger(__name__)


def webhook(
    hook: Hook, keys: Keys, ledger: Ledger, ready: Callable[[], bool], clock: Clock
) -> Route:
    """Where CCPayment posts its webhooks, signed with the account's own `keys`, in the manner of
    `hook`.

    Everything that is validly signed is taken, whatever it is about. The rest is answered 413 (too
    large), 401 (not signed by CCPayment for this account; where its head says so already, its body
    is not read) or 400 (no JSON object); everything is
    answered 503 until this process is `ready` to serve.
    """

    async def take(request: Request) -> Response:
        if not ready():
            return Response(status_code=503)
        try:
            if not keys.claimed(request.headers):
                raise BadRequest(401)
            body = await measured(request, MAX_BODY)
            if keys.seal(request.headers, body) is not Seal.VERIFIED:
                raise BadRequest(401)
            reference = hook.reference(read(body))
        except BadRequest as refused:
            log.warning("refused a request to %s: %s", PATH, refused.status)
            return Response(status_code=refused.status)
        if reference is not None:
            await run_in_threadpool(_hasten, ledger, reference, clock())
        return PlainTextResponse(hook.taken)

    return Route(PATH, take, methods=["POST"])


def read(body: bytes) -> dict[str, object]:
    """What a webhook says. Raises BadRequest where it is no JSON object."""
    try:
        fields = parse(body)
    except Odd:
        raise BadRequest(400) from None
    if not isinstance(fields, dict):
        raise BadRequest(400)
    return fields


def _hasten(ledger: Ledger, reference: str, now: datetime) -> None:
    with ledger.change() as change:
        change.hasten(reference, now)
