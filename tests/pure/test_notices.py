"""Notices: what everybody is told of all sending, drawn from the line that says so."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.audit import GENESIS, Line, Note, Subject
from approvals.ledger import Freeze
from approvals.payout import Actor, Kind, State
from bot.blocks import Message
from bot.notices import Board, notice
from sandbox.slack.limits import problems_with_message
from tests.build import DANA, ELI, NOON, payout, then
from tests.seen import marked, words

DOUBTED = then(payout(State.SENDING), Kind.DOUBTED)
BOARD = Board((DANA.id, ELI.id), (DOUBTED,))
STOPPED = "Nothing more goes out; requests and decisions go on."
SINCE = "in doubt since 2026-11-22 10:06 UTC"
ALONE = Board((DANA.id,), ())


def line(kind: str, by: Actor | None = None, /, **facts: str) -> Line:
    return Line(9, NOON, Subject.LEDGER, 0, kind, by, "test", facts, GENESIS)


def told(kind: str, board: Board = BOARD, by: Actor | None = None, /, **facts: str) -> list[str]:
    return words(fits(notice(line(kind, by, **facts), board)).blocks).splitlines()


def fits(message: Message) -> Message:
    """The message, once Slack would take it."""
    assert problems_with_message({"text": message.text, "blocks": message.blocks}) == []
    return message


def test_a_freeze_by_people_says_who_and_what_is_under_way() -> None:
    """Everybody reads who stopped sending, that asking and deciding go on, what is on its way
    already, and how many lift it."""
    assert told(Note.FROZEN, BOARD, DANA, kind=Freeze.PEOPLE, why="Dana froze it") == [
        f"⚠️ Sending is frozen. @{DANA.id} froze it 2026-11-22 10:03 UTC. {STOPPED}",
        f"On its way or in doubt, and followed: payout 42 (250 USDT, {SINCE}).",
        "Two approvers lift it, each with the command unfreeze.",
    ]


def test_a_freeze_by_people_says_its_reason() -> None:
    """What the approver said besides is what everybody reads, of the first freeze and of the next
    ones."""
    facts = {"kind": Freeze.PEOPLE, "why": "…", "reason": "a laptop was stolen"}
    assert told(Note.FROZEN, BOARD, DANA, **facts)[0] == (
        f"⚠️ Sending is frozen. @{DANA.id} froze it 2026-11-22 10:03 UTC:"
        f' "a laptop was stolen". {STOPPED}'
    )
    assert told(Note.FREEZE_ASKED, BOARD, ELI, **facts) == [
        f'⚠️ @{ELI.id} wants sending to stay frozen: "a laptop was stolen".',
        "Whoever agreed to lift it has not agreed to lift this.",
    ]
    assert told(Note.FREEZE_ASKED, BOARD, ELI, kind=Freeze.PEOPLE, why="…")[0] == (
        f"⚠️ @{ELI.id} wants sending to stay frozen."
    )


def test_a_first_vote_to_go_on_says_for_whom_it_waits() -> None:
    """Everybody reads who agreed and who else must, but a crowd is not called."""
    facts: dict[str, Any] = {"missing": 1, "waits_for": f"{DANA.id} U0NOBODY001"}
    (said,) = told(Note.UNFREEZE_ASKED, BOARD, ELI, **facts)
    assert said == (
        f"@{ELI.id} agrees that sending goes on. 1 more must, with the command unfreeze:"
        f" @{DANA.id} or @U0NOBODY001. Until then nothing goes out."
    )
    facts["waits_for"] = " ".join(f"U0NOBODY{n:03}" for n in range(6))
    assert "unfreeze: any other approver." in told(Note.UNFREEZE_ASKED, BOARD, ELI, **facts)[0]


def test_a_sole_approver_is_said_loudly() -> None:
    """Where one approver alone can lift a freeze, and where one did, that is said."""
    assert told(Note.FROZEN, ALONE, DANA, kind=Freeze.PEOPLE, why="Dana froze it")[1:] == [
        "Nothing is on its way.",
        "There is only one approver, who alone can lift it with the command unfreeze.",
    ]
    lifted = told(Note.UNFROZEN, ALONE, DANA, kind=Freeze.PEOPLE, why="1 approver agreed")
    assert lifted[1] == "One approver alone lifted it: there is no other."


@pytest.mark.parametrize("kind", [Freeze.MISMATCH, Freeze.REWOUND])
def test_a_freeze_by_us_calls_the_approvers(kind: Freeze) -> None:
    """What froze by itself says why, calls the approvers, and names who lifts it and how."""
    first, under_way, host = told(Note.FROZEN, kind=kind, why="payout 1 is not as approved")
    assert first == (
        f"@{DANA.id} @{ELI.id} ⚠️ Sending is frozen: payout 1 is not as approved. "
        "Nothing more goes out; requests and decisions go on."
    )
    assert under_way.startswith("On its way or in doubt, and followed: payout 42")
    assert host.endswith("Whoever runs Countersign lifts it: countersign unfreeze --reason …")


def test_going_on_says_who_lifted_it() -> None:
    """Everybody reads that sending goes on, and who decided that, or with which reason."""
    agreed = told(Note.UNFROZEN, BOARD, ELI, kind=Freeze.PEOPLE, why="2 approvers agreed")
    assert agreed == [f"Sending goes on. 2 approvers agreed; @{ELI.id} was the last."]
    lifted = 'Sending goes on. It was lifted on the host: "looked into".'
    assert told(Note.UNFROZEN, kind=Freeze.PEOPLE, why="looked into") == [lifted]
    assert told(Note.UNFROZEN, kind=Freeze.MISMATCH, why="looked into") == [lifted]
    assert told(Note.UNFROZEN, kind=Freeze.REWOUND, why="looked into") == [
        lifted,
        "What was open is looked up at CCPayment before anybody can send it again.",
    ]


def test_other_rules_are_told_in_words() -> None:
    """Everybody reads what is new in the policy, and that payouts under way keep the old one too;
    of very many changes, the rest is counted."""
    changed = f"No longer: approvers: {{{DANA.id}}}.\nNew: At most 5,000 USD a day in total."
    assert told(Note.POLICY_CHANGED, changed=changed) == [
        "The rules for payouts have changed.",
        f"No longer: approvers: @{DANA.id}.",
        "New: At most 5,000 USD a day in total.",
        "Payouts under way must satisfy the old rules too.",
    ]
    many = told(Note.POLICY_CHANGED, changed="\n".join(["New: " + "x" * 5000] * 300))
    assert many[-2:] == [
        "280 more changes; whoever runs Countersign can show them all.",
        "Payouts under way must satisfy the old rules too.",
    ]


def test_an_alarm_calls_the_approvers() -> None:
    """An alarm about all of it calls the approvers, but no crowd."""
    assert told(Note.ALARM, what="It is on fire.") == [
        f"@{DANA.id} @{ELI.id} ⚠️ Alarm: It is on fire."
    ]
    crowd = replace(BOARD, approvers=tuple(f"U0NOBODY{n:03}" for n in range(6)))
    assert told(Note.ALARM, crowd, what="It is on fire.") == ["⚠️ Alarm: It is on fire."]


def test_other_lines_are_no_notices() -> None:
    """Nobody is told of refusals and the like."""
    with pytest.raises(KeyError):
        notice(line(Note.REFUSED), BOARD)


HOSTILE = "<!channel> *bold* http://evil.example\nSending goes on.\u202e"


@given(text=st.text(st.characters(), max_size=600))
@pytest.mark.parametrize(
    "kind", [Note.FROZEN, Note.FREEZE_ASKED, Note.UNFROZEN, Note.POLICY_CHANGED, Note.ALARM]
)
@pytest.mark.parametrize("frozen", list(Freeze))
def test_no_text_breaks_a_notice(kind: Note, frozen: Freeze, text: str) -> None:
    """Whatever a reason or a report holds, Slack takes the notice and finds no mark-up in it."""
    for words_of_others in (text, HOSTILE):
        facts = {"kind": frozen.value, "why": words_of_others, "what": words_of_others}
        facts["reason"] = words_of_others
        facts["changed"] = " ".join(words_of_others.split())
        message = fits(notice(line(kind, Actor(DANA.id, words_of_others), **facts), BOARD))
        assert not list(marked(message.blocks))
        assert "<!channel>" not in message.text
        goes_on = words(message.blocks).splitlines()[1:]
        assert "Sending goes on." not in goes_on
