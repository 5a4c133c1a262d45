"""What people approve: one canonical text, one digest, one name at the gateway."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.content import FORMATS, Account, Content, FeePayer, digest_of, reference_of
from approvals.destination import Kind

CONTENT = Content(
    nonce="00112233445566778899aabbccddeeff",
    number=42,
    team="T1",
    account=Account("v1", "20230101000000000000000000000001", "https://admin.ccpayment.com"),
    symbol="USDT",
    chain="TRX",
    contract="TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
    token_id="f137d42c-f3a6-4f23-9402-76f0395d0cfe",
    kind=Kind.CHAIN,
    destination="TJRabPrwbZy45sbavfcjinPJC18kjpRTv8",
    memo="",
    amount=Decimal(250),
    fee_payer=FeePayer.PAYEE,
    requester="URITA",
    reason="Invoice 1043",
)


@pytest.mark.parametrize(
    ("format", "named", "reference"),
    [
        (
            1,
            "1347d8debbae4b1a624e97be35c5e8770c8c901bff27611ae827d36f2922da57",
            "p1cnd5rxv3vzfruysos67dlrpio4gi",
        ),
        (
            2,
            "14261cf96bebf935a730c04f82f325f236e3bd7861dc83c6ab3a530dafb67198",
            "p1cqtbz6ll5p4tljzqybhyf4zf6i3o",
        ),
    ],
)
def test_canonical_text_is_fixed(format: int, named: str, reference: str) -> None:
    """The canonical text of a content, its digest and its reference never change between versions
    of this program: an approval given yesterday is for the same text today, in whatever format."""
    content = replace(CONTENT, format=format)
    assert content.canonical() == (
        '{"amount":"250","api":"v1","app_id":"20230101000000000000000000000001","chain":"TRX",'
        '"contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",'
        '"destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee",'
        f'"format":{format},'
        '"kind":"chain","memo":"","nonce":"00112233445566778899aabbccddeeff","number":42,'
        '"reason":"Invoice 1043","requester":"URITA","symbol":"USDT","team":"T1",'
        '"token_id":"f137d42c-f3a6-4f23-9402-76f0395d0cfe","url":"https://admin.ccpayment.com"}'
    )
    assert digest_of(content.canonical()) == named
    assert reference_of(named) == reference
    assert Content.read(content.canonical()) == content


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "ff112233445566778899aabbccddeeff"},
        {"number": 43},
        {"team": "T2"},
        {"account": Account("v2", "AbCdEfGh12345678", "https://ccpayment.com")},
        {"symbol": "USDC"},
        {"chain": "ETH"},
        {"contract": "0x0"},
        {"token_id": "another"},
        {"kind": Kind.CWALLET},
        {"destination": "TJRabPrwbZy45sbavfcjinPJC18kjpRTv9"},
        {"memo": "1"},
        {"amount": Decimal("250.000001")},
        {"fee_payer": FeePayer.COMPANY},
        {"requester": "UNOA"},
        {"reason": "Invoice 1044"},
        {"format": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_part_of_the_content_is_part_of_the_digest(change: dict[str, object]) -> None:
    """Whatever differs in a payout gives it another digest, and so another reference."""
    changed = replace(CONTENT, **change)  # type: ignore[arg-type]
    assert digest_of(changed.canonical()) != digest_of(CONTENT.canonical())


@given(
    amount=st.decimals(min_value=0, max_value=10**12, places=8, allow_nan=False),
    reason=st.text(max_size=50),
    memo=st.text(max_size=50),
)
def test_canonical_text_reads_back(amount: Decimal, reason: str, memo: str) -> None:
    """A content read back from its canonical text is equal, whatever people wrote in it."""
    content = replace(CONTENT, amount=amount, reason=reason, memo=memo)
    assert Content.read(content.canonical()).canonical() == content.canonical()
    assert Content.read(content.canonical()).reason == reason


@pytest.mark.parametrize("format", ["0", "3", "true", "1.0", '"2"', "null"])
def test_a_content_of_another_format_is_not_read(format: str) -> None:
    """What a later version approved is not guessed at, nor is a format of another spelling."""
    spelled = CONTENT.canonical().replace('"format":2', f'"format":{format}')
    with pytest.raises(ValueError, match="another format"):
        Content.read(spelled)


def test_new_contents_get_the_newest_format() -> None:
    """Who does not say makes the newest."""
    assert CONTENT.format == max(FORMATS) == 2
