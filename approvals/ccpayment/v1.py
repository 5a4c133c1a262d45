"""CCPayment's API v1: its calls and their fields.

v1's table of error codes is not public, so no code means "declined" unless an operator has learned
from CCPayment that it does.

Sources: docs.ccpayment.com, v1.0 API: "Create a withdrawal order", "Withdrawal Order Information
Interface", "Token ID Interface", "Asset Balance Interface", "Network Fee Interface", "Check the
Validity of Cwallet ID", withdraw webhook.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from approvals.catalogue import Catalogue, Coin, Status, Token
from approvals.ccpayment.answer import Answer
from approvals.ccpayment.client import MAX_CATALOGUE_BYTES, CCPayment, as_json, balance_in, data_of
from approvals.ccpayment.codes import V1_CODES
from approvals.ccpayment.coins import (
    Entry,
    LeftOut,
    contract,
    flag,
    needed_name,
    optional_amount,
    precision,
    read_catalogue,
    read_tokens,
)
from approvals.ccpayment.fields import amount, entries, name, record, unreadable, words
from approvals.ccpayment.hooks import Hook
from approvals.ccpayment.signing import plain_sha256
from approvals.content import Content, FeePayer
from approvals.gateway import (
    Accepted,
    Can,
    CwalletUser,
    Found,
    GatewayTrouble,
    Going,
    Progress,
    Record,
)
from approvals.money import plain

_UNKNOWN_USER = "224083"

_PROGRESS = {
    "pending": Progress.PENDING,
    "processing": Progress.PROCESSING,
    "successful": Progress.SETTLED,
    "failed": Progress.FAILED,
}
_MOVED = ("crypto", "chain", "contract")
_STATUS = {"1": Status.USABLE, "2": Status.MAINTENANCE, "3": Status.DELISTING}


def _told_of(news: object) -> str | None:
    return name(record(news).get("merchant_order_id"))


class CCPaymentV1(CCPayment):
    """One account at API v1."""

    hook = Hook(plain_sha256, "success", _told_of)
    _can = frozenset({Can.ESTIMATE_FEES})
    _prefix = "/ccpayment/v1/"
    _codes = V1_CODES
    _signs = True

    def body(self, content: Content, reference: str) -> str:
        """Every kind of destination goes into `address`; v1 tells a Cwallet user by its form. A
        memo is left out where there is none, but from contents of format 1, whose bodies are on
        record with an empty one."""
        memo = {"memo": content.memo} if content.memo or content.format == 1 else {}
        return as_json(
            {
                "merchant_order_id": reference,
                "address": content.destination,
                "token_id": content.token_id,
                "value": plain(content.amount),
                **memo,
                "merchant_pays_fee": content.fee_payer is FeePayer.COMPANY,
            }
        )

    def _coins(self) -> Catalogue:
        asked_at = self._clock()
        answer = self._ask_now("coin/all", {}, most=MAX_CATALOGUE_BYTES)
        return read_catalogue(
            entries(data_of(answer)), _coin, asked_at, named_by="crypto", before=self._unread
        )

    def balance(self, symbol: str) -> Decimal:
        answer = self._ask_now("assets", {}, self._deadlines.person)
        return balance_in(entries(data_of(answer)), symbol, symbols="crypto", amounts="value")

    def address_fits(self, chain: str, address: str) -> bool:
        raise NotImplementedError("API v1 checks no addresses")

    def records(self, since: datetime, until: datetime) -> Iterator[Record]:
        raise NotImplementedError("API v1 does not list withdrawals")

    def explorers(self) -> Mapping[str, str]:
        """API v1 knows none."""
        return {}

    def cwallet_user(self, id: str) -> CwalletUser | None:
        answer = self._ask_now("check/user", {"c_id": id}, self._deadlines.person)
        if answer.code == _UNKNOWN_USER:
            return None
        data = record(data_of(answer))
        shown = data.get("nickname", data.get("nikename"))  # the vendor's own example misspells it
        if data.get("c_id") != id or not isinstance(shown, str):
            raise GatewayTrouble("a Cwallet user that cannot be read")
        return CwalletUser(id, words(shown))

    def _create_call(self, body: str) -> str:
        return "withdraw"

    def _accepted(self, data: Mapping[str, object]) -> Accepted | None:
        order_id = name(data.get("order_id"))
        return Accepted(order_id, *_fee(data)) if order_id else None

    def _look_up(self, reference: str) -> Answer:
        return self._ask_now("bill/info", {"merchant_order_ids": [reference]})

    def _entries(self, data: object) -> Sequence[object] | None:
        return [] if data is None else entries(data)

    def _reference(self, entry: Mapping[str, object]) -> object:
        return record(entry.get("order_detail")).get("merchant_order_id")

    def _found(self, entry: Mapping[str, object]) -> Found | None:
        order = record(entry.get("order_detail"))
        trades = entries(entry.get("trade_list")) or [None]
        trade = record(trades[0])  # a withdrawal has exactly one, the vendor says
        # The trade is what moved; order_detail's order_amount is a price, converted.
        coin, chain, token = (trade.get(one) or order.get(one) for one in _MOVED)
        moved = trade.get("amount")
        order_id = name(order.get("order_id"))
        if order_id is None:
            return None
        status = words(order.get("status"))
        fee, fee_coin = _fee(trade)
        return Found(
            order_id=order_id,
            progress=_PROGRESS.get(status.lower(), Progress.UNKNOWN),
            status=status,
            symbol=name(coin),
            chain=name(chain),
            contract=name(token),
            amount=amount(moved),
            network_fee=fee,
            fee_coin=fee_coin,
            txid=words(trade.get("txid")) or None,
            unreadable=unreadable(
                coin=(coin, name),
                amount=(moved, amount),
                network=(chain, name),
                contract=(token, name),
            ),
            withdrawals=len(trades),
        )

    def _network_fee(self, going: Going) -> tuple[Decimal | None, str | None]:
        asked = {"token_id": going.token_id, "address": going.destination}
        data = record(data_of(self._ask_now("network/fee", asked, self._deadlines.person)))
        return amount(data.get("fee")), name(data.get("crypto"))


def _fee(data: Mapping[str, object]) -> tuple[Decimal | None, str | None]:
    """Answers of older accounts name no coin; then nobody knows it, and it is not guessed."""
    return amount(data.get("network_fee")), name(data.get("network_fee_crypto"))


def _coin(entry: Entry, left_out: LeftOut) -> Coin:
    """Decimals and minimum are given for a coin, and hold on each of its networks; that no page
    exempts a Cwallet user from the minimum is taken as it stands."""
    symbol = needed_name(entry, "crypto")
    decimals, minimum = precision(entry), optional_amount(entry, "min")

    def token(entry: Entry, _: LeftOut) -> Token:
        return Token(
            token_id=needed_name(entry, "token_id"),
            symbol=needed_name(entry, "crypto"),
            chain=needed_name(entry, "chain"),
            network=words(entry.get("network")),
            contract=contract(entry),
            memo=flag(entry, "is_support_memo"),
            precision=decimals,
            minimum=minimum,
            maximum=None,
            status=_status(entry),
        )

    return Coin(
        coin_id=needed_name(entry, "coin_id"),
        symbol=symbol,
        name=words(entry.get("name")),
        price=optional_amount(entry, "price") or None,  # a price of zero is none
        status=_status(entry),
        tokens=read_tokens(entries(entry.get("tokens")), token, left_out, symbol),
        least=minimum,
    )


def _status(entry: Entry) -> Status:
    return _STATUS.get(name(entry.get("status")) or "", Status.UNKNOWN)
