"""The page for people who see it otherwise: axe-core finds nothing to complain of, in any view."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import expect

from sandbox.ccpayment import Mode
from sandbox.run import Everything
from sandbox.slack.cast import DANA, PAYOUTS, RITA
from tests.browser.conftest import Look
from tests.browser.screen import DESKTOP, Screen

pytestmark = pytest.mark.browser

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
PHONE = (390, 844)
PAID = "250 USDT on TRX to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8 for Invoice 1043"
WAITS = "90 USDC on POLYGON to 0x7e5f4552091a69125d5dfcb7b8c2659029395bdf for Refund 88"


def violations(screen: Screen) -> list[str]:
    """What axe-core complains of in what is seen now: the rule, and where."""
    screen.page.evaluate(AXE)
    found: dict[str, Any] = screen.page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['html'][:160]} {node.get('failureSummary', '')}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def channel(screen: Screen) -> None:
    """Cards that wait, that are over, and a private answer."""
    screen.become("Rita")
    screen.type("/payout list")
    expect(screen.channel).to_contain_text("Only visible to you")


def details(screen: Screen) -> None:
    screen.card(2).get_by_text("Details ·").click()


def conversation(screen: Screen) -> None:
    screen.open("Countersign")
    expect(screen.card(2).get_by_role("button", name="Cancel payout 2")).to_be_visible()


def thread(screen: Screen) -> None:
    screen.open("payouts")
    screen.become("Dana")
    screen.open_thread()
    expect(screen.thread).to_contain_text("order_id")


def ccpayment(screen: Screen) -> None:
    screen.thread.get_by_role("button", name="Close").click()
    screen.panel("CCPayment").get_by_text("What it is like").click()


def audit(screen: Screen) -> None:
    screen.drawer.get_by_role("tab", name="Audit log").click()
    panel = screen.drawer.get_by_role("tabpanel", name="Audit log")
    panel.get_by_role("button", name="Verify").click()
    expect(panel.get_by_role("status")).to_contain_text("all of them fit")
    panel.locator("summary").first.click()


def menu(screen: Screen) -> None:
    screen.drawer.get_by_role("button", name="Close").click()
    screen.card(2).get_by_role("button", name="More actions").click()
    expect(screen.page.get_by_role("menu")).to_be_visible()


def time(screen: Screen) -> None:
    screen.page.keyboard.press("Escape")
    screen.page.get_by_role("button", name="Let time go by").click()
    expect(screen.page.get_by_role("menu")).to_be_visible()


def question(screen: Screen) -> None:
    screen.page.keyboard.press("Escape")
    screen.card(2).get_by_role("button", name="Approve").click()
    expect(screen.dialog).to_contain_text("cannot be called back")


def form(screen: Screen) -> None:
    screen.page.keyboard.press("Escape")
    expect(screen.dialog).to_have_count(0)
    screen.type("/payout")
    expect(screen.dialog.get_by_label("Amount", exact=True)).to_be_focused()


def search(screen: Screen) -> None:
    screen.dialog.get_by_role("combobox", name="Coin and way").press_sequentially("usdt")
    expect(screen.dialog.get_by_role("option").first).to_be_visible()


def wrong(screen: Screen) -> None:
    screen.dialog.get_by_label("Amount", exact=True).fill("1,250")
    screen.dialog.get_by_role("button", name="Ask for approval").click()
    expect(screen.dialog).to_contain_text("Please complete this required field")


def notice(screen: Screen) -> None:
    screen.dialog.get_by_role("button", name="Close").first.click()
    expect(screen.dialog).to_have_count(0)
    screen.type("/payouts")
    expect(screen.toasts).to_contain_text("is not a command here")


VIEWS: tuple[Callable[[Screen], None], ...] = (
    channel,
    details,
    conversation,
    thread,
    ccpayment,
    audit,
    menu,
    time,
    question,
    form,
    search,
    wrong,
    notice,
)


@pytest.mark.parametrize(
    ("size", "scheme"), [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")]
)
def test_no_view_has_a_violation(
    look: Look, running: Everything, size: tuple[int, int], scheme: str
) -> None:
    """On a desk and on a phone, in the light and in the dark, no rule of axe-core is broken: in the
    channel, a conversation, a thread, each panel, menus, dialogs, forms, notices, and the tour."""
    running.slack.command(RITA.id, PAID, PAYOUTS.id)
    screen = look(size=size, color_scheme=scheme, reduced_motion="reduce")
    screen.become("Dana")
    screen.approve()
    expect(screen.card()).to_contain_text("Settled", timeout=20_000)
    running.slack.command(RITA.id, WAITS, PAYOUTS.id)
    running.slack.say(DANA.id, PAYOUTS.id, "Who knows this one?")
    running.ccpayment.switch(Mode.DECLINED)
    found = {}
    for view in VIEWS:
        view(screen)
        found[view.__name__] = violations(screen)
    tour = screen.page.get_by_role("region", name="Guided tour")
    if not tour.get_by_role("button", name="Next", exact=True).is_visible():
        tour.locator("summary").click()
    for _ in range(3):
        tour.get_by_role("button", name="Next", exact=True).click()
    found["tour"] = violations(screen)
    assert {name: there for name, there in found.items() if there} == {}
