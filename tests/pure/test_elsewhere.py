"""Networks whose addresses are not known here: an address is one thing, and names no other network.

DASH, KAS and ATOM stand for all of them.
"""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from approvals.asking import Unfit, Wanted, read_ask
from approvals.catalogue import Catalogue, Coin, Status, Token
from approvals.content import FeePayer
from approvals.destination import Kind, grouped, read_address, read_destination
from approvals.errors import Unreadable
from bot.parsing import Misread, Request, misread, read_command

NOW = datetime(2026, 11, 22, 10, 3, tzinfo=UTC)
TRX = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
DASH = "XoJA8qE3N2Y3jMLEtZ3vcN42qseZ8LvFf5"
COSMOS = "cosmos1vx8knpllrj7n963p9ttd80w47kpacrhuts497x"
KASPA = "kaspa:qpauqsvk7yf9unexwmxsnmg547mhyga37csh0kj53q6xxgl24ydxjsgzthw5j"
ISSUER = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ"
SEGWIT = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
UNIFIED = "u1" + "q0x9j2" * 23 + "q"  # as long as one of two receivers: 141 characters


def coin(symbol: str, *, memo: bool = False) -> Coin:
    token = Token(symbol, symbol, symbol, symbol, "", memo, 8, None, None, Status.USABLE)
    return Coin(symbol, symbol, symbol, Decimal(1), Status.USABLE, (token,))


MEMOS = ("ATOM", "HIVE", "HBAR")
COINS = ("DASH", "KAS", "ATOM", "HIVE", "HBAR", "ZEC", "EOS", "NEAR", "ICP", "AR", "FIL", "FLOW")
CATALOGUE = Catalogue(tuple(coin(symbol, memo=symbol in MEMOS) for symbol in COINS), NOW)


def sentence(chain: str, text: str) -> str:
    with pytest.raises(Unreadable) as no:
        read_destination(Kind.CHAIN, chain, text)
    assert no.value.field == "destination"
    return no.value.sentence


def typed(text: str) -> Misread | str:
    """What comes of a command: the destination that would be recorded, or the answer."""
    try:
        command = read_command(text)
    except Misread as no:
        return no
    assert isinstance(command, Request)
    try:
        return read_ask(command.wanted, CATALOGUE, NOW, FeePayer.PAYEE).destination.text
    except Unreadable as no:
        return misread(text, command.wanted, no)


BESIDE = "Something stands beside the address. Write the address alone, as one word."
AS_MEMO = 'Write the memo behind the address as "memo 12345", without a colon.'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"0.5 DASH to {DASH} and thanks for Invoice 1043", BESIDE),
        (f"0.5 DASH to address {DASH} for Invoice 1043", BESIDE),
        (f"0.5 DASH to {DASH} please for Invoice 1043", BESIDE),
        (f"0.5 DASH to {DASH}, for Invoice 1043", '"," does not occur in a DASH address.'),
        (f"0.5 DASH to {DASH}. for Invoice 1043", '"." does not occur in a DASH address.'),
        (f'0.5 DASH to "{DASH}" for Invoice 1043', "does not occur in a DASH address."),
        (f"0.5 DASH to &lt;{DASH}&gt; for Invoice 1043", '"<" does not occur in a DASH address.'),
        (f"0.5 DASH to ({DASH}) for Invoice 1043", '"(" does not occur in a DASH address.'),
        (f"0.5 DASH to `{DASH}` for Invoice 1043", '"`" does not occur in a DASH address.'),
        (f"0.5 DASH to *{DASH}* for Invoice 1043", '"*" does not occur in a DASH address.'),
        (f"0.5 DASH to address:{DASH} for Invoice 1043", '":" does not occur in a DASH address.'),
        (f"0.5 DASH to address: {DASH} for Invoice 1043", BESIDE),
        (f"0.5 DASH to {DASH}/thanks for Invoice 1043", '"/" does not occur in a DASH address.'),
    ],
)
def test_what_stands_beside_an_address_is_not_sent_along(text: str, said: str) -> None:
    """Other words, quotation marks, commas and brackets are refused, and the example leaves them
    out; it can be read."""
    answer = typed(text)
    assert isinstance(answer, Misread)
    assert (answer.field, said in answer.sentence) == ("destination", True)
    assert answer.example == f"0.5 DASH to {DASH} for Invoice 1043"
    assert typed(answer.example) == DASH


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"5 ATOM to {COSMOS} memo: 12345 no memo for Invoice 1043", AS_MEMO),
        (
            f"5 ATOM to {COSMOS}:EEzcJCzpLABgWE no memo for Invoice 1043",
            '":" does not occur in an ATOM address. Write a memo behind it as "memo …".',
        ),
        (f"5 ATOM to {COSMOS} tag 12345 no memo for Invoice 1043", AS_MEMO),
        (
            "0.5 DASH to " + " ".join(DASH[i : i + 5] for i in range(0, 34, 5)) + " for It was",
            BESIDE,
        ),
        (f"5 KAS to {TRX} for Invoice 1043", 'This is a TRX address, but you wrote "on KAS".'),
        (
            f"5 ATOM to {SEGWIT} no memo for Invoice 1043",
            'This is a BTC address, but you wrote "on ATOM".',
        ),
        (
            "1.3 DASH to ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9 for Invoice 1043",
            'This is an LTC address, but you wrote "on DASH".',
        ),
    ],
)
def test_what_was_taken_before_is_refused(text: str, said: str) -> None:
    """Each text that once became a payee is refused with its own sentence."""
    answer = typed(text)
    assert isinstance(answer, Misread)
    assert said in answer.sentence


@pytest.mark.parametrize(
    ("chain", "text", "said"),
    [
        ("DASH", "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH", "This is an XRP address"),
        ("DASH", "X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ", "This is an XRP address"),
        ("ZEC", ISSUER, "This is an XLM address"),
        (
            "ZEC",
            "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK",
            "This is an XLM address",
        ),
        ("KAS", "EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N", "This is a TON address"),
        ("DASH", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "This is a BCH address"),
        ("DASH", "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "This is a BCH address"),
        ("DASH", SEGWIT.upper(), "This is a BTC address"),
        ("DASH", "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", "This is a BTC test address"),
        ("DASH", COSMOS, "This is an ATOM address"),
        ("OSMO", COSMOS, "This is an ATOM address"),
    ],
)  # fmt: skip
def test_an_address_that_names_its_network_is_not_taken_elsewhere(
    chain: str, text: str, said: str
) -> None:
    """Where the form says the network, no other one takes it."""
    assert sentence(chain, text).startswith(said)


@pytest.mark.parametrize(
    ("chain", "text"),
    [
        ("DASH", DASH),
        ("KAS", KASPA),
        ("ATOM", COSMOS),
        ("COSMOS_HUB", COSMOS),
        ("HIVE", "bittrex"),
        ("HIVE", "foo-bar.baz"),
        ("EOS", "eosio.token"),
        ("EOS", "a"),
        ("HBAR", "0.0.800"),
        ("HBAR", "0.0.123-vfmkw"),
        ("NEAR", "acme.near"),
        ("NEAR", "ab"),
        ("NEAR", "17a7" * 16),
        ("APT", "0x" + "a7" * 32),
        ("SUI", "0x" + "a7" * 32),
        ("ICP", "rrkah-fqaaa-aaaaa-aaaaq-cai"),
        ("AR", "-6zoIfzMcUv8AvQU4_9uELTbJUo4lU1CqkDPYCE1cHA"[:43]),
        ("FIL", "f0123"),
        ("FLOW", "0x1654653399040a61"),
        ("XNO", "nano_3t6k35gi95xu6tergt6p69ck76ogmitsa8mnijtpxm9fkcm736xtoncuohr3"),
        ("ZEC", UNIFIED),
        ("ZEC", "t1VpYecBW4UudbGcy4ufh61eWxQCoFaUrPs"),
        ("XAH", "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH"),
        ("PI", "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ"),
        ("BRC20", SEGWIT),
        ("VET", "0x52908400098527886E0F7030069857D2E4169EE7"),
        ("DASH", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu"),
    ],
)
def test_whole_addresses_and_names_are_good(chain: str, text: str) -> None:
    """Short names and long addresses that are whole on their network are taken as they stand, in
    groups of four too."""
    assert read_destination(Kind.CHAIN, chain, text).text == text
    assert read_destination(Kind.CHAIN, chain, grouped(text)).text == text
    assert (len(UNIFIED), read_address(chain, text).checked in (None, True)) == (141, True)


@pytest.mark.parametrize(
    ("chain", "text", "said"),
    [
        ("VET", f"0x{'a7' * 19}a", "An address that starts with 0x has 40 or 64 digits."),
        ("SUI", f"0x{'a7' * 33}", "An address that starts with 0x has 40 or 64 digits."),
        ("HIVE", DASH, "This is no name of an account on HIVE."),
        ("HIVE", "Bittrex", "This is no name of an account on HIVE."),
        ("HIVE", "ab", "This is no name of an account on HIVE."),
        ("EOS", "with.dot.at.end.", "This is no name of an account on EOS."),
        ("DASH", "bittrex", "This is too short for a DASH address."),
        ("DASH", "AcmeCorporation", "This is a word, and no DASH address."),
        ("DASH", f"{DASH}-12345", '"-" does not occur in a DASH address.'),
        ("ATOM", f"{COSMOS}.12345", '"." does not occur in an ATOM address.'),
        ("DASH", "acme.example", '"." does not occur in a DASH address.'),
        ("DASH", "a" * 257, "An address has at most 256 characters."),
        (
            "DASH",
            "xpub" + "6CUGRUonZSQ4TWtTMmzXdrXDtypWKiK" * 3,
            "This is an extended public key, and no address.",
        ),
        ("SOL", "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV 1", BESIDE),
        ("ETH", "0x52908400098527886e0f7030069857d2e4169ee 7", BESIDE),
    ],
)
def test_what_is_no_address_anywhere_is_refused(chain: str, text: str, said: str) -> None:
    """Words, fragments, and what is more than an address are told apart from one."""
    assert sentence(chain, text).startswith(said)


def test_spaces_do_no_harm_where_a_checksum_fits() -> None:
    """An address that was broken over lines is read where a slip would be seen."""
    broken = f"{TRX[:20]}\n{TRX[20:]}"
    assert read_destination(Kind.CHAIN, "TRX", broken).text == TRX


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("ana@example.com and thanks", "ana@example.com"),
        ("9558861 2", None),
        ("ana@example.com, please", "ana@example.com"),
    ],
)
def test_a_cwallet_user_is_one_word(text: str, better: str | None) -> None:
    """Words behind a Cwallet user do not become a part of who is paid."""
    wanted = Wanted("5", "DASH", None, Kind.CWALLET, text, None, None, "Bonus")
    with pytest.raises(Unreadable) as no:
        read_ask(wanted, CATALOGUE, NOW, FeePayer.PAYEE)
    assert (no.value.field, no.value.sentence) == ("destination", BESIDE)
    if better:
        assert isinstance(no.value, Unfit)
        assert no.value.better == replace(wanted, destination=better)
