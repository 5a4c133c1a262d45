"""API v1 on the wire: its signatures, calls and codes, and the shapes of its answers.

Sources: docs.ccpayment.com, v1.0 API (signature, common rules, create a withdrawal order,
withdrawal order information, token id, asset balance, network fee, validity of Cwallet ID, token
rate, withdraw webhook). Where these leave a question open, the stricter reading is taken: a client
that passes here passes there.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from hashlib import sha256
from typing import ClassVar

from sandbox.ccpayment.book import Ask, Book, Order, Reason, Refused, Status
from sandbox.ccpayment.catalogue import CHAINS, EVM_CHAINS, Catalogue, Coin, Token
from sandbox.ccpayment.envelope import Endpoint, Envelope, Fields, plain, written
from sandbox.ccpayment.faults import On
from sandbox.ccpayment.wire import Call, Reply, Webhook

PREFIX = "/ccpayment/v1/"
WITHDRAW = f"{PREFIX}withdraw"
LOOK_UP = f"{PREFIX}bill/info"

MOST_REFERENCES = 100

#: The code of Mode.DECLINED: what an operator would put in CCPAYMENT_DECLINED_CODES.
DECLINED = 229001

#: The live table of codes is not public. 224066 and 224083 are documented; all the others are
#: INVENTED, and the live service's will differ: a client must take them for codes it does not know.
CODES: Mapping[Reason, tuple[int, str]] = {
    Reason.SERVICE: (224066, "service error, please try again"),
    Reason.USER: (224083, "ToUserNotFound"),
    Reason.DECLINED: (DECLINED, "withdrawal refused"),
    Reason.CONTENT_TYPE: (229010, "unsupported content type"),
    Reason.APP_ID: (229011, "invalid appid"),
    Reason.TIMESTAMP: (229012, "request expired"),
    Reason.SIGN: (229013, "invalid sign"),
    Reason.FORM: (229014, "invalid parameter"),
    Reason.REFERENCE: (229020, "invalid merchant order id"),
    Reason.DUPLICATE: (229021, "merchant order id already exists"),
    Reason.UNKNOWN_ORDER: (229022, "order not found"),
    Reason.UNEXPLAINED: (229023, "withdrawal cannot be created"),
    Reason.TOKEN: (229030, "token not found"),
    Reason.MAINTENANCE: (229031, "token under maintenance"),
    Reason.AMOUNT: (229040, "invalid value"),
    Reason.DECIMALS: (229041, "too many decimals"),
    Reason.MINIMUM: (229042, "value below minimum"),
    Reason.ADDRESS: (229050, "invalid address"),
    Reason.MEMO: (229051, "memo not supported"),
    Reason.INVOICE_AMOUNT: (229052, "value differs from invoice"),
    Reason.INVOICE_USED: (229053, "invoice already paid"),
    Reason.FEE_ABOVE_AMOUNT: (229060, "value does not cover network fee"),
    Reason.BALANCE: (229061, "insufficient balance"),
    Reason.FEE_BALANCE: (229062, "insufficient balance for network fee"),
}


def sign(app_id: str, app_secret: str, timestamp: str, body: bytes) -> str:
    """Plain SHA-256 over id, secret, timestamp and the body's exact bytes; lower-case hex."""
    return sha256(f"{app_id}{app_secret}{timestamp}".encode() + body).hexdigest()


#: There are no words of its own for what waits for the account's owner, or was rejected.
WORDS: Mapping[Status, str] = {
    Status.WAITING: "Pending",
    Status.PENDING: "Pending",
    Status.PROCESSING: "Processing",
    Status.SUCCESSFUL: "Successful",
    Status.FAILED: "Failed",
    Status.REJECTED: "Failed",
}


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0


def _fee_lines(order: Order) -> dict[str, str]:
    return {
        "network_fee": plain(order.fee),
        "network_coin_id": order.fee_coin.coin_id,
        "network_fee_crypto": order.fee_coin.symbol,
        "network_fee_value": f"{order.fee * order.fee_coin.price:.2f}",
    }


def is_internal(address: str) -> bool:
    """CCPayment tells Cwallet users by their shape alone: all digits, or an @ somewhere.

    So an address with a typing error can become somebody's Cwallet account, without a word.
    """
    return "@" in address or (address.isascii() and address.isdigit())


def _reference(fields: Fields) -> str:
    """At most as long as the longest one seen at v1, in the characters seen there."""
    reference = fields.text("merchant_order_id")
    if re.fullmatch(r"[A-Za-z0-9_]{1,30}", reference) is None:
        raise Refused(Reason.REFERENCE, reference)
    return reference


def _withdraw(fields: Fields, book: Book) -> object:
    reference, address = _reference(fields), fields.text("address")
    coin, token = book.listed(fields.text("token_id"))
    order = book.withdraw(
        Ask(
            reference=reference,
            address=address,
            coin=coin,
            token=token,
            amount=fields.text("value"),
            memo=fields.text("memo", ""),
            merchant_pays_fee=fields.flag("merchant_pays_fee", default=False),
            internal=is_internal(address),
        )
    )
    return {
        "order_id": order.order_id,
        "record_id": order.record_id,
        "net_receivable": plain(order.net_receivable),
        **_fee_lines(order),
    }


def _asked(fields: Fields) -> frozenset[str]:
    return frozenset(fields.texts("merchant_order_ids", MOST_REFERENCES))


def _look_up(fields: Fields, book: Book) -> object:
    """Unknown ones are left out."""
    asked = _asked(fields)
    return _bills((order for order in book.withdrawals if order.ask.reference in asked), book)


def _bills(orders: Iterable[Order], book: Book) -> object:
    """Newest first, whatever was asked first."""
    return [_bill(order, book) for order in reversed(list(orders))]


def _coin_lines(coin: Coin, token: Token) -> dict[str, str]:
    return {
        "chain": token.chain,
        # The vendor's examples write one contract in both cases, so its case means nothing.
        "contract": token.contract.lower() if token.chain in EVM_CHAINS else token.contract,
        "crypto": coin.symbol,
    }


def _bill(order: Order, book: Book) -> object:
    """The order says what was asked for, the trade what moved."""
    common = {"token_rate": plain(order.coin.price), "status": WORDS[book.status(order)]}
    detail = {
        **common,
        **_coin_lines(order.ask.coin, order.ask.token),
        "merchant_order_id": order.ask.reference,
        "order_amount": plain(order.amount),
        "created": _seconds(order.created),
        "order_id": order.order_id,
    }
    trade = {
        **common,
        **_coin_lines(order.coin, order.token),
        "amount": plain(order.amount),
        "service_fee": "0",
        **_fee_lines(order),
        "txid": book.txid(order),
        "pay_time": _seconds(book.settled_at(order)),
    }
    return {"order_detail": detail, "trade_list": [trade]}


def _news(order: Order, book: Book) -> object:
    """What a webhook tells of an order that came to an end."""
    succeeded = book.status(order) is Status.SUCCESSFUL
    return {
        "pay_status": "success" if succeeded else "failed",
        "order_type": "API Withdrawal",
        "order_id": order.order_id,
        "record_id": order.record_id,
        "merchant_order_id": order.ask.reference,
        "withdraw_amount": plain(order.amount),
        "net_receivable": plain(order.net_receivable),
        **_fee_lines(order),
        **_coin_lines(order.coin, order.token),
        "to_address": order.ask.address,
        "memo": order.ask.memo,
        "txid": "internal transfer" if order.internal and succeeded else book.txid(order),
        "merchant_pays_fee": order.ask.merchant_pays_fee,
    }


def _coins(_: Fields, book: Book) -> object:
    return {"list": [_coin(coin) for coin in book.catalogue.coins]}


def _coin(coin: Coin) -> object:
    return {
        "symbol": coin.symbol,
        "crypto": coin.symbol,
        "name": coin.name,
        "logo": "",
        "min": plain(coin.minimum),
        "price": plain(coin.price),
        "precision": coin.precision,
        "coin_id": coin.coin_id,
        "status": coin.availability.value,
        "tokens": [_token(coin, token) for token in coin.tokens],
    }


def _token(coin: Coin, token: Token) -> object:
    chain = CHAINS[token.chain]
    return {
        "token_id": token.token_id,
        "crypto": coin.symbol,
        "logo": "",
        "name": chain.name,
        "is_support_memo": chain.memo,
        "network": chain.standard,
        "chain": token.chain,
        "contract": token.contract,
        "chain_logo": "",
        "status": token.availability.value,
    }


def _assets(fields: Fields, book: Book) -> object:
    wanted = fields.text("coin_id", "")
    held = ((book.catalogue.coin(symbol), amount) for symbol, amount in book.balances().items())
    return {
        "list": [
            {
                "coin_id": coin.coin_id,
                "crypto": coin.symbol,
                "name": coin.name,
                "value": plain(amount),
                "price": plain(coin.price),
                "logo": "",
            }
            for coin, amount in held
            if wanted in ("", coin.coin_id)
        ]
    }


def _network_fee(fields: Fields, book: Book) -> object:
    token_id = fields.text("token_id")
    fields.text("memo", "")
    _, token = book.listed(token_id)
    fee = Decimal(0) if is_internal(fields.text("address", "")) else token.fee
    return {"token_id": token_id, "crypto": token.fee_symbol, "fee": plain(fee)}


def _check_user(fields: Fields, book: Book) -> object:
    """Knows ids only, no e-mail addresses; spells the nickname as the vendor's example does."""
    c_id = fields.text("c_id")
    user = book.catalogue.user(c_id)
    if user is None or user.c_id != c_id:
        raise Refused(Reason.USER, c_id)
    return {"c_id": user.c_id, "nikename": user.nickname}


def _token_rate(fields: Fields, book: Book) -> object:
    """How much of the coin `amount` USD buy."""
    amount = fields.text("amount")
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", amount) is None:
        raise Refused(Reason.FORM, "amount")
    coin, _ = book.listed(fields.text("token_id"))
    value = (Decimal(amount) / coin.price).quantize(Decimal(1).scaleb(-coin.precision), ROUND_DOWN)
    return {"price": plain(coin.price), "value": plain(value)}


_WITHDRAWAL_FIELDS = "merchant_order_id address token_id value memo merchant_pays_fee"
ENDPOINTS: Mapping[str, tuple[Endpoint, frozenset[str]]] = {
    WITHDRAW: (_withdraw, frozenset(_WITHDRAWAL_FIELDS.split())),
    LOOK_UP: (_look_up, frozenset({"merchant_order_ids"})),
    f"{PREFIX}coin/all": (_coins, frozenset()),
    f"{PREFIX}assets": (_assets, frozenset({"coin_id"})),
    f"{PREFIX}network/fee": (_network_fee, frozenset({"token_id", "address", "memo"})),
    f"{PREFIX}check/user": (_check_user, frozenset({"c_id"})),
    f"{PREFIX}token/rate": (_token_rate, frozenset({"amount", "token_id"})),
}
KINDS: Mapping[str, On] = {WITHDRAW: On.WITHDRAWAL, LOOK_UP: On.LOOK_UP}


@dataclass(frozen=True, slots=True)
class V1(Envelope):
    """The wire of one merchant account."""

    media: ClassVar = frozenset({"application/json;charset=utf-8"})
    endpoints: ClassVar = ENDPOINTS
    codes: ClassVar = CODES
    documented: ClassVar = True
    explains: ClassVar = True
    kinds: ClassVar[Mapping[str, On]] = KINDS
    words: ClassVar[Mapping[Status, str]] = WORDS
    declined_codes: ClassVar = frozenset({DECLINED})
    taken: ClassVar = b"success"

    def signature(self, timestamp: str, body: bytes) -> str:
        return sign(self.app_id, self.app_secret, timestamp, body)

    @staticmethod
    def listing(catalogue: Catalogue) -> Catalogue:
        return catalogue.by_coin

    def wants(self, call: Call, _: Book) -> Callable[[Order], bool]:
        asked = _asked(self.fields(call))
        return lambda order: order.ask.reference in asked

    def lacks(self, call: Call, book: Book) -> bool:
        return not _asked(self.fields(call)) <= book.orders.keys()

    def tell(self, _: Call, orders: Iterable[Order], book: Book) -> object:
        return _bills(orders, book)

    def unknown(self) -> Reply:
        """An error, where usually nothing is listed."""
        return self.refusal(Refused(Reason.UNKNOWN_ORDER))

    @staticmethod
    def told(order: Order, book: Book) -> tuple[datetime, ...]:
        """Of its end only."""
        ended = book.settled_at(order)
        return (ended,) if ended else ()

    def webhook(self, order: Order, book: Book) -> Webhook:
        body = written(_news(order, book))
        return Webhook(self.signed(body), body)
