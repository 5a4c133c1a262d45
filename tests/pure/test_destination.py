"""Addresses: what other people's software makes is accepted, what fingers get wrong is not.

bip-utils is the oracle. It shares no code with ours, so an address that both agree on is good.
"""

import base64
import binascii
import contextlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.destination import EVM_CHAINS, grouped, read_address, tidy
from approvals.errors import Unreadable

bip_utils = pytest.importorskip("bip_utils", reason="the oracle has no wheels for this Python")

TRX = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
XRP = "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH"
BTC = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
BCH = "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"
ETH = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
LTC = "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1"
TON = "EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N"
SOL = "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV"

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _secp(seed: bytes) -> object:
    return bip_utils.Secp256k1PrivateKey.FromBytes(seed).PublicKey()


def _ed25519(seed: bytes) -> object:
    return bip_utils.Ed25519PrivateKey.FromBytes(seed).PublicKey()


@dataclass(frozen=True)
class Form:
    """One way to write an address: its chain, the letters of a slip, and the oracle's encoder."""

    chain: str
    letters: str
    encode: Callable[[bytes], str]


def _form(
    chain: str, letters: str, key: Callable[[bytes], object], kind: str, **how: object
) -> Form:
    encoder = getattr(bip_utils, f"{kind}AddrEncoder")
    return Form(chain, letters, lambda seed: str(encoder.EncodeKey(key(seed), **how)))


def _cash(kind: str, version: bytes) -> Form:
    return _form("BCH", BECH32, _secp, kind, hrp="bitcoincash", net_ver=version)


CHECKED = {
    "BTC key hash": _form("BTC", BASE58, _secp, "P2PKH", net_ver=b"\x00"),
    "BTC script hash": _form("BTC", BASE58, _secp, "P2SH", net_ver=b"\x05"),
    "BTC SegWit": _form("BTC", BECH32, _secp, "P2WPKH", hrp="bc"),
    "BTC Taproot": _form("BTC", BECH32, _secp, "P2TR", hrp="bc"),
    "LTC key hash": _form("LTC", BASE58, _secp, "P2PKH", net_ver=b"\x30"),
    "LTC script hash": _form("LTC", BASE58, _secp, "P2SH", net_ver=b"\x32"),
    "LTC SegWit": _form("LTC", BECH32, _secp, "P2WPKH", hrp="ltc"),
    "DOGE key hash": _form("DOGE", BASE58, _secp, "P2PKH", net_ver=b"\x1e"),
    "DOGE script hash": _form("DOGE", BASE58, _secp, "P2SH", net_ver=b"\x16"),
    "BCH key hash": _cash("BchP2PKH", b"\x00"),
    "BCH script hash": _cash("BchP2SH", b"\x08"),
    "BCH key hash, with tokens": _cash("BchP2PKH", b"\x10"),
    "BCH script hash, with tokens": _cash("BchP2SH", b"\x18"),
    "EVM": _form("ETH", "0123456789abcdefABCDEF", _secp, "Eth"),
    "TRX": _form("TRX", BASE58, _secp, "Trx"),
    "XRP": _form("XRP", BASE58, _secp, "Xrp"),
    "XLM": _form(
        "XLM",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        _ed25519,
        "Xlm",
        addr_type=bip_utils.XlmAddrTypes.PUB_KEY,
    ),
    "TON": _form("TON", BASE64, _ed25519, "Ton"),
    "TON bounceable": _form("TON", BASE64, _ed25519, "Ton", is_bounceable=True),
}
UNCHECKED = {
    "SOL": _form("SOL", BASE58, _ed25519, "Sol"),
    "EVM, small letters": Form("ETH", "", lambda seed: CHECKED["EVM"].encode(seed).lower()),
    "EVM, capitals": Form("ETH", "", lambda seed: "0x" + CHECKED["EVM"].encode(seed)[2:].upper()),
}


def _seeds() -> Iterator[bytes]:
    return (sha256(f"address {n}".encode()).digest() for n in range(20))


def _sentence(chain: str, text: str) -> str:
    with pytest.raises(Unreadable) as refusal:
        read_address(chain, text)
    assert (refusal.value.field, refusal.value.word) == ("destination", text)
    return refusal.value.sentence


@pytest.mark.parametrize("form", CHECKED.values(), ids=CHECKED)
def test_every_address_with_a_checksum_is_accepted_as_it_stands_and_verified(form: Form) -> None:
    """What the oracle makes for a chain is accepted, sent unchanged, and counts as checked."""
    for seed in _seeds():
        text = form.encode(seed)
        address = read_address(form.chain, text)
        assert (address.chain, address.text, address.checked) == (form.chain, text, True)


@pytest.mark.parametrize("form", CHECKED.values(), ids=CHECKED)
def test_a_slip_of_one_character_is_refused_where_there_is_a_checksum(form: Form) -> None:
    """No address with one character replaced by another of its alphabet is accepted."""
    chance = random.Random(form.chain)
    for seed in _seeds():
        text = form.encode(seed)
        for _ in range(10):
            at = chance.randrange(text.find(":") + 1, len(text))
            slip = chance.choice([c for c in form.letters if c != text[at]])
            _sentence(form.chain, text[:at] + slip + text[at + 1 :])


@pytest.mark.parametrize("form", UNCHECKED.values(), ids=UNCHECKED)
def test_an_address_without_a_checksum_is_accepted_and_says_so(form: Form) -> None:
    """Solana, and EVM in one case, pass by their shape alone and are marked as unchecked."""
    for seed in _seeds():
        text = form.encode(seed)
        address = read_address(form.chain, text)
        assert (address.text, address.checked) == (text, False)


@pytest.mark.parametrize("form", [*CHECKED.values(), UNCHECKED["SOL"]], ids=[*CHECKED, "SOL"])
def test_an_address_of_another_chain_is_called_by_its_chain(form: Form) -> None:
    """An address that is good elsewhere is refused with the name of where it is good."""
    text = form.encode(next(_seeds()))
    elsewhere = "XLM" if form.chain != "XLM" else "TRX"
    home = "EVM" if form.chain == "ETH" else form.chain
    assert f" {home} " in _sentence(elsewhere, text)


def _ton(content: bytes) -> str:
    crc = binascii.crc_hqx(content, 0).to_bytes(2)
    return base64.urlsafe_b64encode(content + crc).decode()


AGAIN = " Copy it again from the payee."
TYPING_ERROR = "This address has a typing error: its checksum does not fit." + AGAIN
TEST_NETWORK = "This address belongs to a test network: real money sent there is lost."
MIXED = "This address mixes capital and small letters, which this kind never does." + AGAIN
TWIN_LTC = "LTC addresses that start with 3 look the same as BTC addresses."
TWIN_BCH = "BCH addresses in the old form look the same as BTC addresses."
X_ADDRESS = "This is an X-address, in which a destination tag hides."
MUXED = "This is a muxed address, in which an account id hides."
RAW_TON = "This is the raw form of a TON address, which has no checksum."
NO_SOL = "This is no SOL address: it has 32 to 44 letters and digits, never 0, O, I or l,"
CWALLET = 'This looks like a Cwallet user. Write "to cwallet …" to pay one.'
CYRILLIC = 'This address contains "а" (CYRILLIC SMALL LETTER A), which no address can hold.'
ASK_XRP = "Ask the payee for the address that starts with r, and write the tag"
ASK_XLM = "Ask the payee for the address that starts with G, and write the id"

# A good CRC over a workchain that does not exist.
ELSEWHERE_IN_TON = _ton(b"\x11\x05" + b"\x83" * 32)

SENTENCES = [
    # It belongs to another chain.
    ("ETH", TRX, 'This is a TRX address, but you wrote "on ETH".'),
    ("TRX", XRP, 'This is an XRP address, but you wrote "on TRX".'),
    ("BTC", LTC, 'This is an LTC address, but you wrote "on BTC".'),
    ("TRX", ETH, 'This is an EVM (ETH, BSC, POLYGON …) address, but you wrote "on TRX".'),
    # A slip of the finger.
    ("TRX", TRX[:-1] + "9", TYPING_ERROR),
    ("BTC", BTC[:-1] + "5", TYPING_ERROR),
    ("BCH", BCH[:-1] + "6", TYPING_ERROR),
    ("ETH", ETH[:-1] + "D", TYPING_ERROR),
    ("TON", TON[:-1] + "n", TYPING_ERROR),
    ("TRX", TRX[:-1], "A TRX address has 34 characters; this one has 33." + AGAIN),
    ("TRX", TRX[:-1] + "0", '"0" does not occur in a TRX address.' + AGAIN),
    ("TRX", "hello", "A TRX address starts with T." + AGAIN),
    ("BTC", "hello", "A BTC address starts with 1, 3 or bc1." + AGAIN),
    ("BTC", BTC[:10] + BTC[10:].upper(), MIXED),
    ("BTC", BTC[:-1], "A BTC address has 42 or 62 characters; this one has 41." + AGAIN),
    ("BCH", BCH[:-1], "A BCH address has 54 characters; this one has 53." + AGAIN),
    ("XRP", XRP[:9], "An XRP address has 25 to 35 characters; this one has 9." + AGAIN),
    ("ETH", ETH[2:], "An ETH address starts with 0x." + AGAIN),
    ("SOL", SOL[:-12], f"{NO_SOL} and stands for 32 bytes.{AGAIN}"),
    ("SUI", "short", "This is too short for a SUI address." + AGAIN),
    ("SUI", "0x" + "1" * 255, "An address has at most 256 characters." + AGAIN),
    # Nobody could ever spend what is sent there.
    (
        "BTC",
        "mk2QpYatsKicvFVuTAQLBryyccRXMUaGHP",
        f"{TEST_NETWORK} Ask the payee for a BTC address.",
    ),
    (
        "BTC",
        "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
        f"{TEST_NETWORK} Ask the payee for a BTC address.",
    ),
    (
        "BCH",
        "bchtest:qpm2qsznhks23z7629mms6s4cwef74vcwvqcw003ap",
        f"{TEST_NETWORK} Ask the payee for a BCH address.",
    ),
    (
        "TON",
        "kQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqKYH",
        f"{TEST_NETWORK} Ask the payee for a TON address.",
    ),
    (
        "BTC",
        "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs",
        "A BTC address starts with bc1q or bc1p." + AGAIN,
    ),
    ("TON", ELSEWHERE_IN_TON, "A TON address starts with UQ or EQ." + AGAIN),
    ("ETH", "0x" + "0" * 40, "Nobody holds the key of this address: money sent there is lost."),
    # Two readings, or a part that nobody sees.
    (
        "LTC",
        "3EktnHQD7RiAE6uzMj2ZifT9YgRrkSgzQX",
        f"{TWIN_LTC} Ask the payee for the form that starts with M or ltc1.",
    ),
    (
        "BCH",
        "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu",
        f'{TWIN_BCH} Ask the payee for the form that starts with "bitcoincash:".',
    ),
    (
        "XRP",
        "X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ",
        f'{X_ADDRESS} {ASK_XRP} as "memo …".',
    ),
    (
        "XLM",
        "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK",
        f'{MUXED} {ASK_XLM} as "memo …".',
    ),
    (
        "TON",
        f"0:{'83' * 32}",
        f"{RAW_TON} Ask the payee for the form of 48 characters that starts with UQ or EQ.",
    ),
    # Letters that nobody can see or tell apart.
    ("TRX", TRX.replace("a", "а"), CYRILLIC + AGAIN),
    (
        "TRX",
        TRX[:4] + "\u200b" + TRX[4:],
        "This address contains an invisible ZERO WIDTH SPACE." + AGAIN,
    ),
    ("TRX", grouped(TRX), "This address contains an invisible SPACE." + AGAIN),
    ("SUI", "\ud800" * 9, "This address contains an invisible U+D800." + AGAIN),
    # Another kind of destination.
    ("SUI", "12345678", CWALLET),
    ("SUI", "ana@example.com", CWALLET),
    ("BTC", "lnbc25u1pvjluez", 'This is a Lightning invoice. Write "to invoice …" to pay it.'),
]


@pytest.mark.parametrize(("chain", "text", "sentence"), SENTENCES)
def test_every_refusal_has_its_own_sentence(chain: str, text: str, sentence: str) -> None:
    """What is wrong with an address, and what to do about it, is said in one exact sentence."""
    assert _sentence(chain, text) == sentence


@pytest.mark.parametrize("chain", sorted(EVM_CHAINS))
def test_one_evm_address_is_good_on_every_evm_chain(chain: str) -> None:
    """Every chain in the table reads and verifies the same address, whatever its name's case."""
    assert read_address(chain, ETH).checked is True
    assert read_address(chain.lower(), ETH).checked is True


@pytest.mark.parametrize(
    ("chain", "spellings"),
    [
        ("ETH", [ETH, ETH.lower(), "0x" + ETH[2:].upper()]),
        ("BTC", [BTC, BTC.upper()]),
        ("BCH", [BCH, BCH.upper(), BCH[12:], BCH[12:].upper()]),
        ("SUI", ["0x" + "ab" * 32, "0x" + "AB" * 32, "0x" + "aB" * 32]),
        ("TON", [TON, "UQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqEBI"]),
    ],
)
def test_all_spellings_of_one_address_have_one_normal_form(
    chain: str, spellings: list[str]
) -> None:
    """Two spellings of the same destination are recognised as the same, and sent as written."""
    addresses = [read_address(chain, text) for text in spellings]
    assert len({address.normal for address in addresses}) == 1
    assert [address.text for address in addresses] == spellings


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        (
            "bitcoincash:zqxtkye9ua7ywadc9sj3l5lfj5usvxz8fy7zn2gp3h",
            "bitcoincash:qqxtkye9ua7ywadc9sj3l5lfj5usvxz8fyegq5x8wy",
        ),
        (
            "bitcoincash:pvstqkm54dtvnpyqxt5m5n7sjsn4enrlxc526xyxlnjkaycdzfeu69reyzmqx",
            "bitcoincash:pvstqkm54dtvnpyqxt5m5n7sjsn4enrlxc526xyxlnjkaycdzfeu69reyzmqx",
        ),
    ],
)
def test_newer_forms_of_bch_are_good(text: str, normal: str) -> None:
    """An address of a wallet that knows tokens is the same payee as without, and a script hash may
    be of 32 bytes; a slip in either is seen, in the middle and at the end."""
    for spelt in (text, text.upper(), text[12:]):
        address = read_address("BCH", spelt)
        assert (address.text, address.normal, address.checked) == (spelt, normal, True)
    assert _sentence("BCH", text[:-1] + "2") == TYPING_ERROR
    assert f"has {len(text)} characters" in _sentence("BCH", text[:-1])


SEED = st.binary(min_size=32, max_size=32).filter(lambda seed: 0 < int.from_bytes(seed) < 2**255)


def spellings(form: str, seed: bytes) -> tuple[str, list[str]]:
    """A chain, and every way in which it spells the address of one key."""
    text = CHECKED[form].encode(seed)
    if form == "EVM":
        return "ETH", [text, text.lower(), "0x" + text[2:].upper()]
    if form == "TON":
        both = [text, CHECKED["TON bounceable"].encode(seed)]
        return form, [*both, *(one.replace("-", "+").replace("_", "/") for one in both)]
    if form == "BCH key hash":
        bare = text.partition(":")[2]
        return "BCH", [text, bare, text.upper(), bare.upper()]
    chain = CHECKED[form].chain
    return chain, [text, text.upper()] if "SegWit" in form or "Taproot" in form else [text]


FORMS = ["EVM", "TON", "BCH key hash", "BTC SegWit", "BTC Taproot", "LTC SegWit", "TRX", "XRP"]


@given(st.sampled_from(FORMS), SEED, SEED)
@settings(max_examples=60, deadline=None)
def test_two_addresses_are_one_exactly_if_their_normal_forms_are(
    form: str, seed: bytes, other: bytes
) -> None:
    """All spellings of one address have one normal form; another address has another."""
    chain, texts = spellings(form, seed)
    normals = {read_address(chain, text).normal for text in texts}
    others = {read_address(chain, text).normal for text in spellings(form, other)[1]}
    assert len(normals) == len(others) == 1
    assert (normals == others) is (seed == other)


@given(st.sampled_from(FORMS), SEED)
@settings(max_examples=60, deadline=None)
def test_a_normal_form_is_an_address_itself(form: str, seed: bytes) -> None:
    """It can be read, and is its own: look-alikes are compared as people see them."""
    chain, (text, *_) = spellings(form, seed)
    normal = read_address(chain, text).normal
    assert read_address(chain, normal).normal == normal


@given(SEED, st.integers(0, 2**32 - 1) | st.none())
@settings(max_examples=30, deadline=None)
def test_an_x_address_never_passes_for_another_destination(seed: bytes, tag: int | None) -> None:
    """Whatever tag hides in it, it is refused: a classic address has one spelling only."""
    classic = CHECKED["XRP"].encode(seed)
    account = base58_payload(classic)
    flag = b"\x00" + bytes(8) if tag is None else b"\x01" + tag.to_bytes(8, "little")
    raw = b"\x05\x44" + account + flag
    text = bip_utils.Base58Encoder.CheckEncode(raw, bip_utils.Base58Alphabets.RIPPLE)
    assert text.startswith("X")
    assert _sentence("XRP", text).startswith(X_ADDRESS)


def base58_payload(classic: str) -> bytes:
    """The account behind a classic address."""
    raw = bip_utils.Base58Decoder.CheckDecode(classic, bip_utils.Base58Alphabets.RIPPLE)
    return bytes(raw[1:])


def test_an_address_of_an_unknown_network_passes_unchecked() -> None:
    """A network that only the catalogue knows is not refused; its address is marked unknown."""
    address = read_address("SUI", "0x" + "ab" * 32)
    assert (address.normal, address.checked) == (address.text, None)


CHAINS = ["BTC", "LTC", "DOGE", "BCH", "TRX", "XRP", "XLM", "TON"]
STARTS = ["1", "3", "L", "T", "r", "G", "bc1q", "bc1p", "bc1", "ltc1", "bitcoincash:q", "UQ"]


@given(st.sampled_from([*CHAINS, "ETH", "SOL", "SUI"]), st.text())
@settings(max_examples=300, deadline=None)
def test_arbitrary_text_is_read_or_refused_and_nothing_else(chain: str, text: str) -> None:
    """Whatever people paste, the answer is an address or a refusal, never another exception."""
    with contextlib.suppress(Unreadable):
        address = read_address(chain, tidy(text))
        assert read_address(chain, address.text) == address


@given(st.sampled_from(CHAINS), st.sampled_from(STARTS), st.text(BASE58 + BECH32, max_size=90))
@settings(max_examples=300, deadline=None)
def test_a_good_beginning_never_gets_past_a_checksum(chain: str, start: str, rest: str) -> None:
    """What begins like an address and ends by chance is refused with a sentence."""
    assert _sentence(chain, start + rest).endswith((".", '".'))
