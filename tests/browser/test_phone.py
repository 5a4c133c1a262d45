"""The page on a phone: what a decision needs fits one screen, and the rest is a press away."""

import re

import pytest
from playwright.sync_api import Locator, expect

from sandbox.run import Everything
from sandbox.slack.cast import ELI, PAYOUTS, RITA
from tests.browser.conftest import Look
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

PHONE = (390, 844)
SUPPLIER = "0x7E5f955Ed10B73D6265b1adcF768B94F8dD55bDf"
IMITATION = "0x7e5fF921321AAEDB0BB53398796772F843Dc5bDF"


@pytest.fixture
def phone(look: Look) -> Screen:
    """Dana's."""
    screen = look(size=PHONE)
    screen.become("Dana")
    return screen


def asked(phone: Screen, running: Everything, text: str, number: int = 1) -> Locator:
    """Rita's card, once the figures have come; its first line is at the top."""
    running.slack.command(RITA.id, text, PAYOUTS.id)
    card = phone.card(number)
    expect(card).to_contain_text("network fee about")
    card.get_by_role("heading").evaluate("line => line.scrollIntoView()")
    return card


def needed(card: Locator) -> list[Locator]:
    """What a decision needs, from the first line to the buttons."""
    return [
        card.get_by_role("heading", name="Payout"),
        card.get_by_text("Waits for"),
        card.get_by_text("⚠️"),
        card.get_by_text(re.compile("^To this")),
        card.locator("pre").last,
        card.get_by_text("For Invoice 1043"),
        card.get_by_role("button", name="Reject"),
    ]


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (f"250 USDT on ETH to {SUPPLIER} for Invoice 1043", "First payment"),
        (f"90 USDC on POLYGON to {SUPPLIER.lower()} for Invoice 1043", "would go unseen"),
        (f"8500 USDC on ETH to {SUPPLIER} for Invoice 1043", "balance is too low"),
    ],
)
def test_a_warned_card_fits_one_screen(
    phone: Screen, running: Everything, text: str, warning: str
) -> None:
    """State, warning, amount, payee, address, reason and buttons are seen at once, without
    scrolling; value, fee and limit stand folded below."""
    card = asked(phone, running, text)
    expect(card).to_contain_text(warning)
    for part in needed(card):
        expect(part).to_be_in_viewport(ratio=1)
    details = card.get_by_text("Details · about")
    expect(details).to_be_visible()
    expect(card.get_by_text("Limit")).not_to_be_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_a_look_alike_is_no_taller_than_the_screen(phone: Screen, running: Everything) -> None:
    """The tallest warning, both addresses in full, leaves the buttons within a screen of the first
    line."""
    running.slack.command(RITA.id, f"100 USDT on ETH to {SUPPLIER} for Invoice 1042", PAYOUTS.id)
    phone.approve()
    expect(phone.card()).to_contain_text("Settled", timeout=20_000)
    card = asked(phone, running, f"98 USDT on ETH to {IMITATION} for Invoice 1043", 2)
    expect(card).to_contain_text("only looks like an address")
    top = card.get_by_role("heading").bounding_box()
    end = card.get_by_role("button", name="Reject").bounding_box()
    assert top
    assert end
    assert end["y"] + end["height"] - top["y"] <= PHONE[1]


def test_details_open_and_stay_open(phone: Screen, running: Everything) -> None:
    """One press shows the figures and the small print, and a redraw leaves them open."""
    card = asked(phone, running, f"250 USDT on ETH to {SUPPLIER} for Invoice 1043")
    details = card.get_by_role("group").filter(has_text="Details")
    details.get_by_text("Details · about").click()
    for figure in ("Value", "Limit", "Network fee", "Payee gets"):
        expect(details.get_by_text(figure, exact=True)).to_be_visible()
    expect(details.get_by_text("reference p1")).to_be_visible()
    running.slack.command(ELI.id, "freeze", PAYOUTS.id)
    expect(card).to_contain_text("Sending is frozen")
    expect(details.get_by_text("reference p1")).to_be_visible()
