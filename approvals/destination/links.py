"""Payment links: what wallets and invoices put into their QR codes instead of an address.

A link holds more than an address: a network, an amount, a memo, another way to pay. Nothing of it
is taken silently. It is read, so that whoever pasted it can be shown what it says.

Sources: BIP-21 and BIP-321 (bitcoin: and its daughters, unified QR codes), ERC-681 and ERC-3770
(ethereum:, short names of chains), chainlist.org (numbers of chains), docs.ton.org ("Deep links"),
SEP-7 (web+stellar:), Solana Pay, ZIP-321, CIP-13 (web+cardano:).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from approvals.destination.elsewhere import FRONTS

LONGEST = 3000
"""Characters of a link; more is no link."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a payment link holds. `chain` and `symbol`: its network and that network's own coin, ""
    where it says none; `amount` in that coin; `token`: the contract of another coin that it asks
    for; `unread`: it holds an amount that only its wallet can read."""

    address: str
    chain: str = ""
    symbol: str = ""
    amount: Decimal | None = None
    memo: str | None = None
    invoice: str = ""
    token: str = ""
    unread: bool = False


_PARTS = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+-]{1,19}):(?://)?)?(?P<body>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?",
    re.DOTALL,
)
_SCHEMES: Mapping[str, tuple[str, str]] = {
    "bitcoin": ("BTC", "BTC"),
    "litecoin": ("LTC", "LTC"),
    "dogecoin": ("DOGE", "DOGE"),
    "doge": ("DOGE", "DOGE"),
    "bitcoincash": ("BCH", "BCH"),
    "dash": ("DASH", "DASH"),
    "zcash": ("ZEC", "ZEC"),
    "monero": ("XMR", "XMR"),
    "ripple": ("XRP", "XRP"),
    "xrp": ("XRP", "XRP"),
    "xrpl": ("XRP", "XRP"),
    "stellar": ("XLM", "XLM"),
    "web+stellar": ("XLM", "XLM"),
    "ton": ("TON", "TON"),
    "tonkeeper": ("TON", "TON"),
    "tron": ("TRX", "TRX"),
    "solana": ("SOL", "SOL"),
    "cardano": ("ADA", "ADA"),
    "web+cardano": ("ADA", "ADA"),
    "kaspa": ("KAS", "KAS"),
    "nano": ("XNO", "XNO"),
    "cosmos": ("ATOM", "ATOM"),
    "tezos": ("XTZ", "XTZ"),
    "algorand": ("ALGO", "ALGO"),
    "polkadot": ("DOT", "DOT"),
    "near": ("NEAR", "NEAR"),
    "ecash": ("XEC", "XEC"),
    # The short names of EVM networks, ERC-3770.
    "ethereum": ("ETH", "ETH"),
    "eth": ("ETH", "ETH"),
    "bnb": ("BSC", "BNB"),
    "bsc": ("BSC", "BNB"),
    "matic": ("POLYGON", "POL"),
    "pol": ("POLYGON", "POL"),
    "polygon": ("POLYGON", "POL"),
    "arb1": ("ARBITRUM", "ETH"),
    "oeth": ("OPTIMISM", "ETH"),
    "base": ("BASE", "ETH"),
    "avax": ("AVAXC", "AVAX"),
    "ftm": ("FANTOM", "FTM"),
    "gno": ("GNOSIS", "XDAI"),
    "linea": ("LINEA", "ETH"),
    "scr": ("SCROLL", "ETH"),
    "zksync": ("ZKSYNC", "ETH"),
    "celo": ("CELO", "CELO"),
}
_CHAIN_IDS: Mapping[str, tuple[str, str]] = {
    "1": ("ETH", "ETH"),
    "10": ("OPTIMISM", "ETH"),
    "56": ("BSC", "BNB"),
    "100": ("GNOSIS", "XDAI"),
    "137": ("POLYGON", "POL"),
    "250": ("FANTOM", "FTM"),
    "324": ("ZKSYNC", "ETH"),
    "8453": ("BASE", "ETH"),
    "42161": ("ARBITRUM", "ETH"),
    "43114": ("AVAXC", "AVAX"),
    "42220": ("CELO", "CELO"),
    "59144": ("LINEA", "ETH"),
    "534352": ("SCROLL", "ETH"),
    "11155111": ("ETH_SEPOLIA", "TETH"),
}
_TARGETS = ("destination", "recipient", "to", "address")
_MEMOS = ("dt", "memo", "text", "tag", "memo_text")
_TOKENS = ("jetton", "spl-token", "asset_issuer")
_AMOUNTS = ("amount", "tx_amount")
_NUMBER = re.compile(r"[0-9]{1,30}(?:\.[0-9]{1,30})?(?:[eE][0-9]{1,2})?")
_EVM = re.compile(r"(?:pay-)?(0x[0-9a-fA-F]{40})(?:@([0-9]{1,12}|0x[0-9a-fA-F]{1,10}))?(?:/(\w+))?")
_WEI, _NANO = Decimal(10) ** 18, Decimal(10) ** 9


def read_link(text: str) -> Link | None:
    """What the payment link `text`, without spaces, holds; None where it is none. Whether the
    address in it is a good one, the caller sees."""
    parts = _PARTS.fullmatch(text) if len(text) <= LONGEST else None
    if parts is None:
        return None
    scheme, said = (parts["scheme"] or "").lower(), _query(parts["query"] or "")
    body = parts["body"].removeprefix("//")
    front = f"{scheme}:" if f"{scheme}:" in FRONTS or scheme == "bitcoincash" else ""
    if not scheme or front:
        return _plain(front + body, said, scheme) if parts["query"] is not None else None
    if scheme == "lightning":
        return Link("", invoice=body)
    if match := _EVM.fullmatch(body):
        return _evm(match, said, scheme)
    if scheme in ("http", "https"):
        return _plain(body.rstrip("/").rpartition("/")[2], said, "")
    return _plain(body.rstrip("/").rpartition("/")[2], said, scheme) if scheme in _SCHEMES else None


def _query(text: str) -> dict[str, str]:
    """The parameters, by name in small letters: a QR code may be all in capitals."""
    pairs = (pair.partition("=") for pair in text.split("&") if pair)
    return {name.lower(): _unescaped(value) for name, _, value in pairs}


def _unescaped(value: str) -> str:
    escaped = re.sub(r"(?:%[0-9a-fA-F]{2})+", _bytes, value.replace("+", " "))
    return escaped.strip()


def _bytes(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "replace")


def _first(said: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((said[name] for name in names if said.get(name)), None)


def _plain(body: str, said: Mapping[str, str], scheme: str) -> Link:
    """Of most networks: an address, and parameters. TON counts in billionths."""
    chain, symbol = _SCHEMES.get(scheme, ("", ""))
    token = _first(said, _TOKENS) or ""
    amount = _first(said, _AMOUNTS) or ""
    unit = _NANO if chain == "TON" else Decimal(1)
    read = Decimal(amount) / unit if symbol and not token and _NUMBER.fullmatch(amount) else None
    return Link(
        address=body if _is_address(body) else _first(said, _TARGETS) or body,
        chain=chain,
        symbol=symbol,
        amount=read,
        memo=_first(said, _MEMOS),
        invoice=said.get("lightning", ""),
        token=token,
        unread=bool(amount) and read is None,
    )


def _is_address(body: str) -> bool:
    """Not the verb of a link, such as pay or send."""
    return len(body.rpartition(":")[2]) > len("transaction")


def _evm(match: re.Match[str], said: Mapping[str, str], scheme: str) -> Link | None:
    """ERC-681: of a call, the address in front is that of the contract, and the payee is told in a
    parameter."""
    if scheme not in _SCHEMES:
        return None
    target, number, call = match.groups()
    chain, symbol = _SCHEMES[scheme]
    if number:
        chain, symbol = _CHAIN_IDS.get(str(int(number, 0)), (f"chain {number}", ""))
    if call:
        payee = said.get("address", "")
        return Link(payee, chain, symbol, token=target, unread="uint256" in said)
    value = said.get("value", "")
    amount = Decimal(value) / _WEI if _NUMBER.fullmatch(value) else None
    other = amount is None and bool(value or _first(said, _AMOUNTS))
    return Link(target, chain, symbol, amount, unread=other)
