"""A payout under way when the policy changes, as its card shows it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from approvals.payout import Payout
from bot.cards import channel_card
from bot.scenes import scene
from bot.telling import Scene
from tests.core import ELI, NOA, Clock, Office
from tests.ledger.test_policy_steps import BY_GROUP, House
from tests.policies import FINANCE
from tests.seen import words

ELI_OR_NOA = '[[tier]]\napprovals = 1\nof = ["eli", "noa"]\n'


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "payouts.db", Clock())
    yield made
    made.close()


def seen(office: Office, payout: Payout) -> Scene:
    """What its card is drawn from."""
    bare = Scene(office.desk.deciders(payout), "C0PAYOUTS01")
    with office.ledger.reading() as reading:
        return scene(bare, reading, office.rules, payout, office.clock())


@pytest.mark.parametrize("approvals", [1, 3])
def test_only_who_can_approve_by_both_policies_is_asked(house: House, approvals: int) -> None:
    """The card names nobody whom the policy does not take under which it was asked for, whichever
    of the two is further from its end."""
    made = house.under(ELI_OR_NOA).asked()
    office = house.under(f'[[tier]]\napprovals = {approvals}\nof = ["eli", "noa", "dana"]\n')
    assert seen(office, made).asked == (ELI.id, NOA.id)


def test_where_nobody_is_left_the_card_says_so(house: House) -> None:
    """It says that the policy is another one, and what to do: cancel and ask again; also where
    whoever is left has approved."""
    made = house.under(ELI_OR_NOA.replace("1", "2")).asked()
    office = house.under('[[tier]]\napprovals = 2\nof = ["eli", "dana"]\n')
    assert not seen(office, made).outlived
    made = office.approve(made, ELI)
    card = words(channel_card(made, seen(office, made)).blocks)
    assert "Waits for 1 more approval that nobody can give now, until" in card
    told = "It was asked for under an earlier policy. Cancel it and ask again."
    assert f"Nobody can approve this now. {told}" in card


def test_a_silent_group_is_not_given_up(house: House) -> None:
    """Where Slack does not say who is in a group, the card does not say that nobody is."""
    house.crowd.groups[FINANCE] = frozenset({ELI.id, NOA.id})
    made = house.under(BY_GROUP, people="").asked()
    del house.crowd.groups[FINANCE]
    house.clock.on(seconds=61)
    assert not seen(house.under(f"# changed\n{BY_GROUP}", people=""), made).outlived
