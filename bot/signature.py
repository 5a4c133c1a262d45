"""Whether a request really comes from Slack.

Slack signs `v0:{timestamp}:{body}` with the app's signing secret (docs.slack.dev, "Verifying
requests from Slack"). Bolt's own check answers 500 to some malformed headers and logs the body of
what it refuses; this one stands in front of it and says only yes, or which no.
"""

import hashlib
import hmac
import re
from datetime import datetime

from approvals.times import to_seconds

MAX_AGE = 300
"""Seconds between Slack's timestamp and our clock, either way: Slack's own advice."""

TIMESTAMP = "X-Slack-Request-Timestamp"
SIGNATURE = "X-Slack-Signature"

_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


class BadRequest(Exception):
    """A request that is not answered. `status` is the HTTP status; it has no other words."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature that Slack sends with `body`."""
    signed = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def check(
    secret: str, timestamp: str | None, signature: str | None, body: bytes, now: datetime
) -> None:
    """Let a genuine, recent request pass. Raises BadRequest: 400 where a header is not even of the
    right form, 401 where it is missing, wrong or old."""
    timestamp, signature = promising(timestamp, signature, now)
    if not hmac.compare_digest(sign(secret, timestamp, body), signature):
        raise BadRequest(401)


def promising(timestamp: str | None, signature: str | None, now: datetime) -> tuple[str, str]:
    """Both headers, where they could be Slack's: what can be known before there is a body. Raises
    BadRequest as `check`."""
    if timestamp is None or signature is None:
        raise BadRequest(401)
    if not _SECONDS.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
        raise BadRequest(400)
    if abs(to_seconds(now) - int(timestamp)) > MAX_AGE:
        raise BadRequest(401)
    return timestamp, signature
