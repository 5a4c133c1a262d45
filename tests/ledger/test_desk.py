"""The desk: who may ask and decide, what each answer is, and that every "no" is on record."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approvals.audit import Note
from approvals.content import digest_of
from approvals.desk import Earlier, Listed
from approvals.errors import Denied, Refusal, Stale, Unavailable, Unreadable
from approvals.gateway import Fee
from approvals.payout import Actor, Event, Kind, Payout, State
from approvals.people import Person, Standing
from approvals.policy import short_policy
from approvals.times import moment
from tests.build import happening
from tests.core import (
    DANA,
    ELI,
    EVER,
    MAX,
    NOA,
    NOON,
    PLENTY,
    RITA,
    TO_CWALLET,
    Clock,
    Office,
    ask,
    invoice_ask,
    now_a,
)

pytest_plugins = ["tests.stage"]

OUTCASTS = [Standing.STRANGER, Standing.GUEST, Standing.BOT, Standing.DEACTIVATED]


def refused(office: Office, kind: type[Refusal], call: Callable[[], object]) -> str:
    """The sentence of the refusal, once it is certain that it is on record, and nothing else is."""
    before = everything(office)
    with pytest.raises(kind) as caught:
        call()
    after = everything(office)
    assert after[0] == before[0]
    (line,) = set(after[1]) - set(before[1])
    with office.ledger.reading() as reading:
        (said,) = [one for one in reading.log() if one["number"] == line]
    assert f'"kind":"{Note.REFUSED}"' in str(said["line"])
    assert caught.value.sentence in str(said["line"]).replace('\\"', '"')
    return caught.value.sentence


def everything(office: Office) -> tuple[list[Payout], list[int]]:
    with office.ledger.reading() as reading:
        payouts = list(reading.latest(1000))
        return payouts, [int(row["number"] or 0) for row in reading.log()]


def move(office: Office, payout: Payout, *kinds: Kind) -> Payout:
    """Let the workers' events happen."""
    for kind in kinds:
        with office.ledger.change() as change:
            payout = change.record(payout, happening(payout, kind), "test", None)
    return payout


# -- asking ---------------------------------------------------------------------------------------


def test_a_request_is_recorded(office: Office) -> None:
    """A request makes a payout with all that was asked, which waits for one approval until its
    time is over, is due at once, and has a card for each audience."""
    made = office.asked()
    assert (made.number, made.state, made.version) == (1, State.REQUESTED, 1)
    assert (made.requester.id, made.requester.name) == (RITA.id, RITA.name)
    assert (made.content.amount, made.content.symbol) == (Decimal(250), "USDT")
    assert (made.content.team, made.content.requester) == (RITA.team, RITA.id)
    assert (made.requested_at, made.expires_at) == (NOON, NOON + timedelta(hours=24))
    assert (made.quorum, made.value, made.priced_at) == (1, 250_000_000, NOON)
    assert made.digest == digest_of(made.canonical)
    assert made.intact
    assert re.fullmatch("p1[a-z2-7]{28}", made.reference)
    assert office.payout() == made
    with office.ledger.reading() as reading:
        assert [each.number for each, _, _ in reading.due({State.REQUESTED: EVER}, NOON)] == [1]
        assert len(reading.due_cards(NOON, EVER)) == 2


def test_the_record_of_a_request_tells_its_price(office: Office) -> None:
    """The line says who asked, for what, and the price in USD with its source and time."""
    office.asked()
    (line,) = office.lines()
    assert (line.kind, line.via) == ("requested", "request")
    assert line.by is not None
    assert (line.by.id, line.by.name) == (RITA.id, RITA.name)
    assert (line.facts["value"], line.facts["price"]) == (250_000_000, "1")
    assert line.facts["priced_at"] == "2026-11-22T12:00:00.000000Z"
    assert line.facts["price_source"]


def test_equal_wishes_have_different_names(office: Office) -> None:
    """The same asked for twice is two contents, with two digests and two references."""
    first, second = office.asked(), office.asked()
    assert first.digest != second.digest
    assert first.reference != second.reference


@pytest.mark.parametrize("standing", OUTCASTS)
def test_only_members_ask(office: Office, standing: Standing) -> None:
    """People of other companies, guests, bots and deactivated people make no payout."""
    sentence = refused(office, Denied, lambda: office.asked(now_a(standing, RITA)))
    assert sentence.startswith("Your account ")
    assert sentence.endswith("so it cannot ask for payouts.")


def test_who_cannot_be_looked_up_does_not_ask(office: Office) -> None:
    """A failed look-up is no membership; the person is told to try again."""
    sentence = refused(office, Unavailable, lambda: office.asked(now_a(Standing.UNKNOWN, RITA)))
    assert sentence == "Slack did not say who you are. No payout was made; try again."


def test_what_nobody_could_approve_is_not_recorded(path: Path, clock: Clock) -> None:
    """A sole approver cannot ask for what only they could approve."""
    office = Office(path, clock, policy=short_policy([DANA.id], timedelta(hours=1)))
    sentence = refused(office, Denied, lambda: office.asked(DANA))
    assert sentence.startswith("Nobody could approve this payout for you: any value needs 1")
    assert office.asked(RITA).state is State.REQUESTED
    office.ledger.close()


def test_more_than_can_be_counted_is_refused(office: Office) -> None:
    """An amount whose value does not fit the ledger is a slip of the keyboard: it is refused in a
    sentence, not by an error."""
    most = "1" + "0" * 12
    assert office.asked(what=ask(amount=most)).value == 10**18
    for huge in (f"{most}.000001", "9" * 40):
        sentence = refused(office, Denied, partial(office.asked, RITA, ask(amount=huge)))
        assert sentence.endswith("USDT is more than anybody could pay. Check the amount.")


def test_the_same_again_makes_nothing(office: Office) -> None:
    """Who asks for the same again, while it is open, gets the first one named; nothing is made."""
    first = office.asked()
    office.clock.on(hours=5)
    assert once_more(office, RITA) == Earlier(first)
    assert len(everything(office)[0]) == 1


def once_more(office: Office, who: Person, **changes: str) -> Payout | Earlier:
    what = ask(office.clock(), **changes)
    return office.desk.request(what, who, trigger=office.trigger())


def test_the_same_again_on_purpose_is_made(office: Office) -> None:
    """Whoever says so gets a second one."""
    office.asked()
    assert office.asked(again=True).number == 2


@pytest.mark.parametrize(
    ("who", "changes"),
    [
        (NOA, {}),
        (RITA, {"amount": "251"}),
        (RITA, {"coin": "TRX"}),
        (RITA, {"destination": "TQooBX9o8iSSprLWW96YShBogx7Uwisuim"}),
    ],
)
def test_something_else_is_not_the_same(
    office: Office, who: Person, changes: dict[str, str]
) -> None:
    """Another person, amount, coin or destination is another payout."""
    office.asked()
    assert isinstance(once_more(office, who, **changes), Payout)


XRP = {
    "amount": "100",
    "coin": "XRP",
    "network": "XRP",
    "destination": "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH",
}


def test_another_memo_is_another_payee(office: Office) -> None:
    """100 XRP for Salary 1 and for Salary 2, to two tags at one exchange, are two payouts; to one
    tag, however it is spelled, they are the same."""
    first = once_more(office, RITA, **XRP, memo="1111111", reason="Salary 1")
    second = once_more(office, RITA, **XRP, memo="2222222", reason="Salary 2")
    assert isinstance(first, Payout)
    assert isinstance(second, Payout)
    again = once_more(office, RITA, **XRP, memo="01111111", reason="Salary 3")
    assert again == Earlier(first)


def test_the_same_on_another_network_is_said_to_be_there(office: Office) -> None:
    """One address is good on many networks: asking for the same there is probably a slip, and the
    answer can say so."""
    there = {"destination": "0x52908400098527886E0F7030069857D2E4169EE7"}
    first = once_more(office, RITA, **there, network="ETH")
    assert isinstance(first, Payout)
    assert once_more(office, RITA, **there, network="ETH") == Earlier(first)
    assert once_more(office, RITA, **there, network="BSC") == Earlier(first, elsewhere=True)


def test_what_ended_an_hour_ago_is_not_the_same(office: Office) -> None:
    """After the end of the first, and an hour after it was asked for, asking again is normal."""
    first = office.reject(office.asked())
    office.clock.on(minutes=59, seconds=59)
    assert once_more(office, RITA) == Earlier(first)
    office.clock.on(seconds=1)
    assert isinstance(once_more(office, RITA), Payout)


def test_a_replayed_request_is_one_payout(office: Office) -> None:
    """The same signed request twice is one payout and one line, whatever became of it."""
    first = office.desk.request(ask(), RITA, trigger="T", again=True)
    assert isinstance(first, Payout)
    approved = office.approve(first)
    assert office.desk.request(ask(), RITA, trigger="T", again=True) == approved
    assert office.kinds() == ["requested", "approved"]


# -- Lightning invoices ---------------------------------------------------------------------------


def test_an_invoice_ends_the_waiting(office: Office) -> None:
    """A payout by invoice expires five minutes before the invoice does, also once approved."""
    made = office.asked(what=invoice_ask(NOON + timedelta(hours=2)))
    assert made.expires_at == NOON + timedelta(hours=1, minutes=55)
    assert office.approve(made).expires_at == made.expires_at


@pytest.mark.parametrize(
    "state",
    [State.REQUESTED, State.APPROVED, State.SENDING, State.SENT, State.SETTLED, State.FAILED],
)
def test_an_invoice_is_one_payout(office: Office, state: State) -> None:
    """An invoice that may have been paid makes no second payout, not even on purpose."""
    what = invoice_ask(NOON + timedelta(hours=2))
    first = office.asked(what=what)
    ways = {
        State.REQUESTED: (),
        State.APPROVED: (Kind.APPROVED,),
        State.SENDING: (Kind.APPROVED, Kind.CLAIMED),
        State.SENT: (Kind.APPROVED, Kind.CLAIMED, Kind.SENT),
        State.SETTLED: (Kind.APPROVED, Kind.CLAIMED, Kind.SENT, Kind.SETTLED),
        State.FAILED: (Kind.APPROVED, Kind.CLAIMED, Kind.DECLINED, Kind.FAILED),
    }
    assert move(office, first, *ways[state]).state is state
    sentence = refused(office, Denied, lambda: office.asked(NOA, what))
    assert sentence.startswith(f"This invoice is already payout 1 ({state}).")


@pytest.mark.parametrize("end", [Kind.REJECTED, Kind.CANCELLED, Kind.EXPIRED])
def test_an_invoice_that_was_not_paid_can_be_asked_for_again(office: Office, end: Kind) -> None:
    """After a no, a cancellation or the end of its time, the invoice is free again."""
    what = invoice_ask(NOON + timedelta(hours=2))
    move(office, office.asked(what=what), end)
    assert office.asked(what=what).state is State.REQUESTED


# -- approving ------------------------------------------------------------------------------------


def test_another_approver_approves(office: Office) -> None:
    """An approver's yes to what the card showed makes the payout ready to be sent, at once and for
    24 hours, on record with the digest, the balance and the rule's words."""
    made = office.asked()
    office.clock.on(minutes=2)
    approved = office.approve(made, DANA, Decimal(250))
    assert approved.state is State.APPROVED
    assert [each.by.id for each in approved.approvals] == [DANA.id]
    assert approved.expires_at == office.clock() + timedelta(hours=24)
    line = office.lines()[-1]
    assert (line.kind, line.via, line.by) == ("approved", "approve", approved.approvals[0].by)
    assert (line.facts["digest"], line.facts["balance"]) == (made.digest, "250")
    assert line.facts["verdict"] == "1 of 1 approvals (any value)"
    with office.ledger.reading() as reading:
        assert [
            each.number for each, _, _ in reading.due({State.APPROVED: EVER}, office.clock())
        ] == [1]


@pytest.mark.parametrize("requester", [RITA, DANA])
def test_nobody_approves_their_own(office: Office, requester: Person) -> None:
    """The requester cannot approve, approver or not, and reads who can."""
    made = office.asked(requester)
    others = f"{{{ELI.id}}}" if requester == DANA else f"{{{DANA.id}}} or {{{ELI.id}}}"
    assert refused(office, Denied, lambda: office.approve(made, requester)) == (
        f"You asked for payout 1, so you cannot approve it. {others} can."
    )
    assert refused(office, Denied, lambda: office.reject(made, requester)) == (
        f"You asked for payout 1, so you cannot reject it. {others} can."
    )


@pytest.mark.parametrize("who", [NOA, MAX])
def test_only_approvers_decide(office: Office, who: Person) -> None:
    """Whoever is not on the list decides nothing."""
    made = office.asked()
    for click in (office.approve, office.reject):
        assert refused(office, Denied, partial(click, made, who)) == (
            f"Only {{{DANA.id}}} or {{{ELI.id}}} can decide payout 1. Your click is on record."
        )


@pytest.mark.parametrize("standing", [*OUTCASTS, Standing.UNKNOWN])
def test_only_members_decide(office: Office, standing: Standing) -> None:
    """An approver who is no member any more, or could not be looked up, decides nothing."""
    made, who = office.asked(), now_a(standing, DANA)
    unknown = standing is Standing.UNKNOWN
    for click in (office.approve, office.reject):
        sentence = refused(office, Unavailable if unknown else Denied, partial(click, made, who))
        asked_again = "Slack did not say who you are. Nothing was decided; press again."
        assert (sentence == asked_again) == unknown


def test_who_could_not_be_looked_up_tries_again(office: Office) -> None:
    """The form that they filled is still open, so the same one counts once Slack says who they
    are."""
    made = office.asked()
    form: dict[str, Any] = {"trigger": office.trigger(), "comment": "Fine by me."}
    unknown = now_a(Standing.UNKNOWN, DANA)
    refused(office, Unavailable, lambda: office.approve(made, unknown, **form))
    assert office.approve(made, DANA, **form).state is State.APPROVED


def test_a_refusal_is_on_record_with_who_and_what(office: Office) -> None:
    """The line of a refusal says who wanted what, what they were told, and what they were."""
    made = office.asked()
    with pytest.raises(Denied):
        office.approve(made, MAX)
    line = office.lines()[-1]
    assert (line.kind, line.via, line.id) == ("refused", "approve", made.number)
    assert line.by is not None
    assert (line.by.id, line.by.name) == (MAX.id, MAX.name)
    wanted = {"doing": "approve", "refusal": "denied", "standing": "stranger", "team": MAX.team}
    assert dict(line.facts) == wanted | {"sentence": line.facts["sentence"]}


def test_a_stale_card_decides_nothing(office: Office) -> None:
    """A button whose digest is not the ledger's decides nothing, and the card is drawn again."""
    made = office.asked()
    show_all(office)
    stale = replace(made, digest="0" * 64)
    for click in (office.approve, office.reject):
        sentence = refused(office, Stale, partial(click, stale))
        assert sentence == "This card is not what payout 1 says. It is drawn again; read it."
        with office.ledger.reading() as reading:
            assert len(reading.due_cards(office.clock(), EVER)) == 2


def show_all(office: Office) -> None:
    """As if every card showed what the ledger says."""
    with office.ledger.change() as change:
        for card in change.due_cards(office.clock(), EVER):
            assert card.due_at is not None
            payout = change.payout(card.id)
            assert payout is not None
            change.keep_card(replace(card, due_at=None, version=payout.version), card.due_at)
        assert change.due_cards(office.clock(), EVER) == ()


def test_a_payout_that_is_not_there_is_not_decided(office: Office) -> None:
    """A button of another ledger decides nothing."""
    made = replace(office.asked(), content=replace(office.asked().content, number=99))
    assert refused(office, Stale, lambda: office.approve(made)) == "There is no payout 99."


def test_a_balance_that_does_not_cover_it_is_no_approval(office: Office) -> None:
    """An approver reads how much is missing; with the exact amount there, the approval counts."""
    made = office.asked(what=ask(amount="1250.5"))
    short = Decimal("1250.499999")
    assert refused(office, Denied, lambda: office.approve(made, DANA, short)) == (
        "The CCPayment balance is 1,250.499999 USDT; payout 1 needs 1,250.5."
        " Top it up, then approve."
    )
    assert office.approve(made, DANA, Decimal("1250.5")).state is State.APPROVED


def test_what_the_fee_would_take_is_not_approved(office: Office) -> None:
    """An approver reads that the network fee leaves nothing, by the fee as of now; where nobody
    knows it, by the one that was estimated. A fee in another coin is not taken from the amount."""
    made = office.asked()
    nothing_left = partial(office.approve, made, fee=Fee(Decimal(250), "USDT"))
    assert refused(office, Denied, nothing_left) == (
        "The network fee is 250 USDT now. Taken from 250 USDT, nothing is left for the payee. Ask"
        " for more, or say that we pay the fee."
    )
    facts = {"fee": "300", "fee_coin": "USDT", "balance": "1000"}
    with office.ledger.change() as change:
        change.record(made, Event(Kind.ESTIMATED, office.clock(), facts=facts), "clerk", None)
    assert "The network fee is 300 USDT now." in refused(
        office, Denied, lambda: office.approve(made)
    )
    approved = office.approve(made, fee=Fee(Decimal(300), "TRX"))
    assert approved.state is State.APPROVED


@pytest.mark.parametrize("again", [DANA, ELI])
def test_a_click_after_the_approval(office: Office, again: Person) -> None:
    """A second click, one's own or another's, reads who approved when; nothing is counted twice."""
    approved = office.approved()
    office.clock.on(minutes=7)
    assert refused(office, Stale, lambda: office.approve(approved, again)) == (
        f"{{{DANA.id}}} approved payout 1 ({moment(NOON)}). Nothing is left to decide."
    )


SOON, LATER = "{2026-11-22T10:04:00.000000Z}", "{2026-11-22T10:05:00.000000Z}"


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (Kind.REJECTED, f"{{{DANA.id}}} rejected payout 1 ({SOON})."),
        (Kind.CANCELLED, f"{{{RITA.id}}} cancelled payout 1 ({SOON})."),
        (Kind.EXPIRED, "Payout 1 expired {2026-11-23T12:00:00.000000Z}."),
        (Kind.FAILED, f"Payout 1 failed ({LATER}). Nothing was sent."),
    ],
)
def test_a_click_after_the_end(office: Office, end: Kind, said: str) -> None:
    """Every decision after the end reads what it was, and when, as a moment that each reader sees
    in their own zone; only the requester is told to ask again."""
    made = office.approved() if end is Kind.FAILED else office.asked()
    made = move(office, made, end)
    for call in (office.approve, office.reject):
        assert refused(office, Stale, partial(call, made)) == f"{said} Nothing is left to decide."
    again = "Ask again." if end is Kind.EXPIRED else "Nothing is left to cancel."
    assert refused(office, Stale, lambda: office.cancel(made)) == f"{said} {again}"


def test_a_click_after_somebody_closed_it(office: Office) -> None:
    """Nobody reads of a person that they failed a payout: they closed it."""
    made = move(office, office.approved(), Kind.CLAIMED, Kind.DOUBTED)
    with office.ledger.change() as change:
        event = happening(made, Kind.FAILED, Actor(ELI.id, ELI.name))
        change.record(made, replace(event, at=office.clock()), "test", None)
    sentence = refused(office, Stale, lambda: office.approve(made))
    assert sentence == f"{{{ELI.id}}} closed payout 1 ({moment(NOON)}). Nothing is left to decide."


@pytest.mark.parametrize("state", [State.REQUESTED, State.APPROVED])
def test_a_click_after_its_time(office: Office, state: State) -> None:
    """From the minute of its end on a payout cannot be decided, though nobody recorded it yet."""
    made = office.asked() if state is State.REQUESTED else office.approved()
    office.clock.now = made.expires_at
    expired = f"Payout 1 expired {moment(made.expires_at)}. Nothing is left to decide."
    assert expired in refused(office, Stale, lambda: office.reject(made, ELI))
    if state is State.REQUESTED:
        refused(office, Stale, lambda: office.approve(made, ELI))


def test_a_replayed_click_does_nothing(office: Office) -> None:
    """The same signed click twice is one approval, and gets the payout as it is now."""
    made = office.asked()
    approved = office.desk.approve(1, made.digest, DANA, PLENTY, trigger="T")
    assert office.desk.approve(1, made.digest, DANA, PLENTY, trigger="T") == approved
    assert office.kinds() == ["requested", "approved"]
    rejected = office.reject(approved, ELI)
    assert office.desk.approve(1, made.digest, DANA, PLENTY, trigger="T") == rejected


def test_a_replayed_click_that_was_refused_does_nothing(office: Office) -> None:
    """A click that was refused stays refused when somebody replays it, whatever has changed."""
    made = office.asked()

    def click() -> Payout:
        return office.desk.approve(1, made.digest, DANA, balance, trigger="T")

    balance = Decimal(0)
    refused(office, Denied, click)
    balance = PLENTY
    assert refused(office, Stale, click) == "This click was refused before. Press again."
    assert office.approve(made).state is State.APPROVED


# -- rejecting and cancelling ---------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.REQUESTED, State.APPROVED])
def test_one_rejection_is_final(office: Office, state: State) -> None:
    """An approver ends what has not left, with a reason; nobody looks at it any more."""
    made = office.asked() if state is State.REQUESTED else office.approved()
    rejected = office.desk.reject(1, made.digest, ELI, "Already paid.", trigger="T")
    assert (rejected.state, rejected.because) == (State.REJECTED, "Already paid.")
    assert rejected.closer is not None
    assert rejected.closer.id == ELI.id
    with office.ledger.reading() as reading:
        assert reading.next_due(1) is None
        assert len(reading.due_cards(office.clock(), EVER)) == 2


@pytest.mark.parametrize("state", [State.REQUESTED, State.APPROVED])
def test_the_requester_cancels(office: Office, state: State) -> None:
    """Until something may have left, the requester takes it back, looked up or not."""
    made = office.asked() if state is State.REQUESTED else office.approved()
    cancelled = office.cancel(made, now_a(Standing.UNKNOWN, RITA))
    assert (cancelled.state, cancelled.closer) == (State.CANCELLED, made.requester)
    with office.ledger.reading() as reading:
        assert reading.next_due(1) is None


def test_nobody_else_cancels(office: Office) -> None:
    """Approvers are sent to the card; others are not told that the payout exists; somebody of
    another company with the same id is refused."""
    made = office.asked()
    assert refused(office, Denied, lambda: office.cancel(made, DANA)).startswith(
        f"Only {{{RITA.id}}} can cancel payout 1."
    )
    unseen = "You have no payout 1. `list` shows those that you can see."
    assert refused(office, Denied, lambda: office.cancel(made, NOA)) == unseen
    refused(office, Denied, lambda: office.cancel(made, now_a(Standing.STRANGER, RITA)))


WENT = "Payout 1 is on its way: the request to CCPayment went out, or may have."


@pytest.mark.parametrize(
    ("life", "said"),
    [
        ((Kind.CLAIMED,), WENT),
        ((Kind.CLAIMED, Kind.DOUBTED), WENT),
        ((Kind.CLAIMED, Kind.SENT), "Payout 1 is at CCPayment, which took it {2026-11-22T10:0"),
        (
            (Kind.CLAIMED, Kind.SENT, Kind.SETTLED),
            "Payout 1 was paid; it is settled since {2026-11-22T10:",
        ),
    ],
)
def test_what_may_have_left_is_not_stopped(
    office: Office, life: tuple[Kind, ...], said: str
) -> None:
    """Once a request may have left, neither requester nor approver can take it back; each reads
    what has become of it, and of a settled one that it was paid."""
    made = move(office, office.approved(), *life)
    for call in (office.cancel, office.reject, office.approve):
        sentence = refused(office, Stale, partial(call, made))
        assert sentence.startswith(said)
        what = "cancel" if call == office.cancel else "decide"
        assert sentence.endswith(f" Nothing is left to {what}.")


# -- seeing ---------------------------------------------------------------------------------------


def numbers(found: Listed) -> list[int]:
    return [each.number for each in found.payouts]


def test_a_list_shows_what_one_may_see(office: Office) -> None:
    """Approvers see everything, others what they asked for; what waits comes first, the longest
    waiting before the others, then all else, the newest first. Nobody's payouts are counted for
    somebody who may not see them."""
    by = [RITA, NOA, RITA, NOA, RITA, RITA]
    asked = [office.asked(who) for who in by]
    office.approve(asked[2])
    office.cancel(asked[1], NOA)
    move(office, office.approve(asked[0]), Kind.CLAIMED, Kind.DOUBTED)
    for who, order, waiting in (
        (DANA, [1, 4, 5, 6, 3, 2], 4),
        (RITA, [1, 5, 6, 3], 3),
        (NOA, [4, 2], 1),
        (MAX, [], 0),
        (now_a(Standing.DEACTIVATED, ELI), [], 0),
    ):
        found = office.desk.listed(who)
        assert numbers(found) == order
        assert (found.waiting, found.others) == (waiting, len(order) - waiting)
        only = office.desk.listed(who, only_waiting=True)
        assert numbers(only) == order[:waiting]
        assert (only.waiting, only.others) == (waiting, 0)


@pytest.mark.parametrize("waiting", [0, 3, 20, 21, 45])
def test_a_list_has_pages_and_leaves_nothing_out(office: Office, waiting: int) -> None:
    """Page by page everything is shown once, and an old payout that waits is on the first."""
    asked = [office.asked() for _ in range(45)]
    for payout in asked[waiting:]:
        office.cancel(payout)
    pages = [office.desk.listed(DANA, page) for page in range(1, 5)]
    expected = [*range(1, waiting + 1), *range(45, waiting, -1)]
    assert [len(page.payouts) for page in pages] == [20, 20, 5, 0]
    assert [number for page in pages for number in numbers(page)] == expected
    assert {page.pages for page in pages} == {3}
    only = [office.desk.listed(RITA, page, only_waiting=True) for page in range(1, 4)]
    assert [number for page in only for number in numbers(page)] == expected[:waiting]


@pytest.mark.parametrize("who", [RITA, DANA, ELI])
def test_the_record_is_shown_to_whom_it_concerns(office: Office, who: Person) -> None:
    """Requester and approvers see a payout with every line about it."""
    approved = office.approved()
    payout, lines = office.desk.shown(1, who)
    assert payout == approved
    assert [line.kind for line in lines] == ["requested", "approved"]


@pytest.mark.parametrize("number", [0, -1, 2, 10**30])
def test_what_is_not_there_is_not_shown(office: Office, number: int) -> None:
    """A number that nobody has asks for nothing, in the words for a payout of somebody else's."""
    office.asked()
    sentences = [
        refused(office, Denied, partial(office.desk.shown, number, who))
        for who, number in ((DANA, number), (NOA, number), (NOA, 1))
    ]
    assert {re.sub(r"-?\d+", "N", sentence) for sentence in sentences} == {
        "You have no payout N. `list` shows those that you can see."
    }


def test_a_refusal_before_the_desk_is_on_record(office: Office) -> None:
    """What could not be read, or was not answered in time, is on record with what was typed, not
    longer than needed."""
    unreadable = Unreadable("amount", "1,250" * 100, "That can mean two amounts.")
    office.desk.refused(RITA, unreadable, doing="request")
    office.desk.refused(RITA, Unavailable("CCPayment", "No answer."), doing="approve", number=7)
    typed, silent = office.lines(0)
    assert (typed.facts["field"], typed.facts["word"]) == ("amount", "1,250" * 40)
    assert (typed.facts["refusal"], silent.facts["refusal"]) == ("unreadable", "unavailable")
    assert silent.id == 0


# -- whatever happens -----------------------------------------------------------------------------

people = st.sampled_from([RITA, NOA, DANA, ELI, MAX])
standings = st.sampled_from(Standing)
deeds = st.sampled_from(["approve", "reject", "cancel", "wait", "stale", "short", "replay"])


@given(requester=people, steps=st.lists(st.tuples(deeds, people, standings), max_size=8))
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_order_of_events_replaces_an_approval(
    office: Office, requester: Person, steps: list[tuple[str, Person, Standing]]
) -> None:
    """Whoever does what in whatever order: a payout becomes approved exactly by a yes of another
    person who is an approver and a member, to the digest that they saw, with the money there."""
    office.clock.now = NOON
    try:
        made = office.asked(requester)
    except Denied:
        assert requester == MAX
        return
    fit = False
    for deed, who, standing in steps:
        actor = now_a(Standing.STRANGER if who == MAX else standing, who)
        open_before = office.payout(made.number).state is State.REQUESTED
        attempt(office, made, deed, actor)
        fit |= (
            open_before
            and deed == "approve"
            and who in (DANA, ELI)
            and who != requester
            and standing is Standing.MEMBER
            and office.clock() < made.expires_at
        )
        assert bool(office.payout(made.number).approvals) == fit
        assert ("approved" in office.kinds(made.number)) == fit


def attempt(office: Office, made: Payout, deed: str, who: Person) -> None:
    """Do it; where it is refused, the newest line must say so."""
    clicks: dict[str, Callable[[], object]] = {
        "approve": lambda: office.approve(made, who),
        "reject": lambda: office.reject(made, who),
        "cancel": lambda: office.cancel(made, who),
        "wait": lambda: office.clock.on(hours=13),
        "stale": lambda: office.approve(replace(made, digest="0" * 64), who),
        "short": lambda: office.approve(made, who, Decimal(249)),
        "replay": lambda: office.desk.approve(
            made.number, made.digest, now_a(Standing.GUEST, who), PLENTY, trigger=made.digest
        ),
    }
    said = None
    try:
        clicks[deed]()
    except Refusal as refusal:
        said = refusal.sentence
    newest = office.lines(made.number)[-1]
    assert said in (None, newest.facts.get("sentence"))


def test_a_cwallet_user_is_recorded_by_name(office: Office) -> None:
    """The name that CCPayment shows for a Cwallet user is kept with the payout."""
    what = ask(**TO_CWALLET)
    made = office.desk.request(what, RITA, trigger="T", cwallet_name="Ana B.")
    assert isinstance(made, Payout)
    assert (made.cwallet_name, made.checked, made.content.chain) == ("Ana B.", 0, "TRX")
