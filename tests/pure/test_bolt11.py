"""Lightning invoices: the standard's own examples, and invoices made here to be wrong in one thing.

The examples are those of BOLT #11 (github.com/lightning/bolts), all signed by one published key.
"""

import contextlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import coincurve
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.destination import Invoice, read_invoice
from approvals.destination.encodings.bech32 import BECH32, LETTERS, residue
from approvals.destination.encodings.secp256k1 import recovered
from approvals.errors import Unreadable

KEY = coincurve.PrivateKey(
    bytes.fromhex("e126f68f7eafcc8b74f54d269fe206be715000f94dac067d1c04a8ca3b2db734")
)
PAYEE = "03e7156ae33b0a208d0744199163177e909e80176e55d97a2f221ede0f934dd9ad"
HASH = "0001020304050607080900010203040506070809000102030405060708090102"
DIGEST = sha256(b"digest").digest()
GENERATOR = bytes.fromhex("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
CREATED = datetime(2017, 6, 1, 10, 57, 38, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

SECRET_THEN_HASH = (
    "1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygs"
    "pp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypq"
)
HASH_THEN = "1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqd"
SECRET = "sp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygs9q"
CAKE = "hp58yjmdan79s6qqdhdzgynm4zwqd5d7xmw5fk98klysy043l2ahrqs"

BEANS = (
    f"lnbc25m{HASH_THEN}q5vdhkven9v5sxyetpdees{SECRET}5sqqqqqqqqqqqqqqqqsgq2a25dxl5hrntdtn6zvydt7d66"
    "hyzsyhqs4wdynavys42xgl6sgx9c4g7me86a27t07mdtfry458rtjr0v92cnmswpsjscgt2vcse3sgpz3uapa"
)
NONSENSE = (
    f"lnbc2500u{SECRET_THEN_HASH}dpquwpc4curk03c9wlrswe78q4eyqc7d8d0xqzpu9qrsgqhtjpauu9ur7fw2thcl4y9"
    "vfvh4m9wlfyz2gem29g5ghe2aak2pm3ps8fdhtceqsaagty2vph7utlgj48u0ged6a337aewvraedendscp573dxr"
)
HASHED = (
    f"lnbc20m{SECRET_THEN_HASH}{CAKE}9qrsgq7ea976txfraylvgzuxs8kgcw23ezlrszfnh8r6qtfpr6cxga50aj6txm9"
    "rxrydzd06dfeawfk6swupvz4erwnyutnjq7x39ymw6j38gp7ynn44"
)
ROUTED = (
    f"lnbc20m{SECRET_THEN_HASH}{CAKE}fpp3qjmp7lwpagxun9pygexvgpjdc4jdj85fr9yq20q82gphp2nflc7jtzrcazrr"
    "a7wwgzxqc8u7754cdlpfrmccae92qgzqvzq2ps8pqqqqqqpqqqqq9qqqvpeuqafqxu92d8lr6fvg0r5gv0heeeqgcrqlnm6"
    "jhphu9y00rrhy4grqszsvpcgpy9qqqqqqgqqqqq7qqzq9qrsgqdfjcdk6w3ak5pca9hwfwfh63zrrz06wwfya0ydlzpgzxk"
    "n5xagsqz7x9j4jwe7yj7vaf2k9lqsdk45kts2fd0fkr28am0u4w95tt2nsq76cqw0"
)
METADATA = (
    f"lnbc10m{HASH_THEN}p9wpshjmt9de6zqmt9w3skgct5vysxjmnnd9jx2mq8q8a04uq{SECRET}2gqqqqqqsgq7hf8he7ec"
    "f7n4ffphs6awl9t6676rrclv9ckg3d3ncn7fct63p6s365duk5wrk202cfy3aj5xnnp5gs3vrdvruverwwq7yzhkf5a3xqp"
    "d05wjc"
)
SKIPPING = (
    f"lnbc25m{HASH_THEN}q5vdhkven9v5sxyetpdees{SECRET}5sqqqqqqqqqqqqqqqqsgq2qrqqq"
    f"fppn{'q' * 32}ppn{'q' * 51}pp4{'q' * 53}hpn{'q' * 51}hp4{'q' * 53}"
    f"spn{'q' * 51}sp4{'q' * 53}np5{'q' * 52}npk{'q' * 54}"
    "z599y53s3ujmcfjp5xrdap68qxymkqphwsexhmhr8wdz5usdzkzrse33chw6dlp3jhuhge9ley7j2ayx36kawe7kmgg8sv5"
    "ugdyusdcqzn8z9x"
)

EXAMPLES = {
    "coffee beans": (BEANS, "2500000", HOUR, "coffee beans"),
    "text that is not Latin": (NONSENSE, "250000", MINUTE, "ナンセンス 1杯"),
    "only a hash of the description": (HASHED, "2000000", HOUR, ""),
    "routes and a fallback address": (ROUTED, "2000000", HOUR, ""),
    "metadata": (METADATA, "1000000", HOUR, "payment metadata inside"),
    "fields to skip": (SKIPPING, "2500000", HOUR, "coffee beans"),
}

TOO_SHORT = (
    "lnbc1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetj"
    "ypeh2ursdae8g6na6hlh"
)
NO_SIGNER = (
    f"lnbc2500u{HASH_THEN}q5xysxxatsyp3k7enxv4jsxqzpu{SECRET}rsgqwgt7mcn5yqw3yx0w94pswkpq6j9uh6xfqqq"
    "tsk4tnarugeektd4hg5975x9am52rz4qskukxdmjemg92vvqz8nvmsye63r5ykel43pgz7zq0g2"
)
WRONG_MULTIPLIER = (
    f"lnbc2500x{HASH_THEN}q5xysxxatsyp3k7enxv4jsxqzpu{SECRET}rsgqrrzc4cvfue4zp3hggxp47ag7xnrlr8vgcm"
    "kjxk3j5jqethnumgkpqp23z9jclu3v0a7e0aruz366e9wqdykw6dxhdzcjjhldxq0w6wgqcnu43j"
)
TOO_FINE = (
    f"lnbc2500000001p{HASH_THEN}q5xysxxatsyp3k7enxv4jsxqzpu{SECRET}rsgq0lzc236j96a95uv0m3umg28gclm5lq"
    "xtqqwk32uuk4k6673k6n5kfvx3d2h8s295fad45fdhmusm8sjudfhlf6dcsxmfvkeywmjdkxcp99202x"
)
NO_SECRET = (
    f"lnbc20m{HASH_THEN[:-1]}{CAKE}9qrsgq7ea976txfraylvgzuxs8kgcw23ezlrszfnh8r6qtfpr6cxga50aj6txm9rx"
    "rydzd06dfeawfk6swupvz4erwnyutnjq7x39ymw6j38gp49qdkj"
)

ANOTHER = " Ask the payee for a new one."
WHOLE = " Ask the payee for one over whole SATS."
TAMPERED = "This invoice has a typing error or is cut off. Copy it again from the payee."
UNSIGNED = "The signature of this invoice does not fit." + ANOTHER
INCOMPLETE = "This invoice lacks its payment hash or secret, so nobody can pay it." + ANOTHER
FOR_TESTS = "This invoice is for a test network, where coins are worth nothing."
NO_INVOICE = "This is a Lightning code, but not an invoice."
NO_AMOUNT = "This invoice names no amount. Ask the payee for one over the amount to be paid."


def _groups(value: int, count: int) -> list[int]:
    return [value >> 5 * place & 31 for place in reversed(range(count))]


def _bytes(raw: bytes) -> list[int]:
    """Five bits each, padded with zeros."""
    count = -(-len(raw) * 8 // 5)
    return _groups(int.from_bytes(raw) << (count * 5 - len(raw) * 8), count)


def _field(kind: str, values: list[int]) -> list[int]:
    return [LETTERS.index(kind), *_groups(len(values), 2), *values]


def _sealed(prefix: str, values: list[int]) -> str:
    """`values` under a good checksum, whatever they say."""
    check = residue(prefix, [*values, *[0] * 6]) ^ BECH32
    return f"{prefix}1" + "".join(LETTERS[value] for value in [*values, *_groups(check, 6)])


def _signed(prefix: str, *fields: list[int]) -> str:
    """An invoice of the examples' payee and time."""
    values = [
        *_groups(int(CREATED.timestamp()), 7),
        *(group for field in fields for group in field),
    ]
    spare = -len(values) * 5 % 8
    bits = int("".join(f"{value:05b}" for value in values) + "0" * spare, 2)
    message = prefix.encode() + bits.to_bytes((len(values) * 5 + spare) // 8)
    signature = KEY.sign_recoverable(sha256(message).digest(), hasher=None)
    return _sealed(prefix, [*values, *_bytes(signature)])


PAYMENT = _field("p", _bytes(bytes.fromhex(HASH)))
ADDRESS = _field("s", _bytes(b"\x11" * 32))


def _sentence(text: str) -> str:
    with pytest.raises(Unreadable) as refusal:
        read_invoice(text)
    assert (refusal.value.field, refusal.value.word) == ("destination", text)
    return refusal.value.sentence


@pytest.mark.parametrize(
    ("text", "satoshi", "life", "description"), EXAMPLES.values(), ids=EXAMPLES
)
def test_the_examples_of_the_standard_are_decoded(
    text: str, satoshi: str, life: timedelta, description: str
) -> None:
    """Amount, hash, payee, times and description come out as the standard's breakdown says."""
    assert read_invoice(text) == Invoice(
        text, Decimal(satoshi), HASH, PAYEE, CREATED, CREATED + life, description
    )


@pytest.mark.parametrize(
    "text", [BEANS.upper(), f"lightning:{BEANS}", f"LIGHTNING:{BEANS.upper()}"]
)
def test_spellings_from_codes_and_links_are_the_same_invoice(text: str) -> None:
    """Capitals, as in QR codes, and the link's prefix change nothing of what is sent."""
    assert read_invoice(text) == read_invoice(BEANS)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (NONSENSE[:-1] + "t", TAMPERED),
        (f"LNBC2500u{NONSENSE[9:]}", TAMPERED),
        (TOO_SHORT, TAMPERED),
        (NO_SIGNER, UNSIGNED),
        (WRONG_MULTIPLIER, TAMPERED),
        (TOO_FINE, "This invoice is over 250000.0001 SATS." + WHOLE),
        (NO_SECRET, INCOMPLETE),
    ],
)
def test_the_bad_examples_of_the_standard_are_refused(text: str, sentence: str) -> None:
    """What the standard calls invalid never becomes a payout, and each says what is wrong."""
    assert _sentence(text) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (_signed("lnbc", PAYMENT, ADDRESS), NO_AMOUNT),
        (_signed("lnbc15n", PAYMENT, ADDRESS), "This invoice is over 1.5 SATS." + WHOLE),
        (_signed("lnbc0u", PAYMENT, ADDRESS), TAMPERED),
        (_signed("lnbc01u", PAYMENT, ADDRESS), TAMPERED),
        (_signed("lnbc1u", PAYMENT), INCOMPLETE),
        (_signed("lnbc1u", ADDRESS), INCOMPLETE),
        (_signed("lnbc1u", PAYMENT, ADDRESS, _field("n", _bytes(b"\x02" * 33))), UNSIGNED),
        (_signed("lnbc1u", PAYMENT, ADDRESS, [LETTERS.index("d"), 31, 31]), TAMPERED),
        (_signed("lnbc1u", PAYMENT, ADDRESS, _field("d", [0, 0, 0])), TAMPERED),
        (
            _signed("lnbcrt1u", PAYMENT, ADDRESS),
            f"{FOR_TESTS} Ask the payee for one that starts with lnbc.",
        ),
        ("lnurl1dp68gurn", f"{NO_INVOICE} Ask the payee for an invoice: it starts with lnbc."),
        ("TJRab", 'A Lightning invoice starts with "lnbc". Copy it again from the payee.'),
        (
            f"{BEANS}\u200b",
            "This invoice contains an invisible ZERO WIDTH SPACE. Copy it again from the payee.",
        ),
        (f"lnbc{'q' * 2000}", TAMPERED),
    ],
)
def test_every_refusal_of_an_invoice_has_its_sentence(text: str, sentence: str) -> None:
    """An invoice that should not be paid says why, and what to ask the payee for."""
    assert _sentence(text) == sentence


@pytest.mark.parametrize(
    ("prefix", "satoshi"),
    [
        ("lnbc2", "200000000"),
        ("lnbc3m", "300000"),
        ("lnbc25u", "2500"),
        ("lnbc10n", "1"),
        ("lnbc10000p", "1"),
    ],
)
def test_amounts_come_out_in_satoshi_exactly(prefix: str, satoshi: str) -> None:
    """Bitcoin and its four fractions become whole satoshi without rounding."""
    assert read_invoice(_signed(prefix, PAYMENT, ADDRESS)).amount == Decimal(satoshi)


def test_an_invoice_that_names_its_payee_is_held_to_it() -> None:
    """A node id in the invoice is accepted where it is the key that signed."""
    named = _signed("lnbc1u", PAYMENT, ADDRESS, _field("n", _bytes(bytes.fromhex(PAYEE))))
    assert read_invoice(named).payee == PAYEE


def test_a_life_without_end_is_a_century() -> None:
    """An absurd expiry is cut, not an overflow."""
    invoice = read_invoice(_signed("lnbc1u", PAYMENT, ADDRESS, _field("x", [31] * 60)))
    assert invoice.expires - invoice.created == timedelta(days=36500)


def test_a_description_that_is_not_text_is_still_readable() -> None:
    """Broken UTF-8 in a description shows as such; it is the payee's text, not a reason to fail."""
    invoice = read_invoice(_signed("lnbc1u", PAYMENT, ADDRESS, _field("d", _bytes(b"cup \xff"))))
    assert invoice.description == "cup \N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    "signature",
    [
        b"\x00" * 32 + b"\x01" * 32 + b"\x00",
        b"\x01" * 32 + b"\xff" * 32 + b"\x00",
        b"\x01" * 64 + b"\x04",
        GENERATOR + DIGEST + b"\x00",
    ],
    ids=["no nonce", "beyond the curve's order", "no such candidate", "the key cancels out"],
)
def test_numbers_that_are_no_signature_have_no_signer(signature: bytes) -> None:
    """Signatures outside the curve's rules are nobody's, not somebody's by accident."""
    assert recovered(DIGEST, signature) is None


@pytest.mark.parametrize("at", range(4, len(BEANS), 9))
def test_one_wrong_letter_in_an_invoice_is_seen(at: int) -> None:
    """The checksum of an invoice catches every single replaced letter."""
    slip = LETTERS[(LETTERS.find(BEANS[at]) + 1) % 32]
    assert _sentence(BEANS[:at] + slip + BEANS[at + 1 :]) == TAMPERED


@given(
    st.sampled_from(["lnbc", "lnbc1u", "lnbc9"]),
    st.sampled_from([[], [0] * 7 + PAYMENT + ADDRESS]),
    st.lists(st.integers(0, 31), max_size=200),
)
@settings(max_examples=200, deadline=None)
def test_nothing_under_a_good_checksum_breaks_the_decoder(
    prefix: str, start: list[int], rest: list[int]
) -> None:
    """Random content with a valid checksum is an invoice or a refusal, never another exception."""
    with contextlib.suppress(Unreadable):
        read_invoice(_sealed(prefix, start + rest))


@given(st.text())
@settings(max_examples=100, deadline=None)
def test_arbitrary_text_is_no_invoice(text: str) -> None:
    """Whatever is pasted as an invoice and is none gets a sentence."""
    assert _sentence(text).endswith(".")
