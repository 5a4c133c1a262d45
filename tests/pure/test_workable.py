"""What cannot work, told by type and in a sentence, as far as fee and list of coins tell."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from approvals.content import Content, FeePayer
from approvals.destination import Kind
from approvals.gateway import Fee
from approvals.workable import Cannot, fee_hindrance, hindrance
from tests.core import catalogue
from tests.sides import TO_CWALLET, TO_XRP, content

HALF = Decimal("0.5")


def now(what: Content, api: str = "v1", **changes: Any) -> Cannot | None:
    """What is in the way by the list of coins, of which the payout's network is changed."""
    listed = catalogue(api=api)
    coin, token = listed.coin(what.symbol), listed.token(what.token_id)
    assert coin is not None
    assert token is not None
    found = hindrance(what, coin, replace(token, **changes))
    return found.kind if found else None


@pytest.mark.parametrize(
    ("amount", "payer", "fee", "expected"),
    [
        (HALF, FeePayer.PAYEE, Fee(Decimal("1.5"), "USDT"), Cannot.FEE),
        (Decimal("1.5"), FeePayer.PAYEE, Fee(Decimal("1.5"), "usdt"), Cannot.FEE),
        (Decimal("1.500001"), FeePayer.PAYEE, Fee(Decimal("1.5"), "USDT"), None),
        (HALF, FeePayer.COMPANY, Fee(Decimal("1.5"), "USDT"), None),
        (HALF, FeePayer.PAYEE, Fee(Decimal("1.5"), "TRX"), None),
        (HALF, FeePayer.PAYEE, Fee(Decimal(0), "USDT"), None),
    ],
)
def test_a_fee_that_takes_all(
    amount: Decimal, payer: FeePayer, fee: Fee, expected: Cannot | None
) -> None:
    """0.5 USDT with a fee of 1.5 taken from the amount leaves nothing; a fee in another coin, or
    one that we pay, is not taken from it."""
    found = fee_hindrance(amount, "USDT", payer, fee)
    assert (found.kind if found else None) is expected


def test_the_sentence_says_what_to_do() -> None:
    """Both figures are told, and the ways out."""
    found = fee_hindrance(HALF, "USDT", FeePayer.PAYEE, Fee(Decimal("1.5"), "USDT"))
    assert found is not None
    assert found.sentence == (
        "The network fee is 1.5 USDT now. Taken from 0.5 USDT, nothing is left for the payee."
        " Ask for more, or say that we pay the fee."
    )


@pytest.mark.parametrize(
    ("changes", "token", "expected"),
    [
        ({}, {}, None),
        ({}, {"minimum": Decimal(250), "maximum": Decimal(250), "precision": 0}, None),
        ({}, {"minimum": Decimal("250.1")}, Cannot.MINIMUM),
        ({}, {"maximum": Decimal("249.9")}, Cannot.MAXIMUM),
        ({"amount": Decimal("250.25")}, {"precision": 1}, Cannot.DECIMALS),
        ({"amount": Decimal("250.10")}, {"precision": 1}, None),
        ({"amount": Decimal(9 * 10**21)}, {"precision": 18}, None),
        (
            {"amount": Decimal("10000000000.0000000000000000001")},
            {"precision": 18},
            Cannot.DECIMALS,
        ),
        (TO_XRP, {}, None),
        (TO_XRP, {"memo": False}, Cannot.MEMO),
        (TO_CWALLET, {"minimum": Decimal(1000), "maximum": Decimal(1), "precision": 0}, None),
    ],
)
def test_what_the_list_of_coins_tells(
    changes: dict[str, Any], token: dict[str, Any], expected: Cannot | None
) -> None:
    """An amount outside the network's limits as they are now, with more decimals than it has now,
    or a memo that it takes no more. Inside CCPayment no network limits anything. An amount of a
    coin that is worth next to nothing has more digits than Decimal's usual context."""
    assert now(content("v1", **changes), **token) is expected


@pytest.mark.parametrize(
    ("api", "amount", "expected"),
    [
        ("v1", "0.499999", Cannot.MINIMUM),
        ("v1", "0.5", None),
        ("v2", "0.000999", Cannot.MINIMUM),
        ("v2", "0.001", None),
    ],
)
def test_a_cwallet_user_has_a_minimum_too(api: str, amount: str, expected: Cannot | None) -> None:
    """On v1 the minimum of the coin, which no page says that it does not hold there; on v2 what
    0.001 USD are."""
    to_user = content(api, kind=Kind.CWALLET, destination="9558861", amount=Decimal(amount))
    assert now(to_user, api) is expected


def test_without_a_price_no_minimum_in_usd_is_known() -> None:
    """What cannot be known is not refused."""
    usdt = catalogue(api="v2").coin("USDT")
    assert usdt is not None
    assert usdt.least_inside == Decimal("0.001")
    assert replace(usdt, price=None).least_inside is None


def test_a_minimum_in_usd_is_known_of_a_coin_that_is_worth_nothing() -> None:
    """However many digits the least amount has then."""
    usdt = catalogue(api="v2").coin("USDT")
    assert usdt is not None
    assert replace(usdt, price=Decimal("1e-30")).least_inside == Decimal(10) ** 27
