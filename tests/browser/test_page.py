"""The sandbox's page, used as people use it, over the real bot and both pretended services."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from approvals.ledger.reports import verify
from sandbox.ccpayment.book import Duplicates
from sandbox.page import page
from sandbox.run import Everything
from sandbox.serving import serving
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

ADDRESS = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
ASK = f"/payout 250 USDT on TRX to {ADDRESS} for Invoice 1043"
WITHDRAWALS, LOOK_UPS = "When asked for a withdrawal", "When asked what became of one"


def test_whole_story(screen: Screen, running: Everything) -> None:
    """Rita asks and cannot approve; Dana approves; the thread names order_id and network_fee, and
    CCPayment's side shows the same order."""
    screen.type(ASK)
    expect(screen.card()).to_contain_text("Waits for 1 approval by @Dana or @Eli")
    screen.approve()
    expect(screen.channel).to_contain_text("You asked for payout 1, so you cannot approve it.")
    assert running.ccpayment.received == []

    screen.become("Dana")
    screen.approve()
    expect(screen.card()).to_contain_text("Settled", timeout=10_000)
    expect(screen.card().get_by_role("button", name="Approve")).to_have_count(0)

    screen.open_thread()
    (order,) = running.ccpayment.snapshot()["orders"]
    expect(screen.thread).to_contain_text(f"order_id {order['order_id']} · network_fee 1.5 USDT")
    expect(screen.thread).to_contain_text(f"Transaction {order['txid']}")
    shown = screen.panel("CCPayment").get_by_role("listitem")
    expect(shown).to_contain_text(["250 USDT"])
    expect(shown).to_contain_text([order["order_id"]])
    expect(shown).to_contain_text(["Successful"])


def test_a_large_payout_takes_both(screen: Screen, running: Everything) -> None:
    """What the terminal says can be tried: above 1,000 USD one approval is not enough, and above
    the limit of the day nothing is asked for."""
    screen.type(ASK.replace("250", "1250"))
    expect(screen.card()).to_contain_text("Waits for 2 approvals by @Dana and @Eli")
    screen.become("Dana")
    screen.approve()
    expect(screen.card()).to_contain_text("Approved by @Dana. Waits for 1 more approval by @Eli")
    assert running.ccpayment.received == []
    screen.become("Eli")
    screen.approve()
    expect(screen.card()).to_contain_text("Settled", timeout=10_000)
    screen.type(ASK.replace("250", "9000"))
    expect(screen.channel).to_contain_text("10,000")
    expect(screen.card(2)).to_have_count(0)


def test_an_approval_that_is_not_confirmed_is_none(screen: Screen, running: Everything) -> None:
    """Whoever presses Approve, reads the dialog and goes back has approved nothing."""
    screen.type(ASK)
    screen.become("Dana")
    screen.card().get_by_role("button", name="Approve").click()
    expect(screen.dialog).to_contain_text("it cannot be called back")
    screen.dialog.get_by_role("button", name="Back").click()
    expect(screen.dialog).to_have_count(0)
    expect(screen.card()).to_contain_text("Waits for 1 approval")
    assert running.ccpayment.received == []


def test_the_form(screen: Screen) -> None:
    """The form says under each field what is wrong with it, keeps what was typed, finds the coin
    while one types, and asks for the payout."""
    screen.type("/payout")
    form = screen.dialog
    form.get_by_label("Amount", exact=True).fill("1,250")
    form.get_by_role("button", name="Ask for approval").click()
    expect(form.get_by_label("Pay to")).to_have_accessible_description(
        re.compile("Please complete this required field")
    )
    way = form.get_by_role("combobox", name="Coin and way")
    way.press_sequentially("usdt")
    expect(form.get_by_role("option")).to_have_count(5)
    way.press("Escape")
    expect(form.get_by_role("option")).to_have_count(0)
    way.press_sequentially(" trx")
    expect(form.get_by_role("option")).to_have_text(["USDT on TRX (TRC20)"])
    way.press("Enter")
    form.get_by_label("Pay to").fill(ADDRESS)
    form.get_by_label("What it is for").fill("Invoice 1043")
    form.get_by_role("button", name="Ask for approval").click()
    expect(form.get_by_label("Amount", exact=True)).to_have_accessible_description(
        re.compile("can mean two amounts")
    )
    expect(way).to_have_value("USDT on TRX (TRC20)")
    form.get_by_label("Amount", exact=True).fill("1250")
    form.get_by_label("We pay it on top").check()
    form.get_by_role("button", name="Ask for approval").click()
    expect(screen.card()).to_contain_text("Payout 1: 1,250 USDT on TRX (TRC20)")
    expect(screen.card()).to_contain_text("paid by us on top")


def test_a_mistyped_command_leads_to_the_form(screen: Screen) -> None:
    """What cannot be read is told privately, and goes into the form with one press."""
    screen.type(ASK.replace(ADDRESS, ADDRESS[:-1] + "9"))
    answer = screen.channel.get_by_role("article").filter(has_text="Only visible to you")
    expect(answer).to_contain_text("This address has a typing error")
    answer.get_by_role("button", name="Open the form").click()
    expect(screen.dialog.get_by_label("Amount", exact=True)).to_have_value("250")
    expect(screen.dialog.get_by_label("What it is for")).to_have_value("Invoice 1043")
    screen.page.keyboard.press("Escape")
    expect(screen.dialog).to_have_count(0)
    expect(answer.get_by_role("button", name="Open the form")).to_be_focused()


def test_a_rejection_has_a_reason(screen: Screen) -> None:
    """Eli rejects with a reason; card and thread say by whom and why."""
    screen.type(ASK)
    screen.become("Eli")
    screen.card().get_by_role("button", name="Reject").click()
    screen.dialog.get_by_role("textbox").fill("Already paid in October")
    screen.dialog.get_by_role("button", name="Reject").click()
    expect(screen.card()).to_contain_text("Rejected by @Eli")
    expect(screen.card()).to_contain_text('"Already paid in October". Nothing was sent.')


def test_everybody_sees_what_is_theirs(screen: Screen) -> None:
    """The requester has a direct message, and a person from elsewhere neither that nor a say."""
    screen.type(ASK)
    screen.open("Countersign")
    expect(screen.card().get_by_role("button", name="Cancel payout 1")).to_be_visible()
    screen.become("Max")
    places = screen.page.get_by_role("navigation")
    expect(places.get_by_role("button", name="payouts")).to_be_visible()
    expect(places.get_by_role("button", name="general")).to_have_count(0)
    expect(places.get_by_role("button", name="Countersign")).to_have_count(0)
    screen.approve()
    expect(screen.channel.get_by_text("Only visible to you")).to_be_visible()
    expect(screen.card()).to_contain_text("Waits for 1 approval")


def test_in_doubt(screen: Screen, running: Everything) -> None:
    """Where CCPayment takes the order but says a general error, the card says that it is being
    checked, and the look-up that finds it ends the doubt: one withdrawal."""
    panel = screen.panel("CCPayment")
    panel.get_by_label("Only for the next call").check()
    panel.get_by_label(WITHDRAWALS).select_option("Takes the order, says a general error")
    expect(panel).to_contain_text("In force: Takes the order, says a general error.")
    screen.type(ASK)
    screen.become("Dana")
    screen.approve()
    expect(screen.card()).to_contain_text("Checking with CCPayment since")
    expect(screen.card()).to_contain_text("(224066)")
    expect(panel.get_by_label(WITHDRAWALS)).to_have_value("normal")
    expect(screen.card()).to_contain_text("Settled", timeout=20_000)
    assert len(running.ccpayment.received) == 1


def test_faults_of_both_kinds(screen: Screen, running: Everything) -> None:
    """Withdrawals and look-ups go wrong independently, and one can be mended without the other."""
    panel = screen.panel("CCPayment")
    panel.get_by_label(WITHDRAWALS).select_option("Declines")
    expect(panel).to_contain_text("In force: Declines.")
    panel.get_by_label(LOOK_UPS).select_option("Look-ups are down")
    expect(panel).to_contain_text("In force: Declines; Look-ups are down.")
    panel.get_by_label(WITHDRAWALS).select_option("Works normally")
    expect(panel).to_contain_text("In force: Look-ups are down.")
    assert [mode.value for mode in running.ccpayment.active] == ["look-ups-down"]


def test_what_ccpayment_is_like(screen: Screen, running: Everything) -> None:
    """What it does with a reference that it knows, what it checks first and how its clock goes are
    set on the page too, and hold for the service."""
    panel = screen.panel("CCPayment")
    panel.get_by_text("What it is like").click()
    panel.get_by_label("A reference that it knows, it").select_option("takes it again")
    panel.get_by_label("Its clock").select_option("is 119 s behind")
    panel.get_by_label("Looks at the balance before all else").check()
    running.slack.wait_until(lambda: running.ccpayment.knobs.balance_first)
    knobs = running.ccpayment.knobs
    assert (knobs.duplicates, knobs.ahead) == (Duplicates.TAKEN, -119)
    expect(panel.get_by_label("Its clock")).to_have_value("-119")


def test_audit_log(screen: Screen, running: Everything) -> None:
    """The log stands there line by line, and the button runs the real check: it tells how much was
    checked, and which line somebody changed."""
    screen.type(ASK)
    expect(screen.card()).to_contain_text("about 1.5 USDT")
    panel = screen.panel("Audit log")
    panel.get_by_role("button", name="Verify").click()
    with running.bot.ledger.reading() as reading:
        found = verify(reading)
    expect(panel.get_by_role("status")).to_contain_text(f"{found.lines} lines and 1 payout checked")
    expect(panel.get_by_role("status")).to_contain_text(found.head)

    line = panel.get_by_role("listitem").filter(has_text="requested payout 1 · Rita")
    facts = line.get_by_text('"reason":"Invoice 1043"')
    expect(facts).not_to_be_visible()
    line.get_by_text("requested").click()
    expect(facts).to_be_visible()

    with closing(sqlite3.connect(running.settings.ledger_file)) as db, db:
        triggers = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE audit SET line = replace(line, '1043', '1044') WHERE number = 3")
    db.close()
    panel.get_by_role("button", name="Verify").click()
    expect(panel.get_by_role("status")).to_contain_text("The log is broken: line 3 does not have")


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=x onerror=alert(1)> </script><script>alert(1)</script>",
        "*bold &lt;b&gt; &amp;amp; & <a|b>",
    ],
)
def test_words_stay_words(screen: Screen, hostile: str) -> None:
    """Nothing that people write becomes markup: not in a card, not in a plain message."""
    screen.type(hostile)
    expect(screen.channel.get_by_role("article", name="Rita")).to_contain_text(hostile)
    screen.become("Noa")
    screen.type(f"/payout 250 USDT on TRX to {ADDRESS} for {hostile}")
    reason = screen.card().get_by_role("paragraph").filter(has_text=re.compile("^For "))
    expect(reason).to_have_text(f"For {hostile}")
    drawn = screen.channel.locator("script, img:not(.avatar), a")
    expect(drawn).to_have_count(0)


def test_plain_messages_and_other_commands(screen: Screen, look: Callable[..., Screen]) -> None:
    """People can talk too, in the channel and in threads, and others see it at once; other
    commands than ours are refused in words."""
    other = look()
    other.become("Noa")
    screen.type("Good morning <!channel> <@U0DANA00001>")
    said = other.channel.get_by_role("article", name="Rita")
    expect(said).to_contain_text("Good morning <!channel> <@U0DANA00001>")
    screen.type("/payouts 250 USDT")
    expect(screen.toasts).to_contain_text("/payouts is not a command here. Only /payout is.")
    screen.channel.get_by_role("button", name="Reply in thread").click()
    reply = screen.thread.get_by_role("textbox", name="Reply")
    reply.fill("/payout list")
    reply.press("Enter")
    expect(screen.toasts.last).to_contain_text("Slack takes no commands in threads")
    reply.fill("And to you")
    reply.press("Enter")
    expect(other.channel.get_by_role("button", name="1 reply")).to_be_visible()


def test_a_bot_that_is_gone(screen: Screen, running: Everything) -> None:
    """Where the bot does not answer, people read what Slack says then."""
    running.slack.bot_url = "http://127.0.0.1:9"
    screen.type(ASK)
    expect(screen.toasts).to_contain_text('/payout failed with the error "dispatch_failed"')
    running.slack.complaints.clear()


def test_a_restart(browser: Browser, running: Everything) -> None:
    """A page whose server is gone says so, and goes on by itself when it is back."""
    behind = page(running.world)
    with serving(behind) as address:
        screen = Screen(browser, address)
        screen.type("Good morning")
        expect(screen.channel).to_contain_text("Good morning")
    gone = screen.page.get_by_text("The sandbox does not answer.")
    expect(gone).to_be_visible()
    with serving(behind, urlsplit(address).port or 0):
        expect(gone).not_to_be_visible()
        screen.type("Still here")
        expect(screen.channel).to_contain_text("Still here")
        screen.page.close()


def test_by_keyboard(screen: Screen) -> None:
    """Asking, changing who one is, a menu and a dialog need no mouse; focus is never lost."""
    keyboard = screen.page.keyboard
    screen.type(ASK)
    expect(screen.card()).to_contain_text("about 1.5 USDT")
    screen.page.get_by_role("radio", name="Rita").focus()
    keyboard.press("ArrowDown")
    expect(screen.page.get_by_role("radio", name="Noa")).to_be_focused()
    keyboard.press("ArrowUp")
    expect(screen.page.get_by_role("radio", name="Rita")).to_be_focused()

    more = screen.card().get_by_role("button", name="More actions")
    more.focus()
    keyboard.press("Enter")
    first = screen.page.get_by_role("menuitem", name="Approve with a comment…")
    expect(first).to_be_focused()
    keyboard.press("ArrowDown")
    keyboard.press("Escape")
    expect(more).to_be_focused()

    screen.card().get_by_role("button", name="Approve").focus()
    keyboard.press("Enter")
    expect(screen.dialog.get_by_role("button", name="Back")).to_be_focused()
    keyboard.press("Escape")
    expect(screen.dialog).to_have_count(0)
    expect(screen.card().get_by_role("button", name="Approve")).to_be_focused()


def test_small_and_dark(look: Callable[..., Screen]) -> None:
    """On a phone in the dark nothing is cut off at the side, and the ground is dark."""
    screen = look(size=(390, 780), color_scheme="dark", reduced_motion="reduce")
    screen.type(ASK)
    expect(screen.card()).to_contain_text("Payout 1")
    width = screen.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    ground = screen.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(map(int, re.findall(r"\d+", ground)[:3])) < 64
