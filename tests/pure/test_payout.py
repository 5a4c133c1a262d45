"""The state machine: one table, and what each event makes of a payout."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from approvals.content import FeePayer
from approvals.errors import IllegalStep
from approvals.payout import TRANSITIONS, Actor, Event, Fact, Kind, Payout, State, Wish, evolve
from approvals.times import from_seconds, to_text
from tests.pure.test_content import CONTENT

NOW = datetime(2026, 11, 22, 10, 3, tzinfo=UTC)
RITA, DANA, ELI = Actor("URITA", "Rita"), Actor("UDANA", "Dana"), Actor("UELI", "Eli")
DECIDED: dict[str, Fact] = {
    "tier": "any value",
    "quorum": 1,
    "value": 250_000_000,
    "priced_at": to_text(NOW),
}
UNTIL = to_text(NOW + timedelta(hours=24))
FACTS: dict[Kind, dict[str, Fact]] = {
    Kind.REQUESTED: {
        "canonical": CONTENT.canonical(),
        "normal": CONTENT.destination,
        "checked": 1,
        "payment_hash": None,
        "payable_until": None,
        "expires_at": UNTIL,
        "policy": "ab" * 32,
        **DECIDED,
        "cwallet_name": None,
    },
    Kind.ESTIMATED: {"balance": "1000", "fee": "1.5", "fee_coin": "USDT"},
    Kind.AGREED: {**DECIDED, "missing": 1},
    Kind.TAKEN_BACK: {**DECIDED, "missing": 2},
    Kind.APPROVED: {**DECIDED, "missing": 0, "expires_at": UNTIL},
    Kind.REOPENED: {**DECIDED, "missing": 1, "expires_at": UNTIL, "ended": "UDANA"},
    Kind.REJECTED: {"because": "Already paid"},
    Kind.DELAYED: {"why": "The balance is too low."},
    Kind.CLAIMED: {"attempt": 1, "timestamp": 1700000000, "body": "{}"},
    Kind.UNSENT: {"attempt": 1, "message": "refused"},
    Kind.DECLINED: {"attempt": 1, "code": "223001", "message": "no"},
    Kind.DOUBTED: {"attempt": 1, "code": "224066", "message": "service error", "duplicate": 0},
    Kind.LOOKED_UP: {"said": "no such reference"},
    Kind.ABSENT: {"said": "no such reference", "absent": 1},
    Kind.SENT: {"order_id": "2023", "network_fee": "1.5", "fee_coin": "USDT"},
    Kind.LEARNED: {"txid": "f3a9"},
    Kind.SETTLED: {"txid": "f3a9", "status": "Successful"},
    Kind.FAILED: {"because": "declined"},
}
PEOPLE = {
    Kind.REQUESTED: RITA,
    Kind.AGREED: ELI,
    Kind.TAKEN_BACK: ELI,
    Kind.APPROVED: DANA,
    Kind.REJECTED: DANA,
    Kind.CANCELLED: RITA,
    Kind.AGAIN_ASKED: DANA,
    Kind.CLOSE_ASKED: DANA,
}
PATHS: dict[State | None, tuple[Kind, ...]] = {
    None: (),
    State.REQUESTED: (Kind.REQUESTED, Kind.AGREED),
    State.APPROVED: (Kind.REQUESTED, Kind.APPROVED),
    State.SENDING: (Kind.REQUESTED, Kind.APPROVED, Kind.CLAIMED),
    State.SENT: (Kind.REQUESTED, Kind.APPROVED, Kind.CLAIMED, Kind.SENT),
    State.SETTLED: (Kind.REQUESTED, Kind.APPROVED, Kind.CLAIMED, Kind.SENT, Kind.SETTLED),
    State.FAILED: (Kind.REQUESTED, Kind.APPROVED, Kind.FAILED),
    State.REJECTED: (Kind.REQUESTED, Kind.REJECTED),
    State.CANCELLED: (Kind.REQUESTED, Kind.CANCELLED),
    State.EXPIRED: (Kind.REQUESTED, Kind.EXPIRED),
}


def event(kind: Kind, **facts: Fact) -> Event:
    return Event(kind, NOW, PEOPLE.get(kind), {**FACTS.get(kind, {}), **facts})


def after(*kinds: Kind) -> Payout:
    payout: Payout | None = None
    for kind in kinds:
        payout = evolve(payout, event(kind))
    assert payout is not None
    return payout


def at(state: State | None) -> Payout | None:
    return after(*PATHS[state]) if PATHS[state] else None


CELLS = list(itertools.product([None, *State], Kind))


@pytest.mark.parametrize(("state", "kind"), CELLS, ids=str)
def test_every_cell_of_the_table_is_what_evolve_does(state: State | None, kind: Kind) -> None:
    """An event that the table allows leads where the table says; any other raises and changes
    nothing."""
    payout = at(state)
    allowed = TRANSITIONS[state].get(kind)
    # A second approval, claim or answer of the same has tests of its own.
    if state is State.REQUESTED and kind is Kind.AGREED:
        payout = after(Kind.REQUESTED)
    facts: dict[str, Fact] = {"attempt": 2} if state and kind is Kind.CLAIMED and payout else {}
    if state is State.APPROVED:
        facts = {}
    if allowed is None:
        with pytest.raises(IllegalStep):
            evolve(payout, event(kind, **facts))
        assert payout == at(state)
    else:
        assert evolve(payout, event(kind, **facts)).state is allowed


def test_final_states_lead_nowhere() -> None:
    """There is no way back from settled, failed, rejected, cancelled or expired."""
    final = {state for state in State if state.final}
    assert final == {
        State.SETTLED,
        State.FAILED,
        State.REJECTED,
        State.CANCELLED,
        State.EXPIRED,
    }


def test_every_event_counts_as_one_version() -> None:
    """The version of a payout is the number of events that made it."""
    assert after(Kind.REQUESTED, Kind.ESTIMATED, Kind.APPROVED, Kind.CLAIMED).version == 4


def approved_by(*people: Actor) -> Payout:
    """A payout to which each of these people agreed, one a minute."""
    payout = after(Kind.REQUESTED)
    for minute, who in enumerate(people):
        agreed = replace(event(Kind.AGREED), by=who, at=NOW + timedelta(minutes=minute))
        payout = evolve(payout, agreed)
    return payout


def givers(payout: Payout) -> list[str]:
    return [approval.by.id for approval in payout.approvals]


def test_nobody_approves_twice() -> None:
    """A second approval by the same id is no step, whether or not it would make the quorum."""
    payout = approved_by(ELI)
    for kind in (Kind.AGREED, Kind.APPROVED):
        with pytest.raises(IllegalStep):
            evolve(payout, replace(event(kind), by=ELI))


def test_only_what_was_given_is_taken_back() -> None:
    """Taking back ends one's own approval and nobody else's; without one it is no step."""
    payout = evolve(approved_by(ELI, DANA), event(Kind.TAKEN_BACK))
    assert (givers(payout), payout.missing) == ([DANA.id], 2)
    with pytest.raises(IllegalStep):
        evolve(payout, event(Kind.TAKEN_BACK))


def test_a_reopened_payout_keeps_the_approvals_that_count() -> None:
    """It waits for people again, for as long as it says; only the approvals that are named end, and
    nothing of the quorum that was lost is left."""
    held = to_text(NOW + timedelta(hours=1))
    approved = evolve(approved_by(ELI), event(Kind.APPROVED, held_until=held))
    delayed = evolve(approved, event(Kind.DELAYED))
    later = to_text(NOW + timedelta(hours=30))
    payout = evolve(delayed, event(Kind.REOPENED, expires_at=later))
    assert (payout.state, givers(payout), payout.missing) == (State.REQUESTED, [ELI.id], 1)
    assert (payout.approved_at, payout.held_until, payout.delay) == (None,) * 3
    assert to_text(payout.expires_at) == later
    with pytest.raises(IllegalStep):
        evolve(approved, event(Kind.REOPENED, ended="UDANA URITA"))
    assert givers(evolve(approved, event(Kind.REOPENED, ended=""))) == [DANA.id, ELI.id]


def test_approvals_stand_in_the_order_of_time() -> None:
    """However a clock jumps between two approvals, they stand in the one order in which the ledger
    reads them back."""
    payout, earlier = approved_by(ELI), NOW - timedelta(hours=1)
    for at, order in ((earlier, ["UDANA", "UELI"]), (NOW, ["UDANA", "UELI"])):
        assert givers(evolve(payout, replace(event(Kind.APPROVED), at=at))) == order


def test_a_decision_without_a_price_keeps_the_value_and_says_so() -> None:
    """The highest value that was ever known stays; that nobody knew one at the last decision is
    told by a price without a time."""
    payout = evolve(approved_by(ELI), event(Kind.APPROVED, value=None, priced_at=None))
    assert (payout.value, payout.priced_at) == (250_000_000, None)


def test_a_changed_content_is_not_intact() -> None:
    """A payout whose content no longer fits its digest is recognised."""
    payout = after(Kind.REQUESTED)
    assert payout.intact
    changed = replace(payout.content, amount=Decimal(2500))
    assert not replace(payout, content=changed).intact
    assert not replace(payout, content=changed, canonical=changed.canonical()).intact
    assert not replace(payout, reference="p1" + "a" * 28).intact


def test_an_answer_counts_once_and_only_for_the_newest_attempt() -> None:
    """A second answer to an attempt, or one to another attempt, is no step of the payout."""
    sending = after(Kind.REQUESTED, Kind.APPROVED, Kind.CLAIMED)
    with pytest.raises(IllegalStep):
        evolve(sending, event(Kind.DOUBTED, attempt=2))
    doubted = evolve(sending, event(Kind.DOUBTED))
    with pytest.raises(IllegalStep):
        evolve(doubted, event(Kind.UNSENT))


def test_attempts_are_counted_and_limited() -> None:
    """Attempts are numbered without gaps, and there are never more than three."""
    payout = after(Kind.REQUESTED, Kind.APPROVED)
    for number in (1, 2, 3):
        payout = evolve(payout, event(Kind.CLAIMED, attempt=number))
        payout = evolve(payout, event(Kind.UNSENT, attempt=number))
    for number in (3, 4, 5):
        with pytest.raises(IllegalStep):
            evolve(payout, event(Kind.CLAIMED, attempt=number))


def test_left_says_whether_anything_may_have_left() -> None:
    """Only a payout whose every attempt certainly did not leave counts as not sent."""
    assert not after(Kind.REQUESTED, Kind.APPROVED).left
    assert after(Kind.REQUESTED, Kind.APPROVED, Kind.CLAIMED).left
    assert not after(Kind.REQUESTED, Kind.APPROVED, Kind.CLAIMED, Kind.UNSENT).left
    assert after(Kind.REQUESTED, Kind.APPROVED, Kind.CLAIMED, Kind.DOUBTED).left
    assert after(Kind.REQUESTED, Kind.APPROVED, Kind.CLAIMED, Kind.DECLINED).left


def test_late_facts_fill_what_is_empty_and_overwrite_nothing() -> None:
    """A fact that is on record stays; one that was missing is filled in, in a final state too."""
    settled = after(*PATHS[State.SETTLED])
    late = evolve(settled, event(Kind.LEARNED, order_id="other", txid="other", network_fee="9"))
    assert (late.order_id, late.txid, late.network_fee) == ("2023", "f3a9", Decimal("1.5"))


def test_how_far_it_has_come_is_known_since_it_was_first_seen() -> None:
    """A payout keeps since when CCPayment has said the same of it; a report that says nothing of
    it changes nothing, and another step is as old as its first report."""
    payout, seen = after(*PATHS[State.SENT]), []
    reports: tuple[tuple[Kind, str | None, str], ...] = (
        (Kind.LEARNED, "waiting", "WaitingApproval"),
        (Kind.LEARNED, "waiting", "WaitingApproval"),
        (Kind.LEARNED, None, "WaitingApproval"),
        (Kind.LEARNED, "processing", "Processing"),
        (Kind.FAILED, "rejected", "Rejected"),
    )
    assert (payout.progress, payout.progress_since) == (None, None)
    for minute, (kind, progress, status) in enumerate(reports):
        report = event(kind, progress=progress, status=status)
        payout = evolve(payout, replace(report, at=NOW + timedelta(minutes=minute)))
        assert payout.progress_since is not None
        since = int((payout.progress_since - NOW).total_seconds() // 60)
        seen.append((payout.progress, payout.gateway_status, since))
    assert seen == [
        ("waiting", "WaitingApproval", 0),
        ("waiting", "WaitingApproval", 0),
        ("waiting", "WaitingApproval", 0),
        ("processing", "Processing", 3),
        ("rejected", "Rejected", 4),
    ]


@pytest.mark.parametrize("kind", [Kind.DECLINED, Kind.DOUBTED])
def test_what_a_code_means_belongs_to_the_attempt(kind: Kind) -> None:
    """What a code means stays with the attempt that was answered so; where nobody knows it, it is
    nothing."""
    sending = after(Kind.REQUESTED, Kind.APPROVED, Kind.CLAIMED)
    meaning = "The amount is below CCPayment's minimum. Ask for more."
    for told, kept in (({"meaning": meaning}, meaning), ({"meaning": None}, ""), ({}, "")):
        attempt = evolve(sending, event(kind, **told)).attempt
        assert attempt is not None
        assert (attempt.outcome, attempt.meaning) == (kind, kept)


def test_amounts_of_events_are_decimals() -> None:
    """What an event carries as text becomes a Decimal with the same digits."""
    payout = after(Kind.REQUESTED, Kind.ESTIMATED)
    assert str(payout.estimated_fee) == "1.5"
    with pytest.raises(TypeError):
        evolve(payout, event(Kind.ESTIMATED, fee=1))


def test_what_was_known_of_one_attempt_says_nothing_of_the_next() -> None:
    """A new claim forgets absence and wishes: they were about the attempt before."""
    payout = after(Kind.REQUESTED, Kind.APPROVED, Kind.CLAIMED, Kind.DOUBTED)
    payout = evolve(payout, event(Kind.LOOKED_UP, absent=1))
    payout = evolve(payout, event(Kind.ABSENT))
    payout = evolve(payout, event(Kind.AGAIN_ASKED))
    assert (payout.absent_at, payout.wish, payout.wisher) == (NOW, "again", DANA)
    again = evolve(payout, event(Kind.CLAIMED, attempt=2))
    assert (again.absent_seen_at, again.absent_at, again.wish, again.wisher) == (None,) * 4


def test_a_restored_payout_counts_as_signed_at_that_moment() -> None:
    """After an old copy was put back, whatever was open may have been sent: it is in doubt."""
    for kinds in ((Kind.REQUESTED,), (Kind.REQUESTED, Kind.APPROVED)):
        payout = evolve(after(*kinds), event(Kind.RESTORED))
        assert payout.state is State.SENDING
        assert payout.left
        assert payout.signed_at == payout.doubted_at == NOW


def test_the_latest_signing_is_the_later_of_attempt_and_restore() -> None:
    """A copy may hold an attempt and have forgotten a later one: what counts is the later of the
    newest attempt that it holds and the moment at which it was put back."""
    tried = after(Kind.REQUESTED, Kind.APPROVED, Kind.CLAIMED, Kind.DOUBTED)
    (attempt,) = tried.attempts
    signed = from_seconds(attempt.timestamp)
    assert tried.signed_at == signed
    for restored in (signed - timedelta(minutes=7), signed + timedelta(minutes=7)):
        put_back = evolve(tried, replace(event(Kind.RESTORED), at=restored))
        assert put_back.signed_at == max(signed, restored)


def test_a_copy_with_too_few_approvals_is_not_sent_again() -> None:
    """A copy may hold a payout for which one of two approvals was given: absent, it can be closed,
    but not sent again."""
    asked = evolve(None, event(Kind.REQUESTED, quorum=2))
    agreed = evolve(asked, event(Kind.AGREED, quorum=2, missing=1))
    absent = evolve(evolve(agreed, event(Kind.RESTORED)), event(Kind.ABSENT))
    assert (len(absent.approvals), absent.choices(NOW)) == (1, (Wish.CLOSE,))
    assert not evolve(absent, event(Kind.AGAIN_ASKED)).may_go_out(NOW)


def test_what_a_copy_knew_of_absence_says_nothing() -> None:
    """Two look-ups that agreed before an old copy was put back, and what somebody then asked for,
    say nothing of what was sent since the copy was made: all of it begins anew."""
    for wish in (Kind.AGAIN_ASKED, Kind.CLOSE_ASKED):
        asked = after(*(Kind.REQUESTED, Kind.APPROVED, Kind.CLAIMED, Kind.DOUBTED))
        asked = evolve(evolve(asked, event(Kind.LOOKED_UP, absent=1)), event(Kind.ABSENT))
        assert asked.choices(NOW) == (Wish.AGAIN, Wish.CLOSE)
        asked = evolve(evolve(asked, event(wish)), event(Kind.RESTORED))
        assert (asked.absent_seen_at, asked.absent_at, asked.looks) == (None, None, 0)
        assert (asked.wish, asked.wisher, asked.wished_at) == (None, None, None)
        assert not asked.may_go_out(NOW)
        assert asked.choices(NOW) == ()


def test_needed_counts_a_fee_on_top_only_in_the_same_coin() -> None:
    """The balance must hold the amount, and the fee where the company pays it in that coin."""
    company = replace(CONTENT, fee_payer=FeePayer.COMPANY)
    request = event(Kind.REQUESTED, canonical=company.canonical())
    estimated = evolve(evolve(None, request), event(Kind.ESTIMATED))
    assert estimated.needed == Decimal("251.5")
    other = evolve(evolve(None, request), event(Kind.ESTIMATED, fee_coin="TRX"))
    assert other.needed == Decimal(250)
    assert after(Kind.REQUESTED, Kind.ESTIMATED).needed == Decimal(250)


def test_what_may_be_chosen_changes_when_it_says() -> None:
    """Between now and the moment that it names, what may be chosen stays the same; where it names
    none, for ever."""
    kinds = (Kind.REQUESTED, Kind.APPROVED, Kind.CLAIMED, Kind.DOUBTED)
    asked = (*kinds, Kind.ABSENT, Kind.AGAIN_ASKED)
    lives = (kinds[:2], kinds, asked[:-1], asked, (*kinds, Kind.ABSENT, Kind.CLOSE_ASKED))
    for payout in (after(*life) for life in lives):
        now, moment = NOW, timedelta(microseconds=1)
        while changes := payout.reconsidered_at(now):
            assert payout.choices(changes - moment) == payout.choices(now)
            now = changes
        assert payout.choices(now + timedelta(days=99)) == payout.choices(now)


def test_a_wish_that_cannot_be_met_for_long_can_be_resolved_by_hand() -> None:
    """Where CCPayment stops answering after somebody chose, people still have a way out."""
    payout = after(Kind.REQUESTED, Kind.APPROVED, Kind.CLAIMED, Kind.DOUBTED, Kind.ABSENT)
    assert payout.choices(NOW) == (Wish.AGAIN, Wish.CLOSE)
    for kind in (Kind.AGAIN_ASKED, Kind.CLOSE_ASKED):
        waiting = evolve(evolve(payout, event(Kind.UNCLEAR)), event(kind))
        assert waiting.choices(NOW + timedelta(hours=9)) == ()
        assert evolve(waiting, event(Kind.UNCLEAR)).choices(NOW) == (Wish.RESOLVE,)


def test_what_was_sent_can_be_resolved_by_hand_while_nobody_knows_what_became_of_it() -> None:
    """Where look-ups do not tell what became of a payout that was sent, people may say it; once
    they tell it in a word that is known, not any more."""
    sent = after(Kind.REQUESTED, Kind.APPROVED, Kind.CLAIMED, Kind.SENT)
    assert sent.choices(NOW + timedelta(days=9)) == ()
    unclear = evolve(sent, event(Kind.UNCLEAR))
    assert unclear.choices(NOW) == (Wish.RESOLVE,)
    told = {"order_id": None, "network_fee": None, "fee_coin": None}
    strange = event(Kind.LEARNED, **told, status="Refunded", progress="unknown")
    assert evolve(unclear, strange).choices(NOW) == (Wish.RESOLVE,)
    known = event(Kind.LEARNED, **told, status="Processing", progress="processing")
    assert evolve(unclear, known).choices(NOW) == ()
