"""The three kinds of destination as one value; memos, Cwallet users, and addresses as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.destination import (
    Destination,
    Kind,
    grouped,
    read_cwallet,
    read_destination,
    read_memo,
    shortened,
    tidy,
)
from approvals.destination.encodings.keccak import keccak256
from approvals.errors import Unreadable

TRX = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
TRX_GROUPED = "TJRa bPrw bZy4 5sba vfcj inPJ C18k jpRT v8"
ARABIC = 'This memo contains "٢" (ARABIC-INDIC DIGIT TWO), which no memo can hold.'
INVOICE = (
    "lnbc25m1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5vdhkven9v5sxyetpdeess"
    "p5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygs9q5sqqqqqqqqqqqqqqqqsgq2a25dxl5hrntdtn6zv"
    "ydt7d66hyzsyhqs4wdynavys42xgl6sgx9c4g7me86a27t07mdtfry458rtjr0v92cnmswpsjscgt2vcse3sgpz3uapa"
)


def test_an_address_may_be_typed_as_the_card_prints_it() -> None:
    """Groups of four read back as the address that they came from."""
    assert grouped(TRX) == TRX_GROUPED
    assert read_destination(Kind.CHAIN, "TRX", TRX_GROUPED) == Destination(
        Kind.CHAIN, "TRX", TRX, TRX, checked=True
    )


def test_a_cwallet_user_is_compared_without_case() -> None:
    """An e-mail is sent as typed, and known again in another case; no checksum covers it."""
    assert read_destination(Kind.CWALLET, "TRX", "Ana@Example.com") == Destination(
        Kind.CWALLET, "TRX", "Ana@Example.com", "ana@example.com", checked=False
    )


def test_an_invoice_is_compared_by_its_payment_hash() -> None:
    """Whatever an invoice looks like, its payment hash says whether it is the same payment."""
    destination = read_destination(Kind.LIGHTNING, "BTC", f"lightning:{INVOICE}")
    assert destination.invoice is not None
    assert (destination.text, destination.checked) == (INVOICE, True)
    assert destination.normal == destination.invoice.payment_hash


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"])))
def test_grouping_is_undone_by_tidying(text: str) -> None:
    """What the card prints can always be copied back."""
    assert tidy(grouped(text)) == text


def test_tidying_takes_spaces_and_nothing_else() -> None:
    """Spaces of every width and line breaks vanish; what is invisible for no good reason stays, to
    be refused.
    """
    assert tidy(" a\u00a0b\u2009c\u202fd\u3000e\tf\r\n") == "abcdef"
    assert tidy("a\u200bb\u2060c\ufeffd\x00") == "a\u200bb\u2060c\ufeffd\x00"


@pytest.mark.parametrize(
    ("text", "short"),
    [
        (TRX, "TJRa … pRTv8"),
        ("bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "qpm2 … gdx6a"),
        ("9558861", "9558861"),
    ],
)
def test_a_shortened_address_shows_both_ends(text: str, short: str) -> None:
    """Both ends of what differs between addresses; what is short anyway stays whole."""
    assert shortened(text) == short


@pytest.mark.parametrize(
    ("chain", "memo"),
    [
        ("XRP", "0012345"),
        ("XRP", "0"),
        ("XRP", "4294967295"),
        ("XLM", "x" * 28),
        ("TON", "Order 7, for Ana"),
        ("EOS", "x" * 120),
    ],
)
def test_a_memo_is_sent_exactly_as_typed(chain: str, memo: str) -> None:
    """Leading zeros and inner spaces belong to the payee and are kept."""
    assert read_memo(chain, memo) == memo


@pytest.mark.parametrize(
    ("chain", "memo", "sentence"),
    [
        ("XRP", "4294967296", "A destination tag is a number from 0 to 4294967295."),
        ("XRP", "-1", "A destination tag is a number from 0 to 4294967295."),
        ("XRP", "Ana", "A destination tag is a number from 0 to 4294967295."),
        ("xrp", "1e3", "A destination tag is a number from 0 to 4294967295."),
        ("XLM", "x" * 29, "A memo on XLM has at most 28 characters."),
        ("TON", "x" * 121, "A memo on TON has at most 120 characters."),
        ("TON", " 7", "This memo starts or ends with a space. Write it without."),
        ("TON", "", 'Write the memo, or "no memo" if the payee gave none.'),
        ("XRP", "٢٥٠", ARABIC + " Copy it again from the payee."),
        ("TON", "7\n8", "This memo contains an invisible U+000A. Copy it again from the payee."),
    ],
)
def test_a_memo_that_cannot_be_sent_says_why(chain: str, memo: str, sentence: str) -> None:
    """Each limit of a memo has its sentence."""
    with pytest.raises(Unreadable) as refusal:
        read_memo(chain, memo)
    assert (refusal.value.field, refusal.value.sentence) == ("memo", sentence)


@pytest.mark.parametrize(
    "user", ["1", "9558861", "9" * 20, "ana@example.com", "a.b+c@x-y.example.org"]
)
def test_a_cwallet_user_is_an_id_or_an_email(user: str) -> None:
    """Both forms are accepted as they stand."""
    assert read_cwallet(user) == user


@pytest.mark.parametrize(
    "user",
    [
        "",
        "9" * 21,
        "-1",
        "ana",
        "@example.com",
        "ana@",
        "ana@example",
        "a..b@example.com",
        ".a@example.com",
        "ana@-x.com",
        "ana@x..com",
        "ana@bob@example.com",
        '"ana"@example.com',
        "ana@example.c0m",
        "a" * 65 + "@example.com",
        "ana@" + "x." * 126 + "com",
        TRX,
    ],
)
def test_what_is_neither_id_nor_email_is_refused(user: str) -> None:
    """A Cwallet user that is not plainly one of the two forms gets one sentence."""
    with pytest.raises(Unreadable) as refusal:
        read_cwallet(user)
    assert refusal.value.sentence == (
        "A Cwallet user is an ID of up to 20 digits, or an e-mail address. Check it again."
    )


@pytest.mark.parametrize("user", ["аna@example.com", "٢٥٠", "1\u200b2"])
def test_a_cwallet_user_in_foreign_letters_names_the_letter(user: str) -> None:
    """A look-alike or an invisible letter in an e-mail or ID is named, not repaired."""
    with pytest.raises(Unreadable, match="This Cwallet user contains"):
        read_cwallet(user)


@pytest.mark.parametrize(
    ("data", "digest"),
    [
        (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (b"abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
        (b"a" * 200, "96ea54061def936c4be90b518992fdc6f12f535068a256229aca54267b4d084d"),
    ],
)
def test_keccak_is_ethereums_and_not_sha3(data: bytes, digest: str) -> None:
    """Published digests, and one that takes more than one block, come out right."""
    assert keccak256(data).hex() == digest
