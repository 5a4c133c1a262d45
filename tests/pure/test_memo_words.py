"""Memos with something around them, and words for none: asked back, in the command and the form."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.asking import Unfit, Wanted
from approvals.content import FeePayer
from approvals.destination import Kind, asked_back
from approvals.errors import Unreadable
from bot import forms
from bot.clauses import needs_quotes
from bot.parsing import Misread, Request, command_text, read_command
from bot.payloads import Place
from bot.texts import Json

XRP = "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH"
NONE = 'Write "no memo" if the payee gave none, or put the memo in quotes.'
PLACE = Place("C1", None)

WRAPPED = [
    "'12345'",
    "`12345`",
    "```12345```",
    "*12345*",
    "_12345_",
    "~12345~",
    "(12345)",
    "[12345]",
    "{12345}",
    "&lt;12345&gt;",
    "‘12345’",
    "´12345´",
    "#12345",
    "# 12345",
    "№12345",
    ":12345",
    "=12345",
    "12345.",
    "12345,",
    "12345;",
    "tag 12345",
    "Tag: 12345",
    "tag=12345",
    "tag#12345",
    "destination tag 12345",
    "dest. tag: 12345",
    "id: 12345",
    "ID 12345",
    "payment id: 12345",
    "memo: 12345",
    "dt=12345",
    "no. 12345",
    "number 12345",
    "comment: 12345",
    "ref 12345",
    "the memo: '12345'.",
]
WITH_A_KEYWORD = ["deposit memo 12345", "memo id 12345", "The memo: 12345", "memo number 12345"]
EMPTY = [
    *("none", "no", "-", "null", "NULL", "undefined", "n/a", "N/A", "n.a.", "na", "nil", "NaN"),
    *("nothing", "empty", "blank", "(none)", "'none'", "None.", "''", "()", "--", "–", "?", "."),
    *("not needed", "not required", "no tag", "tag: none", "tbd", "unknown", "keine", "ninguno"),
]


def typed(memo: str) -> str | Misread | None:
    """The memo of a command with `memo` in it, or the answer."""
    try:
        command = read_command(f"25 XRP to {XRP} memo {memo} for Rent")
    except Misread as no:
        return no
    assert isinstance(command, Request)
    return command.wanted.memo


def filled(memo: str) -> str | None:
    """The memo of a form with `memo` in it."""
    values = {
        forms.AMOUNT: "25",
        forms.WAY: '["chain","XRP","XRP"]',
        forms.DESTINATION: XRP,
        forms.MEMO: memo,
        forms.REASON: "Rent",
        forms.FEE_PAYER: FeePayer.PAYEE.value,
    }
    return forms.wanted(values).memo


@pytest.mark.parametrize("memo", WRAPPED)
def test_a_memo_in_wrapping_is_asked_back(memo: str) -> None:
    """Marks around a memo, what it is called, and a full stop behind it are none of it; the example
    has the memo alone, and can be read."""
    answer = typed(memo)
    assert isinstance(answer, Misread)
    said = "Write the memo alone: 12345. If all of it belongs to the memo, put it in quotes."
    assert (answer.field, answer.sentence) == ("memo", said)
    assert answer.example == f"25 XRP to {XRP} memo 12345 for Rent"
    again = read_command(answer.example)
    assert isinstance(again, Request)
    assert again.wanted.memo == "12345"
    with pytest.raises(Unreadable, match=r"Write the memo alone: 12345\."):
        filled(memo.replace("&lt;", "<").replace("&gt;", ">"))


@pytest.mark.parametrize("memo", WITH_A_KEYWORD)
def test_what_a_memo_is_called_is_none_of_it(memo: str) -> None:
    """In the form, words that would be a clause of a command are asked back too."""
    with pytest.raises(Unreadable, match=r"Write the memo alone: 12345\."):
        filled(memo)


@pytest.mark.parametrize("memo", EMPTY)
def test_a_word_for_no_memo_is_asked_back(memo: str) -> None:
    """What programs and people write where there is none is no memo; the example says so."""
    answer = typed(memo)
    assert isinstance(answer, Misread)
    assert (answer.field, answer.sentence) == ("memo", NONE)
    assert answer.example == f"25 XRP to {XRP} no memo for Rent"
    if memo != "none":  # the form's own word for it
        with pytest.raises(Unreadable) as no:
            filled(memo)
        assert (no.value.field, no.value.sentence) == ("memo", NONE)


@pytest.mark.parametrize("memo", ["#12345", "none", "tag 12345", "'x'", "n/a", "12345."])
def test_what_stands_in_quotes_is_the_memo(memo: str) -> None:
    """Whoever means it literally puts it in quotation marks, in the command and in the form."""
    assert typed(f'"{memo}"') == memo
    assert filled(f'"{memo}"') == memo
    assert filled(f"“{memo}”") == memo


@pytest.mark.parametrize(
    "memo",
    [
        *("12345", "0012345", "0", "Order 7, for Ana", "MN-4711", "a_b", "id42", "tagged 5 times"),
        *("Invoice #12345", "message of May", "x", "1.5", "A-1!b", "user@example.com", "5 (five)"),
    ],
)
def test_a_plain_memo_is_taken_as_it_stands(memo: str) -> None:
    """Signs inside a memo belong to it, and so do words that only resemble a name for it."""
    assert asked_back(memo) is None
    assert filled(memo) == memo


def test_none_is_the_forms_own_word() -> None:
    """In the form, none and "no memo" say that there is none; an empty field says nothing."""
    assert (filled("none"), filled(" No memo "), filled("  ")) == ("", "", None)


@given(st.text(max_size=12) | st.sampled_from([*WRAPPED, *EMPTY]))
def test_what_is_meant_is_not_asked_back_again(memo: str) -> None:
    """The memo that is proposed is taken, or there is none."""
    odd = asked_back(memo)
    assert odd is None or odd.better == "" or asked_back(odd.better) is None


MEMOS = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), max_size=20)


@given(st.none() | MEMOS.filter(lambda memo: '"' not in memo) | st.sampled_from(EMPTY))
def test_any_memo_survives_the_form_and_the_command(memo: str | None) -> None:
    """A memo that a form is filled with is read back as the same, and so is one in a command, put
    in quotation marks where it needs them."""
    wish = Wanted("25", "XRP", "XRP", Kind.CHAIN, XRP, memo, None, "Rent")
    (field,) = [
        block
        for block in forms.request(wish, PLACE, FeePayer.PAYEE)["blocks"]
        if block["block_id"] == forms.MEMO
    ]
    assert filled(_shown(field)) == memo
    if memo is None or "&" not in memo:
        command = read_command(command_text(wish).replace("<", "&lt;"))
        assert isinstance(command, Request)
        assert command.wanted == replace(wish, memo=memo)


def _shown(field: Json) -> str:
    return str(field["element"].get("initial_value", ""))


def test_a_gap_in_an_example_is_a_memo() -> None:
    """The example that leaves the memo open can be read as a command."""
    assert not needs_quotes("…")
    assert typed("…") == "…"
    assert not isinstance(typed("12"), Unfit)
