"""Commands: what people type becomes what they want, or a sentence and an example that works."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from approvals.asking import Unfit, Wanted, read_ask
from approvals.catalogue import Catalogue, Coin, Status, Token
from approvals.content import FeePayer
from approvals.destination import Kind
from approvals.errors import Unreadable
from bot.parsing import (
    LONGEST,
    NOTHING,
    Cancel,
    Command,
    Freeze,
    Help,
    List,
    Misread,
    OpenForm,
    Request,
    Show,
    Unfreeze,
    command_text,
    misread,
    read_command,
)
from bot.texts import escaped

TRX = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
XRP = "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH"
EVM = "0x52908400098527886e0f7030069857d2e4169ee7"
NOW = datetime(2026, 11, 22, 10, 3, tzinfo=UTC)
WANTED = Wanted("250", "USDT", "TRX", Kind.CHAIN, TRX, None, None, "Invoice 1043")


def wanted(text: str) -> Wanted:
    command = read_command(text)
    assert isinstance(command, Request)
    return command.wanted


def misread_as(text: str) -> Misread:
    with pytest.raises(Misread) as caught:
        read_command(text)
    return caught.value


def test_the_examples_are_read() -> None:
    """Every example that the project shows to people is read as it is meant."""
    assert wanted(f"250 USDT on TRX to {TRX} for Invoice 1043") == WANTED
    assert wanted(f"25 XRP on XRP to {XRP} memo 0012345 for Exchange top-up") == Wanted(
        "25", "XRP", "XRP", Kind.CHAIN, XRP, "0012345", None, "Exchange top-up"
    )
    assert wanted("10 USDT to cwallet ana@example.com for Bonus") == Wanted(
        "10", "USDT", None, Kind.CWALLET, "ana@example.com", None, None, "Bonus"
    )
    assert wanted("2500 SATS to invoice lnbc25u1xyz for Workshop lunch") == Wanted(
        "2500", "SATS", None, Kind.LIGHTNING, "lnbc25u1xyz", None, None, "Workshop lunch"
    )
    assert wanted(f"90 USDC on POLYGON to {EVM} fee from amount for Refund 88") == Wanted(
        "90", "USDC", "POLYGON", Kind.CHAIN, EVM, None, FeePayer.PAYEE, "Refund 88"
    )


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", OpenForm()),
        (" \u00a0\n", OpenForm()),
        ("help", Help()),
        ("HELP me", Help()),
        ("?", Help()),
        ("list", List()),
        (" List ", List()),
        ("list waiting", List(only_waiting=True)),
        ("LIST Waiting page 2", List(2, only_waiting=True)),
        ("list page 2", List(2)),
        ("list 12", List(12)),
        ("show 42", Show(42)),
        ("Show #42", Show(42)),
        ("show payout 42", Show(42)),
        ("cancel 7", Cancel(7)),
        ("FREEZE", Freeze()),
        ("freeze a laptop was stolen", Freeze("a laptop was stolen")),
        ("freeze!", Freeze()),
        ("Freeze, now", Freeze("now")),
        ("freeze: Dana's phone is gone.", Freeze("Dana's phone is gone.")),
        ("FREEZE – all of it", Freeze("all of it")),
        ("freeze\u00a0…\n\nnow", Freeze("now")),
        ('freeze "all"', Freeze('"all"')),
        ("*freeze*", Freeze()),
        ("`freeze`", Freeze()),
        ("'freeze'", Freeze()),
        ("freeze 🎉", Freeze("🎉")),
        ("freezer is open", Freeze("freezer is open")),
        ("freeze-all", Freeze("all")),
        ("freezeall", Freeze("freezeall")),
        ("freeze 42", Freeze("42")),
        ("freeze 250 USDT on TRX to me for x", Freeze("250 USDT on TRX to me for x")),
        ("freeze <@U1|dana> &amp; co", Freeze("@dana & co")),
        ("ｆｒｅｅｚｅ it", Freeze("it")),
        ("fre\u200beze it", Freeze("it")),
        (f"freeze {'x' * LONGEST}", Freeze("x" * LONGEST)),
        (" unfreeze ", Unfreeze()),
    ],
)
def test_the_other_commands_are_read(text: str, command: Command) -> None:
    """Help, list, show, cancel, freeze and unfreeze are told from requests; nothing at all opens
    the form."""
    assert read_command(text) == command


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        (f"250 usdt ON trx TO {TRX} FOR Invoice 1043", {"coin": "usdt", "network": "trx"}),
        (f"250\u00a0USDT on\u202fTRX\nto {TRX}\nfor Invoice 1043", {}),
        (f"250 USDT to {TRX} on TRX for Invoice 1043", {}),
        (f"250 USDT on BNB Chain to {TRX} for Invoice 1043", {"network": "BNB Chain"}),
        (f"250 USDT on TRX to {TRX} for Rent for May to June", {"reason": "Rent for May to June"}),
        (f"250 USDT on TRX to {TRX} we pay the fee for Invoice 1043", {"fee_payer": "company"}),
        (f"250 USDT on TRX to {TRX} we pay network fee for Invoice 1043", {"fee_payer": "company"}),
        (f"250 USDT on TRX to {TRX} fee from the amount for Invoice 1043", {"fee_payer": "payee"}),
        (f"250 USDT on TRX to {TRX} no memo for Invoice 1043", {"memo": ""}),
        (f"250 USDT on TRX to {TRX} No  Memo for Invoice 1043", {"memo": ""}),
        (f"250 USDT on TRX to {TRX} memo a  b for Invoice 1043", {"memo": "a  b"}),
        (f'250 USDT on TRX to {TRX} memo "x for y" for Invoice 1043', {"memo": "x for y"}),
        (f"250 USDT on TRX to {TRX} memo “x for y” for Invoice 1043", {"memo": "x for y"}),
        (f"250 USDT on TRX to {TRX} memo „x for y“ for Invoice 1043", {"memo": "x for y"}),
        (f'250 USDT on TRX to {TRX} memo "none" for Invoice 1043', {"memo": "none"}),
        (f"250 USDT on TRX to {TRX} memo 5 no for Invoice 1043", {"memo": "5 no"}),
        ("250 USDT on TRX to TJRa bPrw Zbs4 for Invoice 1043", {"destination": "TJRa bPrw Zbs4"}),
        ("250 USDT on TRX to TJRa bPrw To for Invoice 1043", {"destination": "TJRa bPrw To"}),
        ("250 USDT on TRX to TJRa bPrw oN for Invoice 1043", {"destination": "TJRa bPrw oN"}),
        (f"250 FOR on TRX to {TRX} for Invoice 1043", {"coin": "FOR"}),
        (f"1 250 USDT on TRX to {TRX} for Invoice 1043", {"amount": "1 250"}),
        (f"1,250 USDT on TRX to {TRX} for Invoice 1043", {"amount": "1,250"}),
        (f"٢٥٠ USDT on TRX to {TRX} for Invoice 1043", {"amount": "٢٥٠"}),
        (f"NaN USDT on TRX to {TRX} for Invoice 1043", {"amount": "NaN"}),
        ("250 USDT on TRX to 9558861 for Invoice 1043", {"destination": "9558861"}),
        ("250 USDT on TRX to lnbc1 for Invoice 1043", {"destination": "lnbc1"}),
        ("250 USDT on TRX to a\u200bb for Invoice 1043", {"destination": "a\u200bb"}),
    ],
)  # fmt: skip
def test_people_write_in_many_ways(text: str, changes: dict[str, Any]) -> None:
    """Case, spaces, order and quotation marks are the writer's; nothing is guessed or repaired."""
    payer = FeePayer(changes["fee_payer"]) if "fee_payer" in changes else None
    assert wanted(text) == replace(WANTED, **changes | {"fee_payer": payer})


@pytest.mark.parametrize("words", ["cwallet", "Cwallet ID", "CWALLET user"])
def test_the_kind_of_destination_is_said(words: str) -> None:
    """Who is paid at Cwallet is a matter of what was written, never of digits or an @."""
    said = wanted(f"250 USDT to {words} 9558861 for Bonus")
    assert (said.kind, said.destination) == (Kind.CWALLET, "9558861")
    assert wanted("250 USDT to 9558861 for Bonus").kind is Kind.CHAIN
    assert wanted("250 USDT to ana@example.com for Bonus").kind is Kind.CHAIN


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("<https://example.com/1?a=1&amp;b=2>", "https://example.com/1?a=1&b=2"),
        ("<http://example.com|example.com>", "example.com"),
        ("<https://example.com/|https://example.com>", "https://example.com"),
        ("<mailto:ana@example.com|ana@example.com>", "ana@example.com"),
        (
            "lunch with <@U0RITA00001|rita> in <#C0GENERAL01|general>",
            "lunch with @rita in #general",
        ),
        ("lunch with <@U0RITA00001>", "lunch with @U0RITA00001"),
        ("<!channel> party", "@channel party"),
        ("<!subteam^S1|@finance> party", "@finance party"),
        ("R&amp;D &lt;fast&gt;", "R&D <fast>"),
        ("&amp;lt; is an entity", "&lt; is an entity"),
        ("“Best of” book", "“Best of” book"),
    ],
)
def test_decorations_are_taken_off(typed: str, reason: str) -> None:
    """What Slack adds to a text is taken off again, once."""
    assert wanted(f"250 USDT on TRX to {TRX} for {typed}").reason == reason


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("<http://xn--mller-kva.de|müller.de>", "müller.de"),
        ("<http://xn--MLLER-KVA.de/|Müller.de>", "Müller.de"),
        ("<https://xn--strae-oqa.de|straße.de>", "straße.de"),
        ("<https://www.xn--fiqs8s.example/a|www.中国.example/a>", "www.中国.example/a"),
        ("<https://example.com/caf%C3%A9|example.com/café>", "example.com/café"),
        ("<http://müller.de|xn--mller-kva.de>", "xn--mller-kva.de"),
        ("<tel:+493012345|+49 (30) 123-45>", "+49 (30) 123-45"),
    ],
)
def test_two_spellings_of_one_address_are_no_false_link(typed: str, reason: str) -> None:
    """What Slack writes in punycode or in escapes is what people typed."""
    assert wanted(f"250 USDT on TRX to {TRX} for {typed}").reason == reason


@pytest.mark.parametrize(
    "typed",
    [
        "<http://xn--mller-kva.de|mueller.de>",
        "<http://xn--mller-kva.de.example|müller.de>",
        "<http://xn--pypal-4ve.com|paypal.com>",
        "<http://xn--99999999.de|müller.de>",
        "<https://example.com/b|example.com/a>",
        "<tel:+493012346|+49 30 12345>",
    ],
)
def test_another_address_is_a_false_link(typed: str) -> None:
    """A link that leads elsewhere than it shows is refused, in punycode too."""
    no = misread_as(f"250 USDT on TRX to {TRX} for {typed}")
    assert "Write it without a link." in no.sentence


def test_a_decorated_destination_is_read() -> None:
    """An e-mail address that Slack made a link of is still the Cwallet user's."""
    text = "10 USDT to cwallet <mailto:ana@example.com|ana@example.com> for Bonus"
    assert wanted(text).destination == "ana@example.com"


WHERE = 'Say where it goes: "to ADDRESS" or "to cwallet ID-OR-EMAIL".'
FIX = f"to {TRX} for Invoice 1043"


@pytest.mark.parametrize(
    ("text", "field", "sentence", "corrected"),
    [
        (
            f"250 USDT on TRX to {TRX}",
            "reason",
            'Say what it is for: end with "for Invoice 1043".',
            f"250 USDT on TRX {FIX}",
        ),
        (
            "250 USDT on TRX for Invoice 1043",
            "destination",
            WHERE,
            "250 USDT on TRX to ADDRESS for Invoice 1043",
        ),
        (
            f"250 USDT on TRX for Invoice 1043 to {TRX}",
            "destination",
            WHERE,
            f"250 USDT on TRX to ADDRESS for Invoice 1043 to {TRX}",
        ),
        (
            "250 USDT on TRX to for Rent",
            "destination",
            WHERE,
            "250 USDT on TRX to ADDRESS for Rent",
        ),
        (
            f"250 USDT on TRX {TRX} for Rent",
            "destination",
            WHERE,
            f"250 USDT on TRX to {TRX} for Rent",
        ),
        (f"250 USDT {TRX} for Rent", "destination", WHERE, f"250 USDT to {TRX} for Rent"),
        (
            "10 USDT to cwallet for Bonus",
            "destination",
            'Name the Cwallet user: "to cwallet ID-OR-EMAIL".',
            "10 USDT to cwallet ID-OR-EMAIL for Bonus",
        ),
        (
            "10 SATS to invoice for Bonus",
            "destination",
            'Copy the whole invoice: "to invoice LNBC…".',
            "10 SATS to invoice LNBC… for Bonus",
        ),
        (
            "10 USDT to @acme for Bonus",
            "destination",
            f'"@acme" is a name in Slack, and nothing can be paid to it. {WHERE}',
            "10 USDT to ADDRESS for Bonus",
        ),
        (
            "10 USDT to <@U0MAX000001|max> for Bonus",
            "destination",
            f'"@max" is a name in Slack, and nothing can be paid to it. {WHERE}',
            "10 USDT to ADDRESS for Bonus",
        ),
        (
            "10 USDT to cwallet <#C0GENERAL01|general> for Bonus",
            "destination",
            f'"#general" is a name in Slack, and nothing can be paid to it. {WHERE}',
            "10 USDT to cwallet ID-OR-EMAIL for Bonus",
        ),
        (
            "10 USDT to <!here> for Bonus",
            "destination",
            f'"@here" is a name in Slack, and nothing can be paid to it. {WHERE}',
            "10 USDT to ADDRESS for Bonus",
        ),
        (
            f"10 XRP to {XRP} memo <@U0MAX000001|max> for Bonus",
            "memo",
            'Slack takes "@max" for a mention. Write it in the form.',
            f"10 XRP to {XRP} memo … for Bonus",
        ),
        (
            "10 USDT to cwallet <mailto:eve@example.com|ana@example.com> for Bonus",
            "destination",
            '"ana@example.com" is a link to "eve@example.com". Write it without a link.',
            "10 USDT to cwallet ID-OR-EMAIL for Bonus",
        ),
        (
            f"to {TRX} for Rent",
            "amount",
            'Say how much of which coin: "250 USDT".',
            f"250 USDT on TRX to {TRX} for Rent",
        ),
        (f"USDT on TRX {FIX}", "amount", 'Say how much: "250 USDT".', f"250 USDT on TRX {FIX}"),
        (f"250 on TRX {FIX}", "coin", 'Say in which coin: "250 USDT".', f"250 USDT on TRX {FIX}"),
        (
            f"$250 on TRX {FIX}",
            "amount",
            "Amounts are in the coin: write 250 USDT, not $250.",
            f"250 USDT on TRX {FIX}",
        ),
        (
            f"99.5USDC on TRX {FIX}",
            "amount",
            'Put a space between amount and coin: "99.5 USDC".',
            f"99.5 USDC on TRX {FIX}",
        ),
        (
            f"USDC 99 on TRX {FIX}",
            "amount",
            'Write the amount first: "99 USDC".',
            f"99 USDC on TRX {FIX}",
        ),
        (
            f"250 USDT on {FIX}",
            "network",
            'Name the network behind "on", such as "on TRX".',
            f"250 USDT {FIX}",
        ),
        (
            f"250 USDT on TRX on ETH {FIX}",
            "network",
            "Name the network once.",
            f"250 USDT {FIX}",
        ),
        (
            f"250 USDT on TRX to {TRX} {FIX}",
            "destination",
            "Say once where it goes.",
            "250 USDT on TRX to ADDRESS for Invoice 1043",
        ),
        (
            f"250 XRP to {XRP} memo pay to bob for Rent",
            "destination",
            'Say once where it goes. A memo that contains such a word needs quotes: memo "…".',
            f"250 XRP to {XRP} memo … for Rent",
        ),
        (
            f"250 XRP to {XRP} no memo memo 5 for Rent",
            "memo",
            "Say the memo once.",
            f"250 XRP to {XRP} memo … for Rent",
        ),
        (
            f"250 XRP to {XRP} we pay the fee fee from amount for Rent",
            "fee_payer",
            "Say once who pays the fee.",
            f"250 XRP to {XRP} for Rent",
        ),
        (
            f"250 XRP to {XRP} memo for Rent",
            "memo",
            'Write the memo behind "memo", or "no memo" if the payee gave none.',
            f"250 XRP to {XRP} memo … for Rent",
        ),
        (
            f"250 XRP to {XRP} memo none for Rent",
            "memo",
            'Write "no memo" if the payee gave none, or put the memo in quotes.',
            f"250 XRP to {XRP} no memo for Rent",
        ),
        (
            f'250 XRP to {XRP} memo "12 for Rent',
            "memo",
            'Close the quotation mark of the memo: memo "…".',
            f"250 XRP to {XRP} memo … for Rent",
        ),
        (
            f'250 XRP to {XRP} memo "12" 3 for Rent',
            "memo",
            '"3" is not understood. Leave it out.',
            f"250 XRP to {XRP} memo 12 for Rent",
        ),
        (
            f"250 XRP to {XRP} we pay the fee please for Rent",
            "fee_payer",
            '"please" is not understood. Leave it out.',
            f"250 XRP to {XRP} we pay the fee for Rent",
        ),
        ("lits", "command", 'Did you mean "list"?', "list"),
        ("cancle #7", "command", 'Did you mean "cancel 7"?', "cancel 7"),
        ("show", "command", 'Write the number of the payout: "show 42".', "show 42"),
        ("show me", "command", 'Write the number of the payout: "show 42".', "show 42"),
        ("cancel 0", "command", 'Write the number of the payout: "cancel 42".', "cancel 42"),
        ("freez", "command", 'Did you mean "freeze"?', "freeze"),
        ("unfreze", "command", 'Did you mean "unfreeze"?', "unfreeze"),
        (
            "list everything",
            "command",
            'Write "list", "list waiting" or "list page 2".',
            "list",
        ),
        (
            "unfreeze 42",
            "command",
            '"unfreeze" is about all sending: write it alone.',
            "unfreeze",
        ),
        (
            "pay me",
            "command",
            '"pay" is not a command. Write what to pay, or "help".',
            "250 USDT on TRX to ADDRESS for Invoice 1043",
        ),
        (
            f"250 USDT {FIX} {'x' * LONGEST}",
            "command",
            "A command has at most 3000 characters. Use the form, or say it shorter.",
            "250 USDT on TRX to ADDRESS for Invoice 1043",
        ),
    ],
)
def test_a_misread_command_says_what_would_do(
    text: str, field: str, sentence: str, corrected: str
) -> None:
    """What can't be read is answered with a sentence, what was typed, and a corrected example."""
    no = misread_as(text)
    assert (no.field, no.sentence) == (field, sentence)
    assert no.typed == text
    assert no.example == corrected
    assert isinstance(read_command(no.example), Command)


def test_what_was_understood_fills_the_form() -> None:
    """A command that can't be read is not lost: the form starts with what it said."""
    text = f"1,250 USDT on TRX to {TRX} memo 7 we pay the fee"
    assert misread_as(text).partial == Wanted(
        "1,250", "USDT", "TRX", Kind.CHAIN, TRX, "7", FeePayer.COMPANY, ""
    )
    assert misread_as("250 for Rent").partial == replace(NOTHING, amount="250", reason="Rent")
    assert misread_as("hello").partial == NOTHING


@pytest.mark.parametrize(
    ("refusal", "corrected"),
    [
        (Unfit("network", "", "…", replace(WANTED, network="ETH")), f"250 USDT on ETH {FIX}"),
        (
            Unreadable("destination", TRX, "…"),
            "250 USDT on TRX to ADDRESS for Invoice 1043",
        ),
        (Unreadable("memo", "", "…"), f"250 USDT on TRX to {TRX} memo … for Invoice 1043"),
        (Unreadable("coin", "DOGE", "…"), "250 USDT on TRX to ADDRESS for Invoice 1043"),
        (Unreadable("reason", "Invoice 1043", "…"), f"250 USDT on TRX {FIX}"),
        (Unreadable("somewhere", "", "…"), f"250 USDT on TRX {FIX}"),
    ],
)
def test_a_refused_wish_is_answered_like_a_misread_command(
    refusal: Unreadable, corrected: str
) -> None:
    """Where a later check says no, the answer has an example too: better, or with a gap."""
    no = misread("typed", WANTED, refusal)
    assert (no.field, no.word, no.sentence) == (refusal.field, refusal.word, refusal.sentence)
    assert (no.typed, no.example, no.partial) == ("typed", corrected, WANTED)


TOKEN = Token(
    *("t", "USDT", "TRX", "TRC20", ""),
    memo=False,
    precision=6,
    minimum=None,
    maximum=None,
    status=Status.USABLE,
)
CATALOGUE = Catalogue((Coin("1", "USDT", "Tether USD", None, Status.USABLE, (TOKEN,)),), NOW)


@pytest.mark.parametrize(
    ("amount", "sentence", "corrected"),
    [
        ("٢٥٠", "Write the amount with the digits 0 to 9, such as 250.", "250"),
        ("2_50", '"2_50" is not an amount. Write digits, such as 250 or 0.5.', "250"),
        ("1e3", '"1e3" is not an amount. Write digits, such as 250 or 0.5.', "250"),
        ("NaN", '"NaN" is not an amount. Write digits, such as 250 or 0.5.', "250"),
        ("Infinity", '"Infinity" is not an amount. Write digits, such as 250 or 0.5.', "250"),
        ("1,250", '"1,250" can mean two amounts. Write 1250 or 1.25.', "1250"),
        ("1 250", '"1 250" is not a plain number. Write 1250.', "1250"),
        ("$99", "Amounts are in the coin: write 99 USDT, not $99.", "99"),
        ("5.1234567", "USDT has 6 decimals; 5.1234567 has 7.", "5.123456"),
        ("0", "The amount is zero. Write how much to pay.", "250"),
    ],
)
def test_a_hostile_amount_gets_its_sentence(amount: str, sentence: str, corrected: str) -> None:
    """An amount that computers would take and people would not is refused, with one that works."""
    typed = f"{amount} USDT on TRC20 {FIX}"
    wish = wanted(typed)
    with pytest.raises(Unreadable) as caught:
        read_ask(wish, CATALOGUE, NOW, FeePayer.PAYEE)
    assert caught.value.sentence == sentence
    answer = misread(typed, wish, caught.value)
    assert answer.example == f"{corrected} USDT on TRC20 {FIX}"
    assert read_ask(wanted(answer.example), CATALOGUE, NOW, FeePayer.PAYEE).destination.text == TRX


NAMES = st.from_regex(r"[A-Za-z0-9]{2,8}", fullmatch=True).filter(
    lambda name: name.lower() not in ("on", "to", "for", "memo", "no", "we", "fee", "help", "list")
)
MEMOS = st.text(
    st.characters(min_codepoint=32, max_codepoint=126, exclude_characters='"'), max_size=30
).map(str.strip)
REASONS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60).map(
    lambda text: " ".join(text.split())
)
WISHES = st.builds(
    Wanted,
    amount=st.from_regex(r"[0-9]{1,9}(\.[0-9]{1,6})?", fullmatch=True),
    coin=NAMES,
    network=st.none() | NAMES,
    kind=st.sampled_from(Kind),
    destination=st.from_regex(r"[A-Za-z0-9]{8,40}", fullmatch=True).filter(
        lambda text: text.lower() not in ("cwallet", "invoice")
    ),
    memo=st.none() | MEMOS,
    fee_payer=st.none() | st.sampled_from(FeePayer),
    reason=REASONS.filter(bool),
)


@given(WISHES)
def test_what_is_wanted_can_be_typed(wish: Wanted) -> None:
    """A wish, written as a command and sent through Slack's escaping, is read as the same wish."""
    assert read_command(escaped(command_text(wish))) == Request(wish)


FRAGMENTS = st.sampled_from(
    [
        *(
            "250",
            "1,250",
            "$250",
            "USDT",
            "on",
            "TRX",
            "to",
            "TO",
            "for",
            "memo",
            "no memo",
            "none",
        ),
        *(
            "fee from amount",
            "we pay the fee",
            "cwallet",
            "invoice",
            "@rita",
            "<@U1|rita>",
            "<!here>",
        ),
        *('"', "“", "”", "&lt;", "&amp;", "<mailto:a@b.c|d@e.f>", "<https://a.b>", "list", "show"),
        *("FOR", "\n", "\u00a0", "\u200b", TRX, "ana@example.com", "…", "?", "42", "#42", "<", ">"),
    ]
)
TEXTS = st.text() | st.lists(FRAGMENTS | st.text(max_size=5), max_size=14).map(" ".join)


@given(TEXTS)
@example("0 00000000000000000000")
@example("&lt;@U1&gt; 1 to x for y")
@example("0 &lt;http://a|b&gt; to x")
@example(f"{'1' * 1500} USDT {'&amp;' * 299}")
def test_any_text_is_read_or_answered(text: str) -> None:
    """Whatever is typed is a command, or is answered with an example that is one."""
    try:
        command = read_command(text)
    except Misread as no:
        misread_command = no
    else:
        assert isinstance(command, Command)
        return
    assert misread_command.typed == text
    assert len(misread_command.sentence.splitlines()) == 1
    assert misread_command.example
    assert isinstance(read_command(escaped(misread_command.example)), Command)


@given(WISHES, st.sampled_from(["amount", "coin", "network", "destination", "memo", "reason"]))
def test_an_example_of_a_refused_wish_is_read(wish: Wanted, field: str) -> None:
    """The example that stands below a later refusal can be typed as it stands."""
    no = misread("typed", wish, Unreadable(field, "", "No."))
    assert isinstance(read_command(escaped(no.example)), Request)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("lsit", False),
        ("show", False),
        ("cancel me", False),
        ("unfreeze now", False),
        ("list everything", False),
        ("pay me", True),
        (f"250 USDT {FIX} {'x' * LONGEST}", True),
        ("250 USDT", True),
    ],
)
def test_a_form_is_offered_where_a_payout_was_asked_for(text: str, asks: bool) -> None:
    """Who mistyped another command has no use for the form that asks for a payout."""
    assert misread_as(text).asks is asks
