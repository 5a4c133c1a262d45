"""Coins, networks and their names, as the gateway lists them.

A requester never types a token id: people say "USDT on TRX", and the catalogue says what that is.
Token ids are re-mapped by the gateway over time, so a catalogue is fetched, kept for a while, and
fetched again before money leaves.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

LIGHTNING = "LIGHTNING"
"""The chain under which satoshi move by invoice."""

_SPOKEN = {
    "TRC20": "TRX",
    "TRON": "TRX",
    "ERC20": "ETH",
    "ETHEREUM": "ETH",
    "BEP20": "BSC",
    "BNB": "BSC",
    "BITCOIN": "BTC",
    "LITECOIN": "LTC",
    "DOGECOIN": "DOGE",
    "SOLANA": "SOL",
    "RIPPLE": "XRP",
    "STELLAR": "XLM",
    "TONCOIN": "TON",
    "MATIC": "POLYGON",
    "LN": LIGHTNING,
}


class Status(StrEnum):
    """Whether a coin or token can be paid out now."""

    USABLE = "usable"
    MAINTENANCE = "maintenance"
    DELISTING = "delisting"
    UNKNOWN = "unknown"

    @property
    def payable(self) -> bool:
        """To be delisted still allows withdrawals; an unknown status does not."""
        return self in (Status.USABLE, Status.DELISTING)


@dataclass(frozen=True, slots=True)
class Token:
    """One coin on one network: what the gateway calls `token_id`.

    `chain` is the gateway's name (TRX), `network` the one people know (TRC20).
    """

    token_id: str
    symbol: str
    chain: str
    network: str
    contract: str
    memo: bool
    status: Status


@dataclass(frozen=True, slots=True)
class Coin:
    """`price` in USD per coin, `minimum` in the coin; both None where the gateway names none."""

    coin_id: str
    symbol: str
    name: str
    precision: int
    price: Decimal | None
    minimum: Decimal | None
    status: Status
    tokens: tuple[Token, ...]

    def on(self, network: str) -> Token | None:
        """The token on `network`, by any of the names that people use."""
        chain = spoken_chain(network)
        for token in self.tokens:
            if chain in (token.chain.upper(), spoken_chain(token.network)):
                return token
        return None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All coins as of `fetched_at`. Symbols are compared without case."""

    coins: tuple[Coin, ...]
    fetched_at: datetime

    def coin(self, symbol: str) -> Coin | None:
        """The coin with this symbol."""
        wanted = symbol.upper()
        return next((coin for coin in self.coins if coin.symbol.upper() == wanted), None)

    def token(self, token_id: str) -> Token | None:
        """What the gateway means by `token_id` now."""
        return next((t for coin in self.coins for t in coin.tokens if t.token_id == token_id), None)


def spoken_chain(network: str) -> str:
    """The chain that people mean by `network`: TRC20 and tron are TRX. Others: upper case."""
    name = network.upper()
    return _SPOKEN.get(name, name)
