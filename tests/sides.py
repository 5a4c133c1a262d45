"""Both generations of CCPayment's API, for tests of whatever implements `Gateway`.

A `Side` is one generation: the gateway under test, the pretend service that speaks to it, and what
that generation calls things. So a promise is one test, and a field's name stands here.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, ClassVar

import pytest

from approvals.ccpayment.codes import V1_CODES, V2_CODES, Code
from approvals.ccpayment.generations import GENERATIONS
from approvals.ccpayment.wire import Deadlines
from approvals.content import Account, Content, FeePayer
from approvals.destination import Kind
from approvals.gateway import Can, Found, Gateway, Outcome, Progress
from approvals.times import to_seconds
from sandbox.ccpayment import Knobs, Mode, PretendCCPayment, v1, v2
from sandbox.ccpayment.book import Order, Reason
from sandbox.ccpayment.catalogue import CATALOGUE
from tests.core import AMPLE, APP_IDS, SECRET, TRON, Clock

START = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
REFERENCE = "p1abcdefghijklmnopqrstuvwxyz23"
OTHER = "p1zzzzzzzzzzzzzzzzzzzzzzzzzzzz"
EVM = "0x0000000000000000000000000000000000000001"

BRIEF = Deadlines(timedelta(seconds=2), timedelta(milliseconds=400), timedelta(milliseconds=400))
"""Long enough for a busy machine, short enough for a test that waits for it."""

Json = dict[str, Any]

TO_CWALLET: Json = {"kind": Kind.CWALLET, "destination": "9558861", "amount": Decimal(10)}
XRP = "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH"
TO_XRP: Json = {"symbol": "XRP", "chain": "XRP", "destination": XRP, "memo": "0012345"}

Answer = tuple[Mapping[str, str], bytes]
"""Headers and body."""


def pretended(api: str, clock: Clock) -> PretendCCPayment:
    knobs = Knobs(slow=30, lag=60)
    return PretendCCPayment(APP_IDS[api], SECRET, clock, Random(7), api=api, knobs=knobs)


ODD_AMOUNTS = ("-500", "500 USDT", "5,000", ".5", ["500"], "0x1f4", True)
"""What stands where an amount should, and is none."""


@dataclass
class Side(ABC):
    """One generation, made at will. `url` is where `pretend` is served."""

    url: str
    pretend: PretendCCPayment
    clock: Clock

    api: ClassVar[str]
    codes: ClassVar[Mapping[str, Code]]
    can: ClassVar[frozenset[Can]]

    unknown: ClassVar[str]
    """How it usually says that it knows no such order; `otherwise`: and how else."""
    otherwise: ClassVar[str]
    unlisted: ClassVar[str]
    """A code that nobody knows."""
    fee_at_once: ClassVar[bool]
    """Whether the create call names the fee."""
    questions: ClassVar[Sequence[str]] = ("catalogue", "balance", "fee", "cwallet user")
    """What is asked over the wire besides withdrawals."""

    bodies: ClassVar[Sequence[tuple[Json, str, str]]]
    """What makes a content another one, and the call and body of payout-0001 for it."""
    steps: ClassVar[Sequence[tuple[Mode, float, Progress, str | None]]]
    """How far an order has come so many seconds after it was made, and why it failed."""
    absences: ClassVar[Sequence[tuple[object, str]]]
    """Look-ups without an entry of ours, and how that is told."""
    unreadable: ClassVar[Sequence[object]]
    """Look-ups that say nothing."""
    garbled: ClassVar[Sequence[tuple[object, str]]]
    """Reports of a withdrawal of which one value cannot be read, and which."""
    odd_successes: ClassVar[Sequence[object]]
    """Successes of the create call that name no order."""
    broken_coins: ClassVar[Sequence[Sequence[object]]]
    no_coins: ClassVar[Sequence[object]]
    no_balance: ClassVar[Sequence[object]]
    no_fee: ClassVar[Sequence[object]]
    users: ClassVar[Sequence[tuple[object, str | None]]]
    """Answers to who Cwallet user 9558861 is, and their name; None: nothing to be believed."""

    @property
    def account(self) -> Account:
        return Account(self.api, APP_IDS[self.api], self.url)

    def gateway(self, **changes: Any) -> Gateway:
        account = replace(self.account, url=changes.pop("url", self.url))
        secret = changes.pop("secret", SECRET)
        settings = {"deadlines": AMPLE, **changes}
        return GENERATIONS[self.api].gateway(account, secret, self.clock, **settings)

    def taught(self) -> Gateway:
        """One that was told which codes mean a refusal, where no table says so."""
        codes = frozenset(map(str, self.pretend.declined_codes))
        return self.gateway(declined_codes=codes)

    def send(self, gateway: Gateway, what: Content, reference: str = REFERENCE) -> Outcome:
        return gateway.withdraw(gateway.body(what, reference), to_seconds(self.clock()))

    def content(self, **changes: Any) -> Content:
        """250 USDT on TRX, the payee bears the fee; `changes` make it another."""
        return content(self.api, **changes)

    def code(self, reason: Reason) -> tuple[str, str, str]:
        """Code and message for a reason, and what we say that the code means."""
        number, message = self.pretend._wire.codes[reason]
        code = str(number)
        return code, message, self.codes[code].meaning if code in self.codes else ""

    # What the service would say.

    def signed(self, data: object, code: object = 10000) -> Answer:
        """An answer as the service would sign it at START."""
        return self.sealed(json.dumps({"code": code, "msg": "success", "data": data}).encode())

    def sealed(self, body: bytes) -> Answer:
        time, app_id = str(to_seconds(START)), APP_IDS[self.api]
        sign = self.pretend._wire.signature(time, body)
        return {"Appid": app_id, "Timestamp": time, "Sign": sign}, body

    @abstractmethod
    def taken(self, order_id: object, **fee: object) -> Json:
        """A success of the create call; `amount` and `coin` of a fee where there is one."""

    @abstractmethod
    def entry(self, **changes: object) -> object:
        """A look-up that finds order 7, which is on its way; `status` and the like change it."""

    @abstractmethod
    def reporting(self, **fee: object) -> object:
        """The same with the `amount` and `coin` of a fee."""

    @abstractmethod
    def found(self, order: Order) -> Found:
        """What the look-up of an order says that has just been taken."""

    @abstractmethod
    def coins(self, *coins: object) -> object:
        """A list of coins."""

    @abstractmethod
    def coin(self, **changes: object) -> Json:
        """A coin in it: USDT, on TRX alone."""

    @abstractmethod
    def bare(self) -> Json:
        """A coin that lacks all that it may lack, and whose state nobody knows."""

    @abstractmethod
    def half(self) -> Json:
        """A coin with two networks: TRX, and ETH, which cannot be read."""

    @abstractmethod
    def assets(self, **amounts: object) -> object:
        """A list of balances."""


def content(api: str, **changes: Any) -> Content:
    coin = CATALOGUE.coin(changes.get("symbol", "USDT"))
    token = CATALOGUE.token_on(coin.symbol, changes.get("chain", "TRX"))
    usual = Content(
        nonce="0" * 32,
        number=42,
        team="T1",
        account=Account(api, APP_IDS[api], "http://127.0.0.1"),
        symbol=coin.symbol,
        chain=token.chain,
        contract=token.contract,
        token_id={"v1": token.token_id, "v2": f"{coin.number}/{token.chain}"}[api],
        kind=Kind.CHAIN,
        destination=TRON,
        memo="",
        amount=Decimal(250),
        fee_payer=FeePayer.PAYEE,
        requester="U1",
        reason="Invoice 1043",
    )
    return replace(usual, **changes)


def _named(names: Mapping[str, str], given: Json) -> Json:
    """What is `given`, under the names of the wire."""
    return {names[name]: value for name, value in given.items()}


USDT_ON_TRX = CATALOGUE.token_on("USDT", "TRX").token_id
# -- API v1 ---------------------------------------------------------------------------------------

_V1_TOKEN: Json = {
    "token_id": "t1", "crypto": "USDT", "is_support_memo": False, "network": "TRC20",
    "chain": "TRX", "contract": "T1", "status": 1,
}  # fmt: skip
_V1_COIN: Json = {
    "coin_id": "c1", "crypto": "USDT", "name": "Tether", "min": "1", "price": "1", "precision": 6,
    "status": 1, "tokens": [_V1_TOKEN],
}  # fmt: skip


_V1_FEE = {"amount": "network_fee", "coin": "network_fee_crypto"}


def _v1_body(address: str, token_id: str, value: str, memo: str | None, pays: str) -> str:
    carried = "" if memo is None else f'"memo":"{memo}",'
    return (
        f'{{"merchant_order_id":"payout-0001","address":"{address}","token_id":"{token_id}",'
        f'"value":"{value}",{carried}"merchant_pays_fee":{pays}}}'
    )


def _v1_entry(**changes: object) -> object:
    detail = {"merchant_order_id": REFERENCE, "order_id": "7", "status": "Pending"}
    return [{"order_detail": {**detail, **changes}, "trade_list": None}]


def _v1_other(**changes: object) -> Json:
    """Another coin than USDT, with something wrong."""
    return {**_V1_COIN, "crypto": "B", **changes}


def _v1_traded(*trades: Json, **order: object) -> object:
    """An entry with these trades."""
    detail = {"merchant_order_id": REFERENCE, "order_id": "7", "status": "Successful", **order}
    return [{"order_detail": detail, "trade_list": list(trades)}]


_V1_TWIN = {**_V1_TOKEN, "token_id": "twin"}


class V1(Side):
    api = "v1"
    codes = V1_CODES
    can = frozenset({Can.ESTIMATE_FEES})
    unknown, otherwise = "no entry", "code 229022"
    unlisted = "225999"
    fee_at_once = True

    bodies = (
        (
            {"chain": "POLYGON", "destination": EVM, "amount": Decimal("1.50")},
            v1.WITHDRAW,
            _v1_body(EVM, CATALOGUE.token_on("USDT", "POLYGON").token_id, "1.5", None, "false"),
        ),
        (
            {"fee_payer": FeePayer.COMPANY, "amount": Decimal("1E+3")},
            v1.WITHDRAW,
            _v1_body(TRON, USDT_ON_TRX, "1000", None, "true"),
        ),
        (
            {"format": 1, "fee_payer": FeePayer.COMPANY, "amount": Decimal("1E+3")},
            v1.WITHDRAW,
            _v1_body(TRON, USDT_ON_TRX, "1000", "", "true"),
        ),
        (
            TO_XRP,
            v1.WITHDRAW,
            _v1_body(XRP, CATALOGUE.token_on("XRP", "XRP").token_id, "250", "0012345", "false"),
        ),
        (TO_CWALLET, v1.WITHDRAW, _v1_body("9558861", USDT_ON_TRX, "10", None, "false")),
        (
            {**TO_CWALLET, "format": 1},
            v1.WITHDRAW,
            _v1_body("9558861", USDT_ON_TRX, "10", "", "false"),
        ),
        (
            {**TO_XRP, "format": 1},
            v1.WITHDRAW,
            _v1_body(XRP, CATALOGUE.token_on("XRP", "XRP").token_id, "250", "0012345", "false"),
        ),
        (
            {"kind": Kind.LIGHTNING, "destination": "lnbc25u1p"},
            v1.WITHDRAW,
            _v1_body("lnbc25u1p", USDT_ON_TRX, "250", None, "false"),
        ),
    )
    steps = (
        (Mode.NORMAL, 0, Progress.PENDING, None),
        (Mode.NORMAL, 3, Progress.PROCESSING, None),
        (Mode.NORMAL, 4, Progress.SETTLED, None),
        (Mode.FAILS_LATER, 4, Progress.FAILED, None),
        (Mode.HELD, 19, Progress.PENDING, None),
        (Mode.HELD, 24, Progress.SETTLED, None),
        (Mode.HELD_REJECTED, 20, Progress.FAILED, None),
    )
    absences: ClassVar[Sequence[tuple[object, str]]] = (
        (None, "no entry"),
        ([], "no entry"),
        (_v1_entry(merchant_order_id=OTHER), "other entries"),
        ([{}, None, 5], "other entries"),
    )
    unreadable: ClassVar[Sequence[object]] = (
        "nothing",
        {},
        {"list": None},
        _v1_entry(order_id=None),
        [{"merchant_order_id": REFERENCE, "status": "Successful"}],
        _v1_entry(merchant_order_id=f"{REFERENCE} "),
    )
    garbled = (
        *((_v1_traded({"amount": odd}), "amount") for odd in ODD_AMOUNTS),
        (_v1_traded({"crypto": "US DT"}), "coin"),
        (_v1_traded({"chain": ["TRX"]}), "network"),
        (_v1_traded({"contract": {"id": 1}}), "contract"),
        (_v1_traded({}, crypto="é"), "coin"),
    )
    odd_successes: ClassVar[Sequence[object]] = (
        None, [], {}, {"order_id": ""}, {"order_id": None}, {"order_id": ["1"]},
        {"order_id": "1\n2"}, {"order_id": "é"}, {"order_id": "1" * 5000}, {"recordId": "1"},
    )  # fmt: skip
    broken_coins = (
        [None],
        [5],
        [_v1_other(precision="many")],
        [_v1_other(precision=None)],
        [_v1_other(min="a little")],
        [_v1_other(price=-1)],
        [_v1_other(crypto="B C")],
        [_v1_other(coin_id=None)],
        [_v1_other(tokens=None)],
        [_v1_other(tokens=[{**_V1_TOKEN, "is_support_memo": "no"}])],
        [_v1_other(tokens=[{**_V1_TOKEN, "token_id": ""}])],
        [_v1_other(tokens=[{**_V1_TOKEN, "contract": ["T1"]}])],
        [_v1_other(tokens=[_V1_TOKEN, {**_V1_TOKEN, "token_id": "t2"}])],
        [_v1_other(tokens=[_V1_TWIN, {**_V1_TWIN, "chain": "ETH"}])],
        [_v1_other(tokens=[_V1_TWIN]), _v1_other(crypto="C", tokens=[_V1_TWIN])],
        [_v1_other(), _v1_other(crypto="b")],
    )
    no_coins: ClassVar[Sequence[object]] = (None, [], {"list": None}, {"list": []}, "coins", [{}])
    no_balance: ClassVar[Sequence[object]] = (
        None,
        {},
        {"list": None},
        {"list": [{"crypto": "USDT"}]},
        {"list": [{"crypto": "USDT", "value": "-1"}]},
        {"list": [{"crypto": "USDT", "value": "1"}, {"crypto": "USDT", "value": "2"}]},
    )
    no_fee = (None, {"fee": "1"}, {"crypto": "USDT"}, {"fee": "", "crypto": ""})
    users = (
        ({"c_id": "9558861", "nickname": "ana"}, "ana"),
        ({"c_id": 9558861, "nikename": "a\u202en\na"}, "a n a"),
        ({"c_id": "9558861"}, None),
        ({"c_id": "9558862", "nickname": "ana"}, None),
        ({"nickname": "ana"}, None),
    )

    def taken(self, order_id: object, **fee: object) -> Json:
        return {"order_id": order_id, **_named(_V1_FEE, fee)}

    def entry(self, **changes: object) -> object:
        return _v1_entry(**changes)

    def reporting(self, **fee: object) -> object:
        detail = {"merchant_order_id": REFERENCE, "order_id": "7", "status": "Pending"}
        return [{"order_detail": detail, "trade_list": [_named(_V1_FEE, fee)]}]

    def found(self, order: Order) -> Found:
        return Found(
            order_id=order.order_id,
            progress=Progress.PENDING,
            status="Pending",
            symbol=order.coin.symbol,
            chain=order.token.chain,
            contract=order.token.contract,
            amount=order.amount,
            network_fee=order.fee,
            fee_coin=order.fee_coin.symbol,
        )

    def coins(self, *coins: object) -> object:
        return {"list": list(coins)}

    def coin(self, **changes: object) -> Json:
        return {**_V1_COIN, **changes}

    def bare(self) -> Json:
        token = {**_V1_TOKEN, "contract": ""}
        return {**_V1_COIN, "min": "", "price": "0", "status": 4, "tokens": [token]}

    def half(self) -> Json:
        odd = {**_V1_TOKEN, "token_id": "t2", "chain": "ETH", "is_support_memo": None}
        return {**_V1_COIN, "tokens": [_V1_TOKEN, odd]}

    def assets(self, **amounts: object) -> object:
        return {"list": [{"crypto": name, "value": value} for name, value in amounts.items()]}


# -- API v2 ---------------------------------------------------------------------------------------

_V2_NETWORK: Json = {
    "chain": "TRX", "chainFullName": "TRON", "contract": "T1", "precision": 6, "canDeposit": True,
    "canWithdraw": True, "minimumDepositAmount": "0", "minimumWithdrawAmount": "1",
    "maximumWithdrawAmount": "0", "isSupportMemo": False,
}  # fmt: skip
_V2_COIN: Json = {
    "coinId": 1280, "symbol": "USDT", "coinFullName": "Tether", "status": "Normal", "price": "1",
    "networks": {"TRX": _V2_NETWORK},
}  # fmt: skip


_V2_FEE = {"amount": "amount", "coin": "coinSymbol"}


def _v2_body(paid: str, where: str, pays: str) -> str:
    return f'{{"orderId":"payout-0001",{paid},{where},"merchantPayNetworkFee":{pays}}}'


def _v2_entry(**changes: object) -> object:
    found = {"recordId": "7", "orderId": REFERENCE, "status": "Processing"}
    return {"record": {**found, **changes}}


def _v2_other(**changes: object) -> Json:
    return {**_V2_COIN, "coinId": 2, "symbol": "B", **changes}


def _v2_on(**changes: object) -> Json:
    return _v2_other(networks={"TRX": {**_V2_NETWORK, **changes}})


class V2(Side):
    api = "v2"
    codes = V2_CODES
    can = frozenset(
        {Can.LIST_RECORDS, Can.ESTIMATE_FEES, Can.CHECK_ADDRESSES, Can.REPORT_DESTINATIONS}
    )
    unknown, otherwise = "code 11003", "no entry"
    unlisted = "19001"
    fee_at_once = False
    questions = (*Side.questions, "address", "records", "explorers")

    bodies = (
        (
            {"chain": "POLYGON", "destination": EVM, "amount": Decimal("1.50")},
            v2.TO_NETWORK,
            _v2_body(
                '"coinId":1280,"amount":"1.5"', f'"chain":"POLYGON","address":"{EVM}"', "false"
            ),
        ),
        (
            {"fee_payer": FeePayer.COMPANY, "amount": Decimal("1E+3")},
            v2.TO_NETWORK,
            _v2_body('"coinId":1280,"amount":"1000"', f'"chain":"TRX","address":"{TRON}"', "true"),
        ),
        (
            TO_XRP,
            v2.TO_NETWORK,
            _v2_body(
                '"coinId":1005,"amount":"250"',
                f'"chain":"XRP","address":"{XRP}","memo":"0012345"',
                "false",
            ),
        ),
        (
            {"symbol": "TETH", "chain": "ETH_SEPOLIA", "destination": EVM, "amount": Decimal(1)},
            v2.TO_NETWORK,
            _v2_body(
                '"coinId":1891,"amount":"1"', f'"chain":"ETH_SEPOLIA","address":"{EVM}"', "false"
            ),
        ),
        (
            TO_CWALLET,
            v2.TO_CWALLET,
            '{"orderId":"payout-0001","coinId":1280,"amount":"10","cwalletUser":"9558861"}',
        ),
        (
            TO_CWALLET | {"destination": "ana@example.com", "fee_payer": FeePayer.COMPANY},
            v2.TO_CWALLET,
            '{"orderId":"payout-0001","coinId":1280,"amount":"10","cwalletUser":"ana@example.com"}',
        ),
    )
    steps = (
        (Mode.NORMAL, 0, Progress.PROCESSING, None),
        (Mode.NORMAL, 3, Progress.PROCESSING, None),
        (Mode.NORMAL, 4, Progress.SETTLED, None),
        (Mode.FAILS_LATER, 4, Progress.FAILED, "The transfer failed"),
        (Mode.HELD, 19, Progress.WAITING, None),
        (Mode.HELD, 20, Progress.PROCESSING, None),
        (Mode.HELD, 24, Progress.SETTLED, None),
        (Mode.HELD_REJECTED, 19, Progress.WAITING, None),
        (Mode.HELD_REJECTED, 20, Progress.REJECTED, "Rejected by the account's owner"),
    )
    absences: ClassVar[Sequence[tuple[object, str]]] = (
        (None, "no entry"),
        ({}, "no entry"),
        ({"record": None}, "no entry"),
        ({"record": {}}, "no entry"),
        (_v2_entry(orderId=OTHER), "other entries"),
    )
    unreadable: ClassVar[Sequence[object]] = (
        "nothing",
        ["record"],
        {"records": []},
        {"record": "none"},
        {"record": [{"recordId": "7"}]},
        _v2_entry(recordId=None),
        _v2_entry(orderId=f"{REFERENCE} "),
        _v2_entry(orderId=None, reason=REFERENCE),
    )
    garbled = (
        *((_v2_entry(amount=odd), "amount") for odd in ODD_AMOUNTS),
        (_v2_entry(coinSymbol=["USDT"]), "coin"),
        (_v2_entry(chain="T RX"), "network"),
        (_v2_entry(toAddress={"a": 1}), "destination"),
        (_v2_entry(cwalletUser=["ana"]), "destination"),
        (_v2_entry(toMemo=["1"]), "memo"),
    )
    odd_successes: ClassVar[Sequence[object]] = (
        None, [], {}, {"recordId": ""}, {"recordId": None}, {"recordId": ["1"]},
        {"recordId": "1\n2"}, {"recordId": "é"}, {"recordId": "1" * 5000}, {"order_id": "1"},
    )  # fmt: skip
    broken_coins = (
        [None],
        [5],
        [_v2_on(precision="many")],
        [_v2_on(precision=None)],
        [_v2_on(minimumWithdrawAmount="a little")],
        [_v2_on(maximumWithdrawAmount="-1")],
        [_v2_on(canWithdraw="yes")],
        [_v2_on(isSupportMemo=None)],
        [_v2_on(chain="")],
        [_v2_on(contract=["T1"])],
        [_v2_other(price=-1)],
        [_v2_other(symbol="B C")],
        [_v2_other(coinId=None)],
        [_v2_other(coinId="12/80")],
        [_v2_other(coinId=0)],
        [_v2_other(networks=None)],
        [_v2_other(networks=[_V2_NETWORK])],
        [_v2_other(networks={"TRX": _V2_NETWORK, "TRON": _V2_NETWORK})],
        [_v2_other(), _v2_other(symbol="b")],
    )
    no_coins: ClassVar[Sequence[object]] = (
        None,
        [],
        {"coins": None},
        {"coins": []},
        "coins",
        {"list": [_V2_COIN]},
    )
    no_balance: ClassVar[Sequence[object]] = (
        None,
        {},
        {"assets": None},
        {"assets": [{"coinSymbol": "USDT"}]},
        {"assets": [{"coinSymbol": "USDT", "available": "-1"}]},
        {"assets": [{"coinSymbol": "USDT", "available": one} for one in ("1", "2")]},
    )
    no_fee = (
        None,
        {"fee": None},
        {"fee": {"amount": "1"}},
        {"fee": {"coinSymbol": "USDT"}},
        {"fee": {"amount": "", "coinSymbol": ""}},
        {"amount": "1", "coinSymbol": "USDT"},
    )
    users = (
        ({"cwalletUserId": "9558861", "cwalletUserName": "a***"}, "a***"),
        ({"cwalletUserId": 9558861, "cwalletUserName": "a\u202en\na"}, "a n a"),
        ({"cwalletUserId": "9558861"}, None),
        ({"cwalletUserId": "9558862", "cwalletUserName": "a***"}, None),
        ({"cwalletUserName": "a***"}, None),
    )

    def taken(self, order_id: object, **fee: object) -> Json:
        return {"recordId": order_id, "fee": _named(_V2_FEE, fee)}

    def entry(self, **changes: object) -> object:
        return _v2_entry(**changes)

    def reporting(self, **fee: object) -> object:
        return _v2_entry(fee=_named(_V2_FEE, fee))

    def found(self, order: Order) -> Found:
        outside = not order.internal
        return Found(
            order_id=order.order_id,
            progress=Progress.PROCESSING,
            status="Processing",
            symbol=order.coin.symbol,
            chain=order.token.chain if outside else None,
            amount=order.amount,
            destination=order.ask.address,
            memo=order.ask.memo if outside else None,
            network_fee=order.fee,
            fee_coin=order.fee_coin.symbol,
        )

    def coins(self, *coins: object) -> object:
        return {"coins": list(coins)}

    def coin(self, **changes: object) -> Json:
        return {**_V2_COIN, **changes}

    def bare(self) -> Json:
        network = {**_V2_NETWORK, "contract": "", "minimumWithdrawAmount": ""}
        return {**_V2_COIN, "price": "0", "status": "Delisted", "networks": {"TRX": network}}

    def half(self) -> Json:
        odd = {**_V2_NETWORK, "chain": "ETH", "isSupportMemo": None}
        return {**_V2_COIN, "networks": {"ETH": odd, "TRX": _V2_NETWORK}}

    def assets(self, **amounts: object) -> object:
        held = [{"coinSymbol": name, "available": value} for name, value in amounts.items()]
        return {"assets": held}


SIDES: Mapping[str, type[Side]] = {"v1": V1, "v2": V2}


def each(cases: Callable[[type[Side]], Sequence[object]]) -> pytest.MarkDecorator:
    """Run a test for each `case` that a side has, on that side."""
    return pytest.mark.parametrize(
        ("side", "case"),
        [
            pytest.param(api, case, id=f"{api}-{place}")
            for api, side in SIDES.items()
            for place, case in enumerate(cases(side))
        ],
        indirect=["side"],
    )
