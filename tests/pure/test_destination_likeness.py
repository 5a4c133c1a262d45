"""What makes two addresses look alike, and pieces of addresses in one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.destination import ends, family, folded, normal_memo, read_address, respelled
from approvals.destination.accounts import bounceable
from approvals.destination.bitcoin import with_tokens
from approvals.destination.encodings.bech32 import cash_spelled
from tests.ton import ton

ETH = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"
MIXED = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


@pytest.mark.parametrize(
    ("chain", "normal", "expected"),
    [
        ("ETH", ETH, ("0x5aae", "eaed")),
        ("bsc", ETH, ("0x5aae", "eaed")),
        ("SUI", "0x" + "12" * 32, ("0x1212", "1212")),
        ("TRX", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", ("TJRab", "RTv8")),
        ("BTC", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", ("bc1qw508", "f3t4")),
        ("BTC", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", ("1BpEi", "Vggu")),
        ("SOL", "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV", ("7EcD", "FLtV")),
    ],
)
def test_the_ends_stand_beside_what_is_fixed(
    chain: str, normal: str, expected: tuple[str, str]
) -> None:
    """Four characters after the part that all addresses share, and the last four."""
    head, end = expected
    assert ends(chain, normal) == (head, frozenset({end}))


def test_an_address_of_ton_has_two_ends() -> None:
    """Whether it says that it bounces changes its checksum: people saw one end or the other."""
    normal = "UQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqEBI"
    assert bounceable(normal) == "EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N"
    assert ends("ton", normal) == ("UQCD39", frozenset({"qEBI", "qB2N"}))


def test_an_address_of_bch_has_two_ends() -> None:
    """A wallet that knows tokens shows the same payee with another checksum."""
    normal = "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"
    assert ends("BCH", normal) == ("bitcoincash:qpm2q", frozenset({"dx6a", "rq9w"}))


@given(st.sampled_from([0x00, 0x08]), st.binary(min_size=20, max_size=20))
def test_the_other_form_of_a_bch_address_is_whole(version: int, account: bytes) -> None:
    """Its checksum is the one that is reckoned from its version and hash, and its normal form is
    that of a wallet that knows no tokens."""
    plain, marked = (
        f"bitcoincash:{cash_spelled('bitcoincash', bytes([version | bit]) + account)}"
        for bit in (0x00, 0x10)
    )
    assert with_tokens(plain) == marked
    assert plain[12] + marked[12] in ("qz", "pr")
    if len(set(account)) > 1:
        assert read_address("BCH", marked).normal == read_address("BCH", plain).normal == plain


def test_a_look_alike_with_tokens_is_spelled_whole() -> None:
    """Beside an address in the form with tokens, the known one is shown in that form."""
    known = "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"
    typed = "bitcoincash:zqxtkye9ua7ywadc9sj3l5lfj5usvxz8fy7zn2gp3h"
    normal = read_address("BCH", typed).normal
    assert respelled("BCH", (known, known), like=(typed, normal)) == with_tokens(known)
    assert respelled("BCH", (known, known), like=(typed[12:], normal)) == with_tokens(known)[12:]


@given(st.binary(min_size=32, max_size=32), st.sampled_from([0x00, 0xFF]))
def test_the_other_form_of_a_ton_address_is_whole(account: bytes, workchain: int) -> None:
    """Its checksum is the one that is reckoned from its tag and account."""
    assert bounceable(ton(account, 0x51, workchain)) == ton(account, 0x11, workchain)


def test_chains_that_share_addresses_are_one_family() -> None:
    """On every EVM chain the same address is good, also on one that no list holds; other chains
    stand for themselves."""
    assert family("ETH", ETH) == family("bsc", ETH) == family("VET", ETH)
    longer = "0x" + "12" * 32
    assert len({family(chain, longer) for chain in ("ETH", "TRX", "BTC", "LTC", "sui")}) == 5


@pytest.mark.parametrize(
    ("chain", "normal", "piece", "expected"),
    [
        ("ETH", ETH, "5aAe", "5aae"),
        ("BTC", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "W508", "w508"),
        ("BCH", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "QPM2", "qpm2"),
        ("SUI", "0x" + "ab" * 32, "AB", "ab"),
        ("TRX", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "TJRa", "TJRa"),
        ("BTC", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", "BpEi", "BpEi"),
        ("TON", "UQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqEBI", "a+/B", "a-_B"),
    ],
)
def test_a_piece_is_folded_where_letters_mean_the_same(
    chain: str, normal: str, piece: str, expected: str
) -> None:
    """Case where there is none that counts, and TON's second alphabet; nothing else."""
    assert folded(chain, normal, piece) == expected


def test_what_both_write_in_normal_form_stays_as_written() -> None:
    """An EVM address keeps the capital letters that are its checksum."""
    other = MIXED.replace("6053", "6054")
    shown = respelled("ETH", (other, other.lower()), like=(ETH, ETH))
    assert shown == other


@pytest.mark.parametrize(
    ("chain", "memo", "expected"),
    [("XRP", "0012", "12"), ("xrp", "0", "0"), ("XRP", "", ""), ("TON", "0012", "0012")],
)
def test_a_destination_tag_is_a_number(chain: str, memo: str, expected: str) -> None:
    """Its leading zeros are kept for sending, and mean nothing."""
    assert normal_memo(chain, memo) == expected
