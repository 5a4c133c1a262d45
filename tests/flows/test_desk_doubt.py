"""The desk in doubt: who may send again, close, resolve by hand, freeze and unfreeze, when, and
that every "no" is on record and changes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from approvals.audit import Note
from approvals.errors import Denied, Refusal, Stale, Unavailable
from approvals.followup import WATCH_WAIT
from approvals.ledger import Freeze
from approvals.payout import Actor, Kind, Payout, State, Wish
from approvals.people import Person, Standing
from approvals.policy import short_policy
from approvals.words import visible
from tests.build import happening
from tests.core import DANA, ELI, MAX, NOA, RITA, Clock, Crowd, Office, now_a
from tests.policies import FINANCE, policy
from tests.pure.test_keys import KEY_TEXT

pytest_plugins = ["tests.stage"]

APIS = ("v1", "v2")
DOUBTED = (Kind.CLAIMED, Kind.DOUBTED)
ABSENT = (*DOUBTED, Kind.ABSENT)
EITHER = f"{{{DANA.id}}} or {{{ELI.id}}}"


def move(office: Office, payout: Payout, *kinds: Kind) -> Payout:
    """Let the workers' events happen now."""
    for kind in kinds:
        with office.ledger.change() as change:
            event = replace(happening(payout, kind), at=office.clock())
            payout = change.record(payout, event, "test", None)
    return payout


def in_doubt(office: Office, *more: Kind) -> Payout:
    return move(office, office.approved(), *DOUBTED, *more)


def going_out(office: Office) -> Payout:
    return move(office, office.approved(), Kind.CLAIMED)


def absent(office: Office) -> Payout:
    """A payout that CCPayment certainly does not know."""
    return in_doubt(office, Kind.ABSENT)


def unresolved(office: Office) -> Payout:
    """A payout of which nothing was learned for an hour."""
    return in_doubt(office, Kind.UNCLEAR)


Press = Callable[[Office, Payout, Person], Payout]


def send_again(office: Office, payout: Payout, who: Person = DANA) -> Payout:
    trigger = office.trigger()
    return office.desk.send_again(payout.number, payout.digest, who, trigger=trigger)


def close(office: Office, payout: Payout, who: Person = DANA) -> Payout:
    return office.desk.close(payout.number, payout.digest, who, trigger=office.trigger())


def resolve(office: Office, payout: Payout, who: Person = DANA) -> Payout:
    """Says that the dashboard shows it as order 2023."""
    trigger = office.trigger()
    return office.desk.resolve(payout.number, payout.digest, who, "2023", trigger=trigger)


def may_resolve(office: Office, payout: Payout, who: Person = DANA) -> Payout:
    return office.desk.may_resolve(payout.number, payout.digest, who)


def freeze(office: Office, who: Person = DANA) -> tuple[Payout, ...]:
    return office.desk.freeze(who, trigger=office.trigger()).under_way


def unfreeze(office: Office, who: Person = DANA) -> int:
    return office.desk.unfreeze(who, trigger=office.trigger())


def frozen(office: Office) -> Freeze | None:
    with office.ledger.reading() as reading:
        found = reading.frozen()
    return found.kind if found else None


def refused(office: Office, kind: type[Refusal], call: Callable[[], object]) -> str:
    """The sentence of the refusal, once it is certain that it is on record, and nothing else is."""
    before = everything(office)
    with pytest.raises(kind) as caught:
        call()
    after = everything(office)
    assert after[0] == before[0]
    (line,) = after[1][len(before[1]) :]
    assert (line[0], line[1]) == (Note.REFUSED, caught.value.sentence)
    return caught.value.sentence


def everything(office: Office) -> tuple[list[Payout], list[tuple[str, object]]]:
    with office.ledger.reading() as reading:
        payouts = list(reading.latest(1000))
        lines = [one for number in range(len(payouts) + 1) for one in office.lines(number)]
    ordered = sorted(lines, key=lambda line: line.number)
    return payouts, [(line.kind, line.facts.get("sentence")) for line in ordered]


CASES: dict[str, tuple[Callable[[Office], Payout], Press, str]] = {
    "send again": (absent, send_again, "resend"),
    "close": (absent, close, "close"),
    "resolve": (unresolved, resolve, "resolve"),
    "open the form": (unresolved, may_resolve, "resolve"),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("requester", [RITA, DANA])
def test_the_requester_never_chooses(office: Office, case: str, requester: Person) -> None:
    """Who asked for a payout does not choose what becomes of it in doubt, approver or not."""
    make, press, doing = CASES[case]
    approver, others = (ELI, f"{{{ELI.id}}}") if requester is DANA else (DANA, EITHER)
    payout = move(office, office.approve(office.asked(requester), approver), *DOUBTED)
    if make is absent:
        payout = move(office, payout, Kind.ABSENT)
    else:
        payout = move(office, payout, Kind.UNCLEAR)
    sentence = refused(office, Denied, partial(press, office, payout, requester))
    asked = f"You asked for payout 1, so you cannot {doing} it."
    assert sentence == f"{asked} {others} can."


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("who", [NOA, MAX])
def test_only_approvers_choose(office: Office, case: str, who: Person) -> None:
    """Whoever is not on the list chooses nothing."""
    make, press, _ = CASES[case]
    payout = make(office)
    sentence = refused(office, Denied, partial(press, office, payout, who))
    assert sentence == f"Only {EITHER} can decide payout 1. Your click is on record."


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("standing", [one for one in Standing if one is not Standing.MEMBER])
def test_only_members_choose(office: Office, case: str, standing: Standing) -> None:
    """An approver who is no member any more, or could not be looked up, chooses nothing."""
    make, press, _ = CASES[case]
    kind = Unavailable if standing is Standing.UNKNOWN else Denied
    refused(office, kind, partial(press, office, make(office), now_a(standing, ELI)))


@pytest.mark.parametrize("case", CASES)
def test_a_stale_card_chooses_nothing(office: Office, case: str) -> None:
    """A button whose digest is not the ledger's chooses nothing."""
    make, press, _ = CASES[case]
    stale = replace(make(office), digest="0" * 64)
    sentence = refused(office, Stale, partial(press, office, stale, ELI))
    assert sentence == "This card is not what payout 1 says. It is drawn again; read it."


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("make", [Office.approved, going_out, in_doubt])
def test_nothing_is_chosen_before_it_is_offered(
    office: Office, case: str, make: Callable[[Office], Payout]
) -> None:
    """Before the doubt, and while it is young, there is nothing to choose."""
    _, press, _ = CASES[case]
    refused(office, Stale, partial(press, office, make(office), ELI))


def test_each_choice_has_its_time(office: Office) -> None:
    """Sending again and closing need certain absence, resolving by hand an hour without it."""
    payout = unresolved(office)
    for press in (send_again, close):
        sentence = refused(office, Stale, partial(press, office, payout))
        assert sentence.startswith("Payout 1 does not offer that any more")
    payout = move(office, payout, Kind.ABSENT)
    refused(office, Stale, partial(resolve, office, payout))
    assert close(office, payout).wish == Wish.CLOSE


@pytest.mark.parametrize("hours", [-9, 0, 9])
def test_no_clock_makes_an_hour(office: Office, hours: int) -> None:
    """Resolving by hand is offered once look-ups have told nothing for an hour, whatever our clock
    says by then; not before."""
    payout = in_doubt(office)
    office.clock.on(hours=hours)
    refused(office, Stale, partial(resolve, office, payout))
    assert resolve(office, move(office, payout, Kind.UNCLEAR)).state is State.SENT


@pytest.mark.parametrize(
    ("press", "wish", "kind"),
    [(send_again, Wish.AGAIN, "again asked"), (close, Wish.CLOSE, "close asked")],
)
def test_a_wish_is_recorded_and_nothing_else(
    office: Office, press: Press, wish: Wish, kind: str
) -> None:
    """A click is a request: the payout stays in doubt, with who wants what, and the sender is to
    look at once."""
    payout = press(office, absent(office), ELI)
    assert (payout.state, payout.wish, payout.wisher) == (
        State.SENDING,
        wish,
        Actor(ELI.id, ELI.name),
    )
    assert office.kinds()[-1] == kind
    with office.ledger.reading() as reading:
        assert reading.next_due(1) == office.clock()


@pytest.mark.parametrize("first", [send_again, close])
@pytest.mark.parametrize("second", [send_again, close])
def test_one_choice_is_enough(office: Office, first: Press, second: Press) -> None:
    """Who chooses second reads who was first; one's own second click changes nothing either."""
    payout = first(office, absent(office), DANA)
    for who in (ELI, DANA):
        sentence = refused(office, Stale, partial(second, office, payout, who))
        assert sentence == f"{{{DANA.id}}} chose already; CCPayment is asked once more."


def test_who_chooses_too_late_reads_what_became_of_it(office: Office) -> None:
    """After the end there is nothing to choose."""
    payout = move(office, absent(office), Kind.SENT)
    for press in (send_again, close, resolve):
        sentence = refused(office, Stale, partial(press, office, payout))
        assert sentence.endswith("Nothing is left to decide.")


@pytest.mark.parametrize("press", [send_again, close])
def test_a_wish_that_lapsed_leaves_closing(office: Office, press: Press) -> None:
    """Where the approval ended before it could be sent again, it can be closed, but not be sent
    again."""
    payout = send_again(office, absent(office))
    office.clock.now = payout.expires_at
    if press is send_again:
        refused(office, Stale, partial(press, office, payout, ELI))
    else:
        assert press(office, payout, ELI).wish == Wish.CLOSE


def test_what_was_tried_three_times_is_not_tried_again(office: Office) -> None:
    """After three attempts only closing is left."""
    payout = move(office, absent(office), *(Kind.AGAIN_ASKED, *ABSENT) * 2)
    assert len(payout.attempts) == 3
    refused(office, Stale, partial(send_again, office, payout))
    assert close(office, payout).wish == Wish.CLOSE


@pytest.mark.parametrize("press", ["send_again", "close"])
def test_a_replayed_choice_does_nothing(office: Office, press: str) -> None:
    """The same signed click twice is one wish, also once the payout has moved on; one that was
    refused stays refused."""
    payout = absent(office)
    click = partial(getattr(office.desk, press), 1, payout.digest, trigger="T")
    wished = click(DANA)
    assert click(DANA) == wished
    again = move(office, wished, Kind.CLAIMED, Kind.DOUBTED, Kind.ABSENT)
    assert click(DANA) == again
    assert again.wish is None
    early = partial(getattr(office.desk, press), 1, "0" * 64, trigger="U")
    refused(office, Stale, partial(early, DANA))
    late = partial(getattr(office.desk, press), 1, payout.digest, trigger="U")
    assert refused(office, Stale, partial(late, DANA)).startswith("This click was refused before.")


# -- by hand --------------------------------------------------------------------------------------


def test_what_the_dashboard_shows_is_sent(office: Office) -> None:
    """With an order_id from the dashboard the payout counts as sent, says by whom, and is looked up
    at once."""
    payout = resolve(office, unresolved(office), ELI)
    assert (payout.state, payout.order_id) == (State.SENT, "2023")
    assert payout.resolver is not None
    assert payout.resolver.id == ELI.id
    with office.ledger.reading() as reading:
        assert reading.next_due(1) == office.clock()
        assert reading.newest_accepted() is None


def test_what_the_dashboard_does_not_show_is_failed(office: Office) -> None:
    """Without one it is failed, says by whom, and is looked up all the same."""
    payout = unresolved(office)
    ended = office.desk.resolve(1, payout.digest, ELI, None, trigger="T")
    assert (ended.state, ended.order_id) == (State.FAILED, None)
    assert ended.because == "CCPayment's dashboard shows no such withdrawal."
    assert ended.closer is not None
    assert ended.closer.id == ELI.id
    with office.ledger.reading() as reading:
        assert reading.next_due(1) == office.clock() + WATCH_WAIT


def test_a_form_submitted_twice_resolves_once(office: Office) -> None:
    """The same submission again changes nothing and gets the payout as it is."""
    payout = unresolved(office)
    first = office.desk.resolve(1, payout.digest, ELI, "2023", trigger="V")
    assert office.desk.resolve(1, payout.digest, ELI, None, trigger="V") == first


def test_opening_the_form_resolves_nothing(office: Office) -> None:
    """Whether somebody may resolve is answered without a trace on the payout."""
    payout = unresolved(office)
    before = everything(office)
    assert may_resolve(office, payout, ELI) == payout
    assert everything(office) == before


# -- freezing -------------------------------------------------------------------------------------


def test_any_approver_freezes_at_once(office: Office) -> None:
    """One approver stops all sending; what is on its way is listed, what waits is not."""
    office.asked()
    office.approved()
    doubted, left = in_doubt(office), move(office, office.approved(), Kind.CLAIMED, Kind.SENT)
    assert freeze(office, ELI) == (doubted,)
    assert frozen(office) is Freeze.PEOPLE
    line = office.lines(0)[-1]
    assert (line.kind, line.facts["why"]) == (Note.FROZEN, "Eli froze it")
    assert line.by is not None
    assert line.by.id == ELI.id
    assert left.state is State.SENT


def test_freezing_twice_is_one_freeze(office: Office) -> None:
    """The first freeze stays as it is; whoever comes second reads what is on its way as well, and
    is on record."""
    doubted = in_doubt(office)
    freeze(office, ELI)
    assert freeze(office, DANA) == (doubted,)
    assert [line.kind for line in office.lines(0)] == [Note.FROZEN, Note.FREEZE_ASKED]
    with office.ledger.reading() as reading:
        stopped = reading.frozen()
    assert stopped is not None
    assert stopped.why == "Eli froze it"


def test_people_ask_and_decide_meanwhile(office: Office) -> None:
    """While sending is frozen, requests, approvals, rejections and cancellations go on."""
    freeze(office)
    assert office.approved().state is State.APPROVED
    assert office.reject(office.asked()).state is State.REJECTED
    assert office.cancel(office.asked()).state is State.CANCELLED
    assert send_again(office, absent(office)).wish == Wish.AGAIN


@pytest.mark.parametrize("deed", [freeze, unfreeze])
@pytest.mark.parametrize("who", [RITA, NOA, MAX, now_a(Standing.DEACTIVATED, DANA)])
def test_nobody_else_freezes(
    office: Office, deed: Callable[[Office, Person], object], who: Person
) -> None:
    """Only approvers who are members stop sending, or let it go on."""
    refused(office, Denied, partial(deed, office, who))
    refused(office, Unavailable, partial(deed, office, now_a(Standing.UNKNOWN, ELI)))
    assert frozen(office) is None


def test_two_approvers_unfreeze(office: Office) -> None:
    """It takes two of them; the same one twice is one, and whoever froze it may be one of them."""
    freeze(office, DANA)
    assert unfreeze(office, DANA) == 1
    assert unfreeze(office, DANA) == 1
    assert frozen(office) is Freeze.PEOPLE
    assert unfreeze(office, ELI) == 0
    assert frozen(office) is None
    assert office.lines(0)[-1].facts["why"] == "2 approvers agreed"


def told(office: Office) -> list[tuple[str, str]]:
    """What has a message of its own in the channel: its kind, and for whom it waits."""
    with office.ledger.reading() as reading:
        due = reading.due_cards(office.clock(), timedelta(hours=1))
        cards = [card for card in due if card.subject == "ledger"]
        lines = [reading.line(card.id) for card in cards]
    return [(line.kind, str(line.facts.get("waits_for"))) for line in lines if line]


def test_a_first_vote_to_go_on_is_told(office: Office) -> None:
    """Everybody reads that an approver would let it go on, and for whom that waits; the same vote
    again is no news, and the last one is told as what it leads to."""
    freeze(office, DANA)
    unfreeze(office, DANA)
    unfreeze(office, DANA)
    assert told(office) == [(Note.FROZEN, "None"), (Note.UNFREEZE_ASKED, ELI.id)]
    unfreeze(office, ELI)
    assert [kind for kind, _ in told(office)][2:] == [Note.UNFROZEN]


@pytest.mark.parametrize("reason", ["a laptop was stolen", "\u3164\u3164", "x" * 9000, "{U1}"])
def test_a_freeze_carries_its_reason(office: Office, reason: str) -> None:
    """What an approver says besides is on record and in the reason of the freeze; no word, and no
    lack of any that can be seen, keeps them from it."""
    stopped = office.desk.freeze(DANA, trigger=office.trigger(), reason=f" {reason}\n")
    said = office.lines(0)[-1].facts["reason"]
    assert stopped.frozen.why == f'Dana froze it: "{said}"'
    assert said == visible(reason)[:500]
    office.verified()


def test_a_freeze_keeps_no_private_key(office: Office) -> None:
    """Who freezes because a key got out, and shows it, freezes; the key is kept nowhere."""
    stopped = office.desk.freeze(DANA, trigger=office.trigger(), reason=f"got out: {KEY_TEXT}")
    assert KEY_TEXT not in f"{stopped.frozen.why} {[line.text() for line in office.lines(0)]}"
    assert stopped.frozen.why.startswith('Dana froze it: "what was said held a')


def test_a_second_reason_is_told_too(office: Office) -> None:
    """Who freezes what is frozen already says so to everybody, for the votes until then are void;
    its reason has its turn where a graver one was first."""
    with office.ledger.change() as change:
        change.freeze(Freeze.MISMATCH, "payout 1 is not as approved", office.clock(), "sender")
    office.desk.freeze(DANA, trigger=office.trigger(), reason="stolen")
    with office.ledger.change() as change:
        change.freeze(Freeze.MISMATCH, "payout 2 is not as approved", office.clock(), "sender")
    assert [kind for kind, _ in told(office)] == [Note.FROZEN, Note.FREEZE_ASKED]
    for _ in range(2):
        with office.ledger.change() as change:
            change.unfreeze("looked into", office.clock(), "command line")
    with office.ledger.reading() as reading:
        again = reading.frozen()
        assert again is not None
        line = reading.line(again.line)
    assert again.why == 'Dana froze it: "stolen"'
    assert line is not None
    assert line.facts["reason"] == "stolen"


def test_an_agreement_is_to_one_freeze(office: Office) -> None:
    """Who agreed to lift the last freeze has not agreed to lift this one."""
    freeze(office)
    unfreeze(office, DANA)
    unfreeze(office, ELI)
    freeze(office)
    assert unfreeze(office, ELI) == 1
    assert frozen(office) is Freeze.PEOPLE


def test_a_sole_approver_unfreezes_alone(path: Path, clock: Clock) -> None:
    """Where the policy has only one approver, one is enough."""
    office = Office(path, clock, policy=short_policy([DANA.id], timedelta(hours=1)))
    freeze(office)
    assert unfreeze(office) == 0
    assert frozen(office) is None
    assert office.lines(0)[-1].facts["why"] == "1 approver agreed"
    office.ledger.close()


def test_who_freezes_it_again_ends_what_was_agreed(office: Office) -> None:
    """Freezing what is frozen already is on record, and whoever agreed to lift it before has not
    agreed to lift this."""
    freeze(office, DANA)
    unfreeze(office, DANA)
    freeze(office, ELI)
    line = office.lines(0)[-1]
    assert (line.kind, line.by) == (Note.FREEZE_ASKED, Actor(ELI.id, ELI.name))
    assert unfreeze(office, ELI) == 1
    assert frozen(office) is Freeze.PEOPLE
    assert unfreeze(office, DANA) == 0


@pytest.fixture
def grouped(path: Path, clock: Clock) -> Iterator[tuple[Office, Crowd]]:
    """Dana decides by the policy's own word, Eli and Noa as members of a user group."""
    crowd = Crowd()
    crowd.groups[FINANCE] = frozenset({ELI.id, NOA.id})
    people = f'[groups]\ncfo = ["{DANA.id}"]\nfinance = ["{FINANCE}"]\n'
    rules = policy('[[tier]]\napprovals = 1\nof = ["cfo", "finance"]\n', people)
    office = Office(path, clock, policy=rules, crowd=crowd)
    yield office, crowd
    office.ledger.close()


def silent(grouped: tuple[Office, Crowd]) -> None:
    """For minutes Slack has not said who is in the group."""
    office, crowd = grouped
    crowd.groups.clear()
    office.clock.on(minutes=2)


def test_while_slack_is_silent_nobody_unfreezes_alone(grouped: tuple[Office, Crowd]) -> None:
    """Nobody is the only approver merely because Slack does not say who the others are; and who
    agreed counts again once it does."""
    office, crowd = grouped
    freeze(office, DANA)
    silent(grouped)
    assert unfreeze(office, DANA) == 1
    sentence = refused(office, Denied, partial(unfreeze, office, ELI))
    assert sentence == "Slack did not say who may unfreeze sending. Nothing was done; try again."
    assert frozen(office) is Freeze.PEOPLE
    crowd.groups[FINANCE] = frozenset({ELI.id, NOA.id})
    office.clock.on(minutes=2)
    assert unfreeze(office, ELI) == 0


def test_whoever_was_an_approver_can_stop_sending(grouped: tuple[Office, Crowd]) -> None:
    """The emergency stop needs no fresh answer from Slack: who was in the group last may press it.
    Of anybody else the sentence says that Slack does not say, not that they may not."""
    office, _ = grouped
    office.rules.roster()  # which is asked for, and remembered
    silent(grouped)
    sentence = refused(office, Denied, partial(freeze, office, RITA))
    assert sentence == "Slack did not say who may freeze sending. Nothing was done; try again."
    freeze(office, ELI)
    assert frozen(office) is Freeze.PEOPLE


def test_who_is_no_approver_any_more_has_not_agreed(path: Path, clock: Clock) -> None:
    """An agreement counts only while who gave it is an approver."""
    before = Office(path, clock)
    freeze(before, DANA)
    unfreeze(before, DANA)
    before.ledger.close()
    after = Office(path, clock, policy=short_policy([ELI.id, NOA.id], timedelta(hours=1)))
    assert unfreeze(after, ELI) == 1
    assert unfreeze(after, NOA) == 0
    after.ledger.close()


def test_what_is_not_frozen_is_not_unfrozen(office: Office) -> None:
    """Agreeing to nothing is told as that."""
    assert refused(office, Stale, partial(unfreeze, office)) == "Sending is not frozen."


@pytest.mark.parametrize("kind", [Freeze.MISMATCH, Freeze.REWOUND])
@pytest.mark.parametrize("first", [False, True])
def test_people_do_not_lift_what_we_froze(office: Office, kind: Freeze, *, first: bool) -> None:
    """A mismatch or an old copy is lifted on the host only, also where people had frozen before."""
    if first:
        freeze(office)
        unfreeze(office, DANA)
    with office.ledger.change() as change:
        change.freeze(kind, "payout 1 is not as approved", office.clock(), "test")
    for who in (DANA, ELI):
        sentence = refused(office, Denied, partial(unfreeze, office, who))
        assert "payout 1 is not as approved" in sentence
        assert sentence.endswith("lifts it on the host: countersign unfreeze --reason …")
    freeze(office, ELI)
    assert frozen(office) is kind


def test_a_replayed_command_neither_freezes_nor_agrees(office: Office) -> None:
    """What somebody once typed, sent again later, is not what they want now."""
    office.desk.freeze(DANA, trigger="F")
    office.desk.unfreeze(DANA, trigger="U")
    unfreeze(office, ELI)
    again = "This command was handled before. Type it again if you mean it."
    assert refused(office, Stale, lambda: office.desk.freeze(DANA, trigger="F")) == again
    assert frozen(office) is None
    freeze(office, ELI)
    assert refused(office, Stale, lambda: office.desk.unfreeze(DANA, trigger="U")) == again
    assert unfreeze(office, ELI) == 1


def test_the_record_of_all_this_can_be_verified(office: Office) -> None:
    """Whatever was chosen, frozen and lifted, the chain holds and plays to the same rows."""
    send_again(office, absent(office))
    close(office, absent(office))
    resolve(office, unresolved(office))
    freeze(office)
    unfreeze(office, DANA)
    unfreeze(office, ELI)
    assert office.verified().payouts == 3
