"""What cannot work, as far as it can be known before anything is sent.

A gateway that is asked for what it must refuse may answer in words that nobody knows, and then the
payout is in doubt for nothing. So whatever a look at the network fee and at the list of coins tells
is refused when somebody asks, when somebody approves, and by the last check before sending, which
asks afresh.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from approvals.catalogue import Coin, Token
from approvals.content import Content, FeePayer
from approvals.destination import Kind
from approvals.gateway import Fee
from approvals.money import decimals_of, grouped
from approvals.payout import Payout


class Cannot(StrEnum):
    """Why a payout cannot work."""

    FEE = "the fee takes all"
    MINIMUM = "below the minimum"
    MAXIMUM = "above the maximum"
    DECIMALS = "too many decimals"
    MEMO = "no memo there"
    COIN = "another coin is meant"
    PAYEE = "nobody holds the address"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What is in the way: by type, and as a sentence that says what to do."""

    kind: Cannot
    sentence: str


def takes_all(amount: Decimal, symbol: str, payer: FeePayer, fee: Fee) -> bool:
    """Whether nothing of `amount` is left for the payee, who bears the fee. One in another coin
    cannot be taken from it."""
    return payer is FeePayer.PAYEE and fee.coin.upper() == symbol.upper() and fee.amount >= amount


def fee_hindrance(amount: Decimal, symbol: str, payer: FeePayer, fee: Fee) -> Hindrance | None:
    """What is in the way of such a payout at this network fee."""
    if not takes_all(amount, symbol, payer, fee):
        return None
    return Hindrance(
        Cannot.FEE,
        f"The network fee is {grouped(fee.amount)} {fee.coin} now. Taken from {grouped(amount)}"
        f" {symbol}, nothing is left for the payee. Ask for more, or say that we pay the fee.",
    )


def estimated(payout: Payout) -> Fee | None:
    """The network fee as its card shows it; None where nobody has told it yet."""
    fee, coin = payout.estimated_fee, payout.estimated_fee_coin
    return None if fee is None or coin is None else Fee(fee, coin)


def for_nothing(payout: Payout, fee: Fee | None) -> bool:
    """Whether this fee leaves nothing for the payee."""
    content = payout.content
    symbol, payer = content.symbol, content.fee_payer
    return fee is not None and takes_all(content.amount, symbol, payer, fee)


def hindrance(content: Content, coin: Coin, token: Token) -> Hindrance | None:
    """What is in the way by the list of coins as it is now."""
    return next(_hindrances(content, coin, token), None)


def _hindrances(content: Content, coin: Coin, token: Token) -> Iterator[Hindrance]:
    inside = content.kind is Kind.CWALLET
    least = coin.least_inside if inside else token.minimum
    most = None if inside else token.maximum
    decimals = coin.precision if inside else token.precision
    way = f"{content.symbol} to a Cwallet user" if inside else f"{content.symbol} on {token.chain}"
    much = f"this payout is over {grouped(content.amount)}"
    if least is not None and content.amount < least:
        least_now = f"CCPayment pays out at least {grouped(least)} {way} now; {much}."
        yield Hindrance(Cannot.MINIMUM, f"{least_now} Ask for more.")
    if most is not None and content.amount > most:
        most_now = f"CCPayment pays out at most {grouped(most)} {way} now; {much}."
        yield Hindrance(Cannot.MAXIMUM, f"{most_now} Ask for less at a time.")
    if decimals_of(content.amount) > decimals:
        rule = f"CCPayment takes {decimals} decimals of {way} now; {much}."
        yield Hindrance(Cannot.DECIMALS, f"{rule} Ask for a rounder amount.")
    if content.memo and not token.memo:
        rule = f"CCPayment takes no memo with {way} now, and this payout has one."
        yield Hindrance(Cannot.MEMO, f"{rule} Ask the payee whether it is needed.")
