"""Places that cannot be meant: contracts of the coins themselves, and what nobody holds."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from approvals.asking import Ask, Wanted, read_ask
from approvals.catalogue import Catalogue, Coin, Status, Token
from approvals.content import FeePayer
from approvals.destination import Kind, dead_end, grouped, read_address
from approvals.errors import Unreadable
from approvals.places import no_payee
from tests.ton import BETWEEN, ton

NOW = datetime(2026, 11, 22, 10, 3, tzinfo=UTC)
USDT_ON_ETH = "0xdAC17F958D2ee523a2206206994597C13D831ec7"
USDT_ON_TRX = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
USDC_ON_ETH = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
USDC_ON_SUI = "0xdba34672e30cb065b1f93e3ab55318768fd6fef66c15942c9f7cb846e2f900e7"
ISSUER = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ"
MASTER = b"\x83\xdf\xd5\x52" + BETWEEN + b"\x16" * 4
JETTON = ton(MASTER, 0x11)
PAYEE = "0x52908400098527886E0F7030069857D2E4169EE7"
TRX = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"


def token(symbol: str, chain: str, contract: str = "", *, memo: bool = False) -> Token:
    name = f"{symbol}-{chain}"
    return Token(name, symbol, chain, chain, contract, memo, 6, None, None, Status.USABLE)


def coin(symbol: str, *tokens: Token) -> Coin:
    return Coin(symbol, symbol, symbol, Decimal(1), Status.USABLE, tokens)


CATALOGUE = Catalogue(
    (
        coin(
            "USDT",
            token("USDT", "ETH", USDT_ON_ETH),
            token("USDT", "TRX", USDT_ON_TRX),
            token("USDT", "TON", JETTON),
            token("USDT", "BSC", "0x55d398326f99059fF775485246999027B3197955"),
        ),
        coin(
            "USDC",
            token("USDC", "ETH", USDC_ON_ETH.lower()),
            token("USDC", "SUI", f"{USDC_ON_SUI}::usdc::USDC"),
            token("USDC", "XLM", f"USDC-{ISSUER}"),
        ),
        coin("ETH", token("ETH", "ETH"), token("ETH", "BASE", "8453")),
        coin("TRX", token("TRX", "TRX", "TRX")),
        coin("SUI", token("SUI", "SUI")),
        coin("XLM", token("XLM", "XLM")),
        coin("TON", token("TON", "TON")),
        coin("XRP", token("XRP", "XRP", memo=True)),
        coin("SOL", token("SOL", "SOL")),
        coin("BNB", token("BNB", "BSC")),
    ),
    NOW,
)


def asked(symbol: str, chain: str, destination: str, **changes: Any) -> Ask:
    wanted = Wanted("5", symbol, chain, Kind.CHAIN, destination, None, None, "Invoice 1043")
    return read_ask(replace(wanted, **changes), CATALOGUE, NOW, FeePayer.PAYEE)


def sentence(symbol: str, chain: str, destination: str, **changes: Any) -> str:
    with pytest.raises(Unreadable) as no:
        asked(symbol, chain, destination, **changes)
    assert (no.value.field, no.value.word) == ("destination", destination)
    return no.value.sentence


LOST = "not a payee: money sent there is lost. Ask the payee for their address."
OWN_ON_ETH = f"This is USDT's own contract on ETH, {LOST}"
OTHER_ON_ETH = f"This is the contract of USDC on ETH, {LOST}"


@pytest.mark.parametrize(
    ("symbol", "chain", "destination", "said"),
    [
        ("USDT", "ETH", USDT_ON_ETH, OWN_ON_ETH),
        ("USDT", "ETH", USDT_ON_ETH.lower(), OWN_ON_ETH),
        ("USDT", "ETH", "0x" + USDT_ON_ETH[2:].upper(), OWN_ON_ETH),
        ("USDT", "ETH", grouped(USDT_ON_ETH), OWN_ON_ETH),
        ("usdt", "eth", USDT_ON_ETH, OWN_ON_ETH),
        ("USDT", "TRX", USDT_ON_TRX, f"This is USDT's own contract on TRX, {LOST}"),
        ("TRX", "TRX", USDT_ON_TRX, f"This is the contract of USDT on TRX, {LOST}"),
        ("USDT", "ETH", USDC_ON_ETH, OTHER_ON_ETH),
        ("ETH", "ETH", USDC_ON_ETH, OTHER_ON_ETH),
        # The same text on another EVM network: whoever made the contract has no key to it there.
        ("USDT", "BSC", USDT_ON_ETH, OWN_ON_ETH),
        ("BNB", "BSC", USDC_ON_ETH, OTHER_ON_ETH),
        ("ETH", "BASE", USDT_ON_ETH, f"This is the contract of USDT on ETH, {LOST}"),
        # Both forms of a TON address, in either alphabet; a type of a coin; an issuer.
        ("USDT", "TON", JETTON, f"This is USDT's own contract on TON, {LOST}"),
        ("TON", "TON", JETTON, f"This is the contract of USDT on TON, {LOST}"),
        ("USDT", "TON", ton(MASTER), ""),
        ("SUI", "SUI", USDC_ON_SUI, f"This is the contract of USDC on SUI, {LOST}"),
        ("SUI", "SUI", "0x" + USDC_ON_SUI[2:].upper(), ""),
        ("XLM", "XLM", ISSUER, f"This is the contract of USDC on XLM, {LOST}"),
    ],
)  # fmt: skip
def test_a_contract_is_no_payee(symbol: str, chain: str, destination: str, said: str) -> None:
    """What the catalogue calls a contract is refused in every spelling: the coin's own token by its
    name, those of other coins with theirs."""
    told = sentence(symbol, chain, destination)
    assert told == said if said else LOST in told


@pytest.mark.parametrize(
    ("contract", "spelt"),
    [
        (f"0:{MASTER.hex().upper()}", JETTON),
        (JETTON.replace("-", "+").replace("_", "/"), JETTON),
        ("41a614f803b6fd780986a42c78ec9c7f77e6ded13c", USDT_ON_TRX),
        (f"USDC:{ISSUER}", ISSUER),
        (f"USDC.{ISSUER}", ISSUER),
    ],
)
def test_a_contract_is_known_however_the_catalogue_writes_it(contract: str, spelt: str) -> None:
    """The gateway may list a contract in another form than the one that people type."""
    chain = {"E": "TON", "T": "TRX", "G": "XLM"}[spelt[0]]
    catalogue = Catalogue((coin("C", token("C", chain, contract)),), NOW)
    normal = read_address(chain, spelt).normal
    assert no_payee(catalogue, chain, normal, "C") == f"This is C's own contract on {chain}, {LOST}"


def test_a_payee_is_no_contract() -> None:
    """What the catalogue says of native coins ("137", "TRX") makes nobody's address a contract, and
    a contract of another network with another form is none here."""
    assert asked("ETH", "BASE", PAYEE).destination.text == PAYEE
    assert asked("TRX", "TRX", TRX).destination.text == TRX
    elsewhere = Catalogue((coin("C", token("C", "SUI", TRX)),), NOW)
    assert no_payee(elsewhere, "TRX", TRX, "C") is None


@pytest.mark.parametrize(
    ("symbol", "chain", "destination", "what"),
    [
        ("ETH", "ETH", "0x000000000000000000000000000000000000dEaD", "a burn address"),
        ("ETH", "ETH", "0x" + "0" * 39 + "1", "a contract of the network itself"),
        ("BNB", "BSC", "0x" + "0" * 37 + "100", "a contract of the network itself"),
        ("ETH", "BASE", "0x4200000000000000000000000000000000000006", "a contract of the network"),
        ("ETH", "ETH", "0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE", "a placeholder for"),
        ("ETH", "ETH", "0x00000000219ab540356cBB839Cbe05303d7705Fa", "the deposit contract of"),
        ("XRP", "XRP", "rrrrrrrrrrrrrrrrrrrrBZbvji", "account one, a black hole"),
        ("XRP", "XRP", "rrrrrrrrrrrrrrrrrrrrrhoLvTp", "account zero, a black hole"),
        ("XRP", "XRP", "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "the genesis account, a black hole"),
        ("XRP", "XRP", "rrrrrrrrrrrrrrrrrNAMEtxvNvQ", "a black hole"),
        ("XRP", "XRP", "rrrrrrrrrrrrrrrrrrrn5RM1rHd", "a black hole"),
        ("SOL", "SOL", "1nc1nerator11111111111111111111111111111111", "the incinerator"),
        ("SOL", "SOL", "1" * 32, "the system program"),
        ("SOL", "SOL", "So11111111111111111111111111111111111111112", "the wrapped coin's own"),
        ("SOL", "SOL", "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", "a program of the network"),
        ("TRX", "TRX", "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb", "the zero address, a burn address"),
        ("TRX", "TRX", "TLsV52sRDL79HXGGm9yzwKibb6BeruhUzy", "TRON's black hole"),
    ],
)  # fmt: skip
def test_a_dead_end_is_called_what_it_is(
    symbol: str, chain: str, destination: str, what: str
) -> None:
    """Well-known addresses that nobody holds are refused with what they are."""
    told = sentence(symbol, chain, destination, memo="")
    assert told.startswith(f"This is {what}")
    assert told.endswith(LOST)


NOBODY = "Nobody holds the key of this address: money sent there is lost."


@pytest.mark.parametrize(
    ("chain", "text"),
    [
        ("BTC", "1111111111111111111114oLvT2"),
        ("BTC", "1ChancecoinXXXXXXXXXXXXXXXXXZELUFD"),
        ("BCH", "bitcoincash:qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqfnhks603"),
        ("XLM", "GAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAWHF"),
        ("TON", "EQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAM9c"),
        ("TON", "Ef8zMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzM0vF"),
        ("ETH", "0x" + "0" * 40),
        ("ETH", "0x" + "1" * 40),
        ("ETH", "0x" + "F" * 40),
        ("SUI", "0x" + "0" * 63 + "2"),
        ("APT", "0x" + "0" * 63 + "A"),
        ("SOL", "Vote111111111111111111111111111111111111111"),
        ("KAS", "kaspa:" + "q" * 61),
    ],
)
def test_an_address_that_was_written_has_no_key(chain: str, text: str) -> None:
    """An address of zeros, or of one letter again and again, was not made from a key, named or
    not."""
    with pytest.raises(Unreadable) as no:
        read_address(chain, text)
    assert no.value.sentence == NOBODY


@given(st.integers(0, 10), st.binary(min_size=20, max_size=20))
def test_no_address_of_a_key_is_a_dead_end(zeros: int, account: bytes) -> None:
    """Of what keys make, nothing is taken for written, with as many zero bytes in front as anybody
    has ever searched for, and some more."""
    vanity = bytes(zeros) + account[zeros:]
    assume(any(vanity[:16]) and len(set(vanity)) > 1)
    assume(vanity[:2] != b"\x42\x00")  # not drawn, but found by shrinking: the OP Stack's own
    assert dead_end("ETH", "0x" + vanity.hex()) is None


def test_holding_an_address_against_a_whole_catalogue_is_cheap() -> None:
    """Five thousand contracts are looked through in a small part of the two seconds that a request
    has."""
    contracts = (f"0x{number:040x}" for number in range(10**30, 10**30 + 5000))
    many = tuple(coin(f"C{n}", token(f"C{n}", "BSC", c)) for n, c in enumerate(contracts))
    catalogue = Catalogue(many, NOW)
    started = time.process_time()
    assert no_payee(catalogue, "ETH", PAYEE.lower(), "ETH") is None
    assert time.process_time() - started < 0.5
