"""Reasons and comments: somebody must be able to read them, on whatever machine they were taken."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.errors import Unreadable
from approvals.letters import FLAG, hidden, is_letter, letters_seen
from approvals.reasons import read_reason
from bot import forms
from bot.texts import Said, plain, rich

FEW = "A reason has at least 3 letters or digits that people can see. Say more."
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
FILLERS = "\u115f\u1160\u3164\uffa0"

BLANK = {
    "Hangul fillers": "\u3164" * 3,
    "other fillers": "\u115f\u1160\uffa0" * 9,
    "braille blanks": "\u2800" * 40,
    "joiners": "\u200c\u200d" * 9,
    "direction marks": "\u200e\u200f" * 9,
    "marks": "\u0301\u0302\u0303\u20dd",
    "a variation selector": "\ufe0f" * 3,
    "ideographic selectors": "\U000e0100" * 9,
    "unassigned": "\u0378" * 3,
    "never a character": "\uffff\ufffe\ufdd0",
    "Khmer vowels that are not seen": "\u17b4\u17b5" * 3,
    "a grapheme joiner": "\u034f" * 9,
    "blank hieroglyphs": "\U00013441\U00013442" * 3,
    "punctuation": "... --- !!!",
    "emoji": "🎉🎉🎉",
    "two letters": "ok",
    "two letters among blanks": "o\u3164k\u2800\ufe0f\u0378",
    "one ideograph": "房\u3164\u2800",
    "a flag": ENGLAND,
}


@pytest.mark.parametrize("text", BLANK.values(), ids=BLANK)
def test_what_nobody_can_read_is_no_reason(text: str) -> None:
    """A reason, and a comment that is there, has three letters or digits that can be seen."""
    for read in (read_reason, lambda words: forms.comment({forms.REASON: words})):
        with pytest.raises(Unreadable) as no:
            read(text)
        assert (no.value.field, no.value.sentence) == ("reason", FEW)


@pytest.mark.parametrize(
    "text",
    [
        "房租",
        "給与",
        "ค่า",
        "급여",
        "5月",
        "tax",
        "Q&A 4",
        "שכר",
        "٣٤٥",
        "İşç",
        "❤️ abc",
        "Party 👩\u200d💻",
        f"Match {ENGLAND} v Wales",
        "Invoice \u0378 1043",  # a character that a later Unicode may have
        "葛\U000e0100城",  # a name, in the form of a letter that its bearer uses
    ],
)
def test_what_people_write_is_a_reason(text: str) -> None:
    """Two ideographs, three letters of any script, digits, emoji beside them, and the flag of
    England."""
    assert read_reason(text) == unicodedata.normalize("NFC", text)


def test_a_comment_may_be_left_out() -> None:
    """No comment at all is none."""
    assert forms.comment({forms.REASON: " \n"}) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Invoice \U000e0067\U000e0062 1043",
        ENGLAND[:-1] + " Invoice",
        ENGLAND[1:] + " Invoice",
        "\U0001f3f4" + "\U000e0067" * 7 + "\U000e007f Invoice",
        "Invoice\u2060 1043",
    ],
)
def test_hidden_letters_are_still_refused(text: str) -> None:
    """Tag characters that are no flag, and other format characters, are named and refused."""
    with pytest.raises(Unreadable, match="The reason contains an invisible"):
        read_reason(text)


def test_a_flag_is_shown_as_it_was_typed() -> None:
    """On the card and in plain text the flag of England stays that of England."""
    said = Said(f"Match\u202e {ENGLAND} v Wales\U000e0067")
    assert plain([said]) == f"Match {ENGLAND} v Wales"
    assert rich([said]) == [{"type": "text", "text": f"Match {ENGLAND} v Wales"}]
    assert FLAG.fullmatch(ENGLAND)


def test_letters_and_digits_are_those_of_unicode_14() -> None:
    """The table is exactly that of Unicode 14, and no later one contradicts it: what came since
    does not count, on any Python."""
    letters = {c for c in map(chr, range(0x110000)) if unicodedata.category(c)[0] in "LN"}
    seen = {c for c in map(chr, range(0x110000)) if is_letter(c)}
    assert seen <= letters - set(FILLERS)
    if unicodedata.unidata_version == "14.0.0":
        assert seen == letters - set(FILLERS)
    assert (len(seen), len(seen & set(FILLERS))) == (133543, 0)


def test_hidden_characters_are_those_of_unicode_14() -> None:
    """What turns text around, or holds text that nobody sees, is hidden on any Python; joiners and
    direction marks are not."""
    harmless = set("\u200c\u200d\u200e\u200f")
    for char in map(chr, range(0x110000)):
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co") and char not in harmless:
            later = 0x13439 <= ord(char) <= 0x1343F
            assert later or hidden(char) == char
        else:
            assert hidden(char) is None or unicodedata.category(char) == "Cn"


@given(st.text(max_size=40))
def test_letters_are_counted_and_nothing_else(text: str) -> None:
    """What is not seen adds nothing, wherever it stands."""
    assert letters_seen(text) == letters_seen(f"\u3164{text}\u2800\ufe0f\u0378")
