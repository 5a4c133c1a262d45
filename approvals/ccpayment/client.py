"""What the generations of CCPayment's API have in common: how a call is made, and what its answer
is worth.

A generation adds its paths, its fields and its table of codes. Codes are an open set: of the create
call, only a verified success is an acceptance, only a code that is known to mean it is a refusal,
and everything else is in doubt, where a look-up decides.
"""

import json
import logging
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from ipaddress import ip_address
from typing import ClassVar
from urllib.parse import urlsplit

from approvals.catalogue import Catalogue
from approvals.ccpayment.answer import SUCCESS, Answer, read_answer
from approvals.ccpayment.codes import SAYS_NOTHING, Code, silence_of
from approvals.ccpayment.fields import amount, record, words
from approvals.ccpayment.hooks import Hook
from approvals.ccpayment.signing import Keys, Signatures
from approvals.ccpayment.wire import DEADLINES, Deadlines, NothingLeft, Transport, Wire, direct
from approvals.content import Account
from approvals.destination import Kind
from approvals.gateway import (
    Absent,
    Accepted,
    Can,
    Declined,
    Fee,
    Finding,
    Found,
    GatewayTrouble,
    Going,
    InDoubt,
    NoAnswer,
    NotSent,
    Outcome,
    Progress,
)
from approvals.silence import Silence
from approvals.times import Clock, to_seconds

log = logging.getLogger(__name__)

NEVER_DECLINED = frozenset({SUCCESS}) | SAYS_NOTHING
"""Codes after which money may have moved: success, generic failures, repeats and locks."""

MAX_BYTES = 1_000_000
"""Bytes of an answer. Only the list of coins is long: about 1 kB for each coin on each chain."""
MAX_CATALOGUE_BYTES = 20_000_000

# Failures that say nothing about the order that was asked for. Of v2's, only 11003 does.
_GENERIC = re.compile(r"224066|10001|110(?!03)[0-9]{2}|12[0-9]{3}")
# v1's word for a repeated reference is not documented. Reading too much into a message only makes
# us more careful: a payout is then not taken for absent.
_REPEATED = re.compile(r"duplicat|repeat|already|(?<!not )(?<!n't )\bexists?\b", re.IGNORECASE)
_PAID_NOBODY = (Progress.FAILED, Progress.REJECTED)
_REPEATED_CODES = frozenset({"11007", "11011", "11018"})


class CCPayment(ABC):
    """One account at one generation of the API. Safe to use from several threads.

    `declined_codes` are known to mean: refused, nothing was sent; they come on top of those in the
    generation's own table. `verify_answers=False` believes unsigned successes; it is the way out if
    the live service should not sign as documented. `signatures` is what is known of whether this
    account signs, where its generation need not. Raises ValueError for a declined code after
    which money may have moved.
    """

    hook: ClassVar[Hook]
    """How this generation signs, and what its webhooks are like."""
    _can: ClassVar[frozenset[Can]]
    _prefix: ClassVar[str]  # of every call's path
    _codes: ClassVar[Mapping[str, Code]]
    _signs: ClassVar[bool]  # whether the vendor documents that successes are signed

    def __init__(
        self,
        account: Account,
        secret: str,
        clock: Clock,
        *,
        declined_codes: frozenset[str] = frozenset(),
        verify_answers: bool = True,
        signatures: Signatures | None = None,
        deadlines: Deadlines = DEADLINES,
        transport: Transport = direct,
    ) -> None:
        if wrong := declined_codes & NEVER_DECLINED:
            raise ValueError(f"money may have moved after {', '.join(sorted(wrong))}")
        self._account = account
        self._keys = Keys(account.app_id, secret, self.hook.formula)
        self._clock = clock
        known = {code for code, meant in self._codes.items() if meant.declined}
        self._declined_codes = declined_codes | known
        self._verify = verify_answers
        self._signatures = signatures or Signatures()
        self._offered: Catalogue | None = None  # as it was last told
        self._unread: set[str] = set()  # what could not be read of it
        self._unpriced: frozenset[str] = frozenset()  # what had no price then
        self._deadlines = deadlines
        self._wire = Wire(account.url, connect=deadlines.connect, transport=transport)

    @property
    def account(self) -> Account:
        return self._account

    @property
    def can(self) -> frozenset[Can]:
        return self._can

    def withdraw(self, body: str, timestamp: int) -> Outcome:
        try:
            call = self._create_call(body)
            return self._outcome(self._ask(call, body, timestamp, self._deadlines.call))
        except NothingLeft as trouble:
            return NotSent(trouble.why)
        except GatewayTrouble as trouble:
            return self._in_doubt(trouble)
        except Exception as error:
            log.exception("the create call")
            return InDoubt(f"an error of our own ({type(error).__name__})")

    def find(self, reference: str) -> Finding:
        try:
            answer = self._look_up(reference)
            return replace(self._finding(reference, answer), gateway_time=answer.time)
        except GatewayTrouble as trouble:
            return _no_answer(trouble)
        except Exception as error:
            log.exception("the look-up of %s", reference)
            return NoAnswer(f"an error of our own ({type(error).__name__})")

    def catalogue(self) -> Catalogue:
        self._offered = self._coins()
        return self._offered

    def priced(self, offered: Catalogue) -> Catalogue:
        """As it is, where the list of coins has all prices that there are."""
        return offered

    def fee(self, going: Going) -> Fee:
        """Inside Cwallet the network costs nothing, so nobody is asked."""
        if going.kind is Kind.CWALLET:
            return Fee(Decimal(0), going.symbol)
        cost, coin = self._network_fee(going)
        if cost is None or coin is None:
            raise GatewayTrouble("a network fee that cannot be read")
        return Fee(cost, coin)

    # What a generation adds.

    @abstractmethod
    def _coins(self) -> Catalogue:
        """All coins, freshly fetched. Raises GatewayTrouble."""

    @abstractmethod
    def _create_call(self, body: str) -> str:
        """The call that `body` is for."""

    @abstractmethod
    def _accepted(self, data: Mapping[str, object]) -> Accepted | None:
        """What a success of the create call says; None where it names no order."""

    @abstractmethod
    def _look_up(self, reference: str) -> Answer:
        """Ask for one withdrawal. Raises GatewayTrouble."""

    @abstractmethod
    def _entries(self, data: object) -> Sequence[object] | None:
        """The withdrawals in the answer to a look-up; None where it cannot be read."""

    @abstractmethod
    def _reference(self, entry: Mapping[str, object]) -> object:
        """Our name of a withdrawal, as the gateway reports it."""

    @abstractmethod
    def _found(self, entry: Mapping[str, object]) -> Found | None:
        """What is reported of a withdrawal; None where it names no order."""

    @abstractmethod
    def _network_fee(self, going: Going) -> tuple[Decimal | None, str | None]:
        """The fee as of now, and its coin. Raises GatewayTrouble."""

    # How a call is made, and read.

    def _ask_now(
        self,
        call: str,
        fields: Mapping[str, object],
        within: timedelta | None = None,
        most: int = MAX_BYTES,
    ) -> Answer:
        """Ask with `fields`, or without a body where there are none. Raises GatewayTrouble."""
        body = as_json(fields) if fields else ""
        return self._ask(
            call, body, to_seconds(self._clock()), within or self._deadlines.call, most
        )

    def _ask(
        self, call: str, body: str, timestamp: int, within: timedelta, most: int = MAX_BYTES
    ) -> Answer:
        """Raises GatewayTrouble where nothing came that can be believed."""
        sent = body.encode()
        headers = {
            **self._keys.headers(timestamp, sent),
            "Content-Type": "application/json; charset=utf-8",
        }
        reply = self._wire.post(f"{self._prefix}{call}", headers, sent, within=within, most=most)
        unsigned = not (self._signs or self._signatures.seen) and vouched_for(self._account.url)
        answer = read_answer(reply, self._keys, self._codes, verify=self._verify, unsigned=unsigned)
        if answer.signed and not self._signs:
            self._signatures.note()
        if answer.code != SUCCESS:
            log.info("%s: code %s: %s", call, answer.code, answer.message)
        return answer

    def _outcome(self, answer: Answer) -> Outcome:
        code, message = answer.code, answer.message
        if code == SUCCESS:
            taken = self._accepted(record(answer.data))
            return taken or InDoubt("a success without an order's number", SUCCESS)
        doubt = self._in_doubt(refusal(answer))
        if code in self._declined_codes and not doubt.duplicate:
            return Declined(code, message, answer.meaning)
        return doubt

    def _in_doubt(self, nothing: GatewayTrouble) -> InDoubt:
        """What to do about a refusal, such as to ask again, would pay twice where it was none."""
        code, message = nothing.code, nothing.message
        repeated = code in _REPEATED_CODES or _REPEATED.search(message) is not None
        advice = "" if code in self._declined_codes else nothing.meaning
        silence = Silence.UNCLEAR if repeated else nothing.silence
        return InDoubt(nothing.why, code, message, advice, duplicate=repeated, silence=silence)

    def _finding(self, reference: str, answer: Answer) -> Finding:
        """How an unknown reference is answered is not documented: nothing, other withdrawals and an
        error code are all told, in words that can be compared with what comes for another one."""
        code, message, why = answer.code, answer.message, f"code {answer.code}"
        if code != SUCCESS:
            if _GENERIC.fullmatch(code):
                return _no_answer(refusal(answer))
            return Absent(why, answer.time, message)
        listed = self._entries(answer.data)
        if listed is None:
            return NoAnswer("a success without a list", code, message)
        ours = [entry for entry in map(record, listed) if self._reference(entry) == reference]
        if ours:
            return _together([self._found(entry) for entry in ours], self._offered)
        if reference in str(answer.data):
            return NoAnswer("an entry that cannot be read", code, message)
        return Absent("other entries" if listed else "no entry", answer.time)


def _together(found: Sequence[Found | None], offered: Catalogue | None) -> Finding:
    """What the gateway has under one reference. Where that is more than one withdrawal, none that
    failed may hide another."""
    readable = [one for one in found if one]
    if len(readable) < len(found):
        return NoAnswer("an entry without an order's number")
    shown = min(readable, key=lambda one: one.progress in _PAID_NOBODY)
    withdrawals = sum(one.withdrawals for one in readable)
    return replace(shown, withdrawals=withdrawals, catalogue=offered)


def vouched_for(url: str) -> bool:
    """Whether the way there lets nobody else answer: TLS, whose certificate is verified, or this
    host itself."""
    parts = urlsplit(url)
    with suppress(ValueError):
        return parts.scheme == "https" or ip_address(parts.hostname or "").is_loopback
    return parts.hostname == "localhost"


def as_json(fields: Mapping[str, object]) -> str:
    """Compact and in the order given: the text is signed as it is."""
    return json.dumps(fields, separators=(",", ":"))


def data_of(answer: Answer) -> object:
    """What a success carries. Raises GatewayTrouble for any other answer."""
    if answer.code != SUCCESS:
        raise refusal(answer)
    return answer.data


def refusal(answer: Answer) -> GatewayTrouble:
    """An answer that is no success, where one was needed."""
    code = answer.code
    return GatewayTrouble(f"code {code}", code, answer.message, answer.meaning, silence_of(code))


def _no_answer(trouble: GatewayTrouble) -> NoAnswer:
    code, message = trouble.code, trouble.message
    return NoAnswer(trouble.why, code, message, trouble.meaning, trouble.silence, trouble.time)


def balance_in(
    assets: Sequence[object] | None, symbol: str, *, symbols: str, amounts: str
) -> Decimal:
    """What a list of assets says of a coin; the names of its two fields differ. Zero where it has
    no entry: it names only coins that were held once. Raises GatewayTrouble."""
    if assets is None:
        raise GatewayTrouble("assets without a list")
    named = [one for one in map(record, assets) if words(one.get(symbols)) == symbol]
    if not named:
        return Decimal(0)
    found = amount(named[0].get(amounts))
    if found is None or len(named) > 1:
        raise GatewayTrouble(f"a balance of {symbol} that cannot be read")
    return found
