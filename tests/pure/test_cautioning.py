"""Cautions in words: each on the card, with its evidence, and aligned where eyes must compare."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.cautions import (
    MANY,
    Caution,
    CautionKind,
    History,
    Known,
    Likeness,
    cautions,
    known,
    to_answer,
)
from approvals.content import FeePayer
from approvals.payout import Kind, Payout, State
from bot.blocks import rich_text, section
from bot.buttons import Act, ButtonValue
from bot.cards import channel_card, requester_copy
from bot.cautioning import aligned, questions, warnings
from bot.forms import answers, approval
from bot.replies import shown as shown_record
from bot.telling import Scene
from bot.thread import first_reply
from sandbox.slack.limits import problems_with_message, problems_with_view
from tests.build import CWALLET, DANA, ELI, LIGHTNING, NOON, then
from tests.earlier import DECLINED, DOUBTED, SETTLED, earlier
from tests.seen import buttons, marked, words

DAY = timedelta(days=1)
SCENE = Scene((DANA.id, ELI.id), "C0PAYOUTS01", network="TRC20")
PAID = "0x52908400098527886E0F7030069857D2E4169EE7"
IMITATED = "0x5290" + "a1" * 16 + "9ee7"
CHECKED = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
ETH: dict[str, Any] = {"chain": "ETH"}

PLAIN = earlier(42)
IMITATION = earlier(42, destination=IMITATED, **ETH)
KNOWN_ONE = earlier(17, *SETTLED, destination=PAID, at=NOON - 19 * DAY, **ETH)
OTHER_ONE = earlier(12, *SETTLED, destination="0x5290" + "b2" * 16 + "9ee7", **ETH)
LAST = earlier(17, *SETTLED, at=NOON - 19 * DAY)
CALM = History(times=6, last=LAST)
TWIN = earlier(41, *SETTLED, at=NOON - DAY)
NAMESAKE = earlier(39, amount=Decimal(10), at=NOON - 2 * DAY)
IN_DOUBT = earlier(40, *DOUBTED, amount=Decimal(5), reason="Rent")
DECLINED_ONE = earlier(38, *DECLINED, at=NOON - DAY)
EMAIL = earlier(42, **CWALLET | {"destination": "ana@example.com", "cwallet_name": None})
UNSEEN = earlier(42, destination=PAID.lower(), **ETH)
ON_BSC = earlier(42, destination=PAID, chain="BSC")
ON_ETH = earlier(41, destination=PAID, at=NOON - DAY, reason="Rent", **ETH)
WITH_MEMO = earlier(42, chain="XRP", destination="rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH", memo="7")
WITHOUT = earlier(16, *SETTLED, chain="XRP", destination="rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH")

SHARED = earlier(42, chain="DASH", destination="1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", checked=0)
CASES: Mapping[str, tuple[Payout, History]] = {
    "look-alike": (IMITATION, History(ending_alike=(KNOWN_ONE,))),
    "look-alike, of two": (IMITATION, History(ending_alike=(KNOWN_ONE, OTHER_ONE))),
    "duplicate": (PLAIN, replace(CALM, twins=(TWIN,))),
    "duplicate, by its reason too": (PLAIN, replace(CALM, twins=(TWIN, NAMESAKE))),
    "duplicate, on another network": (ON_BSC, History(twins=(ON_ETH,), otherwise=KNOWN_ONE)),
    "in doubt": (PLAIN, replace(CALM, sending=(IN_DOUBT,))),
    "failed before": (PLAIN, replace(CALM, twins=(DECLINED_ONE,))),
    "fee": (then(PLAIN, Kind.ESTIMATED, fee="30"), CALM),
    "shared form": (SHARED, History()),
    "first payment": (PLAIN, History()),
    "first payment, to a Cwallet user": (earlier(42, **CWALLET), History()),
    "paid otherwise": (ON_BSC, History(otherwise=KNOWN_ONE)),
    "paid otherwise, without a memo": (WITH_MEMO, History(otherwise=WITHOUT)),
    "no checksum": (UNSEEN, History()),
    "unchecked e-mail": (EMAIL, History(times=1, last=earlier(17, *SETTLED))),
}
SENTENCES = """
look-alike | This only looks like an address that was paid before. \
Payout 17 paid the known one on 2026-11-03. Somebody may have made this one so that you mix them \
up. Compare it with the invoice, above all the groups marked ^. \
The group that is left out is typed from there.
look-alike, of two | This only looks like an address that was paid before. \
Payout 17 paid the known one on 2026-11-03. Somebody may have made this one so that you mix them \
up. Compare it with the invoice, above all the groups marked ^. \
The group that is left out is typed from there. \
It also looks like that of payout 12.
duplicate | Probably a duplicate. Same destination and amount as payout 41 \
(settled, asked 2026-11-21). Look there before you approve.
duplicate, by its reason too | Probably a duplicate. Same destination and amount as payout 41 \
(settled, asked 2026-11-21). Same reason as payout 39 (waiting, asked 2026-11-20). \
Look there before you approve.
duplicate, on another network | Probably a duplicate. Same destination and amount, but on another \
network, as payout 41 (waiting, asked 2026-11-21). Look there before you approve.
in doubt | Another payout to this destination is in doubt. \
Nobody knows yet whether payout 40 left. Wait for it.
failed before | CCPayment declined the same before. \
See why first: payout 38 (failed, asked 2026-11-21).
fee | The network fee is more than a tenth of the amount. It is about 30 USDT, for 250 USDT.
shared form | This may be an address of another network. It is written like an address of BTC, \
and what those of DASH look like is not known here. Ask the payee whether it is theirs on DASH.
first payment | First payment to this TRX address. \
Ask the payee to confirm it, over a channel that you trust already.
first payment, to a Cwallet user | First payment to this Cwallet user. \
Ask the payee to confirm it, over a channel that you trust already.
paid otherwise | Paid before, but on another network. The last time on ETH (payout 17), \
now on BSC. Ask the payee which they expect.
paid otherwise, without a memo | Paid before, but with another memo. \
The last time without a memo (payout 16), now with memo 7. Ask the payee which they expect.
no checksum | A typing error in this address would go unseen. \
Compare every character with what the payee gave.
unchecked e-mail | A Cwallet e-mail cannot be checked. \
A typing error pays somebody else. An ID shows a name.
"""


def scene(payout: Payout, history: History, **more: Any) -> Scene:
    """What the ledger would say beside the payout."""
    found, calm = cautions(payout, history), known(payout, history)
    asks = to_answer(found, raised=bool(more.pop("raised", False)))
    return replace(SCENE, cautions=found, asks=asks, known=calm, **more)


def kind_of(case: str) -> CautionKind:
    return CautionKind(case.partition(",")[0])


def shown(payout: Payout, history: History, **more: Any) -> list[str]:
    return words(channel_card(payout, scene(payout, history, **more)).blocks).splitlines()


@pytest.mark.parametrize("told", SENTENCES.strip().splitlines())
def test_each_caution_says_what_it_is_and_what_to_do(told: str) -> None:
    """On the card, with its evidence; the loudest is marked; and the top-level text says it too."""
    case, sentence = told.split(" | ")
    payout, history = CASES[case]
    message = channel_card(payout, scene(payout, history))
    mark = "⚠️ " if cautions(payout, history)[0].kind == kind_of(case) else ""
    assert f"{mark}{sentence}" in words(message.blocks).splitlines()
    assert sentence in message.text.replace("`", "")
    assert problems_with_message({"text": message.text, "blocks": message.blocks}) == []


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (
            {"together": 1_980_000_000, "together_by": "destination", "together_with": "41 40"},
            "to the same destination: payout 41 and payout 40. With this one, about 2,230.00 USD.",
        ),
        (
            {"together": None, "together_by": "requester", "together_with": "41"},
            "by the same requester: payout 41. What one of them is worth is not known.",
        ),
        (
            {
                "together": 10**6,
                "together_by": "destination-and-memo",
                "together_with": " ".join(str(number) for number in range(41, 33, -1)),
            },
            (
                "to the same destination with the same memo: payout 41, payout 40, payout 39,"
                " payout 38, payout 37 and 3 others. With this one, about 251.00 USD."
            ),
        ),
    ],
)
def test_what_counts_together_is_named(facts: dict[str, Any], told: str) -> None:
    """Card and plain text name the others that its tier counts, and what all are worth; nothing is
    said where there are none, or nobody counted."""
    sentence = f"Earlier payouts count together with it. Asked for before {told}"
    drawn = earlier(42, **facts)
    message = channel_card(drawn, scene(drawn, CALM))
    assert any(sentence in line for line in words(message.blocks).splitlines())
    assert sentence in message.text.replace("`", "")
    none: dict[str, Any] = {"together": 0, "together_by": "destination", "together_with": ""}
    for nobody in ({}, none):
        alone = earlier(42, **nobody)
        assert "counts others" not in channel_card(alone, scene(alone, CALM)).text


def test_of_very_many_it_says_so() -> None:
    """So many are on record by number, and there may be more."""
    numbers = " ".join(str(number) for number in range(200, 100, -1))
    facts: dict[str, Any] = {"together_by": "destination", "together_with": numbers}
    drawn = earlier(242, **facts)
    assert "payout 196 and 95 others or more." in channel_card(drawn, scene(drawn, CALM)).text


def test_no_caution_is_without_words() -> None:
    """Every kind of caution has a case here, and is the loudest of it; but that a typing error
    would go unseen is never said alone, since it is not said of what was paid before."""
    assert list(dict.fromkeys(map(kind_of, CASES))) == list(CautionKind)
    for case, (payout, history) in CASES.items():
        loudest, *others = (caution.kind for caution in cautions(payout, history))
        if case == CautionKind.NO_CHECKSUM:
            assert (loudest, others) == (CautionKind.FIRST_PAYMENT, [CautionKind.NO_CHECKSUM])
        else:
            assert loudest is kind_of(case)
    assert len(SENTENCES.strip().splitlines()) == len(CASES)


def test_the_loudest_caution_is_big_and_the_others_have_a_line_each() -> None:
    """What must be answered comes first, then what the ledger knows, then the balance; a first
    payment goes without saying where another address was paid."""
    drawn = then(IMITATION, Kind.ESTIMATED, balance="1")
    doubted = earlier(40, *DOUBTED, destination=IMITATED, reason="Rent", **ETH)
    history = History(ending_alike=(KNOWN_ONE,), twins=(TWIN,), sending=(doubted,))
    headlines = [warned.headline for warned in warnings(drawn, scene(drawn, history))]
    assert headlines == [
        "This only looks like an address that was paid before.",
        "Probably a duplicate.",
        "Another payout to this destination is in doubt.",
        "A typing error in this address would go unseen.",
        "The CCPayment balance is too low.",
    ]
    block = channel_card(drawn, scene(drawn, history)).blocks[2]
    kinds = [part["type"] for part in block["elements"]]
    assert kinds == ["rich_text_section", "rich_text_preformatted", "rich_text_list"]
    assert len(block["elements"][2]["elements"]) == len(headlines) - 1
    fee = then(IMITATION, Kind.ESTIMATED, fee="300")
    assert warnings(fee, scene(fee, history))[1].headline == "The network fee takes all of it."


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("case", CASES)
def test_a_caution_is_told_while_it_can_stop_somebody(case: str, state: State) -> None:
    """Once a payout has left or ended, its card holds neither cautions nor what speaks for it."""
    payout, history = CASES[case]
    drawn = replace(payout, state=state)
    told = scene(payout, history)
    open_ = state in (State.REQUESTED, State.APPROVED)
    assert bool(warnings(drawn, told)) == open_
    assert ("⚠️" in words(channel_card(drawn, told).blocks)) == open_
    if not open_:
        assert "Paid to this" not in words(channel_card(drawn, told).blocks)


def test_evidence_is_one_press_away() -> None:
    """Payouts that are evidence are links to their cards, wherever they are named; in the text that
    is read aloud they are only named."""
    links = {number: f"https://acme.slack.com/archives/C1/p{number}" for number in (17, 39, 41)}
    history = replace(CALM, twins=(TWIN, NAMESAKE))
    message = channel_card(PLAIN, scene(PLAIN, history, links=links))
    spans = [span for part in message.blocks[2]["elements"] for span in part["elements"]]
    found = {span["text"]: span["url"] for span in spans if span["type"] == "link"}
    assert found == {"payout 41": links[41], "payout 39": links[39]}
    assert f"<{links[17]}|payout 17>; its checksum fits." in words(message.blocks)
    assert "https://" not in message.text


@pytest.mark.parametrize("kind", [DOUBTED, SETTLED, DECLINED])
def test_long_evidence_is_counted(kind: tuple[Kind, ...]) -> None:
    """Five payouts are named, the rest is counted."""
    others = tuple(earlier(number, *kind) for number in range(1, 9))
    caution = Caution(CautionKind.IN_DOUBT, PLAIN, others)
    (warned,) = warnings(PLAIN, replace(SCENE, cautions=(caution,)))
    assert "payout 4, payout 5 and 3 others left. Wait for them." in "".join(
        str(piece) for piece in warned.advice
    )


# What speaks for it.


@pytest.mark.parametrize(
    ("payout", "times", "sentence"),
    [
        (PLAIN, 6, "Paid to this TRX address 6 times, last on 2026-11-03, payout 17; its checksum"),
        (PLAIN, 1, "Paid to this TRX address once, on 2026-11-03, payout 17; its checksum"),
        (PLAIN, MANY, "Paid to this TRX address 1,000 times or more, last on 2026-11-03, payout"),
        (UNSEEN, 2, "Paid to this ETH address 2 times, last on 2026-11-03, payout 17."),
        (earlier(42, **CWALLET), 2, "Paid to this Cwallet user 2 times, last on 2026-11-03, pay"),
    ],
)
def test_the_calming_fact_is_told(payout: Payout, times: int, sentence: str) -> None:
    """How often this destination was paid, when last and by which payout, and whether its checksum
    fits; also aloud."""
    history = History(times=times, last=LAST)
    message = channel_card(payout, scene(payout, history))
    (line,) = [line for line in words(message.blocks).splitlines() if "Paid to this" in line]
    assert re.sub(r"<!date[^|]*\|([^>]*)>", r"\1", line).startswith(sentence)
    assert sentence in message.text


def test_what_was_never_paid_has_no_calming_fact() -> None:
    """Then the card says no more than what was checked."""
    assert "Its checksum fits. Whose it is, only the payee can say." in shown(PLAIN, History())
    on_eth = "\n".join(shown(earlier(42, destination=CHECKED, **ETH), History()))
    assert "The same address exists on other networks; this pays on ETH." in on_eth
    invoice = "\n".join(words(channel_card(earlier(42, **LIGHTNING), SCENE).blocks).splitlines())
    assert "Checksum and signature of the invoice fit." in invoice


def test_the_tightest_limit_is_a_figure() -> None:
    """How much of it is used with this payout stands among the figures, where there is one."""
    told = "\n".join(shown(PLAIN, CALM, limit="1,200 of 5,000 USD today"))
    assert "*Limit*\n1,200 of 5,000 USD today\nwith this payout" in told
    assert "Limit" not in "\n".join(shown(PLAIN, CALM))


# The look-alike.


def test_a_look_alike_is_shown_aligned() -> None:
    """This address above the known one in groups of four, marks below the groups that differ."""
    mine = ("TJRa", "bPrw", "bZy4", "5sba", "vfcj", "inPJ", "C18k", "jpRT", "v8")
    theirs = (mine[0], "bQrw", *mine[2:5], "inPj", *mine[6:])
    likeness = Likeness(mine, theirs, (1, 5), 1)
    assert aligned(likeness, masked=False) == [
        "this   TJRa bPrw bZy4 5sba",
        "known  TJRa bQrw bZy4 5sba",
        "            ^^^^",
        "",
        "this   vfcj inPJ C18k jpRT",
        "known  vfcj inPj C18k jpRT",
        "            ^^^^",
        "",
        "this   v8",
        "known  v8",
    ]
    assert aligned(likeness)[:3] == [
        "this   TJRa •••• bZy4 5sba",
        *aligned(likeness, masked=False)[1:3],
    ]
    alike = replace(SCENE, cautions=(Caution(CautionKind.LOOK_ALIKE, PLAIN, (LAST,), likeness),))
    assert "\n".join(aligned(likeness)) in words(channel_card(PLAIN, alike).blocks)
    whole = "\n".join(aligned(likeness, masked=False))
    assert whole in words(requester_copy(PLAIN, alike).blocks)


def test_a_longer_look_alike_is_shown_to_its_end() -> None:
    """What one address has more than the other is marked too."""
    longer = Likeness(("abcd", "ef"), ("abcd", "efgh", "ij"), (1, 2), 1)
    assert aligned(longer, masked=False) == [
        "this   abcd ef",
        "known  abcd efgh ij",
        "            ^^^^ ^^",
    ]


GROUPS = st.lists(st.text("abcdef0123", min_size=4, max_size=4), min_size=1, max_size=20)


@given(GROUPS, GROUPS, st.booleans())
def test_aligned_groups_stand_below_each_other(
    mine: list[str], theirs: list[str], masked: bool
) -> None:
    """Whatever two addresses are, marks stand exactly below what differs, and no row is too long
    for a phone."""
    most = max(len(mine), len(theirs))
    differing = tuple(n for n in range(most) if mine[n : n + 1] != theirs[n : n + 1])
    likeness = Likeness(tuple(mine), tuple(theirs), differing, 0)
    found: list[int] = []
    for row, text in enumerate("\n".join(aligned(likeness, masked=masked)).split("\n\n")):
        lines = text.split("\n")
        assert max(map(len, lines)) <= 26
        marks = lines[-1] if "^" in lines[-1] else ""
        found += [row * 4 + (at.start() - 7) // 5 for at in re.finditer(r"\^+", marks)]
    assert tuple(found) == differing


def test_a_look_alike_is_heard_too() -> None:
    """Who cannot see the rows hears which group differs first, and how; approvers hear it without
    what they must type."""
    told = scene(*CASES["look-alike"])
    first = "The first group that differs is 2 of 11: `{}` here, `9084` there."
    assert first.format("••••") in channel_card(IMITATION, told).text
    assert first.format("90a1") in requester_copy(IMITATION, told).text


@pytest.mark.parametrize("state", list(State))
def test_the_group_to_be_typed_stands_nowhere_else(state: State) -> None:
    """Neither card nor thread, nor their plain texts, nor what an approver reads with `show`, hold
    the group of a look-alike that the approver must type, until the payout has left or ended. The
    requester's own copy and record have the address whole, and so have all once it is over."""
    drawn, told = replace(IMITATION, state=state), scene(*CASES["look-alike"])
    own = replace(told, whole=True)
    for_all = (
        channel_card(drawn, told),
        first_reply(drawn, told),
        shown_record(drawn, (), told),
    )
    for_one = (requester_copy(drawn, told), shown_record(drawn, (), own))
    open_ = state in (State.REQUESTED, State.APPROVED)
    for message in (*for_all, *for_one):
        whole = f"{message.text} {message.blocks}".replace(" ", "")
        hidden = open_ and message in for_all
        assert (IMITATED in whole) != hidden
        assert ("0x5290" + IMITATED[6:] in whole) != hidden
        assert ("0x52••••a1a1" in whole) == hidden


def test_a_look_alike_is_reviewed_and_not_just_approved() -> None:
    """Its card says to read the warning; the button opens a form, is not the one that is offered
    first, and no other way approves."""
    message = channel_card(IMITATION, scene(*CASES["look-alike"]))
    offered = buttons(message.blocks)
    assert list(offered) == [
        *("Review and approve…", "Reject payout…", "Cancel payout 42", "Show the record"),
    ]
    review = offered["Review and approve…"]
    assert (review["action_id"], "style" in review, "confirm" in review) == (
        Act.COMMENT,
        False,
        False,
    )
    assert ButtonValue.read(review["value"]).digest == IMITATION.digest
    assert words(message.blocks).splitlines()[1].endswith("Read the warnings.")


CALMING = ("first payment", "first payment, to a Cwallet user", "unchecked e-mail")
"""Cautions that leave one press in the lowest tier."""


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("raised", [False, True], ids=["lowest tier", "above it"])
def test_a_warning_must_be_answered(case: str, raised: bool) -> None:
    """Whatever speaks against an approval takes a form with a tick for it, behind a button that is
    not the first one; and there is no other way to approve. A first payment does so above the
    lowest tier only; an e-mail that was paid before, never."""
    payout, history = CASES[case]
    told = scene(payout, history, raised=raised)
    offered = buttons(channel_card(payout, told).blocks)
    first = case.startswith("first payment") and raised
    assert told.reviewed == (case not in CALMING or first)
    assert ("Review and approve…" in offered) == told.reviewed
    assert ("Approve payout" in offered) != told.reviewed
    assert ("Approve with a comment…" in offered) != told.reviewed
    assert not told.reviewed or not any("style" in one for one in offered.values())
    line = words(channel_card(payout, told).blocks).splitlines()[1]
    assert ("Read the warning" in line) == told.reviewed


@pytest.mark.parametrize("case", CASES)
def test_the_form_repeats_each_warning_and_asks_for_a_tick(case: str) -> None:
    """Each stands there with its evidence, word for word as on the card, and with a box of its own;
    none stands there twice, and Slack takes the form."""
    payout, history = CASES[case]
    told = scene(payout, history, raised=True)
    view = approval(payout, told, ButtonValue(payout.number, payout.digest))
    boxes = {
        block["block_id"]: block["element"]["options"]
        for block in view["blocks"]
        if block["type"] == "input" and block["element"]["type"] == "checkboxes"
    }
    assert [*boxes] == [one.key for one in told.asks]
    for key, options in boxes.items():
        assert [option["value"] for option in options] == [key]
        assert 10 < len(options[0]["text"]["text"]) <= 75
    shown = words(view["blocks"])
    for question in questions(payout, told):
        assert shown.count(words([rich_text(section(question.warned.sentence))])) == 1
    assert problems_with_view(view) == []


def test_a_tick_is_about_a_warning_and_its_evidence() -> None:
    """What was ticked for one twin says nothing of another; and what the boxes say is read back as
    it was asked."""
    keys = {case: [one.key for one in cautions(*CASES[case])] for case in CASES}
    assert keys["duplicate"] == ["duplicate:41"]
    assert keys["duplicate, by its reason too"] == ["duplicate:41,39"]
    assert keys["fee"] == ["fee:30"]
    assert keys["shared form"] == ["shared_form:BTC", "first_payment:", "no_checksum:"]
    values = {"duplicate:41": "duplicate:41", "fee:30": "", "reason": "As agreed"}
    said = answers(values)
    assert said.asked == {"duplicate:41", "fee:30"}
    assert said.ticked == {"duplicate:41"}
    assert said.typed is None
    assert answers({"reason": "", "typed": "90a1"}).typed == "90a1"


@pytest.mark.parametrize(("fee", "dear"), [("25", False), ("25.01", True), ("249", True)])
def test_a_fee_above_a_tenth_is_one_to_think_about(fee: str, dear: bool) -> None:
    """Above a tenth of the amount, whoever bears it; one in another coin cannot be compared, and
    one that takes all is no question but a no."""
    drawn = then(PLAIN, Kind.ESTIMATED, fee=fee)
    assert [one.kind for one in cautions(drawn, CALM)] == [CautionKind.FEE] * dear
    company = replace(drawn.content, fee_payer=FeePayer.COMPANY)
    assert bool(cautions(replace(drawn, content=company), CALM)) == dear
    other = then(PLAIN, Kind.ESTIMATED, fee=fee, fee_coin="TRX")
    assert cautions(other, CALM) == ()
    assert cautions(then(PLAIN, Kind.ESTIMATED, fee="250"), CALM) == ()


# Any text.


@given(
    text=st.text(st.characters(), max_size=600),
    case=st.sampled_from(sorted(CASES)),
    number=st.integers(1, 10**15 - 1),
)
def test_no_text_breaks_a_card_with_cautions(text: str, case: str, number: int) -> None:
    """Whatever people wrote in the payouts that are evidence, Slack takes the card and finds no
    mark-up in it."""
    payout, history = CASES[case]
    loud = text + "<!channel> *bold* http://evil.example"
    told = scene(payout, history, limit="1 of 2 USD today")
    found = tuple(
        replace(
            caution,
            payout=hostile(caution.payout, loud, caution.payout.number),
            others=tuple(hostile(other, loud, number) for other in caution.others),
        )
        for caution in told.cautions
    )
    links = {number: "https://acme.slack.com/archives/C1/p1"} if number % 2 else {}
    told = replace(told, cautions=found, links=links, lacking=((loud, 0),))
    message = channel_card(hostile(payout, loud, payout.number), told)
    assert problems_with_message({"text": message.text, "blocks": message.blocks}) == []
    assert not any("*bold*" in one for one in marked(message.blocks))
    assert "<!channel>" not in message.text
    assert "http://" not in re.sub("`[^`]*`", "", message.text)


def hostile(payout: Payout, text: str, number: int) -> Payout:
    """The payout with this text wherever people write."""
    content = replace(
        payout.content,
        number=number,
        reason=text,
        memo="".join(c for c in text if " " <= c <= "~")[:120],
    )
    return replace(payout, content=content)


def test_known_is_a_value_of_its_own() -> None:
    """A payout that nothing warns of and that was paid before has its calming fact and no more."""
    calm = scene(PLAIN, CALM)
    assert (calm.cautions, calm.known) == (
        (),
        Known(6, LAST.closed_at or NOON, 17, checksum=True),
    )
    assert "⚠️" not in "\n".join(shown(PLAIN, CALM))
