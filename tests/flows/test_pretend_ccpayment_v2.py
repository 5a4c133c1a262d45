"""The pretend CCPayment's API v2, driven over real HTTP by a client that signs for itself.

What does not depend on the API, and the faults in their own right, is in test_pretend_ccpayment.py.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.ccpayment import Duplicates, HungUp, Knobs, Mode, PretendCCPayment, Reply
from sandbox.ccpayment import v1 as first_api
from sandbox.ccpayment.book import Book, Reason
from sandbox.ccpayment.catalogue import CATALOGUE, CHAINS, Availability
from sandbox.ccpayment.v2 import CODES, DECLINED, ENDPOINTS, sign
from sandbox.ccpayment.webhooks import Postman, forgeries
from sandbox.serving import serving
from tests.core import NOON, Clock
from tests.flows.ccpayment_bench import Bench, bench

APP_ID = "AbCdEfGh12345678"
SECRET = "0123456789abcdef0123456789abcdef"
JSON = "application/json; charset=utf-8"
TO_NETWORK, TO_CWALLET = "applyAppWithdrawToNetwork", "applyAppWithdrawToCwallet"
RECORD, RECORDS = "getAppWithdrawRecord", "getAppWithdrawRecordList"

TRON = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
EVM = "0xdAC17F958D2ee523a2206206994597C13D831ec7"
RIPPLE = "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH"


def signature(timestamp: str, body: bytes) -> str:
    text = f"{APP_ID}{timestamp}".encode() + body
    return hmac.new(SECRET.encode(), text, hashlib.sha256).hexdigest()


def number(symbol: str) -> int:
    return CATALOGUE.coin(symbol).number


def usdt(reference: str = "p1first", /, **changes: object) -> dict[str, object]:
    """A withdrawal that is in order, but for `changes`; None takes a field out."""
    fields: dict[str, object] = {
        "orderId": reference,
        "coinId": 1280,
        "chain": "TRX",
        "address": TRON,
        "amount": "250",
        "memo": "",
        "merchantPayNetworkFee": False,
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


def inside(reference: str = "p1first", /, **changes: object) -> dict[str, object]:
    """The same for a Cwallet user."""
    fields = {"orderId": reference, "coinId": 1280, "cwalletUser": "9558861", "amount": "250"}
    return fields | changes


def headers(clock: Clock, body: bytes) -> dict[str, str]:
    timestamp = str(int(clock().timestamp()))
    signed = signature(timestamp, body)
    return {"Content-Type": JSON, "Appid": APP_ID, "Timestamp": timestamp, "Sign": signed}


def is_signed(response: httpx.Response) -> bool:
    expected = signature(response.headers.get("Timestamp", ""), response.content)
    return (response.headers.get("Appid"), response.headers.get("Sign")) == (APP_ID, expected)


def code(reason: Reason) -> int:
    return CODES[reason][0]


@dataclass
class Merchant:
    """A client of its own: it shares no code with the bot, nor with the pretence."""

    fake: PretendCCPayment
    http: httpx.Client
    clock: Clock

    def post(self, call: str, body: bytes = b"", **others: str) -> httpx.Response:
        sent = headers(self.clock, body) | others
        return self.http.post(f"/ccpayment/v2/{call}", content=body, headers=sent)

    def ask(self, call: str, fields: object = None) -> Any:
        """The data of a success, which is signed where this service signs, and nowhere else."""
        response = self.post(call, b"" if fields is None else json.dumps(fields).encode())
        assert response.json()["code"] == 10000, response.text
        assert is_signed(response) is (self.fake.knobs.signs is True)
        assert ("Sign" in response.headers) is (self.fake.knobs.signs is True)
        return response.json()["data"]

    def refused(self, call: str, fields: object) -> int:
        """The code of an error, which is HTTP 200, carries no signature, and says no more."""
        response = self.post(call, json.dumps(fields).encode())
        assert response.status_code == 200
        assert not {"sign", "appid", "timestamp"} & response.headers.keys()
        assert response.json().keys() == {"code", "msg"}
        return int(response.json()["code"])

    def record(self, reference: str = "p1first") -> Any:
        return self.ask(RECORD, {"orderId": reference})["record"]

    def pages(self, **filters: object) -> list[list[str]]:
        """The references of every page of a list."""
        found: list[list[str]] = []
        cursor: dict[str, object] = {}
        while True:
            page = self.ask(RECORDS, filters | cursor)
            found.append([record["orderId"] for record in page["records"]])
            if not page["nextId"]:
                return found
            cursor = {"nextId": page["nextId"]}

    def balance(self, symbol: str) -> Decimal | None:
        listed = self.ask("getAppCoinAssetList")["assets"]
        values = [Decimal(line["available"]) for line in listed if line["coinSymbol"] == symbol]
        return values[0] if values else None


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fake(clock: Clock) -> PretendCCPayment:
    knobs = Knobs(slow=30, lag=60, held=20)
    return PretendCCPayment(APP_ID, SECRET, clock, Random(7), api="v2", knobs=knobs)


@pytest.fixture(scope="module")
def served() -> Iterator[Bench]:
    with bench() as made:
        yield made


@pytest.fixture
def merchant(served: Bench, fake: PretendCCPayment, clock: Clock) -> Merchant:
    served[0].app = fake.app
    return Merchant(fake, served[1], clock)


def direct(
    fake: PretendCCPayment, clock: Clock, call: str, fields: object = None
) -> Reply | HungUp:
    """A call without sockets."""
    body = b"" if fields is None else json.dumps(fields).encode()
    return fake.answer(f"/ccpayment/v2/{call}", headers(clock, body), body)


def said(answer: Reply | HungUp) -> int:
    assert isinstance(answer, Reply)
    return int(json.loads(answer.body)["code"])


# -- signatures and headers -----------------------------------------------------------------------

VECTOR = (
    b'{"coinId":1280,"address":"0x0000000000000000000000000000000000000001",'
    b'"orderId":"payout-0001","chain":"POLYGON","amount":"1.5","merchantPayNetworkFee":true}'
)
VECTORS = [
    (TO_NETWORK, VECTOR, "52d9e62d4c2d9f57433d7292854a4db2105380a20350d59bd879976e4696e5ab"),
    ("getCoinList", b"", "3ff96579a38138085b1ef62f62a4c260cbc11f4fc460f1f5a42a9eb795ab9fa4"),
]


@pytest.mark.parametrize(("call", "body", "known"), VECTORS)
def test_signature_vectors(merchant: Merchant, call: str, body: bytes, known: str) -> None:
    """The formula gives the known signatures, a request with one is taken, and with one digit
    changed it is not."""
    assert sign(APP_ID, SECRET, "1700000000", body) == known
    merchant.clock.now = datetime.fromtimestamp(1_700_000_000, UTC)
    assert merchant.post(call, body, Sign=known).json()["code"] == 10000
    wrong = known[:-1] + ("7" if known[-1] != "7" else "8")
    assert merchant.post(call, body, Sign=wrong).json()["code"] == 11005


@pytest.mark.parametrize(
    ("header", "value", "expected"),
    [
        ("Content-Type", "application/x-www-form-urlencoded", 11001),
        ("Appid", "20230101000000000000000000000001", 12001),
        ("Appid", "", 12001),
        ("Timestamp", "", 11006),
        ("Timestamp", "1795428000000", 11006),
        ("Timestamp", str(int(NOON.timestamp()) - 121), 11006),
        ("Timestamp", str(int(NOON.timestamp()) + 121), 11006),
        ("Sign", "", 11005),
        ("Sign", "0" * 64, 11005),
    ],
)
def test_headers(merchant: Merchant, header: str, value: str, expected: int) -> None:
    """A call with a header that is wrong or missing is refused, unsigned, and does nothing."""
    response = merchant.post(TO_NETWORK, json.dumps(usdt()).encode(), **{header: value})
    assert response.json()["code"] == expected
    assert "sign" not in response.headers
    assert not merchant.fake.book.withdrawals


def test_signature_of_the_other_api(merchant: Merchant) -> None:
    """A signature by v1's formula is none here, and v1's paths are not here either."""
    stamp = str(int(NOON.timestamp()))
    other = first_api.sign(APP_ID, SECRET, stamp, b"")
    assert merchant.post("getCoinList", Sign=other).json()["code"] == 11005
    assert merchant.http.post("/ccpayment/v1/coin/all").status_code == 404


def test_content_types(merchant: Merchant) -> None:
    """JSON is JSON, whether or not its encoding is named."""
    for name in ("application/json", "application/json;charset=UTF-8"):
        answer = merchant.post("getCoinList", b"", **{"Content-Type": name})
        assert answer.json()["code"] == 10000


def test_unknown_api() -> None:
    """There are two generations."""
    with pytest.raises(KeyError):
        PretendCCPayment(APP_ID, SECRET, Clock(), Random(7), api="v3")


# -- taking a withdrawal --------------------------------------------------------------------------


def test_withdrawal_is_taken(merchant: Merchant) -> None:
    """An order in order is answered with nothing but its number, and lowers the balance at once."""
    taken = merchant.ask(TO_NETWORK, usdt())
    assert list(taken) == ["recordId"]
    assert re.fullmatch(r"20261122120000[0-9]{19}", taken["recordId"])
    assert merchant.balance("USDT") == 24750
    assert [call.path for call in merchant.fake.received] == [f"/ccpayment/v2/{TO_NETWORK}"]


def test_fee_payer(merchant: Merchant) -> None:
    """The fee comes out of the amount, or on top; in another coin it comes on top anyway."""
    merchant.ask(TO_NETWORK, usdt(merchantPayNetworkFee=True))
    assert merchant.balance("USDT") == Decimal("24748.5")
    merchant.ask(TO_NETWORK, usdt("p1second", chain="POLYGON", address=EVM))
    assert merchant.balance("USDT") == Decimal("24498.5")
    assert merchant.balance("POL") == Decimal("39.95")


@pytest.mark.parametrize("user", ["9558861", "ana@example.com"])
def test_to_cwallet(merchant: Merchant, user: str) -> None:
    """A Cwallet user is named by id or e-mail, and comes back as an id; there is neither fee nor
    transaction."""
    taken = merchant.ask(TO_CWALLET, inside(cwalletUser=user))
    assert merchant.balance("USDT") == 24750
    merchant.clock.on(seconds=4)
    assert merchant.record() == {
        "recordId": taken["recordId"],
        "coinId": 1280,
        "coinSymbol": "USDT",
        "orderId": "p1first",
        "status": "Success",
        "amount": "250",
        "coinUSDPrice": "1",
        "reason": "",
        "withdrawType": "Cwallet",
        "cwalletUser": "9558861",
    }
    assert merchant.fake.snapshot()["orders"][0]["chain"] == "Cwallet"


def test_cwallet_has_no_chain(merchant: Merchant) -> None:
    """What happens on a chain is nothing to a Cwallet payout: neither its minimum nor its fee."""
    coin = CATALOGUE.coin("USDT")
    stopped = [replace(one, availability=Availability.MAINTENANCE) for one in coin.tokens]
    merchant.fake.book.catalogue = CATALOGUE.with_coin(replace(coin, tokens=tuple(stopped)))
    merchant.ask(TO_CWALLET, inside(amount="0.001"))
    assert merchant.refused(TO_CWALLET, inside("p1second", amount="0.0009")) == 14005
    assert merchant.refused(TO_NETWORK, usdt("p1third")) == 14004


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"cwalletUser": None}, 11000),
        ({"cwalletUser": 9558861}, 11000),
        ({"cwalletUser": "9558862"}, 11003),
        ({"cwalletUser": TRON}, 11003),
        ({"chain": "TRX"}, 11000),
        ({"memo": ""}, 11000),
        ({"merchantPayNetworkFee": True}, 11000),
        ({"amount": "5.1234567"}, 14013),
        ({"amount": "25000.01"}, 14000),
        ({"coinId": 999}, 13000),
        ({"coinId": 1011}, 14004),
    ],
)
def test_refusals_inside(merchant: Merchant, changes: dict[str, object], expected: int) -> None:
    """A Cwallet payout with anything wrong is refused; it knows no chain, memo or fee payer."""
    assert merchant.refused(TO_CWALLET, inside(**changes)) == expected
    assert not merchant.fake.book.withdrawals


@pytest.mark.parametrize("address", ["9558861", "ana@example.com"])
def test_a_user_is_no_address(merchant: Merchant, address: str) -> None:
    """What v1 takes for a Cwallet user is a wrong address here: the call decides, not the shape."""
    assert merchant.refused(TO_NETWORK, usdt(address=address)) == 14007


@pytest.mark.parametrize(
    ("symbol", "chain", "address", "amount"),
    [
        ("TETH", "ETH_SEPOLIA", EVM, "0.01"),
        ("BTC", "BTC", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "0.01"),
        ("BUSD", "BSC", EVM, "20"),
        ("USDC", "BSC", EVM, "20.123456789012345678"),
        ("USDC", "POLYGON", EVM, "5000"),
    ],
)
def test_other_coins(
    merchant: Merchant, symbol: str, chain: str, address: str, amount: str
) -> None:
    """The test coin goes out too, and each chain has its own decimals and limits."""
    fields = usdt(address=address, coinId=number(symbol), chain=chain, amount=amount)
    merchant.ask(TO_NETWORK, fields)
    record = merchant.record()
    assert (record["coinSymbol"], record["chain"], record["amount"]) == (symbol, chain, amount)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"orderId": None}, 11000),
        ({"orderId": "p1"}, 11000),
        ({"orderId": "p" * 65}, 11000),
        ({"orderId": 17}, 11000),
        ({"coinId": None}, 11000),
        ({"coinId": "1280"}, 11000),
        ({"coinId": 1280.0}, 11000),
        ({"coinId": True}, 11000),
        ({"coinId": 0}, 11000),
        ({"coinId": 999}, 13000),
        ({"coinId": number("SATS"), "chain": "LIGHTNING"}, 13000),
        ({"chain": None}, 11000),
        ({"chain": "TRC20"}, 13001),
        ({"chain": "BTC"}, 13001),
        ({"chain": "SOL"}, 14004),
        ({"coinId": number("DASH"), "chain": "DASH"}, 14004),
        ({"address": None}, 11000),
        ({"address": EVM}, 14007),
        ({"amount": 250}, 11000),
        ({"amount": "2.5e2"}, 11000),
        ({"amount": "0"}, 11000),
        ({"amount": "5.1234567"}, 14013),
        ({"amount": "0.499999"}, 14005),
        ({"coinId": number("USDC"), "chain": "ETH", "address": EVM, "amount": "4.9"}, 14005),
        ({"coinId": number("USDC"), "chain": "POLYGON", "address": EVM, "amount": "5001"}, 14006),
        ({"amount": "1.5"}, 14019),
        ({"amount": "25000.01"}, 14000),
        ({"memo": 12345}, 11000),
        ({"memo": "12345"}, 14009),
        ({"coinId": number("XRP"), "chain": "XRP", "address": RIPPLE}, 14003),
        ({"merchantPayNetworkFee": "false"}, 11000),
        ({"merchantPaysNetworkFee": True}, 11000),
        ({"merchant_pays_fee": True}, 11000),
        ({"networkFeeInquiryID": 5}, 11000),
    ],
)
def test_refusals(merchant: Merchant, changes: dict[str, object], expected: int) -> None:
    """A withdrawal with anything wrong is refused with the vendor's number for it, takes nothing,
    and leaves its id free."""
    assert merchant.refused(TO_NETWORK, usdt(**changes)) == expected
    assert not merchant.fake.book.withdrawals
    merchant.ask(TO_NETWORK, usdt(networkFeeInquiryID="any"))


def test_fee_coin_is_short(clock: Clock) -> None:
    """Without POL for the fee, USDT do not leave on POLYGON."""
    book = Book(clock, Random(7), balances={"USDT": Decimal(1000), "POL": Decimal("0.04")})
    fake = PretendCCPayment(APP_ID, SECRET, clock, Random(7), api="v2", book=book)
    fields = usdt(chain="POLYGON", address=EVM)
    assert said(direct(fake, clock, TO_NETWORK, fields)) == 14011


@pytest.mark.parametrize("again", [usdt(amount="1"), usdt(amount="999999"), inside()])
def test_repeated_reference(merchant: Merchant, again: dict[str, object]) -> None:
    """An orderId works once, for both kinds of payout together; the refusal shows no first one."""
    merchant.ask(TO_NETWORK, usdt())
    call = TO_CWALLET if "cwalletUser" in again else TO_NETWORK
    assert merchant.refused(call, again) == 11011
    assert len(merchant.fake.book.withdrawals) == 1


def test_duplicates_refused_without_a_reason(clock: Clock) -> None:
    """A repeated id can be refused with a code that is in no list, in words that do not say why."""
    knobs = Knobs(duplicates=Duplicates.UNEXPLAINED)
    fake = PretendCCPayment(APP_ID, SECRET, clock, Random(7), api="v2", knobs=knobs)
    answers = [direct(fake, clock, TO_NETWORK, usdt()) for _ in range(2)]
    assert list(map(said, answers)) == [10000, 19001]
    assert isinstance(answers[1], Reply)
    assert not re.search(rb"dupl|exist|repeat|already|p1first", answers[1].body)


def test_duplicates_taken(clock: Clock) -> None:
    """Where an id is not refused twice, a look-up has room for the newest order only, and a list
    shows both."""
    knobs = Knobs(duplicates=Duplicates.TAKEN)
    fake = PretendCCPayment(APP_ID, SECRET, clock, Random(7), api="v2", knobs=knobs)
    for amount in ("250", "100"):
        assert said(direct(fake, clock, TO_NETWORK, usdt(amount=amount))) == 10000
    [one] = [direct(fake, clock, RECORD, {"orderId": "p1first"})]
    both = direct(fake, clock, RECORDS, {})
    assert isinstance(one, Reply)
    assert isinstance(both, Reply)
    assert json.loads(one.body)["data"]["record"]["amount"] == "100"
    assert [r["amount"] for r in json.loads(both.body)["data"]["records"]] == ["100", "250"]


# -- what became of it ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chain", "address", "shown", "form"),
    [("TRX", TRON, TRON, "[0-9a-f]{64}"), ("ETH", EVM, EVM.lower(), "0x[0-9a-f]{64}")],
)
def test_shape_of_a_record(
    merchant: Merchant, chain: str, address: str, shown: str, form: str
) -> None:
    """A look-up by either id has exactly the documented fields; an address comes back in lower
    case where case means nothing."""
    taken = merchant.ask(TO_NETWORK, usdt(chain=chain, address=address))
    merchant.clock.on(seconds=4)
    record = merchant.record()
    assert merchant.ask(RECORD, taken)["record"] == record
    assert re.fullmatch(form, record.pop("txId"))
    assert record == {
        "recordId": taken["recordId"],
        "coinId": 1280,
        "coinSymbol": "USDT",
        "orderId": "p1first",
        "status": "Success",
        "amount": "250",
        "coinUSDPrice": "1",
        "reason": "",
        "withdrawType": "Network",
        "chain": chain,
        "fromAddress": "",
        "toAddress": shown,
        "toMemo": "",
        "fee": {
            "coinId": 1280,
            "coinSymbol": "USDT",
            "amount": f"{CATALOGUE.token_on('USDT', chain).fee:f}",
        },
    }


def test_memo_comes_back(merchant: Merchant) -> None:
    """A memo is kept letter by letter."""
    fields = usdt(coinId=number("XRP"), chain="XRP", address=RIPPLE, memo="0012345")
    merchant.ask(TO_NETWORK, fields)
    assert merchant.record()["toMemo"] == "0012345"


def test_order_settles_by_the_clock(merchant: Merchant) -> None:
    """There is one word until the end, and the transaction comes with it."""
    merchant.ask(TO_NETWORK, usdt())
    seen = []
    for seconds in (0, 2, 1.9, 0.1):
        merchant.clock.on(seconds=seconds)
        seen.append((merchant.record()["status"], bool(merchant.record()["txId"])))
    assert seen == [("Processing", False)] * 3 + [("Success", True)]


@pytest.mark.parametrize(
    ("mode", "end", "reason"),
    [
        (Mode.HELD, "Success", ""),
        (Mode.HELD_REJECTED, "Rejected", "Rejected by the account's owner"),
        (Mode.FAILS_LATER, "Failed", "The transfer failed"),
    ],
)
@pytest.mark.parametrize("fields", [usdt(), inside()])
def test_other_ends(
    merchant: Merchant, mode: Mode, end: str, reason: str, fields: dict[str, object]
) -> None:
    """An order can wait for the account's owner, be rejected by him, and fail; the record tells the
    reason of what ended badly."""
    merchant.fake.switch(mode, once=True)
    merchant.ask(TO_CWALLET if "cwalletUser" in fields else TO_NETWORK, fields)
    begins = "Processing" if mode is Mode.FAILS_LATER else "WaitingApproval"
    assert (merchant.record()["status"], merchant.record()["reason"]) == (begins, "")
    assert merchant.balance("USDT") == 24750
    merchant.clock.on(seconds=24)
    assert (merchant.record()["status"], merchant.record()["reason"]) == (end, reason)
    assert merchant.balance("USDT") == (24750 if end == "Success" else 25000)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, 11000),
        ({"orderId": ""}, 11000),
        ({"orderId": ["p1first"]}, 11000),
        ({"orderIds": ["p1first"]}, 11000),
        ({"orderId": "p1first", "recordId": "1"}, 11000),
        ({"orderId": "p1unknown"}, 11003),
        ({"recordId": "p1first"}, 11003),
    ],
)
def test_refused_look_ups(merchant: Merchant, fields: dict[str, object], expected: int) -> None:
    """A look-up takes exactly one id; one that is not known is an error."""
    merchant.ask(TO_NETWORK, usdt())
    assert merchant.refused(RECORD, fields) == expected


def test_list_of_records(merchant: Merchant) -> None:
    """Records come newest first, 20 a page; a full page names a next one, even where that is
    empty."""
    for count in range(40):
        merchant.ask(TO_NETWORK, usdt(f"p1n{count}", amount="10"))
        merchant.clock.on(seconds=1)
    newest_first = [f"p1n{count}" for count in reversed(range(40))]
    assert merchant.pages() == [newest_first[:20], newest_first[20:], []]
    assert merchant.pages(startAt=int(NOON.timestamp()) + 30) == [newest_first[:10]]
    listed = merchant.ask(RECORDS, {"orderIds": ["p1n7"]})["records"]
    assert listed == [merchant.record("p1n7")]


def test_a_list_does_not_slip(merchant: Merchant) -> None:
    """An order that is taken between two pages neither repeats nor hides a record."""
    for count in range(25):
        merchant.ask(TO_NETWORK, usdt(f"p1n{count}", amount="10"))
    first = merchant.ask(RECORDS)
    merchant.ask(TO_NETWORK, usdt("p1late", amount="10"))
    second = merchant.ask(RECORDS, {"nextId": first["nextId"]})
    assert [record["orderId"] for record in second["records"]] == [
        f"p1n{n}" for n in (4, 3, 2, 1, 0)
    ]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["p1ana", "p1eth", "p1btc", "p1trx"]),
        ({"coinId": 1280}, ["p1ana", "p1eth", "p1trx"]),
        ({"chain": "ETH"}, ["p1eth"]),
        ({"toAddress": EVM.lower()}, ["p1eth"]),
        ({"toAddress": EVM}, []),
        ({"orderIds": ["p1trx", "p1unknown", "p1ana"]}, ["p1ana", "p1trx"]),
        ({"coinId": 1280, "chain": "BTC"}, []),
        ({"startAt": int(NOON.timestamp()) + 2}, ["p1ana", "p1eth"]),
        ({"endAt": int(NOON.timestamp()) + 1}, ["p1btc", "p1trx"]),
    ],
)
def test_filters(merchant: Merchant, filters: dict[str, object], expected: list[str]) -> None:
    """A list keeps what fits all filters; both ends of a period belong to it."""
    bitcoin = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
    for call, fields in (
        (TO_NETWORK, usdt("p1trx")),
        (
            TO_NETWORK,
            usdt("p1btc", coinId=number("BTC"), chain="BTC", address=bitcoin, amount="0.1"),
        ),
        (TO_NETWORK, usdt("p1eth", chain="ETH", address=EVM)),
        (TO_CWALLET, inside("p1ana")),
    ):
        merchant.ask(call, fields)
        merchant.clock.on(seconds=1)
    assert merchant.pages(**filters) == [expected]


def test_how_far_back_a_list_goes(merchant: Merchant) -> None:
    """By default 90 days, and never further at once."""
    merchant.ask(TO_NETWORK, usdt())
    day = 24 * 3600
    merchant.clock.on(seconds=90 * day)
    assert merchant.pages() == [["p1first"]]
    merchant.clock.on(seconds=1)
    assert merchant.pages() == [[]]
    start = int(NOON.timestamp())
    assert merchant.pages(startAt=start, endAt=start + 90 * day) == [["p1first"]]
    assert merchant.refused(RECORDS, {"startAt": start}) == 11008


@pytest.mark.parametrize(
    "fields",
    [
        {"orderIds": []},
        {"orderIds": "p1first"},
        {"orderIds": [f"p{count}" for count in range(21)]},
        {"coinId": "1280"},
        {"startAt": "1700000000"},
        {"startAt": 200, "endAt": 100},
        {"nextId": ""},
        {"nextId": "p1first"},
        {"order_ids": ["p1first"]},
    ],
)
def test_malformed_lists(merchant: Merchant, fields: dict[str, object]) -> None:
    """A filter of the wrong kind, or one that does not exist, is refused."""
    assert merchant.refused(RECORDS, fields) == 11000


# -- the other calls ------------------------------------------------------------------------------


def test_coin_list(merchant: Merchant) -> None:
    """Every coin has its number, state and networks, each with its own limits; the test coin is
    there, and Lightning is not."""
    listed = {coin["symbol"]: coin for coin in merchant.ask("getCoinList")["coins"]}
    usdc = listed["USDC"]
    assert (usdc["coinId"], usdc["status"], usdc["price"]) == (number("USDC"), "Normal", "0.9998")
    assert usdc["networks"]["POLYGON"] == {
        "chain": "POLYGON",
        "chainFullName": "Polygon",
        "contract": "0x3c499c542cef5e3811e1192ce70d8cc03d5c3359",
        "precision": 6,
        "canDeposit": True,
        "canWithdraw": True,
        "minimumDepositAmount": "0",
        "minimumWithdrawAmount": "0.5",
        "maximumWithdrawAmount": "5000",
        "isSupportMemo": False,
    }
    limits = {
        chain: (one["precision"], one["minimumWithdrawAmount"], one["maximumWithdrawAmount"])
        for chain, one in usdc["networks"].items()
    }
    assert (limits["BSC"], limits["ETH"]) == ((18, "0.5", "0"), (6, "5", "0"))
    assert listed["TETH"]["coinId"] == 1891
    assert list(listed["TETH"]["networks"]) == ["ETH_SEPOLIA"]
    assert "SATS" not in listed
    assert (listed["DASH"]["status"], listed["BUSD"]["status"]) == ("Maintain", "Pre-delisting")
    assert not listed["USDT"]["networks"]["SOL"]["canWithdraw"]
    memos = {
        s for s, coin in listed.items() for n in coin["networks"].values() if n["isSupportMemo"]
    }
    assert memos == {"XRP", "XLM", "TON"}
    assert merchant.ask("getCoin", {"coinId": 1891}) == {"coin": listed["TETH"]}
    assert merchant.refused("getCoin", {"coinId": number("SATS")}) == 13000


def test_numbers_are_unique() -> None:
    """No two coins share a number."""
    numbers = [coin.number for coin in CATALOGUE.coins]
    assert len(set(numbers)) == len(numbers)


def test_assets(merchant: Merchant) -> None:
    """Balances come per coin, all or one; a coin that was never held has no line and is not
    found."""
    assert merchant.ask("getAppCoinAsset", {"coinId": 1891}) == {
        "asset": {"coinId": 1891, "coinSymbol": "TETH", "available": "10"}
    }
    assert merchant.balance("USDT") == 25000
    assert merchant.balance("SOL") is merchant.balance("SATS") is None
    assert merchant.refused("getAppCoinAsset", {"coinId": number("SOL")}) == 11003


def test_withdraw_fee(merchant: Merchant) -> None:
    """The fee names its own coin, and comes with an id that is the same at the same time."""
    asked = {"coinId": 1280, "chain": "POLYGON"}
    found = merchant.ask("getWithdrawFee", asked)
    assert found["fee"] == {"coinId": 1329, "coinSymbol": "POL", "amount": "0.05"}
    assert re.fullmatch("[0-9a-f]{32}", found["networkFeeInquiryID"])
    assert merchant.ask("getWithdrawFee", asked) == found
    assert merchant.refused("getWithdrawFee", asked | {"chain": "BTC"}) == 13001


@pytest.mark.parametrize(
    ("chain", "address", "valid"),
    [("TRX", TRON, True), ("TRX", EVM, False), ("ETH_SEPOLIA", EVM, True), ("XRP", RIPPLE, True)],
)
def test_address_check(merchant: Merchant, chain: str, address: str, valid: bool) -> None:
    """An address fits its chain or not."""
    asked = {"chain": chain, "address": address}
    assert merchant.ask("checkWithdrawalAddressValidity", asked) == {"addrIsValid": valid}


@pytest.mark.parametrize("chain", ["TRC20", "LIGHTNING", "trx"])
def test_address_check_of_no_chain(merchant: Merchant, chain: str) -> None:
    """A chain that is not there cannot be asked about."""
    asked = {"chain": chain, "address": TRON}
    assert merchant.refused("checkWithdrawalAddressValidity", asked) == 13001


def test_cwallet_user(merchant: Merchant) -> None:
    """A Cwallet id has a masked name; an e-mail can't be checked."""
    assert merchant.ask("getCwalletUserId", {"cwalletUserId": "9558861"}) == {
        "cwalletUserId": "9558861",
        "cwalletUserName": "a***@example.com",
    }
    for unknown in ("111", "ana@example.com"):
        assert merchant.refused("getCwalletUserId", {"cwalletUserId": unknown}) == 11003
    assert merchant.refused("getCwalletUserId", {"cwalletUserId": 9558861}) == 11000


def test_chain_list(merchant: Merchant) -> None:
    """Chains tell where a transaction can be seen, if anywhere; unknown ones are left out."""
    listed = {chain["chain"]: chain for chain in merchant.ask("getChainList")["chains"]}
    assert set(listed) == set(CHAINS) - {"LIGHTNING"}
    assert listed["TRX"] == {
        "chain": "TRX",
        "chainFullName": "TRON",
        "explorer": "https://tronscan.org",
        "logoUrl": "",
        "status": "Normal",
        "baseUrl": "https://tronscan.org/#/transaction/%s",
        "isEVM": False,
        "supportMemo": False,
        "confirmations": 12,
    }
    assert listed["POLYGON"]["baseUrl"] == "https://polygonscan.com/tx/%s"
    assert (listed["DASH"]["explorer"], listed["DASH"]["baseUrl"]) == ("", "")
    some = merchant.ask("getChainList", {"chains": ["XRP", "NONE"]})["chains"]
    assert [(chain["chain"], chain["supportMemo"]) for chain in some] == [("XRP", True)]


def test_prices(merchant: Merchant) -> None:
    """Prices come by the coin's number as text; unknown coins are left out."""
    asked = {"coinIds": [1280, number("BTC"), 999]}
    assert merchant.ask("getCoinUSDTPrice", asked) == {
        "prices": {"1280": "1", str(number("BTC")): "91250.4"}
    }
    for wrong in ([], ["1280"], [True], 1280):
        assert merchant.refused("getCoinUSDTPrice", {"coinIds": wrong}) == 11000


# -- faults ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", [TO_NETWORK, TO_CWALLET])
@pytest.mark.parametrize(
    ("mode", "expected", "taken"),
    [
        (Mode.DECLINED, 14017, False),
        (Mode.DECLINED_AFTER, 14017, True),
        (Mode.ERROR_BEFORE, 10001, False),
        (Mode.ERROR_AFTER, 10001, True),
        (Mode.DELIVERED_TWICE, 11011, True),
    ],
)
def test_error_codes(merchant: Merchant, call: str, mode: Mode, expected: int, taken: bool) -> None:
    """An error code comes back unsigned, and says nothing about whether the order was taken."""
    merchant.fake.switch(mode, once=True)
    assert merchant.refused(call, usdt() if call == TO_NETWORK else inside()) == expected
    assert merchant.pages() == [["p1first"] if taken else []]


def test_declined_is_known(fake: PretendCCPayment, clock: Clock) -> None:
    """Mode.DECLINED needs no setting on v2; on v1 it needs one."""
    assert fake.declined_codes == frozenset()
    first = PretendCCPayment(APP_ID, SECRET, clock, Random(7))
    assert first.declined_codes == {first_api.DECLINED}
    assert DECLINED == 14017


@pytest.mark.parametrize("call", [TO_NETWORK, TO_CWALLET])
@pytest.mark.parametrize(("mode", "taken"), [(Mode.ANSWER_LOST, True), (Mode.REQUEST_LOST, False)])
def test_no_answer(merchant: Merchant, call: str, mode: Mode, taken: bool) -> None:
    """The connection closes without a byte, for both kinds of payout."""
    merchant.fake.switch(mode, once=True)
    body = json.dumps(usdt() if call == TO_NETWORK else inside()).encode()
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        merchant.post(call, body)
    assert len(merchant.fake.received) == 1
    assert len(merchant.fake.book.withdrawals) == taken


@pytest.mark.parametrize("mode", [Mode.BADLY_SIGNED, Mode.UNSIGNED])
def test_signature_of_the_answer(merchant: Merchant, mode: Mode) -> None:
    """A success whose signature is wrong or missing was a success all the same."""
    merchant.fake.switch(mode)
    response = merchant.post(TO_NETWORK, json.dumps(usdt()).encode())
    assert response.json()["code"] == 10000
    assert not is_signed(response)
    assert merchant.record()["orderId"] == "p1first"


def test_delivered_late(merchant: Merchant) -> None:
    """A request can arrive when its sender has long given up."""
    merchant.fake.switch(Mode.DELIVERED_LATE, once=True)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        merchant.post(TO_NETWORK, json.dumps(usdt()).encode())
    merchant.clock.on(seconds=118)
    assert merchant.refused(RECORD, {"orderId": "p1first"}) == 11003
    merchant.clock.on(seconds=2)
    assert merchant.record()["status"] == "Processing"


def test_look_ups_down(merchant: Merchant) -> None:
    """Records and lists are down together, while withdrawals work."""
    merchant.fake.switch(Mode.LOOK_UPS_DOWN)
    merchant.ask(TO_NETWORK, usdt())
    for call, body in ((RECORD, b'{"orderId": "p1first"}'), (RECORDS, b"{}")):
        assert merchant.post(call, body).status_code == 503


def test_look_ups_lag(merchant: Merchant) -> None:
    """An order that was taken can be unknown to records and lists for a while."""
    merchant.ask(TO_NETWORK, usdt())
    merchant.fake.switch(Mode.LOOK_UPS_LAG)
    assert merchant.refused(RECORD, {"orderId": "p1first"}) == 11003
    assert merchant.pages() == [[]]
    merchant.clock.on(seconds=60)
    assert merchant.record()["status"] == "Success"
    assert merchant.pages() == [["p1first"]]


def test_unknown_otherwise(merchant: Merchant) -> None:
    """An unknown order can be a success without a record; known ones and lists are as usual."""
    taken = merchant.ask(TO_NETWORK, usdt())
    merchant.fake.switch(Mode.LOOK_UPS_REFUSE_UNKNOWN)
    assert merchant.record()["recordId"] == taken["recordId"]
    for unknown in ({"orderId": "p1unknown"}, {"recordId": "1"}):
        assert merchant.ask(RECORD, unknown) == {"record": None}
    assert merchant.pages(orderIds=["p1unknown"]) == [[]]
    assert merchant.refused(RECORD, {}) == 11000


@pytest.mark.parametrize(
    ("mode", "expected"), [(Mode.LOOK_UPS_REFUSE_ALL, 11003), (Mode.LOOK_UPS_ERROR, 10001)]
)
def test_the_same_for_all(merchant: Merchant, mode: Mode, expected: int) -> None:
    """The same error for known and unknown orders and for lists is no evidence."""
    merchant.ask(TO_NETWORK, usdt())
    merchant.fake.switch(mode)
    for fields in ({"orderId": "p1first"}, {"orderId": "p1unknown"}):
        assert merchant.refused(RECORD, fields) == expected
    assert merchant.refused(RECORDS, {}) == expected


def test_look_ups_give_another_entry(merchant: Merchant) -> None:
    """A look-up can answer with the record of another order, whether or not it knows the one that
    was asked for; where there is no other, it knows nothing."""
    merchant.ask(TO_NETWORK, usdt("p1other"))
    merchant.fake.switch(Mode.LOOK_UPS_OTHER_ENTRY)
    assert merchant.refused(RECORD, {"orderId": "p1other"}) == 11003
    merchant.ask(TO_CWALLET, inside())
    assert merchant.record("p1first")["orderId"] == "p1other"
    assert merchant.record("p1unknown")["orderId"] == "p1first"
    assert merchant.pages(orderIds=["p1first"]) == [["p1other"]]
    assert merchant.pages() == [[]]


@pytest.mark.parametrize(
    ("mode", "wrong"),
    [
        (
            Mode.LOOK_UPS_OTHER_COIN,
            {"coinSymbol": "USDC", "coinId": 1281, "coinUSDPrice": "0.9998"},
        ),
        (Mode.LOOK_UPS_LARGER, {"amount": "501"}),
        (Mode.LOOK_UPS_SMALLER, {"amount": "125.25"}),
        (Mode.LOOK_UPS_OTHER_CHAIN, {"chain": "SOL"}),
        (Mode.LOOK_UPS_OTHER_ADDRESS, {"toAddress": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"}),
    ],
)
def test_wrong_values_in_look_ups(merchant: Merchant, mode: Mode, wrong: dict[str, object]) -> None:
    """A look-up can be wrong about one thing, and a list likewise."""
    merchant.ask(TO_NETWORK, usdt(amount="250.5"))
    right = merchant.record()
    merchant.fake.switch(mode)
    assert merchant.record() == right | wrong
    assert merchant.ask(RECORDS)["records"] == [right | wrong]
    merchant.fake.switch(Mode.NORMAL)
    assert merchant.record() == right


def test_another_cwallet_user(merchant: Merchant) -> None:
    """A look-up can name another Cwallet user than the one who was asked for, by id or e-mail."""
    merchant.ask(TO_CWALLET, inside("p1id"))
    merchant.ask(TO_CWALLET, inside("p1mail", cwalletUser="ana@example.com"))
    merchant.fake.switch(Mode.LOOK_UPS_OTHER_ADDRESS)
    assert {merchant.record(one)["cwalletUser"] for one in ("p1id", "p1mail")} == {"9454818"}


def test_modes_that_show(fake: PretendCCPayment) -> None:
    """A page is offered what shows on v2: its records name addresses, but no contracts; that an
    answer is not signed is as usual there."""
    names = {name for name, _ in fake.modes()}
    hidden = {Mode.LOOK_UPS_OTHER_CONTRACT, Mode.UNSIGNED, Mode.LOOK_UPS_UNSIGNED}
    assert names == {mode.value for mode in set(Mode) - hidden}


def test_fault_for_one_call(merchant: Merchant) -> None:
    """A fault for one call waits for a call of its kind that is properly signed."""
    merchant.fake.switch(Mode.DECLINED, once=True)
    merchant.ask("getCoinList")
    assert merchant.refused(RECORD, {"orderId": "p1first"}) == 11003
    merchant.post(TO_NETWORK, b"{}", Sign="")
    assert merchant.refused(TO_CWALLET, inside()) == 14017
    merchant.ask(TO_NETWORK, usdt())


# -- webhooks -------------------------------------------------------------------------------------


def test_webhooks_of_every_step(fake: PretendCCPayment, clock: Clock) -> None:
    """Each step of a network payout is told, in the words of a record, signed over the raw bytes
    at that moment."""
    fake.switch(Mode.HELD)
    direct(fake, clock, TO_NETWORK, usdt())
    clock.on(seconds=24)
    order = fake.book.orders["p1first"]
    told = fake.webhooks()
    assert [json.loads(webhook.body) for webhook in told] == [
        {
            "type": "ApiWithdrawal",
            "msg": {
                "recordId": order.order_id,
                "orderId": "p1first",
                "coinId": 1280,
                "coinSymbol": "USDT",
                "status": status,
            },
        }
        for status in ("WaitingApproval", "Processing", "Success")
    ]
    for webhook, seconds in zip(told, (0, 20, 24), strict=True):
        stamp = str(int((NOON + timedelta(seconds=seconds)).timestamp()))
        assert webhook.headers == {
            "Content-Type": JSON,
            "Appid": APP_ID,
            "Timestamp": stamp,
            "Sign": signature(stamp, webhook.body),
        }


@pytest.mark.parametrize(
    ("mode", "steps"),
    [
        (Mode.NORMAL, ["Processing", "Success"]),
        (Mode.FAILS_LATER, ["Processing", "Failed"]),
        (Mode.HELD_REJECTED, ["WaitingApproval", "Rejected"]),
    ],
)
def test_webhooks_of_other_ends(
    fake: PretendCCPayment, clock: Clock, mode: Mode, steps: list[str]
) -> None:
    """The last webhook tells how it ended."""
    fake.switch(mode)
    direct(fake, clock, TO_NETWORK, usdt())
    clock.on(seconds=24)
    assert [json.loads(webhook.body)["msg"]["status"] for webhook in fake.webhooks()] == steps


def test_no_webhook_inside(fake: PretendCCPayment, clock: Clock) -> None:
    """Nothing is told of a Cwallet payout."""
    direct(fake, clock, TO_CWALLET, inside())
    clock.on(hours=1)
    assert fake.webhooks() == ()


@pytest.mark.parametrize("answer", [b"success", b'"Success"', b""])
def test_webhooks_are_repeated(fake: PretendCCPayment, clock: Clock, answer: bytes) -> None:
    """Only HTTP 200 with the body `Success` ends a webhook; else it comes again after 30 s, and in
    the end no more."""
    direct(fake, clock, TO_NETWORK, usdt())
    [begun] = fake.webhooks()
    for half_minutes in (1, 2, 4, 8, 16, 32):
        fake.answered(begun, 200, answer)
        clock.on(seconds=30 * half_minutes - 1)
        assert begun not in fake.webhooks()
        clock.on(seconds=1)
        assert begun in fake.webhooks()
    fake.answered(begun, 200, answer)
    clock.on(hours=24)
    assert begun not in fake.webhooks()


def test_a_webhook_that_was_taken_is_done(fake: PretendCCPayment, clock: Clock) -> None:
    """Each of an order's webhooks is taken by itself."""
    direct(fake, clock, TO_NETWORK, usdt())
    clock.on(seconds=4)
    begun, ended = fake.webhooks()
    fake.answered(begun, 200, b"Success")
    clock.on(hours=24)
    assert fake.webhooks() == (ended,)


def test_forgeries_are_no_good(fake: PretendCCPayment, clock: Clock) -> None:
    """What is forged from a webhook is signed by nobody, and differs from it."""
    direct(fake, clock, TO_NETWORK, usdt())
    [genuine] = fake.webhooks()
    forged = forgeries(genuine)
    for wrong, one in forged.items():
        right = signature(one.headers["Timestamp"], one.body)
        assert (one.headers.get("Sign"), one.headers["Appid"]) != (right, APP_ID), wrong
    elsewhere = json.loads(forged["another reference"].body)
    genuine_msg = json.loads(genuine.body)["msg"]
    assert elsewhere == {"type": "ApiWithdrawal", "msg": genuine_msg | {"orderId": "p1another"}}


def test_webhooks_over_http(fake: PretendCCPayment, clock: Clock) -> None:
    """The sandbox's postman posts what is due until it was taken."""
    answers = ["success", "Success"]

    async def take(_: Request) -> Response:
        return Response(answers.pop(0))

    direct(fake, clock, TO_NETWORK, usdt())
    with serving(Starlette(routes=[Route("/hook", take, methods=["POST"])])) as url:
        postman = Postman(fake, f"{url}/hook")
        assert (postman.once(), postman.once()) == (1, 0)
        fake.book._settle_after = timedelta(days=9)
        clock.on(seconds=30)
        assert (postman.once(), postman.once()) == (1, 0)
        clock.on(hours=1)
        assert postman.once() == 0
        postman.close()
    assert answers == []


# -- the whole ------------------------------------------------------------------------------------


def test_snapshot(fake: PretendCCPayment, clock: Clock) -> None:
    """A page is shown the API's own numbers and words."""
    taken = direct(fake, clock, TO_NETWORK, usdt())
    assert isinstance(taken, Reply)
    clock.on(seconds=4)
    shown = json.loads(json.dumps(fake.snapshot()))
    assert shown["api"] == fake.api == "v2"
    [order] = shown["orders"]
    assert order["order_id"] == json.loads(taken.body)["data"]["recordId"]
    assert (order["merchant_order_id"], order["status"]) == ("p1first", "Success")
    coins = [line["coin"] for line in shown["balances"]]
    assert "TETH" in coins
    assert "SATS" not in coins


def test_chance_is_used_alike(clock: Clock) -> None:
    """A withdrawal draws the same numbers on both APIs, and no other call draws any."""
    chances = Random(7), Random(7)
    first, second = (
        PretendCCPayment(APP_ID, SECRET, clock, chance, api=api)
        for api, chance in zip(("v1", "v2"), chances, strict=True)
    )
    body = json.dumps(
        {
            "merchant_order_id": "p1first",
            "address": TRON,
            "token_id": CATALOGUE.token_on("USDT", "TRX").token_id,
            "value": "250",
        }
    ).encode()
    stamp = str(int(clock().timestamp()))
    signed = first_api.sign(APP_ID, SECRET, stamp, body)
    first.answer(
        "/ccpayment/v1/withdraw",
        {"Content-Type": JSON, "Appid": APP_ID, "Timestamp": stamp, "Sign": signed},
        body,
    )
    direct(second, clock, TO_NETWORK, usdt())
    for call in ("getCoinList", "getChainList", "getAppCoinAssetList"):
        direct(second, clock, call)
    direct(second, clock, "getWithdrawFee", {"coinId": 1280, "chain": "TRX"})
    assert chances[0].getstate() == chances[1].getstate()
    assert first.book.orders["p1first"].order_id == second.book.orders["p1first"].order_id


def test_codes() -> None:
    """Each reason that v2 can have has a code, all but one from the vendor's list."""
    assert set(CODES) == set(Reason) - {Reason.INVOICE_AMOUNT, Reason.INVOICE_USED}
    numbers = {number for number, _ in CODES.values()}
    assert {number for number in numbers if not 10000 < number < 15000} == {19001}


def test_every_call_is_driven_here() -> None:
    """The calls are these."""
    assert {path.removeprefix("/ccpayment/v2/") for path in ENDPOINTS} == {
        TO_NETWORK,
        TO_CWALLET,
        RECORD,
        RECORDS,
        "getCoinList",
        "getCoin",
        "getWithdrawFee",
        "checkWithdrawalAddressValidity",
        "getCwalletUserId",
        "getAppCoinAssetList",
        "getAppCoinAsset",
        "getChainList",
        "getCoinUSDTPrice",
    }
