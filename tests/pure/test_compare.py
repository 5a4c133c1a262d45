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
        ({}, {"amount": Decimal("250.000001")}, "amount", True),
        ({}, {"amount": Decimal("249.999999")}, "amount", False),
        ({}, {"chain": "ETH"}, "network", False),
        ({}, {"contract": TRX}, "contract", False),
        ({}, {"destination": OTHER_TRX}, "destination", False),
        ({}, {"destination": TRX.lower()}, "destination", False),
        ({}, {"destination": "no address"}, "destination", False),
        ({}, {"memo": "1"}, "memo", False),
        (ON_ETH, {"destination": EVM[:-1] + "8"}, "destination", False),
        (ON_XRP, {"memo": "12345"}, "memo", False),
        (ON_XRP, {"memo": ""}, "memo", False),
        (CWALLET, {"destination": "9558862"}, "destination", False),
        (BY_MAIL, {"destination": "max@example.com"}, "destination", False),
    ],
)
def test_what_is_not_as_approved_is_a_difference(
    approved: dict[str, Any], reported: dict[str, Any], what: str, *, grave: bool
) -> None:
    """Another coin or a larger amount is grave, every other difference is not; a memo that lost its
    zeros is another memo."""
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
    (difference,) = differences(replace(payout(), order_id="999"), found)
    assert str(difference) == "order_id: on record 999, CCPayment reports 2023"


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
    assert compared(approved, destination=TRX) == [("destination", False)]
