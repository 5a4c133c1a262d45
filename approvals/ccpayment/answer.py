"""What CCPayment answered: the envelope `{code, msg, reason?, data}`, and what it is worth.

On v1 successes are signed; errors come unsigned, as HTTP 200 too. On v2 no public page says that an
answer is signed. So there an unsigned success counts, where nobody but CCPayment can have written
it and the account was never seen to sign. A signature that is there and wrong is never believed,
whatever the answer says.

Sources: docs.ccpayment.com, v1.0 API, "API Specification Common Rules"; ccpayment.com/api/doc (v2),
which documents the signatures of requests and of webhooks alone.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from ipaddress import ip_address

from approvals.ccpayment.codes import Code, explained, silence_of
from approvals.ccpayment.fields import Odd, name, parse, record, words
from approvals.ccpayment.signing import Keys, Seal
from approvals.ccpayment.wire import Reply
from approvals.gateway import GatewayTrouble
from approvals.silence import Silence
from approvals.times import from_seconds

SUCCESS = "10000"


@dataclass(frozen=True, slots=True)
class Answer:
    """`message` is the gateway's, word for word; `meaning` what we know of the code, in words for
    people; `time` the gateway's own clock, where the answer tells; `signed`: with a signature that
    fits."""

    code: str
    message: str
    meaning: str
    data: object
    time: datetime | None
    signed: bool


def read_answer(
    reply: Reply, keys: Keys, codes: Mapping[str, Code], *, verify: bool, unsigned: bool = False
) -> Answer:
    """The answer in `reply`, fit to be believed: HTTP 200, JSON, a code, a signature where there
    must be one. Raises GatewayTrouble for every other, with its code and message if it has any.
    `codes` is what the codes of this generation mean.

    `unsigned`: a success may come without a signature. `verify=False` takes signatures for what
    they are not: never checked.
    """
    try:
        fields = record(parse(reply.body))
    except Odd:
        fields = {}
    code = name(fields.get("code")) or ""
    seal = keys.seal(reply.headers, reply.body)
    message = "; ".join(filter(None, (words(fields.get("msg")), words(fields.get("reason")))))
    meaning = explained(codes, code, _seen_from(message) or reply.source)
    if why := _objection(reply.status, code, seal, verify=verify, unsigned=unsigned):
        silence, time = _silence(reply.status, code), _time(reply, seal)
        raise GatewayTrouble(why, code, message, meaning, silence, time)
    signed = seal is Seal.VERIFIED
    return Answer(code, message, meaning, fields.get("data"), _time(reply, seal), signed)


def _seen_from(message: str) -> str | None:
    """The address of ours that CCPayment names, if it names one."""
    for word in re.findall(r"[0-9a-fA-F.:]{7,}", message):
        with suppress(ValueError):
            return str(ip_address(word.strip(".:")))
    return None


def _objection(status: int, code: str, seal: Seal, *, verify: bool, unsigned: bool) -> str | None:
    if status != HTTPStatus.OK:
        return f"HTTP {status}"
    if not code:
        return "an answer that is no JSON with a code"
    if verify and seal is Seal.WRONG:
        return "an answer whose signature does not verify"
    if verify and code == SUCCESS and seal is Seal.MISSING and not unsigned:
        return "a success that is not signed"
    return None


def _silence(status: int, code: str) -> Silence:
    """A status that blames the request is a refusal, whoever wrote the page around it. What comes
    with a signature that is wrong, or from a broken server, is nobody's word."""
    blamed = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return silence_of(code) if blamed else Silence.UNCLEAR


def _time(reply: Reply, seal: Seal) -> datetime | None:
    timestamp = reply.headers.get("Timestamp", "")
    if seal is Seal.VERIFIED and re.fullmatch(r"[0-9]{10}", timestamp):
        return from_seconds(int(timestamp))
    try:
        date = parsedate_to_datetime(reply.headers.get("Date", ""))
        return date.astimezone(UTC) if date.tzinfo else None
    except (ValueError, OverflowError):
        return None
