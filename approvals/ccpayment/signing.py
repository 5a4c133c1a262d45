"""How CCPayment signs, in both directions.

    API v1   SHA-256 over app id + app secret + timestamp + body (plain, not an HMAC)
    API v2   HMAC-SHA256 with the app secret as key over app id + timestamp + body

The body is signed as the exact bytes on the wire: spacing and order of keys count, and an answer
is checked before anything is parsed. The result is lower-case hex. A call without a body signs the
rest alone.

Sources: docs.ccpayment.com, v1.0 API, "Signature"; ccpayment.com/api/doc (v2). The sample Sign in
the vendor's pages belongs to no message; tests/pure/test_signing.py has vectors that do.
"""

import hmac
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from hashlib import sha256

log = logging.getLogger(__name__)

Formula = Callable[[str, str, str, bytes], str]
"""App id, app secret, timestamp as text, body → signature."""


def plain_sha256(app_id: str, secret: str, timestamp: str, body: bytes) -> str:
    """API v1's formula."""
    return sha256(f"{app_id}{secret}{timestamp}".encode() + body).hexdigest()


def hmac_sha256(app_id: str, secret: str, timestamp: str, body: bytes) -> str:
    """API v2's formula."""
    signed = f"{app_id}{timestamp}".encode() + body
    return hmac.new(secret.encode(), signed, sha256).hexdigest()


class Seal(Enum):
    """What an answer's signature is worth."""

    VERIFIED = auto()
    MISSING = auto()
    WRONG = auto()


class Signatures:
    """Whether an account was ever `seen` to sign its answers: from then on one without a signature
    is none. Safe to use from several threads."""

    def __init__(self, *, seen: bool = False) -> None:
        self._seen = seen
        self._tell: Callable[[], None] | None = None
        self._lock = threading.Lock()

    @property
    def seen(self) -> bool:
        return self._seen

    def keep(self, *, seen: bool, tell: Callable[[], None]) -> None:
        """What is on record; where it is not yet, how to put it there: `tell` is called once, and
        again where it raises."""
        with self._lock:
            learned = self._seen and not seen
            self._seen = self._seen or seen
            self._tell = None if seen else tell
        if learned:
            self.note()

    def note(self) -> None:
        """An answer was signed, and its signature fits."""
        with self._lock:
            self._seen = True
            tell, self._tell = self._tell, None
        if tell is None:
            return
        try:
            tell()
        except Exception:
            log.exception("that the account signs could not be put on record")
            with self._lock:
                self._tell = tell


@dataclass(frozen=True, slots=True)
class Keys:
    """One account's credentials; the secret never shows itself."""

    app_id: str
    secret: str = field(repr=False)
    formula: Formula

    def headers(self, timestamp: int, body: bytes) -> dict[str, str]:
        """What makes `body` ours at `timestamp` (seconds). Valid for 120 s from then."""
        sign = self.formula(self.app_id, self.secret, str(timestamp), body)
        return {"Appid": self.app_id, "Timestamp": str(timestamp), "Sign": sign}

    def claimed(self, headers: Mapping[str, str]) -> bool:
        """Whether these headers claim to be signed for this account: what can be known before
        there is a body."""
        return "Sign" in headers and headers.get("Appid") == self.app_id

    def seal(self, headers: Mapping[str, str], body: bytes) -> Seal:
        """Whether the account's own secret signed this answer for this account."""
        if "Sign" not in headers:
            return Seal.MISSING
        expected = self.formula(self.app_id, self.secret, headers.get("Timestamp", ""), body)
        right = hmac.compare_digest(expected.encode(), headers["Sign"].encode())
        return Seal.VERIFIED if right and headers.get("Appid") == self.app_id else Seal.WRONG
