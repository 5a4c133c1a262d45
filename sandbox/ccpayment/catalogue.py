"""Coins, tokens and Cwallet users of the pretend CCPayment.

A coin is what balances are kept in; a token is one coin on one chain, and has its own fee. The two
APIs tell different halves of it: v1 names coin and token by an id and gives limits per coin, v2
names a coin by a number and a token by its chain, and gives limits per chain. Ids are made from
names, so that they are the same in every run; contracts are the public ones of each chain, and of
the numbers only those of USDT, POL, TRX and TETH are the vendor's.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import IntEnum
from functools import cached_property
from uuid import UUID, uuid5

_NAMESPACE = UUID("6f1c1a52-8f0b-4d0e-9a53-2b7f4c9d1e60")


class Availability(IntEnum):
    """In CCPayment's numbers. What is to be delisted can still be withdrawn."""

    USABLE = 1
    MAINTENANCE = 2
    DELISTING = 3


@dataclass(frozen=True, slots=True)
class Chain:
    """`standard` is how tokens on it are called (TRC20); `address` is its shape, no checksum;
    `transaction` is where its block explorer shows one, by its id as `%s`."""

    name: str
    standard: str
    address: str
    transaction: str = ""
    memo: bool = False

    @property
    def explorer(self) -> str:
        return "/".join(self.transaction.split("/")[:3])

    def fits(self, address: str) -> bool:
        return re.fullmatch(self.address, address) is not None


_EVM = r"0x[0-9a-fA-F]{40}"
_B58 = "[1-9A-HJ-NP-Za-km-z]"
_BECH32 = "[02-9ac-hj-np-z]"
_CASHADDR = rf"(bitcoincash:)?([qpzr]{_BECH32}{{41}}|[pr]{_BECH32}{{60}})"

_BLOCKCHAIR = "https://blockchair.com/{}/transaction/%s"

LIGHTNING = "LIGHTNING"
TEST_CHAIN = "ETH_SEPOLIA"
EVM_CHAINS = frozenset({"ETH", "BSC", "POLYGON", TEST_CHAIN})
CHAINS: Mapping[str, Chain] = {
    "TRX": Chain("TRON", "TRC20", rf"T{_B58}{{33}}", "https://tronscan.org/#/transaction/%s"),
    "ETH": Chain("Ethereum", "ERC20", _EVM, "https://etherscan.io/tx/%s"),
    "BSC": Chain("BNB Smart Chain", "BEP20", _EVM, "https://bscscan.com/tx/%s"),
    "POLYGON": Chain("Polygon", "POLYGON", _EVM, "https://polygonscan.com/tx/%s"),
    "SOL": Chain("Solana", "SPL", rf"{_B58}{{32,44}}", "https://solscan.io/tx/%s"),
    "BTC": Chain(
        "Bitcoin", "BTC", rf"[13]{_B58}{{25,34}}|bc1{_BECH32}{{11,71}}",
        _BLOCKCHAIR.format("bitcoin"),
    ),
    "LTC": Chain(
        "Litecoin", "LTC", rf"[LM3]{_B58}{{25,34}}|ltc1{_BECH32}{{11,71}}",
        _BLOCKCHAIR.format("litecoin"),
    ),
    "DOGE": Chain("Dogecoin", "DOGE", rf"[DA9]{_B58}{{25,34}}", _BLOCKCHAIR.format("dogecoin")),
    "BCH": Chain(
        "Bitcoin Cash", "BCH", rf"[13]{_B58}{{25,34}}|{_CASHADDR}",
        _BLOCKCHAIR.format("bitcoin-cash"),
    ),
    "DASH": Chain("Dash", "DASH", rf"[X7]{_B58}{{25,34}}"),
    "XRP": Chain("XRP Ledger", "XRP", rf"r{_B58}{{24,34}}", "https://xrpscan.com/tx/%s", memo=True),
    "XLM": Chain(
        "Stellar", "XLM", r"G[A-Z2-7]{55}", "https://stellar.expert/explorer/public/tx/%s",
        memo=True,
    ),
    "TON": Chain(
        "TON", "TON", r"[A-Za-z0-9_-]{48}|-?[01]:[0-9a-fA-F]{64}",
        "https://tonviewer.com/transaction/%s", memo=True,
    ),
    LIGHTNING: Chain("Lightning Network", "Lightning", r"(?i:lnbc[0-9a-z]{20,})"),
    TEST_CHAIN: Chain("Ethereum Sepolia", "ERC20", _EVM, "https://sepolia.etherscan.io/tx/%s"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """`fee` is in units of the coin `fee_symbol`, which need not be the token's own; `precision`
    is how many decimals an amount may have. A maximum of None is none."""

    token_id: str
    chain: str
    contract: str
    fee: Decimal
    fee_symbol: str
    precision: int
    minimum: Decimal
    maximum: Decimal | None = None
    availability: Availability = Availability.USABLE


@dataclass(frozen=True, slots=True)
class Coin:
    """`price` is in USD; precision and minimum are what v1 gives for all of its tokens alike."""

    coin_id: str
    number: int
    symbol: str
    name: str
    price: Decimal
    precision: int
    minimum: Decimal
    tokens: tuple[Token, ...]
    availability: Availability = Availability.USABLE

    def without(self, chain: str) -> "Coin":
        return replace(self, tokens=tuple(one for one in self.tokens if one.chain != chain))

    def as_one(self) -> "Coin":
        """With the same limits on every chain: its own."""
        tokens = (
            replace(one, precision=self.precision, minimum=self.minimum, maximum=None)
            for one in self.tokens
        )
        return replace(self, tokens=tuple(tokens))


@dataclass(frozen=True, slots=True)
class User:
    """A Cwallet account: `nickname` is what others are shown, `email` works as an address."""

    c_id: str
    nickname: str
    email: str


@dataclass(frozen=True)
class Catalogue:
    """`asks_memo` says whether a chain that has memos refuses a withdrawal without one. A list of
    v2 that `tells_prices` has them; one that `tells_noes` has flags that are false, too."""

    coins: tuple[Coin, ...]
    users: tuple[User, ...]
    asks_memo: bool = False
    tells_prices: bool = True
    tells_noes: bool = True

    @cached_property
    def by_coin(self) -> "Catalogue":
        """What v1 has of it: no test network, and limits by coin."""
        return replace(
            self, coins=_going_out(one.without(TEST_CHAIN).as_one() for one in self.coins)
        )

    @cached_property
    def by_chain(self) -> "Catalogue":
        """What v2 has of it: no Lightning, and limits by chain."""
        coins = _going_out(one.without(LIGHTNING) for one in self.coins)
        return replace(self, coins=coins, asks_memo=True)

    @cached_property
    def _symbols(self) -> Mapping[str, Coin]:
        return {coin.symbol: coin for coin in self.coins}

    def __contains__(self, symbol: str) -> bool:
        return symbol in self._symbols

    def coin(self, symbol: str) -> Coin:
        """Raise KeyError for a symbol that is not listed."""
        return self._symbols[symbol]

    def numbered(self, number: int) -> Coin | None:
        return next((coin for coin in self.coins if coin.number == number), None)

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


def _going_out(coins: Iterable[Coin]) -> tuple[Coin, ...]:
    """Those that are left with a chain."""
    return tuple(coin for coin in coins if coin.tokens)


@dataclass(frozen=True, slots=True)
class _On:
    """A chain that a coin goes out on. What is left open is as the coin has it."""

    chain: str
    fee: str
    fee_symbol: str = ""
    contract: str = ""
    precision: int | None = None
    minimum: str | None = None
    maximum: str | None = None
    availability: Availability = Availability.USABLE

    def token(self, symbol: str, precision: int, minimum: str) -> Token:
        return Token(
            token_id=str(uuid5(_NAMESPACE, f"token/{symbol}/{self.chain}")),
            chain=self.chain,
            contract=self.contract,
            fee=Decimal(self.fee),
            fee_symbol=self.fee_symbol or symbol,
            precision=self.precision or precision,
            minimum=Decimal(self.minimum or minimum),
            maximum=Decimal(self.maximum) if self.maximum else None,
            availability=self.availability,
        )


def _coin(
    number: int,
    symbol: str,
    name: str,
    price: str,
    precision: int,
    minimum: str,
    *chains: _On,
    availability: Availability = Availability.USABLE,
) -> Coin:
    return Coin(
        coin_id=str(uuid5(_NAMESPACE, f"coin/{symbol}")),
        number=number,
        symbol=symbol,
        name=name,
        price=Decimal(price),
        precision=precision,
        minimum=Decimal(minimum),
        tokens=tuple(one.token(symbol, precision, minimum) for one in chains),
        availability=availability,
    )


_USDT = (
    _On("TRX", "1.5", contract="TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
    _On("ETH", "4.2", contract="0xdAC17F958D2ee523a2206206994597C13D831ec7"),
    _On("BSC", "0.3", contract="0x55d398326f99059fF775485246999027B3197955"),
    _On("POLYGON", "0.05", "POL", contract="0xc2132D05D31c914a87C6611C10748AEb04B58e8F"),
    _On(
        "SOL",
        "1",
        contract="Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB",
        availability=Availability.MAINTENANCE,
    ),
)
_USDC = (
    _On("ETH", "3.9", contract="0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", minimum="5"),
    _On(
        "POLYGON",
        "0.05",
        "POL",
        contract="0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359",
        maximum="5000",
    ),
    _On("BSC", "0.3", contract="0x8AC76a51cc950d9822D68b83fE1Ad97B32Cd580d", precision=18),
    _On("SOL", "1", contract="EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"),
)
_BUSD = (_On("BSC", "0.3", contract="0xe9e7CEA3DedcA5984780Bafc599bD69ADd087D56"),)

CATALOGUE = Catalogue(
    coins=(
        _coin(1280, "USDT", "Tether USD", "1", 6, "0.5", *_USDT),
        _coin(1281, "USDC", "USD Coin", "0.9998", 6, "0.5", *_USDC),
        _coin(1482, "TRX", "TRON", "0.2871", 6, "1", _On("TRX", "1.1")),
        _coin(1001, "BTC", "Bitcoin", "91250.4", 8, "0.00008", _On("BTC", "0.00006")),
        _coin(1002, "LTC", "Litecoin", "84.12", 8, "0.01", _On("LTC", "0.001")),
        _coin(1003, "DOGE", "Dogecoin", "0.1503", 8, "5", _On("DOGE", "2")),
        _coin(1004, "BCH", "Bitcoin Cash", "541.7", 8, "0.002", _On("BCH", "0.0003")),
        _coin(1005, "XRP", "XRP", "2.0415", 6, "1", _On("XRP", "0.2")),
        _coin(1006, "XLM", "Stellar Lumens", "0.2419", 7, "1", _On("XLM", "0.02")),
        _coin(1007, "TON", "Toncoin", "1.5333", 9, "0.1", _On("TON", "0.05")),
        _coin(1008, "ETH", "Ethereum", "2874.66", 18, "0.001", _On("ETH", "0.0011")),
        _coin(1009, "SOL", "Solana", "131.02", 9, "0.01", _On("SOL", "0.002")),
        _coin(1329, "POL", "Polygon (formerly MATIC)", "0.1342", 18, "1", _On("POLYGON", "0.05")),
        _coin(1010, "SATS", "Satoshi", "0.000912504", 0, "10", _On(LIGHTNING, "2")),
        _coin(
            1011, "DASH", "Dash", "48.9", 8, "0.01", _On("DASH", "0.002"),
            availability=Availability.MAINTENANCE,
        ),
        _coin(
            1012, "BUSD", "Binance USD", "1.0003", 6, "1", *_BUSD,
            availability=Availability.DELISTING,
        ),
        _coin(
            1891, "TETH", "Sepolia Ether (test coin)", "2874.66", 18, "0.001",
            _On(TEST_CHAIN, "0.0004"),
        ),
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
    "TETH": Decimal(10),
}
