"""What is drawn anew under people's hands: whatever they are doing on the page goes on."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from bot.buttons import Act
from sandbox.ccpayment import Mode
from sandbox.run import Everything
from sandbox.slack.cast import DANA, ELI, NOA, PAYOUTS, RITA
from tests.browser.conftest import Wall
from tests.browser.screen import Screen
from tests.seen import ticks

pytestmark = pytest.mark.browser

Json = dict[str, Any]

LARGE = "1250 USDT on TRX to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8 for Invoice 1044"
SMALL = LARGE.replace("1250", "250")


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def paragraph(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(name: str, act: str) -> Json:
    return {"type": "button", "action_id": act, "text": plain(name), "value": act}


def acts(*names: str) -> Json:
    menu = {
        "type": "overflow",
        "action_id": "more",
        "options": [{"text": plain(one), "value": one} for one in ("Cancel", "Show")],
    }
    return {"type": "actions", "elements": [*(button(one, one.lower()) for one in names), menu]}


def entry(name: str, element: Mapping[str, Any]) -> Json:
    element = {"action_id": name.lower(), **element}
    return {"type": "input", "block_id": name, "label": plain(name), "element": element}


WRITTEN = {"type": "plain_text_input"}
OFFERED = {
    "type": "checkboxes",
    "options": [{"text": plain(one), "value": one} for one in ("Red", "Blue")],
}


def form(title: str, *blocks: Json) -> Json:
    return {
        "type": "modal",
        "title": plain(title),
        "submit": plain("Send"),
        "blocks": [*blocks, entry("Reason", WRITTEN), entry("Colour", OFFERED)],
    }


def at(field: Locator) -> tuple[int, int]:
    """Where the caret is, or what is marked."""
    start, end = field.evaluate("field => [field.selectionStart, field.selectionEnd]")
    return start, end


def approved(running: Everything, screen: Screen) -> None:
    """Eli approves meanwhile, on another screen; this one has drawn it."""
    (card,) = running.slack.messages(PAYOUTS.id)
    running.slack.click(ELI.id, PAYOUTS.id, card.ts, Act.COMMENT)
    (form,) = running.slack.open_views(ELI.id)
    running.slack.submit(ELI.id, form.id, ticks(form.content["blocks"]))
    expect(screen.card()).to_contain_text("Waits for 1 more approval")


def test_an_open_menu_stays_open(screen: Screen, running: Everything) -> None:
    """A card that changes while somebody is in its menu leaves them there, on the same line; what
    they choose then is done, and closing the menu leads back to its button."""
    keyboard = screen.page.keyboard
    running.slack.command(RITA.id, LARGE, PAYOUTS.id)
    screen.become("Dana")
    more = screen.card().get_by_role("button", name="More actions")
    more.focus()
    keyboard.press("Enter")
    expect(screen.page.get_by_role("menuitem").first).to_be_focused()
    keyboard.press("ArrowDown")
    record = screen.page.get_by_role("menuitem", name="Show the record")
    expect(record).to_be_focused()
    approved(running, screen)
    expect(record).to_be_focused()
    expect(screen.page.get_by_role("menuitem")).to_have_text(
        ["Take my approval back", "Cancel payout 1", "Show the record"]
    )
    keyboard.press("Escape")
    expect(more).to_be_focused()
    expect(more).to_have_attribute("aria-expanded", "false")
    keyboard.press("Enter")
    expect(screen.page.get_by_role("menuitem").first).to_be_focused()
    keyboard.press("ArrowUp")
    keyboard.press("Enter")
    expect(screen.channel).to_contain_text("On record")


def test_a_dialog_outlives_what_it_asks_about(screen: Screen, running: Everything) -> None:
    """A card that changes behind a dialog has its button focused again after it, and where the
    button is gone, the card."""
    keyboard = screen.page.keyboard
    running.slack.command(RITA.id, SMALL, PAYOUTS.id)
    screen.become("Dana")
    press = screen.card().get_by_role("button", name="Approve")
    press.focus()
    keyboard.press("Enter")
    running.slack.command(ELI.id, "freeze", PAYOUTS.id)
    expect(screen.card()).to_contain_text("Sending is frozen")
    keyboard.press("Escape")
    expect(press).to_be_focused()
    keyboard.press("Enter")
    running.slack.command(RITA.id, "cancel 1", PAYOUTS.id)
    expect(screen.card()).to_contain_text("Cancelled by @Rita")
    keyboard.press("Escape")
    expect(screen.dialog).to_have_count(0)
    expect(screen.channel.locator(".message").first).to_be_focused()


def test_a_button_that_goes_leaves_the_focus_at_its_card(wall: Wall) -> None:
    """Whoever stood on a button that a new version has not is at the message then; on one that it
    has, they stay, also where others come before it."""
    first = wall.bot.chat_postMessage(
        channel=PAYOUTS.id, text="Card", blocks=[paragraph("One"), acts("Approve", "Reject")]
    )
    reject = wall.screen.channel.get_by_role("button", name="Reject")
    reject.focus()
    blocks = [paragraph("Two"), paragraph("More"), acts("Review", "Stop", "Reject")]
    wall.bot.chat_update(channel=PAYOUTS.id, ts=first["ts"], text="Card", blocks=blocks)
    expect(wall.screen.channel).to_contain_text("Two")
    expect(reject).to_be_focused()
    wall.bot.chat_update(channel=PAYOUTS.id, ts=first["ts"], text="Card", blocks=[paragraph("End")])
    expect(wall.screen.channel).to_contain_text("End")
    expect(wall.screen.channel.locator(".message")).to_be_focused()


def test_a_press_is_one_also_where_the_card_changes_under_it(wall: Wall) -> None:
    """A press counts, also where the card is drawn anew between its way down and its way up."""
    screen, mouse = wall.screen, wall.screen.page.mouse
    posted = wall.bot.chat_postMessage(
        channel=PAYOUTS.id, text="Card", blocks=[acts("Approve"), paragraph("One")]
    )
    screen.channel.get_by_role("button", name="More actions").hover()
    mouse.down()
    blocks = [acts("Approve"), paragraph("Two")]
    wall.bot.chat_update(channel=PAYOUTS.id, ts=posted["ts"], text="Card", blocks=blocks)
    expect(screen.channel).to_contain_text("Two")
    mouse.up()
    expect(screen.page.get_by_role("menu")).to_be_visible()
    tool = screen.page.get_by_role("main").get_by_role("button", name="Audit log")
    tool.locator(".number").hover()
    mouse.down()
    wall.bot.chat_postMessage(channel=PAYOUTS.id, text="Three")
    expect(screen.channel).to_contain_text("Three")
    mouse.up()
    expect(tool).to_have_attribute("aria-pressed", "true")


def test_marked_text_stays_marked(wall: Wall) -> None:
    """Whoever marks an address to copy it goes on where another part of the card changes."""
    screen = wall.screen
    posted = wall.bot.chat_postMessage(
        channel=PAYOUTS.id, text="Card", blocks=[paragraph("TJRabPrw"), paragraph("One")]
    )
    screen.channel.get_by_text("TJRabPrw").dblclick(position={"x": 12, "y": 12})
    blocks = [paragraph("TJRabPrw"), paragraph("Two"), acts("Approve")]
    wall.bot.chat_update(channel=PAYOUTS.id, ts=posted["ts"], text="Card", blocks=blocks)
    expect(screen.channel).to_contain_text("Two")
    assert screen.page.evaluate("getSelection().toString()").strip() == "TJRabPrw"


def test_half_typed_words_stay(screen: Screen, running: Everything) -> None:
    """What is half-typed in the channel or in a thread stays, with the caret in it, while cards and
    replies come and change; what is sent empties the field and moves nobody from elsewhere."""
    running.slack.command(RITA.id, LARGE, PAYOUTS.id)
    screen.become("Dana")
    screen.open_thread()
    entry = screen.page.get_by_role("main").get_by_role("textbox", name="Message")
    reply = screen.thread.get_by_role("textbox", name="Reply")
    for field in (entry, reply):
        field.focus()
        screen.page.keyboard.type("Is this right?")
        for _ in range(7):
            field.press("ArrowLeft")
    approved(running, screen)
    expect(screen.thread).to_contain_text("Approved by @Eli")
    expect(reply).to_be_focused()
    screen.page.keyboard.type("really ")
    expect(reply).to_have_value("Is thisreally  right?")
    expect(entry).to_have_value("Is this right?")
    assert at(entry) == (7, 7)


def test_a_button_in_a_thread_keeps_the_focus(screen: Screen, running: Everything) -> None:
    """Also the card above its replies; and who closes the thread is at the way into it again."""
    keyboard = screen.page.keyboard
    running.slack.command(RITA.id, LARGE, PAYOUTS.id)
    screen.become("Dana")
    screen.open_thread()
    reject = screen.thread.get_by_role("button", name="Reject")
    reject.focus()
    approved(running, screen)
    expect(screen.thread).to_contain_text("Waits for 1 more approval")
    expect(reject).to_be_focused()
    screen.thread.get_by_role("button", name="Close thread").focus()
    keyboard.press("Enter")
    expect(screen.thread).to_be_hidden()
    expect(screen.card().get_by_role("button", name="repl")).to_be_focused()


def test_a_form_that_changes_keeps_what_is_filled_in(wall: Wall) -> None:
    """Where the bot redraws a form, its fields of the same ids keep their text, ticks and focus,
    wherever the caret is; a form above it goes and leaves it as it was."""
    screen, keyboard = wall.screen, wall.screen.page.keyboard
    opened = wall.bot.views_open(
        trigger_id=wall.slack._workspace.trigger(RITA.id), view=form("One", paragraph("One"))
    )
    reason = screen.dialog.get_by_role("textbox", name="Reason")
    reason.fill("Already paid")
    reason.press("Home")
    screen.dialog.get_by_role("checkbox", name="Blue").check()
    reason.focus()
    wall.bot.views_update(
        view_id=opened["view"]["id"],
        view=form("Two", paragraph("Two"), entry("Group", WRITTEN), paragraph("More")),
    )
    expect(screen.dialog.get_by_role("heading")).to_have_text("Two")
    expect(reason).to_be_focused()
    assert at(reason) == (0, 0)
    keyboard.type("It is ")
    expect(reason).to_have_value("It is Already paid")
    expect(screen.dialog.get_by_role("checkbox", name="Blue")).to_be_checked()

    trigger = wall.slack._workspace.trigger(RITA.id)
    pushed = wall.bot.views_push(trigger_id=trigger, view=form("Above"))
    expect(screen.dialog.get_by_role("heading")).to_have_text("Above")
    expect(reason).to_have_value("")
    wall.slack.close(RITA.id, pushed["view"]["id"])
    expect(screen.dialog.get_by_role("heading")).to_have_text("Two")
    expect(reason).to_be_focused()
    expect(reason).to_have_value("It is Already paid")


def test_a_search_goes_on_in_a_form_that_changes(screen: Screen, running: Everything) -> None:
    """What is half-typed into a typeahead stays, and so does what it offers."""
    screen.type("/payout")
    way = screen.dialog.get_by_role("combobox", name="Coin and way")
    way.press_sequentially("usdt trx")
    expect(screen.dialog.get_by_role("option")).to_have_text(["USDT on TRX (TRC20)"])
    (view,) = running.slack.open_views(RITA.id)
    title = {**view.content, "title": plain("Ask again")}
    running.slack._workspace.redraw(view.id, title)
    expect(screen.dialog.get_by_role("heading")).to_have_text("Ask again")
    expect(way).to_be_focused()
    expect(way).to_have_value("usdt trx")
    way.press("Enter")
    expect(way).to_have_value("USDT on TRX (TRC20)")


def test_panels_keep_what_is_open(screen: Screen, running: Everything) -> None:
    """What is opened, chosen or focused behind the scenes stays while lines and orders come."""
    panel = screen.panel("CCPayment")
    panel.get_by_text("What it is like").click()
    panel.get_by_label("Only for the next call").check()
    panel.get_by_label("Its clock").focus()
    running.slack.command(RITA.id, SMALL, PAYOUTS.id)
    expect(screen.card()).to_be_visible()
    running.ccpayment.switch(Mode.DECLINED, once=False)
    expect(panel).to_contain_text("In force: Declines.")
    expect(panel.get_by_label("Only for the next call")).to_be_checked()
    expect(panel.get_by_label("Its clock")).to_be_focused()

    log = screen.panel("Audit log")
    line = log.get_by_role("listitem").filter(has_text="requested payout 1")
    line.get_by_text("requested").click()
    running.slack.command(NOA.id, SMALL.replace("1044", "1045"), PAYOUTS.id)
    expect(log).to_contain_text("payout 2")
    expect(line.get_by_text('"reason":"Invoice 1044"')).to_be_visible()
    expect(line.locator("summary")).to_be_focused()


def test_a_person_is_chosen_by_the_last_key(screen: Screen, running: Everything) -> None:
    """Arrow keys over the people end at the last one, however many redraws come between."""
    rita = screen.page.get_by_role("radio", name="Rita")
    rita.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowDown", "ArrowDown"):
        running.slack.say(DANA.id, PAYOUTS.id, f"Before {key}")
        screen.page.keyboard.press(key)
    expect(screen.page.get_by_role("radio", name="Eli")).to_be_focused()
    expect(screen.page.get_by_role("radio", name="Eli")).to_be_checked()
    expect(screen.page).to_have_url(re.compile(ELI.id))


def test_a_notice_that_goes_loses_no_focus(screen: Screen) -> None:
    """Who dismisses a notice is where one types; a second notice leaves the first one focused."""
    screen.type("/payouts")
    dismiss = screen.toasts.get_by_role("button", name="Dismiss")
    dismiss.focus()
    screen.page.evaluate("document.querySelector('main textarea').value = '/other'")
    screen.page.evaluate("document.querySelector('main form').requestSubmit()")
    expect(dismiss).to_have_count(2)
    expect(dismiss.first).to_be_focused()
    dismiss.last.click()
    dismiss.focus()
    screen.page.keyboard.press("Enter")
    entry = screen.page.get_by_role("main").get_by_role("textbox", name="Message")
    expect(entry).to_be_focused()
