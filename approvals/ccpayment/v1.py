"""CCPayment's API v1: the calls, and what their answers mean.

v1's table of error codes is not public, so codes are an open set. Of the create call, only a
verified success is an acceptance, and no code means "declined" unless an operator has learned from
CCPayment that it does. Everything else is in doubt, and a look-up decides.

Sources: docs.ccpayment.com, v1.0 API: "Create a withdrawal order", "Withdrawal Order Information
Interface", "Token ID Interface", "Asset Balance Interface", "Network Fee Interface", "Check the
Validity of Cwallet ID".
"""

import json
import logging
import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from approvals.catalogue import Catalogue
from approvals.ccpayment.answer import SUCCESS, Answer, read_answer
from approvals.ccpayment.coins import read_coins
from approvals.ccpayment.fields import amount, entries, name, record, words
from approvals.ccpayment.signing import Keys, plain_sha256
from approvals.ccpayment.wire import DEADLINES, Deadlines, NothingLeft, Transport, Wire, direct
from approvals.destination import Kind
from approvals.gateway import (
    Absent,
    Accepted,
    CwalletUser,
    Declined,
    Fee,
    Finding,
    Found,
    GatewayTrouble,
    InDoubt,
    NoAnswer,
    NotSent,
    Outcome,
    Progress,
)
from approvals.money import plain
from approvals.payout import Account, Content, FeePayer
from approvals.times import Clock, to_seconds

log = logging.getLogger(__name__)

NEVER_DECLINED = frozenset({SUCCESS, "10001", "11002", "11007", "11011", "11018", "224066"})
"""Codes after which money may have moved: success, generic failures, repeats and locks."""

MAX_BYTES = 1_000_000
"""Bytes of an answer. Only the list of coins is long: about 1 kB for each coin on each chain."""
MAX_CATALOGUE_BYTES = 20_000_000

_UNKNOWN_USER = "224083"
# Generic failures: they say nothing about the order that was asked for.
_GENERIC = re.compile(r"224066|10001|11002|1100[456]|1101[34]|12[0-9]{3}")
# v1's word for a repeated reference is not documented. Reading too much into a message only makes
# us more careful: a payout is then not taken for absent.
_REPEATED = re.compile(r"duplicat|repeat|already|(?<!not )(?<!n't )\bexists?\b", re.IGNORECASE)
_REPEATED_CODES = frozenset({"11007", "11011", "11018"})

_PROGRESS = {
    "pending": Progress.PENDING,
    "processing": Progress.PROCESSING,
    "successful": Progress.SETTLED,
    "failed": Progress.FAILED,
}


class CCPaymentV1:
    """One account at API v1. Safe to use from several threads.

    `declined_codes` are known to mean: refused, nothing was sent. `verify_answers=False` believes
    unsigned successes; it is the way out if the live service should not sign as documented. Raises
    ValueError for a declined code after which money may have moved.
    """

    def __init__(
        self,
        account: Account,
        secret: str,
        clock: Clock,
        *,
        declined_codes: frozenset[str] = frozenset(),
        verify_answers: bool = True,
        deadlines: Deadlines = DEADLINES,
        transport: Transport = direct,
    ) -> None:
        if wrong := declined_codes & NEVER_DECLINED:
            raise ValueError(f"money may have moved after {', '.join(sorted(wrong))}")
        self._account = account
        self._keys = Keys(account.app_id, secret, plain_sha256)
        self._clock = clock
        self._declined_codes = declined_codes
        self._verify = verify_answers
        self._deadlines = deadlines
        self._wire = Wire(account.url, connect=deadlines.connect, transport=transport)

    @property
    def account(self) -> Account:
        return self._account

    def body(self, content: Content, reference: str) -> str:
        """Every kind of destination goes into `address`; v1 tells a Cwallet user by its form."""
        return _json(
            {
                "merchant_order_id": reference,
                "address": content.destination,
                "token_id": content.token_id,
                "value": plain(content.amount),
                "memo": content.memo,
                "merchant_pays_fee": content.fee_payer is FeePayer.COMPANY,
            }
        )

    def withdraw(self, body: str, timestamp: int) -> Outcome:
        try:
            answer = self._ask("withdraw", body, timestamp, self._deadlines.call)
            return self._outcome(answer)
        except NothingLeft as trouble:
            return NotSent(trouble.why)
        except GatewayTrouble as trouble:
            return _in_doubt(trouble.why, trouble.code, trouble.message)
        except Exception as error:
            log.exception("the create call")
            return InDoubt(f"an error of our own ({type(error).__name__})")

    def find(self, reference: str) -> Finding:
        try:
            body = _json({"merchant_order_ids": [reference]})
            return _finding(reference, self._ask_now("bill/info", body, self._deadlines.call))
        except GatewayTrouble as trouble:
            return NoAnswer(trouble.why, trouble.code, trouble.message)
        except Exception as error:
            log.exception("the look-up of %s", reference)
            return NoAnswer(f"an error of our own ({type(error).__name__})")

    def catalogue(self) -> Catalogue:
        asked_at = self._clock()
        answer = self._ask_now("coin/all", "", self._deadlines.call, MAX_CATALOGUE_BYTES)
        return read_coins(_data(answer), asked_at)

    def balance(self, symbol: str) -> Decimal:
        """Zero where the list has no entry: it names only coins that were held once."""
        held = entries(_data(self._ask_now("assets", "", self._deadlines.person)))
        if held is None:
            raise GatewayTrouble("assets without a list")
        named = [one for one in map(record, held) if words(one.get("crypto")) == symbol]
        if not named:
            return Decimal(0)
        found = amount(named[0].get("value"))
        if found is None or len(named) > 1:
            raise GatewayTrouble(f"a balance of {symbol} that cannot be read")
        return found

    def fee(self, content: Content) -> Fee:
        """Inside Cwallet the network costs nothing, so nobody is asked."""
        if content.kind is Kind.CWALLET:
            return Fee(Decimal(0), content.symbol)
        body = _json({"token_id": content.token_id, "address": content.destination})
        data = record(_data(self._ask_now("network/fee", body, self._deadlines.call)))
        cost, coin = amount(data.get("fee")), name(data.get("crypto"))
        if cost is None or coin is None:
            raise GatewayTrouble("a network fee that cannot be read")
        return Fee(cost, coin)

    def cwallet_user(self, id: str) -> CwalletUser | None:
        answer = self._ask_now("check/user", _json({"c_id": id}), self._deadlines.person)
        if answer.code == _UNKNOWN_USER:
            return None
        data = record(_data(answer))
        shown = data.get("nickname", data.get("nikename"))  # the vendor's own example misspells it
        if data.get("c_id") != id or not isinstance(shown, str):
            raise GatewayTrouble("a Cwallet user that cannot be read")
        return CwalletUser(id, words(shown))

    def _outcome(self, answer: Answer) -> Outcome:
        code, message = answer.code, answer.message
        if code == SUCCESS:
            return _accepted(record(answer.data))
        doubt = _in_doubt(f"code {code}", code, message)
        if code in self._declined_codes and not doubt.duplicate:
            return Declined(code, message)
        return doubt

    def _ask_now(self, call: str, body: str, within: timedelta, most: int = MAX_BYTES) -> Answer:
        return self._ask(call, body, to_seconds(self._clock()), within, most)

    def _ask(
        self, call: str, body: str, timestamp: int, within: timedelta, most: int = MAX_BYTES
    ) -> Answer:
        """Raises GatewayTrouble where nothing came that can be believed."""
        sent = body.encode()
        headers = {
            **self._keys.headers(timestamp, sent),
            "Content-Type": "application/json; charset=utf-8",
        }
        path = f"/ccpayment/v1/{call}"
        reply = self._wire.post(path, headers, sent, within=within, most=most)
        return read_answer(reply, self._keys, verify=self._verify)


def _json(fields: Mapping[str, object]) -> str:
    """Compact and in the order given: the text is signed as it is."""
    return json.dumps(fields, separators=(",", ":"))


def _data(answer: Answer) -> object:
    if answer.code != SUCCESS:
        raise GatewayTrouble(f"code {answer.code}", answer.code, answer.message)
    return answer.data


def _in_doubt(why: str, code: str, message: str) -> InDoubt:
    repeated = code in _REPEATED_CODES or _REPEATED.search(message) is not None
    return InDoubt(why, code, message, duplicate=repeated)


def _accepted(data: Mapping[str, object]) -> Outcome:
    order_id = name(data.get("order_id"))
    if order_id is None:
        return InDoubt("a success without an order_id", SUCCESS)
    return Accepted(order_id, *_network_fee(data))


def _network_fee(data: Mapping[str, object]) -> tuple[Decimal | None, str | None]:
    """Answers of older accounts name no coin; then nobody knows it, and it is not guessed."""
    return amount(data.get("network_fee")), name(data.get("network_fee_crypto"))


def _finding(reference: str, answer: Answer) -> Finding:
    """What v1 answers for an unknown reference is not documented: an empty list and an error code
    are both told, in words that can be compared with what it answers for another reference."""
    if answer.code != SUCCESS:
        if _GENERIC.fullmatch(answer.code):
            return NoAnswer(f"code {answer.code}", answer.code, answer.message)
        return Absent(f"code {answer.code}", answer.time)
    found = [] if answer.data is None else entries(answer.data)
    if found is None:
        return NoAnswer("a success without a list", answer.code, answer.message)
    for one in map(record, found):
        if record(one.get("order_detail")).get("merchant_order_id") == reference:
            return _found(one)
    if reference in str(answer.data):
        return NoAnswer("an entry that cannot be read", answer.code, answer.message)
    return Absent("other entries" if found else "empty list", answer.time)


def _found(entry: Mapping[str, object]) -> Finding:
    order = record(entry.get("order_detail"))
    trades = entries(entry.get("trade_list")) or [None]
    trade = record(trades[0])  # a withdrawal has exactly one, the vendor says
    order_id = name(order.get("order_id"))
    if order_id is None:
        return NoAnswer("an entry without an order_id")
    status = words(order.get("status"))
    fee, fee_coin = _network_fee(trade)
    return Found(
        order_id=order_id,
        progress=_PROGRESS.get(status.lower(), Progress.UNKNOWN),
        status=status,
        symbol=name(order.get("crypto")),
        chain=name(order.get("chain")),
        contract=name(order.get("contract")),
        # order_detail's order_amount is a price, converted; the trade's amount is what moved.
        amount=amount(trade.get("amount")),
        network_fee=fee,
        fee_coin=fee_coin,
        txid=words(trade.get("txid")) or None,
    )
