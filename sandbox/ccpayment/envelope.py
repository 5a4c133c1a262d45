"""What every API generation has in common: headers, time, fields, JSON, and how answers are signed.

A generation adds its formula for signatures, its calls, its codes, and the shapes of its answers.
"""

import hmac
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, TypeGuard

from sandbox.ccpayment.book import Book, Reason, Refused
from sandbox.ccpayment.wire import Call, Reply

#: Seconds that a request is valid after its Timestamp. A clock that is ahead is no better.
WINDOW = 120

SUCCESS = 10000
JSON = "application/json; charset=utf-8"


class Fields:
    """A body's fields, each read as exactly the type that the page documents.

    The live service would ignore a misspelt field and quietly take the default; here it is refused.
    """

    def __init__(self, body: bytes, known: frozenset[str]) -> None:
        self._values = _object(body)
        for name in self._values.keys() - known:
            raise Refused(Reason.FORM, name)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str, default: str | None = None) -> str:
        value = self._values.get(name, default)
        if not isinstance(value, str) or (not value and default is None):
            raise Refused(Reason.FORM, name)
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = self._values.get(name, default)
        if not isinstance(value, bool):
            raise Refused(Reason.FORM, name)
        return value

    def number(self, name: str, default: int | None = None) -> int:
        value = self._values.get(name, default)
        if not _is_number(value):
            raise Refused(Reason.FORM, name)
        return value

    def texts(self, name: str, most: int) -> tuple[str, ...]:
        values = self._list(name, most)
        if not all(isinstance(value, str) and value for value in values):
            raise Refused(Reason.FORM, name)
        return tuple(values)

    def numbers(self, name: str, most: int) -> tuple[int, ...]:
        values = self._list(name, most)
        if not all(map(_is_number, values)):
            raise Refused(Reason.FORM, name)
        return tuple(values)

    def _list(self, name: str, most: int) -> list[Any]:
        values = self._values.get(name)
        if not isinstance(values, list) or not 1 <= len(values) <= most:
            raise Refused(Reason.FORM, name)
        return values


def _is_number(value: object) -> TypeGuard[int]:
    """A whole number above 0; JSON's true is none."""
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _object(body: bytes) -> dict[str, object]:
    try:
        values = json.loads(body.decode()) if body else {}
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise Refused(Reason.FORM, "body") from None
    if not isinstance(values, dict):
        raise Refused(Reason.FORM, "body")
    return values


def written(answer: object) -> bytes:
    """Neither compact nor in ASCII, and with a line end: no client's own way to write it."""
    return f"{json.dumps(answer, ensure_ascii=False)}\n".encode(errors="replace")


def plain(amount: Decimal) -> str:
    """Digits without exponent or trailing zeros."""
    return f"{amount.normalize():f}"


Endpoint = Callable[[Fields, Book], object]


@dataclass(frozen=True, slots=True)
class Envelope(ABC):
    """One merchant account. `clock` is the service's own; `signs` says whether it signs successes.

    `endpoints` are the calls by path, each with the fields that it knows; `media` are the content
    types that are taken, without spaces; `documented` says that the vendor documents successes as
    signed, `explains` that an error names what is to blame.
    """

    app_id: str
    app_secret: str
    clock: Callable[[], datetime]
    signs: Callable[[], bool]

    media: ClassVar[frozenset[str]]
    endpoints: ClassVar[Mapping[str, tuple[Endpoint, frozenset[str]]]]
    codes: ClassVar[Mapping[Reason, tuple[int, str]]]
    documented: ClassVar[bool]
    explains: ClassVar[bool]

    @abstractmethod
    def signature(self, timestamp: str, body: bytes) -> str:
        """Over the exact bytes that are sent; the same formula in both directions."""

    def check(self, call: Call) -> None:
        """Raise Refused unless content type, account, time and signature are all in order."""
        content_type = call.headers.get("content-type", "").lower().replace(" ", "")
        if content_type not in self.media:
            raise Refused(Reason.CONTENT_TYPE)
        if call.headers.get("appid") != self.app_id:
            raise Refused(Reason.APP_ID)
        timestamp = call.headers.get("timestamp", "")
        if re.fullmatch(r"[0-9]{10}", timestamp) is None:
            raise Refused(Reason.TIMESTAMP)
        if abs(self.clock().timestamp() - int(timestamp)) > WINDOW:
            raise Refused(Reason.TIMESTAMP)
        expected = self.signature(timestamp, call.body)
        if not hmac.compare_digest(expected.encode(), call.headers.get("sign", "").encode()):
            raise Refused(Reason.SIGN)

    def perform(self, call: Call, book: Book) -> object:
        """Do what is asked and return the answer's data. Raise Refused."""
        endpoint, _ = self.endpoints[call.path]
        return endpoint(self.fields(call), book)

    def fields(self, call: Call) -> Fields:
        """Raise Refused for a field that the call does not know."""
        _, known = self.endpoints[call.path]
        return Fields(call.body, known)

    def success(self, data: object) -> Reply:
        """Where it is signed, then over the raw bytes."""
        body = written({"code": SUCCESS, "msg": "success", "data": data})
        return Reply(200, self.signed(body) if self.signs() else {"Content-Type": JSON}, body)

    def signed(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(self.clock().timestamp()))
        return {
            "Content-Type": JSON,
            "Appid": self.app_id,
            "Timestamp": timestamp,
            "Sign": self.signature(timestamp, body),
        }

    def refusal(self, refused: Refused) -> Reply:
        """HTTP 200 and unsigned, as the vendor documents errors."""
        code, msg = self.codes[refused.reason]
        answer = {"code": code, "msg": msg}
        if refused.detail and self.explains:
            answer["reason"] = refused.detail
        return Reply(200, {"Content-Type": JSON}, written(answer))
