"""API v2 on the wire: its signatures, calls and codes, and the shapes of its answers.

Sources: ccpayment.com/api/doc (v2), and cctip/ccpayment-sdk-skills (its tables of fields and error
codes). Where these leave a question open, the stricter reading is taken: a client that passes here
passes there. So a chain with memos takes no withdrawal without one, addresses come back in lower
case where case means nothing, a Cwallet user comes back as an id though asked for by e-mail, and a
full page names a next one even where that is empty.
"""

import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import ClassVar

from sandbox.ccpayment.book import Ask, Book, Order, Reason, Refused, Status
from sandbox.ccpayment.catalogue import (
    CHAINS,
    EVM_CHAINS,
    Availability,
    Catalogue,
    Coin,
    Token,
    User,
)
from sandbox.ccpayment.envelope import Endpoint, Envelope, Fields, plain, written
from sandbox.ccpayment.faults import On
from sandbox.ccpayment.wire import Call, Reply, Webhook

PREFIX = "/ccpayment/v2/"
TO_NETWORK = f"{PREFIX}applyAppWithdrawToNetwork"
TO_CWALLET = f"{PREFIX}applyAppWithdrawToCwallet"
RECORD = f"{PREFIX}getAppWithdrawRecord"
RECORDS = f"{PREFIX}getAppWithdrawRecordList"

PAGE = 20
MOST_REFERENCES = 20
MOST_NAMES = 100
LONGEST = timedelta(days=90)
"""How far a list of records goes back by default; that it never goes further is INVENTED."""

CWALLET_LEAST = Decimal("0.001")
"""In USD."""

CONFIRMATIONS = 12
"""INVENTED, and the same for every chain."""

#: The code of Mode.DECLINED. It is in the vendor's list, so no operator has to name it.
DECLINED = 14017

#: All numbers but one are the vendor's; the words, and which number is meant where its list leaves
#: a choice (USER, UNKNOWN_ORDER, MAINTENANCE), are INVENTED. UNEXPLAINED is in no list.
CODES: Mapping[Reason, tuple[int, str]] = {
    Reason.SERVICE: (10001, "failed"),
    Reason.FORM: (11000, "invalid argument"),
    Reason.REFERENCE: (11000, "invalid order id"),
    Reason.AMOUNT: (11000, "invalid amount"),
    Reason.CONTENT_TYPE: (11001, "invalid header"),
    Reason.UNKNOWN_ORDER: (11003, "data not found"),
    Reason.USER: (11003, "user not found"),
    Reason.SIGN: (11005, "signature verification failed"),
    Reason.TIMESTAMP: (11006, "request expired"),
    Reason.TIME_RANGE: (11008, "time range too large"),
    Reason.DUPLICATE: (11011, "duplicate order id"),
    Reason.APP_ID: (12001, "merchant not found"),
    Reason.TOKEN: (13000, "invalid coin"),
    Reason.CHAIN: (13001, "invalid chain"),
    Reason.BALANCE: (14000, "insufficient balance"),
    Reason.NO_MEMO: (14003, "memo required"),
    Reason.MAINTENANCE: (14004, "withdrawals are stopped on this chain"),
    Reason.MINIMUM: (14005, "amount below minimum"),
    Reason.MAXIMUM: (14006, "amount above maximum"),
    Reason.ADDRESS: (14007, "invalid address format"),
    Reason.MEMO: (14009, "memo not supported"),
    Reason.FEE_BALANCE: (14011, "insufficient balance for the fee"),
    Reason.DECIMALS: (14013, "too many decimals"),
    Reason.DECLINED: (DECLINED, "address is blacklisted"),
    Reason.FEE_ABOVE_AMOUNT: (14019, "amount minus fee too small"),
    Reason.UNEXPLAINED: (19001, "withdrawal cannot be created"),
}

WORDS: Mapping[Status, str] = {
    Status.WAITING: "WaitingApproval",
    Status.PENDING: "Processing",
    Status.PROCESSING: "Processing",
    Status.SUCCESSFUL: "Success",
    Status.FAILED: "Failed",
    Status.REJECTED: "Rejected",
}
#: What a record gives as its `reason`. The words are INVENTED.
WHY: Mapping[Status, str] = {
    Status.FAILED: "The transfer failed",
    Status.REJECTED: "Rejected by the account's owner",
}
STATES: Mapping[Availability, str] = {
    Availability.USABLE: "Normal",
    Availability.MAINTENANCE: "Maintain",
    Availability.DELISTING: "Pre-delisting",
}


def sign(app_id: str, app_secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over id, timestamp and the body's exact bytes; lower-case hex."""
    return hmac.new(app_secret.encode(), f"{app_id}{timestamp}".encode() + body, sha256).hexdigest()


# -- withdrawals ----------------------------------------------------------------------------------


def _reference(fields: Fields) -> str:
    reference = fields.text("orderId")
    if re.fullmatch(r"[A-Za-z0-9_-]{3,64}", reference) is None:
        raise Refused(Reason.REFERENCE, reference)
    return reference


def _coin(fields: Fields, book: Book) -> Coin:
    number = fields.number("coinId")
    coin = book.catalogue.numbered(number)
    if coin is None:
        raise Refused(Reason.TOKEN, str(number))
    return coin


def _token(coin: Coin, chain: str) -> Token:
    found = next((token for token in coin.tokens if token.chain == chain), None)
    if found is None:
        raise Refused(Reason.CHAIN, chain)
    return found


def _to_network(fields: Fields, book: Book) -> object:
    fields.text("networkFeeInquiryID", "")
    reference, coin = _reference(fields), _coin(fields, book)
    order = book.withdraw(
        Ask(
            reference=reference,
            address=fields.text("address"),
            coin=coin,
            token=_token(coin, fields.text("chain")),
            amount=fields.text("amount"),
            memo=fields.text("memo", ""),
            merchant_pays_fee=fields.flag("merchantPayNetworkFee", default=False),
            internal=False,
        )
    )
    return {"recordId": order.order_id}


def _to_cwallet(fields: Fields, book: Book) -> object:
    reference, coin = _reference(fields), _coin(fields, book)
    order = book.withdraw(
        Ask(
            reference=reference,
            address=fields.text("cwalletUser"),
            coin=coin,
            token=_inside(coin),
            amount=fields.text("amount"),
            memo="",
            merchant_pays_fee=False,
            internal=True,
        )
    )
    return {"recordId": order.order_id}


def _inside(coin: Coin) -> Token:
    """The coin as it moves between Cwallet users: on no chain, and whatever becomes of those."""
    return Token(
        token_id="",
        chain="",
        contract="",
        fee=Decimal(0),
        fee_symbol=coin.symbol,
        precision=coin.precision,
        minimum=CWALLET_LEAST / coin.price,
    )


# -- records --------------------------------------------------------------------------------------


def _record(order: Order, book: Book) -> object:
    status = book.status(order)
    return {
        "recordId": order.order_id,
        "coinId": order.coin.number,
        "coinSymbol": order.coin.symbol,
        "orderId": order.ask.reference,
        "status": WORDS[status],
        "amount": plain(order.amount),
        "coinUSDPrice": plain(order.coin.price),
        "reason": WHY.get(status, ""),
        **(_inner_lines(order, book) if order.internal else _outer_lines(order, book)),
    }


def _inner_lines(order: Order, book: Book) -> dict[str, object]:
    """Fee and transaction are documented for networks only."""
    user = book.catalogue.user(order.ask.address)
    return {"withdrawType": "Cwallet", "cwalletUser": user.c_id if user else ""}


def _outer_lines(order: Order, book: Book) -> dict[str, object]:
    return {
        "withdrawType": "Network",
        "chain": order.token.chain,
        "fromAddress": "",
        "toAddress": _address(order),
        "toMemo": order.ask.memo,
        "txId": book.txid(order),
        "fee": _fee(order.fee_coin, order.fee),
    }


def _address(order: Order) -> str:
    address = order.ask.address
    return address.lower() if order.token.chain in EVM_CHAINS else address


def _fee(coin: Coin, amount: Decimal) -> object:
    return {"coinId": coin.number, "coinSymbol": coin.symbol, "amount": plain(amount)}


Wanted = Callable[[Order], bool]


def _named(fields: Fields) -> Wanted:
    """By exactly one of the two ids."""
    if ("orderId" in fields) == ("recordId" in fields):
        raise Refused(Reason.FORM, "orderId")
    if "orderId" in fields:
        reference = fields.text("orderId")
        return lambda order: order.ask.reference == reference
    record_id = fields.text("recordId")
    return lambda order: order.order_id == record_id


def _look_up(fields: Fields, book: Book) -> object:
    return _one(filter(_named(fields), book.withdrawals), book)


def _one(orders: Iterable[Order], book: Book) -> object:
    """The newest of them: there is room for one."""
    found = list(orders)
    if not found:
        raise Refused(Reason.UNKNOWN_ORDER)
    return {"record": _record(found[-1], book)}


def _filtered(fields: Fields, book: Book) -> Wanted:
    """All that is asked for must be true of an order."""
    first, last = _period(fields, book)
    wanted: list[Wanted] = [lambda order: first <= int(order.created.timestamp()) <= last]
    if "coinId" in fields:
        coin = _coin(fields, book)
        wanted.append(lambda order: order.coin.number == coin.number)
    if "orderIds" in fields:
        references = fields.texts("orderIds", MOST_REFERENCES)
        wanted.append(lambda order: order.ask.reference in references)
    if "chain" in fields:
        chain = fields.text("chain")
        wanted.append(lambda order: order.token.chain == chain)
    if "toAddress" in fields:
        address = fields.text("toAddress")
        wanted.append(lambda order: not order.internal and _address(order) == address)
    return lambda order: all(one(order) for one in wanted)


def _period(fields: Fields, book: Book) -> tuple[int, int]:
    """Seconds, both included."""
    last = fields.number("endAt", int(book.now.timestamp()))
    longest = int(LONGEST.total_seconds())
    first = fields.number("startAt", last - longest)
    if first > last:
        raise Refused(Reason.FORM, "startAt")
    if last - first > longest:
        raise Refused(Reason.TIME_RANGE)
    return first, last


def _list(fields: Fields, book: Book) -> object:
    found = filter(_filtered(fields, book), book.withdrawals)
    return _page(fields, found, book)


def _page(fields: Fields, orders: Iterable[Order], book: Book) -> object:
    """Newest first. The id of a page's last record leads to the next page."""
    newest_first = list(orders)[::-1]
    if "nextId" in fields:
        newest_first = _after(fields.text("nextId"), newest_first, book)
    page = newest_first[:PAGE]
    listed = [_record(order, book) for order in page]
    return {"records": listed, "nextId": page[-1].order_id if len(page) == PAGE else ""}


def _after(record_id: str, newest_first: list[Order], book: Book) -> list[Order]:
    """What is left of these below that record."""
    ids = [order.order_id for order in book.withdrawals]
    if record_id not in ids:
        raise Refused(Reason.FORM, "nextId")
    older = frozenset(ids[: ids.index(record_id)])
    return [order for order in newest_first if order.order_id in older]


# -- the other calls ------------------------------------------------------------------------------


def _coins(_: Fields, book: Book) -> object:
    return {"coins": [_coin_lines(coin, book.catalogue) for coin in book.catalogue.coins]}


def _one_coin(fields: Fields, book: Book) -> object:
    return {"coin": _coin_lines(_coin(fields, book), book.catalogue)}


def _coin_lines(coin: Coin, catalogue: Catalogue) -> object:
    """Older examples of the vendor have no price."""
    price = {"price": plain(coin.price)} if catalogue.tells_prices else {}
    return {
        "coinId": coin.number,
        "symbol": coin.symbol,
        "coinFullName": coin.name,
        "logoUrl": "",
        "status": STATES[coin.availability],
        **price,
        "networks": {token.chain: _network(token, catalogue) for token in coin.tokens},
    }


def _network(token: Token, catalogue: Catalogue) -> object:
    """Answers that are made from proto leave out what is false."""
    chain = CHAINS[token.chain]
    usable = token.availability is not Availability.MAINTENANCE
    lines = {
        "chain": token.chain,
        "chainFullName": chain.name,
        "contract": token.contract.lower() if token.chain in EVM_CHAINS else token.contract,
        "precision": token.precision,
        "canDeposit": token.availability is Availability.USABLE,
        "canWithdraw": usable,
        "minimumDepositAmount": "0",
        "minimumWithdrawAmount": plain(token.minimum),
        "maximumWithdrawAmount": plain(token.maximum or Decimal(0)),
        "isSupportMemo": chain.memo,
    }
    return lines if catalogue.tells_noes else {k: v for k, v in lines.items() if v is not False}


def _assets(_: Fields, book: Book) -> object:
    return {"assets": [_asset(book, symbol) for symbol in book.balances()]}


def _one_asset(fields: Fields, book: Book) -> object:
    """That a coin which was never held is not found is INVENTED."""
    coin = _coin(fields, book)
    if coin.symbol not in book.balances():
        raise Refused(Reason.UNKNOWN_ORDER)
    return {"asset": _asset(book, coin.symbol)}


def _asset(book: Book, symbol: str) -> object:
    coin = book.catalogue.coin(symbol)
    return {
        "coinId": coin.number,
        "coinSymbol": symbol,
        "available": plain(book.balances()[symbol]),
    }


def _withdraw_fee(fields: Fields, book: Book) -> object:
    """The inquiry's id would hold the fee for a while; nothing comes of it here."""
    token = _token(_coin(fields, book), fields.text("chain"))
    coin = book.catalogue.coin(token.fee_symbol)
    inquiry = sha256(f"{token.token_id}{book.now}".encode()).hexdigest()[:32]
    return {"fee": _fee(coin, token.fee), "networkFeeInquiryID": inquiry}


def _check_address(fields: Fields, book: Book) -> object:
    chain, address = fields.text("chain"), fields.text("address")
    if chain not in _chains(book):
        raise Refused(Reason.CHAIN, chain)
    return {"addrIsValid": CHAINS[chain].fits(address)}


def _check_user(fields: Fields, book: Book) -> object:
    """Knows ids only, no e-mail addresses."""
    c_id = fields.text("cwalletUserId")
    user = book.catalogue.user(c_id)
    if user is None or user.c_id != c_id:
        raise Refused(Reason.USER, c_id)
    return {"cwalletUserId": c_id, "cwalletUserName": _masked(user)}


def _masked(user: User) -> str:
    """As in the vendor's example, j***@proton.me."""
    return f"{user.email[0]}***@{user.email.partition('@')[2]}"


def _chains(book: Book) -> list[str]:
    """Those that a coin goes out on."""
    used = {token.chain for coin in book.catalogue.coins for token in coin.tokens}
    return [chain for chain in CHAINS if chain in used]


def _chain_list(fields: Fields, book: Book) -> object:
    """Unknown ones are left out."""
    known = _chains(book)
    asked = fields.texts("chains", MOST_NAMES) if "chains" in fields else known
    return {"chains": [_chain_lines(chain) for chain in known if chain in asked]}


def _chain_lines(name: str) -> object:
    chain = CHAINS[name]
    return {
        "chain": name,
        "chainFullName": chain.name,
        "explorer": chain.explorer,
        "logoUrl": "",
        "status": "Normal",
        "baseUrl": chain.transaction,
        "isEVM": name in EVM_CHAINS,
        "supportMemo": chain.memo,
        "confirmations": CONFIRMATIONS,
    }


def _prices(fields: Fields, book: Book) -> object:
    """Unknown ones are left out."""
    asked = fields.numbers("coinIds", MOST_NAMES)
    found = (coin for coin in book.catalogue.coins if coin.number in asked)
    return {"prices": {str(coin.number): plain(coin.price) for coin in found}}


def _known(names: str = "") -> frozenset[str]:
    return frozenset(names.split())


ENDPOINTS: Mapping[str, tuple[Endpoint, frozenset[str]]] = {
    TO_NETWORK: (
        _to_network,
        _known(
            "orderId coinId chain address memo amount merchantPayNetworkFee networkFeeInquiryID"
        ),
    ),
    TO_CWALLET: (_to_cwallet, _known("orderId coinId cwalletUser amount")),
    RECORD: (_look_up, _known("orderId recordId")),
    RECORDS: (_list, _known("coinId orderIds chain startAt endAt toAddress nextId")),
    f"{PREFIX}getCoinList": (_coins, _known()),
    f"{PREFIX}getCoin": (_one_coin, _known("coinId")),
    f"{PREFIX}getWithdrawFee": (_withdraw_fee, _known("coinId chain")),
    f"{PREFIX}checkWithdrawalAddressValidity": (_check_address, _known("chain address")),
    f"{PREFIX}getCwalletUserId": (_check_user, _known("cwalletUserId")),
    f"{PREFIX}getAppCoinAssetList": (_assets, _known()),
    f"{PREFIX}getAppCoinAsset": (_one_asset, _known("coinId")),
    f"{PREFIX}getChainList": (_chain_list, _known("chains")),
    f"{PREFIX}getCoinUSDTPrice": (_prices, _known("coinIds")),
}
KINDS: Mapping[str, On] = {
    TO_NETWORK: On.WITHDRAWAL,
    TO_CWALLET: On.WITHDRAWAL,
    RECORD: On.LOOK_UP,
    RECORDS: On.LOOK_UP,
}


@dataclass(frozen=True, slots=True)
class V2(Envelope):
    """The wire of one merchant account."""

    media: ClassVar = frozenset({"application/json", "application/json;charset=utf-8"})
    endpoints: ClassVar = ENDPOINTS
    codes: ClassVar = CODES
    documented: ClassVar = False
    explains: ClassVar = False
    kinds: ClassVar[Mapping[str, On]] = KINDS
    words: ClassVar[Mapping[Status, str]] = WORDS
    declined_codes: ClassVar[frozenset[int]] = frozenset()
    taken: ClassVar = b"Success"

    def signature(self, timestamp: str, body: bytes) -> str:
        return sign(self.app_id, self.app_secret, timestamp, body)

    @staticmethod
    def listing(catalogue: Catalogue) -> Catalogue:
        return catalogue.by_chain

    def wants(self, call: Call, book: Book) -> Wanted:
        fields = self.fields(call)
        return _named(fields) if call.path == RECORD else _filtered(fields, book)

    def lacks(self, call: Call, book: Book) -> bool:
        """A list says what there is, and names nothing that is not."""
        return call.path == RECORD and not any(map(self.wants(call, book), book.withdrawals))

    def tell(self, call: Call, orders: Iterable[Order], book: Book) -> object:
        if call.path == RECORD:
            return _one(orders, book)
        return _page(self.fields(call), orders, book)

    def unknown(self) -> Reply:
        """A success without a record, where usually there is an error."""
        return self.success({"record": None})

    @staticmethod
    def told(order: Order, book: Book) -> tuple[datetime, ...]:
        """Of every step on a network, and of none inside Cwallet."""
        return () if order.internal else book.moments(order)

    def webhook(self, order: Order, book: Book) -> Webhook:
        msg = {
            "recordId": order.order_id,
            "orderId": order.ask.reference,
            "coinId": order.coin.number,
            "coinSymbol": order.coin.symbol,
            "status": WORDS[book.status(order)],
        }
        body = written({"type": "ApiWithdrawal", "msg": msg})
        return Webhook(self.signed(body), body)
