"""Coins, networks and their names, as the gateway lists them.

A requester never types a token id: people say "USDT on TRX", and the catalogue says what that is.
Token ids are re-mapped by the gateway over time, so a catalogue is fetched, kept for a while, and
fetched again before money leaves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_UP, Decimal, localcontext
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


_MANY_DIGITS = 300
"""More than a small sum of USD has in any coin, however little that is worth: Decimal's usual
context raises where a result has over 28."""

SPOKEN_CHAINS = frozenset(_SPOKEN.values())
"""Chains whose names are known without any list."""


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

    `chain` is the gateway's name (TRX), `network` the one people know (TRC20). `precision` is how
    many decimals an amount may have there, `minimum` and `maximum` are in the coin; None where the
    gateway names none.
    """

    token_id: str
    symbol: str
    chain: str
    network: str
    contract: str
    memo: bool
    precision: int
    minimum: Decimal | None
    maximum: Decimal | None
    status: Status


@dataclass(frozen=True, slots=True)
class Coin:
    """`price` in USD per coin, None where the gateway names none. `least` is in the coin and
    `least_usd` in USD: what the gateway's own limits are, on whatever way it goes out."""

    coin_id: str
    symbol: str
    name: str
    price: Decimal | None
    status: Status
    tokens: tuple[Token, ...]
    least: Decimal | None = None
    least_usd: Decimal | None = None

    @property
    def least_inside(self) -> Decimal | None:
        """The least that goes to a user of the gateway itself, where no network limits it; None
        where that is not known."""
        if self.least is not None or self.least_usd is None or not self.price:
            return self.least
        step = Decimal(1).scaleb(-self.precision)
        with localcontext(prec=_MANY_DIGITS):
            return (self.least_usd / self.price).quantize(step, ROUND_UP)

    @property
    def precision(self) -> int:
        """How many decimals an amount may have where no network limits them: the most of any."""
        return max(token.precision for token in self.tokens)

    def on(self, network: str) -> Token | None:
        """The token on `network`, by any of the names that people use. The gateway's own name comes
        first; a name that several networks share means none of them."""
        chain = spoken_chain(network)
        own = [token for token in self.tokens if token.chain.upper() == network.upper()]
        meant = [token for token in self.tokens if token.chain.upper() == chain]
        named = [token for token in self.tokens if spoken_chain(token.network) == chain]
        found = own or meant or named
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Omitted:
    """What the gateway lists, but not all that must be known of it: it is not offered. `chain` is
    "" where it is the coin as a whole."""

    symbol: str
    chain: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All coins as of `fetched_at`. Symbols are compared without case. `explorers`: for a chain,
    the address of a transaction in its block explorer, with `%s` for the id. `left_out`: what is
    not among the coins, though the gateway lists it."""

    coins: tuple[Coin, ...]
    fetched_at: datetime
    explorers: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[Omitted, ...] = ()

    def lacks(self, symbol: str) -> tuple[str, ...] | None:
        """The networks of a coin that were left out; None where nothing of it was."""
        wanted = symbol.upper()
        found = [one.chain for one in self.left_out if one.symbol.upper() == wanted]
        return tuple(dict.fromkeys(filter(None, found))) if found else None

    def coin(self, symbol: str) -> Coin | None:
        """The coin with this symbol."""
        wanted = symbol.upper()
        return next((coin for coin in self.coins if coin.symbol.upper() == wanted), None)

    def chain(self, name: str) -> str | None:
        """The chain that is called `name`, by any of its names: TRX, TRC20, TRON. None where no
        coin goes out on one, or where it could be several."""
        tokens = [token for coin in self.coins for token in coin.tokens]
        wanted = spoken_chain(name)
        own = {token.chain for token in tokens if spoken_chain(token.chain) == wanted}
        named = {token.chain for token in tokens if spoken_chain(token.network) == wanted}
        found = own or named
        return next(iter(found)) if len(found) == 1 else None

    def holder(self, chain: str, contract: str) -> str | None:
        """The coin whose contract this is on `chain`; None where that is no coin's."""
        return next(
            (
                token.symbol
                for coin in self.coins
                for token in coin.tokens
                if token.chain == chain and token.contract.lower() == contract.lower()
            ),
            None,
        )

    @property
    def pays_invoices(self) -> bool:
        """Whether any coin goes out by Lightning invoice, now or at other times."""
        chains = {token.chain for coin in self.coins for token in coin.tokens}
        return any(spoken_chain(chain) == LIGHTNING for chain in chains)

    def token(self, token_id: str) -> Token | None:
        """What the gateway means by `token_id` now."""
        return next((t for coin in self.coins for t in coin.tokens if t.token_id == token_id), None)


def spoken_chain(network: str) -> str:
    """The chain that people mean by `network`: TRC20 and tron are TRX. Others: upper case."""
    name = network.upper()
    return _SPOKEN.get(name, name)
