"""What CCPayment reports, held against what was approved: the same thing in other letters is the
same, and everything else is a difference."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from approvals.compare import differences
from approvals.destination import Kind
from approvals.gateway import Found, Progress
from tests.build import CWALLET, INVOICE, LIGHTNING, payout
from tests.core import catalogue

TRX = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
OTHER_TRX = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
EVM = "0x52908400098527886E0F7030069857D2E4169EE7"
USDT_ON_ETH = "0xdAC17F958D2ee523a2206206994597C13D831ec7"
XRP = "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH"

ON_ETH: dict[str, Any] = {
    "chain": "ETH",
    "contract": USDT_ON_ETH,
    "destination": EVM,
    "normal": EVM.lower(),
}
ON_XRP: dict[str, Any] = {
    "symbol": "XRP",
    "chain": "XRP",
    "contract": "",
    "destination": XRP,
    "memo": "0012345",
}
TON = "EQBvW8Z5huBkMJYdnfAEM5JqTNkuWX3diqYENkWsIL0XggGG"
ON_TON = {**ON_XRP, "symbol": "TON", "chain": "TON", "destination": TON}
KAS = "kaspa:qpauqsvk7yf9unexwmxsnmg547mhyga37csh0kj53q6xxgl24ydxjsgzthw5j"
ON_KAS: dict[str, Any] = {
    "symbol": "KAS",
    "chain": "KAS",
    "contract": "",
    "destination": KAS,
}
BY_INVOICE: dict[str, Any] = {**LIGHTNING, "amount": Decimal(2500)}
SATS_INSIDE = {**CWALLET, "symbol": "SATS", "chain": "LIGHTNING", "amount": Decimal(2500)}
USDC_ON_ETH = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
LISTED = catalogue()
"""The coins as CCPayment lists them."""
MANY_DIGITS = Decimal("12345678901234567890.123456789012345678")
ONE_MORE = Decimal("12345678901234567890.123456789012345679")
"""More than Decimal's usual context keeps."""
BY_MAIL: dict[str, Any] = {
    "kind": Kind.CWALLET,
    "destination": "Ana@example.com",
    "normal": "ana@example.com",
}


def compared(approved: dict[str, Any], **reported: Any) -> list[tuple[str, bool]]:
    """What differs, and whether it is grave."""
    found = Found("2023", Progress.PROCESSING, "Processing", **reported)
    return [(one.what, one.grave) for one in differences(payout(**approved), found)]


@pytest.mark.parametrize(
    ("approved", "reported"),
    [
        ({}, {}),
        ({}, {"symbol": "usdt", "amount": Decimal("250.00"), "chain": "TRC20"}),
        ({}, {"destination": TRX, "memo": ""}),
        (ON_ETH, {"destination": EVM.lower(), "contract": USDT_ON_ETH.lower(), "chain": "eth"}),
        (ON_ETH, {"destination": f"0x{EVM[2:].upper()}", "contract": ""}),
        (ON_XRP, {"destination": XRP, "memo": "0012345", "contract": None}),
        (CWALLET, {"destination": "9558861", "chain": "TRX", "contract": "any"}),
        (CWALLET, {"destination": "ana@example.com"}),
        (BY_MAIL, {"destination": "9558861"}),
        (BY_MAIL, {"destination": "ana@EXAMPLE.com"}),
        (ON_XRP, {"memo": "12345"}),
        (ON_TON, {"memo": "0012345"}),
        ({}, {"chain": "TRON", "catalogue": LISTED}),
        (ON_ETH, {"chain": "ERC20", "catalogue": LISTED}),
        (BY_INVOICE, {"chain": "BTC", "symbol": "BTC", "amount": Decimal("0.000025")}),
        (BY_INVOICE, {"chain": "BTC", "symbol": "BTC", "amount": Decimal(2500)}),
        (BY_INVOICE, {"chain": "Lightning", "symbol": "SATS", "amount": Decimal("0.000025")}),
        (BY_INVOICE, {"symbol": "sats", "amount": Decimal(2500), "catalogue": LISTED}),
        (SATS_INSIDE, {"symbol": "BTC", "amount": Decimal("0.000025")}),
        ({"amount": MANY_DIGITS}, {"amount": MANY_DIGITS}),
    ],
)
def test_the_same_in_other_words_is_no_difference(
    approved: dict[str, Any], reported: dict[str, Any]
) -> None:
    """What is not reported, or is reported in another spelling, is no difference; a Cwallet ID says
    nothing against an e-mail address, for nobody but CCPayment knows which belong together."""
    assert compared(approved, **reported) == []


@pytest.mark.parametrize(
    ("approved", "reported", "what", "grave"),
    [
        ({}, {"symbol": "USDC"}, "coin", True),
        ({}, {"symbol": "BTC"}, "coin", True),
        ({}, {"amount": Decimal("250.000001")}, "amount", True),
        ({}, {"amount": Decimal("249.999999")}, "amount", False),
        ({}, {"chain": "ETH"}, "network", True),
        ({}, {"chain": "BEP20"}, "network", True),
        ({}, {"chain": "Ethereum", "catalogue": LISTED}, "network", True),
        ({}, {"chain": "POLYGON", "catalogue": LISTED}, "network", True),
        ({}, {"chain": "NEWCHAIN", "catalogue": LISTED}, "network", False),
        ({}, {"chain": "NEWCHAIN"}, "network", False),
        ({}, {"contract": TRX}, "contract", False),
        (ON_ETH, {"contract": USDC_ON_ETH, "catalogue": LISTED}, "contract", True),
        (ON_ETH, {"contract": EVM, "catalogue": LISTED}, "contract", False),
        ({}, {"destination": OTHER_TRX}, "destination", True),
        ({}, {"destination": TRX.lower()}, "destination", False),
        ({}, {"destination": "no address"}, "destination", False),
        ({}, {"destination": "TJRa…pRTv8"}, "destination", False),
        ({}, {"destination": EVM}, "destination", True),
        ({}, {"destination": "9558861"}, "destination", False),
        ({}, {"memo": "1"}, "memo", True),
        (ON_ETH, {"destination": EVM[:-1] + "8"}, "destination", True),
        (ON_ETH, {"destination": f"0x{'0' * 40}"}, "destination", True),
        (ON_XRP, {"memo": "54321"}, "memo", True),
        (ON_XRP, {"memo": ""}, "memo", True),
        (ON_TON, {"memo": "12345"}, "memo", True),
        (ON_XRP, {"memo": "\u00b2"}, "memo", True),
        (ON_XRP, {"memo": "1" * 5000}, "memo", True),
        ({"amount": MANY_DIGITS}, {"amount": ONE_MORE}, "amount", True),
        (ON_KAS, {"destination": KAS.upper()}, "destination", False),
        (ON_KAS, {"destination": f"{KAS[:-1]}q"}, "destination", True),
        (CWALLET, {"destination": "9558862"}, "destination", True),
        (CWALLET, {"destination": TRX}, "destination", True),
        (BY_MAIL, {"destination": "max@example.com"}, "destination", True),
        (BY_MAIL, {"destination": "somebody"}, "destination", False),
        (BY_INVOICE, {"symbol": "BTC", "amount": Decimal("0.00003")}, "amount", True),
        (BY_INVOICE, {"symbol": "BTC", "amount": Decimal("0.00001")}, "amount", False),
        (BY_INVOICE, {"symbol": "SATS", "amount": Decimal(3000)}, "amount", True),
        (BY_INVOICE, {"symbol": "USDT"}, "coin", True),
        (SATS_INSIDE, {"symbol": "BTC", "amount": Decimal(2500)}, "amount", True),
    ],
)
def test_what_is_not_as_approved_is_a_difference(
    approved: dict[str, Any], reported: dict[str, Any], what: str, *, grave: bool
) -> None:
    """Another coin, a larger amount, another network, contract, address or memo is grave where it
    is known to be another one; a word that nobody knows, and a smaller amount, are not. Bitcoin for
    satoshi is no other coin, and a destination tag is a number, but other memos are text."""
    assert compared(approved, **reported) == [(what, grave)]


@pytest.mark.parametrize(
    ("approved", "what", "found"),
    [
        ({}, "coin", [("coin", True)]),
        ({}, "amount", [("amount", True)]),
        ({}, "network", [("network", False)]),
        (ON_ETH, "contract", [("contract", False)]),
        (ON_XRP, "memo", [("memo", False)]),
        ({}, "destination", [("destination", False)]),
        (CWALLET, "network", []),
    ],
)
def test_what_cannot_be_read_is_a_difference(
    approved: dict[str, Any], what: str, found: list[tuple[str, bool]]
) -> None:
    """A value that is reported, but in no form that we know, is not one that is not reported."""
    assert compared(approved, unreadable=(what,)) == found


def test_a_second_withdrawal_is_grave() -> None:
    """Whatever each of them says, more has left than people said yes to."""
    assert compared({}, withdrawals=2) == [("withdrawals", True)]


def test_another_order_is_a_difference() -> None:
    """The order that CCPayment named first is held against what it reports later."""
    found = Found("2023", Progress.PROCESSING, "Processing")
    assert differences(replace(payout(), order_id="2023"), found) == ()
    for known in ("999", "1"):
        (difference,) = differences(replace(payout(), order_id=known), found)
        assert str(difference) == f"order_id: on record {known}, CCPayment reports 2023"


def test_grave_differences_come_first() -> None:
    """Whoever reads only the first line reads the worst."""
    found = {"destination": OTHER_TRX, "amount": Decimal(1), "chain": "ETH", "symbol": "USDC"}
    assert compared({}, **found)[0] == ("coin", True)
    assert len(compared({}, **found)) == 4


def test_a_difference_says_both_sides() -> None:
    """A difference reads as a sentence, and a memo that is not there is none."""
    found = Found("2023", Progress.PROCESSING, "Processing", memo="7")
    (difference,) = differences(payout(), found)
    assert str(difference) == "memo: approved none, CCPayment reports 7"


def test_an_invoice_is_compared_by_what_it_pays() -> None:
    """The same invoice in capitals is the same invoice."""
    approved = {**LIGHTNING, "normal": LIGHTNING["payment_hash"]}
    assert compared(approved, destination=INVOICE.upper()) == []
    assert compared(approved, destination=TRX) == [("destination", True)]
