"""Coins, tokens and Cwallet users of the pretend CCPayment.

A coin is what balances are kept in; a token is one coin on one chain, and has its own id and fee.
API v1 gives the number of decimals per coin, not per token. Ids are made from names, so that they
are the same in every run; contracts are the public ones of each chain.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import IntEnum
from uuid import UUID, uuid5

_NAMESPACE = UUID("6f1c1a52-8f0b-4d0e-9a53-2b7f4c9d1e60")


class Availability(IntEnum):
    """In CCPayment's numbers. What is to be delisted can still be withdrawn."""

    USABLE = 1
    MAINTENANCE = 2
    DELISTING = 3


@dataclass(frozen=True, slots=True)
class Chain:
    """`standard` is how tokens on it are called (TRC20); `address` is its shape, no checksum."""

    name: str
    standard: str
    address: str
    memo: bool = False

    def fits(self, address: str) -> bool:
        return re.fullmatch(self.address, address) is not None


_EVM = r"0x[0-9a-fA-F]{40}"
_B58 = "[1-9A-HJ-NP-Za-km-z]"
_BECH32 = "[02-9ac-hj-np-z]"
_CASHADDR = rf"(bitcoincash:)?[qp]{_BECH32}{{41}}"

LIGHTNING = "LIGHTNING"
EVM_CHAINS = frozenset({"ETH", "BSC", "POLYGON"})
CHAINS: Mapping[str, Chain] = {
    "TRX": Chain("TRON", "TRC20", rf"T{_B58}{{33}}"),
    "ETH": Chain("Ethereum", "ERC20", _EVM),
    "BSC": Chain("BNB Smart Chain", "BEP20", _EVM),
    "POLYGON": Chain("Polygon", "POLYGON", _EVM),
    "SOL": Chain("Solana", "SPL", rf"{_B58}{{32,44}}"),
    "BTC": Chain("Bitcoin", "BTC", rf"[13]{_B58}{{25,34}}|bc1{_BECH32}{{11,71}}"),
    "LTC": Chain("Litecoin", "LTC", rf"[LM3]{_B58}{{25,34}}|ltc1{_BECH32}{{11,71}}"),
    "DOGE": Chain("Dogecoin", "DOGE", rf"[DA9]{_B58}{{25,34}}"),
    "BCH": Chain("Bitcoin Cash", "BCH", rf"[13]{_B58}{{25,34}}|{_CASHADDR}"),
    "DASH": Chain("Dash", "DASH", rf"[X7]{_B58}{{25,34}}"),
    "XRP": Chain("XRP Ledger", "XRP", rf"r{_B58}{{24,34}}", memo=True),
    "XLM": Chain("Stellar", "XLM", r"G[A-Z2-7]{55}", memo=True),
    "TON": Chain("TON", "TON", r"[A-Za-z0-9_-]{48}|-?[01]:[0-9a-fA-F]{64}", memo=True),
    LIGHTNING: Chain("Lightning Network", "Lightning", r"(?i:lnbc[0-9a-z]{20,})"),
}


@dataclass(frozen=True, slots=True)
class Token:
    """`fee` is in units of the coin `fee_symbol`, which need not be the token's own."""

    token_id: str
    chain: str
    contract: str
    fee: Decimal
    fee_symbol: str
    availability: Availability = Availability.USABLE


@dataclass(frozen=True, slots=True)
class Coin:
    """`price` is in USD; `precision` is how many decimals an amount may have."""

    coin_id: str
    symbol: str
    name: str
    price: Decimal
    precision: int
    minimum: Decimal
    tokens: tuple[Token, ...]
    availability: Availability = Availability.USABLE


@dataclass(frozen=True, slots=True)
class User:
    """A Cwallet account: `nickname` is what others are shown, `email` works as an address."""

    c_id: str
    nickname: str
    email: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    coins: tuple[Coin, ...]
    users: tuple[User, ...]

    def coin(self, symbol: str) -> Coin:
        """Raise KeyError for a symbol that is not listed."""
        return {coin.symbol: coin for coin in self.coins}[symbol]

    def token(self, token_id: str) -> tuple[Coin, Token] | None:
        pairs = ((coin, token) for coin in self.coins for token in coin.tokens)
        return next((pair for pair in pairs if pair[1].token_id == token_id), None)

    def token_on(self, symbol: str, chain: str) -> Token:
        """Raise KeyError where the coin does not go out on that chain."""
        return {token.chain: token for token in self.coin(symbol).tokens}[chain]

    def user(self, id_or_email: str) -> User | None:
        return next((u for u in self.users if id_or_email in (u.c_id, u.email)), None)

    def with_coin(self, coin: Coin) -> "Catalogue":
        """This catalogue with the coin of that symbol replaced: ids and states do change."""
        coins = (coin if coin.symbol == old.symbol else old for old in self.coins)
        return replace(self, coins=tuple(coins))


def _on(chain: str, fee: str, fee_symbol: str = "", contract: str = "") -> Token:
    return Token("", chain, contract, Decimal(fee), fee_symbol)


def _coin(
    symbol: str,
    name: str,
    price: str,
    precision: int,
    minimum: str,
    *tokens: Token,
    availability: Availability = Availability.USABLE,
) -> Coin:
    named = (
        replace(
            token,
            token_id=str(uuid5(_NAMESPACE, f"token/{symbol}/{token.chain}")),
            fee_symbol=token.fee_symbol or symbol,
        )
        for token in tokens
    )
    coin_id = str(uuid5(_NAMESPACE, f"coin/{symbol}"))
    return Coin(
        coin_id,
        symbol,
        name,
        Decimal(price),
        precision,
        Decimal(minimum),
        tuple(named),
        availability,
    )


_USDT = (
    _on("TRX", "1.5", contract="TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
    _on("ETH", "4.2", contract="0xdAC17F958D2ee523a2206206994597C13D831ec7"),
    _on("BSC", "0.3", contract="0x55d398326f99059fF775485246999027B3197955"),
    _on("POLYGON", "0.05", "POL", contract="0xc2132D05D31c914a87C6611C10748AEb04B58e8F"),
    replace(
        _on("SOL", "1", contract="Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB"),
        availability=Availability.MAINTENANCE,
    ),
)
_USDC = (
    _on("ETH", "3.9", contract="0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"),
    _on("POLYGON", "0.05", "POL", contract="0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359"),
    _on("BSC", "0.3", contract="0x8AC76a51cc950d9822D68b83fE1Ad97B32Cd580d"),
    _on("SOL", "1", contract="EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"),
)
_BUSD = (_on("BSC", "0.3", contract="0xe9e7CEA3DedcA5984780Bafc599bD69ADd087D56"),)

CATALOGUE = Catalogue(
    coins=(
        _coin("USDT", "Tether USD", "1", 6, "0.5", *_USDT),
        _coin("USDC", "USD Coin", "0.9998", 6, "0.5", *_USDC),
        _coin("TRX", "TRON", "0.2871", 6, "1", _on("TRX", "1.1")),
        _coin("BTC", "Bitcoin", "91250.4", 8, "0.00008", _on("BTC", "0.00006")),
        _coin("LTC", "Litecoin", "84.12", 8, "0.01", _on("LTC", "0.001")),
        _coin("DOGE", "Dogecoin", "0.1503", 8, "5", _on("DOGE", "2")),
        _coin("BCH", "Bitcoin Cash", "541.7", 8, "0.002", _on("BCH", "0.0003")),
        _coin("XRP", "XRP", "2.0415", 6, "1", _on("XRP", "0.2")),
        _coin("XLM", "Stellar Lumens", "0.2419", 7, "1", _on("XLM", "0.02")),
        _coin("TON", "Toncoin", "1.5333", 9, "0.1", _on("TON", "0.05")),
        _coin("ETH", "Ethereum", "2874.66", 18, "0.001", _on("ETH", "0.0011")),
        _coin("SOL", "Solana", "131.02", 9, "0.01", _on("SOL", "0.002")),
        _coin("POL", "Polygon (formerly MATIC)", "0.1342", 18, "1", _on("POLYGON", "0.05")),
        _coin("SATS", "Satoshi", "0.000912504", 0, "10", _on(LIGHTNING, "2")),
        _coin(
            "DASH", "Dash", "48.9", 8, "0.01", _on("DASH", "0.002"),
            availability=Availability.MAINTENANCE,
        ),
        _coin("BUSD", "Binance USD", "1.0003", 6, "1", *_BUSD, availability=Availability.DELISTING),
    ),
    users=(
        User("9558861", "ana_c", "ana@example.com"),
        User("9454818", "lumen7", "lumen@example.com"),
    ),
)  # fmt: skip

#: What the merchant has at the start. Coins that were never held (BCH, SOL) have no line at all.
BALANCES: Mapping[str, Decimal] = {
    "USDT": Decimal(25000),
    "USDC": Decimal(8000),
    "TRX": Decimal(5200),
    "BTC": Decimal("0.75"),
    "LTC": Decimal(42),
    "DOGE": Decimal(15000),
    "XRP": Decimal(3000),
    "XLM": Decimal(9000),
    "TON": Decimal(700),
    "ETH": Decimal(3),
    "POL": Decimal(40),
    "SATS": Decimal(2000000),
    "DASH": Decimal(5),
    "BUSD": Decimal(120),
}
