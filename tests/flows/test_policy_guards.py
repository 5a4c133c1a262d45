"""What a start makes sure of, so that nobody waits for people who cannot decide."""

from pathlib import Path

import pytest

from approvals.policy import UnusablePolicy
from bot.wiring import wire
from sandbox.loopback import loopback
from sandbox.slack.cast import DANA, ELI
from tests.flows.test_listeners import working
from tests.policies import FINANCE, ONE, PEOPLE

BY_GROUP = f'[groups]\nslackers = ["{FINANCE}"]\n[[tier]]\nof = ["slackers"]\napprovals = '


def test_groups_of_earlier_policies_are_asked_about(tmp_path: Path) -> None:
    """Who decides what was asked for under a policy with a user group is known, though the policy
    in force names no group any more: else nobody could decide it."""
    earlier, later = tmp_path / "earlier.toml", tmp_path / "later.toml"
    earlier.write_text(f"{BY_GROUP}1", "utf-8")
    later.write_text(PEOPLE + ONE, "utf-8")
    with working(tmp_path, payouts_approvers=(), payouts_policy=earlier) as office:
        office.ask()
        office.bot.close()
        settings = office.settings.model_copy(update={"payouts_policy": later})
        office.bot = wire(settings, clock=office.clock, transport=loopback)
        assert office.bot.desk.deciders(office.payout()) == (DANA.id, ELI.id)


def test_a_policy_that_nobody_could_satisfy_does_not_start(tmp_path: Path) -> None:
    """Where Slack lists fewer people in the group than must approve, the program says so instead of
    serving."""
    policy = tmp_path / "policy.toml"
    policy.write_text(f"{BY_GROUP}3", "utf-8")
    with (
        pytest.raises(UnusablePolicy, match="could never be approved"),
        working(tmp_path, payouts_approvers=(), payouts_policy=policy),
    ):
        pass
