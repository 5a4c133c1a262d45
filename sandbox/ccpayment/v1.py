"""API v1 on the wire: headers, signatures, fields, codes, and the shapes of answers.

Sources: docs.ccpayment.com, v1.0 API (signature, common rules, create a withdrawal order,
withdrawal order information, token id, asset balance, network fee, validity of Cwallet ID, token
rate, withdraw webhook). Where these leave a question open, the stricter reading is taken: a client
that passes here passes there.
"""

import hmac
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from hashlib import sha256

from sandbox.ccpayment.book import Ask, Book, Order, Reason, Refused, Status
from sandbox.ccpayment.catalogue import CHAINS, EVM_CHAINS, Coin, Token
from sandbox.ccpayment.faults import On
from sandbox.ccpayment.wire import Call, Reply, Webhook

PREFIX = "/ccpayment/v1/"
WITHDRAW = f"{PREFIX}withdraw"
LOOK_UP = f"{PREFIX}bill/info"

#: Seconds that a request is valid after its Timestamp. A clock that is ahead is no better.
WINDOW = 120
MOST_REFERENCES = 100

SUCCESS = 10000
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


class Fields:
    """A body's fields, each read as exactly the type that the page documents.

    The live service would ignore a misspelt field and quietly take the default; here it is refused.
    """

    def __init__(self, body: bytes, known: frozenset[str]) -> None:
        self._values = _object(body)
        for name in self._values.keys() - known:
            raise Refused(Reason.FORM, name)

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

    def texts(self, name: str, most: int) -> tuple[str, ...]:
        values = self._values.get(name)
        if not isinstance(values, list) or not 1 <= len(values) <= most:
            raise Refused(Reason.FORM, name)
        if not all(isinstance(value, str) and value for value in values):
            raise Refused(Reason.FORM, name)
        return tuple(values)


def _object(body: bytes) -> dict[str, object]:
    try:
        values = json.loads(body.decode()) if body else {}
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise Refused(Reason.FORM, "body") from None
    if not isinstance(values, dict):
        raise Refused(Reason.FORM, "body")
    return values


def _json(answer: object) -> bytes:
    """Neither compact nor in ASCII, and with a line end: no client's own way to write it."""
    return f"{json.dumps(answer, ensure_ascii=False)}\n".encode(errors="replace")


def _plain(amount: Decimal) -> str:
    """Digits without exponent or trailing zeros."""
    return f"{amount.normalize():f}"


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0


def _fee_lines(order: Order) -> dict[str, str]:
    return {
        "network_fee": _plain(order.fee),
        "network_coin_id": order.fee_coin.coin_id,
        "network_fee_crypto": order.fee_coin.symbol,
        "network_fee_value": f"{order.fee * order.fee_coin.price:.2f}",
    }


def _reference(fields: Fields) -> str:
    """At most as long as the longest one seen at v1, in the characters seen there."""
    reference = fields.text("merchant_order_id")
    if re.fullmatch(r"[A-Za-z0-9_]{1,30}", reference) is None:
        raise Refused(Reason.REFERENCE, reference)
    return reference


def _withdraw(fields: Fields, book: Book) -> object:
    order = book.withdraw(
        Ask(
            reference=_reference(fields),
            address=fields.text("address"),
            token_id=fields.text("token_id"),
            amount=fields.text("value"),
            memo=fields.text("memo", ""),
            merchant_pays_fee=fields.flag("merchant_pays_fee", default=False),
        )
    )
    return {
        "order_id": order.order_id,
        "record_id": order.record_id,
        "net_receivable": _plain(order.net_receivable),
        **_fee_lines(order),
    }


def _look_up(fields: Fields, book: Book) -> object:
    return _bills(fields.texts("merchant_order_ids", MOST_REFERENCES), book)


def _bills(asked: Collection[str], book: Book) -> object:
    """Newest first, whatever was asked first; unknown ones are left out."""
    known = [order for order in book.withdrawals if order.ask.reference in asked]
    return [_bill(order, book) for order in reversed(known)]


def _coin_lines(order: Order) -> dict[str, str]:
    contract = order.token.contract
    return {
        "chain": order.token.chain,
        # The vendor's examples write one contract in both cases, so its case means nothing.
        "contract": contract.lower() if order.token.chain in EVM_CHAINS else contract,
        "crypto": order.coin.symbol,
    }


def _bill(order: Order, book: Book) -> object:
    common = _coin_lines(order) | {
        "token_rate": _plain(order.coin.price),
        "status": book.status(order).value,
    }
    detail = common | {
        "merchant_order_id": order.ask.reference,
        "order_amount": _plain(order.amount),
        "created": _seconds(order.created),
        "order_id": order.order_id,
    }
    trade = common | {
        "amount": _plain(order.amount),
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
        "withdraw_amount": _plain(order.amount),
        "net_receivable": _plain(order.net_receivable),
        **_fee_lines(order),
        **_coin_lines(order),
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
        "min": _plain(coin.minimum),
        "price": _plain(coin.price),
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
                "value": _plain(amount),
                "price": _plain(coin.price),
                "logo": "",
            }
            for coin, amount in held
            if wanted in ("", coin.coin_id)
        ]
    }


def _network_fee(fields: Fields, book: Book) -> object:
    token_id = fields.text("token_id")
    fields.text("memo", "")
    fee, coin = book.fee(token_id, fields.text("address", ""))
    return {"token_id": token_id, "crypto": coin.symbol, "fee": _plain(fee)}


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
    return {"price": _plain(coin.price), "value": _plain(value)}


Endpoint = Callable[[Fields, Book], object]
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
class V1:
    """The wire of one merchant account. `clock` is the service's own."""

    app_id: str
    app_secret: str
    clock: Callable[[], datetime]

    def check(self, call: Call) -> None:
        """Raise Refused unless content type, account, time and signature are all in order."""
        content_type = call.headers.get("content-type", "").lower().replace(" ", "")
        if content_type != "application/json;charset=utf-8":
            raise Refused(Reason.CONTENT_TYPE)
        if call.headers.get("appid") != self.app_id:
            raise Refused(Reason.APP_ID)
        timestamp = call.headers.get("timestamp", "")
        if re.fullmatch(r"[0-9]{10}", timestamp) is None:
            raise Refused(Reason.TIMESTAMP)
        if abs(self.clock().timestamp() - int(timestamp)) > WINDOW:
            raise Refused(Reason.TIMESTAMP)
        expected = sign(self.app_id, self.app_secret, timestamp, call.body)
        if not hmac.compare_digest(expected.encode(), call.headers.get("sign", "").encode()):
            raise Refused(Reason.SIGN)

    def perform(self, call: Call, book: Book) -> object:
        """Do what is asked and return the answer's data. Raise Refused."""
        endpoint, known = ENDPOINTS[call.path]
        return endpoint(Fields(call.body, known), book)

    def references(self, call: Call) -> tuple[str, ...]:
        """The references that a look-up asks for. Raise Refused where it is malformed."""
        _, known = ENDPOINTS[LOOK_UP]
        return Fields(call.body, known).texts("merchant_order_ids", MOST_REFERENCES)

    def bills(self, references: Collection[str], book: Book) -> object:
        """What a look-up of these references says."""
        return _bills(references, book)

    def success(self, data: object) -> Reply:
        """Signed over the raw bytes."""
        answer = {"code": SUCCESS, "msg": "success", "data": data}
        body = _json(answer)
        return Reply(200, self._signed(body), body)

    def webhook(self, order: Order, book: Book) -> Webhook:
        """Tells the merchant that this order came to an end."""
        body = _json(_news(order, book))
        return Webhook(self._signed(body), body)

    def _signed(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(self.clock().timestamp()))
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Appid": self.app_id,
            "Timestamp": timestamp,
            "Sign": sign(self.app_id, self.app_secret, timestamp, body),
        }

    def refusal(self, refused: Refused) -> Reply:
        """HTTP 200 and unsigned, as the vendor documents errors."""
        code, msg = CODES[refused.reason]
        answer = {"code": code, "msg": msg}
        if refused.detail:
            answer["reason"] = refused.detail
        return Reply(200, {"Content-Type": "application/json; charset=utf-8"}, _json(answer))
