"""The audit log: a line's exact text, the chain, and what a replay refuses."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.audit import GENESIS, Broken, Line, Note, Replay, Subject, hash_of, read_line, replay
from approvals.payout import Actor, Event, Fact, Kind, State
from tests.build import NOON, RITA, happening, request

LINE = Line(
    number=7,
    at=NOON,
    subject=Subject.PAYOUT,
    id=42,
    kind=Note.REFUSED,
    by=RITA,
    via="approve",
    facts={"doing": "approve", "sentence": 'Nö, "Rita"', "tries": 2, "word": None},
    previous="ab" * 32,
)


def test_the_text_of_a_line() -> None:
    """A line has one spelling: sorted keys, no spaces, UTF-8, times of one width."""
    assert LINE.text() == (
        '{"at":"2026-11-22T10:03:00.000000Z","by":{"id":"U0RITA00001","name":"Rita"},'
        '"facts":{"doing":"approve","sentence":"Nö, \\"Rita\\"","tries":2,"word":null},'
        '"id":42,"kind":"refused","number":7,"previous":"' + "ab" * 32 + '",'
        '"subject":"payout","via":"approve"}'
    )


def test_a_hash_is_of_the_stored_bytes() -> None:
    """The hash is SHA-256 of the text in UTF-8, so that any tool makes the same."""
    assert hash_of(LINE.text()) == sha256(LINE.text().encode("utf-8")).hexdigest()


facts = st.dictionaries(st.text(max_size=8), st.none() | st.integers() | st.text(max_size=20))
actors = st.none() | st.builds(Actor, st.text(max_size=12), st.text(max_size=12))


@given(facts=facts, by=actors, micros=st.integers(0, 999_999), number=st.integers(1, 10**9))
def test_a_line_is_read_as_it_was_written(
    facts: Mapping[str, Fact], by: Actor | None, micros: int, number: int
) -> None:
    """Whatever people and gateways say, a line read back is the line that was written, and spells
    itself alike."""
    at = datetime(2026, 1, 1, microsecond=micros, tzinfo=UTC)
    line = replace(LINE, facts=facts, by=by, at=at, number=number)
    again = read_line(line.text())
    assert again == line
    assert again.text() == line.text()


def test_half_a_surrogate_pair_can_be_stored() -> None:
    """A request may hold characters that UTF-8 cannot spell; the line about it can be stored."""
    line = replace(LINE, facts={"word": "x\ud800y"})
    assert line.text().encode("utf-8")
    assert read_line(line.text()) == line


def test_only_events_change_payouts() -> None:
    """Refusals, and whatever is about the ledger, are no events."""
    assert LINE.event is None
    assert replace(LINE, subject=Subject.LEDGER, kind=Kind.SENT).event is None
    event = replace(LINE, kind=Kind.CANCELLED).event
    assert event == Event(Kind.CANCELLED, NOON, RITA, LINE.facts)


# -- replay ---------------------------------------------------------------------------------------


def chain(*lines: Line) -> list[tuple[str, str]]:
    """These lines, numbered and chained, each with its hash."""
    stored: list[tuple[str, str]] = []
    for line in lines:
        previous = stored[-1][1] if stored else GENESIS
        text = replace(line, number=len(stored) + 1, previous=previous).text()
        stored.append((text, hash_of(text)))
    return stored


def line_of(event: Event, id: int = 42) -> Line:
    return Line(0, event.at, Subject.PAYOUT, id, event.kind, event.by, "test", event.facts, "")


def a_life() -> list[Line]:
    """A payout that is approved, with a refusal in between."""
    played, lines = Replay(), [line_of(request())]
    played.add(*chain(*lines)[0])
    return [*lines, LINE, line_of(happening(played.payouts[42], Kind.APPROVED))]


def test_a_chain_plays_its_payouts() -> None:
    """A chain in order gives the number of lines, the newest hash, and every payout as it is."""
    stored = chain(*a_life())
    result = replay(stored)
    assert (result.lines, result.head) == (3, stored[-1][1])
    assert result.payouts[42].state is State.APPROVED
    assert result.payouts[42].version == 2


def test_nothing_plays_as_nothing() -> None:
    """An empty log is in order, and its head is what the first line will name."""
    assert replay([]) == Replay(0, GENESIS, {})


def test_order_and_place_are_checked() -> None:
    """A line that was changed, moved, dropped or put in is named by the number of its place."""
    stored = chain(*a_life())
    for broken, number in (
        ([(stored[0][0] + " ", stored[0][1]), *stored[1:]], 1),
        ([stored[1], stored[0], stored[2]], 1),
        ([stored[0], stored[2]], 2),
        ([stored[0], stored[1], stored[1], stored[2]], 3),
        ([chain(LINE)[0], *stored[1:]], 2),
    ):
        with pytest.raises(Broken) as caught:
            replay(broken)
        assert caught.value.number == number
        assert str(caught.value) == f"line {number} {caught.value.why}"


@pytest.mark.parametrize(
    "event",
    [
        request(),
        Event(Kind.SETTLED, NOON),
        Event(Kind.APPROVED, NOON),
        Event(Kind.APPROVED, NOON, RITA, {"expires_at": "tomorrow"}),
        Event(Kind.APPROVED, NOON, RITA, {"expires_at": 7}),
        Event(Kind.ESTIMATED, NOON, facts={"balance": "much"}),
        Event(Kind.ESTIMATED, NOON, facts={"balance": 5}),
    ],
)
def test_an_impossible_step_is_broken(event: Event) -> None:
    """A line in its place whose event cannot have happened breaks the log there: a second request,
    a step out of order, one by nobody, facts that are none."""
    with pytest.raises(Broken, match="tells an impossible step") as caught:
        replay(chain(line_of(request()), line_of(event)))
    assert caught.value.number == 2


def test_a_line_about_another_payout_is_broken() -> None:
    """A request that is filed under another number than its content says breaks the log."""
    with pytest.raises(Broken):
        replay(chain(line_of(request(), id=41)))


@pytest.mark.parametrize(
    "change",
    [
        {"at": "2026-11-22"},
        {"at": 5},
        {"by": "Rita"},
        {"by": {"id": "U1"}},
        {"subject": "weather"},
        {"facts": []},
        {"facts": None},
    ],
)
def test_an_unreadable_line_is_broken(change: dict[str, object]) -> None:
    """A line whose fields are not what they must be breaks the log, though its hash fits."""
    text = json.dumps(json.loads(chain(LINE)[0][0]) | change)
    with pytest.raises(Broken, match="cannot be read"):
        replay([(text, hash_of(text))])
