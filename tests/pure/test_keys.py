"""Private keys: every known form is refused wherever it is typed, and no address is taken for one.

bip-utils makes the keys, from seeds that are an obvious pattern.
"""

import binascii
import json
from base64 import b32encode, b64encode
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from approvals.asking import Wanted, without_keys
from approvals.destination import Kind, certain_key, grouped, likely_key
from approvals.destination.keys import HEX, HEX_ADDRESSES, KEY, WORDS
from approvals.errors import Secret, Unreadable
from bot import forms
from bot.parsing import read_command
from tests.pure.test_destination import CHECKED, UNCHECKED, Form, bip_utils

SECRET = sha256(b"no key of anybody").digest()
HEX_KEY = SECRET.hex()
BITCOIN, RIPPLE = bip_utils.Base58Alphabets.BITCOIN, bip_utils.Base58Alphabets.RIPPLE


def check58(content: bytes, alphabet: object = BITCOIN) -> str:
    return str(bip_utils.Base58Encoder.CheckEncode(content, alphabet))


def plain58(content: bytes) -> str:
    return str(bip_utils.Base58Encoder.Encode(content))


def strkey(version: int) -> str:
    content = bytes([version]) + SECRET
    return b32encode(content + binascii.crc_hqx(content, 0).to_bytes(2, "little")).decode()


def bech32(prefix: str, content: bytes = SECRET) -> str:
    return str(bip_utils.Bech32Encoder.Encode(prefix, content))


def extended(version: bytes, key: bytes) -> str:
    return check58(version + bytes(9) + sha256(b"chain code").digest() + key)


def phrase(words: int) -> str:
    entropy = (sha256(b"no words of anybody").digest() * 2)[: words * 4 // 3]
    return str(bip_utils.Bip39MnemonicGenerator().FromEntropy(entropy))


CERTAIN = {
    **{f"WIF {n}": check58(bytes([n]) + SECRET) for n in (0x80, 0xCC, 0xB0, 0x9E, 0xEF, 0x00)},
    **{f"WIF {n}, compressed": check58(bytes([n]) + SECRET + b"\x01") for n in (0x80, 0xCC, 0xEF)},
    "BIP-38": check58(b"\x01\x42" + bytes(37)),
    "Zcash, sprout": check58(b"\xab\x36" + SECRET),
    **{
        f"{version} extended": extended(bytes.fromhex(version), b"\x00" + SECRET)
        for version in ("0488ade4", "049d7878", "04b2430c", "04358394", "019d9cfe", "02fac398")
    },
    "XRP family seed": check58(b"\x21" + SECRET[:16], RIPPLE),
    "XRP Ed25519 seed": check58(b"\x01\xe1\x4b" + SECRET[:16], RIPPLE),
    "XRP account secret": check58(b"\x22" + SECRET, RIPPLE),
    "XLM": strkey(18 << 3),
    "Tezos": check58(bytes.fromhex("0d0f3a07") + SECRET),
    "Tezos, long": check58(bytes.fromhex("2bf64e07") + SECRET * 2),
    "EOS": f"PVT_K1_{plain58(SECRET + b'none')}",
    "Nostr": bech32("nsec"),
    "Sui": bech32("suiprivkey", b"\x00" + SECRET),
    "Cardano": bech32("addr_xsk", SECRET * 3),
    "Zcash, extended": "secret-extended-key-main1" + "q0x9j2" * 46,
    "Aptos": f"ed25519-priv-0x{HEX_KEY}",
    "NEAR": f"ed25519:{plain58(SECRET * 2)}",
    "PEM": "-----BEGIN EC PRIVATE KEY----- MHQCAQ",
    "Hedera": f"302e020100300506032b657004220420{HEX_KEY}",
    **{f"{n} words": phrase(n) for n in (12, 15, 18, 21, 24)},
}
LIKELY = {
    "hex": HEX_KEY,
    "hex with 0x": f"0x{HEX_KEY}",
    "hex in capitals": HEX_KEY.upper(),
    "128 hex": HEX_KEY * 2,
    "Solana": plain58(SECRET * 2),
    "Solana, as a file": json.dumps(list(SECRET * 2)),
    "XRP secret numbers": " ".join(f"{n}: {n * 111111 % 999999:06}" for n in range(1, 9)),
    "XRP numbers alone": "123456 " * 8,
    "base64": b64encode(SECRET).decode(),
    "base64 of 64": b64encode(SECRET * 2).decode(),
    "IOTA": "A9B" * 27,
    "WIF with a slip": check58(b"\x80" + SECRET)[:-1] + "3",
    "DASH WIF with a slip": check58(b"\xcc" + SECRET + b"\x01")[:-1] + "3",
    "XLM with a slip": strkey(18 << 3)[:-1] + "Q",
    "XRP seed with a slip": check58(b"\x21" + SECRET[:16], RIPPLE)[:-1] + "3",
    "numbered words": " ".join(f"{n}. {word}" for n, word in enumerate(phrase(12).split(), 1)),
    "Spanish words": "ábaco abeja abogado abono aborto abrazo abrir abuelo abuso año acné él",
}


@pytest.mark.parametrize("key", CERTAIN.values(), ids=CERTAIN)
def test_what_is_certainly_a_key_is_one_anywhere(key: str) -> None:
    """Whatever stands around it, and wherever it is typed."""
    for text in (key, f"({key})", f'"{key}"', f"wallet:{key}", f"{key}.", f"key={key}&x=1"):
        assert certain_key(text) in ((KEY, WORDS) if key.count(" ") < 9 else (WORDS, None))
    assert certain_key(key) is not None
    assert likely_key(key, "BTC") is not None


@pytest.mark.parametrize("key", LIKELY.values(), ids=LIKELY)
@pytest.mark.parametrize("network", ["ETH", "DASH", "SOL", "XRP", ""])
def test_what_looks_like_a_key_is_none_of_these_networks_addresses(key: str, network: str) -> None:
    """Where an address is expected, what has the shape of a key is no address."""
    assert likely_key(key, network) in (KEY, HEX, WORDS)


@pytest.mark.parametrize("version", range(256))
def test_every_version_of_wif_is_a_key(version: int) -> None:
    """Whatever coin it is of: 32 bytes with Bitcoin's checksum are a private key."""
    assert certain_key(check58(bytes([version]) + SECRET)) == KEY
    assert certain_key(check58(bytes([version]) + SECRET + b"\x01")) == KEY


@pytest.mark.parametrize("network", sorted(HEX_ADDRESSES))
def test_64_digits_are_an_address_on_some_networks(network: str) -> None:
    """NEAR, APT, SUI and their like have addresses of 64 hexadecimal digits."""
    for key in (HEX_KEY, f"0x{HEX_KEY}"):
        assert likely_key(key, network) is None
        assert likely_key(key, network.lower()) is None


def test_a_raw_address_of_ton_is_no_key() -> None:
    """It is refused with its own sentence, as an address without a checksum."""
    assert likely_key(f"0:{HEX_KEY}", "TON") is None
    assert likely_key(f"-1:{HEX_KEY}", "TON") is None


@pytest.mark.parametrize(
    "reason",
    [
        f"Refund of transaction {HEX_KEY}",
        f"Refund of transaction {plain58(SECRET * 2)}",
        "Invoice 1043",
        "lunch with the new people of sales and marketing on the last friday of may",
        "dinner, taxi, hotel, train, coffee, lunch, museum, parking, laundry, tips, gifts, tax",
        f"xpub {check58(bytes.fromhex('0488b21e') + bytes(9) + SECRET + bytes([2]) + SECRET)}",
        "",
    ],
)
def test_what_reasons_hold_is_no_key(reason: str) -> None:
    """Transactions, sentences and lists may stand in a reason."""
    assert certain_key(reason) is None


ADDRESSES = {**CHECKED, **UNCHECKED}


@pytest.mark.parametrize("form", ADDRESSES.values(), ids=ADDRESSES)
def test_no_address_is_taken_for_a_key(form: Form) -> None:
    """What the oracle makes for a chain is no key, as it stands and in groups of four."""
    for number in range(20):
        text = form.encode(sha256(f"address {number}".encode()).digest())
        assert likely_key(text, form.chain) is None
        assert likely_key(grouped(text), form.chain) is None


@pytest.mark.parametrize(
    "text",
    [
        "XoJA8qE3N2Y3jMLEtZ3vcN42qseZ8LvFf5",
        "cosmos1vx8knpllrj7n963p9ttd80w47kpacrhuts497x",
        "kaspa:qpauqsvk7yf9unexwmxsnmg547mhyga37csh0kj53q6xxgl24ydxjsgzthw5j",
        "9fRAWhdxEsTcdb8PhGNrZfwqa65zfkuYHAMmkQLcic1gdLSV5vA",
        "u1" + "q0x9j2" * 23 + "q",
        "0.0.800",
        "bittrex",
        "ana@example.com",
        "9558861",
    ],
)
def test_no_address_of_other_networks_is_taken_for_a_key(text: str) -> None:
    """Neither are addresses whose format is not known here."""
    assert likely_key(text, "ERG" if text.startswith("9f") else "DASH") is None


KEY_TEXT = check58(b"\xcc" + SECRET + b"\x01")


@pytest.mark.parametrize(
    "text",
    [
        f"1.1 DASH to {KEY_TEXT} for Rent",
        f"1,1 DASH to {KEY_TEXT} for Rent",
        f"1.1 DASH to {grouped(KEY_TEXT)} for Rent",
        f"1.1 DASH to {KEY_TEXT}",
        f"1.1 DASH {KEY_TEXT} for Rent",
        f"{KEY_TEXT}",
        f"show {KEY_TEXT}",
        f"pay {KEY_TEXT} now",
        f"1.1 DASH on {KEY_TEXT} to X for Rent",
        f"1.1 DASH to X to {KEY_TEXT} for Rent",
        f"1.1 DASH to dash:{KEY_TEXT}?amount=0.9 for Rent",
        f"1.1 DASH to &lt;{KEY_TEXT}&gt; for Rent",
        f"1.1 DASH to cwallet {KEY_TEXT} for Rent",
        f"1.1 XRP to X memo {KEY_TEXT} for Rent",
        f'1.1 XRP to X memo "{KEY_TEXT}" for Rent',
        f"1.1 DASH to X for Rent {KEY_TEXT}",
        f"1.1 ETH to {HEX_KEY} for Rent",
        f"1.1 USDT to 0x{HEX_KEY} for Rent",
        f"1.1 ETH to 0x5290 to 0x{HEX_KEY} for Rent",
        f"0x{HEX_KEY}",
        f"1.1 DASH to {phrase(12)} for Rent",
        f"1.1 DASH to {phrase(24)}",
        phrase(12),
        f"250 USDT on TRX to {KEY_TEXT} for Rent {'x' * 3000}",
    ],
)
def test_no_command_repeats_a_key(text: str) -> None:
    """Wherever in a command a key stands, and whatever else is wrong with it, the answer is about
    the key, and no word of it is repeated."""
    with pytest.raises(Secret) as no:
        read_command(text)
    told = f"{no.value.sentence} {no.value.word} {no.value.args} {no.value.field}"
    for piece in (KEY_TEXT, HEX_KEY, *phrase(12).split()[:2], *phrase(24).split()[:2]):
        assert piece not in told
    assert "it is kept nowhere here" in no.value.sentence
    assert no.value.word == ""


def test_64_digits_may_be_an_address_where_a_network_is_named() -> None:
    """Without a network, the answer says how to name one; with one that has other addresses, there
    is nothing to name."""
    for text, hint in (("1.1 USDT to", True), ("1.1 USDT on ETH to", False)):
        with pytest.raises(Secret) as no:
            read_command(f"{text} 0x{HEX_KEY} for Rent")
        assert ("name its network, such as on NEAR" in no.value.sentence) is hint
    read_command(f"1.1 USDT on APT to 0x{HEX_KEY} for Rent")
    read_command(f"1.1 APT to 0x{HEX_KEY} for Rent")


@pytest.mark.parametrize("field", ["amount", "coin", "network", "destination", "memo", "reason"])
def test_a_form_names_the_field_that_holds_a_key(field: str) -> None:
    """In the form the sentence stands under the field in which the key is."""
    plain = Wanted("1", "DASH", "DASH", Kind.CHAIN, "X", None, None, "Rent")
    wanted = replace(plain, **{field: KEY_TEXT})  # type: ignore[arg-type]
    with pytest.raises(Secret) as no:
        without_keys(wanted)
    assert no.value.field == field


def test_a_key_is_no_order_id() -> None:
    """What CCPayment's dashboard shows goes on record and into the thread; a key does not."""
    for shown in ("shown", "not_shown"):
        with pytest.raises(Secret) as no:
            forms.order_id({forms.FINDING: shown, forms.ORDER_ID: KEY_TEXT})
        assert KEY_TEXT not in forms.errors(no.value)[forms.ORDER_ID]


@given(st.text(max_size=80))
@example("S" * 3000)
@example("1 " * 1500)
@example("123456" + " " * 2990)
@example("[1" + " , 2" * 700)
@example("ed25519:" * 370)
@example("-----BEGIN " * 270)
@example("0x" + "a" * 2998)
@example("aa " * 1000)
@example("5" * 3000)
@settings(deadline=None)
def test_any_text_is_looked_through_in_no_time(text: str) -> None:
    """However long or odd a text is, it is looked through, and nothing breaks."""
    certain_key(text)
    likely_key(text, "ETH")
    with suppress(Unreadable):
        read_command(text)
