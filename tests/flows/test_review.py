"""A destination that only looks like a known one: nobody approves it with a glance.

First the desk on a real ledger, then the whole way through Slack: card, form, and what is told.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from approvals.asking import Ask
from approvals.desk import Answers
from approvals.destination.encodings.keccak import keccak256
from approvals.errors import Denied, Refusal, Stale, TriesOver, Unanswered, Unreadable
from approvals.ledger import Ledger
from approvals.money import plain
from approvals.payout import Kind, Payout, State
from approvals.people import Person
from approvals.policy import read_policy
from approvals.times import moment
from bot.buttons import Act, ButtonValue
from sandbox.slack import Message
from sandbox.slack.cast import DANA as DANA_IN_SLACK
from sandbox.slack.cast import ELI as ELI_IN_SLACK
from sandbox.slack.cast import NOA as NOA_IN_SLACK
from sandbox.slack.cast import PAYOUTS
from sandbox.slack.cast import RITA as RITA_IN_SLACK
from tests.build import happening
from tests.core import DANA, ELI, EVER, NOA, TO_CWALLET, Clock, Office, invoice_ask
from tests.earlier import DOUBTED, SETTLED
from tests.flows.test_listeners import REQUEST, working
from tests.flows.test_listeners import Office as Company
from tests.seen import buttons, words

pytest_plugins = ["tests.stage"]

PAID = "0x5290" + "b2" * 16 + "9ee7"
IMITATED = "0x5290" + "a1" * 16 + "9ee7"
MISSING = "90a1"
DANA_TOO = "U0DANA00002"
OTHER_TRON = "TPYmHEhy5n8TCEfYGqW2rPxsghSfzghPDn"
OLD_CARD = (
    "The address of payout {} only looks like one that was paid before."
    ' Its card is drawn again; press "Review and approve…" there.'
)
NEW = (
    "There is a warning that this form did not show. Nothing was approved. Read it, and answer"
    " again."
)
WRONG = (
    "This is not the group that is missing here. If the invoice says so, the address is wrong:"
    " reject the payout."
)
TIERS = f"""
[people]
dana = ["{DANA.id}", "{DANA_TOO}"]
eli = ["{ELI.id}"]
noa = ["{NOA.id}"]

[groups]
finance = ["dana", "eli", "noa"]
cfo = ["eli"]

[request]
who = ["everybody"]

[[tier]]
up_to = 1_000
approvals = 2
of = ["finance"]

[[tier]]
approvals = 3
of = ["finance"]
among = {{ cfo = 1 }}
comment = "required"

[limits.total]
day = 5_000
"""


def checksummed(address: str) -> str:
    """An EVM address, spelled with its checksum in the case of its letters (EIP-55)."""
    digits = address[2:].lower()
    marks = keccak256(digits.encode()).hex()
    pairs = zip(digits, marks, strict=False)
    return "0x" + "".join(c.upper() if int(mark, 16) > 7 else c for c, mark in pairs)


def to(office: Office, destination: str, **changes: Any) -> Ask:
    return office.ask(network="ETH", destination=destination, **changes)


def moves(ledger: Ledger, payout: Payout, *kinds: Kind) -> Payout:
    """What the workers would have recorded."""
    with ledger.change() as change:
        for kind in kinds:
            payout = change.record(payout, happening(payout, kind), "test", None)
    return payout


def settled(office: Office, destination: str = PAID) -> Payout:
    """A payout that reached its end."""
    asked = office.asked(what=to(office, destination, reason="Rent"))
    return moves(office.ledger, office.approve(asked), *SETTLED[1:])


@pytest.fixture
def imitation(office: Office) -> Payout:
    """Payout 2, which waits and looks like what payout 1 paid."""
    settled(office)
    return office.asked(what=to(office, IMITATED))


def refused(kind: type[Refusal], deciding: Callable[[], object]) -> str:
    with pytest.raises(kind) as no:
        deciding()
    return no.value.sentence


def approved(office: Office, number: int = 2) -> Any:
    """The facts of the line that says so."""
    (line,) = (line for line in office.lines(number) if line.kind == Kind.APPROVED)
    return line.facts


# At the desk.


def test_a_glance_is_not_enough(office: Office, imitation: Payout) -> None:
    """A plain press on an old card approves nothing, says where to press, is on record, and has
    the card drawn again."""
    moment = office.clock()
    assert refused(Stale, lambda: office.approve(imitation)) == OLD_CARD.format(2)
    assert office.payout(2).approvals == ()
    assert office.lines(2)[-1].facts["sentence"] == OLD_CARD.format(2)
    with office.ledger.reading() as reading:
        assert 2 in [card.id for card in reading.due_cards(moment, EVER)]


@pytest.mark.parametrize("typed", ["", "90b2", "a1a1", "9", IMITATED])
def test_a_wrong_group_is_refused_under_its_field(
    office: Office, imitation: Payout, typed: str
) -> None:
    """Whatever is not the missing group approves nothing, and what was typed is on record."""
    with pytest.raises(Unreadable) as no:
        office.approve(imitation, typed=typed, comment="")
    assert (no.value.field, no.value.sentence) == ("typed", WRONG)
    assert office.payout(2).state is State.REQUESTED
    facts = office.lines(2)[-1].facts
    assert (facts["field"], facts["word"]) == ("typed", typed)


@pytest.mark.parametrize("typed", [MISSING, " 90 A1 ", "90A1"])
def test_the_right_group_approves_and_is_on_record(
    office: Office, imitation: Payout, typed: str
) -> None:
    """The approval's line names the payout whose destination this one only looks like."""
    done = office.approve(imitation, typed=typed, comment="As on the invoice")
    assert done.state is State.APPROVED
    assert approved(office)["reviewed"] == 1
    assert approved(office)["comment"] == "As on the invoice"
    assert office.verified().lines


def test_a_form_can_be_mended(office: Office, imitation: Payout) -> None:
    """A form that was refused for what was typed is submitted again; one that was approved is
    nothing the second time."""
    trigger = office.trigger()
    form: dict[str, Any] = {"trigger": trigger, "comment": ""}
    refused(Unreadable, lambda: office.approve(imitation, typed="beef", **form))
    assert office.approve(imitation, typed=MISSING, **form).state is State.APPROVED
    assert office.approve(imitation, typed="beef", **form).state is State.APPROVED
    assert office.kinds(2).count(Kind.APPROVED) == 1


def test_another_no_to_a_form_stays_one(office: Office, imitation: Payout) -> None:
    """What was refused for anything else than its fields is not approved by a replay."""
    form: dict[str, Any] = {"trigger": office.trigger(), "typed": MISSING, "comment": ""}
    refused(Denied, lambda: office.approve(imitation, balance=imitation.content.amount - 1, **form))
    assert "refused before" in refused(Stale, lambda: office.approve(imitation, **form))
    assert office.payout(2).approvals == ()


def test_a_look_alike_that_appears_meanwhile_counts(office: Office) -> None:
    """The history is read again in the transaction that approves: the form of an earlier moment had
    no such question."""
    waiting = office.asked(what=to(office, IMITATED))
    settled(office)
    said = refused(Unanswered, lambda: office.approve(waiting, comment="Fine", typed=None))
    assert said == NEW
    assert office.lines(1)[-1].facts["unanswered"] == "look_alike:2"
    assert office.approve(waiting, comment="Fine", typed=MISSING).state is State.APPROVED
    assert approved(office, 1)["reviewed"] == 2


def test_only_the_group_that_the_form_hides_is_taken(office: Office, imitation: Payout) -> None:
    """Of several look-alikes the form hides one group; those of the others can be read there. Where
    another known destination comes to look like it while the form is open, another group is asked
    for: whoever types the one before is told to press again."""
    other = office.asked(what=to(office, IMITATED[:34] + "0000" + IMITATED[-4:]))
    moves(office.ledger, office.approve(other, typed=MISSING, comment=""), *SETTLED[1:])
    said = refused(Unanswered, lambda: office.approve(imitation, typed=MISSING, comment=""))
    assert said == NEW
    assert office.payout(2).state is State.REQUESTED
    assert office.approve(imitation, typed="a1a1", comment="").state is State.APPROVED
    assert approved(office)["reviewed"] == 3


def test_who_approves_a_known_destination_is_asked_nothing(office: Office) -> None:
    """Nothing is typed for what was paid before, nor for what looks like nothing; what is typed
    anyway says nothing."""
    settled(office, IMITATED)
    assert office.approve(office.asked(what=to(office, IMITATED))).state is State.APPROVED
    assert approved(office)["reviewed"] is None
    assert office.approve(office.asked(), typed="beef").state is State.APPROVED


def test_people_and_invoices_have_no_look_alikes(office: Office) -> None:
    """A Cwallet user and a Lightning invoice are approved with a press."""
    for what in (office.ask(**TO_CWALLET), invoice_ask(office.clock() + timedelta(hours=1))):
        assert office.approve(office.asked(what=what)).state is State.APPROVED


def test_a_look_alike_can_be_rejected_without_an_answer(office: Office, imitation: Payout) -> None:
    """A no needs no proof."""
    assert office.reject(imitation).state is State.REJECTED


@pytest.mark.parametrize("way", ["one form", "three forms"])
def test_three_wrong_groups_close_the_form(office: Office, imitation: Payout, way: str) -> None:
    """The third wrong group in a row, in whichever forms, is on record as such; the form is over
    and cannot be submitted again. Who opens another one begins anew, and a right group counts."""
    trigger = office.trigger()

    def types(group: str) -> object:
        view = trigger if way == "one form" else office.trigger()
        return office.approve(imitation, typed=group, comment="", trigger=view)

    assert refused(Unreadable, lambda: types("beef")) == WRONG
    assert refused(Unreadable, lambda: types("90b2")) == WRONG
    over = refused(TriesOver, lambda: types("a1a1"))
    assert over.startswith("This was the 3rd wrong group, so the form is closed. Nothing was")
    facts = office.lines(2)[-1].facts
    assert (facts["refusal"], facts["word"]) == ("triesover", "a1a1")
    if way == "one form":
        assert "refused before" in refused(Stale, lambda: types(MISSING))
    assert refused(Unreadable, lambda: office.approve(imitation, typed="dead")) == WRONG
    assert office.approve(imitation, ELI, typed=MISSING).state is State.APPROVED


def test_tries_are_one_persons(office: Office, imitation: Payout) -> None:
    """What somebody else typed wrongly is not held against the next one."""
    for who in (DANA, DANA, ELI):
        wrong = partial(office.approve, imitation, who, typed="beef")
        assert refused(Unreadable, wrong) == WRONG
    refused(TriesOver, partial(office.approve, imitation, typed="beef"))


# Warnings that are ticked.

GENERAL = "Payout {} has a warning that must be answered.{}"
HOW = ' Its card is drawn again; press "Review and approve…" there.'


def again(office: Office) -> Payout:
    """Payout 2, for what payout 1 has paid."""
    first = office.asked()
    moves(office.ledger, office.approve(first), *SETTLED[1:])
    return office.asked()


def ticks(*keys: str, asked: tuple[str, ...] | None = None) -> Answers:
    return Answers(frozenset(keys if asked is None else asked), frozenset(keys))


def test_a_duplicate_is_not_approved_with_two_presses(office: Office) -> None:
    """A probable duplicate takes a form: a press approves nothing, says where the form is, is on
    record, and has the card drawn again."""
    twin = again(office)
    said = refused(Stale, lambda: office.approve(twin, answers=None))
    assert said == GENERAL.format(2, HOW)
    assert office.payout(2).approvals == ()
    with office.ledger.reading() as reading:
        assert 2 in [card.id for card in reading.due_cards(office.clock(), timedelta(hours=1))]
    assert office.approve(twin, answers=ticks("duplicate:1")).state is State.APPROVED


def test_each_warning_takes_its_own_tick(office: Office) -> None:
    """One that is not ticked is named under its box, and nothing is approved; the form can be
    mended."""
    twin = again(office)
    doubted = moves(office.ledger, office.approved(what=office.ask(reason="Rent")), *DOUBTED[1:])
    assert doubted.number == 3
    keys = ("duplicate:3,1", "in_doubt:3")
    form: dict[str, Any] = {"trigger": office.trigger(), "comment": ""}
    with pytest.raises(Unreadable) as no:
        office.approve(twin, answers=ticks(keys[0], asked=keys), **form)
    assert (no.value.field, no.value.sentence) == (keys[1], "Tick this, or reject the payout.")
    assert office.payout(2).approvals == ()
    assert office.approve(twin, answers=ticks(*keys), **form).state is State.APPROVED


def test_a_warning_that_came_meanwhile_is_not_answered(office: Office) -> None:
    """Ticks are checked against the warnings as of the press: one that the form did not show, or
    with more evidence than it showed, approves nothing, is on record by its kind and evidence, and
    leaves the form to be answered again."""
    twin = again(office)
    form: dict[str, Any] = {"trigger": office.trigger(), "comment": ""}
    office.asked()
    said = refused(Unanswered, lambda: office.approve(twin, answers=ticks("duplicate:1"), **form))
    assert said == NEW
    facts = office.lines(2)[-1].facts
    assert (facts["refusal"], facts["unanswered"]) == ("unanswered", "duplicate:3,1")
    assert office.payout(2).approvals == ()
    done = office.approve(twin, answers=ticks("duplicate:3,1"), **form)
    assert done.state is State.APPROVED


def test_a_fee_that_came_meanwhile_is_asked_about(office: Office) -> None:
    """The fee is estimated while somebody reads the card: above a tenth of the amount, a press is
    not enough any more."""
    waiting = office.asked()
    seen = partial(office.approve, waiting, answers=None)
    moved = moves(office.ledger, waiting, Kind.ESTIMATED)
    assert moved.estimated_fee is not None
    with office.ledger.change() as change:
        dear = happening(moved, Kind.ESTIMATED, fee="30", fee_coin="USDT")
        change.record(moved, dear, "test", None)
    assert refused(Stale, seen) == GENERAL.format(1, HOW)
    assert office.approve(waiting, answers=ticks("fee:30")).state is State.APPROVED


def test_a_first_payment_is_answered_above_the_lowest_tier(board: Office) -> None:
    """In the lowest tier a calm first payment keeps its one press; above it, it is asked about; and
    where nobody can say what it is worth, it belongs to the highest."""
    low = board.asked()
    assert board.approve(low, answers=None).missing == 1
    high = board.asked(what=board.ask(amount="2000", destination=OTHER_TRON, reason="Rent"))
    with pytest.raises(Unanswered) as no:
        board.approve(high, answers=ticks(), comment="Seen")
    assert no.value.keys == ("first_payment:",)
    agreed = board.approve(high, answers=ticks("first_payment:"), comment="Seen")
    assert agreed.missing == 2
    unpriced = board.asked(what=board.ask(amount="20", destination=OTHER_TRON, reason="Stamps"))
    with pytest.raises(Unanswered):
        board.approve(unpriced, answers=ticks("duplicate:2"), comment="Seen", price=None)


def test_what_stood_on_the_card_is_on_record(board: Office) -> None:
    """With each approval: which warnings stood there with their evidence, which were answered, and
    the balance, the fee and the limit that were shown. Whether somebody should have known better
    can be told from the record alone."""
    first = board.asked()
    moves(board.ledger, board.approve(board.approve(first), ELI), *SETTLED[1:])
    twin = moves(board.ledger, board.asked(), Kind.ESTIMATED)
    board.approve(board.approve(twin), ELI, answers=ticks("duplicate:1"))
    lines = [one.facts for one in board.lines(2) if one.kind in (Kind.AGREED, Kind.APPROVED)]
    for facts in lines:
        assert facts["warnings"] == facts["ticked"] == "duplicate:1"
        assert facts["reviewed"] is None
        assert facts["shown_balance"] == plain(twin.balance or Decimal(0))
        assert (facts["shown_fee"], facts["shown_fee_coin"]) == ("1.5", "USDT")
        assert facts["shown_limit"] == "500 of 5,000 USD today"
    assert len(lines) == 2
    calm = [one.facts for one in board.lines(1) if one.kind == Kind.APPROVED]
    assert [one["warnings"] for one in calm] == ["first_payment:"]
    assert [(one["ticked"], one["shown_balance"]) for one in calm] == [("", None)]


# Several approvals.


@pytest.fixture
def board(path: Path, clock: Clock) -> Iterator[Office]:
    """Where two must agree, above 1,000 USD three with a comment."""
    office = Office(path, clock, policy=read_policy(TIERS))
    yield office
    office.ledger.close()


def at(office: Office) -> str:
    return f"({moment(office.clock())})"


def test_each_approver_answers_the_warning(board: Office) -> None:
    """One right answer does not stand for the next approver's."""
    first = board.asked(what=to(board, PAID))
    moves(board.ledger, board.approve(board.approve(first), ELI), *SETTLED[1:])
    asked = board.asked(what=to(board, IMITATED))
    agreed = board.approve(asked, typed=MISSING, comment="")
    assert (agreed.state, agreed.missing) == (State.REQUESTED, 1)
    assert refused(Stale, lambda: board.approve(agreed, ELI)) == OLD_CARD.format(2)
    assert board.approve(agreed, ELI, typed=MISSING, comment="").state is State.APPROVED
    assert [
        line.facts["reviewed"]
        for line in board.lines(2)
        if line.kind in (Kind.AGREED, Kind.APPROVED)
    ] == [1, 1]


def test_a_second_press_says_what_is_missing(board: Office) -> None:
    """Who approved already reads when, how many more it needs, and who could give them; the form
    for a comment says the same, and so does another account of the same person."""
    agreed = board.approve(board.asked())
    sentence = (
        f"You approved payout 1 {at(board)}. It needs 1 more approval;"
        f" {{{ELI.id}}} or {{{NOA.id}}} can approve."
    )
    assert refused(Stale, lambda: board.approve(agreed)) == sentence
    for who in (DANA, replace(DANA, id=DANA_TOO)):
        with pytest.raises(Stale) as no:
            board.desk.may_approve(1, agreed.digest, who)
        assert no.value.sentence == sentence


def test_a_share_that_is_missing_is_named(board: Office) -> None:
    """Where some of the missing approvals must come from a group, that is said."""
    asked = board.asked(what=board.ask(amount="2000"))
    agreed = board.approve(asked, comment="Seen")
    assert refused(Stale, lambda: board.approve(agreed, comment="Seen")) == (
        f"You approved payout 1 {at(board)}. It needs 2 more approvals (1 of them from cfo);"
        f" {{{ELI.id}}} or {{{NOA.id}}} can approve."
    )


def test_a_comment_is_asked_for_where_it_can_be_given(board: Office) -> None:
    """In a form, an empty comment is refused under its field; a plain press reads where the form
    is."""
    asked = board.asked(what=board.ask(amount="2000"))
    with pytest.raises(Unreadable) as no:
        board.approve(asked, comment="")
    name = "above 1,000 USD"
    assert (no.value.field, no.value.sentence) == (
        "reason",
        f"The tier {name} asks for a comment with each approval.",
    )
    assert refused(Denied, lambda: board.approve(asked)) == (
        f"The tier {name} asks for a comment with each approval."
        ' Press "Approve payout…" on its card, or choose "Approve with a comment…" in the menu.'
    )
    assert board.approve(asked, comment="Seen").approvals[0].comment == "Seen"


def take_back(office: Office, payout: Payout, who: Person = DANA) -> Payout:
    return office.desk.take_back(payout.number, payout.digest, who, trigger=office.trigger())


def test_an_approval_can_be_taken_back_until_the_last_one(board: Office) -> None:
    """Before that it is gone; after it the way is to reject, which is said. Who gave none, or gave
    it with another account, reads that."""
    asked = board.asked()
    nothing = "You have not approved payout 1; there is nothing to take back."
    assert refused(Stale, lambda: take_back(board, asked)) == nothing
    agreed = board.approve(asked)
    other = replace(DANA, id=DANA_TOO)
    assert refused(Stale, lambda: take_back(board, agreed, other)) == (
        f"You approved payout 1 as {{{DANA.id}}}; take it back from there."
    )
    assert take_back(board, agreed).approvals == ()
    done = board.approve(board.approve(asked), ELI)
    assert refused(Stale, lambda: take_back(board, done)) == (
        "Payout 1 has all its approvals, so none can be taken back. Until it is sent, you can"
        " reject it on its card."
    )
    left = f"{{{ELI.id}}} approved payout 1 {at(board)}. Nothing is left to decide."
    assert refused(Stale, lambda: take_back(board, done, NOA)) == left
    assert board.reject(done, DANA).state is State.REJECTED


# Through Slack.

ASKED = f"250 USDT on ETH to {IMITATED} for Invoice 1043"
CALM = f"250 USDT on ETH to {checksummed(IMITATED)} for Invoice 1043"
"""The same address, but written so that a typing error would be seen."""
UNCHECKED = {"no_checksum:": ["no_checksum:"]}
"""The tick of a form about an address without a checksum."""


@pytest.fixture
def company(tmp_path: Path, api: str) -> Iterator[Company]:
    with working(tmp_path, api) as company:
        yield company
        assert company.slack.complaints == []


def paid(company: Company) -> None:
    """The next payout reaches its end."""
    company.ask(text=f"250 USDT on ETH to {PAID} for Rent")
    moves(company.bot.ledger, company.payout(company.count()), *SETTLED)
    company.clock.at += timedelta(minutes=10)  # that is when all this has happened


def card(company: Company, number: int, shows: str) -> Message:
    """The card of a payout, once it shows this."""

    def found() -> Message | None:
        cards = company.slack.messages(PAYOUTS.id)
        told = [one for one in cards if words(one.blocks).startswith(f"Payout {number}:")]
        return told[0] if told and shows in words(told[0].blocks) else None

    company.slack.wait_until(lambda: found() is not None)
    shown = found()
    assert shown is not None
    return shown


def test_a_look_alike_is_approved_from_the_invoice(company: Company) -> None:
    """The card shows both addresses and links to what was paid; the form asks for the group that it
    hides, says under the field that another one is wrong, and approves with the right one."""
    paid(company)
    card(company, 1, "Settled")
    assert "only looks like an address that was paid" in company.ask(text=ASKED).text
    drawn = card(company, 2, "Waits for 1 approval")
    shown = words(drawn.blocks)
    assert "Read the warnings." in shown
    assert "this   0x52 •••• a1a1 a1a1\nknown  0x52 90b2 b2b2 b2b2" in shown
    permalink = f"https://sandbox.slack.com/archives/{PAYOUTS.id}/p"
    evidence = f"{permalink}{card(company, 1, 'Settled').ts.replace('.', '')}"
    assert evidence in str(drawn.blocks)

    assert company.slack.click(DANA_IN_SLACK.id, PAYOUTS.id, drawn.ts, Act.COMMENT).error is None
    form = company.form(DANA_IN_SLACK)
    assert "0x52 •••• a1a1 a1a1" in words(form.content["blocks"][:1])
    assert MISSING not in str(form.content["blocks"])
    submit = company.slack.submit
    wrong, right = {"typed": "90b2", **UNCHECKED}, {"typed": "90 A1", **UNCHECKED}
    assert submit(DANA_IN_SLACK.id, form.id, wrong).errors == {"typed": WRONG}
    assert submit(DANA_IN_SLACK.id, form.id, right).errors == {}
    assert [one.by.id for one in company.payout(2).approvals] == [DANA_IN_SLACK.id]
    with company.bot.ledger.reading() as reading:
        lines = reading.lines("payout", 2)
    reviewed = [line.facts["reviewed"] for line in lines if line.kind == Kind.APPROVED]
    assert reviewed == [1]


def test_only_the_requester_reads_the_whole_address(company: Company) -> None:
    """Whoever must type the missing group finds it nowhere in Slack: not on the card, in its
    thread, in their record or their form. The requester's copy and record have it."""
    paid(company)
    company.ask(text=ASKED)
    drawn = card(company, 2, "Read the warnings.")
    company.slack.wait_until(lambda: bool(company.slack.thread(PAYOUTS.id, drawn.ts)))

    def copies() -> list[Message]:
        found = company.slack.direct_messages(RITA_IN_SLACK.id)
        return [one for one in found if words(one.blocks).startswith("Payout 2:")]

    company.slack.wait_until(lambda: bool(copies()))
    company.slack.click(ELI_IN_SLACK.id, PAYOUTS.id, drawn.ts, Act.COMMENT)
    carried = ButtonValue(2, company.payout(2).digest, Act.RECORD).text()
    company.slack.click(ELI_IN_SLACK.id, PAYOUTS.id, drawn.ts, Act.MORE, option=carried)
    record = company.told(ELI_IN_SLACK)
    hidden = [
        *(drawn, *company.slack.thread(PAYOUTS.id, drawn.ts), record),
        company.ask(ELI_IN_SLACK, "show 2"),
        company.form(ELI_IN_SLACK),
    ]
    for one in hidden:
        seen = str(one).replace(" ", "").lower()
        assert MISSING not in seen.replace(company.payout(2).digest, "")
    for one in (*copies(), company.ask(RITA_IN_SLACK, "show 2")):
        assert IMITATED in str(one).replace(" ", "")


def test_three_wrong_groups_take_the_form_away(company: Company) -> None:
    """In Slack the form is gone after the third, with the reason in its place and nothing left to
    submit."""
    paid(company)
    company.ask(text=ASKED)
    drawn = card(company, 2, "Read the warnings.")
    company.slack.click(DANA_IN_SLACK.id, PAYOUTS.id, drawn.ts, Act.COMMENT)
    form = company.form(DANA_IN_SLACK)
    wrong = {"typed": "beef", **UNCHECKED}
    for _ in range(2):
        assert company.slack.submit(DANA_IN_SLACK.id, form.id, wrong).errors == {"typed": WRONG}
    assert company.slack.submit(DANA_IN_SLACK.id, form.id, wrong).action == "update"
    left = company.form(DANA_IN_SLACK).content
    assert words(left["blocks"]).startswith("This was the 3rd wrong group, so the form is closed.")
    assert "submit" not in left


def test_an_old_card_approves_no_look_alike(company: Company) -> None:
    """Who presses the plain button of a card that was drawn before reads why not, privately, and
    the card offers the form."""
    company.ask(text=CALM)
    before = card(company, 1, "Waits for 1 approval")
    assert "Approve payout" in buttons(before.blocks)
    paid(company)
    company.slack.click(DANA_IN_SLACK.id, PAYOUTS.id, before.ts, Act.APPROVE, version=0)
    assert company.told(DANA_IN_SLACK).text == OLD_CARD.format(1)
    drawn = card(company, 1, "Read the warning.")
    assert "Review and approve…" in buttons(drawn.blocks)
    assert company.payout().approvals == ()


def test_a_form_that_is_older_than_a_warning_is_shown_again(company: Company) -> None:
    """Who had the plain form open when the likeness appeared finds the form drawn anew, with what
    is new above all and asked about; answered, it approves."""
    company.ask(text=CALM)
    drawn = card(company, 1, "Waits for 1 approval")
    carried = ButtonValue(1, company.payout().digest, Act.COMMENT).text()
    company.slack.click(DANA_IN_SLACK.id, PAYOUTS.id, drawn.ts, Act.MORE, option=carried)
    form = company.form(DANA_IN_SLACK)
    paid(company)
    answer = company.slack.submit(DANA_IN_SLACK.id, form.id, {"reason": "As agreed"})
    assert answer.action == "update"
    assert company.payout().approvals == ()
    shown = company.form(DANA_IN_SLACK)
    assert words(shown.content["blocks"]).startswith(f"⚠️ {NEW}")
    said = {"typed": MISSING, "reason": "As agreed"}
    assert company.slack.submit(DANA_IN_SLACK.id, shown.id, said).errors == {}
    assert [one.comment for one in company.payout().approvals] == ["As agreed"]


def test_a_duplicate_is_approved_with_a_tick(company: Company) -> None:
    """A probable duplicate has no button that approves: its form repeats what it resembles, with a
    link to it, and without the tick Slack itself does not send it."""
    company.ask()
    company.slack.wait_until(lambda: bool(company.slack.messages(PAYOUTS.id)))
    asked = company.ask(text=REQUEST.replace("Invoice 1043", "Rent"))
    assert "You asked for the same" in asked.text
    again = company.slack.private(RITA_IN_SLACK.id)[-1]
    company.slack.click(RITA_IN_SLACK.id, PAYOUTS.id, again.ts, Act.ASK_AGAIN_ANYWAY)
    drawn = card(company, 2, "Probably a duplicate.")
    assert "Approve payout" not in buttons(drawn.blocks)
    company.slack.click(DANA_IN_SLACK.id, PAYOUTS.id, drawn.ts, Act.COMMENT)
    form = company.form(DANA_IN_SLACK)
    shown = words(form.content["blocks"])
    assert "Same destination and amount as" in shown
    assert f"archives/{PAYOUTS.id}/p" in str(form.content["blocks"])
    nothing = company.slack.submit(DANA_IN_SLACK.id, form.id, {"duplicate:1": []})
    assert list(nothing.errors) == ["duplicate:1"]
    tick = {"duplicate:1": ["duplicate:1"]}
    assert company.slack.submit(DANA_IN_SLACK.id, form.id, tick).errors == {}
    assert company.payout(2).approvals != ()


def test_an_optional_comment_may_be_left_out(company: Company) -> None:
    """The form behind the menu approves with a comment or without one."""
    company.ask()
    drawn = card(company, 1, "Waits for 1 approval")
    carried = ButtonValue(1, company.payout().digest, Act.COMMENT).text()
    company.slack.click(ELI_IN_SLACK.id, PAYOUTS.id, drawn.ts, Act.MORE, option=carried)
    form = company.form(ELI_IN_SLACK)
    assert company.slack.submit(ELI_IN_SLACK.id, form.id, {"reason": ""}).errors == {}
    assert company.payout().approvals[0].comment == ""


@pytest.fixture
def pair(tmp_path: Path, api: str) -> Iterator[Company]:
    """A company in which two must agree."""
    (tmp_path / "policy.toml").write_text(TIERS, "utf-8")
    rules = {"payouts_policy": tmp_path / "policy.toml", "payouts_approvers": ()}
    too = replace(DANA_IN_SLACK, id=DANA_TOO)
    with working(tmp_path, api, **rules, people=(too,)) as company:
        yield company
        assert company.slack.complaints == []


def test_the_card_counts_up_and_down(pair: Company) -> None:
    """After the first approval the card names who gave it and who could give the next; taken back
    by the menu, it asks all of them again. It shows how much of the limit would be used."""
    pair.ask()
    drawn = card(pair, 1, "Waits for 2 approvals")
    assert "*Limit*\n250 of 5,000 USD today\nwith this payout" in words(drawn.blocks)
    pair.slack.click(DANA_IN_SLACK.id, PAYOUTS.id, drawn.ts, Act.APPROVE)
    told = f"Approved by @{DANA_IN_SLACK.id}. Waits for 1 more approval by @{ELI.id} or @{NOA.id}"
    drawn = card(pair, 1, told)
    carried = ButtonValue(1, pair.payout().digest, Act.TAKE_BACK).text()
    pair.slack.click(DANA_IN_SLACK.id, PAYOUTS.id, drawn.ts, Act.MORE, option=carried)
    card(pair, 1, f"Waits for 2 approvals by @{DANA.id}, @{ELI.id} or @{NOA.id}")
    assert pair.payout().approvals == ()


def test_who_resolves_first_reads_that_another_must(pair: Company) -> None:
    """What one of two sees in the dashboard is not enough, which the form says in its own place;
    the second one to say the same decides, and the form closes."""
    pair.ask()
    payout = moves(pair.bot.ledger, pair.payout(), *DOUBTED, Kind.UNCLEAR)
    pair.clock.at += timedelta(hours=2)
    with pair.bot.ledger.change() as change:
        change.redraw(1, pair.clock.at)
    drawn = card(pair, 1, "Needs an approver.")
    values = {"finding": "shown", "order_id": "2023"}
    for user in (DANA_IN_SLACK, ELI_IN_SLACK):
        assert pair.slack.click(user.id, PAYOUTS.id, drawn.ts, Act.RESOLVE).error is None
        answer = pair.slack.submit(user.id, pair.form(user).id, values)
        assert answer.error is None
        if user is DANA_IN_SLACK:
            assert answer.action == "update"
            assert words(pair.form(user).content["blocks"]) == (
                "What you see is on record. 1 other person must say the same of payout 1 before"
                " it counts. Look-ups go on meanwhile."
            )
            assert pair.payout().version == payout.version
    assert (pair.payout().state, pair.payout().order_id) == (State.SENT, "2023")
    assert pair.slack.open_views(ELI_IN_SLACK.id) == ()


def test_who_asks_is_no_approver_of_it(pair: Company) -> None:
    """Whoever asks is not named among those who could approve."""
    told = pair.ask(NOA_IN_SLACK).text
    assert f"It waits for 2 approvals by <@{DANA.id}> and <@{ELI.id}>, until" in told
    assert pair.ask(RITA_IN_SLACK, ASKED).error is None
