"""Both generations of CCPayment's API on the sandbox's page, each with a world of its own."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from sandbox.page import page
from sandbox.run import Everything, everything
from sandbox.serving import serving
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

ASK = "/payout 250 USDT on TRX to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8 for Invoice 1043"
TEST_COIN = (
    "/payout 0.01 TETH on ETH_SEPOLIA to 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf for Trial"
)
WITHDRAWALS = "When asked for a withdrawal"


@pytest.fixture
def newer(tmp_path: Path) -> Iterator[Everything]:
    with everything(tmp_path, api="v2") as newer:
        yield newer
        assert newer.slack.complaints == []


@pytest.fixture
def screen(browser: Browser, running: Everything, newer: Everything) -> Iterator[Screen]:
    """A window that begins with v2; it may not complain."""
    with serving(page(newer.world, running.world)) as address:
        screen = Screen(browser, address)
        yield screen
        screen.page.close()
    assert screen.errors == []


def test_the_switch(screen: Screen, running: Everything, newer: Everything) -> None:
    """The page says which API it shows, and leads to the other one: the same person in the same
    place, but nothing of what was done here."""
    screen.become("Noa")
    screen.type(ASK)
    expect(screen.card()).to_contain_text("Waits for 1 approval")
    expect(screen.channel).to_contain_text("CCPayment speaks its API v2 here.")
    screen.switch("v1")
    expect(screen.page).to_have_title("payouts – Countersign sandbox, API v1")
    expect(screen.channel).to_contain_text("CCPayment speaks its API v1 here.")
    expect(screen.page.get_by_role("radio", name="Noa")).to_be_checked()
    apis = screen.page.get_by_role("group", name="CCPayment API")
    expect(apis.get_by_role("link", name="v1")).to_have_attribute("aria-current", "page")
    expect(apis.get_by_role("link", name="v2")).not_to_have_attribute("aria-current", "page")
    expect(screen.card()).to_have_count(0)
    screen.page.go_back()
    expect(screen.card()).to_contain_text("Waits for 1 approval")
    assert running.ccpayment.received == newer.ccpayment.received == []


def test_whole_story_on_v2(screen: Screen, newer: Everything) -> None:
    """The test coin goes out: order_id comes first, network_fee follows in the same thread, and
    CCPayment's side says it in its own words."""
    screen.type(TEST_COIN)
    screen.become("Dana")
    screen.approve()
    expect(screen.card()).to_contain_text("Settled", timeout=20_000)
    screen.open_thread()
    (order,) = newer.ccpayment.snapshot()["orders"]
    expect(screen.thread).to_contain_text(f"order_id {order['order_id']} · network_fee follows")
    fee = f"network_fee {order['network_fee']} {order['network_fee_coin']}"
    expect(screen.thread).to_contain_text(fee)
    expect(screen.panel("CCPayment").get_by_role("listitem")).to_contain_text(["Success"])


def test_the_owner_is_waited_for(screen: Screen, newer: Everything) -> None:
    """Where the account's owner must approve it too, card and CCPayment's side say so, and the
    card counts how long."""
    newer.ccpayment.knobs = replace(newer.ccpayment.knobs, held=6.0)
    panel = screen.panel("CCPayment")
    panel.get_by_label(WITHDRAWALS).select_option("held-rejected")
    expect(panel).to_contain_text(
        "In force: Takes the order, the account’s owner rejects it later."
    )
    screen.type(ASK)
    screen.become("Dana")
    screen.approve()
    expect(screen.card()).to_contain_text("Waits for the account owner's approval", timeout=20_000)
    expect(panel.get_by_role("listitem")).to_contain_text(["WaitingApproval"])
    waited = screen.card().get_by_text(re.compile(r"\([0-9]+ seconds? ago\)"))
    first = waited.inner_text()
    expect(waited).not_to_have_text(first)
    expect(screen.card()).to_contain_text("rejected it in CCPayment's dashboard", timeout=30_000)
    expect(panel.get_by_role("listitem")).to_contain_text(["Rejected"])
