"""How a payout stands while several people must agree: what is there, what is missing, of whom."""

from dataclasses import replace
from typing import Any

import pytest

from approvals.payout import Kind, Payout, State
from bot.cards import channel_card
from bot.standing import stands
from bot.telling import Scene
from tests.build import DANA, ELI, payout, then
from tests.seen import buttons, words

NOA = "U0NOA000001"
SCENE = Scene((DANA.id, ELI.id, NOA), "C0PAYOUTS01", network="TRC20")
TIER: dict[str, Any] = {"tier": "1,000 to 10,000 USD", "quorum": 2}
ASKED = payout(**TIER)
AGREED = then(ASKED, Kind.AGREED)
HELD = then(payout(), Kind.APPROVED, held_until="2026-11-23T10:04:00.000000Z")
UNSAID = "Slack did not say who can approve it; whoever runs Countersign can look."
UNTIL = ", until 2026-11-23 10:03 UTC."


def line(drawn: Payout, **changes: Any) -> str:
    """The state line on the card; the top-level text says the same."""
    message = channel_card(drawn, replace(SCENE, **changes))
    shown = words(message.blocks).splitlines()[1]
    assert shown.replace("@", "") in message.text.replace("<@", "").replace(">", "")
    return shown


@pytest.mark.parametrize(
    ("drawn", "changes", "told"),
    [
        (ASKED, {}, f"Waits for 2 approvals by @{DANA.id}, @{ELI.id} or @{NOA}{UNTIL}"),
        (
            ASKED,
            {"could": (DANA.id, ELI.id)},
            f"Waits for 2 approvals by @{DANA.id} and @{ELI.id}{UNTIL}",
        ),
        (
            AGREED,
            {"could": (ELI.id, NOA)},
            f"Approved by @{DANA.id}. Waits for 1 more approval by @{ELI.id} or @{NOA}{UNTIL}",
        ),
        (
            ASKED,
            {"could": (DANA.id, ELI.id, NOA), "lacking": (("cfo", 1),)},
            f"Waits for 2 approvals by @{DANA.id}, @{ELI.id} or @{NOA}, 1 of them from cfo{UNTIL}",
        ),
        (
            AGREED,
            {"could": (ELI.id,), "lacking": (("cfo", 1),)},
            f"Approved by @{DANA.id}. Waits for 1 more approval by @{ELI.id}{UNTIL}",
        ),
        (
            AGREED,
            {"could": tuple(f"U0NOBODY{n:03}" for n in range(9))},
            f"Approved by @{DANA.id}. Waits for 1 more approval by any of 9 approvers{UNTIL}",
        ),
        (
            ASKED,
            {"deciders": ()},
            f"Waits for 2 approvals{UNTIL} {UNSAID}",
        ),
    ],
)
def test_what_is_missing_and_who_could_give_it(
    drawn: Payout, changes: dict[str, Any], told: str
) -> None:
    """The card names who approved, how many more it needs, and whose approval brings it nearer."""
    assert line(drawn, **changes) == told


def test_a_held_payout_says_until_when_and_why() -> None:
    """It waits, and whoever could approve it can stop it meanwhile; after that it goes out."""
    assert line(HELD, held=True) == (
        f"Approved by @{DANA.id}. Held until 2026-11-23 10:04 UTC. "
        "Nothing was ever paid to this destination on TRX. Whoever can approve it can stop it."
    )
    assert line(HELD) == f"Approved by @{DANA.id}. It goes to CCPayment next."
    assert "Reject payout…" in buttons(channel_card(HELD, replace(SCENE, held=True)).blocks)


def test_the_rule_stands_in_the_small_print() -> None:
    """Which tier it belongs to, and what that needs."""
    small = words(channel_card(AGREED, SCENE).blocks).splitlines()[-1]
    assert " · 1,000 to 10,000 USD: needs 2 approvals · reference " in small


@pytest.mark.parametrize("comment", [False, True])
@pytest.mark.parametrize(("drawn", "given"), [(ASKED, False), (AGREED, True)])
def test_each_way_to_decide_is_offered(drawn: Payout, given: bool, comment: bool) -> None:
    """One button approves: at once behind a dialog, or in a form where a comment must be given. An
    approval can be taken back while others are missing."""
    offered = buttons(channel_card(drawn, replace(SCENE, comment=comment)).blocks)
    expected = ["Approve payout…" if comment else "Approve payout", "Reject payout…"]
    expected += [] if comment else ["Approve with a comment…"]
    expected += ["Take my approval back"] if given else []
    assert list(offered) == [*expected, "Cancel payout 42", "Show the record"]
    assert offered[expected[0]]["style"] == "primary"
    assert ("confirm" in offered[expected[0]]) != comment
    for element in offered.values():
        assert "action_id" not in element or len(element["accessibility_label"]) > 10


@pytest.mark.parametrize(
    ("drawn", "words_for_it"),
    [
        (payout(), "waiting"),
        (payout(State.SENDING), "being sent"),
        (then(payout(State.SENDING), Kind.DOUBTED), "in doubt"),
        (payout(State.SETTLED), "settled"),
        (then(payout(State.SENT), Kind.LEARNED, progress="waiting"), "waits for the account owner"),
    ],
)
def test_how_it_stands_in_a_word(drawn: Payout, words_for_it: str) -> None:
    """Lists and evidence say it shortly, and doubt as doubt."""
    assert stands(drawn) == words_for_it
