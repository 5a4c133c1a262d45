"""Amounts: read strictly, written plainly, never rounded by accident."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.errors import Unreadable
from approvals.money import (
    EXAMPLE,
    MAX_DIGITS,
    dollars,
    fitting,
    grouped,
    micro_dollars,
    nearest,
    plain,
    read_amount,
)

AMOUNTS = st.decimals(min_value="0.000000000000000001", max_value="1e18", places=18)


def refusal(text: str, symbol: str = "USDT") -> str:
    with pytest.raises(Unreadable) as caught:
        read_amount(text, symbol)
    assert (caught.value.field, caught.value.word) == ("amount", text)
    return caught.value.sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1,250", '"1,250" can mean two amounts. Write 1250 or 1.25.'),
        ("12,5", '"12,5" can mean two amounts. Write 125 or 12.5.'),
        ("$250", "Amounts are in the coin: write 250 USDT, not $250."),
        ("1,250 €", "Amounts are in the coin: write 1250 USDT, not 1,250 €."),
        ("$", "Amounts are in the coin: write 250 USDT, not $."),
        ("1,250,000", '"1,250,000" is not a plain number. Write 1250000.'),
        ("1,250.50", '"1,250.50" is not a plain number. Write 1250.50.'),
        ("1.250,50", '"1.250,50" is not a plain number. Write 1250.50.'),
        ("1 250", '"1 250" is not a plain number. Write 1250.'),
        ("1'250", '"1\'250" is not a plain number. Write 1250.'),
        ("250\n", '"250\\n" is not a plain number. Write 250.'),
        ("\n250", '"\\n250" is not a plain number. Write 250.'),
        ("٢٥٠", "Write the amount with the digits 0 to 9, such as 250."),
        ("２５０", "Write the amount with the digits 0 to 9, such as 250."),
        ("250 USDT", "Write the amount alone, without the coin: 250."),
        ("-5", '"-5" is below zero. Write how much to pay, such as 250.'),
        ("−5", '"−5" is below zero. Write how much to pay, such as 250.'),
        ("0", "The amount is zero. Write how much to pay."),
        ("0.000", "The amount is zero. Write how much to pay."),
        ("", "Write how much to pay, such as 250."),
        ("9" * 41, "An amount has at most 40 digits."),
    ],
)
def test_a_refused_amount_says_what_to_write(text: str, sentence: str) -> None:
    """Each way to misspell an amount has its own sentence, which says what would be read."""
    assert refusal(text) == sentence


@pytest.mark.parametrize(
    "text", ["2_50", "1e3", "1E+3", "NaN", "sNaN", "Infinity", "-0", "1.2.3", ".5", "5.", "0x10"]
)
def test_only_plain_digits_are_an_amount(text: str) -> None:
    """What Python or JSON would take as a number is not an amount yet."""
    assert refusal(text)


@given(st.text(max_size=60))
def test_any_text_is_an_amount_or_gets_a_sentence(text: str) -> None:
    """Whatever is typed is read exactly as it is spelt, or refused in a sentence on one line."""
    try:
        amount = read_amount(text)
    except Unreadable as no:
        sentence = no.sentence
    else:
        assert Decimal(text) == amount > 0
        sentence = "It was read."
    assert sentence.endswith(".")
    assert len(sentence.splitlines()) == 1


@given(AMOUNTS)
def test_what_is_written_plainly_is_read_back(amount: Decimal) -> None:
    """An amount survives being written and read again, to the last digit."""
    text = plain(amount)
    assert "E" not in text
    assert not (text.endswith("0") and "." in text)
    assert read_amount(text) == amount


@given(st.text(max_size=60), st.integers(0, 18))
def test_an_example_can_always_be_read(text: str, precision: int) -> None:
    """What is proposed in place of any text is an amount that fits the coin."""
    assert fitting(read_amount(nearest(text, precision)), precision, "USDT")


@pytest.mark.parametrize(
    ("text", "proposed"),
    [("1,250", "1250"), ("12,5", "12.5"), ("$99", "99"), ("5.1234567", "5.123456")],
)
def test_an_example_stays_close(text: str, proposed: str) -> None:
    """The proposal keeps the digits that were typed, as far as the coin has decimals."""
    assert nearest(text, 6) == proposed
    assert nearest("a lot", 6) == EXAMPLE
    assert nearest("0.0000001", 6) == EXAMPLE


def test_decimals_beyond_the_coin_are_refused() -> None:
    """An amount is never rounded to fit: the sentence counts the decimals."""
    with pytest.raises(Unreadable, match=r"^USDT has 6 decimals; 5\.1234567 has 7\.$"):
        fitting(Decimal("5.1234567"), 6, "USDT")
    with pytest.raises(Unreadable, match=r"^JPYC has 0 decimals; 0\.5 has 1\.$"):
        fitting(Decimal("0.5"), 0, "JPYC")
    assert fitting(Decimal("5.1000000"), 1, "USDT") == Decimal("5.1")
    assert fitting(Decimal("1E+3"), 0, "USDT") == 1000


def test_forty_digits_are_kept() -> None:
    """The longest amount loses no digit in any of the written forms."""
    text = "1" * 20 + "." + "1" * 19
    amount = read_amount(text)
    assert len(text) == MAX_DIGITS
    assert plain(amount) == plain(fitting(amount, 19, "X")) == text
    assert grouped(amount).replace(",", "") == text


@pytest.mark.parametrize(
    ("amount", "shown"), [("250", "250"), ("1250.50", "1,250.5"), ("1E+6", "1,000,000")]
)
def test_thousands_are_separated_for_reading(amount: str, shown: str) -> None:
    """Large amounts are readable, and keep every digit that counts."""
    assert grouped(Decimal(amount)) == shown


@pytest.mark.parametrize(
    ("amount", "price", "micro"),
    [
        ("250", "1", 250_000_000),
        ("1", "0.0000001", 1),
        ("0.1", "3", 300_000),
        ("1." + "0" * 37 + "1", "1", 1_000_001),
    ],
)
def test_a_value_is_rounded_up(amount: str, price: str, micro: int) -> None:
    """A value in dollars is exact or a micro-dollar higher: no limit is passed by rounding."""
    assert micro_dollars(Decimal(amount), Decimal(price)) == micro


@pytest.mark.parametrize(
    ("micro", "shown"),
    [
        (250_000_000, "250.00"),
        (1_234_567_890, "1,234.57"),
        (5_000, "0.01"),
        (4_999, "0.00"),
    ],
)
def test_dollars_are_shown_to_the_cent(micro: int, shown: str) -> None:
    """People read cents, rounded half up."""
    assert dollars(micro) == shown
