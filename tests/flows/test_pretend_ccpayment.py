"""The pretend CCPayment, driven over real HTTP by a client that makes its own signatures."""

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from random import Random
from threading import Barrier, Event, Thread
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.ccpayment import Duplicates, HungUp, Knobs, Mode, PretendCCPayment, Reply
from sandbox.ccpayment.book import CHECKS, Book, Reason
from sandbox.ccpayment.catalogue import CATALOGUE, CHAINS, Availability
from sandbox.ccpayment.faults import FAULTS
from sandbox.ccpayment.v1 import CODES, DECLINED, ENDPOINTS, sign
from sandbox.ccpayment.webhooks import MOST_TRIES, Postman, forgeries, posting
from sandbox.serving import serving
from tests.flows.ccpayment_bench import Bench, bench

APP_ID = "20230101000000000000000000000001"
SECRET = "0123456789abcdef0123456789abcdef"
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
JSON = "application/json; charset=utf-8"

TRON = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
EVM = "0x0000000000000000000000000000000000000001"
RIPPLE = "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH"
INVOICE = "lnbc25u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypq"


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def signature(app_id: str, secret: str, timestamp: str, body: bytes) -> str:
    return hashlib.sha256((app_id + secret + timestamp).encode() + body).hexdigest()


def token(symbol: str, chain: str) -> str:
    return CATALOGUE.token_on(symbol, chain).token_id


def usdt(reference: str = "p1first", /, **changes: object) -> dict[str, object]:
    """A withdrawal that is in order, but for `changes`; None takes a field out."""
    fields: dict[str, object] = {
        "merchant_order_id": reference,
        "address": TRON,
        "token_id": token("USDT", "TRX"),
        "value": "250",
        "memo": "",
        "merchant_pays_fee": False,
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


@dataclass
class Merchant:
    """A client of its own: it shares no code with the bot, nor with the pretence."""

    fake: PretendCCPayment
    http: httpx.Client
    clock: Clock

    def post(self, call: str, body: bytes = b"", **headers: str) -> httpx.Response:
        timestamp = headers.get("Timestamp", str(int(self.clock.now.timestamp())))
        signed = {
            "Content-Type": JSON,
            "Appid": APP_ID,
            "Timestamp": timestamp,
            "Sign": signature(APP_ID, SECRET, timestamp, body),
        }
        return self.http.post(f"/ccpayment/v1/{call}", content=body, headers=signed | headers)

    def ask(self, call: str, fields: object = None) -> Any:
        """The data of a success whose signature is in order."""
        response = self.post(call, b"" if fields is None else json.dumps(fields).encode())
        assert response.json()["code"] == 10000, response.text
        assert is_signed(response)
        return response.json()["data"]

    def refused(self, call: str, fields: object) -> int:
        """The code of an error, which is HTTP 200 and carries no signature."""
        response = self.post(call, json.dumps(fields).encode())
        assert response.status_code == 200
        assert not {"sign", "appid", "timestamp"} & response.headers.keys()
        assert response.json()["msg"]
        return int(response.json()["code"])

    def bill(self, *references: str) -> Any:
        return self.ask("bill/info", {"merchant_order_ids": list(references)})

    def balance(self, symbol: str) -> Decimal | None:
        listed = self.ask("assets")["list"]
        values = [Decimal(line["value"]) for line in listed if line["crypto"] == symbol]
        return values[0] if values else None


def is_signed(response: httpx.Response) -> bool:
    headers = response.headers
    expected = signature(APP_ID, SECRET, headers.get("Timestamp", ""), response.content)
    return (headers.get("Appid"), headers.get("Sign")) == (APP_ID, expected)


def code(reason: Reason) -> int:
    return CODES[reason][0]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fake(clock: Clock) -> PretendCCPayment:
    return PretendCCPayment(APP_ID, SECRET, clock, Random(7), knobs=Knobs(slow=30, lag=60))


@pytest.fixture(scope="module")
def served() -> Iterator[Bench]:
    with bench() as made:
        yield made


@pytest.fixture
def merchant(served: Bench, fake: PretendCCPayment, clock: Clock) -> Merchant:
    served[0].app = fake.app
    return Merchant(fake, served[1], clock)


# -- signatures and headers -------------------------------------------------------------------

VECTOR = (
    b'{"merchant_order_id":"payout-0001","address":"0x0000000000000000000000000000000000000001",'
    b'"token_id":"f137d42c-f3a6-4f23-9402-76f0395d0cfe","value":"1.5","memo":"",'
    b'"merchant_pays_fee":false}'
)
VECTORS = [
    (VECTOR, "e73467d8c603763cbe13cfafb17eb54d5b8dca59a596a06a0a1dee09363460f6"),
    (b"", "20ce566164d752601e00d1c34bbdfbf116f129136383b89989bf43833815f340"),
]


@pytest.mark.parametrize(("body", "expected"), VECTORS)
def test_signature_vectors(body: bytes, expected: str) -> None:
    """The formula gives the known signatures, with a body and without one."""
    assert sign(APP_ID, SECRET, "1700000000", body) == expected


@pytest.mark.parametrize(
    ("call", "body", "known", "then"),
    [("withdraw", *VECTORS[0], Reason.REFERENCE), ("coin/all", *VECTORS[1], None)],
)
def test_signature_vectors_on_the_wire(
    merchant: Merchant, call: str, body: bytes, known: str, then: Reason | None
) -> None:
    """A request with a known signature gets past the check, and with one digit changed it does not.

    (The known body's order id has a hyphen, which is what is refused next.)
    """
    merchant.clock.now = datetime.fromtimestamp(1_700_000_000, UTC)
    good = merchant.post(call, body, Sign=known).json()["code"]
    bad = merchant.post(call, body, Sign=known[:-1] + "7").json()["code"]
    assert good == (code(then) if then else 10000)
    assert bad == code(Reason.SIGN)


@pytest.mark.parametrize(
    ("header", "value", "reason"),
    [
        ("Content-Type", "application/x-www-form-urlencoded", Reason.CONTENT_TYPE),
        ("Content-Type", "application/json", Reason.CONTENT_TYPE),
        ("Appid", "20230101000000000000000000000002", Reason.APP_ID),
        ("Appid", "", Reason.APP_ID),
        ("Timestamp", "", Reason.TIMESTAMP),
        ("Timestamp", "now", Reason.TIMESTAMP),
        ("Timestamp", "1795428000000", Reason.TIMESTAMP),
        ("Timestamp", "+795428000", Reason.TIMESTAMP),
        ("Sign", "", Reason.SIGN),
        ("Sign", "0" * 64, Reason.SIGN),
    ],
)
def test_headers(merchant: Merchant, header: str, value: str, reason: Reason) -> None:
    """A call with a header that is wrong or missing is refused, unsigned, and does nothing."""
    response = merchant.post("withdraw", json.dumps(usdt()).encode(), **{header: value})
    assert response.json()["code"] == code(reason)
    assert "sign" not in response.headers
    assert not merchant.fake.book.orders


def test_signature_in_upper_case(merchant: Merchant) -> None:
    """Only lower-case hex is a signature."""
    timestamp = str(int(START.timestamp()))
    shouted = signature(APP_ID, SECRET, timestamp, b"").upper()
    assert merchant.post("coin/all", Sign=shouted).json()["code"] == code(Reason.SIGN)


def test_signature_over_other_bytes(merchant: Merchant) -> None:
    """The same JSON with other spaces does not fit the signature."""
    compact = json.dumps(usdt(), separators=(",", ":")).encode()
    spaced = json.dumps(usdt()).encode()
    signed = signature(APP_ID, SECRET, str(int(START.timestamp())), compact)
    assert merchant.post("withdraw", spaced, Sign=signed).json()["code"] == code(Reason.SIGN)


@pytest.mark.parametrize(
    ("offset", "allowed"), [(-121, False), (-120, True), (120, True), (121, False)]
)
def test_window(merchant: Merchant, offset: int, allowed: bool) -> None:
    """A request is valid up to 120 s before and after its Timestamp, and no second longer."""
    timestamp = str(int(START.timestamp()) + offset)
    answered = merchant.post("coin/all", Timestamp=timestamp).json()["code"]
    assert answered == (10000 if allowed else code(Reason.TIMESTAMP))


def test_answer_tells_the_services_time(merchant: Merchant) -> None:
    """Signed and unsigned answers carry the service's own time, once each."""
    success = merchant.post("coin/all")
    assert success.headers["Timestamp"] == str(int(START.timestamp()))
    refusal = merchant.post("coin/all", Sign="")
    assert refusal.headers.get_list("Date") == ["Mon, 23 Nov 2026 10:00:00 GMT"]


def test_other_paths_and_methods(merchant: Merchant) -> None:
    """What is not a POST to a known path is no part of the API."""
    assert merchant.post("refund").status_code == 404
    assert merchant.http.get("/ccpayment/v1/coin/all").status_code == 405


# -- taking a withdrawal ----------------------------------------------------------------------


def test_withdrawal_is_taken(merchant: Merchant) -> None:
    """An order in order is taken: it has a number, a fee, and lowers the balance at once."""
    before = merchant.balance("USDT")
    taken = merchant.ask("withdraw", usdt())
    assert re.fullmatch(r"20261123100000[0-9]{19}", taken["order_id"])
    assert re.fullmatch(r"20261123100000[0-9]{19}", taken["record_id"])
    assert taken["record_id"] != taken["order_id"]
    assert taken["network_fee"] == "1.5"
    assert taken["network_fee_crypto"] == "USDT"
    assert taken["network_coin_id"] == CATALOGUE.coin("USDT").coin_id
    assert taken["network_fee_value"] == "1.50"
    assert taken["net_receivable"] == "248.5"
    assert before is not None
    assert merchant.balance("USDT") == before - 250


def test_request_is_kept_as_received(merchant: Merchant) -> None:
    """Each withdrawal request is kept byte for byte with its headers, refused ones too."""
    odd = b'{ "merchant_order_id" : "x" }'
    merchant.post("withdraw", odd)
    merchant.post("coin/all")
    merchant.post("withdraw", b"{}", Sign="")
    assert [call.body for call in merchant.fake.received] == [odd, b"{}"]
    timestamp = merchant.fake.received[0].headers["timestamp"]
    assert merchant.fake.received[0].headers["sign"] == signature(APP_ID, SECRET, timestamp, odd)


def test_fee_on_top(merchant: Merchant) -> None:
    """Where the merchant pays the fee, the payee gets all and the balance bears both."""
    taken = merchant.ask("withdraw", usdt(merchant_pays_fee=True))
    assert taken["net_receivable"] == "250"
    assert merchant.balance("USDT") == Decimal(25000) - 250 - Decimal("1.5")


@pytest.mark.parametrize("merchant_pays", [False, True])
def test_fee_in_another_coin(merchant: Merchant, merchant_pays: bool) -> None:
    """USDT on POLYGON costs POL: the fee is no part of the amount, whoever pays it."""
    on_polygon = {"token_id": token("USDT", "POLYGON"), "address": EVM}
    taken = merchant.ask("withdraw", usdt(**on_polygon, merchant_pays_fee=merchant_pays))
    assert (taken["network_fee"], taken["network_fee_crypto"]) == ("0.05", "POL")
    assert taken["network_fee_value"] == "0.01"
    assert taken["net_receivable"] == "250"
    assert merchant.balance("USDT") == 24750
    assert merchant.balance("POL") == Decimal("39.95")


@pytest.mark.parametrize("address", ["9558861", "ana@example.com"])
def test_cwallet(merchant: Merchant, address: str) -> None:
    """Digits or an @ make it a Cwallet payout, whatever the token's chain: no fee, no txid."""
    taken = merchant.ask("withdraw", usdt(address=address, token_id=token("USDT", "ETH")))
    assert (taken["network_fee"], taken["net_receivable"]) == ("0", "250")
    merchant.clock.pass_(60)
    assert merchant.bill("p1first")[0]["trade_list"][0]["txid"] == ""
    assert merchant.bill("p1first")[0]["order_detail"]["status"] == "Successful"


@pytest.mark.parametrize("address", ["9558862", "nobody@example.com"])
def test_cwallet_user_unknown(merchant: Merchant, address: str) -> None:
    """Nobody there: the documented code for an unknown user."""
    assert merchant.refused("withdraw", usdt(address=address)) == 224083


@pytest.mark.parametrize(
    ("symbol", "chain", "address", "amount"),
    [
        ("USDC", "SOL", "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", "10"),
        ("BTC", "BTC", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "0.01"),
        ("XRP", "XRP", RIPPLE, "25"),
        ("BUSD", "BSC", EVM, "20"),
        ("SATS", "LIGHTNING", INVOICE, "2500"),
        ("SATS", "LIGHTNING", INVOICE.upper(), "2500"),
        ("ETH", "ETH", EVM, "0.123456789012345678"),
    ],
)
def test_other_coins(
    merchant: Merchant, symbol: str, chain: str, address: str, amount: str
) -> None:
    """Every kind of destination works, the coin that is to be delisted too."""
    fields = usdt(address=address, token_id=token(symbol, chain), value=amount)
    merchant.ask("withdraw", fields)
    detail = merchant.bill("p1first")[0]["order_detail"]
    assert (detail["crypto"], detail["chain"], detail["order_amount"]) == (symbol, chain, amount)


@pytest.mark.parametrize("memo", ["0012345", "text for TON", ""])
def test_memo(merchant: Merchant, memo: str) -> None:
    """A memo is kept letter by letter; a missing one is not noticed, as the vendor warns."""
    merchant.ask("withdraw", usdt(address=RIPPLE, token_id=token("XRP", "XRP"), memo=memo))
    assert merchant.fake.book.orders["p1first"].ask.memo == memo


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"merchant_order_id": None}, Reason.FORM),
        ({"merchant_order_id": 17}, Reason.FORM),
        ({"merchant_order_id": ""}, Reason.FORM),
        ({"merchant_order_id": "p" * 31}, Reason.REFERENCE),
        ({"merchant_order_id": "payout-1"}, Reason.REFERENCE),
        ({"merchant_order_id": "zahlung_ä"}, Reason.REFERENCE),
        ({"merchant_order_id": "p1\n"}, Reason.REFERENCE),
        ({"merchant_order_id": "\ud800"}, Reason.REFERENCE),
        ({"address": None}, Reason.FORM),
        ({"address": 9558861}, Reason.FORM),
        ({"address": EVM}, Reason.ADDRESS),
        ({"address": TRON[:-1]}, Reason.ADDRESS),
        ({"address": f"{TRON} "}, Reason.ADDRESS),
        ({"address": "٩٥٥٨٨٦١"}, Reason.ADDRESS),
        ({"token_id": None}, Reason.FORM),
        ({"token_id": "f137d42c-f3a6-4f23-9402-76f0395d0cfe"}, Reason.TOKEN),
        ({"token_id": CATALOGUE.coin("USDT").coin_id}, Reason.TOKEN),
        ({"token_id": token("USDT", "SOL")}, Reason.MAINTENANCE),
        ({"token_id": token("DASH", "DASH")}, Reason.MAINTENANCE),
        ({"value": None}, Reason.FORM),
        ({"value": 250}, Reason.FORM),
        ({"value": 250.5}, Reason.FORM),
        ({"value": "-250"}, Reason.AMOUNT),
        ({"value": "0"}, Reason.AMOUNT),
        ({"value": "0250"}, Reason.AMOUNT),
        ({"value": "2.5e2"}, Reason.AMOUNT),
        ({"value": "1,250"}, Reason.AMOUNT),
        ({"value": "٢٥٠"}, Reason.AMOUNT),
        ({"value": "NaN"}, Reason.AMOUNT),
        ({"value": "250\n"}, Reason.AMOUNT),
        ({"value": "5.1234567"}, Reason.DECIMALS),
        ({"value": "5.0000000"}, Reason.DECIMALS),
        ({"value": "0.499999"}, Reason.MINIMUM),
        ({"value": "1.5"}, Reason.FEE_ABOVE_AMOUNT),
        ({"value": "25000.000001"}, Reason.BALANCE),
        ({"value": "25000", "merchant_pays_fee": True}, Reason.BALANCE),
        ({"memo": 12345}, Reason.FORM),
        ({"memo": ["0012345"]}, Reason.FORM),
        ({"memo": "12345"}, Reason.MEMO),
        ({"merchant_pays_fee": "false"}, Reason.FORM),
        ({"merchant_pays_fee": 0}, Reason.FORM),
        ({"merchant_pay_fee": True}, Reason.FORM),
    ],
)
def test_refusals(merchant: Merchant, changes: dict[str, object], reason: Reason) -> None:
    """A withdrawal with anything wrong is refused, takes nothing, and leaves its id free."""
    fields = usdt(**changes)
    assert merchant.refused("withdraw", fields) == code(reason)
    assert not merchant.fake.book.orders
    assert merchant.balance("USDT") == 25000
    merchant.ask("withdraw", usdt())


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"x"', b"{", b"\xff", b"value=250"])
def test_bodies_that_are_no_object(merchant: Merchant, body: bytes) -> None:
    """Whatever is not a JSON object with all the fields is refused."""
    assert merchant.post("withdraw", body).json()["code"] == code(Reason.FORM)


def test_null_is_no_default(merchant: Merchant) -> None:
    """A null is neither an empty memo nor a false flag."""
    for name in ("memo", "merchant_pays_fee"):
        assert merchant.refused("withdraw", usdt() | {name: None}) == code(Reason.FORM)


def test_memo_and_flag_may_be_left_out(merchant: Merchant) -> None:
    """Without them there is no memo, and the fee comes out of the amount."""
    taken = merchant.ask("withdraw", usdt(memo=None, merchant_pays_fee=None))
    assert taken["net_receivable"] == "248.5"


@pytest.mark.parametrize("other", [{}, {"value": "1"}, {"value": "999999"}, {"address": "9558861"}])
def test_repeated_reference(merchant: Merchant, other: dict[str, object]) -> None:
    """A merchant_order_id works once, whatever else differs; the refusal shows no first order."""
    merchant.ask("withdraw", usdt())
    assert merchant.refused("withdraw", usdt(**other)) == code(Reason.DUPLICATE)
    assert len(merchant.fake.book.orders) == 1
    assert merchant.balance("USDT") == 24750


def test_same_invoice_twice(merchant: Merchant) -> None:
    """A Lightning invoice is paid once, in capitals too."""
    sats = {"token_id": token("SATS", "LIGHTNING"), "value": "2500"}
    merchant.ask("withdraw", usdt(**sats, address=INVOICE))
    again = usdt("p1second", **sats, address=INVOICE.upper())
    assert merchant.refused("withdraw", again) == code(Reason.INVOICE_USED)


@pytest.mark.parametrize(
    ("address", "value", "reason"),
    [
        (INVOICE, "2501", Reason.INVOICE_AMOUNT),
        (INVOICE.replace("25u", "25n"), "25", Reason.INVOICE_AMOUNT),
        (TRON, "2500", Reason.ADDRESS),
    ],
)
def test_invoice_and_amount(merchant: Merchant, address: str, value: str, reason: Reason) -> None:
    """SATS go to an invoice, and only with the amount that it names."""
    sats = {"token_id": token("SATS", "LIGHTNING"), "value": value, "address": address}
    assert merchant.refused("withdraw", usdt(**sats)) == code(reason)


def test_invoice_without_amount(merchant: Merchant) -> None:
    """An invoice that leaves the amount open takes any."""
    sats = {"token_id": token("SATS", "LIGHTNING"), "address": INVOICE.replace("25u1", "1")}
    merchant.ask("withdraw", usdt(**sats, value="777"))


def test_fee_coin_is_short(clock: Clock) -> None:
    """Without POL for the fee, USDT do not leave on POLYGON."""
    book = Book(clock, Random(7), balances={"USDT": Decimal(1000), "POL": Decimal("0.04")})
    fake = PretendCCPayment(APP_ID, SECRET, clock, Random(7), book=book)
    fields = usdt(token_id=token("USDT", "POLYGON"), address=EVM)
    assert said(direct(fake, "withdraw", fields)) == code(Reason.FEE_BALANCE)
    assert not book.withdrawals


def test_catalogue_changes_under_the_client(merchant: Merchant) -> None:
    """A coin can go under maintenance, and a token get another id, between two calls."""
    book, coin = merchant.fake.book, CATALOGUE.coin("USDT")
    renamed = tuple(replace(t, token_id=f"new-{t.chain}") for t in coin.tokens)
    book.catalogue = CATALOGUE.with_coin(replace(coin, tokens=renamed))
    assert merchant.refused("withdraw", usdt()) == code(Reason.TOKEN)
    stopped = replace(coin, availability=Availability.MAINTENANCE)
    book.catalogue = CATALOGUE.with_coin(stopped)
    assert merchant.refused("withdraw", usdt()) == code(Reason.MAINTENANCE)


# -- what became of it ------------------------------------------------------------------------


def test_order_settles_by_the_clock(merchant: Merchant) -> None:
    """Pending, Processing, Successful, as time passes; the transaction id comes with the last."""
    merchant.ask("withdraw", usdt(address=EVM, token_id=token("USDT", "POLYGON")))
    seen = []
    for seconds in (0, 1.9, 0.1, 1.9, 0.1):
        merchant.clock.pass_(seconds)
        bill = merchant.bill("p1first")[0]
        trade = bill["trade_list"][0]
        assert trade["status"] == bill["order_detail"]["status"]
        seen.append((trade["status"], bool(trade["txid"]), trade["pay_time"]))
    at = int(START.timestamp()) + 4
    assert seen == [
        ("Pending", False, 0),
        ("Pending", False, 0),
        ("Processing", False, 0),
        ("Processing", False, 0),
        ("Successful", True, at),
    ]


@pytest.mark.parametrize(
    ("chain", "address", "form"),
    [("TRX", TRON, "[0-9a-f]{64}"), ("ETH", EVM, "0x[0-9a-f]{64}")],
)
def test_shape_of_a_bill(merchant: Merchant, chain: str, address: str, form: str) -> None:
    """A look-up has exactly the documented fields, with amounts as strings and times as numbers."""
    taken = merchant.ask("withdraw", usdt(address=address, token_id=token("USDT", chain)))
    merchant.clock.pass_(4)
    [bill] = merchant.bill("p1first")
    contract = CATALOGUE.token_on("USDT", chain).contract
    common = {
        "chain": chain,
        "contract": contract if chain == "TRX" else contract.lower(),
        "crypto": "USDT",
        "token_rate": "1",
        "status": "Successful",
    }
    assert bill["order_detail"] == common | {
        "merchant_order_id": "p1first",
        "order_amount": "250",
        "created": int(START.timestamp()),
        "order_id": taken["order_id"],
    }
    [trade] = bill["trade_list"]
    assert re.fullmatch(form, trade.pop("txid"))
    assert trade == common | {
        "amount": "250",
        "service_fee": "0",
        "network_fee": taken["network_fee"],
        "network_coin_id": taken["network_coin_id"],
        "network_fee_crypto": "USDT",
        "network_fee_value": taken["network_fee_value"],
        "pay_time": int(START.timestamp()) + 4,
    }


def test_look_up_of_several(merchant: Merchant) -> None:
    """Known orders come in the service's own order, and unknown ones are simply not there."""
    for reference in ("p1a", "p1b", "p1c"):
        merchant.ask("withdraw", usdt(reference))
    bills = merchant.bill("p1a", "p1unknown", "p1c")
    assert [bill["order_detail"]["merchant_order_id"] for bill in bills] == ["p1c", "p1a"]
    assert merchant.bill("p1unknown") == []


@pytest.mark.parametrize(
    "asked", [None, [], "p1first", [17], [""], [f"p{number}" for number in range(101)]]
)
def test_malformed_look_ups(merchant: Merchant, asked: object) -> None:
    """A look-up takes a list of 1 to 100 ids, as strings."""
    fields = {"merchant_order_ids": asked}
    assert merchant.refused("bill/info", fields) == code(Reason.FORM)
    merchant.fake.switch(Mode.LOOK_UPS_REFUSE_UNKNOWN)
    assert merchant.refused("bill/info", fields) == code(Reason.FORM)


def test_look_up_of_a_hundred(merchant: Merchant) -> None:
    """A hundred ids are not too many."""
    assert merchant.bill(*(f"p{number}" for number in range(100))) == []


# -- the other calls --------------------------------------------------------------------------


def test_coin_all(merchant: Merchant) -> None:
    """The catalogue has the documented shape, and precision stands on the coin."""
    listed = {coin["symbol"]: coin for coin in merchant.ask("coin/all")["list"]}
    usdt_coin = listed["USDT"]
    assert {"crypto": "USDT", "min": "0.5", "price": "1", "precision": 6, "status": 1}.items() <= (
        usdt_coin.items()
    )
    tron = next(t for t in usdt_coin["tokens"] if t["chain"] == "TRX")
    assert tron == {
        "token_id": token("USDT", "TRX"),
        "crypto": "USDT",
        "logo": "",
        "name": "TRON",
        "is_support_memo": False,
        "network": "TRC20",
        "chain": "TRX",
        "contract": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
        "chain_logo": "",
        "status": 1,
    }
    memos = {s for s, coin in listed.items() if coin["tokens"][0]["is_support_memo"]}
    assert memos == {"XRP", "XLM", "TON"}
    assert (listed["DASH"]["status"], listed["BUSD"]["status"]) == (2, 3)


def test_catalogue_is_sound() -> None:
    """Ids are unique and the same in every run, and fees are in coins that are listed."""
    tokens = [t for coin in CATALOGUE.coins for t in coin.tokens]
    ids = [t.token_id for t in tokens] + [coin.coin_id for coin in CATALOGUE.coins]
    assert len(set(ids)) == len(ids)
    assert token("USDT", "TRX") == "e1d68aa1-91d1-537a-94ac-b1f99195b99c"
    assert all(CATALOGUE.coin(t.fee_symbol).precision >= 0 for t in tokens)
    assert {t.chain for t in tokens} == set(CHAINS)


def test_test_coin_is_not_there(merchant: Merchant) -> None:
    """v1 has no test network: TETH is neither listed nor held, and its id is worth nothing."""
    assert "TETH" not in {coin["symbol"] for coin in merchant.ask("coin/all")["list"]}
    assert merchant.balance("TETH") is None
    fields = usdt(address=EVM, token_id=token("TETH", "ETH_SEPOLIA"), value="1")
    assert merchant.refused("withdraw", fields) == code(Reason.TOKEN)


def test_limits_are_the_coins(merchant: Merchant) -> None:
    """v1 knows decimals and minimum of a coin only, and no maximum, whatever a chain's are."""
    on_bsc = usdt("p1bsc", address=EVM, token_id=token("USDC", "BSC"), value="5.1234567")
    assert merchant.refused("withdraw", on_bsc) == code(Reason.DECIMALS)
    for chain, value in (("POLYGON", "5001"), ("ETH", "4.5")):
        fields = usdt(f"p1{chain}", address=EVM, token_id=token("USDC", chain), value=value)
        merchant.ask("withdraw", fields)


def test_assets(merchant: Merchant) -> None:
    """Balances come per coin, all or one; a coin that was never held has no line."""
    [line] = merchant.ask("assets", {"coin_id": CATALOGUE.coin("BTC").coin_id})["list"]
    assert (line["crypto"], line["value"], line["price"]) == ("BTC", "0.75", "91250.4")
    assert merchant.balance("SOL") is None
    assert merchant.ask("assets", {"coin_id": CATALOGUE.coin("SOL").coin_id})["list"] == []


def test_network_fee(merchant: Merchant) -> None:
    """The fee names its own coin, and is 0 inside Cwallet."""
    token_id = token("USDC", "POLYGON")
    outside = merchant.ask("network/fee", {"token_id": token_id, "address": EVM})
    inside = merchant.ask("network/fee", {"token_id": token_id, "address": "9558861"})
    assert outside == {"token_id": token_id, "crypto": "POL", "fee": "0.05"}
    assert inside["fee"] == "0"
    assert merchant.refused("network/fee", {"token_id": "x"}) == code(Reason.TOKEN)


def test_check_user(merchant: Merchant) -> None:
    """A Cwallet id has a nickname, spelt as the vendor spells it; an e-mail can't be checked."""
    assert merchant.ask("check/user", {"c_id": "9558861"}) == {
        "c_id": "9558861",
        "nikename": "ana_c",
    }
    assert merchant.refused("check/user", {"c_id": "111"}) == 224083
    assert merchant.refused("check/user", {"c_id": "ana@example.com"}) == 224083
    assert merchant.refused("check/user", {"c_id": 9558861}) == code(Reason.FORM)


def test_token_rate(merchant: Merchant) -> None:
    """USD become units of the coin, cut to its decimals."""
    asked = {"amount": "100", "token_id": token("BTC", "BTC")}
    assert merchant.ask("token/rate", asked) == {"price": "91250.4", "value": "0.00109588"}
    asked = {"amount": "999999999", "token_id": token("POL", "POLYGON")}
    assert merchant.ask("token/rate", asked)["value"].startswith("7451564821.")
    assert merchant.refused("token/rate", asked | {"amount": "1e9"}) == code(Reason.FORM)


# -- faults -----------------------------------------------------------------------------------


def test_every_mode_has_a_row_and_a_label(fake: PretendCCPayment) -> None:
    """A page can list all modes that show on v1, each with words of its own."""
    assert set(FAULTS) | {Mode.NORMAL} == set(Mode)
    labels = dict(fake.modes())
    assert set(labels) == {mode.value for mode in Mode} - {Mode.LOOK_UPS_OTHER_ADDRESS.value}
    assert len(set(labels.values())) == len(labels)


def post_withdrawal(merchant: Merchant) -> httpx.Response:
    return merchant.post("withdraw", json.dumps(usdt()).encode())


def test_slow(fake: PretendCCPayment, clock: Clock) -> None:
    """Slow: the order is taken, and the answer comes when nobody waits any more."""
    fake.switch(Mode.SLOW)
    with (
        serving(fake.app) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=0.2) as http,
        pytest.raises(httpx.ReadTimeout),
    ):
        post_withdrawal(Merchant(fake, http, clock))
    assert [order.ask.reference for order in fake.book.withdrawals] == ["p1first"]


def test_slow_but_in_time(clock: Clock) -> None:
    """Who waits long enough gets the ordinary answer."""
    fake = PretendCCPayment(APP_ID, SECRET, clock, Random(7), knobs=Knobs(slow=0.05))
    fake.switch(Mode.SLOW)
    with serving(fake.app) as url, httpx.Client(base_url=url, trust_env=False) as http:
        response = post_withdrawal(Merchant(fake, http, clock))
    assert is_signed(response)
    assert response.elapsed >= timedelta(seconds=0.05)


@pytest.mark.parametrize(("mode", "taken"), [(Mode.ANSWER_LOST, True), (Mode.REQUEST_LOST, False)])
def test_no_answer(merchant: Merchant, mode: Mode, taken: bool) -> None:
    """The connection closes without a byte, and only the book knows whether the order was taken."""
    merchant.fake.switch(mode, once=True)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        post_withdrawal(merchant)
    assert len(merchant.fake.received) == 1
    assert len(merchant.bill("p1first")) == taken
    assert merchant.fake.active == ()


def test_one_fault_after_another(merchant: Merchant) -> None:
    """A fault of one call can be followed by another one, which stays: between the two nobody can
    get in."""
    merchant.fake.switch(Mode.ANSWER_LOST, once=True, then=Mode.LOOK_UPS_DOWN)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        post_withdrawal(merchant)
    assert merchant.fake.active == (Mode.LOOK_UPS_DOWN,)


@pytest.mark.parametrize(
    ("mode", "expected", "taken"),
    [
        (Mode.DECLINED, DECLINED, False),
        (Mode.DECLINED_AFTER, DECLINED, True),
        (Mode.ERROR_BEFORE, 224066, False),
        (Mode.ERROR_AFTER, 224066, True),
        (Mode.DELIVERED_TWICE, code(Reason.DUPLICATE), True),
    ],
)
def test_error_codes(merchant: Merchant, mode: Mode, expected: int, taken: bool) -> None:
    """An error code comes back unsigned, and says nothing about whether the order was taken."""
    merchant.fake.switch(mode)
    assert merchant.refused("withdraw", usdt()) == expected
    assert len(merchant.bill("p1first")) == taken


@pytest.mark.parametrize(
    ("mode", "status", "taken"),
    [
        (Mode.BROKEN_BEFORE, 500, False),
        (Mode.BROKEN_AFTER, 500, True),
        (Mode.NOT_JSON, 200, True),
    ],
)
def test_pages_instead_of_json(merchant: Merchant, mode: Mode, status: int, taken: bool) -> None:
    """Something in front of the service answers with a page."""
    merchant.fake.switch(mode)
    response = post_withdrawal(merchant)
    assert response.status_code == status
    assert response.headers["Content-Type"] == "text/html"
    with pytest.raises(json.JSONDecodeError):
        response.json()
    assert len(merchant.bill("p1first")) == taken


@pytest.mark.parametrize("mode", [Mode.BADLY_SIGNED, Mode.UNSIGNED])
def test_signature_of_the_answer(merchant: Merchant, mode: Mode) -> None:
    """A success whose signature is wrong or missing was a success all the same."""
    merchant.fake.switch(mode)
    response = post_withdrawal(merchant)
    assert response.json()["code"] == 10000
    assert ("Sign" in response.headers) == (mode is Mode.BADLY_SIGNED)
    assert not is_signed(response)
    assert len(merchant.bill("p1first")) == 1


def test_fails_after_processing(merchant: Merchant) -> None:
    """An order can fail after it was taken: no transaction, and amount and fee come back."""
    merchant.fake.switch(Mode.FAILS_LATER, once=True)
    merchant.ask("withdraw", usdt(merchant_pays_fee=True))
    merchant.ask("withdraw", usdt("p1second"))
    assert merchant.balance("USDT") == Decimal("24498.5")
    merchant.clock.pass_(2)
    assert merchant.bill("p1first")[0]["order_detail"]["status"] == "Processing"
    merchant.clock.pass_(2)
    trade = merchant.bill("p1first")[0]["trade_list"][0]
    assert (trade["status"], trade["txid"]) == ("Failed", "")
    assert merchant.bill("p1second")[0]["order_detail"]["status"] == "Successful"
    assert merchant.balance("USDT") == 24750


def test_held_by_the_owner(merchant: Merchant) -> None:
    """An order can wait for the account's owner: v1 has no word for it but Pending, and when it is
    let go, it goes on as usual."""
    merchant.fake.knobs = Knobs(held=20)
    merchant.fake.switch(Mode.HELD, once=True)
    merchant.ask("withdraw", usdt())
    seen = []
    for seconds in (19.9, 0.1, 1.9, 0.1, 2):
        merchant.clock.pass_(seconds)
        seen.append(merchant.bill("p1first")[0]["order_detail"]["status"])
    assert seen == ["Pending", "Pending", "Pending", "Processing", "Successful"]
    assert merchant.balance("USDT") == 24750


def test_held_and_rejected(merchant: Merchant) -> None:
    """The owner can say no as well: the order has then failed, at that very moment, and amount and
    fee come back."""
    merchant.fake.knobs = Knobs(held=20)
    merchant.fake.switch(Mode.HELD_REJECTED, once=True)
    merchant.ask("withdraw", usdt(merchant_pays_fee=True))
    merchant.clock.pass_(19.9)
    assert merchant.bill("p1first")[0]["order_detail"]["status"] == "Pending"
    assert merchant.balance("USDT") == Decimal("24748.5")
    before = merchant.fake.version
    merchant.clock.pass_(0.1)
    trade = merchant.bill("p1first")[0]["trade_list"][0]
    assert (trade["status"], trade["txid"]) == ("Failed", "")
    assert trade["pay_time"] == int(START.timestamp()) + 20
    assert merchant.balance("USDT") == 25000
    assert merchant.fake.version > before
    [told] = merchant.fake.webhooks()
    assert json.loads(told.body)["pay_status"] == "failed"


def test_look_ups_down(merchant: Merchant) -> None:
    """Look-ups can be down while withdrawals work."""
    merchant.fake.switch(Mode.LOOK_UPS_DOWN)
    merchant.ask("withdraw", usdt())
    response = merchant.post("bill/info", b'{"merchant_order_ids": ["p1first"]}')
    assert response.status_code == 503


def test_look_ups_lag(merchant: Merchant) -> None:
    """An order that was taken can be absent from look-ups for a while, but never taken twice."""
    merchant.ask("withdraw", usdt("p1old"))
    merchant.clock.pass_(59)
    merchant.ask("withdraw", usdt())
    merchant.fake.switch(Mode.LOOK_UPS_LAG)
    merchant.clock.pass_(1)
    assert [b["order_detail"]["merchant_order_id"] for b in merchant.bill("p1old", "p1first")] == [
        "p1old"
    ]
    assert merchant.refused("withdraw", usdt()) == code(Reason.DUPLICATE)
    merchant.clock.pass_(59)
    assert len(merchant.bill("p1first")) == 1


def test_look_ups_refuse_unknown(merchant: Merchant) -> None:
    """An unknown order can be an error, also for those that were asked in the same call."""
    merchant.fake.switch(Mode.LOOK_UPS_REFUSE_UNKNOWN)
    merchant.ask("withdraw", usdt())
    assert len(merchant.bill("p1first")) == 1
    for asked in (["p1unknown"], ["p1first", "p1unknown"]):
        refused = merchant.refused("bill/info", {"merchant_order_ids": asked})
        assert refused == code(Reason.UNKNOWN_ORDER)


def test_look_ups_refuse_all(merchant: Merchant) -> None:
    """The same error for known and unknown orders: "not found" is then no evidence."""
    merchant.ask("withdraw", usdt())
    merchant.fake.switch(Mode.LOOK_UPS_REFUSE_ALL)
    answers = {merchant.refused("bill/info", {"merchant_order_ids": [r]}) for r in ("p1first", "x")}
    assert answers == {code(Reason.UNKNOWN_ORDER)}


def test_look_ups_error(merchant: Merchant) -> None:
    """Look-ups can say 224066 to everything, known orders too."""
    merchant.ask("withdraw", usdt())
    merchant.fake.switch(Mode.LOOK_UPS_ERROR)
    for asked in ("p1first", "p1unknown"):
        assert merchant.refused("bill/info", {"merchant_order_ids": [asked]}) == 224066


@pytest.mark.parametrize("mode", [Mode.LOOK_UPS_BADLY_SIGNED, Mode.LOOK_UPS_UNSIGNED])
def test_signature_of_a_look_up(merchant: Merchant, mode: Mode) -> None:
    """A look-up can come with a signature that does not fit, or with none."""
    merchant.fake.switch(mode)
    response = merchant.post("bill/info", b'{"merchant_order_ids": ["p1first"]}')
    assert response.json()["data"] == []
    assert ("Sign" in response.headers) == (mode is Mode.LOOK_UPS_BADLY_SIGNED)
    assert not is_signed(response)


@pytest.mark.parametrize(
    ("mode", "wrong"),
    [
        (Mode.LOOK_UPS_OTHER_COIN, {"crypto": "USDC", "token_rate": "0.9998"}),
        (Mode.LOOK_UPS_LARGER, {"amount": "501"}),
        (Mode.LOOK_UPS_SMALLER, {"amount": "125.25"}),
        (Mode.LOOK_UPS_OTHER_CHAIN, {"chain": "SOL"}),
        (Mode.LOOK_UPS_OTHER_CONTRACT, {"contract": "0x000000000000000000000000000000000000dEaD"}),
    ],
)
def test_wrong_values_in_look_ups(merchant: Merchant, mode: Mode, wrong: dict[str, str]) -> None:
    """A look-up can be wrong about one thing that moved, in a signed answer; what it says of coin
    and network of the order is what was asked for, and the order itself is right."""
    merchant.ask("withdraw", usdt(value="250.5"))
    [right] = merchant.bill("p1first")
    merchant.fake.switch(mode, once=True)
    [misread] = merchant.bill("p1first")
    assert misread["trade_list"] == [right["trade_list"][0] | wrong]
    priced = {"amount": "order_amount", "token_rate": "token_rate"}
    in_detail = {priced[name]: it for name, it in wrong.items() if name in priced}
    assert misread["order_detail"] == right["order_detail"] | in_detail
    assert merchant.bill("p1first") == [right]


def test_look_ups_give_another_entry(merchant: Merchant) -> None:
    """A look-up can answer with what belongs to another reference, whether or not it knows the one
    that was asked for."""
    merchant.ask("withdraw", usdt("p1other"))
    merchant.ask("withdraw", usdt())
    merchant.fake.switch(Mode.LOOK_UPS_OTHER_ENTRY)
    for asked, given in (("p1first", "p1other"), ("p1unknown", "p1first")):
        [entry] = merchant.bill(asked)
        assert entry["order_detail"]["merchant_order_id"] == given
    assert merchant.bill("p1first", "p1other") == []


def test_delivered_late(merchant: Merchant) -> None:
    """A request can arrive when its sender has long given up: absent until then, taken from then
    on, and younger than its Timestamp says."""
    merchant.fake.switch(Mode.DELIVERED_LATE, once=True)
    before = merchant.fake.version
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        post_withdrawal(merchant)
    merchant.clock.pass_(118)
    assert merchant.bill("p1first") == []
    assert merchant.fake.book.withdrawals == []
    merchant.clock.pass_(62)
    [bill] = merchant.bill("p1first")
    assert bill["order_detail"]["created"] == int(START.timestamp()) + 119
    assert bill["order_detail"]["status"] == "Successful"
    assert merchant.fake.version > before
    assert len(merchant.fake.received) == len(merchant.fake.book.withdrawals) == 1


def test_delivered_too_late(clock: Clock) -> None:
    """Once its signature has expired, by the service's own clock, a late request is nothing."""
    for ahead, late, taken in ((0, 121, 0), (0, 119, 1), (5, 119, 0), (-60, 179, 1)):
        knobs = Knobs(late=late, ahead=ahead)
        fake = PretendCCPayment(APP_ID, SECRET, clock, Random(7), knobs=knobs)
        fake.switch(Mode.DELIVERED_LATE)
        direct(fake, "withdraw", usdt(), at=clock.now)
        clock.pass_(200)
        assert len(fake.book.withdrawals) == taken, (ahead, late)


def test_late_requests_arrive_in_turn(fake: PretendCCPayment, clock: Clock) -> None:
    """What arrives late meets what arrived before it: the second use of a reference is refused,
    whichever was sent first."""
    fake.switch(Mode.DELIVERED_LATE, once=True)
    direct(fake, "withdraw", usdt(value="1000"))
    clock.pass_(100)
    direct(fake, "withdraw", usdt(value="7"), at=clock.now)
    clock.pass_(100)
    assert [order.amount for order in fake.book.withdrawals] == [7]


def test_faults_of_both_kinds(merchant: Merchant) -> None:
    """Withdrawals and look-ups fail independently, and NORMAL ends both."""
    merchant.fake.switch(Mode.LOOK_UPS_DOWN)
    merchant.fake.switch(Mode.ERROR_AFTER)
    assert set(merchant.fake.active) == {Mode.LOOK_UPS_DOWN, Mode.ERROR_AFTER}
    merchant.fake.switch(Mode.NORMAL)
    assert merchant.fake.active == ()
    merchant.ask("withdraw", usdt())
    assert len(merchant.bill("p1first")) == 1


def test_fault_for_one_call(merchant: Merchant) -> None:
    """A fault for one call waits for a call of its kind that is properly signed."""
    merchant.fake.switch(Mode.DECLINED, once=True)
    merchant.ask("coin/all")
    merchant.bill("p1first")
    merchant.post("withdraw", b"{}", Sign="")
    assert merchant.refused("withdraw", usdt()) == DECLINED
    merchant.ask("withdraw", usdt())


# -- what the service is like all along -----------------------------------------------------------


def test_duplicates_refused_without_a_reason(clock: Clock) -> None:
    """A repeated reference can be refused with a code and words that do not say why."""
    knobs = Knobs(duplicates=Duplicates.UNEXPLAINED)
    fake = PretendCCPayment(APP_ID, SECRET, clock, Random(7), knobs=knobs)
    assert said(direct(fake, "withdraw", usdt())) == 10000
    again = direct(fake, "withdraw", usdt())
    assert said(again) == code(Reason.UNEXPLAINED)
    assert isinstance(again, Reply)
    assert not re.search(rb"dupl|exist|repeat|already|p1first", again.body)
    assert len(fake.book.withdrawals) == 1


def test_duplicates_taken(clock: Clock) -> None:
    """Where a reference is not refused twice, every withdrawal is kept, counted and shown, and a
    look-up gives each of them, the newest first."""
    knobs = Knobs(duplicates=Duplicates.TAKEN)
    fake = PretendCCPayment(APP_ID, SECRET, clock, Random(7), knobs=knobs)
    answers = [direct(fake, "withdraw", usdt(value=value)) for value in ("250", "100")]
    assert list(map(said, answers)) == [10000, 10000]
    assert [order.amount for order in fake.book.withdrawals] == [250, 100]
    assert fake.book.balances()["USDT"] == 25000 - 350
    assert [order["amount"] for order in fake.snapshot()["orders"]] == ["100", "250"]
    assert fake.book.orders["p1first"].amount == 100
    looked_up = direct(fake, "bill/info", {"merchant_order_ids": ["p1first"]})
    assert isinstance(looked_up, Reply)
    entries = json.loads(looked_up.body)["data"]
    assert [entry["order_detail"]["order_amount"] for entry in entries] == ["100", "250"]


def test_duplicates_and_lag_have_a_limit() -> None:
    """A service that takes a reference twice shows the first one within 60 s: who could be safe
    with another?"""
    with pytest.raises(ValueError, match="lag"):
        Knobs(duplicates=Duplicates.TAKEN, lag=61)
    assert Knobs(duplicates=Duplicates.TAKEN, lag=60).lag == 60
    assert Knobs(lag=3600).lag == 3600


@pytest.mark.parametrize(
    ("balance_first", "reason"), [(False, Reason.DUPLICATE), (True, Reason.BALANCE)]
)
def test_order_of_the_checks(clock: Clock, balance_first: bool, reason: Reason) -> None:
    """A repeated request that the balance no longer covers can be refused for either reason: "too
    low" does not mean that the first one was not taken."""
    knobs = Knobs(balance_first=balance_first)
    fake = PretendCCPayment(APP_ID, SECRET, clock, Random(7), knobs=knobs)
    assert said(direct(fake, "withdraw", usdt(value="20000"))) == 10000
    assert said(direct(fake, "withdraw", usdt(value="20000"))) == code(reason)
    assert len(fake.book.withdrawals) == 1


@pytest.mark.parametrize("ahead", [-120, -30, 0, 30, 120])
def test_its_clock_is_off(merchant: Merchant, ahead: int) -> None:
    """A service whose clock is off judges requests by it, and signs and dates answers with it."""
    merchant.fake.knobs = Knobs(ahead=ahead)
    own = int(START.timestamp()) + ahead
    for offset, allowed in ((-121, False), (-120, True), (120, True), (121, False)):
        answer = merchant.post("coin/all", Timestamp=str(own + offset))
        assert answer.json()["code"] == (10000 if allowed else code(Reason.TIMESTAMP))
        assert parsedate_to_datetime(answer.headers["Date"]).timestamp() == own
        assert answer.headers.get("Timestamp") == (str(own) if allowed else None)


def test_knobs_and_faults_combine(clock: Clock) -> None:
    """What the service is like and what fails are independent: here the answer to a first request
    is lost, and the second one is taken as well."""
    knobs = Knobs(duplicates=Duplicates.TAKEN, ahead=-90)
    fake = PretendCCPayment(APP_ID, SECRET, clock, Random(7), knobs=knobs)
    fake.switch(Mode.ANSWER_LOST)
    fake.switch(Mode.LOOK_UPS_LAG)
    assert direct(fake, "withdraw", usdt()) == direct(fake, "withdraw", usdt()) == HungUp()
    assert len(fake.book.withdrawals) == 2


def test_codes_are_distinct() -> None:
    """Every reason that v1 can have has a code of its own, and only two are documented ones."""
    of_v2 = {Reason.CHAIN, Reason.MAXIMUM, Reason.NO_MEMO, Reason.TIME_RANGE}
    assert set(CODES) == set(Reason) - of_v2
    numbers = [number for number, _ in CODES.values()]
    assert len(set(numbers)) == len(numbers)
    assert {n for n in numbers if not 229000 < n < 229100} == {224066, 224083}


# -- webhooks -------------------------------------------------------------------------------------


def ended(fake: PretendCCPayment, clock: Clock, *references: str, **changes: object) -> None:
    """Let withdrawals be taken, and come to their end."""
    for reference in references:
        direct(fake, "withdraw", usdt(reference, **changes), at=clock.now)
    clock.pass_(4)


def test_webhook_of_a_success(fake: PretendCCPayment, clock: Clock) -> None:
    """When an order succeeds, a webhook with the documented fields is due, signed over its raw
    bytes, and not before."""
    direct(fake, "withdraw", usdt())
    clock.pass_(3.9)
    assert fake.webhooks() == ()
    clock.pass_(60)
    [webhook] = fake.webhooks()
    timestamp = str(int(START.timestamp()) + 4)
    assert webhook.headers == {
        "Content-Type": JSON,
        "Appid": APP_ID,
        "Timestamp": timestamp,
        "Sign": signature(APP_ID, SECRET, timestamp, webhook.body),
    }
    order = fake.book.orders["p1first"]
    assert json.loads(webhook.body) == {
        "pay_status": "success",
        "order_type": "API Withdrawal",
        "order_id": order.order_id,
        "record_id": order.record_id,
        "merchant_order_id": "p1first",
        "withdraw_amount": "250",
        "net_receivable": "248.5",
        "network_fee": "1.5",
        "network_fee_crypto": "USDT",
        "network_coin_id": CATALOGUE.coin("USDT").coin_id,
        "network_fee_value": "1.50",
        "chain": "TRX",
        "contract": CATALOGUE.token_on("USDT", "TRX").contract,
        "crypto": "USDT",
        "to_address": TRON,
        "memo": "",
        "txid": order.txid,
        "merchant_pays_fee": False,
    }


def test_other_webhooks(fake: PretendCCPayment, clock: Clock) -> None:
    """A failure is told too, without a transaction; a Cwallet payout has no transaction of a
    chain. A service whose clock is off signs with its own time."""
    fake.knobs = Knobs(ahead=-100)
    ended(fake, clock, "p1inside", address="9558861")
    fake.switch(Mode.FAILS_LATER)
    ended(fake, clock, "p1failed")
    told = [json.loads(webhook.body) for webhook in fake.webhooks()]
    assert [(it["merchant_order_id"], it["pay_status"], it["txid"]) for it in told] == [
        ("p1inside", "success", "internal transfer"),
        ("p1failed", "failed", ""),
    ]
    assert fake.webhooks()[0].headers["Timestamp"] == str(int(START.timestamp()) + 4 - 100)


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"Success"),
        (200, b'"success"'),
        (200, b""),
        (201, b"success"),
        (500, b"success"),
        None,
    ],
)
def test_webhooks_are_repeated(
    fake: PretendCCPayment, clock: Clock, answer: tuple[int, bytes] | None
) -> None:
    """Whatever is not HTTP 200 with the body `success` is no answer: the same bytes come again,
    later each time, and in the end no more."""
    ended(fake, clock, "p1first")
    first, waits = fake.webhooks(), []
    while fake.webhooks():
        assert fake.webhooks() == first
        fake.answered(first[0], *(answer or (None,)))
        waits.append(next((w for w in range(60) if _due_after(fake, clock, w)), None))
    assert waits == [1, 2, 4, 8, 16, 32, None]
    assert len(waits) == MOST_TRIES


def _due_after(fake: PretendCCPayment, clock: Clock, half_minutes: int) -> bool:
    """Whether a webhook is due so much later; the clock stays there if one is."""
    before = clock.now
    clock.pass_(30 * half_minutes)
    if not fake.webhooks():
        clock.now = before
        return False
    return True


def test_a_webhook_that_was_taken_is_done(fake: PretendCCPayment, clock: Clock) -> None:
    """HTTP 200 with the body `success` ends it; the others stay due, each by itself."""
    ended(fake, clock, "p1a", "p1b")
    first, second = fake.webhooks()
    fake.answered(second, 200, b"success")
    assert fake.webhooks() == (first,)
    clock.pass_(24 * 3600)
    assert fake.webhooks() == (first,)


def test_forgeries_are_no_good(fake: PretendCCPayment, clock: Clock) -> None:
    """What is forged from a webhook is signed by nobody, and differs from it."""
    ended(fake, clock, "p1first")
    [genuine] = fake.webhooks()
    for wrong, forged in forgeries(genuine).items():
        stamp, app_id = forged.headers["Timestamp"], forged.headers["Appid"]
        right = signature(APP_ID, SECRET, stamp, forged.body)
        assert (forged.headers.get("Sign"), app_id) != (right, APP_ID), wrong


class Merchants:
    """Somebody who takes webhooks by HTTP, and answers what it is told to."""

    def __init__(self, *answers: tuple[int, str]) -> None:
        self.got: list[tuple[str, bytes]] = []
        self.enough = Event()
        self.app = Starlette(routes=[Route("/hook", self._take, methods=["POST"])])
        self._answers = list(answers)

    async def _take(self, request: Request) -> Response:
        self.got.append((request.headers["sign"], await request.body()))
        status, body = self._answers.pop(0)
        if not self._answers:
            self.enough.set()
        return Response(body, status)


def test_webhooks_over_http(fake: PretendCCPayment, clock: Clock) -> None:
    """The sandbox's postman posts what is due, byte for byte, until it was taken."""
    ended(fake, clock, "p1first")
    merchants = Merchants((503, "busy"), (200, "success"))
    with serving(merchants.app) as url:
        postman = Postman(fake, f"{url}/hook")
        assert (postman.once(), postman.once()) == (1, 0)
        clock.pass_(60)
        assert (postman.once(), postman.once()) == (1, 0)
        postman.close()
    clock.pass_(3600)
    assert fake.webhooks() == ()
    assert len(merchants.got) == 2
    assert len(set(merchants.got)) == 1


def test_nobody_takes_webhooks(fake: PretendCCPayment, clock: Clock) -> None:
    """An address where nobody listens is tried again, and hurts nobody."""
    ended(fake, clock, "p1first")
    postman = Postman(fake, "http://127.0.0.1:1/hook")
    assert (postman.once(), postman.once()) == (1, 0)
    postman.close()
    clock.pass_(60)
    assert len(fake.webhooks()) == 1


def test_the_postman_works_beside(fake: PretendCCPayment, clock: Clock) -> None:
    """In the sandbox webhooks go out by themselves."""
    merchants = Merchants((200, "success"))
    with serving(merchants.app) as url, posting(fake, f"{url}/hook"):
        ended(fake, clock, "p1first")
        assert merchants.enough.wait(10)


# -- without sockets, with a page, and with many at once ------------------------------------------


def direct(
    fake: PretendCCPayment, call: str, fields: object = None, at: datetime = START
) -> Reply | HungUp:
    body = b"" if fields is None else json.dumps(fields).encode()
    timestamp = str(int(at.timestamp()))
    headers = {
        "Content-Type": JSON,
        "Appid": APP_ID,
        "Timestamp": timestamp,
        "Sign": signature(APP_ID, SECRET, timestamp, body),
    }
    return fake.answer(f"/ccpayment/v1/{call}", headers, body)


def said(answer: Reply | HungUp) -> int:
    """The code of an answer."""
    assert isinstance(answer, Reply)
    return int(json.loads(answer.body)["code"])


def test_without_sockets(fake: PretendCCPayment) -> None:
    """One process can call it directly: waiting and silence are then values, not time."""
    fake.switch(Mode.SLOW)
    slow = direct(fake, "withdraw", usdt())
    assert isinstance(slow, Reply)
    assert (slow.status, slow.after) == (200, 30)
    fake.switch(Mode.REQUEST_LOST)
    assert direct(fake, "withdraw", {}) == HungUp()
    assert set(fake.book.orders) == {"p1first"}


def test_same_seed_same_answers(clock: Clock) -> None:
    """Clock and randomness come in from outside, so a run can be repeated byte for byte."""
    fakes = [PretendCCPayment(APP_ID, SECRET, clock, Random(seed)) for seed in (1, 1, 2)]
    first, second, third = (direct(fake, "withdraw", usdt()) for fake in fakes)
    assert first == second
    assert first != third


def test_snapshot(fake: PretendCCPayment, clock: Clock) -> None:
    """A page is shown balances, orders with the newest first, and what is out of order."""
    direct(fake, "withdraw", usdt())
    direct(fake, "withdraw", usdt("p1second", address="9558861"))
    fake.switch(Mode.ERROR_AFTER)
    fake.switch(Mode.LOOK_UPS_LAG, once=True)
    clock.pass_(4)
    shown = json.loads(json.dumps(fake.snapshot()))
    assert shown["api"] == "v1"
    assert "TETH" not in [line["coin"] for line in shown["balances"]]
    assert shown["mode"] == {
        "names": ["error-after", "look-ups-lag"],
        "label": "Takes the order, says a general error; Look-ups do not know new orders yet",
    }
    assert {"coin": "USDT", "amount": "24500"} in shown["balances"]
    newest, oldest = shown["orders"]
    assert (newest["merchant_order_id"], newest["chain"]) == ("p1second", "Cwallet")
    order = fake.book.orders["p1first"]
    assert oldest == {
        "order_id": order.order_id,
        "merchant_order_id": "p1first",
        "amount": "250",
        "coin": "USDT",
        "chain": "TRX",
        "address": TRON,
        "memo": "",
        "status": "Successful",
        "network_fee": "1.5",
        "network_fee_coin": "USDT",
        "txid": order.txid,
        "created": "2026-11-23T10:00:00+00:00",
    }
    fake.switch(Mode.NORMAL)
    assert fake.snapshot()["mode"] == {"names": [], "label": "Works normally"}


def test_version_tells_of_changes(fake: PretendCCPayment, clock: Clock) -> None:
    """The version rises with every change that a page would show, and with nothing else."""
    versions = [fake.version]

    def seen() -> bool:
        versions.append(fake.version)
        return versions[-1] > versions[-2]

    assert not seen()
    direct(fake, "withdraw", usdt())
    assert seen()
    direct(fake, "coin/all")
    direct(fake, "withdraw", usdt())
    assert not seen()
    clock.pass_(2)
    assert seen()
    clock.pass_(2)
    assert seen()
    clock.pass_(60)
    assert not seen()
    fake.switch(Mode.DECLINED, once=True)
    assert seen()
    direct(fake, "withdraw", {})
    assert seen()


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads take turns as often as they can, so that a missing lock shows."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty_threads")
def test_same_reference_from_eight_threads(fake: PretendCCPayment) -> None:
    """Eight requests at once with one reference are one order, every time."""
    bodies = [usdt(f"p1race{number}") for number in range(20)]
    answers: list[Reply | HungUp] = []
    together = Barrier(8)

    def ask_all() -> None:
        for body in bodies:
            together.wait(timeout=10)
            answers.append(direct(fake, "withdraw", body))

    threads = [Thread(target=ask_all) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    codes = Counter(json.loads(a.body)["code"] for a in answers if isinstance(a, Reply))
    assert codes == {10000: 20, code(Reason.DUPLICATE): 140}
    assert len(fake.book.orders) == 20


def test_every_call_is_driven_here() -> None:
    """The calls are these, and each check of a withdrawal has its place."""
    assert {path.removeprefix("/ccpayment/v1/") for path in ENDPOINTS} == {
        "withdraw",
        "bill/info",
        "coin/all",
        "assets",
        "network/fee",
        "check/user",
        "token/rate",
    }
    assert len(CHECKS) == len(set(CHECKS))
