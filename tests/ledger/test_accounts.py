"""One person with several ids, as Slack's own answers tell it: inside an Enterprise organization
somebody may act as U… here and as W… there. Whatever is counted, they count once; what is theirs is
theirs under either; and what was once told is never forgotten."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from approvals.audit import Broken, Note
from approvals.desk import Earlier
from approvals.errors import Denied, Refusal, Stale
from approvals.payout import Kind, State
from approvals.people import Person
from tests.core import DANA, ELI, NOA, RITA, Clock, Office
from tests.ledger.test_desk import move
from tests.policies import ONE, PEOPLE, policy

LOCAL, EVERYWHERE = "U0GRID00001", "W0GRID00001"
GINA = replace(RITA, id=LOCAL, name="Gina", also=frozenset({EVERYWHERE}))
"""As Slack tells her, where she acts with the id of her workspace: both ids are hers."""
AS_GLOBAL = replace(GINA, id=EVERYWHERE, also=frozenset({LOCAL}))
BARE, BARE_GLOBAL = (replace(one, also=frozenset()) for one in (GINA, AS_GLOBAL))
"""The same, by answers that name one id alone."""

TWICE = [(GINA, BARE_GLOBAL), (BARE, AS_GLOBAL), (AS_GLOBAL, BARE), (BARE_GLOBAL, GINA)]
"""First she acts as the one, then as the other; one of the answers tells that both are hers."""

TWO = '[[tier]]\napprovals = 2\nof = ["finance"]\n'

Under = Callable[..., Office]


@pytest.fixture
def under(tmp_path: Path) -> Iterator[Under]:
    """An office with these rules, in which finance knows Gina by one of her ids only; its ledger
    is verified in the end."""
    made: list[Office] = []

    def office(rules: str, known: str = LOCAL) -> Office:
        people = PEOPLE.replace('"noa"]', f'"noa", "{known}"]')
        made.append(Office(tmp_path / "payouts.db", Clock(), policy=policy(rules, people)))
        return made[-1]

    yield office
    made[-1].verified()
    made[-1].ledger.close()


def refused(office: Office, kind: type[Refusal], call: Callable[[], object]) -> str:
    """The sentence of the refusal, which is the newest line of the record."""
    with pytest.raises(kind) as caught:
        call()
    with office.ledger.reading() as reading:
        newest = reading.newest()
        line = reading.line(newest[0]) if newest else None
    assert line
    assert (line.kind, line.facts["sentence"]) == (Note.REFUSED, caught.value.sentence)
    return caught.value.sentence


def told(office: Office) -> list[object]:
    """Which ids are one person's, as it stands in the record."""
    return [line.facts["ids"] for line in office.lines(0) if line.kind == Note.ONE_PERSON]


each_order = pytest.mark.parametrize(
    ("first", "then"), TWICE, ids=[f"{a.id[0]} then {b.id[0]}, {len(a.also)}" for a, b in TWICE]
)
each_name = pytest.mark.parametrize("known", [LOCAL, EVERYWHERE])


@each_order
@each_name
def test_nobody_approves_their_own_under_another_id(
    under: Under, first: Person, then: Person, known: str
) -> None:
    """Whoever asked as one of their ids decides it as neither, and may cancel it as both."""
    office = under(ONE, known)
    made = office.asked(first)
    for click, doing in ((office.approve, "approve"), (office.reject, "reject")):
        sentence = refused(office, Denied, partial(click, made, then))
        assert sentence.startswith(f"You asked for payout 1, so you cannot {doing} it.")
    assert office.cancel(made, then).state is State.CANCELLED


@each_order
@each_name
def test_two_ids_are_no_two_approvals(
    under: Under, first: Person, then: Person, known: str
) -> None:
    """Whoever approved is told so when they press under their other id, whichever of the two the
    policy names; somebody else makes the quorum."""
    office = under(TWO, known)
    made = office.asked()
    if first.id != known and not first.also:  # nobody knows yet that this is she
        refused(office, Denied, partial(office.approve, made, first))
        made = office.approve(made, then)
        first, then = then, first
    else:
        made = office.approve(made, first)
    sentence = refused(office, Stale, partial(office.approve, made, then))
    assert sentence.startswith("You approved payout 1 ({2026-11-22T12:00:00.000000Z}).")
    assert [one.by.id for one in office.payout().approvals] == [first.id]
    assert office.approve(made, ELI).state is State.APPROVED


def test_two_who_turn_out_to_be_one_make_no_quorum(under: Under) -> None:
    """That both ids are hers was told only after both had approved: with the third approval the two
    count as one."""
    office = under(TWO.replace("= 2", "= 3"), f'{LOCAL}", "{EVERYWHERE}')
    made = office.approve(office.approve(office.asked(), BARE), BARE_GLOBAL)
    assert made.missing == 1
    office.desk.listed(GINA)
    made = office.approve(made, ELI)
    assert (made.state, made.missing) == (State.REQUESTED, 1)
    assert office.approve(made, NOA).state is State.APPROVED


@each_order
def test_what_she_asked_for_is_hers_under_either_id(
    under: Under, first: Person, then: Person
) -> None:
    """The list, the record, and that the same was asked for already."""
    office = under(ONE.replace("finance", "cfo"))
    made = office.asked(first)
    assert office.desk.listed(then).payouts == (made,)
    assert office.desk.shown(1, then)[0] == made
    again = office.desk.request(office.ask(), then, trigger=office.trigger())
    assert again == Earlier(made)


@each_order
def test_a_second_id_opens_no_second_purse(under: Under, first: Person, then: Person) -> None:
    """What one may ask for in a day they may ask for with all their ids together."""
    office = under(f"[limits.requester]\nday = 400\n{ONE}")
    office.asked(first)
    sentence = refused(office, Denied, partial(office.asked, then))
    assert sentence.startswith("The limit is 400 USD a day for one requester: 250 USD")


def test_two_ids_do_not_unfreeze(under: Under) -> None:
    """Two approvers must agree to send again; one with two ids is one."""
    office = under(ONE)
    office.desk.freeze(DANA, trigger=office.trigger())
    for who in (BARE, AS_GLOBAL, GINA):
        assert office.desk.unfreeze(who, trigger=office.trigger()) == 1
    assert office.desk.unfreeze(ELI, trigger=office.trigger()) == 0


def test_two_ids_do_not_resolve(under: Under) -> None:
    """What the dashboard shows two people must say; one with two ids is one."""
    office = under(TWO)
    made = office.approve(office.approve(office.asked(), DANA), ELI)
    move(office, made, Kind.CLAIMED, Kind.DOUBTED, Kind.UNCLEAR)
    office.clock.on(hours=2)

    def says(who: Person) -> State:
        number, trigger = made.number, office.trigger()
        return office.desk.resolve(number, made.digest, who, "2023", trigger=trigger).state

    assert [says(BARE), says(AS_GLOBAL), says(NOA)] == [State.SENDING, State.SENDING, State.SENT]


def test_it_is_told_once_and_stays(under: Under) -> None:
    """Each new piece of it is one line of the record, not one a click; pieces that share an id are
    about one person; and a policy that knows nothing of it makes no two people of her."""
    office = under(ONE)
    for who in (GINA, GINA, AS_GLOBAL, BARE, replace(BARE, also=frozenset({"W0GRID00002"}))):
        office.desk.listed(who)
    assert told(office) == [f"{LOCAL} {EVERYWHERE}", f"{LOCAL} W0GRID00002"]
    with office.ledger.reading() as reading:
        assert reading.accounts() == (frozenset({LOCAL, EVERYWHERE, "W0GRID00002"}),)


@pytest.mark.parametrize(
    "edit",
    [
        "DELETE FROM accounts",
        "UPDATE accounts SET person = id",
        "INSERT INTO accounts SELECT 'U0ELI000001', person FROM accounts LIMIT 1",
    ],
)
def test_who_is_one_person_cannot_be_edited_unseen(under: Under, edit: str) -> None:
    """The table says what the lines say; who makes two people of one, or one of two, is seen."""
    office = under(ONE)
    office.desk.listed(GINA)
    with office.ledger.reading() as reading:
        before = reading.rows("accounts")
    with closing(sqlite3.connect(office.path)) as db, db:
        db.execute(edit)
    with pytest.raises(Broken, match="leads to other accounts of"):
        office.verified()
    with closing(sqlite3.connect(office.path)) as db, db:
        db.execute("DELETE FROM accounts")
        db.executemany("INSERT INTO accounts VALUES (:id, :person)", before)
