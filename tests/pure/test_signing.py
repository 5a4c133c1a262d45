"""Signatures, against vectors that were made with another implementation of the formulas."""

import pytest

from approvals.ccpayment.signing import Formula, Keys, Seal, hmac_sha256, plain_sha256

SECRET = "0123456789abcdef0123456789abcdef"
TIME = 1700000000
V1_ID = "20230101000000000000000000000001"
V2_ID = "AbCdEfGh12345678"
V1_BODY = (
    '{"merchant_order_id":"payout-0001","address":"0x0000000000000000000000000000000000000001",'
    '"token_id":"f137d42c-f3a6-4f23-9402-76f0395d0cfe","value":"1.5","memo":"",'
    '"merchant_pays_fee":false}'
)
V2_BODY = (
    '{"coinId":1280,"address":"0x0000000000000000000000000000000000000001",'
    '"orderId":"payout-0001","chain":"POLYGON","amount":"1.5","merchantPayNetworkFee":true}'
)
V1_SIGN = "e73467d8c603763cbe13cfafb17eb54d5b8dca59a596a06a0a1dee09363460f6"
V1_SIGN_OF_NOTHING = "20ce566164d752601e00d1c34bbdfbf116f129136383b89989bf43833815f340"
V2_SIGN = "52d9e62d4c2d9f57433d7292854a4db2105380a20350d59bd879976e4696e5ab"
V2_SIGN_OF_NOTHING = "3ff96579a38138085b1ef62f62a4c260cbc11f4fc460f1f5a42a9eb795ab9fa4"
KEYS = Keys(V1_ID, SECRET, plain_sha256)


@pytest.mark.parametrize(
    ("formula", "app_id", "body", "sign"),
    [
        pytest.param(plain_sha256, V1_ID, V1_BODY, V1_SIGN, id="v1"),
        pytest.param(plain_sha256, V1_ID, "", V1_SIGN_OF_NOTHING, id="v1 without body"),
        pytest.param(hmac_sha256, V2_ID, V2_BODY, V2_SIGN, id="v2"),
        pytest.param(hmac_sha256, V2_ID, "", V2_SIGN_OF_NOTHING, id="v2 without body"),
    ],
)
def test_vectors(formula: Formula, app_id: str, body: str, sign: str) -> None:
    """Both generations' requests are signed as CCPayment signs them."""
    headers = Keys(app_id, SECRET, formula).headers(TIME, body.encode())
    assert headers == {"Appid": app_id, "Timestamp": "1700000000", "Sign": sign}


def test_an_answer_of_our_own_account_is_verified() -> None:
    """An answer that our secret signed, for our App ID, over these very bytes, is vouched for."""
    assert KEYS.seal(KEYS.headers(TIME, b"{}"), b"{}") is Seal.VERIFIED


@pytest.mark.parametrize(
    "forged",
    [
        {"Sign": "0" * 64},
        {"Sign": V1_SIGN.upper()},
        {"Sign": "é"},
        {"Sign": ""},
        {"Timestamp": "1700000001"},
        {"Timestamp": ""},
        {"Appid": "20230101000000000000000000000002"},
    ],
    ids=repr,
)
def test_an_altered_answer_is_not_vouched_for(forged: dict[str, str]) -> None:
    """A signature, a time or an account that is not exactly right makes the seal wrong."""
    body = V1_BODY.encode()
    assert KEYS.seal({**KEYS.headers(TIME, body), **forged}, body) is Seal.WRONG


def test_every_byte_of_the_body_counts() -> None:
    """The same JSON with other spacing is another message."""
    assert KEYS.seal(KEYS.headers(TIME, b'{"a":1}'), b'{"a": 1}') is Seal.WRONG


def test_an_unsigned_answer_is_told_from_a_wrong_one() -> None:
    """An answer without a signature is missing one, which errors may be."""
    assert KEYS.seal({"Appid": V1_ID, "Timestamp": str(TIME)}, b"{}") is Seal.MISSING


def test_keys_do_not_show_their_secret() -> None:
    """Keys that end up in a log line say whose they are and nothing more."""
    assert SECRET not in repr(KEYS)
    assert V1_ID in repr(KEYS)
