"""Forms: what they offer, what they start with, and what comes back out of them."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.asking import MEMO_UNSAID, Wanted, read_ask
from approvals.catalogue import Catalogue, Coin, Status, Token
from approvals.cautions import History, cautions
from approvals.content import FeePayer
from approvals.desk import Earlier
from approvals.destination import Kind
from approvals.errors import Stale, Unreadable
from approvals.payout import Kind as Event
from approvals.payout import Payout, State
from approvals.reasons import read_reason
from bot import forms
from bot.blocks import VALUE, Message
from bot.buttons import ButtonValue
from bot.payloads import Place, Submitted
from bot.replies import earlier as asked_before
from bot.replies import refused, trouble
from bot.telling import Scene, amount
from sandbox.slack.forms import initial
from sandbox.slack.limits import problems_with_options, problems_with_view
from tests.build import CWALLET, LIGHTNING, NOON, payout, then
from tests.earlier import SETTLED, earlier
from tests.seen import words

NOW = datetime(2026, 11, 22, 10, 3, tzinfo=UTC)
TRX = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
PLACE = Place("C0PAYOUTS01", "1700000000.000100")
USABLE = Status.USABLE


def coin(symbol: str, name: str, *networks: tuple[str, str], status: Status = USABLE) -> Coin:
    tokens = tuple(
        Token(
            *(f"{symbol}-{chain}", symbol, chain, network, ""),
            memo=chain == "XRP",
            precision=6,
            minimum=None,
            maximum=None,
            status=USABLE,
        )
        for chain, network in networks
    )
    return Coin(symbol, symbol, name, Decimal(1), status, tokens)


USDT = coin("USDT", "Tether USD", ("TRX", "TRC20"), ("ETH", "ERC20"), ("BSC", "BEP20"))
CATALOGUE = Catalogue(
    (
        coin("BTC", "Bitcoin", ("BTC", "BTC")),
        coin("TRX", "TRON", ("TRX", "TRC20")),
        USDT,
        coin("XRP", "Ripple", ("XRP", "XRP")),
        coin("SATS", "Satoshi", ("LIGHTNING", "Lightning")),
        coin("DOGE", "Dogecoin", ("DOGE", "DOGE"), status=Status.MAINTENANCE),
    ),
    NOW,
)
WANTED = Wanted("250", "USDT", "TRX", Kind.CHAIN, TRX, "0012345", FeePayer.COMPANY, "Invoice 1043")


def texts(typed: str, catalogue: Catalogue = CATALOGUE) -> list[str]:
    return [option["text"]["text"] for option in forms.options(catalogue, typed)]


def fields(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["block_id"]: one for one in view["blocks"] if one["type"] == "input"}


def left_alone(view: dict[str, Any]) -> Submitted:
    """What comes back where somebody submits a form as it opened."""
    body = {
        "user": {"team_id": "T1", "id": "U1"},
        "view": {
            "id": "V1",
            "private_metadata": view["private_metadata"],
            "state": {"values": initial(view["blocks"])},
        },
    }
    return Submitted.of(body)


def test_the_form_asks_six_things() -> None:
    """The empty form asks for the wish's fields in their order, with hints, and fits Slack."""
    view = forms.request(None, PLACE, FeePayer.PAYEE)
    assert problems_with_view(view) == []
    assert (view["callback_id"], view["title"]["text"]) == (forms.REQUEST, "Ask for a payout")
    assert (view["submit"]["text"], view["close"]["text"]) == ("Ask for approval", "Close")
    assert [block["label"]["text"] for block in view["blocks"]] == [
        "Amount",
        "Coin and way",
        "Pay to",
        "Memo or tag",
        "What it is for",
        "Network fee",
    ]
    drawn = fields(view)
    assert [name for name, block in drawn.items() if block.get("optional")] == [forms.MEMO]
    assert "write none if" in drawn[forms.MEMO]["hint"]["text"]
    assert "approver reads" in drawn[forms.REASON]["hint"]["text"]
    assert drawn[forms.WAY]["element"]["type"] == "external_select"
    assert drawn[forms.REASON]["element"]["min_length"] == 2
    assert drawn[forms.REASON]["element"]["max_length"] == 500
    assert [b["block_id"] for b in view["blocks"]] == [
        b["element"]["action_id"] for b in view["blocks"]
    ]


@pytest.mark.parametrize("payer", FeePayer)
def test_the_form_starts_with_who_usually_pays_the_fee(payer: FeePayer) -> None:
    """The setting is chosen beforehand, in sight; a wish that says otherwise is kept."""
    view = forms.request(replace(WANTED, fee_payer=None), PLACE, payer)
    assert left_alone(view).values[forms.FEE_PAYER] == payer
    view = forms.request(WANTED, PLACE, payer)
    assert left_alone(view).values[forms.FEE_PAYER] == FeePayer.COMPANY


@pytest.mark.parametrize(
    "wish",
    [
        WANTED,
        replace(WANTED, memo=""),
        replace(WANTED, memo=None),
        replace(WANTED, kind=Kind.CWALLET, network=None, destination="ana@example.com"),
        replace(WANTED, kind=Kind.LIGHTNING, coin="SATS", network=None, destination="lnbc1…"),
        replace(WANTED, reason="*bold* <!channel> &amp; \u202e"),
    ],
)
def test_a_filled_form_says_the_same_wish(wish: Wanted) -> None:
    """A form that was filled from a wish and left alone says that wish."""
    view = forms.request(wish, PLACE, FeePayer.PAYEE)
    assert problems_with_view(view) == []
    assert forms.wanted(left_alone(view).values) == wish


def test_a_network_is_filled_in_by_its_chain() -> None:
    """What was typed as TRC20 and usdt starts the form as the option that the list has."""
    view = forms.request(replace(WANTED, network="trc20", coin="usdt"), PLACE, FeePayer.PAYEE)
    chosen = fields(view)[forms.WAY]["element"]["initial_option"]
    assert chosen["text"]["text"] == "USDT on TRX"
    offered = forms.options(CATALOGUE, "usdt trx")
    assert chosen["value"] == offered[0]["value"]


@pytest.mark.parametrize(
    "wish",
    [replace(WANTED, network=None), replace(WANTED, coin=""), replace(WANTED, coin="é" * 99)],
)
def test_a_way_is_not_chosen_by_halves(wish: Wanted) -> None:
    """Where coin or network is missing, or cannot be real, the person chooses."""
    view = forms.request(wish, PLACE, FeePayer.PAYEE)
    assert "initial_option" not in fields(view)[forms.WAY]["element"]
    with pytest.raises(Unreadable) as caught:
        forms.wanted(left_alone(view).values)
    assert caught.value.sentence == "Choose the coin and the way from the list."
    assert list(forms.errors(caught.value)) == [forms.WAY]


VALUES = MappingProxyType(
    {
        forms.AMOUNT: " 250 ",
        forms.WAY: '["chain","USDT","TRX"]',
        forms.DESTINATION: TRX,
        forms.MEMO: "",
        forms.REASON: "Invoice 1043",
        forms.FEE_PAYER: "payee",
    }
)


def test_a_submission_can_be_asked_for() -> None:
    """What was chosen from the list is read by the same checks as a command."""
    ask = read_ask(forms.wanted(VALUES), CATALOGUE, NOW, FeePayer.COMPANY)
    assert (ask.token.token_id, ask.fee_payer) == ("USDT-TRX", FeePayer.PAYEE)


@pytest.mark.parametrize(
    ("typed", "memo"),
    [
        ("", None),
        ("  ", None),
        ("none", ""),
        (" None ", ""),
        ("no memo", ""),
        ("0012345", "0012345"),
        ('"memo 5"', "memo 5"),
        ("nonesuch", "nonesuch"),
    ],
)
def test_a_memo_is_said_in_the_form(typed: str, memo: str | None) -> None:
    """An empty memo field says nothing; "none" says that there is none; all else is the memo."""
    assert forms.wanted({**VALUES, forms.MEMO: typed}).memo == memo


def test_a_line_break_around_an_amount_is_not_hidden() -> None:
    """Spaces around an amount are a slip; a line break is refused with its sentence."""
    assert forms.wanted(VALUES).amount == "250"
    wish = forms.wanted({**VALUES, forms.AMOUNT: "250\n"})
    with pytest.raises(Unreadable, match="is not a plain number"):
        read_ask(wish, CATALOGUE, NOW, FeePayer.PAYEE)


@pytest.mark.parametrize("value", ["[]", "{}", '["chain","USDT",5]', '["bank","USDT",null]', "x"])
def test_only_our_own_options_are_read(value: str) -> None:
    """A choice that this form never offered is refused, and no payout."""
    with pytest.raises(Stale):
        forms.wanted({**VALUES, forms.WAY: value})


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("amount", forms.AMOUNT),
        ("coin", forms.WAY),
        ("network", forms.WAY),
        ("destination", forms.DESTINATION),
        ("memo", forms.MEMO),
        ("reason", forms.REASON),
    ],
)
def test_a_refusal_stands_under_its_field(field: str, place: str) -> None:
    """Every field that can be refused is a block of the form, and the sentence stands there."""
    assert place in fields(forms.request(None, PLACE, FeePayer.PAYEE))
    assert forms.errors(Unreadable(field, "x", "No.")) == {place: "No."}


def test_a_missing_memo_is_asked_for_in_the_forms_words() -> None:
    """Nobody is told to write "no memo" behind an address in a form."""
    no = Unreadable("memo", MEMO_UNSAID, 'Write "memo …" …')
    assert forms.errors(no) == {
        forms.MEMO: 'This network has memos. Write the memo here, or "none" if the payee gave none.'
    }


# What the list offers.


def test_the_list_offers_what_can_be_paid() -> None:
    """Every coin that works now is there, by each of its ways; what is closed is not."""
    assert texts("") == [
        "BTC on BTC",
        "BTC to a Cwallet user",
        "TRX on TRX (TRC20)",
        "TRX to a Cwallet user",
        "USDT on TRX (TRC20)",
        "USDT on ETH (ERC20)",
        "USDT on BSC (BEP20)",
        "USDT to a Cwallet user",
        "XRP on XRP",
        "XRP to a Cwallet user",
        "SATS to a Cwallet user",
        "SATS by Lightning invoice",
    ]


@pytest.mark.parametrize(
    ("typed", "first", "count"),
    [
        ("usdt trx", "USDT on TRX (TRC20)", 1),
        ("TRC20 usdt", "USDT on TRX (TRC20)", 1),
        ("USDT on tron", "USDT on TRX (TRC20)", 1),
        ("trx", "TRX on TRX (TRC20)", 3),
        ("usd", "USDT on TRX (TRC20)", 4),
        ("tether", "USDT on TRX (TRC20)", 4),
        ("usdt cwal", "USDT to a Cwallet user", 1),
        ("lightning", "SATS by Lightning invoice", 1),
        ("invoice", "SATS by Lightning invoice", 1),
        ("bitcoin", "BTC on BTC", 2),
        ("erc-20", "USDT on ETH (ERC20)", 1),
        ("doge", "", 0),
    ],
)
def test_the_list_follows_what_is_typed(typed: str, first: str, count: int) -> None:
    """Any words that name coin, network or way find it, the nearest first."""
    found = texts(typed)
    assert len(found) == count
    assert found[:1] == ([first] if first else [])


def test_the_list_holds_a_hundred_at_most() -> None:
    """A long catalogue is cut at Slack's limit, and typing finds the rest."""
    coins = tuple(coin(f"C{n}", "Coin", ("ETH", "ERC20")) for n in range(300))
    catalogue = Catalogue(coins, NOW)
    assert len(texts("", catalogue)) == 100
    assert texts("C299 eth", catalogue) == ["C299 on ETH (ERC20)"]


NAMES = st.text(min_size=1, max_size=200).filter(lambda name: bool(name.strip()))


@given(st.lists(st.tuples(NAMES, NAMES, NAMES), max_size=5), st.text(max_size=200))
def test_any_catalogue_can_be_offered(names: list[tuple[str, str, str]], typed: str) -> None:
    """Whatever the gateway calls its coins, the list is one that Slack takes."""
    coins = tuple(coin(symbol, name, (chain, name)) for symbol, name, chain in names)
    offered = forms.options(Catalogue(coins + coins, NOW), typed)
    assert problems_with_options({"options": offered}) == []


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=700)


@given(
    st.builds(
        Wanted,
        amount=TEXTS,
        coin=TEXTS,
        network=st.none() | TEXTS,
        kind=st.sampled_from(Kind),
        destination=TEXTS,
        memo=st.none() | TEXTS,
        fee_payer=st.none() | st.sampled_from(FeePayer),
        reason=TEXTS,
    )
)
def test_any_wish_can_fill_the_form(wish: Wanted) -> None:
    """Whatever was typed in a command, the form that it fills is one that Slack takes."""
    view = forms.request(wish, PLACE, FeePayer.PAYEE)
    assert problems_with_view(view) == []
    assert forms.place(view["private_metadata"]) == PLACE


# What forms and buttons carry.


@pytest.mark.parametrize(
    "wish", [WANTED, replace(WANTED, network=None, memo=None, fee_payer=None, kind=Kind.CWALLET)]
)
def test_a_wish_is_carried_by_a_button(wish: Wanted) -> None:
    """What was asked for comes back out of a button and out of a form as it went in."""
    assert forms.read_carried(forms.carried(wish)) == wish
    view = forms.again(Message("", []), wish, PLACE)
    assert forms.wanted_again(view["private_metadata"]) == wish
    assert forms.place(view["private_metadata"]) == PLACE


def test_a_long_wish_is_carried_without_its_destination() -> None:
    """The longest wish still fits a button: half a destination would be worse than none."""
    reason = read_reason("abc" + '"' * 497)
    wish = replace(WANTED, destination="lnbc1" + "q" * 1990, memo="\\" * 120, reason=reason)
    text = forms.carried(wish)
    assert len(text) <= VALUE
    assert forms.read_carried(text) == replace(wish, destination="")
    assert problems_with_view(forms.again(SAID, wish, PLACE)) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 3000,
        '{"kind":"chain"}',
        '{"kind":"x","fee_payer":""}',
        forms.carried(WANTED).replace('"250"', "250"),
        forms.carried(WANTED).replace('"amount"', '"sum"'),
    ],
)
def test_nothing_else_is_read_out_of_a_button(text: str) -> None:
    """What no button or form of ours carries is refused, with a sentence."""
    with pytest.raises(Stale):
        forms.read_carried(text)
    with pytest.raises(Stale):
        forms.wanted_again(f'{{"wanted": {text}}}')
    with pytest.raises(Stale):
        forms.place(text)


@pytest.mark.parametrize("read", [forms.wanted, forms.comment, forms.order_id])
def test_a_form_without_its_fields_is_refused(read: Callable[[dict[str, str]], object]) -> None:
    """A form that another version made may lack a field: that is a sentence too."""
    with pytest.raises(Stale, match="another version"):
        read({"else": ""})


SAID = asked_before(Earlier(payout()), Scene((), "C0PAYOUTS01"), NOON, "{}")


def test_asking_again_takes_the_forms_place() -> None:
    """Who asks for the same again reads so in the form, and presses once more or not."""
    view = forms.again(SAID, WANTED, PLACE)
    assert problems_with_view(view) == []
    assert (view["callback_id"], view["submit"]["text"]) == (forms.AGAIN, "Ask again anyway")
    assert "actions" not in {block["type"] for block in view["blocks"]}
    assert view["blocks"]


@pytest.mark.parametrize("said", [refused("No.", "/payout"), trouble("7f3a2c", "/payout")])
def test_a_final_no_takes_the_forms_place(said: Message) -> None:
    """A refusal that no field can mend is shown instead of the form, with nothing to submit."""
    view = forms.notice(said)
    assert problems_with_view(view) == []
    assert "submit" not in view
    assert view["blocks"] == said.blocks


@pytest.mark.parametrize("number", [42, 10**15 - 1])
def test_a_rejection_carries_payout_and_digest(number: int) -> None:
    """The rejection form asks for a reason and carries what was on the screen, no more."""
    carried = ButtonValue(number, "ab" * 32)
    view = forms.rejection(carried)
    assert problems_with_view(view) == []
    assert view["callback_id"] == forms.REJECTION
    assert ButtonValue.read(view["private_metadata"]) == carried
    assert json.loads(view["private_metadata"]).keys() == {"payout", "digest"}
    assert list(fields(view)) == [forms.REASON]


def test_every_form_has_the_last_field() -> None:
    """What concerns no field is said under one that every form has."""
    carried = ButtonValue(1, "ab" * 32)
    for form in (
        forms.request(None, PLACE, FeePayer.PAYEE),
        forms.approval(payout(), Scene((), "C0PAYOUTS01"), carried),
        forms.rejection(carried),
        forms.resolution(payout(), carried),
    ):
        assert len(set(forms.LAST) & set(fields(form))) == 1


# Approving in a form.

PAID = "0x5290" + "b2" * 16 + "9ee7"
IMITATED = "0x5290" + "a1" * 16 + "9ee7"
IMITATION = earlier(42, chain="ETH", destination=IMITATED, memo="0012345")
LIKE_PAID = cautions(
    IMITATION, History(ending_alike=(earlier(17, *SETTLED, chain="ETH", destination=PAID),))
)
REVIEWED = Scene((), "C0PAYOUTS01", network="ERC20", cautions=LIKE_PAID)


def approving(drawn: Payout, scene: Scene) -> dict[str, Any]:
    """The form that approves, once Slack would take it."""
    view = forms.approval(drawn, scene, ButtonValue(drawn.number, drawn.digest))
    assert problems_with_view(view) == []
    return view


@pytest.mark.parametrize("asked", [False, True])
def test_an_approval_may_say_something(asked: bool) -> None:
    """The form shows what a yes is about, whole, and takes a comment: optional, unless the tier
    asks for one. It carries what was on the screen, no more."""
    drawn = payout(memo="0012345")
    scene = Scene((), "C0PAYOUTS01", network="TRC20", comment=asked)
    view = approving(drawn, scene)
    assert (view["callback_id"], view["title"]["text"]) == (forms.APPROVAL, "Approve payout 42")
    assert words(view["blocks"][:1]).splitlines() == [
        "Amount 250 USDT on TRX (TRC20), about 250.00 USD",
        "To this TRX address",
        "TJRa bPrw bZy4 5sba vfcj inPJ C18k jpRT v8",
        "Memo 0012345",
        "For Invoice 1043",
        "CCPayment is told at once; it cannot be called back.",
    ]
    assert list(fields(view)) == [forms.REASON]
    assert fields(view)[forms.REASON].get("optional", False) != asked
    assert json.loads(view["private_metadata"]).keys() == {"payout", "digest"}


def test_the_form_says_what_follows() -> None:
    """As the dialog does, which it takes the place of."""
    shown = words(approving(payout(quorum=2), Scene((), "C0PAYOUTS01"))["blocks"][:1])
    assert shown.splitlines()[-1].startswith("1 more approval is needed before CCPayment is told;")


@pytest.mark.parametrize("variant", [CWALLET, LIGHTNING])
def test_every_destination_is_whole_in_the_form(variant: dict[str, Any]) -> None:
    """A Cwallet user and an invoice are not taken apart."""
    drawn = payout(**variant)
    shown = words(approving(drawn, Scene((), "C0PAYOUTS01"))["blocks"][:1])
    assert drawn.content.destination in shown.splitlines()


def test_a_look_alike_is_answered_from_the_invoice() -> None:
    """The form shows both addresses aligned, with the first group that differs missing from this
    one, asks for that group, and shows it nowhere."""
    view = approving(IMITATION, replace(REVIEWED, comment=True))
    assert view["title"]["text"] == "Review payout 42"
    shown = words(view["blocks"][:1])
    assert "this   0x52 •••• a1a1 a1a1\nknown  0x52 90b2 b2b2 b2b2\n            ^^^^" in shown
    assert "This only looks like an address that was paid before." in shown
    assert "Memo 0012345" in shown
    assert "A typing error in this address would go unseen." in shown
    for hidden in (IMITATED, "90a1", "0x5290"):
        assert hidden not in json.dumps(view)
    assert list(fields(view)) == [forms.TYPED, forms.REASON]
    typed = fields(view)[forms.TYPED]
    assert typed["label"]["text"] == "Type the missing group from the invoice, not from Slack"
    assert "optional" not in typed
    assert "do not guess" in typed["hint"]["text"]
    assert fields(approving(IMITATION, REVIEWED))[forms.REASON]["optional"]


def test_a_wrong_group_is_told_under_its_field() -> None:
    """So that nobody fills the form twice, and reads there that the address may be wrong."""
    assert forms.errors(Unreadable("typed", "beef", "No.")) == {forms.TYPED: "No."}


@pytest.mark.parametrize(
    ("written", "read"), [("", ""), ("  \n", ""), (" Seen  the\ninvoice. ", "Seen the invoice.")]
)
def test_a_comment_is_read_like_a_reason(written: str, read: str) -> None:
    """On one line; none is none. What nobody can see is refused under the field."""
    assert forms.comment({forms.REASON: written}) == read
    with pytest.raises(Unreadable) as no:
        forms.comment({forms.REASON: "See\u202ethe invoice"})
    assert list(forms.errors(no.value)) == [forms.REASON]


@given(text=st.text(st.characters(), max_size=600), number=st.integers(1, 10**15 - 1))
def test_no_text_breaks_the_form(text: str, number: int) -> None:
    """Whatever people wrote in this payout and in those that are evidence, Slack takes the form."""
    content = replace(IMITATION.content, reason=text, number=number, symbol=text[:30])
    found = tuple(
        replace(one, others=tuple(replace(other, content=content) for other in one.others))
        for one in LIKE_PAID
    )
    approving(replace(IMITATION, content=content), replace(REVIEWED, cautions=found))


WAYS_TO_A_RESOLUTION = [
    then(payout(State.SENDING), Event.DOUBTED),
    then(payout(State.SENDING, **LIGHTNING), Event.DOUBTED),
    then(payout(State.APPROVED, memo="0012345"), Event.RESTORED),
]


@pytest.mark.parametrize("doubted", WAYS_TO_A_RESOLUTION, ids=["address", "invoice", "restored"])
def test_a_resolution_says_what_to_look_for(doubted: Payout) -> None:
    """The form that takes down what the dashboard shows names reference, amount, destination and
    time, and carries what was on the screen."""
    carried = ButtonValue(42, doubted.digest)
    view = forms.resolution(doubted, carried)
    assert problems_with_view(view) == []
    assert view["callback_id"] == forms.RESOLUTION
    assert ButtonValue.read(view["private_metadata"]) == carried
    shown = words(view["blocks"][:1])
    for sought in (doubted.reference, doubted.content.destination, amount(doubted)):
        assert sought in shown
    assert "Not before 2026-11-22 10:0" in shown
    assert list(fields(view)) == [forms.FINDING, forms.ORDER_ID]


@pytest.mark.parametrize(
    ("finding", "copied", "found"),
    [
        ("shown", "202301090616511612332555323101104", "202301090616511612332555323101104"),
        ("shown", "  2023 ", "2023"),
        ("not_shown", "", None),
        ("not_shown", "  ", None),
    ],
)
def test_a_resolution_is_an_order_or_none(finding: str, copied: str, found: str | None) -> None:
    """What the dashboard shows is an order_id, or that there is none."""
    assert forms.order_id({forms.FINDING: finding, forms.ORDER_ID: copied}) == found


@pytest.mark.parametrize(
    ("finding", "copied", "field"),
    [
        ("", "2023", forms.FINDING),
        ("shown", "", forms.ORDER_ID),
        ("shown", "20 23", forms.ORDER_ID),
        ("shown", "20\u202e23", forms.ORDER_ID),
        ("not_shown", "2023", forms.ORDER_ID),
    ],
)
def test_a_contradictory_resolution_is_not_read(finding: str, copied: str, field: str) -> None:
    """Neither, both, or something that is no order_id is said under its field."""
    with pytest.raises(Unreadable) as no:
        forms.order_id({forms.FINDING: finding, forms.ORDER_ID: copied})
    assert list(forms.errors(no.value)) == [field]
